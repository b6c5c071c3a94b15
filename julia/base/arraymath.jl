# arraymath.jl: arithmetic on whole arrays, reversal along dimensions, rotation by quarter turns.

for f in (:-, :conj)
    @eval begin
        ($f)(A::AbstractArray) = broadcast_preserving_zero_d($f, A)
    end
end
real(A::AbstractArray) = broadcast_preserving_zero_d(real, A)
imag(A::AbstractArray) = broadcast_preserving_zero_d(imag, A)

for f in (:+, :-)
    @eval function ($f)(A::AbstractArray, B::AbstractArray)
        promote_shape(A, B) # the shapes must be equal
        broadcast_preserving_zero_d($f, A, B)
    end
end

function +(A::Array, Bs::Array...)
    for B in Bs
        promote_shape(A, B)
    end
    broadcast_preserving_zero_d(+, A, Bs...)
end

for f in (:/, :\, :*)
    if f !== :/
        @eval ($f)(A::Number, B::AbstractArray) = broadcast_preserving_zero_d($f, A, B)
    end
    if f !== :\
        @eval ($f)(A::AbstractArray, B::Number) = broadcast_preserving_zero_d($f, A, B)
    end
end

## reversal ##

reverse(A::AbstractArray; dims=:) = _reverse(A, dims)
_reverse(A, dims) = reverse!(copymutable(A); dims)
_reverse(A::AbstractVector, ::Colon) = _reverse_vector(A)
function _reverse_vector(A::AbstractVector)
    B = similar(A)
    if eachindex(B) == eachindex(A) && IndexStyle(A) === IndexLinear()
        i = lastindex(A)
        for j in eachindex(B)
            @inbounds B[j] = A[i]
            i -= 1
        end
        return B
    end
    return reverse!(copymutable(A))
end

reverse!(A::AbstractArray; dims=:) = _reverse!(A, dims)
_reverse!(A::AbstractArray{<:Any,N}, ::Colon) where {N} = _reverse!(A, ntuple(identity, Val{N}()))
_reverse!(A::AbstractVector, ::Colon) = (isempty(A) || reverse!(A, firstindex(A), lastindex(A)); A)
_reverse!(A, dim::Integer) = _reverse!(A, (Int(dim),))
_reverse!(A, dims::NTuple{M,Integer}) where {M} = _reverse!(A, Int.(dims))
function _reverse!(A::AbstractArray{<:Any,N}, dims::NTuple{M,Int}) where {N,M}
    dims === () && return A
    if N < M || M != sum(ntuple(k -> k in dims, Val{N}()))
        throw(ArgumentError("invalid dimensions $dims in reverse!"))
    end
    inds = axes(A)
    mirror(I) = CartesianIndex(ntuple(k -> k in dims ? first(inds[k]) + last(inds[k]) - I[k] : I[k], Val{N}()))
    # each pair is swapped when its first member is met
    for I in CartesianIndices(inds)
        J = mirror(I)
        if isless(I, J)
            @inbounds A[I], A[J] = A[J], A[I]
        end
    end
    return A
end

## rotation ##

function rotl90(A::AbstractMatrix)
    ind1, ind2 = axes(A)
    B = similar(A, (ind2, ind1))
    n = first(ind2) + last(ind2)
    for i = axes(A, 1), j = ind2
        B[n-j, i] = A[i, j]
    end
    return B
end
function rotr90(A::AbstractMatrix)
    ind1, ind2 = axes(A)
    B = similar(A, (ind2, ind1))
    m = first(ind1) + last(ind1)
    for i = ind1, j = axes(A, 2)
        B[j, m-i] = A[i, j]
    end
    return B
end
function rot180(A::AbstractMatrix)
    B = similar(A)
    ind1, ind2 = axes(A, 1), axes(A, 2)
    m, n = first(ind1) + last(ind1), first(ind2) + last(ind2)
    for j = ind2, i = ind1
        B[m-i, n-j] = A[i, j]
    end
    return B
end
function rotl90(A::AbstractMatrix, k::Integer)
    k = mod(k, 4)
    k == 1 ? rotl90(A) : k == 2 ? rot180(A) : k == 3 ? rotr90(A) : copy(A)
end
rotr90(A::AbstractMatrix, k::Integer) = rotl90(A, -k)
rot180(A::AbstractMatrix, k::Integer) = mod(k, 2) == 1 ? rot180(A) : copy(A)
