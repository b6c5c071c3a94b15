# Reading dates by a format.

# Up to `max` digits (0: any number) from position i: the value and where the text goes on, or nothing.
function tryparsenext_base10(str::AbstractString, i::Int, len::Int, min_width::Int = 1, max_width::Int = 0)
    i > len && return nothing
    limit = max_width == 0 ? typemax(Int) : max_width
    n = 0
    d = Int64(0)
    while i <= len && n < limit
        c = str[i]
        '0' <= c <= '9' || break
        d = 10d + (c - '0')
        n += 1
        i = nextind(str, i)
    end
    n < min_width && return nothing
    return d, i
end
function tryparsenext_word(str::AbstractString, i::Int, len::Int, maxchars::Int = 0)
    start = i
    n = 0
    while i <= len && isletter(str[i]) && (maxchars == 0 || n < maxchars)
        i = nextind(str, i)
        n += 1
    end
    n == 0 && return nothing
    return SubString(str, start, prevind(str, i)), i
end

function tryparsenext(d::DatePart{'y'}, str, i, len, locale)
    negative = i <= len && str[i] == '-'
    r = tryparsenext_base10(str, negative ? nextind(str, i) : i, len, min_width(d), max_width(d))
    r === nothing && return nothing
    return negative ? (-r[1], r[2]) : r
end
tryparsenext(d::DatePart{'Y'}, str, i, len, locale) = tryparsenext_base10(str, i, len, min_width(d), max_width(d))
for c in ('m', 'd', 'H', 'I', 'M', 'S')
    @eval tryparsenext(d::DatePart{$c}, str, i, len, locale) = tryparsenext_base10(str, i, len, min_width(d), max_width(d))
end
# The fraction of a second: .5 is 500 milliseconds.
function tryparsenext(d::DatePart{'s'}, str, i, len, locale)
    start = i
    r = tryparsenext_base10(str, i, len, min_width(d), max_width(d))
    r === nothing && return nothing
    ms0, ii = r
    n = ii - start
    if n > 3
        ms, rest = divrem(ms0, Int64(10)^(n - 3))
        rest == 0 || throw(InexactError(:convert, DatePart{'s'}, ms0))
        return ms, ii
    end
    return ms0 * Int64(10)^(3 - n), ii
end
function tryparsenext(d::DatePart{'u'}, str, i, len, locale)
    r = tryparsenext_word(str, i, len, 0)
    r === nothing && return nothing
    v = monthabbr_to_value(r[1], locale)
    return v == 0 ? nothing : (v, r[2])
end
function tryparsenext(d::DatePart{'U'}, str, i, len, locale)
    r = tryparsenext_word(str, i, len, 0)
    r === nothing && return nothing
    v = monthname_to_value(r[1], locale)
    return v == 0 ? nothing : (v, r[2])
end
function tryparsenext(d::DatePart{'e'}, str, i, len, locale)
    r = tryparsenext_word(str, i, len, 0)
    r === nothing && return nothing
    v = dayabbr_to_value(r[1], locale)
    return v == 0 ? nothing : (v, r[2])
end
function tryparsenext(d::DatePart{'E'}, str, i, len, locale)
    r = tryparsenext_word(str, i, len, 0)
    r === nothing && return nothing
    v = dayname_to_value(r[1], locale)
    return v == 0 ? nothing : (v, r[2])
end
function tryparsenext(d::DatePart{'p'}, str, i, len, locale)
    i > len && return nothing
    j = nextind(str, i)
    j > len && return nothing
    c, m = lowercase(str[i]), lowercase(str[j])
    m == 'm' || return nothing
    c == 'a' && return AM, nextind(str, j)
    c == 'p' && return PM, nextind(str, j)
    return nothing
end
function tryparsenext(d::Delim, str, i::Int, len, locale)
    for c in d.d
        i > len && return nothing
        str[i] == c || return nothing
        i = nextind(str, i)
    end
    return true, i
end

struct ParseFailure
    msg::String
end

# The values of the parts by what they are, or what went wrong. A text may end before the format does,
# but only where a token would begin, and with something read.
function tryparsenext_core(str::AbstractString, pos::Int, len::Int, df::DateFormat)
    vals = IdDict{Any,Any}()
    num = 0
    for (k, t) in enumerate(df.tokens)
        pos > len && break
        r = tryparsenext(t, str, pos, len, df.locale)
        if r === nothing
            return ParseFailure("Unable to parse date time. Expected directive $t at char $pos")
        end
        v, pos = r
        if t isa DatePart
            vals[CONVERSION_SPECIFIERS[letter_of(t)]] = v
            num += 1
        end
    end
    return vals, pos, num
end

function tryparse_internal(::Type{T}, str::AbstractString, df::DateFormat, raise::Bool) where {T<:TimeType}
    if isempty(str)
        raise && throw(ArgumentError("Cannot parse an empty string as a $T"))
        return nothing
    end
    pos, len = firstindex(str), lastindex(str)
    r = tryparsenext_core(str, pos, len, df)
    if r isa ParseFailure
        raise && throw(ArgumentError(r.msg))
        return nothing
    end
    vals, pos, num = r
    if pos <= len
        raise && throw(ArgumentError("Found extra characters at the end of date time string"))
        return nothing
    end
    # a text that ends where a delimiter was due is not finished
    args = map(p -> get(vals, p, CONVERSION_DEFAULTS[p]), CONVERSION_TRANSLATIONS[T])
    err = validargs(T, args...)
    if err !== nothing
        raise && throw(err)
        return nothing
    end
    return T(args...)
end

for T in (:DateTime, :Date, :Time)
    @eval begin
        $T(str::AbstractString, df::DateFormat = default_format($T)) = parse($T, str, df)
        $T(str::AbstractString, f::AbstractString; locale::Union{DateLocale,String} = ENGLISH) = parse($T, str, DateFormat(f, locale))
    end
end
Base.parse(::Type{T}, str::AbstractString, df::DateFormat = default_format(T)) where {T<:TimeType} =
    tryparse_internal(T, str, df, true)
Base.tryparse(::Type{T}, str::AbstractString, df::DateFormat = default_format(T)) where {T<:TimeType} =
    tryparse_internal(T, str, df, false)

# The parts of a text as periods, those that the format names.
function parse_components(str::AbstractString, df::DateFormat)
    r = tryparsenext_core(str, firstindex(str), lastindex(str), df)
    r isa ParseFailure && throw(ArgumentError(r.msg))
    vals, pos, num = r
    pos <= lastindex(str) && throw(ArgumentError("Found extra characters at the end of date time string"))
    out = Any[]
    for t in df.tokens
        t isa DatePart || continue
        P = CONVERSION_SPECIFIERS[letter_of(t)]
        P <: Period && haskey(vals, P) && push!(out, P(vals[P]))
    end
    return out
end
