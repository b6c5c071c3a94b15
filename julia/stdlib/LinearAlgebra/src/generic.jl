# generic.jl: functions for every kind of matrix: scaling, norms, dot products, predicates,
# determinants and solves by the factorization that fits.

## mul! with scalars ##

@inline mul!(C::AbstractArray, X::AbstractArray, s::Number, alpha::Number, beta::Number) = _scale_into!(C, X, s, alpha, beta, false)
@inline mul!(C::AbstractArray, s::Number, X::AbstractArray, alpha::Number, beta::Number) = _scale_into!(C, X, s, alpha, beta, true)
@inline mul!(C::AbstractArray, X::AbstractArray, s::Number) = mul!(C, X, s, true, false)
@inline mul!(C::AbstractArray, s::Number, X::AbstractArray) = mul!(C, s, X, true, false)
function _scale_into!(C, X, s, alpha, beta, left)
    if length(C) != length(X)
        throw(DimensionMismatch("first array has length $(length(C)) which does not match the length of the second, $(length(X))."))
    end
    for (IC, IX) in zip(eachindex(C), eachindex(X))
        p = left ? s * X[IX] : X[IX] * s
        C[IC] = iszero(beta) ? p * alpha : p * alpha + C[IC] * beta
    end
    return C
end

function rmul!(X::AbstractArray, s::Number)
    for I in eachindex(X)
        @inbounds X[I] *= s
    end
    X
end
function lmul!(s::Number, X::AbstractArray)
    for I in eachindex(X)
        @inbounds X[I] = s * X[I]
    end
    X
end
function rdiv!(X::AbstractArray, s::Number)
    for I in eachindex(X)
        @inbounds X[I] /= s
    end
    X
end
function ldiv!(s::Number, X::AbstractArray)
    for I in eachindex(X)
        @inbounds X[I] = s \ X[I]
    end
    X
end
function ldiv!(Y::AbstractArray, s::Number, X::AbstractArray)
    for (IY, IX) in zip(eachindex(Y), eachindex(X))
        Y[IY] = s \ X[IX]
    end
    return Y
end

## cross product ##

function cross(a::AbstractVector, b::AbstractVector)
    if !(length(a) == length(b) == 3)
        throw(DimensionMismatch("cross product is only defined for vectors of length 3"))
    end
    a1, a2, a3 = a
    b1, b2, b3 = b
    [a2 * b3 - a3 * b2, a3 * b1 - a1 * b3, a1 * b2 - a2 * b1]
end

## triangles ##

triu(M::AbstractMatrix) = triu!(copymutable_eltype(M))
tril(M::AbstractMatrix) = tril!(copymutable_eltype(M))
triu(M::AbstractMatrix, k::Integer) = triu!(copymutable_eltype(M), k)
tril(M::AbstractMatrix, k::Integer) = tril!(copymutable_eltype(M), k)
triu!(M::AbstractMatrix) = triu!(M, 0)
tril!(M::AbstractMatrix) = tril!(M, 0)
copymutable_eltype(M) = copyto!(similar(M, eltype(M), size(M)), M)
# The other triangle becomes this one's transpose, or its adjoint.
function copytri!(A::AbstractMatrix, uplo::AbstractChar, conjugate::Bool=false)
    n = checksquare(A)
    uplo == 'U' || uplo == 'L' || throw(ArgumentError(lazy"uplo argument must be 'U' (upper) or 'L' (lower), got $uplo"))
    for j in 1:n, i in j+1:n
        to, from = uplo == 'U' ? ((i, j), (j, i)) : ((j, i), (i, j))
        x = A[from...]
        A[to...] = conjugate ? adjoint(x) : transpose(x)
    end
    return A
end
function triu!(M::AbstractMatrix, k::Integer)
    require_one_based_indexing(M)
    m, n = size(M)
    for j in 1:min(n, m + k)
        for i in max(1, j - k + 1):m
            M[i, j] = zero(M[i, j])
        end
    end
    M
end
function tril!(M::AbstractMatrix, k::Integer)
    require_one_based_indexing(M)
    m, n = size(M)
    for j in max(1, k + 1):n
        for i in 1:min(j - k - 1, m)
            M[i, j] = zero(M[i, j])
        end
    end
    M
end

## norms ##

# Of the elements of any iterator, which may be arrays themselves.
function generic_normMinusInf(x)
    (v, s) = iterate(x)::Tuple
    minabs = norm(v)
    while true
        y = iterate(x, s)
        y === nothing && break
        (v, s) = y
        vnorm = norm(v)
        minabs = ifelse(isnan(minabs) | (minabs < vnorm), minabs, vnorm)
    end
    return float(minabs)
end
function generic_normInf(x)
    (v, s) = iterate(x)::Tuple
    maxabs = norm(v)
    while true
        y = iterate(x, s)
        y === nothing && break
        (v, s) = y
        vnorm = norm(v)
        maxabs = ifelse(isnan(maxabs) | (maxabs > vnorm), maxabs, vnorm)
    end
    return float(maxabs)
end
function generic_norm1(x)
    (v, s) = iterate(x)::Tuple
    av = float(norm(v))
    T = typeof(av)
    sum::promote_type(Float64, T) = av
    while true
        y = iterate(x, s)
        y === nothing && break
        (v, s) = y
        sum += norm(v)
    end
    return convert(T, sum)
end

# abs2 of the norm, faster than by the norm
norm_sqr(x) = norm(x)^2
norm_sqr(x::Number) = abs2(x)
norm_sqr(x::Union{T,Complex{T},Rational{T}}) where {T<:Integer} = abs2(float(x))

function generic_norm2(x)
    maxabs = normInf(x)
    (ismissing(maxabs) || iszero(maxabs) || isinf(maxabs)) && return maxabs
    (v, s) = iterate(x)::Tuple
    T = typeof(maxabs)
    if isfinite(length(x) * maxabs * maxabs) && !iszero(maxabs * maxabs) # no scaling
        sum::promote_type(Float64, T) = norm_sqr(v)
        while true
            y = iterate(x, s)
            y === nothing && break
            (v, s) = y
            sum += norm_sqr(v)
        end
        ismissing(sum) && return missing
        return convert(T, sqrt(sum))
    else
        sum = abs2(norm(v) / maxabs)
        while true
            y = iterate(x, s)
            y === nothing && break
            (v, s) = y
            sum += (norm(v) / maxabs)^2
        end
        ismissing(sum) && return missing
        return convert(T, maxabs * sqrt(sum))
    end
end

function generic_normp(x, p)
    (v, s) = iterate(x)::Tuple
    if p > 1 || p < -1
        # may need scaling
        maxabs = p > 1 ? normInf(x) : normMinusInf(x)
        (iszero(maxabs) || isinf(maxabs)) && return maxabs
        T = typeof(maxabs)
    else
        T = typeof(float(norm(v)))
    end
    spp::promote_type(Float64, T) = p
    if -1 <= p <= 1 || (isfinite(length(x) * maxabs^spp) && !iszero(maxabs^spp)) # no scaling
        sum::promote_type(Float64, T) = norm(v)^spp
        while true
            y = iterate(x, s)
            y === nothing && break
            (v, s) = y
            sum += norm(v)^spp
        end
        return convert(T, sum^inv(spp))
    else
        sum = (norm(v) / maxabs)^spp
        while true
            y = iterate(x, s)
            y === nothing && break
            (v, s) = y
            sum += (norm(v) / maxabs)^spp
        end
        return convert(T, maxabs * sum^inv(spp))
    end
end

normMinusInf(x) = generic_normMinusInf(x)
normInf(x) = generic_normInf(x)
norm1(x) = generic_norm1(x)
norm2(x) = generic_norm2(x)
# long vectors of floating-point numbers by BLAS
norm1(x::Union{Array{T},StridedVector{T}}) where {T<:BlasReal} = length(x) < BLAS.CUTOFF ? generic_norm1(x) : BLAS.asum(x)
norm2(x::Union{Array{T},StridedVector{T}}) where {T<:BlasFloat} = length(x) < BLAS.CUTOFF ? generic_norm2(x) : BLAS.nrm2(x)
normp(x, p) = generic_normp(x, p)

function norm(itr, p::Real)
    isempty(itr) && return float(norm(zero(eltype(itr))))
    v, s = iterate(itr)
    !isnothing(s) && !ismissing(v) && v == itr && throw(ArgumentError(
        "cannot evaluate norm recursively if the type of the initial element is identical to that of the container"))
    if p == 2
        return norm2(itr)
    elseif p == 1
        return norm1(itr)
    elseif p == Inf
        return normInf(itr)
    elseif p == 0
        return typeof(float(norm(first(itr))))(count(!iszero, itr))
    elseif p == -Inf
        return normMinusInf(itr)
    else
        normp(itr, p)
    end
end
norm(itr) = norm(itr, 2)
norm(::Missing, p::Real=2) = missing
function norm(x::Number, p::Real=2)
    afx = abs(float(x))
    if p == 0
        if iszero(x)
            return zero(afx)
        elseif !isnan(x)
            return oneunit(afx)
        else
            return afx
        end
    else
        return afx
    end
end
norm(v::AdjOrTrans, p::Real) = norm(v.parent, p)

# norms of matrices as operators
function opnorm1(A::AbstractMatrix{T}) where {T}
    require_one_based_indexing(A)
    m, n = size(A)
    Tnorm = typeof(float(real(zero(T))))
    Tsum = promote_type(Float64, Tnorm)
    nrm::Tsum = 0
    for j = 1:n
        nrmj::Tsum = 0
        for i = 1:m
            nrmj += norm(A[i, j])
        end
        nrm = max(nrm, nrmj)
    end
    return convert(Tnorm, nrm)
end
function opnorm2(A::AbstractMatrix{T}) where {T}
    require_one_based_indexing(A)
    m, n = size(A)
    Tnorm = typeof(float(real(zero(T))))
    if m == 0 || n == 0
        return zero(Tnorm)
    end
    if m == 1 || n == 1
        return norm2(A)
    end
    return svdvals(A)[1]
end
function opnormInf(A::AbstractMatrix{T}) where {T}
    require_one_based_indexing(A)
    m, n = size(A)
    Tnorm = typeof(float(real(zero(T))))
    Tsum = promote_type(Float64, Tnorm)
    nrm::Tsum = 0
    for i = 1:m
        nrmi::Tsum = 0
        for j = 1:n
            nrmi += norm(A[i, j])
        end
        nrm = max(nrm, nrmi)
    end
    return convert(Tnorm, nrm)
end
function opnorm(A::AbstractMatrix, p::Real=2)
    if p == 2
        return opnorm2(A)
    elseif p == 1
        return opnorm1(A)
    elseif p == Inf
        return opnormInf(A)
    else
        throw(ArgumentError("invalid p-norm p=$p. Valid: 1, 2, Inf"))
    end
end
opnorm(x::Number, p::Real=2) =
    p == 1 || p == 2 || p == Inf ? abs(float(x)) : throw(ArgumentError("invalid p-norm p=$p. Valid: 1, 2, Inf"))
opnorm(v::AdjointAbsVec, q::Real) = q == Inf ? norm(conj(v.parent), 1) : norm(conj(v.parent), q / (q - 1))
opnorm(v::AdjointAbsVec) = norm(conj(v.parent))
opnorm(v::TransposeAbsVec) = norm(v.parent)
opnorm(v::TransposeAbsVec, q::Real) = q == Inf ? norm(v.parent, 1) : norm(v.parent, q / (q - 1))

## dot ##

dot(x::Number, y::Number) = conj(x) * y
function dot(x, y) # arbitrary iterables
    ix = iterate(x)
    iy = iterate(y)
    if ix === nothing
        if iy !== nothing
            throw(DimensionMismatch("x and y are of different lengths!"))
        end
        return dot(zero(eltype(x)), zero(eltype(y)))
    end
    if iy === nothing
        throw(DimensionMismatch("x and y are of different lengths!"))
    end
    (vx, xs) = ix
    (vy, ys) = iy
    s = dot(vx, vy)
    while true
        ix = iterate(x, xs)
        iy = iterate(y, ys)
        ix === nothing && break
        iy === nothing && break
        (vx, xs), (vy, ys) = ix, iy
        s += dot(vx, vy)
    end
    if !(iy === nothing && ix === nothing)
        throw(DimensionMismatch("x and y are of different lengths!"))
    end
    return s
end
function dot(x::AbstractArray, y::AbstractArray)
    lx = length(x)
    if lx != length(y)
        throw(DimensionMismatch("first array has length $(lx) which does not match the length of the second, $(length(y))."))
    end
    if lx == 0
        return dot(zero(eltype(x)), zero(eltype(y)))
    end
    s = zero(dot(first(x), first(y)))
    for (Ix, Iy) in zip(eachindex(x), eachindex(y))
        @inbounds s += dot(x[Ix], y[Iy])
    end
    s
end
function dot(x::Adjoint{<:Union{Real,Complex}}, y::Adjoint{<:Union{Real,Complex}})
    return conj(dot(parent(x), parent(y)))
end
dot(x::Transpose, y::Transpose) = dot(parent(x), parent(y))

dot(x, A, y) = dot(x, A * y)
function dot(x::AbstractVector, A::AbstractMatrix, y::AbstractVector)
    (axes(x)..., axes(y)...) == axes(A) || throw(DimensionMismatch("x has axes $(axes(x)), y has axes $(axes(y)), and A has axes $(axes(A))"))
    T = typeof(dot(first(x), first(A), first(y)))
    s = zero(T)
    i₁ = first(eachindex(x))
    x₁ = first(x)
    for j in eachindex(y)
        yj = y[j]
        if !iszero(yj)
            temp = zero(adjoint(A[i₁, j]) * x₁)
            for i in eachindex(x)
                temp += adjoint(A[i, j]) * x[i]
            end
            s += dot(temp, yj)
        end
    end
    return s
end
dot(x::AbstractVector, adjA::Adjoint, y::AbstractVector) = adjoint(dot(y, adjA.parent, x))
dot(x::AbstractVector, transA::Transpose{<:Real}, y::AbstractVector) = adjoint(dot(y, transA.parent, x))

## rank, trace ##

function rank(A::AbstractMatrix; atol::Real=0.0, rtol::Real=(min(size(A)...) * eps(real(float(one(eltype(A)))))) * iszero(atol))
    isempty(A) && return 0 # 0-dimensional case #22085
    s = svdvals(A)
    tol = max(atol, rtol * s[1])
    count(>(tol), s)
end
rank(x::Union{Number,AbstractVector}) = iszero(x) ? 0 : 1

function tr(A::AbstractMatrix{T}) where {T}
    n = checksquare(A)
    t = zero(T)
    for i = 1:n
        t += A[i, i]
    end
    t
end
tr(x::Number) = x

## inverse and solves ##

function inv(A::AbstractMatrix{T}) where {T}
    n = checksquare(A)
    S = typeof(zero(T) / one(T)) # the type of the quotients
    S0 = typeof(zero(T) / oneunit(T))
    dest = Matrix{S0}(I, n, n)
    ldiv!(factorize(convert(AbstractMatrix{S}, A)), dest)
end
# Of a full matrix: by its triangle if it has only one, else by elimination. The result is a full matrix in each case.
function inv(A::StridedMatrix{T}) where {T}
    checksquare(A)
    S = typeof(zero(T) / one(T))
    B = convert(AbstractMatrix{S}, A)
    istriu(B) && return triu!(parent(inv(UpperTriangular(B))))
    istril(B) && return tril!(parent(inv(LowerTriangular(B))))
    return inv!(lu(B))
end

function \(A::AbstractMatrix, B::AbstractVecOrMat)
    require_one_based_indexing(A, B)
    m, n = size(A)
    if m == n
        if istril(A)
            if istriu(A)
                return Diagonal(A) \ B
            else
                return LowerTriangular(A) \ B
            end
        end
        if istriu(A)
            return UpperTriangular(A) \ B
        end
        return lu(A) \ B
    end
    return qr(A, ColumnNorm()) \ B
end
(\)(a::AbstractVector, b::AbstractArray) = pinv(a) * b
# the solution for a transposed system
function (/)(A::AbstractVecOrMat, B::AbstractVecOrMat)
    size(A, 2) != size(B, 2) && throw(DimensionMismatch("Both inputs should have the same number of columns"))
    return copy(adjoint(adjoint(B) \ adjoint(A)))
end
(/)(A::Number, B::AbstractVecOrMat) = A * pinv(B)
function ldiv!(Y::AbstractVecOrMat, A::AbstractMatrix, B::AbstractVecOrMat)
    return ldiv!(A, copyto!(Y, B))
end

cond(x::Number) = iszero(x) ? Inf : 1.0
cond(x::Number, p) = cond(x)
function cond(A::AbstractMatrix, p::Real=2)
    if p == 2
        v = svdvals(A)
        maxv = maximum(v)
        return iszero(maxv) ? oftype(real(maxv), Inf) : maxv / minimum(v)
    elseif p == 1 || p == Inf
        checksquare(A)
        try
            Ainv = inv(A)
            return opnorm(A, p) * opnorm(Ainv, p)
        catch e
            if isa(e, SingularException)
                return convert(float(real(eltype(A))), Inf)
            else
                rethrow()
            end
        end
    end
    throw(ArgumentError("p-norm must be 1, 2 or Inf, got $p"))
end
condskeel(A::AbstractMatrix, p::Real=Inf) = opnorm(abs.(inv(A)) * abs.(A), p)
condskeel(A::AbstractMatrix, x::AbstractVector, p::Real=Inf) =
    norm(abs.(inv(A)) * (abs.(A) * abs.(x)), p) / norm(x, p)

## predicates ##

issymmetric(A::AbstractMatrix{<:Real}) = ishermitian(A)
function issymmetric(A::AbstractMatrix)
    indsm, indsn = axes(A)
    if indsm != indsn
        return false
    end
    for i = first(indsn):last(indsn), j = (i):last(indsn)
        if A[i, j] != transpose(A[j, i])
            return false
        end
    end
    return true
end
issymmetric(x::Number) = x == x

function ishermitian(A::AbstractMatrix)
    indsm, indsn = axes(A)
    if indsm != indsn
        return false
    end
    for i = indsn, j = i:last(indsn)
        if A[i, j] != adjoint(A[j, i])
            return false
        end
    end
    return true
end
ishermitian(x::Number) = (x == conj(x))

istriu(A::AbstractMatrix, k::Integer=0) = _isbanded_impl(A, k, size(A, 2) - 1)
istriu(x::Number) = true
istril(A::AbstractMatrix, k::Integer=0) = _isbanded_impl(A, -size(A, 1) + 1, k)
istril(x::Number) = true
isbanded(A::AbstractMatrix, kl::Integer, ku::Integer) = istriu(A, kl) && istril(A, ku)
isdiag(A::AbstractMatrix) = isbanded(A, 0, 0)
isdiag(x::Number) = true
# nothing outside of the diagonals kl to ku
function _isbanded_impl(A, kl, ku)
    require_one_based_indexing(A)
    m, n = size(A)
    for j in 1:n, i in 1:m
        kl <= j - i <= ku || iszero(A[i, j]) || return false
    end
    return true
end

## linear combinations ##

function axpy!(α, x::AbstractArray, y::AbstractArray)
    n = length(x)
    if n != length(y)
        throw(DimensionMismatch("x has length $n, but y has length $(length(y))"))
    end
    iszero(α) && return y
    for (IY, IX) in zip(eachindex(y), eachindex(x))
        @inbounds y[IY] += x[IX] * α
    end
    return y
end
function axpy!(α, x::AbstractArray, rx::AbstractArray{<:Integer}, y::AbstractArray, ry::AbstractArray{<:Integer})
    length(rx) == length(ry) || throw(DimensionMismatch("rx has length $(length(rx)), but ry has length $(length(ry))"))
    for (IY, IX) in zip(ry, rx)
        y[IY] += x[IX] * α
    end
    return y
end
function axpby!(α, x::AbstractArray, β, y::AbstractArray)
    if length(x) != length(y)
        throw(DimensionMismatch("x has length $(length(x)), but y has length $(length(y))"))
    end
    for (IX, IY) in zip(eachindex(x), eachindex(y))
        @inbounds y[IY] = x[IX] * α + y[IY] * β
    end
    y
end

## rotations and reflections ##

function rotate!(x::AbstractVector, y::AbstractVector, c, s)
    length(x) == length(y) || throw(DimensionMismatch("x has length $(length(x)), but y has length $(length(y))"))
    for i in eachindex(x, y)
        xi, yi = x[i], y[i]
        x[i] = c * xi + s * yi
        y[i] = -conj(s) * xi + c * yi
    end
    return x, y
end
function reflect!(x::AbstractVector, y::AbstractVector, c, s)
    length(x) == length(y) || throw(DimensionMismatch("x has length $(length(x)), but y has length $(length(y))"))
    for i in eachindex(x, y)
        xi, yi = x[i], y[i]
        x[i] = c * xi + s * yi
        y[i] = conj(s) * xi - c * yi
    end
    return x, y
end

# The Householder reflection that maps x to a multiple of the first unit vector: x then holds the
# image and the vector of the reflection.
function reflector!(x::AbstractVector{T}) where {T}
    require_one_based_indexing(x)
    n = length(x)
    n == 0 && return zero(eltype(x))
    ξ1 = x[1]
    normu = norm(x)
    if iszero(normu)
        return zero(ξ1 / normu)
    end
    ν = T(copysign(normu, real(ξ1)))
    ξ1 += ν
    x[1] = -ν
    for i = 2:n
        x[i] /= ξ1
    end
    ξ1 / ν
end
function reflectorApply!(x::AbstractVector, τ::Number, A::AbstractVecOrMat)
    require_one_based_indexing(x, A)
    m, n = size(A, 1), size(A, 2)
    if length(x) != m
        throw(DimensionMismatch("reflector has length $(length(x)), which must match the first dimension of matrix A, $m"))
    end
    m == 0 && return A
    for j = 1:n
        vAj = conj(τ) * (A[1, j] + _conj_dot(x, A, j, m))
        A[1, j] -= vAj
        for i = 2:m
            A[i, j] -= x[i] * vAj
        end
    end
    return A
end
function _conj_dot(x, A, j, m)
    m == 1 && return zero(conj(x[1]) * A[1, j])
    s = conj(x[2]) * A[2, j]
    for i = 3:m
        s += conj(x[i]) * A[i, j]
    end
    return s
end

## determinants ##

function det(A::AbstractMatrix{T}) where {T}
    if istriu(A) || istril(A)
        S = promote_type(T, typeof((one(T) * zero(T) + zero(T)) / one(T)))
        return convert(S, det(UpperTriangular(A)))
    end
    return det(lu(A; check=false))
end
det(x::Number) = x
# whole numbers without fractions
det(A::AbstractMatrix{BigInt}) = det_bareiss(A)
logabsdet(A::AbstractMatrix) = logabsdet(lu(A, check=false))
logabsdet(a::Number) = log(abs(a)), sign(a)
function logdet(A::AbstractMatrix)
    d, s = logabsdet(A)
    return d + log(s)
end
logdet(A) = log(det(A))

# fraction-free elimination
function det_bareiss!(M)
    n = checksquare(M)
    sign, prev = Int8(1), one(eltype(M))
    for i in 1:n-1
        if iszero(M[i, i]) # swap with another column
            swapto = findfirst(!iszero, @view M[i, i+1:end])
            isnothing(swapto) && return zero(prev)
            sign = -sign
            Base.swapcols!(M, i, i + swapto)
        end
        for k in i+1:n, j in i+1:n
            M[j, k] = exactdiv(M[j, k] * M[i, i] - M[j, i] * M[i, k], prev)
        end
        prev = M[i, i]
    end
    return sign * M[end, end]
end
exactdiv(a, b) = a / b
exactdiv(a::Integer, b::Integer) = div(a, b)
det_bareiss(M) = isempty(M) ? one(eltype(M)) : det_bareiss!(copymutable_eltype(M))

## comparison ##

function Base.isapprox(x::AbstractArray, y::AbstractArray;
    atol::Real=0,
    rtol::Real=Base.rtoldefault(promote_leaf_eltypes(x), promote_leaf_eltypes(y), atol),
    nans::Bool=false, norm::Function=norm)
    d = norm(x - y)
    if isfinite(d)
        return iszero(rtol) ? d <= atol : d <= max(atol, rtol * max(norm(x), norm(y)))
    else
        # infinities and NaN: element by element
        return (norm === LinearAlgebra.norm || norm === LinearAlgebra.norm2) && all(ab -> isapprox(ab[1], ab[2]; rtol=rtol, atol=atol, nans=nans), zip(x, y))
    end
end

## normalization ##

function normalize!(a::AbstractArray, p::Real=2)
    nrm = norm(a, p)
    __normalize!(a, nrm)
end
@inline function __normalize!(a::AbstractArray, nrm)
    # the reciprocal of a very small norm overflows
    δ = inv(prevfloat(typemax(nrm)))
    if nrm ≥ δ
        invnrm = inv(nrm)
        rmul!(a, invnrm)
    else
        εδ = eps(one(nrm)) / δ
        rmul!(a, εδ)
        rmul!(a, inv(nrm * εδ))
    end
    return a
end
function normalize(a::AbstractArray, p::Real=2)
    nrm = norm(a, p)
    if !isempty(a)
        aa = copymutable_oftype(a, typeof(first(a) / nrm))
        return __normalize!(aa, nrm)
    else
        T = typeof(zero(eltype(a)) / nrm)
        return T[]
    end
end
normalize(x) = x / norm(x)
normalize(x, p::Real) = x / norm(x, p)
