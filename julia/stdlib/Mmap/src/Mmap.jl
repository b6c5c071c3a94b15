"""
    Mmap

Files as arrays. They are read when the array is made: what is written to it does not reach the file.
"""
module Mmap

export mmap

"""
    mmap(file, [type = Vector{UInt8}], [dims], [offset])

An array with a file's contents.
"""
function mmap(io::IO, ::Type{Array{T,N}}=Vector{UInt8}, dims::NTuple{N,Integer}=whole(io, T, N), offset::Integer=position(io)) where {T,N}
    isbitstype(T) || throw(ArgumentError("unable to mmap type $T; must satisfy `isbitstype(T) == true`"))
    before = position(io)
    seek(io, offset)
    A = read!(io, Array{T,N}(undef, dims))
    seek(io, before)
    return A
end
whole(io::IO, T, N) = N == 1 ? (div(filesize(io) - position(io), sizeof(T)),) :
    throw(ArgumentError("the dimensions of an array of $N dimensions have to be given"))
mmap(io::IO, ::Type{Vector{T}}, count::Integer, offset::Integer=position(io)) where {T} =
    mmap(io, Vector{T}, (count,), offset)
mmap(file::AbstractString, args...) = open(io -> mmap(io, args...), file)
mmap(::Type{T}, dims::Integer...) where {T<:Array} = fill!(T(undef, dims...), zero(eltype(T)))

sync!(::Array) = nothing

end
