"""The formulas of a scanned text -> what in them must not reach a card, or does not mean there what was typed.

MathJax reads the field after Anki has taken the marks of clozes out, and ends a formula where its braces are balanced.
So a formula is judged with its marks taken out: whether a card hides a cloze, gives its hint or shows its text, the
same commands must be read. That holds if no command touches a mark, and if cloze and hint have balanced braces of
their own.

Source: MathJax 3.2, FindTeX and TexParser. `package/_tex_inspection.py` judges the finished fields
again, and shares nothing with this module.
"""

import re
from collections.abc import Iterator

from generator.base.diagnostics import likest
from generator.base.patterns import regex
from generator.text._tex_words import ACTIVE, COMMANDS, ENVIRONMENTS, SYMBOLS
from generator.text.cloze import Fault, Part, Scan, Token

_OPEN, _CLOSE, _PAD = "\x01", "\x02", "\x00"  # what stands for a mark of a cloze; no text may hold them
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.|$)|\{\{c[\d,]+::|[{}%\x01\x02]", re.DOTALL)
_MARKS = re.compile(r"[\x00-\x02]+")
_BETWEEN = regex(r"[\s\x00-\x02]*")
_COLOUR = r"\s*\{\s*#?[A-Za-z0-9]+\s*\}"
_COLOURS = {it: regex(_COLOUR) for it in ("color", "textcolor", "colorbox")}
_COLOURS |= {"fcolorbox": regex(_COLOUR * 2)}
_OPTIONS = regex(r"\[[A-Za-z0-9#=.,\s]*\]")  # what may stand between brackets that end as an attribute
_WITH_OPTIONS = {"cancel": 1, "bcancel": 1, "xcancel": 1, "cancelto": 1, "overbracket": 2, "underbracket": 2}
_GENFRAC = regex(  # up to the width of its line
    r"(?:\s*(?:\{[^{}]*(?:\\[{}])?\}|\\[{}]|\\[a-zA-Z]+|[^{}\\\s])){2}\s*\{\s*(?:[\d.]+\s*[a-z]{2})?\s*\}"
)
_BEGIN = regex(r"\s*\{([A-Za-z]+\*?)\}")
_COLUMNS = regex(
    r"\s*\{(?:[A-Za-z0-9|:.\s]|[@!]\{(?:[A-Za-z0-9=.,\s]|\\(?:q?quad|[ ,;:!]))*\}|[pmb]\{[\d.]+\s*[a-z]{2}\}"
    r"|\*\s*\{\d+\}\s*\{[clr|:\s]*\})*\}"
)
_WITH_COLUMNS = regex(r"array|(?:cramped)?subarray|x{0,2}alignat\*?|alignedat")
_WORDS = re.compile(r"(?:text[a-z]*|mbox|hbox|fbox|ce|pu)\Z")  # in whose braces a % is a sign


def faults(text: str, found: Scan) -> Iterator[Fault]:
    """Yield what is wrong with the formulas of a text."""
    marks = [it for it in found.tokens if it.in_tex and it.part is not Part.TEX]
    at = 0
    for start, end in found.formulas:
        parts: list[str] = []
        done = start
        while at < len(marks) and marks[at].start < end:
            mark = marks[at]
            parts += text[done : mark.start], _stand_in(mark)
            yield from _hint(text, mark)
            done, at = mark.end, at + 1
        parts.append(text[done:end])
        yield from _Formula("".join(parts)[2:-2], start + 2).faults()


def _stand_in(mark: Token) -> str:
    """Return as many signs as the mark is long, so that places stay."""
    return (_OPEN if mark.part is Part.OPEN else _CLOSE).ljust(mark.end - mark.start, _PAD)


def _hint(text: str, mark: Token) -> Iterator[Fault]:
    if mark.hint:
        begins = text.index(mark.hint, mark.start + 2)
        yield from _Formula(f"[{mark.hint}]", begins - 1).faults()  # as a card shows it


class _Formula:
    """TeX, without its delimiters, that begins at `start` of the text."""

    def __init__(self, tex: str, start: int) -> None:
        self.tex, self.start = tex, start
        self.braces: list[tuple[int, bool]] = []  # those open: where, and whether words are in them
        self.clozes: list[int] = []  # of those open: how many braces were open where it began
        self.words = False  # the last command takes words

    def faults(self) -> Iterator[Fault]:
        for match in _TOKEN.finditer(self.tex):
            found, at = match[0], match.start()
            if found == "{":
                self.braces.append((at, self.words or self._in_words()))
            elif found == "}":
                yield from self._closing(at)
            elif found in (_OPEN, _CLOSE):
                yield from self._mark(found)
            elif found == "%":
                yield from self._percent(at)
            else:
                yield from self._command(found, at, match.end())
            self.words = found[0] == "\\" and _WORDS.match(found, 1) is not None
        for at, _ in self.braces[:1]:
            yield self._unbalanced(
                at, "this '{' is not closed within its formula", "write the '}', or '\\{' for a brace to show"
            )

    def _in_words(self) -> bool:
        return bool(self.braces) and self.braces[-1][1]

    def _closing(self, at: int) -> Iterator[Fault]:
        if len(self.braces) > (self.clozes[-1] if self.clozes else 0):
            self.braces.pop()
        else:
            where = "its cloze" if self.clozes else "its formula"
            yield self._unbalanced(
                at, f"this '}}' has no matching '{{' in {where}", "delete it, or write '\\}' for a brace to show"
            )

    def _mark(self, mark: str) -> Iterator[Fault]:
        if mark == _OPEN:
            self.clozes.append(len(self.braces))
            return
        outside = self.clozes.pop() if self.clozes else 0
        for open, _ in self.braces[outside : outside + 1]:
            yield self._unbalanced(
                open, "this '{' is not closed within its cloze", "write the '}' before the cloze ends"
            )
        del self.braces[outside:]

    def _percent(self, at: int) -> Iterator[Fault]:
        if not self._in_words():
            yield self._refused(at, at + 1, "'%' hides the rest of the line in TeX", "write '\\%'")

    def _command(self, found: str, at: int, end: int) -> Iterator[Fault]:
        name = found[1:]
        if found[0] == "{":
            yield self._refused(at, end, f"'{found}' would be read as a cloze", "put a space between the braces")
        elif not name[:1].isalpha() or not name.isascii():
            if name not in SYMBOLS or not name:
                yield self._refused(at, end, f"'{found}' is not allowed in TeX", "write the formula without it")
        elif name in ("begin", "end"):
            yield from self._environment(name, at, end)
        elif name not in COMMANDS:
            yield self._refused(at, end, f"'{found}' is not allowed in TeX", _instead(name))
        else:
            yield from self._touching(found, at, end)
            yield from self._arguments(name, at, end)

    def _touching(self, found: str, at: int, end: int) -> Iterator[Fault]:
        """Refuse a command that would be another one with the letters of a cloze, or of what follows one."""
        marks = _MARKS.match(self.tex, end)
        if marks and (marks[0][0] == _OPEN or self.tex[marks.end() : marks.end() + 1].isalpha()):
            message = f"'{found}' touches the edge of a cloze and would be read as one word with what follows"
            cloze = marks[0][0] == _OPEN
            help = "put a space between them" + (", or braces round the cloze: { {{c1::x}} }" if cloze else "")
            yield self._refused(at, end, message, help)

    def _arguments(self, name: str, at: int, end: int) -> Iterator[Fault]:
        if name in _COLOURS and not _COLOURS[name].match(self.tex, end):
            help = f"write '\\{name}{{red}}' or '\\{name}{{#cc0000}}'"
            yield self._refused(at, end, f"'\\{name}' needs a colour of letters, digits and '#'", help)
        elif name == "genfrac" and not _GENFRAC.match(self.tex, end):
            help = "write '\\genfrac{(}{)}{0pt}{}{a}{b}', say"
            yield self._refused(at, end, "'\\genfrac' needs two delimiters and a width", help)
        elif name in _WITH_OPTIONS:
            yield from self._options(at, end, _WITH_OPTIONS[name])

    def _options(self, at: int, end: int, most: int = 1) -> Iterator[Fault]:
        between = _BETWEEN.match(self.tex, end)
        follows = between.end() if between else end
        options = _OPTIONS.match(self.tex, follows)
        if options and most > 1:
            yield from self._options(at, options.end(), most - 1)
        elif _OPEN in self.tex[end:follows] or (self.tex.startswith("[", follows) and not options):
            message = f"'{self.tex[at:end]}' takes options of letters, digits and '=' only, and no cloze in their place"
            yield self._refused(at, end, message, "write the formula without them")

    def _environment(self, command: str, at: int, end: int) -> Iterator[Fault]:
        named = _BEGIN.match(self.tex, end)
        if not named:
            yield self._refused(at, end, f"'\\{command}' without a name", f"write '\\{command}{{aligned}}', say")
            return
        if command == "end":
            return
        if named[1] not in ENVIRONMENTS:
            near = likest(named[1], sorted(ENVIRONMENTS))
            help = f"did you mean '{near}'?" if near else "write the formula without it"
            yield self._refused(named.start(1), named.end(1), f"'{named[1]}' is not allowed in TeX", help)
        else:
            yield from self._options(at, named.end())
            yield from self._columns(named[1], at, named.end())

    def _columns(self, name: str, at: int, end: int) -> Iterator[Fault]:
        after = self.tex.find("]", end) + 1 if self.tex.startswith("[", end) else end
        if _WITH_COLUMNS.fullmatch(name) and not _COLUMNS.match(self.tex, after):
            help = f"write '\\begin{{{name}}}{{cc}}', say"
            yield self._refused(at, end, f"'{name}' needs its columns", help)

    def _refused(self, at: int, end: int, message: str, help: str) -> Fault:
        return Fault(self.start + at, self.start + end, "C210", message, help)

    def _unbalanced(self, at: int, message: str, help: str) -> Fault:
        return Fault(self.start + at, self.start + at + 1, "C211", message, help)


def _instead(name: str) -> str:
    if name in ACTIVE:
        return "write the formula without it: it could run or fetch something"
    near = likest(name, sorted(COMMANDS))
    return f"did you mean '\\{near}'?" if near else "write the formula without it"
