# Markdown: what is read, and how it is written for a terminal and as Markdown.
using Test, Markdown, REPL

shown(md; color=false, columns=80) =
    sprint(show, MIME("text/plain"), md; context=IOContext(stdout, :color => color, :displaysize => (24, columns)))

@testset "within a line" begin
    parts(text) = Markdown.parse(text).content[1].content
    @test parts("a *b* **c** `d`")[2] isa Markdown.Italic
    @test parts("a *b* **c** `d`")[4] isa Markdown.Bold
    @test parts("a *b* **c** `d`")[6].code == "d"
    @test parts("**a *b* c**")[1].text[2] isa Markdown.Italic
    @test parts("[a](http://b.c)")[1].url == "http://b.c"
    @test parts("![a](b.png)")[1].alt == "a"
    @test parts("``x^2``")[1].formula == "x^2"
    @test parts("snake_case_name and 2 * 3 * 4") == ["snake_case_name and 2 * 3 * 4"]
    @test parts("\\*a\\*") == ["*a*"]
    @test parts("text[^1]")[2] isa Markdown.Footnote
    @test parts("one\ntwo") == ["one two"]
end

@testset "values" begin
    x, f = 3, n -> "f$n"
    parts(md) = md.content[1].content
    @test parts(md"a $x, $(f(x)) and $x") == ["a ", 3, ", ", "f3", " and ", 3]
    @test parts(md"*a $x* **b $x** [c $x](d)")[1].text == ["a ", 3]
    @test parts(md"*a $x* **b $x** [c $x](d)")[3].text == ["b ", 3]
    @test parts(md"*a $x* **b $x** [c $x](d)")[5].text == ["c ", 3]
    @test md"## Of $x".content[1] isa Markdown.Header{2} && md"## Of $x".content[1].text == ["Of ", 3]
    @test parts(md"a \$x costs 5$") == ["a \$x costs 5\$"]
    @test parts(md"a $x^2$ b")[2].formula == "x^2"
    @test parts(md"a `$x` b")[2].code == "\$x"
    @test Markdown.plain(md"a $x") == "a 3\n"
    # at the beginning of a block it is one
    md = md"""
    $(Markdown.Code("x = $x"))

    text $x
    """
    @test md.content[1].code == "x = 3" && md.content[2].content == ["text ", 3]
    # without a macro the expression stands there
    @test parts(Markdown.parse("a \$x"))[2] === :x
    @test doc"a $x".meta[:module] === @__MODULE__
end

@testset "blocks" begin
    md = md"""
    # A `title`

    One *word*.

    - a
    - b

    3. c

    > quoted

    !!! warning "Mind"
        The gap.

    ```julia
    f(x) = 1
    ```

    | a | b |
    |:--|--:|
    | 1 | 22 |

    ---
    """
    kinds = [Markdown.Header{1}, Markdown.Paragraph, Markdown.List, Markdown.List, Markdown.BlockQuote, Markdown.Admonition,
             Markdown.Code, Markdown.Table, Markdown.HorizontalRule]
    @test typeof.(md.content) == kinds
    @test md[4].ordered == 3 && md[6].title == "Mind" && md[7].language == "julia" && md[8].align == [:l, :r]
    @test Markdown.parse(string(md)) == md
    @test Markdown.plain(md"1. a") == "1. a\n"
    @test Markdown.plain(md"- a") == "  * a\n"
    @test shown(md"# Title") == "  Title\n  ≡≡≡≡≡≡≡"
    @test shown(md"# Title"; color=true) == "\e[1m  Title\e[22m\n\e[1m  ≡≡≡≡≡≡≡\e[22m"
    @test shown(md"a *b* `c`"; color=true) == "  a \e[4mb\e[24m \e[36mc\e[39m"
    @test shown(md"> a") == "  │  a"
    @test shown(md"one two three four"; columns=16) == "  one two\n  three four"
end

@testset "docstrings of fields" begin
    @eval begin
        "A type."
        struct Described
            "The *first*."
            a::Int
            b::Int
        end
    end
    @test Markdown.plain(REPL.fielddoc(Described, :a)) == "The *first*.\n"
    @test occursin("has fields `a`, and `b`", Markdown.plain(REPL.fielddoc(Described, :b)))
end
