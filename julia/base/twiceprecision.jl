# twiceprecision.jl: numbers in twice the precision of a float type, and the float ranges that are made of them,
# so that `0:0.1:1` holds the floats nearest to the decimal fractions.

# ---- exact elementary operations on pairs ------------------------------------------------------------------

"""
    splitprec(F::AbstractFloat, i::Integer)

An integer as the sum of two floats.
"""
function splitprec(::Type{F}, i::Integer) where {F<:AbstractFloat}
    hi = truncbits(F(i), cld(precision(F), 2))
    ihi = oftype(i, hi)
    return hi, F(i - ihi)
end

"""
    hi, lo = canonicalize2(big, little)

The sum of two numbers, `|little| <= |big|`, rounded, and what was lost.
"""
function canonicalize2(big, little)
    h = big + little
    return h, (big - h) + little
end

"""
    zhi, zlo = add12(x, y)

The exact sum.
"""
function add12(x::T, y::T) where {T}
    x, y = ifelse(abs(y) > abs(x), (y, x), (x, y))
    return canonicalize2(x, y)
end
add12(x, y) = add12(promote(x, y)...)

"""
    zhi, zlo = mul12(x, y)

The exact product.
"""
function mul12(x::T, y::T) where {T<:AbstractFloat}
    h = x * y
    return ifelse(iszero(h) | !isfinite(h), (h, h), canonicalize2(h, fma(x, y, -h)))
end
mul12(x::T, y::T) where {T} = (p = x * y; (p, zero(p)))
mul12(x, y) = mul12(promote(x, y)...)

"""
    zhi, zlo = div12(x, y)

The quotient in twice the precision.
"""
function div12(x::T, y::T) where {T<:AbstractFloat}
    xs, xe = frexp(x)
    ys, ye = frexp(y)
    r = xs / ys
    rh, rl = canonicalize2(r, -fma(r, ys, -xs) / ys)
    return ifelse(iszero(r) | !isfinite(r), (r, r), (ldexp(rh, xe - ye), ldexp(rl, xe - ye)))
end
div12(x::T, y::T) where {T} = (p = x / y; (p, zero(p)))
div12(x, y) = div12(promote(x, y)...)

# ---- the type ----------------------------------------------------------------------------------------------------

"""
    TwicePrecision{T}(hi::T, lo::T)

The number `hi + lo`, `lo` being the part that `hi` cannot hold.
"""
struct TwicePrecision{T}
    hi::T
    lo::T
end
TwicePrecision{T}(x::T) where {T} = TwicePrecision{T}(x, zero(T))
TwicePrecision{T}(x::TwicePrecision{T}) where {T} = x
function TwicePrecision{T}(x) where {T}
    xT = T(x)
    return TwicePrecision{T}(xT, T(x - xT))
end
TwicePrecision{T}(i::Integer) where {T<:AbstractFloat} = TwicePrecision{T}(canonicalize2(splitprec(T, i)...)...)
TwicePrecision(x) = TwicePrecision{typeof(x)}(x)
TwicePrecision{T}(nd::Tuple{Integer,Integer}) where {T<:AbstractFloat} = TwicePrecision{T}(nd[1]) / nd[2]
TwicePrecision{T}(nd::Tuple{Any,Any}) where {T} = TwicePrecision{T}(nd[1]) / nd[2]
TwicePrecision{T}(nd::Tuple{Any,Any}, nb::Integer) where {T} = twiceprecision(TwicePrecision{T}(nd), nb)

# With the low bits of `hi` moved to `lo`, so that small multiples of `hi` are exact.
function twiceprecision(val::T, nb::Integer) where {T<:IEEEFloat}
    hi = truncbits(val, nb)
    return TwicePrecision{T}(hi, val - hi)
end
function twiceprecision(val::TwicePrecision{T}, nb::Integer) where {T<:IEEEFloat}
    hi = truncbits(val.hi, nb)
    return TwicePrecision{T}(hi, (val.hi - hi) + val.lo)
end

# The number of bits that an index may take.
nbitslen(r::StepRangeLen) = nbitslen(eltype(r), length(r), r.offset)
nbitslen(::Type{T}, len, offset) where {T<:IEEEFloat} = min(cld(precision(T), 2), nbitslen(len, offset))
nbitslen(len, offset) = len < 2 ? 0 : top_set_bit(max(offset - 1, len - offset) - 1)

eltype(::Type{TwicePrecision{T}}) where {T} = T
promote_rule(::Type{TwicePrecision{R}}, ::Type{TwicePrecision{S}}) where {R,S} = TwicePrecision{promote_type(R, S)}
promote_rule(::Type{TwicePrecision{R}}, ::Type{S}) where {R,S<:Number} = TwicePrecision{promote_type(R, S)}

(::Type{T})(x::TwicePrecision) where {T<:Number} = (T(x.hi) + T(x.lo))::T
convert(::Type{TwicePrecision{T}}, x::TwicePrecision{T}) where {T} = x
convert(::Type{TwicePrecision{T}}, x::TwicePrecision) where {T} =
    TwicePrecision{T}(convert(T, x.hi), convert(T, x.lo))::TwicePrecision{T}
convert(::Type{T}, x::TwicePrecision) where {T<:Number} = T(x)
convert(::Type{TwicePrecision{T}}, x::Number) where {T} = TwicePrecision{T}(x)

float(x::TwicePrecision{<:AbstractFloat}) = x
float(x::TwicePrecision) = TwicePrecision(float(x.hi), float(x.lo))
big(x::TwicePrecision) = big(x.hi) + big(x.lo)
-(x::TwicePrecision) = TwicePrecision(-x.hi, -x.lo)
iszero(x::TwicePrecision) = iszero(x.hi) & iszero(x.lo)
zero(::Type{TwicePrecision{T}}) where {T} = TwicePrecision{T}(zero(T), zero(T))
zero(x::TwicePrecision) = zero(typeof(x))
one(x::TwicePrecision) = one(x.hi)

function +(x::TwicePrecision, y::Number)
    s_hi, s_lo = add12(x.hi, y)
    return TwicePrecision(canonicalize2(s_hi, s_lo + x.lo)...)
end
+(x::Number, y::TwicePrecision) = y + x
function +(x::TwicePrecision{T}, y::TwicePrecision{T}) where {T}
    r = x.hi + y.hi
    s = abs(x.hi) > abs(y.hi) ? (((x.hi - r) + y.hi) + y.lo) + x.lo : (((y.hi - r) + x.hi) + x.lo) + y.lo
    return TwicePrecision(canonicalize2(r, s)...)
end
+(x::TwicePrecision, y::TwicePrecision) = +(promote(x, y)...)
-(x::TwicePrecision, y::TwicePrecision) = x + (-y)
-(x::TwicePrecision, y::Number) = x + (-y)
-(x::Number, y::TwicePrecision) = x + (-y)

function *(x::TwicePrecision, v::Number)
    v == 0 && return TwicePrecision(x.hi * v, x.lo * v)
    return x * TwicePrecision(oftype(x.hi * v, v))
end
function *(x::TwicePrecision{<:IEEEFloat}, v::Integer)
    v == 0 && return TwicePrecision(x.hi * v, x.lo * v)
    nb = ceil(Int, log2(abs(v)))
    u = truncbits(x.hi, nb)
    return TwicePrecision(canonicalize2(u * v, ((x.hi - u) + x.lo) * v)...)
end
*(v::Number, x::TwicePrecision) = x * v
function *(x::TwicePrecision{T}, y::TwicePrecision{T}) where {T}
    zh, zl = mul12(x.hi, y.hi)
    (iszero(zh) | !isfinite(zh)) && return TwicePrecision{T}(zh, zh)
    return TwicePrecision{T}(canonicalize2(zh, (x.hi * y.lo + x.lo * y.hi) + zl)...)
end
*(x::TwicePrecision, y::TwicePrecision) = *(promote(x, y)...)
/(x::TwicePrecision, v::Number) = x / TwicePrecision(oftype(x.hi / v, v))
function /(x::TwicePrecision{T}, y::TwicePrecision{T}) where {T}
    hi = x.hi / y.hi
    (iszero(hi) | !isfinite(hi)) && return TwicePrecision(hi, hi)
    uh, ul = mul12(hi, y.hi)
    lo = ((((x.hi - uh) - ul) + x.lo) - hi * y.lo) / y.hi
    return TwicePrecision(canonicalize2(hi, lo)...)
end
/(x::TwicePrecision, y::TwicePrecision) = /(promote(x, y)...)
isbetween(a, x, b) = (a <= x <= b) | (b <= x <= a)

# ---- ranges ------------------------------------------------------------------------------------------------------------

StepRangeLen(ref::TwicePrecision{T}, step::TwicePrecision{T}, len::Integer, offset::Integer=1) where {T} =
    StepRangeLen{T,TwicePrecision{T},TwicePrecision{T}}(ref, step, len, offset)
StepRangeLen{T}(ref::TwicePrecision{S}, step::TwicePrecision{S}, len::Integer, offset::Integer=1) where {T,S} =
    StepRangeLen{T,TwicePrecision{S},TwicePrecision{S}}(ref, step, len, offset)

# From reference and step as fractions. Float16 and Float32 are computed in Float64.
function steprangelen_hp(::Type{Float64}, ref::Tuple{Integer,Integer}, step::Tuple{Integer,Integer}, nb::Integer,
                         len::Integer, offset::Integer)
    return StepRangeLen(TwicePrecision{Float64}(ref), TwicePrecision{Float64}(step, nb), len, offset)
end
function steprangelen_hp(::Type{T}, ref::Tuple{Integer,Integer}, step::Tuple{Integer,Integer}, nb::Integer,
                         len::Integer, offset::Integer) where {T<:IEEEFloat}
    return StepRangeLen{T}(ref[1] / ref[2], step[1] / step[2], len, offset)
end
# From one or two floats each.
const F_or_FF = Union{AbstractFloat,Tuple{AbstractFloat,AbstractFloat}}
asF64(x::AbstractFloat) = Float64(x)
asF64(x::Tuple{AbstractFloat,AbstractFloat}) = Float64(x[1]) + Float64(x[2])
function steprangelen_hp(::Type{Float64}, ref::F_or_FF, step::F_or_FF, nb::Integer, len::Integer, offset::Integer)
    return StepRangeLen(TwicePrecision{Float64}(ref...), twiceprecision(TwicePrecision{Float64}(step...), nb), len, offset)
end
function steprangelen_hp(::Type{T}, ref::F_or_FF, step::F_or_FF, nb::Integer, len::Integer, offset::Integer) where {T<:IEEEFloat}
    return StepRangeLen{T}(asF64(ref), asF64(step), len, offset)
end

# A range of fractions with one denominator, anchored at the element of least magnitude.
function floatrange(::Type{T}, start_n::Integer, len::Integer, step_n::Integer, den::Integer) where {T}
    len = len + 0
    if len < 2 || step_n == 0
        return steprangelen_hp(T, (start_n, den), (step_n, den), 0, len, oneunit(len))
    end
    L = typeof(len)
    imin = clamp(round(L, -start_n / step_n + 1), oneunit(L), len)
    ref_n = start_n + (imin - 1) * step_n
    nb = nbitslen(T, len, imin)
    return steprangelen_hp(T, (ref_n, den), (step_n, den), nb, len, imin)
end
function floatrange(a::AbstractFloat, st::AbstractFloat, len::Real, divisor::AbstractFloat)
    len = len + 0
    T = promote_type(typeof(a), typeof(st), typeof(divisor))
    m = maxintfloat(T, Int)
    if abs(a) <= m && abs(st) <= m && abs(divisor) <= m
        ia, ist, idivisor = round(Int, a), round(Int, st), round(Int, divisor)
        if ia == a && ist == st && idivisor == divisor
            return floatrange(T, ia, len, ist, idivisor)
        end
    end
    q, s = div12(T(a), T(divisor)), div12(T(st), T(divisor))
    return steprangelen_hp(T, q, s, nbitslen(T, len, oneunit(len)), len, oneunit(len))
end

# Both ends given as decimal fractions: find small fractions for the floats and count in integers.
function (:)(start::T, step::T, stop::T) where {T<:IEEEFloat}
    step == 0 && throw(ArgumentError("range step cannot be zero"))
    step_n, step_d = rat(step)
    if step_d != 0 && T(step_n / step_d) == step
        start_n, start_d = rat(start)
        stop_n, stop_d = rat(stop)
        if start_d != 0 && stop_d != 0 && T(start_n / start_d) == start && T(stop_n / stop_d) == stop
            den = lcm_unchecked(start_d, step_d)
            m = maxintfloat(T, Int)
            if den != 0 && abs(start * den) <= m && abs(step * den) <= m &&
               rem(den, start_d) == 0 && rem(den, step_d) == 0
                start_n = round(Int, start * den)
                step_n = round(Int, step * den)
                len = max(0, Int(div(den * stop_n - stop_d * start_n + step_n * stop_d, step_n * stop_d)))
                # The products may have overflowed: the result must make sense.
                if isbetween(start, start + (len - 1) * step, stop + step / 2) &&
                   !isbetween(start, start + len * step, stop)
                    return floatrange(T, start_n, len, step_n, den)
                end
            end
        end
    end
    # The floats as they are.
    lf = (stop - start) / step
    if lf < 0
        len = 0
    elseif lf == 0
        len = 1
    else
        len = round(Int, lf) + 1
        stop′ = start + (len - 1) * step
        len -= (start < stop < stop′) + (start > stop > stop′)
    end
    return steprangelen_hp(T, start, step, 0, len, 1)
end
step(r::StepRangeLen{T,TwicePrecision{T},TwicePrecision{T}}) where {T<:AbstractFloat} = T(r.step)
step(r::StepRangeLen{T,TwicePrecision{T},TwicePrecision{T}}) where {T} = T(r.step)

range_start_step_length(a::Real, st::IEEEFloat, len::Integer) =
    range_start_step_length(promote(a, st)..., len)
range_start_step_length(a::IEEEFloat, st::Real, len::Integer) =
    range_start_step_length(promote(a, st)..., len)
range_start_step_length(a::IEEEFloat, step::AbstractFloat, len::Integer) =
    range_start_step_length(promote(a, step)..., len)
range_start_step_length(a::AbstractFloat, step::IEEEFloat, len::Integer) =
    range_start_step_length(promote(a, step)..., len)
range_start_step_length(a::IEEEFloat, st::IEEEFloat, len::Integer) =
    range_start_step_length(promote(a, st)..., len)
function range_start_step_length(a::T, st::T, len::Integer) where {T<:IEEEFloat}
    len = len + 0
    start_n, start_d = rat(a)
    step_n, step_d = rat(st)
    if start_d != 0 && step_d != 0 && T(start_n / start_d) == a && T(step_n / step_d) == st
        den = lcm_unchecked(start_d, step_d)
        m = maxintfloat(T, Int)
        if abs(den * a) <= m && abs(den * st) <= m && rem(den, start_d) == 0 && rem(den, step_d) == 0
            start_n = round(Int, den * a)
            step_n = round(Int, den * st)
            return floatrange(T, start_n, len, step_n, den)
        end
    end
    return steprangelen_hp(T, a, st, 0, len, 1)
end

range_step_stop_length(step::Real, stop::IEEEFloat, len::Integer) =
    range_step_stop_length(promote(step, stop)..., len)
range_step_stop_length(step::IEEEFloat, stop::Real, len::Integer) =
    range_step_stop_length(promote(step, stop)..., len)
function range_step_stop_length(step::IEEEFloat, stop::IEEEFloat, len::Integer)
    r = range_start_step_length(stop, negate(step), len)
    return reverse(r)
end
negate(x) = -x

# ---- indexing -------------------------------------------------------------------------------------------------------------

function unsafe_getindex(r::StepRangeLen{T,<:TwicePrecision,<:TwicePrecision}, i::Integer) where {T}
    i isa Bool && throw(ArgumentError("invalid index: $i of type Bool"))
    u = oftype(r.offset, i) - r.offset
    shift_hi, shift_lo = u * r.step.hi, u * r.step.lo
    x_hi, x_lo = add12(r.ref.hi, shift_hi)
    return T(x_hi + (x_lo + (shift_lo + r.ref.lo)))
end
function _getindex_hiprec(r::StepRangeLen{<:Any,<:TwicePrecision,<:TwicePrecision}, i::Integer)
    i isa Bool && throw(ArgumentError("invalid index: $i of type Bool"))
    u = oftype(r.offset, i) - r.offset
    shift_hi, shift_lo = u * r.step.hi, u * r.step.lo
    x_hi, x_lo = add12(r.ref.hi, shift_hi)
    x_hi, x_lo = add12(x_hi, x_lo + (shift_lo + r.ref.lo))
    return TwicePrecision(x_hi, x_lo)
end
function getindex(r::StepRangeLen{T,<:TwicePrecision,<:TwicePrecision}, s::OrdinalRange{S}) where {T,S<:Integer}
    @boundscheck checkbounds(r, s)
    if S === Bool
        if length(s) == 0
            return StepRangeLen{T}(r.ref, r.step, 0, 1)
        elseif length(s) == 1
            first(s) && return StepRangeLen{T}(r.ref, r.step, 1, 1)
            return StepRangeLen{T}(r.ref, r.step, 0, 1)
        else # false, true
            return StepRangeLen{T}(r.ref + (2 - r.offset) * r.step, r.step, 1, 1)
        end
    end
    len = length(s)
    L = typeof(len)
    soffset = round(L, (r.offset - first(s)) / step(s) + 1)
    soffset = clamp(soffset, oneunit(L), max(len, oneunit(L)))
    ioffset = L(first(s) + (soffset - oneunit(L)) * step(s))
    if step(s) == 1 || len < 2
        newstep = r.step
    else
        newstep = twiceprecision(r.step * step(s), nbitslen(T, len, soffset))
    end
    ref = ioffset == r.offset ? r.ref : r.ref + (ioffset - r.offset) * r.step
    return StepRangeLen{T}(ref, newstep, len, soffset)
end

*(x::Real, r::StepRangeLen{<:Real,<:TwicePrecision}) =
    StepRangeLen(x * r.ref, twiceprecision(x * r.step, nbitslen(r)), length(r), r.offset)
*(r::StepRangeLen{<:Real,<:TwicePrecision}, x::Real) = x * r
/(r::StepRangeLen{<:Real,<:TwicePrecision}, x::Real) =
    StepRangeLen(r.ref / x, twiceprecision(r.step / x, nbitslen(r)), length(r), r.offset)

StepRangeLen{T,R,S}(r::StepRangeLen{T,R,S}) where {T<:AbstractFloat,R<:TwicePrecision,S<:TwicePrecision} = r
StepRangeLen{T,R,S}(r::StepRangeLen) where {T<:AbstractFloat,R<:TwicePrecision,S<:TwicePrecision} =
    _convertSRL(StepRangeLen{T,R,S}, r)
StepRangeLen{Float64}(r::StepRangeLen) = _convertSRL(StepRangeLen{Float64,TwicePrecision{Float64},TwicePrecision{Float64}}, r)
StepRangeLen{Float64}(r::AbstractRange) = _convertSRL(StepRangeLen{Float64,TwicePrecision{Float64},TwicePrecision{Float64}}, r)
for T in (Float16, Float32), R in (StepRangeLen, AbstractRange)
    @eval StepRangeLen{$T}(r::$R) = _convertSRL(StepRangeLen{$T,Float64,Float64}, r)
end

function _convertSRL(::Type{StepRangeLen{T,R,S}}, r::StepRangeLen{<:Integer}) where {T,R,S}
    return StepRangeLen{T,R,S}(R(r.ref), S(r.step), length(r), r.offset)
end
function _convertSRL(::Type{StepRangeLen{T,R,S}}, r::AbstractRange{<:Integer}) where {T,R,S}
    return StepRangeLen{T,R,S}(R(first(r)), S(step(r)), length(r))
end
function _convertSRL(::Type{StepRangeLen{T,R,S}}, r::StepRangeLen{U}) where {T,R,S,U}
    # An integer range in disguise keeps its exact values.
    n = nbitslen(T, length(r), r.offset)
    st = S <: TwicePrecision ? twiceprecision(S(r.step), n) : S(r.step)
    return StepRangeLen{T,R,S}(R(r.ref), st, length(r), r.offset)
end
function _convertSRL(::Type{StepRangeLen{T,R,S}}, r::AbstractRange{U}) where {T,R,S,U}
    # Through the endpoints, so that they are kept.
    f, s = first(r), step(r)
    st = S <: TwicePrecision ? twiceprecision(S(s), nbitslen(T, length(r), 1)) : S(s)
    return StepRangeLen{T,R,S}(R(f), st, length(r), 1)
end

function sum(r::StepRangeLen{<:Any,<:TwicePrecision,<:TwicePrecision})
    l = length(r)
    # The mean is near the anchor: add the distances, which are integers, exactly.
    np, nn = l - r.offset, r.offset - 1
    sp, sn = sumpair(np), sumpair(nn)
    W = widen(typeof(l))
    Δn = W(sp[1]) * W(sp[2]) - W(sn[1]) * W(sn[2])
    s = r.step * Δn
    # The anchor counts once for each element.
    return eltype(r)(s + r.ref * l)
end
# n(n+1)/2 as a product of two integers.
sumpair(n::Integer) = iseven(n) ? (n + 1, n >> 1) : (n, (n + 1) >> 1)

function +(r1::StepRangeLen{T,R}, r2::StepRangeLen{T,R}) where {T,R<:TwicePrecision}
    len = length(r1)
    len == length(r2) || throw(DimensionMismatch("argument dimensions must match: length of r1 is $len, length of r2 is $(length(r2))"))
    if r1.offset == r2.offset
        imid = r1.offset
        ref = r1.ref + r2.ref
    else
        imid = round(Int, (r1.offset + r2.offset) / 2)
        ref = _getindex_hiprec(r1, imid) + _getindex_hiprec(r2, imid)
    end
    st = twiceprecision(r1.step + r2.step, nbitslen(T, len, imid))
    return StepRangeLen{T,typeof(ref),typeof(st)}(ref, st, len, imid)
end

# ---- between two ends with a length ------------------------------------------------------------------------------------------

range_start_stop_length(start, stop, len::Integer) = range_start_stop_length(promote(start, stop)..., len)
range_start_stop_length(start::T, stop::T, len::Integer) where {T} = LinRange{T}(start, stop, len)
range_start_stop_length(start::T, stop::T, len::Integer) where {T<:Integer} = _linspace(float(T), start, stop, len)
function range_start_stop_length(start::T, stop::T, len::Integer) where {T<:IEEEFloat}
    len = len + 0
    len < 2 && return _linspace1(T, start, stop, len)
    if start == stop
        return steprangelen_hp(T, start, zero(T), 0, len, 1)
    end
    start_n, start_d = rat(start)
    stop_n, stop_d = rat(stop)
    if start_d != 0 && stop_d != 0
        den = lcm_unchecked(start_d, stop_d)
        m = maxintfloat(T, Int)
        if den != 0 && abs(den * start) <= m && abs(den * stop) <= m
            start_n = round(Int, den * start)
            stop_n = round(Int, den * stop)
            if T(start_n / den) == start && T(stop_n / den) == stop
                return _linspace(T, start_n, stop_n, len, den)
            end
        end
    end
    return _linspace(start, stop, len)
end

function _linspace(start::T, stop::T, len::Integer) where {T<:IEEEFloat}
    (isfinite(start) && isfinite(stop)) || throw(ArgumentError("start and stop must be finite, got $start and $stop"))
    # The index of the element of least magnitude.
    Δ, Δfac = stop - start, 1
    if !isfinite(Δ)
        Δ, Δfac = stop / len - start / len, Int(len)
    end
    tmin = -(start / Δ) / Δfac
    L = typeof(len)
    lenn1 = len - oneunit(L)
    imin = round(L, tmin * lenn1 + 1)
    if 1 < imin < len
        t = (imin - oneunit(L)) / lenn1
        ref = T((1 - t) * start + t * stop)
        step = imin - 1 < len - imin ? (ref - start) / (imin - 1) : (stop - ref) / (len - imin)
    elseif imin <= 1
        imin = oneunit(L)
        ref = start
        step = (Δ / (len - 1)) * Δfac
    else
        imin = len
        ref = stop
        step = (Δ / (len - 1)) * Δfac
    end
    if len == 2 && !isfinite(step)
        # The step overflows: as a pair it does not.
        return steprangelen_hp(T, start, (-start, stop), 0, len, oneunit(L))
    end
    # A step whose multiples are exact and stay finite, and corrections that meet both ends.
    m, k = prevfloat(floatmax(T)), max(imin - 1, len - imin)
    step_hi_pre = clamp(step, max(-(m + ref) / k, (-m + ref) / k), min((m - ref) / k, (m + ref) / k))
    nb = nbitslen(T, len, imin)
    step_hi = truncbits(step_hi_pre, nb)
    x1_hi, x1_lo = add12((1 - imin) * step_hi, ref)
    x2_hi, x2_lo = add12((len - imin) * step_hi, ref)
    a, b = (start - x1_hi) - x1_lo, (stop - x2_hi) - x2_lo
    step_lo = (b - a) / (len - 1)
    ref_lo = a - (1 - imin) * step_lo
    return steprangelen_hp(T, (ref, ref_lo), (step_hi, step_lo), 0, len, imin)
end

_linspace(::Type{T}, start::Integer, stop::Integer, len::Integer) where {T<:IEEEFloat} =
    _linspace(T, start, stop, len, one(start))
function _linspace(::Type{T}, start_n::Integer, stop_n::Integer, len::Integer, den::Integer) where {T<:IEEEFloat}
    den < 1 && throw(ArgumentError("denominator must be positive"))
    len < 2 && return _linspace1(T, start_n / den, stop_n / den, len)
    L = typeof(len)
    lenn1 = len - oneunit(L)
    start_n == stop_n && return steprangelen_hp(T, (start_n, den), (zero(start_n), den), 0, len, oneunit(L))
    tmin = -start_n / (Float64(stop_n) - Float64(start_n))
    imin = clamp(round(L, tmin * lenn1 + 1), oneunit(L), len)
    ref_num = Int128(len - imin) * start_n + Int128(imin - 1) * stop_n
    ref_denom = Int128(lenn1) * den
    ref = (ref_num, ref_denom)
    step_full = (Int128(stop_n) - Int128(start_n), ref_denom)
    return steprangelen_hp(T, ref, step_full, nbitslen(T, len, imin), len, imin)
end
_linspace(::Type{T}, start::Integer, stop::Integer, len::Integer) where {T<:AbstractFloat} = LinRange{T}(start, stop, len)

# Zero or one element: both ends are still remembered.
function _linspace1(::Type{T}, start, stop, len::Integer) where {T<:IEEEFloat}
    len >= 0 || throw(ArgumentError("range($start, stop=$stop, length=$len): negative length"))
    len == 1 && (start == stop || throw(ArgumentError("range($start, stop=$stop, length=$len): endpoints differ")))
    if T <: Union{Float32,Float16}
        return StepRangeLen{T}(Float64(start), Float64(start) - Float64(stop), len, 1)
    end
    return StepRangeLen(TwicePrecision(Float64(start), 0.0), TwicePrecision(Float64(start), -Float64(stop)), len, 1)
end

# ---- fractions for floats ------------------------------------------------------------------------------------------------------

# A numerator and denominator by continued fractions; either may be wrong, which callers check.
function rat(x)
    y = x
    a = d = one(Int)
    b = c = zero(Int)
    m = maxintfloat(narrow(typeof(x)), Int)
    while abs(y) <= m
        f = trunc(Int, y)
        y -= f
        a, c = f * a + c, a
        b, d = f * b + d, b
        max(abs(a), abs(b)) <= convert(Int, m) || return c, d
        oftype(x, a) / oftype(x, b) == x && break
        y = inv(y)
    end
    return a, b
end
narrow(::Type{T}) where {T<:AbstractFloat} = Float64
narrow(::Type{Float64}) = Float32
narrow(::Type{Float32}) = Float16
narrow(::Type{Float16}) = Float16

# May overflow, which callers check.
lcm_unchecked(a::T, b::T) where {T<:Integer} = a * div(b, gcd(a, b))
