# parser.jl: the tables and keys of a text. Values are read in values.jl.

const Table = Dict{String,Any}

mutable struct Parser
    str::String
    filepath::Union{String,Nothing}
    pos::Int                       # the index of the next character
    root::Table
    active::Table                  # the table that keys are added to
    defined::IdSet{Table}          # tables with a header or with keys of their own
    inline::IdSet{Table}           # tables and arrays that are complete
    static::IdSet{Any}

    Parser(str::String; filepath=nothing) = reinit!(new(), str; filepath)
end
Parser() = Parser("")
Parser(io::IO) = Parser(read(io, String))

function reinit!(p::Parser, str::String; filepath=nothing)
    # A byte order mark says nothing.
    p.str = chopprefix(str, "\ufeff")
    p.filepath = filepath
    p.pos = 1
    p.root = p.active = Table()
    p.defined = IdSet{Table}()
    p.inline = IdSet{Table}()
    p.static = IdSet{Any}()
    return p
end

function parse(p::Parser)
    while true
        skip_lines(p)
        at_end(p) && return p.root
        if accept(p, '[')
            accept(p, '[') ? parse_table_array(p) : parse_table(p)
        else
            parse_entry(p, p.active)
        end
        expect_end_of_line(p)
    end
end
function tryparse(p::Parser)
    try
        return parse(p)
    catch e
        e isa ParserError && return e
        rethrow()
    end
end

## characters ##

# no character of a text; it stands for the end
const EOF_CHAR = typemax(Char)

at_end(p::Parser) = p.pos > ncodeunits(p.str)
peek(p::Parser) = at_end(p) ? EOF_CHAR : p.str[p.pos]
function next(p::Parser)
    c = peek(p)
    c == EOF_CHAR || (p.pos = nextind(p.str, p.pos))
    return c
end
accept(p::Parser, c::Char) = peek(p) == c && (next(p); true)
starts_with(p::Parser, text) = startswith(SubString(p.str, p.pos), text)
accept(p::Parser, text::String) = starts_with(p, text) && (p.pos += ncodeunits(text); true)

skip_spaces(p::Parser) = while peek(p) in (' ', '\t')
    next(p)
end
is_newline(p::Parser) = peek(p) == '\n' || starts_with(p, "\r\n")
accept_newline(p::Parser) = accept(p, '\n') || accept(p, "\r\n")
function skip_comment(p::Parser)
    accept(p, '#') || return
    while !at_end(p) && !is_newline(p)
        next(p)
    end
end
# spaces, comments and ends of lines
function skip_lines(p::Parser)
    while true
        skip_spaces(p)
        skip_comment(p)
        accept_newline(p) || return
    end
end
function expect_end_of_line(p::Parser)
    skip_spaces(p)
    skip_comment(p)
    at_end(p) || accept_newline(p) || fail(p, ErrExpectedNewLineKeyValue)
end

# The place is that of the character that is wrong.
function fail(p::Parser, type::ErrorType; pos=p.pos, data=nothing)
    before = SubString(p.str, 1, prevind(p.str, min(pos, ncodeunits(p.str) + 1)))
    line = count('\n', before) + 1
    from = findlast('\n', before)
    column = textwidth(from === nothing ? before : SubString(before, from + 1)) + 1
    # At the end of the text there is no wrong character; the last one is named.
    pos > ncodeunits(p.str) && column > 1 && (column -= 1)
    throw(ParserError(type, data, p.str, p.filepath, line, column, pos, p.root))
end

## keys ##

is_bare(c::Char) = 'a' <= c <= 'z' || 'A' <= c <= 'Z' || '0' <= c <= '9' || c == '_' || c == '-'

function parse_key_part(p::Parser)
    c = peek(p)
    c == '"' && (next(p); return parse_basic_string(p))
    c == '\'' && (next(p); return parse_literal_string(p))
    start = p.pos
    while is_bare(peek(p))
        next(p)
    end
    if start == p.pos
        c in ('=', '.', ']') || at_end(p) || is_newline(p) ? fail(p, ErrEmptyBareKey) : fail(p, ErrInvalidBareKeyCharacter, data=c)
    end
    return p.str[start:prevind(p.str, p.pos)]
end
function parse_key(p::Parser)
    keys = String[]
    while true
        skip_spaces(p)
        push!(keys, parse_key_part(p))
        skip_spaces(p)
        accept(p, '.') || return keys
    end
end

# The table under a key, made if there is none. The last table of an array stands for the array.
function table_under(p::Parser, table::Table, key::String)
    p.inline !== nothing && table in p.inline && fail(p, ErrAddKeyToInlineTable)
    value = get!(Table, table, key)
    if value isa Vector
        value in p.static && fail(p, ErrArrayTreatedAsDictionary)
        value = last(value)
    end
    value isa Table || fail(p, ErrKeyAlreadyHasValue)
    value in p.inline && fail(p, ErrAddKeyToInlineTable)
    return value
end
tables_under(p::Parser, keys) = foldl((table, key) -> table_under(p, table, key), keys; init=p.root)

## tables ##

function parse_table(p::Parser)
    keys = parse_key(p)
    accept(p, ']') || fail(p, ErrExpectedEndOfTable)
    parent = tables_under(p, @view keys[1:end-1])
    value = get!(Table, parent, keys[end])
    value isa Table || fail(p, value isa Vector ? ErrDuplicatedKey : ErrKeyAlreadyHasValue)
    value in p.inline && fail(p, ErrAddKeyToInlineTable)
    value in p.defined && fail(p, ErrDuplicatedKey)
    push!(p.defined, value)
    p.active = value
end

function parse_table_array(p::Parser)
    keys = parse_key(p)
    accept(p, "]]") || fail(p, ErrExpectedEndArrayOfTable)
    parent = tables_under(p, @view keys[1:end-1])
    list = get!(() -> Any[], parent, keys[end])
    if !(list isa Vector)
        fail(p, list isa Table ? ErrRedefineTableArray : ErrArrayTreatedAsDictionary)
    end
    list in p.static && fail(p, ErrAddArrayToStaticArray)
    table = Table()
    push!(p.defined, table)
    push!(list, table)
    p.active = table
end

# `key = value`, with a key that may go through tables
function parse_entry(p::Parser, table::Table)
    keys = parse_key(p)
    accept(p, '=') || fail(p, ErrExpectedEqualAfterKey)
    for key in @view keys[1:end-1]
        table = table_under(p, table, key)
        # No header may come later for it.
        push!(p.defined, table)
    end
    table in p.inline && fail(p, ErrAddKeyToInlineTable)
    skip_spaces(p)
    value = parse_value(p)
    haskey(table, keys[end]) && fail(p, ErrDuplicatedKey)
    table[keys[end]] = value
end
