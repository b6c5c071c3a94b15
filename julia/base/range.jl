# range.jl: `a:b`, `a:s:b`, `range`, and the range types. Float ranges with exact end points are
# built by twiceprecision.jl, which adds methods to the functions declared here.

## colon ##

(:)(a::Real, b::Real) = (:)(promote(a, b)...)
(:)(start::T, stop::T) where {T<:Real} = UnitRange{T}(start, stop)
(:)(start::T, stop::T) where {T} =
    (:)(start, oftype(stop >= start ? stop - start : start - stop, 1), stop)

# start and stop are promoted, the step keeps its type
(:)(start::A, step, stop::C) where {A<:Real,C<:Real} =
    (:)(convert(promote_type(A, C), start), step, convert(promote_type(A, C), stop))

(:)(a::T, b::T) where {T<:AbstractFloat} = (:)(a, T(1), b)
(:)(a::T, b::AbstractFloat, c::T) where {T<:Real} = (:)(promote(a, b, c)...)
(:)(a::T, b::AbstractFloat, c::T) where {T<:AbstractFloat} = (:)(promote(a, b, c)...)
(:)(a::T, b::Real, c::T) where {T<:AbstractFloat} = (:)(promote(a, b, c)...)

(:)(start::T, step::T, stop::T) where {T<:AbstractFloat} =
    _colon(OrderStyle(T), ArithmeticStyle(T), start, step, stop)
(:)(start::T, step::T, stop::T) where {T<:Real} =
    _colon(OrderStyle(T), ArithmeticStyle(T), start, step, stop)
_colon(::Ordered, ::Any, start::T, step, stop::T) where {T} = StepRange(start, step, stop)
_colon(::Ordered, ::ArithmeticRounds, start::T, step, stop::T) where {T} =
    StepRangeLen(start, step, convert(Integer, fld(stop - start, step)) + 1)
_colon(::Any, ::Any, start::T, step, stop::T) where {T} =
    StepRangeLen(start, step, convert(Integer, fld(stop - start, step)) + 1)

(:)(start::T, step, stop::T) where {T} = _colon(start, step, stop)
(:)(start::T, step, stop::T) where {T<:Real} = _colon(start, step, stop)
function _colon(start::T, step, stop::T) where {T}
    T′ = typeof(start + zero(step))
    StepRange(convert(T′, start), step, convert(T′, stop))
end

## range ##

function range end

range(start; stop=nothing, length::Union{Integer,Nothing}=nothing, step=nothing) =
    _range(start, step, stop, length)
range(start, stop; length::Union{Integer,Nothing}=nothing, step=nothing) =
    _range(start, step, stop, length)
range(start, stop, length::Integer) = _range(start, nothing, stop, length)
range(; start=nothing, stop=nothing, length::Union{Integer,Nothing}=nothing, step=nothing) =
    _range(start, step, stop, length)

# the sixteen combinations of given and missing (start, step, stop, length)
_range(start::Nothing, step::Nothing, stop::Nothing, len::Nothing) = range_error(start, step, stop, len)
_range(start::Nothing, step::Nothing, stop::Nothing, len::Any) = range_length(len)
_range(start::Nothing, step::Nothing, stop::Any, len::Nothing) = range_stop(stop)
_range(start::Nothing, step::Nothing, stop::Any, len::Any) = range_stop_length(stop, len)
_range(start::Nothing, step::Any, stop::Nothing, len::Nothing) = range_error(start, step, stop, len)
_range(start::Nothing, step::Any, stop::Nothing, len::Any) = range_error(start, step, stop, len)
_range(start::Nothing, step::Any, stop::Any, len::Nothing) = range_error(start, step, stop, len)
_range(start::Nothing, step::Any, stop::Any, len::Any) = range_step_stop_length(step, stop, len)
_range(start::Any, step::Nothing, stop::Nothing, len::Nothing) = range_error(start, step, stop, len)
_range(start::Any, step::Nothing, stop::Nothing, len::Any) = range_start_length(start, len)
_range(start::Any, step::Nothing, stop::Any, len::Nothing) = range_start_stop(start, stop)
_range(start::Any, step::Nothing, stop::Any, len::Any) = range_start_stop_length(start, stop, len)
_range(start::Any, step::Any, stop::Nothing, len::Nothing) = range_error(start, step, stop, len)
_range(start::Any, step::Any, stop::Nothing, len::Any) = range_start_step_length(start, step, len)
_range(start::Any, step::Any, stop::Any, len::Nothing) = range_start_step_stop(start, step, stop)
_range(start::Any, step::Any, stop::Any, len::Any) = range_error(start, step, stop, len)

range_length(len::Integer) = OneTo(len)

range_stop(stop) = range_start_stop(oftype(stop, 1), stop)
range_stop(stop::Integer) = range_length(stop)

range_step_stop_length(step, stop, length) = reverse(range_start_step_length(stop, -step, length))

range_start_length(a::Real, len::Integer) = UnitRange{typeof(a)}(a, oftype(a, a + len - oneunit(len)))
range_start_length(a::AbstractFloat, len::Integer) = range_start_step_length(a, oftype(a, 1), len)
range_start_length(a, len::Integer) = range_start_step_length(a, oftype(a - a, 1), len)

range_start_stop(start, stop) = start:stop
range_start_step_stop(start, step, stop) = start:step:stop

range_stop_length(a::Real, len::Integer) = UnitRange{typeof(a)}(oftype(a, a - len + oneunit(len)), a)
range_stop_length(a::AbstractFloat, len::Integer) = range_step_stop_length(oftype(a, 1), a, len)
range_stop_length(a, len::Integer) = range_step_stop_length(oftype(a - a, 1), a, len)

range_start_step_length(a::Real, step::AbstractFloat, len::Integer) =
    range_start_step_length(promote(a, step)..., len)
range_start_step_length(a::AbstractFloat, step::Real, len::Integer) =
    range_start_step_length(promote(a, step)..., len)
range_start_step_length(a::AbstractFloat, step::AbstractFloat, len::Integer) =
    range_start_step_length(promote(a, step)..., len)
range_start_step_length(a::T, step::T, len::Integer) where {T<:AbstractFloat} =
    _rangestyle(OrderStyle(T), ArithmeticStyle(T), a, step, len)
range_start_step_length(a::T, step, len::Integer) where {T} =
    _rangestyle(OrderStyle(T), ArithmeticStyle(T), a, step, len)

function _rangestyle(::Ordered, ::ArithmeticWraps, a, step, len::Integer)
    stop = a + step * (len - oneunit(len))
    T = typeof(stop)
    return StepRange{T,typeof(step)}(convert(T, a), step, stop)
end
_rangestyle(::Any, ::Any, a::T, step::S, len::Integer) where {T,S} =
    StepRangeLen{typeof(a + zero(step)),T,S}(a, step, len)

range_start_stop_length(a::Real, b::Real, len::Integer) =
    range_start_stop_length(promote(a, b)..., len)
range_start_stop_length(a::T, b::T, len::Integer) where {T<:Real} = LinRange{float(T)}(a, b, len)
range_start_stop_length(a::T, b::T, len::Integer) where {T<:Integer} = _linspace(float(T), a, b, len)
range_start_stop_length(a, b, len::Integer) = LinRange{typeof((b - a) / 1)}(a, b, len)

function range_error(start, step, stop, length)
    hasstart = start !== nothing
    hasstep = step !== nothing
    hasstop = stop !== nothing
    haslen = length !== nothing
    hint = if hasstart && hasstep && hasstop && haslen
        "Try specifying only three arguments"
    elseif !hasstop && !haslen
        "At least one of `length` or `stop` must be specified."
    elseif !hasstep && !haslen
        "At least one of `length` or `step` must be specified."
    else
        "At least one of `start` or `stop` must be specified."
    end
    throw(ArgumentError(string("Cannot construct range from arguments:\n",
        "start = ", start, "\nstep = ", step, "\nstop = ", stop, "\nlength = ", length, "\n", hint)))
end

## types ##

abstract type AbstractRange{T} <: AbstractArray{T,1} end
abstract type OrdinalRange{T,S} <: AbstractRange{T} end
abstract type AbstractUnitRange{T} <: OrdinalRange{T,T} end

RangeStepStyle(instance) = RangeStepStyle(typeof(instance))
abstract type RangeStepStyle end
struct RangeStepRegular <: RangeStepStyle end
struct RangeStepIrregular <: RangeStepStyle end
RangeStepStyle(::Type{<:AbstractRange}) = RangeStepIrregular()
RangeStepStyle(::Type{<:AbstractRange{<:Integer}}) = RangeStepRegular()

convert(::Type{T}, r::AbstractRange) where {T<:AbstractRange} = r isa T ? r : T(r)::T

struct StepRange{T,S} <: OrdinalRange{T,S}
    start::T
    step::S
    stop::T

    function StepRange{T,S}(start, step, stop) where {T,S}
        start = convert(T, start)
        step = convert(S, step)
        stop = convert(T, stop)
        return new(start, step, steprange_last(start, step, stop))
    end
end

StepRange(start::T, step::S, stop::T) where {T,S} = StepRange{T,S}(start, step, stop)

# the last element that start, step and stop really reach (one step before start when empty)
function steprange_last(start, step, stop)::typeof(stop)
    if isa(start, AbstractFloat) || isa(step, AbstractFloat)
        throw(ArgumentError("StepRange should not be used with floating point"))
    end
    if isa(start, Integer) && !isinteger(start + step)
        throw(ArgumentError("StepRange{<:Integer} cannot have non-integer step"))
    end
    z = zero(step)
    step == z && throw(ArgumentError("step cannot be zero"))

    if stop == start
        last = stop
    else
        if (step > z) != (stop > start)
            last = steprange_last_empty(start, step, stop)
        else
            # a difference of signed integers may overflow; as unsigned it is right
            if start isa Signed && stop isa Signed && step isa Signed
                absdiff, absstep = stop > start ? (unsigned(stop) - unsigned(start), unsigned(step)) :
                                   (unsigned(start) - unsigned(stop), unsigned(-step))
                remain = oftype(stop, absdiff % absstep)
                last = stop > start ? stop - remain : stop + remain
            else
                if isa(start, Signed) || step isa Signed
                    diff = stop - start
                    absdiff, absstep = stop > start ? (diff, step) : (-diff, -step)
                else
                    absdiff, absstep = stop > start ? (stop - start, step) : (start - stop, -step)
                end
                remain = convert(typeof(absdiff), absdiff % absstep)
                last = stop > start ? stop - remain : stop + remain
            end
        end
    end
    return last
end

function steprange_last_empty(start::Integer, step, stop)::typeof(stop)
    # an empty integer range ends just before its start, without overflow
    if step > zero(step)
        last = start - oneunit(step)
    else
        last = start + oneunit(step)
    end
    return last
end
function steprange_last_empty(start::Bool, step, stop)::typeof(stop)
    # only step == true reaches here
    start === false && throw(ArgumentError("empty Bool range"))
    return false
end
steprange_last_empty(start, step, stop) = start - step

unitrange_last(start::Integer, stop::Integer) =
    stop >= start ? stop : convert(typeof(stop), start - oneunit(start - stop))
unitrange_last(start, stop) =
    stop >= start ? convert(typeof(stop), start + floor(stop - start)) :
    convert(typeof(stop), start - oneunit(start - stop))

struct UnitRange{T<:Real} <: AbstractUnitRange{T}
    start::T
    stop::T
    UnitRange{T}(start::T, stop::T) where {T<:Real} = new(start, unitrange_last(start, stop))
end
UnitRange{T}(start, stop) where {T<:Real} = UnitRange{T}(convert(T, start), convert(T, stop))
UnitRange(start::T, stop::T) where {T<:Real} = UnitRange{T}(start, stop)
UnitRange(start, stop) = UnitRange(promote(start, stop)...)

# 1:n for indices: its first element is known from its type
struct OneTo{T<:Integer} <: AbstractUnitRange{T}
    stop::T

    function OneTo{T}(stop) where {T<:Integer}
        throwbool(r) = (@noinline; throw(ArgumentError(string("invalid index: ", r, " of type Bool"))))
        T === Bool && throwbool(stop)
        return new(max(zero(T), stop))
    end

    function OneTo{T}(r::AbstractRange) where {T<:Integer}
        throwstart(r) = (@noinline; throw(ArgumentError(string("first element must be 1, got ", first(r)))))
        throwstep(r) = (@noinline; throw(ArgumentError(string("step must be 1, got ", step(r)))))
        throwbool(r) = (@noinline; throw(ArgumentError(string("invalid index: ", r, " of type Bool"))))
        first(r) == 1 || throwstart(r)
        step(r) == 1 || throwstep(r)
        T === Bool && throwbool(r)
        return new(max(zero(T), last(r)))
    end
end
OneTo(stop::T) where {T<:Integer} = OneTo{T}(stop)
OneTo(r::AbstractRange{T}) where {T<:Integer} = OneTo{T}(r)
oneto(r) = OneTo(r)

# ref is the element at index `offset`; element i is ref + (i - offset) * step
struct StepRangeLen{T,R,S,L<:Integer} <: AbstractRange{T}
    ref::R
    step::S
    len::L
    offset::L

    function StepRangeLen{T,R,S,L}(ref::R, step::S, len::Integer, offset::Integer=1) where {T,R,S,L}
        if T <: Integer && !isinteger(ref + step)
            throw(ArgumentError("StepRangeLen{<:Integer} cannot have non-integer step"))
        end
        len = convert(L, len)
        len >= zero(len) || throw(ArgumentError(string("length cannot be negative, got ", len)))
        offset = convert(L, offset)
        l1 = oneunit(typeof(len))
        l1 <= offset <= max(l1, len) ||
            throw(ArgumentError(string("StepRangeLen: offset must be in [1,", len, "], got ", offset)))
        return new(ref, step, len, offset)
    end
end

StepRangeLen{T,R,S}(ref::R, step::S, len::Integer, offset::Integer=1) where {T,R,S} =
    StepRangeLen{T,R,S,promote_type(Int, typeof(len))}(ref, step, len, offset)
StepRangeLen(ref::R, step::S, len::Integer, offset::Integer=1) where {R,S} =
    StepRangeLen{typeof(ref + zero(step)),R,S,promote_type(Int, typeof(len))}(ref, step, len, offset)
StepRangeLen{T}(ref::R, step::S, len::Integer, offset::Integer=1) where {T,R,S} =
    StepRangeLen{T,R,S,promote_type(Int, typeof(len))}(ref, step, len, offset)

struct LinRange{T,L<:Integer} <: AbstractRange{T}
    start::T
    stop::T
    len::L
    lendiv::L

    function LinRange{T,L}(start::T, stop::T, len::L) where {T,L<:Integer}
        len >= 0 || throw(ArgumentError(string("range(", start, ", stop=", stop, ", length=", len, "): negative length")))
        onelen = oneunit(typeof(len))
        if len == onelen
            start == stop || throw(ArgumentError(string("range(", start, ", stop=", stop, ", length=", len, "): endpoints differ")))
            return new(start, stop, len, len)
        end
        lendiv = max(len - onelen, onelen)
        if T <: Integer && !iszero(mod(stop - start, lendiv))
            throw(ArgumentError(string("LinRange{", T, "}: non-integer step")))
        end
        return new(start, stop, len, lendiv)
    end
end

LinRange{T,L}(start, stop, len::Integer) where {T,L} =
    LinRange{T,L}(convert(T, start), convert(T, stop), convert(L, len))
LinRange{T}(start, stop, len::Integer) where {T} = LinRange{T,promote_type(Int, typeof(len))}(start, stop, len)
function LinRange(start, stop, len::Integer)
    T = typeof((stop - start) / len)
    LinRange{T}(start, stop, len)
end

## basic accessors ##

# overridden for the float types in twiceprecision.jl
_linspace(::Type{T}, start::Integer, stop::Integer, len::Integer) where {T<:AbstractFloat} =
    LinRange{T}(start, stop, len)

size(r::AbstractRange) = (length(r),)
axes(r::AbstractRange) = (oneto(length(r)),)

isempty(r::StepRange) = (r.start != r.stop) & ((r.step > zero(r.step)) != (r.stop > r.start))
isempty(r::AbstractUnitRange) = first(r) > last(r)
isempty(r::StepRangeLen) = length(r) == 0
isempty(r::LinRange) = length(r) == 0

step(r::StepRange) = r.step
step(r::AbstractUnitRange{T}) where {T} = oneunit(T) - zero(T)
step(r::AbstractUnitRange{Bool}) = true
step(r::StepRangeLen) = r.step
step(r::StepRangeLen{T}) where {T<:AbstractFloat} = T(r.step)
step(r::LinRange) = (last(r) - first(r)) / r.lendiv

# the step in its own (higher) precision
step_hp(r::StepRangeLen) = r.step
step_hp(r::AbstractRange) = step(r)

axes(r::StepRangeLen) = (oneto(length(r)),)

unsafe_length(r::AbstractRange) = length(r)

function checked_length(r::OrdinalRange{T}) where {T}
    s = step(r)
    start = first(r)
    if isempty(r)
        return Integer(div(start - start, oneunit(s)))
    end
    stop = last(r)
    if isless(s, zero(s))
        diff = checked_sub(start, stop)
        s = -s
    else
        diff = checked_sub(stop, start)
    end
    a = div(diff, s)
    return Integer(checked_add(a, oneunit(a)))
end
function checked_length(r::AbstractUnitRange{T}) where {T}
    isempty(r) && return Integer(first(r) - first(r))
    a = checked_add(checked_sub(last(r), first(r)), oneunit(T))
    return Integer(a)
end

function length(r::OrdinalRange{T}) where {T}
    s = step(r)
    start = first(r)
    isempty(r) && return Integer(div(start - start, oneunit(s)))
    a = div(last(r) - start, s)
    return Integer(a + oneunit(a))
end
function length(r::AbstractUnitRange{T}) where {T}
    @inline
    a, b = first(r), last(r)
    isempty(r) && return Integer(a - a)
    diff = b - a
    return Integer(diff + oneunit(diff))
end
length(r::OneTo) = Integer(r.stop - zero(r.stop))
length(r::StepRangeLen) = r.len
length(r::LinRange) = r.len

const _WideInts = Union{Int64,UInt64,Int128,UInt128}
const _SmallInts = Union{Int8,UInt8,Int16,UInt16,Int32,UInt32}

function length(r::OrdinalRange{T}) where {T<:_WideInts}
    s = step(r)
    isempty(r) && return zero(T)
    diff = last(r) - first(r)
    # wrapped differences are right as unsigned numbers
    if s isa Unsigned
        a = unsigned(diff) ÷ s
    elseif s > 1
        a = unsigned(diff) ÷ unsigned(s)
    elseif s < -1
        a = unsigned(-diff) ÷ unsigned(-s)
    elseif s > 0
        a = unsigned(diff)
    else
        a = unsigned(-diff)
    end
    return (a % T) + oneunit(T)
end
function length(r::AbstractUnitRange{T}) where {T<:_WideInts}
    @inline
    a, b = first(r), last(r)
    return a > b ? zero(T) : b - a + oneunit(T)
end
length(r::OneTo{T}) where {T<:_WideInts} = T(r.stop)
length(r::OneTo{T}) where {T<:_SmallInts} = Int(r.stop)
function length(r::OrdinalRange{<:_SmallInts})
    s = step(r)
    isempty(r) && return 0
    return div(Int(last(r)) - Int(first(r)), Int(s)) + 1
end
length(r::AbstractUnitRange{<:_SmallInts}) = isempty(r) ? 0 : Int(last(r)) - Int(first(r)) + 1
checked_length(r::OrdinalRange{<:_SmallInts}) = length(r)
checked_length(r::AbstractUnitRange{<:_SmallInts}) = length(r)
checked_length(r::AbstractRange) = length(r)

first(r::OrdinalRange{T}) where {T} = convert(T, r.start)
first(r::OneTo{T}) where {T} = oneunit(T)
first(r::StepRangeLen) = unsafe_getindex(r, 1)
first(r::LinRange) = r.start

last(r::OrdinalRange{T}) where {T} = convert(T, r.stop)
last(r::StepRangeLen) = unsafe_getindex(r, length(r))
last(r::LinRange) = r.stop

minimum(r::AbstractUnitRange) = isempty(r) ? throw(ArgumentError("range must be non-empty")) : first(r)
maximum(r::AbstractUnitRange) = isempty(r) ? throw(ArgumentError("range must be non-empty")) : last(r)
minimum(r::AbstractRange) = isempty(r) ? throw(ArgumentError("range must be non-empty")) : min(first(r), last(r))
maximum(r::AbstractRange) = isempty(r) ? throw(ArgumentError("range must be non-empty")) : max(first(r), last(r))

function argmin(r::AbstractRange)
    isempty(r) && throw(ArgumentError("range must be non-empty"))
    return step(r) > zero(step(r)) ? firstindex(r) : lastindex(r)
end
function argmax(r::AbstractRange)
    isempty(r) && throw(ArgumentError("range must be non-empty"))
    return step(r) > zero(step(r)) ? lastindex(r) : firstindex(r)
end

extrema(r::AbstractRange) = (minimum(r), maximum(r))

## iteration ##

function iterate(r::Union{StepRangeLen,LinRange}, i::Integer=zero(length(r)))
    @inline
    i += oneunit(i)
    length(r) < i && return nothing
    return unsafe_getindex(r, i), i
end

iterate(r::OrdinalRange) = isempty(r) ? nothing : (first(r), first(r))
function iterate(r::OrdinalRange{T}, i) where {T}
    @inline
    i == last(r) && return nothing
    next = convert(T, i + step(r))
    return (next, next)
end

## indexing ##

_in_unit_range(v::UnitRange, val, i::Integer) = i > 0 && val <= v.stop && val >= v.start

function getindex(v::UnitRange{T}, i::Integer) where {T}
    @inline
    i isa Bool && throw(ArgumentError(string("invalid index: ", i, " of type Bool")))
    val = convert(T, v.start + (i - oneunit(i)))
    @boundscheck _in_unit_range(v, val, i) || throw_boundserror(v, i)
    return val
end

const OverflowSafe = Union{Bool,Int8,Int16,Int32,Int64,Int128,UInt8,UInt16,UInt32,UInt64,UInt128}

function getindex(v::UnitRange{T}, i::Integer) where {T<:OverflowSafe}
    @inline
    i isa Bool && throw(ArgumentError(string("invalid index: ", i, " of type Bool")))
    val = v.start + (i - oneunit(i))
    @boundscheck _in_unit_range(v, val, i) || throw_boundserror(v, i)
    return val % T
end

function getindex(v::OneTo{T}, i::Integer) where {T}
    @inline
    i isa Bool && throw(ArgumentError(string("invalid index: ", i, " of type Bool")))
    @boundscheck ((i > 0) & (i <= v.stop)) || throw_boundserror(v, i)
    return convert(T, i)
end

function getindex(v::AbstractRange{T}, i::Integer) where {T}
    @inline
    i isa Bool && throw(ArgumentError(string("invalid index: ", i, " of type Bool")))
    ret = convert(T, first(v) + (i - oneunit(i)) * step_hp(v))
    ok = ifelse(step(v) > zero(step(v)),
        (ret <= last(v)) & (ret >= first(v)),
        (ret <= first(v)) & (ret >= last(v)))
    @boundscheck ((i > 0) & ok) || throw_boundserror(v, i)
    return ret
end

function getindex(r::Union{StepRangeLen,LinRange}, i::Integer)
    @inline
    i isa Bool && throw(ArgumentError(string("invalid index: ", i, " of type Bool")))
    @boundscheck checkbounds(r, i)
    unsafe_getindex(r, i)
end

# these accept indices outside of the range, for use in arithmetic on ranges
function unsafe_getindex(r::StepRangeLen{T}, i::Integer) where {T}
    i isa Bool && throw(ArgumentError(string("invalid index: ", i, " of type Bool")))
    u = oftype(r.offset, i) - r.offset
    return T(r.ref + u * r.step)
end

function _getindex_hiprec(r::StepRangeLen, i::Integer)
    i isa Bool && throw(ArgumentError(string("invalid index: ", i, " of type Bool")))
    u = oftype(r.offset, i) - r.offset
    return r.ref + u * r.step
end

function unsafe_getindex(r::LinRange, i::Integer)
    i isa Bool && throw(ArgumentError(string("invalid index: ", i, " of type Bool")))
    d = r.lendiv
    j, a, b = ifelse(2i >= length(r), (i - 1, r.start, r.stop), (length(r) - i, r.stop, r.start))
    u = oftype(r.len, j) / d
    v = (d - oftype(r.len, j)) / d
    return v * a + u * b
end

getindex(r::AbstractRange, ::Colon) = copy(r)

function getindex(r::AbstractUnitRange, s::AbstractUnitRange{T}) where {T<:Integer}
    @boundscheck checkbounds(r, s)
    if T === Bool
        return range(first(s) ? first(r) : last(r), length=last(s))
    else
        f = first(r)
        start = oftype(f, f + first(s) - firstindex(r))
        len = length(s)
        stop = oftype(f, start + (len - oneunit(len)))
        return range(start, stop)
    end
end

function getindex(r::OneTo{T}, s::OneTo) where {T}
    @inline
    @boundscheck checkbounds(r, s)
    return OneTo(T(s.stop))
end

function getindex(r::AbstractUnitRange, s::StepRange{T}) where {T<:Integer}
    @boundscheck checkbounds(r, s)
    if T === Bool
        return range(first(s) ? first(r) : last(r), step=oneunit(eltype(r)), length=last(s))
    else
        f = first(r)
        start = oftype(f, f + s.start - firstindex(r))
        st = step(s)
        len = length(s)
        stop = oftype(f, start + (len - oneunit(len)) * st)
        return range(start, stop; step=st)
    end
end

function getindex(r::StepRange, s::AbstractRange{T}) where {T<:Integer}
    @boundscheck checkbounds(r, s)
    if T === Bool
        if isempty(s)
            start, len = first(r), 0
        elseif length(s) == 1
            start, len = first(r), Int(first(s))
        else
            start, len = last(r), 1
        end
        return range(start, step=step(r), length=len)
    else
        f = r.start
        fs = first(s)
        st = r.step
        start = oftype(f, f + (fs - oneunit(fs)) * st)
        st *= step(s)
        len = length(s)
        # an empty result must keep the direction of its step
        stop = oftype(f, start + (len - oneunit(len)) * (iszero(len) ? copysign(step(r), step(s)) : st))
        return range(start, stop; step=st)
    end
end

function getindex(r::StepRangeLen{T}, s::OrdinalRange{S}) where {T,S<:Integer}
    @boundscheck checkbounds(r, s)
    len = length(s)
    sstep = step_hp(s)
    rstep = step_hp(r)
    L = typeof(len)
    if S === Bool
        rstep *= one(sstep)
        if len == 0
            return StepRangeLen{T}(first(r), rstep, zero(L), oneunit(L))
        elseif len == 1
            return first(s) ? StepRangeLen{T}(first(r), rstep, oneunit(L), oneunit(L)) :
                   StepRangeLen{T}(first(r), rstep, zero(L), oneunit(L))
        else
            return StepRangeLen{T}(last(r), rstep, oneunit(L), oneunit(L))
        end
    else
        # the index of the result that is closest to the old reference
        fs = first(s)
        offset = iszero(len) ? oneunit(r.offset) :
                 clamp(round(typeof(r.offset), (r.offset - fs) / sstep) + oneunit(r.offset), oneunit(r.offset), oftype(r.offset, len))
        ref = _getindex_hiprec(r, fs + (offset - oneunit(offset)) * sstep)
        return StepRangeLen{T}(ref, rstep * sstep, len, offset)
    end
end

function getindex(r::LinRange{T}, s::OrdinalRange{S}) where {T,S<:Integer}
    @boundscheck checkbounds(r, s)
    len = length(s)
    L = typeof(len)
    if S === Bool
        if len == 0
            return LinRange{T}(first(r), first(r), zero(L))
        elseif len == 1
            return first(s) ? LinRange{T}(first(r), first(r), oneunit(L)) : LinRange{T}(first(r), first(r), zero(L))
        else
            return LinRange{T}(last(r), last(r), oneunit(L))
        end
    else
        vfirst = unsafe_getindex(r, first(s))
        vlast = unsafe_getindex(r, last(s))
        return LinRange{T}(vfirst, vlast, len)
    end
end

## equality, comparison ##

==(r::T, s::T) where {T<:AbstractRange} =
    isempty(r) ? isempty(s) : ((first(r) == first(s)) & (length(r) == length(s)) & (length(r) == 1 || step(r) == step(s)) & (last(r) == last(s)))

function ==(r::OrdinalRange, s::OrdinalRange)
    isempty(r) && return isempty(s)
    isempty(s) && return false
    first(r) == first(s) && last(r) == last(s) || return false
    # one element: the steps do not matter
    length(r) == 1 && return length(s) == 1
    return step(r) == step(s)
end
==(r::T, s::T) where {T<:Union{StepRangeLen,LinRange}} =
    (isempty(r) & isempty(s)) | ((first(r) == first(s)) & (length(r) == length(s)) & (last(r) == last(s)))
==(r::StepRange{T}, s::StepRangeLen{T,T}) where {T} =
    (isempty(r) & isempty(s)) | ((first(r) == first(s)) & (last(r) == last(s)) & (length(r) == length(s)))
==(r::StepRangeLen{T,T}, s::StepRange{T}) where {T} = s == r
==(r::AbstractUnitRange, s::AbstractUnitRange) =
    (isempty(r) & isempty(s)) | ((first(r) == first(s)) & (last(r) == last(s)))
==(r::OneTo, s::OneTo) = last(r) == last(s)
==(r::T, s::T) where {T<:OneTo} = last(r) == last(s)
==(r::T, s::T) where {T<:AbstractUnitRange} =
    (isempty(r) & isempty(s)) | ((first(r) == first(s)) & (last(r) == last(s)))
==(r::T, s::T) where {T<:StepRange} = begin
    isempty(r) && return isempty(s)
    isempty(s) && return false
    first(r) == first(s) && last(r) == last(s) || return false
    return length(r) == 1 || step(r) == step(s)
end

function ==(r::AbstractRange, s::AbstractRange)
    lr = length(r)
    lr != length(s) && return false
    u, v = iterate(r), iterate(s)
    while u !== nothing
        u[1] == v[1] || return false
        u, v = iterate(r, u[2]), iterate(s, v[2])
    end
    return true
end

cmp(r1::AbstractRange, r2::AbstractRange) = invoke(cmp, Tuple{AbstractVector,AbstractVector}, r1, r2)

## set operations ##

intersect(r::OneTo, s::OneTo) = OneTo(min(r.stop, s.stop))
union(r::OneTo, s::OneTo) = OneTo(max(r.stop, s.stop))

intersect(r::AbstractUnitRange{<:Integer}, s::AbstractUnitRange{<:Integer}) =
    max(first(r), first(s)):min(last(r), last(s))
intersect(r::AbstractUnitRange{<:Real}, s::AbstractUnitRange{<:Real}) =
    intersect(promote(r, s)...)
function intersect(r::UnitRange{T}, s::UnitRange{T}) where {T<:Real}
    (isempty(r) || isempty(s)) && return UnitRange{T}(1, 0)
    isinteger(first(r) - first(s)) || return UnitRange{T}(max(first(r), first(s)), max(first(r), first(s)) - oneunit(T))
    return max(first(r), first(s)):min(last(r), last(s))
end
intersect(r::UnitRange{T}, s::UnitRange{T}) where {T<:Integer} = max(first(r), first(s)):min(last(r), last(s))

intersect(i::Integer, r::AbstractUnitRange{<:Integer}) = range(max(i, first(r)), length=in(i, r))
intersect(r::AbstractUnitRange{<:Integer}, i::Integer) = intersect(i, r)

function intersect(r::AbstractUnitRange{<:Integer}, s::StepRange{<:Integer})
    T = promote_type(eltype(r), eltype(s))
    if isempty(s)
        return StepRange{T}(first(r), +step(s), first(r) - step(s))
    else
        sta, ste, sto = first_step_last_ascending(s)
        lo = first(r)
        hi = last(r)
        i0 = max(sta, lo + mod(sta - lo, ste))
        i1 = min(sto, hi - mod(hi - sta, ste))
        return StepRange{T}(i0, ste, i1)
    end
end
StepRange{T}(start, step::S, stop) where {T,S} = StepRange{T,S}(start, step, stop)

function first_step_last_ascending(r::StepRange)
    if step(r) < zero(step(r))
        return last(r), -step(r), first(r)
    else
        return first(r), +step(r), last(r)
    end
end

intersect(r::StepRange{<:Integer}, s::AbstractUnitRange{<:Integer}) =
    step(r) < 0 ? reverse(intersect(s, r)) : intersect(s, r)

function intersect(r::StepRange, s::StepRange)
    T = promote_type(eltype(r), eltype(s))
    S = promote_type(typeof(step(r)), typeof(step(s)))
    if isempty(r) || isempty(s)
        return StepRange{T,S}(first(r), step(r), first(r) - step(r))
    end
    start1, step1, stop1 = first_step_last_ascending(r)
    start2, step2, stop2 = first_step_last_ascending(s)
    a = lcm(step1, step2)
    g, x, _ = gcdx(step1, step2)
    if !iszero(rem(start1 - start2, g))
        # the two never meet
        return StepRange{T,S}(first(r), step(r), first(r) - step(r))
    end
    z = div(start1 - start2, g)
    b = start1 - x * z * step1
    # smallest common element not below both starts, largest not above both ends
    m = max(start1 + mod(b - start1, a), start2 + mod(b - start2, a))
    n = min(stop1 - mod(stop1 - b, a), stop2 - mod(stop2 - b, a))
    return step(r) < zero(step(r)) ? StepRange{T,S}(n, -a, m) : StepRange{T,S}(m, a, n)
end

function intersect(r1::AbstractRange, r2::AbstractRange)
    # no arithmetic is known for these two: element by element, in the order of the first
    return filter!(in(Set(r2)), unique!(collect(r1)))
end
function intersect(r1::AbstractRange, r2::AbstractRange, r3::AbstractRange, r::AbstractRange...)
    i = intersect(intersect(r1, r2), r3)
    for t in r
        i = intersect(i, t)
    end
    return i
end

function _findin(r::AbstractRange{<:Integer}, span::AbstractUnitRange{<:Integer})
    fspan = first(span)
    lspan = last(span)
    fr = first(r)
    lr = last(r)
    sr = step(r)
    if sr > 0
        ifirst = fr >= fspan ? 1 : cld(fspan - fr, sr) + 1
        ilast = lr <= lspan ? length(r) : length(r) - cld(lr - lspan, sr)
    elseif sr < 0
        ifirst = fr <= lspan ? 1 : cld(lspan - fr, sr) + 1
        ilast = lr >= fspan ? length(r) : length(r) - cld(lr - fspan, sr)
    else
        ifirst = fr >= fspan ? 1 : length(r) + 1
        ilast = fr <= lspan ? length(r) : 0
    end
    return r isa AbstractUnitRange ? (ifirst:ilast) : (ifirst:1:ilast)
end

issubset(r::OneTo, s::OneTo) = r.stop <= s.stop
issubset(r::AbstractUnitRange{<:Integer}, s::AbstractUnitRange{<:Integer}) =
    isempty(r) || (first(r) >= first(s) && last(r) <= last(s))

## arithmetic ##

-(r::OrdinalRange) = range(-first(r), -last(r), step=negate(step(r)))
-(r::StepRangeLen{T,R,S,L}) where {T,R,S,L} = StepRangeLen{T,R,S,L}(-r.ref, -r.step, r.len, r.offset)
-(r::LinRange) = LinRange(-r.start, -r.stop, length(r))
negate(x) = -x
negate(x::Unsigned) = -signed(x)

# a function instead of a loop: integers cannot be counted yet when this file is loaded
function _define_range_op(@nospecialize f)
    @eval begin
        function $f(r1::OrdinalRange, r2::OrdinalRange)
            r1l = length(r1)
            _check_range_lengths(r1l, length(r2))
            StepRangeLen($f(first(r1), first(r2)), $f(step(r1), step(r2)), r1l)
        end
        function $f(r1::LinRange{T}, r2::LinRange{T}) where {T}
            len = r1.len
            _check_range_lengths(len, r2.len)
            LinRange{T}(convert(T, $f(first(r1), first(r2))), convert(T, $f(last(r1), last(r2))), len)
        end
        $f(r1::Union{StepRangeLen,OrdinalRange,LinRange}, r2::Union{StepRangeLen,OrdinalRange,LinRange}) =
            $f(promote(r1, r2)...)
    end
end
_define_range_op(:+)
_define_range_op(:-)
function +(r1::StepRangeLen{T,S}, r2::StepRangeLen{T,S}) where {T,S}
    len = length(r1)
    _check_range_lengths(len, length(r2))
    StepRangeLen(first(r1) + first(r2), step(r1) + step(r2), len)
end
-(r1::StepRangeLen, r2::StepRangeLen) = +(r1, -r2)

_check_range_lengths(l1, l2) = l1 == l2 ||
    throw(DimensionMismatch(string("argument dimensions must match: length of r1 is ", l1, ", length of r2 is ", l2)))

## promotion and conversion ##

el_same(::Type{T}, a::Type{<:AbstractArray{T,n}}, b::Type{<:AbstractArray{T,n}}) where {T,n} = a
el_same(::Type{T}, a::Type{<:AbstractArray{T,n}}, b::Type{<:AbstractArray{S,n}}) where {T,S,n} = a
el_same(::Type{T}, a::Type{<:AbstractArray{S,n}}, b::Type{<:AbstractArray{T,n}}) where {T,S,n} = b
el_same(::Type, a, b) = promote_typejoin(a, b)

promote_result(::Type{<:AbstractArray}, ::Type{<:AbstractArray}, ::Type{T}, ::Type{S}) where {T,S} =
    (@inline; promote_type(T, S))
promote_result(::Type{T}, ::Type{S}, ::Type{Bottom}, ::Type{Bottom}) where {T<:AbstractArray,S<:AbstractArray} =
    (@inline; promote_typejoin(T, S))

promote_rule(a::Type{UnitRange{T1}}, b::Type{UnitRange{T2}}) where {T1,T2} =
    el_same(promote_type(T1, T2), a, b)
UnitRange{T}(r::UnitRange{T}) where {T<:Real} = r
UnitRange{T}(r::UnitRange) where {T<:Real} = UnitRange{T}(r.start, r.stop)

promote_rule(a::Type{OneTo{T1}}, b::Type{OneTo{T2}}) where {T1,T2} =
    el_same(promote_type(T1, T2), a, b)
OneTo{T}(r::OneTo{T}) where {T<:Integer} = r
OneTo{T}(r::OneTo) where {T<:Integer} = OneTo{T}(r.stop)

promote_rule(a::Type{UnitRange{T1}}, ::Type{UR}) where {T1,UR<:AbstractUnitRange} =
    promote_rule(a, UnitRange{eltype(UR)})
UnitRange{T}(r::AbstractUnitRange) where {T<:Real} = UnitRange{T}(first(r), last(r))
UnitRange(r::AbstractUnitRange) = UnitRange(first(r), last(r))

AbstractUnitRange{T}(r::AbstractUnitRange{T}) where {T} = r
AbstractUnitRange{T}(r::UnitRange) where {T} = UnitRange{T}(r)
AbstractUnitRange{T}(r::OneTo) where {T} = OneTo{T}(r)

OrdinalRange{T1,T2}(r::StepRange) where {T1,T2<:Integer} = StepRange{T1,T2}(r)
OrdinalRange{T1,T2}(r::AbstractUnitRange{T1}) where {T1,T2<:Integer} = r
OrdinalRange{T1,T2}(r::UnitRange) where {T1,T2<:Integer} = UnitRange{T1}(r)
OrdinalRange{T1,T2}(r::OneTo) where {T1,T2<:Integer} = OneTo{T1}(r)

function promote_rule(::Type{StepRange{T1a,T1b}}, ::Type{StepRange{T2a,T2b}}) where {T1a,T1b,T2a,T2b}
    Tb = promote_type(T1b, T2b)
    # el_same only compares element types, so the step types are promoted here
    el_same(promote_type(T1a, T2a), StepRange{T1a,Tb}, StepRange{T2a,Tb})
end
StepRange{T1,T2}(r::StepRange{T1,T2}) where {T1,T2} = r

promote_rule(a::Type{StepRange{T1a,T1b}}, ::Type{UR}) where {T1a,T1b,UR<:AbstractUnitRange} =
    promote_rule(a, StepRange{eltype(UR),eltype(UR)})
StepRange{T1,T2}(r::AbstractRange) where {T1,T2} =
    StepRange{T1,T2}(convert(T1, first(r)), convert(T2, step(r)), convert(T1, last(r)))
StepRange(r::AbstractUnitRange{T}) where {T} = StepRange{T,T}(first(r), step(r), last(r))
(StepRange{T1,T2} where {T1})(r::AbstractRange) where {T2} = StepRange{eltype(r),T2}(r)

function promote_rule(::Type{StepRangeLen{T1,R1,S1,L1}}, ::Type{StepRangeLen{T2,R2,S2,L2}}) where {T1,T2,R1,R2,S1,S2,L1,L2}
    R, S, L = promote_type(R1, R2), promote_type(S1, S2), promote_type(L1, L2)
    el_same(promote_type(T1, T2), StepRangeLen{T1,R,S,L}, StepRangeLen{T2,R,S,L})
end
StepRangeLen{T,R,S,L}(r::StepRangeLen{T,R,S,L}) where {T,R,S,L} = r
StepRangeLen{T,R,S,L}(r::StepRangeLen) where {T,R,S,L} =
    StepRangeLen{T,R,S,L}(convert(R, r.ref), convert(S, r.step), convert(L, r.len), convert(L, r.offset))
StepRangeLen{T}(r::StepRangeLen) where {T} =
    StepRangeLen(convert(T, r.ref), convert(T, r.step), r.len, r.offset)

promote_rule(a::Type{StepRangeLen{T,R,S,L}}, ::Type{OR}) where {T,R,S,L,OR<:AbstractRange} =
    promote_rule(a, StepRangeLen{eltype(OR),eltype(OR),eltype(OR),Int})
StepRangeLen{T,R,S,L}(r::AbstractRange) where {T,R,S,L} =
    StepRangeLen{T,R,S,L}(R(first(r)), S(step(r)), length(r))
StepRangeLen{T}(r::AbstractRange) where {T} = StepRangeLen(T(first(r)), T(step(r)), length(r))
StepRangeLen(r::AbstractRange) = StepRangeLen{eltype(r)}(r)

function promote_rule(::Type{LinRange{A,L}}, b::Type{StepRangeLen{T2,R2,S2,L2}}) where {A,L,T2,R2,S2,L2}
    promote_rule(StepRangeLen{A,A,A,L}, b)
end

promote_rule(a::Type{LinRange{T1,L1}}, b::Type{LinRange{T2,L2}}) where {T1,T2,L1,L2} =
    el_same(promote_type(T1, T2), LinRange{T1,promote_type(L1, L2)}, LinRange{T2,promote_type(L1, L2)})
LinRange{T,L}(r::LinRange{T,L}) where {T,L} = r
LinRange{T,L}(r::AbstractRange) where {T,L} = LinRange{T,L}(first(r), last(r), length(r))
LinRange{T}(r::AbstractRange) where {T} = LinRange{T,typeof(length(r))}(first(r), last(r), length(r))
LinRange(r::AbstractRange{T}) where {T} = LinRange{T}(r)

promote_rule(a::Type{LinRange{T,L}}, ::Type{OR}) where {T,L,OR<:OrdinalRange} =
    promote_rule(a, LinRange{eltype(OR),L})

## concatenation, copies, order ##

# vcat of ranges is an ordinary vector
function vcat(rs::AbstractRange{T}...) where {T}
    n::Int = 0
    for ra in rs
        n += length(ra)
    end
    a = Vector{T}(undef, n)
    i = 1
    for ra in rs, x in ra
        @inbounds a[i] = x
        i += 1
    end
    return a
end

copy(r::AbstractRange) = r
Array{T,1}(r::AbstractRange{T}) where {T} = vcat(r)
collect(r::AbstractRange) = Array(r)

_reverse(r::OrdinalRange, ::Colon) = (:)(last(r), negate(step(r)), first(r))
function _reverse(r::StepRangeLen, ::Colon)
    # an empty range keeps its offset, or it would be invalid
    offset = isempty(r) ? r.offset : length(r) - r.offset + 1
    return typeof(r)(r.ref, negate(r.step), length(r), offset)
end
_reverse(r::LinRange{T}, ::Colon) where {T} = typeof(r)(r.stop, r.start, length(r))

## sorting ##

issorted(r::AbstractUnitRange) = true
issorted(r::AbstractRange) = length(r) <= 1 || step(r) >= zero(step(r))

sort(r::AbstractUnitRange) = r
sort!(r::AbstractUnitRange) = r
sort(r::AbstractRange) = issorted(r) ? r : reverse(r)
sortperm(r::AbstractUnitRange) = 1:length(r)
sortperm(r::AbstractRange) = issorted(r) ? (1:1:length(r)) : (length(r):-1:1)

function sum(r::AbstractRange{<:Real})
    l = length(r)
    # halving the even one of l and l-1 first keeps the product from overflowing early
    return l * first(r) + (iseven(l) ? (step(r) * (l - 1)) * (l >> 1) : (step(r) * l) * ((l - 1) >> 1))
end

## membership ##

function _in_range(x, r::AbstractRange)
    isempty(r) && return false
    f, l = first(r), last(r)
    # NaN, Inf and far away values end here, before they can overflow below
    f <= x <= l || l <= x <= f || return false
    iszero(step(r)) && return true
    n = round(Integer, (x - f) / step(r)) + 1
    return n >= 1 && n <= length(r) && r[n] == x
end
in(x::Real, r::AbstractRange{<:Real}) = _in_range(x, r)
in(x::T, r::AbstractRange{T}) where {T} = _in_range(x, r)

in(x::Integer, r::AbstractUnitRange{<:Integer}) = (first(r) <= x) & (x <= last(r))
in(x::Real, r::AbstractRange{T}) where {T<:Integer} =
    isinteger(x) && !isempty(r) &&
    (iszero(step(r)) ? x == first(r) :
     (x >= minimum(r) && x <= maximum(r) &&
      (mod(convert(T, x), step(r)) - mod(first(r), step(r)) == 0)))
in(x::AbstractChar, r::AbstractRange{<:AbstractChar}) =
    !isempty(r) &&
    (iszero(step(r)) ? x == first(r) :
     (x >= minimum(r) && x <= maximum(r) &&
      (mod(Int(x) - Int(first(r)), step(r)) == 0)))

# Bool ranges are numbers too, but comparing with them is not what ranges of integers do
in(x::Integer, r::AbstractUnitRange{Bool}) = (first(r) <= x) & (x <= last(r))
in(x::Real, r::AbstractUnitRange{Bool}) = isinteger(x) && (first(r) <= x) & (x <= last(r))

## modular indexing ##

mod(i::Integer, r::OneTo) = mod1(i, last(r))
mod(i::Integer, r::AbstractUnitRange{<:Integer}) = mod(i - first(r), length(r)) + first(r)
