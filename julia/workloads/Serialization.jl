# What programs use of Serialization: see base.jl. The recording beside this file says what native code the image of
# Serialization holds, and what of Base it wants of Base's. Write it anew after a change with
#
#     cargo pkgimage record --project julia --workload Serialization

using Serialization

for x in Any[1, UInt8(1), 1.5, 1.5f0, true, nothing, missing, "text", 'c', :symbol, [1, 2], [1.5], ["a"], Any[1, "a", :b], [1 2; 3 4], (1, "a"), (a = 1, b = "x"), Dict("a" => 1), Dict{Symbol, Any}(:a => 1), Set([1]), 1 => 2, 1:3, 1 // 2, 1 + 2im, Int, Vector{Int}, sin, :(a + b), big(12), r"a", v"1.2.3", Ref(1), Union{Int, Nothing}, ErrorException("a"), UInt8[1, 2], BitVector([true]), SubString("text", 2)]
    let io = IOBuffer()
        serialize(io, x)
        seekstart(io)
        deserialize(io)
    end
end
let path = tempname()
    serialize(path, Dict("a" => [1, 2]))
    deserialize(path)
    rm(path)
end
