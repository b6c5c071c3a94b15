# rounding.jl: the module `Rounding`: rounding modes, and the mode of the floating point unit (which is
# always to nearest here: no code changes it, so images and interpreter agree).

module Rounding

export RoundingMode, RoundNearest, RoundToZero, RoundUp, RoundDown, RoundFromZero,
    RoundNearestTiesAway, RoundNearestTiesUp, rounding, setrounding, get_zero_subnormals, set_zero_subnormals

using ..Base

"""
    RoundingMode

How a number is rounded: the argument of `round`, `div`, …
"""
struct RoundingMode{T} end

const RoundNearest = RoundingMode{:Nearest}()
const RoundToZero = RoundingMode{:ToZero}()
const RoundUp = RoundingMode{:Up}()
const RoundDown = RoundingMode{:Down}()
const RoundFromZero = RoundingMode{:FromZero}()
const RoundNearestTiesAway = RoundingMode{:NearestTiesAway}()
const RoundNearestTiesUp = RoundingMode{:NearestTiesUp}()

# The unit's own codes.
const _roundings = (RoundNearest, RoundUp, RoundDown, RoundToZero)

"""
    rounding(T)

The current rounding mode of arithmetic on `T`.
"""
rounding(::Type{T}) where {T<:Union{Float32,Float64}} = RoundNearest
function rounding_raw end

"""
    setrounding(T, mode)
    setrounding(f::Function, T, mode)

The mode of the machine's floats is fixed; only `RoundNearest` is accepted for them.
"""
setrounding(T::Type, mode) = setrounding_raw(T, mode)
function setrounding_raw(::Type{<:Union{Float32,Float64}}, mode)
    mode === RoundNearest || throw(ArgumentError("the rounding mode of machine floats cannot be changed"))
    return 0
end
function setrounding(f::Function, ::Type{T}, rounding::RoundingMode) where {T}
    old = Rounding.rounding(T)
    setrounding(T, rounding)
    try
        return f()
    finally
        setrounding(T, old)
    end
end

# Conversion with a mode: the neighbour on the wanted side where conversion to nearest went to the other.
function _convert_rounding(::Type{T}, x::Real, r::RoundingMode{:Nearest}) where {T<:AbstractFloat}
    return convert(T, x)::T
end
function _convert_rounding(::Type{T}, x::Real, r::RoundingMode{:Down}) where {T<:AbstractFloat}
    y = convert(T, x)::T
    return y > x ? prevfloat(y) : y
end
function _convert_rounding(::Type{T}, x::Real, r::RoundingMode{:Up}) where {T<:AbstractFloat}
    y = convert(T, x)::T
    return y < x ? nextfloat(y) : y
end
function _convert_rounding(::Type{T}, x::Real, r::RoundingMode{:ToZero}) where {T<:AbstractFloat}
    y = convert(T, x)::T
    if x > 0
        return y > x ? prevfloat(y) : y
    end
    return y < x ? nextfloat(y) : y
end
(::Type{T})(x::Real, r::RoundingMode) where {T<:AbstractFloat} = _convert_rounding(T, x, r)::T

"""
    set_zero_subnormals(yes::Bool) -> Bool

Subnormal numbers are always kept.
"""
set_zero_subnormals(yes::Bool) = !yes
get_zero_subnormals() = false

end # module Rounding
