# What the algorithms have in common: bytes are gathered into blocks.

"""
    SHA_CTX

A hash in the making.
"""
abstract type SHA_CTX end

# How many bytes a block has, and the digest; what a block does to the state; the last blocks.
function blocklen end
function digestlen end
function transform! end

"""
    update!(context, data[, length])

Adds bytes to what is hashed.
"""
function update!(context::SHA_CTX, data::AbstractBytes, count::Integer=length(data))
    count <= length(data) || throw(BoundsError(data, count))
    context.used && error("Cannot update CTX after digest! has been called on it")
    buffer = context.buffer
    size = blocklen(typeof(context))
    filled = Int(context.bytecount % size)
    for i in 1:count
        filled += 1
        @inbounds buffer[filled] = data[i]
        if filled == size
            transform!(context)
            filled = 0
        end
    end
    context.bytecount += count
    return nothing
end

function update_from!(context, io::IO, chunk::Integer)
    buffer = Vector{UInt8}(undef, chunk)
    while !eof(io)
        update!(context, buffer, readbytes!(io, buffer))
    end
    return context
end

# The message's end in a block: a mark, zeros, and the length in bits at the very end.
function pad!(context::SHA_CTX, lengthbytes::Int)
    size = blocklen(typeof(context))
    buffer = context.buffer
    filled = Int(context.bytecount % size)
    buffer[filled+1] = 0x80
    fill!(view(buffer, filled+2:size), 0x00)
    if filled + 1 > size - lengthbytes
        transform!(context)
        fill!(buffer, 0x00)
    end
    bits = UInt128(context.bytecount) * 8
    for i in 0:lengthbytes-1
        buffer[size-i] = (bits >> (8i)) % UInt8
    end
    transform!(context)
    return nothing
end

# A word of a block, and the bytes of words; highest byte first.
function word_at(::Type{T}, buffer::Vector{UInt8}, index::Int) where {T}
    start = (index - 1) * sizeof(T)
    word = zero(T)
    for i in 1:sizeof(T)
        @inbounds word = word << 8 | buffer[start+i]
    end
    return word
end
function bytes_of(words, count::Int)
    bytes = UInt8[]
    for word in words, i in sizeof(word)-1:-1:0
        push!(bytes, (word >> (8i)) % UInt8)
    end
    return resize!(bytes, count)
end

rotate_left(x::T, k::Int) where {T<:Unsigned} = (x << k) | (x >>> (8 * sizeof(T) - k))
rotate_right(x::T, k::Int) where {T<:Unsigned} = (x >>> k) | (x << (8 * sizeof(T) - k))

Base.copy(context::T) where {T<:SHA_CTX} =
    T(copy(context.state), context.bytecount, copy(context.buffer), context.used)
Base.show(io::IO, context::SHA_CTX) =
    print(io, nameof(typeof(context)), "(", bytes2hex(digest!(copy(context))), ")")
