# reshapedarray.jl: `reshape`. Arrays give another Array on the same memory, other types a
# ReshapedArray that translates indices.

using .MultiplicativeInverses: SignedMultiplicativeInverse

struct ReshapedArray{T,N,P<:AbstractArray,MI<:Tuple{Vararg{SignedMultiplicativeInverse{Int}}}} <: AbstractArray{T,N}
    parent::P
    dims::NTuple{N,Int}
    mi::MI
end
ReshapedArray(parent::AbstractArray{T}, dims::NTuple{N,Int}, mi) where {T,N} =
    ReshapedArray{T,N,typeof(parent),typeof(mi)}(parent, dims, mi)

# linear indices into the parent are just as fast
const ReshapedArrayLF{T,N,P<:AbstractArray} = ReshapedArray{T,N,P,Tuple{}}

struct ReshapedArrayIterator{I,M}
    iter::I
    mi::NTuple{M,SignedMultiplicativeInverse{Int}}
end
ReshapedArrayIterator(A::ReshapedArray) = _rs_iterator(parent(A), A.mi)
function _rs_iterator(P, mi::NTuple{M}) where {M}
    iter = eachindex(P)
    ReshapedArrayIterator{typeof(iter),M}(iter, mi)
end

struct ReshapedIndex{T}
    parentindex::T
end

function iterate(R::ReshapedArrayIterator, i...)
    y = iterate(R.iter, i...)
    y === nothing && return nothing
    item, inext = y
    ReshapedIndex(item), inext
end
length(R::ReshapedArrayIterator) = length(R.iter)
eltype(::Type{<:ReshapedArrayIterator{I}}) where {I} = ReshapedIndex{eltype(I)}

## reshape(::Array, ::Dims) ##

function reshape(a::Array{T,M}, dims::NTuple{N,Int}) where {T,N,M}
    prod(dims) == length(a) || _throw_dmrsa(dims, length(a))
    if N == M && dims == size(a)
        return a
    end
    ccall(:jl_reshape_array, Array{T,N}, (Any, Any, Any), Array{T,N}, a, dims)
end
_throw_dmrsa(dims, len) = (@noinline; throw(DimensionMismatch(string("new dimensions ", dims, " must be consistent with array size ", len))))

reshape(parent::AbstractArray, dims::IntOrInd...) = reshape(parent, dims)
reshape(parent::AbstractArray, shp::Tuple{Union{Integer,OneTo},Vararg{Union{Integer,OneTo}}}) = reshape(parent, to_shape(shp))
reshape(parent::AbstractArray, dims::Dims) = _reshape(parent, dims)

# one Colon stands for what is left over
reshape(parent::AbstractArray, dims::Int...) = reshape(parent, dims)
reshape(parent::AbstractArray, dims::Union{Int,Colon}...) = reshape(parent, dims)
reshape(parent::AbstractArray, dims::Tuple{Vararg{Union{Int,Colon}}}) = reshape(parent, _reshape_uncolon(parent, dims))
reshape(parent::AbstractArray, dims::Tuple{Vararg{Union{Integer,Colon}}}) =
    reshape(parent, map(d -> d isa Colon ? d : Int(d), dims))
reshape(parent::AbstractArray, dims::Union{Integer,Colon}...) =
    reshape(parent, map(d -> d isa Colon ? d : Int(d), dims))

function _reshape_uncolon(A, dims)
    @noinline throw1(dims) = throw(DimensionMismatch(string("new dimensions ", dims,
        " may have at most one omitted dimension specified by `Colon()`")))
    @noinline throw2(A, dims) = throw(DimensionMismatch(string("array size ", length(A),
        " must be divisible by the product of the new dimensions ", dims)))
    pre = _before_colon(dims...)
    post = _after_colon(dims...)
    _any_colon(post...) && throw1(dims)
    n = prod(pre; init=1) * prod(post; init=1)
    len = length(A)
    sz, remainder = n == 0 ? (0, len == 0 ? 0 : 1) : divrem(len, n)
    remainder == 0 || throw2(A, dims)
    return (pre..., Int(sz), post...)
end
_any_colon() = false
_any_colon(dim::Colon, tail...) = true
_any_colon(dim::Any, tail...) = _any_colon(tail...)
_before_colon(dim::Any, tail...) = (dim, _before_colon(tail...)...)
_before_colon(dim::Colon, tail...) = ()
_after_colon(dim::Any, tail...) = _after_colon(tail...)
_after_colon(dim::Colon, tail...) = tail

# to another number of dimensions
reshape(parent::AbstractArray{T,N}, ndims::Val{N}) where {T,N} = parent
reshape(parent::AbstractArray, ndims::Val{N}) where {N} = reshape(parent, rdims(Val(N), axes(parent)))

# the last of fewer dimensions takes all that is left, additional ones have length 1
rdims(out::Val{N}, inds::Tuple) where {N} = rdims(ntuple(Returns(OneTo(1)), Val(N)), inds)
rdims(out::Tuple{}, inds::Tuple{}) = ()
rdims(out::Tuple{}, inds::Tuple{Any}) = ()
rdims(out::Tuple{}, inds::NTuple{M,Any}) where {M} = ()
rdims(out::Tuple{Any}, inds::Tuple{}) = out
rdims(out::NTuple{N,Any}, inds::Tuple{}) where {N} = out
rdims(out::Tuple{Any}, inds::Tuple{Any}) = inds
rdims(out::Tuple{Any}, inds::NTuple{M,Any}) where {M} = (oneto(rdims_trailing(inds...)),)
rdims(out::NTuple{N,Any}, inds::NTuple{N,Any}) where {N} = inds
rdims(out::NTuple{N,Any}, inds::NTuple{M,Any}) where {N,M} = (first(inds), rdims(tail(out), tail(inds))...)
rdims_trailing(l, inds...) = length(l) * rdims_trailing(inds...)
rdims_trailing(l) = length(l)

_reshape(parent::Array, dims::Dims) = reshape(parent, dims)
_reshape(v::AbstractVector, dims::Dims{1}) = __reshape_vector(v, dims)
function __reshape_vector(v::AbstractVector, dims::Dims{1})
    require_one_based_indexing(v)
    len = dims[1]
    len == length(v) || _throw_dmrs(length(v), "length", len)
    return v
end
_reshape(parent::AbstractArray, dims::Dims) = __reshape((parent, IndexStyle(parent)), dims)

_throw_dmrs(n, str, dims) =
    (@noinline; throw(DimensionMismatch(string("parent has ", n, " elements, which is incompatible with ", str, " ", dims))))

function __reshape(p::Tuple{AbstractArray,IndexCartesian}, dims::Dims)
    parent = p[1]
    n = length(parent)
    prod(dims) == n || _throw_dmrs(n, "size", dims)
    strds = tail(size_to_strides(1, map(length, axes(parent))...))
    strds1 = map(s -> max(1, Int(s)), strds) # an empty dimension would have stride 0
    mi = map(SignedMultiplicativeInverse, strds1)
    ReshapedArray(parent, dims, reverse(mi))
end
function __reshape(p::Tuple{AbstractArray{<:Any,0},IndexCartesian}, dims::Dims)
    parent = p[1]
    prod(dims) == 1 || _throw_dmrs(1, "size", dims)
    ReshapedArray(parent, dims, ())
end
function __reshape(p::Tuple{AbstractArray,IndexLinear}, dims::Dims)
    parent = p[1]
    n = length(parent)
    prod(dims) == n || _throw_dmrs(n, "size", dims)
    ReshapedArray(parent, dims, ())
end
# reshaping again starts from the first parent
_reshape(R::ReshapedArray, dims::Dims) = _reshape(R.parent, dims)
_reshape(R::ReshapedArray, dims::Dims{1}) = _reshape(R.parent, dims)
_reshape(R::ReshapedArray{<:Any,1}, dims::Dims{1}) = _reshape(R.parent, dims)
_reshape(v::Vector, dims::Dims{1}) = reshape(v, dims)

size(A::ReshapedArray) = A.dims
length(A::ReshapedArray) = length(parent(A))
similar(A::ReshapedArray, eltype::Type, dims::Dims) = similar(parent(A), eltype, dims)
IndexStyle(::Type{<:ReshapedArrayLF}) = IndexLinear()
parent(A::ReshapedArray) = A.parent
parentindices(A::ReshapedArray) = map(oneto, size(parent(A)))
reinterpret(::Type{T}, A::ReshapedArray, dims::Dims) where {T} = reinterpret(T, parent(A), dims)
elsize(::Type{<:ReshapedArray{<:Any,<:Any,P}}) where {P} = elsize(P)

unaliascopy(A::ReshapedArray) = typeof(A)(unaliascopy(A.parent), A.dims, A.mi)
dataids(A::ReshapedArray) = dataids(A.parent)
mightalias(A::ReshapedArray, B::SubArray) = mightalias(parent(A), B)
mightalias(A::SubArray, B::ReshapedArray) = mightalias(A, parent(B))

ind2sub_rs(ax, ::Tuple{}, i::Int) = (i,)
ind2sub_rs(ax, strds, i) = (@inline; _ind2sub_rs(ax, strds, i - 1))
_ind2sub_rs(ax, ::Tuple{}, ind) = (ind + first(ax[end]),)
function _ind2sub_rs(ax, strds, ind)
    @inline
    d, r = divrem(ind, strds[1])
    (_ind2sub_rs(front(ax), tail(strds), r)..., d + first(ax[end]))
end

function getindex(A::ReshapedArrayLF, index::Int)
    @inline
    @boundscheck checkbounds(A, index)
    @inbounds ret = parent(A)[first(LinearIndices(parent(A)))+index-1]
    ret
end
function getindex(A::ReshapedArray{T,N}, indices::Vararg{Int,N}) where {T,N}
    @inline
    @boundscheck checkbounds(A, indices...)
    _unsafe_getindex(A, indices...)
end
getindex(A::ReshapedArray, index::ReshapedIndex) = (@_propagate_inbounds_meta; parent(A)[index.parentindex])

function _unsafe_getindex(A::ReshapedArray{T,N}, indices::Vararg{Int,N}) where {T,N}
    @inline
    axp = axes(A.parent)
    i = _sub2ind(size(A), indices...)
    I = ind2sub_rs(axp, A.mi, i)
    _unsafe_getindex_rs(parent(A), I)
end
_unsafe_getindex_rs(A, i::Integer) = (@inline; @inbounds ret = A[i]; ret)
_unsafe_getindex_rs(A, I) = (@inline; @inbounds ret = A[I...]; ret)

function setindex!(A::ReshapedArrayLF, val, index::Int)
    @inline
    @boundscheck checkbounds(A, index)
    @inbounds parent(A)[first(LinearIndices(parent(A)))+index-1] = val
    A
end
function setindex!(A::ReshapedArray{T,N}, val, indices::Vararg{Int,N}) where {T,N}
    @inline
    @boundscheck checkbounds(A, indices...)
    axp = axes(A.parent)
    i = _sub2ind(size(A), indices...)
    @inbounds parent(A)[ind2sub_rs(axp, A.mi, i)...] = val
    A
end
setindex!(A::ReshapedArray, val, index::ReshapedIndex) =
    (@_propagate_inbounds_meta; parent(A)[index.parentindex] = val; A)

const ReshapedRange{T,N,A<:AbstractRange} = ReshapedArray{T,N,A,Tuple{}}
_rs_setindex!_err() = error("indexed assignment fails for a reshaped range; consider calling collect")
setindex!(A::ReshapedRange, val, index::Int) = _rs_setindex!_err()
setindex!(A::ReshapedRange{T,N}, val, indices::Vararg{Int,N}) where {T,N} = _rs_setindex!_err()
setindex!(A::ReshapedRange, val, index::ReshapedIndex) = _rs_setindex!_err()
const ReshapedUnitRange{T,N,A<:AbstractUnitRange} = ReshapedArray{T,N,A,Tuple{}}

unsafe_convert(::Type{Ptr{T}}, a::ReshapedArray{T}) where {T} = unsafe_convert(Ptr{T}, parent(a))
unsafe_convert(::Type{Ptr{S}}, V::SubArray{T,N,P,<:Tuple{Vararg{Union{RangeIndex,ReshapedUnitRange}}}}) where {S,T,N,P} =
    unsafe_convert(Ptr{S}, V.parent) + (first_index(V) - 1) * elsize(P)

# strides are known where the parent lies evenly in memory
_checkcontiguous(::Type{Bool}, A::AbstractArray) = false
_checkcontiguous(::Type{Bool}, A::Array) = true
_checkcontiguous(::Type{Bool}, A::ReshapedArray) = _checkcontiguous(Bool, parent(A))
_checkcontiguous(::Type{Bool}, A::FastContiguousSubArray) = _checkcontiguous(Bool, parent(A))
function strides(a::ReshapedArray)
    _checkcontiguous(Bool, a) && return size_to_strides(1, size(a)...)
    ap = parent(a)
    ndims(ap) == 1 && return (s = strides(ap)[1]; size_to_strides(s, size(a)...))
    throw(ArgumentError("Input is not strided."))
end
