# operators.jl: comparison for all values, the operators' generic methods, and functions that make functions:
# composition, partial application, `Returns`.

"""
    >:(T1, T2)

The supertype operator.
"""
(>:)(@nospecialize(a), @nospecialize(b)) = (b <: a)
const ≡ = ===
"""
    !==(x, y)
    ≢(x, y)

Always the opposite of `===`.
"""
!==(@nospecialize(x), @nospecialize(y)) = !(x === y)
const ≢ = !==

# ---- equality and order ---------------------------------------------------------------------------------

"""
    ==(x, y)

Equality of values; by default identity.
"""
==(x, y) = x === y

"""
    isequal(x, y) -> Bool

Like `==`, but a total equivalence: `NaN`s are equal, `-0.0` is not `0.0`, `missing` equals `missing`.
"""
isequal(x, y) = (x == y)::Bool
# `==` of floats is not an equivalence.
isequal(x::AbstractFloat, y::AbstractFloat) = (isnan(x) & isnan(y)) | signequal(x, y) & (x == y)
isequal(x::Real, y::AbstractFloat) = (isnan(x) & isnan(y)) | signequal(x, y) & (x == y)
isequal(x::AbstractFloat, y::Real) = (isnan(x) & isnan(y)) | signequal(x, y) & (x == y)
signequal(x, y) = signbit(x)::Bool == signbit(y)::Bool
signless(x, y) = signbit(x)::Bool & !signbit(y)::Bool

"""
    isless(x, y)

Whether `x` comes before `y` in a total order of values.
"""
function isless end
isless(x::AbstractFloat, y::AbstractFloat) = (!isnan(x) & (isnan(y) | signless(x, y))) | (x < y)
isless(x::Real, y::AbstractFloat) = (!isnan(x) & (isnan(y) | signless(x, y))) | (x < y)
isless(x::AbstractFloat, y::Real) = (!isnan(x) & (isnan(y) | signless(x, y))) | (x < y)
isless(x::Real, y::Real) = x < y

"""
    isgreater(x, y)

Whether `x` comes before `y` in the order of `max`'s unordered values: those come last either way.
"""
isgreater(x, y) = isunordered(x) || isunordered(y) ? isless(x, y) : isless(y, x)

"""
    isunordered(x)

Whether `x` is a value like `NaN` or `missing`, which `<` does not order.
"""
isunordered(x) = false
isunordered(x::AbstractFloat) = isnan(x)
isunordered(x::Missing) = true

function ==(T::Type, S::Type)
    return ccall(:jl_types_equal, Cint, (Any, Any), T, S) != 0
end
function !=(T::Type, S::Type)
    return !(T == S)
end
==(T::TypeVar, S::Type) = false
==(T::Type, S::TypeVar) = false

"""
    !=(x, y)
    ≠(x, y)

The opposite of `==`.
"""
!=(x, y) = !(x == y)
const ≠ = !=

"""
    <(x, y)

Less than; by default `isless`.
"""
<(x, y) = isless(x, y)

"""
    >(x, y)

Greater than: `y < x`.
"""
>(x, y) = y < x

"""
    <=(x, y)
    ≤(x, y)

Less than or equal.
"""
<=(x, y) = (x < y) | (x == y)
const ≤ = <=

"""
    >=(x, y)
    ≥(x, y)

Greater than or equal: `y <= x`.
"""
>=(x, y) = (y <= x)
const ≥ = >=

"""
    cmp(x, y)

-1, 0 or 1 as `x` comes before, with or after `y` by `isless`; with a first argument, by that function.
"""
cmp(x, y) = isless(x, y) ? -1 : ifelse(isless(y, x), 1, 0)
cmp(<, x, y) = (x < y) ? -1 : ifelse(y < x, 1, 0)
cmp(x::Integer, y::Integer) = ifelse(isless(x, y), -1, ifelse(isless(y, x), 1, 0))

"""
    max(x, y, ...)

The greatest argument by `isless`.
"""
max(x, y) = ifelse(isless(y, x), x, y)

"""
    min(x, y, ...)

The least argument by `isless`.
"""
min(x, y) = ifelse(isless(y, x), y, x)

"""
    minmax(x, y)

`(min(x,y), max(x,y))`.
"""
minmax(x, y) = isless(y, x) ? (y, x) : (x, y)

# ---- functions on values ----------------------------------------------------------------------------------

"""
    identity(x)

The argument.
"""
identity(@nospecialize x) = x

+(x::Number) = x
*(x::Number) = x
(&)(x::Integer) = x
(|)(x::Integer) = x
xor(x::Integer) = x

const ⊻ = xor
const ⊼ = nand
const ⊽ = nor

# `a + b + c` is one call of `+`; from there on it is a fold from the left.
afoldl(op, a) = a
afoldl(op, a, b) = op(a, b)
afoldl(op, a, b, c) = op(op(a, b), c)
function afoldl(op, a, b, c, ds...)
    y = op(op(a, b), c)
    # Few are taken one by one, each with its own type.
    nfields(ds) <= 32 && return afoldl(op, y, ds...)
    for i in 1:nfields(ds)
        y = op(y, getfield(ds, i))
    end
    return y
end

+(a, b, c, xs...) = afoldl(+, a, b, c, xs...)
*(a, b, c, xs...) = afoldl(*, a, b, c, xs...)
(&)(a, b, c, xs...) = afoldl(&, a, b, c, xs...)
(|)(a, b, c, xs...) = afoldl(|, a, b, c, xs...)
xor(a, b, c, xs...) = afoldl(xor, a, b, c, xs...)
min(a, b, c, xs...) = afoldl(min, a, b, c, xs...)
max(a, b, c, xs...) = afoldl(max, a, b, c, xs...)
function kron! end
kron(a, b, c, xs...) = afoldl(kron, a, b, c, xs...)

"""
    \\(x, y)

Left division: `y / x` for numbers.
"""
\(x, y) = adjoint(adjoint(y) / adjoint(x))
\(x::Number, y::Number) = inv(x) * y

# Shifts by any integer go through Int or UInt counts.
"""
    <<(x, n)

`x` shifted to the left, filling with zeros.
"""
function <<(x::Integer, c::Integer)
    typemin(Int) <= c <= typemax(Int) && return x << (c % Int)
    (x >= 0 || c >= 0) && return zero(x) << 0
    return oftype(x, -1)
end
function <<(x::Integer, c::Unsigned)
    c <= typemax(UInt) ? x << (c % UInt) : zero(x) << UInt(0)
end
<<(x::Integer, c::Int) = c >= 0 ? x << unsigned(c) : x >> unsigned(-c)

"""
    >>(x, n)

`x` shifted to the right, keeping the sign.
"""
function >>(x::Integer, c::Integer)
    typemin(Int) <= c <= typemax(Int) && return x >> (c % Int)
    (x >= 0 || c < 0) && return zero(x) >> 0
    return oftype(x, -1)
end
>>(x::Integer, c::Unsigned) = c <= typemax(UInt) ? x >> (c % UInt) : zero(x) >> 0
>>(x::Integer, c::Int) = c >= 0 ? x >> unsigned(c) : x << unsigned(-c)

"""
    >>>(x, n)

`x` shifted to the right, filling with zeros.
"""
function >>>(x::Integer, c::Integer)
    return typemin(Int) <= c <= typemax(Int) ? x >>> (c % Int) : zero(x) >>> 0
end
>>>(x::Integer, c::Unsigned) = c <= typemax(UInt) ? x >>> (c % UInt) : zero(x) >>> 0
>>>(x::Integer, c::Int) = c >= 0 ? x >>> unsigned(c) : x << unsigned(-c)

# ---- division with remainder: the common names --------------------------------------------------------------

"""
    rem(x, y)
    %(x, y)

The remainder of Euclidean division, with the sign of `x`.
"""
rem
const % = rem

"""
    div(x, y)
    ÷(x, y)

The quotient of Euclidean division, truncated.
"""
div
const ÷ = div

"""
    mod1(x, y)

The remainder in `(0, y]`.
"""
mod1(x::T, y::T) where {T<:Real} = (m = mod(x, y); ifelse(m == 0, y, m))
function mod1(x::T, y::T) where {T<:Integer}
    m = mod(x, y)
    return ifelse(m == 0, y, m)
end

"""
    fld1(x, y)

The quotient that goes with `mod1`.
"""
fld1(x::T, y::T) where {T<:Real} = (m = mod1(x, y); fld((x - m) + y, y))
function fld1(x::T, y::T) where {T<:Integer}
    d = div(x, y)
    return d + (!signbit(x ⊻ y) & (d * y != x))
end

"""
    fldmod1(x, y)

`(fld1(x,y), mod1(x,y))`.
"""
fldmod1(x, y) = (fld1(x, y), mod1(x, y))

conj(x) = x

"""
    transpose(A)
    adjoint(A)

The flipped array, without or with conjugation.
"""
function transpose end
function adjoint end
const var"'" = adjoint

"""
    widen(x)

The number in the next wider type; of a type, that type.
"""
widen(x::T) where {T} = convert(widen(T), x)
widen(x::Type{T}) where {T} = throw(MethodError(widen, (T,)))
widen(x::Type{Union{}}, slurp...) = throw(MethodError(widen, (Union{},)))

# ---- functions that make functions ------------------------------------------------------------------------------

"""
    |>(x, f)

`f(x)`.
"""
|>(x, f) = f(x)

"""
    f ∘ g

The composition: `(f ∘ g)(args...; kw...) = f(g(args...; kw...))`.
"""
function ∘ end

"""
    ComposedFunction{Outer,Inner} <: Function

What `outer ∘ inner` makes.
"""
struct ComposedFunction{O,I} <: Function
    outer::O
    inner::I
    ComposedFunction{O,I}(outer, inner) where {O,I} = new{O,I}(outer, inner)
    ComposedFunction(outer, inner) = new{Core.Typeof(outer),Core.Typeof(inner)}(outer, inner)
end

(c::ComposedFunction)(x...; kw...) = call_composed(unwrap_composed(c), x, kw)
unwrap_composed(c::ComposedFunction) = (unwrap_composed(c.outer)..., unwrap_composed(c.inner)...)
unwrap_composed(c) = (maybeconstructor(c),)
call_composed(fs, x, kw) = fs[1](call_composed(tail(fs), x, kw))
call_composed(fs::Tuple{Any}, x, kw) = fs[1](x...; kw...)

struct Constructor{F} <: Function end
(::Constructor{F})(args...; kw...) where {F} = F(args...; kw...)
maybeconstructor(::Type{F}) where {F} = Constructor{F}()
maybeconstructor(f) = f

∘(f) = f
∘(f, g) = ComposedFunction(f, g)
∘(f, g, h...) = ∘(f ∘ g, h...)

"""
    Fix1(f, x)

`y -> f(x, y)`.
"""
struct Fix1{F,T} <: Function
    f::F
    x::T
    Fix1(f::F, x) where {F} = new{F,_stable_typeof(x)}(f, x)
    Fix1(f::Type{F}, x) where {F} = new{Type{F},_stable_typeof(x)}(f, x)
end
(f::Fix1)(y) = f.f(f.x, y)

"""
    Fix2(f, x)

`y -> f(y, x)`.
"""
struct Fix2{F,T} <: Function
    f::F
    x::T
    Fix2(f::F, x) where {F} = new{F,_stable_typeof(x)}(f, x)
    Fix2(f::Type{F}, x) where {F} = new{Type{F},_stable_typeof(x)}(f, x)
end
(f::Fix2)(y) = f.f(y, f.x)

_stable_typeof(x) = typeof(x)
_stable_typeof(::Type{T}) where {T} = @isdefined(T) ? Type{T} : DataType

"""
    !f::Function

The function `(args...) -> !f(args...)`.
"""
!(f::Function) = (!) ∘ f
!(f::ComposedFunction{typeof(!)}) = f.inner

isequal(x) = Fix2(isequal, x)
==(x) = Fix2(==, x)
!=(x) = Fix2(!=, x)
>=(x) = Fix2(>=, x)
<=(x) = Fix2(<=, x)
>(x) = Fix2(>, x)
<(x) = Fix2(<, x)

"""
    Returns(value)

A function that returns `value` for any arguments.
"""
struct Returns{V} <: Function
    value::V
    Returns{V}(value) where {V} = new{V}(value)
    Returns(value) = new{Core.Typeof(value)}(value)
end
(obj::Returns)(@nospecialize(args...); @nospecialize(kw...)) = obj.value
function show(io::IO, obj::Returns)
    show(io, typeof(obj))
    print(io, "(")
    show(io, obj.value)
    print(io, ")")
end

"""
    splat(f)

`args -> f(args...)`.
"""
splat(f) = Splat(f)

struct Splat{F} <: Function
    f::F
    Splat(f) = new{Core.Typeof(f)}(f)
end
(s::Splat)(args) = s.f(args...)
print(io::IO, s::Splat) = print(io, "splat(", s.f, ')')
show(io::IO, s::Splat) = print(io, s)

# ---- membership ------------------------------------------------------------------------------------------------

"""
    in(collection)
    in(item, collection) -> Bool
    ∈(item, collection) -> Bool

Whether the item is in the collection, by `==`.
"""
in(x) = Fix2(in, x)
function in(x, itr)
    anymissing = false
    for y in itr
        v = (y == x)
        if ismissing(v)
            anymissing = true
        elseif v
            return true
        end
    end
    return anymissing ? missing : false
end

const ∈ = in
∉(x, itr) = !∈(x, itr)
∉(itr) = Fix2(∉, itr)
∋(itr, x) = ∈(x, itr)
∋(x) = Fix2(∋, x)
∌(itr, x) = !∋(itr, x)
∌(x) = Fix2(∌, x)
