# triangular.jl: UpperTriangular and the others: the half of a matrix that is looked at.

abstract type AbstractTriangular{T,S<:AbstractMatrix} <: AbstractMatrix{T} end

for t in (:LowerTriangular, :UnitLowerTriangular, :UpperTriangular, :UnitUpperTriangular)
    @eval begin
        struct $t{T,S<:AbstractMatrix{T}} <: AbstractTriangular{T,S}
            data::S

            function $t{T,S}(data) where {T,S<:AbstractMatrix{T}}
                require_one_based_indexing(data)
                checksquare(data)
                new{T,S}(data)
            end
        end
        $t(A::$t) = A
        $t{T}(A::$t{T}) where {T} = A
        $t(A::AbstractMatrix) = $t{eltype(A),typeof(A)}(A)
        $t{T}(A::AbstractMatrix) where {T} = $t(convert(AbstractMatrix{T}, A))
        $t{T}(A::$t) where {T} = $t(convert(AbstractMatrix{T}, A.data))

        Base.AbstractMatrix{T}(A::$t) where {T} = $t{T}(A)
        Base.size(A::$t) = size(A.data)
        Base.axes(A::$t) = axes(A.data)
        Base.parent(A::$t) = A.data
        Base.similar(A::$t, ::Type{T}) where {T} = $t(similar(parent(A), T))
        Base.similar(A::$t, ::Type{T}, dims::Dims{N}) where {T,N} = similar(parent(A), T, dims)
        Base.copy(A::$t) = $t(copy(A.data))
        Base.dataids(A::$t) = Base.dataids(A.data)
        Base.unaliascopy(A::$t) = $t(Base.unaliascopy(A.data))
        Base.real(A::$t{<:Real}) = A
    end
end

const UpperOrUnitUpperTriangular{T,S<:AbstractMatrix{T}} = Union{UpperTriangular{T,S},UnitUpperTriangular{T,S}}
const LowerOrUnitLowerTriangular{T,S<:AbstractMatrix{T}} = Union{LowerTriangular{T,S},UnitLowerTriangular{T,S}}
const UpperOrLowerTriangular{T,S<:AbstractMatrix{T}} = Union{UpperOrUnitUpperTriangular{T,S},LowerOrUnitLowerTriangular{T,S}}
const UnitTriangular_{T,S<:AbstractMatrix{T}} = Union{UnitUpperTriangular{T,S},UnitLowerTriangular{T,S}}

isunit(::AbstractTriangular) = false
isunit(::UnitTriangular_) = true
isupper(::UpperOrUnitUpperTriangular) = true
isupper(::LowerOrUnitLowerTriangular) = false

# wraps another matrix in the same kind of triangle
uppertriangular(A::AbstractMatrix) = UpperTriangular(A)
lowertriangular(A::AbstractMatrix) = LowerTriangular(A)
_wrap_same(A::UpperOrUnitUpperTriangular, B) = UpperTriangular(B)
_wrap_same(A::LowerOrUnitLowerTriangular, B) = LowerTriangular(B)

Base.@propagate_inbounds Base.getindex(A::UnitLowerTriangular{T}, i::Int, j::Int) where {T} =
    (@boundscheck checkbounds(A, i, j); i > j ? (@inbounds A.data[i, j]) : ifelse(i == j, oneunit(T), zero(T)))
Base.@propagate_inbounds Base.getindex(A::LowerTriangular, i::Int, j::Int) =
    (@boundscheck checkbounds(A, i, j); i >= j ? (@inbounds A.data[i, j]) : zero(A.data[j, i]))
Base.@propagate_inbounds Base.getindex(A::UnitUpperTriangular{T}, i::Int, j::Int) where {T} =
    (@boundscheck checkbounds(A, i, j); i < j ? (@inbounds A.data[i, j]) : ifelse(i == j, oneunit(T), zero(T)))
Base.@propagate_inbounds Base.getindex(A::UpperTriangular, i::Int, j::Int) =
    (@boundscheck checkbounds(A, i, j); i <= j ? (@inbounds A.data[i, j]) : zero(A.data[j, i]))

function Base.setindex!(A::UpperOrLowerTriangular, x, i::Int, j::Int)
    checkbounds(A, i, j)
    name = nameof(typeof(A))
    half = isupper(A) ? "lower" : "upper"
    if isupper(A) ? i > j : i < j
        iszero(x) || throw(ArgumentError("cannot set index in the $half triangular part ($i, $j) of an $name matrix to a nonzero value ($x)"))
    elseif i == j && isunit(A)
        x == oneunit(x) || throw(ArgumentError("cannot set index on the diagonal ($i, $j) of an $name matrix to a non-unit value ($x)"))
    else
        A.data[i, j] = x
    end
    return A
end

Base.replace_in_print_matrix(A::UpperOrUnitUpperTriangular, i::Integer, j::Integer, s::AbstractString) =
    i <= j ? s : Base.replace_with_centered_mark(s)
Base.replace_in_print_matrix(A::LowerOrUnitLowerTriangular, i::Integer, j::Integer, s::AbstractString) =
    i >= j ? s : Base.replace_with_centered_mark(s)

function Base.Matrix{T}(A::UpperOrLowerTriangular) where {T}
    B = Matrix{T}(undef, size(A))
    for j in axes(A, 2), i in axes(A, 1)
        @inbounds B[i, j] = A[i, j]
    end
    return B
end
Base.Matrix(A::UpperOrLowerTriangular{T}) where {T} = Matrix{T}(A)
Base.Array(A::UpperOrLowerTriangular) = Matrix(A)

## predicates and parts ##

istriu(A::UpperOrUnitUpperTriangular, k::Integer=0) = k <= 0 ? true : _isbanded_impl(A, k, size(A, 2) - 1)
istril(A::LowerOrUnitLowerTriangular, k::Integer=0) = k >= 0 ? true : _isbanded_impl(A, -size(A, 1) + 1, k)
isdiag(A::UpperOrUnitUpperTriangular) = istril(A)
isdiag(A::LowerOrUnitLowerTriangular) = istriu(A)
Base.iszero(A::UpperOrLowerTriangular) = all(iszero, A)

diag(A::UpperOrLowerTriangular) = isunit(A) ? fill(oneunit(eltype(A)), size(A, 1)) : diag(A.data)
tr(A::UpperOrLowerTriangular) = isunit(A) ? size(A, 1) * oneunit(eltype(A)) : tr(A.data)

triu(A::UpperTriangular) = A
tril(A::LowerTriangular) = A
triu(A::UpperTriangular, k::Integer) = UpperTriangular(triu(A.data, max(k, 0)))
tril(A::LowerTriangular, k::Integer) = LowerTriangular(tril(A.data, min(k, 0)))
tril(A::UpperTriangular, k::Integer=0) = UpperTriangular(tril!(triu!(copymutable_eltype(A.data)), k))
triu(A::LowerTriangular, k::Integer=0) = LowerTriangular(triu!(tril!(copymutable_eltype(A.data)), k))
triu!(A::UpperTriangular, k::Integer=0) = (triu!(A.data, max(k, 0)); A)
tril!(A::LowerTriangular, k::Integer=0) = (tril!(A.data, min(k, 0)); A)

adjoint(A::LowerTriangular) = UpperTriangular(adjoint(A.data))
adjoint(A::UpperTriangular) = LowerTriangular(adjoint(A.data))
adjoint(A::UnitLowerTriangular) = UnitUpperTriangular(adjoint(A.data))
adjoint(A::UnitUpperTriangular) = UnitLowerTriangular(adjoint(A.data))
transpose(A::LowerTriangular) = UpperTriangular(transpose(A.data))
transpose(A::UpperTriangular) = LowerTriangular(transpose(A.data))
transpose(A::UnitLowerTriangular) = UnitUpperTriangular(transpose(A.data))
transpose(A::UnitUpperTriangular) = UnitLowerTriangular(transpose(A.data))

## arithmetic ##

-(A::LowerTriangular) = LowerTriangular(-A.data)
-(A::UpperTriangular) = UpperTriangular(-A.data)
-(A::UnitLowerTriangular) = LowerTriangular(-Matrix(A))
-(A::UnitUpperTriangular) = UpperTriangular(-Matrix(A))

for op in (:+, :-)
    @eval begin
        ($op)(A::UpperTriangular, B::UpperTriangular) = UpperTriangular(($op)(A.data, B.data))
        ($op)(A::LowerTriangular, B::LowerTriangular) = LowerTriangular(($op)(A.data, B.data))
        ($op)(A::UpperOrUnitUpperTriangular, B::UpperOrUnitUpperTriangular) = UpperTriangular(($op)(Matrix(A), Matrix(B)))
        ($op)(A::LowerOrUnitLowerTriangular, B::LowerOrUnitLowerTriangular) = LowerTriangular(($op)(Matrix(A), Matrix(B)))
        ($op)(A::AbstractTriangular, B::AbstractTriangular) = ($op)(Matrix(A), Matrix(B))
        ($op)(A::UpperOrUnitUpperTriangular, B::Diagonal) = UpperTriangular(($op)(Matrix(A), Matrix(B)))
        ($op)(A::LowerOrUnitLowerTriangular, B::Diagonal) = LowerTriangular(($op)(Matrix(A), Matrix(B)))
        ($op)(A::Diagonal, B::UpperOrUnitUpperTriangular) = UpperTriangular(($op)(Matrix(A), Matrix(B)))
        ($op)(A::Diagonal, B::LowerOrUnitLowerTriangular) = LowerTriangular(($op)(Matrix(A), Matrix(B)))
    end
end
(+)(A::UpperOrLowerTriangular, J::UniformScaling) = _wrap_same(A, Matrix(A) + J)
(-)(J::UniformScaling, A::UpperOrLowerTriangular) = _wrap_same(A, J - Matrix(A))

(*)(A::UpperOrLowerTriangular, x::Number) = _wrap_same(A, (isunit(A) ? Matrix(A) : A.data) * x)
(*)(x::Number, A::UpperOrLowerTriangular) = _wrap_same(A, x * (isunit(A) ? Matrix(A) : A.data))
(/)(A::UpperOrLowerTriangular, x::Number) = _wrap_same(A, (isunit(A) ? Matrix(A) : A.data) / x)
(\)(x::Number, A::UpperOrLowerTriangular) = _wrap_same(A, x \ (isunit(A) ? Matrix(A) : A.data))

(*)(A::UpperOrUnitUpperTriangular, B::UpperOrUnitUpperTriangular) =
    _triangular_product(isunit(A) && isunit(B) ? UnitUpperTriangular : UpperTriangular, A, B)
(*)(A::LowerOrUnitLowerTriangular, B::LowerOrUnitLowerTriangular) =
    _triangular_product(isunit(A) && isunit(B) ? UnitLowerTriangular : LowerTriangular, A, B)
_triangular_product(W, A, B) = W(Matrix(A) * Matrix(B))
(*)(A::UpperOrUnitUpperTriangular, D::Diagonal) = UpperTriangular(Matrix(A) * D)
(*)(A::LowerOrUnitLowerTriangular, D::Diagonal) = LowerTriangular(Matrix(A) * D)
(*)(D::Diagonal, A::UpperOrUnitUpperTriangular) = UpperTriangular(D * Matrix(A))
(*)(D::Diagonal, A::LowerOrUnitLowerTriangular) = LowerTriangular(D * Matrix(A))

lmul!(A::UpperOrLowerTriangular, B::AbstractVecOrMat) = copyto!(B, Matrix(A) * B)
rmul!(A::AbstractMatrix, B::UpperOrLowerTriangular) = copyto!(A, A * Matrix(B))
full_factor(A::UpperOrLowerTriangular) = Matrix(A)

## solves by substitution ##

_check_triangular(A, B) = size(A, 1) == size(B, 1) ||
                          throw(DimensionMismatch("second dimension of left hand side A, $(size(A, 2)), and length of right hand side B, $(size(B, 1)), must be equal"))

ldiv!(A::UpperOrUnitUpperTriangular, B::AbstractVecOrMat) = _substitute!(A, B)
ldiv!(A::LowerOrUnitLowerTriangular, B::AbstractVecOrMat) = _substitute!(A, B)
function _substitute!(A::UpperOrUnitUpperTriangular, B::AbstractVecOrMat)
    _check_triangular(A, B)
    n = size(A, 1)
    data = A.data
    isunit(A) || for i in 1:n
        iszero(data[i, i]) && throw(SingularException(i))
    end
    for k in axes(B, 2), j in n:-1:1
        isunit(A) || (B[j, k] = data[j, j] \ B[j, k])
        bj = B[j, k]
        for i in j-1:-1:1
            @inbounds B[i, k] -= data[i, j] * bj
        end
    end
    return B
end
function _substitute!(A::LowerOrUnitLowerTriangular, B::AbstractVecOrMat)
    _check_triangular(A, B)
    n = size(A, 1)
    data = A.data
    isunit(A) || for i in 1:n
        iszero(data[i, i]) && throw(SingularException(i))
    end
    for k in axes(B, 2), j in 1:n
        isunit(A) || (B[j, k] = data[j, j] \ B[j, k])
        bj = B[j, k]
        for i in j+1:n
            @inbounds B[i, k] -= data[i, j] * bj
        end
    end
    return B
end
# Floating-point numbers: also of a matrix seen transposed, whose triangle is the other one.
ldiv!(A::UpperOrUnitUpperTriangular{T,<:MaybeTransposed{T}}, B::StridedVecOrMat{T}) where {T<:BlasFloat} = _blas_ldiv!(A, B)
ldiv!(A::LowerOrUnitLowerTriangular{T,<:MaybeTransposed{T}}, B::StridedVecOrMat{T}) where {T<:BlasFloat} = _blas_ldiv!(A, B)
function _blas_ldiv!(A, B)
    _check_triangular(A, B)
    if !isunit(A)
        for i in 1:size(A, 1)
            iszero(A.data[i, i]) && throw(SingularException(i))
        end
    end
    data = blas_parent(A.data)
    # not every distance of columns can be said to LAPACK
    (has_blas_strides(data) && has_blas_strides(B)) || return _substitute!(A, B)
    uplo = isupper(A) == (data === A.data) ? 'U' : 'L'
    return LAPACK.trtrs!(uplo, blas_letter(A.data), isunit(A) ? 'U' : 'N', data, B)
end
ldiv!(Y::AbstractVecOrMat, A::UpperOrLowerTriangular, B::AbstractVecOrMat) = ldiv!(A, copyto!(Y, B))
rdiv!(A::AbstractMatrix, B::UpperOrLowerTriangular) = copyto!(A, adjoint(ldiv!(adjoint(B), Matrix(adjoint(A)))))

function (\)(A::UpperOrLowerTriangular, B::AbstractVecOrMat)
    _check_triangular(A, B)
    T = isunit(A) ? _prodtype(eltype(A), eltype(B)) : _quotient_type(eltype(A), eltype(B))
    return ldiv!(A, copyto!(similar(B, T, size(B)), B))
end
_quotient_type(::Type{TA}, ::Type{TB}) where {TA,TB} = typeof((zero(TA) * zero(TB) + zero(TA) * zero(TB)) / oneunit(TA))
(\)(A::UpperOrUnitUpperTriangular, B::UpperOrUnitUpperTriangular) = UpperTriangular(A \ Matrix(B))
(\)(A::LowerOrUnitLowerTriangular, B::LowerOrUnitLowerTriangular) = LowerTriangular(A \ Matrix(B))
(\)(A::UpperOrLowerTriangular, B::AbstractTriangular) = A \ Matrix(B)
(\)(A::UpperOrLowerTriangular, B::Diagonal) = _wrap_same(A, A \ Matrix(B))
(/)(A::AbstractMatrix, B::UpperOrLowerTriangular) = Matrix(adjoint(adjoint(B) \ Matrix(adjoint(A))))
(/)(A::UpperOrUnitUpperTriangular, B::UpperOrUnitUpperTriangular) = UpperTriangular(Matrix(A) / B)
(/)(A::LowerOrUnitLowerTriangular, B::LowerOrUnitLowerTriangular) = LowerTriangular(Matrix(A) / B)
(/)(u::AdjointAbsVec, A::UpperOrLowerTriangular) = adjoint(adjoint(A) \ u.parent)
(/)(u::TransposeAbsVec, A::UpperOrLowerTriangular) = transpose(transpose(A) \ u.parent)
(/)(A::UpperOrLowerTriangular, D::Diagonal) = _wrap_same(A, Matrix(A) / D)
(\)(D::Diagonal, A::UpperOrLowerTriangular) = _wrap_same(A, D \ Matrix(A))

for t in (:LowerTriangular, :UnitLowerTriangular, :UpperTriangular, :UnitUpperTriangular)
    @eval function inv(A::$t{T}) where {T}
        S = typeof(inv(oneunit(T)))
        n = size(A, 1)
        return $t(ldiv!(convert(AbstractMatrix{S}, A), Matrix{S}(I, n, n)))
    end
end

_triangular_det(A) = isunit(A) ? one(eltype(A)) : prod(diag(A.data))
det(A::UpperOrLowerTriangular) = _triangular_det(A)
det(A::UpperOrLowerTriangular{BigInt}) = _triangular_det(A) # for which `det(::AbstractMatrix{BigInt})` is as good
function logabsdet(A::UpperOrLowerTriangular{T}) where {T}
    sgn = one(T)
    abs_det = zero(real(float(T)))
    isunit(A) && return abs_det, sgn
    for i in 1:size(A, 1)
        diag_i = A.data[i, i]
        sgn *= sign(diag_i)
        abs_det += log(abs(diag_i))
    end
    return abs_det, sgn
end
eigvals(A::UpperOrLowerTriangular; kws...) = isunit(A) ? ones(eltype(A), size(A, 1)) : diag(A)
eigen(A::UpperOrLowerTriangular; kws...) = eigen(Matrix(A); kws...)
factorize(A::UpperOrLowerTriangular) = A
Base.sqrt(A::UpperTriangular) = UpperTriangular(_sqrt_upper(float.(Matrix(A))))
Base.exp(A::UpperTriangular) = UpperTriangular(exp(Matrix(A)))
Base.exp(A::LowerTriangular) = LowerTriangular(exp(Matrix(A)))
Base.log(A::UpperTriangular) = UpperTriangular(log(Matrix(A)))
(^)(A::UpperTriangular, p::Integer) = p < 0 ? inv(A)^(-p) : UpperTriangular(Base.power_by_squaring(Matrix(A), p))
(^)(A::LowerTriangular, p::Integer) = p < 0 ? inv(A)^(-p) : LowerTriangular(Base.power_by_squaring(Matrix(A), p))
