"""Ledger entries -> how a student finds the cards of their notes: by searches of the Browser, or by renaming a deck.

A search finds exactly the cards of its notes, wherever a student has them.
"""

import re
from collections import Counter
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
    ours, adopted = ([it for it in entries if bool(it.extras.carrier) is kept] for kept in (False, True))
    rows = f"nid:{','.join(str(entry.row) for entry in ours)}"
    ids = [f'"ID:{escaped(id)}"' for entry in ours for id in (entry.id, *entry.was)]  # a note that was not updated
    parts = [f"({' OR '.join([*decks, rows])}) ({' OR '.join(ids)})"] if ours else []
    # Of an adopted note no field holds an id: whoever studied the original has it under another row than the others.
    known = [str(row) for entry in adopted for row in (entry.row, entry.extras.found_as) if row]
    return " OR ".join([*parts, *([f"nid:{','.join(known)}"] if known else [])])


def escaped(text: str) -> str:
    """Return a text that stands for itself in a quoted search. Source: Anki manual, Searching."""
    return re.sub(r'([\\"*_])', r"\\\1", text)


def renamed(before: Iterable[Entry], after: Iterable[Entry]) -> dict[str, str]:
    """Return old name -> new name of the decks whose cards come along if the student renames them before the import.

    These are decks without subdecks whose notes have all left, most of them to one deck, and its name is still free.
    """
    old = {it.guid: it.deck for it in before if not it.retired}
    live = [it for it in after if not it.retired]
    moves = Counter((old[it.guid], it.deck) for it in live if it.guid in old)
    names = set(old.values()) | {it.deck for it in live}
    left = {deck for deck in set(old.values()) if not any(is_in(name, deck) for name in names - {deck})}
    left -= {it.deck for it in live}
    sizes = Counter(old[it.guid] for it in live if it.guid in old)
    found: dict[str, str] = {}
    for (was, now), number in sorted(moves.items(), key=lambda it: (-it[1], it[0])):
        taken = any(is_in(name, now) for name in old.values()) or now in found.values()
        if was in left and 2 * number > sizes[was] and not taken:
            found[was] = now
    return dict(sorted(found.items()))


def is_in(deck: str, above: str) -> bool:
    """Say whether a deck is another one, or one of its subdecks."""
    return f"{deck}::".startswith(f"{above}::")
