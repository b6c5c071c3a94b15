# Regular expressions: Regex, match, eachmatch, and the methods of searching and replacing for them.
# A compiled pattern is a pointer that does not outlive the process; `compile` makes it anew.

include("pcre.jl")

const DEFAULT_COMPILER_OPTS = PCRE.UTF | PCRE.MATCH_INVALID_UTF | PCRE.ALT_BSUX | PCRE.UCP
const DEFAULT_MATCH_OPTS = PCRE.NO_UTF_CHECK

mutable struct Regex <: AbstractPattern
    pattern::String
    compile_options::UInt32
    match_options::UInt32
    regex::Ptr{Cvoid}

    function Regex(pattern::AbstractString, compile_options::Integer, match_options::Integer)
        pattern = String(pattern)::String
        compile_options = UInt32(compile_options)
        match_options = UInt32(match_options)
        if (compile_options & ~PCRE.COMPILE_MASK) != 0
            throw(ArgumentError("invalid regex compile options: $compile_options"))
        end
        if (match_options & ~PCRE.EXECUTE_MASK) != 0
            throw(ArgumentError("invalid regex match options: $match_options"))
        end
        re = compile(new(pattern, compile_options, match_options, C_NULL))
        finalizer(re) do re
            re.regex == C_NULL || PCRE.free_re(re.regex)
            re.regex = C_NULL
        end
        return re
    end
end

function Regex(pattern::AbstractString, flags::AbstractString)
    compile_options = DEFAULT_COMPILER_OPTS
    for f in flags
        if f == 'a'
            compile_options &= ~PCRE.UCP
        else
            compile_options |= f == 'i' ? PCRE.CASELESS : f == 'm' ? PCRE.MULTILINE :
                f == 's' ? PCRE.DOTALL : f == 'x' ? PCRE.EXTENDED :
                throw(ArgumentError("unknown regex flag: $f"))
        end
    end
    return Regex(pattern, compile_options, DEFAULT_MATCH_OPTS)
end
Regex(pattern::AbstractString) = Regex(pattern, DEFAULT_COMPILER_OPTS, DEFAULT_MATCH_OPTS)

function compile(regex::Regex)
    if regex.regex == C_NULL
        regex.regex = PCRE.compile(regex.pattern, regex.compile_options)
        PCRE.jit_compile(regex.regex)
    end
    return regex
end

macro r_str(pattern, flags...)
    return Regex(pattern, flags...)
end

function show(io::IO, re::Regex)
    imsxa = PCRE.CASELESS | PCRE.MULTILINE | PCRE.DOTALL | PCRE.EXTENDED | PCRE.UCP
    opts = re.compile_options
    if (opts & ~imsxa) == (DEFAULT_COMPILER_OPTS & ~imsxa)
        print(io, "r\"")
        escape_raw_string(io, re.pattern)
        print(io, "\"")
        (opts & PCRE.CASELESS) != 0 && print(io, 'i')
        (opts & PCRE.MULTILINE) != 0 && print(io, 'm')
        (opts & PCRE.DOTALL) != 0 && print(io, 's')
        (opts & PCRE.EXTENDED) != 0 && print(io, 'x')
        (opts & PCRE.UCP) == 0 && print(io, 'a')
    else
        print(io, "Regex(")
        show(io, re.pattern)
        print(io, ", ")
        show(io, opts)
        print(io, ", ")
        show(io, re.match_options)
        print(io, ")")
    end
end

## matches

abstract type AbstractMatch end

struct RegexMatch <: AbstractMatch
    match::SubString{String}
    captures::Vector{Union{Nothing,SubString{String}}}
    offset::Int
    offsets::Vector{Int}
    regex::Regex
end

function keys(m::RegexMatch)
    names = PCRE.capture_names(compile(m.regex).regex)
    return map(eachindex(m.captures)) do i
        get(names, i, i)
    end
end

function show(io::IO, m::RegexMatch)
    print(io, "RegexMatch(")
    show(io, m.match)
    for (i, name) in enumerate(keys(m))
        print(io, ", ", name, "=")
        show(io, m.captures[i])
    end
    print(io, ")")
end

getindex(m::RegexMatch, idx::Integer) = m.captures[idx]
function getindex(m::RegexMatch, name::Union{AbstractString,Symbol})
    idx = PCRE.substring_number_from_name(compile(m.regex).regex, name)
    idx <= 0 && error("no capture group named $name found in regex")
    return m[idx]
end
haskey(m::RegexMatch, idx::Integer) = idx in eachindex(m.captures)
haskey(m::RegexMatch, name::Union{AbstractString,Symbol}) =
    PCRE.substring_number_from_name(compile(m.regex).regex, name) > 0
iterate(m::RegexMatch, args...) = iterate(m.captures, args...)
length(m::RegexMatch) = length(m.captures)
eltype(m::RegexMatch) = eltype(m.captures)
lastindex(m::RegexMatch) = lastindex(m.captures)

# A pattern with match data of its own, for searching many times.
struct RegexAndMatchData
    re::Regex
    match_data::Ptr{Cvoid}
    RegexAndMatchData(re::Regex) = (compile(re); new(re, PCRE.create_match_data(re.regex)))
end

function _with_match_data(f, re::Regex)
    compile(re)
    data = PCRE.create_match_data(re.regex)
    try
        return f(data)
    finally
        PCRE.free_match_data(data)
    end
end

_exec(re::Regex, s, offset, opts, data) = PCRE.exec(re.regex, s, offset, opts, data)

occursin(r::Regex, s::AbstractString; offset::Integer = 0) = occursin(r, String(s); offset)
function occursin(r::Regex, s::Union{String,SubString{String}}; offset::Integer = 0)
    return _with_match_data(data -> _exec(r, s, offset, r.match_options, data), r)
end
function startswith(s::Union{String,SubString{String}}, r::Regex)
    return _with_match_data(data -> _exec(r, s, 0, r.match_options | PCRE.ANCHORED, data), r)
end
function endswith(s::Union{String,SubString{String}}, r::Regex)
    return _with_match_data(data -> _exec(r, s, 0, r.match_options | PCRE.ENDANCHORED, data), r)
end
startswith(s::AbstractString, r::Regex) = startswith(String(s), r)
endswith(s::AbstractString, r::Regex) = endswith(String(s), r)

chopprefix(s::AbstractString, prefix::Regex) = (m = match(prefix, String(s), firstindex(s), PCRE.ANCHORED);
    m === nothing ? SubString(s) : SubString(s, ncodeunits(m.match) + 1))
chopsuffix(s::AbstractString, suffix::Regex) = (m = match(suffix, String(s), firstindex(s), PCRE.ENDANCHORED);
    (m === nothing || isempty(m.match)) ? SubString(s) : SubString(s, firstindex(s), prevind(s, m.offset)))

match(r::Regex, s::AbstractString) = match(r, s, firstindex(s))
match(r::Regex, s::AbstractString, i::Integer) = throw(ArgumentError(
    "regex matching is only available for the String type; use String(s) to convert"))
function match(re::Regex, str::Union{SubString{String},String}, idx::Integer, add_opts::UInt32 = UInt32(0))
    return _with_match_data(re) do data
        opts = re.match_options | add_opts
        _exec(re, str, idx - 1, opts, data) || return nothing
        return _regex_match(re, str, data)
    end
end

# What the match data holds, as a RegexMatch.
function _regex_match(re::Regex, str, data)
    n = PCRE.ovec_length(data) - 1
    p = PCRE.ovec_ptr(data)
    from, upto = Int(unsafe_load(p, 1)), Int(unsafe_load(p, 2))
    # \K may put the start behind the end
    mat = SubString(str, from + 1, prevind(str, upto + 1))
    cap = Vector{Union{Nothing,SubString{String}}}(nothing, n)
    off = Vector{Int}(undef, n)
    for i in 1:n
        a, b = unsafe_load(p, 2i + 1), unsafe_load(p, 2i + 2)
        if a == PCRE.UNSET
            off[i] = 0
        else
            cap[i] = SubString(str, Int(a) + 1, prevind(str, Int(b) + 1))
            off[i] = Int(a) + 1
        end
    end
    return RegexMatch(mat, cap, from + 1, off, re)
end

## searching

function findnext(re::Regex, str::Union{String,SubString{String}}, idx::Integer)
    return _with_match_data(data -> _findnext_re(re, str, idx, data), re)
end
findnext(r::RegexAndMatchData, str, idx::Integer) = _findnext_re(r.re, str, idx, r.match_data)
function _findnext_re(re::Regex, str, idx::Integer, data::Ptr{Cvoid})
    idx > nextind(str, lastindex(str)) && throw(BoundsError())
    _exec(re, str, idx - 1, re.match_options, data) || return nothing
    p = PCRE.ovec_ptr(data)
    from, upto = Int(unsafe_load(p, 1)), Int(unsafe_load(p, 2))
    return (from + 1):prevind(str, upto + 1)
end
findnext(r::Regex, s::AbstractString, idx::Integer) = throw(ArgumentError(
    "regex search is only available for the String type; use String(s) to convert"))
findfirst(r::Regex, s::AbstractString) = findnext(r, s, firstindex(s))
findlast(r::Regex, s::AbstractString) = (rs = findall(r, s); isempty(rs) ? nothing : rs[end])

## all matches

struct RegexMatchIterator
    regex::Regex
    string::String
    overlap::Bool
    RegexMatchIterator(regex::Regex, string::AbstractString, ovr::Bool = false) =
        new(regex, String(string), ovr)
end
compile(itr::RegexMatchIterator) = (compile(itr.regex); itr)
eltype(::Type{RegexMatchIterator}) = RegexMatch
IteratorSize(::Type{RegexMatchIterator}) = SizeUnknown()

# After an empty match the next one may not be empty at the same place.
function iterate(itr::RegexMatchIterator, (offset, prevempty) = (1, false))
    opts_nonempty = PCRE.ANCHORED | PCRE.NOTEMPTY_ATSTART
    while true
        mat = match(itr.regex, itr.string, offset, prevempty ? opts_nonempty : UInt32(0))
        if mat === nothing
            if prevempty && offset <= sizeof(itr.string)
                offset = nextind(itr.string, offset)
                prevempty = false
                continue
            end
            return nothing
        end
        if itr.overlap
            offset = isempty(mat.match) ? mat.offset : nextind(itr.string, mat.offset)
        else
            offset = mat.offset + ncodeunits(mat.match)
        end
        return (mat, (offset, isempty(mat.match)))
    end
end
eachmatch(re::Regex, str::AbstractString; overlap = false) = RegexMatchIterator(re, str, overlap)

function count(t::Regex, s::AbstractString; overlap::Bool = false)
    n = 0
    for _ in eachmatch(t, s; overlap)
        n += 1
    end
    return n
end

## replacement text with groups

struct SubstitutionString{T<:AbstractString} <: AbstractString
    string::T
end
ncodeunits(s::SubstitutionString) = ncodeunits(s.string)::Int
codeunit(s::SubstitutionString) = codeunit(s.string)::CodeunitType
codeunit(s::SubstitutionString, i::Integer) = codeunit(s.string, i)::Union{UInt8,UInt16,UInt32}
isvalid(s::SubstitutionString, i::Integer) = isvalid(s.string, i)::Bool
iterate(s::SubstitutionString, i::Integer...) = iterate(s.string, i...)::Union{Nothing,Tuple{AbstractChar,Int}}
function show(io::IO, s::SubstitutionString)
    print(io, "s\"")
    escape_raw_string(io, s.string)
    print(io, "\"")
end
macro s_str(string)
    return SubstitutionString(string)
end

const KEEP_ESC = ('\\', 'g', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9')

replace_err(repl) = error("Bad replacement string: $repl")

_pat_replacer(r::Regex) = RegexAndMatchData(r)
_free_pat_replacer(r::RegexAndMatchData) = PCRE.free_match_data(r.match_data)

_replace(io, repl_s::SubstitutionString, str, r, re) =
    print(io, unescape_string(repl_s.string)) # without groups to refer to
_replace(io, repl_s::SubstitutionString, str, r, ::Function) =
    print(io, unescape_string(repl_s.string))

function _write_capture(io::IO, group::Int, str, r, re::RegexAndMatchData)
    # The match data may be that of a later match of another pattern's turn: match here again.
    _exec(re.re, str, first(r) - 1, re.re.match_options, re.match_data)
    n = PCRE.ovec_length(re.match_data)
    group < n || error("PCRE error: unknown substring")
    p = PCRE.ovec_ptr(re.match_data)
    a, b = unsafe_load(p, 2group + 1), unsafe_load(p, 2group + 2)
    a == PCRE.UNSET && return
    a < b && write(io, SubString(str, Int(a) + 1, prevind(str, Int(b) + 1)))
    return
end
function _write_capture(io::IO, group::Int, str, r, re)
    group == 0 || replace_err("pattern is not a Regex")
    return print(io, SubString(str, first(r), last(r)))
end

function _replace(io, repl_s::SubstitutionString, str, r, re::RegexAndMatchData)
    repl = unescape_string(repl_s.string, KEEP_ESC)
    i = firstindex(repl)
    e = lastindex(repl)
    while i <= e
        c = repl[i]
        i = nextind(repl, i)
        if c != '\\'
            write(io, c)
            continue
        end
        i > e && replace_err(repl)
        c = repl[i]
        if c == '\\'
            write(io, '\\')
            i = nextind(repl, i)
        elseif isdigit(c)
            group = 0
            while i <= e && isdigit(repl[i])
                group = 10group + (repl[i] - '0')
                i = nextind(repl, i)
            end
            _write_capture(io, group, str, r, re)
        elseif c == 'g'
            i = nextind(repl, i)
            (i > e || repl[i] != '<') && replace_err(repl)
            i = nextind(repl, i)
            start = i
            while i <= e && repl[i] != '>'
                i = nextind(repl, i)
            end
            (i > e || i == start) && replace_err(repl)
            name = SubString(repl, start, prevind(repl, i))
            if all(isdigit, name)
                group = parse(Int, name)
            else
                group = Int(PCRE.substring_number_from_name(re.re.regex, String(name)))
                group <= 0 && replace_err("Group $name not found in regex $(re.re)")
            end
            _write_capture(io, group, str, r, re)
            i = nextind(repl, i)
        else
            replace_err(repl)
        end
    end
end

## comparison and combination

==(a::Regex, b::Regex) = a.pattern == b.pattern && a.compile_options == b.compile_options &&
    a.match_options == b.match_options
const hashre_seed = UInt === UInt64 ? 0x67e195eb8555e72d : 0xe32373e4
function hash(r::Regex, h::UInt)
    h += hashre_seed
    h = hash(r.pattern, h)
    h = hash(r.compile_options, h)
    return hash(r.match_options, h)
end

# The result has the options of the operands, which may differ in i, m, s and x only; those go into the
# text where they differ.
function *(r1::Union{Regex,AbstractString,AbstractChar}, rs::Union{Regex,AbstractString,AbstractChar}...)
    mask = PCRE.CASELESS | PCRE.MULTILINE | PCRE.DOTALL | PCRE.EXTENDED
    all_parts = (r1, rs...)
    common = ~UInt32(0)
    unmasked = UInt32(0)
    match_opts = nothing
    for r in all_parts
        r isa Regex || continue
        common &= r.compile_options
        if match_opts === nothing
            match_opts = r.match_options
            unmasked = r.compile_options & ~mask
        else
            r.match_options == match_opts && r.compile_options & ~mask == unmasked ||
                throw(ArgumentError("cannot multiply regexes: incompatible options"))
        end
    end
    shared = common & mask
    return Regex(string(map(r -> _wrap_regex(r, shared), all_parts)...), unmasked | shared, match_opts)
end
*(r::Regex) = r

function _wrap_regex(r::Regex, shared)
    flags = ""
    for (f, c) in ((PCRE.CASELESS, 'i'), (PCRE.MULTILINE, 'm'), (PCRE.DOTALL, 's'), (PCRE.EXTENDED, 'x'))
        (r.compile_options & f != 0 && shared & f == 0) && (flags = string(flags, c))
    end
    return isempty(flags) ? string("(?:", r.pattern, ")") : string("(?", flags, ":", r.pattern, ")")
end
# A literal that holds the end mark is quoted in two pieces.
_wrap_regex(s::Union{AbstractString,AbstractChar}, shared) =
    string("\\Q", replace(string(s), "\\E" => "\\\\E\\Q"), "\\E")
^(r::Regex, i::Integer) = Regex(string("(?:", r.pattern, "){", i, "}"), r.compile_options, r.match_options)
