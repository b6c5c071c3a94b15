# Test sets start from one seed each and leave the generator as they found it, so that a failure can be
# had again, and so that what one test set draws does not depend on another.

save_seed() = (copy(Random.default_rng()), Random.GLOBAL_SEED)
reseed() = Random.seed!(Random.GLOBAL_SEED)
function restore_seed((generator, seed))
    copy!(Random.default_rng(), generator)
    Random.set_global_seed!(seed)
    return nothing
end

"""
    Test.guardseed(f[, seed])

Calls `f`, and puts the generator back into the state that it had.
"""
function guardseed(f::Function, generator::Random.AbstractRNG=Random.default_rng())
    saved = copy(generator)
    try
        return f()
    finally
        copy!(generator, saved)
    end
end
guardseed(f::Function, seed::Union{Integer,Vector{UInt32},Vector{UInt64}}) = guardseed() do
    Random.seed!(seed)
    f()
end
