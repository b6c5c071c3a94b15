# Runs one case, `driver.jl CASE.jl`, in `Main`. An exception that escapes the case is printed as the last
# line: `#! `, its type, and the first line of the text that Julia shows for it.
try
    Base.include(Main, ARGS[1])
catch exception
    while exception isa LoadError
        exception = exception.error
    end
    message = sprint(showerror, exception)
    println("\n#! ", typeof(exception), ": ", first(eachsplit(message, '\n')))
end
