"""
    Logging

Log records and loggers: the names of Base's own logging, and `ConsoleLogger`.
"""
module Logging

import Base.CoreLogging:
    AbstractLogger, LogLevel, NullLogger, SimpleLogger, BelowMinLevel, Debug, Info, Warn, Error, AboveMaxLevel,
    @debug, @info, @warn, @error, @logmsg, handle_message, shouldlog, min_enabled_level, catch_exceptions,
    current_logger, global_logger, with_logger, disable_logging

export AbstractLogger, LogLevel, NullLogger, SimpleLogger, ConsoleLogger,
       @debug, @info, @warn, @error, @logmsg,
       handle_message, shouldlog, min_enabled_level, catch_exceptions,
       current_logger, global_logger, with_logger, disable_logging,
       Debug, Info, Warn, Error, BelowMinLevel, AboveMaxLevel

include("ConsoleLogger.jl")

end
