# The angle whose tangent is `1 / n`, as a sum of powers, for whole `n > 1`.
function arctangent(n::Integer)
    power = Q40(1 // n)
    total, k = power, 1
    while !iszero(power)
        power /= -n * n
        k += 2
        total += power / k
    end
    return total
end

"Half a turn (Machin's formula)."
const HALF = 16 * arctangent(5) - 4 * arctangent(239)
"A whole turn."
const TURN = 2 * HALF
"The pull of the sun."
const SUN = TURN * TURN

"""
    sine_cosine(angle)

Sine and cosine of an angle in radians.
"""
function sine_cosine(angle::Q40)
    quarters = round(Int, angle / (HALF / 2))
    x = angle - quarters * (HALF / 2)
    s, c = series(x)
    turned = mod(quarters, 4)
    turned == 0 && return s, c
    turned == 1 && return c, -s
    turned == 2 && return -s, -c
    return -c, s
end
sine_cosine(angle::Real) = sine_cosine(Q40(angle))

# For an eighth of a turn in either direction, until the terms vanish.
function series(x::Q40)
    squared = x * x
    sine, cosine = x, one(x)
    odd, even = x, one(x)
    for k in 1:10
        even = -even * squared / ((2k - 1) * 2k)
        odd = -odd * squared / (2k * (2k + 1))
        iszero(even) && iszero(odd) && break
        cosine += even
        sine += odd
    end
    return sine, cosine
end
