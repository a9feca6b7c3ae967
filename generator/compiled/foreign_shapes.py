"""A note type of another author -> which of its fields is question, answer or text, where its shape says so.

Only shapes of which nothing else can be meant count: two sides and nothing more, clozes and what stands under them, or
Anki's own for pictures with masks. The names of fields and note types play no part, so those of Anki in any language
are known.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from generator.base.limits import IMAGE_OCCLUSION
from generator.base.patterns import regex
from generator.compiled.notes import NoteType

# The key that our authors write for each field.
KEYS = {
    "Question": "question",
    "Answer": "answer",
    "Reverse": "reverse",
    "Text": "cloze",
    "Extra": "extra",
    "Occlusion": "masks",
    "Image": "image",
    "Header": "header",
    "Back Extra": "extra",
    "Comments": "label",
}
_TAG = regex(r"\{\{([^{}]*)\}\}")
_FRONT = "FrontSide"
_OF_MASKS = ("Occlusion", "Image", "Header", "Back Extra")  # by the tags that Anki gives the fields


class Shape(NamedTuple):
    """The places of fields by our own names: Question and Answer, Text and Extra, or those of a picture with masks.

    `reverse`: each note asks both ways. Where there is a place for Reverse, those do in which it is filled.
    """

    places: Mapping[str, int]
    reverse: bool = False
    typed: bool = False

    @property
    def is_cloze(self) -> bool:
        """Whether its cards are those of clozes."""
        return "Text" in self.places or self.has_masks

    @property
    def may_reverse(self) -> bool:
        """Whether each note says if it asks both ways."""
        return "Reverse" in self.places

    @property
    def has_masks(self) -> bool:
        """Whether it is a picture with masks."""
        return "Occlusion" in self.places


def shape_of(note_type: NoteType) -> Shape | None:
    """Return the shape of a note type; None where it is another."""
    names = [it.name for it in note_type.fields]
    if any(re.search(r"[:{}#^/]", name) or name == _FRONT for name in names):
        return None
    if note_type.stock_kind == IMAGE_OCCLUSION:
        return _of_masks(note_type)
    templates = [(_named(it.front), _named(it.back)) for it in note_type.templates]
    return _of_clozes(names, templates) if note_type.is_cloze else _of_sides(names, templates)


def _named(side: str) -> tuple[str, ...]:
    return tuple(it.strip() for it in _TAG.findall(side))


def _of_clozes(names: list[str], templates: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> Shape | None:
    text = f"cloze:{names[0]}"
    if len(names) > 2 or templates != [((text,), (text, *names[1:]))]:
        return None
    return Shape({"Text": 0} | ({"Extra": 1} if names[1:] else {}))


def _of_masks(note_type: NoteType) -> Shape | None:
    """Return the shape of Anki's own note type for masks, whose fields are known by their tags, with its own cards."""
    at = {field.tag: number for number, field in enumerate(note_type.fields)}
    if not note_type.is_cloze or len(note_type.templates) != 1 or not set(range(len(_OF_MASKS))) <= set(at):
        return None
    places = {name: at[tag] for tag, name in enumerate(_OF_MASKS)}
    occlusion, image, header, extra = (note_type.fields[it].name for it in places.values())
    (template,) = note_type.templates
    front, back = (_named(side) for side in (template.front, template.back))
    asks = (f"#{header}", header, f"/{header}", f"cloze:{occlusion}", image)
    shows = (*asks, f"#{extra}", extra, f"/{extra}")
    return Shape(places) if (front, back) == (asks, shows) else None


def _of_sides(names: list[str], templates: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> Shape | None:
    if len(names) == 3 and len(templates) == 2:
        return _of_optional(names, templates)
    if len(names) != 2 or not 1 <= len(templates) <= 2:
        return None
    one, other = names
    front, back = templates[0]
    typed = front == (one, f"type:{other}") and back in ((one, f"type:{other}"), (_FRONT, other), (one, other))
    if not typed and not _asks(templates[0], one, other):
        return None
    if len(templates) == 2 and (typed or not _asks(templates[1], other, one)):
        return None
    return Shape({"Question": 0, "Answer": 1}, len(templates) == 2, typed)


def _of_optional(names: list[str], templates: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> Shape | None:
    """Return the shape of two sides, and a field by which the second card is made."""
    one, other, both = names
    asks, (front, back) = templates
    if not _asks(asks, one, other) or (front[:1], front[-1:]) != ((f"#{both}",), (f"/{both}",)):
        return None
    return Shape({"Question": 0, "Answer": 1, "Reverse": 2}) if _asks((front[1:-1], back), other, one) else None


def _asks(sides: tuple[tuple[str, ...], tuple[str, ...]], asked: str, answer: str) -> bool:
    """Say whether a card asks for one field by the other, and shows nothing else."""
    return sides[0] == (asked,) and sides[1] in ((_FRONT, answer), (asked, answer), (answer,))
