"""A deck's facts in their order -> answers that stand on the back of a note just before, where they are read.

Where anything may be given away, the deck is read again for what it names all the time, which gives nothing away.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from generator.base.characters import shortened
from generator.base.diagnostics import Diagnostic, warning
from generator.deck.facts import Deck, FactSummary, NoteSummary, Written
from generator.deck.memory import NONE, Memory
from generator.kinds.kind import Found
from generator.lint.exams import speaks_of_others
from generator.text.words import telling

NEAR = 8  # notes: new cards come in this order, a handful at a time
_LONG = 5  # letters of a word that names something
_USUAL = 3  # facts that name a thing, from which on its name alone gives nothing away
_RARE, _RARE_PART = 3, 25  # facts that may have a word which tells what they are about: so many, or one in so many


class _Read(NamedTuple):
    """A fact as it is read: the words on its back, its note and what is known of it."""

    said: str
    note: NoteSummary
    fact: FactSummary


class _Spoilt(NamedTuple):
    """An answer that can be read before."""

    answer: str
    at: _Read
    back: _Read


def check(deck: Deck, memory: Memory = NONE) -> Iterator[Found]:
    """Yield one message for each fact whose answer the eight before it show, those of its own note left out."""
    spoilt = [*_every(deck, memory)]
    named = _named(deck, {it.answer for its in spoilt for it in its}) if spoilt else Counter()
    rare = _rare(deck) if max(named.values(), default=0) >= _USUAL else frozenset()
    for its in spoilt:
        first = next((it for it in its if named[it.answer] < _USUAL or not rare.isdisjoint(_shared(it))), None)
        if first:
            yield first.at.fact.common, _told(first)


def may_be_spoilt(deck: Deck) -> Iterator[tuple[str, str]]:
    """Yield the ids of two facts of which the second may spoil the first, whatever other notes there are."""
    return ((it.at.fact.id, it.back.fact.id) for its in _every(deck) for it in its)


def weighed(deck: Deck) -> frozenset[str]:
    """Return the answers, and the beginnings of words, whose number in a deck decides what is spoilt there."""
    spoilt = [it for its in _every(deck) for it in its]
    return frozenset(word for it in spoilt for word in (f" {it.answer} ", *_shared(it)))


def named_of(said: Iterable[str], words: frozenset[str]) -> list[list[str]]:
    """Return which of them each fact of a note names, of what the facts say."""
    return [sorted(words & _beginnings(text) | {it for it in words if it[0] == " " and it in text}) for text in said]


def _every(deck: Deck, memory: Memory = NONE) -> Iterator[list[_Spoilt]]:
    before: tuple[_Read, ...] = ()
    for file in deck.files:
        what, follows_from = ("spoilt", file.path), (file, _Same(before))
        its, before = memory.last(what, follows_from, partial(_of_file, file, before))
        yield from its


class _Same(tuple[_Read, ...]):
    """Facts that are compared as objects: each is long, and the next run has the same ones."""

    __slots__ = ()
    __hash__ = tuple.__hash__

    def __eq__(self, other: object) -> bool:
        """Say whether the others are the same facts."""
        return isinstance(other, _Same) and [*map(_ids, self)] == [*map(_ids, other)]


def _ids(it: _Read) -> tuple[int, int]:
    return id(it.note), id(it.fact)


def _of_file(file: Written, before: Iterable[_Read]) -> tuple[list[list[_Spoilt]], tuple[_Read, ...]]:
    """Return what the facts before may spoil of each of a file, and the last facts with it."""
    near: deque[_Read] = deque(before, maxlen=NEAR)
    found: list[list[_Spoilt]] = []
    facts = [(note, fact) for note in file.notes for fact in note.facts]
    for said, its in zip(file.said, facts, strict=True):
        it = _Read(said, *its)
        if it.fact.answers and (spoilt := [*_spoilt(it, near)]):
            found.append(spoilt)
        near.append(it)
    return found, tuple(near)


def _tells(answer: str, said: str) -> bool:
    """Say whether an answer is known where it is read: not '200 volts' or 'very high', nor one option of many."""
    long = any(len(word) >= _LONG for word in answer.split()) or not answer.isascii()
    if not long or any(map(str.isdigit, answer)) or speaks_of_others(answer):
        return False
    return f"| {answer} |" not in f"|{said}|"


def _spoilt(at: _Read, before: Iterable[_Read]) -> Iterator[_Spoilt]:
    here = _subdeck(at.fact)
    for answer in at.fact.answers:
        said = f" {answer} "
        for back in before:
            if (
                said in back.said
                and answer not in back.fact.answers
                and back.note is not at.note
                and _subdeck(back.fact) == here
                and _tells(answer, back.said)
            ):
                yield _Spoilt(answer, at, back)


def _said(deck: Deck) -> Iterator[str]:
    return (said for file in deck.files for said in file.said)


def _named(deck: Deck, answers: Iterable[str]) -> Counter[str]:
    """Count the facts that name each answer. A deck names 'the president' so often that it gives nothing away."""
    by_word = defaultdict(list)
    for answer in answers:
        by_word[max(answer.split(), key=len)].append(answer)
    named = Counter[str]()
    for said in _said(deck):
        for word in by_word.keys() & said.split():
            named.update(answer for answer in by_word[word] if f" {answer} " in said)
    return named


def _rare(deck: Deck) -> frozenset[str]:
    """Return the telling words, by their beginnings, that few enough facts have to be about one thing."""
    counts, many = Counter[str](), 0
    for said in _said(deck):
        counts.update(_beginnings(said))
        many += 1
    return frozenset(word for word, count in counts.items() if count <= max(_RARE, many // _RARE_PART))


def _shared(it: _Spoilt) -> frozenset[str]:
    """Return what two facts have in common beside the answer."""
    return (_beginnings(it.at.said) & _beginnings(it.back.said)) - _beginnings(it.answer)


def _beginnings(said: str) -> frozenset[str]:
    """Return the first letters of its telling words: 'measure' is 'measuring'."""
    return frozenset(word[:_LONG] for word in telling(said))


def _told(it: _Spoilt) -> Diagnostic:
    message = f"the answer '{shortened(it.answer, 40)}' stands on the back of a note shortly before"
    help = "put this note first, or ask them further apart; 'order:' of deck.yaml and the file decide"
    return warning(it.at.fact.place.span, "L74", message, help, f"that is at {it.back.fact.place.span.where}")


def _subdeck(fact: FactSummary) -> str:
    return fact.common.subdeck.value if fact.common.subdeck else ""
