# The same orbit, stepped and solved.
using Orbits

function main(args)
    steps = isempty(args) ? 100 : parse(Int, args[1])
    comet = State(1, 0, 0, 8)
    ellipse = elements(comet)
    years = period(ellipse)
    println("axis ", ellipse.axis, " eccentricity ", ellipse.eccentricity, " years ", years)
    for quarter in 1:4
        time = years * quarter / 4
        println(propagate(comet, time, steps * quarter))
        println(place(ellipse, time))
    end
    println(energy(comet), " ", momentum(comet), " ", sine_cosine(1))
end

if abspath(PROGRAM_FILE) == @__FILE__
    main(ARGS)
end
