# What is spread into a call, of containers whose length is known.
spread(g) = (g...,)
count_of(args...; kw...) = (length(args), args, sort!(collect(kw), by=first))
struct Steps
    from::Int
    label::String
end
Base.iterate(s::Steps, k=0) = k == 2 ? nothing : (s.from + k, k + 1)
Base.length(::Steps) = 2

lazy(x) = Base.Generator(n -> x[n], (1,))
lazily(x) = Base.Generator(n -> x[n], (1, 2))
constants() = Base.Generator(n -> 2n, (1, 2))
println((spread(lazy([9])), spread(lazily([9, 8])), spread(constants())))
println((spread(Steps(5, "five")), spread((1, "two")), spread((a = 1, b = "two"))))
println(count_of(lazy([3])..., Steps(1, "x")..., (4,)...))

keywords(; kw...) = Dict(kw...)
println(sort!(collect(keywords(a="x", b="y"))))
passed(; kw...) = count_of(1; kw...)
println(passed(a=1, b="two"))
pairs_of(t) = spread(pairs(t))
println(pairs_of((a = 1, b = 2)))

named(names, x) = NamedTuple{names}(Tuple(x[n] for n in names))
println(named((:a,), Dict(:a => 2)))
println(spread(Iterators.reverse((1, 2.5))), spread(zip((1, 2), ("a", "b"))), spread(enumerate(("x",))))
