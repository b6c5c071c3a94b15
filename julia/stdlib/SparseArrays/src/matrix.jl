# Sparse matrices, by columns.

"""
    SparseMatrixCSC(m, n, colptr, rowval, nzval)

A matrix of which column `j` has its entries at `colptr[j]:colptr[j+1]-1`, in order of rows.
"""
struct SparseMatrixCSC{Tv,Ti<:Integer} <: AbstractSparseMatrix{Tv,Ti}
    m::Int
    n::Int
    colptr::Vector{Ti}
    rowval::Vector{Ti}
    nzval::Vector{Tv}

    function SparseMatrixCSC{Tv,Ti}(m::Integer, n::Integer, colptr::Vector{Ti}, rowval::Vector{Ti},
                                    nzval::Vector{Tv}) where {Tv,Ti<:Integer}
        m >= 0 || throw(ArgumentError("number of rows (m) must be ≥ 0, got $m"))
        n >= 0 || throw(ArgumentError("number of columns (n) must be ≥ 0, got $n"))
        length(colptr) == n + 1 || throw(ArgumentError("length of colptr is not n + 1"))
        return new(Int(m), Int(n), colptr, rowval, nzval)
    end
end
SparseMatrixCSC(m::Integer, n::Integer, colptr::Vector{Ti}, rowval::Vector{Ti}, nzval::Vector{Tv}) where {Tv,Ti<:Integer} =
    SparseMatrixCSC{Tv,Ti}(m, n, colptr, rowval, nzval)
SparseMatrixCSC(A::AbstractMatrix) = sparse(A)
SparseMatrixCSC{Tv}(A::AbstractMatrix) where {Tv} = SparseMatrixCSC{Tv,Int}(A)
function SparseMatrixCSC{Tv,Ti}(A::AbstractMatrix) where {Tv,Ti}
    S = sparse(A)
    return SparseMatrixCSC{Tv,Ti}(S.m, S.n, convert(Vector{Ti}, S.colptr), convert(Vector{Ti}, S.rowval),
                                  convert(Vector{Tv}, S.nzval))
end

Base.size(A::SparseMatrixCSC) = (A.m, A.n)
Base.IndexStyle(::Type{<:SparseMatrixCSC}) = IndexCartesian()

"""
    nnz(A)

How many entries are stored.
"""
nnz(A::SparseMatrixCSC) = Int(A.colptr[A.n+1]) - 1
nonzeros(A::SparseMatrixCSC) = A.nzval
rowvals(A::SparseMatrixCSC) = A.rowval
nzrange(A::SparseMatrixCSC, column::Integer) = A.colptr[column]:(A.colptr[column+1]-1)
getcolptr(A::SparseMatrixCSC) = A.colptr

issparse(::AbstractArray) = false
issparse(::AbstractSparseArray) = true

# Where an entry is, or would be.
function place(A::SparseMatrixCSC, i::Integer, j::Integer)
    range = nzrange(A, j)
    at = searchsortedfirst(view(A.rowval, range), i) + first(range) - 1
    return at, at <= last(range) && A.rowval[at] == i
end

Base.@propagate_inbounds function Base.getindex(A::SparseMatrixCSC{Tv}, i::Int, j::Int) where {Tv}
    @boundscheck checkbounds(A, i, j)
    at, found = place(A, i, j)
    return found ? A.nzval[at] : zero(Tv)
end

Base.@propagate_inbounds function Base.setindex!(A::SparseMatrixCSC{Tv}, value, i::Int, j::Int) where {Tv}
    @boundscheck checkbounds(A, i, j)
    at, found = place(A, i, j)
    if found
        A.nzval[at] = value
    elseif !iszero(convert(Tv, value))
        insert!(A.rowval, at, i)
        insert!(A.nzval, at, value)
        for column in j+1:A.n+1
            A.colptr[column] += 1
        end
    end
    return A
end

"""
    findnz(A)

Rows, columns and values of the stored entries.
"""
function findnz(A::SparseMatrixCSC{Tv,Ti}) where {Tv,Ti}
    columns = Ti[j for j in 1:A.n for _ in nzrange(A, j)]
    return A.rowval[1:nnz(A)], columns, A.nzval[1:nnz(A)]
end

Base.copy(A::SparseMatrixCSC) = SparseMatrixCSC(A.m, A.n, copy(A.colptr), copy(A.rowval), copy(A.nzval))
Base.similar(A::SparseMatrixCSC, ::Type{T}, dims::Dims{2}) where {T} = spzeros(T, dims...)
Base.similar(A::SparseMatrixCSC, ::Type{T}, dims::Dims{1}) where {T} = spzeros(T, dims...)
Base.count(f, A::SparseMatrixCSC) = count(f, view(A.nzval, 1:nnz(A))) + f(zero(eltype(A))) * (length(A) - nnz(A))

"""
    dropzeros!(A)

Takes out the stored entries that are zero.
"""
dropzeros!(A::SparseMatrixCSC) = keep!(!iszero, A)
dropzeros(A::SparseMatrixCSC) = dropzeros!(copy(A))
droptol!(A::SparseMatrixCSC, tolerance) = keep!(x -> abs(x) > tolerance, A)
function keep!(f, A::SparseMatrixCSC)
    kept = 0
    for j in 1:A.n
        range = nzrange(A, j)
        A.colptr[j] = kept + 1
        for at in range
            f(A.nzval[at]) || continue
            kept += 1
            A.rowval[kept], A.nzval[kept] = A.rowval[at], A.nzval[at]
        end
    end
    A.colptr[A.n+1] = kept + 1
    resize!(A.rowval, kept)
    resize!(A.nzval, kept)
    return A
end

function Base.:*(A::SparseMatrixCSC{Tv}, x::AbstractVector) where {Tv}
    A.n == length(x) || throw(DimensionMismatch("A has $(A.n) columns, x has length $(length(x))"))
    y = zeros(promote_type(Tv, eltype(x)), A.m)
    for j in 1:A.n, at in nzrange(A, j)
        y[A.rowval[at]] += A.nzval[at] * x[j]
    end
    return y
end
function Base.:*(A::SparseMatrixCSC, B::SparseMatrixCSC)
    A.n == B.m || throw(DimensionMismatch("A has $(A.n) columns, B has $(B.m) rows"))
    rows, columns, values = Int[], Int[], promote_type(eltype(A), eltype(B))[]
    for j in 1:B.n, b in nzrange(B, j), a in nzrange(A, B.rowval[b])
        push!(rows, A.rowval[a])
        push!(columns, j)
        push!(values, A.nzval[a] * B.nzval[b])
    end
    return sparse(rows, columns, values, A.m, B.n)
end
Base.:*(A::SparseMatrixCSC, x::Number) = SparseMatrixCSC(A.m, A.n, copy(A.colptr), copy(A.rowval), A.nzval .* x)
Base.:*(x::Number, A::SparseMatrixCSC) = SparseMatrixCSC(A.m, A.n, copy(A.colptr), copy(A.rowval), x .* A.nzval)
Base.:/(A::SparseMatrixCSC, x::Number) = SparseMatrixCSC(A.m, A.n, copy(A.colptr), copy(A.rowval), A.nzval ./ x)
Base.:-(A::SparseMatrixCSC) = SparseMatrixCSC(A.m, A.n, copy(A.colptr), copy(A.rowval), -A.nzval)
for op in (:+, :-)
    @eval function Base.$op(A::SparseMatrixCSC, B::SparseMatrixCSC)
        size(A) == size(B) || throw(DimensionMismatch("dimensions must match: a has dims $(axes(A)), b has dims $(axes(B))"))
        (i, j, v), (k, l, w) = findnz(A), findnz(B)
        return sparse([i; k], [j; l], [v; $op(w)], size(A)...)
    end
end
Base.copy(A::Union{Adjoint{<:Any,<:SparseMatrixCSC},Transpose{<:Any,<:SparseMatrixCSC}}) = turned(A)
turned(A::Transpose) = ((i, j, v) = findnz(parent(A)); sparse(j, i, v, size(A)...))
turned(A::Adjoint) = ((i, j, v) = findnz(parent(A)); sparse(j, i, conj(v), size(A)...))

function Base.show(io::IO, ::MIME"text/plain", A::SparseMatrixCSC)
    n = nnz(A)
    print(io, A.m, "×", A.n, " ", typeof(A), " with ", n, " stored ", n == 1 ? "entry" : "entries")
    n == 0 && return
    println(io, ":")
    Base.print_array(IOContext(io, :typeinfo => eltype(A)), A)
end
Base.replace_in_print_matrix(A::SparseMatrixCSC, i::Integer, j::Integer, s::AbstractString) =
    place(A, i, j)[2] ? s : Base.replace_with_centered_mark(s; c='⋅')
