# String utilities over search and SubString: prefixes, stripping, padding, splitting, replacing,
# hexadecimal text.

const Chars = Union{AbstractChar,Tuple{Vararg{AbstractChar}},AbstractVector{<:AbstractChar},AbstractSet{<:AbstractChar}}

## prefixes and suffixes

function startswith(a::AbstractString, b::AbstractString)
    x, y = iterate(a), iterate(b)
    while y !== nothing
        (x === nothing || x[1] != y[1]) && return false
        x, y = iterate(a, x[2]), iterate(b, y[2])
    end
    return true
end
function startswith(a::Union{String,SubString{String}}, b::Union{String,SubString{String}})
    n = ncodeunits(b)
    ncodeunits(a) < n && return false
    # equal bytes, and `b` does not end inside a character of `a`
    return _memcmp(a, b, sizeof(b)) == 0 && nextind(a, n) == n + 1
end
startswith(a::AbstractString, c::Chars) = !isempty(a) && (first(a) in _charset(c))::Bool
function endswith(a::AbstractString, b::AbstractString)
    i, j = lastindex(a), lastindex(b)
    while j >= 1
        (i < 1 || a[i] != b[j]) && return false
        i, j = prevind(a, i), prevind(b, j)
    end
    return true
end
function endswith(a::Union{String,SubString{String}}, b::Union{String,SubString{String}})
    n, m = ncodeunits(b), ncodeunits(a)
    astart = m - n + 1
    astart < 1 && return false
    return GC.@preserve(a, _memcmp(pointer(a, astart), b, sizeof(b)) == 0) && thisind(a, astart) == astart
end
endswith(a::AbstractString, c::Chars) = !isempty(a) && (last(a) in _charset(c))::Bool
startswith(s) = Base.Fix2(startswith, s)
endswith(s) = Base.Fix2(endswith, s)

startswith(io::IO, prefix::Base.Chars) = !eof(io) && (peek(io, Char) in _charset(prefix))
function startswith(io::IO, prefix::Union{String,SubString{String}})
    mark(io)
    s = read(io, ncodeunits(prefix))
    reset(io)
    return s == codeunits(prefix)
end
startswith(io::IO, prefix::AbstractString) = startswith(io, String(prefix))

_charset(c::AbstractChar) = (c,)
_charset(c) = c

function chopprefix(s::AbstractString, prefix::AbstractString)
    k = firstindex(s)
    x, y = iterate(s), iterate(prefix)
    while y !== nothing
        (x === nothing || x[1] != y[1]) && return SubString(s)
        k = x[2]
        x, y = iterate(s, x[2]), iterate(prefix, y[2])
    end
    return SubString(s, k)
end
chopprefix(s::Union{String,SubString{String}}, prefix::Union{String,SubString{String}}) =
    startswith(s, prefix) ? SubString(s, 1 + ncodeunits(prefix)) : SubString(s)
function chopsuffix(s::Union{String,SubString{String}}, suffix::Union{String,SubString{String}})
    (isempty(suffix) || !endswith(s, suffix)) && return SubString(s)
    n = ncodeunits(s) - ncodeunits(suffix)
    return SubString(s, 1, thisind(s, n))
end
chopsuffix(s::AbstractString, suffix::AbstractString) =
    !isempty(suffix) && endswith(s, suffix) ?
        SubString(s, firstindex(s), prevind(s, lastindex(s), length(suffix))) : SubString(s)

function chop(s::AbstractString; head::Integer = 0, tail::Integer = 1)
    isempty(s) && return SubString(s)
    return SubString(s, nextind(s, firstindex(s), head), prevind(s, lastindex(s), tail))
end

function chomp(s::AbstractString)
    i = lastindex(s)
    (i < 1 || s[i] != '\n') && return SubString(s, 1, i)
    j = prevind(s, i)
    (j < 1 || s[j] != '\r') && return SubString(s, 1, j)
    return SubString(s, 1, prevind(s, j))
end

## stripping

lstrip(s::AbstractString) = lstrip(isspace, s)
lstrip(s::AbstractString, chars::Chars) = lstrip(in(_charset(chars)), s)
function lstrip(f, s::AbstractString)
    for (i, c) in pairs(s)
        f(c)::Bool || return SubString(s, i)
    end
    return SubString(s, lastindex(s) + 1)
end
rstrip(s::AbstractString) = rstrip(isspace, s)
rstrip(s::AbstractString, chars::Chars) = rstrip(in(_charset(chars)), s)
function rstrip(f, s::AbstractString)
    i = lastindex(s)
    while i >= 1
        f(s[i])::Bool || return SubString(s, 1, i)
        i = prevind(s, i)
    end
    return SubString(s, 1, 0)
end
strip(s::AbstractString) = lstrip(rstrip(s))
strip(s::AbstractString, chars::Chars) = lstrip(rstrip(s, chars), chars)
strip(f, s::AbstractString) = lstrip(f, rstrip(f, s))

## padding, in columns of text

lpad(s, n::Integer, p::Union{AbstractChar,AbstractString} = ' ') =
    lpad(string(s)::AbstractString, n, string(p))
function lpad(s::Union{AbstractChar,AbstractString}, n::Integer,
              p::Union{AbstractChar,AbstractString} = ' ')::String
    fill = _padding(s, Int(n), p)
    return string(fill, s)
end
rpad(s, n::Integer, p::Union{AbstractChar,AbstractString} = ' ') =
    rpad(string(s)::AbstractString, n, string(p))
function rpad(s::Union{AbstractChar,AbstractString}, n::Integer,
              p::Union{AbstractChar,AbstractString} = ' ')::String
    fill = _padding(s, Int(n), p)
    return string(s, fill)
end
function _padding(s, n::Int, p)
    m = n - Int(textwidth(s))::Int
    m <= 0 && return ""
    l = Int(textwidth(p))::Int
    l == 0 && throw(ArgumentError("$(repr(p)) has zero textwidth, cannot be used for padding"))
    q, r = divrem(m, l)
    r == 0 && return string(p^q)
    return string(p^q, first(string(p), r))
end

## splitting

struct SplitIterator{S<:AbstractString,F}
    str::S
    splitter::F
    limit::Int
    keepempty::Bool
end
eltype(::Type{<:SplitIterator{T}}) where {T} = SubString{T}
eltype(::Type{<:SplitIterator{<:SubString{T}}}) where {T} = SubString{T}
IteratorSize(::Type{<:SplitIterator}) = SizeUnknown()

# State: start of the next piece, where to look for the next separator, pieces so far. After the
# last piece the start lies two past the end.
function iterate(iter::SplitIterator, (i, k, n) = (firstindex(iter.str), firstindex(iter.str), 0))
    s = iter.str
    z = ncodeunits(s)::Int
    i - 1 > z && return nothing
    while n != iter.limit - 1
        k > z + 1 && break
        r = findnext(iter.splitter, s, k)::Union{Nothing,Int,UnitRange{Int}}
        (r === nothing || first(r) > z) && break
        j, next = first(r), nextind(s, last(r))::Int
        # an empty separator must still move on
        look = next <= j ? nextind(s, j)::Int : next
        if i < next
            (iter.keepempty || i < j) &&
                return (SubString(s, i, prevind(s, j)::Int), (next, look, n + 1))
            i = next
        end
        k = look
    end
    iter.keepempty || i <= z || return nothing
    return (SubString(s, i), (z + 2, k, n + 1))
end

eachsplit(str::T, splitter; limit::Integer = 0, keepempty::Bool = true) where {T<:AbstractString} =
    SplitIterator(str, splitter, limit, keepempty)
eachsplit(str::T, splitter::Union{Tuple{Vararg{AbstractChar}},AbstractVector{<:AbstractChar},AbstractSet{<:AbstractChar}};
          limit::Integer = 0, keepempty = true) where {T<:AbstractString} =
    eachsplit(str, in(splitter); limit, keepempty)
eachsplit(str::T, splitter::AbstractChar; limit::Integer = 0, keepempty = true) where {T<:AbstractString} =
    eachsplit(str, isequal(splitter); limit, keepempty)
eachsplit(str::AbstractString; limit::Integer = 0, keepempty = false) =
    eachsplit(str, isspace; limit, keepempty)

function split(str::T, splitter; limit::Integer = 0, keepempty::Bool = true) where {T<:AbstractString}
    out = (T <: SubString ? T : SubString{T})[]
    for piece in eachsplit(str, splitter; limit, keepempty)
        push!(out, piece)
    end
    return out
end
split(str::AbstractString; limit::Integer = 0, keepempty::Bool = false) =
    split(str, isspace; limit, keepempty)

function rsplit(str::T, splitter; limit::Integer = 0, keepempty::Bool = true) where {T<:AbstractString}
    return _rsplit(str, splitter, limit, keepempty, T <: SubString ? T[] : SubString{T}[])
end
rsplit(str::T, splitter::Union{Tuple{Vararg{AbstractChar}},AbstractVector{<:AbstractChar},AbstractSet{<:AbstractChar}};
       limit::Integer = 0, keepempty::Bool = true) where {T<:AbstractString} =
    _rsplit(str, in(splitter), limit, keepempty, T <: SubString ? T[] : SubString{T}[])
rsplit(str::T, splitter::AbstractChar; limit::Integer = 0, keepempty::Bool = true) where {T<:AbstractString} =
    _rsplit(str, isequal(splitter), limit, keepempty, T <: SubString ? T[] : SubString{T}[])
rsplit(str::AbstractString; limit::Integer = 0, keepempty::Bool = false) =
    rsplit(str, isspace; limit, keepempty)

function _rsplit(str, splitter, limit, keepempty, out)
    n = lastindex(str)::Int
    r = n == 0 ? nothing : findlast(splitter, str)
    while r !== nothing && first(r) > 0 && last(r) > 0 && length(out) != limit - 1
        j, k = first(r)::Int, last(r)::Int
        (keepempty || k < n) && pushfirst!(out, SubString(str, nextind(str, k)::Int, n))
        n = prevind(str, j)::Int
        n < 1 && break
        r = findprev(splitter, str, n)::Union{Nothing,Int,UnitRange{Int}}
    end
    (keepempty || n > 0) && pushfirst!(out, SubString(str, 1, n))
    return out
end

## replacing

_replace(io, repl, str, r, pattern) = print(io, repl)
_replace(io, repl::Function, str, r, pattern) = print(io, repl(SubString(str, first(r), last(r))))
_replace(io, repl::Function, str, r, pattern::Function) = print(io, repl(str[first(r)]))

_pat_replacer(x) = x
_free_pat_replacer(x) = nothing
_pat_replacer(x::AbstractChar) = isequal(x)
_pat_replacer(x::Union{Tuple{Vararg{AbstractChar}},AbstractVector{<:AbstractChar},Set{<:AbstractChar}}) = in(x)

# Where `p` is found at or after i; a range that begins past the end where it is not.
function _next_match(p, str, i::Int, e1::Int)
    i > e1 && return e1 + 1:0
    r = findnext(p, str, i)
    r === nothing && return e1 + 1:0
    first(r) == 0 && return e1 + 1:0
    return r isa Int ? (r:r) : r
end

function _replace_all(io::IO, str::AbstractString, patterns::Tuple, repls::Tuple, count::Int)
    e1 = nextind(str, lastindex(str))::Int
    a = firstindex(str)
    rs = Any[_next_match(p, str, a, e1) for p in patterns]
    i = a # start of what is not yet copied
    n = 0
    while n < count
        # the leftmost match; of several, the pattern given first
        best = 1
        for q in 2:length(rs)
            first(rs[q])::Int < first(rs[best])::Int && (best = q)
        end
        r = rs[best]::UnitRange{Int}
        j, k = first(r), last(r)
        j > e1 && break
        if i == a || i <= k
            i < j && write(io, SubString(str, i, prevind(str, j)))
            _replace(io, repls[best], str, r, patterns[best])
        end
        if k < j # an empty match: the character after it is copied
            i = j
            j == e1 && break
            k = nextind(str, j)::Int
        else
            i = k = nextind(str, k)::Int
        end
        n += 1
        for q in 1:length(rs)
            first(rs[q])::Int < k && (rs[q] = _next_match(patterns[q], str, k, e1))
        end
    end
    i < e1 && write(io, SubString(str, i))
    return
end

function _check_count(count::Integer)
    count < 0 && throw(DomainError(count, "`count` must be non-negative."))
    return count > typemax(Int) ? typemax(Int) : Int(count)
end

function replace(io::IO, s::AbstractString, pat_f::Pair...; count = typemax(Int))
    c = _check_count(count)
    (c == 0 || isempty(pat_f)) && (write(io, s); return io)
    patterns = map(p -> _pat_replacer(first(p)), pat_f)
    try
        _replace_all(io, String(s), patterns, map(last, pat_f), c)
    finally
        foreach(_free_pat_replacer, patterns)
    end
    return io
end
function replace(s::AbstractString, pat_f::Pair...; count = typemax(Int))
    c = _check_count(count)
    (c == 0 || isempty(pat_f)) && return String(s)
    str = String(s)
    patterns = map(p -> _pat_replacer(first(p)), pat_f)
    out = IOBuffer(sizehint = ceil(Int, 1.2 * sizeof(str)))
    try
        _replace_all(out, str, patterns, map(last, pat_f), c)
    finally
        foreach(_free_pat_replacer, patterns)
    end
    return String(take!(out))
end

## hexadecimal

@inline function number_from_hex(c::UInt8)
    UInt8('0') <= c <= UInt8('9') && return c - UInt8('0')
    c |= 0x20
    UInt8('a') <= c <= UInt8('f') && return c - UInt8('a') + 0x0a
    throw(ArgumentError("byte is not an ASCII hexadecimal digit"))
end
number_from_hex(c::AbstractChar) = isascii(c) ? number_from_hex(UInt8(c)) :
    throw(ArgumentError("byte is not an ASCII hexadecimal digit"))

function hex2bytes!(dest::AbstractArray{UInt8}, itr)
    isodd(length(itr)) && throw(ArgumentError("length of iterable must be even"))
    @boundscheck 2 * length(dest) != length(itr) &&
        throw(ArgumentError("length of output array must be half of the length of input iterable"))
    x = iterate(itr)
    for i in eachindex(dest)
        y = iterate(itr, x[2])
        dest[i] = number_from_hex(x[1]) << 4 + number_from_hex(y[1])
        x = iterate(itr, y[2])
    end
    return dest
end
hex2bytes(s::Union{String,SubString{String}}) = hex2bytes(codeunits(s))
hex2bytes(s) = hex2bytes!(Vector{UInt8}(undef, length(s)::Int >> 1), s)

function bytes2hex(itr)
    b = StringVector(2 * length(itr))
    i = 0
    for x in itr
        b[i += 1] = hex_chars[1 + x >> 4]
        b[i += 1] = hex_chars[1 + x & 0xf]
    end
    return String(b)
end
function bytes2hex(io::IO, itr)
    for x in itr
        print(io, Char(hex_chars[1 + x >> 4]), Char(hex_chars[1 + x & 0xf]))
    end
end

function ascii(s::String)
    for i in 1:sizeof(s)
        codeunit(s, i) < 0x80 || __throw_invalid_ascii(s, i)
    end
    return s
end
@noinline __throw_invalid_ascii(s::String, i::Int) =
    throw(ArgumentError("invalid ASCII at index $i in $(repr(s))"))
ascii(x::AbstractString) = ascii(String(x))

Base.rest(s::Union{String,SubString{String}}, i = 1) = SubString(s, i)
Base.rest(s::AbstractString, st...) = sprint() do io
    for x in Iterators.rest(s, st...)
        print(io, x)
    end
end
