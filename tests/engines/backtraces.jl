# Where exceptions come from: the same calls in both engines, what was put in place in its caller included.

function limited(x)
    x > 2 && error("too big: $x")
    return x
end
next(x) = limited(x) + 1
weighted(x; by=1) = next(x) * by
function total(list, n)
    s = 0
    for x in list
        s += weighted(x; by=x)
    end
    return s + n
end
down(n) = n == 0 ? sqrt(-1.0) : 1 + down(n - 1)

# The frames with the lines of this file; the lines of Base are its own.
function shown(trace)
    for frame in stacktrace(trace)
        file = basename(string(frame.file))
        own = file == "backtraces.jl"
        println("  ", Base.demangled_name(frame.func), " ", file, own ? ":$(frame.line)" : "")
        frame.func === Symbol("top-level scope") && break
    end
end

function attempt(f)
    println("attempt")
    try
        f()
    catch
        shown(catch_backtrace())
    end
end

attempt(() -> total([1, 2, 3], 1))
attempt(() -> total(Any[1, 2, 3.0], 1))
attempt(() -> down(3))
attempt(() -> map(x -> x == 2 ? throw(KeyError(x)) : x, [1, 2]))
attempt(() -> [1, 2][3])
attempt(() -> parse(Int, "x"))
attempt(() -> no_such_name + 1)

# The backtrace stays with its exception.
attempt() do
    try
        down(1)
    catch
        try
            error("another")
        catch
        end
        rethrow()
    end
end

# Each exception that is handled has its own.
try
    try
        down(0)
    catch
        limited(3)
    end
catch
    for (exception, trace) in current_exceptions()
        println(typeof(exception))
        shown(trace)
    end
end

# That of a task is the task's.
task = @async limited(4)
try
    wait(task)
catch
    for (exception, trace) in current_exceptions(task)
        println(typeof(exception))
        shown(trace)
    end
end

# Where nothing was thrown.
here() = stacktrace()
around() = (frames = here(); frames)
foreach(frame -> println(frame.func, ":", frame.line), around()[1:3])
