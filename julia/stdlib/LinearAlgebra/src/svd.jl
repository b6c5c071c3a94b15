# svd.jl: singular values by one-sided Jacobi rotations: the columns of A*V become orthogonal.

struct SVD{T,Tr,M<:AbstractArray{T},C<:AbstractVector{Tr}} <: Factorization{T}
    U::M
    S::C
    Vt::M
end
SVD(U::AbstractArray{T}, S::AbstractVector{Tr}, Vt::AbstractArray{T}) where {T,Tr} = SVD{T,Tr,typeof(U),typeof(S)}(U, S, Vt)

Base.iterate(S::SVD) = (S.U, Val(:S))
Base.iterate(S::SVD, ::Val{:S}) = (S.S, Val(:V))
Base.iterate(S::SVD, ::Val{:V}) = (S.V, Val(:done))
Base.iterate(S::SVD, ::Val{:done}) = nothing
Base.size(A::SVD, dim::Integer) = dim == 1 ? size(A.U, dim) : size(A.Vt, dim)
Base.size(A::SVD) = (size(A, 1), size(A, 2))
Base.getproperty(F::SVD, d::Symbol) = d === :V ? getfield(F, :Vt)' : getfield(F, d)
Base.propertynames(F::SVD, private::Bool=false) = private ? (:V, fieldnames(typeof(F))...) : (:U, :S, :V, :Vt)

# W becomes U*S and V the product of the rotations, for at least as many rows as columns
function _svd_jacobi!(W::AbstractMatrix{T}) where {T}
    m, n = size(W)
    V = Matrix{T}(I, n, n)
    tol = eps(real(T))
    for sweep in 1:100
        rotated = false
        for q in 2:n, p in 1:q-1
            α = β = zero(real(T))
            γ = zero(T)
            for i in 1:m
                α += abs2(W[i, p])
                β += abs2(W[i, q])
                γ += conj(W[i, p]) * W[i, q]
            end
            g = abs(γ)
            (iszero(g) || g <= tol * sqrt(α * β)) && continue
            rotated = true
            phase = γ / g
            ζ = (β - α) / (2g)
            t = (ζ >= 0 ? one(ζ) : -one(ζ)) / (abs(ζ) + hypot(ζ, one(ζ)))
            c = inv(hypot(t, one(t)))
            s = c * t
            for M in (W, V), i in axes(M, 1)
                x, y = M[i, p], M[i, q]
                M[i, p] = c * x - s * conj(phase) * y
                M[i, q] = s * phase * x + c * y
            end
        end
        rotated || break
    end
    return V
end

function _svd_tall(A::AbstractMatrix, full::Bool)
    T = eigtype(eltype(A))
    W = Matrix{T}(A)
    m, n = size(W)
    V = _svd_jacobi!(W)
    S = [norm(view(W, :, j)) for j in 1:n]
    p = sortperm(S, rev=true)
    S, W, V = S[p], W[:, p], V[:, p]
    U = zeros(T, m, full ? m : n)
    cutoff = n == 0 ? zero(real(T)) : S[1] * eps(real(T)) * max(m, n)
    k = 0
    for j in 1:n
        if S[j] > cutoff
            U[:, j] = W[:, j] / S[j]
            k = j
        end
    end
    # the columns without a singular value complete the basis
    _complete_basis!(U, k)
    return U, S, V
end
function _complete_basis!(U::AbstractMatrix{T}, k) where {T}
    m, n = size(U)
    e = 1
    for j in k+1:n
        while e <= m
            v = zeros(T, m)
            v[e] = one(T)
            e += 1
            for _ in 1:2, l in 1:j-1
                d = zero(T)
                for i in 1:m
                    d += conj(U[i, l]) * v[i]
                end
                for i in 1:m
                    v[i] -= d * U[i, l]
                end
            end
            nv = norm(v)
            if nv > sqrt(eps(real(T))) * 10
                U[:, j] = v / nv
                break
            end
        end
    end
    return U
end

function svd(A::AbstractMatrix; full::Bool=false, alg::Algorithm=DivideAndConquer())
    all(isfinite, A) || throw(ArgumentError("matrix contains Infs or NaNs"))
    m, n = size(A)
    if m >= n
        U, S, V = _svd_tall(A, full)
        return SVD(U, S, Matrix(V'))
    else
        V, S, U = _svd_tall(Matrix(A'), full)
        return SVD(U, S, Matrix(V'))
    end
end
svd!(A::AbstractMatrix; kws...) = svd(A; kws...)
svd(x::Number; full::Bool=false) = SVD(x == 0 ? fill(one(x), 1, 1) : fill(x / abs(x), 1, 1), [abs(x)], fill(one(x), 1, 1))
svd(x::AbstractVector; kws...) = svd(reshape(x, length(x), 1); kws...)
svd(A::Adjoint; full::Bool=false, alg::Algorithm=DivideAndConquer()) = (s = svd(A.parent; full); SVD(Matrix(s.Vt'), s.S, Matrix(s.U')))

function svdvals(A::AbstractMatrix)
    m, n = size(A)
    (m == 0 || n == 0) && return zeros(real(eigtype(eltype(A))), 0)
    return svd(A).S
end
svdvals!(A::AbstractMatrix) = svdvals(A)
svdvals(A::AbstractVector{T}) where {T} = [convert(real(eigtype(T)), norm(A))]
svdvals(x::Number) = abs(x)
svdvals(S::SVD) = S.S

function inv(F::SVD{T}) where {T}
    for i in eachindex(F.S)
        iszero(F.S[i]) && throw(SingularException(i))
    end
    k = searchsortedlast(F.S, eps(real(T)) * F.S[1], rev=true)
    return (view(F.Vt, 1:k, :)' * Diagonal(inv.(F.S[1:k]))) * view(F.U, :, 1:k)'
end
function ldiv!(A::SVD{T}, B::AbstractVecOrMat) where {T}
    m, n = size(A)
    k = isempty(A.S) ? 0 : searchsortedlast(A.S, eps(real(T)) * A.S[1], rev=true)
    X = A.Vt[1:k, :]' * (Diagonal(A.S[1:k]) \ (A.U[:, 1:k]' * B[1:m, :]))
    B[1:n, :] = X
    return B
end
Base.AbstractMatrix(F::SVD) = F.U[:, 1:length(F.S)] * Diagonal(F.S) * F.Vt[1:length(F.S), :]
rank(S::SVD; atol::Real=0, rtol::Real=min(size(S)...) * eps(real(float(eltype(S)))) * iszero(atol)) =
    isempty(S.S) ? 0 : count(>(max(atol, rtol * S.S[1])), S.S)
cond(S::SVD) = S.S[1] / S.S[end]
det(F::SVD) = det(F.U) * prod(F.S) * det(F.Vt)

function Base.show(io::IO, mime::MIME{Symbol("text/plain")}, F::SVD)
    summary(io, F)
    println(io)
    println(io, "U factor:")
    show(io, mime, F.U)
    println(io, "\nsingular values:")
    show(io, mime, F.S)
    println(io, "\nVt factor:")
    show(io, mime, F.Vt)
end
