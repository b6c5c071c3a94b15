# @inferred: the result of a call, if inference knew its type.

# `a` without the parts that are in `b`.
function typesplit(@nospecialize(a), @nospecialize(b))
    a <: b && return Union{}
    isa(a, Union) && return Union{typesplit(a.a, b),typesplit(a.b, b)}
    return a
end

macro inferred(ex)
    return _inferred(ex, __module__)
end
macro inferred(allow, ex)
    return _inferred(ex, __module__, allow)
end

_args_and_kwargs(args...; kwargs...) = (args, values(kwargs))
_materialize_broadcasted(f, args...) = Base.Broadcast.materialize(Base.Broadcast.broadcasted(f, args...))

function _inferred(ex, mod, allow = :(Union{}))
    if Meta.isexpr(ex, :ref)
        ex = Expr(:call, :getindex, ex.args...)
    end
    Meta.isexpr(ex, :call) || error("@inferred requires a call expression")
    farg = ex.args[1]
    if isa(farg, Symbol) && farg !== :.. && first(string(farg)) == '.'
        farg = Symbol(string(farg)[2:end])
        ex = Expr(:call, GlobalRef(Test, :_materialize_broadcasted), farg, ex.args[2:end]...)
    end
    has_kw = any(a -> Meta.isexpr(a, :kw) || Meta.isexpr(a, :parameters), ex.args)
    if has_kw
        collect_call = esc(Expr(:call, GlobalRef(Test, :_args_and_kwargs), ex.args[2:end]...))
        return :(_check_inferred_kw($(esc(allow)), $(esc(ex.args[1])), $collect_call))
    end
    args = Any[esc(a) for a in ex.args[2:end]]
    return :(_check_inferred($(esc(allow)), $(esc(ex.args[1])), ($(args...),)))
end

function _check_inferred(@nospecialize(allow), @nospecialize(f), @nospecialize(args::Tuple))
    allow isa Type || throw(ArgumentError("@inferred requires a type as second argument"))
    result = f(args...)
    inftypes = Base.return_types(f, Base.typesof(args...))
    return _compare_inferred(allow, result, inftypes)
end
function _check_inferred_kw(@nospecialize(allow), @nospecialize(f), (args, kwargs)::Tuple)
    allow isa Type || throw(ArgumentError("@inferred requires a type as second argument"))
    result = f(args...; kwargs...)
    inftypes = isempty(kwargs) ? Base.return_types(f, Base.typesof(args...)) :
        Base.return_types(Core.kwcall, Base.typesof(kwargs, f, args...))
    return _compare_inferred(allow, result, inftypes)
end
function _compare_inferred(@nospecialize(allow), @nospecialize(result), inftypes)
    @assert length(inftypes) == 1
    rettype = result isa Type ? Type{result} : typeof(result)
    rettype <: allow || rettype == typesplit(inftypes[1], allow) ||
        error("return type $rettype does not match inferred return type $(inftypes[1])")
    return result
end
