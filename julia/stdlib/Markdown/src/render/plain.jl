# As Markdown again.

"""
    Markdown.plain(x)

The text in Markdown's own form.
"""
plain(x) = sprint(plain, x)
plain(io::IO, md::MD) = plain(io, md.content)
function plain(io::IO, content::AbstractVector)
    for (i, block) in enumerate(content)
        i == 1 || println(io)
        plain(io, block)
    end
end

# The lines of a text, with a margin before each that is not empty.
function with_margin(io::IO, text, margin; first=margin)
    for (i, line) in enumerate(eachsplit(rstrip(text), '\n'))
        print(io, i == 1 ? first : isempty(line) ? rstrip(margin) : margin, line, '\n')
    end
end

plain(io::IO, paragraph::Paragraph) = (plaininline(io, paragraph.content); println(io))
function plain(io::IO, header::Header{level}) where {level}
    print(io, "#"^level, " ")
    plaininline(io, header.text)
    println(io)
end
function plain(io::IO, code::Code)
    # More backticks than any line of it begins with.
    longest = maximum(length(m.match) for m in eachmatch(r"^`+"m, code.code); init=2)
    fence = "`"^(longest + 1)
    println(io, fence, code.language, '\n', code.code, '\n', fence)
end
plain(io::IO, quoted::BlockQuote) = with_margin(io, plain(quoted.content), "> ")
function plain(io::IO, note::Footnote)
    print(io, "[^", note.id, "]:")
    text = plain(note.text)
    if count('\n', rstrip(text)) == 0
        println(io, " ", rstrip(text))
    else
        println(io)
        with_margin(io, text, "    ")
    end
end
function plain(io::IO, note::Admonition)
    title = note.title == uppercasefirst(note.category) ? "" : " \"$(note.title)\""
    println(io, "!!! ", note.category, title)
    with_margin(io, plain(note.content), "    ")
end
function plain(io::IO, list::List)
    for (i, item) in enumerate(list.items)
        mark = isordered(list) ? "$(list.ordered + i - 1). " : "  * "
        with_margin(io, plain(item), "    "; first=mark)
    end
end
plain(io::IO, ::HorizontalRule) = println(io, "---")
plain(io::IO, formula::LaTeX) = println(io, "\$\$\n", formula.formula, "\n\$\$")
function plain(io::IO, table::Table)
    texts = [[replace(plaininline(cell), "|" => "\\|") for cell in row] for row in table.rows]
    widths = column_widths(texts, length, 3)
    for (i, row) in enumerate(texts)
        padded = [pad(row[j], widths[j], table.align[j], length) for j in eachindex(row)]
        println(io, "| ", join(padded, " | "), " |")
        i == 1 || continue
        dashes = [rule(widths[j], table.align[j]) for j in eachindex(row)]
        println(io, "|", join(dashes, "|"), "|")
    end
end
plain(io::IO, x) = show(io, MIME("text/plain"), x)
rule(width, align) = string(align === :r ? ' ' : ':', '-'^width, align === :l ? ' ' : ':')

# For tables: the width of each column, and a cell's text in it.
column_widths(texts, width, least) =
    [maximum(width(row[j]) for row in texts if j <= length(row); init=least) for j in eachindex(first(texts))]
function pad(text, columns, align, width)
    missing_columns = max(columns - width(text), 0)
    left = align === :r ? missing_columns : align === :c ? missing_columns ÷ 2 : 0
    return string(' '^left, text, ' '^(missing_columns - left))
end

plaininline(x) = sprint(plaininline, x)
plaininline(io::IO, parts...) = foreach(part -> plaininline(io, part), parts)
plaininline(io::IO, parts::AbstractVector) = foreach(part -> plaininline(io, part), parts)
plaininline(io::IO, text::AbstractString) = print(io, text)
plaininline(io::IO, bold::Bold) = plaininline(io, "**", bold.text, "**")
plaininline(io::IO, italic::Italic) = plaininline(io, "*", italic.text, "*")
plaininline(io::IO, link::Link) = plaininline(io, "[", link.text, "](", link.url, ")")
plaininline(io::IO, image::Image) = plaininline(io, "![", image.alt, "](", image.url, ")")
plaininline(io::IO, note::Footnote) = print(io, "[^", note.id, "]")
plaininline(io::IO, ::LineBreak) = println(io)
plaininline(io::IO, formula::LaTeX) = print(io, '$', formula.formula, '$')
function plaininline(io::IO, code::Code)
    longest = maximum(length(m.match) for m in eachmatch(r"`+", code.code); init=0)
    marks = "`"^(longest == 0 ? 1 : iseven(longest) ? 1 : longest + 2)
    space(edge) = edge(code.code, '`') ? " " : ""
    print(io, marks, space(startswith), code.code, space(endswith), marks)
end
plaininline(io::IO, x) = show(io, MIME("text/plain"), x)

Base.print(io::IO, md::MD) = plain(io, md)
Base.show(io::IO, md::MD) = plain(io, md)
Base.show(io::IO, ::MIME"text/markdown", md::MD) = plain(io, md)
Base.string(md::MD) = plain(md)
