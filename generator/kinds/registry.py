"""Every kind of note -> the form of a note file, and the kind of a note or of a word. A new kind is a line in KINDS."""

from collections.abc import Mapping
from typing import Any

from generator.compiled.notes import MediaFile
from generator.kinds import case, choose, cloze, image, list, question, table
from generator.kinds import note as foreign_note
from generator.kinds.kind import DrawnMask, Kind, Numbering
from generator.source.authored import Note
from generator.source.shapes import CONTEXT, DECK_NAME, TAG, Key, Many, OneOf, Record

# As the guide has them.
KINDS: tuple[Kind[Any], ...] = (
    question.KIND,
    cloze.KIND,
    list.KIND,
    table.KIND,
    case.KIND,
    choose.KIND,
    image.KIND,
    foreign_note.KIND,
)
BY_WORD = {kind.word: kind for kind in KINDS}
_BY_NOTE: dict[type[Note], Kind[Any]] = {kind.note: kind for kind in KINDS}

NOTE = OneOf("note", tuple(kind.record for kind in KINDS))
NOTES_FILE = Record(
    "note file",
    (
        Key("subdeck", DECK_NAME, about="Below the deck; left out: the deck itself."),
        Key("tags", Many(TAG, "tags"), about="For every note of this file."),
        CONTEXT._replace(about="A line shown small above what is asked, on every note that has none of its own."),
        Key("notes", Many(NOTE, "notes"), required=True),
    ),
    hint="put 'notes:' above the list",
)


def kind_of(note: Note) -> Kind[Any]:
    """Return the kind of an authored note."""
    return _BY_NOTE[type(note)]


def masked(note: Note, files: Mapping[str, MediaFile]) -> tuple[MediaFile, tuple[DrawnMask, ...]] | None:
    """Return the picture of a note that masks one, of those `files` by the author's names, and its masks."""
    return image.masked(note, files)


def numbering(word: str) -> Numbering:
    """Return who says which card of a note is which."""
    return BY_WORD[word].numbering


def is_keyed(word: str) -> bool:
    """Say whether the cards of a kind of note follow keys."""
    return numbering(word) is Numbering.KEY
