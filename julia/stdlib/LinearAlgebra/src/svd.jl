# svd.jl: singular values, by LAPACK.

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

function svd!(A::StridedMatrix{T}; full::Bool=false, alg::Algorithm=DivideAndConquer()) where {T<:BlasFloat}
    m, n = size(A)
    if m == 0 || n == 0
        k = full ? (m, n) : (0, 0)
        return SVD(Matrix{T}(I, m, k[1]), real(zeros(T, 0)), Matrix{T}(I, k[2], n))
    end
    return SVD(_svd!(A, full, alg)...)
end
_svd!(A, full, ::DivideAndConquer) = LAPACK.gesdd!(full ? 'A' : 'S', A)
_svd!(A, full, ::QRIteration) = (c = full ? 'A' : 'S'; LAPACK.gesvd!(c, c, A))
_svd!(A, full, alg::Algorithm) = throw(ArgumentError("Unsupported value for `alg` keyword."))
svd(A::AbstractMatrix{T}; full::Bool=false, alg::Algorithm=DivideAndConquer()) where {T} =
    svd!(eigencopy_oftype(A, eigtype(T)); full, alg)
svd(x::Number; full::Bool=false) = SVD(x == 0 ? fill(one(x), 1, 1) : fill(x / abs(x), 1, 1), [abs(x)], fill(one(x), 1, 1))
svd(x::AbstractVector; kws...) = svd(reshape(x, length(x), 1); kws...)
svd(A::Adjoint; full::Bool=false, alg::Algorithm=DivideAndConquer()) = (s = svd(A.parent; full, alg); SVD(Matrix(s.Vt'), s.S, Matrix(s.U')))

svdvals!(A::StridedMatrix{T}) where {T<:BlasFloat} = isempty(A) ? zeros(real(T), 0) : LAPACK.gesdd!('N', A)[2]
svdvals(A::AbstractMatrix{T}) where {T} = svdvals!(eigencopy_oftype(A, eigtype(T)))
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
