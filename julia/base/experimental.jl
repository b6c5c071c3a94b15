# experimental.jl: the module `Experimental`.

module Experimental

using Base: Threads, sync_varname

"""
    Const(A::Array)

An array that is promised not to change.
"""
struct Const{T,N} <: DenseArray{T,N}
    a::Array{T,N}
end
Base.IndexStyle(::Type{<:Const}) = IndexLinear()
Base.size(C::Const) = size(C.a)
Base.axes(C::Const) = axes(C.a)
Base.getindex(A::Const, i1::Int) = A.a[i1]
Base.getindex(A::Const, i1::Int, i2::Int, I::Int...) = A.a[i1, i2, I...]

"""
    @opaque (args...) -> body

A closure with a fixed code; not supported.
"""
macro opaque(args...)
    return esc(Expr(:opaque_closure, args...))
end

"""
    @aliasscope expr

The expression; `Const` arrays in it do not alias.
"""
macro aliasscope(body)
    return esc(body)
end

"""
    Experimental.@optlevel n::Int
    Experimental.@max_methods n::Int
    Experimental.@compiler_options optimize={0,1,2,3} compile={yes,no,all,min} infer={yes,no} max_methods={...}

Hints for the compilation of a module. They change no result and are not needed.
"""
macro optlevel(n::Int)
    return nothing
end
macro max_methods(n::Int)
    return nothing
end
macro max_methods(n::Int, fdef::Expr)
    return esc(fdef)
end
macro compiler_options(args...)
    for ex in args
        if !(isa(ex, Expr) && ex.head === :(=) && length(ex.args) == 2)
            error("invalid option \"$ex\"")
        end
    end
    return nothing
end
macro force_compile()
    return nothing
end

"""
    Experimental.@sync

Like `@sync`, but the first error is thrown at once.
"""
macro sync(block)
    var = esc(sync_varname)
    quote
        let $var = Channel(Inf)
            v = $(esc(block))
            sync_end($var)
            v
        end
    end
end
function sync_end(c::Channel{Any})
    while isready(c)
        r = take!(c)
        wait(r)
    end
    close(c)
    return nothing
end

# ---- hints for errors ------------------------------------------------------------------------------------

const _hint_handlers = IdDict{Type,Vector{Any}}()

"""
    Experimental.register_error_hint(handler, exceptiontype)

Have `handler(io, exception, …)` add to the text of such exceptions.
"""
function register_error_hint(@nospecialize(handler), @nospecialize(exct::Type))
    list = get!(Vector{Any}, _hint_handlers, exct)
    push!(list, handler)
    return nothing
end

"""
    Experimental.show_error_hints(io, ex, args...)

Print what the handlers for the exception have to say.
"""
function show_error_hints(io, ex, args...)
    hinters = get(_hint_handlers, typeof(ex), nothing)
    isnothing(hinters) && return
    for handler in hinters
        try
            Base.invokelatest(handler, io, ex, args...)
        catch err
            tn = typeof(handler).name
            @error "Hint-handler $handler for $(typeof(ex)) in $(tn.module) caused an error"
        end
    end
end

end # module Experimental
