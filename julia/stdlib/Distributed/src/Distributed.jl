"""
    Distributed

The interface of computing in several processes, in a session that has one: work is done here.
"""
module Distributed

using Random, Serialization

export addprocs, rmprocs, procs, nprocs, workers, nworkers, myid, pmap, remotecall, remotecall_fetch, remotecall_wait,
       remote_do, @everywhere, @distributed, @spawn, @spawnat, @fetch, @fetchfrom, RemoteChannel, Future,
       AbstractWorkerPool, WorkerPool, CachingPool, RemoteException, ProcessExitedException, ClusterManager,
       default_worker_pool, clear!

myid() = 1
procs() = [1]
nprocs() = 1
workers() = [1]
nworkers() = 1
rmprocs(args...; kwargs...) = nothing
addprocs(args...; kwargs...) = Base.unsupported("addprocs, as there is one process")

abstract type AbstractWorkerPool end
struct WorkerPool <: AbstractWorkerPool end
WorkerPool(::Vector{Int}) = WorkerPool()
struct CachingPool <: AbstractWorkerPool end
CachingPool(::Vector{Int}) = CachingPool()
default_worker_pool() = WorkerPool()
clear!(args...) = nothing
abstract type ClusterManager end

struct RemoteException <: Exception
    pid::Int
    captured::CapturedException
end
Base.showerror(io::IO, e::RemoteException) = (println(io, "On worker ", e.pid, ":"); showerror(io, e.captured))
struct ProcessExitedException <: Exception
    worker_id::Int
end

# The value of a call that was made.
struct Future
    value
end
Base.fetch(f::Future) = f.value
Base.wait(f::Future) = f
Base.isready(::Future) = true

struct RemoteChannel{T<:AbstractChannel} <: AbstractChannel{Any}
    channel::T
end
RemoteChannel(f::Function=() -> Channel{Any}(1), pid::Integer=1) = RemoteChannel(f())
for f in (:put!, :take!, :fetch, :isready, :wait, :close, :isopen)
    @eval Base.$f(c::RemoteChannel, args...) = $f(c.channel, args...)
end

remotecall(f, id, args...; kwargs...) = Future(f(args...; kwargs...))
remotecall_fetch(f, id, args...; kwargs...) = f(args...; kwargs...)
remotecall_wait(f, id, args...; kwargs...) = Future(f(args...; kwargs...))
remote_do(f, id, args...; kwargs...) = (f(args...; kwargs...); nothing)

pmap(f, c...; kwargs...) = map(f, c...)
pmap(f, ::AbstractWorkerPool, c...; kwargs...) = map(f, c...)

macro everywhere(args...)
    return :(Core.eval(Main, $(QuoteNode(args[end]))); nothing)
end
macro spawn(ex)
    return :(Future($(esc(ex))))
end
macro spawnat(pid, ex)
    return :(Future($(esc(ex))))
end
macro fetch(ex)
    return esc(ex)
end
macro fetchfrom(pid, ex)
    return esc(ex)
end
macro distributed(args...)
    loop = args[end]
    Meta.isexpr(loop, :for) || error("malformed @distributed loop")
    length(args) == 1 && return :($(esc(loop)); nothing)
    var, range = loop.args[1].args
    return :(mapreduce($(esc(Expr(:->, var, loop.args[2]))), $(esc(args[1])), $(esc(range))))
end

end
