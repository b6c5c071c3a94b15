# matmul.jl: products of matrices and vectors of any element type.

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
    generic_matvecmul!(y, A, x, alpha, beta)
@inline mul!(C::AbstractMatrix, A::AbstractVecOrMat, B::AbstractVecOrMat, alpha::Number, beta::Number) =
    generic_matmatmul!(C, A, B, alpha, beta)


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
    require_one_based_indexing(C, A, B)
    mB = length(B)
    mA, nA = size(A, 1), size(A, 2)
    if mB != nA
        throw(DimensionMismatch("second dimension of A, $nA, does not match length of x, $mB"))
    end
    if mA != length(C)
        throw(DimensionMismatch("first dimension of A, $mA, does not match length of y, $(length(C))"))
    end
    (C === B || C === A || Base.mightalias(C, A) || Base.mightalias(C, B)) &&
        throw(ArgumentError("output matrix must not be aliased with input matrix"))
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
    (C === A || C === B || Base.mightalias(C, A) || Base.mightalias(C, B)) &&
        throw(ArgumentError("output matrix must not be aliased with input matrix"))
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

# the second of the product's factors in its place
function muladd_matrix(A, y, z)
    return A * y .+ z
end
Base.muladd(A::AbstractMatrix, y::AbstractVecOrMat, z::Union{Number,AbstractArray}) = muladd_matrix(A, y, z)
Base.muladd(u::AbstractVector, v::AdjOrTransAbsVec, z::Union{Number,AbstractArray}) = muladd_matrix(u, v, z)
Base.muladd(u::AdjOrTransAbsVec, v::AbstractVector, z::Number) = u * v + z
