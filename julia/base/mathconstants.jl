# mathconstants.jl: the module `MathConstants`.

module MathConstants

export π, pi, ℯ, e, γ, eulergamma, catalan, φ, golden

# With their values in Float64, so that nothing big is computed when this is loaded.
Base.@irrational π 3.141592653589793 pi
Base.@irrational ℯ 2.718281828459045 exp(big(1))
Base.@irrational γ 0.5772156649015329 euler
Base.@irrational φ 1.618033988749895 (1 + sqrt(big(5))) / 2
Base.@irrational catalan 0.915965594177219 catalan

"""
    π
    pi

The ratio of a circle's circumference to its diameter.
"""
π
const pi = π

"""
    ℯ
    e

The base of the natural logarithm.
"""
ℯ
const e = ℯ

"""
    γ
    eulergamma

Euler's constant.
"""
γ
const eulergamma = γ

"""
    φ
    golden

The golden ratio.
"""
φ
const golden = φ

"""
    catalan

Catalan's constant.
"""
catalan

# Powers of ℯ are the exponential function, and its logarithm is exact.
Base.:^(::Irrational{:ℯ}, x::Number) = exp(x)
Base.:^(::Irrational{:ℯ}, x::Integer) = exp(float(x))
Base.:^(::Irrational{:ℯ}, x::Rational) = exp(float(x))
Base.:^(::Irrational{:ℯ}, x::Complex) = exp(x)
Base.literal_pow(::typeof(^), ::Irrational{:ℯ}, ::Val{p}) where {p} = exp(float(p))
Base.log(::Irrational{:ℯ}) = 1
Base.log(::Irrational{:ℯ}, x::Number) = log(x)
Base.sin(::Irrational{:π}) = 0.0
Base.cos(::Irrational{:π}) = -1.0
Base.sincos(::Irrational{:π}) = (0.0, -1.0)
Base.tan(::Irrational{:π}) = -0.0

end # module MathConstants
