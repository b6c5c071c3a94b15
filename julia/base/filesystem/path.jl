# Path names as text. Nothing here looks at the file system but abspath, realpath and homedir.

const path_separator = "/"
const pathsep_char = '/'

splitdrive(path::String) = ("", path)
splitdrive(path::AbstractString) = splitdrive(String(path))

function homedir()
    h = get(ENV, "HOME", "")
    isempty(h) || return h
    r = ccall(:jl_fs_homedir, Any, ())
    return r isa String ? r : "/"
end

isabspath(path::AbstractString) = startswith(path, '/')
isdirpath(path::String) = isempty(path) || endswith(path, '/') || basename(path) in (".", "..")
isdirpath(path::AbstractString) = isdirpath(String(path))

# Position of the last '/' that separates directory and file, or 0.
function _last_separator(path::String)
    i = findlast('/', path)
    return i === nothing ? 0 : i
end

function splitdir(path::String)
    i = _last_separator(path)
    i == 0 && return ("", path)
    base = path[i + 1:end]
    j = i
    while j > 1 && path[prevind(path, j)] == '/'
        j = prevind(path, j)
    end
    # the root keeps its separator
    j == 1 && return ("/", base)
    return (path[1:prevind(path, j)], base)
end
splitdir(path::AbstractString) = splitdir(String(path))
dirname(path::AbstractString) = splitdir(path)[1]
basename(path::AbstractString) = splitdir(path)[2]

function splitext(path::String)
    b = _last_separator(path)
    i = findlast('.', path)
    # a name's first dot is part of the name
    (i === nothing || i <= b + 1) && return (path, "")
    return (path[1:prevind(path, i)], path[i:end])
end
splitext(path::AbstractString) = splitext(String(path))

function splitpath(p::String)
    drive, p = splitdrive(p)
    out = String[]
    isempty(p) && (push!(out, p); return out)
    while !isempty(p)
        dir, base = splitdir(p)
        if dir == p # the root
            pushfirst!(out, dir)
            break
        end
        isempty(base) || pushfirst!(out, base)
        p = dir
    end
    return out
end
splitpath(p::AbstractString) = splitpath(String(p))

joinpath(path::AbstractString) = String(path)
function joinpath(path::AbstractString, paths::AbstractString...)
    out = String(path)
    for p in paths
        out = _joinpath2(out, String(p))
    end
    return out
end
joinpath(paths::Union{Tuple,AbstractVector}) =
    isempty(paths) ? throw(ArgumentError("collection of path components must be non-empty")) : joinpath(paths...)
joinpath(a::String) = a
function _joinpath2(a::String, b::String)
    isabspath(b) && return b
    isempty(a) && return b
    return endswith(a, '/') ? string(a, b) : string(a, "/", b)
end

function normpath(path::String)
    isabs = isabspath(path)
    isdir = isdirpath(path)
    parts = String[]
    for piece in eachsplit(path, '/')
        (isempty(piece) || piece == ".") && continue
        if piece == ".." && !isempty(parts) && parts[end] != ".."
            pop!(parts)
        elseif piece == ".." && isabs
            continue
        else
            push!(parts, String(piece))
        end
    end
    out = join(parts, "/")
    isabs && (out = string("/", out))
    isempty(out) && (out = ".")
    return isdir && !isdirpath(out) ? string(out, "/") : out
end
normpath(a::AbstractString, b::AbstractString...) = normpath(joinpath(a, b...))
normpath(a::AbstractString) = normpath(String(a))

function abspath(a::String)::String
    isabspath(a) || (a = joinpath(pwd(), a))
    return normpath(a)
end
abspath(a::AbstractString, b::AbstractString...) = abspath(joinpath(a, b...))
abspath(a::AbstractString) = abspath(String(a))

function realpath(path::AbstractString)
    r = ccall(:jl_fs_realpath, Any, (Cstring,), path)
    r isa String || uv_error("realpath($(repr(path)))", r::Int32)
    return r::String
end

contractuser(path::AbstractString) = begin
    home = homedir()
    path == home && return "~"
    startswith(path, home) && home != "/" && startswith(path[ncodeunits(home) + 1:end], '/') &&
        return string("~", path[ncodeunits(home) + 1:end])
    return path
end
function expanduser(path::AbstractString)
    y = iterate(path)
    (y === nothing || y[1] != '~') && return path
    ncodeunits(path) == 1 && return homedir()
    codeunit(path, 2) == UInt8('/') && return string(homedir(), path[2:end])
    throw(ArgumentError("~user tilde expansion not yet implemented"))
end

function relpath(path::String, startpath::String = ".")
    isempty(path) && throw(ArgumentError("`path` must be non-empty"))
    isempty(startpath) && throw(ArgumentError("`startpath` must be non-empty"))
    startpath == path && return "."
    from = split(abspath(startpath), '/'; keepempty = false)
    to = split(abspath(path), '/'; keepempty = false)
    i = 0
    while i < min(length(from), length(to)) && from[i + 1] == to[i + 1]
        i += 1
    end
    pieces = String[]
    for _ in (i + 1):length(from)
        push!(pieces, "..")
    end
    for k in (i + 1):length(to)
        push!(pieces, String(to[k]))
    end
    return isempty(pieces) ? "." : join(pieces, "/")
end
relpath(path::AbstractString, startpath::AbstractString) = relpath(String(path), String(startpath))
relpath(path::AbstractString) = relpath(String(path))
