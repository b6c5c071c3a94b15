# Branches that hold nothing, where the function ends with them.
function nested(k)
    if k == 1
        if iseven(k)
            println("even")
        else
            # nothing
        end
    elseif k == 2
        if k > 5
            println("large")
        elseif k > 1
        else
            println("small")
        end
    else
        println("else ", k)
    end
end
println([nested(k) for k in 1:3])

function tried(k)
    try
        if k > 0
            return k
        else
        end
    catch
        println("never")
    finally
        println("finally ", k)
    end
end
println((tried(1), tried(-1)))

function jumps(k)
    if k == 1
        @goto out
    elseif k == 2
        return "two"
        @label out
    else
        println("else ", k)
    end
end
println((jumps(1), jumps(2), jumps(3)))
