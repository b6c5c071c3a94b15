# traits.jl: properties of types that algorithms choose by.

"""
    OrderStyle(T)

`Ordered()` for types whose values are totally ordered by `isless`, else `Unordered()`.
"""
abstract type OrderStyle end
struct Ordered <: OrderStyle end
struct Unordered <: OrderStyle end

OrderStyle(instance) = OrderStyle(typeof(instance))
OrderStyle(::Type{<:Real}) = Ordered()
OrderStyle(::Type{<:AbstractString}) = Ordered()
OrderStyle(::Type{Symbol}) = Ordered()
OrderStyle(::Type{<:Any}) = Unordered()
OrderStyle(::Type{Union{}}) = Ordered()

"""
    ArithmeticStyle(T)

What happens when arithmetic leaves the range: `ArithmeticRounds`, `ArithmeticWraps` or `ArithmeticUnknown`.
"""
abstract type ArithmeticStyle end
struct ArithmeticRounds <: ArithmeticStyle end
struct ArithmeticWraps <: ArithmeticStyle end
struct ArithmeticUnknown <: ArithmeticStyle end
ArithmeticStyle(instance) = ArithmeticStyle(typeof(instance))
ArithmeticStyle(::Type{<:AbstractFloat}) = ArithmeticRounds()
ArithmeticStyle(::Type{<:Integer}) = ArithmeticWraps()
ArithmeticStyle(::Type{<:Any}) = ArithmeticUnknown()
ArithmeticStyle(::Type{Union{}}) = ArithmeticWraps()


"""
    RangeStepStyle(T)

Whether the steps of a range type repeat exactly (`RangeStepRegular`) or are rounded (`RangeStepIrregular`).
"""
abstract type RangeStepStyle end
struct RangeStepRegular <: RangeStepStyle end
struct RangeStepIrregular <: RangeStepStyle end
RangeStepStyle(instance) = RangeStepStyle(typeof(instance))
