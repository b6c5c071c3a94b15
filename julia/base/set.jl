# set.jl: Set, and what compares elements of collections with each other: unique, allunique,
# replace.

struct Set{T} <: AbstractSet{T}
    dict::Dict{T,Nothing}

    Set{T}() where {T} = new(Dict{T,Nothing}())
    Set{T}(s::Set{T}) where {T} = new(Dict{T,Nothing}(s.dict))
end

Set{T}(itr) where {T} = union!(Set{T}(), itr)
Set() = Set{Any}()
Set(itr) = _Set(itr, IteratorEltype(itr))

_Set(itr, ::HasEltype) = Set{eltype(itr)}(itr)
function _Set(itr, ::EltypeUnknown)
    T = @default_eltype(itr)
    (isconcretetype(T) || T === Union{}) || return grow_to!(Set{T}(), itr)
    return Set{T}(itr)
end

empty(s::AbstractSet{T}, ::Type{U}=T) where {T,U} = Set{U}()
# a set of the same kind where there is one that can be changed
emptymutable(s::AbstractSet{T}, ::Type{U}=T) where {T,U} = Set{U}()
_similar_for(c::AbstractSet, ::Type{T}, itr, ::SizeUnknown, ::Nothing) where {T} = empty(c, T)
_similar_for(c::AbstractSet, ::Type{T}, itr, ::HasLength, ::Integer) where {T} = empty(c, T)
_similar_for(c::AbstractSet, ::Type{T}, itr, ::HasShape, axs) where {T} = empty(c, T)
_similar_for(c::AbstractSet, ::Type{T}, itr, isz, len) where {T} = empty(c, T)

function show(io::IO, s::Set)
    if isempty(s)
        if get(io, :typeinfo, Any) == typeof(s)
            print(io, "Set()")
        else
            show(io, typeof(s))
            print(io, "()")
        end
    else
        print(io, "Set(")
        show_vector(io, s)
        print(io, ')')
    end
end

isempty(s::Set) = isempty(s.dict)
length(s::Set) = length(s.dict)
in(x, s::Set) = haskey(s.dict, x)

# one search for both questions
function in!(x, s::Set{T}) where {T}
    idx, sh = ht_keyindex2_shorthash!(s.dict, convert(T, x)::T)
    idx > 0 && return true
    _setindex!(s.dict, nothing, convert(T, x)::T, -idx, sh)
    return false
end
in!(x, s::AbstractSet) = x in s || (push!(s, x); false)

push!(s::Set, x) = (s.dict[x] = nothing; s)
pop!(s::Set, x) = (pop!(s.dict, x); x)
pop!(s::Set, x, default) = (x in s ? pop!(s, x) : default)
function pop!(s::Set)
    isempty(s) && throw(ArgumentError("set must be non-empty"))
    return pop!(s.dict)[1]
end
delete!(s::Set, x) = (delete!(s.dict, x); s)

copy(s::Set) = copymutable(s)
copymutable(s::Set{T}) where {T} = Set{T}(s)
copymutable(s::AbstractSet{T}) where {T} = union!(Set{T}(), s)
copy(s::AbstractSet) = copymutable(s)

sizehint!(s::Set, newsz) = (sizehint!(s.dict, newsz); s)
empty!(s::Set) = (empty!(s.dict); s)
rehash!(s::Set) = (rehash!(s.dict); s)

iterate(s::Set, i...) = iterate(KeySet(s.dict), i...)

# removal does not move the other elements of a Dict
filter!(f, s::Set) = unsafe_filter!(f, s)

convert(::Type{T}, s::T) where {T<:AbstractSet} = s
convert(::Type{T}, s::AbstractSet) where {T<:AbstractSet} = T(s)::T

## unique ##

function unique(itr)
    if isa(IteratorEltype(itr), HasEltype)
        T = eltype(itr)
        out = Vector{T}()
        seen = Set{T}()
        for x in itr
            !in!(x, seen) && push!(out, x)
        end
        return out
    end
    T = @default_eltype(itr)
    y = iterate(itr)
    y === nothing && return T[]
    x, i = y
    S = typeof(x)
    R = isconcretetype(T) ? T : S
    return _unique_from(itr, R[x], Set{R}((x,)), i)
end
function _unique_from(itr, out::Vector{T}, seen, i) where {T}
    while true
        y = iterate(itr, i)
        y === nothing && break
        x, i = y
        S = typeof(x)
        if !(S === T || S <: T)
            R = promote_typejoin(S, T)
            seenR = convert(Set{R}, seen)
            outR = convert(Vector{R}, out)
            if !in(x, seenR)
                push!(seenR, x)
                push!(outR, x)
            end
            return _unique_from(itr, outR, seenR, i)
        end
        if !in(x, seen)
            push!(seen, x)
            push!(out, x)
        end
    end
    return out
end

unique(r::AbstractRange) = allunique(r) ? r : oftype(r, r[begin:begin])

function unique(f, C; seen::Union{Nothing,Set}=nothing)
    out = Vector{eltype(C)}()
    if seen !== nothing
        for x in C
            y = f(x)
            if y ∉ seen
                push!(out, x)
                push!(seen, y)
            end
        end
        return out
    end

    s = iterate(C)
    if s === nothing
        return out
    end
    (x, i) = s
    y = f(x)
    seen = Set{typeof(y)}()
    push!(seen, y)
    push!(out, x)

    return _unique!(f, out, C, seen, i)
end
function _unique!(f, out::AbstractVector, C, seen::Set, i)
    s = iterate(C, i)
    while s !== nothing
        (x, i) = s
        y = f(x)
        if y ∉ seen
            push!(out, x)
            if y isa eltype(seen)
                push!(seen, y)
            else
                seen2 = convert(Set{promote_typejoin(eltype(seen), typeof(y))}, seen)
                push!(seen2, y)
                return _unique!(f, out, C, seen2, i)
            end
        end
        s = iterate(C, i)
    end
    return out
end

function unique!(f, A::AbstractVector; seen::Union{Nothing,Set}=nothing)
    if length(A) <= 1
        return A
    end

    i = firstindex(A)::Int
    x = @inbounds A[i]
    y = f(x)
    if seen === nothing
        seen = Set{typeof(y)}()
    end
    push!(seen, y)
    return _unique_in!(f, A, seen, i, i + 1)
end
function _unique_in!(f, A::AbstractVector, seen::Set, current::Integer, i::Integer)
    while i <= lastindex(A)
        x = @inbounds A[i]
        y = f(x)
        if y ∉ seen
            current += 1
            @inbounds A[current] = x
            if y isa eltype(seen)
                push!(seen, y)
            else
                seen2 = convert(Set{promote_typejoin(eltype(seen), typeof(y))}, seen)
                push!(seen2, y)
                return _unique_in!(f, A, seen2, current, i + 1)
            end
        end
        i += 1
    end
    return resize!(A, current - firstindex(A) + 1)::typeof(A)
end

# a sorted vector has its equal elements side by side
function _groupedunique!(A::AbstractVector)
    isempty(A) && return A
    idxs = eachindex(A)
    y = first(A)
    it = iterate(idxs, (iterate(idxs)::Tuple{Any,Any})[2])
    count = 1
    for x in Iterators.drop(A, 1)
        if !isequal(x, y)
            y = A[(it::Tuple{Any,Any})[1]] = x
            count += 1
            it = iterate(idxs, it[2])
        end
    end
    resize!(A, count)::typeof(A)
end

function unique!(itr)
    if isa(itr, AbstractVector)
        if OrderStyle(eltype(itr)) === Ordered()
            (issorted(itr) || issorted(itr, rev=true)) && return _groupedunique!(itr)
        end
    end
    isempty(itr) && return itr
    return unique!(identity, itr)
end

## allunique, allequal ##

function allunique(C)
    if haslength(C)
        length(C) < 2 && return true
        length(C) < 32 && return _indexed_allunique(collect(C))
    end
    return _hashed_allunique(C)
end
function _hashed_allunique(C)
    seen = Set{@default_eltype(C)}()
    for x in C
        x in seen && return false
        push!(seen, x)
    end
    return true
end
allunique(::Union{AbstractSet,AbstractDict}) = true
allunique(r::AbstractRange) = !iszero(step(r)) || length(r) <= 1
allunique(A::AbstractArray) = length(A) < 32 ? _indexed_allunique(A) : _hashed_allunique(A)
function _indexed_allunique(A)
    n = length(A)
    n < 2 && return true
    inds = collect(eachindex(A))
    for i in 2:n
        x = A[inds[i]]
        for j in 1:i-1
            isequal(x, A[inds[j]]) && return false
        end
    end
    return true
end
function allunique(t::Tuple)
    length(t) < 32 || return _hashed_allunique(t)
    for i in 2:length(t), j in 1:i-1
        isequal(t[i], t[j]) && return false
    end
    return true
end
allunique(t::Tuple{}) = true

function allequal(itr)
    if haslength(itr)
        length(itr) <= 1 && return true
    end
    pl = Iterators.peel(itr)
    isnothing(pl) && return true
    a, rest = pl
    return all(isequal(a), rest)
end
allequal(c::Union{AbstractSet,AbstractDict}) = length(c) <= 1
allequal(r::AbstractRange) = iszero(step(r)) || length(r) <= 1

## replace ##

# the element type of the result: values that are replaced for sure leave it
subtract_singletontype(::Type{T}, x::Pair{K}) where {T,K} = Base.issingletontype(K) ? typesplit(T, K) : T
subtract_singletontype(::Type{T}, x::Pair{K}, y::Pair...) where {T,K} =
    subtract_singletontype(subtract_singletontype(T, y...), x)

promote_valuetype(x::Pair{K,V}) where {K,V} = V
promote_valuetype(x::Pair{K,V}, y::Pair...) where {K,V} = promote_type(V, promote_valuetype(y...))

check_count(count::Integer) =
    count < 0 ? throw(DomainError(count, "`count` must not be negative (got $count)")) : min(count, typemax(Int)) % Int
check_count(count::Nothing) = typemax(Int)

function replace_pairs!(res, A, count::Int, old_new::Tuple{Vararg{Pair}})
    @inline function new(x)
        for o_n in old_new
            isequal(first(o_n), x) && return last(o_n)
        end
        return x
    end
    _replace!(new, res, A, count)
end

replace!(A, old_new::Pair...; count::Integer=typemax(Int)) =
    replace_pairs!(A, A, check_count(count), old_new)

replace!(new::Callable, A; count::Integer=typemax(Int)) =
    _replace!(new, A, A, check_count(count))

function replace(A, old_new::Pair...; count::Union{Integer,Nothing}=nothing)
    V = promote_valuetype(old_new...)
    if count isa Nothing
        T = promote_type(subtract_singletontype(eltype(A), old_new...), V)
        replace_pairs!(_similar_or_copy(A, T), A, typemax(Int), old_new)
    else
        U = promote_type(eltype(A), V)
        replace_pairs!(_similar_or_copy(A, U), A, check_count(count), old_new)
    end
end

_copy_oftype(x, ::Type{T}) where {T} = copyto!(similar(x, T), x)
_copy_oftype(x::AbstractDict{K,V}, ::Type{Pair{K,V}}) where {K,V} = copy(x)
_copy_oftype(x::AbstractSet{T}, ::Type{T}) where {T} = copy(x)
_copy_oftype(x::AbstractDict, ::Type{Pair{K,V}}) where {K,V} = merge!(empty(x, K, V), x)
_copy_oftype(x::AbstractSet, ::Type{T}) where {T} = union!(empty(x, T), x)

_similar_or_copy(x::Any) = similar(x)
_similar_or_copy(x::Any, ::Type{T}) where {T} = similar(x, T)
_similar_or_copy(x::Union{AbstractDict,AbstractSet}) = copy(x)
_similar_or_copy(x::Union{AbstractDict,AbstractSet}, ::Type{T}) where {T} = _copy_oftype(x, T)

replace(new::Callable, A; count::Integer=typemax(Int)) =
    _replace!(new, _similar_or_copy(A), A, check_count(count))

function replace(f::Callable, t::Tuple; count::Integer=typemax(Int))
    c = check_count(count)
    return _replace_tuple(f, t, c)
end
_replace_tuple(f, ::Tuple{}, count::Int) = ()
function _replace_tuple(f, t::Tuple, count::Int)
    count == 0 && return t
    x = f(t[1])
    return (x, _replace_tuple(f, tail(t), count - !==(x, t[1]))...)
end
replace(t::Tuple, old_new::Pair, more::Pair...; count::Integer=typemax(Int)) =
    replace(x -> _replace_one(x, old_new, more...), t; count)
function _replace_one(x, old_new...)
    for p in old_new
        isequal(first(p), x) && return last(p)
    end
    return x
end

# arrays: element by element
function _replace!(new::Callable, res::AbstractArray, A::AbstractArray, count::Int)
    c = 0
    if count >= length(A)
        for i in eachindex(A)
            @inbounds Ai = A[i]
            y = new(Ai)
            @inbounds res[i] = y
        end
    else
        for i in eachindex(A)
            @inbounds Ai = A[i]
            if c < count
                y = new(Ai)
                @inbounds res[i] = y
                c += (Ai !== y)
            else
                @inbounds res[i] = Ai
            end
        end
    end
    res
end

# sets and dictionaries: what changes is taken out first, then the new values come in
askey(k, ::AbstractDict) = k.first
askey(k, ::AbstractSet) = k

function _replace!(new::Callable, res::Union{AbstractDict,AbstractSet}, A::Union{AbstractDict,AbstractSet}, count::Int) 
    c = 0
    changes = []
    for x in A
        y = new(x)
        if x !== y
            push!(changes, x => y)
            c += 1
            c == count && break
        end
    end
    for (x, y) in changes
        pop!(res, askey(x, res))
    end
    for (x, y) in changes
        push!(res, y)
    end
    res
end

# A function and a pair: neither what is replaced nor what it is replaced by.
replace!(a::Callable, b::Pair; count::Integer=-1) = throw(MethodError(replace!, (a, b)))
replace(a::Callable, b::Pair; count::Integer=-1) = throw(MethodError(replace, (a, b)))
