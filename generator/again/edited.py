"""What a build left and the source as it is now -> the next build, where notes were reworded or some are new.

`Again` is what a command holds: the files as they are read, and what the last build left in the cache.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from generator.again._compared import TooMuch, only_if
from generator.again._last import Last, left_by, read, with_files, written
from generator.again._noted import Noted
from generator.again._placed import Placed, Shelf, placed
from generator.base.diagnostics import Diagnostic, in_order
from generator.base.files import Unusable, folder_for_output, read_plain, replace_all
from generator.base.limits import MAX_PACKAGE
from generator.base.progress import Tell
from generator.cache.inputs import Inputs, digest_of
from generator.cache.store import Store
from generator.deck.across.sums import Sums
from generator.deck.facts import Written
from generator.deck.schema import File, Files
from generator.package.inspection import BadPackage
from generator.package.reading import Unreadable
from generator.pipeline import baseline
from generator.pipeline.baseline import Named
from generator.pipeline.build import Built, Planned, Wish
from generator.source.project import DeckFolder, Project, find


class Edited(NamedTuple):
    """A build, as `pipeline.build` would give it, and what it leaves to the next one."""

    planned: Planned
    built: tuple[Built, ...]
    last: Last


class Again(Noted):
    """Files as they are read, and what builds leave to the next one under a key of the store."""

    def __init__(self, kept: Files, store: Store, key: bytes, before: Inputs) -> None:
        super().__init__(kept)
        self._store, self._key, self._before = store, key, before
        self._last = read(store.get(key))
        self._done: tuple[Planned, tuple[Built, ...]] | None = None
        self._left: Last | None = None
        self._known: frozenset[bytes] = frozenset()  # digests of files, where no other may be read

    def read(self, shown: str, name: str, data: bytes) -> File:
        """Return what a file with a name of its own holds."""
        self._look_at(data)
        return super().read(shown, name, data)

    def written(self, shown: str, name: str, data: bytes) -> Written:
        """Return what a file of notes holds."""
        self._look_at(data)
        return super().written(shown, name, data)

    def _look_at(self, data: bytes) -> None:
        """Raise TooMuch where a file was saved since the command began: what is left would not be of what it held."""
        only_if(not self._known or digest_of(data) in self._known)

    @property
    def is_edited(self) -> bool:
        """Whether no more was built than what was edited."""
        return self._left is not None

    @property
    def wrote(self) -> bool:
        """Whether that wrote any file: if so, what the run read has changed, and what is there now is known."""
        return self._left is not None and self._left.shelf.files != self._before.shelf.files

    def edited(
        self, source: Path, out: Path, wish: Wish, strict: bool, tell: Tell
    ) -> tuple[Planned, tuple[Built, ...]] | None:
        """Build what was edited; None, and nothing is done, where the whole deck has to be looked at.

        With `strict`, a build of which a warning is new is none.
        """
        last = self._last
        self._known = frozenset(self._before.source.files.values())
        made = _edited(source, out, wish, strict, self, last, self._before, tell) if last else None
        self._known = frozenset()
        if made is None:
            return None
        self._left = made.last
        return made.planned, made.built

    def known_sums(self, folder: DeckFolder, words: frozenset[str]) -> Mapping[str, Sums]:
        """Return what the last build left of files that did not change, by their paths."""
        if self._last is None:
            return {}
        was, now = self._last.source.files, self._before.source.files
        its = [it for it in self._last.decks if it.folder == folder.shown and it.whole.weighed == words]
        return {
            folder.shows(file.name): sums
            for deck in its
            for file, sums in deck.by_file()
            if (path := str(folder.path / file.name)) in now and was.get(path) == now[path]
        }

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
                made.append(placed(folder, deck, names, last.across, Shelf(out, deck.id, now.shelf), files, wish.now))
            planned = _planned(source, project, wish, made, last.across)
            only_if(not (strict and planned.diagnostics))
            replace_all([output for it in made for output in it.outputs])
            digests = {str(it): digest_of(read_plain(it, MAX_PACKAGE)) for one in made for it in one.built.written}
    except (TooMuch, Unusable, Unreadable, BadPackage, OSError):  # a build of the whole does it, or says why not
        return None
    built = tuple(it.built for it in made)
    left = Last(wish.now, now.source, with_files(now.shelf, digests), tuple(it.deck for it in made), last.across)
    return Edited(planned, built, left)


def _planned(
    source: Path, project: Project, wish: Wish, made: Sequence[Placed], across: Mapping[Diagnostic, Named]
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
