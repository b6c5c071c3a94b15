# array.jl: Array itself: construction, growing and shrinking, indexing, collecting iterators
# into arrays, concatenation of vectors, and the find functions.

struct DimensionMismatch <: Exception
    msg::AbstractString
end
DimensionMismatch() = DimensionMismatch("")

const AbstractVector{T} = AbstractArray{T,1}
const AbstractMatrix{T} = AbstractArray{T,2}
const AbstractVecOrMat{T} = Union{AbstractVector{T},AbstractMatrix{T}}
const RangeIndex = Union{<:BitInteger,AbstractRange{<:BitInteger}}
const DimOrInd = Union{Integer,AbstractUnitRange}
const IntOrInd = Union{Int,AbstractUnitRange}
const DimsOrInds{N} = NTuple{N,DimOrInd}
const NeedsShaping = Union{Tuple{Integer,Vararg{Integer}},Tuple{OneTo,Vararg{OneTo}}}

const Vector{T} = Array{T,1}
const Matrix{T} = Array{T,2}
const VecOrMat{T} = Union{Vector{T},Matrix{T}}
const DenseVector{T} = DenseArray{T,1}
const DenseMatrix{T} = DenseArray{T,2}
const DenseVecOrMat{T} = Union{DenseVector{T},DenseMatrix{T}}

## basic properties ##

using Core: arraysize, arrayset, const_arrayref

vect() = Vector{Any}()
vect(X::T...) where {T} = T[X[i] for i = 1:length(X)]
function vect(X...)
    T = promote_typeof(X...)
    return T[X...]
end

size(a::Array, d::Integer) = arraysize(a, d isa Int ? d : convert(Int, d))
size(a::Vector) = (arraysize(a, 1),)
size(a::Matrix) = (arraysize(a, 1), arraysize(a, 2))
size(a::Array{<:Any,N}) where {N} = (@inline; ntuple(M -> size(a, M), Val(N)))::Dims

asize_from(a::Array, n) = n > ndims(a) ? () : (arraysize(a, n), asize_from(a, n + 1)...)

allocatedinline(@nospecialize T::Type) = (@_total_meta; ccall(:jl_stored_inline, Cint, (Any,), T) != Cint(0))

# The size of an element within an array: of unions of plain types, the size of the largest.
function elsize(@nospecialize _::Type{A}) where {T,A<:Array{T}}
    return elsize_of_eltype(T)
end
elsize_of_eltype(@nospecialize T::Type) = aligned_sizeof(T)
elsize(::Type{Union{}}, slurp...) = 0
sizeof(a::Array) = length(a) * elsize(typeof(a))

length(a::Array) = arraylen(a)
elsize(A::AbstractArray) = elsize(typeof(A))

function isassigned(a::Array, i::Int...)
    @inline
    @boundscheck checkbounds(Bool, a, i...) || return false
    ii = _sub2ind(size(a), i...) - 1
    return ccall(:jl_array_isassigned, Cint, (Any, UInt), a, ii % UInt) == 1
end

## copy ##

function unsafe_copyto!(dest::Ptr{T}, src::Ptr{T}, n) where {T}
    # the elements are copied as bytes: plain types only, or pointers kept alive by the caller
    ccall(:memmove, Ptr{Cvoid}, (Ptr{Cvoid}, Ptr{Cvoid}, UInt), dest, src, UInt(n) * UInt(aligned_sizeof(T)))
    return dest
end

function unsafe_copyto!(dest::Array{T}, doffs, src::Array{T}, soffs, n) where {T}
    # moves the elements (also where dest and src overlap), with what marks them undefined
    n == 0 && return dest
    ccall(:jl_array_copy_range, Cvoid, (Any, Int, Any, Int, Int), dest, doffs, src, soffs, n)
    return dest
end

# of different types: element by element, in the direction that is safe for overlap
function unsafe_copyto!(dest::Array, doffs, src::Array, soffs, n)
    return _unsafe_copyto!(dest, doffs, src, soffs, n)
end
function _unsafe_copyto!(dest, doffs, src, soffs, n)
    destp = doffs
    srcp = soffs
    @inbounds if destp < srcp || destp > srcp + n
        for i = 1:n
            if isassigned(src, soffs + i - 1)
                dest[doffs+i-1] = src[soffs+i-1]
            else
                _unsetindex!(dest, doffs + i - 1)
            end
        end
    else
        for i = n:-1:1
            if isassigned(src, soffs + i - 1)
                dest[doffs+i-1] = src[soffs+i-1]
            else
                _unsetindex!(dest, doffs + i - 1)
            end
        end
    end
    return dest
end

function copyto!(dest::Array, doffs::Integer, src::Array, soffs::Integer, n::Integer)
    return _copyto_impl!(dest, doffs, src, soffs, n)
end
function copyto!(dest::Array{T}, doffs::Integer, src::Array{T}, soffs::Integer, n::Integer) where {T}
    return _copyto_impl!(dest, doffs, src, soffs, n)
end

function _copyto_impl!(dest::Array, doffs::Integer, src::Array, soffs::Integer, n::Integer)
    n == 0 && return dest
    n > 0 || _throw_argerror("Number of elements to copy must be non-negative.")
    @boundscheck checkbounds(dest, doffs:doffs+n-1)
    @boundscheck checkbounds(src, soffs:soffs+n-1)
    unsafe_copyto!(dest, convert(Int, doffs), src, convert(Int, soffs), convert(Int, n))
    return dest
end

# outlined, to keep the callers small
_throw_argerror(s) = (@noinline; throw(ArgumentError(s)))

copyto!(dest::Array, src::Array) = copyto!(dest, 1, src, 1, length(src))
copyto!(dest::Array{T}, src::Array{T}) where {T} = copyto!(dest, 1, src, 1, length(src))

fill(v, dims::DimOrInd...) = fill(v, dims)
fill(v, dims::NTuple{N,Union{Integer,OneTo}}) where {N} = fill(v, map(to_dim, dims))
fill(v, dims::NTuple{N,Integer}) where {N} = (a = Array{typeof(v),N}(undef, dims); fill!(a, v); a)
fill(v, dims::NTuple{N,DimOrInd}) where {N} = (a = similar(Array{typeof(v),N}, dims); fill!(a, v); a)
fill(v, dims::Tuple{}) = (a = Array{typeof(v),0}(undef, dims); fill!(a, v); a)

function fill!(dest::Array{T}, x) where {T}
    xT = x isa T ? x : convert(T, x)::T
    for i in 1:length(dest)
        @inbounds dest[i] = xT
    end
    return dest
end
function fill!(a::Union{Array{UInt8},Array{Int8}}, x::Integer)
    t = a
    ccall(:memset, Ptr{Cvoid}, (Ptr{Cvoid}, Cint, Csize_t), t, (x isa eltype(a) ? x : convert(eltype(a), x)) % UInt8 % Cint, length(a))
    return a
end

copy(a::T) where {T<:Array} = ccall(:jl_array_copy, Ref{T}, (Any,), a)

# sizes and axes of arrays that are made by zeros, ones, fill
to_dim(d::Integer) = d
to_dim(d::OneTo) = last(d)

for (fname, felt) in ((:zeros, :zero), (:ones, :one))
    @eval begin
        $fname(dims::DimOrInd...) = $fname(dims)
        $fname(::Type{T}, dims::DimOrInd...) where {T} = $fname(T, dims)
        $fname(dims::Tuple{Vararg{DimOrInd}}) = $fname(Float64, dims)
        $fname(::Type{T}, dims::NTuple{N,Union{Integer,OneTo}}) where {T,N} = $fname(T, map(to_dim, dims))
        function $fname(::Type{T}, dims::NTuple{N,Integer}) where {T,N}
            a = Array{T,N}(undef, dims)
            fill!(a, $felt(T))
            return a
        end
        function $fname(::Type{T}, dims::Tuple{}) where {T}
            a = Array{T,0}(undef)
            fill!(a, $felt(T))
            return a
        end
        function $fname(::Type{T}, dims::NTuple{N,DimOrInd}) where {T,N}
            a = similar(Array{T,N}, dims)
            fill!(a, $felt(T))
            return a
        end
    end
end

function one(x::AbstractMatrix{T}) where {T}
    require_one_based_indexing(x)
    m, n = size(x)
    m == n || throw(DimensionMismatch("multiplicative identity defined only for square matrices"))
    I = zeros(T, m, m)
    for i in 1:m
        @inbounds I[i, i] = one(T)
    end
    return copyto!(similar(x, T), I)
end

## construction and conversion ##

getindex(::Type{T}) where {T} = Vector{T}()
function getindex(::Type{T}, x) where {T}
    a = Vector{T}(undef, 1)
    @inbounds a[1] = x
    return a
end
function getindex(::Type{T}, x, y) where {T}
    a = Vector{T}(undef, 2)
    @inbounds (a[1] = x; a[2] = y)
    return a
end
function getindex(::Type{T}, x, y, z) where {T}
    a = Vector{T}(undef, 3)
    @inbounds (a[1] = x; a[2] = y; a[3] = z)
    return a
end
function getindex(::Type{T}, vals...) where {T}
    a = Vector{T}(undef, length(vals))
    if vals isa NTuple
        for i in 1:length(vals)
            @inbounds a[i] = vals[i]
        end
    else
        # the values differ in type: one call per value
        afoldl((a, v) -> begin
            @inbounds a[1][a[2]] = v
            (a[1], a[2] + 1)
        end, (a, 1), vals...)
    end
    return a
end
function getindex(::Type{Any}, @nospecialize vals...)
    a = Vector{Any}(undef, length(vals))
    for i in 1:length(vals)
        @inbounds a[i] = vals[i]
    end
    return a
end

convert(::Type{T}, a::AbstractArray) where {T<:Array} = a isa T ? a : T(a)::T
convert(::Type{Union{}}, a::AbstractArray) = throw(MethodError(convert, (Union{}, a)))

promote_rule(a::Type{Array{T,n}}, b::Type{Array{S,n}}) where {T,n,S} = el_same(promote_type(T, S), a, b)

Array{T,N}(x::AbstractArray{S,N}) where {T,N,S} = copyto_axcheck!(Array{T,N}(undef, size(x)), x)
Array(A::AbstractArray{T,N}) where {T,N} = Array{T,N}(A)
Array{T}(A::AbstractArray{S,N}) where {T,N,S} = Array{T,N}(A)
AbstractArray{T}(A::AbstractArray{S,N}) where {T,S,N} = AbstractArray{T,N}(A)
AbstractArray{T,N}(A::AbstractArray{S,N}) where {T,S,N} = copyto_axcheck!(similar(A, T), A)
Vector(x::AbstractVector{T}) where {T} = copyto_axcheck!(Vector{T}(undef, length(x)), x)
Matrix(x::AbstractMatrix{T}) where {T} = Matrix{T}(x)

# lengths of any integer type
Vector{T}(::UndefInitializer, m::Integer) where {T} = Vector{T}(undef, Int(m))
Matrix{T}(::UndefInitializer, m::Integer, n::Integer) where {T} = Matrix{T}(undef, Int(m), Int(n))
Array{T,N}(::UndefInitializer, d::Vararg{Integer,N}) where {T,N} = Array{T,N}(undef, convert(Tuple{Vararg{Int}}, d))
Array{T,N}(::UndefInitializer, d::NTuple{N,Integer}) where {T,N} = Array{T,N}(undef, convert(Tuple{Vararg{Int}}, d))
Array{T}(::UndefInitializer, m::Integer) where {T} = Vector{T}(undef, Int(m))
Array{T}(::UndefInitializer, d::Integer...) where {T} = Array{T}(undef, convert(Tuple{Vararg{Int}}, d))
Array{T}(::UndefInitializer, d::NTuple{N,Integer}) where {T,N} = Array{T,N}(undef, convert(Tuple{Vararg{Int}}, d))

# arrays of nothing and missing
Array{T,N}(::Nothing, d...) where {T,N} = fill!(Array{T,N}(undef, d...), nothing)
Array{T,N}(::Missing, d...) where {T,N} = fill!(Array{T,N}(undef, d...), missing)
Array{T}(::Nothing, d...) where {T} = fill!(Array{T}(undef, d...), nothing)
Array{T}(::Missing, d...) where {T} = fill!(Array{T}(undef, d...), missing)

similar(a::Array{T,1}) where {T} = Vector{T}(undef, size(a, 1))
similar(a::Array{T,2}) where {T} = Matrix{T}(undef, size(a, 1), size(a, 2))
similar(a::Array{T,1}, S::Type) where {T} = Vector{S}(undef, size(a, 1))
similar(a::Array{T,2}, S::Type) where {T} = Matrix{S}(undef, size(a, 1), size(a, 2))
similar(a::Array{T}, m::Int) where {T} = Vector{T}(undef, m)
similar(a::Array, T::Type, dims::Dims{N}) where {N} = Array{T,N}(undef, dims)
similar(a::Array{T}, dims::Dims{N}) where {T,N} = Array{T,N}(undef, dims)

## collect ##

collect(::Type{T}, itr) where {T} = _collect(T, itr, IteratorSize(itr))

_collect(::Type{T}, itr, isz::Union{HasLength,HasShape}) where {T} =
    copyto!(_array_for(T, isz, _similar_shape(itr, isz)), itr)
function _collect(::Type{T}, itr, isz::SizeUnknown) where {T}
    a = Vector{T}()
    for x in itr
        push!(a, x)
    end
    return a
end

_similar_for(c, ::Type{T}, itr, isz, shp) where {T} = similar(c, T)
_similar_for(c, ::Type{T}, itr, ::SizeUnknown, ::Nothing) where {T} = similar(c, T, 0)
_similar_for(c, ::Type{T}, itr, ::HasLength, len::Integer) where {T} = similar(c, T, len)
_similar_for(c, ::Type{T}, itr, ::HasShape, axs) where {T} = similar(c, T, axs)

# what is known about the shape before the first element is made
_similar_shape(itr, ::SizeUnknown) = nothing
_similar_shape(itr, ::HasLength) = length(itr)::Integer
_similar_shape(itr, ::HasShape) = axes(itr)

_array_for(::Type{T}, ::SizeUnknown, ::Nothing) where {T} = Vector{T}(undef, 0)
_array_for(::Type{T}, ::HasLength, len::Integer) where {T} = Vector{T}(undef, Int(len))
_array_for(::Type{T}, ::HasShape{N}, axs) where {T,N} = similar(Array{T,N}, axs)

# for packages that know the earlier form
_array_for(::Type{T}, itr, isz) where {T} = _array_for(T, isz, _similar_shape(itr, isz))

collect(itr) = _collect(1:1, itr, IteratorEltype(itr), IteratorSize(itr))
collect(A::AbstractArray) = _collect_indices(axes(A), A)

collect_similar(cont, itr) = _collect(cont, itr, IteratorEltype(itr), IteratorSize(itr))

_collect(cont, itr, ::HasEltype, isz::Union{HasLength,HasShape}) =
    copyto!(_similar_for(cont, eltype(itr), itr, isz, _similar_shape(itr, isz)), itr)
function _collect(cont, itr, ::HasEltype, isz::SizeUnknown)
    a = _similar_for(cont, eltype(itr), itr, isz, nothing)
    for x in itr
        push!(a, x)
    end
    return a
end

_collect_indices(::Tuple{}, A) = copyto!(Array{eltype(A),0}(undef), A)
_collect_indices(indsA::Tuple{Vararg{OneTo}}, A) = copyto!(Array{eltype(A)}(undef, length.(indsA)), A)
function _collect_indices(indsA, A)
    B = Array{eltype(A)}(undef, length.(indsA))
    copyto!(B, CartesianIndices(axes(B)), A, CartesianIndices(indsA))
end

# An upper bound of the element type of an iterator, for collections that turn out to be empty:
# what inference says about the first and the following elements.
function _iterator_upper_bound(itr)
    x = iterate(itr)
    while x !== nothing
        val = x[1]
        y = iterate(itr, x[2])
        y === nothing && return val
        x = y
    end
    throw(nothing)
end
macro default_eltype(itr)
    I = esc(itr)
    return quote
        if $I isa Generator && ($I).f isa Type
            T = ($I).f
        else
            T = Base._return_type(_iterator_upper_bound, Tuple{typeof($I)})
        end
        promote_typejoin_union(T)
    end
end

function collect(itr::Generator)
    isz = IteratorSize(itr.iter)
    et = @default_eltype(itr)
    if isa(isz, SizeUnknown)
        return grow_to!(Vector{et}(), itr)
    else
        shp = _similar_shape(itr, isz)
        y = iterate(itr)
        if y === nothing
            return _array_for(et, isz, shp)
        end
        v1, st = y
        dest = _array_for(typeof(v1), isz, shp)
        return collect_to_with_first!(dest, v1, itr, st)
    end
end

_collect(c, itr, ::EltypeUnknown, isz::SizeUnknown) =
    grow_to!(_similar_for(c, @default_eltype(itr), itr, isz, nothing), itr)

function _collect(c, itr, ::EltypeUnknown, isz::Union{HasLength,HasShape})
    et = @default_eltype(itr)
    shp = _similar_shape(itr, isz)
    y = iterate(itr)
    if y === nothing
        return _similar_for(c, et, itr, isz, shp)
    end
    v1, st = y
    dest = _similar_for(c, typeof(v1), itr, isz, shp)
    return collect_to_with_first!(dest, v1, itr, st)
end

function collect_to_with_first!(dest::AbstractArray, v1, itr, st)
    i1 = first(LinearIndices(dest))
    dest[i1] = v1
    return collect_to!(dest, itr, i1 + 1, st)
end
function collect_to_with_first!(dest, v1, itr, st)
    push!(dest, v1)
    return grow_to!(dest, itr, st)
end

# a copy with a wider element type that holds what is there so far and `el` at i
function setindex_widen_up_to(dest::AbstractArray{T}, el, i) where {T}
    @inline
    new = similar(dest, promote_typejoin(T, typeof(el)))
    f = first(LinearIndices(dest))
    copyto!(new, first(LinearIndices(new)), dest, f, i - f)
    @inbounds new[i] = el
    return new
end

function collect_to!(dest::AbstractArray{T}, itr, offs, st) where {T}
    # fills dest from offs on; the first value that does not fit makes a wider copy and goes on there
    i = offs
    while true
        y = iterate(itr, st)
        y === nothing && break
        el, st = y
        if el isa T
            @inbounds dest[i] = el
            i += 1
        else
            new = setindex_widen_up_to(dest, el, i)
            return collect_to!(new, itr, i + 1, st)
        end
    end
    lastidx = lastindex(LinearIndices(dest))
    lastidx < i - 1 && throw(ErrorException("iterator returned more elements than its declared size"))
    i - 1 < lastidx && throw(ErrorException("iterator returned fewer elements than its declared size"))
    return dest
end

function grow_to!(dest, itr)
    y = iterate(itr)
    y === nothing && return dest
    dest2 = empty(dest, typeof(y[1]))
    push!(dest2, y[1])
    return grow_to!(dest2, itr, y[2])
end

function push_widen(dest, el)
    @inline
    new = sizehint!(empty(dest, promote_typejoin(eltype(dest), typeof(el))), length(dest))
    if new isa AbstractSet
        # union! would convert again
        union!(new, dest)
    else
        append!(new, dest)
    end
    push!(new, el)
    return new
end

function grow_to!(dest, itr, st)
    T = eltype(dest)
    y = iterate(itr, st)
    while y !== nothing
        el, st = y
        if el isa T
            push!(dest, el)
        else
            new = push_widen(dest, el)
            return grow_to!(new, itr, st)
        end
        y = iterate(itr, st)
    end
    return dest
end

## iteration ##

iterate(A::Array, i=1) = (@inline; (i % UInt) - 1 < length(A) ? (@inbounds A[i], i + 1) : nothing)

## indexing: getindex ##

@eval getindex(A::Array, i1::Int) = Core.arrayref($(Expr(:boundscheck)), A, i1)
@eval getindex(A::Array, i1::Int, i2::Int, I::Int...) =
    (@inline; Core.arrayref($(Expr(:boundscheck)), A, i1, i2, I...))

# contiguous selections are copied as a block
function getindex(A::Array, I::AbstractUnitRange{<:Integer})
    @inline
    @boundscheck checkbounds(A, I)
    lI = length(I)
    X = similar(A, axes(I))
    if lI > 0
        copyto!(X, firstindex(X), A, first(I), lI)
    end
    return X
end

# a mask of one element selects nothing or the one
function getindex(A::Array, c::Colon)
    lI = length(A)
    X = similar(A, lI)
    if lI > 0
        unsafe_copyto!(X, 1, A, 1, lI)
    end
    return X
end

# an Array{...}[:] of ranges with Bool elements is a mask, not positions
getindex(A::Array, I::AbstractUnitRange{Bool}) = (@inline; A[to_index(collect(Bool, I))])

## indexing: setindex! ##

@eval setindex!(A::Array{T}, x, i1::Int) where {T} =
    arrayset($(Expr(:boundscheck)), A, x isa T ? x : convert(T, x)::T, i1)
@eval setindex!(A::Array{T}, x, i1::Int, i2::Int, I::Int...) where {T} =
    (@inline; arrayset($(Expr(:boundscheck)), A, x isa T ? x : convert(T, x)::T, i1, i2, I...))

__inbounds_setindex!(A::Array{T}, x, i1::Int) where {T} =
    arrayset(false, A, convert(T, x)::T, i1)

# contiguous assignments
function setindex!(A::Array{T}, X::Array{T}, I::AbstractUnitRange{Int}) where {T}
    @inline
    @boundscheck checkbounds(A, I)
    lI = length(I)
    @boundscheck setindex_shape_check(X, lI)
    if lI > 0
        unsafe_copyto!(A, first(I), X, 1, lI)
    end
    return A
end
function setindex!(A::Array{T}, X::Array{T}, c::Colon) where {T}
    @inline
    lI = length(A)
    @boundscheck setindex_shape_check(X, lI)
    if lI > 0
        unsafe_copyto!(A, 1, X, 1, lI)
    end
    return A
end

# marks an element as undefined again, so that it does not keep its value alive
function _unsetindex!(A::Array{T}, i::Int) where {T}
    @inline
    @boundscheck checkbounds(A, i)
    if !allocatedinline(T) || !isbitstype(T)
        ccall(:jl_array_unset, Cvoid, (Any, UInt), A, UInt(i - 1))
    end
    return A
end

## growing and shrinking by the runtime ##

_growbeg!(a::Vector, delta::Integer) =
    ccall(:jl_array_grow_beg, Cvoid, (Any, UInt), a, delta)
_growend!(a::Vector, delta::Integer) =
    ccall(:jl_array_grow_end, Cvoid, (Any, UInt), a, delta)
_growat!(a::Vector, i::Integer, delta::Integer) =
    ccall(:jl_array_grow_at, Cvoid, (Any, Int, UInt), a, i - 1, delta)
_deletebeg!(a::Vector, delta::Integer) =
    ccall(:jl_array_del_beg, Cvoid, (Any, UInt), a, delta)
_deleteend!(a::Vector, delta::Integer) =
    ccall(:jl_array_del_end, Cvoid, (Any, UInt), a, delta)
_deleteat!(a::Vector, i::Integer, delta::Integer) =
    ccall(:jl_array_del_at, Cvoid, (Any, Int, UInt), a, i - 1, delta)

## Dequeue functionality ##

function push! end

function push!(a::Vector{T}, item) where {T}
    # converted first: a value that does not fit must not grow the vector
    itemT = item isa T ? item : convert(T, item)::T
    _growend!(a, 1)
    @inbounds a[arraylen(a)] = itemT
    return a
end
function push!(a::Vector{Any}, @nospecialize item)
    _growend!(a, 1)
    arrayset(false, a, item, arraylen(a))
    return a
end
function push!(a::Vector{Any}, @nospecialize item...)
    na = length(a)
    nitems = length(item)
    _growend!(a, nitems)
    for i = 1:nitems
        arrayset(false, a, item[i], na + i)
    end
    return a
end

function append! end

function append!(a::Vector, items::AbstractVector)
    itemindices = eachindex(items)
    n = length(itemindices)
    _growend!(a, n)
    copyto!(a, length(a) - n + 1, items, first(itemindices), n)
    return a
end
append!(a::AbstractVector, iter) = _append!(a, IteratorSize(iter), iter)
push!(a::AbstractVector, iter...) = append!(a, iter)
append!(a::AbstractVector, iter...) = (foreach(v -> append!(a, v), iter); a)

function _append!(a::AbstractVector, ::Union{HasLength,HasShape}, iter)
    n = Int(length(iter))::Int
    i = lastindex(a)
    resize!(a, length(a) + n)
    for (i, item) in zip(i+1:lastindex(a), iter)
        if isa(a, Vector)
            # give the slot a value, whatever happens with the rest of the iterator
            @inbounds a[i] = item
        else
            a[i] = item
        end
    end
    return a
end
function _append!(a::AbstractVector, ::IteratorSize, iter)
    for item in iter
        push!(a, item)
    end
    return a
end

function prepend! end

function prepend!(a::Vector, items::AbstractVector)
    itemindices = eachindex(items)
    n = length(itemindices)
    _growbeg!(a, n)
    if a === items
        copyto!(a, 1, items, n + 1, n)
    else
        copyto!(a, 1, items, first(itemindices), n)
    end
    return a
end
prepend!(a::AbstractVector, iter) = _prepend!(a, IteratorSize(iter), iter)
pushfirst!(a::AbstractVector, iter...) = prepend!(a, iter)
prepend!(a::AbstractVector, iter...) = (for v in reverse(iter); prepend!(a, v); end; return a)

function _prepend!(a::Vector, ::Union{HasLength,HasShape}, iter)
    n = Int(length(iter))::Int
    _growbeg!(a, n)
    i = 0
    for item in iter
        @inbounds a[i+=1] = item
    end
    return a
end
function _prepend!(a::AbstractVector, ::Union{HasLength,HasShape}, iter)
    n = Int(length(iter))::Int
    old = length(a)
    resize!(a, old + n)
    for i in old:-1:1
        a[i+n] = a[i]
    end
    i = 0
    for item in iter
        a[i+=1] = item
    end
    return a
end
function _prepend!(a::Vector, ::IteratorSize, iter)
    n = 0
    for item in iter
        n += 1
        pushfirst!(a, item)
    end
    reverse!(a, 1, n)
    return a
end

function resize!(a::Vector, nl::Integer)
    l = length(a)
    if nl > l
        # a huge length fails in the runtime before it wraps
        _growend!(a, nl - l)
    elseif nl != l
        if nl < 0
            _throw_argerror("new length must be ≥ 0")
        end
        _deleteend!(a, l - nl)
    end
    return a
end

function sizehint! end
function sizehint!(a::Vector, sz::Integer)
    ccall(:jl_array_sizehint, Cvoid, (Any, UInt), a, sz)
    return a
end

function pop!(a::Vector)
    isempty(a) && _throw_argerror("array must be non-empty")
    item = a[end]
    _deleteend!(a, 1)
    return item
end

function popat!(a::Vector, i::Integer)
    x = a[i]
    _deleteat!(a, i, 1)
    return x
end
function popat!(a::Vector, i::Integer, default)
    if 1 <= i <= length(a)
        x = @inbounds a[i]
        _deleteat!(a, i, 1)
        return x
    else
        return default
    end
end

function pushfirst!(a::Vector{T}, item) where {T}
    item = item isa T ? item : convert(T, item)::T
    _growbeg!(a, 1)
    @inbounds a[1] = item
    return a
end
function pushfirst!(a::Vector{Any}, @nospecialize item)
    _growbeg!(a, 1)
    a[1] = item
    return a
end
function pushfirst!(a::Vector{Any}, @nospecialize item...)
    nitems = length(item)
    _growbeg!(a, nitems)
    for i = 1:nitems
        a[i] = item[i]
    end
    return a
end

function popfirst!(a::Vector)
    isempty(a) && _throw_argerror("array must be non-empty")
    item = a[1]
    _deletebeg!(a, 1)
    return item
end

function insert!(a::Vector{T}, i::Integer, item) where {T}
    _item = item isa T ? item : convert(T, item)::T
    1 <= i <= length(a) + 1 || throw(BoundsError(a, (i,)))
    _growat!(a, i, 1)
    @inbounds a[i] = _item
    return a
end

function deleteat! end
function deleteat!(a::Vector, i::Integer)
    i isa Bool && depwarn("passing Bool as an index is deprecated", :deleteat!)
    1 <= i <= length(a) || throw(BoundsError(a, (i,)))
    _deleteat!(a, i, 1)
    return a
end
function deleteat!(a::Vector, r::AbstractUnitRange{<:Integer})
    if eltype(r) === Bool
        return invoke(deleteat!, Tuple{Vector,AbstractVector{Bool}}, a, r)
    else
        n = length(a)
        f = first(r)
        f isa Bool && depwarn("passing Bool as an index is deprecated", :deleteat!)
        if !isempty(r)
            (1 <= f && last(r) <= n) || throw(BoundsError(a, (r,)))
            _deleteat!(a, f, length(r))
        end
        return a
    end
end
deleteat!(a::Vector, inds) = _deleteat!(a, inds)

# collects nothing of what is deleted
struct Nowhere end
push!(::Nowhere, _) = nothing
_push_deleted!(dltd, a::Vector, ind) = @inbounds isassigned(a, ind) ? push!(dltd, a[ind]) : _push_undef!(dltd)
_push_deleted!(::Nowhere, a::Vector, ind) = nothing
_push_undef!(dltd::Vector) = resize!(dltd, length(dltd) + 1)

function _deleteat!(a::Vector, inds, dltd=Nowhere())
    n = length(a)
    y = iterate(inds)
    y === nothing && return a
    (p, s) = y
    checkbounds(a, p)
    _push_deleted!(dltd, a, p)
    q = p + 1
    while true
        y = iterate(inds, s)
        y === nothing && break
        (i, s) = y
        if !(q <= i <= n)
            if i < q
                _throw_argerror("indices must be unique and sorted")
            else
                throw(BoundsError())
            end
        end
        while q < i
            _copy_item!(a, p, q)
            p += 1
            q += 1
        end
        _push_deleted!(dltd, a, i)
        q = i + 1
    end
    while q <= n
        _copy_item!(a, p, q)
        p += 1
        q += 1
    end
    _deleteend!(a, n - p + 1)
    return a
end

function _copy_item!(a::Vector, p, q)
    @inbounds if isassigned(a, q)
        a[p] = a[q]
    else
        _unsetindex!(a, p)
    end
end

function deleteat!(a::Vector, inds::AbstractVector{Bool})
    n = length(a)
    length(inds) == n || throw(BoundsError(a, inds))
    p = 1
    for (q, i) in enumerate(inds)
        _copy_item!(a, p, q)
        p += !i
    end
    _deleteend!(a, n - p + 1)
    return a
end

const _default_splice = []

function splice!(a::Vector, i::Integer, ins=_default_splice)
    v = a[i]
    m = length(ins)
    if m == 0
        _deleteat!(a, i, 1)
    elseif m == 1
        a[i] = only(ins)
    else
        _growat!(a, i, m - 1)
        k = 1
        for x in ins
            a[i+k-1] = x
            k += 1
        end
    end
    return v
end

function splice!(a::Vector, r::AbstractUnitRange{<:Integer}, ins=_default_splice)
    v = a[r]
    m = length(ins)
    if m == 0
        deleteat!(a, r)
        return v
    end

    n = length(a)
    f = first(r)
    l = last(r)
    d = length(r)

    if m < d
        delta = d - m
        _deleteat!(a, (f - 1 < n - l) ? f : (l - delta + 1), delta)
    elseif m > d
        _growat!(a, (f - 1 < n - l) ? f : (l + 1), m - d)
    end

    k = 1
    for x in ins
        a[f+k-1] = x
        k += 1
    end
    return v
end

splice!(a::Vector, inds) = (dltds = eltype(a)[]; _deleteat!(a, inds, dltds); dltds)

function empty!(a::Vector)
    _deleteend!(a, length(a))
    return a
end

_memcmp(a, b, len) = ccall(:memcmp, Cint, (Ptr{Cvoid}, Ptr{Cvoid}, Csize_t), a, b, len % Csize_t) % Int

# arrays of plain integers are equal where their bytes are
const BitIntegerArray{N} = Union{map(T -> Array{T,N}, BitInteger_types)...} where {N}
function ==(a::Arr, b::Arr) where {Arr<:BitIntegerArray}
    return size(a) == size(b) && 0 == _memcmp(a, b, sizeof(eltype(Arr)) * length(a))
end

## reverse ##

midpoint(lo::T, hi::T) where {T<:Integer} = lo + ((hi - lo) >>> 0x01)
midpoint(lo::Integer, hi::Integer) = midpoint(promote(lo, hi)...)

function reverse(A::AbstractVector, start::Integer, stop::Integer=lastindex(A))
    s, n = Int(start), Int(stop)
    B = similar(A)
    for i = firstindex(A):s-1
        B[i] = A[i]
    end
    for i = s:n
        B[i] = A[n+s-i]
    end
    for i = n+1:lastindex(A)
        B[i] = A[i]
    end
    return B
end

# reverse(::AbstractVector) without positions is in abstractarray.jl's dims form
function reverseind(a::AbstractVector, i::Integer)
    li = LinearIndices(a)
    return first(li) + last(li) - i
end

# swaps towards the middle, reading before writing so that an offset view is safe too
reverse!(v::AbstractVector) = (isempty(v) || reverse!(v, firstindex(v), lastindex(v)); v)
function reverse!(v::AbstractVector, start::Integer, stop::Integer=lastindex(v))
    s, n = Int(start), Int(stop)
    if n > s
        checkbounds(v, s)
        checkbounds(v, n)
        r = n
        @inbounds for i in s:midpoint(s, n - 1)
            v[i], v[r] = v[r], v[i]
            r -= 1
        end
    end
    return v
end

## concatenation of vectors ##

vcat() = Vector{Any}()
hcat() = Vector{Any}()

function hcat(V::Vector{T}...) where {T}
    height = length(V[1])
    for j = 2:length(V)
        if length(V[j]) != height
            throw(DimensionMismatch("vectors must have same lengths"))
        end
    end
    return [V[j][i]::T for i = 1:length(V[1]), j = 1:length(V)]
end

function vcat(arrays::Vector{T}...) where {T}
    n = 0
    for a in arrays
        n += length(a)
    end
    arr = Vector{T}(undef, n)
    nd = 1
    for a in arrays
        na = length(a)
        unsafe_copyto!(arr, nd, a, 1, na)
        nd += na
    end
    return arr
end
vcat(arrays::Vector{T}) where {T} = copy(arrays)

_cat(n::Integer, x::Integer, xs::Integer...) = _cat_integers(n, x, xs...)
_cat_integers(n, x...) = reshape([x...], (ntuple(Returns(1), n - 1)..., length(x)))

## find ##

# where the search starts; an index past the end finds nothing
function findnext(A, start)
    l = last(keys(A))
    i = oftype(l, start)
    i > l && return nothing
    while true
        A[i] && return i
        i == l && break
        i = nextind(A, i)
    end
    return nothing
end

function findfirst(A)
    for (i, a) in pairs(A)
        if a
            return i
        end
    end
    return nothing
end
# a Bool array can be searched without pairs
findfirst(A::AbstractArray) = (i = _firstkey(A); i === nothing ? nothing : findnext(A, i))
_firstkey(A) = isempty(A) ? nothing : first(keys(A))

function findnext(testf::Function, A, start)
    i = oftype(first(keys(A)), start)
    l = last(keys(A))
    i > l && return nothing
    while true
        testf(A[i]) && return i
        i == l && break
        # nextind wraps for keys like CartesianIndex, so the last one is checked before
        i = nextind(A, i)
    end
    return nothing
end

function findfirst(testf::Function, A)
    for (i, a) in pairs(A)
        testf(a) && return i
    end
    return nothing
end

# ranges need no search
findfirst(p::Union{Fix2{typeof(isequal),Int},Fix2{typeof(==),Int}}, r::OneTo{Int}) =
    1 <= p.x <= r.stop ? p.x : nothing
findfirst(p::Union{Fix2{typeof(isequal),T},Fix2{typeof(==),T}}, r::AbstractUnitRange) where {T<:Integer} =
    first(r) <= p.x <= last(r) ? firstindex(r) + Int(p.x - first(r)) : nothing
function findfirst(p::Union{Fix2{typeof(isequal),T},Fix2{typeof(==),T}}, r::StepRange{T,S}) where {T,S}
    isempty(r) && return nothing
    minimum(r) <= p.x <= maximum(r) || return nothing
    d = p.x - first(r)
    iszero(d % step(r)) || return nothing
    return d ÷ step(r) + 1
end

function findprev(A, start)
    f = first(keys(A))
    i = oftype(f, start)
    i < f && return nothing
    while true
        A[i] && return i
        i == f && break
        i = prevind(A, i)
    end
    return nothing
end

function findlast(A)
    for (i, a) in Iterators.reverse(pairs(A))
        if a
            return i
        end
    end
    return nothing
end
findlast(A::AbstractArray) = isempty(A) ? nothing : findprev(A, last(keys(A)))

function findprev(testf::Function, A, start)
    f = first(keys(A))
    i = oftype(f, start)
    i < f && return nothing
    while true
        testf(A[i]) && return i
        i == f && break
        i = prevind(A, i)
    end
    return nothing
end

function findlast(testf::Function, A)
    for (i, a) in Iterators.reverse(pairs(A))
        testf(a) && return i
    end
    return nothing
end
findlast(testf::Function, A::AbstractArray) = isempty(A) ? nothing : findprev(testf, A, last(keys(A)))

function findall(testf::Function, A)
    gen = (first(p) for p in pairs(A) if testf(last(p)))
    return @default_eltype(gen) === Union{} ? collect(@default_eltype(keys(A)), gen) : collect(gen)
end

# arrays: the element type of the result does not depend on inference
function findall(testf::F, A::AbstractArray) where {F<:Function}
    T = keytype(A)
    r = Vector{T}()
    for (i, a) in pairs(A)
        testf(a) && push!(r, i)
    end
    return r
end

findall(A) = collect(first(p) for p in pairs(A) if last(p))
function findall(A::AbstractArray{Bool})
    n = count(A)
    I = Vector{eltype(keys(A))}(undef, n)
    cnt = 1
    for (i, a) in pairs(A)
        if a
            I[cnt] = i
            cnt += 1
        end
    end
    return I
end
function findall(A::AbstractArray)
    r = Vector{eltype(keys(A))}()
    for (i, a) in pairs(A)
        a && push!(r, i)
    end
    return r
end

findall(x::Bool) = x ? [1] : Vector{Int}()
findall(testf::Function, x::Number) = testf(x) ? [1] : Vector{Int}()
findall(p::Fix2{typeof(in)}, x::Number) = x in p.x ? [1] : Vector{Int}()

# the position in b of the first element that is equal, for each element of a
function indexin(a, b::AbstractArray)
    inds = keys(b)
    bdict = Dict{eltype(b),eltype(inds)}()
    for (val, ind) in zip(b, inds)
        get!(bdict, val, ind)
    end
    return Union{eltype(inds),Nothing}[get(bdict, i, nothing) for i in a]
end

function _findin(a::Union{AbstractArray,Tuple}, b)
    ind = Vector{eltype(keys(a))}()
    bset = Set(b)
    @inbounds for (i, ai) in pairs(a)
        ai in bset && push!(ind, i)
    end
    return ind
end

# two sorted collections are compared by walking along both
function _sortedfindin(v::Union{AbstractArray,Tuple}, w)
    viter, witer = keys(v), eachindex(w)
    out = eltype(viter)[]
    vy, wy = iterate(viter), iterate(witer)
    if vy === nothing || wy === nothing
        return out
    end
    viteri, i = vy
    witerj, j = wy
    @inbounds begin
        vi, wj = v[viteri], w[witerj]
        while true
            if isless(vi, wj)
                vy = iterate(viter, i)
                vy === nothing && break
                viteri, i = vy
                vi = v[viteri]
            elseif isless(wj, vi)
                wy = iterate(witer, j)
                wy === nothing && break
                witerj, j = wy
                wj = w[witerj]
            else
                push!(out, viteri)
                vy = iterate(viter, i)
                vy === nothing && break
                # the element of w stays: v may hold the value more than once
                viteri, i = vy
                vi = v[viteri]
            end
        end
    end
    return out
end

function findall(pred::Fix2{typeof(in),<:Union{Array{<:Real},Real}}, x::Array{<:Real})
    if issorted(x, Sort.Forward) && issorted(pred.x, Sort.Forward)
        return _sortedfindin(x, pred.x)
    else
        return _findin(x, pred.x)
    end
end
findall(pred::Fix2{typeof(in)}, x::AbstractArray) = _findin(x, pred.x)
findall(pred::Fix2{typeof(in),<:AbstractRange{<:Integer}}, x::AbstractRange{<:Integer}) =
    pred.x isa AbstractUnitRange ? _findin(x, pred.x) : invoke(findall, Tuple{Function,AbstractArray}, pred, x)

## filter ##

function filter(f, a::Array{T,N}) where {T,N}
    # the accepted ones move forward in a vector of full length
    j = 1
    b = Vector{T}(undef, length(a))
    for ai in a
        @inbounds b[j] = ai
        j = ifelse(f(ai)::Bool, j + 1, j)
    end
    resize!(b, j - 1)
    sizehint!(b, length(b))
    return b
end

function filter(f, a::AbstractArray)
    (IndexStyle(a) != IndexLinear()) && return a[map(f, a)::AbstractArray{Bool}]
    j = 1
    idxs = Vector{Int}(undef, length(a))
    for idx in eachindex(a)
        @inbounds idxs[j] = idx
        ai = @inbounds a[idx]
        j = ifelse(f(ai)::Bool, j + 1, j)
    end
    resize!(idxs, j - 1)
    res = a[idxs]
    empty!(idxs)
    sizehint!(idxs, 0)
    return res
end

function filter!(f, a::AbstractVector)
    j = firstindex(a)
    for ai in a
        @inbounds a[j] = ai
        j = ifelse(f(ai)::Bool, nextind(a, j), j)
    end
    j > lastindex(a) && return a
    if a isa Vector
        resize!(a, j - 1)
        sizehint!(a, j - 1)
    else
        deleteat!(a, j:lastindex(a))
    end
    return a
end

# filter(f) as a function of what follows
filter(f) = Fix1(filter, f)


## set operations on vectors ##

# as small collections the elements are compared by `in`, and a Set is made only when that pays
_unique_filter!(pred, update!, state) = function (x)
    # update! is called with the elements that pass
    if pred(x, state)
        update!(state, x)
        return true
    else
        return false
    end
end
_grow_filter!(seen) = _unique_filter!(∉, push!, seen)
_shrink_filter!(keep) = _unique_filter!(∈, pop!, keep)

function _grow!(pred!, v::AbstractVector, itrs)
    filter!(pred!, v) # the rest of v may hold duplicates
    for itr in itrs
        append!(v, Iterators.filter(pred!, itr))
    end
    return v
end

union!(v::AbstractVector{T}, itrs...) where {T} = _grow!(_grow_filter!(sizehint!(Set{T}(), length(v))), v, itrs)

symdiff!(v::AbstractVector{T}, itrs...) where {T} =
    _grow!(_shrink_filter!(symdiff!(Set{T}(), v, itrs...)), v, itrs)

function _shrink!(shrinker!, v::AbstractVector, itrs)
    seen = Set{eltype(v)}()
    filter!(_grow_filter!(seen), v)
    shrinker!(seen, itrs...)
    return filter!(in(seen), v)
end

intersect!(v::AbstractVector, itrs...) = _shrink!(intersect!, v, itrs)
setdiff!(v::AbstractVector, itrs...) = _shrink!(setdiff!, v, itrs)

vectorfilter(T::Type, f, v) = T[x for x in v if f(x)]

intersect(itr, itrs...) = _shrink(intersect!, promote_eltype(itr, itrs...), itr, itrs)
setdiff(itr, itrs...) = _shrink(setdiff!, eltype(itr), itr, itrs)

function _shrink(shrinker!, ::Type{T}, itr, itrs) where {T}
    keep = shrinker!(Set{T}(itr), itrs...)
    return vectorfilter(T, _shrink_filter!(keep), itr)
end
