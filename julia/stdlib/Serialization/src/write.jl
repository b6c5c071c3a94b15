# Writing, by type.

function writetext(s::AbstractSerializer, text::String)
    write(s.io, Int64(sizeof(text)))
    write(s.io, text)
    return nothing
end

serialize(s::AbstractSerializer, ::Nothing) = (writetag(s.io, NOTHING_TAG); nothing)
serialize(s::AbstractSerializer, x::Int64) = (writetag(s.io, INT_TAG); write(s.io, x); nothing)
serialize(s::AbstractSerializer, x::Symbol) = (writetag(s.io, SYMBOL_TAG); writetext(s, String(x)))
serialize(s::AbstractSerializer, x::String) = (writetag(s.io, STRING_TAG); writetext(s, x))
serialize(s::AbstractSerializer, x::BigInt) = (writetag(s.io, BIGINT_TAG); writetext(s, string(x; base=62)))
serialize(s::AbstractSerializer, x::SubString{String}) = serialize_any(s, SubString{String}(String(x)))

function serialize(s::AbstractSerializer, t::Tuple)
    writetag(s.io, TUPLE_TAG)
    write(s.io, Int64(length(t)))
    foreach(x -> serialize(s, x), t)
    return nothing
end

function serialize(s::AbstractSerializer, v::Core.SimpleVector)
    writetag(s.io, SVEC_TAG)
    write(s.io, Int64(length(v)))
    foreach(x -> serialize(s, x), v)
    return nothing
end

function serialize(s::AbstractSerializer, a::Array)
    serialize_cycle(s, a) && return nothing
    writetag(s.io, ARRAY_TAG)
    serialize(s, eltype(a))
    write(s.io, Int64(ndims(a)))
    foreach(n -> write(s.io, Int64(n)), size(a))
    if isbitstype(eltype(a)) && isprimitivetype(eltype(a))
        write(s.io, a)
    else
        for i in eachindex(a)
            isassigned(a, i) ? serialize(s, a[i]) : writetag(s.io, UNDEFREF_TAG)
        end
    end
    return nothing
end

function serialize(s::AbstractSerializer, m::Module)
    writetag(s.io, MODULE_TAG)
    path = fullname(m)
    write(s.io, Int64(length(path)))
    foreach(name -> writetext(s, String(name)), path)
    return nothing
end

function serialize(s::AbstractSerializer, d::AbstractDict)
    d isa Union{Dict,IdDict} || return serialize_any(s, d)
    serialize_cycle(s, d) && return nothing
    serialize_type(s, typeof(d))
    write(s.io, Int64(length(d)))
    for (key, value) in d
        serialize(s, key)
        serialize(s, value)
    end
    return nothing
end

# What was compiled of it is compiled again where it is read.
function serialize(s::AbstractSerializer, r::Regex)
    serialize_cycle(s, r) && return nothing
    serialize_type(s, Regex)
    serialize(s, r.pattern)
    serialize(s, r.compile_options)
    serialize(s, r.match_options)
    return nothing
end

# Where it points to is of this process.
serialize(s::AbstractSerializer, p::Ptr) = serialize_any(s, oftype(p, C_NULL))

# ---- types ---------------------------------------------------------------------------------------------------

function serialize(s::AbstractSerializer, t::DataType)
    writetag(s.io, DATATYPE_TAG)
    name = t.name
    serialize(s, name.module)
    writetext(s, String(name.name))
    write(s.io, Int64(length(t.parameters)))
    foreach(parameter -> serialize(s, parameter), t.parameters)
    return nothing
end
function serialize(s::AbstractSerializer, t::UnionAll)
    writetag(s.io, UNIONALL_TAG)
    serialize(s, t.var)
    serialize(s, t.body)
    return nothing
end
function serialize(s::AbstractSerializer, t::Union)
    writetag(s.io, UNION_TAG)
    serialize(s, t.a)
    serialize(s, t.b)
    return nothing
end
serialize(s::AbstractSerializer, ::Core.TypeofBottom) = (writetag(s.io, BOTTOM_TAG); nothing)
function serialize(s::AbstractSerializer, v::TypeVar)
    serialize_cycle(s, v) && return nothing
    writetag(s.io, TYPEVAR_TAG)
    writetext(s, String(v.name))
    serialize(s, v.lb)
    serialize(s, v.ub)
    return nothing
end
function serialize(s::AbstractSerializer, v::Core.TypeofVararg)
    writetag(s.io, VARARG_TAG)
    serialize(s, isdefined(v, :T) ? v.T : Any)
    serialize(s, isdefined(v, :N) ? v.N : nothing)
    return nothing
end

"""
    serialize_type(s, T)

Writes that a value of `T` follows, in the form that `deserialize(s, ::Type{T})` reads.
"""
function serialize_type(s::AbstractSerializer, @nospecialize(T::DataType), ref::Bool=false)
    writetag(s.io, OBJECT_TAG)
    serialize(s, T)
    return nothing
end

# ---- everything else -------------------------------------------------------------------------------------------

serialize(s::AbstractSerializer, @nospecialize(x)) = serialize_any(s, x)

function serialize_any(s::AbstractSerializer, @nospecialize(x))
    T = typeof(x)::DataType
    if isprimitivetype(T)
        writetag(s.io, BITS_TAG)
        serialize(s, T)
        write(s.io, Ref(x))
        return nothing
    end
    x isa Task && error("cannot serialize a Task")
    ismutabletype(T) && serialize_cycle(s, x) && return nothing
    serialize_type(s, T)
    for i in 1:nfields(x)
        isdefined(x, i) ? serialize(s, getfield(x, i)) : writetag(s.io, UNDEFREF_TAG)
    end
    return nothing
end
