# tridiag.jl: SymTridiagonal and Tridiagonal matrices.

struct SymTridiagonal{T,V<:AbstractVector{T}} <: AbstractMatrix{T}
    dv::V # the diagonal
    ev::V # above and below it
    function SymTridiagonal{T,V}(dv, ev) where {T,V<:AbstractVector{T}}
        require_one_based_indexing(dv, ev)
        if !(length(dv) - 1 <= length(ev) <= length(dv))
            throw(DimensionMismatch("subdiagonal has wrong length. Has length $(length(ev)), but should be either $(length(dv) - 1) or $(length(dv))."))
        end
        new{T,V}(dv, ev)
    end
end
SymTridiagonal(dv::V, ev::V) where {T,V<:AbstractVector{T}} = SymTridiagonal{T,V}(dv, ev)
SymTridiagonal{T}(dv::AbstractVector, ev::AbstractVector) where {T} =
    SymTridiagonal(convert(AbstractVector{T}, dv)::AbstractVector{T}, convert(AbstractVector{T}, ev)::AbstractVector{T})
function SymTridiagonal(dv::AbstractVector, ev::AbstractVector)
    T = promote_type(eltype(dv), eltype(ev))
    return SymTridiagonal(convert(Vector{T}, dv), convert(Vector{T}, ev))
end
function SymTridiagonal(A::AbstractMatrix)
    checksquare(A)
    du = diag(A, 1)
    d = diag(A)
    dl = diag(A, -1)
    if all(((x, y),) -> x == transpose(y), zip(du, dl)) && all(issymmetric, d)
        return SymTridiagonal(d, du)
    else
        throw(ArgumentError("matrix is not symmetric; cannot convert to SymTridiagonal"))
    end
end
SymTridiagonal(S::SymTridiagonal) = S
SymTridiagonal{T}(S::SymTridiagonal) where {T} = SymTridiagonal{T}(S.dv, S.ev)
Base.AbstractMatrix{T}(S::SymTridiagonal) where {T} = SymTridiagonal{T}(S)

struct Tridiagonal{T,V<:AbstractVector{T}} <: AbstractMatrix{T}
    dl::V # below the diagonal
    d::V
    du::V # above
    du2::V # room for the factorization
    function Tridiagonal{T,V}(dl, d, du) where {T,V<:AbstractVector{T}}
        require_one_based_indexing(dl, d, du)
        n = length(d)
        if (length(dl) != n - 1 || length(du) != n - 1) && !(length(d) == 0 && length(dl) == 0 && length(du) == 0)
            throw(ArgumentError(string("cannot construct Tridiagonal from incompatible ",
                "lengths of subdiagonal, diagonal and superdiagonal: ",
                "($(length(dl)), $(length(d)), $(length(du)))")))
        end
        new{T,V}(dl, d, Base.unalias(dl, du))
    end
    function Tridiagonal{T,V}(dl, d, du, du2) where {T,V<:AbstractVector{T}}
        new{T,V}(dl, d, du, du2)
    end
end
Tridiagonal(dl::V, d::V, du::V) where {T,V<:AbstractVector{T}} = Tridiagonal{T,V}(dl, d, du)
Tridiagonal(dl::V, d::V, du::V, du2::V) where {T,V<:AbstractVector{T}} = Tridiagonal{T,V}(dl, d, du, du2)
function Tridiagonal{T}(dl::AbstractVector, d::AbstractVector, du::AbstractVector) where {T}
    Tridiagonal(map(x -> convert(AbstractVector{T}, x)::AbstractVector{T}, (dl, d, du))...)
end
function Tridiagonal(dl::AbstractVector, d::AbstractVector, du::AbstractVector)
    T = promote_type(eltype(dl), eltype(d), eltype(du))
    return Tridiagonal(convert(Vector{T}, dl), convert(Vector{T}, d), convert(Vector{T}, du))
end
Tridiagonal(A::AbstractMatrix) = Tridiagonal(diag(A, -1), diag(A, 0), diag(A, 1))
Tridiagonal(A::Tridiagonal) = A
Tridiagonal{T}(A::Tridiagonal) where {T} = Tridiagonal{T}(A.dl, A.d, A.du)
Tridiagonal(A::SymTridiagonal) = Tridiagonal(A.ev[1:size(A, 1)-1], copy(A.dv), A.ev[1:size(A, 1)-1])
Tridiagonal(A::Bidiagonal) = A.uplo == 'U' ? Tridiagonal(zero(A.ev), copy(A.dv), copy(A.ev)) : Tridiagonal(copy(A.ev), copy(A.dv), zero(A.ev))
Base.AbstractMatrix{T}(A::Tridiagonal) where {T} = Tridiagonal{T}(A)

const TridiagonalKinds{T} = Union{SymTridiagonal{T},Tridiagonal{T}}

Base.size(A::SymTridiagonal) = (n = length(A.dv); (n, n))
Base.size(M::Tridiagonal) = (n = length(M.d); (n, n))
Base.similar(S::SymTridiagonal, ::Type{T}) where {T} = SymTridiagonal(similar(S.dv, T), similar(S.ev, T))
Base.similar(S::SymTridiagonal, ::Type{T}, dims::Dims) where {T} = similar(S.dv, T, dims)
Base.similar(M::Tridiagonal, ::Type{T}) where {T} = Tridiagonal(similar(M.dl, T), similar(M.d, T), similar(M.du, T))
Base.similar(M::Tridiagonal, ::Type{T}, dims::Dims) where {T} = similar(M.d, T, dims)
Base.copy(S::SymTridiagonal) = SymTridiagonal(copy(S.dv), copy(S.ev))
Base.copy(M::Tridiagonal) = Tridiagonal(copy(M.dl), copy(M.d), copy(M.du))
Base.copyto!(dest::SymTridiagonal, src::SymTridiagonal) = (copyto!(dest.dv, src.dv); copyto!(dest.ev, src.ev); dest)
Base.copyto!(dest::Tridiagonal, src::Tridiagonal) = (copyto!(dest.dl, src.dl); copyto!(dest.d, src.d); copyto!(dest.du, src.du); dest)

@inline function Base.getindex(A::SymTridiagonal{T}, i::Int, j::Int) where {T}
    @boundscheck checkbounds(A, i, j)
    if i == j
        return symmetric(A.dv[i], :U)::T
    elseif i == j + 1
        return transpose(A.ev[j])::T
    elseif i + 1 == j
        return A.ev[i]
    else
        return zero(T)
    end
end
function Base.setindex!(A::SymTridiagonal, x, i::Int, j::Int)
    @boundscheck checkbounds(A, i, j)
    if i == j
        A.dv[i] = x
    else
        throw(ArgumentError("cannot set off-diagonal entry ($i, $j)"))
    end
    return A
end
@inline function Base.getindex(A::Tridiagonal{T}, i::Int, j::Int) where {T}
    @boundscheck checkbounds(A, i, j)
    if i == j
        return A.d[i]
    elseif i == j + 1
        return A.dl[j]
    elseif i + 1 == j
        return A.du[i]
    else
        return zero(T)
    end
end
function Base.setindex!(A::Tridiagonal, x, i::Int, j::Int)
    @boundscheck checkbounds(A, i, j)
    if i == j
        A.d[i] = x
    elseif i == j + 1
        A.dl[j] = x
    elseif j == i + 1
        A.du[i] = x
    elseif !iszero(x)
        throw(ArgumentError("cannot set entry ($i, $j) off the tridiagonal band to a nonzero value ($x)"))
    end
    return A
end
Base.replace_in_print_matrix(A::TridiagonalKinds, i::Integer, j::Integer, s::AbstractString) =
    i == j - 1 || i == j || i == j + 1 ? s : Base.replace_with_centered_mark(s)

function Base.Matrix{T}(M::TridiagonalKinds) where {T}
    n = size(M, 1)
    A = zeros(T, n, n)
    for j in 1:n, i in max(1, j - 1):min(n, j + 1)
        A[i, j] = M[i, j]
    end
    return A
end
Base.Matrix(M::TridiagonalKinds{T}) where {T} = Matrix{promote_type(T, typeof(zero(T)))}(M)
Base.Array(M::TridiagonalKinds) = Matrix(M)

transpose(S::SymTridiagonal) = S
adjoint(S::SymTridiagonal{<:Real}) = S
adjoint(S::SymTridiagonal{<:Number}) = SymTridiagonal(conj(S.dv), conj(S.ev))
adjoint(S::Tridiagonal{<:Number}) = Tridiagonal(conj(S.du), conj(S.d), conj(S.dl))
transpose(S::Tridiagonal{<:Number}) = Tridiagonal(S.du, S.d, S.dl)
Base.conj(M::SymTridiagonal) = SymTridiagonal(conj(M.dv), conj(M.ev))
Base.conj(M::Tridiagonal) = Tridiagonal(conj(M.dl), conj(M.d), conj(M.du))
Base.real(M::SymTridiagonal) = SymTridiagonal(real(M.dv), real(M.ev))
Base.real(M::Tridiagonal) = Tridiagonal(real(M.dl), real(M.d), real(M.du))

ishermitian(S::SymTridiagonal) = isreal(S.dv) && isreal(S.ev)
issymmetric(S::SymTridiagonal) = true
istriu(M::TridiagonalKinds, k::Integer=0) = k <= -1 || _isbanded_impl(M, k, size(M, 2) - 1)
istril(M::TridiagonalKinds, k::Integer=0) = k >= 1 || _isbanded_impl(M, -size(M, 1) + 1, k)
isdiag(M::SymTridiagonal) = iszero(view(M.ev, 1:length(M.dv)-1))
isdiag(M::Tridiagonal) = iszero(M.dl) && iszero(M.du)

function diag(M::SymTridiagonal{T}, n::Integer=0) where {T}
    n == 0 && return copy(M.dv)
    abs(n) == 1 && return M.ev[1:size(M, 1)-1]
    return zeros(T, max(0, size(M, 1) - abs(n)))
end
function diag(M::Tridiagonal{T}, n::Integer=0) where {T}
    n == 0 && return copy(M.d)
    n == -1 && return copy(M.dl)
    n == 1 && return copy(M.du)
    return zeros(T, max(0, size(M, 1) - abs(n)))
end
tr(M::SymTridiagonal) = sum(M.dv)
tr(M::Tridiagonal) = sum(M.d)

(==)(A::SymTridiagonal, B::SymTridiagonal) = (A.dv == B.dv) && (view(A.ev, 1:length(A.dv)-1) == view(B.ev, 1:length(B.dv)-1))
(==)(A::Tridiagonal, B::Tridiagonal) = (A.dl == B.dl) && (A.d == B.d) && (A.du == B.du)
-(A::SymTridiagonal) = SymTridiagonal(-A.dv, -A.ev)
-(A::Tridiagonal) = Tridiagonal(-A.dl, -A.d, -A.du)
for f in (:+, :-)
    @eval begin
        $f(A::SymTridiagonal, B::SymTridiagonal) = SymTridiagonal($f(A.dv, B.dv), $f(A.ev[1:length(A.dv)-1], B.ev[1:length(B.dv)-1]))
        $f(A::Tridiagonal, B::Tridiagonal) = Tridiagonal($f(A.dl, B.dl), $f(A.d, B.d), $f(A.du, B.du))
        $f(A::Tridiagonal, B::SymTridiagonal) = $f(A, Tridiagonal(B))
        $f(A::SymTridiagonal, B::Tridiagonal) = $f(Tridiagonal(A), B)
        $f(A::Tridiagonal, B::Diagonal) = Tridiagonal(copy(A.dl), $f(A.d, B.diag), copy(A.du))
        $f(A::Diagonal, B::Tridiagonal) = Tridiagonal($f(B.dl), $f(A.diag, B.d), $f(B.du))
        $f(A::SymTridiagonal, B::Diagonal) = SymTridiagonal($f(A.dv, B.diag), copy(A.ev))
        $f(A::Diagonal, B::SymTridiagonal) = SymTridiagonal($f(A.diag, B.dv), $f(B.ev))
        $f(A::Bidiagonal, B::Diagonal) = Bidiagonal($f(A.dv, B.diag), copy(A.ev), A.uplo)
        $f(A::Diagonal, B::Bidiagonal) = Bidiagonal($f(A.diag, B.dv), $f(B.ev), B.uplo)
        $f(A::Tridiagonal, B::Bidiagonal) = $f(A, Tridiagonal(B))
        $f(A::Bidiagonal, B::Tridiagonal) = $f(Tridiagonal(A), B)
    end
end
(+)(A::Tridiagonal, J::UniformScaling) = Tridiagonal(copy(A.dl), A.d .+ J.λ, copy(A.du))
(+)(A::SymTridiagonal, J::UniformScaling) = SymTridiagonal(A.dv .+ J.λ, copy(A.ev))
(+)(A::Bidiagonal, J::UniformScaling) = Bidiagonal(A.dv .+ J.λ, copy(A.ev), A.uplo)
(-)(J::UniformScaling, A::Tridiagonal) = Tridiagonal(-A.dl, J.λ .- A.d, -A.du)
(-)(J::UniformScaling, A::SymTridiagonal) = SymTridiagonal(J.λ .- A.dv, -A.ev)
*(A::SymTridiagonal, x::Number) = SymTridiagonal(A.dv * x, A.ev * x)
*(x::Number, A::SymTridiagonal) = SymTridiagonal(x * A.dv, x * A.ev)
/(A::SymTridiagonal, x::Number) = SymTridiagonal(A.dv / x, A.ev / x)
\(x::Number, A::SymTridiagonal) = SymTridiagonal(x \ A.dv, x \ A.ev)
*(A::Tridiagonal, x::Number) = Tridiagonal(A.dl * x, A.d * x, A.du * x)
*(x::Number, A::Tridiagonal) = Tridiagonal(x * A.dl, x * A.d, x * A.du)
/(A::Tridiagonal, x::Number) = Tridiagonal(A.dl / x, A.d / x, A.du / x)
\(x::Number, A::Tridiagonal) = Tridiagonal(x \ A.dl, x \ A.d, x \ A.du)

# three products per row
function mul!(y::AbstractVector, A::TridiagonalKinds, x::AbstractVector, alpha::Number, beta::Number)
    n = size(A, 1)
    n == length(x) || throw(DimensionMismatch("second dimension of A, $n, does not match length of x, $(length(x))"))
    n == length(y) || throw(DimensionMismatch("first dimension of A, $n, does not match length of y, $(length(y))"))
    for i in 1:n
        s = A[i, i] * x[i]
        i > 1 && (s = A[i, i-1] * x[i-1] + s)
        i < n && (s = s + A[i, i+1] * x[i+1])
        y[i] = iszero(beta) ? s * alpha : s * alpha + y[i] * beta
    end
    return y
end

# determinants by the recurrence of the leading minors
function det_usmani(a, b, c)
    n = length(b)
    θa = one(eltype(b)) * one(eltype(a))
    n == 0 && return θa
    θb = θa
    θ = b[1] * θa
    for i in 2:n
        θ, θb = b[i] * θ - a[i-1] * c[i-1] * θb, θ
    end
    return θ
end
det(A::SymTridiagonal; shift::Number=false) = det_usmani(A.ev, A.dv .+ shift, A.ev)
det(A::Tridiagonal) = det_usmani(A.dl, A.d, A.du)
logabsdet(A::TridiagonalKinds) = logabsdet(lu(A; check=false))

qr(A::TridiagonalKinds, args...; kws...) = qr(Matrix(A), args...; kws...)
inv(A::TridiagonalKinds) = inv(Matrix(A))
factorize(A::TridiagonalKinds) = lu(A)
(\)(A::TridiagonalKinds, B::AbstractVecOrMat) = lu(A) \ B
ldiv!(A::TridiagonalKinds, B::AbstractVecOrMat) = ldiv!(lu(A), B)
svd(A::TridiagonalKinds; kws...) = svd(Matrix(A); kws...)
svdvals(A::TridiagonalKinds) = svdvals(Matrix(A))
eigen(A::SymTridiagonal; kws...) = eigen(Symmetric(Matrix(A)); kws...)
eigvals(A::SymTridiagonal; kws...) = eigvals(Symmetric(Matrix(A)); kws...)
eigmax(A::SymTridiagonal) = last(eigvals(A))
eigmin(A::SymTridiagonal) = first(eigvals(A))
