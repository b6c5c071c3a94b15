# Programs on the standard input that is no terminal: each statement's value is shown, an error does not
# end the program.

function evaluate_piped(@nospecialize(ex), text::String)
    list, places = statements(ex, text)
    at = 0
    for one in list
        evaluate_statement(one)
        one isa LineNumberNode && continue
        ccall(:jl_evaluated, Cvoid, (Any, Int, Any), "none", places[at+1]::Int, places[at+2]::String)
        at += 2
    end
    return
end

function evaluate_statement(@nospecialize ex)
    try
        value = Core.eval(Main, ex)
        ex isa LineNumberNode || setglobal!(Base.MainInclude, :ans, value)
        value === nothing || Base.invokelatest(display, value)
    catch
        show_error(current_exceptions())
    end
    return
end

"""
    REPL.run_piped()

Evaluate the standard input: a file as a whole, a pipe as soon as a statement is complete.
"""
function run_piped()
    Core.eval(Main, :(using Base.MainInclude))
    Core.eval(Main, :(using InteractiveUtils))
    Core.eval(Main, :(using REPL.Session))
    pushdisplay(Base.TextDisplay(stdout))
    if stdin isa IOStream
        text = read(stdin, String)
        return evaluate_piped(Base.parse_input_line(text), text)
    end
    while !eof(stdin)
        text = ""
        ex = nothing
        while !eof(stdin)
            text *= readline(stdin; keep = true)
            ex = Base.parse_input_line(text)
            Meta.isexpr(ex, :incomplete) || break
        end
        evaluate_piped(ex, text)
    end
    return
end
