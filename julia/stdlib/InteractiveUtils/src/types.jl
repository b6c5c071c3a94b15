# Subtypes and supertypes, and the methods that mention a type.

function each_module(f)
    seen = Module[]
    visit(m) = begin
        m in seen && return
        push!(seen, m)
        f(m)
        for name in names(m; all=true)
            isdefined(m, name) && !isdeprecated(m, name) || continue
            inner = getfield(m, name)
            inner isa Module && parentmodule(inner) === m && inner !== m && visit(inner)
        end
    end
    foreach(visit, Base.loaded_modules_array())
end

"""
    subtypes(T)

The types directly below `T`, by name.
"""
function subtypes(T::Type)
    isabstracttype(T) || return Type[]
    found = Type[]
    each_module() do m
        for name in names(m; all=true)
            isdefined(m, name) && !isdeprecated(m, name) || continue
            t = getfield(m, name)
            body = unwrap_unionall(t)
            (t isa Type && body isa DataType && body.name.name === name && body.name.module === m) || continue
            t in found && continue
            body.name === unwrap_unionall(T).name && continue
            supertype(body).name === unwrap_unionall(T).name || continue
            below = T isa UnionAll || typeintersect(t, T) !== Union{} ? narrowed(t, T) : nothing
            below === nothing || push!(found, below)
        end
    end
    return permute!(found, sortperm(map(string, found)))
end
# The part of `t` below `T`: with the parameters that `T` has.
function narrowed(t, T)
    t <: T && return t
    part = typeintersect(t, T)
    return part === Union{} ? nothing : part
end

"""
    supertypes(T)

`T` and the types above it, up to `Any`.
"""
supertypes(T::Type) = T === Any ? (Any,) : (T, supertypes(supertype(T))...)

"""
    methodswith(T[, module or function]; supertypes = false)

The methods that have an argument of a type.
"""
function methodswith(@nospecialize(T::Type), @nospecialize(f::Base.Callable), found=Method[]; supertypes::Bool=false)
    for m in methods(f)
        takes = any(unwrap_unionall(m.sig).parameters[2:end]) do p
            p = p isa TypeVar ? p.ub : p
            p isa Type && (T === p || supertypes && T <: p && p !== Any)
        end
        takes && push!(found, m)
    end
    return found
end
function methodswith(T::Type, m::Module; supertypes::Bool=false)
    found = Method[]
    for name in names(m)
        isdefined(m, name) && !isdeprecated(m, name) || continue
        f = getfield(m, name)
        f isa Base.Callable && methodswith(T, f, found; supertypes=supertypes)
    end
    return unique(found)
end
function methodswith(T::Type; supertypes::Bool=false)
    found = Method[]
    each_module(m -> append!(found, methodswith(T, m; supertypes=supertypes)))
    return unique(found)
end

"""
    varinfo(m = Main)

The names that a module exports, with their sizes.
"""
function varinfo(m::Module=Main, pattern::Regex=r"")
    rows = [Any["name", "size", "summary"]]
    for name in sort!(names(m))
        isdefined(m, name) && occursin(pattern, string(name)) || continue
        value = getfield(m, name)
        push!(rows, Any[string(name), value === m ? "" : string(Base.summarysize(value)), summary(value)])
    end
    return Markdown.MD(Any[Markdown.Table(rows, [:l, :r, :l])])
end
