"""The bytes of an SVG -> its size, the drawing without what its program left in it, and what is not allowed in it.

What draws stands on an allow-list. What editors keep for themselves (metadata, guides, a DOCTYPE) is left out of the
bytes that are packed; what could run, fetch or reach outside is refused.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

from generator.base.diagnostics import Diagnostic, warning
from generator.base.patterns import regex
from generator.base.place import Span
from generator.media import _svg_weight as svg_weight
from generator.media.lookthrough import container_of, look_through

ELEMENTS = frozenset(
    """
    svg g defs symbol use title desc metadata style path rect circle ellipse line polyline polygon text tspan
    textPath linearGradient radialGradient stop pattern clipPath mask marker switch filter feGaussianBlur
    feOffset feBlend feColorMatrix feComposite feFlood feMerge feMergeNode feMorphology feDropShadow image
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
_LINKS = ("href", "xlink:href")
_SELF_CONTAINED = ATTRIBUTES.difference(_LINKS)
_NEEDLESS = regex(r"data-[\w.-]+|enable-background|xml:base|xlink:(?!href$)\w+|contentS(?:cript|tyle)Type|zoomAndPan")
# A prefix of these spaces draws or runs; of any other it is an editor's own note.
_LIVE_SPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML")
# Where CSS or an attribute could reach outside: an address beyond this drawing, imports, escapes that hide either.
_REACHES_OUT = regex(
    r"url\(\s*['\"]?(?!\s*['\"]?#)|@import|@font-face|\b(?:src|image)\s*\(|\\|expression\s*\(|javascript:|image-set|-moz-binding",
    re.IGNORECASE,
)
_MAY_REACH_OUT = regex(r"[(@\\:gG]")  # one of these is in each of them: nearly no path has one
_EMBEDDED = regex(r"data:image/(png|jpe?g);base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)
_LENGTH = regex(r"\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*")
_ENCODING = regex(rb"\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']*)")
_ATTRIBUTE = regex(rb"\s+([^\s=/>\"']+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_WORDS = {
    3: "it ends too early",
    7: "an element ends that was not begun last",
}  # expat's 'no element found', 'mismatched tag'
_HELP = "delete it: only shapes, text and embedded PNG or JPEG may draw"
_DOCTYPE = "a DOCTYPE with definitions of its own"
_DOCTYPE_HELP = "export the drawing anew (Illustrator: File > Export > Export As > SVG), or delete the DOCTYPE"
_EMBED = "embed the picture as PNG or JPEG (Inkscape: Extensions > Images > Embed Images), or use the photograph itself"


_SMALL = 1_000_000  # bytes of a drawing that is kept in memory, as drawings are


class Drawing(NamedTuple):
    """A drawing that was looked through. `data` is what goes into a package; `size` is in user units."""

    data: bytes
    size: tuple[float, float] | None
    found: tuple[Diagnostic, ...]


def check(data: bytes, path: str) -> Drawing:
    """Look through a drawing: what of it is packed, how large it is, and everything in it that is not allowed."""
    drawing = _remembered(data) if len(data) < _SMALL else _looked_through(data)
    if not drawing.found:
        return drawing
    return drawing._replace(found=tuple(it._replace(span=it.span._replace(path=path)) for it in drawing.found))


@lru_cache(32)
def _remembered(data: bytes) -> Drawing:
    """Look through a drawing that the finished package is inspected for once more."""
    return _looked_through(data)


def _looked_through(data: bytes) -> Drawing:
    """Return what is found of a drawing; the path is not known yet."""
    reader = _Reader(data)
    declared = _ENCODING.match(data[:1000].removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        message = "a drawing in another encoding than UTF-8 is not allowed"
        return Drawing(data, None, (Diagnostic(reader.place(1, 0), "M109", message, "save it again as UTF-8"),))
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.EndDoctypeDeclHandler = reader.doctype_ends
    parser.ProcessingInstructionHandler = reader.instruction
    parser.DefaultHandler = reader.other
    reader.parser = parser
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        span = reader.place(problem.lineno, problem.offset)
        why = _WORDS.get(problem.code, expat.ErrorString(problem.code))
        return Drawing(data, None, (Diagnostic(span, "M109", f"this drawing is not whole: {why}", "save it again"),))
    except _Enough:
        pass
    else:
        reader.judge_whole()
    return Drawing(reader.cleaned(), reader.size, tuple(reader.found))


class _Enough(Exception):
    """A drawing with definitions in its DOCTYPE, or with very many faults, is not read further."""


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.found: list[Diagnostic] = []
        self.size: tuple[float, float] | None = None
        self.parser: expat.XMLParserType
        self._data = data
        self._lines = data.decode("utf-8", "replace").splitlines()
        self._inside: list[int] = []  # the elements that are open, as numbers in self._elements
        self._elements: list[svg_weight.Element] = []
        self._spaces: list[dict[str, str]] = [{"xml": "", "xlink": "http://www.w3.org/1999/xlink"}]
        self._named = False  # whether it says in words what it shows
        self._style: list[str] = []  # the text of a style element comes in pieces
        self._styles: list[str] = []
        self._cuts: list[tuple[int, int]] = []  # from and to, in bytes: what is left out
        self._cut_from = self._cut_depth = -1
        self._awaits_end = False  # of an instruction or DOCTYPE that is cut: it ends where the next thing begins

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._awaits_end:
            self._finish_cut()
        spaces = self._spaces[-1]
        is_plain = _SELF_CONTAINED.issuperset(attributes)  # as nearly every element
        if not is_plain:
            spaces = spaces | {it[6:]: value for it, value in attributes.items() if it == "xmlns" or it[:6] == "xmlns:"}
        self._spaces.append(spaces)
        if self._cut_depth >= 0:
            return
        if self._is_needless(name, spaces):
            self._cut_from, self._cut_depth = self.parser.CurrentByteIndex, len(self._spaces)
            return
        if not self._elements:
            self.size = _size(attributes)
        in_style = self._style_is_open()
        self._count(name, attributes)
        self._named = self._named or name in ("title", "desc") or "aria-label" in attributes
        if in_style:
            self.refuse(f"an element inside a style ('{name[:40]}')")
        elif name not in ELEMENTS:
            self.refuse(f"the element '{name[:40]}'")
        if not is_plain or _MAY_REACH_OUT.search(" ".join(attributes.values())):
            self._look_at(name, attributes, spaces)

    def _count(self, name: str, attributes: dict[str, str]) -> None:
        if self._inside:
            self._elements[self._inside[-1]].inside.append(len(self._elements))
        self._inside.append(len(self._elements))
        self._elements.append(svg_weight.element(name, attributes))
        if len(self._elements) > svg_weight.MOST:
            self._refuse_weight(f"it has more than {svg_weight.MOST:,} elements")
            raise _Enough

    def _is_needless(self, name: str, spaces: dict[str, str]) -> bool:
        """Say whether an element is an editor's own: a metadata element, or one of a space that draws nothing."""
        if name == "metadata":
            return True
        prefix = name.partition(":")[0] if ":" in name else ""
        return bool(prefix) and prefix in spaces and spaces[prefix] not in _LIVE_SPACES

    def _look_at(self, name: str, attributes: dict[str, str], spaces: dict[str, str]) -> None:
        needless = set()
        for key, value in attributes.items():
            if key not in ATTRIBUTES:
                if key == "xmlns" or key.startswith("xmlns:"):
                    continue
                if _draws_nothing(key, spaces):
                    needless.add(key)
                else:
                    self.refuse(f"the attribute '{key[:40]}'")
            elif name == "image" and key in _LINKS:
                self._embedded(value)
            elif (key in _LINKS and not value.startswith("#")) or _reaches_out(value):
                self.refuse(f"an address outside the drawing in '{key}'")
        if needless:
            self._cut_attributes(needless)

    def _embedded(self, address: str) -> None:
        """Look through a picture inside the drawing: whole PNG or JPEG, nothing else."""
        found = _EMBEDDED.fullmatch(address.strip())
        if not found:
            what = (
                "an embedded file that is neither PNG nor JPEG" if address.startswith("data:") else "a linked picture"
            )
            self.refuse(what, _EMBED)
            return
        from base64 import b64decode
        from binascii import Error as BadBase64

        wanted = "png" if found[1].lower() == "png" else "jpg"
        try:
            inner = b64decode(re.sub(r"\s", "", found[2]), validate=True)
        except BadBase64:
            self.refuse("an embedded picture whose bytes cannot be read", _EMBED)
            return
        kind = container_of(inner)
        if kind not in ("png", "jpg") or (fault := look_through(inner, kind).fault):
            why = fault if kind in ("png", "jpg") else f"it is not a {wanted}"
            self.refuse(f"an embedded picture that cannot be used ({why})", _EMBED)

    def _cut_attributes(self, names: set[str]) -> None:
        begin = self.parser.CurrentByteIndex
        at = re.compile(rb"<[^\s/>]+").match(self._data, begin)
        end = at.end() if at else begin
        while attribute := _ATTRIBUTE.match(self._data, end):
            if attribute[1].decode("utf-8", "replace") in names:
                self._cuts.append(attribute.span())
            end = attribute.end()

    def end(self, name: str) -> None:
        if self._awaits_end:
            self._finish_cut()
        depth = len(self._spaces)
        self._spaces.pop()
        if self._cut_depth >= 0:
            if depth == self._cut_depth:
                self._cut_depth, self._awaits_end = -1, True
            return
        if name == "style":
            text = "".join(self._style)
            self._styles.append(text)
            if _reaches_out(text):
                self.refuse("an address outside the drawing in its style")
            self._style.clear()
        self._inside.pop()

    def _style_is_open(self) -> bool:
        """Say whether the innermost element is a style."""
        return bool(self._inside) and self._elements[self._inside[-1]].name == "style"

    def text(self, text: str) -> None:
        if self._awaits_end:
            self._finish_cut()
        if self._cut_depth < 0 and self._style_is_open():
            self._style.append(text)

    def other(self, what: str) -> None:
        """Meet a comment, white space between elements, or the name of a character that nothing defines."""
        self._finish_cut()
        if what.startswith("&"):
            self.refuse(f"the name '{what[:40]}' of a character", "write the character itself")

    def doctype(self, name: str, system: str | None, public: str | None, has_definitions: bool) -> None:
        self._finish_cut()
        before = self._data[: self.parser.CurrentByteIndex]  # expat is at the end of it, or at its '['
        if has_definitions or before.count(b"<!DOCTYPE") != 1:
            self.refuse(_DOCTYPE, _DOCTYPE_HELP)
            raise _Enough
        self._cut_from = before.index(b"<!DOCTYPE")

    def doctype_ends(self) -> None:
        self._awaits_end = True

    def instruction(self, target: str, data: str) -> None:
        self._finish_cut()
        if self._cut_depth >= 0:
            return
        if target.lower().startswith("xml-stylesheet"):
            self.refuse("a style sheet from elsewhere")
        else:
            self._cut_from, self._awaits_end = self.parser.CurrentByteIndex, True

    def _finish_cut(self) -> None:
        """Note what is left out, now that the next thing shows where it ended."""
        if self._awaits_end:
            self._cuts.append((self._cut_from, self.parser.CurrentByteIndex))
            self._cut_from, self._awaits_end = -1, False

    def cleaned(self) -> bytes:
        """Return the drawing without what is left out."""
        if self._awaits_end:  # nothing followed
            self._cuts.append((self._cut_from, len(self._data)))
        kept, at = [], 0
        for begin, end in sorted(self._cuts):
            kept.append(self._data[at:begin])
            at = max(at, end)
        return b"".join((*kept, self._data[at:])) if self._cuts else self._data

    def judge_whole(self) -> None:
        """Report a drawing without a description, or one that is too much for a browser."""
        try:
            svg_weight.add_styles(self._elements, self._styles)
            svg_weight.weigh(self._elements)
        except svg_weight.TooHeavy as problem:
            self._refuse_weight(str(problem))
        if not self._named and not self.found:
            help = "write '<title>what it shows</title>' after '<svg ...>'; where the drawing asks, not the answer"
            self.found.append(warning(Span(""), "L42", "this drawing has neither title nor description", help))

    def _refuse_weight(self, why: str) -> None:
        help = "simplify the drawing, or export it as PNG"
        self.found.append(Diagnostic(Span(""), "M119", f"this drawing is too much for a browser: {why}", help))

    def refuse(self, what: str, help: str = _HELP) -> None:
        span = self.place(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber)
        self.found.append(Diagnostic(span, "M109", f"{what} is not allowed in a drawing", help))
        if len(self.found) == 10:
            raise _Enough

    def place(self, line: int, column: int) -> Span:
        """Return the place of a line (from 1) and column (from 0, in characters)."""
        excerpt = self._lines[line - 1] if line <= len(self._lines) else ""
        return Span("", line, column + 1, line, column + 2, excerpt)


def _draws_nothing(key: str, spaces: dict[str, str]) -> bool:
    """Say whether an attribute that is not allowed is an editor's own, or known to say nothing to a browser."""
    prefix = key.partition(":")[0] if ":" in key else ""
    return _NEEDLESS.fullmatch(key) is not None or (prefix not in ("", "xml", "xlink") and prefix in spaces)


def _reaches_out(value: str) -> bool:
    return _MAY_REACH_OUT.search(value) is not None and _REACHES_OUT.search(value) is not None


def _size(attributes: dict[str, str]) -> tuple[float, float] | None:
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    lengths = [_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
    numbers = [float(it[1]) for it in lengths if it]
    if len(numbers) < 2 and len(box) == 4 and all(_LENGTH.fullmatch(it) for it in box[2:]):
        numbers = [float(box[2]), float(box[3])]
    return (numbers[0], numbers[1]) if len(numbers) == 2 and min(numbers) > 0 else None
