# mpfr.jl: `BigFloat`, floats of any precision, correctly rounded. The module has the name that packages know; the
# arithmetic is here, on the significand as a BigInt.

module MPFR

export BigFloat, setprecision

import ..Rounding: rounding, setrounding, rounding_raw, setrounding_raw
import ..Base: *, +, -, /, <, <=, ==, >, >=, ^, ceil, cmp, convert, copysign, div, inv, exp, exp2, exponent, factorial,
    floor, fma, muladd, hypot, isinteger, isfinite, isinf, isnan, ldexp, log, log2, log10, max, min, mod, modf,
    nextfloat, prevfloat, promote_rule, rem, round, show, float, sum, sqrt, string, print, trunc, precision, _precision,
    exp10, expm1, log1p, sinpi, cospi, sincospi, tanpi, eps, signbit, sign, sin, cos, sincos, tan, sec, csc, cot, acos,
    asin, atan, cosh, sinh, tanh, acosh, asinh, atanh, lerpi, cbrt, typemax, typemin, unsafe_trunc, floatmin, floatmax,
    maxintfloat, widen, significand, frexp, tryparse, iszero, isone, big, decompose,
    minmax, zero, one, abs, Float64, Float32, Float16, AbstractFloat, BigInt, parse, Rational, _precision_with_base_2
using ..GMP: mag_bits, mag_any_low, mag_shr, isneg

"""
    MPFR.MPFRRoundingMode

The rounding modes by the names of the library MPFR.
"""
primitive type MPFRRoundingMode 32 end
MPFRRoundingMode(i::Integer) = reinterpret(MPFRRoundingMode, Int32(i))
const MPFRRoundNearest = MPFRRoundingMode(0)
const MPFRRoundToZero = MPFRRoundingMode(1)
const MPFRRoundUp = MPFRRoundingMode(2)
const MPFRRoundDown = MPFRRoundingMode(3)
const MPFRRoundFromZero = MPFRRoundingMode(4)
const MPFRRoundFaithful = MPFRRoundingMode(5)
convert(::Type{MPFRRoundingMode}, ::RoundingMode{:Nearest}) = MPFRRoundNearest
convert(::Type{MPFRRoundingMode}, ::RoundingMode{:Down}) = MPFRRoundDown
convert(::Type{MPFRRoundingMode}, ::RoundingMode{:Up}) = MPFRRoundUp
convert(::Type{MPFRRoundingMode}, ::RoundingMode{:ToZero}) = MPFRRoundToZero
convert(::Type{MPFRRoundingMode}, ::RoundingMode{:FromZero}) = MPFRRoundFromZero
function convert(::Type{RoundingMode}, r::MPFRRoundingMode)
    r === MPFRRoundNearest && return RoundNearest
    r === MPFRRoundDown && return RoundDown
    r === MPFRRoundUp && return RoundUp
    r === MPFRRoundToZero && return RoundToZero
    r === MPFRRoundFromZero && return RoundFromZero
    throw(ArgumentError("invalid MPFR rounding mode code: $r"))
end
_mode(r::MPFRRoundingMode) = r
_mode(r::RoundingMode) = convert(MPFRRoundingMode, r)

const ROUNDING_MODE = Ref{MPFRRoundingMode}(MPFRRoundNearest)
const DEFAULT_PRECISION = Ref{Clong}(256)

const EXP_ZERO = typemin(Clong) + 1
const EXP_NAN = typemin(Clong) + 2
const EXP_INF = typemin(Clong) + 3

"""
    BigFloat <: AbstractFloat

A float with a significand of `precision(x)` bits.
"""
mutable struct BigFloat <: AbstractFloat
    prec::Clong
    sign::Cint
    exp::Clong  # the value is sign * d * 2^(exp - prec); special values have exponents of their own
    d::BigInt   # of exactly prec bits

    global _bigfloat(prec::Integer, neg::Bool, exp::Integer, d::BigInt) = new(prec, neg ? -1 : 1, exp, d)
end

_nan(p) = _bigfloat(p, false, EXP_NAN, BigInt())
_inf(neg::Bool, p) = _bigfloat(p, neg, EXP_INF, BigInt())
_zero(neg::Bool, p) = _bigfloat(p, neg, EXP_ZERO, BigInt())

bits(x::BigInt) = mag_bits(x.d)

# The number m·2^e, plus a bit more if `sticky`, rounded to p bits. With `sticky`, m has more than p bits.
function _make(neg::Bool, m::BigInt, e::Int, sticky::Bool, p::Int, r::MPFRRoundingMode)
    n = bits(m)
    n == 0 && return _zero(neg, p)
    if n <= p
        m = m << (p - n)
        e -= p - n
        n = p
        inexact = sticky
        half = above = false
    else
        cut = n - p
        low = mag_any_low(m.d, cut - 1) || sticky
        half = isodd(m >> (cut - 1))
        above = half && low
        inexact = half || low
        m = m >> cut
        e += cut
    end
    if inexact
        up = r === MPFRRoundNearest ? (above || (half && isodd(m))) :
             r === MPFRRoundUp ? !neg :
             r === MPFRRoundDown ? neg :
             r === MPFRRoundFromZero
        if up
            m += 1
            if bits(m) > p
                m = m >> 1
                e += 1
            end
        end
    end
    return _bigfloat(p, neg, e + p, m)
end
_default() = (Int(DEFAULT_PRECISION[]), ROUNDING_MODE[])
_lowexp(x::BigFloat) = Int(x.exp - x.prec) # of the significand as an integer
_isneg(x::BigFloat) = x.sign < 0
_isreg(x::BigFloat) = x.exp > EXP_INF

# ---- precision ---------------------------------------------------------------------------------------------------

_precision_with_base_2(x::BigFloat) = Int(x.prec)
_precision_with_base_2(::Type{BigFloat}) = Int(DEFAULT_PRECISION[])
precision(x::BigFloat; base::Integer=2) = _precision(x, base)
precision(::Type{BigFloat}; base::Integer=2) = _precision(BigFloat, base)

"""
    setprecision([T=BigFloat,] precision::Int; base=2)
    setprecision(f::Function, [T=BigFloat,] precision::Integer; base=2)

The precision of new results, from now on or while `f` runs.
"""
function setprecision(::Type{BigFloat}, prec::Integer; base::Integer=2)
    base > 1 || throw(DomainError(base, "`base` cannot be less than 2."))
    precision = base == 2 ? prec : ceil(Int, prec * log2(base))
    precision < 1 && throw(DomainError(prec, "`precision` cannot be less than 1."))
    DEFAULT_PRECISION[] = precision
    return prec
end
setprecision(prec::Integer; base::Integer=2) = setprecision(BigFloat, prec; base)
function setprecision(f::Function, ::Type{T}, prec::Integer; kws...) where {T}
    old = DEFAULT_PRECISION[]
    setprecision(T, prec; kws...)
    try
        return f()
    finally
        DEFAULT_PRECISION[] = old
    end
end
setprecision(f::Function, prec::Integer; base::Integer=2) = setprecision(f, BigFloat, prec; base)

rounding_raw(::Type{BigFloat}) = ROUNDING_MODE[]
setrounding_raw(::Type{BigFloat}, r::MPFRRoundingMode) = ROUNDING_MODE[] = r
rounding(::Type{BigFloat}) = convert(RoundingMode, ROUNDING_MODE[])
setrounding(::Type{BigFloat}, r::RoundingMode) = ROUNDING_MODE[] = convert(MPFRRoundingMode, r)
function setrounding(f::Function, ::Type{BigFloat}, r::RoundingMode)
    old = ROUNDING_MODE[]
    ROUNDING_MODE[] = convert(MPFRRoundingMode, r)
    try
        return f()
    finally
        ROUNDING_MODE[] = old
    end
end

# ---- construction --------------------------------------------------------------------------------------------------

"""
    BigFloat(x; precision=precision(BigFloat))
    BigFloat(x, rounding::RoundingMode; precision)

The number, or the text, as a BigFloat.
"""
BigFloat(x::BigFloat; precision::Integer=Int(x.prec)) = precision == x.prec ? x : _round_to(x, Int(precision), ROUNDING_MODE[])
BigFloat(x::BigFloat, r::Union{MPFRRoundingMode,RoundingMode}; precision::Integer=DEFAULT_PRECISION[]) =
    precision == x.prec ? x : _round_to(x, Int(precision), _mode(r))
function _round_to(x::BigFloat, p::Int, r::MPFRRoundingMode)
    _isreg(x) || return _bigfloat(p, _isneg(x), x.exp, BigInt())
    return _make(_isneg(x), x.d, _lowexp(x), false, p, r)
end
BigFloat(x::Integer, r::Union{MPFRRoundingMode,RoundingMode}=ROUNDING_MODE[]; precision::Integer=DEFAULT_PRECISION[]) =
    _make(x < 0, abs(BigInt(x)), 0, false, Int(precision), _mode(r))
function BigFloat(x::Union{Float16,Float32,Float64}, r::Union{MPFRRoundingMode,RoundingMode}=ROUNDING_MODE[];
                  precision::Integer=DEFAULT_PRECISION[])
    isnan(x) && return _nan(precision)
    isinf(x) && return _inf(x < 0, precision)
    iszero(x) && return _zero(signbit(x), precision)
    m, e, _ = decompose(abs(x))
    return _make(signbit(x), BigInt(m), e, false, Int(precision), _mode(r))
end
function BigFloat(x::Rational, r::Union{MPFRRoundingMode,RoundingMode}=ROUNDING_MODE[]; precision::Integer=DEFAULT_PRECISION[])
    n, d = numerator(x), denominator(x)
    iszero(d) && return _inf(n < 0, precision)
    return _quotient(x < 0, abs(BigInt(n)), BigInt(d), 0, Int(precision), _mode(r))
end
BigFloat() = _nan(DEFAULT_PRECISION[])
function BigFloat(x::AbstractString, r::Union{MPFRRoundingMode,RoundingMode}=ROUNDING_MODE[]; precision::Integer=DEFAULT_PRECISION[])
    v = _parse(String(strip(x)), 10, Int(precision), _mode(r))
    v === nothing && throw(ArgumentError("cannot parse $(repr(x)) as BigFloat"))
    return v
end

# n/d · 2^e rounded.
function _quotient(neg::Bool, n::BigInt, d::BigInt, e::Int, p::Int, r::MPFRRoundingMode)
    iszero(n) && return _zero(neg, p)
    s = max(0, p + 3 - (bits(n) - bits(d)))
    q, rest = divrem(n << s, d)
    return _make(neg, q, e - s, !iszero(rest), p, r)
end

# Decimal texts (or in another base), hexadecimal ones, and the names of special values.
function _parse(s::String, base::Int, p::Int, r::MPFRRoundingMode)
    isempty(s) && return nothing
    neg = false
    i = 1
    if s[1] == '-' || s[1] == '+'
        neg = s[1] == '-'
        i = 2
    end
    body = s[i:end]
    low = lowercase(body)
    (low == "inf" || low == "infinity") && return _inf(neg, p)
    low == "nan" && return _nan(p)
    hex = startswith(low, "0x")
    hex && (low = low[3:end])
    b = hex ? 16 : base
    digits = BigInt(0)
    places = 0
    any = point = false
    k = firstindex(low)
    while k <= lastindex(low)
        c = low[k]
        if c == '.' && !point
            point = true
        else
            v = '0' <= c <= '9' ? c - '0' : 'a' <= c <= 'z' ? c - 'a' + 10 : 99
            v < b || break
            digits = digits * b + v
            any = true
            point && (places += 1)
        end
        k = nextind(low, k)
    end
    any || return nothing
    e = 0
    if k <= lastindex(low)
        c = low[k]
        (hex ? c == 'p' : c == 'e' || c == '@') || return nothing
        e = tryparse(Int, low[nextind(low, k):end])
        e === nothing && return nothing
    end
    if hex
        return iszero(digits) ? _zero(neg, p) : _make(neg, digits, e - 4 * places, false, p, r)
    end
    iszero(digits) && return _zero(neg, p)
    e -= places
    return e >= 0 ? _make(neg, digits * BigInt(b)^e, 0, false, p, r) : _quotient(neg, digits, BigInt(b)^(-e), 0, p, r)
end
function tryparse(::Type{BigFloat}, s::AbstractString; base::Integer=10, precision::Integer=DEFAULT_PRECISION[],
                  rounding::Union{MPFRRoundingMode,RoundingMode}=ROUNDING_MODE[])
    return _parse(String(strip(s)), Int(base), Int(precision), _mode(rounding))
end

convert(::Type{BigFloat}, x::BigFloat) = x
promote_rule(::Type{BigFloat}, ::Type{<:Real}) = BigFloat
promote_rule(::Type{BigInt}, ::Type{<:AbstractFloat}) = BigFloat
promote_rule(::Type{BigFloat}, ::Type{<:AbstractFloat}) = BigFloat
big(::Type{<:AbstractFloat}) = BigFloat
big(x::AbstractFloat) = BigFloat(x)
big(::Type{<:Rational{T}}) where {T} = Rational{BigInt}
widen(::Type{Float64}) = BigFloat
widen(::Type{BigFloat}) = BigFloat
float(::Type{BigInt}) = BigFloat
zero(::Type{BigFloat}) = BigFloat(0)
one(::Type{BigFloat}) = BigFloat(1)
AbstractFloat(x::BigFloat) = x

# ---- to other types ----------------------------------------------------------------------------------------------------

# The integer part.
function _integer(x::BigFloat)
    _isreg(x) || return BigInt(0)
    e = _lowexp(x)
    m = e >= 0 ? x.d << e : x.d >> (-e)
    return _isneg(x) ? -m : m
end
isinteger(x::BigFloat) = iszero(x) || (_isreg(x) && (_lowexp(x) >= 0 || !mag_any_low(x.d.d, min(-_lowexp(x), Int(x.prec) + 1))))
unsafe_trunc(::Type{T}, x::BigFloat) where {T<:Integer} = _integer(x) % T
unsafe_trunc(::Type{BigInt}, x::BigFloat) = _integer(x)
BigInt(x::BigFloat) = isinteger(x) ? _integer(x) : throw(InexactError(:BigInt, BigInt, x))
function (::Type{T})(x::BigFloat) where {T<:Base.BitInteger}
    isinteger(x) && typemin(T) <= x <= typemax(T) || throw(InexactError(nameof(T), T, x))
    return _integer(x) % T
end
Integer(x::BigFloat) = BigInt(x)
Bool(x::BigFloat) = iszero(x) ? false : x == 1 ? true : throw(InexactError(:Bool, Bool, x))
function _to_int(::Type{T}, f::Symbol, x::BigFloat, y::BigFloat) where {T<:Integer}
    isfinite(y) || throw(InexactError(f, T, x))
    n = _integer(y)
    T === BigInt && return n
    typemin(T) <= n <= typemax(T) || throw(InexactError(f, T, x))
    return n % T
end
trunc(::Type{T}, x::BigFloat) where {T<:Integer} = _to_int(T, :trunc, x, trunc(x))
floor(::Type{T}, x::BigFloat) where {T<:Integer} = _to_int(T, :trunc, x, floor(x))
ceil(::Type{T}, x::BigFloat) where {T<:Integer} = _to_int(T, :trunc, x, ceil(x))
round(::Type{T}, x::BigFloat) where {T<:Integer} = _to_int(T, :trunc, x, round(x, RoundNearest))
round(::Type{T}, x::BigFloat, r::RoundingMode) where {T<:Integer} = _to_int(T, :trunc, x, round(x, r))
for T in (:Integer, :Signed)
    for f in (:trunc, :floor, :ceil, :round)
        @eval $f(::Type{$T}, x::BigFloat) = $f(BigInt, x)
    end
end

function _to_float(::Type{T}, x::BigFloat, r::MPFRRoundingMode) where {T<:Base.IEEEFloat}
    isnan(x) && return T(NaN)
    isinf(x) && return _isneg(x) ? -T(Inf) : T(Inf)
    iszero(x) && return _isneg(x) ? -zero(T) : zero(T)
    p = Base.significand_bits(T) + 1
    emin = 2 - Base.exponent_bias(T) # of the least normal number, in this type's convention
    # Subnormal numbers have fewer bits.
    q = x.exp < emin ? p - (emin - Int(x.exp)) : p
    y = q >= 1 ? _round_to(x, q, r) : _round_to(x + copysign(ldexp(BigFloat(1, precision=2), emin), x), p, r)
    if q < 1
        # Below half of the least one, or in between: by comparison with the neighbours.
        tiny = nextfloat(zero(T))
        half = ldexp(BigFloat(1), emin - p - 1)
        a = abs(x)
        up = r === MPFRRoundNearest ? a > half :
             r === MPFRRoundUp ? !_isneg(x) : r === MPFRRoundDown ? _isneg(x) : r === MPFRRoundFromZero
        v = up ? tiny : zero(T)
        return _isneg(x) ? -v : v
    end
    y.exp > Base.exponent_bias(T) + 1 && return _overflowed(T, _isneg(x), r)
    v = ldexp(Float64(y.d % UInt64), Int(y.exp) - Int(y.prec)) # exact
    v = T(v)
    return _isneg(x) ? -v : v
end
function _overflowed(::Type{T}, neg::Bool, r::MPFRRoundingMode) where {T}
    toinf = r === MPFRRoundNearest || r === MPFRRoundFromZero || (r === MPFRRoundUp && !neg) || (r === MPFRRoundDown && neg)
    v = toinf ? T(Inf) : floatmax(T)
    return neg ? -v : v
end
Float64(x::BigFloat, r::Union{MPFRRoundingMode,RoundingMode}=ROUNDING_MODE[]) = _to_float(Float64, x, _mode(r))
Float32(x::BigFloat, r::Union{MPFRRoundingMode,RoundingMode}=ROUNDING_MODE[]) = _to_float(Float32, x, _mode(r))
Float16(x::BigFloat, r::Union{MPFRRoundingMode,RoundingMode}=ROUNDING_MODE[]) = _to_float(Float16, x, _mode(r))

function Rational{BigInt}(x::BigFloat)
    isnan(x) && throw(InexactError(:Rational, Rational{BigInt}, x))
    isinf(x) && return Base.unsafe_rational(BigInt, BigInt(_isneg(x) ? -1 : 1), BigInt(0))
    iszero(x) && return BigInt(0) // BigInt(1)
    e = _lowexp(x)
    m = _isneg(x) ? -x.d : x.d
    return e >= 0 ? (m << e) // BigInt(1) : m // (BigInt(1) << -e)
end
Rational(x::BigFloat) = Rational{BigInt}(x)
function decompose(x::BigFloat)::Tuple{BigInt,Int,Int}
    isnan(x) && return 0, 0, 0
    isinf(x) && return _isneg(x) ? -1 : 1, 0, 0
    iszero(x) && return 0, 0, _isneg(x) ? -1 : 1
    return x.d, _lowexp(x), _isneg(x) ? -1 : 1
end

# ---- properties ----------------------------------------------------------------------------------------------------------

isnan(x::BigFloat) = x.exp == EXP_NAN
isinf(x::BigFloat) = x.exp == EXP_INF
isfinite(x::BigFloat) = x.exp == EXP_ZERO || _isreg(x)
iszero(x::BigFloat) = x.exp == EXP_ZERO
isone(x::BigFloat) = x == 1
signbit(x::BigFloat) = _isneg(x)
sign(x::BigFloat) = (iszero(x) || isnan(x)) ? x : BigFloat(_isneg(x) ? -1 : 1)
abs(x::BigFloat) = _bigfloat(x.prec, false, x.exp, x.d)
-(x::BigFloat) = _bigfloat(x.prec, !_isneg(x), x.exp, x.d)
copysign(x::BigFloat, y::BigFloat) = _bigfloat(x.prec, _isneg(y), x.exp, x.d)
copysign(x::BigFloat, y::Real) = _bigfloat(x.prec, signbit(y), x.exp, x.d)
function exponent(x::BigFloat)
    _isreg(x) || throw(DomainError(x, "`x` must be non-zero and finite."))
    return Int(x.exp) - 1
end
function frexp(x::BigFloat)
    _isreg(x) || return x, 0
    return _bigfloat(x.prec, _isneg(x), 0, x.d), Int(x.exp)
end
significand(x::BigFloat) = _isreg(x) ? _bigfloat(x.prec, _isneg(x), 1, x.d) : x
ldexp(x::BigFloat, n::Integer) = _isreg(x) ? _bigfloat(x.prec, _isneg(x), x.exp + n, x.d) : x
eps(::Type{BigFloat}) = ldexp(BigFloat(1), 1 - precision(BigFloat))
eps(x::BigFloat) = _isreg(x) ? ldexp(BigFloat(1, precision=Int(x.prec)), Int(x.exp) - Int(x.prec)) : iszero(x) ? floatmin(BigFloat) : _nan(x.prec)
typemax(::Type{BigFloat}) = _inf(false, DEFAULT_PRECISION[])
typemin(::Type{BigFloat}) = _inf(true, DEFAULT_PRECISION[])
const EMAX = (1 << 62) - 1
floatmin(::Type{BigFloat}) = ldexp(BigFloat(1), -EMAX - 1)
floatmax(::Type{BigFloat}) = ldexp(prevfloat(BigFloat(1)), EMAX)
maxintfloat(x::BigFloat) = BigFloat(2)^precision(x)
maxintfloat(::Type{BigFloat}) = BigFloat(2)^precision(BigFloat)

function nextfloat(x::BigFloat, n::Integer=1)
    n == 0 && return x
    n < 0 && return prevfloat(x, -n)
    for _ in 1:n
        x = _step(x, true)
    end
    return x
end
function prevfloat(x::BigFloat, n::Integer=1)
    n < 0 && return nextfloat(x, -n)
    for _ in 1:n
        x = _step(x, false)
    end
    return x
end
function _step(x::BigFloat, up::Bool)
    isnan(x) && return x
    if iszero(x)
        y = floatmin(BigFloat)
        return up ? y : -y
    end
    if isinf(x)
        _isneg(x) == up || return x
        y = _bigfloat(x.prec, false, EMAX, (BigInt(1) << Int(x.prec)) - 1)
        return _isneg(x) ? -y : y
    end
    if up != _isneg(x) # away from zero
        m = x.d + 1
        bits(m) > x.prec && return _bigfloat(x.prec, _isneg(x), x.exp + 1, m >> 1)
        return _bigfloat(x.prec, _isneg(x), x.exp, m)
    end
    m = x.d - 1
    bits(m) < x.prec && return _bigfloat(x.prec, _isneg(x), x.exp - 1, (m << 1) + 1)
    return _bigfloat(x.prec, _isneg(x), x.exp, m)
end

# ---- comparison ------------------------------------------------------------------------------------------------------------

# Of numbers that are not NaN.
function _cmp(x::BigFloat, y::BigFloat)
    sx = iszero(x) ? 0 : Int(x.sign)
    sy = iszero(y) ? 0 : Int(y.sign)
    sx == sy || return sx < sy ? -1 : 1
    sx == 0 && return 0
    (isinf(x) || isinf(y)) && return isinf(x) ? (isinf(y) ? 0 : sx) : -sx
    x.exp == y.exp || return x.exp < y.exp ? -sx : sx
    a, b = x.d, y.d
    if x.prec != y.prec
        x.prec < y.prec ? (a = a << Int(y.prec - x.prec)) : (b = b << Int(x.prec - y.prec))
    end
    return sx * cmp(a, b)
end
function cmp(x::BigFloat, y::BigFloat)
    isnan(x) && return isnan(y) ? 0 : 1
    isnan(y) && return -1
    return _cmp(x, y)
end
_unordered(x, y) = isnan(x) || isnan(y)
==(x::BigFloat, y::BigFloat) = !_unordered(x, y) && _cmp(x, y) == 0
<(x::BigFloat, y::BigFloat) = !_unordered(x, y) && _cmp(x, y) < 0
<=(x::BigFloat, y::BigFloat) = !_unordered(x, y) && _cmp(x, y) <= 0
# Exactly, whatever the default precision is.
const CompareTypes = Union{Base.BitInteger,BigInt,Float16,Float32,Float64}
_exact(x::Union{Float16,Float32,Float64}) = BigFloat(x, precision=53)
_exact(x::Integer) = BigFloat(x, precision=max(64, bits(BigInt(x))))
for op in (:(==), :<, :<=)
    @eval $op(x::BigFloat, y::CompareTypes) = $op(x, _exact(y))
    @eval $op(x::CompareTypes, y::BigFloat) = $op(_exact(x), y)
end
cmp(x::BigFloat, y::CompareTypes) = cmp(x, _exact(y))
cmp(x::CompareTypes, y::BigFloat) = cmp(_exact(x), y)

# ---- arithmetic ---------------------------------------------------------------------------------------------------------------

function _add(x::BigFloat, y::BigFloat, flip::Bool, p::Int, r::MPFRRoundingMode)
    yneg = _isneg(y) ⊻ flip
    if !_isreg(x) || !_isreg(y)
        (isnan(x) || isnan(y)) && return _nan(p)
        if isinf(x)
            return isinf(y) && _isneg(x) != yneg ? _nan(p) : _inf(_isneg(x), p)
        end
        isinf(y) && return _inf(yneg, p)
        if iszero(x)
            iszero(y) && return _zero(_isneg(x) == yneg ? _isneg(x) : r === MPFRRoundDown, p)
            return _make(yneg, y.d, _lowexp(y), false, p, r)
        end
        return _make(_isneg(x), x.d, _lowexp(x), false, p, r)
    end
    # The one of greater exponent first.
    xneg = _isneg(x)
    if x.exp < y.exp
        x, y = y, x
        xneg, yneg = yneg, xneg
    end
    ex, ey = _lowexp(x), _lowexp(y)
    if Int(x.exp) - Int(y.exp) > p + Int(x.prec) + 4
        # The lesser one is below all bits that count.
        m = x.d << (p + 4)
        xneg == yneg || (m -= 1)
        return _make(xneg, m, ex - p - 4, true, p, r)
    end
    e = min(ex, ey)
    a, b = x.d << (ex - e), y.d << (ey - e)
    s = (xneg ? -a : a) + (yneg ? -b : b)
    iszero(s) && return _zero(r === MPFRRoundDown, p)
    return _make(isneg(s), abs(s), e, false, p, r)
end
function _mul(x::BigFloat, y::BigFloat, p::Int, r::MPFRRoundingMode)
    neg = _isneg(x) ⊻ _isneg(y)
    if !_isreg(x) || !_isreg(y)
        (isnan(x) || isnan(y)) && return _nan(p)
        (isinf(x) || isinf(y)) && return iszero(x) || iszero(y) ? _nan(p) : _inf(neg, p)
        return _zero(neg, p)
    end
    return _make(neg, x.d * y.d, _lowexp(x) + _lowexp(y), false, p, r)
end
function _div(x::BigFloat, y::BigFloat, p::Int, r::MPFRRoundingMode)
    neg = _isneg(x) ⊻ _isneg(y)
    if !_isreg(x) || !_isreg(y)
        (isnan(x) || isnan(y)) && return _nan(p)
        isinf(x) && return isinf(y) ? _nan(p) : _inf(neg, p)
        isinf(y) && return _zero(neg, p)
        iszero(y) && return iszero(x) ? _nan(p) : _inf(neg, p)
        return _zero(neg, p)
    end
    return _quotient(neg, x.d, y.d, _lowexp(x) - _lowexp(y), p, r)
end
+(x::BigFloat, y::BigFloat) = _add(x, y, false, _default()...)
-(x::BigFloat, y::BigFloat) = _add(x, y, true, _default()...)
*(x::BigFloat, y::BigFloat) = _mul(x, y, _default()...)
/(x::BigFloat, y::BigFloat) = _div(x, y, _default()...)
for op in (:+, :-, :*, :/)
    @eval $op(x::BigFloat, y::CompareTypes) = $op(x, _exact(y))
    @eval $op(x::CompareTypes, y::BigFloat) = $op(_exact(x), y)
end
inv(x::BigFloat) = BigFloat(1) / x
function fma(x::BigFloat, y::BigFloat, z::BigFloat)
    p, r = _default()
    _isreg(x) && _isreg(y) || return _add(_mul(x, y, p, r), z, false, p, r)
    q = _make(_isneg(x) ⊻ _isneg(y), x.d * y.d, _lowexp(x) + _lowexp(y), false, Int(x.prec + y.prec), r)
    return _add(q, z, false, p, r)
end
muladd(x::BigFloat, y::BigFloat, z::BigFloat) = fma(x, y, z)

function _rem(x::BigFloat, y::BigFloat)
    p, r = _default()
    (isnan(x) || isnan(y) || isinf(x) || iszero(y)) && return _nan(p)
    (isinf(y) || iszero(x)) && return x
    e = min(_lowexp(x), _lowexp(y))
    m = rem(x.d << (_lowexp(x) - e), y.d << (_lowexp(y) - e))
    return iszero(m) ? _zero(_isneg(x), p) : _make(_isneg(x), m, e, false, p, r)
end
rem(x::BigFloat, y::BigFloat) = _rem(x, y)
rem(x::BigFloat, y::BigFloat, ::RoundingMode{:Nearest}) = x - y * round(x / y)
div(x::BigFloat, y::BigFloat) = trunc(x / y)
max(x::BigFloat, y::BigFloat) = isnan(x) ? x : isnan(y) ? y : (x < y || (x == y && _isneg(x))) ? y : x
min(x::BigFloat, y::BigFloat) = isnan(x) ? x : isnan(y) ? y : (y < x || (x == y && _isneg(y))) ? y : x
minmax(x::BigFloat, y::BigFloat) = (min(x, y), max(x, y))
modf(x::BigFloat) = isinf(x) ? (_zero(_isneg(x), x.prec), x) : (t = trunc(x); (copysign(x - t, x), t))

# To an integer value.
function _rint(x::BigFloat, r::RoundingMode)
    _isreg(x) || return x
    e = _lowexp(x)
    e >= 0 && return x
    x.exp < 0 && return _rint_small(x, r)
    cut = -e
    m = x.d >> cut
    half = isodd(x.d >> (cut - 1))
    low = mag_any_low(x.d.d, cut - 1)
    up = _rounds_up(m, half, low, _isneg(x), r)
    up && (m += 1)
    iszero(m) && return _zero(_isneg(x), x.prec)
    return _make(_isneg(x), m, 0, false, Int(x.prec), MPFRRoundNearest)
end
# Less than a half.
_rint_small(x::BigFloat, r::RoundingMode) =
    _rounds_up(BigInt(0), false, true, _isneg(x), r) ? _make(_isneg(x), BigInt(1), 0, false, Int(x.prec), MPFRRoundNearest) :
    _zero(_isneg(x), x.prec)
function _rounds_up(m::BigInt, half::Bool, low::Bool, neg::Bool, r::RoundingMode)
    (half || low) || return false
    r === RoundNearest && return half && (low || isodd(m))
    r === RoundUp && return !neg
    r === RoundDown && return neg
    r === RoundToZero && return false
    r === RoundFromZero && return true
    r === RoundNearestTiesAway && return half
    return half && (low || !neg) # ties up
end
round(x::BigFloat, r::RoundingMode) = _rint(x, r)
round(x::BigFloat, r::RoundingMode{:NearestTiesUp}) = _rint(x, r)
round(x::BigFloat, r::RoundingMode{:NearestTiesAway}) = _rint(x, r)
round(x::BigFloat, r::RoundingMode{:FromZero}) = _rint(x, r)
trunc(x::BigFloat) = _rint(x, RoundToZero)
floor(x::BigFloat) = _rint(x, RoundDown)
ceil(x::BigFloat) = _rint(x, RoundUp)

function sqrt(x::BigFloat)
    p, r = _default()
    isnan(x) && return x
    iszero(x) && return x
    _isneg(x) && throw(DomainError(x, "NaN result for non-NaN input."))
    isinf(x) && return x
    m, e = x.d, _lowexp(x)
    s = max(0, 2 * (p + 3) - bits(m))
    isodd(e - s) && (s += 1)
    m = m << s
    root = isqrt(m)
    return _make(false, root, (e - s) ÷ 2, root * root != m, p, r)
end
sqrt(x::BigInt) = sqrt(BigFloat(x))
function cbrt(x::BigFloat)
    p, r = _default()
    _isreg(x) || return x
    m, e = x.d, _lowexp(x)
    s = max(0, 3 * (p + 3) - bits(m))
    s += mod(e - s, 3)
    m = m << s
    # Newton's method for the integer root, from above.
    root = BigInt(1) << cld(bits(m), 3)
    while true
        t = div(2 * root + div(m, root * root), 3)
        t >= root && break
        root = t
    end
    return _make(_isneg(x), root, div(e - s, 3), root^3 != m, p, r)
end
function hypot(x::BigFloat, y::BigFloat)
    (isinf(x) || isinf(y)) && return _inf(false, DEFAULT_PRECISION[])
    p = Int(DEFAULT_PRECISION[])
    s = setprecision(() -> sqrt(x * x + y * y), BigFloat, 2p + 16)
    return _round_to(s, p, ROUNDING_MODE[])
end

# ---- integer powers ----------------------------------------------------------------------------------------------------------

function ^(x::BigFloat, n::Integer)
    p, r = _default()
    n == 0 && return BigFloat(1)
    n == 1 && return _round_to(x, p, r)
    a = n isa Base.BitInteger ? Base.uabs(n) : abs(n)
    wp = p + 2 * Int(Base.top_set_bit(a)) + 16
    y = setprecision(BigFloat, wp) do
        b = BigFloat(x, precision=max(wp, Int(x.prec)))
        acc = BigFloat(1)
        k = a
        while true
            isodd(k) && (acc = acc * b)
            k >>= 1
            k == 0 && break
            b = b * b
        end
        n < 0 ? inv(acc) : acc
    end
    return _round_to(y, p, r)
end
function ^(x::BigFloat, y::BigFloat)
    p, r = _default()
    if isinteger(y) && abs(y) < 1 << 40
        return x^Int(y)
    end
    (isnan(x) || isnan(y)) && return _nan(p)
    if _isneg(x) && !iszero(x) && isfinite(y)
        isinteger(y) || throw(DomainError(x, "NaN result for non-NaN input."))
    end
    iszero(x) && return _isneg(y) ? _inf(false, p) : _zero(false, p)
    isinf(y) && return (abs(x) == 1 ? BigFloat(1) : (abs(x) > 1) == !_isneg(y) ? _inf(false, p) : _zero(false, p))
    z = setprecision(() -> exp(y * log(abs(BigFloat(x, precision=max(Int(x.prec), 2p))))), BigFloat, 2p + 64)
    z = _round_to(z, p, r)
    return _isneg(x) && isodd(BigInt(y)) ? -z : z
end
^(x::Real, y::BigFloat) = BigFloat(x)^y
^(x::Integer, y::BigFloat) = BigFloat(x)^y
^(x::Union{Float16,Float32,Float64}, y::BigFloat) = BigFloat(x)^y
^(x::BigFloat, y::Union{Float16,Float32,Float64}) = x^BigFloat(y)

# ---- elementary functions, in fixed point ---------------------------------------------------------------------------------------
# A number v is held as the integer nearest to v·2^w. The last bits of such a number are wrong; w has enough more
# than the result needs.

_fix(x::BigFloat, w::Int) = (e = _lowexp(x) + w; m = iszero(x) ? BigInt(0) : e >= 0 ? x.d << e : x.d >> (-e); _isneg(x) ? -m : m)
_unfix(m::BigInt, w::Int, p::Int, r::MPFRRoundingMode) = _make(isneg(m), abs(m), -w, false, p, r)
_fmul(a::BigInt, b::BigInt, w::Int) = (a * b) >> w

# Constants, kept for the greatest precision asked for so far.
const _constants = Dict{Symbol,Tuple{Int,BigInt}}()
function _constant(f, name::Symbol, w::Int)
    found = get(_constants, name, nothing)
    if found === nothing || found[1] < w
        found = (w + 32, f(w + 64) >> 32)
        _constants[name] = found
    end
    return found[2] >> (found[1] - w)
end
# atan(1/n) and atanh(1/n).
function _arctan_inverse(n::Int, w::Int, sign::Int)
    term = div(BigInt(1) << w, n)
    sum = term
    n2 = n * n
    k = 1
    s = sign
    while true
        term = div(term, n2)
        iszero(term) && return sum
        k += 2
        sum += s * div(term, k)
        s *= sign
    end
end
_pi(w::Int) = _constant(v -> 16 * _arctan_inverse(5, v, -1) - 4 * _arctan_inverse(239, v, -1), :pi, w)
_ln2(w::Int) = _constant(v -> 2 * _arctan_inverse(3, v, 1), :ln2, w)
_ln10(w::Int) = _constant(v -> 3 * _ln2(v) + 2 * _arctan_inverse(9, v, 1), :ln10, w)
# Brent and McMillan's method.
function _euler(v::Int)
    w = v + 32
    n = ceil(Int, w * 0.17329) + 2
    lnn = _fixed_log(BigFloat(n, precision=64), w)
    one = BigInt(1) << w
    a = -lnn
    b = one
    u, s = a, b
    k = 1
    while true
        b = div(b * (n * n), k * k)
        a = div(div(a * (n * n), k) + b, k)
        u += a
        s += b
        k += 1
        iszero(b) && iszero(a) && break
        k > 20 * n + 100 && break
    end
    return div(u << w, s) >> (w - v)
end
function _catalan(v::Int)
    w = v + 32
    # π/8·log(2 + √3) + 3/8·Σ 1/((2k+1)²·C(2k,k))
    s = BigInt(0)
    c = BigInt(1)
    k = 0
    one = BigInt(1) << w
    while true
        t = div(one, c * (2k + 1)^2)
        iszero(t) && break
        s += t
        c = div(c * (2 * (2k + 1)), k + 1)
        k += 1
    end
    root3 = isqrt(BigInt(3) << 2w)
    l = _fixed_log(_make(false, (BigInt(2) << w) + root3, -w, false, w, MPFRRoundNearest), w)
    return (_fmul(_pi(w), l, w) + 3 * s) >> (3 + w - v)
end
"""
    MPFR.constant(name, precision)

One of `:pi`, `:euler`, `:catalan`, `:log2` at a precision.
"""
function constant(name::Symbol, p::Integer)
    w = Int(p) + 32
    m = name === :pi ? _pi(w) : name === :euler ? _constant(_euler, :euler, w) :
        name === :catalan ? _constant(_catalan, :catalan, w) : _ln2(w)
    return _unfix(m, w, Int(p), ROUNDING_MODE[])
end

# exp of a fixed number, as (m, k): m·2^k with m fixed.
function _fixed_exp(x::BigInt, w::Int)
    ln2 = _ln2(w)
    k = div(x, ln2, RoundDown)
    y = x - k * ln2
    # By halving the argument the series gets short.
    h = 8
    y = y >> h
    one = BigInt(1) << w
    sum = one + y
    term = y
    n = 2
    while true
        term = div(_fmul(term, y, w), n)
        iszero(term) && break
        sum += term
        n += 1
    end
    for _ in 1:h
        sum = _fmul(sum, sum, w)
    end
    return sum, Int(k)
end
# log of a positive number.
function _fixed_log(x::BigFloat, w::Int)
    v = w + 24
    # x = m·2^k with m in [1/2, 1): roots bring m near to one.
    k = Int(x.exp)
    m = _fix(_bigfloat(x.prec, false, 0, x.d), v)
    h = 8
    for _ in 1:h
        m = isqrt(m << v)
    end
    one = BigInt(1) << v
    # 2·atanh((m-1)/(m+1))
    z = div((m - one) << v, m + one)
    z2 = _fmul(z, z, v)
    sum = z
    term = z
    n = 3
    while true
        term = _fmul(term, z2, v)
        t = div(term, n)
        iszero(t) && break
        sum += t
        n += 2
    end
    return ((sum << (h + 1)) + k * _ln2(v)) >> (v - w)
end
function _fixed_sincos(y::BigInt, w::Int)
    # Of an angle up to π/4.
    y2 = _fmul(y, y, w)
    one = BigInt(1) << w
    c = one
    term = one
    n = 1
    while true
        term = -div(_fmul(term, y2, w), n * (n + 1))
        (iszero(term) || term == -1) && break
        c += term
        n += 2
    end
    s = y
    term = y
    n = 2
    while true
        term = -div(_fmul(term, y2, w), n * (n + 1))
        (iszero(term) || term == -1) && break
        s += term
        n += 2
    end
    return s, c
end
function _fixed_atan(z::BigInt, w::Int)
    # Of a number up to one: halve the angle, then the series.
    one = BigInt(1) << w
    h = 8
    for _ in 1:h
        z = div(z << w, one + isqrt((one << w) + z * z))
    end
    z2 = _fmul(z, z, w)
    sum = z
    term = z
    n = 3
    s = -1
    while true
        term = _fmul(term, z2, w)
        t = div(term, n)
        iszero(t) && break
        sum += s * t
        s = -s
        n += 2
    end
    return sum << h
end

const GUARD = 64
# Bits before the point that a number has.
_above(x::BigFloat) = max(0, Int(x.exp))
# Places after the point that a small number needs more.
_below(x::BigFloat) = max(0, -Int(x.exp))

function exp(x::BigFloat)
    p, r = _default()
    isnan(x) && return x
    isinf(x) && return _isneg(x) ? _zero(false, p) : x
    iszero(x) && return BigFloat(1)
    Int(x.exp) > 62 && return _isneg(x) ? _zero(false, p) : _inf(false, p)
    w = p + GUARD + _above(x)
    m, k = _fixed_exp(_fix(x, w), w)
    return _make(false, m, k - w, true, p, r)
end
exp2(x::BigFloat) = isinteger(x) && abs(x) < 1 << 40 ? ldexp(BigFloat(1), Int(x)) : _wide(() -> exp(x * constant(:log2, precision(BigFloat))))
exp10(x::BigFloat) = isinteger(x) && abs(x) < 1 << 20 ? BigFloat(10)^Int(x) : _wide(() -> exp(x * log(BigFloat(10))))
function expm1(x::BigFloat)
    isfinite(x) && !iszero(x) && Int(x.exp) < 0 || return isinf(x) && _isneg(x) ? BigFloat(-1) : iszero(x) ? x : _wide(() -> exp(x) - 1)
    return _wide(() -> exp(x) - 1, _below(x))
end
# With more bits, then rounded.
function _wide(f, extra::Int=0)
    p, r = _default()
    y = setprecision(f, BigFloat, p + GUARD + extra)
    return _round_to(y, p, r)
end

function log(x::BigFloat)
    p, r = _default()
    isnan(x) && return x
    iszero(x) && return _inf(true, p)
    _isneg(x) && throw(DomainError(x, "NaN result for non-NaN input."))
    isinf(x) && return x
    x == 1 && return _zero(false, p)
    # Near one the result is small: more places.
    near = x.exp == 0 || x.exp == 1 ? _below(setprecision(() -> x - 1, BigFloat, Int(x.prec) + 8)) : 0
    w = p + GUARD + near
    m = _fixed_log(x, w)
    return _make(isneg(m), abs(m), -w, true, p, r)
end
log2(x::BigFloat) = _exactlog2(x) ? BigFloat(Int(x.exp) - 1) : _wide(() -> log(x) / constant(:log2, precision(BigFloat)))
_exactlog2(x::BigFloat) = _isreg(x) && !_isneg(x) && x.d == BigInt(1) << Int(x.prec - 1)
function log10(x::BigFloat)
    y = _wide(() -> log(x) / log(BigFloat(10)))
    # Powers of ten are exact.
    if isfinite(y) && isinteger(round(y)) && abs(y) < 1 << 20
        n = Int(round(y))
        BigFloat(10)^n == x && return BigFloat(n)
    end
    return y
end
function log1p(x::BigFloat)
    (isfinite(x) && !iszero(x)) || return x
    x < -1 && throw(DomainError(x, string("log1p was called with a real argument < -1 but will only return a complex result if called ",
                                          "with a complex argument. Try log1p(Complex(x)).")))
    return _wide(() -> log(1 + x), _below(x) + Int(x.prec))
end

# The angle reduced to [-π/4, π/4] and the quadrant.
function _reduce(x::BigFloat, w::Int)
    v = w + _above(x)
    half = _pi(v) >> 1
    f = _fix(x, v)
    q = div(2 * f + half, 2 * half, RoundDown)
    y = (f - q * half) >> (v - w)
    return y, Int(mod(q, 4))
end
function _sincos(x::BigFloat)
    p, r = _default()
    w = p + GUARD + _below(x)
    y, q = _reduce(x, w + GUARD)
    y = y >> GUARD
    # Near a multiple of π/2 the result is small.
    if !iszero(x) && bits(y) < w - 8
        w2 = w + (w - bits(y))
        y, q = _reduce(x, w2)
        w = w2
    end
    s, c = _fixed_sincos(y, w)
    q == 1 && ((s, c) = (c, -s))
    q == 2 && ((s, c) = (-s, -c))
    q == 3 && ((s, c) = (-c, s))
    return _make(isneg(s), abs(s), -w, !iszero(s), p, r), _make(isneg(c), abs(c), -w, !iszero(c), p, r)
end
function sincos(x::BigFloat)
    isnan(x) && return (x, x)
    isinf(x) && throw(DomainError(x, "NaN result for non-NaN input."))
    iszero(x) && return (x, BigFloat(1))
    return _sincos(x)
end
sin(x::BigFloat) = sincos(x)[1]
cos(x::BigFloat) = sincos(x)[2]
tan(x::BigFloat) = _wide(() -> ((s, c) = sincos(x); s / c))
function atan(x::BigFloat)
    p, r = _default()
    (isnan(x) || iszero(x)) && return x
    w = p + GUARD + _below(x)
    if isinf(x)
        m = _pi(w) >> 1
    else
        a = abs(x)
        if a > 1
            z = _fix(setprecision(() -> inv(a), BigFloat, w), w)
            m = (_pi(w) >> 1) - _fixed_atan(z, w)
        else
            m = _fixed_atan(_fix(a, w), w)
        end
    end
    return _make(_isneg(x), m, -w, true, p, r)
end
function atan(y::BigFloat, x::BigFloat)
    (isnan(x) || isnan(y)) && return _nan(DEFAULT_PRECISION[])
    piv() = constant(:pi, precision(BigFloat))
    if iszero(y)
        return _isneg(x) ? copysign(piv(), y) : copysign(BigFloat(0), y)
    elseif iszero(x)
        return copysign(_wide(() -> piv() / 2), y)
    elseif isinf(y)
        isinf(x) && return copysign(_wide(() -> _isneg(x) ? 3 * piv() / 4 : piv() / 4), y)
        return copysign(_wide(() -> piv() / 2), y)
    elseif isinf(x)
        return copysign(_isneg(x) ? piv() : BigFloat(0), y)
    end
    return _wide(() -> (t = atan(abs(y / x)); copysign(_isneg(x) ? piv() - t : t, y)))
end
function asin(x::BigFloat)
    abs(x) > 1 && throw(DomainError(x, "NaN result for non-NaN input."))
    (isnan(x) || iszero(x)) && return x
    abs(x) == 1 && return copysign(_wide(() -> constant(:pi, precision(BigFloat)) / 2), x)
    return _wide(() -> atan(x / sqrt((1 - x) * (1 + x))))
end
function acos(x::BigFloat)
    abs(x) > 1 && throw(DomainError(x, "NaN result for non-NaN input."))
    x == 1 && return BigFloat(0)
    return _wide(() -> 2 * atan(sqrt(1 - x), sqrt(1 + x)))
end
sinh(x::BigFloat) = iszero(x) || !isfinite(x) ? x : _wide(() -> (e = expm1(x); (e + e / (e + 1)) / 2), _below(x))
cosh(x::BigFloat) = isinf(x) ? abs(x) : _wide(() -> (e = exp(abs(x)); (e + inv(e)) / 2))
tanh(x::BigFloat) = isinf(x) ? copysign(BigFloat(1), x) : iszero(x) ? x : _wide(() -> (e = expm1(2x); e / (e + 2)), _below(x))
asinh(x::BigFloat) = iszero(x) || !isfinite(x) ? x : _wide(() -> (a = abs(x); copysign(log1p(a + a * a / (1 + sqrt(a * a + 1))), x)), _below(x))
function acosh(x::BigFloat)
    x < 1 && throw(DomainError(x, "NaN result for non-NaN input."))
    return isinf(x) ? x : _wide(() -> (t = x - 1; log1p(t + sqrt(t * (t + 2)))), Int(x.prec))
end
function atanh(x::BigFloat)
    abs(x) > 1 && throw(DomainError(x, "NaN result for non-NaN input."))
    abs(x) == 1 && return copysign(_inf(false, DEFAULT_PRECISION[]), x)
    return iszero(x) ? x : _wide(() -> (log1p(x) - log1p(-x)) / 2, _below(x))
end
for (f, g) in ((:sinpi, :sin), (:cospi, :cos))
    @eval function $f(x::BigFloat)
        isfinite(x) || throw(DomainError(x, "NaN result for non-NaN input."))
        y = rem(x, BigFloat(2))
        t = 2 * y
        if isinteger(t)
            n = mod(Int(t), 4)
            return BigFloat($(f === :sinpi ? :((0, 1, 0, -1)[n+1]) : :((1, 0, -1, 0)[n+1])))
        end
        return _wide(() -> $g(y * constant(:pi, precision(BigFloat))))
    end
end
sincospi(x::BigFloat) = (sinpi(x), cospi(x))
tanpi(x::BigFloat) = _wide(() -> sinpi(x) / cospi(x))
Base.rem2pi(x::BigFloat, r::RoundingMode) = _wide(() -> rem(x, 2 * constant(:pi, precision(BigFloat)), r), _above(x))
log(b::BigFloat, x::BigFloat) = _wide(() -> log(x) / log(b))

factorial(x::BigFloat) = isinteger(x) && !_isneg(x) ? BigFloat(factorial(BigInt(x))) :
                         throw(DomainError(x, "Must be a non-negative integer."))
function sum(arr::AbstractArray{BigFloat})
    z = BigFloat(0)
    for x in arr
        z = z + x
    end
    return z
end

# ---- text -------------------------------------------------------------------------------------------------------------------------

# The integer nearest to |x| * 10^shift, half to even.
function _scaled(x::BigFloat, shift::Int)
    iszero(x) && return BigInt(0)
    abs(shift) > EXACT_POWERS && return _scaled_far(x, shift, 4 * Int(x.prec) + 256)
    e = _lowexp(x)
    num, den = x.d, BigInt(1)
    shift >= 0 ? (num *= BigInt(10)^shift) : (den *= BigInt(10)^(-shift))
    e >= 0 ? (num = num << e) : (den = den << (-e))
    q, r = divrem(num, den)
    c = cmp(2r, den)
    return (c > 0 || (c == 0 && isodd(q))) ? q + 1 : q
end
# As far as this powers of ten are computed to their last digit.
const EXACT_POWERS = 100_000
# Beyond, with so many bits, and with more where they do not say on which side of a half it is.
function _scaled_far(x::BigFloat, shift::Int, bits::Int)
    whole, rest = setprecision(BigFloat, bits) do
        # In two steps, neither of which leaves the range of exponents.
        scaled = abs(x) * BigFloat(10)^(shift ÷ 2) * BigFloat(10)^(shift - shift ÷ 2)
        whole = floor(BigInt, scaled)
        whole, scaled - whole
    end
    margin = ldexp(1.0, -32)
    abs(Float64(rest) - 0.5) > margin && ndigits(whole, base=2) < bits - 64 && return rest > 0.5 ? whole + 1 : whole
    return _scaled_far(x, shift, 2bits)
end
# The first n decimal digits of |x|, rounded to nearest, and the exponent of the first.
function _digits(x::BigFloat, n::Int)
    iszero(x) && return '0'^n, 0
    # An estimate of the exponent, corrected by the number of digits that come out.
    e10 = floor(Int, (Int(x.exp) - 1) * 0.30102999566398120)
    while true
        s = string(_scaled(x, n - 1 - e10))
        length(s) == n && return s, e10
        # Of an estimate that is far too low, only how far says something.
        e10 += s == "0" ? -n : length(s) - n
    end
end
function _scientific(x::BigFloat, n::Int)
    s, e = _digits(x, n)
    return string(_isneg(x) ? "-" : "", s[1], '.', s[2:end], 'e', e < 0 ? '-' : '+', string(abs(e), pad=2))
end
function _prettify_bigfloat(s::String)
    mantissa, exponent = eachsplit(s, 'e')
    mantissa = rstrip(mantissa, '0')
    endswith(mantissa, '.') && (mantissa = string(mantissa, '0'))
    expo = parse(Int, exponent)
    if -5 < expo < 6
        expo == 0 && return String(mantissa)
        int, frac = eachsplit(mantissa, '.')
        if expo > 0
            return expo < length(frac) ?
                   string(int, frac[1:expo], '.', frac[expo+1:end]) :
                   string(int, frac, '0'^(expo - length(frac)), '.', '0')
        end
        neg = startswith(int, '-')
        neg && (int = lstrip(int, '-'))
        return string(neg ? "-" : "", '0', '.', '0'^(-expo - 1), int, frac == "0" ? "" : frac)
    end
    return string(mantissa, 'e', exponent)
end
# As many digits as identify the number at its precision, or k of them.
function _string(x::BigFloat, k::Int=0)
    isnan(x) && return "NaN"
    isinf(x) && return _isneg(x) ? "-Inf" : "Inf"
    iszero(x) && return _isneg(x) ? "-0.0" : "0.0"
    n = k == 0 ? 1 + ceil(Int, Int(x.prec) * 0.30102999566398120) : k
    return _prettify_bigfloat(_scientific(x, max(n, 2)))
end
string(x::BigFloat) = _string(x)
print(io::IO, b::BigFloat) = print(io, string(b))
function show(io::IO, b::BigFloat)
    if get(io, :compact, false)::Bool
        print(io, _string(b, 5 + 1))
    else
        print(io, string(b))
    end
end

Base.deepcopy_internal(x::BigFloat, stackdict::IdDict) =
    haskey(stackdict, x) ? stackdict[x] : (stackdict[x] = _bigfloat(x.prec, _isneg(x), x.exp, x.d))

function lerpi(j::Integer, d::Integer, a::BigFloat, b::BigFloat)
    t = BigFloat(j) / d
    return fma(t, b, fma(-t, a, a))
end

# ---- fixed and scientific notation, for Printf -------------------------------------------------------------

_fixed(x::BigFloat, places::Int, point::Bool) = begin
    digits = lpad(string(_scaled(x, places)), places + 1, '0')
    whole = digits[1:end-places]
    places == 0 ? (point ? whole * "." : whole) : string(whole, '.', digits[end-places+1:end])
end

function _scientific(digits::String, power::Int, point::Bool)
    return string(digits[1], length(digits) > 1 || point ? "." : "", digits[2:end], power < 0 ? "e-" : "e+",
                  lpad(string(abs(power)), 2, '0'))
end

# As C's conversions `f`, `e` and `g` do; `x` is not negative.
function _format_decimal(x::BigFloat, letter::Char, precision::Int, hash::Bool)
    isfinite(x) || return isnan(x) ? "nan" : "inf"
    places = precision < 0 ? 6 : precision
    kind = lowercase(letter)
    if kind == 'f'
        text = _fixed(x, places, hash)
    elseif kind == 'e'
        text = _scientific(_digits(x, places + 1)..., hash)
    else
        places = max(places, 1)
        digits, power = _digits(x, places)
        if -4 <= power < places
            text = _fixed(x, places - 1 - power, hash)
            hash || !('.' in text) || (text = String(rstrip(rstrip(text, '0'), '.')))
        else
            hash || (digits = digits[1:something(findlast(!=('0'), digits), 1)])
            text = _scientific(digits, power, hash)
        end
    end
    return isuppercase(letter) ? uppercase(text) : text
end

end # module MPFR
