"""
    JsonError(message, line, column)

Text that is not JSON: what is wrong, and where (both counted from 1, columns in characters).
"""
struct JsonError <: Exception
    message::String
    line::Int
    column::Int
end

Base.showerror(io::IO, e::JsonError) =
    Base.print(io, "JsonError: ", e.message, " at line ", e.line, ", column ", e.column)

"The deepest nesting that is read: a limit of its own is better than an overflow."
const DEPTH = 256

mutable struct Reader
    const bytes::Vector{UInt8}
    at::Int
    depth::Int
end

# What each byte can begin, looked up once a value.
@enum Token::UInt8 NONE SPACE QUOTE DIGIT BRACE BRACKET WORD

const TOKENS = let table = fill(NONE, 256)
    for c in " \t\r\n"
        table[Int(c) + 1] = SPACE
    end
    for c in "-0123456789"
        table[Int(c) + 1] = DIGIT
    end
    for c in "tfn"
        table[Int(c) + 1] = WORD
    end
    table[Int('"') + 1] = QUOTE
    table[Int('{') + 1] = BRACE
    table[Int('[') + 1] = BRACKET
    table
end

const WORDS = Dict("true" => true, "false" => false, "null" => nothing)

"""
    Json.parse(text)
    Json.parse(io)

The value that a JSON text stands for. Throws a `JsonError`.
"""
function parse(text::AbstractString)
    r = Reader(Vector{UInt8}(codeunits(String(text))), 1, 0)
    value = readvalue(r)
    skipspace(r)
    r.at > length(r.bytes) || fail(r, "expected the end of the text")
    return value
end
parse(io::IO) = parse(read(io, String))

finished(r::Reader) = r.at > length(r.bytes)
peek(r::Reader) = @inbounds finished(r) ? 0x00 : r.bytes[r.at]
token(r::Reader) = finished(r) ? NONE : TOKENS[peek(r) + 1]

function skipspace(r::Reader)
    while token(r) === SPACE
        r.at += 1
    end
end

function expect(r::Reader, byte::UInt8)
    peek(r) == byte || fail(r, "expected '$(Char(byte))'")
    r.at += 1
    return nothing
end

function fail(r::Reader, message::String, at::Int=r.at)
    before = view(r.bytes, 1:(min(at, length(r.bytes) + 1) - 1))
    line = count(==(UInt8('\n')), before) + 1
    start = something(findlast(==(UInt8('\n')), before), 0)
    # Bytes that continue a character are not columns.
    column = count(b -> b & 0xc0 != 0x80, view(before, (start + 1):length(before))) + 1
    throw(JsonError(message, line, column))
end

function readvalue(r::Reader)
    skipspace(r)
    kind = token(r)
    kind === QUOTE && return readstring(r)
    kind === DIGIT && return readnumber(r)
    kind === BRACE && return nested(readobject, r)
    kind === BRACKET && return nested(readarray, r)
    kind === WORD && return readword(r)
    return fail(r, finished(r) ? "expected a value, found the end" : "expected a value")
end

function nested(f::F, r::Reader) where {F}
    r.depth == DEPTH && fail(r, "nested more than $DEPTH deep")
    r.depth += 1
    value = f(r)
    r.depth -= 1
    return value
end

function readobject(r::Reader)
    object = Dict{String,Any}()
    r.at += 1
    skipspace(r)
    if peek(r) == UInt8('}')
        r.at += 1
        return object
    end
    while true
        skipspace(r)
        token(r) === QUOTE || fail(r, "expected a name in quotes")
        start = r.at
        name = readstring(r)
        haskey(object, name) && fail(r, "the name $(repr(name)) is there twice", start)
        skipspace(r)
        expect(r, UInt8(':'))
        object[name] = readvalue(r)
        another(r, UInt8('}')) || return object
    end
end

function readarray(r::Reader)
    array = Any[]
    r.at += 1
    skipspace(r)
    if peek(r) == UInt8(']')
        r.at += 1
        return array
    end
    while true
        push!(array, readvalue(r))
        another(r, UInt8(']')) || return array
    end
end

# Whether a comma follows rather than the closing bracket.
function another(r::Reader, closing::UInt8)
    skipspace(r)
    byte = peek(r)
    if byte == UInt8(',') || byte == closing
        r.at += 1
        return byte != closing
    end
    fail(r, "expected ',' or '$(Char(closing))'")
end

function readword(r::Reader)
    start = r.at
    while UInt8('a') <= peek(r) <= UInt8('z')
        r.at += 1
    end
    word = String(r.bytes[start:(r.at - 1)])
    haskey(WORDS, word) || fail(r, "expected a value, found $word", start)
    return WORDS[word]
end

function digits(r::Reader)
    start = r.at
    while UInt8('0') <= peek(r) <= UInt8('9')
        r.at += 1
    end
    r.at == start && fail(r, "expected a digit")
    return r.at - start
end

function readnumber(r::Reader)
    start = r.at
    peek(r) == UInt8('-') && (r.at += 1)
    zero = peek(r) == UInt8('0')
    digits(r) > 1 && zero && fail(r, "a number with a needless zero", start)
    whole = true
    if peek(r) == UInt8('.')
        whole = false
        r.at += 1
        digits(r)
    end
    if peek(r) in (UInt8('e'), UInt8('E'))
        whole = false
        r.at += 1
        peek(r) in (UInt8('+'), UInt8('-')) && (r.at += 1)
        digits(r)
    end
    text = String(r.bytes[start:(r.at - 1)])
    value = whole ? tryparse(Int64, text) : nothing
    return value === nothing ? Base.parse(Float64, text) : value
end

const ESCAPES = Dict(
    UInt8('"') => '"',
    UInt8('\\') => '\\',
    UInt8('/') => '/',
    UInt8('b') => '\b',
    UInt8('f') => '\f',
    UInt8('n') => '\n',
    UInt8('r') => '\r',
    UInt8('t') => '\t',
)

function readstring(r::Reader)
    opening = r.at
    r.at += 1
    start = r.at
    # Most strings have no escapes and are copied as they are.
    while !finished(r) && peek(r) != UInt8('"') && peek(r) != UInt8('\\') && peek(r) >= 0x20
        r.at += 1
    end
    if peek(r) == UInt8('"')
        text = String(r.bytes[start:(r.at - 1)])
        r.at += 1
        return checked(r, text, opening)
    end
    out = IOBuffer()
    write(out, view(r.bytes, start:(r.at - 1)))
    while true
        finished(r) && fail(r, "a string without an end", opening)
        byte = peek(r)
        byte < 0x20 && fail(r, "a control character in a string")
        r.at += 1
        byte == UInt8('"') && return checked(r, String(take!(out)), opening)
        if byte == UInt8('\\')
            Base.print(out, readescape(r))
        else
            write(out, byte)
        end
    end
end

checked(r::Reader, text::String, opening::Int) =
    isvalid(text) ? text : fail(r, "a string that is not UTF-8", opening)

function readescape(r::Reader)
    start = r.at - 1
    byte = peek(r)
    r.at += 1
    byte == UInt8('u') || return get(ESCAPES, byte) do
        fail(r, "no such escape", start)
    end
    high = readhex(r, start)
    0xd800 <= high <= 0xdfff || return Char(high)
    # Beyond the first plane: a pair, the first half before the second.
    if high <= 0xdbff && peek(r) == UInt8('\\')
        r.at += 1
        expect(r, UInt8('u'))
        low = readhex(r, start)
        0xdc00 <= low <= 0xdfff &&
            return Char(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
    end
    fail(r, "half of a surrogate pair", start)
end

function readhex(r::Reader, start::Int)
    value = UInt32(0)
    for _ in 1:4
        digit = hexvalue(peek(r))
        digit === nothing && fail(r, "expected four hexadecimal digits", start)
        value = value << 4 | digit
        r.at += 1
    end
    return value
end

function hexvalue(byte::UInt8)
    UInt8('0') <= byte <= UInt8('9') && return UInt32(byte - UInt8('0'))
    UInt8('a') <= byte <= UInt8('f') && return UInt32(byte - UInt8('a') + 10)
    UInt8('A') <= byte <= UInt8('F') && return UInt32(byte - UInt8('A') + 10)
    return nothing
end
