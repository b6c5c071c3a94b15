# bitset.jl: sets of integers, one bit each, in chunks of 64 that begin where the first is needed.

const Bits = Vector{UInt64}
const CHK0 = zero(UInt64)
# an offset that no value has: the set is empty
const NO_OFFSET = Int === Int64 ? -one(Int) << 60 : -one(Int) << 29

mutable struct BitSet <: AbstractSet{Int}
    bits::Bits
    # the chunk number of bits[1]
    offset::Int
    BitSet() = new(resize!(sizehint!(Bits(), 4), 0), NO_OFFSET)
end

BitSet(itr) = union!(BitSet(), itr)
# a range of few chunks is filled at once
BitSet(r::AbstractUnitRange{<:Integer}) = union!(BitSet(), r)

function copy!(dest::BitSet, src::BitSet)
    resize!(dest.bits, length(src.bits))
    copyto!(dest.bits, src.bits)
    dest.offset = src.offset
    dest
end

empty(s::BitSet, ::Type{Int}=Int) = BitSet()
emptymutable(s::BitSet, ::Type{Int}=Int) = BitSet()
copy(s1::BitSet) = copy!(BitSet(), s1)
copymutable(s::BitSet) = copy(s)
eltype(::Type{BitSet}) = Int
sizehint!(s::BitSet, n::Integer; first::Integer=1) = (sizehint!(s.bits, (n + 63) >> 6); s)

@inline intoffset(s::BitSet) = s.offset << 6

_bitpos(s::BitSet, n::Int) = (n >> 6) - s.offset + 1, n & 63

function _bits_getindex(s::BitSet, n::Int)
    s.offset == NO_OFFSET && return false
    k, j = _bitpos(s, n)
    1 <= k <= length(s.bits) || return false
    return (s.bits[k] >> j) & 1 == 1
end

# makes room for n in front or behind
function _ensure_chunk!(s::BitSet, n::Int)
    c = n >> 6
    if s.offset == NO_OFFSET || isempty(s.bits)
        empty!(s.bits)
        push!(s.bits, CHK0)
        s.offset = c
        return s
    end
    d = c - s.offset
    if d < 0
        _growbeg!(s.bits, -d)
        for i in 1:-d
            s.bits[i] = CHK0
        end
        s.offset = c
    elseif d >= length(s.bits)
        l = length(s.bits)
        _growend!(s.bits, d + 1 - l)
        for i in l+1:d+1
            s.bits[i] = CHK0
        end
    end
    return s
end

function _setint!(s::BitSet, n::Int, b::Bool)
    if b
        _ensure_chunk!(s, n)
        k, j = _bitpos(s, n)
        s.bits[k] |= UInt64(1) << j
    elseif s.offset != NO_OFFSET
        k, j = _bitpos(s, n)
        1 <= k <= length(s.bits) && (s.bits[k] &= ~(UInt64(1) << j))
    end
    return s
end

_is_convertible_Int(n) = typemin(Int) <= n <= typemax(Int)
@noinline _throw_bitset_bounds_err() =
    throw(ArgumentError("elements of BitSet must be between typemin(Int) and typemax(Int)"))

push!(s::BitSet, n::Integer) = _is_convertible_Int(n) ? _setint!(s, Int(n), true) : _throw_bitset_bounds_err()
push!(s::BitSet, ns::Integer...) = (foreach(n -> push!(s, n), ns); s)

pop!(s::BitSet) = pop!(s, last(s))
function pop!(s::BitSet, n::Integer)
    n in s ? (delete!(s, n); n) : throw(KeyError(n))
end
pop!(s::BitSet, n::Integer, default) = n in s ? (delete!(s, n); n) : default
delete!(s::BitSet, n::Int) = _setint!(s, n, false)
delete!(s::BitSet, n::Integer) = _is_convertible_Int(n) ? delete!(s, Int(n)) : s
popfirst!(s::BitSet) = pop!(s, first(s))

function empty!(s::BitSet)
    empty!(s.bits)
    s.offset = NO_OFFSET
    return s
end
isempty(s::BitSet) = all(==(CHK0), s.bits)

in(n::Int, s::BitSet) = _bits_getindex(s, n)
in(n::Integer, s::BitSet) = _is_convertible_Int(n) ? in(Int(n), s) : false

function iterate(s::BitSet, (word, idx)=(CHK0, 0))
    # word holds what is left of chunk idx
    while word == 0
        idx == length(s.bits) && return nothing
        idx += 1
        word = @inbounds s.bits[idx]
    end
    return trailing_zeros(word) + ((idx - 1 + s.offset) << 6), (_blsr(word), idx)
end

@noinline _throw_bitset_notempty_error() = throw(ArgumentError("collection must be non-empty"))
function first(s::BitSet)
    y = iterate(s)
    y === nothing && _throw_bitset_notempty_error()
    return y[1]
end
function last(s::BitSet)
    for k in length(s.bits):-1:1
        c = s.bits[k]
        c == 0 || return ((k - 1 + s.offset) << 6) + 63 - leading_zeros(c)
    end
    _throw_bitset_notempty_error()
end
minimum(s::BitSet) = first(s)
maximum(s::BitSet) = last(s)
extrema(s::BitSet) = (first(s), last(s))
issorted(s::BitSet) = true

length(s::BitSet) = _bitcount(s.bits, 0)

## set operations by chunks ##

_chunk(s::BitSet, c::Int) = s.offset == NO_OFFSET ? CHK0 : (k = c - s.offset + 1; 1 <= k <= length(s.bits) ? (@inbounds s.bits[k]) : CHK0)

function union!(s1::BitSet, s2::BitSet)
    isempty(s2) && return s1
    for k in 1:length(s2.bits)
        w = s2.bits[k]
        w == 0 && continue
        c = s2.offset + k - 1
        _ensure_chunk!(s1, c << 6)
        s1.bits[c-s1.offset+1] |= w
    end
    return s1
end
function union!(s::BitSet, r::AbstractUnitRange{<:Integer})
    isempty(r) && return s
    (_is_convertible_Int(first(r)) && _is_convertible_Int(last(r))) || _throw_bitset_bounds_err()
    for i in r
        _setint!(s, Int(i), true)
    end
    return s
end
function union!(s::BitSet, itr)
    for x in itr
        push!(s, x)
    end
    return s
end
union(s::BitSet, sets...) = union!(copy(s), sets...)

function intersect!(s1::BitSet, s2::BitSet)
    for k in 1:length(s1.bits)
        s1.bits[k] &= _chunk(s2, s1.offset + k - 1)
    end
    return s1
end
intersect(s1::BitSet, s2::BitSet) = intersect!(copy(s1), s2)

function setdiff!(s1::BitSet, s2::BitSet)
    for k in 1:length(s1.bits)
        s1.bits[k] &= ~_chunk(s2, s1.offset + k - 1)
    end
    return s1
end

function symdiff!(s1::BitSet, s2::BitSet)
    for k in 1:length(s2.bits)
        w = s2.bits[k]
        w == 0 && continue
        c = s2.offset + k - 1
        _ensure_chunk!(s1, c << 6)
        s1.bits[c-s1.offset+1] ⊻= w
    end
    return s1
end
symdiff!(s::BitSet, ns::AbstractSet) = invoke(symdiff!, Tuple{BitSet,Any}, s, ns)
function symdiff!(s::BitSet, ns)
    for x in ns
        _setint!(s, Int(x), !(x in s))
    end
    return s
end

filter!(f, s::BitSet) = unsafe_filter!(f, s)

## comparison ##

function ==(s1::BitSet, s2::BitSet)
    for (a, b) in ((s1, s2), (s2, s1))
        for k in 1:length(a.bits)
            a.bits[k] == _chunk(b, a.offset + k - 1) || return false
        end
    end
    return true
end
function issubset(a::BitSet, b::BitSet)
    for k in 1:length(a.bits)
        a.bits[k] & ~_chunk(b, a.offset + k - 1) == 0 || return false
    end
    return true
end
⊊(a::BitSet, b::BitSet) = a <= b && a != b

# equal sets have equal hashes, whatever chunks they hold
const hashis_seed = UInt(0x88989f1fc7dea67d)
function hash(s::BitSet, h::UInt)
    h ⊻= hashis_seed
    bc = s.bits
    i = 1
    j = length(bc)
    while j > 0 && bc[j] == CHK0
        # trailing and leading empty chunks do not count
        j -= 1
    end
    while i < j && bc[i] == CHK0
        i += 1
    end
    j == 0 && return hash(i % UInt, h)
    for k in i:j
        h = hash(bc[k], h)
    end
    return hash(s.offset + i, h)
end

function show(io::IO, s::BitSet)
    print(io, "BitSet([")
    first = true
    for n in s
        !first && print(io, ", ")
        print(io, n)
        first = false
    end
    print(io, "])")
end
