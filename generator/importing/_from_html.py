"""A field's HTML, as Anki stores it -> our Markdown, proven by rendering it back. The only owner of markdownify."""

import re
from collections.abc import Callable, Container, Iterator, Set
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import NamedTuple
from urllib.parse import quote

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from markdownify import MarkdownConverter

from generator.base.limits import MAX_TEXT
from generator.importing._shown import (
    HOLDER,
    IN_ADDRESS,
    address_of,
    as_code,
    base_name,
    holder,
    rendered,
    shown,
    without_invisible,
)
from generator.markdown.literal import DOLLARS

_MOST_TAGS = 1_000  # of a field; more take minutes, and are no card
_LONGEST = 5 * MAX_TEXT  # characters with their tags
_TEX = ".{1,4000}?"  # bounded, so that beginnings without an end take no minutes
_FORMULA = re.compile(
    rf"\\\((?P<inline>{_TEX})\\\)|\\\[(?P<block>{_TEX})\\\]"
    rf"|\[\$\](?P<old>{_TEX})\[/\$\]|\[\$\$\](?P<old_block>{_TEX})\[/\$\$\]|\[latex\](?P<latex>{_TEX})\[/latex\]"
    rf"|<anki-mathjax(?P<is_block>[^>]*\bblock=\"?true[^>]*)?(?:\s[^>]*)?>(?P<element>{_TEX})</anki-mathjax>",
    re.DOTALL | re.IGNORECASE,
)
_WHOLE_FORMULA = re.compile(
    r"\s*(?:\$\$(?P<block>[^$]+)\$\$|\$(?P<inline>[^$]+)\$|\\\[(?P<display>.+)\\\])\s*", re.DOTALL
)
_ENVIRONMENT = re.compile(r"\s*\\begin\{(?:align|equation|gather|multline|eqnarray|displaymath|math)\*?\}.*", re.DOTALL)
_SOUND = re.compile(r"\[sound:([^\]\n]+)\]")
_CLOZE_MARK = re.compile(r"\{\{c[\d,]+::|\}\}|::")
_SPECIAL = re.compile(r"[\\*_`\[\]<>{}|$~^=#&\n]|^[-+\d>\"'“„«]|://|www\.|^\s|\s$", re.MULTILINE)
_MARKS_OF_OURS = "\\*_`<$~^|!#"  # the last stands for all that is a mark at the beginning of a line
_ESCAPABLE = re.compile(
    r"(?<!\w)_+|_+(?!\w)|(?<!\s)\*|\*(?!\s)|<(?=[A-Za-z/!])|[`$~^|]|\\(?=[*_`\[\]<>{}|$~^\\(])|!(?=\[)"
)
_AT_START = re.compile(r"^([ ]*)(?:([#>=+-])|(\d{1,9})([.)]))(?=\s|=|$)", re.MULTILINE)
_BLOCKS = ("p", "div", "ul", "ol", "table", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")
_WITHIN = ("b", "strong", "i", "em", "a", "sub", "sup", "code")
_ALIKE = {"b": "strong", "strong": "b", "i": "em", "em": "i"}
_EMPHASIS = ("b", "strong", "i", "em")
_REMOVED = ("script", "style", "head", "title", "meta", "link", "iframe", "object", "embed", "svg", "audio", "video")
_LIVE = ("script", "iframe", "object", "embed", "svg", "audio", "video")
_MARKS = ("C11", "C12")  # codes of marks that show as typed: a backslash keeps them quiet
_STYLES = (
    (re.compile(r"font-weight:\s*(?:bold|[6-9]00)"), "b"),
    (re.compile(r"font-style:\s*(?:italic|oblique)"), "i"),
    (re.compile(r"vertical-align:\s*sub\b"), "sub"),
    (re.compile(r"vertical-align:\s*super\b"), "sup"),
)
_NO_COLOUR = r"inherit|initial|unset|currentcolor|transparent|rgba\(0, ?0, ?0, ?0\)"
_PAGE = r"white\b|#fff(?:fff)?\b|rgb\(255, ?255, ?255\)"  # pasted along with a page's text, meant by nobody
_INK = r"black\b|#000(?:000)?\b|rgb\(0, ?0, ?0\)|windowtext"
_COLOUR = re.compile(
    rf"(?<![-\w])(?:background(?:-color)?:\s*(?!{_NO_COLOUR}|{_PAGE})|color:\s*(?!{_NO_COLOUR}|{_INK}))[\w#]"
)


class Converted(NamedTuple):
    """Our Markdown, and what of the look is lost. `proven`: it shows what the HTML shows; else `text` is the HTML."""

    text: str
    lost: tuple[str, ...] = ()
    proven: bool = True


def markdown_of(html: str, clozes: bool, name_of: Callable[[str], str]) -> Converted:
    """Return our Markdown for HTML; `name_of` gives the name of a file in `media/`, "" where it is missing."""
    html = without_invisible(html).strip()
    if not _SPECIAL.search(html):
        return Converted(html)
    if html.count("<") > _MOST_TAGS or len(html) > _LONGEST:
        return Converted(html, (), proven=False)
    work = _Work(html, clozes, name_of)
    try:
        for way in _ways(html):
            if (text := work.tried(way)) is not None:
                return Converted(text, work.lost(way))
    except RecursionError:  # hundreds of elements in one another
        pass
    return Converted(html, (), proven=False)


class _Way(NamedTuple):
    """How a field is tried: which characters get a backslash, and what of its form is kept."""

    escaped: str = ""
    emphasis: bool = True
    blocks: bool = True
    noisy: bool = False  # a text that `check` warns of will do


def _ways(html: str) -> Iterator[_Way]:
    """Yield ways to write a field, the plainest first."""
    yield _Way()
    present = [it for it in _MARKS_OF_OURS if it in html]
    for it in present if len(present) > 1 else ():
        yield _Way(it)
    yield _Way(_MARKS_OF_OURS)
    yield _Way(noisy=True)
    yield _Way(_MARKS_OF_OURS, emphasis=False, noisy=True)
    yield _Way(_MARKS_OF_OURS, emphasis=False, blocks=False, noisy=True)


@dataclass(slots=True)
class _Work:
    """One field on its way."""

    html: str
    clozes: bool
    name_of: Callable[[str], str]
    held: list[str] = field(default_factory=list)  # what goes through markdownify untouched
    gone: set[str] = field(default_factory=set)
    meant: str = ""  # what a student sees of the HTML

    def __post_init__(self) -> None:
        prepared = DOLLARS.sub(self._dollars, _FORMULA.sub(self._formula, self.html))
        self.meant = shown(HOLDER.sub(lambda it: _escaped_html(self.held[int(it[1])]), prepared), self._shown_name)
        self.html = _SOUND.sub(self._sound, prepared)
        if self.clozes:
            self.html = _CLOZE_MARK.sub(lambda it: self._hold(it[0]), self.html)

    def tried(self, way: _Way) -> str | None:
        """Return Markdown that shows what was meant, None where this way gives none, or one that is warned of."""
        soup = BeautifulSoup(f"{self.html}\n", "html.parser")  # without the \n it warns of what looks like an address
        _prepare(soup, self.gone, way)
        text = str(_converter(way.escaped, self.name_of).convert_soup(soup))
        text = _tidied(HOLDER.sub(lambda it: self.held[int(it[1])], text))
        html, found = rendered(text, self.clozes)
        same = bool(html) and shown(html) == self.meant
        return text if same and (way.noisy or not any(it.code.startswith(_MARKS) for it in found)) else None

    def lost(self, way: _Way) -> tuple[str, ...]:
        """Return what of the look is lost."""
        gone = {"emphasis": way.emphasis, "lists, links and other blocks": way.blocks}
        return tuple(sorted(self.gone | {what for what, kept in gone.items() if not kept}))

    def _hold(self, text: str) -> str:
        self.held.append(text)
        return holder(len(self.held) - 1)

    def _formula(self, match: re.Match[str]) -> str:
        kind, inner = next((key, it) for key, it in match.groupdict().items() if it and key != "is_block")
        block = kind in ("block", "old_block") or bool(match["is_block"])
        tex = _plain_tex(inner)
        if kind == "latex":
            whole = _WHOLE_FORMULA.fullmatch(tex)
            if whole is None and not _ENVIRONMENT.fullmatch(tex):
                return self._hold(as_code(tex))
            block = whole is None or whole["inline"] is None
            tex = tex if whole is None else next(it for it in whole.groups() if it)
        text = f"\\[{tex.strip()}\\]" if block else f"\\({tex.strip()}\\)"
        html, _ = rendered(text, self.clozes and "{{c" in text)
        return self._hold(text if html else as_code(tex.strip()))

    def _dollars(self, match: re.Match[str]) -> str:
        """Take for a formula what surely is one, though Anki shows it as typed: other programs do not."""
        tex = _plain_tex(match["display"] or match["inline"])
        text = f"\\[{tex}\\]" if match["display"] else f"\\({tex}\\)"
        return self._hold(text) if rendered(text, clozes=False)[0] else match[0]

    def _sound(self, match: re.Match[str]) -> str:
        name = self.name_of(unescape(match[1]))
        return self._hold(f"![]({address_of(name)})") if name else f"({base_name(unescape(match[1]))} is missing)"

    def _shown_name(self, name: str) -> str:
        return self.name_of(unescape(name))


def _plain_tex(html: str) -> str:
    """Return the TeX of a formula that an editor has put tags into."""
    text = re.sub(r"<br[^<>]*>|</?(?:div|p)\b[^<>]*>", "\n", html, flags=re.IGNORECASE)
    text = unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", text)).replace("\xa0", " ")
    if re.search(r"\\\\[A-Za-z]", text) and not re.search(r"(?<!\\)\\[A-Za-z]", text):
        text = re.sub(r"\\\\(?=[A-Za-z])", r"\\", text)  # written for a Markdown that takes one of two backslashes
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _escaped_html(text: str) -> str:
    code = re.fullmatch(r"(`+)(.*)\1", text)
    text = code[2] if code else text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _tidied(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\xa0", " ").split("\n")]
    text = re.sub(r"(\{\{c[\d,]+::)\n+", r"\1", re.sub(r"\n{3,}", "\n\n", "\n".join(lines)))
    return re.sub(r"(?<!```)\n+(?=\}\})", "", text).strip()


def _prepare(soup: BeautifulSoup, gone: set[str], way: _Way) -> None:
    """Take out of a tree what a card cannot show, and name what of it is lost."""
    for comment in [it for it in soup.descendants if isinstance(it, Comment)]:
        comment.extract()
    for tag in _tags(soup, _REMOVED):
        gone |= {"what runs or is embedded"} if tag.name in _LIVE else set()
        tag.decompose()
    for tag in _tags(soup):
        _restyled(soup, tag, gone)
    for link in _tags(soup, ("a",)):
        if any(it.name == "a" for it in link.parents):
            link.unwrap()
    for table in _tags(soup, ("table",)):
        if len(_tags(table, ("td", "th"))) == 1:  # a frame, and no table
            for tag in [table, *_tags(table, ("tbody", "tr", "td", "th"))]:
                tag.name = "div"
    if not way.blocks:
        _flatten(soup)
    _regroup(soup, way.emphasis)


def _tags(within: Tag, names: Container[str] = ()) -> list[Tag]:
    """Return the tags inside of another that have one of these names, or all; the library takes ten times as long."""
    return [it for it in within.descendants if isinstance(it, Tag) and (not names or it.name in names)]


def _flatten(soup: BeautifulSoup) -> None:
    """Make lines of lists, tables and other blocks."""
    for tag in _tags(soup, ("a",)):
        tag.unwrap()
    for tag in _tags(soup, (*_BLOCKS, "li", "code")):
        tag.insert(0, "• " if tag.name == "li" else "")
        tag.name = "span" if tag.name == "code" else "div"


def _regroup(soup: BeautifulSoup, emphasis: bool) -> None:
    """Join what is emphasized in parts, and unwrap what Markdown could not mark."""
    for tag in _tags(soup, _EMPHASIS):
        inside = any(it.name in (tag.name, _ALIKE[tag.name]) for it in tag.parents)
        if not emphasis or inside or _tags(tag, _BLOCKS) or not tag.get_text().strip():
            tag.unwrap()
    soup.smooth()
    for tag in _tags(soup, _EMPHASIS):
        _joined(tag)


def _restyled(soup: BeautifulSoup, tag: Tag, gone: set[str]) -> None:
    style = str(tag.get("style") or "").lower()
    if tag.name in ("u", "ins"):
        gone.add("underlines")
    if tag.name in ("s", "del", "strike"):
        gone.add("struck-out words")
    if _COLOUR.search(style) or tag.get("color") or tag.get("bgcolor") or tag.name == "mark":
        gone.add("colours")
    for pattern, name in _STYLES if tag.name in ("span", "font", "div") else ():
        if pattern.search(style) and tag.contents:
            inner = soup.new_tag(name)
            for child in list(tag.contents):
                inner.append(child.extract())
            tag.append(inner)
    if tag.name in ("span", "font", "u", "ins", "s", "del", "strike", "mark", "small", "big"):
        tag.unwrap()
    if tag.name == "center":
        tag.name = "div"


def _joined(tag: Tag) -> None:
    """Take in what follows in the same form: `**a****b**` would show stars."""
    while isinstance(tag.next_sibling, Tag) and tag.next_sibling.name == tag.name:
        follower = tag.next_sibling
        for child in list(follower.contents):
            tag.append(child.extract())
        follower.decompose()
    tag.smooth()


class _Converter(MarkdownConverter):  # type: ignore[misc,unused-ignore]
    """markdownify, with a line for each line of the card, and our marks."""

    def __init__(self, escaped: str, name_of: Callable[[str], str]) -> None:
        super().__init__(
            heading_style="atx", bullets="-", sub_symbol="<sub>", sup_symbol="<sup>", table_infer_header=True
        )
        self._escaped, self._name_of, self._at_start = escaped, name_of, True

    def escape(self, text: str, parent_tags: Set[str]) -> str:
        """Return a text in which nothing is a mark."""
        if not self._escaped:
            return text
        text = _ESCAPABLE.sub(lambda it: f"\\{it[0]}" if it[0] in self._escaped else it[0], text)
        return (
            text
            if "#" not in self._escaped
            else _AT_START.sub(lambda it: f"{it[1]}\\{it[2]}" if it[2] else f"{it[1]}{it[3]}\\{it[4]}", text)
        )

    def _marked(self, match: re.Match[str]) -> str:
        return "".join(f"\\{it}" for it in match[0]) if match[0][0] in self._escaped else match[0]

    def process_text(self, el: NavigableString, parent_tags: Set[str] | None = None) -> str:
        """Return a text in which every line break is a space, as in a browser."""
        self._at_start = _begins_a_line(el)
        if "pre" not in (parent_tags or ()):
            el = _spaced(el)
        return str(super().process_text(el, parent_tags))

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: Set[str]) -> str:  # noqa: N802  # its name there
        """Return a heading; one without a letter would be a number of something."""
        line = " ".join(text.split())
        is_one = "_inline" not in parent_tags and re.search(r"[^\W\d_]", HOLDER.sub("", el.get_text()))
        return f"\n\n## {line}\n\n" if is_one else f"\n{line}\n"

    def convert_br(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return " " if "_inline" in parent_tags else "\n"

    def convert_div(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return f" {text.strip()} " if "_inline" in parent_tags else f"\n{text.strip()}\n" if text.strip() else "\n"

    def convert_img(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        written = str(el.get("src") or "")
        name, alt = self._name_of(written), re.sub(r"[\[\]\\]|\s+", " ", str(el.get("alt") or "")).strip()
        return f"![{alt}]({address_of(name)})" if name else f"({base_name(written)} is missing)" if written else ""

    def convert_a(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        href = str(el.get("href") or "").strip()
        if not re.match(r"https?://|mailto:", href, re.IGNORECASE) or "![" in text or "_noformat" in parent_tags:
            return text
        el["href"] = quote(href, safe=IN_ADDRESS)
        del el["title"]
        return str(super().convert_a(el, text, parent_tags))

    def convert_del(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return text

    convert_s = convert_del

    def convert_ruby(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return "".join(_readings(el))

    def convert_summary(self, el: Tag, text: str, parent_tags: Set[str]) -> str:
        return f"\n{text.strip()}\n"

    convert_dt = convert_dd = convert_details = convert_figcaption = convert_summary


@lru_cache(maxsize=8)
def _converter(escaped: str, name_of: Callable[[str], str]) -> _Converter:
    """Return a converter; to make one takes longer than to convert a line."""
    return _Converter(escaped, name_of)


def _begins_a_line(el: NavigableString) -> bool:
    """Say whether a text is the first of a block, or comes after a line break; before others our marks may stand."""
    before = el.previous_sibling
    return el.parent.name not in _WITHIN if before is None else before.name in ("br", "hr", *_BLOCKS)


def _spaced(el: NavigableString) -> NavigableString:
    text = re.sub(r"[ \t\n\xa0]+", " ", el)
    if text != el:
        fresh = NavigableString(text)
        el.replace_with(fresh)
        return fresh
    return el


def _readings(ruby: Tag) -> Iterator[str]:
    base = ""
    for child in ruby.children:
        if isinstance(child, Tag) and child.name == "rt":
            yield f"{{{base.strip()}|{child.get_text().strip()}}}"
            base = ""
        elif not (isinstance(child, Tag) and child.name == "rp"):
            base += child.get_text() if isinstance(child, Tag) else str(child)
    yield base
