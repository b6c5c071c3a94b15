# special/trig.jl: the trigonometric functions in units of π and of degrees, the reciprocal ones and their
# inverses, `sinc` and `cosc`.

# sin(hi + lo) and cos(hi + lo) for a small angle in two parts.
_sin2(hi::Float64, lo::Float64) = sin(hi) + lo * cos(hi)
_cos2(hi::Float64, lo::Float64) = cos(hi) - lo * sin(hi)
_tan2(hi::Float64, lo::Float64) = (t = tan(hi); t + lo * (1.0 + t * t))

# π·x in two parts.
function _pi_mul(x::Float64)
    hi = 3.141592653589793 * x
    lo = fma(3.141592653589793, x, -hi) + 1.2246467991473532e-16 * x
    return hi, lo
end

_sinpi_kernel(x::Float64) = _sin2(_pi_mul(x)...)
_cospi_kernel(x::Float64) = _cos2(_pi_mul(x)...)

"""
    sinpi(x)

sin(πx), exact at multiples of 1/2.
"""
function sinpi(_x::Float64)
    x = abs(_x)
    if !isfinite(x)
        isnan(x) && return x
        throw(DomainError(x, "`x` cannot be infinite."))
    end
    # All numbers beyond are even integers.
    x >= maxintfloat(Float64) && return copysign(0.0, _x)
    # Reduce to r in [0, 1/4] by quarters.
    n = round(2 * x)
    r = fma(n, -0.5, x)
    n = Int64(n) & 3
    res = n == 0 ? _sinpi_kernel(r) :
          n == 1 ? _cospi_kernel(r) :
          n == 2 ? 0.0 - _sinpi_kernel(r) :
          0.0 - _cospi_kernel(r)
    return ifelse(signbit(_x), -res, res)
end

"""
    cospi(x)

cos(πx), exact at multiples of 1/2.
"""
function cospi(x::Float64)
    x = abs(x)
    if !isfinite(x)
        isnan(x) && return x
        throw(DomainError(x, "`x` cannot be infinite."))
    end
    x >= maxintfloat(Float64) && return 1.0
    n = round(2 * x)
    r = fma(n, -0.5, x)
    n = Int64(n) & 3
    return n == 0 ? _cospi_kernel(r) :
           n == 1 ? 0.0 - _sinpi_kernel(r) :
           n == 2 ? 0.0 - _cospi_kernel(r) :
           _sinpi_kernel(r)
end

"""
    tanpi(x)

tan(πx).
"""
function tanpi(_x::Float64)
    x = abs(_x)
    if !isfinite(x)
        isnan(x) && return x
        throw(DomainError(x, "`x` cannot be infinite."))
    end
    x >= maxintfloat(Float64) && return copysign(0.0, _x)
    n = round(2 * x)
    r = fma(n, -0.5, x)
    si, co = _sinpi_kernel(r), _cospi_kernel(r)
    n = Int64(n) & 3
    n == 1 || n == 3 ? ((si, co) = (co, -si)) : nothing
    n >= 2 ? ((si, co) = (0.0 - si, 0.0 - co)) : nothing
    return ifelse(signbit(_x), -si, si) / co
end

"""
    sincospi(x)

`(sinpi(x), cospi(x))`.
"""
sincospi(x::T) where {T<:IEEEFloat} = (sinpi(x), cospi(x))
for f in (:sinpi, :cospi, :tanpi)
    @eval begin
        $f(x::T) where {T<:Union{Float16,Float32}} = T($f(Float64(x)))
        $f(x::Missing) = missing
    end
end
# Integers and rationals, by their parity.
sinpi(x::Integer) = x >= 0 ? zero(float(x)) : -zero(float(x))
cospi(x::Integer) = isodd(x) ? -one(float(x)) : one(float(x))
tanpi(x::Integer) = x >= 0 ? (isodd(x) ? -zero(float(x)) : zero(float(x))) : (isodd(x) ? zero(float(x)) : -zero(float(x)))
sincospi(x::Integer) = (sinpi(x), cospi(x))
sinpi(x::Real) = sinpi(float(x))
cospi(x::Real) = cospi(float(x))
tanpi(x::Real) = tanpi(float(x))
sincospi(x::Real) = sincospi(float(x))
sincospi(x::AbstractFloat) = (sinpi(x), cospi(x))
tanpi(x::Complex) = sinpi(x) / cospi(x)

function sinpi(z::Complex{T}) where {T}
    F = float(T)
    zr, zi = reim(z)
    if isinteger(zr)
        # sinpi(zr) is a zero whatever the other factor is.
        s = copysign(sinpi(F(zr)), zr)
        c_pos = isa(zr, Integer) ? iseven(zr) : isinteger(zr / 2)
        sh = sinh(pi * F(zi))
        return Complex(s, c_pos ? sh : -sh)
    elseif !isfinite(zr)
        return isfinite(zi) ? Complex(F(NaN), F(NaN)) : Complex(F(NaN), F(zi))
    end
    pizi = pi * F(zi)
    sipi, copi = sincospi(F(zr))
    return Complex(sipi * cosh(pizi), copi * sinh(pizi))
end
function cospi(z::Complex{T}) where {T}
    F = float(T)
    zr, zi = reim(z)
    pizi = pi * F(zi)
    sipi, copi = sincospi(F(zr))
    return Complex(copi * cosh(pizi), -sipi * sinh(pizi))
end
sincospi(z::Complex) = (sinpi(z), cospi(z))

"""
    sinc(x)

sin(πx)/(πx), and 1 at 0.
"""
sinc(x::Number) = _sinc(float(x))
sinc(x::Integer) = iszero(x) ? one(float(x)) : zero(float(x))
_sinc(x::Number) = iszero(x) ? one(x) : isinf_real(x) ? zero(x) : sinpi(x) / (pi * x)
isinf_real(x::Real) = isinf(x)
isinf_real(x::Complex) = isinf(real(x)) && isfinite(imag(x))
isinf_real(x::Number) = false

"""
    cosc(x)

The derivative of `sinc`.
"""
cosc(x::Number) = _cosc(float(x))
function _cosc(x::Number)
    # Near zero by the series, where the closed form loses all digits.
    if abs2(x) < 0.0225
        s = zero(x)
        piX2 = (pi * x)^2
        term = -(pi^2) * x / 3
        k = 1
        while true
            s_new = s + term
            (s_new == s || k > 30) && return s_new
            s = s_new
            term *= -piX2 * (2k + 2) / (2k * (2k + 2) * (2k + 3))
            k += 1
        end
    end
    return isinf_real(x) ? zero(x) : (pi * x * cospi(x) - sinpi(x)) / (pi * x * x)
end

# ---- reciprocal functions -----------------------------------------------------------------------------------

for (finv, f, finvh, fh, finvd, fd) in ((:sec, :cos, :sech, :cosh, :secd, :cosd),
                                         (:csc, :sin, :csch, :sinh, :cscd, :sind),
                                         (:cot, :tan, :coth, :tanh, :cotd, :tand))
    @eval begin
        $finv(z::Number) = inv($f(z))
        $finvh(z::Number) = inv($fh(z))
        $finvd(z::Number) = inv($fd(z))
        $finv(::Missing) = missing
        $finvh(::Missing) = missing
        $finvd(::Missing) = missing
    end
end
for (tfa, tfainv, hfa, hfainv) in ((:asec, :acos, :asech, :acosh), (:acsc, :asin, :acsch, :asinh),
                                   (:acot, :atan, :acoth, :atanh))
    @eval begin
        $tfa(y::Number) = $tfainv(inv(y))
        $hfa(y::Number) = $hfainv(inv(y))
    end
end

# ---- degrees ---------------------------------------------------------------------------------------------------

# Degrees in radians, in two parts.
function deg2rad_ext(x::Float64)
    hi = 0.017453292519943295 * x
    lo = fma(0.017453292519943295, x, -hi) + 2.9486522708701687e-19 * x
    return hi, lo
end

"""
    sind(x)
    cosd(x)
    tand(x)

Sine, cosine and tangent of degrees.
"""
function sind(x::Float64)
    isinf(x) && throw(DomainError(x, "`x` cannot be infinite."))
    isnan(x) && return x
    rx = copysign(rem(x, 360.0), x)
    arx = abs(rx)
    if rx == 0.0
        return rx
    elseif arx < 45.0
        return _sin2(deg2rad_ext(rx)...)
    elseif arx <= 135.0
        return copysign(_cos2(deg2rad_ext(90.0 - arx)...), rx)
    elseif arx == 180.0
        return copysign(0.0, rx)
    elseif arx < 225.0
        return _sin2(deg2rad_ext((180.0 - arx) * sign(rx))...)
    elseif arx <= 315.0
        return -copysign(_cos2(deg2rad_ext(270.0 - arx)...), rx)
    end
    return _sin2(deg2rad_ext(rx - copysign(360.0, rx))...)
end
function cosd(x::Float64)
    isinf(x) && throw(DomainError(x, "`x` cannot be infinite."))
    isnan(x) && return x
    rx = abs(rem(x, 360.0))
    if rx <= 45.0
        return _cos2(deg2rad_ext(rx)...)
    elseif rx < 135.0
        return _sin2(deg2rad_ext(90.0 - rx)...)
    elseif rx <= 225.0
        return -_cos2(deg2rad_ext(180.0 - rx)...)
    elseif rx < 315.0
        return _sin2(deg2rad_ext(rx - 270.0)...)
    end
    return _cos2(deg2rad_ext(360.0 - rx)...)
end
# The sine of so many degrees and right angles, exact where it is 0 or 1.
function _turned(x::AbstractFloat, right_angles::Int)
    isinf(x) && throw(DomainError(x, "`x` cannot be infinite."))
    isnan(x) && return x
    x = rem(x, oftype(x, 360))
    quarter = round(x / 90)
    s, c = sincos(deg2rad(x - 90 * quarter))
    turn = mod(Int(quarter) + right_angles, 4)
    # Adding zero makes no difference but for a negative zero, which only x itself has.
    return turn == 0 ? s : turn == 1 ? c : turn == 2 ? zero(x) - s : zero(x) - c
end
tand(x::Real) = sind(x) / cosd(x)
tand(x::Complex) = sind(x) / cosd(x)
sincosd(x) = (sind(x), cosd(x))
for f in (:sind, :cosd)
    @eval begin
        $f(x::T) where {T<:Union{Float16,Float32}} = T($f(Float64(x)))
        $f(x::Real) = $f(float(x))
        $f(x::AbstractFloat) = _turned(x, $(f === :cosd ? 1 : 0))
        $f(z::Complex) = $(f === :sind ? :sin : :cos)(deg2rad(z))
        $f(::Missing) = missing
    end
end
tand(::Missing) = missing

# The inverses, from the radians.
for (fd, f) in ((:asind, :asin), (:acosd, :acos), (:asecd, :asec), (:acscd, :acsc), (:acotd, :acot))
    @eval $fd(y::Number) = rad2deg($f(y))
end
atand(y) = rad2deg(atan(y))
atand(y, x) = rad2deg(atan(y, x))
