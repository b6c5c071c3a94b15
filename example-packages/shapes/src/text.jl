Base.show(io::IO, p::Point) = print(io, "(", p.x, ", ", p.y, ")")
Base.show(io::IO, c::Circle) = print(io, "Circle(", c.center, ", ", c.radius, ")")

function Base.show(io::IO, s::Cornered)
    print(io, nameof(typeof(s)), "(")
    join(io, s isa Rectangle ? (s.low, s.high) : vertices(s), ", ")
    print(io, ")")
end

function Base.show(io::IO, ::MIME"text/plain", s::Shape{T}) where {T}
    print(io, nameof(typeof(s)), "{", T, "}")
    get(io, :compact, false) && return nothing
    print(io, " of area ", area(s), " around ", centroid(s))
end

"The kinds of shapes by the names that `parse` knows, with how many numbers each takes."
const KINDS = Dict{String,Tuple{Function,Int}}(
    "circle" => ((x, y, r) -> Circle(x, y, r), 3),
    "rectangle" => ((x, y, w, h) -> Rectangle(x, y, w, h), 4),
    "triangle" => ((a, b, c, d, e, f) -> Triangle(Point(a, b), Point(c, d), Point(e, f)), 6),
)

"""
    parse(Shape, text)

Reads a shape such as `circle 0 0 2.5`.
"""
function Base.parse(::Type{Shape}, text::AbstractString)
    words = split(text)
    isempty(words) && throw(ArgumentError("no shape in $(repr(text))"))
    kind = lowercase(words[1])
    haskey(KINDS, kind) || throw(ArgumentError("no kind of shape: $kind"))
    make, count = KINDS[kind]
    length(words) == count + 1 ||
        throw(ArgumentError("a $kind has $count numbers, not $(length(words) - 1)"))
    return make(map(number, words[2:end])...)
end

function number(word::AbstractString)
    whole = tryparse(Int, word)
    return whole === nothing ? parse(Float64, word) : whole
end

"""
    describe([io], shapes)

Writes a table of shapes and their measures, largest first.
"""
function describe(io::IO, shapes)
    rows = [(string(nameof(typeof(s))), area(s), perimeter(s)) for s in shapes]
    sort!(rows; by=row -> row[2], rev=true)
    wide = maximum(row -> textwidth(row[1]), rows; init=0)
    for (name, surface, border) in rows
        println(io, rpad(name, wide), "  ", rounded(surface), "  ", rounded(border))
    end
end
describe(shapes) = describe(stdout, shapes)

rounded(x) = lpad(string(round(Float64(x); digits=2)), 8)
