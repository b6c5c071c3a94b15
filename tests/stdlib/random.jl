# What is expected of seeded generators is what Julia 1.10 gives.
using Test, Random

@testset "Xoshiro" begin
    rng = Xoshiro(42)
    @test rand(rng) == 0.6293451231426089
    @test rand(rng) == 0.4503389405961936
    rng = Xoshiro(42)
    @test rand(rng, UInt64) == 11609368420648930672
    @test rand(Xoshiro(0x01, 0x02, 0x03, 0x04), UInt64) == 41943041
    v = rand(Xoshiro(7), 100)
    @test (v[1], v[17], v[64], v[100]) == (0.5478717932208899, 0.7404043900955131, 0.11039669865706081, 0.28639411165510276)
    @test sum(Int, rand(Xoshiro(7), UInt8, 200)) == 24549
    @test [randn(Xoshiro(42)), randexp(Xoshiro(42))] isa Vector{Float64}
    rng = Xoshiro(42)
    @test [randn(rng) for _ in 1:4] == [0.7883556016042917, -0.8798585959543993, -0.873793482209626, -0.7332549644348927]
    Random.seed!(42)
    @test rand(3) == rand(Xoshiro(42), 3)
end

@testset "MersenneTwister" begin
    rng = MersenneTwister(1234)
    @test rand(rng, 2) == [0.5908446386657102, 0.7667970365022592]
    @test randn!(MersenneTwister(1234), zeros(3)) == [0.8673472019512456, -0.9017438158568171, -0.4944787535042339]
    @test randexp!(MersenneTwister(1234), zeros(2)) == [2.4835053723904896, 1.516703605376473]
    @test randstring(MersenneTwister(3), 'a':'z', 6) == "ocucay"
    @test bitrand(MersenneTwister(1234), 10) == [0, 0, 0, 0, 1, 0, 0, 0, 1, 1]
    @test randperm(MersenneTwister(1234), 4) == [2, 1, 4, 3]
    @test randcycle(MersenneTwister(1234), 6) == [3, 5, 4, 6, 1, 2]
    @test randsubseq(MersenneTwister(1234), 1:8, 0.3) == [7, 8]
    a = MersenneTwister(5)
    b = copy(a)
    @test rand(a, 400) == rand(b, 400) && a == b
    @test sprint(show, MersenneTwister(7)) == "MersenneTwister(7)"
end

@testset "collections" begin
    @test rand(Xoshiro(1), (1, 2, 3)) in 1:3
    @test rand([5]) == 5
    @test first(rand(Dict(1 => 2))) == 1
    @test rand(Set([3])) == 3
    @test_throws ArgumentError rand(1:0)
    @test_throws ArgumentError rand(Dict())
    @test 0 <= rand(big(0):big(10)^30) <= big(10)^30
    @test rand(Tuple{Int,Bool}) isa Tuple{Int,Bool}
    @test isperm(shuffle(1:20))
    # A sampler of one's own.
    struct Die
        sides::Int
    end
    Random.eltype(::Type{Die}) = Int
    Random.rand(rng::AbstractRNG, d::Random.SamplerTrivial{Die}) = rand(rng, 1:d[].sides)
    @test all(in(1:6), rand(Die(6), 20)) && eltype(rand(Die(6), 2)) == Int
end

@testset "test sets have the same numbers" begin
    a = b = 0
    @testset "a" begin a = rand() end
    @testset "b" begin b = rand() end
    @test a == b
end

@testset "memory is filled as an array is" begin
    for rng in (Xoshiro(1), MersenneTwister(1)), T in (Float64, Float32, UInt8, Int64)
        whole = rand(copy(rng), T, 40)
        part = zeros(T, 50)
        GC.@preserve part Random.rand!(copy(rng), Random.UnsafeView(pointer(part), 40))
        @test part[1:40] == whole && all(iszero, part[41:50])
    end
end
