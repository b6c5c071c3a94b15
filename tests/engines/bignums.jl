# Integers and floats of any size: random operations, whose results satisfy what defines them and are the same in both
# engines.

mutable struct Lcg
    state::UInt64
end
next!(g::Lcg) = (g.state = g.state * 0x5851f42d4c957f2d + 0x14057b7ef767814f; g.state >> 33)
function number(g::Lcg)
    n = BigInt(0)
    for _ in 1:next!(g)%6
        n = n << 31 + next!(g)
    end
    next!(g) % 4 == 0 && (n = (n | 1) << (next!(g) % 300))
    return next!(g) % 2 == 0 ? n : -n
end
small(g::Lcg) = Int(next!(g) % 2000) - 1000
check(holds, what...) = holds || error("not so: ", what)

function integers(g::Lcg, rounds)
    sum = UInt(0)
    for _ in 1:rounds
        a, b, c, s = number(g), number(g), number(g), small(g)
        check(a + b - b == a && a * (b + c) == a * b + a * c && a - s == a + -s && s - a == -(a - s), a, b, c)
        if b != 0
            q, r = divrem(a, b)
            check(q * b + r == a && abs(r) < abs(b) && (r == 0 || signbit(r) == signbit(a)), a, b)
            check(fld(a, b) * b + mod(a, b) == a && cld(a, b) == -fld(-a, b), a, b)
            f, x, y = gcdx(a, b)
            check(f == a * x + b * y == gcd(a, b) && f * lcm(a, b) == abs(a * b), a, b)
        end
        check((a & b) + (a | b) == a + b && xor(a, b) == (a | b) - (a & b) && ~a == -a - 1, a, b)
        k = Int(next!(g) % 200)
        check(a << k >> k == a && a >> k == fld(a, big(2)^k), a, k)
        root = isqrt(abs(a))
        check(root^2 <= abs(a) < (root + 1)^2, a)
        check(cmp(a, b) == sign(a - b) && (a < b) == (a - b < 0) && isequal(a, a + 0) && hash(a) == hash(a + 0), a, b)
        base = 2 + Int(next!(g) % 61)
        text = string(a; base)
        check(parse(BigInt, text; base) == a && ndigits(a; base) == length(lstrip(text, '-')), a, base)
        check(a % Int128 == (a & typemax(UInt128)) % Int128 && a % UInt8 == (a & 0xff) % UInt8, a)
        m = abs(c) + 1
        check(powermod(a, abs(s) % 50, m) == mod(a^(abs(s) % 50), m), a, s, m)
        x = Float64(a)
        check(!isfinite(x) || prevfloat(x) < a < nextfloat(x), a)
        for v in (a, b * c, BigFloat(a), x)
            sum = hash(v, sum)
        end
    end
    return sum
end

function floats(g::Lcg, rounds)
    texts = 0
    sum = UInt(0)
    for round in 1:rounds
        setprecision(BigFloat, 2 + Int(next!(g) % 300)) do
            a, b = ldexp(BigFloat(number(g)), small(g) ÷ 10), ldexp(BigFloat(number(g)), small(g) ÷ 10)
            for op in (+, -, *, /)
                iszero(b) && op === (/) && continue
                down, near, up = (setrounding(() -> op(a, b), BigFloat, r) for r in (RoundDown, RoundNearest, RoundUp))
                exact = op(Rational(a), Rational(b))
                check(Rational(down) <= exact <= Rational(up) && (near == down || near == up), a, b, op)
                check(down == up || nextfloat(down) == up, a, b, op)
                check(abs(Rational(near) - exact) <= min(exact - Rational(down), Rational(up) - exact), a, b, op)
                sum = hash(near, sum)
            end
            check(parse(BigFloat, string(a)) == a, a)
            check(fma(a, b, -(a * b)) == Rational(a) * Rational(b) - Rational(a * b), a, b)
            check(floor(a) <= a <= ceil(a) && trunc(a) + modf(a)[1] == a && BigInt(floor(a)) == floor(BigInt, a), a)
            check((a < b) == (Rational(a) < Rational(b)) && (a < 1.5) == (Rational(a) < 3 // 2), a, b)
            check(Float64(a) == (iszero(a) ? 0.0 : Float64(Rational(a))) || precision(a) > 53, a)
            x = abs(a) % 10
            s, c = sincos(x)
            check(s == sin(x) && c == cos(x), x)
            for f in (exp, sqrt, atan, cbrt, sinh, log1p)
                sum = hash(f(x), sum)
            end
        end
    end
    return sum
end

println(integers(Lcg(1), 40))
println(floats(Lcg(2), 12))
