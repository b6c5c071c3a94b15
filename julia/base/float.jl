# float.jl: Float16, Float32 and Float64: conversion, arithmetic, comparison, rounding, their limits and parts.

import Core.Intrinsics: neg_float, add_float, sub_float, mul_float, div_float, muladd_float, eq_float, ne_float,
    lt_float, le_float, fpiseq, abs_float, copysign_float, floor_llvm, ceil_llvm, trunc_llvm, rint_llvm

"""
    IEEEFloat

The floating point types of the machine.
"""
const IEEEFloat = Union{Float16,Float32,Float64}

const Inf16 = bitcast(Float16, 0x7c00)
const NaN16 = bitcast(Float16, 0x7e00)
const Inf32 = bitcast(Float32, 0x7f800000)
const NaN32 = bitcast(Float32, 0x7fc00000)
const Inf64 = bitcast(Float64, 0x7ff0000000000000)
const NaN64 = bitcast(Float64, 0x7ff8000000000000)
const Inf = Inf64
const NaN = NaN64

reinterpret(::Type{Unsigned}, x::Float64) = reinterpret(UInt64, x)
reinterpret(::Type{Unsigned}, x::Float32) = reinterpret(UInt32, x)
reinterpret(::Type{Unsigned}, x::Float16) = reinterpret(UInt16, x)
reinterpret(::Type{Signed}, x::Float64) = reinterpret(Int64, x)
reinterpret(::Type{Signed}, x::Float32) = reinterpret(Int32, x)
reinterpret(::Type{Signed}, x::Float16) = reinterpret(Int16, x)

# The fields of the formats.
sign_mask(::Type{Float64}) = 0x8000_0000_0000_0000
exponent_mask(::Type{Float64}) = 0x7ff0_0000_0000_0000
exponent_one(::Type{Float64}) = 0x3ff0_0000_0000_0000
exponent_half(::Type{Float64}) = 0x3fe0_0000_0000_0000
significand_mask(::Type{Float64}) = 0x000f_ffff_ffff_ffff
sign_mask(::Type{Float32}) = 0x8000_0000
exponent_mask(::Type{Float32}) = 0x7f80_0000
exponent_one(::Type{Float32}) = 0x3f80_0000
exponent_half(::Type{Float32}) = 0x3f00_0000
significand_mask(::Type{Float32}) = 0x007f_ffff
sign_mask(::Type{Float16}) = 0x8000
exponent_mask(::Type{Float16}) = 0x7c00
exponent_one(::Type{Float16}) = 0x3c00
exponent_half(::Type{Float16}) = 0x3800
significand_mask(::Type{Float16}) = 0x03ff
mantissa(x::T) where {T} = reinterpret(Unsigned, x) & significand_mask(T)

significand_bits(::Type{Float64}) = 52
significand_bits(::Type{Float32}) = 23
significand_bits(::Type{Float16}) = 10
exponent_bits(::Type{Float64}) = 11
exponent_bits(::Type{Float32}) = 8
exponent_bits(::Type{Float16}) = 5
exponent_bias(::Type{Float64}) = 1023
exponent_bias(::Type{Float32}) = 127
exponent_bias(::Type{Float16}) = 15
exponent_max(::Type{T}) where {T<:IEEEFloat} = Int(exponent_mask(T) >> significand_bits(T)) - exponent_bias(T)
exponent_raw_max(::Type{T}) where {T<:IEEEFloat} = Int(exponent_mask(T) >> significand_bits(T))
uinttype(::Type{Float64}) = UInt64
uinttype(::Type{Float32}) = UInt32
uinttype(::Type{Float16}) = UInt16
inttype(::Type{Float64}) = Int64
inttype(::Type{Float32}) = Int32
inttype(::Type{Float16}) = Int16
floattype(::Type{UInt64}) = Float64
floattype(::Type{UInt32}) = Float32
floattype(::Type{UInt16}) = Float16
floattype(::Type{Int64}) = Float64
floattype(::Type{Int32}) = Float32
floattype(::Type{Int16}) = Float16

# ---- conversion ----------------------------------------------------------------------------------------

Float32(x::Float16) = fpext(Float32, x)
Float64(x::Float16) = fpext(Float64, x)
Float64(x::Float32) = fpext(Float64, x)
Float16(x::Float32) = fptrunc(Float16, x)
Float16(x::Float64) = fptrunc(Float16, x)
Float32(x::Float64) = fptrunc(Float32, x)

Float32(x::Union{Int8,Int16,Int32,Int64}) = sitofp(Float32, x)
Float64(x::Union{Int8,Int16,Int32,Int64}) = sitofp(Float64, x)
Float32(x::Union{UInt8,UInt16,UInt32,UInt64}) = uitofp(Float32, x)
Float64(x::Union{UInt8,UInt16,UInt32,UInt64}) = uitofp(Float64, x)
Float32(x::Bool) = uitofp(Float32, UInt8(x))
Float64(x::Bool) = uitofp(Float64, UInt8(x))
Float16(x::Union{Int8,Int16,Int32,UInt8,UInt16,UInt32,Bool}) = Float16(Float64(x)) # exact in between
Float16(x::Union{Int64,UInt64}) = _int_to_float(Float16, x)
Float16(x::Union{Int128,UInt128}) = _int_to_float(Float16, x)
Float32(x::Union{Int128,UInt128}) = _int_to_float(Float32, x)
Float64(x::Union{Int128,UInt128}) = _int_to_float(Float64, x)

# Correct rounding of wide integers: the leading bits with all that follow squeezed into a sticky bit.
function _int_to_float(::Type{T}, x::Integer) where {T<:IEEEFloat}
    x == 0 && return bitcast(T, zero(uinttype(T)))
    neg = x < 0
    u = neg ? unsigned(-x) : unsigned(x) # -typemin wraps to the right unsigned number
    n = top_set_bit(u)
    shift = n - 62
    if shift > 0
        m = (u >> shift) % UInt64
        (m % typeof(u)) << shift == u || (m |= 0x1)
    else
        m = u % UInt64
        shift = 0
    end
    y = _scale_rounded(T, m, shift)
    return neg ? -y : y
end
function _scale_rounded(::Type{T}, m::UInt64, shift::Int) where {T}
    # Round the significand to the target's precision by hand, then build the bits.
    n = top_set_bit(m)
    p = significand_bits(T) + 1
    e = n + shift - 1
    if n > p
        cut = n - p
        rest = m & ((UInt64(1) << cut) - 1)
        half = UInt64(1) << (cut - 1)
        m >>= cut
        if rest > half || (rest == half && isodd(m))
            m += 0x1
            if m == UInt64(1) << p
                m >>= 1
                e += 1
            end
        end
    else
        m <<= p - n
    end
    e > exponent_bias(T) && return bitcast(T, exponent_mask(T))
    bits = ((e + exponent_bias(T)) % uinttype(T)) << significand_bits(T)
    return bitcast(T, bits | (m % uinttype(T)) & significand_mask(T))
end

(::Type{AbstractFloat})(x::Bool) = Float64(x)
(::Type{AbstractFloat})(x::Union{Int8,Int16,Int32,Int64,Int128,UInt8,UInt16,UInt32,UInt64,UInt128}) = Float64(x)
AbstractFloat(x::AbstractFloat) = x

"""
    float(x)
    float(T::Type)

The number as a floating point number; the type that gives.
"""
float(x) = AbstractFloat(x)
float(::Type{T}) where {T<:Number} = typeof(float(zero(T)))
float(::Type{T}) where {T<:AbstractFloat} = T
float(::Type{Union{}}, slurp...) = Union{}(0.0)

# To integers, exactly or not at all.
function (::Type{T})(x::IEEEFloat) where {T<:Union{Int8,Int16,Int32,Int64,Int128,UInt8,UInt16,UInt32,UInt64,UInt128}}
    if _fits(T, x) && trunc(x) == x
        return unsafe_trunc(T, x)
    end
    throw(InexactError(nameof(T), T, x))
end
# Whether the integer part of `x` is a `T`. The bounds are powers of two, exact in every format that
# reaches them.
function _fits(::Type{T}, x::IEEEFloat) where {T<:BitInteger}
    y = Float64(x)
    lo = T <: Signed ? -_pow2(8 * sizeof(T) - 1) - 1.0 : -1.0
    hi = T <: Signed ? _pow2(8 * sizeof(T) - 1) : _pow2(8 * sizeof(T))
    # Where `lo` is not exact it has been rounded to the bound itself, which belongs to the range.
    return (lo < y || y == -_pow2(8 * sizeof(T) - 1) && T <: Signed) && y < hi
end
_pow2(n::Int) = bitcast(Float64, UInt64(n + 1023) << 52)

# Narrow types take the low bits of a wide one.
unsafe_trunc(::Type{Int64}, x::IEEEFloat) = fptosi(Int64, x)
unsafe_trunc(::Type{UInt64}, x::IEEEFloat) = fptoui(UInt64, x)
unsafe_trunc(::Type{T}, x::IEEEFloat) where {T<:Union{Int8,Int16,Int32,UInt8,UInt16,UInt32}} = fptosi(Int64, x) % T
function unsafe_trunc(::Type{UInt128}, x::Float64)
    xu = reinterpret(UInt64, x)
    k = Int(xu >> 52) & 0x07ff - 1075
    m = (xu & 0x000f_ffff_ffff_ffff) | 0x0010_0000_0000_0000
    if k <= 0
        return UInt128(k <= -64 ? UInt64(0) : m >> (-k))
    end
    return UInt128(m) << k
end
unsafe_trunc(::Type{Int128}, x::Float64) = copysign(unsafe_trunc(UInt128, abs(x)) % Int128, x)
unsafe_trunc(::Type{T}, x::Union{Float16,Float32}) where {T<:Union{Int128,UInt128}} = unsafe_trunc(T, Float64(x))

function trunc(::Type{T}, x::IEEEFloat) where {T<:BitInteger}
    _fits(T, x) && return unsafe_trunc(T, x)
    throw(InexactError(:trunc, T, x))
end
floor(::Type{T}, x::AbstractFloat) where {T<:Integer} = trunc(T, floor(x))
ceil(::Type{T}, x::AbstractFloat) where {T<:Integer} = trunc(T, ceil(x))
round(::Type{T}, x::AbstractFloat) where {T<:Integer} = trunc(T, round(x))
round(::Type{T}, x::AbstractFloat, r::RoundingMode) where {T<:Integer} = trunc(T, round(x, r))
trunc(::Type{Integer}, x::IEEEFloat) = trunc(Int, x)
trunc(::Type{Signed}, x::IEEEFloat) = trunc(Int, x)
trunc(::Type{Unsigned}, x::IEEEFloat) = trunc(UInt, x)
trunc(::Type{Bool}, x::AbstractFloat) = (-1 < x < 2) ? 1 <= x : throw(InexactError(:trunc, Bool, x))
floor(::Type{Bool}, x::AbstractFloat) = (0 <= x < 2) ? 1 <= x : throw(InexactError(:floor, Bool, x))
ceil(::Type{Bool}, x::AbstractFloat) = (-1 < x <= 1) ? 0 < x : throw(InexactError(:ceil, Bool, x))
round(::Type{Bool}, x::AbstractFloat) = (-0.5 <= x < 1.5) ? 0.5 < x : throw(InexactError(:round, Bool, x))

trunc(x::IEEEFloat) = trunc_llvm(x)
floor(x::IEEEFloat) = floor_llvm(x)
ceil(x::IEEEFloat) = ceil_llvm(x)
round(x::IEEEFloat, r::RoundingMode{:ToZero}) = trunc_llvm(x)
round(x::IEEEFloat, r::RoundingMode{:Down}) = floor_llvm(x)
round(x::IEEEFloat, r::RoundingMode{:Up}) = ceil_llvm(x)
round(x::IEEEFloat, r::RoundingMode{:Nearest}) = rint_llvm(x)

# ---- promotion -------------------------------------------------------------------------------------------

promote_rule(::Type{Float16}, ::Type{<:Union{Int8,Int16,Int32,Int64,Int128,UInt8,UInt16,UInt32,UInt64,UInt128}}) = Float16
promote_rule(::Type{Float32}, ::Type{<:Union{Int8,Int16,Int32,Int64,Int128,UInt8,UInt16,UInt32,UInt64,UInt128}}) = Float32
promote_rule(::Type{Float64}, ::Type{<:Union{Int8,Int16,Int32,Int64,Int128,UInt8,UInt16,UInt32,UInt64,UInt128}}) = Float64
promote_rule(::Type{Float32}, ::Type{Float16}) = Float32
promote_rule(::Type{Float64}, ::Type{Float16}) = Float64
promote_rule(::Type{Float64}, ::Type{Float32}) = Float64

widen(::Type{Float16}) = Float32
widen(::Type{Float32}) = Float64

# ---- arithmetic --------------------------------------------------------------------------------------------

-(x::IEEEFloat) = neg_float(x)
+(x::T, y::T) where {T<:IEEEFloat} = add_float(x, y)
-(x::T, y::T) where {T<:IEEEFloat} = sub_float(x, y)
*(x::T, y::T) where {T<:IEEEFloat} = mul_float(x, y)
/(x::T, y::T) where {T<:IEEEFloat} = div_float(x, y)

"""
    muladd(x, y, z)

`x*y + z`. Never fused, so that interpreted and compiled code agree.
"""
muladd(x::T, y::T, z::T) where {T<:IEEEFloat} = muladd_float(x, y, z)

# The remainder is exact.
rem(x::T, y::T) where {T<:Union{Float32,Float64}} = _fmod(x, y)
_fmod(x::Float64, y::Float64) = ccall(:fmod, Float64, (Float64, Float64), x, y)
_fmod(x::Float32, y::Float32) = ccall(:fmodf, Float32, (Float32, Float32), x, y)
rem(x::Float16, y::Float16) = Float16(rem(Float32(x), Float32(y)))

function mod(x::T, y::T) where {T<:AbstractFloat}
    r = rem(x, y)
    if r == 0
        return copysign(r, y)
    elseif (r > 0) ⊻ (y > 0)
        return r + y
    end
    return r
end

# ---- comparison ----------------------------------------------------------------------------------------------

==(x::T, y::T) where {T<:IEEEFloat} = eq_float(x, y)
!=(x::T, y::T) where {T<:IEEEFloat} = ne_float(x, y)
<(x::T, y::T) where {T<:IEEEFloat} = lt_float(x, y)
<=(x::T, y::T) where {T<:IEEEFloat} = le_float(x, y)

isequal(x::T, y::T) where {T<:IEEEFloat} = fpiseq(x, y)

# The bits as a signed integer in the order of the numbers.
function _fpint(x)
    f = reinterpret(Signed, x)
    return f < 0 ? f ⊻ typemax(f) : f
end
function isless(x::T, y::T) where {T<:IEEEFloat}
    (isnan(x) || isnan(y)) && return !isnan(x)
    return _fpint(x) < _fpint(y)
end

# Comparison of floats with integers is exact: both in the type that holds the integer, after the bounds.
function ==(x::IEEEFloat, y::BitInteger)
    fy = typeof(x)(y)
    # `fy` may be beyond the integer's type when `y` was rounded up to a power of two.
    return (x == fy) & _back_equal(fy, y)
end
==(y::BitInteger, x::IEEEFloat) = x == y
function _back_equal(fy::IEEEFloat, y::T) where {T<:BitInteger}
    isfinite(fy) && _fits(T, fy) || return false
    return unsafe_trunc(T, fy) == y
end
function <(x::IEEEFloat, y::BitInteger)
    isnan(x) && return false
    return _cmp_float_int(x, y) < 0
end
function <=(x::IEEEFloat, y::BitInteger)
    isnan(x) && return false
    return _cmp_float_int(x, y) <= 0
end
function <(y::BitInteger, x::IEEEFloat)
    isnan(x) && return false
    return _cmp_float_int(x, y) > 0
end
function <=(y::BitInteger, x::IEEEFloat)
    isnan(x) && return false
    return _cmp_float_int(x, y) >= 0
end
# -1, 0 or 1 for a float that is not NaN.
function _cmp_float_int(x::IEEEFloat, y::T) where {T<:BitInteger}
    if !_fits(T, x)
        return signbit(x) ? -1 : 1
    end
    n = unsafe_trunc(T, x)
    n < y && return -1
    n > y && return 1
    f = x - trunc(x)
    z = zero(f)
    return f > z ? 1 : f < z ? -1 : 0
end
==(x::Bool, y::IEEEFloat) = typeof(y)(x) == y
==(x::IEEEFloat, y::Bool) = y == x

abs(x::IEEEFloat) = abs_float(x)

"""
    isnan(f) -> Bool

Whether the number is a NaN.
"""
isnan(x::AbstractFloat) = (x != x)::Bool
isnan(x::Number) = false
isnan(x::Real) = isnan(float(x))::Bool
isnan(x::Integer) = false

isfinite(x::AbstractFloat) = !isnan(x - x)
isfinite(x::IEEEFloat) = reinterpret(Unsigned, x) & exponent_mask(typeof(x)) != exponent_mask(typeof(x))
isfinite(x::Real) = decompose(x)[3] != 0
isfinite(x::Integer) = true

"""
    isinf(f) -> Bool

Whether the number is infinite.
"""
isinf(x::Real) = !isnan(x) & !isfinite(x)
isinf(x::IEEEFloat) = abs(x) === oftype(x, Inf)
isinf(x::Integer) = false

copysign(x::Float64, y::Float64) = copysign_float(x, y)
copysign(x::Float32, y::Float32) = copysign_float(x, y)
copysign(x::Float16, y::Float16) = copysign_float(x, y)
copysign(x::Float32, y::Real) = copysign(x, Float32(y))
copysign(x::Float64, y::Real) = copysign(x, Float64(y))
for T in (:Float16, :Float32, :Float64)
    @eval flipsign(x::$T, y::$T) =
        bitcast($T, xor_int(bitcast(uinttype($T), x), and_int(bitcast(uinttype($T), y), sign_mask($T))))
end
flipsign(x::Float32, y::Real) = flipsign(x, Float32(y))
flipsign(x::Float64, y::Real) = flipsign(x, Float64(y))
signbit(x::IEEEFloat) = (reinterpret(Unsigned, x) & sign_mask(typeof(x))) != 0

isinteger(x::AbstractFloat) = iszero(x - trunc(x))

# ---- limits and neighbours ---------------------------------------------------------------------------------------

"""
    precision(num::AbstractFloat; base=2)
    precision(T::Type; base=2)

The number of digits of the significand.
"""
function precision end
_precision_with_base_2(::Type{Float16}) = 11
_precision_with_base_2(::Type{Float32}) = 24
_precision_with_base_2(::Type{Float64}) = 53
function _precision(x, base::Integer=2)
    base > 1 || throw(DomainError(base, "`base` cannot be less than 2."))
    p = _precision_with_base_2(x)
    return base == 2 ? Int(p) : floor(Int, p / log2(base))
end
precision(::Type{T}; base::Integer=2) where {T<:AbstractFloat} = _precision(T, base)
precision(::T; base::Integer=2) where {T<:AbstractFloat} = precision(T; base)

"""
    floatmin(T = Float64)
    floatmax(T = Float64)

The least positive normal number, and the greatest finite one.
"""
floatmin(::Type{Float16}) = bitcast(Float16, 0x0400)
floatmin(::Type{Float32}) = bitcast(Float32, 0x00800000)
floatmin(::Type{Float64}) = bitcast(Float64, 0x0010000000000000)
floatmax(::Type{Float16}) = bitcast(Float16, 0x7bff)
floatmax(::Type{Float32}) = bitcast(Float32, 0x7f7fffff)
floatmax(::Type{Float64}) = bitcast(Float64, 0x7fefffffffffffff)
floatmin(x::T) where {T<:AbstractFloat} = floatmin(T)
floatmax(x::T) where {T<:AbstractFloat} = floatmax(T)
floatmin() = floatmin(Float64)
floatmax() = floatmax(Float64)

typemin(::Type{Float16}) = bitcast(Float16, 0xfc00)
typemax(::Type{Float16}) = Inf16
typemin(::Type{Float32}) = -Inf32
typemax(::Type{Float32}) = Inf32
typemin(::Type{Float64}) = -Inf64
typemax(::Type{Float64}) = Inf64
typemin(x::T) where {T<:Real} = typemin(T)
typemax(x::T) where {T<:Real} = typemax(T)

"""
    eps(::Type{T}) where T<:AbstractFloat
    eps(x::AbstractFloat)

The distance from 1 to the next number; from `x` to the next.
"""
eps(x::AbstractFloat) = isfinite(x) ? abs(x) >= floatmin(x) ? ldexp(eps(typeof(x)), exponent(x)) : nextfloat(zero(x)) : oftype(x, NaN)
eps(::Type{Float16}) = bitcast(Float16, 0x1400)
eps(::Type{Float32}) = bitcast(Float32, 0x34000000)
eps(::Type{Float64}) = bitcast(Float64, 0x3cb0000000000000)
eps() = eps(Float64)

"""
    maxintfloat(T=Float64)

The greatest integer up to which all are exact in `T`.
"""
maxintfloat(::Type{Float64}) = 9007199254740992.0
maxintfloat(::Type{Float32}) = Float32(16777216.0)
maxintfloat(::Type{Float16}) = Float16(2048.0)
maxintfloat(x::T) where {T<:AbstractFloat} = maxintfloat(T)
maxintfloat(::Type{S}, ::Type{T}) where {S<:AbstractFloat,T<:Integer} = min(maxintfloat(S), S(typemax(T)))
maxintfloat() = maxintfloat(Float64)

"""
    nextfloat(x, n::Integer=1)
    prevfloat(x, n::Integer=1)

The `n`th number after or before `x`.
"""
function nextfloat(f::IEEEFloat, d::Integer)
    F = typeof(f)
    fumax = reinterpret(Unsigned, F(Inf))
    U = typeof(fumax)
    isnan(f) && return f
    fi = reinterpret(Signed, f)
    fneg = fi < 0
    fu = unsigned(fi & typemax(fi))
    dneg = d < 0
    da = uabs(d)
    if da > typemax(U)
        fneg = dneg
        fu = fumax
    else
        du = da % U
        if fneg ⊻ dneg
            if du > fu
                fu = min(fumax, du - fu)
                fneg = !fneg
            else
                fu = fu - du
            end
        else
            if fumax - fu < du
                fu = fumax
            else
                fu = fu + du
            end
        end
    end
    if fneg
        fu |= sign_mask(F)
    end
    return reinterpret(F, fu)
end
nextfloat(x::AbstractFloat) = nextfloat(x, 1)
prevfloat(x::AbstractFloat, d::Integer) = nextfloat(x, -d)
prevfloat(x::AbstractFloat) = nextfloat(x, -1)

"""
    issubnormal(f) -> Bool

Whether the number is subnormal.
"""
function issubnormal(x::T) where {T<:IEEEFloat}
    y = reinterpret(Unsigned, x)
    return (y & exponent_mask(T) == 0) & (y & significand_mask(T) != 0)
end

ispow2(x::AbstractFloat) = !iszero(x) && frexp(x)[1] == 0.5
iseven(x::AbstractFloat) = isinteger(x) && (abs(x) > maxintfloat(x) || iseven(Integer(x)))
isodd(x::AbstractFloat) = isinteger(x) && abs(x) < maxintfloat(x) && isodd(Integer(x))

bswap(x::IEEEFloat) = bswap_int(x)

# ---- hashing --------------------------------------------------------------------------------------------------------

function decompose(x::Float16)::NTuple{3,Int}
    isnan(x) && return 0, 0, 0
    isinf(x) && return ifelse(x < 0, -1, 1), 0, 0
    return decompose(Float32(x))
end
function decompose(x::Float32)::NTuple{3,Int}
    isnan(x) && return 0, 0, 0
    isinf(x) && return ifelse(x < 0, -1, 1), 0, 0
    n = reinterpret(UInt32, x)
    s = (n & 0x007fffff) % Int32
    e = ((n & 0x7f800000) >> 23) % Int
    s |= Int32(e != 0) << 23
    d = ifelse(signbit(x), -1, 1)
    return s, e - 150 + (e == 0), d
end
function decompose(x::Float64)::Tuple{Int64,Int,Int}
    isnan(x) && return 0, 0, 0
    isinf(x) && return ifelse(x < 0, -1, 1), 0, 0
    n = reinterpret(UInt64, x)
    s = (n & 0x000fffffffffffff) % Int64
    e = ((n & 0x7ff0000000000000) >> 52) % Int
    s |= Int64(e != 0) << 52
    d = ifelse(signbit(x), -1, 1)
    return s, e - 1075 + (e == 0), d
end

const hx_NaN = hash_uint64(reinterpret(UInt64, NaN))
function hash(x::Float64, h::UInt)
    if -9.223372036854775808e18 <= x < 9.223372036854775808e18
        xi = fptosi(Int64, x)
        if isequal(Float64(xi), x)
            return hash(xi, h)
        end
    elseif 0.0 <= x < 1.8446744073709551616e19
        xu = fptoui(UInt64, x)
        if isequal(Float64(xu), x)
            return hash(xu, h)
        end
    elseif isnan(x)
        return hx_NaN ⊻ h
    end
    return hash_uint64(bitcast(UInt64, x)) - 3h
end
hash(x::Float32, h::UInt) = hash(Float64(x), h)
hash(x::Float16, h::UInt) = hash(Float64(x), h)

# The upper bits of the significand.
truncmask(x::F, mask) where {F<:IEEEFloat} = reinterpret(F, mask & reinterpret(uinttype(F), x))
truncbits(x::F, nb) where {F<:IEEEFloat} = truncmask(x, typemax(uinttype(F)) << nb)

# Arrays of numbers as floats.
float(A::AbstractArray{<:AbstractFloat}) = A
function float(A::AbstractArray{T}) where {T}
    if !isconcretetype(T)
        error("`float` not defined on abstractly-typed arrays; please convert to a more specific type")
    end
    return convert(AbstractArray{typeof(float(zero(T)))}, A)
end
