# The fewest decimal digits behind the point that tell the number from its neighbours.
function decimals(x::Fixed{T,F}) where {T,F}
    one_whole = Int128(1) << F
    count = abs(Int128(x.raw))
    digits = 1
    scale = Int128(10)
    while true
        scaled = nearest(count * scale, one_whole)
        if nearest(scaled * one_whole, scale) == count || digits == 18
            return (divrem(scaled, scale)..., digits)
        end
        digits += 1
        scale *= 10
    end
end

function Base.print(io::IO, x::Fixed)
    whole, rest, digits = decimals(x)
    signbit(x) && print(io, '-')
    print(io, whole, '.', lpad(string(rest), digits, '0'))
end

# With the bits behind the point, so that it is not taken for a float, unless the type is told
# already (as in front of an array).
function Base.show(io::IO, x::Fixed{T,F}) where {T,F}
    print(io, x)
    told = get(io, :typeinfo, Any) === typeof(x) || get(io, :compact, false)
    told || print(io, 'Q', F)
    return nothing
end

"""
    parse(Fixed{T,F}, text)

Reads a decimal number, exactly and then rounded once.
"""
function Base.parse(::Type{Fixed{T,F}}, text::AbstractString) where {T,F}
    x = tryparse(Fixed{T,F}, text)
    x === nothing && throw(ArgumentError("cannot parse $(repr(text)) as a fixed-point number"))
    return x
end

function Base.tryparse(::Type{Fixed{T,F}}, text::AbstractString) where {T,F}
    found = dissect(text)
    found === nothing && return nothing
    negative, whole, fraction = found
    digits = tryparse(Int128, whole * fraction)
    digits === nothing && return nothing
    count = nearest(digits << F, Int128(10)^length(fraction))
    limit = negative ? -Int128(typemin(T)) : Int128(typemax(T))
    count <= limit || return nothing
    return steps(Fixed{T,F}, (negative ? -count : count) % T)
end

# The parts of a decimal number: whether it is negative, and the digits before and behind the
# point; nothing if it is none, or has more digits than are read.
function dissect(text::AbstractString)
    text = strip(text)
    negative = startswith(text, '-')
    body = negative || startswith(text, '+') ? chop(text; head=1, tail=0) : text
    parts = split(body, '.')
    length(parts) <= 2 || return nothing
    whole = String(parts[1])
    fraction = length(parts) == 2 ? String(parts[2]) : ""
    isempty(whole) && isempty(fraction) && return nothing
    all(isdigit, whole) && all(isdigit, fraction) || return nothing
    length(whole) + length(fraction) <= 20 || return nothing
    return negative, whole, fraction
end

"""
    fixed"1.25"

A `Q32` that is read when the code is parsed.
"""
macro fixed_str(text)
    return parse(Q32, text)
end
