# Dates: dates and times of the proleptic Gregorian calendar, counted as days (Date), milliseconds
# (DateTime) or nanoseconds (Time). Types and calendar arithmetic stand in types.jl; periods, accessors,
# arithmetic, conversions, adjusters, rounding, and reading and writing in the files of their names.

module Dates

import Base: ==, isless, div, fld, mod, rem, gcd, lcm, +, -, *, /, %, broadcast
using Printf: @sprintf

using Base.Iterators

include("types.jl")
include("periods.jl")
include("accessors.jl")
include("query.jl")
include("arithmetic.jl")
include("conversions.jl")
include("ranges.jl")
include("adjusters.jl")
include("rounding.jl")
include("io.jl")
include("parse.jl")

export Period, DatePeriod, TimePeriod, Year, Quarter, Month, Week, Day, Hour, Minute, Second, Millisecond,
    Microsecond, Nanosecond, CompoundPeriod,
    TimeZone, UTC, TimeType, DateTime, Date, Time,
    # periods
    canonicalize,
    # accessors
    yearmonthday, yearmonth, monthday, year, quarter, month, week, day, hour, minute, second, millisecond,
    dayofmonth, microsecond, nanosecond,
    # queries
    dayofweek, isleapyear, daysinmonth, daysinyear, dayofyear, dayname, dayabbr, dayofweekofmonth,
    daysofweekinmonth, monthname, monthabbr, quarterofyear, dayofquarter,
    Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday, Mon, Tue, Wed, Thu, Fri, Sat, Sun,
    January, February, March, April, May, June, July, August, September, October, November, December,
    Jan, Feb, Mar, Apr, Jun, Jul, Aug, Sep, Oct, Nov, Dec,
    # conversions
    unix2datetime, datetime2unix, now, today, rata2datetime, datetime2rata, julian2datetime, datetime2julian,
    # adjusters
    firstdayofweek, lastdayofweek, firstdayofmonth, lastdayofmonth, firstdayofyear, lastdayofyear,
    firstdayofquarter, lastdayofquarter, adjust, tonext, toprev, tofirst, tolast,
    # io
    ISODateTimeFormat, ISODateFormat, ISOTimeFormat, DateFormat, RFC1123Format, @dateformat_str

end # module Dates
