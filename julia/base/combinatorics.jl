# combinatorics.jl: factorial, permutations, nextprod.

# the factorials of a type are kept in a table up to the last one that fits
_factorial_table(::Type{T}, n) where {T} = (t = ones(T, n); for i in 2:n; t[i] = t[i-1] * T(i); end; t)
const _fact_table64 = _factorial_table(Int64, 20)
const _fact_table128 = _factorial_table(UInt128, 34)

function factorial_lookup(n::Integer, table, lim)
    n < 0 && throw(DomainError(n, "`n` must not be negative."))
    n > lim && throw(OverflowError(string(n, " is too large to look up in the table; consider using `factorial(big(", n, "))` instead")))
    n == 0 && return one(n)
    @inbounds f = table[n]
    return oftype(n, f)
end
factorial(n::Int128) = factorial_lookup(n, _fact_table128, 33)
factorial(n::UInt128) = factorial_lookup(n, _fact_table128, 34)
factorial(n::Union{Int64,UInt64}) = factorial_lookup(n, _fact_table64, 20)
factorial(n::Union{Int8,UInt8,Int16,UInt16,Int32,UInt32}) = factorial(Int64(n))

## permutations ##

isperm(A) = _isperm(A)
isperm(A::AbstractVector) = _isperm(A)
isperm(p::Tuple{}) = true
isperm(p::Tuple{Int}) = p[1] == 1
isperm(p::Tuple{Int,Int}) = ((p[1] == 1) & (p[2] == 2)) | ((p[1] == 2) & (p[2] == 1))
isperm(P::Tuple) = _isperm(P)
isperm(p::AbstractUnitRange) = isempty(p) || first(p) == 1

function _isperm(A)
    n = length(A)
    used = A isa Tuple ? fill(false, n) : falses(n)
    for a in A
        a isa Integer && (0 < a <= n) && (used[a] ⊻= true) || return false
    end
    return true
end

# in place along the cycles, marking with negative numbers what was moved
function permute!!(a, p::AbstractVector{<:Integer})
    require_one_based_indexing(a, p)
    count = 0
    start = 0
    while count < length(a)
        ptr = start = findnext(!iszero, p, start + 1)::Int
        temp = a[start]
        next = p[start]
        count += 1
        while next != start
            a[ptr] = a[next]
            p[ptr] = 0
            ptr = next
            next = p[next]
            count += 1
        end
        a[ptr] = temp
        p[ptr] = 0
    end
    a
end
permute!(v, p::AbstractVector) = (v .= v[p])

function invpermute!!(a, p::AbstractVector{<:Integer})
    require_one_based_indexing(a, p)
    count = 0
    start = 0
    while count < length(a)
        start = findnext(!iszero, p, start + 1)::Int
        temp = a[start]
        next = p[start]
        count += 1
        while next != start
            temp_next = a[next]
            a[next] = temp
            temp = temp_next
            ptr = p[next]
            p[next] = 0
            next = ptr
            count += 1
        end
        a[next] = temp
        p[next] = 0
    end
    a
end
invpermute!(v, p::AbstractVector) = (v[p] = v; v)

function invperm(a::AbstractVector)
    require_one_based_indexing(a)
    b = fill!(similar(a), zero(eltype(a)))
    n = length(a)
    for (i, j) in enumerate(a)
        ((1 <= j <= n) && b[j] == 0) || throw(ArgumentError("argument is not a permutation"))
        b[j] = i
    end
    b
end
function invperm(p::Union{Tuple{},Tuple{Int},Tuple{Int,Int}})
    isperm(p) || throw(ArgumentError("argument is not a permutation"))
    p # in dimensions 0 to 2 every permutation is its own inverse
end
function invperm(P::Tuple)
    valn = Val(length(P))
    v = zeros(Int, length(P))
    for (i, j) in enumerate(P)
        (1 <= j <= length(P) && v[j] == 0) || throw(ArgumentError("argument is not a permutation"))
        v[j] = i
    end
    return ntuple(i -> v[i], valn)
end

## products of small factors ##

# the smallest product of powers of the factors that is not below x
function nextprod(a::Union{Tuple{Vararg{Integer}},AbstractVector{<:Integer}}, x::Real)
    if x > typemax(Int)
        throw(ArgumentError("unsafe for x > typemax(Int), got $x"))
    end
    k = length(a)
    v = fill(1, k)                    # current values of the powers
    mx = map(a -> nextpow(a, x), a)   # each alone is enough
    v[1] = mx[1]
    p::widen(Int) = mx[1]
    best = p
    icarry = 1

    while v[end] < mx[end]
        if p >= x
            best = p < best ? p : best
            carrytest = true
            while carrytest
                p = div(p, v[icarry])
                v[icarry] = 1
                icarry += 1
                p *= a[icarry]
                v[icarry] *= a[icarry]
                carrytest = v[icarry] > mx[icarry] && icarry < k
            end
            if p < x
                icarry = 1
            end
        else
            while p < x
                p *= a[1]
                v[1] *= a[1]
            end
        end
    end
    # may overflow: then the smallest is none of Int's
    return mx[end] < best ? Int(mx[end]) : Int(best)
end
