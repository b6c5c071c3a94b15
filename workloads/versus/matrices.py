"""Linear algebra over several number types."""

import sys
from fractions import Fraction

from linear import (
    SingularError,
    det_of_integers,
    lu,
    product,
    residual,
    solve,
    solve_tridiagonal,
    times,
    transposed,
)


def hilbert(number, n):
    return [[number(1) / number(i + j - 1) for j in range(1, n + 1)] for i in range(1, n + 1)]


def shown(name, numbers):
    texts = [str(x.numerator) if x.denominator == 1 else f"{x.numerator}//{x.denominator}" for x in numbers]
    return f"Rational{{{name}}}[{', '.join(texts)}]"


def fit(xs, ys, degree):
    matrix = [[Fraction(x**k) for k in range(degree + 1)] for x in xs]
    turned = transposed(matrix)
    return solve(product(turned, matrix), times(turned, ys), True)


def main(args):
    n = int(args[0]) if args else 5
    print(shown("Int128", solve(hilbert(Fraction, n), [Fraction(1)] * n, True)))
    floats = solve(hilbert(float, n), [1.0] * n, False)
    print(str(residual(hilbert(float, n), floats, [1.0] * n) < 1e-6).lower())
    beside = {0: 2, 1: -1}
    print(det_of_integers([[beside.get(abs(i - j), 0) for j in range(n)] for i in range(n)]))
    minus = [Fraction(-1)] * (n - 1)
    right = [Fraction(i) for i in range(1, n + 1)]
    print(shown("Int64", solve_tridiagonal(minus, [Fraction(2)] * n, minus, right)))
    xs = range(n + 1)
    print(shown("Int64", fit(xs, [3 - k + 2 * k * k for k in xs], 2)))
    rows, order, _ = lu([[Fraction(0), Fraction(2)], [Fraction(3), Fraction(4)]], True)
    print(f"LU{{Rational{{Int64}}}} of {len(rows)} rows, order {[i + 1 for i in order]}")
    try:
        lu([[Fraction(1), Fraction(2)], [Fraction(2), Fraction(4)]], True)
    except SingularError as error:
        print(error)


if __name__ == "__main__":
    main(sys.argv[1:])
