# For a terminal: a margin, wrapped lines, colours where the stream has them.

const MARGIN = 2

cols(io::IO) = displaysize(io)[2]

"""
    Markdown.term(io, md, columns)

The text for a terminal of this width.
"""
term(io::IO, md::MD, columns=cols(io)) = term(io, md.content, columns)
term(io::IO, text::AbstractString, columns) = term(io, parse(text), columns)
function term(io::IO, content::AbstractVector, columns)
    for (i, block) in enumerate(content)
        i == 1 || print(io, "\n\n")
        term(io, block, columns)
    end
end

# How wide a text is, without the sequences that colour it.
visible(text) = textwidth(replace(text, r"\e\[[0-9]+(?:;[0-9]+)*m" => ""))

# Words into lines of a width, the first of which has less room. What is underlined is so on each line for itself.
function wrap(text, width; used=0)
    lines = String[]
    for part in eachsplit(text, '\n')
        begins = true
        for word in eachsplit(part, ' '; keepempty=false)
            room = visible(word)
            room == 0 && continue
            if begins || used + room + 1 > width
                if !isempty(lines) && is_underlined(lines[end])
                    lines[end] *= Base.disable_text_style[:underline]
                    word = Base.text_colors[:underline] * word
                end
                push!(lines, word)
                used = room
                begins = false
            else
                lines[end] = string(lines[end], ' ', word)
                used += room + 1
            end
        end
    end
    return lines
end
function is_underlined(line)
    on = findlast(Base.text_colors[:underline], line)
    off = findlast(Base.disable_text_style[:underline], line)
    return on !== nothing && (off === nothing || first(off) < first(on))
end

# Writes wrapped lines; gives how many, and how wide the last one is.
function wrapped(io::IO, text, width, margin; used=0)
    lines = wrap(text, width; used)
    isempty(lines) && return (0, 0)
    print(io, join(lines, "\n" * margin))
    return length(lines), length(margin) + visible(lines[end])
end

# The lines of a text, each behind a bar.
function barred(io::IO, content, columns; style...)
    for (i, line) in enumerate(eachsplit(rstrip(sprint(term, content, columns - 10; context=io)), '\n'))
        i == 1 || println(io)
        isempty(style) ? print(io, ' '^MARGIN, '│') : printstyled(io, ' '^MARGIN, '│'; style...)
        print(io, line)
    end
end

function term(io::IO, paragraph::Paragraph, columns)
    print(io, ' '^MARGIN)
    wrapped(io, lines_of(io, paragraph.content), columns - 2MARGIN, ' '^MARGIN)
    return nothing
end
term(io::IO, quoted::BlockQuote, columns) = barred(io, quoted.content, columns)
function term(io::IO, note::Footnote, columns)
    print(io, ' '^MARGIN, "│ ")
    printstyled(io, "[^$(note.id)]"; bold=true)
    print(io, '\n', ' '^MARGIN, "│\n")
    barred(io, note.text, columns)
end
function term(io::IO, note::Admonition, columns)
    kinds = Dict("danger" => Base.error_color(), "warning" => Base.warn_color(), "info" => Base.info_color(),
                 "note" => Base.info_color(), "tip" => :green)
    style = (color=get(kinds, note.category, :default), bold=true)
    printstyled(io, ' '^MARGIN, "│ "; style...)
    printstyled(io, isempty(note.title) ? note.category : note.title; style...)
    printstyled(io, '\n', ' '^MARGIN, '│', '\n'; style...)
    barred(io, note.content, columns; style...)
end
function term(io::IO, list::List, columns)
    for (i, item) in enumerate(list.items)
        i == 1 || print(io, "\n\n")
        print(io, ' '^2MARGIN, isordered(list) ? "$(list.ordered + i - 1). " : "•  ")
        # Its blocks stand where its text does, without their own margins.
        text = sprint(term, item, columns - 10; context=io)
        wrapped(io, text, columns - 4MARGIN - 2, ' '^(2MARGIN + 3); used=2MARGIN + 2)
    end
end
const UNDERLINES = ['≡', '=', '–', '-', '⋅', ' ']
function term(io::IO, header::Header{level}, columns) where {level}
    text = lines_of(io, header.text)
    margin = ' '^MARGIN
    Base.with_output_color(:bold, io) do io
        print(io, margin)
        count, width = wrapped(io, text, columns - 4MARGIN, margin)
        width = min(columns, width)
        count > 1 && (width = max(width, columns ÷ 3 + MARGIN))
        under = UNDERLINES[level]
        # It reaches over the text by the margin.
        under == ' ' || width == 0 || print(io, '\n', margin, under^width)
    end
end
function term(io::IO, code::Code, columns)
    Base.with_output_color(:cyan, io) do io
        for (i, line) in enumerate(eachsplit(code.code, '\n'))
            i == 1 || println(io)
            print(io, ' '^MARGIN, line)
        end
    end
end
term(io::IO, formula::LaTeX, columns) = printstyled(io, ' '^MARGIN, formula.formula; color=:magenta)
term(io::IO, ::LineBreak, columns) = println(io)
term(io::IO, ::HorizontalRule, columns) = print(io, ' '^MARGIN, '─'^(columns - 2MARGIN))
function term(io::IO, table::Table, columns)
    texts = [[lines_of(io, cell) for cell in row] for row in table.rows]
    widths = column_widths(texts, visible, 0)
    for (i, row) in enumerate(texts)
        i == 1 || println(io)
        print(io, ' '^MARGIN, join((pad(row[j], widths[j], table.align[j], visible) for j in eachindex(row)), " "))
        i == 1 && print(io, '\n', ' '^MARGIN, join(('–'^width for width in widths), " "))
    end
end
term(io::IO, x, columns) = show(io, MIME("text/plain"), x)

# What stands in a line, with its colours.
lines_of(io::IO, content) = sprint(terminline, content; context=io)

terminline(io::IO, parts...) = foreach(part -> terminline(io, part), parts)
terminline(io::IO, parts::AbstractVector) = foreach(part -> terminline(io, part), parts)
terminline(io::IO, text::AbstractString) = print(io, replace(text, r"\s+" => ' '))
terminline(io::IO, bold::Bold) = Base.with_output_color(terminline, :bold, io, bold.text)
terminline(io::IO, italic::Italic) = Base.with_output_color(terminline, :underline, io, italic.text)
terminline(io::IO, ::LineBreak) = println(io)
terminline(io::IO, image::Image) = terminline(io, "(Image: $(image.alt))")
terminline(io::IO, note::Footnote) = printstyled(io, "[^$(note.id)]"; bold=true)
terminline(io::IO, link::Link) = terminline(io, link.text, startswith(link.url, "@ref") ? "" : " ($(link.url))")
terminline(io::IO, code::Code) = printstyled(io, code.code; color=:cyan)
terminline(io::IO, formula::LaTeX) = printstyled(io, formula.formula; color=:magenta)
terminline(io::IO, x) = show(io, MIME("text/plain"), x)

Base.show(io::IO, ::MIME"text/plain", md::MD) = (term(io, md); nothing)
