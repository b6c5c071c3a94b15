using FixedPoint
using Orbits
using Test

const HALF = Orbits.HALF

@testset "Orbits" begin
    @testset "constants" begin
        @test Float64(HALF) ≈ π atol = 1e-10
        @test TURN === 2 * HALF
        @test Float64(SUN) ≈ 4 * π^2 atol = 1e-8
        @test Float64(Orbits.arctangent(2)) ≈ atan(0.5) atol = 1e-10
    end

    @testset "sine and cosine of $x" for x in (-7.5, -3, -1, -0.1, 0, 0.5, 0.8, 1, 2, 3.2, 5, 100)
        s, c = sine_cosine(x)
        @test Float64(s) ≈ sin(x) atol = 1e-8
        @test Float64(c) ≈ cos(x) atol = 1e-8
        @test Float64(s * s + c * c) ≈ 1 atol = 1e-10
    end

    @testset "states" begin
        earth = State(1, 0, 0, TURN)
        @test earth isa State{Q40}
        @test radius(earth) == 1
        @test abs(speed(earth) - TURN) <= eps(Q40)
        @test momentum(earth) == TURN
        @test Float64(energy(earth)) ≈ -2 * π^2 atol = 1e-8
        @test string(State(1, 0.5, 0, -2)) == "(1.0, 0.5) moving (0.0, -2.0)"
        @test energy(State{Float64}(2.0, 0.0, 0.0, 1.0), 1.0) == 0.0
        @test_throws DivideError energy(State(0, 0, 1, 0))
    end

    @testset "a year" begin
        earth = State(1, 0, 0, TURN)
        after = propagate(earth, 1, 250)
        @test Float64(after.x) ≈ 1 atol = 1e-3
        # A leapfrog of 250 steps a turn runs ahead by so much.
        @test Float64(after.y) ≈ 0 atol = 2e-3
        @test Float64(energy(after)) ≈ Float64(energy(earth)) atol = 1e-2
        @test Float64(momentum(after)) ≈ Float64(momentum(earth)) atol = 1e-7
        half = propagate(earth, 1 // 2, 125)
        @test Float64(half.x) ≈ -1 atol = 1e-3
        # The same bits, however often.
        @test propagate(earth, 1, 250) === after
        # And back again, nearly.
        back = propagate(State(after.x, after.y, -after.vx, -after.vy), 1, 250)
        @test Float64(back.x) ≈ 1 atol = 1e-7
        @test_throws ArgumentError propagate(earth, 1, 0)
        @test @inferred(advance(earth, Q40(0.001))) isa State{Q40}
    end

    @testset "in floats" begin
        after = propagate(State{Float64}(1.0, 0.0, 0.0, 2π), 1, 250; pull=4π^2)
        @test after.x ≈ 1 atol = 1e-3
        @test after isa State{Float64}
        @test elements(after; pull=4π^2).axis ≈ 1 atol = 1e-3
    end

    @testset "elements" begin
        circle = elements(State(1, 0, 0, TURN))
        @test Float64(circle.axis) ≈ 1 atol = 1e-9
        @test Float64(circle.eccentricity) ≈ 0 atol = 1e-4
        comet = elements(State(1, 0, 0, 8))
        @test Orbits.nearest_point(comet) < 1.001
        @test Float64(Orbits.nearest_point(comet)) ≈ 1 atol = 1e-8
        @test Orbits.farthest_point(comet) > 4
        @test Float64(comet.axis) ≈ 4π^2 / (2 * (4π^2 - 32)) atol = 1e-7
        @test_throws DomainError elements(State(1, 0, 0, 10))
        @test_throws DomainError Elements(1, 1)
        @test_throws DomainError Elements(-1, 0.5)
        @testset "period at $axis" for (axis, years) in [(1, 1), (4, 8), (9, 27), (0.25, 0.125)]
            @test Float64(period(Elements(axis, 0.1))) ≈ years atol = 1e-8
        end
    end

    @testset "Kepler's equation" begin
        for e in (0, 0.1, 0.5, 0.9), M in (0, 0.3, 1.5, 3, 5)
            E = Float64(kepler(M, e))
            @test E - e * sin(E) ≈ M atol = 1e-8
        end
        @test_throws DomainError kepler(1, 1.5)
    end

    @testset "places" begin
        orbit = Elements(1, 0.5)
        x, y = place(orbit, 0)
        @test Float64(x) ≈ 0.5 atol = 1e-9
        @test Float64(y) ≈ 0 atol = 1e-9
        x, y = place(orbit, 0.5)
        @test Float64(x) ≈ -1.5 atol = 1e-6
        # Equation and simulation agree.
        start = State(0.5, 0, 0, sqrt(SUN * Q40(3)))
        @test Float64(elements(start).eccentricity) ≈ 0.5 atol = 1e-8
        after = propagate(start, 0.25, 500)
        x, y = place(orbit, 0.25)
        @test Float64(after.x) ≈ Float64(x) atol = 1e-3
        @test Float64(after.y) ≈ Float64(y) atol = 1e-3
    end
end
