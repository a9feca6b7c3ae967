"""A text with words to hide: one card for every number."""

from collections.abc import Iterator
from typing import NamedTuple

from generator.base.characters import shortened
from generator.base.limits import MAX_CARDS
from generator.compiled.note_types import cloze
from generator.compiled.notes import Card
from generator.kinds.kind import (
    Bench,
    Built,
    Draft,
    Fact,
    Gist,
    Kind,
    Linted,
    Made,
    Numbering,
    found_by,
    whole,
    withdrawn_as_clozes,
)
from generator.lint import giveaways, wording
from generator.source.authored import Common
from generator.source.shapes import COMMON, Key, Prose, Record
from generator.source.validator import Fields
from generator.source.values import Text
from generator.text.cloze import hidden_in, pieces
from generator.text.words import Vocabulary

_MOST = 5  # messages about the gaps of one text


class ClozeNote(NamedTuple):
    """One card for every number."""

    common: Common
    cloze: Text


RECORD = Record(
    "cloze note",
    (Key("cloze", Prose(), required=True, about="Hide with {{c1::text::hint}}; one card per number."), *COMMON),
)


def _built(common: Common, fields: Fields) -> Built[ClozeNote]:
    return Built(ClozeNote(common, fields.text("cloze")))


def _facts(note: ClozeNote) -> tuple[Fact, ...]:
    return whole(note, note.cloze)


def _answers(note: ClozeNote) -> Iterator[tuple[str, str]]:
    for texts in _by_number(hidden_in(note.cloze.value)).values():
        yield note.common.id.value, " ".join(texts)


def _linted(note: ClozeNote, words: Vocabulary) -> Linted:
    parts = pieces(note.cloze.value)
    if not parts:
        return Linted((), None)  # the renderer reports its errors
    cloze = giveaways.cloze(note.cloze, parts, words)
    hidden = [said for _, said, _ in cloze.hidden]
    key = hash((cloze.always.key, *[it.key for it in hidden]))
    both = tuple(cloze.always.words.union(*[it.words for it in hidden]))
    unnamed = None if parts[0].numbers else wording.without_subject(note.cloze, cloze.always.plain)
    found = [it for it in (unnamed, giveaways.few_cards_of_one_text(cloze)) if it]
    for gap in giveaways.gaps_of(cloze):
        found += found_by(giveaways.GAPS, gap)
        if len(found) >= _MOST:
            break
    return Linted(tuple([(note.common, it) for it in found]), Gist(note.common, note.cloze, key, both))


def _compiled(note: ClozeNote, bench: Bench) -> Made:
    text = bench.markup.cloze(note.cloze)
    hides = _by_number(text.hidden)
    cards = tuple([Card(number - 1, shortened(" … ".join(texts), 80)) for number, texts in hides.items()])
    return Made((Draft(note.common, text.html, {"Text": text.html}, cards, (text,)),))


def _by_number(hidden: tuple[tuple[int, str], ...]) -> dict[int, list[str]]:
    """Return what each number hides, in the order in which the numbers first appear."""
    found: dict[int, list[str]] = {}
    for number, text in hidden:
        found.setdefault(number, []).append(text)
    return found


KIND = Kind(
    record=RECORD,
    about="A text with words to hide: one card for every number. Two gaps of one number are asked on one card.",
    example="""\
- id: chemistry
  cloze: "Calcium is deposited as {{c1::hydroxyapatite}}, in {{c2::the dermis}}."
""",
    note=ClozeNote,
    note_type=cloze,
    numbering=Numbering.AUTHOR,
    most_cards=MAX_CARDS,
    build=_built,
    facts=_facts,
    answers=_answers,
    lint=_linted,
    compile=_compiled,
    withdrawn=withdrawn_as_clozes,
)
