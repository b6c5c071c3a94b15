# Integers: bits of a generator, and ranges.

# ---- bits --------------------------------------------------------------------------------------------------------

rand(r::AbstractRNG, ::SamplerTrivial{UInt10Raw{UInt16}}) = rand(r, UInt16)
rand(r::AbstractRNG, ::SamplerTrivial{UInt23Raw{UInt32}}) = rand(r, UInt32)
rand(r::AbstractRNG, ::SamplerTrivial{UInt52Raw{UInt64}}) = bits52(r, rng_native_52(r))
bits52(r::AbstractRNG, ::Type{Float64}) = reinterpret(UInt64, rand(r, CloseOpen12()))
bits52(r::AbstractRNG, ::Type{UInt64}) = rand(r, UInt64)
rand(r::AbstractRNG, ::SamplerTrivial{UInt104Raw{UInt128}}) =
    xor(rand(r, UInt52Raw(UInt128)) << 52, rand(r, UInt52Raw(UInt128)))

rand(r::AbstractRNG, ::SamplerTrivial{UInt10{UInt16}}) = rand(r, UInt10Raw()) & 0x03ff
rand(r::AbstractRNG, ::SamplerTrivial{UInt23{UInt32}}) = rand(r, UInt23Raw()) & 0x007fffff
rand(r::AbstractRNG, ::SamplerTrivial{UInt52{UInt64}}) = rand(r, UInt52Raw()) & 0x000fffffffffffff
rand(r::AbstractRNG, ::SamplerTrivial{UInt104{UInt128}}) =
    rand(r, UInt104Raw()) & 0x000000ffffffffffffffffffffffffff
rand(r::AbstractRNG, sp::SamplerTrivial{<:UniformBits{T}}) where {T} = rand(r, uint_default(sp[])) % T

# For generators with 52 bits at a time.
rand_generic(r::AbstractRNG, sp::SamplerUnion(Bool, Int8, UInt8, Int16, UInt16, Int32, UInt32)) =
    rand(r, UInt52Raw()) % sp[]
rand_generic(r::AbstractRNG, ::Type{UInt64}) = xor(rand(r, UInt52Raw()) << 32, rand(r, UInt52Raw()))
rand_generic(r::AbstractRNG, ::Type{Int64}) = rand(r, UInt64) % Int64
rand_generic(r::AbstractRNG, ::Type{UInt128}) = bits128(r, rng_native_52(r))
rand_generic(r::AbstractRNG, ::Type{Int128}) = rand(r, UInt128) % Int128
bits128(r::AbstractRNG, ::Type{UInt64}) = xor((rand(r, UInt64) % UInt128) << 64, rand(r, UInt64))
bits128(r::AbstractRNG, ::Type{Float64}) =
    xor(rand(r, UInt52Raw(UInt128)) << 96, rand(r, UInt52Raw(UInt128)) << 48, rand(r, UInt52Raw(UInt128)))

# ---- ranges --------------------------------------------------------------------------------------------------------

uint_sup(::Type{<:Base.BitInteger32}) = UInt32
uint_sup(::Type{<:Union{Int64,UInt64}}) = UInt64
uint_sup(::Type{<:Union{Int128,UInt128}}) = UInt128

nonempty(collection) = isempty(collection) ? throw(ArgumentError("collection must be non-empty")) : collection

Sampler(::Type{<:AbstractRNG}, r::AbstractUnitRange{T}, ::Repetition) where {T<:Base.BitInteger64} =
    SamplerRangeNDL(r)
Sampler(::Type{<:AbstractRNG}, r::AbstractUnitRange{T}, ::Repetition) where {T<:Union{Int128,UInt128}} =
    SamplerRangeFast(r)

# Nearly without division (Daniel Lemire, "Fast Random Integer Generation in an Interval", 2019).
struct SamplerRangeNDL{U<:Unsigned,T} <: Sampler{T}
    a::T # the first
    s::U # how many; zero for all of the type
end
function SamplerRangeNDL(r::AbstractUnitRange{T}) where {T}
    nonempty(r)
    U = uint_sup(T)
    return SamplerRangeNDL(first(r), (last(r) - first(r)) % unsigned(T) % U + one(U))
end
function rand(rng::AbstractRNG, sp::SamplerRangeNDL{U,T}) where {U,T}
    s = sp.s
    x = widen(rand(rng, U))
    m = x * s
    if m % U < s
        least = mod(-s, s)
        while m % U < least
            x = widen(rand(rng, U))
            m = x * s
        end
    end
    return (s == 0 ? x : m >> (8 * sizeof(U))) % T + sp.a
end

# With a mask, drawn again until it fits: for wide integers.
struct SamplerRangeFast{U<:BitUnsigned,T<:BitInteger} <: Sampler{T}
    a::T     # the first
    bw::UInt # how many bits the last has, counted from the first
    m::U     # how far the last is from the first
    mask::U
end
SamplerRangeFast(r::AbstractUnitRange{T}) where {T<:BitInteger} = SamplerRangeFast(r, uint_sup(T))
function SamplerRangeFast(r::AbstractUnitRange{T}, ::Type{U}) where {T,U}
    nonempty(r)
    m = (last(r) - first(r)) % unsigned(T) % U
    width = top_set_bit(m) % UInt
    return SamplerRangeFast{U,T}(first(r), width, m, ((1 % U) << width) - (1 % U))
end

has_fast_64(rng::AbstractRNG) = rng_native_52(rng) != Float64

rand(rng::AbstractRNG, sp::SamplerRangeFast{UInt32,T}) where {T} =
    (rand(rng, LessThan(sp.m, Masked(sp.mask, UInt52Raw(UInt32)))) + sp.a % UInt32) % T
function rand(rng::AbstractRNG, sp::SamplerRangeFast{UInt64,T}) where {T}
    source = !has_fast_64(rng) && sp.bw <= 52 ? UInt52Raw() : uniform(UInt64)
    return (rand(rng, LessThan(sp.m, Masked(sp.mask, source))) + sp.a % UInt64) % T
end
function rand(rng::AbstractRNG, sp::SamplerRangeFast{UInt128,T}) where {T}
    narrow(source) = rand(rng, LessThan(sp.m % UInt64, Masked(sp.mask % UInt64, source))) % UInt128
    wide(source) = rand(rng, LessThan(sp.m, Masked(sp.mask, source)))
    x = if has_fast_64(rng)
        sp.bw <= 64 ? narrow(uniform(UInt64)) : wide(uniform(UInt128))
    else
        sp.bw <= 52 ? narrow(UInt52Raw()) : sp.bw <= 104 ? wide(UInt104Raw()) : wide(uniform(UInt128))
    end
    return x % T + sp.a
end

# With a threshold and a remainder, drawing as few bits as possible.
struct SamplerRangeInt{T<:Integer,U<:Unsigned} <: Sampler{T}
    a::T    # the first
    bw::Int # as above
    k::U    # how many; zero for all of the type
    u::U    # the greatest that is not drawn again
end
SamplerRangeInt(r::AbstractUnitRange{T}) where {T<:BitInteger} = SamplerRangeInt(r, uint_sup(T))
function SamplerRangeInt(r::AbstractUnitRange{T}, ::Type{U}) where {T,U}
    nonempty(r)
    m = (last(r) - first(r)) % unsigned(T) % U
    k = m + one(U)
    width = Int(top_set_bit(m))
    # The last number below the greatest multiple of `k`.
    whole = k == 0 ? zero(U) : div(zero(U) - k, k) * k + k
    below(bits) = div(one(U) << bits, k) * k
    threshold = if U === UInt32 || width > (U === UInt64 ? 52 : 104)
        whole
    else
        below(width <= 52 ? 52 : 104)
    end
    return SamplerRangeInt{T,U}(first(r), width, k, threshold - one(U))
end

remainder(a::T, b::T) where {T<:Unsigned} = b == 0 ? a : a % b
function rand(rng::AbstractRNG, sp::SamplerRangeInt{T,U}) where {T<:BitInteger,U}
    source = U === UInt32 ? UInt52Raw(UInt32) : sp.bw <= 52 ? UInt52(U) :
             U === UInt128 && sp.bw <= 104 ? UInt104(UInt128) : uniform(U)
    return (sp.a % U + remainder(rand(rng, LessThan(sp.u, source)), sp.k)) % T
end

# Of big integers the lower words are drawn whole and the highest within its range, until all of it fits.
struct SamplerBigInt{S<:Sampler{UInt64}} <: Sampler{BigInt}
    a::BigInt
    m::BigInt
    words::Int
    highest::S
end
function Sampler(::Type{R}, r::AbstractUnitRange{BigInt}, n::Repetition) where {R<:AbstractRNG}
    nonempty(r)
    m = last(r) - first(r)
    words = iszero(m) ? 0 : cld(ndigits(m; base=2), 64)
    top = words == 0 ? UInt64(0) : (m >> (64 * (words - 1))) % UInt64
    return SamplerBigInt(first(r), m, words, Sampler(R, UInt64(0):top, n))
end
function rand(rng::AbstractRNG, sp::SamplerBigInt)
    sp.words == 0 && return sp.a + 0
    lower = Vector{UInt64}(undef, sp.words - 1)
    while true
        rand!(rng, lower)
        x = big(rand(rng, sp.highest))
        for i in sp.words-1:-1:1
            x = x << 64 | lower[i]
        end
        x <= sp.m && return x + sp.a
    end
end

# ---- characters ----------------------------------------------------------------------------------------------------

# All but the surrogates.
function rand(r::AbstractRNG, ::SamplerType{T}) where {T<:AbstractChar}
    c = rand(r, 0x00000000:0x0010f7ff)
    return c < 0xd800 ? T(c) : T(c + 0x800)
end
