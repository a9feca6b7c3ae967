"""The transforms of a drawing's elements -> where what they draw lies in the picture, as matrices a b c d e f."""

import re
from math import cos, isclose, radians, sin, tan

from generator.base.patterns import regex
from generator.media._svg_paths import Point

Matrix = tuple[float, float, float, float, float, float]
SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_TRANSFORM = regex(r"([a-zA-Z]+)\s*\(([^()]*)\)")


def moved(matrix: Matrix, point: Point) -> Point:
    """Return where a point comes to lie."""
    a, b, c, d, e, f = matrix
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def times(one: Matrix, other: Matrix) -> Matrix:
    """Return the matrix that does the other first."""
    a, b, c, d, _, _ = one
    o = other
    first = (a * o[0] + c * o[1], b * o[0] + d * o[1], a * o[2] + c * o[3], b * o[2] + d * o[3])
    return (*first, *moved(one, (o[4], o[5])))


def is_upright(matrix: Matrix) -> bool:
    """Say whether a box stays one with upright sides."""
    a, b, c, d, _, _ = matrix
    return all(isclose(it, 0, abs_tol=1e-9) for it in (b, c)) or all(isclose(it, 0, abs_tol=1e-9) for it in (a, d))


def transform(text: str) -> Matrix:
    """Return what a `transform` says. Raises ValueError where that is nothing known."""
    matrix = SAME
    for name, inside in _TRANSFORM.findall(text):
        numbers = [float(it) for it in re.split(r"[\s,]+", inside.strip()) if it]
        matrix = times(matrix, _step(name, numbers))
    return matrix


def _step(name: str, numbers: list[float]) -> Matrix:
    x, y = [*numbers, 0.0, 0.0][:2]
    if name == "matrix" and len(numbers) == 6:
        return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
    if name == "translate":
        return (1.0, 0.0, 0.0, 1.0, x, y)
    if name == "scale":
        return (x, 0.0, 0.0, y if len(numbers) > 1 else x, 0.0, 0.0)
    if name in ("skewX", "skewY"):
        return (
            (1.0, tan(radians(x)), 0.0, 1.0, 0.0, 0.0)
            if name == "skewY"
            else (1.0, 0.0, tan(radians(x)), 1.0, 0.0, 0.0)
        )
    if name == "rotate":
        turned = (cos(radians(x)), sin(radians(x)), -sin(radians(x)), cos(radians(x)), 0.0, 0.0)
        cx, cy = [*numbers[1:], 0.0, 0.0][:2]
        return times(times((1.0, 0.0, 0.0, 1.0, cx, cy), turned), (1.0, 0.0, 0.0, 1.0, -cx, -cy))
    raise ValueError(name)


def fitted(root: dict[str, str], size: tuple[float, float]) -> Matrix:
    """Return how the drawing's own units lie on the picture: its `viewBox` is fitted in, as a browser does."""
    box = [float(it) for it in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if it]
    if len(box) != 4 or not box[2] or not box[3]:
        return SAME
    align, *rest = root.get("preserveAspectRatio", "xMidYMid").split() or ["xMidYMid"]
    across, down = size[0] / box[2], size[1] / box[3]
    if align != "none":
        across = down = max(across, down) if "slice" in rest else min(across, down)
    share = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
    left = share.get(align[1:4], 0.5) * (size[0] - across * box[2])
    top = share.get(align[5:8], 0.5) * (size[1] - down * box[3])
    return (across, 0.0, 0.0, down, left - across * box[0], top - down * box[1])
