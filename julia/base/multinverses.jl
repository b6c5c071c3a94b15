# multinverses.jl: division by a fixed integer through multiplication.

module MultiplicativeInverses

import Base: div, divrem, rem
export multiplicativeinverse

abstract type MultiplicativeInverse{T} end

# The divisor itself is kept: the machine's division is exact and no slower to write.
struct SignedMultiplicativeInverse{T<:Signed} <: MultiplicativeInverse{T}
    divisor::T
    function SignedMultiplicativeInverse{T}(d::T) where {T<:Signed}
        d == 0 && throw(ArgumentError("cannot compute magic for d == $d"))
        return new(d)
    end
end
struct UnsignedMultiplicativeInverse{T<:Unsigned} <: MultiplicativeInverse{T}
    divisor::T
    function UnsignedMultiplicativeInverse{T}(d::T) where {T<:Unsigned}
        d == 0 && throw(ArgumentError("cannot compute magic for d == $d"))
        return new(d)
    end
end
SignedMultiplicativeInverse(x::Signed) = SignedMultiplicativeInverse{typeof(x)}(x)
UnsignedMultiplicativeInverse(x::Unsigned) = UnsignedMultiplicativeInverse{typeof(x)}(x)

div(a::T, b::MultiplicativeInverse{T}) where {T<:Integer} = div(a, b.divisor)
rem(a::T, b::MultiplicativeInverse{T}) where {T<:Integer} = rem(a, b.divisor)
divrem(a::T, b::MultiplicativeInverse{T}) where {T<:Integer} = divrem(a, b.divisor)

multiplicativeinverse(x::Signed) = SignedMultiplicativeInverse(x)
multiplicativeinverse(x::Unsigned) = UnsignedMultiplicativeInverse(x)

end # module MultiplicativeInverses
