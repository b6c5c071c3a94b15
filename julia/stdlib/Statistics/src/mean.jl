# Means and middles.

"""
    mean(itr)
    mean(f, itr)
    mean(A; dims)

The arithmetic mean.
"""
mean(itr) = mean(identity, itr)

function mean(f, itr)
    next = iterate(itr)
    if next === nothing
        return Base.mapreduce_empty_iter(f, +, itr, Base.IteratorEltype(itr)) / 0
    end
    value, state = next
    fvalue = f(value)
    # Not the type of the elements: a sum of small integers needs a wider one.
    total = Base.reduce_first(+, fvalue) / 1
    count = 1
    if !(total isa typeof(fvalue))
        total = Base.reduce_first(+, fvalue)
    end
    next = iterate(itr, state)
    while next !== nothing
        value, state = next
        total += _mean_promote(total, f(value))
        count += 1
        next = iterate(itr, state)
    end
    return total / count
end

mean(f::Number, itr::Number) = f
mean(A::AbstractArray; dims=:) = _mean(identity, A, dims)
mean(f, A::AbstractArray; dims=:) = _mean(f, A, dims)

# The sum is made with the type of a mean.
_mean_promote(x::T, y::S) where {T,S} = convert(promote_type(T, S), y)

_mean(f, A::AbstractArray, dims::Dims=Dims(1:ndims(A))) = _mean(f, A, dims)
function _mean(f, A::AbstractArray, ::Colon)
    isempty(A) && return sum(f, A) / 0
    x1 = f(first(A)) / 1
    return sum(x -> _mean_promote(x1, f(x)), A) / length(A)
end
function _mean(f, A::AbstractArray, dims)
    n = prod(i -> size(A, i), unique(dims); init=1)
    isempty(A) && return sum(f, A; dims=dims) ./ n
    x1 = f(first(A)) / 1
    return sum(x -> _mean_promote(x1, f(x)), A; dims=dims) ./ n
end

mean(r::AbstractRange{<:Real}) = isempty(r) ? oftype((first(r) + last(r)) / 2, NaN) : (first(r) + last(r)) / 2
mean(f, t::Tuple) = sum(f, t) / length(t)
mean(t::Tuple) = sum(t) / length(t)

"""
    mean!(r, v)

The mean of `v` over the singleton dimensions of `r`, into `r`.
"""
function mean!(R::AbstractArray, A::AbstractArray)
    sum!(R, A; init=true)
    x = max(1, length(R)) // length(A)
    R .= R .* x
    return R
end

"""
    middle(x)
    middle(x, y)
    middle(range)
    middle(array)

The middle of the extremes.
"""
middle(x::Union{Bool,Int8,Int16,Int32,Int64,Int128,UInt8,UInt16,UInt32,UInt64,UInt128}) = Float64(x)
middle(x::AbstractFloat) = x
middle(x::Number) = (x + zero(x)) / 1
middle(x::Number, y::Number) = x / 2 + y / 2
middle(x::Integer, y::Integer) = (x + y) / 2
middle(a::AbstractRange) = middle(a[1], a[end])
middle(a::AbstractArray) = ((low, high) = extrema(a); middle(low, high))
