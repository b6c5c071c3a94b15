# Variances and standard deviations.

realXcY(x::Real, y::Real) = x * y
realXcY(x::Complex, y::Complex) = real(x) * real(y) + imag(x) * imag(y)

"""
    varm(itr, mean; dims, corrected = true)

The variance around a known mean.
"""
varm(A::AbstractArray, m; corrected::Bool=true, dims=:) = _varm(A, m, corrected, dims)
varm(itr, m; corrected::Bool=true) = _var_around(itr, m, corrected)

function _varm(A::AbstractArray{T}, m, corrected::Bool, ::Colon) where {T}
    n = length(A)
    n == 0 && return oftype((abs2(zero(T)) + abs2(zero(T))) / 2, NaN)
    return sum(x -> abs2(x - m), A) / (n - Int(corrected))
end
_varm(A::AbstractArray, m::AbstractArray, corrected::Bool, ::Colon) =
    sum(((x, y),) -> abs2(x - y), zip(A, Iterators.cycle(m))) / (length(A) - Int(corrected))
function _varm(A::AbstractArray, m, corrected::Bool, dims)
    n = prod(i -> size(A, i), unique(dims); init=1)
    return sum(abs2.(A .- m); dims=dims) ./ (n - Int(corrected))
end

"""
    var(itr; corrected = true, mean = nothing, dims)

The variance; of the population behind the sample, if `corrected`.
"""
var(A::AbstractArray; corrected::Bool=true, mean=nothing, dims=:) = _var(A, corrected, mean, dims)
_var(A::AbstractArray, corrected::Bool, mean, dims) =
    _varm(A, something(mean, Statistics.mean(A; dims=dims)), corrected, dims)
function _var(A::AbstractArray, corrected::Bool, mean, ::Colon)
    m = mean === nothing ? Statistics.mean(A) : mean
    return m isa AbstractArray ? _varm(A, m, corrected, :) : real(_varm(A, m, corrected, :))
end

function var(itr; corrected::Bool=true, mean=nothing)
    mean === nothing || return _var_around(itr, mean, corrected)
    # B. P. Welford's method: the mean of those seen so far, and the sum of squares around it.
    next = iterate(itr)
    next === nothing && throw(ArgumentError("variance of empty collection undefined: $(repr(itr))"))
    value, state = next
    count = 1
    m = value / 1
    s = real(zero(m))
    next = iterate(itr, state)
    while next !== nothing
        value, state = next
        count += 1
        new = m + (value - m) / count
        s += realXcY(value - m, value - new)
        m = new
        next = iterate(itr, state)
    end
    return s / (count - Int(corrected))
end
function _var_around(itr, m, corrected::Bool)
    next = iterate(itr)
    next === nothing && throw(ArgumentError("variance of empty collection undefined: $(repr(itr))"))
    value, state = next
    count = 1
    s = abs2(value - m)
    next = iterate(itr, state)
    while next !== nothing
        value, state = next
        count += 1
        s += abs2(value - m)
        next = iterate(itr, state)
    end
    return s / (count - Int(corrected))
end

_sqrt!(A::AbstractArray) = map!(sqrt, A, A)

"""
    stdm(itr, mean; corrected = true)

The standard deviation around a known mean.
"""
stdm(A::AbstractArray, m; corrected::Bool=true) = sqrt(varm(A, m; corrected=corrected))
stdm(itr, m; corrected::Bool=true) = sqrt(varm(itr, m; corrected=corrected))

"""
    std(itr; corrected = true, mean = nothing, dims)

The standard deviation.
"""
std(A::AbstractArray; corrected::Bool=true, mean=nothing, dims=:) = _std(A, corrected, mean, dims)
_std(A::AbstractArray, corrected::Bool, mean, ::Colon) = sqrt(_var(A, corrected, mean, :))
_std(A::AbstractArray, corrected::Bool, mean, dims) = sqrt.(_var(A, corrected, mean, dims))
std(itr; corrected::Bool=true, mean=nothing) = sqrt(var(itr; corrected=corrected, mean=mean))
