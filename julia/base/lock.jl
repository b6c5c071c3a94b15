# lock.jl: `ReentrantLock`, `Semaphore`, `Event`.

"""
    ReentrantLock()

A lock that the task which holds it can take again.
"""
mutable struct ReentrantLock <: AbstractLock
    locked_by::Union{Task,Nothing}
    reentrancy_cnt::UInt32
    cond_wait::Vector{Task}

    ReentrantLock() = new(nothing, 0x0000_0000, Task[])
end
assert_havelock(l::ReentrantLock) = assert_havelock(l, l.locked_by)
show(io::IO, ::ReentrantLock) = print(io, ReentrantLock, "()")
function show(io::IO, ::MIME"text/plain", l::ReentrantLock)
    show(io, l)
    if islocked(l)
        print(io, " (locked)")
    else
        print(io, " (unlocked)")
    end
end

"""
    islocked(lock) -> Bool

Whether some task holds the lock.
"""
islocked(rl::ReentrantLock) = rl.reentrancy_cnt != 0

"""
    trylock(lock) -> Bool

Take the lock if it is free.
"""
function trylock(rl::ReentrantLock)
    ct = current_task()
    if rl.reentrancy_cnt == 0
        # a finalizer that took the lock, too, would find what it guards half changed
        GC.disable_finalizers()
        rl.locked_by = ct
        rl.reentrancy_cnt = 0x0000_0001
        return true
    elseif rl.locked_by === ct
        rl.reentrancy_cnt += 0x0000_0001
        return true
    end
    return false
end

"""
    lock(lock)
    lock(f::Function, lock)

Take the lock, waiting for it; hold it while `f` runs.
"""
function lock(rl::ReentrantLock)
    while !trylock(rl)
        push!(rl.cond_wait, current_task())
        wait()
    end
    return nothing
end

"""
    unlock(lock)

Give the lock back.
"""
function unlock(rl::ReentrantLock)
    rl.locked_by === current_task() ||
        error(rl.reentrancy_cnt == 0 ? "unlock count must match lock count" : "unlock from wrong thread")
    rl.reentrancy_cnt -= 0x0000_0001
    if rl.reentrancy_cnt == 0
        rl.locked_by = nothing
        isempty(rl.cond_wait) || schedule(popfirst!(rl.cond_wait))
        GC.enable_finalizers()
    end
    return nothing
end
function unlockall(rl::ReentrantLock)
    n = rl.reentrancy_cnt
    rl.locked_by === current_task() || error("unlock from wrong thread")
    rl.reentrancy_cnt = 0x0000_0001
    unlock(rl)
    return n
end
function relockall(rl::ReentrantLock, n::UInt32)
    lock(rl)
    rl.reentrancy_cnt = n
    return nothing
end

function lock(f, l::AbstractLock)
    lock(l)
    try
        return f()
    finally
        unlock(l)
    end
end
function trylock(f, l::AbstractLock)
    if trylock(l)
        try
            return f()
        finally
            unlock(l)
        end
    end
    return false
end

"""
    @lock l expr

Evaluate with the lock held.
"""
macro lock(l, expr)
    quote
        temp = $(esc(l))
        lock(temp)
        try
            $(esc(expr))
        finally
            unlock(temp)
        end
    end
end
macro lock_nofail(l, expr)
    quote
        temp = $(esc(l))
        lock(temp)
        val = $(esc(expr))
        unlock(temp)
        val
    end
end

"""
    Semaphore(sem_size)

A counter that lets at most `sem_size` in.
"""
mutable struct Semaphore
    sem_size::Int
    curr_cnt::Int
    cond_wait::GenericCondition{ReentrantLock}
    Semaphore(sem_size) = sem_size > 0 ? new(sem_size, 0, GenericCondition{ReentrantLock}()) :
                          throw(ArgumentError("Semaphore size must be > 0"))
end

"""
    acquire(s::Semaphore)
    acquire(f, s::Semaphore)

Enter, waiting while the semaphore is full; be inside while `f` runs.
"""
function acquire(s::Semaphore)
    lock(s.cond_wait)
    try
        while s.curr_cnt >= s.sem_size
            wait(s.cond_wait)
        end
        s.curr_cnt = s.curr_cnt + 1
    finally
        unlock(s.cond_wait)
    end
    return
end
function acquire(f, s::Semaphore)
    acquire(s)
    try
        return f()
    finally
        release(s)
    end
end
macro acquire(s, expr)
    quote
        local temp = $(esc(s))
        acquire(temp)
        try
            $(esc(expr))
        finally
            release(temp)
        end
    end
end

"""
    release(s::Semaphore)

Leave.
"""
function release(s::Semaphore)
    lock(s.cond_wait)
    try
        s.curr_cnt > 0 || error("release count must match acquire count")
        s.curr_cnt -= 1
        notify(s.cond_wait; all=false)
    finally
        unlock(s.cond_wait)
    end
    return
end

"""
    Event([autoreset=false])

A flag that tasks wait for.
"""
mutable struct Event
    const notify::GenericCondition{ReentrantLock}
    const autoreset::Bool
    set::Bool
    Event(autoreset::Bool=false) = new(GenericCondition{ReentrantLock}(), autoreset, false)
end
function wait(e::Event)
    if e.autoreset
        e.set && (e.set = false; return)
    else
        e.set && return
    end
    lock(e.notify)
    try
        if e.autoreset
            e.set && (e.set = false; return)
        else
            e.set && return
        end
        wait(e.notify)
    finally
        unlock(e.notify)
    end
    return nothing
end
function notify(e::Event)
    lock(e.notify)
    try
        if e.autoreset
            if notify(e.notify, all=false) == 0
                e.set = true
            end
        elseif !e.set
            e.set = true
            notify(e.notify)
        end
    finally
        unlock(e.notify)
    end
    return nothing
end

"""
    reset(::Event)

Take the flag back.
"""
function reset(e::Event)
    e.set = false
    return nothing
end

Threads.eval(:(using Base: ReentrantLock, Semaphore, Event))
Threads.eval(:(const Condition = Base.GenericCondition{Base.ReentrantLock}))

