"""The ledgers of the last release and of the next -> the plan: what changes for students, and why."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from generator.compiled.notes import NoteId
from generator.ledger.ledger import Entry, Ledger, only_in
from generator.ledger.released import Released
from generator.release.why import Reason, why


class Moved(NamedTuple):
    """A note in another subdeck than before. Anki leaves the cards a student has where they are."""

    id: NoteId
    before: str
    now: str


class CardChange(NamedTuple):
    """Card numbers, with what they hide, that a note gains or loses."""

    id: NoteId
    gained: tuple[tuple[int, str], ...]
    lost: tuple[tuple[int, str], ...]


class Forgotten(NamedTuple):
    """Drafts that the ledger no longer knows: whole notes, and card numbers of others with what they hid."""

    notes: tuple[NoteId, ...] = ()
    numbers: tuple[tuple[NoteId, int, str], ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything was forgotten."""
        return bool(self.notes or self.numbers)


class Plan(NamedTuple):
    """What changes for students who have the last release. Ids are in the source's order, withdrawn ones sorted."""

    new: tuple[NoteId, ...]
    changed: tuple[NoteId, ...]  # those that an import writes anew
    unchanged: tuple[NoteId, ...]
    moved: tuple[Moved, ...]
    withdrawn: tuple[NoteId, ...]
    again: tuple[tuple[NoteId, str], ...]  # those withdrawn that a new note says again, and what keeps their history
    cards: tuple[CardChange, ...]
    look: tuple[str, ...]  # note types whose templates or style change
    why: Mapping[NoteId, tuple[Reason, ...]]  # of what changed or moved
    drafts: tuple[NoteId, ...]  # live notes that no release holds
    forgotten: Forgotten
    restored: tuple[NoteId, ...]
    retired_now: tuple[NoteId, ...]  # by this build
    is_first: bool  # no release was made so far


class Step(NamedTuple):
    """What the next build does beside what its ledger says. `gone` are the notes that it retires."""

    gone: tuple[Entry, ...] = ()
    again: Mapping[NoteId, str] | None = None
    restored: frozenset[NoteId] = frozenset()
    forgotten: Forgotten = Forgotten()


def planned(last: Released, after: Ledger, order: Sequence[NoteId], step: Step, since: Released | None = None) -> Plan:
    """Return what the next release changes for students who have the last one, or have `since`."""
    base = since or last
    live = [after.entries[id] for id in order]
    known = [(old, it) for it in live if (old := base.entry(it.guid)) is not None]
    changed = [(old, it) for old, it in known if old.mod != it.mod]
    moved = [(old, it) for old, it in known if old.deck != it.deck]
    reasons = {it.id: why(old, it) for old, it in [*changed, *moved]}
    again = step.again or {}
    return Plan(
        tuple(it.id for it in live if base.entry(it.guid) is None),
        tuple(it.id for _, it in changed),
        tuple(it.id for old, it in known if old.mod == it.mod),
        tuple(Moved(it.id, old.deck, it.deck) for old, it in moved),
        _withdrawn(base, after, step.gone),
        tuple(sorted(again.items())),
        tuple(_cards(known)),
        _looks(base.ledger, after),
        reasons,
        tuple(it.id for it in live if not last.holds(it.guid)),
        step.forgotten,
        tuple(it.id for it in live if it.id in step.restored or _was_retired(base, it)),
        tuple(sorted(it.id for it in step.gone)),
        last.ledger is None,
    )


def _withdrawn(base: Released, after: Ledger, gone: Iterable[Entry]) -> tuple[NoteId, ...]:
    """Return what this build retires, and what was retired since the release."""
    since = {it.id for it in after.entries.values() if it.retired and _is_live(base.entry(it.guid))}
    return tuple(sorted({it.id for it in gone} | since))


def _is_live(entry: Entry | None) -> bool:
    return entry is not None and not entry.retired


def _was_retired(base: Released, entry: Entry) -> bool:
    old = base.entry(entry.guid)
    return old is not None and bool(old.retired)


def _cards(known: Iterable[tuple[Entry, Entry]]) -> Iterable[CardChange]:
    for old, now in known:
        gained, lost = only_in(now.numbers, old.numbers), only_in(old.numbers, now.numbers)
        if gained or lost:
            yield CardChange(now.id, tuple(gained.items()), tuple(lost.items()))


def _looks(before: Ledger | None, after: Ledger) -> tuple[str, ...]:
    old = before.note_types if before else {}
    return tuple(name for name, it in after.note_types.items() if name in old and old[name].look != it.look)
