using Matrices
using Test

# The integers modulo a prime: a number type that the library has never heard of.
struct Mod{P} <: Number
    value::Int
    Mod{P}(n::Integer) where {P} = new{P}(mod(n, P))
end
Base.:+(a::Mod{P}, b::Mod{P}) where {P} = Mod{P}(a.value + b.value)
Base.:-(a::Mod{P}, b::Mod{P}) where {P} = Mod{P}(a.value - b.value)
Base.:-(a::Mod{P}) where {P} = Mod{P}(-a.value)
Base.:*(a::Mod{P}, b::Mod{P}) where {P} = Mod{P}(a.value * b.value)
Base.:/(a::Mod{P}, b::Mod{P}) where {P} = Mod{P}(a.value * invmod(b.value, P))
Base.promote_rule(::Type{Mod{P}}, ::Type{<:Integer}) where {P} = Mod{P}
Matrices.exactness(::Type{<:Mod}) = Matrices.Exact()

# Equal, or nearly so for numbers that round.
near(x, y; atol=1e-5) = size(x) == size(y) && all(map((a, b) -> a == b || abs(a - b) <= atol, x, y))

hilbert(T, n) = T[T(1) / T(i + j - 1) for i in 1:n, j in 1:n]

@testset "Matrices" begin
    A = [2 1 1; 4 -6 0; -2 7 2]

    @testset "lu of $T" for T in (Int, Float64, Float32, Rational{Int}, ComplexF64, Mod{101})
        M = T === Int ? A : map(T, A)
        L, U, order = lu(M)
        @test near(product(L, U), M[order, :])
        @test all(isone, [L[i, i] for i in 1:3])
        @test all(iszero, [L[1, 2], L[1, 3], L[2, 3], U[2, 1], U[3, 1], U[3, 2]])
        @test sort(order) == 1:3
        @test near(product(M, inverse(M)), unit(3))
    end

    @testset "pivots" begin
        @test lu(A).order == [1, 2, 3]
        @test lu(float(A)).order == [2, 1, 3]
        @test lu([0 1; 1 0]).order == [2, 1]
        @test lu([0 1; 1 0]).sign == -1
        @test_throws SingularError lu([1 2; 2 4])
        @test_throws SingularError(2) lu([1.0 2.0; 2.0 4.0])
        @test_throws DimensionMismatch lu([1 2 3; 4 5 6])
        @test sprint(showerror, SingularError(3)) == "SingularError: no pivot in column 3"
    end

    @testset "solve" begin
        @test solve(A, [5, -2, 9]) == [1, 1, 2]
        @test solve(A, [5, -2, 9]) isa Vector{Rational{Int}}
        @test near(solve(float(A), [5, -2, 9]), [1, 1, 2])
        @test solve(float(A), [5.0, -2.0, 9.0]) isa Vector{Float64}
        @test solve([2 1; 1 3], [3, 5]) == [4 // 5, 7 // 5]
        @test solve([2 0; 0 4], [1 2; 3 4]) == [1//2 1; 3//4 1]
        F = lu(A)
        for b in ([1, 0, 0], [0, 1, 0], [3, -4, 5])
            @test iszero(residual(A, solve(F, b), b))
        end
        @test near(solve(ComplexF64[1 im; im 1], [1 + im, 1 + im]), [1, 1])
        M = Mod{7}
        @test solve(map(M, [3 1; 1 4]), map(M, [5, 6])) == map(M, [0, 5])
        @test_throws DimensionMismatch solve(A, [1, 2])
        @test @inferred(solve(float(A), [1.0, 2.0, 3.0])) isa Vector{Float64}
    end

    @testset "det" begin
        @test det(A) === -16
        @test det(float(A)) ≈ -16
        @test det(Rational.(A)) === -16 // 1
        @test det([1 2; 2 4]) === 0
        @test det([1.0 2.0; 2.0 4.0]) === 0.0
        @test det([0 1; 1 0]) === -1
        @test det(fill(7, 1, 1)) === 7
        @test det(zeros(Int, 0, 0)) === 1
        @test det(unit(5)) === 1
        @test det([i == j ? 2 : abs(i - j) == 1 ? -1 : 0 for i in 1:8, j in 1:8]) === 9
        @test det(Bool[1 1; 0 1]) === 1
        @test det(map(Mod{5}, [2 1; 1 3])) == Mod{5}(0)
        @test_throws DimensionMismatch det([1 2 3])
    end

    @testset "Hilbert matrices" begin
        H = hilbert(Rational{Int}, 5)
        @test det(H) == 1 // 266716800000
        @test inverse(H)[1, 1] == 25
        @test all(isinteger, inverse(H))
        x = ones(5)
        @test residual(hilbert(Float64, 5), x, product(hilbert(Float64, 5), x)) == 0
        @test near(solve(hilbert(Float64, 5), product(hilbert(Float64, 5), x)), x; atol=1e-8)
    end

    @testset "cholesky" begin
        S = [4 12 -16; 12 37 -43; -16 -43 98]
        L = cholesky(S)
        @test L == [2 0 0; 6 1 0; -8 5 3]
        @test product(L, permutedims(L)) == S
        @test L isa Matrix{Float64}
        @test_throws DomainError cholesky([1 2; 2 1])
    end

    @testset "Tridiagonal" begin
        T = Tridiagonal([-1, -1], [2, 2, 2], [-1, -1])
        @test T == [2 -1 0; -1 2 -1; 0 -1 2]
        @test size(T) == (3, 3) && T[2, 1] == -1 && T[3, 1] == 0
        @test_throws BoundsError T[4, 1]
        @test solve(T, [1, 0, 1]) == [1, 1, 1]
        @test solve(T, [1, 2, 3]) == solve(Matrix(T), [1, 2, 3])
        @test det(T) === 4
        @test sum(T) == 2
        @test Tridiagonal([1], [1.5, 2], [3]) isa Tridiagonal{Float64}
        n = 200
        long = Tridiagonal(fill(-1.0, n - 1), fill(2.0, n), fill(-1.0, n - 1))
        @test residual(long, solve(long, ones(n)), ones(n)) < 1e-8
        @test_throws DimensionMismatch Tridiagonal([1], [1, 2, 3], [1, 2])
        @test_throws SingularError(1) solve(Tridiagonal([1], [0, 1], [1]), [1, 1])
    end

    @testset "products and fits" begin
        @test product([1 2; 3 4], [5, 6]) == [17, 39]
        @test product([1 2; 3 4], [0 1; 1 0]) == [2 1; 4 3]
        @test product([1 2; 3 4], [0.5, 0.5]) isa Vector{Float64}
        @test_throws DimensionMismatch product([1 2; 3 4], [1, 2, 3])
        @test fit([0, 1, 2, 3], [1, 3, 7, 13], 2) == [1, 1, 1]
        @test near(fit([1, 2, 3, 4], [2.1, 3.9, 6.2, 7.8], 1), [0.15, 1.94])
        value, vector = dominant([2 1; 1 2])
        @test value ≈ 3
        @test near(vector, [1, 1])
        value, vector = dominant([2.0 0.0; 1.0 1.0])
        @test value ≈ 2
        @test near(vector, [1, 1])
    end

    @testset "text" begin
        @test string(lu([0 1; 1 0])) == "LU{Rational{Int64}} of 2 rows, order [2, 1]"
        @test propertynames(lu([1 0; 0 1])) == (:factors, :order, :sign, :L, :U)
        @test size(lu([1 0; 0 1])) == (2, 2)
    end
end
