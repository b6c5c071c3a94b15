# special.jl: conversions and sums between the structured matrices.

# a special matrix as a full one, where nothing better is known
const StructuredKinds = Union{Diagonal,Bidiagonal,SymTridiagonal,Tridiagonal,AbstractTriangular}

Bidiagonal(A::Diagonal) = Bidiagonal(A.diag, zeros(eltype(A), max(0, length(A.diag) - 1)), :U)
SymTridiagonal(A::Diagonal) = SymTridiagonal(A.diag, zeros(eltype(A), max(0, length(A.diag) - 1)))
Tridiagonal(A::Diagonal) = Tridiagonal(zeros(eltype(A), max(0, length(A.diag) - 1)), A.diag, zeros(eltype(A), max(0, length(A.diag) - 1)))
Diagonal(A::Bidiagonal) = Diagonal(A.dv)
Diagonal(A::SymTridiagonal) = Diagonal(A.dv)
Diagonal(A::Tridiagonal) = Diagonal(A.d)
UpperTriangular(A::Bidiagonal) = A.uplo == 'U' ? UpperTriangular{eltype(A),typeof(A)}(A) : UpperTriangular(Matrix(A))
LowerTriangular(A::Bidiagonal) = A.uplo == 'L' ? LowerTriangular{eltype(A),typeof(A)}(A) : LowerTriangular(Matrix(A))

(*)(A::Bidiagonal, D::Diagonal) = Bidiagonal(A.dv .* D.diag, A.uplo == 'U' ? A.ev .* D.diag[2:end] : A.ev .* D.diag[1:end-1], A.uplo)
(*)(D::Diagonal, A::Bidiagonal) = Bidiagonal(D.diag .* A.dv, A.uplo == 'U' ? D.diag[1:end-1] .* A.ev : D.diag[2:end] .* A.ev, A.uplo)
(*)(A::Tridiagonal, D::Diagonal) = Tridiagonal(A.dl .* D.diag[1:end-1], A.d .* D.diag, A.du .* D.diag[2:end])
(*)(D::Diagonal, A::Tridiagonal) = Tridiagonal(D.diag[2:end] .* A.dl, D.diag .* A.d, D.diag[1:end-1] .* A.du)
(*)(A::SymTridiagonal, D::Diagonal) = Tridiagonal(A) * D
(*)(D::Diagonal, A::SymTridiagonal) = D * Tridiagonal(A)
# products of two banded matrices have more diagonals
const BandedKinds = Union{Bidiagonal,SymTridiagonal,Tridiagonal}
(*)(A::BandedKinds, B::BandedKinds) = Matrix(A) * Matrix(B)
(*)(A::BandedKinds, B::AbstractTriangular) = Matrix(A) * Matrix(B)
(*)(A::AbstractTriangular, B::BandedKinds) = Matrix(A) * Matrix(B)

Base.zero(A::Bidiagonal) = Bidiagonal(zero(A.dv), zero(A.ev), A.uplo)
Base.zero(A::SymTridiagonal) = SymTridiagonal(zero(A.dv), zero(A.ev))
Base.zero(A::Tridiagonal) = Tridiagonal(zero(A.dl), zero(A.d), zero(A.du))
Base.one(A::StructuredKinds) = Diagonal(fill(one(eltype(A)), size(A, 1)))

Base.fill!(A::Union{Bidiagonal,SymTridiagonal,Tridiagonal}, x) = iszero(x) ? _zero_fields!(A, x) :
    throw(ArgumentError("array of type $(typeof(A)) and size $(size(A)) can not be filled with $x, since some of its entries are constrained."))
_zero_fields!(A::Union{Bidiagonal,SymTridiagonal}, x) = (fill!(A.dv, x); fill!(A.ev, x); A)
_zero_fields!(A::Tridiagonal, x) = (fill!(A.dl, x); fill!(A.d, x); fill!(A.du, x); A)
function Base.fill!(A::UpperOrLowerTriangular, x)
    (iszero(x) && !isunit(A)) || throw(ArgumentError("array of type $(typeof(A)) and size $(size(A)) can not be filled with $x, since some of its entries are constrained."))
    fill!(A.data, x)
    return A
end
