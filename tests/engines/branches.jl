# Returns of functions that are put in place go where the caller would branch to.

struct Every
    n::Int
end
Base.iterate(e::Every, i=1) = i > 10 ? nothing : (i, i + e.n)

# A step that is sometimes a value of another type, and sometimes the end.
struct Mixed end
function Base.iterate(::Mixed, i=1)
    i > 6 && return nothing
    i % 3 == 0 && return ("three", i + 1)
    i % 2 == 0 && return (missing, i + 1)
    return (i, i + 1)
end

# Goes on with another iterator's answer.
struct Through{T}
    inner::T
end
Base.iterate(t::Through, s...) = iterate(t.inner, s...)

struct Plus{T}
    inner::T
end
function Base.iterate(p::Plus, s...)
    next = iterate(p.inner, s...)
    next === nothing && return nothing
    return (next[1] + 1, next[2])
end

collected(c) = (out = Any[]; for x in c; push!(out, x); end; out)
pairs_of(c) = (out = Any[]; for a in c, b in c; a isa Int && b isa Int && push!(out, a * b); end; out)
function stopped(c)
    last = 0
    for x in c
        x == 5 && continue
        x > 7 && break
        last = x
    end
    return last
end
function caught(c)
    seen = 0
    for x in c
        try
            x isa Int || error("no number")
            seen += x
        catch
            seen += 100
            continue
        finally
            seen += 1000
        end
    end
    return seen
end

small(x) = x < 0 ? false : x > 10 ? false : true
maybe(x) = x > 3 ? x : nothing
found(x) = maybe(x)
describe(x) = small(x) ? "small" : "not small"
function kind(x)
    y = found(x)
    y === nothing && return "none"
    return "some $y"
end
function kept(x)
    y = maybe(x)
    was = y === nothing          # asked again below
    if !was
        return y
    end
    return string(was, y)
end
third(x) = x === 1 ? nothing : x === 2 ? missing : x
function three(x)
    y = third(x)
    if y === nothing
        return "nothing"
    end
    return ismissing(y) ? "missing" : y + 1
end
never() = throw(ArgumentError("never"))
function raised(x)
    y = x > 0 ? x : never()
    return y === nothing ? 0 : y
end
function nested(n)
    s = 0
    for i in 1:n
        for j in Iterators.filter(isodd, i:n)
            for (k, c) in enumerate("ab")
                s += i * j * k + (c == 'b')
            end
        end
    end
    return s
end

println(collected(Every(3)))
println(collected(Mixed()))
println(collected(Through(Every(4))), collected(Through(Through(Mixed()))))
println(collected(Plus(Every(2))), collected(Plus(Through(Every(5)))))
println(collected(1:0), collected(5:-2:1), collected(zip(1:3, "abc")), collected(Iterators.rest(1:4, 2)))
println(pairs_of(Mixed()))
println(stopped(Every(1)), " ", stopped(1:3), " ", stopped(1:0))
println(caught(Mixed()), " ", caught(Every(3)))
println(describe.([-1, 5, 11]), kind.([1, 4]), kept.([1, 4]), three.([1, 2, 3]))
println(raised(2), " ", try raised(0) catch e; e end)
println(nested(6))
