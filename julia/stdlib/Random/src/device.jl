# The system's own source of randomness.

"""
    RandomDevice()

Numbers from the operating system; each is unforeseeable.
"""
struct RandomDevice <: AbstractRNG
    RandomDevice(; unlimited::Bool=true) = new()
end
RandomDevice(::Nothing) = RandomDevice()

rng_native_52(::RandomDevice) = UInt64
seed!(rng::RandomDevice) = rng

rand(::RandomDevice, sp::SamplerUnion(Bool, Int8, UInt8, Int16, UInt16, Int32, UInt32, Int64, UInt64)) =
    Libc.rand(UInt64) % sp[]
rand(rd::RandomDevice, sp::SamplerUnion(Int128, UInt128)) =
    (UInt128(rand(rd, UInt64)) << 64 | rand(rd, UInt64)) % sp[]

for T in (Bool, BitInteger_types...)
    @eval function rand!(rd::RandomDevice, A::Array{$T}, sp::SamplerType{$T})
        for i in eachindex(A)
            @inbounds A[i] = rand(rd, sp)
        end
        return A
    end
end

Base.show(io::IO, ::RandomDevice) = print(io, RandomDevice, "()")
