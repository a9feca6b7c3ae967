"""The bytes of a drawing -> where each of its elements lies in the picture, in the picture's own pixels."""

import re
from math import isclose, sqrt
from typing import NamedTuple
from unicodedata import east_asian_width
from xml.parsers import expat

from generator.base.patterns import regex
from generator.media import _svg_paths as svg_paths
from generator.media._svg_matrix import Matrix, fitted, is_upright, moved, times, transform
from generator.media._svg_paths import Point

READ = ("rect", "circle", "ellipse", "polygon", "path", "text")
_NOT_DRAWN = frozenset("defs symbol pattern marker mask clipPath svg".split())  # here, or not where it stands
_LENGTH = regex(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(?:px)?\s*", re.IGNORECASE)
_STYLE = regex(r"([a-z-]+)\s*:\s*([^;]+)")
_SET_BY = ("font-size", "text-anchor")
_OF_ITS_OWN = frozenset(("id", "transform", "style", *_SET_BY))
_ABOVE, _UNDER, _WIDTH = 0.85, 0.25, 0.6  # of a line of text, in heights of its font; a letter's width


class Outline(NamedTuple):
    """`shape` is rect, ellipse or polygon; numbers as an author writes them: a box, or x, y, x, y, ..."""

    shape: str
    numbers: tuple[float, ...]


class Missing(NamedTuple):
    """Why an element has no outline, and the ids that might be meant."""

    why: str
    ids: tuple[str, ...] = ()


def read(data: bytes, size: tuple[float, float]) -> "Elements":
    """Read the elements of a drawing that was looked through and is `size` large."""
    elements = Elements(size)
    parser = expat.ParserCreate()
    parser.StartElementHandler = elements.start
    parser.EndElementHandler = elements.end
    parser.CharacterDataHandler = elements.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        elements.is_whole = False
    return elements


class _Open(NamedTuple):
    """An element that is open: what it hands down."""

    name: str
    matrix: Matrix | None  # where its transform cannot be read
    style: dict[str, str]
    hidden: str  # the element around it that is not drawn where it stands


class _Named:
    """An element with an id."""

    def __init__(self, it: _Open, attributes: dict[str, str]) -> None:
        self.name, self.matrix, self.hidden, self.attributes = it.name, it.matrix, it.hidden, attributes
        self.lines: list[_Line] | None = []  # of a text; None where one of their places cannot be read

    def take(self, attributes: dict[str, str], style: dict[str, str]) -> None:
        """Begin a line of a text where it begins, and where an element in it has a place of its own."""
        if self.lines is None or (self.lines and not {"x", "y", "dy"} & attributes.keys()):
            return
        x, y = self.lines[-1].at if self.lines else (0.0, 0.0)
        try:
            place = (_first(attributes.get("x"), x), _first(attributes.get("y"), y))
            self.lines.append(_Line((place[0], place[1] + _em(attributes.get("dy"), style)), style))
        except (ValueError, ArithmeticError):
            self.lines = None


class _Line:
    """A line of text, by where it begins."""

    def __init__(self, at: Point, style: dict[str, str]) -> None:
        self.at, self.style, self.text = at, style, ""


class Elements:
    """The elements of a drawing that have an id. What is wrong with one of them leaves the others as they are."""

    def __init__(self, size: tuple[float, float]) -> None:
        self.is_whole = True
        self._size = size
        self._ids: list[str] = []  # of what has an outline
        self._named: dict[str, _Named] = {}
        self._open: list[_Open] = []
        self._texts: list[tuple[int, _Named]] = []  # those that are open, and at which depth

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        above = self._open[-1] if self._open else None
        local = name.rpartition(":")[2]
        if len(self._open) > 1 and local not in _NOT_DRAWN and not self._texts and _OF_ITS_OWN.isdisjoint(attributes):
            self._open.append(self._open[-1])  # it hands down what it is handed
            return
        it = _Open(local, self._matrix(above, attributes), _style(above, attributes), self._hidden())
        self._open.append(it)
        id = attributes.get("id")
        if id is not None and it.name in READ:
            self._ids.append(id)
        if id is not None and id not in self._named:
            self._named[id] = _Named(it, attributes)
            if it.name == "text":
                self._texts.append((len(self._open), self._named[id]))
        for _, text in self._texts:
            text.take(attributes, it.style)

    def _matrix(self, above: _Open | None, attributes: dict[str, str]) -> Matrix | None:
        if above and (above.matrix is None or "transform" not in attributes):
            return above.matrix
        try:
            around = above.matrix if above and above.matrix else fitted(attributes, self._size)
            return times(around, transform(attributes.get("transform", "")))
        except (ValueError, ArithmeticError):
            return None

    def _hidden(self) -> str:
        if len(self._open) < 2:  # the root is an svg, too
            return ""
        return self._open[-1].hidden or (self._open[-1].name if self._open[-1].name in _NOT_DRAWN else "")

    def text(self, text: str) -> None:
        """Take a piece of text."""
        for _, it in self._texts:
            if it.lines:
                it.lines[-1].text += text

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if self._texts and self._texts[-1][0] == len(self._open):
            self._texts.pop()
        self._open.pop()

    def outline(self, id: str) -> Outline | Missing:
        """Return the outline of the first element with an id."""
        if self.is_whole and id not in self._named:
            return Missing(f"the drawing has no element with the id '{id}'", tuple(self._ids))
        try:
            if self.is_whole:
                return self._outline(id, self._named[id])
        except (ValueError, ArithmeticError):
            pass
        return Missing(f"where the element '{id}' lies cannot be told")

    def _outline(self, id: str, it: _Named) -> Outline | Missing:
        """Raises ValueError or ArithmeticError where its place cannot be read."""
        if it.hidden:
            return Missing(f"the element '{id}' stands in a '{it.hidden}', and is not drawn there")
        if it.name not in READ:
            return Missing(f"the element '{id}' is a '{it.name}', which has no outline of its own", tuple(self._ids))
        if it.matrix is None or it.lines is None:
            raise ValueError(id)
        if it.name == "rect":
            x, y, width, height = (_number(it.attributes.get(name)) for name in ("x", "y", "width", "height"))
            corners = [moved(it.matrix, at) for at in _corners(x, y, x + width, y + height)]
            return self._box(corners) if is_upright(it.matrix) else _polygon(corners)
        if it.name in ("circle", "ellipse"):
            return _ellipse(it.matrix, it.attributes)
        if it.name == "polygon":
            numbers = [float(each) for each in re.split(r"[\s,]+", it.attributes.get("points", "").strip()) if each]
            return _polygon([moved(it.matrix, at) for at in zip(numbers[::2], numbers[1::2], strict=True)])
        if it.name == "path":
            return self._box([moved(it.matrix, at) for at in svg_paths.points(it.attributes.get("d", ""))])
        return self._box([moved(it.matrix, at) for line in it.lines for at in _around(line)])

    def _box(self, points: list[Point]) -> Outline:
        """Return the box around points, as far as it lies on the picture."""
        left, right = (min(max(it(x for x, _ in points), 0.0), self._size[0]) for it in (min, max))
        top, bottom = (min(max(it(y for _, y in points), 0.0), self._size[1]) for it in (min, max))
        return Outline("rect", _rounded((left, top, right - left, bottom - top)))


def _style(above: _Open | None, attributes: dict[str, str]) -> dict[str, str]:
    """Return what a line of text is set by, with what it is handed down."""
    given = {**attributes, **dict(_STYLE.findall(attributes["style"]))} if "style" in attributes else attributes
    own = {name: given[name] for name in _SET_BY if name in given}
    handed = above.style if above else {}
    return {**handed, **own} if own else handed


def _ellipse(matrix: Matrix, attributes: dict[str, str]) -> Outline:
    rx, ry = (_number(attributes.get(it, attributes.get("r"))) for it in ("rx", "ry"))
    a, b, c, d, _, _ = matrix
    x, y = moved(matrix, (_number(attributes.get("cx")), _number(attributes.get("cy"))))
    across, down = sqrt((a * rx) ** 2 + (c * ry) ** 2), sqrt((b * rx) ** 2 + (d * ry) ** 2)
    box = (x - across, y - down, 2 * across, 2 * down)
    even = isclose(a * b * rx * rx + c * d * ry * ry, 0, abs_tol=1e-6)
    return Outline("ellipse", _rounded(box)) if even else Outline("rect", _rounded(box))


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
