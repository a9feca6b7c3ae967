"""A deck's changed files beside what is known of its notes -> the same as the next build has to know it.

TooMuch where rules across notes may find anything else than they found.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from generator.again._last import Deck
from generator.again._noted import Noted, Read, points_at, read_of
from generator.base.diagnostics import Diagnostic
from generator.base.files import read_plain
from generator.base.limits import MAX_BYTES
from generator.base.place import Span
from generator.deck import learning, rules
from generator.deck.across.sums import NEAR, Balance, Numbers, Search, balance_of, may_be_spoilt
from generator.deck.facts import Deck as Authored
from generator.deck.facts import Written
from generator.source.project import DeckFolder

_MOST = 40  # notes that changed, and files that are read beside theirs: with more, the whole deck is read as fast
_OF_WORDING = ("S210", "L09", "L50", "L55", "L74")  # what rules across notes find in their texts
_OF_MANY = ("L22", "L30", "L32", "L62", "L63", "L64", "L74")  # what they find where they count notes, or in their order


class TooMuch(Exception):
    """More changed than that notes were reworded or added, or there is something to say of it."""


def only_if(fits: object) -> None:
    """Raise TooMuch where something does not fit."""
    if not fits:
        raise TooMuch


class _Change(NamedTuple):
    """A file that changed, what is known of it, where its notes stood, and which of them are reworded or new."""

    file: Written
    new: Read
    first: int
    last: int
    reworded: tuple[int, ...]
    added: tuple[int, ...]


def compared(folder: DeckFolder, deck: Deck, authored: Authored, across: Collection[Diagnostic], files: Noted) -> Deck:
    """Return the deck with what rules know of these files now. `across` is what they found."""
    places = {folder.shows(it.name): at for at, it in enumerate(deck.files)}
    begins = [*accumulate([it.notes for it in deck.files], initial=0)]
    changes = []
    for file in authored.files:
        at = places[file.path]
        changes.append(_change(deck, file, begins[at], begins[at + 1], deck.files[at].places, across))
        files.read_files[file.path] = changes[-1].new
    balance = _balance(deck, changes, across)
    beside = {bisect_right(begins, it) - 1 for it in _beside(deck, changes) if 0 <= it < begins[-1]}
    names = [deck.files[at].name for at in beside.difference(places[file.path] for file in authored.files)]
    only_if(len(names) <= _MOST)
    more = [files.written(folder.shows(it), it, read_plain(folder.path / it, MAX_BYTES)) for it in names]
    window = authored._replace(files=tuple(sorted([*authored.files, *more], key=lambda it: places[it.path])))
    _look_at(window, changes, across)
    sums = deck.sums
    for it in sorted(changes, key=lambda it: it.first, reverse=True):
        sums = sums.spliced(it.first, it.last, it.new.sums)
    return deck._replace(sums=sums, whole=deck.whole._replace(balance=balance))


def _change(deck: Deck, file: Written, first: int, last: int, places: str, across: Collection[Diagnostic]) -> _Change:
    """Return what changed in a file, where each note that was there still stands in the same order."""
    pointing = [it for it in across if points_at(it, file.path)]
    new, known = read_of(file, deck.whole.weighed, bool(pointing)), deck.sums
    only_if(new.places == places and not any(it.code in _OF_WORDING for it in pointing))
    only_if(all(_stands(it.span, file) for it in pointing if it.span.path == file.path))
    added = _added(known.common[first:last], new.sums.common)
    only_if(not (added and pointing))
    kept = [at for at in range(len(new.sums.notes)) if at not in added]
    only_if(known.named[first:last].tolist() == [new.sums.named[at] for at in kept])
    reworded = tuple(at for at, was in zip(kept, known.notes[first:last], strict=True) if new.sums.notes[at] != was)
    only_if(len(reworded) + len(added) <= _MOST)
    return _Change(file, new, first, last, reworded, added)


def _added(before: Numbers, now: Numbers) -> tuple[int, ...]:
    """Return the places of notes that are new. Raises TooMuch where one that was there is not, or in another place."""
    added, old = [], 0
    for at, it in enumerate(now):
        if old < len(before) and before[old] == it:
            old += 1
        else:
            added.append(at)
    only_if(old == len(before) and len(added) <= _MOST)
    return tuple(added)


def _stands(span: Span, file: Written) -> bool:
    """Say whether the line that a warning shows is as it was."""
    if not span.line or not file.notes:
        return not span.line
    source = file.notes[0].common.id.source
    return span.line <= source.lines and source.line(span.line) == span.excerpt


def _balance(deck: Deck, changes: Iterable[_Change], across: Collection[Diagnostic]) -> Balance:
    """Return what the deck weighs with the new notes, which are such as it has already."""
    balance = deck.whole.balance
    for it in (change for change in changes if change.added):
        subdecks = {note.common.subdeck.value if note.common.subdeck else "" for note in it.file.notes}
        # A file without notes would bring its subdeck in between those of the others.
        only_if(
            it.last > it.first
            and len(subdecks) == 1
            and not deck.whole.weighed
            and not any(one.code in _OF_MANY for one in across)
        )
        only_if(all(deck.sums.shapes.count(it.new.sums.shapes[at]) > 1 for at in it.added))
        more = balance_of(fact for at in it.added for fact in it.file.notes[at].facts)
        balance = Balance(*(some + others for some, others in zip(balance, more, strict=True)))
    only_if(balance.decides_as(deck.whole.balance))
    return balance


def _beside(deck: Deck, changes: Iterable[_Change]) -> set[int]:
    """Return the places of notes that those which changed are compared with.

    Raises TooMuch where one was like another note, or is: which of those are named depends on all of them.
    """
    found: set[int] = set()
    known = Search(deck.sums)
    for it in changes:
        for at in (*it.reworded, *it.added):
            place = it.first + at - sum(new < at for new in it.added)  # where it stood, or would have
            own = {place} if at in it.reworded else set()
            only_if(known.alike(it.new.sums, at) <= own and (not own or known.alike(deck.sums, place) <= own))
            found |= known.same_answer(it.new.sums, at)
            found |= {*range(place - NEAR, place + NEAR + 1)}
    return found


def _look_at(window: Authored, changes: Sequence[_Change], across: Collection[Diagnostic]) -> None:
    """Ask the rules across notes of those that changed, and of what may be like them or stands near them."""
    ids = {it.file.notes[at].common.id.value for it in changes for at in (*it.reworded, *it.added)}
    if not ids:
        return
    only_if(not rules.check(window))
    only_if(set(across).issuperset(learning.alike(window)))
    only_if(all(ids.isdisjoint(id.partition("/")[0] for id in pair) for pair in may_be_spoilt(window)))
