"""
    Future

Functions of versions to come.
"""
module Future

using Random

"""
    Future.copy!(into, from)

As `Base.copy!`.
"""
copy!(into, from) = Base.copy!(into, from)

"""
    Future.randjump(rng, steps)

Not supported: jumping ahead in a Mersenne Twister's stream.
"""
randjump(::MersenneTwister, ::Integer) = Base.unsupported("randjump")

end
