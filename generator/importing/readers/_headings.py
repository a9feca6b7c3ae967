"""Markdown in which a heading is asked and what stands under it is the answer -> rows.

Headings may also name the parts of a note (`### Front`, `### Back`), and a file without any is one note: what stands
above its first rule is asked, what stands below it is the answer. Above all may stand front matter.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generator.importing.arrived import LeftOut, Row, Rows, Wishes, Writing
from generator.importing.names import key_of
from generator.importing.readers._files import File, tag_words
from generator.importing.readers._values import Front, Plain, front_matter, words_of
from generator.markdown.code_spans import code_in, within

QUESTION, ANSWER = "question", "answer"
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$", re.MULTILINE)
_PARTS = ("question", "answer", "extra", "tags", "id", "cloze")
_TAG_LINE = re.compile(r"^\s*(?:\*\*)?tags?(?:\*\*)?:(?:\*\*)?[ \t]*(.+)$\n?", re.MULTILINE | re.IGNORECASE)
_HASHTAGS = re.compile(r"^(?:[ \t]*#[^\s#]+)+[ \t]*$\n?", re.MULTILINE)
_PROPERTY = re.compile(r"([A-Za-z][\w -]{0,30}):[ \t]*(.*)")
_OF_DECKS = ("deck", "anki_deck", "anki-deck", "target deck")


@dataclass(slots=True)
class _Section:
    """A heading and what stands under it, up to the next one."""

    level: int
    title: str
    start: int
    body: str
    above: tuple[str, ...] = ()
    parts: list["_Section"] = field(default_factory=list)


def read(files: Sequence[File], wishes: Wishes) -> Rows:
    """Return the rows of files."""
    rows: list[Row] = []
    left_out: list[LeftOut] = []
    for file in files:
        front = front_matter(file.text, file.shown)
        sections = _sections(file, front.end)
        if not sections:
            rows += _whole(file, front, wishes)
        elif _names_parts(sections, wishes):
            rows += _grouped(file, front, sections, wishes)
        else:
            rows += _asked(file, front, sections, left_out)
    columns = dict.fromkeys(name for row in rows for name, _ in row.fields)
    return Rows(tuple(rows), tuple(columns), tuple(left_out), ours=True)


def row_of(file: File, front: Front, start: int, fields: Sequence[tuple[str, str]], above: tuple[str, ...]) -> Row:
    """Return the row of a note that begins at an offset."""
    deck = next((words_of(front.values[it]) for it in _OF_DECKS if it in front.values), "")
    tags = tag_words(" ".join(words_of(front.values[it]) for it in ("tags", "tag") if it in front.values))
    own: list[str] = []
    kept = []
    for name, text in fields:
        for match in _TAG_LINE.finditer(text) if name != QUESTION else ():
            own += tag_words(match[1])
        for match in _HASHTAGS.finditer(text):
            own += tag_words(match[0])
        kept.append((name, _HASHTAGS.sub("", _TAG_LINE.sub("", text) if name != QUESTION else text)))
    return Row(
        file.place(start), tuple(kept), file.path.parent, (*tags, *own), deck, file.folders, file.path.stem, above,
        writing=Writing.HTML if front.values.get("markdown") == "false" else Writing.MARKDOWN,
    )  # fmt: skip


def _sections(file: File, start: int) -> list[_Section]:
    code = code_in(file.text)
    headings = [it for it in _HEADING.finditer(file.text, start) if not within(code, it.start()) and it[2]]
    found: list[_Section] = []
    above: list[tuple[int, str]] = []
    for at, heading in enumerate(headings):
        level = len(heading[1])
        while above and above[-1][0] >= level:
            above.pop()
        end = headings[at + 1].start() if at + 1 < len(headings) else len(file.text)
        body = file.text[heading.end() : end].strip("\n")
        found.append(_Section(level, heading[2], heading.start(), body, tuple(title for _, title in above)))
        above.append((level, heading[2]))
    return found


def _names_parts(sections: Sequence[_Section], wishes: Wishes) -> bool:
    """Say whether headings name the parts of notes: an answer, and something that is asked."""
    keys = {_part(it.title, wishes) for it in sections}
    return ("answer" in keys and "question" in keys) or "cloze" in keys


def _part(title: str, wishes: Wishes) -> str:
    """Return what part of a note a heading names, "" where it names none."""
    plain = title.strip("*_: ").casefold()
    wished = {QUESTION: wishes.question, ANSWER: wishes.answer, "extra": wishes.extra}
    wished |= {"tags": (wishes.tags,), "id": (wishes.id,), "reverse": (wishes.reverse,)}
    for key, names in wished.items():
        if plain in (it.casefold() for it in names if it):
            return key
    key = key_of(plain)
    return key if key in _PARTS and not (wishes.question and key == QUESTION) else ""


def _grouped(file: File, front: Front, sections: Sequence[_Section], wishes: Wishes) -> Iterator[Row]:
    """Yield a note for each heading that begins one."""
    fields: list[tuple[str, str]] = []
    first: _Section | None = None
    title = _title(sections)
    for section in (*sections, None):
        key = _part(section.title, wishes) if section else ""
        begins = section is None or not key or (key in (QUESTION, "cloze") and any(it[0] == QUESTION for it in fields))
        if begins and first and any(name == QUESTION for name, _ in fields):
            yield row_of(file, front, first.start, fields, _levels(title, first.above[:-1]))
            fields, first = [], None
        if begins:
            fields = []
        if section and (found := _properties(section.body)):
            front = Front(front.values | found, front.end)
            continue
        if section and key:
            first = first or section
            fields.append((QUESTION if key == "cloze" else key, section.body))


def _properties(body: str) -> dict[str, Plain]:
    """Return what stands under a heading of which every line is a key with its value."""
    found = [_PROPERTY.fullmatch(line.strip()) for line in body.split("\n") if line.strip()]
    keys = {it[1].casefold(): it[2] for it in found if it}
    return (
        dict(keys) if found and len(keys) == len(found) and keys.keys() & {"tags", "nid", "guid", "deck", "id"} else {}
    )


def _asked(file: File, front: Front, sections: list[_Section], left_out: list[LeftOut]) -> Iterator[Row]:
    """Yield a note for each heading of the level at which the most have an answer."""
    answered = Counter(it.level for it in sections if it.body.strip())
    level = max(answered, key=lambda it: (answered[it], it), default=0)
    alone, title = sum(it.level < level for it in sections) == 1, _title(sections)
    current: _Section | None = None
    for section in (*sections, _Section(0, "", 0, "")):
        if current and section.level > level:
            current.body += f"\n\n{'#' * section.level} {section.title}\n{section.body}"
            continue
        if current:
            above = () if alone else _levels(title, current.above)
            yield row_of(file, front, current.start, ((QUESTION, current.title), (ANSWER, current.body)), above)
        current = section if section.level == level else None
        if section.level and section.level < level and section.body.strip():
            left_out.append(LeftOut(file.place(section.start), "it stands above questions", section.body))


def _title(sections: Sequence[_Section]) -> str:
    """Return the title of the whole file, "" where it has none: a heading that is alone at the top."""
    top = min((it.level for it in sections), default=0)
    titles = [it.title for it in sections if it.level == top]
    return titles[0] if len(titles) == 1 else ""


def _levels(title: str, above: tuple[str, ...]) -> tuple[str, ...]:
    """Return the headings above a note that are levels of decks: not the title of the whole file."""
    return above[1:] if title and above[:1] == (title,) else above


def _whole(file: File, front: Front, wishes: Wishes) -> Iterator[Row]:
    """Yield the note that a file without headings is."""
    body = file.text[front.end :].strip()
    named = [(_part(key, wishes), words_of(value)) for key, value in front.values.items()]
    fields = [(key, value) for key, value in named if key in (QUESTION, ANSWER, "extra", "id")]
    rule = _RULE.search(body)
    if fields and any(key == QUESTION for key, _ in fields):
        yield row_of(file, front, 0, [*fields, *([(ANSWER, body)] if body else [])], ())
    elif rule:
        parts = ((QUESTION, body[: rule.start()].strip()), (ANSWER, body[rule.end() :].strip()))
        yield row_of(file, front, front.end, parts, ())
    elif "{{c" in body:
        yield row_of(file, front, front.end, ((QUESTION, body),), ())
    elif body:
        yield row_of(file, front, front.end, ((QUESTION, file.path.stem), (ANSWER, body)), ())
