# dense.jl: functions of full matrices: diagonals, Kronecker products, powers and exponentials,
# pseudo-inverses.

## diagonals ##

diagind(m::Integer, n::Integer, k::Integer=0) =
    k <= 0 ? range(1 - k, step=m + 1, length=max(0, min(m + k, n))) : range(k * m + 1, step=m + 1, length=max(0, min(m, n - k)))
function diagind(A::AbstractMatrix, k::Integer=0)
    require_one_based_indexing(A)
    diagind(size(A, 1), size(A, 2), k)
end

diag(A::AbstractMatrix, k::Integer=0) = A[diagind(A, k)]

diagm(kv::Pair{<:Integer,<:AbstractVector}...) = _diagm(nothing, kv...)
diagm(m::Integer, n::Integer, kv::Pair{<:Integer,<:AbstractVector}...) = _diagm((Int(m), Int(n)), kv...)
function _diagm(size, kv::Pair{<:Integer,<:AbstractVector}...)
    A = diagm_container(size, kv...)
    for p in kv
        inds = diagind(A, p.first)
        for (i, val) in enumerate(p.second)
            A[inds[i]] += val
        end
    end
    return A
end
function diagm_size(size::Nothing, kv::Pair{<:Integer,<:AbstractVector}...)
    mnmax = mapreduce(x -> length(x.second) + abs(Int(x.first)), max, kv; init=0)
    return mnmax, mnmax
end
function diagm_size(size::Tuple{Int,Int}, kv::Pair{<:Integer,<:AbstractVector}...)
    mmax = mapreduce(x -> length(x.second) - min(0, Int(x.first)), max, kv; init=0)
    nmax = mapreduce(x -> length(x.second) + max(0, Int(x.first)), max, kv; init=0)
    m, n = size
    (m ≥ mmax && n ≥ nmax) || throw(DimensionMismatch("invalid size=$size"))
    return m, n
end
function diagm_container(size, kv::Pair{<:Integer,<:AbstractVector}...)
    T = promote_type(map(x -> eltype(x.second), kv)...)
    # diagonals of Any start with zeros all the same
    U = promote_type(T, typeof(zero(T)))
    return zeros(U, diagm_size(size, kv...)...)
end
diagm(v::AbstractVector) = diagm(0 => v)
diagm(m::Integer, n::Integer, v::AbstractVector) = diagm(m, n, 0 => v)

## Kronecker product ##

function kron!(C::AbstractMatrix, A::AbstractMatrix, B::AbstractMatrix)
    size(C) == (size(A, 1) * size(B, 1), size(A, 2) * size(B, 2)) || throw(DimensionMismatch("kron!"))
    m = firstindex(C)
    for j in axes(A, 2), l in axes(B, 2), i in axes(A, 1)
        Aij = A[i, j]
        for k in axes(B, 1)
            C[m] = Aij * B[k, l]
            m += 1
        end
    end
    return C
end
kron!(c::AbstractVector, a::AbstractVector, b::AbstractVector) = (m = firstindex(c); for x in a, y in b; c[m] = x * y; m += 1; end; c)
kron!(C::AbstractMatrix, a::Number, B::AbstractMatrix) = mul!(C, a, B)
kron!(C::AbstractMatrix, A::AbstractMatrix, b::Number) = mul!(C, A, b)
_kron_eltype(a, b) = promote_op(*, eltype(a), eltype(b))
_kron_eltype(a::AbstractArray{T}, b::AbstractArray{S}) where {T<:Number,S<:Number} =
    isconcretetype(T) && isconcretetype(S) ? typeof(zero(T) * zero(S)) : promote_op(*, T, S)
function kron(A::AbstractMatrix, B::AbstractMatrix)
    R = Matrix{_kron_eltype(A, B)}(undef, size(A, 1) * size(B, 1), size(A, 2) * size(B, 2))
    return kron!(R, A, B)
end
kron(a::AbstractVector, b::AbstractVector) = kron!(Vector{_kron_eltype(a, b)}(undef, length(a) * length(b)), a, b)
kron(a::Number, b::Union{Number,AbstractVecOrMat}) = a * b
kron(a::AbstractVecOrMat, b::Number) = a * b
kron(a::AbstractVector, B::AbstractMatrix) = kron(reshape(a, length(a), 1), B)
kron(A::AbstractMatrix, b::AbstractVector) = kron(A, reshape(b, length(b), 1))
kron(a::AdjointAbsVec, b::AdjointAbsVec) = adjoint(kron(adjoint(a), adjoint(b)))
kron(a::AdjOrTransAbsVec, b::AdjOrTransAbsVec) = transpose(kron(transpose(a), transpose(b)))
kron(a, b, c, xs...) = kron(kron(a, b), c, xs...)

## powers ##

function schurpow_eigen(A::AbstractMatrix, p)
    F = eigen(A)
    any(λ -> λ isa Real && λ < 0, F.values) && (F = eigen(complex.(A)))
    R = F.vectors * Diagonal(complex.(F.values) .^ p) / F.vectors
    return isreal(A) && all(x -> abs(imag(x)) <= sqrt(eps(abs(x) + 1)), R) ? real(R) : R
end
function (^)(A::AbstractMatrix{T}, p::Integer) where {T<:Integer}
    checksquare(A)
    # integer matrices have integer powers, and rational ones have inverses
    p < 0 && return inv(A)^(-p)
    return Base.power_by_squaring(A, p)
end
function (^)(A::AbstractMatrix{T}, p::Integer) where {T}
    checksquare(A)
    p < 0 && return Base.power_by_squaring(inv(A), -p)
    return Base.power_by_squaring(A, p)
end
function (^)(A::AbstractMatrix{T}, p::Real) where {T}
    checksquare(A)
    isinteger(p) && return integerpow(A, p)
    # the spectral way for symmetric matrices
    if issymmetric(A) && eltype(A) <: Real
        return (Symmetric(A)^p)
    end
    if ishermitian(A)
        return (Hermitian(A)^p)
    end
    return schurpow_eigen(A, p)
end
integerpow(A::AbstractMatrix{T}, p) where {T} = A^Integer(p)
(^)(A::AbstractMatrix, p::Number) = exp(p * log(A))
function (^)(b::Number, A::AbstractMatrix)
    b == ℯ && return exp(A)
    return exp(log(b) * A)
end
Base.literal_pow(::typeof(^), A::AbstractMatrix, ::Val{-1}) = inv(A)

## exponential and others, by squaring and by eigenvalues ##

Base.exp(A::AbstractMatrix) = exp!(copymutable_oftype(A, float(eltype(A))))
Base.exp(A::Adjoint{<:Any,<:AbstractMatrix}) = adjoint(exp(parent(A)))
Base.exp(A::Transpose{<:Any,<:AbstractMatrix}) = transpose(exp(parent(A)))

# Padé approximation of degree 13 after scaling to a norm of at most 5.4
function exp!(A::AbstractMatrix{T}) where {T}
    n = checksquare(A)
    n == 0 && return A
    if ishermitian(A)
        return copyto!(A, exp(Hermitian(copy(A))))
    end
    nA = opnorm(A, 1)
    Inn = Matrix{T}(I, n, n)
    s = max(0, ceil(Int, log2(nA / 5.4)))
    s > 0 && (A ./= convert(T, 2)^s)
    CC = T[64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0,
        129060195264000.0, 10559470521600.0, 670442572800.0, 33522128640.0,
        1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0]
    A2 = A * A
    A4 = A2 * A2
    A6 = A2 * A4
    U = A * (A6 * (CC[14] * A6 + CC[12] * A4 + CC[10] * A2) + CC[8] * A6 + CC[6] * A4 + CC[4] * A2 + CC[2] * Inn)
    V = A6 * (CC[13] * A6 + CC[11] * A4 + CC[9] * A2) + CC[7] * A6 + CC[5] * A4 + CC[3] * A2 + CC[1] * Inn
    X = (V - U) \ (V + U)
    for _ in 1:s
        X = X * X
    end
    return copyto!(A, X)
end

# f of the eigenvalues, for matrices with a full set of eigenvectors
function _spectral(f, A::AbstractMatrix)
    F = eigen(A)
    R = F.vectors * Diagonal(map(f, complex.(F.values))) / F.vectors
    return eltype(A) <: Real && all(x -> abs(imag(x)) <= 100 * eps(float(real(eltype(R)))) * max(1, abs(x)), R) ? real(R) : R
end
function Base.log(A::AbstractMatrix)
    checksquare(A)
    ishermitian(A) && return _parent_or_full(log(Hermitian(A)))
    istriu(A) && return triu!(_spectral(log, Matrix(A)))
    return _spectral(log, A)
end
function Base.sqrt(A::AbstractMatrix)
    checksquare(A)
    if ishermitian(A)
        return _parent_or_full(sqrt(Hermitian(A)))
    end
    istriu(A) && return _sqrt_upper(float.(A))
    return _spectral(sqrt, A)
end
_parent_or_full(A) = Matrix(A)
function _sqrt_upper(A::AbstractMatrix)
    n = checksquare(A)
    T = all(i -> real(A[i, i]) >= 0 && isreal(A[i, i]), 1:n) ? eltype(A) : complex(eltype(A))
    R = zeros(T, n, n)
    for j in 1:n
        R[j, j] = sqrt(T(A[j, j]))
        for i in j-1:-1:1
            r = T(A[i, j])
            for k in i+1:j-1
                r -= R[i, k] * R[k, j]
            end
            R[i, j] = iszero(r) ? r : r / (R[i, i] + R[j, j])
        end
    end
    return R
end
for f in (:cos, :sin, :tan, :cosh, :sinh, :tanh, :acos, :asin, :atan, :acosh, :asinh, :atanh,
    :sec, :csc, :cot, :sech, :csch, :coth)
    @eval function Base.$f(A::AbstractMatrix)
        checksquare(A)
        ishermitian(A) && return _parent_or_full($f(Hermitian(A)))
        return _spectral($f, A)
    end
end
Base.cis(A::AbstractMatrix) = exp(im * A)
Base.sincos(A::AbstractMatrix) = (sin(A), cos(A))
Base.cbrt(A::AbstractMatrix{<:Real}) = ishermitian(A) ? Matrix(cbrt(Hermitian(A))) : _spectral(x -> x isa Real ? cbrt(x) : isreal(x) ? complex(cbrt(real(x))) : x^(1 // 3), A)

## pseudo-inverse and null space ##

function pinv(A::AbstractMatrix{T}; atol::Real=0.0, rtol::Real=(eps(real(float(oneunit(T)))) * min(size(A)...)) * iszero(atol)) where {T}
    m, n = size(A)
    Tout = typeof(zero(T) / sqrt(oneunit(T) + oneunit(T)))
    if m == 0 || n == 0
        return similar(A, Tout, (n, m))
    end
    if isdiag(A)
        # only the diagonal counts
        dA = diag(A)
        maxabsA = maximum(abs, dA)
        tol = max(rtol * maxabsA, atol)
        B = fill!(similar(A, Tout, (n, m)), 0)
        for i in 1:min(m, n)
            if abs(dA[i]) > tol
                B[i, i] = pinv(dA[i])
            end
        end
        return B
    end
    SVD = svd(A)
    tol = max(rtol * maximum(SVD.S), atol)
    Stype = eltype(SVD.S)
    Sinv = zeros(Stype, length(SVD.S))
    for (i, s) in enumerate(SVD.S)
        s > tol && (Sinv[i] = one(Stype) / s)
    end
    return SVD.V * (Diagonal(Sinv) * SVD.U')
end
function pinv(x::Number)
    xi = inv(x)
    return ifelse(isfinite(xi), xi, zero(xi))
end
function pinv(v::AbstractVector{T}, tol::Real=real(zero(T))) where {T}
    res = similar(v, typeof(zero(T) / (abs2(one(T)) + abs2(one(T)))))'
    den = sum(abs2, v)
    # the vector is zero as far as the tolerance goes
    if iszero(den) || den <= tol^2
        fill!(res, zero(eltype(res)))
    else
        res .= v' ./ den
    end
    return res
end

function nullspace(A::AbstractVecOrMat; atol::Real=0.0, rtol::Real=(min(size(A, 1), size(A, 2)) * eps(real(float(one(eltype(A)))))) * iszero(atol))
    m, n = size(A, 1), size(A, 2)
    (m == 0 || n == 0) && return Matrix{eigtype(eltype(A))}(I, n, n)
    SVD = svd(A isa AbstractVector ? reshape(A, m, 1) : A; full=true)
    tol = max(atol, SVD.S[1] * rtol)
    indstart = sum(s -> s .> tol, SVD.S) + 1
    return copy((@view SVD.Vt[indstart:end, :])')
end

## factorize: what fits the structure ##

function factorize(A::AbstractMatrix{T}) where {T}
    m, n = size(A)
    if m == n
        m == 1 && return A[1]
        istril(A) && return istriu(A) ? Diagonal(A) : LowerTriangular(A)
        istriu(A) && return UpperTriangular(A)
        if ishermitian(A) && T <: BlasFloat
            C = cholesky(Hermitian(A); check=false)
            issuccess(C) && return C
        end
        return lu(A)
    end
    return qr(A, ColumnNorm())
end
factorize(a::Number) = a
factorize(A::Adjoint) = adjoint(factorize(parent(A)))
factorize(A::Transpose) = transpose(factorize(parent(A)))

inv(A::Adjoint{<:Any,<:AbstractMatrix}) = adjoint(inv(parent(A)))
inv(A::Transpose{<:Any,<:AbstractMatrix}) = transpose(inv(parent(A)))

## equations ##

# A*X + X*B + C = 0, by one system of all unknowns
function sylvester(A::AbstractMatrix, B::AbstractMatrix, C::AbstractMatrix)
    m, n = checksquare(A), checksquare(B)
    size(C) == (m, n) || throw(DimensionMismatch("dimensions of C, $(size(C)), must match $((m, n))"))
    K = kron(Matrix{Bool}(I, n, n), A) + kron(transpose(B), Matrix{Bool}(I, m, m))
    return reshape(-(K \ vec(Matrix(C))), m, n)
end
sylvester(a::Union{Real,Complex}, b::Union{Real,Complex}, c::Union{Real,Complex}) = -c / (a + b)
lyap(A::AbstractMatrix, C::AbstractMatrix) = sylvester(A, A', C)
lyap(a::Union{Real,Complex}, c::Union{Real,Complex}) = -c / (2real(a))

isposdef!(A::AbstractMatrix) = ishermitian(A) && isposdef(cholesky!(Hermitian(A); check=false))
isposdef(A::AbstractMatrix) = ishermitian(A) && isposdef(cholesky(Hermitian(A); check=false))
isposdef(x::Number) = imag(x) == 0 && real(x) > 0
