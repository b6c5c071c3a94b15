# eigen.jl: eigenvalues and eigenvectors. Hermitian matrices by Jacobi rotations, others by the
# shifted QR iteration on a complex Hessenberg matrix.

struct Eigen{T,V,S<:AbstractMatrix,U<:AbstractVector} <: Factorization{T}
    values::U
    vectors::S
end
Eigen(values::AbstractVector{V}, vectors::AbstractMatrix{T}) where {T,V} =
    Eigen{T,V,typeof(vectors),typeof(values)}(values, vectors)

struct GeneralizedEigen{T,V,S<:AbstractMatrix,U<:AbstractVector} <: Factorization{T}
    values::U
    vectors::S
end
GeneralizedEigen(values::AbstractVector{V}, vectors::AbstractMatrix{T}) where {T,V} =
    GeneralizedEigen{T,V,typeof(vectors),typeof(values)}(values, vectors)

const EigenKinds = Union{Eigen,GeneralizedEigen}
Base.iterate(S::EigenKinds) = (S.values, Val(:vectors))
Base.iterate(S::EigenKinds, ::Val{:vectors}) = (S.vectors, Val(:done))
Base.iterate(S::EigenKinds, ::Val{:done}) = nothing
Base.size(F::EigenKinds) = size(F.vectors)

isposdef(A::EigenKinds) = isreal(A.values) && all(x -> x > 0, A.values)

eigtype(T) = promote_type(Float32, typeof(zero(T) / sqrt(abs2(one(T)))))

# the order of eigenvalues: by real, then by imaginary part
eigsortby(λ::Real) = λ
eigsortby(λ::Complex) = (real(λ), imag(λ))
function sorteig!(λ::AbstractVector, X::AbstractMatrix, sortby::Union{Function,Nothing}=eigsortby)
    if sortby !== nothing && !issorted(λ, by=sortby)
        p = sortperm(λ; alg=Base.Sort.DEFAULT_UNSTABLE, by=sortby)
        λ[:] = λ[p]
        X[:, :] = X[:, p]
    end
    return λ, X
end
sorteig!(λ::AbstractVector, sortby::Union{Function,Nothing}=eigsortby) = sortby === nothing ? λ : sort!(λ, by=sortby)

## Hermitian ##

# Cyclic Jacobi: every rotation makes one pair of off-diagonal entries zero, until all are.
function _jacobi!(A::AbstractMatrix{T}) where {T}
    n = checksquare(A)
    V = Matrix{T}(I, n, n)
    n < 2 && return V
    scale = norm(A)
    iszero(scale) && return V
    tol = eps(real(T)) * scale
    for sweep in 1:100
        off = zero(real(T))
        for q in 2:n, p in 1:q-1
            off += abs2(A[p, q])
        end
        sqrt(off) <= tol / 16 && break
        for q in 2:n, p in 1:q-1
            apq = A[p, q]
            g = abs(apq)
            iszero(g) && continue
            if sweep > 4 && g <= eps(real(T)) / 100 * min(abs(real(A[p, p])), abs(real(A[q, q])))
                A[p, q] = zero(T)
                A[q, p] = zero(T)
                continue
            end
            phase = apq / g
            θ = (real(A[q, q]) - real(A[p, p])) / (2g)
            t = (θ >= 0 ? one(θ) : -one(θ)) / (abs(θ) + hypot(θ, one(θ)))
            c = inv(hypot(t, one(t)))
            s = t * c
            # columns, then rows
            for i in 1:n
                aip, aiq = A[i, p], A[i, q]
                A[i, p] = c * aip - s * conj(phase) * aiq
                A[i, q] = s * phase * aip + c * aiq
            end
            for j in 1:n
                apj, aqj = A[p, j], A[q, j]
                A[p, j] = c * apj - s * phase * aqj
                A[q, j] = s * conj(phase) * apj + c * aqj
            end
            A[p, q] = zero(T)
            A[q, p] = zero(T)
            for i in 1:n
                vip, viq = V[i, p], V[i, q]
                V[i, p] = c * vip - s * conj(phase) * viq
                V[i, q] = s * phase * vip + c * viq
            end
        end
    end
    return V
end

function _hermitian_eigen(A::AbstractMatrix, sortby=eigsortby)
    T = eigtype(eltype(A))
    B = Matrix{T}(A)
    all(isfinite, B) || throw(ArgumentError("matrix contains Infs or NaNs"))
    V = _jacobi!(B)
    λ = [real(B[i, i]) for i in 1:size(B, 1)]
    p = sortperm(λ)
    λ, V = λ[p], V[:, p]
    # the sign of a vector is fixed by its last entry that is not small
    for j in axes(V, 2)
        k = argmax([abs(V[i, j]) for i in axes(V, 1)])
        if eltype(V) <: Real && V[end, j] < 0 && abs(V[end, j]) > eps(real(T)) * abs(V[k, j])
            V[:, j] .*= -1
        end
    end
    sortby === nothing || sortby === eigsortby || ((λ, V) = sorteig!(λ, V, sortby))
    return λ, V
end

eigen(A::RealHermSymComplexHerm; sortby::Union{Function,Nothing}=nothing) = Eigen(_hermitian_eigen(A, sortby)...)
eigvals(A::RealHermSymComplexHerm; sortby::Union{Function,Nothing}=nothing) =
    (λ = _hermitian_eigen(A)[1]; sortby === nothing ? λ : sort!(λ, by=sortby))
eigen(A::RealHermSymComplexHerm, r::UnitRange) = (F = eigen(A); Eigen(F.values[r], F.vectors[:, r]))
eigvals(A::RealHermSymComplexHerm, r::UnitRange) = eigvals(A)[r]
eigen(A::RealHermSymComplexHerm, vl::Real, vh::Real) = (F = eigen(A); r = findall(λ -> vl < λ <= vh, F.values); Eigen(F.values[r], F.vectors[:, r]))
eigvals(A::RealHermSymComplexHerm, vl::Real, vh::Real) = filter(λ -> vl < λ <= vh, eigvals(A))
eigen!(A::RealHermSymComplexHerm; kws...) = eigen(A; kws...)
eigvals!(A::RealHermSymComplexHerm; kws...) = eigvals(A; kws...)

## general ##

# The complex Schur form: H becomes upper triangular, Q collects the rotations.
function _schur_complex!(H::AbstractMatrix{T}, Q::AbstractMatrix{T}) where {T<:Complex}
    n = size(H, 1)
    hi = n
    iter = 0
    while hi > 1
        # the last small entry below the diagonal splits the matrix
        lo = hi
        while lo > 1
            s = abs(H[lo-1, lo-1]) + abs(H[lo, lo])
            iszero(s) && (s = norm(H))
            if abs(H[lo, lo-1]) <= eps(real(T)) * s
                H[lo, lo-1] = zero(T)
                break
            end
            lo -= 1
        end
        if lo == hi
            hi -= 1
            iter = 0
            continue
        end
        iter += 1
        iter > 300 && throw(LAPACKException(hi))
        # the eigenvalue of the last 2x2 block that is nearer to its corner
        a, b, c, d = H[hi-1, hi-1], H[hi-1, hi], H[hi, hi-1], H[hi, hi]
        half = (a - d) / 2
        disc = sqrt(half * half + b * c)
        μ1, μ2 = d + half + disc, d + half - disc
        μ = abs(μ1 - d) < abs(μ2 - d) ? μ1 : μ2
        # now and then another shift, against cycles
        iter % 10 == 0 && (μ = T(abs(H[hi, hi-1]) + (hi > 2 ? abs(H[hi-1, hi-2]) : 0)))
        for i in lo:hi
            H[i, i] -= μ
        end
        rots = Vector{Tuple{real(T),T}}(undef, hi - lo)
        for k in lo:hi-1
            c1, s1, r = givensAlgorithm(H[k, k], H[k+1, k])
            rots[k-lo+1] = (c1, s1)
            for j in k:n
                x, y = H[k, j], H[k+1, j]
                H[k, j] = c1 * x + s1 * y
                H[k+1, j] = -conj(s1) * x + c1 * y
            end
            H[k+1, k] = zero(T)
        end
        for k in lo:hi-1
            c1, s1 = rots[k-lo+1]
            for i in 1:min(k + 1, hi)
                x, y = H[i, k], H[i, k+1]
                H[i, k] = c1 * x + conj(s1) * y
                H[i, k+1] = -s1 * x + c1 * y
            end
            for i in 1:n
                x, y = Q[i, k], Q[i, k+1]
                Q[i, k] = c1 * x + conj(s1) * y
                Q[i, k+1] = -s1 * x + c1 * y
            end
        end
        for i in lo:hi
            H[i, i] += μ
        end
        # rows above the active block took part in the column operations only
    end
    return H, Q
end

function _complex_schur(A::AbstractMatrix)
    T = complex(eigtype(eltype(A)))
    H, Q = _hessenberg!(copyto!(Matrix{T}(undef, size(A)), A))
    return _schur_complex!(H, Q)
end

# the eigenvectors of an upper triangular matrix by back substitution
function _triangular_vectors(R::AbstractMatrix{T}) where {T}
    n = size(R, 1)
    X = zeros(T, n, n)
    small = eps(real(T)) * max(norm(R), floatmin(real(T)))
    for k in 1:n
        X[k, k] = one(T)
        for i in k-1:-1:1
            s = R[i, k]
            for j in i+1:k-1
                s += R[i, j] * X[j, k]
            end
            d = R[i, i] - R[k, k]
            X[i, k] = iszero(s) ? zero(T) : -s / (abs(d) < small ? T(small) : d)
        end
    end
    return X
end

# for real matrices complex eigenvalues come in exact conjugate pairs
function _clean_real!(λ::Vector{<:Complex}, scale)
    tol = sqrt(eps(real(eltype(λ)))) * max(scale, floatmin(real(eltype(λ))))
    n = length(λ)
    done = falses(n)
    for i in 1:n
        done[i] && continue
        if abs(imag(λ[i])) <= 100 * n * eps(real(eltype(λ))) * max(abs(λ[i]), scale * eps(real(eltype(λ))))
            λ[i] = complex(real(λ[i]))
            done[i] = true
            continue
        end
        # its partner
        best, at = typemax(real(eltype(λ))), 0
        for j in i+1:n
            d = abs(λ[j] - conj(λ[i]))
            if !done[j] && d < best
                best, at = d, j
            end
        end
        if at != 0 && best <= tol
            m = (λ[i] + conj(λ[at])) / 2
            λ[i], λ[at] = m, conj(m)
            done[i] = done[at] = true
        elseif abs(imag(λ[i])) <= tol
            # a double real eigenvalue, split by rounding
            λ[i] = complex(real(λ[i]))
            done[i] = true
        else
            done[i] = true
        end
    end
    return λ
end

function eigvals(A::AbstractMatrix; permute::Bool=true, scale::Bool=true, sortby::Union{Function,Nothing}=eigsortby)
    checksquare(A)
    all(isfinite, A) || throw(ArgumentError("matrix contains Infs or NaNs"))
    ishermitian(A) && return eigvals(Hermitian(A); sortby=sortby === eigsortby ? nothing : sortby)
    if istriu(A) || istril(A)
        return sorteig!(eigtype(eltype(A)).(diag(A)), sortby)
    end
    R, _ = _complex_schur(A)
    λ = [R[i, i] for i in 1:size(R, 1)]
    if eltype(A) <: Real
        _clean_real!(λ, norm(A))
        all(isreal, λ) && return sorteig!(real.(λ), sortby)
    end
    return sorteig!(λ, sortby)
end
eigvals!(A::AbstractMatrix; kws...) = eigvals(A; kws...)
eigvals(x::Number; kwargs...) = [x]

function eigen(A::AbstractMatrix; permute::Bool=true, scale::Bool=true, sortby::Union{Function,Nothing}=eigsortby)
    checksquare(A)
    all(isfinite, A) || throw(ArgumentError("matrix contains Infs or NaNs"))
    if ishermitian(A)
        λ, V = _hermitian_eigen(A isa AbstractTriangular ? Matrix(A) : A)
        sortby === eigsortby || sorteig!(λ, V, sortby)
        return Eigen(λ, V)
    end
    R, Q = _complex_schur(A)
    λ = [R[i, i] for i in 1:size(R, 1)]
    V = Q * _triangular_vectors(R)
    for j in axes(V, 2)
        V[:, j] ./= norm(view(V, :, j))
        # the largest entry is made real
        k = argmax([abs(V[i, j]) for i in axes(V, 1)])
        V[:, j] .*= conj(V[k, j]) / abs(V[k, j])
        V[k, j] = complex(real(V[k, j]))
    end
    if eltype(A) <: Real
        _clean_real!(λ, norm(A))
        if all(isreal, λ)
            p = sortperm(real.(λ))
            sortby === nothing && (p = collect(1:length(λ)))
            F = (real.(λ)[p], real.(V)[:, p])
            sortby === eigsortby || sortby === nothing || sorteig!(F..., sortby)
            return Eigen(F...)
        end
    end
    return Eigen(sorteig!(λ, V, sortby)...)
end
eigen!(A::AbstractMatrix; kws...) = eigen(A; kws...)
eigen(x::Number) = Eigen([x], fill(one(x), 1, 1))

eigvecs(A::Union{Number,AbstractMatrix}; kws...) = eigen(A; kws...).vectors
eigvecs(F::EigenKinds) = F.vectors
eigvals(F::EigenKinds) = F.values

function eigmax(A::Union{Number,AbstractMatrix}; permute::Bool=true, scale::Bool=true)
    v = eigvals(A)
    if eltype(v) <: Complex
        throw(DomainError(A, "`A` cannot have complex eigenvalues."))
    end
    maximum(v)
end
function eigmin(A::Union{Number,AbstractMatrix}; permute::Bool=true, scale::Bool=true)
    v = eigvals(A)
    if eltype(v) <: Complex
        throw(DomainError(A, "`A` cannot have complex eigenvalues."))
    end
    minimum(v)
end

# A*x = λ*B*x
function eigen(A::AbstractMatrix, B::AbstractMatrix; kws...)
    if ishermitian(A) && ishermitian(B) && isposdef(B)
        U = cholesky(Hermitian(Matrix(B))).U
        F = eigen(Hermitian(Matrix(adjoint(U) \ Matrix(A)) / U))
        return GeneralizedEigen(F.values, U \ F.vectors)
    end
    F = eigen(B \ A; kws...)
    return GeneralizedEigen(F.values, F.vectors)
end
eigvals(A::AbstractMatrix, B::AbstractMatrix; kws...) = eigen(A, B; kws...).values

inv(A::Eigen) = A.vectors * inv(Diagonal(A.values)) / A.vectors
det(A::Eigen) = prod(A.values)
Base.AbstractMatrix(F::Eigen) = F.vectors * Diagonal(F.values) / F.vectors

function Base.show(io::IO, mime::MIME{Symbol("text/plain")}, F::EigenKinds)
    summary(io, F)
    println(io)
    println(io, "values:")
    show(io, mime, F.values)
    println(io, "\nvectors:")
    show(io, mime, F.vectors)
end

## Schur ##

struct Schur{Ty,S<:AbstractMatrix,C<:AbstractVector} <: Factorization{Ty}
    T::S
    Z::S
    values::C
end
Schur(T::AbstractMatrix{Ty}, Z::AbstractMatrix{Ty}, values::AbstractVector) where {Ty} =
    Schur{Ty,typeof(T),typeof(values)}(T, Z, values)
Base.size(F::Schur) = size(getfield(F, :T))
function Base.getproperty(F::Schur, d::Symbol)
    d === :Schur && return getfield(F, :T)
    d === :vectors && return getfield(F, :Z)
    return getfield(F, d)
end
Base.iterate(S::Schur) = (S.T, Val(:Z))
Base.iterate(S::Schur, ::Val{:Z}) = (S.Z, Val(:values))
Base.iterate(S::Schur, ::Val{:values}) = (S.values, Val(:done))
Base.iterate(S::Schur, ::Val{:done}) = nothing
Base.AbstractMatrix(F::Schur) = F.Z * F.T * F.Z'
# the complex form, and the real one where all eigenvalues are real
function schur(A::AbstractMatrix)
    checksquare(A)
    if eltype(A) <: Real
        if ishermitian(A)
            λ, V = _hermitian_eigen(A)
            return Schur(Matrix(Diagonal(λ)), V, λ)
        elseif istriu(A)
            T = eigtype(eltype(A))
            return Schur(Matrix{T}(A), Matrix{T}(I, size(A)...), T.(diag(A)))
        end
    end
    R, Q = _complex_schur(A)
    triu!(R)
    return Schur(R, Q, diag(R))
end
schur!(A::AbstractMatrix) = schur(A)
