using LinearAlgebra, Test

@testset "LU of tridiagonal matrices" begin
    diagonals = [
        ([1.0, 2, 3], [4.0, 5, 6, 7], [1.0, 1, 1]),
        ([5.0, 2, 9], [4.0, 5, 6, 7], [1.0, 3, 1]),
        ([5, 2], [1, 2, 3], [1, 3]),
        ([1.0im, 2], [4.0, 5im, 6], [1.0im, 1]),
    ]
    for (dl, d, du) in diagonals
        A = Tridiagonal(dl, d, du)
        M = Matrix(A)
        b = collect(1.0:length(d))
        F = lu(A)
        @test F isa LU{<:Any,<:Tridiagonal} && F.L * F.U ≈ M[F.p, :] && F.P * M ≈ F.L * F.U
        @test det(F) ≈ det(M) && inv(F) ≈ inv(M) && A \ b ≈ M \ b
        @test F' \ b ≈ M' \ b && transpose(F) \ b ≈ transpose(M) \ b
    end
    A = Tridiagonal([1.0, 2], [3.0, 4, 5], [1.0, 1])
    @test !isdefined(A, :du2) && isdefined(lu!(A).factors, :du2)
    @test_throws SingularException lu(Tridiagonal([0.0], [0.0, 1.0], [0.0]))
    @test !issuccess(lu(Tridiagonal([0.0], [0.0, 1.0], [0.0]); check=false))
end

@testset "triangles and halves" begin
    U = UpperTriangular([1.0 2; 0 3])
    @test U isa LinearAlgebra.AbstractTriangular{Float64,Matrix{Float64}} && inv([1 1; -1 1]) ≈ [0.5 -0.5; 0.5 0.5]
    @test typeof(Hermitian([1.0 2; 2 1])) === Hermitian{Float64,Matrix{Float64}}
    @test LinearAlgebra.symmetric_type(Matrix{Int}) === Symmetric{Int,Matrix{Int}}
end
