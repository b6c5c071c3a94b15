# Handlers, what they see of slots, and the order of `finally`.
function nested(log)
    token = length(log)
    try
        try
            push!(log, "inner")
            error("first")
        catch e
            push!(log, e.msg)
            rethrow()
        finally
            push!(log, "finally $token")
        end
    catch e
        push!(log, "outer " * e.msg)
    end
    return log
end
println(nested(String["begin"]))

function replaced()
    try
        try
            throw(KeyError(:a))
        catch
            throw(ArgumentError("instead"))
        end
    catch e
        return e
    end
end
println(replaced())

function slots(n)
    x = 0
    y = "none"
    for i in 1:n
        try
            x = i
            iseven(i) && (y = i)
            i == 5 && error("at five")
        catch e
            return (x, y, e.msg)
        end
    end
    return (x, y)
end
println(slots(3), slots(9))

function undefined(flag)
    if flag
        z = 1
    end
    return z
end
println(undefined(true))
for f in (() -> undefined(false), () -> [1, 2][3], () -> (1, 2)[3], () -> div(1, 0), () -> sqrt(-1.0),
    () -> Int8(300), () -> "abc" + 1, () -> nosuch, () -> (1 ? 2 : 3), () -> Dict(1 => 2)[3],
    () -> convert(Int, "x"), () -> [1 2; 3 4][3, 1], () -> getfield((a = 1,), :b))
    try
        f()
    catch e
        println(typeof(e), ": ", first(split(sprint(showerror, e), '\n')))
    end
end

depth(n) = 1 + depth(n + 1)
try
    depth(1)
catch e
    println(typeof(e))
end
