# reinterpretarray.jl: an array whose memory is read as elements of another plain type; and the
# unions of array types that lie in memory with regular strides.

function _check_plain(S, T)
    isbitstype(T) || throw(ArgumentError(string("cannot reinterpret `", S, "` as `", T, "`, type `", T, "` is not a bits type")))
    isbitstype(S) || throw(ArgumentError(string("cannot reinterpret `", S, "` as `", T, "`, type `", S, "` is not a bits type")))
end

struct ReinterpretArray{T,N,S,A<:AbstractArray{S},IsReshaped} <: AbstractArray{T,N}
    parent::A
    readable::Bool
    writable::Bool
end

function reinterpret(::Type{T}, a::A) where {T,N,S,A<:AbstractArray{S,N}}
    _check_plain(S, T)
    if N == 0 && sizeof(T) != sizeof(S)
        throw(ArgumentError(string("cannot reinterpret a zero-dimensional `", S, "` array to `", T, "` which is of a different size")))
    end
    if N != 0 && sizeof(S) != sizeof(T)
        ax1 = axes(a)[1]
        dim = length(ax1)
        if sizeof(T) == 0 || sizeof(S) == 0
            throw(ArgumentError(string("cannot reinterpret a `", S, "` array to `", T, "` which is of a different size")))
        elseif rem(dim * sizeof(S), sizeof(T)) != 0
            throw(ArgumentError(string("cannot reinterpret an `", S, "` array to `", T,
                "` whose first dimension has size `", dim,
                "`.\nThe resulting array would have non-integral first dimension.\n")))
        end
        first(ax1) == 1 || throw(ArgumentError(string("cannot reinterpret a `", S, "` array to `", T,
            "` when the first axis is ", ax1, ". Try reshaping first.")))
    end
    readable = array_subpadding(T, S)
    writable = array_subpadding(S, T)
    ReinterpretArray{T,N,S,A,false}(a, readable, writable)
end

# with `reshape`, a new or lost first dimension takes the ratio of the sizes
function reinterpret(::typeof(reshape), ::Type{T}, a::A) where {T,S,A<:AbstractArray{S}}
    _check_plain(S, T)
    if sizeof(S) == sizeof(T)
        N = ndims(a)
    elseif sizeof(S) > sizeof(T)
        rem(sizeof(S), sizeof(T)) == 0 || throw(ArgumentError(string(
            "`reinterpret(reshape, T, a)` requires that one of `sizeof(T)` (got ", sizeof(T),
            ") and `sizeof(eltype(a))` (got ", sizeof(S), ") be an integer multiple of the other")))
        N = ndims(a) + 1
    else
        rem(sizeof(T), sizeof(S)) == 0 || throw(ArgumentError(string(
            "`reinterpret(reshape, T, a)` requires that one of `sizeof(T)` (got ", sizeof(T),
            ") and `sizeof(eltype(a))` (got ", sizeof(S), ") be an integer multiple of the other")))
        N = ndims(a) - 1
        N > -1 || throw(ArgumentError(string("cannot reinterpret a zero-dimensional `", S, "` array to `", T, "` which is of a larger size")))
        n = div(sizeof(T), sizeof(S))
        axes(a, 1) == OneTo(n) || throw(ArgumentError(string("`reinterpret(reshape, ", T, ", a)` where `eltype(a)` is ",
            S, " requires that `axes(a, 1)` (got ", axes(a, 1), ") be equal to 1:", n, " (from the ratio of element sizes)")))
    end
    readable = array_subpadding(T, S)
    writable = array_subpadding(S, T)
    ReinterpretArray{T,N,S,A,true}(a, readable, writable)
end
reinterpret(::Type{T}, a::AbstractArray{T}) where {T} = a
reinterpret(::typeof(reshape), ::Type{T}, a::AbstractArray{T}) where {T} = a

struct PaddingError <: Exception
    S::Type
    T::Type
end
function showerror(io::IO, p::PaddingError)
    print(io, "Padding of type $(p.S) is not compatible with type $(p.T).")
end

# No padding of S may lie where T has data, or reading it would give what was never written.
function array_subpadding(S, T)
    ps = _padding_bytes(S)
    pt = _padding_bytes(T)
    isempty(pt) && return true
    n = lcm(sizeof(S), sizeof(T))
    for b in 0:n-1
        (b % sizeof(T)) in pt && !((b % sizeof(S)) in ps) && return false
    end
    return true
end
# the byte offsets within T that belong to no field
function _padding_bytes(T)
    isprimitivetype(T) && return Int[]
    used = falses(sizeof(T))
    _mark_bytes!(used, T, 0)
    return Int[i - 1 for i in 1:sizeof(T) if !used[i]]
end
function _mark_bytes!(used, T, at)
    if isprimitivetype(T) || fieldcount(T) == 0
        for i in at+1:at+sizeof(T)
            used[i] = true
        end
    else
        for i in 1:fieldcount(T)
            _mark_bytes!(used, fieldtype(T, i), at + Int(fieldoffset(T, i)))
        end
    end
    return used
end

# Types that are no primitive ones: the bytes that belong to fields, one after the other; what lies between is left out.
packedsize(::Type{T}) where {T} = sizeof(T) - length(_padding_bytes(T))
@generated _is_packed(::Type{T}) where {T} = isempty(_padding_bytes(T))
function _reinterpret(::Type{Out}, x::In) where {Out,In}
    isbitstype(Out) || throw(ArgumentError("Target type for `reinterpret` must be isbits"))
    isbitstype(In) || throw(ArgumentError("Source type for `reinterpret` must be isbits"))
    source, target = Ref{In}(x), Ref{Out}()
    GC.@preserve source target begin
        from = Ptr{UInt8}(unsafe_convert(Ptr{In}, source))
        to = Ptr{UInt8}(unsafe_convert(Ptr{Out}, target))
        if sizeof(In) == sizeof(Out) && _is_packed(In) && _is_packed(Out)
            ccall(:memcpy, Ptr{Cvoid}, (Ptr{Cvoid}, Ptr{Cvoid}, Csize_t), to, from, sizeof(Out))
        else
            _copy_packed(Out, to, In, from)
        end
    end
    return target[]
end
function _copy_packed(@nospecialize(Out), to::Ptr{UInt8}, @nospecialize(In), from::Ptr{UInt8})
    inpackedsize, outpackedsize = packedsize(In), packedsize(Out)
    inpackedsize == outpackedsize ||
        throw(ArgumentError("Packed sizes of types $Out and $In do not match; got $outpackedsize and $inpackedsize, respectively."))
    offsets(T) = setdiff(0:sizeof(T)-1, _padding_bytes(T))
    for (i, j) in zip(offsets(In), offsets(Out))
        unsafe_store!(to + j, unsafe_load(from + i))
    end
end

function check_readable(a::ReinterpretArray{T,N,S}) where {T,N,S}
    a.readable || throw(PaddingError(T, S))
end
function check_writable(a::ReinterpretArray{T,N,S}) where {T,N,S}
    a.writable || throw(PaddingError(T, S))
end

const NonReshapedReinterpretArray{T,N,S,A<:AbstractArray{S,N}} = ReinterpretArray{T,N,S,A,false}
const ReshapedReinterpretArray{T,N,S,A<:AbstractArray{S}} = ReinterpretArray{T,N,S,A,true}

IndexStyle(a::ReinterpretArray{T,N,S,A,false}) where {T,N,S,A<:AbstractArray{S,N}} = IndexStyle(a.parent)
IndexStyle(::Type{ReinterpretArray{T,N,S,A,false}}) where {T,N,S,A<:AbstractArray{S,N}} = IndexStyle(A)
IndexStyle(::Type{<:ReshapedReinterpretArray{T,N,S,A}}) where {T,N,S,A} =
    IndexStyle(A) === IndexLinear() ? IndexLinear() : IndexCartesian()

parent(a::ReinterpretArray) = a.parent
dataids(a::ReinterpretArray) = dataids(a.parent)
unaliascopy(a::NonReshapedReinterpretArray{T}) where {T} = reinterpret(T, unaliascopy(a.parent))
unaliascopy(a::ReshapedReinterpretArray{T}) where {T} = reinterpret(reshape, T, unaliascopy(a.parent))

function size(a::NonReshapedReinterpretArray{T,N,S}) where {T,N,S}
    psize = size(a.parent)
    size1 = sizeof(T) == 0 ? psize[1] : div(psize[1] * sizeof(S), sizeof(T))
    tuple(size1, tail(psize)...)
end
function size(a::ReshapedReinterpretArray{T,N,S}) where {T,N,S}
    psize = size(a.parent)
    sizeof(S) > sizeof(T) && return (div(sizeof(S), sizeof(T)), psize...)
    sizeof(S) < sizeof(T) && return tail(psize)
    return psize
end
size(a::NonReshapedReinterpretArray{T,0}) where {T} = ()

function axes(a::NonReshapedReinterpretArray{T,N,S}) where {T,N,S}
    paxs = axes(a.parent)
    f, l = first(paxs[1]), length(paxs[1])
    size1 = sizeof(T) == 0 ? l : div(l * sizeof(S), sizeof(T))
    tuple(oftype(paxs[1], f:f+size1-1), tail(paxs)...)
end
axes(a::NonReshapedReinterpretArray{T,0}) where {T} = ()
function axes(a::ReshapedReinterpretArray{T,N,S}) where {T,N,S}
    paxs = axes(a.parent)
    sizeof(S) > sizeof(T) && return (oneto(div(sizeof(S), sizeof(T))), paxs...)
    sizeof(S) < sizeof(T) && return tail(paxs)
    return paxs
end

has_offset_axes(a::ReinterpretArray) = has_offset_axes(a.parent)
elsize(::Type{<:ReinterpretArray{T}}) where {T} = sizeof(T)
unsafe_convert(::Type{Ptr{T}}, a::ReinterpretArray{T,N,S}) where {T,N,S} = Ptr{T}(unsafe_convert(Ptr{S}, a.parent))
cconvert(::Type{Ptr{T}}, a::ReinterpretArray{T,N,S}) where {T,N,S} = cconvert(Ptr{S}, a.parent)

function strides(a::ReinterpretArray{T,N,S,<:AbstractArray{S},IsReshaped}) where {T,N,S,IsReshaped}
    _checkcontiguous(Bool, a.parent) || return _reinterpret_strides(a)
    return size_to_strides(1, size(a)...)
end
function _reinterpret_strides(a::ReinterpretArray{T,N,S}) where {T,N,S}
    sizeof(T) == sizeof(S) && return strides(a.parent)
    throw(ArgumentError("Parent's strides are not exactly divisible!"))
end
_checkcontiguous(::Type{Bool}, A::ReinterpretArray) = _checkcontiguous(Bool, parent(A))

## bytes ##

# The bytes first..first+sizeof(T)-1 (from 0) of the elements `element(k)` laid end to end as a T.
function _read_bytes(::Type{T}, ::Type{S}, element, firstbyte::Int) where {T,S}
    if sizeof(T) == sizeof(S)
        return reinterpret(T, element(firstbyte ÷ sizeof(S))::S)::T
    end
    t = Ref{T}()
    GC.@preserve t begin
        tptr = Ptr{UInt8}(unsafe_convert(Ptr{T}, t))
        done = 0
        while done < sizeof(T)
            k, off = divrem(firstbyte + done, sizeof(S))
            n = min(sizeof(S) - off, sizeof(T) - done)
            s = Ref{S}(element(k))
            GC.@preserve s begin
                sptr = Ptr{UInt8}(unsafe_convert(Ptr{S}, s))
                ccall(:memcpy, Ptr{Cvoid}, (Ptr{Cvoid}, Ptr{Cvoid}, Csize_t), tptr + done, sptr + off, n)
            end
            done += n
        end
    end
    return t[]
end

# Stores the bytes of v at firstbyte: elements that are covered in part are read first.
function _write_bytes!(::Type{S}, v::T, element, store!, firstbyte::Int) where {T,S}
    if sizeof(T) == sizeof(S)
        store!(firstbyte ÷ sizeof(S), reinterpret(S, v))
        return
    end
    t = Ref{T}(v)
    GC.@preserve t begin
        tptr = Ptr{UInt8}(unsafe_convert(Ptr{T}, t))
        done = 0
        while done < sizeof(T)
            k, off = divrem(firstbyte + done, sizeof(S))
            n = min(sizeof(S) - off, sizeof(T) - done)
            s = n == sizeof(S) ? Ref{S}() : Ref{S}(element(k))
            GC.@preserve s begin
                sptr = Ptr{UInt8}(unsafe_convert(Ptr{S}, s))
                ccall(:memcpy, Ptr{Cvoid}, (Ptr{Cvoid}, Ptr{Cvoid}, Csize_t), sptr + off, tptr + done, n)
            end
            store!(k, s[])
            done += n
        end
    end
    return
end

## indexing ##

getindex(a::ReinterpretArray) = a[firstindex(a)]

function getindex(a::ReinterpretArray{T,N,S}, inds::Vararg{Int,N}) where {T,N,S}
    @boundscheck checkbounds(a, inds...)
    check_readable(a)
    return _getindex_ra(a, inds)
end
function getindex(a::ReinterpretArray{T,N,S}, i::Int) where {T,N,S}
    @boundscheck checkbounds(a, i)
    check_readable(a)
    IndexStyle(a) === IndexLinear() || return _getindex_ra(a, Tuple(CartesianIndices(a)[i]))
    return _getindex_linear(a, i)
end
function getindex(a::ReinterpretArray{T,1,S}, i::Int) where {T,S}
    @boundscheck checkbounds(a, i)
    check_readable(a)
    return _getindex_ra(a, (i,))
end

# linear positions: arrays laid end to end
function _getindex_linear(a::ReinterpretArray{T,N,S}, i::Int) where {T,N,S}
    p = a.parent
    f = first(LinearIndices(p))
    return _read_bytes(T, S, k -> (@inbounds p[f+k]), (i - first(LinearIndices(a))) * sizeof(T))
end

function _getindex_ra(a::NonReshapedReinterpretArray{T,N,S}, inds::Tuple) where {T,N,S}
    p = a.parent
    if sizeof(T) == sizeof(S)
        return reinterpret(T, @inbounds p[inds...])::T
    end
    f = first(axes(p, 1))
    rest = tail(inds)
    return _read_bytes(T, S, k -> (@inbounds p[f+k, rest...]), (inds[1] - f) * sizeof(T))
end
function _getindex_ra(a::ReshapedReinterpretArray{T,N,S}, inds::Tuple) where {T,N,S}
    p = a.parent
    if sizeof(T) == sizeof(S)
        return reinterpret(T, @inbounds p[inds...])::T
    elseif sizeof(S) > sizeof(T)
        rest = tail(inds)
        return _read_bytes(T, S, k -> (@inbounds p[rest...]), (inds[1] - 1) * sizeof(T))
    else
        return _read_bytes(T, S, k -> (@inbounds p[k+1, inds...]), 0)
    end
end

setindex!(a::ReinterpretArray, v) = (a[firstindex(a)] = v)

function setindex!(a::ReinterpretArray{T,N,S}, v, inds::Vararg{Int,N}) where {T,N,S}
    @boundscheck checkbounds(a, inds...)
    check_writable(a)
    return _setindex_ra!(a, convert(T, v)::T, inds)
end
function setindex!(a::ReinterpretArray{T,N,S}, v, i::Int) where {T,N,S}
    @boundscheck checkbounds(a, i)
    check_writable(a)
    return _setindex_ra!(a, convert(T, v)::T, Tuple(CartesianIndices(a)[i]))
end
function setindex!(a::ReinterpretArray{T,1,S}, v, i::Int) where {T,S}
    @boundscheck checkbounds(a, i)
    check_writable(a)
    return _setindex_ra!(a, convert(T, v)::T, (i,))
end

function _setindex_ra!(a::NonReshapedReinterpretArray{T,N,S}, v::T, inds::Tuple) where {T,N,S}
    p = a.parent
    if sizeof(T) == sizeof(S)
        @inbounds p[inds...] = reinterpret(S, v)
        return a
    end
    f = first(axes(p, 1))
    rest = tail(inds)
    _write_bytes!(S, v, k -> (@inbounds p[f+k, rest...]), (k, x) -> (@inbounds p[f+k, rest...] = x), (inds[1] - f) * sizeof(T))
    return a
end
function _setindex_ra!(a::ReshapedReinterpretArray{T,N,S}, v::T, inds::Tuple) where {T,N,S}
    p = a.parent
    if sizeof(T) == sizeof(S)
        @inbounds p[inds...] = reinterpret(S, v)
    elseif sizeof(S) > sizeof(T)
        rest = tail(inds)
        _write_bytes!(S, v, k -> (@inbounds p[rest...]), (k, x) -> (@inbounds p[rest...] = x), (inds[1] - 1) * sizeof(T))
    else
        _write_bytes!(S, v, k -> (@inbounds p[k+1, inds...]), (k, x) -> (@inbounds p[k+1, inds...] = x), 0)
    end
    return a
end

## reinterpret with dims ##

reinterpret(::Type{T}, a::Array{S}, dims::NTuple{N,Int}) where {T,S,N} = reshape(reinterpret(T, vec(a)), dims)

## strided arrays ##

const StridedFastContiguousSubArray{T,N,A<:DenseArray} = FastContiguousSubArray{T,N,A}
const StridedReinterpretArray{T,N,A<:Union{DenseArray,StridedFastContiguousSubArray},IsReshaped} = ReinterpretArray{T,N,S,A,IsReshaped} where {S}
const StridedReshapedArray{T,N,A<:Union{DenseArray,StridedFastContiguousSubArray,StridedReinterpretArray}} = ReshapedArray{T,N,A}
const StridedSubArray{T,N,A<:Union{DenseArray,StridedReshapedArray,StridedReinterpretArray},
    I<:Tuple{Vararg{Union{RangeIndex,ReshapedUnitRange,AbstractCartesianIndex}}}} = SubArray{T,N,A,I}
const StridedArray{T,N} = Union{DenseArray{T,N},StridedSubArray{T,N},StridedReshapedArray{T,N},StridedReinterpretArray{T,N}}
const StridedVector{T} = StridedArray{T,1}
const StridedMatrix{T} = StridedArray{T,2}
const StridedVecOrMat{T} = Union{StridedVector{T},StridedMatrix{T}}

# rows and columns that follow each other in memory
stride1(a::DenseArray) = 1
stride1(a::AbstractArray) = stride(a, 1)
