"""The folder of a project -> the adopted deck in it that a newer package belongs to, with all that is known of it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from generator.base.characters import nfc
from generator.base.diagnostics import Diagnostic, errors
from generator.base.files import Unusable
from generator.base.progress import Tell
from generator.collection.foreign import ForeignDeck
from generator.compiled.notes import CompiledNote, MediaFile, NoteType
from generator.deck.facts import Deck
from generator.deck.schema import Resident, load
from generator.ledger.adopted import Adopted, Original
from generator.ledger.ledger import Ledger
from generator.pipeline import build
from generator.pipeline.newer._begun import as_before
from generator.release import shelf
from generator.release.next_build import Release
from generator.source.authored import Note
from generator.source.note_types import note_types
from generator.source.project import DeckFolder, find

SOURCE, OUT = "cards_src", "decks"


class Mistaken(Exception):
    """The project has mistakes, or would have them: `found`."""

    def __init__(self, message: str, found: tuple[Diagnostic, ...]) -> None:
        super().__init__(message)
        self.found = found


@dataclass(frozen=True, slots=True)
class Home:
    """An adopted deck as it is now."""

    root: Path
    folder: DeckFolder
    adopted: Adopted
    originals: Mapping[str, Original]  # by guid
    types: Mapping[int, NoteType]  # of note_types/, by id
    authored: Mapping[str, Note]  # by id
    ids: Mapping[str, str]  # guid of an adopted note -> its id in the source now
    compiled: Mapping[str, CompiledNote]  # by id
    pictures: Mapping[str, MediaFile]  # what notes show, by the names in media/
    given: Set[str]  # guids in the ledger
    used: Set[str]  # ids that no new note may have

    @property
    def below(self) -> Path:
        """The deck's folder, below the project."""
        return self.folder.path.relative_to(self.root)


def is_adopted(root: Path) -> bool:
    """Say whether a folder holds a project with an adopted deck."""
    return (root / SOURCE).is_dir() and any((root / OUT).glob("*.adopted.jsonl"))


def home_of(root: Path, newer: ForeignDeck, now: int, tell: Tell) -> Home:
    """Return the deck of a project whose notes a newer package has. Raises Unusable and Mistaken."""
    source, out = root / SOURCE, root / OUT
    files = Resident()  # each file is read once
    planned = build.plan(source, out, build.Wish(now), tell, files)
    if errors(planned.diagnostics):
        raise Mistaken("correct these first: a newer deck is merged into one that builds", planned.diagnostics)
    guids = {it.guid for it in newer.notes}
    best: tuple[int, Adopted, Release] | None = None
    for release in planned.releases:
        adopted, _ = shelf.adopted(out, release.deck.id, False)
        shared = len(guids & {it.guid for it in adopted.notes.values()}) if adopted else 0
        if adopted and shared > (best[0] if best else 0):
            best = shared, adopted, release
    if best is None:
        raise Unusable(f"{root} has no note of this package: name a folder that is not there yet to adopt it")
    _, adopted, release = best
    loaded = ((folder, load(folder, files)[0]) for folder in find(source)[0].decks)
    folder, deck = next((folder, deck) for folder, deck in loaded if deck and deck.id.value == release.deck.id)
    return _home(root, folder, deck, as_before(adopted), release)


def _home(root: Path, folder: DeckFolder, deck: Deck, adopted: Adopted, release: Release) -> Home:
    originals = {str(it.guid): it for it in adopted.notes.values()}
    authored = {it.common.id.value: it for it in deck.authored}
    ledger: Ledger | None = release.past.before
    entries = ledger.entries.values() if ledger else ()
    former = {str(old) for it in entries for old in (it.id, *it.was)}
    ids = {str(it.guid): str(it.id) for it in release.deck.notes if it.guid in originals}
    return Home(
        root,
        folder,
        adopted,
        originals,
        {it.id: it for it in note_types(folder)[0].values()},
        authored,
        ids,
        {str(it.id): it for it in release.deck.notes},
        _files(release),
        {str(it.guid) for it in entries},
        former | set(authored) | {str(it) for it in adopted.notes},
    )


def _files(release: Release) -> dict[str, MediaFile]:
    """Return the files of a deck by the names that they have in media/; of two, the one that was looked through."""
    files = sorted(release.deck.media, key=lambda it: it.pixels is not None)
    return {nfc(it.path.name): it for it in files}
