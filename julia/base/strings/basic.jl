# The AbstractString interface: indices are code unit positions, and everything here is written
# over ncodeunits, codeunit, isvalid and iterate alone, so that any string type works.
# Fast versions for String are in strings/string.jl.

## required of every string type

function ncodeunits end
function codeunit end

struct StringIndexError <: Exception
    string::AbstractString
    index::Integer
end

@noinline string_index_err(s::AbstractString, i::Integer) =
    throw(StringIndexError(s, Int(i)))

function showerror(io::IO, e::StringIndexError)
    s = e.string
    print(io, "StringIndexError: ", "invalid index [", e.index, "]")
    if firstindex(s) <= e.index <= ncodeunits(s)
        iprev = thisind(s, e.index)
        inext = nextind(s, iprev)
        escprev = escape_string(s[iprev:iprev])
        if inext <= ncodeunits(s)
            escnext = escape_string(s[inext:inext])
            print(io, ", valid nearby indices [", iprev, "]=>'", escprev, "', [", inext, "]=>'",
                  escnext, "'")
        else
            print(io, ", valid nearby index [", iprev, "]=>'", escprev, "'")
        end
    end
end

function isvalid(s::AbstractString, i::Integer)
    1 <= i <= ncodeunits(s) || return false
    i = Int(i)
    j = 1
    while j < i
        y = iterate(s, j)
        y === nothing && return false
        j = y[2]
    end
    return j == i
end

## basics

eltype(::Type{<:AbstractString}) = Char

sizeof(s::AbstractString) = ncodeunits(s)::Int * sizeof(codeunit(s)::CodeunitType)
const CodeunitType = Union{Type{UInt8},Type{UInt16},Type{UInt32}}

firstindex(s::AbstractString) = 1
lastindex(s::AbstractString) = thisind(s, ncodeunits(s)::Int)
isempty(s::AbstractString) = iszero(ncodeunits(s)::Int)
function getindex(s::AbstractString, i::Integer)
    @boundscheck checkbounds(s, i)
    return isvalid(s, i) ? (iterate(s, i)::NTuple{2,Any})[1] : string_index_err(s, i)
end
@propagate_inbounds iterate(s::AbstractString, i::Integer) = iterate(s, Int(i))
getindex(s::AbstractString, i::Colon) = s
function getindex(s::AbstractString, v::AbstractVector{<:Integer})
    return sprint(io -> for i in v; write(io, s[i]); end, sizehint = length(v))
end
getindex(s::AbstractString, v::AbstractVector{Bool}) =
    throw(ArgumentError("logical indexing not supported for strings"))

get(s::AbstractString, i::Integer, default) =
    (1 <= i <= ncodeunits(s) && isvalid(s, i)) ? (iterate(s, i)::NTuple{2,Any})[1] : default

checkbounds(::Type{Bool}, s::AbstractString, i::Integer) =
    1 <= i <= ncodeunits(s)::Int
checkbounds(::Type{Bool}, s::AbstractString, r::AbstractRange{<:Integer}) =
    isempty(r) || (1 <= minimum(r) && maximum(r) <= ncodeunits(s)::Int)
checkbounds(::Type{Bool}, s::AbstractString, I::AbstractArray{<:Integer}) =
    all(i -> checkbounds(Bool, s, i), I)
checkbounds(s::AbstractString, I::Union{Integer,AbstractArray}) =
    checkbounds(Bool, s, I) ? nothing : throw(BoundsError(s, I))

string() = ""
string(s::AbstractString) = s

Vector{UInt8}(s::AbstractString) = unsafe_wrap_copy(String(s))
Array{UInt8}(s::AbstractString) = Vector{UInt8}(s)
Vector{T}(s::AbstractString) where {T<:AbstractChar} = collect(T, s)

Symbol(s::AbstractString) = Symbol(String(s))
Symbol(x...) = Symbol(string(x...))

convert(::Type{T}, s::T) where {T<:AbstractString} = s
convert(::Type{T}, s::AbstractString) where {T<:AbstractString} = T(s)::T
convert(::Type{String}, s::String) = s

## comparison and concatenation

function cmp(a::AbstractString, b::AbstractString)
    a === b && return 0
    x = iterate(a)
    y = iterate(b)
    while x !== nothing && y !== nothing
        c, d = x[1], y[1]
        c == d || return isless(c, d) ? -1 : 1
        x = iterate(a, x[2])
        y = iterate(b, y[2])
    end
    return x === nothing ? (y === nothing ? 0 : -1) : 1
end

==(a::AbstractString, b::AbstractString) = cmp(a, b) == 0
isless(a::AbstractString, b::AbstractString) = cmp(a, b) < 0

cmp(a::Symbol, b::Symbol) = Int(sign(ccall(:strcmp, Int32, (Cstring, Cstring), a, b)))
isless(a::Symbol, b::Symbol) = cmp(a, b) < 0

*(s1::Union{AbstractChar,AbstractString}, ss::Union{AbstractChar,AbstractString}...) =
    string(s1, ss...)
one(::Union{T,Type{T}}) where {T<:AbstractString} = convert(T, "")

## indices

length(s::AbstractString) = length(s, 1, lastindex(s)) # counted by character starts

function length(s::AbstractString, i::Int, j::Int)
    @boundscheck begin
        0 < i <= ncodeunits(s)::Int + 1 || throw(BoundsError(s, i))
        0 <= j < ncodeunits(s)::Int + 1 || throw(BoundsError(s, j))
    end
    n = 0
    for k in i:j
        n += isvalid(s, k)
    end
    return n
end
length(s::AbstractString, i::Integer, j::Integer) = length(s, Int(i), Int(j))

thisind(s::AbstractString, i::Integer) = thisind(s, Int(i))
function thisind(s::AbstractString, i::Int)
    z = ncodeunits(s)::Int + 1
    i == z && return i
    @boundscheck 0 <= i <= z || throw(BoundsError(s, i))
    while 1 < i && !isvalid(s, i)
        i -= 1
    end
    return i
end

prevind(s::AbstractString, i::Integer, n::Integer) = prevind(s, Int(i), Int(n))
prevind(s::AbstractString, i::Integer) = prevind(s, Int(i))
prevind(s::AbstractString, i::Int) = prevind(s, i, 1)
function prevind(s::AbstractString, i::Int, n::Int)
    n < 0 && throw(ArgumentError("n cannot be negative: $n"))
    z = ncodeunits(s) + 1
    @boundscheck 0 < i <= z || throw(BoundsError(s, i))
    n == 0 && return thisind(s, i) == i ? i : string_index_err(s, i)
    while n > 0 && 1 < i
        i -= 1
        n -= isvalid(s, i)
    end
    return i - n
end

nextind(s::AbstractString, i::Integer, n::Integer) = nextind(s, Int(i), Int(n))
nextind(s::AbstractString, i::Integer) = nextind(s, Int(i))
nextind(s::AbstractString, i::Int) = nextind(s, i, 1)
function nextind(s::AbstractString, i::Int, n::Int)
    n < 0 && throw(ArgumentError("n cannot be negative: $n"))
    z = ncodeunits(s)
    @boundscheck 0 <= i <= z || throw(BoundsError(s, i))
    n == 0 && return thisind(s, i) == i ? i : string_index_err(s, i)
    while n > 0 && i < z
        i += 1
        n -= isvalid(s, i)
    end
    return i + n
end

struct EachStringIndex{T<:AbstractString}
    s::T
end
keys(s::AbstractString) = EachStringIndex(s)
eachindex(s::AbstractString) = keys(s)
length(e::EachStringIndex) = length(e.s)
first(::EachStringIndex) = 1
last(e::EachStringIndex) = lastindex(e.s)
iterate(e::EachStringIndex, state = firstindex(e.s)) =
    state > ncodeunits(e.s) ? nothing : (state, nextind(e.s, state))
eltype(::Type{<:EachStringIndex}) = Int
show(io::IO, e::EachStringIndex) = (print(io, "EachStringIndex("); show(io, e.s); print(io, ")"))
IteratorSize(::Type{<:EachStringIndex}) = HasLength()

# Backwards, character by character.
iterate(r::Iterators.Reverse{<:EachStringIndex}, i = lastindex(r.itr.s)) =
    i < 1 ? nothing : (i, prevind(r.itr.s, i))
iterate(r::Iterators.Reverse{<:AbstractString}, i = lastindex(r.itr)) =
    i < 1 ? nothing : (r.itr[i], prevind(r.itr, i))

isascii(s::AbstractString) = all(isascii, s)

# All bytes below 0x80.
function isascii(v::AbstractVector{<:Union{Int8,UInt8}})
    for b in v
        (b % UInt8) < 0x80 || return false
    end
    return true
end

## map and filter

function map(f, s::AbstractString)
    out = StringVector(max(4, sizeof(s) ÷ sizeof(codeunit(s))))
    index = UInt(1)
    for c::AbstractChar in s
        d = f(c)
        isa(d, AbstractChar) || throw(ArgumentError(
            "map(f, s::AbstractString) requires f to return AbstractChar; " *
            "try map(f, collect(s)) or a comprehension instead"))
        index + 3 > length(out) && resize!(out, unsigned(2 * length(out)))
        index += __unsafe_string!(out, convert(Char, d), index)
    end
    resize!(out, index - 1)
    sizehint!(out, index - 1)
    return String(out)
end

function filter(f, s::AbstractString)
    out = IOBuffer(sizehint = sizeof(s))
    for c in s
        f(c) && write(out, c)
    end
    return String(take!(out))
end

## parts

first(s::AbstractString) = isempty(s) ? throw(ArgumentError("collection must be non-empty")) : s[firstindex(s)]
last(s::AbstractString) = s[lastindex(s)]
first(s::AbstractString, n::Integer) = s[1:min(end, nextind(s, 0, n))]
last(s::AbstractString, n::Integer) = s[max(1, prevind(s, ncodeunits(s) + 1, n)):end]

reverseind(s::AbstractString, i::Integer) = thisind(s, ncodeunits(s) - i + 1)

function repeat(s::AbstractString, r::Integer)
    return repeat(String(s), r)
end
^(s::Union{AbstractString,AbstractChar}, r::Integer) = repeat(s, r)

in(c::AbstractChar, s::AbstractString) = (findfirst(isequal(c), s) !== nothing)
in(::AbstractString, ::AbstractString) =
    error("use occursin(needle, haystack) for string containment")

## code units

struct CodeUnits{T,S<:AbstractString} <: DenseVector{T}
    s::S
    CodeUnits(s::S) where {S<:AbstractString} = new{codeunit(s),S}(s)
end
length(s::CodeUnits) = ncodeunits(s.s)
sizeof(s::CodeUnits{T}) where {T} = ncodeunits(s.s) * sizeof(T)
size(s::CodeUnits) = (length(s),)
elsize(::Type{<:CodeUnits{T}}) where {T} = sizeof(T)
strides(s::CodeUnits) = (1,)
IndexStyle(::Type{<:CodeUnits}) = IndexLinear()
@propagate_inbounds getindex(s::CodeUnits, i::Int) = codeunit(s.s, i)
@inline iterate(s::CodeUnits, i = 1) =
    (i % UInt) - 1 < length(s) ? (@inbounds s[i], i + 1) : nothing
write(io::IO, s::CodeUnits) = write(io, s.s)
cconvert(::Type{Ptr{T}}, s::CodeUnits{T}) where {T} = cconvert(Ptr{T}, s.s)
cconvert(::Type{Ptr{Int8}}, s::CodeUnits{UInt8}) = cconvert(Ptr{Int8}, s.s)
unsafe_convert(::Type{Ptr{T}}, s::CodeUnits{T}) where {T} = unsafe_convert(Ptr{T}, s.s)
unsafe_convert(::Type{Ptr{Int8}}, s::CodeUnits{UInt8}) = unsafe_convert(Ptr{Int8}, s.s)

codeunits(s::AbstractString) = CodeUnits(s)

function _split_rest(s::AbstractString, n::Int)
    lastind = lastindex(s)
    i = try
        prevind(s, lastind, n)
    catch e
        e isa BoundsError || rethrow()
        _check_length_split_rest(length(s), n)
    end
    last_n = SubString(s, nextind(s, i), lastind)
    front = s[begin:i]
    return front, last_n
end
