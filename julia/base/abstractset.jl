# abstractset.jl: the set operations for everything that can be iterated.

eltype(::Type{<:AbstractSet{T}}) where {T} = @isdefined(T) ? T : Any
sizehint!(s::AbstractSet, n) = s

function copy!(dst::AbstractSet, src::AbstractSet)
    dst === src && return dst
    union!(empty!(dst), src)
end

## union ##

function union end
union(s, sets...) = union!(emptymutable(s, promote_eltype(s, sets...)), s, sets...)
union(s::AbstractSet) = copy(s)

const ∪ = union

union!(s::AbstractSet, sets...) = (foreach(x -> union!(s, x), sets); s)
union!(s::AbstractSet) = s

max_values(::Type) = typemax(Int)
max_values(T::Union{Type{Int8},Type{UInt8},Type{Int16},Type{UInt16},Type{Int32},Type{UInt32}}) = 1 << (8 * sizeof(T))
# saturates for large sums
max_values(T::Union) = max(max_values(T.a), max_values(T.b)) == typemax(Int) ? typemax(Int) : max_values(T.a) + max_values(T.b)
max_values(::Type{Bool}) = 2
max_values(::Type{Nothing}) = 1

function union!(s::AbstractSet{T}, itr) where {T}
    haslength(itr) && sizehint!(s, length(s) + Int(length(itr))::Int)
    for x in itr
        push!(s, x)
        length(s) == max_values(T) && break
    end
    return s
end

## intersect ##

function intersect(s::AbstractSet, itr, itrs...)
    T = promote_eltype(s, itr)
    if itr isa AbstractSet && length(itr) < length(s)
        # walks along the smaller one
        out = mapfilter(in(s), push!, itr, emptymutable(s, T))
    else
        rest = itr isa AbstractSet || hasfastin(itr) ? itr : union!(emptymutable(s, eltype(itr)), itr)
        out = mapfilter(in(rest), push!, s, emptymutable(s, T))
    end
    return isempty(itrs) ? out : intersect!(out, itrs...)
end
intersect(s) = union(s)
intersect(s::AbstractSet) = copy(s)

const ∩ = intersect

function intersect!(s::AbstractSet, itrs...)
    for x in itrs
        intersect!(s, x)
    end
    return s
end
intersect!(s::AbstractSet, s2::AbstractSet) = filter!(in(s2), s)
intersect!(s::AbstractSet, itr) = intersect!(s, union!(emptymutable(s, eltype(itr)), itr))
intersect!(s::AbstractSet) = s

## setdiff ##

function setdiff end
setdiff(s::AbstractSet, itrs...) = setdiff!(copymutable(s), itrs...)
setdiff(s) = union(s)

function setdiff!(s::AbstractSet, itrs...)
    for x in itrs
        setdiff!(s, x)
    end
    return s
end
function setdiff!(s::AbstractSet, itr)
    for x in itr
        delete!(s, x)
    end
    return s
end
setdiff!(s::AbstractSet) = s

## symdiff ##

symdiff(s, sets...) = symdiff!(emptymutable(s, promote_eltype(s, sets...)), s, sets...)
symdiff(s) = symdiff!(copy(s))

function symdiff!(s::AbstractSet, itrs...)
    for x in itrs
        symdiff!(s, x)
    end
    return s
end
symdiff!(s::AbstractSet, itr) = symdiff!(s::AbstractSet, Set(itr))
function symdiff!(s::AbstractSet, itr::AbstractSet)
    for x in itr
        x in s ? delete!(s, x) : push!(s, x)
    end
    return s
end
symdiff!(s::AbstractSet) = s

## subsets ##

function issubset end
const ⊆ = issubset
function ⊇ end

# a long list is searched through a set
function issubset(a, b)
    if haslength(b) && !hasfastin(b) && (isa(a, AbstractSet) || haslength(a))
        length(b) > 70 && return issubset(a, Set(b))
    end
    if isa(a, AbstractSet) && isa(b, AbstractSet) && length(a) > length(b)
        return false
    end
    for elt in a
        elt in b || return false
    end
    return true
end

hasfastin(::Type) = false
hasfastin(::Union{Type{<:AbstractSet},Type{<:AbstractDict},Type{<:AbstractRange}}) = true
hasfastin(x) = hasfastin(typeof(x))

⊇(a, b) = b ⊆ a

function ⊊ end
function ⊋ end
⊊(a::AbstractSet, b::AbstractSet) = length(a) < length(b) && a ⊆ b
⊊(a::AbstractSet, b) = a ⊊ Set(b)
⊊(a, b::AbstractSet) = Set(a) ⊊ b
⊊(a, b) = Set(a) ⊊ Set(b)
⊋(a, b) = b ⊊ a

function ⊈ end
function ⊉ end
⊈(a, b) = !⊆(a, b)
⊉(a, b) = b ⊈ a

# partially applied
issubset(a) = Fix2(issubset, a)
issetequal(a) = Fix2(issetequal, a)
isdisjoint(a) = Fix2(isdisjoint, a)

## equality ##

issetequal(a::AbstractSet, b::AbstractSet) = a == b
issetequal(a::AbstractSet, b) = issetequal(a, Set(b))
function issetequal(a, b::AbstractSet)
    if haslength(a)
        # too few elements can never be enough
        length(a) < length(b) && return false
    end
    return issetequal(Set(a), b)
end
issetequal(a, b) = issetequal(Set(a), Set(b))

==(a::AbstractSet, b::AbstractSet) = length(a) == length(b) && a ⊆ b
isequal(a::AbstractSet, b::AbstractSet) = a == b
# sets are ordered by inclusion
<(a::AbstractSet, b::AbstractSet) = a ⊊ b
<=(a::AbstractSet, b::AbstractSet) = a ⊆ b

function isdisjoint(a, b)
    function _isdisjoint(a, b)
        hasfastin(b) && return !any(in(b), a)
        hasfastin(a) && return !any(in(a), b)
        haslength(b) && length(b) < 70 && return !any(in(b), a)
        return !any(in(Set(b)), a)
    end
    if haslength(a) && haslength(b) && length(b) < length(a)
        return _isdisjoint(b, a)
    end
    return _isdisjoint(a, b)
end
isdisjoint(a::AbstractRange{T}, b::AbstractRange{T}) where {T<:Integer} = isempty(intersect(a, b))

## filter ##

filter(pred, s::AbstractSet) = mapfilter(pred, push!, s, emptymutable(s))

# an element that is being looked at may be removed
function unsafe_filter!(pred, s::AbstractSet)
    for x in s
        pred(x) || delete!(s, x)
    end
    return s
end
function filter!(pred, s::AbstractSet)
    todelete = [x for x in s if !pred(x)]
    for x in todelete
        delete!(s, x)
    end
    return s
end

mapfilter(pred, f, itr, res) = (foreach(x -> pred(x) && f(res, x), itr); res)

const hashs_seed = 0x852ada37cfe8e0ce
function hash(s::AbstractSet, h::UInt)
    hv = hashs_seed
    for x in s
        hv ⊻= hash(x)
    end
    hash(hv, h)
end

pop!(s::AbstractSet, x, default) = x in s ? pop!(s, x) : default
