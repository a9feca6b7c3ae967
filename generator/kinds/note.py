"""A note of an adopted deck as it was found: the fields of its own note type, in HTML."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.base.characters import shortened
from generator.base.diagnostics import Diagnostic, did_you_mean
from generator.base.limits import MAX_CARDS, OCCLUSION
from generator.compiled import live
from generator.compiled.note_types import basic
from generator.compiled.notes import Card, Html, NoteType
from generator.kinds import layout
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
_CLOZE = re.compile(r"\{\{c([\d,]+)::((?:(?!\{\{c\d|\}\}).)*)", re.DOTALL)
_CLOZE_FIELD = re.compile(r"\{\{(?:[^{}]*:)?cloze(?:-only)?:(?:[^{}]*:)?([^{}:]+)\}\}")
_MEDIA = re.compile(
    r"<(?:img|audio|video|source)\b[^<>]*?\bsrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))|\[sound:([^\]]+)\]",
    re.IGNORECASE,
)
_OF_A_NOTE_OF_OURS = ("extra", "context", "sources", "dispute", "erratum")
_NAME = Word(re.compile(r"[^\n]+"), "name", "it as the file in note_types/ has it", most=500)


@dataclass(frozen=True, slots=True)
class ForeignNote:
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
    cards = cards_of(note_type, tuple(fields.get(it.name, Html("")) for it in note_type.fields))
    front = Html(front_of(tuple(fields.get(it.name, Html("")) for it in note_type.fields)))
    return Made((Draft(note.common, front, fields, cards, (), foreign=note_type, media=media),), tuple(found))


def front_of(fields: Iterable[str]) -> str:
    """Return the field by which people know a note: the first with words; of a picture with masks, its heading."""
    return next((html for html in fields if OCCLUSION not in html and layout.plain(html)), "")


def _misfits(note: ForeignNote, note_type: NoteType) -> Iterator[Diagnostic]:
    for name, html in note.fields:
        if name.value not in note_type.places:
            help = did_you_mean(name.value, note_type.places, f"its fields: {', '.join(note_type.places)}")
            yield Diagnostic(name.span, "S142", f"'{note_type.name}' has no field '{name.value}'", help)
        elif (run := live.runs(html.value)) and not note_type.may_run:
            yield Diagnostic(html.span, "S143", f"this would run a script on the card: {run}", "delete it")


def named_in(html: str) -> Iterator[str]:
    """Yield the names of the media that HTML refers to, as it writes them."""
    for match in _MEDIA.finditer(html):
        yield next(it for it in match.groups() if it is not None)


def cards_of(note_type: NoteType, fields: tuple[str, ...]) -> tuple[Card, ...]:
    """Return the cards that Anki makes of fields; what a card hides is its cloze, or the name of its template."""
    if note_type.is_cloze:
        return tuple(Card(number - 1, text) for number, text in sorted(_clozes(note_type, fields).items()))
    filled = {it.name for it, html in zip(note_type.fields, fields, strict=True) if not _is_empty(html)}
    return tuple(
        Card(at, it.name)
        for at, it in enumerate(note_type.templates)
        if _asks(it.front, filled | {"Tags", "Type", "Deck", "Subdeck", "Card"})
    )


def _clozes(note_type: NoteType, fields: tuple[str, ...]) -> dict[int, str]:
    asked = set(_CLOZE_FIELD.findall(note_type.templates[0].front)) or {note_type.fields[0].name}
    hidden: dict[int, list[str]] = {}
    for field, html in zip(note_type.fields, fields, strict=True):
        for numbers, text in _CLOZE.findall(html) if field.name in asked else ():
            for number in numbers.split(","):
                hidden.setdefault(int(number or 0), []).append(layout.plain(text.partition("::")[0]))
    return {it: shortened(" … ".join(texts), 80) for it, texts in hidden.items() if 0 < it <= MAX_CARDS}


_TAG = re.compile(r"\{\{([#^/]?)\s*([^{}]*?)\s*\}\}")
_NOTHING = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)


def _is_empty(html: str) -> bool:
    return _NOTHING.fullmatch(html) is not None


def _asks(front: str, filled: set[str]) -> bool:
    """Say whether a front shows a field that holds something: only then does Anki make the card."""
    shown = [True]  # of each section that is open, whether it is shown
    for sign, name in _TAG.findall(front):
        if sign == "/":
            shown = shown[:-1] or [True]
        elif sign:
            shown.append(shown[-1] and ((name in filled) == (sign == "#")))
        elif shown[-1] and name.rpartition(":")[2].strip() in filled:
            return True
    return False


def _withdrawn(gone: Gone) -> dict[str, str]:
    return withdrawn_as_question(gone)


KIND = Kind(
    record=RECORD,
    about="A note of an adopted deck, as it was found: 'deckwright import' writes these where a note is none of the "
    "other kinds. It keeps its own note type, and its fields are HTML. Write new notes as one of the other kinds.",
    example="""\
- id: stratum-corneum
  note: Anatomy (front, back, hint)
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
