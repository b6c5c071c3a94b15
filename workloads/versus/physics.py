"""A chain that hangs, a network that is pulled, a ball that flies."""

import sys
from fractions import Fraction

from fixed import Q40
from linear import solve, solve_tridiagonal

GRAVITY = Q40("9.80665")
STEP = Q40(Fraction(1, 128))
ROOTS = [Q40(n).sqrt() for n in range(65)]


def chain(stiffnesses):
    """The diagonals of the matrix that takes displacements to forces."""
    n = len(stiffnesses)
    diagonal = [stiffnesses[i] + stiffnesses[i + 1] if i < n - 1 else stiffnesses[i] for i in range(n)]
    return [-k for k in stiffnesses[1:]], diagonal


def stored(beside, diagonal, moved):
    n, total = len(diagonal), Q40(0)
    for i in range(n):
        force = diagonal[i] * moved[i]
        if i > 0:
            force = force + beside[i - 1] * moved[i - 1]
        if i < n - 1:
            force = force + beside[i] * moved[i + 1]
        total = total + force * moved[i]
    return total / 2


def network(nodes, springs):
    matrix = [[Q40(0)] * nodes for _ in range(nodes)]
    for start, end, k in springs:
        for node in (start, end):
            if node > 0:
                matrix[node - 1][node - 1] = matrix[node - 1][node - 1] + k
        if start > 0 and end > 0:
            matrix[start - 1][end - 1] = matrix[start - 1][end - 1] - k
            matrix[end - 1][start - 1] = matrix[end - 1][start - 1] - k
    return matrix


def body(mass, position, velocity):
    return Q40(mass), tuple(map(Q40, position)), tuple(map(Q40, velocity))


def shown(one):
    mass, position, velocity = one
    return f"Body({mass} at {position} with {velocity})"


def advance(one, dt, drag):
    mass, (x, y), (vx, vy) = one
    if drag:
        slowing = drag * (vx**2 + vy**2).sqrt() / mass * dt
        vx = vx - slowing * vx
        vy = vy - slowing * vy
    vy = vy - GRAVITY * dt
    return mass, (x + vx * dt, y + vy * dt), (vx, vy)


def flight(one, drag=Q40(0)):
    start, top, steps = one[1][0], one[1][1], 0
    while True:
        one = advance(one, STEP, drag)
        steps += 1
        top = max(top, one[1][1])
        if one[1][1] <= 0 and one[2][1] < 0:
            break
    return f"(distance = {one[1][0] - start!r}, height = {top!r}, time = {steps * STEP!r})"


def collide(a, b):
    u, v = a[2][0], b[2][0]
    middle = (a[0] * u + b[0] * v) / (a[0] + b[0])
    return [(one[0], one[1], (2 * middle - before, one[2][1])) for one, before in ((a, u), (b, v))]


def fall(meters):
    twice = 2 * meters
    root = ROOTS[twice] if 0 <= twice <= 64 else Q40(twice).sqrt()
    return root / GRAVITY.sqrt()


def main(args):
    n = int(args[0]) if args else 5
    beside, diagonal = chain([Q40(100)] * n)
    moved = solve_tridiagonal(beside, diagonal, beside, [Q40(i) * GRAVITY for i in range(1, n + 1)])
    print(*moved)
    print("stores", stored(beside, diagonal, moved))

    springs = [(i, i + 1, Q40(50 + i)) for i in range(n)] + [(n, 0, Q40(75))]
    loads = [Q40(10 if i == 0 else 0) for i in range(n)]
    print(*solve(network(n, springs), loads, False))

    ball = body(0.5, (0, 0), (12, 16))
    print(flight(ball))
    print(flight(ball, Q40(0.005)))
    a, b = collide(ball, body(1.5, (1, 0), (-4, 0)))
    print(shown(a), shown(b))
    print(fall(20))


if __name__ == "__main__":
    main(sys.argv[1:])
