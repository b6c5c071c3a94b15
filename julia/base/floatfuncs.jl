# floatfuncs.jl: rounding to digits, approximate comparison, fused multiplication.

# ---- rounding --------------------------------------------------------------------------------------------

"""
    round([T,] x, [r::RoundingMode])
    round(x, [r::RoundingMode]; digits::Integer=0, base=10)
    round(x, [r::RoundingMode]; sigdigits::Integer, base=10)

Round to an integer value, to digits after the point, or to significant digits.
"""
round(x::Real; kws...) = isempty(kws) ? round(x, RoundNearest) : _round_kw(x, RoundNearest; kws...)
trunc(x::Real; kwargs...) = isempty(kwargs) ? round(x, RoundToZero) : _round_kw(x, RoundToZero; kwargs...)
floor(x::Real; kwargs...) = isempty(kwargs) ? round(x, RoundDown) : _round_kw(x, RoundDown; kwargs...)
ceil(x::Real; kwargs...) = isempty(kwargs) ? round(x, RoundUp) : _round_kw(x, RoundUp; kwargs...)
function round(x::Real, r::RoundingMode; digits::Union{Nothing,Integer}=nothing,
               sigdigits::Union{Nothing,Integer}=nothing, base::Union{Nothing,Integer}=nothing)
    return _round_kw(x, r; digits, sigdigits, base)
end
function _round_kw(x::Real, r::RoundingMode; digits::Union{Nothing,Integer}=nothing,
                   sigdigits::Union{Nothing,Integer}=nothing, base::Union{Nothing,Integer}=nothing)
    if digits === nothing
        if sigdigits === nothing
            # Nothing left to do for a generic method: the type has no rounding of its own.
            base === nothing && throw(MethodError(round, (x, r)))
            return round(x, r)
        end
        isfinite(x) || return float(x)
        return _round_sigdigits(x, r, sigdigits, base === nothing ? 10 : base)
    end
    sigdigits === nothing ||
        throw(ArgumentError("`round` cannot use both `digits` and `sigdigits` arguments."))
    isfinite(x) || return float(x)
    return _round_digits(x, r, digits, base === nothing ? 10 : base)
end

# Integers are rounded already.
round(x::Integer, ::RoundingMode) = x
round(::Type{T}, x::Real, r::RoundingMode) where {T<:Integer} = convert(T, round(x, r))
round(::Type{T}, x::Integer, ::RoundingMode) where {T<:Integer} = convert(T, x)

# Ties away from zero, ties up, and everything away from zero, in terms of the machine's modes.
function round(x::AbstractFloat, ::RoundingMode{:NearestTiesAway})
    y = trunc(x)
    return ifelse(x == y, y, trunc(2 * x - y))
end
function round(x::T, ::RoundingMode{:NearestTiesUp}) where {T<:AbstractFloat}
    return copysign(floor((x + (T(0.25) - eps(T(0.5)))) + (T(0.25) + eps(T(0.5)))), x)
end
round(x::AbstractFloat, ::RoundingMode{:FromZero}) = signbit(x) ? round(x, RoundDown) : round(x, RoundUp)

# Scale, round, scale back.
function _round_invstep(x, invstep, r::RoundingMode)
    y = round(x * invstep, r) / invstep
    return isfinite(y) ? y : x
end
# The scale in two factors, where it would overflow in one.
function _round_invstepsqrt(x, invstepsqrt, r::RoundingMode)
    y = round((x * invstepsqrt) * invstepsqrt, r) / invstepsqrt / invstepsqrt
    return isfinite(y) ? y : x
end
function _round_step(x, step, r::RoundingMode)
    y = round(x / step, r) * step
    isfinite(y) && return y
    if x > 0
        return r == RoundUp ? oftype(x, Inf) : zero(x)
    elseif x < 0
        return r == RoundDown ? -oftype(x, Inf) : -zero(x)
    end
    return x
end
function _round_digits(x, r::RoundingMode, digits::Integer, base)
    fx = float(x)
    if digits >= 0
        invstep = oftype(fx, base)^digits
        isfinite(invstep) && return _round_invstep(fx, invstep, r)
        return _round_invstepsqrt(fx, oftype(fx, base)^oftype(fx, digits / 2), r)
    end
    return _round_step(fx, oftype(fx, base)^-digits, r)
end
function _round_sigdigits(x, r::RoundingMode, sigdigits::Integer, base)
    return _round_digits(x, r, sigdigits - hidigit(x, base), base)
end

# The position of the highest digit.
hidigit(x::Integer, base) = ndigits0z(x, base)
function hidigit(x::AbstractFloat, base)
    iszero(x) && return 0
    if base == 10
        return 1 + floor(Int, log10(abs(x)))
    elseif base == 2
        return 1 + exponent(x)
    end
    return 1 + floor(Int, log(base, abs(x)))
end
hidigit(x::Real, base) = hidigit(float(x), base)

# ---- approximate comparison -----------------------------------------------------------------------------------

"""
    isapprox(x, y; atol::Real=0, rtol::Real=atol>0 ? 0 : √eps, nans::Bool=false, norm::Function)
    x ≈ y

Whether the distance is at most `max(atol, rtol*max(norm(x), norm(y)))`.
"""
function isapprox(x::Number, y::Number;
                  atol::Real=0, rtol::Real=rtoldefault(x, y, atol),
                  nans::Bool=false, norm::Function=abs)
    x′, y′ = promote(x, y) # no overflow in the norms of integers
    return x == y ||
           (isfinite(x) && isfinite(y) && norm(x - y) <= max(atol, rtol * max(norm(x′), norm(y′)))) ||
           (nans && isnan(x) && isnan(y))
end
function isapprox(x::Integer, y::Integer;
                  atol::Real=0, rtol::Real=rtoldefault(x, y, atol),
                  nans::Bool=false, norm::Function=abs)
    if norm === abs && atol < 1 && rtol == 0
        return x == y
    end
    # The greater minus the less, for unsigned numbers.
    lo, hi = x < y ? (x, y) : (y, x)
    return norm(hi - lo) <= max(atol, rtol * max(norm(lo), norm(hi)))
end
isapprox(y; kwargs...) = x -> isapprox(x, y; kwargs...)

const ≈ = isapprox
"""
    x ≉ y

The opposite of `x ≈ y`.
"""
≉(args...; kws...) = !≈(args...; kws...)

rtoldefault(::Type{T}) where {T<:AbstractFloat} = sqrt(eps(T))
rtoldefault(::Type{<:Real}) = 0
function rtoldefault(x::Union{T,Type{T}}, y::Union{S,Type{S}}, atol::Real) where {T<:Number,S<:Number}
    rtol = max(rtoldefault(real(T)), rtoldefault(real(S)))
    return atol > 0 ? zero(rtol) : rtol
end

# ---- fused multiplication ----------------------------------------------------------------------------------------

# Of anything that can be multiplied and added, like the coefficients of a polynomial of matrices.
muladd(x, y, z) = x * y + z

"""
    fma(x, y, z)

`x*y + z` rounded once.
"""
function fma end
fma(x::Float64, y::Float64, z::Float64) = Core.Intrinsics.fma_float(x, y, z)
fma(x::Float32, y::Float32, z::Float32) = Core.Intrinsics.fma_float(x, y, z)
function fma(a::Float16, b::Float16, c::Float16)
    return Float16(fma(Float64(a), Float64(b), Float64(c)))
end
