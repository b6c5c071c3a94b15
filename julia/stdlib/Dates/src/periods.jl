# Periods: amounts of time in one unit, and sums of several (CompoundPeriod).

value(x::Period) = x.value

for period in (:Year, :Quarter, :Month, :Week, :Day, :Hour, :Minute, :Second, :Millisecond, :Microsecond, :Nanosecond)
    @eval $period(x::$period) = x
    @eval Base.convert(::Type{$period}, x::Number) = $period(x)
end
const _period_names = IdDict{DataType,String}(
    Year => "year", Quarter => "quarter", Month => "month", Week => "week", Day => "day", Hour => "hour",
    Minute => "minute", Second => "second", Millisecond => "millisecond", Microsecond => "microsecond",
    Nanosecond => "nanosecond")
_units(x::Period) = string(" ", _period_names[typeof(x)], abs(value(x)) == 1 ? "" : "s")

Base.show(io::IO, x::P) where {P<:Period} = print(io, string(nameof(P)), '(', value(x), ')')
Base.print(io::IO, x::Period) = print(io, value(x), _units(x))
Base.string(x::Period) = string(value(x), _units(x))
Base.show(io::IO, ::MIME"text/plain", x::Period) = print(io, x)

Base.zero(::Union{Type{P},P}) where {P<:Period} = P(0)
Base.one(::Union{Type{P},P}) where {P<:Period} = 1
Base.typemin(::Type{P}) where {P<:Period} = P(typemin(Int64))
Base.typemax(::Type{P}) where {P<:Period} = P(typemax(Int64))
Base.isfinite(::Union{Type{P},P}) where {P<:Period} = true
Base.iszero(x::Period) = iszero(value(x))

# The value that a type of period has where nothing was said.
default(p::Union{T,Type{T}}) where {T<:DatePeriod} = T(1)
default(p::Union{T,Type{T}}) where {T<:TimePeriod} = T(0)

(-)(x::P) where {P<:Period} = P(-value(x))
==(x::P, y::P) where {P<:Period} = value(x) == value(y)
isless(x::P, y::P) where {P<:Period} = isless(value(x), value(y))

(+)(x::P, y::P) where {P<:Period} = P(value(x) + value(y))
(-)(x::P, y::P) where {P<:Period} = P(value(x) - value(y))
rem(x::P, y::P) where {P<:Period} = P(rem(value(x), value(y)))
mod(x::P, y::P) where {P<:Period} = P(mod(value(x), value(y)))
gcd(x::P, y::P) where {P<:Period} = P(gcd(value(x), value(y)))
lcm(x::P, y::P) where {P<:Period} = P(lcm(value(x), value(y)))
/(x::P, y::P) where {P<:Period} = /(value(x), value(y))
div(x::P, y::P, r::RoundingMode) where {P<:Period} = div(value(x), value(y), r)
div(x::P, y::P) where {P<:Period} = div(value(x), value(y))
fld(x::P, y::P) where {P<:Period} = fld(value(x), value(y))
(+)(x::Period, y::Period) = CompoundPeriod(x, y)
(-)(x::Period, y::Period) = CompoundPeriod(x, -y)

for op in (:rem, :mod)
    @eval ($op)(x::P, y::Real) where {P<:Period} = P(($op)(value(x), Int64(y)))
end
for op in (:div, :fld)
    @eval ($op)(x::P, y::Real) where {P<:Period} = P(($op)(value(x), Int64(y)))
    @eval ($op)(x::Period, y::Period) = ($op)(promote(x, y)...)
end
for op in (:rem, :mod, :gcd, :lcm)
    @eval ($op)(x::Period, y::Period) = ($op)(promote(x, y)...)
end
/(x::Period, y::Period) = /(promote(x, y)...)
div(x::Period, y::Period, r::RoundingMode) = div(promote(x, y)..., r)
div(x::P, y::Real, r::RoundingMode) where {P<:Period} = P(div(value(x), Int64(y), r))
/(x::P, y::Real) where {P<:Period} = P(value(x) / y)
*(x::P, y::Real) where {P<:Period} = P(value(x) * y)
*(x::Real, y::Period) = y * x
Base.abs(a::T) where {T<:Period} = T(abs(value(a)))
Base.sign(x::Period) = sign(value(x))
Base.signbit(x::Period) = signbit(value(x))
Base.gcdx(a::T, b::T) where {T<:Period} = ((g, x, y) = gcdx(value(a), value(b)); (T(g), x, y))
Base.isless(x::Period, y::Period) = isless(promote(x, y)...)
==(x::Period, y::Period) = ==(promote(x, y)...)

# Arrays of periods and times with single ones.
(+)(x::AbstractArray{<:TimeType}, y::Period) = x .+ y
(-)(x::AbstractArray{<:TimeType}, y::Period) = x .- y
(+)(y::Period, x::AbstractArray{<:TimeType}) = x .+ y

periodisless(::Period, ::Year) = true
periodisless(::Period, ::Quarter) = true
periodisless(::Year, ::Quarter) = false
periodisless(::Quarter, ::Quarter) = false
periodisless(::Period, ::Month) = true
periodisless(::Year, ::Month) = false
periodisless(::Quarter, ::Month) = false
periodisless(::Month, ::Month) = false
periodisless(::Period, ::Week) = true
periodisless(::Year, ::Week) = false
periodisless(::Quarter, ::Week) = false
periodisless(::Month, ::Week) = false
periodisless(::Week, ::Week) = false
periodisless(::Period, ::Day) = true
periodisless(::Union{Year,Quarter,Month,Week,Day}, ::Day) = false
periodisless(::Period, ::Hour) = false
periodisless(::Minute, ::Hour) = true
periodisless(::Second, ::Hour) = true
periodisless(::Millisecond, ::Hour) = true
periodisless(::Microsecond, ::Hour) = true
periodisless(::Nanosecond, ::Hour) = true
periodisless(::Period, ::Minute) = false
periodisless(::Second, ::Minute) = true
periodisless(::Millisecond, ::Minute) = true
periodisless(::Microsecond, ::Minute) = true
periodisless(::Nanosecond, ::Minute) = true
periodisless(::Period, ::Second) = false
periodisless(::Millisecond, ::Second) = true
periodisless(::Microsecond, ::Second) = true
periodisless(::Nanosecond, ::Second) = true
periodisless(::Period, ::Millisecond) = false
periodisless(::Microsecond, ::Millisecond) = true
periodisless(::Nanosecond, ::Millisecond) = true
periodisless(::Period, ::Microsecond) = false
periodisless(::Nanosecond, ::Microsecond) = true
periodisless(::Period, ::Nanosecond) = false

## fixed and other periods

# Those that are always equally long convert into each other; years, quarters and months do among
# themselves.
const FixedPeriod = Union{Week,Day,Hour,Minute,Second,Millisecond,Microsecond,Nanosecond}
const OtherPeriod = Union{Month,Quarter,Year}

# From coarse to fine, with the factor to the next.
const _fixed_chain = ((Week, 7), (Day, 24), (Hour, 60), (Minute, 60), (Second, 1000), (Millisecond, 1000), (Microsecond, 1000), (Nanosecond, 1))

function _fixed_conversions()
    n = length(_fixed_chain)
    for i in 1:n
        P = _fixed_chain[i][1]
        factor = Int64(1)
        for j in (i + 1):n
            factor *= Int64(_fixed_chain[j - 1][2])
            Q = _fixed_chain[j][1]
            @eval function Base.convert(::Type{$P}, x::$Q)
                v = value(x)
                q, r = divrem(v, $factor)
                r == 0 || throw(InexactError(:convert, $P, x))
                return $P(q)
            end
            @eval Base.convert(::Type{$Q}, x::$P) = $Q(Base.checked_mul(value(x), $factor))
            @eval Base.promote_rule(::Type{$P}, ::Type{$Q}) = $Q
            @eval $P(x::$Q) = convert($P, x)
            @eval $Q(x::$P) = convert($Q, x)
        end
    end
    for (P, Q, factor) in ((Quarter, Month, 3), (Year, Month, 12), (Year, Quarter, 4))
        @eval function Base.convert(::Type{$P}, x::$Q)
            q, r = divrem(value(x), $factor)
            r == 0 || throw(InexactError(:convert, $P, x))
            return $P(q)
        end
        @eval Base.convert(::Type{$Q}, x::$P) = $Q($factor * value(x))
        @eval Base.promote_rule(::Type{$P}, ::Type{$Q}) = $Q
        @eval $P(x::$Q) = convert($P, x)
        @eval $Q(x::$P) = convert($Q, x)
    end
end
_fixed_conversions()

# Periods of the two kinds are equal only where both are nothing.
==(x::FixedPeriod, y::OtherPeriod) = iszero(x) & iszero(y)
==(x::OtherPeriod, y::FixedPeriod) = y == x
isless(x::FixedPeriod, y::OtherPeriod) = throw(MethodError(isless, (x, y)))
isless(x::OtherPeriod, y::FixedPeriod) = throw(MethodError(isless, (x, y)))

const zero_or_fixedperiod_seed = UInt === UInt64 ? 0x5b7fc751bba97516 : 0xeae0fdcb
const nonzero_otherperiod_seed = UInt === UInt64 ? 0xe1837356ff2d2ac9 : 0x170d1b00
otherperiod_seed(x::OtherPeriod) = iszero(value(x)) ? zero_or_fixedperiod_seed : nonzero_otherperiod_seed
Base.hash(x::Week, h::UInt) = hash(7 * 86400000000000 * value(x), h + zero_or_fixedperiod_seed)
Base.hash(x::FixedPeriod, h::UInt) = hash(tons(x), h + zero_or_fixedperiod_seed)
Base.hash(x::Quarter, h::UInt) = hash(3 * value(x), h + otherperiod_seed(x))
Base.hash(x::Year, h::UInt) = hash(12 * value(x), h + otherperiod_seed(x))
Base.hash(x::Month, h::UInt) = hash(value(x), h + otherperiod_seed(x))

# Lengths in milliseconds, nanoseconds, days and seconds; those of months and years on average.
toms(c::Nanosecond) = div(value(c), 1000000, RoundNearest)
toms(c::Microsecond) = div(value(c), 1000, RoundNearest)
toms(c::Millisecond) = value(c)
toms(c::Second) = 1000 * value(c)
toms(c::Minute) = 60000 * value(c)
toms(c::Hour) = 3600000 * value(c)
toms(c::Period) = 86400000 * days(c)
tons(x) = toms(x) * 1000000
tons(x::Microsecond) = value(x) * 1000
tons(x::Nanosecond) = value(x)
days(c::Millisecond) = div(value(c), 86400000)
days(c::Second) = div(value(c), 86400)
days(c::Minute) = div(value(c), 1440)
days(c::Hour) = div(value(c), 24)
days(c::Day) = value(c)
days(c::Week) = 7 * value(c)
days(c::Year) = 365.2425 * value(c)
days(c::Quarter) = 91.310625 * value(c)
days(c::Month) = 30.436875 * value(c)
seconds(x::Nanosecond) = value(x) / 1000000000
seconds(x::Microsecond) = value(x) / 1000000
seconds(x::Millisecond) = value(x) / 1000
seconds(x::Second) = value(x)
seconds(x::Minute) = value(x) * 60
seconds(x::Hour) = value(x) * 3600
seconds(x::Day) = value(x) * 86400
seconds(x::Week) = value(x) * 604800
seconds(x::Month) = value(x) * 2629746
seconds(x::Quarter) = value(x) * 7889238
seconds(x::Year) = value(x) * 31556952

## sums of periods

# Sorted from coarse to fine, one of each type, none of them zero.
struct CompoundPeriod <: AbstractTime
    periods::Vector{Period}
    function CompoundPeriod(p::Vector{Period})
        n = length(p)
        if n > 1
            sort!(p, rev = true, lt = periodisless)
            # equal types are added up
            i = 1
            while i < length(p)
                if typeof(p[i]) === typeof(p[i + 1])
                    p[i] = p[i] + p[i + 1]
                    deleteat!(p, i + 1)
                else
                    i += 1
                end
            end
        end
        filter!(!iszero, p)
        return new(p)
    end
end
CompoundPeriod(p::Vector{<:Period}) = CompoundPeriod(Vector{Period}(p))
CompoundPeriod(t::Time) = CompoundPeriod(Period[Hour(t), Minute(t), Second(t), Millisecond(t), Microsecond(t), Nanosecond(t)])
CompoundPeriod(p::Period...) = CompoundPeriod(Period[p...])

Base.convert(::Type{CompoundPeriod}, x::Period) = CompoundPeriod(Period[x])
function Base.convert(::Type{T}, x::CompoundPeriod) where {T<:Period}
    isconcretetype(T) ? sum(T, x.periods; init = zero(T)) : throw(MethodError(convert, (T, x)))
end
Base.promote_rule(::Type{CompoundPeriod}, ::Type{<:Period}) = CompoundPeriod

function canonicalize(x::CompoundPeriod)
    # each unit carries what is more than the next coarser one holds, with one sign for all
    others = Period[q for q in x.periods if q isa OtherPeriod]
    months = Int64(0)
    for q in others
        months += value(convert(Month, q))
    end
    total = Int64(0)
    for q in x.periods
        q isa FixedPeriod && (total += tons(q))
    end
    out = Period[]
    y, m = divrem(months, 12)
    y == 0 || push!(out, Year(y))
    if any(q -> q isa Quarter, others)
        qt, m = divrem(m, 3)
        qt == 0 || push!(out, Quarter(qt))
    end
    m == 0 || push!(out, Month(m))
    for (P, unit) in ((Week, 604800000000000), (Day, 86400000000000), (Hour, 3600000000000), (Minute, 60000000000),
                      (Second, 1000000000), (Millisecond, 1000000), (Microsecond, 1000), (Nanosecond, 1))
        v, total = divrem(total, unit)
        v == 0 || push!(out, P(v))
    end
    return CompoundPeriod(out)
end
canonicalize(x::Period) = canonicalize(CompoundPeriod(x))

Base.show(io::IO, x::CompoundPeriod) = print(io, string(x))
function Base.string(x::CompoundPeriod)
    isempty(x.periods) && return "empty period"
    return join((string(p) for p in x.periods), ", ")
end
Base.print(io::IO, x::CompoundPeriod) = print(io, string(x))

(+)(x::CompoundPeriod, y::Period) = CompoundPeriod(vcat(x.periods, y))
(+)(y::Period, x::CompoundPeriod) = x + y
(+)(x::CompoundPeriod, y::CompoundPeriod) = CompoundPeriod(vcat(x.periods, y.periods))
(-)(x::CompoundPeriod, y::Period) = CompoundPeriod(vcat(x.periods, -y))
(-)(x::CompoundPeriod) = CompoundPeriod(Period[-p for p in x.periods])
(-)(y::Union{Period,CompoundPeriod}, x::CompoundPeriod) = (-x) + y
(-)(x::CompoundPeriod, y::CompoundPeriod) = x + (-y)
*(x::CompoundPeriod, y::Real) = CompoundPeriod(Period[p * y for p in x.periods])
*(y::Real, x::CompoundPeriod) = x * y
/(x::CompoundPeriod, y::Real) = CompoundPeriod(Period[p / y for p in x.periods])

==(x::CompoundPeriod, y::Period) = x == CompoundPeriod(y)
==(x::Period, y::CompoundPeriod) = y == x
==(x::CompoundPeriod, y::CompoundPeriod) = canonicalize(x).periods == canonicalize(y).periods
Base.isequal(x::CompoundPeriod, y::Period) = isequal(x, CompoundPeriod(y))
Base.isequal(x::Period, y::CompoundPeriod) = isequal(y, x)
Base.isequal(x::CompoundPeriod, y::CompoundPeriod) = x.periods == y.periods
isless(x::CompoundPeriod, y::Period) = isless(tons_all(x), tons(y))
isless(x::Period, y::CompoundPeriod) = isless(tons(x), tons_all(y))
isless(x::CompoundPeriod, y::CompoundPeriod) = isless(tons_all(x), tons_all(y))
tons_all(x::CompoundPeriod) = isempty(x.periods) ? 0 : sum(tons, x.periods)
toms(c::CompoundPeriod) = isempty(c.periods) ? 0.0 : Float64(sum(toms, c.periods))
tons(c::CompoundPeriod) = isempty(c.periods) ? 0.0 : Float64(sum(tons, c.periods))
days(c::CompoundPeriod) = isempty(c.periods) ? 0.0 : Float64(sum(days, c.periods))
seconds(c::CompoundPeriod) = isempty(c.periods) ? 0.0 : Float64(sum(seconds, c.periods))
Base.hash(x::CompoundPeriod, h::UInt) = hash(canonicalize(x).periods, h)
Base.abs(x::CompoundPeriod) = CompoundPeriod(map(abs, x.periods))

# With a point in time: one period after the other, coarse ones first.
function (+)(x::TimeType, y::CompoundPeriod)
    for p in y.periods
        x += p
    end
    return x
end
(+)(x::CompoundPeriod, y::TimeType) = y + x
function (-)(x::TimeType, y::CompoundPeriod)
    for p in y.periods
        x -= p
    end
    return x
end
