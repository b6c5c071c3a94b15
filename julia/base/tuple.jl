# tuple.jl: tuples as collections: indexing, iteration, mapping, comparison, reductions.

# Long tuples are handled by loops, so that nothing is specialized on their length by recursion.
const Any16{N} = Tuple{Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Vararg{Any,N}}
const All16{T,N} = Tuple{T,T,T,T,T,T,T,T,T,T,T,T,T,T,T,T,Vararg{T,N}}
const Any32{N} = Tuple{Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,
    Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Any,Vararg{Any,N}}
const All32{T,N} = Tuple{T,T,T,T,T,T,T,T,T,T,T,T,T,T,T,T,
    T,T,T,T,T,T,T,T,T,T,T,T,T,T,T,T,Vararg{T,N}}

# ---- indexing -----------------------------------------------------------------------------------------

length(@nospecialize t::Tuple) = nfields(t)
firstindex(@nospecialize t::Tuple) = 1
lastindex(@nospecialize t::Tuple) = length(t)
size(@nospecialize(t::Tuple), d::Integer) = (d == 1) ? length(t) : throw(ArgumentError("invalid tuple dimension $d"))
axes(@nospecialize t::Tuple) = (OneTo(length(t)),)
keys(@nospecialize t::Tuple) = OneTo(length(t))
keys(@nospecialize(t::Tuple), t2::Tuple...) = OneTo(_maxlength(t, t2...))
_maxlength(t::Tuple) = length(t)
_maxlength(t::Tuple, t2::Tuple, t3::Tuple...) = max(length(t), _maxlength(t2, t3...))
eachindex(@nospecialize t::Tuple) = OneTo(length(t))
prevind(@nospecialize(t::Tuple), i::Integer) = Int(i) - 1
nextind(@nospecialize(t::Tuple), i::Integer) = Int(i) + 1

getindex(@nospecialize(t::Tuple), i::Int) = getfield(t, i)
getindex(@nospecialize(t::Tuple), i::Integer) = getfield(t, convert(Int, i))
getindex(t::Tuple, r::AbstractArray{<:Any,1}) = (eltype(t)[t[ri] for ri in r]...,)
getindex(t::Tuple, b::AbstractArray{Bool,1}) =
    length(b) == length(t) ? getindex(t, findall(b)) : throw(BoundsError(t, b))
getindex(t::Tuple, c::Colon) = t

get(t::Tuple, i::Integer, default) = i in 1:length(t) ? getindex(t, i) : default
get(f::Callable, t::Tuple, i::Integer) = i in 1:length(t) ? getindex(t, i) : f()

"""
    setindex(c::Tuple, v, i::Integer)

A tuple like `c` with `v` at position `i`.
"""
function setindex(x::Tuple, v, i::Integer)
    @boundscheck 1 <= i <= length(x) || throw(BoundsError(x, i))
    return _setindex(v, Int(i), x...)
end
_setindex(v, i::Int, args::Vararg{Any,N}) where {N} = ntuple(j -> j == i ? v : args[j], Val{N}())

# ---- iteration ------------------------------------------------------------------------------------------

iterate(@nospecialize(t::Tuple), i::Int=1) = 1 <= i <= length(t) ? (getfield(t, i), i + 1) : nothing

# What is left for `b` in `a, b... = x`.
rest(t::Tuple) = t
rest(t::Tuple, i::Int) = ntuple(x -> getfield(t, x + i - 1), length(t) - i + 1)
rest(a::Array, i::Int=1) = a[i:end]
rest(a::SimpleVector, i::Int=1) = svec(ntuple(x -> a[x+i-1], length(a) - i + 1)...)
function rest(a::AbstractArray{T}, state...) where {T}
    v = Vector{T}(undef, 0)
    # Few elements are taken from the front, as a rule.
    sizehint!(v, length(a))
    for x in Iterators.rest(a, state...)
        push!(v, x)
    end
    return v
end
rest(itr, state...) = Iterators.rest(itr, state...)

# The two parts of `a, b..., c = x` with `n` values after the slurping one.
split_rest(t::Tuple, n::Int, i=1) = (t[i:end-n], t[end-n+1:end])
function split_rest(a::Array, n::Int, i=1)
    return (a[i:end-n], a[end-n+1:end])
end
function split_rest(itr, n::Int, state...)
    if IteratorSize(itr) == IsInfinite()
        throw(ArgumentError("Cannot split an infinite iterator in the middle."))
    end
    return _split_rest(rest(itr, state...), n)
end
_split_rest(itr, n::Int) = _split_rest(collect(itr), n)
function _split_rest(a, n::Int)
    _check_length_split_rest(length(a), n)
    return (a[begin:end-n], a[end-n+1:end])
end
function _check_length_split_rest(len, n)
    len < n && throw(ArgumentError(
        "The iterator only contains $len elements, but at least $n were requested."))
end

# ---- element types ----------------------------------------------------------------------------------------

eltype(::Type{Tuple{}}) = Bottom
eltype(t::Type{<:Tuple}) = _compute_eltype(t)

# The join of the elements' types, which keeps unions with `Nothing` and `Missing`.
function _compute_eltype(@nospecialize t)
    @_total_meta
    u = unwrap_unionall(t)
    if u isa Union
        return promote_typejoin(_compute_eltype(rewrap_unionall(u.a, t)), _compute_eltype(rewrap_unionall(u.b, t)))
    end
    u isa DataType && !has_free_typevars(t) || return Any
    r = Union{}
    for ti in u.parameters
        ti = unwrapva(ti)
        while ti isa TypeVar
            ti = ti.ub
        end
        ti === r && continue
        r = promote_typejoin(r, rewrap_unionall(ti, t))
    end
    return r
end

# ---- the ends ---------------------------------------------------------------------------------------------

"""
    tail(x::Tuple)::Tuple

All but the first element.
"""
tail(x::Tuple) = argtail(x...)
tail(::Tuple{}) = throw(ArgumentError("Cannot call tail on an empty tuple."))
safe_tail(t::Tuple) = tail(t)
safe_tail(t::Tuple{}) = ()

"""
    front(x::Tuple)::Tuple

All but the last element.
"""
function front(t::Tuple)
    isempty(t) && throw(ArgumentError("Cannot call front on an empty tuple."))
    return ntuple(i -> t[i], length(t) - 1)
end
front(t::Tuple{Any}) = ()
front(t::Tuple{Any,Any}) = (t[1],)
front(t::Tuple{Any,Any,Any}) = (t[1], t[2])

first(t::Tuple{}) = throw(ArgumentError("tuple must be non-empty"))
first(t::Tuple) = t[1]

isempty(x::Tuple{}) = true
isempty(@nospecialize x::Tuple) = false


"""
    reverse(t::Tuple)

The elements in the opposite order.
"""
reverse(t::Tuple) = revargs(t...)
revargs() = ()
revargs(x, r...) = (revargs(r...)..., x)
function reverse(t::Any32)
    n = length(t)
    return ntuple(i -> t[n+1-i], n)
end

# ---- map ------------------------------------------------------------------------------------------------

map(f, t::Tuple{}) = ()
map(f, t::Tuple{Any}) = (f(t[1]),)
map(f, t::Tuple{Any,Any}) = (f(t[1]), f(t[2]))
map(f, t::Tuple{Any,Any,Any}) = (f(t[1]), f(t[2]), f(t[3]))
map(f, t::Tuple) = (f(t[1]), map(f, tail(t))...)
function map(f, t::Any32)
    n = length(t)
    A = Vector{Any}(undef, n)
    for i in 1:n
        A[i] = f(t[i])
    end
    return (A...,)
end
map(f, t::Tuple{}, s::Tuple{}) = ()
map(f, t::Tuple, s::Tuple{}) = ()
map(f, t::Tuple{}, s::Tuple) = ()
map(f, t::Tuple{Any,Any}, s::Tuple{Any,Any}) = (f(t[1], s[1]), f(t[2], s[2]))
map(f, t::Tuple, s::Tuple) = (f(t[1], s[1]), map(f, tail(t), tail(s))...)
function map(f, t::Any32, s::Any32)
    n = min(length(t), length(s))
    A = Vector{Any}(undef, n)
    for i in 1:n
        A[i] = f(t[i], s[i])
    end
    return (A...,)
end
heads(ts::Tuple...) = map(t -> t[1], ts)
tails(ts::Tuple...) = map(tail, ts)
map(f, ::Tuple{}, ts::Tuple...) = ()
anyempty(x::Tuple{}, xs...) = true
anyempty(x::Tuple, xs...) = anyempty(xs...)
anyempty() = false
map(f, t1::Tuple, t2::Tuple, ts::Tuple...) =
    anyempty(t1, t2, ts...) ? () : (f(heads(t1, t2, ts...)...), map(f, tails(t1, t2, ts...)...)...)

# Fill up to `n` elements with a value.
fill_to_length(t::NTuple{N,Any}, val, ::Val{N}) where {N} = t
fill_to_length(t::Tuple{}, val, ::Val{1}) = (val,)
fill_to_length(t::Tuple{Any}, val, ::Val{2}) = (t..., val)
fill_to_length(t::Tuple{}, val, ::Val{2}) = (val, val)
fill_to_length(t::Tuple, val, ::Val{N}) where {N} = (t..., ntuple(i -> val, N - length(t))...)

# ---- construction from iterators ---------------------------------------------------------------------------

(::Type{Tuple})(x::Tuple) = x
(::Type{T})(x::Tuple) where {T<:Tuple} = convert(T, x)
Tuple(x::Ref) = tuple(getindex(x))
Tuple(x::Array{T,0}) where {T} = tuple(getindex(x))
Tuple(itr) = (itr...,)
Tuple(nt::NamedTuple) = (nt...,)
(::Type{T})(nt::NamedTuple) where {T<:Tuple} = convert(T, Tuple(nt))
(::Type{T})(itr) where {T<:Tuple} = _totuple(T, itr)

# A tuple type with a fixed number of elements takes that many from the iterator, at least.
function _totuple(::Type{T}, itr) where {T<:Tuple}
    n = datatype_fieldcount(unwrap_unionall(T)::DataType)
    n === nothing && return convert(T, (itr...,))
    elts = Any[]
    y = n == 0 ? nothing : iterate(itr)
    while y !== nothing
        push!(elts, y[1])
        length(elts) == n && break
        y = iterate(itr, y[2])
    end
    length(elts) < n && throw(ArgumentError("too few elements for tuple type $T"))
    return convert(T, (elts...,))
end

# ---- comparison -----------------------------------------------------------------------------------------------

isequal(t1::Tuple, t2::Tuple) = length(t1) == length(t2) && _isequal(t1, t2)
_isequal(::Tuple{}, ::Tuple{}) = true
_isequal(t1::Tuple{Any}, t2::Tuple{Any}) = isequal(t1[1], t2[1])
_isequal(t1::Tuple, t2::Tuple) = isequal(t1[1], t2[1]) && _isequal(tail(t1), tail(t2))
function _isequal(t1::Any32, t2::Any32)
    for i in eachindex(t1)
        isequal(t1[i], t2[i]) || return false
    end
    return true
end

==(t1::Tuple, t2::Tuple) = (length(t1) == length(t2)) && _eq(t1, t2)
_eq(t1::Tuple{}, t2::Tuple{}) = true
_eq(t1::Tuple{Any}, t2::Tuple{Any}) = t1[1] == t2[1]
function _eq(t1::Tuple, t2::Tuple)
    eq = t1[1] == t2[1]
    if eq === false
        return false
    elseif ismissing(eq)
        return _eq_missing(tail(t1), tail(t2))
    else
        return _eq(tail(t1), tail(t2))
    end
end
_eq_missing(t1::Tuple{}, t2::Tuple{}) = missing
function _eq_missing(t1::Tuple, t2::Tuple)
    eq = t1[1] == t2[1]
    if eq === false
        return false
    else
        return _eq_missing(tail(t1), tail(t2))
    end
end
function _eq(t1::Any32, t2::Any32)
    anymissing = false
    for i in eachindex(t1)
        eq = (t1[i] == t2[i])
        if ismissing(eq)
            anymissing = true
        elseif !eq
            return false
        end
    end
    return anymissing ? missing : true
end

const tuplehash_seed = 0x77cfa1eef01bca90
hash(::Tuple{}, h::UInt) = h + tuplehash_seed
hash(t::Tuple, h::UInt) = hash(t[1], hash(tail(t), h))
function hash(t::Any32, h::UInt)
    out = h + tuplehash_seed
    for i in length(t):-1:1
        out = hash(t[i], out)
    end
    return out
end

<(::Tuple{}, ::Tuple{}) = false
<(::Tuple{}, ::Tuple) = true
<(::Tuple, ::Tuple{}) = false
function <(t1::Tuple, t2::Tuple)
    a, b = t1[1], t2[1]
    eq = (a == b)
    if ismissing(eq)
        return missing
    elseif !eq
        return a < b
    end
    return tail(t1) < tail(t2)
end
function <(t1::Any32, t2::Any32)
    n1, n2 = length(t1), length(t2)
    for i in 1:min(n1, n2)
        a, b = t1[i], t2[i]
        eq = (a == b)
        if ismissing(eq)
            return missing
        elseif !eq
            return a < b
        end
    end
    return n1 < n2
end

isless(::Tuple{}, ::Tuple{}) = false
isless(::Tuple{}, ::Tuple) = true
isless(::Tuple, ::Tuple{}) = false
function isless(t1::Tuple, t2::Tuple)
    a, b = t1[1], t2[1]
    return isless(a, b) || (isequal(a, b) && isless(tail(t1), tail(t2)))
end
function isless(t1::Any32, t2::Any32)
    n1, n2 = length(t1), length(t2)
    for i in 1:min(n1, n2)
        a, b = t1[i], t2[i]
        if !isequal(a, b)
            return isless(a, b)
        end
    end
    return n1 < n2
end

# ---- reductions -------------------------------------------------------------------------------------------------

prod(x::Tuple{}) = 1
prod(x::Tuple{Int,Vararg{Int}}) = *(x...)

all(x::Tuple{}) = true
all(x::Tuple{Bool}) = x[1]
all(x::Tuple{Bool,Bool}) = x[1] & x[2]
all(x::Tuple{Bool,Bool,Bool}) = x[1] & x[2] & x[3]
any(x::Tuple{}) = false
any(x::Tuple{Bool}) = x[1]
any(x::Tuple{Bool,Bool}) = x[1] | x[2]
any(x::Tuple{Bool,Bool,Bool}) = x[1] | x[2] | x[3]

function in(x, itr::Tuple)
    anymissing = false
    for i in 1:length(itr)
        v = (getfield(itr, i) == x)
        if ismissing(v)
            anymissing = true
        elseif v
            return true
        end
    end
    return anymissing ? missing : false
end
in(x, ::Tuple{}) = false

"""
    empty(x::Tuple)

The empty tuple.
"""
empty(@nospecialize x::Tuple) = ()

function findfirst(f::Function, x::Tuple)
    for i in 1:length(x)
        f(x[i]) && return i
    end
    return nothing
end
function findlast(f::Function, x::Tuple)
    for i in length(x):-1:1
        f(x[i]) && return i
    end
    return nothing
end

filter(f, xs::Tuple) = afoldl((ys, x) -> f(x) ? (ys..., x) : ys, (), xs...)
filter(f, t::Any32) = Tuple(filter(f, collect(t)))
