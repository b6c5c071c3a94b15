# BigInt and BigFloat: GMP's and MPFR's numbers. Values of constants and functions are known to more digits than are
# asked for here.

using Test, Serialization
using Base.GMP: MPZ

@testset "memory" begin
    # What GMP allocates brings collections, and these free it: numbers die by the million, and no more lives at any time
    # than passes between two collections.
    function most_alive(n)
        x = big(3)^1000
        most = 0
        for i in 1:n
            x + i
            i % 1000 == 0 && (most = max(most, Base.gc_live_bytes()))
        end
        return most
    end
    most_alive(10)
    GC.gc()
    before = Base.gc_live_bytes()
    # 2 GB of limbs, or as many as the variable says
    n = parse(Int, get(ENV, "BIGNUMS", Base.JLOptions().compile_enabled == 0 ? "10000" : "1000000"))
    @test most_alive(n) - before < 200 << 20
    # a number is freed once, and not while anything refers to it
    kept = [big(i)^20 for i in 1:1000]
    GC.gc()
    foreach(i -> big(i)^20, 1:1000)
    GC.gc()
    @test all(i -> kept[i] == prod(fill(big(i), 20)), 1:1000)
    # of a number with a finalizer of its own, that runs first
    seen = BigInt[]
    make() = (finalizer(x -> push!(seen, x + 1), big(41)); nothing)
    for _ in 1:3
        make()
    end
    GC.gc()
    GC.gc()
    @test all(==(42), seen)
    @test (@allocated big(2)^100_000) > 12_000
end

@testset "values" begin
    @test string(big(2)^128) == "340282366920938463463374607431768211456"
    @test string(factorial(big(25))) == "15511210043330985984000000"
    digits = "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651328230664709384460955058223172535940812848111745028410270193852110555964462294895493038196"
    pi_1000 = setprecision(() -> string(BigFloat(pi)), BigFloat, 1000)
    @test startswith(pi_1000, digits)
    @test string(exp(big(1))) == "2.718281828459045235360287471352662497757247093699959574966967627724076630353555"
    @test string(sqrt(big(2))) == "1.414213562373095048801688724209698078569671875376948073176679737990732478462102"
    @test string(log(big(2))) == "0.6931471805599453094172321214581765680755001343602552541206800094933936219696955"
    @test startswith(string(BigFloat(MathConstants.eulergamma)), "0.57721566490153286060651209008240243104215933593992359880576723488486772677")
    @test startswith(string(BigFloat(MathConstants.catalan)), "0.91596559417721901505460351493238411077414937428167213426649811962176301977625")
    # a third in three bits: between 0.3125 and 0.375
    thirds = [setprecision(() -> setrounding(() -> big(1) / 3, BigFloat, r), BigFloat, 3) for r in (RoundNearest, RoundDown, RoundUp, RoundToZero, RoundFromZero)]
    @test thirds == [0.3125, 0.3125, 0.375, 0.3125, 0.375]
    @test setprecision(() -> big(1) + big(2)^-3, BigFloat, 3) == 1.0
    @test setprecision(() -> big(1.0) + 3 * big(2.0)^-3, BigFloat, 3) == 1.5
    # what a double cannot tell apart
    @test (Float64(big(2)^53 + 1), Float64(big(2)^53 + 3)) == (2.0^53, 2.0^53 + 4)
    @test [Float64(big(2)^53 + 1, r) - 2.0^53 for r in (RoundUp, RoundDown, RoundToZero)] == [2, 0, 0]
    @test [Float16(big(1) + big(2.0)^-11 + big(2.0)^-200), Float16(big(1) + big(2.0)^-11)] == Float16[1.001, 1]
    @test Float32(big"0.1") === 0.1f0 && Float64(big"0.1") === 0.1 && Float16(big"0.1") === Float16(0.1)
    @test (Float64(big"1e400"), Float64(-big"1e-400")) === (Inf, -0.0)
end

@testset "of other types" begin
    numbers = (0, 1, -1, 7, typemin(Int8), typemax(Int64), typemin(Int64), typemax(UInt64), typemin(Int128), typemax(UInt128))
    for n in numbers
        b = big(n)
        @test b == n && n == b && hash(b) == hash(n) && typeof(n)(b) === n && !(b < n) && b <= n && cmp(b, n) == 0
        @test b + 1 > n && n < b + 1 && cmp(n, b + 1) == -1
        @test big(float(n)) == float(n) && hash(BigFloat(n, precision=128)) == hash(n)
        for m in numbers
            @test n + b == 2b && b - n == 0 && n - b == 0
            @test big(n) * m == big(m) * n && isequal(big(n) + m, m + big(n)) && big(n) - m == -(m - big(n))
            iszero(m) || @test divrem(b, m) == (div(b, m), rem(b, m)) && fld(b, m) * m + mod(b, m) == b
        end
    end
    for x in (0.5, -2.25, 1e300, 5e-324, 3.0f0, Float16(0.1))
        @test big(x) == x && hash(big(x)) == hash(x) && typeof(x)(big(x)) === x
    end
    @test !(big(1) < NaN) && !(big"1.5" == NaN) && isless(big(1), NaN) && big(10)^400 < Inf && big(10)^400 > floatmax()
    @test big(1) // 3 == 1 // 3 && hash(big(1) // 3) == hash(1 // 3)
    @test (-big(3)) % UInt8 == 0xfd && (-big(2)^64 - 5) % Int === -5 && (-big(2)^100) % UInt128 == -UInt128(2)^100
end

@testset "in place" begin
    x = big(5)
    @test MPZ.add!(x, x, big(6)) === x == 11 && MPZ.mul_si!(x, -3) == -33 && MPZ.neg!(x) == 33 && MPZ.mul_2exp!(x, 70) == big(33) << 70
    @test MPZ.tdiv_qr(big(17), big(5)) == (3, 2) && MPZ.gcdext(big(12), big(18)) == (6, -1, 1)
    limbs, n = MPZ.export!(UInt32[], big(2)^40 + 1)
    @test limbs[1:n] == [1, 256] && MPZ.import!(BigInt(), n, -1, 4, 0, 0, limbs) == big(2)^40 + 1
    y = deepcopy(x)
    MPZ.set_si!(x, 0)
    @test y == big(33) << 70 && iszero(x)
    f = big"1.5"
    g = deepcopy(f)
    ccall((:mpfr_neg, :libmpfr), Cint, (Ref{BigFloat}, Ref{BigFloat}, Cint), f, f, 0)
    @test (f, g) == (-1.5, 1.5)
    io = IOBuffer()
    serialize(io, (y, big"0.1", [-big(3)]))
    @test deserialize(seekstart(io)) == (y, big"0.1", [-big(3)])
end

@testset "texts" begin
    for base in 2:62, n in (big(0), big(base)^20, big(base)^20 - 1, -big(61)^13)
        text = string(n; base)
        @test parse(BigInt, text; base) == n && ndigits(n; base) == length(lstrip(text, '-'))
    end
    @test ndigits(big(1000)^20, base=1000) == 21 && ndigits(big(1000)^20 - 1, base=1000) == 20
    @test string(-big(5), base=2, pad=6) == "-000101" && string(big(0), pad=0) == ""
    @test tryparse(BigInt, "1 2") === nothing === tryparse(BigFloat, "1.5x") && tryparse(BigFloat, "1\0") === nothing
    @test parse(BigFloat, "0x1.8p3") == 12 && parse(BigFloat, " -1.5e-3 ") == big"-0.0015"
    @test sprint(show, big"3.14159265358979"; context=:compact => true) == "3.14159"
    shown = ["9.5367431640625e-07", "0.0009765625", "123456.5", "1.2345675e+06", "-1.0", "1.329227995784915872903807060280344576e+36"]
    @test string.(BigFloat.([2.0^-20, 2.0^-10, 123456.5, 1234567.5, -1, 2.0^120])) == shown
end

@testset "what cannot be" begin
    for f in (() -> big(2)^(2^62), () -> big(3) << (2^61), () -> factorial(big(2)^60), () -> binomial(big(2)^62, big(2)^61),
              () -> BigInt(nbits=2^62), () -> MPZ.setbit!(big(0), 2^60), () -> BigFloat(1, precision=2^60))
        @test_throws OutOfMemoryError f()
    end
    @test_throws OverflowError big(2)^(big(2)^70)
    for f in (() -> div(big(1), 0), () -> mod(big(1), big(0)), () -> MPZ.tdiv_q(big(1), big(0)), () -> powermod(big(2), -1, big(4)),
              () -> MPZ.sqrt(big(-1)))
        @test_throws DivideError f()
    end
    @test_throws DomainError big(2)^first(-1:1)
    @test_throws DomainError invmod(big(2), big(4))
    @test_throws InexactError BigInt(1.5)
    @test_throws InexactError Int8(big(128))
    @test_throws DomainError sqrt(big(-1.0))
    @test_throws DomainError log(big(-1.0))
    @test_throws ArgumentError parse(BigInt, "12a")
end
