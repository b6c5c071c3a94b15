# Unicode properties and case mappings of characters and strings. The tables are the runtime's,
# reached under the names of utf8proc; ASCII is answered here without a call.

module Unicode

import Base: show, hash, string, Symbol, isless, length, eltype, iterate, isvalid, IteratorSize,
    SizeUnknown
using Base: ismalformed, isoverlong, SubString

# The general categories, in utf8proc's order.
const UTF8PROC_CATEGORY_CN = 0
const UTF8PROC_CATEGORY_LU = 1
const UTF8PROC_CATEGORY_LL = 2
const UTF8PROC_CATEGORY_LT = 3
const UTF8PROC_CATEGORY_LM = 4
const UTF8PROC_CATEGORY_LO = 5
const UTF8PROC_CATEGORY_MN = 6
const UTF8PROC_CATEGORY_MC = 7
const UTF8PROC_CATEGORY_ME = 8
const UTF8PROC_CATEGORY_ND = 9
const UTF8PROC_CATEGORY_NL = 10
const UTF8PROC_CATEGORY_NO = 11
const UTF8PROC_CATEGORY_PC = 12
const UTF8PROC_CATEGORY_PD = 13
const UTF8PROC_CATEGORY_PS = 14
const UTF8PROC_CATEGORY_PE = 15
const UTF8PROC_CATEGORY_PI = 16
const UTF8PROC_CATEGORY_PF = 17
const UTF8PROC_CATEGORY_PO = 18
const UTF8PROC_CATEGORY_SM = 19
const UTF8PROC_CATEGORY_SC = 20
const UTF8PROC_CATEGORY_SK = 21
const UTF8PROC_CATEGORY_SO = 22
const UTF8PROC_CATEGORY_ZS = 23
const UTF8PROC_CATEGORY_ZL = 24
const UTF8PROC_CATEGORY_ZP = 25
const UTF8PROC_CATEGORY_CC = 26
const UTF8PROC_CATEGORY_CF = 27
const UTF8PROC_CATEGORY_CS = 28
const UTF8PROC_CATEGORY_CO = 29

const category_strings = [
    "Other, not assigned", "Letter, uppercase", "Letter, lowercase", "Letter, titlecase",
    "Letter, modifier", "Letter, other", "Mark, nonspacing", "Mark, spacing combining",
    "Mark, enclosing", "Number, decimal digit", "Number, letter", "Number, other",
    "Punctuation, connector", "Punctuation, dash", "Punctuation, open", "Punctuation, close",
    "Punctuation, initial quote", "Punctuation, final quote", "Punctuation, other",
    "Symbol, math", "Symbol, currency", "Symbol, modifier", "Symbol, other",
    "Separator, space", "Separator, line", "Separator, paragraph", "Other, control",
    "Other, format", "Other, surrogate", "Other, private use",
    "Invalid, too high", "Malformed, bad data"]
const category_abbrevs = [
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps",
    "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
    "In", "Ma"]

# Options of utf8proc_map.
const UTF8PROC_STABLE = (1 << 1)
const UTF8PROC_COMPAT = (1 << 2)
const UTF8PROC_COMPOSE = (1 << 3)
const UTF8PROC_DECOMPOSE = (1 << 4)
const UTF8PROC_IGNORE = (1 << 5)
const UTF8PROC_REJECTNA = (1 << 6)
const UTF8PROC_NLF2LS = (1 << 7)
const UTF8PROC_NLF2PS = (1 << 8)
const UTF8PROC_NLF2LF = (UTF8PROC_NLF2LS | UTF8PROC_NLF2PS)
const UTF8PROC_STRIPCC = (1 << 9)
const UTF8PROC_CASEFOLD = (1 << 10)
const UTF8PROC_CHARBOUND = (1 << 11)
const UTF8PROC_LUMP = (1 << 12)
const UTF8PROC_STRIPMARK = (1 << 13)

utf8proc_error(result) =
    error(unsafe_string(ccall(:utf8proc_errmsg, Cstring, (Cssize_t,), result)))

function utf8proc_map(str::Union{String,SubString{String}}, options::Integer)
    r = ccall(:jl_utf8proc_map, Any, (Ptr{UInt8}, Csize_t, Cint), str, sizeof(str), options)
    r isa String || utf8proc_error(r)
    return r::String
end
utf8proc_map(s::AbstractString, flags::Integer) = utf8proc_map(String(s), flags)

function normalize(s::AbstractString, nf::Symbol)
    return utf8proc_map(s,
        nf === :NFC ? (UTF8PROC_STABLE | UTF8PROC_COMPOSE) :
        nf === :NFD ? (UTF8PROC_STABLE | UTF8PROC_DECOMPOSE) :
        nf === :NFKC ? (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT) :
        nf === :NFKD ? (UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT) :
        throw(ArgumentError(":$nf is not one of :NFC, :NFD, :NFKC, :NFKD")))
end

function normalize(s::AbstractString;
                   stable::Bool = false, compat::Bool = false, compose::Bool = true,
                   decompose::Bool = false, stripignore::Bool = false, rejectna::Bool = false,
                   newline2ls::Bool = false, newline2ps::Bool = false, newline2lf::Bool = false,
                   stripmark::Bool = false, stripcc::Bool = false, casefold::Bool = false,
                   lump::Bool = false, chartransform = identity)
    flags = 0
    stable && (flags |= UTF8PROC_STABLE)
    compat && (flags |= UTF8PROC_COMPAT)
    # composing wins where nothing else was asked for
    if decompose
        flags |= UTF8PROC_DECOMPOSE
    elseif compose
        flags |= UTF8PROC_COMPOSE
    elseif compat || stripmark
        throw(ArgumentError("compat=true or stripmark=true require compose=true or decompose=true"))
    end
    stripignore && (flags |= UTF8PROC_IGNORE)
    rejectna && (flags |= UTF8PROC_REJECTNA)
    newline2ls + newline2ps + newline2lf > 1 &&
        throw(ArgumentError("only one newline conversion may be specified"))
    newline2ls && (flags |= UTF8PROC_NLF2LS)
    newline2ps && (flags |= UTF8PROC_NLF2PS)
    newline2lf && (flags |= UTF8PROC_NLF2LF)
    stripcc && (flags |= UTF8PROC_STRIPCC)
    casefold && (flags |= UTF8PROC_CASEFOLD)
    lump && (flags |= UTF8PROC_LUMP)
    stripmark && (flags |= UTF8PROC_STRIPMARK)
    chartransform === identity || (s = map(c -> Char(chartransform(UInt32(c))), String(s)))
    return utf8proc_map(s, flags)
end

## width and case

function textwidth(c::AbstractChar)
    ismalformed(c) && return 1
    return Int(ccall(:utf8proc_charwidth, Cint, (UInt32,), c))
end
function textwidth(c::Char)
    b = Base.bitcast(UInt32, c)
    b < 0x7f000000 && return Int(b >= 0x20000000) # ASCII: control characters have no width
    ismalformed(c) && return 1
    return Int(ccall(:utf8proc_charwidth, Cint, (UInt32,), c))
end
function textwidth(s::AbstractString)
    w = 0
    for c in s
        w += textwidth(c)
    end
    return w
end

lowercase(c::T) where {T<:AbstractChar} = isascii(c) ? ('A' <= c <= 'Z' ? c + 0x20 : c) :
    T(ccall(:utf8proc_tolower, UInt32, (UInt32,), c))
uppercase(c::T) where {T<:AbstractChar} = isascii(c) ? ('a' <= c <= 'z' ? c - 0x20 : c) :
    T(ccall(:utf8proc_toupper, UInt32, (UInt32,), c))
titlecase(c::T) where {T<:AbstractChar} = isascii(c) ? ('a' <= c <= 'z' ? c - 0x20 : c) :
    T(ccall(:utf8proc_totitle, UInt32, (UInt32,), c))

## categories

function category_code(c::AbstractChar)
    return !ismalformed(c) ? category_code(UInt32(c)) : Cint(31)
end
category_code(x::Integer) = x <= 0x10ffff ? ccall(:utf8proc_category, Cint, (UInt32,), x) : Cint(30)

category_abbrev(c::AbstractChar) =
    ismalformed(c) ? "Ma" : isoverlong(c) ? "In" : category_abbrevs[category_code(c) + 1]
category_string(c) = category_strings[category_code(c) + 1]

isassigned(c) = UTF8PROC_CATEGORY_CN < category_code(c) <= UTF8PROC_CATEGORY_CO

islowercase(c::AbstractChar) = ismalformed(c) ? false :
    isascii(c) ? 'a' <= c <= 'z' : Bool(ccall(:utf8proc_islower, Cint, (UInt32,), UInt32(c)))
isuppercase(c::AbstractChar) = ismalformed(c) ? false :
    isascii(c) ? 'A' <= c <= 'Z' : Bool(ccall(:utf8proc_isupper, Cint, (UInt32,), UInt32(c)))

iscased(c::AbstractChar) = (cat = category_code(c);
    cat == UTF8PROC_CATEGORY_LU || cat == UTF8PROC_CATEGORY_LT || cat == UTF8PROC_CATEGORY_LL)

isdigit(c::AbstractChar) = (c >= '0') & (c <= '9')
function isletter(c::AbstractChar)
    isascii(c) && return ('a' <= c <= 'z') | ('A' <= c <= 'Z')
    return UTF8PROC_CATEGORY_LU <= category_code(c) <= UTF8PROC_CATEGORY_LO
end
function isnumeric(c::AbstractChar)
    isascii(c) && return '0' <= c <= '9'
    return UTF8PROC_CATEGORY_ND <= category_code(c) <= UTF8PROC_CATEGORY_NO
end
isalnum(c::AbstractChar) = isletter(c) || isnumeric(c)
iscntrl(c::AbstractChar) = c <= '\x1f' || '\x7f' <= c <= '\u9f'
ispunct(c::AbstractChar) = UTF8PROC_CATEGORY_PC <= category_code(c) <= UTF8PROC_CATEGORY_PO
isspace(c::AbstractChar) =
    c == ' ' || '\t' <= c <= '\r' || c == '\u85' || '\ua0' <= c && category_code(c) == UTF8PROC_CATEGORY_ZS
function isprint(c::AbstractChar)
    isascii(c) && return ' ' <= c <= '~'
    return UTF8PROC_CATEGORY_LU <= category_code(c) <= UTF8PROC_CATEGORY_ZS
end
isxdigit(c::AbstractChar) = '0' <= c <= '9' || 'a' <= c <= 'f' || 'A' <= c <= 'F'

## case of strings

uppercase(s::AbstractString) = map(uppercase, s)
lowercase(s::AbstractString) = map(lowercase, s)

function titlecase(s::AbstractString; wordsep::Function = !isletter, strict::Bool = true)
    startword = true
    state = Ref{Int32}(0)
    c0 = '\0'
    b = IOBuffer()
    for c in s
        # a combining mark belongs to the character before it
        if isgraphemebreak!(state, c0, c) && wordsep(c)
            print(b, c)
            startword = true
        else
            print(b, startword ? titlecase(c) : strict ? lowercase(c) : c)
            startword = false
        end
        c0 = c
    end
    return String(take!(b))
end

function uppercasefirst(s::AbstractString)
    isempty(s) && return ""
    c = s[1]
    u = titlecase(c)
    c == u ? (s isa String ? s : String(s)) : string(u, SubString(s, nextind(s, 1)))
end
function lowercasefirst(s::AbstractString)
    isempty(s) && return ""
    c = s[1]
    l = lowercase(c)
    c == l ? (s isa String ? s : String(s)) : string(l, SubString(s, nextind(s, 1)))
end

## graphemes

function isgraphemebreak(c1::AbstractChar, c2::AbstractChar)
    return ismalformed(c1) || ismalformed(c2) ||
        ccall(:utf8proc_grapheme_break, Bool, (UInt32, UInt32), c1, c2)
end
function isgraphemebreak!(state::Ref{Int32}, c1::AbstractChar, c2::AbstractChar)
    if ismalformed(c1) || ismalformed(c2)
        state[] = 0
        return true
    end
    return ccall(:utf8proc_grapheme_break_stateful, Bool, (UInt32, UInt32, Ref{Int32}), c1, c2, state)
end

struct GraphemeIterator{S<:AbstractString}
    s::S
end
graphemes(s::AbstractString) = GraphemeIterator{typeof(s)}(s)
eltype(::Type{GraphemeIterator{S}}) where {S} = SubString{S}
eltype(::Type{GraphemeIterator{SubString{S}}}) where {S} = SubString{S}
IteratorSize(::Type{<:GraphemeIterator}) = SizeUnknown()

function length(g::GraphemeIterator{S}) where {S}
    c0 = eltype(S)(0x00000000)
    n = 0
    state = Ref{Int32}(0)
    for c in g.s
        n += isgraphemebreak!(state, c0, c)
        c0 = c
    end
    return n
end

function iterate(g::GraphemeIterator, i_ = (Int32(0), firstindex(g.s)))
    s = g.s
    statei, i = i_
    state = Ref{Int32}(statei)
    j = i
    y = iterate(s, i)
    y === nothing && return nothing
    c0, k = y
    while k <= ncodeunits(s)
        c, l = iterate(s, k)::NTuple{2,Any}
        isgraphemebreak!(state, c0, c) && break
        j = k
        k = l
        c0 = c
    end
    return (SubString(s, i, j), (state[], k))
end

isless(g1::GraphemeIterator{S}, g2::GraphemeIterator{S}) where {S} = isless(g1.s, g2.s)
hash(g::GraphemeIterator, h::UInt) = hash(g.s, h)
show(io::IO, g::GraphemeIterator{S}) where {S} =
    print(io, "length-", length(g), " GraphemeIterator{", S, "} for \"", g.s, "\"")

function isequal_normalized(s1::AbstractString, s2::AbstractString;
                            casefold::Bool = false, stripmark::Bool = false, chartransform = identity)
    n1 = normalize(s1; decompose = true, compose = false, casefold, stripmark, chartransform)
    n2 = normalize(s2; decompose = true, compose = false, casefold, stripmark, chartransform)
    return n1 == n2
end

julia_chartransform(c::Char) = c == 'ɛ' ? 'ε' : c == 'µ' ? 'μ' : c == '·' || c == '·' ? '⋅' :
    c == '−' ? '-' : c
julia_chartransform(c::UInt32) = UInt32(julia_chartransform(Char(c)))

end # module Unicode
