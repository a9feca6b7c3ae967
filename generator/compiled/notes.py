"""The waist: a deck as Anki will store it. Plain strings of final HTML; no YAML above, no genanki below."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, NewType, Protocol, cast

from generator.base.clock import day
from generator.compiled.languages import PLAIN, Language

Guid = NewType("Guid", str)
NoteId = NewType("NoteId", str)  # as the author writes it; of a table's row "table-id/row-key"
Html = NewType("Html", str)  # escaped: no character of the author's is markup unless he meant it to be
SEPARATOR = "\x1f"  # of the fields of a note; no text may hold it
_encode = json.JSONEncoder(ensure_ascii=False).encode


class Field(NamedTuple):
    """A field of a note type. `id` is frozen: Anki knows the field by it when it is renamed. None: it has none."""

    name: str
    id: int | None
    tag: int | None = None  # Anki's number for the fields of image occlusion


class Template(NamedTuple):
    """A card template of a note type. `id` is frozen; None: it has none."""

    name: str
    id: int | None
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """Fields, templates and look. Its shape (fields, templates, `id`) is frozen from the first release."""

    id: int
    name: str
    fields: tuple[Field, ...]
    templates: tuple[Template, ...]
    css: str
    is_cloze: bool
    sort_field: int  # index of the field shown in Anki's browser
    stock_kind: int = 0  # that of Anki's own note type, where it is one
    foreign: str = ""  # "" for a note type of ours
    mod: int = 0  # of a foreign one, when its own author last changed it
    may_run: bool = False  # whether scripts of a foreign one were let in
    edited: bool = False  # whether a foreign one no longer looks as its own author gave it out
    places: dict[str, int] = field(init=False, repr=False, compare=False)  # of the fields, by name

    def __post_init__(self) -> None:
        """Look up once what is asked for at every note."""
        object.__setattr__(self, "places", {field.name: at for at, field in enumerate(self.fields)})


class Card(NamedTuple):
    """A card of a note. `number` is Anki's: of a cloze the number less one, else that of the template."""

    number: int
    hides: str  # what is asked for: of an item, cell or mask "key: words", else the words


class Hidden(Mapping[int, str]):
    """Card number from 1 -> what it hides, of the cards of a note: in a quarter of the room that a dict takes."""

    __slots__ = ("_cards",)

    def __init__(self, cards: tuple[Card, ...]) -> None:
        self._cards = cards

    def __getitem__(self, number: int) -> str:
        """Return what a card hides."""
        for card in self._cards:
            if card.number + 1 == number:
                return card.hides
        raise KeyError(number)

    def __iter__(self) -> Iterator[int]:
        """Go through the numbers."""
        return (card.number + 1 for card in self._cards)

    def __len__(self) -> int:
        """Return how many cards there are."""
        return len(self._cards)

    def __or__(self, others: Mapping[int, str]) -> dict[int, str]:
        """Return these and others, which come before them."""
        return {**self, **others}

    def __ror__(self, others: Mapping[int, str]) -> dict[int, str]:
        """Return these and others."""
        return {**others, **self}


@dataclass(slots=True, unsafe_hash=True)  # never changed, but quicker to make than frozen ones
class CompiledNote:
    """A note as Anki will store it."""

    id: NoteId
    guid: Guid
    kind: str  # the word of its kind
    note_type: NoteType
    deck: str  # full name, levels joined by ::
    texts: str  # of its fields, `joined` as Anki joins them: that takes half the room
    tags: tuple[str, ...]  # sorted, no duplicates, with the deck's root
    cards: tuple[Card, ...]  # sorted by number, at least one
    media: tuple[str, ...]  # names in the package, sorted
    label: str  # the front in a few words, for people
    original_row: int = 0  # of an adopted note: the row id under which students of the original have it
    original_mod: int = 0  # of an adopted note that is as it was found: when its own author last changed it
    follows: int = 0  # the same of one that was edited: only what is later than that reaches students of the original
    known_hash: str = field(default="", init=False, repr=False, compare=False)  # `hash`, once that is known
    known_parts: Mapping[str, str] | None = field(default=None, init=False, repr=False, compare=False)  # the same

    @property
    def fields(self) -> tuple[Html, ...]:
        """The text of each field, in the order of note_type.fields."""
        return cast("tuple[Html, ...]", tuple(self.texts.split(SEPARATOR)))

    @property
    def hash(self) -> str:
        """A hash of what a student can see: fields, tags, note type and, through their names, the media's bytes."""
        if not self.known_hash:
            self.known_hash = self._hash()
        return self.known_hash

    def _hash(self) -> str:
        updated = -1 if self.note_type.foreign else self.note_type.places["Updated"]
        fields = [text for at, text in enumerate(self.fields) if at != updated]
        text = _encode([self.note_type.id, fields, self.tags])
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def hides(self) -> dict[int, str]:
        """Card number from 1 -> what it hides."""
        return {card.number + 1: card.hides for card in self.cards}


def joined(fields: Iterable[str]) -> str:
    """Return the texts of a note's fields as one."""
    return SEPARATOR.join(fields)


def dated(note: CompiledNote, mod: int) -> tuple[Html, ...]:
    """Return the fields of a note with the day of its last change, as Anki gets them.

    In another language than English a word stands before the day. An adopted note has no place for it.
    """
    return dated_on(note, day(mod))


def dated_on(note: CompiledNote, date: str) -> tuple[Html, ...]:
    """Return the fields of a note with a day."""
    if note.note_type.foreign:
        return note.fields
    at, fields = note.note_type.places["Updated"], note.fields
    return (*fields[:at], Html(fields[at] + date), *fields[at + 1 :])


class MediaFile(NamedTuple):
    """A file of the package. Its name holds a hash of its bytes, so that a changed picture is a new file to Anki.

    `size` (in bytes) and `sha256` are those of what is packed: `cleaned`, or where that is None the file as it lies
    there. `pixels` is how wide and high a picture is, where it is a kind that can carry masks.
    """

    name: str
    path: Path
    size: int
    sha256: str
    cleaned: bytes | None = None
    pixels: tuple[float, float] | None = None


class CompiledDeck(NamedTuple):
    """A deck, ready to be packed. Notes are in the order in which Anki shows new cards."""

    id: str
    name: str
    tag_root: str
    description: Html
    notes: tuple[CompiledNote, ...]
    media: tuple[MediaFile, ...]  # sorted by name
    language: Language = PLAIN

    @property
    def cards(self) -> int:
        """How many cards its notes make."""
        return sum(len(note.cards) for note in self.notes)


class Stamp(Protocol):
    """What Anki sees of a note beside its text, both since 1970."""

    @property
    def row(self) -> int:
        """A time in ms."""

    @property
    def mod(self) -> int:
        """A time in s."""


class Stamps(NamedTuple):
    """The stamp of every note, and the `mod` of every note type by its id."""

    notes: Mapping[NoteId, Stamp]
    note_types: Mapping[int, int]
