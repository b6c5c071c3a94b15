# Bits, strings, and random parts of a collection.

function rand!(rng::AbstractRNG, B::BitArray, ::SamplerType{Bool})
    isempty(B) && return B
    chunks = B.chunks
    rand!(rng, chunks)
    chunks[end] &= Base._msk_end(B)
    return B
end

"""
    bitrand([rng = default_rng()], [dims...])

A `BitArray` of random values.
"""
bitrand(r::AbstractRNG, dims::Dims) = rand!(r, BitArray(undef, dims))
bitrand(r::AbstractRNG, dims::Integer...) = rand!(r, BitArray(undef, convert(Dims, dims)))
bitrand(dims::Dims) = rand!(BitArray(undef, dims))
bitrand(dims::Integer...) = rand!(BitArray(undef, convert(Dims, dims)))

const LETTERS_AND_DIGITS = UInt8['0':'9'; 'A':'Z'; 'a':'z']

"""
    randstring([rng = default_rng()], [chars], [len = 8])

A string of random characters: of letters and digits by default.
"""
randstring(r::AbstractRNG, chars=LETTERS_AND_DIGITS, n::Integer=8) =
    String(rand!(r, Vector{eltype(chars)}(undef, n), chars))
randstring(r::AbstractRNG, n::Integer) = randstring(r, LETTERS_AND_DIGITS, n)
randstring(chars=LETTERS_AND_DIGITS, n::Integer=8) = randstring(default_rng(), chars, n)
randstring(n::Integer) = randstring(default_rng(), LETTERS_AND_DIGITS, n)

"""
    randsubseq!([rng = default_rng()], S, A, p)

As `randsubseq`, into `S`.
"""
function randsubseq!(r::AbstractRNG, S::AbstractArray, A::AbstractArray, p::Real)
    require_one_based_indexing(S, A)
    0 <= p <= 1 || throw(ArgumentError("probability $p not in [0,1]"))
    n = length(A)
    p == 1 && return copyto!(resize!(S, n), A)
    empty!(S)
    p == 0 && return S
    expected = p * n
    sizehint!(S, round(Int, expected + 5 * sqrt(expected)))
    if p > 0.15
        for i in 1:n
            rand(r) <= p && push!(S, A[i])
        end
        return S
    end
    # The distance to the next one is geometrically distributed.
    scale = -1 / log1p(-p)
    i = 0
    while true
        distance = randexp(r) * scale
        distance >= n - i && return S
        push!(S, A[i += ceil(Int, distance)])
    end
end
randsubseq!(S::AbstractArray, A::AbstractArray, p::Real) = randsubseq!(default_rng(), S, A, p)

"""
    randsubseq([rng = default_rng()], A, p)

The elements of `A`, each with probability `p`, in order.
"""
randsubseq(r::AbstractRNG, A::AbstractArray{T}, p::Real) where {T} = randsubseq!(r, T[], A, p)
randsubseq(A::AbstractArray, p::Real) = randsubseq(default_rng(), A, p)
