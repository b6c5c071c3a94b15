# sort.jl: the module Base.Sort: sorting, partial sorting, sorting permutations, binary search.
# The default algorithm is stable: NaNs move to their end, integers of a small range are counted, short pieces are
# sorted by insertion, and longer ones are merged.

module Sort

using Base.Order

using Base: copymutable, midpoint, require_one_based_indexing
using Base.Checked: sub_with_overflow

import Base: sort, sort!, issorted, sortperm

export
    # functions
    insorted, issorted, partialsort, partialsort!, partialsortperm, partialsortperm!,
    searchsorted, searchsortedfirst, searchsortedlast, sort, sort!, sortperm, sortperm!,
    # algorithms
    Algorithm, InsertionSort, MergeSort, PartialQuickSort, QuickSort,
    # not exported by Base
    DEFAULT_UNSTABLE, DEFAULT_STABLE, SMALL_ALGORITHM, SMALL_THRESHOLD

## is it sorted? ##

function issorted(itr, order::Ordering)
    y = iterate(itr)
    y === nothing && return true
    prev, state = y
    y = iterate(itr, state)
    while y !== nothing
        this, state = y
        lt(order, this, prev) && return false
        prev = this
        y = iterate(itr, state)
    end
    return true
end
function issorted(itr; lt::T=isless, by::F=identity, rev::Union{Bool,Nothing}=nothing, order::Ordering=Forward) where {T,F}
    issorted(itr, ord(lt, by, rev, order))
end

## algorithms ##

abstract type Algorithm end

struct InsertionSortAlg <: Algorithm end
struct MergeSortAlg <: Algorithm end

# Algorithms that do a part of the work, or all of it where they apply, and leave the rest to the next one.
struct IEEEFloatOptimization{T<:Algorithm} <: Algorithm
    next::T
end
struct CountingSort{T<:Algorithm} <: Algorithm
    next::T
end
# What is worth trying before any algorithm.
InitialOptimizations(next::Algorithm) = IEEEFloatOptimization(next)

# only the places lo to hi are promised to be right
struct PartialQuickSort{L<:Union{Integer,Missing},H<:Union{Integer,Missing}} <: Algorithm
    lo::L
    hi::H
end
PartialQuickSort(k::Integer) = PartialQuickSort(missing, k)
PartialQuickSort(k::OrdinalRange) = PartialQuickSort(first(k), last(k))
_getlo(alg::PartialQuickSort, lo) = alg.lo === missing ? lo : max(alg.lo, lo)
_gethi(alg::PartialQuickSort, hi) = alg.hi === missing ? hi : min(alg.hi, hi)

const InsertionSort = InsertionSortAlg()
const MergeSort = MergeSortAlg()
const QuickSort = PartialQuickSort(missing, missing)
const DEFAULT_STABLE = InitialOptimizations(CountingSort(MergeSort))
const DEFAULT_UNSTABLE = DEFAULT_STABLE
const SMALL_ALGORITHM = InsertionSort
const SMALL_THRESHOLD = 20

defalg(v::AbstractArray) = DEFAULT_STABLE

# `@getkw lo hi scratch` defines these variables from `kw`, or as they are for the whole vector.
macro getkw(names...)
    values = map(names) do name
        default = name === :lo ? :(firstindex(v)) : name === :hi ? :(lastindex(v)) : :nothing
        :($name = haskey(kw, $(QuoteNode(name))) ? kw.$name : $default)
    end
    return esc(Expr(:block, values...))
end

# An algorithm has a method either of `_sort!(v, alg, order, kw)`, where `kw` is a named tuple that may hold `lo`, `hi`
# and `scratch`, or of `sort!(v, lo, hi, alg, order)`, as those of packages have. Each falls back on the other, and once
# only.
function _sort!(v::AbstractVector, a::Algorithm, o::Ordering, kw)
    if haskey(kw, :allow_legacy_dispatch) && !kw.allow_legacy_dispatch
        throw(ArgumentError("Base.Sort._sort!(::$(typeof(v)), ::$(typeof(a)), ::$(typeof(o))) is not defined"))
    end
    @getkw lo hi scratch
    sort!(v, lo, hi, a, o)
    return scratch
end
function sort!(v::AbstractVector, lo::Integer, hi::Integer, a::Algorithm, o::Ordering)
    _sort!(v, a, o, (; lo, hi, allow_legacy_dispatch=false))
    return v
end

# NaNs are the largest numbers, and equal; they move to the end in their order. What remains needs no thought of them.
function _sort!(v::AbstractVector, a::IEEEFloatOptimization, o::Ordering, kw)
    @getkw lo hi scratch
    if _orders_floats(v, o)
        lo, hi = _nans_to_end!(v, lo, hi, o)
    end
    return _sort!(v, a.next, o, (; lo, hi, scratch))
end
const Direct = Union{ForwardOrdering,ReverseOrdering{ForwardOrdering}}
_orders_floats(v, o) = false
_orders_floats(v::AbstractVector{<:Base.IEEEFloat}, o::Direct) = true
_orders_floats(v::AbstractVector{<:Integer}, o::Perm{<:Direct,<:AbstractVector{<:Base.IEEEFloat}}) = true
_key(o::Direct, x) = x
_key(o::Perm, i) = @inbounds o.data[i]
_is_reverse(o::ForwardOrdering) = false
_is_reverse(o::ReverseOrdering) = true
_is_reverse(o::Perm) = _is_reverse(o.order)

# The range that holds the others then.
function _nans_to_end!(v, lo, hi, o)
    any(i -> isnan(_key(o, v[i])), lo:hi) || return lo, hi
    nans = eltype(v)[]
    from, step = _is_reverse(o) ? (hi, -1) : (lo, 1)
    k = from
    @inbounds for i in (_is_reverse(o) ? (hi:-1:lo) : (lo:1:hi))
        x = v[i]
        if isnan(_key(o, x))
            push!(nans, x)
        else
            v[k] = x
            k += step
        end
    end
    last = k
    @inbounds for x in nans
        v[k] = x
        k += step
    end
    return _is_reverse(o) ? (last + 1, hi) : (lo, last - 1)
end

function sort!(v::AbstractVector, lo::Integer, hi::Integer, ::InsertionSortAlg, o::Ordering)
    @inbounds for i = lo+1:hi
        j = i
        x = v[i]
        while j > lo
            y = v[j-1]
            lt(o, x, y)::Bool || break
            v[j] = y
            j -= 1
        end
        v[j] = x
    end
    return v
end

function sort!(v::AbstractVector{T}, lo::Integer, hi::Integer, a::MergeSortAlg, o::Ordering,
    t0::Union{AbstractVector{T},Nothing}=nothing) where {T}
    lo < hi || return v
    hi - lo <= SMALL_THRESHOLD && return sort!(v, lo, hi, SMALL_ALGORITHM, o)
    m = midpoint(lo, hi)
    t = t0 === nothing ? similar(v, m - lo + 1) : t0
    length(t) < m - lo + 1 && resize!(t, m - lo + 1)
    require_one_based_indexing(t)

    sort!(v, lo, m, a, o, t)
    sort!(v, m + 1, hi, a, o, t)

    # the halves may already follow each other
    lt(o, (@inbounds v[m+1]), (@inbounds v[m]))::Bool || return v

    # the lower half moves away, and both are merged from the front
    i, j = 1, lo
    @inbounds while j <= m
        t[i] = v[j]
        i += 1
        j += 1
    end
    i, k = 1, lo
    @inbounds while k < j <= hi
        if lt(o, v[j], t[i])::Bool
            v[k] = v[j]
            j += 1
        else
            v[k] = t[i]
            i += 1
        end
        k += 1
    end
    @inbounds while k < j
        v[k] = t[i]
        k += 1
        i += 1
    end
    return v
end

# selects the median of three as the pivot and moves it to its final place
function partition!(v::AbstractVector, lo::Integer, hi::Integer, o::Ordering)
    @inbounds begin
        mi = midpoint(lo, hi)
        if lt(o, v[lo], v[mi])
            v[mi], v[lo] = v[lo], v[mi]
        end
        if lt(o, v[hi], v[lo])
            if lt(o, v[hi], v[mi])
                v[hi], v[lo], v[mi] = v[lo], v[mi], v[hi]
            else
                v[hi], v[lo] = v[lo], v[hi]
            end
        end
        pivot = v[lo]
        i, j = lo, hi
        while true
            i += 1
            j -= 1
            while lt(o, v[i], pivot)
                i += 1
            end
            while lt(o, pivot, v[j])
                j -= 1
            end
            i >= j && break
            v[i], v[j] = v[j], v[i]
        end
        v[j], v[lo] = pivot, v[j]
        return j
    end
end

function sort!(v::AbstractVector, lo::Integer, hi::Integer, a::PartialQuickSort, o::Ordering)
    # QuickSort is stable too: a full sort is a merge sort
    a.lo === missing && a.hi === missing && return sort!(v, lo, hi, MergeSort, o)
    wantlo, wanthi = _getlo(a, lo), _gethi(a, hi)
    _partial_quicksort!(v, lo, hi, wantlo, wanthi, o)
    return v
end
function _partial_quicksort!(v, lo, hi, wantlo, wanthi, o)
    while lo < hi && lo <= wanthi && hi >= wantlo
        hi - lo <= SMALL_THRESHOLD && return sort!(v, lo, hi, SMALL_ALGORITHM, o)
        j = partition!(v, lo, hi, o)
        if j <= wantlo
            # nothing of interest before the pivot
            lo = j + 1
        elseif j >= wanthi
            hi = j - 1
        else
            # recursion for the shorter part
            if j - lo < hi - j
                _partial_quicksort!(v, lo, j - 1, wantlo, wanthi, o)
                lo = j + 1
            else
                _partial_quicksort!(v, j + 1, hi, wantlo, wanthi, o)
                hi = j - 1
            end
        end
    end
    return v
end

function _sort!(v::AbstractVector, a::CountingSort, o::Ordering, kw)
    @getkw lo hi scratch
    if hi - lo > SMALL_THRESHOLD && _counting_sortable(v, o)
        _counting_sort!(v, lo, hi, o) === nothing || return scratch
    end
    return _sort!(v, a.next, o, kw)
end

# integers of a small range are counted
_counting_sortable(v, o) = false
_counting_sortable(v::AbstractVector{<:Union{Int8,UInt8,Int16,UInt16,Int32,UInt32,Int64,UInt64}}, ::Union{ForwardOrdering,ReverseOrdering{ForwardOrdering}}) = true
_counting_sortable(v::AbstractVector{Bool}, ::Union{ForwardOrdering,ReverseOrdering{ForwardOrdering}}) = true
function _counting_sort!(v::AbstractVector{T}, lo, hi, o) where {T}
    mn = mx = v[lo]
    @inbounds for i in lo+1:hi
        x = v[i]
        mn = ifelse(x < mn, x, mn)
        mx = ifelse(mx < x, x, mx)
    end
    mn == mx && return v
    range, overflowed = T === Bool ? (1, false) : sub_with_overflow(promote(mx, mn)...)
    (overflowed || range < 0 || range > (hi - lo) >> 1) && return nothing
    counts = zeros(Int, Int(range) + 1)
    @inbounds for i in lo:hi
        counts[Int(v[i] - mn)+1] += 1
    end
    k = lo
    rev = o isa ReverseOrdering
    for c in (rev ? (length(counts):-1:1) : (1:1:length(counts)))
        x = T === Bool ? c == 2 : ((mn + (c - 1)) % T)
        for _ in 1:counts[c]
            @inbounds v[k] = x
            k += 1
        end
    end
    return v
end

## sort! ##

sort!(v::AbstractVector, alg::Algorithm, order::Ordering) =
    sort!(v, firstindex(v), lastindex(v), alg, order)

function sort!(v::AbstractVector{T};
    alg::Algorithm=defalg(v),
    lt=isless,
    by=identity,
    rev::Union{Bool,Nothing}=nothing,
    order::Ordering=Forward,
    scratch::Union{Vector{T},Nothing}=nothing) where {T}
    _sort!(v, alg, ord(lt, by, rev, order), (; scratch))
    return v
end

sort(v::AbstractVector; kws...) = sort!(copymutable(v); kws...)

# along a dimension
function sort(A::AbstractArray{T};
    dims::Integer,
    alg::Algorithm=defalg(A),
    lt=isless,
    by=identity,
    rev::Union{Bool,Nothing}=nothing,
    order::Ordering=Forward,
    scratch::Union{Vector{T},Nothing}=nothing) where {T}
    return sort!(copymutable(A); dims, alg, lt, by, rev, order)
end

function sort!(A::AbstractArray{T};
    dims::Integer,
    alg::Algorithm=defalg(A),
    lt=isless,
    by=identity,
    rev::Union{Bool,Nothing}=nothing,
    order::Ordering=Forward,
    scratch::Union{Vector{T},Nothing}=nothing) where {T}
    nd = ndims(A)
    1 <= dims <= nd || throw(ArgumentError("dimension out of range"))
    o = ord(lt, by, rev, order)
    for I in CartesianIndices(ntuple(d -> d == dims ? (1:1) : axes(A, d), nd))
        v = view(A, ntuple(d -> d == dims ? Colon() : I[d], nd)...)
        _sort!(v, alg, o, (;))
    end
    return A
end

## partialsort ##

maybeview(v, k) = view(v, k)
maybeview(v, k::Integer) = v[k]

partialsort!(v::AbstractVector, k::Union{Integer,OrdinalRange}, o::Ordering) =
    (sort!(v, firstindex(v), lastindex(v), PartialQuickSort(k), o); maybeview(v, k))

function partialsort!(v::AbstractVector, k::Union{Integer,OrdinalRange};
    lt=isless, by=identity, rev::Union{Bool,Nothing}=nothing, order::Ordering=Forward)
    checkbounds(v, k)
    return partialsort!(v, k, ord(lt, by, rev, order))
end

partialsort(v::AbstractVector, k::Union{Integer,OrdinalRange}; kws...) =
    partialsort!(copymutable(v), k; kws...)

function partialsortperm(v::AbstractVector, k::Union{Integer,OrdinalRange}; kwargs...)
    partialsortperm!(similar(Vector{eltype(k)}, axes(v, 1)), v, k; kwargs...)
end
function partialsortperm!(ix::AbstractVector{<:Integer}, v::AbstractVector,
    k::Union{Integer,OrdinalRange};
    lt::Function=isless,
    by::Function=identity,
    rev::Union{Bool,Nothing}=nothing,
    order::Ordering=Forward,
    initialized::Bool=false)
    if axes(ix, 1) != axes(v, 1)
        throw(ArgumentError("The index vector is used as scratch space and must have the same length/indices as the source vector, $(axes(ix,1)) != $(axes(v,1))"))
    end
    if !initialized
        @inbounds for i in eachindex(ix)
            ix[i] = i
        end
    end
    checkbounds(ix, k)
    sort!(ix, firstindex(ix), lastindex(ix), PartialQuickSort(k), Perm(ord(lt, by, rev, order), v))
    maybeview(ix, k)
end

## sortperm ##

function sortperm(A::AbstractArray;
    alg::Algorithm=DEFAULT_UNSTABLE,
    lt=isless,
    by=identity,
    rev::Union{Bool,Nothing}=nothing,
    order::Ordering=Forward,
    scratch::Union{Vector{<:Integer},Nothing}=nothing,
    dims...)
    ix = copymutable(LinearIndices(A))
    sort!(ix; alg, order=Perm(ord(lt, by, rev, order), vec(A)), dims...)
end

function sortperm!(ix::AbstractArray{T}, A::AbstractArray;
    alg::Algorithm=DEFAULT_UNSTABLE,
    lt=isless,
    by=identity,
    rev::Union{Bool,Nothing}=nothing,
    order::Ordering=Forward,
    initialized::Bool=false,
    scratch::Union{Vector{T},Nothing}=nothing,
    dims...) where {T<:Integer}
    (typeof(A) <: AbstractVector) == (:dims in keys(dims)) && throw(ArgumentError("Dims argument incorrect for type $(typeof(A))"))
    axes(ix) == axes(A) || throw(ArgumentError("index array must have the same size/axes as the source array, $(axes(ix)) != $(axes(A))"))
    if !initialized
        ix .= LinearIndices(A)
    end
    sort!(ix; alg, order=Perm(ord(lt, by, rev, order), vec(A)), dims...)
end

## binary search ##

# first index whose element is not less than x
function searchsortedfirst(v::AbstractVector, x, lo::T, hi::T, o::Ordering)::keytype(v) where {T<:Integer}
    hi = hi + T(1)
    len = hi - lo
    @inbounds while len != 0
        half_len = len >>> 0x01
        m = lo + half_len
        if lt(o, v[m], x)
            lo = m + 1
            len -= half_len + 1
        else
            hi = m
            len = half_len
        end
    end
    return lo
end

# last index whose element is not greater than x
function searchsortedlast(v::AbstractVector, x, lo::T, hi::T, o::Ordering)::keytype(v) where {T<:Integer}
    u = T(1)
    lo = lo - u
    hi = hi + u
    @inbounds while lo < hi - u
        m = midpoint(lo, hi)
        if lt(o, x, v[m])
            hi = m
        else
            lo = m
        end
    end
    return lo
end

function searchsorted(v::AbstractVector, x, ilo::T, ihi::T, o::Ordering)::UnitRange{keytype(v)} where {T<:Integer}
    u = T(1)
    lo = ilo - u
    hi = ihi + u
    @inbounds while lo < hi - u
        m = midpoint(lo, hi)
        if lt(o, v[m], x)
            lo = m
        elseif lt(o, x, v[m])
            hi = m
        else
            a = searchsortedfirst(v, x, max(lo, ilo), m, o)
            b = searchsortedlast(v, x, m, min(hi, ihi), o)
            return a:b
        end
    end
    return (lo+1):(hi-1)
end

# ranges need no search
function searchsortedlast(a::AbstractRange{<:Real}, x::Real, o::DirectOrdering)::keytype(a)
    require_one_based_indexing(a)
    f, h, l = first(a), step(a), last(a)
    if lt(o, x, f)
        0
    elseif h == 0 || !lt(o, x, l)
        length(a)
    else
        n = round(Integer, (x - f) / h + 1)
        lt(o, x, a[n]) ? n - 1 : n
    end
end
function searchsortedfirst(a::AbstractRange{<:Real}, x::Real, o::DirectOrdering)::keytype(a)
    require_one_based_indexing(a)
    f, h, l = first(a), step(a), last(a)
    if !lt(o, f, x)
        1
    elseif h == 0 || lt(o, l, x)
        length(a) + 1
    else
        n = round(Integer, (x - f) / h + 1)
        lt(o, a[n], x) ? n + 1 : n
    end
end
function searchsortedlast(a::AbstractRange{<:Integer}, x::Real, o::DirectOrdering)::keytype(a)
    require_one_based_indexing(a)
    f, h, l = first(a), step(a), last(a)
    if lt(o, x, f)
        0
    elseif h == 0 || !lt(o, x, l)
        length(a)
    else
        if o isa ForwardOrdering
            fld(floor(Integer, x) - f, h) + 1
        else
            fld(ceil(Integer, x) - f, h) + 1
        end
    end
end
function searchsortedfirst(a::AbstractRange{<:Integer}, x::Real, o::DirectOrdering)::keytype(a)
    require_one_based_indexing(a)
    f, h, l = first(a), step(a), last(a)
    if !lt(o, f, x)
        1
    elseif h == 0 || lt(o, l, x)
        length(a) + 1
    else
        if o isa ForwardOrdering
            cld(ceil(Integer, x) - f, h) + 1
        else
            cld(floor(Integer, x) - f, h) + 1
        end
    end
end
searchsorted(a::AbstractRange{<:Real}, x::Real, o::DirectOrdering) =
    searchsortedfirst(a, x, o):searchsortedlast(a, x, o)

for s in [:searchsortedfirst, :searchsortedlast, :searchsorted]
    @eval begin
        $s(v::AbstractVector, x, o::Ordering) = $s(v, x, firstindex(v), lastindex(v), o)
        $s(v::AbstractVector, x;
            lt::T=isless, by::F=identity, rev::Union{Bool,Nothing}=nothing, order::Ordering=Forward) where {T,F} =
            $s(v, x, ord(lt, by, rev, order))
    end
end

function insorted end
insorted(x, v::AbstractVector; kw...) = !isempty(searchsorted(v, x; kw...))
insorted(x, r::AbstractRange) = in(x, r)

end # module Sort
