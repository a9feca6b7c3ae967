"""A procedure: one card for every step. A kind of note that does not exist, for test_kinds.py to add."""

from collections.abc import Iterator
from typing import NamedTuple

from generator.base.limits import MAX_CARDS
from generator.compiled.note_types import cloze
from generator.compiled.notes import Html, NoteId
from generator.kinds import layout
from generator.kinds.kind import (
    Bench,
    Built,
    Draft,
    Fact,
    Kind,
    Linted,
    Made,
    Numbering,
    found_by,
    whole,
    withdrawn_as_clozes,
)
from generator.lint import wording
from generator.source.authored import Common
from generator.source.shapes import COMMON, KEY, Key, Keyed, Prose, Record
from generator.source.validator import Fields
from generator.source.values import Text
from generator.text.words import Vocabulary


class ProcedureNote(NamedTuple):
    """One card for every step."""

    common: Common
    name: Text
    steps: tuple[tuple[Text, Text], ...]  # key, text


def _built(common: Common, fields: Fields) -> Built[ProcedureNote]:
    steps = tuple((key, text) for key, text in fields.entries("steps") if isinstance(text, Text))
    return Built(ProcedureNote(common, fields.text("procedure"), steps))


def _facts(note: ProcedureNote) -> tuple[Fact, ...]:
    return whole(note, note.name, *(text for _, text in note.steps))


def _answers(note: ProcedureNote) -> Iterator[tuple[str, str]]:
    return ((note.common.id.value, text.value) for _, text in note.steps)


def _linted(note: ProcedureNote, words: Vocabulary) -> Linted:
    found = (it for _, text in note.steps for it in found_by(wording.PARTS, words.said(text)))
    return Linted(tuple((note.common, it) for it in found), None)


def _compiled(note: ProcedureNote, bench: Bench) -> Made:
    numbers = bench.numbers(NoteId(note.common.id.value), tuple(key.value for key, _ in note.steps))
    name = bench.markup.hideable(note.name)
    steps = {key.value: bench.markup.hideable(text) for key, text in note.steps}
    clozes = "".join(layout.cloze(numbers[key], step.html) for key, step in steps.items())
    text = Html(f'<div class="heading">{name.html}</div><div class="list before">{clozes}</div>')
    cards = layout.cards(numbers, {key: step.html for key, step in steps.items()})
    return Made((Draft(note.common, text, {"Text": text}, cards, (name, *steps.values())),))


KIND = Kind(
    record=Record(
        "procedure note",
        (
            Key("procedure", Prose(True, "name"), required=True, about="What is done."),
            Key("steps", Keyed(KEY, Prose(True), "steps", MAX_CARDS), required=True, about="One card per step."),
            *COMMON,
        ),
    ),
    about="A procedure: one card for every step; the steps before it show.",
    example="""\
- id: biopsy
  procedure: Punch biopsy of the skin
  steps: {numb: Numb the skin, punch: Turn the punch}
""",
    note=ProcedureNote,
    note_type=cloze,
    numbering=Numbering.KEY,
    most_cards=MAX_CARDS,
    build=_built,
    facts=_facts,
    answers=_answers,
    lint=_linted,
    compile=_compiled,
    withdrawn=withdrawn_as_clozes,
)
