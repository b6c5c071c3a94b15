"""
Springs, projectiles and collisions in fixed-point numbers: the same to the last bit wherever
they are computed.

The numbers are `Q40`: 23 bits before the point and 40 behind it. Everything also takes other
number types, to compare.
"""
module Physics

using FixedPoint
using Matrices

export Q40, GRAVITY
export Chain, Network, stiffness, equilibrium, stored
export Body, advance, flight, kinetic, collide

"The numbers of this library."
const Q40 = Fixed{Int64,40}

"Standard gravity, in meters per second squared."
const GRAVITY = parse(Q40, "9.80665")

include("springs.jl")
include("motion.jl")

end
