# task.jl: tasks, their scheduling, `@async`, `@sync`, timers.
#
# The runtime switches between stacks; which task runs next is decided here. A task that ends calls
# `task_done_hook`.

# ---- states and results ------------------------------------------------------------------------------------

const task_state_runnable = UInt8(0)
const task_state_done = UInt8(1)
const task_state_failed = UInt8(2)

"""
    CapturedException

An exception with its backtrace, as a value.
"""
struct CapturedException <: Exception
    ex::Any
    processed_bt::Vector{Any}
    function CapturedException(ex, bt_raw::Vector)
        bt = length(bt_raw) > 100 ? Any[bt_raw[1:100]...] : Any[bt_raw...]
        return new(ex, bt)
    end
    CapturedException(ex, processed_bt::Vector{Any}) = new(ex, processed_bt)
end
function showerror(io::IO, ce::CapturedException)
    showerror(io, ce.ex)
end
capture_exception(ex, bt) = CapturedException(ex, bt)

"""
    CompositeException

Several exceptions.
"""
struct CompositeException <: Exception
    exceptions::Vector{Any}
    CompositeException() = new(Any[])
    CompositeException(exceptions) = new(exceptions)
end
length(c::CompositeException) = length(c.exceptions)
push!(c::CompositeException, ex) = push!(c.exceptions, ex)
pushfirst!(c::CompositeException, ex) = pushfirst!(c.exceptions, ex)
isempty(c::CompositeException) = isempty(c.exceptions)
iterate(c::CompositeException, state...) = iterate(c.exceptions, state...)
eltype(::Type{CompositeException}) = Any
function showerror(io::IO, ex::CompositeException)
    if !isempty(ex)
        showerror(io, ex.exceptions[1])
        remaining = length(ex) - 1
        if remaining > 0
            print(io, "\n\n...and ", remaining, " more exception", remaining > 1 ? "s" : "", ".\n")
        end
    else
        print(io, "CompositeException()\n")
    end
end

"""
    TaskFailedException

What waiting for a failed task throws.
"""
struct TaskFailedException <: Exception
    task::Task
end
function showerror(io::IO, ex::TaskFailedException, bt=nothing; backtrace=true)
    print(io, "TaskFailedException")
    backtrace && bt !== nothing && show_backtrace(io, bt)
    printstyled(io, "\n\n    nested task error: "; color=error_color())
    text = sprint(show_exception_stack, current_exceptions(ex.task); context=io)
    join(io, split(text, '\n'), "\n    ")
end

"""
    @task expr

A task of the expression, not scheduled.
"""
macro task(ex)
    thunk = replace_linenums!(:(() -> $(esc(ex))), __source__)
    return :(Task($thunk))
end

"""
    current_task()

The task that runs.
"""
current_task() = ccall(:jl_get_current_task, Ref{Task}, ())

function show(io::IO, t::Task)
    state = t.state
    state_str = "$state" * ((state === :runnable && istaskstarted(t)) ? ", started" : "")
    print(io, "Task ($state_str)")
end

function getproperty(t::Task, field::Symbol)
    if field === :state
        st = getfield(t, :_state)
        return st === task_state_runnable ? :runnable : st === task_state_done ? :done : :failed
    elseif field === :backtrace
        return istaskfailed(t) ? current_exceptions(t)[end][2] : nothing
    elseif field === :exception
        return istaskfailed(t) ? getfield(t, :result) : nothing
    end
    return getfield(t, field)
end

"""
    istaskdone(t::Task) -> Bool

Whether the task has ended.
"""
istaskdone(t::Task) = getfield(t, :_state) !== task_state_runnable

"""
    istaskstarted(t::Task) -> Bool

Whether the task has begun.
"""
istaskstarted(t::Task) = ccall(:jl_is_task_started, Cint, (Any,), t) != 0

"""
    istaskfailed(t::Task) -> Bool

Whether the task ended by an exception.
"""
istaskfailed(t::Task) = getfield(t, :_state) === task_state_failed

"""
    task_result(t::Task)

The result, or the exception that ended it.
"""
task_result(t::Task) = t.result

"""
    task_local_storage()
    task_local_storage(key)
    task_local_storage(key, value)
    task_local_storage(body, key, value)

A dictionary of the current task; a value of it; set one; have one set while `body` runs.
"""
function task_local_storage()
    t = current_task()
    if t.storage === nothing
        t.storage = IdDict()
    end
    return (t.storage)::IdDict{Any,Any}
end
task_local_storage(key) = task_local_storage()[key]
task_local_storage(key, val) = (task_local_storage()[key] = val)
function task_local_storage(body::Function, key, val)
    tls = task_local_storage()
    hadkey = haskey(tls, key)
    old = get(tls, key, nothing)
    tls[key] = val
    try
        return body()
    finally
        hadkey ? (tls[key] = old) : delete!(tls, key)
    end
end
get_task_tls(t::Task) = t.storage === nothing ? (t.storage = IdDict()) : t.storage

# ---- waiting for tasks ------------------------------------------------------------------------------------------

function _wait(t::Task)
    t === current_task() && error("deadlock detected: cannot wait on current task")
    if !istaskdone(t)
        if t.donenotify === nothing
            t.donenotify = Condition()
        end
        donenotify = t.donenotify::Condition
        while !istaskdone(t)
            wait(donenotify)
        end
    end
    return nothing
end

"""
    wait(t::Task)

Wait for the end of a task; a `TaskFailedException` if it failed.
"""
function wait(t::Task)
    _wait(t)
    if istaskfailed(t)
        throw(TaskFailedException(t))
    end
    return nothing
end

"""
    fetch(t::Task)
    fetch(x)

Wait for a task and return its result; of anything else, the thing itself.
"""
function fetch(t::Task)
    wait(t)
    return task_result(t)
end
fetch(@nospecialize x) = x

# What `@sync` collects its tasks in.
const sync_varname = gensym(:sync)

function sync_end(c::Channel{Any})
    local c_ex
    while isready(c)
        r = take!(c)
        if isa(r, Task)
            _wait(r)
            if istaskfailed(r)
                if !@isdefined(c_ex)
                    c_ex = CompositeException()
                end
                push!(c_ex, TaskFailedException(r))
            end
        else
            try
                wait(r)
            catch e
                if !@isdefined(c_ex)
                    c_ex = CompositeException()
                end
                push!(c_ex, e)
            end
        end
    end
    close(c)
    if @isdefined(c_ex)
        throw(c_ex)
    end
    return nothing
end

"""
    @sync

Wait for all tasks that are made inside by `@async` and `@spawn`.
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

"""
    @async expr

Make a task of the expression and schedule it. `\$x` captures the value of `x` now.
"""
macro async(expr)
    do_async_macro(expr, __source__)
end
function do_async_macro(expr, linenums; wrap=identity)
    letargs = _lift_one_interp!(expr)
    thunk = replace_linenums!(:(() -> ($(wrap(esc(expr))))), linenums)
    var = esc(sync_varname)
    quote
        let $(letargs...)
            local task = Task($thunk)
            if $(Expr(:islocal, var))
                put!($var, task)
            end
            schedule(task)
            task
        end
    end
end

# `\$x` in the expression becomes a variable that a `let` binds.
function _lift_one_interp!(e)
    letargs = Any[]
    _lift_one_interp_helper(e, false, letargs)
    return letargs
end
_lift_one_interp_helper(v, _, _) = v
function _lift_one_interp_helper(expr::Expr, in_quote_context, letargs)
    if expr.head === :$
        if in_quote_context
            # It belongs to the quote.
            expr = copy(expr)
            in_quote_context = false
        else
            newarg = gensym()
            push!(letargs, :($(esc(newarg)) = $(esc(expr.args[1]))))
            return newarg
        end
    elseif expr.head === :quote
        in_quote_context = true
    elseif expr.head === :macrocall
        return expr
    end
    for (i, e) in enumerate(expr.args)
        expr.args[i] = _lift_one_interp_helper(e, in_quote_context, letargs)
    end
    return expr
end

"""
    errormonitor(t::Task)

Print an error to `stderr` if the task fails.
"""
function errormonitor(t::Task)
    t2 = Task() do
        _wait(t)
        if istaskfailed(t)
            print(stderr, "Unhandled Task ")
            display_error(stderr, t.result, nothing)
        end
        nothing
    end
    schedule(t2)
    return t
end

# ---- scheduling -----------------------------------------------------------------------------------------------------

# The tasks that can run, in order.
const Workqueue = Task[]

function enq_work(t::Task)
    push!(Workqueue, t)
    return t
end
schedule(t::Task) = enq_work(t)

"""
    schedule(t::Task, [val]; error=false)

Let the task run when its turn comes; `val` is the result of its `wait`, or the exception that it throws.
"""
function schedule(t::Task, @nospecialize(arg); error=false)
    istaskdone(t) && Base.error("schedule: Task not runnable")
    if error
        q = t.queue
        if q isa Vector{Task}
            i = findfirst(x -> x === t, q)
            i === nothing || deleteat!(q, i)
            t.queue = nothing
        end
        setfield!(t, :result, arg)
        setfield!(t, :_isexception, true)
    else
        setfield!(t, :result, arg)
    end
    enq_work(t)
    return t
end

# Called by the runtime on the stack of a task that has ended. Returns the task that runs next.
function task_done_hook(t::Task)
    donenotify = t.donenotify
    if donenotify isa Condition && !isempty(donenotify.waitq)
        notify(donenotify, t.result, true, false)
    end
    return next_task()
end

# Switch to another task, and come back when somebody switches to this one.
function try_yieldto(t::Task)
    ccall(:jl_set_next_task, Cvoid, (Any,), t)
    ccall(:jl_switch, Cvoid, ())
    return woken(current_task())
end

"""
    yieldto(t::Task, arg = nothing)

Switch to a task, passing it a value.
"""
function yieldto(t::Task, @nospecialize(x=nothing))
    if istaskdone(t)
        return x
    end
    setfield!(t, :result, x)
    return try_yieldto(t)
end

"""
    yield()
    yield(t::Task, arg = nothing)

Let the other tasks run; switch to a task at once, with this one scheduled.
"""
function yield()
    ct = current_task()
    enq_work(ct)
    return wait()
end
function yield(t::Task, @nospecialize(x=nothing))
    ct = current_task()
    setfield!(t, :result, x)
    enq_work(ct)
    return try_yieldto(t)
end

# Switch with an exception for the other task.
function throwto(t::Task, @nospecialize exc)
    setfield!(t, :result, exc)
    setfield!(t, :_isexception, true)
    return try_yieldto(t)
end

"""
    wait()

Let the other tasks run until somebody schedules this one.
"""
function wait()
    t = next_task()
    t === current_task() && return woken(t)
    return try_yieldto(t)
end

# The first task that can run. Where there is none, sleep until a timer wakes one.
function next_task()
    while true
        check_timers()
        while !isempty(Workqueue)
            t = popfirst!(Workqueue)
            istaskdone(t) || return t
        end
        next = next_timer()
        next === nothing && throw(ConcurrencyViolationError("deadlock: every task is waiting"))
        delay = next - _now()
        delay > 0 && ccall(:jl_sleep_seconds, Cvoid, (Float64,), delay)
    end
end

# What a task that runs again was woken with: its value, or an exception.
function woken(t::Task)
    result = getfield(t, :result)
    setfield!(t, :result, nothing)
    if getfield(t, :_isexception)
        setfield!(t, :_isexception, false)
        throw(result)
    end
    return result
end

# ---- timers ---------------------------------------------------------------------------------------------------------

_now() = ccall(:jl_hrtime, UInt64, ()) * 1.0e-9

"""
    Timer(delay; interval = 0)
    Timer(callback::Function, delay; interval = 0)

Wake the tasks that wait for it after a delay, and again after each interval.
"""
mutable struct Timer
    due::Float64
    interval::Float64
    cond::GenericCondition{AlwaysLockedST}
    isopen::Bool
    set::Bool
    callback::Any

    function Timer(timeout::Real; interval::Real=0.0)
        timeout >= 0 || throw(ArgumentError("timer cannot have negative timeout of $timeout seconds"))
        interval >= 0 || throw(ArgumentError("timer cannot have negative repeat interval of $interval seconds"))
        t = new(_now() + timeout, interval, Condition(), true, false, nothing)
        push!(_timers, t)
        return t
    end
end
const _timers = Timer[]
function Timer(cb, timeout; kwargs...)
    timer = Timer(timeout; kwargs...)
    timer.callback = cb
    return timer
end

isopen(t::Timer) = t.isopen
_outlives(t::Timer) = !t.isopen
function close(t::Timer)
    if t.isopen
        t.isopen = false
        i = findfirst(x -> x === t, _timers)
        i === nothing || deleteat!(_timers, i)
        notify_error(t.cond, EOFError())
    end
    return nothing
end
function wait(t::Timer)
    if t.set
        t.set = false
        return nothing
    end
    t.isopen || throw(EOFError())
    wait(t.cond)
    t.set = false
    return nothing
end
show(io::IO, t::Timer) = print(io, "Timer (", t.isopen ? "open" : "closed", ")")

function next_timer()
    next = nothing
    for t in _timers
        if next === nothing || t.due < next
            next = t.due
        end
    end
    return next
end

# Wake whoever waits for a timer that is due, in the order of their times.
function check_timers()
    isempty(_timers) && return nothing
    now = _now()
    due = Timer[t for t in _timers if t.due <= now]
    isempty(due) && return nothing
    sort!(due; by=t -> t.due)
    for t in due
        t.isopen || continue
        if t.interval > 0
            t.due = max(t.due + t.interval, now)
        else
            i = findfirst(x -> x === t, _timers)
            i === nothing || deleteat!(_timers, i)
            t.isopen = false
        end
        t.set = true
        if t.callback !== nothing
            cb = t.callback
            schedule(Task(() -> cb(t)))
        end
        notify(t.cond)
    end
    return nothing
end

"""
    sleep(seconds)

Let the other tasks run for a time.
"""
function sleep(sec::Real)
    sec >= 0 || throw(ArgumentError("cannot sleep for $sec seconds"))
    timer = Timer(sec)
    while timer.isopen
        wait(timer.cond)
    end
    return nothing
end

"""
    timedwait(testcb, timeout::Real; pollint::Real=0.1)

Wait until `testcb()` is true: `:ok`, or `:timed_out`.
"""
function timedwait(testcb, timeout::Real; pollint::Real=0.1)
    pollint >= 1e-3 || throw(ArgumentError("pollint must be ≥ 1 millisecond"))
    start = _now()
    testcb() && return :ok
    while _now() - start < timeout
        sleep(pollint)
        testcb() && return :ok
    end
    return :timed_out
end
