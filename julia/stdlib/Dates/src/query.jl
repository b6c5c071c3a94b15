# Questions about dates: days of the week, of the year and of the quarter, and their names.

const Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday = 1, 2, 3, 4, 5, 6, 7
const Mon, Tue, Wed, Thu, Fri, Sat, Sun = 1, 2, 3, 4, 5, 6, 7
const January, February, March, April, May, June = 1, 2, 3, 4, 5, 6
const July, August, September, October, November, December = 7, 8, 9, 10, 11, 12
const Jan, Feb, Mar, Apr, Jun, Jul, Aug, Sep, Oct, Nov, Dec = 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12

# Names of months and days in a language.
struct DateLocale
    months::Vector{String}
    months_abbr::Vector{String}
    days_of_week::Vector{String}
    days_of_week_abbr::Vector{String}
    month_value::Dict{String,Int64}
    month_abbr_value::Dict{String,Int64}
    day_of_week_value::Dict{String,Int64}
    day_of_week_abbr_value::Dict{String,Int64}
end
locale_dict(names::Vector{<:AbstractString}) = (d = Dict{String,Int64}();
    for (i, name) in enumerate(names); d[lowercase(name)] = i; d[name] = i; end; d)
DateLocale(months::Vector, months_abbr::Vector, days_of_week::Vector, days_of_week_abbr::Vector) =
    DateLocale(months, months_abbr, days_of_week, days_of_week_abbr, locale_dict(months), locale_dict(months_abbr),
               locale_dict(days_of_week), locale_dict(days_of_week_abbr))

const ENGLISH = DateLocale(
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
const LOCALES = Dict{String,DateLocale}("english" => ENGLISH)

for (fn, field) in ((:dayname_to_value, :day_of_week_value), (:dayabbr_to_value, :day_of_week_abbr_value),
                    (:monthname_to_value, :month_value), (:monthabbr_to_value, :month_abbr_value))
    @eval function $fn(word::AbstractString, locale::DateLocale)
        # as given first, then without regard to case
        v = get(locale.$field, word, 0)
        return v == 0 ? get(locale.$field, lowercase(word), 0) : v
    end
end

dayname(day::Integer, locale::DateLocale) = locale.days_of_week[day]
dayabbr(day::Integer, locale::DateLocale) = locale.days_of_week_abbr[day]
dayname(day::Integer; locale::AbstractString = "english") = dayname(day, LOCALES[locale])
dayabbr(day::Integer; locale::AbstractString = "english") = dayabbr(day, LOCALES[locale])
dayname(dt::TimeType; locale::AbstractString = "english") = dayname(dayofweek(dt); locale = locale)
dayabbr(dt::TimeType; locale::AbstractString = "english") = dayabbr(dayofweek(dt); locale = locale)
monthname(month::Integer, locale::DateLocale) = locale.months[month]
monthabbr(month::Integer, locale::DateLocale) = locale.months_abbr[month]
monthname(month::Integer; locale::AbstractString = "english") = monthname(month, LOCALES[locale])
monthabbr(month::Integer; locale::AbstractString = "english") = monthabbr(month, LOCALES[locale])
monthname(dt::TimeType; locale::AbstractString = "english") = monthname(month(dt); locale = locale)
monthabbr(dt::TimeType; locale::AbstractString = "english") = monthabbr(month(dt); locale = locale)

dayofweek(days) = mod1(days, 7)
dayofweek(dt::TimeType) = dayofweek(days(dt))
ismonday(dt::TimeType) = dayofweek(dt) == 1
istuesday(dt::TimeType) = dayofweek(dt) == 2
iswednesday(dt::TimeType) = dayofweek(dt) == 3
isthursday(dt::TimeType) = dayofweek(dt) == 4
isfriday(dt::TimeType) = dayofweek(dt) == 5
issaturday(dt::TimeType) = dayofweek(dt) == 6
issunday(dt::TimeType) = dayofweek(dt) == 7

# The how-manieth of its weekday in the month, and how many of it the month has.
dayofweekofmonth(dt::TimeType) = (d = day(dt); d < 8 ? 1 : d < 15 ? 2 : d < 22 ? 3 : d < 29 ? 4 : 5)
function daysofweekinmonth(dt::TimeType)
    y, m, d = yearmonthday(dt)
    ld = daysinmonth(y, m)
    # days 1 to 28 come four times; the last one, two or three five times
    return (ld - 28) >= mod1(d, 7) ? 5 : 4
end

isleapyear(dt::TimeType) = isleapyear(year(dt))
daysinmonth(dt::TimeType) = ((y, m) = yearmonth(dt); daysinmonth(y, m))
daysinyear(dt::TimeType) = daysinyear(year(dt))

const MONTHDAYS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
dayofyear(y, m, d) = MONTHDAYS[m] + d + (m > 2 && isleapyear(y))
dayofyear(dt::TimeType) = dayofyear(yearmonthday(dt)...)

quarterofyear(dt::TimeType) = quarter(dt)
const QUARTERDAYS = (0, 31, 59, 0, 30, 61, 0, 31, 62, 0, 31, 61)
function dayofquarter(dt::TimeType)
    (y, m, d) = yearmonthday(dt)
    return QUARTERDAYS[m] + d + (m == 3 && isleapyear(y))
end
