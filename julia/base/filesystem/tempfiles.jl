# Temporary files and directories, and their removal at exit.

function tempdir()
    for name in ("TMPDIR", "TMP", "TEMP", "TEMPDIR")
        d = get(ENV, name, "")
        isempty(d) && continue
        d = length(d) > 1 && endswith(d, '/') ? String(chop(d)) : String(d)
        return d
    end
    return "/tmp"
end

const temp_prefix = "jl_"
const TEMP_CLEANUP = Dict{String,Bool}()

# Ten characters from the runtime's entropy: unlike `rand`, nothing that a program seeds.
function _temp_suffix()
    chars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    r = Ref{UInt64}(0)
    ccall(:getrandom, Cssize_t, (Ptr{UInt64}, Csize_t, Cuint), r, 8, 0)
    x = r[]
    out = Base.StringVector(10)
    for i in 1:10
        x, k = divrem(x, UInt64(62))
        out[i] = codeunit(chars, Int(k) + 1)
    end
    return String(out)
end

function temp_cleanup_later(path::AbstractString; asap::Bool = false)
    TEMP_CLEANUP[String(path)] = asap
    return nothing
end
function temp_cleanup_forget(path::AbstractString)
    delete!(TEMP_CLEANUP, String(path))
    return nothing
end
function temp_cleanup_purge(; force::Bool = false)
    for path in collect(keys(TEMP_CLEANUP))
        try
            ispath(path) && rm(path; recursive = true, force = true)
        catch
        end
        delete!(TEMP_CLEANUP, path)
    end
    return nothing
end

function tempname(parent::AbstractString = tempdir(); max_tries::Int = 100, cleanup::Bool = true, suffix::AbstractString = "")
    isdir(parent) || throw(ArgumentError("$(repr(parent)) is not a directory"))
    for _ in 1:max_tries
        name = joinpath(parent, string(temp_prefix, _temp_suffix(), suffix))
        if !ispath(name)
            cleanup && temp_cleanup_later(name)
            return name
        end
    end
    error("tempname: max_tries exhausted")
end

function mktemp(parent::AbstractString = tempdir(); cleanup::Bool = true)
    name = tempname(parent; cleanup)
    io = open(name; read = true, write = true, create = true, truncate = true)
    return (name, io)
end
function mktemp(fn::Function, parent::AbstractString = tempdir())
    tmp_path, tmp_io = mktemp(parent)
    try
        return fn(tmp_path, tmp_io)
    finally
        close(tmp_io)
        ispath(tmp_path) && rm(tmp_path; force = true)
        temp_cleanup_forget(tmp_path)
    end
end

function mktempdir(parent::AbstractString = tempdir(); prefix::AbstractString = temp_prefix, cleanup::Bool = true)
    isempty(parent) && (parent = ".")
    for _ in 1:100
        path = joinpath(parent, string(prefix, _temp_suffix()))
        r = ccall(:jl_fs_mkdir, Int32, (Cstring, Cint), path, 0o700)
        r == -17 && continue # taken
        uv_error("mktempdir($(repr(parent)))", r)
        cleanup && temp_cleanup_later(path)
        return path
    end
    error("mktempdir: no free name found")
end
function mktempdir(fn::Function, parent::AbstractString = tempdir(); prefix::AbstractString = temp_prefix)
    tmpdir = mktempdir(parent; prefix)
    try
        return fn(tmpdir)
    finally
        ispath(tmpdir) && rm(tmpdir; force = true, recursive = true)
        temp_cleanup_forget(tmpdir)
    end
end
