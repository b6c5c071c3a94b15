# Ranges of dates and times: a StepRange whose last element is found by counting steps, as months and
# years are not equally long.

Base.:(:)(a::T, b::T) where {T<:DateTime} = (:)(a, Day(1), b)
Base.:(:)(a::T, b::T) where {T<:Date} = (:)(a, Day(1), b)
Base.:(:)(a::T, b::T) where {T<:Time} = (:)(a, Second(1), b)

# How many steps lead from a to b at most.
guess(a::DateTime, b::DateTime, c) = floor(Int64, (Int128(value(b)) - Int128(value(a))) / toms(c))
guess(a::Date, b::Date, c) = Int64(div(value(b - a), days(c)))
guess(a::Time, b::Time, c) = Int64(div(value(b - a), tons(c)))
function len(a::Time, b::Time, c)
    return Int64(div(value(b - a), tons(c)))
end
function len(a, b, c)
    lo, hi, st = min(a, b), max(a, b), abs(c)
    i = guess(a, b, c) - 1
    i = max(i, 0)
    v = lo + st * i
    while v <= hi
        i += 1
        v = lo + st * i
    end
    # a step too many was taken, or none at all
    return i - 1
end
Base.length(r::StepRange{<:TimeType}) = isempty(r) ? Int64(0) : len(r.start, r.stop, r.step) + 1
# At least one step from the start.
function Base.steprange_last(start::T, step, stop) where {T<:TimeType}
    if isa(step, AbstractFloat)
        throw(ArgumentError("StepRange should not be used with floating point"))
    end
    z = zero(step)
    step == z && throw(ArgumentError("step cannot be zero"))
    if stop == start
        return stop
    end
    if (step > z) != (stop > start)
        return Base.steprange_last_empty(start, step, stop)
    end
    return start + len(start, stop, step) * step
end
Base.steprange_last_empty(start::Date, step, stop) = start - Day(1) * (step > zero(step) ? 1 : -1)
Base.steprange_last_empty(start::DateTime, step, stop) = start - Millisecond(1) * (step > zero(step) ? 1 : -1)
Base.steprange_last_empty(start::Time, step, stop) = start - Nanosecond(1) * (step > zero(step) ? 1 : -1)
Base.in(x::T, r::StepRange{T}) where {T<:TimeType} =
    isempty(r) ? false : (n = len(r.start, x, r.step); (step(r) > zero(step(r)) ? r.start <= x <= r.stop : r.stop <= x <= r.start) && r.start + n * r.step == x)

Base.iterate(r::StepRange{<:TimeType}) = length(r) <= 0 ? nothing : (r.start, (length(r), 1))
Base.iterate(r::StepRange{<:TimeType}, (l, i)) = l <= i ? nothing : (r.start + r.step * i, (l, i + 1))

Base.isempty(r::StepRange{<:TimeType}) = r.start != r.stop && (r.step > zero(r.step)) != (r.stop > r.start)
Base.getindex(r::StepRange{<:TimeType}, i::Integer) =
    (1 <= i <= length(r) || throw(BoundsError(r, i)); r.start + r.step * (i - 1))

+(x::Period, r::AbstractRange{<:TimeType}) = (x + first(r)):step(r):(x + last(r))
+(r::AbstractRange{<:TimeType}, x::Period) = x + r
-(r::AbstractRange{<:TimeType}, x::Period) = (first(r) - x):step(r):(last(r) - x)
