"""A note of an adopted deck as it was found: the fields of its own note type, in HTML."""

from collections.abc import Iterator
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, did_you_mean, warning
from generator.base.limits import MAX_CARDS
from generator.base.patterns import regex
from generator.compiled import live
from generator.compiled.foreign_cards import cards_of, front_of, named_in
from generator.compiled.note_types import basic
from generator.compiled.notes import Html, NoteType
from generator.kinds.kind import (
    Bench,
    Built,
    Draft,
    Fact,
    Gone,
    Kind,
    Linted,
    Made,
    Numbering,
    whole,
    withdrawn_as_question,
)
from generator.source.authored import Common
from generator.source.shapes import COMMON, Key, Keyed, Prose, Record, Word
from generator.source.validator import Fields
from generator.source.values import Text
from generator.text.words import Vocabulary

_LONGEST = 500_000  # characters of a field; others wrote it, some with a picture inside
_OF_A_NOTE_OF_OURS = ("extra", "context", "sources", "dispute", "erratum")
_NAME = Word(regex(r"[^\n]+"), "name", "it as the file in note_types/ has it", most=500)


class ForeignNote(NamedTuple):
    """A note in a note type of another author's. The fields are HTML; one that is left out is empty."""

    common: Common
    note_type: Text
    fields: tuple[tuple[Text, Text], ...]


RECORD = Record(
    "note of an adopted deck",
    (
        Key("note", _NAME, required=True, about="The note type, as a file of note_types/ has it."),
        Key(
            "fields",
            Keyed(_NAME, Prose(what="field", most=_LONGEST), "fields", hint="write each as 'Name: HTML'"),
            required=True,
            about="The fields by name, in HTML; one left out is empty.",
        ),
        *(key for key in COMMON if key.name not in _OF_A_NOTE_OF_OURS),
    ),
    offered=False,
)


def _built(common: Common, fields: Fields) -> Built[ForeignNote]:
    return Built(ForeignNote(common, fields.text("note"), fields.text_entries("fields")))


def _facts(note: ForeignNote) -> tuple[Fact, ...]:
    return whole(note)


def _answers(note: ForeignNote) -> Iterator[tuple[str, str]]:
    yield from ()


def _linted(note: ForeignNote, words: Vocabulary) -> Linted:
    return Linted((), None)  # others wrote it


def _compiled(note: ForeignNote, bench: Bench) -> Made:
    note_type = bench.note_types.get(note.note_type.value)
    if note_type is None:
        help = did_you_mean(note.note_type.value, bench.note_types, "an adopted deck keeps its own in note_types/")
        message = f"there is no note type '{note.note_type.value}' in note_types/"
        return Made(
            (Draft(note.common, Html(""), {}, (), ()),), (Diagnostic(note.note_type.span, "S141", message, help),)
        )
    found = list(_misfits(note, note_type))
    fields = {name.value: Html(html.value) for name, html in note.fields if name.value in note_type.places}
    media = tuple(it for html in fields.values() for it in bench.media.as_found(named_in(html)))
    found += _without_media(note, bench)
    cards = cards_of(note_type, tuple(fields.get(it.name, Html("")) for it in note_type.fields))
    front = Html(front_of(tuple(fields.get(it.name, Html("")) for it in note_type.fields)))
    return Made((Draft(note.common, front, fields, cards, (), foreign=note_type, media=media),), tuple(found))


def _misfits(note: ForeignNote, note_type: NoteType) -> Iterator[Diagnostic]:
    for name, html in note.fields:
        if name.value not in note_type.places:
            help = did_you_mean(name.value, note_type.places, f"its fields: {', '.join(note_type.places)}")
            yield Diagnostic(name.span, "S142", f"'{note_type.name}' has no field '{name.value}'", help)
        elif (run := live.runs(html.value)) and not note_type.may_run:
            yield Diagnostic(html.span, "S143", f"this would run a script on the card: {run}", "delete it")


def _without_media(note: ForeignNote, bench: Bench) -> Iterator[Diagnostic]:
    """Yield a warning at each name of a file that is not there; addresses and `data:` name no file."""
    for _, html in note.fields:
        for name in dict.fromkeys(named_in(html.value)):
            is_a_file = "//" not in name and not name.startswith("data:")
            if is_a_file and not live.runs(html.value) and not bench.media.as_found([name]):
                at = html.value.find(name)
                help = "put the file back, or import the deck's package into its project again"
                yield warning(html.at(at, at + len(name)), "M132", f"'{name}' is not in media/", help)


def _withdrawn(gone: Gone) -> dict[str, str]:
    return withdrawn_as_question(gone)


KIND = Kind(
    record=RECORD,
    about="A note of an adopted deck, as it was found: 'deckwright import' writes these where a note is none of the "
    "other kinds. It keeps its own note type, and its fields are HTML. Write new notes as one of the other kinds.",
    example="""\
- id: stratum-corneum
  note: Anatomy
  fields:
    Front: Which layer is <b>outermost</b>?
    Back: Stratum corneum
""",
    note=ForeignNote,
    note_type=basic,
    numbering=Numbering.AUTHOR,
    most_cards=MAX_CARDS,
    build=_built,
    facts=_facts,
    answers=_answers,
    lint=_linted,
    compile=_compiled,
    withdrawn=_withdrawn,
)
