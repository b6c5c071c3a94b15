# floor, ceil and round to a period. Weeks are counted from the first Monday of the year 0.

const DATEEPOCH = value(Date(0))
const WEEKEPOCH = value(Date(0, 1, 3)) # the first Monday
const DATETIMEEPOCH = value(DateTime(0))
const ConvertiblePeriod = Union{TimePeriod,Week,Day}
const TimeTypeOrPeriod = Union{TimeType,ConvertiblePeriod}

_check_positive(v, p) = v < 1 && throw(DomainError(p, "positive period expected"))

function Base.floor(dt::Date, p::Year)
    _check_positive(value(p), p)
    years = year(dt)
    return Date(years - mod(years, value(p)))
end
function Base.floor(dt::Date, p::Month)
    _check_positive(value(p), p)
    y, m = yearmonth(dt)
    months_since_epoch = y * 12 + m - 1
    month_offset = months_since_epoch - mod(months_since_epoch, value(p))
    target_month = mod(month_offset, 12) + 1
    target_year = div(month_offset, 12) - (month_offset < 0 && target_month != 1)
    return Date(target_year, target_month)
end
Base.floor(dt::Date, p::Quarter) = floor(dt, Month(p))
function Base.floor(dt::Date, p::Week)
    _check_positive(value(p), p)
    d = value(dt) - WEEKEPOCH
    d = d - mod(d, value(Day(p)))
    return Date(UTD(WEEKEPOCH + d))
end
function Base.floor(dt::Date, p::Day)
    _check_positive(value(p), p)
    d = date2epochdays(dt)
    return epochdays2date(d - mod(d, value(p)))
end
Base.floor(dt::DateTime, p::DatePeriod) = DateTime(Base.floor(Date(dt), p))
function Base.floor(dt::DateTime, p::TimePeriod)
    _check_positive(value(p), p)
    milliseconds = datetime2epochms(dt)
    return epochms2datetime(milliseconds - mod(milliseconds, value(Millisecond(p))))
end
function Base.floor(t::Time, p::TimePeriod)
    _check_positive(value(p), p)
    return Time(Nanosecond(value(t) - mod(value(t), tons(p))))
end
function Base.floor(x::ConvertiblePeriod, precision::T) where {T<:ConvertiblePeriod}
    _check_positive(value(precision), precision)
    _x, _precision = promote(x, precision)
    return T(_x - mod(_x, _precision))
end

# The instants on both sides.
function floorceil(dt::TimeType, p::Period)
    f = floor(dt, p)
    return f, dt == f ? f : f + p
end
function floorceil(x::ConvertiblePeriod, p::T) where {T<:ConvertiblePeriod}
    f = floor(x, p)
    return f, x == f ? f : f + p
end

Base.ceil(dt::TimeType, p::Period) = (f = floor(dt, p); dt == f ? f : f + p)
Base.ceil(x::ConvertiblePeriod, precision::ConvertiblePeriod) = (f = floor(x, precision); x == f ? f : f + precision)

# Halves go up, as with RoundNearestTiesUp.
function Base.round(dt::TimeType, p::Period, r::RoundingMode{:NearestTiesUp})
    f, c = floorceil(dt, p)
    return (dt - f) < (c - dt) ? f : c
end
function Base.round(x::ConvertiblePeriod, precision::ConvertiblePeriod, r::RoundingMode{:NearestTiesUp})
    f, c = floorceil(x, precision)
    _x, _f, _c = promote(x, f, c)
    return (_x - _f) < (_c - _x) ? f : c
end
Base.round(x::TimeTypeOrPeriod, p::Period, r::RoundingMode{:Down}) = Base.floor(x, p)
Base.round(x::TimeTypeOrPeriod, p::Period, r::RoundingMode{:Up}) = Base.ceil(x, p)
Base.round(::TimeTypeOrPeriod, p::Period, ::RoundingMode) = throw(DomainError(p, "unsupported rounding mode"))
Base.round(x::TimeTypeOrPeriod, p::Period) = Base.round(x, p, RoundNearestTiesUp)

# To a type of period: one of it.
Base.floor(x::TimeTypeOrPeriod, ::Type{P}) where {P<:Period} = Base.floor(x, oneunit(P))
Base.ceil(x::TimeTypeOrPeriod, ::Type{P}) where {P<:Period} = Base.ceil(x, oneunit(P))
Base.round(x::TimeTypeOrPeriod, ::Type{P}, r::RoundingMode = RoundNearestTiesUp) where {P<:Period} = Base.round(x, oneunit(P), r)
Base.floor(::Type{P}, x::TimeTypeOrPeriod) where {P<:Period} = Base.floor(x, oneunit(P))
Base.ceil(::Type{P}, x::TimeTypeOrPeriod) where {P<:Period} = Base.ceil(x, oneunit(P))
Base.round(::Type{P}, x::TimeTypeOrPeriod) where {P<:Period} = Base.round(x, oneunit(P))
Base.oneunit(::P) where {P<:Period} = P(1)
Base.oneunit(::Type{P}) where {P<:Period} = P(1)
