"""
    SHA

The secure hash algorithms SHA-1, SHA-2 and SHA-3, and message authentication codes with them. For each
there is a function (`sha256(data)`) that takes bytes, a string or a stream, and a context with `update!`
and `digest!`.
"""
module SHA

export sha1, sha224, sha256, sha384, sha512, sha3_224, sha3_256, sha3_384, sha3_512,
       sha2_224, sha2_256, sha2_384, sha2_512,
       SHA1_CTX, SHA224_CTX, SHA256_CTX, SHA384_CTX, SHA512_CTX,
       SHA2_224_CTX, SHA2_256_CTX, SHA2_384_CTX, SHA2_512_CTX,
       SHA3_224_CTX, SHA3_256_CTX, SHA3_384_CTX, SHA3_512_CTX,
       HMAC_CTX, hmac_sha1, hmac_sha224, hmac_sha256, hmac_sha384, hmac_sha512,
       hmac_sha2_224, hmac_sha2_256, hmac_sha2_384, hmac_sha2_512,
       hmac_sha3_224, hmac_sha3_256, hmac_sha3_384, hmac_sha3_512,
       update!, digest!

const AbstractBytes = Union{AbstractVector{UInt8},NTuple{N,UInt8} where {N}}

include("context.jl")
include("sha1.jl")
include("sha2.jl")
include("sha3.jl")
include("hmac.jl")

# The functions that hash all at once.
for (name, context) in ((:sha1, :SHA1_CTX),
                        (:sha224, :SHA2_224_CTX), (:sha256, :SHA2_256_CTX), (:sha384, :SHA2_384_CTX),
                        (:sha512, :SHA2_512_CTX), (:sha2_224, :SHA2_224_CTX), (:sha2_256, :SHA2_256_CTX),
                        (:sha2_384, :SHA2_384_CTX), (:sha2_512, :SHA2_512_CTX),
                        (:sha3_224, :SHA3_224_CTX), (:sha3_256, :SHA3_256_CTX),
                        (:sha3_384, :SHA3_384_CTX), (:sha3_512, :SHA3_512_CTX))
    hmac = Symbol(:hmac_, name)
    @eval begin
        function $name(data::AbstractBytes)
            context = $context()
            update!(context, data)
            return digest!(context)
        end
        $name(text::AbstractString) = $name(codeunits(String(text)))
        $name(io::IO, chunk::Integer=4096) = digest!(update_from!($context(), io, chunk))

        function $hmac(key::AbstractBytes, data::AbstractBytes)
            context = HMAC_CTX($context(), key)
            update!(context, data)
            return digest!(context)
        end
        $hmac(key::AbstractBytes, text::AbstractString) = $hmac(key, codeunits(String(text)))
        $hmac(key::AbstractBytes, io::IO, chunk::Integer=4096) =
            digest!(update_from!(HMAC_CTX($context(), key), io, chunk))
    end
end

end
