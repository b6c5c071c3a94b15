# `rand` and `rand!`: a sampler is made, and drawn from.

"""
    rand([rng = default_rng()], [S], [dims...])

One value, or an array of values, of a type or out of a collection `S`; of `Float64` in [0, 1) by
default.
"""
rand(rng::AbstractRNG, X) = rand(rng, Sampler(rng, X, Val(1)))
rand(rng::AbstractRNG, X::Dims) = rand(rng, Sampler(rng, X, Val(1)))
rand(rng::AbstractRNG=default_rng(), ::Type{X}=Float64) where {X} = rand(rng, Sampler(rng, X, Val(1)))
rand(X) = rand(default_rng(), X)
rand(::Type{X}) where {X} = rand(default_rng(), X)

"""
    rand!([rng = default_rng()], A, [S = eltype(A)])

Fills an array with values of a type or out of a collection.
"""
rand!(A::AbstractArray{T}, X) where {T} = rand!(default_rng(), A, X)
rand!(A::AbstractArray{T}, ::Type{X}=T) where {T,X} = rand!(default_rng(), A, X)
rand!(rng::AbstractRNG, A::AbstractArray{T}, X) where {T} = rand!(rng, A, Sampler(rng, X))
rand!(rng::AbstractRNG, A::AbstractArray{T}, ::Type{X}=T) where {T,X} = rand!(rng, A, Sampler(rng, X))

function rand!(rng::AbstractRNG, A::AbstractArray{T}, sp::Sampler) where {T}
    for i in eachindex(A)
        @inbounds A[i] = rand(rng, sp)
    end
    return A
end

# Memory that `rand!` fills as it fills an array: of what lies inside an array of something else.
struct UnsafeView{T} <: DenseArray{T,1}
    ptr::Ptr{T}
    len::Int
end
Base.size(a::UnsafeView) = (a.len,)
Base.getindex(a::UnsafeView, i::Int) = unsafe_load(a.ptr, i)
Base.setindex!(a::UnsafeView, x, i::Int) = unsafe_store!(a.ptr, x, i)
Base.pointer(a::UnsafeView) = a.ptr
Base.elsize(::Type{UnsafeView{T}}) where {T} = sizeof(T)

# Arrays whose elements stand one behind the other, for generators that fill memory.
const Flat{T} = Union{Array{T},UnsafeView{T}}
bytes_of(A::Flat{T}) where {T} = length(A) * sizeof(T)

rand(rng::AbstractRNG, dims::Integer...) = rand(rng, Float64, Dims(dims))
rand(dims::Integer...) = rand(Float64, Dims(dims))

rand(rng::AbstractRNG, X, dims::Dims) = rand!(rng, Array{gentype(X)}(undef, dims), X)
rand(X, dims::Dims) = rand(default_rng(), X, dims)
rand(rng::AbstractRNG, X, d::Integer, dims::Integer...) = rand(rng, X, Dims((d, dims...)))
rand(X, d::Integer, dims::Integer...) = rand(X, Dims((d, dims...)))

rand(rng::AbstractRNG, ::Type{X}, dims::Dims) where {X} = rand!(rng, Array{X}(undef, dims), X)
rand(::Type{X}, dims::Dims) where {X} = rand(default_rng(), X, dims)
rand(rng::AbstractRNG, ::Type{X}, d::Integer, dims::Integer...) where {X} = rand(rng, X, Dims((d, dims...)))
rand(::Type{X}, d::Integer, dims::Integer...) where {X} = rand(X, Dims((d, dims...)))
