"""Markdown with lines that begin `Q:` and `A:` -> rows. `C:` begins a text with its gaps in brackets."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import count

from generator.importing.arrived import Row, Rows, Wishes
from generator.importing.names import key_of
from generator.importing.readers._files import File
from generator.importing.readers._headings import ANSWER, QUESTION, row_of
from generator.importing.readers._values import Front, front_matter
from generator.markdown.code_spans import code_in, within

_WORDS = "Q|Question|Front|A|Answer|Back|C|Cloze|Extra|Notes?|Hint|Explanation|Tags?|ID"
_BEFORE = r"^[ \t]{0,3}(?:[-*][ \t]+|\d{1,4}[.)][ \t]+|>[ \t]?)?(?:#{1,6}[ \t]+)?"
_NUMBER = r"(?:[ \t]?\d{1,4}[.)]?)?"
_BOLD = r"(?:\*\*|__)"
_BREAK = re.compile(
    r"^(?:#{1,6}[ \t]+(?P<title>.*?)[ \t]*#*|[ \t]*(?P<rule>-{3,}|\*{3,}|={3,}|%{1,3}))[ \t]*$", re.MULTILINE
)
_GAP = re.compile(r"(?<![\\!\[\]])\[([^\[\]\n]+)\](?![\[(])")


def label_pattern(wishes: Wishes) -> re.Pattern[str]:
    """Return what begins a part of a note."""
    wished = [it for it in (*wishes.question, *wishes.answer, *wishes.extra, wishes.tags, wishes.id) if it]
    words = "|".join([*(re.escape(it) for it in wished), _WORDS])
    bold = rf"{_BOLD}(?P<bold>{words}){_NUMBER}[ \t]?(?::{_BOLD}|{_BOLD}[ \t]?:)[ \t]*"
    return re.compile(rf"{_BEFORE}(?:{bold}|(?P<plain>{words}){_NUMBER}[ \t]?:[ \t]*)", re.MULTILINE | re.IGNORECASE)


def read(files: Sequence[File], wishes: Wishes) -> Rows:
    """Return the rows of files."""
    pattern = label_pattern(wishes)
    rows: list[Row] = []
    for file in files:
        rows += _rows(file, front_matter(file.text, file.shown), pattern, wishes)
    return Rows(tuple(rows), tuple(dict.fromkeys(name for row in rows for name, _ in row.fields)), ours=True)


def _rows(file: File, front: Front, pattern: re.Pattern[str], wishes: Wishes) -> Iterator[Row]:
    fields: list[tuple[str, str]] = []
    begun = 0
    above: list[tuple[int, str]] = []
    titles = 0
    for start, key, text in (*_parts(file, front.end, pattern, wishes), (len(file.text), "end", "")):
        begins = key in (QUESTION, "cloze", "end", "#") and any(name == QUESTION for name, _ in fields)
        if begins:
            levels = tuple(title for level, title in above if level > 1 or titles > 1)
            yield row_of(file, front, begun, fields, levels)
            fields = []
        if key == "#":
            level = len(text) - len(text.lstrip("#"))
            titles += level == 1
            above = [*(it for it in above if it[0] < level), (level, text[level:].strip(" #"))]
        elif key == "cloze":
            begun, fields = start, [(QUESTION, _gaps(text))]
        elif key != "end":
            begun = start if key == QUESTION else begun
            fields.append((key, text))


def _parts(file: File, start: int, pattern: re.Pattern[str], wishes: Wishes) -> Iterator[tuple[int, str, str]]:
    """Yield each part: where it begins, which key of ours it is (`#` for a heading), and its text."""
    code = code_in(file.text)
    labels = [it for it in pattern.finditer(file.text, start) if not within(code, it.start())]
    breaks = [it for it in _BREAK.finditer(file.text, start) if it["title"] and not within(code, it.start())]
    at_labels = {it.start() for it in labels}
    found = sorted([*labels, *(it for it in breaks if it.start() not in at_labels)], key=lambda it: it.start())
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(file.text)
        if match.re is _BREAK:
            yield match.start(), "#", match[0].strip()
        else:
            body = re.sub(r"\n\s*(?:-{3,}|\*{3,}|={3,}|%{1,3})\s*\Z", "", file.text[match.end() : end].rstrip())
            yield match.start(), _key(match["bold"] or match["plain"], wishes), _even(body.strip())


def _even(body: str) -> str:
    """Return a text without the space by which all lines but the first stand in: they are set under the label."""
    first, line_end, rest = body.partition("\n")
    return first + line_end + textwrap.dedent(rest)


def _key(word: str, wishes: Wishes) -> str:
    plain = word.casefold()
    for key, names in ((QUESTION, wishes.question), (ANSWER, wishes.answer), ("extra", wishes.extra)):
        if plain in (it.casefold() for it in names):
            return key
    if plain in ("c", "cloze"):
        return "cloze"
    return "extra" if plain in ("hint", "explanation") else key_of(plain) or "extra"


def _gaps(text: str) -> str:
    """Return a text whose brackets are gaps, each a card of its own."""
    if "{{c" in text:
        return text
    numbers = count(1)  # `check` refuses those of which Anki makes no card
    return _GAP.sub(lambda match: f"{{{{c{next(numbers)}::{match[1]}}}}}", text)
