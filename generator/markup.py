"""A text as typed -> final HTML: Markdown, TeX and, where the field may hold them, clozes. Owns markdown-it.

Markdown here is CommonMark's inline part, lists and tables. What else could eat a part of a text (headings, quotes,
rules, code blocks, raw HTML, entities, reference links) is off: `> 5 mm`, `# of lesions` and `a<b` show as typed.
Formulas and cloze marks go through Markdown as single characters of a private range, and come back after it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from generator.characters import blank
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
_ANKI_TAGS = re.compile(r"\[(?=(?:sound|anki|\[type):|/?(?:latex|\$\$?)\]|/?anki\b)", re.IGNORECASE)
_TEX = re.compile(r"(\\\(.*?\\\)|\\\[.*?\\\])", re.DOTALL)
_NO_TEX = re.compile(
    r"(<[^<>]*>)|\\(?=[(\[])"
)  # a tag; a backslash that MathJax would take for the beginning of a formula
_NO_CLOZE = re.compile(r"\{\{(?=\s*(?:[cC]\s*[-\d.,\s]*|[-\d.,\s]+)[:;\uff1a])|(?<!\{)\{[cC][0-9]+::")
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
        faults = [*found.faults, *_remarks(value, found, clozes)]
        if faults:
            self._report(text, shift, faults)
        if found.faults:
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
        parts = [token.hint] if token.in_tex else _TEX.split(token.hint)
        guarded = [guard_tex(it) if token.in_tex or _TEX.match(it) else it for it in parts]
        return f"::{guard(escape_text(''.join(guarded)))}}}}}"

    def _defused(self, prose: str) -> str:
        prose = _TIMES.sub(r"\\*", prose)
        if not self.inline:
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
                self._fault(
                    "C220",
                    href,
                    f"'{' '.join(unquote(href).split())[:60]}' is no link that can be followed",
                    "a link begins with https://, http:// or mailto:",
                )
            self._no_private(href)
        elif token.type == "image":
            name = unquote(str(token.attrs.get("src", "")))
            self._no_private(name + token.content)
            stored = self.markup.reference(self.text, self._find(name), name)
            token.attrs = {"src": stored, "alt": token.content, "title": token.attrs.get("title", "")}
            self.media += [stored] if stored else []

    def _check_blocks(self, tokens: Sequence[Any], lines: Sequence[str]) -> None:
        """Refuse what Markdown drops without a word: cells beyond the last column, a number that is not the next."""
        columns = 0
        numbers: list[int | None] = []
        for token in tokens:
            if token.type == "thead_open":
                columns = 0
            elif token.type == "th_open":
                columns += 1
            elif token.type == "tr_open" and token.map:
                self._check_row(lines[token.map[0]], columns or len(lines))
            elif token.type in ("ordered_list_open", "bullet_list_open"):
                numbers.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None)
            elif token.type in ("ordered_list_close", "bullet_list_close"):
                numbers.pop()
            elif token.type == "list_item_open" and (expected := numbers[-1]) is not None:
                self._check_number(token.info, expected)
                numbers[-1] = expected + 1

    def _check_row(self, line: str, columns: int) -> None:
        cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
        if len(cells) > columns:
            message = f"a row of {len(cells)} cells in a table of {columns} columns"
            self._fault(
                "C112", line.strip(), message, "give the heading as many columns; a '|' of the text is written '\\|'"
            )

    def _check_number(self, typed: str, expected: int) -> None:
        if typed.isdigit() and int(typed) != expected:
            help = f"write '{typed}\\.' if it is no number of a list"
            self._fault("C113", f"{typed}", f"'{typed}.' would be shown as '{expected}.'", help)

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
        if self.marks:
            html = self._guarded(html)
        elif self.inside:
            html = guard(html)
        html = _NO_TEX.sub(lambda match: match[1] or "\\<span></span>", html)
        html = _PRIVATE.sub(lambda match: self.stored[ord(match[0]) - _FIRST], html)
        return _ANKI_TAGS.sub(self._defused_tag, html)

    def _defused_tag(self, match: re.Match[str]) -> str:
        """Return "[" so that Anki does not run what follows it, or as it is where it begins a sound of ours."""
        ours = any(match.string.startswith(f"[sound:{name}]", match.start()) for name in self.media)
        return "[" if ours else "&#91;"

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
            elif token is None:
                piece = piece.replace("{{", "&#123;{")  # an escaped brace is no part of a cloze
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
    if token.in_tex or token.part is Part.TEX:
        return private
    return private + _BEGIN if token.part is Part.OPEN else _END + private


def _remarks(value: str, found: Scan, clozes: bool) -> Iterator[Fault]:
    """Yield what is no cloze though it looks like one, and what shows right but may not be what was meant."""
    prose = _without_tokens(value, found)
    lookalikes = list(_NO_CLOZE.finditer(prose)) if clozes and not found.faults else []
    for match in lookalikes:
        end = prose.find(":", match.start()) + 2
        written = value[match.start() : end]
        number = re.search(r"[1-9][0-9]{0,2}", written)
        help = f"write '{{{{c{number[0] if number else 1}::text}}}}'"
        yield Fault(match.start(), end, "C103", f"'{written}' makes no card", help)
    if not lookalikes and not found.faults and (braces := re.search(r"\{\{|\}\}", prose)):
        help = "write '{{c1::text}}' to hide it" if clozes else "only the text of a 'cloze:' note can hide words"
        yield Fault(braces.start(), braces.end(), "C110", f"'{braces[0]}' hides nothing here, and shows as typed", help)
    for match in _ANKI_TAGS.finditer(value):
        if value.startswith("[/", match.start()):
            continue  # the end of what was named already
        end = value.find("]", match.start()) + 1 or match.end() + 6
        shown = value[match.start() : end]
        help = "write TeX as \\( ... \\), and a sound as ![](name.mp3)"
        yield Fault(match.start(), end, "C111", f"'{shown[:30]}' shows as typed", help)


def _without_tokens(value: str, found: Scan) -> str:
    """Return the prose of a text: what is a formula, the mark of a cloze, or escaped by a backslash is spaces."""
    for token in found.tokens:
        value = value[: token.start] + " " * (token.end - token.start) + value[token.end :]
    return re.sub(r"\\.", "  ", value)


def shows_nothing(html: str) -> bool:
    """Say whether a student would see nothing: no word, no picture, no sound, only empty formulas and links."""
    return "<img" not in html and blank(_EMPTY_TEX.sub("", _TAG.sub("", html)))


_EMPTY_TEX = re.compile(r"\\\(\s*\\\)|\\\[\s*\\\]")


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
    name, alt, title = (str(tokens[index].attrs[key]) for key in ("src", "alt", "title"))
    if is_sound(name):
        return f"[sound:{name}]"
    shown = f' title="{escape_text(title)}"' if title else ""
    return f'<img src="{name}" alt="{escape_text(alt)}"{shown}>'
