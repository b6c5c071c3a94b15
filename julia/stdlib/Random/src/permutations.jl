# Permutations: numbers below `n` come from masked bits, drawn again until they fit.

below(n::Int, mask::Int) = LessThan(n - 1, Masked(mask, UInt52Raw(Int)))

# Calls `f(i, j)` for each `i` with a random `j`, at most `i` or, with `skip`, below it.
@inline function exchanges(f, r::AbstractRNG, n::Int, skip::Bool)
    @assert n <= Int64(2)^52
    mask = 3
    for i in 2:n
        f(i, 1 + rand(r, below(i - skip, mask)))
        i == 1 + mask && (mask = 2 * mask + 1)
    end
end

"""
    shuffle!([rng = default_rng()], v)

Puts the elements of `v` in random order.
"""
function shuffle!(r::AbstractRNG, a::AbstractArray)
    # From the end: not in the order of `exchanges`, for Julia 1.10's results.
    require_one_based_indexing(a)
    n = length(a)
    n <= 1 && return a
    @assert n <= Int64(2)^52
    mask = nextpow(2, n) - 1
    for i in n:-1:2
        mask >> 1 == i && (mask >>= 1)
        j = 1 + rand(r, below(i, mask))
        @inbounds a[i], a[j] = a[j], a[i]
    end
    return a
end
shuffle!(a::AbstractArray) = shuffle!(default_rng(), a)

"""
    shuffle([rng = default_rng()], v)

A copy of `v` in random order.
"""
shuffle(r::AbstractRNG, a::AbstractArray) = shuffle!(r, copymutable(a))
shuffle(a::AbstractArray) = shuffle(default_rng(), a)
shuffle(r::AbstractRNG, a::Base.OneTo) = randperm(r, last(a))

"""
    randperm([rng = default_rng()], n)

A random permutation of `1:n`.
"""
randperm(r::AbstractRNG, n::T) where {T<:Integer} = randperm!(r, Vector{T}(undef, n))
randperm(n::Integer) = randperm(default_rng(), n)

"""
    randperm!([rng = default_rng()], A)

Fills `A` with a random permutation.
"""
function randperm!(r::AbstractRNG, a::Array{<:Integer})
    isempty(a) && return a
    a[1] = 1
    exchanges(r, length(a), false) do i, j
        # What `a` holds at `i` is not defined yet.
        i == j || (@inbounds a[i] = a[j])
        @inbounds a[j] = i
    end
    return a
end
randperm!(a::Array{<:Integer}) = randperm!(default_rng(), a)

"""
    randcycle([rng = default_rng()], n)

A random permutation of `1:n` that is one cycle.
"""
randcycle(r::AbstractRNG, n::T) where {T<:Integer} = randcycle!(r, Vector{T}(undef, n))
randcycle(n::Integer) = randcycle(default_rng(), n)

"""
    randcycle!([rng = default_rng()], A)

Fills `A` with a random permutation that is one cycle.
"""
function randcycle!(r::AbstractRNG, a::Array{<:Integer})
    isempty(a) && return a
    a[1] = 1
    exchanges(r, length(a), true) do i, j
        @inbounds a[i] = a[j]
        @inbounds a[j] = i
    end
    return a
end
randcycle!(a::Array{<:Integer}) = randcycle!(default_rng(), a)
