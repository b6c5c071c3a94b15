# SubString: a view of the code units offset+1 .. offset+ncodeunits of another string, and what is
# built from pieces of strings: `string`, `*`, `repeat`, `reverse` of String and SubString.

struct SubString{T<:AbstractString} <: AbstractString
    string::T
    offset::Int
    ncodeunits::Int

    function SubString{T}(s::T, i::Int, j::Int) where {T<:AbstractString}
        i <= j || return new(s, 0, 0)
        @boundscheck begin
            checkbounds(s, i:j)
            isvalid(s, i) || string_index_err(s, i)
            isvalid(s, j) || string_index_err(s, j)
        end
        return new(s, i - 1, nextind(s, j) - i)
    end
    function SubString{T}(s::T, i::Int, j::Int, ::Val{:noshift}) where {T<:AbstractString}
        @boundscheck if !(i == j == 0)
            si, sj = i + 1, prevind(s, j + i + 1)
            isvalid(s, si) || string_index_err(s, si)
            isvalid(s, sj) || string_index_err(s, sj)
        end
        return new(s, i, j)
    end
end

@propagate_inbounds SubString(s::T, i::Int, j::Int) where {T<:AbstractString} = SubString{T}(s, i, j)
@propagate_inbounds SubString(s::AbstractString, i::Integer, j::Integer = lastindex(s)) =
    SubString(s, Int(i), Int(j))
@propagate_inbounds SubString(s::AbstractString, r::AbstractUnitRange{<:Integer}) =
    SubString(s, first(r), last(r))
@propagate_inbounds function SubString(s::SubString, i::Int, j::Int)
    @boundscheck i <= j && checkbounds(s, i:j)
    i <= j || return SubString(s.string, 1, 0)
    return SubString(s.string, s.offset + i, s.offset + j)
end
SubString(s::AbstractString) = SubString(s, 1, lastindex(s)::Int)
SubString{T}(s::T) where {T<:AbstractString} = SubString{T}(s, 1, lastindex(s)::Int)
SubString{T}(s::AbstractString) where {T<:AbstractString} = SubString{T}(convert(T, s)::T)
SubString{String}(s::SubString{String}) = s
SubString(s::SubString) = s

@propagate_inbounds view(s::AbstractString, r::AbstractUnitRange{<:Integer}) = SubString(s, r)
@propagate_inbounds maybeview(s::AbstractString, r::AbstractUnitRange{<:Integer}) = view(s, r)
@propagate_inbounds maybeview(s::AbstractString, args...) = getindex(s, args...)

convert(::Type{SubString{S}}, s::AbstractString) where {S<:AbstractString} =
    SubString(convert(S, s))::SubString{S}
convert(::Type{T}, s::T) where {T<:SubString} = s
convert(::Type{SubString{S}}, s::SubString{S}) where {S<:AbstractString} = s

function String(s::SubString{String})
    parent = s.string
    n = s.ncodeunits
    out = _string_n(n)
    copy_bytes_to_string!(out, 1, parent, s.offset + 1, n)
    return out
end
# `dest` is a string that was just allocated and that nobody else has seen.
@inline function copy_bytes_to_string!(dest::String, at::Int, src::String, from::Int, n::Int)
    GC.@preserve dest src unsafe_copyto!(pointer(dest, at), pointer(src, from), n)
    return nothing
end

ncodeunits(s::SubString) = s.ncodeunits
codeunit(s::SubString) = codeunit(s.string)::CodeunitType
length(s::SubString) = length(s.string, s.offset + 1, s.offset + s.ncodeunits)

codeunit(s::SubString, i::Integer) = codeunit(s, Int(i))
function codeunit(s::SubString, i::Int)
    @boundscheck checkbounds(s, i)
    return @inbounds codeunit(s.string, s.offset + i)
end

function iterate(s::SubString, i::Integer = firstindex(s))
    i == ncodeunits(s) + 1 && return nothing
    @boundscheck checkbounds(s, i)
    y = iterate(s.string, s.offset + i)
    y === nothing && return nothing
    c, i = y::Tuple{AbstractChar,Int}
    return c, i - s.offset
end

getindex(s::SubString, i::Integer) = getindex(s, Int(i))
function getindex(s::SubString, i::Int)
    @boundscheck checkbounds(s, i)
    isvalid(s, i) || string_index_err(s, i)
    return @inbounds getindex(s.string, s.offset + i)
end

isascii(s::SubString{String}) = isascii(codeunits(s))

function isvalid(s::SubString, i::Integer)
    ib = true
    @boundscheck ib = checkbounds(Bool, s, i)
    return ib && @inbounds isvalid(s.string, s.offset + i)::Bool
end

thisind(s::SubString{String}, i::Int) = _thisind_str(s, i)
nextind(s::SubString{String}, i::Int) = _nextind_str(s, i)

parent(s::SubString) = s.string
parentindices(s::SubString) = (s.offset + 1:thisind(s.string, s.offset + s.ncodeunits),)

function ==(a::Union{String,SubString{String}}, b::Union{String,SubString{String}})
    n = sizeof(a)
    return n == sizeof(b) && 0 == _memcmp(a, b, n)
end
function cmp(a::SubString{String}, b::SubString{String})
    na, nb = sizeof(a), sizeof(b)
    c = _memcmp(a, b, min(na, nb))
    return c < 0 ? -1 : c > 0 ? +1 : cmp(na, nb)
end

# Strings that are equal as text hash alike, whatever type holds them.
function hash(s::SubString{String}, h::UInt)
    h += memhash_seed
    return ccall(:memhash_seed, UInt, (Ptr{UInt8}, Csize_t, UInt32), s, sizeof(s), h % UInt32) + h
end
hash(s::AbstractString, h::UInt) = hash(String(s), h)

isvalid(::Type{String}, s::Union{String,SubString{String}}) = isvalid(s)
isvalid(s::SubString{String}) = _utf8_class(codeunits(s), ncodeunits(s)) != 0

pointer(x::SubString{String}) = pointer(x.string) + x.offset
pointer(x::SubString{String}, i::Integer) = pointer(x.string) + x.offset + (i - 1)
unsafe_convert(::Type{Ptr{R}}, s::SubString{String}) where {R<:Union{Int8,UInt8}} =
    convert(Ptr{R}, pointer(s.string)) + s.offset
cconvert(::Type{Ptr{UInt8}}, s::SubString{String}) = s
cconvert(::Type{Ptr{Int8}}, s::SubString{String}) = s

## reverse

function reverse(s::Union{String,SubString{String}})::String
    n = sizeof(s)
    out = _string_n(n)
    offs = n + 1
    for c in s
        k = ncodeunits(c)
        offs -= k
        __unsafe_string!(out, c, offs)
    end
    return out
end
reverse(s::AbstractString) = reverse(String(s))::String
reverse(ss::SubString) = reverse(String(ss))::String

## string

string(a::String) = String(a)
string(a::SubString{String}) = String(a)

function Symbol(s::SubString{String})
    return GC.@preserve s ccall(:jl_symbol_n, Ref{Symbol}, (Ptr{UInt8}, Int), pointer(s), sizeof(s))
end
Symbol(s::String) = ccall(:jl_symbol_n, Ref{Symbol}, (Ptr{UInt8}, Int), s, sizeof(s))

_piece_size(c::Char) = ncodeunits(c)
_piece_size(s::Union{String,SubString{String}}) = sizeof(s)
@inline function __unsafe_string!(out, s::SubString{String}, offs::Integer)
    n = sizeof(s)
    GC.@preserve s out unsafe_copyto!(pointer(out, offs), pointer(s), n)
    return n
end

# Concatenation of pieces whose bytes are known: one allocation.
function string(a::Union{Char,String,SubString{String}}...)
    n = 0
    for v in a
        n += _piece_size(v)
    end
    out = _string_n(n)
    offs = 1
    for v in a
        offs += __unsafe_string!(out, v, offs)
    end
    return out
end
string(s::String, t::String) = _concat2(s, t)
function _concat2(s::String, t::String)
    m, n = sizeof(s), sizeof(t)
    out = _string_n(m + n)
    copy_bytes_to_string!(out, 1, s, 1, m)
    copy_bytes_to_string!(out, m + 1, t, 1, n)
    return out
end

function repeat(s::Union{String,SubString{String}}, r::Integer)
    r < 0 && throw(ArgumentError("can't repeat a string $r times"))
    r == 0 && return ""
    r == 1 && return String(s)
    n = sizeof(s)
    out = _string_n(n * r)
    GC.@preserve s out begin
        if n == 1
            ccall(:memset, Ptr{Cvoid}, (Ptr{UInt8}, Cint, Csize_t), out, unsafe_load(pointer(s)), r)
        else
            for i in 0:(r - 1)
                unsafe_copyto!(pointer(out, i * n + 1), pointer(s), n)
            end
        end
    end
    return out
end

function filter(f, s::SubString{String})
    return filter(f, String(s))
end

# A range of any string but String gives a view; String's own method copies.
getindex(s::AbstractString, r::AbstractUnitRange{<:Integer}) = SubString(s, r)
