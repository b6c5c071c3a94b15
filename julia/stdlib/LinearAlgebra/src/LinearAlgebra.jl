# LinearAlgebra: products, norms, structured matrices, factorizations and solves, generic over
# the element type; those of dense matrices of floating-point numbers by BLAS and LAPACK.

module LinearAlgebra

import Base: \, /, *, ^, +, -, ==
using Base: promote_eltype, promote_op, @propagate_inbounds, require_one_based_indexing
using Base.Broadcast: Broadcasted, broadcasted
import Base.Broadcast: BroadcastStyle
import Base: adjoint, transpose, inv, kron, kron!

export
    # modules
    LAPACK, BLAS,
    # types
    Adjoint, Transpose, SymTridiagonal, Tridiagonal, Bidiagonal, Factorization, BunchKaufman, Cholesky,
    CholeskyPivoted, ColumnNorm, Eigen, GeneralizedEigen, GeneralizedSVD, GeneralizedSchur, Hessenberg,
    LU, LDLt, LQ, NoPivot, QR, QRPivoted, RowMaximum, SVD, Schur, Hermitian, RowNonZero, Symmetric,
    LowerTriangular, UpperTriangular, UnitLowerTriangular, UnitUpperTriangular, UpperHessenberg, Diagonal,
    UniformScaling,
    # functions
    axpy!, axpby!, bunchkaufman, bunchkaufman!, cholesky, cholesky!, cond, condskeel, copyto!, copy_transpose!,
    cross, adjoint, adjoint!, det, diag, diagind, diagm, dot, eigen, eigen!, eigmax, eigmin, eigvals, eigvals!,
    eigvecs, factorize, givens, hermitianpart, hermitianpart!, hessenberg, hessenberg!, inv, isdiag,
    ishermitian, isposdef, isposdef!, issuccess, issymmetric, istril, istriu, kron, kron!, ldiv!, ldlt, ldlt!,
    lmul!, logabsdet, logdet, lowrankdowndate, lowrankdowndate!, lowrankupdate, lowrankupdate!, lq, lq!, lu, lu!,
    lyap, mul!, norm, normalize, normalize!, nullspace, opnorm, ordschur, ordschur!, peakflops, permutecols!!,
    pinv, qr, qr!, rank, rdiv!, reflect!, rmul!, rotate!, schur, schur!, svd, svd!, svdvals, svdvals!, sylvester,
    tr, transpose, transpose!, tril, tril!, triu, triu!,
    # operators and constants
    \, /, ⋅, ×, I

const BlasFloat = Union{Float64,Float32,ComplexF64,ComplexF32}
const BlasReal = Union{Float64,Float32}
const BlasComplex = Union{ComplexF64,ComplexF32}
const BlasInt = Int64

abstract type Algorithm end
struct DivideAndConquer <: Algorithm end
struct QRIteration <: Algorithm end
struct RobustRepresentations <: Algorithm end

abstract type PivotingStrategy end
struct NoPivot <: PivotingStrategy end
struct RowNonZero <: PivotingStrategy end
struct RowMaximum <: PivotingStrategy end
struct ColumnNorm <: PivotingStrategy end

# chooses the type of an eltype-preserving copy: with eltype S even where A has it already
function copy_oftype end
copymutable_oftype(A::AbstractArray, ::Type{S}) where {S} = copyto!(similar(A, S), A)
copy_oftype(A::AbstractArray{T}, ::Type{T}) where {T} = copy(A)
copy_oftype(A::AbstractArray{T,N}, ::Type{S}) where {T,N,S} = convert(AbstractArray{S,N}, A)
copy_similar(A::AbstractArray, ::Type{T}) where {T} = copyto!(similar(A, T, size(A)), A)

"""
    LinearAlgebra.checksquare(A)

The common dimension of a square matrix; throws otherwise.
"""
function checksquare(A)
    m, n = size(A)
    m == n || throw(DimensionMismatch("matrix is not square: dimensions are $(size(A))"))
    m
end
function checksquare(A...)
    sizes = Int[]
    for a in A
        size(a, 1) == size(a, 2) || throw(DimensionMismatch("matrix is not square: dimensions are $(size(a))"))
        push!(sizes, size(a, 1))
    end
    return sizes
end

function char_uplo(uplo::Symbol)
    uplo === :U && return 'U'
    uplo === :L && return 'L'
    throw_uplo()
end
function sym_uplo(uplo::Char)
    uplo == 'U' && return :U
    uplo == 'L' && return :L
    throw_uplo()
end
@noinline throw_uplo() = throw(ArgumentError("uplo argument must be either :U (upper) or :L (lower)"))

# the number type at the bottom of nested containers
promote_leaf_eltypes(x::Union{AbstractArray{T},Tuple{T,Vararg{T}}}) where {T<:Number} = T
promote_leaf_eltypes(x::T) where {T} = T
promote_leaf_eltypes(::Type{T}) where {T} = T
promote_leaf_eltypes(x::Union{AbstractArray,Tuple}) = isempty(x) ? Bool : mapreduce(promote_leaf_eltypes, promote_type, x)

include("exceptions.jl")
include("adjtrans.jl")
include("generic.jl")
include("blas.jl")
include("lapack.jl")
include("uniformscaling.jl")
include("dense.jl")
include("matmul.jl")
include("factorization.jl")
include("diagonal.jl")
include("triangular.jl")
include("symmetric.jl")
include("bidiag.jl")
include("tridiag.jl")
include("hessenberg.jl")
include("givens.jl")
include("lu.jl")
include("tridiaglu.jl")
include("qr.jl")
include("cholesky.jl")
include("eigen.jl")
include("svd.jl")
include("special.jl")
include("structuredbroadcast.jl")

const ⋅ = dot
const × = cross

end # module LinearAlgebra
