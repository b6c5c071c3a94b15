"""
    UUIDs

Universally unique identifiers of the versions 1, 4 and 5 (RFC 4122).
"""
module UUIDs

using Random
import SHA
using Base: UUID

export UUID, uuid1, uuid4, uuid5, uuid_version

"""
    uuid_version(u::UUID)

The version of an identifier.
"""
uuid_version(u::UUID) = Int((u.value >> 76) & 0xf)

# With the bits that say the version and the variant.
marked(bits::UInt128, version::Integer) =
    UUID(bits & 0xffffffffffff0fff3fffffffffffffff | UInt128(version) << 76 | UInt128(0x8) << 60)

# Of the namespaces that RFC 4122 gives.
const namespace_dns = UUID(0x6ba7b8109dad11d180b400c04fd430c8)
const namespace_url = UUID(0x6ba7b8119dad11d180b400c04fd430c8)
const namespace_oid = UUID(0x6ba7b8129dad11d180b400c04fd430c8)
const namespace_x500 = UUID(0x6ba7b8149dad11d180b400c04fd430c8)

"""
    uuid1([rng])

An identifier from the time and random bits in the place of a network address.
"""
function uuid1(rng::AbstractRNG=RandomDevice())
    # 100 ns since the Gregorian calendar, of which the lowest bits come first.
    ticks = UInt128(round(UInt64, time() * 1e7)) + 0x01b21dd213814000
    low, middle, high = ticks & 0xffffffff, (ticks >> 32) & 0xffff, (ticks >> 48) & 0x0fff
    # The bit of a multicast address says that it is none.
    node = rand(rng, UInt128) & 0x3fffffffffffffff | UInt128(1) << 40
    return marked(low << 96 | middle << 80 | high << 64 | node, 1)
end

"""
    uuid4([rng])

A random identifier.
"""
uuid4(rng::AbstractRNG=RandomDevice()) = marked(rand(rng, UInt128), 4)

"""
    uuid5(namespace::UUID, name)

The identifier of a name in a namespace.
"""
function uuid5(namespace::UUID, name::String)
    bytes = UInt8[(namespace.value >> (8 * i)) % UInt8 for i in 15:-1:0]
    digest = SHA.sha1(append!(bytes, codeunits(name)))
    return marked(foldl((bits, byte) -> bits << 8 | byte, view(digest, 1:16); init=UInt128(0)), 5)
end
uuid5(namespace::UUID, name::AbstractString) = uuid5(namespace, String(name))

end
