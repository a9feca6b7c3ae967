"""A text as typed -> final HTML: Markdown, TeX and, where the field may hold them, clozes.

Markdown here is CommonMark's, and every line of a text is a line of the card. What could eat a part of a text (indented
code, raw HTML, entities, reference links, backslashes that hide nothing) is off: `> 5 mm`, `# of lesions`, `a<b` and
`C:\\_tmp` show as typed. Formulas, cloze marks and characters that are kept from Markdown go through it as single
characters of a private range, and come back after it.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import quote

from generator.base.diagnostics import Diagnostic, Fix, Severity, warning
from generator.base.patterns import regex
from generator.base.place import Span
from generator.compiled.notes import Html
from generator.markdown.block_checks import dropped
from generator.markdown.blocks import arranged, is_block
from generator.markdown.code_spans import Code
from generator.markdown.literal import kept
from generator.markdown.margins import wrapped
from generator.markdown.small_marks import Small, small_marks
from generator.media.folder import Media, Problem
from generator.source.values import Text
from generator.text import _tex as tex
from generator.text._cloze_edges import PART, balanced, beside, inside, reaching
from generator.text._commonmark import emphasised, parser
from generator.text._marks import MARKS
from generator.text._remarks import WARNINGS, of_folded, remarks
from generator.text.cloze import Fault, Part, Scan, Token, hidden_words, scan
from generator.text.escape import (
    disarm,
    escape_text,
    guard,
    guard_hint,
    guard_mask,
    guard_tex,
    shows_nothing,
    without_formulas,
    without_tags,
)

# What a text holds that is more than letters, or that looks so and is to be looked at. As all of it begins with one of
# a few signs, `re` looks for these alone, ten times as fast as for what is to follow.
_ALWAYS = r"\\`*_\[\n•‣◦▪●"
_MARKUP = re.compile(
    rf"[{_ALWAYS}<&$^~={{}}](?:(?<=[{_ALWAYS}])"
    r"|(?<=<)(?:[A-Za-z0-9.!#$%&'+/=?^{|}~-]+[:@]|/?[A-Za-z][^<>]*>|!--)|(?<=&)[#A-Za-z][A-Za-z0-9]*;|(?<=\$)[^$]*\$"
    r"|(?<=[\^~])[^\s^~]+[\^~]|(?<=~)~|(?<==)=|(?<=\{)(?:\{|[^{}|]+\|)|(?<=\})\})"
)
_FIRST_SIGNS = tuple("-#>“„«\u2018")
_FIRST = 0xF0000  # the private range begins here; the reader refuses texts that use it
_PRIVATE = re.compile("[\U000f0000-\U000ffffd]")
_HALF = "formatting begins inside <sub> or <sup> and ends outside of it, or the other way round"
_MOST_WARNINGS = 20
_MOST_FAULTS = 5  # of one text
_WRAPPED = "this text looks wrapped at a margin, and each of its lines will be a line of the card"
_FOLD = "write '>' in place of '|' where lines should flow together (of each file only the first is named)"
_GAP = regex(r"[ \t]*\n(?:[ \t]*\n)+[ \t]*")  # between paragraphs
_LINKS = ("https://", "http://", "mailto:")


class Rendered(NamedTuple):
    """A text's HTML, and of a cloze text what each number hides."""

    html: Html
    hidden: tuple[tuple[int, str], ...] = ()
    media: tuple[str, ...] = ()


class Markup:
    """Renders texts of one deck and collects what is wrong with them."""

    def __init__(self, media: Media) -> None:
        self.found: list[Diagnostic] = []
        self.media = media

    def prose(self, text: Text) -> Rendered:
        """Return paragraphs, lists and tables of a text of several lines; a text of one line is inline."""
        return self._render(text, clozes=False, inline=not is_block(text.value.strip()))

    def inline(self, text: Text) -> Rendered:
        """Return a text that stands within a line."""
        return self._render(text, clozes=False, inline=True)

    def hideable(self, text: Text) -> Rendered:
        """Return a text within a line, fit to be put inside a cloze."""
        return self._render(text, clozes=False, inline=True, inside=True)

    def cloze(self, text: Text) -> Rendered:
        """Return a text with clozes; one without any is a mistake."""
        return self._render(text, clozes=True, inline=not is_block(text.value.strip()))

    def _render(self, text: Text, clozes: bool, inline: bool, inside: bool = False) -> Rendered:
        value = text.value.strip()
        if not clozes and not _is_marked(value):
            html = escape_text(value)
            return Rendered(Html(guard(html) if inside else html))
        if clozes and (hidden := hidden_words(value)):
            return Rendered(Html(escape_text(value)), hidden)
        shift = text.value.find(value)
        found = scan(value, clozes)
        small = small_marks(value, found.code)
        bad_tex = [] if found.faults else list(islice(tex.faults(value, found), _MOST_FAULTS))
        more = (*remarks(value, found, clozes, small), *of_folded(value, text.style))
        faults = [*found.faults, *bad_tex, *(it for it in more if not (bad_tex and it.code in MARKS))]
        if text.style == "|" and wrapped(value, found.code):
            self.found.append(warning(text.span, "C130", _WRAPPED, _FOLD))
        if faults:
            self._report(text, shift, faults)
        if found.faults or bad_tex:
            return Rendered(Html(""))
        if clozes and not found.hidden and not any(it.code == "C103" for it in faults):
            self.found.append(
                Diagnostic(
                    text.span,
                    "C101",
                    "this cloze note hides nothing, and would make no card",
                    "put the words to hide in '{{c1::' and '}}'",
                )
            )
        work = _Work(self, text, shift, value, found, small, inline, inside)
        html = work.html()
        if shows_nothing(html):
            self.found.append(Diagnostic(text.span, "S104", "this text is blank", "write something to see"))
        return Rendered(Html(html), found.hidden, tuple(sorted(set(work.media))))

    def _report(self, text: Text, shift: int, faults: list[Fault]) -> None:
        errors = [it for it in faults if it.code not in WARNINGS]
        warnings = sorted((it for it in faults if it.code in WARNINGS), key=lambda it: it.start)
        for fault in (*errors[:_MOST_FAULTS], *warnings[:_MOST_WARNINGS]):
            span = text.at(shift + fault.start, shift + fault.end)
            severity = Severity.WARNING if fault.code in WARNINGS else Severity.ERROR
            typed = text.value[shift + fault.start : shift + fault.end]
            fix = Fix(span, fault.right) if fault.right and _fits(text, span, typed, fault) else None
            self.found.append(Diagnostic(span, fault.code, fault.message, fault.help, severity=severity, fix=fix))


def _is_marked(value: str) -> bool:
    return value.startswith(_FIRST_SIGNS) or _MARKUP.search(value) is not None


def _fits(text: Text, span: Span, typed: str, fault: Fault) -> bool:
    """Say whether what is right can take the place of what was typed, letter by letter, in YAML as it stands."""
    if span.line != span.end_line or span.excerpt[span.column - 1 : span.end_column - 1] != typed or not fault.right:
        return False
    if text.style == "'":
        return "'" not in fault.right
    plain = fault.start > 0 or fault.right[0].isalnum() or fault.right[0] == "\\"
    plain = plain and not re.search(r": | #|:$", fault.right) and set(fault.right) & set("[]{},") <= set(typed)
    return text.style in ("|", ">") or (not text.style and plain)


class _Work:
    """One text on its way through Markdown."""

    def __init__(
        self,
        markup: Markup,
        text: Text,
        shift: int,
        value: str,
        found: Scan,
        small: tuple[Small, ...],
        inline: bool,
        inside: bool,
    ) -> None:
        self.markup, self.text, self.shift, self.value = markup, text, shift, value
        self.inline, self.inside, self.tokens = inline, inside, found.tokens
        self.small = small
        self.special: list[Code | Small] = sorted((*found.code, *small), key=lambda it: it.start)
        self.stored: list[str] = []  # what each private character stands for
        self.kept: dict[str, str] = {}  # those of them that show as typed
        self.marks: dict[str, Token] = {}  # those of them that begin or end a cloze
        self.media: list[str] = []
        self.at = 0  # where the last link or picture was found
        self.faults = 0

    def html(self) -> str:
        """Return the final HTML."""
        source = self._with_private_characters()
        if not _is_marked(source):
            return self._with_contents(escape_text(source))
        if self.inline:  # of most such lines that is all, and Markdown takes far longer for it
            plain, html = emphasised(source)
            if not _is_marked(plain):
                return self._with_contents(html.strip())
        else:
            source = arranged(source, self._keep)
        env: dict[str, Any] = {}
        tokens = parser().parseInline(source, env) if self.inline else parser().parse(source, env)
        for token in tokens:
            for child in token.children or ():
                self._check(child)
        for it in dropped(tokens, source.split("\n")):
            self._fault(*it)
        html = str(parser().renderer.render(tokens, parser().options, env)).strip()
        if not self.inline and html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>"):
            html = html[3:-4]
        return self._with_contents(html)

    def _with_private_characters(self) -> str:
        """Replace formulas, cloze marks, and what shows as typed though Markdown would take it for a mark."""
        parts, at = [], 0
        open: list[int] = []  # how many clozes of Anki's each cloze is
        for token in self.tokens:
            parts.append(self._prose(at, token.start, bool(open)))
            if token.part is Part.OPEN:
                open.append(len(set(token.numbers)))
            times = open.pop() if token.part is Part.CLOSE else 1
            private = self._private(self._content(token, bool(open) or self.inside) * times)
            if token.part is not Part.TEX:
                self.marks[private] = token
            parts.append(beside(token, private))
            at = token.end
        parts.append(self._prose(at, len(self.value), False))
        return "".join(parts)

    def _content(self, token: Token, in_cloze: bool) -> str:
        written = self.value[token.start : token.end]
        if token.part is Part.TEX:
            return guard_mask(escape_text(guard_tex(written))) if in_cloze else escape_text(written)
        if token.part is Part.OPEN:  # {{c1,2::x}} nested: before 26.5 Anki knows one number to a cloze
            return "".join(f"{{{{c{number}::" for number in dict.fromkeys(token.numbers))
        return f"::{self._hint(token)}}}}}" if token.hint else "}}"

    def _hint(self, token: Token) -> str:
        """Return a hint's HTML: a text within a line, but inside a formula TeX."""
        if token.in_tex:
            return guard_hint(guard(escape_text(guard_tex(token.hint))))
        found = scan(token.hint, clozes=False)
        if found.faults or not _is_marked(token.hint):
            return without_formulas(guard_hint(guard(escape_text(token.hint))))
        shift = self.shift + self.value.index(token.hint, token.start)
        small = small_marks(token.hint, found.code)
        work = _Work(self.markup, self.text, shift, token.hint, found, small, True, True)
        html = work.html()
        self.media += work.media
        return guard_hint(html)

    def _prose(self, start: int, end: int, hidden: bool) -> str:
        """Return a stretch between formulas and cloze marks, fit for Markdown; `hidden`: it stands in a cloze."""
        parts: list[str] = []
        at = start
        first = bisect_left(self.special, start, key=lambda it: it.end)
        for it in islice(self.special, first, None):
            if it.start >= end:
                break
            begin, stop = max(it.start, at), min(it.end, end)
            if begin < stop:
                parts += self._unmarked(self.value[at:begin], hidden), self._special(it, begin, stop, hidden)
                at = stop
        return "".join((*parts, self._unmarked(self.value[at:end], hidden)))

    def _unmarked(self, prose: str, hidden: bool) -> str:
        if hidden and "\n" in prose and not PART.search(prose):
            prose = _GAP.sub(lambda _: self._private("<br><br>"), prose)
        return kept(prose, self._keep)

    def _special(self, it: Code | Small, start: int, end: int, hidden: bool) -> str:
        if isinstance(it, Small):
            return self._private(it.html)
        code = self.value[start:end]
        if hidden and "\\::" in code:
            code = code.replace("\\::", self._private("&#58;:"))
        return code if it.block else code.replace("\n", self._private("<br>")) if "\n" in code else code

    def _keep(self, typed: str) -> str:
        """Return what stands for characters that show as typed."""
        private = self._private(escape_text(typed))
        self.kept[private] = typed
        return private

    def _private(self, content: str) -> str:
        self.stored.append(content)
        return chr(_FIRST + len(self.stored) - 1)

    def _check(self, token: Any) -> None:
        """Refuse links that nobody can open; give pictures and sounds their names in the package."""
        if token.type == "link_open":
            href = self._typed(str(token.attrs.get("href", "")))
            if not href.lower().startswith(_LINKS):
                message = f"'{' '.join(href.split())[:60]}' is not a link anyone can open"
                help = "a link begins with https://, http:// or mailto:; if it is none, put a space before the '('"
                self._fault("C220", href, message, help)
            self._no_private(href)
            token.attrs["href"] = quote(href, safe="!#$%&'()*+,/:;=?@~")
        elif token.type == "image":
            name, alt = self._typed(str(token.attrs.get("src", ""))), self._typed(token.content)
            self._no_private(name + alt)
            found = self.markup.media.look_up(name)
            stored = "" if isinstance(found, Problem) else found.name
            if isinstance(found, Problem):
                self._fault(found.code, name, found.message, found.help)
            token.attrs = {"src": stored, "alt": alt, "title": self._typed(str(token.attrs.get("title", "")))}
            self.media += [stored] if stored else []

    def _typed(self, written: str) -> str:
        """Return an address or a description as typed."""
        return _PRIVATE.sub(lambda match: self.kept.get(match[0], match[0]), written)

    def _no_private(self, address: str) -> None:
        if _PRIVATE.search(address):
            self._fault(
                "C221",
                "",
                "a cloze or a formula cannot stand inside a link's address or a picture's description",
                "put it beside the link",
            )

    def _fault(self, code: str, near: str, message: str, help: str) -> None:
        self.faults += 1
        if self.faults > _MOST_FAULTS:
            return
        at = self._find(near)
        span = self.text.at(at, at + len(near)) if at >= 0 and near else self.text.span
        self.markup.found.append(Diagnostic(span, code, message, help))

    def _find(self, word: str) -> int:
        """Return where in the text a link's address stands: they come in the order of the text."""
        at = self.text.value.find(word, self.at) if word else -1
        if at >= 0:
            self.at = at + len(word)
        return at

    def _with_contents(self, html: str) -> str:
        if self.marks:
            html = self._guarded(html)
        elif self.inside:
            html = guard(html)
        html = self._restored(without_formulas(html))
        if self.small and not balanced(html, []):
            help = "begin and end **, _ and links inside of it, or outside"
            span = self.text.at(self.shift + self.small[0].start, self.shift + self.small[0].end)
            self.markup.found.append(Diagnostic(span, "C129", _HALF, help))
        return without_tags(html, self.media)

    def _restored(self, html: str) -> str:
        """Put back what the private characters stand for."""
        return _PRIVATE.sub(lambda match: self.stored[ord(match[0]) - _FIRST], html) if self.stored else html

    def _guarded(self, html: str) -> str:
        """Guard what stands inside clozes, and see that every tag begun in a cloze ends in it."""
        pieces = re.split("([\U000f0000-\U000ffffd])", html)
        tokens = [self.marks.get(piece) for piece in pieces]
        open_tags: list[list[str]] = [[]]
        for at, (piece, token) in enumerate(zip(pieces, tokens, strict=True)):
            if token is None:
                if not balanced(self._restored(piece), open_tags[-1]) and len(open_tags) > 1:
                    self._crossed(next(iter(self.marks.values())))
                pieces[at] = inside(pieces, tokens, at) if len(open_tags) > 1 else disarm(piece)
            elif token.part is Part.OPEN:
                open_tags.append([])
            elif open_tags.pop():
                self._crossed(token)
        self._hides_something(pieces, tokens)
        return "".join(pieces)

    def _hides_something(self, pieces: Sequence[str], tokens: Sequence[Token | None]) -> None:
        """Refuse a cloze in which a student would see nothing: an empty link, say."""
        begun: list[tuple[Token, int]] = []
        for at, token in enumerate(tokens):
            if token is not None and token.part is Part.OPEN:
                begun.append((token, at))
            elif token is not None:
                first, start = begun.pop()
                inside = "".join(pieces[start + 1 : at])
                if shows_nothing(self._restored(inside)):
                    span = self.text.at(self.shift + first.start, self.shift + first.end)
                    help = "write the text to hide"
                    self.markup.found.append(Diagnostic(span, "C105", "a cloze that hides nothing makes no card", help))

    def _crossed(self, token: Token) -> None:
        into = reaching(self.value, self.tokens)
        token = into or token
        span = self.text.at(self.shift + token.start, self.shift + token.end)
        if into:
            help = "close it before a new item, row or block, and open it there again: one number hides them together"
            message = "this cloze reaches from one item, row or block into another"
            self.markup.found.append(Diagnostic(span, "C109", message, help))
            return
        message = "formatting begins on one side of a cloze's edge and ends on the other"
        help = "begin and end **, _ , lists and links inside the cloze, or outside it"
        self.markup.found.append(Diagnostic(span, "C108", message, help))
