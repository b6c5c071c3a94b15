# A chain that hangs, a network that is pulled, a ball that flies.
using Physics

function main(args)
    n = isempty(args) ? 5 : parse(Int, args[1])
    chain = Chain(fill(100, n), collect(1:n))
    moved = equilibrium(chain)
    println(join(moved, " "))
    println("stores ", stored(chain, moved))

    ring = Network(n, [[(i, i + 1, 50 + i) for i in 0:(n - 1)]; (n, 0, 75)])
    println(join(equilibrium(ring, [i == 1 ? 10 : 0 for i in 1:n]), " "))

    ball = Body(0.5, (0, 0), (12, 16))
    println(flight(ball))
    println(flight(ball; drag=Q40(0.005)))
    a, b = collide(ball, Body(1.5, (1, 0), (-4, 0)))
    println(a, " ", b)
    println(Physics.fall(20))
end

if abspath(PROGRAM_FILE) == @__FILE__
    main(ARGS)
end
