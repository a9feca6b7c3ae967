"""A case: a stem, and one card for each question that is asked about it."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic
from generator.base.limits import MAX_CARDS
from generator.compiled.note_types import cloze
from generator.compiled.notes import Html, NoteId
from generator.kinds import layout
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
    chosen,
    found_by,
    whole,
    withdrawn_as_clozes,
)
from generator.lint import exams, wording
from generator.source.authored import Common
from generator.source.shapes import COMMON, KEY, Choice, Key, Keyed, Prose, Record
from generator.source.validator import Fields
from generator.source.values import Text
from generator.text.escape import disarm, guard_hint
from generator.text.markup import Markup, Rendered
from generator.text.words import Vocabulary


class Show(StrEnum):
    """What of the other questions is shown while one is asked."""

    NONE = "none"
    BEFORE = "before"


class Ask(NamedTuple):
    """One question about a case. Its identity is the key."""

    key: Text
    ask: Text
    answer: Text
    extra: Text | None = None


class CaseNote(NamedTuple):
    """One card for every question."""

    common: Common
    stem: Text
    asks: tuple[Ask, ...]
    show: Show = Show.NONE


_ASK = Record(
    "question of a case",
    (
        Key("ask", Prose(True), required=True, about="What is asked about the case."),
        Key("answer", Prose(True), required=True),
        Key("extra", Prose(True), about="Shown under this answer only."),
    ),
)
RECORD = Record(
    "case note",
    (
        Key("case", Prose(), required=True, about="The stem: what is known before anything is asked."),
        Key("asks", Keyed(KEY, _ASK, "questions", MAX_CARDS), required=True, about="One card per question."),
        Key(
            "show",
            Choice(tuple(it.value for it in Show), "what of the other questions is shown"),
            about="before: the questions before the asked one show with their answers. Left out: none do.",
        ),
        *COMMON,
    ),
)


def _built(common: Common, fields: Fields) -> Built[CaseNote]:
    asks = tuple(
        Ask(key, value.text("ask"), value.text("answer"), value.maybe("extra"))
        for key, value in fields.entries("asks")
        if isinstance(value, Fields)
    )
    return Built(CaseNote(common, fields.text("case"), asks, chosen(fields, "show", Show.NONE)))


def _facts(note: CaseNote) -> tuple[Fact, ...]:
    texts = (text for it in note.asks for text in (it.ask, it.answer, it.extra) if text)
    return whole(note, note.stem, *texts)


def _answers(note: CaseNote) -> Iterator[tuple[str, str]]:
    return ((note.common.id.value, it.answer.value) for it in note.asks)


def _linted(note: CaseNote, words: Vocabulary) -> Linted:
    stem = words.said(note.stem)
    found: list[Diagnostic] = []
    earlier: list[exams.Earlier] = []
    every, front = set(stem.words), [stem.key]
    for it in note.asks:
        ask, answer = words.said(it.ask), words.said(it.answer)
        found += found_by(wording.OF_A_STEM, wording.asked(ask, answer, words))
        given = exams.named_in_the_stem(stem, answer, words) or exams.given_away_earlier(earlier, answer, words)
        found += [given] if given else []
        earlier.append(exams.Earlier(ask, answer))
        every |= ask.words | answer.words
        front.append(ask.key)
    gist = Gist(note.common, note.stem, hash(tuple(front)), tuple(every), listed=True)
    return Linted(tuple((note.common, it) for it in found), gist)


def _compiled(note: CaseNote, bench: Bench) -> Made:
    numbers = bench.numbers(NoteId(note.common.id.value), tuple(it.key.value for it in note.asks))
    stem = bench.markup.prose(note.stem)
    parts: list[Rendered] = [stem]
    clozes, answers = [], {}
    for it in note.asks:
        ask, answer, extra = _rendered(it, bench.markup)
        parts += [ask, answer, extra]
        answers[it.key.value] = answer.html
        # The question is a part of what is hidden, and the hint: so no card shows the questions of the others.
        below = f'<div class="more">{extra.html}</div>\n' if extra.html else ""
        hidden = f'<div class="ask">{ask.html}</div>\n<div class="reply">{answer.html}</div>\n{below}'
        hint = guard_hint(f'<div class="ask">{ask.html}</div>')
        clozes.append(layout.cloze(numbers[it.key.value], Html(hidden), hint))
    shown = "asks earlier" if note.show is Show.BEFORE else "asks"
    text = Html(f'<div class="stem">{disarm(stem.html)}</div>\n<div class="{shown}">{"".join(clozes)}</div>')
    return Made((Draft(note.common, stem.html, {"Text": text}, layout.cards(numbers, answers), tuple(parts)),))


def _rendered(it: Ask, markup: Markup) -> tuple[Rendered, Rendered, Rendered]:
    extra = markup.hideable(it.extra) if it.extra else Rendered(Html(""))
    return markup.hideable(it.ask), markup.hideable(it.answer), extra


KIND = Kind(
    record=RECORD,
    about="A case, as exams ask them: a stem, and one card for every question about it. A front shows the stem and the "
    "question that is asked; with 'show: before' also the questions before it, with their answers.",
    example="""\
- id: sore-fingertips
  case: A woman of 52 with stiff fingers and heartburn has hard, sore lumps on her fingertips.
  asks:
    cause: {ask: Which disease has she?, answer: Limited systemic sclerosis}
    kind: {ask: Which subtype of calcinosis are the lumps?, answer: Dystrophic, extra: Her calcium is normal.}
""",
    note=CaseNote,
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
