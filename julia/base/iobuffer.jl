# IOBuffer: a stream over a byte vector in memory. Fields are those of Julia: `ptr` is the position
# of the next byte (from 1), `size` the number of bytes that are content, `data` the memory behind.

mutable struct GenericIOBuffer{T<:AbstractVector{UInt8}} <: IO
    data::T       # may be longer than size
    reinit::Bool  # data was given away by take!, new memory on the next write
    readable::Bool
    writable::Bool
    seekable::Bool
    append::Bool
    size::Int
    maxsize::Int
    ptr::Int
    mark::Int

    function GenericIOBuffer{T}(data::T, readable::Bool, writable::Bool, seekable::Bool, append::Bool,
                                maxsize::Integer) where {T<:AbstractVector{UInt8}}
        require_one_based_indexing(data)
        return new(data, false, readable, writable, seekable, append, length(data), maxsize, 1, -1)
    end
end
const IOBuffer = GenericIOBuffer{Vector{UInt8}}

GenericIOBuffer(data::T, readable::Bool, writable::Bool, seekable::Bool, append::Bool,
                maxsize::Integer) where {T<:AbstractVector{UInt8}} =
    GenericIOBuffer{T}(data, readable, writable, seekable, append, maxsize)

function GenericIOBuffer(data::T; read::Union{Bool,Nothing} = nothing, write::Union{Bool,Nothing} = nothing,
                         append::Union{Bool,Nothing} = nothing, truncate::Union{Bool,Nothing} = nothing,
                         maxsize::Integer = typemax(Int), sizehint::Union{Integer,Nothing} = nothing) where {T<:AbstractVector{UInt8}}
    maxsize < 0 && throw(ArgumentError("negative maxsize"))
    sizehint !== nothing && sizehint!(data, sizehint)
    flags = open_flags(read = read, write = write, append = append, truncate = truncate)
    buf = GenericIOBuffer{T}(data, flags.read, flags.write, true, flags.append, Int(maxsize))
    flags.truncate && (buf.size = 0)
    return buf
end
IOBuffer(data::AbstractVector{UInt8}; kw...) = GenericIOBuffer(data; kw...)

function IOBuffer(; read::Union{Bool,Nothing} = true, write::Union{Bool,Nothing} = true,
                  append::Union{Bool,Nothing} = nothing, truncate::Union{Bool,Nothing} = true,
                  maxsize::Integer = typemax(Int), sizehint::Union{Integer,Nothing} = nothing)
    n = sizehint !== nothing ? Int(sizehint) : maxsize != typemax(Int) ? Int(maxsize) : 32
    flags = open_flags(read = read, write = write, append = append, truncate = truncate)
    buf = IOBuffer(StringVector(n), flags.read, flags.write, true, flags.append, Int(maxsize))
    buf.size = 0
    return buf
end
function IOBuffer(maxsize::Integer; read::Bool = true, write::Bool = true, append::Bool = false,
                  truncate::Bool = false, sizehint = nothing)
    return IOBuffer(; read, write, append, truncate = true, maxsize)
end

# Read-only over the bytes of the string.
IOBuffer(str::String) = IOBuffer(unsafe_wrap_copy(str))
IOBuffer(s::SubString{String}) = IOBuffer(view(unsafe_wrap_copy(s.string), s.offset + 1:s.offset + sizeof(s)))

PipeBuffer(data::Vector{UInt8} = UInt8[]; maxsize::Int = typemax(Int)) =
    GenericIOBuffer{Vector{UInt8}}(data, true, true, false, true, maxsize)
PipeBuffer(maxsize::Integer) = (x = PipeBuffer(StringVector(maxsize), maxsize = maxsize); x.size = 0; x)

function copy(b::GenericIOBuffer)
    ret = typeof(b)(b.reinit ? empty(b.data) : b.writable ? copyto!(similar(b.data), b.data) : b.data,
                    b.readable, b.writable, b.seekable, b.append, b.maxsize)
    ret.size = b.size
    ret.ptr = b.ptr
    ret.mark = b.mark
    return ret
end

show(io::IO, b::GenericIOBuffer) = print(io, "IOBuffer(data=UInt8[...], ",
    "readable=", b.readable, ", writable=", b.writable, ", seekable=", b.seekable, ", append=", b.append,
    ", size=", b.size, ", maxsize=", b.maxsize == typemax(Int) ? "Inf" : b.maxsize,
    ", ptr=", b.ptr, ", mark=", b.mark, ")")

@noinline _throw_not_readable() = throw(ArgumentError("read failed, IOBuffer is not readable"))
@noinline _throw_not_writable() = throw(ArgumentError("ensureroom failed, IOBuffer is not writeable"))

isreadable(io::GenericIOBuffer) = io.readable
iswritable(io::GenericIOBuffer) = io.writable
isopen(io::GenericIOBuffer) = io.readable || io.writable || io.seekable || bytesavailable(io) > 0
eof(io::GenericIOBuffer) = io.ptr - 1 >= io.size
bytesavailable(io::GenericIOBuffer) = io.size - io.ptr + 1
position(io::GenericIOBuffer) = io.ptr - 1
flush(io::GenericIOBuffer) = nothing
function close(io::GenericIOBuffer{T}) where {T}
    io.readable = false
    io.writable = false
    io.seekable = false
    io.size = 0
    io.maxsize = 0
    io.ptr = 1
    io.mark = -1
    if io.writable
        resize!(io.data, 0)
    end
    nothing
end
closewrite(io::GenericIOBuffer) = (io.writable = false; nothing)

function skip(io::GenericIOBuffer, n::Integer)
    seekto = io.ptr + n
    n < 0 && return seek(io, seekto - 1)
    io.ptr = min(seekto, io.size + 1)
    return io
end
function seek(io::GenericIOBuffer, n::Integer)
    if !io.seekable
        ismarked(io) || throw(ArgumentError("seek failed, IOBuffer is not seekable and is not marked"))
        n == io.mark || throw(ArgumentError("seek failed, IOBuffer is not seekable and n != mark"))
    end
    io.ptr = min(max(0, n) + 1, io.size + 1)
    return io
end
seekend(io::GenericIOBuffer) = (io.ptr = io.size + 1; io)

function truncate(io::GenericIOBuffer, n::Integer)
    io.writable || throw(ArgumentError("truncate failed, IOBuffer is not writeable"))
    io.seekable || throw(ArgumentError("truncate failed, IOBuffer is not seekable"))
    n < 0 && throw(ArgumentError("truncate failed, n bytes must be ≥ 0, got $n"))
    n > io.maxsize && throw(ArgumentError("truncate failed, $(n) bytes is exceeds IOBuffer maxsize $(io.maxsize)"))
    _reinit(io)
    n > length(io.data) && resize!(io.data, n)
    for i in (io.size + 1):n
        io.data[i] = 0x00
    end
    io.size = n
    io.ptr = min(io.ptr, n + 1)
    ismarked(io) && io.mark > n && unmark(io)
    return io
end

function _reinit(io::GenericIOBuffer)
    if io.reinit
        io.data = StringVector(32)
        io.reinit = false
    end
    return
end

# Bytes before the position (or the mark) of a pipe are of no more use.
function compact(io::GenericIOBuffer)
    io.writable || throw(ArgumentError("compact failed, IOBuffer is not writeable"))
    io.seekable && throw(ArgumentError("compact failed, IOBuffer is seekable"))
    io.reinit && return
    if ismarked(io) && io.mark < io.ptr
        io.mark == 0 && return
        from = io.mark
        n = io.size - from
        copyto!(io.data, 1, io.data, from + 1, n)
        io.size -= from
        io.ptr -= from
        io.mark = 0
    else
        from = io.ptr
        n = io.size - from + 1
        copyto!(io.data, 1, io.data, from, n)
        io.size -= from - 1
        io.ptr = 1
    end
    return
end

function ensureroom(io::GenericIOBuffer, nshort::UInt)
    io.writable || _throw_not_writable()
    _reinit(io)
    if !io.seekable
        if !ismarked(io) && io.ptr > 1 && io.size <= io.ptr - 1
            io.ptr = 1
            io.size = 0
        elseif io.ptr > 4096 || io.ptr - 1 > io.size >> 1
            compact(io)
        end
    end
    at = io.append ? io.size + 1 : io.ptr
    need = min(Int(nshort) + at - 1, io.maxsize)
    n = length(io.data)
    if need > n
        resize!(io.data, min(max(need, 2n), io.maxsize))
    end
    return io
end
ensureroom(io::GenericIOBuffer, n::Integer) = ensureroom(io, n % UInt)

function write(to::IO, from::GenericIOBuffer)
    written = 0
    if to === from
        throw(ArgumentError("Writing all content from an IOBuffer into itself is not supported"))
    end
    GC.@preserve from begin
        n = bytesavailable(from)
        if from.data isa Vector{UInt8}
            written = unsafe_write(to, pointer(from.data, from.ptr), UInt(n))
        else
            for i in from.ptr:from.size
                written += write(to, from.data[i])
            end
        end
    end
    from.ptr += n
    return Int(written)
end

function unsafe_write(to::GenericIOBuffer, p::Ptr{UInt8}, nb::UInt)
    ensureroom(to, nb)
    at = to.append ? to.size + 1 : to.ptr
    n = Int(min(nb, (min(length(to.data), to.maxsize) + 1 - at) % UInt))
    n <= 0 && return 0
    d = to.data
    if d isa Vector{UInt8}
        GC.@preserve d unsafe_copyto!(pointer(d, at), p, n)
    else
        for k in 0:(n - 1)
            d[at + k] = unsafe_load(p, k + 1)
        end
    end
    to.size = max(to.size, at + n - 1)
    to.append || (to.ptr += n)
    return n
end

@inline function write(to::GenericIOBuffer, a::UInt8)
    ensureroom(to, UInt(1))
    at = to.append ? to.size + 1 : to.ptr
    if at > to.maxsize
        return 0
    end
    @inbounds to.data[at] = a
    to.size = max(to.size, at)
    to.append || (to.ptr += 1)
    return 1
end

## reading

@inline function read(from::GenericIOBuffer, ::Type{UInt8})
    from.readable || _throw_not_readable()
    ptr = from.ptr
    ptr > from.size && throw(EOFError())
    @inbounds byte = from.data[ptr]
    from.ptr = ptr + 1
    return byte
end
@inline function peek(from::GenericIOBuffer, ::Type{UInt8})
    from.readable || _throw_not_readable()
    from.ptr > from.size && throw(EOFError())
    return from.data[from.ptr]
end

function unsafe_read(from::GenericIOBuffer, p::Ptr{UInt8}, nb::UInt)
    from.readable || _throw_not_readable()
    avail = bytesavailable(from)
    adv = min(avail % UInt, nb)
    d = from.data
    if d isa Vector{UInt8}
        GC.@preserve d unsafe_copyto!(p, pointer(d, from.ptr), Int(adv))
    else
        for k in 0:(Int(adv) - 1)
            unsafe_store!(p, d[from.ptr + k], k + 1)
        end
    end
    from.ptr += Int(adv)
    nb > avail && throw(EOFError())
    nothing
end

function readbytes!(io::GenericIOBuffer, b::Array{UInt8}, nb = length(b))
    nr = min(nb, bytesavailable(io))
    length(b) < nr && resize!(b, nr)
    read_sub(io, b, 1, nr)
    return nr
end
readbytes!(io::GenericIOBuffer, b::Array{UInt8}, nb::Int) = (nr = min(nb, bytesavailable(io)); length(b) < nr && resize!(b, nr); read_sub(io, b, 1, nr); nr)
function read_sub(from::GenericIOBuffer, a::AbstractArray{UInt8}, offs, nel)
    from.readable || _throw_not_readable()
    for k in 0:(nel - 1)
        @inbounds a[offs + k] = from.data[from.ptr + k]
    end
    from.ptr += nel
    return a
end
function read(io::GenericIOBuffer)
    io.readable || _throw_not_readable()
    n = bytesavailable(io)
    v = StringVector(n)
    GC.@preserve v unsafe_read(io, pointer(v), UInt(n))
    return v
end
readavailable(io::GenericIOBuffer) = read(io)
read(io::GenericIOBuffer, nb::Integer) = (v = StringVector(min(Int(nb), bytesavailable(io)));
    GC.@preserve(v, unsafe_read(io, pointer(v), UInt(length(v)))); v)

function readuntil(io::GenericIOBuffer, delim::UInt8; keep::Bool = false)
    from = io.ptr
    d = io.data
    j = from
    e = io.size
    while j <= e && @inbounds(d[j]) != delim
        j += 1
    end
    found = j <= e
    n = j - from + (found && keep)
    out = StringVector(n)
    GC.@preserve out unsafe_read(io, pointer(out), UInt(n))
    found && !keep && (io.ptr += 1)
    return out
end

## taking the contents

function take!(io::GenericIOBuffer)
    ismarked(io) && unmark(io)
    if io.seekable
        n = io.size
        data = StringVector(n)
        copyto!(data, 1, io.data, 1, n)
    else
        n = bytesavailable(io)
        data = StringVector(n)
        copyto!(data, 1, io.data, io.ptr, n)
    end
    if io.writable
        io.ptr = 1
        io.size = 0
    end
    return data
end
# The memory itself where it is ours to give.
function take!(io::IOBuffer)
    ismarked(io) && unmark(io)
    if io.seekable
        n = io.size
        if io.writable
            if io.reinit
                data = StringVector(n)
            else
                data = resize!(io.data, n)
                io.reinit = true
            end
            io.ptr = 1
            io.size = 0
        else
            data = copyto!(StringVector(n), 1, io.data, 1, n)
        end
    else
        n = bytesavailable(io)
        data = StringVector(n)
        io.reinit || copyto!(data, 1, io.data, io.ptr, n)
        if io.writable
            io.ptr = 1
            io.size = 0
        end
    end
    return data
end
# For buffers that nobody looks at again.
function _unsafe_take!(io::IOBuffer)
    ismarked(io) && unmark(io)
    return resize!(io.data, io.size)
end
