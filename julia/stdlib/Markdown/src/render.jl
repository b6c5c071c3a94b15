# Blocks as text again.

"""
    Markdown.plain(x)

The text in Markdown's own form.
"""
plain(x) = sprint(plain, x)
plain(io::IO, md::MD) = plain(io, md.content)
function plain(io::IO, blocks::Vector)
    for (i, block) in enumerate(blocks)
        i == 1 || println(io)
        plain(io, block)
    end
end
plain(io::IO, p::Paragraph) = println(io, p.content...)
plain(io::IO, h::Header{level}) where {level} = println(io, "#"^level, " ", h.text...)
plain(io::IO, c::Code) = print(io, "```", c.language, "\n", c.code, "\n```\n")
plain(io::IO, ::HorizontalRule) = println(io, "---")
function plain(io::IO, list::List)
    for (i, item) in enumerate(list.items)
        print(io, list.ordered < 0 ? "  * " : "$(list.ordered + i - 1). ")
        plain(io, item)
    end
end
function plain(io::IO, table::Table)
    for row in table.rows
        println(io, "| ", join(row, " | "), " |")
    end
end

plaininline(x) = sprint(print, x)

# ---- on a terminal: a margin, wrapped paragraphs, colours -----------------------------------------------------

const MARGIN = 2

"""
    Markdown.term(io, md, columns = 80)

The text for a terminal of this width.
"""
term(io::IO, md::MD, columns=80) = term(io, md.content, columns)
function term(io::IO, blocks::Vector, columns)
    for (i, block) in enumerate(blocks)
        i == 1 || println(io)
        term(io, block, columns)
    end
end
term(io::IO, p::Paragraph, columns) = wrapped(io, join(p.content), columns, " "^MARGIN, " "^MARGIN)
function term(io::IO, h::Header{level}, columns) where {level}
    text = string(join(h.text))
    print(io, " "^MARGIN)
    printstyled(io, text; bold=true)
    println(io)
    level <= 2 && println(io, " "^MARGIN, (level == 1 ? '≡' : '=')^textwidth(text))
end
function term(io::IO, c::Code, columns)
    for line in eachsplit(c.code, '\n')
        print(io, " "^MARGIN)
        printstyled(io, line; color=:cyan)
        println(io)
    end
end
term(io::IO, ::HorizontalRule, columns) = println(io, " "^MARGIN, '─'^(columns - 2MARGIN))
function term(io::IO, list::List, columns)
    for (i, item) in enumerate(list.items)
        mark = list.ordered < 0 ? "    •  " : lpad("$(list.ordered + i - 1).", 5) * "  "
        wrapped(io, join(item[1].content), columns, mark, " "^textwidth(mark))
    end
end
function term(io::IO, table::Table, columns)
    for row in table.rows
        println(io, " "^MARGIN, join(row, "  "))
    end
end

# Words up to the width; what stands in backticks is code.
function wrapped(io::IO, text, columns, first_margin, margin)
    used = textwidth(first_margin)
    print(io, first_margin)
    code = false
    begins = true
    for word in eachsplit(text; keepempty=false)
        width = textwidth(replace(word, '`' => ""))
        if !begins && used + 1 + width > columns - MARGIN
            print(io, '\n', margin)
            used = textwidth(margin)
        elseif !begins
            print(io, ' ')
            used += 1
        end
        begins = false
        used += width
        for (i, piece) in enumerate(eachsplit(word, '`'))
            i == 1 || (code = !code)
            code ? printstyled(io, piece; color=:cyan) : print(io, piece)
        end
    end
    println(io)
end

Base.show(io::IO, md::MD) = plain(io, md)
Base.show(io::IO, ::MIME"text/plain", md::MD) = print(io, chomp(plain(md)))
Base.show(io::IO, ::MIME"text/markdown", md::MD) = plain(io, md)
Base.:(==)(a::MD, b::MD) = plain(a) == plain(b)
Base.isempty(md::MD) = isempty(md.content)
Base.push!(md::MD, x) = push!(md.content, x)
Base.getindex(md::MD, i) = md.content[i]
Base.length(md::MD) = length(md.content)
Base.string(md::MD) = plain(md)
