# SHA-1 (FIPS 180-4).

mutable struct SHA1_CTX <: SHA_CTX
    state::Vector{UInt32}
    bytecount::UInt64
    buffer::Vector{UInt8}
    used::Bool
end
SHA1_CTX() = SHA1_CTX(UInt32[0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0], 0,
                      zeros(UInt8, 64), false)

blocklen(::Type{SHA1_CTX}) = 64
digestlen(::Type{SHA1_CTX}) = 20

function transform!(context::SHA1_CTX)
    w = Vector{UInt32}(undef, 80)
    for t in 1:16
        w[t] = word_at(UInt32, context.buffer, t)
    end
    for t in 17:80
        w[t] = rotate_left(xor(w[t-3], w[t-8], w[t-14], w[t-16]), 1)
    end
    a, b, c, d, e = context.state
    for t in 1:80
        mixed, constant = if t <= 20
            (b & c) | (~b & d), 0x5a827999
        elseif t <= 40
            xor(b, c, d), 0x6ed9eba1
        elseif t <= 60
            (b & c) | (b & d) | (c & d), 0x8f1bbcdc
        else
            xor(b, c, d), 0xca62c1d6
        end
        next = rotate_left(a, 5) + mixed + e + constant + w[t]
        a, b, c, d, e = next, a, rotate_left(b, 30), c, d
    end
    context.state .+= (a, b, c, d, e)
    return nothing
end

"""
    digest!(context)

The hash of all bytes that were given to `update!`.
"""
function digest!(context::SHA1_CTX)
    if !context.used
        pad!(context, 8)
        context.used = true
    end
    return bytes_of(context.state, 20)
end
