# The text of types: names with the module where it is not visible, parameters, `where` with the
# shortest form that means the same, aliases (Vector for Array{T,1} where T), unions.

## names

has_typevar(@nospecialize(t), v::TypeVar) = ccall(:jl_has_typevar, Cint, (Any, Any), t, v) != 0

isvisible(sym::Symbol, parent::Module, from::Module) =
    isdefined(parent, sym) && isdefined(from, sym) && _same_binding(sym, parent, from)
function _same_binding(sym::Symbol, parent::Module, from::Module)
    parent === from && return true
    a = ccall(:jl_binding_owner, Ptr{Cvoid}, (Any, Any), parent, sym)
    b = ccall(:jl_binding_owner, Ptr{Cvoid}, (Any, Any), from, sym)
    return a != C_NULL && a == b
end

active_module() = Main

function show_sym(io::IO, sym::Symbol; allow_macroname = false)
    if is_valid_identifier(sym)
        print(io, sym)
    elseif allow_macroname && (s = string(sym); startswith(s, '@'))
        print(io, '@')
        show_sym(io, Symbol(s[2:end]))
    else
        print(io, "var", repr(string(sym)))
    end
end

# The name under which the type of a function is known: that of the function, if there is just one
# value of the type and its module knows it by that name.
function _function_name(tn::Core.TypeName)
    isdefined(tn, :mt) || return nothing
    name = tn.mt.name
    name === nothing && return nothing
    name = name::Symbol
    s = string(name)
    ('#' in s || '@' in s) && return nothing
    isdefined(tn, :module) && isdefined(tn.module, name) && isconcretetype(tn.wrapper) &&
        isa(getfield(tn.module, name), tn.wrapper) || return nothing
    return name
end

function show_type_name(io::IO, tn::Core.TypeName)
    tn === UnionAll.name && return print(io, "UnionAll")
    fname = _function_name(tn)
    sym = fname === nothing ? tn.name : fname
    fname === nothing || print(io, "typeof(")
    quoted = false
    if !(get(io, :compact, false)::Bool)
        from = get(io, :module, active_module())
        if isdefined(tn, :module) && (from === nothing || !isvisible(sym, tn.module, from))
            show(io, tn.module)
            print(io, ".")
            if fname !== nothing && !is_id_start_char(first(string(sym)))
                print(io, ":")
                if sym in quoted_syms
                    print(io, "(")
                    quoted = true
                end
            end
        end
    end
    show_sym(io, sym)
    quoted && print(io, ")")
    fname === nothing || print(io, ")")
    return nothing
end

# The wrapper of a parametric type is shown by its name alone.
function print_without_params(@nospecialize(x))
    b = unwrap_unionall(x)
    return isa(b, DataType) && x === b.name.wrapper
end

## aliases

# Constants that name a type other than the type's own name does, per module. Base's are found once;
# other modules are looked through again when they export more.
struct AliasEntry
    mod::Module
    name::Symbol
    type::Any
    names::Vector{Core.TypeName}    # of the types that it is made of
end
const _alias_cache = IdDict{Module,Tuple{UInt64,Vector{AliasEntry}}}()

function _module_aliases(mod::Module)
    n = ccall(:jl_module_export_count, UInt64, (Any,), mod)
    if haskey(_alias_cache, mod)
        known = _alias_cache[mod]
        known[1] == n && return known[2]
    end
    out = AliasEntry[]
    for name in unsorted_names(mod)
        (isdefined(mod, name) && isconst(mod, name) && !isdeprecated(mod, name)) || continue
        alias = getfield(mod, name)
        alias isa Type || continue
        (print_without_params(alias) || alias === Any || alias === Union{}) && continue
        (alias isa DataType && alias.name.wrapper === alias) && continue
        (has_free_typevars(alias) || alias <: Tuple) && continue
        push!(out, AliasEntry(mod, name, alias, _component_names(alias)))
    end
    _alias_cache[mod] = (n, out)
    return out
end

# The modules whose types occur in `x`.
function modulesof!(s::Vector{Module}, x::TypeVar)
    modulesof!(s, x.ub)
end
function modulesof!(s::Vector{Module}, @nospecialize(x))
    if x isa Union
        modulesof!(s, x.a)
        modulesof!(s, x.b)
    elseif x isa UnionAll
        modulesof!(s, x.body)
    elseif x isa DataType
        m = x.name.module
        m in s || push!(s, m)
        for p in x.parameters
            p isa Type && !(p isa TypeVar) && modulesof!(s, p)
        end
    end
    return s
end

# Names of the types that `x` is made of at its top.
function _component_names(@nospecialize(x))
    out = Core.TypeName[]
    for t in uniontypes(unwrap_unionall(x))
        u = unwrap_unionall(t)
        u isa DataType && push!(out, u.name)
    end
    return out
end
function _alias_candidates(@nospecialize(x))
    mods = modulesof!(Module[], x)
    Core in mods && !(Base in mods) && push!(mods, Base)
    names = _component_names(x)
    out = AliasEntry[]
    for mod in mods
        for e in _module_aliases(mod)
            any(n -> n in names, e.names) && push!(out, e)
        end
    end
    return out
end

function _apply_alias(@nospecialize(alias), env::SimpleVector)
    isempty(env) && return alias
    try
        return alias{env...}
    catch ex
        ex isa TypeError || rethrow()
        return nothing
    end
end
function _rewrap_all(@nospecialize(t), xenv::Vector{UnionAll})
    for p in xenv
        t = rewrap_unionall(t, p)
    end
    return t
end
function _unionall_env(@nospecialize(x))
    xenv = UnionAll[]
    for p in uniontypes(unwrap_unionall(x))
        p isa UnionAll && push!(xenv, p)
    end
    x isa UnionAll && push!(xenv, x)
    return xenv
end

# The one alias that is the same type as `x`, with its parameters, or nothing.
function make_typealias(@nospecialize(x::Type))
    Any === x && return nothing
    x <: Tuple && return nothing
    found = nothing
    n = 0
    xenv = _unionall_env(x)
    for e in _alias_candidates(x)
        alias = e.type
        x <: alias || continue
        if alias isa UnionAll
            (_, env) = ccall(:jl_type_intersection_with_env, Any, (Any, Any), x, alias)::SimpleVector
            # variables of `x` inside a parameter are not those of the answer
            any(p -> !(p isa TypeVar) && has_free_typevars(p), env::SimpleVector) && continue
            applied = _apply_alias(alias, env)
            applied === nothing && continue
            applied = _rewrap_all(applied, xenv)
            has_free_typevars(applied) && continue
            applied === x || continue
        elseif alias === x
            env = Core.svec()
        else
            continue
        end
        found = (GlobalRef(e.mod, e.name), env::SimpleVector)
        n += 1
    end
    return n == 1 ? found : nothing
end

isgensym(s::Symbol) = isgensym(string(s))
isgensym(s::String) = '#' in s

# Where the context says which variables are bound outside, the type is put back under them.
makeproper(io::IO, @nospecialize(x::Type)) = x
function makeproper(io::IOContext, @nospecialize(x::Type))
    if has_free_typevars(x)
        for (key, val) in io.dict
            if key === :unionall_env && val isa TypeVar
                x = UnionAll(val, x)
            end
        end
        has_free_typevars(x) && return Any
    end
    return x
end

function make_wheres(io::IO, env::SimpleVector, @nospecialize(x::Type))
    seen = TypeVar[]
    wheres = TypeVar[]
    if io isa IOContext
        for (key, val) in io.dict
            key === :unionall_env && val isa TypeVar && push!(seen, val)
        end
    end
    while x isa UnionAll
        if !_in_egal(x.var, seen)
            push!(seen, x.var)
            push!(wheres, x.var)
        end
        x = x.body
    end
    for i in length(env):-1:1
        p = env[i]
        if p isa TypeVar && !_in_egal(p, seen)
            push!(seen, p)
            pushfirst!(wheres, p)
        end
    end
    return wheres
end
function _in_egal(x::TypeVar, v::Vector{TypeVar})
    for y in v
        y === x && return true
    end
    return false
end

function show_wheres(io::IO, wheres::Vector{TypeVar})
    isempty(wheres) && return
    io = IOContext(io)
    n = length(wheres)
    for i in 1:n
        p = wheres[i]
        print(io, n == 1 ? " where " : i == 1 ? " where {" : ", ")
        show(io, p)
        io = IOContext(io, :unionall_env => p)
    end
    n > 1 && print(io, "}")
    return nothing
end

function show_typealias(io::IO, name::GlobalRef, @nospecialize(x::Type), env::SimpleVector, wheres::Vector{TypeVar})
    if !(get(io, :compact, false)::Bool)
        from = get(io, :module, active_module())
        if from === nothing || !isvisible(name.name, name.mod, from)
            show(io, name.mod)
            print(io, ".")
        end
    end
    print(io, name.name)
    isempty(env) && return
    io = IOContext(io)
    for p in wheres
        io = IOContext(io, :unionall_env => p)
    end
    orig = getfield(name.mod, name.name)
    vars = TypeVar[]
    while orig isa UnionAll
        push!(vars, orig.var)
        orig = orig.body
    end
    show_typeparams(io, env, Core.svec(vars...), wheres)
    return nothing
end

function show_typealias(io::IO, @nospecialize(x::Type))
    properx = makeproper(io, x)
    alias = make_typealias(properx)
    alias === nothing && return false
    wheres = make_wheres(io, alias[2], x)
    show_typealias(io, alias[1], x, alias[2], wheres)
    show_wheres(io, wheres)
    return true
end

## unions

# Aliases that stand for parts of a union, most encompassing first, and the union of those parts.
function make_typealiases(@nospecialize(x::Type))
    none = SimpleVector[]
    (Any === x || x <: Tuple) && return none, Union{}
    xenv = _unionall_env(x)
    each = Any[]
    for p in uniontypes(unwrap_unionall(x))
        push!(each, rewrap_unionall(p, x))
    end
    aliases = SimpleVector[]
    for e in _alias_candidates(x)
        alias = e.type
        (ti, env) = ccall(:jl_type_intersection_with_env, Any, (Any, Any), x, alias)::SimpleVector
        ti === Union{} && continue
        env = env::SimpleVector
        applied = _apply_alias(alias, env)
        applied === nothing && continue
        ul = unionlen(applied)
        applied = _rewrap_all(applied, xenv)
        has_free_typevars(applied) && continue
        applied <: x || continue
        print_without_params(x) && (env = Core.svec())
        for typ in each
            if typ <: applied
                push!(aliases, Core.svec(GlobalRef(e.mod, e.name), env, applied, (ul, -length(env))))
                break
            end
        end
    end
    isempty(aliases) && return aliases, Union{}
    sort!(aliases, by = a -> a[4]::Tuple{Int,Int}, rev = true)
    keep = SimpleVector[]
    applied = applied1 = Union{}
    prev = (0, 0)
    for alias in aliases
        rank = alias[4]::Tuple{Int,Int}
        if rank < prev
            applied1 <: applied || (applied = Union{applied1,applied})
            applied1 = Union{}
        end
        a = alias[3]
        if !(a <: applied)
            applied1 = Union{applied1,a}
            push!(keep, alias)
        end
        prev = rank
    end
    applied1 <: applied || (applied = Union{applied1,applied})
    return keep, applied
end

function show_unionaliases(io::IO, @nospecialize(x::Union))
    properx = makeproper(io, x)
    aliases, applied = make_typealiases(properx)
    isempty(aliases) && return false
    first = true
    tvar = false
    for typ in uniontypes(x)
        if isa(typ, TypeVar)
            tvar = true
            continue # after the aliases
        elseif rewrap_unionall(typ, properx) <: applied
            continue
        end
        print(io, first ? "Union{" : ", ")
        first = false
        show(io, typ)
    end
    if first && !tvar && length(aliases) == 1
        alias = aliases[1]
        env = alias[2]::SimpleVector
        wheres = make_wheres(io, env, x)
        show_typealias(io, alias[1], x, env, wheres)
        show_wheres(io, wheres)
        return true
    end
    for alias in aliases
        print(io, first ? "Union{" : ", ")
        first = false
        env = alias[2]::SimpleVector
        wheres = make_wheres(io, env, x)
        show_typealias(io, alias[1], x, env, wheres)
        show_wheres(io, wheres)
    end
    for typ in uniontypes(x)
        if isa(typ, TypeVar)
            print(io, ", ")
            show(io, typ)
        end
    end
    print(io, "}")
    return true
end

## whole types

show(io::IO, @nospecialize(x::Type)) = _show_type(io, x)

function _show_type(io::IO, @nospecialize(x::Type))
    x === Union{} && return print(io, "Union{}")
    if print_without_params(x)
        show_type_name(io, (unwrap_unionall(x)::DataType).name)
        return
    elseif get(io, :compact, true)::Bool && show_typealias(io, x)
        return
    elseif x isa DataType
        show_datatype(io, x)
        return
    elseif x isa Union
        get(io, :compact, true)::Bool && show_unionaliases(io, x) && return
        print(io, "Union")
        show_delim_array(io, uniontypes(x), '{', ',', '}', false)
        return
    end
    x = x::UnionAll
    wheres = TypeVar[]
    inner = IOContext(io)
    while x isa UnionAll
        var = x.var
        if var.name === :_ || io_has_tvar_name(inner, var.name, x)
            # a name that is taken gets a number
            counter = 1
            while true
                newname = Symbol(var.name, counter)
                if !io_has_tvar_name(inner, newname, x)
                    newtv = TypeVar(newname, var.lb, var.ub)
                    x = x{newtv}
                    var = newtv
                    break
                end
                counter += 1
            end
        else
            x = x.body
        end
        push!(wheres, var)
        inner = IOContext(inner, :unionall_env => var)
    end
    if x isa DataType
        show_datatype(inner, x, wheres)
    else
        show(inner, x)
    end
    show_wheres(io, wheres)
    return
end

function io_has_tvar_name(io::IOContext, name::Symbol, @nospecialize(x))
    for (key, val) in io.dict
        if key === :unionall_env && val isa TypeVar && val.name === name && has_typevar(x, val)
            return true
        end
    end
    return false
end
io_has_tvar_name(io::IO, name::Symbol, @nospecialize(x)) = false

function show_datatype(io::IO, x::DataType, wheres::Vector{TypeVar} = TypeVar[])
    parameters = x.parameters::SimpleVector
    n = length(parameters)
    if x.name === Tuple.name
        n == 0 && return print(io, "Tuple{}")
        # a long run of one type at the end is counted
        max_n = 3
        taillen = 1
        for i in (n - 1):-1:1
            parameters[i] === parameters[n] || break
            taillen += 1
        end
        if n == taillen > max_n
            print(io, "NTuple{", n, ", ")
            show(io, parameters[1])
            print(io, "}")
        else
            print(io, "Tuple{")
            for i in 1:(taillen > max_n ? n - taillen : n)
                i > 1 && print(io, ", ")
                show(io, parameters[i])
            end
            if taillen > max_n
                print(io, ", Vararg{")
                show(io, parameters[n])
                print(io, ", ", taillen, "}")
            end
            print(io, "}")
        end
        return
    elseif x.name === typename(NamedTuple)
        syms, types = parameters
        if syms isa Tuple && types isa DataType
            print(io, "@NamedTuple{")
            show_at_namedtuple(io, syms, types)
            print(io, "}")
            return
        end
    end
    show_type_name(io, x.name)
    show_typeparams(io, parameters, (unwrap_unionall(x.name.wrapper)::DataType).parameters, wheres)
    return
end

function show_at_namedtuple(io::IO, syms::Tuple, types::DataType)
    for i in 1:length(syms)
        i > 1 && print(io, ", ")
        show_sym(io, syms[i])
        typ = types.parameters[i]
        if typ !== Any
            print(io, "::")
            show(io, typ)
        end
    end
end

# A variable of the innermost `where` that is used once only can be written where it stands.
function show_can_elide(p::TypeVar, wheres::Vector{TypeVar}, elide::Int, env::SimpleVector, skip::Int)
    elide == 0 && return false
    wheres[elide] === p || return false
    for i in (elide + 1):length(wheres)
        v = wheres[i]
        has_typevar(v.lb, p) && return false
        has_typevar(v.ub, p) && return false
    end
    for i in 1:length(env)
        i == skip && continue
        has_typevar(env[i], p) && return false
    end
    return true
end
_egal_bounds(p::TypeVar, @nospecialize(o)) = o isa TypeVar &&
    ccall(:jl_types_egal, Cint, (Any, Any), p.ub, o.ub) != 0 &&
    ccall(:jl_types_egal, Cint, (Any, Any), p.lb, o.lb) != 0

function show_typeparams(io::IO, env::SimpleVector, orig::SimpleVector, wheres::Vector{TypeVar})
    n = length(env)
    elide = length(wheres)
    for i in n:-1:1
        p = env[i]
        p isa TypeVar || continue
        if i == n && i <= length(orig) && _egal_bounds(p, orig[i]) && show_can_elide(p, wheres, elide, env, i)
            n -= 1
            elide -= 1
        elseif (p.lb === Union{} || p.ub === Any) && isgensym(p.name) && show_can_elide(p, wheres, elide, env, i)
            elide -= 1
        end
    end
    if n > 0
        print(io, "{")
        for i in 1:n
            p = env[i]
            if p isa TypeVar && _elided(p, wheres, elide)
                if p.lb === Union{}
                    print(io, "<:")
                    show(io, p.ub)
                else
                    print(io, ">:")
                    show(io, p.lb)
                end
            else
                show(io, p)
            end
            i < n && print(io, ", ")
        end
        print(io, "}")
    end
    resize!(wheres, elide)
    return nothing
end
function _elided(p::TypeVar, wheres::Vector{TypeVar}, elide::Int)
    (p.lb === Union{} || p.ub === Any) || return false
    for i in (elide + 1):length(wheres)
        wheres[i] === p && return true
    end
    return false
end

function show(io::IO, tv::TypeVar)
    # within a type that binds the variable its name is enough
    in_env = (:unionall_env => tv) in io
    function show_bound(io::IO, @nospecialize(b))
        parens = isa(b, UnionAll) && !print_without_params(b)
        parens && print(io, "(")
        show(io, b)
        parens && print(io, ")")
    end
    lb, ub = tv.lb, tv.ub
    if !in_env && lb !== Bottom
        if ub === Any
            show_unquoted_tvar(io, tv)
            print(io, ">:")
            show_bound(io, lb)
        else
            show_bound(io, lb)
            print(io, "<:")
            show_unquoted_tvar(io, tv)
        end
    else
        show_unquoted_tvar(io, tv)
    end
    if !in_env && ub !== Any
        print(io, "<:")
        show_bound(io, ub)
    end
    return nothing
end
show_unquoted_tvar(io::IO, tv::TypeVar) = show_sym(io, tv.name)

function show(io::IO, vm::Core.TypeofVararg)
    print(io, "Vararg")
    if isdefined(vm, :T)
        print(io, "{")
        show(io, vm.T)
        if isdefined(vm, :N)
            print(io, ", ")
            show(io, vm.N)
        end
        print(io, "}")
    end
end

function show(io::IO, ::MIME"text/plain", @nospecialize(x::Type))
    if !print_without_params(x)
        properx = makeproper(io, x)
        if make_typealias(properx) !== nothing || (unwrap_unionall(x) isa Union && x <: make_typealiases(properx)[2])
            show(IOContext(io, :compact => true), x)
            if !(get(io, :compact, false)::Bool)
                printstyled(io, " (alias for "; color = :light_black)
                printstyled(IOContext(io, :compact => false), x, color = :light_black)
                printstyled(io, ")"; color = :light_black)
            end
            return
        end
    end
    show(io, x)
    if x isa DataType && x !== UnionAll && !(get(io, :compact, false)::Bool)
        name = _function_name(x.name)
        if name !== nothing
            print(io, " (singleton type of function ")
            show_sym(io, name)
            print(io, ", subtype of Function)")
        end
    end
end
