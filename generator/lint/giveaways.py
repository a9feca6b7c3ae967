"""What a card hides, and what is seen beside it -> what gives it away, or leaves it without a question.

Adding a rule is one function, and its name in GAPS (one hidden stretch of a cloze text) or ITEMS (an item of
a list).
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from generator.base.characters import shortened
from generator.base.diagnostics import Diagnostic, warning
from generator.base.patterns import regex
from generator.base.place import Span
from generator.source.values import Text
from generator.text.cloze import Piece
from generator.text.words import Said, Vocabulary, count, longer

LONG_GAP = 8  # words
_MOST_NUMBERS = 4
_MANY_NUMBERS = 20  # of a text: its gaps are not looked at one by one
_BEGINNING = 4  # letters of an answer that give it away
_NO_PROSE = regex(r"formula\d|file\d|\b(?:it|they|he|she|this|these)\b")  # L06 reports those
_OFFERS = regex(r"\bor\b|/")  # a hint that lets choose


class Gap(NamedTuple):
    """A stretch that a card hides, and what is seen meanwhile."""

    hidden: Said
    typed: str  # what is hidden, as typed
    start: int  # where it stands in its text
    hint: str
    seen: frozenset[int]  # telling words; those of the hint are not among them
    plain: str  # what is seen, in small letters
    vocabulary: Vocabulary
    first: bool = True  # of what its card hides

    @property
    def span(self) -> Span:
        """Where the hidden words stand."""
        return self.hidden.text.at(self.start, self.start + len(self.typed))


class Cloze(NamedTuple):
    """A cloze text, in words."""

    text: Text
    always: Said  # what no card hides
    hidden: tuple[tuple[Piece, Said, int], ...]  # with its place among the pieces
    vocabulary: Vocabulary


def cloze(text: Text, parts: tuple[Piece, ...], vocabulary: Vocabulary) -> Cloze:
    """Return a cloze text in words."""
    always = vocabulary.said(text, " - ".join([piece.text for piece in parts if not piece.numbers]))
    hidden = [(piece, vocabulary.said(text, piece.text), at) for at, piece in enumerate(parts) if piece.numbers]
    return Cloze(text, always, tuple(hidden), vocabulary)


def gaps_of(it: Cloze) -> Iterator[Gap]:
    """Yield each hidden stretch, with each card that hides it."""
    numbers = dict.fromkeys([number for piece, _, _ in it.hidden for number in piece.numbers])
    for number in numbers if len(numbers) <= _MANY_NUMBERS else ():
        seen, plain = it.always.words, it.always.plain
        runs: list[Gap] = []
        last = -2
        for piece, said, at in it.hidden:
            if number not in piece.numbers:
                seen, plain = seen | said.words, f"{plain} {said.plain}"
                continue
            if at == last + 1:  # a cloze in a cloze: both are hidden
                runs[-1] = _with(runs[-1], said)
            else:
                runs.append(Gap(said, piece.text, piece.start, piece.hint, seen, plain, it.vocabulary, not runs))
            last = at
        for gap in runs:
            yield gap if gap.seen is seen else gap._replace(seen=seen, plain=plain)


def _with(gap: Gap, more: Said) -> Gap:
    before = gap.hidden
    plain, words = f"{before.plain} {more.plain}", before.words | more.words
    return gap._replace(hidden=Said(before.text, plain, words, hash((before.key, more.key))))


def few_cards_of_one_text(it: Cloze) -> Diagnostic | None:
    """Many gaps in one text are learnt by its look, and every card shows the answers of the others."""
    numbers = len({number for piece, _, _ in it.hidden for number in piece.numbers})
    if numbers <= _MOST_NUMBERS:
        return None
    help = "make several notes of it, or a 'list:'"
    return warning(it.text.span, "L16", f"this text makes {numbers} cards", help)


def a_gap_is_short(it: Gap) -> Diagnostic | None:
    """A long stretch is never recalled word for word, so it is graded by feeling."""
    if not longer(it.hidden.plain, LONG_GAP):
        return None
    words = count(it.hidden.plain)
    return warning(it.span, "L11", f"{words} words are hidden at once", "hide the one word that matters")


def a_gap_is_not_given_away(it: Gap) -> Diagnostic | None:
    """What stands elsewhere on the card is read there, not recalled."""
    words = it.hidden.words
    if not words:
        return None
    if it.vocabulary.gives_away(it.seen, it.plain, it.hidden):
        help = "word the rest of the text otherwise, or hide the other place under the same number"
        return warning(it.span, "L12", f"'{shortened(it.typed, 40)}' can be read on its own card", help)
    if it.hint and not _begins(it) and _holds(it):
        return warning(it.span, "L12", f"the hint gives away '{shortened(it.typed, 40)}'", "say in the hint what it is")
    return None


def _holds(it: Gap) -> bool:
    """Say whether the hint has all words that are hidden, and does not only offer them: `raised or normal?`."""
    hint = it.hint.casefold()
    if not any(word[:_BEGINNING] in hint for word in it.hidden.plain.split()) or _OFFERS.search(hint):
        return False
    said = it.vocabulary.said(it.hidden.text, it.hint)
    return it.vocabulary.gives_away(said.words, said.plain, it.hidden)


def a_hint_keeps_the_answer(it: Gap) -> Diagnostic | None:
    """A hint says what is asked for; the answer's beginning is read, not recalled."""
    if not it.hint or not _begins(it):
        return None
    help = "say in the hint what it is: 'a colour', 'an organ'"
    return warning(it.span, "L18", f"the hint '{shortened(it.hint, 40)}' gives away how the answer begins", help)


def _begins(it: Gap) -> bool:
    """Say whether the hint is the answer, or how it begins: `blac...`, but not the verb of `walked::walk`."""
    hint, answer = it.hint.casefold().strip(" .…-_"), it.hidden.plain.strip()
    if not answer.startswith(hint) or not hint:
        return False
    if len(hint) == len(answer):
        return True
    cut = it.hint.endswith((".", "…")) or 2 * len(hint) <= len(answer)
    return cut and len(hint) >= _BEGINNING and answer[len(hint)].isalpha()


def something_is_asked(it: Gap) -> Diagnostic | None:
    """With no telling word around it, a gap may be filled with anything."""
    if it.seen or it.hint or not it.first or _NO_PROSE.search(f"{it.plain} {it.hidden.plain}"):
        return None
    help = "write the sentence around it, so that only these words fit"
    return warning(it.span, "L13", f"nothing on the card asks for '{shortened(it.typed, 40)}'", help)


GAPS: tuple[Callable[[Gap], Diagnostic | None], ...] = (
    a_gap_is_short,
    a_gap_is_not_given_away,
    a_hint_keeps_the_answer,
    something_is_asked,
)
ITEMS: tuple[Callable[[Gap], Diagnostic | None], ...] = (a_gap_is_not_given_away, a_hint_keeps_the_answer)
