# Measures and turns a drawing of shapes that are read from text.
using Shapes

const DRAWING = """
circle 0 0 2.5
rectangle 1 1 4 3
triangle 0 0 4 0 0 3
circle 7 -2 1
"""

drawing() = Shape[parse(Shape, line) for line in split(DRAWING, '\n') if !isempty(line)]

# Each shape again and again, a little farther and turned a little more.
function spiral(shapes, count)
    found = Shape[]
    for i in 1:count, shape in shapes
        push!(found, rotate(translate(shape, Point(i, 2i)), i / 10))
    end
    return found
end

function main(args)
    count = isempty(args) ? 10 : parse(Int, args[1])
    shapes = drawing()
    describe(shapes)
    many = spiral(shapes, count)
    println(length(many), " shapes of area ", round(sum(area, many); digits=6))
    println("inside ", boundingbox(shapes), " and ", hull([Point(x, y) for x in 0:3 for y in 0:x]))
    println(count_overlaps(many), " pairs overlap")
end

count_overlaps(shapes) = sum(
    overlaps(shapes[i], shapes[j]) for i in eachindex(shapes) for j in 1:(i - 1);
    init=0,
)

if abspath(PROGRAM_FILE) == @__FILE__
    main(ARGS)
end
