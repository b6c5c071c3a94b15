# Dense matrices of floating-point numbers: what a library computes, by residuals, in all four types and in sizes around
# those of its blocks; and which errors are thrown.

using Test
using LinearAlgebra
using LinearAlgebra: BLAS, LAPACK, BlasInt

const TYPES = (Float32, Float64, ComplexF32, ComplexF64)
const SIZES = (0, 1, 2, 3, 6)

# the same numbers in every run
function filled(::Type{T}, dims...) where {T}
    A = Array{T}(undef, dims...)
    state = UInt32(sum(dims; init=17) + 1)
    for i in eachindex(A)
        part() = (state = state * 0x0019660d + 0x3c6ef35f; (state >> 8) / real(T)(2)^23 - 1)
        A[i] = T <: Complex ? T(part(), part()) : T(part())
    end
    return A
end
tolerance(A, n) = 50 * max(n, 1) * eps(real(eltype(A))) * max(1, norm(A))
near(A, B) = size(A) == size(B) && norm(A - B) <= tolerance(A, max(size(A)...))
# by the definition
product(A, B) = [sum(A[i, k] * B[k, j] for k in axes(A, 2); init=zero(eltype(A))) for i in axes(A, 1), j in axes(B, 2)]

@testset "products of $T" for T in TYPES
    for n in SIZES, m in (0, 1, 3, 5)
        A, B, x = filled(T, n, m), filled(T, m, n), filled(T, m)
        @test near(A * B, product(A, B))
        @test near(A * x, vec(product(A, reshape(x, :, 1))))
        @test near(A' * B', product(Matrix(A'), Matrix(B')))
        @test near(transpose(A) * transpose(B), product(permutedims(A), permutedims(B)))
        @test near(A' * A, product(Matrix(A'), A)) && ishermitian(A' * A)
        @test near(A * transpose(A), product(A, permutedims(A))) && issymmetric(A * transpose(A))
        C = filled(T, n, n)
        @test near(mul!(copy(C), A, B, T(2), T(3)), 2 * product(A, B) + 3 * C)
        @test near(mul!(copy(C), A, B, 2, 3), 2 * product(A, B) + 3 * C)
        @test near(mul!(fill(T(NaN), n, n), A, B), product(A, B))
    end
    # views: columns that lie apart are for the library, rows that do not are not
    A = filled(T, 20, 20)
    for (I, J) in ((2:9, 3:10), (1:2:15, 3:10), (9:-1:2, 3:10), (2:9, 10:-1:3))
        V = view(A, I, J)
        @test near(V * V, product(V, V))
        @test near(V' * A[1:8, 1], vec(product(Matrix(V'), A[1:8, 1:1])))
        @test near(A[1:8, 1:8] * view(A, 1, J), vec(product(A[1:8, 1:8], reshape(A[1, J], :, 1))))
    end
    y = view(A, :, 1)
    @test near(mul!(y, view(copy(A), :, 2:5), filled(T, 4)), vec(product(A[:, 2:5], filled(T, 4, 1)[:, :])) * 0 + A[:, 2:5] * filled(T, 4))
    @test_throws DimensionMismatch A * filled(T, 3)
    @test_throws DimensionMismatch A * filled(T, 3, 3)
    @test_throws DimensionMismatch mul!(filled(T, 3, 3), A, A)
    @test_throws ArgumentError mul!(A, A, A)
end

@testset "BLAS of $T" for T in TYPES
    x, y = filled(T, 40), filled(T, 40)
    @test dot(x, y) ≈ sum(conj.(x) .* y)
    @test norm(x) ≈ sqrt(sum(abs2, x))
    T <: Complex && @test BLAS.dotc(x, y) ≈ sum(conj.(x) .* y) && BLAS.dotu(x, y) ≈ sum(x .* y)
    T <: Real && @test BLAS.dot(x, y) ≈ sum(x .* y)
    @test BLAS.nrm2(x) ≈ norm(x) && BLAS.nrm2(view(x, 1:3:40)) ≈ norm(x[1:3:40])
    @test BLAS.asum(x) ≈ sum(v -> abs(real(v)) + abs(imag(v)), x)
    @test BLAS.iamax(x) == argmax(map(v -> abs(real(v)) + abs(imag(v)), x))
    @test BLAS.axpy!(T(2), x, copy(y)) ≈ 2x + y
    @test BLAS.axpy!(2, x, copy(y)) ≈ 2x + y
    @test BLAS.axpby!(T(2), x, T(3), copy(y)) ≈ 2x + 3y
    @test BLAS.scal!(T(2), copy(x)) ≈ 2x
    @test BLAS.axpy!(T(1), view(x, 40:-1:1), copy(y)) ≈ reverse(x) + y
    A, B = filled(T, 6, 6), filled(T, 6, 6)
    v, w = filled(T, 6), view(filled(T, 12), 1:2:12)
    H, S = Hermitian(A), Symmetric(A)
    @test BLAS.gemv('N', T(2), A, v) ≈ 2 * A * v && BLAS.gemv('C', A, w) ≈ A' * w
    @test BLAS.gemm('T', 'N', T(2), A, B) ≈ 2 * transpose(A) * B && BLAS.gemm('N', 'C', A, B) ≈ A * B'
    @test BLAS.symm('L', 'U', T(2), A, B) ≈ 2 * Matrix(S) * B && BLAS.symv('U', A, v) ≈ Matrix(S) * v
    T <: Complex && @test BLAS.hemm('R', 'U', A, B) ≈ B * Matrix(H) && BLAS.hemv('U', A, v) ≈ Matrix(H) * v
    @test triu(BLAS.syrk('U', 'N', T(2), A)) ≈ triu(2 * A * transpose(A))
    T <: Complex && @test tril(BLAS.herk('L', 'C', real(T)(2), A)) ≈ tril(2 * A' * A)
    @test triu(BLAS.syr2k('U', 'N', T(2), A, B)) ≈ triu(2 * A * transpose(B) + 2 * B * transpose(A))
    @test BLAS.ger!(T(2), v, v, copy(A)) ≈ A + 2 * v * v' && BLAS.geru!(T(2), v, w, copy(A)) ≈ A + 2 * v * transpose(w)
    @test triu(BLAS.syr!('U', T(2), v, copy(A))) ≈ triu(A + 2 * v * transpose(v))
    @test BLAS.trmm('R', 'U', 'N', 'N', T(2), A, B) ≈ 2 * B * triu(A)
    @test BLAS.trsm('L', 'L', 'C', 'N', T(2), A + 4I, B) ≈ 2 * (tril(A + 4I)' \ B)
    @test BLAS.trsv('U', 'N', 'U', A, BLAS.trmv('U', 'N', 'U', A, v)) ≈ v
    @test_throws DimensionMismatch BLAS.gemm!('N', 'N', T(1), A, filled(T, 5, 5), T(0), B)
    @test_throws DimensionMismatch BLAS.axpy!(T(1), x, filled(T, 3))
    @test_throws ErrorException BLAS.gemv('N', T(1), view(A, 1:2:6, :), v)
    @test_throws ArgumentError BLAS.trmm('L', 'X', 'N', 'N', T(1), A, B)
end
# as packages call the functions
let x = [3.0, 4.0]
    @test ccall((BLAS.@blasfunc(dnrm2_), BLAS.libblastrampoline), Float64, (Ref{BlasInt}, Ptr{Float64}, Ref{BlasInt}), 2, x, 1) == 5.0
end

@testset "equations of $T" for T in TYPES
    for n in SIZES
        A, B, b = filled(T, n, n) + T(n + 1) * I, filled(T, n, 3), filled(T, n)
        F = lu(A)
        @test near(F.L * F.U, A[F.p, :])
        @test near(A * (A \ b), b) && near(A * (F \ B), B)
        @test near(A' * (F' \ b), b) && near(transpose(A) * (transpose(F) \ B), B)
        @test near(B' / A * A, Matrix(B'))
        @test near(inv(A) * A, Matrix{T}(I, n, n)) && near(inv(F), inv(A))
        @test isapprox(det(A), prod(diag(F.U)) * (isodd(count(F.ipiv .!= 1:n)) ? -1 : 1))
        for K in (UpperTriangular, LowerTriangular, UnitUpperTriangular, UnitLowerTriangular)
            R = K(A / T(n + 1))
            for Q in (R, R', transpose(R), K(A' / T(n + 1)), K(transpose(A) / T(n + 1)))
                @test near(Matrix(Q) * (Q \ B), B) && near(Matrix(Q) * (Q \ b), b)
                @test near((B' / Q) * Matrix(Q), Matrix(B'))
            end
        end
        V = view(A, n:-1:1, 1:n)
        @test near(V * (V \ b), b)
        P = Hermitian(A * A' + I)
        for uplo in (:U, :L)
            C = cholesky(Hermitian(Matrix(P), uplo))
            @test C.uplo == string(uplo)[1] && near(C.L * C.U, Matrix(P)) && near(C.U, C.L')
            @test near(P * (C \ B), B) && near(inv(C) * P, Matrix{T}(I, n, n)) && near(P * (C \ b), b)
            n > 0 && @test logdet(C) ≈ real(logdet(Matrix(P)))
        end
    end
    for (m, n) in ((7, 3), (3, 7))
        A = filled(T, m, n)
        F = lu(A)
        @test near(F.L * F.U, A[F.p, :])
    end
    @test_throws SingularException(2) lu(T[1 2; 2 4])
    @test lu(T[1 2; 2 4]; check=false).info == 2
    @test_throws SingularException T[1 2; 2 4] \ T[1, 2]
    @test_throws SingularException(2) UpperTriangular(T[1 2; 0 0]) \ T[1, 2]
    @test_throws SingularException inv(T[1 2; 2 4])
    @test det(T[1 2; 2 4]) == 0 && det(zeros(T, 3, 3)) == 0
    @test_throws PosDefException(2) cholesky(T[1 2; 2 1])
    @test_throws PosDefException(-1) cholesky(T[1 2; 3 10])
    @test !issuccess(cholesky(Hermitian(T[1 2; 2 1]); check=false))
    @test !isposdef(T[1 2; 2 1]) && isposdef(T[2 1; 1 2])
    @test_throws ArgumentError lu(T[NaN 1; 1 1])
    @test_throws DimensionMismatch lu(T[1 2; 3 4]) \ T[1, 2, 3]
    @test_throws DimensionMismatch inv(filled(T, 2, 3))
end

@testset "orthogonal factors of $T" for T in TYPES
    for (m, n) in ((0, 0), (1, 1), (2, 2), (5, 3), (3, 5), (4, 0))
        A, b, k = filled(T, m, n), filled(T, m), min(m, n)
        F = qr(A)
        @test F isa LinearAlgebra.QRCompactWY
        @test near(Matrix(F.Q) * F.R, A) && near(F.Q * [F.R; zeros(T, m - k, n)], A)
        @test near(Matrix(F.Q)' * Matrix(F.Q), Matrix{T}(I, k, k))
        @test near(F.Q' * A, [F.R; zeros(T, m - k, n)]) && near(A' * F.Q, Matrix((F.Q' * A)'))
        @test near(F.Q * (F.Q' * b), b) && near(Matrix(F), A)
        G = qr(A, ColumnNorm())
        @test near(Matrix(G.Q) * G.R, A[:, G.p]) && issorted(abs.(diag(G.R)); rev=true, lt=(x, y) -> x < y * (1 - 100eps(real(T))))
        k == 0 && continue
        # the residual of the least squares is orthogonal to the columns
        @test near(A' * (A * (A \ b) - b) .+ 1, ones(T, n))
        m >= n && @test near(F \ b, A \ b)
        S = svd(A)
        @test near(S.U * Diagonal(S.S) * S.Vt, A) && issorted(S.S; rev=true) && all(>=(0), S.S)
        @test size(S.U) == (m, k) && size(S.Vt) == (k, n) && near(S.U' * S.U, Matrix{T}(I, k, k)) && near(S.Vt * S.V, Matrix{T}(I, k, k))
        S = svd(A; full=true)
        @test size(S.U) == (m, m) && size(S.Vt) == (n, n) && near(S.U[:, 1:k] * Diagonal(S.S) * S.Vt[1:k, :], A)
        @test near(S.U' * S.U, Matrix{T}(I, m, m)) && near(S.Vt * S.V, Matrix{T}(I, n, n))
        @test near(svdvals(A), S.S) && near(svd(A; alg=LinearAlgebra.QRIteration()).S, S.S)
        @test near(A * pinv(A) * A, A)
    end
    m = filled(T, 5, 2)
    @test rank(m * m') == 2 && size(svd(zeros(T, 0, 3)).Vt) == (0, 3) && svdvals(zeros(T, 0, 3)) == real(T)[]
    @test_throws ArgumentError svd(T[NaN 1; 1 1])
end

@testset "eigenvalues of $T" for T in TYPES
    for n in SIZES
        A = filled(T, n, n)
        H = Hermitian(A)
        for H in (H, Hermitian(A, :L))
            F = eigen(H)
            @test near(H * F.vectors, F.vectors * Diagonal(F.values)) && issorted(F.values) && eltype(F.values) == real(T)
            @test near(F.vectors' * F.vectors, Matrix{T}(I, n, n)) && near(eigvals(H), F.values)
            n > 3 && @test near(eigvals(H, 2:3), F.values[2:3]) && near(eigen(H, 2:3).vectors, F.vectors[:, 2:3])
            n > 3 && @test near(eigvals(H, F.values[1], F.values[3]), F.values[2:3])
        end
        F = eigen(A)
        @test near(A * F.vectors, F.vectors * Diagonal(F.values)) && issorted(F.values; by=λ -> (real(λ), imag(λ)))
        @test all(v -> norm(v) ≈ 1, eachcol(F.vectors))
        # a double one would not be found so well
        @test norm(eigvals(A) - F.values) <= 1000 * n * eps(real(T))^real(T)(0.8)
        n > 0 && @test sum(F.values) ≈ tr(A) && prod(F.values) ≈ det(A)
    end
    @test eigvals(T[1 2; 0 3]) ≈ [1, 3] && eigvals(T[2 1; 1 2]) ≈ [1, 3]
    @test eigen(T[2 1; 1 2]).vectors ≈ T[-1 1; 1 1] / sqrt(T(2))
    @test_throws ArgumentError eigvals(T[NaN 1; 2 1])
    @test_throws ArgumentError eigen(Symmetric(T <: Real ? T[Inf 1; 1 1] : real(T)[Inf 1; 1 1]))
    @test_throws DimensionMismatch eigen(filled(T, 2, 3))
end
@test eigvals([0.0 1; -1 0]) ≈ [-im, im]
@test eigen([1 2; 2 1]).values ≈ [-1, 3]

# The entries of a diagonal matrix are not rounded.
let A = [11.0 0 0 0; 0 -13 0 0; 0 0 12 0; 0 0 0 14], F = eigen(A), S = svd(A)
    @test F.values == [-13, 11, 12, 14] && F.vectors * Diagonal(F.values) * F.vectors' == A
    @test S.S == [14, 13, 12, 11] && S.U * Diagonal(S.S) * S.Vt == A && exp(A) == Diagonal(exp.(diag(A)))
    @test eigvals([1.0 2 3; 0 7 5; 0 0 13]) == [1, 7, 13]
    S = svd([0.0 0; 0 0; 0 0]; full=true)
    @test S.S == [0, 0] && S.U == I(3) && S.Vt == I(2)
end
# Where Julia has no algorithm of its own, there is none here.
@test_throws MethodError eigen(BigFloat[1 2; 3 4])
@test_throws MethodError svd(BigFloat[1 2; 3 4])
# The others have one.
let A = BigFloat[4 1; 1 3]
    @test near(A * inv(A), BigFloat[1 0; 0 1]) && near(cholesky(A).L * cholesky(A).U, A) && near(qr(A).Q * qr(A).R, A)
end

@test isempty(detect_ambiguities(LinearAlgebra))
