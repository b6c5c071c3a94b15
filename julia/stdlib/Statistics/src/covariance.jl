# Covariances and correlations. Of matrices, `vardim` is the dimension along which the observations lie.

_conj(x::AbstractArray{<:Real}) = x
_conj(x::AbstractArray) = conj(x)

unscaled_covzm(x::AbstractVector{<:Number}) = sum(abs2, x)
unscaled_covzm(x::AbstractVector) = sum(t -> t * t', x)
unscaled_covzm(x::AbstractMatrix, vardim::Int) = vardim == 1 ? _conj(x' * x) : x * x'
unscaled_covzm(x::AbstractVector, y::AbstractVector) = sum(conj(y[i]) * x[i] for i in eachindex(y, x))
unscaled_covzm(x::AbstractVector, y::AbstractMatrix, vardim::Int) =
    vardim == 1 ? transpose(x) * _conj(y) : transpose(x) * transpose(_conj(y))
unscaled_covzm(x::AbstractMatrix, y::AbstractVector, vardim::Int) =
    vardim == 1 ? transpose(x) * _conj(y) : x * _conj(y)
unscaled_covzm(x::AbstractMatrix, y::AbstractMatrix, vardim::Int) =
    vardim == 1 ? transpose(x) * _conj(y) : x * adjoint(y)

# With means of zero.
covzm(x::AbstractVector; corrected::Bool=true) = unscaled_covzm(x) / (length(x) - Int(corrected))
covzm(x::AbstractMatrix, vardim::Int=1; corrected::Bool=true) =
    unscaled_covzm(x, vardim) .* inv(size(x, vardim) - Int(corrected))
covzm(x::AbstractVector, y::AbstractVector; corrected::Bool=true) =
    unscaled_covzm(x, y) / (length(x) - Int(corrected))
covzm(x::AbstractVecOrMat, y::AbstractVecOrMat, vardim::Int=1; corrected::Bool=true) =
    unscaled_covzm(x, y, vardim) .* inv(size(x, vardim) - Int(corrected))

# With known means.
covm(x::AbstractVector, xmean; corrected::Bool=true) = covzm(map(t -> t - xmean, x); corrected=corrected)
covm(x::AbstractMatrix, xmean, vardim::Int=1; corrected::Bool=true) = covzm(x .- xmean, vardim; corrected=corrected)
covm(x::AbstractVector, xmean, y::AbstractVector, ymean; corrected::Bool=true) =
    covzm(map(t -> t - xmean, x), map(t -> t - ymean, y); corrected=corrected)
covm(x::AbstractVecOrMat, xmean, y::AbstractVecOrMat, ymean, vardim::Int=1; corrected::Bool=true) =
    covzm(x .- xmean, y .- ymean, vardim; corrected=corrected)

_vmean(x::AbstractVector, vardim::Int) = mean(x)
_vmean(x::AbstractMatrix, vardim::Int) = mean(x; dims=vardim)

"""
    cov(x[, y]; corrected = true)
    cov(X[, Y]; dims = 1, corrected = true)

The variance of a vector, the covariance of two, or the covariances between the columns of matrices.
"""
cov(x::AbstractVector; corrected::Bool=true) = covm(x, mean(x); corrected=corrected)
cov(X::AbstractMatrix; dims::Int=1, corrected::Bool=true) = covm(X, _vmean(X, dims), dims; corrected=corrected)
cov(x::AbstractVector, y::AbstractVector; corrected::Bool=true) =
    covm(x, mean(x), y, mean(y); corrected=corrected)
cov(X::AbstractVecOrMat, Y::AbstractVecOrMat; dims::Int=1, corrected::Bool=true) =
    covm(X, _vmean(X, dims), Y, _vmean(Y, dims), dims; corrected=corrected)
cov(itr; corrected::Bool=true) = cov(collect(itr); corrected=corrected)
cov(itr1, itr2; corrected::Bool=true) = cov(collect(itr1), collect(itr2); corrected=corrected)

# Rounding must not bring a correlation past one.
clampcor(r::Real) = clamp(r, -1, 1)
clampcor(r) = r

function cov2cor!(C::AbstractMatrix{T}, xsd::AbstractArray) where {T}
    n = length(xsd)
    size(C) == (n, n) || throw(DimensionMismatch("inconsistent dimensions"))
    for j in 1:n
        for i in 1:j-1
            C[i, j] = adjoint(C[j, i])
        end
        C[j, j] = oneunit(T)
        for i in j+1:n
            C[i, j] = clampcor(C[i, j] / (xsd[i] * xsd[j]))
        end
    end
    return C
end
function cov2cor!(C::AbstractMatrix, xsd, ysd)
    for j in axes(C, 2), i in axes(C, 1)
        C[i, j] = clampcor(C[i, j] / (_at(xsd, i) * _at(ysd, j)))
    end
    return C
end
_at(x::Number, i) = x
_at(x::AbstractArray, i) = x[i]

corzm(x::AbstractVector{T}) where {T} = T === Missing ? missing : one(float(nonmissingtype(T)))
function corzm(x::AbstractMatrix, vardim::Int=1)
    c = unscaled_covzm(x, vardim)
    return cov2cor!(c, [sqrt(c[i, i]) for i in 1:min(size(c)...)])
end
corzm(x::AbstractVector, y::AbstractMatrix, vardim::Int=1) =
    cov2cor!(unscaled_covzm(x, y, vardim), sqrt(sum(abs2, x)), sqrt.(sum(abs2, y; dims=vardim)))
corzm(x::AbstractMatrix, y::AbstractVector, vardim::Int=1) =
    cov2cor!(reshape(unscaled_covzm(x, y, vardim), :, 1), sqrt.(sum(abs2, x; dims=vardim)), sqrt(sum(abs2, y)))
corzm(x::AbstractMatrix, y::AbstractMatrix, vardim::Int=1) =
    cov2cor!(unscaled_covzm(x, y, vardim), sqrt.(sum(abs2, x; dims=vardim)), sqrt.(sum(abs2, y; dims=vardim)))

corm(x::AbstractVector, xmean) = corzm(x)
corm(x::AbstractMatrix, xmean, vardim::Int=1) = corzm(x .- xmean, vardim)
function corm(x::AbstractVector, mx, y::AbstractVector, my)
    require_one_based_indexing(x, y)
    n = length(x)
    length(y) == n || throw(DimensionMismatch("inconsistent lengths"))
    n > 0 || throw(ArgumentError("correlation only defined for non-empty vectors"))
    xx = yy = abs2(zero(x[1] - mx)) / 1
    xy = zero(x[1] - mx) * adjoint(zero(y[1] - my)) / 1
    for i in 1:n
        dx, dy = x[i] - mx, y[i] - my
        xx += abs2(dx)
        yy += abs2(dy)
        xy += dx * adjoint(dy)
    end
    return clampcor(xy / max(xx, yy) / sqrt(min(xx, yy) / max(xx, yy)))
end
corm(x::AbstractVecOrMat, xmean, y::AbstractVecOrMat, ymean, vardim::Int=1) = corzm(x .- xmean, y .- ymean, vardim)

"""
    cor(x[, y])
    cor(X[, Y]; dims = 1)

Pearson's correlation of vectors, or between the columns of matrices.
"""
cor(x::AbstractVector) = corzm(x)
cor(X::AbstractMatrix; dims::Int=1) = corm(X, _vmean(X, dims), dims)
cor(x::AbstractVector, y::AbstractVector) = corm(x, mean(x), y, mean(y))
cor(x::AbstractVecOrMat, y::AbstractVecOrMat; dims::Int=1) = corm(x, _vmean(x, dims), y, _vmean(y, dims), dims)
cor(itr) = cor(collect(itr))
cor(itr1, itr2) = cor(collect(itr1), collect(itr2))
