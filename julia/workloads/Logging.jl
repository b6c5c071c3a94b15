# What programs use of Logging: see base.jl. The recording beside this file says what native code the image of
# Logging holds, and what of Base it wants of Base's. Write it anew after a change with
#
#     cargo pkgimage record --project julia --workload Logging

using Logging

let io = IOBuffer()
    for logger in Any[ConsoleLogger(io), ConsoleLogger(io, Logging.Debug), SimpleLogger(io), NullLogger()]
        with_logger(logger) do
            @debug "a detail"
            @info "a note"
            @info "a note" value = 1 text = "a" list = [1, 2]
            @warn "a warning" maxlog = 1
            @error "an error" exception = ErrorException("a")
            @info "of\nseveral\nlines" value = Dict("a" => 1)
            @logmsg Logging.LogLevel(-500) "of a level"
            try
                error("an error")
            catch e
                @error "with a backtrace" exception = (e, catch_backtrace())
            end
        end
    end
    String(take!(io))
end
let before = global_logger(ConsoleLogger(stderr))
    (current_logger() isa AbstractLogger, Logging.min_enabled_level(before), disable_logging(Logging.BelowMinLevel))
    @info "a note"
    @warn "a warning" value = 1
    global_logger(before)
end
