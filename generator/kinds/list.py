"""A list under a heading: one card for every item, the number of items always visible."""

from collections.abc import Iterator, Sequence
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
from generator.lint import giveaways, wording
from generator.source.authored import Common
from generator.source.shapes import COMMON, KEY, Choice, Key, Keyed, Prose, Record
from generator.source.validator import Fields
from generator.source.values import Text
from generator.text.escape import guard_hint
from generator.text.words import Vocabulary


class Show(StrEnum):
    """Which other items of a list are shown while one is asked for."""

    OTHERS = "others"
    BEFORE = "before"
    NONE = "none"


class Item(NamedTuple):
    """One item of a list. Its identity is the key."""

    key: Text
    text: Text
    cue: Text | None = None


class ListNote(NamedTuple):
    """One card for every item."""

    common: Common
    heading: Text
    items: tuple[Item, ...]
    show: Show = Show.OTHERS


_ITEM = Record(
    "list item",
    (
        Key("text", Prose(True), required=True),
        Key("cue", Prose(True, "cue"), about="Shown while the item is asked for."),
    ),
    short="text",
)
RECORD = Record(
    "list note",
    (
        Key("list", Prose(True, "heading"), required=True, about="The heading."),
        Key("items", Keyed(KEY, _ITEM, "items", MAX_CARDS), required=True, about="One card per item."),
        Key(
            "show",
            Choice(tuple(it.value for it in Show), "which items are shown"),
            about="Which items are shown while one is asked for.",
        ),
        *COMMON,
    ),
)


def _built(common: Common, fields: Fields) -> Built[ListNote]:
    items = tuple(
        Item(key, value.text("text"), value.maybe("cue"))
        for key, value in fields.entries("items")
        if isinstance(value, Fields)
    )
    return Built(ListNote(common, fields.text("list"), items, chosen(fields, "show", Show.OTHERS)))


def _facts(note: ListNote) -> tuple[Fact, ...]:
    return whole(note, note.heading, *(item.text for item in note.items))


def _answers(note: ListNote) -> Iterator[tuple[str, str]]:
    return ((note.common.id.value, item.text.value) for item in note.items)


def _linted(note: ListNote, words: Vocabulary) -> Linted:
    heading = words.said(note.heading)
    items = [words.said(item.text) for item in note.items]
    both = tuple(heading.words.union(*(it.words for it in items)))
    found: list[Diagnostic] = []
    for item, said in zip(note.items, items, strict=True):
        cue = item.cue.value if item.cue else ""
        gap = giveaways.Gap(said, item.text.value, 0, cue, heading.words, heading.plain, words)
        found += [*found_by(wording.PARTS, said), *found_by(giveaways.ITEMS, gap)]
    gist = Gist(note.common, note.heading, heading.key, both, listed=True)
    return Linted(tuple((note.common, it) for it in found), gist)


def _compiled(note: ListNote, bench: Bench) -> Made:
    numbers = bench.numbers(NoteId(note.common.id.value), tuple(item.key.value for item in note.items))
    heading = bench.markup.hideable(note.heading)
    texts = {item.key.value: bench.markup.hideable(item.text) for item in note.items}
    cues = {item.key.value: bench.markup.hideable(item.cue) for item in note.items if item.cue}
    hints = {key: guard_hint(cue.html) for key, cue in cues.items()}
    clozes = [layout.cloze(numbers[key], text.html, hints.get(key, "")) for key, text in texts.items()]
    text = _text(heading.html, note.show, clozes, bench.words.counted(len(clozes)))
    cards = layout.cards(numbers, {key: text.html for key, text in texts.items()})
    return Made((Draft(note.common, text, {"Text": text}, cards, (heading, *texts.values(), *cues.values())),))


def _text(heading: Html, show: Show, clozes: Sequence[str], count: str) -> Html:
    """Return the Text. The clozes are siblings: so the style sheet knows those before and after."""
    return Html(
        f'<div class="heading">{heading}</div>\n<div class="count">{count}</div>\n'
        f'<div class="list {show.value}">{layout.lines(clozes)}</div>'
    )


KIND = Kind(
    record=RECORD,
    about="A list under a heading: one card for every item. How many there are always shows.",
    example="""\
- id: subtypes
  list: The five subtypes of calcinosis cutis
  items:
    dystrophic: Dystrophic
    metastatic: Metastatic
    idiopathic: {text: Idiopathic, cue: nothing explains it}
""",
    note=ListNote,
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
