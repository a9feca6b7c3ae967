"""A source folder -> checked decks -> the next release of each -> packages and ledgers on disk: the pipeline."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from generator import ledger as ledgers
from generator import shelf
from generator.check import Read, compiled_deck, each_deck
from generator.claims import Authored, Known
from generator.compiled import NoteId
from generator.deck import Deck
from generator.diagnostics import Diagnostic, errors, in_order, warning
from generator.files import Output, Torn, Unusable, folder_for_output, read_plain, reason, replace_all
from generator.kinds.registry import facts
from generator.located import Text
from generator.place import Span
from generator.progress import Tell, silent
from generator.project import DeckFolder
from generator.release import Release, numbers_from, prepare
from generator.schema import Earlier

if TYPE_CHECKING:
    from generator.origin import Origin  # only preview asks where a note stands


@dataclass(frozen=True, slots=True)
class Planned:
    """What a build would release, and every mistake that keeps it from doing so."""

    releases: tuple[Release, ...]
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[str, ...]
    ledgers: tuple[tuple[Path, str], ...]  # where each ledger is, and the hash of what it held; "" for none
    source: Path
    wish: "Wish"


@dataclass(frozen=True, slots=True)
class Shown:
    """A deck as a build would release it, as far as it could be read, and where its notes come from, in their order."""

    release: Release
    origins: "tuple[Origin, ...]"


@dataclass(frozen=True, slots=True)
class Previewed:
    """Every deck that can be shown, and every mistake in every file."""

    decks: tuple[Shown, ...]
    diagnostics: tuple[Diagnostic, ...]


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
    size: int  # bytes: of the file on disk, which is another where other versions of zlib wrote it
    written: tuple[Path, ...]


def plan(source: Path, out: Path, wish: Wish, tell: Tell = silent) -> Planned:
    """Compare every deck of a folder with its ledger in `out`. Writes nothing."""

    def planned(read: Read) -> tuple[_Prepared, list[Diagnostic]]:
        release, digest, found = _release(read.folder, read.deck, out, wish, read.faulty, tell)
        return _Prepared(read.deck.id, read.deck.name, digest, release), found

    run = each_deck(source, planned, tell)
    found, made = list(run.diagnostics), run.made
    if not wish.new_ledger:
        found += shelf.under_another_id(out, [(it.id, it.name) for it in made], wish.now)
    releases = tuple(it.release for it in made if it.release)
    seen = tuple((shelf.ledger_path(out, it.id.value), it.digest) for it in made)
    return Planned(releases, in_order(found), run.ignored, seen, source, wish)


class _Prepared(NamedTuple):
    """What is kept of a deck that is planned, and not the deck, which is large. `digest` is that of its ledger."""

    id: Text
    name: Text
    digest: str
    release: Release | None


def preview(source: Path, out: Path, now: int, earlier: Earlier | None = None) -> Previewed:
    """Compile every deck of a folder and compare it with its ledger in `out`, whatever is wrong. Writes nothing."""
    from generator.origin import origins

    def shown(read: Read) -> tuple[tuple[Deck, Release | None], list[Diagnostic]]:
        release, _, found = _release(read.folder, read.deck, out, Wish(now), read.faulty, silent, in_part=True)
        return (read.deck, release), found

    run = each_deck(source, shown, silent, earlier)
    decks = tuple(Shown(release, origins(deck, run.diagnostics)) for deck, release in run.made if release)
    return Previewed(decks, run.diagnostics)


def _release(
    folder: DeckFolder, deck: Deck, out: Path, wish: Wish, faulty: bool, tell: Tell, in_part: bool = False
) -> tuple[Release | None, str, list[Diagnostic]]:
    """Return the next release, None where something is wrong, unless it is asked for `in_part`; the ledger's digest."""
    tell(f"reading what was released of {deck.id.value}")
    before, digest, found = shelf.released(out, deck.id.value, wish.now, wish.new_ledger)
    authored = _authored(deck, shelf.ledger_path(out, deck.id.value))
    tell(f"rendering {deck.id.value}")
    compiled, problems = compiled_deck(folder, deck, numbers_from(Known(before, authored)), faulty)
    found += problems
    faulty = faulty or errors(found)
    if faulty and not in_part:
        return None, digest, found
    tell(f"comparing {deck.id.value} with its last release")
    release, compared = prepare(compiled, before, wish.now, authored, wish.retire, wish.reason)
    # A note that could not be read is not one that is gone.
    return release, digest, found if faulty else [*found, *compared]


def _authored(deck: Deck, ledger: Path) -> Authored:
    places: dict[NoteId, Text] = {}
    was: dict[NoteId, NoteId] = {}
    was_places: dict[NoteId, Text] = {}
    allowed: set[tuple[NoteId, str]] = set()
    for fact in facts(deck):
        id, common = NoteId(fact.id), fact.common
        places[id] = fact.place
        allowed |= {(id, code.value) for code, _ in common.allow}
        if common.was:
            was[id] = NoteId(common.was.value + id.removeprefix(common.id.value))
            was_places[id] = common.was
    return Authored(places, was, was_places, frozenset(allowed), ledger.as_posix())


def build(
    planned: Planned, out: Path, write: bool = True, tell: Tell = silent
) -> tuple[tuple[Built, ...], tuple[Diagnostic, ...]]:
    """Write package and ledger of every deck, or nothing at all. Files that would hold the same stay as they are.

    Each package goes after its ledger: a kill between the two leaves what the next build makes the same package of.
    """
    try:
        if not write:
            return tuple(_rehearsed(release, out, tell) for release in planned.releases), ()
        with folder_for_output(out):
            if any(shelf.digest(path) != digest for path, digest in planned.ledgers):  # by another build, meanwhile
                planned = plan(planned.source, out, planned.wish, tell)
                if errors(planned.diagnostics):
                    return (), planned.diagnostics
            packed = [_packed(release, out, tell) for release in planned.releases]
            tell("checking and writing the packages")
            replace_all([output for _, outputs in packed for output in outputs])
            stale = [it for built, _ in packed for it in _swept(built, out)]
    except Torn as problem:
        help = "free the place and build again: that finishes it"
        return (), (Diagnostic(Span(out.as_posix()), "P002", str(problem), help),)
    except Unusable as problem:
        help = "free the place, or choose another folder with -o"
        return (), (Diagnostic(Span(out.as_posix()), "P001", str(problem), help),)
    return tuple(built for built, _ in packed), tuple(stale)


def _rehearsed(release: Release, out: Path, tell: Tell) -> Built:
    """Do what a build does but for writing: what would be written is looked at, too."""
    built, outputs = _packed(release, out, tell)
    for output in outputs:
        output.check(BytesIO(output.data))
    return built


def _swept(built: Built, out: Path) -> Iterator[Diagnostic]:
    """Take away the package of withdrawn notes of a ledger that was begun anew: its notes are live again."""
    path = shelf.withdrawn_path(out, built.release.deck.id)
    if os.path.lexists(path) and not any(entry.retired for entry in built.release.ledger.entries.values()):
        try:
            path.unlink()
        except OSError as problem:
            message = f"{path.as_posix()} cannot be deleted: {reason(problem)}"
            yield warning(Span(path.as_posix()), "P003", message, "delete it yourself, or build again")


def _packed(release: Release, out: Path, tell: Tell) -> tuple[Built, list[Output]]:
    """Return what was built, and the files that differ from those in place."""
    from generator import apkg, selfcheck  # they bring genanki and sqlite, which a plan does without
    from generator.withdrawn import withdrawn

    deck, stamps = release.deck, release.stamps
    tell(f"packing {len(deck.notes):,} notes of {deck.id}")
    package, ledger = shelf.package_path(out, deck.id), shelf.ledger_path(out, deck.id)
    data = apkg.pack(deck, stamps)
    remembered = ledgers.write(release.ledger)
    outputs = [] if _holds(ledger, remembered) else [Output(ledger, remembered)]
    packages = {package: data}
    if gone := withdrawn(release.ledger, deck):
        packages[shelf.withdrawn_path(out, deck.id)] = apkg.pack(gone, stamps)
    for path, packed in packages.items():
        if not apkg.same_content(path, packed):
            outputs.append(Output(path, packed, selfcheck.check))
    written = tuple(it.target for it in outputs)
    size = len(data) if package in written else os.path.getsize(package)
    return Built(release, package, size, written), outputs


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_plain(path, len(data)) == data
    except Unusable:
        return False
