# loading.jl: evaluating files and texts, and packages.

# ---- source files --------------------------------------------------------------------------------------------

const SOURCE_PATH_KEY = :SOURCE_PATH

"""
    source_path(default)

The file that is being evaluated.
"""
function source_path(default::Union{AbstractString,Nothing}="")
    s = current_task().storage
    if s !== nothing
        s = s::IdDict{Any,Any}
        if haskey(s, SOURCE_PATH_KEY)
            return s[SOURCE_PATH_KEY]::Union{Nothing,String}
        end
    end
    return default
end
function source_dir()
    p = source_path(nothing)
    return p === nothing ? pwd() : dirname(p)
end

"""
    @__FILE__ -> String

The file that this stands in.
"""
macro __FILE__()
    __source__.file === nothing && return nothing
    return String(__source__.file::Symbol)
end

"""
    @__LINE__ -> Int

The line that this stands on.
"""
macro __LINE__()
    return __source__.line
end

"""
    @__DIR__ -> String

The folder of the file that this stands in.
"""
macro __DIR__()
    __source__.file === nothing && return nothing
    _dirname = dirname(String(__source__.file::Symbol))
    return isempty(_dirname) ? pwd() : abspath(_dirname)
end

"""
    include_string([mapexpr::Function,] m::Module, code::AbstractString, filename::AbstractString="string")

Evaluate a text, statement by statement, as if it stood in a file.
"""
function include_string(mapexpr::Function, mod::Module, code::AbstractString, filename::AbstractString="string")
    loc = LineNumberNode(1, Symbol(filename))
    try
        ast = Meta.parseall(code, filename=filename)
        result = nothing
        # Each statement is evaluated with its line in front of it.
        statement = Expr(:toplevel, loc, nothing)
        for ex in ast.args
            if ex isa LineNumberNode
                loc = ex
                statement.args[1] = ex
                continue
            end
            ex = mapexpr(ex)
            statement.args[2] = ex
            result = Core.eval(mod, statement)
        end
        return result
    catch exc
        rethrow(LoadError(filename, loc.line, exc))
    end
end
include_string(m::Module, txt::AbstractString, fname::AbstractString="string") =
    include_string(identity, m, txt, fname)

# The path of an `include`, from the folder of the file that includes.
function _include_dependency(mod::Module, _path::AbstractString)
    prev = source_path(nothing)
    if prev === nothing
        # What ships with the runner has paths of its own.
        path = startswith(_path, "@julia/") ? String(_path) : abspath(_path)
    else
        path = normpath(joinpath(dirname(prev), _path))
    end
    ccall(:jl_note_source, Cvoid, (Any, Any), mod, path)
    return path, prev
end

"""
    include_dependency(path::AbstractString)

Say that the module depends on a file.
"""
function include_dependency(path::AbstractString; track_content::Bool=false)
    _include_dependency(Main, path)
    return nothing
end

"""
    Base.include([mapexpr::Function,] m::Module, path::AbstractString)

Evaluate a file in a module.
"""
include(mapexpr::Function, mod::Module, _path::AbstractString) = _include(mapexpr, mod, _path)
include(mod::Module, path::AbstractString) = _include(identity, mod, path)
function include(mod::Module, path::String)
    # While Base itself is being loaded, its own files come from the runtime.
    if ccall(:jl_booting, Cint, ()) != 0
        return ccall(:jl_load_, Any, (Any, Any), mod, path)
    end
    return _include(identity, mod, path)
end

function _include(mapexpr::Function, mod::Module, _path::AbstractString)
    path, prev = _include_dependency(mod, _path)
    tls = task_local_storage()
    tls[SOURCE_PATH_KEY] = path
    try
        mapexpr === identity && return ccall(:jl_load_file, Any, (Any, Any), mod, path)
        return include_string(mapexpr, mod, read(path, String), path)
    finally
        if prev === nothing
            delete!(tls, SOURCE_PATH_KEY)
        else
            tls[SOURCE_PATH_KEY] = prev
        end
    end
end

"""
    evalfile(path::AbstractString, args::Vector{String}=String[])

Evaluate a file in a module of its own.
"""
function evalfile(path::AbstractString, args::Vector{String}=String[])
    return Core.eval(Module(:__anon__),
                     Expr(:toplevel,
                          :(const ARGS = $args),
                          :(eval(x) = $(Expr(:core, :eval))(__anon__, x)),
                          :(include(x) = $(Expr(:top, :include))(__anon__, x)),
                          :(include(mapexpr::Function, x) = $(Expr(:top, :include))(mapexpr, __anon__, x)),
                          :(include($path))))
end
evalfile(path::AbstractString, args::Vector) = evalfile(path, String[args...])

# ---- packages --------------------------------------------------------------------------------------------------

"""
    PkgId

What identifies a package: its uuid, where it has one, and its name.
"""
struct PkgId
    uuid::Union{UUID,Nothing}
    name::String

    PkgId(u::UUID, name::AbstractString) = new(UInt128(u) == 0 ? nothing : u, name)
    PkgId(::Nothing, name::AbstractString) = new(nothing, name)
end
PkgId(name::AbstractString) = PkgId(nothing, name)

function PkgId(m::Module, name::String=String(nameof(moduleroot(m))))
    uuid = UUID((ccall(:jl_module_uuid_high, UInt64, (Any,), m), ccall(:jl_module_uuid_low, UInt64, (Any,), m)))
    return UInt128(uuid) == 0 ? PkgId(name) : PkgId(uuid, name)
end

==(a::PkgId, b::PkgId) = a.uuid == b.uuid && a.name == b.name
function hash(pkg::PkgId, h::UInt)
    h += 0xc9f248583a0ca36c % UInt
    h = hash(pkg.uuid, h)
    h = hash(pkg.name, h)
    return h
end
show(io::IO, ::MIME"text/plain", pkg::PkgId) =
    print(io, pkg.name, " [", pkg.uuid === nothing ? "top-level" : pkg.uuid, "]")

mutable struct PkgOrigin
    path::Union{String,Nothing}
    cachepath::Union{String,Nothing}
    version::Union{VersionNumber,Nothing}
end
PkgOrigin() = PkgOrigin(nothing, nothing, nothing)
const pkgorigins = Dict{PkgId,PkgOrigin}()

# The modules that were loaded as packages.
const loaded_modules = Dict{PkgId,Module}()
const loaded_modules_order = Vector{Module}()
const package_callbacks = Any[]
const require_lock = ReentrantLock()

# The module whose modules are roots.
baremodule __toplevel__
using Base
end

function register_root_module(m::Module)
    key = PkgId(m, String(nameof(m)))
    loaded_modules[key] = m
    push!(loaded_modules_order, m)
    return nothing
end
register_root_module(Core)
register_root_module(Base)
register_root_module(Main)

root_module(key::PkgId) = loaded_modules[key]
root_module_exists(key::PkgId) = haskey(loaded_modules, key)
loaded_modules_array() = copy(loaded_modules_order)
maybe_root_module(key::PkgId) = get(loaded_modules, key, nothing)
root_module_key(m::Module) = PkgId(m, String(nameof(m)))
is_loaded(key::PkgId) = haskey(loaded_modules, key)

"""
    require(into::Module, module::Symbol)

The package of that name, as `into` sees it, loaded if it is not. `using` and `import` call this.
"""
function require(into::Module, mod::Symbol)
    m = ccall(:jl_require_package, Any, (Any, Any), into, mod)
    if m === nothing
        throw(ArgumentError("Package $mod not found in current path.\n- Is it a dependency of the package or the environment that uses it?"))
    end
    return m::Module
end
require(pkg::PkgId) = root_module(pkg)

# Called by the runner: evaluate a package's file, and give the module that it defines.
function _require_source(name::String, uuid_hi::UInt64, uuid_lo::UInt64, path::String, version::String)
    uuid = UUID((uuid_hi, uuid_lo))
    pkg = UInt128(uuid) == 0 ? PkgId(name) : PkgId(uuid, name)
    haskey(loaded_modules, pkg) && return loaded_modules[pkg]
    origin = get!(PkgOrigin, pkgorigins, pkg)
    origin.path = path
    origin.version = tryparse(VersionNumber, version)
    tls = task_local_storage()
    prev = get(tls, SOURCE_PATH_KEY, nothing)
    delete!(tls, SOURCE_PATH_KEY)
    ccall(:jl_expect_package, Cvoid, (Any, UInt64, UInt64), name, uuid_hi, uuid_lo)
    try
        include(__toplevel__, path)
    finally
        ccall(:jl_unexpect_package, Cvoid, ())
        prev === nothing || (tls[SOURCE_PATH_KEY] = prev)
    end
    m = ccall(:jl_created_package, Any, (Any,), Symbol(name))
    if m === nothing
        throw(ErrorException("package `$name` did not define the expected module `$name`, check for typos in package module name"))
    end
    m = m::Module
    loaded_modules[pkg] = m
    m in loaded_modules_order || push!(loaded_modules_order, m)
    run_package_callbacks(pkg)
    return m
end

# Called by the runner: a package that Base's image holds, or `nothing`.
_loaded_module(name::String, uuid_hi::UInt64, uuid_lo::UInt64) =
    get(loaded_modules, PkgId(UUID((uuid_hi, uuid_lo)), name), nothing)

# Called by the runner for a package whose image was mapped.
function _register_loaded(m::Module, name::String, uuid_hi::UInt64, uuid_lo::UInt64, path::String, version::String)
    uuid = UUID((uuid_hi, uuid_lo))
    pkg = UInt128(uuid) == 0 ? PkgId(name) : PkgId(uuid, name)
    origin = get!(PkgOrigin, pkgorigins, pkg)
    origin.path = path
    origin.version = tryparse(VersionNumber, version)
    loaded_modules[pkg] = m
    m in loaded_modules_order || push!(loaded_modules_order, m)
    run_package_callbacks(pkg)
    return nothing
end

function run_package_callbacks(modkey::PkgId)
    for callback in package_callbacks
        invokelatest(callback, modkey)
    end
    return nothing
end

"""
    pathof(m::Module)

The file of the package that `m` is, or `nothing`.
"""
function pathof(m::Module)
    origin = get(pkgorigins, root_module_key(m), nothing)
    origin === nothing && return nothing
    return origin.path
end

"""
    pkgdir(m::Module[, paths::String...])

The folder of the package that `m` belongs to, or `nothing`.
"""
function pkgdir(m::Module, paths::String...)
    path = pathof(moduleroot(m))
    path === nothing && return nothing
    return joinpath(dirname(dirname(path)), paths...)
end

"""
    pkgversion(m::Module)

The version of the package that `m` belongs to, or `nothing`.
"""
function pkgversion(m::Module)
    origin = get(pkgorigins, root_module_key(moduleroot(m)), nothing)
    origin === nothing && return nothing
    return origin.version
end

"""
    get_extension(parent::Module, extension::Symbol)

The extension's module, or `nothing` while it is not loaded.
"""
function get_extension(parent::Module, ext::Symbol)
    for m in loaded_modules_order
        nameof(m) === ext && m !== parent && return m
    end
    return nothing
end

identify_package(name::AbstractString) = identify_package(Main, name)
function identify_package(where::Module, name::AbstractString)
    for (key, m) in loaded_modules
        key.name == name && return key
    end
    return nothing
end

# Preferences are resolved before anything runs, and an image's stamp knows those of its package.
record_compiletime_preference(uuid::UUID, key::String) = nothing
get_preferences(::Nothing=nothing) = Dict{String,Any}()
function get_preferences(uuid::UUID)
    u = UInt128(uuid)
    found = ccall(:jl_preferences, Any, (UInt64, UInt64), (u >> 64) % UInt64, u % UInt64)
    return found === nothing ? Dict{String,Any}() : _preference(found)::Dict{String,Any}
end

# A table comes as names and values in turn, an array as a vector.
function _preference(table::Core.SimpleVector)
    dict = Dict{String,Any}()
    for i in 1:2:length(table)
        dict[table[i]::String] = _preference(table[i + 1])
    end
    return dict
end
_preference(list::Vector{Any}) = [_preference(x) for x in list]
_preference(@nospecialize(x)) = x
