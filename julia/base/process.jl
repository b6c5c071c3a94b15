# Running commands: `run`, `open`, `read`, `success`. The runtime starts a process with given
# descriptors (jl_spawn) and waits for it (jl_waitpid).

mutable struct Process <: AbstractPipe
    cmd::Cmd
    pid::Int32
    in::IO
    out::IO
    err::IO
    exitcode::Int64
    termsignal::Int32
    running::Bool
end
pipe_reader(p::Process) = p.out
pipe_writer(p::Process) = p.in

mutable struct ProcessChain <: AbstractPipe
    processes::Vector{Process}
    in::IO
    out::IO
    err::IO
end
pipe_reader(p::ProcessChain) = p.out
pipe_writer(p::ProcessChain) = p.in

show(io::IO, p::Process) = print(io, "Process(", p.cmd, ", ", process_status(p), ")")
function process_status(s::Process)
    return process_running(s) ? "ProcessRunning" :
        s.termsignal != 0 ? string("ProcessSignaled(", s.termsignal, ")") :
        string("ProcessExited(", s.exitcode, ")")
end

struct ProcessFailedException <: Exception
    procs::Vector{Process}
end
ProcessFailedException(proc::Process) = ProcessFailedException([proc])
function showerror(io::IO, err::ProcessFailedException)
    if length(err.procs) == 1
        proc = err.procs[1]
        println(io, "failed process: ", proc, " [", proc.exitcode, "]")
    else
        println(io, "failed processes:")
        for proc in err.procs
            println(io, "  ", proc, " [", proc.exitcode, "]")
        end
    end
end

# A process of `cmd` with descriptors for its three standard streams.
function _spawn_one(cmd::Cmd, fds::NTuple{3,Cint})
    isempty(cmd.exec) && throw(ArgumentError("cannot spawn empty command"))
    flush(stdout)
    env = cmd.env
    r = ccall(:jl_spawn, Int32, (Any, Any, Cstring, Cint, Cint, Cint, Cint),
              cmd.exec, env, cmd.dir, fds[1], fds[2], fds[3], cmd.flags)
    r < 0 && throw(_UVError("could not spawn " * repr(cmd), r))
    return Process(cmd, r, devnull, devnull, devnull, typemin(Int64), 0, true)
end

function _reap(p::Process, nohang::Bool)
    p.running || return
    code, sig = Ref{Int64}(0), Ref{Int32}(0)
    r = ccall(:jl_waitpid, Int32, (Int32, Cint, Ptr{Int64}, Ptr{Int32}), p.pid, nohang, code, sig)
    if r != 0
        p.exitcode, p.termsignal, p.running = code[], sig[], false
    end
    return
end

process_running(s::Process) = (_reap(s, true); s.running)
process_running(s::ProcessChain) = any(process_running, s.processes)
_outlives(s::Process) = !process_running(s)
process_exited(s::Process) = !process_running(s)
process_exited(s::ProcessChain) = all(process_exited, s.processes)
process_signaled(s::Process) = (s.termsignal > 0)
function wait(x::Process)
    _reap(x, false)
    return nothing
end
wait(x::ProcessChain) = foreach(wait, x.processes)
function success(x::Process)
    wait(x)
    return x.exitcode == 0 && x.termsignal == 0
end
success(procs::Vector{Process}) = mapreduce(success, &, procs)
success(procs::ProcessChain) = success(procs.processes)
success(cmd::AbstractCmd) = success(_start(cmd, (_devnull_fd(0), _devnull_fd(1), _devnull_fd(2)), Process[]))
test_success(proc::Process) = proc.exitcode == 0 && proc.termsignal == 0
Libc.getpid(p::Process) = p.pid
kill(p::Process, signum::Integer = 15) = process_running(p) ?
    (ccall(:kill, Cint, (Cint, Cint), p.pid, signum); nothing) : nothing

_devnull_fd(n::Int) = n == 0 ? ccall(:jl_fs_open, Cint, (Cstring, Cint, Cint), "/dev/null", _O_RDONLY | _O_CLOEXEC, 0) :
    ccall(:jl_fs_open, Cint, (Cstring, Cint, Cint), "/dev/null", _O_WRONLY | _O_CLOEXEC, 0)

_io_fd(io::Union{IOStream,TTY,PipeEndpoint}) = (flush(io); Cint(fd(io)))
_io_fd(io::RawFD) = bitcast(Cint, io)
_io_fd(io::IOContext) = _io_fd(io.io)
_io_fd(::DevNull) = _devnull_fd(2)
_io_fd(io::IO) = throw(ArgumentError("a process cannot use a stream of type $(typeof(io))"))

# Starts the processes of a command with the given descriptors; all of them are appended to `procs`.
function _start(cmd::Cmd, fds::NTuple{3,Cint}, procs::Vector{Process})
    push!(procs, _spawn_one(cmd, fds))
    return procs
end
function _start(cmds::Union{OrCmds,ErrOrCmds}, fds::NTuple{3,Cint}, procs::Vector{Process})
    p = link_pipe!(Pipe())
    w = Cint(fd(p.in))
    _start(cmds.a, cmds isa OrCmds ? (fds[1], w, fds[3]) : (fds[1], fds[2], w), procs)
    close(p.in)
    _start(cmds.b, (Cint(fd(p.out)), fds[2], fds[3]), procs)
    close(p.out)
    return procs
end
function _start(cmds::AndCmds, fds::NTuple{3,Cint}, procs::Vector{Process})
    _start(cmds.a, fds, procs)
    _start(cmds.b, fds, procs)
    return procs
end
function _start(c::CmdRedirect, fds::NTuple{3,Cint}, procs::Vector{Process})
    h = c.handle
    opened = nothing
    feed = nothing
    if h isa FileRedirect
        opened = c.stream_no == 0 ? open(h.filename, "r") : open(h.filename, h.append ? "a" : "w")
        n = Cint(opened.fd)
    elseif h isa GenericIOBuffer && c.stream_no == 0
        feed = link_pipe!(Pipe())
        n = Cint(fd(feed.out))
    elseif h isa GenericIOBuffer
        feed = link_pipe!(Pipe())
        n = Cint(fd(feed.in))
    else
        n = _io_fd(h)
    end
    new_fds = c.stream_no == 0 ? (n, fds[2], fds[3]) : c.stream_no == 1 ? (fds[1], n, fds[3]) : (fds[1], fds[2], n)
    _start(c.cmd, new_fds, procs)
    opened === nothing || close(opened)
    if feed !== nothing && c.stream_no == 0
        close(feed.out)
        write(feed.in, read(h))
        close(feed.in)
    elseif feed !== nothing
        close(feed.in)
        write(h, read(feed.out))
        close(feed.out)
    end
    return procs
end

_std_fds() = (Cint(0), Cint(1), Cint(2))

function run(cmds::AbstractCmd, args...; wait::Bool = true)
    length(args) <= 3 || throw(ArgumentError("run takes at most three streams"))
    fds = _std_fds()
    for (i, a) in enumerate(args)
        fds = Base.setindex(fds, _io_fd(a), i)
    end
    flush(stdout)
    procs = _start(cmds, fds, Process[])
    result = length(procs) == 1 ? procs[1] : ProcessChain(procs, devnull, devnull, devnull)
    if wait
        foreach(Base.wait, procs)
        _check_status(procs)
    end
    return result
end
function _check_status(procs)
    failed = Process[p for p in procs if !test_success(p) && !p.cmd.ignorestatus]
    isempty(failed) || throw(ProcessFailedException(failed))
    return
end

function open(cmds::AbstractCmd, stdio::Redirectable = devnull; write::Bool = false, read::Bool = !write)
    fds = (_devnull_fd(0), _devnull_fd(1), Cint(2))
    pin = pout = nothing
    if write
        pin = link_pipe!(Pipe())
        fds = (Cint(fd(pin.out)), fds[2], fds[3])
    elseif !(stdio isa DevNull)
        fds = (_io_fd(stdio), fds[2], fds[3])
    end
    if read
        pout = link_pipe!(Pipe())
        fds = (fds[1], Cint(fd(pout.in)), fds[3])
    elseif !(stdio isa DevNull)
        fds = (fds[1], _io_fd(stdio), fds[3])
    end
    procs = _start(cmds, fds, Process[])
    inp, outp = devnull, devnull
    pin === nothing || (close(pin.out); inp = pin.in)
    pout === nothing || (close(pout.in); outp = pout.out)
    if length(procs) == 1
        procs[1].in, procs[1].out = inp, outp
        return procs[1]
    end
    return ProcessChain(procs, inp, outp, devnull)
end
function open(cmds::AbstractCmd, mode::AbstractString, stdio::Redirectable = devnull)
    (mode == "r+" || mode == "w+") && return open(cmds, stdio; read = true, write = true)
    mode == "r" && return open(cmds, stdio)
    mode == "w" && return open(cmds, stdio; write = true)
    throw(ArgumentError("mode must be \"r\", \"w\", \"r+\", or \"w+\", not $(repr(mode))"))
end
function open(f::Function, cmds::AbstractCmd, args...; kwargs...)
    p = open(cmds, args...; kwargs...)
    ret = try
        f(p)
    finally
        close(p.in)
    end
    close(p)
    procs = p isa Process ? [p] : p.processes
    foreach(wait, procs)
    _check_status(procs)
    return ret
end

function read(cmd::AbstractCmd)
    p = open(cmd, "r", devnull)
    out = read(p.out)::Vector{UInt8}
    procs = p isa Process ? [p] : p.processes
    close(p.out)
    foreach(wait, procs)
    _check_status(procs)
    return out
end
read(cmd::AbstractCmd, ::Type{String}) = String(read(cmd))
readchomp(x) = chomp(read(x, String))
readlines(cmd::AbstractCmd; kw...) = readlines(IOBuffer(read(cmd)); kw...)
eachline(cmd::AbstractCmd; keep::Bool = false) = EachLine(IOBuffer(read(cmd)), keep = keep)
