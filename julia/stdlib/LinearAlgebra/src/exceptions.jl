# exceptions.jl: what factorizations and solves throw.

export LAPACKException, RankDeficientException, SingularException, PosDefException, ZeroPivotException

struct LAPACKException <: Exception
    info::BlasInt
end
struct PosDefException <: Exception
    info::BlasInt
end
function Base.showerror(io::IO, ex::PosDefException)
    print(io, "PosDefException: matrix is not ")
    if ex.info == -1
        print(io, "Hermitian")
    else
        print(io, "positive definite")
    end
    print(io, "; Cholesky factorization failed.")
end
struct RankDeficientException <: Exception
    info::BlasInt
end
struct SingularException <: Exception
    info::BlasInt
end
struct ZeroPivotException <: Exception
    info::BlasInt
end
function Base.showerror(io::IO, ex::ZeroPivotException)
    print(io, "ZeroPivotException: factorization encountered one or more zero pivots. Consider switching to a pivoted LU factorization.")
end

chkfullrank(k, n) = k == n || throw(RankDeficientException(k))
chknonsingular(info) = info == 0 || throw(SingularException(info))
checkpositivedefinite(info) = info == 0 || throw(PosDefException(info))
checknonsingular(info, ::RowMaximum) = info == 0 || throw(SingularException(info))
checknonsingular(info, ::RowNonZero) = info == 0 || throw(SingularException(info))
checknonsingular(info, ::NoPivot) = info == 0 || throw(ZeroPivotException(info))
checknonsingular(info) = checknonsingular(info, RowMaximum())
