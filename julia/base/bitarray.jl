# bitarray.jl: arrays of Bool with one bit per element, in 64-bit chunks. Bits of the last chunk
# beyond the length are zero at all times.

mutable struct BitArray{N} <: AbstractArray{Bool,N}
    chunks::Vector{UInt64}
    len::Int
    dims::NTuple{N,Int}
    function BitArray{N}(::UndefInitializer, dims::Vararg{Int,N}) where {N}
        n = 1
        i = 1
        for d in dims
            d >= 0 || throw(ArgumentError("dimension size must be ≥ 0, got $d for dimension $i"))
            n *= d
            i += 1
        end
        nc = num_bit_chunks(n)
        chunks = Vector{UInt64}(undef, nc)
        nc > 0 && (chunks[nc] = UInt64(0))
        b = new(chunks, n)
        N != 1 && (b.dims = dims)
        return b
    end
end

const BitVector = BitArray{1}
const BitMatrix = BitArray{2}

# the dims field of a vector is not used: its length changes
BitArray(::UndefInitializer, dims::Integer...) = BitArray(undef, map(Int, dims))
BitArray{N}(::UndefInitializer, dims::Integer...) where {N} = BitArray{N}(undef, map(Int, dims))::BitArray{N}
BitArray(::UndefInitializer, dims::NTuple{N,Int}) where {N} = BitArray{N}(undef, dims...)
BitArray{N}(::UndefInitializer, dims::NTuple{N,Int}) where {N} = BitArray{N}(undef, dims...)
BitArray(::UndefInitializer, dims::NTuple{N,Integer}) where {N} = BitArray{N}(undef, map(Int, dims)...)
BitArray{N}(::UndefInitializer, dims::NTuple{N,Integer}) where {N} = BitArray{N}(undef, map(Int, dims)...)

BitVector() = BitVector(undef, 0)
function BitVector(nt::Tuple{Vararg{Bool}})
    bv = BitVector(undef, length(nt))
    for i in 1:length(nt)
        bv[i] = nt[i]
    end
    bv
end

const _msk64 = ~UInt64(0)
_div64(l) = l >> 6
_mod64(l) = l & 63
_blsr(x) = x & (x - 1)
_msk_end(l::Int) = _msk64 >>> _mod64(-l)
_msk_end(B::BitArray) = _msk_end(length(B))
num_bit_chunks(n::Int) = _div64(n + 63)

get_chunks_id(i::Int) = _div64(i - 1) + 1, _mod64(i - 1)

length(B::BitArray) = B.len
size(B::BitVector) = (B.len,)
size(B::BitArray) = B.dims
size(B::BitVector, d::Integer) = d < 1 ? throw_boundserror(size(B), d) : ifelse(d == 1, B.len, 1)

isassigned(B::BitArray, i::Int) = 1 <= i <= length(B)
IndexStyle(::Type{<:BitArray}) = IndexLinear()
elsize(::Type{<:BitArray}) = throw(ArgumentError("elements of a BitArray have no size in bytes"))
sizeof(B::BitArray) = sizeof(B.chunks)

## filling and copying ##

function fill_chunks!(Bc::Array{UInt64}, x::Bool, n::Int)
    fill!(Bc, x ? _msk64 : UInt64(0))
    x && !isempty(Bc) && (Bc[end] &= _msk_end(n))
    return Bc
end
function fill!(B::BitArray, x)
    y = convert(Bool, x)::Bool
    isempty(B) && return B
    fill_chunks!(B.chunks, y, length(B))
    return B
end

falses(dims::DimOrInd...) = falses(dims)
falses(dims::NTuple{N,Union{Integer,OneTo}}) where {N} = falses(map(to_dim, dims))
falses(dims::NTuple{N,Integer}) where {N} = fill!(BitArray(undef, dims), false)
falses(dims::Tuple{}) = fill!(BitArray(undef, dims), false)
falses(dims::NTuple{N,DimOrInd}) where {N} = fill!(similar(BitArray, dims), false)
trues(dims::DimOrInd...) = trues(dims)
trues(dims::NTuple{N,Union{Integer,OneTo}}) where {N} = trues(map(to_dim, dims))
trues(dims::NTuple{N,Integer}) where {N} = fill!(BitArray(undef, dims), true)
trues(dims::Tuple{}) = fill!(BitArray(undef, dims), true)
trues(dims::NTuple{N,DimOrInd}) where {N} = fill!(similar(BitArray, dims), true)

function one(x::BitMatrix)
    m, n = size(x)
    m == n || throw(DimensionMismatch("multiplicative identity defined only for square matrices"))
    B = falses(m, m)
    for i in 1:m
        B[i, i] = true
    end
    return B
end

function copyto!(dest::BitArray, src::BitArray)
    length(src) > length(dest) && throw(BoundsError(dest, length(dest) + 1))
    dest === src && return dest
    n = length(src)
    n == 0 && return dest
    nc = num_bit_chunks(n)
    # the last chunk of the destination may have more bits
    last = dest.chunks[nc]
    copyto!(dest.chunks, 1, src.chunks, 1, nc)
    if n < length(dest)
        m = _msk_end(n)
        dest.chunks[nc] = (src.chunks[nc] & m) | (last & ~m)
    end
    return dest
end
function copyto!(dest::BitArray, doffs::Integer, src::Array, soffs::Integer, n::Integer)
    n == 0 && return dest
    soffs < 1 && throw(BoundsError(src, soffs))
    soffs + n - 1 > length(src) && throw(BoundsError(src, length(src) + 1))
    (doffs < 1 || doffs + n - 1 > length(dest)) && throw(BoundsError(dest, doffs:doffs+n-1))
    for k in 0:n-1
        @inbounds dest[doffs+k] = src[soffs+k]
    end
    return dest
end

copy(B::BitArray) = copyto!(similar(B), B)

similar(B::BitArray) = BitArray(undef, size(B))
similar(B::BitArray, dims::Int...) = BitArray(undef, dims)
similar(B::BitArray, dims::Dims) = BitArray(undef, dims...)
similar(B::BitArray, T::Type{Bool}, dims::Dims) = BitArray(undef, dims)
similar(B::BitArray, T::Type, dims::Dims) = Array{T}(undef, dims)
similar(::Type{<:BitArray}, dims::Dims) = BitArray(undef, dims)

## conversion ##

BitArray(A::AbstractArray{<:Any,N}) where {N} = BitArray{N}(A)
function BitArray{N}(A::AbstractArray{T,N}) where {N,T}
    B = BitArray(undef, convert(Dims{N}, size(A)::Dims{N}))
    i = 0
    for x in A
        B[i+=1] = x
    end
    return B
end
BitArray{N}(B::BitArray{N}) where {N} = copy(B)
BitArray(itr) = (IteratorSize(itr) isa Union{HasShape,HasLength} ? gen_bitarray(itr) : gen_bitarray_unknown(itr))
BitArray{N}(itr) where {N} = BitArray(itr)::BitArray{N}
function gen_bitarray(itr)
    B = BitArray(undef, IteratorSize(itr) isa HasShape ? size(itr) : (length(itr),))
    i = 0
    for x in itr
        B[i+=1] = x
    end
    return B
end
function gen_bitarray_unknown(itr)
    B = BitVector(undef, 0)
    for x in itr
        push!(B, x)
    end
    return B
end

function Array{T,N}(B::BitArray{N}) where {T,N}
    A = Array{T,N}(undef, size(B))
    for i in 1:length(B)
        @inbounds A[i] = B[i]
    end
    return A
end
Array{T}(B::BitArray{N}) where {T,N} = Array{T,N}(B)
Array(B::BitArray{N}) where {N} = Array{Bool,N}(B)

convert(T::Type{<:BitArray}, a::AbstractArray) = a isa T ? a : T(a)::T

function reshape(B::BitArray, dims::Tuple{Vararg{Int}})
    prod(dims) == length(B) ||
        throw(DimensionMismatch("new dimensions $(dims) must be consistent with array size $(length(B))"))
    Br = BitArray{length(dims)}(undef, ntuple(i -> 0, Val(length(dims)))...)
    Br.chunks = B.chunks
    Br.len = prod(dims)
    length(dims) != 1 && (Br.dims = dims)
    return Br
end
function reshape(B::BitArray{N}, dims::NTuple{N,Int}) where {N}
    return dims == size(B) ? B : invoke(reshape, Tuple{BitArray,Tuple{Vararg{Int}}}, B, dims)
end

## indexing ##

function unsafe_bitgetindex(Bc::Vector{UInt64}, i::Int)
    i1, i2 = get_chunks_id(i)
    u = UInt64(1) << (i2 & 63)
    @inbounds r = (Bc[i1] & u) != 0
    return r
end
function getindex(B::BitArray, i::Int)
    @inline
    @boundscheck checkbounds(B, i)
    unsafe_bitgetindex(B.chunks, i)
end

function unsafe_bitsetindex!(Bc::Array{UInt64}, x::Bool, i::Int)
    i1, i2 = get_chunks_id(i)
    _unsafe_bitsetindex!(Bc, x, i1, i2)
end
function _unsafe_bitsetindex!(Bc::Array{UInt64}, x::Bool, i1::Int, i2::Int)
    u = UInt64(1) << (i2 & 63)
    @inbounds begin
        c = Bc[i1]
        Bc[i1] = ifelse(x, c | u, c & ~u)
    end
end
function setindex!(B::BitArray, x, i::Int)
    @inline
    @boundscheck checkbounds(B, i)
    unsafe_bitsetindex!(B.chunks, convert(Bool, x), i)
    return B
end

iterate(B::BitArray, i::Int=0) = i >= length(B) ? nothing : (unsafe_bitgetindex(B.chunks, i + 1), i + 1)

## growing and shrinking ##

function push!(B::BitVector, item)
    item = convert(Bool, item)
    Bc = B.chunks
    l = _mod64(length(B))
    if l == 0
        _growend!(Bc, 1)
        Bc[end] = UInt64(0)
    end
    B.len += 1
    if item
        B[end] = true
    end
    return B
end
function append!(B::BitVector, items::BitVector)
    n0 = length(B)
    n1 = length(items)
    n1 == 0 && return B
    resize!(B, n0 + n1)
    for i in 1:n1
        @inbounds B[n0+i] = items[i]
    end
    return B
end
append!(B::BitVector, items) = append!(B, BitArray(items))
append!(A::Vector{Bool}, items::BitVector) = append!(A, Array(items))
prepend!(B::BitVector, items) = (n = length(B); new = BitArray(items); append!(new, B); _take_over!(B, new))
function _take_over!(B::BitVector, C::BitVector)
    B.chunks = C.chunks
    B.len = C.len
    return B
end

sizehint!(B::BitVector, sz::Integer) = (sizehint!(B.chunks, num_bit_chunks(Int(sz))); B)

function resize!(B::BitVector, n::Integer)
    n0 = length(B)
    n == n0 && return B
    n >= 0 || throw(BoundsError(B, n))
    if n < n0
        nc = num_bit_chunks(Int(n))
        resize!(B.chunks, nc)
        B.len = n
        nc > 0 && (B.chunks[nc] &= _msk_end(B))
        return B
    end
    Bc = B.chunks
    k0 = length(Bc)
    k1 = num_bit_chunks(Int(n))
    if k1 > k0
        _growend!(Bc, k1 - k0)
        for k in k0+1:k1
            Bc[k] = UInt64(0)
        end
    end
    B.len = n
    return B
end

function pop!(B::BitVector)
    isempty(B) && throw(ArgumentError("argument must be non-empty"))
    item = B[end]
    B[end] = false
    l = _mod64(length(B))
    l == 1 && _deleteend!(B.chunks, 1)
    B.len -= 1
    return item
end

pushfirst!(B::BitVector, item) = insert!(B, 1, item)
function popfirst!(B::BitVector)
    isempty(B) && throw(ArgumentError("argument must be non-empty"))
    item = B[1]
    _deleteat!(B, 1)
    return item
end

function insert!(B::BitVector, i::Integer, item)
    i = Int(i)
    n = length(B)
    1 <= i <= n + 1 || throw(BoundsError(B, i))
    item = convert(Bool, item)
    push!(B, false)
    for k in n:-1:i
        @inbounds B[k+1] = B[k]
    end
    B[i] = item
    return B
end

function _deleteat!(B::BitVector, i::Int)
    for k in i:length(B)-1
        @inbounds B[k] = B[k+1]
    end
    resize!(B, length(B) - 1)
    return B
end
function deleteat!(B::BitVector, i::Integer)
    i isa Bool && depwarn("passing Bool as an index is deprecated", :deleteat!)
    i = Int(i)
    1 <= i <= length(B) || throw(BoundsError(B, i))
    return _deleteat!(B, i)
end
function deleteat!(B::BitVector, r::AbstractUnitRange{Int})
    n = length(B)
    isempty(r) && return B
    (1 <= first(r) && last(r) <= n) || throw(BoundsError(B, r))
    d = length(r)
    for k in last(r)+1:n
        @inbounds B[k-d] = B[k]
    end
    return resize!(B, n - d)
end
function deleteat!(B::BitVector, inds)
    n = length(B)
    keep = trues(n)
    prev = 0
    for i in inds
        i > prev || throw(ArgumentError("indices must be unique and sorted"))
        i <= n || throw(BoundsError(B, i))
        keep[i] = false
        prev = i
    end
    return _keepat!(B, keep)
end
function deleteat!(B::BitVector, inds::AbstractVector{Bool})
    length(inds) == length(B) || throw(BoundsError(B, inds))
    return _keepat!(B, [!x for x in inds])
end
keepat!(B::BitVector, inds) = _take_over!(B, B[collect(inds)])
keepat!(B::BitVector, inds::AbstractVector{Bool}) = _keepat!(B, inds)
function _keepat!(B::BitVector, mask::AbstractVector{Bool})
    length(B) == length(mask) || throw(BoundsError(B, mask))
    j = 1
    for i in 1:length(B)
        if mask[i]
            B[j] = B[i]
            j += 1
        end
    end
    return resize!(B, j - 1)
end

function splice!(B::BitVector, i::Integer)
    v = B[i]
    deleteat!(B, i)
    return v
end
const _default_bit_splice = BitVector(undef, 0)
function splice!(B::BitVector, r::Union{AbstractUnitRange{Int},Integer}, ins::AbstractArray=_default_bit_splice)
    f, l = first(r), last(r)
    v = B[f:l]
    new = vcat(B[1:f-1], BitArray(vec(collect(Bool, ins))), B[l+1:end])
    _take_over!(B, BitArray(new))
    return r isa Integer ? v[1] : v
end
splice!(B::BitVector, r::Union{AbstractUnitRange{Int},Integer}, ins) = splice!(B, r, collect(Bool, ins))

function empty!(B::BitVector)
    resize!(B, 0)
end

## comparison and reduction ##

function (==)(A::BitArray, B::BitArray)
    size(A) != size(B) && return false
    return A.chunks == B.chunks
end

bitcount(Bc::Vector{UInt64}; init=0) = _bitcount(Bc, init)
function _bitcount(Bc::Vector{UInt64}, init::T) where {T}
    n::T = init
    @inbounds for i = 1:length(Bc)
        n = (n + count_ones(Bc[i])) % T
    end
    return n
end
_count(::typeof(identity), B::BitArray, ::Colon, init) = _bitcount(B.chunks, init)

function _all(::typeof(identity), B::BitArray, ::Colon)
    isempty(B) && return true
    Bc = B.chunks
    @inbounds for i = 1:length(Bc)-1
        Bc[i] == _msk64 || return false
    end
    return Bc[end] == _msk_end(B)
end
function _any(::typeof(identity), B::BitArray, ::Colon)
    for c in B.chunks
        c == UInt64(0) || return true
    end
    return false
end

minimum(B::BitArray) = isempty(B) ? throw(ArgumentError("argument must be non-empty")) : all(B)
maximum(B::BitArray) = isempty(B) ? throw(ArgumentError("argument must be non-empty")) : any(B)

## element-wise functions of whole chunks ##

(-)(B::BitArray) = -Array(B)
sign(B::BitArray) = copy(B)

function (~)(B::BitArray)
    C = similar(B)
    Bc = B.chunks
    if !isempty(Bc)
        Cc = C.chunks
        for i = 1:length(Bc)
            @inbounds Cc[i] = ~Bc[i]
        end
        Cc[end] &= _msk_end(B)
    end
    return C
end

map(::Union{typeof(~),typeof(!)}, A::BitArray) = ~A
map(::typeof(identity), A::BitArray) = copy(A)

for f in (:&, :|, :xor)
    @eval map(::typeof($f), A::BitArray, B::BitArray) = bit_map!($f, BitArray(undef, _same_size(A, B)), A, B)
    @eval map!(::typeof($f), dest::BitArray, A::BitArray, B::BitArray) = bit_map!($f, dest, A, B)
end
_same_size(A, B) = size(A) == size(B) ? size(A) : throw(DimensionMismatch("sizes of A and B must match"))
function bit_map!(f::F, dest::BitArray, A::BitArray, B::BitArray) where {F}
    size(A) == size(B) == size(dest) || throw(DimensionMismatch("sizes of dest, A, and B must all match"))
    isempty(A) && return dest
    destc = dest.chunks
    Ac = A.chunks
    Bc = B.chunks
    for i = 1:length(Ac)
        @inbounds destc[i] = f(Ac[i], Bc[i])
    end
    destc[length(Ac)] &= _msk_end(A)
    return dest
end
map!(::typeof(identity), dest::BitArray, A::BitArray) = copyto!(dest, A)
map!(::Union{typeof(~),typeof(!)}, dest::BitArray, A::BitArray) = copyto!(dest, ~A)

## search ##

_bit_key(B::BitVector, i) = i
_bit_key(B::BitArray, i) = CartesianIndices(B)[i]

function findnext(B::BitArray, start::Integer)
    start > 0 || throw(BoundsError(B, start))
    start > length(B) && return nothing
    Bc = B.chunks
    k, within = get_chunks_id(Int(start))
    c = Bc[k] & (_msk64 << within)
    while c == 0
        k += 1
        k > length(Bc) && return nothing
        c = Bc[k]
    end
    return _bit_key(B, ((k - 1) << 6) + trailing_zeros(c) + 1)
end
findnext(B::BitArray{N}, start::AbstractCartesianIndex{N}) where {N} = findnext(B, LinearIndices(B)[start])
findfirst(B::BitArray) = isempty(B) ? nothing : findnext(B, 1)

# the next and the previous index at which a vector is false
function findnextnot(B::BitVector, start::Integer)
    start > 0 || throw(BoundsError(B, start))
    start > length(B) && return nothing
    Bc = B.chunks
    k, within = get_chunks_id(Int(start))
    c = ~Bc[k] & (_msk64 << within)
    while c == 0
        k += 1
        k > length(Bc) && return nothing
        c = ~Bc[k]
    end
    # The bits after the last one of the vector are no elements.
    i = ((k - 1) << 6) + trailing_zeros(c) + 1
    return i <= length(B) ? i : nothing
end
findfirstnot(B::BitVector) = findnextnot(B, 1)
function findprevnot(B::BitVector, start::Integer)
    start > 0 || return nothing
    start > length(B) && throw(BoundsError(B, start))
    Bc = B.chunks
    k, within = get_chunks_id(Int(start))
    c = ~Bc[k] & (~UInt64(0) >> (63 - within))
    while c == 0
        k -= 1
        k < 1 && return nothing
        c = ~Bc[k]
    end
    return (k << 6) - leading_zeros(c)
end
findlastnot(B::BitVector) = findprevnot(B, length(B))

function findprev(B::BitVector, start::Integer)
    i = Int(start)
    i > length(B) && throw(BoundsError(B, start))
    while i > 0
        unsafe_bitgetindex(B.chunks, i) && return i
        i -= 1
    end
    return nothing
end

function findall(B::BitArray)
    nnzB = count(B)
    I = Vector{eltype(keys(B))}(undef, nnzB)
    nnzB == 0 && return I
    Bc = B.chunks
    n = 0
    for k in 1:length(Bc)
        c = Bc[k]
        while c != 0
            i = ((k - 1) << 6) + trailing_zeros(c) + 1
            I[n+=1] = _bit_key(B, i)
            c = _blsr(c)
        end
    end
    return I
end

## reversal and concatenation ##

function reverse!(B::BitVector)
    n = length(B)
    for i in 1:n>>1
        @inbounds B[i], B[n+1-i] = B[n+1-i], B[i]
    end
    return B
end

(<<)(B::BitVector, i::UInt) = B << Int(min(i, length(B) % UInt))
(>>)(B::BitVector, i::UInt) = B >> Int(min(i, length(B) % UInt))
function (>>>)(B::BitVector, i::UInt)
    n = length(B)
    A = falses(n)
    for k in 1:n-Int(min(i, n % UInt))
        A[k+Int(i)] = B[k]
    end
    return A
end
(>>)(B::BitVector, i::Int) = i >= 0 ? B >>> unsigned(i) : B << unsigned(-i)
function (<<)(B::BitVector, i::Int)
    i < 0 && return B >>> unsigned(-i)
    n = length(B)
    A = falses(n)
    for k in 1:n-min(i, n)
        A[k] = B[k+i]
    end
    return A
end
(>>>)(B::BitVector, i::Int) = (>>)(B, i)

function hcat(B::BitVector...)
    height = length(B[1])
    for j = 2:length(B)
        length(B[j]) == height || throw(DimensionMismatch("dimensions must match: x[1] has length $(height), x[$j] has length $(length(B[j]))"))
    end
    M = falses(height, length(B))
    for j = 1:length(B), i in 1:height
        @inbounds M[i, j] = B[j][i]
    end
    return M
end
function vcat(V::BitVector...)
    n = 0
    for Vk in V
        n += length(Vk)
    end
    B = BitVector(undef, n)
    j = 0
    for Vk in V, x in Vk
        @inbounds B[j+=1] = x
    end
    return B
end

reverse(B::BitVector) = reverse!(copy(B))

function circshift!(dest::BitVector, src::BitVector, i::Integer)
    n = length(src)
    n == 0 && return copyto!(dest, src)
    s = dest === src ? copy(src) : src
    for k in 1:n
        dest[mod1(k + Int(i), n)] = s[k]
    end
    return dest
end
circshift!(B::BitVector, i::Integer) = circshift!(B, copy(B), i)
