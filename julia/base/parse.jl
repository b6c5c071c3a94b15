# parse and tryparse of numbers. Integers are read here; decimal and hexadecimal floats by the
# runtime (jl_parse_float64 and jl_parse_float32 take the whole text or refuse it).

function parse end
function tryparse end

parse(::Type{T}, c::AbstractChar; base::Integer = 10) where {T<:Integer} = _parse_char(T, c, base)
function _parse_char(::Type{T}, c::AbstractChar, base::Integer) where {T<:Integer}
    2 <= base <= 62 || throw(ArgumentError("invalid base: base must be 2 ≤ base ≤ 62, got $base"))
    d = __digit_value(c, Int(base))
    d < base || throw(ArgumentError("invalid base $base digit $(repr(c))"))
    return convert(T, d)
end
function tryparse(::Type{T}, c::AbstractChar; base::Integer = 10) where {T<:Integer}
    2 <= base <= 62 || throw(ArgumentError("invalid base: base must be 2 ≤ base ≤ 62, got $base"))
    d = __digit_value(c, Int(base))
    return d < base ? convert(T, d) : nothing
end

# The digit's value; 62 for what is none. Up to base 36 both cases mean the same.
@inline function __digit_value(c::AbstractChar, base::Int)
    '0' <= c <= '9' && return Int(c - '0')
    'A' <= c <= 'Z' && return Int(c - 'A') + 10
    'a' <= c <= 'z' && return Int(c - 'a') + (base <= 36 ? 10 : 36)
    return 62
end

_shown_piece(s, i, j) = repr(SubString(s, i, j))

# Skips spaces, reads the sign and, where base is 0, the prefix that names the base.
function parseint_preamble(signed::Bool, base::Int, s::AbstractString, startpos::Int, endpos::Int)
    i = startpos
    while i <= endpos && isspace(s[i])
        i = nextind(s, i)
    end
    i > endpos && return 0, 0, 0 # nothing there
    sgn = 1
    c = s[i]
    if signed && (c == '-' || c == '+')
        c == '-' && (sgn = -1)
        i = nextind(s, i)
        i > endpos && return sgn, base == 0 ? 10 : base, 0 # a sign alone
        c = s[i]
    elseif !signed && c == '+'
        i = nextind(s, i)
        i > endpos && return sgn, base == 0 ? 10 : base, 0
        c = s[i]
    end
    while isspace(c)
        i = nextind(s, i)
        i > endpos && return sgn, base == 0 ? 10 : base, 0
        c = s[i]
    end
    if base == 0
        j = nextind(s, i)
        if c == '0' && j <= endpos
            p = s[j]
            b = p == 'b' ? 2 : p == 'o' ? 8 : p == 'x' ? 16 : 10
            b == 10 && return sgn, 10, i
            k = nextind(s, j)
            return sgn, b, k > endpos ? 0 : k
        end
        return sgn, 10, i
    end
    return sgn, base, i
end

function tryparse_internal(::Type{T}, s::AbstractString, startpos::Int, endpos::Int, base_::Integer, raise::Bool) where {T<:Integer}
    sgn, base, i = parseint_preamble(T <: Signed, Int(base_), s, startpos, endpos)
    if sgn == 0
        raise && throw(ArgumentError("input string is empty or only contains whitespace"))
        return nothing
    end
    if !(2 <= base <= 62)
        raise && throw(ArgumentError("invalid base: base must be 2 ≤ base ≤ 62, got $base"))
        return nothing
    end
    if i == 0
        raise && throw(ArgumentError("premature end of integer: $(_shown_piece(s, startpos, endpos))"))
        return nothing
    end
    n::T = zero(T)
    b = base % T
    # as long as n ≤ m another digit cannot overflow
    m::T = div(typemax(T) - b + one(T), b)
    negative = sgn < 0
    while i <= endpos
        c, i = iterate(s, i)::Tuple{Char,Int}
        isspace(c) && break
        d = __digit_value(c, base)
        if d >= base
            raise && throw(ArgumentError("invalid base $base digit $(repr(c)) in $(_shown_piece(s, startpos, endpos))"))
            return nothing
        end
        if !negative && n <= m
            n = n * b + d % T
        else
            n, f1 = mul_with_overflow(n, b)
            n, f2 = negative ? sub_with_overflow(n, d % T) : add_with_overflow(n, d % T)
            if f1 | f2
                # a digit that is none is the more telling error
                raise && throw(OverflowError("overflow parsing $(_shown_piece(s, startpos, endpos))"))
                return nothing
            end
        end
    end
    while i <= endpos
        c, i = iterate(s, i)::Tuple{Char,Int}
        if !isspace(c)
            raise && throw(ArgumentError("extra characters after whitespace in $(_shown_piece(s, startpos, endpos))"))
            return nothing
        end
    end
    return n
end

function tryparse_internal(::Type{Bool}, sbuff::AbstractString, startpos::Int, endpos::Int, base::Integer, raise::Bool)
    if isempty(sbuff)
        raise && throw(ArgumentError("input string is empty"))
        return nothing
    end
    s = strip(SubString(sbuff, startpos, endpos))
    s == "true" && return true
    s == "false" && return false
    # digits are read in the base
    s == "1" && return true
    s == "0" && return false
    if raise
        whole = SubString(sbuff, startpos, endpos)
        isempty(s) && throw(ArgumentError("input string only contains whitespace"))
        throw(ArgumentError("invalid Bool representation: $(repr(whole))"))
    end
    return nothing
end

@noinline _invalid_base(base) = throw(ArgumentError("invalid base: base must be 2 ≤ base ≤ 62, got $base"))
check_valid_base(base) = 2 <= base <= 62 ? base : _invalid_base(base)

function tryparse(::Type{T}, s::AbstractString; base::Union{Nothing,Integer} = nothing) where {T<:Integer}
    # a base that is none at all is the caller's mistake, not the text's
    return tryparse_internal(T, s, firstindex(s), lastindex(s), base === nothing ? 0 : check_valid_base(base), false)
end
function parse(::Type{T}, s::AbstractString; base::Union{Nothing,Integer} = nothing) where {T<:Integer}
    return convert(T, tryparse_internal(T, s, firstindex(s), lastindex(s), base === nothing ? 0 : check_valid_base(base), true))
end

## floats

function _parse_float(::Type{Float64}, s::Union{String,SubString{String}})
    r = Ref{Float64}(0.0)
    ok = ccall(:jl_parse_float64, Cint, (Ptr{UInt8}, Csize_t, Ptr{Float64}), s, sizeof(s), r)
    return ok != 0 ? r[] : nothing
end
function _parse_float(::Type{Float32}, s::Union{String,SubString{String}})
    r = Ref{Float32}(0.0f0)
    ok = ccall(:jl_parse_float32, Cint, (Ptr{UInt8}, Csize_t, Ptr{Float32}), s, sizeof(s), r)
    return ok != 0 ? r[] : nothing
end
tryparse(::Type{T}, s::Union{String,SubString{String}}) where {T<:Union{Float32,Float64}} = _parse_float(T, s)
tryparse(::Type{Float16}, s::AbstractString) = (v = tryparse(Float32, s); v === nothing ? nothing : convert(Float16, v))
tryparse(T::Type{<:Union{Float32,Float64}}, s::AbstractString) = tryparse(T, String(s))
tryparse_internal(::Type{T}, s::AbstractString, startpos::Int, endpos::Int) where {T<:Union{Float16,Float32,Float64}} =
    tryparse(T, SubString(s, startpos, endpos))

function tryparse_internal(::Type{T}, s::AbstractString, startpos::Int, endpos::Int, raise::Bool) where {T<:AbstractFloat}
    result = startpos == firstindex(s) && endpos == lastindex(s) ? tryparse(T, s) :
        tryparse(T, SubString(s, startpos, endpos))
    if raise && result === nothing
        _parse_failure(T, s, startpos, endpos)
    end
    return result
end
@noinline function _parse_failure(T, s::AbstractString, startpos = firstindex(s), endpos = lastindex(s))
    throw(ArgumentError(string("cannot parse ", _shown_piece(s, startpos, endpos), " as ", T)))
end

tryparse_internal(::Type{T}, s::AbstractString, startpos::Int, endpos::Int, raise::Bool) where {T<:Integer} =
    tryparse_internal(T, s, startpos, endpos, 10, raise)

parse(::Type{T}, s::AbstractString; kwargs...) where {T<:Real} =
    convert(T, tryparse_internal(T, s, firstindex(s), lastindex(s), true; kwargs...))
parse(::Type{T}, s::AbstractString) where {T<:Complex} =
    convert(T, tryparse_internal(T, s, firstindex(s), lastindex(s), true))
tryparse(T::Type{<:Complex}, s::AbstractString) = tryparse_internal(T, s, firstindex(s), lastindex(s), false)

## complex numbers: a, bi, a+bi, with im, i or j

function tryparse_internal(::Type{Complex{T}}, s::AbstractString, i::Int, e::Int, raise::Bool) where {T<:Real}
    # without the spaces around
    while i <= e && isspace(s[i])
        i = nextind(s, i)
    end
    while i <= e && isspace(s[e])
        e = prevind(s, e)
    end
    if i > e
        raise && throw(ArgumentError("input string is empty or only contains whitespace"))
        return nothing
    end
    # the sign between the parts: the first one that is neither at the start nor in an exponent
    split_at = 0
    k = nextind(s, i)
    while k <= e
        if s[k] == '+' || s[k] == '-'
            before = s[prevind(s, k)]
            if !(before in ('e', 'E', 'f') && !(T <: Integer)) || _hexadecimal(s, i)
                split_at = k
                break
            end
        end
        k = nextind(s, k)
    end
    # the imaginary unit at the end
    c = s[e]
    unit = 0
    if c == 'i' || c == 'j'
        unit = 1
    elseif c == 'm' && prevind(s, e) >= i && s[prevind(s, e)] == 'i'
        unit = 2
    end
    last_im = unit == 0 ? 0 : prevind(s, e, unit)
    if unit == 0
        if split_at != 0
            raise && _complex_failure(s, T)
            return nothing
        end
        re = tryparse_internal(T, s, i, e, raise)
        re === nothing && return nothing
        return Complex{T}(re, zero(T))
    end
    if split_at == 0
        im_ = last_im < i ? one(T) : tryparse_internal(T, s, i, last_im, raise)
        im_ === nothing && return nothing
        return Complex{T}(zero(T), im_)
    end
    last_re = prevind(s, split_at)
    while last_re > i && isspace(s[last_re])
        last_re = prevind(s, last_re)
    end
    re = tryparse_internal(T, s, i, last_re, raise)
    re === nothing && return nothing
    from = nextind(s, split_at)
    while from <= last_im && isspace(s[from])
        from = nextind(s, from)
    end
    im_ = from > last_im ? one(T) : tryparse_internal(T, s, from, last_im, raise)
    im_ === nothing && return nothing
    return Complex{T}(re, s[split_at] == '-' ? -im_ : im_)
end
_hexadecimal(s, i) = (j = nextind(s, i); s[i] == '0' && j <= lastindex(s) && s[j] == 'x')
@noinline _complex_failure(s, T) = throw(ArgumentError("expected trailing \"im\", found only $(repr(s))"))

## other types

tryparse(::Type{Union{}}, slurp...; kwargs...) = error("cannot parse a value as Union{}")
parse(::Type{Union{}}, slurp...; kwargs...) = error("cannot parse a value as Union{}")
