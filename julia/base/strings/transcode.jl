# transcode.jl: text as code units of UTF-8, UTF-16 and UTF-32. What is no character is carried over as it is: a byte of
# no valid UTF-8 as one unit, an unpaired surrogate as its three bytes.

"""
    transcode(T, src)

Convert a string, or a vector of the code units `UInt8`, `UInt16`, `UInt32` or `Int32`, to a string (`T == String`) or
to a vector of code units.
"""
function transcode end

transcode(::Type{T}, src::AbstractVector{T}) where {T<:Union{UInt8,UInt16,UInt32,Int32}} = src
transcode(::Type{T}, src::String) where {T<:Union{Int32,UInt32}} = T[T(c) for c in src]
transcode(::Type{T}, src::Union{Vector{UInt8},CodeUnits{UInt8,String}}) where {T<:Union{Int32,UInt32}} =
    transcode(T, String(Vector(src)))
transcode(::Type{UInt8}, src::Vector{<:Union{Int32,UInt32}}) = _utf8_units(Char(c) for c in src)
transcode(::Type{UInt16}, src::Vector{<:Union{Int32,UInt32}}) = _utf16_units(Char(c) for c in src)
transcode(::Type{T}, src::AbstractVector{UInt16}) where {T<:Union{Int32,UInt32}} = T[c % T for c in _code_points(src)]
transcode(::Type{UInt8}, src::AbstractVector{UInt16}) = _utf8_units(Char(c) for c in _code_points(src))
transcode(::Type{UInt16}, src::Union{Vector{UInt8},CodeUnits{UInt8,String}}) = _utf16_units(String(Vector(src)))
transcode(T, src::String) = transcode(T, codeunits(src))
transcode(::Type{UInt8}, src::String) = codeunits(src)
transcode(::Type{String}, src::String) = src
transcode(::Type{String}, src) = String(transcode(UInt8, src))
transcode(::Type{String}, src::Vector{UInt8}) = String(copy(src))

function _utf8_units(chars)
    io = IOBuffer()
    for c in chars
        print(io, c)
    end
    return take!(io)
end

function _utf16_units(chars)
    units = UInt16[]
    for c in chars
        if ismalformed(c)
            # its bytes, from the highest
            u = reinterpret(UInt32, c)
            while u != 0
                push!(units, u >> 24)
                u <<= 8
            end
            continue
        end
        u = UInt32(c)
        if u < 0x10000
            push!(units, u)
        else
            u -= 0x10000
            push!(units, 0xd800 + (u >> 10), 0xdc00 + (u & 0x3ff))
        end
    end
    return units
end

# Pairs of surrogates are one character; a surrogate alone stays.
function _code_points(units::AbstractVector{UInt16})
    points = UInt32[]
    i, last = firstindex(units), lastindex(units)
    while i <= last
        u = UInt32(units[i])
        if u & 0xfc00 == 0xd800 && i < last && units[i+1] & 0xfc00 == 0xdc00
            u = 0x10000 + ((u & 0x3ff) << 10 | (units[i+1] & 0x3ff))
            i += 1
        end
        push!(points, u)
        i += 1
    end
    return points
end
