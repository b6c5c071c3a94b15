# A Base of a hundred lines: what lowered code calls, over tuples, for tests that run it. `Vec` is a
# vector that holds its elements in a tuple.
baremodule Base
using Core.Intrinsics, Core.IR
ccall(:jl_set_istopmod, Cvoid, (Any, Bool), Base, true)
export !, !=, !==, %, &, *, +, -, //, :, <, <=, ==, >, >=, @generated, @goto, @inbounds, @isdefined, @label, @twice, Range,
    Val, Vec, ^, convert, error, esc, first, in, isa, iterate, length, map, push!, sum, vect, |
getproperty(x, f::Symbol) = getfield(x, f)
getproperty(x::Module, f::Symbol) = getglobal(x, f)
setproperty!(x, f::Symbol, v) = setfield!(x, f, convert(fieldtype(typeof(x), f), v))
convert(::Type{T}, x::T) where {T} = x
convert(::Type{Any}, x) = x
convert(::Type{Int}, x::Float64) = Core.Intrinsics.fptosi(Int, x)
convert(::Type{Float64}, x::Int) = Core.Intrinsics.sitofp(Float64, x)
x::Int + y::Int = Core.Intrinsics.add_int(x, y)
x::Float64 + y::Float64 = Core.Intrinsics.add_float(x, y)
x::Int + y::Float64 = convert(Float64, x) + y
x::Float64 + y::Int = x + convert(Float64, y)
+(a, b, c, xs...) = +(a + b, c, xs...)
x::Int - y::Int = Core.Intrinsics.sub_int(x, y)
-(x::Int) = Core.Intrinsics.neg_int(x)
x::Int * y::Int = Core.Intrinsics.mul_int(x, y)
*(a, b, c, xs...) = *(a * b, c, xs...)
x::Int % y::Int = Core.Intrinsics.checked_srem_int(x, y)
x::Int < y::Int = Core.Intrinsics.slt_int(x, y)
x::Int <= y::Int = Core.Intrinsics.sle_int(x, y)
x > y = y < x
x >= y = y <= x
x == y = x === y
x::Float64 == y::Float64 = Core.Intrinsics.eq_float(x, y)
!(x::Bool) = Core.Intrinsics.not_int(x)
x != y = !(x == y)
x::Bool & y::Bool = Core.Intrinsics.and_int(x, y)
x::Bool | y::Bool = Core.Intrinsics.or_int(x, y)
identity(x) = x
collect(T, x) = collect(x)
getindex(a::Core.Array, i::Int) = Core.arrayref(true, a, i)
struct Range
    a::Int
    s::Int
    b::Int
end
a::Int : b::Int = Range(a, 1, b)
(:)(a::Int, s::Int, b::Int) = Range(a, s, b)
iterate(r::Range) = r.a <= r.b ? (r.a, r.a) : nothing
iterate(r::Range, s) = (s = s + r.s; s <= r.b ? (s, s) : nothing)
first(r::Range) = r.a
length(r::Range) = r.b - r.a + 1
mutable struct Vec
    t
end
Vec() = Vec(())
length(v::Vec) = Core.nfields(v.t)
length(v::Tuple) = Core.nfields(v)
iterate(v::Vec, i=1) = iterate(v.t, i)
iterate(v::Tuple, i=1) = i <= Core.nfields(v) ? (Core.getfield(v, i), i + 1) : nothing
iterate(v::Core.SimpleVector, i=1) = i <= Core.nfields(v) ? (Core._svec_ref(v, i), i + 1) : nothing
iterate(v::Core.NamedTuple, i=1) = i <= Core.nfields(v) ? (Core.getfield(v, i), i + 1) : nothing
getindex(v::Vec, i::Int) = Core.getfield(v.t, i)
getindex(v::Tuple, i::Int) = Core.getfield(v, i)
getindex(v::Core.NamedTuple, i) = Core.getfield(v, i)
getindex(T::Type, xs...) = Vec(xs)
push!(v::Vec, x) = (v.t = (v.t..., x); v)
_set(t, x, i, n) = n == 0 ? () : (_set(t, x, i, n - 1)..., n == i ? x : Core.getfield(t, n))
setindex!(v::Vec, x, i::Int) = (v.t = _set(v.t, x, i, length(v)); v)
lastindex(v) = length(v)
firstindex(v) = 1
lastindex(v, n) = length(v)
vect(xs...) = Vec(xs)
indexed_iterate(t::Tuple, i::Int, s=1) = (Core.getfield(t, i), i + 1)
indexed_iterate(t::Vec, i::Int, s=1) = (getindex(t, i), i + 1)
indexed_iterate(t::Core.NamedTuple, i::Int, s=1) = (Core.getfield(t, i), i + 1)
function indexed_iterate(I, i)
    x = iterate(I)
    x === nothing && throw(BoundsError(I, i))
    x
end
function indexed_iterate(I, i, state)
    x = iterate(I, state)
    x === nothing && throw(BoundsError(I, i))
    x
end
_tail(t, i) = i <= length(t) ? (Core.getfield(t, i), _tail(t, i + 1)...) : ()
_front(t, n) = n == 0 ? () : (_front(t, n - 1)..., Core.getfield(t, n))
rest(t::Tuple, i=1) = _tail(t, i)
rest(v::Vec, i=1) = Vec(_tail(v.t, i))
split_rest(t::Tuple, n, i=1) = (r = rest(t, i); m = length(r) - n; (_front(r, m), _tail(r, m + 1)))
struct Generator
    f
    iter
end
iterate(g::Generator, s...) = (y = iterate(g.iter, s...); y === nothing ? nothing : (g.f(y[1]), y[2]))
struct Filter
    f
    iter
end
function iterate(g::Filter, s...)
    y = iterate(g.iter, s...)
    while y !== nothing
        g.f(y[1]) && return y
        y = iterate(g.iter, y[2])
    end
    nothing
end
x !== y = !(x === y)
export !==
struct Flatten
    it
end
function collect(itr)
    v = Vec()
    for x in itr
        push!(v, x)
    end
    v
end
function collect(itr::Flatten)
    v = Vec()
    for y in itr.it, x in y
        push!(v, x)
    end
    v
end
function product(a, b)
    v = Vec()
    for y in b, x in a
        push!(v, (x, y))
    end
    v
end
sum(itr) = (s = 0; for x in itr; s += x; end; s)
map(f, v) = collect(f(x) for x in v)
struct SizeUnknown end
IteratorSize(x) = SizeUnknown()
_array_for(T, itr, sz) = Vec()
struct LinearIndices
    x
end
first(l::LinearIndices) = 1
isempty(t::Tuple) = t === ()
isempty(t::Core.NamedTuple) = Core.nfields(t) === 0
isempty(t) = length(t) == 0
keys(nt::Core.NamedTuple{names}) where {names} = names
_in(x, t, i) = i > length(t) ? false : Core.getfield(t, i) === x ? true : _in(x, t, i + 1)
_diff(a, b, i) = i > length(a) ? () : _in(Core.getfield(a, i), b, 1) ? _diff(a, b, i + 1) : (Core.getfield(a, i), _diff(a, b, i + 1)...)
diff_names(a, b) = _diff(a, b, 1)
_vals(nt, ns, i) = i > length(ns) ? () : (Core.getfield(nt, Core.getfield(ns, i)), _vals(nt, ns, i + 1)...)
structdiff(a::Core.NamedTuple, ::Type{<:Core.NamedTuple{bn}}) where {bn} = (ns = diff_names(keys(a), bn); Core.NamedTuple{ns}(_vals(a, ns, 1)))
pairs(x) = x
merge(a::Core.NamedTuple, b::Core.NamedTuple) = (ks = diff_names(keys(a), keys(b)); Core.NamedTuple{(ks..., keys(b)...)}((_vals(a, ks, 1)..., _vals(b, keys(b), 1)...)))
kwerr(kw, f, args...) = throw(MethodError(f, args, Core.UInt(0)))
struct Val{x} end
Val(x) = Val{x}()
literal_pow(f, x, ::Val{p}) where {p} = f(x, p)
^(x::Int, p::Int) = p == 0 ? 1 : x * ^(x, p - 1)
rethrow() = ccall(:jl_rethrow, Any, ())
struct Broadcasted
    f
    args
end
broadcasted(f, args...) = Broadcasted(f, args)
_n(x::Vec) = length(x)
_n(x::Broadcasted) = _nn(x.args, 1)
_n(x) = 0
_nn(t, i) = i > length(t) ? 0 : (n = _n(t[i]); n > 0 ? n : _nn(t, i + 1))
_at(x::Vec, i) = x[i]
_at(x::Broadcasted, i) = x.f(_ats(x.args, i, 1)...)
_at(x, i) = x
_ats(t, i, k) = k > length(t) ? () : (_at(t[k], i), _ats(t, i, k + 1)...)
function materialize(b::Broadcasted)
    v = Vec()
    for i in 1:_n(b)
        push!(v, _at(b, i))
    end
    v
end
function materialize!(d, b::Broadcasted)
    for i in 1:length(d)
        d[i] = _at(b, i)
    end
    d
end
dotview(a, i...) = a
dotgetproperty(a, b) = getproperty(a, b)
andand(a, b) = a && b
ArgumentError(s) = Core.ErrorException(s)
error(s) = throw(ErrorException(s))
esc(e) = Core._expr(:escape, e)
macro label(n) esc(Core._expr(:symboliclabel, n)) end
macro goto(n) esc(Core._expr(:symbolicgoto, n)) end
macro isdefined(n) esc(Core._expr(:isdefined, n)) end
macro generated() esc(Core._expr(:generated)) end
macro generated(f)
    only = Core._expr(:block, Core._expr(:meta, :generated_only), Core._expr(:return, nothing))
    body = Core._expr(:if, Core._expr(:generated), f.args[2], only)
    esc(Core._expr(f.head, f.args[1], Core._expr(:block, body)))
end
macro inbounds(x) Core._expr(:block, Core._expr(:inbounds, true), Core._expr(:local, Core._expr(:(=), :val, esc(x))), Core._expr(:inbounds, :pop), :val) end
macro twice(x) :(t = $(esc(x)); t + t) end
const // = *
var"'"(x) = (x, :adj)
==(a::Vec, b::Vec) = a.t === b.t
in(x, v) = _in(x, v.t, 1)
hcat(xs...) = (:hcat, xs...)
vcat(xs...) = (:vcat, xs...)
hvcat(d, xs...) = (:hvcat, d, xs...)
hvncat(xs...) = (:hvncat, xs...)
typed_hcat(xs...) = (:typed_hcat, xs...)
string(xs...) = xs
BroadcastFunction(f) = (xs...) -> materialize(broadcasted(f, xs...))
eval(m::Module, x) = Core.eval(m, x)
end
