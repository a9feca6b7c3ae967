"""A project and a newer deck -> of every note which side changed it, and what is to be written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from generator.base.clock import EARLIEST
from generator.collection.foreign import ForeignDeck, ForeignNote
from generator.compiled import live
from generator.compiled.foreign_shapes import KEYS, shape_of
from generator.compiled.notes import Guid, NoteId
from generator.importing.adopting import VERBATIM, Adoption, Scripts, adopting
from generator.importing.arrived import LeftOut, Note, Unreadable
from generator.importing.making import deck_name, slug, spelt_as_before, unused
from generator.ledger.adopted import Original, said_by
from generator.pipeline.newer._fitting import Fitted
from generator.pipeline.newer._home import Home
from generator.pipeline.newer.results import Named, Side
from generator.source.project import DECK, DISPUTES, SOURCES


@dataclass(frozen=True, slots=True)
class Sorted:
    """The notes of a newer deck by what is to be done with them."""

    changed: tuple[ForeignNote, ...] = ()
    new: tuple[ForeignNote, ...] = ()
    stay: tuple[Named, ...] = ()
    gone: tuple[Named, ...] = ()
    deleted: tuple[Named, ...] = ()
    alike: tuple[str, ...] = ()  # guids
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """A note that they changed, or that is new. `note` is theirs by our keys, with the tags that it is to have."""

    note: Note
    theirs: ForeignNote
    base: Original | None
    tags: Mapping[str, str]  # as it had them -> as we write them
    is_edited: bool = False  # whether the author changed its texts
    is_redrawn: bool = False  # whether its picture has another size now, and its masks are written in that
    was: Mapping[str, str] | None = None  # where he did: its texts as they were adopted, by key

    @property
    def has_texts(self) -> bool:
        """Whether our files say it in other texts than before."""
        return self.is_redrawn or self.base is None or self.base.fields != self.theirs.fields

    def original(self, said: str) -> Original:
        """Return the note as it was found."""
        it, base = self.theirs, self.base
        id, row = (base.id, base.row) if base else (NoteId(self.note.id), it.row)
        mod = it.mod if base is None else max(it.mod, base.mod + 1) if _differs(base, it) else base.mod
        return Original(id, Guid(it.guid), row, it.note_type, mod, it.fields, it.numbers, self.tags, said)


@dataclass(frozen=True, slots=True)
class Changes:
    """All of them, by guid, and what of the newer deck makes no note."""

    changes: Mapping[str, Change] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    missing: tuple[str, ...] = ()
    types: Mapping[str, bytes] = field(default_factory=dict)  # files of the note types that they use


def in_kinds(home: Home, fit: Fitted, now: int) -> Sorted:
    """Return the notes of a newer deck by what both sides did to them since it was adopted."""
    changed: list[ForeignNote] = []
    new: list[ForeignNote] = []
    stay = [Named(home.ids[guid], why) for guid, why in fit.unfit.items() if guid in home.ids]
    deleted: list[Named] = []
    alike: list[str] = []
    kept = 0
    for note in fit.notes:
        base, id = home.originals.get(note.guid), home.ids.get(note.guid, "")
        if base is None:
            if note.guid not in home.given:
                new.append(note)
        elif not id:  # killed between the list of adopted notes and the files of notes, or deleted
            (deleted.append(Named(base.id, "")) if note.guid in home.given else new.append(note))
        elif not _differs(base, note):
            is_edited = _is_edited(home, id, base)
            kept += is_edited
            alike += [] if is_edited else [note.guid]
        elif why := _obstacle(base, note, now):
            stay.append(Named(id, why))
        else:
            changed.append(note)
    there = {it.guid for it in fit.notes} | set(fit.unfit)
    gone = [Named(id, home.compiled[id].label) for guid, id in home.ids.items() if guid not in there]
    return Sorted(tuple(changed), tuple(new), tuple(stay), tuple(gone), tuple(deleted), tuple(alike), kept)


def _differs(base: Original, note: ForeignNote) -> bool:
    return (base.fields, set(base.tags), base.numbers) != (note.fields, set(note.tags), note.numbers)


def _is_edited(home: Home, id: str, base: Original) -> bool:
    return said_by(home.authored[id]) != base.said


def _obstacle(base: Original, note: ForeignNote, now: int) -> str:
    """Return why a changed note cannot be taken; "" where it can."""
    if _dated(note, now) < base.mod:
        return "their note is older than the one that was adopted"
    if lost := sorted(set(base.numbers) - set(note.numbers)):
        return f"theirs no longer makes {len(lost)} of its cards, which students have"
    return ""


def later(home: Home, notes: Iterable[ForeignNote], now: int) -> dict[NoteId, Original]:
    """Return what the author edited, with the time that theirs has now: only an edit that is later reaches who has it.

    A note that nobody edited here keeps its time: whatever a later one would rewrite is the student's own.
    """
    found = {}
    for note in notes:
        base, id = home.originals.get(note.guid), home.ids.get(note.guid, "")
        if base and id and home.compiled[id].follows and base.mod < (mod := _dated(note, now)):
            found[base.id] = base._replace(mod=mod)
    return found


def _dated(note: ForeignNote, now: int) -> int:
    return min(max(note.mod, EARLIEST), now)


def made(
    home: Home,
    deck: ForeignDeck,
    kinds: Sorted,
    redrawn: Set[str],
    path: Path,
    allowed: tuple[str, ...],
    now: int,
    verbatim: Set[str],
) -> Changes:
    """Return the notes to be written, by our keys.

    `redrawn` are guids of those that changed only in the size of their picture, `verbatim` of those that no kind of
    ours can say.
    """
    changed = {it.guid for it in kinds.changed}
    notes = (*kinds.changed, *kinds.new, *(it for it in deck.notes if it.guid in redrawn - changed))
    if not notes:
        return Changes()
    _see_that_they_may_run(home, notes, allowed)
    of_theirs = replace(deck, notes=notes)
    may_run = (*allowed, *(it.name for it in home.types.values() if it.may_run))
    try:
        adoption = adopting(of_theirs, path, may_run, now)
    except Scripts:
        raise
    except Unreadable as problem:  # none of them can be adopted
        return Changes(left_out=(LeftOut(path.name, str(problem)),))
    if unfit := {id for id, it in adoption.found.items() if it.note.guid in verbatim}:
        adoption = adopting(of_theirs, path, may_run, now, unfit)
    arrived = adoption.arrived
    edited = [it for it in notes if it.guid in home.ids and _is_edited_of(home, it) and it.guid not in verbatim]
    were = _were(home, replace(deck, notes=tuple(edited)), path, may_run, now)
    changes = {guid: replace(it, is_redrawn=guid in redrawn) for guid, it in _changes(home, adoption, deck, were)}
    return Changes(changes, arrived.left_out, arrived.missing, arrived.beside)


def _see_that_they_may_run(home: Home, notes: Sequence[ForeignNote], allowed: tuple[str, ...]) -> None:
    """Refuse scripts in new texts, also where those that a note type had before were let in. Raises Scripts."""
    for note in notes:
        kind, base = home.types.get(note.note_type), home.originals.get(note.guid)
        if kind is None or not kind.may_run or kind.name in allowed:
            continue
        new = set(note.fields) - set(base.fields if base else ())
        if run := next((run for html in sorted(new) if (run := live.runs(html))), ""):
            help = f"if you know what it does: --allow-scripts '{kind.name}'"
            raise Scripts(f"a note of '{kind.name}' would run another script than before ({run}); {help}")


def _is_edited_of(home: Home, note: ForeignNote) -> bool:
    base = home.originals.get(note.guid)
    return base is not None and _is_edited(home, home.ids[note.guid], base)


def _were(
    home: Home, edited: ForeignDeck, path: Path, allowed: tuple[str, ...], now: int
) -> dict[str, Mapping[str, str]]:
    """Return the texts by our keys, by guid, that notes had when they were adopted."""
    notes = tuple(replace(it, fields=home.originals[it.guid].fields) for it in edited.notes)
    if not notes:
        return {}
    try:
        adoption = adopting(replace(edited, notes=notes), path, allowed, now)
    except Unreadable:
        return {}
    return {adoption.found[it.id].note.guid: _flat(dict(it.keys)) for it in adoption.arrived.notes}


def _changes(
    home: Home, adoption: Adoption, deck: ForeignDeck, were: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, Change]]:
    taken = set(home.used)
    levels: dict[str, str] = {}
    for tag in (tag.value for it in home.authored.values() for tag in it.common.tags):
        spelt_as_before(tag, levels)
    subdecks = _Subdecks(home, deck)
    for note in adoption.arrived.notes:
        found = adoption.found[note.id]
        theirs, base = found.note, home.originals.get(found.note.guid)
        tags = {tag: spelt_as_before(written, levels) if written else "" for tag, written in found.tags.items()}
        id = home.ids.get(theirs.guid) or (base.id if base else unused(note.id, taken))
        if base and theirs.guid in home.ids:
            ours = [it.value for it in home.authored[id].common.tags]
            written = replace(note, id=id, tags=_merged(ours, base.tags, tags), subdeck="")
            was = were.get(theirs.guid)
            yield theirs.guid, Change(written, theirs, base, tags, _is_edited(home, id, base), was=was)
            continue
        subdeck = subdecks.of(theirs.deck)
        written = replace(note, id=id, tags=tuple(it for it in tags.values() if it), subdeck=subdeck)
        yield theirs.guid, Change(written, theirs, None, tags)


def _merged(ours: Sequence[str], base: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[str, ...]:
    """Return the tags of a note: the author's, without those that they took away, and with those that they gave."""
    now = {it for it in theirs.values() if it}
    gone = {written for tag, written in base.items() if tag not in theirs} - now
    more = [written for tag, written in theirs.items() if written and tag not in base]
    return tuple(dict.fromkeys((*(it for it in ours if it not in gone), *more)))


class _Subdecks:
    """Knows in which of our subdecks the notes of a deck of theirs stand."""

    def __init__(self, home: Home, deck: ForeignDeck) -> None:
        found: dict[str, Counter[str]] = {}
        for note in deck.notes:
            if id := home.ids.get(note.guid):
                subdeck = home.authored[id].common.subdeck
                found.setdefault(note.deck, Counter())[subdeck.value if subdeck else ""] += 1
        self._ours = {it: count.most_common(1)[0][0] for it, count in found.items()}

    def of(self, deck: str) -> str:
        """Return the subdeck for a new note of a deck: that of its neighbours, or below that of the deck above."""
        levels = deck.split("::")
        for length in range(len(levels), 0, -1):
            above = "::".join(levels[:length])
            if above in self._ours:
                return "::".join(it for it in (self._ours[above], deck_name("::".join(levels[length:]))) if it)
        for other, ours in self._ours.items():  # the deck that all are in holds no note itself
            root = other.removesuffix(ours).removesuffix("::")
            if other.endswith(ours) and root and deck.startswith(f"{root}::"):
                return deck_name(deck.removeprefix(f"{root}::"))
        return deck_name(deck)


def file_for(subdeck: str, files: Mapping[str, Mapping[str, Any]], home: Home) -> str:
    """Return the file of notes in which the notes of a subdeck stand, or the name of a new one."""
    counts: Counter[str] = Counter()
    for name, notes in files.items():
        for id in notes:
            its = home.authored[id].common.subdeck if id in home.authored else None
            counts[name] += (its.value if its else "") == subdeck
    best = max(counts, key=lambda it: (counts[it], it), default="")
    if best and counts[best]:
        return best
    taken = {name.removesuffix(".yaml") for name in (*home.folder.files, DECK, SOURCES, DISPUTES)}
    return unused((slug(subdeck) or "notes").replace("-", "_"), taken) + ".yaml"


def sides_of(change: Change, ours: Mapping[str, Any], home: Home) -> tuple[Side, ...]:
    """Return what both sides say where they changed a note."""
    assert change.base
    kind = home.types[change.theirs.note_type]
    shape = shape_of(kind) if change.note.keys[0][0] != VERBATIM else None
    names = {at: KEYS[name] for name, at in shape.places.items()} if shape else {}
    texts = zip(change.base.fields, change.theirs.fields, strict=True)
    changed = {names.get(at, kind.fields[at].name) for at, (old, new) in enumerate(texts) if old != new}
    both = _apart(change, ours)
    return tuple(it for it in both if it.field in changed) or tuple(both)


def _apart(change: Change, ours: Mapping[str, Any]) -> list[Side]:
    theirs, mine = _flat(dict(change.note.keys)), _flat(ours)
    both = [Side(key, theirs.get(key, ""), mine.get(key, "")) for key in dict.fromkeys((*theirs, *mine))]
    return [it for it in both if it.theirs.strip() != it.ours.strip()]


def holds_ours(change: Change, ours: Mapping[str, Any]) -> bool:
    """Say whether theirs has every edit of the author: they edited on in a collection that took his build."""
    was = change.was
    return was is not None and all(it.ours.strip() == was.get(it.field, "").strip() for it in _apart(change, ours))


def _flat(keys: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a note by key, those of its fields by name."""
    texts = {**keys, **(keys["fields"] if isinstance(keys.get("fields"), Mapping) else {})}
    apart = ("id", "tags", "subdeck", "was", "allow", "erratum", "fields")
    return {key: _on_a_line(it) for key, it in texts.items() if key not in apart}


def _on_a_line(value: Any) -> str:
    """Return a value as people read it: of masks their keys and numbers, whichever way they are written."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_on_a_line(it)}" for key, it in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_on_a_line, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
