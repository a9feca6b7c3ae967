"""A Ledger and what the source holds -> the ledger without the drafts that are gone: their ids and numbers are free."""

from collections.abc import Iterable, Mapping

from generator.compiled.notes import CompiledNote, Guid, NoteId
from generator.kinds.kind import Numbering
from generator.kinds.registry import numbering
from generator.ledger.claims import Authored, Known
from generator.ledger.ledger import Entry, Ledger
from generator.ledger.released import Released
from generator.ledger.renames import bare, same_fact
from generator.release.plan import Forgotten


def without_drafts(
    before: Ledger, released: Released, notes: Iterable[CompiledNote], authored: Authored
) -> tuple[Ledger, Forgotten]:
    """Return the ledger without what no release holds and the source no longer has, and what that is."""
    known = Known(before, authored)
    all_notes = list(notes)
    owners: dict[Guid, CompiledNote] = {}
    for it in all_notes:
        if found := known.entry(it.id):
            owners.setdefault(found.guid, it)
    used = {it.id for it in all_notes}
    kept: dict[NoteId, Entry] = {}
    forgotten: list[NoteId] = []
    numbers: list[tuple[NoteId, int, str]] = []
    for entry in before.entries.values():
        note = owners.get(entry.guid)
        if not released.holds(entry.guid) and _is_gone(entry, note):
            forgotten.append(entry.id)
            continue
        dropped = _free_numbers(entry, note, released) if note else {}
        numbers += [(entry.id, number, text) for number, text in sorted(dropped.items())]
        kept[entry.id] = _without(entry, dropped, released, used)
    return before._replace(entries=kept), Forgotten(tuple(forgotten), tuple(numbers))


def _is_gone(entry: Entry, note: CompiledNote | None) -> bool:
    """Say whether a draft left the source, or means something else in it."""
    if note is None:
        return not entry.retired
    return note.kind != entry.kind or (bool(entry.retired) and not same_fact(note.label, note.hides, entry))


def _free_numbers(entry: Entry, note: CompiledNote, released: Released) -> dict[int, str]:
    """Return the numbers of drafts that the note no longer has, or uses for another text."""
    now = note.hides
    return {
        number: text
        for number, text in (entry.retired_numbers | entry.numbers).items()
        if not released.holds_number(entry.guid, number) and not _stays(entry, number, text, now)
    }


def _stays(entry: Entry, number: int, text: str, now: Mapping[int, str]) -> bool:
    if number not in now:
        return False
    # Only of clozes does the author choose the numbers: of the others a key is found under the number it had.
    return numbering(entry.kind) is not Numbering.AUTHOR or bare(now[number]) == bare(text)


def _without(entry: Entry, dropped: Mapping[int, str], released: Released, used: set[NoteId]) -> Entry:
    was = tuple(it for it in entry.was if it not in used or released.holds_id(it))
    if not dropped and was == entry.was:
        return entry
    numbers = {it: text for it, text in entry.numbers.items() if it not in dropped}
    retired = {it: text for it, text in entry.retired_numbers.items() if it not in dropped}
    return entry._replace(numbers=numbers, retired_numbers=retired, was=was)
