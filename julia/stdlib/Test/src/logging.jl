# @test_logs, @test_deprecated, and the logger that keeps what it is given.

using Base.CoreLogging: CoreLogging, AbstractLogger, LogLevel, Info, Warn, with_logger, BelowMinLevel
import Base.CoreLogging: handle_message, shouldlog, min_enabled_level, catch_exceptions

struct LogRecord
    level
    message
    _module
    group
    id
    file
    line
    kwargs
end

mutable struct TestLogger <: AbstractLogger
    logs::Vector{LogRecord}
    min_level::LogLevel
    catch_exceptions::Bool
    shouldlog_args
    message_limits::Dict{Any,Int}
    respect_maxlog::Bool
end
TestLogger(; min_level = Info, catch_exceptions = false, respect_maxlog = true) =
    TestLogger(LogRecord[], min_level, catch_exceptions, nothing, Dict{Any,Int}(), respect_maxlog)

min_enabled_level(logger::TestLogger) = logger.min_level
function shouldlog(logger::TestLogger, level, _module, group, id)
    if get(logger.message_limits, id, 1) > 0
        logger.shouldlog_args = (level, _module, group, id)
        return true
    end
    return false
end
function handle_message(logger::TestLogger, level, msg, _module, group, id, file, line; kwargs...)
    if logger.respect_maxlog
        maxlog = get(kwargs, :maxlog, nothing)
        if maxlog isa Integer
            remaining = get!(logger.message_limits, id, Int(maxlog)::Int)
            remaining == 0 && return
            logger.message_limits[id] = remaining - 1
        end
    end
    push!(logger.logs, LogRecord(level, msg, _module, group, id, file, line, kwargs))
    return
end
catch_exceptions(logger::TestLogger) = logger.catch_exceptions

function collect_test_logs(f; kwargs...)
    logger = TestLogger(; kwargs...)
    value = with_logger(f, logger)
    return logger.logs, value
end

# The result of a test of logs.
struct LogTestFailure <: Result
    orig_expr
    source::LineNumberNode
    patterns
    logs
end
function Base.show(io::IO, t::LogTestFailure)
    printstyled(io, "Log Test Failed"; bold = true, color = Base.error_color())
    print(io, " at ")
    printstyled(io, _file_of(t.source), ":", t.source.line, "\n"; bold = true, color = :default)
    println(io, "  Expression: ", t.orig_expr)
    println(io, "  Log Pattern: ", join(t.patterns, " "))
    println(io, "  Captured Logs: ")
    for l in t.logs
        println(io, "    ", l)
    end
end
# Such a failure is a failure like others to the sets that count.
function record(ts::DefaultTestSet, t::LogTestFailure)
    if TESTSET_PRINT_ENABLE[]
        printstyled(ts.description, ": ", color = :white)
        print(t)
        Base.show_backtrace(stdout, _test_backtrace())
        println()
    end
    # counted as a Fail
    push!(ts.results, Fail(:test, t.orig_expr, nothing, "false", nothing, t.source, false))
    return t
end
function record(::FallbackTestSet, t::LogTestFailure)
    println(t)
    throw(FallbackTestSetException("There was an error during testing"))
end
record(c::ContextTestSet, t::LogTestFailure) = record(c.parent_ts, t)

struct Ignored end

macro test_logs(exs...)
    length(exs) >= 1 || throw(ArgumentError("""`@test_logs` needs at least one arguments.
                                            Usage: `@test_logs [msgs...] expr_to_run`"""))
    patterns = Any[]
    kwargs = Any[]
    for e in exs[1:(end - 1)]
        if Meta.isexpr(e, :(=))
            push!(kwargs, esc(Expr(:kw, e.args...)))
        else
            push!(patterns, esc(e))
        end
    end
    expression = exs[end]
    orig_expr = QuoteNode(expression)
    source_node = QuoteNode(__source__)
    return quote
        let testres = nothing, value = nothing
            try
                didmatch, logs, value = match_logs($(patterns...); $(kwargs...)) do
                    $(esc(expression))
                end
                if didmatch
                    testres = Pass(:test, $orig_expr, nothing, value, $source_node)
                else
                    testres = LogTestFailure($orig_expr, $source_node, $(QuoteNode(exs[1:(end - 1)])), logs)
                end
            catch e
                testres = Error(:test_error, $orig_expr, e, Base.current_exceptions(), $source_node)
            end
            record(get_testset(), testres)
            value
        end
    end
end

function match_logs(f, patterns...; match_mode::Symbol = :all, kwargs...)
    logs, value = collect_test_logs(f; kwargs...)
    if match_mode === :all
        didmatch = length(logs) == length(patterns) && all(((p, l),) -> logfield_matches_record(p, l), zip(patterns, logs))
    elseif match_mode === :any
        didmatch = all(p -> any(l -> logfield_matches_record(p, l), logs), patterns)
    else
        throw(ArgumentError("match_mode must be :all or :any"))
    end
    return didmatch, logs, value
end
logfield_matches_record(p, l) = occursin(p, l)

# A pattern is a tuple of as many of level, message, module, group, id, file, line as are of interest, or a
# level alone.
function Base.occursin(pattern::Tuple, r::LogRecord)
    fields = (r.level, r.message, r._module, r.group, r.id, r.file, r.line)
    for i in 1:min(length(pattern), length(fields))
        logfield_contains(fields[i], pattern[i]) || return false
    end
    return true
end
Base.occursin(level::Symbol, r::LogRecord) = occursin((level,), r)
Base.occursin(level::LogLevel, r::LogRecord) = occursin((level,), r)

logfield_contains(a, b) = a == b
logfield_contains(a, r::Regex) = occursin(r, string(a))
logfield_contains(a, r::Ignored) = true
logfield_contains(a::LogLevel, b::Symbol) = a == parse_level(b)
logfield_contains(a::AbstractString, b::AbstractString) = a == b
function logfield_contains(a, b::Symbol)
    return b === :_ || a == b
end
function parse_level(level::Symbol)
    level === :belowminlevel && return BelowMinLevel
    level === :debug && return CoreLogging.Debug
    level === :info && return CoreLogging.Info
    level === :warn && return CoreLogging.Warn
    level === :error && return CoreLogging.Error
    level === :abovemaxlevel && return CoreLogging.AboveMaxLevel
    throw(ArgumentError("Unknown log level $level"))
end

macro test_deprecated(exs...)
    1 <= length(exs) <= 2 || throw(ArgumentError("""`@test_deprecated` expects one or two arguments.
                           Usage: `@test_deprecated [pattern] expr_to_run`"""))
    pattern = length(exs) == 1 ? r"deprecated"i : esc(exs[1])
    expression = esc(exs[end])
    source_node = QuoteNode(__source__)
    orig_expr = QuoteNode(exs[end])
    return quote
        # without --depwarn=yes nothing is said, and only the value counts
        if CoreLogging.min_enabled_level(CoreLogging.current_logger()) <= Warn && Base.JLOptions().depwarn == 1
            _test_deprecated(() -> $expression, $pattern, $orig_expr, $source_node)
        else
            $expression
        end
    end
end
function _test_deprecated(f, pattern, orig_expr, source)
    logs, value = collect_test_logs(f)
    ok = any(l -> occursin((:warn, pattern, Ignored(), :depwarn), l), logs)
    record(get_testset(), ok ? Pass(:test, orig_expr, nothing, value, source) :
           LogTestFailure(orig_expr, source, (:warn, pattern), logs))
    return value
end
