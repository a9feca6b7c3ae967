"""`<deck>.adopted.jsonl` <-> what an adopted deck held: every note as its own author left it, to the byte.

Line one names the deck, and what else was adopted; then one line a note, sorted by id. `said` is a hash of what our
source said of the note when it was adopted: for as long as it says the same, what is built holds the note as it was
found.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, NamedTuple

from generator.base.diagnostics import Diagnostic
from generator.base.limits import MAX_CARDS
from generator.base.place import Span
from generator.base.revision import restoring
from generator.compiled.notes import Guid, NoteId, NoteType
from generator.source.authored import Common, Note
from generator.source.values import Text

FORMAT = 1
APART = frozenset(("id", "tags", "subdeck", "was", "allow", "erratum"))  # what a note may say without meaning another


class Original(NamedTuple):
    """A note as it was found. `numbers` are those of its cards, from 0; `mod` is in s since 1970.

    `row` is its row id, by which those who study the original find it.
    """

    id: NoteId
    guid: Guid
    row: int
    note_type: int
    mod: int
    fields: tuple[str, ...]
    numbers: tuple[int, ...]
    tags: Mapping[str, str]  # as it had them -> as our source writes them, "" where it cannot
    said: str
    media: Mapping[str, str] = {}  # what it shows: names -> SHA-256


class Look(NamedTuple):
    """How a note type looked when its own author gave it out, as a hash, and since when, in s since 1970."""

    hash: str
    mod: int


class Adopted(NamedTuple):
    """What was adopted, by id."""

    deck: str
    notes: Mapping[NoteId, Original]
    looks: Mapping[int, Look] = {}  # by the id of the note type
    beside: Mapping[str, str] = {}  # files of media/ that no note shows: names -> SHA-256

    @property
    def media(self) -> dict[str, str]:
        """Every file of media/ that was adopted: names -> SHA-256."""
        return dict(self.beside) | {name: it for note in self.notes.values() for name, it in note.media.items()}


def said_by(note: Note) -> str:
    """Return a hash of what a note says: its kind and every text of it, wherever they stand in a file."""
    plain = json.dumps([type(note).__name__, _plain(note)], ensure_ascii=False, sort_keys=True)
    return hash_of(plain.encode())[:32]


def look_of(kind: NoteType) -> str:
    """Return a hash of what students see of a note type."""
    parts = [[it.name, it.front, it.back] for it in kind.templates], kind.css, [it.name for it in kind.fields]
    return hash_of(json.dumps([*parts, kind.sort_field], ensure_ascii=False).encode("utf-8", "surrogatepass"))[:32]


def hash_of(data: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def compared(kind: NoteType, adopted: Adopted) -> NoteType:
    """Return a note type with the time when its own author last gave it out, and `edited` if it looks different now."""
    look = adopted.looks.get(kind.id)
    return replace(kind, mod=look.mod, edited=look.hash != look_of(kind)) if look else kind


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "_asdict"):
        apart = APART if isinstance(value, Common) else ()
        held = {name: it for name, it in value._asdict().items() if name not in apart and not isinstance(it, Span)}
        return {name: _plain(it) for name, it in held.items() if it not in (None, (), False)}
    return [_plain(it) for it in value] if isinstance(value, tuple) else value


def write(adopted: Adopted) -> bytes:
    """Return the file: UTF-8, a JSON object a line."""
    encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
    looks = {str(id): list(it) for id, it in sorted(adopted.looks.items())}
    beside = {"looks": looks, "media": dict(sorted(adopted.beside.items()))}
    lines = [encode({"adopted": FORMAT, "deck": adopted.deck} | {key: it for key, it in beside.items() if it})]
    for id in sorted(adopted.notes):
        it = adopted.notes[id]
        line = {"id": it.id, "guid": it.guid, "row": it.row, "type": it.note_type, "mod": it.mod, "said": it.said}
        media = {"media": dict(it.media)} if it.media else {}
        lines.append(
            encode({**line, "cards": list(it.numbers), "tags": dict(it.tags), **media, "fields": list(it.fields)})
        )
    return ("\n".join(lines) + "\n").encode()


def read(data: bytes, path: str, deck: str) -> tuple[Adopted | None, tuple[Diagnostic, ...]]:
    """Return what was adopted; None, and why by line, where the file is not whole or not this deck's."""
    lines = data.split(b"\n")
    found: list[Diagnostic] = []
    notes: dict[NoteId, Original] = {}
    looks: dict[int, Look] = {}
    media: dict[str, str] = {}
    for number, line in enumerate(lines[:-1] if lines[-1] == b"" else [], 1):
        try:
            value = json.loads(line)
            if number > 1:
                note = _original(value)
                if note.id in notes:
                    raise ValueError
                notes[note.id] = note
            elif (value["adopted"], value["deck"]) != (FORMAT, deck):
                raise ValueError
            else:
                looks, media = _of_line_one(value)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            found.append(_damaged(path, f"line {number} is not one that deckwright wrote"))
    guids = {it.guid for it in notes.values()}
    if not found and (lines[-1] != b"" or len(lines) < 2 or len(guids) != len(notes)):
        found.append(_damaged(path, "it is not whole, or two lines have one guid"))
    return (None if found else Adopted(deck, notes, looks, media)), tuple(found)


def _damaged(path: str, why: str) -> Diagnostic:
    return Diagnostic(Span(path), "H020", f"what was adopted cannot be read: {why}", restoring("the file", path))


def _of_line_one(line: Mapping[str, Any]) -> tuple[dict[int, Look], dict[str, str]]:
    """Return the note types and media of line one, which older imports did not write. Raises ValueError and others."""
    looks = {int(id): Look(*it) for id, it in line.get("looks", {}).items()}
    media = dict(line.get("media", {}))
    if not all(isinstance(it, str) for it in media.values()):
        raise ValueError
    if not all(isinstance(it.hash, str) and type(it.mod) is int for it in looks.values()):
        raise ValueError
    return looks, media


def _original(line: Mapping[str, Any]) -> Original:
    """Return the note of a line. Raises ValueError, KeyError or TypeError where no import wrote it."""
    media = line.get("media", {})
    texts = [line["id"], line["guid"], line["said"], *line["fields"], *line["tags"], *line["tags"].values()]
    texts += [*media, *media.values()]
    whole = [line["row"], line["type"], line["mod"], *line["cards"]]
    if not all(isinstance(it, str) for it in texts) or not all(type(it) is int for it in whole):
        raise ValueError
    if not all(0 <= it < MAX_CARDS for it in line["cards"]) or any("\x1f" in it for it in line["fields"]):
        raise ValueError
    return Original(
        NoteId(line["id"]),
        Guid(line["guid"]),
        line["row"],
        line["type"],
        line["mod"],
        tuple(line["fields"]),
        tuple(line["cards"]),
        dict(line["tags"]),
        line["said"],
        dict(media),
    )
