# bidiag.jl: Bidiagonal matrices: a diagonal and one beside it.

struct Bidiagonal{T,V<:AbstractVector{T}} <: AbstractMatrix{T}
    dv::V # the diagonal
    ev::V # the one above or below
    uplo::Char

    function Bidiagonal{T,V}(dv, ev, uplo::AbstractChar) where {T,V<:AbstractVector{T}}
        require_one_based_indexing(dv, ev)
        if length(ev) != max(length(dv) - 1, 0)
            throw(DimensionMismatch("length of diagonal vector is $(length(dv)), length of off-diagonal vector is $(length(ev))"))
        end
        (uplo != 'U' && uplo != 'L') && throw_uplo()
        new{T,V}(dv, ev, uplo)
    end
end
Bidiagonal(dv::V, ev::V, uplo::Symbol) where {T,V<:AbstractVector{T}} = Bidiagonal{T,V}(dv, ev, char_uplo(uplo))
Bidiagonal(dv::V, ev::V, uplo::AbstractChar) where {T,V<:AbstractVector{T}} = Bidiagonal{T,V}(dv, ev, uplo)
function Bidiagonal(dv::AbstractVector, ev::AbstractVector, uplo::Symbol)
    T = promote_type(eltype(dv), eltype(ev))
    return Bidiagonal(convert(Vector{T}, dv), convert(Vector{T}, ev), uplo)
end
Bidiagonal{T}(dv::AbstractVector, ev::AbstractVector, uplo::Union{Symbol,AbstractChar}) where {T} =
    Bidiagonal(convert(AbstractVector{T}, dv), convert(AbstractVector{T}, ev), uplo isa Symbol ? uplo : sym_uplo(uplo))
Bidiagonal(A::AbstractMatrix, uplo::Symbol) = Bidiagonal(diag(A, 0), diag(A, uplo === :U ? 1 : -1), uplo)
Bidiagonal(A::Bidiagonal) = A
Bidiagonal{T}(A::Bidiagonal) where {T} = Bidiagonal{T}(A.dv, A.ev, A.uplo)
Base.AbstractMatrix{T}(A::Bidiagonal) where {T} = Bidiagonal{T}(A)

Base.size(B::Bidiagonal) = (n = length(B.dv); (n, n))
Base.similar(B::Bidiagonal, ::Type{T}) where {T} = Bidiagonal(similar(B.dv, T), similar(B.ev, T), B.uplo)
Base.similar(B::Bidiagonal, ::Type{T}, dims::Dims) where {T} = similar(B.dv, T, dims)
Base.copy(B::Bidiagonal) = Bidiagonal(copy(B.dv), copy(B.ev), B.uplo)
Base.copyto!(dest::Bidiagonal, src::Bidiagonal) = dest.uplo == src.uplo ? (copyto!(dest.dv, src.dv); copyto!(dest.ev, src.ev); dest) :
                                                    throw(ArgumentError("the bidiagonals are on different sides"))

@inline function Base.getindex(A::Bidiagonal{T}, i::Int, j::Int) where {T}
    @boundscheck checkbounds(A, i, j)
    if i == j
        return @inbounds A.dv[i]
    elseif A.uplo == 'U' && (i == j - 1)
        return @inbounds A.ev[i]
    elseif A.uplo == 'L' && (i == j + 1)
        return @inbounds A.ev[j]
    else
        return zero(T)
    end
end
function Base.setindex!(A::Bidiagonal, x, i::Int, j::Int)
    @boundscheck checkbounds(A, i, j)
    if i == j
        A.dv[i] = x
    elseif A.uplo == 'U' && (i == j - 1)
        A.ev[i] = x
    elseif A.uplo == 'L' && (i == j + 1)
        A.ev[j] = x
    elseif !iszero(x)
        throw(ArgumentError(string("cannot set entry ($i, $j) off the ",
            A.uplo == 'U' ? "upper" : "lower", " bidiagonal band to a nonzero value ", x)))
    end
    return A
end
Base.replace_in_print_matrix(A::Bidiagonal, i::Integer, j::Integer, s::AbstractString) =
    i == j || i == j + (A.uplo == 'U' ? -1 : 1) ? s : Base.replace_with_centered_mark(s)

function Base.Matrix{T}(A::Bidiagonal) where {T}
    n = size(A, 1)
    B = zeros(T, n, n)
    for i in 1:n
        B[i, i] = A.dv[i]
        i < n && (A.uplo == 'U' ? (B[i, i+1] = A.ev[i]) : (B[i+1, i] = A.ev[i]))
    end
    return B
end
Base.Matrix(A::Bidiagonal{T}) where {T} = Matrix{promote_type(T, typeof(zero(T)))}(A)
Base.Array(A::Bidiagonal) = Matrix(A)

function Base.show(io::IO, M::Bidiagonal)
    summary(io, M)
    print(io, ":\n diag:")
    Base.print_matrix(io, (M.dv)')
    print(io, M.uplo == 'U' ? "\n super:" : "\n sub:")
    Base.print_matrix(io, (M.ev)')
end

transpose(M::Bidiagonal{<:Number}) = Bidiagonal(M.dv, M.ev, M.uplo == 'U' ? :L : :U)
adjoint(M::Bidiagonal{<:Number}) = Bidiagonal(conj(M.dv), conj(M.ev), M.uplo == 'U' ? :L : :U)
Base.conj(M::Bidiagonal) = Bidiagonal(conj(M.dv), conj(M.ev), M.uplo)
Base.real(M::Bidiagonal) = Bidiagonal(real(M.dv), real(M.ev), M.uplo)
Base.imag(M::Bidiagonal) = Bidiagonal(imag(M.dv), imag(M.ev), M.uplo)

istriu(M::Bidiagonal, k::Integer=0) = k <= 0 && M.uplo == 'U' ? true : k < 0 ? true : _isbanded_impl(M, k, size(M, 2) - 1)
istril(M::Bidiagonal, k::Integer=0) = k >= 0 && M.uplo == 'L' ? true : k > 0 ? true : _isbanded_impl(M, -size(M, 1) + 1, k)
isdiag(M::Bidiagonal) = iszero(M.ev)
Base.iszero(M::Bidiagonal) = iszero(M.dv) && iszero(M.ev)
function diag(M::Bidiagonal{T}, n::Integer=0) where {T}
    n == 0 && return copy(M.dv)
    n == 1 && M.uplo == 'U' && return copy(M.ev)
    n == -1 && M.uplo == 'L' && return copy(M.ev)
    return zeros(T, max(0, size(M, 1) - abs(n)))
end
tr(B::Bidiagonal) = sum(B.dv)
det(A::Bidiagonal) = prod(A.dv)
logabsdet(A::Bidiagonal) = logabsdet(Diagonal(A.dv))

(==)(A::Bidiagonal, B::Bidiagonal) = A.uplo == B.uplo ? A.dv == B.dv && A.ev == B.ev : iszero(A.ev) && iszero(B.ev) && A.dv == B.dv
-(A::Bidiagonal) = Bidiagonal(-A.dv, -A.ev, A.uplo)
for f in (:+, :-)
    @eval function $f(A::Bidiagonal, B::Bidiagonal)
        if A.uplo == B.uplo || isempty(A.dv)
            return Bidiagonal($f(A.dv, B.dv), $f(A.ev, B.ev), A.uplo)
        end
        # one on each side: three diagonals
        up, low = A.uplo == 'U' ? ($f(A.ev), $f(zero(B.ev), B.ev)) : ($f(zero(B.ev), B.ev), $f(A.ev))
        A.uplo == 'U' && (up = A.ev)
        A.uplo == 'L' && (low = A.ev)
        return Tridiagonal(low, $f(A.dv, B.dv), up)
    end
end
*(A::Bidiagonal, B::Number) = Bidiagonal(A.dv * B, A.ev * B, A.uplo)
*(B::Number, A::Bidiagonal) = Bidiagonal(B * A.dv, B * A.ev, A.uplo)
/(A::Bidiagonal, B::Number) = Bidiagonal(A.dv / B, A.ev / B, A.uplo)
\(B::Number, A::Bidiagonal) = Bidiagonal(B \ A.dv, B \ A.ev, A.uplo)

_as_triangular(A::Bidiagonal) = A.uplo == 'U' ? UpperTriangular(Matrix(A)) : LowerTriangular(Matrix(A))
ldiv!(A::Bidiagonal, b::AbstractVecOrMat) = ldiv!(_as_triangular(A), b)
(\)(A::Bidiagonal, B::AbstractVecOrMat) = _as_triangular(A) \ B
inv(A::Bidiagonal) = inv(_as_triangular(A))
factorize(A::Bidiagonal) = A
eigvals(A::Bidiagonal; kws...) = copy(A.dv)
svdvals(A::Bidiagonal) = svdvals(Matrix(A))
svd(A::Bidiagonal; kws...) = svd(Matrix(A); kws...)
