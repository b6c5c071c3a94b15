# IOStream: a buffered stream over a file descriptor, with the calls of the C library below it.
# One buffer is used for reading or for writing, never for both at a time: before a read what was
# written goes out, before a write what was read ahead is given back (by seeking).

if !isdefined(Base, :RawFD)
    primitive type RawFD 32 end
    RawFD(fd::Integer) = bitcast(RawFD, Cint(fd))
    RawFD(fd::RawFD) = fd
    cconvert(::Type{Cint}, fd::RawFD) = bitcast(Cint, fd)
    Cint(fd::RawFD) = bitcast(Cint, fd)
    show(io::IO, fd::RawFD) = print(io, "RawFD(", bitcast(Cint, fd), ")")
end

const _IOBUF_SIZE = 32768

mutable struct IOStream <: IO
    fd::Cint                # -1: closed
    name::String
    readable::Bool
    writable::Bool
    append::Bool
    seekable::Bool
    rbuf::Vector{UInt8}     # bytes rpos .. rend are read ahead
    rpos::Int
    rend::Int
    wbuf::Vector{UInt8}     # the first wlen bytes are to be written
    wlen::Int
    linebuffered::Bool      # terminals and stderr: out at the end of each write
    ateof::Bool
    mark::Int64
    owned::Bool             # close(2) on close
    IOStream(name::AbstractString, fd::Integer; read::Bool = true, write::Bool = false, append::Bool = false,
             seekable::Bool = true, linebuffered::Bool = false, owned::Bool = true) =
        new(fd, String(name), read, write, append, seekable, UInt8[], 1, 0, UInt8[], 0, linebuffered, false, -1, owned)
end
IOStream(name::AbstractString) = IOStream(name, -1)
IOStream(name::AbstractString, finalize::Bool) = IOStream(name, -1)

const SEEK_SET = Int32(0)
const SEEK_CUR = Int32(1)
const SEEK_END = Int32(2)
# Flags of open(2) on Linux.
const _O_RDONLY = Int32(0)
const _O_WRONLY = Int32(1)
const _O_RDWR = Int32(2)
const _O_CREAT = Int32(0o100)
const _O_TRUNC = Int32(0o1000)
const _O_APPEND = Int32(0o2000)
const _O_CLOEXEC = Int32(0o2000000)

systemerror(p, b::Bool; extrainfo = nothing) = b ? throw(SystemError(string(p), Libc.errno(), extrainfo)) : nothing
systemerror(p, errno::Cint; extrainfo = nothing) = throw(SystemError(string(p), errno, extrainfo))
systemerror(p; extrainfo = nothing) = throw(SystemError(string(p), Libc.errno(), extrainfo))

show(io::IO, s::IOStream) = print(io, "IOStream(", s.name, ")")

fd(s::IOStream) = s.fd
isopen(s::IOStream) = s.fd >= 0
isreadable(s::IOStream) = s.readable && isopen(s)
iswritable(s::IOStream) = s.writable && isopen(s)
isatty(s::IOStream) = s.fd >= 0 && ccall(:isatty, Cint, (Cint,), s.fd) == 1

@noinline _throw_closed(s::IOStream) = throw(ArgumentError("stream is closed or unusable"))

## raw transfer

# Writes all `n` bytes, or throws.
function _fd_write(fd::Cint, p::Ptr{UInt8}, n::Int)
    done = 0
    while done < n
        k = Int(ccall(:write, Cssize_t, (Cint, Ptr{UInt8}, Csize_t), fd, p + done, n - done))
        if k < 0
            e = Libc.errno()
            e == 4 && continue # EINTR
            if e == 11 # EAGAIN: somebody else's non-blocking terminal
                ccall(:usleep, Cint, (Cuint,), 1000)
                continue
            end
            throw(_UVError("write", -e))
        end
        done += k
    end
    return n
end

function _fd_read(fd::Cint, p::Ptr{UInt8}, n::Int)
    while true
        k = Int(ccall(:read, Cssize_t, (Cint, Ptr{UInt8}, Csize_t), fd, p, n))
        k >= 0 && return k
        e = Libc.errno()
        e == 4 && continue
        throw(_UVError("read", -e))
    end
end

function _flush_out(s::IOStream)
    n = s.wlen
    n == 0 && return
    s.wlen = 0
    b = s.wbuf
    GC.@preserve b _fd_write(s.fd, pointer(b), n)
    return
end

# Gives back what was read ahead, so that the descriptor stands where the stream does.
function _drop_read(s::IOStream)
    ahead = s.rend - s.rpos + 1
    if ahead > 0 && s.seekable
        ccall(:lseek, Int64, (Cint, Int64, Cint), s.fd, -ahead, SEEK_CUR)
    end
    s.rpos = 1
    s.rend = 0
    return
end

# Makes at least one byte available, or says that there is none.
function _fill(s::IOStream)
    s.rpos <= s.rend && return true
    isopen(s) || return false
    s.readable || throw(ArgumentError("read failed, IOStream is not readable"))
    s.wlen > 0 && _flush_out(s)
    length(s.rbuf) == 0 && resize!(s.rbuf, _IOBUF_SIZE)
    b = s.rbuf
    k = GC.@preserve b _fd_read(s.fd, pointer(b), length(b))
    s.rpos = 1
    s.rend = k
    s.ateof = k == 0
    return k > 0
end

## the interface

function flush(s::IOStream)
    isopen(s) && _flush_out(s)
    return nothing
end

function close(s::IOStream)
    s.fd < 0 && return nothing
    try
        _flush_out(s)
    finally
        fd = s.fd
        s.fd = Cint(-1)
        s.rpos, s.rend = 1, 0
        s.owned && ccall(:close, Cint, (Cint,), fd)
    end
    return nothing
end

function unsafe_write(s::IOStream, p::Ptr{UInt8}, nb::UInt)
    iswritable(s) || throw(ArgumentError("write failed, IOStream is not writeable"))
    n = Int(nb)
    s.rend > 0 && _drop_read(s)
    s.fd == 2 && _before_stderr()
    if n >= _IOBUF_SIZE
        _flush_out(s)
        _fd_write(s.fd, p, n)
        return n
    end
    length(s.wbuf) == 0 && resize!(s.wbuf, _IOBUF_SIZE)
    s.wlen + n > _IOBUF_SIZE && _flush_out(s)
    b = s.wbuf
    GC.@preserve b unsafe_copyto!(pointer(b, s.wlen + 1), p, n)
    s.wlen += n
    s.linebuffered && _flush_out(s)
    return n
end

function write(s::IOStream, byte::UInt8)
    iswritable(s) || throw(ArgumentError("write failed, IOStream is not writeable"))
    s.rend > 0 && _drop_read(s)
    s.fd == 2 && _before_stderr()
    length(s.wbuf) == 0 && resize!(s.wbuf, _IOBUF_SIZE)
    s.wlen == _IOBUF_SIZE && _flush_out(s)
    s.wlen += 1
    @inbounds s.wbuf[s.wlen] = byte
    s.linebuffered && _flush_out(s)
    return 1
end

eof(s::IOStream) = !_fill(s)
bytesavailable(s::IOStream) = s.rend - s.rpos + 1

function read(s::IOStream, ::Type{UInt8})
    _fill(s) || throw(EOFError())
    b = @inbounds s.rbuf[s.rpos]
    s.rpos += 1
    return b
end
function peek(s::IOStream, ::Type{UInt8})
    _fill(s) || throw(EOFError())
    return s.rbuf[s.rpos]
end

# Up to n bytes into memory at p.
function _read_some(s::IOStream, p::Ptr{UInt8}, n::Int)
    got = 0
    while got < n
        ahead = s.rend - s.rpos + 1
        if ahead <= 0 && n - got >= _IOBUF_SIZE # large: past the buffer
            s.wlen > 0 && _flush_out(s)
            s.readable || throw(ArgumentError("read failed, IOStream is not readable"))
            isopen(s) || return got
            k = _fd_read(s.fd, p + got, n - got)
            k == 0 && return got
            got += k
            continue
        end
        _fill(s) || return got
        k = min(s.rend - s.rpos + 1, n - got)
        b = s.rbuf
        GC.@preserve b unsafe_copyto!(p + got, pointer(b, s.rpos), k)
        s.rpos += k
        got += k
    end
    return got
end

function unsafe_read(s::IOStream, p::Ptr{UInt8}, nb::UInt)
    _read_some(s, p, Int(nb)) == nb || throw(EOFError())
    return nothing
end

function readbytes!(s::IOStream, b::Array{UInt8}, nb = length(b); all::Bool = true)
    n = Int(nb)
    got = 0
    while got < n
        room = length(b) - got
        if room == 0
            resize!(b, min(n, max(2 * length(b), 4096)))
            room = length(b) - got
        end
        want = min(room, n - got)
        k = GC.@preserve b _read_some(s, pointer(b, got + 1), want)
        got += k
        k < want && break
        all || break
    end
    return got
end

function readavailable(s::IOStream)
    _fill(s) || return UInt8[]
    v = s.rbuf[s.rpos:s.rend]
    s.rpos = s.rend + 1
    return v
end

function read(s::IOStream)
    isreadable(s) || throw(ArgumentError("read failed, IOStream is not readable"))
    b = Vector{UInt8}(undef, 0)
    # the size is a hint only: files in /proc say 0
    n = s.seekable ? max(0, filesize(s) - position(s)) : 0
    resize!(b, n + 1)
    got = 0
    while true
        k = GC.@preserve b _read_some(s, pointer(b, got + 1), length(b) - got)
        got += k
        got < length(b) && break
        resize!(b, 2 * length(b) + 4096)
    end
    return resize!(b, got)
end
function read(s::IOStream, nb::Integer; all::Bool = true)
    nb == typemax(Int) && return read(s)
    b = Vector{UInt8}(undef, nb)
    got = readbytes!(s, b, nb; all)
    return resize!(b, got)
end

function readuntil(s::IOStream, delim::UInt8; keep::Bool = false)
    out = StringVector(0)
    while _fill(s)
        b = s.rbuf
        j = s.rpos
        e = s.rend
        while j <= e && @inbounds(b[j]) != delim
            j += 1
        end
        found = j <= e
        n = (found ? j : e) - s.rpos + 1
        m = length(out)
        resize!(out, m + n)
        copyto!(out, m + 1, b, s.rpos, n)
        s.rpos += n
        if found
            keep || resize!(out, length(out) - 1)
            break
        end
    end
    return out
end

## position

function position(s::IOStream)
    isopen(s) || _throw_closed(s)
    pos = ccall(:lseek, Int64, (Cint, Int64, Cint), s.fd, 0, SEEK_CUR)
    systemerror("position", pos == -1)
    return pos - (s.rend - s.rpos + 1) + s.wlen
end
function _seek_to(s::IOStream, n::Integer, whence::Int32, what::String)
    isopen(s) || _throw_closed(s)
    _flush_out(s)
    whence == SEEK_CUR && _drop_read(s)
    s.rpos, s.rend = 1, 0
    s.ateof = false
    ret = ccall(:lseek, Int64, (Cint, Int64, Cint), s.fd, n, whence)
    systemerror(what, ret == -1)
    return s
end
function seek(s::IOStream, n::Integer)
    # within what was read ahead nothing has to move
    return _seek_to(s, n, SEEK_SET, "seek")
end
seekend(s::IOStream) = _seek_to(s, 0, SEEK_END, "seekend")
skip(s::IOStream, delta::Integer) = _seek_to(s, delta, SEEK_CUR, "skip")

function truncate(s::IOStream, n::Integer)
    _flush_out(s)
    systemerror("truncate", ccall(:ftruncate, Cint, (Cint, Int64), s.fd, n) != 0)
    return s
end
function filesize(s::IOStream)
    _flush_out(s)
    at = ccall(:lseek, Int64, (Cint, Int64, Cint), s.fd, 0, SEEK_CUR)
    at == -1 && return 0
    n = ccall(:lseek, Int64, (Cint, Int64, Cint), s.fd, 0, SEEK_END)
    ccall(:lseek, Int64, (Cint, Int64, Cint), s.fd, at, SEEK_SET)
    return Int(n)
end

## open

function open(fname::String; lock = true, read::Union{Bool,Nothing} = nothing,
              write::Union{Bool,Nothing} = nothing, create::Union{Bool,Nothing} = nothing,
              truncate::Union{Bool,Nothing} = nothing, append::Union{Bool,Nothing} = nothing)
    f = open_flags(read = read, write = write, create = create, truncate = truncate, append = append)
    mode = f.read && f.write ? _O_RDWR : f.write ? _O_WRONLY : _O_RDONLY
    f.create && (mode |= _O_CREAT)
    f.truncate && (mode |= _O_TRUNC)
    f.append && (mode |= _O_APPEND)
    fd = ccall(:jl_fs_open, Cint, (Cstring, Cint, Cint), fname, mode | _O_CLOEXEC, 0o666)
    if fd < 0
        throw(SystemError("opening file $(repr(fname))", -fd, nothing))
    end
    s = IOStream(string("<file ", fname, ">"), fd; read = f.read, write = f.write, append = f.append)
    finalizer(close, s)
    f.append && ccall(:lseek, Int64, (Cint, Int64, Cint), fd, 0, SEEK_END)
    return s
end

# Whether an object can be kept in the image of a package whose top level made it: a file that is open is another one, or
# none, in another process. Objects are asked whose type has a method of its own here. The standard streams are everywhere.
_outlives(@nospecialize(x)) = true
_outlives(s::IOStream) = !isopen(s) || s.fd <= 2 && !s.owned
_is_asked_outlives(@nospecialize(type::Type)) = which(_outlives, Tuple{type}) !== which(_outlives, Tuple{Nothing})
open(fname::AbstractString; kwargs...) = open(convert(String, fname)::String; kwargs...)
function open(fname::AbstractString, mode::AbstractString; lock = true)
    m = mode
    return m == "r" || m == "rb" ? open(fname; lock, read = true) :
        m == "r+" || m == "r+b" || m == "rb+" ? open(fname; lock, read = true, write = true) :
        m == "w" || m == "wb" ? open(fname; lock, truncate = true) :
        m == "w+" || m == "w+b" || m == "wb+" ? open(fname; lock, truncate = true, read = true) :
        m == "a" || m == "ab" ? open(fname; lock, append = true) :
        m == "a+" || m == "a+b" || m == "ab+" ? open(fname; lock, append = true, read = true) :
        throw(ArgumentError("invalid open mode: $mode"))
end
fdio(name::AbstractString, fd::Integer, own::Bool = false) =
    IOStream(name, fd; read = true, write = true, owned = own)
fdio(fd::Integer, own::Bool = false) = fdio(string("<fd ", fd, ">"), fd, own)
open(fd::RawFD) = IOStream(string("<fd ", Cint(fd), ">"), Cint(fd); read = true, write = true)
