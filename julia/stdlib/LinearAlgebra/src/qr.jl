# qr.jl: factorization into an orthogonal and an upper triangular matrix by Householder
# reflections, with column exchanges where asked for.

struct QR{T,S<:AbstractMatrix{T},C<:AbstractVector{T}} <: Factorization{T}
    factors::S # R on and above the diagonal, the vectors of the reflections below
    τ::C
end
QR(factors::AbstractMatrix{T}, τ::AbstractVector{T}) where {T} = QR{T,typeof(factors),typeof(τ)}(factors, τ)

struct QRPivoted{T,S<:AbstractMatrix{T},C<:AbstractVector{T},P<:AbstractVector{<:Integer}} <: Factorization{T}
    factors::S
    τ::C
    jpvt::P
end
QRPivoted(factors::AbstractMatrix{T}, τ::AbstractVector{T}, jpvt::AbstractVector{<:Integer}) where {T} =
    QRPivoted{T,typeof(factors),typeof(τ),typeof(jpvt)}(factors, τ, jpvt)

# in blocks of columns, each with the triangle with which its reflections are one
struct QRCompactWY{S,M<:AbstractMatrix{S},C<:AbstractMatrix{S}} <: Factorization{S}
    factors::M
    T::C
end
QRCompactWY(factors::AbstractMatrix{S}, T::AbstractMatrix{S}) where {S} =
    QRCompactWY{S,typeof(factors),typeof(T)}(factors, T)

const QRUnpivoted{T} = Union{QR{T},QRCompactWY{T}}
const QRKinds{T} = Union{QR{T},QRCompactWY{T},QRPivoted{T}}

# the orthogonal factor: applied by its reflections
abstract type AbstractQ{T} end
struct QRPackedQ{T,S<:AbstractMatrix{T},C<:AbstractVector{T}} <: AbstractQ{T}
    factors::S
    τ::C
end
QRPackedQ(factors::AbstractMatrix{T}, τ::AbstractVector{T}) where {T} = QRPackedQ{T,typeof(factors),typeof(τ)}(factors, τ)
struct QRCompactWYQ{S,M<:AbstractMatrix{S},C<:AbstractMatrix{S}} <: AbstractQ{S}
    factors::M
    T::C
end
QRCompactWYQ(factors::AbstractMatrix{S}, T::AbstractMatrix{S}) where {S} =
    QRCompactWYQ{S,typeof(factors),typeof(T)}(factors, T)
const QROrthogonal{T} = Union{QRPackedQ{T},QRCompactWYQ{T}}
struct AdjointQ{T,S<:AbstractQ{T}} <: AbstractQ{T}
    Q::S
end
AdjointQ(Q::AbstractQ{T}) where {T} = AdjointQ{T,typeof(Q)}(Q)

Base.eltype(::Type{<:AbstractQ{T}}) where {T} = T
Base.ndims(::AbstractQ) = 2
Base.size(Q::QROrthogonal) = (n = size(Q.factors, 1); (n, n))
Base.size(Q::AdjointQ) = reverse(size(Q.Q))
Base.size(Q::AbstractQ, d::Integer) = d < 1 ? throw(BoundsError(size(Q), d)) : d <= 2 ? size(Q)[d] : 1
Base.length(Q::AbstractQ) = prod(size(Q))
Base.axes(Q::AbstractQ) = map(Base.OneTo, size(Q))
Base.axes(Q::AbstractQ, d::Integer) = d <= 2 ? axes(Q)[d] : Base.OneTo(1)
adjoint(Q::AbstractQ) = AdjointQ(Q)
adjoint(Q::AdjointQ) = Q.Q
transpose(Q::AbstractQ{<:Real}) = adjoint(Q)
inv(Q::AbstractQ) = adjoint(Q)
Base.copy(Q::AbstractQ) = Q

function lmul!(A::QRPackedQ, B::AbstractVecOrMat)
    mA, nA = size(A.factors)
    mB, nB = size(B, 1), size(B, 2)
    if mA != mB
        throw(DimensionMismatch("matrix A has dimensions ($mA,$nA) but B has dimensions ($mB, $nB)"))
    end
    Afactors = A.factors
    for k = min(mA, nA):-1:1
        for j = 1:nB
            vBj = B[k, j]
            for i = k+1:mB
                vBj += conj(Afactors[i, k]) * B[i, j]
            end
            vBj = A.τ[k] * vBj
            B[k, j] -= vBj
            for i = k+1:mB
                B[i, j] -= Afactors[i, k] * vBj
            end
        end
    end
    B
end
function lmul!(adjA::AdjointQ{<:Any,<:QRPackedQ}, B::AbstractVecOrMat)
    A = adjA.Q
    mA, nA = size(A.factors)
    mB, nB = size(B, 1), size(B, 2)
    if mA != mB
        throw(DimensionMismatch("matrix A has dimensions ($mA,$nA) but B has dimensions ($mB, $nB)"))
    end
    Afactors = A.factors
    for k = 1:min(mA, nA)
        for j = 1:nB
            vBj = B[k, j]
            for i = k+1:mB
                vBj += conj(Afactors[i, k]) * B[i, j]
            end
            vBj = conj(A.τ[k]) * vBj
            B[k, j] -= vBj
            for i = k+1:mB
                B[i, j] -= Afactors[i, k] * vBj
            end
        end
    end
    B
end
# floating-point numbers
function _check_q_rows(Q, B)
    size(Q.factors, 1) == size(B, 1) || throw(DimensionMismatch("matrix A has dimensions $(size(Q.factors)) but B has dimensions ($(size(B, 1)), $(size(B, 2)))"))
end
lmul!(Q::QRPackedQ{T,<:StridedMatrix{T},<:StridedVector{T}}, B::StridedVecOrMat{T}) where {T<:BlasFloat} =
    (_check_q_rows(Q, B); LAPACK.ormqr!('L', 'N', Q.factors, Q.τ, B))
lmul!(Q::QRCompactWYQ{T,<:StridedMatrix{T},<:StridedMatrix{T}}, B::StridedVecOrMat{T}) where {T<:BlasFloat} =
    (_check_q_rows(Q, B); LAPACK.gemqrt!('L', 'N', Q.factors, Q.T, B))
for (T, letter) in ((:BlasReal, 'T'), (:BlasComplex, 'C'))
    @eval lmul!(A::AdjointQ{T,<:QRPackedQ{T,<:StridedMatrix{T},<:StridedVector{T}}}, B::StridedVecOrMat{T}) where {T<:$T} =
        (_check_q_rows(A.Q, B); LAPACK.ormqr!('L', $letter, A.Q.factors, A.Q.τ, B))
    @eval lmul!(A::AdjointQ{T,<:QRCompactWYQ{T,<:StridedMatrix{T},<:StridedMatrix{T}}}, B::StridedVecOrMat{T}) where {T<:$T} =
        (_check_q_rows(A.Q, B); LAPACK.gemqrt!('L', $letter, A.Q.factors, A.Q.T, B))
end
# of numbers of another kind: reflection by reflection
_tau(Q::QRPackedQ) = Q.τ
_tau(Q::QRCompactWYQ) = [Q.T[mod1(i, size(Q.T, 1)), i] for i in 1:size(Q.T, 2)]
lmul!(Q::QRCompactWYQ, B::AbstractVecOrMat) = lmul!(QRPackedQ(Q.factors, _tau(Q)), B)
lmul!(A::AdjointQ{<:Any,<:QRCompactWYQ}, B::AbstractVecOrMat) = lmul!(adjoint(QRPackedQ(A.Q.factors, _tau(A.Q))), B)
rmul!(A::AbstractMatrix, Q::AbstractQ) = copyto!(A, adjoint(lmul!(adjoint(Q), Matrix(adjoint(A)))))

# a vector or matrix with as many rows as the thin Q has columns is extended by zeros
function *(Q::AbstractQ, B::AbstractVecOrMat)
    T = promote_type(eltype(Q), eltype(B))
    m = size(Q, 2)
    if size(B, 1) == m
        Bnew = copyto!(similar(B, T, size(B)), B)
    elseif Q isa QROrthogonal && size(B, 1) == size(Q.factors, 2)
        Bnew = zeros(T, m, size(B, 2))
        Bnew[1:size(B, 1), :] = B
        B isa AbstractVector && (Bnew = vec(Bnew))
    else
        throw(DimensionMismatch("first dimension of matrix must have size either $m or $(Q isa QROrthogonal ? size(Q.factors, 2) : m)"))
    end
    return lmul!(Q, Bnew)
end
*(A::AbstractMatrix, Q::AbstractQ) = Matrix(adjoint(adjoint(Q) * Matrix(adjoint(A))))
*(u::AdjointAbsVec, Q::AbstractQ) = adjoint(adjoint(Q) * u.parent)
*(P::AbstractQ, Q::AbstractQ) = lmul!(P, Matrix(Q))
(\)(Q::AbstractQ, B::AbstractVecOrMat) = adjoint(Q) * B
(/)(A::AbstractMatrix, Q::AbstractQ) = A * adjoint(Q)

# Matrix(Q) is thin, as wide as the factors; Q*I and collect are square
function Base.Matrix{T}(Q::QROrthogonal) where {T}
    m, n = size(Q.factors)
    lmul!(Q, Matrix{T}(I, m, min(m, n)))
end
Base.Matrix{T}(Q::AdjointQ) where {T} = lmul!(Q, Matrix{T}(I, size(Q)...))
Base.Matrix(Q::AbstractQ{T}) where {T} = Matrix{T}(Q)
Base.Array(Q::AbstractQ) = Matrix(Q)
Base.collect(Q::AbstractQ{T}) where {T} = lmul!(Q, Matrix{T}(I, size(Q)...))
*(Q::AbstractQ{T}, J::UniformScaling) where {T} = collect(Q) * J
Base.AbstractMatrix(Q::AbstractQ) = Matrix(Q)
Base.convert(::Type{Matrix}, Q::AbstractQ) = Matrix(Q)
Base.isapprox(A::AbstractQ, B::AbstractQ; kws...) = isapprox(collect(A), collect(B); kws...)
Base.isapprox(A::AbstractQ, B::AbstractMatrix; kws...) = isapprox(collect(A), B; kws...)
Base.isapprox(A::AbstractMatrix, B::AbstractQ; kws...) = isapprox(A, collect(B); kws...)
(==)(A::AbstractQ, B::AbstractMatrix) = collect(A) == B
(==)(A::AbstractMatrix, B::AbstractQ) = A == collect(B)
Base.getindex(Q::AbstractQ, i::Int, j::Int) = (Q*[k == j ? one(eltype(Q)) : zero(eltype(Q)) for k in 1:size(Q, 2)])[i]
Base.getindex(Q::AbstractQ, ::Colon, j::Int) = Q * [k == j ? one(eltype(Q)) : zero(eltype(Q)) for k in 1:size(Q, 2)]
Base.getindex(Q::AbstractQ, I...) = collect(Q)[I...]
det(Q::QROrthogonal) = prod(τ -> iszero(τ) ? one(τ) : -one(τ) * (τ isa Complex ? sign(τ / conj(τ)) : one(τ)), _tau(Q); init=one(eltype(Q)))
det(Q::AdjointQ) = conj(det(Q.Q))
logabsdet(Q::AbstractQ) = (d = det(Q); (log(abs(d)), sign(d)))
function Base.show(io::IO, ::MIME{Symbol("text/plain")}, Q::AbstractQ)
    print(io, Base.dims2string(size(Q)), ' ', string(typeof(Q)))
end

## factorization ##

function qrfactUnblocked!(A::AbstractMatrix{T}) where {T}
    require_one_based_indexing(A)
    m, n = size(A)
    τ = zeros(T, min(m, n))
    for k = 1:min(m - 1 + !(T <: Real), n)
        x = view(A, k:m, k)
        τk = reflector!(x)
        τ[k] = τk
        reflectorApply!(x, τk, view(A, k:m, k+1:n))
    end
    QR(A, τ)
end

# the column of the largest remaining norm goes first
function qrfactPivotedUnblocked!(A::AbstractMatrix)
    m, n = size(A)
    piv = Vector{Int}(UnitRange{Int}(1, n))
    τ = Vector{eltype(A)}(undef, min(m, n))
    for j = 1:min(m, n)
        jm = j
        best = norm(view(A, j:m, j))
        for l in j+1:n
            nl = norm(view(A, j:m, l))
            if nl > best
                jm, best = l, nl
            end
        end
        if jm != j
            piv[jm], piv[j] = piv[j], piv[jm]
            for i = 1:m
                A[i, jm], A[i, j] = A[i, j], A[i, jm]
            end
        end
        x = view(A, j:m, j)
        τj = reflector!(x)
        τ[j] = τj
        reflectorApply!(x, τj, view(A, j:m, j+1:n))
    end
    return QRPivoted{eltype(A),typeof(A),typeof(τ),typeof(piv)}(A, τ, piv)
end

qr!(A::AbstractMatrix, ::NoPivot) = qrfactUnblocked!(A)
qr!(A::AbstractMatrix, ::ColumnNorm) = qrfactPivotedUnblocked!(A)
qr!(A::AbstractMatrix) = qr!(A, NoPivot())
qr!(A::StridedMatrix{<:BlasFloat}, ::NoPivot; blocksize::Integer=36) =
    QRCompactWY(LAPACK.geqrt!(A, min(min(size(A)...), blocksize))...)
qr!(A::StridedMatrix{<:BlasFloat}, ::ColumnNorm) = QRPivoted(LAPACK.geqp3!(A)...)

_qreltype(::Type{T}) where {T} = typeof(zero(T) / sqrt(abs2(one(T))))
function qr(A::AbstractMatrix{T}, arg...; kwargs...) where {T}
    require_one_based_indexing(A)
    AA = copyto!(Matrix{_qreltype(T)}(undef, size(A)), A)
    return qr!(AA, _qr_strategy(arg...); kwargs...)
end
_qr_strategy() = NoPivot()
_qr_strategy(s::PivotingStrategy) = s
_qr_strategy(::Val{true}) = ColumnNorm()
_qr_strategy(::Val{false}) = NoPivot()
qr(x::Number) = qr(fill(x, 1, 1))
qr(v::AbstractVector) = qr(reshape(v, length(v), 1))

Base.size(F::QRKinds) = size(getfield(F, :factors))
function Base.getproperty(F::QR, d::Symbol)
    m, n = size(F)
    if d === :R
        return triu!(getfield(F, :factors)[1:min(m, n), 1:n])
    elseif d === :Q
        return QRPackedQ(getfield(F, :factors), F.τ)
    else
        getfield(F, d)
    end
end
function Base.getproperty(F::QRCompactWY, d::Symbol)
    m, n = size(F)
    if d === :R
        return triu!(getfield(F, :factors)[1:min(m, n), 1:n])
    elseif d === :Q
        return QRCompactWYQ(getfield(F, :factors), getfield(F, :T))
    else
        getfield(F, d)
    end
end
function Base.getproperty(F::QRPivoted{T}, d::Symbol) where {T}
    m, n = size(F)
    if d === :R
        return triu!(getfield(F, :factors)[1:min(m, n), 1:n])
    elseif d === :Q
        return QRPackedQ(getfield(F, :factors), F.τ)
    elseif d === :p
        return getfield(F, :jpvt)
    elseif d === :P
        p = F.p
        n = length(p)
        P = zeros(T, n, n)
        for i in 1:n
            P[p[i], i] = one(T)
        end
        return P
    else
        getfield(F, d)
    end
end
Base.propertynames(F::QRUnpivoted, private::Bool=false) = (:R, :Q, (private ? fieldnames(typeof(F)) : ())...)
Base.propertynames(F::QRPivoted, private::Bool=false) = (:R, :Q, :p, :P, (private ? fieldnames(typeof(F)) : ())...)
Base.iterate(S::QRKinds) = (S.Q, Val(:R))
Base.iterate(S::QRUnpivoted, ::Val{:R}) = (S.R, Val(:done))
Base.iterate(S::QRPivoted, ::Val{:R}) = (S.R, Val(:p))
Base.iterate(S::QRPivoted, ::Val{:p}) = (S.p, Val(:done))
Base.iterate(S::QRKinds, ::Val{:done}) = nothing

function Base.show(io::IO, mime::MIME{Symbol("text/plain")}, F::QRKinds)
    summary(io, F)
    println(io)
    print(io, "Q factor: ")
    show(io, mime, F.Q)
    println(io, "\nR factor:")
    show(io, mime, F.R)
    if F isa QRPivoted
        println(io, "\npermutation:")
        show(io, mime, F.p)
    end
end

Base.AbstractMatrix(F::QRUnpivoted) = F.Q * F.R
Base.AbstractMatrix(F::QRPivoted) = (F.Q*F.R)[:, invperm(F.p)]

## least squares ##

function ldiv!(A::QRUnpivoted{T}, B::AbstractVecOrMat) where {T}
    m, n = size(A)
    m < n && return _wide_ldiv!(A, B)
    lmul!(adjoint(A.Q), view(B, 1:m, :))
    ldiv!(UpperTriangular(A.R), view(B, 1:n, :))
    return B
end
# fewer equations than unknowns: the solution of least norm
function _wide_ldiv!(A::QRUnpivoted, B)
    m, n = size(A)
    M = Matrix(A)
    X = M' * (lu(M * M') \ B[1:m, :])
    B[1:n, :] = X
    return B
end
function ldiv!(A::QRPivoted{T}, B::AbstractVecOrMat) where {T}
    m, n = size(A)
    R = A.R
    k = min(m, n)
    # columns that add nothing are left out
    rnk = k == 0 ? 0 : count(i -> abs(R[i, i]) > k * eps(float(real(T))) * abs(R[1, 1]), 1:k)
    C = lmul!(adjoint(A.Q), Matrix{eltype(B)}(view(B, 1:m, :)))
    X = zeros(eltype(B), n, size(B, 2))
    if rnk == n
        X[1:n, :] = ldiv!(UpperTriangular(R), C[1:n, :])
    elseif rnk > 0
        R1 = R[1:rnk, :]
        # the minimum norm solution of the remaining system
        X[:, :] = R1' * (lu(R1 * R1') \ C[1:rnk, :])
    end
    B[1:n, :] = X[invperm(A.p), :]
    return B
end
det(F::QRUnpivoted) = det(F.Q) * prod(diag(F.R))
inv(F::QRKinds{T}) where {T} = (n = checksquare(F); ldiv!(F, Matrix{T}(I, n, n)))
rank(F::QRPivoted; rtol::Real=min(size(F)...) * eps(real(float(eltype(F.factors))))) = (R = diag(F.R); isempty(R) ? 0 : count(x -> abs(x) > rtol * abs(R[1]), R))

# lq is qr of the adjoint
struct LQ{T,S<:Factorization{T}} <: Factorization{T}
    qr::S
end
Base.size(F::LQ) = reverse(size(getfield(F, :qr)))
function Base.getproperty(F::LQ, d::Symbol)
    d === :L && return Matrix(adjoint(getfield(F, :qr).R))
    d === :Q && return adjoint(Matrix(getfield(F, :qr).Q))
    return getfield(F, d)
end
Base.iterate(S::LQ) = (S.L, Val(:Q))
Base.iterate(S::LQ, ::Val{:Q}) = (S.Q, Val(:done))
Base.iterate(S::LQ, ::Val{:done}) = nothing
lq(A::AbstractMatrix) = (F = qr(adjoint(A)); LQ{eltype(F),typeof(F)}(F))
lq!(A::AbstractMatrix) = lq(A)
Base.AbstractMatrix(F::LQ) = F.L * F.Q
