"""What a deck is between the file it came in and our YAML: rows as a file has them, then notes by our keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

Value = str | bool | int | float | tuple["Value", ...] | Mapping[str, "Value"]


class Unreadable(Exception):
    """A file is not of the form it was taken for; the text says where, and what to do."""


class Writing(StrEnum):
    """How the texts of a file are written."""

    PLAIN = "plain text"
    MARKDOWN = "Markdown"
    HTML = "HTML"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says of the files: names of columns, keys or headings, and how lines are meant."""

    question: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    tags: str = ""
    id: str = ""
    reverse: str = ""
    media: Path | None = None
    lines: str = "keep"  # or "join"
    allow_scripts: tuple[str, ...] = ()  # note types of an adopted deck that may run scripts


@dataclass(frozen=True, slots=True)
class Row:
    """A note as its file has it. `fields` are named as there, in its order; `place` is `path:line` for messages."""

    place: str
    fields: tuple[tuple[str, str], ...]
    folder: Path  # in which its pictures are looked for
    tags: tuple[str, ...] = ()
    deck: str = ""  # levels joined by ::, where the file says it; else those that follow
    folders: tuple[str, ...] = ()  # below the one that was named
    file: str = ""  # the name of its file, without the ending
    headings: tuple[str, ...] = ()  # above the note
    both_ways: bool = False
    writing: Writing = Writing.PLAIN
    note_type: str = ""  # in Anki, where the file says it


@dataclass(frozen=True, slots=True)
class Rows:
    """What a reader found. `columns` names the fields; where they are `ours`, by our keys."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...] = ()
    left_out: tuple["LeftOut", ...] = ()
    ours: bool = False
    told: tuple[str, ...] = ()  # what people should know of the files, a line each


@dataclass(frozen=True, slots=True)
class Note:
    """A note by our keys, in the order in which they are written; the first of them says its kind."""

    place: str
    id: str
    keys: tuple[tuple[str, Value], ...]
    tags: tuple[str, ...] = ()
    subdeck: str = ""  # below the deck
    file: str = ""  # of notes, without .yaml; "": one for each subdeck


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of a file makes no note, and why."""

    place: str
    why: str
    text: str = ""  # as it stands there


@dataclass(frozen=True, slots=True)
class Arrived:
    """A deck as it will be written. `media` are files by the names that they get in `media/`."""

    notes: tuple[Note, ...]
    name: str = ""  # in Anki; "": made from the project's folder
    media: Mapping[str, Path] = field(default_factory=dict)
    missing: tuple[str, ...] = ()  # pictures and sounds that a text names and nobody has, with where and why
    told: tuple[str, ...] = ()  # what else people should know, a line each
    left_out: tuple[LeftOut, ...] = ()
    beside: Mapping[str, bytes] = field(default_factory=dict)  # further files, by their paths in the deck's folder
