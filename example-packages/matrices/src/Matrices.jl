"""
Linear algebra over any number type: floats, rationals, complex and fixed-point numbers, and
whatever a user defines that can be added, multiplied and divided.

    julia> solve([2 1; 1 3], [3, 5])
    2-element Vector{Rational{Int64}}:
     4//5
     7//5

Integers are solved exactly, in rationals. For rounded types rows are exchanged by size; exact
types need no more than a number that is not zero.
"""
module Matrices

export LU, Tridiagonal, SingularError
export lu, solve, det, inverse, cholesky, product, unit, residual, fit, dominant

include("elements.jl")
include("elimination.jl")
include("tridiagonal.jl")
include("products.jl")

end
