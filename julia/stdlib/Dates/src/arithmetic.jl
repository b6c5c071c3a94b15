# Points in time and periods: adding, subtracting, distances.

(+)(x::TimeType) = x
(-)(x::T, y::T) where {T<:TimeType} = x.instant - y.instant
(-)(x::T, y::T) where {T<:AbstractDateTime} = x.instant - y.instant
(-)(x::AbstractDateTime, y::AbstractDateTime) = (-)(promote(x, y)...)
(-)(x::DateTime, y::Date) = (-)(promote(x, y)...)
(-)(x::Date, y::DateTime) = (-)(promote(x, y)...)
(-)(x::UTInstant, y::UTInstant) = x.periods - y.periods

(+)(dt::Date, t::Time) = DateTime(dt, t)
(+)(t::Time, dt::Date) = DateTime(dt, t)

# Years and months keep the day where the month has it, or take the month's last.
function (+)(dt::DateTime, y::Year)
    oy, m, d = yearmonthday(dt)
    ny = oy + value(y)
    ld = daysinmonth(ny, m)
    return DateTime(ny, m, d <= ld ? d : ld, hour(dt), minute(dt), second(dt), millisecond(dt))
end
function (+)(dt::Date, y::Year)
    oy, m, d = yearmonthday(dt)
    ny = oy + value(y)
    ld = daysinmonth(ny, m)
    return Date(ny, m, d <= ld ? d : ld)
end
(-)(dt::DateTime, y::Year) = dt + (-y)
(-)(dt::Date, y::Year) = dt + (-y)

# The month and year `n` months after.
function _shift_month(y, m, n)
    k = m - 1 + n
    return y + fld(k, 12), mod(k, 12) + 1
end
function (+)(dt::DateTime, z::Month)
    y, m, d = yearmonthday(dt)
    ny, nm = _shift_month(y, m, value(z))
    ld = daysinmonth(ny, nm)
    return DateTime(ny, nm, d <= ld ? d : ld, hour(dt), minute(dt), second(dt), millisecond(dt))
end
function (+)(dt::Date, z::Month)
    y, m, d = yearmonthday(dt)
    ny, nm = _shift_month(y, m, value(z))
    ld = daysinmonth(ny, nm)
    return Date(ny, nm, d <= ld ? d : ld)
end
(-)(dt::DateTime, z::Month) = dt + (-z)
(-)(dt::Date, z::Month) = dt + (-z)

(+)(x::Date, y::Quarter) = x + Month(y)
(-)(x::Date, y::Quarter) = x - Month(y)
(+)(x::DateTime, y::Quarter) = x + Month(y)
(-)(x::DateTime, y::Quarter) = x - Month(y)
(+)(x::Date, y::Week) = Date(UTD(value(x) + 7 * value(y)))
(-)(x::Date, y::Week) = Date(UTD(value(x) - 7 * value(y)))
(+)(x::Date, y::Day) = Date(UTD(value(x) + value(y)))
(-)(x::Date, y::Day) = Date(UTD(value(x) - value(y)))
(+)(x::DateTime, y::Week) = DateTime(UTM(value(x) + 604800000 * value(y)))
(-)(x::DateTime, y::Week) = DateTime(UTM(value(x) - 604800000 * value(y)))
(+)(x::DateTime, y::Day) = DateTime(UTM(value(x) + 86400000 * value(y)))
(-)(x::DateTime, y::Day) = DateTime(UTM(value(x) - 86400000 * value(y)))
(+)(x::DateTime, y::Union{Hour,Minute,Second,Millisecond,Microsecond,Nanosecond}) = DateTime(UTM(value(x) + toms(y)))
(-)(x::DateTime, y::Union{Hour,Minute,Second,Millisecond,Microsecond,Nanosecond}) = DateTime(UTM(value(x) - toms(y)))
(+)(x::Time, y::TimePeriod) = Time(Nanosecond(mod(value(x) + tons(y), 86400000000000)))
(-)(x::Time, y::TimePeriod) = Time(Nanosecond(mod(value(x) - tons(y), 86400000000000)))
(+)(y::Period, x::TimeType) = x + y
# Periods that follow one another are added as a whole, the longest first.
(+)(a::TimeType, b::Period, c::Period) = a + (b + c)
(+)(a::TimeType, b::Period, c::Period, d::Period...) = (+)(a + (b + c), d...)
(-)(x::Time, y::Time) = Nanosecond(value(x) - value(y))
