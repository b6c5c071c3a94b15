"""
Orbits around one center, in fixed-point numbers: a simulation that gives the same bits on every
machine, with its own sines and cosines.

Lengths are in astronomical units and times in years, so that the sun pulls with `4π^2`.
"""
module Orbits

using FixedPoint

export Q40, SUN, TURN, State, Elements
export energy, momentum, radius, speed, advance, propagate, elements, period, kepler, place
export sine_cosine

"The numbers of this library."
const Q40 = Fixed{Int64,40}

include("angles.jl")
include("motion.jl")
include("elements.jl")

end
