# Evaluating what was typed, and showing what came of it.

# Statements that are evaluated as they are; all others get the scope rules of the prompt.
const UNSCOPED = (:import, :using, :export, :public, :module, :error, :incomplete, :meta)

"""
    softscope(ex)

The expression with the scope rules of the prompt: loops at top level assign to globals that exist.
"""
softscope(@nospecialize ex) = ex
function softscope(ex::Expr)
    ex.head === :toplevel && return Expr(:toplevel, map(softscope, ex.args)...)
    ex.head in UNSCOPED && return ex
    return Expr(:block, Expr(:softscope, true), ex)
end

"""
    REPL.repl_ast_transforms

Functions that an expression goes through before it is evaluated.
"""
const repl_ast_transforms = Any[softscope]

"""
    REPL.ends_with_semicolon(text)

Whether the last statement of a text ends in a semicolon, so that its value is not shown.
"""
function ends_with_semicolon(text::AbstractString)
    last_one = findlast(';', text)
    last_one === nothing && return false
    before = SubString(text, 1, prevind(text, last_one))
    rest = SubString(text, nextind(text, last_one))
    all(line -> isempty(strip(line)) || startswith(lstrip(line), '#'), eachsplit(rest, '\n')) || return false
    # In a comment, a bracket that is opened there is none.
    return Meta.isexpr(Meta.parseall(string(before, '(')).args[end], :incomplete)
end

# Where values are shown that are typed at the prompt.
struct REPLDisplay <: AbstractDisplay end
function display(::REPLDisplay, mime::MIME"text/plain", @nospecialize x)
    io = IOContext(stdout, :limit => true, :module => Main)
    show(io, mime, x)
    println(io)
    return nothing
end
display(d::REPLDisplay, @nospecialize x) = display(d, MIME("text/plain"), x)

# Called first.
function start()
    Base.is_interactive = true
    Base.exit_on_sigint(false)
    Core.eval(Main, :(using Base.MainInclude))
    Core.eval(Main, :(using InteractiveUtils))
    Core.eval(Main, :(using REPL.Session))
    pushdisplay(REPLDisplay())
    for hook in Base.repl_hooks
        try
            Base.invokelatest(hook, nothing)
        catch
            show_error(current_exceptions())
        end
    end
    return nothing
end

push!(Base._entry_functions, (@__MODULE__, :evaluate_all), (@__MODULE__, :evaluate), (@__MODULE__, :restore),
    (@__MODULE__, :evaluate_statement))

"""
    REPL.evaluate(text, number)

Evaluate the input of that number and show its value.
"""
function evaluate(text::String, number::Int)
    failed = false
    value = nothing
    try
        file = "REPL[$number]"
        ex = Base.parse_input_line(text; filename = file)
        value = evaluate_all(ex, text, file)
        setglobal!(Base.MainInclude, :ans, value)
    catch
        failed = true
        value = current_exceptions()
    end
    respond(value, failed, !ends_with_semicolon(text))
    return nothing
end

# Shows a value, or the exceptions that ended the evaluation. Showing may throw, too.
function respond(@nospecialize(value), failed::Bool, shows::Bool)
    if !failed
        value === nothing && return
        shows || return
        try
            Base.invokelatest(display, value)
            return
        catch
            println(stderr, "Error showing value of type ", typeof(value), ":")
            value = current_exceptions()
        end
    end
    show_error(value)
    return
end

function show_error(@nospecialize stack)
    setglobal!(Base.MainInclude, :err, stack)
    try
        Base._flush_stdio()
        Base.invokelatest(Base.display_error, stderr, stack)
    catch
        println(stderr, "\nSYSTEM (REPL): showing an error caused an error")
        Base.showerror_nostdio(current_exceptions()[end].exception, "caused by")
    end
    return
end

# Called after each input: everything is on the screen, and the next prompt stands alone.
function finish()
    Base._flush_stdio()
    println(stdout)
    Base._flush_stdio()
    return nothing
end
