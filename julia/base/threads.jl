# threads.jl: the module `Threads`. There is one thread: loops run in order, tasks take turns.

module Threads

export threadid, nthreads, @threads, @spawn, threadpool, nthreadpools, maxthreadid, threadpoolsize, ngcthreads,
    Condition, SpinLock, Atomic, atomic_add!, atomic_sub!, atomic_and!, atomic_nand!, atomic_or!, atomic_xor!,
    atomic_max!, atomic_min!, atomic_xchg!, atomic_cas!, atomic_fence, Event, ReentrantLock, Semaphore

import Base: getindex, setindex!, unsafe_convert, lock, unlock, trylock, islocked
using Base: AbstractLock, GenericCondition, IEEEFloat

function foreach end

"""
    Threads.threadid() -> Int
    Threads.nthreads() -> Int

The number of the current thread, and how many there are: one.
"""
threadid() = 1
threadid(t::Task) = 1
nthreads() = 1
nthreads(pool::Symbol) = pool === :default ? 1 : pool === :interactive ? 0 : throw(ArgumentError("invalid threadpool specified"))
maxthreadid() = 1
nthreadpools() = 2
threadpool(tid=1) = :default
threadpoolsize(pool::Symbol=:default) = nthreads(pool)
threadpooltids(pool::Symbol) = pool === :default ? [1] : Int[]
ngcthreads() = 1

"""
    Threads.@threads [schedule] for ... end

A loop whose iterations may run in parallel; on one thread it is a loop.
"""
macro threads(args...)
    na = length(args)
    if na == 2
        sched, ex = args
        if sched isa QuoteNode
            sched.value in (:static, :dynamic, :greedy) || throw(ArgumentError("unsupported schedule argument in @threads"))
        elseif !(sched isa Symbol)
            throw(ArgumentError("unsupported schedule argument in @threads"))
        end
    elseif na == 1
        ex = args[1]
    else
        throw(ArgumentError("wrong number of arguments in @threads"))
    end
    if !(isa(ex, Expr) && ex.head === :for)
        throw(ArgumentError("@threads requires a `for` loop expression"))
    end
    if !(ex.args[1] isa Expr && ex.args[1].head === :(=))
        throw(ArgumentError("nested outer loops are not currently supported by @threads"))
    end
    lidx, range = ex.args[1].args
    lbody = ex.args[2]
    # The body is that of a function, so that `return` and assignments behave as in a task.
    return esc(quote
                   let f = function ($lidx)
                           $lbody
                           nothing
                       end
                       try
                           for i in $range
                               f(i)
                           end
                       catch e
                           throw($(GlobalRef(Base, :threads_failure))(e))
                       end
                       nothing
                   end
               end)
end

"""
    Threads.@spawn [:default|:interactive] expr

Make a task of the expression and schedule it.
"""
macro spawn(args...)
    ex = args[end]
    letargs = Base._lift_one_interp!(ex)
    thunk = Base.replace_linenums!(:(() -> ($(esc(ex)))), __source__)
    var = esc(Base.sync_varname)
    quote
        let $(letargs...)
            local task = Task($thunk)
            task.sticky = false
            if $(Expr(:islocal, var))
                put!($var, task)
            end
            schedule(task)
            task
        end
    end
end

# ---- atomic cells -----------------------------------------------------------------------------------------

"""
    Threads.Atomic{T}

A cell that is changed by one operation at a time.
"""
mutable struct Atomic{T}
    value::T
    Atomic{T}() where {T} = new(zero(T))
    Atomic{T}(value) where {T} = new(value)
end
Atomic() = Atomic{Int}()
Atomic(value::T) where {T} = Atomic{T}(value)

getindex(x::Atomic) = x.value
setindex!(x::Atomic{T}, v) where {T} = (x.value = convert(T, v); x)
unsafe_convert(::Type{Ptr{T}}, x::Atomic{T}) where {T} = convert(Ptr{T}, Base.pointer_from_objref(x))

atomic_fence() = nothing
function atomic_cas!(x::Atomic{T}, cmp::T, new::T) where {T}
    old = x.value
    old === cmp && (x.value = new)
    return old
end
atomic_xchg!(x::Atomic{T}, newval::T) where {T} = (old = x.value; x.value = newval; old)
for (name, op) in ((:atomic_add!, :+), (:atomic_sub!, :-), (:atomic_and!, :&), (:atomic_or!, :|), (:atomic_xor!, :xor),
                   (:atomic_max!, :max), (:atomic_min!, :min))
    @eval $name(x::Atomic{T}, v::T) where {T} = (old = x.value; x.value = $op(old, v); old)
end
atomic_nand!(x::Atomic{T}, v::T) where {T} = (old = x.value; x.value = ~(old & v); old)

"""
    SpinLock()

A lock that is not reentrant.
"""
mutable struct SpinLock <: AbstractLock
    owned::Int
    SpinLock() = new(0)
end
function lock(l::SpinLock)
    while l.owned != 0
        Base.yield()
    end
    trylock(l)
    return
end
function trylock(l::SpinLock)
    l.owned == 0 || return false
    Base.GC.disable_finalizers()
    l.owned = 1
    return true
end
function unlock(l::SpinLock)
    l.owned == 0 && error("unlock count must match lock count")
    l.owned = 0
    Base.GC.enable_finalizers()
    return
end
islocked(l::SpinLock) = l.owned != 0

end # module Threads

# What an error in `@threads` is wrapped in.
threads_failure(e) = CompositeException(Any[CapturedException(e, catch_backtrace())])
