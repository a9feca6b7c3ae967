"""A question with options to choose from: one card, whose options stand in an order that does not tell."""

from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic
from generator.compiled.note_types import basic
from generator.compiled.notes import Card, Html
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
    found_by,
    whole,
    withdrawn_as_question,
)
from generator.lint import exams, wording
from generator.source.authored import Common
from generator.source.shapes import COMMON, KEY, Key, Keyed, Prose, Record
from generator.source.validator import Fields, Value
from generator.source.values import Text
from generator.text.markup import Markup, Rendered
from generator.text.words import Vocabulary

MOST_OPTIONS = 26
_RIGHT = "right"  # the key of a right option that is a bare text
_MARKS = {True: "✓", False: "✗"}


class Option(NamedTuple):
    """One option. By its key it has its place among the others."""

    key: str
    text: Text
    right: bool
    why: Text | None = None


class ChooseNote(NamedTuple):
    """One card. The options stand in the order of the file."""

    common: Common
    question: Text
    options: tuple[Option, ...]


_WHY = Key("why", Prose(True, "reason"), about="Why it is right or wrong; shown on the back.")
_OPTION = Record("option", (Key("text", Prose(True), required=True), _WHY), short="text")
_RIGHT_ONE = Record(
    "right option",
    (Key("text", Prose(True), about="The only right option."), _WHY),
    short="text",
    others=_OPTION,
    hint="write the right option, or several as 'key: text'",
)
RECORD = Record(
    "choose note",
    (
        Key("choose", Prose(), required=True, about="The question."),
        Key("right", _RIGHT_ONE, required=True, about="The right option; or several, by key."),
        Key("wrong", Keyed(KEY, _OPTION, "options", MOST_OPTIONS), required=True, about="The wrong options, by key."),
        *COMMON,
    ),
)


def _built(common: Common, fields: Fields) -> Built[ChooseNote]:
    given = fields.values["right"]
    assert isinstance(given, Fields)
    right, found = _right(given)
    wrong = tuple(_option(key.value, value, False) for key, value in fields.entries("wrong"))
    taken = {it.key for it in right}
    for key, _ in fields.entries("wrong"):
        if key.value in taken:
            message = f"the key '{key.value}' stands under 'right:' and under 'wrong:'"
            found.append(Diagnostic(key.span, "S131", message, "give each option a key of its own"))
    return Built(ChooseNote(common, fields.text("choose"), (*right, *wrong)), tuple(found))


def _right(given: Fields) -> tuple[tuple[Option, ...], list[Diagnostic]]:
    """Return the right options, which are a text, a text with its reason, or texts by key."""
    if "text" in given.values:
        return (Option(_RIGHT, given.text("text"), True, given.maybe("why")),), []
    keys = [given.keys[name] for name in given.values if name in given.keys and name != "why"]
    unfit = [it for it in keys if not KEY.pattern.fullmatch(it.value)]
    found = [Diagnostic(it.span, "S105", f"'{it.value}' is no key", f"write {KEY.form}") for it in unfit]
    if not keys:
        place = next(iter(given.keys.values())).span
        found.append(Diagnostic(place, "S131", "no right option is written here", "write 'right: text'"))
    return tuple(_option(it.value, given.values[it.value], True) for it in keys), found


def _option(key: str, value: Value, right: bool) -> Option:
    assert isinstance(value, Fields)
    return Option(key, value.text("text"), right, value.maybe("why"))


def _facts(note: ChooseNote) -> tuple[Fact, ...]:
    (fact,) = whole(note, note.question, *(text for it in note.options for text in (it.text, it.why) if text))
    return (fact._replace(denied=tuple(it.text for it in note.options if not it.right)),)


def _answers(note: ChooseNote) -> Iterator[tuple[str, str]]:
    yield note.common.id.value, "; ".join(it.text.value for it in note.options if it.right)


def _linted(note: ChooseNote, words: Vocabulary) -> Linted:
    front = words.said(note.question)
    options = [exams.Option(words.said(it.text), it.right) for it in note.options]
    found = [exams.options_look_alike(options), exams.options_stand_alone(options)]
    found.append(exams.right_one_is_not_named(front, options, words))
    found += found_by(wording.OF_OPTIONS, wording.asked(front, options[0].said, words)) if options else []
    keys = sorted(it.said.key for it in options)
    both = tuple(front.words.union(*(it.said.words for it in options)))
    answer = next((it.text for it in note.options if it.right), None)
    own = tuple(front.words)
    gist = Gist(note.common, note.question, hash((front.key, *keys)), both, front_words=own, answer=answer)
    return Linted(tuple((note.common, it) for it in found if it), gist)


def _compiled(note: ChooseNote, bench: Bench) -> Made:
    question = bench.markup.prose(note.question)
    options = [(it, *_rendered(it, bench.markup)) for it in sorted(note.options, key=lambda it: _place(note, it))]
    offered = "".join(f'<div class="option">{text.html}</div>\n' for _, text, _ in options)
    marked = "".join(_marked(it, text.html, why.html) for it, text, why in options)
    fields = {
        "Question": Html(f'<div class="ask">{question.html}</div>\n<div class="options">{offered}</div>'),
        "Answer": Html(f'<div class="options">{marked}</div>'),
    }
    right = "; ".join(layout.plain(text.html) for it, text, _ in options if it.right)
    parts = (question, *(part for _, *both in options for part in both))
    return Made((Draft(note.common, question.html, fields, (Card(0, right),), parts),))


def _place(note: ChooseNote, option: Option) -> bytes:
    """Return what options are sorted by: a rewording moves none of them, and a new one moves none of the others."""
    return sha256(f"{note.common.id.value}\n{option.key}".encode()).digest()


def _rendered(it: Option, markup: Markup) -> tuple[Rendered, Rendered]:
    return markup.inline(it.text), markup.inline(it.why) if it.why else Rendered(Html(""))


def _marked(it: Option, text: Html, why: Html) -> str:
    """Return an option of the back. The mark is a sign, so that colour alone tells nothing."""
    reason = f'<div class="why">{why}</div>\n' if why else ""
    return f'<div class="option {"right" if it.right else "wrong"}">{_MARKS[it.right]} {text}\n{reason}</div>\n'


KIND = Kind(
    record=RECORD,
    about="A question with options to choose from: one card. Their order does not tell which is right: it follows from "
    "the id, and is shuffled where the card may run JavaScript. The back marks each option and says why.",
    example="""\
- id: black-deposits
  choose: Which stain turns calcium deposits black?
  right: Von Kossa
  wrong:
    alizarin: {text: Alizarin red, why: It turns them orange-red.}
    pas: {text: PAS, why: It stains sugars.}
""",
    note=ChooseNote,
    note_type=basic,
    numbering=Numbering.TEMPLATE,
    most_cards=1,
    build=_built,
    facts=_facts,
    answers=_answers,
    lint=_linted,
    compile=_compiled,
    withdrawn=withdrawn_as_question,
)
