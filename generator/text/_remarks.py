"""A text, scanned -> what in it is no cloze though it looks like one, and what shows otherwise than was meant."""

import re
from collections.abc import Iterator

from generator.base.media_kinds import KINDS, ending_of
from generator.text.cloze import Fault, Scan
from generator.text.escape import ANKI_TAG

WARNINGS = ("C110", "C111", "C114")  # the text shows as typed; the others lose something

_REMARKABLE = re.compile(r"[\[{}]")
_NO_CLOZE = re.compile(
    r"\{\{\s{0,3}(?:[cC][-\s\d.,]{0,20}|[-\s\d.,]{1,20})[:;\uff1a]{1,2}|(?<![\{\x00])\{[cC][0-9]{1,3}::"
)
_NO_LINK = re.compile(r"(!?)\[[^\[\]\n]{0,200}\]\((?!<)([^()\n]{1,300})\)")
_TITLED = re.compile(r"\s+(?:\"[^\"]*\"|'[^']*')$")
_TITLE = re.compile(r"\S+\s+(?:\"[^\"]*\"|'[^']*')")


def remarks(value: str, found: Scan, clozes: bool) -> Iterator[Fault]:
    """Yield the remarks on a text; `clozes` says whether it may have some."""
    prose = _prose(value, found)
    if not _REMARKABLE.search(prose) and "[" not in value:  # as most texts
        return
    lookalikes = list(_NO_CLOZE.finditer(prose)) if clozes and not found.faults else []
    for match in lookalikes:
        digits = re.search(r"[1-9][0-9]{0,2}", match[0])
        help = f"write '{{{{c{digits[0] if digits else 1}::text}}}}'"
        yield Fault(match.start(), match.end(), "C103", f"'{match[0]}' makes no card", help)
    if not lookalikes and not found.faults and (braces := re.search(r"\{\{|\}\}", prose)):
        help = "write '{{c1::text}}' to hide it" if clozes else "only the text of a 'cloze:' note can hide words"
        yield Fault(braces.start(), braces.end(), "C110", f"'{braces[0]}' hides nothing here, and shows as typed", help)
    yield from _tags(value)
    yield from _links(prose)


def _tags(value: str) -> Iterator[Fault]:
    for match in ANKI_TAG.finditer(value):
        if value.startswith("[/", match.start()):
            continue  # the end of what was named already
        end = value.find("]", match.start()) + 1 or match.end() + 6
        help = "write TeX as \\( ... \\), and a sound as ![](name.mp3)"
        yield Fault(match.start(), end, "C111", f"'{value[match.start() : end][:30]}' shows as typed", help)


def _links(prose: str) -> Iterator[Fault]:
    """A space ends an address: what was meant as a picture would be shown as brackets."""
    for match in _NO_LINK.finditer(prose):
        address = match[2].strip()
        meant = match[1] or address.startswith(("http://", "https://"))
        if meant and re.search(r"\s", address) and not _TITLE.fullmatch(address):
            help = f"put '<' and '>' around an address with spaces: (<{address[:60]}>)"
            if match[1] and ending_of(_TITLED.sub("", address)) in KINDS:
                yield Fault(
                    match.start(), match.end(), "C115", "a file name with spaces is not read as a picture", help
                )
            else:
                what = "picture" if match[1] else "link"
                yield Fault(
                    match.start(), match.end(), "C114", f"this is not read as a {what}, and shows as typed", help
                )


def _prose(value: str, found: Scan) -> str:
    """Return the prose of a text: formulas and the marks of clozes are letters, what a backslash escapes is NUL."""
    parts: list[str] = []
    at = 0
    for token in found.tokens:
        parts += value[at : token.start], "x" * (token.end - token.start)
        at = token.end
    prose = "".join((*parts, value[at:]))
    return re.sub(r"\\.", "\0\0", prose) if "\\" in prose else prose
