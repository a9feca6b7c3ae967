"""A note type of another author that has the shape of one of ours -> the same in our look.

Its id, its fields and the names of its templates stay, by which Anki knows it: only CSS and the texts of the templates
are ours. What ours show of fields that it lacks (sources, ids) is left out.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from generator.base.patterns import regex
from generator.compiled.foreign import as_carried
from generator.compiled.foreign_shapes import Shape, shape_of
from generator.compiled.languages import LANG, MASKS, Language
from generator.compiled.note_types import TYPED, bare_sides, note_types
from generator.compiled.notes import CompiledDeck, NoteType

_TAG = regex(r"\{\{([#^/]?)(?:([a-z-]+):)?([^{}:]+)\}\}")
_BOTH_WAYS = "{{Reverse}}"  # under what is asked, where a note is in another language than English: our words


class _Cast(NamedTuple):
    """What stands for our fields: theirs, by our names, and texts that are the same on every card."""

    fields: Mapping[str, str]
    texts: Mapping[str, str]


def dressed(deck: CompiledDeck, language: Language) -> CompiledDeck:
    """Return a deck with every note type in our look that can have it."""
    types = {note.note_type.id: note.note_type for note in deck.notes if note.note_type.foreign}
    made = {id: in_our_look(it, language) for id, it in types.items()}
    notes = (replace(it, note_type=look) if (look := made.get(it.note_type.id)) else it for it in deck.notes)
    return deck._replace(notes=tuple(notes))


def in_our_look(note_type: NoteType, language: Language) -> NoteType | None:
    """Return a note type in our look; None where it has the shape of none of ours."""
    shape = shape_of(note_type)
    if shape is None:
        return None
    files = ("image",) if shape.has_masks else ("cloze",) if shape.is_cloze else ("question", "reverse")
    cast = _cast(note_type, shape, language)
    sides = [[_resolved(_worded(side, language), cast) for side in bare_sides(it)] for it in files]
    faces = list(zip(note_type.templates, sides, strict=False))
    templates = tuple(it._replace(front=front, back=back) for it, (front, back) in faces)
    described = json.loads(note_type.foreign)
    for part, it in zip(described["tmpls"], templates, strict=True):
        part |= {"qfmt": it.front, "afmt": it.back}
    described["css"] = css = note_types().basic.css  # all of ours have the same
    return replace(note_type, templates=templates, css=css, foreign=as_carried(described), edited=True)


def _cast(note_type: NoteType, shape: Shape, language: Language) -> _Cast:
    texts = {LANG: language.attributes, "Reverse": "yes" if shape.reverse else ""}
    if shape.has_masks:
        texts[MASKS] = language.words.masks if language.attributes else ""
    elif shape.typed:
        texts[TYPED] = "yes"
    return _Cast({name: note_type.fields[at].name for name, at in shape.places.items()}, texts)


def _worded(side: str, language: Language) -> str:
    return side.replace(_BOTH_WAYS, language.words.pair)


def _resolved(template: str, cast: _Cast) -> str:
    """Return a template of ours with their fields, without the parts that depend on what they lack."""
    parts: list[str] = []
    open: list[tuple[str, bool]] = []  # the tag that ends each section, "" for one that is resolved; whether it shows
    at = 0
    for tag in _TAG.finditer(template):
        shows = all(it for _, it in open)
        parts.append(template[at : tag.start()] if shows else "")
        at = tag.end()
        sign, filter, name = tag[1], f"{tag[2]}:" if tag[2] else "", tag[3]
        theirs = cast.fields.get(name)
        if sign == "/":
            end, _ = open.pop()
            parts.append(end if shows else "")
        elif sign:
            open.append(
                (f"{{{{/{theirs}}}}}" if theirs else "", bool(theirs or bool(cast.texts.get(name)) == (sign == "#")))
            )
            parts.append(f"{{{{{sign}{theirs}}}}}" if shows and theirs else "")
        elif shows:
            parts.append(f"{{{{{filter}{theirs}}}}}" if theirs else cast.texts.get(name, ""))
    return "".join((*parts, template[at:]))
