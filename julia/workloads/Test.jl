# What programs use of Test: see base.jl. The recording beside this file says what native code the image of
# Test holds, and what of Base it wants of Base's. Write it anew after a change with
#
#     cargo pkgimage record --project julia --workload Test

using Test

# Tests that pass, of each form that the macro knows.
const ONE = 1
const WORDS = ["a", "b"]
@test true
@test ONE == 1
@test ONE != 2
@test ONE < 2 <= 2
@test 1.0 ≈ 1.0 + 1.0e-12
@test isapprox(1.0, 1.1; atol = 0.2)
@test 1.0 ≈ 1.1 atol = 0.2
@test isequal(ONE, 1)
@test ONE === 1
@test ONE isa Int
@test ONE in [1, 2]
@test !isempty(WORDS)
@test isempty([])
@test WORDS == ["a", "b"]
@test "a" == "a"
@test :a == :a
@test 'a' == 'a'
@test 1.5 == 1.5
@test nothing === nothing
@test (1, 2) == (1, 2)
@test Dict("a" => 1) == Dict("a" => 1)
@test Set([1]) == Set([1])
@test [1.0, 2.0] ≈ [1.0, 2.0]
@test [1 2; 3 4] == [1 2; 3 4]
@test 1:3 == [1, 2, 3]
@test all(iszero, [0, 0])
@test any(==(1), WORDS) || ONE == 1
@test ONE == 1 && ONE < 2
@test occursin("a", "abc")
@test startswith("abc", "a")
@test ismissing(missing)
@test big(1) == 1
@test 1 // 2 == 0.5
@test_broken ONE == 2
@test_broken error("broken")
@test ONE == 2 broken = true
@test ONE == 2 skip = true
@test_skip ONE == 2
for i in 1:2
    @test i == i
end

# Errors that are wanted.
@test_throws ErrorException error("an error")
@test_throws "an error" error("an error")
@test_throws ["an", "error"] error("an error")
@test_throws ErrorException("an error") error("an error")
@test_throws r"an .*" error("an error")
@test_throws BoundsError [1][2]
@test_throws ArgumentError throw(ArgumentError("a"))
@test_throws MethodError sin("a")
@test_throws DomainError sqrt(-1.0)
@test_throws KeyError Dict()[1]
@test_throws DimensionMismatch [1, 2] + [1, 2, 3]
@test_throws InexactError Int(1.5)
@test_throws TypeError 1::String
@test_throws UndefVarError undefined_name
@test_throws Exception error("an error")
@test_throws AssertionError @assert false
@test_throws DivideError div(1, 0)
@test_throws OverflowError factorial(100)

# What inference knows.
@test @inferred(identity(1)) == 1
@inferred +(1, 2)
@inferred Union{Nothing, Int} findfirst(==(1), [1])
@test (@inferred round(1.5; digits = 1)) == 1.5
@inferred [1, 2][1]
unsure(x) = x > 0 ? 1 : ""
@test_throws ErrorException @inferred unsure(1)

# Messages.
@test_logs (:info, "a note") @info "a note"
@test_logs (:warn, r"a") match_mode = :any @warn "a warning" value = 1
@test_logs min_level = Base.CoreLogging.Info identity(1)
@test_nowarn identity(1)
@test_warn "text" print(stderr, "text")
@test_deprecated Base.depwarn("old", :old)
Test.collect_test_logs(() -> @info "a note")
detect_ambiguities(Test)
detect_unbound_args(Test)

# Test sets of each form, and what they say at their ends.
@testset begin
    @test true
end
@testset "named" begin
    @test true
    @testset "inside $i" for i in 1:2
        @test i == i
    end
    @testset "two $i $j" for i in 1:2, j in ["a"]
        @test true
    end
    @testset let x = 1
        @test x == 1
    end
    @test_broken false
    @test_skip false
end
@testset verbose = true "with options" begin
    @testset "inside" begin
        @test true
    end
end
@testset "of a function" identity(1)
mutable struct OwnSet <: Test.AbstractTestSet
    results::Vector{Any}
    OwnSet(description) = new([])
end
Test.record(set::OwnSet, result) = push!(set.results, result)
Test.finish(set::OwnSet) = set
@testset OwnSet "of its own" begin
    @test true
    @test false
    @test error("an error")
end

# What does not pass. The exit code of this script is not theirs.
for failing in (
    () -> (@test ONE == 2),
    () -> (@test error("an error")),
    () -> (@test WORDS == ["a"]),
    () -> (@test isempty(WORDS)),
    () -> (@test 1.0 ≈ 2.0 atol = 0.1),
    () -> (@test ONE),
    () -> (@test_throws BoundsError error("an error")),
    () -> (@test_throws BoundsError 1),
    () -> (@test_throws "other" error("an error")),
    () -> (@test_broken true),
    () -> (@test_logs (:warn, "other") @info "a note"),
    () -> (@testset "failing" begin
        @test false
        error("an error")
    end),
    () -> (@testset "failing" begin
        @testset "inside" begin
            @test ONE == 2
            @test true
        end
        @test error("an error")
        @test_broken false
    end),
)
    try
        @testset "outer" begin
            failing()
        end
    catch e
        sprint(showerror, e)
        sprint(showerror, e, catch_backtrace())
    end
    try
        failing()
    catch e
        sprint(showerror, e)
    end
end

# Containers that only have what their kind promises.
(length(GenericArray([1, 2])), GenericArray([1, 2])[1], collect(GenericArray([1, 2])), size(GenericArray([1 2])))
(length(GenericString("abc")), collect(GenericString("abc")), GenericString("abc")[1], GenericString("abc") == "abc")
(length(GenericDict(Dict(1 => 2))), GenericDict(Dict(1 => 2))[1], collect(GenericDict(Dict(1 => 2))), haskey(GenericDict(Dict(1 => 2)), 1))
(length(GenericSet(Set([1]))), collect(GenericSet(Set([1]))))
Test.guardseed(() -> 1, 1)
fill!(Test.TOTALS, 0)
