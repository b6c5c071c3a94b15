# Commands as values: Cmd, pipelines of commands, redirections, and the backtick macro.

abstract type AbstractCmd end

struct Cmd <: AbstractCmd
    exec::Vector{String}
    ignorestatus::Bool
    flags::UInt32
    env::Union{Vector{String},Nothing}
    dir::String
    cpus::Union{Nothing,Vector{UInt16}}
    Cmd(exec::Vector{<:AbstractString}) = new(exec, false, 0x00, nothing, "", nothing)
    Cmd(cmd::Cmd, ignorestatus, flags, env, dir, cpus = nothing) =
        new(cmd.exec, ignorestatus, flags, env, dir === cmd.dir ? dir : cstr(dir), cpus)
    function Cmd(cmd::Cmd; ignorestatus::Bool = cmd.ignorestatus, env = cmd.env, dir::AbstractString = cmd.dir,
                 cpus::Union{Nothing,Vector{UInt16}} = cmd.cpus, detach::Bool = 0 != cmd.flags & 8,
                 windows_verbatim::Bool = false, windows_hide::Bool = false)
        flags = detach ? UInt32(8) : UInt32(0)
        return new(cmd.exec, ignorestatus, flags, byteenv(env), String(dir), cpus)
    end
end
cstr(s) = String(s)

"""
    ignorestatus(command)

The command, whose failure is no error when it is run.
"""
ignorestatus(cmd::Cmd) = Cmd(cmd, ignorestatus = true)

"""
    detach(command)

The command in a process group of its own, which outlives this process.
"""
detach(cmd::Cmd) = Cmd(cmd, detach = true)

has_nondefault_cmd_flags(c::Cmd) = c.ignorestatus || c.flags != 0x00 || c.env !== nothing || c.dir !== ""

isempty(c::Cmd) = isempty(c.exec)
Cmd(cmd::AbstractString...) = Cmd(String[String(c) for c in cmd])
hash(x::Cmd, h::UInt) = hash(x.exec, hash(x.env, hash(x.ignorestatus, hash(x.dir, hash(x.flags, h)))))
==(x::Cmd, y::Cmd) = x.exec == y.exec && x.env == y.env && x.ignorestatus == y.ignorestatus &&
    x.dir == y.dir && isequal(x.flags, y.flags)
length(c::Cmd) = length(c.exec)
firstindex(c::Cmd) = 1
lastindex(c::Cmd) = length(c.exec)
getindex(c::Cmd, i) = c.exec[i]
eachindex(c::Cmd) = eachindex(c.exec)
eltype(::Type{Cmd}) = String
iterate(c::Cmd, args...) = iterate(c.exec, args...)
keys(c::Cmd) = keys(c.exec)

struct OrCmds <: AbstractCmd
    a::AbstractCmd
    b::AbstractCmd
end
struct ErrOrCmds <: AbstractCmd
    a::AbstractCmd
    b::AbstractCmd
end
struct AndCmds <: AbstractCmd
    a::AbstractCmd
    b::AbstractCmd
end
(&)(left::AbstractCmd, right::AbstractCmd) = AndCmds(left, right)

struct FileRedirect
    filename::String
    append::Bool
end
const Redirectable = Union{IO,FileRedirect,RawFD}
struct CmdRedirect <: AbstractCmd
    cmd::AbstractCmd
    handle::Redirectable
    stream_no::Int
    readable::Bool
end
CmdRedirect(cmd, handle, stream_no) = CmdRedirect(cmd, handle, stream_no, stream_no == 0)

function show(io::IO, cmd::Cmd)
    print_env = cmd.env !== nothing
    print_dir = !isempty(cmd.dir)
    (print_env || print_dir) && print(io, "setenv(")
    print(io, '`')
    first = true
    for arg in cmd.exec
        first || print(io, ' ')
        first = false
        print(io, replace(sprint(print_shell_word, arg, shell_special), '`' => "\\`"))
    end
    print(io, '`')
    print_env && (print(io, ","); show(io, cmd.env))
    print_dir && (print(io, "; dir="); show(io, cmd.dir))
    (print_dir || print_env) && print(io, ")")
end
function show(io::IO, cmds::Union{OrCmds,ErrOrCmds})
    print(io, "pipeline(")
    show(io, cmds.a)
    print(io, ", ")
    print(io, cmds isa ErrOrCmds ? "stderr=" : "stdout=")
    show(io, cmds.b)
    print(io, ")")
end
function show(io::IO, cmds::AndCmds)
    show(io, cmds.a)
    print(io, " & ")
    show(io, cmds.b)
end
function show(io::IO, cr::CmdRedirect)
    print(io, "pipeline(")
    show(io, cr.cmd)
    print(io, ", ", cr.stream_no == 0 ? "stdin" : cr.stream_no == 1 ? "stdout" : "stderr")
    print(io, cr.readable ? "<" : ">")
    show(io, cr.handle)
    print(io, ")")
end

ignorestatus(cmd::Cmd) = Cmd(cmd, ignorestatus = true)
ignorestatus(cmd::Union{OrCmds,AndCmds}) = typeof(cmd)(ignorestatus(cmd.a), ignorestatus(cmd.b))
detach(cmd::Cmd) = Cmd(cmd; detach = true)

byteenv(env::AbstractArray{<:AbstractString}) = String[String(x) for x in env]
byteenv(env::AbstractDict) = String[string(k, "=", v) for (k, v) in env]
byteenv(env::Nothing) = nothing
byteenv(env::Union{AbstractVector{Pair{T,V}},Tuple{Vararg{Pair{T,V}}}}) where {T<:AbstractString,V} =
    String[string(k, "=", v) for (k, v) in env]

setenv(cmd::Cmd, env; dir = "") = Cmd(cmd; env = byteenv(env), dir = dir)
setenv(cmd::Cmd, env::Pair{<:AbstractString}...; dir = "") = setenv(cmd, env; dir = dir)
setenv(cmd::Cmd; dir = "") = Cmd(cmd; dir = dir)
function addenv(cmd::Cmd, env::Dict; inherit::Bool = true)
    new_env = Dict{String,String}()
    if inherit
        for (k, v) in (cmd.env === nothing ? ENV : _env_dict(cmd.env))
            new_env[string(k)] = string(v)
        end
    end
    for (k, v) in env
        v === nothing ? delete!(new_env, string(k)) : (new_env[string(k)] = string(v))
    end
    return setenv(cmd, new_env; dir = cmd.dir)
end
_env_dict(env) = Dict{String,String}(String(x[1]) => String(x[2]) for x in eachsplit.(env, '=', limit = 2) .|> collect)
addenv(cmd::Cmd, pairs::Pair{<:AbstractString}...; inherit::Bool = true) =
    addenv(cmd, Dict(k => v for (k, v) in pairs); inherit)
addenv(cmd::Cmd, env::Vector{<:AbstractString}; inherit::Bool = true) =
    addenv(cmd, Dict(_env_dict(env)); inherit)

redir_out(src::AbstractCmd, dest::AbstractCmd) = OrCmds(src, dest)
redir_err(src::AbstractCmd, dest::AbstractCmd) = ErrOrCmds(src, dest)
redir_out(dest::Redirectable, src::AbstractCmd) = CmdRedirect(src, dest, 0)
redir_out(src::AbstractCmd, dest::Redirectable) = CmdRedirect(src, dest, 1)
redir_err(src::AbstractCmd, dest::Redirectable) = CmdRedirect(src, dest, 2)
redir_out(src::AbstractCmd, dest::AbstractString) = CmdRedirect(src, FileRedirect(dest, false), 1)
redir_out(src::AbstractString, dest::AbstractCmd) = CmdRedirect(dest, FileRedirect(src, false), 0)
redir_err(src::AbstractCmd, dest::AbstractString) = CmdRedirect(src, FileRedirect(dest, false), 2)
redir_out_append(src::AbstractCmd, dest::AbstractString) = CmdRedirect(src, FileRedirect(dest, true), 1)
redir_err_append(src::AbstractCmd, dest::AbstractString) = CmdRedirect(src, FileRedirect(dest, true), 2)

function pipeline(cmd::AbstractCmd; stdin = nothing, stdout = nothing, stderr = nothing, append::Bool = false)
    if append && stdout === nothing && stderr === nothing
        throw(ArgumentError("append set to true, but no output redirections specified"))
    end
    if stdin !== nothing
        cmd = redir_out(stdin, cmd)
    end
    if stdout !== nothing
        cmd = append ? redir_out_append(cmd, stdout) : redir_out(cmd, stdout)
    end
    if stderr !== nothing
        cmd = append ? redir_err_append(cmd, stderr) : redir_err(cmd, stderr)
    end
    return cmd
end
pipeline(cmd::AbstractCmd, dest) = pipeline(cmd, stdout = dest)
pipeline(src::Union{Redirectable,AbstractString}, cmd::AbstractCmd) = pipeline(cmd, stdin = src)
pipeline(a, b, c, d...) = pipeline(pipeline(a, b), c, d...)

## backticks: each word is the product of its pieces

arg_gen() = String[]
arg_gen(x::AbstractString) = String[cstr(x)]
arg_gen(cmd::Cmd) = cmd.exec
function arg_gen(head)
    if isiterable(typeof(head))
        vals = String[]
        for x in head
            push!(vals, cstr(string(x)))
        end
        return vals
    end
    return String[cstr(string(head))]
end
function arg_gen(head, tail...)
    head = arg_gen(head)
    tail = arg_gen(tail...)
    vals = String[]
    for h in head, t in tail
        push!(vals, cstr(string(h, t)))
    end
    return vals
end
function cmd_gen(parsed)
    args = String[]
    if length(parsed) >= 1 && isa(parsed[1], Tuple{Cmd})
        cmd = (parsed[1]::Tuple{Cmd})[1]
        append!(args, cmd.exec)
        for arg in tail(parsed)
            append!(args, Base.arg_gen(arg...)::Vector{String})
        end
        return Cmd(Cmd(args), cmd.ignorestatus, cmd.flags, cmd.env, cmd.dir, cmd.cpus)
    end
    for arg in parsed
        append!(args, arg_gen(arg...)::Vector{String})
    end
    return Cmd(args)
end

macro cmd(str)
    cmd_ex = shell_parse(str, special = shell_special, filename = String(__source__.file))[1]
    return :(cmd_gen($(esc(cmd_ex))))
end
