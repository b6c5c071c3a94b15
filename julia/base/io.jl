# The generic IO interface: what a stream type has to provide (read and write of bytes, eof,
# close, …) and everything that is built on it: reading values, lines and delimited pieces,
# marks, pipes. Concrete streams: iobuffer.jl, iostream.jl, stream.jl.

struct EOFError <: Exception end
struct SystemError <: Exception
    prefix::String
    errnum::Int32
    extrainfo
    SystemError(p::AbstractString, e::Integer, extrainfo) = new(p, e, extrainfo)
    SystemError(p::AbstractString, e::Integer) = new(p, e, nothing)
    SystemError(p::AbstractString) = new(p, Libc.errno(), nothing)
end

# Errors of the file system, with the negated errno as code.
struct IOError <: Exception
    msg::String
    code::Int32
    IOError(msg::AbstractString, code::Integer) = new(msg, code)
end
showerror(io::IO, e::IOError) = print(io, "IOError: ", e.msg)

uverrorname_of(code::Integer) = unsafe_string(ccall(:jl_errno_name, Cstring, (Cint,), abs(code)))
struverror_of(code::Integer) = unsafe_string(ccall(:strerror, Cstring, (Cint,), abs(code)))
_UVError(pfx::AbstractString, code::Integer) =
    IOError(string(pfx, ": ", _uv_strerror(code), " (", uverrorname_of(code), ")"), code)
_UVError(pfx::AbstractString, code::Integer, sfxs::AbstractString...) =
    IOError(string(pfx, ": ", _uv_strerror(code), " (", uverrorname_of(code), ")", " ", sfxs...), code)
# libuv's texts, which differ from the C library's in the common cases.
function _uv_strerror(code::Integer)
    c = abs(code)
    return c == 1 ? "operation not permitted" : c == 2 ? "no such file or directory" :
        c == 9 ? "bad file descriptor" : c == 13 ? "permission denied" :
        c == 17 ? "file already exists" : c == 20 ? "not a directory" :
        c == 21 ? "illegal operation on a directory" : c == 22 ? "invalid argument" :
        c == 32 ? "broken pipe" : c == 39 ? "directory not empty" :
        c == 40 ? "too many symbolic links encountered" : lowercasefirst(struverror_of(c))
end
uv_error(prefix::AbstractString, c::Integer) = c < 0 ? throw(_UVError(prefix, c)) : nothing

## required of a stream

function isopen end
function close end
function closewrite end
function flush end
function bytesavailable end
function readavailable end
function isreadable end
function iswritable end
function eof end
function wait_readnb end
function wait_close end

flush(io::IO) = nothing
closewrite(io::IO) = nothing
lock(::IO) = nothing
unlock(::IO) = nothing
reseteof(x::IO) = nothing
const SZ_UNBUFFERED_IO = 65536
buffer_writes(x::IO, bufsize = SZ_UNBUFFERED_IO) = x
isreadable(io::IO) = isopen(io)

"""
    isreadonly(io) -> Bool

Whether a stream can be read and not written.
"""
isreadonly(io::IO) = isreadable(io) && !iswritable(io)
iswritable(io::IO) = isopen(io)
readavailable(io::IO) = read(io)

function stat end
isatty(io::IO) = false

## writing

write(filename::AbstractString, a1, args...) = open(io -> write(io, a1, args...), convert(String, filename)::String, "w")

write(io::IO, x) = throw(MethodError(write, (io, x)))
function write(io::IO, x1, xs...)
    written::Int = write(io, x1)
    for x in xs
        written += write(io, x)
    end
    return written
end

function unsafe_write(s::IO, p::Ptr{UInt8}, n::UInt)
    written::Int = 0
    for i in 1:n
        written += write(s, unsafe_load(p, i))
    end
    return written
end
unsafe_write(s::IO, p::Ptr, n::Integer) = unsafe_write(s, convert(Ptr{UInt8}, p), convert(UInt, n))
unsafe_write(s::IO, p::Ref{T}, n::Integer) where {T} = GC.@preserve p unsafe_write(s, unsafe_convert(Ref{T}, p)::Ptr, n)

write(s::IO, x::Union{Int16,UInt16,Int32,UInt32,Int64,UInt64,Int128,UInt128,Float16,Float32,Float64}) =
    write(s, Ref(x))
write(s::IO, x::Int8) = write(s, reinterpret(UInt8, x))
write(s::IO, x::Bool) = write(s, UInt8(x))
write(s::IO, p::Ptr) = write(s, convert(UInt, p))
write(s::IO, x::Ref{T}) where {T} = Int(unsafe_write(s, x, Core.sizeof(T)))

# Arrays of plain data are written as they lie in memory.
function write(s::IO, A::AbstractArray)
    if !isbitstype(eltype(A))
        error("`write` is not supported on non-isbits arrays")
    end
    nb = 0
    for a in A
        nb += write(s, a)
    end
    return nb
end
function write(s::IO, a::Array)
    if isbitstype(eltype(a))
        return GC.@preserve a Int(unsafe_write(s, pointer(a), sizeof(a)))
    end
    error("`write` is not supported on non-isbits arrays")
end
function write(s::IO, ch::Char)
    u = bswap(bitcast(UInt32, ch))
    n = 1
    while true
        write(s, u % UInt8)
        (u >>= 8) == 0 && return n
        n += 1
    end
end
write(io::IO, s::Symbol) = write(io, String(s))
write(io::IO, s::Union{String,SubString{String}}) =
    GC.@preserve s Int(unsafe_write(io, pointer(s), reinterpret(UInt, sizeof(s))))::Int
write(io::IO, c::AbstractChar) = write(io, Char(c))

function write(to::IO, from::IO)
    n = 0
    while !eof(from)
        n += write(to, readavailable(from))
    end
    return n
end

## reading

read(filename::AbstractString, args...) = open(io -> read(io, args...), convert(String, filename)::String)
read(filename::AbstractString, ::Type{T}) where {T} = open(io -> read(io, T), convert(String, filename)::String)
read!(filename::AbstractString, a) = open(io -> read!(io, a), convert(String, filename)::String)
readuntil(filename::AbstractString, args...; kw...) = open(io -> readuntil(io, args...; kw...), convert(String, filename)::String)

read(stream, t) = read(stream, t...)
read(s::IO, ::Type{UInt8}) = (eof(s) ? throw(EOFError()) : throw(MethodError(read, (s, UInt8))))

function unsafe_read(s::IO, p::Ptr{UInt8}, n::UInt)
    for i in 1:n
        unsafe_store!(p, read(s, UInt8)::UInt8, i)
    end
    nothing
end
unsafe_read(s::IO, p::Ptr, n::Integer) = unsafe_read(s, convert(Ptr{UInt8}, p), convert(UInt, n))
unsafe_read(s::IO, p::Ref{T}, n::Integer) where {T} = GC.@preserve p unsafe_read(s, unsafe_convert(Ref{T}, p)::Ptr, n)
read!(s::IO, x::Ref{T}) where {T} = (unsafe_read(s, x, Core.sizeof(T)); x)

read(s::IO, ::Type{Int8}) = reinterpret(Int8, read(s, UInt8))
function read(s::IO, T::Union{Type{Int16},Type{UInt16},Type{Int32},Type{UInt32},Type{Int64},Type{UInt64},
                              Type{Int128},Type{UInt128},Type{Float16},Type{Float32},Type{Float64}})
    return read!(s, Ref{T}(0))[]::T
end
read(s::IO, ::Type{Bool}) = (read(s, UInt8) != 0)
read(s::IO, ::Type{Ptr{T}}) where {T} = convert(Ptr{T}, read(s, UInt))

function read!(s::IO, a::Array{UInt8})
    GC.@preserve a unsafe_read(s, pointer(a), sizeof(a))
    return a
end
function read!(s::IO, a::AbstractArray{T}) where {T}
    if isbitstype(T) && (a isa Array)
        GC.@preserve a unsafe_read(s, pointer(a), sizeof(a))
    else
        for i in eachindex(a)
            a[i] = read(s, T)
        end
    end
    return a
end

function read(s::IO, ::Type{Char})
    b0 = read(s, UInt8)::UInt8
    l = 0x08 * (0x04 - UInt8(leading_ones(b0)))
    c = UInt32(b0) << 24
    if l <= 0x10
        shift = 16
        while shift >= l && !eof(s)
            peek(s) & 0xc0 == 0x80 || break
            b = read(s, UInt8)::UInt8
            c |= UInt32(b) << shift
            shift -= 8
        end
    end
    return bitcast(Char, c)
end

function readbytes!(s::IO, b::AbstractArray{UInt8}, nb = length(b))
    require_one_based_indexing(b)
    olb = lb = length(b)
    nr = 0
    while nr < nb && !eof(s)
        a = read(s, UInt8)
        nr += 1
        if nr > lb
            lb = nr * 2
            resize!(b, lb)
        end
        b[nr] = a
    end
    lb > olb && resize!(b, max(olb, nr))
    return nr
end

function read(s::IO, nb::Integer = typemax(Int))
    b = Vector{UInt8}(undef, nb == typemax(Int) ? 1024 : nb)
    nr = readbytes!(s, b, nb)
    return resize!(b, nr)
end
read(s::IO, ::Type{String}) = String(read(s)::Vector{UInt8})
read(s::IO, T::Type) = error("The IO stream does not support reading objects of type $T.")

peek(s::IO) = peek(s, UInt8)::UInt8
function peek(s::IO, ::Type{T}) where {T}
    mark(s)
    try
        read(s, T)::T
    finally
        reset(s)
    end
end

## delimited pieces

function readuntil(s::IO, delim::T; keep::Bool = false) where {T}
    out = (T === UInt8 ? StringVector(0) : Vector{T}())
    while !eof(s)
        c = read(s, T)
        if c == delim
            keep && push!(out, c)
            break
        end
        push!(out, c)
    end
    return out
end
function readuntil(s::IO, delim::AbstractChar; keep::Bool = false)
    if delim <= '\x7f'
        return String(readuntil(s, delim % UInt8; keep = keep))
    end
    out = IOBuffer()
    for c in readeach(s, Char)
        if c == delim
            keep && write(out, c)
            break
        end
        write(out, c)
    end
    return String(take!(out))
end
readuntil(io::IO, target::AbstractString; keep::Bool = false) =
    String(_readuntil_bytes(io, codeunits(String(target)), keep))
readuntil(io::IO, target::AbstractVector{UInt8}; keep::Bool = false) =
    _readuntil_bytes(io, target, keep)
function readuntil(io::IO, target::AbstractVector{T}; keep::Bool = false) where {T}
    out = T[]
    n = length(target)
    n == 0 && return out
    while !eof(io)
        push!(out, read(io, T))
        if length(out) >= n && view(out, length(out) - n + 1:length(out)) == target
            keep || resize!(out, length(out) - n)
            break
        end
    end
    return out
end
function _readuntil_bytes(io::IO, target, keep::Bool)
    out = StringVector(0)
    n = length(target)
    n == 0 && return out
    lastb = target[n]
    while !eof(io)
        b = read(io, UInt8)
        push!(out, b)
        m = length(out)
        if b == lastb && m >= n
            k = 1
            while k < n && out[m - n + k] == target[k]
                k += 1
            end
            if k == n
                keep || resize!(out, m - n)
                break
            end
        end
    end
    return out
end

readline(filename::AbstractString; keep::Bool = false) = open(io -> readline(io; keep), filename)
function readline(s::IO = stdin; keep::Bool = false)::String
    line = readuntil(s, 0x0a, keep = true)::Vector{UInt8}
    i = length(line)
    (keep || i == 0 || line[i] != 0x0a) && return String(line)
    i = (i < 2 || line[i - 1] != 0x0d) ? i - 1 : i - 2
    return String(resize!(line, i))
end
readlines(filename::AbstractString; kw...) = open(io -> readlines(io; kw...), filename)
readlines(s = stdin; kw...) = collect(eachline(s; kw...))

## marks

mark(io::IO) = io.mark = position(io)
unmark(io::IO) = (!ismarked(io) && return false; io.mark = -1; return true)
function reset(io::T) where {T<:IO}
    ismarked(io) || throw(ArgumentError("$T not marked"))
    m = io.mark
    seek(io, m)
    io.mark = -1
    return m
end
ismarked(io::IO) = io.mark >= 0

seekstart(s::IO) = seek(s, 0)

## iteration over lines, values and characters

mutable struct EachLine{IOT<:IO}
    stream::IOT
    ondone::Function
    keep::Bool
    EachLine{IOT}(stream::IO = stdin; ondone::Function = () -> nothing, keep::Bool = false) where {IOT<:IO} =
        new{IOT}(stream, ondone, keep)
end
EachLine(stream::IOT; kw...) where {IOT<:IO} = EachLine{IOT}(stream; kw...)

function eachline(stream::IO = stdin; keep::Bool = false)
    EachLine(stream, keep = keep)
end
function eachline(filename::AbstractString; keep::Bool = false)
    s = open(filename)
    EachLine(s, ondone = () -> close(s), keep = keep)
end
function iterate(itr::EachLine, state = nothing)
    eof(itr.stream) && return (itr.ondone(); nothing)
    return (readline(itr.stream, keep = itr.keep), nothing)
end
eltype(::Type{<:EachLine}) = String
IteratorSize(::Type{<:EachLine}) = SizeUnknown()
isdone(itr::EachLine, state...) = eof(itr.stream)

# In reverse all lines are read first: streams know no way back.
function iterate(r::Iterators.Reverse{<:EachLine}, lines = nothing)
    ls = lines === nothing ? _all_lines(r.itr) : lines
    isempty(ls) && return nothing
    return (pop!(ls), ls)
end
function _all_lines(itr::EachLine)
    out = String[]
    while !eof(itr.stream)
        push!(out, readline(itr.stream, keep = itr.keep))
    end
    itr.ondone()
    return out
end
isempty(r::Iterators.Reverse{<:EachLine}) = isempty(r.itr)
last(itr::EachLine) = (ls = _all_lines(itr); isempty(ls) ? throw(ArgumentError("collection must be non-empty")) : ls[end])
last(itr::EachLine, n::Integer) = (ls = _all_lines(itr); ls[max(1, end - n + 1):end])

struct ReadEachIterator{T,IOT<:IO}
    stream::IOT
end
readeach(stream::IOT, T::Type) where {IOT<:IO} = ReadEachIterator{T,IOT}(stream)
iterate(itr::ReadEachIterator{T}, state = nothing) where {T} =
    isdone(itr) ? nothing : (read(itr.stream, T), nothing)
eltype(::Type{ReadEachIterator{T}}) where {T} = T
IteratorSize(::Type{<:ReadEachIterator}) = SizeUnknown()
isdone(itr::ReadEachIterator, state...) = eof(itr.stream)

function countlines(io::IO; eol::AbstractChar = '\n')
    isascii(eol) || throw(ArgumentError("only ASCII line terminators are supported"))
    a = Vector{UInt8}(undef, 8192)
    nl = nb = 0
    lastb = UInt8(eol)
    while !eof(io)
        nb = readbytes!(io, a)
        for i in 1:nb
            nl += a[i] == UInt8(eol)
        end
        nb > 0 && (lastb = a[nb])
    end
    lastb == UInt8(eol) || (nl += 1) # a last line without its end
    return nl
end
countlines(f::AbstractString; eol::AbstractChar = '\n') = open(io -> countlines(io, eol = eol), f)

function skipchars(predicate, io::IO; linecomment = nothing)
    while !eof(io)
        c = read(io, Char)
        if c === linecomment
            readline(io)
        elseif !predicate(c)
            skip(io, -ncodeunits(c))
            break
        end
    end
    return io
end

function read(io::IO, ::Type{Symbol})
    return Symbol(read(io, String))
end

## streams made of two

abstract type AbstractPipe <: IO end
function getproperty(pipe::AbstractPipe, name::Symbol)
    if name === :in || name === :in_stream || name === :out || name === :out_stream
        return getfield(pipe, name)::IO
    end
    return getfield(pipe, name)
end
function pipe_reader end
function pipe_writer end
pipe_reader(io::AbstractPipe) = io.out::IO
pipe_writer(io::AbstractPipe) = io.in::IO

write(io::AbstractPipe, byte::UInt8) = write(pipe_writer(io)::IO, byte)
write(to::IO, from::AbstractPipe) = write(to, pipe_reader(from))
unsafe_write(io::AbstractPipe, p::Ptr{UInt8}, nb::UInt) = unsafe_write(pipe_writer(io)::IO, p, nb)::Union{Int,UInt}
buffer_writes(io::AbstractPipe, args...) = buffer_writes(pipe_writer(io)::IO, args...)
flush(io::AbstractPipe) = flush(pipe_writer(io)::IO)
closewrite(io::AbstractPipe) = closewrite(pipe_writer(io)::IO)
read(io::AbstractPipe, byte::Type{UInt8}) = read(pipe_reader(io)::IO, byte)::UInt8
unsafe_read(io::AbstractPipe, p::Ptr{UInt8}, nb::UInt) = unsafe_read(pipe_reader(io)::IO, p, nb)
readuntil(io::AbstractPipe, arg::UInt8; kw...) = readuntil(pipe_reader(io)::IO, arg; kw...)
readuntil(io::AbstractPipe, arg::AbstractChar; kw...) = readuntil(pipe_reader(io)::IO, arg; kw...)
readuntil(io::AbstractPipe, arg::AbstractString; kw...) = readuntil(pipe_reader(io)::IO, arg; kw...)
readuntil(io::AbstractPipe, arg::AbstractVector; kw...) = readuntil(pipe_reader(io)::IO, arg; kw...)
readuntil(io::AbstractPipe, arg::AbstractVector{UInt8}; kw...) = readuntil(pipe_reader(io)::IO, arg; kw...)
readbytes!(io::AbstractPipe, target::AbstractVector{UInt8}, n = length(target)) =
    readbytes!(pipe_reader(io)::IO, target, n)
peek(io::AbstractPipe, ::Type{T}) where {T} = peek(pipe_reader(io)::IO, T)::T
wait_readnb(io::AbstractPipe, nb::Int) = wait_readnb(pipe_reader(io)::IO, nb)
eof(io::AbstractPipe) = eof(pipe_reader(io)::IO)::Bool
isopen(io::AbstractPipe) = isopen(pipe_writer(io)::IO) || isopen(pipe_reader(io)::IO)
isreadable(io::AbstractPipe) = isreadable(pipe_reader(io)::IO)::Bool
iswritable(io::AbstractPipe) = iswritable(pipe_writer(io)::IO)::Bool
mark(io::AbstractPipe) = mark(pipe_reader(io)::IO)
unmark(io::AbstractPipe) = unmark(pipe_reader(io)::IO)
reset(io::AbstractPipe) = reset(pipe_reader(io)::IO)
ismarked(io::AbstractPipe) = ismarked(pipe_reader(io)::IO)
bytesavailable(io::AbstractPipe) = bytesavailable(pipe_reader(io)::IO)
readavailable(io::AbstractPipe) = readavailable(pipe_reader(io)::IO)::Vector{UInt8}
position(io::AbstractPipe) = position(pipe_reader(io)::IO)
displaysize(io::AbstractPipe) = displaysize(pipe_writer(io)::IO)
lock(io::AbstractPipe) = lock(pipe_writer(io)::IO)
unlock(io::AbstractPipe) = unlock(pipe_writer(io)::IO)
function close(io::AbstractPipe)
    close(pipe_writer(io)::IO)
    close(pipe_reader(io)::IO)
end

## open with a function

function open(f::Function, args...; kwargs...)
    io = open(args...; kwargs...)
    try
        f(io)
    finally
        close(io)
    end
end

# The flags of open: any two of them follow from the others as in the table of `open`.
function open_flags(; read::Union{Bool,Nothing} = nothing, write::Union{Bool,Nothing} = nothing,
                    create::Union{Bool,Nothing} = nothing, truncate::Union{Bool,Nothing} = nothing,
                    append::Union{Bool,Nothing} = nothing)
    if write === true && read !== true && append !== true
        create === nothing && (create = true)
        truncate === nothing && (truncate = true)
    end
    if truncate === true || append === true
        write === nothing && (write = true)
        create === nothing && (create = true)
    end
    write === nothing && (write = false)
    read === nothing && (read = !write)
    create === nothing && (create = false)
    truncate === nothing && (truncate = false)
    append === nothing && (append = false)
    return (read = read, write = write, create = create, truncate = truncate, append = append)
end

## the sink

struct DevNull <: IO end
const devnull = DevNull()
write(::DevNull, ::UInt8) = 1
unsafe_write(::DevNull, ::Ptr{UInt8}, n::UInt)::Int = n
close(::DevNull) = nothing
wait_close(::DevNull) = wait()
isopen(::DevNull) = true
isreadable(::DevNull) = false
iswritable(::DevNull) = true
bytesavailable(::DevNull) = 0
read(::DevNull, ::Type{UInt8}) = throw(EOFError())
eof(::DevNull) = true
flush(::DevNull) = nothing
show(io::IO, ::DevNull) = print(io, "Base.DevNull()")
