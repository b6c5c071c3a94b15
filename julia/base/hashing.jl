# hashing.jl: the hash values of Julia 1.10, so that Dicts and Sets iterate in the same order.

"""
    hash(x[, h::UInt]) -> UInt

A hash value with `isequal(x, y)` implying `hash(x) == hash(y)`; `h` is mixed in.
"""
hash(x::Any) = hash(x, zero(UInt))
hash(w::WeakRef, h::UInt) = hash(w.value, h)

hash(T::Type, h::UInt) = hash_uint(3h - ccall(:jl_type_hash, UInt, (Any,), T))
hash(@nospecialize(data), h::UInt) = hash_uint(3h - objectid(data))
hash(x::Symbol) = objectid(x)

# Thomas Wang's integer mixes.
function hash_64_64(n::UInt64)
    a::UInt64 = n
    a = ~a + (a << 21)
    a = a ⊻ (a >> 24)
    a = a + (a << 3) + (a << 8)
    a = a ⊻ (a >> 14)
    a = a + (a << 2) + (a << 4)
    a = a ⊻ (a >> 28)
    a = a + (a << 31)
    return a
end
function hash_64_32(n::UInt64)
    a::UInt64 = n
    a = ~a + (a << 18)
    a = a ⊻ (a >> 31)
    a = a * 21
    a = a ⊻ (a >> 11)
    a = a + (a << 6)
    a = a ⊻ (a >> 22)
    return a % UInt32
end
function hash_32_32(n::UInt32)
    a::UInt32 = n
    a = a + 0x7ed55d16 + (a << 12)
    a = a ⊻ 0xc761c23c ⊻ (a >> 19)
    a = a + 0x165667b1 + (a << 5)
    a = a + 0xd3a2646c ⊻ (a << 9)
    a = a + 0xfd7046c5 + (a << 3)
    a = a ⊻ 0xb55a4f09 ⊻ (a >> 16)
    return a
end
hash_uint64(x::UInt64) = hash_64_64(x)
hash_uint(x::UInt) = hash_64_64(x)

# ---- numbers: equal values of all types hash alike -------------------------------------------------------

hash(x::Int64, h::UInt) = hash_uint64(bitcast(UInt64, x)) - 3h
hash(x::UInt64, h::UInt) = hash_uint64(x) - 3h
hash(x::Union{Bool,Int8,UInt8,Int16,UInt16,Int32,UInt32}, h::UInt) = hash(Int64(x), h)

function hash_integer(n::Integer, h::UInt)
    h ⊻= hash_uint((n % UInt) ⊻ h)
    n = abs(n)
    n >>>= sizeof(UInt) << 3
    while n != 0
        h ⊻= hash_uint((n % UInt) ⊻ h)
        n >>>= sizeof(UInt) << 3
    end
    return h
end

# A real number is taken apart as num * 2^pow / den.
function hash(x::Real, h::UInt)
    num, pow, den = decompose(x)
    num == 0 && den == 0 && return hash(NaN, h)
    num == 0 && return hash(ifelse(den > 0, 0.0, -0.0), h)
    den == 0 && return hash(ifelse(num > 0, Inf, -Inf), h)
    if den < 0
        num = -num
        den = -den
    end
    num_z = trailing_zeros(num)
    num >>= num_z
    den_z = trailing_zeros(den)
    den >>= den_z
    pow += num_z - den_z
    if den == 1
        # What an Int64, a UInt64 or a Float64 can hold hashes as that.
        left = top_set_bit(abs(num)) + pow
        if -1074 <= pow
            if 0 <= pow
                left <= 63 && return hash(Int64(num) << Int(pow), h)
                left <= 64 && !signbit(num) && return hash(UInt64(num) << Int(pow), h)
            end
            left <= 1024 && left - pow <= 53 && return hash(ldexp(Float64(num), pow), h)
        end
    else
        h = hash_integer(den, h)
    end
    h = hash_integer(pow, h)
    h = hash_integer(num, h)
    return h
end

"""
    decompose(x) -> num, pow, den

Integers with `x == num * 2^pow / den`; of a non-finite number, `den` is 0.
"""
decompose(x::Integer) = x, 0, 1

# ---- texts ------------------------------------------------------------------------------------------------

# The function of the runtime that hashes bytes.
const memhash = :memhash_seed
const memhash_seed = 0x71e729fd56419c81
function hash(s::String, h::UInt)
    h += memhash_seed
    return ccall(memhash, UInt, (Ptr{UInt8}, Csize_t, UInt32), s, sizeof(s), h % UInt32) + h
end

# ---- syntax trees -------------------------------------------------------------------------------------------

hash(x::Expr, h::UInt) = hash(x.args, hash(x.head, h + 0x83c7900696d26dc6))
hash(x::QuoteNode, h::UInt) = hash(x.value, h + 0x2c97bf8b3de87020)
