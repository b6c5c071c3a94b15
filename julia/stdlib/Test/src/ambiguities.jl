# detect_ambiguities and detect_unbound_args: looking through all methods of modules.

function _all_modules!(seen, mods, m::Module, recursive::Bool)
    m in seen && return
    push!(seen, m)
    push!(mods, m)
    recursive || return
    for name in names(m; all = true)
        (isdefined(m, name) && !Base.isdeprecated(m, name)) || continue
        x = getfield(m, name)
        if x isa Module && x !== m && parentmodule(x) === m && nameof(x) === name
            _all_modules!(seen, mods, x, recursive)
        end
    end
    return
end

# The methods that the modules define, for whatever function of the modules that are loaded.
function _methods_defined_in(mods)
    tables = Base.IdSet{Any}()
    out = Method[]
    everywhere = Module[]
    seen = Module[]
    foreach(m -> _all_modules!(seen, everywhere, m, true), Base.loaded_modules_array())
    foreach(m -> _all_modules!(seen, everywhere, m, true), mods)
    for m in everywhere, name in names(m; all = true)
        isdefined(m, name) && !Base.isdeprecated(m, name) || continue
        f = getfield(m, name)
        f isa Union{Function,Type} || continue
        f isa Type && !(Base.unwrap_unionall(f) isa DataType) && continue
        table = Base._methodtable(f)
        table in tables && continue
        push!(tables, table)
        for method in Base.MethodList(table)
            parentmodule(method) in mods && push!(out, method)
        end
    end
    return out
end

function detect_ambiguities(mods::Module...; recursive::Bool = false, ambiguous_bottom::Bool = false, allowed_undefineds = nothing)
    allmods = Module[]
    seen = Module[]
    for m in mods
        _all_modules!(seen, allmods, m, recursive)
    end
    ambs = Tuple{Method,Method}[]
    for m in _methods_defined_in(allmods)
        for m2 in _overlapping(m)
            m === m2 && continue
            parentmodule(m2) in allmods || continue
            if Base.isambiguous(m, m2, ambiguous_bottom = ambiguous_bottom)
                p = _ordered(m, m2)
                p in ambs || push!(ambs, p)
            end
        end
    end
    return ambs
end
_overlapping(m::Method) = Method[x[3]::Method for x in Base._methods_by_ftype(m.sig, -1, Base.get_world_counter())]
function _ordered(a::Method, b::Method)
    ka, kb = (string(a.file), Int(a.line)), (string(b.file), Int(b.line))
    return isless(kb, ka) ? (b, a) : (a, b)
end

function detect_unbound_args(mods...; recursive::Bool = false, allowed_undefineds = nothing)
    allmods = Module[]
    seen = Module[]
    for m in mods
        _all_modules!(seen, allmods, m, recursive)
    end
    ambs = Method[]
    for m in _methods_defined_in(allmods)
        has_unbound_vars(m.sig) && push!(ambs, m)
    end
    return ambs
end

# A variable that no argument is sure to give a value: it stands in varargs or in unions only.
function has_unbound_vars(@nospecialize sig)
    while sig isa UnionAll
        var = sig.var
        sig = sig.body
        constrains_param(var, sig, #=covariant=# true, #=type_constrains=# true) || return true
    end
    return false
end

function constrains_param(var::TypeVar, @nospecialize(typ), covariant::Bool, type_constrains::Bool = false)
    typ === var && return true
    while typ isa UnionAll
        covariant && constrains_param(var, typ.var.ub, covariant, type_constrains) && return true
        typ = typ.body
    end
    if typ isa Union
        # each part has to fix the variable
        return constrains_param(var, typ.a, covariant, type_constrains) && constrains_param(var, typ.b, covariant, type_constrains)
    elseif typ isa DataType
        if typ.name === Tuple.name
            # an empty tuple fixes nothing
            fc = length(typ.parameters)
            if fc > 0
                lastp = typ.parameters[fc]
                for i in 1:(fc - (Base.isvarargtype(lastp) ? 1 : 0))
                    constrains_param(var, typ.parameters[i], covariant, type_constrains) && return true
                end
                if Base.isvarargtype(lastp)
                    N = isdefined(lastp, :N) ? lastp.N : nothing
                    N === var && return true
                    N isa Integer && N > 0 && constrains_param(var, lastp.T, covariant, type_constrains) && return true
                end
            end
        else
            if typ.name === Type.body.name && type_constrains
                # Type{T} fixes T
                p = typ.parameters[1]
                p === var && return true
            end
            for p in typ.parameters
                constrains_param(var, p, false, type_constrains) && return true
            end
        end
    end
    return false
end
