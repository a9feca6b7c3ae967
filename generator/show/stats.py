"""A Deck and its CompiledDeck -> Stats: what a deck holds, counted.

A table counts as a note for each of its rows, as everywhere. The answer of a card is what it asks for; the note's kind
says what that is.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, log

from generator.compiled.notes import CompiledDeck, CompiledNote
from generator.deck.facts import Deck, facts
from generator.kinds.registry import kind_of
from generator.source.authored import Note
from generator.text.words import count as words_in

_TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many notes and cards are of one name."""

    name: str
    notes: int
    cards: int


@dataclass(frozen=True, slots=True)
class Uses:
    """How many notes name a key of sources.yaml or disputes.yaml."""

    key: str
    notes: int


@dataclass(frozen=True, slots=True)
class Answers:
    """How many words an answer has: half of them at most `median`, nine in ten at most `nine_in_ten`."""

    count: int
    median: int
    nine_in_ten: int
    longest: int
    longest_id: str  # the note it is of


@dataclass(frozen=True, slots=True)
class Stats:
    """What a deck holds. Tallies are in the order of their names, uses by how many, then by key."""

    deck: str
    name: str
    notes: int
    cards: int
    media: int
    media_bytes: int
    subdecks: tuple[Tally, ...]  # full names
    kinds: tuple[Tally, ...]
    tags: tuple[Tally, ...]  # without the root; a level counts every note below it, once
    untagged: int  # notes
    sources: tuple[Uses, ...]  # also those that no note names
    unsourced: int  # notes
    disputes: tuple[Uses, ...]  # also those that no note names
    answers: Answers | None  # None: no card has words to count
    topics: tuple[Tally, ...]  # the first level below the tag `topic`
    evenness: float | None  # of the notes over the topics: 1 is the same for each; None: fewer than two topics


def count(deck: Deck, notes: Iterable[Note], compiled: CompiledDeck) -> Stats:
    """Count a deck, of which these are the notes. Linear in them."""
    commons = [fact.common for fact in facts(deck)]
    tags = _tallies((path, note) for note in compiled.notes for path in _levels(note, compiled.tag_root))
    topics = tuple(tag for tag in tags if tag.name.startswith(f"{_TOPIC}::") and tag.name.count("::") == 1)
    return Stats(
        compiled.id,
        compiled.name,
        len(compiled.notes),
        compiled.cards,
        len(compiled.media),
        sum(file.size for file in compiled.media),
        _tallies((note.deck, note) for note in compiled.notes),
        _tallies((note.kind, note) for note in compiled.notes),
        tags,
        sum(not note.tags for note in compiled.notes),
        _uses(deck.works, (key for it in commons for key in {text.value for text in it.sources})),
        sum(not it.sources for it in commons),
        _uses(deck.disputes, (it.dispute.value for it in commons if it.dispute)),
        _answers(notes),
        topics,
        _evenness([topic.notes for topic in topics]),
    )


def _levels(note: CompiledNote, root: str) -> set[str]:
    """Return a note's tags without the root, and every level above them."""
    paths = set()
    for tag in note.tags:
        levels = tag.removeprefix(f"{root}::").split("::")
        paths |= {"::".join(levels[:length]) for length in range(1, len(levels) + 1)}
    return paths


def _tallies(named: Iterable[tuple[str, CompiledNote]]) -> tuple[Tally, ...]:
    notes: Counter[str] = Counter()
    cards: Counter[str] = Counter()
    for name, note in named:
        notes[name] += 1
        cards[name] += len(note.cards)
    return tuple(Tally(name, notes[name], cards[name]) for name in sorted(notes, key=lambda it: it.split("::")))


def _uses(known: Iterable[str], used: Iterable[str]) -> tuple[Uses, ...]:
    notes = Counter(used)
    return tuple(Uses(key, notes[key]) for key in sorted(known, key=lambda key: (-notes[key], key)))


def _answers(notes: Iterable[Note]) -> Answers | None:
    asked = (it for note in notes for it in kind_of(note).answers(note))
    lengths = sorted((words, id) for id, text in asked if (words := words_in(text)))
    if not lengths:
        return None
    longest, id = lengths[-1]
    return Answers(len(lengths), _rank(lengths, 0.5), _rank(lengths, 0.9), longest, id)


def _rank(lengths: list[tuple[int, str]], share: float) -> int:
    """Return the length that this share of the answers does not exceed."""
    return lengths[ceil(share * len(lengths)) - 1][0]


def _evenness(notes: list[int]) -> float | None:
    """Return Shannon's entropy of the notes over the topics, as a share of what equal topics would have."""
    if len(notes) < 2:
        return None
    total = sum(notes)
    return -sum(number / total * log(number / total) for number in notes) / log(len(notes))
