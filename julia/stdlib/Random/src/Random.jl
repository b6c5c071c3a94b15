"""
    Random

Random numbers: generators (`Xoshiro`, `TaskLocalRNG`, `MersenneTwister`, `RandomDevice`), what can be
drawn from (types, ranges, collections, through `Sampler`s), distributions, and permutations. Equal
seeds give the numbers that they give in Julia 1.10.
"""
module Random

using Base: BitInteger, BitInteger_types, BitUnsigned, require_one_based_indexing, top_set_bit
using SHA

import Base: rand, randn, copy, copy!, ==, hash, copymutable

export rand!, randn!, randexp, randexp!, bitrand, randstring, randsubseq, randsubseq!,
       shuffle, shuffle!, randperm, randperm!, randcycle, randcycle!,
       AbstractRNG, MersenneTwister, RandomDevice, TaskLocalRNG, Xoshiro

"""
    AbstractRNG

A random number generator. One that defines `rand(rng, ::SamplerType{UInt64})` (and the smaller
integers), or `rand(rng, ::SamplerTrivial{CloseOpen12{Float64}})`, can be drawn everything from.
"""
abstract type AbstractRNG end

include("samplers.jl")
include("draw.jl")
include("xoshiro.jl")
include("dsfmt.jl")
include("mersenne.jl")
include("device.jl")
include("global.jl")
include("floats.jl")
include("integers.jl")
include("collections.jl")
include("ziggurat.jl")
include("normal.jl")
include("subsets.jl")
include("permutations.jl")

end
