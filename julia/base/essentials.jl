# essentials.jl: what everything else needs at once: the abstract roots of the containers, access to arrays
# and simple vectors by linear index, conversion, vararg types, C conversions, `Val`, `Colon`, missing-method
# hints (`@nospecialize`, `@inbounds`, …) in their plain form.

import Core: CodeInfo, MethodInstance, SimpleVector, donotdelete, compilerbarrier, arrayref, arrayset, arraysize, svec, ifelse,
    Typeof

const Callable = Union{Function,Type}
const Bottom = Union{}
const EmptyTuple = Tuple{}

abstract type AbstractSet{T} end
abstract type AbstractDict{K,V} end

# ---- macros that are hints ---------------------------------------------------------------------------

macro _inline_meta()
    return Expr(:meta, :inline)
end
macro _noinline_meta()
    return Expr(:meta, :noinline)
end
macro _gc_preserve_begin(arg1)
    return Expr(:gc_preserve_begin, esc(arg1))
end
macro _gc_preserve_end(token)
    return Expr(:gc_preserve_end, esc(token))
end
macro _pure_meta()
    return Expr(:meta, :pure)
end
macro _total_meta()
    return Expr(:meta, Expr(:purity, true, true, true, true, true, false, true, true))
end
macro _foldable_meta()
    return Expr(:meta, Expr(:purity, true, true, false, true, true, false, true, true))
end
macro _nothrow_meta()
    return Expr(:meta, Expr(:purity, false, false, true, false, false, false, false, false))
end
macro _terminates_locally_meta()
    return Expr(:meta, Expr(:purity, false, false, false, false, true, false, false, false))
end
macro _terminates_globally_meta()
    return Expr(:meta, Expr(:purity, false, false, false, true, true, false, false, false))
end
macro _effect_free_terminates_locally_meta()
    return Expr(:meta, Expr(:purity, false, true, false, false, true, false, false, false))
end
macro _noub_meta()
    return Expr(:meta, Expr(:purity, false, false, false, false, false, false, false, true))
end
macro _noub_if_noinbounds_meta()
    return Expr(:meta, Expr(:purity, false, false, false, false, false, false, false, false))
end
macro _propagate_inbounds_meta()
    return Expr(:meta, :inline, :propagate_inbounds)
end
macro _nospecializeinfer_meta()
    return Expr(:meta, :nospecializeinfer)
end

"""
    @nospecialize

Hint that a method need not be compiled for each type of the argument (or, without argument, of any).
"""
macro nospecialize(vars...)
    if nfields(vars) === 1
        # In an argument list the annotation stands at the place of the argument.
        return Expr(:escape, Expr(:meta, :nospecialize, getfield(vars, 1)))
    end
    return Expr(:meta, :nospecialize, vars...)
end

"""
    @specialize

Undo `@nospecialize` for these arguments.
"""
macro specialize(vars...)
    if nfields(vars) === 1
        return Expr(:escape, Expr(:meta, :specialize, getfield(vars, 1)))
    end
    return Expr(:meta, :specialize, vars...)
end

"""
    @isdefined s -> Bool

Whether the variable `s` is defined here.
"""
macro isdefined(s::Symbol)
    return Expr(:escape, Expr(:isdefined, s))
end

function _is_internal(__module__)
    return __module__ === Base || __module__ === Core.Compiler || __module__ === Core
end

# ---- functions of no subject ---------------------------------------------------------------------------

"""
    typename(T)

The `TypeName` of a type, under all its `where`s.
"""
typename(a) = error("typename does not apply to this type")
typename(a::DataType) = getfield(a, :name)
function typename(a::Union)
    ta = typename(getfield(a, :a))
    tb = typename(getfield(a, :b))
    ta === tb || error("typename does not apply to unions whose components have different typenames")
    return tb
end
typename(union::UnionAll) = typename(getfield(union, :body))

"""
    esc(e)

Mark an expression inside a macro's result as the caller's: its names are not touched by hygiene.
"""
esc(@nospecialize(e)) = Expr(:escape, e)

"""
    convert(T, x)

Convert `x` to a value of type `T`.
"""
function convert end

convert(::Type{Union{}}, @nospecialize x) = throw(MethodError(convert, (Union{}, x)))
convert(::Type{Type}, x::Type) = x
convert(::Type{T}, x::T) where {T<:Tuple} = x

rename_unionall(@nospecialize(u)) = ccall(:jl_rename_unionall, Any, (Any,), u)

# ---- types: Vararg, UnionAll -----------------------------------------------------------------------------

isvarargtype(@nospecialize(t)) = isa(t, Core.TypeofVararg)
function isvatuple(@nospecialize(t))
    t = unwrap_unionall(t)
    if isa(t, DataType)
        n = length(t.parameters)
        return n > 0 && isvarargtype(t.parameters[n])
    end
    return false
end
unwrapva(t::Core.TypeofVararg) = isdefined(t, :T) ? t.T : Any
unwrapva(@nospecialize(t)) = t

function unconstrain_vararg_length(va::Core.TypeofVararg)
    T = unwrapva(va)
    return Vararg{T}
end

"""
    unwrap_unionall(t)

The body of a type under all its `where`s.
"""
function unwrap_unionall(@nospecialize(a))
    @_foldable_meta
    while isa(a, UnionAll)
        a = getfield(a, :body)
    end
    return a
end

"""
    rewrap_unionall(t, u)

Put the `where`s of `u` around `t`.
"""
function rewrap_unionall(@nospecialize(t), @nospecialize(u))
    @_foldable_meta
    if !isa(u, UnionAll)
        return t
    end
    return UnionAll(getfield(u, :var), rewrap_unionall(t, getfield(u, :body)))
end

function rewrap_unionall(t::Core.TypeofVararg, @nospecialize(u))
    isdefined(t, :T) || return t
    isdefined(t, :N) || return Vararg{rewrap_unionall(t.T, u)}
    return Vararg{rewrap_unionall(t.T, u),t.N}
end

"""
    typeassert(x, type)

Throw a `TypeError` unless `x isa type`. The syntax `x::type` calls this function.
"""
typeassert

# `convert` of a tuple goes element by element, to the field types of the wanted one.
function convert(::Type{T}, x::NTuple{N,Any}) where {N,T<:Tuple}
    # Where no tuple of this length is a T, say so here rather than fail in the middle.
    if typeintersect(NTuple{N,Any}, T) === Union{}
        throw(MethodError(convert, (T, x)))
    end
    function element(i)
        Ti = fieldtype(T, i)
        xi = getfield(x, i)
        return xi isa Ti ? xi : convert(Ti, xi)
    end
    return ntuple(element, Val(N))::NTuple{N,Any}
end

# ---- conversion of numbers and values: the common names -----------------------------------------------------

"""
    oftype(x, y)

Convert `y` to the type of `x`.
"""
oftype(x, y) = y isa typeof(x) ? y : convert(typeof(x), y)::typeof(x)

unsigned(x::Int) = Core.Intrinsics.bitcast(UInt, x)
signed(x::UInt) = Core.Intrinsics.bitcast(Int, x)

"""
    cconvert(T, x)

Convert `x` to a value that `unsafe_convert(T, …)` then turns into what C gets; the value is kept alive
during the `ccall`.
"""
cconvert(::Type{T}, x) where {T} = x isa T ? x : convert(T, x)
cconvert(::Type{<:Ptr}, x) = x

"""
    unsafe_convert(T, x)

The C value for an argument of type `T`, of what `cconvert` returned.
"""
unsafe_convert(::Type{T}, x::T) where {T} = x
unsafe_convert(::Type{T}, x::T) where {T<:Ptr} = x
unsafe_convert(::Type{P}, x::Ptr) where {P<:Ptr} = convert(P, x)

# ---- reinterpretation of bits -----------------------------------------------------------------------------

"""
    reinterpret(Out, x::In)

The bits of `x` as a value of the plain-data type `Out` of the same size.
"""
function reinterpret(::Type{Out}, x) where {Out}
    if isprimitivetype(Out) && isprimitivetype(typeof(x))
        return Core.Intrinsics.bitcast(Out, x)
    end
    return _reinterpret(Out, x)
end

"""
    sizeof(x)

The size of a type or value in bytes.
"""
sizeof(x) = Core.sizeof(x)

# ---- arrays and simple vectors by linear index ----------------------------------------------------------------

length(v::SimpleVector) = ccall(:jl_svec_len, Int, (Any,), v)
function getindex(v::SimpleVector, i::Int)
    if !(1 <= i <= length(v))
        throw(BoundsError(v, i))
    end
    return Core._svec_ref(v, i)
end
getindex(v::SimpleVector, I::AbstractArray) = svec(Any[v[i] for i in I]...)
# `invoke` with keywords: the types are those of the positional arguments.
function Core.kwcall(kwargs::NamedTuple, ::typeof(invoke), f, T, args...)
    @inline
    types = Tuple{Core.Typeof(kwargs),Core.Typeof(f),(unwrap_unionall(T)::DataType).parameters...}
    return invoke(Core.kwcall, rewrap_unionall(types, T), kwargs, f, args...)
end

isassigned(v::SimpleVector, i::Int) = 1 <= i <= length(v) && ccall(:jl_svec_isassigned, Bool, (Any, Int), v, i - 1)
firstindex(v::SimpleVector) = 1
lastindex(v::SimpleVector) = length(v)
eltype(::Type{SimpleVector}) = Any
keys(v::SimpleVector) = OneTo(length(v))
isempty(v::SimpleVector) = (length(v) == 0)
axes(v::SimpleVector) = (OneTo(length(v)),)
axes(v::SimpleVector, d::Integer) = d <= 1 ? axes(v)[d] : OneTo(1)
iterate(v::SimpleVector, i::Int=1) = i <= length(v) ? (v[i], i + 1) : nothing

length(a::Array) = Core.Intrinsics.arraylen(a)
getindex(A::Array, i::Int) = arrayref(true, A, i)
getindex(A::Array, i::Int, j::Int, I::Int...) = arrayref(true, A, i, j, I...)
setindex!(A::Array{T}, x, i::Int) where {T} = arrayset(true, A, convert(T, x)::T, i)
setindex!(A::Array{T}, x, i::Int, j::Int, I::Int...) where {T} =
    arrayset(true, A, x isa T ? x : convert(T, x)::T, i, j, I...)
size(a::Array, d::Int) = arraysize(a, d)
size(a::Array{T,1}) where {T} = (arraysize(a, 1),)
size(a::Array{T,2}) where {T} = (arraysize(a, 1), arraysize(a, 2))
size(a::Array{T,3}) where {T} = (arraysize(a, 1), arraysize(a, 2), arraysize(a, 3))
size(a::Array{T,0}) where {T} = ()
size(a::Array{T,N}) where {T,N} = ntuple(M -> arraysize(a, M), Val(N))::NTuple{N,Int}

# ---- singletons ------------------------------------------------------------------------------------------------

"""
    Colon()

The object that `:` evaluates to as an index: everything along a dimension.
"""
struct Colon <: Function end
const (:) = Colon()

"""
    Val(c)

A value in the type domain: `Val{c}()`.
"""
struct Val{x} end
Val(x) = Val{x}()

"""
    invokelatest(f, args...; kwargs...)

Call `f` in the latest world, so that it sees methods defined since the caller started.
"""
function invokelatest(@nospecialize(f), @nospecialize args...; kwargs...)
    if isempty(kwargs)
        return Core._call_latest(f, args...)
    end
    return Core._call_latest(Core.kwcall, NamedTuple(kwargs), f, args...)
end

"""
    invoke_in_world(world, f, args...; kwargs...)

Call `f` in a given world.
"""
function invoke_in_world(world::UInt, @nospecialize(f), @nospecialize args...; kwargs...)
    if isempty(kwargs)
        return Core._call_in_world(world, f, args...)
    end
    return Core._call_in_world(world, Core.kwcall, NamedTuple(kwargs), f, args...)
end

"""
    inferencebarrier(x)

`x`, of which inference knows nothing.
"""
inferencebarrier(@nospecialize(x)) = compilerbarrier(:type, x)

"""
    isempty(collection) -> Bool

Whether the collection has no elements.
"""
isempty(itr) = (d = isdone(itr)) !== missing ? d : iterate(itr) === nothing

"""
    values(iterator)

The values of a collection of pairs; of anything else, itself.
"""
values(itr) = itr

"""
    Missing

The type of `missing`, the value that stands for what is not known.
"""
struct Missing end
const missing = Missing()
ismissing(x) = x === missing

"""
    isdone(itr, [state]) -> Union{Bool, Missing}

Whether an iteration is at its end, or `missing` if that cannot be told without advancing it.
"""
isdone(itr, state...) = missing

# How `for (k, v...) in …` and `a, b = x` take apart a value.
function indexed_iterate(t::Tuple, i::Int, state=1)
    return (getfield(t, i), i + 1)
end
function indexed_iterate(a::Array, i::Int, state=1)
    return (a[i], i + 1)
end
function indexed_iterate(I, i)
    x = iterate(I)
    x === nothing && throw(BoundsError(I, i))
    return x
end
function indexed_iterate(I, i, state)
    x = iterate(I, state)
    x === nothing && throw(BoundsError(I, i))
    return x
end

# ---- macros about control -------------------------------------------------------------------------------------

"""
    @eval [mod,] ex

Evaluate an expression, in which `\$` interpolates, in the current module or in `mod`.
"""
macro eval(ex)
    return Expr(:escape, Expr(:call, GlobalRef(Core, :eval), __module__, Expr(:quote, ex)))
end
macro eval(mod, ex)
    return Expr(:escape, Expr(:call, GlobalRef(Core, :eval), mod, Expr(:quote, ex)))
end

"""
    @inbounds(blk)

Leave out bounds checks inside the block.
"""
macro inbounds(blk)
    return Expr(:block,
                Expr(:inbounds, true),
                Expr(:local, Expr(:(=), :val, esc(blk))),
                Expr(:inbounds, :pop),
                :val)
end

"""
    @boundscheck(blk)

The block is a bounds check, left out where an inlining caller says `@inbounds`.
"""
macro boundscheck(blk)
    return Expr(:if, Expr(:boundscheck), esc(blk))
end

"""
    @label name

Mark a place for `@goto name`.
"""
macro label(name::Symbol)
    return esc(Expr(:symboliclabel, name))
end

"""
    @goto name

Jump to the place of `@label name`.
"""
macro goto(name::Symbol)
    return esc(Expr(:symbolicgoto, name))
end

# whether `iterate` has a method for a type
isiterable(T)::Bool = hasmethod(iterate, Tuple{T})
