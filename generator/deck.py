"""A deck as its author wrote it: every text knows its place. What the schema gives and the renderer takes."""

from dataclasses import dataclass
from enum import StrEnum

from generator.located import Text
from generator.place import Span


@dataclass(frozen=True, slots=True)
class Common:
    """What every note may have. `tags` are without the deck's root; those of the file come first."""

    id: Text
    subdeck: Text | None = None
    extra: Text | None = None
    tags: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()
    dispute: Text | None = None
    was: Text | None = None
    allow: tuple[tuple[Text, Text], ...] = ()  # code, reason

    def allows(self, code: str) -> bool:
        """Say whether the author has a reason for this warning."""
        return any(it.value == code for it, _ in self.allow)


@dataclass(frozen=True, slots=True)
class QuestionNote:
    """One card, or two where `reverse` is set."""

    common: Common
    question: Text
    answer: Text
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class ClozeNote:
    """One card for every number."""

    common: Common
    cloze: Text


class Show(StrEnum):
    """Which other items of a list are shown while one is asked for."""

    OTHERS = "others"
    BEFORE = "before"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list. Its identity is the key."""

    key: Text
    text: Text
    cue: Text | None = None


@dataclass(frozen=True, slots=True)
class ListNote:
    """One card for every item."""

    common: Common
    heading: Text
    items: tuple[Item, ...]
    show: Show = Show.OTHERS


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: a note of its own. `common` has the table's fields where the row has none."""

    common: Common
    key: Text
    name: Text
    cells: tuple[tuple[str, Text], ...]  # column key, text; in the order of the columns, left-out cells left out

    @property
    def id(self) -> str:
        """Its id as a note of its own: "table-id/row-key"."""
        return f"{self.common.id.value}/{self.key.value}"


@dataclass(frozen=True, slots=True)
class TableNote:
    """One note for every row, one card for every cell."""

    common: Common
    heading: Text
    columns: tuple[tuple[Text, Text], ...]  # key, heading
    rows: tuple[Row, ...]


class Mode(StrEnum):
    """Which masks are drawn while one is asked for."""

    HIDE_ONE = "hide-one"
    HIDE_ALL = "hide-all"


class MaskShape(StrEnum):
    """The outline of a mask."""

    RECT = "rect"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"


@dataclass(frozen=True, slots=True)
class Mask:
    """A stretch of a picture to hide. `numbers` are pixels: left, top, width, height; of a polygon x, y, x, y, ..."""

    key: Text
    shape: MaskShape
    numbers: tuple[float, ...]
    span: Span
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class ImageNote:
    """One card for every mask."""

    common: Common
    image: Text
    masks: tuple[Mask, ...]
    header: Text | None = None
    mode: Mode = Mode.HIDE_ONE


Note = QuestionNote | ClozeNote | ListNote | TableNote | ImageNote


def as_counted(note: Note) -> tuple[tuple[str, Text, Common], ...]:
    """Return id, place and common fields of what counts as a note: the note, or of a table each row."""
    if isinstance(note, TableNote):
        return tuple((row.id, row.key, row.common) for row in note.rows)
    return ((note.common.id.value, note.common.id, note.common),)


@dataclass(frozen=True, slots=True)
class Work:
    """A work cited. `link` begins with https://, http:// or mailto:."""

    key: Text
    title: Text
    authors: Text | None = None
    year: Text | None = None
    link: Text | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """One wording of where sources differ; or, where one must `beware`, of a common error and what is right."""

    key: Text
    text: Text
    beware: bool = False


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck folder, read and checked."""

    id: Text
    name: Text
    tag_root: Text
    description: Text | None
    works: dict[str, Work]
    disputes: dict[str, Dispute]
    notes: tuple[Note, ...]  # in the order of the files, sorted by name
    faulty: frozenset[str] = frozenset()  # names of files with mistakes: what they define is not wholly known
