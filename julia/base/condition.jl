# condition.jl: waiting for something to happen: `Condition` and its relatives.

"""
    AbstractLock

The abstract type of locks: things with `lock`, `unlock` and `trylock`.
"""
abstract type AbstractLock end

function lock end
function unlock end
function trylock end
function islocked end
unlockall(l::AbstractLock) = unlock(l)
relockall(l::AbstractLock, token::Nothing) = lock(l)
assert_havelock(l::AbstractLock, tid::Integer) =
    (islocked(l) && tid == 1) ? nothing : concurrency_violation()
assert_havelock(l::AbstractLock, tid::Task) =
    (islocked(l) && tid === current_task()) ? nothing : concurrency_violation()
assert_havelock(l::AbstractLock, tid::Nothing) = concurrency_violation()
concurrency_violation() = throw(ConcurrencyViolationError("lock must be held"))

"""
    AlwaysLockedST

A lock that needs no locking, since all Julia code runs on one thread.
"""
struct AlwaysLockedST <: AbstractLock
    ownertid::Int16
    AlwaysLockedST() = new(Int16(0))
end
assert_havelock(l::AlwaysLockedST) = nothing
lock(l::AlwaysLockedST) = assert_havelock(l)
unlock(l::AlwaysLockedST) = assert_havelock(l)
trylock(l::AlwaysLockedST) = true
islocked(::AlwaysLockedST) = true

"""
    GenericCondition

A queue of tasks that wait, and the lock that guards it.
"""
struct GenericCondition{L<:AbstractLock}
    waitq::Vector{Task}
    lock::L

    GenericCondition{L}() where {L<:AbstractLock} = new{L}(Task[], L())
    GenericCondition{L}(l::L) where {L<:AbstractLock} = new{L}(Task[], l)
    GenericCondition(l::AbstractLock) = new{typeof(l)}(Task[], l)
end
show(io::IO, ::GenericCondition{L}) where {L} = print(io, GenericCondition, "(", L, "())")

assert_havelock(c::GenericCondition) = assert_havelock(c.lock)
lock(c::GenericCondition) = lock(c.lock)
unlock(c::GenericCondition) = unlock(c.lock)
trylock(c::GenericCondition) = trylock(c.lock)
islocked(c::GenericCondition) = islocked(c.lock)
lock(f, c::GenericCondition) = lock(f, c.lock)

"""
    wait(c::GenericCondition; first::Bool=false)

Wait for `notify(c)` and return the value that it passed.
"""
function wait(c::GenericCondition; first::Bool=false)
    ct = current_task()
    assert_havelock(c)
    first ? pushfirst!(c.waitq, ct) : push!(c.waitq, ct)
    ct.queue = c.waitq
    token = unlockall(c.lock)
    try
        return wait()
    catch
        # Woken by an exception: no longer in the queue.
        i = findfirst(t -> t === ct, c.waitq)
        i === nothing || deleteat!(c.waitq, i)
        rethrow()
    finally
        relockall(c.lock, token)
    end
end

"""
    notify(condition, val=nothing; all=true, error=false)

Wake the tasks that wait, passing them `val`; returns how many.
"""
notify(c::GenericCondition, @nospecialize(arg=nothing); all=true, error=false) = notify(c, arg, all, error)
function notify(c::GenericCondition, @nospecialize(arg), all, error)
    assert_havelock(c)
    cnt = 0
    while !isempty(c.waitq)
        t = popfirst!(c.waitq)
        t.queue = nothing
        schedule(t, arg, error=error)
        cnt += 1
        all || break
    end
    return cnt
end
notify_error(c::GenericCondition, err) = notify(c, err, true, true)

n_waiters(c::GenericCondition) = length(c.waitq)
isempty(c::GenericCondition) = isempty(c.waitq)

"""
    Condition()

An event that tasks can wait for.
"""
const Condition = GenericCondition{AlwaysLockedST}
show(io::IO, ::Condition) = print(io, Condition, "()")
lock(c::GenericCondition{AlwaysLockedST}) =
    throw(ArgumentError("`Condition` is not thread-safe. Please use `Threads.Condition` instead for multi-threaded code."))
unlock(c::GenericCondition{AlwaysLockedST}) =
    throw(ArgumentError("`Condition` is not thread-safe. Please use `Threads.Condition` instead for multi-threaded code."))
