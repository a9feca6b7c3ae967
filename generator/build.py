"""A source folder -> checked decks -> the next release of each -> packages and ledgers on disk: the pipeline."""

import os
from dataclasses import dataclass
from pathlib import Path

from generator import ledger as ledgers
from generator import rules
from generator.compiled import CompiledDeck, NoteId
from generator.deck import Deck, TableNote
from generator.diagnostics import Diagnostic, errors, in_order
from generator.files import Output, Unusable, folder_for_output, read_plain, replace_all
from generator.ledger import Ledger
from generator.located import Text
from generator.media import Media
from generator.place import Span
from generator.project import MEDIA, DeckFolder, find
from generator.release import Authored, Known, Release, numbers_from, prepare
from generator.render import Numbers, in_turn, render
from generator.schema import load
from generator.withdrawn import withdrawn

_MAX_LEDGER = 500_000_000  # bytes; 100,000 notes take 40 MB


@dataclass(frozen=True, slots=True)
class Checked:
    """Every deck that could be compiled, and every mistake in every file. `ignored` are paths of no deck."""

    decks: tuple[CompiledDeck, ...]
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """What a build would release, and every mistake that keeps it from doing so."""

    releases: tuple[Release, ...]
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the author asks of a build, beyond the source. `now` is in s since 1970."""

    now: int
    retire: bool = False
    reason: str = ""
    new_ledger: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """A release whose package and ledger are in place. `written` are the files that changed."""

    release: Release
    package: Path
    size: int  # bytes
    written: tuple[Path, ...]


def passes(found: tuple[Diagnostic, ...], strict: bool) -> bool:
    """Say whether a build may go on; with `strict`, warnings stop it."""
    return not (found if strict else errors(found))


def check(source: Path) -> Checked:
    """Read and compile every deck of a folder. Writes nothing."""
    project, found = find(source)
    all_found = list(found)
    decks = []
    homes: dict[str, Span] = {}
    for folder in project.decks:
        deck, problems = _load(folder, homes)
        all_found += problems
        if deck is not None:
            compiled, problems = _compiled(folder, deck, in_turn, errors(all_found))
            all_found += problems
            decks.append(compiled)
    return Checked(tuple(decks), in_order(all_found), project.ignored)


def plan(source: Path, out: Path, wish: Wish) -> Planned:
    """Compare every deck of a folder with its ledger in `out`. Writes nothing."""
    project, found = find(source)
    all_found = list(found)
    releases = []
    homes: dict[str, Span] = {}
    for folder in project.decks:
        deck, problems = _load(folder, homes)
        all_found += problems
        if deck is not None:
            release, problems = _release(folder, deck, out, wish, errors(all_found))
            all_found += problems
            releases += [release] if release else []
    return Planned(tuple(releases), in_order(all_found), project.ignored)


def _load(folder: DeckFolder, homes: dict[str, Span]) -> tuple[Deck | None, list[Diagnostic]]:
    """Read a folder's deck; `homes` are the places of the deck ids seen before."""
    deck, problems = load(folder)
    found = list(problems)
    if deck is None:
        return None, found
    found += rules.check(deck)
    id = deck.id
    if id.value in homes:
        note = f"the other is at {homes[id.value].where}"
        found.append(
            Diagnostic(id.span, "S209", f"two decks have the id '{id.value}'", "give this deck an id of its own", note)
        )
    homes.setdefault(id.value, id.span)
    return deck, found


def _compiled(folder: DeckFolder, deck: Deck, numbers: Numbers, faulty: bool) -> tuple[CompiledDeck, list[Diagnostic]]:
    """Compile a deck. Where it is `faulty`, a file nobody uses may be used by a note that could not be read."""
    media = Media(folder.path / MEDIA, folder.shows(MEDIA))
    compiled, problems = render(deck, media, numbers)
    found = list(problems)
    if not faulty and not errors(found):
        found += media.unused()
    return compiled, found


def _release(
    folder: DeckFolder, deck: Deck, out: Path, wish: Wish, faulty: bool
) -> tuple[Release | None, list[Diagnostic]]:
    before, found = _ledger(out, deck.id.value, wish)
    if errors(found):
        return None, found
    authored = _authored(deck, ledger_path(out, deck.id.value))
    compiled, problems = _compiled(folder, deck, numbers_from(Known(before, authored)), faulty)
    found += problems
    if faulty or errors(found):
        return None, found  # a note that could not be read is not one that was removed
    release, compared = prepare(compiled, before, wish.now, authored, wish.retire, wish.reason)
    return release, [*found, *compared]


def _ledger(out: Path, deck: str, wish: Wish) -> tuple[Ledger | None, list[Diagnostic]]:
    """Return what was released of a deck; None for a deck that never was."""
    path, package = ledger_path(out, deck), package_path(out, deck)
    if wish.new_ledger:
        return None, []
    if not os.path.lexists(path):
        if not os.path.lexists(package):
            return None, []
        help = f"restore it: git checkout -- {path.as_posix()}; without it every note would be new: --new-ledger"
        message = f"{package.as_posix()} is there, and its ledger {path.name} is not"
        return None, [Diagnostic(Span(path.as_posix()), "H005", message, help)]
    return _read_ledger(path, deck, wish.now)


def two_ledgers(old: Path, new: Path | None, now: int) -> tuple[tuple[Ledger, Ledger] | None, list[Diagnostic]]:
    """Return an older ledger and a newer one: by default the one of the same deck in decks/."""
    deck = old.name.removesuffix(".ledger.jsonl")
    if new is None:
        new = ledger_path(Path("decks"), deck)
    found: list[Diagnostic] = []
    read = []
    for path in (old, new):
        ledger, problems = _read_ledger(path, "", now)
        found += problems
        read += [ledger] if ledger else []
    if len(read) == 2 and read[0].deck != read[1].deck:
        message = f"these are ledgers of two decks: '{read[0].deck}' and '{read[1].deck}'"
        found.append(Diagnostic(Span(new.as_posix()), "H002", message, "name two ledgers of one deck"))
    return None if found else (read[0], read[1]), found


def _read_ledger(path: Path, deck: str, now: int) -> tuple[Ledger | None, list[Diagnostic]]:
    try:
        data = read_plain(path, _MAX_LEDGER)
    except Unusable as problem:
        return None, [Diagnostic(Span(path.as_posix()), "H001", f"the ledger cannot be used: {problem}", "put it back")]
    ledger, problems = ledgers.read(data, path.as_posix(), deck, now)
    return ledger, list(problems)


def _authored(deck: Deck, ledger: Path) -> Authored:
    places: dict[NoteId, Text] = {}
    was: dict[NoteId, NoteId] = {}
    meant: set[NoteId] = set()
    for note in deck.notes:
        common = note.common
        keys = {NoteId(common.id.value): common.id}
        if isinstance(note, TableNote):
            keys = {NoteId(f"{common.id.value}/{row.key.value}"): row.key for row in note.rows}
        places |= keys
        meant |= keys.keys() if common.allows("H014") else set()
        if common.was:
            old, new = common.was.value, common.id.value
            was |= {id: NoteId(old + id.removeprefix(new)) for id in keys}
    return Authored(places, was, frozenset(meant), ledger.as_posix())


def package_path(out: Path, deck: str) -> Path:
    """Return where a deck's package is."""
    return out / f"{deck}.apkg"


def ledger_path(out: Path, deck: str) -> Path:
    """Return where a deck's ledger is."""
    return out / f"{deck}.ledger.jsonl"


def withdrawn_path(out: Path, deck: str) -> Path:
    """Return where the package of a deck's withdrawn notes is, if there are any."""
    return out / f"{deck}.withdrawn.apkg"


def build(planned: Planned, out: Path, write: bool = True) -> tuple[tuple[Built, ...], tuple[Diagnostic, ...]]:
    """Write package and ledger of every deck, or nothing at all. Files that would hold the same stay as they are.

    Each package goes after its ledger: a kill between the two leaves what the next build makes the same package of.
    """
    try:
        if not write:
            return tuple(_packed(release, out)[0] for release in planned.releases), ()
        with folder_for_output(out):
            packed = [_packed(release, out) for release in planned.releases]
            replace_all([output for _, outputs in packed for output in outputs])
    except Unusable as problem:
        help = "free the place, or choose another folder with -o"
        return (), (Diagnostic(Span(out.as_posix()), "P001", str(problem), help),)
    return tuple(built for built, _ in packed), ()


def _packed(release: Release, out: Path) -> tuple[Built, list[Output]]:
    """Return what was built, and the files that differ from those in place."""
    from generator import apkg, selfcheck  # they bring genanki and sqlite, which a check does without

    deck, stamps = release.deck, release.stamps
    package, ledger = package_path(out, deck.id), ledger_path(out, deck.id)
    data = apkg.pack(deck, stamps)
    remembered = ledgers.write(release.ledger)
    outputs = [] if _holds(ledger, remembered) else [Output(ledger, remembered)]
    packages = {package: data}
    if gone := withdrawn(release.ledger, deck):
        packages[withdrawn_path(out, deck.id)] = apkg.pack(gone, stamps)
    for path, packed in packages.items():
        if not apkg.same_content(path, packed):
            outputs.append(Output(path, packed, selfcheck.check))
    return Built(release, package, len(data), tuple(it.target for it in outputs)), outputs


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_plain(path, len(data)) == data
    except Unusable:
        return False
