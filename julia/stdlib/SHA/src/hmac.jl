# Message authentication codes (RFC 2104) with any of the hashes.

"""
    HMAC_CTX(context, key)

A message authentication code in the making.
"""
struct HMAC_CTX{C<:SHA_CTX}
    context::C
    outer::Vector{UInt8}

    function HMAC_CTX(context::C, key::AbstractBytes) where {C<:SHA_CTX}
        if length(key) > blocklen(C)
            inner = C()
            update!(inner, key)
            key = digest!(inner)
        end
        padded = zeros(UInt8, blocklen(C))
        for (i, byte) in enumerate(key)
            padded[i] = byte
        end
        update!(context, map(byte -> xor(byte, 0x36), padded))
        return new{C}(context, map(byte -> xor(byte, 0x5c), padded))
    end
end

update!(hmac::HMAC_CTX, data::AbstractBytes, count::Integer=length(data)) = update!(hmac.context, data, count)

function digest!(hmac::HMAC_CTX{C}) where {C}
    inner = digest!(hmac.context)
    outer = C()
    update!(outer, hmac.outer)
    update!(outer, inner)
    return digest!(outer)
end
