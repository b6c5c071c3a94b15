# reducedim.jl: reductions along dimensions of an array: each slice becomes one element, and the
# dimensions stay with length 1.

## shapes ##

# the axes of the result for the array or its axes
reduced_indices(a::AbstractArrayOrBroadcasted, region) = reduced_indices(axes(a), region)
# for reductions that keep a slice of length 0 empty
reduced_indices0(a::AbstractArray, region) = reduced_indices0(axes(a), region)

function reduced_indices(axs::Indices{N}, region) where {N}
    _check_valid_region(region)
    ntuple(d -> d in region ? reduced_index(axs[d]) : axs[d], Val(N))
end
function reduced_indices0(axs::Indices{N}, region) where {N}
    _check_valid_region(region)
    ntuple(d -> d in region && !isempty(axs[d]) ? reduced_index(axs[d]) : axs[d], Val(N))
end
reduced_indices(axs::Indices{N}, ::Colon) where {N} = ntuple(d -> reduced_index(axs[d]), Val(N))

reduced_index(i::OneTo{T}) where {T} = OneTo(one(T))
reduced_index(i::Union{Slice,IdentityUnitRange}) = oftype(i, first(i):first(i))
reduced_index(i::AbstractUnitRange) = oftype(i, first(i):first(i))

function _check_valid_region(region)
    for d in region
        isa(d, Integer) || throw(ArgumentError("reduced dimension(s) must be integers"))
        Int(d) < 1 && throw(ArgumentError("region dimension(s) must be ≥ 1, got $d"))
    end
end

## the array of results before the first element was seen ##

reducedim_initarray(A::AbstractArrayOrBroadcasted, region, init, ::Type{R}) where {R} =
    fill!(similar(A, R, reduced_indices(A, region)), init)
reducedim_initarray(A::AbstractArrayOrBroadcasted, region, init::T) where {T} =
    reducedim_initarray(A, region, init, T)

_realtype(::Type{<:Complex}) = Real
_realtype(::Type{Complex{T}}) where {T<:Real} = T
_realtype(T::Type) = T
_realtype(::Union{typeof(abs),typeof(abs2)}, T) = _realtype(T)
_realtype(::Any, T) = T

promote_union(T::Union) = promote_type(promote_union(T.a), promote_union(T.b))
promote_union(T) = T

# operations with a neutral element start from it
reducedim_init(f, op::Union{typeof(+),typeof(add_sum)}, A::AbstractArray, region) =
    _reducedim_init(f, op, zero, sum, A, region)
reducedim_init(f, op::Union{typeof(*),typeof(mul_prod)}, A::AbstractArray, region) =
    _reducedim_init(f, op, one, prod, A, region)
reducedim_init(f, op::typeof(&), A::AbstractArrayOrBroadcasted, region) = reducedim_initarray(A, region, true)
reducedim_init(f, op::typeof(|), A::AbstractArrayOrBroadcasted, region) = reducedim_initarray(A, region, false)

function _reducedim_init(f, op, fv, fop, A, region)
    T = _realtype(f, promote_union(eltype(A)))
    if T !== Any && applicable(zero, T)
        x = f(zero(T))
        z = op(fv(x), fv(x))
        Tr = z isa T ? T : typeof(z)
    else
        z = fv(fop(f, A))
        Tr = typeof(z)
    end
    return reducedim_initarray(A, region, z, Tr)
end

# the others start from the first element of each slice: see _mapreducedim_first
reducedim_init(f, op, A::AbstractArrayOrBroadcasted, region) = nothing

## the loops ##

# The length of a slice if all reduced dimensions come first, so that slices are contiguous.
function check_reducedims(R, A)
    ndims(R) <= ndims(A) || throw(DimensionMismatch(string("cannot reduce ", ndims(A), "-dimensional array to ", ndims(R), " dimensions")))
    lsiz = 1
    had_nonreduc = false
    for i = 1:ndims(A)
        Ri, Ai = axes(R, i), axes(A, i)
        sRi, sAi = length(Ri), length(Ai)
        if sRi == 1
            if sAi > 1
                if had_nonreduc
                    lsiz = 0
                else
                    lsiz *= sAi
                end
            end
        else
            Ri == Ai || throw(DimensionMismatch(string("reduction on array with indices ", axes(A), " with output with indices ", axes(R))))
            had_nonreduc = true
        end
    end
    return lsiz
end

# Whether the first dimension is reduced.
reducedim1(R, A) = length(axes1(R)) == 1

# Whether linear indices are as cheap as any other.
has_fast_linear_indexing(::AbstractArrayOrBroadcasted) = false
has_fast_linear_indexing(::Array) = true
has_fast_linear_indexing(::Union{Number,Ref,AbstractChar}) = true
has_fast_linear_indexing(bc::Broadcast.Broadcasted) = all(has_fast_linear_indexing, bc.args)

_result_index(axR, I::CartesianIndex{N}) where {N} =
    CartesianIndex(ntuple(d -> d <= length(axR) ? (length(axR[d]) == 1 ? Int(first(axR[d])) : I[d]) : 1, Val(N)))

function _mapreducedim!(f, op, R::AbstractArray, A::AbstractArrayOrBroadcasted)
    lsiz = check_reducedims(R, A)
    isempty(A) && return R

    if has_fast_linear_indexing(A) && lsiz > 16 && !has_offset_axes(R, A)
        # contiguous slices are reduced pairwise
        nslices = div(length(A), lsiz)
        ibase = first(LinearIndices(A)) - 1
        for i = 1:nslices
            @inbounds R[i] = op(R[i], mapreduce_impl(f, op, A, ibase + 1, ibase + lsiz))
            ibase += lsiz
        end
        return R
    end
    axR = axes(R)
    for I in CartesianIndices(axes(A))
        J = _result_index(axR, I)
        @inbounds R[J] = op(R[J], f(A[I]))
    end
    return R
end

mapreducedim!(f, op, R::AbstractArray, A::AbstractArrayOrBroadcasted) = (_mapreducedim!(f, op, R, A); R)
reducedim!(op, R::AbstractArray{RT}, A::AbstractArrayOrBroadcasted) where {RT} =
    mapreducedim!(identity, op, R, A)

# without a start value: the first element of each slice is the start
function _mapreducedim_first(f, op, A, region)
    inds = reduced_indices(A, region)
    if isempty(A)
        any(isempty, inds) || return mapreduce_empty_iter(f, op, A, IteratorEltype(A))
        return similar(A, eltype(A), inds)
    end
    firsts = CartesianIndices(ntuple(d -> d in region ? reduced_index(axes(A, d)) : axes(A, d), ndims(A)))
    T = _realtype(f, promote_union(eltype(A)))
    v0 = f(A[first(firsts)])
    Tr = f === identity || v0 isa T ? T : typeof(v0)
    R = similar(A, Tr, inds)
    for I in CartesianIndices(axes(A))
        J = _result_index(inds, I)
        v = f(A[I])
        w = I in firsts ? v : op(R[J], v)
        if !(w isa eltype(R))
            R2 = similar(R, promote_typejoin(eltype(R), typeof(w)))
            for K in CartesianIndices(axes(A))
                K == I && break
                L = _result_index(inds, K)
                R2[L] = R[L]
            end
            R = R2
        end
        R[J] = w
    end
    return R
end

## mapreduce with dims ##

mapreduce(f, op, A::AbstractArrayOrBroadcasted; dims=:, init=_InitialValue()) =
    _mapreduce_dim(f, op, init, A, dims)
mapreduce(f, op, A::AbstractArrayOrBroadcasted, B::AbstractArrayOrBroadcasted...; kw...) =
    reduce(op, map(f, A, B...); kw...)

_mapreduce_dim(f, op, nt, A::AbstractArrayOrBroadcasted, ::Colon) =
    mapfoldl_impl(f, op, nt, A)
_mapreduce_dim(f, op, ::_InitialValue, A::AbstractArrayOrBroadcasted, ::Colon) =
    _mapreduce(f, op, IndexStyle(A), A)
_mapreduce_dim(f, op, nt, A::AbstractArrayOrBroadcasted, dims) =
    mapreducedim!(f, op, reducedim_initarray(A, dims, nt), A)
function _mapreduce_dim(f, op, ::_InitialValue, A::AbstractArrayOrBroadcasted, dims)
    R = reducedim_init(f, op, A, dims)
    R === nothing && return _mapreducedim_first(f, op, A, dims)
    return mapreducedim!(f, op, R, A)
end

reduce(op, A::AbstractArray; kw...) = mapreduce(identity, op, A; kw...)

## sum and the others with dims ##

for (fname, _fname, op) in [(:sum, :_sum, :add_sum), (:prod, :_prod, :mul_prod),
    (:maximum, :_maximum, :max), (:minimum, :_minimum, :min)]
    @eval begin
        ($fname)(a::AbstractArray; dims=:, kw...) = ($_fname)(a, dims; kw...)
        ($fname)(f, a::AbstractArray; dims=:, kw...) = ($_fname)(f, a, dims; kw...)

        ($_fname)(a, ::Colon; kw...) = ($_fname)(identity, a, :; kw...)
        ($_fname)(f, a, ::Colon; kw...) = mapreduce(f, $op, a; kw...)
        ($_fname)(a, dims; kw...) = ($_fname)(identity, a, dims; kw...)
        ($_fname)(f, a, dims; kw...) = mapreduce(f, $op, a; dims, kw...)
    end
end
sum(a::AbstractArray{Bool}; dims=:, kw...) =
    dims === (:) && isempty(kw) ? count(a) : _sum(a, dims; kw...)

extrema(A::AbstractArray; dims=:, kw...) = _extrema(A, dims; kw...)
extrema(f, A::AbstractArray; dims=:, kw...) = _extrema(f, A, dims; kw...)
_extrema(A, dims; kw...) = _extrema(identity, A, dims; kw...)
_extrema(f, A, ::Colon; kw...) = mapreduce(ExtremaMap(f), _extrema_rf, A; kw...)
_extrema(f, A, dims; kw...) = mapreduce(ExtremaMap(f), _extrema_rf, A; dims, kw...)

any(a::AbstractArray; dims=:) = _any(a, dims)
any(f::Function, a::AbstractArray; dims=:) = _any(f, a, dims)
_any(a, ::Colon) = _any(identity, a, :)
_any(f, A, dims) = mapreduce(f, |, A; dims)
_any(A, dims) = _any(identity, A, dims)
all(a::AbstractArray; dims=:) = _all(a, dims)
all(f::Function, a::AbstractArray; dims=:) = _all(f, a, dims)
_all(a, ::Colon) = _all(identity, a, :)
_all(f, A, dims) = mapreduce(f, &, A; dims)
_all(A, dims) = _all(identity, A, dims)

count(A::AbstractArrayOrBroadcasted; dims=:, init=0) = count(identity, A; dims, init)
count(f, A::AbstractArrayOrBroadcasted; dims=:, init=0) = _count(f, A, dims, init)
_count(f, A::AbstractArrayOrBroadcasted, dims::Colon, init) = _simple_count(f, A, init)
_count(f, A::AbstractArrayOrBroadcasted, dims, init) = mapreduce(_bool(f), add_sum, A; dims, init)

## in place ##

# fills the destination with the start of the reduction, unless the old values are to be kept
for (Op, initval) in ((:(typeof(&)), true), (:(typeof(|)), false))
    @eval initarray!(a::AbstractArray, ::Any, ::$Op, init::Bool, src::AbstractArray) = (init && fill!(a, $initval); a)
end
for (Op, initfun) in ((:(Union{typeof(+),typeof(add_sum)}), :zero), (:(Union{typeof(*),typeof(mul_prod)}), :one))
    @eval initarray!(a::AbstractArray{T}, ::Any, ::$Op, init::Bool, src::AbstractArray) where {T} =
        (init && fill!(a, $initfun(T)); a)
end
# others take the first slice
function initarray!(a::AbstractArray{T}, f, ::Any, init::Bool, src::AbstractArray) where {T}
    if init
        axR = axes(a)
        for J in CartesianIndices(a)
            I = CartesianIndex(ntuple(d -> d <= ndims(a) && length(axR[d]) != 1 ? J[d] : Int(first(axes(src, d))), ndims(src)))
            a[J] = f(src[I])
        end
    end
    return a
end

for (fname, op) in [(:sum, :add_sum), (:prod, :mul_prod), (:maximum, :max), (:minimum, :min),
    (:all, :&), (:any, :|)]
    fname! = Symbol(fname, '!')
    @eval begin
        $(fname!)(f::Function, r::AbstractArray, A::AbstractArray; init::Bool=true) =
            mapreducedim!(f, $op, initarray!(r, f, $op, init, A), A)
        $(fname!)(r::AbstractArray, A::AbstractArray; init::Bool=true) = $(fname!)(identity, r, A; init=init)
    end
end
extrema!(r::AbstractArray, A::AbstractArray; init::Bool=true) = extrema!(identity, r, A; init)
extrema!(f, r::AbstractArray, A::AbstractArray; init::Bool=true) =
    mapreducedim!(ExtremaMap(f), _extrema_rf, initarray!(r, ExtremaMap(f), _extrema_rf, init, A), A)

count!(r::AbstractArray, A::AbstractArrayOrBroadcasted; init::Bool=true) = count!(identity, r, A; init=init)
count!(f, r::AbstractArray, A::AbstractArrayOrBroadcasted; init::Bool=true) =
    mapreducedim!(_bool(f), add_sum, initarray!(r, f, add_sum, init, A), A)

## findmin, findmax along dimensions ##

function findminmax!(f, op, Rval, Rind, A::AbstractArray{T,N}) where {T,N}
    (isempty(Rval) || isempty(A)) && return Rval, Rind
    check_reducedims(Rval, A)
    axes(Rval) == axes(Rind) || throw(DimensionMismatch("Find-reduction: outputs must have the same indices"))
    axR = axes(Rval)
    seen = fill!(similar(Rval, Bool), false)
    # vectors have Int keys
    ks = keys(A)
    for I in CartesianIndices(axes(A))
        J = _result_index(axR, I)
        v = f(A[I])
        if !seen[J] || op(v, Rval[J])
            seen[J] = true
            Rval[J] = v
            Rind[J] = ks isa LinearIndices ? I[1] : I
        end
    end
    return Rval, Rind
end

function findmin!(rval::AbstractArray, rind::AbstractArray, A::AbstractArray; init::Bool=true)
    findminmax!(identity, _findmin_better, rval, rind, A)
end
function findmax!(rval::AbstractArray, rind::AbstractArray, A::AbstractArray; init::Bool=true)
    findminmax!(identity, _findmax_better, rval, rind, A)
end
_findmin_better(x, y) = isgreater(y, x)
_findmax_better(x, y) = isless(y, x)

findmin(A::AbstractArray; dims=:) = _findmin(A, dims)
findmin(f, A::AbstractArray; dims=:) = _findmin(f, A, dims)
_findmin(A, dims) = _findmin(identity, A, dims)
_findmin(f, A, region) = _findminmax(f, _findmin_better, A, region)

findmax(A::AbstractArray; dims=:) = _findmax(A, dims)
findmax(f, A::AbstractArray; dims=:) = _findmax(f, A, dims)
_findmax(A, dims) = _findmax(identity, A, dims)
_findmax(f, A, region) = _findminmax(f, _findmax_better, A, region)

function _findminmax(f, op, A, region)
    ri = reduced_indices0(A, region)
    if isempty(A)
        if prod(map(length, reduced_indices(A, region))) != 0
            throw(ArgumentError("collection slices must be non-empty"))
        end
        return similar(A, promote_op(f, eltype(A)), ri), zeros(eltype(keys(A)), ri)
    end
    T = f === identity ? eltype(A) : typeof(f(first(A)))
    return findminmax!(f, op, similar(A, T, ri), similar(_findminmax_like(A), eltype(keys(A)), ri), A)
end
_findminmax_like(A) = A isa AbstractRange ? Vector{Int}() : A

argmin(A::AbstractArray; dims=:) = findmin(A; dims=dims)[2]
argmax(A::AbstractArray; dims=:) = findmax(A; dims=dims)[2]
