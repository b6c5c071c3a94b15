# symmetric.jl: Symmetric and Hermitian: matrices of which one half says all.

struct Symmetric{T,S<:AbstractMatrix{<:T}} <: AbstractMatrix{T}
    data::S
    uplo::Char

    function Symmetric{T,S}(data, uplo::Char) where {T,S<:AbstractMatrix{<:T}}
        require_one_based_indexing(data)
        (uplo != 'U' && uplo != 'L') && throw_uplo()
        new{T,S}(data, uplo)
    end
end
struct Hermitian{T,S<:AbstractMatrix{<:T}} <: AbstractMatrix{T}
    data::S
    uplo::Char

    function Hermitian{T,S}(data, uplo::Char) where {T,S<:AbstractMatrix{<:T}}
        require_one_based_indexing(data)
        (uplo != 'U' && uplo != 'L') && throw_uplo()
        new{T,S}(data, uplo)
    end
end

function Symmetric(A::AbstractMatrix, uplo::Symbol=:U)
    checksquare(A)
    return symmetric_type(typeof(A))(A, char_uplo(uplo))
end
function Hermitian(A::AbstractMatrix, uplo::Symbol=:U)
    n = checksquare(A)
    return hermitian_type(typeof(A))(A, char_uplo(uplo))
end
# The types of `Symmetric` and `Hermitian` of a matrix: of one whose elements are no numbers, what is on the other side
# of the diagonal may have another type.
for (kind, name, turn) in ((:Symmetric, :symmetric_type, :transpose), (:Hermitian, :hermitian_type, :adjoint))
    @eval begin
        $name(::Type{T}) where {S,T<:AbstractMatrix{S}} = $kind{Union{S,promote_op($turn, S),$name(S)},T}
        $name(::Type{T}) where {S<:Number,T<:AbstractMatrix{S}} = $kind{S,T}
        $name(::Type{T}) where {S<:AbstractMatrix,T<:AbstractMatrix{S}} = $kind{AbstractMatrix,T}
        $name(::Type{T}) where {T<:Number} = T
    end
end

symmetric(A::AbstractMatrix, uplo::Symbol=:U) = Symmetric(A, uplo)
symmetric(A::Number, ::Symbol=:U) = A
hermitian(A::AbstractMatrix, uplo::Symbol=:U) = Hermitian(A, uplo)
hermitian(A::Number, ::Symbol=:U) = convert(typeof(A), real(A))

const HermOrSym{T,S} = Union{Hermitian{T,S},Symmetric{T,S}}
const RealHermSym{T<:Real,S} = Union{Hermitian{T,S},Symmetric{T,S}}
const RealHermSymComplexHerm{T<:Real,S} = Union{Hermitian{T,S},Symmetric{T,S},Hermitian{Complex{T},S}}
const RealHermSymComplexSym{T<:Real,S} = Union{Hermitian{T,S},Symmetric{T,S},Symmetric{Complex{T},S}}

for (S, H) in ((:Symmetric, :Hermitian), (:Hermitian, :Symmetric))
    @eval begin
        $S(A::$S) = A
        function $S(A::$S, uplo::Symbol)
            A.uplo == char_uplo(uplo) ? A : throw(ArgumentError("Cannot construct $($S); uplo doesn't match"))
        end
        $S{T}(A::$S{T}) where {T} = A
        $S{T}(A::$S) where {T} = $S(convert(AbstractMatrix{T}, A.data), sym_uplo(A.uplo))
        $S{T}(A::AbstractMatrix, uplo::Symbol=:U) where {T} = $S(convert(AbstractMatrix{T}, A), uplo)
        Base.AbstractMatrix{T}(A::$S) where {T} = $S{T}(A)
        Base.copy(A::$S) = $S(copy(A.data), sym_uplo(A.uplo))
        Base.similar(A::$S, ::Type{T}) where {T} = $S(similar(parent(A), T), sym_uplo(A.uplo))
        Base.unaliascopy(A::$S) = $S(Base.unaliascopy(A.data), sym_uplo(A.uplo))
        -(A::$S) = $S(-A.data, sym_uplo(A.uplo))
        *(A::$S, x::Real) = $S(A.data * x, sym_uplo(A.uplo))
        *(x::Real, A::$S) = $S(x * A.data, sym_uplo(A.uplo))
        /(A::$S, x::Real) = $S(A.data / x, sym_uplo(A.uplo))
    end
end
Symmetric(A::Hermitian{<:Real}) = Symmetric(A.data, sym_uplo(A.uplo))
Hermitian(A::Symmetric{<:Real}) = Hermitian(A.data, sym_uplo(A.uplo))
*(A::Symmetric, x::Number) = Symmetric(A.data * x, sym_uplo(A.uplo))
*(x::Number, A::Symmetric) = Symmetric(x * A.data, sym_uplo(A.uplo))
/(A::Symmetric, x::Number) = Symmetric(A.data / x, sym_uplo(A.uplo))
*(A::Hermitian, x::Number) = Matrix(A) * x
*(x::Number, A::Hermitian) = x * Matrix(A)
/(A::Hermitian, x::Number) = Matrix(A) / x

Base.size(A::HermOrSym) = size(A.data)
Base.axes(A::HermOrSym) = axes(A.data)
Base.parent(A::HermOrSym) = A.data
Base.dataids(A::HermOrSym) = Base.dataids(A.data)
Base.similar(A::HermOrSym, ::Type{T}, dims::Dims{N}) where {T,N} = similar(parent(A), T, dims)

Base.@propagate_inbounds function Base.getindex(A::Symmetric, i::Int, j::Int)
    @boundscheck checkbounds(A, i, j)
    @inbounds if i == j
        return symmetric(A.data[i, j], sym_uplo(A.uplo))::eltype(A)
    elseif (A.uplo == 'U') == (i < j)
        return A.data[i, j]
    else
        return transpose(A.data[j, i])
    end
end
Base.@propagate_inbounds function Base.getindex(A::Hermitian, i::Int, j::Int)
    @boundscheck checkbounds(A, i, j)
    @inbounds if i == j
        return hermitian(A.data[i, j], sym_uplo(A.uplo))::eltype(A)
    elseif (A.uplo == 'U') == (i < j)
        return A.data[i, j]
    else
        return adjoint(A.data[j, i])
    end
end
function Base.setindex!(A::Symmetric, v, i::Integer, j::Integer)
    i == j || throw(ArgumentError("Cannot set a non-diagonal index in a symmetric matrix"))
    setindex!(A.data, v, i, j)
end
function Base.setindex!(A::Hermitian, v, i::Integer, j::Integer)
    if i != j
        throw(ArgumentError("Cannot set a non-diagonal index in a Hermitian matrix"))
    elseif !isreal(v)
        throw(ArgumentError("Cannot set a diagonal entry in a Hermitian matrix to a nonreal value"))
    else
        setindex!(A.data, v, i, j)
    end
end

function Base.Matrix{T}(A::HermOrSym) where {T}
    B = Matrix{T}(undef, size(A))
    for j in axes(A, 2), i in axes(A, 1)
        @inbounds B[i, j] = A[i, j]
    end
    return B
end
Base.Matrix(A::HermOrSym{T}) where {T} = Matrix{T}(A)
Base.Array(A::HermOrSym) = Matrix(A)
Base.copyto!(dest::Matrix, A::HermOrSym) = (for i in eachindex(IndexCartesian(), A); dest[i] = A[i]; end; dest)

issymmetric(A::Symmetric) = true
issymmetric(A::Hermitian{<:Real}) = true
issymmetric(A::Hermitian) = isreal(A)
ishermitian(A::Hermitian) = true
ishermitian(A::Symmetric{<:Real}) = true
ishermitian(A::Symmetric) = isreal(A)

adjoint(A::Hermitian) = A
transpose(A::Symmetric) = A
adjoint(A::Symmetric{<:Real}) = A
transpose(A::Hermitian{<:Real}) = A
adjoint(A::Symmetric) = Adjoint(A)
transpose(A::Hermitian) = Transpose(A)
Base.real(A::Symmetric{<:Real}) = A
Base.real(A::Hermitian{<:Real}) = A
Base.real(A::Symmetric) = Symmetric(real(A.data), sym_uplo(A.uplo))
Base.real(A::Hermitian) = Hermitian(real(A.data), sym_uplo(A.uplo))
Base.imag(A::Symmetric) = Symmetric(imag(A.data), sym_uplo(A.uplo))
Base.conj(A::Symmetric) = Symmetric(conj(A.data), sym_uplo(A.uplo))
Base.conj(A::Hermitian) = Hermitian(conj(A.data), sym_uplo(A.uplo))

tr(A::Hermitian) = real(tr(A.data))
diag(A::Symmetric) = diag(A.data)
diag(A::Hermitian) = map(x -> oftype(x, real(x)), diag(A.data))

triu(A::HermOrSym, k::Integer=0) = triu!(Matrix(A), k)
tril(A::HermOrSym, k::Integer=0) = tril!(Matrix(A), k)

for (T, trans) in ((:Symmetric, :transpose), (:Hermitian, :adjoint)), f in (:+, :-)
    @eval function $f(A::$T, B::$T)
        if A.uplo == B.uplo
            return $T($f(parent(A), parent(B)), sym_uplo(A.uplo))
        else
            return $T($f(Matrix(A), Matrix(B)), :U)
        end
    end
end
for f in (:+, :-)
    @eval begin
        $f(A::Hermitian, B::Symmetric{<:Real}) = $f(A, Hermitian(B))
        $f(A::Symmetric{<:Real}, B::Hermitian) = $f(Hermitian(A), B)
        $f(A::Diagonal{<:Any}, B::Symmetric) = Symmetric($f(Matrix(A), B), sym_uplo(B.uplo))
        $f(A::Symmetric, B::Diagonal) = Symmetric($f(A, Matrix(B)), sym_uplo(A.uplo))
        $f(A::Diagonal{<:Real}, B::Hermitian) = Hermitian($f(Matrix(A), B), sym_uplo(B.uplo))
        $f(A::Hermitian, B::Diagonal{<:Real}) = Hermitian($f(A, Matrix(B)), sym_uplo(A.uplo))
    end
end
(+)(A::Symmetric, J::UniformScaling) = Symmetric(A.data + J, sym_uplo(A.uplo))
(-)(J::UniformScaling, A::Symmetric) = Symmetric(J - A.data, sym_uplo(A.uplo))
(+)(A::Hermitian, J::UniformScaling{<:Real}) = Hermitian(A.data + J, sym_uplo(A.uplo))
(-)(J::UniformScaling{<:Real}, A::Hermitian) = Hermitian(J - A.data, sym_uplo(A.uplo))
(+)(A::Hermitian, J::UniformScaling{<:Complex}) = Matrix(A) + J

*(A::HermOrSym, B::HermOrSym) = Matrix(A) * Matrix(B)
*(A::HermOrSym, D::Diagonal) = Matrix(A) * D
*(D::Diagonal, A::HermOrSym) = D * Matrix(A)
full_factor(A::HermOrSym) = Matrix(A)

det(A::HermOrSym) = ishermitian(A) && eltype(A) <: Complex ? real(det(lu(Matrix(A); check=false))) : det(lu(Matrix(A); check=false))
det(A::HermOrSym{BigInt}) = det_bareiss(A)
logabsdet(A::HermOrSym) = logabsdet(lu(Matrix(A); check=false))
inv(A::Symmetric) = Symmetric(inv(Matrix(A)), sym_uplo(A.uplo))
inv(A::Hermitian) = Hermitian(inv(Matrix(A)), sym_uplo(A.uplo))
(\)(A::HermOrSym, B::AbstractVecOrMat) = lu(Matrix(A)) \ B
qr(A::HermOrSym, args...; kws...) = qr(Matrix(A), args...; kws...)
svd(A::HermOrSym; kws...) = svd(Matrix(A); kws...)
svdvals(A::RealHermSymComplexHerm) = sort!(abs.(eigvals(A)), rev=true)
factorize(A::HermOrSym) = factorize(Matrix(A))
isposdef(A::HermOrSym) = ishermitian(A) && isposdef(cholesky(Hermitian(Matrix(A)); check=false))
norm(A::HermOrSym, p::Real=2) = norm(Matrix(A), p)
dot(A::HermOrSym, B::HermOrSym) = dot(Matrix(A), Matrix(B))

## functions by the eigenvalues ##

function _hermitian_function(f, A)
    F = eigen(A)
    return F.vectors * Diagonal(map(f, F.values)) * F.vectors'
end
_real_result(A::Symmetric, R) = Symmetric(R)
_real_result(A::Hermitian, R) = Hermitian(R)
for f in (:exp, :cos, :sin, :cosh, :sinh, :tanh, :tan, :atan, :asinh, :cbrt, :sec, :csc, :cot, :sech, :csch, :coth)
    @eval Base.$f(A::RealHermSymComplexHerm) = _real_result(A, _hermitian_function($f, A))
end
# of negative eigenvalues these are complex
for (f, dom) in ((:log, :(λ -> λ >= 0)), (:sqrt, :(λ -> λ >= 0)), (:acos, :(λ -> abs(λ) <= 1)), (:asin, :(λ -> abs(λ) <= 1)),
    (:acosh, :(λ -> λ >= 1)), (:atanh, :(λ -> abs(λ) <= 1)))
    @eval function Base.$f(A::RealHermSymComplexHerm)
        F = eigen(A)
        values = F.values
        if $(f === :sqrt)
            # rounding may make a zero eigenvalue slightly negative
            λ₀ = -maximum(abs, values) * eps(real(float(one(eltype(A))))) * size(A, 1)
            values = map(λ -> λ₀ <= λ < 0 ? zero(λ) : λ, values)
        end
        if all($dom, values)
            return _real_result(A, F.vectors * Diagonal(map($f, values)) * F.vectors')
        else
            R = F.vectors * Diagonal(map(λ -> $f(complex(λ)), values)) * F.vectors'
            return eltype(A) <: Real ? Symmetric(R) : R
        end
    end
end
function (^)(A::RealHermSymComplexHerm, p::Integer)
    R = p < 0 ? Base.power_by_squaring(inv(Matrix(A)), -p) : Base.power_by_squaring(Matrix(A), p)
    return _real_result(A, R)
end
function (^)(A::RealHermSymComplexHerm, p::Real)
    isinteger(p) && return A^Integer(p)
    F = eigen(A)
    if all(λ -> λ ≥ 0, F.values)
        return _real_result(A, F.vectors * Diagonal(F.values .^ p) * F.vectors')
    else
        R = F.vectors * Diagonal(complex.(F.values) .^ p) * F.vectors'
        return eltype(A) <: Real ? Symmetric(R) : R
    end
end

hermitianpart(A::AbstractMatrix, uplo::Symbol=:U) = Hermitian(_hermitianpart(A), uplo)
hermitianpart(a::Number) = _hermitianpart(a)
hermitianpart!(A::AbstractMatrix, uplo::Symbol=:U) = Hermitian(copyto!(A, _hermitianpart(A)), uplo)
_hermitianpart(A::AbstractMatrix) = (checksquare(A); (A + A') / 2)
_hermitianpart(a::Number) = real(a)
