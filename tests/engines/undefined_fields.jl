# Structs whose constructors leave fields undefined: built, read, compared and tested.
struct Plain{K}
    a::Int
    b::Int
    key::K
    Plain{K}(a, b) where {K} = new{K}(a, b)
    Plain{K}(a, b, key) where {K} = new{K}(a, b, key)
end
struct Chain
    at::Int
    label::String
    rest::Any
    Chain(at) = new(at)
    Chain(at, label) = new(at, label)
    Chain(at, label, rest) = new(at, label, rest)
end

label(c) = c.label
state(c) = (isdefined(c, :at), isdefined(c, :label), isdefined(c, :rest))
make(n) = n == 1 ? Chain(7) : n == 2 ? Chain(7, "seven") : Chain(7, "seven", [7])
attempt(f, x...) =
    try
        f(x...)
    catch e
        typeof(e)
    end

println([attempt(label, make(n)) for n in 1:3])
println([state(make(n)) for n in 1:3])
println([attempt(n -> make(n).rest, n) for n in 1:3])
same(i, j) = make(i) === make(j)
println([same(i, j) for i in 1:3, j in 1:3], " ", same(1, 1), " ", make(2) == make(2))

list = [make(n) for n in 1:3]
function described(list)
    out = String[]
    for c in list
        push!(out, isdefined(c, :label) ? c.label : "none")
    end
    return out
end
println(described(list), " ", state(list[1]), " ", list[2] === make(2))
pair(n) = (make(n), n)
println([state(pair(n)[1]) for n in 1:3], " ", attempt(n -> pair(n)[1].label, 1))
either(n) = n == 0 ? nothing : make(n)
known(n) = (c = either(n); c === nothing ? "nothing" : isdefined(c, :label) ? c.label : "none")
println([known(n) for n in 0:3])
const FIRST = Chain(1)
first_label() = FIRST.label
println(attempt(first_label), " ", isdefined(FIRST, :label), " ", FIRST === Chain(1))
println([Base.inferencebarrier(make(n)) === make(n) for n in 1:3])
