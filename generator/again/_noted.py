"""Files of notes as they are read and compiled -> what the next build has to know of each, noted on the way."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic
from generator.compiled.notes import NoteId
from generator.deck.across.sums import Balance, Sums, balance_of, places_of, sums_of, weighed
from generator.deck.facts import Deck, Written, facts
from generator.deck.render import FileResult, Head
from generator.deck.schema import File, Files
from generator.kinds.kind import Numbers
from generator.media.folder import Media
from generator.source.project import DeckFolder


class Read(NamedTuple):
    """A file as it was read: what can be told of its notes."""

    sums: Sums
    places: str = ""  # where rules across notes found something that stands in it


class OfDeck(NamedTuple):
    """What rules across notes weigh in a deck as a whole."""

    weighed: frozenset[str]
    balance: Balance


class Made(NamedTuple):
    """What became of a file: the ids of its compiled notes, the names of their media, and how many cards they make."""

    ids: tuple[NoteId, ...]
    media: tuple[str, ...]
    cards: int


class Result(NamedTuple):
    """The same, and what is wrong with it."""

    made: Made
    said: tuple[Diagnostic, ...]


class Noted(Files):
    """What files hold and what becomes of them, by their paths as shown, in the order of a deck's notes.

    `kept` knows what can be known without reading or compiling a file.
    """

    def __init__(self, kept: Files) -> None:
        super().__init__()
        self._kept = kept
        self.files: dict[str, Written] = {}
        self.read_files: dict[str, Read] = {}
        self.decks: dict[str, OfDeck] = {}  # by their folders
        self.results: dict[str, Result] = {}
        self.has_adopted = False

    def read(self, shown: str, name: str, data: bytes) -> File:
        """Return what a file with a name of its own holds."""
        return self._kept.read(shown, name, data)

    def let_go(self, file: Written) -> None:
        """Drop the texts of a file, if nothing asks for them again."""
        self._kept.let_go(file)

    def written(self, shown: str, name: str, data: bytes) -> Written:
        """Return what a file of notes holds."""
        self.files[shown] = self._kept.written(shown, name, data)
        return self.files[shown]

    def all_read(self, folder: DeckFolder, deck: Deck, found: Iterable[Diagnostic]) -> None:
        """Take a deck of which every file was read, and what is wrong with it but for its form."""
        words = weighed(deck)
        self.decks[folder.shown] = OfDeck(words, balance_of(facts(deck)))
        across = set(found).difference(it for file in deck.files for it in file.learning)
        paths, notes = {it.span.path for it in across}, "\n".join(it.note for it in across)
        known = self.known_sums(folder, words)
        for file in deck.files:
            pointed_at = file.path in paths or f"{file.path}:" in notes
            self.read_files[file.path] = read_of(file, words, pointed_at, known.get(file.path))
            self.results.pop(file.path, None)  # of a part that was too much: they come again, in their order

    def known_sums(self, folder: DeckFolder, words: frozenset[str]) -> Mapping[str, Sums]:
        """Return what the last build left of files that did not change, by their paths; `words` as in `sums_of`."""
        return {}

    def compiled(self, file: Written, head: Head, media: Media, numbers: Numbers) -> FileResult:
        """Return what Anki will store of a file."""
        result = self._kept.compiled(file, head, media, numbers)
        notes = result.notes
        names = tuple(sorted({name for note in notes for name in note.media}))
        made = Made(tuple(note.id for note in notes), names, sum(len(note.cards) for note in notes))
        self.results[file.path] = Result(made, result.found)
        self.has_adopted |= bool(head.note_types)
        return result

    def said_of(self, path: str) -> tuple[Diagnostic, ...]:
        """Return what is wrong with a file, looked at by itself."""
        return (*self.files[path].problems, *self.files[path].learning, *self.results[path].said)


def read_of(file: Written, words: frozenset[str], pointed_at: bool, sums: Sums | None = None) -> Read:
    """Return what can be told of a file; `words` are what is weighed in its deck, `sums` what is known of it."""
    return Read(sums or sums_of(file, words), places_of(file) if pointed_at else "")


def points_at(it: Diagnostic, path: str) -> bool:
    """Say whether a diagnostic is about a file, or names a place in it."""
    return it.span.path == path or f"{path}:" in it.note
