# `recompile()`: statements of packages' source files that have changed on disk are evaluated, and methods of
# those that are gone are deleted.
#
# What a package was evaluated from comes from the runner: the texts that were read, or those that its image
# holds. They are compared with the files statement by statement, module by module; lines do not count.

# A statement at the top level of a module.
struct Statement
    code::Any
    plain::Any    # without lines
    from::Int     # its lines
    to::Int
end

# What has changed in a file.
struct Changes
    path::String
    added::Vector{Tuple{Module,Statement}}
    removed::Vector{Statement}
    moved::Vector{Tuple{Statement,Int}}
    kept::Vector{Statement}
end
Changes(path::String) = Changes(path, [], [], [], [])

# The texts of files as they were evaluated last, and statements in them that failed then.
const evaluated_texts = Dict{String,String}()
const failed_statements = Dict{String,Vector{Any}}()

plain(@nospecialize x) = x
plain(::LineNumberNode) = nothing
plain(x::QuoteNode) = QuoteNode(plain(x.value))
plain(x::Expr) = Expr(x.head, Any[plain(a) for a in x.args if !(a isa LineNumberNode) || x.head === :macrocall]...)

last_line(@nospecialize(x), line::Int) = line
last_line(x::LineNumberNode, line::Int) = max(line, x.line)
last_line(x::QuoteNode, line::Int) = last_line(x.value, line)
last_line(x::Expr, line::Int) = foldl((line, a) -> last_line(a, line), x.args; init=line)

# The statements of a list with lines.
function listed(args::Vector{Any})
    found = Statement[]
    line = 0
    for a in args
        if a isa LineNumberNode
            line = a.line
        else
            push!(found, Statement(a, plain(a), line, last_line(a, line)))
        end
    end
    return found
end

# The module that a statement defines, perhaps with a docstring in front; else nothing.
function module_in(@nospecialize code)
    Meta.isexpr(code, :module) && return code::Expr
    Meta.isexpr(code, :macrocall) && length(code.args) > 3 && Meta.isexpr(code.args[end], :module) &&
        return code.args[end]::Expr
    return nothing
end
module_name(code::Expr) = code.args[2]::Symbol
contents(code::Expr) = listed((code.args[3]::Expr).args)
inner_module(root::Module, outer::Union{Module,Nothing}, name::Symbol) =
    outer === nothing ? root : (isdefined(outer, name) ? getfield(outer, name) : nothing)

# ---- which module a file is evaluated in ----------------------------------------------------------------------

# Follows the `include`s that name their file, from the package's own file on.
function find_homes!(homes, root::Module, m::Union{Module,Nothing}, path::String, texts)
    haskey(homes, path) || !haskey(texts, path) && return
    homes[path] = m
    foreach(s -> find_includes!(homes, root, m, s.code, path, texts), parsed(texts[path], path))
end
function find_includes!(homes, root::Module, m::Union{Module,Nothing}, @nospecialize(code), path::String, texts)
    inner = module_in(code)
    if inner !== nothing
        found = inner_module(root, m, module_name(inner))
        found isa Module && foreach(s -> find_includes!(homes, root, found, s.code, path, texts), contents(inner))
    elseif Meta.isexpr(code, :call) && code.args[1] === :include && code.args[end] isa String
        find_homes!(homes, root, m, normpath(joinpath(dirname(path), code.args[end])), texts)
    elseif code isa Expr && code.head in (:block, :toplevel, :if, :elseif)
        foreach(a -> find_includes!(homes, root, m, a, path, texts), code.args)
    end
end

# The statements of a file; throws where it is not Julia.
function parsed(text::String, path::String)
    code = Meta.parseall(text; filename=path)
    for a in code.args
        Meta.isexpr(a, (:error, :incomplete)) && throw(a.args[1])
    end
    return listed(code.args)
end

# ---- what has changed -----------------------------------------------------------------------------------------

function compare!(changes::Changes, root::Module, m::Union{Module,Nothing}, old::Vector{Statement}, new::Vector{Statement})
    before = Dict{Any,Vector{Statement}}()
    modules = Dict{Symbol,Statement}()
    failed = get(failed_statements, changes.path, Any[])
    for s in old
        inner = module_in(s.code)
        inner === nothing ? push!(get!(Vector{Statement}, before, s.plain), s) : (modules[module_name(inner)] = s)
    end
    for s in new
        inner = module_in(s.code)
        if inner !== nothing && haskey(modules, module_name(inner))
            was = module_in(pop!(modules, module_name(inner)).code)
            found = inner_module(root, m, module_name(inner))
            found isa Module && compare!(changes, root, found, contents(was), contents(inner))
            continue
        end
        same = get(before, s.plain, nothing)
        if same === nothing || isempty(same) || s.plain in failed
            m === nothing || push!(changes.added, (m, s))
        else
            was = popfirst!(same)
            push!(changes.kept, was)
            was.from == s.from || push!(changes.moved, (was, s.from - was.from))
        end
    end
    for left in values(before)
        append!(changes.removed, left)
    end
    append!(changes.removed, values(modules))
end

# The name of the function that a statement defines, if it says so plainly.
function defined_name(@nospecialize code)
    code isa Expr || return nothing
    code.head === :macrocall && return defined_name(code.args[end])
    code.head in (:function, :(=), :where, :(::), :call, :macro) || return nothing
    name = code.args[1]
    name isa Symbol && return code.head === :macro ? Symbol('@', name) : name
    Meta.isexpr(name, :.) && name.args[end] isa QuoteNode && return name.args[end].value
    return defined_name(name)
end

covers(s::Statement, m::Method) = s.from <= m.line <= s.to

# The methods that a statement has defined, as far as others on its lines did not.
function methods_of(s::Statement, methods::Vector{Any}, kept::Vector{Statement})
    name = defined_name(s.code)
    return filter(methods) do m
        covers(s, m) && (m.name === name || !any(other -> covers(other, m), kept))
    end
end

is_there(m::Method) = m.deleted_world == typemax(UInt)

function evaluate(m::Module, path::String, s::Statement)
    storage = task_local_storage()
    around = get(storage, Base.SOURCE_PATH_KEY, nothing)
    storage[Base.SOURCE_PATH_KEY] = path
    try
        Core.eval(m, Expr(:toplevel, LineNumberNode(s.from, Symbol(path)), s.code))
        return true
    catch
        println(stderr, path, ":", s.from, " is not evaluated:")
        show_error(current_exceptions())
        return false
    finally
        around === nothing ? delete!(storage, Base.SOURCE_PATH_KEY) : (storage[Base.SOURCE_PATH_KEY] = around)
    end
end

# Does what has changed in a file; how many methods are gone.
function apply!(changes::Changes)
    methods = ccall(:jl_methods_of_file, Any, (Any,), changes.path)::Vector{Any}
    doomed = Any[]
    foreach(s -> append!(doomed, methods_of(s, methods, changes.kept)), changes.removed)
    for (s, by) in changes.moved, m in methods
        covers(s, m) && !(m in doomed) && ccall(:jl_move_method, Cvoid, (Any, Int), m, m.line + by)
    end
    failed = Any[]
    for (m, s) in changes.added
        evaluate(m, changes.path, s) || push!(failed, s.plain)
    end
    isempty(failed) ? delete!(failed_statements, changes.path) : (failed_statements[changes.path] = failed)
    # What was defined again has taken the place of the old one.
    gone = filter!(is_there, unique!(doomed))
    foreach(Base.delete_method, gone)
    return length(gone)
end

# ---- all packages ---------------------------------------------------------------------------------------------

function recompile_packages()
    nothing_changed = true
    for package in ccall(:jl_loaded_sources, Any, ())::Vector{Any}
        root, entry = package[1]::Module, package[2]::String
        texts = Dict{String,String}()
        for i in 3:2:length(package)
            path = package[i]::String
            texts[path] = get(evaluated_texts, path, package[i+1]::String)
        end
        now = Dict{String,String}(path => isfile(path) ? read(path, String) : "" for path in keys(texts))
        changed = sort!([path for path in keys(texts) if texts[path] != now[path] || haskey(failed_statements, path)])
        isempty(changed) && continue
        nothing_changed = false
        homes = Dict{String,Union{Module,Nothing}}()
        find_homes!(homes, root, nothing, entry, texts)
        for path in changed
            recompile_file(root, homes, path, texts[path], now[path])
        end
    end
    nothing_changed && println("No source file has changed.")
    return nothing
end

function recompile_file(root::Module, homes, path::String, text::String, now::String)
    if !haskey(homes, path)
        println(stderr, path, " has changed, but no `include` of its package names it: it is not evaluated")
        return
    end
    changes = Changes(path)
    try
        compare!(changes, root, homes[path], parsed(text, path), parsed(now, path))
    catch
        println(stderr, path, " is not evaluated:")
        show_error(current_exceptions())
        return
    end
    gone = apply!(changes)
    evaluated_texts[path] = now
    println(nameof(root), ": ", relpath(path, dirname(dirname(pathof(root)::String))), ": ",
            length(changes.added), " statements evaluated, ", gone, " methods deleted")
end
