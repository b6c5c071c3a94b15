# uniformscaling.jl: I, a multiple of the identity of any size.

struct UniformScaling{T<:Number}
    λ::T
end

const I = UniformScaling(true)

# I(n)
(I::UniformScaling)(n::Integer) = Diagonal(fill(I.λ, n))

Base.eltype(::Type{UniformScaling{T}}) where {T} = T
Base.ndims(J::UniformScaling) = 2
Base.has_offset_axes(::UniformScaling) = false
Base.getindex(J::UniformScaling, ind::CartesianIndex{2}) = J[Tuple(ind)...]
Base.getindex(J::UniformScaling, i::Integer, j::Integer) = ifelse(i == j, J.λ, zero(J.λ))
Base.getindex(J::UniformScaling, n::Integer, m::AbstractVector{<:Integer}) = _row_or_column(J, m, n)
Base.getindex(J::UniformScaling, n::AbstractVector{<:Integer}, m::Integer) = _row_or_column(J, n, m)
function _row_or_column(J::UniformScaling{T}, v, k) where {T}
    A = zeros(T, axes(v))
    for (i, x) in pairs(v)
        x == k && (A[i] = J.λ)
    end
    return A
end
function Base.getindex(J::UniformScaling{T}, n::AbstractVector{<:Integer}, m::AbstractVector{<:Integer}) where {T}
    A = zeros(T, axes(n)..., axes(m)...)
    for (j, mj) in pairs(m), (i, ni) in pairs(n)
        ni == mj && (A[i, j] = J.λ)
    end
    return A
end

Base.show(io::IO, s::UniformScaling{T}) where {T} = print(io, "UniformScaling{", T, "}(", s.λ, ")")
function Base.show(io::IO, ::MIME"text/plain", J::UniformScaling)
    s = "$(J.λ)"
    if occursin(r"\w+\s*[\+\-]\s*\w+", s)
        s = "($s)"
    end
    print(io, typeof(J), "\n$s*I")
end
Base.copy(J::UniformScaling) = UniformScaling(J.λ)

Base.convert(::Type{UniformScaling{T}}, J::UniformScaling) where {T} = UniformScaling(convert(T, J.λ))::UniformScaling{T}
Base.conj(J::UniformScaling) = UniformScaling(conj(J.λ))
Base.real(J::UniformScaling) = UniformScaling(real(J.λ))
Base.imag(J::UniformScaling) = UniformScaling(imag(J.λ))
Base.float(J::UniformScaling) = UniformScaling(float(J.λ))

transpose(J::UniformScaling) = J
adjoint(J::UniformScaling) = UniformScaling(conj(J.λ))
Base.one(::Type{UniformScaling{T}}) where {T} = UniformScaling(one(T))
Base.one(J::UniformScaling{T}) where {T} = one(UniformScaling{T})
Base.oneunit(::Type{UniformScaling{T}}) where {T} = UniformScaling(oneunit(T))
Base.oneunit(J::UniformScaling{T}) where {T} = oneunit(UniformScaling{T})
Base.zero(::Type{UniformScaling{T}}) where {T} = UniformScaling(zero(T))
Base.zero(J::UniformScaling{T}) where {T} = zero(UniformScaling{T})

isdiag(::UniformScaling) = true
istriu(::UniformScaling) = true
istril(::UniformScaling) = true
issymmetric(::UniformScaling) = true
ishermitian(J::UniformScaling) = isreal(J.λ)
isposdef(J::UniformScaling) = isposdef(J.λ)
Base.iszero(J::UniformScaling) = iszero(J.λ)
Base.isone(J::UniformScaling) = isone(J.λ)
Base.hash(J::UniformScaling, h::UInt) = hash(J.λ, hash(:UniformScaling, h))

(+)(J::UniformScaling, x::Number) = J.λ + x
(+)(x::Number, J::UniformScaling) = x + J.λ
(-)(J::UniformScaling, x::Number) = J.λ - x
(-)(x::Number, J::UniformScaling) = x - J.λ
(+)(J::UniformScaling) = UniformScaling(+J.λ)
(+)(J1::UniformScaling, J2::UniformScaling) = UniformScaling(J1.λ + J2.λ)
(-)(J::UniformScaling) = UniformScaling(-J.λ)
(-)(J1::UniformScaling, J2::UniformScaling) = UniformScaling(J1.λ - J2.λ)

(+)(J::UniformScaling, A::AbstractMatrix) = A + J
(-)(A::AbstractMatrix, J::UniformScaling) = A + (-J)
function (+)(A::AbstractMatrix, J::UniformScaling)
    checksquare(A)
    B = copymutable_oftype(A, typeof(zero(eltype(A)) + zero(J.λ)))
    for i in intersect(axes(A, 1), axes(A, 2))
        @inbounds B[i, i] += J
    end
    return B
end
function (-)(J::UniformScaling, A::AbstractMatrix)
    checksquare(A)
    B = convert(AbstractMatrix{typeof(zero(J.λ) - zero(eltype(A)))}, -A)
    for i in intersect(axes(A, 1), axes(A, 2))
        @inbounds B[i, i] += J
    end
    return B
end

inv(J::UniformScaling) = UniformScaling(inv(J.λ))
opnorm(J::UniformScaling, p::Real=2) = opnorm(J.λ, p)
pinv(J::UniformScaling) = ifelse(iszero(J.λ), UniformScaling(zero(inv(J.λ))), UniformScaling(inv(J.λ)))
det(J::UniformScaling{T}) where {T} = isone(J.λ) ? one(T) : iszero(J.λ) ? zero(T) :
                                      throw(ArgumentError("Determinant of UniformScaling is only well-defined when λ = 0 or 1."))
function tr(J::UniformScaling{T}) where {T}
    iszero(J.λ) ? zero(T) : throw(ArgumentError("Trace of UniformScaling is only well-defined when λ = 0"))
end
norm(J::UniformScaling, p::Real=2) = norm(J.λ, p)

*(J1::UniformScaling, J2::UniformScaling) = UniformScaling(J1.λ * J2.λ)
*(B::BitArray{2}, J::UniformScaling) = *(Array(B), J::UniformScaling)
*(J::UniformScaling, B::BitArray{2}) = *(J::UniformScaling, Array(B))
*(A::AbstractMatrix, J::UniformScaling) = A * J.λ
*(v::AbstractVector, J::UniformScaling) = reshape(v, length(v), 1) * J
*(J::UniformScaling, A::AbstractVecOrMat) = J.λ * A
*(x::Number, J::UniformScaling) = UniformScaling(x * J.λ)
*(J::UniformScaling, x::Number) = UniformScaling(J.λ * x)

/(J1::UniformScaling, J2::UniformScaling) = J2.λ == 0 ? throw(SingularException(1)) : UniformScaling(J1.λ / J2.λ)
/(J::UniformScaling, A::AbstractMatrix) = lmul!(J.λ, inv(A))
/(A::AbstractMatrix, J::UniformScaling) = J.λ == 0 ? throw(SingularException(1)) : A / J.λ
/(v::AbstractVector, J::UniformScaling) = reshape(v, length(v), 1) / J
/(J::UniformScaling, x::Number) = UniformScaling(J.λ / x)
\(J1::UniformScaling, J2::UniformScaling) = J1.λ == 0 ? throw(SingularException(1)) : UniformScaling(J1.λ \ J2.λ)
\(J::UniformScaling, A::AbstractVecOrMat) = J.λ == 0 ? throw(SingularException(1)) : J.λ \ A
\(A::AbstractMatrix, J::UniformScaling) = rmul!(inv(A), J.λ)
\(x::Number, J::UniformScaling) = UniformScaling(x \ J.λ)
^(J::UniformScaling, p::Number) = UniformScaling(J.λ^p)
Base.literal_pow(::typeof(^), J::UniformScaling, x::Val) = UniformScaling(Base.literal_pow(^, J.λ, x))

mul!(C::AbstractMatrix, A::AbstractMatrix, J::UniformScaling, alpha::Number, beta::Number) = mul!(C, A, J.λ, alpha, beta)
mul!(C::AbstractVecOrMat, J::UniformScaling, B::AbstractVecOrMat, alpha::Number, beta::Number) = mul!(C, J.λ, B, alpha, beta)
mul!(out::AbstractMatrix{T}, a::Number, B::UniformScaling, α::Number, β::Number) where {T} = mul!(out, B, a, α, β)
function mul!(out::AbstractMatrix{T}, A::UniformScaling, b::Number, α::Number, β::Number) where {T}
    checksquare(out)
    iszero(β) ? fill!(out, zero(T)) : isone(β) || rmul!(out, β)
    s = convert(T, A.λ * b * α)
    for i in 1:size(out, 1)
        out[i, i] += s
    end
    return out
end
rmul!(A::AbstractMatrix, J::UniformScaling) = rmul!(A, J.λ)
lmul!(J::UniformScaling, B::AbstractVecOrMat) = lmul!(J.λ, B)
rdiv!(A::AbstractMatrix, J::UniformScaling) = rdiv!(A, J.λ)
ldiv!(J::UniformScaling, B::AbstractVecOrMat) = ldiv!(J.λ, B)
ldiv!(Y::AbstractVecOrMat, J::UniformScaling, B::AbstractVecOrMat) = (Y .= J.λ .\ B)

Broadcast.broadcasted(::typeof(*), x::Number, J::UniformScaling) = UniformScaling(x * J.λ)
Broadcast.broadcasted(::typeof(*), J::UniformScaling, x::Number) = UniformScaling(J.λ * x)
Broadcast.broadcasted(::typeof(/), J::UniformScaling, x::Number) = UniformScaling(J.λ / x)
Broadcast.broadcasted(::typeof(\), x::Number, J::UniformScaling) = UniformScaling(x \ J.λ)
Broadcast.broadcasted(::typeof(^), J::UniformScaling, x::Number) = UniformScaling(J.λ^x)
Broadcast.broadcasted(::typeof(Base.literal_pow), ::typeof(^), J::UniformScaling, x::Val) = UniformScaling(Base.literal_pow(^, J.λ, x))

(==)(J1::UniformScaling, J2::UniformScaling) = (J1.λ == J2.λ)
(==)(A::AbstractMatrix, J::UniformScaling) = J == A
function (==)(J::UniformScaling, A::AbstractMatrix)
    require_one_based_indexing(A)
    size(A, 1) == size(A, 2) || return false
    iszero(J.λ) && return iszero(A)
    isone(J.λ) && return isone(A)
    for j in axes(A, 2), i in axes(A, 1)
        (i == j ? A[i, j] == J.λ : iszero(A[i, j])) || return false
    end
    return true
end
function Base.isone(A::AbstractMatrix)
    m, n = size(A)
    m != n && return false
    for j in 1:n, i in 1:m
        (i == j ? isone(A[i, j]) : iszero(A[i, j])) || return false
    end
    return true
end

Base.isapprox(J1::UniformScaling{T}, J2::UniformScaling{S}; atol::Real=0, rtol::Real=Base.rtoldefault(T, S, atol), nans::Bool=false) where {T<:Number,S<:Number} =
    isapprox(J1.λ, J2.λ, rtol=rtol, atol=atol, nans=nans)
function Base.isapprox(J::UniformScaling, A::AbstractMatrix;
    atol::Real=0,
    rtol::Real=Base.rtoldefault(promote_leaf_eltypes(A), eltype(J), atol),
    nans::Bool=false, norm::Function=norm)
    n = checksquare(A)
    normJ = norm === opnorm ? abs(J.λ) : norm === LinearAlgebra.norm ? abs(J.λ) * sqrt(n) : norm(Diagonal(fill(J.λ, n)))
    return norm(A - J) <= max(atol, rtol * max(norm(A), normJ))
end
Base.isapprox(A::AbstractMatrix, J::UniformScaling; kwargs...) = isapprox(J, A; kwargs...)

function Base.copyto!(A::AbstractMatrix, J::UniformScaling)
    require_one_based_indexing(A)
    fill!(A, 0)
    λ = J.λ
    for i = 1:min(size(A, 1), size(A, 2))
        @inbounds A[i, i] = λ
    end
    return A
end

function cond(J::UniformScaling{T}) where {T}
    onereal = inv(one(real(J.λ)))
    return J.λ ≠ zero(T) ? onereal : oftype(onereal, Inf)
end

Base.promote_rule(::Type{UniformScaling{T}}, ::Type{UniformScaling{S}}) where {T,S} = UniformScaling{promote_type(T, S)}

# the dimensions are needed for a matrix
Base.Array(s::UniformScaling, dims::Dims{2}) = Matrix(s, dims)
Base.Matrix{T}(s::UniformScaling, dims::Dims{2}) where {T} = copyto!(Matrix{T}(undef, dims), s)
Base.Matrix{T}(s::UniformScaling, m::Integer, n::Integer) where {T} = Matrix{T}(s, Dims((m, n)))
Base.Matrix(s::UniformScaling, m::Integer, n::Integer) = Matrix(s, Dims((m, n)))
Base.Matrix(s::UniformScaling, dims::Dims{2}) = Matrix{eltype(s)}(s, dims)
Base.Array{T}(s::UniformScaling, m::Integer, n::Integer) where {T} = Matrix{T}(s, m, n)
Base.Array{T}(s::UniformScaling, dims::Dims{2}) where {T} = Matrix{T}(s, dims)
Base.Array(s::UniformScaling, m::Integer, n::Integer) = Matrix(s, m, n)

dot(A::AbstractMatrix, J::UniformScaling) = dot(tr(A'), J.λ)
dot(J::UniformScaling, A::AbstractMatrix) = dot(J.λ, tr(A))
dot(x::AbstractVector, J::UniformScaling, y::AbstractVector) = dot(x, J.λ, y)
dot(x::AbstractVector, a::Number, y::AbstractVector) = sum(t -> dot(t[1], a, t[2]), zip(x, y))
dot(x::AbstractVector, a::Union{Real,Complex}, y::AbstractVector) = a * dot(x, y)

## concatenation: the sizes of the others decide how large I is ##

# the number of rows or columns that an I in a concatenation must have
function _scaling_sizes(nums, A, dim)
    for a in A
        if !isa(a, UniformScaling)
            require_one_based_indexing(a)
            return size(a, dim)
        end
    end
    throw(ArgumentError(dim == 1 ? "hcat of only UniformScaling objects cannot determine the matrix size" :
                        "vcat of only UniformScaling objects cannot determine the matrix size"))
end
_sized_identity(J::UniformScaling, n, ::Type{T}) where {T} = Matrix{T}(J, n, n)
_sized_identity(A, n, ::Type{T}) where {T} = A

_us_eltype(A...) = promote_type(map(eltype, A)...)

function Base.hcat(A::Union{AbstractVecOrMat,UniformScaling}...)
    T = _us_eltype(A...)
    n = _scaling_sizes(nothing, A, 1)
    return Base.typed_hcat(T, map(a -> _sized_identity(a, n, T), A)...)
end
function Base.vcat(A::Union{AbstractVecOrMat,UniformScaling}...)
    T = _us_eltype(A...)
    n = _scaling_sizes(nothing, A, 2)
    return Base.typed_vcat(T, map(a -> _sized_identity(a, n, T), A)...)
end
function Base.hvcat(rows::Tuple{Vararg{Int}}, A::Union{AbstractVecOrMat,UniformScaling}...)
    T = _us_eltype(A...)
    nr = length(rows)
    sizes = fill(-1, length(A))
    # rows with a matrix tell the height of their identities
    j = 0
    needcols = false
    for i in 1:nr
        ni = -1
        for k in 1:rows[i]
            a = A[j+k]
            if !isa(a, UniformScaling)
                na = size(a, 1)
                ni >= 0 && ni != na && throw(DimensionMismatch("mismatch in number of rows"))
                ni = na
            end
        end
        if ni >= 0
            for k in 1:rows[i]
                sizes[j+k] = ni
            end
        else
            needcols = true
        end
        j += rows[i]
    end
    if needcols
        # rows of identities only: the total width tells
        nc = -1
        j = 0
        for i in 1:nr
            if rows[i] > 0 && sizes[j+1] >= 0
                nc = 0
                for k in 1:rows[i]
                    nc += isa(A[j+k], UniformScaling) ? sizes[j+k] : size(A[j+k], 2)
                end
                break
            end
            j += rows[i]
        end
        nc >= 0 || throw(ArgumentError("hvcat of only UniformScaling objects cannot determine the matrix size"))
        j = 0
        for i in 1:nr
            if rows[i] > 0 && sizes[j+1] < 0
                n, r = divrem(nc, rows[i])
                r == 0 || throw(DimensionMismatch("indivisible UniformScaling sizes"))
                for k in 1:rows[i]
                    sizes[j+k] = n
                end
            end
            j += rows[i]
        end
    end
    return Base.typed_hvcat(T, rows, ntuple(k -> _sized_identity(A[k], sizes[k], T), length(A))...)
end

lu(J::UniformScaling) = J
cholesky(J::UniformScaling; check::Bool=true) = (check && !isposdef(J) && throw(PosDefException(1)); J)
