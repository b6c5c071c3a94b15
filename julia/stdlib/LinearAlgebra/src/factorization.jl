# factorization.jl: what all factorizations share: conversion, solves, adjoints.

abstract type Factorization{T} end

Base.eltype(::Type{<:Factorization{T}}) where {T} = T
Base.size(F::Factorization, d::Integer) = d < 1 ? throw(BoundsError(size(F), d)) : d <= 2 ? size(F)[d] : 1

struct AdjointFactorization{T,S<:Factorization} <: Factorization{T}
    parent::S
end
AdjointFactorization(F::Factorization) = AdjointFactorization{eltype(F),typeof(F)}(F)
struct TransposeFactorization{T,S<:Factorization} <: Factorization{T}
    parent::S
end
TransposeFactorization(F::Factorization) = TransposeFactorization{eltype(F),typeof(F)}(F)
adjoint(F::Factorization) = AdjointFactorization(F)
transpose(F::Factorization) = TransposeFactorization(F)
transpose(F::Factorization{<:Real}) = AdjointFactorization(F)
adjoint(F::AdjointFactorization) = F.parent
transpose(F::TransposeFactorization) = F.parent
transpose(F::AdjointFactorization{<:Real}) = F.parent
Base.size(F::Union{AdjointFactorization,TransposeFactorization}) = reverse(size(F.parent))
Base.parent(F::Union{AdjointFactorization,TransposeFactorization}) = F.parent

issuccess(F::Factorization) = true

Base.:(==)(F::T, G::T) where {T<:Factorization} = all(f -> getfield(F, f) == getfield(G, f), 1:nfields(F))
Base.isequal(F::T, G::T) where {T<:Factorization} = all(f -> isequal(getfield(F, f), getfield(G, f)), 1:nfields(F))
Base.hash(F::Factorization, h::UInt) = mapreduce(f -> hash(getfield(F, f)), hash, 1:nfields(F); init=hash(typeof(F).name.wrapper, h))

det(F::Factorization) = throw(MethodError(det, (F,)))
det(F::AdjointFactorization) = conj(det(F.parent))
det(F::TransposeFactorization) = det(F.parent)
logdet(F::Factorization) = (p = logabsdet(F); p[1] + log(p[2]))

inv(F::Factorization{T}) where {T} = (n = size(F, 1); ldiv!(F, Matrix{T}(I, n, checksquare(F))))

# solves with a copy of the right-hand side, in a type that holds the quotients
function (\)(F::Factorization, B::AbstractVecOrMat)
    require_one_based_indexing(B)
    m, n = size(F)
    if m != size(B, 1)
        throw(DimensionMismatch("arguments must have the same number of rows"))
    end
    TFB = typeof(oneunit(eltype(B)) / oneunit(eltype(F)))
    FF = F
    # a system with more unknowns than equations needs room for all of them
    BB = zeros(promote_type(TFB, typeof(zero(TFB))), max(m, n), size(B, 2))
    copyto!(view(BB, 1:size(B, 1), :), B)
    X = ldiv!(FF, BB)
    return B isa AbstractVector ? vec(X[1:n, 1]) : X[1:n, :]
end
function (/)(B::AbstractVecOrMat, F::Factorization)
    return copy(adjoint(adjoint(F) \ (B isa AbstractVector ? reshape(B, 1, :)' : adjoint(B))))
end
(/)(B::AdjOrTransAbsVec, F::Factorization) = adjoint(adjoint(F) \ adjoint(B))
function ldiv!(Y::AbstractVector, A::Factorization, B::AbstractVector)
    m, n = size(A)
    m > n && return copyto!(Y, (A \ B)[1:n])
    return ldiv!(A, copyto!(Y, B))
end
function ldiv!(Y::AbstractMatrix, A::Factorization, B::AbstractMatrix)
    m, n = size(A)
    m > n && return copyto!(Y, A \ B)
    return ldiv!(A, copyto!(Y, B))
end

Base.Matrix(F::Factorization) = Array(AbstractArray(F))
Base.Array(F::Factorization) = Matrix(F)
Base.AbstractArray(F::Factorization) = AbstractMatrix(F)
