"""An .apkg or .colpkg that people study -> a project that keeps their histories: whole, or not at all."""

from functools import partial
from pathlib import Path

from generator.base.characters import nfc
from generator.base.diagnostics import errors
from generator.base.progress import Tell
from generator.collection import foreign
from generator.compiled.foreign_cards import files_of
from generator.compiled.notes import Guid, NoteId
from generator.deck.facts import Deck
from generator.deck.schema import Files, Resident, load
from generator.importing.adopting import VERBATIM, Adoption, adopting
from generator.importing.arrived import Unreadable
from generator.ledger import adopted as adopted_notes
from generator.ledger import ledger as ledgers
from generator.ledger.adopted import Adopted, Look, Original, hash_of, look_of, said_by
from generator.ledger.extras import Mark
from generator.pipeline import build
from generator.pipeline.import_project import Brought, Project, Refused, planned, write
from generator.release import shelf
from generator.source.note_types import note_types
from generator.source.project import MEDIA, DeckFolder, find

_OUT = "decks"
_RELEASE = "as adopted"  # its mark: students have what was adopted


class _Unfit(Exception):
    """Notes of these ids make none of a kind of ours that `check` takes."""

    def __init__(self, ids: frozenset[str]) -> None:
        super().__init__("notes are to be kept verbatim")
        self.ids = ids


def adopt(
    path: Path, folder: Path, allowed: tuple[str, ...], now: int, tell: Tell, dry_run: bool = False
) -> tuple[Project, Brought | None]:
    """Write the project of a deck that Anki exported, or with `dry_run` only say what it would hold.

    Raises Unreadable, Unfit, Unusable and Refused; then nothing is written.
    """
    try:
        with foreign.opened(path, tell) as deck:
            adoption = adopting(deck, path, allowed, now)
            if dry_run:
                return planned(adoption.arrived, folder), None
            try:
                brought = _written(adoption, folder, now, tell)
            except (_Unfit, Refused) as problem:
                unfit = problem.ids if isinstance(problem, _Unfit) else frozenset(adoption.found)
                brought = _written(adopting(deck, path, allowed, now, unfit), folder, now, tell)
            return brought.project, brought
    except foreign.Unreadable as problem:
        raise Unreadable(f"{path}: {problem}") from None


def _written(adoption: Adoption, folder: Path, now: int, tell: Tell) -> Brought:
    files = Resident()  # each file is read once
    return write(planned(adoption.arrived, folder), folder, tell, partial(_remember, adoption, now, files), files)


def _remember(adoption: Adoption, now: int, files: Files, stage: Path) -> None:
    """Write beside the source what each note was, and the ledger of a release that held them so. Raises Refused."""
    source, out = stage / "cards_src", stage / _OUT
    out.mkdir(exist_ok=True)
    project, _ = find(source)
    (folder,) = project.decks
    deck, found = load(folder, files)
    if deck is None or errors(found):
        raise Refused(found)
    kept = {note.common.id.value for note in deck.notes}
    if unfit := frozenset(it.id for it in adoption.arrived.notes if it.id not in kept and it.keys[0][0] != VERBATIM):
        raise _Unfit(unfit)
    adopted = _adopted(deck, adoption)
    adopted = adopted._replace(looks=_looks(folder), beside=_beside(folder, adopted))
    shelf.adopted_path(out, adopted.deck).write_bytes(adopted_notes.write(adopted))
    plan = build.plan(source, out, build.Wish(now), files=files)
    if errors(plan.diagnostics):
        raise Refused(plan.diagnostics)
    (release,) = plan.releases
    for note in release.deck.notes:
        assert note.fields == adopted.notes[note.id].fields, "a note is not as it was found"
    given = release.ledger._replace(extras=release.ledger.extras._replace(release=Mark(_RELEASE, now)))
    shelf.ledger_path(out, adopted.deck).write_bytes(ledgers.write(release.ledger))
    shelf.released_path(out, adopted.deck).write_bytes(ledgers.write(given))
    if errors(found := tuple(shelf.earlier(out, adopted.deck, now)[2])):
        raise Refused(found)  # what a file can say and a ledger cannot


def _looks(folder: DeckFolder) -> dict[int, Look]:
    """Return how the note types of an adopted deck look."""
    return {it.id: Look(look_of(it), it.mod) for it in note_types(folder)[0].values()}


def _beside(folder: DeckFolder, adopted: Adopted) -> dict[str, str]:
    """Return the names of media that no note shows, and a hash of each."""
    inside = folder.path / MEDIA
    known = adopted.media
    others = [it for it in inside.iterdir() if nfc(it.name) not in known] if inside.is_dir() else []
    return {nfc(it.name): hash_of(it.read_bytes()) for it in others}


def _adopted(deck: Deck, adoption: Adoption) -> Adopted:
    hashes = {name: hash_of(path.read_bytes()) for name, path in adoption.arrived.media.items()}
    originals = {}
    for note in deck.authored:
        id = NoteId(note.common.id.value)
        was, tags = adoption.found[id].note, adoption.found[id].tags
        media = {name: hashes[name] for name in sorted(files_of(was.fields) & hashes.keys())}
        guid = Guid(was.guid)
        originals[id] = Original(
            id, guid, was.row, was.note_type, was.mod, was.fields, was.numbers, tags, said_by(note), media
        )
    return Adopted(deck.id.value, originals)
