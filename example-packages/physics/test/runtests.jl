using FixedPoint
using Physics
using Test

@testset "Physics" begin
    @testset "constants" begin
        @test GRAVITY isa Q40
        @test Float64(GRAVITY) ≈ 9.80665 atol = 1e-11
        @test string(GRAVITY) == "9.80665"
        @test Physics.ROOTS[5] === Q40(2)
        @test length(Physics.ROOTS) == 65
        @test Float64(Physics.fall(5)) ≈ sqrt(10 / 9.80665) atol = 1e-10
        @test Float64(Physics.fall(100)) ≈ sqrt(200 / 9.80665) atol = 1e-10
    end

    @testset "chains" begin
        chain = Chain([100, 100, 100], [1, 1, 1])
        @test chain isa Chain{Q40}
        @test length(chain) == 3
        K = stiffness(chain)
        @test K == [200 -100 0; -100 200 -100; 0 -100 100]
        moved = equilibrium(chain; gravity=Q40(10))
        for (found, expected) in zip(moved, [0.3, 0.5, 0.6])
            @test Float64(found) ≈ expected atol = 1e-9
        end
        @test issorted(moved)
        @test Float64(equilibrium(chain)[1]) ≈ 3 * 9.80665 / 100 atol = 1e-9
        @test Float64(stored(chain, moved)) ≈ (0.3 * 10 + 0.5 * 10 + 0.6 * 10) / 2 atol = 1e-8

        exact = Chain([100 // 1, 50 // 1], [2 // 1, 1 // 1])
        @test equilibrium(exact; gravity=10 // 1) == [3 // 10, 1 // 2]
        @test stored(exact, equilibrium(exact; gravity=10 // 1)) == 11 // 2
        @test equilibrium(Chain([2.0], [3.0]); gravity=2.0) == [3.0]

        @test_throws DimensionMismatch Chain([1, 2], [1])
        @test_throws ArgumentError Chain([1, 0], [1, 1])
        @test @inferred(equilibrium(chain)) isa Vector{Q40}
    end

    @testset "networks" begin
        line = Network(3, [(0, 1, 100), (1, 2, 100), (2, 3, 100)])
        @test stiffness(line) == stiffness(Chain([100, 100, 100], [1, 1, 1]))
        @test stiffness(line) isa Matrix{Q40}
        moved = equilibrium(line, [10, 10, 10])
        for (found, expected) in zip(moved, [0.3, 0.5, 0.6])
            @test Float64(found) ≈ expected atol = 1e-9
        end
        # Two springs side by side are as stiff as their sum.
        @test equilibrium(Network(1, [(0, 1, 30), (0, 1, 20)]), [100]) == [2]
        # A node between two walls.
        ring = Network(2, [(0, 1, 1), (1, 2, 1), (2, 0, 1)])
        @test Float64.(equilibrium(ring, [3, 0])) == [2.0, 1.0]
        @test Float64(stored(ring, equilibrium(ring, [3, 0]))) == 3.0
        @test_throws ArgumentError Network(2, [(0, 3, 1)])
        @test_throws ArgumentError Network(2, [(1, 1, 1)])
        # Nothing holds the nodes.
        @test_throws Exception equilibrium(Network(2, [(1, 2, 1)]), [1, 0])
    end

    @testset "projectiles" begin
        ball = Body(1, (0, 0), (30, 40))
        @test ball isa Body{Q40}
        @test kinetic(ball) == 1250
        flown = flight(ball)
        @test Float64(flown.distance) ≈ 2 * 30 * 40 / 9.80665 rtol = 1e-2
        @test Float64(flown.height) ≈ 40^2 / (2 * 9.80665) rtol = 1e-2
        @test Float64(flown.time) ≈ 2 * 40 / 9.80665 rtol = 1e-2
        slowed = flight(ball; drag=Q40(0.01))
        @test slowed.distance < flown.distance
        @test slowed.height < flown.height
        @test slowed === flight(ball; drag=Q40(0.01))

        floats = flight(Body{Float64}(1.0, (0.0, 0.0), (30.0, 40.0)))
        @test floats.distance ≈ Float64(flown.distance) rtol = 1e-6
        @test floats.height isa Float64

        later = advance(ball, Q40(0.5); gravity=Q40(10))
        @test later.velocity == (30, 35)
        @test later.position == (15, 17.5)
        @test_throws ArgumentError flight(Body{Float64}(1.0, (0.0, 0.0), (0.0, 1e6)))
        @test string(Body(2, (0, 1.5), (0, 0))) == "Body(2.0 at (0.0Q40, 1.5Q40) with (0.0Q40, 0.0Q40))"
        @test @inferred(advance(ball, Q40(1))) isa Body{Q40}
    end

    @testset "collisions" begin
        a, b = collide(Body(1, (0, 0), (3, 1)), Body(2, (1, 0), (0, 0)))
        @test a.velocity == (-1, 1)
        @test b.velocity == (2, 0)
        for (m, n, u, v) in [(1, 1, 5, -3), (2, 6, 4, 0), (3, 1, 0.5, -2.5)]
            before = Body(m, (0, 0), (u, 0)), Body(n, (1, 0), (v, 0))
            after = collide(before...)
            @test sum(kinetic, after) == sum(kinetic, before)
            @test sum(x -> x.mass * x.velocity[1], after) == m * u + n * v
        end
    end
end
