# Methods: what types say, what only values say, and what is defined later.
abstract type Shape end
struct Circle <: Shape
    r::Float64
end
struct Box{T<:Real} <: Shape
    w::T
    h::T
end
area(c::Circle) = 3 * c.r^2
area(b::Box) = b.w * b.h
total(shapes) = sum(area, shapes)
println(total(Shape[Circle(1.0), Box(2, 3), Box(0.5, 4.0)]))

kind(::Type{T}) where {T<:Integer} = "integer $T"
kind(::Type{T}) where {T} = "other $T"
kind(x) = kind(typeof(x))
println([kind(x) for x in Any[1, 0x02, 2.5, "s", big"3"]])

pair(x::T, y::T) where {T} = "same $T"
pair(x, y) = "different"
println(pair(1, 2), " ", pair(1, 2.0), " ", pair(Any[1][1], Any[2.0][1]))

amb(x::Int, y) = 1
amb(x, y::Int) = 2
println(amb(1, "a"), amb("a", 1))
try
    amb(Any[1][1], Any[2][1])
catch e
    println(typeof(e))
end

opt(a, b = a + 1; c = b * 2, rest...) = (a, b, c, values(rest))
println(opt(1), opt(1, 5), opt(1; c = 0), opt(1, 2; d = "x"))

wrap(xs...) = length(xs) > 3 ? wrap(xs[2:end]...) : xs
println(wrap(1, "two", 3.0, :four, nothing))

caller() = callee()
callee() = "old"
println(caller())
callee() = "new"
println(caller())
later() = (eval(:(fresh() = 1)); try; fresh(); catch e; typeof(e); end)
println(later(), " ", Base.invokelatest(fresh))

const counter = Ref(0)
count!() = (counter[] += 1)
count!(); count!()
println(counter[])

union(flag) = flag ? 1 : nothing
println([something(union(f), 0) for f in (true, false)], " ", union(true) === 1)
println(invoke(pair, Tuple{Any,Any}, 1, 2))
println(map((x, y) -> x => y, [1, 2], ("a", "b")), " ", (x -> x isa Number)(2im))
