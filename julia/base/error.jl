# error.jl: throwing and rethrowing, the stack of current exceptions, `@assert`, retrying.

"""
    error(message...)

Throw an `ErrorException` with the message `string(message...)`.
"""
error(s::AbstractString) = throw(ErrorException(s))
error(s...) = throw(ErrorException(string(s...)))

# Refuses what is not supported; the message says where the call stands that led here.
unsupported(construct::AbstractString) = ccall(:jl_unsupported, Bottom, (Any,), String(construct))

"""
    rethrow([e])

Throw the exception that is being handled once more, with its own backtrace; or another in its place.
"""
rethrow() = ccall(:jl_rethrow, Bottom, ())
rethrow(@nospecialize(e)) = ccall(:jl_rethrow_other, Bottom, (Any,), e)

struct InterpreterIP
    code::Union{CodeInfo,Core.MethodInstance,Nothing}
    stmt::Csize_t
    mod::Union{Module,Nothing}
end

"""
    backtrace()

The stack of the calls that are active.
"""
backtrace() = ccall(:jl_backtrace_frames, Any, ())::Array{Any,1}

"""
    catch_backtrace()

The backtrace of the exception that is being handled.
"""
catch_backtrace() = ccall(:jl_catch_backtrace, Any, ())::Array{Any,1}

struct ExceptionStack <: AbstractArray{NamedTuple{(:exception, :backtrace)},1}
    stack::Array{Any,1}
end

"""
    current_exceptions(task::Task=current_task(); backtrace::Bool=true)

The exceptions that are being handled, the innermost last.
"""
function current_exceptions(task::Task=current_task(); backtrace::Bool=true)
    raw = ccall(:jl_get_excstack, Any, (Any,), task)::Array{Any,1}
    stack = Any[]
    for i in 1:2:length(raw)
        push!(stack, (exception=raw[i], backtrace=backtrace ? raw[i+1] : nothing))
    end
    return ExceptionStack(stack)
end

size(s::ExceptionStack) = size(s.stack)
getindex(s::ExceptionStack, i::Int) = s.stack[i]
length(s::ExceptionStack) = length(s.stack)

# ---- assertions ---------------------------------------------------------------------------------------

# Arguments that a keyword function got and does not know.
function kwerr(kw, args::Vararg{Any,N}) where {N}
    throw(MethodError(Core.kwcall, (kw, args...), _task_world_age()))
end

"""
    systemerror(sysfunc[, errno::Cint=Libc.errno()])
    systemerror(sysfunc, iftrue::Bool)

Throw a `SystemError` for the C function of that name.
"""
systemerror(p, b::Bool; extrainfo=nothing) = b ? systemerror(p, extrainfo=extrainfo) : nothing
systemerror(p; extrainfo=nothing) = systemerror(p, Libc.errno(); extrainfo=extrainfo)
systemerror(p, errno::Cint; extrainfo=nothing) = throw(SystemError(string(p), errno, extrainfo))

"""
    @assert cond [text]

Throw an `AssertionError` unless `cond` is true.
"""
macro assert(ex, msgs...)
    msg = isempty(msgs) ? ex : msgs[1]
    if isa(msg, AbstractString)
        # a literal text
    elseif !isempty(msgs) && (isa(msg, Expr) || isa(msg, Symbol))
        # computed when the assertion fails
        msg = :(string($(esc(msg))))
    else
        msg = string(msg)
    end
    return :($(esc(ex)) ? $(nothing) : throw(AssertionError($msg)))
end

# ---- retrying -----------------------------------------------------------------------------------------

struct ExponentialBackOff
    n::Int
    first_delay::Float64
    max_delay::Float64
    factor::Float64
    jitter::Float64

    function ExponentialBackOff(n, first_delay, max_delay, factor, jitter)
        all(x -> x >= 0, (n, first_delay, max_delay, factor, jitter)) || error("all inputs must be non-negative")
        return new(n, first_delay, max_delay, factor, jitter)
    end
end

"""
    ExponentialBackOff(; n=1, first_delay=0.05, max_delay=10.0, factor=5.0, jitter=0.1)

Delays that grow by a factor, for `retry`.
"""
ExponentialBackOff(; n=1, first_delay=0.05, max_delay=10.0, factor=5.0, jitter=0.1) =
    ExponentialBackOff(n, first_delay, max_delay, factor, jitter)
function iterate(ebo::ExponentialBackOff, state=(ebo.n, min(ebo.first_delay, ebo.max_delay)))
    state[1] < 1 && return nothing
    next_n = state[1] - 1
    curr_delay = state[2]
    next_delay = min(ebo.max_delay, state[2] * ebo.factor * (1 - ebo.jitter + (Libc.rand(Float64) * 2 * ebo.jitter)))
    return (curr_delay, (next_n, next_delay))
end
length(ebo::ExponentialBackOff) = ebo.n
eltype(::Type{ExponentialBackOff}) = Float64

"""
    retry(f; delays=ExponentialBackOff(), check=nothing) -> Function

A function that calls `f` again when it throws, after each delay.
"""
function retry(f; delays=ExponentialBackOff(), check=nothing)
    return (args...; kwargs...) -> begin
        y = iterate(delays)
        while y !== nothing
            (delay, state) = y
            try
                return f(args...; kwargs...)
            catch e
                if check !== nothing
                    result = check(state, e)
                    state, retry_or_not = length(result) == 2 ? result : (state, result)
                    retry_or_not || rethrow()
                end
            end
            sleep(delay)
            y = iterate(delays, state)
        end
        # The last attempt is not guarded.
        return f(args...; kwargs...)
    end
end
