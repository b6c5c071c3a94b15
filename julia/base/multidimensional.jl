# multidimensional.jl: CartesianIndex and CartesianIndices, indexing and assignment with ranges,
# vectors and masks, and the array functions that work on several dimensions.

module IteratorsMD

import ..Base: eltype, length, size, first, last, in, getindex, setindex!,
    min, max, zero, oneunit, one, isless, eachindex,
    ndims, IteratorSize, convert, show, iterate, promote_rule, to_indices, copy,
    hash, step, +, -, *, axes, keys, isassigned, IndexStyle, isempty, reverse, intersect, ==
import ..Base: (:), setindex, to_index, _to_indices1, _cutdim, checkbounds_indices
using ..Base: IndexLinear, IndexCartesian, AbstractCartesianIndex, Fix1, fill_to_length, tail, front,
    Slice, OneTo, IdentityUnitRange, AbstractUnitRange, OrdinalRange, AbstractRange,
    throw_boundserror, throw_eachindex_mismatch_indices, _all_match_first, has_offset_axes, unchecked_oneto
import ..Base: Tuple
using ..Base.Iterators: Reverse, PartitionIterator

export CartesianIndex, CartesianIndices

## CartesianIndex ##

struct CartesianIndex{N} <: AbstractCartesianIndex{N}
    I::NTuple{N,Int}
    # a shorter list is extended by ones
    CartesianIndex{N}(index::Tuple{Vararg{Integer}}) where {N} =
        length(index) == N ? new(index) : new(fill_to_length(index, 1, Val(N)))
end

CartesianIndex(index::NTuple{N,Integer}) where {N} = CartesianIndex{N}(index)
CartesianIndex(index::Integer...) = CartesianIndex(index)
CartesianIndex{N}(index::Integer...) where {N} = CartesianIndex{N}(index)
CartesianIndex(i::CartesianIndex) = i
# mixtures of integers and CartesianIndexes
CartesianIndex(index::Union{Integer,CartesianIndex}...) = CartesianIndex(flatten(index))
CartesianIndex(index::Tuple{Vararg{Union{Integer,CartesianIndex}}}) = CartesianIndex(flatten(index))
flatten(::Tuple{}) = ()
flatten(I::Tuple{Any}) = Tuple(I[1])
flatten(I::Tuple) = (@inline; (Tuple(I[1])..., flatten(tail(I))...))

Tuple(index::CartesianIndex) = index.I

show(io::IO, i::CartesianIndex) = (print(io, "CartesianIndex("); join(io, i.I, ", "); print(io, ")"))

length(::CartesianIndex{N}) where {N} = N
length(::Type{CartesianIndex{N}}) where {N} = N

getindex(index::CartesianIndex, i::Integer) = index.I[i]
getindex(x::Number, ::CartesianIndex{0}) = x
getindex(index::CartesianIndex, i::AbstractArray{<:Integer}) = [index.I[j] for j in i]
eltype(::Type{T}) where {T<:CartesianIndex} = eltype(fieldtype(T, :I))
setindex(x::CartesianIndex, i, j) = CartesianIndex(Base.setindex(Tuple(x), i, j))

# position in which index varies fastest is the first: compare from the last
isless(a::CartesianIndex{N}, b::CartesianIndex{N}) where {N} = isless(Base.reverse(a.I), Base.reverse(b.I))

zero(::CartesianIndex{N}) where {N} = zero(CartesianIndex{N})
zero(::Type{CartesianIndex{N}}) where {N} = CartesianIndex(ntuple(Returns(0), Val(N)))
oneunit(::CartesianIndex{N}) where {N} = oneunit(CartesianIndex{N})
oneunit(::Type{CartesianIndex{N}}) where {N} = CartesianIndex(ntuple(Returns(1), Val(N)))
one(::CartesianIndex{N}) where {N} = one(CartesianIndex{N})
one(::Type{CartesianIndex{N}}) where {N} = CartesianIndex(ntuple(Returns(1), Val(N)))

(+)(index::CartesianIndex) = index
(-)(index::CartesianIndex{N}) where {N} = CartesianIndex{N}(map(-, index.I))
(+)(index1::CartesianIndex{N}, index2::CartesianIndex{N}) where {N} =
    CartesianIndex{N}(map(+, index1.I, index2.I))
(-)(index1::CartesianIndex{N}, index2::CartesianIndex{N}) where {N} =
    CartesianIndex{N}(map(-, index1.I, index2.I))
min(index1::CartesianIndex{N}, index2::CartesianIndex{N}) where {N} =
    CartesianIndex{N}(map(min, index1.I, index2.I))
max(index1::CartesianIndex{N}, index2::CartesianIndex{N}) where {N} =
    CartesianIndex{N}(map(max, index1.I, index2.I))
(*)(a::Integer, index::CartesianIndex{N}) where {N} = CartesianIndex{N}(map(x -> a * x, index.I))
(*)(index::CartesianIndex, a::Integer) = *(a, index)

iterate(::CartesianIndex) =
    error("iteration is deliberately unsupported for CartesianIndex. Use `I` rather than `I...`, or use `Tuple(I)...`")

const cartindexhash_seed = 0xd60ca92f8284b8b0
function hash(ci::CartesianIndex, h::UInt)
    h += cartindexhash_seed
    for i in ci.I
        h = hash(i, h)
    end
    return h
end

convert(::Type{Tuple}, index::CartesianIndex) = index.I
convert(::Type{NTuple{N,Int}}, index::CartesianIndex{N}) where {N} = index.I
Base.Int(index::CartesianIndex{1}) = Tuple(index)[1]

function Base.nextind(a::AbstractArray{<:Any,N}, i::CartesianIndex{N}) where {N}
    iter = CartesianIndices(axes(a))
    # beyond the last index there is still a next one
    I = inc(i.I, iter.indices)
    return I
end
function Base.prevind(a::AbstractArray{<:Any,N}, i::CartesianIndex{N}) where {N}
    iter = CartesianIndices(axes(a))
    return dec(i.I, iter.indices)
end
Base._ind2sub(::Tuple{}, i::CartesianIndex{0}) = ()

## CartesianIndices ##

struct CartesianIndices{N,R<:NTuple{N,OrdinalRange{Int,Int}}} <: AbstractArray{CartesianIndex{N},N}
    indices::R
end

CartesianIndices(::Tuple{}) = CartesianIndices{0,typeof(())}(())
function CartesianIndices(inds::NTuple{N,OrdinalRange{<:Integer,<:Integer}}) where {N}
    indices = map(r -> convert(OrdinalRange{Int,Int}, r), inds)
    CartesianIndices{N,typeof(indices)}(indices)
end

CartesianIndices(index::CartesianIndex) = CartesianIndices(index.I)
CartesianIndices(inds::NTuple{N,Union{<:Integer,OrdinalRange{<:Integer}}}) where {N} =
    CartesianIndices(map(_convert2ind, inds))

CartesianIndices(A::AbstractArray) = CartesianIndices(axes(A))

_convert2ind(sz::Bool) = OneTo(Int(sz))
_convert2ind(sz::Integer) = OneTo(sz)
_convert2ind(sz::AbstractUnitRange) = first(sz):last(sz)
_convert2ind(sz::OrdinalRange) = first(sz):step(sz):last(sz)

# I:J and I:S:J
function (:)(i::CartesianIndex{N}, j::CartesianIndex{N}) where {N}
    CartesianIndices(map((a, b) -> a:b, Tuple(i), Tuple(j)))
end
(:)(start::CartesianIndex{N}, step::CartesianIndex{N}, stop::CartesianIndex{N}) where {N} =
    CartesianIndices(map((i, s, j) -> i:s:j, Tuple(start), Tuple(step), Tuple(stop)))

promote_rule(::Type{CartesianIndices{N,R1}}, ::Type{CartesianIndices{N,R2}}) where {N,R1,R2} =
    CartesianIndices{N,Base.indices_promote_type(R1, R2)}

convert(::Type{Tuple{}}, R::CartesianIndices{0}) = ()
for RT in (OneTo{Int}, UnitRange{Int}, StepRange{Int,Int}, AbstractUnitRange{Int}, OrdinalRange{Int,Int})
    @eval convert(::Type{NTuple{N,$RT}}, R::CartesianIndices{N}) where {N} =
        map(x -> convert($RT, x), R.indices)
end
convert(::Type{NTuple{N,AbstractUnitRange}}, R::CartesianIndices{N}) where {N} =
    convert(NTuple{N,AbstractUnitRange{Int}}, R)
convert(::Type{NTuple{N,UnitRange}}, R::CartesianIndices{N}) where {N} =
    UnitRange{Int}.(convert(NTuple{N,UnitRange{Int}}, R))
convert(::Type{Tuple{Vararg{AbstractUnitRange{Int}}}}, R::CartesianIndices{N}) where {N} =
    convert(NTuple{N,AbstractUnitRange{Int}}, R)
convert(::Type{CartesianIndices{N,R}}, inds::CartesianIndices{N}) where {N,R} =
    CartesianIndices(convert(R, inds.indices))::CartesianIndices{N,R}

# AbstractArray implementation
axes(iter::CartesianIndices{N,R}) where {N,R} = map(Base.axes1, iter.indices)
IndexStyle(::Type{CartesianIndices{N,R}}) where {N,R} = IndexCartesian()
Base.has_offset_axes(iter::CartesianIndices) = has_offset_axes(iter.indices...)
function isassigned(iter::CartesianIndices{N,R}, I::Vararg{Int,N}) where {N,R}
    for i in 1:N
        isassigned(iter.indices[i], I[i]) || return false
    end
    return true
end

# positions in the set become the index that stands there
function getindex(iter::CartesianIndices{N,<:NTuple{N,Base.OneTo}}, I::Vararg{Int,N}) where {N}
    @inline
    @boundscheck Base.checkbounds(iter, I...)
    CartesianIndex(I)
end
function getindex(iter::CartesianIndices{N,R}, I::Vararg{Int,N}) where {N,R}
    @inline
    @boundscheck Base.checkbounds(iter, I...)
    CartesianIndex(map(_range_at, iter.indices, axes(iter), I))
end
_range_at(r, ax, i) = first(r) + (i - first(ax)) * step(r)

function getindex(iter::CartesianIndices{N,R}, I::Vararg{Union{OrdinalRange{<:Integer,<:Integer},Colon},N}) where {N,R}
    @inline
    @boundscheck Base.checkbounds(iter, I...)
    indices = map(iter.indices, I) do r, i
        i isa Colon ? r : (@inbounds getindex(r, i))
    end
    CartesianIndices(indices)
end
getindex(iter::CartesianIndices{1,R}, I::Union{OrdinalRange{<:Integer,<:Integer},Colon}) where {R} =
    CartesianIndices((I isa Colon ? iter.indices[1] : iter.indices[1][I],))
getindex(iter::CartesianIndices{N}, C::CartesianIndices{N}) where {N} = getindex(iter, C.indices...)
getindex(iter::CartesianIndices{0}, ::CartesianIndices{0}) = iter

# general: a CartesianIndex position
getindex(A::CartesianIndices{N}, I::CartesianIndex{N}) where {N} = A[I.I...]

ndims(R::CartesianIndices) = ndims(typeof(R))
ndims(::Type{CartesianIndices{N}}) where {N} = N
ndims(::Type{CartesianIndices{N,TT}}) where {N,TT} = N

eachindex(::IndexCartesian, A::AbstractArray) = CartesianIndices(axes(A))

function eachindex(::IndexCartesian, A::AbstractArray, B::AbstractArray...)
    axsA = axes(A)
    _all_match_first(axes, axsA, B...) ||
        throw_eachindex_mismatch_indices(IndexCartesian(), axes(A), axes.(B)...)
    CartesianIndices(axsA)
end

eltype(::Type{CartesianIndices{N}}) where {N} = CartesianIndex{N}
eltype(::Type{CartesianIndices{N,TT}}) where {N,TT} = CartesianIndex{N}
IteratorSize(::Type{<:CartesianIndices{N}}) where {N} = Base.HasShape{N}()

function iterate(iter::CartesianIndices)
    @inline
    iterfirst = first(iter)
    if !all(map(in, iterfirst.I, iter.indices))
        return nothing
    end
    iterfirst, iterfirst
end
function iterate(iter::CartesianIndices, state)
    @inline
    valid, I = __inc(state.I, iter.indices)
    valid || return nothing
    return CartesianIndex(I...), CartesianIndex(I...)
end

# the next index: the first digit counts, the others on overflow
function inc(state, indices)
    @inline
    _, I = __inc(state, indices)
    return CartesianIndex(I...)
end

__inc(::Tuple{}, ::Tuple{}) = false, ()
function __inc(state::Tuple{Int}, indices::Tuple{OrdinalRange{Int,Int}})
    @inline
    rng = indices[1]
    I = state[1] + step(rng)
    valid = state[1] != last(rng)
    return valid, (I,)
end
function __inc(state::Tuple{Int,Int,Vararg{Int}}, indices::Tuple{OrdinalRange{Int,Int},OrdinalRange{Int,Int},Vararg{OrdinalRange{Int,Int}}})
    @inline
    rng = indices[1]
    I = state[1] + step(rng)
    if state[1] != last(rng)
        return true, (I, tail(state)...)
    end
    valid, I2 = __inc(tail(state), tail(indices))
    return valid, (first(rng), I2...)
end

function dec(state, indices)
    @inline
    _, I = __dec(state, indices)
    return CartesianIndex(I...)
end
__dec(::Tuple{}, ::Tuple{}) = false, ()
function __dec(state::Tuple{Int}, indices::Tuple{OrdinalRange{Int,Int}})
    @inline
    rng = indices[1]
    I = state[1] - step(rng)
    valid = state[1] != first(rng)
    return valid, (I,)
end
function __dec(state::Tuple{Int,Int,Vararg{Int}}, indices::Tuple{OrdinalRange{Int,Int},OrdinalRange{Int,Int},Vararg{OrdinalRange{Int,Int}}})
    @inline
    rng = indices[1]
    I = state[1] - step(rng)
    if state[1] != first(rng)
        return true, (I, tail(state)...)
    end
    valid, I2 = __dec(tail(state), tail(indices))
    return valid, (last(rng), I2...)
end

# 0-d has one index
function iterate(iter::CartesianIndices{0}, done=false)
    done && return nothing
    return CartesianIndex(), true
end

size(iter::CartesianIndices) = map(length, iter.indices)
length(iter::CartesianIndices) = prod(size(iter))

first(iter::CartesianIndices) = CartesianIndex(map(first, iter.indices))
last(iter::CartesianIndices) = CartesianIndex(map(last, iter.indices))
step(iter::CartesianIndices) = CartesianIndex(map(step, iter.indices))

in(i::CartesianIndex, r::CartesianIndices) = false
in(i::CartesianIndex{N}, r::CartesianIndices{N}) where {N} = all(map(in, i.I, r.indices))
in(i::CartesianIndex{0}, r::CartesianIndices{0}) = true
isempty(iter::CartesianIndices) = any(isempty, iter.indices)

copy(iter::CartesianIndices) = iter

reverse(iter::CartesianIndices; dims=:) = _reverse(iter, dims)
_reverse(iter::CartesianIndices, ::Colon) = CartesianIndices(map(reverse, iter.indices))
function _reverse(iter::CartesianIndices, dim::Integer)
    1 <= dim <= ndims(iter) || throw(ArgumentError(Base.string("invalid dimension ", dim, " in reverse")))
    ndims(iter) == 1 && return CartesianIndices((reverse(iter.indices[1]),))
    indices = iter.indices
    return CartesianIndices(Base.setindex(indices, reverse(indices[dim]), dim))
end
function _reverse(iter::CartesianIndices, dims::Tuple{Vararg{Integer}})
    indices = iter.indices
    return CartesianIndices(ntuple(i -> i in dims ? reverse(indices[i]) : indices[i], ndims(iter)))
end

intersect(a::CartesianIndices{N}, b::CartesianIndices{N}) where {N} =
    CartesianIndices(intersect.(a.indices, b.indices))

Base.LinearIndices(inds::CartesianIndices{N,R}) where {N,R} = Base.LinearIndices(axes(inds))

# splits a tuple after the first N
function split(I::Tuple, V::Val)
    @inline
    _split(tail(I), V, I[1])
end
split(::Tuple{}, ::Val{0}) = (), ()
split(::Tuple{}, ::Val) = (), ()
split(I::Tuple, ::Val{0}) = (), I
function _split(I::Tuple, ::Val{N}, front...) where {N}
    length(front) == N && return front, I
    isempty(I) && return front, ()
    return _split(tail(I), Val(N), front..., I[1])
end
split(A::CartesianIndex, V::Val) = (p = split(A.I, V); (CartesianIndex(p[1]), CartesianIndex(p[2])))
function split(R::CartesianIndices{N}, ::Val{M}) where {N,M}
    a, b = split(R.indices, Val(M))
    return CartesianIndices(a), CartesianIndices(b)
end

# reversed iteration
function iterate(r::Reverse{<:CartesianIndices})
    @inline
    iterfirst = last(r.itr)
    if !all(map(in, iterfirst.I, r.itr.indices))
        return nothing
    end
    iterfirst, iterfirst
end
function iterate(r::Reverse{<:CartesianIndices}, state)
    @inline
    valid, I = __dec(state.I, r.itr.indices)
    valid || return nothing
    return CartesianIndex(I...), CartesianIndex(I...)
end
function iterate(r::Reverse{<:CartesianIndices{0}}, done=false)
    done && return nothing
    return CartesianIndex(), true
end

_xform_index(i) = i
_xform_index(i::OneTo) = i.stop
show(io::IO, iter::CartesianIndices) = (print(io, "CartesianIndices("); show(io, map(_xform_index, iter.indices)); print(io, ")"))
show(io::IO, ::MIME"text/plain", iter::CartesianIndices) = show(io, iter)

end # IteratorsMD

using .IteratorsMD

## bounds checks with cartesian indices ##

function checkbounds_indices(::Type{Bool}, inds::Tuple, I::Tuple{CartesianIndex,Vararg})
    @inline
    checkbounds_indices(Bool, inds, (I[1].I..., tail(I)...))
end
function checkbounds_indices(::Type{Bool}, inds::Tuple{}, I::Tuple{CartesianIndex,Vararg})
    @inline
    checkbounds_indices(Bool, inds, (I[1].I..., tail(I)...))
end
function checkbounds_indices(::Type{Bool}, inds::Tuple{Any}, I::Tuple{CartesianIndex,Vararg})
    @inline
    checkbounds_indices(Bool, inds, (I[1].I..., tail(I)...))
end

# the indices of N dimensions stand for N places
function checkbounds_indices(::Type{Bool}, inds::Tuple, I::Tuple{AbstractArray{CartesianIndex{N}},Vararg}) where {N}
    @inline
    inds1, indsrest = IteratorsMD.split(inds, Val(N))
    checkindex(Bool, inds1, I[1]) & checkbounds_indices(Bool, indsrest, tail(I))
end
function checkindex(::Type{Bool}, inds::Tuple, I::AbstractArray{<:CartesianIndex})
    b = true
    for i in I
        b &= checkbounds_indices(Bool, inds, (i,))
    end
    b
end
checkindex(::Type{Bool}, inds::Tuple, I::CartesianIndices) = all(checkindex.(Bool, inds, I.indices))

# a mask of several dimensions
function checkbounds_indices(::Type{Bool}, inds::Tuple, I::Tuple{AbstractArray{Bool,N},Vararg}) where {N}
    @inline
    return checkbounds_indices(Bool, inds, (LogicalIndex(I[1]), tail(I)...))
end

# A CartesianIndex counts as its numbers, in every position
checkbounds(::Type{Bool}, A::AbstractArray, i::CartesianIndex) = checkbounds_indices(Bool, axes(A), (i,))

_to_indices1(A, inds, I1::CartesianIndex) = map(Fix1(to_index, A), I1.I)
_cutdim(inds::Tuple, I1::CartesianIndex) = IteratorsMD.split(inds, Val(length(I1)))[2]
_to_indices1(A, inds, I1::CartesianIndices) = I1.indices
_cutdim(inds::Tuple, I1::CartesianIndices) = IteratorsMD.split(inds, Val(ndims(I1)))[2]
_cutdim(inds, I1::AbstractArray{CartesianIndex{N}}) where {N} = IteratorsMD.split(inds, Val(N))[2]
_cutdim(inds, I1::AbstractArray{Bool}) = IteratorsMD.split(inds, Val(ndims(I1)))[2]
_to_indices1(A, inds, I1::AbstractArray{Bool,0}) = (to_index(A, I1),)
_to_indices1(A, inds, ::Colon) = (uncolon(inds),)
_cutdim(inds, ::Colon) = safe_tail(inds)

# one index that spans several dimensions must see all axes
to_indices(A, I::Tuple{Union{CartesianIndex,CartesianIndices,AbstractArray{<:CartesianIndex}}}) = to_indices(A, axes(A), I)
to_indices(A, I::Tuple{AbstractArray{Bool}}) = ndims(I[1]) == 1 ?
    to_indices(A, (eachindex(IndexLinear(), A),), I) : to_indices(A, axes(A), I)
to_indices(A, I::Tuple{CartesianIndices{1}}) = (I[1].indices[1],)
to_indices(A, I::Tuple{CartesianIndices{0}}) = ()

# a CartesianIndex needs no search of the axes
getindex(A::Array, I::CartesianIndex) = (@_propagate_inbounds_meta; getindex(A, I.I...))
setindex!(A::Array, v, I::CartesianIndex) = (@_propagate_inbounds_meta; setindex!(A, v, I.I...))

## masks ##

# The positions where a mask is true, as a vector that is counted once.
struct LogicalIndex{T,A<:AbstractArray{Bool}} <: AbstractVector{T}
    mask::A
    sum::Int
    LogicalIndex{T,A}(mask::A) where {T,A<:AbstractArray{Bool}} = new(mask, count(mask))
end
LogicalIndex(mask::AbstractVector{Bool}) = LogicalIndex{Int,typeof(mask)}(mask)
LogicalIndex(mask::AbstractArray{Bool,N}) where {N} = LogicalIndex{CartesianIndex{N},typeof(mask)}(mask)
LogicalIndex{Int}(mask::AbstractArray) = LogicalIndex{Int,typeof(mask)}(mask)
size(L::LogicalIndex) = (L.sum,)
length(L::LogicalIndex) = L.sum
collect(L::LogicalIndex) = [i for i in L]
show(io::IO, r::LogicalIndex) = print(io, collect(r))
print_array(io::IO, X::LogicalIndex) = print_array(io, collect(X))
# positions are found by walking, so numbered access is slow
getindex(L::LogicalIndex, i::Int) = (@boundscheck checkbounds(L, i); first(Iterators.drop(L, i - 1)))

function iterate(L::LogicalIndex{Int})
    r = LinearIndices(L.mask)
    iterate(L, (1, r))
end
function iterate(L::LogicalIndex{<:CartesianIndex})
    r = CartesianIndices(axes(L.mask))
    iterate(L, (1, r))
end
function iterate(L::LogicalIndex, s)
    @_propagate_inbounds_meta
    # once all were given, there is no need to walk to the end of the mask
    n = s[1]
    n > length(L) && return nothing
    while true
        r = iterate(tail(s)...)
        r === nothing && return nothing
        i, i_state = r
        (@inbounds L.mask[i]) && return (i, (n + 1, s[2], i_state))
        s = (n, s[2], i_state)
    end
end

checkbounds(::Type{Bool}, A::AbstractArray, I::LogicalIndex{<:Any,<:AbstractArray{Bool,1}}) =
    eachindex(IndexLinear(), A) == eachindex(IndexLinear(), I.mask)
checkbounds(::Type{Bool}, A::AbstractArray, I::LogicalIndex) = axes(A) == axes(I.mask)
checkindex(::Type{Bool}, indx::AbstractUnitRange, I::LogicalIndex) = (I.mask isa AbstractVector) && indx == axes1(I.mask)
checkindex(::Type{Bool}, inds::Tuple, I::LogicalIndex) = inds == axes(I.mask)
checkindex(::Type{Bool}, inds::Tuple{Any}, I::LogicalIndex) = inds == axes(I.mask)

ensure_indexable(I::Tuple{}) = ()
ensure_indexable(I::Tuple{Any,Vararg{Any}}) = (@inline; (I[1], ensure_indexable(tail(I))...))
ensure_indexable(I::Tuple{LogicalIndex,Vararg{Any}}) = (@inline; (collect(I[1]), ensure_indexable(tail(I))...))

## shape of a selection ##

index_ndims(i1, I...) = (true, index_ndims(I...)...)
index_ndims(i1::CartesianIndex, I...) = (map(Returns(true), i1.I)..., index_ndims(I...)...)
index_ndims(i1::AbstractArray{CartesianIndex{N}}, I...) where {N} = (ntuple(Returns(true), Val(N))..., index_ndims(I...)...)
index_ndims() = ()

# the number of dimensions of the result of indexing by these
index_dimsum(i1, I...) = (index_dimsum(I...)...,)
index_dimsum(::Colon, I...) = (true, index_dimsum(I...)...)
index_dimsum(::AbstractArray{Bool}, I...) = (true, index_dimsum(I...)...)
index_dimsum(::AbstractArray{<:Any,N}, I...) where {N} = (ntuple(Returns(true), Val(N))..., index_dimsum(I...)...)
index_dimsum() = ()

index_lengths() = ()
index_lengths(I1, I...) = (length(I1), index_lengths(I...)...)
index_lengths(I1::Integer, I...) = (1, index_lengths(I...)...)

index_shape() = ()
index_shape(::Real, rest...) = index_shape(rest...)
index_shape(A::AbstractArray, rest...) = (axes(A)..., index_shape(rest...)...)

throw_checksize_error(A, sz) =
    (@noinline; throw(DimensionMismatch(string("output array is the wrong size; expected ", sz, ", got ", size(A)))))

## getindex with arrays ##

function _getindex(l::IndexStyle, A::AbstractArray, I::Union{Real,AbstractArray}...)
    @inline
    @boundscheck checkbounds(A, I...)
    return _unsafe_getindex(l, A, I...)
end
_getindex(::IndexLinear, A::AbstractArray) = (@boundscheck checkbounds(A); @inbounds r = A[first(LinearIndices(A))]; r)
_getindex(::IndexCartesian, A::AbstractArray) = (@boundscheck checkbounds(A); @inbounds r = A[map(first, axes(A))...]; r)
_getindex(::IndexCartesian, A::AbstractArray{<:Any,0}) = throw(CanonicalIndexError("getindex", typeof(A)))

function _unsafe_getindex(::IndexStyle, A::AbstractArray, I::Union{Real,AbstractArray}...)
    shape = index_shape(I...)
    dest = similar(A, shape)
    map(length, axes(dest)) == map(length, shape) || throw_checksize_error(dest, shape)
    _unsafe_getindex!(dest, A, I...)
    return dest
end

# the indices are walked with the first one fastest, beside the places of the result
function _unsafe_getindex!(dest::AbstractArray, src::AbstractArray, I1::Union{Real,AbstractArray})
    y = iterate(eachindex(dest))
    D = eachindex(dest)
    for i in I1
        idx, state = y::NTuple{2,Any}
        @inbounds dest[idx] = src[i]
        y = iterate(D, state)
    end
    return dest
end
function _unsafe_getindex!(dest::AbstractArray, src::AbstractArray, I1::Union{Real,AbstractArray}, I2::Union{Real,AbstractArray})
    D = eachindex(dest)
    y = iterate(D)
    for j in I2, i in I1
        idx, state = y::NTuple{2,Any}
        @inbounds dest[idx] = src[i, j]
        y = iterate(D, state)
    end
    return dest
end
function _unsafe_getindex!(dest::AbstractArray, src::AbstractArray, I::Union{Real,AbstractArray}...)
    D = eachindex(dest)
    y = iterate(D)
    for J in Iterators.product(I...)
        idx, state = y::NTuple{2,Any}
        @inbounds dest[idx] = src[J...]
        y = iterate(D, state)
    end
    return dest
end

## setindex! with arrays ##

function _setindex!(l::IndexStyle, A::AbstractArray, x, I::Union{Real,AbstractArray}...)
    @inline
    @boundscheck checkbounds(A, I...)
    _unsafe_setindex!(l, A, x, I...)
    return A
end
function _setindex!(::IndexLinear, A::AbstractArray, x)
    @boundscheck checkbounds(A)
    @inbounds A[first(LinearIndices(A))] = x
    return A
end
function _setindex!(::IndexCartesian, A::AbstractArray, x)
    @boundscheck checkbounds(A)
    ndims(A) == 0 && throw(CanonicalIndexError("setindex!", typeof(A)))
    @inbounds A[map(first, axes(A))...] = x
    return A
end

function _unsafe_setindex!(::IndexStyle, A::AbstractArray, x, I::Union{Real,AbstractArray}...)
    x′ = unalias(A, x)
    I′ = map(i -> unalias(A, i), I)
    setindex_shape_check(x′, index_lengths(I′...)...)
    X = eachindex(x′)
    y = iterate(X)
    if length(I′) == 1
        for i in I′[1]
            idx, state = y::NTuple{2,Any}
            @inbounds A[i] = x′[idx]
            y = iterate(X, state)
        end
    elseif length(I′) == 2
        for j in I′[2], i in I′[1]
            idx, state = y::NTuple{2,Any}
            @inbounds A[i, j] = x′[idx]
            y = iterate(X, state)
        end
    else
        for J in Iterators.product(I′...)
            idx, state = y::NTuple{2,Any}
            @inbounds A[J...] = x′[idx]
            y = iterate(X, state)
        end
    end
    return A
end

## fill!, copyto! with index sets ##

function fill!(A::AbstractArray{T}, x) where {T}
    xT = convert(T, x)
    for I in eachindex(A)
        @inbounds A[I] = xT
    end
    return A
end

function copyto!(dest::AbstractArray{T1,N}, Rdest::CartesianIndices{N},
    src::AbstractArray{T2,N}, Rsrc::CartesianIndices{N}) where {T1,T2,N}
    isempty(Rdest) && return dest
    if size(Rdest) != size(Rsrc)
        throw(ArgumentError(string("source and destination must have same size (got ", size(Rsrc), " and ", size(Rdest), ")")))
    end
    checkbounds(dest, first(Rdest))
    checkbounds(dest, last(Rdest))
    checkbounds(src, first(Rsrc))
    checkbounds(src, last(Rsrc))
    src′ = unalias(dest, src)
    for (I, J) in zip(Rdest, Rsrc)
        @inbounds dest[I] = src′[J]
    end
    return dest
end
copyto!(dest::AbstractArray{T1,0}, Rdest::CartesianIndices{0},
    src::AbstractArray{T2,0}, Rsrc::CartesianIndices{0}) where {T1,T2} = (dest[] = src[]; dest)

function copy!(dest::AbstractArray, dinds::CartesianIndices, src::AbstractArray, sinds::CartesianIndices)
    copyto!(dest, dinds, src, sinds)
end

## circshift ##

circshift!(dest::AbstractArray, src, ::Tuple{}) = copyto!(dest, src)
function circshift!(dest::AbstractArray{T,N}, src, shiftamt::Base.DimsInteger) where {T,N}
    dest === src && throw(ArgumentError("dest and src must be separate arrays"))
    inds = axes(src)
    axes(dest) == inds || throw(ArgumentError(string("indices of src and dest must match (got ", inds, " and ", axes(dest), ")")))
    length(src) == 0 && return dest
    sh = ntuple(d -> d <= length(shiftamt) ? shiftamt[d] : 0, Val(N))
    for I in CartesianIndices(inds)
        J = CartesianIndex(map((i, r, s) -> first(r) + mod(i - first(r) + s, length(r)), I.I, inds, sh))
        @inbounds dest[J] = src[I]
    end
    return dest
end
circshift!(dest::AbstractArray, src, shiftamt) = circshift!(dest, src, map(Integer, (shiftamt...,)))

function circshift!(a::AbstractVector, shift::Integer)
    n = length(a)
    n == 0 && return
    shift = mod(shift, n)
    shift == 0 && return
    l = lastindex(a)
    reverse!(a, firstindex(a), l - shift)
    reverse!(a, l - shift + 1, lastindex(a))
    reverse!(a)
    return a
end

circshift(a::AbstractArray, shiftamt::Real) = circshift!(similar(a), a, (Integer(shiftamt),))
circshift(a::AbstractArray, shiftamt::DimsInteger) = circshift!(similar(a), a, shiftamt)
circshift(a::AbstractArray, shiftamt) = circshift!(similar(a), a, map(Integer, (shiftamt...,)))

# indices of src wrap around in dest
function circcopy!(dest, src)
    dest === src && throw(ArgumentError("dest and src must be separate arrays"))
    indssrc, indsdest = axes(src), axes(dest)
    if (szsrc = map(length, indssrc)) != (szdest = map(length, indsdest))
        throw(DimensionMismatch(string("src and dest must have the same sizes (got ", szsrc, " and ", szdest, ")")))
    end
    for I in CartesianIndices(indssrc)
        J = CartesianIndex(map((i, r) -> first(r) + mod(i - first(r), length(r)), I.I, indsdest))
        dest[J] = src[I]
    end
    return dest
end

## diff ##

diff(a::AbstractVector) = diff(a, dims=1)
function diff(a::AbstractArray{T,N}; dims::Integer) where {T,N}
    require_one_based_indexing(a)
    1 <= dims <= N || throw(ArgumentError(string("dimension ", dims, " out of range (1:", N, ")")))
    r = axes(a)
    r0 = ntuple(i -> i == dims ? UnitRange(1, last(r[i]) - 1) : UnitRange(r[i]), N)
    r1 = ntuple(i -> i == dims ? UnitRange(2, last(r[i])) : UnitRange(r[i]), N)
    return view(a, r1...) .- view(a, r0...)
end
function diff(r::AbstractRange{T}; dims::Integer=1) where {T}
    dims == 1 || throw(ArgumentError(string("dimension ", dims, " out of range (1:1)")))
    return [@inbounds r[i+1] - r[i] for i in firstindex(r):lastindex(r)-1]
end

## mapslices ##

function concatenate_setindex!(R, v, I...)
    R[I...] .= (v,)
    return R
end
concatenate_setindex!(R, X::AbstractArray, I...) = (R[I...] = X)

function mapslices(f, A::AbstractArray; dims)
    isempty(dims) && return map(f, A)
    for d in dims
        d isa Integer || throw(ArgumentError(string("mapslices: dimension must be an integer, got ", d)))
        d >= 1 || throw(ArgumentError(string("mapslices: dimension must be ≥ 1, got ", d)))
    end
    dim_mask = ntuple(d -> d in dims, ndims(A))
    # f sees a copy of each slice
    idx1 = ntuple(d -> dim_mask[d] ? (:) : firstindex(A, d), ndims(A))
    Aslice = A[idx1...]
    r1 = f(Aslice)
    R, ridx = _alloc_mapslices(r1, A, dim_mask)
    itr = Iterators.product(ntuple(d -> dim_mask[d] ? (1:1) : axes(A, d), ndims(A))...)
    firstone = true
    for J in itr
        res = if firstone
            firstone = false
            r1
        else
            idx = ntuple(d -> dim_mask[d] ? (:) : J[d], ndims(A))
            f(A[idx...])
        end
        _mapslices_store!(R, res, J, dim_mask, ridx)
    end
    return R
end
# where the slices of the result stand: dimensions of the mask take the result's own axes
function _alloc_mapslices(r1::AbstractArray, A, dim_mask)
    nslice = count(dim_mask)
    ndims(r1) > nslice && throw(DimensionMismatch("mapslices cannot assign slices f(x) of size $(size(r1)) into output of size $(size(A))"))
    k = 0
    inds = Any[]
    for d in 1:ndims(A)
        if dim_mask[d]
            k += 1
            push!(inds, axes(r1, k))
        else
            push!(inds, axes(A, d))
        end
    end
    return similar(r1, Tuple(inds)), nslice
end
function _alloc_mapslices(r1, A, dim_mask)
    inds = ntuple(d -> dim_mask[d] ? OneTo(1) : axes(A, d), ndims(A))
    return similar(A, typeof(r1), inds), 0
end
function _mapslices_store!(R, res::AbstractArray, J, dim_mask, nslice)
    if nslice == 0
        R[J...] = res
    else
        idx = ntuple(d -> dim_mask[d] ? (:) : J[d], length(J))
        concatenate_setindex!(R, res, idx...)
    end
end
function _mapslices_store!(R, res, J, dim_mask, nslice)
    idx = ntuple(d -> dim_mask[d] ? axes(R, d) : J[d], length(J))
    nslice == 0 ? (R[J...] = res) : concatenate_setindex!(R, res, idx...)
end

## unique along a dimension ##

unique(A::AbstractArray; dims::Union{Colon,Integer}=:) = _unique_dims(A, dims)
_unique_dims(A::AbstractArray, dims::Colon) = invoke(unique, Tuple{Any}, A)
function _unique_dims(A::AbstractArray{T,N}, dims::Integer) where {T,N}
    1 <= dims <= N || return copy(A)
    # the first of each class of equal slices is kept
    seen = Dict{UInt,Vector{Int}}()
    keep = Int[]
    for k in axes(A, dims)
        slice = selectdim(A, dims, k)
        h = UInt(0)
        for x in slice
            h = hash(x, h)
        end
        candidates = get!(() -> Int[], seen, h)
        if !any(j -> isequal(selectdim(A, dims, j), slice), candidates)
            push!(candidates, k)
            push!(keep, k)
        end
    end
    return A[ntuple(d -> d == dims ? keep : (:), Val(N))...]
end

## sortslices ##

sortslices(A::AbstractArray; dims::Union{Integer,Tuple{Vararg{Integer}}}, kws...) = _sortslices(A, Val{dims}(); kws...)

_negdims(n, dims) = filter(i -> !(i in dims), 1:n)

function _sortslices(A::AbstractArray, d::Val{dims}; kws...) where {dims}
    dimtuple = dims isa Tuple ? dims : (dims,)
    all(k -> 1 <= k <= ndims(A), dimtuple) || throw(ArgumentError("sortslices: dimension out of range"))
    positions = collect(Iterators.product(ntuple(i -> axes(A, dimtuple[i]), length(dimtuple))...))
    slice_at(pos) = ntuple(ndims(A)) do k
        j = findfirst(==(k), dimtuple)
        j === nothing ? Colon() : pos[j]
    end
    vecs = map(pos -> view(A, slice_at(pos)...), vec(positions))
    p = sortperm(vecs; kws...)
    if ndims(A) == 2 && isa(dims, Integer) && isa(A, Array)
        return dims == 1 ? A[p, :] : A[:, p]
    end
    B = similar(A)
    for (x, q) in zip(vec(positions), p)
        B[slice_at(x)...] = vecs[q]
    end
    return B
end

## hashing ##

const hash_abstractarray_seed = 0x7e2d6fb6448beb77
function hash(A::AbstractArray, h::UInt)
    h += hash_abstractarray_seed
    # axes are arrays themselves: their ends stand for them
    h = hash(map(first, axes(A)), h)
    h = hash(map(last, axes(A)), h)

    if length(A) < 8192
        for x in A
            h = hash(x, h)
        end
        return h
    end

    # Of large arrays only some entries count, more of them near the end. Every one that counts
    # differs from the one before, so that equal sparse and dense arrays agree.
    linear_to_key = vec(keys(A))
    keyidx = last(keys(A))
    linidx = length(A)
    fibskip = prevfibskip = oneunit(linidx)
    first_linear = 1
    n = 0
    while true
        n += 1
        elt = A[keyidx]
        h = hash(keyidx => elt, h)

        # backwards by a Fibonacci number of places
        linidx = _key_to_linear(A, keyidx)
        linidx < fibskip + first_linear && break
        linidx -= fibskip
        keyidx = linear_to_key[linidx]

        # and by the next one every 4096 elements
        if rem(n, 4096) == 0
            fibskip, prevfibskip = fibskip + prevfibskip, fibskip
        end

        # on to a value that is different
        keyidx = findprev(!isequal(elt), A, keyidx)
        keyidx === nothing && break
    end
    return h
end
_key_to_linear(A, k::Integer) = k - first(LinearIndices(A)) + 1
_key_to_linear(A, k) = LinearIndices(A)[k] - first(LinearIndices(A)) + 1

## permutation ##

function checkdims_perm(indsP::NTuple{N,AbstractUnitRange}, indsB::NTuple{N,AbstractUnitRange}, perm) where {N}
    length(perm) == N || throw(ArgumentError(string("expected permutation of size ", N, ", but length(perm)=", length(perm))))
    isperm(perm) || throw(ArgumentError("input is not a permutation"))
    for i = 1:length(perm)
        indsP[i] == indsB[perm[i]] || throw(DimensionMismatch("destination tensor of incorrect size"))
    end
    nothing
end
