# promotion.jl: the join and the promotion of types, and arithmetic on arguments of mixed types.

"""
    typejoin(T, S, ...)

The closest common ancestor of types in the type graph, with parameters where they agree.
"""
typejoin() = Bottom
typejoin(@nospecialize(t)) = t
typejoin(@nospecialize(t), ts...) = typejoin(t, typejoin(ts...))
function typejoin(@nospecialize(a), @nospecialize(b))
    @_foldable_meta
    if isa(a, TypeVar)
        return typejoin(a.ub, b)
    elseif isa(b, TypeVar)
        return typejoin(a, b.ub)
    elseif a === b
        return a
    elseif a <: b
        return b
    elseif b <: a
        return a
    elseif isa(a, UnionAll)
        return UnionAll(a.var, typejoin(a.body, b))
    elseif isa(b, UnionAll)
        return UnionAll(b.var, typejoin(a, b.body))
    elseif isa(a, Union)
        return typejoin(typejoin(a.a, a.b), b)
    elseif isa(b, Union)
        return typejoin(a, typejoin(b.a, b.b))
    elseif !isa(a, DataType) || !isa(b, DataType)
        return Any
    elseif a <: Tuple
        return b <: Tuple ? _typejoin_tuples(a, b) : Any
    elseif b <: Tuple
        return Any
    end
    # Walk up from `b` until the family of an ancestor holds `a`.
    while b !== Any
        family = b.name.wrapper
        if a <: family
            while a.name !== b.name
                a = supertype(a)::DataType
            end
            return _typejoin_params(a, b)
        end
        b = supertype(b)::DataType
    end
    return Any
end

# Two instances of one family: keep the parameters that agree, the others stay variables.
function _typejoin_params(a::DataType, b::DataType)
    a.name === Type.body.name && return Type
    T = a.name.wrapper
    vars = nothing
    for i in 1:length(a.parameters)
        ai, bi = a.parameters[i], b.parameters[i]
        if ai === bi || (isa(ai, Type) && isa(bi, Type) && ai <: bi && bi <: ai)
            T = T{ai}
        else
            vars = (T.var, vars)
            T = T.body
        end
    end
    while vars !== nothing
        T = UnionAll(vars[1], T)
        vars = vars[2]
    end
    return T
end

function _typejoin_tuples(a::DataType, b::DataType)
    ap, bp = a.parameters, b.parameters
    la, lb = length(ap)::Int, length(bp)::Int
    if la == 0 || lb == 0
        # The empty tuple joins with a vararg of the other's elements.
        rest = la == 0 ? b : a
        return Tuple{Vararg{tailjoin(rest.parameters, 1)}}
    end
    ava, bva = isvatuple(a), isvatuple(b)
    na = ava ? la - 1 : la
    nb = bva ? lb - 1 : lb
    if !ava && !bva && la == lb
        p = Any[]
        i = 1
        while i <= la
            push!(p, typejoin(ap[i], bp[i]))
            i += 1
        end
        return Tuple{p...}
    end
    # Different or open lengths: the common positions, then a vararg of the rest.
    m = na < nb ? na : nb
    p = Any[]
    i = 1
    while i <= m
        push!(p, typejoin(ap[i], bp[i]))
        i += 1
    end
    t = typejoin(tailjoin(ap, m + 1), tailjoin(bp, m + 1))
    push!(p, Vararg{t})
    return Tuple{p...}
end

# The join of the parameters from position `i` on, a vararg counting as its element type.
function tailjoin(A::SimpleVector, i::Int)
    if i > length(A)
        return length(A) > 0 && isvarargtype(A[length(A)]) ? unwrapva(A[length(A)]) : Union{}
    end
    t = Bottom
    while i <= length(A)
        t = typejoin(t, unwrapva(A[i]))
        i += 1
    end
    return t
end

"""
    promote_typejoin(T, S)

A common supertype that keeps `Union{T, Nothing}` and `Union{T, Missing}` as unions.
"""
function promote_typejoin(@nospecialize(a), @nospecialize(b))
    @_foldable_meta
    c = typejoin(_promote_typesubtract(a), _promote_typesubtract(b))
    return Union{a,b,c}::Type
end
function _promote_typesubtract(@nospecialize(a))
    @_foldable_meta
    return a === Any ? a : typesplit(a, Union{Nothing,Missing})
end

function promote_typejoin_union(::Type{T}) where {T}
    @_total_meta
    if T === Union{}
        return Union{}
    elseif T isa UnionAll
        return Any
    elseif T isa Union
        return promote_typejoin(promote_typejoin_union(T.a), promote_typejoin_union(T.b))
    elseif T <: Tuple
        return typejoin_union_tuple(T)
    else
        return T
    end
end

function typejoin_union_tuple(T::DataType)
    @_total_meta
    u = unwrap_unionall(T)
    p = u.parameters
    lr = length(p)::Int
    if lr == 0
        return Tuple{}
    end
    c = Any[]
    i = 1
    while i <= lr
        pi = p[i]
        if isvarargtype(pi)
            ci = isdefined(pi, :N) ? Vararg{promote_typejoin_union(unwrapva(pi)),pi.N} :
                 Vararg{promote_typejoin_union(unwrapva(pi))}
        elseif pi isa TypeVar
            ci = promote_typejoin_union(pi.ub)
        else
            ci = promote_typejoin_union(pi)
        end
        push!(c, ci)
        i += 1
    end
    return rewrap_unionall(Tuple{c...}, T)
end

# `a` without the parts of it that are `<: b`.
function typesplit(@nospecialize(a), @nospecialize(b))
    @_foldable_meta
    a <: b && return Bottom
    if isa(a, Union)
        return Union{typesplit(a.a, b),typesplit(a.b, b)}
    end
    return a
end

"""
    promote_type(type1, type2, ...)

The type that values of these types are converted to before mixed arithmetic.
"""
promote_type() = Bottom
promote_type(T) = T
# Where rules are not associative it matters that the last types are first.
promote_type(T, S, U) = promote_type(T, promote_type(S, U))
promote_type(T, S, U, V...) = promote_type(T, promote_type(S, U, V...))
promote_type(::Type{Bottom}, ::Type{Bottom}) = Bottom
promote_type(::Type{T}, ::Type{T}) where {T} = T
promote_type(::Type{T}, ::Type{Bottom}) where {T} = T
promote_type(::Type{Bottom}, ::Type{T}) where {T} = T
# A rule may be given for either order, so both are tried.
promote_type(::Type{T}, ::Type{S}) where {T,S} =
    promote_result(T, S, promote_rule(T, S), promote_rule(S, T))

"""
    promote_rule(type1, type2)

Extended by packages: the type that these two promote to; `Union{}` where there is no rule.
"""
promote_rule(::Type, ::Type) = Bottom
# Without these the rules for a `Type{T} where T<:X` would be ambiguous with the bottom type.
promote_rule(::Type{Bottom}, ::Type{Bottom}) = Bottom
promote_rule(::Type{Bottom}, ::Type{T}) where {T} = Bottom
promote_rule(::Type{T}, ::Type{Bottom}) where {T} = Bottom

promote_result(::Type, ::Type, ::Type{T}, ::Type{S}) where {T,S} = promote_type(T, S)
# No rule in either order.
promote_result(::Type{T}, ::Type{S}, ::Type{Bottom}, ::Type{Bottom}) where {T,S} = typejoin(T, S)

"""
    promote(xs...)

Convert all arguments to their promoted type.
"""
function promote end

function _promote(x::T, y::S) where {T,S}
    R = promote_type(T, S)
    return (convert(R, x), convert(R, y))
end
promote_typeof(x) = typeof(x)
promote_typeof(x, xs...) = promote_type(typeof(x), promote_typeof(xs...))
function _promote(x, y, z)
    R = promote_typeof(x, y, z)
    return (convert(R, x), convert(R, y), convert(R, z))
end
function _promote(x, y, zs...)
    R = promote_typeof(x, y, zs...)
    return (convert(R, x), convert(R, y), convert(Tuple{Vararg{R}}, zs)...)
end

promote() = ()
promote(x) = (x,)
function promote(x, y)
    px, py = _promote(x, y)
    not_sametype((x, y), (px, py))
    return px, py
end
function promote(x, y, z)
    px, py, pz = _promote(x, y, z)
    not_sametype((x, y, z), (px, py, pz))
    return px, py, pz
end
function promote(x, y, zs...)
    px, py, pzs... = _promote(x, y, zs...)
    not_sametype((x, y, zs...), (px, py, pzs...))
    return px, py, pzs...
end
promote(x::T, y::T) where {T} = (x, y)
promote(x::T, y::T, z::T) where {T} = (x, y, z)
promote(x::T, y::T, zs::T...) where {T} = (x, y, zs...)

# Where promotion changed nothing the generic methods below would call themselves for ever.
not_sametype(x::T, y::T) where {T} = sametype_error(x)
not_sametype(x, y) = nothing

function sametype_error(input)
    error("promotion of types ",
          join(map(x -> string(typeof(x)), input), ", ", " and "),
          " failed to change any arguments")
end

+(x::Number, y::Number) = +(promote(x, y)...)
*(x::Number, y::Number) = *(promote(x, y)...)
-(x::Number, y::Number) = -(promote(x, y)...)
/(x::Number, y::Number) = /(promote(x, y)...)

"""
    ^(x, y)

Exponentiation.
"""
^(x::Number, y::Number) = ^(promote(x, y)...)

fma(x::Number, y::Number, z::Number) = fma(promote(x, y, z)...)
muladd(x::Number, y::Number, z::Number) = muladd(promote(x, y, z)...)

==(x::Number, y::Number) = (==)(promote(x, y)...)
<(x::Real, y::Real) = (<)(promote(x, y)...)
<=(x::Real, y::Real) = (<=)(promote(x, y)...)

function div end
function cld end
function fld end
rem(x::Real, y::Real) = rem(promote(x, y)...)
mod(x::Real, y::Real) = mod(promote(x, y)...)
mod1(x::Real, y::Real) = mod1(promote(x, y)...)
fld1(x::Real, y::Real) = fld1(promote(x, y)...)

max(x::Real, y::Real) = max(promote(x, y)...)
min(x::Real, y::Real) = min(promote(x, y)...)
minmax(x::Real, y::Real) = minmax(promote(x, y)...)

# The operators of a type that promotion does not change.
function no_op_err(name, T)
    error(name, " not defined for ", T)
end
(+)(x::T, y::T) where {T<:Number} = no_op_err("+", T)
(*)(x::T, y::T) where {T<:Number} = no_op_err("*", T)
(-)(x::T, y::T) where {T<:Number} = no_op_err("-", T)
(/)(x::T, y::T) where {T<:Number} = no_op_err("/", T)
(^)(x::T, y::T) where {T<:Number} = no_op_err("^", T)

fma(x::T, y::T, z::T) where {T<:Number} = no_op_err("fma", T)
fma(x::Integer, y::Integer, z::Integer) = x * y + z
muladd(x::T, y::T, z::T) where {T<:Number} = x * y + z

(&)(x::T, y::T) where {T<:Integer} = no_op_err("&", T)
(|)(x::T, y::T) where {T<:Integer} = no_op_err("|", T)
xor(x::T, y::T) where {T<:Integer} = no_op_err("xor", T)

(==)(x::T, y::T) where {T<:Number} = x === y
(<)(x::T, y::T) where {T<:Real} = no_op_err("<", T)
(<=)(x::T, y::T) where {T<:Real} = (x == y) | (x < y)

rem(x::T, y::T) where {T<:Real} = no_op_err("rem", T)
mod(x::T, y::T) where {T<:Real} = no_op_err("mod", T)

min(x::Real) = x
max(x::Real) = x
minmax(x::Real) = (x, x)

max(x::T, y::T) where {T<:Real} = ifelse(y < x, x, y)
min(x::T, y::T) where {T<:Real} = ifelse(y < x, y, x)
minmax(x::T, y::T) where {T<:Real} = y < x ? (y, x) : (x, y)

flipsign(x::T, y::T) where {T<:Signed} = no_op_err("flipsign", T)

# The promotion of the element types of collections.
promote_eltype() = Bottom
promote_eltype(v1, vs...) = promote_type(eltype(v1), promote_eltype(vs...))
