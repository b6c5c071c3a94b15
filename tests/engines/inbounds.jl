# `@inbounds` counts in what is put in place of a call, and further down where that passes it on.
mutable struct Checked
    checks::Int
end
@inline function at(c::Checked, i::Int)
    @boundscheck i <= 3 || (c.checks += 1)
    return 10i
end
Base.@propagate_inbounds passes_on(c, i) = at(c, i)
@inline stops(c, i) = at(c, i)
Base.@propagate_inbounds function passes_on_twice(c, i)
    x = passes_on(c, i)
    return x + 1
end
checked(f, c) = f(c, 4)
inbounds(f, c) = @inbounds f(c, 4)
function both(f, c)
    @inbounds x = f(c, 4)
    y = f(c, 5)
    return x + y
end
count_of(run, f) = (c = Checked(0); r = run(f, c); (r, c.checks))
for f in (at, passes_on, stops, passes_on_twice), run in (checked, inbounds, both)
    println(f, " ", run, " ", count_of(run, f))
end

# Constant arguments, too.
@inline bound(i) = (@boundscheck i <= 3 || throw(BoundsError((1, 2, 3), i)); i)
Base.@propagate_inbounds bound_at(i) = bound(i)
outside() = @inbounds bound_at(4)
inside() = bound_at(4)
println(outside(), " ", try inside() catch e; typeof(e) end)
@inbounds println(bound(5))
