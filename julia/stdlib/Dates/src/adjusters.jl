# Moving to the first and last day of a span, and to the next day for which something holds.

Base.trunc(dt::Date, p::Type{Year}) = Date(UTD(totaldays(year(dt), 1, 1)))
Base.trunc(dt::Date, p::Type{Quarter}) = firstdayofquarter(dt)
Base.trunc(dt::Date, p::Type{Month}) = firstdayofmonth(dt)
Base.trunc(dt::Date, p::Type{Day}) = dt
Base.trunc(dt::DateTime, p::Type{<:DatePeriod}) = DateTime(trunc(Date(dt), p))
Base.trunc(dt::DateTime, p::Type{Hour}) = dt - Minute(dt) - Second(dt) - Millisecond(dt)
Base.trunc(dt::DateTime, p::Type{Minute}) = dt - Second(dt) - Millisecond(dt)
Base.trunc(dt::DateTime, p::Type{Second}) = dt - Millisecond(dt)
Base.trunc(dt::DateTime, p::Type{Millisecond}) = dt
Base.trunc(t::Time, p::Type{Hour}) = Time(Hour(t))
Base.trunc(t::Time, p::Type{Minute}) = Time(Hour(t), Minute(t))
Base.trunc(t::Time, p::Type{Second}) = Time(Hour(t), Minute(t), Second(t))
Base.trunc(t::Time, p::Type{Millisecond}) = t - Microsecond(t) - Nanosecond(t)
Base.trunc(t::Time, p::Type{Microsecond}) = t - Nanosecond(t)
Base.trunc(t::Time, p::Type{Nanosecond}) = t

firstdayofweek(dt::Date) = Date(UTD(value(dt) - dayofweek(dt) + 1))
firstdayofweek(dt::DateTime) = DateTime(firstdayofweek(Date(dt)))
lastdayofweek(dt::Date) = Date(UTD(value(dt) + (7 - dayofweek(dt))))
lastdayofweek(dt::DateTime) = DateTime(lastdayofweek(Date(dt)))
firstdayofmonth(dt::Date) = Date(UTD(value(dt) - day(dt) + 1))
firstdayofmonth(dt::DateTime) = DateTime(firstdayofmonth(Date(dt)))
lastdayofmonth(dt::Date) = ((y, m, d) = yearmonthday(dt); Date(UTD(value(dt) + daysinmonth(y, m) - d)))
lastdayofmonth(dt::DateTime) = DateTime(lastdayofmonth(Date(dt)))
firstdayofyear(dt::Date) = Date(UTD(value(dt) - dayofyear(dt) + 1))
firstdayofyear(dt::DateTime) = DateTime(firstdayofyear(Date(dt)))
lastdayofyear(dt::Date) = ((y, m, d) = yearmonthday(dt); Date(UTD(value(dt) + daysinyear(y) - dayofyear(y, m, d))))
lastdayofyear(dt::DateTime) = DateTime(lastdayofyear(Date(dt)))
firstdayofquarter(dt::Date) = ((y, m) = yearmonth(dt); Date(y, 3 * div(m - 1, 3) + 1, 1))
firstdayofquarter(dt::DateTime) = DateTime(firstdayofquarter(Date(dt)))
lastdayofquarter(dt::Date) = ((y, m) = yearmonth(dt); m2 = 3 * div(m - 1, 3) + 3; Date(y, m2, daysinmonth(y, m2)))
lastdayofquarter(dt::DateTime) = DateTime(lastdayofquarter(Date(dt)))

## searching

# A function of an instant as one of parts of it, checked once.
struct DateFunction
    f::Function
    function DateFunction(@nospecialize(f), dt::T) where {T<:TimeType}
        f(dt) isa Bool || throw(ArgumentError("Provided function must take a single TimeType argument and return true or false"))
        return new(f)
    end
end

function adjust(df::DateFunction, start, step, limit)
    for i in 1:limit
        Base.invokelatest(df.f, start) && return start
        start += step
    end
    throw(ArgumentError("Adjustment limit reached: $limit iterations"))
end
function adjust(func::Function, start; step::Period = Day(1), limit::Int = 10000)
    return adjust(DateFunction(func, start), start, step, limit)
end
adjust(func::Function, start, step::Period, limit::Int) = adjust(DateFunction(func, start), start, step, limit)

# The first instant from some parts on for which a function holds.
function Date(func::Function, y, m = 1, d = 1; step::Period = Day(1), limit::Int = 10000)
    return adjust(DateFunction(func, Date(y, m, d)), Date(y, m, d), step, limit)
end
function DateTime(func::Function, y, m = 1; step::Period = Day(1), limit::Int = 10000)
    return adjust(DateFunction(func, DateTime(y, m)), DateTime(y, m), step, limit)
end
DateTime(func::Function, y, m, d; step::Period = Hour(1), limit::Int = 10000) =
    adjust(DateFunction(func, DateTime(y, m, d)), DateTime(y, m, d), step, limit)
function Time(func::Function, h, mi = 0; step::Period = Second(1), limit::Int = 10000)
    return adjust(DateFunction(func, Time(h, mi)), Time(h, mi), step, limit)
end

ISDAYOFWEEK(dow::Int) = x -> dayofweek(x) == dow
function tonext(dt::TimeType, dow::Int; same::Bool = false)
    1 <= dow <= 7 || throw(ArgumentError("Day of week must be in 1:7"))
    return adjust(ISDAYOFWEEK(dow), same ? dt : dt + Day(1), Day(1), 7)
end
function tonext(func::Function, dt::TimeType; step::Period = Day(1), limit::Int = 10000, same::Bool = false)
    return adjust(func, same ? dt : dt + step; step = step, limit = limit)
end
function toprev(dt::TimeType, dow::Int; same::Bool = false)
    1 <= dow <= 7 || throw(ArgumentError("Day of week must be in 1:7"))
    return adjust(ISDAYOFWEEK(dow), same ? dt : dt + Day(-1), Day(-1), 7)
end
function toprev(func::Function, dt::TimeType; step::Period = Day(-1), limit::Int = 10000, same::Bool = false)
    return adjust(func, same ? dt : dt + step; step = step, limit = limit)
end
function tofirst(dt::TimeType, dow::Int; of::Union{Type{Year},Type{Month}} = Month)
    1 <= dow <= 7 || throw(ArgumentError("Day of week must be in 1:7"))
    dt = of <: Month ? firstdayofmonth(dt) : firstdayofyear(dt)
    return adjust(ISDAYOFWEEK(dow), dt, Day(1), 366)
end
function tolast(dt::TimeType, dow::Int; of::Union{Type{Year},Type{Month}} = Month)
    1 <= dow <= 7 || throw(ArgumentError("Day of week must be in 1:7"))
    dt = of <: Month ? lastdayofmonth(dt) : lastdayofyear(dt)
    return adjust(ISDAYOFWEEK(dow), dt, Day(-1), 366)
end
