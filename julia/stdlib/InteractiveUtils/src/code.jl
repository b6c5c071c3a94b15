# The macros that look at a call: its method, and the stages of its code.

using Base: unsupported

"""
    code_warntype([io], f, types)

The inferred code of each method that applies, with the types of its variables: where a type is not concrete, it
stands out.
"""
function code_warntype(io::IO, @nospecialize(f), @nospecialize(types=Base.default_tt(f)); kwargs...)
    for m in Base._methods_by_ftype(Base.signature_type(f, types), -1, Base.get_world_counter())::Array{Any,1}
        found = ccall(:jl_code_typed, Any, (Any, Any, Any), m[3], m[1], m[2])
        found === nothing && continue
        slots = Any[Base._known_type(t) for t in found[3]]
        src = Base._typed_code(found)
        println(io, src.parent)
        print(io, "  from ")
        println(io, m[3])
        named(name, t) = (print(io, "  ", name); Base._show_code_type(io, t, true); println(io))
        if !isempty(src.sparams)
            println(io, "Static Parameters")
            foreach(i -> println(io, "  ", src.sparams[i], " = ", m[2][i]), 1:length(src.sparams))
        end
        named_slot(i) = (name = string(src.slotnames[i]); isempty(name) ? "@_$i" : name)
        println(io, "Arguments")
        foreach(i -> named(named_slot(i), slots[i]), 1:src.nargs)
        length(slots) > src.nargs && println(io, "Locals")
        foreach(i -> named(named_slot(i), slots[i]), src.nargs+1:length(slots))
        print(io, "Body")
        Base._show_code_type(io, src.rettype, true)
        println(io)
        Base.show_code(io, src; warn=true)
        println(io)
    end
end
code_warntype(@nospecialize(f), @nospecialize(types=Base.default_tt(f)); kwargs...) =
    code_warntype(stdout, f, types; kwargs...)

"""
    code_clif([io], f, types)

What the code generator, Cranelift, gets of each method that applies, in its own language.
"""
code_clif(io::IO, @nospecialize(f), @nospecialize(types=Base.default_tt(f))) =
    foreach(text -> print(io, text), Base._code_text(f, types, 1))
code_clif(@nospecialize(f), @nospecialize(types=Base.default_tt(f))) = code_clif(stdout, f, types)

"""
    code_native([io], f, types; syntax = :intel)

The instructions of each method that applies; `syntax` is `:intel` or `:att`.
"""
function code_native(io::IO, @nospecialize(f), @nospecialize(types=Base.default_tt(f)); syntax::Symbol=:intel, kwargs...)
    syntax in (:intel, :att) || throw(ArgumentError("'syntax' must be either :intel or :att"))
    foreach(text -> print(io, text), Base._code_text(f, types, syntax === :intel ? 2 : 3))
end
code_native(@nospecialize(f), @nospecialize(types=Base.default_tt(f)); kwargs...) = code_native(stdout, f, types; kwargs...)

code_llvm(args...; kwargs...) = unsupported("code_llvm, as there is no LLVM; there are @code_clif and @code_native")
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

# A call of `f` with the options that a macro got before the expression. Packages take these calls apart.
function call_with_options(f, args)
    callee, types = call_and_types(args[end])
    options = [Expr(:kw, a.args[1], esc(a.args[2])) for a in args[1:end-1]]
    return isempty(options) ? Expr(:call, f, callee, types) : Expr(:call, f, Expr(:parameters, options...), callee, types)
end

for f in (:which, :functionloc, :edit, :less)
    @eval macro $f(ex)
        f, types = call_and_types(ex)
        return Expr(:call, $f, f, types)
    end
end
for f in (:code_warntype, :code_llvm, :code_clif, :code_native)
    @eval macro $f(args...)
        return call_with_options($f, args)
    end
end
for f in (:code_typed, :code_lowered)
    @eval macro $f(args...)
        return :(first($(call_with_options($f, args))))
    end
end
