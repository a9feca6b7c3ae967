"""The plan of the last build and that of the notes that changed -> the plan of all notes."""

from collections.abc import Collection, Iterable, Sequence

from generator.compiled.notes import NoteId
from generator.release.plan import Plan


def merged(last: Plan, part: Plan, own: Collection[NoteId], order: Sequence[NoteId]) -> Plan:
    """Return the plan. `own` are the notes of the part, `order` all ids in theirs."""

    def both(all_ids: tuple[NoteId, ...], its: tuple[NoteId, ...]) -> tuple[NoteId, ...]:
        if tuple(id for id in all_ids if id in own) == its:
            return all_ids
        chosen = frozenset(all_ids).difference(own).union(its)
        return tuple(id for id in order if id in chosen)

    cards = {it.id: it for it in last.cards if it.id not in own} | {it.id: it for it in part.cards}
    changed = both(last.changed, part.changed)
    why = {**last.why, **part.why}
    return part._replace(
        new=both(last.new, part.new),
        changed=changed,
        unchanged=both(last.unchanged, part.unchanged),
        cards=tuple(cards[id] for id in _in(order, cards)),
        look=last.look,
        why={id: why[id] for id in changed},
        drafts=both(last.drafts, part.drafts),
    )


def _in(order: Sequence[NoteId], some: Iterable[NoteId]) -> Iterable[NoteId]:
    """Return some ids in the order of all."""
    chosen = frozenset(some)
    return [id for id in order if id in chosen] if chosen else []
