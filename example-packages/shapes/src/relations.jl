Base.in(p::Point, c::Circle) = distance(p, c.center) <= c.radius
Base.in(p::Point, r::Rectangle) =
    r.low.x <= p.x <= r.high.x && r.low.y <= p.y <= r.high.y

# A ray to the right crosses the border an odd number of times.
function Base.in(p::Point, s::Cornered)
    inside = false
    for (a, b) in edges(s)
        iszero(distance(p, (a, b))) && return true
        if (a.y > p.y) != (b.y > p.y)
            crossing = a.x + (p.y - a.y) * (b.x - a.x) / (b.y - a.y)
            inside ⊻= p.x < crossing
        end
    end
    return inside
end

"""
    overlaps(a, b)

Whether two shapes have a point in common. Polygons have to be convex.
"""
overlaps(a::Circle, b::Circle) = distance(a.center, b.center) <= a.radius + b.radius
overlaps(a::Rectangle, b::Rectangle) =
    a.low.x <= b.high.x && b.low.x <= a.high.x && a.low.y <= b.high.y && b.low.y <= a.high.y
overlaps(c::Circle, s::Cornered) =
    c.center in s || any(edge -> distance(c.center, edge) <= c.radius, edges(s))
overlaps(s::Cornered, c::Circle) = overlaps(c, s)
overlaps(a::Cornered, b::Cornered) = !separated(a, b) && !separated(b, a)

# Whether a line along one of `a`'s sides has the two on different sides of it.
function separated(a::Cornered, b::Cornered)
    for (p, q) in edges(a)
        normal = Point(q.y - p.y, p.x - q.x)
        low, high = extrema(v -> dot(normal, v), vertices(a))
        from, to = extrema(v -> dot(normal, v), vertices(b))
        (to < low || high < from) && return true
    end
    return false
end

"""
    hull(points)

The smallest convex polygon around points, against the clock, without corners of 180 degrees.
"""
function hull(points)
    sorted = sort!(unique(points))
    length(sorted) >= 3 || throw(ArgumentError("the hull of $(length(sorted)) different points"))
    lower = chain(sorted)
    upper = chain(reverse(sorted))
    corners = vcat(lower[1:(end - 1)], upper[1:(end - 1)])
    length(corners) >= 3 || throw(ArgumentError("the hull of points in a line"))
    return Polygon(corners)
end

function chain(points::Vector{P}) where {P<:Point}
    kept = P[]
    for p in points
        while length(kept) >= 2 && cross(kept[end] - kept[end - 1], p - kept[end]) <= 0
            pop!(kept)
        end
        push!(kept, p)
    end
    return kept
end
