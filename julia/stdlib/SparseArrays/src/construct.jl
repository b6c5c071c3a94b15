# Making sparse arrays.

"""
    sparse(I, J, V, [m, n, combine = +])
    sparse(A)

The matrix with the entries `A[I[k], J[k]] = V[k]`; several for one place are combined.
"""
function sparse(I::AbstractVector{<:Integer}, J::AbstractVector{<:Integer}, V::AbstractVector,
                m::Integer=isempty(I) ? 0 : maximum(I), n::Integer=isempty(J) ? 0 : maximum(J), combine=default_combine(V))
    require_one_based_indexing(I, J, V)
    length(I) == length(J) == length(V) ||
        throw(ArgumentError("the first three arguments' lengths must match, length(I) (=$(length(I))) == length(J) (= $(length(J))) == length(V) (= $(length(V)))"))
    all(i -> 1 <= i <= m, I) || throw(ArgumentError("row indices I[k] must satisfy 1 <= I[k] <= m"))
    all(j -> 1 <= j <= n, J) || throw(ArgumentError("column indices J[k] must satisfy 1 <= J[k] <= n"))
    Ti = promote_type(eltype(I), eltype(J))
    colptr, rowval, nzval = zeros(Ti, n + 1), Ti[], eltype(V)[]
    colptr[1] = 1
    column = 1
    for k in sortperm(collect(zip(J, I)))
        while column < J[k]
            column += 1
            colptr[column] = length(rowval) + 1
        end
        if length(rowval) >= colptr[column] && rowval[end] == I[k]
            nzval[end] = combine(nzval[end], V[k])
        else
            push!(rowval, I[k])
            push!(nzval, V[k])
        end
    end
    colptr[column+1:end] .= length(rowval) + 1
    return SparseMatrixCSC(m, n, colptr, rowval, nzval)
end
default_combine(::AbstractVector) = +
default_combine(::AbstractVector{Bool}) = |
sparse(I::AbstractVector{<:Integer}, J::AbstractVector{<:Integer}, v::Number, args...) =
    sparse(I, J, fill(v, length(I)), args...)

function sparse(A::AbstractMatrix{T}) where {T}
    require_one_based_indexing(A)
    colptr, rowval, nzval = Int[1], Int[], T[]
    for j in axes(A, 2)
        for i in axes(A, 1)
            iszero(A[i, j]) && continue
            push!(rowval, i)
            push!(nzval, A[i, j])
        end
        push!(colptr, length(rowval) + 1)
    end
    return SparseMatrixCSC(size(A)..., colptr, rowval, nzval)
end
sparse(A::SparseMatrixCSC) = copy(A)
sparse(v::AbstractVector) = sparsevec(v)

"""
    sparsevec(I, V, [m, combine = +])
    sparsevec(v)

The vector with the entries `v[I[k]] = V[k]`.
"""
function sparsevec(I::AbstractVector{<:Integer}, V::AbstractVector, m::Integer=isempty(I) ? 0 : maximum(I), combine=default_combine(V))
    A = sparse(I, ones(eltype(I), length(I)), V, m, 1, combine)
    return SparseVector(m, A.rowval, A.nzval)
end
sparsevec(I::AbstractVector{<:Integer}, v::Number, args...) = sparsevec(I, fill(v, length(I)), args...)
sparsevec(d::AbstractDict{<:Integer}, args...) = (k = collect(keys(d)); sparsevec(k, [d[i] for i in k], args...))
function sparsevec(v::AbstractVector{T}) where {T}
    at = findall(!iszero, v)
    return SparseVector(length(v), at, v[at])
end
sparsevec(v::SparseVector) = copy(v)

"""
    spzeros([T = Float64], m[, n])

An array without stored entries.
"""
spzeros(::Type{T}, m::Integer, n::Integer) where {T} = SparseMatrixCSC(m, n, ones(Int, n + 1), Int[], T[])
spzeros(::Type{T}, m::Integer) where {T} = SparseVector(m, Int[], T[])
spzeros(::Type{T}, ::Type{I}, m::Integer, n::Integer) where {T,I} = SparseMatrixCSC(m, n, ones(I, n + 1), I[], T[])
spzeros(dims::Integer...) = spzeros(Float64, dims...)
spzeros(dims::Tuple{Vararg{Integer}}) = spzeros(dims...)

"""
    sprand([rng], m, [n], p, [rand])

An array of which each entry is stored with probability `p`.
"""
sprand(m::Integer, args...) = sprand(default_rng(), m, args...)
function sprand(rng::AbstractRNG, m::Integer, n::Integer, p::Real, f=rand)
    at = CartesianIndices((m, n))[randsubseq(rng, 1:m*n, p)]
    return sparse(Int[i[1] for i in at], Int[i[2] for i in at], f(rng, length(at)), m, n)
end
function sprand(rng::AbstractRNG, m::Integer, p::AbstractFloat, f=rand)
    at = randsubseq(rng, 1:m, p)
    return SparseVector(m, at, f(rng, length(at)))
end
sprandn(args...) = sprand(args..., randn)

"""
    spdiagm([m, n,] pairs...)

A matrix with diagonals.
"""
function spdiagm(m::Integer, n::Integer, pairs::Pair{<:Integer,<:AbstractVector}...)
    rows, columns = Int[], Int[]
    values = promote_type(map(p -> eltype(p.second), pairs)...)[]
    for (k, v) in pairs, (i, x) in enumerate(v)
        push!(rows, i + max(-k, 0))
        push!(columns, i + max(k, 0))
        push!(values, x)
    end
    return sparse(rows, columns, values, m, n)
end
function spdiagm(pairs::Pair{<:Integer,<:AbstractVector}...)
    n = maximum(p -> length(p.second) + abs(p.first), pairs)
    return spdiagm(n, n, pairs...)
end
spdiagm(v::AbstractVector) = spdiagm(0 => v)

"""
    blockdiag(A...)

The matrices along a diagonal.
"""
function blockdiag(A::AbstractMatrix...)
    rows, columns = Int[], Int[]
    values = promote_type(map(eltype, A)...)[]
    m = n = 0
    for block in A
        i, j, v = findnz(sparse(block))
        append!(rows, i .+ m)
        append!(columns, j .+ n)
        append!(values, v)
        m += size(block, 1)
        n += size(block, 2)
    end
    return sparse(rows, columns, values, m, n)
end
