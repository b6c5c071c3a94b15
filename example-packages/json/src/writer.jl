"""
    Json.print([io], value; indent=0)

Writes a value as JSON: in one line, or with each item in a line of its own, indented. The names
of an object are sorted, so that equal values give equal text.
"""
function print(io::IO, value; indent::Integer=0)
    indent >= 0 || throw(ArgumentError("a negative indent: $indent"))
    writevalue(Writer(io, Int(indent), 0), value)
    return nothing
end
print(value; indent::Integer=0) = print(stdout, value; indent)

"""
    Json.text(value; indent=0)

The JSON text of a value.
"""
text(value; indent::Integer=0) = sprint(io -> print(io, value; indent))

"""
    Json.lower(value)

What is written for a value of a type that JSON does not have. Packages add methods for their
types; for a struct without one, its fields are written.
"""
function lower(value::T) where {T}
    isstructtype(T) && fieldcount(T) > 0 ||
        throw(ArgumentError("there is no JSON for a value of type $T"))
    return Dict{String,Any}(String(name) => getfield(value, name) for name in fieldnames(T))
end
lower(value::Union{Symbol,Char,Enum}) = string(value)
lower(value::Rational) = Float64(value)
lower(value::Missing) = nothing

struct Writer{I<:IO}
    io::I
    indent::Int
    depth::Int
end

deeper(w::Writer) = Writer(w.io, w.indent, w.depth + 1)

function newline(w::Writer)
    w.indent == 0 && return nothing
    Base.print(w.io, '\n', ' '^(w.indent * w.depth))
    return nothing
end

writevalue(w::Writer, value) = writevalue(w, lower(value))
writevalue(w::Writer, ::Nothing) = Base.print(w.io, "null")
writevalue(w::Writer, value::Bool) = Base.print(w.io, value ? "true" : "false")
writevalue(w::Writer, value::Integer) = Base.print(w.io, value)

function writevalue(w::Writer, value::AbstractFloat)
    isfinite(value) || throw(ArgumentError("there is no JSON for $value"))
    Base.print(w.io, value)
end

const SHORT = Dict('"' => "\\\"", '\\' => "\\\\", '\b' => "\\b", '\f' => "\\f",
                   '\n' => "\\n", '\r' => "\\r", '\t' => "\\t")

function writevalue(w::Writer, text::AbstractString)
    Base.print(w.io, '"')
    for c in text
        if haskey(SHORT, c)
            Base.print(w.io, SHORT[c])
        elseif c < ' '
            Base.print(w.io, "\\u", string(UInt16(c); base=16, pad=4))
        else
            Base.print(w.io, c)
        end
    end
    Base.print(w.io, '"')
end

writevalue(w::Writer, items::Union{AbstractVector,Tuple,AbstractSet}) =
    bracketed(writevalue, w, '[', items, ']')

function writevalue(w::Writer, object::AbstractDict)
    members = sort!([string(name) => value for (name, value) in object]; by=first)
    bracketed(w, '{', members, '}') do inner, (name, value)
        writevalue(inner, name)
        Base.print(inner.io, inner.indent == 0 ? ":" : ": ")
        writevalue(inner, value)
    end
end
writevalue(w::Writer, value::NamedTuple) = writevalue(w, Dict(pairs(value)))
writevalue(w::Writer, value::Pair) = writevalue(w, Dict(value))

function bracketed(f, w::Writer, open::Char, items, close::Char)
    Base.print(w.io, open)
    inner = deeper(w)
    for (i, item) in enumerate(items)
        i > 1 && Base.print(w.io, ',')
        newline(inner)
        f(inner, item)
    end
    isempty(items) || newline(w)
    Base.print(w.io, close)
end
