"""
    Libdl

Libraries that are loaded while the program runs.
"""
module Libdl

export DL_LOAD_PATH, RTLD_DEEPBIND, RTLD_FIRST, RTLD_GLOBAL, RTLD_LAZY, RTLD_LOCAL, RTLD_NODELETE, RTLD_NOLOAD,
       RTLD_NOW, dlclose, dlopen, dlopen_e, dlsym, dlsym_e, dlpath, find_library, dlext, dllist

const DL_LOAD_PATH = String[]

# The flags' values are those of Linux.
const RTLD_LAZY = 0x00000001
const RTLD_NOW = 0x00000002
const RTLD_NOLOAD = 0x00000004
const RTLD_DEEPBIND = 0x00000008
const RTLD_GLOBAL = 0x00000100
const RTLD_LOCAL = 0x00000000
const RTLD_NODELETE = 0x00001000
const RTLD_FIRST = 0x00000000

const dlext = "so"

"""
    dlopen(library, flags = RTLD_LAZY | RTLD_DEEPBIND; throw_error = true)

Loads a library, by its name or path.
"""
function dlopen(library::AbstractString, flags::Integer=RTLD_LAZY | RTLD_DEEPBIND; throw_error::Bool=true)
    for name in candidates(String(library))
        handle = ccall(:dlopen, Ptr{Cvoid}, (Cstring, Cint), name, flags)
        handle == C_NULL || return handle
    end
    throw_error || return nothing
    message = ccall(:dlerror, Ptr{UInt8}, ())
    reason = message == C_NULL ? "" : unsafe_string(message)
    error("could not load library \"$library\"\n$reason")
end
dlopen(library::Symbol, args...; kwargs...) = dlopen(String(library), args...; kwargs...)
function dlopen(f::Function, args...; kwargs...)
    handle = dlopen(args...; kwargs...)
    try
        return f(handle)
    finally
        handle === nothing || dlclose(handle)
    end
end
dlopen_e(args...) = something(dlopen(args...; throw_error=false), C_NULL)

function candidates(library::String)
    names = occursin(".so", library) ? [library] : [library, "$library.so"]
    folders = isabspath(library) ? String[] : DL_LOAD_PATH
    return [joinpath(folder, name) for folder in [folders; ""] for name in names]
end

"""
    dlsym(handle, name; throw_error = true)

The address of a symbol in a library.
"""
function dlsym(handle::Ptr{Cvoid}, name::Union{Symbol,AbstractString}; throw_error::Bool=true)
    handle == C_NULL && throw(ArgumentError("NULL library handle"))
    address = ccall(:dlsym, Ptr{Cvoid}, (Ptr{Cvoid}, Cstring), handle, String(name))
    address == C_NULL || return address
    throw_error || return nothing
    error("could not load symbol \"$name\"")
end
dlsym_e(args...) = something(dlsym(args...; throw_error=false), C_NULL)

"""
    dlclose(handle)

Gives up a library; whether it was given up.
"""
dlclose(handle::Ptr{Cvoid}) = ccall(:dlclose, Cint, (Ptr{Cvoid},), handle) == 0
dlclose(::Nothing) = false

"""
    find_library(names[, folders])

The first of the names that can be loaded, or an empty string.
"""
function find_library(names, folders=String[])
    for name in (names isa Union{Symbol,AbstractString} ? [names] : names)
        for path in [[joinpath(folder, String(name)) for folder in folders]; String(name)]
            handle = dlopen_e(path)
            handle == C_NULL || (dlclose(handle); return path)
        end
    end
    return ""
end

"""
    dllist()

The paths of the libraries that are loaded.
"""
function dllist()
    paths = String[]
    for line in eachline("/proc/self/maps")
        at = findfirst('/', line)
        at === nothing || !occursin(".so", line) || push!(paths, line[at:end])
    end
    return unique!(paths)
end

end
