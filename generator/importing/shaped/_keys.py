"""A note whose type has the shape of a question or a cloze -> its keys, where they say just what the note says."""

import re

from generator.base.characters import blank
from generator.collection.foreign import ForeignNote
from generator.compiled import live
from generator.compiled.foreign_cards import cards_of, named_in
from generator.compiled.foreign_shapes import Shape
from generator.compiled.notes import NoteType
from generator.importing._from_html import markdown_of
from generator.importing._shown import rendered
from generator.importing.arrived import Value
from generator.importing.shaped._files import Files

_ACTED_ON = re.compile(r"\\[(\[]|\[/?(?:latex|\$\$?)\]|<anki-|\{\{(?!c\d)")
_LINKED = re.compile(r"<a\b(?:(?!</a\b).)*?<img\b", re.IGNORECASE | re.DOTALL)  # our pictures lead nowhere
_KEYS = {"Question": "question", "Answer": "answer", "Text": "cloze", "Extra": "extra"}
_FORM = re.compile(r"[<&\\\[{*_`\n]")  # what no keyboard gives in an answer to be typed


def shaped(note: ForeignNote, kind: NoteType, shape: Shape, files: Files) -> tuple[tuple[str, Value], ...]:
    """Return a note by the keys of a kind of ours; none where they would not say just what the note says."""
    texts: dict[str, str] = {}
    for name, at in shape.places.items():
        html = note.fields[at]
        if live.runs(html) or _LINKED.search(html) or not all(files.name_of(it) for it in named_in(html)):
            return ()
        made = markdown_of(html, name == "Text", files.name_of)
        if not made.proven or made.lost or (name != "Extra" and blank(made.text)):
            return ()
        marked = "\\" in html + made.text or _formulas(html)
        if marked and _formulas(rendered(made.text, name == "Text")[0]) != _formulas(html):
            return ()
        texts[name] = made.text
    wanted = {it.number for it in cards_of(kind, note.fields)} if shape.is_cloze else set(range(len(kind.templates)))
    if set(note.numbers) != wanted or (shape.typed and _FORM.search(note.fields[shape.places["Answer"]])):
        return ()
    keys: dict[str, Value] = {_KEYS[name]: text for name, text in texts.items() if text.strip()}
    keys |= {"reverse": True} if shape.reverse else {}
    keys |= {"type": True} if shape.typed else {}
    return tuple(keys.items())


def _formulas(html: str) -> int:
    """Return how many formulas, or other marks that Anki acts on, a field has."""
    return len(_ACTED_ON.findall(html))
