using Test, TOML, Dates

@testset "values" begin
    value(text) = TOML.parse("x = $text")["x"]
    @testset "$text" for (text, expected) in [
        "1_000" => 1000, "-7" => -7, "0xff" => UInt64(255), "0o17" => UInt64(15), "0b101" => UInt64(5),
        "123456789012345678901234567890" => Int128(123456789012345678901234567890),
        "-1.5e3" => -1500.0, "+inf" => Inf, "-inf" => -Inf, "nan" => NaN,
        "true" => true, "false" => false,
        "\"a\\tb \\u00e9\"" => "a\tb é", "'raw \\ text'" => "raw \\ text",
        "\"\"\"\na \\\n   b\"\"\"" => "a b", "'''a\nb'''" => "a\nb",
        "1979-05-27" => Date(1979, 5, 27), "07:32:00" => Time(7, 32),
        "1979-05-27T07:32:00Z" => DateTime(1979, 5, 27, 7, 32),
        "1979-05-27 07:32:00.9999" => DateTime(1979, 5, 27, 7, 32, 0, 999),
        "[1, 2,\n # comment\n 3,]" => [1, 2, 3], "[1, \"a\"]" => Union{Int,String}[1, "a"], "[]" => Union{}[],
        "{a = 1, b.c = 2}" => Dict{String,Any}("a" => 1, "b" => Dict{String,Any}("c" => 2)),
    ]
        @test isequal(value(text), expected)
        @test typeof(value(text)) == typeof(expected)
    end
end

@testset "tables" begin
    d = TOML.parse("""
        top."quoted key" = 1
        [a]
        x = 1
        [a.b]
        y = 2
        [[list]]
        n = 1
        [[list.inner]]
        z = 1
        [[list]]
        n = 2
        """)
    @test d == Dict("top" => Dict("quoted key" => 1), "a" => Dict("x" => 1, "b" => Dict("y" => 2)),
        "list" => [Dict("n" => 1, "inner" => [Dict("z" => 1)]), Dict("n" => 2)])
    io = IOBuffer()
    TOML.print(io, d; sorted=true)
    @test TOML.parse(String(take!(io))) == d
end

@testset "error of $(repr(text))" for (text, type) in [
    "a = " => :ErrUnexpectedEofExpectedValue, "a" => :ErrExpectedEqualAfterKey,
    "a = 1 b = 2" => :ErrExpectedNewLineKeyValue, "a=1\na=2" => :ErrDuplicatedKey, "[a]\n[a]" => :ErrDuplicatedKey,
    "a.b=1\n[a]" => :ErrDuplicatedKey, "a=1\n[a.b]" => :ErrKeyAlreadyHasValue, "a={}\n[a.b]" => :ErrAddKeyToInlineTable,
    "a=[]\n[[a]]" => :ErrAddArrayToStaticArray, "a = [1 2]" => :ErrExpectedCommaBetweenItemsArray,
    "a = {x=1,}" => :ErrTrailingCommaInlineTable, "a = 1__0" => :ErrUnderscoreNotSurroundedByDigits,
    "a=01" => :ErrLeadingZeroNotAllowedInteger, "a=.5" => :ErrLeadingDot, "a=5." => :ErrNoTrailingDigitAfterDot,
    "a=1_" => :ErrTrailingUnderscoreNumber, "x = \"abc" => :ErrUnexpectedEndString,
    "x=\"a\\q\"" => :ErrInvalidEscapeCharacter, "x=\"\\uD800\"" => :ErrInvalidUnicodeScalar,
    "x = \"a\nb\"" => :ErrNewLineInString, "=1" => :ErrEmptyBareKey, "a = 2024-13-01" => :ErrParsingDateTime,
    "d=1979-05-27T07:32:00+01:00" => :ErrOffsetDateNotSupported, "a = yes" => :ErrUnexpectedStartOfValue,
    "[a" => :ErrExpectedEndOfTable, "[[a]" => :ErrExpectedEndArrayOfTable,
]
    e = TOML.tryparse(text)
    @test e isa TOML.ParserError
    @test Symbol(e.type) == type
    @test_throws TOML.ParserError TOML.parse(text)
end

@testset "showerror" begin
    shown = sprint(showerror, TOML.tryparse("x=1\nabc = 1 2"))
    @test shown == """
        TOML Parser error:
        none:2:9 error: expected newline after key value pair
          abc = 1 2
                  ^"""
end

@testset "files" begin
    mktempdir() do folder
        file = joinpath(folder, "a.toml")
        write(file, "a = 1\n")
        @test TOML.parsefile(file) == TOML.tryparsefile(file) == Dict("a" => 1)
        write(file, "a = ")
        @test TOML.tryparsefile(file).filepath == file
        @test_throws ErrorException TOML.parsefile(joinpath(folder, "none.toml"))
    end
end

@testset "print" begin
    printed(data; kws...) = sprint(io -> TOML.print(io, data; kws...))
    @test printed(Dict("deps" => Dict("A" => [Dict("v" => "1", "ext" => Dict("k" => "w"))]), "z" => 1), sorted=true) == """
        z = 1

        [[deps.A]]
        v = "1"

            [deps.A.ext]
            k = "w"
        """
    @test printed(Dict("a" => [Dict("x" => 1), 2])) == "a = [{x = 1}, 2]\n"
    @test printed(Dict("a b" => [Inf, -Inf, NaN])) == "\"a b\" = [+inf, -inf, nan]\n"
    @test printed(Dict("t" => DateTime(2020, 1, 2), "s" => "\"\\\n\u1")) in (
        "t = 2020-01-02T00:00:00.000Z\ns = \"\\\"\\\\\\n\\u0001\"\n", "s = \"\\\"\\\\\\n\\u0001\"\nt = 2020-01-02T00:00:00.000Z\n")
    @test_throws ErrorException printed(Dict("a" => :b))
    @test sprint(io -> TOML.print(string, io, Dict("a" => :b))) == "a = \"b\"\n"
end
