# `n / d` to the nearest integer, ties to even; `d` positive.
function nearest(n::Integer, d::Integer)
    quotient, rest = fldmod(n, d)
    twice = 2 * rest
    up = twice > d || (twice == d && isodd(quotient))
    return up ? quotient + one(quotient) : quotient
end

# `n * 2^by`, to the nearest integer.
function shifted(n::Int128, by::Int)
    by >= 0 && return n << by
    return nearest(n, Int128(1) << -by)
end

overflow(op, x, y) = throw(OverflowError("$x $op $y does not fit into $(typeof(x))"))

function fitting(x::Fixed{T,F}, op, y, count::Integer) where {T,F}
    typemin(T) <= count <= typemax(T) || overflow(op, x, y)
    return steps(Fixed{T,F}, count % T)
end

Base.:+(x::X, y::X) where {X<:Fixed} = fitting(x, '+', y, widen(x.raw) + y.raw)
Base.:-(x::X, y::X) where {X<:Fixed} = fitting(x, '-', y, widen(x.raw) - y.raw)
Base.:-(x::Fixed) = fitting(zero(x), '-', x, -widen(x.raw))

function Base.:*(x::X, y::X) where {X<:Fixed}
    product = widemul(x.raw, y.raw)
    return fitting(x, '*', y, nearest(product, one(product) << fraction_bits(X)))
end

function Base.:/(x::X, y::X) where {X<:Fixed}
    iszero(y) && throw(DivideError())
    scaled = Int128(x.raw) << fraction_bits(X)
    divisor = Int128(y.raw)
    count = divisor < 0 ? nearest(-scaled, -divisor) : nearest(scaled, divisor)
    return fitting(x, '/', y, count)
end

Base.inv(x::Fixed) = one(x) / x
Base.abs(x::Fixed) = x.raw < 0 ? -x : x
Base.sign(x::X) where {X<:Fixed} = X(sign(x.raw))
Base.signbit(x::Fixed) = signbit(x.raw)
Base.flipsign(x::X, y::X) where {X<:Fixed} = signbit(y) ? -x : x

Base.:(==)(x::X, y::X) where {X<:Fixed} = x.raw == y.raw
Base.:<(x::X, y::X) where {X<:Fixed} = x.raw < y.raw
Base.:(<=)(x::X, y::X) where {X<:Fixed} = x.raw <= y.raw
Base.isless(x::X, y::X) where {X<:Fixed} = x.raw < y.raw
# Equal numbers of different types have equal hashes.
Base.hash(x::Fixed, h::UInt) = hash(Rational(x), h)

Base.iszero(x::Fixed) = iszero(x.raw)
Base.isfinite(::Fixed) = true
Base.isnan(::Fixed) = false

Base.div(x::X, y::X, r::RoundingMode) where {X<:Fixed} = X(div(x.raw, y.raw, r))
Base.rem(x::X, y::X) where {X<:Fixed} = steps(X, rem(x.raw, y.raw))
Base.mod(x::X, y::X) where {X<:Fixed} = steps(X, mod(x.raw, y.raw))

"""
    saturating_add(x, y)

The sum, or the largest or smallest number of the type where it does not fit.
"""
saturating_add(x::X, y::X) where {X<:Fixed} = saturated(X, widen(x.raw) + y.raw)

"""
    saturating_mul(x, y)

The product, or the largest or smallest number of the type where it does not fit.
"""
function saturating_mul(x::X, y::X) where {X<:Fixed}
    product = widemul(x.raw, y.raw)
    return saturated(X, nearest(product, one(product) << fraction_bits(X)))
end

saturated(::Type{Fixed{T,F}}, count) where {T,F} =
    steps(Fixed{T,F}, clamp(count, widen(typemin(T)), widen(typemax(T))) % T)

"""
    sqrt(x)

The square root, rounded down to a step: found bit by bit, with no float in between.
"""
function Base.sqrt(x::X) where {X<:Fixed}
    x.raw >= 0 || throw(DomainError(x, "the square root of a negative number"))
    rest = UInt128(x.raw) << fraction_bits(X)
    root = zero(rest)
    bit = one(rest) << 126
    while bit > rest
        bit >>= 2
    end
    while bit != 0
        if rest >= root + bit
            rest -= root + bit
            root = (root >> 1) + bit
        else
            root >>= 1
        end
        bit >>= 2
    end
    return narrow(X, root, x)
end

function Base.:^(x::Fixed, n::Integer)
    n < 0 && return inv(x)^(-n)
    result = one(x)
    while n > 0
        isodd(n) && (result *= x)
        n >>= 1
        n > 0 && (x *= x)
    end
    return result
end
