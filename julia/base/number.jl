# number.jl: what holds for all numbers: conversion, zero and one, signs, a number as a collection of itself.

convert(::Type{T}, x::T) where {T<:Number} = x
convert(::Type{T}, x::Number) where {T<:Number} = T(x)::T

(::Type{T})(x::T) where {T<:Number} = x

"""
    isinteger(x) -> Bool

Whether the number equals an integer.
"""
isinteger(x::Integer) = true

"""
    iszero(x)

Whether `x == zero(x)`.
"""
iszero(x) = x == zero(x)

"""
    isone(x)

Whether `x == one(x)`.
"""
isone(x) = x == one(x)

"""
    isfinite(f) -> Bool

Whether a number is finite.
"""
isfinite(x::Number) = iszero(x - x)

size(x::Number) = ()
size(x::Number, d::Integer) = d < 1 ? throw(BoundsError()) : 1
axes(x::Number) = ()
axes(x::Number, d::Integer) = d < 1 ? throw(BoundsError()) : OneTo(1)
eltype(::Type{T}) where {T<:Number} = T
ndims(x::Number) = 0
ndims(::Type{<:Number}) = 0
length(x::Number) = 1
firstindex(x::Number) = 1
firstindex(x::Number, d::Int) = d < 1 ? throw(BoundsError()) : 1
lastindex(x::Number) = 1
lastindex(x::Number, d::Int) = d < 1 ? throw(BoundsError()) : 1
IteratorSize(::Type{<:Number}) = HasShape{0}()
keys(::Number) = OneTo(1)

getindex(x::Number) = x
function getindex(x::Number, i::Integer)
    @boundscheck i == 1 || throw(BoundsError(x, i))
    return x
end
function getindex(x::Number, I::Integer...)
    @boundscheck all(i -> i == 1, I) || throw(BoundsError(x, I))
    return x
end
get(x::Number, i::Integer, default) = isone(i) ? x : default
get(x::Number, ind::Tuple, default) = all(isone, ind) ? x : default
get(f::Callable, x::Number, i::Integer) = isone(i) ? x : f()
get(f::Callable, x::Number, ind::Tuple) = all(isone, ind) ? x : f()

first(x::Number) = x
last(x::Number) = x
copy(x::Number) = x
signbit(x::Real) = x < 0

"""
    sign(x)

Zero for zero, else `x/|x|`.
"""
sign(x::Number) = iszero(x) ? x / abs(oneunit(x)) : x / abs(x)
sign(x::Real) = ifelse(x < zero(x), oftype(one(x), -1), ifelse(x > zero(x), one(x), typeof(one(x))(x)))
sign(x::Unsigned) = ifelse(x > zero(x), one(x), oftype(one(x), 0))
abs(x::Real) = ifelse(signbit(x), -x, x)

"""
    abs2(x)

The square of the absolute value.
"""
abs2(x::Number) = abs(x)^2
abs2(x::Real) = x * x

"""
    flipsign(x, y)

`x` with its sign flipped if `y` is negative.
"""
flipsign(x::Real, y::Real) = ifelse(signbit(y), -x, +x)

"""
    copysign(x, y) -> z

The magnitude of `x` with the sign of `y`.
"""
copysign(x::Real, y::Real) = ifelse(signbit(x) != signbit(y), -x, +x)

conj(x::Real) = x
transpose(x::Number) = x
adjoint(x::Number) = conj(x)
angle(z::Real) = atan(zero(z), z)

"""
    inv(x)

The multiplicative inverse.
"""
inv(x::Number) = one(x) / x

"""
    widemul(x, y)

The product in a type wide enough for it.
"""
widemul(x::Number, y::Number) = widen(x) * widen(y)

iterate(x::Number) = (x, nothing)
iterate(x::Number, ::Any) = nothing
isempty(x::Number) = false
in(x::Number, y::Number) = x == y

map(f, x::Number, ys::Number...) = f(x, ys...)

"""
    zero(x)
    zero(::Type)

The additive identity of the type.
"""
zero(x::Number) = oftype(x, 0)
zero(::Type{T}) where {T<:Number} = convert(T, 0)
zero(::Type{Union{}}, slurp...) = Union{}(0)

"""
    one(x)
    one(T::type)

The multiplicative identity.
"""
one(::Type{T}) where {T<:Number} = convert(T, 1)
one(x::T) where {T<:Number} = one(T)
one(::Type{Union{}}, slurp...) = Union{}(1)

"""
    oneunit(x::T)
    oneunit(T::Type)

One of the type's own unit: `one` with the dimension kept.
"""
oneunit(x::T) where {T} = T(one(x))
oneunit(::Type{T}) where {T} = T(one(T))
oneunit(::Type{Union{}}, slurp...) = Union{}(1)

"""
    big(T::Type)

The arbitrary precision type for `T`.
"""
big(::Type{T}) where {T<:Number} = typeof(big(zero(T)))
big(::Type{Union{}}, slurp...) = Union{}(0)
