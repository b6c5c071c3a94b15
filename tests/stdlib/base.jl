# What packages use of Base that few programs do.

using Test

module Algorithms
import Base.Sort: _sort!, Algorithm
using Base.Order

# an algorithm of the chain, one of the form that older packages have, and one without a method
struct Chained{T} <: Algorithm
    next::T
end
const seen = Any[]
function _sort!(v::AbstractVector, a::Chained, o::Ordering, kw)
    Base.Sort.@getkw lo hi scratch
    push!(seen, (lo, hi))
    return _sort!(v, a.next, o, kw)
end
struct Legacy <: Algorithm end
function Base.sort!(v::AbstractVector, lo::Integer, hi::Integer, ::Legacy, o::Ordering)
    push!(seen, :legacy)
    return sort!(v, lo, hi, InsertionSort, o)
end
struct Without <: Algorithm end
end

@testset "sorting algorithms of packages" begin
    v = [3, 1, 2]
    @test sort(v, alg=Algorithms.Chained(MergeSort)) == 1:3
    @test sort(v, alg=Algorithms.Chained(Algorithms.Legacy()), rev=true) == [3, 2, 1]
    @test Algorithms.seen == [(1, 3), (1, 3), :legacy]
    @test_throws ArgumentError sort(v, alg=Algorithms.Without())
    @test Base.DEFAULT_STABLE === Base.Sort.DEFAULT_STABLE
    # NaNs go to the end in their order, also for an algorithm that is not stable.
    nans = reinterpret(Float64, [0x7ff8000000000001, 0x7ff8000000000002])
    x = [nans[1], 2.0, -0.0, nans[2], 0.0, -Inf]
    alg = Base.Sort.InitialOptimizations(Algorithms.Legacy())
    @test reinterpret(UInt64, sort(x; alg)[5:6]) == reinterpret(UInt64, nans)
    @test isequal(sort(x; alg)[1:4], [-Inf, -0.0, 0.0, 2.0])
    @test sortperm(x; alg) == [6, 3, 5, 2, 1, 4]
    @test sortperm(x; alg, rev=true) == [1, 4, 2, 5, 3, 6]
end

@testset "bits that are false" begin
    b = trues(130)
    @test Base.findfirstnot(b) === Base.findlastnot(b) === nothing
    b[[3, 65, 130]] .= false
    @test [Base.findnextnot(b, i) for i in (1, 3, 4, 66)] == [3, 3, 65, 130]
    @test [Base.findprevnot(b, i) for i in (130, 129, 64)] == [130, 65, 3]
    @test Base.findprevnot(b, 2) === nothing
    @test_throws BoundsError Base.findnextnot(b, 0)
end

@testset "lengths of any integer type" begin
    @test size(Vector{Int}(undef, 0x03)) == (3,)
    @test size(Array{Int}(undef, (0x02, 0x03))) == (2, 3)
    @test size(Array{Int,3}(undef, 1, 0x02, 3)) == (1, 2, 3)
end

@testset "types that no value has" begin
    @test_throws ErrorException("Tuple field type cannot be Union{}") Tuple{Int,Union{}}
    @test Tuple{Vararg{Union{}}} isa Type
end

@testset "concatenation is inferred" begin
    @test @inferred(vcat([1, missing], missing)) isa Vector{Union{Int,Missing}}
    @test @inferred(hcat([1, 2], [3 4; 5 6])) == [1 3 4; 2 5 6]
    @test_throws DimensionMismatch cat([1, 2], [1 2; 3 4; 5 6], dims=2)
    @test @inferred(inv([2.0 0.0; 0.0 4.0])) == [0.5 0.0; 0.0 0.25]
end

@testset "a BigInt that is a result is a new one" begin
    n = big(6)
    @test all(f(n) !== n for f in (x -> x + 0, x -> 0 + x, x -> x - 0, x -> gcd(x, big(0))))
end

@testset "undefined elements" begin
    v = Any[1, 2]
    ccall(:jl_arrayunset, Cvoid, (Any, UInt), v, 0)
    @test !isassigned(v, 1) && isassigned(v, 2)
    @test_throws BoundsError ccall(:jl_arrayunset, Cvoid, (Any, UInt), v, 2)
    @test collect(Core.svec(1, 2, 3)[2:3]) == [2, 3]
end

@testset "numbers of the C library's errors" begin
    Libc.errno(Libc.ENOENT)
    @test Libc.errno() === Libc.ENOENT && Libc.strerror(Libc.ENOENT) == "No such file or directory"
    @test Libc.EWOULDBLOCK === Libc.EAGAIN === Int32(11) && Libc.ERANGE === Int32(34)
end

struct Bounded{T<:Real,N} end
@testset "bounds of parameters" begin
    @test Base.parameter_upper_bound(Bounded, 1) === Real && Base.parameter_upper_bound(Bounded{Int}, 2) === Any
    @test Base.parameter_upper_bound(Array{<:AbstractVector{T}} where T, 1) == AbstractVector
end

@testset "transcode" begin
    @test transcode(UInt16, "aé😀") == UInt16[0x61, 0xe9, 0xd83d, 0xde00]
    @test transcode(String, UInt16[0x61, 0xe9, 0xd83d, 0xde00]) == "aé😀"
    @test transcode(UInt32, "😀") == UInt32[0x1f600]
    @test transcode(UInt8, UInt16[0xe9]) == [0xc3, 0xa9]
end

@testset "pointers" begin
    x = Ref(3)
    p = Base.unsafe_convert(Ptr{Int}, x)
    GC.@preserve x begin
        @test unsafe_swap!(p, 4) == 3
        @test unsafe_modify!(p, +, 2) == (4 => 6)
        @test unsafe_replace!(p, 6, 7) == (old = 6, success = true)
        @test unsafe_replace!(p, 6, 8) == (old = 7, success = false)
        @test x[] == 7
    end
end

@testset "names of methods, and of their keywords" begin
    f(x; a, b=2, c::Int=3, rest...) = 1
    g(x; a=1, b=a) = 2
    struct Adds{T}
        n::T
    end
    (adds::Adds)(x) = x + adds.n
    @test nameof(f) === first(methods(f)).name === :f
    @test startswith(String(nameof(x -> x)), r"#\d+$")
    @test first(methods(Adds(1))).name === :Adds
    @test Base.kwarg_decl(first(methods(f))) == [:a, :b, :c, Symbol("rest...")]
    @test Base.kwarg_decl(first(methods(g))) == [:a, :b] && isempty(Base.kwarg_decl(first(methods(x -> x))))
    @test hasmethod(f, (Int,), (:q,)) && hasmethod(g, Tuple{Int}, (:b,)) && !hasmethod(g, Tuple{Int}, (:q,))
    @test occursin(r"^\(::var\"#f#\d+\"\)\(x; a, b, c, rest\.\.\.\) @ ", sprint(show, first(methods(f))))
    @test startswith(sprint(show, first(methods(Adds(1)))), "(adds::Adds)(x)")
end

@testset "a type and its methods in one scope" begin
    struct Inner
        x::Any
    end
    Inner(x, y) = Inner(x + y)
    @test Inner(1, 2).x == 3 && length(methods(Inner)) == 2
end

struct Tree
    nodes::Vector{Union{Tree,String}}
end
@testset "a union with the type that is being defined" begin
    @test fieldtype(Tree, :nodes) === Vector{Union{String,Tree}} && Tree(["a"]).nodes == ["a"]
end

macro fails()
    throw(ArgumentError("no"))
end
@testset "macroexpand throws what the macro throws" begin
    @test_throws ArgumentError macroexpand(@__MODULE__, :(@fails))
    @test_throws LoadError eval(:(@fails))
end

@testset "a module knows itself" begin
    m = Module(:Own)
    @test m.Own === m && !isdefined(Module(:Bare, true, false), :Bare)
end

struct Shape{N,D,A} end
pick(::Shape{N1,D}, ::Shape{N2,D}) where {N1,N2,D} = :pair
pick(::T, ::T) where {T<:Shape} = :same
pick_any(::Array) = :array
pick_any(::Union{Dict{Int,T},Vector{T},Set{T}} where {T<:Number}) = :one_of
@testset "a variable for two arguments is more specific than the same parameter in two" begin
    @test pick_any([1]) === :one_of && pick_any(["a"]) === :array
    @test pick(Shape{1,2,3}(), Shape{1,2,3}()) === :same && pick(Shape{1,2,3}(), Shape{2,2,3}()) === :pair
end

@generated count_types(args...) = :($(length(args)), $(Tuple(args)))
@testset "generators see the type of each argument" begin
    @test count_types(1, 2, 3) === (3, (Int, Int, Int)) && count_types(1.0, 2.0) === (2, (Float64, Float64))
end

@testset "keywords beside arguments that are declared as Vararg" begin
    f(args::Vararg{Any,N}; k=0) where {N} = (N, args, k)
    g(first, rest::Vararg; k=0) = (first, rest, k)
    @test f(1, 2) === (2, (1, 2), 0) && f(1; k=3) === (1, (1,), 3) && g(1, 2, 3; k=4) === (1, (2, 3), 4)
end

struct Narrow
    a::Int8
    b::Int32
end
struct Spread
    a::Int8
    b::Int16
    c::Int16
end
@testset "reinterpret of structs" begin
    @test reinterpret(Int64, Some(5)) === 5 && reinterpret(ComplexF32, 0x3f80000040000000) === 2.0f0 + 1.0f0im
    @test reinterpret(Spread, Narrow(1, 0x00020003)) === Spread(1, 3, 2)
    @test_throws ArgumentError reinterpret(Int32, Some(1))
    @test_throws ArgumentError reinterpret(Int, "a")
end

@testset "texts" begin
    @test rsplit("abc", "") == ["a", "b", "c"] && rsplit("a.b.", "."; limit=2) == ["a.b", ""]
    @test chopsuffix(Test.GenericString(""), "") == "" && chopsuffix(Test.GenericString("añb"), "ñb") == "a"
    @test repr(MIME"text/plain"(), Base.splat(+)) == "splat(+)"
    @test_throws ArgumentError redirect_stdio(() -> 0; stdin="a.txt", stdout=joinpath("b", "..", "a.txt"))
end

@testset "numbers" begin
    @test @fastmath(isnan(NaN)) === false && @fastmath(isfinite(Inf)) === true
    @test string(floatmax(BigFloat)) ==
        "5.875653789111587590936911998878442589938516392745498308333779606469323584389875e+1388255822130839282"
    @test string(big(2.0)^10^7) == "9.04981730636080030139640266770870735624876238801800267591092159205334374872593e+3010299"
    @test sind(big(180)) == 0 && cosd(big(-90)) == 0 && sind(big(-90)) == -1 && cosd(big(60)) ≈ big(1) / 2
    @test hypot(big(3.0), 4) == 5 && hypot(1e-320, 1e-320) === 1.414e-320
    for x in (0.75, 3.0, 1e300)
        hi, lo = Base.Math._log_ext(reinterpret(UInt64, x))
        @test hi === log(x) && abs(log(big(x)) - hi - lo) < 1e-27 * abs(hi)
    end
end

@testset "types of results" begin
    @test @inferred(dropdims(ones(2, 1, 3); dims=2)) == ones(2, 3)
end

@testset "an empty vector" begin
    @test Vector() isa Vector{Any} && isempty(Vector())
    @test isempty(Vector{Int}())
end

@testset "names of Core" begin
    @test Core.bitcast(Float64, 0x3ff8000000000000) === 1.5
    @test unsafe_load(cglobal((:__gmp_bits_per_limb, :libgmp), Cint)) == 64
    @test_throws OutOfMemoryError Base._string_n(2^60)
end

# A rule that is not associative: the last types come first.
struct Rank{N} end
Base.promote_rule(::Type{Rank{N}}, ::Type{Rank{M}}) where {N,M} = N < M ? Rank{2N + M} : Union{}
@testset "promotion of many types" begin
    @test promote_type(Rank{1}, Rank{2}, Rank{3}, Rank{4}, Rank{5}) === Rank{25}
    @test promote_type(Rank{3}, Rank{2}, Rank{1}) === Rank{10}
end
