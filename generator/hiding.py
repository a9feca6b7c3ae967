"""What a card hides, and what is seen beside it -> what gives it away, or leaves it without a question.

Adding a rule is one function, and its name in GAPS (one hidden stretch of a cloze text), ITEMS (an item of a list) or
MASKS (a picture's masks).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, islice
from typing import NamedTuple

from generator import deck as d
from generator.characters import shortened
from generator.cloze import Piece
from generator.diagnostics import Diagnostic, warning
from generator.located import Text
from generator.place import Span
from generator.words import Said, Vocabulary, count, longer

LONG_GAP = 8  # words
_MOST_NUMBERS = 4
_MANY_NUMBERS = 20  # of a text: its gaps are not looked at one by one
_BEGINNING = 4  # letters of an answer that give it away
_MOST_OVERLAP = 0.2  # of the smaller mask
_WITHIN = 0.98  # of a mask that lies in another one
_MOST_PAIRS = 5_000  # of masks that are compared
_NO_PROSE = re.compile(r"formula\d|file\d|\b(?:it|they|he|she|this|these)\b")  # L06 speaks of those
_OFFERS = re.compile(r"\bor\b|/")  # a hint that lets choose
_NO_WORDS = re.compile(r"(?:m|mask|rect|ellipse|polygon|area|box|shape|label|item|part|region|field)[-_]?\d*")


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
    return warning(it.text.span, "L16", f"{numbers} cards of one text", help)


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
        return warning(it.span, "L12", f"'{shortened(it.typed, 40)}' is seen on its own card", help)
    if it.hint and not _begins(it) and _holds(it):
        return warning(
            it.span, "L12", f"the hint of '{shortened(it.typed, 40)}' holds it", "say in the hint what it is"
        )
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
    return warning(it.span, "L18", f"the hint '{shortened(it.hint, 40)}' is how the answer begins", help)


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
    return warning(it.span, "L13", f"nothing around it asks for '{shortened(it.typed, 40)}'", help)


def masks_have_names(note: d.ImageNote) -> Iterator[Diagnostic]:
    """A mask that has neither label nor a telling key is a number in the release notes, and to whoever edits it."""
    for mask in note.masks:
        if mask.label is None and _NO_WORDS.fullmatch(mask.key.value):
            message = f"mask '{mask.key.value}' has no label, and its key says nothing"
            yield warning(mask.key.span, "L43", message, "add 'label:' with what it hides")


def masks_lie_apart(note: d.ImageNote) -> Iterator[Diagnostic]:
    """A mask that lies half over another hides its answer as well; one inside another is a part of a whole."""
    boxes = [it for it in note.masks if it.shape is not d.MaskShape.POLYGON]
    boxes.sort(key=lambda it: it.numbers[0])
    told: set[str] = set()
    for one, other in islice(_near(boxes), _MOST_PAIRS):
        first, second = sorted((one, other), key=lambda it: (it.span, it.key.value))
        if second.key.value in told or not _overlap(one, other):
            continue
        told.add(second.key.value)
        message = f"mask '{second.key.value}' lies over mask '{first.key.value}'"
        help = "draw them apart, or one wholly inside the other"
        yield warning(second.span, "L43", message, help, f"the other is at {first.span.where}")


def _near(boxes: list[d.Mask]) -> Iterator[tuple[d.Mask, d.Mask]]:
    """Yield the pairs that share a stretch from left to right."""
    for one, other in combinations(boxes, 2):
        if other.numbers[0] < one.numbers[0] + one.numbers[2]:
            yield one, other


def _overlap(one: d.Mask, other: d.Mask) -> bool:
    """Say whether two masks share more than they may. An ellipse is the rectangle of its own area around its centre."""
    a, b = _sides(one), _sides(other)
    across = min(a[1], b[1]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[2], b[2])
    areas = sorted((it[1] - it[0]) * (it[3] - it[2]) for it in (a, b))
    if across <= 0 or down <= 0 or areas[0] <= 0:
        return False
    shared = across * down / areas[0]
    return shared > _MOST_OVERLAP and not (shared >= _WITHIN and areas[1] >= 2 * areas[0])


def _sides(mask: d.Mask) -> tuple[float, float, float, float]:
    """Return left, right, top and bottom."""
    left, top, width, height = mask.numbers
    cut = 0.0569 if mask.shape is d.MaskShape.ELLIPSE else 0.0  # of each side: (1 - sqrt(pi / 4)) / 2
    return left + cut * width, left + (1 - cut) * width, top + cut * height, top + (1 - cut) * height


GAPS: tuple[Callable[[Gap], Diagnostic | None], ...] = (
    a_gap_is_short,
    a_gap_is_not_given_away,
    a_hint_keeps_the_answer,
    something_is_asked,
)
ITEMS: tuple[Callable[[Gap], Diagnostic | None], ...] = (a_gap_is_not_given_away, a_hint_keeps_the_answer)
MASKS: tuple[Callable[[d.ImageNote], Iterable[Diagnostic]], ...] = (masks_have_names, masks_lie_apart)
