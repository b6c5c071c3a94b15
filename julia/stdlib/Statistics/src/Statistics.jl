"""
    Statistics

Means, variances, covariances, correlations, medians and quantiles.
"""
module Statistics

using LinearAlgebra
using Base: has_offset_axes, require_one_based_indexing

export cor, cov, std, stdm, var, varm, mean!, mean, median!, median, middle, quantile!, quantile

include("mean.jl")
include("variance.jl")
include("covariance.jl")
include("quantile.jl")

end
