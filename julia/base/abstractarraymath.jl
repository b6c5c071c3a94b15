# abstractarraymath.jl: vec, dropdims, selectdim, repeat: arrays of another shape that show
# the same elements.

isreal(x::AbstractArray) = all(isreal, x)
iszero(x::AbstractArray) = all(iszero, x)
isreal(x::AbstractArray{<:Real}) = true

## constructors ##

vec(a::AbstractArray) = reshape(a, length(a))
vec(a::AbstractVector) = a

dropdims(A; dims) = _dropdims(A, dims)
function _dropdims(A::AbstractArray, dims::Dims)
    for i in eachindex(dims)
        1 <= dims[i] <= ndims(A) || throw(ArgumentError("dropped dims must be in range 1:ndims(A)"))
        length(axes(A, dims[i])) == 1 || throw(ArgumentError("dropped dims must all be size 1"))
        for j = 1:i-1
            dims[j] == dims[i] && throw(ArgumentError("dropped dims must be unique"))
        end
    end
    ax = _foldoneto((ds, d) -> d in dims ? ds : (ds..., axes(A, d)), (), Val(ndims(A)))
    # which dimensions are dropped is known when it runs, how many before
    return reshape(A, ax::typeof(_sub(axes(A), dims)))
end
_sub(t::Tuple, ::Tuple{}) = t
_sub(t::Tuple, s::Tuple) = _sub(tail(t), tail(s))
_dropdims(A::AbstractArray, dim::Integer) = _dropdims(A, (Int(dim),))

# Written out step by step, so that the type of `acc` may be another after each.
@generated function _foldoneto(op, acc, ::Val{N}) where {N}
    steps = foldl((inner, d) -> :(op($inner, $d)), 1:N; init = :acc)
    return :(@inline $steps)
end

## unary operators ##

conj(A::AbstractArray{<:Real}) = A
conj!(A::AbstractArray{<:Number}) = (@inbounds broadcast!(conj, A, A); A)
conj!(x::AbstractArray{<:Real}) = x
real(x::AbstractArray{<:Real}) = x
imag(x::AbstractArray{<:Real}) = zero(x)

+(x::AbstractArray{<:Number}) = x
*(x::AbstractArray{<:Number,2}) = x

## selecting along a dimension ##

selectdim(A::AbstractArray, d::Integer, i) = _selectdim(A, d, i, _setindex(i, d, map(Slice, axes(A))...))
@noinline function _selectdim(A, d, i, idxs)
    d >= 1 || throw(ArgumentError("dimension must be ≥ 1"))
    nd = ndims(A)
    d > nd && (i == 1 || throw(BoundsError(A, (ntuple(Returns(Colon()), d - 1)..., i))))
    return view(A, idxs...)
end
_setindex(v, d::Integer, args::Vararg{Any,N}) where {N} = ntuple(n -> n == d ? v : args[n], Val(N))

## circshift, reverse over dims: see multidimensional.jl and arraymath.jl ##

## repeat ##

repeat(a::AbstractArray, counts::Integer...) = repeat(a, counts)
repeat(a::AbstractArray, counts) = repeat(a, Tuple(counts))
repeat(a::AbstractArray, counts::Tuple{Vararg{Integer}}) = _RepeatInnerOuter.repeat(a, outer=counts)

repeat(A::AbstractArray; inner=nothing, outer=nothing) = _RepeatInnerOuter.repeat(A, inner=inner, outer=outer)

module _RepeatInnerOuter

function repeat(arr; inner=nothing, outer=nothing)
    check(arr, inner, outer)
    arr, inner, outer = resolve(arr, inner, outer)
    repeat_inner_outer(arr, inner, outer)
end

to_tuple(t::Tuple) = t
to_tuple(x::Integer) = (x,)
to_tuple(itr) = tuple(itr...)

extend(t::Tuple, n) = (t..., ntuple(Returns(1), max(0, n - length(t)))...)

function resolve(arr, inner, outer)
    i = inner === nothing ? () : to_tuple(inner)
    o = outer === nothing ? () : to_tuple(outer)
    n = max(ndims(arr), length(i), length(o))
    return Base.reshape(arr, ntuple(d -> size(arr, d), n)), extend(i, n), extend(o, n)
end

function repeat_inner_outer(arr, inner, outer)
    n = ndims(arr)
    out = similar(arr, eltype(arr), ntuple(d -> size(arr, d) * inner[d] * outer[d], n))
    sz = size(arr)
    isempty(out) && return out
    for I in CartesianIndices(out)
        J = ntuple(d -> (I[d] - 1) ÷ inner[d] % sz[d] + 1, n)
        @inbounds out[I] = arr[J...]
    end
    return out
end

check(arr, inner, outer) = (check_inner(arr, inner); check_outer(arr, outer))
check_inner(arr, ::Nothing) = nothing
check_outer(arr, ::Nothing) = nothing
function check_inner(arr, inner)
    t = to_tuple(inner)
    for n in t
        n >= 0 || throw(ArgumentError(string("inner repetition counts must be non-negative; got ", inner)))
    end
    length(t) < ndims(arr) && throw(ArgumentError(string("number of inner repetitions (", length(t),
        ") cannot be less than number of dimensions of input array (", ndims(arr), ")")))
end
function check_outer(arr, outer)
    t = to_tuple(outer)
    for n in t
        n isa Integer || throw(ArgumentError(string("repeat requires integer counts, got outer = ", outer)))
        n >= 0 || throw(ArgumentError(string("outer repetition counts must be non-negative; got ", outer)))
    end
end

end # _RepeatInnerOuter
