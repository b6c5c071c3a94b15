# Long loops, which go on in native code while the interpreter is in them.
function mixed(n)
    s = 0.0
    last = nothing
    for i in 1:n
        if i > n - 2
            last = i
        end
        s += i * 0.5
    end
    return (s, last)
end
println(mixed(100_000))

function inner(n)
    t = 0
    for i in 1:n
        for j in 1:i
            t += j % 3
        end
    end
    return t
end
println(inner(400))

function throws(n)
    k = 0
    while true
        k += 1
        k == n && throw(DomainError(k, "enough"))
    end
end
try
    throws(60_000)
catch e
    println(e)
end

function late(n)
    local found
    i = 0
    while i < n
        i += 1
        if i == n
            found = "defined at the end"
        end
    end
    return found
end
println(late(50_000))

function captured(n)
    total = 0
    add(x) = (total += x)
    for i in 1:n
        add(i)
    end
    return total
end
println(captured(20_000))

varargs(first, rest...) = (s = first; for k in 1:20_000, r in rest; s += r * k; end; s)
println(varargs(1, 2, 3.5))

function collatz(limit)
    best, at = 0, 0
    for n in 1:limit
        steps, m = 0, n
        while m != 1
            m = iseven(m) ? m >> 1 : 3m + 1
            steps += 1
        end
        steps > best && ((best, at) = (steps, n))
    end
    return at => best
end
println(collatz(3_000))
