"""
    LU

A matrix taken apart by [`lu`](@ref): `L, U, order = lu(A)` gives `A[order, :] = L * U`.
"""
struct LU{T}
    # `U` on and above the diagonal, `L` without its ones below.
    factors::Matrix{T}
    order::Vector{Int}
    # Of the permutation: 1 or -1.
    sign::Int
end

Base.size(F::LU) = size(F.factors)
Base.eltype(::Type{LU{T}}) where {T} = T
Base.length(::LU) = 3

function Base.getproperty(F::LU{T}, name::Symbol) where {T}
    A = getfield(F, :factors)
    if name === :L
        return T[i > j ? A[i, j] : i == j ? one(T) : zero(T) for i in axes(A, 1), j in axes(A, 2)]
    elseif name === :U
        return T[i <= j ? A[i, j] : zero(T) for i in axes(A, 1), j in axes(A, 2)]
    end
    return getfield(F, name)
end
Base.propertynames(::LU) = (:factors, :order, :sign, :L, :U)

function Base.iterate(F::LU, part::Int=1)
    part == 1 && return F.L, 2
    part == 2 && return F.U, 3
    part == 3 && return F.order, 4
    return nothing
end

Base.show(io::IO, F::LU{T}) where {T} =
    print(io, "LU{", T, "} of ", size(F)[1], " rows, order ", F.order)

# The row, at or below `k`, whose number in column `k` is to be divided by; 0 if there is none.
function pivot(::Exact, A::Matrix, k::Int)
    row = findfirst(!iszero, view(A, k:size(A, 1), k))
    return row === nothing ? 0 : row + k - 1
end

function pivot(::Rounded, A::Matrix, k::Int)
    best, row = abs(A[k, k]), k
    for i in (k + 1):size(A, 1)
        size_here = abs(A[i, k])
        if size_here > best
            best, row = size_here, i
        end
    end
    return iszero(best) ? 0 : row
end

function exchange!(A::Matrix, i::Int, j::Int)
    for k in axes(A, 2)
        A[i, k], A[j, k] = A[j, k], A[i, k]
    end
end

"""
    lu(A)

Takes a square matrix apart into triangles. Throws a `SingularError` if it has no inverse.
"""
function lu(A::AbstractMatrix{S}) where {S}
    n = square(A)
    T = field(S)
    F = Matrix{T}(A)
    order = collect(1:n)
    sign = 1
    for k in 1:n
        row = pivot(exactness(T), F, k)
        row == 0 && throw(SingularError(k))
        if row != k
            exchange!(F, row, k)
            order[row], order[k] = order[k], order[row]
            sign = -sign
        end
        eliminate!(F, k)
    end
    return LU{T}(F, order, sign)
end

function eliminate!(F::Matrix, k::Int)
    n = size(F, 1)
    @inbounds for i in (k + 1):n
        factor = F[i, k] / F[k, k]
        F[i, k] = factor
        for j in (k + 1):n
            F[i, j] -= factor * F[k, j]
        end
    end
end

"""
    solve(A, b)

The `x` with `A * x == b`; `b` may be a matrix. `A` may also be what `lu` returned, to solve for
several `b` one after the other.
"""
solve(A::AbstractMatrix, b::AbstractVecOrMat) = solve(lu(A), b)

function solve(F::LU{T}, b::AbstractVector) where {T}
    n = size(F)[1]
    length(b) == n || throw(DimensionMismatch("$n rows, but $(length(b)) numbers to the right"))
    A = F.factors
    x = Vector{promote_type(T, eltype(b))}(b[F.order])
    for i in 1:n, j in 1:(i - 1)
        x[i] -= A[i, j] * x[j]
    end
    for i in n:-1:1
        for j in (i + 1):n
            x[i] -= A[i, j] * x[j]
        end
        x[i] /= A[i, i]
    end
    return x
end

solve(F::LU, B::AbstractMatrix) = reduce(hcat, [solve(F, B[:, j]) for j in axes(B, 2)])

"""
    inverse(A)
"""
inverse(A::AbstractMatrix) = (F = lu(A); solve(F, unit(eltype(F), size(F)[1])))

"""
    det(A)

The determinant; of a matrix of integers, an integer.
"""
function det(A::AbstractMatrix{T}) where {T}
    n = square(A)
    n == 0 && return one(T)
    try
        F = lu(A)
        return det(F)
    catch e
        e isa SingularError || rethrow()
        return zero(field(T))
    end
end

det(F::LU) = F.sign * prod(F.factors[i, i] for i in 1:size(F)[1])

# Without fractions: every division below leaves no rest (Bareiss).
function det(A::AbstractMatrix{T}) where {T<:Integer}
    n = square(A)
    M = Matrix{promote_type(T, Int)}(A)
    sign, last = 1, one(eltype(M))
    for k in 1:(n - 1)
        row = pivot(Exact(), M, k)
        row == 0 && return zero(last)
        if row != k
            exchange!(M, row, k)
            sign = -sign
        end
        for i in (k + 1):n, j in (k + 1):n
            M[i, j] = div(M[i, j] * M[k, k] - M[i, k] * M[k, j], last)
        end
        last = M[k, k]
    end
    return n == 0 ? last : sign * M[n, n]
end

"""
    cholesky(A)

The lower triangle `L` with `A == L * L'`, of a symmetric matrix with positive pivots.
"""
function cholesky(A::AbstractMatrix)
    n = square(A)
    T = typeof(sqrt(one(field(eltype(A)))))
    L = zeros(T, n, n)
    for j in 1:n
        rest = A[j, j] - sum((L[j, k]^2 for k in 1:(j - 1)); init=zero(T))
        rest > 0 || throw(DomainError(rest, "a pivot of a positive matrix"))
        L[j, j] = sqrt(T(rest))
        for i in (j + 1):n
            dotted = sum((L[i, k] * L[j, k] for k in 1:(j - 1)); init=zero(T))
            L[i, j] = (A[i, j] - dotted) / L[j, j]
        end
    end
    return L
end
