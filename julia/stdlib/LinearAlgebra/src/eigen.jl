# eigen.jl: eigenvalues and eigenvectors, by LAPACK; and the Schur form, by the shifted QR iteration on a complex
# Hessenberg matrix.

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

# A copy that may be written to, of numbers that eigenvalues can be of.
eigencopy_oftype(A::AbstractMatrix, ::Type{S}) where {S} = copyto!(Matrix{S}(undef, size(A)), A)
eigencopy_oftype(A::Hermitian, ::Type{S}) where {S} = Hermitian(Matrix{S}(A), sym_uplo(A.uplo))
eigencopy_oftype(A::Symmetric, ::Type{S}) where {S} = Symmetric(Matrix{S}(A), sym_uplo(A.uplo))

# The matrices of which LAPACK is asked.
const BlasHermitian = Union{RealHermSymComplexHerm{Float64,<:StridedMatrix},RealHermSymComplexHerm{Float32,<:StridedMatrix}}

eigen!(A::BlasHermitian; sortby::Union{Function,Nothing}=nothing) =
    Eigen(sorteig!(LAPACK.syevr!('V', 'A', A.uplo, A.data, 0.0, 0.0, 0, 0, -1.0)..., sortby)...)
eigen!(A::BlasHermitian, r::UnitRange) = Eigen(LAPACK.syevr!('V', 'I', A.uplo, A.data, 0.0, 0.0, first(r), last(r), -1.0)...)
eigen!(A::BlasHermitian, vl::Real, vh::Real) = Eigen(LAPACK.syevr!('V', 'V', A.uplo, A.data, vl, vh, 0, 0, -1.0)...)
eigvals!(A::BlasHermitian; sortby::Union{Function,Nothing}=nothing) =
    sorteig!(LAPACK.syevr!('N', 'A', A.uplo, A.data, 0.0, 0.0, 0, 0, -1.0)[1], sortby)
eigvals!(A::BlasHermitian, r::UnitRange) = LAPACK.syevr!('N', 'I', A.uplo, A.data, 0.0, 0.0, first(r), last(r), -1.0)[1]
eigvals!(A::BlasHermitian, vl::Real, vh::Real) = LAPACK.syevr!('N', 'V', A.uplo, A.data, vl, vh, 0, 0, -1.0)[1]

for (f, f!) in ((:eigen, :eigen!), (:eigvals, :eigvals!))
    @eval begin
        $f(A::RealHermSymComplexHerm; sortby::Union{Function,Nothing}=nothing) =
            $f!(eigencopy_oftype(A, eigtype(eltype(A))); sortby)
        $f(A::RealHermSymComplexHerm, r::UnitRange) = $f!(eigencopy_oftype(A, eigtype(eltype(A))), r)
        $f(A::RealHermSymComplexHerm, vl::Real, vh::Real) = $f!(eigencopy_oftype(A, eigtype(eltype(A))), vl, vh)
    end
end

## general ##

function eigen!(A::StridedMatrix{T}; permute::Bool=true, scale::Bool=true,
    sortby::Union{Function,Nothing}=eigsortby) where {T<:BlasReal}
    n = size(A, 2)
    n == 0 && return Eigen(zeros(T, 0), zeros(T, 0, 0))
    issymmetric(A) && return eigen!(Symmetric(A); sortby)
    _, WR, WI, _, VR = LAPACK.geevx!(_balance(permute, scale), 'N', 'V', 'N', A)
    iszero(WI) && return Eigen(sorteig!(WR, VR, sortby)...)
    # a pair of vectors comes as real and imaginary part
    V = zeros(Complex{T}, n, n)
    j = 1
    while j <= n
        if iszero(WI[j])
            V[:, j] = VR[:, j]
            j += 1
        else
            for i in 1:n
                V[i, j] = complex(VR[i, j], VR[i, j+1])
                V[i, j+1] = complex(VR[i, j], -VR[i, j+1])
            end
            j += 2
        end
    end
    return Eigen(sorteig!(complex.(WR, WI), V, sortby)...)
end
function eigen!(A::StridedMatrix{T}; permute::Bool=true, scale::Bool=true,
    sortby::Union{Function,Nothing}=eigsortby) where {T<:BlasComplex}
    n = size(A, 2)
    n == 0 && return Eigen(zeros(T, 0), zeros(T, 0, 0))
    ishermitian(A) && return eigen!(Hermitian(A); sortby)
    F = LAPACK.geevx!(_balance(permute, scale), 'N', 'V', 'N', A)
    return Eigen(sorteig!(F[2], F[4], sortby)...)
end
_balance(permute, scale) = permute ? (scale ? 'B' : 'P') : (scale ? 'S' : 'N')

function eigvals!(A::StridedMatrix{T}; permute::Bool=true, scale::Bool=true,
    sortby::Union{Function,Nothing}=eigsortby) where {T<:BlasReal}
    issymmetric(A) && return sorteig!(eigvals!(Symmetric(A)), sortby)
    F = LAPACK.geevx!(_balance(permute, scale), 'N', 'N', 'N', A)
    WR, WI = F[2], F[3]
    return sorteig!(iszero(WI) ? WR : complex.(WR, WI), sortby)
end
function eigvals!(A::StridedMatrix{T}; permute::Bool=true, scale::Bool=true,
    sortby::Union{Function,Nothing}=eigsortby) where {T<:BlasComplex}
    ishermitian(A) && return sorteig!(eigvals!(Hermitian(A)), sortby)
    return sorteig!(LAPACK.geevx!(_balance(permute, scale), 'N', 'N', 'N', A)[2], sortby)
end

function eigen(A::AbstractMatrix{T}; permute::Bool=true, scale::Bool=true, sortby::Union{Function,Nothing}=eigsortby) where {T}
    checksquare(A)
    isdiag(A) && return eigen(Diagonal{eigtype(T)}(diag(A)); sortby)
    ishermitian(A) && return eigen!(eigencopy_oftype(Hermitian(Matrix(A)), eigtype(T)); sortby)
    return eigen!(eigencopy_oftype(A, eigtype(T)); permute, scale, sortby)
end
eigvals(A::AbstractMatrix{T}; kws...) where {T} = (checksquare(A); eigvals!(eigencopy_oftype(A, eigtype(T)); kws...))
eigvals(x::Number; kwargs...) = [x]
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
            λ, V = eigen(Hermitian(Matrix(A)))
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
