# Values of all kinds through calls, fields, arrays and printing.
struct Point
    x::Float64
    y::Int32
    tag::Union{Nothing,String}
end
mutable struct Node
    value::Any
    next::Union{Node,Nothing}
end
Base.show(io::IO, p::Point) = print(io, "Point<", p.x, ",", p.y, ",", repr(p.tag), ">")
points = [Point(i / 2, i, isodd(i) ? "odd" : nothing) for i in 1:4]
println(points, " ", points[2] === Point(1.0, Int32(2), nothing))

chain = nothing
for i in 1:3
    global chain = Node(i == 2 ? "two" : i, chain)
end
function walk(n)
    out = Any[]
    while n !== nothing
        push!(out, n.value)
        n = n.next
    end
    return out
end
println(walk(chain))

println((typemax(Int) + 1, 7 ÷ -2, mod(-7, 3), 0x10 >> 2, 1 // 3 + 1 // 6, 2.0^0.5, Int128(2)^100, -0.0 === 0.0))
println(Float32(0.1), " ", 1e300 * 1e10, " ", NaN == NaN, " ", isequal(NaN, NaN), " ", round(Int, 2.5), " ", Float16(1.5))
println(['a' + 1, 'é', Char(0x1F600)], " ", "häß"[1:2], " ", reverse("añb"), " ", uppercase("straße"))
d = Dict("a" => [1, 2], "b" => Int[])
push!(d["b"], 3)
println(sort(collect(d)), " ", get(d, "c", :none), " ", haskey(d, "a"))
println(Set([1, 2, 2]) == Set([2, 1]), " ", (a = 1, b = "x").b, " ", merge((a = 1,), (b = 2.5,)))
m = [i * 10 + j for i in 1:2, j in 1:3]
println(m, " ", m[:, 2], " ", m[end, 1:2], " ", sum(m; dims = 1), " ", m' * m)
println(view(m, 1, :) .+ [1, 2, 3], " ", m .> 12, " ", [1, 2] .* [3 4], " ", sin.([0.0, 1.0]))
println([x^2 for x in 1:10 if x % 3 == 0], " ", collect(zip(1:3, "abc")), " ", [i + j for i in 1:2 for j in 1:2])
println(map(string, (1, 'c', "s", :sym, nothing, missing, 1.5)), " ", foldl(=>, 1:4), " ", reduce(vcat, [[1], [2, 3]]))
println(sort([3, 1, 2]; rev = true), " ", sort(["bb", "a"]; by = length), " ", unique([1, 2, 1]), " ", cumsum(1:4), " ", extrema([3, 1, 2]))
println(parse(Int, "42"), " ", tryparse(Float64, "x"), " ", string(255; base = 16), " ", lpad(7, 3, '0'), " ", join(1:3, ", ", " and "))
println(split("a,b,,c", ','), " ", replace("hello", "l" => "L"), " ", occursin(r"l+", "hello"), " ", match(r"(\d+)", "ab12").captures)
println(typeof.((1, 1.0, 'a', "s", :s, nothing, 1:2, [1], (1, 2), Int)), " ", eltype(Any[1, 2]), " ", supertype(Int))
f(x; y = 2) = x * y
g = f ∘ abs
println(g(-3), " ", (x -> (y -> x + y))(1)(2))
println(objectid(:a) == objectid(:a), " ", hash("abc") == hash("abc"), " ", 1 in (1, 2), " ", ismissing(missing + 1))
