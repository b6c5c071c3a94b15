using FixedPoint
using Test

const F16 = Fixed{Int32,16}

@testset "FixedPoint" begin
    @testset "construction" begin
        @test raw(F16(1)) === Int32(65536)
        @test raw(F16(-1.5)) === Int32(-98304)
        @test raw(F16(1 // 3)) === Int32(21845)
        @test F16(true) === F16(1)
        @test F16(F16(2.5)) === F16(2.5)
        @test Q32(F16(2.5)) === Q32(2.5)
        @test F16(Q32(0.1)) === F16(0.1)
        @test raw(Q15(0.5)) === Int16(16384)
        # Half a step: to the even neighbour.
        @test raw(F16(0.5 / 65536)) === Int32(0)
        @test raw(F16(1.5 / 65536)) === Int32(2)
        @test fraction_bits(F16) == fraction_bits(F16(1)) == 16
        @test_throws InexactError F16(40000)
        @test_throws InexactError F16(-1e10)
        @test_throws InexactError F16(NaN)
        @test_throws InexactError F16(Inf)
        @test_throws InexactError Q15(1)
        @test F16(-32768) == typemin(F16)
    end

    @testset "conversion" begin
        @test Float64(F16(0.25)) === 0.25
        @test Float32(F16(-3)) === -3.0f0
        @test Float64(F16(0.1)) == 6554 / 65536
        @test Int(F16(7)) === 7
        @test Int8(F16(-7)) === Int8(-7)
        @test_throws InexactError Int(F16(7.5))
        @test Rational(F16(0.75)) == 3 // 4
        @test Bool(F16(1)) === true
        @test convert(F16, 2) === F16(2)
        @test isinteger(F16(3)) && !isinteger(F16(3.5))
        @test isone(F16(1)) && iszero(F16(0)) && !isone(F16(2))
    end

    @testset "arithmetic in $X" for X in (F16, Q32)
        a, b = X(5.25), X(-1.5)
        @test a + b === X(3.75)
        @test a - b === X(6.75)
        @test a * b === X(-7.875)
        @test a / b === X(-3.5)
        @test -a === X(-5.25)
        @test abs(b) === X(1.5)
        @test sign(b) === X(-1)
        @test inv(X(4)) === X(0.25)
        @test a^2 === X(27.5625)
        @test X(2)^10 === X(1024)
        @test X(2)^-2 === X(0.25)
        @test muladd(a, b, a) === X(-2.625)
        @test rem(a, X(2)) === X(1.25)
        @test mod(b, X(2)) === X(0.5)
        @test div(a, X(2)) === X(2)
        @test sum([a, b, a]) === X(9)
        @test prod([a, b]) === X(-7.875)
        @test eps(X) + eps(X) === 2 * eps(a)
        @test one(X) / 3 * 3 !== one(X)
        @test_throws DivideError a / zero(a)
        @test @inferred(a + b) isa X
        @test @inferred(a * b) isa X
        @test @inferred(a / b) isa X
    end

    @testset "overflow" begin
        @test_throws OverflowError typemax(F16) + eps(F16)
        @test_throws OverflowError typemin(F16) - eps(F16)
        @test_throws OverflowError F16(200) * F16(200)
        @test_throws OverflowError F16(200) / F16(0.001)
        @test_throws OverflowError -typemin(F16)
        text = "30000.0 + 10000.0 does not fit into Fixed{Int32, 16}"
        @test_throws OverflowError(text) F16(30000) + F16(10000)
        @test saturating_add(typemax(F16), F16(1)) === typemax(F16)
        @test saturating_add(F16(1), F16(2)) === F16(3)
        @test saturating_mul(F16(200), F16(-200)) === typemin(F16)
        @test saturating_mul(F16(3), F16(-2)) === F16(-6)
    end

    @testset "promotion" begin
        @test F16(1.5) + 1 === F16(2.5)
        @test 2 * F16(1.5) === F16(3)
        @test F16(1.5) + 0.5 === 2.0
        @test F16(1.5) * 2.0f0 === 3.0f0
        @test F16(0.5) + 1 // 4 === F16(0.75)
        @test F16(1.5) + Q32(1) === Q32(2.5)
        @test promote_type(F16, Int) === F16
        @test promote_type(F16, Float32) === Float32
        @test promote_type(F16, Q15) === F16
        @test [F16(1), 2] isa Vector{F16}
        @test @inferred(F16(1) + 1) isa F16
        @test typeof(F16(1) + Int8(2)) === F16
    end

    @testset "comparison" begin
        @test F16(1.5) == 1.5 == Q32(1.5)
        @test F16(1) == 1
        @test F16(1) < 1.5 < F16(2)
        @test F16(1) <= F16(1)
        @test isless(F16(-1), F16(0))
        @test max(F16(1), F16(2), F16(-3)) === F16(2)
        @test extrema([F16(3), F16(-1), F16(2)]) == (-1, 3)
        @test sort([F16(3), F16(-1), F16(2)]) == [-1, 2, 3]
        @test clamp(F16(5), F16(0), F16(1)) === F16(1)
        @test hash(F16(1.5)) == hash(1.5) == hash(Q32(1.5))
        @test length(Set([F16(1.5), Q32(1.5), Q32(2)])) == 2
    end

    @testset "rounding of $x" for (x, down, up, inward, near) in [
        (1.25, 1, 2, 1, 1), (-1.25, -2, -1, -1, -1), (2.5, 2, 3, 2, 2), (3.5, 3, 4, 3, 4),
        (-0.5, -1, 0, 0, 0), (7, 7, 7, 7, 7),
    ]
        f = F16(x)
        @test floor(f) === F16(down)
        @test ceil(f) === F16(up)
        @test trunc(f) === F16(inward)
        @test round(f) === F16(near)
        @test floor(Int, f) === down
        @test ceil(Int, f) === up
        @test trunc(Int, f) === inward
        @test round(Int, f) === near
    end

    @testset "square roots" begin
        @test sqrt(F16(9)) === F16(3)
        @test sqrt(F16(2)) ≈ sqrt(2) atol = 1 / 65536
        @test sqrt(Q32(2)) ≈ sqrt(2) atol = 1e-9
        @test iszero(sqrt(F16(0)))
        @test sqrt(eps(F16)) === F16(1 / 256)
        @test_throws DomainError sqrt(F16(-1))
        for n in 0:20
            @test sqrt(F16(n)^2) === F16(n)
        end
    end

    @testset "text" begin
        @test string(F16(1.5)) == "1.5"
        @test string(F16(-0.25)) == "-0.25"
        @test string(F16(3)) == "3.0"
        @test string(F16(0.1)) == "0.1"
        @test string(eps(F16)) == "0.00002"
        @test repr(F16(1.5)) == "1.5Q16"
        @test repr([F16(1), F16(0.5)]) == "Fixed{Int32, 16}[1.0, 0.5]"
        @test "$(Q32(2.75)) apples" == "2.75 apples"
        @test parse(F16, "1.5") === F16(1.5)
        @test parse(F16, " -0.1 ") === F16(-0.1)
        @test parse(F16, "+.5") === F16(0.5)
        @test parse(F16, "12") === F16(12)
        @test tryparse(F16, "1.2.3") === nothing
        @test tryparse(F16, "99999") === nothing
        @test tryparse(F16, ".") === nothing
        @test_throws ArgumentError parse(F16, "one")
        @test fixed"1.25" === Q32(1.25)
        for n in (-3):0.37:3
            @test parse(F16, string(F16(n))) === F16(n)
        end
    end

    @testset "in Base's functions" begin
        xs = [F16(n / 4) for n in 1:4]
        @test sum(xs) === F16(2.5)
        @test maximum(xs) === F16(1)
        @test xs .* 2 == [0.5, 1, 1.5, 2]
        @test map(x -> x * x, xs)[2] === F16(0.25)
        @test foldl(-, xs) === F16(-2)
        @test zeros(F16, 2) == [F16(0), F16(0)]
        @test cumsum(xs)[end] === F16(2.5)
        @test complex(F16(1), F16(2)) * complex(F16(0), F16(1)) == complex(F16(-2), F16(1))
    end
end
