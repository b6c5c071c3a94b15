# logging.jl: the module `CoreLogging`: log events, where they go, and the macros that make them.

module CoreLogging

import Base: isless, +, -, convert, show

export AbstractLogger, LogLevel, NullLogger, @debug, @info, @warn, @error, @logmsg, with_logger, current_logger,
    global_logger, disable_logging, SimpleLogger

"""
    AbstractLogger

What decides which log events are wanted, and handles them.
"""
abstract type AbstractLogger end

"""
    handle_message(logger, level, message, _module, group, id, file, line; key1=val1, ...)

Handle a log event.
"""
function handle_message end
handle_message(logger::AbstractLogger, level, message, _module, group, id, file, line; kwargs...) =
    throw(MethodError(handle_message, (logger, level, message, _module, group, id, file, line)))

"""
    shouldlog(logger, level, _module, group, id)

Whether the logger wants such an event.
"""
function shouldlog end
shouldlog(logger::AbstractLogger, level, _module, group, id) = true

"""
    min_enabled_level(logger)

The least level that the logger may want.
"""
function min_enabled_level end

"""
    catch_exceptions(logger)

Whether errors while a message is made are logged instead of thrown.
"""
catch_exceptions(logger) = true

invoked_shouldlog(logger, args...) = Base.invokelatest(shouldlog, logger, args...)::Bool
invoked_min_enabled_level(@nospecialize(logger)) = Base.invokelatest(min_enabled_level, logger)::LogLevel
invoked_catch_exceptions(@nospecialize(logger)) = Base.invokelatest(catch_exceptions, logger)::Bool

"""
    NullLogger()

Wants nothing.
"""
struct NullLogger <: AbstractLogger end
min_enabled_level(::NullLogger) = AboveMaxLevel
shouldlog(::NullLogger, args...) = false
handle_message(::NullLogger, args...; kwargs...) =
    (@nospecialize; error("Null logger handle_message() should not be called"))

"""
    LogLevel(level)

The severity of an event.
"""
struct LogLevel
    level::Int32
end
LogLevel(level::LogLevel) = level

isless(a::LogLevel, b::LogLevel) = isless(a.level, b.level)
+(level::LogLevel, inc::Integer) = LogLevel(level.level + inc)
-(level::LogLevel, inc::Integer) = LogLevel(level.level - inc)
convert(::Type{LogLevel}, level::Integer) = LogLevel(level)

const BelowMinLevel = LogLevel(-1000001)
const Debug = LogLevel(-1000)
const Info = LogLevel(0)
const Warn = LogLevel(1000)
const Error = LogLevel(2000)
const AboveMaxLevel = LogLevel(1000001)

# Events below this are never made.
const _min_enabled_level = Ref{LogLevel}(Debug)

function show(io::IO, level::LogLevel)
    if level == BelowMinLevel
        print(io, "BelowMinLevel")
    elseif level == Debug
        print(io, "Debug")
    elseif level == Info
        print(io, "Info")
    elseif level == Warn
        print(io, "Warn")
    elseif level == Error
        print(io, "Error")
    elseif level == AboveMaxLevel
        print(io, "AboveMaxLevel")
    else
        print(io, "LogLevel($(level.level))")
    end
end

# ---- macros ---------------------------------------------------------------------------------------------------

# Module, file and line of the macro's call.
macro _sourceinfo()
    return esc(quote
                   (__module__,
                    __source__.file === nothing ? "?" : String(__source__.file::Symbol),
                    __source__.line)
               end)
end

"""
    @debug message [key=value | value ...]
    @info message [key=value | value ...]
    @warn message [key=value | value ...]
    @error message [key=value | value ...]
    @logmsg level message [key=value | value ...]

Make a log event, if somebody wants it.
"""
macro logmsg(level, exs...)
    return logmsg_code((@_sourceinfo)..., esc(level), exs...)
end
macro debug(exs...)
    return logmsg_code((@_sourceinfo)..., :Debug, exs...)
end
macro info(exs...)
    return logmsg_code((@_sourceinfo)..., :Info, exs...)
end
macro warn(exs...)
    return logmsg_code((@_sourceinfo)..., :Warn, exs...)
end
macro error(exs...)
    return logmsg_code((@_sourceinfo)..., :Error, exs...)
end

# A name for the place of an event: of the module, the file's name, the line and the message.
function log_record_id(_module, level, message, log_kws)
    modname = _module === nothing ? "" : join(fullname(_module), "_")
    h = hash(string(modname, level, message), hash(log_kws)) % UInt32
    return Symbol(modname, '_', string(h, base=16, pad=8))
end
default_group(file) = Symbol(splitext(basename(file))[1])

# Groups, ids, modules, files and lines may be given as keywords that begin with an underscore.
function process_logmsg_exs(_orig_module, _file, _line, level, message, exs...)
    local _group, _id
    _module = _orig_module
    kwargs = Any[]
    for ex in exs
        if ex isa Expr && ex.head === :(=)
            k, v = ex.args
            if !(k isa Symbol)
                k = Symbol(k)
            end
            if k === :_id
                _id = esc(v)
            elseif k === :_module
                _module = esc(v)
            elseif k === :_file
                _file = esc(v)
            elseif k === :_line
                _line = esc(v)
            elseif k === :_group
                _group = esc(v)
            else
                push!(kwargs, Expr(:kw, k, esc(v)))
            end
        elseif ex isa Expr && ex.head === :...
            push!(kwargs, esc(ex))
        else
            push!(kwargs, Expr(:kw, Symbol(ex), esc(ex)))
        end
    end
    if !@isdefined(_group)
        _group = _file isa String ? QuoteNode(default_group(_file)) : :(default_group_code($_file))
    end
    if !@isdefined(_id)
        _id = Expr(:quote, log_record_id(_orig_module, level, message, exs))
    end
    return (; _module, _group, _id, _file, _line, kwargs)
end
default_group_code(file) = file === nothing ? nothing : default_group(string(file))

function logmsg_code(_module, file, line, level, message, exs...)
    log_data = process_logmsg_exs(_module, file, line, level, message, exs...)
    return quote
        let level = $level, std_level = convert_level(level)
            if std_level >= _min_enabled_level[]
                group = $(log_data._group)
                _module = $(log_data._module)
                logger = current_logger_for_env(std_level, group, _module)
                if !(logger === nothing)
                    id = $(log_data._id)
                    # A second chance for the logger, which knows the place.
                    if invoked_shouldlog(logger, level, _module, group, id)
                        file = $(log_data._file)
                        line = $(log_data._line)
                        local msg, kwargs
                        if $(logging_error_guard)(logger, level, _module, group, id, file, line, function ()
                                                      msg = $(esc(message))
                                                      kwargs = (; $(log_data.kwargs...))
                                                  end)
                            $handle_message_nothrow(logger, level, msg, _module, group, id, file, line; kwargs...)
                        end
                    end
                end
            end
            nothing
        end
    end
end
convert_level(level) = level isa LogLevel ? level : convert(LogLevel, level)::LogLevel

# Whether the message could be made; otherwise the error is logged in its place.
function logging_error_guard(logger, level, _module, group, id, file, line, f)
    invoked_catch_exceptions(logger) || (f(); return true)
    try
        f()
        return true
    catch err
        logging_error(logger, level, _module, group, id, file, line, err)
        return false
    end
end
function handle_message_nothrow(logger, level, msg, _module, group, id, file, line; kwargs...)
    if !invoked_catch_exceptions(logger)
        Base.invokelatest(handle_message, logger, level, msg, _module, group, id, file, line; kwargs...)
        return nothing
    end
    try
        Base.invokelatest(handle_message, logger, level, msg, _module, group, id, file, line; kwargs...)
    catch err
        logging_error(logger, level, _module, group, id, file, line, err)
    end
    return nothing
end
function logging_error(logger, level, _module, group, id, filepath, line, @nospecialize(err))
    try
        # The level of the event may be higher than that of errors.
        Base.invokelatest(handle_message, logger, level, "Exception while generating log record in module $_module at $filepath:$line",
                          _module, :logevent_error, id, filepath, line; exception=(err, catch_backtrace()))
    catch err2
        try
            println(stderr, "Exception handling log message: ", err2)
        catch
        end
    end
    return nothing
end

# ---- the current logger --------------------------------------------------------------------------------------------

struct LogState
    min_enabled_level::LogLevel
    logger::AbstractLogger
end
LogState(logger) = LogState(LogLevel(invoked_min_enabled_level(logger)), logger)

const CURRENT_LOGSTATE_KEY = :logstate

function current_logstate()
    logstate = current_task().logstate
    return (logstate !== nothing ? logstate : _global_logstate)::LogState
end
function with_logstate(f::Function, logstate)
    t = current_task()
    old = t.logstate
    try
        t.logstate = logstate
        f()
    finally
        t.logstate = old
    end
end

"""
    current_logger()

The logger of the current task, or the global one.
"""
current_logger() = current_logstate().logger

function current_logger_for_env(std_level::LogLevel, group, _module)
    logstate = current_logstate()
    if std_level >= logstate.min_enabled_level || env_override_minlevel(group, _module)
        return logstate.logger
    end
    return nothing
end

# The variable JULIA_DEBUG names modules and groups whose debug events are wanted.
function env_override_minlevel(group, _module)
    haskey(ENV, "JULIA_DEBUG") || return false
    debug = ENV["JULIA_DEBUG"]
    isempty(debug) && return false
    words = split(debug, ',')
    ("all" in words || string(group) in words) && return true
    _module isa Module && string(nameof(_module)) in words && return true
    return _module isa Module && string(nameof(Base.moduleroot(_module))) in words
end

"""
    disable_logging(level)

Make no events up to this level.
"""
function disable_logging(level::LogLevel)
    _min_enabled_level[] = level + 1
end

"""
    global_logger()
    global_logger(logger)

The logger of tasks that have none of their own; set it and return the old one.
"""
global_logger() = _global_logstate.logger
function global_logger(logger::AbstractLogger)
    prev = _global_logstate.logger
    global _global_logstate = LogState(logger)
    return prev
end

"""
    with_logger(function, logger)

Run the function with this logger.
"""
with_logger(f::Function, logger::AbstractLogger) = with_logstate(f, LogState(logger))

# ---- a logger that prints ----------------------------------------------------------------------------------------------

"""
    SimpleLogger([stream,] min_level=Info)

Print each event, with its place, to a stream (by default `stderr`).
"""
struct SimpleLogger <: AbstractLogger
    stream::Any
    min_level::LogLevel
    message_limits::Dict{Any,Int}
end
SimpleLogger(stream::IO, level=Info) = SimpleLogger(stream, level, Dict{Any,Int}())
SimpleLogger(level=Info) = SimpleLogger(nothing, level, Dict{Any,Int}())

shouldlog(logger::SimpleLogger, level, _module, group, id) = get(logger.message_limits, id, 1) > 0
min_enabled_level(logger::SimpleLogger) = logger.min_level
catch_exceptions(logger::SimpleLogger) = false

function handle_message(logger::SimpleLogger, level::LogLevel, message, _module, group, id, filepath, line; kwargs...)
    @nospecialize
    maxlog = get(kwargs, :maxlog, nothing)
    if maxlog isa Core.Integer
        remaining = get!(logger.message_limits, id, Int(maxlog)::Int)
        logger.message_limits[id] = remaining - 1
        remaining > 0 || return
    end
    buf = IOBuffer()
    stream = logger.stream
    if stream === nothing || !isopen(stream)
        stream = stderr
    end
    iob = IOContext(buf, stream)
    levelstr = level == Warn ? "Warning" : string(level)
    msglines = eachsplit(chomp(convert(String, string(message))::String), '\n')
    msg1, rest = Iterators.peel(msglines)
    println(iob, "┌ ", levelstr, ": ", msg1)
    for msg in rest
        println(iob, "│ ", msg)
    end
    for (key, val) in kwargs
        key === :maxlog && continue
        if key === :exception && val isa Tuple{Exception,Any}
            text = sprint(showerror, val[1])
            println(iob, "│   ", key, " = ", join(split(text, '\n'), "\n│    "))
        else
            println(iob, "│   ", key, " = ", val)
        end
    end
    println(iob, "└ @ ", _module, " ", filepath, ":", line)
    write(stream, take!(buf))
    return nothing
end

global _global_logstate = LogState(SimpleLogger())

end # module CoreLogging
