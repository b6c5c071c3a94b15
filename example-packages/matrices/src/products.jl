"""
    product(A, B)
    product(A, x)

The product of matrices, or of a matrix and a vector, in the plain order of the sums.
"""
function product(A::AbstractMatrix, x::AbstractVector)
    size(A, 2) == length(x) ||
        throw(DimensionMismatch("$(size(A, 2)) columns times $(length(x)) numbers"))
    T = promote_type(eltype(A), eltype(x))
    return T[sum((A[i, k] * x[k] for k in axes(A, 2)); init=zero(T)) for i in axes(A, 1)]
end

function product(A::AbstractMatrix, B::AbstractMatrix)
    size(A, 2) == size(B, 1) ||
        throw(DimensionMismatch("$(size(A, 2)) columns times $(size(B, 1)) rows"))
    T = promote_type(eltype(A), eltype(B))
    C = zeros(T, size(A, 1), size(B, 2))
    for j in axes(B, 2), k in axes(A, 2), i in axes(A, 1)
        C[i, j] += A[i, k] * B[k, j]
    end
    return C
end

"""
    residual(A, x, b)

The largest difference between `A * x` and `b`.
"""
residual(A, x, b) = maximum(abs, product(A, x) - b)

"""
    fit(xs, ys, degree)

The coefficients, constant first, of the polynomial that fits best (least squares).
"""
function fit(xs::AbstractVector, ys::AbstractVector, degree::Integer)
    length(xs) == length(ys) || throw(DimensionMismatch("$(length(xs)) and $(length(ys)) values"))
    V = [x^k for x in xs, k in 0:degree]
    Vt = permutedims(V)
    return solve(product(Vt, V), product(Vt, ys))
end

"""
    dominant(A; steps=100)

The eigenvalue of largest size and its vector, whose largest number is one, by iteration.
"""
function dominant(A::AbstractMatrix{T}; steps::Integer=100) where {T<:Real}
    x = ones(field(T), square(A))
    value = one(eltype(x))
    for _ in 1:steps
        y = product(A, x)
        value = y[argmax(abs.(y))]
        x = y ./ value
    end
    return value, x
end
