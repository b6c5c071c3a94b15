"""
Doc string with $(interpolated(x)) and "quotes".
"""
module Shapes
using LinearAlgebra: dot, norm as n
export area, @unit
abstract type Shape{T <: Real} end
mutable struct Circle{T} <: Shape{T}
    r::T
    const name::String
    Circle{T}(r) where {T} = new{T}(r, "c$(r)")
end
const τ = 2π; x, (y, z...) = 1, [2 3; 4 5]
area(c::Circle; scale=1.0, kw...)::Float64 where {T} = scale * π * c.r^2
Base.:+(a::Circle, b) = @inbounds a[end, begin:2:end] .+= b'
macro unit(ex...) quote local t = $(esc(ex[1])); t end end
f = (x, y) -> x ≥ y ? x : -y
g(x) = try h(x) catch e; rethrow() else 1 finally close(x) end
for i = 1:10, j in 1:i; i == j && continue; @show i, j; end
while true let a = 1, b; a += 1 end; break end
[x^2 for x in 1:3 if x > 1]; (a = 1, b = "s"); Dict(:a => 1, 'c' => 0x1f, "d" => 1.5f-3)
r"reg\d+"i; `echo $x "y z"`; v"1.2.3"; raw"a\"b"; 1_000; 0b101; 2x; :(a + $b); ":" == :(:)
if x isa Int elseif y <: T else nothing end
do_it(xs) do x, y; x |> y; end
#= block #= nested =# comment =#
end # module
