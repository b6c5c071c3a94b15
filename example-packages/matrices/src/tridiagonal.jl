"""
    Tridiagonal(lower, diagonal, upper)

A square matrix with nothing but these three diagonals. Solved in time that grows with its rows.
"""
struct Tridiagonal{T} <: AbstractMatrix{T}
    lower::Vector{T}
    diagonal::Vector{T}
    upper::Vector{T}

    function Tridiagonal{T}(lower, diagonal, upper) where {T}
        n = length(diagonal)
        length(lower) == length(upper) == max(n - 1, 0) ||
            throw(DimensionMismatch("diagonals of $(length(lower)), $n and $(length(upper))"))
        return new{T}(lower, diagonal, upper)
    end
end

function Tridiagonal(lower::Vector, diagonal::Vector, upper::Vector)
    T = promote_type(eltype(lower), eltype(diagonal), eltype(upper))
    return Tridiagonal{T}(lower, diagonal, upper)
end

Base.size(A::Tridiagonal) = (n = length(A.diagonal); (n, n))

function Base.getindex(A::Tridiagonal{T}, i::Int, j::Int) where {T}
    @boundscheck checkbounds(A, i, j)
    i == j && return A.diagonal[i]
    i == j + 1 && return A.lower[j]
    j == i + 1 && return A.upper[i]
    return zero(T)
end

function solve(A::Tridiagonal{S}, b::AbstractVector) where {S}
    n = length(A.diagonal)
    length(b) == n || throw(DimensionMismatch("$n rows, but $(length(b)) numbers to the right"))
    T = promote_type(field(S), eltype(b))
    pivots, x = Vector{T}(A.diagonal), Vector{T}(b)
    for i in 2:n
        iszero(pivots[i - 1]) && throw(SingularError(i - 1))
        factor = A.lower[i - 1] / pivots[i - 1]
        pivots[i] -= factor * A.upper[i - 1]
        x[i] -= factor * x[i - 1]
    end
    for i in n:-1:1
        iszero(pivots[i]) && throw(SingularError(i))
        i < n && (x[i] -= A.upper[i] * x[i + 1])
        x[i] /= pivots[i]
    end
    return x
end
