# Files and directories: creating, removing, renaming, copying, listing, walking.

# The negated errno of a C call that answers -1, or 0.
_err(r::Integer) = r == -1 ? -Int32(Base.Libc.errno()) : Int32(0)

function pwd()
    r = ccall(:jl_fs_getcwd, Any, ())
    r isa String || uv_error("pwd()", r::Int32)
    return r::String
end

function cd(dir::AbstractString)
    r = ccall(:jl_fs_chdir, Int32, (Cstring,), dir)
    uv_error("cd($(repr(dir)))", r)
    return nothing
end
cd() = cd(homedir())
function cd(f::Function, dir::AbstractString)
    old = pwd()
    try
        cd(dir)
        return f()
    finally
        cd(old)
    end
end
cd(f::Function) = cd(f, homedir())

checkmode(m::Integer) = 0 <= m <= 511 ? m : throw(ArgumentError("Mode must be between 0 and 511 = 0o777"))

function mkdir(path::AbstractString; mode::Integer = 0o777)
    r = ccall(:jl_fs_mkdir, Int32, (Cstring, Cint), path, checkmode(mode))
    r < 0 && uv_error("mkdir($(repr(path)); mode=0o$(string(mode, base = 8)))", r)
    return path
end

function mkpath(path::AbstractString; mode::Integer = 0o777)
    parent = dirname(path)
    # a trailing separator names the same directory
    isempty(basename(path)) && !isempty(parent) && parent != path && (mkpath(parent; mode); return path)
    (isdir(path) || isempty(path) || path == parent) && return path
    isempty(parent) || mkpath(parent; mode = checkmode(mode))
    try
        mkdir(path; mode)
    catch err
        # somebody else was faster
        (err isa IOError && isdir(path)) || rethrow()
    end
    return path
end

function rm(path::AbstractString; force::Bool = false, recursive::Bool = false)
    st = try
        lstat(path)
    catch err
        force && err isa IOError ? StatStruct() : rethrow()
    end
    if !ispath(st)
        force && return nothing
        uv_error("unlink($(repr(path)))", Int32(-2))
    end
    if !isdir(st)
        r = ccall(:jl_fs_unlink, Int32, (Cstring,), path)
        force && r == -2 && return nothing
        uv_error("unlink($(repr(path)))", r)
        return nothing
    end
    if recursive
        for p in readdir(path)
            rm(joinpath(path, p); force, recursive = true)
        end
    end
    r = ccall(:jl_fs_rmdir, Int32, (Cstring,), path)
    (force && r == -2) || uv_error("rm($(repr(path)))", r)
    return nothing
end

function unlink(p::AbstractString)
    uv_error("unlink($(repr(p)))", ccall(:jl_fs_unlink, Int32, (Cstring,), p))
    return nothing
end

function checkfor_mv_cp_cptree(src::AbstractString, dst::AbstractString, txt::AbstractString; force::Bool = false)
    if ispath(dst)
        if force
            samefile(src, dst) && throw(ArgumentError(string("'src' and 'dst' refer to the same file/dir. ",
                "This is not supported.\n  `src` refers to: $(abspath(src))\n  `dst` refers to: $(abspath(dst))\n")))
            rm(dst; recursive = true, force = true)
        else
            throw(ArgumentError(string("'$dst' exists. `force=true` ",
                "is required to remove '$dst' before $(txt).")))
        end
    end
end

function sendfile(src::AbstractString, dst::AbstractString)
    data = read(src)
    open(io -> write(io, data), String(dst), "w")
    chmod(dst, filemode(src) & 0o777)
    return nothing
end

function cptree(src::String, dst::String; force::Bool = false, follow_symlinks::Bool = false)
    isdir(src) || throw(ArgumentError("'$src' is not a directory. Use `cp(src, dst)`"))
    checkfor_mv_cp_cptree(src, dst, "copying"; force)
    mkdir(dst)
    for name in readdir(src)
        s, d = joinpath(src, name), joinpath(dst, name)
        if !follow_symlinks && islink(s)
            symlink(readlink(s), d)
        elseif isdir(s)
            cptree(s, d; force, follow_symlinks)
        else
            sendfile(s, d)
        end
    end
end
cptree(src::AbstractString, dst::AbstractString; kwargs...) = cptree(String(src)::String, String(dst)::String; kwargs...)

function cp(src::AbstractString, dst::AbstractString; force::Bool = false, follow_symlinks::Bool = false)
    checkfor_mv_cp_cptree(src, dst, "copying"; force)
    if !follow_symlinks && islink(src)
        symlink(readlink(src), dst)
    elseif isdir(src)
        cptree(src, dst; force, follow_symlinks)
    else
        sendfile(src, dst)
    end
    return dst
end

function rename(src::AbstractString, dst::AbstractString)
    r = ccall(:jl_fs_rename, Int32, (Cstring, Cstring), src, dst)
    if r == -18 # another file system
        cp(src, dst; force = true, follow_symlinks = false)
        rm(src; recursive = true)
        return nothing
    end
    uv_error("rename($(repr(src)), $(repr(dst)))", r)
    return nothing
end

function mv(src::AbstractString, dst::AbstractString; force::Bool = false)
    checkfor_mv_cp_cptree(src, dst, "moving"; force)
    rename(src, dst)
    return dst
end

function touch(path::AbstractString)
    r = ccall(:jl_fs_touch, Int32, (Cstring,), path)
    uv_error("touch($(repr(path)))", r)
    return path
end

function chmod(path::AbstractString, mode::Integer; recursive::Bool = false)
    uv_error("chmod($(repr(path)), 0o$(string(mode, base = 8)))", ccall(:jl_fs_chmod, Int32, (Cstring, Cint), path, mode))
    if recursive && isdir(path)
        for p in readdir(path)
            islink(joinpath(path, p)) || chmod(joinpath(path, p), mode; recursive = true)
        end
    end
    return path
end
function chown(path::AbstractString, owner::Integer, group::Integer = -1)
    uv_error("chown($(repr(path)), $owner, $group)", _err(ccall(:chown, Cint, (Cstring, Cint, Cint), path, owner, group)))
    return path
end

function symlink(target::AbstractString, link::AbstractString; dir_target::Bool = false)
    uv_error("symlink($(repr(target)), $(repr(link)))", ccall(:jl_fs_symlink, Int32, (Cstring, Cstring), target, link))
    return nothing
end
function hardlink(src::AbstractString, dst::AbstractString)
    uv_error("hardlink($(repr(src)), $(repr(dst)))", _err(ccall(:link, Cint, (Cstring, Cstring), src, dst)))
    return nothing
end
function readlink(path::AbstractString)
    r = ccall(:jl_fs_readlink, Any, (Cstring,), path)
    r isa String || uv_error("readlink($(repr(path)))", r::Int32)
    return r::String
end

function readdir(dir::AbstractString = pwd(); join::Bool = false, sort::Bool = true)
    r = ccall(:jl_fs_readdir, Any, (Cstring,), dir)
    r isa Int32 && uv_error("readdir($(repr(dir)))", r)
    # one name to a NUL
    names = String[String(name) for name in eachsplit(r::String, '\0'; keepempty = false)]
    sort && sort!(names)
    if join
        for i in eachindex(names)
            names[i] = joinpath(dir, names[i])
        end
    end
    return names
end
readdir(f::Bool; kw...) = throw(MethodError(readdir, (f,)))

# Each directory is listed when the walk comes to it.
function walkdir(root = pwd(); topdown = true, follow_symlinks = false, onerror = throw)
    return WalkDir(String(root), topdown, follow_symlinks, onerror)
end
struct WalkDir
    root::String
    topdown::Bool
    follow_symlinks::Bool
    onerror::Any
end
Base.eltype(::Type{WalkDir}) = Tuple{String,Vector{String},Vector{String}}
Base.IteratorSize(::Type{WalkDir}) = Base.SizeUnknown()
Base.popfirst!(w::WalkDir) = first(w)

function _list(w::WalkDir, dir::String)
    dirs, files = String[], String[]
    names = try
        readdir(dir)
    catch err
        err isa IOError || rethrow()
        w.onerror(err)
        return nothing
    end
    for name in names
        path = joinpath(dir, name)
        isdir(path) ? push!(dirs, name) : push!(files, name)
    end
    return (dir, dirs, files)
end
_enter(w::WalkDir, path::String) = w.follow_symlinks || !islink(path)

# Top down, the caller may take directories out of the list before the walk goes on.
struct _Pending
    entry::Tuple{String,Vector{String},Vector{String}}
end

# State: paths still to be listed, listings whose subdirectories come first (bottom up), and
# listings that were given out and whose subdirectories come next (top down).
function Base.iterate(w::WalkDir, stack = Any[w.root])
    while !isempty(stack)
        top = pop!(stack)
        top isa Tuple && return (top, stack)
        if top isa _Pending
            _push_subdirs!(w, stack, top.entry)
            continue
        end
        entry = _list(w, top::String)
        entry === nothing && continue
        if w.topdown
            push!(stack, _Pending(entry))
            return (entry, stack)
        end
        push!(stack, entry)
        _push_subdirs!(w, stack, entry)
    end
    return nothing
end
function _push_subdirs!(w::WalkDir, stack::Vector{Any}, entry)
    dir, dirs, _ = entry
    for i in length(dirs):-1:1
        path = joinpath(dir, dirs[i])
        _enter(w, path) && push!(stack, path)
    end
    return stack
end
