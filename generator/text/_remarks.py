"""A text, scanned -> what looks like a cloze and is not, and what shows otherwise than was meant."""

import re
from collections.abc import Iterator

from generator.base.media_kinds import KINDS, ending_of
from generator.base.patterns import regex
from generator.markdown.literal import ADDRESS, foreign
from generator.markdown.small_marks import Small
from generator.text._marks import MARKS, marks, run_together, typographic
from generator.text.cloze import Fault, Scan, Token, no_card
from generator.text.escape import ANKI_TAG

WARNINGS = ("C110", "C111", "C114", *MARKS)  # the text shows as typed; the others lose something

_REMARKABLE = re.compile(r"[\[{}]")
_TEX = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_WORDS = regex(r"\{\{\s*([^{}\n]{1,200}?)\s*\}\}")
_NO_MARKS = regex(
    rf"<[A-Za-z][A-Za-z0-9+.-]{{1,31}}:[^<>\s]*>|\]\([^()\n]{{0,2000}}\)|{ADDRESS.pattern}"
    r"|\[(latex|\$\$?)\].{0,2000}?\[/\1\]",
    re.DOTALL,
)
_CLOZED_FENCE = re.compile(r"(\{\{c[\d,]+::)[ \t]*(?:`{3,}|~{3,})[^`\n]*\n")
_INTO = "put the marks on lines of their own, and the cloze around the code between them"
_NO_CLOZE = regex(r"\{\{\s{0,3}(?:[cC][-\s\d.,]{0,20}|[-\s\d.,]{1,20})[:;\uff1a]{1,2}|(?<![\{\x00])\{[cC][0-9]{1,3}::")
_NO_LINK = regex(r"(!?)\[[^\[\]\n]{0,200}\]\((?!<)([^()\n]{1,300})\)")
_TITLED = regex(r"\s+(?:\"[^\"]*\"|'[^']*')$")
_TITLE = regex(r"\S+\s+(?:\"[^\"]*\"|'[^']*')")


def remarks(value: str, found: Scan, clozes: bool, small: tuple[Small, ...] = ()) -> Iterator[Fault]:
    """Yield the remarks on a text; `clozes` says whether it may have some, `small` what of it is set smaller."""
    for it in found.code:
        if not it.closed:
            line = value.find("\n", it.start)
            help = "write the same three marks on a line of their own where it ends"
            yield Fault(it.start, line, "C131", "this block of code is never closed", help)
    for match in _CLOZED_FENCE.finditer(value) if clozes else ():
        yield Fault(match.start(), match.end(1), "C109", "this cloze holds the marks of a block of code", _INTO)
    shown = _blanked(value, found, small)
    if not found.faults:
        yield from marks(_for_marks(shown), value)
    if not _REMARKABLE.search(shown):  # as in most texts
        return
    characters = list(shown)
    for start, end in foreign(shown):
        characters[start:end] = "x" * (end - start)
    prose = re.sub(r"\\.", "\0\0", "".join(characters), flags=re.DOTALL)
    yield from _braces(prose, value, found, clozes)
    yield from _tags(shown)
    yield from _links(prose, value)


def _for_marks(shown: str) -> str:
    """Return a text with addresses, and what Anki would run, as letters: other checks report those."""
    if "://" in shown or "www." in shown or "[" in shown:
        shown = _NO_MARKS.sub(lambda match: "x" * len(match[0]), shown)
    return re.sub(r"\\[^\w\s]", "\0\0", shown) if "\\" in shown else shown


def of_folded(value: str, style: str) -> Iterator[Fault]:
    """Yield the remarks on a text whose style in YAML is not what its author took it for."""
    if style != "|" and (fault := run_together(value)):
        yield fault
    if not style and (fault := typographic(value)):
        yield fault


def _braces(prose: str, value: str, found: Scan, clozes: bool) -> Iterator[Fault]:
    lookalikes = list(_NO_CLOZE.finditer(prose)) if clozes and not found.faults else []
    for match in lookalikes:
        yield no_card(match.start(), match.end(), value[match.start() : match.end()])
    if lookalikes or found.faults:
        return
    if clozes and (words := _WORDS.search(prose)) and "\0" not in words[0]:
        code, means = ("C110", "hides nothing here, and shows as typed") if found.hidden else ("C103", "makes no card")
        typed, inside = value[words.start() : words.end()], value[words.start(1) : words.end(1)]
        yield Fault(words.start(), words.end(), code, f"'{typed}' {means}", f"write '{{{{c1::{inside}}}}}'")
    elif braces := re.search(r"\{\{|\}\}", prose):
        help = "write '{{c1::text}}' to hide it" if clozes else "only the text of a 'cloze:' note can hide words"
        yield Fault(braces.start(), braces.end(), "C110", f"'{braces[0]}' hides nothing here, and shows as typed", help)


def _tags(value: str) -> Iterator[Fault]:
    """Yield the first of a text's tags: a note from Anki has them all for one reason."""
    tags = [it for it in ANKI_TAG.finditer(value) if not value.startswith("[/", it.start())]  # no ends
    for match in tags[:1]:
        end = value.find("]", match.start()) + 1 or match.end() + 6
        help = "write TeX as \\( ... \\), and a sound as ![](name.mp3)"
        more = f", and {len(tags) - 1:,} more here" if len(tags) > 1 else ""
        yield Fault(match.start(), end, "C111", f"'{value[match.start() : end][:30]}' shows as typed{more}", help)


def _links(prose: str, value: str) -> Iterator[Fault]:
    """A space ends an address: what was meant as a picture would be shown as brackets."""
    for match in _NO_LINK.finditer(prose):
        address = match[2].strip()
        meant = match[1] or address.startswith(("http://", "https://"))
        if meant and re.search(r"\s", address) and not _TITLE.fullmatch(address):
            typed = value[match.start(2) : match.end(2)].strip()
            help = f"put '<' and '>' around an address with spaces: (<{typed[:60]}>)"
            if match[1] and ending_of(_TITLED.sub("", address)) in KINDS:
                yield Fault(
                    match.start(), match.end(), "C115", "a file name with spaces is not read as a picture", help
                )
            else:
                what = "picture" if match[1] else "link"
                yield Fault(
                    match.start(), match.end(), "C114", f"this is not read as a {what}, and shows as typed", help
                )


def _blanked(value: str, found: Scan, small: tuple[Small, ...]) -> str:
    """Return a text of the same length with code, formulas, addresses and marks of clozes blotted out."""
    characters = list(value)
    for start, end in [(it.start, it.end) for it in found.code] + [(it.start, it.end) for it in small]:
        characters[start:end] = "x" * (end - start)
    for start, end in (part for it in found.tokens for part in _token(value, it)):
        characters[start:end] = "\1" * (end - start)  # beside which a mark may begin or end
    return "".join(characters)


def _token(value: str, token: Token) -> list[tuple[int, int]]:
    """Return what of a token is not prose: all of it, but of a hint only the formulas."""
    if not token.hint or token.in_tex:
        return [(token.start, token.end)]
    formulas = [it.span() for it in _TEX.finditer(value, token.start + 2, token.end - 2)]
    return [(token.start, token.start + 2), *formulas, (token.end - 2, token.end)]
