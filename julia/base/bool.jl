# bool.jl: `Bool` as truth value and as the integers 0 and 1.

import Core.Intrinsics: eq_int, slt_int, sle_int, and_int, or_int, xor_int, not_int, add_int, sub_int, zext_int, bitcast

convert(::Type{Bool}, x::Bool) = x
Bool(x::Bool) = x
# The number must be 0 or 1 exactly.
Bool(x::Real) = x == 0 ? false : x == 1 ? true : throw(InexactError(:Bool, Bool, x))

typemin(::Type{Bool}) = false
typemax(::Type{Bool}) = true

"""
    !x

Boolean not; of a function, the function that gives the opposite.
"""
!(x::Bool) = not_int(x)

(~)(x::Bool) = !x
(&)(x::Bool, y::Bool) = and_int(x, y)
(|)(x::Bool, y::Bool) = or_int(x, y)

"""
    xor(x, y)
    ⊻(x, y)

Bitwise exclusive or.
"""
xor(x::Bool, y::Bool) = (x != y)

"""
    nand(x, y)
    ⊼(x, y)

Bitwise not and.
"""
nand(x...) = ~(&)(x...)

"""
    nor(x, y)
    ⊽(x, y)

Bitwise not or.
"""
nor(x...) = ~(|)(x...)

==(x::Bool, y::Bool) = eq_int(x, y)

>>(x::Bool, c::UInt) = Int(x) >> c
<<(x::Bool, c::UInt) = Int(x) << c
>>>(x::Bool, c::UInt) = Int(x) >>> c
>>(x::Bool, c::Int) = Int(x) >> c
<<(x::Bool, c::Int) = Int(x) << c
>>>(x::Bool, c::Int) = Int(x) >>> c
>>(x::Bool, c::Integer) = Int(x) >> c
>>(x::Bool, c::Unsigned) = Int(x) >> c
<<(x::Bool, c::Integer) = Int(x) << c
<<(x::Bool, c::Unsigned) = Int(x) << c
>>>(x::Bool, c::Integer) = Int(x) >>> c
>>>(x::Bool, c::Unsigned) = Int(x) >>> c

signbit(x::Bool) = false
sign(x::Bool) = x
abs(x::Bool) = x
abs2(x::Bool) = x
iszero(x::Bool) = !x
isone(x::Bool) = x

<(x::Bool, y::Bool) = y & !x
<=(x::Bool, y::Bool) = y | !x

## arithmetic counts in Int
+(x::Bool) = Int(x)
-(x::Bool) = -Int(x)

+(x::Bool, y::Bool) = Int(x) + Int(y)
-(x::Bool, y::Bool) = Int(x) - Int(y)
*(x::Bool, y::Bool) = x & y
^(x::Bool, y::Bool) = x | !y
^(x::Integer, y::Bool) = ifelse(y, x, one(x))

# A false factor is a strong zero: it gives zero even for NaN and Inf.
function +(x::Bool, y::T)::promote_type(Bool, T) where {T<:AbstractFloat}
    return ifelse(x, oneunit(y) + y, y)
end
+(y::AbstractFloat, x::Bool) = x + y
function *(x::Bool, y::T)::promote_type(Bool, T) where {T<:AbstractFloat}
    return ifelse(x, y, copysign(zero(y), y))
end
*(y::AbstractFloat, x::Bool) = x * y

div(x::Bool, y::Bool) = y ? x : throw(DivideError())
rem(x::Bool, y::Bool) = y ? false : throw(DivideError())
mod(x::Bool, y::Bool) = rem(x, y)

