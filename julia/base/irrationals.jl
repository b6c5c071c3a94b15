# irrationals.jl: constants that convert to any precision.

"""
    AbstractIrrational <: Real

A number that is not rational, exact until it is converted.
"""
abstract type AbstractIrrational <: Real end

"""
    Irrational{sym} <: AbstractIrrational

The constant named `sym`.
"""
struct Irrational{sym} <: AbstractIrrational end

show(io::IO, x::Irrational{sym}) where {sym} = print(io, sym)
function show(io::IO, ::MIME"text/plain", x::Irrational{sym}) where {sym}
    if get(io, :compact, false)::Bool
        print(io, sym)
    else
        print(io, sym, " = ", string(float(x))[1:min(end, 15)], "...")
    end
end

promote_rule(::Type{<:AbstractIrrational}, ::Type{Float16}) = Float16
promote_rule(::Type{<:AbstractIrrational}, ::Type{Float32}) = Float32
promote_rule(::Type{<:AbstractIrrational}, ::Type{<:AbstractIrrational}) = Float64
promote_rule(::Type{<:AbstractIrrational}, ::Type{T}) where {T<:Real} = promote_type(Float64, T)
promote_rule(::Type{S}, ::Type{T}) where {S<:AbstractIrrational,T<:Number} = promote_type(promote_type(S, real(T)), T)

AbstractFloat(x::AbstractIrrational) = Float64(x)::Float64
Float16(x::AbstractIrrational) = Float16(Float32(x)::Float32)
Complex{T}(x::AbstractIrrational) where {T<:Real} = Complex{T}(T(x))

# The simplest fraction that a BigFloat of growing precision cannot tell from the constant.
function Rational{T}(x::AbstractIrrational) where {T<:Integer}
    o = precision(BigFloat)
    p = 256
    while true
        setprecision(BigFloat, p)
        bx = BigFloat(x)
        r = rationalize(T, bx, tol=0)
        if abs(BigFloat(r) - bx) > eps(bx)
            setprecision(BigFloat, o)
            return r
        end
        p += 32
    end
end
Rational{BigInt}(x::AbstractIrrational) = throw(ArgumentError("Cannot convert an AbstractIrrational to a Rational{BigInt}: use rationalize(BigInt, x) instead"))

function (t::Type{T})(x::AbstractIrrational, r::RoundingMode) where {T<:Union{Float32,Float64}}
    return setprecision(() -> T(BigFloat(x)::BigFloat, r), BigFloat, 256)
end

float(::Type{<:AbstractIrrational}) = Float64

==(::Irrational{s}, ::Irrational{s}) where {s} = true
==(x::AbstractIrrational, y::AbstractIrrational) = false
<(::Irrational{s}, ::Irrational{s}) where {s} = false
function <(x::AbstractIrrational, y::AbstractIrrational)
    Float64(x) != Float64(y) || throw(MethodError(<, (x, y)))
    return Float64(x) < Float64(y)
end
<=(::Irrational{s}, ::Irrational{s}) where {s} = true
<=(x::AbstractIrrational, y::AbstractIrrational) = x == y || x < y

# No other real number equals an irrational one.
==(x::AbstractIrrational, y::Real) = false
==(x::Real, y::AbstractIrrational) = false

# The order against floats: big numbers decide only where the rounded constant equals the float.
for T in (:Float64, :Float32, :Float16)
    @eval begin
        <(x::AbstractIrrational, y::$T) = (fx = Float64(x); fy = Float64(y); fx < fy || (fx == fy && big(x) < y))
        <(x::$T, y::AbstractIrrational) = (fx = Float64(x); fy = Float64(y); fx < fy || (fx == fy && x < big(y)))
    end
end
<(x::AbstractIrrational, y::BigFloat) = setprecision(() -> big(x) < y, BigFloat, precision(y) + 32)
<(x::BigFloat, y::AbstractIrrational) = setprecision(() -> x < big(y), BigFloat, precision(x) + 32)
<=(x::AbstractIrrational, y::AbstractFloat) = x < y
<=(x::AbstractFloat, y::AbstractIrrational) = x < y

# Against fractions: by a precision in which the constant is told from every fraction of that size.
<(x::AbstractIrrational, y::Rational{T}) where {T} = _lessrational(x, y)
<(x::Rational{T}, y::AbstractIrrational) where {T} = !_lessrational(y, x)
<=(x::AbstractIrrational, y::Rational) = x < y
<=(x::Rational, y::AbstractIrrational) = x < y
function _lessrational(x::AbstractIrrational, r::Rational)
    iszero(denominator(r)) && return numerator(r) > 0
    fx, fr = Float64(x), Float64(numerator(r)) / Float64(denominator(r))
    # Far enough apart for the rounding not to matter.
    abs(fx - fr) > 8 * eps(max(abs(fx), abs(fr))) && return fx < fr
    return setprecision(() -> big(x) < big(r), BigFloat, 512)
end

isfinite(::AbstractIrrational) = true
isinteger(::AbstractIrrational) = false
iszero(::AbstractIrrational) = false
isone(::AbstractIrrational) = false

hash(x::Irrational, h::UInt) = 3 * objectid(x) - h

widen(::Type{T}) where {T<:Irrational} = T
zero(::AbstractIrrational) = false
zero(::Type{<:AbstractIrrational}) = false
one(::AbstractIrrational) = true
one(::Type{<:AbstractIrrational}) = true
sign(x::AbstractIrrational) = ifelse(x < zero(x), -1.0, 1.0)

-(x::AbstractIrrational) = -Float64(x)
for op in (:+, :-, :*, :/, :^)
    @eval $op(x::AbstractIrrational, y::AbstractIrrational) = $op(Float64(x), Float64(y))
end
*(x::Bool, y::AbstractIrrational) = ifelse(x, Float64(y), 0.0)

round(x::Irrational, r::RoundingMode) = round(float(x), r)

"""
    @irrational sym [val] def

Define the constant `sym` with the Float64 `val` and an expression for its BigFloat.
"""
macro irrational(sym, val, def)
    return irrational(sym, val, def)
end
macro irrational(sym, def)
    return irrational(sym, :(big($(esc(sym)))), def)
end
function irrational(sym, val, def)
    esym = esc(sym)
    qsym = esc(Expr(:quote, sym))
    # A name stands for one of the constants that BigFloat can compute.
    bigvalue = isa(def, Symbol) ? :(MPFR.constant($(QuoteNode(def)), precision)) :
               :(setprecision(() -> $(esc(def)), BigFloat, precision))
    return quote
        const $esym = Irrational{$qsym}()
        Base.BigFloat(::Irrational{$qsym}; precision=precision(BigFloat)) = $bigvalue
        let v = Float64($val), v32 = Float32(v)
            Base.Float64(::Irrational{$qsym}) = v
            Base.Float32(::Irrational{$qsym}) = v32
        end
    end
end

big(x::AbstractIrrational) = BigFloat(x)
big(::Type{<:AbstractIrrational}) = BigFloat
