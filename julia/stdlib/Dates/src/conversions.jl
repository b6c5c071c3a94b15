# Between dates, date-times and times, and the counts of other systems.

DateTime(dt::TimeType) = convert(DateTime, dt)
Date(dt::TimeType) = convert(Date, dt)
Time(dt::TimeType) = convert(Time, dt)
DateTime(dt::DateTime) = dt
Date(dt::Date) = dt
Time(t::Time) = t

Base.convert(::Type{DateTime}, dt::Date) = DateTime(UTM(value(dt) * 86400000))
Base.convert(::Type{Date}, dt::DateTime) = Date(UTD(days(dt)))
Base.convert(::Type{Time}, dt::DateTime) = Time(Nanosecond((value(dt) % 86400000) * 1000000))
Base.convert(::Type{DateTime}, x::Millisecond) = DateTime(UTInstant(x))
Base.convert(::Type{Millisecond}, dt::DateTime) = Millisecond(value(dt))
Base.convert(::Type{Date}, x::Day) = Date(UTInstant(x))
Base.convert(::Type{Day}, dt::Date) = Day(value(dt))

# The epochs as values of a DateTime: of Unix, of rata die, of the Julian days.
const UNIXEPOCH = value(DateTime(1970))
const JULIANEPOCH = value(DateTime(-4713, 11, 24, 12))

function unix2datetime(x)
    # whole milliseconds, as many as the number holds
    rata = UNIXEPOCH + round(Int64, Int64(1000) * x)
    return DateTime(UTM(rata))
end
datetime2unix(dt::DateTime) = (value(dt) - UNIXEPOCH) / 1000.0

function now()
    t = Base.Libc.TimeVal()
    tm = Base.Libc.TmStruct(t.sec)
    return DateTime(tm.year + 1900, tm.month + 1, tm.mday, tm.hour, tm.min, tm.sec, div(t.usec, 1000))
end
today() = Date(now())
now(::Type{UTC}) = unix2datetime(time())

rata2datetime(days) = DateTime(yearmonthday(days)...)
datetime2rata(dt::TimeType) = days(dt)

function julian2datetime(f)
    rata = JULIANEPOCH + round(Int64, Int64(86400000) * f)
    return DateTime(UTM(rata))
end
datetime2julian(dt::DateTime) = (value(dt) - JULIANEPOCH) / 86400000.0

const EPOCHMS = value(DateTime(0))
epochms2datetime(i) = DateTime(UTM(EPOCHMS + Int64(i)))
datetime2epochms(dt::DateTime) = value(dt) - EPOCHMS
epochdays2date(i) = Date(UTD(value(Date(0)) + Int64(i)))
date2epochdays(dt::Date) = value(dt) - value(Date(0))
