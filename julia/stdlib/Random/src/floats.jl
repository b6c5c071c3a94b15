# Floating point and complex numbers, from whatever bits a generator has.

Sampler(::Type{R}, ::Type{T}, n::Repetition) where {R<:AbstractRNG,T<:AbstractFloat} =
    Sampler(R, CloseOpen01(T), n)

rand(r::AbstractRNG, ::SamplerTrivial{CloseOpen01{Float16}}) =
    Float16(reinterpret(Float32, (rand(r, UInt10(UInt32)) << 13) | 0x3f800000) - 1)
rand(r::AbstractRNG, ::SamplerTrivial{CloseOpen01{Float32}}) =
    reinterpret(Float32, rand(r, UInt23()) | 0x3f800000) - 1
rand(r::AbstractRNG, ::SamplerTrivial{CloseOpen12_64}) =
    reinterpret(Float64, 0x3ff0000000000000 | rand(r, UInt52()))
rand(r::AbstractRNG, ::SamplerTrivial{CloseOpen01_64}) = rand(r, CloseOpen12()) - 1.0

# Of a BigFloat all bits of the precision are drawn.
function rand(r::AbstractRNG, ::SamplerTrivial{CloseOpen01{BigFloat}})
    digits = precision(BigFloat)
    words = cld(digits, 64)
    n = big(0)
    for word in rand!(r, Vector{UInt64}(undef, words))
        n = n << 64 | word
    end
    return ldexp(BigFloat(n >> (64 * words - digits)), -digits)
end
rand(r::AbstractRNG, ::SamplerTrivial{CloseOpen12{BigFloat}}) = rand(r, CloseOpen01(BigFloat)) + 1

rand(r::AbstractRNG, ::SamplerType{Complex{T}}) where {T<:Real} = complex(rand(r, T), rand(r, T))
