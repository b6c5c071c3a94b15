# Applies `f` to every corner. A rectangle that is turned is no `Rectangle` any more.
corners(f, t::Triangle) = Triangle(f(t.a), f(t.b), f(t.c))
corners(f, p::Polygon) = Polygon(map(f, p.vertices))
corners(f, r::Rectangle) = Polygon(map(f, collect(vertices(r))))

"""
    translate(shape, by)

The shape, moved by a vector.
"""
translate(c::Circle, by::Point) = Circle(c.center + by, c.radius)
translate(r::Rectangle, by::Point) = Rectangle(r.low + by, r.high + by)
translate(s::Cornered, by::Point) = corners(p -> p + by, s)

"""
    scale(shape, factor; about=centroid(shape))

The shape, made larger or smaller about a point that stays.
"""
function scale(c::Circle, factor::Real; about::Point=centroid(c))
    return Circle(about + factor * (c.center - about), abs(factor) * c.radius)
end
function scale(r::Rectangle, factor::Real; about::Point=centroid(r))
    return Rectangle(about + factor * (r.low - about), about + factor * (r.high - about))
end
function scale(s::Cornered, factor::Real; about::Point=centroid(s))
    return corners(p -> about + factor * (p - about), s)
end

"""
    rotate(shape, angle; about=centroid(shape))

The shape, turned against the clock by an angle in radians.
"""
rotate(p::Point, angle::Real) =
    Point(cos(angle) * p.x - sin(angle) * p.y, sin(angle) * p.x + cos(angle) * p.y)
function rotate(c::Circle, angle::Real; about::Point=centroid(c))
    return Circle(about + rotate(c.center - about, angle), c.radius)
end
function rotate(s::Cornered, angle::Real; about::Point=centroid(s))
    return corners(p -> about + rotate(p - about, angle), s)
end

Base.:+(s::Shape, by::Point) = translate(s, by)
Base.:-(s::Shape, by::Point) = translate(s, -by)
Base.:*(factor::Real, s::Shape) = scale(s, factor)
