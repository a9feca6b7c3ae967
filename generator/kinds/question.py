"""A question and its answer: one card, or two."""

from collections.abc import Iterator
from dataclasses import dataclass

from generator.compiled.note_types import basic
from generator.compiled.notes import Card, Html
from generator.kinds import layout
from generator.kinds.kind import Bench, Built, Draft, Fact, Gist, Gone, Kind, Linted, Made, Numbering, found_by, whole
from generator.lint import wording
from generator.source.authored import Common
from generator.source.shapes import COMMON, Flag, Key, Prose, Record
from generator.source.validator import Fields
from generator.source.values import Text
from generator.text.words import Vocabulary


@dataclass(frozen=True, slots=True)
class QuestionNote:
    """One card, or two where `reverse` is set."""

    common: Common
    question: Text
    answer: Text
    reverse: bool = False


RECORD = Record(
    "question note",
    (
        Key("question", Prose(), required=True),
        Key("answer", Prose(), required=True),
        Key("reverse", Flag(), about="Ask the other way round, too."),
        *COMMON,
    ),
)


def _built(common: Common, fields: Fields) -> Built[QuestionNote]:
    return Built(QuestionNote(common, fields.text("question"), fields.text("answer"), fields.flag("reverse")))


def _facts(note: QuestionNote) -> tuple[Fact, ...]:
    return whole(note, note.question, note.answer)


def _answers(note: QuestionNote) -> Iterator[tuple[str, str]]:
    yield note.common.id.value, note.answer.value
    if note.reverse:
        yield note.common.id.value, note.question.value


def _linted(note: QuestionNote, words: Vocabulary) -> Linted:
    front, back = words.said(note.question), words.said(note.answer)
    both, own = tuple(front.words | back.words), tuple(front.words)
    gist = Gist(note.common, note.question, front.key, both, back.key if back.words else 0, own, note.reverse)
    asked = wording.asked(front, back, words)
    found = (*found_by(wording.QUESTIONS, asked), *found_by(wording.ANSWERS, back))
    return Linted(tuple([(note.common, it) for it in found]), gist)


def _compiled(note: QuestionNote, bench: Bench) -> Made:
    question, answer = bench.markup.prose(note.question), bench.markup.prose(note.answer)
    reverse = Html("yes" if note.reverse else "")
    fields = {"Question": question.html, "Answer": layout.answer(answer.html), "Reverse": reverse}
    cards = [Card(0, layout.plain(answer.html))]
    cards += [Card(1, layout.plain(question.html))] if note.reverse else []
    return Made((Draft(note.common, question.html, fields, tuple(cards), (question, answer)),))


def _withdrawn(gone: Gone) -> dict[str, str]:
    answer = f"<p>[WITHDRAWN] {gone.hidden.get(1, '')}</p><p>{gone.back}</p>"
    return {"Question": gone.front, "Answer": answer, "Reverse": "yes" if 2 in gone.hidden else ""}


KIND = Kind(
    record=RECORD,
    about="A question and its answer: one card. With 'reverse: true' a second one asks for the question.",
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
