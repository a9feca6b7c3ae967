"""A text as typed -> final HTML: Markdown, TeX and, where the field may hold them, clozes. Owns markdown-it.

Markdown here is CommonMark's inline part, lists and tables. What else could eat a part of a text (headings, quotes,
rules, code blocks, raw HTML, entities, reference links) is off: `> 5 mm`, `# of lesions` and `a<b` show as typed.
Formulas and cloze marks go through Markdown as single characters of a private range, and come back after it.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from generator.cloze import Fault, Part, Scan, Token, guard, guard_tex, scan
from generator.compiled import Html
from generator.diagnostics import Diagnostic, warning
from generator.located import Text
from generator.media import Media, is_sound

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_MARKUP = re.compile(r"[\\`*_\[\n]|<[A-Za-z0-9.!#$%&'+/=?^{|}~-]+[:@]|\{\{|\}\}")
_TIMES = re.compile(r"(?<=\w)\*(?=\w)")  # 5*10, HLA-B*27: no emphasis
_PLUS = re.compile(r"^([ ]*)\+(?=[ \t])", re.MULTILINE)  # a line that begins with "+ " goes on with a sum
_ANKI_TAGS = re.compile(r"\[(?=(?:sound|anki):|/?(?:latex|\$\$?)\]|/?anki\b)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^<>]*>")
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
        self._media = media

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
        shift = text.value.find(value)
        found = scan(value, clozes)
        faults = [*found.faults, *_warnings(value, found, clozes)]
        if faults:
            self._report(text, shift, faults)
        if found.faults:
            return Rendered(Html(""))
        if clozes and not found.hidden:
            self.found.append(
                Diagnostic(
                    text.span,
                    "C101",
                    "this cloze note hides nothing, and would make no card",
                    "put the words to hide in '{{c1::' and '}}'",
                )
            )
        work = _Work(self, text, shift, value, found, inline, inside)
        return Rendered(Html(work.html()), found.hidden, tuple(sorted(set(work.media))))

    def _report(self, text: Text, shift: int, faults: list[Fault]) -> None:
        for fault in faults[:_MOST_FAULTS]:
            span = text.at(shift + fault.start, shift + fault.end)
            make = warning if fault.code in ("C110", "C111") else Diagnostic
            self.found.append(make(span, fault.code, fault.message, fault.help))

    def reference(self, text: Text, at: int, name: str) -> str:
        """Return the name in the package of a file that `text` refers to at an offset; "" where it cannot be used."""
        file, problem = self._media.file(name)
        if problem:
            span = text.at(at, at + len(name)) if at >= 0 else text.span
            self.found.append(Diagnostic(span, problem.code, problem.message, problem.help))
        return file.name if file else ""


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

    def html(self) -> str:
        """Return the final HTML."""
        source = self._with_private_characters()
        parser = _parser()
        env: dict[str, Any] = {}
        tokens = parser.parseInline(source, env) if self.inline else parser.parse(source, env)
        for token in tokens:
            for child in token.children or ():
                self._check(child)
        html: str = parser.renderer.render(tokens, parser.options, env).strip()
        if not self.inline and html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>"):
            html = html[3:-4]
        return self._with_contents(html)

    def _with_private_characters(self) -> str:
        """Replace formulas and cloze marks; defuse what Anki would take for its own."""
        parts, at = [], 0
        depth = 0
        for token in self.tokens:
            parts.append(self._defused(self.value[at : token.start]))
            depth += (token.part is Part.OPEN) - (token.part is Part.CLOSE)
            private = self._private(self._content(token, depth > 0 or self.inside))
            if token.part is not Part.TEX:
                self.marks[private] = token
            parts.append(_beside(token, private))
            at = token.end
        parts.append(self._defused(self.value[at:]))
        return "".join(parts)

    def _content(self, token: Token, in_cloze: bool) -> str:
        written = self.value[token.start : token.end]
        if token.part is Part.TEX:
            return escape_text(guard_tex(written) if in_cloze else written)
        if token.part is Part.OPEN:
            return f"{{{{c{','.join(map(str, token.numbers))}::"
        if not token.hint:
            return "}}"
        return f"::{guard_tex(token.hint) if token.in_tex else guard(escape_text(token.hint))}}}}}"

    def _defused(self, prose: str) -> str:
        prose = _TIMES.sub(r"\\*", prose)
        if not self.inline:
            prose = _PLUS.sub(r"\1\\+", prose)
        return _ANKI_TAGS.sub(lambda _: self._private("&#91;"), prose)

    def _private(self, content: str) -> str:
        self.stored.append(content)
        return chr(_FIRST + len(self.stored) - 1)

    def _check(self, token: Any) -> None:
        """Refuse links that are no links; give pictures and sounds their names in the package."""
        if token.type == "link_open":
            href = str(token.attrs.get("href", ""))
            if not href.lower().startswith(_LINKS):
                self._fault(
                    "C220",
                    href,
                    f"'{href[:60]}' is no link that can be followed",
                    "a link begins with https://, http:// or mailto:",
                )
            self._no_private(href)
        elif token.type == "image":
            name = unquote(str(token.attrs.get("src", "")))
            self._no_private(name + token.content)
            stored = self.markup.reference(self.text, self._find(name), name)
            token.attrs = {"src": stored, "alt": token.content}
            self.media += [stored] if stored else []

    def _no_private(self, address: str) -> None:
        if _PRIVATE.search(unquote(address)):
            self._fault(
                "C221",
                "",
                "a cloze or a formula cannot stand inside a link's address or a picture's description",
                "put it beside the link",
            )

    def _fault(self, code: str, near: str, message: str, help: str) -> None:
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
        if not self.stored:
            return guard(html) if self.inside else html
        if self.marks:
            html = self._guarded(html)
        elif self.inside:
            html = guard(html)
        return _PRIVATE.sub(lambda match: self.stored[ord(match[0]) - _FIRST], html)

    def _guarded(self, html: str) -> str:
        """Guard what stands inside clozes, and see that every tag begun in a cloze ends in it."""
        parts: list[str] = []
        open_tags: list[list[str]] = [[]]
        for piece in re.split("([\U000f0000-\U000ffffd])", html):
            token = self.marks.get(piece)
            if token is not None and token.part is Part.OPEN:
                open_tags.append([])
            elif token is not None and token.part is Part.CLOSE:
                if open_tags.pop():
                    self._crossed(token)
            elif not self._balance(piece, open_tags[-1]) and len(open_tags) > 1:
                self._crossed(next(iter(self.marks.values())))
            if len(open_tags) > 1 and token is None:
                piece = guard(piece.removeprefix(_BEGIN).removesuffix(_END))
            parts.append(piece)
        return "".join(parts)

    @staticmethod
    def _balance(piece: str, open_tags: list[str]) -> bool:
        for end, name in _TAG.findall(piece):
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


def _beside(token: Token, private: str) -> str:
    """Return what stands for a cloze's mark, inside it a bracket: `_` and `*` next to it can then begin or end."""
    if token.in_tex:
        return private
    return private + _BEGIN if token.part is Part.OPEN else _END + private if token.part is Part.CLOSE else private


def _warnings(value: str, found: Scan, clozes: bool) -> list[Fault]:
    """Return what shows right but may not be what was meant."""
    faults = []
    if not clozes and (match := re.search(r"\{\{|\}\}", _without_tex(value, found))):
        faults.append(
            Fault(
                match.start(),
                match.end(),
                "C110",
                f"'{match[0]}' hides nothing here, and shows as typed",
                "only the text of a 'cloze:' note can hide words",
            )
        )
    for match in _ANKI_TAGS.finditer(value):
        end = value.find("]", match.start()) + 1
        faults.append(
            Fault(
                match.start(),
                end or match.end(),
                "C111",
                f"'{value[match.start() : end][:30]}' shows as typed",
                "write TeX as \\( ... \\), and a sound as ![](name.mp3)",
            )
        )
    return faults


def _without_tex(value: str, found: Scan) -> str:
    for token in found.tokens:
        value = value[: token.start] + " " * (token.end - token.start) + value[token.end :]
    return value


def escape_text(text: str) -> str:
    """Return a text as HTML that shows it, with quotes fit for an attribute."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero", {"html": False, "linkify": False, "typographer": False})
    parser.enable(["list", "table", "newline", "escape", "backticks", "emphasis", "link", "image", "autolink"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # refused with a message by _check instead
    parser.add_render_rule("image", _image)
    return parser


def _image(renderer: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    name, alt = str(tokens[index].attrs["src"]), str(tokens[index].attrs["alt"])
    if is_sound(name):
        return f"[sound:{name}]"
    return f'<img src="{name}" alt="{escape_text(alt)}">'
