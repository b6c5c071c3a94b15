# SHA-2 (FIPS 180-4). Its constants are the first bits of the fractional parts of roots of primes.

function first_primes(n::Int)
    found = Int[]
    candidate = 2
    while length(found) < n
        all(p -> candidate % p != 0, found) && push!(found, candidate)
        candidate += 1
    end
    return found
end

# The greatest integer whose cube is at most `n`.
function cube_root(n::BigInt)
    root = big(1) << cld(ndigits(n; base=2), 3)
    while true
        next = (2 * root + n ÷ root^2) ÷ 3
        next >= root && return root
        root = next
    end
end

cube_root_bits(::Type{T}, p::Int) where {T} = cube_root(big(p) << (24 * sizeof(T))) % T
square_root_bits(::Type{T}, p::Int) where {T} = isqrt(big(p) << (16 * sizeof(T))) % T

const PRIMES = first_primes(80)
const K256 = UInt32[cube_root_bits(UInt32, p) for p in PRIMES[1:64]]
const K512 = UInt64[cube_root_bits(UInt64, p) for p in PRIMES]
const START256 = UInt32[square_root_bits(UInt32, p) for p in PRIMES[1:8]]
const START512 = UInt64[square_root_bits(UInt64, p) for p in PRIMES[1:8]]
const START384 = UInt64[square_root_bits(UInt64, p) for p in PRIMES[9:16]]
# The lower halves of those of SHA-384.
const START224 = UInt32[word % UInt32 for word in START384]

for (name, word, block, digest, start) in ((:SHA2_224_CTX, UInt32, 64, 28, :START224),
                                           (:SHA2_256_CTX, UInt32, 64, 32, :START256),
                                           (:SHA2_384_CTX, UInt64, 128, 48, :START384),
                                           (:SHA2_512_CTX, UInt64, 128, 64, :START512))
    @eval begin
        mutable struct $name <: SHA_CTX
            state::Vector{$word}
            bytecount::UInt128
            buffer::Vector{UInt8}
            used::Bool
        end
        $name() = $name(copy($start), 0, zeros(UInt8, $block), false)
        blocklen(::Type{$name}) = $block
        digestlen(::Type{$name}) = $digest
    end
end

const SHA224_CTX = SHA2_224_CTX
const SHA256_CTX = SHA2_256_CTX
const SHA384_CTX = SHA2_384_CTX
const SHA512_CTX = SHA2_512_CTX
const SHA2_32 = Union{SHA2_224_CTX,SHA2_256_CTX}
const SHA2_64 = Union{SHA2_384_CTX,SHA2_512_CTX}

# The mixing functions, by word size.
big_sigma0(x::UInt32) = xor(rotate_right(x, 2), rotate_right(x, 13), rotate_right(x, 22))
big_sigma1(x::UInt32) = xor(rotate_right(x, 6), rotate_right(x, 11), rotate_right(x, 25))
small_sigma0(x::UInt32) = xor(rotate_right(x, 7), rotate_right(x, 18), x >>> 3)
small_sigma1(x::UInt32) = xor(rotate_right(x, 17), rotate_right(x, 19), x >>> 10)
big_sigma0(x::UInt64) = xor(rotate_right(x, 28), rotate_right(x, 34), rotate_right(x, 39))
big_sigma1(x::UInt64) = xor(rotate_right(x, 14), rotate_right(x, 18), rotate_right(x, 41))
small_sigma0(x::UInt64) = xor(rotate_right(x, 1), rotate_right(x, 8), x >>> 7)
small_sigma1(x::UInt64) = xor(rotate_right(x, 19), rotate_right(x, 61), x >>> 6)

transform!(context::SHA2_32) = rounds!(context, K256)
transform!(context::SHA2_64) = rounds!(context, K512)

function rounds!(context::SHA_CTX, constants::Vector{T}) where {T}
    n = length(constants)
    w = Vector{T}(undef, n)
    for t in 1:16
        w[t] = word_at(T, context.buffer, t)
    end
    for t in 17:n
        @inbounds w[t] = small_sigma1(w[t-2]) + w[t-7] + small_sigma0(w[t-15]) + w[t-16]
    end
    a, b, c, d, e, f, g, h = context.state
    for t in 1:n
        @inbounds first = h + big_sigma1(e) + xor(e & f, ~e & g) + constants[t] + w[t]
        second = big_sigma0(a) + xor(a & b, a & c, b & c)
        h, g, f, e, d, c, b, a = g, f, e, d + first, c, b, a, first + second
    end
    context.state .+= (a, b, c, d, e, f, g, h)
    return nothing
end

function digest!(context::Union{SHA2_32,SHA2_64})
    if !context.used
        pad!(context, context isa SHA2_32 ? 8 : 16)
        context.used = true
    end
    return bytes_of(context.state, digestlen(typeof(context)))
end
