using Json
using Test

# The place of the error in a text that is not JSON.
function place(text)
    try
        Json.parse(text)
    catch e
        e isa JsonError || rethrow()
        return (e.line, e.column)
    end
    return nothing
end

message(text) = sprint(showerror, try
    Json.parse(text)
catch e
    e
end)

struct City
    name::String
    inhabitants::Int
end

struct Celsius
    degrees::Float64
end
Json.lower(t::Celsius) = t.degrees

@enum Season spring summer autumn winter

@testset "Json" begin
    @testset "numbers" begin
        @testset "$text" for (text, value) in Pair{String,Any}[
            "0" => 0, "-0" => 0, "7" => 7, "-12" => -12, "1.5" => 1.5, "-0.25" => -0.25,
            "1e3" => 1000.0, "2E-2" => 0.02, "1.5e+2" => 150.0,
            "9223372036854775807" => typemax(Int64),
        ]
            @test Json.parse(text) === value
        end
        @test Json.parse("9223372036854775808") === 2.0^63
        @test Json.parse("1e400") === Inf
        for text in ["01", "-", "1.", ".5", "1e", "+1", "0x10", "1.e2"]
            @test_throws JsonError Json.parse(text)
        end
    end

    @testset "words" begin
        @test Json.parse("true") === true
        @test Json.parse(" false ") === false
        @test Json.parse("null") === nothing
        @test_throws JsonError Json.parse("nul")
        @test_throws JsonError Json.parse("True")
        @test_throws JsonError Json.parse("truest")
    end

    @testset "strings" begin
        @test Json.parse("\"\"") == ""
        @test Json.parse("\"grüße\"") == "grüße"
        @test Json.parse("\"a\\n\\t\\\"\\\\\\/b\"") == "a\n\t\"\\/b"
        @test Json.parse("\"\\u00e9\\u20AC\"") == "é€"
        @test Json.parse("\"\\ud83d\\ude00!\"") == "😀!"
        @test_throws JsonError Json.parse("\"\\ud83d\"")
        @test_throws JsonError Json.parse("\"\\ude00\\ud83d\"")
        @test_throws JsonError Json.parse("\"\\u12g4\"")
        @test_throws JsonError Json.parse("\"\\x\"")
        @test_throws JsonError Json.parse("\"a\nb\"")
        @test_throws JsonError Json.parse("\"open")
        @test_throws JsonError Json.parse(String(UInt8[0x22, 0xff, 0x22]))
    end

    @testset "arrays and objects" begin
        @test Json.parse("[]") == []
        @test Json.parse("[ ]") isa Vector{Any}
        @test Json.parse("[1, [2, [3]], {}]") == [1, [2, [3]], Dict()]
        @test Json.parse("{}") == Dict{String,Any}()
        object = Json.parse("""{"a": 1, "b": [true, null], "c": {"d": "e"}}""")
        @test object isa Dict{String,Any}
        @test object["a"] === 1
        @test object["b"] == [true, nothing]
        @test object["c"]["d"] == "e"
        @test sort(collect(keys(object))) == ["a", "b", "c"]
        @test Json.parse(IOBuffer("[1]")) == [1]
        for text in ["[1,]", "[1 2]", "[", "{\"a\"}", "{\"a\":}", "{a: 1}", "{\"a\":1,}", "]", ""]
            @test_throws JsonError Json.parse(text)
        end
        @test_throws JsonError Json.parse("{\"a\":1,\"a\":2}")
        @test Json.parse("["^256 * "]"^256) isa Vector
        @test_throws JsonError Json.parse("["^257)
    end

    @testset "errors say where" begin
        @test place("[1, 2]") === nothing
        @test place("") == (1, 1)
        @test place("[1, x]") == (1, 5)
        @test place("{\n  \"a\": 1,\n  b: 2\n}") == (3, 3)
        @test place("[\"ü\", ?]") == (1, 7)
        @test place("{\"a\": 1, \"a\": 2}") == (1, 10)
        @test place("[1]\n\n 2") == (3, 2)
        @test message("[1, x]") == "JsonError: expected a value at line 1, column 5"
        @test message("[1; 2]") == "JsonError: expected ',' or ']' at line 1, column 3"
        @test message("nil") == "JsonError: expected a value, found nil at line 1, column 1"
        @test message("[") == "JsonError: expected a value, found the end at line 1, column 2"
    end

    @testset "writing" begin
        @testset "$json" for (value, json) in Pair{Any,String}[
            nothing => "null", missing => "null", true => "true", 12 => "12", -0.5 => "-0.5",
            1e100 => "1.0e100", 1 // 4 => "0.25", "a\"b\\" => "\"a\\\"b\\\\\"", 'c' => "\"c\"",
            :sym => "\"sym\"", "\x01\n" => "\"\\u0001\\n\"", Any[] => "[]", [1, 2] => "[1,2]",
            (1, "a") => "[1,\"a\"]", Dict{String,Int}() => "{}", (a=1, b=[]) => "{\"a\":1,\"b\":[]}",
            Dict("b" => 1, "a" => 2) => "{\"a\":2,\"b\":1}", Set([3]) => "[3]",
            Celsius(21.5) => "21.5", winter => "\"winter\"", 0x7f => "127",
            City("Bern", 134591) => "{\"inhabitants\":134591,\"name\":\"Bern\"}",
        ]
            @test Json.text(value) == json
        end
        @test_throws ArgumentError Json.text(NaN)
        @test_throws ArgumentError Json.text([1, -Inf])
        @test_throws ArgumentError("there is no JSON for a value of type typeof(sin)") Json.text(sin)
        @test_throws ArgumentError Json.text(1; indent=-1)
        buffer = IOBuffer()
        Json.print(buffer, Dict("a" => [1, 2], "b" => Dict{String,Any}()); indent=2)
        @test String(take!(buffer)) == """
            {
              "a": [
                1,
                2
              ],
              "b": {}
            }"""
    end

    @testset "there and back" begin
        for value in Any[
            1, 2.5, "text", true, nothing, Any[1, Any[2]],
            Dict{String,Any}("x" => Any[1.5, "y"], "z" => Dict{String,Any}()),
        ]
            @test Json.parse(Json.text(value)) == value
            @test Json.parse(Json.text(value; indent=3)) == value
        end
        once = Json.text(Json.parse("""{"b": [1.0, 2], "a": "\\u00e9"}"""))
        @test once == """{"a":"é","b":[1.0,2]}"""
        @test Json.text(Json.parse(once)) == once
    end
end
