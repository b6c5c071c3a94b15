# What programs use of Dates: see base.jl. The recording beside this file says what native code the image of
# Dates holds, and what of Base it wants of Base's. Write it anew after a change with
#
#     cargo pkgimage record --project julia --workload Dates

using Dates

const TIMES = Any[Date(2020, 2, 29), DateTime(2020, 2, 29, 12, 30, 15, 250), Time(12, 30, 15)]
for t in TIMES
    (string(t), repr(t), hash(t), t == t, t < t, t <= t, isless(t, t), isequal(t, t), print(devnull, t), sprint(show, MIME("text/plain"), t), typeof(t)(string(t)), parse(typeof(t), string(t)), tryparse(typeof(t), string(t)), sort([t, t]), [t t], Dates.value(t))
end
for t in TIMES[1:2]
    (year(t), month(t), day(t), week(t), dayofweek(t), dayofyear(t), dayname(t), monthname(t), dayabbr(t), monthabbr(t), quarterofyear(t), isleapyear(t), daysinmonth(t), daysinyear(t), yearmonth(t), yearmonthday(t), firstdayofmonth(t), lastdayofmonth(t), firstdayofyear(t), lastdayofyear(t), firstdayofweek(t), lastdayofweek(t), tonext(t, 1), toprev(t, 1), t - t, t + Day(1), t - Day(1), t + Month(1), t + Year(1), t + Week(1), t:Day(1):(t + Day(3)), collect(t:Day(1):(t + Day(3))), length(t:Day(1):(t + Day(3))), trunc(t, Month), floor(t, Month), ceil(t, Month), round(t, Month), Date(t), DateTime(t), Dates.format(t, "yyyy-mm-dd"), Dates.format(t, dateformat"dd.mm.yyyy"), Dates.format(t, "e, dd u yyyy"), Year(t), Month(t), Day(t))
end
let t = TIMES[2]
    (hour(t), minute(t), second(t), millisecond(t), t + Hour(1), t - Minute(1), t + Second(1), t + Millisecond(1), Time(t), datetime2unix(t), unix2datetime(0), datetime2julian(t), floor(t, Hour), round(t, Minute(15)), Dates.format(t, "yyyy-mm-ddTHH:MM:SS.s"), Dates.format(t, ISODateTimeFormat))
end
let t = TIMES[3]
    (hour(t), minute(t), second(t), t + Hour(1), t - Minute(1), t - t, Dates.format(t, "HH:MM:SS"))
end
for p in Any[Year(1), Month(2), Week(3), Day(4), Hour(5), Minute(6), Second(7), Millisecond(8), Microsecond(9), Nanosecond(10)]
    (string(p), repr(p), p == p, p < p, p + p, p - p, 2p, p * 2, -p, abs(p), div(p, 2), Dates.value(p), hash(p), zero(p), iszero(p), sprint(show, p), print(devnull, p), sum([p, p]))
end
(Date("2020-02-29"), Date("29.02.2020", "dd.mm.yyyy"), Date("29.02.2020", dateformat"dd.mm.yyyy"), DateTime("2020-02-29T12:30:15"), DateTime("2020-02-29 12:30", "yyyy-mm-dd HH:MM"), Time("12:30:15"), Date(2020), Date(2020, 2), DateTime(2020), Time(12), Dates.canonicalize(Day(10) + Hour(30)), string(Day(1) + Hour(2)), Day(1) + Hour(2) == Hour(26), convert(Hour, Day(1)), Hour(Day(1)), today() isa Date, now() isa DateTime, now(UTC) isa DateTime, Day(7) == Week(1), Date(2020, 1, 1) < DateTime(2021), Dates.Monday)
for f in Any[() -> Date(2020, 13), () -> Date(2021, 2, 29), () -> DateTime(2020, 1, 1, 25), () -> Date("2020-xx"), () -> DateTime("nothing"), () -> Time(25)]
    try
        f()
    catch e
        sprint(showerror, e)
    end
end
