"""Linear algebra over any number type, as the package Matrices has it."""


class SingularError(Exception):
    def __init__(self, column):
        super().__init__(f"SingularError: no pivot in column {column}")


def lu(matrix, exact):
    """Factors in one matrix, the order of the rows, and its sign."""
    rows = [list(row) for row in matrix]
    n = len(rows)
    order, sign = list(range(n)), 1
    for k in range(n):
        if exact:
            row = next((i for i in range(k, n) if rows[i][k]), None)
        else:
            row = max(range(k, n), key=lambda i: abs(rows[i][k]))
        if row is None or not rows[row][k]:
            raise SingularError(k + 1)
        if row != k:
            rows[row], rows[k] = rows[k], rows[row]
            order[row], order[k] = order[k], order[row]
            sign = -sign
        for i in range(k + 1, n):
            factor = rows[i][k] / rows[k][k]
            rows[i][k] = factor
            for j in range(k + 1, n):
                rows[i][j] = rows[i][j] - factor * rows[k][j]
    return rows, order, sign


def solve(matrix, b, exact):
    rows, order, _ = lu(matrix, exact)
    n = len(rows)
    x = [b[i] for i in order]
    for i in range(n):
        for j in range(i):
            x[i] = x[i] - rows[i][j] * x[j]
    for i in reversed(range(n)):
        for j in range(i + 1, n):
            x[i] = x[i] - rows[i][j] * x[j]
        x[i] = x[i] / rows[i][i]
    return x


def solve_tridiagonal(lower, diagonal, upper, b):
    n = len(diagonal)
    pivots, x = list(diagonal), list(b)
    for i in range(1, n):
        factor = lower[i - 1] / pivots[i - 1]
        pivots[i] = pivots[i] - factor * upper[i - 1]
        x[i] = x[i] - factor * x[i - 1]
    for i in reversed(range(n)):
        if i < n - 1:
            x[i] = x[i] - upper[i] * x[i + 1]
        x[i] = x[i] / pivots[i]
    return x


def det_of_integers(matrix):
    """Without fractions: every division below leaves no rest (Bareiss)."""
    rows = [list(row) for row in matrix]
    n, sign, last = len(rows), 1, 1
    for k in range(n - 1):
        row = next((i for i in range(k, n) if rows[i][k]), None)
        if row is None:
            return 0
        if row != k:
            rows[row], rows[k] = rows[k], rows[row]
            sign = -sign
        for i in range(k + 1, n):
            for j in range(k + 1, n):
                rows[i][j] = (rows[i][j] * rows[k][k] - rows[i][k] * rows[k][j]) // last
        last = rows[k][k]
    return sign * rows[n - 1][n - 1]


def transposed(matrix):
    return [list(row) for row in zip(*matrix)]


def times(matrix, x):
    return [sum(a * b for a, b in zip(row, x)) for row in matrix]


def product(a, b):
    columns = transposed(b)
    return [[sum(x * y for x, y in zip(row, column)) for column in columns] for row in a]


def residual(matrix, x, b):
    return max(abs(y - z) for y, z in zip(times(matrix, x), b))


def cholesky(matrix, sqrt):
    n = len(matrix)
    zero = matrix[0][0] - matrix[0][0]
    lower = [[zero] * n for _ in range(n)]
    for j in range(n):
        rest = matrix[j][j] - sum((lower[j][k] ** 2 for k in range(j)), zero)
        lower[j][j] = sqrt(rest)
        for i in range(j + 1, n):
            dotted = sum((lower[i][k] * lower[j][k] for k in range(j)), zero)
            lower[i][j] = (matrix[i][j] - dotted) / lower[j][j]
    return lower
