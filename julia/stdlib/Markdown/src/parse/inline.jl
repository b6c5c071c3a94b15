# What stands within a line: emphasis, code, formulas, links, images, marks of footnotes.

"""
    Markdown.parseinline(text)

The parts of a line.
"""
parseinline(text::AbstractString) = inline(text)

function inline(text::AbstractString)
    text = String(text)
    parts = Any[]
    plain = IOBuffer()
    at = firstindex(text)
    while at <= lastindex(text)
        found = part_at(text, at)
        if found === nothing
            c = text[at]
            print(plain, c == '\n' ? ' ' : c)
            at = nextind(text, at)
        else
            part, at = found
            if part isa AbstractString
                print(plain, part)
            else
                position(plain) > 0 && push!(parts, String(take!(plain)))
                push!(parts, part)
            end
        end
    end
    position(plain) > 0 && push!(parts, String(take!(plain)))
    return parts
end

# The part that begins at a place, with the place after it; none if that is plain text.
function part_at(text, at)
    c = text[at]
    c == '\\' && return escaped(text, at)
    c == '`' && return code_at(text, at)
    (c == '*' || c == '_') && return emphasis_at(text, at)
    c == '!' && return image_at(text, at)
    c == '[' && return something(footnote_at(text, at), link_at(text, at), Some(nothing))
    c == '<' && return address_at(text, at)
    c == '$' && return dollar_at(text, at)
    c == '-' && startswith(SubString(text, at), "--") && !startswith(SubString(text, at), "---") &&
        at > firstindex(text) && text[prevind(text, at)] != '-' && return ("–", at + 2)
    return nothing
end

const ESCAPABLE = "\\`*_#+-.!{}[]()\$|<>"
function escaped(text, at)
    next = at + 1
    next > lastindex(text) && return nothing
    text[next] == '\n' && return (LineBreak(), next + 1)
    text[next] in ESCAPABLE && return (string(text[next]), next + 1)
    return nothing
end

# As many backticks end it as begin it; two are a formula.
function code_at(text, at)
    marks = match(r"`+", text, at).match
    from = at + length(marks)
    ending = match(Regex("(?<!`)$marks(?!`)"), text, from)
    ending === nothing && return (String(marks), from)
    inside = replace(strip(SubString(text, from, prevind(text, ending.offset))), '\n' => ' ')
    part = length(marks) == 2 ? LaTeX(inside) : Code(inside)
    return (part, ending.offset + length(marks))
end

function emphasis_at(text, at)
    c = text[at]
    before = at > firstindex(text) ? text[prevind(text, at)] : ' '
    # Underscores within words are text.
    c == '_' && (isletter(before) || isdigit(before)) && return nothing
    for (marks, make) in ((c^2, Bold), (string(c), Italic))
        startswith(SubString(text, at), marks) || continue
        from = at + length(marks)
        (from > lastindex(text) || isspace(text[from])) && continue
        found = ending_of(text, from, marks)
        found === nothing && continue
        return (make(inline(SubString(text, from, prevind(text, found)))), found + length(marks))
    end
    return nothing
end

# Where what began with these marks ends: not after a space, in code, or in the midst of other marks.
function ending_of(text, from, marks)
    c = marks[1]
    at = from
    while at <= lastindex(text)
        if text[at] == '\\' && at < lastindex(text)
            at = nextind(text, at + 1)
        elseif text[at] == '`'
            at = code_at(text, at)[2]
        elseif text[at] == c
            count = length(match(Regex("^\\$c+"), SubString(text, at)).match)
            if (count == length(marks) || count == 3) && at > from && !isspace(text[prevind(text, at)])
                return count == 3 && length(marks) == 1 ? at + 2 : at
            end
            at += count
        else
            at = nextind(text, at)
        end
    end
    return nothing
end

# The place of the bracket that closes the one at a place.
function closing(text, at, open, close)
    depth = 0
    while at <= lastindex(text)
        c = text[at]
        if c == '\\' && at < lastindex(text)
            at = nextind(text, at + 1)
            continue
        elseif c == '`'
            at = code_at(text, at)[2]
            continue
        end
        depth += (c == open) - (c == close)
        depth == 0 && return at
        at = nextind(text, at)
    end
    return nothing
end

# `[text](url)`: the text, the url, and the place after them.
function bracketed(text, at)
    last = closing(text, at, '[', ']')
    (last === nothing || last == lastindex(text) || text[last+1] != '(') && return nothing
    ending = closing(text, last + 1, '(', ')')
    ending === nothing && return nothing
    inside = SubString(text, at + 1, prevind(text, last))
    url = String(strip(SubString(text, last + 2, prevind(text, ending))))
    return inside, url, ending + 1
end

function link_at(text, at)
    found = bracketed(text, at)
    found === nothing && return nothing
    inside, url, after = found
    return (Link(inline(inside), url), after)
end

function image_at(text, at)
    (at == lastindex(text) || text[at+1] != '[') && return nothing
    found = bracketed(text, at + 1)
    found === nothing && return nothing
    alt, url, after = found
    return (Image(url, alt), after)
end

function footnote_at(text, at)
    found = match(r"^\[\^(\w+)\]", SubString(text, at))
    found === nothing && return nothing
    return (Footnote(found[1], nothing), at + ncodeunits(found.match))
end

# `<https://…>` and `<name@domain>` are links to themselves.
function address_at(text, at)
    found = match(r"^<((?:https?|ftp|mailto):[^\s>]+|[^\s@<>]+@[^\s@<>]+)>", SubString(text, at))
    found === nothing && return nothing
    url = startswith(found[1], r"\w+:") ? String(found[1]) : "mailto:$(found[1])"
    return (Link(Any[String(found[1])], url), at + ncodeunits(found.match))
end
