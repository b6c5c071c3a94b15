"""
Reading and writing JSON (RFC 8259).

    julia> Json.parse("[1, 2.5, {\\"a\\": null}]")
    3-element Vector{Any}:
     1
     2.5
      Dict{String, Any}("a" => nothing)

Objects become `Dict{String,Any}`, arrays `Vector{Any}`, `null` is `nothing`; a number without
point and exponent is an `Int64` if it fits, every other one a `Float64`.
"""
module Json

export JsonError

include("reader.jl")
include("writer.jl")

end
