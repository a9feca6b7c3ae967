"""Notes of Obsidian, as its plugins for cards read them -> rows.

START ... END and STARTI ... ENDI; `question::answer`, `:::` for both ways, `?` and `??` on a line between them, gaps in
`==highlights==`; `question #card` above its answer. Source: READMEs of Obsidian_to_Anki, Obsidian Spaced Repetition and
Flashcards.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from generator.base.files import Unusable, read_plain
from generator.importing._from_markdown import HIGHLIGHT
from generator.importing.arrived import Row, Rows, Wishes
from generator.importing.names import key_of
from generator.importing.readers._files import File, tag_words
from generator.importing.readers._headings import ANSWER, QUESTION, row_of
from generator.importing.readers._values import Front, front_matter, words_of
from generator.markdown.code_spans import code_in

_BLOCK = re.compile(
    r"^START[ \t]*\n(?P<block>.{0,20000}?)^END[ \t]*$|STARTI[ \t]+(?P<inline>.{0,4000}?)[ \t]*ENDI",
    re.MULTILINE | re.DOTALL,
)
_TYPE_IN_LINE = re.compile(r"\[([^\[\]]+)\][ \t]*")
_ID = re.compile(r"^[ \t]*(?:<!--)?[ \t]*ID:[ \t]*\d+[ \t]*(?:-->)?[ \t]*$|<!--[ \t]*ID:.*?-->", re.MULTILINE)
_SCHEDULE = re.compile(r"[ \t]*<!--[ \t]*SR:.*?-->")
_TARGET = re.compile(r"^TARGET DECK(?::[ \t]*|[ \t]*\n)(.+)$\n?", re.MULTILINE)
_FILE_TAGS = re.compile(r"^FILE TAGS(?::[ \t]*|[ \t]*\n)(.+)$\n?", re.MULTILINE)
_LABEL = re.compile(r"^([^\W\d_][\w -]{0,30}):[ \t]*", re.MULTILINE)
_LABEL_IN_LINE = re.compile(r"(?:^|(?<=\s))([^\W\d_]\w{0,30}):[ \t]+")
_FLASHCARDS = re.compile(r"(?:^|(?<=\s))#flashcards?((?:/[\w/-]+)?)(?=\s|$)", re.MULTILINE)
_CARD = re.compile(r"[ \t]*#card(?P<both>[-/]reverse[sd]?)?(?:[-/]\w+)*(?=\s|$)")
_TAGS_AT_END = re.compile(r"(?<=\S)[ \t]+((?:#[^\s#]*[^\W\d_][^\s#]*[ \t]*){1,20})\Z")  # alone on a line they are tags
_BETWEEN = re.compile(r"[ \t]*(\?\??)[ \t]*")
_SETTINGS = ".obsidian/plugins/obsidian-spaced-repetition/data.json"
_CURLY = re.compile(r"(?<![{$\\])\{(?:c?(\d+)(?::|\|))?([^{}\n]+)\}(?!\})")
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ x]\][ \t]+)?")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+")
_OF_SETTINGS = (
    *("singleLineCardSeparator", "singleLineReversedCardSeparator"),
    *("multilineCardSeparator", "multilineReversedCardSeparator"),
)
_NO_MARKS = re.compile(r"`[^`]*`|\$[^$]*\$|\{\{.*?\}\}|https?://[^\s)]+")
_LARGEST = 1_000_000  # bytes of settings
_BLANK_LINES = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class _Marks:
    """What stands between a question and its answer, on one line or on lines of their own; `both`: asked both ways."""

    one: str = "::"
    both: str = ":::"
    lines: str = "?"
    lines_both: str = "??"


def _marks_of(file: File) -> _Marks:
    """Return the marks that the settings of a vault say, those of the plugin where there are none."""
    home = file.path.parents[len(file.folders)]
    try:
        settings = json.loads(read_plain(home / _SETTINGS, _LARGEST))["settings"]
        texts = [str(settings[it]).strip() for it in _OF_SETTINGS]
    except (Unusable, ValueError, LookupError, TypeError):
        return _Marks()
    return _Marks(*texts) if all(texts) else _Marks()


def marks(text: str) -> int:
    """Return how many marks of cards a text has that only these plugins know."""
    lines = text.split("\n")
    between = sum(_BETWEEN.fullmatch(line) is not None for line in lines)
    return between + len(_BLOCK.findall(text)) + len(_CARD.findall(text)) + 2 * len(_FLASHCARDS.findall(text))


def read(files: Sequence[File], wishes: Wishes) -> Rows:
    """Return the rows of files. Where some are tagged #flashcards, `::` means a card in those alone."""
    fronts = [front_matter(it.text, it.shown) for it in files]
    tagged = [_is_tagged(file, front) for file, front in zip(files, fronts, strict=True)]
    rows: list[Row] = []
    for file, front, own in zip(files, fronts, tagged, strict=True):
        rows += _rows(file, front, wishes, own, own or not any(tagged))
    return Rows(tuple(rows), tuple(dict.fromkeys(name for row in rows for name, _ in row.fields)), ours=True)


def _is_tagged(file: File, front: Front) -> bool:
    tags = tag_words(" ".join(words_of(front.values.get(it, "")) for it in ("tags", "tag")))
    return bool(_FLASHCARDS.search(file.text)) or any(it.lstrip("#").startswith("flashcard") for it in tags)


def _rows(file: File, front: Front, wishes: Wishes, tagged: bool, separated: bool) -> Iterator[Row]:
    target, file_tags = _TARGET.search(file.text), _FILE_TAGS.search(file.text)
    deck = target[1].strip() if target else ""
    tags = tag_words(file_tags[1]) if file_tags else ()
    rows: list[Row] = []
    for match in _BLOCK.finditer(file.text, front.end):
        fields = _block(match["block"], wishes) if match["block"] is not None else _inline(match["inline"], wishes)
        rows.append(row_of(file, front, match.start(), fields, ()))
    rest = _blanked(_BLOCK, _blanked(_TARGET, _blanked(_FILE_TAGS, file.text)))
    rest = " " * front.end + rest[front.end :]
    for start, fields, both in _paragraphs(rest, tagged, separated, _marks_of(file)):
        rows.append(replace(row_of(file, front, start, fields, ()), both_ways=both))
    own = _FLASHCARDS.search(file.text)
    levels = tuple(it for it in own[1].split("/") if it) if own else ()
    for row in rows:
        kept = tuple(it for it in row.tags if not it.lstrip("#").startswith("flashcard"))
        row = replace(row, deck=row.deck or deck, tags=(*tags, *kept))
        yield replace(row, folders=levels, file="") if levels else row


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """Return a text of the same lines and length, without what a pattern finds."""
    return pattern.sub(lambda it: re.sub(r"[^\n]", " ", it[0]), text)


def _block(body: str, wishes: Wishes) -> list[tuple[str, str]]:
    """Return the fields of a block: the type of the note, then its first field, then those with a name before them."""
    named, _, rest = _ID.sub("", body).strip("\n").partition("\n")
    labels = [it for it in _LABEL.finditer(rest) if _key(it[1], wishes)]
    first = rest[: labels[0].start()] if labels else rest
    fields = [(QUESTION, first.strip())] if first.strip() else []
    for at, label in enumerate(labels):
        end = labels[at + 1].start() if at + 1 < len(labels) else len(rest)
        fields.append((_key(label[1], wishes), rest[label.end() : end].strip()))
    return _with_gaps(fields) if "cloze" in named.casefold() else fields


def _inline(body: str, wishes: Wishes) -> list[tuple[str, str]]:
    body = _ID.sub("", body).strip()
    named = _TYPE_IN_LINE.match(body)
    rest = body[named.end() :] if named else body
    labels = [it for it in _LABEL_IN_LINE.finditer(rest) if _key(it[1], wishes)]
    fields = [(QUESTION, rest[: labels[0].start()].strip() if labels else rest)]
    for at, label in enumerate(labels):
        end = labels[at + 1].start() if at + 1 < len(labels) else len(rest)
        fields.append((_key(label[1], wishes), rest[label.end() : end].strip()))
    return _with_gaps(fields) if named and "cloze" in named[1].casefold() else fields


def _key(word: str, wishes: Wishes) -> str:
    plain = word.casefold()
    for key, names in ((QUESTION, wishes.question), (ANSWER, wishes.answer), ("extra", wishes.extra)):
        if plain in (it.casefold() for it in names):
            return key
    key = key_of(plain)
    return QUESTION if key == "cloze" else key if key in (QUESTION, ANSWER, "extra", "tags") else ""


def _with_gaps(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return fields whose first has its gaps as Anki writes them; `{gap}` and `{2:gap}` are the plugin's."""
    text = fields[0][1] if fields else ""
    if "{{c" in text or not fields:
        return fields
    given = 0

    def gap(match: re.Match[str]) -> str:
        nonlocal given
        given = int(match[1]) if match[1] else given + 1
        return f"{{{{c{given}::{match[2]}}}}}"

    pattern = HIGHLIGHT if "==" in text and not _CURLY.search(text) else _CURLY
    return [(QUESTION, _numbered(text) if pattern is HIGHLIGHT else _CURLY.sub(gap, text)), *fields[1:]]


def _numbered(text: str) -> str:
    numbers = count(1)  # `check` refuses those of which Anki makes no card
    return HIGHLIGHT.sub(lambda it: f"{{{{c{next(numbers)}::{it[1]}}}}}", text)


def _paragraphs(
    text: str, tagged: bool, separated: bool, between: _Marks
) -> Iterator[tuple[int, list[tuple[str, str]], bool]]:
    """Yield each card that stands in a paragraph: where, its fields, whether it is asked both ways."""
    blocks = [it for it in code_in(text) if it.block]
    at = 0
    for end in [*(it.start() for it in _BLANK_LINES.finditer(text)), len(text)]:
        if any(it.start < end < it.end for it in blocks):
            continue
        paragraph = _SCHEDULE.sub("", text[at:end])
        start = at + len(text[at:end]) - len(text[at:end].lstrip())
        yield from _cards(start, _FLASHCARDS.sub("", paragraph), tagged, separated, between)
        at = end


def _cards(
    start: int, paragraph: str, tagged: bool, separated: bool, between: _Marks
) -> Iterator[tuple[int, list[tuple[str, str]], bool]]:
    lines = [it for it in paragraph.split("\n") if it.strip()]
    alone = (between.lines, between.lines_both)
    marked = next((at for at, line in enumerate(lines) if line.strip() in alone), 0)
    if marked and marked + 1 < len(lines):
        question = "\n".join(_HEADING.sub("", line) for line in lines[:marked])
        yield (
            start,
            [(QUESTION, question), (ANSWER, "\n".join(lines[marked + 1 :]))],
            lines[marked].strip() == between.lines_both,
        )
        return
    card = next((at for at, line in enumerate(lines) if _CARD.search(line)), -1)
    if card >= 0 and card + 1 < len(lines):
        both = _CARD.search(lines[card])
        question = _ITEM.sub("", _HEADING.sub("", _CARD.sub("", lines[card])))
        yield start, [(QUESTION, question), (ANSWER, "\n".join(lines[card + 1 :]))], bool(both and both["both"])
        return
    found = False
    for line in lines if separated else ():
        if sides := _of_line(_CARD.sub("", line), between):
            found = True
            yield start, [(QUESTION, sides[0]), (ANSWER, _TAGS_AT_END.sub(r"\n\1", sides[1]))], sides[2]
    if tagged and not found and HIGHLIGHT.search(paragraph):
        yield start, [(QUESTION, _numbered(paragraph.strip()))], False


def _of_line(line: str, between: _Marks) -> tuple[str, str, bool] | None:
    """Return question and answer of a line, and whether it is asked both ways; code and formulas hold no marks."""
    braces = line.rfind("}}")  # braces behind it never close, and each would be looked for to the end
    plain = _NO_MARKS.sub(lambda it: "x" * len(it[0]), line[: braces + 2] if braces >= 0 else line.replace("{{", "xx"))
    plain += line[len(plain) :]
    begin = _ITEM.match(line)
    start = begin.end() if begin else 0
    for mark in sorted((between.one, between.both), key=len, reverse=True):
        at = plain.find(mark, start + 1)
        if at > 0 and line[start:at].strip() and line[at + len(mark) :].strip():
            return line[start:at].strip(), line[at + len(mark) :].strip(), mark == between.both
    return None
