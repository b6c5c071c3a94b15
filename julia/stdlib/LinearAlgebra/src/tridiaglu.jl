# tridiaglu.jl: the LU factorization of tridiagonal matrices, in their own three diagonals and a fourth, `du2`, which
# exchanges of rows fill.

function lu!(A::Tridiagonal{T,V}, pivot::Union{RowMaximum,NoPivot}=RowMaximum(); check::Bool=true) where {T,V}
    n = size(A, 1)
    dl, d, du = A.dl, A.d, A.du
    du2 = isdefined(A, :du2) ? A.du2 : similar(d, max(0, n - 2))
    dl === du && throw(ArgumentError("off-diagonals of `A` must not alias"))
    fill!(du2, zero(T))
    ipiv = BlasInt[1:n;]
    for i in 1:n-1
        if pivot === NoPivot() || abs(d[i]) >= abs(dl[i])
            # A row of zeros stays: the factorization is of a singular matrix then.
            if !iszero(d[i])
                dl[i] /= d[i]
                d[i+1] -= dl[i] * du[i]
            end
        else
            ratio = d[i] / dl[i]
            d[i] = dl[i]
            dl[i] = ratio
            du[i], d[i+1] = d[i+1], du[i] - ratio * d[i+1]
            if i < n - 1
                du2[i] = du[i+1]
                du[i+1] = -ratio * du[i+1]
            end
            ipiv[i] = i + 1
        end
    end
    info = something(findfirst(iszero, d), 0)
    check && checknonsingular(info, pivot)
    factors = Tridiagonal{T,V}(dl, d, du, du2)
    return LU{T,Tridiagonal{T,V},typeof(ipiv)}(factors, ipiv, convert(BlasInt, info))
end
function lu(A::Tridiagonal{T}, pivot::Union{RowMaximum,NoPivot}=RowMaximum(); check::Bool=true) where {T}
    S = lutype(T)
    copied(x) = copyto!(similar(x, S), x)
    return lu!(Tridiagonal(copied(A.dl), copied(A.d), copied(A.du)), pivot; check)
end
lu(A::SymTridiagonal, pivot::Union{RowMaximum,NoPivot}=RowMaximum(); check::Bool=true) = lu(Tridiagonal(A), pivot; check)

function Base.getproperty(F::LU{T,Tridiagonal{T,V}}, name::Symbol) where {T,V}
    name in (:L, :U) || return invoke(getproperty, Tuple{LU{T},Symbol}, F, name)
    n = size(F, 1)
    factors, ipiv = getfield(F, :factors), getfield(F, :ipiv)
    if name === :L
        L = Matrix{T}(I, n, n)
        for i in 1:n-1
            L[i+1, i] = factors.dl[i]
            # What was exchanged here had been computed with the row's number from before.
            ipiv[i] == i || for j in 1:i-1
                L[i, j], L[i+1, j] = L[i+1, j], L[i, j]
            end
        end
        return L
    end
    return Matrix(Bidiagonal(factors.d, factors.du, :U)) + diagm(n, n, 2 => factors.du2)
end

function ldiv!(F::LU{T,Tridiagonal{T,V}}, B::AbstractVecOrMat) where {T,V}
    F.info == 0 || throw(SingularException(F.info))
    n = size(F, 1)
    n == size(B, 1) || throw(DimensionMismatch("matrix has dimensions ($n,$n) but right hand side has $(size(B, 1)) rows"))
    (; dl, d, du, du2) = F.factors
    for j in axes(B, 2)
        for i in 1:n-1
            if F.ipiv[i] == i
                B[i+1, j] -= dl[i] * B[i, j]
            else
                B[i, j], B[i+1, j] = B[i+1, j], B[i, j] - dl[i] * B[i+1, j]
            end
        end
        for i in n:-1:1
            i < n && (B[i, j] -= du[i] * B[i+1, j])
            i < n - 1 && (B[i, j] -= du2[i] * B[i+2, j])
            B[i, j] /= d[i]
        end
    end
    return B
end

# `f` of the factors, the upper one first.
function _ldiv_turned!(F::LU{T,Tridiagonal{T,V}}, B::AbstractVecOrMat, f) where {T,V}
    n = size(F, 1)
    n == size(B, 1) || throw(DimensionMismatch("matrix has dimensions ($n,$n) but right hand side has $(size(B, 1)) rows"))
    (; dl, d, du, du2) = F.factors
    for j in axes(B, 2)
        for i in 1:n
            i > 1 && (B[i, j] -= f(du[i-1]) * B[i-1, j])
            i > 2 && (B[i, j] -= f(du2[i-2]) * B[i-2, j])
            B[i, j] /= f(d[i])
        end
        for i in n-1:-1:1
            if F.ipiv[i] == i
                B[i, j] -= f(dl[i]) * B[i+1, j]
            else
                B[i, j], B[i+1, j] = B[i+1, j], B[i, j] - f(dl[i]) * B[i+1, j]
            end
        end
    end
    return B
end
ldiv!(F::AdjointFactorization{<:Any,<:LU{T,Tridiagonal{T,V}}}, B::AbstractVecOrMat) where {T,V} =
    _ldiv_turned!(F.parent, B, adjoint)
ldiv!(F::TransposeFactorization{<:Any,<:LU{T,Tridiagonal{T,V}}}, B::AbstractVecOrMat) where {T,V} =
    _ldiv_turned!(F.parent, B, identity)
