# concatenation.jl: what the brackets with spaces and semicolons call: vcat, hcat, hvcat, hvncat,
# cat, and their typed forms. Also `stack`.

const AbstractVecOrTuple{T} = Union{AbstractVector{<:T},Tuple{Vararg{T}}}

## element types ##

promote_eltypeof() = error("no arguments given to promote_eltypeof")
promote_eltypeof(v1) = promote_eltypeof1(v1)
promote_eltypeof(v1, v2) = promote_type(promote_eltypeof1(v1), promote_eltypeof1(v2))
promote_eltypeof(v1, v2, vs...) = (@inline; afoldl(((::Type{T}, y) where {T}) -> promote_type(T, promote_eltypeof1(y)), promote_eltypeof(v1, v2), vs...))
promote_eltypeof1(v) = typeof(v)
promote_eltypeof1(v::AbstractArray{T}) where {T} = T

promote_eltype() = error("no arguments given to promote_eltype")
promote_eltype(v1) = eltype(v1)
promote_eltype(v1, v2) = promote_type(eltype(v1), eltype(v2))
promote_eltype(v1, v2, vs...) = (@inline; afoldl(((::Type{T}, y) where {T}) -> promote_type(T, eltype(y)), promote_eltype(v1, v2), vs...))

## numbers and other scalars ##

vcat(X::T...) where {T} = T[X[i] for i = 1:length(X)]
vcat(X::T...) where {T<:Number} = T[X[i] for i = 1:length(X)]
hcat(X::T...) where {T} = T[X[j] for i = 1:1, j = 1:length(X)]
hcat(X::T...) where {T<:Number} = T[X[j] for i = 1:1, j = 1:length(X)]

vcat(X::Number...) = hvcat_fill!(Vector{promote_typeof(X...)}(undef, length(X)), X)
hcat(X::Number...) = hvcat_fill!(Matrix{promote_typeof(X...)}(undef, 1, length(X)), X)
typed_vcat(::Type{T}, X::Number...) where {T} = hvcat_fill!(Vector{T}(undef, length(X)), X)
typed_hcat(::Type{T}, X::Number...) where {T} = hvcat_fill!(Matrix{T}(undef, 1, length(X)), X)

typed_vcat(::Type{T}) where {T} = Vector{T}()
typed_hcat(::Type{T}) where {T} = Vector{T}()

vcat(V::AbstractVector...) = typed_vcat(promote_eltype(V...), V...)
vcat(V::AbstractVector{T}...) where {T} = typed_vcat(T, V...)

typed_vcat(::Type{T}, V::AbstractVector...) where {T} = _typed_vcat(T, V)

function _typed_vcat(::Type{T}, V::AbstractVecOrTuple{AbstractVector}) where {T}
    n = 0
    for Vk in V
        n += Int(length(Vk))::Int
    end
    a = similar(V[1], T, n)
    pos = 1
    for k = 1:Int(length(V))::Int
        Vk = V[k]
        p1 = pos + Int(length(Vk))::Int - 1
        if p1 >= pos
            copyto!(a, pos, Vk, first(LinearIndices(Vk)), length(Vk))
        end
        pos = p1 + 1
    end
    return a
end

hcat(A::AbstractVecOrMat...) = typed_hcat(promote_eltype(A...), A...)
hcat(A::AbstractVecOrMat{T}...) where {T} = typed_hcat(T, A...)
typed_hcat(::Type{T}, A::AbstractVecOrMat...) where {T} = _typed_hcat(T, A)

function _typed_hcat(::Type{T}, A::AbstractVecOrTuple{AbstractVecOrMat}) where {T}
    nargs = length(A)
    nrows = size(A[1], 1)
    ncols = 0
    for j = 1:nargs
        Aj = A[j]
        if size(Aj, 1) != nrows
            throw(DimensionMismatch(string("number of rows of each array must match (got ", map(x -> size(x, 1), A), ")")))
        end
        ncols += ndims(Aj) == 2 ? size(Aj, 2) : 1
    end
    B = similar(A[1], T, nrows, ncols)
    pos = 1
    for k = 1:nargs
        Ak = A[k]
        n = length(Ak)
        copyto!(B, pos, Ak, first(LinearIndices(Ak)), n)
        pos += n
    end
    return B
end

vcat(A::AbstractVecOrMat...) = typed_vcat(promote_eltype(A...), A...)
vcat(A::AbstractVecOrMat{T}...) where {T} = typed_vcat(T, A...)
typed_vcat(::Type{T}, A::AbstractVecOrMat...) where {T} = _typed_vcat(T, A)

function _typed_vcat(::Type{T}, A::AbstractVecOrTuple{AbstractVecOrMat}) where {T}
    nargs = length(A)
    nrows = sum(a -> size(a, 1), A)::Int
    ncols = size(A[1], 2)
    for j = 2:nargs
        if size(A[j], 2) != ncols
            throw(DimensionMismatch(string("number of columns of each array must match (got ", map(x -> size(x, 2), A), ")")))
        end
    end
    B = similar(A[1], T, nrows, ncols)
    pos = 1
    for k = 1:nargs
        Ak = A[k]
        p1 = pos + size(Ak, 1)::Int - 1
        B[pos:p1, :] = Ak
        pos = p1 + 1
    end
    return B
end

reduce(::typeof(vcat), A::AbstractVector{<:AbstractVecOrMat}) =
    _typed_vcat(mapreduce(eltype, promote_type, A), A)
reduce(::typeof(hcat), A::AbstractVector{<:AbstractVecOrMat}) =
    _typed_hcat(mapreduce(eltype, promote_type, A), A)

## cat: general case ##

cat_similar(A, ::Type{T}, shape::Tuple) where {T} = Array{T}(undef, shape)
cat_similar(A::Array, ::Type{T}, shape::Tuple) where {T} = Array{T}(undef, shape)
cat_similar(A::AbstractArray, ::Type{T}, shape::Tuple) where {T} = similar(A, T, shape)

cat_size(A) = (1,)
cat_size(A::AbstractArray) = size(A)
cat_size(A, d) = 1
cat_size(A::AbstractArray, d) = size(A, d)
cat_length(::Any) = 1
cat_length(a::AbstractArray) = length(a)
cat_ndims(a) = 0
cat_ndims(a::AbstractArray) = ndims(a)
cat_indices(A, d) = OneTo(1)
cat_indices(A::AbstractArray, d) = axes(A, d)

# the dimensions to concatenate along, as one Bool per dimension
dims2cat(::Val{dims}) where {dims} = dims2cat(dims)
function dims2cat(dims)
    if any(≤(0), dims)
        throw(ArgumentError(string("All cat dimensions must be positive integers, but got ", dims)))
    end
    return ntuple(in(dims), maximum(dims))
end

# The shape of the whole: argument by argument, so that the number of dimensions can be inferred.
cat_shape(catdims, x, X...) = _cat_shape(catdims, _at_least(length(catdims), cat_size(x)), X...)
_cat_shape(catdims, shape) = shape
_cat_shape(catdims, shape, x, X...) = _cat_shape(catdims, _joined_shape(catdims, shape, cat_size(x)), X...)

_length_in(shape::Tuple, d) = d <= length(shape) ? shape[d] : 1
_at_least(n, shape::Tuple) = ntuple(d -> _length_in(shape, d), Val(max(n, length(shape))))

function _joined_shape(catdims, a::Tuple, b::Tuple)
    return ntuple(Val(max(length(a), length(b)))) do d
        m, n = _length_in(a, d), _length_in(b, d)
        d <= length(catdims) && catdims[d] && return m + n
        m == n || throw(DimensionMismatch(string("mismatch in dimension ", d, " (expected ", m, " got ", n, ")")))
        return m
    end
end

_cat(dims, A::AbstractArray{T}...) where {T} = _cat_t(dims, T, A...)
_cat(dims, X...) = _cat_t(dims, promote_eltypeof(X...), X...)

function _cat_t(dims, ::Type{T}, X...) where {T}
    catdims = dims2cat(dims)
    shape = cat_shape(catdims, X...)
    A = cat_similar(X[1], T, shape)
    if count(!iszero, catdims)::Int > 1
        fill!(A, zero(T))
    end
    return __cat(A, shape, catdims, X...)
end

# for packages that extend the last step
__cat(A, shape, catdims, X...) = __cat_offset!(A, shape, catdims, ntuple(zero, length(shape)), X...)

__cat_offset!(A, shape, catdims, offsets) = A
function __cat_offset!(A, shape, catdims, offsets, x, X...)
    inds = ntuple(length(offsets)) do i
        (i <= length(catdims) && catdims[i]) ? _shift_indices(offsets[i], cat_indices(x, i)) : (1:shape[i])
    end
    _copy_or_fill!(A, inds, x)
    newoffsets = ntuple(length(offsets)) do i
        (i <= length(catdims) && catdims[i]) ? offsets[i] + cat_size(x, i) : offsets[i]
    end
    return __cat_offset!(A, shape, catdims, newoffsets, X...)
end
_shift_indices(n, inds) = (n+first(inds)):(n+last(inds))

_copy_or_fill!(A, inds, x) = fill!(view(A, inds...), x)
_copy_or_fill!(A, inds, x::AbstractArray) = (A[inds...] = x)

vcat(X...) = cat(X...; dims=Val(1))
hcat(X...) = cat(X...; dims=Val(2))
typed_vcat(::Type{T}, X...) where {T} = _cat_t(Val(1), T, X...)
typed_hcat(::Type{T}, X...) where {T} = _cat_t(Val(2), T, X...)

cat(A...; dims) = _cat(dims, A...)
typed_cat(::Type{T}, dims, A...) where {T} = _cat_t(dims, T, A...)

cat_t(::Type{T}, X...; dims) where {T} = _cat_t(dims, T, X...)

## hvcat: `[a b; c d]` ##

hvcat(nbc::Int, as...) = typed_hvcat(promote_eltypeof(as...), nbc, as...)
function typed_hvcat(::Type{T}, nbc::Int, as...) where {T}
    n = length(as)
    mod(n, nbc) != 0 &&
        throw(ArgumentError(string("number of arrays ", n, " is not a multiple of the requested number of block columns ", nbc)))
    nbr = div(n, nbc)
    typed_hvcat(T, ntuple(Returns(nbc), nbr), as...)
end

hvcat(rows::Tuple{Vararg{Int}}, xs::AbstractArray...) = typed_hvcat(promote_eltype(xs...), rows, xs...)
hvcat(rows::Tuple{Vararg{Int}}, xs::AbstractArray{T}...) where {T} = typed_hvcat(T, rows, xs...)
hvcat(rows::Tuple{Vararg{Int}}, xs::AbstractVecOrMat...) = typed_hvcat(promote_eltype(xs...), rows, xs...)
hvcat(rows::Tuple{Vararg{Int}}, xs::AbstractVecOrMat{T}...) where {T} = typed_hvcat(T, rows, xs...)

rows_to_dimshape(rows::Tuple{Vararg{Int}}) = all(==(rows[1]), rows) ? (length(rows), rows[1]) : (rows, (sum(rows),))

function typed_hvcat(::Type{T}, rows::Tuple{Vararg{Int}}, as::AbstractVecOrMat...) where {T}
    nbr = length(rows)
    nc = 0
    for i = 1:rows[1]
        nc += size(as[i], 2)
    end
    nr = 0
    a = 1
    for i = 1:nbr
        nr += size(as[a], 1)
        a += rows[i]
    end
    out = similar(as[1], T, nr, nc)

    a = 1
    r = 1
    for i = 1:nbr
        c = 1
        szi = size(as[a], 1)
        for j = 1:rows[i]
            Aj = as[a+j-1]
            szj = size(Aj, 2)
            if size(Aj, 1) != szi
                throw(DimensionMismatch(string("mismatched height in block row ", i, " (expected ", szi, ", got ", size(Aj, 1), ")")))
            end
            if c - 1 + szj > nc
                throw(DimensionMismatch(string("block row ", i, " has mismatched number of columns (expected ", nc, ", got ", c - 1 + szj, ")")))
            end
            out[r:r-1+szi, c:c-1+szj] = Aj
            c += szj
        end
        if c != nc + 1
            throw(DimensionMismatch(string("block row ", i, " has mismatched number of columns (expected ", nc, ", got ", c - 1, ")")))
        end
        r += szi
        a += rows[i]
    end
    return out
end

hvcat(rows::Tuple{Vararg{Int}}) = []
typed_hvcat(::Type{T}, rows::Tuple{Vararg{Int}}) where {T} = Vector{T}()

function hvcat(rows::Tuple{Vararg{Int}}, xs::T...) where {T<:Number}
    return _hvcat_numbers(T, rows, xs)
end
hvcat(rows::Tuple{Vararg{Int}}, xs::Number...) = typed_hvcat(promote_typeof(xs...), rows, xs...)
hvcat(rows::Tuple{Vararg{Int}}, xs...) = typed_hvcat(promote_eltypeof(xs...), rows, xs...)
hvcat(rows::Tuple{Vararg{Int}}, xs::Union{AbstractVecOrMat,Number}...) =
    typed_hvcat(promote_eltypeof(xs...), rows, xs...)

typed_hvcat(::Type{T}, rows::Tuple{Vararg{Int}}, xs::Number...) where {T} = _hvcat_numbers(T, rows, xs)

function _hvcat_numbers(::Type{T}, rows, xs) where {T}
    nr = length(rows)
    nc = rows[1]
    for i = 2:nr
        if nc != rows[i]
            throw(DimensionMismatch(string("row ", i, " has mismatched number of columns (expected ", nc, ", got ", rows[i], ")")))
        end
    end
    hvcat_fill!(Matrix{T}(undef, nr, nc), xs)
end

function hvcat_fill!(a::Array, xs::Tuple)
    nr, nc = size(a, 1), size(a, 2)
    len = length(xs)
    if nr * nc != len
        throw(ArgumentError(string("argument count ", len, " does not match specified shape ", (nr, nc))))
    end
    k = 1
    for i = 1:nr
        for j = 1:nc
            @inbounds a[i, j] = xs[k]
            k += 1
        end
    end
    return a
end

function typed_hvcat(::Type{T}, rows::Tuple{Vararg{Int}}, as...) where {T}
    nbr = length(rows)
    rs = Vector{Any}(undef, nbr)
    a = 1
    for i = 1:nbr
        rs[i] = typed_hcat(T, as[a:a-1+rows[i]]...)
        a += rows[i]
    end
    return typed_vcat(T, rs...)
end

## hvncat: `[a;; b]`, `[a b;;; c d]` ##

hvncat(dimsshape::Tuple, row_first::Bool, xs...) = _hvncat(dimsshape, row_first, xs...)
hvncat(dim::Int, xs...) = _hvncat(dim, true, xs...)
typed_hvncat(::Type{T}, dimsshape::Tuple, row_first::Bool, xs...) where {T} = _typed_hvncat(T, dimsshape, row_first, xs...)
typed_hvncat(::Type{T}, dim::Int, xs...) where {T} = _typed_hvncat(T, Val(dim), xs...)

_hvncat(dimsshape::Union{Tuple,Int}, row_first::Bool) = _typed_hvncat(Any, dimsshape, row_first)
_hvncat(dimsshape::Union{Tuple,Int}, row_first::Bool, xs...) =
    _typed_hvncat(promote_eltypeof(xs...), dimsshape, row_first, xs...)

_typed_hvncat(::Type{T}, dim::Int, ::Bool, xs...) where {T} = _typed_hvncat(T, Val(dim), xs...)
_typed_hvncat(::Type{T}, ::Tuple{}, ::Bool) where {T} = Vector{T}()
_typed_hvncat(::Type{T}, ::Val{N}) where {T,N} = N < 0 ?
    throw(ArgumentError("concatenation dimension must be nonnegative")) : Array{T,N}(undef, ntuple(x -> 0, Val(N)))

# along one dimension
function _typed_hvncat(::Type{T}, ::Val{N}, xs...) where {T,N}
    N < 0 && throw(ArgumentError("concatenation dimension must be nonnegative"))
    for x in xs
        x isa AbstractArray && return _cat_t(max(N, 1), T, map(x -> _at_least_ndims(x, N), xs)...)
    end
    A = Array{T,max(N, 1)}(undef, ntuple(i -> i == N ? length(xs) : 1, Val(max(N, 1))))
    for i in 1:length(xs)
        @inbounds A[i] = xs[i]
    end
    return A
end
_at_least_ndims(x, N) = x
_at_least_ndims(x::AbstractArray, N) = ndims(x) >= N ? x : reshape(x, ntuple(d -> size(x, d), N))

# The k-th level of the brackets runs along this dimension: rows come before columns when the
# brackets were written with spaces.
_hvncat_dim(k, row_first) = row_first && k <= 2 ? 3 - k : k

function _typed_hvncat(::Type{T}, dims::Tuple{Vararg{Int}}, row_first::Bool, xs...) where {T}
    N = length(dims)
    prod(dims) == length(xs) ||
        throw(ArgumentError(string("number of elements (", length(xs), ") does not match specified shape ", dims)))
    levels = ntuple(k -> dims[_hvncat_dim(k, row_first && N >= 2)], N)
    if !any(x -> x isa AbstractArray, xs)
        A = Array{T,N}(undef, dims)
        for i in 1:length(xs)
            # the digits of i - 1 in the mixed base of the levels are the position
            r = i - 1
            pos = ones(Int, N)
            for k in 1:N
                r, d = divrem(r, levels[k])
                pos[_hvncat_dim(k, row_first && N >= 2)] = d + 1
            end
            A[pos...] = xs[i]
        end
        return A
    end
    parts = Any[xs...]
    for k in 1:N
        d = _hvncat_dim(k, row_first && N >= 2)
        parts = Any[_hvncat_join(T, d, parts[j:j+levels[k]-1]) for j in 1:levels[k]:length(parts)]
    end
    return parts[1]
end

# every level gives the number of elements in each of its groups
function _typed_hvncat(::Type{T}, shape::Tuple{Tuple,Vararg{Tuple}}, row_first::Bool, xs...) where {T}
    N = length(shape)
    length(xs) == sum(shape[1]) ||
        throw(ArgumentError(string("number of elements (", length(xs), ") does not match specified shape ", shape)))
    parts = Any[xs...]
    counts = ones(Int, length(parts))
    for k in 1:N
        d = _hvncat_dim(k, row_first && N >= 2)
        newparts = Any[]
        newcounts = Int[]
        j = 1
        for n in shape[k]
            group = Any[]
            c = 0
            while c < n
                j <= length(parts) || throw(ArgumentError("`shape` argument is malformed"))
                push!(group, parts[j])
                c += counts[j]
                j += 1
            end
            c == n || throw(ArgumentError("`shape` argument is malformed"))
            push!(newparts, _hvncat_join(T, d, group))
            push!(newcounts, n)
        end
        parts, counts = newparts, newcounts
    end
    return parts[1]
end
_hvncat_join(::Type{T}, d, group) where {T} = _cat_t(d, T, map(x -> _at_least_ndims(x, d), group)...)

## stack: slices of equal shape into one array ##

stack(iter; dims=:) = _stack(dims, iter)
stack(f, iter; dims=:) = _stack(dims, f(x) for x in iter)
stack(f, xs, yzs...; dims=:) = _stack(dims, f(xy...) for xy in zip(xs, yzs...))

_stack(dims::Union{Integer,Colon}, iter) = _stack(dims, IteratorSize(iter), iter)
_stack(dims, ::IteratorSize, iter) = _stack(dims, collect(iter))

function _stack(dims, ::Union{HasShape,HasLength}, iter)
    S = @default_eltype iter
    T = S != Any ? eltype(S) : Any # Union{} is found out later
    if isconcretetype(T)
        _typed_stack(dims, T, S, iter)
    else
        # the slices themselves must be asked, and the iterator is run only once
        array = iter isa Union{Tuple,AbstractArray} ? iter : collect(iter)
        isempty(array) && return _empty_stack(dims, T, S, iter)
        T2 = mapreduce(eltype, promote_type, array)
        _typed_stack(dims, T2, eltype(array), array)
    end
end

function _typed_stack(::Colon, ::Type{T}, ::Type{S}, A, Aax=_iterator_axes(A)) where {T,S}
    xit = iterate(A)
    nothing === xit && return _empty_stack(:, T, S, A)
    x1, st = xit
    ax1 = _iterator_axes(x1)
    B = similar(_ensure_array(x1), T, ax1..., Aax...)
    off = firstindex(B)
    len = length(x1)
    x = x1
    while true
        copyto!(B, off, x)
        off += len
        xit = iterate(A, st)
        xit === nothing && break
        x, st = xit
        _stack_size_check(x, ax1)
    end
    return B
end

_iterator_axes(x) = _iterator_axes(x, IteratorSize(x))
_iterator_axes(x, ::HasLength) = (OneTo(length(x)),)
_iterator_axes(x, ::IteratorSize) = axes(x)

# along an existing dimension
_typed_stack(dims::Integer, ::Type{T}, ::Type{S}, A) where {T,S} =
    _typed_stack(dims, T, S, IteratorSize(S), A)
_typed_stack(dims::Integer, ::Type{T}, ::Type{S}, ::HasLength, A) where {T,S} =
    _typed_stack(dims, T, S, HasShape{1}(), A)
function _typed_stack(dims::Integer, ::Type{T}, ::Type{S}, ::HasShape{N}, A) where {T,S,N}
    if dims == N + 1
        _typed_stack(:, T, S, A, (_vec_axis(A),))
    else
        _dim_stack(dims, T, S, A)
    end
end
_typed_stack(dims::Integer, ::Type{T}, ::Type{S}, ::IteratorSize, A) where {T,S} = _dim_stack(dims, T, S, A)

_vec_axis(A, ax=_iterator_axes(A)) = length(ax) == 1 ? only(ax) : OneTo(prod(length, ax; init=1))

function _dim_stack(dims::Integer, ::Type{T}, ::Type{S}, A) where {T,S}
    xit = Iterators.peel(A)
    nothing === xit && return _empty_stack(dims, T, S, A)
    x1, xrest = xit
    ax1 = _iterator_axes(x1)
    N1 = length(ax1) + 1
    dims in 1:N1 || throw(ArgumentError(string("cannot stack slices ndims(x) = ", N1 - 1, " along dims = ", dims)))

    newaxis = _vec_axis(A)
    outax = ntuple(d -> d == dims ? newaxis : ax1[d-(d>dims)], N1)
    B = similar(_ensure_array(x1), T, outax...)

    i = first(newaxis)
    _dim_copyto!(B, dims, i, x1)
    for x in xrest
        i += 1
        _stack_size_check(x, ax1)
        _dim_copyto!(B, dims, i, x)
    end
    return B
end
_dim_copyto!(B, dims, i, x) =
    copyto!(view(B, ntuple(d -> d == dims ? i : Colon(), ndims(B))...), x)

_ensure_array(x::AbstractArray) = x
_ensure_array(x) = 1:0 # passed to similar, makes an Array

function _stack_size_check(x, ax1::Tuple)
    if _iterator_axes(x) != ax1
        uax1 = map(UnitRange, ax1)
        uaxN = map(UnitRange, _iterator_axes(x))
        throw(DimensionMismatch(string("stack expects uniform slices, got axes(x) == ", uaxN, " while first had ", uax1)))
    end
end

_empty_stack(_...) = throw(ArgumentError("`stack` on an empty collection is not allowed"))
