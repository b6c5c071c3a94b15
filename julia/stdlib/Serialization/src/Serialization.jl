"""
    Serialization

Julia values as bytes, and back. The format is this implementation's own: what one build writes, the same
build reads.
"""
module Serialization

export serialize, deserialize, Serializer, AbstractSerializer

"""
    AbstractSerializer

What `serialize(s, x)` and `deserialize(s, T)` methods of types get.
"""
abstract type AbstractSerializer end

mutable struct Serializer{I<:IO} <: AbstractSerializer
    io::I
    # Objects with an identity, by number, while writing and while reading.
    table::IdDict{Any,Int}
    objects::Vector{Any}
end
Serializer(io::IO) = Serializer{typeof(io)}(io, IdDict{Any,Int}(), Any[])

include("tags.jl")
include("write.jl")
include("read.jl")

"""
    serialize(io, x)
    serialize(filename, x)

Writes a value.
"""
function serialize(io::IO, x)
    s = Serializer(io)
    writeheader(s)
    return serialize(s, x)
end
serialize(filename::AbstractString, x) = open(io -> serialize(io, x), filename, "w")

"""
    deserialize(io)
    deserialize(filename)

Reads a value that `serialize` wrote.
"""
function deserialize(io::IO)
    s = Serializer(io)
    readheader(s)
    return deserialize(s)
end
deserialize(filename::AbstractString) = open(deserialize, filename)

end
