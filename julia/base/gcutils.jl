# gcutils.jl: finalizers, and the module `GC`: asking the collector to run, and keeping values alive.

==(w::WeakRef, v::WeakRef) = isequal(w.value, v.value)
==(w::WeakRef, v) = isequal(w.value, v)
==(w, v::WeakRef) = isequal(w, v.value)

"""
    finalizer(f, x)

Register `f(x)` to be called when `x`, which must be mutable, is no longer reachable.
"""
function finalizer(@nospecialize(f), @nospecialize(o))
    _check_mutable(o)
    Core.finalizer(f, o)
    return o
end
function finalizer(f::Ptr{Cvoid}, o::T) where {T}
    _check_mutable(o)
    ccall(:jl_gc_add_ptr_finalizer, Cvoid, (Any, Ptr{Cvoid}), o, f)
    return o
end
function _check_mutable(@nospecialize(o))
    if !ismutable(o)
        error("objects of type ", typeof(o), " cannot be finalized")
    end
    return nothing
end

"""
    finalize(x)

Run the finalizers of `x` now.
"""
finalize(@nospecialize(o)) = ccall(:jl_finalize, Cvoid, (Any,), o)

module GC

const GC_AUTO = 0
const GC_FULL = 1
const GC_INCREMENTAL = 2

"""
    GC.gc([full=true])

Run the collector.
"""
gc(full::Bool=true) = ccall(:jl_gc_collect, Cvoid, (Cint,), full ? GC_FULL : GC_INCREMENTAL)

"""
    GC.enable(on::Bool)

Switch the collector on or off; returns what it was.
"""
enable(on::Bool) = ccall(:jl_gc_enable, Int32, (Int32,), on) != 0

enable_finalizers(on::Bool) = on ? enable_finalizers() : disable_finalizers()
enable_finalizers() = ccall(:jl_gc_enable_finalizers_internal, Cvoid, ())
disable_finalizers() = ccall(:jl_gc_disable_finalizers_internal, Cvoid, ())

"""
    GC.@preserve x1 x2 ... xn expr

Keep the variables' values alive while the expression runs.
"""
macro preserve(args...)
    for x in args[1:end-1]
        isa(x, Symbol) || error("Preserved variable must be a symbol")
    end
    return Expr(:block,
                Expr(:local, Expr(:(=), :token, Expr(:gc_preserve_begin, map(esc, args[1:end-1])...))),
                Expr(:local, Expr(:(=), :r, esc(args[end]))),
                Expr(:gc_preserve_end, :token),
                :r)
end

"""
    GC.safepoint()

A point where the collector may run.
"""
safepoint() = ccall(:jl_gc_safepoint, Cvoid, ())

logging_enabled() = false
enable_logging(on::Bool=true) = nothing

end # module GC
