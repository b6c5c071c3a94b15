# Inference over Core alone: intrinsics, control flow, structs, recursion.

import Core.Intrinsics: add_int, sub_int, mul_int, slt_int, not_int, sitofp, add_float, eq_int
plus(x::Int, y::Int) = add_int(x, y)
plus(x::Float64, y::Float64) = add_float(x, y)
plus(x::Int, y::Float64) = plus(sitofp(Float64, x), y)
minus(x::Int, y::Int) = sub_int(x, y)
less(x::Int, y::Int) = slt_int(x, y)
#? plus(Int, Int) => Int64
#? plus(Int, Float64) => Float64
#? plus(Int, Union{Int, Float64}) => Union{Float64, Int64}
#? plus(Int, String) => Union{}
#? plus(Any, Int) => Int64
#! plus(Int, Int) => Int64 (+c+e+n+t)

# Constants
three() = plus(1, 2)
#? three() => 3::Int64
choose(c) = c ? 1 : 2
#? choose(Bool) => Int64
pick() = choose(true)
#? pick() => 1::Int64

# Loops
function count_to(n::Int)
    i = 0
    while less(i, n)
        i = plus(i, 1)
    end
    return i
end
#! count_to(Int) => Int64 (+c+e+n-t)
function widen_in_loop(n::Int)
    x = 0
    i = 0
    while less(i, n)
        x = plus(x, 1.5)
        i = plus(i, 1)
    end
    return x
end
#? widen_in_loop(Int) => Union{Float64, Int64}
function nest(n::Int)
    x = ()
    i = 0
    while less(i, n)
        x = (x, i)
        i = plus(i, 1)
    end
    return x
end
#? nest(Int) => Tuple{Vararg{Any}}

# Conditions
function or_zero(x)
    if x === nothing
        return 0
    end
    return x
end
#? or_zero(Union{Nothing, Int}) => Int64
#? or_zero(Union{Nothing, Float64}) => Union{Float64, Int64}
is_int(x) = isa(x, Int)
#? is_int(Any) => (1 isa Int64 : Any)::Bool
is_none(x) = x === nothing
only_int(x) = is_int(x) ? x : 0
#? only_int(Any) => Int64
only_some(x) = is_none(x) ? 0 : x
#? only_some(Union{Nothing, Int}) => Int64
both(x, y) = isa(x, Int) && isa(y, Int) ? plus(x, y) : 0
#? both(Any, Any) => Int64
function long_way(x)
    if isa(x, Int)
        return true
    end
    return false
end
#? long_way(Any) => (1 isa Int64 : Any)::Bool
through(x) = long_way(x) ? x : 1
#? through(Any) => Int64

# Structs
struct Pt{T}
    x::T
    y::T
end
norm1(p::Pt) = plus(getfield(p, :x), getfield(p, :y))
#? norm1(Pt{Int}) => Int64
#? norm1(Pt{Float64}) => Float64
#? norm1(Pt) => Union{Float64, Int64}
#? Pt(Int, Int) => Pt{Int64}
mk() = getfield(Pt(1, 2), :y)
#? mk() => 2::Int64
half(a) = getfield(Pt(a, 2), :y)
#? half(Int) => 2::Int64
mutable struct Cell
    v
    n::Int
end
put(c::Cell, v) = (setfield!(c, :v, v); getfield(c, :n))
#! put(Cell, Any) => Int64 (-c-e+n+t)

# Tuples
second(t) = getfield(t, 2)
#? second(Tuple{Int, String}) => String
#? second(Tuple{Int}) => Union{}
#? second(Tuple{Vararg{Int}}) => Int64
head(x, xs...) = x
rest(x, xs...) = xs
len(t) = nfields(t)
#? rest(Int, String, Float64) => Tuple{String, Float64}
splat(t) = plus(t...)
#? splat(Tuple{Int, Int}) => Int64
#? splat(Tuple{Int, Float64}) => Float64
#? splat(Tuple{Int}) => Union{}
sum_t(t::Tuple{}) = 0
sum_t(t::Tuple) = plus(getfield(t, 1), sum_t(rest(t...)))
#? sum_t(Tuple{Int, Int, Int}) => Int64
#? sum_t(Tuple{Int, Float64}) => Union{}
mapt(f, t::Tuple{}) = ()
mapt(f, t::Tuple) = (f(getfield(t, 1)), mapt(f, rest(t...))...)
is_str(x) = isa(x, String)
#? mapt(typeof(is_int), Tuple{Int, String, Any}) => (true::Bool, false::Bool, Bool)::Tuple{Bool, Bool, Bool}

# Recursion
fact(n::Int) = less(n, 2) ? 1 : mul_int(n, fact(minus(n, 1)))
#! fact(Int) => Int64 (+c+e+n-t)
ev(n::Int) = eq_int(n, 0) ? true : od(minus(n, 1))
od(n::Int) = eq_int(n, 0) ? false : ev(minus(n, 1))
#? ev(Int) => Bool
#? od(Int) => Bool
grow(x, n::Int) = less(n, 1) ? x : grow((x,), minus(n, 1))
#? grow(Int, Int) => Any
forever(x) = forever(x)
#? forever(Int) => Union{}
ping(x, n::Int) = less(n, 1) ? 1 : pong(Pt(x, x), minus(n, 1))
pong(x, n::Int) = less(n, 1) ? 2.0 : ping(Pt(x, x), minus(n, 1))
#? ping(Int, Int) => Union{Float64, Int64}

# Closures
function adder(n)
    g = x -> plus(x, n)
    return g
end
apply1(f, x) = f(x)
#? apply1(typeof(is_int), Int) => true::Bool
use_adder(n, x) = adder(n)(x)
#? use_adder(Int, Int) => Int64
function captured_box(n)
    m = n
    g = () -> m
    m = 2
    return g()
end
#? captured_box(Int) => Any

# Exceptions
function caught(x)
    y = 1
    try
        y = plus(x, 1)
        y = "a"
    catch
        return y
    end
    return 2.0
end
#? caught(Int) => Union{Float64, Union{Int64, String}}
function guarded(x)
    z = 1
    try
        throw(x)
    catch e
        z = e
    end
    z
end
#? guarded(Int) => Any

# Static parameters, types as values
eltype_of(::Type{Pt{T}}) where {T} = T
#? eltype_of(Type{Pt{Int}}) => Type{Int64}
zero_of(p::Pt{T}) where {T} = T
#? zero_of(Pt{Int}) => Type{Int64}
make(::Type{T}, x) where {T} = Pt{T}(x, x)
#? make(Type{Int}, Int) => Pt{Int64}
type_test(x::T) where {T} = T === Int ? 1 : "a"
#? type_test(Int) => 1::Int64
#? type_test(Float64) => "a"::String

# Undefined variables
function maybe(c::Bool)
    if c
        x = 1
    end
    return x
end
#! maybe(Bool) => 1::Int64 (+c+e-n+t)

# Globals
const K = 5
g = 6
typed::Float64 = 1.0
get_k() = K
get_g() = g
get_t() = typed
#? get_k() => 5::Int64
#? get_g() => Any
#? get_t() => Float64

# invoke
who(x) = 1
who(x::Int) = "int"
#? who(Int) => "int"::String
ask(x) = invoke(who, Tuple{Any}, x)
#? ask(Int) => 1::Int64

# Arrays
first_of(a::Array) = Core.arrayref(true, a, 1)
#? first_of(Array{Float64, 1}) => Float64
#? first_of(Array) => Any
dims(a) = Core.arraysize(a)
#? dims(Array{Int, 2}) => Tuple{Int64, Int64}

# Types of types
ty(x) = typeof(x)
#? ty(Int) => Type{Int64}
#? ty(Union{Int, String}) => Union{Type{String}, Type{Int64}}
vec_of(x) = Array{typeof(x), 1}
#? vec_of(Int) => Type{Array{Int64, 1}}
