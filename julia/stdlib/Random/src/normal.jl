# Normal and exponential numbers, by the ziggurat method.

"""
    randn([rng = default_rng()], [T = Float64], [dims...])

Normally distributed numbers of mean 0 and standard deviation 1; complex ones of variance 1.
"""
@inline randn(rng::AbstractRNG=default_rng()) = normal(rng, rand(rng, UInt52()))

@inline function normal(rng::AbstractRNG, bits::UInt64)
    # The lowest bit is the sign, the next eight choose the layer.
    size = Int64(bits >>> 1)
    layer = size & 0xff
    @inbounds x = ifelse(isodd(bits), -size, size) * wi[layer+1]
    @inbounds size < ki[layer+1] && return x
    return normal_edge(rng, layer, size, x)
end

@noinline function normal_edge(rng::AbstractRNG, layer, size, x)
    if layer == 0
        while true
            beyond = -ziggurat_nor_inv_r * log(rand(rng))
            y = -log(rand(rng))
            y + y > beyond * beyond || continue
            return isodd(size >> 8) ? -ziggurat_nor_r - beyond : ziggurat_nor_r + beyond
        end
    end
    @inbounds inside = (fi[layer] - fi[layer+1]) * rand(rng) + fi[layer+1] < exp(-0.5 * x * x)
    return inside ? x : randn(rng)
end

"""
    randexp([rng = default_rng()], [T = Float64], [dims...])

Exponentially distributed numbers of mean 1.
"""
@inline randexp(rng::AbstractRNG=default_rng()) = exponential(rng, rand(rng, UInt52()))

@inline function exponential(rng::AbstractRNG, bits::UInt64)
    layer = bits & 0xff
    @inbounds x = bits * we[layer+1]
    @inbounds bits < ke[layer+1] && return x
    return exponential_edge(rng, layer, x)
end

@noinline function exponential_edge(rng::AbstractRNG, layer, x)
    layer == 0 && return ziggurat_exp_r - log(rand(rng))
    @inbounds inside = (fe[layer] - fe[layer+1]) * rand(rng) + fe[layer+1] < exp(-x)
    return inside ? x : randexp(rng)
end

Base.@irrational SQRT_HALF 0.7071067811865475244008 sqrt(big(0.5))

randn(rng::AbstractRNG, ::Type{Complex{T}}) where {T<:AbstractFloat} =
    Complex{T}(SQRT_HALF * randn(rng, T), SQRT_HALF * randn(rng, T))

function randn! end
function randexp! end

for (draw, fill, from_bits) in ((:randn, :randn!, :normal), (:randexp, :randexp!, :exponential))
    @eval begin
        $draw(rng::AbstractRNG, T::BitFloatType) = convert(T, $draw(rng))
        $draw(::Type{T}) where {T} = $draw(default_rng(), T)

        function $fill(rng::AbstractRNG, A::AbstractArray{T}) where {T}
            for i in eachindex(A)
                @inbounds A[i] = $draw(rng, T)
            end
            return A
        end
        # Longer arrays are filled with bits at once.
        function $fill(rng::XoshiroState, A::Array{Float64})
            if length(A) < 7
                for i in eachindex(A)
                    @inbounds A[i] = $draw(rng, Float64)
                end
                return A
            end
            GC.@preserve A fill_words!(rng, Ptr{UInt64}(pointer(A)), sizeof(A), UInt8)
            for i in eachindex(A)
                @inbounds A[i] = $from_bits(rng, reinterpret(UInt64, A[i]) >>> 12)
            end
            return A
        end
        $fill(A::AbstractArray) = $fill(default_rng(), A)

        $draw(rng::AbstractRNG, ::Type{T}, dims::Dims) where {T} = $fill(rng, Array{T}(undef, dims))
        $draw(rng::AbstractRNG, ::Type{T}, d::Integer, dims::Integer...) where {T} =
            $fill(rng, Array{T}(undef, d, dims...))
        $draw(::Type{T}, dims::Dims) where {T} = $draw(default_rng(), T, dims)
        $draw(::Type{T}, dims::Integer...) where {T} = $draw(default_rng(), T, dims...)
        $draw(rng::AbstractRNG, dims::Dims) = $draw(rng, Float64, dims)
        $draw(rng::AbstractRNG, dims::Integer...) = $draw(rng, Float64, dims...)
        $draw(dims::Dims) = $draw(default_rng(), Float64, dims)
        $draw(dims::Integer...) = $draw(default_rng(), Float64, dims...)
    end
end
