# Reading: by tag, and of objects by type.

readcount(s::AbstractSerializer) = Int(read(s.io, Int64))
function readtext(s::AbstractSerializer)
    count = readcount(s)
    0 <= count <= MAXIMAL_LENGTH || error("damaged serialized data")
    return String(read(s.io, count))
end

# The place of an undefined field or element.
struct Undefined end

function deserialize(s::AbstractSerializer)
    x = handle_deserialize(s, Int32(read(s.io, UInt8)))
    x isa Undefined && error("damaged serialized data: an undefined value where there must be one")
    return x
end
deserialize_field(s::AbstractSerializer) = handle_deserialize(s, Int32(read(s.io, UInt8)))

# Packages call it with the tag that they have read.
function handle_deserialize(s::AbstractSerializer, tag::Int32)
    tag == NOTHING_TAG && return nothing
    tag == INT_TAG && return read(s.io, Int64)
    tag == SYMBOL_TAG && return Symbol(readtext(s))
    tag == STRING_TAG && return readtext(s)
    tag == BIGINT_TAG && return parse(BigInt, readtext(s); base=62)
    tag == BITS_TAG && return read_bits(s, deserialize(s)::DataType)
    tag == TUPLE_TAG && return (Any[deserialize(s) for _ in 1:readcount(s)]...,)
    tag == SVEC_TAG && return Core.svec(Any[deserialize(s) for _ in 1:readcount(s)]...)
    tag == ARRAY_TAG && return read_array(s)
    tag == OBJECT_TAG && return deserialize(s, deserialize(s))
    tag == BACKREF_TAG && return s.objects[readcount(s)]
    tag == UNDEFREF_TAG && return Undefined()
    tag == MODULE_TAG && return read_module(s)
    tag == BOTTOM_TAG && return Union{}
    tag == DATATYPE_TAG && return read_datatype(s)
    tag == UNION_TAG && return Union{deserialize(s),deserialize(s)}
    if tag == UNIONALL_TAG
        var = deserialize(s)::TypeVar
        return UnionAll(var, deserialize(s))
    elseif tag == TYPEVAR_TAG
        place = reserve!(s)
        name = Symbol(readtext(s))
        lower = deserialize(s)
        return s.objects[place] = TypeVar(name, lower, deserialize(s))
    elseif tag == VARARG_TAG
        type, count = deserialize(s), deserialize(s)
        return count === nothing ? Vararg{type} : Vararg{type,count}
    end
    error("damaged serialized data: no value begins with $tag")
end

# A number for an object that can be made only when what is in it is known.
reserve!(s::AbstractSerializer) = (push!(s.objects, nothing); length(s.objects))

function read_bits(s::AbstractSerializer, T::DataType)
    place = Ref{T}()
    read!(s.io, place)
    return place[]
end

function read_array(s::AbstractSerializer)
    place = reserve!(s)
    T = deserialize(s)
    dims = ntuple(_ -> readcount(s), readcount(s))
    a = Array{T}(undef, dims)
    s.objects[place] = a
    if isbitstype(T) && isprimitivetype(T)
        read!(s.io, a)
    else
        for i in eachindex(a)
            x = deserialize_field(s)
            x isa Undefined || (a[i] = x)
        end
    end
    return a
end

function read_module(s::AbstractSerializer)
    path = [Symbol(readtext(s)) for _ in 1:readcount(s)]
    m = path[1] === :Main ? Main : root_module(path[1])
    for name in path[2:end]
        m = getglobal(m, name)::Module
    end
    return m
end
function root_module(name::Symbol)
    for m in Base.loaded_modules_array()
        nameof(m) === name && return m
    end
    isdefined(Main, name) && return getglobal(Main, name)::Module
    error("the module $name is not loaded")
end

function read_datatype(s::AbstractSerializer)
    m = deserialize(s)::Module
    name = Symbol(readtext(s))
    parameters = Any[deserialize(s) for _ in 1:readcount(s)]
    startswith(String(name), '#') && isdefined(m, name) === false && return function_type(m, name)
    found = getglobal(m, name)
    isempty(parameters) && !(found === Tuple) && return found
    found === Tuple && return Tuple{parameters...}
    return found{parameters...}
end
# The type of a function, by the function's name.
function function_type(m::Module, name::Symbol)
    text = String(name)[2:end]
    isdefined(m, Symbol(text)) || error("the type $m.$name is not there")
    return typeof(getglobal(m, Symbol(text)))
end

"""
    deserialize(s, ::Type{T})

Reads a value of `T`; by default field by field.
"""
function deserialize(s::AbstractSerializer, T::DataType)
    isdefined(T, :instance) && return T.instance
    if ismutabletype(T)
        x = ccall(:jl_new_struct_uninit, Any, (Any,), T)
        deserialize_cycle(s, x)
        for i in 1:fieldcount(T)
            value = deserialize_field(s)
            value isa Undefined || ccall(:jl_set_nth_field, Cvoid, (Any, Csize_t, Any), x, i - 1, value)
        end
        return x
    end
    values = Any[]
    for _ in 1:fieldcount(T)
        value = deserialize_field(s)
        value isa Undefined && break
        push!(values, value)
    end
    return ccall(:jl_new_structv, Any, (Any, Ptr{Any}, UInt32), T, values, length(values))
end

function deserialize(s::AbstractSerializer, T::Type{Regex})
    # Its place among the objects comes before those of its parts.
    place = reserve!(s)
    pattern = deserialize(s)::String
    compile_options = deserialize(s)::UInt32
    match_options = deserialize(s)::UInt32
    return s.objects[place] = Regex(pattern, compile_options, match_options)
end

function deserialize(s::AbstractSerializer, T::Type{<:Union{Dict,IdDict}})
    d = T()
    deserialize_cycle(s, d)
    for _ in 1:readcount(s)
        key = deserialize(s)
        d[key] = deserialize(s)
    end
    return d
end
