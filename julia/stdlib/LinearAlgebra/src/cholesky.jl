# cholesky.jl: factorization of positive definite matrices, and LDLt of tridiagonal ones.

struct Cholesky{T,S<:AbstractMatrix} <: Factorization{T}
    factors::S
    uplo::Char
    info::BlasInt
end
Cholesky(A::AbstractMatrix{T}, uplo::Symbol, info::Integer) where {T} = Cholesky{T,typeof(A)}(A, char_uplo(uplo), info)
Cholesky(A::AbstractMatrix{T}, uplo::AbstractChar, info::Integer) where {T} = Cholesky{T,typeof(A)}(A, uplo, info)
Cholesky(U::UpperTriangular{T}) where {T} = Cholesky{T,typeof(U.data)}(U.data, 'U', 0)
Cholesky(L::LowerTriangular{T}) where {T} = Cholesky{T,typeof(L.data)}(L.data, 'L', 0)

# with pivoting: see CholeskyPivoted's fields
struct CholeskyPivoted{T,S<:AbstractMatrix,P<:AbstractVector{<:Integer}} <: Factorization{T}
    factors::S
    uplo::Char
    piv::P
    rank::BlasInt
    tol::Real
    info::BlasInt
end

choltype(A) = promote_type(typeof(sqrt(oneunit(eltype(A)))), Float32)
choltype_of(::Type{T}) where {T} = typeof(sqrt(oneunit(T)))

# the upper triangle in place; info tells the first minor that is not positive
function _chol!(A::AbstractMatrix)
    n = checksquare(A)
    for k = 1:n
        Akk = real(A[k, k])
        for i = 1:k-1
            Akk -= abs2(A[i, k])
        end
        (Akk > 0 && isfinite(Akk)) || return A, k
        Akk = sqrt(Akk)
        A[k, k] = Akk
        for j = k+1:n
            s = A[k, j]
            for i = 1:k-1
                s -= conj(A[i, k]) * A[i, j]
            end
            A[k, j] = s / Akk
        end
    end
    return A, 0
end
# the lower triangle is the upper one of the adjoint
function _chol!(A::AbstractMatrix, uplo::AbstractChar)
    _, info = _chol!(uplo == 'U' ? A : adjoint(A))
    return A, info
end
_chol!(A::StridedMatrix{<:BlasFloat}, uplo::AbstractChar) = LAPACK.potrf!(uplo, A)

function cholesky!(A::RealHermSymComplexHerm, ::NoPivot=NoPivot(); check::Bool=true)
    C, info = _chol!(A.data, A.uplo)
    check && checkpositivedefinite(info)
    return Cholesky(C, A.uplo, info)
end
function cholesky!(A::AbstractMatrix, ::NoPivot=NoPivot(); check::Bool=true)
    checksquare(A)
    if !ishermitian(A)
        check && checkpositivedefinite(-1)
        return Cholesky(A, 'U', convert(BlasInt, -1))
    else
        return cholesky!(Hermitian(A), NoPivot(); check)
    end
end
function cholesky(A::AbstractMatrix, ::NoPivot=NoPivot(); check::Bool=true)
    T = choltype_of(eltype(A))
    B = copyto!(Matrix{T}(undef, size(A)), A)
    return cholesky!(B, NoPivot(); check)
end
function cholesky(A::RealHermSymComplexHerm, ::NoPivot=NoPivot(); check::Bool=true)
    T = choltype_of(eltype(A))
    return cholesky!(Hermitian(Matrix{T}(A), sym_uplo(A.uplo)), NoPivot(); check)
end
cholesky(A::AbstractMatrix, ::Val{false}; check::Bool=true) = cholesky(A, NoPivot(); check)
cholesky(x::Number, ::NoPivot=NoPivot(); check::Bool=true) = cholesky(fill(x, 1, 1); check)

Base.size(C::Union{Cholesky,CholeskyPivoted}) = size(getfield(C, :factors))
function Base.getproperty(C::Cholesky, d::Symbol)
    Cfactors = getfield(C, :factors)
    Cuplo = getfield(C, :uplo)
    if d === :U
        return UpperTriangular(Cuplo == 'U' ? Cfactors : copy(Cfactors'))
    elseif d === :L
        return LowerTriangular(Cuplo == 'L' ? Cfactors : copy(Cfactors'))
    elseif d === :UL
        return Cuplo == 'U' ? UpperTriangular(Cfactors) : LowerTriangular(Cfactors)
    else
        return getfield(C, d)
    end
end
Base.propertynames(F::Cholesky, private::Bool=false) = (:U, :L, :UL, (private ? fieldnames(typeof(F)) : ())...)
Base.iterate(C::Cholesky) = (C.L, Val(:U))
Base.iterate(C::Cholesky, ::Val{:U}) = (C.U, Val(:done))
Base.iterate(C::Cholesky, ::Val{:done}) = nothing

issuccess(C::Union{Cholesky,CholeskyPivoted}) = C.info == 0
isposdef(C::Cholesky) = C.info == 0
adjoint(C::Cholesky) = C
Base.AbstractMatrix(C::Cholesky) = C.uplo == 'U' ? C.U' * Matrix(C.U) : Matrix(C.L) * C.L'

function Base.show(io::IO, mime::MIME{Symbol("text/plain")}, C::Cholesky)
    if issuccess(C)
        summary(io, C)
        println(io)
        println(io, "$(C.uplo) factor:")
        show(io, mime, C.UL)
    else
        print(io, "Failed factorization of type $(typeof(C))")
    end
end

function ldiv!(C::Cholesky, B::AbstractVecOrMat)
    checkpositivedefinite(C.info)
    if C.uplo == 'L'
        return ldiv!(adjoint(LowerTriangular(C.factors)), ldiv!(LowerTriangular(C.factors), B))
    else
        return ldiv!(UpperTriangular(C.factors), ldiv!(adjoint(UpperTriangular(C.factors)), B))
    end
end
function ldiv!(C::Cholesky{T,<:StridedMatrix{T}}, B::StridedVecOrMat{T}) where {T<:BlasFloat}
    checkpositivedefinite(C.info)
    return LAPACK.potrs!(C.uplo, C.factors, B)
end
function det(C::Cholesky)
    dd = one(real(eltype(C)))
    for i in 1:size(C.factors, 1)
        dd *= real(C.factors[i, i])^2
    end
    return dd
end
function logdet(C::Cholesky)
    dd = zero(real(eltype(C)))
    for i in 1:size(C.factors, 1)
        dd += log(real(C.factors[i, i]))
    end
    return dd + dd
end
logabsdet(C::Cholesky) = logdet(C), one(eltype(C))
inv(C::Cholesky{<:BlasFloat,<:StridedMatrix}) =
    (checkpositivedefinite(C.info); copytri!(LAPACK.potri!(C.uplo, copy(C.factors)), C.uplo, true))
inv(C::Cholesky{T}) where {T} = (n = size(C, 1); ldiv!(C, Matrix{T}(I, n, n)))

# rank-one changes
function lowrankupdate(C::Cholesky, v::AbstractVector)
    A = Matrix(C) + v * v'
    return cholesky(Hermitian(A))
end
function lowrankdowndate(C::Cholesky, v::AbstractVector)
    A = Matrix(C) - v * v'
    return cholesky(Hermitian(A))
end
lowrankupdate!(C::Cholesky, v::AbstractVector) = (copyto!(C.factors, lowrankupdate(C, v).factors); C)
lowrankdowndate!(C::Cholesky, v::AbstractVector) = (copyto!(C.factors, lowrankdowndate(C, v).factors); C)

## LDLt ##

struct LDLt{T,S<:AbstractMatrix{T}} <: Factorization{T}
    data::S
end
Base.size(S::LDLt) = size(S.data)
Base.getproperty(F::LDLt{<:Any,<:SymTridiagonal}, d::Symbol) = d === :d ? getfield(F, :data).dv :
    d === :D ? Diagonal(getfield(F, :data).dv) :
    d === :L ? UnitLowerTriangular(Matrix(Bidiagonal(ones(eltype(F), size(F, 1)), getfield(F, :data).ev[1:size(F, 1)-1], :L))) :
    d === :Lt ? UnitUpperTriangular(Matrix(Bidiagonal(ones(eltype(F), size(F, 1)), getfield(F, :data).ev[1:size(F, 1)-1], :U))) :
    getfield(F, d)
function ldlt!(S::SymTridiagonal{T}) where {T}
    n = size(S, 1)
    d = S.dv
    e = S.ev
    for i in 1:n-1
        iszero(d[i]) && throw(ZeroPivotException(i))
        e[i] /= d[i]
        d[i+1] -= e[i]^2 * d[i]
    end
    return LDLt{T,SymTridiagonal{T,typeof(d)}}(S)
end
ldlt(M::SymTridiagonal) = ldlt!(copyto!(similar(M, typeof(zero(eltype(M)) / one(eltype(M)))), M))
function ldiv!(F::LDLt{<:Any,<:SymTridiagonal}, B::AbstractVecOrMat)
    n = size(F, 1)
    d, l = F.data.dv, F.data.ev
    for k in axes(B, 2)
        for i in 2:n
            B[i, k] -= l[i-1] * B[i-1, k]
        end
        for i in 1:n
            B[i, k] /= d[i]
        end
        for i in n-1:-1:1
            B[i, k] -= l[i] * B[i+1, k]
        end
    end
    return B
end
det(F::LDLt{<:Any,<:SymTridiagonal}) = prod(F.data.dv)
