"""Ids -> the guids and row ids that Anki sees: never from text, the same in every process."""

import uuid
from collections.abc import Iterable
from functools import cache, lru_cache

from generator.compiled.notes import Guid, NoteId

_DECKWRIGHT = uuid.UUID("5b0e1e0c-6f0a-5c5e-9d1b-3f1f2c4a7e10")
_EARLIEST, _LATEST = 1_262_304_000_000, 1_577_836_800_000  # 2010-01-01 and 2020-01-01, in ms: Anki's row ids are times
ROOM = 512  # row ids kept free after a note's: its cards are numbered there, 500 at most
_SLOTS = (_LATEST - _EARLIEST) // ROOM


@lru_cache(maxsize=20_000)  # each is asked for when a note is compiled, and before it is first built
def guid_for(deck_id: str, note_id: NoteId) -> Guid:
    """Return the guid Anki will match this note by, for ever: a uuid5 of the two ids.

    Never from the text, so correcting a typo keeps the student's history. Changing this function loses it for everyone.
    """
    return Guid(str(uuid.uuid5(_space(deck_id), note_id)))


@cache
def _space(deck_id: str) -> uuid.UUID:
    """Return the name space of a deck's guids."""
    return uuid.uuid5(_DECKWRIGHT, deck_id)


def rows_for(guids: Iterable[Guid], taken: Iterable[int] = ()) -> dict[Guid, int]:
    """Return a row id for each guid: a time in ms between 2010 and 2020, a multiple of 512 after 2010, none of `taken`.

    It depends on the guid, so that two branches that both add notes agree; where two meet, the next free one is taken.
    The note's cards have the row ids that follow: row + number.
    """
    used = set(taken)
    rows: dict[Guid, int] = {}
    for guid in sorted(guids):
        slot = int(guid.replace("-", ""), 16) % _SLOTS
        while (row := _EARLIEST + slot * ROOM) in used:
            slot = (slot + 1) % _SLOTS
        used.add(row)
        rows[guid] = row
    return rows


def is_row(row: int) -> bool:
    """Say whether a number can be a note's row id."""
    return _EARLIEST <= row < _LATEST and (row - _EARLIEST) % ROOM == 0


def deck_row(name: str) -> int:
    """Return the row id of a deck in a package; Anki matches decks by name, so it only has to be plausible."""
    return _EARLIEST + uuid.uuid5(_DECKWRIGHT, f"deck {name}").int % (_LATEST - _EARLIEST)
