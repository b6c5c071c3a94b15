# A logger for people: the message and its values in a box, coloured where the stream has colours.

"""
    ConsoleLogger([stream], min_level = Info; meta_formatter, show_limited = true, right_justify = 0)

A logger that shows records on a stream.
"""
struct ConsoleLogger <: AbstractLogger
    stream::IO
    min_level::LogLevel
    meta_formatter
    show_limited::Bool
    right_justify::Int
    message_limits::Dict{Any,Int}
end
ConsoleLogger(stream::IO, min_level=Info; meta_formatter=default_metafmt, show_limited=true, right_justify=0) =
    ConsoleLogger(stream, min_level, meta_formatter, show_limited, right_justify, Dict{Any,Int}())
ConsoleLogger(min_level::LogLevel=Info; kwargs...) = ConsoleLogger(stderr, min_level; kwargs...)

shouldlog(logger::ConsoleLogger, level, _module, group, id) = get(logger.message_limits, id, 1) > 0
min_enabled_level(logger::ConsoleLogger) = logger.min_level

default_logcolor(level::LogLevel) =
    level < Info ? :blue : level < Warn ? :cyan : level < Error ? :yellow : :light_red

# The colour, the prefix of the message, and what follows the values.
function default_metafmt(level::LogLevel, _module, group, id, file, line)
    @nospecialize
    prefix = string(level == Warn ? "Warning" : string(level), ':')
    suffix = ""
    Info <= level < Warn && return default_logcolor(level), prefix, suffix
    _module === nothing || (suffix = string(_module)::String)
    if file !== nothing
        _module === nothing || (suffix *= " ")
        suffix *= Base.contractuser(file)::String
        line === nothing || (suffix *= ":$(line isa UnitRange ? "$(first(line))-$(last(line))" : line)")
    end
    isempty(suffix) || (suffix = "@ " * suffix)
    return default_logcolor(level), prefix, suffix
end

showvalue(io, value) = show(io, MIME("text/plain"), value)
function showvalue(io, (exception, trace)::Tuple{Exception,Any})
    showerror(io, exception, trace; backtrace=trace !== nothing)
end
showvalue(io, exception::Exception) = showerror(io, exception)

function handle_message(logger::ConsoleLogger, level::LogLevel, message, _module, group, id, file, line; kwargs...)
    @nospecialize
    maxlog = get(kwargs, :maxlog, nothing)
    if maxlog isa Integer
        left = get!(logger.message_limits, id, Int(maxlog)::Int)
        logger.message_limits[id] = left - 1
        left > 0 || return
    end
    lines = [(indent=0, text=text) for text in split(chomp(convert(String, string(message))::String), '\n')]
    stream::IO = logger.stream
    isopen(stream)::Bool || (stream = stderr)
    width = displaysize(stream)::Tuple{Int,Int}
    buffer = IOBuffer()
    context = IOContext(IOContext(buffer, stream), :displaysize => (width[1] - 3, width[2] - 5), :limit => logger.show_limited)
    for (key, value) in kwargs
        key === :maxlog && continue
        showvalue(context, value)
        texts = split(String(take!(buffer)), '\n')
        if length(texts) == 1
            push!(lines, (indent=2, text=SubString("$key = $(texts[1])")))
        else
            push!(lines, (indent=2, text=SubString("$key =")))
            append!(lines, ((indent=3, text=text) for text in texts))
        end
    end
    color, prefix, suffix = logger.meta_formatter(level, _module, group, id, file, line)::Tuple{Union{Symbol,Int},String,String}
    out = IOContext(buffer, stream)
    for (i, (indent, text)) in enumerate(lines)
        first_line, last_line = i == 1, i == length(lines) && isempty(suffix)
        box = length(lines) == 1 && last_line ? "[ " : first_line ? "┌ " : last_line ? "└ " : "│ "
        printstyled(out, box, bold=true, color=color)
        first_line && !isempty(prefix) && printstyled(out, prefix, " ", bold=true, color=color)
        print(out, " "^indent, text)
        println(out)
    end
    if !isempty(suffix)
        printstyled(out, "└ ", bold=true, color=color)
        printstyled(out, suffix, color=:light_black)
        println(out)
    end
    write(stream, take!(buffer))
    return nothing
end
