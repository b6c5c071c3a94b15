# namedtuple.jl: named tuples as collections, and the macros that write their types.

NamedTuple{names,T}(args::Tuple) where {names,T<:Tuple} = NamedTuple{names,T}(convert(T, args)::T)
NamedTuple{names,T}(nt::NamedTuple{names}) where {names,T<:Tuple} = NamedTuple{names,T}(T(values(nt)))

function NamedTuple{names}(nt::NamedTuple) where {names}
    # The fields of `nt` that are named, in that order.
    types = Tuple{ntupleany(i -> fieldtype(typeof(nt), names[i]), length(names))...}
    return NamedTuple{names,types}(map(n -> getfield(nt, n), names))
end
NamedTuple{names,T}(itr) where {names,T<:Tuple} = NamedTuple{names,T}(T(itr))
NamedTuple{names}(itr) where {names} = NamedTuple{names}(Tuple(itr))
NamedTuple(itr) = (; itr...)

NamedTuple(nt::NamedTuple) = nt

length(t::NamedTuple) = nfields(t)
iterate(t::NamedTuple, iter=1) = iter > nfields(t) ? nothing : (getfield(t, iter), iter + 1)
rest(t::NamedTuple) = t
function rest(t::NamedTuple{names}, i::Int) where {names}
    return NamedTuple{rest(names, i)}(t)
end
firstindex(t::NamedTuple) = 1
lastindex(t::NamedTuple) = nfields(t)
getindex(t::NamedTuple, i::Int) = getfield(t, i)
getindex(t::NamedTuple, i::Symbol) = getfield(t, i)
getindex(t::NamedTuple, ::Colon) = t
getindex(t::NamedTuple, idxs::Tuple{Vararg{Symbol}}) = NamedTuple{idxs}(t)
getindex(t::NamedTuple, idxs::AbstractArray{Symbol,1}) = NamedTuple{Tuple(idxs)}(t)
indexed_iterate(t::NamedTuple, i::Int, state=1) = (getfield(t, i), i + 1)
isempty(::NamedTuple{()}) = true
isempty(::NamedTuple) = false
empty(::NamedTuple) = NamedTuple()

prevind(@nospecialize(t::NamedTuple), i::Integer) = Int(i) - 1
nextind(@nospecialize(t::NamedTuple), i::Integer) = Int(i) + 1

convert(::Type{NamedTuple{names,T}}, nt::NamedTuple{names,T}) where {names,T<:Tuple} = nt
convert(::Type{NamedTuple{names}}, nt::NamedTuple{names}) where {names} = nt
convert(::Type{NamedTuple{names,T}}, nt::NamedTuple{names}) where {names,T<:Tuple} =
    NamedTuple{names,T}(T(Tuple(nt)))
function convert(::Type{NT}, nt::NamedTuple{names}) where {names,NT<:NamedTuple{names}}
    # Types with bounds instead of element types.
    T1 = NT isa UnionAll ? _nt_bounded_types(NT, nt) : NT
    return T1(Tuple(nt))
end
function _nt_bounded_types(@nospecialize(NT), nt)
    T = unwrap_unionall(NT).parameters[2]
    T isa TypeVar && (T = T.ub)
    return NamedTuple{keys(nt),typeof(convert(T, Tuple(nt)))}
end

eltype(::Type{T}) where {T<:NamedTuple} = nteltype(T)
nteltype(::Type) = Any
nteltype(::Type{NamedTuple{names,T}}) where {names,T} = eltype(T)

==(a::NamedTuple{n}, b::NamedTuple{n}) where {n} = Tuple(a) == Tuple(b)
==(a::NamedTuple, b::NamedTuple) = false
isequal(a::NamedTuple{n}, b::NamedTuple{n}) where {n} = isequal(Tuple(a), Tuple(b))
isequal(a::NamedTuple, b::NamedTuple) = false
hash(x::NamedTuple, h::UInt) = xor(objectid(keys(x)), hash(Tuple(x), h))
(<)(a::NamedTuple{n}, b::NamedTuple{n}) where {n} = Tuple(a) < Tuple(b)
isless(a::NamedTuple{n}, b::NamedTuple{n}) where {n} = isless(Tuple(a), Tuple(b))
same_names(::NamedTuple{names}...) where {names} = true
same_names(::NamedTuple...) = false

# Under `map` named tuples with the same names keep them.
function map(f, nt::NamedTuple{names}, nts::NamedTuple...) where {names}
    if !same_names(nt, nts...)
        throw(ArgumentError("Named tuple names do not match."))
    end
    return NamedTuple{names}(map(f, map(Tuple, (nt, nts...))...))
end

filter(f, xs::NamedTuple) = xs[filter(k -> f(xs[k]), keys(xs))]

"""
    merge(a::NamedTuple, bs::NamedTuple...)

The fields of all; where a name recurs the last value wins, at the first place.
"""
@generated function merge(a::NamedTuple{an}, b::NamedTuple{bn}) where {an,bn}
    names = merge_names(an, bn)
    types = merge_types(names, a, b)
    vals = Expr(:tuple)
    for n in names
        push!(vals.args, Expr(:call, :getfield, sym_in(n, bn) ? :b : :a, QuoteNode(n)))
    end
    return Expr(:call, Expr(:curly, :NamedTuple, names, types), vals)
end
merge(a::NamedTuple, b::NamedTuple{()}) = a
merge(a::NamedTuple{()}, b::NamedTuple{()}) = a
merge(a::NamedTuple{()}, b::NamedTuple) = b
merge(a::NamedTuple) = a
merge(a::NamedTuple, b::NamedTuple, cs::NamedTuple...) = merge(merge(a, b), cs...)
merge(a::NamedTuple, b::Iterators.Pairs{<:Any,<:Any,<:Any,<:NamedTuple}) = merge(a, getfield(b, :data))
merge(a::NamedTuple, b::Iterators.Zip{<:Tuple{Any,Any}}) = merge(a, NamedTuple{Tuple(b.is[1])}(b.is[2]))

function merge_names(an::Tuple{Vararg{Symbol}}, bn::Tuple{Vararg{Symbol}})
    @_foldable_meta
    names = Symbol[an...]
    for n in bn
        sym_in(n, an) || push!(names, n)
    end
    return (names...,)
end
merge_types(names::Tuple{Vararg{Symbol}}, a::Type{<:NamedTuple}, b::Type{<:NamedTuple}) =
    Tuple{ntupleany(i -> fieldtype(sym_in(names[i], _nt_names(b)) ? b : a, names[i]), length(names))...}
function sym_in(x::Symbol, itr::Tuple{Vararg{Symbol}})
    @_foldable_meta
    for y in itr
        y === x && return true
    end
    return false
end

# Any iterator of pairs with symbols as keys.
function merge(a::NamedTuple, itr)
    names = Symbol[]
    vals = Any[]
    inds = IdDict{Symbol,Int}()
    for (k, v) in itr
        k = k::Symbol
        oldind = get(inds, k, 0)
        if oldind > 0
            vals[oldind] = v
        else
            push!(names, k)
            push!(vals, v)
            inds[k] = length(names)
        end
    end
    return merge(a, NamedTuple{(names...,)}((vals...,)))
end

keys(nt::NamedTuple{names}) where {names} = names::Tuple{Vararg{Symbol}}
values(nt::NamedTuple) = Tuple(nt)
haskey(nt::NamedTuple, key::Union{Integer,Symbol}) = isdefined(nt, key isa Symbol ? key : Int(key))
get(nt::NamedTuple, key::Union{Integer,Symbol}, default) = isdefined(nt, key) ? getfield(nt, key) : default
get(f::Callable, nt::NamedTuple, key::Union{Integer,Symbol}) = isdefined(nt, key) ? getfield(nt, key) : f()
tail(t::NamedTuple{names}) where {names} = NamedTuple{tail(names::Tuple)}(t)
front(t::NamedTuple{names}) where {names} = NamedTuple{front(names::Tuple)}(t)
reverse(nt::NamedTuple) = NamedTuple{reverse(keys(nt))}(reverse(values(nt)))

_nt_names(::NamedTuple{names}) where {names} = names
_nt_names(::Type{T}) where {names,T<:NamedTuple{names}} = names

# The fields of `a` that `b` does not have.
function diff_names(an::Tuple{Vararg{Symbol}}, bn::Tuple{Vararg{Symbol}})
    @_foldable_meta
    names = Symbol[]
    for n in an
        sym_in(n, bn) || push!(names, n)
    end
    return (names...,)
end

"""
    structdiff(a::NamedTuple, b::Union{NamedTuple,Type{NamedTuple}})

The fields of `a` whose names are not in `b`.
"""
@generated function structdiff(a::NamedTuple{an}, b::Union{NamedTuple{bn},Type{NamedTuple{bn}}}) where {an,bn}
    names = diff_names(an, bn)
    types = Tuple{ntupleany(i -> fieldtype(a, names[i]), length(names))...}
    vals = Expr(:tuple)
    for n in names
        push!(vals.args, Expr(:call, :getfield, :a, QuoteNode(n)))
    end
    return Expr(:call, Expr(:curly, :NamedTuple, names, types), vals)
end
structdiff(a::NamedTuple{an}, b::Union{NamedTuple{an},Type{NamedTuple{an}}}) where {an} = (;)

"""
    setindex(nt::NamedTuple, val, key::Symbol)

A named tuple like `nt` with `val` for `key`.
"""
function setindex(nt::NamedTuple, v, idx::Symbol)
    return merge(nt, (; idx => v))
end

"""
    @NamedTuple{key1::Type1, key2::Type2, ...}
    @NamedTuple begin key1::Type1; ...; end

The type of named tuples with these keys.
"""
macro NamedTuple(ex)
    isexpr(ex, :braces) || isexpr(ex, :block) ||
        throw(ArgumentError("@NamedTuple expects {...} or begin...end"))
    decls = filter(e -> !(e isa LineNumberNode), ex.args)
    all(e -> e isa Symbol || isexpr(e, :(::)), decls) ||
        throw(ArgumentError("@NamedTuple must contain a sequence of name or name::type expressions"))
    vars = [QuoteNode(e isa Symbol ? e : e.args[1]) for e in decls]
    types = [esc(e isa Symbol ? :Any : e.args[2]) for e in decls]
    return :(NamedTuple{($(vars...),),Tuple{$(types...)}})
end

"""
    @Kwargs{key1::Type1, key2::Type2, ...}

The type of the keyword arguments with these keys.
"""
macro Kwargs(ex)
    return :(let
                 NT = @NamedTuple $ex
                 Base.Pairs{keytype(NT),eltype(NT),typeof(NT.parameters[1]),NT}
             end)
end

keytype(@nospecialize nt::NamedTuple) = keytype(typeof(nt))
keytype(@nospecialize T::Type{<:NamedTuple}) = Symbol
valtype(@nospecialize nt::NamedTuple) = valtype(typeof(nt))
valtype(@nospecialize T::Type{<:NamedTuple}) = eltype(T)
