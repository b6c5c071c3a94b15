# Elements of arrays, dictionaries, sets, strings and tuples.

# ---- arrays ---------------------------------------------------------------------------------------------------------

Sampler(::Type{R}, a::AbstractArray, n::Repetition) where {R<:AbstractRNG} =
    SamplerSimple(a, Sampler(R, firstindex(a):lastindex(a), n))
rand(rng::AbstractRNG, sp::SamplerSimple{<:AbstractArray,<:Sampler}) = @inbounds sp[][rand(rng, sp.data)]

# ---- dictionaries and sets -------------------------------------------------------------------------------------------

# Slots of the table are drawn until one is filled.
function Sampler(::Type{R}, d::Dict, ::Repetition) where {R<:AbstractRNG}
    nonempty(d)
    return SamplerSimple(d, Sampler(R, LinearIndices(d.slots), Val(Inf)))
end
function rand(rng::AbstractRNG, sp::SamplerSimple{<:Dict,<:Sampler})
    while true
        i = rand(rng, sp.data)
        Base.isslotfilled(sp[], i) && @inbounds return sp[].keys[i] => sp[].vals[i]
    end
end

Sampler(::Type{R}, s::Set{T}, n::Repetition) where {R<:AbstractRNG,T} = SamplerTag{Set{T}}(Sampler(R, s.dict, n))
rand(rng::AbstractRNG, sp::SamplerTag{<:Set,<:Sampler}) = rand(rng, sp.data).first

function Sampler(::Type{R}, s::BitSet, ::Repetition) where {R<:AbstractRNG}
    nonempty(s)
    return SamplerSimple(s, Sampler(R, minimum(s):maximum(s), Val(Inf)))
end
function rand(rng::AbstractRNG, sp::SamplerSimple{BitSet,<:Sampler})
    while true
        n = rand(rng, sp.data)
        n in sp[] && return n
    end
end

# Others are copied for many values, and gone through for one.
Sampler(R::Type{<:AbstractRNG}, c::Union{AbstractDict,AbstractSet}, n::Repetition) = whole_sampler(R, c, n)
whole_sampler(R::Type{<:AbstractRNG}, c, n::Val{Inf}) = Sampler(R, collect(c), n)
whole_sampler(::Type{<:AbstractRNG}, c, ::Val{1}) = SamplerTrivial(c)
rand(rng::AbstractRNG, sp::SamplerTrivial{<:Union{AbstractDict,AbstractSet}}) =
    first(Iterators.drop(sp[], rand(rng, 1:length(sp[])) - 1))

# ---- strings ----------------------------------------------------------------------------------------------------------

Sampler(R::Type{<:AbstractRNG}, s::AbstractString, n::Val{Inf}) = Sampler(R, collect(s), n)
Sampler(R::Type{<:AbstractRNG}, s::AbstractString, ::Val{1}) =
    SamplerSimple(s, Sampler(R, 1:last_place(s), Val(Inf)))
last_place(s::String) = sizeof(s)
last_place(s::AbstractString) = lastindex(s)
function rand(rng::AbstractRNG, sp::SamplerSimple{<:AbstractString,<:Sampler})::Char
    while true
        at = rand(rng, sp.data)
        isvalid(sp[], at) && return sp[][at]
    end
end

# ---- tuples -----------------------------------------------------------------------------------------------------------

Sampler(::Type{<:AbstractRNG}, t::Tuple{A}, ::Repetition) where {A} = SamplerTrivial(t)
rand(::AbstractRNG, sp::SamplerTrivial{Tuple{A}}) where {A} = sp[][1]

Sampler(R::Type{<:AbstractRNG}, t::Tuple{A,B}, n::Repetition) where {A,B} = SamplerSimple(t, Sampler(R, Bool, n))
rand(rng::AbstractRNG, sp::SamplerSimple{Tuple{A,B}}) where {A,B} = sp[][1 + rand(rng, sp.data)]

# Thirds of 52 bits, but for the one number that is too many.
Sampler(R::Type{<:AbstractRNG}, t::Tuple{A,B,C}, n::Repetition) where {A,B,C} =
    SamplerSimple(t, Sampler(R, UInt52(), n))
function rand(rng::AbstractRNG, sp::SamplerSimple{Tuple{A,B,C}}) where {A,B,C}
    while true
        r = rand(rng, sp.data)
        r == 0x000fffffffffffff || return sp[][1 + r ÷ 0x0005555555555555]
    end
end

# Powers of two need no range.
Sampler(R::Type{<:AbstractRNG}, t::Tuple, n::Repetition) =
    SamplerSimple(t, ispow2(length(t)) ? Sampler(R, UInt32, n) : Sampler(R, Base.OneTo(length(t)), n))
function rand(rng::AbstractRNG, sp::SamplerSimple{T}) where {T<:Tuple}
    n = fieldcount(T)
    at = rand(rng, sp.data)
    return ispow2(n) ? sp[][1 + (at & (n - 1))] : sp[][at]
end

# Tuples and pairs as types.
function Sampler(::Type{R}, ::Type{T}, n::Repetition) where {T<:Tuple,R<:AbstractRNG}
    return SamplerTag{T}(map(S -> Sampler(R, S, n), fieldtypes(T)))
end
rand(rng::AbstractRNG, sp::SamplerTag{T}) where {T<:Tuple} = map(s -> rand(rng, s), sp.data)::T
gentype(::Type{T}) where {T<:Tuple} = eltype(T)
Sampler(::Type{R}, ::Type{Pair{A,B}}, n::Repetition) where {R<:AbstractRNG,A,B} =
    SamplerTag{Pair{A,B}}((Sampler(R, A, n), Sampler(R, B, n)))
rand(rng::AbstractRNG, sp::SamplerTag{<:Pair}) = rand(rng, sp.data[1]) => rand(rng, sp.data[2])
