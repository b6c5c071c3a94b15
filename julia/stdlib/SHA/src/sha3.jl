# SHA-3 (FIPS 202): a sponge over Keccak's permutation of 25 words.

for (name, digest) in ((:SHA3_224_CTX, 28), (:SHA3_256_CTX, 32), (:SHA3_384_CTX, 48), (:SHA3_512_CTX, 64))
    block = 200 - 2 * digest
    @eval begin
        mutable struct $name <: SHA_CTX
            state::Vector{UInt64}
            bytecount::UInt128
            buffer::Vector{UInt8}
            used::Bool
        end
        $name() = $name(zeros(UInt64, 25), 0, zeros(UInt8, $block), false)
        blocklen(::Type{$name}) = $block
        digestlen(::Type{$name}) = $digest
    end
end
const SHA3_CTX = Union{SHA3_224_CTX,SHA3_256_CTX,SHA3_384_CTX,SHA3_512_CTX}

# The constants of the rounds: bits of a linear feedback shift register at the places 2^j - 1.
function round_constants()
    constants = UInt64[]
    register = 0x01
    for _ in 1:24
        constant = UInt64(0)
        for j in 0:6
            isodd(register) && (constant = xor(constant, UInt64(1) << (2^j - 1)))
            register = xor(register << 1, (register >>> 7) * 0x71)
        end
        push!(constants, constant)
    end
    return constants
end
const ROUND_CONSTANTS = round_constants()

# Along the walk of the words through the permutation: where each comes to, and how far it is rotated.
function walk()
    places = Int[]
    rotations = Int[]
    x, y = 1, 0
    for t in 0:23
        x, y = y, (2x + 3y) % 5
        push!(places, x + 5y + 1)
        push!(rotations, (t + 1) * (t + 2) ÷ 2 % 64)
    end
    return places, rotations
end
const PLACES, ROTATIONS = walk()

rotate(x::UInt64, k::Int) = k == 0 ? x : rotate_left(x, k)

function keccak!(a::Vector{UInt64})
    column = Vector{UInt64}(undef, 5)
    for constant in ROUND_CONSTANTS
        for x in 1:5
            column[x] = xor(a[x], a[x+5], a[x+10], a[x+15], a[x+20])
        end
        for x in 1:5
            change = xor(column[mod1(x + 4, 5)], rotate(column[mod1(x + 1, 5)], 1))
            for y in 0:5:20
                a[x+y] = xor(a[x+y], change)
            end
        end
        moving = a[2]
        for t in 1:24
            place = PLACES[t]
            a[place], moving = rotate(moving, ROTATIONS[t]), a[place]
        end
        for y in 0:5:20
            row = (a[y+1], a[y+2], a[y+3], a[y+4], a[y+5])
            for x in 1:5
                a[x+y] = xor(row[x], ~row[mod1(x + 1, 5)] & row[mod1(x + 2, 5)])
            end
        end
        a[1] = xor(a[1], constant)
    end
    return nothing
end

function transform!(context::SHA3_CTX)
    for t in 1:blocklen(typeof(context)) ÷ 8
        context.state[t] = xor(context.state[t], bswap(word_at(UInt64, context.buffer, t)))
    end
    keccak!(context.state)
    return nothing
end

function digest!(context::SHA3_CTX)
    if !context.used
        size = blocklen(typeof(context))
        filled = Int(context.bytecount % size)
        fill!(view(context.buffer, filled+1:size), 0x00)
        context.buffer[filled+1] = 0x06
        context.buffer[size] |= 0x80
        transform!(context)
        context.used = true
    end
    return bytes_of(map(bswap, context.state), digestlen(typeof(context)))
end
