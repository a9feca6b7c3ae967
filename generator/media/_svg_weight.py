"""The elements of a drawing and what they refer to -> how many elements it becomes once all is drawn.

A `use` of a `use` of a `use` doubles with each step, so that a file of a kilobyte hangs a browser. Each element is
weighed once: itself, what it holds, and what it refers to, as often as it does.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from generator.base.patterns import regex

MOST = 100_000  # elements, as drawn
_GRADIENTS = ("linearGradient", "radialGradient")  # painting with one draws nothing more
_ADDRESS = regex(r"url\(\s*(?:\"\s*#([^\"]*)|'\s*#([^']*)|#([^\s)]*))", re.IGNORECASE)
_PIECE = regex(  # of a style sheet: a comment, an address, a string, what parts declarations, anything else
    r"/\*.*?(?:\*/|\Z)|url\(\s*[^\s)\"']*\s*\)?|\"[^\"\n]*\"?|'[^'\n]*'?|[{};]|[^\"'{};/uU]+|.",
    re.DOTALL | re.IGNORECASE,
)
_COMPOUND = regex(r"([.#]?)([^\s.#|]+)")
_VERTICES = regex(r"[a-zA-Z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_SHAPES = frozenset("path rect circle ellipse line polyline polygon text tspan textPath".split())
_FOR_SOME = ("@media", "@supports", "@layer")  # rules below them are about what their selectors say
_INHERITED = ("fill", "stroke", "marker")  # of a group, they are drawn for each shape in it


class Element:
    """An element as far as it counts: what it holds, and what it refers to by which property, and how often."""

    __slots__ = ("attributes", "classes", "id", "inside", "name", "refers")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.id = attributes.get("id", "")
        self.classes = frozenset(attributes["class"].split()) if "class" in attributes else frozenset[str]()
        self.attributes = attributes
        self.inside: list[int] = []
        self.refers: dict[tuple[str, str], int] = {}  # by id and property

    def refer(self, id: str, by: str) -> None:
        """Note that it refers to an id by a property or attribute."""
        self.refers[id, by] = self.refers.get((id, by), 0) + 1

    def vertices(self) -> int:
        """Return at how many places a marker may stand."""
        outline = self.attributes.get("d", "") + " " + self.attributes.get("points", "")
        return max(1, len(_VERTICES.findall(outline)) // 2)


class TooHeavy(Exception):
    """A drawing becomes more than may be drawn; the text says how."""


def element(name: str, attributes: dict[str, str]) -> Element:
    """Return an element with what its attributes refer to."""
    made = Element(name, attributes)
    for key, value in attributes.items():
        if "#" not in value:
            continue
        if key in ("href", "xlink:href") and value.startswith("#"):
            made.refer(unquote(value[1:]), key)
        elif key == "style":
            for _, property, set_to in _declarations(value):
                for id in _ids(set_to):
                    made.refer(id, property)
        else:
            for id in _ids(value):
                made.refer(id, key)
    return made


def add_styles(elements: list[Element], styles: list[str]) -> None:
    """Give the elements what the rules of the drawing's style sheets refer to for them. Raises TooHeavy."""
    for property in (property for it in elements for _, property in it.refers):
        _no_variable(property)
    referring = [(*rule, ids) for sheet in styles for rule in _declarations(sheet) if (ids := _ids(rule[2]))]
    if not referring:  # as in most drawings
        return
    drawn = {it.id for it in elements if it.name not in _GRADIENTS}
    known: dict[tuple[str, str], list[Element]] = {}
    for it in elements:
        for sign, name in (("", it.name), ("#", it.id), *((".", name) for name in it.classes)):
            known.setdefault((sign, name), []).append(it)
    given = 0
    for selectors, property, _, referred in referring:
        ids = [it for it in referred if it in drawn]
        _no_variable(property if ids else "")
        for chosen in _chosen(selectors, known, elements) if ids else ():
            given += len(chosen) * len(ids)
            if given > MOST:
                raise TooHeavy(f"its style sheet refers to more than {MOST:,} elements")
            for it in chosen:
                for id in ids:
                    it.refer(id, property)


def _no_variable(property: str) -> None:
    if property.startswith("--"):  # any element may use it, under any property
        raise TooHeavy(f"how often it draws what '{property[:40]}' refers to cannot be counted")


def _ids(value: str) -> list[str]:
    """Return the ids that a value refers to, as a browser reads them."""
    return [unquote("".join(it)) for it in _ADDRESS.findall(value)] if "(" in value and "#" in value else []


def _declarations(css: str) -> Iterator[tuple[str, str, str]]:
    """Yield of every declaration the selectors that it is about, "" where it may be about any, property and value."""
    open: list[str] = []
    text: list[str] = []
    for piece in (*_PIECE.findall(css), ";"):  # at its end a browser closes what is open
        if piece == "{":
            open.append("".join(text).strip())
        elif piece in ("}", ";"):
            property, colon, value = "".join(text).partition(":")
            if colon:
                yield _about(open), property.strip().lower(), value
            if piece == "}" and open:
                open.pop()
        else:
            text.append("" if piece.startswith("/*") else piece)
            continue
        text.clear()


def _about(open: list[str]) -> str:
    if any(it.startswith("@") and not it.lower().startswith(_FOR_SOME) for it in open):
        return ""
    return next((it for it in reversed(open) if not it.startswith("@")), "")


def _chosen(
    selectors: str, known: dict[tuple[str, str], list[Element]], elements: list[Element]
) -> Iterator[list[Element]]:
    """Yield the elements that selectors may mean, by what stands last in each: rather too many than too few."""
    for selector in selectors.split(","):
        if any(it in selector for it in "()[]&*\"'"):
            yield elements
            continue
        last = re.split(r"[\s>+~]+", re.sub(r"::?[\w-]+", "", selector).strip())[-1].rpartition("|")[2]
        wanted = _COMPOUND.findall(last)
        yield min((known.get(it, []) for it in wanted), key=len, default=elements)


def weigh(elements: list[Element]) -> int:
    """Return how many elements a drawing becomes; the first is its root. Raises TooHeavy.

    Goes without recursion: a file may nest as deep as it is long.
    """
    by_id = {it.id: at for at, it in reversed(list(enumerate(elements))) if it.id}
    times = _Times(elements)
    weights = {at: 1 for at, it in enumerate(elements) if not it.inside and not it.refers}
    open_now: set[int] = set()
    stack = [0] if elements else []
    while stack:
        at = stack[-1]
        parts = _parts(elements, at, by_id, times)
        if at not in open_now:
            open_now.add(at)
            if waiting := [part for part, _ in parts if part not in weights]:
                if looped := next((part for part in waiting if part in open_now), None):
                    raise TooHeavy(f"'{elements[looped].id[:40]}' is drawn inside itself")
                stack += waiting
                continue
        weights[at] = 1 + sum(weights[part] * times for part, times in parts)
        if weights[at] > MOST:
            raise TooHeavy(f"it becomes more than {MOST:,} elements")
        stack.pop()
        open_now.discard(at)
        while stack and stack[-1] in weights:
            stack.pop()
    return weights.get(0, 0)


class _Times:
    """How often what an element refers to is drawn."""

    def __init__(self, elements: list[Element]) -> None:
        self._elements = elements
        self._totals: tuple[int, int] | None = None  # shapes and vertices of the whole drawing

    def of(self, element: Element, property: str) -> int:
        """Return how often for this property: a group hands some of them on to the shapes in it."""
        if not property.startswith(_INHERITED):
            return 1
        at_vertices = property in ("marker", "marker-mid")
        if element.name in _SHAPES:
            return element.vertices() if at_vertices else 1
        if self._totals is None:
            shapes = [it for it in self._elements if it.name in _SHAPES]
            self._totals = max(1, len(shapes)), max(1, sum(it.vertices() for it in shapes))
        return self._totals[at_vertices]


def _parts(elements: list[Element], at: int, by_id: dict[str, int], times: _Times) -> list[tuple[int, int]]:
    """Return the elements that belong to one, and how often each is drawn."""
    it = elements[at]
    found = [(child, 1) for child in it.inside]
    for (id, property), count in it.refers.items():
        target = by_id.get(id)
        if target is not None and elements[target].name not in _GRADIENTS:
            found.append((target, count * times.of(it, property)))
    return found
