using Shapes
using Test

@testset "Shapes" begin
    @testset "points" begin
        p, q = Point(1, 2), Point(3.0, 4.0)
        @test p isa Point{Int}
        @test Point(1, 2.5) isa Point{Float64}
        @test Point((1, 2)) == p
        @test p + q == Point(4.0, 6.0)
        @test q - p == Point(2.0, 2.0)
        @test -p == Point(-1, -2)
        @test 2p == p * 2 == Point(2, 4)
        @test p / 2 == Point(0.5, 1.0)
        @test p == Point(1.0, 2.0)
        @test hash(p) == hash(Point(1.0, 2.0))
        @test isless(p, Point(1, 3))
        @test sort([Point(2, 1), Point(1, 5), p]) == [p, Point(1, 5), Point(2, 1)]
        @test zero(p) === Point(0, 0)
        x, y = q
        @test (x, y) == (3.0, 4.0)
        @test collect(p) == [1, 2]
        @test eltype([p, q]) == Point{Float64}
        @test Point(0.1 + 0.2, 1) ≈ Point(0.3, 1)
        @test distance(Point(0, 0), Point(3, 4)) == 5.0
        @test Shapes.cross(Point(1, 0), Point(0, 1)) == 1
        @test @inferred(p + q) isa Point{Float64}
        @test string(p) == "(1, 2)"
    end

    @testset "measures of $(nameof(typeof(shape)))" for (shape, surface, border, center) in [
        (Circle(0, 0, 2), 4π, 4π, Point(0, 0)),
        (Circle(Point(1.5, 0), 1), π, 2π, Point(1.5, 0.0)),
        (Rectangle(0, 0, 4, 3), 12, 14, Point(2.0, 1.5)),
        (Triangle(Point(0, 0), Point(4, 0), Point(0, 3)), 6, 12, Point(4 / 3, 1.0)),
        (Polygon(Point(0, 0), Point(2, 0), Point(2, 2), Point(0, 2)), 4, 8, Point(1.0, 1.0)),
    ]
        @test area(shape) ≈ surface
        @test perimeter(shape) ≈ border
        @test centroid(shape) ≈ center
        @test area(2 * shape) ≈ 4 * surface
        @test perimeter(shape + Point(5, -7)) ≈ border
        @test centroid(shape - Point(1, 1)) ≈ center - Point(1, 1)
        @test centroid(rotate(shape, 1.0)) ≈ center
        @test area(rotate(shape, 1.0; about=Point(0, 0))) ≈ surface
        @test center in shape
        @test !(Point(100, 100) in shape)
        @test area(boundingbox(shape)) >= surface
        @test overlaps(shape, shape)
        @test !overlaps(shape, shape + Point(50, 50))
    end

    @testset "construction" begin
        @test Circle(1, 2, 3) == Circle(Point(1, 2), 3)
        @test Circle(1, 2, 3.5) isa Circle{Float64}
        @test Rectangle(Point(3, 1), Point(0, 2)) == Rectangle(0, 1, 3, 1)
        @test Triangle(Point(0, 0), Point(1, 0), Point(0, 0.5)) isa Triangle{Float64}
        @test Circle(1, 2, 3) isa Shape{Int}
        @test eltype(Circle{Float32}) == Float32
        @test_throws ArgumentError Circle(0, 0, -1)
        @test_throws ArgumentError Polygon([Point(0, 0), Point(1, 1)])
        @test_throws ArgumentError("a polygon with 2 corners") Polygon(Point(0, 0), Point(1, 1))
        @test_throws MethodError Circle("a", 1, 2)
        @test @inferred(area(Rectangle(1, 2, 3, 4))) === 12
        @test @inferred(area(Circle(0.0, 0.0, 1.0))) === Float64(π)
    end

    @testset "exact arithmetic" begin
        t = Triangle(Point(0 // 1, 0 // 1), Point(1 // 2, 0 // 1), Point(0 // 1, 1 // 3))
        @test area(t) === 1 // 12
        @test centroid(t) === Point(1 // 6, 1 // 9)
    end

    @testset "inside and outside" begin
        arrow = Polygon(Point(0, 0), Point(4, 2), Point(0, 4), Point(1, 2))
        @test Point(2, 2) in arrow
        @test !(Point(0.5, 2) in arrow)
        @test Point(2, 1) in arrow
        @test Point(4, 2) in arrow
        @test count(in(arrow), [Point(x, y) for x in 0:4 for y in 0:4]) == 10
        @test Point(1, 1) in Rectangle(0, 0, 1, 1)
    end

    @testset "overlaps" begin
        square = Rectangle(0, 0, 2, 2)
        @test overlaps(Circle(3, 1, 1), square)
        @test !overlaps(Circle(3, 3, 1), square)
        @test overlaps(square, Circle(1, 1, 0.1))
        @test overlaps(Circle(0, 0, 1), Circle(2, 0, 1))
        @test !overlaps(Circle(0, 0, 1), Circle(2.1, 0, 1))
        @test overlaps(square, Rectangle(2, 2, 1, 1))
        tip = Triangle(Point(1, 1), Point(5, 5), Point(5, 1))
        @test overlaps(tip, square) && overlaps(square, tip)
        @test !overlaps(tip, Rectangle(-1, 3, 2, 2))
    end

    @testset "hull" begin
        grid = [Point(x, y) for x in 0:3 for y in 0:3]
        @test hull(grid) == Polygon(Point(0, 0), Point(3, 0), Point(3, 3), Point(0, 3))
        @test area(hull(push!(grid, Point(5, 1)))) == 12.0
        @test_throws ArgumentError hull([Point(0, 0), Point(1, 1), Point(2, 2)])
        @test_throws ArgumentError hull([Point(0, 0), Point(0, 0)])
    end

    @testset "text" begin
        @test string(Circle(1, 2, 3)) == "Circle((1, 2), 3)"
        @test repr(Rectangle(0, 0, 1, 1)) == "Rectangle((0, 0), (1, 1))"
        @test sprint(show, "text/plain", Rectangle(0, 0, 2, 1)) ==
            "Rectangle{Int64} of area 2 around (1.0, 0.5)"
        @test sprint(show, MIME("text/plain"), Circle(0, 0, 1); context=:compact => true) ==
            "Circle{Int64}"
        @test parse(Shape, "circle 0 0 2.5") == Circle(0, 0, 2.5)
        @test parse(Shape, "Rectangle 0 0 2 3") === Rectangle(0, 0, 2, 3)
        @test parse(Shape, "triangle 0 0 1 0 0 1") isa Triangle{Int}
        @test_throws ArgumentError("no kind of shape: ellipse") parse(Shape, "ellipse 1 2")
        @test_throws ArgumentError("a circle has 3 numbers, not 2") parse(Shape, "circle 1 2")
        @test_throws ArgumentError parse(Shape, " ")
        @test_throws ArgumentError parse(Shape, "circle 1 2 x")
        table = sprint(describe, [Circle(0, 0, 1), Rectangle(0, 0, 4, 3)])
        @test table == """
            Rectangle      12.0      14.0
            Circle         3.14      6.28
            """
    end

    @testset "collections" begin
        drawing = Shape[Circle(0, 0, 1), Rectangle(2, 0, 1, 1), Circle(5.5, 0, 0.5)]
        @test sum(area, drawing) ≈ 1.25π + 1
        @test boundingbox(drawing) == Rectangle(Point(-1, -1), Point(6, 1))
        @test map(s -> nameof(typeof(s)), drawing) == [:Circle, :Rectangle, :Circle]
        @test length(filter(s -> Point(0, 0) in s, drawing)) == 1
        @test argmax(area, drawing) === drawing[1]
        @test Dict(Point(1, 2) => "a")[Point(1.0, 2.0)] == "a"
    end
end
