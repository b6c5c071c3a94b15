# iterators.jl: the module Iterators: lazy views of iterators that behave like iterators.

baremodule Iterators

# a bare module: it has its own `map`, `filter`, `reverse` and `accumulate`
import ..Base
using ..Base:
    @inline, @propagate_inbounds, @boundscheck, @inbounds, @eval,
    Pair, Pairs, AbstractDict, IndexLinear, IndexCartesian, AbstractVector, Vector, Generator, NTuple,
    SizeUnknown, HasLength, HasShape, IsInfinite, EltypeUnknown, HasEltype, OneTo,
    AbstractRange, AbstractUnitRange, UnitRange, LinearIndices, TupleOrBottom,
    (:), |, +, -, *, !==, !, ==, !=, <=, <, >, >=, missing, Missing,
    any, _counttuple, eachindex, ntuple, zero, prod, reduce, in, firstindex, lastindex,
    tail, fieldtypes, min, max, minimum, oneunit, promote, promote_shape,
    cld, string, convert
import ..Base:
    first, last,
    isempty, length, size, axes, ndims,
    eltype, IteratorSize, IteratorEltype,
    haskey, keys, values, pairs,
    getindex, setindex!, get, iterate,
    popfirst!, isdone, peek, intersect

export enumerate, zip, rest, countfrom, take, drop, takewhile, dropwhile, cycle, repeated, product, flatten, flatmap

## map ##

map(f, arg, args...) = Generator(f, arg, args...)

tail_if_any(::Tuple{}) = ()
tail_if_any(x::Tuple) = tail(x)

_min_length(a, b, ::IsInfinite, ::IsInfinite) = min(length(a), length(b))
_min_length(a, b, A, ::IsInfinite) = length(a)
_min_length(a, b, ::IsInfinite, B) = length(b)
_min_length(a, b, A, B) = min(length(a), length(b))

_diff_length(a, b, A, ::IsInfinite) = 0
_diff_length(a, b, ::IsInfinite, ::IsInfinite) = 0
_diff_length(a, b, ::IsInfinite, B) = length(a) # undefined: an error
function _diff_length(a, b, A, B)
    m, n = length(a), length(b)
    return m > n ? m - n : zero(n - m)
end

and_iteratorsize(isz::T, ::T) where {T} = isz
and_iteratorsize(::HasLength, ::HasShape) = HasLength()
and_iteratorsize(::HasShape, ::HasLength) = HasLength()
and_iteratorsize(a, b) = SizeUnknown()

and_iteratoreltype(iel::T, ::T) where {T} = iel
and_iteratoreltype(a, b) = EltypeUnknown()

## reverse ##

struct Reverse{T}
    itr::T
end
reverse(itr) = Reverse(itr)
# twice reversed
reverse(itr::Reverse) = itr.itr

eltype(::Type{Reverse{T}}) where {T} = eltype(T)
length(r::Reverse) = length(r.itr)
size(r::Reverse) = size(r.itr)
IteratorSize(::Type{Reverse{T}}) where {T} = IteratorSize(T)
IteratorEltype(::Type{Reverse{T}}) where {T} = IteratorEltype(T)
last(r::Reverse) = first(r.itr)
isempty(r::Reverse) = isempty(r.itr)

# arrays: the indices backwards
@propagate_inbounds function iterate(A::Reverse{<:AbstractArray}, state=(reverse(eachindex(A.itr)),))
    y = iterate(state...)
    y === nothing && return y
    idx, itrs = y
    (A.itr[idx], (state[1], itrs))
end
# ranges are reversed as ranges
reverse(R::AbstractRange) = Base.reverse(R)
reverse(G::Generator) = Generator(G.f, reverse(G.iter))

@propagate_inbounds function iterate(r::Reverse{<:Union{Tuple,NamedTuple}}, i::Int=length(r.itr))
    i < 1 && return nothing
    return (r.itr[i], i - 1)
end

## enumerate ##

struct Enumerate{I}
    itr::I
end
enumerate(iter) = Enumerate(iter)
length(e::Enumerate) = length(e.itr)
size(e::Enumerate) = size(e.itr)
@propagate_inbounds function iterate(e::Enumerate, state=(1,))
    i, rest = state[1], tail(state)
    n = iterate(e.itr, rest...)
    n === nothing && return n
    return (i, n[1]), (i + 1, n[2])
end
last(e::Enumerate) = (length(e.itr), e.itr[end])
eltype(::Type{Enumerate{I}}) where {I} = TupleOrBottom(Int, eltype(I))
IteratorSize(::Type{Enumerate{I}}) where {I} = IteratorSize(I)
IteratorEltype(::Type{Enumerate{I}}) where {I} = IteratorEltype(I)

@inline function iterate(r::Reverse{<:Enumerate})
    ri = reverse(r.itr.itr)
    iterate(r, (length(ri), ri))
end
@inline function iterate(r::Reverse{<:Enumerate}, state)
    i, ri, rest = state[1], state[2], tail(tail(state))
    n = iterate(ri, rest...)
    n === nothing && return n
    return (i, n[1]), (i - 1, ri, n[2])
end

## pairs ##

pairs(::IndexLinear, A::AbstractArray) = Pairs(A, LinearIndices(A))
pairs(::IndexCartesian, A::AbstractArray) = Pairs(A, Base.CartesianIndices(axes(A)))
pairs(A::AbstractArray) = pairs(IndexCartesian(), A)
pairs(A::AbstractVector) = pairs(IndexLinear(), A)
pairs(tuple::Tuple) = Pairs{Int}(tuple, keys(tuple))
pairs(nt::NamedTuple) = Pairs{Symbol}(nt, keys(nt))
pairs(v::Core.SimpleVector) = Pairs(v, LinearIndices(v))
length(v::Pairs) = length(getfield(v, :itr))
axes(v::Pairs) = axes(getfield(v, :itr))
size(v::Pairs) = size(getfield(v, :itr))

@propagate_inbounds function iterate(v::Pairs{K,V}, state...) where {K,V}
    x = iterate(getfield(v, :itr), state...)
    x === nothing && return x
    indx, n = x
    item = getfield(v, :data)[indx]
    return (Pair{K,V}(indx, item), n)
end
@propagate_inbounds function iterate(v::Pairs{Symbol,V,I,A}, state=1) where {V,I,A<:NamedTuple}
    ks = getfield(v, :itr)
    state > length(ks) && return nothing
    k = ks[state]
    return (Pair{Symbol,V}(k, getfield(v, :data)[k]), state + 1)
end
@propagate_inbounds isdone(v::Pairs, state...) = isdone(getfield(v, :itr), state...)

IteratorSize(::Type{<:Pairs{<:Any,<:Any,I}}) where {I} = IteratorSize(I)
IteratorSize(::Type{<:Pairs{<:Any,<:Any,<:AbstractUnitRange,<:Tuple}}) = HasLength()

function last(v::Pairs{K,V}) where {K,V}
    idx = last(getfield(v, :itr))
    return Pair{K,V}(idx, v[idx])
end

haskey(v::Pairs, key) = (key in getfield(v, :itr))
keys(v::Pairs) = getfield(v, :itr)
values(v::Pairs) = getfield(v, :data) # all of it: itr covers data
getindex(v::Pairs, key) = getfield(v, :data)[key]
setindex!(v::Pairs, value, key) = (getfield(v, :data)[key] = value; v)
get(v::Pairs, key, default) = get(getfield(v, :data), key, default)
get(f::Union{Function,Type}, v::Pairs, key) = get(f, getfield(v, :data), key)

reverse(v::Pairs) = Pairs(getfield(v, :data), reverse(getfield(v, :itr)))

## zip ##

struct Zip{Is<:Tuple}
    is::Is
end
zip(a...) = Zip(a)

function length(z::Zip)
    n = _zip_min_length(z.is)
    n === nothing && throw(ArgumentError("iterator is of undefined length"))
    return n
end
function _zip_min_length(is)
    i = is[1]
    n = _zip_min_length(tail(is))
    if IteratorSize(i) isa IsInfinite
        return n
    else
        return n === nothing ? length(i) : min(n, length(i))
    end
end
_zip_min_length(is::Tuple{}) = nothing

# the dimensions of vectors shrink to the shortest, those of matrices must agree
_promote_tuple_shape((a,)::Tuple{OneTo}, (b,)::Tuple{OneTo}) = (intersect(a, b),)
_promote_tuple_shape((m,)::Tuple{Integer}, (n,)::Tuple{Integer}) = (min(m, n),)
_promote_tuple_shape(a, b) = promote_shape(a, b)
_promote_tuple_shape(a, b...) = _promote_tuple_shape(a, _promote_tuple_shape(b...))
_promote_tuple_shape(a) = a
size(z::Zip) = _promote_tuple_shape(Base.map(size, z.is)...)
axes(z::Zip) = _promote_tuple_shape(Base.map(axes, z.is)...)
ndims(::Zip{<:Tuple{Any,Vararg{Any}}}) = 1

eltype(::Type{Zip{Is}}) where {Is<:Tuple} = TupleOrBottom(map_eltypes(Is)...)
map_eltypes(::Type{Is}) where {Is} = Base.map(eltype, fieldtypes(Is))

@inline isdone(z::Zip) = _zip_any_isdone(z.is, Base.map(_ -> (), z.is))
@inline isdone(z::Zip, ss) = _zip_any_isdone(z.is, Base.map(Tuple1, ss))
Tuple1(x) = (x,)
@inline function _zip_any_isdone(is, ss)
    d1 = isdone(is[1], ss[1]...)
    d1 === true && return true
    return d1 | _zip_any_isdone(tail(is), tail(ss))
end
@inline _zip_any_isdone(::Tuple{}, ::Tuple{}) = false

@propagate_inbounds iterate(z::Zip) = _zip_iterate_all(z.is, Base.map(_ -> (), z.is))
@propagate_inbounds iterate(z::Zip, ss) = _zip_iterate_all(z.is, Base.map(Tuple1, ss))
iterate(z::Zip{Tuple{}}) = (), ()
iterate(z::Zip{Tuple{}}, state) = (), ()

# First all iterators that know that they are not at their end, then those that must be asked:
# a stateful iterator loses no element when another one is at its end.
@propagate_inbounds function _zip_iterate_all(is, ss)
    d, ds = _zip_isdone(is, ss)
    d && return nothing
    xs1 = _zip_iterate_some(is, ss, ds, false)
    xs1 === nothing && return nothing
    xs2 = _zip_iterate_some(is, ss, ds, missing)
    xs2 === nothing && return nothing
    return _zip_iterate_interleave(xs1, xs2, ds)
end
@propagate_inbounds function _zip_iterate_some(is, ss, ds::Tuple{T,Vararg{Any}}, f::T) where {T}
    x = iterate(is[1], ss[1]...)
    x === nothing && return nothing
    y = _zip_iterate_some(tail(is), tail(ss), tail(ds), f)
    y === nothing && return nothing
    return (x, y...)
end
@propagate_inbounds _zip_iterate_some(is, ss, ds::Tuple{Any,Vararg{Any}}, f) =
    _zip_iterate_some(tail(is), tail(ss), tail(ds), f)
_zip_iterate_some(::Tuple{}, ::Tuple{}, ::Tuple{}, ::Any) = ()

function _zip_iterate_interleave(xs1, xs2, ds)
    t = _zip_iterate_interleave(tail(xs1), tail_if_any(xs2), tail(ds))
    ((xs1[1][1], t[1]...), (xs1[1][2], t[2]...))
end
function _zip_iterate_interleave(xs1, xs2, ds::Tuple{Bool,Vararg{Any}})
    t = _zip_iterate_interleave(tail(xs1), xs2, tail(ds))
    ((xs1[1][1], t[1]...), (xs1[1][2], t[2]...))
end
function _zip_iterate_interleave(xs1, xs2, ds::Tuple{Missing,Vararg{Any}})
    t = _zip_iterate_interleave(xs1, tail(xs2), tail(ds))
    ((xs2[1][1], t[1]...), (xs2[1][2], t[2]...))
end
_zip_iterate_interleave(::Tuple{}, ::Tuple{}, ::Tuple{}) = ((), ())

function _zip_isdone(is, ss)
    d = isdone(is[1], ss[1]...)
    d´, ds = _zip_isdone(tail(is), tail(ss))
    return (d === true || d´, (d, ds...))
end
_zip_isdone(::Tuple{}, ::Tuple{}) = (false, ())

IteratorSize(::Type{Zip{Is}}) where {Is<:Tuple} = zip_iteratorsize(ntuple(n -> IteratorSize(fieldtype(Is, n)), _counttuple(Is))...)
IteratorEltype(::Type{Zip{Is}}) where {Is<:Tuple} = zip_iteratoreltype(ntuple(n -> IteratorEltype(fieldtype(Is, n)), _counttuple(Is))...)

zip_iteratorsize() = IsInfinite()
zip_iteratorsize(I) = I
zip_iteratorsize(a, b, tail...) = zip_iteratorsize(zip_iteratorsize2(a, b), tail...)
zip_iteratorsize2(::T, ::T) where {T<:IteratorSize} = T()
zip_iteratorsize2(::HasShape{N}, ::HasShape{N}) where {N} = HasShape{N}()
zip_iteratorsize2(::HasShape, ::HasShape) = HasLength()
zip_iteratorsize2(::HasShape, ::HasLength) = HasLength()
zip_iteratorsize2(::HasLength, ::HasShape) = HasLength()
zip_iteratorsize2(a, ::IsInfinite) = a isa HasShape ? HasLength() : a
zip_iteratorsize2(::IsInfinite, b) = b isa HasShape ? HasLength() : b
zip_iteratorsize2(::IsInfinite, ::IsInfinite) = IsInfinite()
zip_iteratorsize2(a, b) = SizeUnknown()

zip_iteratoreltype() = HasEltype()
zip_iteratoreltype(a) = a
zip_iteratoreltype(a, tail...) = and_iteratoreltype(a, zip_iteratoreltype(tail...))

last(z::Zip) = (n = minimum(Base.map(lastindex, z.is)); Base.map(x -> x[n], z.is))
function reverse(z::Zip)
    n = length(z.is) == 0 ? 0 : length(z.is[1])
    for i in z.is
        length(i) == n || throw(ArgumentError("Cannot reverse zipped iterators of unequal length"))
    end
    return Zip(Base.map(reverse, z.is))
end

## filter ##

struct Filter{F,I}
    flt::F
    itr::I
end
filter(flt, itr) = Filter(flt, itr)

function iterate(f::Filter, state...)
    y = iterate(f.itr, state...)
    while y !== nothing
        if f.flt(y[1])
            return y
        end
        y = iterate(f.itr, y[2])
    end
    nothing
end

eltype(::Type{Filter{F,I}}) where {F,I} = eltype(I)
IteratorEltype(::Type{Filter{F,I}}) where {F,I} = IteratorEltype(I)
IteratorSize(::Type{<:Filter}) = SizeUnknown()

reverse(f::Filter) = Filter(f.flt, reverse(f.itr))
last(f::Filter) = first(reverse(f))

## accumulate ##

struct Accumulate{F,I,T}
    f::F
    itr::I
    init::T
end
accumulate(f, itr; init=Base._InitialValue()) = Accumulate(f, itr, init)

function iterate(itr::Accumulate)
    state = iterate(itr.itr)
    if state === nothing
        return nothing
    end
    val = Base.BottomRF(itr.f)(itr.init, state[1])
    return (val, (val, state[2]))
end
function iterate(itr::Accumulate, state)
    nxt = iterate(itr.itr, state[2])
    if nxt === nothing
        return nothing
    end
    val = itr.f(state[1], nxt[1])
    return (val, (val, nxt[2]))
end
length(itr::Accumulate) = length(itr.itr)
size(itr::Accumulate) = size(itr.itr)
IteratorSize(::Type{<:Accumulate{<:Any,I}}) where {I} = IteratorSize(I)
IteratorEltype(::Type{<:Accumulate}) = EltypeUnknown()

## rest, peel ##

struct Rest{I,S}
    itr::I
    st::S
end
rest(itr, state) = Rest(itr, state)
rest(itr::Rest, state) = Rest(itr.itr, state)
rest(itr) = itr

function peel(itr)
    y = iterate(itr)
    y === nothing && return y
    val, s = y
    val, rest(itr, s)
end

@propagate_inbounds iterate(i::Rest, st=i.st) = iterate(i.itr, st)
isdone(i::Rest, st...) = isdone(i.itr, st...)
eltype(::Type{<:Rest{I}}) where {I} = eltype(I)
IteratorEltype(::Type{<:Rest{I,S}}) where {I,S} = IteratorEltype(I)
rest_iteratorsize(a) = SizeUnknown()
rest_iteratorsize(::IsInfinite) = IsInfinite()
IteratorSize(::Type{<:Rest{I,S}}) where {I,S} = rest_iteratorsize(IteratorSize(I))

## countfrom ##

struct Count{T,S}
    start::T
    step::S
end
countfrom(start::T, step::S) where {T,S} = Count{typeof(start + step),S}(start, step)
countfrom(start::Number, step::Number) = Count(promote(start, step)...)
countfrom(start) = Count(start, oneunit(start))
countfrom() = Count(1, 1)
eltype(::Type{Count{T,S}}) where {T,S} = T
iterate(it::Count, state=it.start) = (state, state + it.step)
IteratorSize(::Type{<:Count}) = IsInfinite()

## take ##

struct Take{I}
    xs::I
    n::Int
    function Take(xs::I, n::Integer) where {I}
        n < 0 && throw(ArgumentError("Take length must be non-negative"))
        return new{I}(xs, n)
    end
end
take(xs, n::Integer) = Take(xs, Int(n))
take(xs::Take, n::Integer) = Take(xs.xs, min(Int(n), xs.n))

eltype(::Type{Take{I}}) where {I} = eltype(I)
IteratorEltype(::Type{Take{I}}) where {I} = IteratorEltype(I)
take_iteratorsize(a) = HasLength()
take_iteratorsize(::SizeUnknown) = SizeUnknown()
IteratorSize(::Type{Take{I}}) where {I} = take_iteratorsize(IteratorSize(I))
length(t::Take) = _min_length(t.xs, 1:t.n, IteratorSize(t.xs), HasLength())
isdone(t::Take) = t.n == 0 ? true : isdone(t.xs)
isdone(t::Take, state) = state[1] == 0 ? true : isdone(t.xs, tail(state)...)

@propagate_inbounds function iterate(it::Take, state=(it.n,))
    n, rest = state[1], tail(state)
    n <= 0 && return nothing
    y = iterate(it.xs, rest...)
    y === nothing && return nothing
    return y[1], (n - 1, y[2])
end

## drop ##

struct Drop{I}
    xs::I
    n::Int
    function Drop(xs::I, n::Integer) where {I}
        n < 0 && throw(ArgumentError("Drop length must be non-negative"))
        return new{I}(xs, n)
    end
end
drop(xs, n::Integer) = Drop(xs, Int(n))
drop(xs::Take, n::Integer) = Take(drop(xs.xs, Int(n)), max(0, xs.n - Int(n)))
drop(xs::Drop, n::Integer) = Drop(xs.xs, Int(n) + xs.n)

eltype(::Type{Drop{I}}) where {I} = eltype(I)
IteratorEltype(::Type{Drop{I}}) where {I} = IteratorEltype(I)
drop_iteratorsize(::SizeUnknown) = SizeUnknown()
drop_iteratorsize(::Union{HasShape,HasLength}) = HasLength()
drop_iteratorsize(::IsInfinite) = IsInfinite()
IteratorSize(::Type{Drop{I}}) where {I} = drop_iteratorsize(IteratorSize(I))
length(d::Drop) = _diff_length(d.xs, 1:d.n, IteratorSize(d.xs), HasLength())

function iterate(it::Drop)
    y = iterate(it.xs)
    for i in 1:it.n
        y === nothing && return y
        y = iterate(it.xs, y[2])
    end
    y
end
iterate(it::Drop, state) = iterate(it.xs, state)
isdone(it::Drop, state) = isdone(it.xs, state)

## takewhile, dropwhile ##

struct TakeWhile{I,P<:Function}
    pred::P
    xs::I
end
takewhile(pred, xs) = TakeWhile(pred, xs)

function iterate(ibl::TakeWhile, itr...)
    y = iterate(ibl.xs, itr...)
    y === nothing && return nothing
    ibl.pred(y[1]) || return nothing
    y
end
IteratorSize(::Type{<:TakeWhile}) = SizeUnknown()
eltype(::Type{TakeWhile{I,P}}) where {I,P} = eltype(I)
IteratorEltype(::Type{TakeWhile{I,P}}) where {I,P} = IteratorEltype(I)

struct DropWhile{I,P<:Function}
    pred::P
    xs::I
end
dropwhile(pred, itr) = DropWhile(pred, itr)

iterate(ibl::DropWhile, itr) = iterate(ibl.xs, itr)
function iterate(ibl::DropWhile)
    y = iterate(ibl.xs)
    while y !== nothing
        ibl.pred(y[1]) || break
        y = iterate(ibl.xs, y[2])
    end
    y
end
IteratorSize(::Type{<:DropWhile}) = SizeUnknown()
eltype(::Type{DropWhile{I,P}}) where {I,P} = eltype(I)
IteratorEltype(::Type{DropWhile{I,P}}) where {I,P} = IteratorEltype(I)

## cycle, repeated ##

struct Cycle{I}
    xs::I
end
cycle(xs) = Cycle(xs)

eltype(::Type{Cycle{I}}) where {I} = eltype(I)
IteratorEltype(::Type{Cycle{I}}) where {I} = IteratorEltype(I)
IteratorSize(::Type{Cycle{I}}) where {I} = IsInfinite()

iterate(it::Cycle) = iterate(it.xs)
isdone(it::Cycle) = isdone(it.xs)
isdone(it::Cycle, state) = false
isempty(it::Cycle) = isempty(it.xs)
function iterate(it::Cycle, state)
    y = iterate(it.xs, state)
    y === nothing && return iterate(it.xs)
    y
end
reverse(it::Cycle) = Cycle(reverse(it.xs))
last(it::Cycle) = last(it.xs)

struct Repeated{O}
    x::O
end
repeated(x) = Repeated(x)
repeated(x, n::Integer) = take(repeated(x), Int(n))

eltype(::Type{Repeated{O}}) where {O} = O
iterate(it::Repeated, state...) = (it.x, nothing)
IteratorSize(::Type{<:Repeated}) = IsInfinite()
IteratorEltype(::Type{<:Repeated}) = HasEltype()
reverse(it::Union{Repeated,Take{<:Repeated}}) = it
last(it::Union{Repeated,Take{<:Repeated}}) = first(it)

## product ##

struct ProductIterator{T<:Tuple}
    iterators::T
end
product(iters...) = ProductIterator(iters)

IteratorSize(::Type{ProductIterator{Tuple{}}}) = HasShape{0}()
IteratorSize(::Type{ProductIterator{T}}) where {T<:Tuple} =
    reduce(prod_iteratorsize, ntuple(i -> IteratorSize(fieldtype(T, i)), _counttuple(T)), init=HasShape{0}())

prod_iteratorsize(::HasLength, ::HasLength) = HasShape{2}()
prod_iteratorsize(::HasLength, ::HasShape{N}) where {N} = HasShape{N + 1}()
prod_iteratorsize(::HasShape{N}, ::HasLength) where {N} = HasShape{N + 1}()
prod_iteratorsize(::HasShape{M}, ::HasShape{N}) where {M,N} = HasShape{M + N}()
prod_iteratorsize(::IsInfinite, ::IsInfinite) = IsInfinite()
prod_iteratorsize(a, ::IsInfinite) = IsInfinite()
prod_iteratorsize(::IsInfinite, b) = IsInfinite()
prod_iteratorsize(a, b) = SizeUnknown()

size(P::ProductIterator) = _prod_size(P.iterators)
_prod_size(::Tuple{}) = ()
_prod_size(t::Tuple) = (_prod_size1(t[1], IteratorSize(t[1]))..., _prod_size(tail(t))...)
_prod_size1(a, ::HasShape) = size(a)
_prod_size1(a, ::HasLength) = (length(a),)
_prod_size1(a, A) =
    throw(ArgumentError(string("Cannot compute size for object of type ", typeof(a))))

axes(P::ProductIterator) = _prod_indices(P.iterators)
_prod_indices(::Tuple{}) = ()
_prod_indices(t::Tuple) = (_prod_axes1(t[1], IteratorSize(t[1]))..., _prod_indices(tail(t))...)
_prod_axes1(a, ::HasShape) = axes(a)
_prod_axes1(a, ::HasLength) = (OneTo(length(a)),)
_prod_axes1(a, A) =
    throw(ArgumentError(string("Cannot compute indices for object of type ", typeof(a))))

ndims(p::ProductIterator) = length(axes(p))
length(P::ProductIterator) = reduce(*, size(P), init=1)

IteratorEltype(::Type{ProductIterator{Tuple{}}}) = HasEltype()
IteratorEltype(::Type{ProductIterator{Tuple{I}}}) where {I} = IteratorEltype(I)
function IteratorEltype(::Type{ProductIterator{T}}) where {T<:Tuple}
    E = ntuple(i -> IteratorEltype(fieldtype(T, i)), _counttuple(T))
    any(I -> I === EltypeUnknown(), E) && return EltypeUnknown()
    return E[end]
end
eltype(::Type{ProductIterator{I}}) where {I} = TupleOrBottom(map_eltypes(I)...)

iterate(::ProductIterator{Tuple{}}) = (), true
iterate(::ProductIterator{Tuple{}}, state) = nothing

# the state is what `iterate` last gave for each of the iterators; the first one moves fastest
function iterate(P::ProductIterator)
    ys = _product_start(P.iterators)
    ys === nothing && return nothing
    return (_product_values(ys), ys)
end
function iterate(P::ProductIterator, ys)
    ys = _product_next(P.iterators, ys)
    ys === nothing && return nothing
    return (_product_values(ys), ys)
end
isdone(P::ProductIterator) = any(Base.map(isdone, P.iterators))

_product_values(::Tuple{}) = ()
_product_values(ys::Tuple) = (ys[1][1], _product_values(tail(ys))...)
_product_start(::Tuple{}) = ()
function _product_start(its::Tuple)
    y = iterate(its[1])
    y === nothing && return nothing
    rest = _product_start(tail(its))
    rest === nothing && return nothing
    return (y, rest...)
end
_product_next(::Tuple{}, ::Tuple{}) = nothing
function _product_next(its::Tuple, ys::Tuple)
    y = iterate(its[1], ys[1][2])
    y !== nothing && return (y, tail(ys)...)
    rest = _product_next(tail(its), tail(ys))
    rest === nothing && return nothing
    y = iterate(its[1])
    y === nothing && return nothing
    return (y, rest...)
end

reverse(p::ProductIterator) = ProductIterator(Base.map(reverse, p.iterators))
last(p::ProductIterator) = Base.map(last, p.iterators)
intersect(a::ProductIterator, b::ProductIterator) = ProductIterator(Base.map(intersect, a.iterators, b.iterators))

## flatten ##

struct Flatten{I}
    it::I
end
flatten(itr) = Flatten(itr)
flatmap(f, c...) = flatten(map(f, c...))

eltype(::Type{Flatten{I}}) where {I} = eltype(eltype(I))
# the parts of a tuple may have different element types
eltype(::Type{Flatten{I}}) where {I<:Union{Tuple,NamedTuple}} = Base.promote_typejoin(Base.map(eltype, fieldtypes(I))...)
eltype(::Type{Flatten{Tuple{}}}) = eltype(Tuple{})
IteratorEltype(::Type{Flatten{I}}) where {I} = _flatteneltype(I, IteratorEltype(I))
IteratorEltype(::Type{Flatten{Tuple{}}}) = IteratorEltype(Tuple{})
_flatteneltype(I, ::HasEltype) = IteratorEltype(eltype(I))
_flatteneltype(I, et) = EltypeUnknown()

flatten_iteratorsize(::Union{HasShape,HasLength}, ::Type{<:NTuple{N,Any}}) where {N} = HasLength()
flatten_iteratorsize(::Union{HasShape,HasLength}, ::Type{<:Tuple}) = SizeUnknown()
flatten_iteratorsize(::Union{HasShape,HasLength}, ::Type{<:Number}) = HasLength()
flatten_iteratorsize(a, b) = SizeUnknown()
flatten_iteratorsize(::Union{HasShape,HasLength}, b::Type{<:Tuple{}}) = HasLength()
flatten_iteratorsize(::Union{HasShape,HasLength}, b::Type{Union{}}) = SizeUnknown()

_flatten_iteratorsize(sz, ::EltypeUnknown, I) = SizeUnknown()
_flatten_iteratorsize(sz, ::HasEltype, I) = flatten_iteratorsize(sz, eltype(I))
_flatten_iteratorsize(sz, ::HasEltype, ::Type{Tuple{}}) = HasLength()
IteratorSize(::Type{Flatten{I}}) where {I} = _flatten_iteratorsize(IteratorSize(I), IteratorEltype(I), I)

flatten_length(f, ::Type{T}) where {T<:NTuple{N,Any}} where {N} = Base.fieldcount(T) * length(f.it)
flatten_length(f, ::Type{<:Number}) = length(f.it)
flatten_length(f, T) =
    throw(ArgumentError("Iterates of the argument to Flatten are not known to have constant length"))
length(f::Flatten{I}) where {I} = flatten_length(f, eltype(I))
length(f::Flatten{Tuple{}}) = 0

@propagate_inbounds function iterate(f::Flatten, state=())
    if state !== ()
        y = iterate(tail(state)...)
        y !== nothing && return (y[1], (state[1], state[2], y[2]))
    end
    x = (state === () ? iterate(f.it) : iterate(f.it, state[1]))
    x === nothing && return nothing
    y = iterate(x[1])
    while y === nothing
        x = iterate(f.it, x[2])
        x === nothing && return nothing
        y = iterate(x[1])
    end
    return y[1], (x[2], x[1], y[2])
end

reverse(f::Flatten) = Flatten(reverse(itr) for itr in reverse(f.it))
last(f::Flatten) = last(last(f.it))

## partition ##

struct PartitionIterator{T}
    c::T
    n::Int
end
function partition(c, n::Integer)
    n < 1 && throw(ArgumentError(string("cannot create partitions of length ", n)))
    return PartitionIterator(c, Int(n))
end

eltype(::Type{PartitionIterator{T}}) where {T} = Vector{eltype(T)}
# of arrays: views, whose type is known beforehand for the common ones
eltype(::Type{PartitionIterator{T}}) where {T<:AbstractUnitRange} = T <: OneTo ? UnitRange{eltype(T)} : T
eltype(::Type{PartitionIterator{T}}) where {T<:Vector} = Base.SubArray{eltype(T),1,T,Tuple{UnitRange{Int}},true}
eltype(::Type{PartitionIterator{T}}) where {T<:AbstractArray} = AbstractArray{eltype(T)}
IteratorEltype(::Type{<:PartitionIterator{T}}) where {T<:AbstractArray} = EltypeUnknown()
IteratorEltype(::Type{<:PartitionIterator{T}}) where {T<:Union{Vector,AbstractUnitRange}} = HasEltype()
IteratorEltype(::Type{<:PartitionIterator{T}}) where {T} = IteratorEltype(T)

partition_iteratorsize(::HasShape) = HasLength()
partition_iteratorsize(isz) = isz
IteratorSize(::Type{PartitionIterator{T}}) where {T} = partition_iteratorsize(IteratorSize(T))

function length(itr::PartitionIterator)
    l = length(itr.c)
    return cld(l, itr.n)
end

function iterate(itr::PartitionIterator{<:AbstractArray}, state=firstindex(itr.c))
    state > lastindex(itr.c) && return nothing
    r = min(state + itr.n - 1, lastindex(itr.c))
    return @inbounds Base.view(itr.c, state:r), r + 1
end

isdone(itr::PartitionIterator{<:AbstractArray}, state=firstindex(itr.c)) = state > lastindex(itr.c)

struct IterationCutShort end

function iterate(itr::PartitionIterator, state...)
    # a part is filled up to n and given shorter at the end
    if length(state) == 1 && state[1] === IterationCutShort()
        return nothing
    end
    v = Vector{eltype(itr.c)}(undef, itr.n)
    i = 0
    y = iterate(itr.c, state...)
    while y !== nothing
        i += 1
        v[i] = y[1]
        if i >= itr.n
            break
        end
        y = iterate(itr.c, y[2])
    end
    i === 0 && return nothing
    return Base.resize!(v, i), y === nothing ? IterationCutShort() : y[2]
end

## Stateful ##

# Holds the next value before it is asked for: what was consumed stays consumed.
mutable struct Stateful{T,VS}
    itr::T
    nextvalstate::Union{VS,Nothing}
    # the number of elements left, where the iterator knows it
    remaining::Int
end
function Stateful(itr::T) where {T}
    s = Stateful{T,Any}(itr, nothing, -1)
    return reset!(s)
end
Stateful{T}(itr) where {T} = Stateful(convert(T, itr))

function reset!(s::Stateful)
    s.nextvalstate = iterate(s.itr)
    s.remaining = IteratorSize(s.itr) isa Union{HasShape,HasLength} ? Int(length(s.itr)) : -1
    return s
end
function reset!(s::Stateful{T}, itr::T) where {T}
    s.itr = itr
    return reset!(s)
end

isdone(s::Stateful, st=nothing) = s.nextvalstate === nothing

function popfirst!(s::Stateful)
    vs = s.nextvalstate
    if vs === nothing
        throw(Base.EOFError())
    else
        val, state = vs
        s.nextvalstate = iterate(s.itr, state)
        s.remaining -= 1
        return val
    end
end
function peek(s::Stateful, sentinel=nothing)
    ns = s.nextvalstate
    return ns !== nothing ? ns[1] : sentinel
end
iterate(s::Stateful, state=nothing) = s.nextvalstate === nothing ? nothing : (popfirst!(s), nothing)

IteratorSize(::Type{<:Stateful{T}}) where {T} = IteratorSize(T) isa HasShape ? HasLength() : IteratorSize(T)
eltype(::Type{<:Stateful{T}}) where {T} = eltype(T)
IteratorEltype(::Type{<:Stateful{T}}) where {T} = IteratorEltype(T)
isempty(s::Stateful) = s.nextvalstate === nothing
length(s::Stateful) = IteratorSize(s.itr) isa Union{HasShape,HasLength} ? s.remaining : length(s.itr)

## only ##

@propagate_inbounds function only(x)
    i = iterate(x)
    @boundscheck if i === nothing
        throw(ArgumentError("Collection is empty, must contain exactly 1 element"))
    end
    (ret, state) = i
    @boundscheck if iterate(x, state) !== nothing
        throw(ArgumentError("Collection has multiple elements, must contain exactly 1 element"))
    end
    return ret
end
only(x::Ref) = x[]
only(x::Number) = x
only(x::AbstractChar) = x
only(x::Tuple{Any}) = x[1]
only(x::Tuple) = throw(ArgumentError(string("Tuple contains ", length(x), " elements, must contain exactly 1 element")))
only(a::AbstractArray{<:Any,0}) = @inbounds return a[]
only(x::NamedTuple{<:Any,<:Tuple{Any}}) = first(x)
only(x::NamedTuple) = throw(ArgumentError(string("NamedTuple contains ", length(x), " elements, must contain exactly 1 element")))

# What `iterate` gives for an iterator of a type: `Any`, unless a further step gives nothing else.
function approx_iter_type(T::Type)
    T === Union{} && return Union{}
    first_step = Base._return_type(iterate, Tuple{T})
    first_step === Union{} && return Union{}
    first_step <: Union{Nothing,Tuple{Any,Any}} || return Any
    further = Base._return_type(step_on, Tuple{T,first_step})
    return further <: first_step ? first_step : Any
end
step_on(itr, ::Nothing) = nothing
step_on(itr, step::Tuple{Any,Any}) = iterate(itr, step[2])

end # Iterators
