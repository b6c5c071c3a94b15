"""Matrices of fixed-point numbers."""

import sys
from fractions import Fraction

from fixed import Q32
from linear import cholesky, lu, product, residual, solve, transposed


def main(args):
    n = int(args[0]) if args else 4
    indices = range(1, n + 1)
    a = [[Q32(n) if i == j else Q32(Fraction(1, i + j)) for j in indices] for i in indices]
    b = [Q32(i) for i in indices]
    x = solve(a, b, False)
    print(*x)
    print(str(residual(a, x, b) < Q32(1e-6)).lower())
    rows, _, sign = lu(a, False)
    det = Q32(1)
    for i in range(n):
        det = det * rows[i][i]
    print(det * sign)
    lower = cholesky(a, lambda x: x.sqrt())
    back = product(lower, transposed(lower))
    worst = max(abs(back[i][j] - a[i][j]) for i in range(n) for j in range(n))
    print(str(worst < Q32(1e-6)).lower())


if __name__ == "__main__":
    main(sys.argv[1:])
