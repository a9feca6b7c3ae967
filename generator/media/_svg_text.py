"""The bytes of a drawing and its size -> how large its smallest text is on a phone.

What is not known for sure (a font set by a selector of several parts, a length in an unusual unit) is passed over: a
warning that is wrong costs more than one that is not there.
"""

from math import hypot
from typing import NamedTuple
from xml.parsers import expat

from generator.base.patterns import regex
from generator.media._svg_matrix import Matrix, fitted, times, transform

PHONE = 358  # px of a card's width on a phone of 390
_USUAL = 16.0  # px, where nothing says how large a text is
_NOT_DRAWN = frozenset("defs symbol pattern marker mask clipPath style title desc metadata".split())
_TELLING = _NOT_DRAWN | {"text"}
_SETTING = frozenset(("transform", "display", "style", "font-size"))
_RULE = regex(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = regex(r"[.#]?[\w-]+")
_SIZE = regex(r"(?:^|;)\s*(?:font-size\s*:|font\s*:[^;]*?(?=[\s:][\d.]+[a-z%]))\s*([\d.]+)(px|pt|em|%|)(?![\w.%])")
_LENGTH = regex(r"\s*([\d.]+)\s*(px|pt|em|%|)\s*")
_HIDDEN = regex(r"display\s*:\s*none|visibility\s*:\s*hidden")


class Small(NamedTuple):
    """The smallest text of a drawing, its size in px on a phone, and how large it would have to be in its own units."""

    words: str
    pixels: float
    units: float
    line: int


def smallest(data: bytes, size: tuple[float, float]) -> Small | None:
    """Return the smallest text of a drawing that was looked through and is `size` large; None where there is none."""
    if b"<text" not in data and b":text" not in data:
        return None
    reader = _Reader(size)
    reader.parser = parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, ArithmeticError):
        return None
    return min(reader.found, key=lambda it: it.pixels, default=None)


class _Open(NamedTuple):
    """An element that is open: what it hands down. A size of 0 is one that is not known."""

    name: str
    matrix: Matrix
    size: float
    drawn: bool


class _Reader:
    def __init__(self, picture: tuple[float, float]) -> None:
        self.picture = picture
        self.found: list[Small] = []
        self.open: list[_Open] = []
        self.rules: dict[str, str] = {}  # by their selectors
        self.parser: expat.XMLParserType | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        above = self.open[-1] if self.open else None
        if above and local not in _TELLING and not self.rules and _SETTING.isdisjoint(attributes):
            self.open.append(above)  # it hands down what it is handed
            return
        matrix = above.matrix if above else fitted(attributes, self.picture)
        if "transform" in attributes:
            matrix = times(matrix, transform(attributes["transform"]))
        drawn = (above is None or above.drawn) and local not in _NOT_DRAWN and attributes.get("display") != "none"
        size = above.size if above else _USUAL
        if "style" in attributes:
            drawn = drawn and not _HIDDEN.search(attributes["style"])
        if self.rules or "style" in attributes or "font-size" in attributes:
            size = self._size(local, attributes, size)
        self.open.append(_Open(local, matrix, size, drawn))

    def _size(self, local: str, attributes: dict[str, str], above: float) -> float:
        """Return the size of an element's text: by its style, the style sheet, its attribute, or what it stands in."""
        selectors = [f"#{attributes.get('id', '')}", *(f".{it}" for it in attributes.get("class", "").split()), local]
        for text in (attributes.get("style", ""), *(self.rules.get(it, "") for it in selectors)):
            if match := _SIZE.search(text):
                return _pixels(match[1], match[2], above)
            if "font:" in text or "font-size:" in text.replace(" ", ""):
                return 0.0
        given = attributes.get("font-size")
        match = _LENGTH.fullmatch(given) if given else None
        return _pixels(match[1], match[2], above) if match else (0.0 if given else above)

    def text(self, text: str) -> None:
        it = self.open[-1]
        if it.name == "style":
            self._learn(text)
        elif it.drawn and it.size and text.strip() and any(each.name == "text" for each in self.open):
            _, _, c, d, _, _ = it.matrix
            scale = hypot(c, d) * min(1.0, PHONE / self.picture[0])
            assert self.parser
            if scale > 0:
                words = " ".join(text.split())
                self.found.append(Small(words, it.size * scale, 12 / scale, self.parser.CurrentLineNumber))

    def _learn(self, text: str) -> None:
        for selectors, style in _RULE.findall(text):
            for selector in map(str.strip, selectors.split(",")):
                if _SELECTOR.fullmatch(selector):
                    self.rules[selector] = f"{self.rules.get(selector, '')};{style}"

    def end(self, name: str) -> None:
        self.open.pop()


def _pixels(number: str, unit: str, above: float) -> float:
    return float(number) * {"pt": 4 / 3, "em": above, "%": above / 100}.get(unit, 1.0)
