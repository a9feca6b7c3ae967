"""What a build left and the source as it is now -> the next build, where no more than the wording of notes changed.

`Again` is what a command holds: the files as they are read, and what the last build left in the cache.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from generator.again._last import Deck, Last, left_by, read, with_files, written
from generator.again._noted import Noted
from generator.again._part import Part, TooMuch, only_if, part_of
from generator.again._plans import merged
from generator.base.diagnostics import Diagnostic, in_order
from generator.base.files import Output, Unusable, folder_for_output, read_plain, replace_all
from generator.base.limits import MAX_LEDGER, MAX_PACKAGE
from generator.base.progress import Tell
from generator.cache.inputs import Inputs, Seen, digest_of
from generator.cache.store import Store
from generator.compiled.notes import NoteId
from generator.deck.schema import Files
from generator.ledger.ledger import Ledger
from generator.ledger.memory import record_of
from generator.ledger.part import Lines
from generator.ledger.released import Released
from generator.package.patched import Patch, patched
from generator.package.reading import Unreadable
from generator.pipeline import baseline
from generator.pipeline.baseline import Named
from generator.pipeline.build import Built, Planned, Wish, can_settle
from generator.release import shelf
from generator.release.next_build import Past
from generator.source.project import DeckFolder, Project, find


class Edited(NamedTuple):
    """A build, as `pipeline.build` would give it, and what it leaves to the next one."""

    planned: Planned
    built: tuple[Built, ...]
    last: Last


class _Made(NamedTuple):
    """A deck that was built, what the next build needs of it, the files that are new, and which warnings are not."""

    built: Built
    deck: Deck
    outputs: tuple[Output, ...]
    settled: frozenset[Diagnostic]


class Again(Noted):
    """Files as they are read, and what builds leave to the next one under a key of the store."""

    def __init__(self, kept: Files, store: Store, key: bytes, before: Inputs) -> None:
        super().__init__(kept)
        self._store, self._key, self._before = store, key, before
        self._done: tuple[Planned, tuple[Built, ...]] | None = None
        self._left: Last | None = None

    @property
    def is_edited(self) -> bool:
        """Whether no more was built than what was edited."""
        return self._left is not None

    @property
    def wrote(self) -> bool:
        """Whether that was anything: then what lies there is no longer what the run read, and it is known what does."""
        return self._left is not None and self._left.shelf.files != self._before.shelf.files

    def edited(
        self, source: Path, out: Path, wish: Wish, strict: bool, tell: Tell
    ) -> tuple[Planned, tuple[Built, ...]] | None:
        """Build what was edited; None, and nothing is done, where the whole deck has to be looked at.

        With `strict`, a build of which a warning is new is none.
        """
        last = read(self._store.get(self._key))
        made = _edited(source, out, wish, strict, self, last, self._before, tell) if last else None
        if made is None:
            return None
        self._left = made.last
        return made.planned, made.built

    def built(self, planned: Planned, built: tuple[Built, ...]) -> None:
        """Take a build of the whole deck."""
        self._done = planned, built

    def end(self, after: Inputs | None) -> None:
        """Keep what the build left; `after` is what it read, as it is now, where that was looked at."""
        if self._done and after:
            self._left = left_by(*self._done, self, self._before, after)
        if self._left:
            self._store.put(self._key, written(self._left))


def _edited(
    source: Path, out: Path, wish: Wish, strict: bool, files: Noted, last: Last, now: Inputs, tell: Tell
) -> Edited | None:
    project, _ = find(source)
    both = [*zip(project.decks, last.decks, strict=False)]
    notes = {str(folder.path / it.name) for folder, deck in both for it in deck.files}
    changed = _changed(last, now)
    if changed is None or not changed <= notes or wish.now < last.now:
        return None
    made = []
    try:
        with folder_for_output(out):
            for folder, deck in both:
                tell(f"building what changed of {deck.id}")
                names = [it.name for it in deck.files if str(folder.path / it.name) in changed]
                made.append(_made(folder, deck, names, last.across, _Shelf(out, deck.id, now.shelf), files, wish.now))
            planned = _planned(source, project, wish, made, last.across)
            only_if(not (strict and planned.diagnostics))
            replace_all([output for it in made for output in it.outputs])
    except (TooMuch, Unusable, Unreadable):  # a build of the whole does what is to be done, or says why it cannot
        return None
    built = tuple(it.built for it in made)
    digests = {str(path): digest_of(read_plain(path, MAX_PACKAGE)) for it in built for path in it.written}
    left = Last(wish.now, now.source, with_files(now.shelf, digests), tuple(it.deck for it in made), last.across)
    return Edited(planned, built, left)


def _planned(
    source: Path, project: Project, wish: Wish, made: Sequence[_Made], across: Mapping[Diagnostic, Named]
) -> Planned:
    """Return the plan with everything that is to be said of these decks."""
    before = baseline.load(source, project)
    only_if(not before.found)
    own = {it: named for deck in made for file in deck.deck.files for it, named in file.said.items()}
    every = {**across, **own}
    fresh, weighed = before.weigh(in_order(every), every, [it.deck.id for it in made])
    settled = frozenset(it for deck in made for it in deck.settled)
    releases = tuple(it.built.release for it in made)
    return Planned(releases, fresh, project.ignored, (), source, wish, settled, weighed, project.decks)


def _changed(last: Last, now: Inputs) -> frozenset[str] | None:
    """Return the paths of files that changed since the last build; None where names did, or what was built."""
    was = last.source
    same_names = (was.names, was.files.keys()) == (now.source.names, now.source.files.keys())
    if not same_names or (last.shelf.names, last.shelf.files) != (now.shelf.names, now.shelf.files):
        return None
    return frozenset(path for path, digest in now.source.files.items() if was.files[path] != digest)


class _Shelf:
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


def _made(
    folder: DeckFolder,
    deck: Deck,
    names: list[str],
    across: Mapping[Diagnostic, Named],
    its: _Shelf,
    files: Noted,
    now: int,
) -> _Made:
    """Build a deck of which these files changed. Raises TooMuch, Unusable and Unreadable."""
    own = [id for it in deck.files if it.name in names for id in it.made.ids]
    data = its.held(its.ledger, MAX_LEDGER)
    lines = Lines(data)
    past = its.past(lines, [*own, *deck.plan.withdrawn], now)
    part = part_of(folder, deck, names, across, past, its.ledger, files, now)
    new = lines.with_part(part.release.ledger)
    only_if(new)
    assert new is not None
    outputs, package = [Output(its.ledger, new)] if new != data else [], its.package
    if patches := _patches(part, deck.ids):
        entries, errata = part.release.ledger.entries, part.release.errata
        memory = {it.note.guid: record_of(entries[it.note.id], errata) for it in patches}
        package = patched(its.package, its.held(its.package, MAX_PACKAGE), patches, memory)
        outputs.append(Output(its.package, package))
    plan = merged(deck.plan, part.release.plan, frozenset(own), deck.ids)
    left = part.deck._replace(plan=plan)
    release = part.release._replace(plan=plan, counts=left.counts)
    written_paths = tuple(it.target for it in outputs)
    built = Built(release, its.package, package.stat().st_size, written_paths, "", deck.withdrawn)
    said = [across, *(file.said for file in deck.files)]
    shown = {folder.shows(name) for name in names}
    named = {it for warnings in said for it, its in warnings.items() if its.warned.deck == deck.id and its.warned.note}
    old = {it for it in named if it.span.path not in shown and can_settle(it)}
    return _Made(built, left, tuple(outputs), part.settled | old)


def _patches(part: Part, order: tuple[NoteId, ...]) -> list[Patch]:
    """Return the notes that changed. Raises TooMuch where the ledger says more of one, and its time is the same."""
    release, places = part.release, {}
    before = release.past.before.entries if release.past.before else {}
    entries = release.ledger.entries
    changed = {id for id, it in entries.items() if it != before.get(id)}
    only_if(all(entries[id].mod != before[id].mod for id in changed))
    if changed:
        places = {id: at for at, id in enumerate(order)}
    return [Patch(it, release.stamps.notes[it.id], places[it.id]) for it in release.deck.notes if it.id in changed]
