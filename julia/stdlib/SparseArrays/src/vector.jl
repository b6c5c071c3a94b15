# Sparse vectors.

"""
    SparseVector(n, nzind, nzval)

A vector of length `n` with entries at `nzind`, in order.
"""
struct SparseVector{Tv,Ti<:Integer} <: AbstractSparseVector{Tv,Ti}
    n::Ti
    nzind::Vector{Ti}
    nzval::Vector{Tv}

    function SparseVector{Tv,Ti}(n::Integer, nzind::Vector{Ti}, nzval::Vector{Tv}) where {Tv,Ti<:Integer}
        n >= 0 || throw(ArgumentError("The number of elements must be non-negative."))
        length(nzind) == length(nzval) ||
            throw(ArgumentError("index and value vectors must be the same length"))
        return new(convert(Ti, n), nzind, nzval)
    end
end
SparseVector(n::Integer, nzind::Vector{Ti}, nzval::Vector{Tv}) where {Tv,Ti<:Integer} = SparseVector{Tv,Ti}(n, nzind, nzval)
SparseVector(v::AbstractVector) = sparsevec(v)

Base.size(x::SparseVector) = (Int(x.n),)
Base.IndexStyle(::Type{<:SparseVector}) = IndexLinear()
nnz(x::SparseVector) = length(x.nzval)
nonzeros(x::SparseVector) = x.nzval
nonzeroinds(x::SparseVector) = x.nzind
rowvals(x::SparseVector) = x.nzind
findnz(x::SparseVector) = (copy(x.nzind), copy(x.nzval))

Base.@propagate_inbounds function Base.getindex(x::SparseVector{Tv}, i::Int) where {Tv}
    @boundscheck checkbounds(x, i)
    at = searchsortedfirst(x.nzind, i)
    return at <= length(x.nzind) && x.nzind[at] == i ? x.nzval[at] : zero(Tv)
end
Base.@propagate_inbounds function Base.setindex!(x::SparseVector{Tv}, value, i::Int) where {Tv}
    @boundscheck checkbounds(x, i)
    at = searchsortedfirst(x.nzind, i)
    if at <= length(x.nzind) && x.nzind[at] == i
        x.nzval[at] = value
    elseif !iszero(convert(Tv, value))
        insert!(x.nzind, at, i)
        insert!(x.nzval, at, value)
    end
    return x
end
Base.copy(x::SparseVector) = SparseVector(x.n, copy(x.nzind), copy(x.nzval))
Base.similar(x::SparseVector, ::Type{T}, dims::Dims{1}) where {T} = spzeros(T, dims...)
Base.similar(x::SparseVector, ::Type{T}, dims::Dims{2}) where {T} = spzeros(T, dims...)
function dropzeros!(x::SparseVector)
    kept = findall(!iszero, x.nzval)
    keepat!(x.nzind, kept)
    keepat!(x.nzval, kept)
    return x
end
dropzeros(x::SparseVector) = dropzeros!(copy(x))
Base.:*(x::SparseVector, a::Number) = SparseVector(x.n, copy(x.nzind), x.nzval .* a)
Base.:*(a::Number, x::SparseVector) = SparseVector(x.n, copy(x.nzind), a .* x.nzval)

function Base.show(io::IO, ::MIME"text/plain", x::SparseVector)
    n = nnz(x)
    print(io, length(x), "-element ", typeof(x), " with ", n, " stored ", n == 1 ? "entry" : "entries")
    n == 0 && return
    println(io, ":")
    width = ndigits(last(x.nzind))
    for (k, (i, value)) in enumerate(zip(x.nzind, x.nzval))
        print(io, "  [", lpad(i, width), "]  =  ")
        show(IOContext(io, :typeinfo => eltype(x)), value)
        k < n && println(io)
    end
end
