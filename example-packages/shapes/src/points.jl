"""
    Point(x, y)

A point of the plane, or the vector from the origin to it.
"""
struct Point{T<:Real}
    x::T
    y::T
end

Point(x::Real, y::Real) = Point(promote(x, y)...)
Point((x, y)::Tuple{Real,Real}) = Point(x, y)

Base.:+(a::Point, b::Point) = Point(a.x + b.x, a.y + b.y)
Base.:-(a::Point, b::Point) = Point(a.x - b.x, a.y - b.y)
Base.:-(a::Point) = Point(-a.x, -a.y)
Base.:*(k::Real, p::Point) = Point(k * p.x, k * p.y)
Base.:*(p::Point, k::Real) = k * p
Base.:/(p::Point, k::Real) = Point(p.x / k, p.y / k)

Base.:(==)(a::Point, b::Point) = a.x == b.x && a.y == b.y
Base.hash(p::Point, h::UInt) = hash(p.y, hash(p.x, hash(:Point, h)))
Base.isless(a::Point, b::Point) = isless((a.x, a.y), (b.x, b.y))
Base.isapprox(a::Point, b::Point; kwargs...) =
    isapprox(a.x, b.x; kwargs...) && isapprox(a.y, b.y; kwargs...)

Base.zero(::Type{Point{T}}) where {T} = Point(zero(T), zero(T))
Base.zero(::Point{T}) where {T} = zero(Point{T})
Base.convert(::Type{Point{T}}, p::Point{T}) where {T<:Real} = p
Base.convert(::Type{Point{T}}, p::Point) where {T<:Real} = Point{T}(p.x, p.y)
Base.promote_rule(::Type{Point{S}}, ::Type{Point{T}}) where {S<:Real,T<:Real} =
    Point{promote_type(S, T)}

# A point can be taken apart: `x, y = p`.
Base.iterate(p::Point, i::Int=1) = i > 2 ? nothing : (getfield(p, i), i + 1)
Base.length(::Point) = 2
Base.eltype(::Type{Point{T}}) where {T} = T

dot(a::Point, b::Point) = a.x * b.x + a.y * b.y
cross(a::Point, b::Point) = a.x * b.y - a.y * b.x
norm(p::Point) = hypot(p.x, p.y)

"""
    distance(a, b)

The distance of two points.
"""
distance(a::Point, b::Point) = norm(b - a)

"The distance of the point `p` from the line segment between `a` and `b`."
function distance(p::Point, (a, b)::Tuple{Point,Point})
    along = b - a
    squared = dot(along, along)
    iszero(squared) && return distance(p, a)
    t = clamp(dot(p - a, along) / squared, 0, 1)
    return distance(p, a + t * along)
end
