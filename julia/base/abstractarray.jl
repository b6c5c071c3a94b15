# abstractarray.jl: what every array has from `size` and `getindex` alone: axes, bounds checks,
# iteration, copying, comparison, `map`. Concatenation is in concatenation.jl, mapslices, stack
# and hashing of arrays in multidimensional.jl.

## errors ##

struct CanonicalIndexError <: Exception
    func::String
    type::Any
    CanonicalIndexError(func::String, @nospecialize(type)) = new(func, type)
end

## conversion and basic queries ##

convert(::Type{T}, a::T) where {T<:AbstractArray} = a
convert(::Type{AbstractArray{T}}, a::AbstractArray) where {T} = AbstractArray{T}(a)::AbstractArray{T}
convert(::Type{AbstractArray{T,N}}, a::AbstractArray{<:Any,N}) where {T,N} = AbstractArray{T,N}(a)::AbstractArray{T,N}


size(t::AbstractArray{T,N}, d) where {T,N} = d::Integer <= N ? size(t)[d] : 1
size(A, d1::Integer, d2::Integer) = map(d -> size(A, d), (d1, d2))::Tuple{Integer,Integer}
size(A, d1::Integer, d2::Integer, dx::Vararg{Integer}) = map(d -> size(A, d), (d1, d2, dx...))
size(A, dims::Tuple) = map(d -> size(A, d), dims)
size(A::AbstractArray, dims::Tuple) = map(d -> size(A, d), dims)

function axes(A::AbstractArray{T,N}, d) where {T,N}
    @inline
    d::Integer <= N ? axes(A)[d] : OneTo(1)
end
function axes(A)
    @inline
    map(unchecked_oneto, size(A))
end
unchecked_oneto(i::Integer) = OneTo(i)

has_offset_axes() = false
_any_offset() = false
_any_offset(axis, axes...) = Int(first(axis))::Int != 1 || _any_offset(axes...)
has_offset_axes(A) = _any_offset(axes(A)...)
has_offset_axes(A::AbstractVector) = Int(firstindex(A))::Int != 1
has_offset_axes(::Colon) = false
has_offset_axes(::Array) = false
has_offset_axes(A, Bs...) = has_offset_axes(A) || has_offset_axes(Bs...)

require_one_based_indexing(A...) = !has_offset_axes(A...) ||
    throw(ArgumentError("offset arrays are not supported but got an array with index other than 1"))

axes1(A::AbstractArray{<:Any,0}) = OneTo(1)
axes1(A::AbstractArray) = (@inline; axes(A)[1])
axes1(iter) = oneto(length(iter))

# axes and sizes as lists of two kinds
unsafe_indices(A) = axes(A)
unsafe_indices(r::AbstractRange) = (oneto(unsafe_length(r)),)

keys(a::AbstractArray) = CartesianIndices(axes(a))
keys(a::AbstractVector) = LinearIndices(a)
keys(s::IndexStyle, A::AbstractArray, B::AbstractArray...) = eachindex(s, A, B...)

keytype(a::AbstractArray) = keytype(typeof(a))
keytype(::Type{Union{}}, slurp...) = eltype(Union{})
keytype(A::Type{<:AbstractArray}) = CartesianIndex{ndims(A)}
keytype(A::Type{<:AbstractVector}) = Int
valtype(a::AbstractArray) = valtype(typeof(a))
valtype(::Type{Union{}}, slurp...) = eltype(Union{})
valtype(A::Type{<:AbstractArray}) = eltype(A)

prevind(::AbstractArray, i::Integer) = Int(i) - 1
nextind(::AbstractArray, i::Integer) = Int(i) + 1

eltype(::Type) = Any
eltype(::Type{Bottom}, slurp...) = throw(ArgumentError("Union{} does not have elements"))
eltype(x) = eltype(typeof(x))
eltype(::Type{<:AbstractArray{E}}) where {E} = @isdefined(E) ? E : Any

ndims(::AbstractArray{T,N}) where {T,N} = N::Int
ndims(::Type{<:AbstractArray{<:Any,N}}) where {N} = N::Int
ndims(::Type{Union{}}, slurp...) = throw(ArgumentError("Union{} does not have elements"))

length(t::AbstractArray) = (@inline; prod(size(t)))

eachindex(A::AbstractArray) = (@inline; eachindex(IndexStyle(A), A))
eachindex(A::AbstractArray, B::AbstractArray...) = (@inline; eachindex(IndexStyle(A, B...), A, B...))
eachindex(::IndexLinear, A::AbstractArray) = (@inline; oneto(length(A)))
eachindex(::IndexLinear, A::AbstractVector) = (@inline; axes1(A))
function eachindex(::IndexLinear, A::AbstractArray, B::AbstractArray...)
    @inline
    indsA = eachindex(IndexLinear(), A)
    _all_match_first(X -> eachindex(IndexLinear(), X), indsA, B...) ||
        throw_eachindex_mismatch_indices(IndexLinear(), eachindex(A), eachindex.(B)...)
    return indsA
end
eachindex(itrs...) = keys(itrs...)

_all_match_first(f::F, inds, A, B...) where {F<:Function} =
    (inds == f(A)) & _all_match_first(f, inds, B...)
_all_match_first(f::F, inds) where {F<:Function} = true

function throw_eachindex_mismatch_indices(::IndexLinear, inds...)
    @noinline
    throw(DimensionMismatch(string("all inputs to eachindex must have the same indices, got ", join(inds, ", ", " and "))))
end
function throw_eachindex_mismatch_indices(::IndexCartesian, inds...)
    @noinline
    throw(DimensionMismatch(string("all inputs to eachindex must have the same axes, got ", join(inds, ", ", " and "))))
end

lastindex(a::AbstractArray) = (@inline; last(eachindex(IndexLinear(), a)))
lastindex(a, d) = (@inline; last(axes(a, d)))
firstindex(a::AbstractArray) = (@inline; first(eachindex(IndexLinear(), a)))
firstindex(a, d) = (@inline; first(axes(a, d)))

first(a::AbstractArray) = (@inline; a[first(eachindex(a))])
# the value that the iterator gives first
function first(itr)
    x = iterate(itr)
    x === nothing && throw(ArgumentError("collection must be non-empty"))
    return x[1]
end
first(itr, n::Integer) = collect(Iterators.take(itr, n))
function first(v::AbstractVector, n::Integer)
    n < 0 && throw(ArgumentError("Number of elements must be nonnegative"))
    @inbounds v[range(begin, length=min(n, checked_length(v)))]
end

last(a) = a[end]
last(itr, n::Integer) = reverse!(collect(Iterators.take(Iterators.reverse(itr), n)))
function last(v::AbstractVector, n::Integer)
    n < 0 && throw(ArgumentError("Number of elements must be nonnegative"))
    @inbounds v[range(stop=lastindex(v), length=min(n, checked_length(v)))]
end
checked_length(v) = length(v)

## strides ##

strides(A::AbstractArray) = size_to_strides(1, size(A)...)
size_to_strides(s, d, sz...) = (s, size_to_strides(s * d, sz...)...)
size_to_strides(s, d) = (s,)
size_to_strides(s) = ()

function stride(A::AbstractArray, k::Integer)
    st = strides(A)
    k ≤ ndims(A) && return st[k]
    ndims(A) == 0 && return 1
    sz = size(A)
    s = st[1] * sz[1]
    for i in 2:ndims(A)
        s += st[i] * sz[i]
    end
    return s
end
stride(a::Array, i::Integer) = i > ndims(a) ? length(a) : (s = 1; for n in 1:i-1; s *= size(a, n); end; s)
strides(a::Array) = size_to_strides(1, size(a)...)

function isassigned(a::AbstractArray, i::Integer...)
    try
        a[i...]
        true
    catch e
        if isa(e, BoundsError) || isa(e, UndefRefError)
            return false
        else
            rethrow()
        end
    end
end

isstored(A::AbstractArray{<:Any,N}, I::Vararg{Integer,N}) where {N} = true

# used to compute "end" for linear indexing of a partly indexed array
function trailingsize(A, n)
    s = 1
    for i = n:ndims(A)
        s *= size(A, i)
    end
    return s
end
function trailingsize(inds::Indices, n)
    s = 1
    for i = n:length(inds)
        s *= length(inds[i])
    end
    return s
end
trailingsize(inds::Indices) = prod(map(length, inds))

## bounds checking ##

function checkbounds(::Type{Bool}, A::AbstractArray, I...)
    @inline
    checkbounds_indices(Bool, axes(A), I)
end
# linear indexing
function checkbounds(::Type{Bool}, A::AbstractArray, i)
    @inline
    return checkindex(Bool, eachindex(IndexLinear(), A), i)
end
function checkbounds(A::AbstractArray, I...)
    @inline
    checkbounds(Bool, A, I...) || throw_boundserror(A, I)
    nothing
end

throw_boundserror(A, I) = (@noinline; throw(BoundsError(A, I)))

function checkbounds_indices(::Type{Bool}, inds::Tuple, I::Tuple{Any,Vararg})
    @inline
    return checkindex(Bool, get(inds, 1, OneTo(1)), I[1])::Bool &
           checkbounds_indices(Bool, safe_tail(inds), tail(I))
end
checkbounds_indices(::Type{Bool}, inds::Tuple, ::Tuple{}) = (@inline; all(x -> length(x) == 1, inds))

checkindex(::Type{Bool}, inds, i) = throw(ArgumentError(string("unable to check bounds for indices of type ", typeof(i))))
checkindex(::Type{Bool}, inds::AbstractUnitRange, i::Real) = (first(inds) <= i) & (i <= last(inds))
checkindex(::Type{Bool}, inds::IdentityUnitRange, i::Real) = checkindex(Bool, inds.indices, i)
checkindex(::Type{Bool}, inds::OneTo{T}, i::T) where {T<:BitInteger} = unsigned(i - one(i)) < unsigned(last(inds))
checkindex(::Type{Bool}, inds::AbstractUnitRange, ::Colon) = true
checkindex(::Type{Bool}, inds::AbstractUnitRange, ::Slice) = true
checkindex(::Type{Bool}, inds::AbstractUnitRange, i::AbstractRange) =
    isempty(i) | (checkindex(Bool, inds, first(i)) & checkindex(Bool, inds, last(i)))
# ranges of Bool are masks
checkindex(::Type{Bool}, indx::AbstractUnitRange, I::AbstractVector{Bool}) = indx == axes1(I)
checkindex(::Type{Bool}, indx::AbstractUnitRange, I::AbstractRange{Bool}) = indx == axes1(I)
checkindex(::Type{Bool}, indx::AbstractUnitRange, I::AbstractArray{Bool}) = false
function checkindex(::Type{Bool}, inds, I::AbstractArray)
    @inline
    b = true
    for i in I
        b &= checkindex(Bool, inds, i)
    end
    return b
end

## similar ##

similar(a::AbstractArray{T}) where {T} = similar(a, T)
similar(a::AbstractArray, ::Type{T}) where {T} = similar(a, T, to_shape(axes(a)))
similar(a::AbstractArray{T}, dims::Tuple) where {T} = similar(a, T, to_shape(dims))
similar(a::AbstractArray{T}, dims::DimOrInd...) where {T} = similar(a, T, to_shape(dims))
similar(a::AbstractArray, ::Type{T}, dims::DimOrInd...) where {T} = similar(a, T, to_shape(dims))
# the next two are what array types overload
similar(a::AbstractArray, ::Type{T}, dims::Tuple{Union{Integer,OneTo},Vararg{Union{Integer,OneTo}}}) where {T} =
    similar(a, T, to_shape(dims))
similar(a::AbstractArray, ::Type{T}, dims::Dims{N}) where {T,N} = Array{T,N}(undef, dims)

to_shape(::Tuple{}) = ()
to_shape(dims::Dims) = dims
to_shape(dims::DimsOrInds) = map(to_shape, dims)::DimsOrInds
to_shape(i::Int) = i
to_shape(i::Integer) = Int(i)
to_shape(r::OneTo) = Int(last(r))
to_shape(r::AbstractUnitRange) = r

similar(::Type{T}, dims::DimOrInd...) where {T<:AbstractArray} = similar(T, dims)
similar(::Type{T}, shape::Tuple{Union{Integer,OneTo},Vararg{Union{Integer,OneTo}}}) where {T<:AbstractArray} =
    similar(T, to_shape(shape))
similar(::Type{T}, dims::Dims) where {T<:AbstractArray} = T(undef, dims)

empty(a::AbstractVector{T}, ::Type{U}=T) where {T,U} = similar(a, U, 0)

# like empty(a), but with a result that is safe to empty again
emptymutable(a::AbstractVector{T}, ::Type{U}=T) where {T,U} = Vector{U}()
emptymutable(itr, ::Type{U}) where {U} = Vector{U}()

function copy!(dst::AbstractVector, src::AbstractVector)
    firstindex(dst) == firstindex(src) || throw(ArgumentError(
        "vectors must have the same offset for copy! (consider using `copyto!`)"))
    if length(dst) != length(src)
        resize!(dst, length(src))
    end
    copyto!(dst, src)
end
function copy!(dst::AbstractArray, src::AbstractArray)
    axes(dst) == axes(src) || throw(ArgumentError(
        "arrays must have the same axes for copy! (consider using `copyto!`)"))
    copyto!(dst, src)
end

## copyto! ##

function copyto!(dest::AbstractArray, src)
    destiter = eachindex(dest)
    y = iterate(destiter)
    for x in src
        y === nothing && throw(ArgumentError("destination has fewer elements than required"))
        dest[y[1]] = x
        y = iterate(destiter, y[2])
    end
    return dest
end

function copyto!(dest::AbstractArray, dstart::Integer, src)
    i = Int(dstart)
    if haslength(src) && length(src) > 0
        @boundscheck checkbounds(dest, i:(i+length(src)-1))
        for x in src
            @inbounds dest[i] = x
            i += 1
        end
    else
        for x in src
            dest[i] = x
            i += 1
        end
    end
    return dest
end

function copyto!(dest::AbstractArray, dstart::Integer, src, sstart::Integer)
    if (sstart < 1)
        throw(ArgumentError(string("source start offset (", sstart, ") is < 1")))
    end
    y = iterate(src)
    for j = 1:(sstart-1)
        if y === nothing
            throw(ArgumentError(string("source has fewer elements than required, ",
                "expected at least ", sstart, ", got ", j - 1)))
        end
        y = iterate(src, y[2])
    end
    if y === nothing
        throw(ArgumentError(string("source has fewer elements than required, ",
            "expected at least ", sstart, ", got ", sstart - 1)))
    end
    i = Int(dstart)
    while y !== nothing
        val, st = y
        dest[i] = val
        i += 1
        y = iterate(src, st)
    end
    return dest
end

function copyto!(dest::AbstractArray, dstart::Integer, src, sstart::Integer, n::Integer)
    n < 0 && throw(ArgumentError(string("tried to copy n=", n, " elements, but n should be nonnegative")))
    n == 0 && return dest
    dmax = dstart + n - 1
    inds = LinearIndices(dest)
    if (dstart ∉ inds || dmax ∉ inds) | (sstart < 1)
        sstart < 1 && throw(ArgumentError(string("source start offset (", sstart, ") is < 1")))
        throw(BoundsError(dest, dstart:dmax))
    end
    y = iterate(src)
    for j = 1:(sstart-1)
        if y === nothing
            throw(ArgumentError(string("source has fewer elements than required, ",
                "expected at least ", sstart, ", got ", j - 1)))
        end
        y = iterate(src, y[2])
    end
    i = Int(dstart)
    while i <= dmax && y !== nothing
        val, st = y
        @inbounds dest[i] = val
        y = iterate(src, st)
        i += 1
    end
    i <= dmax && throw(BoundsError(dest, i))
    return dest
end

## copy between abstract arrays: generally more efficient as one loop over linear indices ##

copyto!(dest::AbstractArray, src::AbstractArray) =
    copyto!(IndexStyle(dest), dest, IndexStyle(src), src)

function copyto!(::IndexStyle, dest::AbstractArray, ::IndexStyle, src::AbstractArray)
    isempty(src) && return dest
    src′ = unalias(dest, src)
    copyto_unaliased!(IndexStyle(dest), dest, IndexStyle(src′), src′)
end

function copyto_unaliased!(deststyle::IndexStyle, dest::AbstractArray, srcstyle::IndexStyle, src::AbstractArray)
    isempty(src) && return dest
    destinds, srcinds = LinearIndices(dest), LinearIndices(src)
    idf, isf = first(destinds), first(srcinds)
    Δi = idf - isf
    (checkbounds(Bool, destinds, isf + Δi) & checkbounds(Bool, destinds, last(srcinds) + Δi)) ||
        throw(BoundsError(dest, srcinds))
    if deststyle isa IndexLinear
        if srcstyle isa IndexLinear
            # both vectors of numbers
            @inbounds for i in srcinds
                if isassigned(src, i)
                    dest[i+Δi] = src[i]
                else
                    _unsetindex!(dest, i + Δi)
                end
            end
        else
            i = idf - 1
            @inbounds for a in src
                dest[i+=1] = a
            end
        end
    else
        iterdest, itersrc = eachindex(dest), eachindex(src)
        if iterdest == itersrc
            # same indices: no second counter
            for I in iterdest
                @inbounds dest[I] = src[I]
            end
        else
            # the destination may be longer
            ret = iterate(iterdest)
            @inbounds for a in src
                idx, state = ret::NTuple{2,Any}
                dest[idx] = a
                ret = iterate(iterdest, state)
            end
        end
    end
    return dest
end

copyto!(dest::AbstractArray, dstart::Integer, src::AbstractArray) =
    copyto!(dest, dstart, src, first(LinearIndices(src)), length(src))

function copyto!(dest::AbstractArray, dstart::Integer, src::AbstractArray, sstart::Integer)
    srcinds = LinearIndices(src)
    checkbounds(Bool, srcinds, sstart) || throw(BoundsError(src, sstart))
    copyto!(dest, dstart, src, sstart, last(srcinds) - sstart + 1)
end

function copyto!(dest::AbstractArray, dstart::Integer, src::AbstractArray, sstart::Integer, n::Integer)
    n == 0 && return dest
    n < 0 && throw(ArgumentError(string("tried to copy n=", n, " elements, but n should be nonnegative")))
    destinds, srcinds = LinearIndices(dest), LinearIndices(src)
    (checkbounds(Bool, destinds, dstart) && checkbounds(Bool, destinds, dstart + n - 1)) || throw(BoundsError(dest, dstart:dstart+n-1))
    (checkbounds(Bool, srcinds, sstart) && checkbounds(Bool, srcinds, sstart + n - 1)) || throw(BoundsError(src, sstart:sstart+n-1))
    src′ = unalias(dest, src)
    @inbounds for i = 0:n-1
        if isassigned(src′, sstart + i)
            dest[dstart+i] = src′[sstart+i]
        else
            _unsetindex!(dest, dstart + i)
        end
    end
    return dest
end

function copy(a::AbstractArray)
    @_propagate_inbounds_meta
    copymutable(a)
end

function copyto!(B::AbstractVecOrMat{R}, ir_dest::AbstractRange{Int}, jr_dest::AbstractRange{Int},
    A::AbstractVecOrMat{S}, ir_src::AbstractRange{Int}, jr_src::AbstractRange{Int}) where {R,S}
    if length(ir_dest) != length(ir_src)
        throw(ArgumentError(string("source and destination must have same size (got ", length(ir_src), " and ", length(ir_dest), ")")))
    end
    if length(jr_dest) != length(jr_src)
        throw(ArgumentError(string("source and destination must have same size (got ", length(jr_src), " and ", length(jr_dest), ")")))
    end
    @boundscheck checkbounds(B, ir_dest, jr_dest)
    @boundscheck checkbounds(A, ir_src, jr_src)
    A′ = unalias(B, A)
    jdest = first(jr_dest)
    for jsrc in jr_src
        idest = first(ir_dest)
        for isrc in ir_src
            @inbounds B[idest, jdest] = A′[isrc, jsrc]
            idest += step(ir_dest)
        end
        jdest += step(jr_dest)
    end
    return B
end

# shapes must agree where a container type is converted
@noinline _checkaxs(axd, axs) = axd == axs || throw(DimensionMismatch(string("axes must agree, got ", axd, " and ", axs)))
function copyto_axcheck!(dest, src)
    _checkaxs(axes(dest), axes(src))
    copyto!(dest, src)
end

function copymutable(a::AbstractArray)
    @_propagate_inbounds_meta
    copyto!(similar(a), a)
end
copymutable(itr) = collect(itr)

zero(x::AbstractArray{T}) where {T<:Number} = fill!(similar(x, typeof(zero(T))), zero(T))
zero(x::AbstractArray{S}) where {S<:Union{Missing,Number}} = fill!(similar(x, typeof(zero(S))), zero(S))
zero(x::AbstractArray) = map(zero, x)

## iteration ##

# the state holds the indices and their state, so that `eachindex` is asked once
function iterate(A::AbstractArray, state=(eachindex(A),))
    @_propagate_inbounds_meta
    y = iterate(state...)
    y === nothing && return nothing
    A[y[1]], (state[1], tail(y)...)
end

isempty(a::AbstractArray) = (length(a) == 0)

## pointers ##

unsafe_convert(::Type{Ptr{T}}, a::AbstractArray{T}) where {T} = error("conversion to pointer not defined for $(typeof(a))")
pointer(x::AbstractArray{T}) where {T} = unsafe_convert(Ptr{T}, cconvert(Ptr{T}, x))
function pointer(x::AbstractArray{T}, i::Integer) where {T}
    @inline
    pointer(x) + Int(_memory_offset(x, i))::Int
end
_memory_offset(x::DenseArray, i::Vararg{Any,N}) where {N} = (_to_linear_index(x, i...) - first(LinearIndices(x))) * elsize(x)
function _memory_offset(x::AbstractArray, i::Vararg{Any,N}) where {N}
    J = _to_subscript_indices(x, i...)
    return sum(map((i, s, o) -> s * (i - o), J, strides(x), Tuple(first(CartesianIndices(x))))) * elsize(x)
end

## indexing: getindex ##

function getindex(A::AbstractArray, I...)
    @_propagate_inbounds_meta
    error_if_canonical_getindex(IndexStyle(A), A, I...)
    _getindex(IndexStyle(A), A, to_indices(A, I)...)
end

# unsafe_getindex and unsafe_setindex! skip the bounds check
unsafe_getindex(A::AbstractArray, I...) = (@inline; @inbounds r = getindex(A, I...); r)

error_if_canonical_getindex(::IndexLinear, A::AbstractArray, ::Int) =
    throw(CanonicalIndexError("getindex", typeof(A)))
error_if_canonical_getindex(::IndexCartesian, A::AbstractArray{T,N}, ::Vararg{Int,N}) where {T,N} =
    throw(CanonicalIndexError("getindex", typeof(A)))
error_if_canonical_getindex(::IndexStyle, ::AbstractArray, ::Any...) = nothing

_getindex(::IndexStyle, A::AbstractArray, I...) =
    error("getindex for $(typeof(A)) with types $(typeof(I)) is not supported")

_getindex(::IndexLinear, A::AbstractVector, i::Int) = (@_propagate_inbounds_meta; getindex(A, i))
_getindex(::IndexLinear, A::AbstractArray, i::Int) = (@_propagate_inbounds_meta; getindex(A, i))
function _getindex(::IndexLinear, A::AbstractArray, I::Vararg{Int,M}) where {M}
    @inline
    @boundscheck checkbounds(A, I...)
    @inbounds r = getindex(A, _to_linear_index(A, I...))
    r
end
_to_linear_index(A::AbstractArray, i::Integer) = i
_to_linear_index(A::AbstractVector, i::Integer, I::Integer...) = i
_to_linear_index(A::AbstractArray) = first(LinearIndices(A))
_to_linear_index(A::AbstractArray, I::Integer...) = (@inline; _sub2ind(A, I...))

function _getindex(::IndexCartesian, A::AbstractArray, I::Vararg{Int,M}) where {M}
    @inline
    @boundscheck checkbounds(A, I...)
    @inbounds r = getindex(A, _to_subscript_indices(A, I...)...)
    r
end
function _getindex(::IndexCartesian, A::AbstractArray{T,N}, I::Vararg{Int,N}) where {T,N}
    @_propagate_inbounds_meta
    getindex(A, I...)
end
# N indices from one linear index, from too many (the rest are 1) or too few (the missing
# dimensions have one index each)
_to_subscript_indices(A::AbstractArray, i::Integer) = (@inline; _unsafe_ind2sub(A, i))
_to_subscript_indices(A::AbstractVector, i::Integer) = (i,)
_to_subscript_indices(A::AbstractArray{T,0}, i::Integer) where {T} = ()
function _to_subscript_indices(A::AbstractArray{T,N}, I::Vararg{Integer,M}) where {T,N,M}
    @inline
    M == N && return I
    M > N && return ntuple(k -> I[k], Val(N))
    inds = axes(A)
    return (I..., ntuple(k -> Int(first(inds[M+k])), Val(N - M))...)
end
_unsafe_ind2sub(::Tuple{}, i) = ()
_unsafe_ind2sub(sz, i) = (@inline; _ind2sub(sz, i))

## indexing: setindex! ##

function setindex!(A::AbstractArray, v, I...)
    @_propagate_inbounds_meta
    error_if_canonical_setindex(IndexStyle(A), A, I...)
    _setindex!(IndexStyle(A), A, v, to_indices(A, I)...)
end
function unsafe_setindex!(A::AbstractArray, v, I...)
    @inline
    @inbounds r = setindex!(A, v, I...)
    r
end

error_if_canonical_setindex(::IndexLinear, A::AbstractArray, ::Int) =
    throw(CanonicalIndexError("setindex!", typeof(A)))
error_if_canonical_setindex(::IndexCartesian, A::AbstractArray{T,N}, ::Vararg{Int,N}) where {T,N} =
    throw(CanonicalIndexError("setindex!", typeof(A)))
error_if_canonical_setindex(::IndexStyle, ::AbstractArray, ::Any...) = nothing

_setindex!(::IndexStyle, A::AbstractArray, v, I...) =
    error("setindex! for $(typeof(A)) with types $(typeof(I)) is not supported")

_setindex!(::IndexLinear, A::AbstractArray, v, i::Int) = (@_propagate_inbounds_meta; setindex!(A, v, i))
function _setindex!(::IndexLinear, A::AbstractArray, v, I::Vararg{Int,M}) where {M}
    @inline
    @boundscheck checkbounds(A, I...)
    @inbounds r = setindex!(A, v, _to_linear_index(A, I...))
    r
end

function _setindex!(::IndexCartesian, A::AbstractArray{T,N}, v, I::Vararg{Int,N}) where {T,N}
    @_propagate_inbounds_meta
    setindex!(A, v, I...)
end
function _setindex!(::IndexCartesian, A::AbstractArray, v, I::Vararg{Int,M}) where {M}
    @inline
    @boundscheck checkbounds(A, I...)
    @inbounds r = setindex!(A, v, _to_subscript_indices(A, I...)...)
    r
end

# arrays that cannot hold undefined elements ignore this
_unsetindex!(A::AbstractArray, i::Integer) = _unsetindex!(A, to_index(i))
_unsetindex!(A::AbstractArray, i::Int) = A

parent(a::AbstractArray) = a

## aliasing ##

# If writing to `dest` could change `A`, a copy of A.
unalias(dest, A::AbstractArray) = mightalias(dest, A) ? unaliascopy(A) : A
unalias(dest, A::AbstractRange) = A
unalias(dest, A) = A

unaliascopy(A::Array) = copy(A)
unaliascopy(A::AbstractArray)::typeof(A) = (@noinline; _unaliascopy(A, copy(A)))
_unaliascopy(A::T, C::T) where {T} = C
_unaliascopy(A, C) = throw(ArgumentError("""
    an array of type `$(typename(typeof(A)).wrapper)` shares memory with another argument
    and must make a preventative copy of itself in order to maintain consistent semantics,
    but `copy(::$(typeof(A)))` returns a new array of type `$(typeof(C))`.
    To fix, implement:
        `Base.unaliascopy(A::$(typename(typeof(A)).wrapper))::typeof(A)`"""))
unaliascopy(A) = A

mightalias(A::AbstractArray, B::AbstractArray) = !isbits(A) && !isbits(B) && !_isdisjoint(dataids(A), dataids(B))
mightalias(x, y) = false

_isdisjoint(as::Tuple{}, bs::Tuple{}) = true
_isdisjoint(as::Tuple{}, bs::Tuple{UInt}) = true
_isdisjoint(as::Tuple{}, bs::Tuple) = true
_isdisjoint(as::Tuple{UInt}, bs::Tuple{}) = true
_isdisjoint(as::Tuple{UInt}, bs::Tuple{UInt}) = as[1] != bs[1]
_isdisjoint(as::Tuple{UInt}, bs::Tuple) = !(as[1] in bs)
_isdisjoint(as::Tuple, bs::Tuple{}) = true
_isdisjoint(as::Tuple, bs::Tuple{UInt}) = !(bs[1] in as)
_isdisjoint(as::Tuple, bs::Tuple) = !(as[1] in bs) && _isdisjoint(tail(as), bs)

# What stands for the memory an array uses: packages with wrappers join those of their fields.
dataids(A::AbstractArray) = (UInt(objectid(A)),)
dataids(A::Array) = (UInt(pointer(A)),)
dataids(::AbstractRange) = ()
dataids(x) = ()

## get ##

const RangeVecIntList{A<:AbstractVector{Int}} = Union{Tuple{Vararg{Union{AbstractRange,AbstractVector{Int}}}},
    AbstractVector{UnitRange{Int}},AbstractVector{AbstractRange{Int}},AbstractVector{A}}

get(A::AbstractArray, i::Integer, default) = checkbounds(Bool, A, i) ? A[i] : default
get(A::AbstractArray, I::Tuple{}, default) = checkbounds(Bool, A) ? A[] : default
get(A::AbstractArray, I::Dims, default) = checkbounds(Bool, A, I...) ? A[I...] : default
get(f::Callable, A::AbstractArray, i::Integer) = checkbounds(Bool, A, i) ? A[i] : f()
get(f::Callable, A::AbstractArray, I::Tuple{}) = checkbounds(Bool, A) ? A[] : f()
get(f::Callable, A::AbstractArray, I::Dims) = checkbounds(Bool, A, I...) ? A[I...] : f()

function get!(X::AbstractVector{T}, A::AbstractVector, I::Union{AbstractRange,AbstractVector{Int}}, default::T) where {T}
    # the elements of A at I where there are such, else default
    ind = findall(in(eachindex(A)), I)
    fill!(X, default)
    X[ind] = A[I[ind]]
    return X
end
get(A::AbstractArray, I::AbstractRange, default) = get!(similar(A, typeof(default), axes(I)), A, I, default)

## comparison ##

function isequal(A::AbstractArray, B::AbstractArray)
    if A === B
        return true
    end
    if axes(A) != axes(B)
        return false
    end
    for (a, b) in zip(A, B)
        if !isequal(a, b)
            return false
        end
    end
    return true
end

function cmp(A::AbstractVector, B::AbstractVector)
    for (a, b) in zip(A, B)
        if !isequal(a, b)
            return isless(a, b) ? -1 : 1
        end
    end
    return cmp(length(A), length(B))
end
# the vectors of no dimension
cmp(A::AbstractArray{<:Any,0}, B::AbstractArray{<:Any,0}) = cmp(A[], B[])

isless(A::AbstractArray{<:Any,0}, B::AbstractArray{<:Any,0}) = isless(A[], B[])
isless(A::AbstractVector, B::AbstractVector) = cmp(A, B) < 0

function (==)(A::AbstractArray, B::AbstractArray)
    if axes(A) != axes(B)
        return false
    end
    anymissing = false
    for (a, b) in zip(A, B)
        eq = (a == b)
        if ismissing(eq)
            anymissing = true
        elseif !eq
            return false
        end
    end
    return anymissing ? missing : true
end

## linear and cartesian indices ##

# _sub2ind and _ind2sub have no bounds checks
_sub2ind(::Tuple{}) = 1
_sub2ind(::Tuple{}, I::Integer...) = (@inline; _sub2ind_recurse((), 1, 1, I...))
_sub2ind(::Tuple{}) = 1
_sub2ind(::Tuple{}, I::Integer...) = (@inline; _sub2ind_recurse((), 1, 1, I...))
_sub2ind(dims::DimsInteger) = 1
_sub2ind(dims::DimsInteger, I::Integer...) = (@inline; _sub2ind_recurse(dims, 1, 1, I...))
_sub2ind(inds::Indices) = 1
_sub2ind(inds::Indices{1}, I::Integer...) =
    throw(ArgumentError("Linear indexing is not defined for one-dimensional arrays"))
_sub2ind(inds::Tuple{OneTo}, I::Integer...) = (@inline; _sub2ind_recurse(inds, 1, 1, I...))
_sub2ind(inds::Tuple{OneTo}, i::Integer) = i
_sub2ind(inds::Indices, I::Integer...) = (@inline; _sub2ind_recurse(inds, 1, 1, I...))
_sub2ind(A::AbstractArray, I...) = (@inline; _sub2ind(axes(A), I...))

_sub2ind_recurse(::Any, L, ind) = ind
function _sub2ind_recurse(::Tuple{}, L, ind, i::Integer, I::Integer...)
    @inline
    _sub2ind_recurse((), L, ind + (i - 1) * L, I...)
end
function _sub2ind_recurse(inds, L, ind, i::Integer, I::Integer...)
    @inline
    r1 = inds[1]
    _sub2ind_recurse(tail(inds), nextL(L, r1), ind + offsetin(i, r1) * L, I...)
end

nextL(L, l::Integer) = L * l
nextL(L, r::AbstractUnitRange) = L * length(r)
nextL(L, r::Slice) = L * length(r.indices)
offsetin(i, l::Integer) = i - 1
offsetin(i, r::AbstractUnitRange) = i - first(r)

_ind2sub(A::AbstractArray, ind) = (@inline; _ind2sub(axes(A), ind))
_ind2sub(::Tuple{}, ind::Integer) = (@inline; @boundscheck ind == 1 || throw(BoundsError()); ())
_ind2sub(dims::DimsInteger, ind::Integer) = (@inline; _ind2sub_recurse(dims, ind - 1))
_ind2sub(inds::Indices, ind::Integer) = (@inline; _ind2sub_recurse(inds, ind - 1))
_ind2sub(inds::Indices{1}, ind::Integer) =
    throw(ArgumentError("Linear indexing is not defined for one-dimensional arrays"))
_ind2sub(inds::Tuple{OneTo}, ind::Integer) = (ind,)

_ind2sub_recurse(::Tuple{}, ind) = (ind + 1,)
function _ind2sub_recurse(indslast::NTuple{1}, ind)
    @inline
    (_lookup(ind, indslast[1]),)
end
function _ind2sub_recurse(inds, ind)
    @inline
    r1 = inds[1]
    indnext, f, l = _div(ind, r1)
    (ind - l * indnext + f, _ind2sub_recurse(tail(inds), indnext)...)
end

_lookup(ind, d::Integer) = ind + 1
_lookup(ind, r::AbstractUnitRange) = ind + first(r)
_div(ind, d::Integer) = div(ind, d), 1, d
_div(ind, r::AbstractUnitRange) = (d = length(r); (div(ind, d), first(r), d))

# vectors of subscripts
function _sub2ind(inds::Indices{1}, I1::AbstractVector{T}, I::AbstractVector{T}...) where {T<:Integer}
    throw(ArgumentError("Linear indexing is not defined for one-dimensional arrays"))
end
_sub2ind(inds::Union{DimsInteger,Indices}, I1::AbstractVector{T}, I::AbstractVector{T}...) where {T<:Integer} =
    [_sub2ind(inds, map(v -> v[k], (I1, I...))...) for k in eachindex(I1, I...)]

## foreach, map ##

foreach(f) = (f(); nothing)
foreach(f, itr) = (for x in itr; f(x); end; nothing)
foreach(f, itr, itrs...) = (for z in zip(itr, itrs...); f(z...); end; nothing)

function map!(f::F, dest::AbstractArray, A::AbstractArray) where {F}
    for (i, j) in zip(eachindex(dest), eachindex(A))
        val = f(@inbounds A[j])
        @inbounds dest[i] = val
    end
    return dest
end

map(f, A::AbstractArray) = collect_similar(A, Generator(f, A))

mapany(f, A::AbstractArray) = map!(f, Vector{Any}(undef, length(A)), A)
mapany(f, itr) = Any[f(x) for x in itr]

map(f, ::AbstractDict) = error("map is not defined on dictionaries")
map(f, ::AbstractSet) = error("map is not defined on sets")

function map!(f::F, dest::AbstractArray, A::AbstractArray, B::AbstractArray) where {F}
    for (i, j, k) in zip(eachindex(dest), eachindex(A), eachindex(B))
        @inbounds a, b = A[j], B[k]
        val = f(a, b)
        @inbounds dest[i] = val
    end
    return dest
end

@inline ith_all(i, ::Tuple{}) = ()
@inline function ith_all(i, as)
    @_propagate_inbounds_meta
    return (as[1][i], ith_all(i, tail(as))...)
end

function map_n!(f::F, dest::AbstractArray, As) where {F}
    idxs = LinearIndices(dest)
    if all(x -> LinearIndices(x) == idxs, As)
        for i in idxs
            @inbounds I = ith_all(i, As)
            val = f(I...)
            @inbounds dest[i] = val
        end
    else
        for (i, Is...) in zip(eachindex(dest), map(eachindex, As)...)
            as = ntuple(j -> getindex(As[j], Is[j]), length(As))
            val = f(as...)
            dest[i] = val
        end
    end
    return dest
end

map!(f::F, dest::AbstractArray, As::AbstractArray...) where {F} =
    isempty(As) ? (for i in eachindex(dest); dest[i] = f(); end; dest) : map_n!(f, dest, As)

map(f) = f()
map(f, A) = collect(Generator(f, A))
map(f, it, iters...) = collect(Generator(f, it, iters...))

## push! and friends for collections that take one item at a time ##

# named by Iterators before their files are loaded
function peek end
function string end

push!(A) = A
push!(A, a, b) = push!(push!(A, a), b)
push!(A, a, b, c...) = push!(push!(A, a, b), c...)
pushfirst!(A) = A
pushfirst!(A, a, b) = pushfirst!(pushfirst!(A, b), a)
pushfirst!(A, a, b, c...) = pushfirst!(pushfirst!(A, c...), a, b)

# hash of abstract arrays is in multidimensional.jl

# permutes the columns of a matrix with the permutation p, in place
function permutecols!!(A::AbstractMatrix, p::AbstractVector{<:Integer})
    require_one_based_indexing(A, p)
    count = 0
    start = 0
    while count < length(p)
        ptr = start = findnext(!iszero, p, start + 1)::Int
        next = p[start]
        count += 1
        while next != start
            swapcols!(A, ptr, next)
            p[ptr] = 0
            ptr = next
            next = p[next]
            count += 1
        end
        p[ptr] = 0
    end
    A
end
function swapcols!(A::AbstractMatrix, i, j)
    i == j && return
    cols = axes(A, 2)
    @boundscheck i in cols || throw(BoundsError(A, (:, i)))
    @boundscheck j in cols || throw(BoundsError(A, (:, j)))
    for k in axes(A, 1)
        @inbounds A[k, i], A[k, j] = A[k, j], A[k, i]
    end
end
function swaprows!(A::AbstractMatrix, i, j)
    i == j && return
    rows = axes(A, 1)
    @boundscheck i in rows || throw(BoundsError(A, (:, i)))
    @boundscheck j in rows || throw(BoundsError(A, (:, j)))
    for k in axes(A, 2)
        @inbounds A[i, k], A[j, k] = A[j, k], A[i, k]
    end
end

## keepat!: only the elements at these positions stay ##

keepat!(a::AbstractVector, inds) = _keepat!(a, inds)
keepat!(a::AbstractVector, m::AbstractVector{Bool}) = _keepat!(a, m)

function _keepat!(a::AbstractVector, inds)
    local prev
    i = firstindex(a)
    for k in inds
        if @isdefined(prev)
            prev < k || throw(ArgumentError("indices must be unique and sorted"))
        end
        ak = a[k] # checks the bounds before anything is changed
        if i != k
            @inbounds a[i] = ak
        end
        prev = k
        i = nextind(a, i)
    end
    deleteat!(a, i:lastindex(a))
    return a
end
function _keepat!(a::AbstractVector, m::AbstractVector{Bool})
    length(m) == length(a) || throw(BoundsError(a, m))
    j = firstindex(a)
    for i in eachindex(a, m)
        @inbounds begin
            if m[i]
                i == j || (a[j] = a[i])
                j = nextind(a, j)
            end
        end
    end
    deleteat!(a, j:lastindex(a))
end
