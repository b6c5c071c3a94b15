# Base64: text of bytes, three at a time as four characters. The pipes encode and decode streams.

module Base64

export Base64EncodePipe, Base64DecodePipe, base64encode, base64decode, stringmime

const ENCODING = codeunits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
const PADDING = UInt8('=')
# Values of characters in the other direction: 0xff for what is none, 0xfe for the padding.
const DECODING = let t = fill(0xff, 256)
    for i in 1:64
        t[ENCODING[i] + 1] = UInt8(i - 1)
    end
    t[PADDING + 1] = 0xfe
    t
end

## encoding

# Bytes that do not yet make a group of three wait in the buffer; close writes them with padding.
struct Base64EncodePipe <: IO
    io::IO
    buffer::Vector{UInt8}
    Base64EncodePipe(io::IO) = new(io, UInt8[])
end
Base.isreadable(::Base64EncodePipe) = false
Base.iswritable(pipe::Base64EncodePipe) = iswritable(pipe.io)
Base.isopen(pipe::Base64EncodePipe) = isopen(pipe.io)

function encode_group(io::IO, b1::UInt8, b2::UInt8, b3::UInt8, count::Int)
    n = UInt32(b1) << 16 | UInt32(b2) << 8 | UInt32(b3)
    write(io, ENCODING[(n >> 18) & 0x3f + 1])
    write(io, ENCODING[(n >> 12) & 0x3f + 1])
    write(io, count > 1 ? ENCODING[(n >> 6) & 0x3f + 1] : PADDING)
    write(io, count > 2 ? ENCODING[n & 0x3f + 1] : PADDING)
    return
end

function Base.write(pipe::Base64EncodePipe, x::UInt8)
    b = pipe.buffer
    push!(b, x)
    if length(b) == 3
        encode_group(pipe.io, b[1], b[2], b[3], 3)
        empty!(b)
    end
    return 1
end
function Base.unsafe_write(pipe::Base64EncodePipe, ptr::Ptr{UInt8}, n::UInt)::Int
    for i in 1:n
        write(pipe, unsafe_load(ptr, i))
    end
    return Int(n)
end
function Base.close(pipe::Base64EncodePipe)
    b = pipe.buffer
    if length(b) == 1
        encode_group(pipe.io, b[1], 0x00, 0x00, 1)
    elseif length(b) == 2
        encode_group(pipe.io, b[1], b[2], 0x00, 2)
    end
    empty!(b)
    return nothing
end

function base64encode(f::Function, args...; context = nothing)
    s = IOBuffer()
    b = Base64EncodePipe(s)
    if context === nothing
        f(b, args...)
    else
        f(IOContext(b, context), args...)
    end
    close(b)
    return String(take!(s))
end
base64encode(args...; context = nothing) = base64encode(write, args...; context = context)

## decoding

# `rest` holds decoded bytes that were not asked for yet.
struct Base64DecodePipe <: IO
    io::IO
    rest::Vector{UInt8}
    Base64DecodePipe(io::IO) = new(io, UInt8[])
end
Base.isreadable(pipe::Base64DecodePipe) = !isempty(pipe.rest) || isreadable(pipe.io)
Base.iswritable(::Base64DecodePipe) = false
Base.isopen(pipe::Base64DecodePipe) = isopen(pipe.io)
Base.close(pipe::Base64DecodePipe) = nothing

@noinline malformed() = throw(ArgumentError("malformed base64 sequence"))

# Decodes the next group into `rest`; false where there is none. Spaces and line ends are skipped.
function decode_group!(pipe::Base64DecodePipe)
    n = UInt32(0)
    count = 0
    pads = 0
    while count + pads < 4
        if eof(pipe.io)
            count == 0 && pads == 0 && return false
            # a group without its padding
            count < 2 && malformed()
            break
        end
        v = DECODING[read(pipe.io, UInt8) + 1]
        if v == 0xff
            continue
        elseif v == 0xfe
            count < 2 && malformed()
            pads += 1
        else
            pads > 0 && malformed()
            n = n << 6 | UInt32(v)
            count += 1
        end
    end
    n <<= 6 * (4 - count)
    push!(pipe.rest, (n >> 16) % UInt8)
    count > 2 && push!(pipe.rest, (n >> 8) % UInt8)
    count > 3 && push!(pipe.rest, n % UInt8)
    return true
end

Base.eof(pipe::Base64DecodePipe) = isempty(pipe.rest) && !decode_group!(pipe)
function Base.read(pipe::Base64DecodePipe, ::Type{UInt8})
    eof(pipe) && throw(EOFError())
    return popfirst!(pipe.rest)
end
function Base.unsafe_read(pipe::Base64DecodePipe, ptr::Ptr{UInt8}, n::UInt)
    for i in 1:n
        unsafe_store!(ptr, read(pipe, UInt8), i)
    end
    return nothing
end
Base.bytesavailable(pipe::Base64DecodePipe) = length(pipe.rest)
function Base.readbytes!(pipe::Base64DecodePipe, data::AbstractVector{UInt8}, nb::Integer = length(data))
    i = 0
    while i < nb && !eof(pipe)
        i += 1
        i > length(data) && resize!(data, min(nb, 2 * length(data) + 1))
        data[i] = popfirst!(pipe.rest)
    end
    i < length(data) && nb > length(data) && resize!(data, i)
    return i
end

function base64decode(s)
    b = Base64DecodePipe(IOBuffer(s))
    out = UInt8[]
    while decode_group!(b)
        append!(out, b.rest)
        empty!(b.rest)
    end
    return out
end

## representations as text

stringmime(m::MIME, x; context = nothing) = istextmime(m) ? Base.repr(m, x; context = context) : _binstringmime(m, x, context)
stringmime(m::AbstractString, x; context = nothing) = stringmime(MIME(m), x; context = context)
_binstringmime(m::MIME, x, context) = Base64.base64encode(show, m, x; context = context)
_binstringmime(m::MIME, x::Vector{UInt8}, context) = Base64.base64encode(write, x; context = context)

end # module Base64
