# values.jl: strings, numbers, dates, arrays and inline tables.

function parse_value(p::Parser)
    accept(p, '[') && return parse_array(p)
    accept(p, '{') && return parse_inline_table(p)
    accept(p, "\"\"\"") && return parse_multiline_string(p, true)
    accept(p, '"') && return parse_basic_string(p)
    accept(p, "'''") && return parse_multiline_string(p, false)
    accept(p, '\'') && return parse_literal_string(p)
    at_end(p) && fail(p, ErrUnexpectedEofExpectedValue)
    return parse_scalar(p)
end

## arrays and inline tables ##

function parse_array(p::Parser)
    list = Union{}[]
    while true
        skip_lines(p)
        accept(p, ']') && break
        list = append_value(list, parse_value(p))
        skip_lines(p)
        accept(p, ',') && continue
        accept(p, ']') && break
        fail(p, ErrExpectedCommaBetweenItemsArray)
    end
    push!(p.static, list)
    return list
end
# The element type is that of the elements, or of two kinds of them, or `Any`.
function append_value(list::Vector{T}, value::V) where {T,V}
    V <: T && return push!(list, value)
    S = T === Union{} ? V : T isa Union ? Any : Union{T,V}
    wider = S[]
    append!(wider, list)
    return push!(wider, value)
end

function parse_inline_table(p::Parser)
    table = Table()
    skip_spaces(p)
    if !accept(p, '}')
        while true
            parse_entry(p, table)
            skip_spaces(p)
            accept(p, '}') && break
            accept(p, ',') || fail(p, ErrExpectedCommaBetweenItemsInlineTable)
            skip_spaces(p)
            peek(p) == '}' && fail(p, ErrTrailingCommaInlineTable)
        end
    end
    close_tables(p, table)
    return table
end
# An inline table is complete, with all tables that dotted keys made in it.
function close_tables(p::Parser, table::Table)
    push!(p.inline, table)
    for value in values(table)
        value isa Table && !(value in p.inline) && close_tables(p, value)
    end
end

## strings ##

# The quote that opens it has been read.
function parse_basic_string(p::Parser)
    text = IOBuffer()
    while true
        at_end(p) && fail(p, ErrUnexpectedEndString)
        is_newline(p) && fail(p, ErrNewLineInString)
        c = next(p)
        c == '"' && return String(take!(text))
        c == '\\' ? print(text, parse_escape(p)) : print(text, c)
    end
end
function parse_literal_string(p::Parser)
    start = p.pos
    while peek(p) != '\''
        at_end(p) && fail(p, ErrUnexpectedEndString)
        is_newline(p) && fail(p, ErrNewLineInString)
        next(p)
    end
    text = p.str[start:prevind(p.str, p.pos)]
    next(p)
    return text
end
function parse_multiline_string(p::Parser, escapes::Bool)
    quotes = escapes ? "\"\"\"" : "'''"
    text = IOBuffer()
    # A newline right after the quotes does not count.
    accept_newline(p)
    while true
        at_end(p) && fail(p, ErrUnexpectedEndString)
        if accept(p, quotes)
            # Up to two quotes more belong to the text.
            for _ in 1:2
                accept(p, quotes[1]) && print(text, quotes[1])
            end
            return String(take!(text))
        end
        c = next(p)
        if !escapes || c != '\\'
            print(text, c)
        elseif ends_line(p)
            # A backslash at the end of a line: it goes on with the next character that is no space.
            while peek(p) in (' ', '\t', '\n', '\r')
                next(p)
            end
        else
            print(text, parse_escape(p))
        end
    end
end
# Whether nothing but spaces comes before the end of the line.
function ends_line(p::Parser)
    before = p.pos
    skip_spaces(p)
    ends = is_newline(p)
    p.pos = before
    return ends
end

function parse_escape(p::Parser)
    c = next(p)
    c == 'b' && return '\b'
    c == 't' && return '\t'
    c == 'n' && return '\n'
    c == 'f' && return '\f'
    c == 'r' && return '\r'
    c == 'e' && return '\e'
    (c == '"' || c == '\\') && return c
    c == 'u' && return parse_code_point(p, 4)
    c == 'U' && return parse_code_point(p, 8)
    fail(p, ErrInvalidEscapeCharacter)
end
function parse_code_point(p::Parser, digits::Int)
    code = UInt32(0)
    for _ in 1:digits
        c = peek(p)
        ('0' <= c <= '9' || 'a' <= c <= 'f' || 'A' <= c <= 'F') || fail(p, ErrInvalidUnicodeScalar)
        code = code << 4 | Base.parse(UInt32, next(p), base=16)
    end
    code <= 0xd7ff || 0xe000 <= code <= 0x10ffff || fail(p, ErrInvalidUnicodeScalar)
    return Char(code)
end

## numbers and dates ##

# A word is read and then judged. A date may be followed by a space and a time.
function parse_scalar(p::Parser)
    start = p.pos
    is_word(c) = isletter(c) || isdigit(c) || c in ('_', '-', '+', '.', ':')
    while is_word(peek(p))
        next(p)
    end
    start == p.pos && fail(p, ErrUnexpectedStartOfValue)
    word = SubString(p.str, start, prevind(p.str, p.pos))
    if is_date_or_time(word)
        if length(word) == 10 && peek(p) == ' ' && occursin(r"^ \d\d:", SubString(p.str, p.pos))
            next(p)
            while is_word(peek(p))
                next(p)
            end
            word = SubString(p.str, start, prevind(p.str, p.pos))
        end
        return parse_date_or_time(p, word)
    end
    word == "true" && return true
    word == "false" && return false
    return parse_number(p, word, start)
end

is_date_or_time(word) = occursin(r"^\d{4}-\d", word) || occursin(r"^\d\d:", word)

const DATE = r"^(\d{4})-(\d\d)-(\d\d)"
const TIME = r"^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?"

function parse_date_or_time(p::Parser, word)
    found = match(DATE, word)
    try
        if found === nothing
            time = match(TIME, word)
            time === nothing || time.match != word ? fail(p, ErrParsingDateTime) : (return time_of(time))
        end
        date = Date(Base.parse.(Int, found.captures)...)
        length(word) == 10 && return date
        word[11] in ('T', 't', ' ') || fail(p, ErrParsingDateTime)
        time = match(TIME, SubString(word, 12))
        time === nothing && fail(p, ErrParsingDateTime)
        rest = SubString(word, 12 + ncodeunits(time.match))
        moment = DateTime(date, time_of(time))
        (isempty(rest) || rest in ("Z", "z")) && return moment
        fail(p, rest[1] in ('+', '-') ? ErrOffsetDateNotSupported : ErrParsingDateTime)
    catch e
        e isa ArgumentError || rethrow()
        fail(p, ErrParsingDateTime)
    end
end
# Milliseconds are kept; what is finer is cut off.
function time_of(found)
    h, m, s, fraction = found.captures
    ms = fraction === nothing ? 0 : Base.parse(Int, rpad(first(fraction, 3), 3, '0'))
    return Time(Base.parse(Int, h), Base.parse(Int, m), Base.parse(Int, s), ms)
end

function parse_number(p::Parser, word, start)
    sign = startswith(word, '+') || startswith(word, '-')
    digits = sign ? SubString(word, 2) : word
    digits == "inf" && return word[1] == '-' ? -Inf : Inf
    digits == "nan" && return NaN
    isempty(digits) && fail(p, ErrGenericValueError)
    digits[1] == '.' && fail(p, ErrLeadingDot, pos=start)
    isdigit(digits[1]) || fail(p, isletter(digits[1]) && !sign ? ErrUnexpectedStartOfValue : ErrGenericValueError, pos=start)
    occursin(r"_$", digits) && fail(p, ErrTrailingUnderscoreNumber)
    occursin(r"(?<![0-9a-fA-F])_|_(?![0-9a-fA-F])", digits) && fail(p, ErrUnderscoreNotSurroundedByDigits)
    plain = replace(word, "_" => "")
    unsigned = replace(digits, "_" => "")
    # Without a sign a number may be of another base.
    if !sign
        for (form, base, size, larger) in ((r"^0x[0-9a-fA-F]+$", 16, 18, 34), (r"^0o[0-7]+$", 8, 24, 45), (r"^0b[01]+$", 2, 66, 130))
            occursin(form, plain) || continue
            return parse_integer(p, UInt64, UInt128, SubString(plain, 3), base, length(plain), size, larger)
        end
    end
    occursin(r"^0[0-9]", unsigned) && fail(p, ErrLeadingZeroNotAllowedInteger)
    occursin(r"^\d+$", unsigned) && return parse_integer(p, Int64, Int128, plain, 10, length(plain), 17, 33)
    occursin(r"\.(?!\d)", unsigned) && fail(p, ErrNoTrailingDigitAfterDot)
    occursin(r"^\d+(\.\d+)?([eE][+-]?\d+)?$", unsigned) || fail(p, ErrGenericValueError)
    return Base.parse(Float64, plain)
end

# The type is chosen by how long the number is.
function parse_integer(p::Parser, T, Larger, digits, base, length, size, larger)
    length <= size && return Base.parse(T, digits; base)
    length > larger && return Base.parse(BigInt, digits; base)
    value = Base.tryparse(Larger, digits; base)
    return value === nothing ? fail(p, ErrOverflowError) : value
end
