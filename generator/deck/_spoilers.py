"""A deck's facts in their order -> answers that stand on the back of a note just before, where they are read."""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from generator.base.characters import shortened
from generator.base.diagnostics import warning
from generator.kinds.kind import Fact, Found
from generator.kinds.registry import kind_of
from generator.lint.exams import speaks_of_others
from generator.source import authored as d
from generator.source.values import Text
from generator.text.words import plain_of, split_words

NEAR = 8  # notes: new cards come in this order, a handful at a time
_FEWEST = 2  # words of an answer; a single word stands in many texts
_LONG = 5  # letters of a word that names something
_SHORTEST = 9  # letters of an answer: "of the" or "3 mm" spoils nothing


class _Back(NamedTuple):
    """What stands unfolded on a note's back."""

    note: d.Note
    subdeck: str
    place: Text
    said: str  # its words, in small letters, with a space around each
    answers: frozenset[str]


def check(deck: d.Deck) -> Iterator[Found]:
    """Yield one message for each fact whose answer the eight before it show, those of its own note left out."""
    before: deque[_Back] = deque(maxlen=NEAR)
    for note in deck.notes:
        kind = kind_of(note)
        answers: dict[str, list[str]] = {}
        for id, answer in kind.answers(note):
            answers.setdefault(id, []).append(answer)
        for fact in kind.facts(note):
            back = _back(note, fact, answers)
            yield from _spoilt(fact, back, before)
            before.append(back)


def _back(note: d.Note, fact: Fact, answers: Mapping[str, list[str]]) -> _Back:
    extra = (fact.common.extra,) if fact.common.extra else ()
    said = " | ".join(_words(text.value) for text in (*fact.texts, *extra))
    asked = (_words(it) for it in answers.get(fact.id, ()))
    telling = frozenset(it for it in asked if len(it.split()) >= _FEWEST and len(it) >= _SHORTEST)
    subdeck = fact.common.subdeck.value if fact.common.subdeck else ""
    return _Back(note, subdeck, fact.place, f" {said} ", telling)


def _tells(answer: str, said: str) -> bool:
    """Say whether an answer is known where it is read: not '200 volts' or 'very high', nor one option of many."""
    long = any(len(word) >= _LONG for word in answer.split()) or not answer.isascii()
    if not long or any(map(str.isdigit, answer)) or speaks_of_others(answer):
        return False
    return f"| {answer} |" not in f"|{said}|"


def _words(text: str) -> str:
    return " ".join(split_words(plain_of(text)))


def _spoilt(fact: Fact, it: _Back, before: deque[_Back]) -> Iterator[Found]:
    near = [back for back in before if back.note is not it.note and back.subdeck == it.subdeck]
    for answer in sorted(it.answers):
        for back in near:
            if f" {answer} " in back.said and answer not in back.answers and _tells(answer, back.said):
                message = f"the answer '{shortened(answer, 40)}' stands on the back of a note shortly before"
                help = "put this note first, or ask them further apart; 'order:' of deck.yaml and the file decide"
                where = f"that is at {back.place.span.where}"
                yield fact.common, warning(fact.place.span, "L74", message, help, where)
                return
