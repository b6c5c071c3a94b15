"""The same orbit, stepped and solved."""

import sys
from fractions import Fraction
from math import floor

from fixed import Q40


def arctangent(n):
    """The angle whose tangent is `1 / n`, as a sum of powers."""
    power = Q40(Fraction(1, n))
    total, k = power, 1
    while power:
        power = power / (-n * n)
        k += 2
        total = total + power / k
    return total


HALF = 16 * arctangent(5) - 4 * arctangent(239)
TURN = 2 * HALF
SUN = TURN * TURN


def series(x):
    squared = x * x
    sine, cosine = x, Q40(1)
    odd, even = x, Q40(1)
    for k in range(1, 11):
        even = -even * squared / ((2 * k - 1) * 2 * k)
        odd = -odd * squared / (2 * k * (2 * k + 1))
        if not even and not odd:
            break
        cosine = cosine + even
        sine = sine + odd
    return sine, cosine


def sine_cosine(angle):
    quarters = round(angle / (HALF / 2))
    s, c = series(angle - quarters * (HALF / 2))
    return [(s, c), (c, -s), (-s, -c), (-c, s)][quarters % 4]


def radius(state):
    x, y, _, _ = state
    return (x * x + y * y).sqrt()


def energy(state):
    _, _, vx, vy = state
    return (vx * vx + vy * vy) / 2 - SUN / radius(state)


def momentum(state):
    x, y, vx, vy = state
    return x * vy - y * vx


def kick(state, dt):
    x, y, vx, vy = state
    r = radius(state)
    k = SUN / (r * r * r) * dt
    return x, y, vx - k * x, vy - k * y


def drift(state, dt):
    x, y, vx, vy = state
    return x + vx * dt, y + vy * dt, vx, vy


def propagate(state, time, steps):
    dt = time / steps
    half = dt / 2
    for _ in range(steps):
        state = kick(drift(kick(state, half), dt), half)
    return state


def elements(state):
    axis = -SUN / (2 * energy(state))
    h = momentum(state)
    squared = max(1 - h * h / SUN / axis, Q40(0))
    return axis, squared.sqrt()


def period(axis):
    return TURN * axis * (axis / SUN).sqrt()


def kepler(mean, eccentricity):
    angle = mean
    for _ in range(50):
        s, c = sine_cosine(angle)
        change = (angle - eccentricity * s - mean) / (1 - eccentricity * c)
        angle = angle - change
        if abs(change).raw <= 4:
            break
    return angle


def place(axis, eccentricity, time):
    rounds = time / period(axis)
    angle = kepler((rounds - floor(rounds)) * TURN, eccentricity)
    s, c = sine_cosine(angle)
    return axis * (c - eccentricity), axis * (1 - eccentricity**2).sqrt() * s


def shown(state):
    x, y, vx, vy = state
    return f"({x}, {y}) moving ({vx}, {vy})"


def main(args):
    steps = int(args[0]) if args else 100
    comet = Q40(1), Q40(0), Q40(0), Q40(8)
    axis, eccentricity = elements(comet)
    years = period(axis)
    print("axis", axis, "eccentricity", eccentricity, "years", years)
    for quarter in range(1, 5):
        time = years * quarter / 4
        print(shown(propagate(comet, time, steps * quarter)))
        print(place(axis, eccentricity, time))
    print(energy(comet), momentum(comet), sine_cosine(Q40(1)))


if __name__ == "__main__":
    main(sys.argv[1:])
