# givens.jl: Givens rotations, which make one entry zero.

abstract type AbstractRotation{T} end
Base.eltype(::Type{<:AbstractRotation{T}}) where {T} = T

struct Givens{T} <: AbstractRotation{T}
    i1::Int
    i2::Int
    c::T
    s::T
end
Base.adjoint(G::Givens) = Givens(G.i1, G.i2, G.c', -G.s)
Base.transpose(G::Givens{<:Real}) = adjoint(G)

struct Rotation{T} <: AbstractRotation{T}
    rotations::Vector{Givens{T}}
end

# c, s and r with c*f + s*g = r and -conj(s)*f + c*g = 0
function givensAlgorithm(f::T, g::T) where {T<:AbstractFloat}
    if iszero(g)
        return one(f), zero(f), f
    elseif iszero(f)
        return zero(f), sign(g), abs(g)
    end
    r = copysign(hypot(f, g), f)
    return abs(f) / abs(r), g / r, r
end
function givensAlgorithm(f::Complex{T}, g::Complex{T}) where {T<:AbstractFloat}
    if iszero(g)
        return one(T), zero(f), f
    elseif iszero(f)
        return zero(T), conj(g) / abs(g), complex(abs(g))
    end
    r = hypot(abs(f), abs(g))
    u = f / abs(f)
    return abs(f) / r, u * conj(g) / r, u * r
end
givensAlgorithm(f, g) = givensAlgorithm(promote(float(f), float(g))...)

function givens(f::T, g::T, i1::Integer, i2::Integer) where {T}
    if i1 == i2
        throw(ArgumentError("Indices must be distinct."))
    end
    c, s, r = givensAlgorithm(f, g)
    if i1 > i2
        s = -conj(s)
        i1, i2 = i2, i1
    end
    Givens(i1, i2, convert(promote_type(typeof(c), typeof(s)), c), convert(promote_type(typeof(c), typeof(s)), s)), r
end
givens(f, g, i1::Integer, i2::Integer) = givens(promote(f, g)..., i1, i2)
givens(A::AbstractMatrix, i1::Integer, i2::Integer, j::Integer) = givens(A[i1, j], A[i2, j], i1, i2)
givens(x::AbstractVector, i1::Integer, i2::Integer) = givens(x[i1], x[i2], i1, i2)

function Base.getindex(G::Givens, i::Integer, j::Integer)
    if i == j
        return i == G.i1 || i == G.i2 ? G.c : oneunit(G.c)
    elseif i == G.i1 && j == G.i2
        return G.s
    elseif i == G.i2 && j == G.i1
        return -conj(G.s)
    else
        return zero(G.s)
    end
end

function lmul!(G::Givens, A::AbstractVecOrMat)
    require_one_based_indexing(A)
    if G.i2 > size(A, 1)
        throw(DimensionMismatch("column indices for rotation are outside the matrix"))
    end
    for i = 1:size(A, 2)
        a1, a2 = A[G.i1, i], A[G.i2, i]
        A[G.i1, i] = G.c * a1 + G.s * a2
        A[G.i2, i] = -conj(G.s) * a1 + G.c * a2
    end
    return A
end
function rmul!(A::AbstractMatrix, G::Givens)
    require_one_based_indexing(A)
    if G.i2 > size(A, 2)
        throw(DimensionMismatch("column indices for rotation are outside the matrix"))
    end
    for i = 1:size(A, 1)
        a1, a2 = A[i, G.i1], A[i, G.i2]
        A[i, G.i1] = a1 * G.c - a2 * conj(G.s)
        A[i, G.i2] = a1 * G.s + a2 * G.c
    end
    return A
end
lmul!(G::Givens, R::Rotation) = (push!(R.rotations, G); R)
function lmul!(R::Rotation, A::AbstractVecOrMat)
    for G in R.rotations
        lmul!(G, A)
    end
    return A
end
*(G::Givens{T}, H::Givens{T}) where {T} = Rotation(push!(push!(Givens{T}[], H), G))
function *(R::AbstractRotation{T}, A::AbstractVecOrMat{S}) where {T,S}
    TS = _prodtype(T, S)
    lmul!(R, copyto!(similar(A, TS), A))
end
function *(A::AbstractMatrix{S}, G::Givens{T}) where {T,S}
    TS = _prodtype(T, S)
    rmul!(copyto!(similar(A, TS), A), G)
end
