# lu.jl: factorization into triangles by Gaussian elimination with row exchanges.

struct LU{T,S<:AbstractMatrix{T},P<:AbstractVector{<:Integer}} <: Factorization{T}
    factors::S # L below the diagonal (which is 1), U on and above it
    ipiv::P # row i was exchanged with row ipiv[i]
    info::BlasInt # 0, or the first zero pivot

    function LU{T,S,P}(factors, ipiv, info) where {T,S<:AbstractMatrix{T},P<:AbstractVector{<:Integer}}
        require_one_based_indexing(factors)
        new{T,S,P}(factors, ipiv, info)
    end
end
LU(factors::AbstractMatrix{T}, ipiv::AbstractVector{<:Integer}, info::Integer) where {T} =
    LU{T,typeof(factors),typeof(ipiv)}(factors, ipiv, info)

Base.iterate(S::LU) = (S.L, Val(:U))
Base.iterate(S::LU, ::Val{:U}) = (S.U, Val(:p))
Base.iterate(S::LU, ::Val{:p}) = (S.p, Val(:done))
Base.iterate(S::LU, ::Val{:done}) = nothing

lupivottype(::Type{T}) where {T} = RowMaximum()

# the type that quotients of elements have
lutype(T::Type{<:Number}) = typeof((zero(T) * zero(T) + zero(T)) / oneunit(T))
lutype(T::Type) = promote_op((x, y) -> oneunit(x) * (x - x * y) / oneunit(x), T, T)

lu!(A::AbstractMatrix, pivot::Union{RowMaximum,NoPivot,RowNonZero}=lupivottype(eltype(A)); check::Bool=true) =
    generic_lufact!(A, pivot; check)
function lu!(A::StridedMatrix{T}, ::RowMaximum; check::Bool=true) where {T<:BlasFloat}
    factors, ipiv, info = LAPACK.getrf!(A; check)
    check && checknonsingular(info)
    return LU{T,typeof(factors),typeof(ipiv)}(factors, ipiv, info)
end
# earlier spellings of the strategies
lu!(A::AbstractMatrix, ::Val{true}; check::Bool=true) = lu!(A, RowMaximum(); check)
lu!(A::AbstractMatrix, ::Val{false}; check::Bool=true) = lu!(A, NoPivot(); check)
lu(A::AbstractMatrix, ::Val{true}; check::Bool=true) = lu(A, RowMaximum(); check)
lu(A::AbstractMatrix, ::Val{false}; check::Bool=true) = lu(A, NoPivot(); check)

function generic_lufact!(A::AbstractMatrix{T}, pivot::Union{RowMaximum,NoPivot,RowNonZero}; check::Bool=true) where {T}
    require_one_based_indexing(A)
    m, n = size(A)
    minmn = min(m, n)
    info = 0
    ipiv = Vector{BlasInt}(undef, minmn)
    for k = 1:minmn
        kp = k
        if pivot === RowMaximum() && k < m
            amax = abs(A[k, k])
            for i = k+1:m
                absi = abs(A[i, k])
                if absi > amax
                    kp = i
                    amax = absi
                end
            end
        elseif pivot === RowNonZero()
            for i = k:m
                if !iszero(A[i, k])
                    kp = i
                    break
                end
            end
        end
        ipiv[k] = kp
        if !iszero(A[kp, k])
            if k != kp
                for i = 1:n
                    A[k, i], A[kp, i] = A[kp, i], A[k, i]
                end
            end
            Akkinv = inv(A[k, k])
            for i = k+1:m
                @inbounds A[i, k] *= Akkinv
            end
        elseif info == 0
            info = k
        end
        for j = k+1:n, i = k+1:m
            @inbounds A[i, j] -= A[i, k] * A[k, j]
        end
    end
    check && checknonsingular(info, pivot)
    return LU{T,typeof(A),typeof(ipiv)}(A, ipiv, convert(BlasInt, info))
end

function lu(A::AbstractMatrix{T}, pivot::Union{RowMaximum,NoPivot,RowNonZero}=lupivottype(T); check::Bool=true) where {T}
    S = lutype(T)
    return lu!(copyto!(Matrix{S}(undef, size(A)), A), pivot; check)
end
lu(S::LU) = S
function lu(x::Number; check::Bool=true)
    info = x == 0 ? one(BlasInt) : zero(BlasInt)
    check && checknonsingular(info)
    return LU(fill(x, 1, 1), BlasInt[1], info)
end

Base.copy(A::LU{T,S,P}) where {T,S,P} = LU{T,S,P}(copy(A.factors), copy(A.ipiv), A.info)
Base.size(A::LU) = size(getfield(A, :factors))

# the exchanges one after the other, as one permutation
function ipiv2perm(v::AbstractVector{T}, maxi::Integer) where {T}
    p = T[1:maxi;]
    for i in 1:length(v)
        p[i], p[v[i]] = p[v[i]], p[i]
    end
    return p
end

function Base.getproperty(F::LU{T}, d::Symbol) where {T}
    m, n = size(F)
    if d === :L
        L = tril!(getfield(F, :factors)[1:m, 1:min(m, n)])
        for i = 1:min(m, n)
            L[i, i] = one(T)
        end
        return L
    elseif d === :U
        return triu!(getfield(F, :factors)[1:min(m, n), 1:n])
    elseif d === :p
        return ipiv2perm(getfield(F, :ipiv), m)
    elseif d === :P
        return Matrix{T}(I, m, m)[:, invperm(F.p)]
    else
        getfield(F, d)
    end
end
Base.propertynames(F::LU, private::Bool=false) = (:L, :U, :p, :P, (private ? fieldnames(typeof(F)) : ())...)

issuccess(F::LU) = F.info == 0

function Base.show(io::IO, mime::MIME{Symbol("text/plain")}, F::LU)
    if issuccess(F)
        summary(io, F)
        println(io)
        println(io, "L factor:")
        show(io, mime, F.L)
        println(io, "\nU factor:")
        show(io, mime, F.U)
    else
        print(io, "Failed factorization of type $(typeof(F))")
    end
end

_apply_ipiv_rows!(A::LU, B::AbstractVecOrMat) = _exchange_rows!(1:length(A.ipiv), A, B)
_apply_inverse_ipiv_rows!(A::LU, B::AbstractVecOrMat) = _exchange_rows!(length(A.ipiv):-1:1, A, B)
function _exchange_rows!(order, A::LU, B::AbstractVecOrMat)
    for i in order
        k = A.ipiv[i]
        if i != k
            for j in axes(B, 2)
                B[i, j], B[k, j] = B[k, j], B[i, j]
            end
        end
    end
    return B
end

function ldiv!(A::LU, B::AbstractVecOrMat)
    A.info == 0 || throw(SingularException(A.info))
    size(A, 1) == size(A, 2) || throw(DimensionMismatch("matrix is not square: dimensions are $(size(A))"))
    _apply_ipiv_rows!(A, B)
    ldiv!(UpperTriangular(A.factors), ldiv!(UnitLowerTriangular(A.factors), B))
end
function ldiv!(A::LU{T,<:StridedMatrix{T},<:StridedVector{BlasInt}}, B::StridedVecOrMat{T}) where {T<:BlasFloat}
    A.info == 0 || throw(SingularException(A.info))
    return LAPACK.getrs!('N', A.factors, A.ipiv, B)
end
ldiv!(F::AdjointFactorization{T,<:LU{T,<:StridedMatrix{T},<:StridedVector{BlasInt}}}, B::StridedVecOrMat{T}) where {T<:BlasFloat} =
    LAPACK.getrs!('C', F.parent.factors, F.parent.ipiv, B)
ldiv!(F::TransposeFactorization{T,<:LU{T,<:StridedMatrix{T},<:StridedVector{BlasInt}}}, B::StridedVecOrMat{T}) where {T<:BlasFloat} =
    LAPACK.getrs!('T', F.parent.factors, F.parent.ipiv, B)
function ldiv!(F::AdjointFactorization{<:Any,<:LU}, B::AbstractVecOrMat)
    A = F.parent
    ldiv!(adjoint(UnitLowerTriangular(A.factors)), ldiv!(adjoint(UpperTriangular(A.factors)), B))
    _apply_inverse_ipiv_rows!(A, B)
end
function ldiv!(F::TransposeFactorization{<:Any,<:LU}, B::AbstractVecOrMat)
    A = F.parent
    ldiv!(transpose(UnitLowerTriangular(A.factors)), ldiv!(transpose(UpperTriangular(A.factors)), B))
    _apply_inverse_ipiv_rows!(A, B)
end

function det(F::LU{T}) where {T}
    n = checksquare(F)
    issuccess(F) || return zero(T)
    P = one(T)
    c = 0
    for i = 1:n
        P *= F.factors[i, i]
        if F.ipiv[i] != i
            c += 1
        end
    end
    s = (isodd(c) ? -one(T) : one(T))
    return P * s
end
function logabsdet(F::LU{T}) where {T}
    n = checksquare(F)
    issuccess(F) || return log(zero(real(T))), log(one(T))
    c = 0
    P = one(T)
    abs_det = zero(real(T))
    for i = 1:n
        dg_ii = F.factors[i, i]
        P *= sign(dg_ii)
        if F.ipiv[i] != i
            c += 1
        end
        abs_det += log(abs(dg_ii))
    end
    s = ifelse(isodd(c), -one(real(T)), one(real(T))) * P
    abs_det, s
end

function inv!(A::LU{T}) where {T}
    n = checksquare(A)
    ldiv!(A, Matrix{T}(I, n, n))
end
inv!(A::LU{T,<:StridedMatrix{T},<:StridedVector{BlasInt}}) where {T<:BlasFloat} = LAPACK.getri!(A.factors, A.ipiv)
inv(A::LU{<:BlasFloat,<:StridedMatrix}) = inv!(copy(A))
inv(A::LU) = inv!(A)
Base.AbstractMatrix(F::LU) = (F.L*F.U)[invperm(F.p), :]
cond(A::LU, p::Number) = cond(Matrix(A), p)
rank(A::LU) = count(!iszero, diag(A.U))
