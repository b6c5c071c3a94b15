# some.jl: `Some`, `something` and `nothing`.

"""
    Some{T}

A wrapper that tells `Some(nothing)`, a value that is `nothing`, from `nothing`, no value.
"""
struct Some{T}
    value::T
end
Some(::Type{T}) where {T} = Some{Type{T}}(T)

promote_rule(::Type{Some{T}}, ::Type{Some{S}}) where {T,S<:T} = Some{T}
promote_rule(::Type{Some{T}}, ::Type{Nothing}) where {T} = Union{Some{T},Nothing}

nonnothingtype(::Type{T}) where {T} = typesplit(T, Nothing)
promote_rule(T::Type{Nothing}, S::Type) = Union{S,Nothing}
function promote_rule(T::Type{>:Nothing}, S::Type)
    R = nonnothingtype(T)
    R >: T && return Any
    return Union{promote_type(R, S),Nothing}
end

function nonnothingtype_checked(T::Type)
    R = nonnothingtype(T)
    R >: T && error("could not compute non-nothing type")
    R <: Union{} && error("cannot convert a value to nothing for assignment")
    return R
end

convert(::Type{T}, x::T) where {T>:Nothing} = x
convert(::Type{T}, x) where {T>:Nothing} = convert(nonnothingtype_checked(T), x)
convert(::Type{Some{T}}, x::Some{T}) where {T} = x
convert(::Type{Some{T}}, x::Some) where {T} = Some{T}(convert(T, x.value))

function show(io::IO, x::Some)
    if get(io, :typeinfo, Any) == typeof(x)
        show(io, x.value)
    else
        print(io, "Some(")
        show(io, x.value)
        print(io, ')')
    end
end

"""
    notnothing(x)

An `ArgumentError` for `nothing`, else the argument.
"""
notnothing(x::Any) = x
notnothing(::Nothing) = throw(ArgumentError("nothing passed to notnothing"))

"""
    isnothing(x)

Whether `x === nothing`.
"""
isnothing(x) = x === nothing

"""
    something(x...)

The first argument that is not `nothing`, out of its `Some`.
"""
function something end
something() = throw(ArgumentError("No value arguments present"))
something(x::Nothing, y...) = something(y...)
something(x::Some, y...) = x.value
something(x::Any, y...) = x

"""
    @something(x...)

Like `something`, but arguments after the first that counts are not evaluated.
"""
macro something(args...)
    expr = :(nothing)
    for arg in reverse(args)
        expr = :(val = $(esc(arg)); val !== nothing ? val : ($expr))
    end
    something = GlobalRef(Base, :something)
    return :($something($expr))
end

==(a::Some, b::Some) = a.value == b.value
isequal(a::Some, b::Some)::Bool = isequal(a.value, b.value)
const hash_some_seed = 0xde5c997007a4ca3a
hash(s::Some, h::UInt) = hash(s.value, hash_some_seed + h)
