# blas.jl: the modules BLAS and LAPACK, with those of their functions that packages call, in Julia.

module BLAS

using ..LinearAlgebra: LinearAlgebra, BlasFloat, BlasInt, BlasReal, BlasComplex, mul!
import ..LinearAlgebra: dot

export axpy!, axpby!, dot, dotc, dotu, scal!, nrm2, asum, gemv!, gemm!, gemv, gemm, ger!, iamax

macro blasfunc(x)
    return Expr(:quote, x)
end

get_num_threads() = 1
set_num_threads(n) = nothing
vendor() = :none

axpy!(a, x, y) = LinearAlgebra.axpy!(a, x, y)
axpby!(a, x, b, y) = LinearAlgebra.axpby!(a, x, b, y)
dotc(x, y) = sum(conj(a) * b for (a, b) in zip(x, y))
dotu(x, y) = sum(a * b for (a, b) in zip(x, y))
scal!(a::Number, x::AbstractArray) = LinearAlgebra.lmul!(a, x)
nrm2(x) = LinearAlgebra.norm(x)
asum(x) = sum(v -> abs(real(v)) + abs(imag(v)), x)
iamax(x) = argmax(map(v -> abs(real(v)) + abs(imag(v)), x))

_op(c::AbstractChar, A) = c == 'N' ? A : c == 'T' ? transpose(A) : adjoint(A)
gemv!(tA::AbstractChar, alpha, A, x, beta, y) = mul!(y, _op(tA, A), x, alpha, beta)
gemv(tA::AbstractChar, alpha, A, x) = alpha * (_op(tA, A) * x)
gemv(tA::AbstractChar, A, x) = _op(tA, A) * x
gemm!(tA::AbstractChar, tB::AbstractChar, alpha, A, B, beta, C) = mul!(C, _op(tA, A), _op(tB, B), alpha, beta)
gemm(tA::AbstractChar, tB::AbstractChar, alpha, A, B) = alpha * (_op(tA, A) * _op(tB, B))
gemm(tA::AbstractChar, tB::AbstractChar, A, B) = _op(tA, A) * _op(tB, B)
ger!(alpha, x, y, A) = (A .+= alpha .* x .* y'; A)

end # module BLAS

module LAPACK

using ..LinearAlgebra: BlasInt, LAPACKException

chklapackerror(ret::Integer) = ret == 0 ? nothing : throw(LAPACKException(ret))

end # module LAPACK
