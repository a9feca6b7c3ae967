"""A picture with masks: one card for every mask."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from generator.base.characters import nfc
from generator.base.diagnostics import Diagnostic, did_you_mean
from generator.base.files import read_plain
from generator.base.limits import MAX_CARDS, OCCLUSION
from generator.base.patterns import regex
from generator.compiled.note_types import image
from generator.compiled.notes import Html, MediaFile, NoteId
from generator.kinds import layout
from generator.kinds.kind import (
    Bench,
    Built,
    Draft,
    DrawnMask,
    DrawnOutline,
    Fact,
    Gone,
    Kind,
    Linted,
    Made,
    Numbering,
    chosen,
    whole,
)
from generator.kinds.masks import Mask, MaskShape, Mode, Outline, Size, misplaced, nameless, occluded, overlapping
from generator.media import elements
from generator.media.folder import TOO_LARGE, Problem
from generator.source.authored import Common, Note
from generator.source.shapes import COMMON, FILE, KEY, Choice, Key, Keyed, Many, Numbers, Points, Prose, Record, Word
from generator.source.validator import Fields, Value
from generator.source.values import Text
from generator.text.markup import Rendered
from generator.text.words import Vocabulary

_WITHDRAWN = f"{OCCLUSION}rect:left=.04:top=.15:width=.92:height=.7:oi=1"  # nearly the whole picture


class ImageNote(NamedTuple):
    """One card for every mask."""

    common: Common
    image: Text
    masks: tuple[Mask, ...]
    header: Text | None = None
    mode: Mode = Mode.HIDE_ONE


_BOX = Numbers(4, "[left, top, width, height]")
_ELEMENT = Word(regex(r"\S(?:.*\S)?"), "id of an element", "the id of an element of the drawing")
_OUTLINES = (
    Key("rect", _BOX, about="In the picture's own pixels."),
    Key("ellipse", _BOX, about="The box around it, in the picture's own pixels."),
    Key("polygon", Points(), about="[[x, y], ...] in the picture's own pixels."),
    Key(
        "shape", _ELEMENT, about=f"Of an SVG: the id of a {', '.join(elements.READ[:-1])} or {elements.READ[-1]} in it."
    ),
)
_MASK = Record(
    "mask",
    (
        *_OUTLINES,
        Key("outlines", Many(Record("mask outline", _OUTLINES), "outlines"), about="Several, all hidden on one card."),
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
        stretches = (value, *value.fields("outlines"))
        outlines = tuple(it for fields in stretches for it in _outlines(fields))
        if outlines:
            masks.append(Mask(key, outlines, value.maybe("label")))
        without = stretches[1:] if outlines else stretches
        if any(_has_none(it) for it in without) and not any(_is_told(it) for it in without):
            help = "write one of 'rect:', 'ellipse:', 'polygon:' and 'shape:' in it"
            found.append(Diagnostic(key.span, "S114", f"mask '{key.value}' needs one outline", help))
    mode = chosen(fields, "mode", Mode.HIDE_ONE)
    return Built(ImageNote(common, fields.text("image"), tuple(masks), fields.maybe("header"), mode), tuple(found))


def _has_none(fields: Fields) -> bool:
    return not any(it.name in fields.keys for it in _OUTLINES)


def _is_told(fields: Fields) -> bool:
    """Say whether it is known what is wrong with a mask, or with one of its outlines."""
    return fields.misspelt or any(name not in fields.values for name in fields.keys)


def _outlines(fields: Fields) -> Iterator[Outline]:
    """Yield the outlines that stand side by side in a mask, or in one of its outlines."""
    for shape in MaskShape:
        if shape.value in fields.values:
            numbers = tuple(_numbers(fields.values[shape.value]))
            yield Outline(shape, numbers, fields.keys[shape.value].span)
    if element := fields.maybe("shape"):
        yield Outline(MaskShape.RECT, (), fields.keys["shape"].span, element)


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
    picture, size, masks, found = _picture(note, bench, header.html)
    labels = {mask.key.value: bench.markup.hideable(mask.label) for mask in note.masks if mask.label}
    hide_all = note.mode is Mode.HIDE_ALL
    fields = {
        "Occlusion": Html("<br>".join(occluded(numbers[it.key.value], it, size, hide_all) for it in masks)),
        "Image": picture.html,
        "Header": header.html,
        # Anki shows the words of the mask that is asked for; each is guarded.
        "Comments": Html("<br>".join(layout.cloze(numbers[key], label.html) for key, label in labels.items())),
    }
    cards = layout.cards(numbers, {key: label.html for key, label in labels.items()})
    return Made((Draft(note.common, header.html, fields, cards, (header, picture, *labels.values())),), found)


def _picture(
    note: ImageNote, bench: Bench, header: Html
) -> tuple[Rendered, Size, tuple[Mask, ...], tuple[Diagnostic, ...]]:
    """Return the picture, its size, the masks that lie on it, and what cannot carry masks, or lies outside."""
    found = bench.media.look_up(note.image.value)
    if isinstance(found, Problem):
        return *_NO_PICTURE, (Diagnostic(note.image.span, found.code, found.message, found.help),)
    if found.pixels is None:
        help = "use a png or jpg, or an svg with width and height"
        message = f"cannot tell the size of '{note.image.value}'"
        return *_NO_PICTURE, (Diagnostic(note.image.span, "M114", message, help),)
    name = found.name
    masks, unfit = _found_in(note, found, found.pixels)
    unfit += [it for mask in masks for it in misplaced(mask, found.pixels)]
    return Rendered(layout.picture(name, header), (), (name,)), found.pixels, masks, tuple(unfit)


def _found_in(note: ImageNote, picture: MediaFile, size: Size) -> tuple[tuple[Mask, ...], list[Diagnostic]]:
    """Return the masks with the numbers of those outlines that are elements of the drawing."""
    if not any(it.element for mask in note.masks for it in mask.outlines):
        return note.masks, []
    drawing = None
    if picture.name.endswith(".svg"):
        data = read_plain(picture.path, TOO_LARGE) if picture.cleaned is None else picture.cleaned
        drawing = elements.read(data, size)
    found: list[Diagnostic] = []
    masks = []
    for mask in note.masks:
        outlines = [_of_element(it, drawing, found) for it in mask.outlines]
        masks.append(mask._replace(outlines=tuple(it for it in outlines if it)))
    return tuple(masks), found


def _of_element(it: Outline, drawing: elements.Elements | None, found: list[Diagnostic]) -> Outline | None:
    if it.element is None:
        return it
    if drawing is None:
        message, help = (
            "'shape:' names an element of an SVG, which this picture is not",
            "write 'rect:' with its numbers",
        )
        found.append(Diagnostic(it.element.span, "M130", message, help))
        return None
    lies = drawing.outline(it.element.value)
    if isinstance(lies, elements.Missing):
        help = "write the id of an element that draws: " + ", ".join(elements.READ)
        help = did_you_mean(it.element.value, lies.ids, help)
        found.append(Diagnostic(it.element.span, "M130", lies.why, help))
        return None
    return it._replace(shape=MaskShape(lies.shape), numbers=lies.numbers)


def masked(note: Note, files: Mapping[str, MediaFile]) -> tuple[MediaFile, tuple[DrawnMask, ...]] | None:
    """Return the picture of an image note, of those `files` by the author's names, and what is drawn on it.

    None for a note of another kind, and where the picture cannot be used.
    """
    if not isinstance(note, ImageNote):
        return None
    name = note.image.value
    picture = files.get(name) or files.get(nfc(unquote(name)))
    if picture is None or picture.pixels is None:
        return None
    masks = _found_in(note, picture, picture.pixels)[0]
    return picture, tuple(
        DrawnMask(it.key.value, it.label.value if it.label else "", tuple(map(_drawn, it.outlines))) for it in masks
    )


def _drawn(it: Outline) -> DrawnOutline:
    return DrawnOutline(it.shape, it.numbers, it.element.value if it.element else "", it.span.line, it.span.column)


_NO_PICTURE = (Rendered(Html('<img src="">')), (1.0, 1.0), ())


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
