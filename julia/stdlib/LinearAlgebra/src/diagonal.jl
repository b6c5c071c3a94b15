# diagonal.jl: Diagonal matrices: only the diagonal is stored.

struct Diagonal{T,V<:AbstractVector{T}} <: AbstractMatrix{T}
    diag::V

    function Diagonal{T,V}(diag) where {T,V<:AbstractVector{T}}
        require_one_based_indexing(diag)
        new{T,V}(diag)
    end
end
Diagonal{T,V}(d::Diagonal) where {T,V<:AbstractVector{T}} = Diagonal{T,V}(d.diag)
Diagonal(v::AbstractVector{T}) where {T} = Diagonal{T,typeof(v)}(v)
Diagonal{T}(v::AbstractVector) where {T} = Diagonal(convert(AbstractVector{T}, v)::AbstractVector{T})
Diagonal(A::AbstractMatrix) = Diagonal(diag(A))
Diagonal{T}(A::AbstractMatrix) where {T} = Diagonal{T}(diag(A))
Diagonal(D::Diagonal) = D
Diagonal{T}(D::Diagonal{T}) where {T} = D
Diagonal{T}(D::Diagonal) where {T} = Diagonal{T}(D.diag)
Diagonal{T}(::UndefInitializer, n::Integer) where {T} = Diagonal(Vector{T}(undef, n))

Base.AbstractMatrix{T}(D::Diagonal) where {T} = Diagonal{T}(D)
Base.convert(::Type{T}, A::AbstractMatrix) where {T<:Diagonal} = A isa T ? A : T(A)::T
Base.convert(::Type{Diagonal{T}}, D::Diagonal) where {T} = Diagonal{T}(D)
function Base.Matrix{T}(D::Diagonal) where {T}
    n = size(D, 1)
    B = Matrix{T}(undef, n, n)
    n > 0 && fill!(B, zero(T))
    for i in 1:n
        @inbounds B[i, i] = D.diag[i]
    end
    return B
end
Base.Matrix(D::Diagonal{T}) where {T} = Matrix{promote_type(T, typeof(zero(T)))}(D)
Base.Array(D::Diagonal) = Matrix(D)

Base.similar(D::Diagonal, ::Type{T}) where {T} = Diagonal(similar(D.diag, T))
Base.similar(D::Diagonal, ::Type{T}, dims::Dims) where {T} = similar(D.diag, T, dims)
Base.similar(D::Diagonal) = Diagonal(similar(D.diag))
Base.copyto!(D1::Diagonal, D2::Diagonal) = (copyto!(D1.diag, D2.diag); D1)
Base.copy(D::Diagonal) = Diagonal(copy(D.diag))
Base.size(D::Diagonal) = (n = length(D.diag); (n, n))
Base.axes(D::Diagonal) = (ax = axes(D.diag, 1); (ax, ax))
Base.parent(D::Diagonal) = D.diag
Base.dataids(D::Diagonal) = Base.dataids(D.diag)
Base.unaliascopy(D::Diagonal) = Diagonal(Base.unaliascopy(D.diag))

@inline function Base.getindex(D::Diagonal, i::Int, j::Int)
    @boundscheck checkbounds(D, i, j)
    if i == j
        @inbounds r = D.diag[i]
    else
        r = diagzero(D, i, j)
    end
    r
end
diagzero(::Diagonal{T}, i, j) where {T} = zero(T)
diagzero(D::Diagonal{<:AbstractMatrix{T}}, i, j) where {T} = zeros(T, size(D.diag[i], 1), size(D.diag[j], 2))

function Base.setindex!(D::Diagonal, v, i::Int, j::Int)
    @boundscheck checkbounds(D, i, j)
    if i == j
        @inbounds D.diag[i] = v
    elseif !iszero(v)
        throw(ArgumentError("cannot set off-diagonal entry ($i, $j) to a nonzero value ($v)"))
    end
    return D
end
Base.fill!(D::Diagonal, x) = iszero(x) ? (fill!(D.diag, x); D) : throw(ArgumentError("cannot fill a Diagonal with a nonzero value ($x)"))

Base.replace_in_print_matrix(A::Diagonal, i::Integer, j::Integer, s::AbstractString) =
    i == j ? s : Base.replace_with_centered_mark(s)

ishermitian(D::Diagonal{<:Real}) = true
ishermitian(D::Diagonal{<:Number}) = isreal(D.diag)
ishermitian(D::Diagonal) = all(ishermitian, D.diag)
issymmetric(D::Diagonal{<:Number}) = true
issymmetric(D::Diagonal) = all(issymmetric, D.diag)
isposdef(D::Diagonal) = all(isposdef, D.diag)
istriu(D::Diagonal, k::Integer=0) = k <= 0 || iszero(D.diag)
istril(D::Diagonal, k::Integer=0) = k >= 0 || iszero(D.diag)
isdiag(D::Diagonal) = true
Base.iszero(D::Diagonal) = all(iszero, D.diag)
Base.isone(D::Diagonal) = all(isone, D.diag)
Base.one(D::Diagonal) = Diagonal(map(one, D.diag))
Base.zero(D::Diagonal) = Diagonal(map(zero, D.diag))

triu!(D::Diagonal, k::Integer=0) = (k > 0 && fill!(D.diag, 0); D)
tril!(D::Diagonal, k::Integer=0) = (k < 0 && fill!(D.diag, 0); D)

(==)(Da::Diagonal, Db::Diagonal) = Da.diag == Db.diag
(-)(A::Diagonal) = Diagonal(-A.diag)
(+)(Da::Diagonal, Db::Diagonal) = Diagonal(Da.diag + Db.diag)
(-)(Da::Diagonal, Db::Diagonal) = Diagonal(Da.diag - Db.diag)
(+)(D::Diagonal, J::UniformScaling) = Diagonal(D.diag .+ J.λ)
(-)(J::UniformScaling, D::Diagonal) = Diagonal(J.λ .- D.diag)
(*)(x::Number, D::Diagonal) = Diagonal(x * D.diag)
(*)(D::Diagonal, x::Number) = Diagonal(D.diag * x)
(/)(D::Diagonal, x::Number) = Diagonal(D.diag / x)
(\)(x::Number, D::Diagonal) = Diagonal(x \ D.diag)
(^)(D::Diagonal, a::Number) = Diagonal(D.diag .^ a)
(^)(D::Diagonal, a::Real) = Diagonal(D.diag .^ a)
(^)(D::Diagonal, a::Integer) = Diagonal(D.diag .^ a)
(^)(D::Diagonal{<:Integer}, a::Integer) = Diagonal(D.diag .^ a)
Base.literal_pow(::typeof(^), D::Diagonal, valp::Val) = Diagonal(Base.literal_pow.(^, D.diag, valp))
Base.literal_pow(::typeof(^), D::Diagonal, ::Val{-1}) = inv(D)

_check_mul(A, B) = size(A, 2) == size(B, 1) ||
                   throw(DimensionMismatch("A has dimensions ($(size(A, 1)),$(size(A, 2))) but B has dimensions ($(size(B, 1)),$(size(B, 2)))"))

(*)(Da::Diagonal, Db::Diagonal) = (_check_mul(Da, Db); Diagonal(Da.diag .* Db.diag))
function (*)(D::Diagonal, V::AbstractVector)
    length(D.diag) == length(V) || throw(DimensionMismatch("second dimension of D $(length(D.diag)) must match first dimension of V $(length(V))"))
    return D.diag .* V
end
function (*)(A::AbstractMatrix, D::Diagonal)
    _check_mul(A, D)
    B = similar(A, _prodtype(eltype(A), eltype(D)), size(A))
    for j in axes(A, 2), i in axes(A, 1)
        @inbounds B[i, j] = A[i, j] * D.diag[j]
    end
    return B
end
function (*)(D::Diagonal, A::AbstractMatrix)
    _check_mul(D, A)
    B = similar(A, _prodtype(eltype(D), eltype(A)), size(A))
    for j in axes(A, 2), i in axes(A, 1)
        @inbounds B[i, j] = D.diag[i] * A[i, j]
    end
    return B
end
(*)(u::AdjointAbsVec, D::Diagonal) = adjoint(adjoint(D) * u.parent)
(*)(u::TransposeAbsVec, D::Diagonal) = transpose(transpose(D) * u.parent)

function rmul!(A::AbstractMatrix, D::Diagonal)
    _check_mul(A, D)
    for j in axes(A, 2), i in axes(A, 1)
        @inbounds A[i, j] *= D.diag[j]
    end
    return A
end
function lmul!(D::Diagonal, B::AbstractVecOrMat)
    _check_mul(D, B)
    for j in axes(B, 2), i in axes(B, 1)
        @inbounds B[i, j] = D.diag[i] * B[i, j]
    end
    return B
end
mul!(C::AbstractMatrix, A::AbstractMatrix, D::Diagonal, alpha::Number, beta::Number) = _mul_diag!(C, (i, j) -> A[i, j] * D.diag[j], A, D, alpha, beta)
mul!(C::AbstractMatrix, D::Diagonal, A::AbstractMatrix, alpha::Number, beta::Number) = _mul_diag!(C, (i, j) -> D.diag[i] * A[i, j], D, A, alpha, beta)
mul!(C::AbstractMatrix, Da::Diagonal, Db::Diagonal, alpha::Number, beta::Number) = _mul_diag!(C, (i, j) -> i == j ? Da.diag[i] * Db.diag[i] : zero(Da.diag[i] * Db.diag[j]), Da, Db, alpha, beta)
mul!(C::AbstractVector, D::Diagonal, x::AbstractVector, alpha::Number, beta::Number) = _mul_diag!(C, (i, j) -> D.diag[i] * x[i], D, x, alpha, beta)
function _mul_diag!(C, entry, A, B, alpha, beta)
    _check_mul(A, B)
    size(C, 1) == size(A, 1) && size(C, 2) == size(B, 2) || throw(DimensionMismatch("output matrix has size: $(size(C)), but should have size $((size(A, 1), size(B, 2)))"))
    for j in axes(C, 2), i in axes(C, 1)
        C isa Diagonal && i != j && continue
        p = entry(i, j)
        C[i, j] = iszero(beta) ? p * alpha : p * alpha + C[i, j] * beta
    end
    return C
end

# divisions: a zero on the diagonal has no quotient
_check_diag(D::Diagonal) = (k = findfirst(iszero, D.diag); k === nothing || throw(SingularException(k)))
function ldiv!(D::Diagonal, B::AbstractVecOrMat)
    _check_rows(D, B)
    _check_diag(D)
    for j in axes(B, 2), i in axes(B, 1)
        @inbounds B[i, j] = D.diag[i] \ B[i, j]
    end
    return B
end
_check_rows(D, B) = size(D, 1) == size(B, 1) ||
                    throw(DimensionMismatch("diagonal matrix is $(size(D, 1)) by $(size(D, 1)) but right hand side has $(size(B, 1)) rows"))
ldiv!(Y::AbstractVecOrMat, D::Diagonal, B::AbstractVecOrMat) = ldiv!(D, copyto!(Y, B))
function rdiv!(A::AbstractMatrix, D::Diagonal)
    size(A, 2) == size(D, 1) || throw(DimensionMismatch("left hand side has $(size(A, 2)) columns but D is $(size(D, 1)) by $(size(D, 1))"))
    _check_diag(D)
    for j in axes(A, 2), i in axes(A, 1)
        @inbounds A[i, j] /= D.diag[j]
    end
    return A
end
_quottype(::Type{A}, ::Type{B}) where {A,B} = typeof(oneunit(A) / oneunit(B))
function (\)(D::Diagonal, B::AbstractVecOrMat)
    _check_rows(D, B)
    _check_diag(D)
    return D.diag .\ B
end
/(u::AdjointAbsVec, D::Diagonal) = adjoint(adjoint(D) \ u.parent)
/(u::TransposeAbsVec, D::Diagonal) = transpose(transpose(D) \ u.parent)
function (/)(A::AbstractMatrix, D::Diagonal)
    size(A, 2) == size(D, 1) || throw(DimensionMismatch("left hand side has $(size(A, 2)) columns but D is $(size(D, 1)) by $(size(D, 1))"))
    _check_diag(D)
    return A ./ reshape(D.diag, 1, length(D.diag))
end
(\)(Da::Diagonal, Db::Diagonal) = (_check_rows(Da, Db); _check_diag(Da); Diagonal(Da.diag .\ Db.diag))
(/)(Da::Diagonal, Db::Diagonal) = (_check_mul(Da, Db); _check_diag(Db); Diagonal(Da.diag ./ Db.diag))

Base.conj(D::Diagonal) = Diagonal(conj(D.diag))
Base.conj!(D::Diagonal) = (conj!(D.diag); D)
transpose(D::Diagonal{<:Number}) = D
transpose(D::Diagonal) = Diagonal(map(transpose, D.diag))
adjoint(D::Diagonal{<:Number}) = Diagonal(conj(D.diag))
adjoint(D::Diagonal{<:Real}) = D
adjoint(D::Diagonal) = Diagonal(map(adjoint, D.diag))
Base.permutedims(D::Diagonal) = D
Base.permutedims(D::Diagonal, perm) = (Base.checkdims_perm(axes(D), axes(D), perm); D)
Base.real(D::Diagonal) = Diagonal(real(D.diag))
Base.imag(D::Diagonal) = Diagonal(imag(D.diag))

diag(D::Diagonal, k::Integer=0) = k == 0 ? copy(D.diag) : zeros(eltype(D), max(0, size(D, 1) - abs(k)))
tr(D::Diagonal) = sum(tr, D.diag)
det(D::Diagonal) = prod(det, D.diag)
function logabsdet(D::Diagonal)
    mapreduce(x -> (log(abs(x)), sign(x)), ((d1, s1), (d2, s2)) -> (d1 + d2, s1 * s2), D.diag)
end
logdet(D::Diagonal{<:Complex}) = (z = sum(log, D.diag); complex(real(z), rem2pi(imag(z), RoundNearest)))
logdet(D::Diagonal) = mapreduce(logdet, +, D.diag)
rank(D::Diagonal; kws...) = count(!iszero, D.diag)
norm(D::Diagonal, p::Real=2) = p == 0 ? norm(D.diag, 0) : p == -Inf && length(D.diag) > 1 ? zero(norm(D.diag, 1)) : norm(D.diag, p)
opnorm(D::Diagonal, p::Real=2) = maximum(x -> opnorm(x, p), D.diag)
cond(D::Diagonal, p::Real=2) = (m = map(abs, D.diag); maximum(m) / minimum(m))

function inv(D::Diagonal{T}) where {T}
    Di = similar(D.diag, typeof(inv(oneunit(T))))
    for i = 1:length(D.diag)
        if iszero(D.diag[i])
            throw(SingularException(i))
        end
        Di[i] = inv(D.diag[i])
    end
    Diagonal(Di)
end
function pinv(D::Diagonal{T}, tol::Real=0.0) where {T}
    return Diagonal(map(x -> abs(x) > tol ? pinv(x) : zero(pinv(oneunit(T))), D.diag))
end

for f in (:exp, :cis, :log, :sqrt, :cos, :sin, :tan, :cosh, :sinh, :tanh, :acos, :asin, :atan, :acosh, :asinh, :atanh)
    @eval Base.$f(D::Diagonal) = Diagonal(map($f, D.diag))
end
Base.cbrt(D::Diagonal{<:Real}) = Diagonal(map(cbrt, D.diag))

kron(A::Diagonal, B::Diagonal) = Diagonal(kron(A.diag, B.diag))

eigvals(D::Diagonal{<:Number}; permute::Bool=true, scale::Bool=true, sortby=nothing) = sorteig!(copy(D.diag), sortby)
eigvecs(D::Diagonal) = Matrix{eltype(D)}(I, size(D))
function eigen(D::Diagonal; permute::Bool=true, scale::Bool=true, sortby=nothing)
    any(!isfinite, D.diag) && throw(ArgumentError("matrix contains Infs or NaNs"))
    p = sortby === nothing ? (1:length(D.diag)) : sortperm(D.diag; by=sortby)
    return Eigen(D.diag[p], Matrix{eltype(D)}(I, size(D))[:, p])
end
svdvals(D::Diagonal{<:Number}) = sort!(abs.(D.diag), rev=true)
function svd(D::Diagonal{T}) where {T<:Number}
    d = D.diag
    s = abs.(d)
    piv = sortperm(s, rev=true)
    S = s[piv]
    n = length(d)
    U = zeros(promote_type(T, typeof(one(T))), n, n)
    Vt = copy(U)
    for i in 1:n
        j = piv[i]
        U[j, i] = iszero(d[j]) ? one(T) : d[j] / S[i]
        Vt[i, j] = one(T)
    end
    return SVD(U, S, Vt)
end
Base.sum(A::Diagonal) = sum(A.diag)
dot(x::AbstractVector, D::Diagonal, y::AbstractVector) = sum(t -> dot(t[1], t[2], t[3]), zip(x, D.diag, y))
dot(A::Diagonal, B::Diagonal) = dot(A.diag, B.diag)
axpy!(α, x::Diagonal, y::Diagonal) = (axpy!(α, x.diag, y.diag); y)
cholesky(A::Diagonal, ::NoPivot=NoPivot(); check::Bool=true) = cholesky(Hermitian(Matrix(A)); check)
factorize(D::Diagonal) = D
