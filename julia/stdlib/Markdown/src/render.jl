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
term(io::IO, md::MD, columns=80) = plain(io, md)

Base.show(io::IO, md::MD) = plain(io, md)
Base.show(io::IO, ::MIME"text/plain", md::MD) = print(io, chomp(plain(md)))
Base.show(io::IO, ::MIME"text/markdown", md::MD) = plain(io, md)
Base.:(==)(a::MD, b::MD) = plain(a) == plain(b)
Base.isempty(md::MD) = isempty(md.content)
Base.push!(md::MD, x) = push!(md.content, x)
Base.getindex(md::MD, i) = md.content[i]
Base.length(md::MD) = length(md.content)
Base.string(md::MD) = plain(md)
