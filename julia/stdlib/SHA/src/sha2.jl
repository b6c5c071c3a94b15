# SHA-2 (FIPS 180-4). Its constants are the first bits of the fractional parts of roots of primes.

# Of the cube roots of the first 80 primes.
const K512 = UInt64[
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
]
# Of the square roots of the first eight primes, and of the next eight.
const START512 = UInt64[
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
]
const START384 = UInt64[
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
]
# SHA-256 has the first halves of the same bits; SHA-224 starts with the second halves.
const K256 = UInt32[word >>> 32 for word in K512[1:64]]
const START256 = UInt32[word >>> 32 for word in START512]
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
