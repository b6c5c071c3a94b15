# gmp.jl: `BigInt`, integers of any size, on the library GMP. The object of a number is GMP's own `mpz_t`, so that the
# library's functions work on it, Base's (module `MPZ`) as well as those that packages call with `ccall`.

module GMP

export BigInt

import ..Base: *, +, -, /, <, <<, >>, >>>, <=, ==, >, >=, ^, (~), (&), (|), xor, nand, nor, binomial, cmp, convert,
    div, divrem, cld, fld, gcd, gcdx, lcm, mod, ndigits, promote_rule, rem, show, isqrt, string, powermod,
    invmod, sum, prod, trailing_zeros, trailing_ones, count_ones, count_zeros, tryparse_internal, bin, oct, dec, hex,
    isequal, ndigits0zpb, widen, signed, unsafe_trunc, trunc, iszero, isone, big, flipsign,
    signbit, sign, hastypemax, isodd, iseven, digits!, hash, hash_integer, decompose, copy, abs, top_set_bit,
    unsigned, zero, one, widemul, power_by_squaring, checked_abs, checked_neg, checked_add, checked_sub,
    checked_mul, checked_div, checked_rem, checked_fld, checked_mod, checked_cld, add_with_overflow,
    sub_with_overflow, mul_with_overflow, cconvert, unsafe_convert

import Core.Intrinsics: cglobal
using ..Base: BitInteger, IEEEFloat

const Limb = UInt
const BITS_PER_LIMB = 64
const libgmp = :libgmp

# What GMP's functions take as a number of the machine.
const ULong = Union{UInt8,UInt16,UInt32,UInt64}
const SLong = Union{Int8,Int16,Int32,Int64}
# Julia's names for them, which packages know.
const CulongMax = ULong
const ClongMax = SLong
const CdoubleMax = Union{Float16,Float32,Float64}

"""
    BigInt <: Signed

An integer of any size.
"""
mutable struct BigInt <: Signed
    alloc::Cint     # for how many limbs there is room
    size::Cint      # how many count; negative for a negative number
    d::Ptr{Limb}    # the limbs, lowest first, in memory of GMP's

    function BigInt(; nbits::Integer=0)
        b = new(0, 0, C_NULL)
        if nbits == 0
            ccall((:__gmpz_init, :libgmp), Cvoid, (Any,), b)
        else
            ccall((:__gmpz_init2, :libgmp), Cvoid, (Any, Culong), b, nbits)
        end
        # `finalizer`, without its checks
        ccall(:jl_gc_add_ptr_finalizer, Cvoid, (Any, Ptr{Cvoid}), b, cglobal((:__gmpz_clear, :libgmp)))
        return b
    end
end

# The object itself is what a function of GMP gets.
cconvert(::Type{Ref{BigInt}}, x::BigInt) = x
unsafe_convert(::Type{Ref{BigInt}}, x::BigInt) = convert(Ptr{BigInt}, Base.pointer_from_objref(x))
unsafe_convert(::Type{Ref{BigInt}}, x::Ptr{BigInt}) = x

version() = VersionNumber(unsafe_string(unsafe_load(cglobal((:__gmp_version, :libgmp), Ptr{Cchar}))))
bits_per_limb() = Int(unsafe_load(cglobal((:__gmp_bits_per_limb, :libgmp), Cint)))

"""
    GMP.MPZ

GMP's functions by their names, without `mpz_`. Those with a `!` put their result into their first argument, which may be
one of the operands, too; those without make a new number.
"""
module MPZ

using ..GMP: BigInt, Limb, libgmp
using ..Base: Fix1

const mpz_t = Ref{BigInt}
const bitcnt_t = Culong

gmpz(op::Symbol) = (Symbol(:__gmpz_, op), :libgmp)

# Room for n limbs, and for n bits.
init!(x::BigInt) = (ccall((:__gmpz_init, :libgmp), Cvoid, (mpz_t,), x); x)
init2!(x::BigInt, n) = (ccall((:__gmpz_init2, :libgmp), Cvoid, (mpz_t, bitcnt_t), x, n); x)
realloc2!(x::BigInt, n) = (ccall((:__gmpz_realloc2, :libgmp), Cvoid, (mpz_t, bitcnt_t), x, n); x)
realloc2(n) = realloc2!(BigInt(), n)

# of two numbers
for op in (:add, :sub, :mul, :fdiv_q, :tdiv_q, :cdiv_q, :fdiv_r, :tdiv_r, :cdiv_r, :gcd, :lcm, :and, :ior, :xor,
           :mod, :divexact)
    op! = Symbol(op, :!)
    @eval begin
        $op!(z::BigInt, x::BigInt, y::BigInt) = (ccall($(gmpz(op)), Cvoid, (mpz_t, mpz_t, mpz_t), z, x, y); z)
        $op(x::BigInt, y::BigInt) = $op!(BigInt(), x, y)
        $op!(x::BigInt, y::BigInt) = $op!(x, x, y)
    end
end
# of a number and one of the machine
for (op, T) in ((:add_ui, Culong), (:sub_ui, Culong), (:mul_ui, Culong), (:mul_si, Clong), (:mul_2exp, bitcnt_t),
                (:fdiv_q_2exp, bitcnt_t), (:tdiv_q_2exp, bitcnt_t), (:fdiv_r_2exp, bitcnt_t), (:pow_ui, Culong),
                (:bin_ui, Culong), (:divexact_ui, Culong), (:lcm_ui, Culong))
    op! = Symbol(op, :!)
    @eval begin
        $op!(z::BigInt, x::BigInt, y) = (ccall($(gmpz(op)), Cvoid, (mpz_t, mpz_t, $T), z, x, y); z)
        $op(x::BigInt, y) = $op!(BigInt(), x, y)
        $op!(x::BigInt, y) = $op!(x, x, y)
    end
end
ui_sub!(z::BigInt, x, y::BigInt) = (ccall((:__gmpz_ui_sub, :libgmp), Cvoid, (mpz_t, Culong, mpz_t), z, x, y); z)
ui_sub(x, y::BigInt) = ui_sub!(BigInt(), x, y)
for op in (:scan1, :scan0)
    # Where there is no such bit: -1.
    @eval $op(x::BigInt, from) = Int(signed(ccall($(gmpz(op)), bitcnt_t, (mpz_t, bitcnt_t), x, from)))
end
# of a number
for op in (:set, :neg, :com, :abs, :sqrt, :nextprime)
    op! = Symbol(op, :!)
    @eval begin
        $op!(z::BigInt, x::BigInt) = (ccall($(gmpz(op)), Cvoid, (mpz_t, mpz_t), z, x); z)
        $op(x::BigInt) = $op!(BigInt(), x)
    end
    op === :set || @eval $op!(x::BigInt) = $op!(x, x)
end
# of numbers of the machine
for (op, T) in ((:fac_ui, Culong), (:fib_ui, Culong), (:lucnum_ui, Culong), (:set_ui, Culong), (:set_si, Clong),
                (:set_d, Cdouble))
    op! = Symbol(op, :!)
    @eval begin
        $op!(z::BigInt, x) = (ccall($(gmpz(op)), Cvoid, (mpz_t, $T), z, x); z)
        $op(x) = $op!(BigInt(), x)
    end
end
ui_pow_ui!(z::BigInt, x, n) = (ccall((:__gmpz_ui_pow_ui, :libgmp), Cvoid, (mpz_t, Culong, Culong), z, x, n); z)
ui_pow_ui(x, n) = ui_pow_ui!(BigInt(), x, n)

popcount(x::BigInt) = Int(signed(ccall((:__gmpz_popcount, :libgmp), bitcnt_t, (mpz_t,), x)))
mpn_popcount(d::Ptr{Limb}, n::Integer) = Int(ccall((:__gmpn_popcount, :libgmp), bitcnt_t, (Ptr{Limb}, Csize_t), d, n))
mpn_popcount(x::BigInt) = GC.@preserve x mpn_popcount(x.d, abs(x.size))
tstbit(x::BigInt, i) = ccall((:__gmpz_tstbit, :libgmp), Cint, (mpz_t, bitcnt_t), x, i) != 0
setbit!(x::BigInt, i) = (ccall((:__gmpz_setbit, :libgmp), Cvoid, (mpz_t, bitcnt_t), x, i); x)

for op in (:tdiv_qr, :fdiv_qr, :cdiv_qr)
    op! = Symbol(op, :!)
    @eval begin
        $op!(q::BigInt, r::BigInt, x::BigInt, y::BigInt) =
            (ccall($(gmpz(op)), Cvoid, (mpz_t, mpz_t, mpz_t, mpz_t), q, r, x, y); (q, r))
        $op(x::BigInt, y::BigInt) = $op!(BigInt(), BigInt(), x, y)
    end
end
powm!(z::BigInt, x::BigInt, n::BigInt, m::BigInt) =
    (ccall((:__gmpz_powm, :libgmp), Cvoid, (mpz_t, mpz_t, mpz_t, mpz_t), z, x, n, m); z)
powm(x::BigInt, n::BigInt, m::BigInt) = powm!(BigInt(), x, n, m)
powm!(x::BigInt, n::BigInt, m::BigInt) = powm!(x, x, n, m)
gcdext!(g::BigInt, s::BigInt, t::BigInt, x::BigInt, y::BigInt) =
    (ccall((:__gmpz_gcdext, :libgmp), Cvoid, (mpz_t, mpz_t, mpz_t, mpz_t, mpz_t), g, s, t, x, y); (g, s, t))
gcdext(x::BigInt, y::BigInt) = gcdext!(BigInt(), BigInt(), BigInt(), x, y)
# 0 where there is no inverse
invert!(z::BigInt, x::BigInt, m::BigInt) = ccall((:__gmpz_invert, :libgmp), Cint, (mpz_t, mpz_t, mpz_t), z, x, m)
invert!(x::BigInt, m::BigInt) = invert!(x, x, m)
invert(x::BigInt, m::BigInt) = (z = BigInt(); invert!(z, x, m); z)

cmp(x::BigInt, y::BigInt) = Int(ccall((:__gmpz_cmp, :libgmp), Cint, (mpz_t, mpz_t), x, y))
cmp_si(x::BigInt, y) = Int(ccall((:__gmpz_cmp_si, :libgmp), Cint, (mpz_t, Clong), x, y))
cmp_ui(x::BigInt, y) = Int(ccall((:__gmpz_cmp_ui, :libgmp), Cint, (mpz_t, Culong), x, y))
cmp_d(x::BigInt, y) = Int(ccall((:__gmpz_cmp_d, :libgmp), Cint, (mpz_t, Cdouble), x, y))
mpn_cmp(x::Ptr{Limb}, y::Ptr{Limb}, n) = ccall((:__gmpn_cmp, :libgmp), Cint, (Ptr{Limb}, Ptr{Limb}, Clong), x, y, n)
mpn_cmp(x::BigInt, y::BigInt, n) = GC.@preserve x y mpn_cmp(x.d, y.d, n)

get_d(x::BigInt) = ccall((:__gmpz_get_d, :libgmp), Cdouble, (mpz_t,), x)
get_ui(x::BigInt) = ccall((:__gmpz_get_ui, :libgmp), Culong, (mpz_t,), x)
get_si(x::BigInt) = ccall((:__gmpz_get_si, :libgmp), Clong, (mpz_t,), x)
# At most one more than there are digits, where the base is no power of two.
sizeinbase(x::BigInt, base) = Int(ccall((:__gmpz_sizeinbase, :libgmp), Csize_t, (mpz_t, Cint), x, base))
get_str!(text, base, x::BigInt) = (ccall((:__gmpz_get_str, :libgmp), Ptr{Cchar}, (Ptr{Cchar}, Cint, mpz_t), text, base, x); text)
# 0 if the text is a number, else -1
set_str!(x::BigInt, text, base) = Int(ccall((:__gmpz_set_str, :libgmp), Cint, (mpz_t, Ptr{UInt8}, Cint), x, text, base))

import!(x::BigInt, count, order, size, endian, nails, from) =
    (ccall((:__gmpz_import, :libgmp), Cvoid, (mpz_t, Csize_t, Cint, Csize_t, Cint, Csize_t, Ptr{Cvoid}),
           x, count, order, size, endian, nails, from); x)
function export!(to::AbstractVector{T}, x::BigInt; order::Integer=-1, nails::Integer=0, endian::Integer=0) where {T<:Base.BitInteger}
    stride(to, 1) == 1 || throw(ArgumentError("a must have stride 1"))
    isempty(to) && resize!(to, cld(sizeinbase(x, 2), sizeof(T) * 8 - nails))
    count = Ref{Csize_t}()
    ccall((:__gmpz_export, :libgmp), Ptr{T}, (Ptr{T}, Ref{Csize_t}, Cint, Csize_t, Cint, Csize_t, mpz_t),
          to, count, order, sizeof(T), endian, nails, x)
    @assert count[] ≤ length(to)
    return to, Int(count[])
end

limbs_read(x::BigInt) = ccall((:__gmpz_limbs_read, :libgmp), Ptr{Limb}, (mpz_t,), x)
limbs_write!(x::BigInt, n) = ccall((:__gmpz_limbs_write, :libgmp), Ptr{Limb}, (mpz_t, Clong), x, n)
limbs_finish!(x::BigInt, n) = ccall((:__gmpz_limbs_finish, :libgmp), Cvoid, (mpz_t, Clong), x, n)

end # module MPZ

isneg(x::BigInt) = x.size < 0
ispos(x::BigInt) = x.size > 0

# ---- conversion ---------------------------------------------------------------------------------------------------------

BigInt(x::BigInt) = x
Base.Signed(x::BigInt) = x
BigInt(x::ULong) = MPZ.set_ui(x)
BigInt(x::SLong) = MPZ.set_si(x)
BigInt(x::Bool) = MPZ.set_ui(UInt(x))
function BigInt(x::Integer)
    x isa Signed && x < 0 && return MPZ.neg!(_from_bits(Base.uabs(x)))
    return _from_bits(x)
end
BigInt(x::UInt128) = _from_bits(x)
BigInt(x::Int128) = x < 0 ? MPZ.neg!(_from_bits(Base.uabs(x))) : _from_bits(Base.uabs(x))
_from_bits(x::UInt128) = MPZ.add_ui!(MPZ.mul_2exp!(MPZ.set_ui((x >> 64) % UInt), 64), x % UInt)
function _from_bits(x::Integer)
    limbs = Limb[]
    while x != 0
        push!(limbs, x % Limb)
        x >>>= BITS_PER_LIMB
    end
    return MPZ.import!(BigInt(), length(limbs), -1, sizeof(Limb), 0, 0, limbs)
end
BigInt(x::CdoubleMax) = isinteger(x) ? unsafe_trunc(BigInt, x) : throw(InexactError(:BigInt, BigInt, x))
# GMP has nothing for what is no number.
unsafe_trunc(::Type{BigInt}, x::CdoubleMax) = isfinite(x) ? MPZ.set_d(x) : BigInt()
function trunc(::Type{BigInt}, x::CdoubleMax)
    isfinite(x) || throw(InexactError(:trunc, BigInt, x))
    return unsafe_trunc(BigInt, x)
end

convert(::Type{BigInt}, x::BigInt) = x

# The lowest limb of the magnitude.
_low(x::BigInt) = MPZ.get_ui(x)
rem(x::BigInt, ::Type{Bool}) = isodd(x)
rem(x::BigInt, ::Type{T}) where {T<:Union{ULong,SLong}} = (u = _low(x); (isneg(x) ? -u : u) % T)
function rem(x::BigInt, ::Type{T}) where {T<:Union{Int128,UInt128}}
    n = abs(x.size)
    u = UInt128(_low(x))
    n >= 2 && (u |= UInt128(GC.@preserve x unsafe_load(x.d, 2)) << 64)
    return (isneg(x) ? -u : u) % T
end
rem(x::Integer, ::Type{BigInt}) = BigInt(x)

# The bits of the magnitude; 0 of zero.
_bits(x::BigInt) = iszero(x) ? 0 : MPZ.sizeinbase(x, 2)
function (::Type{T})(x::BigInt) where {T<:Base.BitUnsigned}
    isneg(x) && throw(InexactError(nameof(T), T, x))
    _bits(x) <= 8 * sizeof(T) || throw(InexactError(nameof(T), T, x))
    return x % T
end
function (::Type{T})(x::BigInt) where {T<:Base.BitSigned}
    n = _bits(x)
    w = 8 * sizeof(T)
    # The least number has one bit more than the greatest.
    ok = n < w || (n == w && isneg(x) && MPZ.scan1(x, 0) == w - 1)
    ok || throw(InexactError(nameof(T), T, x))
    return x % T
end
Bool(x::BigInt) = iszero(x) ? false : x == 1 ? true : throw(InexactError(:Bool, Bool, x))

# Correctly rounded: the leading bits with a sticky one go through the conversion of UInt64.
function _to_float(::Type{T}, x::BigInt) where {T<:IEEEFloat}
    n = _bits(x)
    if n <= 62
        y = T(_low(x))
    elseif n > Base.exponent_bias(T) + 1
        y = T(Inf)
    else
        shift = n - 62
        m = _low(MPZ.tdiv_q_2exp(x, shift))
        MPZ.scan1(x, 0) < shift && (m |= 0x1)
        y = Base._scale_rounded(T, m, shift)
    end
    return isneg(x) ? -y : y
end
Float64(x::BigInt) = _to_float(Float64, x)
Float32(x::BigInt) = _to_float(Float32, x)
Float16(x::BigInt) = _to_float(Float16, x)
(::Type{T})(x::BigInt, ::RoundingMode{:Nearest}) where {T<:IEEEFloat} = T(x)
# From the nearest one to the neighbour, if that is on the other side.
function (::Type{T})(x::BigInt, ::RoundingMode{:Down}) where {T<:IEEEFloat}
    y = T(x)
    return y > x ? prevfloat(y) : y
end
function (::Type{T})(x::BigInt, ::RoundingMode{:Up}) where {T<:IEEEFloat}
    y = T(x)
    return y < x ? nextfloat(y) : y
end
(::Type{T})(x::BigInt, ::RoundingMode{:ToZero}) where {T<:IEEEFloat} = isneg(x) ? T(x, RoundUp) : T(x, RoundDown)
(::Type{T})(x::BigInt, ::RoundingMode{:FromZero}) where {T<:IEEEFloat} = isneg(x) ? T(x, RoundDown) : T(x, RoundUp)
Base.AbstractFloat(x::BigInt) = BigFloat(x)

promote_rule(::Type{BigInt}, ::Type{<:Integer}) = BigInt

"""
    big(x)

`x` as a number of any size or precision: a `BigInt`, a `BigFloat` or a rational of the former.
"""
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
Base.deepcopy_internal(x::BigInt, stackdict::IdDict) = get!(() -> MPZ.set(x), stackdict, x)::BigInt

"""
    GMP.set!(x::BigInt, y)

Give the object `x` the value of `y`.
"""
set!(x::BigInt, y::BigInt) = MPZ.set!(x, y)

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
    digits = UInt8[]
    while i <= endpos && !isspace(s[i])
        c = s[i]
        d = _digit(c, base)
        if d < 0 || d >= base
            raise && throw(ArgumentError("invalid BigInt: $(repr(SubString(s, startpos, endpos)))"))
            return nothing
        end
        push!(digits, c % UInt8)
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
    push!(digits, 0x00)
    z = BigInt()
    MPZ.set_str!(z, digits, base)
    return sgn < 0 ? MPZ.neg!(z) : z
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

function string(n::BigInt; base::Integer=10, pad::Integer=1)
    base < 0 && return Base._base(Int(base), n, Int(pad), (base > 0) & isneg(n))
    2 <= base <= 62 || throw(ArgumentError("base must be 2 ≤ base ≤ 62, got $base"))
    iszero(n) && pad < 1 && return ""
    # GMP says how much room the digits may take, and ends them with a NUL: there may be one digit less.
    room = MPZ.sizeinbase(n, base) + isneg(n)
    text = Base.StringVector(room + 1)
    GC.@preserve text MPZ.get_str!(pointer(text), base, n)
    resize!(text, text[room] == 0x00 ? room - 1 : room)
    digits = String(text)
    # What pads stands behind the sign.
    lacking = Int(pad) - (ncodeunits(digits) - isneg(n))
    return lacking > 0 ? string(isneg(n) ? "-" : "", '0'^lacking, SubString(digits, isneg(n) + 1)) : digits
end
show(io::IO, x::BigInt) = print(io, string(x))
function ndigits0zpb(x::BigInt, b::Integer)
    b < 2 && throw(DomainError(b, "`b` cannot be less than 2."))
    iszero(x) && return 0
    b <= 62 && ispow2(b) && return MPZ.sizeinbase(x, b)
    # An estimate from the bits that is not too great, and the power that it stands for.
    n = b <= 62 ? MPZ.sizeinbase(x, b) - 1 : max(0, floor(Int, (_bits(x) - 1) / log2(b)) - 1)
    a, power = abs(x), BigInt(b)^n
    while power <= a
        power *= b
        n += 1
    end
    return n
end
top_set_bit(x::BigInt) = isneg(x) ? throw(DomainError(x, "`top_set_bit` only supports negative arguments when they have type BitSigned.")) : _bits(x)
function digits!(a::AbstractVector{T}, n::BigInt; base::Integer=10) where {T<:Integer}
    if 2 <= base <= 62 && !isneg(n)
        s = string(n; base)
        len = iszero(n) ? 0 : length(s)
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

cmp(x::BigInt, y::BigInt) = sign(MPZ.cmp(x, y))
cmp(x::BigInt, y::SLong) = sign(MPZ.cmp_si(x, y))
cmp(x::BigInt, y::ULong) = sign(MPZ.cmp_ui(x, y))
cmp(x::BigInt, y::Integer) = cmp(x, big(y))
cmp(x::Integer, y::BigInt) = -cmp(y, x)
# As `isless` has it, NaN is the greatest.
cmp(x::BigInt, y::CdoubleMax) = isnan(y) ? -1 : sign(MPZ.cmp_d(x, y))
cmp(x::CdoubleMax, y::BigInt) = -cmp(y, x)
==(x::BigInt, y::BigInt) = cmp(x, y) == 0
==(x::BigInt, i::Integer) = cmp(x, i) == 0
==(i::Integer, x::BigInt) = cmp(x, i) == 0
==(x::BigInt, f::CdoubleMax) = !isnan(f) && cmp(x, f) == 0
==(f::CdoubleMax, x::BigInt) = x == f
<(x::BigInt, y::BigInt) = cmp(x, y) < 0
<=(x::BigInt, y::BigInt) = cmp(x, y) <= 0
<(x::BigInt, i::Integer) = cmp(x, i) < 0
<(i::Integer, x::BigInt) = cmp(x, i) > 0
<=(x::BigInt, i::Integer) = cmp(x, i) <= 0
<=(i::Integer, x::BigInt) = cmp(x, i) >= 0
<(x::BigInt, f::CdoubleMax) = !isnan(f) && cmp(x, f) < 0
<(f::CdoubleMax, x::BigInt) = !isnan(f) && cmp(x, f) > 0
<=(x::BigInt, f::CdoubleMax) = !isnan(f) && cmp(x, f) <= 0
<=(f::CdoubleMax, x::BigInt) = !isnan(f) && cmp(x, f) >= 0

iszero(x::BigInt) = x.size == 0
isone(x::BigInt) = x == Culong(1)
signbit(x::BigInt) = isneg(x)
sign(x::BigInt) = isneg(x) ? BigInt(-1) : iszero(x) ? BigInt(0) : BigInt(1)
isodd(x::BigInt) = isodd(_low(x))
iseven(x::BigInt) = iseven(_low(x))
flipsign(x::BigInt, y::Integer) = signbit(y) ? -x : x
flipsign(x::BigInt, y::BigInt) = isneg(y) ? -x : x

# ---- arithmetic --------------------------------------------------------------------------------------------------------------

-(x::BigInt) = MPZ.neg(x)
abs(x::BigInt) = MPZ.abs(x)
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

+(x::BigInt, y::BigInt) = MPZ.add(x, y)
-(x::BigInt, y::BigInt) = MPZ.sub(x, y)
*(x::BigInt, y::BigInt) = MPZ.mul(x, y)
# The sum of several goes into one number.
+(a::BigInt, b::BigInt, c::BigInt) = MPZ.add!(a + b, c)
+(a::BigInt, b::BigInt, c::BigInt, d::BigInt) = MPZ.add!(MPZ.add!(a + b, c), d)
*(a::BigInt, b::BigInt, c::BigInt) = MPZ.mul!(a * b, c)
*(a::BigInt, b::BigInt, c::BigInt, d::BigInt) = MPZ.mul!(MPZ.mul!(a * b, c), d)
+(x::BigInt, y::ULong) = MPZ.add_ui(x, y)
+(x::BigInt, y::SLong) = y < 0 ? MPZ.sub_ui(x, Base.uabs(y)) : MPZ.add_ui(x, y % Culong)
-(x::BigInt, y::ULong) = MPZ.sub_ui(x, y)
-(x::BigInt, y::SLong) = y < 0 ? MPZ.add_ui(x, Base.uabs(y)) : MPZ.sub_ui(x, y % Culong)
-(x::ULong, y::BigInt) = MPZ.ui_sub(x, y)
-(x::SLong, y::BigInt) = x < 0 ? MPZ.neg!(MPZ.add_ui(y, Base.uabs(x))) : MPZ.ui_sub(x % Culong, y)
*(x::BigInt, y::ULong) = MPZ.mul_ui(x, y)
*(x::BigInt, y::SLong) = MPZ.mul_si(x, y)
+(x::Union{ULong,SLong}, y::BigInt) = y + x
*(x::Union{ULong,SLong}, y::BigInt) = y * x
for op in (:+, :-, :*)
    @eval $op(x::BigInt, y::Union{Int128,UInt128}) = $op(x, BigInt(y))
    @eval $op(x::Union{Int128,UInt128}, y::BigInt) = $op(BigInt(x), y)
end
/(x::BigInt, y::BigInt) = float(x) / float(y)
/(x::BigInt, y::Union{ULong,SLong}) = float(x) / y
/(x::Union{ULong,SLong}, y::BigInt) = x / float(y)
widemul(x::BigInt, y::BigInt) = x * y
widemul(x::Int128, y::UInt128) = BigInt(x) * BigInt(y)
widemul(x::UInt128, y::Int128) = BigInt(x) * BigInt(y)

for (op, f) in ((:div, :tdiv_q), (:rem, :tdiv_r), (:fld, :fdiv_q), (:mod, :fdiv_r), (:cld, :cdiv_q), (:divrem, :tdiv_qr))
    @eval $op(x::BigInt, y::BigInt) = iszero(y) ? throw(DivideError()) : MPZ.$f(x, y)
end
div(x::BigInt, y::BigInt, ::RoundingMode{:ToZero}) = div(x, y)
div(x::BigInt, y::BigInt, ::RoundingMode{:Down}) = fld(x, y)
div(x::BigInt, y::BigInt, ::RoundingMode{:Up}) = cld(x, y)
divrem(x::BigInt, y::BigInt, ::RoundingMode{:Down}) = iszero(y) ? throw(DivideError()) : MPZ.fdiv_qr(x, y)
divrem(x::BigInt, y::BigInt, ::RoundingMode{:Up}) = iszero(y) ? throw(DivideError()) : MPZ.cdiv_qr(x, y)
for op in (:div, :rem, :mod)
    @eval $op(x::BigInt, y::BitInteger) = $op(x, BigInt(y))
    @eval $op(x::BitInteger, y::BigInt) = $op(BigInt(x), y)
end
fld(x::BigInt, y::Integer) = fld(x, BigInt(y))
fld(x::Integer, y::BigInt) = fld(BigInt(x), y)
cld(x::BigInt, y::Integer) = cld(x, BigInt(y))
cld(x::Integer, y::BigInt) = cld(BigInt(x), y)
divrem(x::BigInt, y::Integer) = divrem(x, BigInt(y))
divrem(x::Integer, y::BigInt) = divrem(BigInt(x), y)

gcd(a::BigInt, b::BigInt) = MPZ.gcd(a, b)
gcd(a::BigInt, b::Integer) = gcd(a, BigInt(b))
gcd(a::Integer, b::BigInt) = gcd(BigInt(a), b)
lcm(a::BigInt, b::BigInt) = MPZ.lcm(a, b)
function gcdx(a::BigInt, b::BigInt)
    g, s, t = MPZ.gcdext(a, b)
    # Where both numbers are equal but for the sign, the other choice is Julia's.
    if iszero(t)
        a == b && return g, t, s
        abs(a) == abs(b) && return g, t, -s
    end
    return g, s, t
end
function invmod(x::BigInt, m::BigInt)
    z = BigInt()
    a = abs(m)
    isone(a) && return z
    (iszero(m) || MPZ.invert!(z, x, a) == 0) && throw(DomainError(m))
    # Of the sign of m.
    return isneg(m) ? MPZ.add!(z, m) : z
end

sum(arr::Union{AbstractArray{BigInt},Tuple{BigInt,Vararg{BigInt}}}) = foldl(MPZ.add!, arr; init=BigInt(0))
# By halves, so that the factors are of like size.
prod(arr::AbstractVector{BigInt}) = isempty(arr) ? BigInt(1) : _prod(arr, firstindex(arr), lastindex(arr))
function _prod(arr, lo::Integer, hi::Integer)
    lo == hi && return MPZ.set(arr[lo])
    mid = (lo + hi) >> 1
    x = _prod(arr, lo, mid)
    return MPZ.mul!(x, _prod(arr, mid + 1, hi))
end

# ---- bits: as in two's complement with endless sign bits ----------------------------------------------------------------------

~(x::BigInt) = MPZ.com(x)
for (op, f) in ((:&, :and), (:|, :ior), (:xor, :xor))
    @eval begin
        $op(x::BigInt, y::BigInt) = MPZ.$f(x, y)
        $op(x::BigInt, y::Integer) = $op(x, BigInt(y))
        $op(x::Integer, y::BigInt) = $op(BigInt(x), y)
    end
end

<<(x::BigInt, c::UInt) = c == 0 ? x : MPZ.mul_2exp(x, c)
>>(x::BigInt, c::UInt) = c == 0 ? x : MPZ.fdiv_q_2exp(x, c)
>>>(x::BigInt, c::UInt) = x >> c
<<(x::BigInt, c::Int) = c >= 0 ? x << unsigned(c) : x >> unsigned(-c)
>>(x::BigInt, c::Int) = c >= 0 ? x >> unsigned(c) : x << unsigned(-c)
>>>(x::BigInt, c::Int) = x >> c

function _counted(n::Int, x::BigInt, what::String)
    n == -1 && throw(DomainError(x, what))
    return n
end
trailing_zeros(x::BigInt) = _counted(MPZ.scan1(x, 0), x, "`x` must be non-zero")
trailing_ones(x::BigInt) = _counted(MPZ.scan0(x, 0), x, "`x` must not be equal to -1")
count_ones(x::BigInt) = _counted(MPZ.popcount(x), x, "`x` cannot be negative")
count_zeros(x::BigInt) = _counted(MPZ.popcount(~x), x, "`x` must be negative")
"""
    GMP.count_ones_abs(x::BigInt)

The number of ones among the bits of `abs(x)`.
"""
count_ones_abs(x::BigInt) = iszero(x) ? 0 : MPZ.mpn_popcount(x)

# ---- powers, roots, number theory -----------------------------------------------------------------------------------------------

^(x::BigInt, y::Culong) = MPZ.pow_ui(x, y)
function bigint_pow(x::BigInt, y::Integer)
    x == 1 && return x
    x == -1 && return isodd(y) ? x : -x
    y < 0 && throw(DomainError(y, "`y` cannot be negative."))
    if y > typemax(Culong)
        iszero(x) && return x
        throw(OverflowError("exponent $y is too large and computation will overflow"))
    end
    return x^convert(Culong, y)
end
^(x::BigInt, y::BigInt) = bigint_pow(x, y)
^(x::BigInt, y::Bool) = y ? x : one(x)
^(x::BigInt, y::Integer) = bigint_pow(x, y)
^(x::Integer, y::BigInt) = bigint_pow(BigInt(x), y)
^(x::Bool, y::BigInt) = Base.power_by_squaring(x, y)

function powermod(x::BigInt, p::BigInt, m::BigInt)
    r = MPZ.powm(x, p, m)
    # Of the sign of m, as with `mod`.
    return isneg(m) && ispos(r) ? MPZ.add!(r, m) : r
end
powermod(x::Integer, p::Integer, m::BigInt) = powermod(big(x), big(p), m)

isqrt(x::BigInt) = isneg(x) ? throw(DomainError(x, "isqrt of a negative number")) : MPZ.sqrt(x)

Base.factorial(n::BigInt) = isneg(n) ? throw(DomainError(n, "`n` must not be negative.")) : MPZ.fac_ui(_count(n))
# As a number of the machine: nothing of so many factors could be held.
_count(n::BigInt) = _bits(n) <= 64 ? _low(n) : throw(OutOfMemoryError())
function binomial(n::BigInt, k::Integer)
    k < 0 && return BigInt(0)
    # Of the lesser of k and n - k; n may be negative.
    if !isneg(n)
        k > n && return BigInt(0)
        rest = n - k
        rest < k && (k = rest)
    end
    return MPZ.bin_ui(n, k isa BigInt ? _count(k) : k)
end
binomial(n::BigInt, k::BigInt) = invoke(binomial, Tuple{BigInt,Integer}, n, k)

decompose(x::BigInt) = x, 0, BigInt(1)
function hash_integer(n::BigInt, h::UInt)
    h ⊻= Base.hash_uint((n % UInt) ⊻ h)
    # As for the types of fixed size, further limbs are those of the magnitude.
    GC.@preserve n for i in 2:abs(n.size)
        h ⊻= Base.hash_uint(unsafe_load(n.d, i) ⊻ h)
    end
    return h
end

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
