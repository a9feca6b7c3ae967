"""HTML, or our Markdown -> what a student sees of it, in a form that two of them can be compared by.

Words, what is raised and lowered, readings, pictures, sounds, formulas, clozes, items and cells count; emphasis,
colours, sizes and the number of empty lines do not.
"""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

from generator.base.characters import forbidden, nfc
from generator.base.diagnostics import Diagnostic, errors
from generator.base.place import Source
from generator.compiled.notes import MediaFile
from generator.media.folder import Media, Problem
from generator.source.values import Text, placed
from generator.text.markup import Markup

_KEPT = ("sub", "sup", "rt")
_LINES = frozenset(
    "br p div ul ol table tbody thead tr h1 h2 h3 h4 h5 h6 hr blockquote pre section article center dl dt dd details"
    " summary figure figcaption".split()
)
_UNSEEN = ("script", "style", "head", "title", "rp")
_ITEM = re.compile(r"(?:^|(?<=::))\s*(?:(?:[-*•‣◦▪●]|\d{1,9}[.)])\s+(?=\S)|\x01item\x02\s*)+", re.MULTILINE)
_RULE = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,})\s*$", re.MULTILINE)
_READING = re.compile(r"\s?([\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)\[([\u3040-\u30ff]+)\]")
_BETWEEN_BRACES = re.compile(r"\}\s(?=\})|\{\s(?=\{)")
_CELLS = re.compile(r"(?:\s*\x01cell\x02\s*)+")
_INSIDE_CLOZE = re.compile(r"(\{\{c[\d,]+::)\s+|\s+\}\}")
_NAME = "\x01file {}\x02"
HOLDER = re.compile("\ue000([0-9]+)\ue001")  # where what was taken out of a text is put in again
_OF_HOLDERS = re.compile("[\ue000\ue001]|&#(?:x0*e00[01]|0*5734[45])(?![0-9a-f]);?", re.IGNORECASE)
IN_ADDRESS = "!#$%&'*+,/:;=?@~[]"  # characters that an address of the web may hold as they are


def holder(number: int) -> str:
    """Return what `HOLDER` finds in place of the text that was taken out as `number`."""
    return f"\ue000{number}\ue001"


def base_name(written: str) -> str:
    """Return the name of a file without its folders."""
    return written.replace("\\", "/").rpartition("/")[2]


def address_of(name: str) -> str:
    """Return a file's name as it stands in the brackets of a picture."""
    return f"<{name}>" if re.search(r"[\s()]", name) else name


def as_code(tex: str) -> str:
    """Return a formula that cards cannot set as code, which shows it as typed."""
    line = " ".join(tex.split())
    fence = "``" if "`" in line else "`"
    return f"{fence}{line}{fence}"


def shown(html: str, name_of: Callable[[str], str] = str) -> str:
    """Return what HTML shows; `name_of` gives the name of a file that it refers to."""
    parser = _Parser(name_of)
    parser.feed(html)
    parser.close()
    return _compared("".join(parser.parts))


def rendered(text: str, clozes: bool) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the HTML of our Markdown, and what is wrong with it. Every file that it names is taken for there."""
    markup = Markup(_ANY)
    source = Source("", text)
    typed = Text(text, source, placed(0, len(text)), "'")
    result = markup.cloze(typed) if clozes else markup.prose(typed)
    found = [it for it in markup.found if not (it.code == "C101" and clozes)]
    return ("" if errors(found) else str(result.html)), tuple(found)


def on_a_line(text: str) -> str:
    """Return the HTML of our Markdown within a line, as a heading is; "" where something is wrong with it."""
    markup = Markup(_ANY)
    html = markup.hideable(Text(text, Source("", text), placed(0, len(text)), "'")).html
    return "" if errors(markup.found) else html


class _AnyMedia(Media):
    """A folder in which every file is there, under its own name."""

    def look_up(self, name: str) -> MediaFile | Problem:
        """Return a file of that name."""
        return MediaFile(name, Path(name), 1, "")


_ANY = _AnyMedia(Path("no such folder"), "")


def without_invisible(text: str) -> str:
    """Return a text in composed letters, without characters that no text may hold where they stand, and no holder."""
    text = nfc(text.replace("\t", "    "))
    while found := [match.span() for match in forbidden(text)]:
        for start, end in reversed(found):
            text = text[:start] + text[end:]
    while (kept := _OF_HOLDERS.sub("", text)) != text:
        text = kept
    return text


def _compared(text: str) -> str:
    """Return what counts of what was seen: white space is one space, marks of items are one mark."""
    text = _RULE.sub("", text.replace("\xa0", " "))
    text = _READING.sub("\\1\x01rt\x02\\2\x01/rt\x02", _ITEM.sub("\x01item\x02", text))
    if text.count("\x01cell\x02") == 1:  # a frame, and no table
        text = text.replace("\x01cell\x02", "\n")
    text = _CELLS.sub("\x01cell\x02", _BETWEEN_BRACES.sub(lambda match: match[0][0], text))
    text = _INSIDE_CLOZE.sub(lambda match: match[1] or "}}", " ".join(text.split()))
    return re.sub(r" ?(\x01(?:item|cell)\x02) ?", r"\1", text).strip().removesuffix("\x01cell\x02")


class _Parser(HTMLParser):
    def __init__(self, name_of: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._name_of, self._unseen = name_of, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _KEPT:
            self.parts.append(f"\x01{tag}\x02")
        elif tag == "img":
            name = dict(attrs).get("src") or ""
            found = self._name_of(name) if name else ""
            self.parts.append(_NAME.format(found) if found else f"({base_name(name)} is missing)" if name else "")
        elif tag == "li":
            self.parts.append("\n\x01item\x02")
        elif tag in ("td", "th"):
            self.parts.append("\n\x01cell\x02")
        elif tag in _LINES:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _KEPT:
            self.parts.append(f"\x01/{tag}\x02")
        elif tag in _LINES or tag in ("li", "td", "th"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(re.sub(r"[\n\r\t]+", " ", data))
