# Texts into blocks.

"""
    Markdown.parse(text)

The blocks of a text.
"""
function parse(text::AbstractString; flavor=nothing)
    lines = split(text, '\n')
    blocks = Any[]
    at = 1
    while at <= length(lines)
        at = block!(blocks, lines, at)
    end
    return MD(blocks)
end

is_blank(line) = all(isspace, line)
heading(line) = match(r"^(#{1,6})\s+(.*?)\s*#*\s*$", line)
fence(line) = match(r"^\s{0,3}(```+|~~~+)\s*(\S*)\s*$", line)
item(line) = match(r"^\s*([-*+]|\d+[.)])\s+(.*)$", line)

# Adds the block at a line; gives the line after it.
function block!(blocks, lines, at)
    line = lines[at]
    is_blank(line) && return at + 1
    found = heading(line)
    if found !== nothing
        push!(blocks, Header{length(found[1])}(Any[String(found[2])]))
        return at + 1
    end
    found = fence(line)
    found === nothing || return fenced!(blocks, lines, at, found)
    if match(r"^\s*([-*_])(\s*\1){2,}\s*$", line) !== nothing
        push!(blocks, HorizontalRule())
        return at + 1
    end
    startswith(line, "    ") && return indented!(blocks, lines, at)
    item(line) === nothing || return list!(blocks, lines, at)
    return paragraph!(blocks, lines, at)
end

function fenced!(blocks, lines, at, found)
    last = something(findnext(l -> startswith(lstrip(l), found[1]), lines, at + 1), length(lines) + 1)
    push!(blocks, Code(String(found[2]), join(lines[at+1:last-1], '\n')))
    return last + 1
end

function indented!(blocks, lines, at)
    last = at
    while last < length(lines) && (startswith(lines[last+1], "    ") || is_blank(lines[last+1]))
        last += 1
    end
    code = [chopprefix(line, "    ") for line in lines[at:last]]
    push!(blocks, Code(rstrip(join(code, '\n'))))
    return last + 1
end

function list!(blocks, lines, at)
    ordered = isdigit(first(item(lines[at])[1]))
    items = Any[]
    start = ordered ? Base.parse(Int, item(lines[at])[1][1:end-1]) : -1
    while at <= length(lines) && !is_blank(lines[at])
        found = item(lines[at])
        if found === nothing
            items[end] = Any[Paragraph(Any[string(items[end][1].content[1], " ", strip(lines[at]))])]
        else
            push!(items, Any[Paragraph(Any[String(found[2])])])
        end
        at += 1
    end
    push!(blocks, List(items, start))
    return at
end

function paragraph!(blocks, lines, at)
    words = String[]
    while at <= length(lines) && !is_blank(lines[at]) && heading(lines[at]) === nothing && fence(lines[at]) === nothing
        push!(words, strip(lines[at]))
        at += 1
    end
    push!(blocks, Paragraph(Any[join(words, ' ')]))
    return at
end
