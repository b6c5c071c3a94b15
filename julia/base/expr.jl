# expr.jl: macros that take apart a definition or put a mark on it: `@inline`, `@assume_effects`,
# `@propagate_inbounds`, `@generated`, `@kwdef`'s helpers, …; macro expansion; copying syntax trees.

# ---- symbols ------------------------------------------------------------------------------------------

Symbol(x...) = Symbol(string(x...))

"""
    gensym([tag])

A symbol that occurs nowhere else.
"""
gensym() = ccall(:jl_gensym, Ref{Symbol}, ())
gensym(s::String) = ccall(:jl_tagged_gensym, Ref{Symbol}, (Ptr{UInt8}, Csize_t), s, sizeof(s))
gensym(ss::String...) = map(gensym, ss)
gensym(s::Symbol) = ccall(:jl_tagged_gensym, Ref{Symbol}, (Ptr{UInt8}, Csize_t), s, ccall(:strlen, Csize_t, (Ptr{UInt8},), s))

"""
    @gensym names...

Assign a `gensym` to each variable.
"""
macro gensym(names...)
    blk = Expr(:block)
    for name in names
        push!(blk.args, :($(esc(name)) = gensym($(string(name)))))
    end
    push!(blk.args, :nothing)
    return blk
end

# ---- syntax trees as values -------------------------------------------------------------------------------

isexpr(@nospecialize(ex), head::Symbol) = isa(ex, Expr) && ex.head === head
isexpr(@nospecialize(ex), head::Symbol, n::Int) = isa(ex, Expr) && ex.head === head && length(ex.args) == n

copy(e::Expr) = exprcopy(e)
function exprcopy(e::Expr)
    n = Expr(e.head)
    n.args = copy_exprargs(e.args)
    return n
end

# A copy whose nested expressions are copies as well.
copy_exprs(@nospecialize(x)) = x
copy_exprs(x::Expr) = copy(x)
copy_exprargs(x::Array{Any,1}) = Any[copy_exprs(x[i]) for i in 1:length(x)]

==(x::Expr, y::Expr) = x.head === y.head && isequal(x.args, y.args)
==(x::QuoteNode, y::QuoteNode) = isequal(x.value, y.value)
==(x::LineNumberNode, y::LineNumberNode) = x.line == y.line && x.file === y.file

"""
    macroexpand(m::Module, x; recursive=true)

The expression with its macros expanded.
"""
function macroexpand(m::Module, @nospecialize(x); recursive=true)
    if recursive
        return ccall(:jl_macroexpand, Any, (Any, Any), x, m)
    else
        return ccall(:jl_macroexpand1, Any, (Any, Any), x, m)
    end
end

"""
    @macroexpand [mod] ex

The expression with its macros expanded.
"""
macro macroexpand(code)
    return :(macroexpand($__module__, $(QuoteNode(code)), recursive=true))
end
macro macroexpand(mod, code)
    return :(macroexpand($(esc(mod)), $(QuoteNode(code)), recursive=true))
end

"""
    @macroexpand1 [mod] ex

One step of macro expansion.
"""
macro macroexpand1(code)
    return :(macroexpand($__module__, $(QuoteNode(code)), recursive=false))
end
macro macroexpand1(mod, code)
    return :(macroexpand($(esc(mod)), $(QuoteNode(code)), recursive=false))
end

# ---- marks on definitions ---------------------------------------------------------------------------------

is_short_function_def(@nospecialize(ex)) = isexpr(ex, :(=)) && length(ex.args) >= 2 && _is_signature(ex.args[1])
function _is_signature(@nospecialize(ex))
    while isexpr(ex, :where) || isexpr(ex, :(::))
        isempty(ex.args) && return false
        ex = ex.args[1]
    end
    return isexpr(ex, :call)
end
is_function_def(@nospecialize(ex)) =
    isa(ex, Expr) && (ex.head === :function || is_short_function_def(ex) || ex.head === :->)

# The definition inside annotations by other macros (`@inline @noinline f() = …`, docstrings).
unwrap_macrocalls(@nospecialize x) = x
function unwrap_macrocalls(ex::Expr)
    inner = ex
    while inner.head === :macrocall && length(inner.args) >= 1 && isa(inner.args[end], Expr)
        inner = inner.args[end]::Expr
    end
    return inner
end

"""
    pushmeta!(ex, tag, args...)

Put `Expr(:meta, tag)` at the head of the body of a definition.
"""
function pushmeta!(ex::Expr, tag::Union{Symbol,Expr})
    inner = unwrap_macrocalls(ex)
    idx, exargs = findmeta(inner)
    if idx != 0
        metastmt = exargs[idx]::Expr
        if !(tag isa Symbol && tag in metastmt.args)
            push!(metastmt.args, tag)
        end
    elseif is_function_def(inner)
        body = inner.args[2]
        if !isexpr(body, :block)
            body = Expr(:block, body)
            inner.args[2] = body
        end
        pushfirst!(body.args, Expr(:meta, tag))
    else
        error("cannot attach a meta expression to this expression")
    end
    return ex
end

# Where the meta statement of a definition's body is: (index, statements), index 0 for none.
function findmeta(ex::Expr)
    if is_function_def(ex)
        body = ex.args[2]
        isexpr(body, :block) || return 0, Any[]
        return findmetaarg(body.args)
    end
    return 0, Any[]
end
function findmetaarg(args)
    for i in 1:length(args)
        arg = args[i]
        arg isa LineNumberNode && continue
        isexpr(arg, :meta) && return i, args
        break
    end
    return 0, args
end

"""
    @inline

Hint that a method, or the calls in an expression, should be inlined.
"""
macro inline()
    return Expr(:meta, :inline)
end
macro inline(x)
    return annotate_meta_def_or_block(x, :inline)
end

"""
    @noinline

Hint that a method, or the calls in an expression, should not be inlined.
"""
macro noinline()
    return Expr(:meta, :noinline)
end
macro noinline(x)
    return annotate_meta_def_or_block(x, :noinline)
end

function annotate_meta_def_or_block(@nospecialize(ex), meta::Symbol)
    inner = unwrap_macrocalls(ex)
    if is_function_def(inner)
        return esc(pushmeta!(ex, meta))
    end
    # An annotated call site has the value of the expression.
    return Expr(:block,
                Expr(meta, true),
                Expr(:local, Expr(:(=), :val, esc(ex))),
                Expr(meta, false),
                :val)
end

"""
    @pure ex

The old mark of a function without effects.
"""
macro pure(ex)
    return esc(isa(ex, Expr) ? pushmeta!(ex, :pure) : ex)
end

"""
    @constprop setting [ex]

`:aggressive` or `:none`: how eagerly a method is specialized on constant arguments.
"""
macro constprop(setting)
    return Expr(:meta, constprop_setting(setting))
end
macro constprop(setting, ex)
    return esc(isa(ex, Expr) ? pushmeta!(ex, constprop_setting(setting)) : ex)
end
function constprop_setting(@nospecialize setting)
    s = setting isa QuoteNode ? setting.value : setting
    if s === :aggressive
        return :aggressive_constprop
    elseif s === :none
        return :no_constprop
    end
    throw(ArgumentError(string("`Base.@constprop ", s, "` not supported")))
end

"""
    @assume_effects setting... [ex]

Promise that a method has these effects (`:consistent`, `:effect_free`, `:nothrow`, `:terminates_globally`,
`:terminates_locally`, `:notaskstate`, `:inaccessiblememonly`, `:foldable`, `:removable`, `:total`).
"""
macro assume_effects(args...)
    lastex = args[end]
    inner = unwrap_macrocalls(lastex)
    is_def = is_function_def(inner)
    override = compute_assumed_settings(is_def || isexpr(lastex, :macrocall) || !_is_effect_setting(lastex) ? args[1:end-1] : args)
    meta = form_purity_expr(override)
    if is_def
        return esc(pushmeta!(lastex, meta))
    elseif isexpr(lastex, :macrocall) && lastex.args[1] === Symbol("@ccall")
        return esc(lastex)
    elseif _is_effect_setting(lastex)
        return Expr(:meta, meta)
    end
    return esc(lastex)
end
function _is_effect_setting(@nospecialize x)
    isexpr(x, :call, 2) && x.args[1] === :! && return _is_effect_setting(x.args[2])
    return x isa QuoteNode && x.value isa Symbol
end
const _effect_names = (:consistent, :effect_free, :nothrow, :terminates_globally, :terminates_locally,
                       :notaskstate, :inaccessiblememonly, :noub)
function compute_assumed_settings(settings)
    flags = Bool[false for _ in _effect_names]
    for setting in settings
        val = true
        while isexpr(setting, :call, 2) && setting.args[1] === :!
            val = !val
            setting = setting.args[2]
        end
        name = setting isa QuoteNode ? setting.value : setting
        if name === :foldable
            group = (1, 2, 4, 8)
        elseif name === :removable
            group = (2, 3, 4)
        elseif name === :total
            group = (1, 2, 3, 4, 6, 7, 8)
        else
            i = findfirst(n -> n === name, _effect_names)
            i === nothing && throw(ArgumentError(string("`@assume_effects ", name, "` not supported")))
            group = (i,)
        end
        for g in group
            flags[g] = val
        end
    end
    return flags
end
form_purity_expr(flags::Array{Bool,1}) = Expr(:purity, flags...)

"""
    @propagate_inbounds

An inlined method that takes over its caller's `@inbounds`.
"""
macro propagate_inbounds()
    return Expr(:meta, :inline, :propagate_inbounds)
end
macro propagate_inbounds(ex)
    if isa(ex, Expr)
        pushmeta!(ex, :inline)
        pushmeta!(ex, :propagate_inbounds)
    end
    return esc(ex)
end

"""
    @polly

Accepted and without effect.
"""
macro polly(ex)
    return esc(ex)
end

macro nospecializeinfer(ex)
    return esc(isa(ex, Expr) ? pushmeta!(ex, :nospecializeinfer) : ex)
end
macro aggressive_constprop(ex)
    return esc(isa(ex, Expr) ? pushmeta!(ex, :aggressive_constprop) : ex)
end

"""
    @generated f

A generated function: its body computes, from the types of the arguments, the expression that is its code.
"""
macro generated()
    return Expr(:generated)
end
macro generated(f)
    if isa(f, Expr) && (f.head === :function || is_short_function_def(f))
        body = f.args[2]
        lno = isexpr(body, :block) && length(body.args) > 0 && body.args[1] isa LineNumberNode ? body.args[1] : __source__
        return Expr(:escape,
                    Expr(f.head, f.args[1],
                         Expr(:block,
                              lno,
                              Expr(:if, Expr(:generated),
                                   body,
                                   Expr(:block,
                                        Expr(:meta, :generated_only),
                                        Expr(:return, nothing))))))
    else
        error("invalid syntax; @generated must be used with a function definition")
    end
end

"""
    @atomic var
    @atomic order ex

Access to an atomic field; at a field of a declaration, the mark that it is one. `@atomicswap` and
`@atomicreplace` exchange its value.
"""
macro atomic(ex)
    if !isa(ex, Symbol) && !isexpr(ex, :(::))
        return make_atomic(QuoteNode(:sequentially_consistent), ex)
    end
    return esc(Expr(:atomic, ex))
end
macro atomic(order, ex)
    return make_atomic(esc(order), ex)
end
macro atomic(order, a1, op, a2)
    return make_atomic_op(esc(order), op, a1, a2)
end
macro atomic(a1, op, a2)
    return make_atomic_op(QuoteNode(:sequentially_consistent), op, a1, a2)
end
function _atomic_place(@nospecialize ex)
    isexpr(ex, :., 2) || error("@atomic expression missing field access")
    return esc(ex.args[1]), esc(ex.args[2])
end
function make_atomic(order, @nospecialize ex)
    if ex isa Expr
        if ex.head === :.
            l, r = _atomic_place(ex)
            return :(getproperty($l, $r, $order))
        elseif isexpr(ex, :call, 3)
            return make_atomic_op(order, ex.args[1], ex.args[2], ex.args[3])
        elseif ex.head === :(=)
            l, r = _atomic_place(ex.args[1])
            return :(setproperty!($l, $r, $(esc(ex.args[2])), $order))
        else
            # An updating assignment: `a.b op= v`.
            h = string(ex.head)
            if length(ex.args) == 2 && h[end] == '='
                op = Symbol(h[1:end-1])
                l, r = _atomic_place(ex.args[1])
                return :(modifyproperty!($l, $r, $(esc(op)), $(esc(ex.args[2])), $order)[2])
            end
        end
    end
    error("could not parse @atomic expression $ex")
end
function make_atomic_op(order, @nospecialize(op), @nospecialize(a1), @nospecialize(a2))
    l, r = _atomic_place(a1)
    return :(modifyproperty!($l, $r, $(esc(op)), $(esc(a2)), $order))
end
macro atomicswap(order, ex)
    return make_atomicswap(esc(order), ex)
end
macro atomicswap(ex)
    return make_atomicswap(QuoteNode(:sequentially_consistent), ex)
end
function make_atomicswap(order, @nospecialize ex)
    isexpr(ex, :(=), 2) || error("@atomicswap expression missing assignment")
    l, r = _atomic_place(ex.args[1])
    return :(swapproperty!($l, $r, $(esc(ex.args[2])), $order))
end
macro atomicreplace(success_order, fail_order, ex, old_new)
    return make_atomicreplace(esc(success_order), esc(fail_order), ex, old_new)
end
macro atomicreplace(order, ex, old_new)
    return make_atomicreplace(esc(order), esc(order), ex, old_new)
end
macro atomicreplace(ex, old_new)
    o = QuoteNode(:sequentially_consistent)
    return make_atomicreplace(o, o, ex, old_new)
end
function make_atomicreplace(success_order, fail_order, @nospecialize(ex), @nospecialize(old_new))
    l, r = _atomic_place(ex)
    if isexpr(old_new, :call, 3) && old_new.args[1] === :(=>)
        exp, rep = esc(old_new.args[2]), esc(old_new.args[3])
        return :(replaceproperty!($l, $r, $exp, $rep, $success_order, $fail_order))
    end
    return :(replaceproperty!($l, $r, $(esc(old_new))::Pair..., $success_order, $fail_order))
end

# ---- line numbers -----------------------------------------------------------------------------------------

"""
    Base.remove_linenums!(ex)

Take the line numbers out of an expression.
"""
remove_linenums!(@nospecialize ex) = ex
function remove_linenums!(ex::Expr)
    if ex.head === :block || ex.head === :quote
        # Only statement lists hold line numbers as statements.
        filter!(function (x)
                    isa(x, Expr) && x.head === :line && return false
                    isa(x, LineNumberNode) && return false
                    return true
                end, ex.args)
    end
    for subex in ex.args
        subex isa Expr && remove_linenums!(subex)
    end
    return ex
end

# The line numbers of a macro's result, replaced by those of its call.
replace_linenums!(@nospecialize(x), ::LineNumberNode) = x
function replace_linenums!(ex::Expr, ln::LineNumberNode)
    for i in 1:length(ex.args)
        a = ex.args[i]
        if a isa LineNumberNode
            ex.args[i] = ln
        elseif a isa Expr
            replace_linenums!(a, ln)
        end
    end
    return ex
end
