"""What a student had before an update and has after it -> what this way to update keeps, as numbers."""

from dataclasses import dataclass
from typing import Any

OWN_TAGS = ("leech", "marked", "own")
OWN_TEXT = "a student's own line"


@dataclass(frozen=True, slots=True)
class Way:
    """What one way to update keeps: of each how many, and of how many."""

    name: str
    kept: dict[str, tuple[int, int]]

    @property
    def loses(self) -> tuple[str, ...]:
        """What is not kept whole."""
        return tuple(what for what, (kept, all) in self.kept.items() if kept < all)


@dataclass(frozen=True, slots=True)
class Card:
    asks: str  # its front, in words
    answers: str  # what it asks for, in words
    history: tuple[Any, ...]  # deck, due, interval, repetitions, flag, queue, and its reviews


@dataclass(frozen=True, slots=True)
class Note:
    id: str
    fields: str
    tags: str
    cards: dict[int, Card]  # by number, from 1


@dataclass(frozen=True, slots=True)
class Shipped:
    fields: str
    tags: str
    cards: frozenset[int]  # numbers, from 1


def differs(old: Shipped, new: Shipped) -> bool:
    """Say whether a release changes the text or tags of a note; a later time alone is not a change."""
    return (old.fields, old.tags) != (new.fields, new.tags)


def way_of(
    name: str,
    before: dict[str, Note],
    after: dict[str, Note],
    released: dict[str, Shipped],
    shipped: dict[str, Shipped],
) -> Way:
    """Count what a student kept of what he had, and which corrections reached him."""
    cards = [(guid, number) for guid, note in before.items() for number in note.cards]
    histories = [
        _studies(before[guid].cards[number]) == _studies(_card_of(after, guid, number)) for guid, number in cards
    ]
    tags = [
        set(OWN_TAGS) <= set(after[it].tags.split()) for it in before if set(OWN_TAGS) <= set(before[it].tags.split())
    ]
    own = [it for it in before if before[it].fields.endswith(OWN_TEXT)]
    texts = [after[it].fields.endswith(OWN_TEXT) for it in own]
    changed = [it for it in before if it in shipped and differs(released[it], shipped[it])]
    arrived = [_body(after[it].fields) == _body(shipped[it].fields) for it in changed]
    counted = {"histories": histories, "own tags": tags, "own texts": texts, "corrections": arrived}
    return Way(name, {what: (sum(it), len(it)) for what, it in counted.items()})


def _card_of(notes: dict[str, Note], guid: str, number: int) -> Card | None:
    return notes[guid].cards.get(number) if guid in notes else None


def _studies(card: Card | None) -> tuple[Any, ...]:
    """Return a card's history without its deck and its suspension, which a merge may change."""
    return (*card.history[1:6], card.history[7]) if card else ()


def _body(fields: str) -> str:
    """Return all fields but the one in which the student wrote."""
    return fields.rpartition("\x1f")[0]
