# int.jl: arithmetic, comparison, bits and conversion of the machine's integers. Overflow wraps.

import Core.Intrinsics: mul_int, neg_int, sdiv_int, udiv_int, srem_int, urem_int, checked_sdiv_int, checked_udiv_int,
    checked_srem_int, checked_urem_int, ult_int, ule_int, flipsign_int, shl_int, lshr_int, ashr_int, bswap_int,
    ctpop_int, ctlz_int, cttz_int, sext_int, trunc_int, sitofp, uitofp, fptosi, fptoui, fpext, fptrunc

const BitSigned32_types = (Int8, Int16, Int32)
const BitUnsigned32_types = (UInt8, UInt16, UInt32)
const BitInteger32_types = (Int8, Int16, Int32, UInt8, UInt16, UInt32)
const BitSigned64_types = (Int8, Int16, Int32, Int64)
const BitUnsigned64_types = (UInt8, UInt16, UInt32, UInt64)
const BitInteger64_types = (Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64)
const BitSigned_types = (Int8, Int16, Int32, Int64, Int128)
const BitUnsigned_types = (UInt8, UInt16, UInt32, UInt64, UInt128)
const BitInteger_types = (Int8, Int16, Int32, Int64, Int128, UInt8, UInt16, UInt32, UInt64, UInt128)
const BitSignedSmall_types = (Int8, Int16, Int32)
const BitUnsignedSmall_types = (UInt8, UInt16, UInt32)
const BitIntegerSmall_types = (Int8, Int16, Int32, UInt8, UInt16, UInt32)

const BitSigned32 = Union{Int8,Int16,Int32}
const BitUnsigned32 = Union{UInt8,UInt16,UInt32}
const BitInteger32 = Union{BitSigned32,BitUnsigned32}
const BitSigned64 = Union{Int8,Int16,Int32,Int64}
const BitUnsigned64 = Union{UInt8,UInt16,UInt32,UInt64}
const BitInteger64 = Union{BitSigned64,BitUnsigned64}
const BitSigned = Union{Int8,Int16,Int32,Int64,Int128}
const BitUnsigned = Union{UInt8,UInt16,UInt32,UInt64,UInt128}
const BitInteger = Union{BitSigned,BitUnsigned}
const BitSignedSmall = BitSigned32
const BitUnsignedSmall = BitUnsigned32
const BitIntegerSmall = BitInteger32
const BitSigned64T = Union{Type{Int8},Type{Int16},Type{Int32},Type{Int64}}
const BitUnsigned64T = Union{Type{UInt8},Type{UInt16},Type{UInt32},Type{UInt64}}
const BitIntegerType = Union{Type{Int8},Type{Int16},Type{Int32},Type{Int64},Type{Int128},
    Type{UInt8},Type{UInt16},Type{UInt32},Type{UInt64},Type{UInt128}}

# >> comparison and arithmetic <<
(<)(x::T, y::T) where {T<:BitSigned} = slt_int(x, y)
(<)(x::T, y::T) where {T<:BitUnsigned} = ult_int(x, y)
(<=)(x::T, y::T) where {T<:BitSigned} = sle_int(x, y)
(<=)(x::T, y::T) where {T<:BitUnsigned} = ule_int(x, y)
==(x::T, y::T) where {T<:BitInteger} = eq_int(x, y)

(-)(x::BitInteger) = neg_int(x)
(-)(x::T, y::T) where {T<:BitInteger} = sub_int(x, y)
(+)(x::T, y::T) where {T<:BitInteger} = add_int(x, y)
(*)(x::T, y::T) where {T<:BitInteger} = mul_int(x, y)

# Numbers of different sizes or signs: in the promoted type, modulo its size.
for op in (:+, :-, :*, :&, :|, :xor)
    @eval function $op(a::Integer, b::Integer)
        T = promote_typeof(a, b)
        aT, bT = a % T, b % T
        not_sametype((a, b), (aT, bT))
        return $op(aT, bT)
    end
end

# Comparison by value, whatever the signs are.
==(x::BitSigned, y::BitUnsigned) = (x >= 0) & (unsigned(x) == y)
==(x::BitUnsigned, y::BitSigned) = (y >= 0) & (x == unsigned(y))
<(x::BitSigned, y::BitUnsigned) = (x < 0) | (unsigned(x) < y)
<(x::BitUnsigned, y::BitSigned) = (y >= 0) & (x < unsigned(y))
<=(x::BitSigned, y::BitUnsigned) = (x < 0) | (unsigned(x) <= y)
<=(x::BitUnsigned, y::BitSigned) = (y >= 0) & (x <= unsigned(y))

inv(x::Integer) = float(one(x)) / float(x)
(/)(x::T, y::T) where {T<:Integer} = float(x) / float(y)

"""
    isodd(x::Number) -> Bool

Whether `x` is an odd integer.
"""
isodd(n::Number) = isreal(n) && isodd(real(n))
isodd(n::Real) = isinteger(n) && !iszero(rem(Integer(n), 2))
isodd(n::Integer) = !iszero(rem(n, 2))
isodd(n::BitInteger) = n % Bool

"""
    iseven(x::Number) -> Bool

Whether `x` is an even integer.
"""
iseven(n::Number) = isreal(n) && iseven(real(n))
iseven(n::Real) = isinteger(n) && iszero(rem(Integer(n), 2))
iseven(n::Integer) = !isodd(n)

signbit(x::Integer) = x < 0
signbit(x::Unsigned) = false

flipsign(x::T, y::T) where {T<:BitSigned} = flipsign_int(x, y)
flipsign(x::BitSigned, y::BitSigned) = flipsign_int(promote(x, y)...) % typeof(x)
flipsign(x::Signed, y::Float16) = flipsign(x, bitcast(Int16, y))
flipsign(x::Signed, y::Float32) = flipsign(x, bitcast(Int32, y))
flipsign(x::Signed, y::Float64) = flipsign(x, bitcast(Int64, y))
flipsign(x::Signed, y::Real) = flipsign(x, -oftype(x, signbit(y)))

copysign(x::Signed, y::Signed) = flipsign(x, x ⊻ y)
copysign(x::Signed, y::Float16) = copysign(x, bitcast(Int16, y))
copysign(x::Signed, y::Float32) = copysign(x, bitcast(Int32, y))
copysign(x::Signed, y::Float64) = copysign(x, bitcast(Int64, y))
copysign(x::Signed, y::Real) = copysign(x, -oftype(x, signbit(y)))

"""
    abs(x)

The absolute value; of the least signed integer, that number itself.
"""
function abs end
abs(x::Unsigned) = x
abs(x::Signed) = flipsign(x, x)

~(n::Integer) = -n - 1

"""
    unsigned(T::Integer)
    unsigned(x)

The unsigned type of the same size; the number as that, modulo its size.
"""
function unsigned end
unsigned(x) = x % typeof(convert(Unsigned, zero(x)))
unsigned(x::BitSigned) = reinterpret(typeof(convert(Unsigned, zero(x))), x)
unsigned(::Type{Bool}) = UInt
unsigned(::Type{T}) where {T<:Unsigned} = T
unsigned(::Type{Int8}) = UInt8
unsigned(::Type{Int16}) = UInt16
unsigned(::Type{Int32}) = UInt32
unsigned(::Type{Int64}) = UInt64
unsigned(::Type{Int128}) = UInt128
unsigned(x::Bool) = UInt(x)

"""
    signed(T::Integer)
    signed(x)

The signed type of the same size; the number as that.
"""
function signed end
signed(x::Unsigned) = x % typeof(convert(Signed, zero(x)))
signed(x) = convert(Signed, x)
signed(x::BitUnsigned) = reinterpret(signed(typeof(x)), x)
signed(::Type{Bool}) = Int
signed(::Type{T}) where {T<:Signed} = T
signed(::Type{UInt8}) = Int8
signed(::Type{UInt16}) = Int16
signed(::Type{UInt32}) = Int32
signed(::Type{UInt64}) = Int64
signed(::Type{UInt128}) = Int128

# The absolute value without overflow.
uabs(x::Integer) = abs(x)
uabs(x::BitSigned) = unsigned(abs(x))

# >> division; a zero divisor, and typemin ÷ -1, throw <<
div(x::T, y::T) where {T<:BitSigned64} = checked_sdiv_int(x, y)
rem(x::T, y::T) where {T<:BitSigned64} = y === T(-1) ? T(0) : checked_srem_int(x, y)
div(x::T, y::T) where {T<:BitUnsigned64} = checked_udiv_int(x, y)
rem(x::T, y::T) where {T<:BitUnsigned64} = checked_urem_int(x, y)

div(x::BitSigned, y::Unsigned) = flipsign(signed(div(unsigned(abs(x)), y)), x)
div(x::Unsigned, y::BitSigned) = unsigned(flipsign(signed(div(x, unsigned(abs(y)))), y))
rem(x::BitSigned, y::Unsigned) = flipsign(signed(rem(unsigned(abs(x)), y)), x)
rem(x::Unsigned, y::BitSigned) = rem(x, unsigned(abs(y)))

function divrem(x::BitSigned, y::Unsigned)
    q, r = divrem(unsigned(abs(x)), y)
    return flipsign(signed(q), x), flipsign(signed(r), x)
end
function divrem(x::Unsigned, y::BitSigned)
    q, r = divrem(x, unsigned(abs(y)))
    return unsigned(flipsign(signed(q), y)), r
end

"""
    mod(x, y)
    rem(x, y, RoundDown)

The remainder that has the sign of `y`.
"""
function mod(x::T, y::T) where {T<:Integer}
    y == -1 && return T(0)
    return x - fld(x, y) * y
end
mod(x::BitSigned, y::Unsigned) = rem(y + unsigned(rem(x, y)), y)
mod(x::Unsigned, y::Signed) = rem(y + signed(rem(x, y)), y)
mod(x::T, y::T) where {T<:Unsigned} = rem(x, y)

# Wide division goes through the runtime's checked operation as well.
div(x::Int128, y::Int128) = checked_sdiv_int(x, y)
rem(x::Int128, y::Int128) = y === Int128(-1) ? Int128(0) : checked_srem_int(x, y)
div(x::UInt128, y::UInt128) = checked_udiv_int(x, y)
rem(x::UInt128, y::UInt128) = checked_urem_int(x, y)

# >> bits <<
(~)(x::BitInteger) = not_int(x)
(&)(x::T, y::T) where {T<:BitInteger} = and_int(x, y)
(|)(x::T, y::T) where {T<:BitInteger} = or_int(x, y)
xor(x::T, y::T) where {T<:BitInteger} = xor_int(x, y)

"""
    bswap(n)

The bytes in the opposite order.
"""
bswap(x::Union{Int8,UInt8}) = x
bswap(x::Union{Int16,UInt16,Int32,UInt32,Int64,UInt64,Int128,UInt128}) = bswap_int(x)

"""
    count_ones(x::Integer) -> Integer

The number of ones in the binary representation.
"""
count_ones(x::BitInteger) = (ctpop_int(x) % Int)::Int

"""
    leading_zeros(x::Integer) -> Integer

The number of zeros at the head of the binary representation.
"""
leading_zeros(x::BitInteger) = (ctlz_int(x) % Int)::Int

"""
    trailing_zeros(x::Integer) -> Integer

The number of zeros at the end of the binary representation.
"""
trailing_zeros(x::BitInteger) = (cttz_int(x) % Int)::Int

count_zeros(x::Integer) = count_ones(~x)
leading_ones(x::Integer) = leading_zeros(~x)
trailing_ones(x::Integer) = trailing_zeros(~x)

"""
    top_set_bit(x)

The number of bits up to the highest one.
"""
top_set_bit(x::BitInteger) = 8 * sizeof(x) - leading_zeros(x)
top_set_bit(x::Integer) = _top_set_bit(x)
function _top_set_bit(x::Integer)
    x < 0 && throw(DomainError(x, "`top_set_bit` only supports negative arguments when they have type BitSigned."))
    n = 0
    while x > 0
        n += 1
        x >>= 1
    end
    return n
end

"""
    bitreverse(x)

The bits in the opposite order.
"""
function bitreverse(x::BitInteger)
    T = unsigned(typeof(x))
    u = reinterpret(T, bswap(x))
    m1 = typemax(T) ÷ T(0x11) # 0x0f in every byte
    m2 = typemax(T) ÷ T(0x05) # 0x33
    m3 = typemax(T) ÷ T(0x03) # 0x55
    u = ((u & m1) << 4) | ((u >> 4) & m1)
    u = ((u & m2) << 2) | ((u >> 2) & m2)
    u = ((u & m3) << 1) | ((u >> 1) & m3)
    return reinterpret(typeof(x), u)
end

# Shifts by at least the width give zeros, or copies of the sign.
>>(x::BitSigned, y::BitUnsigned) = ashr_int(x, y)
>>(x::BitUnsigned, y::BitUnsigned) = lshr_int(x, y)
<<(x::BitInteger, y::BitUnsigned) = shl_int(x, y)
>>>(x::BitInteger, y::BitUnsigned) = lshr_int(x, y)
# A negative count shifts the other way.
>>(x::BitInteger, y::Int) = 0 <= y ? x >> unsigned(y) : x << unsigned(-y)
<<(x::BitInteger, y::Int) = 0 <= y ? x << unsigned(y) : x >> unsigned(-y)
>>>(x::BitInteger, y::Int) = 0 <= y ? x >>> unsigned(y) : x << unsigned(-y)
>>(x::BitInteger, y::BitInteger) = _shr(x, y)
<<(x::BitInteger, y::BitInteger) = _shl(x, y)
>>>(x::BitInteger, y::BitInteger) = _ushr(x, y)
_shr(x, y::BitSigned) = 0 <= y ? x >> unsigned(y) : x << unsigned(-y)
_shl(x, y::BitSigned) = 0 <= y ? x << unsigned(y) : x >> unsigned(-y)
_ushr(x, y::BitSigned) = 0 <= y ? x >>> unsigned(y) : x << unsigned(-y)

"""
    bitrotate(x::Base.BitInteger, k::Integer)

The bits moved `k` places to the left, those that fall out coming in at the right.
"""
bitrotate(x::T, k::Integer) where {T<:BitInteger} =
    (x << ((sizeof(T) << 3 - 1) & k)) | (x >>> ((sizeof(T) << 3 - 1) & -k))

# >> conversion, wrapping <<

# `x % T`: the low bits of `x`.
rem(x::T, ::Type{T}) where {T<:Integer} = x
rem(x::Integer, ::Type{T}) where {T<:Integer} = convert(T, x)
function rem(x::BitInteger, ::Type{T}) where {T<:BitInteger}
    if sizeof(T) < sizeof(x)
        return trunc_int(T, x)
    elseif sizeof(T) == sizeof(x)
        return bitcast(T, x)
    end
    return typeof(x) <: Signed ? sext_int(T, x) : zext_int(T, x)
end
rem(x::Bool, ::Type{T}) where {T<:BitInteger} = T(x)
rem(x::Integer, ::Type{Bool}) = (x & 1) != 0
rem(x::BitInteger, ::Type{Bool}) = (x & one(x)) != zero(x)
rem(x::Bool, ::Type{Bool}) = x
mod(x::Integer, ::Type{T}) where {T<:Integer} = rem(x, T)

"""
    unsafe_trunc(T, x)

The integer part of `x` as a `T`; any value where it does not fit.
"""
unsafe_trunc(::Type{T}, x::Integer) where {T<:Integer} = rem(x, T)

"""
    trunc([T,] x)
    round([T,] x)
    floor([T,] x)
    ceil([T,] x)

For integers, the number itself, converted.
"""
trunc(::Type{T}, x::Integer) where {T<:Integer} = convert(T, x)
floor(::Type{T}, x::Integer) where {T<:Integer} = convert(T, x)
ceil(::Type{T}, x::Integer) where {T<:Integer} = convert(T, x)
round(::Type{T}, x::Integer) where {T<:Integer} = convert(T, x)
trunc(x::Integer) = x
floor(x::Integer) = x
ceil(x::Integer) = x
round(x::Integer) = x

# Of constructors and literals outside of the range of Int128.
macro int128_str(s)
    return parse(Int128, s)
end
macro uint128_str(s)
    return parse(UInt128, s)
end

# >> promotion: the wider type wins; of the same width, the unsigned one <<
promote_rule(::Type{Int16}, ::Union{Type{Int8},Type{UInt8}}) = Int16
promote_rule(::Type{Int32}, ::Union{Type{Int16},Type{Int8},Type{UInt16},Type{UInt8}}) = Int32
promote_rule(::Type{Int64}, ::Union{Type{Int16},Type{Int32},Type{Int8},Type{UInt16},Type{UInt32},Type{UInt8}}) = Int64
promote_rule(::Type{Int128}, ::Union{BitSigned64T,BitUnsigned64T}) = Int128
promote_rule(::Type{UInt16}, ::Union{Type{Int8},Type{UInt8}}) = UInt16
promote_rule(::Type{UInt32}, ::Union{Type{Int16},Type{Int8},Type{UInt16},Type{UInt8}}) = UInt32
promote_rule(::Type{UInt64}, ::Union{Type{Int16},Type{Int32},Type{Int8},Type{UInt16},Type{UInt32},Type{UInt8}}) = UInt64
promote_rule(::Type{UInt128}, ::Union{BitSigned64T,BitUnsigned64T}) = UInt128
promote_rule(::Type{UInt8}, ::Type{Int8}) = UInt8
promote_rule(::Type{UInt16}, ::Type{Int16}) = UInt16
promote_rule(::Type{UInt32}, ::Type{Int32}) = UInt32
promote_rule(::Type{UInt64}, ::Type{Int64}) = UInt64
promote_rule(::Type{UInt128}, ::Type{Int128}) = UInt128
promote_rule(::Type{Bool}, ::Type{T}) where {T<:Number} = T

_default_type(::Type{Integer}) = Int
_default_type(::Type{Signed}) = Int
_default_type(::Type{Unsigned}) = UInt
_default_type(::Type{Real}) = Float64
_default_type(::Type{AbstractFloat}) = Float64
_default_type(::Type{Number}) = Float64
_default_type(T::Type) = T

# >> limits <<

"""
    typemin(T)

The least value of a type.
"""
function typemin end

"""
    typemax(T)

The greatest value of a type.
"""
function typemax end

typemin(::Type{T}) where {T<:BitUnsigned} = T(0x00)
typemax(::Type{T}) where {T<:BitUnsigned} = not_int(T(0x00))
typemin(::Type{T}) where {T<:BitSigned} = shl_int(T(0x01), UInt(8 * sizeof(T) - 1))
typemax(::Type{T}) where {T<:BitSigned} = not_int(shl_int(T(0x01), UInt(8 * sizeof(T) - 1)))

"""
    widen(x)

The next wider type, or the number in it.
"""
widen(::Type{Int8}) = Int16
widen(::Type{Int16}) = Int32
widen(::Type{Int32}) = Int64
widen(::Type{Int64}) = Int128
widen(::Type{UInt8}) = UInt16
widen(::Type{UInt16}) = UInt32
widen(::Type{UInt32}) = UInt64
widen(::Type{UInt64}) = UInt128

# >> products in a wider type <<
widemul(x::Int64, y::Int64) = Int128(x) * Int128(y)
widemul(x::UInt64, y::UInt64) = UInt128(x) * UInt128(y)
widemul(x::Signed, y::Unsigned) = widen(x) * signed(widen(y))
widemul(x::Unsigned, y::Signed) = signed(widen(x)) * widen(y)
widemul(x::Bool, y::Bool) = x * y
widemul(x::Bool, y::Number) = x * y
widemul(x::Number, y::Bool) = x * y
