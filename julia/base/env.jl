# env.jl: `ENV`, the process's environment variables as a dictionary. The runtime notes what packages read of them while they
# are evaluated (`surroundings.rs`).

_getenv(var::AbstractString) = ccall(:jl_getenv, Ptr{UInt8}, (Cstring,), var)
_hasenv(s::AbstractString) = _getenv(s) != C_NULL

function access_env(onError::Function, str::AbstractString)
    val = _getenv(str)
    return val == C_NULL ? onError(str) : unsafe_string(val)
end
function _setenv(var::AbstractString, val::AbstractString, overwrite::Bool=true)
    ret = ccall(:jl_setenv, Int32, (Cstring, Cstring, Int32), var, val, overwrite)
    return systemerror(:setenv, ret != 0)
end
function _unsetenv(var::AbstractString)
    ret = ccall(:jl_unsetenv, Int32, (Cstring,), var)
    return systemerror(:unsetenv, ret != 0)
end

"""
    EnvDict() -> EnvDict

The environment as a dictionary.
"""
struct EnvDict <: AbstractDict{String,String} end

"""
    ENV

The process's environment variables.
"""
const ENV = EnvDict()

getindex(::EnvDict, k::AbstractString) = access_env(k -> throw(KeyError(k)), k)
get(::EnvDict, k::AbstractString, def) = access_env(Returns(def), k)
get(f::Callable, ::EnvDict, k::AbstractString) = access_env(k -> f(), k)
function get!(default::Callable, ::EnvDict, k::AbstractString)
    return access_env(function (k)
                          v = default()
                          _setenv(k, String(v))
                          return String(v)
                      end, k)
end
in(k::AbstractString, ::KeySet{String,EnvDict}) = _hasenv(k)
pop!(::EnvDict, k::AbstractString) = (v = ENV[k]; _unsetenv(k); v)
pop!(::EnvDict, k::AbstractString, def) = haskey(ENV, k) ? pop!(ENV, k) : def
delete!(::EnvDict, k::AbstractString) = (_unsetenv(k); ENV)
setindex!(::EnvDict, v, k::AbstractString) = _setenv(k, string(v))
push!(::EnvDict, kv::Pair{<:AbstractString}) = setindex!(ENV, kv.second, kv.first)
haskey(::EnvDict, k::AbstractString) = _hasenv(k)

function iterate(::EnvDict, i=0)
    while true
        env = ccall(:jl_environ, Any, (Int32,), i)
        env === nothing && return nothing
        env = env::String
        m = findnext('=', env, 2)
        i += 1
        m === nothing && continue
        return (Pair{String,String}(env[1:prevind(env, m)], env[nextind(env, m):end]), i)
    end
end
IteratorSize(::Type{EnvDict}) = SizeUnknown()
function length(::EnvDict)
    i = 0
    for s in ENV
        i += 1
    end
    return i
end
function show(io::IO, ::EnvDict)
    for (k, v) in ENV
        println(io, "$k=$v")
    end
end

"""
    withenv(f, kv::Pair...)

Run `f` with some variables changed, `nothing` for removed.
"""
function withenv(f, keyvals::Pair{T}...) where {T<:AbstractString}
    old = Dict{T,Any}()
    for (key, val) in keyvals
        old[key] = get(ENV, key, nothing)
        val !== nothing ? (ENV[key] = val) : delete!(ENV, key)
    end
    try
        f()
    finally
        for (key, val) in old
            val !== nothing ? (ENV[key] = val) : delete!(ENV, key)
        end
    end
end
withenv(f) = f()

# "true", "1", … of a variable.
function get_bool_env(name::String, default::Bool)
    haskey(ENV, name) || return default
    val = ENV[name]
    isempty(val) && return default
    return parse_bool_env(name, val)
end
function parse_bool_env(name::String, val::String)
    val in ("t", "true", "y", "yes", "1", "T", "True", "TRUE", "Y", "Yes", "YES") && return true
    val in ("f", "false", "n", "no", "0", "F", "False", "FALSE", "N", "No", "NO") && return false
    throw(ArgumentError("Value for environment variable `$name` could not be parsed as a Boolean."))
end
