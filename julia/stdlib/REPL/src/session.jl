# Sessions that are saved: the runner keeps the statements that define something, and writes them with the
# code that the session compiled.

# The statements of an input, with the line and the text of each. One that is not there in the text as it
# is stands for all.
function statements(@nospecialize(ex), text::String)
    Meta.isexpr(ex, :toplevel) || return Any[ex], Any[1, text]
    list = Any[]
    flatten!(list, ex)
    places = ccall(:jl_statements, Any, (Any,), text)::Vector{Any}
    length(places) == 2 * count(one -> !(one isa LineNumberNode), list) && return list, places
    return Any[ex], Any[1, text]
end

function flatten!(list::Vector{Any}, ex::Expr)
    for one in ex.args
        Meta.isexpr(one, :toplevel) ? flatten!(list, one) : push!(list, one)
    end
    return list
end

function transformed(@nospecialize ex)
    for transform in repl_ast_transforms
        ex = Base.invokelatest(transform, ex)
    end
    return ex
end

# Evaluates an input in Main, statement by statement.
function evaluate_all(@nospecialize(ex), text::String, file::String)
    list, places = statements(ex, text)
    value = nothing
    at = 0
    for one in list
        if one isa LineNumberNode
            Core.eval(Main, one)
            continue
        end
        one = transformed(one)
        line, part = places[at+1]::Int, places[at+2]::String
        at += 2
        try
            value = Core.eval(Main, one)
        finally
            ccall(:jl_evaluated, Cvoid, (Any, Int, Any), file, line, part)
        end
    end
    return value
end

# Evaluates a statement of a session that was saved; whether that went well.
function restore(text::String, file::String, line::Int)
    try
        for one in Meta.parseall(text; filename = file, lineno = line).args
            Core.eval(Main, one isa LineNumberNode ? one : transformed(one))
        end
        return true
    catch
        println(stderr, "$file of the saved session is not evaluated:")
        show_error(current_exceptions())
        return false
    end
end

"""
What the prompt offers besides Julia's own.
"""
module Session

export saveWork, recompile

import ..REPL

"""
    saveWork()
    saveWork("name")
    saveWork([:Package, ...])
    saveWork("name", [:Package, ...])

Save the session: the definitions of `Main` that were typed, and native code of everything that was called. The next
`cargo pkgimage repl` begins with it; one that was saved under a name, `cargo pkgimage repl --session name`. With
packages, only code that involves one of them is saved.

Of what was typed, statements are kept that define methods, types, constants, macros, modules or imports, or that
declare the type of a global. The values of other globals are not kept.
"""
function saveWork(name::AbstractString, packages = Symbol[])
    said = try
        ccall(:jl_save_work, Any, (Any, Any), String(name), Any[string(one) for one in packages])::String
    catch problem
        problem isa ErrorException || rethrow()
        printstyled(stderr, "error: "; color = Base.error_color(), bold = true)
        println(stderr, problem.msg)
        return nothing
    end
    println(said)
    return nothing
end
saveWork(packages = Symbol[]) = saveWork("", packages)

"""
    recompile()

Look at the source files of the loaded packages. Where one has changed on disk, evaluate the statements that are new
or have changed, and delete the methods of those that are gone. Code that depends on a method that was changed is
compiled again at its next call; everything else stays in use.
"""
recompile() = REPL.recompile_packages()

end
