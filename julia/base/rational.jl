# rational.jl: fractions of integers in lowest terms.

"""
    Rational{T<:Integer} <: Real

A fraction with numerator and denominator of type `T`, the denominator not negative.
"""
struct Rational{T<:Integer} <: Real
    num::T
    den::T

    # For parts that are known to be in lowest terms.
    global unsafe_rational(::Type{T}, num, den) where {T} = new{T}(num, den)

    Rational{T}(num::Integer, den::Integer) where {T<:Integer} = _rational_checked(T, num, den)
end
unsafe_rational(num::T, den::T) where {T<:Integer} = unsafe_rational(T, num, den)
unsafe_rational(num::Integer, den::Integer) = unsafe_rational(promote(num, den)...)

__throw_rational_argerror_zero(T) = throw(ArgumentError(LazyString("invalid rational: zero(", T, ")//zero(", T, ")")))
__throw_rational_argerror_typemin(T) = throw(ArgumentError("invalid rational: denominator can't be typemin($T)"))

function _rational_checked(::Type{T}, num::Integer, den::Integer) where {T<:Integer}
    num = T(num)
    den = T(den)
    iszero(den) && iszero(num) && __throw_rational_argerror_zero(T)
    num2, den2 = divgcd(num, den)
    return checked_den(T, num2, den2)
end

# The sign belongs to the numerator.
function checked_den(::Type{T}, num::T, den::T) where {T<:Integer}
    if signbit(den)
        den = -den
        signbit(den) && __throw_rational_argerror_typemin(T)
        num = -num
    end
    return unsafe_rational(T, num, den)
end
checked_den(num::T, den::T) where {T<:Integer} = checked_den(T, num, den)
checked_den(num::Integer, den::Integer) = checked_den(promote(num, den)...)

Rational(n::T, d::T) where {T<:Integer} = Rational{T}(n, d)
Rational(n::Integer, d::Integer) = Rational(promote(n, d)...)
Rational(n::Integer) = unsafe_rational(n, one(n))
Rational(x::Rational) = x
Rational{T}(n::Integer) where {T<:Integer} = unsafe_rational(T, convert(T, n), one(T))
function Rational{T}(x::Rational) where {T<:Integer}
    return unsafe_rational(T, convert(T, x.num), convert(T, x.den))
end

"""
    divgcd(x::Integer, y::Integer)

Both divided by their greatest common divisor.
"""
function divgcd(x::TX, y::TY)::Tuple{TX,TY} where {TX<:Integer,TY<:Integer}
    g = gcd(uabs(x), uabs(y))
    return div(x, g), div(y, g)
end

"""
    //(num, den)

Exact division.
"""
//(n::Integer, d::Integer) = Rational(n, d)
function //(x::Rational, y::Integer)
    xn, yn = divgcd(promote(x.num, y)...)
    return checked_den(xn, checked_mul(x.den, yn))
end
function //(x::Integer, y::Rational)
    xn, yn = divgcd(promote(x, y.num)...)
    return checked_den(checked_mul(xn, y.den), yn)
end
function //(x::Rational, y::Rational)
    xn, yn = divgcd(promote(x.num, y.num)...)
    xd, yd = divgcd(promote(x.den, y.den)...)
    return checked_den(checked_mul(xn, yd), checked_mul(xd, yn))
end
//(x::Complex, y::Real) = complex(real(x) // y, imag(x) // y)
//(x::Number, y::Complex) = x * conj(y) // abs2(y)
//(X::AbstractArray, y::Number) = X .// y

function show(io::IO, x::Rational)
    show(io, numerator(x))
    if isone(denominator(x)) && get(io, :typeinfo, Any) <: Rational
        return
    end
    print(io, "//")
    show(io, denominator(x))
end

function read(s::IO, ::Type{Rational{T}}) where {T<:Integer}
    r = read(s, T)
    i = read(s, T)
    return r // i
end
write(s::IO, z::Rational) = write(s, numerator(z), denominator(z))

# "n//d" or an integer.
function parse(::Type{Rational{T}}, s::AbstractString) where {T<:Integer}
    ss = split(s, '/'; limit=2)
    if isone(length(ss))
        return Rational{T}(parse(T, s))
    end
    ns, ds = ss
    if startswith(ds, '/')
        ds = chop(ds; head=1, tail=0)
    end
    n = parse(T, ns)
    d = parse(T, ds)
    return n // d
end

# ---- conversion ------------------------------------------------------------------------------------------------

(::Type{T})(x::Rational) where {T<:Integer} =
    (isinteger(x) ? convert(T, x.num)::T : throw(InexactError(nameof(T), T, x)))
AbstractFloat(x::Rational) = (float(x.num) / float(x.den))::AbstractFloat
function (::Type{T})(x::Rational{S}) where {T<:AbstractFloat,S}
    P = promote_type(T, S)
    return convert(T, convert(P, x.num) / convert(P, x.den))::T
end
Bool(x::Rational) = x == 0 ? false : x == 1 ? true : throw(InexactError(:Bool, Bool, x))

function Rational{T}(x::AbstractFloat) where {T<:Integer}
    r = rationalize(T, x, tol=0)
    x == convert(typeof(x), r) || throw(InexactError(:Rational, Rational{T}, x))
    return r
end
Rational(x::Float64) = Rational{Int64}(x)
Rational(x::Float32) = Rational{Int}(x)
Rational(x::Float16) = Rational{Int}(x)

big(q::Rational) = unsafe_rational(big(numerator(q)), big(denominator(q)))
big(z::Type{Rational{T}}) where {T<:Integer} = Rational{big(T)}

promote_rule(::Type{Rational{T}}, ::Type{S}) where {T<:Integer,S<:Integer} = Rational{promote_type(T, S)}
promote_rule(::Type{Rational{T}}, ::Type{Rational{S}}) where {T<:Integer,S<:Integer} = Rational{promote_type(T, S)}
promote_rule(::Type{Rational{T}}, ::Type{S}) where {T<:Integer,S<:AbstractFloat} = promote_type(T, S)

widen(::Type{Rational{T}}) where {T} = Rational{widen(T)}

"""
    rationalize([T<:Integer=Int,] x; tol::Real=eps(x))

A fraction near `x` with a small denominator.
"""
function rationalize(::Type{T}, x::AbstractFloat, tol::Real) where {T<:Integer}
    tol < 0 && throw(ArgumentError("negative tolerance $tol"))
    T <: Unsigned && x < 0 && throw(OverflowError("cannot negate unsigned number"))
    isnan(x) && return T(x) // one(T)
    isinf(x) && return unsafe_rational(x < 0 ? -one(T) : one(T), zero(T))
    p, q = (x < 0 ? -one(T) : one(T)), zero(T)
    pp, qq = zero(T), one(T)
    x = abs(x)
    a = trunc(x)
    r = x - a
    y = one(x)
    tolx = oftype(x, tol)
    nt, t, tt = tolx, zero(tolx), tolx
    ia = np = nq = zero(T)
    # The convergents of the continued fraction, until one is within the tolerance.
    while r > nt
        try
            ia = convert(T, a)
            np = checked_add(checked_mul(ia, p), pp)
            nq = checked_add(checked_mul(ia, q), qq)
            p, pp = np, p
            q, qq = nq, q
        catch e
            isa(e, InexactError) || isa(e, OverflowError) || rethrow()
            return p // q
        end
        # The tolerance that is left after this term.
        t, tt = nt, t
        x, y = y, r
        a, r = divrem(x, y)
        nt = a * t + tt
    end
    # The least last term that stays within the tolerance.
    a = cld(x - tt, y + t)
    try
        ia = convert(T, a)
        np = checked_add(checked_mul(ia, p), pp)
        nq = checked_add(checked_mul(ia, q), qq)
        return np // nq
    catch e
        isa(e, InexactError) || isa(e, OverflowError) || rethrow()
        return p // q
    end
end
rationalize(::Type{T}, x::AbstractFloat; tol::Real=eps(x)) where {T<:Integer} = rationalize(T, x, tol)
rationalize(x::Real; kvs...) = rationalize(Int, x; kvs...)
rationalize(::Type{T}, x::Complex; kvs...) where {T<:Integer} =
    Complex(rationalize(T, x.re; kvs...), rationalize(T, x.im; kvs...))
rationalize(x::Complex; kvs...) = Complex(rationalize(x.re; kvs...), rationalize(x.im; kvs...))
rationalize(::Type{T}, x::Rational; tol::Real=0) where {T<:Integer} = rationalize(T, x, tol)
rationalize(x::Rational; kvs...) = x
rationalize(x::Integer; kvs...) = Rational(x)
rationalize(::Type{T}, x::Integer; kvs...) where {T<:Integer} = Rational{T}(x)
rationalize(::Type{T}, x::Rational, tol::Real) where {T<:Integer} = iszero(tol) ? Rational{T}(x) : rationalize(T, float(x), tol)

"""
    numerator(x)
    denominator(x)

The parts of the fraction in lowest terms.
"""
numerator(x::Integer) = x
numerator(x::Rational) = x.num
denominator(x::Integer) = one(x)
denominator(x::Rational) = x.den

# ---- signs, limits ---------------------------------------------------------------------------------------------------

sign(x::Rational) = oftype(x, sign(x.num))
signbit(x::Rational) = signbit(x.num)
copysign(x::Rational, y::Real) = unsafe_rational(copysign(x.num, y), x.den)
copysign(x::Rational, y::Rational) = unsafe_rational(copysign(x.num, y.num), x.den)
abs(x::Rational) = unsafe_rational(checked_abs(x.num), x.den)

typemin(::Type{Rational{T}}) where {T<:Signed} = unsafe_rational(T, -one(T), zero(T))
typemin(::Type{Rational{T}}) where {T<:Integer} = unsafe_rational(T, zero(T), one(T))
typemax(::Type{Rational{T}}) where {T<:Integer} = unsafe_rational(T, one(T), zero(T))

isinteger(x::Rational) = isone(x.den)
ispow2(x::Rational) = ispow2(x.num) & ispow2(x.den)
isfinite(x::Rational) = !iszero(x.den)
isinf(x::Rational) = iszero(x.den)
isnan(x::Rational) = false
iszero(x::Rational) = iszero(x.num)
isone(x::Rational) = isone(x.num) & isone(x.den)

+(x::Rational) = unsafe_rational(+x.num, x.den)
-(x::Rational) = unsafe_rational(-x.num, x.den)
function -(x::Rational{T}) where {T<:BitSigned}
    x.num == typemin(T) && throw(OverflowError("rational numerator is typemin($T)"))
    return unsafe_rational(-x.num, x.den)
end
function -(x::Rational{T}) where {T<:Unsigned}
    x.num != zero(T) && throw(OverflowError("cannot negate unsigned number"))
    return x
end

# ---- arithmetic: all intermediate results are checked ---------------------------------------------------------------------

function +(x::Rational, y::Rational)
    xp, yp = promote(x, y)
    T = typeof(xp.num)
    if isinf(x) && x == y
        return xp
    end
    xd, yd = divgcd(xp.den, yp.den)
    return Rational{T}(checked_add(checked_mul(xp.num, yd), checked_mul(yp.num, xd)), checked_mul(xp.den, yd))
end
function -(x::Rational, y::Rational)
    xp, yp = promote(x, y)
    T = typeof(xp.num)
    if isinf(x) && x == -y
        return xp
    end
    xd, yd = divgcd(xp.den, yp.den)
    return Rational{T}(checked_sub(checked_mul(xp.num, yd), checked_mul(yp.num, xd)), checked_mul(xp.den, yd))
end
function *(x::Rational, y::Rational)
    xn, yd = divgcd(promote(x.num, y.den)...)
    xd, yn = divgcd(promote(x.den, y.num)...)
    return unsafe_rational(checked_mul(xn, yn), checked_mul(xd, yd))
end
function rem(x::Rational, y::Rational)
    xd, yd = divgcd(promote(x.den, y.den)...)
    return Rational(rem(checked_mul(x.num, yd), checked_mul(y.num, xd)), checked_mul(x.den, yd))
end
function mod(x::Rational, y::Rational)
    xd, yd = divgcd(promote(x.den, y.den)...)
    return Rational(mod(checked_mul(x.num, yd), checked_mul(y.num, xd)), checked_mul(x.den, yd))
end

# With an integer the denominator stays.
+(x::Rational, y::Integer) = unsafe_rational(checked_add(x.num, checked_mul(promote(x.den, y)...)), x.den)
+(y::Integer, x::Rational) = unsafe_rational(checked_add(checked_mul(promote(x.den, y)...), x.num), x.den)
-(x::Rational, y::Integer) = unsafe_rational(checked_sub(x.num, checked_mul(promote(x.den, y)...)), x.den)
-(y::Integer, x::Rational) = unsafe_rational(checked_sub(checked_mul(promote(x.den, y)...), x.num), x.den)
rem(x::Rational, y::Integer) = unsafe_rational(rem(x.num, checked_mul(promote(x.den, y)...)), x.den)
rem(y::Integer, x::Rational) = Rational(rem(checked_mul(promote(x.den, y)...), x.num), x.den)
mod(x::Rational, y::Integer) = unsafe_rational(mod(x.num, checked_mul(promote(x.den, y)...)), x.den)
mod(y::Integer, x::Rational) = Rational(mod(checked_mul(promote(x.den, y)...), x.num), x.den)
function *(x::Rational, y::Integer)
    xd, yn = divgcd(promote(x.den, y)...)
    return unsafe_rational(checked_mul(x.num, yn), xd)
end
function *(y::Integer, x::Rational)
    yn, xd = divgcd(promote(y, x.den)...)
    return unsafe_rational(checked_mul(yn, x.num), xd)
end
/(x::Rational, y::Union{Rational,Integer}) = x // y
/(x::Integer, y::Rational) = x // y
/(x::Rational, y::Complex{<:Union{Integer,Rational}}) = x // y
/(x::Complex{<:Union{Integer,Rational}}, y::Rational) = x // y
inv(x::Rational{T}) where {T} = checked_den(x.den, x.num)

fma(x::Rational, y::Rational, z::Rational) = x * y + z

# ---- comparison ------------------------------------------------------------------------------------------------------------

==(x::Rational, y::Rational) = (x.den == y.den) & (x.num == y.num)
<(x::Rational, y::Rational) = x.den == y.den ? x.num < y.num : widemul(x.num, y.den) < widemul(x.den, y.num)
<=(x::Rational, y::Rational) = x.den == y.den ? x.num <= y.num : widemul(x.num, y.den) <= widemul(x.den, y.num)

==(x::Rational, y::Integer) = (x.num == y) & isone(x.den)
==(x::Integer, y::Rational) = y == x
<(x::Rational, y::Integer) = x.num < widemul(x.den, y)
<(x::Integer, y::Rational) = widemul(x, y.den) < y.num
<=(x::Rational, y::Integer) = x.num <= widemul(x.den, y)
<=(x::Integer, y::Rational) = widemul(x, y.den) <= y.num

function ==(x::AbstractFloat, q::Rational)
    if isfinite(x)
        (count_ones(q.den) == 1) & (x * q.den == q.num)
    else
        x == q.num / q.den
    end
end
==(q::Rational, x::AbstractFloat) = x == q
# The order against floats is exact too.
<(q::Rational, x::AbstractFloat) = isfinite(x) && isfinite(q) ? _cmp_exact(q, x) < 0 : Float64(q) < x
<=(q::Rational, x::AbstractFloat) = isfinite(x) && isfinite(q) ? _cmp_exact(q, x) <= 0 : Float64(q) <= x
<(x::AbstractFloat, q::Rational) = isfinite(x) && isfinite(q) ? _cmp_exact(q, x) > 0 : x < Float64(q)
<=(x::AbstractFloat, q::Rational) = isfinite(x) && isfinite(q) ? _cmp_exact(q, x) >= 0 : x <= Float64(q)
function _cmp_exact(q::Rational, x::AbstractFloat)
    # The integer parts first, then the rests.
    qi = fld(q.num, q.den)
    xf = floor(x)
    xf < qi && return 1
    xf > qi && return -1
    f = x - xf
    r = q.num - qi * q.den
    # q - floor(q) = r/den against f.
    n, p, d = decompose(f)
    # f = n * 2^p with p <= 0: compare r * 2^-p with n * den.
    a, b = big(r) << (-p), big(n) * q.den
    return a < b ? -1 : a > b ? 1 : 0
end

div(x::Rational, y::Integer, r::RoundingMode) = div(x.num, checked_mul(promote(x.den, y)...), r)
div(x::Integer, y::Rational, r::RoundingMode) = div(checked_mul(promote(x, y.den)...), y.num, r)
function div(x::Rational, y::Rational, r::RoundingMode)
    xn, yn = divgcd(promote(x.num, y.num)...)
    xd, yd = divgcd(promote(x.den, y.den)...)
    return div(checked_mul(xn, yd), checked_mul(xd, yn), r)
end

# ---- rounding ----------------------------------------------------------------------------------------------------------------

trunc(::Type{T}, x::Rational) where {T} = round(T, x, RoundToZero)
floor(::Type{T}, x::Rational) where {T} = round(T, x, RoundDown)
ceil(::Type{T}, x::Rational) where {T} = round(T, x, RoundUp)
round(x::Rational, r::RoundingMode=RoundNearest) = round(typeof(x), x, r)
trunc(x::Rational) = round(typeof(x), x, RoundToZero)
floor(x::Rational) = round(typeof(x), x, RoundDown)
ceil(x::Rational) = round(typeof(x), x, RoundUp)
function round(::Type{T}, x::Rational{Tr}, r::RoundingMode=RoundNearest) where {T,Tr}
    if iszero(denominator(x)) && !(T <: Integer)
        return convert(T, copysign(unsafe_rational(one(Tr), zero(Tr)), numerator(x)))
    end
    return convert(T, div(numerator(x), denominator(x), r))
end
round(::Type{T}, x::Rational{Tr}, r::RoundingMode) where {T<:Integer,Tr} = convert(T, div(numerator(x), denominator(x), r))
round(::Type{T}, x::Rational{Bool}, ::RoundingMode) where {T<:Integer} =
    iszero(denominator(x)) ? throw(DivideError()) : convert(T, x)
function round(::Type{T}, x::Rational{Bool}, ::RoundingMode=RoundNearest) where {T}
    iszero(denominator(x)) && throw(DivideError())
    return convert(T, x)
end

# ---- powers -------------------------------------------------------------------------------------------------------------------

^(x::Rational, n::Integer) = n >= 0 ? power_by_squaring(x, n) : power_by_squaring(inv(x), -n)
^(x::Number, y::Rational) = x^(float(y))
^(x::T, y::Rational) where {T<:AbstractFloat} = x^convert(T, y)
^(z::Complex{T}, p::Rational) where {T<:Real} = z^convert(typeof(one(T)^p), p)
^(z::Complex{<:Rational}, n::Bool) = n ? z : one(z)
function ^(z::Complex{<:Rational}, n::Integer)
    n >= 0 ? power_by_squaring(z, n) : power_by_squaring(inv(z), -n)
end

# ---- number theory -------------------------------------------------------------------------------------------------------------

function lerpi(j::Integer, d::Integer, a::Rational, b::Rational)
    return ((d - j) * a) / d + (j * b) / d
end

float(::Type{Rational{T}}) where {T<:Integer} = float(T)

gcd(x::Rational, y::Rational) = unsafe_rational(gcd(x.num, y.num), lcm(x.den, y.den))
lcm(x::Rational, y::Rational) = unsafe_rational(lcm(x.num, y.num), gcd(x.den, y.den))
function gcdx(x::Rational, y::Rational)
    c = gcd(x, y)
    if iszero(c.num)
        a, b = one(c.num), c.num
    elseif iszero(c.den)
        a = ifelse(iszero(x.den), one(c.den), c.den)
        b = ifelse(iszero(y.den), one(c.den), c.den)
    else
        idiv(x, c) = div(x.num, c.num) * div(c.den, x.den)
        _, a, b = gcdx(idiv(x, c), idiv(y, c))
    end
    return c, a, b
end

decompose(x::Rational) = numerator(x), 0, denominator(x)
hash(x::Rational{<:BitInteger64}, h::UInt) = _hash_rational(numerator(x), denominator(x), h)
function _hash_rational(num, den, h::UInt)
    den == 1 && return hash(num, h)
    den == 0 && return hash(ifelse(num > 0, Inf, -Inf), h)
    if isodd(den) # no float: the power of two is in the numerator
        pow = trailing_zeros(num)
        num >>= pow
    else
        pow = trailing_zeros(den)
        den >>= pow
        pow = -pow
        if den == 1 && uabs(num) < UInt64(maxintfloat(Float64))
            return hash(ldexp(Float64(num), pow), h)
        end
    end
    h = hash_integer(den, h)
    h = hash_integer(pow, h)
    h = hash_integer(num, h)
    return h
end
