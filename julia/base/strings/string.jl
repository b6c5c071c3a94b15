# String: an immutable, NUL-terminated run of bytes that is UTF-8 by convention and never checked.
# Decoding follows the convention of Char: malformed bytes come out as malformed characters, and
# s[i] for the start of any of them works. Memory comes from the runtime (jl_alloc_string).

const ByteArray = Union{CodeUnits{UInt8,String},Vector{UInt8},Vector{Int8}}

pointer(s::String) = unsafe_convert(Ptr{UInt8}, s)
pointer(s::String, i::Integer) = pointer(s)::Ptr{UInt8} + Int(i)::Int - 1
pointer(s::Symbol) = unsafe_convert(Ptr{UInt8}, s)

ncodeunits(s::String) = Core.sizeof(s)
codeunit(s::String) = UInt8
codeunit(s::AbstractString, i::Integer) = codeunit(s, Int(i))
@inline function codeunit(s::String, i::Int)
    @boundscheck (1 <= i <= ncodeunits(s)) || throw(BoundsError(s, i))
    return GC.@preserve s unsafe_load(pointer(s, i))
end
codeunit(s::String, i::Integer) = codeunit(s, Int(i))

## allocation and conversion

_string_n(n::Integer) = ccall(:jl_alloc_string, Ref{String}, (Csize_t,), Int(n))
StringVector(n::Integer) = unsafe_wrap(Vector{UInt8}, _string_n(n))
unsafe_wrap(::Type{Vector{UInt8}}, s::String) =
    ccall(:jl_string_to_array, Ref{Vector{UInt8}}, (Any,), s)

# Takes the bytes out of the vector, which is empty afterwards.
String(v::Vector{UInt8}) = ccall(:jl_array_to_string, Ref{String}, (Any,), v)
String(v::AbstractVector{UInt8}) = String(copyto!(StringVector(length(v)), v))
String(s::CodeUnits{UInt8,String}) = s.s
String(s::String) = s
String(s::Symbol) = unsafe_string(unsafe_convert(Ptr{UInt8}, s))
function String(s::AbstractString)
    io = IOBuffer(sizehint = ncodeunits(s))
    for c in s
        write(io, c)
    end
    return String(take!(io))
end
function String(chars::AbstractVector{<:AbstractChar})
    return sprint(sizehint = length(chars)) do io
        for c in chars
            write(io, c)
        end
    end
end

function unsafe_string(p::Union{Ptr{UInt8},Ptr{Int8}}, len::Integer)
    p == C_NULL && throw(ArgumentError("cannot convert NULL to string"))
    return ccall(:jl_pchar_to_string, Ref{String}, (Ptr{UInt8}, Int), p, len)
end
function unsafe_string(p::Union{Ptr{UInt8},Ptr{Int8}})
    p == C_NULL && throw(ArgumentError("cannot convert NULL to string"))
    return ccall(:jl_cstr_to_string, Ref{String}, (Ptr{UInt8},), p)
end
unsafe_string(s::Cstring) = unsafe_string(convert(Ptr{UInt8}, s))

# A fresh byte vector with the contents of `s`.
function unsafe_wrap_copy(s::String)
    n = sizeof(s)
    v = Vector{UInt8}(undef, n)
    GC.@preserve s v unsafe_copyto!(pointer(v), pointer(s), n)
    return v
end
Vector{UInt8}(s::CodeUnits{UInt8,String}) = unsafe_wrap_copy(s.s)
Array{UInt8}(s::String) = unsafe_wrap_copy(s)
Vector{UInt8}(s::String) = unsafe_wrap_copy(s)
(::Type{Vector})(s::CodeUnits{UInt8,String}) = unsafe_wrap_copy(s.s)

## comparison

_memcmp(a::Union{Ptr{UInt8},AbstractString}, b::Union{Ptr{UInt8},AbstractString}, n::Int) =
    Int(ccall(:memcmp, Int32, (Ptr{UInt8}, Ptr{UInt8}, Csize_t), a, b, n))

function cmp(a::String, b::String)
    al, bl = sizeof(a), sizeof(b)
    c = _memcmp(a, b, min(al, bl))
    return c < 0 ? -1 : c > 0 ? +1 : cmp(al, bl)
end
function ==(a::String, b::String)
    al = sizeof(a)
    return al == sizeof(b) && 0 == _memcmp(a, b, al)
end
typemin(::Type{String}) = ""
typemin(::String) = typemin(String)

## indices

@inline between(b::T, lo::T, hi::T) where {T<:Integer} = (lo <= b) & (b <= hi)
@inline is_continuation(b::UInt8) = b & 0xc0 == 0x80

thisind(s::String, i::Int) = _thisind_str(s, i)
nextind(s::String, i::Int) = _nextind_str(s, i)

# The start of the character that position i belongs to: at most three bytes back, and only if the
# lead byte found there claims that many continuation bytes.
function _thisind_str(s, i::Int)
    i == 0 && return 0
    n = ncodeunits(s)
    i == n + 1 && return i
    @boundscheck between(i, 1, n) || throw(BoundsError(s, i))
    @inbounds b = codeunit(s, i)
    (is_continuation(b) && i - 1 > 0) || return i
    @inbounds b = codeunit(s, i - 1)
    between(b, 0xc0, 0xf7) && return i - 1
    (is_continuation(b) && i - 2 > 0) || return i
    @inbounds b = codeunit(s, i - 2)
    between(b, 0xe0, 0xf7) && return i - 2
    (is_continuation(b) && i - 3 > 0) || return i
    @inbounds b = codeunit(s, i - 3)
    between(b, 0xf0, 0xf7) && return i - 3
    return i
end

function _nextind_str(s, i::Int)
    i == 0 && return 1
    n = ncodeunits(s)
    @boundscheck between(i, 1, n) || throw(BoundsError(s, i))
    @inbounds l = codeunit(s, i)
    l < 0x80 && return i + 1
    if is_continuation(l) # in the middle of a character: its start decides
        i2 = _thisind_str(s, i)
        i2 < i && return _nextind_str(s, i2)
        return i + 1
    end
    l < 0xc0 && return i + 1
    l > 0xf7 && return i + 1
    (i += 1) <= n || return i
    @inbounds b = codeunit(s, i)
    is_continuation(b) || return i
    ((i += 1) > n) | (l < 0xe0) && return i
    @inbounds b = codeunit(s, i)
    is_continuation(b) || return i
    ((i += 1) > n) | (l < 0xf0) && return i
    @inbounds b = codeunit(s, i)
    return is_continuation(b) ? i + 1 : i
end

## validity

byte_string_classify(v, n::Int) = _utf8_class(v, n)

# 0: not valid UTF-8, 1: ASCII, 2: valid UTF-8.
function _utf8_class(s, n::Int)
    class = 1
    i = 1
    while i <= n
        @inbounds b = s[i]
        if b < 0x80
            i += 1
            continue
        end
        class = 2
        len = b < 0xc2 ? 0 : b < 0xe0 ? 1 : b < 0xf0 ? 2 : b < 0xf5 ? 3 : 0
        (len == 0 || i + len > n) && return 0
        @inbounds b2 = s[i + 1]
        lo = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80
        hi = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf
        between(b2, lo, hi) || return 0
        for k in 2:len
            @inbounds is_continuation(s[i + k]) || return 0
        end
        i += len + 1
    end
    return class
end

isvalid(::Type{String}, s::Union{Vector{UInt8},SubArray{UInt8,1,Vector{UInt8}}}) = _utf8_class(s, length(s)) != 0
isvalid(s::String) = _utf8_class(codeunits(s), ncodeunits(s)) != 0
isvalid(::Type{T}, c::Union{Integer,Float32}) where {T<:AbstractChar} =
    (0 <= c < 0xd800) | (0xdfff < c < 0x110000)
isvalid(c::AbstractChar) =
    !ismalformed(c) & !isoverlong(c) && isvalid(Char, codepoint(c))
isvalid(::Type{T}, c::AbstractChar) where {T<:AbstractChar} = isvalid(T(c))
isvalid(s::AbstractString) = isvalid(String(s))
isvalid(::Type{T}, s::AbstractString) where {T<:AbstractString} = isvalid(convert(T, s))
isvalid(s::String, i::Int) = checkbounds(Bool, s, i) && thisind(s, i) == i
isvalid(s::String, i::Integer) = isvalid(s, Int(i))

isascii(s::String) = isascii(codeunits(s))

## iteration: the decoded bytes of one character, packed as in Char

@inline function iterate(s::String, i::Int = firstindex(s))
    (i % UInt) - 1 < ncodeunits(s) || return nothing
    b = @inbounds codeunit(s, i)
    u = UInt32(b) << 24
    between(b, 0x80, 0xf7) || return bitcast(Char, u), i + 1
    return decode_continued(s, i, u)
end

function decode_continued(s, i::Int, u::UInt32)
    u < 0xc0000000 && return bitcast(Char, u), i + 1
    n = ncodeunits(s)
    # the second byte
    (i += 1) > n && return bitcast(Char, u), i
    b = @inbounds codeunit(s, i)
    is_continuation(b) || return bitcast(Char, u), i
    u |= UInt32(b) << 16
    # the third
    ((i += 1) > n) | (u < 0xe0000000) && return bitcast(Char, u), i
    b = @inbounds codeunit(s, i)
    is_continuation(b) || return bitcast(Char, u), i
    u |= UInt32(b) << 8
    # the fourth
    ((i += 1) > n) | (u < 0xf0000000) && return bitcast(Char, u), i
    b = @inbounds codeunit(s, i)
    is_continuation(b) || return bitcast(Char, u), i
    u |= UInt32(b)
    return bitcast(Char, u), i + 1
end

@propagate_inbounds function getindex(s::String, i::Int)
    b = codeunit(s, i)
    u = UInt32(b) << 24
    between(b, 0x80, 0xf7) || return bitcast(Char, u)
    if is_continuation(b)
        thisind(s, i) == i || string_index_err(s, i)
        return bitcast(Char, u)
    end
    return decode_continued(s, i, u)[1]
end

getindex(s::String, r::AbstractUnitRange{<:Integer}) = s[Int(first(r)):Int(last(r))]
function getindex(s::String, r::UnitRange{Int})
    isempty(r) && return ""
    i, j = first(r), last(r)
    @boundscheck begin
        checkbounds(s, r)
        isvalid(s, i) || string_index_err(s, i)
        isvalid(s, j) || string_index_err(s, j)
    end
    j = nextind(s, j) - 1
    n = j - i + 1
    ss = _string_n(n)
    GC.@preserve s ss unsafe_copyto!(pointer(ss), pointer(s, i), n)
    return ss
end

# Every byte that is not a continuation of the character before it starts one.
function length(s::String, i::Int, j::Int)
    @boundscheck begin
        0 < i <= ncodeunits(s) + 1 || throw(BoundsError(s, i))
        0 <= j < ncodeunits(s) + 1 || throw(BoundsError(s, j))
    end
    j < i && return 0
    @inbounds i, k = thisind(s, i), i
    n = j - i + (i == k)
    return _count_chars(s, i, j, n)
end
length(s::String) = _count_chars(s, 1, ncodeunits(s), ncodeunits(s))

function _count_chars(s::String, i::Int, j::Int, c::Int)
    i <= j || return c
    @inbounds b = codeunit(s, i)
    while true
        while !between(b, 0xc0, 0xf7) # no lead byte of several
            (i += 1) > j && return c
            @inbounds b = codeunit(s, i)
        end
        l = b
        (i += 1) > j && return c
        @inbounds b = codeunit(s, i)
        is_continuation(b) || continue
        c -= 1
        l < 0xe0 && continue
        (i += 1) > j && return c
        @inbounds b = codeunit(s, i)
        is_continuation(b) || continue
        c -= 1
        l < 0xf0 && continue
        (i += 1) > j && return c
        @inbounds b = codeunit(s, i)
        c -= is_continuation(b)
    end
end

## building

# Writes the bytes of `c` at index `offs` and says how many they are.
@inline function __unsafe_string!(out, c::Char, offs::Integer)
    x = bswap(bitcast(UInt32, c))
    n = ncodeunits(c)
    i = Int(offs)
    for k in 1:n
        out_set_byte!(out, i + k - 1, x % UInt8)
        x >>= 8
    end
    return n
end
@inline out_set_byte!(out::Vector{UInt8}, i::Int, b::UInt8) = @inbounds out[i] = b
@inline out_set_byte!(out::String, i::Int, b::UInt8) = GC.@preserve out unsafe_store!(pointer(out, i), b)
@inline function __unsafe_string!(out, s::String, offs::Integer)
    n = sizeof(s)
    GC.@preserve s out unsafe_copyto!(pointer(out, offs), pointer(s), n)
    return n
end
@inline function __unsafe_string!(out, s::Symbol, offs::Integer)
    return __unsafe_string!(out, String(s), offs)
end

function repeat(c::AbstractChar, r::Integer)
    c = Char(c)::Char
    r == 0 && return ""
    r < 0 && throw(ArgumentError("can't repeat a character $r times"))
    n = ncodeunits(c)
    s = _string_n(n * r)
    GC.@preserve s begin
        p = pointer(s)
        u = bswap(bitcast(UInt32, c))
        if n == 1
            ccall(:memset, Ptr{Cvoid}, (Ptr{UInt8}, Cint, Csize_t), p, u % UInt8, r)
        else
            for i in 0:(r - 1)
                for k in 0:(n - 1)
                    unsafe_store!(p, (u >> (8 * k)) % UInt8, i * n + k + 1)
                end
            end
        end
    end
    return s
end

function filter(f, s::String)
    out = StringVector(sizeof(s))
    offset = 1
    for c in s
        f(c) && (offset += __unsafe_string!(out, c, offset))
    end
    resize!(out, offset - 1)
    return String(out)
end
