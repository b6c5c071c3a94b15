# Texts into blocks, line by line.

"""
    Markdown.parse(text)

The blocks of a text.
"""
parse(text::AbstractString; flavor=nothing) = MD(blocks(split(text, '\n')))
parse_file(path::AbstractString; flavor=nothing) = parse(read(path, String); flavor)

function blocks(lines)
    found = Any[]
    at = firstindex(lines)
    while at <= lastindex(lines)
        at = block!(found, lines, at)
    end
    return found
end

is_blank(line) = all(isspace, line)
heading(line) = match(r"^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$", line)
fence(line) = match(r"^ {0,3}(```+|~~~+)\s*([^`]*?)\s*$", line)
item(line) = match(r"^ {0,3}([-*+•]|\d+[.)])(\s+)(.*)$", line)
quoted(line) = match(r"^ {0,3}>(?: (.*)|(.*))$", line)
is_rule(line) = occursin(r"^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$", line)
footnote(line) = match(r"^\[\^(\w+)\]:\s*(.*)$", line)
note(line) = match(r"^!!! (\w+)(?: \"(.*)\")?\s*$", line)
underline(line) = match(r"^ {0,3}(=+|-+)\s*$", line)
is_separator(line) = occursin('|', line) && occursin(r"^[\s|:-]+$", line) && occursin('-', line)

# Whether a line ends the paragraph before it.
breaks(line) = heading(line) !== nothing || fence(line) !== nothing || is_rule(line) ||
    quoted(line) !== nothing || item(line) !== nothing

# Adds the block at a line; gives the line after it.
function block!(found, lines, at)
    line = lines[at]
    is_blank(line) && return at + 1
    startswith(line, "    ") && return indented!(found, lines, at)
    if startswith(line, '$')
        after = interpolated!(found, lines, at)
        after === nothing || return after
    end
    if (part = heading(line)) !== nothing
        push!(found, Header(inline(something(part[2], "")), length(part[1])))
        return at + 1
    end
    (part = fence(line)) === nothing || return fenced!(found, lines, at, part)
    if is_rule(line)
        push!(found, HorizontalRule())
        return at + 1
    end
    quoted(line) === nothing || return quote!(found, lines, at)
    (part = note(line)) === nothing || return note!(found, lines, at, part)
    (part = footnote(line)) === nothing || return footnote!(found, lines, at, part)
    item(line) === nothing || return list!(found, lines, at)
    at < lastindex(lines) && occursin('|', line) && is_separator(lines[at+1]) && return table!(found, lines, at)
    return paragraph!(found, lines, at)
end

function fenced!(found, lines, at, part)
    closing = l -> startswith(lstrip(l), part[1]) && all(==(first(part[1])), strip(l))
    last = something(findnext(closing, lines, at + 1), lastindex(lines) + 1)
    language, code = String(part[2]), join(lines[at+1:last-1], '\n')
    push!(found, language == "math" ? LaTeX(code) : Code(language, code))
    return last + 1
end

# The line after the lines from `at` on that are indented, without the blank ones at their end.
function after_indented(lines, at)
    last = at - 1
    for i in at:lastindex(lines)
        is_blank(lines[i]) && continue
        startswith(lines[i], "    ") || break
        last = i
    end
    return last + 1
end
unindented(lines) = [chopprefix(line, "    ") for line in lines]

function indented!(found, lines, at)
    last = after_indented(lines, at)
    push!(found, Code(join(unindented(lines[at:last-1]), '\n')))
    return last
end

# A quote goes on with the lines of its last paragraph.
function quote!(found, lines, at)
    inside = String[]
    while at <= lastindex(lines)
        part = quoted(lines[at])
        if part !== nothing
            push!(inside, something(part[1], part[2]))
        elseif is_blank(lines[at]) || breaks(lines[at]) || is_blank(inside[end])
            break
        else
            push!(inside, lines[at])
        end
        at += 1
    end
    push!(found, BlockQuote(blocks(inside)))
    return at
end

function note!(found, lines, at, part)
    last = after_indented(lines, at + 1)
    category = lowercase(part[1])
    title = something(part[2], uppercasefirst(category))
    push!(found, Admonition(category, title, blocks(unindented(lines[at+1:last-1]))))
    return last
end

function footnote!(found, lines, at, part)
    last = after_indented(lines, at + 1)
    push!(found, Footnote(part[1], blocks([part[2]; unindented(lines[at+1:last-1])])))
    return last
end

# Items go on as far as lines are indented like their texts, or follow without a blank line.
function list!(found, lines, at)
    mark = item(lines[at])[1]
    ordered = isdigit(first(mark))
    start = ordered ? Base.parse(Int, mark[1:end-1]) : -1
    items = Any[]
    loose = false
    while at <= lastindex(lines)
        part = item(lines[at])
        (part === nothing || is_rule(lines[at]) || isdigit(first(part[1])) != ordered) && break
        inside = String[part[3]]
        indent = part.offsets[3] - 1
        at += 1
        blank = false
        while at <= lastindex(lines)
            line = lines[at]
            if is_blank(line)
                blank = true
                push!(inside, "")
            elseif length(line) - length(lstrip(line)) >= min(indent, 4)
                push!(inside, chopprefix(line, " "^min(indent, length(line) - length(lstrip(line)))))
            elseif blank || breaks(line)
                break
            else
                push!(inside, line)
            end
            at += 1
        end
        while !isempty(inside) && is_blank(inside[end])
            pop!(inside)
        end
        loose |= any(is_blank, inside)
        more = at <= lastindex(lines) && item(lines[at]) !== nothing
        loose |= blank && more
        push!(items, blocks(inside))
    end
    push!(found, List(items, start, loose))
    return at
end

# The cells of a row. A `|` after a backslash is text.
function cells(line)
    parts = split(strip(line), r"(?<!\\)\|")
    !isempty(parts) && is_blank(first(parts)) && popfirst!(parts)
    !isempty(parts) && is_blank(last(parts)) && pop!(parts)
    return [replace(strip(part), "\\|" => "|") for part in parts]
end

function table!(found, lines, at)
    align = map(cells(lines[at+1])) do part
        left, right = startswith(part, ':'), endswith(part, ':')
        left && right ? :c : left ? :l : :r
    end
    rows = Vector{Any}[]
    row(line) = Any[i <= length(line) ? inline(line[i]) : Any[] for i in eachindex(align)]
    push!(rows, row(cells(lines[at])))
    at += 2
    while at <= lastindex(lines) && occursin('|', lines[at])
        push!(rows, row(cells(lines[at])))
        at += 1
    end
    push!(found, Table(rows, align))
    return at
end

# The lines of a paragraph are one, unless a backslash ends them. One that is underlined is a heading.
function paragraph!(found, lines, at)
    text = String[strip(lines[at])]
    at += 1
    while at <= lastindex(lines) && !is_blank(lines[at])
        line = lines[at]
        part = underline(line)
        if part !== nothing
            push!(found, Header(inline(join(text, ' ')), part[1][1] == '=' ? 1 : 2))
            return at + 1
        end
        breaks(line) && break
        push!(text, strip(line))
        at += 1
    end
    push!(found, Paragraph(inline(join(text, '\n'))))
    return at
end
