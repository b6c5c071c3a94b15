# deprecated.jl: how names are deprecated.

"""
    __precompile__(isprecompilable::Bool)

Whether the module's file may be cached.
"""
__precompile__(isprecompilable::Bool=true) = (ccall(:jl_set_precompilable, Cvoid, (Cint,), isprecompilable); nothing)

"""
    @deprecate old new [export_old=true]

Define `old` to call `new` with a warning.
"""
macro deprecate(old, new, export_old=true)
    function cannot_export_nonsymbol()
        error(
              "if the third `export_old` argument is not specified or `true`, the first",
              " argument must be of form",
              " (1) `f` where `f` is a symbol,",
              " (2) `T{X}` where `T` is a symbol and `X` is a type parameter,",
              " (3) `f(x::T)`... where `f` is a symbol and `x` a parameter",
              " (4) `T{X}(x::X)` where `T` is a symbol")
    end
    if isa(old, Expr) && (old.head === :call || old.head === :where)
        remove_linenums!(new)
        fnexpr = old.head === :call ? old.args[1] : old
        while isexpr(fnexpr, :where)
            fnexpr = fnexpr.args[1]
        end
        isexpr(fnexpr, :call) && (fnexpr = fnexpr.args[1])
        if export_old
            if isa(fnexpr, Symbol)
                maybe_export = Expr(:export, esc(fnexpr))
            elseif isa(fnexpr, Expr) && fnexpr.head === :curly && fnexpr.args[1] isa Symbol
                maybe_export = Expr(:export, esc(fnexpr.args[1]))
            else
                cannot_export_nonsymbol()
            end
        else
            maybe_export = nothing
        end
        # The name that the warning gives.
        fname = fnexpr
        while isexpr(fname, :curly)
            fname = fname.args[1]
        end
        isexpr(fname, :.) && (fname = fname.args[2])
        fname isa QuoteNode && (fname = fname.value)
        oldtxt = sprint(show_unquoted, old)
        newtxt = sprint(show_unquoted, new)
        return Expr(:toplevel,
                    maybe_export,
                    :($(esc(old)) = begin
                          $(Expr(:meta, :noinline))
                          depwarn($"`$oldtxt` is deprecated, use `$newtxt` instead.", $(QuoteNode(fname isa Symbol ? fname : Symbol(fname))))
                          $(esc(new))
                      end))
    elseif isa(old, Symbol) || (isexpr(old, :curly) && old.args[1] isa Symbol) || isexpr(old, :.)
        if export_old
            isa(old, Symbol) || (isexpr(old, :curly) && old.args[1] isa Symbol) || cannot_export_nonsymbol()
            maybe_export = Expr(:export, esc(isa(old, Symbol) ? old : old.args[1]))
        else
            maybe_export = nothing
        end
        oldtxt = sprint(show_unquoted, old)
        newtxt = sprint(show_unquoted, new)
        return Expr(:toplevel,
                    maybe_export,
                    :(function $(esc(old))(args...; kwargs...)
                          $(Expr(:meta, :noinline))
                          depwarn($"`$oldtxt` is deprecated, use `$newtxt` instead.", $(QuoteNode(old isa Symbol ? old : Symbol(oldtxt))))
                          $(esc(new))(args...; kwargs...)
                      end))
    end
    error("invalid usage of @deprecate")
end

"""
    Base.depwarn(msg::String, funcsym::Symbol; force=false)

Warn that something is deprecated, once for each caller, if the process was started with `--depwarn=yes`.
"""
function depwarn(msg, funcsym; force::Bool=false)
    opts = JLOptions()
    if opts.depwarn == 2
        throw(ErrorException(msg))
    end
    (force || opts.depwarn == 1) || return nothing
    @warn msg _group = :depwarn _id = (funcsym, msg) maxlog = funcsym === nothing ? nothing : 1
    return nothing
end

"""
    @deprecate_binding old new [export_old=true]

Make `old` a deprecated name of `new`.
"""
macro deprecate_binding(old, new, export_old=true, dep_message=nothing, constant=true)
    return Expr(:toplevel,
                export_old ? Expr(:export, esc(old)) : nothing,
                constant ? Expr(:const, Expr(:(=), esc(old), esc(new))) : Expr(:(=), esc(old), esc(new)),
                Expr(:call, :deprecate, __module__, Expr(:quote, old)))
end
deprecate(m::Module, s::Symbol, flag=1) = ccall(:jl_deprecate_binding, Cvoid, (Any, Any, Cint), m, s, flag)

macro deprecate_stdlib(old, mod, export_old=true, newname=old)
    return Expr(:toplevel,
                export_old ? Expr(:export, esc(old)) : nothing,
                Expr(:call, :deprecate, __module__, Expr(:quote, old), 1))
end

"""
    @deprecate_moved old new [export_old=true]

Say where a function has gone.
"""
macro deprecate_moved(old, new, export_old=true)
    eold = esc(old)
    emsg = string(old, " has been moved to the package ", new, ".jl.\n",
                  "Run `Pkg.add(\"", new, "\")` to install it, restart Julia,\n",
                  "and then run `using ", new, "` to load it.")
    return Expr(:toplevel,
                :($eold(args...; kwargs...) = error($emsg)),
                export_old ? Expr(:export, eold) : nothing)
end
