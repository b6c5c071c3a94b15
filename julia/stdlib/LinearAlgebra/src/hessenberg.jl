# hessenberg.jl: reduction to Hessenberg form, on which the eigenvalue iterations work.

struct UpperHessenberg{T,S<:AbstractMatrix{T}} <: AbstractMatrix{T}
    data::S
    function UpperHessenberg{T,S}(data) where {T,S<:AbstractMatrix{T}}
        checksquare(data)
        new{T,S}(data)
    end
end
UpperHessenberg(A::UpperHessenberg) = A
UpperHessenberg(A::AbstractMatrix) = UpperHessenberg{eltype(A),typeof(A)}(A)
Base.size(A::UpperHessenberg) = size(A.data)
Base.parent(A::UpperHessenberg) = A.data
Base.getindex(A::UpperHessenberg{T}, i::Int, j::Int) where {T} = (@boundscheck checkbounds(A, i, j); i <= j + 1 ? A.data[i, j] : zero(T))
function Base.setindex!(A::UpperHessenberg, x, i::Int, j::Int)
    if i > j + 1
        iszero(x) || throw(ArgumentError("cannot set index in the lower triangular part ($i, $j) of an UpperHessenberg matrix to a nonzero value ($x)"))
    else
        A.data[i, j] = x
    end
    return A
end
Base.similar(A::UpperHessenberg, ::Type{T}) where {T} = UpperHessenberg(similar(A.data, T))
Base.similar(A::UpperHessenberg, ::Type{T}, dims::Dims) where {T} = similar(A.data, T, dims)
Base.replace_in_print_matrix(A::UpperHessenberg, i::Integer, j::Integer, s::AbstractString) =
    i <= j + 1 ? s : Base.replace_with_centered_mark(s)
(-)(A::UpperHessenberg) = UpperHessenberg(-A.data)
*(A::UpperHessenberg, x::Number) = UpperHessenberg(A.data * x)
*(x::Number, A::UpperHessenberg) = UpperHessenberg(x * A.data)

struct Hessenberg{T,SH<:AbstractMatrix{T},SQ<:AbstractMatrix{T}} <: Factorization{T}
    H::SH
    Q::SQ
end
Base.size(F::Hessenberg) = size(F.H)
Base.iterate(S::Hessenberg) = (S.Q, Val(:H))
Base.iterate(S::Hessenberg, ::Val{:H}) = (S.H, Val(:done))
Base.iterate(S::Hessenberg, ::Val{:done}) = nothing
Base.AbstractMatrix(F::Hessenberg) = F.Q * Matrix(F.H) * F.Q'

# A becomes Q' * A * Q by Householder reflections; gives H and Q
function _hessenberg!(A::AbstractMatrix{T}) where {T}
    n = checksquare(A)
    Q = Matrix{T}(I, n, n)
    for k in 1:n-2
        x = A[k+1:n, k]
        α = norm(x)
        iszero(α) && continue
        u = copy(x)
        s = iszero(x[1]) ? one(T) : T(x[1] / abs(x[1]))
        u[1] += s * α
        β = norm(u)
        iszero(β) && continue
        u ./= β
        for j in 1:n
            w = zero(T)
            for i in 1:n-k
                w += conj(u[i]) * A[k+i, j]
            end
            for i in 1:n-k
                A[k+i, j] -= 2 * u[i] * w
            end
        end
        for M in (A, Q), i in 1:n
            w = zero(T)
            for j in 1:n-k
                w += M[i, k+j] * u[j]
            end
            for j in 1:n-k
                M[i, k+j] -= 2 * w * conj(u[j])
            end
        end
        for i in k+2:n
            A[i, k] = zero(T)
        end
    end
    return A, Q
end
function hessenberg!(A::AbstractMatrix)
    H, Q = _hessenberg!(A)
    return Hessenberg(UpperHessenberg(H), Q)
end
hessenberg(A::AbstractMatrix) = hessenberg!(copyto!(Matrix{float(eltype(A))}(undef, size(A)), A))
