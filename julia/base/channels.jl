# channels.jl: queues between tasks.

"""
    AbstractChannel{T}

The abstract type of channels of elements of type `T`.
"""
abstract type AbstractChannel{T} end

push!(c::AbstractChannel, v) = (put!(c, v); c)
pushfirst!(c::AbstractChannel, v) = throw(MethodError(pushfirst!, (c, v)))
popfirst!(c::AbstractChannel) = take!(c)

"""
    InvalidStateException

An operation on a channel that its state does not allow.
"""
struct InvalidStateException <: Exception
    msg::String
    state::Symbol
end
showerror(io::IO, ex::InvalidStateException) = print(io, "InvalidStateException: ", ex.msg)

"""
    Channel{T=Any}(size::Int=0)
    Channel{T=Any}(func::Function, size=0; taskref=nothing, spawn=false)

A queue with room for `size` elements; the second form runs `func(channel)` in a task and closes the channel
with it.
"""
mutable struct Channel{T} <: AbstractChannel{T}
    cond_take::GenericCondition{ReentrantLock}
    cond_wait::GenericCondition{ReentrantLock}
    cond_put::GenericCondition{ReentrantLock}
    state::Symbol
    excp::Union{Exception,Nothing}
    data::Vector{T}
    n_avail_items::Int
    sz_max::Int

    function Channel{T}(sz::Integer=0) where {T}
        if sz < 0
            throw(ArgumentError("Channel size must be either 0, a positive integer or Inf"))
        end
        l = ReentrantLock()
        cond_put, cond_take = GenericCondition(l), GenericCondition(l)
        cond_wait = GenericCondition(l)
        return new(cond_take, cond_wait, cond_put, :open, nothing, Vector{T}(), 0, sz)
    end
end
function Channel{T}(sz::Float64) where {T}
    sz = (sz == Inf ? typemax(Int) : convert(Int, sz))
    return Channel{T}(sz)
end
Channel(sz=0) = Channel{Any}(sz)

function Channel{T}(func::Function, size=0; taskref=nothing, spawn=false, threadpool=nothing) where {T}
    chnl = Channel{T}(size)
    task = Task(() -> func(chnl))
    task.sticky = !spawn
    bind(chnl, task)
    # Run it until it has to wait.
    if spawn
        schedule(task)
    else
        yield(task)
    end
    isa(taskref, Ref{Task}) && (taskref[] = task)
    return chnl
end
Channel(func::Function, args...; kwargs...) = Channel{Any}(func, args...; kwargs...)

# The old form with keywords.
function Channel(func::Function; ctype=nothing, csize=nothing, taskref=nothing, spawn=nothing, threadpool=nothing)
    ctype === nothing && (ctype = Any)
    csize === nothing && (csize = 0)
    return Channel{ctype}(func, csize; taskref=taskref, spawn=spawn === nothing ? false : spawn)
end

closed_exception() = InvalidStateException("Channel is closed.", :closed)

isbuffered(c::Channel) = c.sz_max == 0 ? false : true

function check_channel_state(c::Channel)
    if !isopen(c)
        excp = c.excp
        excp !== nothing && throw(excp)
        throw(closed_exception())
    end
end

"""
    close(c::Channel[, excp::Exception])

Close the channel: `put!` throws, and so does `take!` when it is empty.
"""
function close(c::Channel, excp::Exception=closed_exception())
    lock(c)
    try
        c.excp = excp
        c.state = :closed
        notify_error(c.cond_take, excp)
        notify_error(c.cond_wait, excp)
        notify_error(c.cond_put, excp)
    finally
        unlock(c)
    end
    return nothing
end

isopen(c::Channel) = c.state === :open

"""
    bind(chnl::Channel, task::Task)

Close the channel when the task ends, with its error if it fails.
"""
function bind(c::Channel, task::Task)
    T = Task() do
        try
            _wait(task)
        finally
            close_chnl_on_taskdone(task, c)
        end
    end
    T.sticky = false
    schedule(T)
    return c
end
function close_chnl_on_taskdone(t::Task, c::Channel)
    isopen(c) || return
    lock(c)
    try
        isopen(c) || return
        if istaskfailed(t)
            close(c, TaskFailedException(t))
            return
        end
        close(c)
    finally
        unlock(c)
    end
    return
end

"""
    put!(c::Channel, v)

Append an element, waiting for room or, without a buffer, for somebody who takes it.
"""
function put!(c::Channel{T}, v) where {T}
    check_channel_state(c)
    v = convert(T, v)
    return isbuffered(c) ? put_buffered(c, v) : put_unbuffered(c, v)
end

function put_buffered(c::Channel, v)
    lock(c)
    did_buffer = false
    try
        c.n_avail_items += 1
        while length(c.data) == c.sz_max
            check_channel_state(c)
            wait(c.cond_put)
        end
        check_channel_state(c)
        push!(c.data, v)
        did_buffer = true
        notify(c.cond_take, nothing, true, false)
        # Whoever waits for something to be there.
        notify(c.cond_wait, nothing, true, false)
    finally
        did_buffer || (c.n_avail_items -= 1)
        unlock(c)
    end
    return v
end
function put_unbuffered(c::Channel, v)
    lock(c)
    taker = try
        c.n_avail_items += 1
        while isempty(c.cond_take.waitq)
            check_channel_state(c)
            notify(c.cond_wait)
            wait(c.cond_put)
        end
        check_channel_state(c)
        popfirst!(c.cond_take.waitq)
    finally
        c.n_avail_items -= 1
        unlock(c)
    end
    taker.queue = nothing
    schedule(taker, v)
    yield()
    return v
end

"""
    fetch(c::Channel)

The first element, which stays.
"""
fetch(c::Channel) = isbuffered(c) ? fetch_buffered(c) : fetch_unbuffered(c)
function fetch_buffered(c::Channel)
    lock(c)
    try
        while isempty(c.data)
            check_channel_state(c)
            wait(c.cond_take)
        end
        return c.data[1]
    finally
        unlock(c)
    end
end
fetch_unbuffered(c::Channel) = throw(ErrorException("`fetch` is not supported on an unbuffered Channel."))

"""
    take!(c::Channel)

Take the first element, waiting for one.
"""
take!(c::Channel) = isbuffered(c) ? take_buffered(c) : take_unbuffered(c)
function take_buffered(c::Channel)
    lock(c)
    try
        while isempty(c.data)
            check_channel_state(c)
            wait(c.cond_take)
        end
        v = popfirst!(c.data)
        c.n_avail_items -= 1
        notify(c.cond_put, nothing, false, false)
        return v
    finally
        unlock(c)
    end
end
function take_unbuffered(c::Channel{T}) where {T}
    lock(c)
    try
        check_channel_state(c)
        notify(c.cond_put, nothing, false, false)
        return wait(c.cond_take)::T
    finally
        unlock(c)
    end
end

"""
    isready(c::Channel)

Whether there is something to take.
"""
isready(c::Channel) = n_avail(c) > 0
isempty(c::Channel) = n_avail(c) == 0
n_avail(c::Channel) = max(c.n_avail_items, length(c.data))

"""
    isfull(c::Channel)

Whether `put!` would wait.
"""
isfull(c::Channel) = n_avail(c) ≥ c.sz_max

lock(c::Channel) = lock(c.cond_take)
lock(f, c::Channel) = lock(f, c.cond_take)
unlock(c::Channel) = unlock(c.cond_take)
trylock(c::Channel) = trylock(c.cond_take)

function wait(c::Channel)
    isready(c) && return
    lock(c)
    try
        while !isready(c)
            check_channel_state(c)
            wait(c.cond_wait)
        end
    finally
        unlock(c)
    end
    return nothing
end

eltype(::Type{Channel{T}}) where {T} = T

show(io::IO, c::Channel) = print(io, typeof(c), "(", c.sz_max, ")")
function show(io::IO, ::MIME"text/plain", c::Channel)
    show(io, c)
    if !(get(io, :compact, false)::Bool)
        if !isopen(c)
            print(io, " (closed)")
        else
            n = n_avail(c)
            if n == 0
                print(io, " (empty)")
            else
                s = n == 1 ? "" : "s"
                print(io, " (", n, " item$s available)")
            end
        end
    end
end

function iterate(c::Channel, state=nothing)
    if isopen(c) || isready(c)
        try
            return (take!(c), nothing)
        catch e
            if isa(e, InvalidStateException) && e.state === :closed
                return nothing
            else
                rethrow()
            end
        end
    else
        # An exception that closed the channel is passed on.
        excp = c.excp
        excp !== nothing && !(excp isa InvalidStateException && excp.state === :closed) && throw(excp)
        return nothing
    end
end
IteratorSize(::Type{<:Channel}) = SizeUnknown()
empty!(c::Channel) = (lock(() -> (empty!(c.data); c.n_avail_items = 0; notify(c.cond_put)), c); c)

"""
    Threads.foreach(f, channel::Channel; schedule, ntasks)

`f` of each element of a channel.
"""
function Threads.foreach(f, channel::Channel; schedule=nothing, ntasks=1)
    for item in channel
        f(item)
    end
    return nothing
end
