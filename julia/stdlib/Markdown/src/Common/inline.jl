# What a line consists of, besides plain text.

mutable struct Italic
    text::Any
end

mutable struct Bold
    text::Any
end

mutable struct Link
    text::Any
    url::String
end

mutable struct Image
    url::String
    alt::String
end

mutable struct LineBreak end

mutable struct LaTeX
    formula::String
end
