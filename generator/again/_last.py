"""What a build left <-> bytes for the cache: digests of all that it read, and of each deck what the next build needs.

Only of a build in which nothing moved, was withdrawn just now or came back, and nothing was said of a history.
"""

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from generator.again._noted import Made, Noted, OfDeck
from generator.base.diagnostics import Diagnostic, Fix, Severity
from generator.base.files import Unusable, read_plain
from generator.base.limits import MAX_LEDGER
from generator.base.place import Span
from generator.cache.inputs import Inputs, Seen, digest_of
from generator.compiled.notes import NoteId
from generator.deck.across.sums import Balance, Sums, empty
from generator.ledger.part import Lines
from generator.pipeline.baseline import Named, Warned
from generator.pipeline.build import Built, Planned
from generator.release.next_build import Counts
from generator.release.plan import CardChange, Forgotten, Plan
from generator.release.shelf import released_path
from generator.release.why import Reason
from generator.source.project import DeckFolder

_OF_A_STEP = "L14"  # a warning about what one build does, which the next one does not repeat


class File(NamedTuple):
    """A file of notes: how many there are, and what became of them."""

    name: str
    notes: int
    places: str  # where rules across notes found something that stands in it: a digest of all places
    made: Made
    said: Mapping[Diagnostic, Named]  # every warning


class Deck(NamedTuple):
    """A deck; what is listed is in the order of its notes."""

    id: str
    folder: str  # as shown
    files: tuple[File, ...]
    counts: Counts
    plan: Plan
    withdrawn: int  # notes in the package of those
    sums: Sums
    whole: OfDeck

    @property
    def ids(self) -> tuple[NoteId, ...]:
        """The ids of its compiled notes."""
        return tuple(id for file in self.files for id in file.made.ids)

    def by_file(self) -> Iterator[tuple[File, Sums]]:
        """Yield each file with what is known of its notes."""
        first = begin = 0
        for file in self.files:
            last = first + file.notes
            end = begin + sum(self.sums.lengths[first:last])
            yield file, self.sums.between(first, last, begin, end)
            first, begin = last, end


class Last(NamedTuple):
    """A build, at a time in s since 1970."""

    now: int
    source: Seen
    shelf: Seen
    decks: tuple[Deck, ...]
    across: Mapping[Diagnostic, Named]  # warnings that are not of single files


def left_by(planned: Planned, built: Sequence[Built], files: Noted, before: Inputs, after: Inputs) -> Last | None:
    """Return what a build left; None where the next one has to look at everything."""
    if files.has_adopted or before.source != after.source or len(built) != len(planned.folders):
        return None
    everything = frozenset((*planned.diagnostics, *planned.baseline.known))
    named = {it: its for it, its in planned.baseline.named.items() if it in everything}
    if len(named) < len(everything) or any(it.code == _OF_A_STEP for it in named):
        return None  # an error, or a finding about a note's history
    decks = []
    for it, folder in zip(built, planned.folders, strict=True):
        plan = it.release.plan
        unsettled = plan.moved or plan.again or plan.restored or plan.forgotten or plan.retired_now
        if unsettled or it.release.ledger.version < 2 or not _is_found_by_line(it, after):
            return None
        paths = [path for path in files.results if path.rpartition("/")[0] == folder.shown]
        decks.append(_deck(it, folder, paths, files, named))
    own = {warning for deck in decks for file in deck.files for warning in file.said}
    across = {it: its for it, its in named.items() if it not in own}
    return Last(planned.wish.now, after.source, after.shelf, tuple(decks), across)


def _is_found_by_line(built: Built, after: Inputs) -> bool:
    """Say whether a part of what was released can be read without the rest, if anything was."""
    released, deck = built.release.past.released.ledger, built.release.deck.id
    path = released_path(built.package.parent, deck)
    if released is None:
        return str(path) not in after.shelf.files
    try:
        data = read_plain(path, MAX_LEDGER)
    except Unusable:  # it is gone since it was read
        return False
    return digest_of(data) == after.shelf.files.get(str(path)) and Lines(data).are_of(released.entries)


def _deck(
    built: Built, folder: DeckFolder, paths: Sequence[str], files: Noted, named: Mapping[Diagnostic, Named]
) -> Deck:
    sums = empty()
    for path in paths:
        for some, more in zip(sums, files.read_files[path].sums, strict=True):
            some.extend(more)
    its = tuple(file_of(path, files, named) for path in paths)
    release = built.release
    whole = files.decks[folder.shown]
    return Deck(release.deck.id, folder.shown, its, release.counts, release.plan, built.withdrawn, sums, whole)


def file_of(path: str, files: Noted, named: Mapping[Diagnostic, Named]) -> File:
    """Return what the next build needs of a file, and those of these warnings that are about it."""
    read, result = files.read_files[path], files.results[path]
    said = {it: named[it] for it in files.said_of(path) if it in named}
    return File(path.rpartition("/")[2], len(read.sums.notes), read.places, result.made, said)


def written(last: Last) -> bytes:
    """Return the bytes: the length of a JSON text, the text, and the numbers of each deck."""
    head = json.dumps(
        [
            last.now,
            *map(_of_seen, (last.source, last.shelf)),
            [*map(_of_deck, last.decks)],
            [_of_said(*it) for it in last.across.items()],
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8", "surrogatepass")
    numbers = [it.tobytes() for deck in last.decks for it in deck.sums]
    return b"".join([len(head).to_bytes(8, "big"), head, *numbers])


def read(data: bytes | None) -> Last | None:
    """Return what was written; None where it is nothing that this program wrote."""
    try:
        end = 8 + int.from_bytes((data or b"")[:8], "big")
        now, source, shelf, decks, across = json.loads((data or b"")[8:end])
        numbers = _Numbers(data or b"", end)
        made = tuple(_to_deck(it, numbers) for it in decks)
        return Last(int(now), _to_seen(source), _to_seen(shelf), made, dict(map(_to_said, across)))
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
        return None


class _Numbers:
    """Reads one array after another."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def next(self, like: "array[int]", length: int) -> "array[int]":
        """Return the next numbers. Raises ValueError where there are not so many."""
        end = self._at + length * like.itemsize
        made = array(like.typecode, self._data[self._at : end])
        if len(made) != length:
            raise ValueError
        self._at = end
        return made


def _of_seen(seen: Seen) -> list[Any]:
    return [seen.names.hex(), {path: digest.hex() for path, digest in seen.files.items()}]


def _to_seen(value: Any) -> Seen:
    names, files = value
    return Seen(bytes.fromhex(names), {str(path): bytes.fromhex(digest) for path, digest in files.items()}, ())


def _of_deck(deck: Deck) -> list[Any]:
    files, lengths = [_of_file(it) for it in deck.files], [len(it) for it in deck.sums]
    return [
        deck.id,
        deck.folder,
        files,
        deck.counts,
        _of_plan(deck.plan, deck.ids),
        deck.withdrawn,
        lengths,
        [sorted(deck.whole.weighed), deck.whole.balance],
    ]


def _to_deck(value: Any, numbers: _Numbers) -> Deck:
    id, folder, files, counts, plan, withdrawn, lengths, (words, balance) = value
    its = tuple(_to_file(*it) for it in files)
    sums = Sums(*(numbers.next(like, length) for like, length in zip(empty(), lengths, strict=True)))
    if {len(it) for it in sums._replace(words=sums.notes)} != {sum(it.notes for it in its)}:
        raise ValueError
    ids = tuple(id for file in its for id in file.made.ids)
    whole = OfDeck(frozenset(words), Balance(*map(int, balance)))
    return Deck(str(id), str(folder), its, Counts(*map(int, counts)), _to_plan(plan, ids), int(withdrawn), sums, whole)


def _of_file(file: File) -> list[Any]:
    return [*file[:4], [_of_said(*it) for it in file.said.items()]]


def _to_file(name: str, notes: int, places: str, made: Any, said: Any) -> File:
    ids, media, cards = made
    its = Made(tuple(NoteId(str(it)) for it in ids), tuple(map(str, media)), int(cards))
    return File(str(name), int(notes), str(places), its, dict(map(_to_said, said)))


def _of_said(it: Diagnostic, named: Named) -> list[Any]:
    return [*it[:5], it.fix, named]


def _to_said(value: Any) -> tuple[Diagnostic, Named]:
    span, code, message, help, note, fix, (warned, notes) = value
    its = Fix(Span(*fix[0]), fix[1]) if fix else None
    warning = Diagnostic(Span(*span), code, message, help, note, Severity.WARNING, its)
    return warning, Named(Warned(*warned), notes)


_OF_IDS = ("new", "changed", "unchanged", "drafts", "withdrawn")


def _of_plan(plan: Plan, ids: tuple[NoteId, ...]) -> list[Any]:
    lists = [None if getattr(plan, name) == ids else getattr(plan, name) for name in _OF_IDS]  # often it is all of them
    return [lists, plan.cards, plan.look, plan.why, plan.is_first]


def _to_plan(value: Any, ids: tuple[NoteId, ...]) -> Plan:
    lists, cards, look, why, is_first = value
    new, changed, unchanged, drafts, withdrawn = (ids if it is None else tuple(map(NoteId, it)) for it in lists)
    changes = tuple(CardChange(NoteId(id), _pairs(gained), _pairs(lost)) for id, gained, lost in cards)
    reasons = {NoteId(id): tuple(Reason(*it) for it in its) for id, its in why.items()}
    return Plan(
        new, changed, unchanged, (), withdrawn, (), changes, tuple(look), reasons, drafts, Forgotten(), (), (), is_first
    )


def _pairs(value: Any) -> tuple[tuple[int, str], ...]:
    return tuple((int(number), str(text)) for number, text in value)


def with_files(seen: Seen, digests: Mapping[str, bytes]) -> Seen:
    """Return what lies in a folder after some of its files were written anew."""
    return Seen(seen.names, {**seen.files, **digests}, ())
