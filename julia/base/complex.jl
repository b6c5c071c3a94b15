# complex.jl: complex numbers over any real type.

"""
    Complex{T<:Real} <: Number

A complex number with parts of type `T`.
"""
struct Complex{T<:Real} <: Number
    re::T
    im::T
end
Complex(x::Real, y::Real) = Complex(promote(x, y)...)
Complex(x::Real) = Complex(x, zero(x))

"""
    im

The imaginary unit.
"""
const im = Complex(false, true)

const ComplexF64 = Complex{Float64}
const ComplexF32 = Complex{Float32}
const ComplexF16 = Complex{Float16}

Complex{T}(x::Real) where {T<:Real} = Complex{T}(x, 0)
Complex{T}(z::Complex) where {T<:Real} = Complex{T}(real(z), imag(z))
(::Type{T})(z::Complex) where {T<:Real} =
    isreal(z) ? T(real(z))::T : throw(InexactError(nameof(T), T, z))
Complex(z::Complex) = z

promote_rule(::Type{Complex{T}}, ::Type{S}) where {T<:Real,S<:Real} = Complex{promote_type(T, S)}
promote_rule(::Type{Complex{T}}, ::Type{Complex{S}}) where {T<:Real,S<:Real} = Complex{promote_type(T, S)}

widen(::Type{Complex{T}}) where {T} = Complex{widen(T)}
float(::Type{Complex{T}}) where {T<:AbstractFloat} = Complex{T}
float(::Type{Complex{T}}) where {T} = Complex{float(T)}

"""
    real(z)
    imag(z)
    reim(z)

The real part, the imaginary part, and both.
"""
real(z::Complex) = z.re
imag(z::Complex) = z.im
real(x::Real) = x
imag(x::Real) = zero(x)
reim(z) = (real(z), imag(z))
real(T::Type) = typeof(real(zero(T)))
real(::Type{T}) where {T<:Real} = T
real(C::Type{<:Complex}) = fieldtype(C, 1)
real(::Type{Union{}}, slurp...) = Union{}(im)

"""
    isreal(x) -> Bool

Whether the imaginary part is zero.
"""
isreal(x::Real) = true
isreal(z::Complex) = iszero(imag(z))

isinteger(z::Complex) = isreal(z) && isinteger(real(z))
isfinite(z::Complex) = isfinite(real(z)) && isfinite(imag(z))
isnan(z::Complex) = isnan(real(z)) || isnan(imag(z))
isinf(z::Complex) = isinf(real(z)) || isinf(imag(z))
iszero(z::Complex) = iszero(real(z)) && iszero(imag(z))
isone(z::Complex) = isone(real(z)) && iszero(imag(z))

"""
    complex(r, [i])
    complex(T::Type)

The number as a complex one; the complex type over `T`.
"""
complex(z::Complex) = z
complex(x::Real) = Complex(x)
complex(x::Real, y::Real) = Complex(x, y)
complex(::Type{T}) where {T<:Real} = Complex{T}
complex(::Type{Complex{T}}) where {T<:Real} = Complex{T}

flipsign(x::Complex, y::Real) = ifelse(signbit(y), -x, x)

function show(io::IO, z::Complex)
    r, i = reim(z)
    compact = get(io, :compact, false)::Bool
    show(io, r)
    if signbit(i) && !isnan(i)
        print(io, compact ? "-" : " - ")
        if isa(i, Signed) && !isa(i, BigInt) && i == typemin(typeof(i))
            show(io, -widen(i))
        else
            show(io, -i)
        end
    else
        print(io, compact ? "+" : " + ")
        show(io, i)
    end
    if !(isa(i, Integer) && !isa(i, Bool) || isa(i, AbstractFloat) && isfinite(i))
        print(io, "*")
    end
    print(io, "im")
end
show(io::IO, z::Complex{Bool}) =
    print(io, z == im ? "im" : "Complex($(z.re),$(z.im))")
function show_unquoted(io::IO, z::Complex, ::Int, prec::Int)
    if operator_precedence(:+) <= prec
        print(io, "(")
        show(io, z)
        print(io, ")")
    else
        show(io, z)
    end
end

function read(s::IO, ::Type{Complex{T}}) where {T<:Real}
    r = read(s, T)
    i = read(s, T)
    return Complex{T}(r, i)
end
function write(s::IO, z::Complex)
    return write(s, real(z), imag(z))
end

bswap(z::Complex) = Complex(bswap(real(z)), bswap(imag(z)))

# ---- comparison -------------------------------------------------------------------------------------------

==(z::Complex, w::Complex) = (real(z) == real(w)) & (imag(z) == imag(w))
==(z::Complex, x::Real) = isreal(z) && real(z) == x
==(x::Real, z::Complex) = isreal(z) && real(z) == x
isequal(z::Complex, w::Complex)::Bool = isequal(real(z), real(w)) & isequal(imag(z), imag(w))
isequal(z::Complex, w::Real)::Bool = isequal(real(z), w) & isequal(imag(z), zero(w))
isequal(z::Real, w::Complex)::Bool = isequal(z, real(w)) & isequal(zero(z), imag(w))
in(x::Complex, r::AbstractRange{<:Real}) = isreal(x) && real(x) in r

const h_imag = 0x32a7a07f3e7cd1f9
const hash_0_imag = hash(0, h_imag)
function hash(z::Complex, h::UInt)
    return hash(real(z), h ⊻ hash(imag(z), h_imag) ⊻ hash_0_imag)
end

# ---- arithmetic ----------------------------------------------------------------------------------------------

conj(z::Complex) = Complex(real(z), -imag(z))
abs(z::Complex) = hypot(real(z), imag(z))
abs2(z::Complex) = real(z) * real(z) + imag(z) * imag(z)
function inv(z::Complex)
    c, d = reim(z)
    (isinf(c) | isinf(d)) && return complex(copysign(zero(c), c), flipsign(-zero(d), d))
    return complex(c, -d) / (c * c + d * d)
end
inv(z::Complex{<:Integer}) = inv(float(z))

+(z::Complex) = Complex(+real(z), +imag(z))
-(z::Complex) = Complex(-real(z), -imag(z))
+(z::Complex, w::Complex) = Complex(real(z) + real(w), imag(z) + imag(w))
-(z::Complex, w::Complex) = Complex(real(z) - real(w), imag(z) - imag(w))
*(z::Complex, w::Complex) =
    Complex(real(z) * real(w) - imag(z) * imag(w), real(z) * imag(w) + imag(z) * real(w))

muladd(z::Complex, w::Complex, x::Complex) =
    Complex(muladd(real(z), real(w), real(x)) - imag(z) * imag(w),
            muladd(real(z), imag(w), muladd(imag(z), real(w), imag(x))))

# With Bool: `false` is a strong zero, and `im` turns by a quarter.
+(x::Bool, z::Complex{Bool}) = Complex(x + real(z), imag(z))
+(z::Complex{Bool}, x::Bool) = Complex(real(z) + x, imag(z))
-(x::Bool, z::Complex{Bool}) = Complex(x - real(z), -imag(z))
-(z::Complex{Bool}, x::Bool) = Complex(real(z) - x, imag(z))
*(x::Bool, z::Complex{Bool}) = Complex(x * real(z), x * imag(z))
*(z::Complex{Bool}, x::Bool) = Complex(real(z) * x, imag(z) * x)
+(x::Bool, z::Complex) = Complex(x + real(z), imag(z))
+(z::Complex, x::Bool) = Complex(real(z) + x, imag(z))
-(x::Bool, z::Complex) = Complex(x - real(z), -imag(z))
-(z::Complex, x::Bool) = Complex(real(z) - x, imag(z))
*(x::Bool, z::Complex) = Complex(x * real(z), x * imag(z))
*(z::Complex, x::Bool) = Complex(real(z) * x, imag(z) * x)
+(x::Real, z::Complex{Bool}) = Complex(x + real(z), imag(z))
+(z::Complex{Bool}, x::Real) = Complex(real(z) + x, imag(z))
function -(x::Real, z::Complex{Bool})
    # The imaginary part must not become -0.0 of a missing one.
    re = x - real(z)
    return Complex(re, -oftype(re, imag(z)))
end
-(z::Complex{Bool}, x::Real) = Complex(real(z) - x, imag(z))
*(x::Real, z::Complex{Bool}) = Complex(x * real(z), x * imag(z))
*(z::Complex{Bool}, x::Real) = Complex(real(z) * x, imag(z) * x)

+(x::Real, z::Complex) = Complex(x + real(z), imag(z))
+(z::Complex, x::Real) = Complex(x + real(z), imag(z))
function -(x::Real, z::Complex)
    re = x - real(z)
    return Complex(re, -oftype(re, imag(z)))
end
-(z::Complex, x::Real) = Complex(real(z) - x, imag(z))
*(x::Real, z::Complex) = Complex(x * real(z), x * imag(z))
*(z::Complex, x::Real) = Complex(x * real(z), x * imag(z))

muladd(x::Real, z::Complex, y::Number) = muladd(z, x, y)
muladd(z::Complex, x::Real, y::Real) = Complex(muladd(real(z), x, y), imag(z) * x)
muladd(z::Complex, x::Real, w::Complex) = Complex(muladd(real(z), x, real(w)), muladd(imag(z), x, imag(w)))
muladd(x::Real, y::Real, z::Complex) = Complex(muladd(x, y, real(z)), imag(z))
muladd(z::Complex, w::Complex, x::Real) =
    Complex(muladd(real(z), real(w), x) - imag(z) * imag(w), muladd(real(z), imag(w), imag(z) * real(w)))

/(a::R, z::S) where {R<:Real,S<:Complex} = (T = promote_type(R, S); a * inv(T(z)))
/(z::Complex, x::Real) = Complex(real(z) / x, imag(z) / x)

# Smith's method, scaled by the greater part of the divisor.
function /(a::Complex{T}, b::Complex{T}) where {T<:Real}
    are, aim = reim(a)
    bre, bim = reim(b)
    if (isinf(bre) | isinf(bim))
        if isfinite(a)
            return complex(zero(T) * sign(are) * sign(bre), -zero(T) * sign(aim) * sign(bim))
        end
        return T(NaN) + T(NaN) * im
    end
    if abs(bre) <= abs(bim)
        r = bre / bim
        den = bim + r * bre
        return Complex((are * r + aim) / den, (aim * r - are) / den)
    end
    r = bim / bre
    den = bre + r * bim
    return Complex((are + aim * r) / den, (aim - are * r) / den)
end

# Double precision: the robust method of Baudin and Smith (2012).
function /(z::ComplexF64, w::ComplexF64)
    a, b = reim(z)
    c, d = reim(w)
    absa, absb, absc, absd = abs(a), abs(b), abs(c), abs(d)
    ab = absa >= absb ? absa : absb
    cd = absc >= absd ? absc : absd
    if (isinf(c) | isinf(d))
        if isfinite(z)
            return complex(0.0 * sign(a) * sign(real(w)), -0.0 * sign(b) * sign(imag(w)))
        end
        return ComplexF64(NaN, NaN)
    end
    halfov = 0.5 * floatmax(Float64)
    twounϵ = floatmin(Float64) * 2.0 / eps(Float64)
    s = 1.0
    if ab >= halfov || ab <= twounϵ || cd >= halfov || cd <= twounϵ
        if ab >= halfov
            a *= 0.5
            b *= 0.5
            s *= 2.0
        end
        if cd >= halfov
            c *= 0.5
            d *= 0.5
            s *= 0.5
        end
        bs = 2.0 / (eps(Float64) * eps(Float64))
        if ab <= twounϵ
            a *= bs
            b *= bs
            s /= bs
        end
        if cd <= twounϵ
            c *= bs
            d *= bs
            s *= bs
        end
    end
    if absd <= absc
        p, q = robust_cdiv1(a, b, c, d)
    else
        p, q = robust_cdiv1(b, a, d, c)
        q = -q
    end
    return ComplexF64(p * s, q * s)
end
function robust_cdiv1(a::Float64, b::Float64, c::Float64, d::Float64)
    r = d / c
    t = 1.0 / (c + d * r)
    p = robust_cdiv2(a, b, c, d, r, t)
    q = robust_cdiv2(b, -a, c, d, r, t)
    return p, q
end
function robust_cdiv2(a::Float64, b::Float64, c::Float64, d::Float64, r::Float64, t::Float64)
    if r != 0
        br = b * r
        return br != 0 ? (a + br) * t : a * t + (b * t) * r
    end
    return (a + d * (b / c)) * t
end
# Single precision is exact enough through double.
function /(z::Complex{T}, w::Complex{T}) where {T<:Union{Float16,Float32}}
    c, d = reim(widen(w))
    a, b = reim(widen(z))
    if (isinf(c) | isinf(d))
        if isfinite(z)
            return complex(zero(T) * sign(real(z)) * sign(real(w)), -zero(T) * sign(imag(z)) * sign(imag(w)))
        end
        return T(NaN) + T(NaN) * im
    end
    mag = inv(muladd(c, c, d^2))
    re_part = muladd(a, c, b * d)
    im_part = muladd(b, c, -a * d)
    return oftype(z, Complex(re_part * mag, im_part * mag))
end
function inv(z::Complex{T}) where {T<:Union{Float16,Float32}}
    c, d = reim(widen(z))
    (isinf(c) | isinf(d)) && return complex(copysign(zero(T), c), flipsign(-zero(T), d))
    mag = inv(muladd(c, c, d^2))
    return oftype(z, Complex(c * mag, -d * mag))
end
function inv(w::ComplexF64)
    c, d = reim(w)
    (isinf(c) | isinf(d)) && return complex(copysign(0.0, c), flipsign(-0.0, d))
    absc, absd = abs(c), abs(d)
    cd = absc > absd ? absc : absd
    half = 0.5
    s = 1.0
    if cd >= floatmax(Float64) / 2
        c = half * c
        d = half * d
        s = half * s
    end
    if cd <= 2 * floatmin(Float64) / eps(Float64)
        bs = 2 / (eps(Float64) * eps(Float64))
        c = c * bs
        d = d * bs
        s = s * bs
    end
    if absd <= absc
        r = d / c
        t = 1.0 / (c + d * r)
        p = t
        q = -r * t
    else
        c, d = d, c
        r = d / c
        t = 1.0 / (c + d * r)
        p = r * t
        q = -t
    end
    return ComplexF64(p * s, q * s)
end
/(z::Complex, w::Complex) = /(promote(z, w)...)
/(z::Complex{T}, w::Complex{T}) where {T<:Integer} = float(z) / float(w)

# ---- roots, exponentials, powers -----------------------------------------------------------------------------------

# The squared modulus without over- or underflow: (ρ, k) with |z|² = ρ·4^k.
function ssqs(x::T, y::T) where {T<:Real}
    k::Int = 0
    ρ = x * x + y * y
    if !isfinite(ρ) && (isinf(x) || isinf(y))
        ρ = convert(T, Inf)
    elseif isinf(ρ) || (ρ == 0 && (x != 0 || y != 0)) || ρ < nextfloat(zero(T)) / (2 * eps(T)^2)
        m::T = max(abs(x), abs(y))
        k = m == 0 ? 0 : exponent(m)
        xk, yk = ldexp(x, -k), ldexp(y, -k)
        ρ = xk * xk + yk * yk
    end
    return ρ, k
end

function sqrt(z::Complex)
    z = float(z)
    x, y = reim(z)
    if x == y == 0
        return Complex(zero(x), y)
    end
    ρ, k::Int = ssqs(x, y)
    if isfinite(x)
        ρ = ldexp(abs(x), -k) + sqrt(ρ)
    end
    if isodd(k)
        k = div(k - 1, 2)
    else
        k = div(k, 2) - 1
        ρ += ρ
    end
    ρ = ldexp(sqrt(ρ), k)
    ξ = ρ
    η = y
    if ρ != 0
        if isfinite(η)
            η = (η / ρ) / 2
        end
        if x < 0
            ξ = abs(η)
            η = copysign(ρ, y)
        end
    end
    return Complex(ξ, η)
end

"""
    cis(x)

`exp(im*x)`.
"""
function cis end
function cis(theta::Real)
    s, c = sincos(theta)
    return Complex(c, s)
end
function cis(z::Complex)
    v = exp(-imag(z))
    s, c = sincos(real(z))
    return Complex(v * c, v * s)
end

"""
    cispi(x)

`cis(pi*x)`.
"""
function cispi end
cispi(theta::Real) = Complex(reverse(sincospi(theta))...)
function cispi(z::Complex)
    v = exp(-(pi * imag(z)))
    s, c = sincospi(real(z))
    return Complex(v * c, v * s)
end

"""
    angle(z)

The phase angle in radians.
"""
angle(z::Complex) = atan(imag(z), real(z))

function log(z::Complex)
    z = float(z)
    T = typeof(real(z))
    T1 = convert(T, 5) / convert(T, 4)
    T2 = convert(T, 3)
    ln2 = log(convert(T, 2))
    x, y = reim(z)
    ρ, k = ssqs(x, y)
    ax = abs(x)
    ay = abs(y)
    if ax < ay
        θ, β = ax, ay
    else
        θ, β = ay, ax
    end
    if k == 0 && (0.5 < β * β) && (β <= T1 || ρ < T2)
        ρρ = log1p((β - 1) * (β + 1) + θ * θ) / 2
    else
        ρρ = log(ρ) / 2 + k * ln2
    end
    return Complex(ρρ, angle(z))
end
function log10(z::Complex)
    a = log(z)
    return a / log(oftype(real(a), 10))
end
function log2(z::Complex)
    a = log(z)
    return a / log(oftype(real(a), 2))
end

function exp(z::Complex)
    zr, zi = reim(z)
    if isnan(zr)
        return Complex(zr, zi == 0 ? zi : zr)
    elseif !isfinite(zi)
        if zr == Inf
            return Complex(-zr, oftype(zr, NaN))
        elseif zr == -Inf
            return Complex(-zero(zr), copysign(zero(zi), zi))
        end
        return Complex(oftype(zr, NaN), oftype(zi, NaN))
    end
    er = exp(zr)
    if iszero(zi)
        return Complex(er, zi)
    end
    s, c = sincos(zi)
    return Complex(er * c, er * s)
end

function expm1(z::Complex{T}) where {T<:Real}
    Tf = float(T)
    zr, zi = reim(z)
    if isnan(zr)
        return Complex(zr, zi == 0 ? zi : zr)
    elseif !isfinite(zi)
        if zr == Inf
            return Complex(-zr, oftype(zr, NaN))
        elseif zr == -Inf
            return Complex(-one(zr), copysign(zero(zi), zi))
        end
        return Complex(oftype(zr, NaN), oftype(zi, NaN))
    end
    erm1 = expm1(zr)
    if zi == 0
        return Complex(erm1, zi)
    end
    er = erm1 + one(erm1)
    if isfinite(er)
        wr = erm1 - 2 * er * (sin(convert(Tf, 0.5) * zi))^2
        return Complex(wr, er * sin(zi))
    end
    s, c = sincos(zi)
    return Complex(er * c, er * s)
end
function log1p(z::Complex{T}) where {T}
    zr, zi = reim(z)
    if isfinite(zr)
        isinf(zi) && return log(z)
        # By the ratio of log(u) to u - 1, whose errors cancel.
        u = float(one(T)) + z
        u == 1 && return convert(typeof(u), z)
        u - 1 == z && return log(u)
        return log(u) * (z / (u - 1))
    elseif isnan(zr)
        return Complex(zr, zr)
    elseif isfinite(zi)
        return Complex(T(Inf), copysign(zr > 0 ? zero(T) : convert(T, pi), zi))
    end
    return Complex(T(Inf), T(NaN))
end

function exp2(z::Complex{T}) where {T}
    z = float(z)
    er = exp2(real(z))
    theta = imag(z) * log(oftype(real(z), 2))
    s, c = sincos(theta)
    return Complex(er * c, er * s)
end
function exp10(z::Complex{T}) where {T}
    z = float(z)
    er = exp10(real(z))
    theta = imag(z) * log(oftype(real(z), 10))
    s, c = sincos(theta)
    return Complex(er * c, er * s)
end

function _cpow(z::Union{T,Complex{T}}, p::Union{T,Complex{T}}) where {T}
    z = float(z)
    p = float(p)
    Tf = float(T)
    if isreal(p)
        pᵣ = real(p)
        if isinteger(pᵣ) && abs(pᵣ) < typemax(Int32)
            # With an integer exponent by repeated multiplication.
            ip = convert(Int, pᵣ)
            if ip == 0
                # The sign of the zero follows the arguments.
                zer = flipsign(zero(Tf), pᵣ) * imag(z)
                return Complex(one(Tf), copysign(zero(Tf), zer))
            end
            return ip < 0 ? inv(power_by_squaring(complex(z), -ip)) : power_by_squaring(complex(z), ip)
        elseif isreal(z)
            # The principal branch of a real power.
            zᵣ = real(z)
            if ispositive_real(zᵣ)
                re = zᵣ^pᵣ
                return Complex(re, zero(Tf))
            end
            rp = abs(zᵣ)^pᵣ
            if isfinite(pᵣ)
                # In units of π the angle is exact.
                s, c = sincospi(pᵣ)
                return iszero(rp) ? Complex(rp, zero(Tf)) : Complex(rp * c, flipsign(rp * s, imag(z)))
            end
            return Complex(rp, zero(Tf))
        else
            rp = abs(z)^pᵣ
            θ = pᵣ * angle(z)
            s, c = sincos(θ)
            return Complex(rp * c, rp * s)
        end
    elseif isreal(z)
        iszero(z) && return real(p) > 0 ? complex(z) : Complex(Tf(NaN), Tf(NaN))
        zᵣ = real(z)
        pᵣ, pᵢ = reim(p)
        if zᵣ > 0
            rp = zᵣ^pᵣ
            θ = pᵢ * log(zᵣ)
        else
            r = -zᵣ
            θ = copysign(Tf(π), imag(z))
            rp = r^pᵣ * exp(-pᵢ * θ)
            θ = pᵣ * θ + pᵢ * log(r)
        end
        s, c = sincos(θ)
        return Complex(rp * c, rp * s)
    end
    pᵣ, pᵢ = reim(p)
    r = abs(z)
    θ = angle(z)
    rp = r^pᵣ * exp(-pᵢ * θ)
    θ = pᵣ * θ + pᵢ * log(r)
    s, c = sincos(θ)
    return Complex(rp * c, rp * s)
end
ispositive_real(x::Real) = x >= 0

^(z::Complex{T}, p::Complex{T}) where {T<:Real} = _cpow(z, p)
^(z::Complex{T}, p::T) where {T<:Real} = _cpow(z, p)
^(z::T, p::Complex{T}) where {T<:Real} = _cpow(z, p)
^(z::Complex, n::Bool) = n ? z : one(z)
^(z::Complex, n::Integer) = n >= 0 ? power_by_squaring(z, n) : power_by_squaring(inv(z), -n)
^(z::Complex{<:AbstractFloat}, n::Bool) = n ? z : one(z)
^(z::Complex{<:Integer}, n::Bool) = n ? z : one(z)
^(z::Complex{<:AbstractFloat}, n::Integer) = n >= 0 ? power_by_squaring(z, n) : power_by_squaring(inv(z), -n)
^(z::Complex{<:Integer}, n::Integer) = power_by_squaring(z, n)
function ^(z::Complex{T}, p::S) where {T<:Real,S<:Real}
    P = promote_type(T, S)
    return Complex{P}(z)^P(p)
end
function ^(z::T, p::Complex{S}) where {T<:Real,S<:Real}
    P = promote_type(T, S)
    return P(z)^Complex{P}(p)
end

# ---- trigonometric functions ------------------------------------------------------------------------------------------

function sin(z::Complex{T}) where {T}
    F = float(T)
    zr, zi = reim(z)
    if zr == 0
        return Complex(F(zr), sinh(zi))
    elseif !isfinite(zr)
        if zi == 0 || isinf(zi)
            return Complex(F(NaN), F(zi))
        end
        return Complex(F(NaN), F(NaN))
    end
    s, c = sincos(zr)
    return Complex(s * cosh(zi), c * sinh(zi))
end
function cos(z::Complex{T}) where {T}
    F = float(T)
    zr, zi = reim(z)
    if zr == 0
        return Complex(cosh(zi), isnan(zi) ? F(zr) : -flipsign(F(zr), zi))
    elseif !isfinite(zr)
        if zi == 0
            return Complex(F(NaN), isnan(zr) ? zero(F) : -flipsign(F(zi), zr))
        elseif isinf(zi)
            return Complex(F(Inf), F(NaN))
        end
        return Complex(F(NaN), F(NaN))
    end
    s, c = sincos(zr)
    return Complex(c * cosh(zi), -s * sinh(zi))
end
sincos(z::Complex) = (sin(z), cos(z))
function tan(z::Complex)
    zr, zi = reim(z)
    w = tanh(Complex(-zi, zr))
    return Complex(imag(w), -real(w))
end
function sinh(z::Complex)
    zr, zi = reim(z)
    w = sin(Complex(zi, zr))
    return Complex(imag(w), real(w))
end
function cosh(z::Complex)
    zr, zi = reim(z)
    return cos(Complex(zi, -zr))
end
function tanh(z::Complex{T}) where {T<:AbstractFloat}
    Ω = prevfloat(typemax(T))
    ξ, η = reim(z)
    if isnan(ξ) && η == 0
        return Complex(ξ, η)
    end
    if 4 * abs(ξ) > asinh(Ω)
        return Complex(copysign(one(T), ξ), copysign(zero(T), η * (isfinite(η) ? sin(2 * abs(η)) : one(η))))
    end
    t = tan(η)
    β = 1 + t * t
    s = sinh(ξ)
    ρ = sqrt(1 + s * s)
    if isinf(t)
        return Complex(ρ / s, 1 / t)
    end
    return Complex(β * ρ * s, t) / (1 + β * s * s)
end
tanh(z::Complex) = tanh(float(z))

function asin(z::Complex)
    zr, zi = reim(z)
    if isinf(zr) && isinf(zi)
        return Complex(copysign(oftype(zr, pi) / 4, zr), zi)
    elseif isnan(zi) && isinf(zr)
        return Complex(zi, oftype(zr, Inf))
    end
    ξ = zr == 0 ? zr :
        !isfinite(zr) ? oftype(zr, pi) / 2 * sign(zr) :
        atan(zr, real(sqrt(1 - z) * sqrt(1 + z)))
    η = asinh(copysign(imag(sqrt(conj(1 - z)) * sqrt(1 + z)), imag(z)))
    return Complex(ξ, η)
end
function acos(z::Complex{<:AbstractFloat})
    zr, zi = reim(z)
    if isnan(zr)
        if isinf(zi)
            return Complex(zr, -zi)
        end
        return Complex(zr, zr)
    elseif isnan(zi)
        isinf(zr) && return Complex(zi, abs(zr))
        zr == 0 && return Complex(oftype(zr, pi) / 2, zi)
        return Complex(zi, zi)
    elseif zr == zi == 0
        return Complex(oftype(zr, pi) / 2, -zi)
    elseif zr == Inf && zi === 0.0
        return Complex(zi, -zr)
    elseif zr == -Inf && zi === -0.0
        return Complex(oftype(zi, pi), -zr)
    end
    ξ = 2 * atan(real(sqrt(1 - z)), real(sqrt(1 + z)))
    η = asinh(imag(sqrt(conj(1 + z)) * sqrt(1 - z)))
    if isinf(zr) && isinf(zi)
        ξ -= oftype(η, pi) / 4 * sign(zr)
    end
    return Complex(ξ, η)
end
acos(z::Complex) = acos(float(z))
function atan(z::Complex)
    w = atanh(Complex(-imag(z), real(z)))
    return Complex(imag(w), -real(w))
end
function asinh(z::Complex)
    w = asin(Complex(-imag(z), real(z)))
    return Complex(imag(w), -real(w))
end
function acosh(z::Complex)
    zr, zi = reim(z)
    if isnan(zr) || isnan(zi)
        if isinf(zr) || isinf(zi)
            return Complex(oftype(zr, Inf), oftype(zi, NaN))
        end
        return Complex(oftype(zr, NaN), oftype(zi, NaN))
    elseif zr == -Inf && zi === -0.0
        return Complex(oftype(zr, Inf), oftype(zr, -pi))
    end
    ξ = asinh(real(sqrt(conj(z - 1)) * sqrt(z + 1)))
    η = 2 * atan(imag(sqrt(z - 1)), real(sqrt(z + 1)))
    if isinf(zr) && isinf(zi)
        η -= oftype(η, pi) / 4 * sign(zi) * sign(zr)
    end
    return Complex(ξ, η)
end
function atanh(z::Complex{T}) where {T<:AbstractFloat}
    θ = sqrt(prevfloat(typemax(T))) / 4
    ρ = 1 / θ
    x, y = reim(z)
    ax = abs(x)
    ay = abs(y)
    if ax > θ || ay > θ
        if isnan(y)
            if isinf(x)
                return Complex(copysign(zero(x), x), y)
            end
            return Complex(real(1 / z), y)
        end
        if isinf(y)
            return Complex(copysign(zero(x), x), copysign(oftype(y, pi) / 2, y))
        end
        return Complex(real(1 / z), copysign(oftype(y, pi) / 2, y))
    end
    β = copysign(one(T), x)
    z *= β
    x, y = reim(z)
    if x == 1
        if y == 0
            ξ = oftype(x, Inf)
            η = y
        else
            ym = ay + ρ
            ξ = log(sqrt(sqrt(4 + y * y)) / sqrt(ym))
            η = copysign(oftype(y, pi) / 2 + atan(ym / 2), y) / 2
        end
    else
        ysq = (ay + ρ)^2
        if x == 0
            ξ = x
        else
            ξ = log1p(4x / ((1 - x)^2 + ysq)) / 4
        end
        η = angle(Complex((1 - x) * (1 + x) - ysq, 2y)) / 2
    end
    return β * Complex(ξ, η)
end
atanh(z::Complex) = atanh(float(z))

# ---- rounding -----------------------------------------------------------------------------------------------------------

"""
    round(z::Complex[, RoundingModeReal[, RoundingModeImaginary]]; digits, sigdigits, base)

The parts rounded.
"""
round(z::Complex, rr::RoundingMode=RoundNearest, ri::RoundingMode=rr; kwargs...) =
    Complex(round(real(z), rr; kwargs...), round(imag(z), ri; kwargs...))

float(z::Complex{<:AbstractFloat}) = z
float(z::Complex) = Complex(float(real(z)), float(imag(z)))
big(::Type{Complex{T}}) where {T<:Real} = Complex{big(T)}
big(z::Complex{T}) where {T<:Real} = Complex{big(T)}(z)

# Arrays of complex numbers.
complex(A::AbstractArray{<:Complex}) = A
function complex(A::AbstractArray{T}) where {T}
    if !isconcretetype(T)
        error("`complex` not defined on abstractly-typed arrays; please convert to a more specific type")
    end
    return convert(AbstractArray{typeof(complex(zero(T)))}, A)
end
