# accumulate.jl: running sums, products and other folds that keep every intermediate result.

# Pairwise, as sums of floating-point numbers: the error grows with the logarithm of the length.
function _accumulate_pairwise!(op::Op, c::AbstractVector{T}, v::AbstractVector, s, i1, n)::T where {T,Op}
    @inbounds if n < 128
        s_ = v[i1]
        c[i1] = op(s, s_)
        for i = i1+1:i1+n-1
            s_ = op(s_, v[i])
            c[i] = op(s, s_)
        end
    else
        n2 = n >> 1
        s_ = _accumulate_pairwise!(op, c, v, s, i1, n2)
        s_ = op(s_, _accumulate_pairwise!(op, c, v, op(s, s_), i1 + n2, n - n2))
    end
    return s_
end

function accumulate_pairwise!(op::Op, result::AbstractVector, v::AbstractVector) where {Op}
    li = LinearIndices(v)
    li != LinearIndices(result) && throw(DimensionMismatch("input and output array sizes and indices must match"))
    n = length(li)
    n == 0 && return result
    i1 = first(li)
    @inbounds result[i1] = v1 = reduce_first(op, v[i1])
    n == 1 && return result
    _accumulate_pairwise!(op, result, v, v1, i1 + 1, n - 1)
    return result
end
function accumulate_pairwise(op, v::AbstractVector{T}) where {T}
    out = similar(v, _accumulate_eltype(op, T, T))
    return accumulate_pairwise!(op, out, v)
end

# numbers are asked, for other types inference is
function _accumulate_eltype(op, ::Type{S}, ::Type{T}) where {S,T}
    if S <: Number && T <: Number && isconcretetype(S) && isconcretetype(T) && op isa Union{typeof(add_sum),typeof(mul_prod),typeof(+),typeof(*)}
        return typeof(op(one(S), one(T)))
    end
    return promote_op(op, S, T)
end

## cumsum ##

function cumsum!(out::AbstractArray, v::AbstractVector; dims::Integer=1)
    _cumsum!(out, v, dims, ArithmeticStyle(eltype(out)))
end
cumsum!(B::AbstractArray{T}, A; dims::Integer) where {T} = accumulate!(add_sum, B, A, dims=dims)

_cumsum!(out, v, dim, ::ArithmeticRounds) = dim == 1 ? accumulate_pairwise!(add_sum, out, v) : copyto!(out, v)
_cumsum!(out, v, dim, ::ArithmeticUnknown) = _cumsum!(out, v, dim, ArithmeticRounds())
_cumsum!(out, v, dim, ::ArithmeticStyle) = dim == 1 ? accumulate!(add_sum, out, v) : copyto!(out, v)

function cumsum(A::AbstractArray{T}; dims::Integer) where {T}
    out = similar(A, _accumulate_eltype(add_sum, T, T))
    cumsum!(out, A, dims=dims)
end
cumsum(x::AbstractVector) = cumsum(x, dims=1)
cumsum(itr) = accumulate(add_sum, itr)

## cumprod ##

cumprod!(B::AbstractArray{T}, A; dims::Integer) where {T} = accumulate!(mul_prod, B, A, dims=dims)
cumprod!(y::AbstractVector, x::AbstractVector) = cumprod!(y, x, dims=1)
cumprod(A::AbstractArray; dims::Integer) = accumulate(mul_prod, A, dims=dims)
cumprod(x::AbstractVector) = cumprod(x, dims=1)
cumprod(itr) = accumulate(mul_prod, itr)

## accumulate ##

function accumulate(op, A; dims::Union{Nothing,Integer}=nothing, kw...)
    if dims === nothing && !(A isa AbstractVector)
        # no dimension to run along
        return collect(Iterators.accumulate(op, A; kw...))
    end
    nt = values(kw)
    if isempty(kw)
        out = similar(A, _accumulate_eltype(op, eltype(A), eltype(A)))
    elseif keys(nt) === (:init,)
        out = similar(A, _accumulate_eltype(op, typeof(nt.init), eltype(A)))
    else
        throw(ArgumentError("accumulate does not support the keyword arguments $(setdiff(keys(nt), (:init,)))"))
    end
    accumulate!(op, out, A; dims=dims, kw...)
end

function accumulate(op, xs::Tuple; init=_InitialValue())
    rf = BottomRF(op)
    ys, = afoldl(((), init), xs...) do (ys, acc), x
        acc = rf(acc, x)
        (ys..., acc), acc
    end
    return ys
end

function accumulate!(op, B, A; dims::Union{Integer,Nothing}=nothing, kw...)
    nt = values(kw)
    if isempty(kw)
        _accumulate!(op, B, A, dims, nothing)
    elseif keys(kw) === (:init,)
        _accumulate!(op, B, A, dims, Some(nt.init))
    else
        throw(ArgumentError("accumulate! does not support the keyword arguments $(setdiff(keys(nt), (:init,)))"))
    end
end

function _accumulate!(op, B, A, dims::Nothing, init::Union{Nothing,Some})
    throw(ArgumentError("Keyword argument dims must be provided for multidimensional arrays"))
end
function _accumulate!(op, B, A::AbstractVector, dims::Nothing, init::Nothing)
    isempty(A) && return B
    v1 = reduce_first(op, first(A))
    _accumulate1!(op, B, v1, A, 1)
end
function _accumulate!(op, B, A::AbstractVector, dims::Nothing, init::Some)
    isempty(A) && return B
    v1 = op(something(init), first(A))
    _accumulate1!(op, B, v1, A, 1)
end

function _accumulate!(op, B, A, dims::Integer, init::Union{Nothing,Some})
    dims > 0 || throw(ArgumentError("dims must be a positive integer"))
    inds_t = axes(A)
    axes(B) == inds_t || throw(DimensionMismatch("shape of B must match A"))
    dims > ndims(A) && return copyto!(B, A)
    isempty(inds_t[dims]) && return B
    A isa AbstractVector && return _accumulate!(op, B, A, nothing, init)
    firstpos = first(inds_t[dims])
    for I in CartesianIndices(inds_t)
        if I[dims] == firstpos
            B[I] = init isa Nothing ? reduce_first(op, A[I]) : op(something(init), A[I])
        else
            # the neighbour before along dims
            J = CartesianIndex(ntuple(d -> d == dims ? I[d] - 1 : I[d], ndims(A)))
            @inbounds B[I] = op(B[J], A[I])
        end
    end
    return B
end

function _accumulate1!(op, B, v1, A::AbstractVector, dim::Integer)
    dim > 0 || throw(ArgumentError("dim must be a positive integer"))
    inds = LinearIndices(A)
    inds == LinearIndices(B) || throw(DimensionMismatch("LinearIndices of A and B don't match"))
    dim > 1 && return copyto!(B, A)
    (i1, state) = iterate(inds)::NTuple{2,Any}
    cur_val = v1
    B[i1] = cur_val
    next = iterate(inds, state)
    @inbounds while next !== nothing
        (i, state) = next
        cur_val = op(cur_val, A[i])
        B[i] = cur_val
        next = iterate(inds, state)
    end
    return B
end
