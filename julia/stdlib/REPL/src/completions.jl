# What a name can go on with: names, fields, packages, paths, and `\alpha` for α.

const KEYWORDS = ["abstract type", "baremodule", "begin", "break", "catch", "ccall", "const", "continue", "do", "else",
    "elseif", "end", "export", "false", "finally", "for", "function", "global", "if", "import", "let", "local", "macro",
    "module", "mutable struct", "primitive type", "quote", "return", "struct", "true", "try", "using", "while"]

# Names that can be used in a module without a prefix.
function visible_names(m::Module)
    found = Set{String}()
    add!(list) = for name in list
        text = string(name)
        occursin('#', text) || push!(found, text)
    end
    add!(names(m; all = true, imported = true))
    for used in ccall(:jl_module_usings, Any, (Any,), m)::Vector{Any}
        add!(names(used::Module))
    end
    add!(names(Core))
    return sort!(collect(found))
end

"""
    REPL.completions(text, position, packages)

What the text up to a position (in bytes) can go on with: the list, and from which byte on it replaces the text.
"""
function completions(text::String, position::Int, packages::Vector{Any})
    before = String(codeunits(text)[1:position])
    try
        for rule in (complete_symbol, complete_package, complete_path, complete_field)
            found = rule(before, packages)
            found === nothing || return found
        end
        return complete_name(before)
    catch
        # Whatever goes wrong: there is nothing to offer.
        return Any[], position
    end
end

offered(list, start::Int) = (Any[String(one) for one in list], start - 1)

# `\alpha`
function complete_symbol(before, _)
    found = match(r"\\[\w:^_+\-=()!/]*$", before)
    found === nothing && return nothing
    name = found.match
    haskey(latex_symbols, name) && return offered((latex_symbols[name],), found.offset)
    starts = sort!([one for one in keys(latex_symbols) if startswith(one, name)])
    isempty(starts) && return nothing
    return offered(starts, found.offset)
end

# `using Na`
function complete_package(before, packages)
    found = match(r"(?:^|[;\n])\s*(?:using|import)\s+(?:[\w.]+\s*,\s*)*(\w*)$", before)
    found === nothing && return nothing
    return offered(filter(name -> startswith(name, found[1]), packages), found.offsets[1])
end

# Within a string or a command, the rest of a path.
function complete_path(before, _)
    tag = Base.incomplete_tag(Meta.parseall(before))
    tag === :string || tag === :cmd || return nothing
    found = match(r"[^\s\"'`]*$", before)
    found === nothing && return nothing
    return offered(paths(found.match), found.offset)
end

"""
    REPL.complete_shell(text, position)

As [`completions`](@ref), for a command of the system: a path.
"""
function complete_shell(text::String, position::Int)
    before = String(codeunits(text)[1:position])
    found = match(r"[^\s\"'`]*$", before)
    return found === nothing ? (Any[], position) : offered(paths(found.match), found.offset)
end

function paths(start::AbstractString)
    folder, name = splitdir(start)
    look = isempty(folder) ? "." : expanduser(folder)
    isdir(look) || return String[]
    found = String[]
    for entry in readdir(look)
        startswith(entry, name) || continue
        startswith(entry, '.') && !startswith(name, '.') && continue
        path = isempty(folder) ? entry : joinpath(folder, entry)
        push!(found, isdir(joinpath(look, entry)) ? string(path, '/') : path)
    end
    return found
end

# `object.na`: nothing is called to find the object, as that could do anything.
function complete_field(before, _)
    found = match(r"((?:[\w!]+\.)+)(@?[\w!]*)$", before)
    found === nothing && return nothing
    object = Main
    for name in eachsplit(chop(found[1]), '.')
        name = Symbol(name)
        object isa Module || hasfield(typeof(object), name) || return offered((), found.offset)
        isdefined(object, name) || return offered((), found.offset)
        object = getfield(object, name)
    end
    list = object isa Module ? filter(!contains('#'), map(string, names(object; all = true, imported = true))) :
           map(string, propertynames(object))
    return offered(sort!(filter(name -> startswith(name, found[2]), collect(list))), found.offsets[2])
end

function complete_name(before)
    found = match(r"@?[\w!]*$", before)
    name = found.match
    isempty(name) && return offered((), found.offset)
    list = filter(one -> startswith(one, name), vcat(KEYWORDS, visible_names(Main)))
    return offered(sort!(unique!(list)), found.offset)
end

"""
    REPL.REPLCompletions

What packages use of the completions under Julia's names.
"""
module REPLCompletions

using ..REPL: latex_symbols
import ..REPL

export completions, completion_text

struct TextCompletion
    text::String
end
completion_text(c::TextCompletion) = c.text

function completions(text::String, position::Int, context_module::Module = Main)
    list, start = REPL.completions(text, position, Any[])
    return [TextCompletion(one) for one in list], start+1:position, !isempty(list)
end

end
