# Medians and quantiles.

isnanish(x::Number) = isnan(x)
isnanish(x) = false

"""
    median!(v)

As `median`, and may put the elements in another order.
"""
function median!(v::AbstractVector)
    isempty(v) && throw(ArgumentError("median of an empty array is undefined, $(repr(v))"))
    eltype(v) >: Missing && any(ismissing, v) && return missing
    at = findfirst(isnanish, v)
    at === nothing || return v[at]
    low, high = firstindex(v), lastindex(v)
    n = high - low + 1
    mid = div(low + high, 2)
    isodd(n) && return middle(partialsort!(v, mid))
    pair = partialsort!(v, mid:mid+1)
    return middle(pair[1], pair[2])
end
median!(v::AbstractArray) = median!(vec(v))

"""
    median(itr)
    median(A; dims)

The middle one in order; the middle of the middle two, if the number is even.
"""
median(itr) = median!(collect(itr))
median(A::AbstractArray; dims=:) = _median(A, dims)
_median(A::AbstractArray, dims) = mapslices(median!, A; dims=dims)
_median(A::AbstractArray{T}, ::Colon) where {T} = median!(copyto!(Array{T,1}(undef, length(A)), A))
median(r::AbstractRange{<:Real}) = mean(r)

"""
    quantile!([q,] v, p; sorted = false, alpha = 1, beta = alpha)

As `quantile`, and may put the elements in another order.
"""
function quantile!(q::AbstractArray, v::AbstractVector, p::AbstractArray; sorted::Bool=false, alpha::Real=1.0,
                   beta::Real=alpha)
    require_one_based_indexing(q, v, p)
    size(p) == size(q) ||
        throw(DimensionMismatch("size of p, $(size(p)), must equal size of q, $(size(q))"))
    isempty(q) && return q
    low, high = extrema(p)
    _quantilesort!(v, sorted, low, high)
    for (i, j) in zip(eachindex(p), eachindex(q))
        @inbounds q[j] = _quantile(v, p[i]; alpha=alpha, beta=beta)
    end
    return q
end
function quantile!(v::AbstractVector, p::Union{AbstractArray,Tuple{Vararg{Real}}}; sorted::Bool=false,
                   alpha::Real=1.0, beta::Real=alpha)
    isempty(p) || _quantilesort!(v, sorted, extrema(p)...)
    return map(x -> _quantile(v, x; alpha=alpha, beta=beta), p)
end
quantile!(a::AbstractArray, p::Union{AbstractArray,Tuple{Vararg{Real}}}; sorted::Bool=false, alpha::Real=1.0,
          beta::Real=alpha) = quantile!(vec(a), p; sorted=sorted, alpha=alpha, beta=beta)
quantile!(v::AbstractVector, p::Real; sorted::Bool=false, alpha::Real=1.0, beta::Real=alpha) =
    _quantile(_quantilesort!(v, sorted, p, p), p; alpha=alpha, beta=beta)

# Sorts as much as the quantiles from `low` to `high` need.
function _quantilesort!(v::AbstractVector, sorted::Bool, low::Real, high::Real)
    isempty(v) && throw(ArgumentError("empty data vector"))
    require_one_based_indexing(v)
    if !sorted
        n = length(v)
        from, to = max(1, floor(Int, low * n)), min(n, ceil(Int, 1 + high * n))
        sort!(v, 1, n, Base.Sort.PartialQuickSort(from:to), Base.Sort.Forward)
    end
    last_one = v[end]
    (ismissing(last_one) || isnanish(last_one)) &&
        throw(ArgumentError("quantiles are undefined in presence of NaNs or missing values"))
    return v
end

function _quantile(v::AbstractVector, p; alpha::Real=1.0, beta::Real=alpha)
    0 <= p <= 1 || throw(ArgumentError("input probability out of [0,1] range"))
    0 <= alpha <= 1 || throw(ArgumentError("alpha parameter out of [0,1] range"))
    0 <= beta <= 1 || throw(ArgumentError("beta parameter out of [0,1] range"))
    n = length(v)
    m = alpha + p * (one(alpha) - alpha - beta)
    # A little more than exact, so that a whole number is not missed.
    position = n * p + (p isa AbstractFloat ? oftype(p, m) : m)
    j = n == 1 ? 1 : clamp(trunc(Int, position + 4 * eps(position)), 1, n - 1)
    g = clamp(position - j, 0, 1)
    a, b = n == 1 ? (v[1], v[1]) : (v[j], v[j+1])
    return isfinite(a) && isfinite(b) ? a + g * (b - a) : (1 - g) * a + g * b
end

"""
    quantile(itr, p; sorted = false, alpha = 1, beta = alpha)

The quantile of a probability, or of several, interpolated between the elements in order.
"""
quantile(itr, p; sorted::Bool=false, alpha::Real=1.0, beta::Real=alpha) =
    quantile!(collect(itr), p; sorted=sorted, alpha=alpha, beta=beta)
quantile(v::AbstractVector, p; sorted::Bool=false, alpha::Real=1.0, beta::Real=alpha) =
    quantile!(sorted ? v : Base.copymutable(v), p; sorted=sorted, alpha=alpha, beta=beta)
