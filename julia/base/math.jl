# math.jl: the module `Math`: elementary functions of real numbers. The functions of one float come from the
# platform's libm; the domain errors, the degree and π variants, powers with integer exponents, and everything
# generic is here.

module Math

export sin, cos, sincos, tan, sinh, cosh, tanh, asin, acos, atan,
    asinh, acosh, atanh, sec, csc, cot, asec, acsc, acot,
    sech, csch, coth, asech, acsch, acoth,
    sinpi, cospi, tanpi, sincospi, sinc, cosc,
    cosd, cotd, cscd, secd, sind, tand, sincosd,
    acosd, acotd, acscd, asecd, asind, atand,
    rad2deg, deg2rad, log, log2, log10, log1p, exponent, exp, exp2, exp10, expm1,
    cbrt, fourthroot, sqrt, significand, hypot, max, min, minmax, ldexp, frexp,
    clamp, clamp!, modf, ^, mod2pi, rem2pi, @evalpoly, evalpoly

import ..Base: log, exp, sin, cos, sincos, tan, sinh, cosh, tanh, asin, acos, atan, asinh, acosh, atanh, sqrt, log2, log10,
    max, min, minmax, ^, exp2, muladd, rem, exp10, expm1, log1p, @constprop, @assume_effects

using ..Base: sign_mask, exponent_mask, exponent_one, exponent_half, uinttype, significand_mask, significand_bits,
    exponent_bits, exponent_bias, exponent_max, exponent_raw_max, IEEEFloat, BitInteger, BitSigned,
    BitUnsigned, copysign_float, @propagate_inbounds, tail, inttype, HWReal, power_by_squaring

using Core.Intrinsics: sqrt_llvm
using .Base: IEEEFloat

# ---- domain errors ------------------------------------------------------------------------------------------

function throw_complex_domainerror(f::Symbol, x)
    throw(DomainError(x, string(f, " was called with a negative real argument but will only return a complex result if called ",
                                "with a complex argument. Try ", f, "(Complex(x)).")))
end
function throw_complex_domainerror_neg1(f::Symbol, x)
    throw(DomainError(x, string(f, " was called with a real argument < -1 but will only return a complex result if called ",
                                "with a complex argument. Try ", f, "(Complex(x)).")))
end
function throw_exp_domainerror(x)
    throw(DomainError(x, string("Exponentiation yielding a complex result requires a complex argument.\nReplace x^y with ",
                                "(x+0im)^y, Complex(x)^y, or similar.")))
end
# For functions that have no complex counterpart at this place, and arguments outside of their interval.
throw_domainerror_inverse(f::Symbol, x, cond) =
    throw(DomainError(x, string(f, "(x) is not defined for ", cond, ".")))
throw_domainerror_infinite(f::Symbol, x) = throw(DomainError(x, string(f, "(x) is only defined for finite x.")))

# ---- bounds ------------------------------------------------------------------------------------------------------

"""
    clamp(x, lo, hi)
    clamp(x, T)
    clamp(x::Integer, r::AbstractUnitRange)

`x` if it lies between the bounds, else the nearer bound; the bounds of an integer type; of a range.
"""
clamp(x::X, lo::L, hi::H) where {X,L,H} =
    ifelse(x > hi, convert(promote_type(X, L, H), hi),
           ifelse(x < lo, convert(promote_type(X, L, H), lo), convert(promote_type(X, L, H), x)))
clamp(::Missing, lo, hi) = missing
clamp(x, ::Type{T}) where {T<:Integer} = clamp(x, typemin(T), typemax(T)) % T
clamp(x::Integer, r::AbstractUnitRange{<:Integer}) = clamp(x, first(r), last(r))

"""
    clamp!(array::AbstractArray, lo, hi)

Clamp the elements in place.
"""
function clamp!(x::AbstractArray, lo, hi)
    for i in eachindex(x)
        x[i] = clamp(x[i], lo, hi)
    end
    return x
end

# ---- polynomials -----------------------------------------------------------------------------------------------

"""
    evalpoly(x, p)

The polynomial with the coefficients `p`, the constant one first, at `x`.
"""
function evalpoly(x, p::Tuple)
    ex = p[end]
    for i in length(p)-1:-1:1
        ex = muladd(x, ex, p[i])
    end
    return ex
end
function evalpoly(x, p::AbstractVector)
    Base.require_one_based_indexing(p)
    N = length(p)
    N == 0 && throw(BoundsError(p, 1))
    ex = p[end]
    for i in N-1:-1:1
        ex = muladd(x, ex, p[i])
    end
    return ex
end
# With real coefficients at a complex point only real products are needed (Goertzel's form).
evalpoly(z::Complex, p::Tuple) = _evalpoly_complex(z, p)
evalpoly(z::Complex, p::Tuple{<:Any}) = p[1]
evalpoly(z::Complex, p::AbstractVector) = length(p) == 1 ? p[1] : _evalpoly_complex(z, p)
function _evalpoly_complex(z::Complex, p)
    N = length(p)
    a = p[end]
    b = p[end-1]
    x = real(z)
    y = imag(z)
    r = 2x
    s = muladd(x, x, y * y)
    for i in N-2:-1:1
        ai = a
        a = muladd(r, ai, b)
        b = muladd(-s, ai, p[i])
    end
    return muladd(a, z, b)
end

"""
    @horner(x, p...)

`evalpoly(x, (p...,))`.
"""
macro horner(x, p...)
    xesc, pesc = esc(x), esc.(p)
    return :(invoke(evalpoly, Tuple{Any,Tuple}, $xesc, ($(pesc...),)))
end

"""
    @evalpoly(z, c...)

The polynomial with these coefficients at `z`.
"""
macro evalpoly(z, p...)
    zesc, pesc = esc(z), esc.(p)
    return :(evalpoly($zesc, ($(pesc...),)))
end

# ---- angles -------------------------------------------------------------------------------------------------------

"""
    rad2deg(x)
    deg2rad(x)

Radians in degrees, degrees in radians.
"""
rad2deg(z::AbstractFloat) = z * (180 / oftype(z, pi))
deg2rad(z::AbstractFloat) = z * (oftype(z, pi) / 180)
rad2deg(z::Real) = rad2deg(float(z))
deg2rad(z::Real) = deg2rad(float(z))
rad2deg(z::Number) = (z / pi) * 180
deg2rad(z::Number) = (z * pi) / 180

# ---- libm ------------------------------------------------------------------------------------------------------------

# (function, C name) without errors of their own.
for (f, c) in ((:exp, "exp"), (:exp2, "exp2"), (:expm1, "expm1"), (:sinh, "sinh"), (:cosh, "cosh"), (:tanh, "tanh"),
               (:asinh, "asinh"))
    @eval begin
        $f(x::Float64) = ccall($(QuoteNode(Symbol(c))), Float64, (Float64,), x)
        $f(x::Float32) = Float32($f(Float64(x)))
    end
end

# Undefined at the infinities.
for f in (:sin, :cos, :tan)
    @eval begin
        function $f(x::Float64)
            isinf(x) && throw_domainerror_infinite($(QuoteNode(f)), x)
            return ccall($(QuoteNode(f)), Float64, (Float64,), x)
        end
        function $f(x::Float32)
            isinf(x) && throw_domainerror_infinite($(QuoteNode(f)), x)
            return Float32(ccall($(QuoteNode(f)), Float64, (Float64,), Float64(x)))
        end
    end
end

# The logarithms: of negative numbers they would be complex.
for f in (:log, :log2, :log10)
    @eval begin
        function $f(x::Float64)
            x < 0.0 && throw_complex_domainerror($(QuoteNode(f)), x)
            return ccall($(QuoteNode(f)), Float64, (Float64,), x)
        end
        function $f(x::Float32)
            x < 0.0f0 && throw_complex_domainerror($(QuoteNode(f)), x)
            return Float32(ccall($(QuoteNode(f)), Float64, (Float64,), Float64(x)))
        end
    end
end
function log1p(x::Float64)
    x < -1.0 && throw_complex_domainerror_neg1(:log1p, x)
    return ccall(:log1p, Float64, (Float64,), x)
end
function log1p(x::Float32)
    x < -1.0f0 && throw_complex_domainerror_neg1(:log1p, x)
    return Float32(ccall(:log1p, Float64, (Float64,), Float64(x)))
end

# The inverse functions that are defined on an interval.
for (f, cond, text) in ((:asin, :(abs(x) > 1), "|x| > 1"), (:acos, :(abs(x) > 1), "|x| > 1"),
                        (:acosh, :(x < 1), "x < 1"), (:atanh, :(abs(x) > 1), "|x| > 1"))
    @eval begin
        function $f(x::Float64)
            $cond && throw_domainerror_inverse($(QuoteNode(f)), x, $text)
            return ccall($(QuoteNode(f)), Float64, (Float64,), x)
        end
        function $f(x::Float32)
            $cond && throw_domainerror_inverse($(QuoteNode(f)), x, $text)
            return Float32(ccall($(QuoteNode(f)), Float64, (Float64,), Float64(x)))
        end
    end
end
atan(x::Float64) = ccall(:atan, Float64, (Float64,), x)
atan(x::Float32) = Float32(atan(Float64(x)))
atan(y::Float64, x::Float64) = ccall(:atan2, Float64, (Float64, Float64), y, x)
atan(y::Float32, x::Float32) = Float32(atan(Float64(y), Float64(x)))
atan(y::Float16, x::Float16) = Float16(atan(Float32(y), Float32(x)))

# The powers of ten that a Float64 holds exactly.
const _powers_of_ten = (1.0, 10.0, 100.0, 1000.0, 1.0e4, 1.0e5, 1.0e6, 1.0e7, 1.0e8, 1.0e9, 1.0e10, 1.0e11, 1.0e12,
                        1.0e13, 1.0e14, 1.0e15, 1.0e16, 1.0e17, 1.0e18, 1.0e19, 1.0e20, 1.0e21, 1.0e22)
function exp10(x::Float64)
    if 0.0 <= x <= 22.0 && trunc(x) == x
        return _powers_of_ten[unsafe_trunc(Int, x)+1]
    end
    return ccall(:pow, Float64, (Float64, Float64), 10.0, x)
end
exp10(x::Float32) = Float32(exp10(Float64(x)))

"""
    sqrt(x)

The square root. A negative real argument is a `DomainError`.
"""
function sqrt(x::Union{Float32,Float64})
    x < zero(x) && throw_complex_domainerror(:sqrt, x)
    return sqrt_llvm(x)
end
sqrt(x::Real) = sqrt(float(x))
sqrt(::Missing) = missing

"""
    cbrt(x::Real)

The cube root, also of negative numbers.
"""
function cbrt(x::Float64)
    (isfinite(x) && !iszero(x)) || return x
    t = ccall(:cbrt, Float64, (Float64,), x)
    # One step of Newton's method with the residual in twice the precision.
    t2 = t * t
    e = fma(t, t, -t2)
    r = fma(t2, t, -x) + e * t
    isfinite(r) && t2 != 0 || return t
    return t - r / (3 * t2)
end
cbrt(x::Float32) = Float32(cbrt(Float64(x)))
cbrt(x::Float16) = Float16(cbrt(Float32(x)))
cbrt(x::Real) = cbrt(float(x))
cbrt(x::AbstractFloat) = throw(MethodError(cbrt, (x,)))

"""
    fourthroot(x)

The fourth root; a `DomainError` for negative real numbers. `∜x` is the same.
"""
fourthroot(x::Number) = sqrt(sqrt(x))

# ---- all other reals go through their float type ---------------------------------------------------------------------

for f in (:sin, :cos, :tan, :sinh, :cosh, :tanh, :asin, :acos, :atan, :asinh, :acosh, :atanh,
          :exp, :exp2, :exp10, :expm1, :log, :log2, :log10, :log1p)
    @eval begin
        function $f(x::Real)
            xf = float(x)
            x === xf && throw(MethodError($f, (x,)))
            return $f(xf)
        end
        $f(x::Float16) = Float16($f(Float32(x)))
        $f(x::Missing) = missing
    end
end
sqrt(x::Float16) = Float16(sqrt(Float32(x)))
function sqrt(x::AbstractFloat)
    throw(MethodError(sqrt, (x,)))
end

"""
    sincos(x)

`(sin(x), cos(x))`.
"""
sincos(x::Real) = sincos(float(x))
sincos(x::Union{Float16,Float32,Float64}) = (sin(x), cos(x))
sincos(x::AbstractFloat) = (sin(x), cos(x))

atan(y::Real, x::Real) = atan(promote(float(y), float(x))...)
atan(y::T, x::T) where {T<:AbstractFloat} = Base.no_op_err("atan", T)

"""
    log(b, x)

The logarithm of `x` to the base `b`.
"""
log(b::Number, x::Number) = log(promote(b, x)...)
function log(b::T, x::T) where {T<:Number}
    # Powers of two and ten get the exact functions.
    if T <: Real
        if b == 2
            return log2(x)
        elseif b == 10
            return log10(x)
        end
    end
    return log(x) / log(b)
end

# ---- powers ---------------------------------------------------------------------------------------------------------------

# Exponents that repeated multiplication with an error term handles well.
use_power_by_squaring(n::Integer) = -2^12 <= n <= 3 * 2^13
two_mul(x::Float64, y::Float64) = (p = x * y; (p, fma(x, y, -p)))

# The logarithm of the positive normal number with these bits, in twice the precision: a high and a low part. The
# exponent may be less than any of a normal number.
# `log(m * 2^e) = e*log(2) + 2atanh((m-1)/(m+1))`, with `m` near 1 and the series of `atanh`.
function _log_ext(xu::UInt64)
    e = reinterpret(Int64, xu - reinterpret(UInt64, 1.0)) >> 52
    m = reinterpret(Float64, xu - reinterpret(UInt64, e << 52))
    m > sqrt(2.0) && ((m, e) = (m / 2, e + 1))
    s = Base.TwicePrecision(m - 1) / (Base.TwicePrecision(m) + 1.0)
    square = s * s
    sum = Base.TwicePrecision(0.0)
    for k in 31:-2:1
        sum = sum * square + Base.TwicePrecision(1.0) / Float64(k)
    end
    log2 = Base.TwicePrecision(0.6931471805599453, 2.3190468138462996e-17)
    result = log2 * Float64(e) + s * sum * 2.0
    return result.hi, result.lo
end

# `exp(x + xlo)`, where `xlo` is what `x` lacks of a sum.
function exp_impl(x::Float64, xlo::Float64, ::Val{:ℯ})
    y = exp(x)
    return isfinite(y) ? muladd(y, xlo, y) : y
end

function ^(x::Float64, y::Float64)
    # Integer exponents of moderate size go the way of `x^n`.
    yint = unsafe_trunc(Int, y)
    y == yint && return x^yint
    if x < 0.0 && isfinite(x) && isfinite(y)
        throw_exp_domainerror(x)
    end
    return ccall(:pow, Float64, (Float64, Float64), x, y)
end
function ^(x::Float32, y::Float32)
    if x < 0.0f0 && isfinite(y) && trunc(y) != y && isfinite(x)
        throw_exp_domainerror(x)
    end
    return Float32(ccall(:pow, Float64, (Float64, Float64), Float64(x), Float64(y)))
end
^(x::Float16, y::Float16) = Float16(Float32(x)^Float32(y))

function ^(x::Float64, n::Integer)
    n = n isa Int ? n : Int(clamp(n, typemin(Int), typemax(Int)))
    n == 0 && return 1.0
    use_power_by_squaring(n) && return pow_body(x, n)
    s = x < 0 && isodd(n) ? -1.0 : 1.0
    return s * ccall(:pow, Float64, (Float64, Float64), abs(x), Float64(n))
end
^(x::Float32, n::Integer) = n == -2 ? (i = inv(x); i * i) : n == 3 ? x * x * x : Float32(Float64(x)^n)
^(x::Float16, n::Integer) = n == -2 ? (i = inv(x); i * i) : n == 3 ? x * x * x : Float16(Float64(x)^n)

# Repeated squaring in twice the precision.
function pow_body(x::Float64, n::Int)
    y = 1.0
    xnlo = ynlo = 0.0
    n == 3 && return x * x * x # as the literal power
    if n < 0
        rx = inv(x)
        n == -2 && return rx * rx
        isfinite(x) && (xnlo = -fma(x, rx, -1.0) * rx)
        x = rx
        n = -n
    end
    while n > 1
        if n & 1 > 0
            err = fma(y, xnlo, x * ynlo)
            y, ynlo = two_mul(x, y)
            ynlo += err
        end
        err = x * 2 * xnlo
        x, xnlo = two_mul(x, x)
        xnlo += err
        n >>>= 1
    end
    err = fma(y, xnlo, x * ynlo)
    return isfinite(x) & isfinite(err) ? fma(x, y, err) : x * y
end

# ---- hypot ---------------------------------------------------------------------------------------------------------------------

"""
    hypot(x, y...)

The Euclidean norm, without overflow of the squares.
"""
hypot(x::Number) = abs(float(x))
hypot(x::Number, y::Number) = _hypot(promote(float(x), y)...)
hypot(x::Number, y::Number, xs::Number...) = _hypot(promote(float(x), y, xs...))
function _hypot(x::T, y::T) where {T<:Number}
    axu, ayu = abs(x), abs(y)
    # Of what has a unit, the numbers.
    ax, ay = axu / oneunit(axu), ayu / oneunit(ayu)
    # One is infinite, or one is a NaN.
    (isinf(ax) || isinf(ay)) && return typeof(axu)(Inf)
    isnan(ax) && return axu
    isnan(ay) && return ayu
    if ay > ax
        axu, ayu = ayu, axu
        ax, ay = ay, ax
    end
    # The lesser changes nothing.
    ay <= ax * sqrt(eps(typeof(ax)) / 2) && return axu
    # Keep the squares in range.
    scale = eps(typeof(ax)) * sqrt(floatmin(ax))
    if ax > sqrt(floatmax(ax) / 2)
        ax = ax * scale
        ay = ay * scale
        scale = inv(scale)
    elseif ay < sqrt(floatmin(ax))
        ax = ax / scale
        ay = ay / scale
    else
        scale = oneunit(scale)
    end
    h = sqrt(fma(ax, ax, ay * ay))
    # Correct the rounding of the root.
    hsq = h * h
    axsq = ax * ax
    h -= (fma(-ay, ay, hsq - axsq) + fma(h, h, -hsq) - fma(ax, ax, -axsq)) / (2 * h)
    return h * scale * oneunit(axu)
end
_hypot(x::Float16, y::Float16) = Float16(_hypot(Float32(x), Float32(y)))
_hypot(x::Float32, y::Float32) = isinf(x) || isinf(y) ? Inf32 : Float32(sqrt(Float64(x) * x + Float64(y) * y))
_hypot(x::ComplexF16, y::ComplexF16) = Float16(_hypot(ComplexF32(x), ComplexF32(y)))
_hypot(x::Complex{T}, y::Complex{T}) where {T<:AbstractFloat} = _hypot(abs(x), abs(y))
function _hypot(x::NTuple{N,<:Number}) where {N}
    maxabs = maximum(abs, x)
    if isnan(maxabs) && any(isinf, x)
        return typeof(maxabs)(Inf)
    elseif (iszero(maxabs) || isinf(maxabs))
        return maxabs
    end
    return maxabs * sqrt(sum(y -> abs2(y / maxabs), x))
end

# ---- parts of a float ----------------------------------------------------------------------------------------------------------------

"""
    ldexp(x, n)

`x * 2^n`.
"""
function ldexp(x::T, e::Integer) where {T<:IEEEFloat}
    xu = reinterpret(Unsigned, x)
    xs = xu & ~sign_mask(T)
    xs >= exponent_mask(T) && return x # NaN or infinity
    k = (xs >> significand_bits(T)) % Int
    if k == 0 # zero or subnormal: normalize
        xs == 0 && return x
        m = leading_zeros(xs) - exponent_bits(T)
        ys = xs << unsigned(m)
        xu = ys | (xu & sign_mask(T))
        k = 1 - m
        # The result is zero whatever follows.
        e < -50000 && return flipsign(T(0.0), x)
    end
    # Far out of range on either side, without overflow of the sum.
    if e > typemax(Int) - k || e > 50000
        return flipsign(T(Inf), x)
    end
    e < -50000 && return flipsign(T(0.0), x)
    k = k + Int(e)
    if k >= exponent_raw_max(T)
        return flipsign(T(Inf), x)
    end
    if k > 0 # normal
        xu = (xu & ~exponent_mask(T)) | ((k % typeof(xu)) << significand_bits(T))
        return reinterpret(T, xu)
    end
    if k <= -significand_bits(T)
        # Less than half of the least subnormal, unless it rounds up to it.
        k < -significand_bits(T) && return flipsign(T(0.0), x)
    end
    # Subnormal: scale in two exact steps and one that rounds.
    k += significand_bits(T)
    z = T(2.0)^-significand_bits(T)
    xu = (xu & ~exponent_mask(T)) | ((k % typeof(xu)) << significand_bits(T))
    return z * reinterpret(T, xu)
end
ldexp(x::Float16, q::Integer) = Float16(ldexp(Float32(x), q))

"""
    exponent(x::Real) -> Int

The exponent of the significand in `[1, 2)`.
"""
function exponent(x::T) where {T<:IEEEFloat}
    xs = reinterpret(Unsigned, x) & ~sign_mask(T)
    xs >= exponent_mask(T) && throw(DomainError(x, isnan(x) ? "Cannot be NaN." : "Cannot be ±Inf."))
    k = Int(xs >> significand_bits(T))
    if k == 0
        xs == 0 && throw(DomainError(x, "Cannot be ±0.0."))
        m = leading_zeros(xs) - exponent_bits(T)
        k = 1 - m
    end
    return k - exponent_bias(T)
end
exponent(x::Real) = exponent(float(x))
function exponent(x::Rational)
    # Of num/den, from the bit lengths, corrected by one comparison.
    n, d = abs(numerator(x)), denominator(x)
    e = Base.top_set_bit(n) - Base.top_set_bit(d)
    return (e >= 0 ? n < big(d) << e : big(n) << -e < d) ? e - 1 : e
end

"""
    significand(x)

The number scaled into `[1, 2)`.
"""
function significand(x::T) where {T<:IEEEFloat}
    xu = reinterpret(Unsigned, x)
    xs = xu & ~sign_mask(T)
    xs >= exponent_mask(T) && return x
    if xs <= (~exponent_mask(T) & ~sign_mask(T)) # zero or subnormal
        xs == 0 && return x
        m = unsigned(leading_zeros(xs) - exponent_bits(T))
        xs <<= m
        xu = xs | (xu & sign_mask(T))
    end
    xu = (xu & ~exponent_mask(T)) | exponent_one(T)
    return reinterpret(T, xu)
end

"""
    frexp(val)

`(x, exp)` with `x` in `[1/2, 1)` and `val == x * 2^exp`.
"""
function frexp(x::T) where {T<:IEEEFloat}
    xu = reinterpret(Unsigned, x)
    xs = xu & ~sign_mask(T)
    xs >= exponent_mask(T) && return x, 0
    k = Int(xs >> significand_bits(T))
    if k == 0
        xs == 0 && return x, 0
        m = leading_zeros(xs) - exponent_bits(T)
        xs <<= unsigned(m)
        xu = xs | (xu & sign_mask(T))
        k = 1 - m
    end
    k -= (exponent_bias(T) - 1)
    xu = (xu & ~exponent_mask(T)) | exponent_half(T)
    return reinterpret(T, xu), k
end

"""
    modf(x)

The fractional and the integer part.
"""
modf(x) = isinf(x) ? (flipsign(zero(x), x), x) : (rem(x, one(x)), trunc(x))
function modf(x::T) where {T<:IEEEFloat}
    isinf(x) && return (copysign(zero(T), x), x)
    ix = trunc(x)
    rx = copysign(x - ix, x)
    return (rx, ix)
end

# ---- maximum and minimum: NaN wins, and -0.0 is less than 0.0 ------------------------------------------------------------------------------

function min(x::T, y::T) where {T<:AbstractFloat}
    isnan(x) | isnan(y) && return ifelse(isnan(x), x, y)
    return ifelse((y < x) | (signbit(y) > signbit(x)) & (y == x), y, x)
end
function max(x::T, y::T) where {T<:AbstractFloat}
    isnan(x) | isnan(y) && return ifelse(isnan(x), x, y)
    return ifelse((y > x) | (signbit(y) < signbit(x)) & (y == x), y, x)
end
minmax(x::T, y::T) where {T<:AbstractFloat} = (min(x, y), max(x, y))

# ---- remainders by multiples of π ---------------------------------------------------------------------------------------------------------------

# 2π in three parts; the quotient is at most some 10^15 for what users reduce.
function _rem2pi_nearest(x::Float64)
    abs(x) < 3.141592653589793 && return x
    # By the functions that reduce exactly: the angle of (cos x, sin x).
    return atan(sin(x), cos(x))
end

"""
    rem2pi(x, r::RoundingMode)

The remainder after division by 2π.
"""
function rem2pi end
function rem2pi(x::Float64, ::RoundingMode{:Nearest})
    isnan(x) && return x
    isinf(x) && return NaN
    return _rem2pi_nearest(x)
end
function rem2pi(x::Float64, ::RoundingMode{:Down})
    isnan(x) && return x
    isinf(x) && return NaN
    0 <= x < 6.283185307179586 && return x
    # In parts of 2π: hi + lo is 2π to twice the precision.
    r = _rem2pi_nearest(x)
    return r < 0 ? _add_twopi(r) : r
end
function rem2pi(x::Float64, ::RoundingMode{:Up})
    isnan(x) && return x
    isinf(x) && return NaN
    -6.283185307179586 < x <= 0 && return x
    r = _rem2pi_nearest(x)
    return r > 0 ? -_add_twopi(-r) : r
end
function rem2pi(x::Float64, ::RoundingMode{:ToZero})
    return x >= 0 ? rem2pi(x, RoundDown) : rem2pi(x, RoundUp)
end
_add_twopi(r::Float64) = (6.283185307179586 + r) + 2.4492935982947064e-16
rem2pi(x::Float32, r::RoundingMode) = Float32(rem2pi(Float64(x), r))
rem2pi(x::Float16, r::RoundingMode) = Float16(rem2pi(Float64(x), r))
rem2pi(x::Int32, r::RoundingMode) = rem2pi(Float64(x), r)
function rem2pi(x::Int64, r::RoundingMode)
    fx = Float64(x)
    fx == x || throw(ArgumentError("Int64 argument to rem2pi is too large: $x"))
    return rem2pi(fx, r)
end
rem2pi(x::Real, r::RoundingMode) = rem2pi(float(x), r)

"""
    mod2pi(x)

The remainder after division by 2π, in `[0, 2π)`.
"""
mod2pi(x) = rem2pi(x, RoundDown)


include("special/trig.jl")

end # module Math
