# Runs the programs of a file, which a line `----` separates. For each it prints `yes` if it gives true, the message of
# the error if that says that something is unsupported, and otherwise what went wrong.
for program in split(read(ARGS[1], String), "\n----\n")
    m = Module()
    Core.eval(m, :(eval(x) = Core.eval($m, x)))
    outcome = try
        value = include_string(m, String(program))
        value === true ? "yes" : string("wrong: it gives ", repr(value))
    catch e
        while e isa LoadError
            e = e.error
        end
        text = first(split(sprint(showerror, e), '\n'))
        startswith(text, "unsupported: ") ? text : string("wrong: ", text)
    end
    println(outcome)
end
