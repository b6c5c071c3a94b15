# subarray.jl: views into arrays. A SubArray holds its parent and one index per dimension of it;
# where the result is evenly spaced in the parent's memory, also an offset and a stride.

abstract type AbstractCartesianIndex{N} end # CartesianIndex is its only subtype
const ViewIndex = Union{Real,AbstractArray}
const ScalarIndex = Real

# L is true where one linear index is enough
struct SubArray{T,N,P,I,L} <: AbstractArray{T,N}
    parent::P
    indices::I
    offset1::Int
    stride1::Int
    function SubArray{T,N,P,I,L}(parent, indices, offset1, stride1) where {T,N,P,I,L}
        @inline
        check_parent_index_match(parent, indices)
        new(parent, indices, offset1, stride1)
    end
end

function SubArray(parent::AbstractArray, indices::Tuple)
    @inline
    SubArray(IndexStyle(viewindexing(indices), IndexStyle(parent)), parent, ensure_indexable(indices), index_dimsum(indices...))
end
function SubArray(::IndexCartesian, parent::P, indices::I, ::NTuple{N,Any}) where {P,I,N}
    @inline
    SubArray{eltype(P),N,P,I,false}(parent, indices, 0, 0)
end
function SubArray(::IndexLinear, parent::P, indices::I, ::NTuple{N,Any}) where {P,I,N}
    @inline
    stride1 = compute_stride1(parent, indices)
    SubArray{eltype(P),N,P,I,true}(parent, indices, compute_offset1(parent, stride1, indices), stride1)
end

check_parent_index_match(parent, indices) = check_parent_index_match(parent, index_ndims(indices...))
check_parent_index_match(parent::AbstractArray{T,N}, ::NTuple{N,Bool}) where {T,N} = nothing
check_parent_index_match(parent, ::NTuple{N,Bool}) where {N} =
    throw(ArgumentError(string("number of indices (", N, ") must match the parent dimensionality (", ndims(parent), ")")))

# Is linear indexing into the view possible, judged by the types of its indices?
viewindexing(I::Tuple{}) = IndexLinear()
# scalars in front only move the start
viewindexing(I::Tuple{ScalarIndex,Vararg{Any}}) = (@inline; viewindexing(tail(I)))
# slices may follow each other, then one range, then scalars
viewindexing(I::Tuple{Slice,Slice,Vararg{Any}}) = (@inline; viewindexing(tail(I)))
viewindexing(I::Tuple{Slice,AbstractUnitRange,Vararg{ScalarIndex}}) = IndexLinear()
viewindexing(I::Tuple{Slice,Slice,Vararg{ScalarIndex}}) = IndexLinear()
viewindexing(I::Tuple{AbstractRange,Vararg{ScalarIndex}}) = IndexLinear()
viewindexing(I::Tuple{Vararg{Any}}) = IndexCartesian()
viewindexing(I::Tuple{AbstractArray,Vararg{Any}}) = IndexCartesian()

## basic properties ##

size(V::SubArray) = (@inline; map(length, axes(V)))

similar(V::SubArray, T::Type, dims::Dims) = similar(V.parent, T, dims)

sizeof(V::SubArray) = length(V) * sizeof(eltype(V))
sizeof(V::SubArray{<:Any,<:Any,<:Array}) = length(V) * elsize(V.parent)

function copy(V::SubArray)
    v = V.parent[V.indices...]
    ndims(V) == 0 || return v
    x = similar(V) # a scalar result is wrapped
    x[] = v
    return x
end

parent(V::SubArray) = V.parent
parentindices(V::SubArray) = V.indices

parentindices(a::AbstractArray) = map(oneto, size(a))

dataids(A::SubArray) = (dataids(A.parent)..., _splatmap(dataids, A.indices)...)
_splatmap(f, ::Tuple{}) = ()
_splatmap(f, t::Tuple) = (f(t[1])..., _splatmap(f, tail(t))...)
unaliascopy(A::SubArray) = typeof(A)(unaliascopy(A.parent), map(unaliascopy, A.indices), A.offset1, A.stride1)

## making views ##

function view(A::AbstractArray{<:Any,N}, I::Vararg{Any,M}) where {N,M}
    @inline
    J = map(i -> unalias(A, i), to_indices(A, I))
    @boundscheck checkbounds(A, J...)
    if length(J) > ndims(A) && J[N+1:end] isa Tuple{Vararg{Int}}
        # surplus indices that are 1
        return unsafe_view(A, J[1:N]...)
    end
    unsafe_view(_maybe_reshape_parent(A, index_ndims(J...)), J...)
end

# views into ranges are ranges
function view(r1::OneTo, r2::OneTo)
    @_propagate_inbounds_meta
    getindex(r1, r2)
end
function view(r1::AbstractUnitRange, r2::AbstractUnitRange{<:Integer})
    @_propagate_inbounds_meta
    getindex(r1, r2)
end
function view(r1::AbstractUnitRange, r2::StepRange{<:Integer})
    @_propagate_inbounds_meta
    getindex(r1, r2)
end
function view(r1::StepRange, r2::AbstractRange{<:Integer})
    @_propagate_inbounds_meta
    getindex(r1, r2)
end
function view(r1::StepRangeLen, r2::OrdinalRange{<:Integer})
    @_propagate_inbounds_meta
    getindex(r1, r2)
end
function view(r1::LinRange, r2::OrdinalRange{<:Integer})
    @_propagate_inbounds_meta
    getindex(r1, r2)
end

function unsafe_view(A::AbstractArray, I::Vararg{ViewIndex,N}) where {N}
    @inline
    SubArray(A, I)
end
# a view of a view is a view of the first parent, where its indices can be combined
function unsafe_view(V::SubArray, I::Vararg{ViewIndex,N}) where {N}
    @inline
    _maybe_reindex(V, I)
end
function _maybe_reindex(V, I)
    @inline
    # an array of CartesianIndex may span several dimensions of the view
    _any_cartesian(I...) && return SubArray(V, I)
    @inbounds idxs = to_indices(V.parent, reindex(V.indices, I))
    SubArray(V.parent, idxs)
end
_any_cartesian() = false
_any_cartesian(::Any, I...) = _any_cartesian(I...)
_any_cartesian(::AbstractArray{<:AbstractCartesianIndex}, I...) = true

_maybe_reshape_parent(A::AbstractArray, ::NTuple{1,Bool}) = reshape(A, Val(1))
_maybe_reshape_parent(A::AbstractArray{<:Any,1}, ::NTuple{1,Bool}) = reshape(A, Val(1))
_maybe_reshape_parent(A::AbstractArray{<:Any,N}, ::NTuple{N,Bool}) where {N} = A
_maybe_reshape_parent(A::AbstractArray, ::NTuple{N,Bool}) where {N} = reshape(A, Val(N))

# the parent's index that the view's index I stands for, per dimension of the parent
reindex(::Tuple{}, ::Tuple{}) = ()
# scalars use up no index of the view
reindex(idxs::Tuple{ScalarIndex,Vararg{Any}}, subidxs::Tuple{Vararg{Any}}) =
    (@_propagate_inbounds_meta; (idxs[1], reindex(tail(idxs), subidxs)...))
# slices pass them on
reindex(idxs::Tuple{Slice,Vararg{Any}}, subidxs::Tuple{Any,Vararg{Any}}) =
    (@_propagate_inbounds_meta; (subidxs[1], reindex(tail(idxs), tail(subidxs))...))
# vectors are indexed by one, arrays by as many as they have dimensions
reindex(idxs::Tuple{AbstractVector,Vararg{Any}}, subidxs::Tuple{Any,Vararg{Any}}) =
    (@_propagate_inbounds_meta; (maybeview(idxs[1], subidxs[1]), reindex(tail(idxs), tail(subidxs))...))
reindex(idxs::Tuple{AbstractMatrix,Vararg{Any}}, subidxs::Tuple{Any,Any,Vararg{Any}}) =
    (@_propagate_inbounds_meta; (maybeview(idxs[1], subidxs[1], subidxs[2]), reindex(tail(idxs), tail(tail(subidxs)))...))
function reindex(idxs::Tuple{AbstractArray{<:Any,N},Vararg{Any}}, subidxs::Tuple{Vararg{Any}}) where {N}
    @_propagate_inbounds_meta
    head, rest = IteratorsMD.split(subidxs, Val(N))
    return (maybeview(idxs[1], head...), reindex(tail(idxs), rest)...)
end

## indexing ##

# general: one index per dimension
function getindex(V::SubArray{T,N}, I::Vararg{Int,N}) where {T,N}
    @inline
    @boundscheck checkbounds(V, I...)
    @inbounds r = V.parent[reindex(V.indices, I)...]
    r
end

const FastSubArray{T,N,P,I} = SubArray{T,N,P,I,true}
const FastContiguousSubArray{T,N,P,I<:Union{Tuple{Union{Slice,AbstractUnitRange},Vararg{Any}},
    Tuple{Vararg{ScalarIndex}}}} = SubArray{T,N,P,I,true}

function getindex(V::FastSubArray, i::Int)
    @inline
    @boundscheck checkbounds(V, i)
    @inbounds r = V.parent[V.offset1+V.stride1*i]
    r
end
function getindex(V::FastContiguousSubArray, i::Int)
    @inline
    @boundscheck checkbounds(V, i)
    @inbounds r = V.parent[V.offset1+i]
    r
end
# vectors match both the general and the fast method
function getindex(V::FastSubArray{<:Any,1}, i::Int)
    @inline
    @boundscheck checkbounds(V, i)
    @inbounds r = V.parent[V.offset1+V.stride1*i]
    r
end
function getindex(V::FastContiguousSubArray{<:Any,1}, i::Int)
    @inline
    @boundscheck checkbounds(V, i)
    @inbounds r = V.parent[V.offset1+i]
    r
end

function setindex!(V::SubArray{T,N}, x, I::Vararg{Int,N}) where {T,N}
    @inline
    @boundscheck checkbounds(V, I...)
    @inbounds V.parent[reindex(V.indices, I)...] = x
    V
end
function setindex!(V::FastSubArray, x, i::Int)
    @inline
    @boundscheck checkbounds(V, i)
    @inbounds V.parent[V.offset1+V.stride1*i] = x
    V
end
function setindex!(V::FastContiguousSubArray, x, i::Int)
    @inline
    @boundscheck checkbounds(V, i)
    @inbounds V.parent[V.offset1+i] = x
    V
end
function setindex!(V::FastSubArray{<:Any,1}, x, i::Int)
    @inline
    @boundscheck checkbounds(V, i)
    @inbounds V.parent[V.offset1+V.stride1*i] = x
    V
end
function setindex!(V::FastContiguousSubArray{<:Any,1}, x, i::Int)
    @inline
    @boundscheck checkbounds(V, i)
    @inbounds V.parent[V.offset1+i] = x
    V
end

function isassigned(V::SubArray{T,N}, I::Vararg{Int,N}) where {T,N}
    @inline
    @boundscheck checkbounds(Bool, V, I...) || return false
    @inbounds r = isassigned(V.parent, reindex(V.indices, I)...)
    r
end
function isassigned(V::FastSubArray, i::Int)
    @inline
    @boundscheck checkbounds(Bool, V, i) || return false
    @inbounds r = isassigned(V.parent, V.offset1 + V.stride1 * i)
    r
end
function isassigned(V::FastSubArray{<:Any,1}, i::Int)
    @inline
    @boundscheck checkbounds(Bool, V, i) || return false
    @inbounds r = isassigned(V.parent, V.offset1 + V.stride1 * i)
    r
end
function _unsetindex!(V::FastSubArray, i::Int)
    @inline
    @boundscheck checkbounds(V, i)
    @inbounds _unsetindex!(V.parent, V.offset1 + V.stride1 * i)
    return V
end

IndexStyle(::Type{<:FastSubArray}) = IndexLinear()
IndexStyle(::Type{<:SubArray}) = IndexCartesian()

## strides ##

strides(V::SubArray) = substrides(strides(V.parent), V.indices)

substrides(strds::Tuple{}, ::Tuple{}) = ()
substrides(strds::NTuple{N,Int}, I::Tuple{ScalarIndex,Vararg{Any}}) where {N} = (substrides(tail(strds), tail(I))...,)
substrides(strds::NTuple{N,Int}, I::Tuple{Slice,Vararg{Any}}) where {N} = (first(strds), substrides(tail(strds), tail(I))...)
substrides(strds::NTuple{N,Int}, I::Tuple{AbstractRange,Vararg{Any}}) where {N} =
    (first(strds) * step(I[1]), substrides(tail(strds), tail(I))...)
substrides(strds, I::Tuple{Any,Vararg{Any}}) =
    throw(ArgumentError(string("strides is invalid for SubArrays with indices of type ", typeof(I[1]))))

stride(V::SubArray, d::Integer) = d <= ndims(V) ? strides(V)[d] : strides(V)[end] * size(V)[end]

# the stride of the first dimension, in elements of the parent
compute_stride1(parent::AbstractArray, I::NTuple{N,Any}) where {N} =
    (@inline; compute_stride1(1, fill_to_length(axes(parent), OneTo(1), Val(N)), I))
compute_stride1(s, inds, I::Tuple{}) = s
compute_stride1(s, inds, I::Tuple{Vararg{ScalarIndex}}) = s
compute_stride1(s, inds, I::Tuple{ScalarIndex,Vararg{Any}}) =
    (@inline; compute_stride1(s * length(inds[1]), tail(inds), tail(I)))
compute_stride1(s, inds, I::Tuple{AbstractRange,Vararg{Any}}) = s * step(I[1])
compute_stride1(s, inds, I::Tuple{Slice,Vararg{Any}}) = s
compute_stride1(s, inds, I::Tuple{Any,Vararg{Any}}) =
    throw(ArgumentError(string("invalid strided index type ", typeof(I[1]))))

elsize(::Type{<:SubArray{<:Any,<:Any,P}}) where {P} = elsize(P)

iscontiguous(A::SubArray) = iscontiguous(typeof(A))
iscontiguous(::Type{<:SubArray}) = false
iscontiguous(::Type{<:FastContiguousSubArray}) = true

first_index(V::FastSubArray) = V.offset1 + V.stride1 * firstindex(V)
first_index(V::SubArray) = compute_linindex(parent(V), V.indices)

# Such that `parent[offset1 + stride1 * i]` is element i.
compute_offset1(parent::AbstractVector, stride1::Integer, I::Tuple{AbstractRange}) =
    (@inline; first(I[1]) - stride1 * first(axes1(I[1])))
compute_offset1(parent, stride1::Integer, I::Tuple) =
    (@inline; compute_offset1(parent, stride1, find_extended_dims(1, I...), find_extended_inds(I...), I))
compute_offset1(parent, stride1::Integer, dims::Tuple{Int}, inds::Tuple{Slice}, I::Tuple) =
    (@inline; compute_linindex(parent, I) - stride1 * first(axes(parent, dims[1])))
# a single range: its own first index may differ from 1
compute_offset1(parent, stride1::Integer, dims, inds::Tuple{AbstractRange}, I::Tuple) =
    (@inline; compute_linindex(parent, I) - stride1 * first(axes1(inds[1])))
compute_offset1(parent, stride1::Integer, dims, inds, I::Tuple) =
    (@inline; compute_linindex(parent, I) - stride1)

function compute_linindex(parent, I::NTuple{N,Any}) where {N}
    @inline
    IP = fill_to_length(axes(parent), OneTo(1), Val(N))
    compute_linindex(first(LinearIndices(parent)), 1, IP, I)
end
function compute_linindex(f, s, IP::Tuple, I::Tuple{Any,Vararg{Any}})
    @inline
    Δi = first(I[1]) - first(IP[1])
    compute_linindex(f + Δi * s, s * length(IP[1]), tail(IP), tail(I))
end
compute_linindex(f, s, IP::Tuple, I::Tuple{}) = f

find_extended_dims(dim, ::ScalarIndex, I...) = (@inline; find_extended_dims(dim + 1, I...))
find_extended_dims(dim, i1, I...) = (@inline; (dim, find_extended_dims(dim + 1, I...)...))
find_extended_dims(dim) = ()
find_extended_inds(::ScalarIndex, I...) = (@inline; find_extended_inds(I...))
find_extended_inds(i1, I...) = (@inline; (i1, find_extended_inds(I...)...))
find_extended_inds() = ()

function unsafe_convert(::Type{Ptr{T}}, V::SubArray{T,N,P,<:Tuple{Vararg{RangeIndex}}}) where {T,N,P}
    return unsafe_convert(Ptr{T}, V.parent) + (first_index(V) - 1) * elsize(P)
end
pointer(V::FastSubArray, i::Int) = pointer(V.parent, V.offset1 + V.stride1 * i)
pointer(V::FastContiguousSubArray, i::Int) = pointer(V.parent, V.offset1 + i)

## axes ##

axes(S::SubArray) = (@inline; _indices_sub(S.indices...))
_indices_sub(::Real, I...) = (@inline; _indices_sub(I...))
_indices_sub() = ()
function _indices_sub(i1::AbstractArray, I...)
    @inline
    (axes(i1)..., _indices_sub(I...)...)
end

has_offset_axes(S::SubArray) = has_offset_axes(S.indices...)

function replace_in_print_matrix(S::SubArray{<:Any,2,<:AbstractMatrix}, i::Integer, j::Integer, s::AbstractString)
    replace_in_print_matrix(S.parent, to_indices(S.parent, reindex(S.indices, (i, j)))..., s)
end
function replace_in_print_matrix(S::SubArray{<:Any,1,<:AbstractVector}, i::Integer, j::Integer, s::AbstractString)
    replace_in_print_matrix(S.parent, to_indices(S.parent, reindex(S.indices, (i,)))..., j, s)
end
