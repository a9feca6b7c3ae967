"""A deck's facts in their order -> answers that stand on the back of a note just before, where they are read."""

from collections import deque
from collections.abc import Iterable, Iterator

from generator.base.characters import shortened
from generator.base.diagnostics import warning
from generator.deck.facts import Deck, FactSummary, NoteSummary
from generator.kinds.kind import Found
from generator.lint.exams import speaks_of_others

NEAR = 8  # notes: new cards come in this order, a handful at a time
_LONG = 5  # letters of a word that names something


def check(deck: Deck) -> Iterator[Found]:
    """Yield one message for each fact whose answer the eight before it show, those of its own note left out."""
    before: deque[tuple[NoteSummary, FactSummary]] = deque(maxlen=NEAR)
    for note in deck.notes:
        for fact in note.facts:
            if fact.answers:
                yield from _spoilt(note, fact, before)
            before.append((note, fact))


def _tells(answer: str, said: str) -> bool:
    """Say whether an answer is known where it is read: not '200 volts' or 'very high', nor one option of many."""
    long = any(len(word) >= _LONG for word in answer.split()) or not answer.isascii()
    if not long or any(map(str.isdigit, answer)) or speaks_of_others(answer):
        return False
    return f"| {answer} |" not in f"|{said}|"


def _spoilt(note: NoteSummary, fact: FactSummary, before: Iterable[tuple[NoteSummary, FactSummary]]) -> Iterator[Found]:
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
                message = f"the answer '{shortened(answer, 40)}' stands on the back of a note shortly before"
                help = "put this note first, or ask them further apart; 'order:' of deck.yaml and the file decide"
                where = f"that is at {back.place.span.where}"
                yield fact.common, warning(fact.place.span, "L74", message, help, where)
                return


def _subdeck(fact: FactSummary) -> str:
    return fact.common.subdeck.value if fact.common.subdeck else ""
