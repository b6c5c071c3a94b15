# What stands for values: `$x`, `$(f(x))`. In a parsed text that is the expression; the macros put values in its place.

# The expression after the sign at a place, and the place after it; none if there is no expression.
function interpolation_at(text, at; greedy=false)
    from = nextind(text, at)
    (from > lastindex(text) || isspace(text[from])) && return nothing
    try
        part, after = Meta.parse(text, from; greedy)
        return part === nothing ? nothing : (part, after)
    catch e
        e isa Meta.ParseError || rethrow()
        return nothing
    end
end

# A formula, if another sign ends it; else a value.
dollar_at(text, at) = something(formula_at(text, at), interpolation_at(text, at), Some(nothing))

# As many signs end it as begin it, not after a space.
function formula_at(text, at)
    at > firstindex(text) && text[prevind(text, at)] == '$' && return nothing
    marks = match(r"\$+", text, at).match
    from = at + length(marks)
    (from > lastindex(text) || isspace(text[from])) && return nothing
    ending = match(Regex(string(raw"(?<![\s$])\${", length(marks), raw"}(?!\$)")), text, from)
    ending === nothing && return nothing
    return (LaTeX(SubString(text, from, prevind(text, ending.offset))), ending.offset + length(marks))
end

# At the beginning of a block a value is a block of its own. What follows it on its line is the next one.
function interpolated!(found, lines, at)
    text = join(lines[at:end], '\n')
    (formula_at(text, 1) !== nothing) && return nothing
    part = interpolation_at(text, 1; greedy=true)
    part === nothing && return nothing
    value, after = part
    push!(found, value)
    after > lastindex(text) && return lastindex(lines) + 1
    last = at + count('\n', SubString(text, 1, prevind(text, after)))
    after > firstindex(text) && text[prevind(text, after)] == '\n' && return last
    rest = SubString(text, after)
    lines[last] = first(eachsplit(rest, '\n'))
    return last
end

# The code that makes a parsed text, with values for the expressions in it.
expression(part) = part
expression(parts::Vector{Any}) = Expr(:call, GlobalRef(Base, :getindex), Any, Any[expression(part) for part in parts]...)
expression(md::MD) = Expr(:call, MD, expression(md.content))
for T in Any[Paragraph, Header, Link, Bold, Italic]
    fields = [:(expression(getfield(part, $(QuoteNode(name))))) for name in fieldnames(T)]
    @eval expression(part::$T) = Expr(:call, typeof(part), $(fields...))
end
