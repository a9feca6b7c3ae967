"""The bytes of a drawing and the id of an element -> where that lies in the picture, in the picture's own pixels."""

import re
from dataclasses import dataclass, field
from math import isclose, sqrt
from typing import NamedTuple
from unicodedata import east_asian_width
from xml.parsers import expat

from generator.media import _svg_paths as svg_paths
from generator.media._svg_matrix import SAME, Matrix, fitted, is_upright, moved, times, transform
from generator.media._svg_paths import Point

READ = ("rect", "circle", "ellipse", "polygon", "path", "text")
_NOT_DRAWN = frozenset("defs symbol pattern marker mask clipPath svg".split())  # here, or not where it stands
_LENGTH = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(?:px)?\s*", re.IGNORECASE)
_STYLE = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")
_ABOVE, _UNDER, _WIDTH = 0.85, 0.25, 0.6  # of a line of text, in heights of its font; a letter's width


class Outline(NamedTuple):
    """`shape` is rect, ellipse or polygon; numbers as an author writes them: a box, or x, y, x, y, ..."""

    shape: str
    numbers: tuple[float, ...]


class Missing(NamedTuple):
    """Why an element has no outline, and the ids that might be meant."""

    why: str
    ids: tuple[str, ...] = ()


def outline(data: bytes, id: str, size: tuple[float, float]) -> Outline | Missing:
    """Return the outline of an element of a drawing that was looked through and is `size` large."""
    finder = _Finder(id, size)
    parser = expat.ParserCreate()
    parser.StartElementHandler = finder.start
    parser.EndElementHandler = finder.end
    parser.CharacterDataHandler = finder.text
    try:
        parser.Parse(data, True)
        return finder.outline()
    except (expat.ExpatError, ValueError, ArithmeticError):
        return Missing(f"where the element '{id}' lies cannot be told")


@dataclass(slots=True)
class _Open:
    """An element that is open: what it hands down."""

    name: str
    matrix: Matrix
    style: dict[str, str]


@dataclass(slots=True)
class _Line:
    """A line of text, by where it begins."""

    at: Point
    style: dict[str, str]
    text: str = ""


@dataclass(slots=True)
class _Finder:
    id: str
    size: tuple[float, float]
    ids: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    found: _Open | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    hidden: str = ""  # the element around it that is not drawn where it stands
    lines: list[_Line] = field(default_factory=list)
    depth: int = 0  # of the text that is looked for

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        above = self.open[-1] if self.open else None
        matrix = times(above.matrix if above else SAME, transform(attributes.get("transform", "")))
        matrix = matrix if above else times(fitted(attributes, self.size), matrix)
        style = {**(above.style if above else {}), **attributes, **dict(_STYLE.findall(attributes.get("style", "")))}
        self.open.append(_Open(local, matrix, style))
        if "id" in attributes and local in READ:
            self.ids.append(attributes["id"])
        if self.found is None and attributes.get("id") == self.id:
            self.found, self.attributes = self.open[-1], attributes
            self.hidden = next((it.name for it in self.open[1:-1] if it.name in _NOT_DRAWN), "")
            self.depth = len(self.open) if local == "text" else 0
        if self.depth:
            self._begin_line(attributes, style)

    def _begin_line(self, attributes: dict[str, str], style: dict[str, str]) -> None:
        x, y = self.lines[-1].at if self.lines else (0.0, 0.0)
        if not self.lines or {"x", "y", "dy"} & attributes.keys():
            place = (_first(attributes.get("x"), x), _first(attributes.get("y"), y))
            self.lines.append(_Line((place[0], place[1] + _em(attributes.get("dy"), style)), style))

    def text(self, text: str) -> None:
        if self.depth:
            self.lines[-1].text += text

    def end(self, name: str) -> None:
        self.depth = 0 if self.depth == len(self.open) else self.depth
        self.open.pop()

    def outline(self) -> Outline | Missing:
        if self.found is None:
            return Missing(f"the drawing has no element with the id '{self.id}'", tuple(self.ids))
        name, matrix = self.found.name, self.found.matrix
        if self.hidden:
            return Missing(f"the element '{self.id}' stands in a '{self.hidden}', and is not drawn there")
        if name == "rect":
            x, y, width, height = (_number(self.attributes.get(it)) for it in ("x", "y", "width", "height"))
            corners = [moved(matrix, it) for it in _corners(x, y, x + width, y + height)]
            return self._box(corners) if is_upright(matrix) else _polygon(corners)
        if name in ("circle", "ellipse"):
            return self._ellipse(matrix)
        if name == "polygon":
            numbers = [float(it) for it in re.split(r"[\s,]+", self.attributes.get("points", "").strip()) if it]
            return _polygon([moved(matrix, it) for it in zip(numbers[::2], numbers[1::2], strict=True)])
        if name == "path":
            return self._box([moved(matrix, it) for it in svg_paths.points(self.attributes.get("d", ""))])
        if name == "text":
            return self._box([moved(matrix, it) for line in self.lines for it in _around(line)])
        return Missing(f"the element '{self.id}' is a '{name}', which has no outline of its own", tuple(self.ids))

    def _ellipse(self, matrix: Matrix) -> Outline:
        rx, ry = (_number(self.attributes.get(it, self.attributes.get("r"))) for it in ("rx", "ry"))
        a, b, c, d, _, _ = matrix
        x, y = moved(matrix, (_number(self.attributes.get("cx")), _number(self.attributes.get("cy"))))
        across, down = sqrt((a * rx) ** 2 + (c * ry) ** 2), sqrt((b * rx) ** 2 + (d * ry) ** 2)
        box = (x - across, y - down, 2 * across, 2 * down)
        even = isclose(a * b * rx * rx + c * d * ry * ry, 0, abs_tol=1e-6)
        return Outline("ellipse", _rounded(box)) if even else Outline("rect", _rounded(box))

    def _box(self, points: list[Point]) -> Outline:
        """Return the box around points, as far as it lies on the picture."""
        left, right = (min(max(it(x for x, _ in points), 0.0), self.size[0]) for it in (min, max))
        top, bottom = (min(max(it(y for _, y in points), 0.0), self.size[1]) for it in (min, max))
        return Outline("rect", _rounded((left, top, right - left, bottom - top)))


def _polygon(points: list[Point]) -> Outline:
    if len(points) < 3:
        raise ValueError(points)
    return Outline("polygon", _rounded(tuple(number for point in points for number in point)))


def _rounded(numbers: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(it, 3) + 0.0 for it in numbers)


def _corners(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _around(line: _Line) -> list[Point]:
    """Return the corners of a line of text. How wide its font runs is not known: it is taken to be a wide one."""
    size = _number(line.style.get("font-size", "16"))
    words = " ".join(line.text.split())
    width = size * sum(1.0 if east_asian_width(it) in "WF" else _WIDTH for it in words)
    shift = {"middle": 0.5, "end": 1.0}.get(line.style.get("text-anchor", "").strip(), 0.0)
    left = line.at[0] - shift * width
    return _corners(left, line.at[1] - _ABOVE * size, left + width, line.at[1] + _UNDER * size) if words else []


def _number(text: str | None) -> float:
    if text is None:
        return 0.0
    match = _LENGTH.fullmatch(text)
    if not match:
        raise ValueError(text)
    return float(match[1])


def _first(text: str | None, otherwise: float) -> float:
    """Return the first of a list of lengths."""
    return _number(re.split(r"[\s,]+", text.strip())[0]) if text else otherwise


def _em(text: str | None, style: dict[str, str]) -> float:
    if text and text.strip().endswith("em"):
        return float(text.strip().removesuffix("em")) * _number(style.get("font-size", "16"))
    return _first(text, 0.0)
