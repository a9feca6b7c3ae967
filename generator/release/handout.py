"""A Release that students get -> the files that go out with it: corrections, release notes, and the ledger of it."""

from pathlib import Path
from typing import NamedTuple

from generator.base.clock import day
from generator.ledger import ledger as ledgers
from generator.ledger.extras import Mark
from generator.ledger.ledger import Ledger
from generator.ledger.released import Released
from generator.release import shelf
from generator.release._corrections import corrections, count
from generator.release.changes import compare, release_notes
from generator.release.next_build import Release


class NameTaken(Exception):
    """A release of this name was made before; the text is the name."""


class Handout(NamedTuple):
    """The name of a release, and the files of it in the order in which they are written; the last makes it one."""

    mark: Mark
    files: dict[Path, bytes]

    @property
    def name(self) -> str:
        """The name of the release."""
        return self.mark.name


def handout(release: Release, last: Released, out: Path, name: str, now: int) -> Handout:
    """Return what goes out with a release; where nothing changed since the last one, its own name. Raises NameTaken.

    A killed release may have left its section of the notes: it is written anew, until `released.jsonl` is there.
    """
    deck, ledger = release.deck, release.ledger
    corrected = corrections(deck, ledger)
    files = {shelf.corrections_path(out, deck.id): corrected}
    mark = last.ledger.extras.release if last.ledger else None
    if same := mark_of(last, ledger):
        return Handout(same, files)
    notes = shelf.notes_path(out, deck.id)
    kept = _until(shelf.sections(notes), mark)
    chosen = _chosen(name, day(now), {it for it, _ in kept} | ({mark.name} if mark else set()))
    section = release_notes(compare(last, ledger), chosen, count(corrected))
    files[notes] = "\n".join([section, *(f"{text.rstrip()}\n" for _, text in kept)]).encode()
    made = Mark(chosen, now)
    given = ledger._replace(extras=ledger.extras._replace(release=made))
    return Handout(made, files | {shelf.released_path(out, deck.id): ledgers.write(given)})


def mark_of(last: Released, ledger: Ledger) -> Mark | None:
    """Return the mark of the last release where nothing changed since."""
    mark = last.ledger.extras.release if last.ledger else None
    return mark if mark and _unmarked(last) == ledgers.write(ledger) else None


def _unmarked(last: Released) -> bytes:
    """Return the bytes of the ledger that was released."""
    ledger: Ledger | None = last.ledger
    assert ledger is not None
    return ledgers.write(ledger._replace(extras=ledger.extras._replace(release=None)))


def _until(sections: list[tuple[str, str]], mark: Mark | None) -> list[tuple[str, str]]:
    """Return the sections of releases that were made; those above the last one are of a release that was cut short."""
    names = [name for name, _ in sections]
    if mark is None:
        return []
    return sections[names.index(mark.name) :] if mark.name in names else sections


def _chosen(name: str, today: str, taken: set[str]) -> str:
    """Return the name of a release: as asked for, or the day; a second one of a day has a number."""
    if name in taken:
        raise NameTaken(name)
    others = (f"{today}-{number}" for number in range(2, len(taken) + 3))
    return name or next(it for it in (today, *others) if it not in taken)
