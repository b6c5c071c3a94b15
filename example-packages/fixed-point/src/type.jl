"""
    Fixed{T,F}(x)

The multiple of `2^-F` nearest to `x` (ties to even), kept in an integer of type `T`. Throws an
`InexactError` if it does not fit.
"""
struct Fixed{T<:Signed,F} <: Real
    raw::T

    # From the count of steps: `Fixed{T,F}(n, Steps())`.
    Fixed{T,F}(count::T, ::Val{:steps}) where {T<:Signed,F} = new{T,F}(count)
end

"Sixteen bits, all but the sign behind the point: -1 to almost 1."
const Q15 = Fixed{Int16,15}
"Sixty-four bits, half of them behind the point."
const Q32 = Fixed{Int64,32}

steps(::Type{Fixed{T,F}}, count) where {T,F} = Fixed{T,F}(T(count), Val(:steps))

"""
    raw(x)

The integer that is kept: `x` in steps.
"""
raw(x::Fixed) = x.raw

"""
    fraction_bits(x)

The number of bits behind the point, of a number or a type.
"""
fraction_bits(::Type{Fixed{T,F}}) where {T,F} = F
fraction_bits(x::Fixed) = fraction_bits(typeof(x))

inexact(::Type{X}, x) where {X<:Fixed} = throw(InexactError(nameof(X), X, x))

# Steps that were counted in a wide integer, if they fit.
function narrow(::Type{Fixed{T,F}}, count::Integer, x) where {T,F}
    typemin(T) <= count <= typemax(T) || inexact(Fixed{T,F}, x)
    return steps(Fixed{T,F}, count % T)
end

Fixed{T,F}(x::Fixed{T,F}) where {T<:Signed,F} = x

function Fixed{T,F}(x::Integer) where {T<:Signed,F}
    # Beyond this the shift would lose bits.
    -(Int128(1) << (126 - F)) <= x <= Int128(1) << (126 - F) || inexact(Fixed{T,F}, x)
    return narrow(Fixed{T,F}, Int128(x) << F, x)
end

function Fixed{T,F}(x::AbstractFloat) where {T<:Signed,F}
    scaled = ldexp(Float64(x), F)
    abs(scaled) < 2.0^100 || inexact(Fixed{T,F}, x)
    return narrow(Fixed{T,F}, Int128(round(scaled)), x)
end

function Fixed{T,F}(x::Fixed{S,G}) where {T<:Signed,F,S<:Signed,G}
    return narrow(Fixed{T,F}, shifted(Int128(x.raw), F - G), x)
end

function Fixed{T,F}(x::Rational) where {T<:Signed,F}
    scaled = Int128(numerator(x)) << F
    return narrow(Fixed{T,F}, nearest(scaled, Int128(denominator(x))), x)
end

Base.Float64(x::Fixed{T,F}) where {T,F} = ldexp(Float64(x.raw), -F)
Base.Float32(x::Fixed) = Float32(Float64(x))
Base.Float16(x::Fixed) = Float16(Float64(x))
Base.Rational{I}(x::Fixed{T,F}) where {I<:Integer,T,F} = I(x.raw) // (I(1) << F)
Base.Rational(x::Fixed{T}) where {T} = Rational{widen(T)}(x)
Base.Bool(x::Fixed) = iszero(x) ? false : isone(x) ? true : throw(InexactError(:Bool, Bool, x))

function (::Type{I})(x::Fixed) where {I<:Integer}
    isinteger(x) || throw(InexactError(nameof(I), I, x))
    return I(x.raw >> fraction_bits(x))
end

# Integers and rationals become fixed, floats stay floats; of two fixed types, the one with more
# bits of each kind.
Base.promote_rule(::Type{Fixed{T,F}}, ::Type{<:Integer}) where {T,F} = Fixed{T,F}
Base.promote_rule(::Type{Fixed{T,F}}, ::Type{<:Rational}) where {T,F} = Fixed{T,F}
Base.promote_rule(::Type{<:Fixed}, ::Type{X}) where {X<:AbstractFloat} = X
Base.promote_rule(::Type{Fixed{T,F}}, ::Type{Fixed{S,G}}) where {T,F,S,G} =
    Fixed{promote_type(T, S),max(F, G)}

Base.zero(::Type{Fixed{T,F}}) where {T,F} = steps(Fixed{T,F}, zero(T))
Base.one(::Type{Fixed{T,F}}) where {T,F} = Fixed{T,F}(1)
Base.typemin(::Type{Fixed{T,F}}) where {T,F} = steps(Fixed{T,F}, typemin(T))
Base.typemax(::Type{Fixed{T,F}}) where {T,F} = steps(Fixed{T,F}, typemax(T))
Base.eps(::Type{Fixed{T,F}}) where {T,F} = steps(Fixed{T,F}, one(T))
Base.eps(x::Fixed) = eps(typeof(x))
Base.widen(::Type{Fixed{T,F}}) where {T,F} = Fixed{widen(T),F}
