# initdefs.jl: what belongs to the process: arguments, exit, paths of packages.

"""
    PROGRAM_FILE

The script that the process runs.
"""
global PROGRAM_FILE = ""

"""
    ARGS

The arguments of the script.
"""
const ARGS = String[]

const DEPOT_PATH = String[]
const LOAD_PATH = String[]
const HOME_PROJECT = Ref{Union{String,Nothing}}(nothing)
const ACTIVE_PROJECT = Ref{Union{String,Nothing}}(nothing)
const DATAROOTDIR = "share"
const SYSCONFDIR = "etc"
load_path() = LOAD_PATH
active_project(search_load_path::Bool=true) = ACTIVE_PROJECT[]

# The project file of a folder or of the next one above that has one, as far as the home folder.
function current_project(dir::AbstractString)
    home = homedir()
    while true
        for name in ("JuliaProject.toml", "Project.toml")
            file = joinpath(dir, name)
            isfile(file) && return file
        end
        dir == home && return nothing
        above = dirname(dir)
        above == dir && return nothing
        dir = above
    end
end
function current_project()
    dir = try
        pwd()
    catch
        return nothing
    end
    return current_project(dir)
end

"""
    isinteractive() -> Bool

Whether a REPL runs.
"""
isinteractive() = is_interactive
global is_interactive::Bool = false
global have_color::Union{Bool,Nothing} = nothing

"""
    exit(code=0)

End the process, after the functions registered with `atexit`.
"""
exit(n) = (_atexit(Int32(n)); ccall(:jl_exit, Union{}, (Int32,), n))
exit() = exit(0)

const atexit_hooks = Any[]

"""
    atexit(f)

Call `f()`, or `f(exitcode)`, when the process ends; the last one registered first.
"""
atexit(f) = (pushfirst!(atexit_hooks, f); nothing)

function _atexit(exitcode::Int32=Int32(0))
    while !isempty(atexit_hooks)
        f = popfirst!(atexit_hooks)
        try
            if hasmethod(f, Tuple{Int32})
                f(exitcode)
            else
                f()
            end
        catch ex
            showerror(stderr, ex)
            println(stderr)
        end
    end
    try
        flush(stdout)
        flush(stderr)
    catch
    end
    return nothing
end
const postoutput_hooks = Any[]
postoutput(f) = (pushfirst!(postoutput_hooks, f); nothing)

"""
    julia_cmd()

The command that starts a process like this one.
"""
julia_cmd(julia=joinpath(Sys.BINDIR, julia_exename()); cpu_target=nothing) = Cmd([julia])
julia_exename() = "pkgimage-runner"

const repl_hooks = Any[]

"""
    atreplinit(f)

Register a function of one argument, to be called with the REPL before it begins.
"""
atreplinit(f::Function) = (pushfirst!(repl_hooks, f); nothing)
