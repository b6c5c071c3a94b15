# Characters. A Char holds its UTF-8 bytes left-aligned in 32 bits, so any byte sequence that a
# string can hold, valid or not, is some Char; the code point is computed on demand.
# Used by every string file; Unicode properties come later from strings/unicode.jl.

struct InvalidCharError{T<:AbstractChar} <: Exception
    char::T
end
struct CodePointError{T<:Integer} <: Exception
    code::T
end
@noinline throw_invalid_char(c::AbstractChar) = throw(InvalidCharError(c))
@noinline throw_code_point_err(u::Integer) = throw(CodePointError(u))

ncodeunits(c::Char) = write_size(bitcast(UInt32, c))

# Number of bytes in use: trailing zero bytes are padding, except that NUL itself is one byte.
function write_size(u::UInt32)
    n = 1
    u = u << 8
    while u != 0x00000000
        n += 1
        u = u << 8
    end
    return n
end

codeunit(c::Char) = UInt8
function codeunit(c::Char, i::Integer)
    (1 <= i <= ncodeunits(c)) || throw(BoundsError(c, i))
    return (bitcast(UInt32, c) >> (8 * (4 - Int(i)))) % UInt8
end

# Malformed: the bytes are not one UTF-8 sequence (lead and continuation bytes do not fit).
function ismalformed(c::Char)
    u = bitcast(UInt32, c)
    l1 = leading_ones(u) << 3
    t0 = trailing_zeros(u) & 56
    return (l1 == 8) | (l1 + t0 > 32) |
        (((u & 0x00c0c0c0) ^ 0x00808080) >> t0 != 0x00000000)
end

is_overlong_enc(u::UInt32) =
    (u >> 24 == 0xc0) | (u >> 24 == 0xc1) | (u >> 21 == 0x0704) | (u >> 20 == 0x0f08)

isoverlong(c::Char) = is_overlong_enc(bitcast(UInt32, c))
isoverlong(c::AbstractChar) = false
ismalformed(c::AbstractChar) = false

# The payload bits of a (well-formed) sequence.
function decode_overlong(c::Char)
    u = bitcast(UInt32, c)
    l1 = leading_ones(u)
    t0 = trailing_zeros(u) & 56
    u = u & (0xffffffff >> l1)
    u = u >> t0
    return ((u & 0x0000007f) >> 0) | ((u & 0x00007f00) >> 2) |
        ((u & 0x007f0000) >> 4) | ((u & 0x7f000000) >> 6)
end

function UInt32(c::Char)
    u = bitcast(UInt32, c)
    u < 0x80000000 && return u >> 24
    l1 = leading_ones(u)
    t0 = trailing_zeros(u) & 56
    if (l1 == 1) | (8 * l1 + t0 > 32) |
        ((((u & 0x00c0c0c0) ^ 0x00808080) >> t0 != 0x00000000) | is_overlong_enc(u))
        throw_invalid_char(c)
    end
    return decode_overlong(c)
end

codepoint(c::Char) = UInt32(c)

function Char(u::UInt32)
    u < 0x00000080 && return bitcast(Char, u << 24)
    u < 0x00200000 || throw_code_point_err(u)
    c = ((u << 0) & 0x0000003f) | ((u << 2) & 0x00003f00) |
        ((u << 4) & 0x003f0000) | ((u << 6) & 0x3f000000)
    c = u < 0x00000800 ? (c << 16) | 0xc0800000 :
        u < 0x00010000 ? (c << 8) | 0xe0808000 :
        (c << 0) | 0xf0808080
    return bitcast(Char, c)
end

(::Type{T})(c::T) where {T<:AbstractChar} = c
(::Type{T})(x::AbstractChar) where {T<:Union{Number,AbstractChar}} = T(codepoint(x))
(::Type{T})(x::Number) where {T<:AbstractChar} = T(UInt32(x)::UInt32)
AbstractChar(x::Number) = Char(x)
(::Type{T})(x::AbstractChar) where {T<:Union{Int32,Int64}} = codepoint(x) % T

convert(::Type{AbstractChar}, x::Number) = Char(x)
convert(::Type{T}, x::Number) where {T<:AbstractChar} = T(x)::T
convert(::Type{T}, x::AbstractChar) where {T<:Number} = T(x)::T
convert(::Type{T}, c::AbstractChar) where {T<:AbstractChar} = T(c)::T
convert(::Type{T}, c::T) where {T<:AbstractChar} = c

rem(x::AbstractChar, ::Type{T}) where {T<:Number} = rem(codepoint(x), T)

typemax(::Type{Char}) = bitcast(Char, typemax(UInt32))
typemin(::Type{Char}) = bitcast(Char, typemin(UInt32))

size(c::AbstractChar) = ()
size(c::AbstractChar, d::Integer) = d < 1 ? throw(BoundsError()) : 1
ndims(c::AbstractChar) = 0
ndims(::Type{<:AbstractChar}) = 0
length(c::AbstractChar) = 1
IteratorSize(::Type{<:AbstractChar}) = HasShape{0}()
firstindex(c::AbstractChar) = 1
lastindex(c::AbstractChar) = 1
getindex(c::AbstractChar) = c
getindex(c::AbstractChar, i::Integer) = i == 1 ? c : throw(BoundsError())
getindex(c::AbstractChar, I::Integer...) = all(x -> x == 1, I) ? c : throw(BoundsError())
first(c::AbstractChar) = c
last(c::AbstractChar) = c
eltype(::Type{T}) where {T<:AbstractChar} = T
iterate(c::AbstractChar, done = false) = done ? nothing : (c, true)
isempty(c::AbstractChar) = false
in(x::AbstractChar, y::AbstractChar) = x == y

==(x::Char, y::Char) = bitcast(UInt32, x) == bitcast(UInt32, y)
isless(x::Char, y::Char) = bitcast(UInt32, x) < bitcast(UInt32, y)
<(x::Char, y::Char) = bitcast(UInt32, x) < bitcast(UInt32, y)
<=(x::Char, y::Char) = bitcast(UInt32, x) <= bitcast(UInt32, y)
==(x::AbstractChar, y::AbstractChar) = Char(x) == Char(y)
isless(x::AbstractChar, y::AbstractChar) = isless(Char(x), Char(y))

const hashchar_seed = 0xd4d64234
hash(x::Char, h::UInt) = hash_uint64(((bitcast(UInt32, x) + UInt64(hashchar_seed)) << 32) ⊻ UInt64(h))

-(x::AbstractChar, y::AbstractChar) = Int(x) - Int(y)
function -(x::T, y::Integer) where {T<:AbstractChar}
    if x isa Char
        u = Int32((bitcast(UInt32, x) >> 24) % Int8)
        if u >= 0 # one byte in, and if it stays in ASCII, one byte out
            z = u - y
            0 <= z < 0x80 && return bitcast(Char, (z % UInt32) << 24)
        end
    end
    return T(Int32(x) - Int32(y))
end
function +(x::T, y::Integer) where {T<:AbstractChar}
    if x isa Char
        u = Int32((bitcast(UInt32, x) >> 24) % Int8)
        if u >= 0
            z = u + y
            0 <= z < 0x80 && return bitcast(Char, (z % UInt32) << 24)
        end
    end
    return T(Int32(x) + Int32(y))
end
+(x::Integer, y::AbstractChar) = y + x

promote_rule(::Type{Char}, ::Type{<:AbstractChar}) = Char

# The letter after the backslash of a C escape, or 0x00.
function escape_letter(c::AbstractChar)
    return c == '\0' ? 0x30 : c == '\a' ? 0x61 : c == '\b' ? 0x62 : c == '\t' ? 0x74 :
        c == '\n' ? 0x6e : c == '\v' ? 0x76 : c == '\f' ? 0x66 : c == '\r' ? 0x72 :
        c == '\e' ? 0x65 : 0x00
end

const hex_chars = UInt8[0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39,
                        0x61, 0x62, 0x63, 0x64, 0x65, 0x66]

function show_invalid(io::IO, c::Char)
    write(io, 0x27)
    u = bitcast(UInt32, c)
    while true
        a = hex_chars[((u >> 28) & 0xf) + 1]
        b = hex_chars[((u >> 24) & 0xf) + 1]
        write(io, 0x5c, UInt8('x'), a, b)
        (u <<= 8) == 0 && break
    end
    write(io, 0x27)
end

function show(io::IO, c::AbstractChar)
    c = c isa Char ? c : Char(c)
    if ismalformed(c) || isoverlong(c)
        show_invalid(io, c)
        return
    end
    b = escape_letter(c)
    if c == '\'' || c == '\\'
        write(io, 0x27, 0x5c, c % UInt8, 0x27)
    elseif b != 0x00
        write(io, 0x27, 0x5c, b, 0x27)
    elseif isprint(c)
        write(io, 0x27, c, 0x27)
    else
        u = codepoint(c)
        write(io, 0x27, 0x5c, u <= 0x7f ? 0x78 : u <= 0xffff ? 0x75 : 0x55)
        d = max(2, 8 - (leading_zeros(u) >> 2))
        while d > 0
            d -= 1
            write(io, hex_chars[((u >> (d << 2)) & 0xf) + 1])
        end
        write(io, 0x27)
    end
    return
end

function show(io::IO, ::MIME"text/plain", c::T) where {T<:AbstractChar}
    show(io, c)
    get(io, :compact, false)::Bool && return
    if ismalformed(c)
        print(io, ": Malformed UTF-8")
    else
        print(io, ": ")
        if isoverlong(c)
            print(io, "[overlong] ")
            u = decode_overlong(c)
            c = T(u)
        else
            u = codepoint(c)
        end
        h = uppercase(string(u, base = 16, pad = 4))
        print(io, isascii(c) ? "ASCII/" : "", "Unicode U+", h)
    end
    print(io, " (category ", Unicode.category_abbrev(c), ": ", Unicode.category_string(c), ")")
    return
end

print(io::IO, c::Char) = (write(io, c); nothing)
print(io::IO, c::AbstractChar) = print(io, Char(c))

isascii(c::Char) = bitcast(UInt32, c) < 0x80000000
isascii(c::AbstractChar) = UInt32(c) < 0x80
