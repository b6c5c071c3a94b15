# dSFMT-19937 (Mutsuo Saito and Makoto Matsumoto, "A PRNG Specialized in Double Precision Floating Point
# Numbers Using an Affine Transition", 2009): each step gives two numbers in [1, 2).

module DSFMT

export DSFMTState, seed_by_array!, next_pair!

# Words of 128 bits, the distance of the second one that a step looks at, and the constants of a step.
const SIZE = 191
const SECOND = 117
const SHIFT_LEFT = 19
const MASK_LOW = 0x000ffafffffffb3f
const MASK_HIGH = 0x000ffdfffc90fffd
# What makes sure of the period.
const FIX_LOW = 0x90014964b32f4329
const FIX_HIGH = 0x3b8d12ac548a7c7a
const CHECK_LOW = 0x3d84e1ac0dc82880
const CHECK_HIGH = 0x0000000000000001

const MANTISSA = 0x000fffffffffffff
const EXPONENT = 0x3ff0000000000000

# The latest numbers in a ring, each as two halves, and the last word that was carried over.
mutable struct DSFMTState
    low::Vector{UInt64}
    high::Vector{UInt64}
    at::Int
    carry_low::UInt64
    carry_high::UInt64
end
DSFMTState() = DSFMTState(zeros(UInt64, SIZE), zeros(UInt64, SIZE), 1, 0, 0)

Base.copy(s::DSFMTState) = DSFMTState(copy(s.low), copy(s.high), s.at, s.carry_low, s.carry_high)
function Base.copy!(into::DSFMTState, from::DSFMTState)
    copyto!(into.low, from.low)
    copyto!(into.high, from.high)
    into.at = from.at
    into.carry_low = from.carry_low
    into.carry_high = from.carry_high
    return into
end
in_order(s::DSFMTState) = ([s.low[s.at:end]; s.low[1:s.at-1]], [s.high[s.at:end]; s.high[1:s.at-1]])
Base.:(==)(a::DSFMTState, b::DSFMTState) =
    in_order(a) == in_order(b) && a.carry_low == b.carry_low && a.carry_high == b.carry_high
Base.hash(s::DSFMTState, h::UInt) = hash((in_order(s), s.carry_low, s.carry_high), h)

# The bits of the next two numbers.
@inline function next_pair!(s::DSFMTState)
    at = s.at
    other = at + SECOND
    other = ifelse(other > SIZE, other - SIZE, other)
    @inbounds low, high = s.low[at], s.high[at]
    carry_low, carry_high = s.carry_low, s.carry_high
    @inbounds new_low = xor(low << SHIFT_LEFT, carry_high >>> 32, carry_high << 32, s.low[other])
    @inbounds new_high = xor(high << SHIFT_LEFT, carry_low >>> 32, carry_low << 32, s.high[other])
    low = xor(new_low >>> 12, new_low & MASK_LOW, low)
    high = xor(new_high >>> 12, new_high & MASK_HIGH, high)
    @inbounds s.low[at], s.high[at] = low, high
    s.carry_low, s.carry_high = new_low, new_high
    s.at = ifelse(at == SIZE, 1, at + 1)
    return low, high
end

mix1(x::UInt32) = xor(x, x >>> 27) * 0x0019660d
mix2(x::UInt32) = xor(x, x >>> 27) * 0x5d588b65

function seed_by_array!(s::DSFMTState, key::Vector{UInt32})
    size = (SIZE + 1) * 4
    lag = 11
    mid = (size - lag) ÷ 2
    words = fill(0x8b8b8b8b, size)
    place(i) = i % size + 1
    count = max(length(key) + 1, size)
    function stir(i, more)
        r = mix1(xor(words[place(i)], words[place(i + mid)], words[place(i + size - 1)]))
        words[place(i + mid)] += r
        r += more
        words[place(i + mid + lag)] += r
        words[place(i)] = r
    end
    stir(0, length(key) % UInt32)
    i = 1
    for j in 1:count-1
        stir(i, (j <= length(key) ? key[j] : 0x00000000) + i % UInt32)
        i = (i + 1) % size
    end
    for _ in 1:size
        r = mix2(words[place(i)] + words[place(i + mid)] + words[place(i + size - 1)])
        words[place(i + mid)] = xor(words[place(i + mid)], r)
        r -= i % UInt32
        words[place(i + mid + lag)] = xor(words[place(i + mid + lag)], r)
        words[place(i)] = r
        i = (i + 1) % size
    end
    double(k) = UInt64(words[k]) | UInt64(words[k+1]) << 32
    for k in 1:SIZE
        s.low[k] = double(4k - 3) & MANTISSA | EXPONENT
        s.high[k] = double(4k - 1) & MANTISSA | EXPONENT
    end
    s.at = 1
    s.carry_low = double(4 * SIZE + 1)
    s.carry_high = double(4 * SIZE + 3)
    certify_period!(s)
    return s
end

function certify_period!(s::DSFMTState)
    bits = xor(xor(s.carry_low, FIX_LOW) & CHECK_LOW, xor(s.carry_high, FIX_HIGH) & CHECK_HIGH)
    isodd(count_ones(bits)) && return
    s.carry_high = xor(s.carry_high, CHECK_HIGH)
    return
end

end
