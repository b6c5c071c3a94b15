# matmul.jl: products of matrices and vectors: of floating-point numbers by BLAS, of any other element type in Julia.

matprod(x, y) = x * y + x * y

# The element type of a product: numbers are asked, for other types inference is.
function _prodtype(::Type{TA}, ::Type{TB}) where {TA,TB}
    if TA <: Number && TB <: Number && isconcretetype(TA) && isconcretetype(TB)
        return typeof(matprod(zero(TA), zero(TB)))
    end
    return promote_op(matprod, TA, TB)
end

## matrix times vector ##

function (*)(A::AbstractMatrix{T}, x::AbstractVector{S}) where {T,S}
    TS = _prodtype(T, S)
    mul!(similar(x, TS, axes(A, 1)), A, x)
end
# a column times a matrix of one row
(*)(a::AbstractVector, B::AbstractMatrix) = reshape(a, length(a), 1) * B
(*)(a::AbstractVector, B::AdjOrTransAbsVec) = reshape(a, length(a), 1) * B

# a row times a matrix is a row
(*)(u::AdjointAbsVec, A::AbstractMatrix) = adjoint(adjoint(A) * u.parent)
(*)(u::TransposeAbsVec, A::AbstractMatrix) = transpose(transpose(A) * u.parent)
(*)(u::AdjointAbsVec, v::AdjOrTransAbsVec) = throw(MethodError(*, (u, v)))
(*)(u::TransposeAbsVec, v::AdjOrTransAbsVec) = throw(MethodError(*, (u, v)))

## matrix times matrix ##

function (*)(A::AbstractMatrix, B::AbstractMatrix)
    TS = _prodtype(eltype(A), eltype(B))
    mul!(matprod_dest(A, B, TS), A, B)
end
matprod_dest(A, B, TS) = similar(B, TS, (size(A, 1), size(B, 2)))


## mul! ##

@inline mul!(C, A, B) = mul!(C, A, B, true, false)
@inline mul!(C::AbstractArray, A::AbstractVecOrMat, B::AbstractVecOrMat) = mul!(C, A, B, true, false)
@inline mul!(y::AbstractVector, A::AbstractVecOrMat, x::AbstractVector, alpha::Number, beta::Number) =
    generic_matvecmul!(y, full_factor(A), x, alpha, beta)
@inline mul!(C::AbstractMatrix, A::AbstractVecOrMat, B::AbstractVecOrMat, alpha::Number, beta::Number) =
    generic_matmatmul!(C, full_factor(A), full_factor(B), alpha, beta)
# a matrix of which a part is stored, with all its entries
full_factor(A) = A

function _rescale!(C, beta)
    if iszero(beta)
        fill!(C, zero(eltype(C)))
    elseif !isone(beta)
        for i in eachindex(C)
            C[i] = C[i] * beta
        end
    end
    return C
end

function generic_matvecmul!(C::AbstractVector, A::AbstractVecOrMat, B::AbstractVector, alpha, beta)
    check_aliases(C, A, B)
    return _matvecmul!(C, A, B, alpha, beta)
end
check_aliases(C, A, B) = (C === A || C === B || Base.mightalias(C, A) || Base.mightalias(C, B)) &&
    throw(ArgumentError("output matrix must not be aliased with input matrix"))
function _matvecmul!(C, A, B, alpha, beta)
    require_one_based_indexing(C, A, B)
    mB = length(B)
    mA, nA = size(A, 1), size(A, 2)
    if mB != nA
        throw(DimensionMismatch("second dimension of A, $nA, does not match length of x, $mB"))
    end
    if mA != length(C)
        throw(DimensionMismatch("first dimension of A, $mA, does not match length of y, $(length(C))"))
    end
    isempty(A) && return _rescale!(C, beta)
    if eltype(C) <: Number && eltype(A) <: Number && eltype(B) <: Number
        # by columns
        _rescale!(C, beta)
        for k = 1:nA
            b = B[k]
            b = alpha === true ? b : b * alpha
            for i = 1:mA
                @inbounds C[i] += A[i, k] * b
            end
        end
    else
        for i = 1:mA
            s = A[i, 1] * B[1]
            for k = 2:nA
                s += A[i, k] * B[k]
            end
            C[i] = _combine(s, alpha, beta, beta === false ? nothing : C[i])
        end
    end
    return C
end
_combine(s, alpha, beta, old) = (alpha === true ? s : s * alpha) + old * beta
_combine(s, alpha, beta, ::Nothing) = alpha === true ? s : s * alpha

function generic_matmatmul!(C::AbstractVecOrMat, A::AbstractVecOrMat, B::AbstractVecOrMat, alpha, beta)
    check_aliases(C, A, B)
    return _matmatmul!(C, A, B, alpha, beta)
end
function _matmatmul!(C, A, B, alpha, beta)
    require_one_based_indexing(C, A, B)
    mA, nA = size(A, 1), size(A, 2)
    mB, nB = size(B, 1), size(B, 2)
    mC, nC = size(C, 1), size(C, 2)
    if nA != mB
        throw(DimensionMismatch("A has dimensions ($mA,$nA) but B has dimensions ($mB,$nB)"))
    end
    if mC != mA || nC != nB
        throw(DimensionMismatch("C has dimensions $(size(C)), should have ($mA,$nB)"))
    end
    if isempty(A) || isempty(B)
        return isempty(C) ? C : _rescale!(C, beta)
    end
    if eltype(C) <: Number && eltype(A) <: Number && eltype(B) <: Number
        _rescale!(C, beta)
        for j = 1:nB, k = 1:nA
            b = B[k, j]
            b = alpha === true ? b : b * alpha
            for i = 1:mA
                @inbounds C[i, j] += A[i, k] * b
            end
        end
    else
        for j = 1:nB, i = 1:mA
            s = A[i, 1] * B[1, j]
            for k = 2:nA
                s += A[i, k] * B[k, j]
            end
            C[i, j] = _combine(s, alpha, beta, beta === false ? nothing : C[i, j])
        end
    end
    return C
end

## floating-point numbers ##

# What BLAS can be given: a dense matrix, or one seen transposed, of which the letter tells.
const MaybeTransposed{T} = Union{StridedVecOrMat{T},Adjoint{T,<:StridedVecOrMat{T}},Transpose{T,<:StridedVecOrMat{T}}}
blas_parent(A::StridedVecOrMat) = A
blas_parent(A::AdjOrTrans) = A.parent
blas_letter(::StridedVecOrMat) = 'N'
blas_letter(::Transpose) = 'T'
blas_letter(::Adjoint{<:Real}) = 'T'
blas_letter(::Adjoint) = 'C'
# so many products are faster made here
const CALL_WORTH = 64
has_blas_strides(A) = stride(A, 1) == 1 && stride(A, 2) >= size(A, 1)

# factors of other types become numbers of the matrices' where these can hold them
blas_factor(::Type, factor::Bool) = factor
blas_factor(::Type{T}, factor) where {T} = T(factor)
can_hold(::Type{T}, alpha, beta) where {T} = promote_type(T, typeof(alpha), typeof(beta)) === T

function generic_matvecmul!(y::StridedVector{T}, A::MaybeTransposed{T}, x::StridedVector{T}, alpha::Number,
    beta::Number) where {T<:BlasFloat}
    mA, nA = size(A, 1), size(A, 2)
    nA == length(x) || throw(DimensionMismatch("second dimension of A, $nA, does not match length of x, $(length(x))"))
    mA == length(y) || throw(DimensionMismatch("first dimension of A, $mA, does not match length of y, $(length(y))"))
    mA == 0 && return y
    nA == 0 && return _rescale!(y, beta)
    M = blas_parent(A)
    if mA * nA > CALL_WORTH && can_hold(T, alpha, beta) && has_blas_strides(M) && !iszero(stride(x, 1)) && !iszero(stride(y, 1))
        return BLAS.gemv!(blas_letter(A), blas_factor(T, alpha), M, x, blas_factor(T, beta), y)
    end
    return _matvecmul!(y, A, x, alpha, beta)
end

function generic_matmatmul!(C::StridedVecOrMat{T}, A::MaybeTransposed{T}, B::MaybeTransposed{T}, alpha::Number,
    beta::Number) where {T<:BlasFloat}
    mA, nA = size(A, 1), size(A, 2)
    mB, nB = size(B, 1), size(B, 2)
    nA == mB || throw(DimensionMismatch("A has dimensions ($mA,$nA) but B has dimensions ($mB,$nB)"))
    (C === A || C === B) && throw(ArgumentError("output matrix must not be aliased with input matrix"))
    (size(C, 1), size(C, 2)) == (mA, nB) || throw(DimensionMismatch("C has dimensions $(size(C)), should have ($mA,$nB)"))
    (mA == 0 || nA == 0 || nB == 0 || iszero(alpha)) && return _rescale!(C, beta)
    mA == nA == nB == 2 && return matmul2x2!(C, A, B, alpha, beta)
    mA == nA == nB == 3 && return matmul3x3!(C, A, B, alpha, beta)
    M, N = blas_parent(A), blas_parent(B)
    if mA * nA * nB > CALL_WORTH && can_hold(T, alpha, beta) && has_blas_strides(M) && has_blas_strides(N) && has_blas_strides(C)
        alpha, beta = blas_factor(T, alpha), blas_factor(T, beta)
        letter_A, letter_B = blas_letter(A), blas_letter(B)
        # a matrix times itself transposed is symmetric
        if M === N && (letter_A == 'N') != (letter_B == 'N') && alpha isa Real && iszero(beta)
            letter = letter_A == 'N' ? letter_B : letter_A
            trans = letter_A == 'N' ? 'N' : letter
            if letter == 'T'
                return copytri!(BLAS.syrk!('U', trans, alpha, M, false, C), 'U')
            else
                return copytri!(BLAS.herk!('U', trans, alpha, M, false, C), 'U', true)
            end
        end
        return BLAS.gemm!(letter_A, letter_B, alpha, M, N, beta, C)
    end
    return _matmatmul!(C, A, B, alpha, beta)
end

# the smallest are not worth a call
function matmul2x2!(C, A, B, alpha, beta)
    @inbounds begin
        A11, A21, A12, A22 = A[1, 1], A[2, 1], A[1, 2], A[2, 2]
        B11, B21, B12, B22 = B[1, 1], B[2, 1], B[1, 2], B[2, 2]
        _store!(C, A11 * B11 + A12 * B21, alpha, beta, 1, 1)
        _store!(C, A21 * B11 + A22 * B21, alpha, beta, 2, 1)
        _store!(C, A11 * B12 + A12 * B22, alpha, beta, 1, 2)
        _store!(C, A21 * B12 + A22 * B22, alpha, beta, 2, 2)
    end
    return C
end
function matmul3x3!(C, A, B, alpha, beta)
    @inbounds begin
        A11, A21, A31 = A[1, 1], A[2, 1], A[3, 1]
        A12, A22, A32 = A[1, 2], A[2, 2], A[3, 2]
        A13, A23, A33 = A[1, 3], A[2, 3], A[3, 3]
        for j in 1:3
            B1, B2, B3 = B[1, j], B[2, j], B[3, j]
            _store!(C, A11 * B1 + A12 * B2 + A13 * B3, alpha, beta, 1, j)
            _store!(C, A21 * B1 + A22 * B2 + A23 * B3, alpha, beta, 2, j)
            _store!(C, A31 * B1 + A32 * B2 + A33 * B3, alpha, beta, 3, j)
        end
    end
    return C
end
@inline function _store!(C, s, alpha, beta, i, j)
    @inbounds C[i, j] = _combine(s, alpha, beta, iszero(beta) ? nothing : C[i, j])
    return nothing
end

# the second of the product's factors in its place
function muladd_matrix(A, y, z)
    return A * y .+ z
end
Base.muladd(A::AbstractMatrix, y::AbstractVecOrMat, z::Union{Number,AbstractArray}) = muladd_matrix(A, y, z)
Base.muladd(u::AbstractVector, v::AdjOrTransAbsVec, z::Union{Number,AbstractArray}) = muladd_matrix(u, v, z)
Base.muladd(u::AdjOrTransAbsVec, v::AbstractVector, z::Number) = u * v + z
