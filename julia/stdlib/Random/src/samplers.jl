# Samplers: what values are drawn from, prepared for drawing one or many.

"""
    Random.gentype(x)

The type of the values that `rand(rng, x)` gives; `x` is no type.
"""
gentype(::Type{X}) where {X} = eltype(X)
gentype(x) = gentype(typeof(x))

"""
    Sampler(rng, x, repetition = Val(Inf))

What draws from `x` with generators like `rng`: prepared for one value (`Val(1)`) or for many
(`Val(Inf)`). New collections add methods for it, and for `rand(rng, sampler)`.
"""
abstract type Sampler{E} end

gentype(::Type{<:Sampler{E}}) where {E} = E

const Repetition = Union{Val{1},Val{Inf}}

Sampler(rng::AbstractRNG, x, r::Repetition=Val(Inf)) = Sampler(typeof(rng), x, r)
Sampler(rng::AbstractRNG, ::Type{X}, r::Repetition=Val(Inf)) where {X} = Sampler(typeof(rng), X, r)
Sampler(::Type{R}, x) where {R<:AbstractRNG} = Sampler(R, x, Val(Inf))
Sampler(::Type{R}, ::Type{X}) where {R<:AbstractRNG,X} = Sampler(R, X, Val(Inf))
# Nothing draws from this one: there is no method for it.
Sampler(R::Type{<:AbstractRNG}, sp::Sampler, r::Repetition) = throw(MethodError(Sampler, (R, sp, r)))

"""
    SamplerType{T}

Draws values of the type `T`.
"""
struct SamplerType{T} <: Sampler{T} end
Sampler(::Type{<:AbstractRNG}, ::Type{T}, ::Repetition) where {T} = SamplerType{T}()
Base.getindex(::SamplerType{T}) where {T} = T

"""
    SamplerTrivial(x)

Draws from `x`, with nothing prepared.
"""
struct SamplerTrivial{T,E} <: Sampler{E}
    self::T
end
SamplerTrivial(x::T) where {T} = SamplerTrivial{T,gentype(T)}(x)
Sampler(::Type{<:AbstractRNG}, x, ::Repetition) = SamplerTrivial(x)
Base.getindex(sp::SamplerTrivial) = sp.self

"""
    SamplerSimple(x, data)

Draws from `x` with the help of `data`.
"""
struct SamplerSimple{T,S,E} <: Sampler{E}
    self::T
    data::S
end
SamplerSimple(x::T, data::S) where {T,S} = SamplerSimple{T,S,gentype(T)}(x, data)
Base.getindex(sp::SamplerSimple) = sp.self

"""
    SamplerTag{T}(data)

Draws what `T` stands for, with the help of `data` alone.
"""
struct SamplerTag{T,S,E} <: Sampler{E}
    data::S
    SamplerTag{T}(data::S) where {T,S} = new{T,S,gentype(T)}(data)
end

# ---- bits of generators -----------------------------------------------------------------------------------------

# A number of random bits in an integer type. Those of "Raw" types may hold more in the upper bits.
abstract type UniformBits{T<:BitInteger} end

for (name, least) in ((:UInt10, UInt16), (:UInt23, UInt32), (:UInt52, UInt64), (:UInt104, UInt128),
                      (:UInt2x52, UInt128))
    for type in (name, Symbol(name, :Raw))
        @eval begin
            struct $type{T} <: UniformBits{T} end
            $type(::Type{T}=$least) where {T} = $type{T}()
            uint_sup(::Type{<:$type}) = $least
            uint_default(::$type) = $type{$least}()
        end
    end
end

gentype(::Type{<:UniformBits{T}}) where {T} = T

# Intervals of floating point numbers.
abstract type FloatInterval{T<:AbstractFloat} end

"""
    CloseOpen01(T = Float64)

The numbers at least 0 and below 1.
"""
struct CloseOpen01{T<:AbstractFloat} <: FloatInterval{T} end

"""
    CloseOpen12(T = Float64)

The numbers at least 1 and below 2.
"""
struct CloseOpen12{T<:AbstractFloat} <: FloatInterval{T} end

const FloatInterval_64 = FloatInterval{Float64}
const CloseOpen01_64 = CloseOpen01{Float64}
const CloseOpen12_64 = CloseOpen12{Float64}
CloseOpen01(::Type{T}=Float64) where {T<:AbstractFloat} = CloseOpen01{T}()
CloseOpen12(::Type{T}=Float64) where {T<:AbstractFloat} = CloseOpen12{T}()
gentype(::Type{<:FloatInterval{T}}) where {T<:AbstractFloat} = T

const BitFloatType = Union{Type{Float16},Type{Float32},Type{Float64}}

# The samplers of several types at once.
SamplerUnion(types...) = Union{Any[SamplerType{T} for T in types]...}
const SamplerBoolBitInteger = SamplerUnion(Bool, BitInteger_types...)

# ---- samplers around others ----------------------------------------------------------------------------------------

# At most `sup`: drawn again until it is.
struct LessThan{T<:Integer,S} <: Sampler{T}
    sup::T
    s::S
end
function rand(rng::AbstractRNG, sp::LessThan)
    x = rand(rng, sp.s)
    while x > sp.sup
        x = rand(rng, sp.s)
    end
    return x
end

struct Masked{T<:Integer,S} <: Sampler{T}
    mask::T
    s::S
end
rand(rng::AbstractRNG, sp::Masked) = rand(rng, sp.s) & sp.mask

struct UniformT{T} <: Sampler{T} end
uniform(::Type{T}) where {T} = UniformT{T}()
rand(rng::AbstractRNG, ::UniformT{T}) where {T} = rand(rng, T)
