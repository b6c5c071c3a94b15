"""Measures and turns a drawing of shapes that are read from text."""

import sys
from math import cos, hypot, pi, sin

DRAWING = """
circle 0 0 2.5
rectangle 1 1 4 3
triangle 0 0 4 0 0 3
circle 7 -2 1
"""


def distance(p, q):
    return hypot(q[0] - p[0], q[1] - p[1])


def from_segment(p, a, b):
    along = b[0] - a[0], b[1] - a[1]
    squared = along[0] ** 2 + along[1] ** 2
    if squared == 0:
        return distance(p, a)
    t = ((p[0] - a[0]) * along[0] + (p[1] - a[1]) * along[1]) / squared
    t = max(0, min(1, t))
    return distance(p, (a[0] + t * along[0], a[1] + t * along[1]))


def turned(p, about, angle):
    x, y = p[0] - about[0], p[1] - about[1]
    return about[0] + cos(angle) * x - sin(angle) * y, about[1] + sin(angle) * x + cos(angle) * y


class Circle:
    def __init__(self, x, y, radius):
        self.center, self.radius = (x, y), radius

    def area(self):
        return pi * self.radius**2

    def perimeter(self):
        return 2 * pi * self.radius

    def box(self):
        (x, y), r = self.center, self.radius
        return (x - r, y - r), (x + r, y + r)

    def translate(self, x, y):
        return Circle(self.center[0] + x, self.center[1] + y, self.radius)

    def rotate(self, _):
        return self


class Cornered:
    def __init__(self, *corners):
        self.corners = corners

    def edges(self):
        return zip(self.corners, self.corners[1:] + self.corners[:1])

    def doubled(self):
        return sum(a[0] * b[1] - a[1] * b[0] for a, b in self.edges())

    def area(self):
        return abs(self.doubled()) / 2

    def perimeter(self):
        return sum(distance(a, b) for a, b in self.edges())

    def centroid(self):
        x = y = 0
        for a, b in self.edges():
            cross = a[0] * b[1] - a[1] * b[0]
            x, y = x + cross * (a[0] + b[0]), y + cross * (a[1] + b[1])
        whole = 3 * self.doubled()
        return x / whole, y / whole

    def box(self):
        xs, ys = [p[0] for p in self.corners], [p[1] for p in self.corners]
        return (min(xs), min(ys)), (max(xs), max(ys))

    def translate(self, x, y):
        return type(self)(*((p[0] + x, p[1] + y) for p in self.corners))

    def rotate(self, angle):
        about = self.centroid()
        return Polygon(*(turned(p, about, angle) for p in self.corners))

    def holds(self, p):
        inside = False
        for a, b in self.edges():
            if from_segment(p, a, b) == 0:
                return True
            if (a[1] > p[1]) != (b[1] > p[1]):
                crossing = a[0] + (p[1] - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
                inside ^= p[0] < crossing
        return inside


class Polygon(Cornered):
    pass


class Triangle(Cornered):
    pass


class Rectangle(Cornered):
    @classmethod
    def read(cls, x, y, width, height):
        return cls((x, y), (x + width, y), (x + width, y + height), (x, y + height))


KINDS = {
    "circle": Circle,
    "rectangle": Rectangle.read,
    "triangle": lambda a, b, c, d, e, f: Triangle((a, b), (c, d), (e, f)),
}


def number(word):
    try:
        return int(word)
    except ValueError:
        return float(word)


def drawing():
    lines = (line.split() for line in DRAWING.splitlines() if line)
    return [KINDS[words[0]](*map(number, words[1:])) for words in lines]


def spiral(shapes, count):
    return [shape.translate(i, 2 * i).rotate(i / 10) for i in range(1, count + 1) for shape in shapes]


def separated(a, b):
    for p, q in a.edges():
        x, y = q[1] - p[1], p[0] - q[0]
        ours = [x * v[0] + y * v[1] for v in a.corners]
        theirs = [x * v[0] + y * v[1] for v in b.corners]
        if max(theirs) < min(ours) or max(ours) < min(theirs):
            return True
    return False


def overlaps(a, b):
    if isinstance(a, Circle) and isinstance(b, Circle):
        return distance(a.center, b.center) <= a.radius + b.radius
    if isinstance(b, Circle):
        a, b = b, a
    if isinstance(a, Circle):
        near = (from_segment(a.center, p, q) <= a.radius for p, q in b.edges())
        return b.holds(a.center) or any(near)
    return not separated(a, b) and not separated(b, a)


def count_overlaps(shapes):
    return sum(overlaps(shapes[i], shapes[j]) for i in range(len(shapes)) for j in range(i))


def around(shapes):
    boxes = [shape.box() for shape in shapes]
    low = tuple(float(min(box[0][i] for box in boxes)) for i in (0, 1))
    high = tuple(float(max(box[1][i] for box in boxes)) for i in (0, 1))
    return f"Rectangle({low}, {high})"


def chain(points):
    kept = []
    for p in points:
        while len(kept) >= 2:
            (ax, ay), (bx, by) = kept[-2], kept[-1]
            if (bx - ax) * (p[1] - by) - (by - ay) * (p[0] - bx) > 0:
                break
            kept.pop()
        kept.append(p)
    return kept


def hull(points):
    points = sorted(set(points))
    corners = chain(points)[:-1] + chain(points[::-1])[:-1]
    return f"Polygon({', '.join(map(str, corners))})"


def describe(shapes):
    rows = sorted(((type(s).__name__, s.area(), s.perimeter()) for s in shapes), key=lambda row: -row[1])
    wide = max(len(row[0]) for row in rows)
    for name, surface, border in rows:
        print(f"{name:<{wide}}  {str(round(float(surface), 2)):>8}  {str(round(float(border), 2)):>8}")


def main(args):
    count = int(args[0]) if args else 10
    shapes = drawing()
    describe(shapes)
    many = spiral(shapes, count)
    total = round(sum(shape.area() for shape in many), 6)
    print(f"{len(many)} shapes of area {total}")
    print("inside", around(shapes), "and", hull([(x, y) for x in range(4) for y in range(x + 1)]))
    print(count_overlaps(many), "pairs overlap")


if __name__ == "__main__":
    main(sys.argv[1:])
