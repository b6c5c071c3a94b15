# Xoshiro256++ (David Blackman and Sebastiano Vigna, "Scrambled Linear Pseudorandom Number Generators",
# ACM Trans. Math. Softw., 2021), as an object of its own and as the state that each task has.

"""
    Xoshiro(seed)
    Xoshiro()

A Xoshiro256++ generator.
"""
mutable struct Xoshiro <: AbstractRNG
    s0::UInt64
    s1::UInt64
    s2::UInt64
    s3::UInt64
    s4::UInt64 # of the generator that splits off the states of tasks

    Xoshiro(s0::Integer, s1::Integer, s2::Integer, s3::Integer, s4::Integer) = new(s0, s1, s2, s3, s4)
    Xoshiro(s0::Integer, s1::Integer, s2::Integer, s3::Integer) =
        setstate!(new(), UInt64(s0), UInt64(s1), UInt64(s2), UInt64(s3))
    Xoshiro(seed=nothing) = seed!(new(), seed)
end

"""
    TaskLocalRNG

The generator whose state is part of the present task. A new task's state follows from its parent's.
"""
struct TaskLocalRNG <: AbstractRNG end
TaskLocalRNG(::Nothing) = TaskLocalRNG()

const XoshiroState = Union{TaskLocalRNG,Xoshiro}

rng_native_52(::XoshiroState) = UInt64

@inline getstate(x::Xoshiro) = (x.s0, x.s1, x.s2, x.s3)
@inline function getstate(::TaskLocalRNG)
    t = current_task()
    return (t.rngState0, t.rngState1, t.rngState2, t.rngState3)
end

@inline function putstate!(x::Xoshiro, s0, s1, s2, s3)
    x.s0 = s0
    x.s1 = s1
    x.s2 = s2
    x.s3 = s3
    return x
end
@inline function putstate!(x::TaskLocalRNG, s0, s1, s2, s3)
    t = current_task()
    t.rngState0 = s0
    t.rngState1 = s1
    t.rngState2 = s2
    t.rngState3 = s3
    return x
end

splitstate(x::Xoshiro) = x.s4
splitstate(::TaskLocalRNG) = current_task().rngState4
putsplit!(x::Xoshiro, s4) = (x.s4 = s4; x)
putsplit!(x::TaskLocalRNG, s4) = (current_task().rngState4 = s4; x)

# A state from outside: that of the splitting generator follows from it.
function setstate!(x::XoshiroState, s0::UInt64, s1::UInt64, s2::UInt64, s3::UInt64,
                   s4::UInt64=s0 + 0x3 * s1 + 0x5 * s2 + 0x7 * s3)
    putstate!(x, s0, s1, s2, s3)
    return putsplit!(x, s4)
end

copy(x::XoshiroState) = Xoshiro(getstate(x)..., splitstate(x))
copy(x::TaskLocalRNG) = Xoshiro(getstate(x)..., splitstate(x))
copy!(into::XoshiroState, from::XoshiroState) = setstate!(into, getstate(from)..., splitstate(from))
==(a::XoshiroState, b::XoshiroState) = getstate(a) == getstate(b) && splitstate(a) == splitstate(b)
hash(x::XoshiroState, h::UInt) = hash(getstate(x), h + 0x49a62c2dda6fa9be % UInt)

# ---- seeds ---------------------------------------------------------------------------------------------------

"""
    Random.seed!([rng = default_rng()], [seed])

Makes a generator start anew: with the same numbers for the same seed, with unforeseeable ones
without.
"""
function seed!(rng::XoshiroState)
    device = RandomDevice()
    return setstate!(rng, rand(device, UInt64), rand(device, UInt64), rand(device, UInt64), rand(device, UInt64))
end

function seed!(rng::XoshiroState, seed::Union{Vector{UInt32},Vector{UInt64}})
    context = SHA.SHA2_256_CTX()
    SHA.update!(context, reinterpret(UInt8, seed))
    s0, s1, s2, s3 = reinterpret(UInt64, SHA.digest!(context))
    return setstate!(rng, s0, s1, s2, s3)
end
seed!(rng::XoshiroState, seed::Integer) = seed!(rng, make_seed(seed))
seed!(rng::AbstractRNG, ::Nothing) = seed!(rng)

# The words of a number, lowest first.
function make_seed(n::Integer)
    n < 0 && throw(DomainError(n, "`n` must be non-negative."))
    seed = UInt32[]
    while true
        push!(seed, n & 0xffffffff)
        n >>= 32
        n == 0 && return seed
    end
end

# ---- drawing -------------------------------------------------------------------------------------------------

@inline rotate(x::UInt64, k) = (x << k) | (x >>> (64 - k))
@inline output(s0, s3) = rotate(s0 + s3, 23) + s0
@inline function advance(s0, s1, s2, s3)
    t = s1 << 17
    s2 = xor(s2, s0)
    s3 = xor(s3, s1)
    return xor(s0, s3), xor(s1, s2), xor(s2, t), rotate(s3, 45)
end

@inline function rand(rng::XoshiroState, ::SamplerType{UInt64})
    s0, s1, s2, s3 = getstate(rng)
    putstate!(rng, advance(s0, s1, s2, s3)...)
    return output(s0, s3)
end

@inline function rand(rng::XoshiroState, ::SamplerType{UInt128})
    high = rand(rng, UInt64)
    low = rand(rng, UInt64)
    return (UInt128(high) << 64) + low
end
@inline rand(rng::XoshiroState, ::SamplerType{Int128}) = rand(rng, UInt128) % Int128

# Smaller numbers are the upper bits.
@inline function rand(rng::XoshiroState, sp::SamplerUnion(Bool, Int8, UInt8, Int16, UInt16, Int32, UInt32, Int64))
    T = sp[]
    return (rand(rng, UInt64) >>> (64 - 8 * sizeof(T))) % T
end

rand(rng::XoshiroState, ::SamplerTrivial{UInt52Raw{UInt64}}) = rand(rng, UInt64) >>> 12
rand(rng::XoshiroState, ::SamplerTrivial{UInt52{UInt64}}) = rand(rng, UInt64) >>> 12
rand(rng::XoshiroState, ::SamplerTrivial{UInt104{UInt128}}) = rand(rng, UInt104Raw())

rand(rng::XoshiroState, ::SamplerTrivial{CloseOpen01{Float16}}) =
    Float16(Float32(rand(rng, UInt16) >>> 5) * Float32(0x1.0p-11))
rand(rng::XoshiroState, ::SamplerTrivial{CloseOpen01{Float32}}) =
    Float32(rand(rng, UInt32) >>> 8) * Float32(0x1.0p-24)
rand(rng::XoshiroState, ::SamplerTrivial{CloseOpen01_64}) = Float64(rand(rng, UInt64) >>> 11) * 0x1.0p-53

# ---- filling arrays --------------------------------------------------------------------------------------------

# Arrays of at least so many bytes are filled from eight generators side by side, which are split off;
# the rest of them, and shorter arrays, from the generator itself.
const LANES = 8
bulk_threshold(::Type) = 64
bulk_threshold(::Type{Bool}) = 640

@inline as_words(x::UInt64, ::Type{UInt8}) = x
@inline as_words(x::UInt64, ::Type{Float64}) = reinterpret(UInt64, Float64(x >>> 11) * 0x1.0p-53)
@inline function as_words(x::UInt64, ::Type{Float32})
    upper = Float32((x >>> 40) % UInt32) * Float32(0x1.0p-24)
    lower = Float32((x % UInt32) >>> 8) * Float32(0x1.0p-24)
    return (UInt64(reinterpret(UInt32, upper)) << 32) | UInt64(reinterpret(UInt32, lower))
end

# The states of the split off generators: all lanes of the first word, of the second, and so on.
function split_lanes(rng::XoshiroState)
    factors = (0x02011ce34bce797f, 0x5a94851fb48a6e05, 0x3688cf5d48899fa7, 0x867b4bb4c42e5661)
    return map(factor -> UInt64[factor * rand(rng, UInt64) for _ in 1:LANES], factors)
end

function fill_words!(rng::XoshiroState, at::Ptr{UInt64}, bytes::Int, ::Type{T}) where {T}
    done = 0
    if bytes >= bulk_threshold(T)
        s0, s1, s2, s3 = split_lanes(rng)
        while done + 8 * LANES <= bytes
            for lane in 1:LANES
                @inbounds a, b, c, d = s0[lane], s1[lane], s2[lane], s3[lane]
                unsafe_store!(at + done, as_words(output(a, d), T))
                done += 8
                a, b, c, d = advance(a, b, c, d)
                @inbounds s0[lane], s1[lane], s2[lane], s3[lane] = a, b, c, d
            end
        end
    end
    while done + 8 <= bytes
        unsafe_store!(at + done, as_words(rand(rng, UInt64), T))
        done += 8
    end
    done < bytes && store_some!(at + done, as_words(rand(rng, UInt64), T), bytes - done)
    return nothing
end

# The first bytes of a word.
function store_some!(at::Ptr{UInt64}, word::UInt64, bytes::Int)
    for i in 1:bytes
        unsafe_store!(Ptr{UInt8}(at), (word >>> (8 * (i - 1))) % UInt8, i)
    end
end

# Each bit of the lowest of eight bytes is one value: a word gives eight words of `Bool`s.
function fill_bools!(rng::XoshiroState, at::Ptr{UInt64}, bytes::Int)
    done = 0
    if bytes >= bulk_threshold(Bool)
        s0, s1, s2, s3 = split_lanes(rng)
        while done + 64 * LANES <= bytes
            for lane in 1:LANES
                @inbounds a, b, c, d = s0[lane], s1[lane], s2[lane], s3[lane]
                word = output(a, d)
                for bit in 0:7
                    place = at + done + 8 * (bit * LANES + lane - 1)
                    unsafe_store!(place, (word >>> bit) & 0x0101010101010101)
                end
                a, b, c, d = advance(a, b, c, d)
                @inbounds s0[lane], s1[lane], s2[lane], s3[lane] = a, b, c, d
            end
            done += 64 * LANES
        end
    end
    while done + 8 <= bytes
        word = rand(rng, UInt64)
        bit = 0
        while done + 8 <= bytes && bit < 8
            unsafe_store!(at + done, (word >>> bit) & 0x0101010101010101)
            done += 8
            bit += 1
        end
    end
    done < bytes && store_some!(at + done, rand(rng, UInt64) & 0x0101010101010101, bytes - done)
    return nothing
end

for T in (Float32, Float64)
    @eval function rand!(rng::XoshiroState, A::Flat{$T}, ::SamplerTrivial{CloseOpen01{$T}})
        GC.@preserve A fill_words!(rng, Ptr{UInt64}(pointer(A)), bytes_of(A), $T)
        return A
    end
end
for T in BitInteger_types
    @eval function rand!(rng::XoshiroState, A::Flat{$T}, ::SamplerType{$T})
        GC.@preserve A fill_words!(rng, Ptr{UInt64}(pointer(A)), bytes_of(A), UInt8)
        return A
    end
end
function rand!(rng::XoshiroState, A::Flat{Bool}, ::SamplerType{Bool})
    GC.@preserve A fill_bools!(rng, Ptr{UInt64}(pointer(A)), bytes_of(A))
    return A
end
