"""
Fixed-point numbers: arithmetic that is exact in steps of a power of two, and the same on every
machine.

    julia> Fixed{Int32,16}(1.5) * 2
    3.0Q16

A `Fixed{T,F}` is a signed integer of type `T` that counts steps of `2^-F`.
"""
module FixedPoint

export Fixed, Q15, Q32, raw, fraction_bits, saturating_add, saturating_mul, @fixed_str

include("type.jl")
include("arithmetic.jl")
include("rounding.jl")
include("text.jl")

end
