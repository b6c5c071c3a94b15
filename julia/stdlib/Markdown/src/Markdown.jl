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
include("parse/interpolation.jl")
include("render/plain.jl")
include("render/terminal.jl")

"""
    md"text"

A text; `\$x` and `\$(f(x))` in it stand for values.
"""
macro md_str(text, flavor="julia")
    return esc(expression(parse(text; flavor=Symbol(flavor))))
end

"""
    doc"text"

The same, with what is known of the place.
"""
macro doc_str(text, flavor="julia")
    text = expression(parse(text; flavor=Symbol(flavor)))
    return quote
        md = $(esc(text))
        md.meta[:path] = $(string(__source__.file))
        md.meta[:module] = $__module__
        md
    end
end

end
