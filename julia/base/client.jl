# client.jl: the beginning and the end of a process, as the runner asks for them.

# Called first: what an image of Base holds of the process that wrote it is made anew.
function _process_begins(program::String, arguments::Vector{Any}, color::Bool)
    reinit_stdio()
    Sys._process_begins()
    global PROGRAM_FILE = program
    empty!(ARGS)
    for argument in arguments
        push!(ARGS, argument::String)
    end
    global have_color = color
    return nothing
end

# Evaluates a program's text in Main.
function _run_program(path::String, text::String)
    tls = task_local_storage()
    tls[SOURCE_PATH_KEY] = path
    try
        return ccall(:jl_load_string, Any, (Any, Any, Any), Main, text, path)
    finally
        delete!(tls, SOURCE_PATH_KEY)
    end
end

"""
    Base.MainInclude

What the REPL defines in `Main`: the value of the last input, and the last exceptions that were shown.
"""
baremodule MainInclude
export ans, err
global ans = nothing
global err = nothing
end

"""
    Base.parse_input_line(text; filename="none")

The statements of a text that was typed. Where one is wrong, that alone is given, so that none is evaluated.
"""
function parse_input_line(text::String; filename::String = "none")
    ex = Meta.parseall(text; filename)
    isempty(ex.args) && return nothing
    last_one = ex.args[end]
    return Meta.isexpr(last_one, (:error, :incomplete)) ? last_one : ex
end

"""
    Base.incomplete_tag(ex)

What is missing at the end of a text: `:string`, `:comment`, `:block`, `:cmd`, `:char`, `:other`; `:none` if the
text is complete.
"""
incomplete_tag(@nospecialize ex) = :none
function incomplete_tag(ex::Expr)
    Meta.isexpr(ex, :toplevel) && !isempty(ex.args) && return incomplete_tag(ex.args[end])
    ex.head === :incomplete || return :none
    problem = isempty(ex.args) ? nothing : ex.args[1]
    return problem isa Meta.ParseError && problem.detail isa Symbol ? problem.detail : :other
end

# Shows an exception that nothing caught.
function _show_uncaught(exception, bt::Vector{Any})
    _flush_stdio()
    display_error(stderr, exception, bt)
    flush(stderr)
    return nothing
end

# What the runner calls by name before a recording begins, so that Base's image holds its code.
precompile(_process_begins, (String, Vector{Any}, Bool))
precompile(_run_program, (String, String))
precompile(_show_uncaught, (Any, Vector{Any}))
precompile(_atexit, (Int32,))
precompile(_loaded_module, (String, UInt64, UInt64))
precompile(_register_loaded, (Module, String, UInt64, UInt64, String, String))
precompile(_require_source, (String, UInt64, UInt64, String, String))
