# Arithmetic that gives the same digits on every machine.
using FixedPoint

const F16 = Fixed{Int32,16}

# Chaotic: a single different bit would show after a few rounds.
function logistic(x::T, rate::T, steps) where {T}
    for _ in 1:steps
        x = rate * x * (1 - x)
    end
    return x
end

function main(args)
    steps = isempty(args) ? 100 : parse(Int, args[1])
    println(logistic(fixed"0.5", fixed"3.9", steps))
    println(logistic(F16(0.5), F16(3.9), steps))
    println(join([string(sqrt(F16(n))) for n in 2:6], " "))
    println(sum(F16(1) / n for n in 1:20), " ", sum(Q32(1) / n for n in 1:20))
    println(saturating_mul(F16(300), F16(300)), " ", parse(F16, "-12.34"), " ", Float64(Q32(1 // 3)))
    try
        F16(300) * F16(300)
    catch e
        showerror(stdout, e)
        println()
    end
end

if abspath(PROGRAM_FILE) == @__FILE__
    main(ARGS)
end
