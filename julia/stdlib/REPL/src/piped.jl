# Programs on the standard input that is no terminal: each statement's value is shown, an error does not
# end the program.

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
    pushdisplay(Base.TextDisplay(stdout))
    if stdin isa IOStream
        ex = Base.parse_input_line(read(stdin, String))
        foreach(evaluate_statement, Meta.isexpr(ex, :toplevel) ? ex.args : Any[ex])
        return
    end
    while !eof(stdin)
        text = ""
        ex = nothing
        while !eof(stdin)
            text *= readline(stdin; keep = true)
            ex = Base.parse_input_line(text)
            Meta.isexpr(ex, :incomplete) || break
        end
        evaluate_statement(ex)
    end
    return
end
