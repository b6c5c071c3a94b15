Base.isinteger(x::Fixed) = iszero(x.raw & (one(x.raw) << fraction_bits(x) - one(x.raw)))
Base.isone(x::Fixed{T,F}) where {T,F} = F < 8 * sizeof(T) - 1 && x.raw == one(T) << F

whole(x::Fixed{T,F}, count::Integer) where {T,F} = narrow(Fixed{T,F}, Int128(count) << F, x)

Base.floor(x::Fixed) = whole(x, floored(x))
Base.ceil(x::Fixed) = whole(x, -floored_negative(x))
Base.trunc(x::Fixed) = signbit(x) ? ceil(x) : floor(x)
Base.round(x::Fixed, ::RoundingMode{:Nearest}=RoundNearest) = whole(x, rounded(x))
Base.round(x::Fixed, ::RoundingMode{:Down}) = floor(x)
Base.round(x::Fixed, ::RoundingMode{:Up}) = ceil(x)
Base.round(x::Fixed, ::RoundingMode{:ToZero}) = trunc(x)

Base.floor(::Type{I}, x::Fixed) where {I<:Integer} = I(floored(x))
Base.ceil(::Type{I}, x::Fixed) where {I<:Integer} = I(-floored_negative(x))
Base.trunc(::Type{I}, x::Fixed) where {I<:Integer} =
    signbit(x) ? ceil(I, x) : floor(I, x)
Base.round(::Type{I}, x::Fixed) where {I<:Integer} = I(rounded(x))

floored(x::Fixed) = x.raw >> fraction_bits(x)
floored_negative(x::Fixed) = -widen(x.raw) >> fraction_bits(x)
rounded(x::Fixed) = nearest(Int128(x.raw), Int128(1) << fraction_bits(x))
