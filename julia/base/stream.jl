# The standard streams and redirection. stdin, stdout and stderr are plain IOStreams over the
# descriptors 0, 1 and 2: stdout is buffered unless it is a terminal, and goes out before anything
# is written to stderr and at exit (`_flush_stdio`, called by the runner).

abstract type LibuvStream <: IO end
abstract type LibuvServer end

# A terminal. Everything but its size and its colours is the stream below.
mutable struct TTY <: LibuvStream
    stream::IOStream
    lock::ReentrantLock
    TTY(stream::IOStream) = new(stream, ReentrantLock())
end
# One end of a pipe.
mutable struct PipeEndpoint <: LibuvStream
    stream::IOStream
    lock::ReentrantLock
    PipeEndpoint(stream::IOStream) = new(stream, ReentrantLock())
end
PipeEndpoint() = PipeEndpoint(IOStream("<pipe>", -1; read = true, write = true, seekable = false))

const _WrappedStream = Union{TTY,PipeEndpoint}
fd(s::_WrappedStream) = fd(s.stream)
isopen(s::_WrappedStream) = isopen(s.stream)
isreadable(s::_WrappedStream) = isreadable(s.stream)
iswritable(s::_WrappedStream) = iswritable(s.stream)
isatty(s::TTY) = true
# The size of the window, where the terminal knows it.
function displaysize(s::TTY)
    window = zeros(UInt16, 4)
    # TIOCGWINSZ
    ccall(:ioctl, Cint, (Cint, Culong, Ptr{UInt16}...), fd(s), 0x5413, window)
    default = displaysize()
    return (window[1] > 0 ? Int(window[1]) : default[1], window[2] > 0 ? Int(window[2]) : default[2])
end
close(s::_WrappedStream) = close(s.stream)
closewrite(s::_WrappedStream) = close(s.stream)
flush(s::_WrappedStream) = flush(s.stream)
lock(s::_WrappedStream) = lock(s.lock)
unlock(s::_WrappedStream) = unlock(s.lock)
# Who writes to a terminal or a pipe waits until that is done, and the other tasks run meanwhile.
function write(s::_WrappedStream, b::UInt8)
    n = write(s.stream, b)
    isempty(Workqueue) || yield()
    return n
end
function unsafe_write(s::_WrappedStream, p::Ptr{UInt8}, n::UInt)
    written = unsafe_write(s.stream, p, n)
    isempty(Workqueue) || yield()
    return written
end
eof(s::_WrappedStream) = eof(s.stream)
bytesavailable(s::_WrappedStream) = bytesavailable(s.stream)
read(s::_WrappedStream, ::Type{UInt8}) = read(s.stream, UInt8)
unsafe_read(s::_WrappedStream, p::Ptr{UInt8}, n::UInt) = unsafe_read(s.stream, p, n)
readbytes!(s::_WrappedStream, b::Array{UInt8}, nb = length(b)) = readbytes!(s.stream, b, nb)
readuntil(s::_WrappedStream, delim::UInt8; keep::Bool = false) = readuntil(s.stream, delim; keep)
readavailable(s::_WrappedStream) = readavailable(s.stream)
peek(s::_WrappedStream, ::Type{UInt8}) = peek(s.stream, UInt8)
show(io::IO, s::TTY) = print(io, "Base.TTY(RawFD(", fd(s), ") open, 0 bytes waiting)")
show(io::IO, s::PipeEndpoint) = print(io, "Base.PipeEndpoint(RawFD(", fd(s), ") ", isopen(s) ? "open" : "closed", ", 0 bytes waiting)")

## the standard streams

stdin::IO = IOStream("<stdin>", 0; read = true, write = false, seekable = false, owned = false)
stdout::IO = IOStream("<stdout>", 1; read = false, write = true, seekable = false, owned = false)
stderr::IO = IOStream("<stderr>", 2; read = false, write = true, seekable = false, linebuffered = true, owned = false)

function _stdio_stream(fd::Int)
    tty = ccall(:isatty, Cint, (Cint,), fd) == 1
    name = fd == 0 ? "<stdin>" : fd == 1 ? "<stdout>" : "<stderr>"
    s = IOStream(name, fd; read = fd == 0, write = fd != 0, seekable = false,
                 linebuffered = fd != 0 && (tty || fd == 2), owned = false)
    tty && return TTY(s)
    kind = filemode(stat(RawFD(fd))) & 0o170000
    return kind == 0o010000 || kind == 0o140000 ? PipeEndpoint(s) : s
end

# Called when a process starts: an image holds the streams of the process that wrote it.
function reinit_stdio()
    global stdin = _stdio_stream(0)
    global stdout = _stdio_stream(1)
    global stderr = _stdio_stream(2)
    return nothing
end

# Everything that the process has printed goes out.
function _flush_stdio()
    for s in (stdout, stderr)
        try
            flush(s)
        catch
        end
    end
    return nothing
end

# What goes to stderr stands after what was printed before it.
function _before_stderr()
    o = stdout
    o isa IOStream && o.fd != 2 && isopen(o) && _flush_out(o)
    o isa _WrappedStream && isopen(o) && _flush_out(o.stream)
    return nothing
end

## pipes

mutable struct Pipe <: AbstractPipe
    in::PipeEndpoint  # written to
    out::PipeEndpoint # read from
end
Pipe() = Pipe(PipeEndpoint(), PipeEndpoint())
show(io::IO, p::Pipe) = print(io, "Pipe(", p.in, " => ", p.out, ")")

function link_pipe!(pipe::Pipe; reader_supports_async = false, writer_supports_async = false)
    fds = Vector{Cint}(undef, 2)
    systemerror("pipe", ccall(:pipe2, Cint, (Ptr{Cint}, Cint), fds, _O_CLOEXEC) != 0)
    pipe.out.stream = IOStream("<pipe>", fds[1]; read = true, write = false, seekable = false)
    pipe.in.stream = IOStream("<pipe>", fds[2]; read = false, write = true, seekable = false, linebuffered = true)
    # one process may write what it reads only later: as much room as Linux gives
    ccall(:fcntl, Cint, (Cint, Cint, Cint...), fds[2], 1031, 1048576)
    return pipe
end

## redirection: a stream variable and its descriptor are changed together

struct RedirectStdStream <: Function
    unix_fd::Int
    writable::Bool
end
const redirect_stdin = RedirectStdStream(0, false)
const redirect_stdout = RedirectStdStream(1, true)
const redirect_stderr = RedirectStdStream(2, true)

function _set_stdstream(n::Int, io::IO)
    if n == 0
        global stdin = io
    elseif n == 1
        global stdout = io
    else
        global stderr = io
    end
    return io
end
_std_of(n::Int) = n == 0 ? stdin : n == 1 ? stdout : stderr

# The stream that loses descriptor n goes on with a copy of it.
function _release_std(n::Int)
    s = _std_of(n)
    s isa IOContext && (s = s.io)
    s isa _WrappedStream && (s = s.stream)
    if s isa IOStream && isopen(s)
        n == 0 || flush(s)
        if s.fd == n
            s.fd = ccall(:dup, Cint, (Cint,), n)
            s.owned = false
        end
    end
    return
end

function (f::RedirectStdStream)(io::Union{IOStream,TTY,PipeEndpoint,Pipe})
    io isa Pipe && !isopen(io.in) && link_pipe!(io)
    target = io isa Pipe ? (f.writable ? io.in : io.out) : io
    _release_std(f.unix_fd)
    flush(target)
    systemerror("dup2", ccall(:dup2, Cint, (Cint, Cint), fd(target), f.unix_fd) == -1)
    return _set_stdstream(f.unix_fd, target)
end
function (f::RedirectStdStream)(::DevNull)
    _release_std(f.unix_fd)
    s = open("/dev/null", f.writable ? "w" : "r")
    systemerror("dup2", ccall(:dup2, Cint, (Cint, Cint), fd(s), f.unix_fd) == -1)
    close(s)
    return _set_stdstream(f.unix_fd, devnull)
end
function (f::RedirectStdStream)(io::IOContext)
    f(io.io)
    return _set_stdstream(f.unix_fd, io)
end
function (f::RedirectStdStream)()
    p = link_pipe!(Pipe())
    f(f.writable ? p.in : p.out)
    return (p.out, p.in)
end
(f::RedirectStdStream)(io::IO) = throw(ArgumentError("cannot redirect a standard stream to $(typeof(io))"))

# With a function: what was there before comes back.
function (f::RedirectStdStream)(thunk::Function, stream)
    old = _std_of(f.unix_fd)
    f(stream)
    try
        return thunk()
    finally
        f(old)
    end
end

function redirect_stdio(; stdin = nothing, stderr = nothing, stdout = nothing)
    stdin === nothing || redirect_stdin(stdin)
    stderr === nothing || redirect_stderr(stderr)
    stdout === nothing || redirect_stdout(stdout)
    return nothing
end
_same_path(x, y) = false
_same_path(x::AbstractString, y::AbstractString) = normpath(abspath(x)) == normpath(abspath(y))
function redirect_stdio(f; stdin = nothing, stderr = nothing, stdout = nothing)
    _same_path(stdin, stderr) && throw(ArgumentError("stdin and stderr cannot be the same path"))
    _same_path(stdin, stdout) && throw(ArgumentError("stdin and stdout cannot be the same path"))
    opened = IO[]
    resolve(x, mode) = x isa AbstractString ? (io = open(x, mode); push!(opened, io); io) : x
    in_, err_, out_ = resolve(stdin, "r"), nothing, nothing
    out_ = resolve(stdout, "w")
    err_ = _same_path(stderr, stdout) ? out_ : resolve(stderr, "w")
    g = f
    if in_ !== nothing
        g0 = g
        g = () -> redirect_stdin(g0, in_)
    end
    if out_ !== nothing
        g1 = g
        g = () -> redirect_stdout(g1, out_)
    end
    if err_ !== nothing
        g2 = g
        g = () -> redirect_stderr(g2, err_)
    end
    try
        return g()
    finally
        foreach(close, opened)
    end
end

dup(x::RawFD) = RawFD(ccall(:dup, Cint, (Cint,), x))
fd(x::RawFD) = x

wait_readbyte(x::IO, c::UInt8) = nothing
wait_readnb(x::IOStream, nb::Int) = nothing
wait_readnb(x::_WrappedStream, nb::Int) = nothing
