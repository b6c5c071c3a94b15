# Formats of dates, and writing by them. A format is a tuple of tokens: parts (by letter and width) and
# the text between them.

abstract type AbstractDateToken end

struct DatePart{letter} <: AbstractDateToken
    width::Int
    fixed::Bool # exactly that wide, as the next token gives no end
end
min_width(d::DatePart) = d.fixed ? d.width : 1
max_width(d::DatePart) = d.fixed ? d.width : 0
letter_of(::DatePart{c}) where {c} = c

struct Delim{T,length} <: AbstractDateToken
    d::T
    Delim(d::T) where {T<:AbstractChar} = new{T,1}(d)
    Delim(d::String) = new{String,length(d)}(d)
end

struct DateFormat{S,T<:Tuple}
    tokens::T
    locale::DateLocale
end
_format_text(::DateFormat{S}) where {S} = string(S)

function Base.show(io::IO, df::DateFormat)
    print(io, "dateformat\"")
    for t in df.tokens
        _show_content(io, t)
    end
    print(io, '"')
end
Base.Broadcast.broadcastable(x::DateFormat) = Ref(x)
_show_content(io::IO, d::DatePart{c}) where {c} = for _ in 1:d.width; print(io, c); end
function _show_content(io::IO, d::Delim)
    for c in d.d
        # a letter with a meaning is escaped
        haskey(CONVERSION_SPECIFIERS, c) && print(io, '\\')
        print(io, c)
    end
end
function Base.show(io::IO, d::DatePart{c}) where {c}
    print(io, "DatePart(")
    for _ in 1:d.width
        print(io, c)
    end
    print(io, ")")
end
Base.show(io::IO, d::Delim) = print(io, "Delim(", d.d, ")")

# The part that a day's name is: read, but not needed.
struct DayOfWeekToken end

# What the letters stand for.
const CONVERSION_SPECIFIERS = Dict{Char,Type}(
    'y' => Year, 'Y' => Year, 'm' => Month, 'u' => Month, 'U' => Month, 'e' => DayOfWeekToken, 'E' => DayOfWeekToken,
    'd' => Day, 'H' => Hour, 'I' => Hour, 'M' => Minute, 'S' => Second, 's' => Millisecond, 'p' => AMPM_TYPE)

const CONVERSION_DEFAULTS = IdDict{Type,Any}(
    Year => Int64(1), Month => Int64(1), DayOfWeekToken => Int64(0), Day => Int64(1), Hour => Int64(0),
    Minute => Int64(0), Second => Int64(0), Millisecond => Int64(0), Microsecond => Int64(0), Nanosecond => Int64(0),
    AMPM_TYPE => TWENTYFOURHOUR)

const CONVERSION_TRANSLATIONS = IdDict{Type,Any}(
    Date => (Year, Month, Day),
    DateTime => (Year, Month, Day, Hour, Minute, Second, Millisecond, AMPM_TYPE),
    Time => (Hour, Minute, Second, Millisecond, Microsecond, Nanosecond, AMPM_TYPE))

# Reads a format: runs of a letter are parts, a backslash takes the next character's meaning away.
function DateFormat(f::AbstractString, locale::DateLocale = ENGLISH)
    tokens = Any[]
    text = IOBuffer()
    letter = '\0'
    width = 0
    function end_part(fixed::Bool)
        width == 0 && return
        push!(tokens, DatePart{letter}(width, fixed))
        width = 0
        return
    end
    function end_text()
        t = String(take!(text))
        isempty(t) && return
        push!(tokens, Delim(length(t) == 1 ? first(t) : t))
        return
    end
    escaped = false
    for c in f
        if escaped
            end_part(false)
            print(text, c)
            escaped = false
        elseif c == '\\'
            escaped = true
        elseif haskey(CONVERSION_SPECIFIERS, c)
            if width > 0 && c == letter
                width += 1
            else
                # parts without text between them have their width
                end_part(true)
                end_text()
                letter = c
                width = 1
            end
        else
            end_part(false)
            print(text, c)
        end
    end
    end_part(false)
    end_text()
    tt = (tokens...,)
    return DateFormat{Symbol(f),typeof(tt)}(tt, locale)
end
function DateFormat(f::AbstractString, locale::AbstractString)
    haskey(LOCALES, locale) || throw(ArgumentError("Locale \"$locale\" is not known"))
    return DateFormat(f, LOCALES[locale])
end

macro dateformat_str(str)
    return DateFormat(str)
end

## writing

function format(io::IO, dt::TimeType, fmt::DateFormat)
    for token in fmt.tokens
        format(io, token, dt, fmt.locale)
    end
end
function format(dt::TimeType, fmt::DateFormat, bufsize = 12)
    io = IOBuffer(sizehint = bufsize)
    format(io, dt, fmt)
    return String(take!(io))
end
format(dt::TimeType, f::AbstractString; locale::Union{DateLocale,String} = ENGLISH) = format(dt, DateFormat(f, locale))
function format(dt::TimeType)
    return string(dt)
end

format(io::IO, d::Delim, dt, locale) = print(io, d.d)
format(io::IO, d::DatePart{'y'}, dt, locale) = _format_year(io, d, year(dt))
format(io::IO, d::DatePart{'Y'}, dt, locale) = print(io, string(year(dt), base = 10, pad = d.width))
# No more than the last digits, as many as there are letters.
function _format_year(io::IO, d::DatePart, y)
    n = d.width
    s = string(abs(y), base = 10, pad = n)
    y < 0 && print(io, '-')
    print(io, n < length(s) ? s[(end - n + 1):end] : s)
end
for (c, fn) in (('m', :month), ('d', :day), ('H', :hour), ('M', :minute), ('S', :second))
    @eval format(io::IO, d::DatePart{$c}, dt, locale) = print(io, string($fn(dt), base = 10, pad = d.width))
end
function format(io::IO, d::DatePart{'I'}, dt, locale)
    h = hour(dt)
    print(io, string(h == 0 ? 12 : h > 12 ? h - 12 : h, base = 10, pad = d.width))
end
format(io::IO, d::DatePart{'u'}, dt, locale) = print(io, monthabbr(month(dt), locale))
format(io::IO, d::DatePart{'U'}, dt, locale) = print(io, monthname(month(dt), locale))
format(io::IO, d::DatePart{'e'}, dt, locale) = print(io, dayabbr(dayofweek(dt), locale))
format(io::IO, d::DatePart{'E'}, dt, locale) = print(io, dayname(dayofweek(dt), locale))
format(io::IO, d::DatePart{'p'}, dt, locale) = print(io, hour(dt) < 12 ? "AM" : "PM")
function format(io::IO, d::DatePart{'s'}, dt, locale)
    ms = millisecond(dt)
    if ms % 100 == 0
        str = string(div(ms, 100))
    elseif ms % 10 == 0
        str = string(div(ms, 10), pad = 2)
    else
        str = string(ms, pad = 3)
    end
    print(io, rpad(str, d.width, '0'))
end

## the usual formats

const ISODateTimeFormat = DateFormat("yyyy-mm-dd\\THH:MM:SS.s")
const ISODateFormat = DateFormat("yyyy-mm-dd")
const ISOTimeFormat = DateFormat("HH:MM:SS.s")
const RFC1123Format = DateFormat("e, dd u yyyy HH:MM:SS")

default_format(::Type{DateTime}) = ISODateTimeFormat
default_format(::Type{Date}) = ISODateFormat
default_format(::Type{Time}) = ISOTimeFormat

## text of the types

_pad2(n) = n < 10 ? string("0", n) : string(n)
_year_text(y) = y < 0 ? string("-", lpad(-y, 4, '0')) : lpad(y, 4, '0')

function Base.string(dt::Date)
    y, m, d = yearmonthday(days(dt))
    return string(_year_text(y), "-", _pad2(m), "-", _pad2(d))
end
function Base.string(dt::DateTime)
    y, m, d = yearmonthday(dt)
    head = string(_year_text(y), "-", _pad2(m), "-", _pad2(d), "T", _pad2(hour(dt)), ":", _pad2(minute(dt)), ":", _pad2(second(dt)))
    ms = millisecond(dt)
    return ms == 0 ? head : string(head, ".", lpad(ms, 3, '0'))
end
function Base.string(t::Time)
    head = string(_pad2(hour(t)), ":", _pad2(minute(t)), ":", _pad2(second(t)))
    ns = tons(Millisecond(t)) + tons(Microsecond(t)) + tons(Nanosecond(t))
    ns == 0 && return head
    return string(head, ".", rstrip(lpad(ns, 9, '0'), '0'))
end
Base.print(io::IO, dt::Union{Date,DateTime,Time}) = print(io, string(dt))

Base.show(io::IO, ::MIME"text/plain", dt::Union{Date,DateTime,Time}) = print(io, dt)
Base.show(io::IO, dt::Date) = print(io, "Date(\"", dt, "\")")
Base.show(io::IO, dt::DateTime) = print(io, "DateTime(\"", dt, "\")")
# A time shows the parts that construct it.
function Base.show(io::IO, t::Time)
    parts = Any[hour(t), minute(t), second(t), millisecond(t), microsecond(t), nanosecond(t)]
    n = 6
    while n > 1 && parts[n] == 0
        n -= 1
    end
    print(io, "Time(", join(parts[1:n], ", "), ")")
end
# Shown, they tell their type.
Base.typeinfo_implicit(::Type{Date}) = true
Base.typeinfo_implicit(::Type{DateTime}) = true
