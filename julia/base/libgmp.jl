# libgmp.jl: the functions of the C library GMP that packages call with `ccall((:__gmpz_…, :libgmp), …)`. A `BigInt` is
# no `mpz_t` here (see gmp.jl), so these stand in for the library: the runtime looks in `LIBRARY_FUNCTIONS` for a
# function of `libgmp`. What they compute is what GMP's manual says.

module LibGMP

import ..GMP: BigInt, set!, isneg
using ..Base: isqrt, powermod, gcdx, top_set_bit, BitInteger

const mpz_t = Ref{BigInt}
const FUNCTIONS = Core.SimpleVector[]

# `@gmp name(x::T, ...)::R = body` defines `mpz_name` and enters it as `__gmpz_name`. A `Ref{T}` is a pointer to a `T`,
# which the function gets.
macro gmp(definition)
    header, body = definition.args
    call, result = header.args
    name = Symbol(:mpz_, call.args[1])
    names = Any[a.args[1] for a in call.args[2:end]]
    types = Any[a.args[2] for a in call.args[2:end]]
    value = result === :Cvoid ? Expr(:block, body, :nothing) : :(convert($result, $body))
    return esc(quote
        $name($(names...)) = $value
        push!(FUNCTIONS, Core.svec(:libgmp, $(QuoteNode(Symbol(:__g, name))), $name, $result, Core.svec($(types...))))
    end)
end

## objects ##

@gmp init(x::mpz_t)::Cvoid = set!(x, BigInt(0))
@gmp init2(x::mpz_t, bits::Culong)::Cvoid = set!(x, BigInt(0))
@gmp clear(x::mpz_t)::Cvoid = nothing
@gmp realloc2(x::mpz_t, bits::Culong)::Cvoid = nothing
@gmp set(x::mpz_t, y::mpz_t)::Cvoid = set!(x, y)
@gmp set_ui(x::mpz_t, y::Culong)::Cvoid = set!(x, BigInt(y))
@gmp set_si(x::mpz_t, y::Clong)::Cvoid = set!(x, BigInt(y))
@gmp set_d(x::mpz_t, y::Cdouble)::Cvoid = set!(x, BigInt(trunc(y)))
@gmp init_set(x::mpz_t, y::mpz_t)::Cvoid = set!(x, y)
@gmp init_set_ui(x::mpz_t, y::Culong)::Cvoid = set!(x, BigInt(y))
@gmp init_set_si(x::mpz_t, y::Clong)::Cvoid = set!(x, BigInt(y))
@gmp swap(x::mpz_t, y::mpz_t)::Cvoid = (z = set!(BigInt(), x); set!(x, y); set!(y, z))
# the lowest bits of the magnitude, with the sign for a signed result
@gmp get_ui(x::mpz_t)::Culong = abs(x) % Culong
@gmp get_si(x::mpz_t)::Clong = (m = (abs(x) % Culong & typemax(Clong)) % Clong; isneg(x) ? -m : m)
@gmp get_d(x::mpz_t)::Cdouble = Float64(x, RoundToZero)
@gmp fits_ulong_p(x::mpz_t)::Cint = typemin(Culong) <= x <= typemax(Culong)
@gmp fits_slong_p(x::mpz_t)::Cint = typemin(Clong) <= x <= typemax(Clong)
@gmp fits_uint_p(x::mpz_t)::Cint = typemin(Cuint) <= x <= typemax(Cuint)
@gmp fits_sint_p(x::mpz_t)::Cint = typemin(Cint) <= x <= typemax(Cint)
@gmp sizeinbase(x::mpz_t, base::Cint)::Csize_t = max(1, ndigits(x, base=Int(base)))
@gmp size(x::mpz_t)::Csize_t = abs(x.size)

## comparison ##

@gmp cmp(x::mpz_t, y::mpz_t)::Cint = cmp(x, y)
@gmp cmp_ui(x::mpz_t, y::Culong)::Cint = cmp(x, y)
@gmp cmp_si(x::mpz_t, y::Clong)::Cint = cmp(x, y)
@gmp cmp_d(x::mpz_t, y::Cdouble)::Cint = x < y ? -1 : x > y ? 1 : 0
@gmp cmpabs(x::mpz_t, y::mpz_t)::Cint = cmp(abs(x), abs(y))
@gmp cmpabs_ui(x::mpz_t, y::Culong)::Cint = cmp(abs(x), y)

## arithmetic ##

@gmp add(z::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(z, x + y)
@gmp add_ui(z::mpz_t, x::mpz_t, y::Culong)::Cvoid = set!(z, x + y)
@gmp sub(z::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(z, x - y)
@gmp sub_ui(z::mpz_t, x::mpz_t, y::Culong)::Cvoid = set!(z, x - y)
@gmp ui_sub(z::mpz_t, x::Culong, y::mpz_t)::Cvoid = set!(z, x - y)
@gmp mul(z::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(z, x * y)
@gmp mul_ui(z::mpz_t, x::mpz_t, y::Culong)::Cvoid = set!(z, x * y)
@gmp mul_si(z::mpz_t, x::mpz_t, y::Clong)::Cvoid = set!(z, x * y)
@gmp addmul(z::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(z, z + x * y)
@gmp addmul_ui(z::mpz_t, x::mpz_t, y::Culong)::Cvoid = set!(z, z + x * y)
@gmp submul(z::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(z, z - x * y)
@gmp submul_ui(z::mpz_t, x::mpz_t, y::Culong)::Cvoid = set!(z, z - x * y)
@gmp mul_2exp(z::mpz_t, x::mpz_t, n::Culong)::Cvoid = set!(z, x << n)
@gmp neg(z::mpz_t, x::mpz_t)::Cvoid = set!(z, -x)
@gmp abs(z::mpz_t, x::mpz_t)::Cvoid = set!(z, abs(x))
@gmp pow_ui(z::mpz_t, x::mpz_t, n::Culong)::Cvoid = set!(z, x^n)
@gmp ui_pow_ui(z::mpz_t, x::Culong, n::Culong)::Cvoid = set!(z, BigInt(x)^n)
@gmp powm(z::mpz_t, x::mpz_t, n::mpz_t, m::mpz_t)::Cvoid = set!(z, powermod(x, n, abs(m)))
@gmp powm_ui(z::mpz_t, x::mpz_t, n::Culong, m::mpz_t)::Cvoid = set!(z, powermod(x, n, abs(m)))

# division: the quotient is rounded to zero (t), down (f) or up (c)
for (letter, quotient, remainder) in ((:t, :div, :rem), (:f, :fld, :mod), (:c, :cld, :_cmod))
    @eval begin
        @gmp $(Symbol(letter, :div_q))(q::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(q, $quotient(x, y))
        @gmp $(Symbol(letter, :div_r))(r::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(r, $remainder(x, y))
        @gmp $(Symbol(letter, :div_qr))(q::mpz_t, r::mpz_t, x::mpz_t, y::mpz_t)::Cvoid =
            (a = $quotient(x, y); b = $remainder(x, y); set!(q, a); set!(r, b))
        # these return the magnitude of the remainder
        @gmp $(Symbol(letter, :div_q_ui))(q::mpz_t, x::mpz_t, y::Culong)::Culong =
            (r = abs($remainder(x, BigInt(y))); set!(q, $quotient(x, BigInt(y))); r)
        @gmp $(Symbol(letter, :div_r_ui))(r::mpz_t, x::mpz_t, y::Culong)::Culong =
            (set!(r, $remainder(x, BigInt(y))); abs(r))
        @gmp $(Symbol(letter, :div_ui))(x::mpz_t, y::Culong)::Culong = abs($remainder(x, BigInt(y)))
        @gmp $(Symbol(letter, :div_q_2exp))(q::mpz_t, x::mpz_t, n::Culong)::Cvoid =
            set!(q, $quotient(x, BigInt(1) << n))
        @gmp $(Symbol(letter, :div_r_2exp))(r::mpz_t, x::mpz_t, n::Culong)::Cvoid =
            set!(r, $remainder(x, BigInt(1) << n))
    end
end
_cmod(x::BigInt, y::BigInt) = x - y * cld(x, y)
@gmp mod(r::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(r, mod(x, abs(y)))
@gmp divexact(q::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(q, div(x, y))
@gmp divexact_ui(q::mpz_t, x::mpz_t, y::Culong)::Cvoid = set!(q, div(x, BigInt(y)))
@gmp divisible_p(x::mpz_t, y::mpz_t)::Cint = iszero(y) ? iszero(x) : iszero(rem(x, y))
@gmp divisible_ui_p(x::mpz_t, y::Culong)::Cint = iszero(y) ? iszero(x) : iszero(rem(x, BigInt(y)))
@gmp congruent_p(x::mpz_t, y::mpz_t, m::mpz_t)::Cint = iszero(m) ? x == y : iszero(rem(x - y, m))

## roots and powers ##

# The root of a magnitude, rounded down, by Newton's method from above.
function floor_root(x::BigInt, n::Integer)
    n == 1 && return x
    x <= 1 && return x
    n == 2 && return isqrt(x)
    bits = top_set_bit(x)
    n >= bits && return BigInt(1)
    r = BigInt(1) << cld(bits, n)
    while true
        next = div((n - 1) * r + div(x, r^(n - 1)), n)
        next >= r && return r
        r = next
    end
end
signed_root(x::BigInt, n::Integer) = isneg(x) ? -floor_root(-x, n) : floor_root(x, n)
function _checked_root(x, n)
    (iszero(n) || (isneg(x) && iseven(n))) && throw(DomainError(x, "there is no root of degree $n"))
    return signed_root(x, Int(n))
end
@gmp root(z::mpz_t, x::mpz_t, n::Culong)::Cint = (r = _checked_root(x, n); exact = r^n == x; set!(z, r); exact)
@gmp rootrem(z::mpz_t, rest::mpz_t, x::mpz_t, n::Culong)::Cvoid =
    (r = _checked_root(x, n); d = x - r^n; set!(z, r); set!(rest, d))
@gmp sqrt(z::mpz_t, x::mpz_t)::Cvoid = set!(z, isqrt(x))
@gmp sqrtrem(z::mpz_t, rest::mpz_t, x::mpz_t)::Cvoid = (r = isqrt(x); d = x - r * r; set!(z, r); set!(rest, d))
@gmp perfect_square_p(x::mpz_t)::Cint = !isneg(x) && isqrt(x)^2 == x
@gmp perfect_power_p(x::mpz_t)::Cint = is_perfect_power(x)

function is_perfect_power(x::BigInt)
    m = abs(x)
    m <= 1 && return true
    # The exponent divides the number of trailing zero bits, if there are any.
    twos = trailing_zeros(m)
    for p in small_primes(top_set_bit(m))
        p == 2 && isneg(x) && continue
        twos > 0 && twos % p != 0 && continue
        floor_root(m, p)^p == m && return true
    end
    return false
end

## number theory ##

@gmp gcd(z::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(z, gcd(x, y))
@gmp gcd_ui(z::Ptr{Cvoid}, x::mpz_t, y::Culong)::Culong =
    (g = gcd(x, BigInt(y)); z == C_NULL || set!(unsafe_pointer_to_objref(z)::BigInt, g); g % Culong)
@gmp gcdext(g::mpz_t, s::mpz_t, t::mpz_t, x::mpz_t, y::mpz_t)::Cvoid =
    ((a, b, c) = gcdx(x, y); set!(g, a); set!(s, b); set!(t, c))
@gmp lcm(z::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(z, lcm(x, y))
@gmp lcm_ui(z::mpz_t, x::mpz_t, y::Culong)::Cvoid = set!(z, lcm(x, BigInt(y)))
@gmp invert(z::mpz_t, x::mpz_t, m::mpz_t)::Cint =
    ((g, s, _) = gcdx(x, m); isone(g) && !iszero(m) ? (set!(z, mod(s, abs(m))); 1) : 0)
@gmp remove(z::mpz_t, x::mpz_t, f::mpz_t)::Culong = remove_factor!(z, x, f)
function remove_factor!(z::BigInt, x::BigInt, f::BigInt)
    n = 0
    iszero(x) && return (set!(z, x); n)
    while true
        q, r = divrem(x, f)
        iszero(r) || return (set!(z, x); n)
        x = q
        n += 1
    end
end

# Kronecker's symbol, which Jacobi's and Legendre's are cases of.
function kronecker_symbol(a::BigInt, b::BigInt)
    iszero(b) && return Int(isone(abs(a)))
    iseven(a) && iseven(b) && return 0
    twos = trailing_zeros(b)
    b >>= twos
    s = isodd(twos) && Int(mod(a, 8)) in (3, 5) ? -1 : 1
    if isneg(b)
        b = -b
        isneg(a) && (s = -s)
    end
    # The rest is by quadratic reciprocity; b is odd and positive.
    a = mod(a, b)
    while !iszero(a)
        twos = trailing_zeros(a)
        a >>= twos
        isodd(twos) && (b % UInt8) & 7 in (3, 5) && (s = -s)
        (a % UInt8) & 3 == 3 && (b % UInt8) & 3 == 3 && (s = -s)
        a, b = mod(b, a), a
    end
    return isone(b) ? s : 0
end
@gmp jacobi(a::mpz_t, b::mpz_t)::Cint = kronecker_symbol(a, b)
@gmp legendre(a::mpz_t, b::mpz_t)::Cint = kronecker_symbol(a, b)
@gmp kronecker(a::mpz_t, b::mpz_t)::Cint = kronecker_symbol(a, b)
@gmp kronecker_si(a::mpz_t, b::Clong)::Cint = kronecker_symbol(a, BigInt(b))
@gmp kronecker_ui(a::mpz_t, b::Culong)::Cint = kronecker_symbol(a, BigInt(b))
@gmp si_kronecker(a::Clong, b::mpz_t)::Cint = kronecker_symbol(BigInt(a), b)
@gmp ui_kronecker(a::Culong, b::mpz_t)::Cint = kronecker_symbol(BigInt(a), b)

# The primes up to n.
function small_primes(n::Integer)
    sieve = trues(max(n, 1))
    sieve[1] = false
    for p in 2:isqrt(Int(n))
        sieve[p] && (sieve[p*p:p:n] .= false)
    end
    return findall(sieve)
end

# Whether n, odd and above 3, passes the strong test to base a.
function is_strong_probable_prime(n::BigInt, a::BigInt)
    d = n - 1
    twos = trailing_zeros(d)
    x = powermod(a, d >> twos, n)
    (isone(x) || x == d) && return true
    for _ in 2:twos
        x = rem(x * x, n)
        x == d && return true
    end
    return false
end

# These bases leave no composite below the limit (Sorenson and Webster).
const STRONG_TEST_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
const STRONG_TEST_LIMIT = parse(BigInt, "318665857834031151167461")

# 0 for a composite number, 2 for one that is proved prime, 1 for one that passed all tests: for large numbers those
# to the first prime bases and to `reps - 24` more (as GMP counts), and a Lucas test.
function primality(n::BigInt, reps::Integer)
    n = abs(n)
    n < 2 && return 0
    for p in STRONG_TEST_BASES
        n == p && return 2
        iszero(rem(n, BigInt(p))) && return 0
    end
    n < 41^2 && return 2
    all(p -> is_strong_probable_prime(n, BigInt(p)), STRONG_TEST_BASES) || return 0
    n < STRONG_TEST_LIMIT && return 2
    is_strong_lucas_probable_prime(n) || return 0
    more = small_primes(311)
    for i in 1:min(reps - 24, length(more) - length(STRONG_TEST_BASES))
        is_strong_probable_prime(n, BigInt(more[length(STRONG_TEST_BASES)+i])) || return 0
    end
    return 1
end

# The strong Lucas test with Selfridge's parameters (Baillie and Wagstaff, 1980), for odd n.
function is_strong_lucas_probable_prime(n::BigInt)
    isqrt(n)^2 == n && return false
    d = BigInt(5)
    while (j = kronecker_symbol(d, n)) != -1
        iszero(j) && abs(d) != n && return false
        d = isneg(d) ? 2 - d : -(d + 2)
    end
    q = div(1 - d, BigInt(4))
    half(x) = mod((isodd(x) ? x + n : x) >> 1, n)
    k = n + 1
    twos = trailing_zeros(k)
    odd = k >> twos
    u, v, qk = BigInt(1), BigInt(1), mod(q, n)
    for i in top_set_bit(odd)-2:-1:0
        u, v = rem(u * v, n), mod(v * v - 2qk, n)
        qk = rem(qk * qk, n)
        if isodd(odd >> i)
            u, v = half(u + v), half(d * u + v)
            qk = mod(qk * q, n)
        end
    end
    (iszero(u) || iszero(v)) && return true
    for _ in 2:twos
        v = mod(v * v - 2qk, n)
        qk = rem(qk * qk, n)
        iszero(v) && return true
    end
    return false
end
@gmp probab_prime_p(n::mpz_t, reps::Cint)::Cint = primality(n, reps)
@gmp nextprime(z::mpz_t, n::mpz_t)::Cvoid = set!(z, next_prime(n))
function next_prime(n::BigInt)
    n < 2 && return BigInt(2)
    n = iseven(n) ? n + 1 : n + 2
    while primality(n, 25) == 0
        n += 2
    end
    return n
end

## sequences ##

# F(n) and F(n + 1), by doubling
function fibonacci(n::Integer)
    a, b = BigInt(0), BigInt(1)
    for i in top_set_bit(n)-1:-1:0
        a, b = a * (2b - a), a * a + b * b
        isodd(n >> i) && ((a, b) = (b, a + b))
    end
    return a, b
end
@gmp fib_ui(z::mpz_t, n::Culong)::Cvoid = set!(z, fibonacci(n)[1])
@gmp fib2_ui(z::mpz_t, before::mpz_t, n::Culong)::Cvoid = ((a, b) = fibonacci(n); set!(z, a); set!(before, b - a))
@gmp lucnum_ui(z::mpz_t, n::Culong)::Cvoid = ((a, b) = fibonacci(n); set!(z, 2b - a))
@gmp lucnum2_ui(z::mpz_t, before::mpz_t, n::Culong)::Cvoid =
    ((a, b) = fibonacci(n); set!(z, 2b - a); set!(before, 3a - b))

# the product of the numbers, halves first so that the factors stay of like size
product(list) = isempty(list) ? BigInt(1) : _product(list, firstindex(list), lastindex(list))
_product(list, lo, hi) =
    lo == hi ? BigInt(list[lo]) : (mid = (lo + hi) >> 1; _product(list, lo, mid) * _product(list, mid + 1, hi))
multifactorial(n::Culong, m::Culong) = iszero(n) ? BigInt(1) : product(Int(n):-Int(m):1)
@gmp fac_ui(z::mpz_t, n::Culong)::Cvoid = set!(z, multifactorial(n, Culong(1)))
@gmp mfac_uiui(z::mpz_t, n::Culong, m::Culong)::Cvoid = set!(z, multifactorial(n, m))
@gmp primorial_ui(z::mpz_t, n::Culong)::Cvoid = set!(z, product(small_primes(n)))
@gmp bin_ui(z::mpz_t, n::mpz_t, k::Culong)::Cvoid = set!(z, binomial(n, Int(k)))
@gmp bin_uiui(z::mpz_t, n::Culong, k::Culong)::Cvoid = set!(z, binomial(BigInt(n), Int(k)))
@gmp var"2fac_ui"(z::mpz_t, n::Culong)::Cvoid = set!(z, multifactorial(n, Culong(2)))

## bits ##

@gmp and(z::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(z, x & y)
@gmp ior(z::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(z, x | y)
@gmp xor(z::mpz_t, x::mpz_t, y::mpz_t)::Cvoid = set!(z, xor(x, y))
@gmp com(z::mpz_t, x::mpz_t)::Cvoid = set!(z, ~x)
# GMP's "no such bit" is the largest number
_bit_count(n) = n === nothing ? typemax(Culong) : n
@gmp popcount(x::mpz_t)::Culong = _bit_count(isneg(x) ? nothing : count_ones(x))
@gmp hamdist(x::mpz_t, y::mpz_t)::Culong = _bit_count(isneg(x) != isneg(y) ? nothing : count_ones(xor(x, y)))
@gmp tstbit(x::mpz_t, i::Culong)::Cint = isodd(x >> i)
@gmp setbit(x::mpz_t, i::Culong)::Cvoid = set!(x, x | (BigInt(1) << i))
@gmp clrbit(x::mpz_t, i::Culong)::Cvoid = set!(x, x & ~(BigInt(1) << i))
@gmp combit(x::mpz_t, i::Culong)::Cvoid = set!(x, xor(x, BigInt(1) << i))
@gmp scan1(x::mpz_t, i::Culong)::Culong = (y = x >> i; _bit_count(iszero(y) ? nothing : i + trailing_zeros(y)))
@gmp scan0(x::mpz_t, i::Culong)::Culong = (y = ~(x >> i); _bit_count(iszero(y) ? nothing : i + trailing_zeros(y)))

end # module LibGMP

"""
    LIBRARY_FUNCTIONS

The functions that stand in for those of C libraries: simple vectors of the library's name, the function's name, the
function, its return type and its argument types.
"""
const LIBRARY_FUNCTIONS = Core.svec(LibGMP.FUNCTIONS...)
