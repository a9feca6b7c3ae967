"""The notes of a file -> their summaries: what rules across notes need of each, and not its texts. A deck holds these.

What a file holds and what becomes of it are values of their own: the same bytes give the same.
"""

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic
from generator.base.patterns import regex
from generator.base.place import Source
from generator.compiled.notes import NoteId
from generator.kinds.kind import Fact, Gist
from generator.kinds.registry import kind_of
from generator.source.authored import Common, Dispute, Note, Work
from generator.source.values import Text
from generator.text.words import plain_of, split_words

_NUMBER = regex(r"(?<![\w&-])[0-9]+(?:[.,][0-9]+)*(?:\s?%|\b)(?!-?[^\W\d]|&)")
_GAP = regex(r"\{\{c[0-9]+::")
_FEWEST = 2  # words of an answer that may be spoilt; a single word stands in many texts
_SHORTEST = 9  # letters of it: "of the" or "3 mm" spoils nothing
_NOTHING = zlib.compress(b"")


class FactSummary(NamedTuple):
    """What counts as a note: a note, or of a table each row."""

    id: str
    place: Text  # where messages about it point
    common: Common
    number: str  # the first that its texts hold, where it names no source
    answers: tuple[str, ...]  # words of each that is telling, sorted


class NoteSummary(NamedTuple):
    """A note as its author wrote it."""

    common: Common
    facts: tuple[FactSummary, ...]
    gist: Gist | None  # what other notes are compared with; None: with nothing


class Written:
    """A file of notes as it is written: what follows from its bytes alone.

    `problems` are those of its form, `learning` says how well its notes can be learnt, each by itself. `said` has for
    each fact the words on its back but for wrong options, in small letters, with a space around each. `authored` gives
    the notes with all of their texts.
    """

    __slots__ = ("_left", "_notes", "_said", "authored", "learning", "path", "problems")

    def __init__(
        self,
        path: str,
        notes: tuple[NoteSummary, ...],
        problems: tuple[Diagnostic, ...],
        learning: tuple[Diagnostic, ...],
        said: tuple[str, ...],
        authored: Callable[[], tuple[Note, ...]],
    ) -> None:
        self.path = path  # as shown
        self.problems = problems
        self.learning = learning
        self.authored = authored
        self._notes = notes
        self._left: _Places | None = None  # where the notes stand that were let go, in files where the ids say that
        self._said = zlib.compress("\n".join(said).encode("utf-8", "surrogatepass"), 1)  # a quarter of the room

    @property
    def notes(self) -> tuple[NoteSummary, ...]:
        """The summaries of its notes; of notes that were let go they say only where each stands."""
        return self._left.notes if self._left else self._notes

    @property
    def said(self) -> tuple[str, ...]:
        """For each fact the words on its back but for wrong options, in small letters, with a space around each."""
        text = zlib.decompress(self._said).decode("utf-8", "surrogatepass")
        return tuple(text.split("\n")) if text else ()

    def let_go(self) -> None:
        """Drop all but where each note stands: before it is compiled, the rest is most of what a build holds."""
        for note in self._notes[:1]:
            note.common.id.source.put_away()
        self._left = self._left or _Places.of(self._notes)
        self._notes = () if self._left else tuple([_place_of(note) for note in self._notes])
        self._said, self.authored = _NOTHING, _forgotten


class _Places:
    """Where the notes of a file stand, each of which is one fact that is known by its id: the ids are in the source."""

    __slots__ = ("_ids", "_source")

    def __init__(self, source: Source, ids: Iterable[int]) -> None:
        self._source = source
        self._ids = array("Q", ids)

    @classmethod
    def of(cls, notes: tuple[NoteSummary, ...]) -> "_Places | None":
        """Return where notes stand; None where there is none, or an id is in quotes or a note has rows."""
        ids = [note.common.id for note in notes]
        are_plain = all(not note.common.id.style and len(note.facts) == 1 for note in notes)
        if not ids or not are_plain or any(note.facts[0].place is not note.common.id for note in notes):
            return None
        return cls(ids[0].source, [id.place for id in ids])

    @property
    def notes(self) -> tuple[NoteSummary, ...]:
        """The notes, by ids alone."""
        ids = [Text("", self._source, place) for place in self._ids]
        text = self._source.text
        return tuple([_standing_at(replace(id, value=text[id.start : id.end])) for id in ids])


def _place_of(note: NoteSummary) -> NoteSummary:
    common = Common(note.common.id)  # of a table's rows, too
    return NoteSummary(common, tuple([FactSummary(it.id, it.place, common, "", ()) for it in note.facts]), None)


def _standing_at(id: Text) -> NoteSummary:
    common = Common(id)
    return NoteSummary(common, (FactSummary(id.value, id, common, "", ()),), None)


def _forgotten() -> tuple[Note, ...]:
    raise AssertionError("the notes of this file were let go")


class Deck(NamedTuple):
    """A deck folder, read and checked."""

    id: Text
    name: Text
    tag_root: Text
    description: Text | None
    works: dict[str, Work]
    disputes: dict[str, Dispute]
    faulty: frozenset[str] = frozenset()  # names of files with mistakes: what they define is not wholly known
    is_ordered: bool = False  # whether `order` is given, or the files are numbered
    language: Text | None = None
    words: Mapping[str, Text] = {}  # in place of ours, by our name
    files: tuple[Written, ...] = ()  # those of its notes, in the order of deck.yaml's `order`, then of their names
    look: Text | None = None  # whose, of the note types of an adopted deck

    @property
    def notes(self) -> tuple[NoteSummary, ...]:
        """The summaries of its notes, in their order."""
        return tuple([note for file in self.files for note in file.notes])

    @property
    def has_our_look(self) -> bool:
        """Whether note types of another author are to look as ours do."""
        return self.look is not None and self.look.value == "ours"

    @property
    def authored(self) -> Iterator[Note]:
        """Its notes as they are written, with all of their texts."""
        return (note for file in self.files for note in file.authored())


def summary_of(note: Note, gist: Gist | None) -> NoteSummary:
    """Return the summary of a note."""
    kind = kind_of(note)
    answers: dict[str, list[str]] = {}
    for id, answer in kind.answers(note):
        answers.setdefault(id, []).append(answer)
    return NoteSummary(note.common, tuple([_fact(it, answers.get(it.id, ())) for it in kind.facts(note)]), gist)


def words_on_back(note: Note) -> Iterator[str]:
    """Yield for each fact of a note the words on its back, as `said` of its file has them."""
    for fact in kind_of(note).facts(note):
        extra = (fact.common.extra,) if fact.common.extra else ()
        said = " | ".join([_words(text.value) for text in (*fact.texts, *extra) if text not in fact.denied])
        yield f" {said} "


def _fact(fact: Fact, answers: Iterable[str]) -> FactSummary:
    asked = {_words(it) for it in answers}
    telling = sorted(it for it in asked if len(it.split()) >= _FEWEST and len(it) >= _SHORTEST)
    number = "" if fact.common.sources else _first_number(fact.texts)
    return FactSummary(fact.id, fact.place, fact.common, number, tuple(telling))


def _words(text: str) -> str:
    return " ".join(split_words(plain_of(text)))


def _first_number(texts: Iterable[Text]) -> str:
    return next((match[0] for text in texts if (match := _NUMBER.search(_GAP.sub("", text.value)))), "")


def facts(deck: Deck) -> Iterator[FactSummary]:
    """Yield what counts as a note in a deck, in the order in which the notes are compiled."""
    return (fact for note in deck.notes for fact in note.facts)


class Places(Mapping[NoteId, Text]):
    """Where each fact of a deck stands: found once anybody asks, as nobody does of a deck without mistakes."""

    def __init__(self, deck: Deck) -> None:
        self._deck = deck

    @cached_property
    def _found(self) -> dict[NoteId, Text]:
        return {NoteId(fact.id): fact.place for fact in facts(self._deck)}

    def __getitem__(self, id: NoteId) -> Text:
        """Return the place of a fact."""
        return self._found[id]

    def __iter__(self) -> Iterator[NoteId]:
        """Go through the ids."""
        return iter(self._found)

    def __len__(self) -> int:
        """Return how many facts there are."""
        return len(self._found)


def commons(deck: Deck) -> Iterator[Common]:
    """Yield what is common to each note, and to each fact in it where that is more."""
    for note in deck.notes:
        yield note.common
        yield from (fact.common for fact in note.facts if fact.common is not note.common)
