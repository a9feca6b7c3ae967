"""A deck's facts in their order -> answers that stand on the back of a note just before, where they are read.

Where anything may be given away, the deck is read again for what it names all the time, which gives nothing away.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.base.characters import shortened
from generator.base.diagnostics import Diagnostic, warning
from generator.deck.facts import Deck, FactSummary, NoteSummary, facts
from generator.kinds.kind import Found
from generator.lint.exams import speaks_of_others
from generator.text.words import telling

NEAR = 8  # notes: new cards come in this order, a handful at a time
_LONG = 5  # letters of a word that names something
_USUAL = 3  # facts that name a thing, from which on its name alone gives nothing away
_RARE, _RARE_PART = 3, 25  # facts that may have a word which tells what they are about: so many, or one in so many


class _Spoilt(NamedTuple):
    """An answer that can be read before."""

    answer: str
    fact: FactSummary
    back: FactSummary


def check(deck: Deck) -> Iterator[Found]:
    """Yield one message for each fact whose answer the eight before it show, those of its own note left out."""
    spoilt = [its for its in _every(deck) if its]
    named = _named(deck, {it.answer for its in spoilt for it in its}) if spoilt else Counter()
    rare = _rare(deck) if max(named.values(), default=0) >= _USUAL else frozenset()
    for its in spoilt:
        first = next((it for it in its if named[it.answer] < _USUAL or not rare.isdisjoint(_shared(it))), None)
        if first:
            yield first.fact.common, _told(first)


def may_be_spoilt(deck: Deck) -> Iterator[tuple[str, str]]:
    """Yield the ids of two facts of which the second may spoil the first, whatever other notes there are."""
    return ((it.fact.id, it.back.id) for its in _every(deck) for it in its)


def weighed(deck: Deck) -> frozenset[str]:
    """Return the answers, and the beginnings of words, whose number in a deck decides what is spoilt there."""
    spoilt = [it for its in _every(deck) for it in its]
    return frozenset(word for it in spoilt for word in (f" {it.answer} ", *_shared(it)))


def named_of(note: NoteSummary, words: frozenset[str]) -> list[list[str]]:
    """Return which of them each fact of a note names."""
    return [
        sorted(words & _beginnings(fact.said) | {it for it in words if it[0] == " " and it in fact.said})
        for fact in note.facts
    ]


def _every(deck: Deck) -> Iterator[list[_Spoilt]]:
    before: deque[tuple[NoteSummary, FactSummary]] = deque(maxlen=NEAR)
    for note in deck.notes:
        for fact in note.facts:
            if fact.answers:
                yield [*_spoilt(note, fact, before)]
            before.append((note, fact))


def _tells(answer: str, said: str) -> bool:
    """Say whether an answer is known where it is read: not '200 volts' or 'very high', nor one option of many."""
    long = any(len(word) >= _LONG for word in answer.split()) or not answer.isascii()
    if not long or any(map(str.isdigit, answer)) or speaks_of_others(answer):
        return False
    return f"| {answer} |" not in f"|{said}|"


def _spoilt(
    note: NoteSummary, fact: FactSummary, before: Iterable[tuple[NoteSummary, FactSummary]]
) -> Iterator[_Spoilt]:
    here = _subdeck(fact)
    for answer in fact.answers:
        said = f" {answer} "
        for other, back in before:
            if (
                said in back.said
                and answer not in back.answers
                and other is not note
                and _subdeck(back) == here
                and _tells(answer, back.said)
            ):
                yield _Spoilt(answer, fact, back)


def _named(deck: Deck, answers: Iterable[str]) -> Counter[str]:
    """Count the facts that name each answer. A deck names 'the president' so often that it gives nothing away."""
    by_word = defaultdict(list)
    for answer in answers:
        by_word[max(answer.split(), key=len)].append(answer)
    named = Counter[str]()
    for fact in facts(deck):
        for word in by_word.keys() & fact.said.split():
            named.update(answer for answer in by_word[word] if f" {answer} " in fact.said)
    return named


def _rare(deck: Deck) -> frozenset[str]:
    """Return the telling words, by their beginnings, that few enough facts have to be about one thing."""
    counts, many = Counter[str](), 0
    for fact in facts(deck):
        counts.update(_beginnings(fact.said))
        many += 1
    return frozenset(word for word, count in counts.items() if count <= max(_RARE, many // _RARE_PART))


def _shared(it: _Spoilt) -> frozenset[str]:
    """Return what two facts have in common beside the answer."""
    return (_beginnings(it.fact.said) & _beginnings(it.back.said)) - _beginnings(it.answer)


def _beginnings(said: str) -> frozenset[str]:
    """Return the first letters of its telling words: 'measure' is 'measuring'."""
    return frozenset(word[:_LONG] for word in telling(said))


def _told(it: _Spoilt) -> Diagnostic:
    message = f"the answer '{shortened(it.answer, 40)}' stands on the back of a note shortly before"
    help = "put this note first, or ask them further apart; 'order:' of deck.yaml and the file decide"
    return warning(it.fact.place.span, "L74", message, help, f"that is at {it.back.place.span.where}")


def _subdeck(fact: FactSummary) -> str:
    return fact.common.subdeck.value if fact.common.subdeck else ""
