# What native code is made of: what is not there costs nothing.
using Test, InteractiveUtils

# The specialized function alone, without the one that unpacks arguments.
function body(f, types...)
    io = IOBuffer()
    code_clif(io, f, types)
    return first(split(String(take!(io)), "; jlcall"))
end

squares(n) = (s = 0; for i in 1:n; s += i * i; end; s)
total(v) = (s = 0.0; for x in v; s += x; end; s)
numbered(v) = (s = 0; for (i, x) in enumerate(v); s += i * x; end; s)
products(v, w) = (s = 0; for (x, y) in zip(v, w); s += x * y; end; s)
fill_all(v, x) = (@inbounds for i in 1:length(v); v[i] = x; end; v)
fill_checked(v, x) = (for i in 1:length(v); v[i] = x; end; v)

if Base.JLOptions().compile_enabled != 0
    @testset "loops ask no value whether it is nothing" begin
        # A union is held as a tag and what it may be: parameters of a block.
        unions(text) = count(r"\(v\d+: i8, v", text)
        @test unions(body(squares, Int)) == 0
        @test unions(body(total, Vector{Float64})) == 0
        @test unions(body(numbered, Vector{Int})) == 0
        @test unions(body(products, Vector{Int}, Vector{Int})) == 0
    end

    @testset "@inbounds" begin
        calls(text) = count(" call ", text)
        for T in (Bool, Int, Float64)
            @test calls(body(fill_all, Vector{T}, T)) < calls(body(fill_checked, Vector{T}, T))
        end
    end
end
