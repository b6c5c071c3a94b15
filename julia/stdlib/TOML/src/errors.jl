# errors.jl: what can be wrong with a text.

@enum ErrorType begin
    # at top level
    ErrRedefineTableArray
    ErrExpectedNewLineKeyValue
    ErrAddKeyToInlineTable
    ErrAddArrayToStaticArray
    ErrArrayTreatedAsDictionary
    ErrExpectedEndOfTable
    ErrExpectedEndArrayOfTable
    # keys
    ErrExpectedEqualAfterKey
    ErrDuplicatedKey
    ErrKeyAlreadyHasValue
    ErrInvalidBareKeyCharacter
    ErrEmptyBareKey
    # values
    ErrUnexpectedEofExpectedValue
    ErrUnexpectedStartOfValue
    ErrGenericValueError
    # arrays and inline tables
    ErrExpectedCommaBetweenItemsArray
    ErrExpectedCommaBetweenItemsInlineTable
    ErrTrailingCommaInlineTable
    # numbers
    ErrUnderscoreNotSurroundedByDigits
    ErrLeadingZeroNotAllowedInteger
    ErrOverflowError
    ErrLeadingDot
    ErrNoTrailingDigitAfterDot
    ErrTrailingUnderscoreNumber
    # dates and times
    ErrParsingDateTime
    ErrOffsetDateNotSupported
    # strings
    ErrNewLineInString
    ErrUnexpectedEndString
    ErrInvalidEscapeCharacter
    ErrInvalidUnicodeScalar
end

const MESSAGES = Dict(
    ErrRedefineTableArray => "tried to redefine an existing table as an array",
    ErrExpectedNewLineKeyValue => "expected newline after key value pair",
    ErrAddKeyToInlineTable => "tried to add a new key to an inline table",
    ErrAddArrayToStaticArray => "tried to append to a statically defined array",
    ErrArrayTreatedAsDictionary => "tried to add a key to an array",
    ErrExpectedEndOfTable => "expected end of table ']'",
    ErrExpectedEndArrayOfTable => "expected array of table to end with ']]'",
    ErrExpectedEqualAfterKey => "expected equal sign after key",
    ErrDuplicatedKey => "key already defined",
    ErrKeyAlreadyHasValue => "key already has a value",
    ErrInvalidBareKeyCharacter => "invalid bare key character",
    ErrEmptyBareKey => "bare key cannot be empty",
    ErrUnexpectedEofExpectedValue => "unexpected end of file, expected a value",
    ErrUnexpectedStartOfValue => "unexpected start of value",
    ErrGenericValueError => "failed to parse value",
    ErrExpectedCommaBetweenItemsArray => "expected comma between items in array",
    ErrExpectedCommaBetweenItemsInlineTable => "expected comma between items in inline table",
    ErrTrailingCommaInlineTable => "trailing comma not allowed in inline table",
    ErrUnderscoreNotSurroundedByDigits => "underscore is not surrounded by digits",
    ErrLeadingZeroNotAllowedInteger => "leading zero in integer not allowed",
    ErrOverflowError => "overflowed when parsing integer",
    ErrLeadingDot => "floats require a leading zero",
    ErrNoTrailingDigitAfterDot => "expected digit after dot",
    ErrTrailingUnderscoreNumber => "trailing underscore in number",
    ErrParsingDateTime => "parsing date/time value failed",
    ErrOffsetDateNotSupported => "offset date-time is not supported",
    ErrNewLineInString => "newline character in single quoted string",
    ErrUnexpectedEndString => "string literal ended unexpectedly",
    ErrInvalidEscapeCharacter => "invalid escape character",
    ErrInvalidUnicodeScalar => "invalid unicode scalar",
)

"""
    ParserError

What is wrong, and where. `table` is what was read until then.
"""
struct ParserError <: Exception
    type::ErrorType
    data::Any
    str::String
    filepath::Union{String,Nothing}
    line::Int
    column::Int
    pos::Int
    table::Dict{String,Any}
end

function Base.showerror(io::IO, e::ParserError)
    printstyled(io, "TOML Parser error:\n"; color=Base.error_color())
    printstyled(io, something(e.filepath, "none"), ':', e.line, ':', e.column; bold=true)
    printstyled(io, " error: "; color=Base.error_color())
    println(io, MESSAGES[e.type], e.data === nothing ? "" : string(' ', repr(e.data)))
    # The line, and below it an arrow; at the end of the text it points behind the last character.
    from = findprev('\n', e.str, prevind(e.str, min(e.pos, ncodeunits(e.str) + 1)))
    from = from === nothing ? 1 : from + 1
    upto = findnext('\n', e.str, from)
    line = SubString(e.str, from, upto === nothing ? lastindex(e.str) : prevind(e.str, upto))
    println(io, "  ", rstrip(line, '\r'))
    print(io, "  ", ' '^max(0, e.column - (e.type == ErrUnexpectedEofExpectedValue ? 0 : 1)), '^')
end
