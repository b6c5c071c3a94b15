# adjtrans.jl: Adjoint and Transpose: a matrix or vector seen with its dimensions swapped (and
# its elements adjoint or transposed), without a copy.

struct Adjoint{T,S} <: AbstractMatrix{T}
    parent::S
end
struct Transpose{T,S} <: AbstractMatrix{T}
    parent::S
end

Adjoint(A) = Adjoint{Base.promote_op(adjoint, eltype(A)),typeof(A)}(A)
Transpose(A) = Transpose{Base.promote_op(transpose, eltype(A)),typeof(A)}(A)
# numbers need no inference
Adjoint(A::AbstractArray{T}) where {T<:Number} = Adjoint{T,typeof(A)}(A)
Transpose(A::AbstractArray{T}) where {T<:Number} = Transpose{T,typeof(A)}(A)
Adjoint(A::AbstractArray{T}) where {T<:AbstractVector{<:Number}} = Adjoint{Adjoint{eltype(T),T},typeof(A)}(A)
Transpose(A::AbstractArray{T}) where {T<:AbstractVector{<:Number}} = Transpose{Transpose{eltype(T),T},typeof(A)}(A)

const AdjOrTrans{T,S} = Union{Adjoint{T,S},Transpose{T,S}} where {T,S}
const AdjointAbsVec{T} = Adjoint{T,<:AbstractVector}
const AdjointAbsMat{T} = Adjoint{T,<:AbstractMatrix}
const TransposeAbsVec{T} = Transpose{T,<:AbstractVector}
const TransposeAbsMat{T} = Transpose{T,<:AbstractMatrix}
const AdjOrTransAbsVec{T} = AdjOrTrans{T,<:AbstractVector}
const AdjOrTransAbsMat{T} = AdjOrTrans{T,<:AbstractMatrix}

# the scalar operation of a wrapper
wrapperop(::Adjoint) = adjoint
wrapperop(::Transpose) = transpose
wrapperop(_) = identity

adjoint(A::AbstractVecOrMat) = Adjoint(A)
transpose(A::AbstractVecOrMat) = Transpose(A)
adjoint(A::Adjoint) = A.parent
transpose(A::Transpose) = A.parent
# of real elements the two are one
adjoint(A::Transpose{<:Real}) = A.parent
transpose(A::Adjoint{<:Real}) = A.parent

Base.parent(A::AdjOrTrans) = A.parent
Base.length(A::AdjOrTrans) = length(A.parent)
Base.size(v::AdjOrTransAbsVec) = (1, length(v.parent))
Base.size(A::AdjOrTransAbsMat) = reverse(size(A.parent))
Base.axes(v::AdjOrTransAbsVec) = (Base.OneTo(1), axes(v.parent)...)
Base.axes(A::AdjOrTransAbsMat) = reverse(axes(A.parent))
Base.IndexStyle(::Type{<:AdjOrTransAbsVec}) = IndexLinear()
Base.IndexStyle(::Type{<:AdjOrTransAbsMat}) = IndexCartesian()

Base.@propagate_inbounds Base.getindex(v::Adjoint{T,<:AbstractVector}, i::Int) where {T} = adjoint(v.parent[i-1+first(axes(v.parent, 1))])::T
Base.@propagate_inbounds Base.getindex(v::Transpose{T,<:AbstractVector}, i::Int) where {T} = transpose(v.parent[i-1+first(axes(v.parent, 1))])::T
Base.@propagate_inbounds Base.getindex(A::Adjoint{T,<:AbstractMatrix}, i::Int, j::Int) where {T} = adjoint(A.parent[j, i])::T
Base.@propagate_inbounds Base.getindex(A::Transpose{T,<:AbstractMatrix}, i::Int, j::Int) where {T} = transpose(A.parent[j, i])::T
Base.@propagate_inbounds Base.setindex!(v::AdjOrTransAbsVec, x, i::Int) = (v.parent[i-1+first(axes(v.parent, 1))] = wrapperop(v)(x); v)
Base.@propagate_inbounds Base.setindex!(A::AdjOrTransAbsMat, x, i::Int, j::Int) = (A.parent[j, i] = wrapperop(A)(x); A)
# a row selected by the colon stays a row
Base.@propagate_inbounds Base.getindex(v::AdjOrTransAbsVec, ::Colon, is::AbstractArray{Int}) = wrapperop(v)(v.parent[is])
Base.@propagate_inbounds Base.getindex(v::AdjOrTransAbsVec, ::Colon, ::Colon) = wrapperop(v)(v.parent[:])

Base.isassigned(v::AdjOrTransAbsVec, i::Int) = isassigned(v.parent, i)
Base.isassigned(A::AdjOrTransAbsMat, i::Int, j::Int) = isassigned(A.parent, j, i)

Base.similar(A::AdjOrTrans) = similar(A.parent, eltype(A), axes(A))
Base.similar(A::AdjOrTransAbsVec) = wrapperop(A)(similar(A.parent))
Base.similar(A::AdjOrTransAbsVec, ::Type{T}) where {T} = wrapperop(A)(similar(A.parent, T))
Base.similar(A::AdjOrTrans, ::Type{T}) where {T} = similar(A.parent, T, axes(A))
Base.similar(A::AdjOrTrans, ::Type{T}, dims::Dims{N}) where {T,N} = similar(A.parent, T, dims)

Base.dataids(A::AdjOrTrans) = Base.dataids(A.parent)
Base.unaliascopy(A::Adjoint) = Adjoint(Base.unaliascopy(A.parent))
Base.unaliascopy(A::Transpose) = Transpose(Base.unaliascopy(A.parent))
Base.strides(A::Adjoint{<:Real,<:AbstractVector}) = (s = stride(A.parent, 1); (s * length(A.parent), s))
Base.strides(A::Adjoint{<:Real,<:AbstractMatrix}) = reverse(strides(A.parent))
Base.strides(A::Transpose{<:Any,<:AbstractVector}) = (s = stride(A.parent, 1); (s * length(A.parent), s))
Base.strides(A::Transpose{<:Any,<:AbstractMatrix}) = reverse(strides(A.parent))

Base.convert(::Type{Adjoint{T,S}}, A::Adjoint) where {T,S} = Adjoint{T,S}(convert(S, A.parent))
Base.convert(::Type{Transpose{T,S}}, A::Transpose) where {T,S} = Transpose{T,S}(convert(S, A.parent))
Base.copy(A::TransposeAbsMat) = transpose!(similar(A.parent, eltype(A), reverse(axes(A.parent))), A.parent)
Base.copy(A::AdjointAbsMat) = adjoint!(similar(A.parent, eltype(A), reverse(axes(A.parent))), A.parent)

function Base.showarg(io::IO, v::Adjoint, toplevel)
    print(io, "adjoint(")
    Base.showarg(io, parent(v), false)
    print(io, ')')
    toplevel && print(io, " with eltype ", eltype(v))
    return nothing
end
function Base.showarg(io::IO, v::Transpose, toplevel)
    print(io, "transpose(")
    Base.showarg(io, parent(v), false)
    print(io, ')')
    toplevel && print(io, " with eltype ", eltype(v))
    return nothing
end

# rows concatenate as their vectors do
Base.hcat(avs::Union{Number,AdjointAbsVec}...) = _adjoint_hcat(avs...)
Base.hcat(tvs::Union{Number,TransposeAbsVec}...) = _transpose_hcat(tvs...)
_adjoint_hcat(avs::Union{Number,AdjointAbsVec}...) = adjoint(vcat(map(adjoint, avs)...))
_transpose_hcat(tvs::Union{Number,TransposeAbsVec}...) = transpose(vcat(map(transpose, tvs)...))
Base.hcat(avs::Adjoint{T,Vector{T}}...) where {T} = _adjoint_hcat(avs...)
Base.hcat(tvs::Transpose{T,Vector{T}}...) where {T} = _transpose_hcat(tvs...)

# maps and broadcasts over rows alone give rows
Base.map(f, avs::AdjointAbsVec...) = adjoint(map((xs...) -> adjoint(f(map(adjoint, xs)...)), map(parent, avs)...))
Base.map(f, tvs::TransposeAbsVec...) = transpose(map((xs...) -> transpose(f(map(transpose, xs)...)), map(parent, tvs)...))
Broadcast.broadcast_preserving_zero_d(f, avs::Union{Number,AdjointAbsVec}...) =
    adjoint(Broadcast.broadcast_preserving_zero_d((xs...) -> adjoint(f(map(adjoint, xs)...)), map(_parent_or_adjoint, avs)...))
Broadcast.broadcast_preserving_zero_d(f, tvs::Union{Number,TransposeAbsVec}...) =
    transpose(Broadcast.broadcast_preserving_zero_d((xs...) -> transpose(f(map(transpose, xs)...)), map(_parent_or_transpose, tvs)...))
Broadcast.broadcast_preserving_zero_d(f, xs::Number...) = fill(f(xs...))
_parent_or_adjoint(x::Number) = adjoint(x)
_parent_or_adjoint(x) = parent(x)
_parent_or_transpose(x::Number) = transpose(x)
_parent_or_transpose(x) = parent(x)

(-)(A::AdjointAbsMat) = Adjoint(-A.parent)
(-)(A::TransposeAbsMat) = Transpose(-A.parent)

Base.reshape(v::AdjOrTransAbsVec{<:Number}, ::Colon) = v isa Adjoint && !(eltype(v) <: Real) ? conj(parent(v)) : parent(v)
Base.vec(v::TransposeAbsVec{<:Number}) = parent(v)
Base.vec(v::Adjoint{<:Real,<:AbstractVector}) = parent(v)

## products of rows and columns ##

function _dot_nonrecursive(u, v)
    lu = length(u)
    lu == length(v) || throw(DimensionMismatch("first array has length $(lu) which does not match the length of the second, $(length(v))."))
    if lu == 0
        return zero(eltype(u)) * zero(eltype(v))
    end
    s = nothing
    for (x, y) in zip(u, v)
        s = s === nothing ? x * y : s + x * y
    end
    return s
end

*(u::AdjointAbsVec{<:Number}, v::AbstractVector{<:Number}) = dot(u.parent, v)
*(u::TransposeAbsVec{T}, v::AbstractVector{T}) where {T<:Real} = dot(u.parent, v)
*(u::AdjOrTransAbsVec, v::AbstractVector) = _dot_nonrecursive(u, v)

# of rows with matrices see matmul.jl

# pinv of a vector is a row
pinv(v::AdjointAbsVec, tol::Real=0) = pinv(v.parent, tol).parent
pinv(v::TransposeAbsVec, tol::Real=0) = pinv(conj(v.parent)).parent

/(u::AdjointAbsVec, A::AbstractMatrix) = adjoint(adjoint(A) \ u.parent)
/(u::TransposeAbsVec, A::AbstractMatrix) = transpose(transpose(A) \ u.parent)
/(u::AdjointAbsVec, A::Adjoint{<:Any,<:AbstractMatrix}) = adjoint(A.parent \ u.parent)
/(u::TransposeAbsVec, A::Transpose{<:Any,<:AbstractMatrix}) = transpose(A.parent \ u.parent)

# conjugation of rows and matrices
Base.conj(A::Transpose) = adjoint(A.parent)
Base.conj(A::Adjoint) = transpose(A.parent)
Base.conj(A::Transpose{<:Real}) = A
Base.conj(A::Adjoint{<:Real}) = A

## copies with swapped dimensions ##

transpose!(B::AbstractMatrix, A::AbstractMatrix) = transpose_f!(transpose, B, A)
adjoint!(B::AbstractMatrix, A::AbstractMatrix) = transpose_f!(adjoint, B, A)
function transpose!(B::AbstractVector, A::AbstractMatrix)
    axes(B, 1) == axes(A, 2) && axes(A, 1) == 1:1 || throw(DimensionMismatch("transpose"))
    copyto!(B, A)
end
function transpose!(B::AbstractMatrix, A::AbstractVector)
    axes(B, 2) == axes(A, 1) && axes(B, 1) == 1:1 || throw(DimensionMismatch("transpose"))
    copyto!(B, A)
end
function adjoint!(B::AbstractVector, A::AbstractMatrix)
    axes(B, 1) == axes(A, 2) && axes(A, 1) == 1:1 || throw(DimensionMismatch("adjoint"))
    ccopy!(B, A)
end
function adjoint!(B::AbstractMatrix, A::AbstractVector)
    axes(B, 2) == axes(A, 1) && axes(B, 1) == 1:1 || throw(DimensionMismatch("adjoint"))
    ccopy!(B, A)
end
function ccopy!(B, A)
    for (i, j) in zip(eachindex(B), eachindex(A))
        B[i] = adjoint(A[j])
    end
    return B
end
function transpose_f!(f, B::AbstractMatrix, A::AbstractMatrix)
    inds = axes(A)
    axes(B, 1) == inds[2] && axes(B, 2) == inds[1] || throw(DimensionMismatch(string(f)))
    A = Base.unalias(B, A)
    for j in inds[2], i in inds[1]
        @inbounds B[j, i] = f(A[i, j])
    end
    return B
end
function copy_transpose!(B::AbstractVecOrMat, ir_dest::AbstractRange{Int}, jr_dest::AbstractRange{Int},
    A::AbstractVecOrMat, ir_src::AbstractRange{Int}, jr_src::AbstractRange{Int})
    length(ir_dest) == length(jr_src) || throw(ArgumentError(string("source and destination must have same size (got ", length(jr_src), " and ", length(ir_dest), ")")))
    length(jr_dest) == length(ir_src) || throw(ArgumentError(string("source and destination must have same size (got ", length(ir_src), " and ", length(jr_dest), ")")))
    for (jd, is) in zip(jr_dest, ir_src), (id, js) in zip(ir_dest, jr_src)
        B[id, jd] = transpose(A[is, js])
    end
    return B
end
