"""
    SparseArrays

Matrices and vectors of which only the entries that were given are stored. What has no method here works
through the array interface, entry by entry.
"""
module SparseArrays

using LinearAlgebra
using Base: require_one_based_indexing
import Random: AbstractRNG, default_rng, randsubseq

export AbstractSparseArray, AbstractSparseMatrix, AbstractSparseVector, SparseMatrixCSC, SparseVector,
       sparse, sparsevec, spzeros, sprand, sprandn, spdiagm, issparse, nnz, nonzeros, nonzeroinds, nzrange, rowvals,
       findnz, dropzeros, dropzeros!, droptol!, blockdiag

abstract type AbstractSparseArray{Tv,Ti,N} <: AbstractArray{Tv,N} end
const AbstractSparseVector{Tv,Ti} = AbstractSparseArray{Tv,Ti,1}
const AbstractSparseMatrix{Tv,Ti} = AbstractSparseArray{Tv,Ti,2}

include("matrix.jl")
include("vector.jl")
include("construct.jl")

end
