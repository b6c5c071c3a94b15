# mpfr.jl: `BigFloat`, floats of any precision, on the library MPFR, which rounds correctly. The object of a number is
# MPFR's own `mpfr_t`; its significand lies in a `String`, so that the collector looks after it.

module MPFR

export BigFloat, setprecision

import ..Rounding: rounding, setrounding, rounding_raw, setrounding_raw
import ..Base: *, +, -, /, <, <=, ==, >, >=, ^, ceil, cmp, convert, copysign, div, inv, exp, exp2, exponent, factorial,
    floor, fma, muladd, hypot, isinteger, isfinite, isinf, isnan, ldexp, log, log2, log10, max, min, mod, modf,
    nextfloat, prevfloat, promote_rule, rem, round, show, float, sum, sqrt, string, print, trunc, precision, _precision,
    exp10, expm1, log1p, sinpi, cospi, sincospi, tanpi, eps, signbit, sign, sin, cos, sincos, tan, sec, csc, cot, acos,
    asin, atan, cosh, sinh, tanh, sech, csch, coth, acosh, asinh, atanh, lerpi, cbrt, typemax, typemin, unsafe_trunc,
    floatmin, floatmax, maxintfloat, widen, significand, frexp, tryparse, iszero, isone, big, decompose,
    minmax, zero, one, abs, Float64, Float32, Float16, AbstractFloat, BigInt, parse, Rational, _precision_with_base_2,
    cconvert, unsafe_convert
using ..Base: _string_n, RefValue, pointer_from_objref
using ..GMP: ULong, SLong, CulongMax, ClongMax, CdoubleMax, Limb, isneg, libgmp
using ..Enums

const libmpfr = :libmpfr

"""
    MPFR.MPFRRoundingMode

The rounding modes, as MPFR numbers them.
"""
@enum MPFRRoundingMode::Int32 begin
    MPFRRoundNearest
    MPFRRoundToZero
    MPFRRoundUp
    MPFRRoundDown
    MPFRRoundFromZero
    MPFRRoundFaithful
end
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
const Mode = Union{MPFRRoundingMode,RoundingMode}

const ROUNDING_MODE = Ref{MPFRRoundingMode}(MPFRRoundNearest)
const DEFAULT_PRECISION = Ref{Clong}(256)

# What stands for the exponent of a special value.
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
    exp::Clong      # the significand is at least a half and less than one
    d::Ptr{Limb}    # the significand; null in what comes from an image
    _d::String      # where that lies

    global _BigFloat(prec::Clong, sign::Cint, exp::Clong, d::String) = new(prec, sign, exp, pointer(d), d)
    function BigFloat(; precision::Integer=DEFAULT_PRECISION[])
        precision < 1 && throw(DomainError(precision, "`precision` cannot be less than 1."))
        d = _string_n(cld(precision, 64) * 8)
        return new(precision, 1, EXP_NAN, pointer(d), d)
    end
end

# The object itself is what a function of MPFR gets.
cconvert(::Type{Ref{BigFloat}}, x::BigFloat) = x
function unsafe_convert(::Type{Ref{BigFloat}}, x::BigFloat)
    x.d == C_NULL && (x.d = pointer(x._d))
    return convert(Ptr{BigFloat}, pointer_from_objref(x))
end
unsafe_convert(::Type{Ref{BigFloat}}, x::Ptr{BigFloat}) = x
unsafe_convert(::Type{Ref{BigFloat}}, x::RefValue{BigFloat}) = unsafe_convert(Ref{BigFloat}, x.x)
unsafe_convert(::Type{Ptr{BigFloat}}, x::RefValue{BigFloat}) = unsafe_convert(Ref{BigFloat}, x.x)

version() = VersionNumber(unsafe_string(ccall((:mpfr_get_version, :libmpfr), Ptr{Cchar}, ())))

_isneg(x::BigFloat) = x.sign < 0
_isreg(x::BigFloat) = x.exp > EXP_INF

function Base.deepcopy_internal(x::BigFloat, stackdict::IdDict)
    return get!(() -> _duplicate(x), stackdict, x)::BigFloat
end
function _duplicate(x::BigFloat)
    d = x._d
    return _BigFloat(x.prec, x.sign, x.exp, GC.@preserve d unsafe_string(pointer(d), sizeof(d)))
end

# ---- precision and rounding ---------------------------------------------------------------------------------------

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
function setrounding_raw(f::Function, ::Type{BigFloat}, r::MPFRRoundingMode)
    old = ROUNDING_MODE[]
    ROUNDING_MODE[] = r
    try
        return f()
    finally
        ROUNDING_MODE[] = old
    end
end
rounding(::Type{BigFloat}) = convert(RoundingMode, ROUNDING_MODE[])
setrounding(::Type{BigFloat}, r::RoundingMode) = setrounding_raw(BigFloat, convert(MPFRRoundingMode, r))
setrounding(f::Function, ::Type{BigFloat}, r::RoundingMode) = setrounding_raw(f, BigFloat, convert(MPFRRoundingMode, r))

# The range of exponents, and what happened since the flags were cleared.
get_emax() = ccall((:mpfr_get_emax, :libmpfr), Clong, ())
get_emax_min() = ccall((:mpfr_get_emax_min, :libmpfr), Clong, ())
get_emax_max() = ccall((:mpfr_get_emax_max, :libmpfr), Clong, ())
get_emin() = ccall((:mpfr_get_emin, :libmpfr), Clong, ())
get_emin_min() = ccall((:mpfr_get_emin_min, :libmpfr), Clong, ())
get_emin_max() = ccall((:mpfr_get_emin_max, :libmpfr), Clong, ())
_checked_exponent(failed::Cint, what) = failed == 0 ? nothing : throw(ArgumentError(what))
set_emax!(x) = _checked_exponent(ccall((:mpfr_set_emax, :libmpfr), Cint, (Clong,), x), "Invalid MPFR exponent range")
set_emin!(x) = _checked_exponent(ccall((:mpfr_set_emin, :libmpfr), Cint, (Clong,), x), "Invalid MPFR exponent range")
clear_flags() = ccall((:mpfr_clear_flags, :libmpfr), Cvoid, ())
for (name, flag) in ((:underflow, :underflow), (:overflow, :overflow), (:divbyzero, :divby0), (:nan, :nanflag),
                     (:inexact_exception, :inexflag), (:range_exception, :erangeflag))
    @eval $(Symbol(:had_, name))() = ccall(($(QuoteNode(Symbol(:mpfr_, flag, :_p))), :libmpfr), Cint, ()) != 0
end

# ---- construction --------------------------------------------------------------------------------------------------

"""
    BigFloat(x; precision=precision(BigFloat))
    BigFloat(x, rounding::RoundingMode; precision)

The number, or the text, as a BigFloat.
"""
function BigFloat(x::BigFloat, r::Mode=ROUNDING_MODE[]; precision::Integer=DEFAULT_PRECISION[])
    precision == x.prec && return x
    z = BigFloat(; precision)
    ccall((:mpfr_set, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode), z, x, _mode(r))
    return z
end
for (T, C, f) in ((:SLong, :Clong, :mpfr_set_si), (:ULong, :Culong, :mpfr_set_ui), (:BigInt, :(Ref{BigInt}), :mpfr_set_z))
    @eval function BigFloat(x::$T, r::Mode=ROUNDING_MODE[]; precision::Integer=DEFAULT_PRECISION[])
        z = BigFloat(; precision)
        ccall(($(QuoteNode(f)), :libmpfr), Int32, (Ref{BigFloat}, $C, MPFRRoundingMode), z, x, _mode(r))
        return z
    end
end
BigFloat(x::Integer, r::Mode=ROUNDING_MODE[]; precision::Integer=DEFAULT_PRECISION[]) =
    BigFloat(BigInt(x)::BigInt, r; precision)
BigFloat(x::Bool, r::Mode=ROUNDING_MODE[]; precision::Integer=DEFAULT_PRECISION[]) = BigFloat(UInt8(x), r; precision)
function BigFloat(x::CdoubleMax, r::Mode=ROUNDING_MODE[]; precision::Integer=DEFAULT_PRECISION[])
    z = BigFloat(; precision)
    ccall((:mpfr_set_d, :libmpfr), Int32, (Ref{BigFloat}, Cdouble, MPFRRoundingMode), z, x, _mode(r))
    return z
end
function BigFloat(x::Rational, r::Mode=ROUNDING_MODE[]; precision::Integer=DEFAULT_PRECISION[])
    return setprecision(BigFloat, precision) do
        setrounding_raw(BigFloat, _mode(r)) do
            BigFloat(numerator(x))::BigFloat / BigFloat(denominator(x))::BigFloat
        end
    end
end
function BigFloat(x::AbstractString, r::Mode=ROUNDING_MODE[]; precision::Integer=DEFAULT_PRECISION[])
    v = tryparse(BigFloat, x; precision, rounding=_mode(r))
    v === nothing && throw(ArgumentError("cannot parse $(repr(x)) as BigFloat"))
    return v
end

function tryparse(::Type{BigFloat}, s::AbstractString; base::Integer=0, precision::Integer=DEFAULT_PRECISION[],
                  rounding::Mode=ROUNDING_MODE[])
    text = String(rstrip(s))
    # MPFR's texts end at a NUL.
    '\0' in text && return nothing
    z = BigFloat(; precision)
    failed = ccall((:mpfr_set_str, :libmpfr), Int32, (Ref{BigFloat}, Cstring, Int32, MPFRRoundingMode),
                   z, text, base, _mode(rounding))
    return failed == 0 ? z : nothing
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

isinteger(x::BigFloat) = ccall((:mpfr_integer_p, :libmpfr), Int32, (Ref{BigFloat},), x) != 0
# The integer part.
function _integer(x::BigFloat)
    z = BigInt()
    ccall((:mpfr_get_z, :libmpfr), Int32, (Ref{BigInt}, Ref{BigFloat}, MPFRRoundingMode), z, x, MPFRRoundToZero)
    return z
end
unsafe_trunc(::Type{T}, x::BigFloat) where {T<:Integer} = _integer(x) % T
unsafe_trunc(::Type{T}, x::BigFloat) where {T<:SLong} =
    ccall((:mpfr_get_si, :libmpfr), Clong, (Ref{BigFloat}, MPFRRoundingMode), x, MPFRRoundToZero) % T
unsafe_trunc(::Type{T}, x::BigFloat) where {T<:ULong} =
    ccall((:mpfr_get_ui, :libmpfr), Culong, (Ref{BigFloat}, MPFRRoundingMode), x, MPFRRoundToZero) % T
unsafe_trunc(::Type{BigInt}, x::BigFloat) = _integer(x)
BigInt(x::BigFloat) = isinteger(x) ? _integer(x) : throw(InexactError(:BigInt, BigInt, x))
function (::Type{T})(x::BigFloat) where {T<:Base.BitInteger}
    isinteger(x) && typemin(T) <= x <= typemax(T) || throw(InexactError(nameof(T), T, x))
    return unsafe_trunc(T, x)
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
# Rounded at its own precision.
trunc(::Type{T}, x::BigFloat) where {T<:Integer} = _to_int(T, :trunc, x, _rint(x, RoundToZero, x.prec))
floor(::Type{T}, x::BigFloat) where {T<:Integer} = _to_int(T, :trunc, x, _rint(x, RoundDown, x.prec))
ceil(::Type{T}, x::BigFloat) where {T<:Integer} = _to_int(T, :trunc, x, _rint(x, RoundUp, x.prec))
round(::Type{T}, x::BigFloat) where {T<:Integer} = round(T, x, RoundNearest)
round(::Type{T}, x::BigFloat, r::RoundingMode) where {T<:Integer} = _to_int(T, :trunc, x, _rint(x, r, x.prec))
for T in (:Integer, :Signed)
    for f in (:trunc, :floor, :ceil, :round)
        @eval $f(::Type{$T}, x::BigFloat) = $f(BigInt, x)
    end
end

Float64(x::BigFloat, r::Mode=ROUNDING_MODE[]) =
    ccall((:mpfr_get_d, :libmpfr), Float64, (Ref{BigFloat}, MPFRRoundingMode), x, _mode(r))
Float32(x::BigFloat, r::Mode=ROUNDING_MODE[]) =
    ccall((:mpfr_get_flt, :libmpfr), Float32, (Ref{BigFloat}, MPFRRoundingMode), x, _mode(r))
function Float16(x::BigFloat, r::Mode=ROUNDING_MODE[])
    # Twice rounded is right if the last bit says whether the first result is inexact.
    y = Float32(x, MPFRRoundToZero)
    isfinite(y) && y != x && (y = reinterpret(Float32, reinterpret(UInt32, y) | 0x1))
    z = Float16(y)
    mode = _mode(r)
    (mode === MPFRRoundNearest || isnan(z) || z == x) && return z
    # From the nearest one to the neighbour, if that is on the other side.
    up = mode === MPFRRoundUp || mode === (_isneg(x) ? MPFRRoundToZero : MPFRRoundFromZero)
    return up ? (z < x ? nextfloat(z) : z) : (z > x ? prevfloat(z) : z)
end

# The number as m * 2^e.
function _integer_scaled(x::BigFloat)
    m = BigInt()
    e = ccall((:mpfr_get_z_2exp, :libmpfr), Clong, (Ref{BigInt}, Ref{BigFloat}), m, x)
    return m, Int(e)
end
function Rational{BigInt}(x::BigFloat)
    isnan(x) && throw(InexactError(:Rational, Rational{BigInt}, x))
    isinf(x) && return Base.unsafe_rational(BigInt, BigInt(_isneg(x) ? -1 : 1), BigInt(0))
    iszero(x) && return BigInt(0) // BigInt(1)
    m, e = _integer_scaled(x)
    return e >= 0 ? (m << e) // BigInt(1) : m // (BigInt(1) << -e)
end
Rational(x::BigFloat) = Rational{BigInt}(x)
function decompose(x::BigFloat)::Tuple{BigInt,Int,Int}
    isnan(x) && return 0, 0, 0
    isinf(x) && return _isneg(x) ? -1 : 1, 0, 0
    iszero(x) && return 0, 0, _isneg(x) ? -1 : 1
    m, e = _integer_scaled(x)
    return abs(m), e, _isneg(x) ? -1 : 1
end

# ---- properties ----------------------------------------------------------------------------------------------------------

isnan(x::BigFloat) = x.exp == EXP_NAN
isinf(x::BigFloat) = x.exp == EXP_INF
isfinite(x::BigFloat) = x.exp == EXP_ZERO || _isreg(x)
iszero(x::BigFloat) = x.exp == EXP_ZERO
isone(x::BigFloat) = x == Clong(1)
signbit(x::BigFloat) = _isneg(x)
sign(x::BigFloat) = (iszero(x) || isnan(x)) ? x : BigFloat(_isneg(x) ? -1 : 1)
function copysign(x::BigFloat, y::BigFloat)
    z = BigFloat()
    ccall((:mpfr_copysign, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
          z, x, y, ROUNDING_MODE[])
    return z
end
copysign(x::BigFloat, y::Real) = signbit(x) == signbit(y) ? x : -x
function exponent(x::BigFloat)
    _isreg(x) || throw(DomainError(x, "`x` must be non-zero and finite."))
    return Int(x.exp) - 1
end
function frexp(x::BigFloat)
    z = BigFloat()
    exponent = Ref{Clong}(0)
    ccall((:mpfr_frexp, :libmpfr), Int32, (Ref{Clong}, Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
          exponent, z, x, ROUNDING_MODE[])
    return z, Int(exponent[])
end
function significand(x::BigFloat)
    z = BigFloat()
    ccall((:mpfr_set, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode), z, x, ROUNDING_MODE[])
    _isreg(z) && (z.exp = 1)
    return z
end
function ldexp(x::BigFloat, n::Clong)
    z = BigFloat()
    ccall((:mpfr_mul_2si, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, Clong, MPFRRoundingMode), z, x, n, ROUNDING_MODE[])
    return z
end
function ldexp(x::BigFloat, n::Culong)
    z = BigFloat()
    ccall((:mpfr_mul_2ui, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, Culong, MPFRRoundingMode), z, x, n, ROUNDING_MODE[])
    return z
end
ldexp(x::BigFloat, n::SLong) = ldexp(x, convert(Clong, n))
ldexp(x::BigFloat, n::ULong) = ldexp(x, convert(Culong, n))
ldexp(x::BigFloat, n::Integer) = x * exp2(BigFloat(n))
eps(::Type{BigFloat}) = nextfloat(BigFloat(1)) - BigFloat(1)
function eps(x::BigFloat)
    _isreg(x) || return iszero(x) ? floatmin(BigFloat) : BigFloat(precision=x.prec)
    # A power of two has any precision.
    z = BigFloat(1, precision=x.prec)
    z.exp = x.exp - x.prec + 1
    return z
end
typemax(::Type{BigFloat}) = BigFloat(Inf)
typemin(::Type{BigFloat}) = BigFloat(-Inf)
floatmin(::Type{BigFloat}) = nextfloat(zero(BigFloat))
floatmax(::Type{BigFloat}) = prevfloat(BigFloat(Inf))
maxintfloat(x::BigFloat) = BigFloat(2)^precision(x)
maxintfloat(::Type{BigFloat}) = BigFloat(2)^precision(BigFloat)

for (f, reverse, c) in ((:nextfloat, :prevfloat, :mpfr_nextabove), (:prevfloat, :nextfloat, :mpfr_nextbelow))
    f!, reverse! = Symbol(f, :!), Symbol(reverse, :!)
    @eval begin
        function $f!(x::BigFloat, n::Integer=1)
            signbit(n) && return $reverse!(x, abs(n))
            for _ in 1:n
                ccall(($(QuoteNode(c)), :libmpfr), Cvoid, (Ref{BigFloat},), x)
            end
            return x
        end
        $f(x::BigFloat, n::Integer=1) = n == 0 ? x : $f!(_duplicate(x), n)
    end
end

# ---- comparison ------------------------------------------------------------------------------------------------------------

# Of numbers that are not NaN, exactly.
_cmp(x::BigFloat, y::BigFloat) = ccall((:mpfr_cmp, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}), x, y)
_cmp(x::BigFloat, y::BigInt) = ccall((:mpfr_cmp_z, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigInt}), x, y)
_cmp(x::BigFloat, y::ULong) = ccall((:mpfr_cmp_ui, :libmpfr), Int32, (Ref{BigFloat}, Culong), x, y)
_cmp(x::BigFloat, y::SLong) = ccall((:mpfr_cmp_si, :libmpfr), Int32, (Ref{BigFloat}, Clong), x, y)
_cmp(x::BigFloat, y::CdoubleMax) = ccall((:mpfr_cmp_d, :libmpfr), Int32, (Ref{BigFloat}, Cdouble), x, y)
_cmp(x::BigFloat, y::Union{Int128,UInt128}) = _cmp(x, BigInt(y))
const Compared = Union{Base.BitInteger,BigInt,CdoubleMax}
function cmp(x::BigFloat, y::Union{BigFloat,Compared})
    isnan(x) && return isnan(y) ? 0 : 1
    isnan(y) && return -1
    return Int(sign(_cmp(x, y)))
end
cmp(x::Compared, y::BigFloat) = -cmp(y, x)
_unordered(x, y) = isnan(x) || isnan(y)
for op in (:(==), :<, :<=)
    @eval begin
        $op(x::BigFloat, y::Union{BigFloat,Compared}) = !_unordered(x, y) && $op(_cmp(x, y), Int32(0))
        $op(x::Compared, y::BigFloat) = !_unordered(x, y) && $op(Int32(0), _cmp(y, x))
    end
end

# ---- arithmetic ---------------------------------------------------------------------------------------------------------------

# With numbers of the machine, and with integers of any size, exactly.
const OPERANDS = ((:ULong, :Culong, :ui), (:SLong, :Clong, :si), (:CdoubleMax, :Cdouble, :d), (:BigInt, :(Ref{BigInt}), :z))
for (op, name) in ((:+, :add), (:-, :sub), (:*, :mul), (:/, :div))
    @eval function $op(x::BigFloat, y::BigFloat)
        z = BigFloat()
        ccall(($(QuoteNode(Symbol(:mpfr_, name))), :libmpfr), Int32,
              (Ref{BigFloat}, Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode), z, x, y, ROUNDING_MODE[])
        return z
    end
    for (T, C, suffix) in OPERANDS
        @eval function $op(x::BigFloat, y::$T)
            z = BigFloat()
            ccall(($(QuoteNode(Symbol(:mpfr_, name, :_, suffix))), :libmpfr), Int32,
                  (Ref{BigFloat}, Ref{BigFloat}, $C, MPFRRoundingMode), z, x, y, ROUNDING_MODE[])
            return z
        end
        if op === :+ || op === :*
            @eval $op(x::$T, y::BigFloat) = $op(y, x)
        elseif !(op === :/ && suffix === :z)
            @eval function $op(x::$T, y::BigFloat)
                z = BigFloat()
                ccall(($(QuoteNode(Symbol(:mpfr_, suffix, :_, name))), :libmpfr), Int32,
                      (Ref{BigFloat}, $C, Ref{BigFloat}, MPFRRoundingMode), z, x, y, ROUNDING_MODE[])
                return z
            end
        end
    end
    @eval $op(x::BigFloat, y::Union{Int128,UInt128}) = $op(x, BigInt(y))
    @eval $op(x::Union{Int128,UInt128}, y::BigFloat) = $op(BigInt(x), y)
end
# MPFR has no such function: the integer gets a float of its size, so that only the quotient is rounded.
/(x::BigInt, y::BigFloat) = BigFloat(x, precision=max(1, Base.top_set_bit(abs(x)))) / y
function -(x::BigFloat)
    z = BigFloat()
    ccall((:mpfr_neg, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode), z, x, ROUNDING_MODE[])
    return z
end
abs(x::BigFloat) = signbit(x) ? -x : x
inv(x::BigFloat) = BigFloat(1) / x
function fma(x::BigFloat, y::BigFloat, z::BigFloat)
    r = BigFloat()
    ccall((:mpfr_fma, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
          r, x, y, z, ROUNDING_MODE[])
    return r
end
muladd(x::BigFloat, y::BigFloat, z::BigFloat) = fma(x, y, z)
function div(x::BigFloat, y::BigFloat)
    z = BigFloat()
    ccall((:mpfr_div, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode), z, x, y, MPFRRoundToZero)
    ccall((:mpfr_trunc, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}), z, z)
    return z
end
# of two numbers
for (f, name) in ((:rem, :fmod), (:hypot, :hypot), (:atan, :atan2), (:^, :pow))
    @eval function $f(x::BigFloat, y::BigFloat)
        z = BigFloat()
        ccall(($(QuoteNode(Symbol(:mpfr_, name))), :libmpfr), Int32,
              (Ref{BigFloat}, Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode), z, x, y, ROUNDING_MODE[])
        return z
    end
end
function rem(x::BigFloat, y::BigFloat, ::RoundingMode{:Nearest})
    z = BigFloat()
    ccall((:mpfr_remainder, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
          z, x, y, ROUNDING_MODE[])
    return z
end
max(x::BigFloat, y::BigFloat) = isnan(x) ? x : isnan(y) ? y : (x < y || (x == y && _isneg(x))) ? y : x
min(x::BigFloat, y::BigFloat) = isnan(x) ? x : isnan(y) ? y : (y < x || (x == y && _isneg(y))) ? y : x
minmax(x::BigFloat, y::BigFloat) = (min(x, y), max(x, y))
function modf(x::BigFloat)
    whole, rest = BigFloat(), BigFloat()
    ccall((:mpfr_modf, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
          whole, rest, x, ROUNDING_MODE[])
    return rest, whole
end
function sum(arr::AbstractArray{BigFloat})
    z = BigFloat(0)
    for x in arr
        ccall((:mpfr_add, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
              z, z, x, ROUNDING_MODE[])
    end
    return z
end

# To an integer value.
for (mode, name) in ((:ToZero, :trunc), (:Down, :floor), (:Up, :ceil), (:Nearest, :roundeven), (:NearestTiesAway, :round))
    @eval function _rint(x::BigFloat, ::RoundingMode{$(QuoteNode(mode))}, prec=DEFAULT_PRECISION[])
        z = BigFloat(precision=prec)
        ccall(($(QuoteNode(Symbol(:mpfr_rint_, name))), :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
              z, x, ROUNDING_MODE[])
        return z
    end
end
_rint(x::BigFloat, ::RoundingMode{:FromZero}, prec=DEFAULT_PRECISION[]) = _rint(x, _isneg(x) ? RoundDown : RoundUp, prec)
function _rint(x::BigFloat, ::RoundingMode{:NearestTiesUp}, prec=DEFAULT_PRECISION[])
    # A half is a tie: those are rounded up, away from zero or towards it.
    halves = _duplicate(x)
    _isreg(x) && (halves.exp += 1)
    tie = isinteger(halves) && !isinteger(x)
    return _rint(x, tie ? RoundUp : RoundNearest, prec)
end
round(x::BigFloat, r::RoundingMode) = _rint(x, r)
round(x::BigFloat, r::RoundingMode{:NearestTiesUp}) = _rint(x, r)
round(x::BigFloat, r::RoundingMode{:NearestTiesAway}) = _rint(x, r)
round(x::BigFloat, r::RoundingMode{:FromZero}) = _rint(x, r)
trunc(x::BigFloat) = _rint(x, RoundToZero)
floor(x::BigFloat) = _rint(x, RoundDown)
ceil(x::BigFloat) = _rint(x, RoundUp)

# ---- powers ----------------------------------------------------------------------------------------------------------

for (T, C, suffix) in ((:ULong, :Culong, :ui), (:SLong, :Clong, :si), (:BigInt, :(Ref{BigInt}), :z))
    @eval function ^(x::BigFloat, y::$T)
        z = BigFloat()
        ccall(($(QuoteNode(Symbol(:mpfr_pow_, suffix))), :libmpfr), Int32,
              (Ref{BigFloat}, Ref{BigFloat}, $C, MPFRRoundingMode), z, x, y, ROUNDING_MODE[])
        return z
    end
end
^(x::BigFloat, y::Integer) = x^BigInt(y)
^(x::BigFloat, y::Bool) = y ? x : one(x)
function factorial(x::BigFloat)
    (x < 0 || !isinteger(x)) && throw(DomainError(x, "Must be a non-negative integer."))
    z = BigFloat()
    ccall((:mpfr_fac_ui, :libmpfr), Int32, (Ref{BigFloat}, Culong, MPFRRoundingMode), z, convert(Culong, x), ROUNDING_MODE[])
    return z
end

# ---- elementary functions ---------------------------------------------------------------------------------------------

# that have a value everywhere
for f in (:exp, :exp2, :exp10, :expm1, :cosh, :sinh, :tanh, :sech, :csch, :coth, :cbrt)
    @eval function $f(x::BigFloat)
        z = BigFloat()
        ccall(($(QuoteNode(Symbol(:mpfr_, f))), :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
              z, x, ROUNDING_MODE[])
        return z
    end
end
# that do not
for f in (:sqrt, :sin, :cos, :tan, :sec, :csc, :cot, :acos, :asin, :atan, :acosh, :asinh, :atanh, :sinpi, :cospi, :tanpi)
    @eval function $f(x::BigFloat)
        isnan(x) && return x
        z = BigFloat()
        ccall(($(QuoteNode(Symbol(:mpfr_, f))), :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
              z, x, ROUNDING_MODE[])
        isnan(z) && throw(DomainError(x, "NaN result for non-NaN input."))
        return z
    end
end
sqrt(x::BigInt) = sqrt(BigFloat(x))
for f in (:log, :log2, :log10)
    @eval function $f(x::BigFloat)
        if x < 0
            throw(DomainError(x, string($(QuoteNode(f)), " was called with a negative real argument but will only return a ",
                                        "complex result if called with a complex argument. Try ", $(QuoteNode(f)), "(complex(x)).")))
        end
        z = BigFloat()
        ccall(($(QuoteNode(Symbol(:mpfr_, f))), :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
              z, x, ROUNDING_MODE[])
        return z
    end
end
function log1p(x::BigFloat)
    if x < -1
        throw(DomainError(x, string("log1p was called with a real argument < -1 but will only return a complex result if called ",
                                    "with a complex argument. Try log1p(complex(x)).")))
    end
    z = BigFloat()
    ccall((:mpfr_log1p, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode), z, x, ROUNDING_MODE[])
    return z
end
function sincos(x::BigFloat)
    isnan(x) && return x, x
    s, c = BigFloat(), BigFloat()
    ccall((:mpfr_sin_cos, :libmpfr), Int32, (Ref{BigFloat}, Ref{BigFloat}, Ref{BigFloat}, MPFRRoundingMode),
          s, c, x, ROUNDING_MODE[])
    isnan(s) && throw(DomainError(x, "NaN result for non-NaN input."))
    return s, c
end
sincospi(x::BigFloat) = (sinpi(x), cospi(x))

"""
    MPFR.constant(name, precision)

One of `:pi`, `:euler`, `:catalan`, `:log2` at a precision.
"""
function constant(name::Symbol, p::Integer)
    z = BigFloat(precision=p)
    if name === :pi
        ccall((:mpfr_const_pi, :libmpfr), Int32, (Ref{BigFloat}, MPFRRoundingMode), z, ROUNDING_MODE[])
    elseif name === :euler
        ccall((:mpfr_const_euler, :libmpfr), Int32, (Ref{BigFloat}, MPFRRoundingMode), z, ROUNDING_MODE[])
    elseif name === :catalan
        ccall((:mpfr_const_catalan, :libmpfr), Int32, (Ref{BigFloat}, MPFRRoundingMode), z, ROUNDING_MODE[])
    else
        ccall((:mpfr_const_log2, :libmpfr), Int32, (Ref{BigFloat}, MPFRRoundingMode), z, ROUNDING_MODE[])
    end
    return z
end

# With more bits, then rounded.
function _wide(f, extra::Int)
    p, r = DEFAULT_PRECISION[], ROUNDING_MODE[]
    return BigFloat(setprecision(f, BigFloat, p + 64 + extra)::BigFloat, r; precision=p)
end
Base.rem2pi(x::BigFloat, r::RoundingMode) =
    _wide(() -> rem(x, 2 * constant(:pi, precision(BigFloat)), r), _isreg(x) ? max(0, Int(x.exp)) : 0)

function lerpi(j::Integer, d::Integer, a::BigFloat, b::BigFloat)
    t = BigFloat(j) / d
    return fma(t, b, fma(-t, a, a))
end

# ---- text -------------------------------------------------------------------------------------------------------------------------

# What C's `printf` makes of a number, in a format of MPFR's.
function string_mpfr(x::BigFloat, format::String)
    # How long the text is says the library.
    n = ccall((:mpfr_snprintf, :libmpfr), Cint, (Ptr{UInt8}, Csize_t, Cstring, Ref{BigFloat}...), C_NULL, 0, format, x)
    n < 0 && throw(ArgumentError("MPFR cannot write a number in the format $(repr(format))"))
    text = Base.StringVector(n + 1)
    GC.@preserve text ccall((:mpfr_snprintf, :libmpfr), Cint, (Ptr{UInt8}, Csize_t, Cstring, Ref{BigFloat}...),
                            pointer(text), n + 1, format, x)
    return String(resize!(text, n))
end
function _prettify_bigfloat(s::String)
    mantissa, exponent = eachsplit(s, 'e')
    mantissa = rstrip(mantissa, '0')
    endswith(mantissa, '.') && (mantissa = string(mantissa, '0'))
    '.' in mantissa || (mantissa = string(mantissa, ".0"))
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
function _string(x::BigFloat, format::String)
    isfinite(x) || return string(Float64(x))
    return _prettify_bigfloat(string_mpfr(x, format))
end
# As many digits as identify the number at its precision, or so many after the point.
_string(x::BigFloat) = _string(x, "%Re")
_string(x::BigFloat, k::Integer) = _string(x, "%.$(k)Re")
string(x::BigFloat) = _string(x)
print(io::IO, b::BigFloat) = print(io, string(b))
function show(io::IO, b::BigFloat)
    if get(io, :compact, false)::Bool
        print(io, _string(b, 5))
    else
        print(io, string(b))
    end
end

# For Printf: C's conversions `f`, `e`, `g` and `a`, without flags but `#`; `x` is not negative.
function _format_decimal(x::BigFloat, letter::Char, precision::Int, hash::Bool)
    places = precision < 0 ? "" : ".$precision"
    # Without a precision MPFR writes all digits, C six.
    precision < 0 && lowercase(letter) in "feg" && (places = ".6")
    return string_mpfr(x, string('%', hash ? "#" : "", places, 'R', letter))
end

end # module MPFR
