# Searching in strings: findfirst/findnext/findlast/findprev/findall for characters, predicates,
# strings and byte vectors; occursin, contains, in. Regex methods are in regex.jl.
# Positions are code unit indices; finding a string gives the range of its characters.

abstract type AbstractPattern end

nothing_sentinel(i) = i == 0 ? nothing : i

## one byte, in String or byte vectors

# Position of byte `b` in `a` at or after i, or 0.
function _search(a::Union{String,SubString{String},ByteArray}, b::Union{Int8,UInt8}, i::Integer = 1)
    n = sizeof(a)
    if i < 1 || i > n + 1
        throw(BoundsError(a, i))
    end
    i == n + 1 && return 0
    GC.@preserve a begin
        p = _byte_pointer(a)
        q = ccall(:memchr, Ptr{UInt8}, (Ptr{UInt8}, Int32, Csize_t), p + i - 1, b, n - i + 1)
        return q == C_NULL ? 0 : Int(q - p + 1)
    end
end

function _rsearch(a::Union{String,SubString{String},ByteArray}, b::Union{Int8,UInt8}, i::Integer = sizeof(a))
    i < 0 || i > sizeof(a) && throw(BoundsError(a, i))
    GC.@preserve a begin
        p = _byte_pointer(a)
        k = Int(i)
        while k >= 1
            unsafe_load(p, k) == b % UInt8 && return k
            k -= 1
        end
    end
    return 0
end
_byte_pointer(a::Union{String,SubString{String}}) = pointer(a)
_byte_pointer(a::CodeUnits{UInt8,String}) = pointer(a.s)
_byte_pointer(a::Union{Vector{UInt8},Vector{Int8}}) = convert(Ptr{UInt8}, pointer(a))

first_utf8_byte(c::Char) = (bitcast(UInt32, c) >> 24) % UInt8

## characters and predicates

function findnext(pred::Fix2{<:Union{typeof(isequal),typeof(==)},<:AbstractChar},
                  s::Union{String,SubString{String}}, i::Integer)
    if i < 1 || i > sizeof(s)
        i == sizeof(s) + 1 && return nothing
        throw(BoundsError(s, i))
    end
    @inbounds isvalid(s, i) || string_index_err(s, i)
    c = Char(pred.x)::Char
    c <= '\x7f' && return nothing_sentinel(_search(s, first_utf8_byte(c), i))
    while true
        i = _search(s, first_utf8_byte(c), i)
        i == 0 && return nothing
        isvalid(s, i) && pred(s[i]) && return i
        i = nextind(s, i)
        i > sizeof(s) && return nothing
    end
end

function findprev(pred::Fix2{<:Union{typeof(isequal),typeof(==)},<:AbstractChar},
                  s::Union{String,SubString{String}}, i::Integer)
    c = Char(pred.x)::Char
    c <= '\x7f' && return nothing_sentinel(_rsearch(s, first_utf8_byte(c), i))
    b = first_utf8_byte(c)
    while true
        i = _rsearch(s, b, i)
        i == 0 && return nothing
        isvalid(s, i) && pred(s[i]) && return i
        i = prevind(s, i)
        i < 1 && return nothing
    end
end

function findnext(testf::Function, s::AbstractString, i::Integer)
    i = Int(i)
    z = ncodeunits(s) + 1
    1 <= i <= z || throw(BoundsError(s, i))
    @inbounds i == z || isvalid(s, i) || string_index_err(s, i)
    e = lastindex(s)
    while i <= e
        testf(@inbounds s[i]) && return i
        i = @inbounds nextind(s, i)
    end
    return nothing
end

function findprev(testf::Function, s::AbstractString, i::Integer)
    i = Int(i)
    z = ncodeunits(s) + 1
    0 <= i <= z || throw(BoundsError(s, i))
    i == z && return nothing
    @inbounds i == 0 || isvalid(s, i) || string_index_err(s, i)
    while i >= 1
        testf(@inbounds s[i]) && return i
        i = @inbounds prevind(s, i)
    end
    return nothing
end

findfirst(c::AbstractChar, s::AbstractString) = findfirst(isequal(c), s)
findlast(c::AbstractChar, s::AbstractString) = findlast(isequal(c), s)
findnext(ch::AbstractChar, s::AbstractString, ind::Integer) = findnext(==(ch), s, ind)
findprev(ch::AbstractChar, s::AbstractString, ind::Integer) = findprev(==(ch), s, ind)
findfirst(pattern::AbstractString, s::AbstractString) =
    findnext(pattern, s, firstindex(s))
findfirst(pattern::AbstractVector{<:Union{Int8,UInt8}}, a::AbstractVector{<:Union{Int8,UInt8}}) =
    nothing_sentinel_range(_searchindex(a, pattern, firstindex(a)), length(pattern))
findlast(pattern::AbstractString, s::AbstractString) = findprev(pattern, s, lastindex(s))
findlast(pattern::AbstractVector{<:Union{Int8,UInt8}}, a::AbstractVector{<:Union{Int8,UInt8}}) =
    nothing_sentinel_range(_rsearchindex(a, pattern, lastindex(a)), length(pattern))
findall(c::AbstractChar, s::AbstractString) = findall(isequal(c), s)
function findall(f::Function, s::AbstractString)
    out = Int[]
    i = findfirst(f, s)
    while i !== nothing
        push!(out, i)
        i = nextind(s, i)
        i > ncodeunits(s) && break
        i = findnext(f, s, i)
    end
    return out
end
nothing_sentinel_range(i, n) = i == 0 ? nothing : (i:i + n - 1)

in(c::AbstractChar, s::Union{String,SubString{String}}) = findfirst(isequal(c), s) !== nothing

## strings in strings

function _search_bytes(s::Union{String,SubString{String}}, t::Union{String,SubString{String}}, i::Int)
    n, m = sizeof(t), sizeof(s)
    n == 0 && return 1 <= i <= nextind(s, lastindex(s)) ? i : 0
    m - i + 1 < n && return 0
    GC.@preserve s t begin
        p, q = pointer(s), pointer(t)
        b = unsafe_load(q)
        while true
            i = _search(s, b, i)
            (i == 0 || m - i + 1 < n) && return 0
            ccall(:memcmp, Int32, (Ptr{UInt8}, Ptr{UInt8}, Csize_t), p + i - 1, q, n) == 0 && return i
            i += 1
            i > m && return 0
        end
    end
end

_searchindex(s::Union{String,SubString{String}}, t::Union{String,SubString{String}}, i::Integer) =
    _search_bytes(s, t, Int(i))

function _searchindex(s::Union{AbstractString,AbstractVector},
                      t::Union{AbstractString,AbstractChar,AbstractVector{<:Union{Int8,UInt8}}}, i::Integer)
    t isa AbstractChar && return something(findnext(isequal(t), s, i), 0)
    x = iterate(t)
    last_i = lastindex(s)
    x === nothing && return 1 <= i <= nextind(s, last_i)::Int ? Int(i) :
        throw(BoundsError(s, i))
    t1, trest = x
    while true
        j = findnext(isequal(t1), s, i)
        j === nothing && return 0
        ii = nextind(s, j)::Int
        a = Iterators.Stateful(Iterators.rest(s, ii))
        matched = true
        y = iterate(t, trest)
        k = ii
        while y !== nothing
            if k > last_i || s[k] != y[1]
                matched = false
                break
            end
            k = nextind(s, k)
            y = iterate(t, y[2])
        end
        matched && return j
        i = ii
        i > last_i && return 0
    end
end

function _search(s::AbstractString, pattern::AbstractString, i::Integer)
    j = _searchindex(s, pattern, i)
    j == 0 && return nothing
    return j:_match_end(s, pattern, j)
end
# The start of the last character of a match at j, so that s[range] is the pattern.
function _match_end(s::AbstractString, pattern::AbstractString, j::Int)
    isempty(pattern) && return j - 1
    return j + lastindex(pattern) - 1
end

function findnext(pattern::AbstractString, s::AbstractString, start::Integer)
    start < firstindex(s) && throw(BoundsError(s, start))
    start > ncodeunits(s) + 1 && throw(BoundsError(s, start))
    if isempty(pattern)
        return Int(start):Int(start) - 1
    end
    start > ncodeunits(s) && return nothing
    return _search(s, pattern, Int(start))
end

function findnext(pattern::AbstractVector{<:Union{Int8,UInt8}},
                  a::AbstractVector{<:Union{Int8,UInt8}}, i::Integer)
    i < firstindex(a) && throw(BoundsError(a, i))
    return nothing_sentinel_range(_searchindex(a, pattern, i), length(pattern))
end
function _searchindex(s::AbstractVector{<:Union{Int8,UInt8}}, t::AbstractVector{<:Union{Int8,UInt8}}, i::Integer)
    n, m = length(t), length(s)
    f = firstindex(s)
    n == 0 && return f <= i <= f + m ? Int(i) : 0
    for k in Int(i):(f + m - n)
        ok = true
        for j in 0:(n - 1)
            if s[k + j] % UInt8 != t[firstindex(t) + j] % UInt8
                ok = false
                break
            end
        end
        ok && return k
    end
    return 0
end

function _rsearchindex(s::Union{String,SubString{String}}, t::Union{String,SubString{String}}, i::Integer)
    n, m = sizeof(t), sizeof(s)
    n == 0 && return 0 <= i <= m + 1 ? (i == 0 ? 1 : Int(i)) : 0
    # a match ends at or before the character that starts at i
    e = i > m ? m : (i < 1 ? 0 : nextind(s, Int(i)) - 1)
    k = e - n + 1
    GC.@preserve s t begin
        p, q = pointer(s), pointer(t)
        while k >= 1
            ccall(:memcmp, Int32, (Ptr{UInt8}, Ptr{UInt8}, Csize_t), p + k - 1, q, n) == 0 && return k
            k -= 1
        end
    end
    return 0
end
_rsearchindex(s::AbstractString, t::AbstractString, i::Integer) = _rsearchindex(String(s), String(t), i)
function _rsearchindex(s::AbstractVector{<:Union{Int8,UInt8}}, t::AbstractVector{<:Union{Int8,UInt8}}, i::Integer)
    n = length(t)
    k = min(Int(i), lastindex(s)) - n + 1
    while k >= firstindex(s)
        ok = true
        for j in 0:(n - 1)
            if s[k + j] % UInt8 != t[firstindex(t) + j] % UInt8
                ok = false
                break
            end
        end
        ok && return k
        k -= 1
    end
    return 0
end

function findprev(pattern::AbstractString, s::AbstractString, i::Integer)
    if isempty(pattern)
        return 0 <= i <= ncodeunits(s) + 1 ? (max(Int(i), 1):max(Int(i), 1) - 1) : nothing
    end
    i < 1 && return i == 0 ? nothing : throw(BoundsError(s, i))
    idx = _rsearchindex(s, pattern, i)
    idx == 0 && return nothing
    return idx:idx + lastindex(pattern) - 1
end
findprev(pattern::AbstractVector{<:Union{Int8,UInt8}}, a::AbstractVector{<:Union{Int8,UInt8}}, i::Integer) =
    nothing_sentinel_range(_rsearchindex(a, pattern, i), length(pattern))

function findall(t::Union{AbstractString,AbstractPattern,AbstractVector{<:Union{Int8,UInt8}}},
                 s::Union{AbstractString,AbstractPattern,AbstractVector{<:Union{Int8,UInt8}}};
                 overlap::Bool = false)
    found = UnitRange{Int}[]
    i, e = firstindex(s), lastindex(s)
    while true
        r = findnext(t, s, i)
        r === nothing && break
        push!(found, r)
        j = overlap || isempty(r) ? first(r) : last(r)
        j > e && break
        i = nextind(s, j)
    end
    return found
end

function count(t::Union{AbstractChar,AbstractString,AbstractPattern}, s::AbstractString; overlap::Bool = false)
    n = 0
    i, e = firstindex(s), lastindex(s)
    while true
        r = findnext(t, s, i)
        r === nothing && break
        n += 1
        j = r isa Int ? r : overlap || isempty(r) ? first(r) : last(r)
        j > e && break
        i = nextind(s, j)
        i > ncodeunits(s) + 1 && break
    end
    return n
end

## questions

occursin(needle::Union{AbstractString,AbstractChar}, haystack::AbstractString) =
    _searchindex_any(haystack, needle) != 0
_searchindex_any(s::AbstractString, t::AbstractChar) = something(findfirst(isequal(t), s), 0)
_searchindex_any(s::AbstractString, t::AbstractString) =
    isempty(t) ? 1 : _searchindex(s, t, firstindex(s))
occursin(haystack) = Base.Fix2(occursin, haystack)
contains(haystack::AbstractString, needle) = occursin(needle, haystack)
contains(needle) = Base.Fix2(contains, needle)
