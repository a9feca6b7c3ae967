"""A deck's ids and the ledger -> the entry that each note goes on with, and the ids that may not be used."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from generator.base.clock import day
from generator.base.diagnostics import Diagnostic, a_or_an, did_you_mean
from generator.base.revision import restoring
from generator.compiled.notes import CompiledNote, Guid, NoteId
from generator.ledger.ledger import Entry, Ledger
from generator.ledger.released import Released, or_forget
from generator.ledger.renames import same_fact
from generator.source.values import Text

_OFFERS = 100  # mistakes after which no nearest id is looked up: each look goes through the whole ledger


class Authored(NamedTuple):
    """What the ledger's rules need of the source: each note's place, the id it says it had, and where it says so."""

    places: Mapping[NoteId, Text]
    was: Mapping[NoteId, NoteId]
    was_places: Mapping[NoteId, Text]
    allowed: frozenset[tuple[NoteId, str]]  # notes, and the codes for which their authors have a reason
    ledger: str  # the ledger's path, as shown
    errata: Mapping[NoteId, str] = {}  # notes -> why they replace students' own texts


class Known:
    """The entries of notes that were released, also of those that had another id then."""

    def __init__(self, ledger: Ledger | None, authored: Authored) -> None:
        self.ledger = ledger
        self.former = ledger.former_ids if ledger else {}
        self._ids = frozenset({*ledger.entries, *self.former} if ledger else ())
        self._tables = frozenset(id.partition("/")[0] for id in self._ids if "/" in id)
        self._authored = authored

    def entry(self, id: NoteId) -> Entry | None:
        """Return the entry of a note; None where it is new."""
        if self.ledger is None:
            return None
        entries, was = self.ledger.entries, self._authored.was.get(id)
        if id in entries or was is None:
            return entries.get(id)
        owner = self.former.get(was)  # a note that was renamed twice, and still says its first id
        return entries.get(was) or (entries.get(owner) if owner and owner not in self._authored.places else None)

    def was_released(self, was: NoteId) -> bool:
        """Say whether any note had this id, or for a table's row, whether the table had one that is not its own."""
        table, _, row = was.partition("/")
        return was in self._ids or (bool(row) and table in self._tables)


def continued(
    notes: Iterable[CompiledNote], before: Ledger | None, authored: Authored, released: Released
) -> tuple[dict[NoteId, Entry | None], list[Diagnostic]]:
    """Return the entry of each note, None where it is new, and every id that may not be used as it is."""
    claims = _Claims(before, authored, released)
    return {note.id: claims.entry(note) for note in notes}, claims.found


def comes_back(note: CompiledNote, entry: Entry) -> bool:
    """Say whether a note is one that was withdrawn, and means the same: then it goes on with its history."""
    return bool(entry.retired) and note.kind == entry.kind and same_fact(note.label, note.hides, entry)


class _Claims:
    """Keeps who has which history, and what is found."""

    def __init__(self, before: Ledger | None, authored: Authored, released: Released) -> None:
        self.found: list[Diagnostic] = []
        self._before, self._authored, self._released = before, authored, released
        self._known = Known(before, authored)
        self._guids = {entry.guid: id for id, entry in before.entries.items()} if before else {}
        self._claimed: dict[Guid, NoteId] = {}  # guids of known notes, and who has them now

    def entry(self, note: CompiledNote) -> Entry | None:
        """Return a note's entry; report an id that may not be used for it."""
        entry = self._known.entry(note.id)
        first = self._claimed.setdefault(entry.guid, note.id) if entry else note.id
        if entry is None:
            self._check_new(note)
        elif first != note.id:
            message = f"'{note.id}' and '{first}' both have 'was: {entry.id}'"
            self._error_at_was(note.id, "H010", message, "only one note can keep its history: delete one 'was:'")
        elif entry.retired and not comes_back(note, entry):
            self._tell_withdrawn(note.id, entry)
        elif entry.kind != note.kind:
            self._tell_kind(note, entry)
        return entry

    def _tell_kind(self, note: CompiledNote, entry: Entry) -> None:
        is_draft = not self._released.holds(entry.guid)
        help = or_forget("give it a new id, and retire the old one: deckwright build --retire", is_draft)
        message = f"'{note.id}' was {'built' if is_draft else 'released'} as {a_or_an(entry.kind)} note"
        self._error(note.id, "H012", message, help)

    def _check_new(self, note: CompiledNote) -> None:
        was, owner = self._authored.was.get(note.id), self._known.former.get(note.id)
        if was and not (self._before and self._known.was_released(was)):
            self._tell_unknown(note.id, was)
        elif was and was in self._known.former:
            help = "only one note can keep its history: delete 'was:'"
            message = f"'{was}' became '{self._known.former[was]}', which is still there"
            self._error_at_was(note.id, "H010", message, help)
        if owner:
            message = f"the id '{note.id}' was that of '{owner}' before"
            is_draft = not self._released.holds_id(note.id)
            self._error(note.id, "H011", message, or_forget("choose an id never used before", is_draft))
        elif note.guid in self._guids:
            message = f"the guid of '{note.id}' belongs to '{self._guids[note.guid]}' in the ledger"
            self._error(note.id, "H011", message, restoring("the ledger", self._authored.ledger))

    def _tell_withdrawn(self, id: NoteId, entry: Entry) -> None:
        was, date = self._authored.was.get(id), day(entry.retired)
        if was is None or entry.id == id:
            message = f"the id '{entry.id}' was withdrawn on {date}"
            is_draft = not self._released.holds(entry.guid)
            self._error(id, "H011", message, or_forget("choose an id never used before", is_draft))
        elif "/" in id:  # the other rows need the table's 'was:'
            message = f"the row '{was}' was withdrawn on {date}, and cannot come back"
            self._error(id, "H011", message, "choose a key never used before")
        else:
            message = f"'{was}' was withdrawn on {date}, and cannot come back"
            self._error_at_was(id, "H011", message, "delete 'was:'")

    def _tell_unknown(self, id: NoteId, was: NoteId) -> None:
        """Report a former id that never was, and which of those that are gone was meant. A table is reported once."""
        entries = self._before.entries.values() if self._before and len(self.found) < _OFFERS else ()
        gone = (it.id for it in entries if not it.retired and it.id not in self._authored.places)
        word, _, row = was.partition("/")
        names = {it.partition("/")[0] for it in gone if ("/" in it) == bool(row)}
        help = did_you_mean(word, sorted(names), "write the id the note had, or delete 'was:'")
        self._error_at_was(id, "H010", f"no {'table' if row else 'note'} '{word}' was ever released", help)

    def _error_at_was(self, id: NoteId, code: str, message: str, help: str) -> None:
        place = self._authored.was_places.get(id, self._authored.places[id])
        self.found.append(Diagnostic(place.span, code, message, help))

    def _error(self, id: NoteId, code: str, message: str, help: str) -> None:
        self.found.append(Diagnostic(self._authored.places[id].span, code, message, help))
