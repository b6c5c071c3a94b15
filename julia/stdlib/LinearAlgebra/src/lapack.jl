# lapack.jl: the module LAPACK: factorizations of matrices of floating-point numbers, by the C
# functions of a library.

module LAPACK

using ..LinearAlgebra: BlasReal, BlasComplex, BlasFloat, BlasInt, LAPACKException, chkstride1, checksquare
using ..LinearAlgebra.BLAS: @blasfunc, libblastrampoline, leading, check_uplo
using Base: require_one_based_indexing

const liblapack = libblastrampoline

## checks ##

# what a function says of its arguments (negative), or of its way (positive)
function chklapackerror(info::BlasInt, f...)
    info == 0 && return nothing
    info < 0 && throw(ArgumentError("invalid argument #$(-info) to LAPACK call"))
    throw(LAPACKException(info))
end
chkargsok(info::BlasInt) = info < 0 ? chklapackerror(info) : nothing

function chkfinite(A::AbstractMatrix)
    for a in A
        isfinite(a) || throw(ArgumentError("matrix contains Infs or NaNs"))
    end
    return true
end
function chktrans(trans::AbstractChar)
    trans in ('N', 'C', 'T') || throw(ArgumentError("trans argument must be 'N' (no transpose), 'T' (transpose), or 'C' (conjugate transpose), got $trans"))
    return trans
end
function chkside(side::AbstractChar)
    side in ('L', 'R') || throw(ArgumentError("side argument must be 'L' (left hand multiply) or 'R' (right hand multiply), got $side"))
    return side
end
function chkdiag(diag::AbstractChar)
    diag in ('U', 'N') || throw(ArgumentError("diag argument must be 'U' (unit diagonal) or 'N' (non-unit diagonal), got $diag"))
    return diag
end
chkuplo(uplo::AbstractChar) = (check_uplo(uplo); uplo)
function chkuplofinite(A::AbstractMatrix, uplo::AbstractChar)
    for j in axes(A, 2), i in (uplo == 'U' ? (1:j) : (j:size(A, 1)))
        isfinite(A[i, j]) || throw(ArgumentError("matrix contains Infs or NaNs"))
    end
end

## general systems ##

for (getrf, getrs, getri, gesv, elty) in (
    (:dgetrf_, :dgetrs_, :dgetri_, :dgesv_, :Float64),
    (:sgetrf_, :sgetrs_, :sgetri_, :sgesv_, :Float32),
    (:zgetrf_, :zgetrs_, :zgetri_, :zgesv_, :ComplexF64),
    (:cgetrf_, :cgetrs_, :cgetri_, :cgesv_, :ComplexF32),
)
    @eval begin
        function getrf!(A::AbstractMatrix{$elty}; check::Bool=true)
            require_one_based_indexing(A)
            check && chkfinite(A)
            chkstride1(A)
            m, n = size(A)
            ipiv = similar(A, BlasInt, min(m, n))
            info = Ref{BlasInt}()
            ccall((@blasfunc($getrf), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}, Ptr{BlasInt}),
                m, n, A, leading(A), ipiv, info)
            chkargsok(info[])
            return A, ipiv, info[]
        end
        function getrs!(trans::AbstractChar, A::AbstractMatrix{$elty}, ipiv::AbstractVector{BlasInt},
            B::AbstractVecOrMat{$elty})
            require_one_based_indexing(A, ipiv, B)
            chktrans(trans)
            chkstride1(A, B, ipiv)
            n = checksquare(A)
            n == size(B, 1) || throw(DimensionMismatch("B has leading dimension $(size(B, 1)), but needs $n"))
            n == length(ipiv) || throw(DimensionMismatch("ipiv has length $(length(ipiv)), but needs to be $n"))
            info = Ref{BlasInt}()
            ccall((@blasfunc($getrs), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}, Ptr{$elty}, Ref{BlasInt},
                    Ptr{BlasInt}),
                trans, n, size(B, 2), A, leading(A), ipiv, B, leading(B), info)
            chklapackerror(info[])
            return B
        end
        function getri!(A::AbstractMatrix{$elty}, ipiv::AbstractVector{BlasInt})
            require_one_based_indexing(A, ipiv)
            chkstride1(A, ipiv)
            n = checksquare(A)
            n == length(ipiv) || throw(DimensionMismatch("ipiv has length $(length(ipiv)), but needs $n"))
            work = Vector{$elty}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($getri), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}),
                n, A, leading(A), ipiv, work, 1, info)
            chklapackerror(info[])
            return A
        end
        function gesv!(A::AbstractMatrix{$elty}, B::AbstractVecOrMat{$elty})
            require_one_based_indexing(A, B)
            chkstride1(A, B)
            n = checksquare(A)
            n == size(B, 1) || throw(DimensionMismatch("B has leading dimension $(size(B, 1)), but needs $n"))
            ipiv = similar(A, BlasInt, n)
            info = Ref{BlasInt}()
            ccall((@blasfunc($gesv), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}),
                n, size(B, 2), A, leading(A), ipiv, B, leading(B), info)
            chklapackerror(info[])
            return B, A, ipiv
        end
    end
end

## triangles ##

for (trtrs, trtri, elty) in (
    (:dtrtrs_, :dtrtri_, :Float64), (:strtrs_, :strtri_, :Float32),
    (:ztrtrs_, :ztrtri_, :ComplexF64), (:ctrtrs_, :ctrtri_, :ComplexF32),
)
    @eval begin
        function trtrs!(uplo::AbstractChar, trans::AbstractChar, diag::AbstractChar, A::AbstractMatrix{$elty},
            B::AbstractVecOrMat{$elty})
            require_one_based_indexing(A, B)
            chktrans(trans)
            chkdiag(diag)
            chkuplo(uplo)
            chkstride1(A, B)
            n = checksquare(A)
            n == size(B, 1) || throw(DimensionMismatch("B has leading dimension $(size(B, 1)), but needs $n"))
            info = Ref{BlasInt}()
            ccall((@blasfunc($trtrs), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty},
                    Ref{BlasInt}, Ptr{BlasInt}),
                uplo, trans, diag, n, size(B, 2), A, leading(A), B, leading(B), info)
            chklapackerror(info[])
            return B
        end
        function trtri!(uplo::AbstractChar, diag::AbstractChar, A::AbstractMatrix{$elty})
            chkstride1(A)
            chkuplo(uplo)
            chkdiag(diag)
            n = checksquare(A)
            info = Ref{BlasInt}()
            ccall((@blasfunc($trtri), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}),
                uplo, diag, n, A, leading(A), info)
            chklapackerror(info[])
            return A
        end
    end
end

## positive definite matrices ##

for (potrf, potrs, potri, posv, elty) in (
    (:dpotrf_, :dpotrs_, :dpotri_, :dposv_, :Float64),
    (:spotrf_, :spotrs_, :spotri_, :sposv_, :Float32),
    (:zpotrf_, :zpotrs_, :zpotri_, :zposv_, :ComplexF64),
    (:cpotrf_, :cpotrs_, :cpotri_, :cposv_, :ComplexF32),
)
    @eval begin
        function potrf!(uplo::AbstractChar, A::AbstractMatrix{$elty})
            require_one_based_indexing(A)
            chkstride1(A)
            n = checksquare(A)
            chkuplo(uplo)
            n == 0 && return A, zero(BlasInt)
            info = Ref{BlasInt}()
            ccall((@blasfunc($potrf), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}), uplo, n, A, leading(A), info)
            chkargsok(info[])
            # a positive one says that the matrix is not positive definite
            return A, info[]
        end
        function potrs!(uplo::AbstractChar, A::AbstractMatrix{$elty}, B::AbstractVecOrMat{$elty})
            require_one_based_indexing(A, B)
            chkstride1(A, B)
            n = checksquare(A)
            chkuplo(uplo)
            n == size(B, 1) || throw(DimensionMismatch("first dimension of B, $(size(B, 1)), and size of A, ($n,$n), must match!"))
            info = Ref{BlasInt}()
            ccall((@blasfunc($potrs), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}),
                uplo, n, size(B, 2), A, leading(A), B, leading(B), info)
            chklapackerror(info[])
            return B
        end
        function potri!(uplo::AbstractChar, A::AbstractMatrix{$elty})
            chkstride1(A)
            chkuplo(uplo)
            n = checksquare(A)
            info = Ref{BlasInt}()
            ccall((@blasfunc($potri), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}), uplo, n, A, leading(A), info)
            chklapackerror(info[])
            return A
        end
        function posv!(uplo::AbstractChar, A::AbstractMatrix{$elty}, B::AbstractVecOrMat{$elty})
            require_one_based_indexing(A, B)
            chkstride1(A, B)
            n = checksquare(A)
            chkuplo(uplo)
            n == size(B, 1) || throw(DimensionMismatch("first dimension of B, $(size(B, 1)), and size of A, ($n,$n), must match!"))
            info = Ref{BlasInt}()
            ccall((@blasfunc($posv), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}),
                uplo, n, size(B, 2), A, leading(A), B, leading(B), info)
            chklapackerror(info[])
            return A, B
        end
    end
end

## orthogonal factors ##

for (geqrf, geqrt, gemqrt, ormqr, orgqr, elty) in (
    (:dgeqrf_, :dgeqrt_, :dgemqrt_, :dormqr_, :dorgqr_, :Float64),
    (:sgeqrf_, :sgeqrt_, :sgemqrt_, :sormqr_, :sorgqr_, :Float32),
    (:zgeqrf_, :zgeqrt_, :zgemqrt_, :zunmqr_, :zungqr_, :ComplexF64),
    (:cgeqrf_, :cgeqrt_, :cgemqrt_, :cunmqr_, :cungqr_, :ComplexF32),
)
    @eval begin
        function geqrf!(A::AbstractMatrix{$elty}, tau::AbstractVector{$elty})
            require_one_based_indexing(A, tau)
            chkstride1(A, tau)
            m, n = size(A)
            length(tau) == min(m, n) || throw(DimensionMismatch("tau has length $(length(tau)), but needs length $(min(m, n))"))
            work = Vector{$elty}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($geqrf), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}),
                m, n, A, leading(A), tau, work, 1, info)
            chklapackerror(info[])
            return A, tau
        end
        geqrf!(A::AbstractMatrix{$elty}) = geqrf!(A, similar(A, $elty, min(size(A)...)))
        function geqrt!(A::AbstractMatrix{$elty}, T::AbstractMatrix{$elty})
            require_one_based_indexing(A, T)
            chkstride1(A, T)
            m, n = size(A)
            k = min(m, n)
            nb = size(T, 1)
            nb > k && throw(ArgumentError("block size $nb > $k too large"))
            size(T, 2) == k || throw(DimensionMismatch("T has $(size(T, 2)) columns, but needs $k"))
            k == 0 && return A, T
            work = Vector{$elty}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($geqrt), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty},
                    Ptr{BlasInt}),
                m, n, nb, A, leading(A), T, leading(T), work, info)
            chklapackerror(info[])
            return A, T
        end
        geqrt!(A::AbstractMatrix{$elty}, nb::Integer) = geqrt!(A, similar(A, $elty, (nb, min(size(A)...))))
        function gemqrt!(side::AbstractChar, trans::AbstractChar, V::AbstractMatrix{$elty}, T::AbstractMatrix{$elty},
            C::AbstractVecOrMat{$elty})
            require_one_based_indexing(V, T, C)
            chktrans(trans)
            chkside(side)
            chkstride1(V, T, C)
            m, n = size(C, 1), size(C, 2)
            nb, k = size(T)
            k == 0 && return C
            order = side == 'L' ? m : n
            order == size(V, 1) || throw(DimensionMismatch("for a $(side == 'L' ? "left" : "right")-sided multiplication, C has $order $(side == 'L' ? "rows" : "columns"), V has $(size(V, 1)) rows"))
            k <= order || throw(DimensionMismatch("invalid number of reflectors: k = $k should be <= $order"))
            nb > k && throw(ArgumentError("wrong block size nb = $nb > k = $k"))
            work = Vector{$elty}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($gemqrt), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt},
                    Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ptr{BlasInt}),
                side, trans, m, n, k, nb, V, leading(V), T, leading(T), C, leading(C), work, info)
            chklapackerror(info[])
            return C
        end
        function ormqr!(side::AbstractChar, trans::AbstractChar, A::AbstractMatrix{$elty}, tau::AbstractVector{$elty},
            C::AbstractVecOrMat{$elty})
            require_one_based_indexing(A, tau, C)
            chktrans(trans)
            chkside(side)
            chkstride1(A, C, tau)
            m, n = size(C, 1), size(C, 2)
            k = length(tau)
            order = side == 'L' ? m : n
            order == size(A, 1) || throw(DimensionMismatch("for a $(side == 'L' ? "left" : "right")-sided multiplication, the $(side == 'L' ? "first" : "second") dimension of C, $order, must equal the $(side == 'L' ? "first" : "second") dimension of A, $(size(A, 1))"))
            k <= order || throw(DimensionMismatch("invalid number of reflectors: k = $k should be <= $order"))
            work = Vector{$elty}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($ormqr), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty},
                    Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}),
                side, trans, m, n, k, A, leading(A), tau, C, leading(C), work, 1, info)
            chklapackerror(info[])
            return C
        end
        function orgqr!(A::AbstractMatrix{$elty}, tau::AbstractVector{$elty}, k::Integer=length(tau))
            require_one_based_indexing(A, tau)
            chkstride1(A, tau)
            m, n = size(A)
            n = min(m, n)
            0 <= k <= min(n, length(tau)) || throw(DimensionMismatch("invalid number of reflectors: k = $k should be <= n = $n"))
            work = Vector{$elty}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($orgqr), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ptr{$elty}, Ref{BlasInt},
                    Ptr{BlasInt}),
                m, n, k, A, leading(A), tau, work, 1, info)
            chklapackerror(info[])
            return n < size(A, 2) ? A[:, 1:n] : A
        end
    end
end
# For complex numbers functions take room for real ones, too, which this library does not use.
for (geqp3, elty, more) in (
    (:dgeqp3_, :Float64, ()), (:sgeqp3_, :Float32, ()),
    (:zgeqp3_, :ComplexF64, (:(C_NULL),)), (:cgeqp3_, :ComplexF32, (:(C_NULL),)),
)
    types = map(_ -> :(Ptr{Cvoid}), more)
    @eval begin
        function geqp3!(A::AbstractMatrix{$elty}, jpvt::AbstractVector{BlasInt}, tau::AbstractVector{$elty})
            require_one_based_indexing(A, jpvt, tau)
            chkstride1(A, jpvt, tau)
            m, n = size(A)
            length(tau) == min(m, n) || throw(DimensionMismatch("tau has length $(length(tau)), but needs length $(min(m, n))"))
            length(jpvt) == n || throw(DimensionMismatch("jpvt has length $(length(jpvt)), but needs length $n"))
            work = Vector{$elty}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($geqp3), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}, Ptr{$elty}, Ptr{$elty}, Ref{BlasInt},
                    $(types...), Ptr{BlasInt}),
                m, n, A, leading(A), jpvt, tau, work, 1, $(more...), info)
            chklapackerror(info[])
            return A, tau, jpvt
        end
        geqp3!(A::AbstractMatrix{$elty}) = geqp3!(A, zeros(BlasInt, size(A, 2)), similar(A, $elty, min(size(A)...)))
    end
end

## singular values ##

for (gesdd, gesvd, elty, real_type, more) in (
    (:dgesdd_, :dgesvd_, :Float64, :Float64, ()), (:sgesdd_, :sgesvd_, :Float32, :Float32, ()),
    (:zgesdd_, :zgesvd_, :ComplexF64, :Float64, (:(C_NULL),)), (:cgesdd_, :cgesvd_, :ComplexF32, :Float32, (:(C_NULL),)),
)
    types = map(_ -> :(Ptr{Cvoid}), more)
    @eval begin
        function gesdd!(job::AbstractChar, A::AbstractMatrix{$elty})
            require_one_based_indexing(A)
            chkstride1(A)
            m, n = size(A)
            k = min(m, n)
            if job == 'A'
                U, VT = similar(A, $elty, (m, m)), similar(A, $elty, (n, n))
            elseif job == 'S'
                U, VT = similar(A, $elty, (m, k)), similar(A, $elty, (k, n))
            elseif job == 'O'
                U, VT = similar(A, $elty, (m, m >= n ? 0 : m)), similar(A, $elty, (n, m >= n ? n : 0))
            else
                U, VT = similar(A, $elty, (m, 0)), similar(A, $elty, (n, 0))
            end
            S = similar(A, $real_type, k)
            work = Vector{$elty}(undef, 1)
            iwork = Vector{BlasInt}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($gesdd), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$real_type}, Ptr{$elty}, Ref{BlasInt},
                    Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, $(types...), Ptr{BlasInt}, Ptr{BlasInt}),
                job, m, n, A, leading(A), S, U, leading(U), VT, leading(VT), work, 1, $(more...), iwork, info)
            chklapackerror(info[])
            job == 'O' && return m >= n ? (A, S, VT) : (U, S, A)
            return U, S, VT
        end
        function gesvd!(jobu::AbstractChar, jobvt::AbstractChar, A::AbstractMatrix{$elty})
            require_one_based_indexing(A)
            chkstride1(A)
            (jobu == jobvt == 'O') && throw(ArgumentError("jobu and jobvt cannot both be O"))
            m, n = size(A)
            k = min(m, n)
            U = similar(A, $elty, jobu == 'A' ? (m, m) : jobu == 'S' ? (m, k) : (m, 0))
            VT = similar(A, $elty, jobvt == 'A' ? (n, n) : jobvt == 'S' ? (k, n) : (n, 0))
            S = similar(A, $real_type, k)
            work = Vector{$elty}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($gesvd), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$real_type}, Ptr{$elty},
                    Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, $(types...), Ptr{BlasInt}),
                jobu, jobvt, m, n, A, leading(A), S, U, leading(U), VT, leading(VT), work, 1, $(more...), info)
            chklapackerror(info[])
            jobu == 'O' && return A, S, VT
            jobvt == 'O' && return U, S, A
            return U, S, VT
        end
    end
end

## eigenvalues ##

for (syevr, elty, real_type, more) in (
    (:dsyevr_, :Float64, :Float64, ()), (:ssyevr_, :Float32, :Float32, ()),
    (:zheevr_, :ComplexF64, :Float64, (:rwork, 1)), (:cheevr_, :ComplexF32, :Float32, (:rwork, 1)),
)
    types = isempty(more) ? () : (:(Ptr{$real_type}), :(Ref{BlasInt}))
    @eval begin
        function syevr!(jobz::AbstractChar, range::AbstractChar, uplo::AbstractChar, A::AbstractMatrix{$elty},
            vl::Real, vu::Real, il::Integer, iu::Integer, abstol::Real)
            chkstride1(A)
            n = checksquare(A)
            chkuplo(uplo)
            chkuplofinite(A, uplo)
            if range == 'I' && !(1 <= il <= iu <= n)
                throw(ArgumentError("illegal choice of eigenvalue indices (il = $il, iu = $iu), which must be between 1 and n = $n"))
            end
            if range == 'V' && vl >= vu
                throw(ArgumentError("lower boundary, $vl, must be less than upper boundary, $vu"))
            end
            found = Ref{BlasInt}()
            W = similar(A, $real_type, n)
            Z = similar(A, $elty, jobz == 'V' ? (n, n) : (n, 0))
            isuppz = similar(A, BlasInt, 2 * n)
            work = Vector{$elty}(undef, 1)
            rwork = Vector{$real_type}(undef, 1)
            iwork = Vector{BlasInt}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($syevr), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ref{$real_type},
                    Ref{$real_type}, Ref{BlasInt}, Ref{BlasInt}, Ref{$real_type}, Ptr{BlasInt}, Ptr{$real_type},
                    Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}, Ptr{$elty}, Ref{BlasInt}, $(types...), Ptr{BlasInt},
                    Ref{BlasInt}, Ptr{BlasInt}),
                jobz, range, uplo, n, A, leading(A), vl, vu, il, iu, abstol, found, W, Z, leading(Z), isuppz, work, 1,
                $(more...), iwork, 1, info)
            chklapackerror(info[])
            return W[1:found[]], Z[:, 1:(jobz == 'V' ? found[] : 0)]
        end
        syevr!(jobz::AbstractChar, A::AbstractMatrix{$elty}) = syevr!(jobz, 'A', 'U', A, 0.0, 0.0, 0, 0, -1.0)
    end
end
for (syev, syevd, elty, real_type, more, more_d) in (
    (:dsyev_, :dsyevd_, :Float64, :Float64, (), ()), (:ssyev_, :ssyevd_, :Float32, :Float32, (), ()),
    (:zheev_, :zheevd_, :ComplexF64, :Float64, (:rwork,), (:rwork, 1)),
    (:cheev_, :cheevd_, :ComplexF32, :Float32, (:rwork,), (:rwork, 1)),
)
    types = map(_ -> :(Ptr{$real_type}), more)
    types_d = isempty(more_d) ? () : (:(Ptr{$real_type}), :(Ref{BlasInt}))
    @eval begin
        function syev!(jobz::AbstractChar, uplo::AbstractChar, A::AbstractMatrix{$elty})
            chkuplo(uplo)
            chkstride1(A)
            n = checksquare(A)
            chkuplofinite(A, uplo)
            W = similar(A, $real_type, n)
            work = Vector{$elty}(undef, 1)
            rwork = Vector{$real_type}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($syev), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$real_type}, Ptr{$elty}, Ref{BlasInt},
                    $(types...), Ptr{BlasInt}),
                jobz, uplo, n, A, leading(A), W, work, 1, $(more...), info)
            chklapackerror(info[])
            return jobz == 'V' ? (W, A) : W
        end
        function syevd!(jobz::AbstractChar, uplo::AbstractChar, A::AbstractMatrix{$elty})
            chkuplo(uplo)
            chkstride1(A)
            n = checksquare(A)
            chkuplofinite(A, uplo)
            W = similar(A, $real_type, n)
            work = Vector{$elty}(undef, 1)
            rwork = Vector{$real_type}(undef, 1)
            iwork = Vector{BlasInt}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($syevd), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$real_type}, Ptr{$elty}, Ref{BlasInt},
                    $(types_d...), Ptr{BlasInt}, Ref{BlasInt}, Ptr{BlasInt}),
                jobz, uplo, n, A, leading(A), W, work, 1, $(more_d...), iwork, 1, info)
            chklapackerror(info[])
            return jobz == 'V' ? (W, A) : W
        end
    end
end

vectors_size(job, n) = job == 'V' ? (n, n) : (n, 0)

for (geev, geevx, elty) in ((:dgeev_, :dgeevx_, :Float64), (:sgeev_, :sgeevx_, :Float32))
    @eval begin
        function geev!(jobvl::AbstractChar, jobvr::AbstractChar, A::AbstractMatrix{$elty})
            chkstride1(A)
            n = checksquare(A)
            chkfinite(A)
            VL, VR = similar(A, $elty, vectors_size(jobvl, n)), similar(A, $elty, vectors_size(jobvr, n))
            WR, WI = similar(A, $elty, n), similar(A, $elty, n)
            work = Vector{$elty}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($geev), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ptr{$elty}, Ptr{$elty},
                    Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}),
                jobvl, jobvr, n, A, leading(A), WR, WI, VL, leading(VL), VR, leading(VR), work, 1, info)
            chklapackerror(info[])
            return WR, WI, VL, VR
        end
        function geevx!(balanc::AbstractChar, jobvl::AbstractChar, jobvr::AbstractChar, sense::AbstractChar,
            A::AbstractMatrix{$elty})
            chkstride1(A)
            n = checksquare(A)
            chkfinite(A)
            VL, VR = similar(A, $elty, vectors_size(jobvl, n)), similar(A, $elty, vectors_size(jobvr, n))
            WR, WI = similar(A, $elty, n), similar(A, $elty, n)
            ilo, ihi = Ref{BlasInt}(), Ref{BlasInt}()
            scale, rconde, rcondv = similar(A, $elty, n), similar(A, $elty, n), similar(A, $elty, n)
            abnrm = Ref{$elty}()
            work = Vector{$elty}(undef, 1)
            iwork = Vector{BlasInt}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($geevx), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty},
                    Ptr{$elty}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}, Ptr{BlasInt}, Ptr{$elty},
                    Ptr{$elty}, Ptr{$elty}, Ptr{$elty}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}, Ptr{BlasInt}),
                balanc, jobvl, jobvr, sense, n, A, leading(A), WR, WI, VL, leading(VL), VR, leading(VR), ilo, ihi, scale,
                abnrm, rconde, rcondv, work, 1, iwork, info)
            chklapackerror(info[])
            return A, WR, WI, VL, VR, ilo[], ihi[], scale, abnrm[], rconde, rcondv
        end
    end
end
for (geev, geevx, elty, real_type) in ((:zgeev_, :zgeevx_, :ComplexF64, :Float64), (:cgeev_, :cgeevx_, :ComplexF32, :Float32))
    @eval begin
        function geev!(jobvl::AbstractChar, jobvr::AbstractChar, A::AbstractMatrix{$elty})
            chkstride1(A)
            n = checksquare(A)
            chkfinite(A)
            VL, VR = similar(A, $elty, vectors_size(jobvl, n)), similar(A, $elty, vectors_size(jobvr, n))
            W = similar(A, $elty, n)
            work = Vector{$elty}(undef, 1)
            rwork = Vector{$real_type}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($geev), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ptr{$elty}, Ref{BlasInt},
                    Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$real_type}, Ptr{BlasInt}),
                jobvl, jobvr, n, A, leading(A), W, VL, leading(VL), VR, leading(VR), work, 1, rwork, info)
            chklapackerror(info[])
            return W, VL, VR
        end
        function geevx!(balanc::AbstractChar, jobvl::AbstractChar, jobvr::AbstractChar, sense::AbstractChar,
            A::AbstractMatrix{$elty})
            chkstride1(A)
            n = checksquare(A)
            chkfinite(A)
            VL, VR = similar(A, $elty, vectors_size(jobvl, n)), similar(A, $elty, vectors_size(jobvr, n))
            W = similar(A, $elty, n)
            ilo, ihi = Ref{BlasInt}(), Ref{BlasInt}()
            scale, rconde, rcondv = similar(A, $real_type, n), similar(A, $real_type, n), similar(A, $real_type, n)
            abnrm = Ref{$real_type}()
            work = Vector{$elty}(undef, 1)
            rwork = Vector{$real_type}(undef, 1)
            info = Ref{BlasInt}()
            ccall((@blasfunc($geevx), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty},
                    Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{BlasInt}, Ptr{BlasInt}, Ptr{$real_type},
                    Ptr{$real_type}, Ptr{$real_type}, Ptr{$real_type}, Ptr{$elty}, Ref{BlasInt}, Ptr{$real_type},
                    Ptr{BlasInt}),
                balanc, jobvl, jobvr, sense, n, A, leading(A), W, VL, leading(VL), VR, leading(VR), ilo, ihi, scale,
                abnrm, rconde, rcondv, work, 1, rwork, info)
            chklapackerror(info[])
            return A, W, VL, VR, ilo[], ihi[], scale, abnrm[], rconde, rcondv
        end
    end
end

end # module LAPACK
