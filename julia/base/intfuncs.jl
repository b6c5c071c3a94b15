# intfuncs.jl: number theory, powers by squaring, digits, and the text of integers in any base.

# ---- greatest common divisor and its kin ------------------------------------------------------------------

"""
    gcd(x, y...)

The greatest common divisor, which is never negative.
"""
function gcd(a::T, b::T) where {T<:Integer}
    @_terminates_locally_meta
    while b != 0
        t = b
        b = rem(a, b)
        a = t
    end
    return checked_abs(a)
end
function gcd(a::T, b::T) where {T<:BitInteger}
    a == 0 && return checked_abs(b)
    b == 0 && return checked_abs(a)
    r = _gcd_binary(unsigned(uabs(a)), unsigned(uabs(b)))
    r > typemax(T) && throw(OverflowError(LazyString("gcd(", a, ", ", b, ") overflows")))
    return r % T
end
# Stein's algorithm on magnitudes, none of them zero.
function _gcd_binary(a::T, b::T) where {T<:Unsigned}
    @_terminates_locally_meta
    za = trailing_zeros(a)
    zb = trailing_zeros(b)
    k = min(za, zb)
    u = a >> za
    v = b >> zb
    while u != v
        if u > v
            u, v = v, u
        end
        v -= u
        v >>= trailing_zeros(v)
    end
    return u << k
end

"""
    lcm(x, y...)

The least common multiple, which is never negative.
"""
function lcm(a::T, b::T) where {T<:Integer}
    a == 0 && return zero(a)
    b == 0 && return zero(b)
    return checked_abs(checked_mul(a, div(b, gcd(b, a))))
end

gcd(a::Integer) = checked_abs(a)
lcm(a::Integer) = checked_abs(a)
gcd(a::Rational) = checked_abs(a.num) // a.den
lcm(a::Rational) = checked_abs(a.num) // a.den
gcd(a::Unsigned, b::Signed) = gcd(promote(a, abs(b))...)
gcd(a::Signed, b::Unsigned) = gcd(promote(abs(a), b)...)
gcd(a::Real, b::Real) = gcd(promote(a, b)...)
lcm(a::Real, b::Real) = lcm(promote(a, b)...)
gcd(a::Real, b::Real, c::Real...) = gcd(a, gcd(b, c...))
lcm(a::Real, b::Real, c::Real...) = lcm(a, lcm(b, c...))
gcd(a::T, b::T) where {T<:Real} = throw(MethodError(gcd, (a, b)))
lcm(a::T, b::T) where {T<:Real} = throw(MethodError(lcm, (a, b)))

function gcd(abc::AbstractArray{<:Real})
    isempty(abc) && return zero(eltype(abc))
    # Once the divisor is one it stays one.
    g = gcd(first(abc))
    for x in abc
        g = gcd(g, x)
        isone(g) && return g
    end
    return g
end
function lcm(abc::AbstractArray{<:Real})
    l = one(eltype(abc))
    for x in abc
        l = lcm(l, x)
        iszero(l) && return l
    end
    return l
end

"""
    gcdx(a, b)

`(d, u, v)` with `d = gcd(a, b) = u*a + v*b`.
"""
function gcdx(a::T, b::T) where {T<:Integer}
    s0, s1 = oneunit(T), zero(T)
    t0, t1 = s1, s0
    x, y = a, b
    while y != 0
        q = div(x, y)
        x, y = y, rem(x, y)
        s0, s1 = s1, s0 - q * s1
        t0, t1 = t1, t0 - q * t1
    end
    return x < 0 ? (-x, -s0, -t0) : (x, s0, t0)
end
gcdx(a::Real, b::Real) = gcdx(promote(a, b)...)
gcdx(a::T, b::T) where {T<:Real} = throw(MethodError(gcdx, (a, b)))
gcdx(a::Real) = (gcd(a), signbit(a) ? -one(a) : one(a))

"""
    invmod(n, m)

The inverse of `n` modulo `m`.
"""
function invmod(n::Integer, m::Integer)
    iszero(m) && throw(DomainError(m, "`m` must not be 0."))
    g, x, _ = gcdx(mod(n, m), m)
    g != 1 && throw(DomainError((n, m), LazyString("Greatest common divisor is ", g, ".")))
    return mod(x, m)
end

# ---- powers -------------------------------------------------------------------------------------------------

to_power_type(x::Union{BitInteger,IEEEFloat}) = x
to_power_type(x) = convert(promote_op(*, typeof(x), typeof(x)), x)

function throw_domerr_powbysq(::Any, p)
    throw(DomainError(p, string("Cannot raise an integer x to a negative power ", p, '.',
                                "\nConvert input to float.")))
end
function throw_domerr_powbysq(::Integer, p)
    throw(DomainError(p, string("Cannot raise an integer x to a negative power ", p, '.',
                                "\nMake x or $p a float by adding a zero decimal ",
                                "(e.g., 2.0^$p or 2^$(float(p)) instead of 2^$p)",
                                "or write 1/x^$(-p), float(x)^$p, x^float($p) or (x//1)^$p.")))
end
function throw_domerr_powbysq(::AbstractArray, p)
    throw(DomainError(p, string("Cannot raise an integer matrix x to a negative power ", p, '.',
                                "\nMake x a float matrix by adding a zero decimal ",
                                "(e.g., [2.0 1.0;1.0 0.0]^$p instead of [2 1;1 0]^$p)",
                                "or write float(x)^$p or Rational.(x)^$p.")))
end

"""
    power_by_squaring(x, p::Integer)

`x^p` by repeated squaring.
"""
function power_by_squaring(x_, p::Integer)
    @_terminates_locally_meta
    x = to_power_type(x_)
    if p == 1
        return copy(x)
    elseif p == 0
        return one(x)
    elseif p == 2
        return x * x
    elseif p < 0
        isone(x) && return copy(x)
        isone(-x) && return iseven(p) ? one(x) : copy(x)
        throw_domerr_powbysq(x, p)
    end
    t = trailing_zeros(p) + 1
    p >>= t
    while (t -= 1) > 0
        x *= x
    end
    y = x
    while p > 0
        t = trailing_zeros(p) + 1
        p >>= t
        while (t -= 1) >= 0
            x *= x
        end
        y *= x
    end
    return y
end
power_by_squaring(x::Bool, p::Unsigned) = ((p == 0) | x)
function power_by_squaring(x::Bool, p::Integer)
    p < 0 && !x && throw_domerr_powbysq(x, p)
    return (p == 0) | x
end

^(x::T, p::T) where {T<:Integer} = power_by_squaring(x, p)
^(x::Number, p::Integer) = power_by_squaring(x, p)

# `x^p` with a literal integer calls `literal_pow(^, x, Val(p))`.
const HWReal = Union{Int8,Int16,Int32,Int64,UInt8,UInt16,UInt32,UInt64,Float32,Float64}
const HWNumber = Union{HWReal,Complex{<:HWReal},Rational{<:HWReal}}

"""
    literal_pow(^, x, Val(p))

What `x^p` means where `p` is written as a number.
"""
literal_pow(::typeof(^), x::HWNumber, ::Val{0}) = one(x)
literal_pow(::typeof(^), x::HWNumber, ::Val{1}) = x
literal_pow(::typeof(^), x::HWNumber, ::Val{2}) = x * x
literal_pow(::typeof(^), x::HWNumber, ::Val{3}) = x * x * x
literal_pow(::typeof(^), x::HWNumber, ::Val{-1}) = inv(x)
literal_pow(::typeof(^), x::HWNumber, ::Val{-2}) = (i = inv(x); i * i)
literal_pow(::typeof(^), x::AbstractFloat, ::Val{p}) where {p} = x^p
literal_pow(::typeof(^), x::AbstractFloat, ::Val{-1}) = inv(x)
# An integer to a negative literal power is a float, a matrix is inverted.
function literal_pow(f::typeof(^), x, ::Val{p}) where {p}
    if p < 0
        return x isa BitInteger64 ? f(Float64(x), p) : f(inv(x), -p)
    end
    return f(x, p)
end
literal_pow(f, x, ::Val{p}) where {p} = f(x, p)

"""
    powermod(x::Integer, p::Integer, m)

`mod(x^p, m)` without the large power.
"""
function powermod(x::Integer, p::Integer, m::T) where {T<:Integer}
    p == 0 && return mod(one(m), m)
    # The powers of the inverse for a negative exponent.
    if p < 0
        return powermod(invmod(x, m), -p, m)
    end
    (m == 1 || m == -1) && return zero(m)
    b = oftype(m, mod(x, m))
    t = prevpow(2, p)
    r::T = one(m)                   # the wide product does not widen it
    while true
        if p >= t
            r = mod(widemul(r, b), m)
            p -= t
        end
        t >>>= 1
        t <= 0 && break
        r = mod(widemul(r, r), m)
    end
    return convert(T, r)
end
powermod(x::Integer, p::Integer, m::Union{Int128,UInt128}) = oftype(m, powermod(big(x), p, big(m)))

# The least power of two that is not less, the greatest that is not greater.
_nextpow2(x::Unsigned) = oneunit(x) << (top_set_bit(x - oneunit(x)))
_nextpow2(x::Integer) = reinterpret(typeof(x), x < 0 ? -_nextpow2(unsigned(-x)) : _nextpow2(unsigned(x)))
_prevpow2(x::Unsigned) = one(x) << unsigned(top_set_bit(x) - 1)
_prevpow2(x::Integer) = reinterpret(typeof(x), x < 0 ? -_prevpow2(unsigned(-x)) : _prevpow2(unsigned(x)))

"""
    ispow2(n::Number) -> Bool

Whether `n` is a power of two.
"""
ispow2(x::Number) = isreal(x) && ispow2(real(x))
ispow2(x::Integer) = x > 0 && count_ones(x) == 1

"""
    nextpow(a, x)

The least `a^n` not less than `x`.
"""
function nextpow(a::Real, x::Real)
    x <= 0 && throw(DomainError(x, "`x` must be positive."))
    if x isa Integer && a == 2
        return oftype(x isa Bool ? 1 : x, _nextpow2(x))
    end
    a <= 1 && throw(DomainError(a, "`a` must be greater than 1."))
    x <= 1 && return one(a)
    n = ceil(Integer, log(a, x))
    # The logarithm is not exact: the power below may do.
    p = a^(n - 1)
    return p >= x ? p : a^n
end

"""
    prevpow(a, x)

The greatest `a^n` not greater than `x`.
"""
function prevpow(a::T, x::Real) where {T<:Real}
    x < 1 && throw(DomainError(x, "`x` must be ≥ 1."))
    if x isa Integer && a == 2
        return oftype(x isa Bool ? 1 : x, _prevpow2(x))
    end
    a <= 1 && throw(DomainError(a, "`a` must be greater than 1."))
    n = floor(Integer, log(a, x))
    p = a^n
    x isa Integer && a isa Integer && p <= 0 && throw(OverflowError("result of ^ overflows"))
    # The logarithm is not exact: the power above may do.
    q = a^(n + 1)
    return q <= x && q > p ? q : p
end

# ---- the number of digits -------------------------------------------------------------------------------------

# Of a positive number in base 10; powers of ten by multiplication, one per digit.
function ndigits0z10(x::Unsigned)
    n = 0
    while x >= 0x0a
        x = div(x, 0x0a % typeof(x))
        n += 1
    end
    return n + (x != 0)
end
function ndigits0zpb(x::Integer, b::Integer)
    b = Int(b)
    x = _absint(x)
    x == 0 && return 0
    if b == 2
        return top_set_bit(x)
    elseif b == 8
        return (top_set_bit(x) + 2) ÷ 3
    elseif b == 16
        return (top_set_bit(x) + 3) >> 2
    elseif b == 10 && x isa Unsigned && !(x isa UInt128)
        return ndigits0z10(x % UInt64)
    end
    d = 0
    while x > 0
        x = div(x, oftype(x, b))
        d += 1
    end
    return d
end
_absint(x::Integer) = abs(x)
_absint(x::BitInteger) = uabs(x)

# In a negative base.
function ndigits0znb(x::Integer, b::Integer)
    d = 0
    if x isa Unsigned
        d += (x != 0)::Bool
        x = -signed(fld(x, -b))
    end
    while x != 0
        x = cld(x, b)
        d += 1
    end
    return d
end

"""
    ndigits0z(n, b=10)

The number of digits, none for zero.
"""
function ndigits0z(x::Integer, b::Integer=10)
    if b < -1
        return ndigits0znb(x, b)
    elseif b > 1
        return ndigits0zpb(x, b)
    end
    throw(DomainError(b, "The base must not be in `[-1, 0, 1]`."))
end

"""
    ndigits(n::Integer; base::Integer=10, pad::Integer=1)

The number of digits of an integer.
"""
ndigits(x::Integer; base::Integer=10, pad::Integer=1) = max(pad, ndigits0z(x, base))

# ---- the text of an integer ----------------------------------------------------------------------------------------

# The digits of `x` in base `b` at the end of a text of `n` bytes.
const base36digits = UInt8['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h',
                           'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z']
const base62digits = UInt8['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H',
                           'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
                           'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r',
                           's', 't', 'u', 'v', 'w', 'x', 'y', 'z']

function _digits_text(x::Unsigned, base::Int, pad::Int, neg::Bool)
    digits = base <= 36 ? base36digits : base62digits
    n = max(pad, ndigits0zpb(x, base))
    a = Vector{UInt8}(undef, n + neg)
    i = n + neg
    b = base % typeof(x)
    while i > neg
        x, r = divrem(x, b)
        @inbounds a[i] = digits[(r%Int)+1]
        i -= 1
    end
    neg && (a[1] = UInt8('-'))
    return String(a)
end

bin(x::Unsigned, pad::Int, neg::Bool) = _digits_text(x, 2, pad, neg)
oct(x::Unsigned, pad::Int, neg::Bool) = _digits_text(x, 8, pad, neg)
dec(x::Unsigned, pad::Int, neg::Bool) = _digits_text(x, 10, pad, neg)
hex(x::Unsigned, pad::Int, neg::Bool) = _digits_text(x, 16, pad, neg)

function _base(base::Integer, x::Integer, pad::Int, neg::Bool)
    (x >= 0) | (base < 0) || throw(DomainError(x, "For negative `x`, `base` must be negative."))
    2 <= abs(base) <= 62 || throw(DomainError(base, "base must satisfy 2 ≤ abs(base) ≤ 62"))
    digits = abs(base) <= 36 ? base36digits : base62digits
    n = neg + ndigits(x, base=base, pad=pad)
    a = Vector{UInt8}(undef, n)
    i = n
    while i > neg
        if base > 0
            a[i] = digits[1+(rem(x, base)%Int)::Int]
            x = div(x, base)
        else
            a[i] = digits[1+(mod(x, -base)%Int)::Int]
            x = cld(x, base)
        end
        i -= 1
    end
    neg && (a[1] = UInt8('-'))
    return String(a)
end

split_sign(n::Integer) = unsigned(abs(n)), n < 0
split_sign(n::Unsigned) = n, false

"""
    string(n::Integer; base::Integer = 10, pad::Integer = 1)

The number in a base, with zeros at the left up to `pad` digits.
"""
string(n::Integer; base::Integer=10, pad::Integer=1) = _string_integer(n, base, pad)
function _string_integer(n::Integer, base::Integer, pad::Integer)
    pad = (min(max(pad, typemin(Int)), typemax(Int)) % Int)::Int
    if 2 <= base <= 36 && n isa Union{BitInteger,Bool}
        (n_positive, neg) = split_sign(n isa Bool ? Int(n) : n)
        return _digits_text(n_positive, Int(base), pad, neg)
    end
    return _base(base, base > 0 ? abs(n) : n, pad, (base > 0) & (n < 0))
end
string(b::Bool) = b ? "true" : "false"

"""
    bitstring(n)

The bits of a value of primitive type.
"""
function bitstring(x::T) where {T}
    isprimitivetype(T) || throw(ArgumentError(LazyString(T, " not a primitive type")))
    sz = sizeof(T) * 8
    U = sz == 8 ? UInt8 : sz == 16 ? UInt16 : sz == 32 ? UInt32 : sz == 64 ? UInt64 : UInt128
    u = bitcast(U, x)
    str = Vector{UInt8}(undef, sz)
    i = sz
    while i > 0
        str[i] = 0x30 + ((u & one(u)) % UInt8)
        u >>= 1
        i -= 1
    end
    return String(str)
end

"""
    digits([T<:Integer], n::Integer; base::T = 10, pad::Integer = 1)

The digits of a number, the lowest first.
"""
digits(n::Integer; base::Integer=10, pad::Integer=1) = digits(typeof(base), n, base=base, pad=pad)
function digits(T::Type{<:Integer}, n::Integer; base::Integer=10, pad::Integer=1)
    return digits!(zeros(T, ndigits(n, base=base, pad=pad)), n, base=base)
end

# The least integer type's limit, for types that have one.
hastypemax(::Base.BitIntegerType) = true
hastypemax(::Type{Bool}) = true
hastypemax(::Type{T}) where {T} = applicable(typemax, T) && applicable(typemin, T)

"""
    digits!(array, n::Integer; base::Integer = 10)

The digits of a number into an array, with zeros in what is left.
"""
function digits!(a::AbstractVector{T}, n::Integer; base::Integer=10) where {T<:Integer}
    2 <= abs(base) || throw(DomainError(base, "base must be ≥ 2 or ≤ -2"))
    hastypemax(T) && abs(base) - 1 > typemax(T) &&
        throw(ArgumentError(LazyString("type ", T, " too small for base ", base)))
    isempty(a) && return a
    if base > 0
        if ispow2(base) && n >= 0 && n isa BitInteger && base <= typemax(Int)
            base = Int(base)
            k = trailing_zeros(base)
            c = base - 1
            for i in eachindex(a)
                a[i] = (n >> (k * (i - firstindex(a)))) & c
            end
        else
            for i in eachindex(a)
                n, d = divrem(n, base)
                a[i] = d
            end
        end
    else
        for i in eachindex(a)
            n, d = fldmod(n, -base)
            a[i] = d
            n = -signed(n)
        end
    end
    return a
end

"""
    isqrt(n::Integer)

The greatest integer whose square is not greater than `n`.
"""
function isqrt(x::Union{Int64,UInt64,Int128,UInt128})
    x == 0 && return x
    s = oftype(x, trunc(sqrt(Float64(x))))
    # One step from the rounded estimate, twice for wide integers, then the exact neighbour.
    s = (s + div(x, s)) >> 1
    s = (s + div(x, s)) >> 1
    while s > div(x, s)
        s -= oneunit(s)
    end
    while s + oneunit(s) <= div(x, s + oneunit(s))
        s += oneunit(s)
    end
    return s
end
isqrt(x::Integer) = oftype(x, trunc(sqrt(x)))

"""
    binomial(n::Integer, k::Integer)

The binomial coefficient.
"""
function binomial(n::T, k::T) where {T<:Integer}
    n0, k0 = n, k
    k < 0 && return zero(T)
    sgn = one(T)
    if n < 0
        n = -n + k - one(T)
        if isodd(k)
            sgn = -sgn
        end
    end
    k > n && return zero(T)
    (k == 0 || k == n) && return sgn
    k == 1 && return sgn * n
    if k > (n >> 1)
        k = (n - k)
    end
    x = nn = n - k + one(T)
    nn += one(T)
    rr = T(2)
    while rr <= k
        xt = div(widemul(x, nn), rr)
        x = xt % T
        x == xt || throw(OverflowError(LazyString("binomial(", n0, ", ", k0, ") overflows")))
        rr += one(T)
        nn += one(T)
    end
    return copysign(x, sgn)
end
binomial(n::Integer, k::Integer) = binomial(promote(n, k)...)
# The generalized coefficient.
function binomial(x::Number, k::Integer)
    k < 0 && return zero(x) / one(k)
    k == 0 && return one(x) / one(k)
    num = x - k + 1
    den = one(k)
    m = num / den
    while den < k
        num += one(num)
        den += one(den)
        m *= num / den
    end
    return m
end
