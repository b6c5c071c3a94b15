"""
    Markdown

Texts with marks: headings, lists, quotes, code, tables and notes as blocks; emphasis, links and code within
lines. `parse/` finds out what stands where, `render/` writes it as Markdown again, or for a terminal.
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

Base.isempty(md::MD) = isempty(md.content)
Base.push!(md::MD, x) = push!(md.content, x)
Base.getindex(md::MD, i) = md.content[i]
Base.setindex!(md::MD, x, i) = md.content[i] = x
Base.lastindex(md::MD) = lastindex(md.content)
Base.length(md::MD) = length(md.content)
Base.:(==)(a::MD, b::MD) = plain(a) == plain(b)

include("Common/block.jl")
include("Common/inline.jl")
include("parse/blocks.jl")
include("parse/inline.jl")
include("render/plain.jl")
include("render/terminal.jl")

macro md_str(text)
    return :(parse($text))
end
macro doc_str(text)
    return :(parse($text))
end

end
