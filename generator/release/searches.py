"""Ledger entries -> Browser searches that find exactly the cards of their notes, wherever a student has them."""

import re
from collections.abc import Iterable, Sequence

from generator.ledger.ledger import Entry

_IN_A_SEARCH = 20  # notes of one Browser search: a longer one is hard to paste on a phone


def search(entries: Sequence[Entry], names: Iterable[str]) -> list[str]:
    """Return Browser searches for notes of a deck: by the ID field, for another deck may have notes of these ids.

    `names` are those of the deck now and in earlier releases: Anki leaves cards where they are. Where a student has
    moved them, the row of the note tells: Anki keeps that of the package. Tags do not: two decks may share a root.
    """
    decks = [f'"deck:{escaped(name)}"' for name in dict.fromkeys(names)]  # with its subdecks
    pieces = [entries[at : at + _IN_A_SEARCH] for at in range(0, len(entries), _IN_A_SEARCH)]
    return [_one(piece, decks) for piece in pieces]


def _one(entries: Sequence[Entry], decks: Sequence[str]) -> str:
    rows = f"nid:{','.join(str(entry.row) for entry in entries)}"
    ids = [f'"ID:{escaped(id)}"' for entry in entries for id in (entry.id, *entry.was)]  # a note that was not updated
    return f"({' OR '.join([*decks, rows])}) ({' OR '.join(ids)})"


def escaped(text: str) -> str:
    """Return a text that stands for itself in a quoted search. Source: Anki manual, Searching."""
    return re.sub(r'([\\"*_])', r"\\\1", text)
