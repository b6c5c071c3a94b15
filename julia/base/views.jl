# views.jl: the macros @view and @views.

# `begin` and `end` inside of `A[...]` become calls, as the parser's own brackets do it. The
# expression is changed in place; `withex` is (the array, position, number of indices) or nothing.
function replace_ref_begin_end!(__ex)
    return replace_ref_begin_end!(__ex, nothing)[1]
end
function replace_ref_begin_end!(ex, withex)
    used = false
    function escapes!(ex, withex)
        if ex isa Symbol
            if withex !== nothing && (ex === :begin || ex === :end)
                used = true
                return ex === :begin ? withex[1]() : withex[2]()
            end
            return ex
        elseif ex isa Expr
            if ex.head === :quote
                return ex
            elseif ex.head === :ref
                return ref!(ex, withex)
            else
                for i in eachindex(ex.args)
                    # the names of keyword arguments and fields are no indices
                    if i == 1 && ex.head === :kw || i == 2 && ex.head === :. && ex.args[2] isa QuoteNode
                        continue
                    end
                    ex.args[i] = escapes!(ex.args[i], withex)
                end
                return ex
            end
        end
        return ex
    end
    function ref!(ex, outer)
        ex.args[1] = escapes!(ex.args[1], outer)
        S = ex.args[1]
        # the array is evaluated once; reading a field twice does no harm
        simple = _is_field_chain(S)
        name = simple ? copy_chain(S) : gensym(:S)
        n = length(ex.args) - 1
        before = used
        used = false
        # every splatted index before this one shifts its position
        for i in eachindex(ex.args)[2:end]
            offset = Any[]
            for j in 2:i-1
                a = ex.args[j]
                a isa Expr && a.head === :... && push!(offset, Expr(:call, length, a.args[1]))
            end
            pos = isempty(offset) ? i - 1 : Expr(:call, +, i - 1 - length(offset), offset...)
            whole = n == 1
            inner = (() -> whole ? Expr(:call, firstindex, name) : Expr(:call, firstindex, name, pos),
                () -> whole ? Expr(:call, lastindex, name) : Expr(:call, lastindex, name, pos))
            ex.args[i] = escapes!(ex.args[i], inner)
        end
        if used && !simple
            ex.args[1] = name
            ex = Expr(:let, Expr(:(=), name, S), ex)
        end
        used = before
        return ex
    end
    out = escapes!(ex, withex)
    return out, used
end

_is_field_chain(ex) = ex isa Symbol || ex isa GlobalRef ||
                      ex isa Expr && ex.head === :. && length(ex.args) == 2 && ex.args[2] isa QuoteNode && _is_field_chain(ex.args[1])
copy_chain(ex) = ex isa Expr ? copy(ex) : ex

macro view(ex)
    Meta.isexpr(ex, :ref) || throw(ArgumentError(
        "Invalid use of @view macro: argument must be a reference expression A[...]."))
    ex = replace_ref_begin_end!(ex)
    # a let around the reference stays around the view
    if Meta.isexpr(ex, :ref)
        ex = Expr(:call, view, ex.args...)
    else
        Meta.isexpr(ex, :let) && (arg2 = ex.args[2]; Meta.isexpr(arg2, :ref)) || error("invalid expression")
        ex.args[2] = Expr(:call, view, arg2.args...)
    end
    # not a target of assignment
    Expr(:&&, true, esc(ex))
end

# what @views makes of A[...]: a view where the indices may select several elements of an array
@propagate_inbounds maybeview(A, args...) = getindex(A, args...)
@propagate_inbounds maybeview(A::AbstractArray, args...) = view(A, args...)
@propagate_inbounds maybeview(A::AbstractArray, args::Union{Number,AbstractCartesianIndex}...) = getindex(A, args...)
@propagate_inbounds maybeview(A) = getindex(A)
@propagate_inbounds maybeview(A::AbstractArray) = getindex(A)

# Replaces every reference on the right-hand side; the targets of assignments stay references
# but what is inside of their brackets is treated too.
_views(x) = x
function _views(ex::Expr)
    if ex.head in (:(=), :(.=))
        lhs = ex.args[1]
        Expr(ex.head, Meta.isexpr(lhs, :ref) ? Expr(:ref, mapany(_views, lhs.args)...) : _views(lhs), _views(ex.args[2]))
    elseif ex.head === :ref
        Expr(:call, maybeview, mapany(_views, ex.args)...)::Expr
    else
        h = string(ex.head)
        # updating operators such as += and .*=
        if last(h) == '=' && !(ex.head in (:(==), :(!=), :(<=), :(>=), :(===), :(!==), :(.==), :(.!=), :(.<=), :(.>=)))
            lhs = ex.args[1]
            op = h[1:prevind(h, end)]
            # a[i] += b is a[i] = a[i] + b, with the indices evaluated once
            if Meta.isexpr(lhs, :ref)
                binds = Any[]
                args = Any[]
                for (k, a) in enumerate(lhs.args)
                    if a isa Union{Symbol,Number,QuoteNode} || a === :(:) || Meta.isexpr(a, :...)
                        push!(args, _views(a))
                    elseif k == 1
                        push!(args, _views(a))
                    else
                        g = gensym(:I)
                        push!(binds, Expr(:(=), g, _views(a)))
                        push!(args, g)
                    end
                end
                target = Expr(:ref, args...)
                value = Expr(:call, maybeview, args...)
            else
                binds = Any[]
                target = _views(lhs)
                value = target
            end
            dotted = first(op) == '.'
            call = Expr(:call, Symbol(op), value, _views(ex.args[2]))
            assign = Expr(dotted ? :(.=) : :(=), target, call)
            return isempty(binds) ? assign : Expr(:let, Expr(:block, binds...), assign)
        end
        Expr(ex.head, mapany(_views, ex.args)...)
    end
end

macro views(x)
    esc(_views(replace_ref_begin_end!(x)))
end

# the target of `x.p .= y`
dotgetproperty(args...) = getproperty(args...)
