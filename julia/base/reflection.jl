# reflection.jl: questions about modules, types, fields, functions and methods.

# ---- modules ------------------------------------------------------------------------------------------

"""
    parentmodule(m::Module) -> Module

The module that encloses `m`; of a root module, itself.
"""
parentmodule(m::Module) = ccall(:jl_module_parent, Ref{Module}, (Any,), m)

"""
    moduleroot(m::Module) -> Module

The outermost module around `m`.
"""
function moduleroot(m::Module)
    while true
        is_root_module(m) && return m
        p = parentmodule(m)
        p === m && return m
        m = p
    end
end

# A package's own module is its own parent; Base's parent is Main.
is_root_module(m::Module) = m === Base || parentmodule(m) === m

"""
    @__MODULE__ -> Module

The module in which this is expanded.
"""
macro __MODULE__()
    return __module__
end

"""
    fullname(m::Module)

The names from the root down to `m`, as a tuple of symbols.
"""
function fullname(m::Module)
    mn = nameof(m)
    if m === Main || m === Base || m === Core
        return (mn,)
    end
    mp = parentmodule(m)
    if mp === m
        return (mn,)
    end
    return (fullname(mp)..., mn)
end

"""
    names(x::Module; all::Bool=false, imported::Bool=false)

The exported names of a module; with `all` also the others, with `imported` also those of other modules.
"""
names(m::Module; all::Bool=false, imported::Bool=false) =
    sort!(unsorted_names(m; all, imported))
unsorted_names(m::Module; all::Bool=false, imported::Bool=false) =
    ccall(:jl_module_names, Array{Symbol,1}, (Any, Cint, Cint), m, all, imported)

nameof(m::Module) = ccall(:jl_module_name, Ref{Symbol}, (Any,), m)

isexported(m::Module, s::Symbol) = ccall(:jl_module_exports_p, Cint, (Any, Any), m, s) != 0
isdeprecated(m::Module, s::Symbol) = ccall(:jl_is_binding_deprecated, Cint, (Any, Any), m, s) != 0
isbindingresolved(m::Module, var::Symbol) = ccall(:jl_binding_resolved_p, Cint, (Any, Any), m, var) != 0

function binding_module(m::Module, s::Symbol)
    p = ccall(:jl_get_module_of_binding, Any, (Any, Any), m, s)
    return p === nothing ? m : p::Module
end
function resolve(g::GlobalRef; force::Bool=false)
    if force || isbindingresolved(g.mod, g.name)
        return GlobalRef(binding_module(g.mod, g.name), g.name)
    end
    return g
end

"""
    isconst(m::Module, s::Symbol) -> Bool
    isconst(t::DataType, s)

Whether a global is constant; whether a field of a mutable type is.
"""
isconst(m::Module, s::Symbol) = ccall(:jl_is_const, Cint, (Any, Any), m, s) != 0
isconst(g::GlobalRef) = isconst(g.mod, g.name)
isconst(@nospecialize(t::Type), s::Symbol) = isconst(t, fieldindex(t, s, false))
function isconst(@nospecialize(t::Type), s::Int)
    t = unwrap_unionall(t)
    isa(t, DataType) || return false
    1 <= s <= length(t.name.names) || return false
    ismutabletype(t) || return true
    return ccall(:jl_field_isconst, Cint, (Any, Int), t, s - 1) != 0
end
function isfieldatomic(@nospecialize(t::Type), s::Int)
    t = unwrap_unionall(t)
    isa(t, DataType) || return false
    return ccall(:jl_field_isatomic, Cint, (Any, Int), t, s - 1) != 0
end
isfieldatomic(@nospecialize(t::Type), s::Symbol) = isfieldatomic(t, fieldindex(t, s, false))

# ---- fields -------------------------------------------------------------------------------------------

"""
    fieldname(x::DataType, i::Integer)

The name of field `i`.
"""
function fieldname(t::DataType, i::Integer)
    @_foldable_meta
    if isabstracttype(t)
        throw(ArgumentError("type does not have definite field names"))
    end
    names = _fieldnames(t)
    n_fields = length(names)::Int
    field_label = n_fields == 1 ? "field" : "fields"
    i > n_fields && throw(ArgumentError("Cannot access field $i since type $t only has $n_fields $field_label."))
    i < 1 && throw(ArgumentError("Field numbers must be positive integers. $i is invalid."))
    return names[i]::Symbol
end
fieldname(t::UnionAll, i::Integer) = fieldname(unwrap_unionall(t), i)
fieldname(t::Type{<:Tuple}, i::Integer) =
    i < 1 || i > fieldcount(t) ? throw(BoundsError(t, i)) : Int(i)

function _fieldnames(@nospecialize t)
    if t.name === NamedTuple_typename
        names = t.parameters[1]
        if names isa Tuple
            return names
        else
            throw(ArgumentError("type does not have definite field names"))
        end
    end
    return t.name.names
end
const NamedTuple_typename = NamedTuple.body.body.name

"""
    fieldnames(x::DataType)

The names of all fields, as a tuple.
"""
fieldnames(t::DataType) = (@_foldable_meta; (fieldcount(t); (_fieldnames(t)...,)))
fieldnames(t::UnionAll) = fieldnames(unwrap_unionall(t))
fieldnames(::Core.TypeofBottom) = throw(ArgumentError("The empty type does not have field names since it does not have instances."))
fieldnames(t::Type{<:Tuple}) = ntuple(identity, fieldcount(t))

"""
    hasfield(T::Type, name::Symbol)

Whether `T` has a field of that name.
"""
hasfield(T::Type, name::Symbol) = fieldindex(T, name, false) > 0

"""
    fieldindex(T, name::Symbol, err::Bool=true)

The number of the field; 0 or an error where there is none.
"""
function fieldindex(T::DataType, name::Symbol, err::Bool=true)
    @_foldable_meta
    return Int(ccall(:jl_field_index, Cint, (Any, Any, Cint), T, name, err) + 1)
end
function fieldindex(t::UnionAll, name::Symbol, err::Bool=true)
    @_foldable_meta
    t = argument_datatype(t)
    if t === nothing
        err && throw(ArgumentError("type does not have definite fields"))
        return 0
    end
    return fieldindex(t, name, err)
end
argument_datatype(@nospecialize t) = ccall(:jl_argument_datatype, Any, (Any,), t)::Union{Nothing,DataType}

"""
    fieldcount(t::Type)

The number of fields of an instance of the type.
"""
function fieldcount(@nospecialize t)
    @_foldable_meta
    if t isa UnionAll || t isa Union
        t = argument_datatype(t)
        if t === nothing
            throw(ArgumentError("type does not have a definite number of fields"))
        end
    elseif t === Union{}
        throw(ArgumentError("The empty type does not have a well-defined number of fields since it does not have instances."))
    end
    if !(t isa DataType)
        throw(TypeError(:fieldcount, DataType, t))
    end
    fcount = datatype_fieldcount(t)
    if fcount === nothing
        throw(ArgumentError("type does not have a definite number of fields"))
    end
    return fcount
end

# The number of fields, or `nothing` where the type leaves it open.
function datatype_fieldcount(t::DataType)
    if t.name === NamedTuple_typename
        names, types = t.parameters[1], t.parameters[2]
        if names isa Tuple
            return length(names)
        end
        if types isa DataType && types <: Tuple
            return fieldcount(types)
        end
        return nothing
    elseif isabstracttype(t)
        return nothing
    end
    if t.name === Tuple.name
        n = length(t.parameters)
        if n > 0 && isvarargtype(t.parameters[n])
            va = t.parameters[n]
            (isdefined(va, :N) && va.N isa Int) || return nothing
            return n - 1 + va.N
        end
        return n
    end
    return length(t.name.names)
end

"""
    fieldtypes(T::Type)

The declared types of all fields, as a tuple.
"""
fieldtypes(T::Type) = (ntupleany(i -> fieldtype(T, i), fieldcount(T))...,)

"""
    fieldoffset(type, i)

The byte offset of field `i` in an instance.
"""
fieldoffset(x::DataType, idx::Integer) = ccall(:jl_get_field_offset, Csize_t, (Any, Cint), x, idx)

"""
    propertynames(x, private=false)

The properties that `x.name` knows; by default the fields.
"""
propertynames(x) = fieldnames(typeof(x))
propertynames(m::Module) = names(m)
propertynames(x, private::Bool) = propertynames(x)
propertynames(x::Array) = ()

"""
    hasproperty(x, s::Symbol)

Whether `x.s` is a property.
"""
hasproperty(x, s::Symbol) = s in propertynames(x)

# ---- kinds of types -------------------------------------------------------------------------------------

"""
    ismutable(v) -> Bool

Whether the value can be changed in place.
"""
ismutable(@nospecialize(x)) = ismutabletype(typeof(x))
isimmutable(@nospecialize(x)) = !ismutable(x)

"""
    ismutabletype(T) -> Bool

Whether `T` is declared mutable.
"""
function ismutabletype(@nospecialize t)
    @_total_meta
    t = unwrap_unionall(t)
    return isa(t, DataType) && ccall(:jl_is_mutable_datatype, Cint, (Any,), t) != 0
end

"""
    isstructtype(T) -> Bool

Whether `T` was declared by `struct` or `mutable struct`.
"""
function isstructtype(@nospecialize t)
    @_total_meta
    t = unwrap_unionall(t)
    isa(t, DataType) || return false
    return !isprimitivetype(t) && !isabstracttype(t)
end

"""
    isprimitivetype(T) -> Bool

Whether `T` was declared by `primitive type`.
"""
function isprimitivetype(@nospecialize t)
    @_total_meta
    t = unwrap_unionall(t)
    return isa(t, DataType) && ccall(:jl_is_primitivetype, Cint, (Any,), t) != 0
end

"""
    isbitstype(T) -> Bool

Whether instances of `T` are plain data: immutable, without references.
"""
isbitstype(@nospecialize t) = (@_total_meta; isa(t, DataType) && ccall(:jl_isbits, Cint, (Any,), t) != 0)

"""
    isbits(x) -> Bool

Whether `x` is plain data.
"""
isbits(@nospecialize x) = isbitstype(typeof(x))

"""
    isdispatchtuple(T) -> Bool

Whether `T` is a tuple type of concrete elements that can be the types of a call.
"""
isdispatchtuple(@nospecialize(t)) = (@_total_meta; isa(t, DataType) && ccall(:jl_is_dispatch_tuple, Cint, (Any,), t) != 0)

iskindtype(@nospecialize t) = (t === DataType || t === UnionAll || t === Union || t === typeof(Bottom))
isconcretedispatch(@nospecialize t) = isconcretetype(t) && !iskindtype(t)
has_free_typevars(@nospecialize(t)) = (@_total_meta; ccall(:jl_has_free_typevars, Cint, (Any,), t) != 0)

"""
    isconcretetype(T) -> Bool

Whether values can have exactly this type.
"""
isconcretetype(@nospecialize(t)) = (@_total_meta; isa(t, DataType) && ccall(:jl_is_concrete_type, Cint, (Any,), t) != 0)

"""
    isabstracttype(T) -> Bool

Whether `T` was declared by `abstract type`.
"""
function isabstracttype(@nospecialize(t))
    t = unwrap_unionall(t)
    return isa(t, DataType) && ccall(:jl_is_abstract_type, Cint, (Any,), t) != 0
end

"""
    issingletontype(T)

Whether `T` has exactly one instance.
"""
issingletontype(@nospecialize(t)) = (@_total_meta; isa(t, DataType) && isdefined(t, :instance))

"""
    typeintersect(T, S)

A type that holds the common values of `T` and `S`.
"""
typeintersect(@nospecialize(a), @nospecialize(b)) = ccall(:jl_type_intersection, Any, (Any, Any), a, b)

morespecific(@nospecialize(a), @nospecialize(b)) = ccall(:jl_type_morespecific, Cint, (Any, Any), a, b) != 0
morespecific(a::Method, b::Method) = ccall(:jl_method_morespecific, Cint, (Any, Any), a, b) != 0

"""
    supertype(T::DataType)

The declared supertype.
"""
supertype(T::DataType) = T.super
supertype(T::UnionAll) = UnionAll(T.var, supertype(T.body))

nameof(t::DataType) = t.name.name
nameof(t::UnionAll) = nameof(unwrap_unionall(t))
nameof(t::Union) = throw(MethodError(nameof, (t,)))
parentmodule(t::DataType) = t.name.module
parentmodule(t::UnionAll) = parentmodule(unwrap_unionall(t))

"""
    objectid(x) -> UInt

A number for the identity of `x`: equal exactly for values that are `===`.
"""
objectid(@nospecialize(x)) = ccall(:jl_object_id, UInt, (Any,), x)

# The alignment and size of an element in memory.
datatype_alignment(dt::DataType) = (@_foldable_meta; Int(ccall(:jl_datatype_alignment, Cint, (Any,), dt)))
datatype_haspadding(dt::DataType) = (@_foldable_meta; ccall(:jl_datatype_haspadding, Cint, (Any,), dt) != 0)
datatype_pointerfree(dt::DataType) = (@_foldable_meta; ccall(:jl_datatype_pointerfree, Cint, (Any,), dt) != 0)
aligned_sizeof(@nospecialize T::Type) = Int(ccall(:jl_aligned_sizeof, Csize_t, (Any,), T))
allocatedinline(@nospecialize T::Type) = ccall(:jl_stored_inline, Cint, (Any,), T) != 0

"""
    isbitsunion(T)

Whether `T` is a union of plain-data types, stored inline in arrays with a selector byte.
"""
isbitsunion(u::Union) = allocatedinline(u)
isbitsunion(@nospecialize t) = false

uniontypes(@nospecialize x) = _uniontypes(x, Any[])
_uniontypes(@nospecialize(x), ts::Array{Any,1}) =
    x isa Union ? (_uniontypes(x.a, ts); _uniontypes(x.b, ts)) : (push!(ts, x); ts)
unionlen(x::Union) = unionlen(x.a) + unionlen(x.b)
unionlen(@nospecialize(x)) = 1

# `typejoin`'s ancestor list.
function supertypes_tuple(T::Type)
    S = supertype(T)
    return S === T ? (T,) : (T, supertypes_tuple(S)...)
end

"""
    instances(T::Type)

The instances of an enumeration type.
"""
function instances end

# ---- functions and methods --------------------------------------------------------------------------------

"""
    nameof(f::Function) -> Symbol

The name of a generic function.
"""
nameof(f::Function) = (typeof(f).name.mt::Core.MethodTable).name
nameof(f::Core.IntrinsicFunction) = ccall(:jl_intrinsic_name_sym, Ref{Symbol}, (Any,), f)

"""
    parentmodule(f::Function) -> Module

The module that defines the function.
"""
parentmodule(f::Function) = parentmodule(typeof(f))
function parentmodule(@nospecialize(f), @nospecialize(types))
    m = methods(f, types)
    if isempty(m)
        error("no matching methods")
    end
    return parentmodule(first(m))
end
parentmodule(m::Method) = m.module

_task_world_age() = ccall(:jl_get_tls_world_age, UInt, ())
get_world_counter() = ccall(:jl_get_world_counter, UInt, ())

# The type of a call's signature: that of the function, then those of the arguments.
function signature_type(@nospecialize(f), @nospecialize(argtypes))
    argtypes = to_tuple_type(argtypes)
    ft = Core.Typeof(f)
    u = unwrap_unionall(argtypes)::DataType
    return rewrap_unionall(Tuple{ft,u.parameters...}, argtypes)
end

to_tuple_type(@nospecialize(t)) = t
to_tuple_type(t::Tuple) = Tuple{t...}
to_tuple_type(t::AbstractArray) = Tuple{t...}
function tuple_type_tail(T::Type)
    if isa(T, UnionAll)
        return UnionAll(T.var, tuple_type_tail(T.body))
    end
    T.name === Tuple.name || throw(MethodError(tuple_type_tail, (T,)))
    if isvatuple(T) && length(T.parameters) == 1
        va = unwrap_unionall(T.parameters[1])
        (isdefined(va, :N) && isa(va.N, Int)) || return T
        return Tuple{Vararg{va.T,va.N - 1}}
    end
    return Tuple{argtail(T.parameters...)...}
end
argtail(x, rest...) = rest

struct MethodList <: AbstractArray{Method,1}
    ms::Array{Method,1}
    mt::Core.MethodTable
end
size(m::MethodList) = size(m.ms)
getindex(m::MethodList, i::Integer) = m.ms[i]
length(m::MethodList) = length(m.ms)

function MethodList(mt::Core.MethodTable)
    ms = ccall(:jl_method_table_methods, Any, (Any,), mt)::Array{Any,1}
    out = Array{Method,1}(undef, length(ms))
    for i in 1:length(ms)
        out[i] = ms[i]::Method
    end
    return MethodList(out, mt)
end

# The methods that apply to a signature, most specific first: an array of
# `Core.SimpleVector`s (matched type, static parameters, method, fully covered).
function _methods_by_ftype(@nospecialize(t), limit::Int, world::UInt)
    return ccall(:jl_matching_methods_list, Any, (Any, Int, UInt), t, limit, world)::Union{Array{Any,1},Bool}
end
function _methods(@nospecialize(f), @nospecialize(t), limit::Int, world::UInt)
    return _methods_by_ftype(signature_type(f, t), limit, world)
end

"""
    methods(f, [types], [module])

The method table of `f`, or those of its methods that can apply to arguments of these types.
"""
function methods(@nospecialize(f), @nospecialize(t), mod::Union{Tuple{Module},AbstractArray{Module},Nothing}=nothing)
    world = get_world_counter()
    ms = Method[]
    for m in _methods(f, t, -1, world)::Array{Any,1}
        meth = m[3]::Method
        (mod === nothing || parentmodule(meth) in mod) && push!(ms, meth)
    end
    return MethodList(ms, _methodtable(f))
end
methods(@nospecialize(f), @nospecialize(t), mod::Module) = methods(f, t, (mod,))
function methods(@nospecialize(f), mod::Union{Module,AbstractArray{Module},Nothing}=nothing)
    return methods(f, Tuple{Vararg{Any}}, mod)
end
_methodtable(@nospecialize(f)) = ccall(:jl_method_table_for, Any, (Any,), Tuple{Core.Typeof(f)})::Core.MethodTable

# What a user means who writes a call by its types, `f(::Int)` or `Tuple{typeof(f), Int}`, or only a function, `f`: the
# tuple type of the call, or else the object. Names are those of `m`.
function _named_call(m::Module, text::String)
    ex = Meta.parse(text)
    isexpr(ex, :call) || return Core.eval(m, ex)
    callee = _typed_argument(m, ex.args[1])
    types = callee === nothing ? Any[Core.Typeof(Core.eval(m, ex.args[1]))] : Any[callee]
    for argument in ex.args[2:end]
        t = _typed_argument(m, argument)
        t === nothing && throw(ArgumentError("the arguments of a call are written by their types: ::$argument"))
        push!(types, t)
    end
    return Tuple{types...}
end
function _typed_argument(m::Module, @nospecialize(ex))
    if isexpr(ex, :...) && length(ex.args) == 1
        t = _typed_argument(m, ex.args[1])
        return t === nothing ? nothing : Vararg{t}
    end
    return isexpr(ex, :(::)) ? Core.eval(m, ex.args[end]) : nothing
end

"""
    which(f, types) -> Method

The method that a call of `f` with arguments of these types reaches.
"""
function which(@nospecialize(f), @nospecialize(t))
    tt = signature_type(f, t)
    return which(tt)
end
function which(@nospecialize(tt::Type))
    m = ccall(:jl_which_method, Any, (Any, UInt), tt, get_world_counter())
    if m === nothing
        error("no unique matching method found for the specified argument types")
    end
    return m::Method
end
function which(@nospecialize(argtypes::Tuple))
    return which(Tuple{argtypes...})
end

"""
    which(module, symbol)

The module in which a global of `module` was defined.
"""
function which(m::Module, s::Symbol)
    isdefined(m, s) || error("\"$s\" is not defined in module $m")
    return binding_module(m, s)
end

"""
    hasmethod(f, t::Type{<:Tuple}[, kwnames]; world=get_world_counter()) -> Bool

Whether a call with arguments of these types, and these keywords, finds a method.
"""
function hasmethod(@nospecialize(f), @nospecialize(t); world::UInt=get_world_counter())
    return ccall(:jl_gf_invoke_lookup, Any, (Any, Any, UInt), signature_type(f, t), nothing, world) !== nothing
end
function hasmethod(@nospecialize(f), @nospecialize(t), kwnames::Tuple{Vararg{Symbol}}; world::UInt=get_world_counter())
    isempty(kwnames) && return hasmethod(f, t; world)
    t = to_tuple_type(t)
    u = unwrap_unionall(t)::DataType
    m = ccall(:jl_gf_invoke_lookup, Any, (Any, Any, UInt),
              rewrap_unionall(Tuple{typeof(Core.kwcall),NamedTuple,Core.Typeof(f),u.parameters...}, t), nothing, world)
    m === nothing && return false
    # As in Julia, a method that only hands on the keywords for one with more arguments knows none of them.
    names = ccall(:jl_method_slot_names, Array{Symbol,1}, (Any,), m)
    return any(name -> endswith(String(name), "..."), names) || all(in(names), kwnames)
end

# `Module => name` of the arguments of a method, the function first.
function method_argnames(m::Method)
    argnames = ccall(:jl_uncompress_argnames, Array{Symbol,1}, (Any,), m.slot_syms)
    isempty(argnames) && return argnames
    return argnames[1:m.nargs]
end

# The names of the keyword arguments that a method takes; one that takes the rest ends in `...`, and comes last.
function kwarg_decl(m::Method)
    m.sig === Tuple && return Symbol[] # of a builtin
    parameters = (unwrap_unionall(m.sig)::DataType).parameters
    sig = rewrap_unionall(Tuple{typeof(Core.kwcall),NamedTuple,parameters...}, m.sig)
    sorter = ccall(:jl_gf_invoke_lookup, Any, (Any, Any, UInt), sig, nothing, get_world_counter())
    sorter === nothing && return Symbol[]
    # They have slots there.
    names = ccall(:jl_method_slot_names, Array{Symbol,1}, (Any,), sorter)
    keywords = filter(name -> !(name === Symbol("") || '#' in String(name)), names[sorter.nargs+1:end])
    at = findfirst(k -> endswith(String(k), "..."), keywords)
    at === nothing || push!(keywords, popat!(keywords, at))
    return keywords
end

kwarg_decl(m::Method, kwtype) = kwarg_decl(m)

# ---- calls of `invoke` -------------------------------------------------------------------------------------

"""
    @invoke f(arg::T, ...; kwargs...)

`invoke(f, Tuple{T,...}, arg, ...; kwargs...)`; an argument without a type counts with its own.
"""
macro invoke(ex)
    f, args, kwargs = destructure_callex(__module__, ex)
    types = Expr(:curly, :Tuple)
    out = Expr(:call, GlobalRef(Core, :invoke))
    isempty(kwargs) || push!(out.args, Expr(:parameters, kwargs...))
    push!(out.args, f)
    push!(out.args, types)
    for arg in args
        if isexpr_head(arg, :(::))
            push!(out.args, arg.args[1])
            push!(types.args, arg.args[2])
        else
            push!(out.args, arg)
            push!(types.args, Expr(:call, GlobalRef(Core, :Typeof), arg))
        end
    end
    return esc(out)
end

"""
    @invokelatest f(args...; kwargs...)

`Base.invokelatest(f, args...; kwargs...)`.
"""
macro invokelatest(ex)
    f, args, kwargs = destructure_callex(__module__, ex)
    out = Expr(:call, GlobalRef(Base, :invokelatest))
    isempty(kwargs) || push!(out.args, Expr(:parameters, kwargs...))
    push!(out.args, f)
    append!(out.args, args)
    return esc(out)
end

isexpr_head(@nospecialize(x), head::Symbol) = isa(x, Expr) && x.head === head

# A call, an index, a field access or an assignment to one of them, as (function, arguments, keywords).
function destructure_callex(topmod::Module, @nospecialize(ex))
    kwargs = Any[]
    if isexpr_head(ex, :call)
        f = ex.args[1]
        args = Any[]
        for x in ex.args[2:end]
            if isexpr_head(x, :parameters)
                append!(kwargs, x.args)
            elseif isexpr_head(x, :kw)
                push!(kwargs, x)
            else
                push!(args, x)
            end
        end
        return f, args, kwargs
    elseif isexpr_head(ex, :.)
        return GlobalRef(Base, :getproperty), Any[ex.args...], kwargs
    elseif isexpr_head(ex, :ref)
        return GlobalRef(Base, :getindex), Any[ex.args...], kwargs
    elseif isexpr_head(ex, :(=))
        lhs, rhs = ex.args
        if isexpr_head(lhs, :.)
            return GlobalRef(Base, :setproperty!), Any[lhs.args..., rhs], kwargs
        elseif isexpr_head(lhs, :ref)
            return GlobalRef(Base, :setindex!), Any[lhs.args[1], rhs, lhs.args[2:end]...], kwargs
        end
    end
    throw(ArgumentError("expected a `:call` expression `f(args...; kwargs...)`"))
end

# ---- code -------------------------------------------------------------------------------------------------

"""
    code_lowered(f, types)

The lowered code of every method that applies.
"""
function code_lowered(@nospecialize(f), @nospecialize(t=Tuple))
    out = CodeInfo[]
    for m in _methods(f, t, -1, get_world_counter())::Array{Any,1}
        push!(out, uncompressed_ir(m[3]::Method))
    end
    return out
end
uncompressed_ir(m::Method) = ccall(:jl_method_lowered, Any, (Any,), m)::CodeInfo
uncompressed_ast(m::Method) = uncompressed_ir(m)

"""
    code_typed(f, types; kw...)

The inferred code of every method that applies, each paired with its return type.
"""
function code_typed(@nospecialize(f), @nospecialize(types=Tuple); optimize=true, kw...)
    return code_typed_by_type(signature_type(f, types); optimize)
end
function code_typed_by_type(@nospecialize(tt::Type); optimize=true, kw...)
    out = Any[]
    for m in _methods_by_ftype(tt, -1, get_world_counter())::Array{Any,1}
        r = ccall(:jl_code_typed, Any, (Any, Any, Any), m[3], m[1], m[2])
        r === nothing && continue
        src = _typed_code(r)
        push!(out, src => src.rettype)
    end
    return out
end
function _typed_code(r::Core.SimpleVector)
    src = r[1]::CodeInfo
    src.inferred = true
    src.ssavaluetypes = Any[_known_type(t) for t in r[2]]
    src.rettype = r[4] isa Core.SimpleVector ? r[4][1] : r[4]
    src.parent = r[5]
    return src
end
# A type; a constant comes with its value.
_known_type(@nospecialize(t)) = t
_known_type(t::Core.SimpleVector) = Core.Const(t[2])

# A later stage of the code of every method that applies, as text.
function _code_text(@nospecialize(f), @nospecialize(types), stage::Integer)
    texts = String[]
    for m in _methods_by_ftype(signature_type(f, types), -1, get_world_counter())::Array{Any,1}
        push!(texts, ccall(:jl_code_text, Any, (Any, Any, Any, Cint), m[3], m[1], m[2], stage))
    end
    return texts
end

"""
    return_types(f, types)

The inferred return types, one for each method that applies.
"""
function return_types(@nospecialize(f), @nospecialize(types=Tuple))
    world = get_world_counter()
    # A builtin has no methods of its own.
    f isa Core.Builtin && return Any[Core.Compiler.return_type(f, to_tuple_type(types))]
    out = Any[]
    for m in _methods(f, types, -1, world)::Array{Any,1}
        push!(out, ccall(:jl_return_type_sig, Any, (Any, UInt), m[1], world))
    end
    return out
end
infer_return_type(@nospecialize(f), @nospecialize(types=Tuple)) = Core.Compiler.return_type(f, to_tuple_type(types))

"""
    promote_op(f, argtypes...)

The type of the result of `f` for these arguments, as inference sees it.
"""
promote_op(f, S::Type...) = _return_type(f, Tuple{S...})
_return_type(@nospecialize(f), @nospecialize(t)) = Core.Compiler.return_type(f, t)

"""
    isambiguous(m1, m2; ambiguous_bottom=false) -> Bool

Whether two methods may apply to the same call with neither more specific.
"""
function isambiguous(m1::Method, m2::Method; ambiguous_bottom::Bool=false)
    m1 === m2 && return false
    ti = typeintersect(m1.sig, m2.sig)
    ti === Bottom && return false
    (morespecific(m1.sig, m2.sig) || morespecific(m2.sig, m1.sig)) && return false
    ambiguous_bottom || !has_bottom_parameter(ti) || return false
    # A third method, more specific than both, may have what they share.
    matches = _methods_by_ftype(ti, -1, get_world_counter())
    # What is no signature is matched by none.
    matches isa Bool && return true
    for match in matches
        m = match[3]::Method
        (m === m1 || m === m2) && continue
        ti <: m.sig && morespecific(m.sig, m1.sig) && morespecific(m.sig, m2.sig) && return false
    end
    return true
end
has_bottom_parameter(t::DataType) = any(has_bottom_parameter, t.parameters)
has_bottom_parameter(t::typeof(Bottom)) = true
has_bottom_parameter(t::UnionAll) = has_bottom_parameter(unwrap_unionall(t))
has_bottom_parameter(t::Union) = has_bottom_parameter(t.a) & has_bottom_parameter(t.b)
has_bottom_parameter(t::TypeVar) = has_bottom_parameter(t.ub)
has_bottom_parameter(::Any) = false

"""
    delete_method(m::Method)

Make a method unreachable.
"""
delete_method(m::Method) = ccall(:jl_method_table_disable, Cvoid, (Any, Any), get_methodtable(m), m)
get_methodtable(m::Method) = ccall(:jl_method_get_table, Any, (Any,), m)::Core.MethodTable

# The specializations of a method that exist.
function specializations(m::Method)
    return ccall(:jl_method_specializations, Any, (Any,), m)::Array{Any,1}
end

"""
    functionloc(m::Method)

The file and the line of a method's definition.
"""
function functionloc(m::Method)
    ln = m.line
    if ln <= 0
        error("could not determine location of method definition")
    end
    return (find_source_file(string(m.file)), ln)
end
functionloc(@nospecialize(f), @nospecialize(types)) = functionloc(which(f, types))
function functionloc(@nospecialize(f))
    mt = methods(f)
    if isempty(mt)
        if isa(f, Function)
            error("function has no definitions")
        else
            error("object is not callable")
        end
    end
    if length(mt) > 1
        error("function has multiple methods; please specify a type signature")
    end
    return functionloc(first(mt))
end
find_source_file(path::AbstractString) = isfile(path) ? String(path) : nothing

"""
    precompile(f, argtypes::Tuple{Vararg{Any}})

Compile a specialization now.
"""
function precompile(@nospecialize(f), @nospecialize(argtypes::Tuple))
    return precompile(Tuple{Core.Typeof(f),argtypes...})
end
precompile(@nospecialize(argt::Type)) = ccall(:jl_compile_hint, Int32, (Any,), argt) != 0
precompile(@nospecialize(argt::Type), m::Method) = precompile(argt)
