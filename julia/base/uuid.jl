# uuid.jl: universally unique identifiers.

"""
    UUID

A number of 128 bits that identifies a package.
"""
struct UUID
    value::UInt128
end
UUID(u::UUID) = u
UUID(u::NTuple{2,UInt64}) = UUID((UInt128(u[1]) << 64) | UInt128(u[2]))
UUID(u::NTuple{4,UInt32}) =
    UUID((UInt128(u[1]) << 96) | (UInt128(u[2]) << 64) | (UInt128(u[3]) << 32) | UInt128(u[4]))

function convert(::Type{NTuple{2,UInt64}}, uuid::UUID)
    bytes = uuid.value
    return ((bytes >> 64) % UInt64, bytes % UInt64)
end
convert(::Type{NTuple{4,UInt32}}, uuid::UUID) = _uuid_words(uuid)
function _uuid_words(uuid::UUID)
    u = uuid.value
    return ((u >> 96) % UInt32, (u >> 64) % UInt32, (u >> 32) % UInt32, u % UInt32)
end
UInt128(u::UUID) = u.value

function tryparse(::Type{UUID}, s::AbstractString)
    ncodeunits(s) == 36 || return nothing
    u = UInt128(0)
    for i in 1:36
        b = codeunit(s, i)
        if i == 9 || i == 14 || i == 19 || i == 24
            b == UInt8('-') || return nothing
            continue
        end
        d = UInt8('0') <= b <= UInt8('9') ? b - UInt8('0') :
            UInt8('a') <= b <= UInt8('f') ? b - UInt8('a') + 0x0a :
            UInt8('A') <= b <= UInt8('F') ? b - UInt8('A') + 0x0a : 0xff
        d == 0xff && return nothing
        u = (u << 4) | d
    end
    return UUID(u)
end
function parse(::Type{UUID}, s::AbstractString)
    uuid = tryparse(UUID, s)
    uuid === nothing && throw(ArgumentError("Malformed UUID string: $(repr(s))"))
    return uuid
end
UUID(s::AbstractString) = parse(UUID, s)

function string(u::UUID)
    h = string(u.value, base=16, pad=32)
    return string(h[1:8], '-', h[9:12], '-', h[13:16], '-', h[17:20], '-', h[21:32])
end
print(io::IO, u::UUID) = print(io, string(u))
show(io::IO, u::UUID) = print(io, UUID, "(\"", u, "\")")

isless(a::UUID, b::UUID) = isless(a.value, b.value)
==(a::UUID, b::UUID) = a.value == b.value
const _hash_seed_uuid = 0xd06fa04f86f11b53
hash(uuid::UUID, h::UInt) = hash(_hash_seed_uuid, hash(convert(NTuple{2,UInt64}, uuid), h))

