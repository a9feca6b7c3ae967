"""A note whose type has the shape of a kind of ours -> the keys of that kind, where they say just what it says."""

import re

from generator.base.characters import blank
from generator.collection.foreign import ForeignNote
from generator.compiled import live
from generator.compiled.foreign_cards import cards_of, named_in
from generator.compiled.foreign_shapes import KEYS, Shape
from generator.compiled.notes import NoteType
from generator.importing._from_html import markdown_of
from generator.importing._shown import on_a_line, rendered, shown
from generator.importing.arrived import Value
from generator.importing.shaped._files import Files
from generator.importing.shaped._masks import masks_of

_ACTED_ON = re.compile(r"\\[(\[]|\[/?(?:latex|\$\$?)\]|<anki-|\{\{(?!c\d)")
_LINKS = re.compile(r"<(/?)(a|img)\b", re.IGNORECASE)
_OF_FORM = "what our text has no form for"
_OPTIONAL = ("Extra", "Header", "Back Extra")
_LONGEST_PICTURE = 5_000  # characters
_PICTURE = re.compile(r"<img\b[^<>]*?\ssrc=\"([^\"<>]+)\"[^<>]*>(?:<br ?/?>)*", re.IGNORECASE)
_FORM = re.compile(r"[<&\\\[{*_`\n]")  # what no keyboard gives in an answer to be typed


class Unsaid(Exception):
    """The keys of a kind of ours would not say just what a note says; the text says which part of it."""


def shaped(note: ForeignNote, kind: NoteType, shape: Shape, files: Files) -> tuple[tuple[str, Value], ...]:
    """Return a note by the keys of a kind of ours. Raises Unsaid."""
    depends = shape.is_cloze or shape.may_reverse
    wanted = {it.number for it in cards_of(kind, note.fields)} if depends else set(range(len(kind.templates)))
    if set(note.numbers) != wanted:
        raise Unsaid("other cards than ours have")
    if shape.typed and _FORM.search(note.fields[shape.places["Answer"]]):
        raise Unsaid("HTML in an answer to be typed")
    fields = {name: note.fields[at] for name, at in shape.places.items()}
    fields.pop("Reverse", None)  # no card shows what it holds
    drawn: tuple[tuple[str, Value], ...] = ()
    if shape.has_masks and not (drawn := _drawn(fields.pop("Occlusion"), fields.pop("Image"), files)):
        raise Unsaid("masks that are not ours")
    texts: dict[str, str] = {}
    for name, html in fields.items():
        text = _text(html, name, files)
        if name not in _OPTIONAL and blank(text):
            raise Unsaid("an empty side")
        texts[name] = text
    keys: dict[str, Value] = {KEYS[name]: text for name, text in texts.items() if text.strip()}
    keys |= {"reverse": True} if shape.reverse or (shape.may_reverse and 1 in wanted) else {}
    keys |= {"type": True} if shape.typed else {}
    return (*drawn, *keys.items())


def _text(html: str, name: str, files: Files) -> str:
    """Return our Markdown for a field, which shows just what the field shows. Raises Unsaid."""
    if live.runs(html) or _is_linked(html):
        raise Unsaid("links or scripts")
    if not all(files.name_of(it) for it in named_in(html)):
        raise Unsaid("files that are missing or damaged")
    made = markdown_of(html, name == "Text", files.name_of)
    if made.lost:
        raise Unsaid(made.lost[0])
    if not made.proven or (name == "Header" and not _on_a_line(html, made.text)):
        raise Unsaid(_OF_FORM)
    marked = "\\" in html + made.text or _formulas(html)
    if marked and _formulas(rendered(made.text, name == "Text")[0]) != _formulas(html):
        raise Unsaid("formulas that ours set otherwise")
    return made.text


def _is_linked(html: str) -> bool:
    """Say whether a picture is a link, too: ours lead nowhere."""
    inside = False
    for end, name in _LINKS.findall(html):
        if inside and name.lower() == "img":
            return True
        inside = not end if name.lower() == "a" else inside
    return False


def _on_a_line(html: str, text: str) -> bool:
    """Say whether a heading is one within a line, and shows no picture."""
    alone = not any(named_in(html)) and "\n" not in text and "{{" not in text
    return alone and shown(on_a_line(text)) == shown(html)


def _drawn(occlusion: str, image: str, files: Files) -> tuple[tuple[str, Value], ...]:
    """Return the picture and the masks of an image note."""
    picture = _PICTURE.fullmatch(image.strip()) if len(image) < _LONGEST_PICTURE else None
    file = files.file(files.name_of(picture[1])) if picture and not live.runs(image) else None
    masks = masks_of(occlusion, file.pixels) if file and file.pixels else ()
    return (("image", file.path.name), *masks) if file and masks else ()


def _formulas(html: str) -> int:
    """Return how many formulas, or other marks that Anki acts on, a field has."""
    return len(_ACTED_ON.findall(html))
