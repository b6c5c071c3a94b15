# What a text consists of.

mutable struct Paragraph
    content::Any
end
Paragraph() = Paragraph(Any[])

mutable struct Header{level}
    text::Any
end
Header(text, level::Int) = Header{level}(text)
Header(text) = Header(text, 1)

mutable struct Code
    language::String
    code::String
end
Code(code) = Code("", code)

mutable struct BlockQuote
    content::Any
end
BlockQuote() = BlockQuote(Any[])

"""
    Markdown.Footnote(id, text)

What `[^id]: text` says; with `nothing` for the text, the mark `[^id]` within a line.
"""
mutable struct Footnote
    id::String
    text::Any
end

"""
    Markdown.Admonition(category, title, content)

A box: `!!! category "title"`, and what is indented under it.
"""
mutable struct Admonition
    category::String
    title::String
    content::Any
end

# `ordered` is the first number, or -1.
mutable struct List
    items::Vector{Any}
    ordered::Int
    loose::Bool
end
List(items::AbstractVector, ordered::Int) = List(items, ordered, false)
List(items::AbstractVector) = List(items, -1, false)
List(items...) = List(Any[items...], -1, false)
isordered(list::List) = list.ordered >= 0

mutable struct HorizontalRule end

mutable struct Table
    rows::Vector{Vector{Any}}
    align::Vector{Symbol}
end
