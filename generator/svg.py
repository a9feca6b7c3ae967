"""The bytes of an SVG -> its size, and what in it could run, fetch or reach outside: by an allow-list."""

import re
from xml.parsers import expat

from generator.diagnostics import Diagnostic, warning
from generator.place import Span

ELEMENTS = frozenset(
    """
    svg g defs symbol use title desc metadata style path rect circle ellipse line polyline polygon text tspan
    textPath linearGradient radialGradient stop pattern clipPath mask marker switch filter feGaussianBlur
    feOffset feBlend feColorMatrix feComposite feFlood feMerge feMergeNode feMorphology feDropShadow
    """.split()
)
ATTRIBUTES = frozenset(
    """
    id class style lang xml:lang xml:space space role version baseProfile width height viewBox
    preserveAspectRatio x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy d points pathLength transform rotate
    textLength lengthAdjust startOffset method spacing href xlink:href offset gradientUnits gradientTransform
    spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits
    markerUnits markerWidth markerHeight refX refY orient overflow opacity fill fill-opacity fill-rule stroke
    stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray stroke-dashoffset
    stroke-miterlimit color display visibility font-family font-size font-style font-weight font-variant
    font-stretch letter-spacing word-spacing text-anchor text-decoration dominant-baseline alignment-baseline
    baseline-shift writing-mode direction unicode-bidi clip-path clip-rule mask marker marker-start marker-mid
    marker-end stop-color stop-opacity paint-order vector-effect shape-rendering text-rendering image-rendering
    color-interpolation color-interpolation-filters filter filterUnits primitiveUnits in in2 result stdDeviation
    mode values type operator k1 k2 k3 k4 flood-color flood-opacity radius mix-blend-mode isolation aria-label
    aria-labelledby aria-describedby aria-hidden tabindex focusable
    """.split()
)
# Where CSS or an attribute could reach outside: an address beyond this drawing, imports, escapes that hide either.
_REACHES_OUT = re.compile(
    r"url\(\s*['\"]?(?!\s*['\"]?#)|@import|@font-face|\b(?:src|image)\s*\(|\\|expression\s*\(|javascript:|image-set|-moz-binding",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*")
_ENCODING = re.compile(rb"\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)")
_WORDS = {
    3: "it ends too early",
    7: "an element ends that was not begun last",
}  # expat's 'no element found', 'mismatched tag'
_HELP = "delete it, or save the drawing as 'plain SVG'"


def check(data: bytes, path: str) -> tuple[tuple[float, float] | None, tuple[Diagnostic, ...]]:
    """Return width and height in user units, and everything in the drawing that is not on the allow-list."""
    reader = _Reader(data, path)
    declared = _ENCODING.match(data[:1000].removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        message = "a drawing in another encoding than UTF-8 is not allowed"
        return None, (Diagnostic(reader.place(1, 0), "M109", message, "save it again as UTF-8"),)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = lambda *_: reader.refuse("a DOCTYPE")
    parser.ProcessingInstructionHandler = lambda *_: reader.refuse("a processing instruction")
    parser.buffer_text = True
    reader.parser = parser
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        span = reader.place(problem.lineno, problem.offset)
        return None, (
            Diagnostic(
                span,
                "M109",
                f"this drawing is not whole: {_WORDS.get(problem.code, expat.ErrorString(problem.code))}",
                "save it again",
            ),
        )
    except _Enough:
        pass
    else:
        reader.named()
    return reader.size, tuple(reader.found)


class _Enough(Exception):
    """A drawing with a DOCTYPE, or with very many faults, is not read further."""


class _Reader:
    def __init__(self, data: bytes, path: str) -> None:
        self.found: list[Diagnostic] = []
        self.size: tuple[float, float] | None = None
        self.parser: expat.XMLParserType
        self._lines = data.decode("utf-8", "replace").splitlines()
        self._path = path
        self._inside: list[str] = []
        self._named = False  # whether it says in words what it shows
        self._style: list[str] = []  # the text of a style element comes in pieces

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._inside:
            self.size = _size(attributes)
        self._inside.append(name)
        self._named = self._named or name in ("title", "desc") or "aria-label" in attributes
        if name not in ELEMENTS:
            self.refuse(f"the element '{name[:40]}'")
        for key, value in attributes.items():
            if key == "xmlns" or key.startswith("xmlns:"):
                continue
            if key not in ATTRIBUTES:
                self.refuse(f"the attribute '{key[:40]}'")
            elif (key in ("href", "xlink:href") and not value.startswith("#")) or _REACHES_OUT.search(value):
                self.refuse(f"an address outside the drawing in '{key}'")

    def end(self, name: str) -> None:
        self._inside.pop()
        if name == "style":
            if _REACHES_OUT.search("".join(self._style)):
                self.refuse("an address outside the drawing in its style")
            self._style.clear()

    def text(self, text: str) -> None:
        if self._inside[-1:] == ["style"]:
            self._style.append(text)

    def named(self) -> None:
        """Report a drawing that says nothing to whoever cannot see it."""
        if not self._named and not self.found:
            help = "write '<title>what it shows</title>' after '<svg ...>', and '<desc>' for more"
            span = Span(self._path)
            self.found.append(warning(span, "L42", "this drawing has neither title nor description", help))

    def refuse(self, what: str) -> None:
        span = self.place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber)
        self.found.append(Diagnostic(span, "M109", f"{what} is not allowed in a drawing", _HELP))
        if "DOCTYPE" in what or len(self.found) == 10:
            raise _Enough

    def place(self, line: int, column: int) -> Span:
        """Return the place of a line (from 1) and column (from 0, in characters)."""
        excerpt = self._lines[line - 1] if line <= len(self._lines) else ""
        return Span(self._path, line, column + 1, line, column + 2, excerpt)


def _size(attributes: dict[str, str]) -> tuple[float, float] | None:
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    lengths = [_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
    numbers = [float(it[1]) for it in lengths if it]
    if len(numbers) < 2 and len(box) == 4 and all(_LENGTH.fullmatch(it) for it in box[2:]):
        numbers = [float(box[2]), float(box[3])]
    return (numbers[0], numbers[1]) if len(numbers) == 2 and min(numbers) > 0 else None
