"""The `d` of a path -> points that lie on it, close enough for the box around it."""

from collections.abc import Iterator
from itertools import pairwise
from math import atan2, cos, hypot, pi, radians, sin, sqrt

from generator.base.patterns import regex

Point = tuple[float, float]

_COMMAND = regex(r"[\s,]*([MmLlHhVvCcSsQqTtAaZz])")
_NUMBER = regex(r"[\s,]*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_FLAG = regex(r"[\s,]*([01])")  # of an arc: two flags and a number may stand together, as in `a5 5 0 01.5 2`
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_STEPS = 24  # of a curve


def points(d: str) -> list[Point]:
    """Return points of a path in its own units. Raises ValueError where it cannot be read."""
    found: list[Point] = []
    at = start = control = (0.0, 0.0)
    before = ""
    for letter, numbers in _commands(d):
        command = letter.upper()
        base = at if letter.islower() else (0.0, 0.0)
        if command == "Z":
            at = start
        elif command in "HV":
            at = (base[0] + numbers[0], at[1]) if command == "H" else (at[0], base[1] + numbers[0])
            found.append(at)
        elif command == "A":
            end = (base[0] + numbers[5], base[1] + numbers[6])
            found += _arc(at, numbers, end)
            at = end
        else:
            pairs = [(base[0] + x, base[1] + y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
            if command in "ST":  # the first control point mirrors the last one
                smooth = before in ("CS" if command == "S" else "QT") and before
                pairs.insert(0, (2 * at[0] - control[0], 2 * at[1] - control[1]) if smooth else at)
            found += [pairs[-1]] if command in "ML" else _curve([at, *pairs])
            control, at = pairs[-2] if len(pairs) > 1 else at, pairs[-1]
            start = at if command == "M" else start
        before = command
    return found


def _commands(d: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each command with its numbers; numbers that follow without one repeat it, a move as a line."""
    place, letter = 0, ""
    while d[place:].strip(" \t\r\n,"):
        if match := _COMMAND.match(d, place):
            letter, place = match[1], match.end()
        elif not letter or letter in "Zz":
            raise ValueError(d)
        numbers: list[float] = []
        for at in range(_ARGUMENTS[letter.upper()]):
            pattern = _FLAG if letter in "Aa" and at in (3, 4) else _NUMBER
            if not (match := pattern.match(d, place)):
                raise ValueError(d)
            numbers.append(float(match[1]))
            place = match.end()
        yield letter, numbers
        letter = {"M": "L", "m": "l"}.get(letter, letter)


def _curve(controls: list[Point]) -> Iterator[Point]:
    for step in range(1, _STEPS + 1):
        part, row = step / _STEPS, controls
        while len(row) > 1:
            row = [(x + part * (next_x - x), y + part * (next_y - y)) for (x, y), (next_x, next_y) in pairwise(row)]
        yield row[0]


def _arc(start: Point, numbers: list[float], end: Point) -> Iterator[Point]:
    """Yield points of an elliptic arc. Source: SVG 2, implementation notes, B.2.4."""
    rx, ry, turn = abs(numbers[0]), abs(numbers[1]), radians(numbers[2])
    if not rx or not ry or start == end:
        yield end
        return
    half = ((start[0] - end[0]) / 2, (start[1] - end[1]) / 2)
    x, y = cos(turn) * half[0] + sin(turn) * half[1], cos(turn) * half[1] - sin(turn) * half[0]
    grown = max(1.0, hypot(x / rx, y / ry))
    rx, ry = rx * grown, ry * grown
    square = (rx * ry) ** 2 / ((rx * y) ** 2 + (ry * x) ** 2) - 1
    factor = sqrt(max(0.0, square)) * (-1 if numbers[3] == numbers[4] else 1)
    cx, cy = factor * rx * y / ry, -factor * ry * x / rx
    first, last = atan2((y - cy) / ry, (x - cx) / rx), atan2((-y - cy) / ry, (-x - cx) / rx)
    sweep = (last - first) % (2 * pi) if numbers[4] else -((first - last) % (2 * pi))
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    for step in range(1, _STEPS + 1):
        angle = first + sweep * step / _STEPS
        px, py = cx + rx * cos(angle), cy + ry * sin(angle)
        yield cos(turn) * px - sin(turn) * py + middle[0], sin(turn) * px + cos(turn) * py + middle[1]
