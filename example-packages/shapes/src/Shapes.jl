"""
Plane geometry: points, shapes, and what can be asked of any shape.

    julia> area(Circle(Point(0, 0), 2)) ≈ 4π
    true

A shape is a subtype of `Shape{T}`, where `T` is the type of its coordinates. Shapes with corners
say which ones they are (`vertices`), and get everything else from that.
"""
module Shapes

export Point, Shape, Circle, Rectangle, Triangle, Polygon
export area, perimeter, centroid, boundingbox, vertices, edges
export translate, scale, rotate, overlaps, hull, distance, describe

include("points.jl")
include("kinds.jl")
include("measures.jl")
include("transformations.jl")
include("relations.jl")
include("text.jl")

end
