"""A text as typed -> final HTML: Markdown, TeX and, where the field may hold them, clozes. Owns markdown-it.

Markdown here is CommonMark's inline part, lists and tables. What else could eat a part of a text (headings, quotes,
rules, code blocks, raw HTML, entities, reference links) is off: `> 5 mm`, `# of lesions` and `a<b` show as typed.
Formulas and cloze marks go through Markdown as single characters of a private range, and come back after it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from generator.base.diagnostics import Diagnostic, warning
from generator.base.media_kinds import is_played
from generator.compiled.notes import Html
from generator.media.folder import Found, Media, Problem
from generator.source.values import Text
from generator.text import _tex as tex
from generator.text._remarks import WARNINGS, remarks
from generator.text.cloze import Fault, Part, Scan, Token, hidden_words, scan
from generator.text.escape import (
    TAG,
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

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_MARKUP = re.compile(r"[\\`*_\[\n]|<[A-Za-z0-9.!#$%&'+/=?^{|}~-]+[:@]|\{\{|\}\}")
# 5*10, HLA-B*27, 2**3 and (*) are no emphasis. In an address, which is passed over, a star is one anyway.
_STARS = re.compile(r"(<[A-Za-z][^<>\s]*>|\]\([^()\s]*\))|(?<=\w)\*(?=\w)|(?<=\d)\*\*(?=\d)|(?<=\()\*+(?=\))")
_PLUS = re.compile(r"^([ ]*)\+(?=[ \t])", re.MULTILINE)  # a line that begins with "+ " goes on with a sum
_TEX = re.compile(r"(\\\(.*?\\\)|\\\[.*?\\\])|\\.", re.DOTALL)  # a formula, or what a backslash stands before
_VOID = ("img", "br")
_FIRST = 0xF0000  # the private range begins here; the reader refuses texts that use it
_PRIVATE = re.compile("[\U000f0000-\U000ffffd]")
_BEGIN, _END = "\u3008", "\u3009"  # brackets to Markdown; they go again with the marks beside which they stand
_MOST_FAULTS = 5  # of one text
_LINKS = ("https://", "http://", "mailto:")


@dataclass(frozen=True, slots=True)
class Rendered:
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
        return self._render(text, clozes=False, inline="\n" not in text.value.strip())

    def inline(self, text: Text) -> Rendered:
        """Return a text that stands within a line."""
        return self._render(text, clozes=False, inline=True)

    def hideable(self, text: Text) -> Rendered:
        """Return a text within a line, fit to be put inside a cloze."""
        return self._render(text, clozes=False, inline=True, inside=True)

    def cloze(self, text: Text) -> Rendered:
        """Return a text with clozes; one without any is a mistake."""
        return self._render(text, clozes=True, inline="\n" not in text.value.strip())

    def _render(self, text: Text, clozes: bool, inline: bool, inside: bool = False) -> Rendered:
        value = text.value.strip()
        if not _MARKUP.search(value) and not clozes:
            html = escape_text(value)
            return Rendered(Html(guard(html) if inside else html))
        if clozes and (hidden := hidden_words(value)):
            return Rendered(Html(escape_text(value)), hidden)
        shift = text.value.find(value)
        found = scan(value, clozes)
        bad_tex = [] if found.faults else list(islice(tex.faults(value, found), _MOST_FAULTS))
        faults = [*found.faults, *bad_tex, *remarks(value, found, clozes)]
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
        work = _Work(self, text, shift, value, found, inline, inside)
        html = work.html()
        if shows_nothing(html):
            self.found.append(Diagnostic(text.span, "S104", "this text shows nothing", "write something to see"))
        return Rendered(Html(html), found.hidden, tuple(sorted(set(work.media))))

    def _report(self, text: Text, shift: int, faults: list[Fault]) -> None:
        for fault in faults[:_MOST_FAULTS]:
            span = text.at(shift + fault.start, shift + fault.end)
            make = warning if fault.code in WARNINGS else Diagnostic
            self.found.append(make(span, fault.code, fault.message, fault.help))


class _Work:
    """One text on its way through Markdown."""

    def __init__(
        self, markup: Markup, text: Text, shift: int, value: str, found: Scan, inline: bool, inside: bool
    ) -> None:
        self.markup, self.text, self.shift, self.value = markup, text, shift, value
        self.inline, self.inside, self.tokens = inline, inside, found.tokens
        self.stored: list[str] = []  # what each private character stands for
        self.marks: dict[str, Token] = {}  # those of them that begin or end a cloze
        self.media: list[str] = []
        self.at = 0  # where the last link or picture was found
        self.faults = 0

    def html(self) -> str:
        """Return the final HTML."""
        source = self._with_private_characters()
        if not _MARKUP.search(source):
            return self._with_contents(escape_text(source))
        parser = _parser()
        env: dict[str, Any] = {}
        tokens = parser.parseInline(source, env) if self.inline else parser.parse(source, env)
        for token in tokens:
            for child in token.children or ():
                self._check(child)
        self._check_blocks(tokens, source.split("\n"))
        html: str = parser.renderer.render(tokens, parser.options, env).strip()
        if not self.inline and html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>"):
            html = html[3:-4]
        return self._with_contents(html)

    def _with_private_characters(self) -> str:
        """Replace formulas and cloze marks, and keep stars and pluses of sums from being marks of Markdown."""
        parts, at = [], 0
        open: list[int] = []  # how many clozes of Anki's each cloze is
        for token in self.tokens:
            parts.append(self._defused(self.value[at : token.start]))
            if token.part is Part.OPEN:
                open.append(len(set(token.numbers)))
            times = open.pop() if token.part is Part.CLOSE else 1
            private = self._private(self._content(token, bool(open) or self.inside) * times)
            if token.part is not Part.TEX:
                self.marks[private] = token
            parts.append(_beside(token, private))
            at = token.end
        parts.append(self._defused(self.value[at:]))
        return "".join(parts)

    def _content(self, token: Token, in_cloze: bool) -> str:
        written = self.value[token.start : token.end]
        if token.part is Part.TEX:
            return guard_mask(escape_text(guard_tex(written))) if in_cloze else escape_text(written)
        if token.part is Part.OPEN:  # {{c1,2::x}} nested: before 26.5 Anki knows one number to a cloze
            return "".join(f"{{{{c{number}::" for number in dict.fromkeys(token.numbers))
        if not token.hint:
            return "}}"
        if token.in_tex:
            return f"::{guard_hint(guard(escape_text(guard_tex(token.hint))))}}}}}"
        hint = _TEX.sub(lambda it: guard_tex(it[1]) if it[1] else it[0], token.hint)
        return f"::{_TEX.sub(_no_formula, guard_hint(guard(escape_text(hint))))}}}}}"

    def _defused(self, prose: str) -> str:
        if "*" in prose:
            prose = _STARS.sub(lambda match: match[1] or self._private(match[0]), prose)
        if not self.inline and "+" in prose:
            prose = _PLUS.sub(r"\1\\+", prose)
        return prose

    def _private(self, content: str) -> str:
        self.stored.append(content)
        return chr(_FIRST + len(self.stored) - 1)

    def _check(self, token: Any) -> None:
        """Refuse links that are no links; give pictures and sounds their names in the package."""
        if token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            if not href.lower().startswith(_LINKS):
                message = f"'{' '.join(href.split())[:60]}' is no link that can be followed"
                help = "a link begins with https://, http:// or mailto:; if it is none, put a space before the '('"
                self._fault("C220", href, message, help)
            self._no_private(href)
            token.attrs["href"] = quote(href, safe="!#$%&'()*+,/:;=?@~")
        elif token.type == "image":
            name = str(token.attrs.get("src", ""))
            self._no_private(name + token.content)
            found = self.markup.media.look_up(name)
            stored = found.file.name if isinstance(found, Found) else ""
            if isinstance(found, Problem):
                self._fault(found.code, name, found.message, found.help)
            token.attrs = {"src": stored, "alt": token.content, "title": token.attrs.get("title", "")}
            self.media += [stored] if stored else []

    def _check_blocks(self, tokens: Sequence[Any], lines: Sequence[str]) -> None:
        """Refuse what Markdown drops without a word: cells beyond the last column, a number that is not the next."""
        columns = 0
        rows: list[int] = []
        numbers: list[int | None] = []
        for token in tokens:
            if token.type == "thead_open":
                columns, rows = 0, []
            elif token.type == "th_open":
                columns += 1
            elif token.type == "tr_open" and token.map:
                rows.append(token.map[0])
            elif token.type == "table_close":
                self._check_rows([lines[at] for at in rows[1:]], columns)
            elif token.type in ("ordered_list_open", "bullet_list_open"):
                numbers.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None)
            elif token.type in ("ordered_list_close", "bullet_list_close"):
                numbers.pop()
            elif token.type == "list_item_open" and (expected := numbers[-1]) is not None:
                self._check_number(token.info, expected)
                numbers[-1] = expected + 1

    def _check_rows(self, lines: Sequence[str], columns: int) -> None:
        for line in lines:
            cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
            if len(cells) > columns:
                message = f"a row of {len(cells)} cells in a table of {columns} columns"
                help = "give the heading as many columns; a '|' of the text is written '\\|'"
                self._fault("C112", line.strip(), message, help)

    def _check_number(self, typed: str, expected: int) -> None:
        if typed.isdigit() and int(typed) != expected:
            help = f"write '{expected}.', or '{typed}\\.' if it is no number of a list"
            self._fault("C113", f"{typed}", f"'{typed}.' would be shown as '{expected}.'", help)

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
        return without_tags(self._restored(without_formulas(html)), self.media)

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
                if not self._balance(piece, open_tags[-1]) and len(open_tags) > 1:
                    self._crossed(next(iter(self.marks.values())))
                pieces[at] = _inside(pieces, tokens, at) if len(open_tags) > 1 else disarm(piece)
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

    @staticmethod
    def _balance(piece: str, open_tags: list[str]) -> bool:
        for end, name in TAG.findall(piece):
            if name in _VOID:
                continue
            if not end:
                open_tags.append(name)
            elif open_tags:
                open_tags.pop()
            else:
                return False
        return True

    def _crossed(self, token: Token) -> None:
        span = self.text.at(self.shift + token.start, self.shift + token.end)
        self.markup.found.append(
            Diagnostic(
                span,
                "C108",
                "formatting begins on one side of a cloze's edge and ends on the other",
                "begin and end **, _ , lists and links inside the cloze, or outside it",
            )
        )


def _inside(pieces: Sequence[str], tokens: Sequence[Token | None], at: int) -> str:
    """Return a piece of a cloze, guarded, without the brackets that stood beside its marks."""
    piece = pieces[at]
    before, after = (tokens[at - 1] if at else None), (tokens[at + 1] if at + 1 < len(tokens) else None)
    if before is not None and before.part is Part.OPEN and not before.in_tex:
        piece = piece.removeprefix(_BEGIN)
    if after is not None and after.part is Part.CLOSE and not after.in_tex:
        piece = piece.removesuffix(_END)
    return guard(piece)


def _no_formula(match: re.Match[str]) -> str:
    """Keep MathJax from seeing in two backslashes and a bracket what the scanner does not: a formula that begins."""
    follows = match.string[match.end() : match.end() + 1]
    return f"{match[0]}<span></span>" if match[0] == "\\\\" and follows in ("(", "[") else match[0]


def _beside(token: Token, private: str) -> str:
    """Return what stands for a cloze's mark, inside it a bracket: `_` and `*` next to it can then begin or end."""
    if token.in_tex or token.part is Part.TEX:
        return private
    return private + _BEGIN if token.part is Part.OPEN else _END + private


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero", {"html": False, "linkify": False, "typographer": False})
    parser.enable(["list", "table", "newline", "escape", "backticks", "emphasis", "link", "image", "autolink"])
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]  # looked at as typed, and quoted, by _check
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # refused with a message by _check instead
    parser.add_render_rule("image", _image)
    return parser


def _image(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    name, alt, title = (str(tokens[index].attrs[key]) for key in ("src", "alt", "title"))
    if is_played(name):
        return f"[sound:{name}]"
    shown = f' title="{escape_text(title)}"' if title else ""
    return f'<img src="{name}" alt="{escape_text(alt)}"{shown}>'
