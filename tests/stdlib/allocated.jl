# What native code does not allocate, from its first call on; and the collector's counters.
using Test

const interpreted = Base.JLOptions().compile_enabled == 0

struct Point
    x::Float64
    y::Float64
end
Base.:+(a::Point, b::Point) = Point(a.x + b.x, a.y + b.y)
@noinline point(i) = Point(i, 2i)
@noinline maybe(i) = i > 3 ? i : nothing
@noinline either(i) = i > 3 ? i : 2.5
@noinline keywords(x; a=1, b=2.0) = x + a * b
@noinline wide(a::Int128, b::UInt128) = a + (b % Int128)
@noinline wide(a::Int128) = a * a
@noinline same(@nospecialize x) = x

points(n) = (p = Point(0, 0); for i in 1:n; p += point(i); end; p.x)
unions(n) = (s = 0.0; for i in 1:n; m = maybe(i); m === nothing || (s += m); s += either(i); end; s)
named(n) = (s = 0.0; for i in 1:n; s += keywords(i; b=3.0); end; s)
wides(n) = (s = Int128(0); for i in 1:n; s += wide(Int128(i)) + wide(s, UInt128(i)); end; s)

# Global arrays and objects are constants that may change.
mutable struct Counter
    n::Int
end
const numbers = rand(100)
const others = rand(100)
const matrix = rand(10, 10)
const counter = Counter(0)
const table = Dict(i => 2.0i for i in 1:50)
count_up() = (for i in 1:100; counter.n += i; end; counter.n)
dot() = (s = 0.0; for (a, b) in zip(numbers, others); s += a * b; end; s)
corners() = matrix[1, 1] + matrix[end, end] + size(matrix, 1) + length(numbers)
write_all() = (for i in eachindex(numbers); numbers[i] = i; end; nothing)
values_of() = (s = 0.0; for (k, v) in table; s += k * v; end; s)
columns(m) = (s = 0.0; for j in axes(m, 2), i in axes(m, 1); s += m[i, j]; end; s)

# A constructor that leaves fields undefined.
struct Record{K}
    a::Int
    b::Int
    key::K
    note::String
    Record{K}(a, b) where {K} = new{K}(a, b)
    Record{K}(a, b, key) where {K} = new{K}(a, b, key)
end
struct Records{K}
    list::Vector{Record{K}}
end
products(r) = (s = 0; for i in eachindex(r.list); s += r.list[i].a * r.list[i].b; end; s)
const records = Records{UInt32}([isodd(i) ? Record{UInt32}(i, 2) : Record{UInt32}(i, 2, 0x5) for i in 1:100])
fresh(n) = (s = 0; for i in 1:n; s += Record{Int}(i, i).b; end; s)

if !interpreted
    @testset "nothing" begin
        @test @allocated(points(10)) == 0
        @test @allocated(unions(10)) == 0
        @test @allocated(named(10)) == 0
        @test @allocated(wides(10)) == 0
        @test @allocated(powermod(3, 100, 7)) == 0
        @test @allocated(Int128(2)^100 ÷ 3) == 0
        @test @allocated(count_up()) == 0
        @test @allocated(dot()) == 0
        @test @allocated(corners()) == 0
        @test @allocated(write_all()) == 0
        @test @allocated(values_of()) == 0
        @test @allocated(columns(matrix)) == 0
        @test @allocated(products(records)) == 0
        @test @allocated(fresh(10)) == 0
        # `identity` is not specialized for its argument, and put in place for it
        @test @allocated(sum(numbers)) == 0
        @test @allocated(maximum(numbers)) == 0
        @test @allocated(extrema(numbers)) == 0
        @test @allocations(sum(x -> x^2, numbers)) == 0
    end
end

@testset "what is there" begin
    @test 8000 <= @allocated(zeros(1000)) < (interpreted ? Inf : 9000)
    @test 800_000 <= @allocated(zeros(100_000)) < (interpreted ? Inf : 801_000)
    @test @allocations([1, 2]) >= 1
    @test @allocated(same(Point(counter.n, 1))) >= 16
    interpreted || @test @allocated(string(counter.n)) < 1000
    # a collection takes nothing away from what was allocated
    @test @allocated((zeros(1000); GC.gc())) >= 8000
    before = Base.gc_num()
    GC.gc()
    diff = Base.GC_Diff(Base.gc_num(), before)
    @test diff.pause == 1 && diff.total_time > 0
    timed = @timed zeros(1000)
    @test timed.bytes >= 8000 && timed.gcstats.poolalloc >= 1
end

@testset "values" begin
    @test points(3) == 6.0
    @test products(records) == 10100 && fresh(3) == 6
    @test unions(5) == 9 + 3 * 2.5 + 9
    @test wides(3) == 32
    write_all()
    @test numbers == 1:100 && sum(numbers) == 5050
    counter.n = 0
    @test count_up() == 5050
    @test powermod(3, 100, 7) === 4
    @test powermod(0x03, 100, 0x07) === 0x04
end
