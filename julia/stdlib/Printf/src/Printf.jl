# Printf: C's format strings. A format is read once (by the macros while they expand) into literal
# ranges and Specs; `format` lays each argument out by its Spec.

module Printf

using Base.Ryu

export @printf, @sprintf, Format, format, @format_str

# Conversions by the letter.
const Ints = Union{Val{'d'},Val{'i'},Val{'u'},Val{'x'},Val{'X'},Val{'o'}}
const Floats = Union{Val{'e'},Val{'E'},Val{'f'},Val{'F'},Val{'g'},Val{'G'},Val{'a'},Val{'A'}}
const Chars = Union{Val{'c'},Val{'C'}}
const Strings = Union{Val{'s'},Val{'S'}}
const Pointer = Val{'p'}
const HexBases = Union{Val{'x'},Val{'X'},Val{'a'},Val{'A'}}
const PositionCounter = Val{'n'}

# One conversion: flags, width and precision (-1: not given; dynamic ones come as arguments).
struct Spec{T}
    leftalign::Bool
    plus::Bool
    space::Bool
    zero::Bool
    hash::Bool
    width::Int
    precision::Int
    dynamic_width::Bool
    dynamic_precision::Bool
end
Spec{T}(leftalign::Bool, plus::Bool, space::Bool, zero::Bool, hash::Bool, width::Int, precision::Int) where {T} =
    Spec{T}(leftalign, plus, space, zero, hash, width, precision, false, false)
char(::Type{Val{c}}) where {c} = c

function Base.string(f::Spec{T}; modifier::String = "") where {T}
    w = f.dynamic_width ? "*" : f.width > 0 ? string(f.width) : ""
    p = f.dynamic_precision ? ".*" : f.precision == 0 ? ".0" : f.precision > 0 ? ".$(f.precision)" : ""
    return string("%", f.leftalign ? "-" : "", f.plus ? "+" : "", f.space ? " " : "", f.zero ? "0" : "",
                  f.hash ? "#" : "", w, p, modifier, char(T))
end
Base.show(io::IO, f::Spec) = print(io, string(f))

floatfmt(s::Spec{T}) where {T} =
    Spec{Val{'f'}}(s.leftalign, s.plus, s.space, s.zero, s.hash, s.width, 0)
ptrfmt(s::Spec{T}, x) where {T} =
    Spec{Val{'x'}}(s.leftalign, s.plus, s.space, s.zero, true, s.width, sizeof(x) == 8 ? 16 : 8)

# `str` holds the literal text (each %% as one %), `substringranges[i]` what stands before the i-th conversion.
struct Format{S,T}
    str::S
    substringranges::Vector{UnitRange{Int}}
    formats::T
    numarguments::Int
end

struct InvalidFormatStringError <: Exception
    message::String
    format::String
    start_color::Int
    end_color::Int
end
function Base.showerror(io::IO, err::InvalidFormatStringError)
    println(io, "InvalidFormatStringError: ", err.message)
    n = ncodeunits(err.format)
    from, upto = clamp(err.start_color, 1, n), min(err.end_color, n)
    before = err.format[1:prevind(err.format, from)]
    bad = err.format[from:thisind(err.format, upto)]
    print(io, "    \"", before)
    printstyled(io, bad, color = :red)
    println(io, err.format[(from + ncodeunits(bad)):end], '"')
    arrow = length(bad) <= 1 ? "^" : string("^", "-"^(length(bad) - 2), "^")
    print(io, " "^(5 + textwidth(before)), arrow)
end

base(::Type{Val{'o'}}) = 8
base(::Type{<:HexBases}) = 16
base(x) = 10

const _conversions = "diouxXeEfFgGaAcCsSpn"

function Format(f::AbstractString)
    bytes = codeunits(String(f))
    len = length(bytes)
    literal = UInt8[]
    ranges = UnitRange{Int}[]
    fmts = Any[]
    numarguments = 0
    pos = 1
    from = 1
    while pos <= len
        b = bytes[pos]
        if b != UInt8('%') || (pos < len && bytes[pos + 1] == UInt8('%'))
            push!(literal, b)
            pos += b == UInt8('%') ? 2 : 1
            continue
        end
        push!(ranges, from:length(literal))
        from = length(literal) + 1
        spec, nargs, pos = parse_spec(f, bytes, pos)
        push!(fmts, spec)
        numarguments += nargs
    end
    push!(ranges, from:length(literal))
    str = codeunits(String(literal))
    return Format{typeof(str),Tuple{map(typeof, fmts)...}}(str, ranges, (fmts...,), numarguments)
end

# The conversion that begins at `first_percent`: its Spec, how many arguments it takes, and where the text goes on.
function parse_spec(f, bytes, first_percent::Int)
    len = length(bytes)
    incomplete() = throw(InvalidFormatStringError("Format specifier is incomplete", String(f), first_percent, len))
    pos = first_percent + 1
    pos > len && incomplete()
    leftalign = plus = space = zero = hash = false
    while true
        b = bytes[pos]
        if b == UInt8('-')
            leftalign = true
        elseif b == UInt8('+')
            plus = true
        elseif b == UInt8(' ')
            space = true
        elseif b == UInt8('0')
            zero = true
        elseif b == UInt8('#')
            hash = true
        else
            break
        end
        pos += 1
        pos > len && incomplete()
    end
    leftalign && (zero = false)
    width = 0
    nargs = 1
    dynamic_width = bytes[pos] == UInt8('*')
    if dynamic_width
        nargs += 1
        pos += 1
    else
        while UInt8('0') <= bytes[pos] <= UInt8('9')
            width = 10width + Int(bytes[pos] - UInt8('0'))
            pos += 1
        end
    end
    precision = -1
    dynamic_precision = false
    if bytes[pos] == UInt8('.')
        pos += 1
        pos > len && throw(InvalidFormatStringError("Precision specifier is missing precision", String(f), first_percent, len))
        precision = 0
        if bytes[pos] == UInt8('*')
            dynamic_precision = true
            nargs += 1
            pos += 1
        else
            while UInt8('0') <= bytes[pos] <= UInt8('9')
                precision = 10precision + Int(bytes[pos] - UInt8('0'))
                pos += 1
            end
        end
    end
    # lengths of C's types say nothing here
    while Char(bytes[pos]) in "hlLjztq"
        pos += 1
        pos > len && throw(InvalidFormatStringError("Length modifier is missing type specifier", String(f), first_percent, len))
    end
    c = Char(bytes[pos])
    c in _conversions ||
        throw(InvalidFormatStringError("'$c' is not a valid type specifier", String(f), first_percent, pos))
    T = Val{c}
    if T <: Ints && precision > 0
        zero = false
    elseif T <: Strings || T <: Chars || T <: Pointer
        zero = false
    elseif T <: Floats && precision == -1 && !(c in "aA")
        precision = 6
    end
    spec = Spec{T}(leftalign, plus, space, zero, hash, width, precision, dynamic_width, dynamic_precision)
    return spec, nargs, pos + 1
end

macro format_str(str)
    fmt = Format(str)
    return esc(:($fmt))
end

## text of single arguments

# `body` is sign and digits; zeros go between the first `lead` characters and the rest.
function pad_number(io::IO, sign::String, prefix::String, digits::String, spec::Spec, allow_zeros::Bool = true)
    missing_width = spec.width - ncodeunits(sign) - ncodeunits(prefix) - textwidth(digits)
    if missing_width > 0 && !spec.leftalign && !(spec.zero && allow_zeros)
        print(io, " "^missing_width)
    end
    print(io, sign, prefix)
    missing_width > 0 && spec.zero && allow_zeros && !spec.leftalign && print(io, "0"^missing_width)
    print(io, digits)
    missing_width > 0 && spec.leftalign && print(io, " "^missing_width)
    return
end

_sign(negative::Bool, spec::Spec) = negative ? "-" : spec.plus ? "+" : spec.space ? " " : ""

toint(x) = x
toint(x::Rational) = Integer(x)

fmt(io::IO, arg::AbstractFloat, spec::Spec{T}) where {T<:Ints} = fmt(io, arg, floatfmt(spec))
function fmt(io::IO, arg::Real, spec::Spec{T}) where {T<:Ints}
    x = toint(arg)
    x isa Integer || return fmt(io, float(arg), floatfmt(spec))
    b = base(T)
    negative = x < 0
    digits = string(x isa Base.BitSigned ? unsigned(abs(x)) : x isa Bool ? Int(x) : abs(x), base = b)
    if T <: Val{'X'}
        digits = uppercase(digits)
    end
    if ncodeunits(digits) < spec.precision
        digits = "0"^(spec.precision - ncodeunits(digits)) * digits
    end
    prefix = !spec.hash ? "" : T <: Val{'o'} ? "0" : T <: Val{'x'} ? "0x" : T <: Val{'X'} ? "0X" : ""
    pad_number(io, _sign(negative, spec), prefix, digits, spec)
end
# a character is its code
fmt(io::IO, arg::AbstractChar, spec::Spec{T}) where {T<:Ints} = fmt(io, Int(codepoint(arg)), spec)

tofloat(x) = Float64(x)::Float64
tofloat(x::Base.IEEEFloat) = x
tofloat(x::BigFloat) = x

function fmt(io::IO, arg, spec::Spec{T}) where {T<:Floats}
    x = tofloat(arg)
    if !isfinite(x)
        text = isnan(x) ? "NaN" : "Inf"
        return pad_number(io, _sign(signbit(x) && !isnan(x), spec), "", text, spec, false)
    end
    if x isa BigFloat
        return fmt_big(io, x, spec)
    end
    negative = signbit(x)
    y = abs(x)
    prec = spec.precision
    hash = spec.hash
    if T <: Union{Val{'e'},Val{'E'}}
        text = Ryu.writeexp(y, prec, false, false, hash, UInt8(char(T)), UInt8('.'))
    elseif T <: Union{Val{'f'},Val{'F'}}
        text = Ryu.writefixed(y, prec, false, false, hash, UInt8('.'))
    elseif T <: Union{Val{'g'},Val{'G'}}
        text = general_text(y, prec, hash, T <: Val{'g'} ? UInt8('e') : UInt8('E'))
    else
        text = hex_text(Float64(y), prec, hash, T <: Val{'A'})
        return pad_number(io, _sign(negative, spec), T <: Val{'A'} ? "0X" : "0x", text, spec)
    end
    pad_number(io, _sign(negative, spec), "", text, spec)
end

# %g: fixed or exponential, by the exponent after rounding.
function general_text(y, prec::Int, hash::Bool, expchar::UInt8)
    prec = prec == 0 ? 1 : prec
    s = Ryu.writeexp(y, prec - 1)
    e = parse(Int, SubString(s, findlast('e', s)::Int + 1))
    if -4 <= e < prec
        return Ryu.writefixed(y, prec - (e + 1), false, false, hash, UInt8('.'), !hash)
    end
    return Ryu.writeexp(y, prec - 1, false, false, hash, expchar, UInt8('.'), !hash)
end

function hex_text(y::Float64, prec::Int, hash::Bool, upper::Bool)
    if iszero(y)
        digits, frac, p = "0", prec > 0 ? "0"^prec : "", 0
    else
        s, p = frexp(y)
        p -= 1
        m = 2s # 1 ≤ m < 2
        if prec >= 0
            k = min(prec, 13)
            n = UInt64(round(ldexp(m, 4k)))
            digits = string(n >> (4k), base = 16)
            frac = k == 0 ? "" : string(n & ((UInt64(1) << (4k)) - 1), base = 16, pad = k)
            frac *= "0"^(prec - k)
        else
            n = reinterpret(UInt64, m) & 0x000f_ffff_ffff_ffff
            digits = "1"
            frac = String(rstrip(string(n, base = 16, pad = 13), '0'))
        end
    end
    text = string(digits, isempty(frac) && !hash ? "" : ".", frac, "p", p < 0 ? "-" : "+", abs(p))
    return upper ? uppercase(text) : text
end

# Numbers of any precision through their exact decimal digits.
function fmt_big(io::IO, x::BigFloat, spec::Spec{T}) where {T}
    letter = char(T)
    text = Base.MPFR._format_decimal(abs(x), letter, spec.precision, spec.hash)
    pad_number(io, _sign(signbit(x), spec), "", text, spec)
end

function fmt(io::IO, arg, spec::Spec{T}) where {T<:Strings}
    str = spec.hash ? repr(arg) : string(arg)
    slen = textwidth(str)::Int
    if 0 <= spec.precision < slen
        str = _first_columns(str, spec.precision)
        slen = textwidth(str)::Int
    end
    _print_padded(io, str, slen, spec)
end
# As many characters as fit.
function _first_columns(str::AbstractString, n::Int)
    w = 0
    for (i, c) in pairs(str)
        w += textwidth(c)
        w > n && return str[1:prevind(str, i)]
    end
    return str
end
function fmt(io::IO, arg, spec::Spec{T}) where {T<:Chars}
    c = arg isa AbstractString ? first(arg) : arg isa AbstractChar ? arg : Char(arg)
    str = string(c)
    _print_padded(io, str, textwidth(str), spec)
end
function _print_padded(io::IO, str, width::Int, spec::Spec)
    n = spec.width - width
    n > 0 && !spec.leftalign && print(io, " "^n)
    print(io, str)
    n > 0 && spec.leftalign && print(io, " "^n)
    return
end

fmt(io::IO, arg::Ptr, spec::Spec{Pointer}) = fmt(io, UInt(arg), ptrfmt(spec, arg))
fmt(io::IO, arg, spec::Spec{Pointer}) = fmt(io, UInt64(arg), ptrfmt(spec, UInt64(arg)))

## whole formats

@noinline argmismatch(a, b) =
    throw(ArgumentError("mismatch between # of format specifiers and provided args: $a != $b"))

function render(out::IOBuffer, f::Format, args)
    length(args) == f.numarguments || argmismatch(f.numarguments, length(args))
    text = f.str
    _literal(out, text, f.substringranges[1])
    k = 1
    for i in 1:length(f.formats)
        spec = f.formats[i]
        if spec.dynamic_width || spec.dynamic_precision
            spec, k = _with_dynamic(spec, args, k)
        end
        if spec isa Spec{PositionCounter}
            args[k][] = position(out)
        else
            fmt(out, args[k], spec)
        end
        k += 1
        _literal(out, text, f.substringranges[i + 1])
    end
    return out
end
_literal(out, text, r) = isempty(r) || write(out, SubString(text.s, first(r), thisind(text.s, last(r))))

# Width and precision that come as arguments; a negative width aligns left.
function _with_dynamic(spec::Spec{T}, args, k::Int) where {T}
    leftalign, zero = spec.leftalign, spec.zero
    width, precision = spec.width, spec.precision
    if spec.dynamic_width
        width = Int(args[k])
        if width < 0
            leftalign = true
            width = -width
            zero = false
        end
        k += 1
    end
    if spec.dynamic_precision
        precision = Int(args[k])
        precision < 0 && (precision = T <: Floats ? 6 : -1)
        T <: Ints && precision > 0 && (zero = false)
        k += 1
    end
    return Spec{T}(leftalign, spec.plus, spec.space, zero, spec.hash, width, precision), k
end

function format(f::Format, args...)
    out = IOBuffer()
    render(out, f, args)
    return String(take!(out))
end
function format(io::IO, f::Format, args...)
    out = IOBuffer()
    render(out, f, args)
    return write(io, take!(out))
end

macro printf(io_or_fmt, args...)
    if io_or_fmt isa String
        fmt = Format(io_or_fmt)
        return esc(:($Printf.format(stdout, $fmt, $(args...))))
    end
    io = io_or_fmt
    isempty(args) && throw(ArgumentError("No format string provided to `@printf` - use like `@printf [io] <format string> [<args...>]."))
    fmt_str = first(args)
    fmt_str isa String || throw(ArgumentError("First argument to `@printf` after io must be a format string"))
    fmt = Format(fmt_str)
    return esc(:($Printf.format($io, $fmt, $(Base.tail(args)...))))
end

macro sprintf(fmt, args...)
    fmt isa String || throw(ArgumentError("First argument to `@sprintf` must be a format string."))
    f = Format(fmt)
    return esc(:($Printf.format($f, $(args...))))
end

end # module Printf
