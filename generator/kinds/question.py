"""A question and its answer: one card, or two."""

from collections.abc import Iterator
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic
from generator.base.patterns import regex
from generator.compiled.note_types import TYPED, basic
from generator.compiled.notes import Card, Html
from generator.kinds import layout
from generator.kinds.kind import (
    Bench,
    Built,
    Draft,
    Fact,
    Gist,
    Gone,
    Kind,
    Linted,
    Made,
    Numbering,
    found_by,
    whole,
    withdrawn_as_question,
)
from generator.lint import wording
from generator.source.authored import Common
from generator.source.shapes import COMMON, Flag, Key, Prose, Record
from generator.source.validator import Fields
from generator.source.values import Text
from generator.text.words import Vocabulary

_HAS_FORM = regex(r"<(?!span></span>)|\n|\\[(\[]|\[sound:")  # what a keyboard cannot give


class QuestionNote(NamedTuple):
    """One card, or two where `reverse` is set."""

    common: Common
    question: Text
    answer: Text
    reverse: bool = False
    typed: bool = False  # whether the student types the answer, and Anki compares


RECORD = Record(
    "question note",
    (
        Key("question", Prose(), required=True),
        Key("answer", Prose(), required=True),
        Key("reverse", Flag(), about="Ask the other way round, too."),
        Key("type", Flag(), about="The answer is typed on the card and compared: one line of plain text."),
        *COMMON,
    ),
)


def _built(common: Common, fields: Fields) -> Built[QuestionNote]:
    question, answer = fields.text("question"), fields.text("answer")
    return Built(QuestionNote(common, question, answer, fields.flag("reverse"), fields.flag("type")))


def _facts(note: QuestionNote) -> tuple[Fact, ...]:
    return whole(note, note.question, note.answer)


def _answers(note: QuestionNote) -> Iterator[tuple[str, str]]:
    yield note.common.id.value, note.answer.value
    if note.reverse:
        yield note.common.id.value, note.question.value


def _linted(note: QuestionNote, words: Vocabulary) -> Linted:
    front, back = words.said(note.question), words.said(note.answer)
    both, own = tuple(front.words | back.words), tuple(front.words)
    key = back.key if back.words else 0
    gist = Gist(note.common, note.question, front.key, both, key, own, note.reverse, answer=note.answer)
    asked = wording.asked(front, back, words, note.reverse)
    found = found_by(wording.QUESTIONS, asked)
    return Linted(tuple([(note.common, it) for it in found]), gist)


def _compiled(note: QuestionNote, bench: Bench) -> Made:
    question, answer = bench.markup.prose(note.question), bench.markup.prose(note.answer)
    fields = {
        "Question": question.html,
        "Answer": answer.html if note.typed else layout.answer(answer.html),
        "Reverse": Html("yes" if note.reverse else ""),
        TYPED: Html("yes" if note.typed else ""),
    }
    cards = [Card(0, layout.plain(answer.html))]
    cards += [Card(1, layout.plain(question.html))] if note.reverse else []
    # What is compared is the whole answer, so a context stands above it only where nobody types it.
    above = ("Question", "Answer") if note.reverse and not note.typed else ("Question",)
    found = (_not_typable(note.answer),) if note.typed and _HAS_FORM.search(answer.html) else ()
    return Made((Draft(note.common, question.html, fields, tuple(cards), (question, answer), above=above),), found)


def _not_typable(answer: Text) -> Diagnostic:
    message = "this answer is typed by the student, so it must be one line of plain text"
    help = "write it without emphasis, links, formulas, pictures and sounds, or delete 'type: true'"
    return Diagnostic(answer.span, "S130", message, help)


def _withdrawn(gone: Gone) -> dict[str, str]:
    return withdrawn_as_question(gone) | {"Reverse": "yes" if 2 in gone.hidden else ""}


KIND = Kind(
    record=RECORD,
    about="A question and its answer: one card. With 'reverse: true' a second one asks for the question; with "
    "'type: true' the answer is typed, and Anki compares it.",
    example="""\
- id: he-colour
  question: On H&E, what colour are dermal calcium deposits?
  answer: Deep purple (basophilic)
""",
    note=QuestionNote,
    note_type=basic,
    numbering=Numbering.TEMPLATE,
    most_cards=2,
    build=_built,
    facts=_facts,
    answers=_answers,
    lint=_linted,
    compile=_compiled,
    withdrawn=_withdrawn,
)
