"""Ids of notes -> Browser searches that find their cards, and no card of another deck."""

import re
from collections.abc import Iterable, Sequence

_IN_A_SEARCH = 20  # ids of one Browser search: a longer one is hard to paste on a phone


def search(ids: Sequence[str], homes: Iterable[tuple[str, str]]) -> list[str]:
    """Return Browser searches for notes of a deck: they use the ID field, which every note has.

    `homes` are the names of the deck and its tag roots, now and in earlier releases: Anki leaves cards where they are,
    and a student may have moved them, or taken off the tags, but hardly both. Another deck may have notes of these ids.
    """
    places = list(homes)
    decks = dict.fromkeys(f'"deck:{escaped(name)}"' for name, _ in places)  # with its subdecks
    tags = dict.fromkeys(f'"tag:{escaped(root)}"' for _, root in places)  # with the tags below
    home = f"({' OR '.join([*decks, *tags])})"
    terms = [f'"ID:{escaped(id)}"' for id in ids]
    pieces = [terms[at : at + _IN_A_SEARCH] for at in range(0, len(terms), _IN_A_SEARCH)]
    return [f"{home} ({' OR '.join(piece)})" for piece in pieces]


def escaped(text: str) -> str:
    """Return a text that stands for itself in a quoted search. Source: Anki manual, Searching."""
    return re.sub(r'([\\"*_])', r"\\\1", text)
