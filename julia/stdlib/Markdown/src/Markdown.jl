"""
    Markdown

Texts with marks for headings, lists and code. The blocks are found; what is in a line stays as it is
written.
"""
module Markdown

export @md_str, @doc_str

"""
    MD

A text in blocks.
"""
mutable struct MD
    content::Vector{Any}
    meta::Dict{Symbol,Any}

    MD(content::AbstractVector, meta::Dict=Dict{Symbol,Any}()) = new(content, meta)
end
MD(xs...) = MD(Any[xs...])

struct Paragraph
    content::Vector{Any}
end
struct Header{level}
    text::Vector{Any}
end
struct Code
    language::String
    code::String
end
Code(code) = Code("", code)
struct List
    items::Vector{Any}
    ordered::Int
end
struct HorizontalRule end
struct Table
    rows::Vector{Vector{Any}}
    align::Vector{Symbol}
end

include("parse.jl")
include("render.jl")

macro md_str(text)
    return :(parse($(esc(Meta.parse(string('"', escape_string(text, ['$']; keep=['"']), '"'))))))
end
macro doc_str(text)
    return :(parse($text))
end

end
