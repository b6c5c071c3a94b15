# MersenneTwister: dSFMT with a cache of numbers in [1, 2), and one of integers with all bits random.

using .DSFMT

const FLOATS_KEPT = 1002
const WORDS_KEPT = 501
# Arrays from this length on are filled past the cache.
const LONG_ARRAY = 382

"""
    MersenneTwister(seed)
    MersenneTwister()

A Mersenne Twister; the seed is a non-negative integer or a vector of `UInt32`.
"""
mutable struct MersenneTwister <: AbstractRNG
    seed::Vector{UInt32}
    state::DSFMTState
    vals::Vector{Float64}
    ints::Vector{UInt128}
    idxF::Int # floats of the cache that are used up
    idxI::Int # bytes of the integers that are left
    # How far it has come, for `show`: floats made since the seed; where each cache was filled.
    adv::Int64
    adv_vals::Int64
    adv_ints::Int64
end

MersenneTwister(seed=nothing) =
    seed!(MersenneTwister(UInt32[], DSFMTState(), zeros(FLOATS_KEPT), zeros(UInt128, WORDS_KEPT),
                          FLOATS_KEPT, 0, 0, -1, -1), seed)

seed!(r::MersenneTwister) = seed!(r, rand(RandomDevice(), UInt32, 4))
seed!(r::MersenneTwister, n::Integer) = seed!(r, make_seed(n))
function seed!(r::MersenneTwister, seed::Vector{UInt32})
    copyto!(resize!(r.seed, length(seed)), seed)
    seed_by_array!(r.state, r.seed)
    fill!(r.vals, 0.0)
    fill!(r.ints, 0)
    r.idxF = FLOATS_KEPT
    r.idxI = 0
    r.adv = 0
    r.adv_vals = r.adv_ints = -1
    return r
end

copy(r::MersenneTwister) =
    MersenneTwister(copy(r.seed), copy(r.state), copy(r.vals), copy(r.ints), r.idxF, r.idxI, r.adv, r.adv_vals,
                    r.adv_ints)
function copy!(into::MersenneTwister, from::MersenneTwister)
    copyto!(resize!(into.seed, length(from.seed)), from.seed)
    copy!(into.state, from.state)
    copyto!(into.vals, from.vals)
    copyto!(into.ints, from.ints)
    for field in (:idxF, :idxI, :adv, :adv_vals, :adv_ints)
        setfield!(into, field, getfield(from, field))
    end
    return into
end

==(a::MersenneTwister, b::MersenneTwister) =
    a.seed == b.seed && a.state == b.state && isequal(a.vals, b.vals) && isequal(a.ints, b.ints) &&
    a.idxF == b.idxF && a.idxI == b.idxI
hash(r::MersenneTwister, h::UInt) = hash((r.seed, r.state, r.vals, r.ints, r.idxF, r.idxI), h)

function Base.show(io::IO, r::MersenneTwister)
    seed = sum(word -> big(word[2]) << (32 * (word[1] - 1)), enumerate(r.seed); init=big(0))
    text = seed <= typemax(Int) ? string(seed) : "0x" * string(seed, base=16)
    r.adv == 0 && return print(io, MersenneTwister, "(", text, ")")
    counts = Int64[0, r.adv]
    if r.adv_vals != -1 || r.adv_ints != -1
        append!(counts, r.adv_vals == -1 ? (0, 0) : (r.adv_vals, r.idxF))
    end
    r.adv_ints != -1 && push!(counts, r.adv_ints, (WORDS_KEPT * 16 - r.idxI) ÷ 8)
    print(io, MersenneTwister, "(", text, ", (")
    join(io, counts, ", ")
    print(io, "))")
end

rng_native_52(::MersenneTwister) = Float64

# ---- the caches ------------------------------------------------------------------------------------------------

# Puts an even number of floats in [1, 2) at an address.
function fill_floats!(r::MersenneTwister, at::Ptr{UInt64}, n::Int)
    r.adv += n
    for i in 1:2:n
        low, high = next_pair!(r.state)
        unsafe_store!(at, low, i)
        unsafe_store!(at, high, i + 1)
    end
end

function refill!(r::MersenneTwister)
    r.adv_vals = r.adv
    vals = r.vals
    GC.@preserve vals fill_floats!(r, Ptr{UInt64}(pointer(vals)), FLOATS_KEPT)
    r.idxF = 0
    return nothing
end

available(r::MersenneTwister) = FLOATS_KEPT - r.idxF
reserve!(r::MersenneTwister, n::Int) = (available(r) < n && refill!(r); nothing)
next_kept!(r::MersenneTwister) = @inbounds r.vals[r.idxF += 1]
next_raw!(r::MersenneTwister) = reinterpret(UInt64, next_kept!(r))

# Of 64 bits of a float 52 are random; what five words have makes four whole ones.
function refill_integers!(r::MersenneTwister)
    r.adv_ints = r.adv
    more = (WORDS_KEPT + 3) ÷ 4
    words = Vector{UInt128}(undef, WORDS_KEPT + more)
    GC.@preserve words fill_floats!(r, Ptr{UInt64}(pointer(words)), 2 * length(words))
    ints = r.ints
    for k in 1:WORDS_KEPT
        spare = words[WORDS_KEPT + (k - 1) ÷ 4 + 1]
        ints[k] = xor(words[k], spare << (48 - 12 * ((k - 1) % 4)))
    end
    r.idxI = 16 * WORDS_KEPT
    return nothing
end

function next_integer!(r::MersenneTwister, ::Type{T}) where {T}
    size = sizeof(T)
    r.idxI < size && refill_integers!(r)
    # Those of 16 bytes begin at a whole word.
    r.idxI = size == 16 ? 16 * (r.idxI >> 4) - 16 : r.idxI - size
    @inbounds word = r.ints[1 + r.idxI >> 4]
    return (word >> (8 * size * ((r.idxI ÷ size) & (16 ÷ size - 1)))) % T
end

# ---- drawing -----------------------------------------------------------------------------------------------------

rand(r::MersenneTwister, ::SamplerTrivial{CloseOpen12_64}) = (reserve!(r, 1); next_kept!(r))
rand(r::MersenneTwister, ::SamplerTrivial{UInt52Raw{UInt64}}) = (reserve!(r, 1); next_raw!(r))
function rand(r::MersenneTwister, ::SamplerTrivial{UInt2x52Raw{UInt128}})
    reserve!(r, 2)
    return UInt128(next_raw!(r)) << 64 | next_raw!(r)
end
function rand(r::MersenneTwister, ::SamplerTrivial{UInt104Raw{UInt128}})
    reserve!(r, 2)
    return xor(UInt128(next_raw!(r)) << 52, UInt128(next_raw!(r)))
end
rand(r::MersenneTwister, sp::SamplerUnion(Int64, UInt64, Int128, UInt128)) = next_integer!(r, sp[])
rand(r::MersenneTwister, sp::SamplerUnion(Bool, Int8, UInt8, Int16, UInt16, Int32, UInt32)) =
    rand(r, UInt52Raw()) % sp[]

# ---- filling arrays ------------------------------------------------------------------------------------------------

# Floats in [1, 2) at an address: long runs straight from the state, but for the last ones.
function fill_close12!(r::MersenneTwister, at::Ptr{Float64}, n::Int)
    straight = (n - 2) ÷ 2 * 2
    if straight < LONG_ARRAY
        # Also for no floats at all, as in Julia: what follows depends on it.
        reserve!(r, 1)
        for i in 1:n
            reserve!(r, 1)
            unsafe_store!(at, next_kept!(r), i)
        end
        return
    end
    fill_floats!(r, Ptr{UInt64}(at), straight)
    for i in straight+1:n
        unsafe_store!(at, rand(r, CloseOpen12()), i)
    end
end

function rand!(r::MersenneTwister, A::Flat{Float64}, I::SamplerTrivial{<:FloatInterval_64})
    GC.@preserve A fill_close12!(r, pointer(A), length(A))
    if I[] isa CloseOpen01
        for i in eachindex(A)
            @inbounds A[i] -= 1.0
        end
    end
    return A
end

spread(u::UInt128, ::Type{Float16}) =
    (u & 0x03ff03ff03ff03ff03ff03ff03ff03ff) | 0x3c003c003c003c003c003c003c003c00
spread(u::UInt128, ::Type{Float32}) =
    (u & 0x007fffff007fffff007fffff007fffff) | 0x3f8000003f8000003f8000003f800000

for T in (Float16, Float32)
    @eval function rand!(r::MersenneTwister, A::Flat{$T}, ::SamplerTrivial{CloseOpen12{$T}})
        words = bytes_of(A) ÷ 16
        GC.@preserve A begin
            at = Ptr{UInt128}(pointer(A))
            fill_close12!(r, Ptr{Float64}(at), 2 * words)
            for i in 1:words
                u = unsafe_load(at, i)
                unsafe_store!(at, spread(xor(u, u << 26), $T), i)
            end
        end
        for i in 16 * words ÷ sizeof($T) + 1:length(A)
            @inbounds A[i] = rand(r, $T) + one($T)
        end
        return A
    end
    @eval function rand!(r::MersenneTwister, A::Flat{$T}, ::SamplerTrivial{CloseOpen01{$T}})
        rand!(r, A, CloseOpen12($T))
        for i in eachindex(A)
            @inbounds A[i] = Float32(A[i]) - 1.0f0
        end
        return A
    end
end

# Words of 128 random bits at an address: what is spare in one word completes four others.
function fill_whole_words!(r::MersenneTwister, at::Ptr{UInt128}, n::Int)
    mix(k, bits) = unsafe_store!(at, xor(unsafe_load(at, k), bits), k)
    i = n
    while true
        fill_close12!(r, Ptr{Float64}(at), 2i)
        n < 5 && break
        i = 0
        while n - i >= 5
            i += 1
            u = unsafe_load(at, i)
            for shift in (48, 36, 24, 12)
                mix(n, u << shift)
                n -= 1
            end
        end
    end
    n > 0 || return
    u = rand(r, UInt2x52Raw())
    for k in 1:n
        mix(k, u << (12 * k))
    end
end

for T in BitInteger_types
    @eval function rand!(r::MersenneTwister, A::Flat{$T}, ::SamplerType{$T})
        words = bytes_of(A) ÷ 16
        GC.@preserve A fill_whole_words!(r, Ptr{UInt128}(pointer(A)), words)
        for i in 16 * words ÷ sizeof($T) + 1:length(A)
            @inbounds A[i] = rand(r, $T)
        end
        return A
    end
end

function rand!(r::MersenneTwister, A::Flat{Bool}, ::SamplerType{Bool})
    words = length(A) ÷ 16
    if words == 0
        bits = rand(r, UInt52Raw())
    else
        GC.@preserve A begin
            at = Ptr{UInt128}(pointer(A))
            fill_close12!(r, Ptr{Float64}(at), 2 * words)
            first_word = unsafe_load(at) % UInt64
            bits = xor(first_word, first_word >>> 17)
            for i in 1:words
                u = unsafe_load(at, i)
                unsafe_store!(at, xor(u, u << 5) & 0x01010101010101010101010101010101, i)
            end
        end
    end
    for i in 16 * words + 1:length(A)
        @inbounds A[i] = bits % Bool
        bits >>>= 1
    end
    return A
end
