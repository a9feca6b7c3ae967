"""A part of a deck, built -> the files in which its notes stand in their places among the others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from generator.again._compared import only_if
from generator.again._last import Deck
from generator.again._noted import Noted
from generator.again._part import Part, part_of
from generator.again._plans import merged
from generator.base.diagnostics import Diagnostic
from generator.base.files import Output, read_plain
from generator.base.limits import MAX_LEDGER, MAX_PACKAGE
from generator.cache.inputs import Seen, digest_of
from generator.compiled.notes import NoteId
from generator.ledger.ledger import Entry, Ledger
from generator.ledger.memory import record_of
from generator.ledger.part import Lines
from generator.ledger.released import Released
from generator.package.patched import Patch, patched
from generator.pipeline.baseline import Named
from generator.pipeline.build import Built, can_settle
from generator.release import shelf
from generator.release.next_build import Past
from generator.source.project import DeckFolder


class Placed(NamedTuple):
    """A deck that was built, what the next build needs of it, the files that are new, and which warnings are not."""

    built: Built
    deck: Deck
    outputs: tuple[Output, ...]
    settled: frozenset[Diagnostic]


class Shelf:
    """What was built of a deck, as it was when the command began. Asking raises TooMuch where it is not any more."""

    def __init__(self, out: Path, deck: str, seen: Seen) -> None:
        self._out, self._deck, self._seen = out, deck, seen
        self.ledger, self.package = shelf.ledger_path(out, deck), shelf.package_path(out, deck)

    def held(self, path: Path, most: int) -> bytes:
        """Return the bytes of a file."""
        data = read_plain(path, most)
        only_if(digest_of(data) == self._seen.files.get(str(path)))
        return data

    def past(self, lines: Lines, ids: Iterable[NoteId], now: int) -> Past:
        """Return what was built and released of some notes."""
        before = lines.part(ids, self.ledger.as_posix(), self._deck, now)
        only_if(before)
        assert before is not None
        return Past(before, Released(self._released(before, now)))

    def _released(self, before: Ledger, now: int) -> Ledger | None:
        path = shelf.released_path(self._out, self._deck)
        if str(path) not in self._seen.files:
            return None
        lines = Lines(self.held(path, MAX_LEDGER))
        had = {id for it in before.entries.values() for id in (it.id, *it.was) if lines.has(id)}
        released = lines.part(had, path.as_posix(), self._deck, now)
        only_if(released)
        return released


def placed(
    folder: DeckFolder,
    deck: Deck,
    names: Sequence[str],
    across: Mapping[Diagnostic, Named],
    its: Shelf,
    files: Noted,
    now: int,
) -> Placed:
    """Build a deck of which these files changed. Raises TooMuch, Unusable, Unreadable."""
    data = its.held(its.ledger, MAX_LEDGER)
    lines, own = Lines(data), [id for it in deck.files if it.name in names for id in it.made.ids]
    past = its.past(lines, [*own, *deck.plan.withdrawn], now)
    part = part_of(folder, deck, names, across, past, its.ledger, files, now)
    entries = part.release.ledger.entries
    _are_new(lines, [it for id, it in entries.items() if past.before and id not in past.before.entries])
    new = lines.with_part(part.release.ledger)
    only_if(new)
    assert new is not None
    outputs, package = [Output(its.ledger, new)] if new != data else [], its.package
    if patches := _patches(part):
        memory = {it.note.guid: record_of(entries[it.note.id], part.release.errata) for it in patches}
        due = _places_now(deck.ids, part.deck.ids)
        package = patched(its.package, its.held(its.package, MAX_PACKAGE), patches, memory, due)
        outputs.append(Output(its.package, package))
    plan = merged(deck.plan, part.release.plan, frozenset(entries), part.deck.ids)
    release = part.release._replace(plan=plan, counts=part.deck.counts)
    paths = tuple(it.target for it in outputs)
    built = Built(release, its.package, package.stat().st_size, paths, "", deck.withdrawn)
    settled = part.settled.union(_settled(folder, deck, names, across))
    return Placed(built, part.deck._replace(plan=plan), tuple(outputs), settled)


def _are_new(lines: Lines, entries: Iterable[Entry]) -> None:
    """Raise TooMuch where anything that is given to a new note is in the ledger already, whatever for."""
    for it in entries:
        id = it.id.partition("/")[0]
        only_if(not lines.mentions(f'"{id}"', f'"{id}/', f'"{it.guid}"', f'"row":{it.row},'))


def _patches(part: Part) -> list[Patch]:
    """Return the notes that changed. Raises TooMuch where the ledger says more of one, and its time is the same."""
    release, before = part.release, part.release.past.before
    known, entries = before.entries if before else {}, release.ledger.entries
    changed = {id for id, it in entries.items() if it != known.get(id)}
    only_if(all(id not in known or entries[id].mod != known[id].mod for id in changed))
    places = {id: at for at, id in enumerate(part.deck.ids)} if changed else {}
    return [Patch(it, release.stamps.notes[it.id], places[it.id]) for it in release.deck.notes if it.id in changed]


def _places_now(before: Sequence[NoteId], now: Sequence[NoteId]) -> Sequence[int]:
    """Return of each note that was there the place that it has now; nothing where it is the same for all."""
    known = frozenset(before)
    return [at for at, id in enumerate(now) if id in known] if len(before) != len(now) else ()


def _settled(
    folder: DeckFolder, deck: Deck, names: Collection[str], across: Mapping[Diagnostic, Named]
) -> set[Diagnostic]:
    """Return the warnings about notes in unchanged files, which the author has seen before."""
    changed = {folder.shows(name) for name in names}
    said = [across, *(file.said for file in deck.files)]
    named = {it for warnings in said for it, its in warnings.items() if its.warned.deck == deck.id and its.warned.note}
    return {it for it in named if it.span.path not in changed and can_settle(it)}
