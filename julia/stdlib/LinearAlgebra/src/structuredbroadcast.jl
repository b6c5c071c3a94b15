# structuredbroadcast.jl: broadcasts over structured matrices keep the structure where the function
# maps zeros to zero.

struct StructuredMatrixStyle{T} <: Broadcast.AbstractArrayStyle{2} end
StructuredMatrixStyle{T}(::Val{2}) where {T} = StructuredMatrixStyle{T}()
StructuredMatrixStyle{T}(::Val{N}) where {T,N} = Broadcast.DefaultArrayStyle{N}()

const StructuredMatrix = Union{Diagonal,Bidiagonal,SymTridiagonal,Tridiagonal,LowerTriangular,UnitLowerTriangular,UpperTriangular,UnitUpperTriangular}
for ST in (Diagonal, Bidiagonal, SymTridiagonal, Tridiagonal, LowerTriangular, UnitLowerTriangular, UpperTriangular, UnitUpperTriangular)
    @eval BroadcastStyle(::Type{<:$ST}) = $(StructuredMatrixStyle{ST}())
end

# two kinds together: the smallest kind that holds both
const _uppers = Union{UpperTriangular,UnitUpperTriangular}
const _lowers = Union{LowerTriangular,UnitLowerTriangular}
BroadcastStyle(::StructuredMatrixStyle{T}, ::StructuredMatrixStyle{T}) where {T} = StructuredMatrixStyle{T}()
BroadcastStyle(::StructuredMatrixStyle{S}, ::StructuredMatrixStyle{T}) where {S,T} = StructuredMatrixStyle{_joint_kind(S, T)}()
_joint_kind(S, T) = S === Diagonal ? T : T === Diagonal ? S :
                    S <: _uppers && T <: _uppers ? UpperTriangular :
                    S <: _lowers && T <: _lowers ? LowerTriangular :
                    !(S <: AbstractTriangular) && !(T <: AbstractTriangular) ? Tridiagonal : Matrix
BroadcastStyle(::StructuredMatrixStyle{T}, ::Broadcast.DefaultArrayStyle{2}) where {T} = Broadcast.DefaultArrayStyle{2}()
BroadcastStyle(::StructuredMatrixStyle{T}, ::Broadcast.DefaultArrayStyle{1}) where {T} = Broadcast.DefaultArrayStyle{2}()
BroadcastStyle(s::StructuredMatrixStyle, ::Broadcast.DefaultArrayStyle{0}) = s

const StructuredBroadcast{T} = Broadcasted{<:StructuredMatrixStyle{T}}

# What the function gives where all structured arguments are zero: nothing if it is not known.
_fzero(x::Number) = Some(x)
_fzero(S::StructuredMatrix) = Some(zero(eltype(S)))
_fzero(x::Ref) = Some(x[])
_fzero(x::Tuple{Any}) = Some(x[1])
_fzero(x) = nothing
function _fzero(bc::Broadcasted)
    args = map(_fzero, bc.args)
    any(isnothing, args) && return nothing
    return Some(bc.f(map(something, args)...))
end
function fzeropreserving(bc)
    v = _fzero(bc)
    return v !== nothing && (something(v) isa Number || something(v) isa AbstractArray) && iszero(something(v))
end

# unit triangles stay such only where one goes to one: they become plain ones
_plain_kind(T) = T === UnitUpperTriangular ? UpperTriangular : T === UnitLowerTriangular ? LowerTriangular : T

function Base.copy(bc::Broadcasted{StructuredMatrixStyle{T}}) where {T}
    if T !== Matrix && fzeropreserving(bc)
        return _structured_copy(_plain_kind(T), bc)
    end
    return copy(convert(Broadcasted{Broadcast.DefaultArrayStyle{2}}, bc))
end
Base.similar(bc::Broadcasted{<:StructuredMatrixStyle}, ::Type{ElType}) where {ElType} = similar(Array{ElType}, axes(bc))
Base.similar(bc::Broadcasted{<:StructuredMatrixStyle}, ::Type{ElType}, dims) where {ElType} = similar(Array{ElType}, dims)
Base.copyto!(dest::AbstractArray, bc::Broadcasted{<:StructuredMatrixStyle}) = copyto!(dest, convert(Broadcasted{Nothing}, bc))

_entry(bc, i, j) = bc[CartesianIndex(i, j)]
function _structured_copy(::Type{Diagonal}, bc)
    n = size(bc)[1]
    return Diagonal([_entry(bc, i, i) for i in 1:n])
end
_uplo_of(B::Bidiagonal) = B.uplo
_uplo_of(x) = nothing
function _uplo_of(bc::Broadcasted)
    u = nothing
    for a in bc.args
        v = _uplo_of(a)
        v === nothing && continue
        u === nothing || u == v || return 'T' # both sides
        u = v
    end
    return u
end
function _structured_copy(::Type{Bidiagonal}, bc)
    n = size(bc)[1]
    u = _uplo_of(bc)
    u == 'T' && return _structured_copy(Tridiagonal, bc)
    dv = [_entry(bc, i, i) for i in 1:n]
    ev = u == 'U' ? [_entry(bc, i, i + 1) for i in 1:n-1] : [_entry(bc, i + 1, i) for i in 1:n-1]
    return Bidiagonal(dv, ev, u == 'U' ? :U : :L)
end
function _structured_copy(::Type{SymTridiagonal}, bc)
    n = size(bc)[1]
    return SymTridiagonal([_entry(bc, i, i) for i in 1:n], [_entry(bc, i, i + 1) for i in 1:n-1])
end
function _structured_copy(::Type{Tridiagonal}, bc)
    n = size(bc)[1]
    return Tridiagonal([_entry(bc, i + 1, i) for i in 1:n-1], [_entry(bc, i, i) for i in 1:n], [_entry(bc, i, i + 1) for i in 1:n-1])
end
_structured_copy(::Type{UpperTriangular}, bc) = UpperTriangular(_full_copy(bc))
_structured_copy(::Type{LowerTriangular}, bc) = LowerTriangular(_full_copy(bc))
_full_copy(bc) = copy(convert(Broadcasted{Broadcast.DefaultArrayStyle{2}}, bc))

# only the stored part of the destination is written
function Base.copyto!(dest::Diagonal, bc::Broadcasted{<:StructuredMatrixStyle})
    axes(dest) == axes(bc) || Broadcast.throwdm(axes(dest), axes(bc))
    for i in axes(dest, 1)
        dest.diag[i] = _entry(bc, i, i)
    end
    return dest
end
