"""
    Sockets

Addresses of the internet. Connections are not supported.
"""
module Sockets

export IPAddr, IPv4, IPv6, TCPSocket, UDPSocket, connect, listen, listenany, accept, getaddrinfo, localhost, @ip_str

abstract type IPAddr end
struct IPv4 <: IPAddr
    host::UInt32
end
IPv4(a::Integer, b::Integer, c::Integer, d::Integer) = IPv4(UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d))
function IPv4(text::AbstractString)
    parts = split(text, '.')
    length(parts) == 4 || throw(ArgumentError("$text is no IPv4 address"))
    return IPv4((Int(parse(UInt8, part)) for part in parts)...)
end
Base.show(io::IO, ip::IPv4) = print(io, "ip\"", ip, "\"")
Base.print(io::IO, ip::IPv4) = join(io, [Int((ip.host >> shift) & 0xff) for shift in (24, 16, 8, 0)], '.')
struct IPv6 <: IPAddr
    host::UInt128
end

const localhost = IPv4(127, 0, 0, 1)

macro ip_str(text)
    return IPv4(text)
end

abstract type TCPSocket <: IO end
abstract type UDPSocket <: IO end
for f in (:connect, :listen, :listenany, :accept, :getaddrinfo)
    @eval $f(args...; kwargs...) = Base.unsupported(string("Sockets.", $(string(f))))
end

end
