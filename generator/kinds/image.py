"""A picture with masks: one card for every mask."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from generator.base.diagnostics import Diagnostic
from generator.base.limits import MAX_CARDS, OCCLUSION
from generator.compiled.note_types import image
from generator.compiled.notes import Html, NoteId
from generator.kinds import layout
from generator.kinds.kind import Bench, Built, Draft, Fact, Gone, Kind, Linted, Made, Numbering, whole
from generator.kinds.masks import Mask, MaskShape, Size, misplaced, nameless, occluded, overlapping
from generator.media.folder import Found
from generator.source.authored import Common
from generator.source.shapes import COMMON, FILE, KEY, Choice, Key, Keyed, Numbers, Points, Prose, Record
from generator.source.validator import Fields, Value
from generator.source.values import Text
from generator.text.markup import Rendered
from generator.text.words import Vocabulary

_WITHDRAWN = f"{OCCLUSION}rect:left=.04:top=.15:width=.92:height=.7:oi=1"  # nearly the whole picture


class Mode(StrEnum):
    """Which masks are drawn while one is asked for."""

    HIDE_ONE = "hide-one"
    HIDE_ALL = "hide-all"


@dataclass(frozen=True, slots=True)
class ImageNote:
    """One card for every mask."""

    common: Common
    image: Text
    masks: tuple[Mask, ...]
    header: Text | None = None
    mode: Mode = Mode.HIDE_ONE


_BOX = Numbers(4, "[left, top, width, height]")
_MASK = Record(
    "mask",
    (
        Key("rect", _BOX, about="In the picture's own pixels."),
        Key("ellipse", _BOX, about="The box around it, in the picture's own pixels."),
        Key("polygon", Points(), about="[[x, y], ...] in the picture's own pixels."),
        Key("label", Prose(True, "label"), about="What the mask hides, in words."),
    ),
)
RECORD = Record(
    "image note",
    (
        Key("image", FILE, required=True, about="A file in media/: png, jpg or svg."),
        Key("masks", Keyed(KEY, _MASK, "masks", MAX_CARDS), required=True, about="One card per mask."),
        Key("header", Prose(True), about="Shown above the picture."),
        Key(
            "mode",
            Choice(tuple(it.value for it in Mode), "which masks are drawn"),
            about="Hide only the mask that is asked for, or all.",
        ),
        *COMMON,
    ),
)


def _built(common: Common, fields: Fields) -> Built[ImageNote]:
    masks, found = [], []
    for key, value in fields.entries("masks"):
        assert isinstance(value, Fields)
        given = [shape for shape in MaskShape if shape.value in value.keys]
        if len(given) == 1:
            masks += [_mask(key, given[0], value)] if given[0].value in value.values else []
        elif not value.misspelt:
            help = "write one of 'rect:', 'ellipse:' and 'polygon:' in it"
            found.append(Diagnostic(key.span, "S114", f"mask '{key.value}' needs one outline", help))
    mode = fields.maybe("mode")
    shown = Mode(mode.value) if mode else Mode.HIDE_ONE
    return Built(ImageNote(common, fields.text("image"), tuple(masks), fields.maybe("header"), shown), tuple(found))


def _mask(key: Text, shape: MaskShape, fields: Fields) -> Mask:
    numbers = tuple(_numbers(fields.values[shape.value]))
    return Mask(key, shape, numbers, fields.keys[shape.value].span, fields.maybe("label"))


def _numbers(value: Value) -> Iterator[float]:
    """Yield numbers, or the numbers of points, in their order."""
    if isinstance(value, Text):
        yield float(value.value)
        return
    assert isinstance(value, tuple)
    for it in value:
        yield from _numbers(it)


def _facts(note: ImageNote) -> tuple[Fact, ...]:
    return whole(note)


def _answers(note: ImageNote) -> Iterator[tuple[str, str]]:
    """Yield the labels: a mask without one has no words to count."""
    return ((note.common.id.value, mask.label.value) for mask in note.masks if mask.label)


def _linted(note: ImageNote, words: Vocabulary) -> Linted:
    found = (*nameless(note.masks), *overlapping(note.masks))
    return Linted(tuple((note.common, it) for it in found), None)


def _compiled(note: ImageNote, bench: Bench) -> Made:
    numbers = bench.numbers(NoteId(note.common.id.value), tuple(mask.key.value for mask in note.masks))
    header = bench.markup.hideable(note.header) if note.header else Rendered(Html(""))
    picture, size, found = _picture(note, bench)
    labels = {mask.key.value: bench.markup.hideable(mask.label) for mask in note.masks if mask.label}
    hide_all = note.mode is Mode.HIDE_ALL
    fields = {
        "Occlusion": Html("<br>".join(occluded(numbers[it.key.value], it, size, hide_all) for it in note.masks)),
        "Image": picture.html,
        "Header": header.html,
        # Anki shows the words of the mask that is asked for; each is guarded.
        "Comments": Html("<br>".join(layout.cloze(numbers[key], label.html) for key, label in labels.items())),
    }
    cards = layout.cards(numbers, {key: label.html for key, label in labels.items()})
    return Made((Draft(note.common, header.html, fields, cards, (header, picture, *labels.values())),), found)


def _picture(note: ImageNote, bench: Bench) -> tuple[Rendered, Size, tuple[Diagnostic, ...]]:
    """Return the picture, its size, and what cannot carry masks, or lies outside."""
    found = bench.media.look_up(note.image.value)
    if not isinstance(found, Found):
        return *_NO_PICTURE, (Diagnostic(note.image.span, found.code, found.message, found.help),)
    if found.size is None:
        help = "use a png or jpg, or an svg with width and height"
        message = f"the size of '{note.image.value}' cannot be told"
        return *_NO_PICTURE, (Diagnostic(note.image.span, "M114", message, help),)
    name = found.file.name
    unfit = tuple(it for mask in note.masks for it in misplaced(mask, found.size))
    return Rendered(Html(f'<img src="{name}">'), (), (name,)), found.size, unfit


_NO_PICTURE = (Rendered(Html('<img src="">')), (1.0, 1.0))


def _withdrawn(gone: Gone) -> dict[str, str]:
    masks = "<br>".join(f"{{{{c{number}::{_WITHDRAWN}}}}}" for number in gone.hidden)
    picture = f'<img src="{gone.picture}">'
    return {"Occlusion": masks, "Image": picture, "Header": gone.front, "Back Extra": gone.back}


KIND = Kind(
    record=RECORD,
    about="A picture with masks: one card for every mask. In Anki it is one of Anki's own image occlusion notes.",
    example="""\
- id: skin-layers
  image: skin.svg
  header: The layers of the skin
  masks:
    epidermis: {rect: [40, 20, 160, 60], label: Epidermis}
    dermis: {rect: [40, 90, 160, 120], label: Dermis}
""",
    note=ImageNote,
    note_type=image,
    numbering=Numbering.KEY,
    most_cards=MAX_CARDS,
    build=_built,
    facts=_facts,
    answers=_answers,
    lint=_linted,
    compile=_compiled,
    withdrawn=_withdrawn,
)
