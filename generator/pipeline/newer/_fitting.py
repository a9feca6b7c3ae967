"""A newer ForeignDeck -> the same, its notes in the fields of the note types that students of the project have.

A note type that got a field or a card has another shape: one package cannot serve those who have the old one and those
who have the new. So the old one stays, and what has a place in it is taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from generator.base.diagnostics import listed
from generator.collection.foreign import ForeignDeck, ForeignNote
from generator.compiled import foreign
from generator.compiled.notes import Field, NoteType, Template
from generator.ledger.adopted import Original
from generator.ledger.ledger import shape_of


@dataclass(frozen=True, slots=True)
class Fitted:
    """Notes by the note types of the project. `types` are those of the newer deck whose shape is as it was, or new."""

    notes: tuple[ForeignNote, ...]
    types: Mapping[int, NoteType]
    unfit: Mapping[str, str]  # guid of a note that cannot be taken -> why
    told: tuple[str, ...]


def fitted(deck: ForeignDeck, types: Mapping[int, NoteType], originals: Mapping[str, Original]) -> Fitted:
    """Return the notes of a newer deck as the project can hold them. `types` are its note types, by id."""
    theirs = dict(_read(deck))
    renamed = _renamed(theirs, types)
    notes: list[ForeignNote] = []
    unfit: dict[str, str] = {}
    lost: dict[int, set[str]] = {}  # by note type: fields that hold something which no field of ours takes
    for note in deck.notes:
        its = theirs.get(note.note_type)
        if its is None or len(its.fields) != len(note.fields):
            unfit[note.guid] = "its note type cannot be kept"
            continue
        base = originals.get(note.guid)
        ours = types.get(base.note_type if base else note.note_type)
        if ours is None or _is_alike(its, ours):
            notes.append(note if ours is None else replace(note, note_type=ours.id))
        elif made := _laid_out(note, its, ours, base):
            notes.append(made)
            lost.setdefault(ours.id, set()).update(_without_place(note, its, ours))
        else:
            unfit[note.guid] = f"its note type '{its.name}' has nothing in common with '{ours.name}'"
    kept = {id: it for id, it in renamed.items() if id not in types or _is_alike(it, types[id])}
    return Fitted(tuple(notes), kept, unfit, tuple(_told(theirs, types, lost)))


def _read(deck: ForeignDeck) -> Iterator[tuple[int, NoteType]]:
    for id, described in deck.note_types.items():
        try:
            yield id, foreign.described_by(described)
        except foreign.Unfit:
            continue  # its notes are named


def _renamed(theirs: Mapping[int, NoteType], types: Mapping[int, NoteType]) -> dict[int, NoteType]:
    """Return their note types, a new one under a name that no other has: our source knows each by its name."""
    taken = {it.name for it in types.values()}
    made: dict[int, NoteType] = {}
    for id, it in theirs.items():
        name, number = it.name, 2
        while id not in types and name in taken:
            name, number = f"{it.name} {number}", number + 1
        taken.add(name)
        made[id] = replace(it, name=types[id].name if id in types else name)
    return made


def _is_alike(its: NoteType, ours: NoteType) -> bool:
    """Say whether Anki takes them for one: fields and templates in the same order under the same names and ids."""
    return (its.is_cloze, shape_of(its)) == (ours.is_cloze, shape_of(ours))


def _laid_out(note: ForeignNote, its: NoteType, ours: NoteType, base: Original | None) -> ForeignNote | None:
    """Return a note in our fields; those that theirs lacks stay as they were. None where no field is the same."""
    if its.is_cloze != ours.is_cloze:
        return None
    places = _places(its.fields, ours.fields)
    if not places:
        return None
    before = base.fields if base else ("",) * len(ours.fields)
    fields = tuple(note.fields[places[at]] if at in places else before[at] for at in range(len(ours.fields)))
    numbers = note.numbers
    if not ours.is_cloze:
        cards = {theirs: mine for mine, theirs in _places(its.templates, ours.templates).items()}
        numbers = tuple(sorted(cards[it] for it in note.numbers if it in cards))
        numbers = base.numbers if base else numbers
    return replace(note, note_type=ours.id, fields=fields, numbers=numbers) if numbers else None


def _places(theirs: Sequence[Field | Template], ours: Sequence[Field | Template]) -> dict[int, int]:
    """Return where each part of ours stands in theirs, by its id, else by its name."""
    by_id = {it.id: at for at, it in enumerate(theirs) if it.id is not None}
    by_name = {it.name: at for at, it in enumerate(theirs)}
    found = {at: by_id.get(it.id or 0, by_name.get(it.name, -1)) for at, it in enumerate(ours)}
    return {at: there for at, there in found.items() if there >= 0}


def _without_place(note: ForeignNote, its: NoteType, ours: NoteType) -> Iterator[str]:
    taken = set(_places(its.fields, ours.fields).values())
    return (it.name for at, it in enumerate(its.fields) if at not in taken and note.fields[at].strip())


def _told(theirs: Mapping[int, NoteType], types: Mapping[int, NoteType], lost: Mapping[int, set[str]]) -> Iterator[str]:
    """Yield of each note type that got another shape what becomes of it."""
    for id in sorted(set(theirs) & set(types)):
        its, ours = theirs[id], types[id]
        if _is_alike(its, ours):
            continue
        new, gone = _others(its, ours), _others(ours, its)
        parts = [f"{what} {listed(names)}" for what, names in (("new:", new), ("gone:", gone)) if names]
        how = "; ".join(parts) or "in another order"
        names = sorted(lost.get(id, ()))
        without = f", without what stands in {listed(names)}" if names else ""
        yield f"{ours.name}: other fields or cards than before ({how}); yours keep those that students have{without}"


def _others(kind: NoteType, other: NoteType) -> list[str]:
    """Return the names of the fields and cards of a note type that another does not have."""
    parts: list[tuple[Sequence[Field | Template], Sequence[Field | Template]]] = [
        (kind.fields, other.fields),
        (kind.templates, other.templates),
    ]
    return [it.name for mine, its in parts for at, it in enumerate(mine) if at not in _places(its, mine)]
