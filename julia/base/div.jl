# div.jl: division with a rounding mode: `div`, `fld`, `cld`, `rem`, `divrem` and their kin.

"""
    div(x, y, r::RoundingMode=RoundToZero)

The quotient, rounded by the mode.
"""
div(x, y, r::RoundingMode)
div(a, b) = div(a, b, RoundToZero)

"""
    rem(x, y, r::RoundingMode=RoundToZero)

The remainder that goes with `div(x, y, r)`.
"""
rem(x, y, r::RoundingMode)

rem(x, y, ::RoundingMode{:ToZero}) = rem(x, y)
rem(x, y, ::RoundingMode{:Down}) = mod(x, y)
rem(x, y, ::RoundingMode{:Up}) = mod(x, -y)
rem(x, y, r::RoundingMode{:Nearest}) = x - y * div(x, y, r)
rem(x::Integer, y::Integer, r::RoundingMode{:Nearest}) = divrem(x, y, r)[2]
function rem(x, y, ::typeof(RoundFromZero))
    return signbit(x) == signbit(y) ? rem(x, y, RoundUp) : rem(x, y, RoundDown)
end

"""
    fld(x, y)

The quotient rounded down.
"""
fld(a, b) = div(a, b, RoundDown)

"""
    cld(x, y)

The quotient rounded up.
"""
cld(a, b) = div(a, b, RoundUp)

"""
    divrem(x, y, r::RoundingMode=RoundToZero)

Quotient and remainder.
"""
divrem(x, y) = divrem(x, y, RoundToZero)
divrem(a, b, r::RoundingMode) = (div(a, b, r), rem(a, b, r))
function divrem(x::Integer, y::Integer, rnd::typeof(RoundNearest))
    (q, r) = divrem(x, y)
    if x >= 0
        if y >= 0
            r >= (y ÷ 2) + (isodd(y) | iseven(q)) ? (q + true, r - y) : (q, r)
        else
            r >= -(y ÷ 2) + (isodd(y) | iseven(q)) ? (q - true, r + y) : (q, r)
        end
    else
        if y >= 0
            r <= -signed(y ÷ 2) - (isodd(y) | iseven(q)) ? (q - true, r + y) : (q, r)
        else
            r <= (y ÷ 2) - (isodd(y) | iseven(q)) ? (q + true, r - y) : (q, r)
        end
    end
end
function divrem(x::Integer, y::Integer, rnd::typeof(RoundNearestTiesAway))
    (q, r) = divrem(x, y)
    if x >= 0
        if y >= 0
            r >= (y ÷ 2) + isodd(y) ? (q + true, r - y) : (q, r)
        else
            r >= -(y ÷ 2) + isodd(y) ? (q - true, r + y) : (q, r)
        end
    else
        if y >= 0
            r <= -signed(y ÷ 2) - isodd(y) ? (q - true, r + y) : (q, r)
        else
            r <= (y ÷ 2) - isodd(y) ? (q + true, r - y) : (q, r)
        end
    end
end
function divrem(x::Integer, y::Integer, rnd::typeof(RoundNearestTiesUp))
    (q, r) = divrem(x, y)
    if x >= 0
        if y >= 0
            r >= (y ÷ 2) + isodd(y) ? (q + true, r - y) : (q, r)
        else
            r >= -(y ÷ 2) + true ? (q - true, r + y) : (q, r)
        end
    else
        if y >= 0
            r <= -signed(y ÷ 2) - true ? (q - true, r + y) : (q, r)
        else
            r <= (y ÷ 2) - isodd(y) ? (q + true, r - y) : (q, r)
        end
    end
end
divrem(x::Integer, y::Integer, ::typeof(RoundFromZero)) =
    signbit(x) == signbit(y) ? divrem(x, y, RoundUp) : divrem(x, y, RoundDown)

"""
    fldmod(x, y)

`(fld(x,y), mod(x,y))`.
"""
fldmod(x, y) = divrem(x, y, RoundDown)

# Arguments of mixed types. Pairs of signed and unsigned integers have methods of their own.
div(x::Real, y::Real, r::RoundingMode) = typeof(x) === typeof(y) ? throw(MethodError(div, (x, y, r))) : div(promote(x, y)..., r)
divrem(x::Real, y::Real, r::RoundingMode) =
    typeof(x) === typeof(y) ? _divrem_same(x, y, r) : divrem(promote(x, y)..., r)
_divrem_same(x, y, r) = (div(x, y, r), rem(x, y, r))

div(x::Integer, y::Integer, r::Union{typeof(RoundNearest),typeof(RoundNearestTiesAway),typeof(RoundNearestTiesUp)}) =
    divrem(x, y, r)[1]
div(x::Integer, y::Integer, ::typeof(RoundFromZero)) =
    signbit(x) == signbit(y) ? div(x, y, RoundUp) : div(x, y, RoundDown)

# Integers: from the truncated quotient, whose remainder tells on which side it lies.
div(x::Integer, y::Integer, ::typeof(RoundToZero)) = div(x, y)
div(x::Integer, y::Integer) = typeof(x) === typeof(y) ? throw(MethodError(div, (x, y))) : div(promote(x, y)...)

function div(x::T, y::T, ::typeof(RoundDown)) where {T<:Unsigned}
    return div(x, y)
end
function div(x::T, y::T, ::typeof(RoundDown)) where {T<:Integer}
    d = div(x, y)
    return d - (signbit(x ⊻ y) & (d * y != x))
end
function div(x::T, y::T, ::typeof(RoundUp)) where {T<:Unsigned}
    q = div(x, y)
    return q + (q * y != x)
end
function div(x::T, y::T, ::typeof(RoundUp)) where {T<:Integer}
    d = div(x, y)
    return d + (!signbit(x ⊻ y) & (d * y != x))
end
div(x::Integer, y::Integer, r::typeof(RoundDown)) = div(promote(x, y)..., r)
div(x::Integer, y::Integer, r::typeof(RoundUp)) = div(promote(x, y)..., r)
function div(x::Signed, y::Unsigned, ::typeof(RoundDown))
    (q, r) = divrem(x, y)
    return q - (signbit(x) & (r != 0))
end
function div(x::Unsigned, y::Signed, ::typeof(RoundDown))
    (q, r) = divrem(x, y)
    return q - (signbit(y) & (r != 0))
end
function div(x::Signed, y::Unsigned, ::typeof(RoundUp))
    (q, r) = divrem(x, y)
    return q + (!signbit(x) & (r != 0))
end
function div(x::Unsigned, y::Signed, ::typeof(RoundUp))
    (q, r) = divrem(x, y)
    return q + (!signbit(y) & (r != 0))
end

divrem(x::Integer, y::Integer) = (div(x, y), rem(x, y))
divrem(x::Integer, y::Integer, ::typeof(RoundToZero)) = divrem(x, y)
divrem(x::Integer, y::Integer, ::typeof(RoundDown)) = (fld(x, y), mod(x, y))
divrem(x::Integer, y::Integer, ::typeof(RoundUp)) = (q = cld(x, y); (q, x - q * y))

# Floats: exact remainder first, then a quotient that is an integer.
div(x::T, y::T, r::RoundingMode) where {T<:AbstractFloat} = convert(T, round((x - rem(x, y, r)) / y))
