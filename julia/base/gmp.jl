# gmp.jl: `BigInt`, integers of any size. The module has the name that packages know; the arithmetic is here, on
# vectors of 64-bit limbs, lowest first, without leading zeros.

module GMP

export BigInt

import ..Base: *, +, -, /, <, <<, >>, >>>, <=, ==, >, >=, ^, (~), (&), (|), xor, nand, nor, binomial, cmp, convert,
    div, divrem, cld, fld, gcd, gcdx, lcm, mod, ndigits, promote_rule, rem, show, isqrt, string, powermod,
    invmod, sum, prod, trailing_zeros, trailing_ones, count_ones, count_zeros, tryparse_internal, bin, oct, dec, hex,
    isequal, ndigits0zpb, widen, signed, unsafe_trunc, trunc, iszero, isone, big, flipsign,
    signbit, sign, hastypemax, isodd, iseven, digits!, hash, decompose, copy, abs, top_set_bit,
    unsigned, zero, one, widemul, power_by_squaring, checked_abs, checked_neg, checked_add, checked_sub,
    checked_mul, checked_div, checked_rem, checked_fld, checked_mod, checked_cld, add_with_overflow,
    sub_with_overflow, mul_with_overflow

const Limb = UInt64
const BITS_PER_LIMB = 64

"""
    BigInt <: Signed

An integer of any size.
"""
mutable struct BigInt <: Signed
    size::Int       # the number of limbs that count; negative for a negative number
    d::Vector{Limb}

    global _bigint(neg::Bool, d::Vector{Limb}) = new(neg ? -length(d) : length(d), d)
    BigInt(; nbits::Integer=0) = new(0, Limb[])
end

# ---- magnitudes -------------------------------------------------------------------------------------------------

function mag_trim!(d::Vector{Limb})
    n = length(d)
    while n > 0 && d[n] == 0
        n -= 1
    end
    n == length(d) || resize!(d, n)
    return d
end
function mag(x::UInt64)
    return x == 0 ? Limb[] : Limb[x]
end
function mag(x::UInt128)
    lo, hi = x % UInt64, (x >> 64) % UInt64
    return hi == 0 ? mag(lo) : Limb[lo, hi]
end
mag(x::Union{Bool,UInt8,UInt16,UInt32}) = mag(UInt64(x))

function mag_cmp(a::Vector{Limb}, b::Vector{Limb})
    la, lb = length(a), length(b)
    la == lb || return la < lb ? -1 : 1
    for i in la:-1:1
        x, y = a[i], b[i]
        x == y || return x < y ? -1 : 1
    end
    return 0
end

function mag_add(a::Vector{Limb}, b::Vector{Limb})
    length(a) < length(b) && return mag_add(b, a)
    la, lb = length(a), length(b)
    r = Vector{Limb}(undef, la)
    carry = false
    for i in 1:lb
        s = a[i] + b[i]
        c1 = s < a[i]
        t = s + carry
        carry = c1 | (t < s)
        r[i] = t
    end
    for i in lb+1:la
        t = a[i] + carry
        carry = carry & (t == 0)
        r[i] = t
    end
    carry && push!(r, Limb(1))
    return r
end

# Of a magnitude that is not less.
function mag_sub(a::Vector{Limb}, b::Vector{Limb})
    la, lb = length(a), length(b)
    r = Vector{Limb}(undef, la)
    borrow = false
    for i in 1:lb
        s = a[i] - b[i]
        b1 = a[i] < b[i]
        t = s - borrow
        borrow = b1 | (borrow & (s == 0))
        r[i] = t
    end
    for i in lb+1:la
        t = a[i] - borrow
        borrow = borrow & (a[i] == 0)
        r[i] = t
    end
    return mag_trim!(r)
end

function mag_mul1(a::Vector{Limb}, m::Limb, c::Limb=Limb(0))
    n = length(a)
    r = Vector{Limb}(undef, n)
    carry = UInt128(c)
    for i in 1:n
        t = UInt128(a[i]) * m + carry
        r[i] = t % UInt64
        carry = t >> 64
    end
    carry == 0 || push!(r, carry % UInt64)
    return mag_trim!(r)
end

const KARATSUBA = 48
function mag_mul(a::Vector{Limb}, b::Vector{Limb})
    la, lb = length(a), length(b)
    (la == 0 || lb == 0) && return Limb[]
    lb == 1 && return mag_mul1(a, b[1])
    la == 1 && return mag_mul1(b, a[1])
    min(la, lb) >= KARATSUBA && return mag_karatsuba(a, b)
    r = zeros(Limb, la + lb)
    for j in 1:lb
        carry = UInt128(0)
        bj = b[j]
        for i in 1:la
            t = UInt128(a[i]) * bj + r[i+j-1] + carry
            r[i+j-1] = t % UInt64
            carry = t >> 64
        end
        r[la+j] = carry % UInt64
    end
    return mag_trim!(r)
end
function mag_karatsuba(a::Vector{Limb}, b::Vector{Limb})
    h = (max(length(a), length(b)) + 1) ÷ 2
    a0, a1 = mag_split(a, h)
    b0, b1 = mag_split(b, h)
    p0 = mag_mul(a0, b0)
    p2 = mag_mul(a1, b1)
    p1 = mag_sub(mag_sub(mag_mul(mag_add(a0, a1), mag_add(b0, b1)), p0), p2)
    return mag_add(mag_add(p0, mag_limbshift(p1, h)), mag_limbshift(p2, 2h))
end
function mag_split(a::Vector{Limb}, h::Int)
    length(a) <= h && return a, Limb[]
    return mag_trim!(a[1:h]), a[h+1:end]
end
mag_limbshift(a::Vector{Limb}, n::Int) = isempty(a) ? a : vcat(zeros(Limb, n), a)

function mag_divrem1(a::Vector{Limb}, m::Limb)
    n = length(a)
    q = Vector{Limb}(undef, n)
    r = UInt128(0)
    for i in n:-1:1
        t = (r << 64) | a[i]
        q[i] = div(t, UInt128(m)) % UInt64
        r = rem(t, UInt128(m))
    end
    return mag_trim!(q), r % UInt64
end

# Knuth's algorithm D.
function mag_divrem(a::Vector{Limb}, b::Vector{Limb})
    mag_cmp(a, b) < 0 && return Limb[], a
    if length(b) == 1
        q, r = mag_divrem1(a, b[1])
        return q, mag(r)
    end
    s = leading_zeros(b[end])
    v = mag_shl(b, s)
    u = mag_shl(a, s)
    length(u) == length(a) && push!(u, Limb(0))
    n = length(v)
    m = length(u) - n - 1
    q = Vector{Limb}(undef, m + 1)
    vtop, vnext = UInt128(v[n]), UInt128(v[n-1])
    B = UInt128(1) << 64
    for j in m:-1:0
        num = (UInt128(u[j+n+1]) << 64) | u[j+n]
        qhat = div(num, vtop)
        rhat = num - qhat * vtop
        while qhat >= B || qhat * vnext > ((rhat << 64) | u[j+n-1])
            qhat -= 1
            rhat += vtop
            rhat >= B && break
        end
        borrow = UInt128(0)
        carry = UInt128(0)
        for i in 1:n
            p = qhat * v[i] + carry
            carry = p >> 64
            t = UInt128(u[i+j]) - (p % UInt64) - borrow
            u[i+j] = t % UInt64
            borrow = (t >> 64) & 1
        end
        t = UInt128(u[j+n+1]) - carry - borrow
        u[j+n+1] = t % UInt64
        if (t >> 64) != 0
            # One too many: add the divisor back.
            qhat -= 1
            c = UInt128(0)
            for i in 1:n
                t2 = UInt128(u[i+j]) + v[i] + c
                u[i+j] = t2 % UInt64
                c = t2 >> 64
            end
            u[j+n+1] += c % UInt64
        end
        q[j+1] = qhat % UInt64
    end
    return mag_trim!(q), mag_shr(mag_trim!(u[1:n]), s)
end

function mag_shl(a::Vector{Limb}, n::Int)
    isempty(a) && return Limb[]
    limbs, bits = n >> 6, n & 63
    r = zeros(Limb, length(a) + limbs)
    if bits == 0
        copyto!(r, limbs + 1, a, 1, length(a))
        return r
    end
    carry = Limb(0)
    for i in 1:length(a)
        r[i+limbs] = (a[i] << bits) | carry
        carry = a[i] >> (64 - bits)
    end
    carry == 0 || push!(r, carry)
    return r
end
function mag_shr(a::Vector{Limb}, n::Int)
    limbs, bits = n >> 6, n & 63
    limbs >= length(a) && return Limb[]
    len = length(a) - limbs
    r = Vector{Limb}(undef, len)
    for i in 1:len
        x = a[i+limbs] >> bits
        if bits != 0 && i < len
            x |= a[i+limbs+1] << (64 - bits)
        end
        r[i] = x
    end
    return mag_trim!(r)
end
mag_bits(a::Vector{Limb}) = isempty(a) ? 0 : 64 * length(a) - leading_zeros(a[end])
function mag_trailing_zeros(a::Vector{Limb})
    i = 1
    while a[i] == 0
        i += 1
    end
    return 64 * (i - 1) + trailing_zeros(a[i])
end
# Whether any of the lowest n bits is set.
function mag_any_low(a::Vector{Limb}, n::Int)
    limbs, bits = n >> 6, n & 63
    for i in 1:min(limbs, length(a))
        a[i] == 0 || return true
    end
    return limbs < length(a) && bits != 0 && (a[limbs+1] & ((Limb(1) << bits) - 1)) != 0
end

isneg(x::BigInt) = x.size < 0

# ---- conversion ---------------------------------------------------------------------------------------------------------

BigInt(x::BigInt) = x
BigInt(x::BitUnsignedT) where {BitUnsignedT<:Union{UInt8,UInt16,UInt32,UInt64,UInt128}} = _bigint(false, mag(x))
BigInt(x::Union{Int8,Int16,Int32,Int64,Int128}) = _bigint(x < 0, mag(Base.uabs(x)))
BigInt(x::Bool) = _bigint(false, mag(x))
function BigInt(x::Integer)
    x isa Signed && x < 0 && return -BigInt(-x)
    x == 0 && return BigInt()
    d = Limb[]
    while x != 0
        push!(d, x % UInt64)
        x >>>= 64
    end
    return _bigint(false, mag_trim!(d))
end
BigInt(x::Union{Float16,Float32,Float64}) = isinteger(x) ? _from_float(x) : throw(InexactError(:BigInt, BigInt, x))
function _from_float(x)
    m, e, s = decompose(x)
    m *= s
    return e >= 0 ? BigInt(m) << e : BigInt(m) >> (-e) # exact where x is an integer
end
unsafe_trunc(::Type{BigInt}, x::Union{Float16,Float32,Float64}) = _from_float(Base.trunc(x))
function trunc(::Type{BigInt}, x::Union{Float16,Float32,Float64})
    isfinite(x) || throw(InexactError(:trunc, BigInt, x))
    return unsafe_trunc(BigInt, x)
end

convert(::Type{BigInt}, x::BigInt) = x

rem(x::BigInt, ::Type{Bool}) = x.size != 0 && isodd(x.d[1])
function rem(x::BigInt, ::Type{T}) where {T<:Union{UInt8,UInt16,UInt32,UInt64,Int8,Int16,Int32,Int64}}
    x.size == 0 && return zero(T)
    u = x.d[1]
    return (isneg(x) ? -u : u) % T
end
function rem(x::BigInt, ::Type{T}) where {T<:Union{Int128,UInt128}}
    u = UInt128(0)
    n = length(x.d)
    n >= 1 && (u = UInt128(x.d[1]))
    n >= 2 && (u |= UInt128(x.d[2]) << 64)
    return (isneg(x) ? -u : u) % T
end
rem(x::Integer, ::Type{BigInt}) = BigInt(x)

function (::Type{T})(x::BigInt) where {T<:Base.BitUnsigned}
    isneg(x) && throw(InexactError(nameof(T), T, x))
    mag_bits(x.d) <= 8 * sizeof(T) || throw(InexactError(nameof(T), T, x))
    return x % T
end
function (::Type{T})(x::BigInt) where {T<:Base.BitSigned}
    n = mag_bits(x.d)
    w = 8 * sizeof(T)
    # The least number has one bit more than the greatest.
    ok = n < w || (n == w && isneg(x) && mag_trailing_zeros(x.d) == w - 1)
    ok || throw(InexactError(nameof(T), T, x))
    return x % T
end
Bool(x::BigInt) = x.size == 0 ? false : x == 1 ? true : throw(InexactError(:Bool, Bool, x))

# Correctly rounded: the leading bits with a sticky one go through the conversion of UInt64.
function _to_float(::Type{T}, x::BigInt) where {T<:Base.IEEEFloat}
    x.size == 0 && return zero(T)
    n = mag_bits(x.d)
    if n <= 62
        y = T(x.d[1])
    elseif n > Base.exponent_bias(T) + 1
        y = T(Inf)
    else
        shift = n - 62
        m = mag_shr(x.d, shift)[1]
        mag_any_low(x.d, shift) && (m |= 0x1)
        y = Base._scale_rounded(T, m, shift)
    end
    return isneg(x) ? -y : y
end
Float64(x::BigInt) = _to_float(Float64, x)
Float32(x::BigInt) = _to_float(Float32, x)
Float16(x::BigInt) = _to_float(Float16, x)
(::Type{T})(x::BigInt, ::RoundingMode{:Nearest}) where {T<:Base.IEEEFloat} = T(x)
Base.AbstractFloat(x::BigInt) = BigFloat(x)

promote_rule(::Type{BigInt}, ::Type{<:Integer}) = BigInt
big(n::Integer) = BigInt(n)
big(::Type{<:Integer}) = BigInt
widen(::Type{Int128}) = BigInt
widen(::Type{UInt128}) = BigInt
widen(::Type{BigInt}) = BigInt
signed(x::BigInt) = x
unsigned(x::BigInt) = isneg(x) ? throw(DomainError(x, "`unsigned` of a negative number")) : x
hastypemax(::Type{BigInt}) = false
copy(x::BigInt) = x
zero(::Type{BigInt}) = BigInt()
one(::Type{BigInt}) = BigInt(1)

# ---- texts ------------------------------------------------------------------------------------------------------------------

function tryparse_internal(::Type{BigInt}, s::AbstractString, startpos::Int, endpos::Int, base_::Integer, raise::Bool)
    sgn, base, i = Base.parseint_preamble(true, Int(base_), s, startpos, endpos)
    if !(2 <= base <= 62)
        raise && throw(ArgumentError("invalid base: base must be 2 ≤ base ≤ 62, got $base"))
        return nothing
    end
    if i == 0
        raise && throw(ArgumentError("premature end of integer: $(repr(SubString(s, startpos, endpos)))"))
        return nothing
    end
    digits = Int[]
    while i <= endpos && !isspace(s[i])
        d = _digit(s[i], base)
        if d < 0 || d >= base
            raise && throw(ArgumentError("invalid BigInt: $(repr(SubString(s, startpos, endpos)))"))
            return nothing
        end
        push!(digits, d)
        i = nextind(s, i)
    end
    while i <= endpos
        if !isspace(s[i])
            raise && throw(ArgumentError("invalid BigInt: $(repr(SubString(s, startpos, endpos)))"))
            return nothing
        end
        i = nextind(s, i)
    end
    if isempty(digits)
        raise && throw(ArgumentError("input string is empty or only contains whitespace"))
        return nothing
    end
    # Many digits at a time.
    chunk = 1
    while Int128(base)^(chunk + 1) <= typemax(Int64)
        chunk += 1
    end
    d = Limb[]
    k = 1
    while k <= length(digits)
        n = min(chunk, length(digits) - k + 1)
        v = UInt64(0)
        for j in k:k+n-1
            v = v * UInt64(base) + UInt64(digits[j])
        end
        d = isempty(d) ? mag(v) : mag_mul1(d, UInt64(base)^n, v)
        k += n
    end
    return _bigint(sgn < 0, d)
end
function _digit(c::AbstractChar, base::Int)
    '0' <= c <= '9' && return c - '0'
    if base <= 36
        'a' <= c <= 'z' && return c - 'a' + 10
        'A' <= c <= 'Z' && return c - 'A' + 10
    else
        'A' <= c <= 'Z' && return c - 'A' + 10
        'a' <= c <= 'z' && return c - 'a' + 36
    end
    return -1
end
BigInt(s::AbstractString) = parse(BigInt, s)

function mag_string(d::Vector{Limb}, base::Int)
    isempty(d) && return "0"
    # The greatest power of the base in a limb.
    chunk = 1
    p = UInt64(base)
    while UInt128(p) * UInt64(base) <= typemax(UInt64)
        p *= UInt64(base)
        chunk += 1
    end
    parts = String[]
    while !isempty(d)
        d, r = mag_divrem1(d, p)
        push!(parts, string(r, base=base, pad=isempty(d) ? 1 : chunk))
    end
    return join(reverse!(parts))
end
function string(n::BigInt; base::Integer=10, pad::Integer=1)
    base < 0 && return Base._base(Int(base), n, Int(pad), (base > 0) & isneg(n))
    2 <= base <= 62 || throw(ArgumentError("base must be 2 ≤ base ≤ 62, got $base"))
    s = mag_string(n.d, Int(base))
    length(s) < pad && (s = "0"^(Int(pad) - length(s)) * s)
    return isneg(n) ? "-" * s : s
end
show(io::IO, x::BigInt) = print(io, string(x))
function ndigits0zpb(x::BigInt, b::Integer)
    b < 2 && throw(DomainError(b, "`b` cannot be less than 2."))
    x.size == 0 && return 0
    b == 2 && return mag_bits(x.d)
    ispow2(b) && return cld(mag_bits(x.d), trailing_zeros(b))
    return length(mag_string(x.d, Int(b)))
end
top_set_bit(x::BigInt) = isneg(x) ? throw(DomainError(x, "`top_set_bit` only supports negative arguments when they have type BitSigned.")) : mag_bits(x.d)
function digits!(a::AbstractVector{T}, n::BigInt; base::Integer=10) where {T<:Integer}
    if 2 <= base <= 62 && n.size >= 0
        s = mag_string(n.d, Int(base))
        len = n.size == 0 ? 0 : length(s)
        j = 0
        for i in eachindex(a)
            a[i] = j < len ? _digit(s[len-j], Int(base)) : zero(T)
            j += 1
        end
        return a
    end
    return invoke(digits!, Tuple{typeof(a),Integer}, a, n; base=base)
end

# ---- comparison -------------------------------------------------------------------------------------------------------------

function cmp(x::BigInt, y::BigInt)
    isneg(x) == isneg(y) || return isneg(x) ? -1 : 1
    c = mag_cmp(x.d, y.d)
    return isneg(x) ? -c : c
end
cmp(x::BigInt, y::Base.BitInteger) = cmp(x, BigInt(y))
cmp(x::Base.BitInteger, y::BigInt) = -cmp(y, x)
==(x::BigInt, y::BigInt) = x.size == y.size && mag_cmp(x.d, y.d) == 0
==(x::BigInt, i::Integer) = cmp(x, BigInt(i)) == 0
==(i::Integer, x::BigInt) = cmp(x, BigInt(i)) == 0
<(x::BigInt, y::BigInt) = cmp(x, y) < 0
<=(x::BigInt, y::BigInt) = cmp(x, y) <= 0
<(x::BigInt, i::Integer) = cmp(x, BigInt(i)) < 0
<(i::Integer, x::BigInt) = cmp(x, BigInt(i)) > 0
<=(x::BigInt, i::Integer) = cmp(x, BigInt(i)) <= 0
<=(i::Integer, x::BigInt) = cmp(x, BigInt(i)) >= 0
# Against floats: infinities and NaN aside, by the integer part.
function _cmp_float(x::BigInt, f::Base.IEEEFloat)
    isinf(f) && return f < 0 ? 1 : -1
    t = Base.trunc(f)
    c = cmp(x, _from_float(t))
    c == 0 || return c
    return f > t ? -1 : f < t ? 1 : 0
end
==(x::BigInt, f::Base.IEEEFloat) = !isnan(f) && _cmp_float(x, f) == 0
==(f::Base.IEEEFloat, x::BigInt) = x == f
<(x::BigInt, f::Base.IEEEFloat) = !isnan(f) && _cmp_float(x, f) < 0
<(f::Base.IEEEFloat, x::BigInt) = !isnan(f) && _cmp_float(x, f) > 0
<=(x::BigInt, f::Base.IEEEFloat) = !isnan(f) && _cmp_float(x, f) <= 0
<=(f::Base.IEEEFloat, x::BigInt) = !isnan(f) && _cmp_float(x, f) >= 0

iszero(x::BigInt) = x.size == 0
isone(x::BigInt) = x.size == 1 && x.d[1] == 1
signbit(x::BigInt) = isneg(x)
sign(x::BigInt) = x.size < 0 ? BigInt(-1) : x.size == 0 ? BigInt(0) : BigInt(1)
isodd(x::BigInt) = x.size != 0 && isodd(x.d[1])
iseven(x::BigInt) = !isodd(x)
flipsign(x::BigInt, y::Integer) = signbit(y) ? -x : x
flipsign(x::BigInt, y::BigInt) = isneg(y) ? -x : x

# ---- arithmetic --------------------------------------------------------------------------------------------------------------

-(x::BigInt) = _bigint(x.size > 0, x.d)
abs(x::BigInt) = isneg(x) ? -x : x
# Nothing overflows.
checked_abs(x::BigInt) = abs(x)
checked_neg(x::BigInt) = -x
checked_add(a::BigInt, b::BigInt) = a + b
checked_sub(a::BigInt, b::BigInt) = a - b
checked_mul(a::BigInt, b::BigInt) = a * b
checked_div(a::BigInt, b::BigInt) = div(a, b)
checked_rem(a::BigInt, b::BigInt) = rem(a, b)
checked_fld(a::BigInt, b::BigInt) = fld(a, b)
checked_mod(a::BigInt, b::BigInt) = mod(a, b)
checked_cld(a::BigInt, b::BigInt) = cld(a, b)
add_with_overflow(a::BigInt, b::BigInt) = a + b, false
sub_with_overflow(a::BigInt, b::BigInt) = a - b, false
mul_with_overflow(a::BigInt, b::BigInt) = a * b, false
function _addsigned(x::BigInt, y::BigInt, flip::Bool)
    yneg = isneg(y) ⊻ (flip & (y.size != 0))
    isneg(x) == yneg && return _bigint(yneg & (x.size != 0 || y.size != 0), mag_add(x.d, y.d))
    c = mag_cmp(x.d, y.d)
    c == 0 && return BigInt()
    c > 0 && return _bigint(isneg(x), mag_sub(x.d, y.d))
    return _bigint(yneg, mag_sub(y.d, x.d))
end
# A result is always an object of its own: packages change them in place (see MPZ).
+(x::BigInt, y::BigInt) = x.size == 0 ? _same(y) : y.size == 0 ? _same(x) : _addsigned(x, y, false)
-(x::BigInt, y::BigInt) = y.size == 0 ? _same(x) : x.size == 0 ? -y : _addsigned(x, y, true)
_same(x::BigInt) = _bigint(isneg(x), x.d)
*(x::BigInt, y::BigInt) = _bigint(isneg(x) ⊻ isneg(y), mag_mul(x.d, y.d))
for op in (:+, :-, :*)
    @eval $op(x::BigInt, y::Base.BitInteger) = $op(x, BigInt(y))
    @eval $op(x::Base.BitInteger, y::BigInt) = $op(BigInt(x), y)
end
/(x::BigInt, y::BigInt) = float(x) / float(y)
widemul(x::BigInt, y::BigInt) = x * y
widemul(x::Int128, y::UInt128) = BigInt(x) * BigInt(y)
widemul(x::UInt128, y::Int128) = BigInt(x) * BigInt(y)

function divrem(x::BigInt, y::BigInt)
    y.size == 0 && throw(DivideError())
    q, r = mag_divrem(x.d, y.d)
    return _bigint((isneg(x) ⊻ isneg(y)) & !isempty(q), q), _bigint(isneg(x) & !isempty(r), r === x.d ? copy(r) : r)
end
div(x::BigInt, y::BigInt) = divrem(x, y)[1]
rem(x::BigInt, y::BigInt) = divrem(x, y)[2]
function fld(x::BigInt, y::BigInt)
    q, r = divrem(x, y)
    return r.size != 0 && isneg(r) != isneg(y) ? q - 1 : q
end
function cld(x::BigInt, y::BigInt)
    q, r = divrem(x, y)
    return r.size != 0 && isneg(r) == isneg(y) ? q + 1 : q
end
function mod(x::BigInt, y::BigInt)
    r = rem(x, y)
    return r.size != 0 && isneg(r) != isneg(y) ? r + y : r
end
div(x::BigInt, y::BigInt, ::RoundingMode{:ToZero}) = div(x, y)
div(x::BigInt, y::BigInt, ::RoundingMode{:Down}) = fld(x, y)
div(x::BigInt, y::BigInt, ::RoundingMode{:Up}) = cld(x, y)
divrem(x::BigInt, y::BigInt, ::RoundingMode{:Down}) = (q = fld(x, y); (q, x - q * y))
for op in (:div, :rem, :mod)
    @eval $op(x::BigInt, y::Base.BitInteger) = $op(x, BigInt(y))
    @eval $op(x::Base.BitInteger, y::BigInt) = $op(BigInt(x), y)
end
fld(x::BigInt, y::Integer) = fld(x, BigInt(y))
fld(x::Integer, y::BigInt) = fld(BigInt(x), y)
cld(x::BigInt, y::Integer) = cld(x, BigInt(y))
cld(x::Integer, y::BigInt) = cld(BigInt(x), y)
divrem(x::BigInt, y::Integer) = divrem(x, BigInt(y))
divrem(x::Integer, y::BigInt) = divrem(BigInt(x), y)

function gcd(a::BigInt, b::BigInt)
    a, b = abs(a), abs(b)
    while b.size != 0
        if length(a.d) <= 1 && length(b.d) <= 1
            return BigInt(gcd(a.size == 0 ? UInt64(0) : a.d[1], b.d[1]))
        end
        a, b = b, rem(a, b)
    end
    return _same(a)
end
gcd(a::BigInt, b::Integer) = gcd(a, BigInt(b))
gcd(a::Integer, b::BigInt) = gcd(BigInt(a), b)
lcm(a::BigInt, b::BigInt) = (a.size == 0 || b.size == 0) ? BigInt() : abs(div(a, gcd(a, b)) * b)
function gcdx(a::BigInt, b::BigInt)
    s0, s1 = BigInt(1), BigInt(0)
    t0, t1 = BigInt(0), BigInt(1)
    x, y = a, b
    while y.size != 0
        q, r = divrem(x, y)
        x, y = y, r
        s0, s1 = s1, s0 - q * s1
        t0, t1 = t1, t0 - q * t1
    end
    return isneg(x) ? (-x, -s0, -t0) : (x, s0, t0)
end

# ---- bits: as in two's complement with endless sign bits ----------------------------------------------------------------------

~(x::BigInt) = -x - 1
# n limbs of two's complement.
function _twos(x::BigInt, n::Int)
    r = zeros(Limb, n)
    copyto!(r, 1, x.d, 1, length(x.d))
    isneg(x) || return r
    carry = true
    for i in 1:n
        t = ~r[i] + carry
        carry = carry & (t == 0)
        r[i] = t
    end
    return r
end
function _from_twos(r::Vector{Limb})
    neg = !isempty(r) && (r[end] >> 63) != 0
    if neg
        carry = true
        for i in 1:length(r)
            t = ~r[i] + carry
            carry = carry & (t == 0)
            r[i] = t
        end
    end
    return _bigint(neg, mag_trim!(r))
end
for op in (:&, :|, :xor)
    @eval function $op(x::BigInt, y::BigInt)
        n = max(length(x.d), length(y.d)) + 1
        a, b = _twos(x, n), _twos(y, n)
        for i in 1:n
            a[i] = $op(a[i], b[i])
        end
        return _from_twos(a)
    end
    @eval $op(x::BigInt, y::Integer) = $op(x, BigInt(y))
    @eval $op(x::Integer, y::BigInt) = $op(BigInt(x), y)
end

<<(x::BigInt, c::UInt) = _bigint(isneg(x), mag_shl(x.d, Int(c)))
function >>(x::BigInt, c::UInt)
    n = Int(min(c, UInt(typemax(Int))))
    if isneg(x)
        # Rounds down.
        q = mag_shr(x.d, n)
        mag_any_low(x.d, n) && (q = mag_add(q, Limb[1]))
        return _bigint(!isempty(q), q)
    end
    return _bigint(false, mag_shr(x.d, n))
end
>>>(x::BigInt, c::UInt) = x >> c
<<(x::BigInt, c::Int) = c >= 0 ? x << unsigned(c) : x >> unsigned(-c)
>>(x::BigInt, c::Int) = c >= 0 ? x >> unsigned(c) : x << unsigned(-c)
>>>(x::BigInt, c::Int) = x >> c

trailing_zeros(x::BigInt) = x.size == 0 ? throw(DomainError(x, "0")) : mag_trailing_zeros(x.d)
trailing_ones(x::BigInt) = trailing_zeros(~x)
function count_ones(x::BigInt)
    isneg(x) && throw(DomainError(x, "counts of bits need a number that is not negative"))
    n = 0
    for l in x.d
        n += count_ones(l)
    end
    return n
end

# ---- powers, roots, number theory -----------------------------------------------------------------------------------------------

function ^(x::BigInt, y::Base.BitInteger)
    if y < 0
        isone(x) && return x
        x == -1 && return iseven(y) ? one(x) : x
        Base.throw_domerr_powbysq(x, y)
    end
    r = BigInt(1)
    n = Int(min(y, typemax(Int)))
    # A power of two is a shift.
    if x.size == 1 && ispow2(x.d[1])
        return r << (n * trailing_zeros(x.d[1]))
    end
    while n > 0
        isodd(n) && (r *= x)
        n >>= 1
        n == 0 && break
        x *= x
    end
    return r
end
^(x::BigInt, y::BigInt) = abs(x) <= 1 ? (isodd(y) || iszero(y) && !iszero(x) ? (iszero(y) ? one(x) : x) : iszero(y) ? one(x) : x * x) : x^Int(y)
^(x::Integer, y::BigInt) = BigInt(x)^y
^(x::Bool, y::BigInt) = Base.power_by_squaring(x, y)
^(x::BigInt, y::Bool) = y ? x : one(x)

function powermod(x::Integer, p::Integer, m::BigInt)
    p < 0 && return powermod(invmod(BigInt(x), m), -p, m)
    m.size == 0 && throw(DivideError())
    b = mod(BigInt(x), m)
    r = mod(BigInt(1), m)
    p = BigInt(p)
    for i in mag_bits(p.d)-1:-1:0
        r = mod(r * r, m)
        if (p.d[(i>>6)+1] >> (i & 63)) & 1 != 0
            r = mod(r * b, m)
        end
    end
    return r
end

function isqrt(x::BigInt)
    isneg(x) && throw(DomainError(x, "isqrt of a negative number"))
    x.size == 0 && return BigInt()
    s = BigInt(1) << cld(mag_bits(x.d), 2)
    # Newton's method from above.
    while true
        t = (s + div(x, s)) >> 1
        t >= s && return s
        s = t
    end
end

Base.factorial(n::BigInt) = !isneg(n) ? _prodrange(1, Int(n)) : throw(DomainError(n, "`n` must not be negative."))
function _prodrange(lo::Int, hi::Int)
    lo > hi && return BigInt(1)
    if hi - lo < 16
        r = BigInt(lo)
        for i in lo+1:hi
            r *= i
        end
        return r
    end
    mid = (lo + hi) >> 1
    return _prodrange(lo, mid) * _prodrange(mid + 1, hi)
end
function binomial(n::BigInt, k::Integer)
    k < 0 && return BigInt(0)
    if isneg(n)
        # The reflection to a positive number.
        r = binomial(BigInt(-n + k - 1), k)
        return isodd(k) ? -r : r
    end
    k > n && return BigInt(0)
    k > n - k && (k = Int(n - k))
    k = Int(k)
    r = BigInt(1)
    for i in 1:k
        r = div(r * (n - k + i), i)
    end
    return r
end
binomial(n::BigInt, k::BigInt) = binomial(n, Int(k))

decompose(x::BigInt) = x, 0, BigInt(1)

"""
    set!(x::BigInt, y::BigInt)

Make the object `x` hold the value of `y`.
"""
function set!(x::BigInt, y::BigInt)
    x.size = y.size
    x.d = y.d
    return x
end

# Operations that store their result in an existing object, by GMP's names.
module MPZ
using ..GMP: BigInt, set!
const mpz_t = Ref{BigInt}
set_si!(x::BigInt, n) = set!(x, BigInt(n))
set_ui!(x::BigInt, n) = set!(x, BigInt(n))
set(x::BigInt) = set!(BigInt(), x)
set_si(n) = BigInt(n)
set_ui(n) = BigInt(n)
for (name, op) in ((:add, :+), (:sub, :-), (:mul, :*), (:tdiv_q, :div), (:tdiv_r, :rem), (:fdiv_q, :fld),
                   (:fdiv_r, :mod), (:cdiv_q, :cld), (:gcd, :gcd), (:lcm, :lcm), (:and, :&), (:ior, :|), (:xor, :xor))
    bang = Symbol(name, '!')
    @eval begin
        $name(a::BigInt, b) = $op(a, b)
        $bang(x::BigInt, a::BigInt, b) = set!(x, $op(a, BigInt(b)))
        $bang(x::BigInt, b) = set!(x, $op(x, BigInt(b)))
    end
end
for (bang, op) in ((:add_ui!, :+), (:sub_ui!, :-), (:mul_ui!, :*), (:mul_si!, :*))
    @eval $bang(x::BigInt, a::BigInt, b) = set!(x, $op(a, b))
    @eval $bang(x::BigInt, b) = set!(x, $op(x, b))
end
neg!(x::BigInt, a::BigInt=x) = set!(x, -a)
com!(x::BigInt, a::BigInt=x) = set!(x, ~a)
mul_2exp!(x::BigInt, a::BigInt, b) = set!(x, a << b)
mul_2exp!(x::BigInt, b) = set!(x, x << b)
fdiv_q_2exp!(x::BigInt, a::BigInt, b) = set!(x, a >> b)
fdiv_q_2exp!(x::BigInt, b) = set!(x, x >> b)
pow_ui!(x::BigInt, a::BigInt, b) = set!(x, a^b)
cmp(a::BigInt, b::BigInt) = Base.cmp(a, b)
cmp_si(a::BigInt, b) = Base.cmp(a, b)
sizeinbase(a::BigInt, b) = max(1, ndigits(a, base=Int(b)))
end # module MPZ

end # module GMP

"""
    big"..."

A BigInt, or a BigFloat if the text is not that of an integer.
"""
macro big_str(s)
    # Underscores between digits are left out.
    if '_' in s
        bf = IOBuffer(maxsize=lastindex(s))
        c = s[1]
        print(bf, c)
        is_prev_underscore = (c == '_')
        is_prev_dot = (c == '.')
        for c in SubString(s, 2, lastindex(s) - 1)
            c != '_' && print(bf, c)
            c == '_' && is_prev_dot && return _big_error(s)
            c == '.' && is_prev_underscore && return _big_error(s)
            is_prev_underscore = (c == '_')
            is_prev_dot = (c == '.')
        end
        print(bf, s[end])
        s = String(take!(bf))
    end
    n = tryparse(BigInt, s)
    n === nothing || return n
    n = tryparse(BigFloat, s)
    n === nothing || return n
    return _big_error(s)
end
_big_error(s) = :(throw(ArgumentError($(string("invalid number format ", s, " for BigInt or BigFloat")))))
