"""A text's prose -> the marks of HTML, Word, Obsidian and pandoc in it, which show as typed; what to write."""

import re
from collections.abc import Callable, Iterator

from generator.base.characters import unescaped
from generator.base.patterns import regex
from generator.markdown.literal import DOLLARS, foreign
from generator.text.cloze import Fault
from generator.text.escape import ENTITY

MARKS = ("C120", "C121", "C122", "C123", "C124", "C125", "C126", "C127", "C128")  # all of them warn

# No rule below applies to a text without one of these.
_MARKED = re.compile(r"<[/!]?[A-Za-z-]|&[#A-Za-z]|[$\\~^•‣◦▪●]|==|\[\[|^[\"'“„«\u2018]", re.MULTILINE)
_ATTRIBUTES = r"(?:\s+[A-Za-z-]{1,30}\s?=\s?(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*"
_TAG = (
    r"(?is)<(?P<end>/?)(?P<name>a|abbr|article|b|big|blockquote|body|br|center|code|dd|del|details|div|dl|dt|em|font|h[1-6]|head|hr|html|i|iframe|img"
    r"|ins|kbd|li|link|mark|meta|object|ol|p|pre|q|rp|rt|ruby|s|script|section|small|span|strike|strong|style|sub|summary|sup|table|tbody"
    rf"|td|th|thead|tr|tt|u|ul|var|video)(?P<attributes>{_ATTRIBUTES})\s*/?>|<!--.{{0,300}}?-->"
)
_INSTEAD = {
    "br": "begin a new line under 'key: |'",
    "p": "leave a line empty under 'key: |'",
    "b": "write **words** for bold ones",
    "i": "write *words* for slanted ones",
    "img": "put the file into media/ and write ![](name.png)",
    "a": "write [words](https://...)",
    "code": "write `words` for code, or lines between ``` for a block of it",
    "li": "write each item after '- ' on a line of its own under 'key: |'",
    "td": "write the table with '|' between the cells and a line '|---|---|' under the heading",
    "h": "write '## words' on a line of its own under 'key: |'",
    "hr": "write '---' on a line of its own under 'key: |'",
    "blockquote": "begin each line of the quotation with '> ' under 'key: |'",
    "sub": "<sub> and <sup> need their </sub> and </sup> on the same line",
    "ruby": "write the reading as {東京|とうきょう}",
    "!": "put the remark on a line of its own after '#', outside the text",
}
_WRITTEN = {"b": "**{}**", "i": "*{}*", "code": "`{}`"}
_LETTERS = regex(r"[^\s*_`<>\[\]\\{}](?:[^*_`<>\[\]\\{}\n]*[^\s*_`<>\[\]\\{}])?")  # no other marks
_VOID = ("br", "hr", "img", "link", "meta")
_FAR = 200  # tags that are looked at for the end of an element
_ALIKE = {"strong": "b", "em": "i", "pre": "code", "kbd": "code", "tt": "code", "ul": "li", "ol": "li", "sup": "sub"}
_ALIKE |= dict.fromkeys(("table", "tr", "th", "tbody", "thead"), "td") | dict.fromkeys(("rt", "rp"), "ruby")
_ALIKE |= {f"h{level}": "h" for level in range(1, 7)}
_EMBED = regex(r"!\[\[([^\[\]|\n]{1,200})(?:\|[^\[\]\n]{0,100})?\]\]")
_WIKI = regex(r"(?<!!)\[\[(?=[^\[\]\n]*[^\W\d_])([^\[\]|,\n]{1,200})(?:\|([^\[\]\n]{1,200}))?\]\]")
_HIGHLIGHT = regex(r"(?<![\w=])==(?=[^\s=])([^=\n]{1,300})(?<=[^\s=])==(?![\w=])")
_STRIKE = regex(r"(?<![\w~])~~(?=[^\s~])([^~\n]{1,300})(?<=[^\s~])~~(?![\w~])")
_RAISED = regex(r"(?<=[\w)\]\x01])\^([^\s^~]{1,20})\^(?!\^)")
_LOWERED = regex(r"(?<=[\w)\]\x01])~([^\s^~]{1,20})~(?!~)")
_FOOTNOTE = regex(r"(?<![\\\[(|^])\[\^(?:\d{1,3}|[A-Za-z]{2,20}\d*)\](?![+*?{$])")
_SIGNS = frozenset("•‣◦▪●")
_QUOTES = "“„«\u2018"
_BULLETS = regex(r"(?:^|(?<=\s))[•‣◦▪●][ \t\u00a0]+\S")
_QUOTED = regex(r"(?:“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|\u2018[^\u2018\u2019]*\u2019)")


def marks(prose: str, typed: str) -> Iterator[Fault]:
    """Yield the marks of a text of which only prose is left: code, formulas and addresses are blanked out.

    `typed` is the same text as its author wrote it, of the same length: messages and corrections quote it.
    """
    if _MARKED.search(prose):
        for rule in _RULES:
            yield from rule(prose, typed)


def _html(prose: str, typed: str) -> Iterator[Fault]:
    """Yield each outermost element, or tag without a partner."""
    at = 0
    tags = list(re.finditer(_TAG, prose)) if "<" in prose else []
    for number, tag in enumerate(tags):
        if tag.start() < at:
            continue
        end = _partner(tags, number)
        name = (tag["name"] or "!").lower()
        help = _INSTEAD.get(_ALIKE.get(name, name), "delete it: the text shows without it")
        words = typed[tag.end() : end.start()] if end else ""
        right = _WRITTEN.get(_ALIKE.get(name, name), "").format(words)
        mends = bool(right) and _LETTERS.fullmatch(words) is not None
        help = f"write '{right}'" if mends else help
        at = end.end() if end else tag.end()
        message = f"'{_short(_of(typed, tag))}' shows as typed"
        yield Fault(tag.start(), at, "C120", message, help, right if mends else None)


def _partner(tags: list[re.Match[str]], number: int) -> re.Match[str] | None:
    """Return the tag that ends the element which a tag begins."""
    name, depth = (tags[number]["name"] or "").lower(), 0
    if not name or name in _VOID:
        return None
    for tag in tags[number : number + _FAR]:
        if (tag["name"] or "").lower() == name:
            depth += -1 if tag["end"] else 1
            if not depth:
                return tag
            if depth < 0:
                return None
    return None


def _entities(prose: str, _typed: str) -> Iterator[Fault]:
    if "&" not in prose:
        return
    from html.entities import html5

    for match in ENTITY.finditer(prose):
        if match[0][1] != "#" and match[0][1:] not in html5:
            continue
        meant = unescaped(match[0])
        shown = meant.isprintable() and bool(meant.strip())
        help = f"write '{meant}'" if shown else "write a plain space"
        right = (None if meant.isascii() else meant) if shown else " "
        yield Fault(match.start(), match.end(), "C121", f"'{match[0]}' shows as typed", help, right)


def _formulas(prose: str, typed: str) -> Iterator[Fault]:
    for start, end in foreign(prose):
        formula = typed[start:end]
        dollars = DOLLARS.match(prose, start, end)
        if dollars and dollars["display"] is not None:
            right = f"\\[{_of(typed, dollars, 'display').strip()}\\]"
        else:
            right = f"\\({_of(typed, dollars, 'inline') if dollars else formula}\\)"
        help = f"write '{_short(right)}'" if dollars else f"put it between \\( and \\): '{_short(right)}'"
        message = f"'{_short(formula)}' shows as typed, and not as a formula"
        whole = formula == prose[start:end] and "\n" not in formula and "\\(" not in formula
        yield Fault(start, end, "C122" if dollars else "C123", message, help, right if whole else None)


def _wiki(prose: str, typed: str) -> Iterator[Fault]:
    for match in _EMBED.finditer(prose) if "[[" in prose else ():
        right = f"![]({_address(_of(typed, match, 1))})"
        message, help = (
            f"'{_short(_of(typed, match))}' shows as typed, and no picture",
            f"put the file into media/ and write '{right}'",
        )
        yield Fault(match.start(), match.end(), "C124", message, help, right)
    for match in _WIKI.finditer(prose) if "[[" in prose else ():
        if not match[1].startswith("type:"):
            right = _of(typed, match, 2 if match[2] else 1)
            message, help = f"'{_short(_of(typed, match))}' shows as typed, and no link", f"write '{right}'"
            yield Fault(match.start(), match.end(), "C124", message, help, right)


def _pairs(prose: str, typed: str) -> Iterator[Fault]:
    for pattern, right in (
        (_HIGHLIGHT, "**{}**"),
        (_STRIKE, "{}"),
        (_RAISED, "<sup>{}</sup>"),
        (_LOWERED, "<sub>{}</sub>"),
    ):
        for match in pattern.finditer(prose):
            words = _of(typed, match, 1)
            help = f"write '{right.format(_short(words))}'"
            mends = right != "{}" and _LETTERS.fullmatch(words)
            message, new = f"'{_short(_of(typed, match))}' shows as typed", right.format(words) if mends else None
            yield Fault(match.start(), match.end(), "C125", message, help, new)


def _footnotes(prose: str, typed: str) -> Iterator[Fault]:
    for match in _FOOTNOTE.finditer(prose) if "[^" in prose else ():
        help = "write the remark in brackets, or a work under 'sources:'"
        message = f"'{_of(typed, match)}' shows as typed, and no footnote"
        yield Fault(match.start(), match.end(), "C126", message, help)


_RULES: tuple[Callable[[str, str], Iterator[Fault]], ...] = (_html, _entities, _formulas, _wiki, _pairs, _footnotes)


def run_together(value: str) -> Fault | None:
    """Return what is wrong with bullets of a text that YAML has folded into one line."""
    found = list(_BULLETS.finditer(value)) if "\n" not in value and not _SIGNS.isdisjoint(value) else []
    if len(found) < 2:
        return None
    help = "write the items under 'key: |', each after '- ' on a line of its own"
    return Fault(found[1].start(), found[1].start() + 1, "C127", "these bullets run together in one line", help)


def typographic(value: str) -> Fault | None:
    """Return what is wrong with a text that stands in quotes that are not quotes to YAML."""
    if value[:1] not in _QUOTES or not _QUOTED.fullmatch(value):
        return None
    help = f"write '{value[1:-1][:40]}' without them; if they belong to the text, put ' ' around the whole"
    return Fault(0, len(value), "C128", "these quotation marks are a part of the text, and show", help)


def _of(typed: str, match: re.Match[str], group: int | str = 0) -> str:
    """Return what the author typed where a group matched."""
    return typed[match.start(group) : match.end(group)]


def _address(name: str) -> str:
    return f"<{name.strip()}>" if " " in name.strip() else name.strip()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
