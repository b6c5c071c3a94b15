# The types: periods, instants, calendars, and how a year, month and day become a number.

abstract type AbstractTime end

abstract type Period <: AbstractTime end
abstract type DatePeriod <: Period end
abstract type TimePeriod <: Period end

for T in (:Year, :Quarter, :Month, :Week, :Day)
    @eval struct $T <: DatePeriod
        value::Int64
        $T(v::Number) = new(v)
    end
end
for T in (:Hour, :Minute, :Second, :Millisecond, :Microsecond, :Nanosecond)
    @eval struct $T <: TimePeriod
        value::Int64
        $T(v::Number) = new(v)
    end
end

# A point on a time line, in one unit.
abstract type Instant <: AbstractTime end
struct UTInstant{P<:Period} <: Instant
    periods::P
end
UTM(x) = UTInstant(Millisecond(x))
UTD(x) = UTInstant(Day(x))

abstract type Calendar <: AbstractTime end
struct ISOCalendar <: Calendar end

abstract type TimeZone end
struct UTC <: TimeZone end

abstract type TimeType <: AbstractTime end
abstract type AbstractDateTime <: TimeType end

struct DateTime <: AbstractDateTime
    instant::UTInstant{Millisecond}
    DateTime(instant::UTInstant{Millisecond}) = new(instant)
end
struct Date <: TimeType
    instant::UTInstant{Day}
    Date(instant::UTInstant{Day}) = new(instant)
end
struct Time <: TimeType
    instant::Nanosecond
    Time(instant::Nanosecond) = new(instant)
end

Base.isequal(x::TimeType, y::TimeType) = isequal(promote(x, y)...)
Base.isequal(x::T, y::T) where {T<:TimeType} = isequal(value(x), value(y))
==(x::T, y::T) where {T<:TimeType} = value(x) == value(y)
isless(x::T, y::T) where {T<:TimeType} = isless(value(x), value(y))
==(x::TimeType, y::TimeType) = ==(promote(x, y)...)
isless(x::TimeType, y::TimeType) = isless(promote(x, y)...)
Base.isfinite(::Union{Type{T},T}) where {T<:TimeType} = true
calendar(dt::DateTime) = ISOCalendar
calendar(dt::Date) = ISOCalendar

## the calendar

# Days before the month within a year that begins in March.
const SHIFTEDMONTHDAYS = (306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275)

# Rata Die: the first of January of the year 1 is day 1.
function totaldays(y, m, d)
    z = m < 3 ? y - 1 : y
    mdays = SHIFTEDMONTHDAYS[m]
    return d + mdays + 365z + fld(z, 4) - fld(z, 100) + fld(z, 400) - 306
end

isleapyear(y::Integer) = (y % 4 == 0) && ((y % 100 != 0) || (y % 400 == 0))
const DAYSINMONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
daysinmonth(y, m) = DAYSINMONTH[m] + (m == 2 && isleapyear(y))
daysinyear(y) = 365 + isleapyear(y)

## what is valid

# How an hour is meant.
@enum AMPM_TYPE AM PM TWENTYFOURHOUR

# nothing, or the error that says what is not.
function validargs(::Type{DateTime}, y::Int64, m::Int64, d::Int64, h::Int64, mi::Int64, s::Int64, ms::Int64, ampm::AMPM_TYPE = TWENTYFOURHOUR)
    0 < m < 13 || return argerror("Month: $m out of range (1:12)")
    0 < d < daysinmonth(y, m) + 1 || return argerror("Day: $d out of range (1:$(daysinmonth(y, m)))")
    if ampm == TWENTYFOURHOUR # noon and midnight by the clock of 24 hours
        -1 < h < 24 || (h == 24 && mi == s == ms == 0) || return argerror("Hour: $h out of range (0:23)")
    else
        0 < h < 13 || return argerror("Hour: $h out of range (1:12)")
    end
    -1 < mi < 60 || return argerror("Minute: $mi out of range (0:59)")
    -1 < s < 60 || return argerror("Second: $s out of range (0:59)")
    -1 < ms < 1000 || return argerror("Millisecond: $ms out of range (0:999)")
    return nothing
end
function validargs(::Type{Date}, y::Int64, m::Int64, d::Int64)
    0 < m < 13 || return argerror("Month: $m out of range (1:12)")
    0 < d < daysinmonth(y, m) + 1 || return argerror("Day: $d out of range (1:$(daysinmonth(y, m)))")
    return nothing
end
function validargs(::Type{Time}, h::Int64, mi::Int64, s::Int64, ms::Int64, us::Int64, ns::Int64, ampm::AMPM_TYPE = TWENTYFOURHOUR)
    if ampm == TWENTYFOURHOUR
        -1 < h < 24 || return argerror("Hour: $h out of range (0:23)")
    else
        0 < h < 13 || return argerror("Hour: $h out of range (1:12)")
    end
    -1 < mi < 60 || return argerror("Minute: $mi out of range (0:59)")
    -1 < s < 60 || return argerror("Second: $s out of range (0:59)")
    -1 < ms < 1000 || return argerror("Millisecond: $ms out of range (0:999)")
    -1 < us < 1000 || return argerror("Microsecond: $us out of range (0:999)")
    -1 < ns < 1000 || return argerror("Nanosecond: $ns out of range (0:999)")
    return nothing
end
argerror(msg = "") = ArgumentError(msg)

# An hour with AM or PM as one of 24.
adjusthour(h::Int64, ampm::AMPM_TYPE) = ampm == TWENTYFOURHOUR ? h :
    ampm == PM && h < 12 ? h + 12 : ampm == AM && h == 12 ? Int64(0) : h

## construction from parts

function DateTime(y::Int64, m::Int64 = 1, d::Int64 = 1, h::Int64 = 0, mi::Int64 = 0, s::Int64 = 0, ms::Int64 = 0, ampm::AMPM_TYPE = TWENTYFOURHOUR)
    err = validargs(DateTime, y, m, d, h, mi, s, ms, ampm)
    err === nothing || throw(err)
    h = adjusthour(h, ampm)
    rata = ms + 1000 * (s + 60mi + 3600h + 86400 * totaldays(y, m, d))
    return DateTime(UTM(rata))
end
DateTime(dt::Base.Libc.TmStruct) = DateTime(1900 + dt.year, 1 + dt.month, dt.mday, dt.hour, dt.min, dt.sec)

function Date(y::Int64, m::Int64 = 1, d::Int64 = 1)
    err = validargs(Date, y, m, d)
    err === nothing || throw(err)
    return Date(UTD(totaldays(y, m, d)))
end
Date(dt::Base.Libc.TmStruct) = Date(1900 + dt.year, 1 + dt.month, dt.mday)

function Time(h::Int64, mi::Int64 = 0, s::Int64 = 0, ms::Int64 = 0, us::Int64 = 0, ns::Int64 = 0, ampm::AMPM_TYPE = TWENTYFOURHOUR)
    err = validargs(Time, h, mi, s, ms, us, ns, ampm)
    err === nothing || throw(err)
    h = adjusthour(h, ampm)
    return Time(Nanosecond(ns + 1000us + 1000000ms + 1000000000s + 60000000000mi + 3600000000000h))
end
Time(dt::Base.Libc.TmStruct) = Time(dt.hour, dt.min, dt.sec)

_c(x) = convert(Int64, x)
DateTime(y, m = 1, d = 1, h = 0, mi = 0, s = 0, ms = 0, ampm::AMPM_TYPE = TWENTYFOURHOUR) =
    DateTime(_c(y), _c(m), _c(d), _c(h), _c(mi), _c(s), _c(ms), ampm)
Date(y, m = 1, d = 1) = Date(_c(y), _c(m), _c(d))
Time(h, mi = 0, s = 0, ms = 0, us = 0, ns = 0, ampm::AMPM_TYPE = TWENTYFOURHOUR) =
    Time(_c(h), _c(mi), _c(s), _c(ms), _c(us), _c(ns), ampm)

## construction from periods, in any order

function DateTime(period::Period, periods::Period...)
    y, m, d, h, mi, s, ms = Year(1), Month(1), Day(1), Hour(0), Minute(0), Second(0), Millisecond(0)
    for p in (period, periods...)
        isa(p, Year) && (y = p::Year)
        isa(p, Month) && (m = p::Month)
        isa(p, Day) && (d = p::Day)
        isa(p, Hour) && (h = p::Hour)
        isa(p, Minute) && (mi = p::Minute)
        isa(p, Second) && (s = p::Second)
        isa(p, Millisecond) && (ms = p::Millisecond)
    end
    return DateTime(value(y), value(m), value(d), value(h), value(mi), value(s), value(ms))
end
function Date(period::Period, periods::Period...)
    y, m, d = Year(1), Month(1), Day(1)
    for p in (period, periods...)
        isa(p, Year) && (y = p::Year)
        isa(p, Month) && (m = p::Month)
        isa(p, Day) && (d = p::Day)
    end
    return Date(value(y), value(m), value(d))
end
function Time(period::TimePeriod, periods::TimePeriod...)
    h, mi, s, ms, us, ns = Hour(0), Minute(0), Second(0), Millisecond(0), Microsecond(0), Nanosecond(0)
    for p in (period, periods...)
        isa(p, Hour) && (h = p::Hour)
        isa(p, Minute) && (mi = p::Minute)
        isa(p, Second) && (s = p::Second)
        isa(p, Millisecond) && (ms = p::Millisecond)
        isa(p, Microsecond) && (us = p::Microsecond)
        isa(p, Nanosecond) && (ns = p::Nanosecond)
    end
    return Time(value(h), value(mi), value(s), value(ms), value(us), value(ns))
end

# A date and a time of day; what a DateTime cannot hold must be zero.
function DateTime(dt::Date, t::Time)
    (microsecond(t) > 0 || nanosecond(t) > 0) && throw(InexactError(:DateTime, DateTime, t))
    y, m, d = yearmonthday(dt)
    return DateTime(y, m, d, hour(t), minute(t), second(t), millisecond(t))
end

Base.typemax(::Union{DateTime,Type{DateTime}}) = DateTime(146138512, 12, 31, 23, 59, 59)
Base.typemin(::Union{DateTime,Type{DateTime}}) = DateTime(-146138511, 1, 1, 0, 0, 0)
Base.typemax(::Union{Date,Type{Date}}) = Date(252522163911149, 12, 31)
Base.typemin(::Union{Date,Type{Date}}) = Date(-252522163911150, 1, 1)
Base.typemax(::Union{Time,Type{Time}}) = Time(23, 59, 59, 999, 999, 999)
Base.typemin(::Union{Time,Type{Time}}) = Time(0)
Base.eps(::Type{DateTime}) = Millisecond(1)
Base.eps(::Type{Date}) = Day(1)
Base.eps(::Type{Time}) = Nanosecond(1)
Base.eps(::T) where {T<:TimeType} = eps(T)::Period
Base.zero(::Type{DateTime}) = Millisecond(0)
Base.zero(::Type{Date}) = Day(0)
Base.zero(::Type{Time}) = Nanosecond(0)
Base.zero(::T) where {T<:TimeType} = zero(T)::Period

Base.promote_rule(::Type{Date}, x::Type{DateTime}) = DateTime
Base.hash(x::Time, h::UInt) = hash(hour(x), hash(minute(x), hash(second(x), hash(millisecond(x), hash(microsecond(x), hash(nanosecond(x), h))))))
Base.sleep(duration::Period) = sleep(seconds(duration))
Base.OrderStyle(::Type{<:AbstractTime}) = Base.Ordered()
Base.ArithmeticStyle(::Type{<:AbstractTime}) = Base.ArithmeticWraps()
Base.broadcastable(x::AbstractTime) = Ref(x)
