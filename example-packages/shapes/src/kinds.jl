"A shape with coordinates of type `T`."
abstract type Shape{T<:Real} end

"""
    Circle(center, radius)
    Circle(x, y, radius)
"""
struct Circle{T<:Real} <: Shape{T}
    center::Point{T}
    radius::T

    function Circle{T}(center, radius) where {T<:Real}
        radius >= 0 || throw(ArgumentError("a circle with the negative radius $radius"))
        return new{T}(center, radius)
    end
end

Circle(center::Point{S}, radius::R) where {S<:Real,R<:Real} =
    Circle{promote_type(S, R)}(center, radius)
Circle(x::Real, y::Real, radius::Real) = Circle(Point(x, y), radius)

"""
    Rectangle(corner, opposite)

A rectangle with sides along the axes.
"""
struct Rectangle{T<:Real} <: Shape{T}
    low::Point{T}
    high::Point{T}

    Rectangle{T}(low, high) where {T<:Real} = new{T}(low, high)
end

function Rectangle(a::Point, b::Point)
    p, q = promote(a, b)
    T = eltype(p)
    return Rectangle{T}(
        Point{T}(min(p.x, q.x), min(p.y, q.y)),
        Point{T}(max(p.x, q.x), max(p.y, q.y)),
    )
end
Rectangle(x::Real, y::Real, width::Real, height::Real) =
    Rectangle(Point(x, y), Point(x + width, y + height))

width(r::Rectangle) = r.high.x - r.low.x
height(r::Rectangle) = r.high.y - r.low.y

"""
    Triangle(a, b, c)
"""
struct Triangle{T<:Real} <: Shape{T}
    a::Point{T}
    b::Point{T}
    c::Point{T}

    Triangle{T}(a, b, c) where {T<:Real} = new{T}(a, b, c)
end

function Triangle(a::Point, b::Point, c::Point)
    p, q, r = promote(a, b, c)
    return Triangle{eltype(p)}(p, q, r)
end

"""
    Polygon(vertices)

A polygon that does not cross itself, with at least three corners.
"""
struct Polygon{T<:Real} <: Shape{T}
    vertices::Vector{Point{T}}

    function Polygon{T}(vertices) where {T<:Real}
        n = length(vertices)
        n >= 3 || throw(ArgumentError("a polygon with $n corners"))
        return new{T}(vertices)
    end
end

Polygon(vertices::AbstractVector{Point{T}}) where {T<:Real} = Polygon{T}(vertices)
Polygon(first::Point, rest::Point...) = Polygon(collect(promote(first, rest...)))

"Shapes that are given by their corners."
const Cornered = Union{Rectangle,Triangle,Polygon}

"""
    vertices(shape)

The corners, in order.
"""
vertices(r::Rectangle) =
    (r.low, Point(r.high.x, r.low.y), r.high, Point(r.low.x, r.high.y))
vertices(t::Triangle) = (t.a, t.b, t.c)
vertices(p::Polygon) = p.vertices

"""
    edges(shape)

The sides, as pairs of points.
"""
function edges(s::Cornered)
    corners = vertices(s)
    n = length(corners)
    return ((corners[i], corners[mod1(i + 1, n)]) for i in 1:n)
end

Base.:(==)(a::Circle, b::Circle) = a.center == b.center && a.radius == b.radius
Base.:(==)(a::Rectangle, b::Rectangle) = a.low == b.low && a.high == b.high
Base.:(==)(a::Triangle, b::Triangle) = vertices(a) == vertices(b)
Base.:(==)(a::Polygon, b::Polygon) = vertices(a) == vertices(b)
Base.eltype(::Type{<:Shape{T}}) where {T} = T
