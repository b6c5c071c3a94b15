# The parts of dates and times.

value(dt::TimeType) = dt.instant.periods.value
value(t::Time) = t.instant.value
days(dt::Date) = value(dt)
days(dt::DateTime) = fld(value(dt), 86400000)

# The date of a day number. The year is taken to begin in March, so that the leap day is its last.
function yearmonthday(days)
    z = days + 306
    h = 100z - 25
    a = fld(h, 3652425)
    b = a - fld(a, 4)
    y = fld(100b + h, 36525)
    c = b + z - 365y - fld(y, 4)
    m = div(5c + 456, 153)
    d = c - div(153m - 457, 5)
    return m > 12 ? (y + 1, m - 12, d) : (y, m, d)
end
function year(days)
    return yearmonthday(days)[1]
end
yearmonth(days) = (ymd = yearmonthday(days); (ymd[1], ymd[2]))
month(days) = yearmonthday(days)[2]
monthday(days) = (ymd = yearmonthday(days); (ymd[2], ymd[3]))
day(days) = yearmonthday(days)[3]

# Week of the year by ISO 8601: week 1 holds the year's first Thursday.
function week(days)
    w = div(abs(days - 1), 7) % 20871
    c, w = divrem((w + (w >= 10435)), 5218)
    w = (w * 28 + (15, 23, 3, 11)[c + 1]) % 1461
    return div(w, 28) + 1
end
function quarter(days)
    m = month(days)
    return m < 4 ? 1 : m < 7 ? 2 : m < 10 ? 3 : 4
end

year(dt::TimeType) = year(days(dt))
quarter(dt::TimeType) = quarter(days(dt))
month(dt::TimeType) = month(days(dt))
week(dt::TimeType) = week(days(dt))
day(dt::TimeType) = day(days(dt))
hour(dt::TimeType) = mod(fld(value(dt), 3600000), 24)
minute(dt::TimeType) = mod(fld(value(dt), 60000), 60)
second(dt::TimeType) = mod(fld(value(dt), 1000), 60)
millisecond(dt::TimeType) = mod(value(dt), 1000)
hour(t::Time) = mod(fld(value(t), 3600000000000), Int64(24))
minute(t::Time) = mod(fld(value(t), 60000000000), Int64(60))
second(t::Time) = mod(fld(value(t), 1000000000), Int64(60))
millisecond(t::Time) = mod(fld(value(t), Int64(1000000)), Int64(1000))
microsecond(t::Time) = mod(fld(value(t), Int64(1000)), Int64(1000))
nanosecond(t::Time) = mod(value(t), Int64(1000))

dayofmonth(dt::TimeType) = day(dt)
yearmonth(dt::TimeType) = yearmonth(days(dt))
monthday(dt::TimeType) = monthday(days(dt))
yearmonthday(dt::TimeType) = yearmonthday(days(dt))

# The parts as periods.
for (P, f) in ((:Year, :year), (:Quarter, :quarter), (:Month, :month), (:Week, :week), (:Day, :day), (:Hour, :hour),
               (:Minute, :minute), (:Second, :second), (:Millisecond, :millisecond), (:Microsecond, :microsecond), (:Nanosecond, :nanosecond))
    @eval $P(dt::TimeType) = $P($f(dt))
end
