"""Arithmetic that gives the same digits on every machine."""

import sys
from fractions import Fraction

from fixed import Q32, fixed

F16 = fixed(32, 16)


def logistic(x, rate, steps):
    for _ in range(steps):
        x = rate * x * (1 - x)
    return x


def main(args):
    steps = int(args[0]) if args else 100
    print(logistic(Q32("0.5"), Q32("3.9"), steps))
    print(logistic(F16(0.5), F16(3.9), steps))
    print(*(F16(n).sqrt() for n in range(2, 7)))
    print(sum(F16(1) / n for n in range(1, 21)), sum(Q32(1) / n for n in range(1, 21)))
    print(F16(300).saturating_mul(F16(300)), F16("-12.34"), float(Q32(Fraction(1, 3))))
    try:
        F16(300) * F16(300)
    except OverflowError as error:
        print(f"OverflowError: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
