"""Fixed-point numbers, as the package FixedPoint has them: integers that count steps of `2**-F`."""

from fractions import Fraction
from math import isqrt, ldexp


def nearest(n, d):
    """`n / d` to the nearest integer, ties to even; `d` positive."""
    quotient, rest = divmod(n, d)
    twice = 2 * rest
    return quotient + 1 if twice > d or (twice == d and quotient % 2) else quotient


class Fixed:
    """The base of all types of `BITS` bits, `F` of them behind the point."""

    __slots__ = ("raw",)
    BITS = 64
    F = 32

    def __init__(self, x=0):
        if isinstance(x, Fixed):
            self.raw = x.raw
        elif isinstance(x, int):
            self.raw = x << self.F
        elif isinstance(x, float):
            self.raw = round(ldexp(x, self.F))
        elif isinstance(x, Fraction):
            self.raw = nearest(x.numerator << self.F, x.denominator)
        else:
            whole, _, digits = x.partition(".")
            self.raw = nearest(int(whole + digits) << self.F, 10 ** len(digits))

    @classmethod
    def steps(cls, raw):
        x = cls.__new__(cls)
        x.raw = raw
        return x

    def fitting(self, op, y, raw):
        limit = 1 << (self.BITS - 1)
        if not -limit <= raw < limit:
            name = f"Fixed{{Int{self.BITS}, {self.F}}}"
            raise OverflowError(f"{self} {op} {y} does not fit into {name}")
        return self.steps(raw)

    def same(self, y):
        return y if type(y) is type(self) else type(self)(y)

    def __add__(self, y):
        y = self.same(y)
        return self.fitting("+", y, self.raw + y.raw)

    def __sub__(self, y):
        y = self.same(y)
        return self.fitting("-", y, self.raw - y.raw)

    def __rsub__(self, y):
        return self.same(y) - self

    def __neg__(self):
        return self.steps(-self.raw)

    def __mul__(self, y):
        y = self.same(y)
        return self.fitting("*", y, nearest(self.raw * y.raw, 1 << self.F))

    def __truediv__(self, y):
        y = self.same(y)
        n, d = self.raw << self.F, y.raw
        return self.fitting("/", y, nearest(-n, -d) if d < 0 else nearest(n, d))

    def __rtruediv__(self, y):
        return self.same(y) / self

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, n):
        result, x = type(self)(1), self
        while n > 0:
            if n & 1:
                result = result * x
            n >>= 1
            if n > 0:
                x = x * x
        return result

    def __abs__(self):
        return -self if self.raw < 0 else self

    def __eq__(self, y):
        return self.raw == self.same(y).raw

    def __lt__(self, y):
        return self.raw < self.same(y).raw

    def __le__(self, y):
        return self.raw <= self.same(y).raw

    def __gt__(self, y):
        return self.raw > self.same(y).raw

    def __bool__(self):
        return self.raw != 0

    def __float__(self):
        return ldexp(float(self.raw), -self.F)

    def __round__(self):
        return nearest(self.raw, 1 << self.F)

    def __floor__(self):
        return self.raw >> self.F

    def sqrt(self):
        return self.steps(isqrt(self.raw << self.F))

    def saturating_mul(self, y):
        raw = nearest(self.raw * y.raw, 1 << self.F)
        limit = 1 << (self.BITS - 1)
        return self.steps(max(-limit, min(limit - 1, raw)))

    def __str__(self):
        """The fewest digits behind the point that tell the number from its neighbours."""
        one, count, digits, scale = 1 << self.F, abs(self.raw), 1, 10
        while True:
            scaled = nearest(count * scale, one)
            if nearest(scaled * one, scale) == count or digits == 18:
                whole, rest = divmod(scaled, scale)
                return f"{'-' if self.raw < 0 else ''}{whole}.{rest:0{digits}}"
            digits += 1
            scale *= 10

    def __repr__(self):
        return f"{self}Q{self.F}"


def fixed(bits, fraction):
    """The type with so many bits, and so many of them behind the point."""
    return type(f"Q{fraction}", (Fixed,), {"__slots__": (), "BITS": bits, "F": fraction})


Q32 = fixed(64, 32)
Q40 = fixed(64, 40)
