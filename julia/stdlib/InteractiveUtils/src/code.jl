# The macros that look at a call: its method, and the stages of its code.

unsupported(what) = error("unsupported: $what (there is no LLVM here; see @code_typed)")

code_warntype(io::IO, f, types=Base.default_tt(f); kwargs...) = (foreach(ci -> println(io, ci), code_typed(f, types)); nothing)
code_warntype(f, types=Base.default_tt(f); kwargs...) = code_warntype(stdout, f, types; kwargs...)
code_llvm(args...; kwargs...) = unsupported("code_llvm")
code_native(args...; kwargs...) = unsupported("code_native")
edit(args...) = unsupported("edit")
less(args...) = unsupported("less")
apropos(args...) = unsupported("apropos")
clipboard(args...) = unsupported("clipboard")

# `f(args...; kws...)`, also as an operator, an index, a property or a dotted call: the function, and
# the types of the arguments.
function call_and_types(ex)
    Meta.isexpr(ex, :ref) && return call_and_types(Expr(:call, :getindex, ex.args...))
    Meta.isexpr(ex, :.) && length(ex.args) == 2 && ex.args[2] isa QuoteNode &&
        return call_and_types(Expr(:call, :getproperty, ex.args...))
    Meta.isexpr(ex, :call) || error("expression is not a function call, or is too complex for @which to analyze; break it down to simpler parts if possible.")
    keywords = Any[]
    arguments = Any[]
    for argument in ex.args[2:end]
        Meta.isexpr(argument, :parameters) ? append!(keywords, argument.args) :
        Meta.isexpr(argument, :kw) ? push!(keywords, argument) : push!(arguments, argument)
    end
    f = esc(ex.args[1])
    isempty(keywords) && return f, :(Base.typesof($(map(esc, arguments)...)))
    named = esc(Expr(:tuple, Expr(:parameters, keywords...)))
    return :(Core.kwcall), :(Base.typesof($named, $f, $(map(esc, arguments)...)))
end

for (name, f) in ((:which, :which), (:functionloc, :functionloc), (:code_warntype, :code_warntype),
                  (:code_llvm, :code_llvm), (:code_native, :code_native), (:edit, :edit), (:less, :less))
    @eval macro $name(ex)
        f, types = call_and_types(ex)
        return Expr(:call, $f, f, types)
    end
end
for f in (:code_typed, :code_lowered)
    @eval macro $f(args...)
        f, types = call_and_types(args[end])
        options = [Expr(:kw, a.args[1], esc(a.args[2])) for a in args[1:end-1]]
        return :(first($(Expr(:call, $f, Expr(:parameters, options...), f, types))))
    end
end
