"""
    SingularError(column)

A matrix that cannot be inverted: no row has a usable number left in this column.
"""
struct SingularError <: Exception
    column::Int
end

Base.showerror(io::IO, e::SingularError) =
    print(io, "SingularError: no pivot in column ", e.column)

abstract type Exactness end
"Numbers whose arithmetic is exact."
struct Exact <: Exactness end
"Numbers whose arithmetic rounds, so that small pivots lose digits."
struct Rounded <: Exactness end

"""
    Matrices.exactness(T)

`Exact()` or `Rounded()`: which pivots suit the numbers of type `T`.
"""
exactness(::Type) = Rounded()
exactness(::Type{<:Union{Integer,Rational}}) = Exact()
exactness(::Type{Complex{T}}) where {T} = exactness(T)

"The type in which numbers of type `T` can be divided."
field(::Type{T}) where {T} = typeof(one(T) / one(T))
field(::Type{T}) where {T<:Integer} = Rational{promote_type(T, Int)}
field(::Type{Bool}) = Rational{Int}
field(::Type{Complex{T}}) where {T} = Complex{field(T)}

function square(A::AbstractMatrix)
    m, n = size(A)
    m == n || throw(DimensionMismatch("a matrix of $m by $n is not square"))
    return n
end

"""
    unit([T], n)

The unit matrix of `n` rows.
"""
unit(::Type{T}, n::Integer) where {T} = T[i == j ? one(T) : zero(T) for i in 1:n, j in 1:n]
unit(n::Integer) = unit(Int, n)
