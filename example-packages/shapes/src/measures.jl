# Twice the area, positive if the corners go round against the clock.
doubled(s::Cornered) = sum(cross(a, b) for (a, b) in edges(s))

"""
    area(shape)

The area, never negative.
"""
area(c::Circle) = π * c.radius^2
area(r::Rectangle) = width(r) * height(r)
area(s::Cornered) = abs(doubled(s)) / 2

"""
    perimeter(shape)

The length of the border.
"""
perimeter(c::Circle) = 2π * c.radius
perimeter(r::Rectangle) = 2 * (width(r) + height(r))
perimeter(s::Cornered) = sum(distance(a, b) for (a, b) in edges(s))

"""
    centroid(shape)

The center of gravity.
"""
centroid(c::Circle) = c.center
centroid(r::Rectangle) = (r.low + r.high) / 2
centroid(t::Triangle) = (t.a + t.b + t.c) / 3

function centroid(p::Polygon)
    twice = doubled(p)
    iszero(twice) && return sum(p.vertices) / length(p.vertices)
    weighted = sum(cross(a, b) * (a + b) for (a, b) in edges(p))
    return weighted / (3 * twice)
end

"""
    boundingbox(shape)
    boundingbox(shapes)

The smallest rectangle around a shape, or around all of a collection of shapes.
"""
function boundingbox(c::Circle)
    reach = Point(c.radius, c.radius)
    return Rectangle(c.center - reach, c.center + reach)
end
boundingbox(r::Rectangle) = r

function boundingbox(s::Cornered)
    xs = extrema(p -> p.x, vertices(s))
    ys = extrema(p -> p.y, vertices(s))
    return Rectangle(Point(xs[1], ys[1]), Point(xs[2], ys[2]))
end

boundingbox(shapes) = mapreduce(boundingbox, around, shapes)

around(a::Rectangle, b::Rectangle) = Rectangle(
    Point(min(a.low.x, b.low.x), min(a.low.y, b.low.y)),
    Point(max(a.high.x, b.high.x), max(a.high.y, b.high.y)),
)
