# The smaller packages of the standard library.
using Test

using Serialization
@testset "Serialization" begin
    round_trip(x) = (io = IOBuffer(); serialize(io, x); seekstart(io); deserialize(io))
    @test round_trip([r"a+"i, r"a+"i]) == [r"a+"i, r"a+"i]
    @test match(round_trip(r"(b)"), "abc").offset == 2
    @test round_trip(Ptr{Cvoid}(16)) === C_NULL
    @test Base.return_types(ifelse, (Bool, Int, String)) == Any[Union{Int, String}]
    mutable struct Knot
        name::String
        next::Any
        Knot(name) = new(name)
    end
    for x in (1, 0x01, 2.5, 'c', :s, "text", nothing, missing, (1, "a"), [1 2; 3 4], Any[1, :b], 1:3, 1 // 2, big(3)^80,
              Dict("a" => [1]), Set([1, 2]), Int, Vector{T} where T, Union{Int,Nothing}, sin, (a = 1, b = 2))
        @test isequal(round_trip(x), x)
    end
    knot = Knot("k")
    knot.next = knot
    back = round_trip(knot)
    @test back.next === back && back.name == "k"
    @test !isdefined(round_trip(Knot("open")), :next)
end

using SHA
@testset "SHA" begin
    @test bytes2hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    @test bytes2hex(sha256("a"^64))[1:8] == "ffe054fe"
    @test bytes2hex(sha3_256("abc"))[1:16] == "3a985da74fe225b2"
    @test bytes2hex(hmac_sha256(b"key", "msg")) == bytes2hex(hmac_sha256(Vector{UInt8}("key"), "msg"))
    @test bytes2hex(hmac_sha256(b"key", "msg"))[1:16] == "2d93cbc1be167bcb"
end

using UUIDs
@testset "UUIDs" begin
    u = UUID("123e4567-e89b-12d3-a456-426614174000")
    @test string(uuid5(u, "name")) == "5f04132e-4b25-5c6d-8fb2-956789915cdf"
    @test uuid_version(uuid1()) == 1 && uuid_version(uuid4()) == 4
end

using Statistics
@testset "Statistics" begin
    @test mean([1, 2, 4]) == 7 / 3
    @test mean([1 2; 3 4]; dims=1) == [2.0 3.0]
    @test (var([1, 2, 3, 4]), std([2, 4])) == (5 / 3, sqrt(2))
    @test median([3, 1, 2]) == 2 && median([1, 2, 3, 4]) == 2.5
    @test quantile([1, 2, 3, 4, 5], [0.25, 0.5]) == [2.0, 3.0]
    @test cor([1, 2, 3], [2, 4, 6]) == 1.0
    @test cov([1 2; 3 4]) == [2.0 2.0; 2.0 2.0]
end

using SparseArrays
@testset "SparseArrays" begin
    A = sparse([1, 2, 2], [1, 1, 2], [1.0, 2.0, 3.0])
    @test A == [1 0; 2 3] && nnz(A) == 3
    @test findnz(A) == ([1, 2, 2], [1, 1, 2], [1.0, 2.0, 3.0])
    @test A * [1, 1] == [1, 5]
    A[1, 2] = 7
    @test A[1, 2] == 7 && nnz(A) == 4
    @test spzeros(2, 2) == zeros(2, 2) && issparse(spzeros(3))
end

using Logging
@testset "Logging" begin
    io = IOBuffer()
    with_logger(ConsoleLogger(io)) do
        @info "shown" x = 1
        @debug "hidden"
    end
    @test String(take!(io)) == "┌ Info: shown\n└   x = 1\n"
end

using InteractiveUtils
abstract type Animal end
struct Cat <: Animal end
struct Dog <: Animal end
@testset "InteractiveUtils" begin
    @test subtypes(Animal) == [Cat, Dog]
    @test supertypes(Cat) == (Cat, Animal, Any)
    @test (@which 1 + 1).name === :+
end

@testset "Test" begin
    module Ambiguous
    f(::Int, ::Any) = 1
    f(::Any, ::Int) = 2
    end
    @test length(detect_ambiguities(Ambiguous)) == 1
end

using LinearAlgebra
@testset "copytri!" begin
    @test LinearAlgebra.copytri!([1 2; 3 4], 'U') == [1 2; 2 4]
    @test LinearAlgebra.copytri!([1 2im; 3im 4], 'L', true) == [1 -3im; 3im 4]
end

using Markdown
"A *word*."
documented() = 1
@testset "docstrings are Markdown" begin
    doc = @doc(documented)
    @test doc isa Markdown.MD && strip(string(doc)) == "A *word*."
end

@testset "the last description counts" begin
    set = @test_logs (:warn, r"Multiple descriptions") match_mode = :any eval(:(@testset "one" "two" begin end))
    @test set.description == "two"
end

abstract type Above{R<:Real} end
struct Below{R,I<:Integer} <: Above{R}
    r::R
    i::I
end
@testset "bounds of supertypes" begin
    @test Below(1.5, 2) isa Above{Float64}
    @test_throws TypeError Below("text", 2)
    @test_throws TypeError Below{String,Int}
end
