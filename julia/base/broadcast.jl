# broadcast.jl: the module Broadcast. A dot call becomes a Broadcasted object that knows its
# function, arguments and style; materializing it computes the axes and fills one destination.
# Packages take part by BroadcastStyle, similar, copyto! and broadcasted.

module Broadcast

using ..Base: OneTo, tail, isoperator, promote_typejoin, promote_typejoin_union, unalias, negate, mapany
import ..Base: copy, copyto!, axes
export broadcast, broadcast!, BroadcastStyle, broadcast_axes, broadcastable, dotview, @__dot__, BroadcastFunction

const broadcast_axes = axes

## styles ##

abstract type BroadcastStyle end

# of types that are no arrays, as Tuple
struct Style{T} <: BroadcastStyle end

struct Unknown <: BroadcastStyle end
BroadcastStyle(::Type{Union{}}, slurp...) = Unknown()

abstract type AbstractArrayStyle{N} <: BroadcastStyle end

# of one kind of array: the results are of that kind, for any number of dimensions
struct ArrayStyle{A<:AbstractArray} <: AbstractArrayStyle{Any} end
ArrayStyle{A}(::Val) where {A} = ArrayStyle{A}()

# results are Arrays; N counts the dimensions
struct DefaultArrayStyle{N} <: AbstractArrayStyle{N} end
DefaultArrayStyle(::Val{N}) where {N} = DefaultArrayStyle{N}()
DefaultArrayStyle{M}(::Val{N}) where {N,M} = DefaultArrayStyle{N}()
const DefaultVectorStyle = DefaultArrayStyle{1}
const DefaultMatrixStyle = DefaultArrayStyle{2}

# two kinds of array that know nothing of each other
struct ArrayConflict <: AbstractArrayStyle{Any} end
ArrayConflict(::Val) = ArrayConflict()

BroadcastStyle(::Type{<:Tuple}) = Style{Tuple}()
BroadcastStyle(::Type{<:AbstractArray{T,N}}) where {T,N} = DefaultArrayStyle{N}()
BroadcastStyle(::Type{T}) where {T} = DefaultArrayStyle{ndims(T)}()
BroadcastStyle(::Type{<:Ref}) = DefaultArrayStyle{0}()

# pairs of styles: a rule need only be written in one order
BroadcastStyle(::S, ::S) where {S<:BroadcastStyle} = S()
BroadcastStyle(::BroadcastStyle, ::BroadcastStyle) = Unknown()
BroadcastStyle(::Unknown, ::Unknown) = Unknown()
BroadcastStyle(::S, ::Unknown) where {S<:BroadcastStyle} = S()
# tuples give way to arrays, but not to scalars
BroadcastStyle(a::AbstractArrayStyle{0}, b::Style{Tuple}) = b
BroadcastStyle(a::AbstractArrayStyle, ::Style{Tuple}) = a
BroadcastStyle(::A, ::A) where {A<:ArrayStyle} = A()
BroadcastStyle(::ArrayStyle, ::ArrayStyle) = Unknown()
BroadcastStyle(::A, ::A) where {A<:AbstractArrayStyle} = A()
function BroadcastStyle(a::A, b::B) where {A<:AbstractArrayStyle{M},B<:AbstractArrayStyle{N}} where {M,N}
    if Base.typename(A) === Base.typename(B)
        return A(Val(max(M, N)))
    end
    return Unknown()
end
# a specific kind of array wins against the default
BroadcastStyle(a::AbstractArrayStyle{Any}, ::DefaultArrayStyle) = a
BroadcastStyle(a::AbstractArrayStyle{N}, ::DefaultArrayStyle{N}) where {N} = a
BroadcastStyle(a::AbstractArrayStyle{M}, ::DefaultArrayStyle{N}) where {M,N} =
    typeof(a)(Val(max(M, N)))

## lazy broadcasts ##

# axes is nothing until it is instantiated
struct Broadcasted{Style<:Union{Nothing,BroadcastStyle},Axes,F,Args<:Tuple} <: Base.AbstractBroadcasted
    style::Style
    f::F
    args::Args
    axes::Axes

    Broadcasted(style::Union{Nothing,BroadcastStyle}, f::Tuple, args::Tuple) = error("a tuple is not callable")
    Broadcasted(style::Union{Nothing,BroadcastStyle}, f::F, args::Args) where {F,Args<:Tuple} =
        new{typeof(style),Nothing,Core.Typeof(f),Args}(style, f, args, nothing)
    Broadcasted(f::F, args::Args) where {F,Args<:Tuple} = Broadcasted(combine_styles(args...), f, args)
    Broadcasted(style::Union{Nothing,BroadcastStyle}, f::F, args::Args, axes) where {F,Args<:Tuple} =
        new{typeof(style),typeof(axes),Core.Typeof(f),Args}(style, f, args, axes)
    Broadcasted(f::F, args::Args, axes) where {F,Args<:Tuple} = Broadcasted(combine_styles(args...), f, args, axes)

    function Broadcasted{Style}(f::F, args::Args) where {Style,F,Args<:Tuple}
        return new{Style,Nothing,Core.Typeof(f),Args}(Style()::Style, f, args, nothing)
    end
    function Broadcasted{Style}(f::F, args::Args, axes) where {Style,F,Args<:Tuple}
        return new{Style,typeof(axes),Core.Typeof(f),Args}(Style()::Style, f, args, axes)
    end
    function Broadcasted{Nothing}(f::F, args::Args, axes) where {F,Args<:Tuple}
        return new{Nothing,typeof(axes),Core.Typeof(f),Args}(nothing, f, args, axes)
    end
    function Broadcasted{Nothing}(f::F, args::Args) where {F,Args<:Tuple}
        return new{Nothing,Nothing,Core.Typeof(f),Args}(nothing, f, args, nothing)
    end
    function Broadcasted{Style,Axes,F,Args}(f, args, axes) where {Style,Axes,F,Args}
        return new{Style,Axes,F,Args}(Style === Nothing ? nothing : Style(), f, args, axes)
    end
end

# `.&&` and `.||` evaluate their second side only where it is needed
struct AndAnd end
const andand = AndAnd()
broadcasted(::AndAnd, a, b) = broadcasted((a, b) -> a && b, a, b)
function broadcasted(::AndAnd, a, bc::Broadcasted)
    bcf = flatten(bc)
    broadcasted((a, args...) -> a && bcf.f(args...), a, bcf.args...)
end
struct OrOr end
const oror = OrOr()
broadcasted(::OrOr, a, b) = broadcasted((a, b) -> a || b, a, b)
function broadcasted(::OrOr, a, bc::Broadcasted)
    bcf = flatten(bc)
    broadcasted((a, args...) -> a || bcf.f(args...), a, bcf.args...)
end

Base.convert(::Type{Broadcasted{NewStyle}}, bc::Broadcasted{<:Any,Axes,F,Args}) where {NewStyle,Axes,F,Args} =
    Broadcasted{NewStyle,Axes,F,Args}(bc.f, bc.args, bc.axes)::Broadcasted{NewStyle,Axes,F,Args}

function Base.show(io::IO, bc::Broadcasted{Style}) where {Style}
    print(io, Broadcasted)
    # styles other than the default are part of what makes it
    if !(Style === Nothing || Style <: DefaultArrayStyle)
        print(io, '{', Style, '}')
    end
    print(io, '(', bc.f, ", ", bc.args, ')')
    nothing
end

# allocation of the result
Base.similar(bc::Broadcasted, ::Type{T}) where {T} = similar(bc, T, axes(bc))
Base.similar(::Broadcasted{DefaultArrayStyle{N}}, ::Type{ElType}, dims) where {N,ElType} =
    similar(Array{ElType,length(dims)}, dims)
Base.similar(::Broadcasted{DefaultArrayStyle{N}}, ::Type{Bool}, dims) where {N} =
    similar(BitArray, dims)
# in a conflict the result is an Array
Base.similar(::Broadcasted{ArrayConflict}, ::Type{ElType}, dims) where {ElType} =
    similar(Array{ElType,length(dims)}, dims)
Base.similar(::Broadcasted{ArrayConflict}, ::Type{Bool}, dims) =
    similar(BitArray, dims)

@inline Base.axes(bc::Broadcasted) = _axes(bc, bc.axes)
_axes(::Broadcasted, axes::Tuple) = axes
@inline _axes(bc::Broadcasted, ::Nothing) = combine_axes(bc.args...)
_axes(bc::Broadcasted{<:AbstractArrayStyle{0}}, ::Nothing) = ()

@inline Base.axes(bc::Broadcasted{<:Any,<:NTuple{N}}, d::Integer) where {N} =
    d <= N ? axes(bc)[d] : OneTo(1)

BroadcastStyle(::Type{<:Broadcasted{Style}}) where {Style} = Style()
BroadcastStyle(::Type{<:Broadcasted{S}}) where {S<:Union{Nothing,Unknown}} =
    throw(ArgumentError("Broadcasted{Unknown} wrappers do not have a style assigned"))

argtype(::Type{BC}) where {BC<:Broadcasted} = fieldtype(BC, :args)
argtype(bc::Broadcasted) = argtype(typeof(bc))

@inline Base.eachindex(bc::Broadcasted) = _eachindex(axes(bc))
_eachindex(t::Tuple{Any}) = t[1]
_eachindex(t::Tuple) = CartesianIndices(t)

Base.IndexStyle(bc::Broadcasted) = IndexStyle(typeof(bc))
Base.IndexStyle(::Type{<:Broadcasted{<:Any,<:Tuple{Any}}}) = IndexLinear()
Base.IndexStyle(::Type{<:Broadcasted{<:Any}}) = IndexCartesian()

Base.LinearIndices(bc::Broadcasted{<:Any,<:Tuple{Any}}) = LinearIndices(axes(bc))::LinearIndices{1}

Base.ndims(bc::Broadcasted) = ndims(typeof(bc))
Base.ndims(::Type{<:Broadcasted{<:Any,<:NTuple{N,Any}}}) where {N} = N
Base.ndims(BC::Type{<:Broadcasted{<:Any,Nothing}}) = _maxndims(fieldtype(BC, :args))
Base.ndims(::Type{<:Broadcasted{<:AbstractArrayStyle{N},Nothing}}) where {N<:Integer} = N

_maxndims(T::Type{<:Tuple}) = reduce(max, ntuple(n -> (F = fieldtype(T, n); F <: Ref ? 0 : F <: Tuple ? 1 : ndims(F)), Base._counttuple(T)))
_maxndims(::Type{<:Tuple{T}}) where {T} = T <: Tuple ? 1 : T <: Ref ? 0 : ndims(T)

Base.size(bc::Broadcasted) = map(length, axes(bc))
Base.length(bc::Broadcasted) = prod(size(bc))

Base.@propagate_inbounds function Base.iterate(bc::Broadcasted)
    iter = eachindex(bc)
    iterate(bc, (iter,))
end
Base.@propagate_inbounds function Base.iterate(bc::Broadcasted, s)
    y = iterate(s...)
    y === nothing && return nothing
    i, newstate = y
    return (bc[i], (s[1], newstate))
end

Base.IteratorSize(::Type{T}) where {T<:Broadcasted} = Base.HasShape{ndims(T)}()
Base.IteratorEltype(::Type{<:Broadcasted}) = Base.EltypeUnknown()

## instantiation: the axes are computed or checked ##

@inline function instantiate(bc::Broadcasted)
    if bc.axes isa Nothing
        axes = combine_axes(bc.args...)
    else
        axes = bc.axes
        check_broadcast_axes(axes, bc.args...)
    end
    return Broadcasted(bc.style, bc.f, bc.args, axes)
end
instantiate(bc::Broadcasted{<:AbstractArrayStyle{0}}) = bc
# tuples are not given axes of their own
instantiate(bc::Broadcasted{Style{Tuple}}) = bc.axes isa Nothing ? Broadcasted(bc.style, bc.f, bc.args, combine_axes(bc.args...)) : bc
instantiate(x) = x

## flattening: no Broadcasted among the arguments ##

isflat(bc::Broadcasted) = !_any_broadcasted(bc.args)
_any_broadcasted(::Tuple{}) = false
_any_broadcasted(t::Tuple) = _any_broadcasted(tail(t))
_any_broadcasted(t::Tuple{Broadcasted,Vararg{Any}}) = true

function flatten(bc::Broadcasted)
    isflat(bc) && return bc
    args = cat_nested(bc)
    n, call = _flat_call(bc)
    newf = (flatargs...) -> call(flatargs)
    return Broadcasted(bc.style, newf, args, bc.axes)
end

# all leaves of the tree, in order
cat_nested(t::Broadcasted, rest...) = (cat_nested(t.args...)..., cat_nested(rest...)...)
cat_nested(t::Any, rest...) = (t, cat_nested(rest...)...)
cat_nested() = ()

# how many leaves an argument has, and a function of exactly these
_flat_call(x) = 1, t -> t[1]
function _flat_call(bc::Broadcasted)
    parts = map(_flat_call, bc.args)
    n = sum(map(first, parts); init=0)
    f = bc.f
    call = t -> f(_flat_args(parts, t)...)
    return n, call
end
_flat_args(::Tuple{}, t) = ()
function _flat_args(parts::Tuple, t)
    n, call = parts[1]
    head = ntuple(i -> t[i], n)
    rest = ntuple(i -> t[n+i], length(t) - n)
    return (call(head), _flat_args(tail(parts), rest)...)
end

## combining styles ##

function combine_styles end
combine_styles() = DefaultArrayStyle{0}()
@inline combine_styles(c) = result_style(BroadcastStyle(typeof(c)))
@inline combine_styles(bc::Broadcasted) = bc.style
@inline combine_styles(c1, c2) = result_style(combine_styles(c1), combine_styles(c2))
@inline combine_styles(c1, c2, cs...) = result_style(combine_styles(c1), combine_styles(c2, cs...))

function result_style end
result_style(s::BroadcastStyle) = s
@inline function result_style(s1::BroadcastStyle, s2::BroadcastStyle)
    result_join(s1, s2, BroadcastStyle(s1, s2), BroadcastStyle(s2, s1))
end

# the two orders must not contradict each other
result_join(::Any, ::Any, ::Unknown, ::Unknown) = Unknown()
result_join(::Any, ::Any, ::Unknown, s::BroadcastStyle) = s
result_join(::Any, ::Any, s::BroadcastStyle, ::Unknown) = s
result_join(::AbstractArrayStyle, ::AbstractArrayStyle, ::Unknown, ::Unknown) = ArrayConflict()
result_join(::Any, ::Any, s1::S, s2::S) where {S<:BroadcastStyle} = s1
@noinline function result_join(::S, ::T, ::U, ::V) where {S,T,U,V}
    error("""
conflicting broadcast rules defined
  Broadcast.BroadcastStyle(::$S, ::$T) = $U()
  Broadcast.BroadcastStyle(::$T, ::$S) = $V()
One of these should be undefined (and thus return Broadcast.Unknown).""")
end

## combining axes ##

@inline combine_axes(A, B, C...) = broadcast_shape(axes(A), combine_axes(B, C...))
@inline combine_axes(A, B) = broadcast_shape(axes(A), axes(B))
@inline combine_axes(A) = axes(A)
combine_axes() = ()

broadcast_shape(shape::Tuple) = shape
broadcast_shape(shape::Tuple, shape1::Tuple, shapes::Tuple...) = broadcast_shape(_bcs(shape, shape1), shapes...)
_bcs(::Tuple{}, ::Tuple{}) = ()
_bcs(::Tuple{}, newshape::Tuple) = (newshape[1], _bcs((), tail(newshape))...)
_bcs(shape::Tuple, ::Tuple{}) = (shape[1], _bcs(tail(shape), ())...)
_bcs(shape::Tuple, newshape::Tuple) = (_bcs1(shape[1], newshape[1]), _bcs(tail(shape), tail(newshape))...)

_bcs1(a::Integer, b::Integer) = a == 1 ? b : (b == 1 ? a : (a == b ? a : _throw_bcs(a, b)))
_bcs1(a::Integer, b) = a == 1 ? b : (first(b) == 1 && last(b) == a ? b : _throw_bcs(a, length(b)))
_bcs1(a, b::Integer) = _bcs1(b, a)
_bcs1(a, b) = _bcsm(b, a) ? axistype(b, a) : _bcsm(a, b) ? axistype(a, b) : _throw_bcs(length(a), length(b))
_throw_bcs(a, b) = (@noinline; throw(DimensionMismatch(string(
    "arrays could not be broadcast to a common size; got a dimension with lengths ", a, " and ", b))))
# an axis b fits a where it is equal or of length 1
_bcsm(a, b) = a == b || length(b) == 1
_bcsm(a, b::Number) = b == 1
_bcsm(a::Number, b::Number) = a == b || b == 1
axistype(a::T, b::T) where {T} = a
axistype(a::OneTo, b::OneTo) = OneTo{Int}(a)
axistype(a, b) = UnitRange{Int}(a)

check_broadcast_shape(shp) = nothing
check_broadcast_shape(shp, ::Tuple{}) = nothing
check_broadcast_shape(::Tuple{}, ::Tuple{}) = nothing
function check_broadcast_shape(::Tuple{}, Ashp::Tuple)
    if any(ax -> length(ax) != 1, Ashp)
        throw(DimensionMismatch("cannot broadcast array to have fewer non-singleton dimensions"))
    end
    nothing
end
function check_broadcast_shape(shp, Ashp::Tuple)
    _bcsm(shp[1], Ashp[1]) || throw(DimensionMismatch("array could not be broadcast to match destination"))
    check_broadcast_shape(tail(shp), tail(Ashp))
end
@inline check_broadcast_axes(shp, A) = check_broadcast_shape(shp, axes(A))
@inline function check_broadcast_axes(shp, A, As...)
    check_broadcast_axes(shp, A)
    check_broadcast_axes(shp, As...)
end
check_broadcast_axes(shp) = nothing

## indexing with I: dimensions of length 1 keep their only index ##

@inline newindex(arg, I::CartesianIndex) = to_index(_newindex(axes(arg), I.I))
@inline newindex(arg, I::Integer) = to_index(_newindex(axes(arg), (I,)))
@inline _newindex(ax::Tuple, I::Tuple) = (ifelse(length(ax[1]) == 1, ax[1][1], I[1]), _newindex(tail(ax), tail(I))...)
@inline _newindex(ax::Tuple{}, I::Tuple) = ()
@inline _newindex(ax::Tuple, I::Tuple{}) = (ax[1][1], _newindex(tail(ax), ())...)
@inline _newindex(ax::Tuple{}, I::Tuple{}) = ()
to_index(t::Tuple{Any}) = t[1]
to_index(t::Tuple) = CartesianIndex(t)

# with precomputed answers which dimensions to keep
@inline newindex(I::CartesianIndex, keep, Idefault) = to_index(_newindex(I.I, keep, Idefault))
@inline newindex(I::CartesianIndex{1}, keep, Idefault) = newindex(I.I[1], keep, Idefault)
@inline newindex(i::Integer, keep::Tuple, idefault) = ifelse(keep[1], i, idefault[1])
@inline newindex(i::Integer, keep::Tuple{}, idefault) = CartesianIndex(())
@inline _newindex(I, keep, Idefault) = (ifelse(keep[1], I[1], Idefault[1]), _newindex(tail(I), tail(keep), tail(Idefault))...)
@inline _newindex(I, keep::Tuple{}, Idefault) = ()
@inline _newindex(I::Tuple{}, keep, Idefault) = (Idefault[1], _newindex((), tail(keep), tail(Idefault))...)
@inline _newindex(I::Tuple{}, keep::Tuple{}, Idefault) = ()

newindexer(A) = shapeindexer(axes(A))
@inline shapeindexer(ax) = _newindexer(ax)
_newindexer(indsA::Tuple{}) = (), ()
@inline function _newindexer(indsA::Tuple)
    ind1 = indsA[1]
    keep, Idefault = _newindexer(tail(indsA))
    return (Base.length(ind1)::Integer != 1, keep...), (first(ind1), Idefault...)
end

@inline Base.@propagate_inbounds function Base.getindex(bc::Broadcasted, I::Union{Integer,CartesianIndex})
    @boundscheck checkbounds(bc, I)
    _broadcast_getindex(bc, I)
end
Base.@propagate_inbounds Base.getindex(bc::Broadcasted, i1::Integer, i2::Integer, I::Integer...) =
    bc[CartesianIndex((i1, i2, I...))]
Base.@propagate_inbounds Base.getindex(bc::Broadcasted) = bc[CartesianIndex(())]

@inline Base.checkbounds(bc::Broadcasted, I::Union{Integer,CartesianIndex}) =
    Base.checkbounds_indices(Bool, axes(bc), (I,)) || Base.throw_boundserror(bc, (I,))

# an array whose answers for newindex are computed once
struct Extruded{T,K,D}
    x::T
    keeps::K # one Bool per dimension: does the index of the result count?
    defaults::D # the index if not
end
@inline axes(b::Extruded) = axes(b.x)
Base.@propagate_inbounds _broadcast_getindex(b::Extruded, i) = b.x[newindex(i, b.keeps, b.defaults)]
extrude(x::AbstractArray) = Extruded(x, newindexer(x)...)
extrude(x) = x

_broadcast_getindex(A::Union{Ref,AbstractArray{<:Any,0},Number,AbstractChar}, I) = A[]
_broadcast_getindex(::Ref{Type{T}}, I) where {T} = T
_broadcast_getindex(A::Tuple{Any}, I) = A[1]
_broadcast_getindex(A::Tuple, I) = A[I[1]]
Base.@propagate_inbounds _broadcast_getindex(A, I) = A[newindex(A, I)]

@inline function _broadcast_getindex(bc::Broadcasted{<:Any,<:Any,<:Any,<:Any}, I)
    args = _getindex(bc.args, I)
    return _broadcast_getindex_evalf(bc.f, args...)
end
@inline _broadcast_getindex_evalf(f::Tf, args::Vararg{Any,N}) where {Tf,N} = f(args...)

@inline _getindex(args::Tuple, I) = (_broadcast_getindex(args[1], I), _getindex(tail(args), I)...)
@inline _getindex(args::Tuple{Any}, I) = (_broadcast_getindex(args[1], I),)
@inline _getindex(args::Tuple{}, I) = ()

## what can be broadcast ##

# Converts an argument to something with axes and indices; scalars by choice are wrapped.
function broadcastable end
broadcastable(x::Union{Symbol,AbstractString,Function,UndefInitializer,Nothing,Base.RoundingMode,Missing,Val,Ptr,Base.AbstractPattern,Pair,IO,Base.AbstractCartesianIndex}) = Ref(x)
broadcastable(::Type{T}) where {T} = Ref{Type{T}}(T)
broadcastable(x::Union{AbstractArray,Number,AbstractChar,Ref,Tuple,Broadcasted}) = x
# anything else is iterated
broadcastable(x) = collect(x)
broadcastable(::Union{AbstractDict,NamedTuple}) =
    throw(ArgumentError("broadcasting over dictionaries and `NamedTuple`s is reserved"))

Base.axes(x::Broadcasted{Style{Tuple}}) = x.axes isa Nothing ? combine_axes(x.args...) : x.axes

## computation of the element type ##

_broadcast_getindex_eltype(bc::Broadcasted) = combine_eltypes(bc.f, bc.args)
_broadcast_getindex_eltype(A) = eltype(A)
_broadcast_getindex_eltype(::Ref{Type{T}}) where {T} = Type{T}

eltypes(::Tuple{}) = Tuple{}
eltypes(t::Tuple{Any}) = Base.TupleOrBottom(_broadcast_getindex_eltype(t[1]))
eltypes(t::Tuple{Any,Any}) = Base.TupleOrBottom(_broadcast_getindex_eltype(t[1]), _broadcast_getindex_eltype(t[2]))
eltypes(t::Tuple) = (TT = eltypes(tail(t)); TT === Union{} ? Union{} : Base.TupleOrBottom(_broadcast_getindex_eltype(t[1]), TT.parameters...))

# what inference says about the elements of the result
function combine_eltypes(f, args::Tuple)
    argT = eltypes(args)
    argT === Union{} && return Union{}
    return promote_typejoin_union(Base._return_type(f, argT))
end

## entry points ##

broadcast(f::Tf, As...) where {Tf} = materialize(broadcasted(f, As...))

# scalars and tuples of equal length need no axes
@inline broadcast(f::Tf, x::Number...) where {Tf} = f(x...)
@inline broadcast(f::Tf, t::NTuple{N,Any}, ts::Vararg{NTuple{N,Any}}) where {Tf,N} = map(f, t, ts...)

broadcast!(f::Tf, dest, As::Vararg{Any,N}) where {Tf,N} = (materialize!(dest, broadcasted(f, As...)); dest)

broadcast_getindex(A, I::AbstractArray...) = broadcast((i...) -> A[i...], I...)
broadcast_setindex!(A, v, I::AbstractArray...) = (broadcast((x, i...) -> (A[i...] = x; nothing), v, I...); A)

@inline materialize(bc::Broadcasted) = copy(instantiate(bc))
materialize(x) = x

@inline function materialize!(dest, x)
    return materialize!(dest, instantiate(Broadcasted(identity, (x,), axes(dest))))
end
@inline function materialize!(dest, bc::Broadcasted{<:Any})
    return materialize!(combine_styles(dest, bc), dest, bc)
end
@inline function materialize!(::BroadcastStyle, dest, bc::Broadcasted{<:Any})
    return copyto!(dest, instantiate(Broadcasted(bc.style, bc.f, bc.args, axes(dest))))
end

## copy: a new result ##

@inline copy(bc::Broadcasted{<:AbstractArrayStyle{0}}) = bc[CartesianIndex()]
copy(bc::Broadcasted{<:Union{Nothing,Unknown}}) =
    throw(ArgumentError("broadcasting requires an assigned BroadcastStyle"))

const NonleafHandlingStyles = Union{DefaultArrayStyle,ArrayConflict}

@inline function copy(bc::Broadcasted)
    ElType = combine_eltypes(bc.f, bc.args)
    if Base.isconcretetype(ElType)
        return copyto!(similar(bc, ElType), bc)
    end
    # The type is not known: that of the first value is the start, and it widens as values ask.
    bc′ = preprocess(nothing, bc)
    iter = eachindex(bc′)
    y = iterate(iter)
    if y === nothing
        # nothing to look at
        return similar(bc′, ElType)
    end
    I, state = y
    @inbounds val = bc′[I]
    dest = similar(bc′, typeof(val))
    @inbounds dest[I] = val
    return copyto_nonleaf!(dest, bc′, iter, state, 1)
end

function copyto_nonleaf!(dest, bc::Broadcasted, iter, state, count)
    T = eltype(dest)
    while true
        y = iterate(iter, state)
        y === nothing && break
        I, state = y
        @inbounds val = bc[I]
        if val isa T
            @inbounds dest[I] = val
        else
            # copies what is there into a wider one, and goes on with it
            newdest = Base.similar(dest, promote_typejoin(T, typeof(val)))
            return restart_copyto_nonleaf!(newdest, dest, bc, val, I, iter, state, count)
        end
        count += 1
    end
    return dest
end
function restart_copyto_nonleaf!(newdest, dest, bc, val, I, iter, state, count)
    for II in Iterators.take(iter, count)
        newdest[II] = dest[II]
    end
    newdest[I] = val
    return copyto_nonleaf!(newdest, bc, iter, state, count + 1)
end

## copyto!: into a destination ##

@noinline throwdm(axdest, axsrc) =
    throw(DimensionMismatch(string("destination axes ", axdest, " are not compatible with source axes ", axsrc)))

# package types may have methods for their own style; all others come by here
@inline copyto!(dest::AbstractArray, bc::Broadcasted) = copyto!(dest, convert(Broadcasted{Nothing}, bc))

@inline function copyto!(dest::AbstractArray, bc::Broadcasted{<:AbstractArrayStyle{0}})
    # dest .= x
    if bc.f === identity && bc.args isa Tuple{Any} && isflat(bc)
        return fill!(dest, bc.args[1][])
    else
        # f has to be called for each element
        return copyto!(dest, convert(Broadcasted{Nothing}, bc))
    end
end

# An argument that shares memory with the destination is copied, unless it is the destination
# itself, read and written at the same index.
@inline broadcast_unalias(dest, src) = dest === src ? src : unalias(dest, src)
broadcast_unalias(::Nothing, src) = src

@inline preprocess(dest, bc::Broadcasted) = Broadcasted(bc.style, bc.f, preprocess_args(dest, bc.args), bc.axes)
preprocess(dest, x) = extrude(broadcast_unalias(dest, x))

@inline preprocess_args(dest, args::Tuple) = (preprocess(dest, args[1]), preprocess_args(dest, tail(args))...)
@inline preprocess_args(dest, args::Tuple{Any}) = (preprocess(dest, args[1]),)
@inline preprocess_args(dest, args::Tuple{}) = ()

@inline function copyto!(dest::AbstractArray, bc::Broadcasted{Nothing})
    axes(dest) == axes(bc) || throwdm(axes(dest), axes(bc))
    # dest .= A
    if bc.f === identity && bc.args isa Tuple{AbstractArray}
        A = bc.args[1]
        if axes(dest) == axes(A)
            return copyto!(dest, A)
        end
    end
    bc′ = preprocess(dest, bc)
    @inbounds @simd for I in eachindex(bc′)
        dest[I] = bc′[I]
    end
    return dest
end

## tuples ##

@inline function copy(bc::Broadcasted{Style{Tuple}})
    dim = axes(bc)
    length(dim) == 1 || throw(DimensionMismatch("tuple only supports one dimension"))
    N = length(dim[1])
    return ntuple(k -> @inbounds(_broadcast_getindex(bc, k)), Val(N))
end

## broadcasted ##

# Makes the lazy object: a method with own types decides what a call means for them.
function broadcasted end
@inline function broadcasted(f, arg1, args...)
    arg1′ = broadcastable(arg1)
    args′ = map(broadcastable, args)
    return broadcasted(combine_styles(arg1′, args′...), f, arg1′, args′...)
end
@inline broadcasted(::S, f, args...) where {S<:BroadcastStyle} = Broadcasted(S(), f, args)
broadcasted(f) = Broadcasted(DefaultArrayStyle{0}(), f, ())

# keywords are the same for all elements
@inline function broadcasted_kwsyntax(f, args...; kwargs...)
    if isempty(kwargs)
        return broadcasted(f, args...)
    else
        return broadcasted((args...) -> f(args...; kwargs...), args...)
    end
end

# a 0-dimensional result stays an array
@inline function broadcast_preserving_zero_d(f, As...)
    bc = broadcasted(f, As...)
    r = materialize(bc)
    return length(axes(bc)) == 0 ? fill!(similar(bc, typeof(r)), r) : r
end
@inline broadcast_preserving_zero_d(f) = fill(f())
@inline broadcast_preserving_zero_d(f, as::Number...) = fill(f(as...))

## ranges: simple arithmetic gives ranges ##

broadcasted(::DefaultArrayStyle{1}, ::typeof(+), r::AbstractRange) = r
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), r::OrdinalRange) = range(-first(r), -last(r), step=negate(step(r)))
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), r::StepRangeLen) = StepRangeLen(-r.ref, negate(r.step), length(r), r.offset)
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), r::LinRange) = LinRange(-r.start, -r.stop, length(r))

# integers and characters keep their kind of range
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), r::AbstractRange, x::Number) = _range_shift(first(r) + x, step(r), length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), x::Number, r::AbstractRange) = _range_shift(x + first(r), step(r), length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), r::OrdinalRange, x::Integer) = range(first(r) + x, last(r) + x, step=step(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), x::Integer, r::OrdinalRange) = range(x + first(r), x + last(r), step=step(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), r::AbstractUnitRange, x::Integer) = range(first(r) + x, last(r) + x)
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), x::Integer, r::AbstractUnitRange) = range(x + first(r), x + last(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), r::StepRangeLen{T}, x::Number) where {T} =
    StepRangeLen{typeof(T(r.ref) + x)}(r.ref + x, r.step, length(r), r.offset)
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), x::Number, r::StepRangeLen{T}) where {T} =
    StepRangeLen{typeof(x + T(r.ref))}(x + r.ref, r.step, length(r), r.offset)
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), r::LinRange, x::Number) = LinRange(r.start + x, r.stop + x, length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), x::Number, r::LinRange) = LinRange(x + r.start, x + r.stop, length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(+), r1::AbstractRange, r2::AbstractRange) = r1 + r2

# the start may now be of a wider type than the step
_range_shift(start, step, len) = StepRangeLen(promote(start, step)..., len)

broadcasted(::DefaultArrayStyle{1}, ::typeof(-), r::AbstractRange, x::Number) = _range_shift(first(r) - x, step(r), length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), x::Number, r::AbstractRange) = _range_shift(x - first(r), negate(step(r)), length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), r::OrdinalRange, x::Integer) = range(first(r) - x, last(r) - x, step=step(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), x::Integer, r::OrdinalRange) = range(x - first(r), x - last(r), step=negate(step(r)))
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), r::AbstractUnitRange, x::Integer) = range(first(r) - x, last(r) - x)
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), x::Integer, r::AbstractUnitRange) = range(x - first(r), x - last(r), step=negate(step(r)))
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), r::StepRangeLen{T}, x::Number) where {T} =
    StepRangeLen{typeof(T(r.ref) - x)}(r.ref - x, r.step, length(r), r.offset)
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), x::Number, r::StepRangeLen{T}) where {T} =
    StepRangeLen{typeof(x - T(r.ref))}(x - r.ref, negate(r.step), length(r), r.offset)
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), r::LinRange, x::Number) = LinRange(r.start - x, r.stop - x, length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), x::Number, r::LinRange) = LinRange(x - r.start, x - r.stop, length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(-), r1::AbstractRange, r2::AbstractRange) = r1 - r2

broadcasted(::DefaultArrayStyle{1}, ::typeof(*), x::Number, r::AbstractRange) = StepRangeLen(x * first(r), x * step(r), length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(*), x::AbstractFloat, r::OrdinalRange) =
    Base.range_start_step_length(x * first(r), x * step(r), length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(*), x::Number, r::StepRangeLen{T}) where {T} =
    StepRangeLen{typeof(x * T(r.ref))}(x * r.ref, x * r.step, length(r), r.offset)
broadcasted(::DefaultArrayStyle{1}, ::typeof(*), x::Number, r::LinRange) = LinRange(x * r.start, x * r.stop, r.len)
broadcasted(::DefaultArrayStyle{1}, ::typeof(*), r::AbstractRange, x::Number) = StepRangeLen(first(r) * x, step(r) * x, length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(*), r::OrdinalRange, x::AbstractFloat) =
    Base.range_start_step_length(first(r) * x, step(r) * x, length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(*), r::StepRangeLen{T}, x::Number) where {T} =
    StepRangeLen{typeof(T(r.ref) * x)}(r.ref * x, r.step * x, length(r), r.offset)
broadcasted(::DefaultArrayStyle{1}, ::typeof(*), r::LinRange, x::Number) = LinRange(r.start * x, r.stop * x, r.len)

broadcasted(::DefaultArrayStyle{1}, ::typeof(/), r::AbstractRange, x::Number) = range(first(r) / x, last(r) / x, length=length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(/), r::StepRangeLen{T}, x::Number) where {T} =
    StepRangeLen{typeof(T(r.ref) / x)}(r.ref / x, r.step / x, length(r), r.offset)
broadcasted(::DefaultArrayStyle{1}, ::typeof(/), r::LinRange, x::Number) = LinRange(r.start / x, r.stop / x, r.len)
broadcasted(::DefaultArrayStyle{1}, ::typeof(\), x::Number, r::AbstractRange) = range(x \ first(r), x \ last(r), length=length(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(\), x::Number, r::StepRangeLen{T}) where {T} =
    StepRangeLen{typeof(x \ T(r.ref))}(x \ r.ref, x \ r.step, length(r), r.offset)
broadcasted(::DefaultArrayStyle{1}, ::typeof(\), x::Number, r::LinRange) = LinRange(x \ r.start, x \ r.stop, r.len)

broadcasted(::DefaultArrayStyle{1}, ::typeof(big), r::UnitRange) = big(r.start):big(last(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(big), r::StepRange) = big(r.start):big(r.step):big(last(r))
broadcasted(::DefaultArrayStyle{1}, ::typeof(big), r::StepRangeLen) = StepRangeLen(big(r.ref), big(r.step), length(r), r.offset)
broadcasted(::DefaultArrayStyle{1}, ::typeof(big), r::LinRange) = LinRange(big(r.start), big(r.stop), length(r))

## CartesianIndices ##

broadcasted(::typeof(+), I::CartesianIndices{N}, j::CartesianIndex{N}) where {N} =
    CartesianIndices(map((rng, offset) -> rng .+ offset, I.indices, Tuple(j)))
broadcasted(::typeof(+), j::CartesianIndex{N}, I::CartesianIndices{N}) where {N} = I .+ j
broadcasted(::typeof(-), I::CartesianIndices{N}, j::CartesianIndex{N}) where {N} =
    CartesianIndices(map((rng, offset) -> rng .- offset, I.indices, Tuple(j)))
function broadcasted(::typeof(-), j::CartesianIndex{N}, I::CartesianIndices{N}) where {N}
    diffrange(offset, rng) = range(offset - last(rng), length=length(rng), step=step(rng))
    Iterators.reverse(CartesianIndices(map(diffrange, Tuple(j), I.indices)))
end

## @. ##

# every call and operator becomes a dot call, except below `$`
__dot__(x) = x
dottable(x) = true
dottable(x::Symbol) = (!isoperator(x) || first(string(x)) != '.' || x === :..) && x !== :(:)
dottable(x::Expr) = x.head !== :$
undot(x) = x
function undot(x::Expr)
    if x.head === :.=
        Expr(:(=), x.args...)
    elseif x.head === :block
        Expr(:block, mapany(undot, x.args)...)
    else
        x
    end
end
function __dot__(x::Expr)
    dotargs = mapany(__dot__, x.args)
    if x.head === :call && dottable(x.args[1])
        Expr(:., dotargs[1], Expr(:tuple, dotargs[2:end]...))
    elseif x.head === :comparison
        Expr(:comparison, (iseven(i) && dottable(arg) && arg isa Symbol && isoperator(arg) ?
                           Symbol('.', arg) : arg for (i, arg) in pairs(dotargs))...)
    elseif x.head === :$
        x.args[1]
    elseif x.head === :let
        # assignments in the head of a let stay as they are
        Expr(:let, undot(dotargs[1]), dotargs[2])
    elseif x.head === :for
        Expr(:for, undot(dotargs[1]), dotargs[2])
    elseif (x.head === :(=) || x.head === :function || x.head === :macro) &&
           Meta.isexpr(x.args[1], :call)
        # the name and arguments of a function definition
        Expr(x.head, x.args[1], dotargs[2])
    elseif x.head === :(<:) || x.head === :(>:)
        tmp = x.head === :(<:) ? :.<: : :.>:
        Expr(:call, tmp, dotargs...)
    else
        head = String(x.head)::String
        if last(head) == '=' && first(head) != '.' || head == "&&" || head == "||"
            Expr(Symbol('.', head), dotargs...)
        else
            Expr(x.head, dotargs...)
        end
    end
end
macro __dot__(x)
    esc(__dot__(x))
end

# the target of `A[I...] .= x`
@inline dotview(args...) = Base.maybeview(args...)

## BroadcastFunction: the dotted operator as a function ##

struct BroadcastFunction{F} <: Function
    f::F
end
BroadcastFunction(f::Type) = BroadcastFunction{Type{f}}(f)
@inline (op::BroadcastFunction)(x...; kwargs...) = op.f.(x...; kwargs...)
function Base.show(io::IO, op::BroadcastFunction)
    print(io, BroadcastFunction, '(')
    show(io, op.f)
    print(io, ')')
    nothing
end
function Base.show(io::IO, ::MIME"text/plain", op::BroadcastFunction)
    show(io, op)
end

end # module
