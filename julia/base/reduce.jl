# reduce.jl: folds and reductions of whole collections. Arrays are reduced pairwise, other
# iterators from left to right; along dimensions see reducedim.jl.

# what can be reduced by index: arrays, and broadcasts that were not computed
abstract type AbstractBroadcasted end
const AbstractArrayOrBroadcasted = Union{AbstractArray,AbstractBroadcasted}

# sum and prod of small integers are computed in Int and UInt
add_sum(x, y) = x + y
add_sum(x::BitSignedSmall, y::BitSignedSmall) = Int(x) + Int(y)
add_sum(x::BitUnsignedSmall, y::BitUnsignedSmall) = UInt(x) + UInt(y)
add_sum(x::Real, y::Real)::Real = x + y

mul_prod(x, y) = x * y
mul_prod(x::BitSignedSmall, y::BitSignedSmall) = Int(x) * Int(y)
mul_prod(x::BitUnsignedSmall, y::BitUnsignedSmall) = UInt(x) * UInt(y)
mul_prod(x::Real, y::Real)::Real = x * y

## foldl ##

# stands for "no initial value"
struct _InitialValue end

function mapfoldl_impl(f::F, op::OP, nt, itr) where {F,OP}
    op′, itr′ = _xfadjoint(BottomRF(op), Generator(f, itr))
    return foldl_impl(op′, nt, itr′)
end

function foldl_impl(op::OP, nt, itr) where {OP}
    v = _foldl_impl(op, nt, itr)
    v isa _InitialValue && return reduce_empty_iter(op, itr)
    return v
end

function _foldl_impl(op::OP, init, itr) where {OP}
    y = iterate(itr)
    y === nothing && return init
    v = op(init, y[1])
    while true
        y = iterate(itr, y[2])
        y === nothing && break
        v = op(v, y[1])
    end
    return v
end

# The elements of a short tuple are taken one by one, each with its own type.
function _foldl_impl(op::OP, init, itr::Union{Tuple,NamedTuple}) where {OP}
    length(itr) <= 32 && return afoldl(op, init, itr...)
    return @invoke _foldl_impl(op, init, itr::Any)
end

# The reducing functions that stand for the layers of an iterator: x -> op(acc, f(x)) for a
# Generator, a condition for a Filter, an inner loop for a Flatten.
struct BottomRF{T}
    rf::T
end
(op::BottomRF)(::_InitialValue, x) = reduce_first(op.rf, x)
(op::BottomRF)(acc, x) = op.rf(acc, x)

struct MappingRF{F,T}
    f::F
    rf::T
    MappingRF(f::F, rf::T) where {F,T} = new{F,T}(f, rf)
    MappingRF(::Type{f}, rf::T) where {f,T} = new{Type{f},T}(f, rf)
end
(op::MappingRF)(acc, x) = op.rf(acc, op.f(x))

struct FilteringRF{F,T}
    f::F
    rf::T
    FilteringRF(f::F, rf::T) where {F,T} = new{F,T}(f, rf)
    FilteringRF(::Type{f}, rf::T) where {f,T} = new{Type{f},T}(f, rf)
end
(op::FilteringRF)(acc, x) = op.f(x) ? op.rf(acc, x) : acc

struct FlatteningRF{T}
    rf::T
end
function (op::FlatteningRF)(acc, x)
    op′, itr′ = _xfadjoint(op.rf, x)
    return _foldl_impl(op′, acc, itr′)
end

_xfadjoint(op, itr) = (op, itr)
_xfadjoint(op, itr::Generator) = itr.f === identity ? _xfadjoint(op, itr.iter) : _xfadjoint(MappingRF(itr.f, op), itr.iter)
_xfadjoint(op, itr::Filter) = _xfadjoint(FilteringRF(itr.flt, op), itr.itr)
_xfadjoint(op, itr::Flatten) = _xfadjoint(FlatteningRF(op), itr.it)

mapfoldl(f, op, itr; init=_InitialValue()) = mapfoldl_impl(f, op, init, itr)
foldl(op, itr; kw...) = mapfoldl(identity, op, itr; kw...)

## foldr ##

function mapfoldr_impl(f, op, nt, itr)
    op′, itr′ = _xfadjoint(BottomRF(FlipArgs(op)), Generator(f, itr))
    return foldl_impl(op′, nt, _reverse_iter(itr′))
end
_reverse_iter(itr) = Iterators.reverse(itr)
_reverse_iter(itr::Union{Tuple,NamedTuple}) = length(itr) <= 32 ? reverse(itr) : Iterators.reverse(itr)

struct FlipArgs{F}
    f::F
end
(f::FlipArgs)(x, y) = f.f(y, x)

mapfoldr(f, op, itr; init=_InitialValue()) = mapfoldr_impl(f, op, init, itr)
foldr(op, itr; kw...) = mapfoldr(identity, op, itr; kw...)

## mapreduce of an indexable array, pairwise ##

@noinline function mapreduce_impl(f, op, A::AbstractArrayOrBroadcasted, ifirst::Integer, ilast::Integer, blksize::Int)
    if ifirst == ilast
        @inbounds a1 = A[ifirst]
        return mapreduce_first(f, op, a1)
    elseif ilast - ifirst < blksize
        # a block: from left to right
        @inbounds a1 = A[ifirst]
        @inbounds a2 = A[ifirst+1]
        v = op(f(a1), f(a2))
        @simd for i = ifirst+2:ilast
            @inbounds ai = A[i]
            v = op(v, f(ai))
        end
        return v
    else
        imid = ifirst + (ilast - ifirst) >> 1
        v1 = mapreduce_impl(f, op, A, ifirst, imid, blksize)
        v2 = mapreduce_impl(f, op, A, imid + 1, ilast, blksize)
        return op(v1, v2)
    end
end
mapreduce_impl(f, op, A::AbstractArrayOrBroadcasted, ifirst::Integer, ilast::Integer) =
    mapreduce_impl(f, op, A, ifirst, ilast, pairwise_blocksize(f, op))

pairwise_blocksize(f, op) = 1024
# sums of squares are accurate enough with longer blocks
pairwise_blocksize(::typeof(abs2), ::typeof(+)) = 4096

mapreduce(f, op, itr; kw...) = mapfoldl(f, op, itr; kw...)
mapreduce(f, op, itrs...; kw...) = reduce(op, Generator(f, itrs...); kw...)

## empty collections ##

_empty_reduce_error() = throw(ArgumentError("reducing over an empty collection is not allowed; consider supplying `init` to the reducer"))
_empty_reduce_error(@nospecialize(f), @nospecialize(T::Type)) = throw(ArgumentError(string(
    "reducing with ", f, " over an empty collection of element type ", T,
    " is not allowed; consider supplying `init` to the reducer")))

# What reducing nothing gives: there is deliberately no method for operations without a neutral
# element, so that the MethodError says it.
reduce_empty(::typeof(+), ::Type{Union{}}) = _empty_reduce_error(+, Union{})
reduce_empty(::typeof(+), ::Type{T}) where {T} = zero(T)
reduce_empty(::typeof(+), ::Type{Bool}) = zero(Int)
reduce_empty(::typeof(*), ::Type{Union{}}) = _empty_reduce_error(*, Union{})
reduce_empty(::typeof(*), ::Type{T}) where {T} = one(T)
reduce_empty(::typeof(*), ::Type{<:AbstractChar}) = ""
reduce_empty(::typeof(&), ::Type{Bool}) = true
reduce_empty(::typeof(|), ::Type{Bool}) = false

reduce_empty(::typeof(add_sum), ::Type{Union{}}) = _empty_reduce_error(add_sum, Union{})
reduce_empty(::typeof(add_sum), ::Type{T}) where {T} = reduce_empty(+, T)
reduce_empty(::typeof(add_sum), ::Type{T}) where {T<:BitSignedSmall} = zero(Int)
reduce_empty(::typeof(add_sum), ::Type{T}) where {T<:BitUnsignedSmall} = zero(UInt)
reduce_empty(::typeof(mul_prod), ::Type{Union{}}) = _empty_reduce_error(mul_prod, Union{})
reduce_empty(::typeof(mul_prod), ::Type{T}) where {T} = reduce_empty(*, T)
reduce_empty(::typeof(mul_prod), ::Type{T}) where {T<:BitSignedSmall} = one(Int)
reduce_empty(::typeof(mul_prod), ::Type{T}) where {T<:BitUnsignedSmall} = one(UInt)

reduce_empty(op::BottomRF, ::Type{T}) where {T} = reduce_empty(op.rf, T)
reduce_empty(op::MappingRF, ::Type{T}) where {T} = mapreduce_empty(op.f, op.rf, T)
reduce_empty(op::FilteringRF, ::Type{T}) where {T} = reduce_empty(op.rf, T)
reduce_empty(op::FlatteningRF, ::Type{T}) where {T} = reduce_empty(op.rf, eltype(T))
reduce_empty(op::FlipArgs, ::Type{T}) where {T} = reduce_empty(op.f, T)

mapreduce_empty(::typeof(identity), op, T) = reduce_empty(op, T)
mapreduce_empty(::typeof(abs), op, T) = abs(reduce_empty(op, T))
mapreduce_empty(::typeof(abs2), op, T) = abs2(reduce_empty(op, T))
mapreduce_empty(f::typeof(abs), ::typeof(max), T) = abs(zero(T))
mapreduce_empty(f::typeof(abs2), ::typeof(max), T) = abs2(zero(T))
mapreduce_empty(::Type{T}, op, S) where {T} = reduce_empty(op, T)

mapreduce_empty_iter(f, op, itr, ItrEltype) = reduce_empty_iter(MappingRF(f, op), itr, ItrEltype)

reduce_empty_iter(op, itr) = reduce_empty_iter(op, itr, IteratorEltype(itr))
reduce_empty_iter(op, itr, ::HasEltype) = reduce_empty(op, eltype(itr))
reduce_empty_iter(op, itr, ::EltypeUnknown) = throw(ArgumentError(
    """reducing over an empty collection of unknown element type is not allowed.
    You may be able to prevent this error by supplying an `init` value to the reducer."""))

## one element ##

reduce_first(op, x) = x
reduce_first(::typeof(+), x::Bool) = Int(x)
reduce_first(::typeof(*), x::AbstractChar) = string(x)
reduce_first(::typeof(add_sum), x) = reduce_first(+, x)
reduce_first(::typeof(add_sum), x::BitSignedSmall) = Int(x)
reduce_first(::typeof(add_sum), x::BitUnsignedSmall) = UInt(x)
reduce_first(::typeof(mul_prod), x) = reduce_first(*, x)
reduce_first(::typeof(mul_prod), x::BitSignedSmall) = Int(x)
reduce_first(::typeof(mul_prod), x::BitUnsignedSmall) = UInt(x)

mapreduce_first(f, op, x) = reduce_first(op, f(x))

_mapreduce(f, op, A::AbstractArrayOrBroadcasted) = _mapreduce(f, op, IndexStyle(A), A)

function _mapreduce(f, op, ::IndexLinear, A::AbstractArrayOrBroadcasted)
    inds = LinearIndices(A)
    n = length(inds)
    if n == 0
        return mapreduce_empty_iter(f, op, A, IteratorEltype(A))
    elseif n == 1
        @inbounds a1 = A[first(inds)]
        return mapreduce_first(f, op, a1)
    elseif n < 16
        # few elements: no recursion
        @inbounds i = first(inds)
        @inbounds a1 = A[i]
        @inbounds a2 = A[i+=1]
        s = op(f(a1), f(a2))
        while i < last(inds)
            @inbounds Ai = A[i+=1]
            s = op(s, f(Ai))
        end
        return s
    else
        return mapreduce_impl(f, op, A, first(inds), last(inds))
    end
end

mapreduce(f, op, a::Number) = mapreduce_first(f, op, a)
_mapreduce(f, op, ::IndexCartesian, A::AbstractArrayOrBroadcasted) = mapfoldl(f, op, A)

reduce(op, itr; kw...) = mapreduce(identity, op, itr; kw...)
reduce(op, a::Number) = a

## sum, prod ##

sum(f, a; kw...) = mapreduce(f, add_sum, a; kw...)
sum(a; kw...) = sum(identity, a; kw...)

prod(f, a; kw...) = mapreduce(f, mul_prod, a; kw...)
prod(a; kw...) = mapreduce(identity, mul_prod, a; kw...)

## maximum, minimum, extrema ##

maximum(f, a; kw...) = mapreduce(f, max, a; kw...)
maximum(a; kw...) = mapreduce(identity, max, a; kw...)
minimum(f, a; kw...) = mapreduce(f, min, a; kw...)
minimum(a; kw...) = mapreduce(identity, min, a; kw...)

extrema(itr; kw...) = extrema(identity, itr; kw...)
extrema(f, itr; kw...) = mapreduce(ExtremaMap(f), _extrema_rf, itr; kw...)

# both ends at once, over pairs of the lowest and highest so far
struct ExtremaMap{F} <: Function
    f::F
end
ExtremaMap(::Type{T}) where {T} = ExtremaMap{Type{T}}(T)
(f::ExtremaMap)(x) = (y = f.f(x); (y, y))

_extrema_rf((min1, max1), (min2, max2)) = (min(min1, min2), max(max1, max2))

## findmax, argmax and the like ##

findmax(f, domain) = _findmax(f, domain, :)
_findmax(f, domain, ::Colon) = mapfoldl(((k, v),) -> (f(v), k), _rf_findmax, pairs(domain))
_rf_findmax((fm, im), (fx, ix)) = isless(fm, fx) ? (fx, ix) : (fm, im)

findmax(itr) = _findmax(itr, :)
_findmax(a, ::Colon) = findmax(identity, a)

findmin(f, domain) = _findmin(f, domain, :)
_findmin(f, domain, ::Colon) = mapfoldl(((k, v),) -> (f(v), k), _rf_findmin, pairs(domain))
_rf_findmin((fm, im), (fx, ix)) = isgreater(fm, fx) ? (fx, ix) : (fm, im)

findmin(itr) = _findmin(itr, :)
_findmin(a, ::Colon) = findmin(identity, a)

argmax(f, domain) = mapfoldl(x -> (f(x), x), _rf_findmax, domain)[2]
argmax(itr) = findmax(itr)[2]
argmin(f, domain) = mapfoldl(x -> (f(x), x), _rf_findmin, domain)[2]
argmin(itr) = findmin(itr)[2]

## all, any ##

any(itr) = any(identity, itr)
all(itr) = all(identity, itr)

any(f, itr) = _any(f, itr, :)
function _any(f, itr, ::Colon)
    anymissing = false
    for x in itr
        v = f(x)
        if ismissing(v)
            anymissing = true
        else
            v && return true
        end
    end
    return anymissing ? missing : false
end

all(f, itr) = _all(f, itr, :)
function _all(f, itr, ::Colon)
    anymissing = false
    for x in itr
        v = f(x)
        if ismissing(v)
            anymissing = true
        else
            v || return false
        end
    end
    return anymissing ? missing : true
end

# anything else than a Bool is an error
_bool(f) = x -> f(x)::Bool

## count ##

count(itr; init=0) = count(identity, itr; init)
count(f, itr; init=0) = _simple_count(f, itr, init)

function _simple_count(f, itr, init::T) where {T}
    n::T = init
    for x in itr
        n = n + f(x)::Bool
    end
    return n
end
function _simple_count(::typeof(identity), x::Array{Bool}, init::T=0) where {T}
    n::T = init
    for b in x
        n += b
    end
    return n
end
