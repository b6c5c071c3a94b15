# slicearray.jl: eachslice, eachcol, eachrow: an array as an array of its slices (views).

abstract type AbstractSlices{T,N} <: AbstractArray{T,N} end

# SM maps every dimension of the parent to the dimension of the slices it becomes, or to a Colon
struct Slices{P,SM,AX,S,N} <: AbstractSlices{S,N}
    parent::P
    slicemap::SM
    axes::AX
end

unitaxis(::AbstractArray) = Base.OneTo(1)

function Slices(A::P, slicemap::SM, ax::AX) where {P,SM,AX}
    N = length(ax)
    if isempty(A) || any(isempty, ax)
        argT = map((a, l) -> l === (:) ? Colon : eltype(a), axes(A), slicemap)
        S = Base.promote_op(view, P, argT...)
    else
        # the first slice tells the type of all
        S = typeof(view(A, map(l -> l === (:) ? (:) : first(ax[l]), slicemap)...))
    end
    Slices{P,SM,AX,S,N}(A, slicemap, ax)
end

_slice_check_dims(N) = nothing
function _slice_check_dims(N, dim, dims...)
    1 <= dim <= N || throw(DimensionMismatch("Invalid dimension $dim"))
    dim in dims && throw(DimensionMismatch("Dimensions $dims are not unique"))
    _slice_check_dims(N, dims...)
end

function _eachslice(A::AbstractArray{T,N}, dims::NTuple{M,Integer}, drop::Bool) where {T,N,M}
    _slice_check_dims(N, dims...)
    if drop
        # only the sliced dimensions remain
        slicemap = ntuple(dim -> something(findfirst(isequal(dim), dims), (:)), N)
        ax = map(dim -> axes(A, dim), dims)
        return Slices(A, slicemap, ax)
    else
        # the others stay with length 1
        slicemap = ntuple(dim -> dim in dims ? dim : (:), N)
        ax = ntuple(dim -> dim in dims ? axes(A, dim) : unitaxis(A), N)
        return Slices(A, slicemap, ax)
    end
end
_eachslice(A::AbstractArray, dim::Integer, drop::Bool) = _eachslice(A, (dim,), drop)

eachslice(A; dims, drop=true) = _eachslice(A, dims, drop)

eachrow(A::AbstractMatrix) = _eachslice(A, (1,), true)
eachrow(A::AbstractVector) = eachrow(reshape(A, size(A, 1), 1))
eachcol(A::AbstractMatrix) = _eachslice(A, (2,), true)
eachcol(A::AbstractVector) = eachcol(reshape(A, size(A, 1), 1))

const RowSlices{P<:AbstractMatrix,AX,S<:AbstractVector} = Slices{P,Tuple{Int,Colon},AX,S,1}
const ColumnSlices{P<:AbstractMatrix,AX,S<:AbstractVector} = Slices{P,Tuple{Colon,Int},AX,S,1}

IteratorSize(::Type{Slices{P,SM,AX,S,N}}) where {P,SM,AX,S,N} = HasShape{N}()
axes(s::Slices) = s.axes
size(s::Slices) = map(length, s.axes)

_slice_index(s::Slices, c...) = map(l -> l === (:) ? (:) : c[l], s.slicemap)

@propagate_inbounds getindex(s::Slices{P,SM,AX,S,N}, I::Vararg{Int,N}) where {P,SM,AX,S,N} =
    view(s.parent, _slice_index(s, I...)...)
@propagate_inbounds setindex!(s::Slices{P,SM,AX,S,N}, val, I::Vararg{Int,N}) where {P,SM,AX,S,N} =
    s.parent[_slice_index(s, I...)...] = val

parent(s::Slices) = s.parent
