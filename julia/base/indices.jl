# indices.jl: how arrays may be indexed: index styles, shapes that fit each other, and the
# conversion of what stands between brackets to what array types implement.

const Dims{N} = NTuple{N,Int}
const DimsInteger{N} = NTuple{N,Integer}
const Indices{N} = NTuple{N,AbstractUnitRange}

## traits ##

# IndexLinear arrays are fast with one Int, IndexCartesian ones with one Int per dimension.
abstract type IndexStyle end
struct IndexLinear <: IndexStyle end
struct IndexCartesian <: IndexStyle end

IndexStyle(A::AbstractArray) = IndexStyle(typeof(A))
IndexStyle(::Type{Union{}}, slurp...) = IndexLinear()
IndexStyle(::Type{<:AbstractArray}) = IndexCartesian()
IndexStyle(::Type{<:Array}) = IndexLinear()
IndexStyle(::Type{<:AbstractRange}) = IndexLinear()
IndexStyle(::Type{ExceptionStack}) = IndexLinear()

IndexStyle(A::AbstractArray, B::AbstractArray) = IndexStyle(IndexStyle(A), IndexStyle(B))
IndexStyle(A::AbstractArray, B::AbstractArray...) = IndexStyle(IndexStyle(A), IndexStyle(B...))
IndexStyle(::IndexLinear, ::IndexLinear) = IndexLinear()
IndexStyle(::IndexStyle, ::IndexStyle) = IndexCartesian()

## shapes ##

promote_shape(::Tuple{}, ::Tuple{}) = ()

_throw_promote_shape(a, b) =
    (@noinline; throw(DimensionMismatch(string("dimensions must match: a has dims ", a, ", b has dims ", b))))
_throw_promote_shape(a, b, what, i) =
    (@noinline; throw(DimensionMismatch(string("dimensions must match: a has dims ", a, ", b has dims ", b, what, i))))

function promote_shape(a::Tuple{Int}, b::Tuple{Int})
    a[1] == b[1] || _throw_promote_shape(a, b)
    return a
end
function promote_shape(a::Tuple{Int,Int}, b::Tuple{Int})
    (a[1] == b[1] && a[2] == 1) || _throw_promote_shape(a, b)
    return a
end
promote_shape(a::Tuple{Int}, b::Tuple{Int,Int}) = promote_shape(b, a)
function promote_shape(a::Tuple{Int,Int}, b::Tuple{Int,Int})
    (a[1] == b[1] && a[2] == b[2]) || _throw_promote_shape(a, b)
    return a
end

function promote_shape(a::Dims, b::Dims)
    length(a) < length(b) && return promote_shape(b, a)
    for i in 1:length(b)
        a[i] == b[i] || _throw_promote_shape(a, b, ", mismatch at ", i)
    end
    for i in length(b)+1:length(a)
        a[i] == 1 || _throw_promote_shape(a, b, ", must have singleton at dim ", i)
    end
    return a
end

promote_shape(a::AbstractArray, b::AbstractArray) = promote_shape(axes(a), axes(b))

function promote_shape(a::Indices, b::Indices)
    length(a) < length(b) && return promote_shape(b, a)
    for i in 1:length(b)
        a[i] == b[i] || _throw_promote_shape(a, b, ", mismatch at ", i)
    end
    for i in length(b)+1:length(a)
        a[i] == 1:1 || _throw_promote_shape(a, b, ", must have singleton at dim ", i)
    end
    return a
end

function throw_setindex_mismatch(X, I)
    @noinline
    if length(I) == 1
        throw(DimensionMismatch(string("tried to assign ", length(X), " elements to ", I[1], " destinations")))
    else
        throw(DimensionMismatch(string("tried to assign ", dims2string(size(X)), " array to ", dims2string(I), " destination")))
    end
end

# Is an array of X's shape what a selection of the shape I... takes? Singletons are dropped.
function setindex_shape_check(X::AbstractArray, I::Integer...)
    li = ndims(X)
    lj = length(I)
    i = j = 1
    while true
        ii = length(axes(X, i))
        jj = I[j]
        if i == li || j == lj
            while i < li
                i += 1
                ii *= length(axes(X, i))
            end
            while j < lj
                j += 1
                jj *= I[j]
            end
            ii == jj || throw_setindex_mismatch(X, I)
            return
        end
        if ii == jj
            i += 1
            j += 1
        elseif ii == 1
            i += 1
        elseif jj == 1
            j += 1
        else
            throw_setindex_mismatch(X, I)
        end
    end
end

setindex_shape_check(X::AbstractArray) =
    (length(X) == 1 || throw_setindex_mismatch(X, ()))
setindex_shape_check(X::AbstractArray, i::Integer) =
    (length(X) == i || throw_setindex_mismatch(X, (i,)))
setindex_shape_check(X::AbstractArray{<:Any,0}, i::Integer...) =
    (length(X) == prod(i) || throw_setindex_mismatch(X, i))
setindex_shape_check(X::AbstractArray{<:Any,1}, i::Integer) =
    (length(X) == i || throw_setindex_mismatch(X, (i,)))
setindex_shape_check(X::AbstractArray{<:Any,1}, i::Integer, j::Integer) =
    (length(X) == i * j || throw_setindex_mismatch(X, (i, j)))
function setindex_shape_check(X::AbstractArray{<:Any,2}, i::Integer, j::Integer)
    if length(X) != i * j
        throw_setindex_mismatch(X, (i, j))
    end
    sx1 = length(axes(X, 1))
    if !(i == 1 || i == sx1 || sx1 == 1)
        throw_setindex_mismatch(X, (i, j))
    end
end

setindex_shape_check(::Any...) =
    throw(ArgumentError("indexed assignment with a single value to possibly many locations is not supported; perhaps use broadcasting `.=` instead?"))

## conversion of indices ##

to_index(A, i) = to_index(i)

to_index(i::Integer) = convert(Int, i)::Int
to_index(i::Bool) = throw(ArgumentError(string("invalid index: ", i, " of type Bool")))
to_index(I::AbstractArray{Bool}) = LogicalIndex(I)
to_index(I::AbstractArray) = I
to_index(I::AbstractArray{Union{}}) = I
to_index(I::AbstractArray{<:Union{AbstractArray,Colon}}) =
    throw(ArgumentError(string("invalid index: ", limitrepr(I), " of type ", typeof(I))))
to_index(::Colon) = throw(ArgumentError("colons must be converted by to_indices(...)"))
to_index(i) = throw(ArgumentError(string("invalid index: ", limitrepr(i), " of type ", typeof(i))))

# `to_indices(A, I)` turns every index into an Int or an array of indices, at the dimensions it
# stands for; packages extend it, and the argument `inds` holds the axes not consumed yet.
to_indices(A, I::Tuple) = (@inline; to_indices(A, axes(A), I))
to_indices(A, I::Tuple{Any}) = (@inline; to_indices(A, (eachindex(IndexLinear(), A),), I))
to_indices(A, I::Tuple{}) = ()
to_indices(A, I::Tuple{Vararg{Int}}) = I
to_indices(A, I::Tuple{Vararg{Integer}}) = (@inline; to_indices(A, (), I))
to_indices(A, inds, ::Tuple{}) = ()
function to_indices(A, inds, I::Tuple{Any,Vararg})
    @inline
    head = _to_indices1(A, inds, I[1])
    rest = to_indices(A, _cutdim(inds, I[1]), tail(I))
    return (head..., rest...)
end

_to_indices1(A, inds, I1) = (to_index(A, I1),)
_cutdim(inds, I1) = safe_tail(inds)

## a whole axis as an index ##

struct Slice{T<:AbstractUnitRange} <: AbstractUnitRange{Int}
    indices::T
end
Slice(S::Slice) = S
Slice{T}(S::Slice) where {T<:AbstractUnitRange} = Slice{T}(T(S.indices))

axes(S::Slice) = (IdentityUnitRange(S.indices),)
axes1(S::Slice) = IdentityUnitRange(S.indices)
axes(S::Slice{<:OneTo}) = (S.indices,)
axes1(S::Slice{<:OneTo}) = S.indices

first(S::Slice) = first(S.indices)
last(S::Slice) = last(S.indices)
size(S::Slice) = (length(S.indices),)
length(S::Slice) = length(S.indices)
getindex(S::Slice, i::Int) = (@inline; @boundscheck checkbounds(S, i); i)
getindex(S::Slice, i::AbstractUnitRange{<:Integer}) = (@inline; @boundscheck checkbounds(S, i); i)
getindex(S::Slice, i::StepRange{<:Integer}) = (@inline; @boundscheck checkbounds(S, i); i)
iterate(S::Slice, s...) = iterate(S.indices, s...)

uncolon(::Tuple{}) = Slice(OneTo(1))
uncolon(inds::Tuple) = Slice(inds[1])

# a range that is its own axis
struct IdentityUnitRange{T<:AbstractUnitRange} <: AbstractUnitRange{Int}
    indices::T
end
IdentityUnitRange(S::IdentityUnitRange) = S
IdentityUnitRange{T}(S::IdentityUnitRange) where {T<:AbstractUnitRange} = IdentityUnitRange{T}(T(S.indices))

axes(S::IdentityUnitRange) = (S,)
axes1(S::IdentityUnitRange) = S
axes(S::IdentityUnitRange{<:OneTo}) = (S.indices,)
axes1(S::IdentityUnitRange{<:OneTo}) = S.indices

first(S::IdentityUnitRange) = first(S.indices)
last(S::IdentityUnitRange) = last(S.indices)
size(S::IdentityUnitRange) = (length(S.indices),)
length(S::IdentityUnitRange) = length(S.indices)
unsafe_length(S::IdentityUnitRange) = unsafe_length(S.indices)
getindex(S::IdentityUnitRange, i::Int) = (@inline; @boundscheck checkbounds(S, i); i)
getindex(S::IdentityUnitRange, i::AbstractUnitRange{<:Integer}) = (@inline; @boundscheck checkbounds(S, i); i)
getindex(S::IdentityUnitRange, i::StepRange{<:Integer}) = (@inline; @boundscheck checkbounds(S, i); i)
iterate(S::IdentityUnitRange, s...) = iterate(S.indices, s...)

OrdinalRange{Int,Int}(r::IdentityUnitRange) = r
AbstractUnitRange{Int}(r::IdentityUnitRange) = r
OrdinalRange{Int,Int}(r::Slice) = r
AbstractUnitRange{Int}(r::Slice) = r

## linear indices of an array of given axes ##

struct LinearIndices{N,R<:NTuple{N,AbstractUnitRange{Int}}} <: AbstractArray{Int,N}
    indices::R
end

LinearIndices(::Tuple{}) = LinearIndices{0,typeof(())}(())
LinearIndices(inds::NTuple{N,AbstractUnitRange{<:Integer}}) where {N} =
    LinearIndices(map(r -> convert(AbstractUnitRange{Int}, r), inds))
LinearIndices(sz::NTuple{N,<:Integer}) where {N} = LinearIndices(map(Base.OneTo, sz))
LinearIndices(inds::NTuple{N,Union{<:Integer,AbstractUnitRange{<:Integer}}}) where {N} =
    LinearIndices(map(_convert2ind, inds))
LinearIndices(A::Union{AbstractArray,SimpleVector}) = LinearIndices(axes(A))

_convert2ind(i::Integer) = Base.OneTo(i)
_convert2ind(ind::AbstractUnitRange) = first(ind):last(ind)

promote_rule(::Type{LinearIndices{N,R1}}, ::Type{LinearIndices{N,R2}}) where {N,R1,R2} =
    LinearIndices{N,indices_promote_type(R1, R2)}

function indices_promote_type(::Type{Tuple{R1,Vararg{R1,N}}}, ::Type{Tuple{R2,Vararg{R2,N}}}) where {R1,R2,N}
    R = promote_type(R1, R2)
    return Tuple{R,Vararg{R,N}}
end

convert(::Type{LinearIndices{N,R}}, inds::LinearIndices{N,R}) where {N,R<:NTuple{N,AbstractUnitRange{Int}}} = inds
convert(::Type{LinearIndices{N,R}}, inds::LinearIndices{N}) where {N,R<:NTuple{N,AbstractUnitRange{Int}}} =
    LinearIndices{N,R}(convert(R, inds.indices))

IndexStyle(::Type{<:LinearIndices}) = IndexLinear()
axes(iter::LinearIndices{N,<:NTuple{N,Base.OneTo}}) where {N} = iter.indices
size(iter::LinearIndices{N,<:NTuple{N,Base.OneTo}}) where {N} = map(length, iter.indices)
axes(iter::LinearIndices) = map(axes1, iter.indices)
size(iter::LinearIndices) = map(length, iter.indices)
isassigned(iter::LinearIndices, i::Int) = checkbounds(Bool, iter, i)
function getindex(iter::LinearIndices, i::Int)
    @inline
    @boundscheck checkbounds(iter, i)
    return i
end
function getindex(iter::LinearIndices, i::AbstractRange{<:Integer})
    @inline
    @boundscheck checkbounds(iter, i)
    return @inbounds isa(iter, LinearIndices{1}) ? iter.indices[1][i] : (first(iter):last(iter))[i]
end
copy(iter::LinearIndices) = iter
iterate(iter::LinearIndices{1}, s...) = iterate(axes1(iter.indices[1]), s...)
iterate(iter::LinearIndices, i=1) = i > length(iter) ? nothing : (i, i + 1)
first(iter::LinearIndices) = 1
first(iter::LinearIndices{1}) = (@inline; first(axes1(iter.indices[1])))
last(iter::LinearIndices) = (@inline; length(iter))
last(iter::LinearIndices{1}) = (@inline; last(axes1(iter.indices[1])))
