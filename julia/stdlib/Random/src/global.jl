# The generator that is used where none is named.

struct _GLOBAL_RNG <: AbstractRNG end

"""
    GLOBAL_RNG

An older name of the generator that `default_rng()` gives.
"""
const GLOBAL_RNG = _GLOBAL_RNG()

"""
    Random.default_rng()

The generator that is used where none is named: the one of the present task.
"""
@inline default_rng() = TaskLocalRNG()
@inline default_rng(::Int) = TaskLocalRNG()

copy!(into::Xoshiro, ::_GLOBAL_RNG) = copy!(into, default_rng())
copy!(::_GLOBAL_RNG, from::Xoshiro) = copy!(default_rng(), from)
copy(::_GLOBAL_RNG) = copy(default_rng())

# What the generator was seeded with last: `Test` seeds each test set with it.
GLOBAL_SEED = 0
set_global_seed!(seed) = global GLOBAL_SEED = seed

function seed!(::_GLOBAL_RNG, seed=rand(RandomDevice(), UInt64, 4))
    global GLOBAL_SEED = seed
    return seed!(default_rng(), seed)
end
seed!(rng::_GLOBAL_RNG, ::Nothing) = seed!(rng)
seed!(seed::Union{Nothing,Integer,Vector{UInt32},Vector{UInt64}}=nothing) = seed!(GLOBAL_RNG, seed)

rng_native_52(::_GLOBAL_RNG) = rng_native_52(default_rng())
rand(::_GLOBAL_RNG, sp::SamplerBoolBitInteger) = rand(default_rng(), sp)
for S in (:(SamplerTrivial{UInt52Raw{UInt64}}), :(SamplerTrivial{UInt52{UInt64}}),
          :(SamplerTrivial{UInt104Raw{UInt128}}), :(SamplerTrivial{UInt104{UInt128}}),
          :(SamplerTrivial{CloseOpen01{Float16}}), :(SamplerTrivial{CloseOpen01{Float32}}),
          :(SamplerTrivial{CloseOpen01_64}), :(SamplerTrivial{CloseOpen12_64}))
    @eval rand(::_GLOBAL_RNG, sp::$S) = rand(default_rng(), sp)
end
for T in (Float32, Float64)
    @eval rand!(::_GLOBAL_RNG, A::Array{$T}, sp::SamplerTrivial{CloseOpen01{$T}}) = rand!(default_rng(), A, sp)
end
for T in (Bool, BitInteger_types...)
    @eval rand!(::_GLOBAL_RNG, A::Array{$T}, sp::SamplerType{$T}) = rand!(default_rng(), A, sp)
end

# Every process starts with this: no digest of the seed here, as `seed!` makes it.
function __init__()
    seed = rand(RandomDevice(), UInt64, 4)
    set_global_seed!(seed)
    setstate!(default_rng(), seed[1], seed[2], seed[3], seed[4])
    return nothing
end
precompile(__init__, ())
