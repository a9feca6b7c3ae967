"""Notes -> how well they can be learnt: each by itself, and then those of a deck beside one another."""

from collections.abc import Iterable
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, without_allowed
from generator.deck._unchanged import again
from generator.deck.across import _coverage as coverage
from generator.deck.across import _duplicates as duplicates
from generator.deck.across import _spoilers as spoilers
from generator.deck.across.sums import commons_of
from generator.deck.facts import Deck, NoteSummary, Written, summary_of, words_on_back
from generator.deck.memory import NONE, Memory
from generator.kinds.kind import Gist
from generator.kinds.registry import kind_of
from generator.source.authored import Common, Note
from generator.text.words import Vocabulary

_Found = tuple[Common | None, Diagnostic]


class Summaries(NamedTuple):
    """What follows from each note of a file by itself. `said` has the words of each fact."""

    notes: tuple[NoteSummary, ...]
    found: tuple[Diagnostic, ...]
    said: tuple[str, ...]


def summaries(notes: Iterable[Note], words: Vocabulary) -> Summaries:
    """Return the summary of each note, and what the rules of its kind find, but for what its author has a reason for.

    `words` can be those of all files: it knows what was looked at before.
    """
    made: list[NoteSummary] = []
    found: list[Diagnostic] = []
    said: list[str] = []
    for note in notes:
        its, gist = kind_of(note).lint(note, words)
        found += (it for common, it in its if without_allowed((it,), common.allows))
        made.append(summary_of(note, _in_context(gist, note.common, words) if gist else None))
        said += words_on_back(note)
    return Summaries(tuple(made), tuple(found), tuple(said))


def check(deck: Deck, memory: Memory = NONE) -> tuple[Diagnostic, ...]:
    """Return what the rules of a deck as a whole find, but for what an author has a reason for."""
    same = again(memory, "alike", deck, _compared, lambda: _alike(deck), _told)
    found: list[_Found] = [*same, *again(memory, "coverage", deck, commons_of, lambda: coverage.check(deck), _told)]
    told = {id(common) for common, _ in same}  # one slip, one message: what says the same, shows the same
    found += (it for it in spoilers.check(deck, memory) if id(it[0]) not in told)
    return _without_allowed(found)


def alike(deck: Deck) -> tuple[Diagnostic, ...]:
    """Return what there is to say of notes that ask or say the same; of two, whatever other notes the deck has."""
    return _without_allowed(_alike(deck))


def _alike(deck: Deck) -> tuple[_Found, ...]:
    return tuple(duplicates.check([note.gist for note in deck.notes if note.gist]))


def _told(found: Iterable[_Found]) -> Iterable[Diagnostic]:
    return (it for _, it in found)


def _compared(file: Written) -> object:
    """Return what is compared of the notes of a file, to find those that are alike."""
    return [(*it[2:8], it.text.value, it.answer and it.answer.value) for note in file.notes if (it := note.gist)]


def _without_allowed(found: Iterable[_Found]) -> tuple[Diagnostic, ...]:
    return tuple(it for common, it in found if common is None or without_allowed((it,), common.allows))


def _in_context(gist: Gist, common: Common, words: Vocabulary) -> Gist:
    """Return what a note says below the line above it: nothing of it is compared with what stands in other contexts."""
    if common.context is None:
        return gist
    context = words.said(common.context).key

    def within(keys: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(hash((context, it)) for it in keys)

    return gist._replace(
        front=hash((context, gist.front)),
        words=within(gist.words),
        back=hash((context, gist.back)) if gist.back else 0,
        front_words=within(gist.front_words),
    )
