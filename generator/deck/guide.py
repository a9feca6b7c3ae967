"""A word of the format -> the page that `explain` prints of it: what a kind is for, what a key holds."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, assert_never

from generator.base.diagnostics import a_or_an
from generator.deck.editor_schema import FILES
from generator.kinds.kind import Kind
from generator.kinds.registry import BY_WORD
from generator.source import shapes as f


def kind_page(word: str) -> str:
    """Return the page of a kind; "" where the word is not one."""
    kind = BY_WORD.get(word)
    if kind is None:
        return ""
    return f"{kind.about}\n\nKeys:\n{_keys(kind.record)}\nFor example:\n{_indented(kind.example)}"


def kind_json(word: str) -> str:
    """Return the page of a kind as a JSON object."""
    kind: Kind[Any] = BY_WORD[word]
    described = {"kind": kind.word, "about": kind.about, "keys": _keys_json(kind.record), "example": kind.example}
    return json.dumps(described, ensure_ascii=True) + "\n"


def _keys(record: f.Record) -> str:
    """Return a line for each key."""
    width = max(len(key.name) for key in record.keys)
    return "".join(_line(key, width) for key in record.keys)


def _keys_json(record: f.Record) -> list[dict[str, Any]]:
    return [{"key": it.name, "required": it.required, "about": it.about} for it in record.keys]


def _line(key: f.Key, width: int) -> str:
    inner = key.shape.item if isinstance(key.shape, f.Keyed) else None
    of_each = f" Of each: {', '.join(it.name for it in inner.keys)}." if isinstance(inner, f.Record) else ""
    about = f"{'Required. ' if key.required else ''}{key.about}{of_each}"
    return f"    {key.name:{width}}  {about}".rstrip() + "\n"


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


class Page(NamedTuple):
    """A file of a project: what it is for, and how it looks. `shape` names its keys, where an author writes them."""

    about: str
    example: str = ""
    shape: f.Record | f.Keyed | None = None

    @property
    def record(self) -> f.Record | None:
        """Whose keys an author writes: the file itself, or each thing that it names."""
        record = self.shape.item if isinstance(self.shape, f.Keyed) else self.shape
        return record if isinstance(record, f.Record) else None


PAGES = {
    "deck.yaml": Page(
        """\
What makes a folder a deck: its id, its name in Anki and the root of its tags.
It stands beside the files of notes.
""",
        """\
id: histology
name: Anatomy::Histology
tag_root: "#Histology"
description: The tissues of the skin, layer by layer.
""",
        f.DECK_FILE,
    ),
    "sources.yaml": Page(
        """\
The works that notes cite: a key for each, and what is known of it. With
'sources: [key]' a note shows them under its answer.
""",
        """\
reiter-2011:
  title: Calcinosis cutis, part I
  authors: Reiter N, El-Shabrawi L, Leinweber B
  year: 2011
  link: https://doi.org/10.1016/j.jaad.2010.08.038
""",
        f.SOURCES_FILE,
    ),
    "disputes.yaml": Page(
        """\
Where sources differ: a key for each dispute, and a text that names both sides.
With 'dispute: key' a note shows it under its answer. Under 'beware:' stands a
common error and what is right.
""",
        """\
how-many-types: One review counts four types, another makes calciphylaxis a fifth.
stain-name:
  beware: Von Kossa stains the phosphate, not the calcium.
""",
        f.DISPUTES_FILE,
    ),
    "baseline": Page(
        """\
lint-baseline.json holds the warnings of one day. 'check --strict' lets them
pass and fails on new ones alone. 'deckwright check --baseline' writes it beside
the decks; 'import' writes it on the first day of a deck. A warning is known
again by its note, its code and its words, wherever lines go. 'check --all'
shows every warning; write the file again to drop those that are mended. Commit
it.
""",
        """\
{
  "format": 1,
  "warnings": [
    {"deck": "histology", "note": "outer-layer", "code": "L03", "message": "the answer has 41 words"}
  ]
}
""",
    ),
    "adopted": Page(
        """\
A deck that people study, made a project by 'deckwright import anatomy.apkg'.
Each note is built to the byte as it was found, in its own note type, until you
edit it: its students keep every review. decks/anatomy.adopted.jsonl holds the
notes as they were, note_types/ their note types. Commit both.

When its people give out a newer deck, 'deckwright import anatomy-2.apkg anatomy'
merges it into the project, note by note:
    only they changed it   theirs is taken into the files of notes
    only you changed it    yours stays
    both changed it        yours stays; .both_changed.txt shows both sides
    it is new              it comes into the file of its subdeck
    gone from theirs       it stays, and is named
Tags of both sides are kept; pictures and note types are compared likewise. A
note type with other fields or cards than before stays as students have it.
With --dry-run nothing is written.
""",
    ),
}
_ALSO = {"lint-baseline.json": "baseline", "adopted.jsonl": "adopted", "note_types": "adopted"}


def file_page(word: str) -> str:
    """Return the page of a file; "" where the word is not one."""
    page = PAGES.get(_ALSO.get(word, word))
    if page is None:
        return ""
    parts = [page.about]
    if page.record:
        each = "" if page.record is page.shape else f" of each {page.record.what}"
        parts.append(f"Keys{each}:\n{_keys(page.record)}")
    parts += [f"For example:\n{_indented(page.example)}"] if page.example else []
    return "\n".join(parts)


def file_json(word: str) -> str:
    """Return the page of a file as a JSON object."""
    name = _ALSO.get(word, word)
    page = PAGES[name]
    keys = _keys_json(page.record) if page.record else []
    described = {"file": name, "about": page.about, "keys": keys, "example": page.example}
    return json.dumps(described, ensure_ascii=True) + "\n"


class Use(NamedTuple):
    """A place where a key may stand."""

    where: str  # "every note", "a list note", "a note file"
    key: f.Key


def key_words() -> tuple[str, ...]:
    """Return every key that an author can write, sorted."""
    return tuple(sorted({use.key.name for use in _all()}))


def key_page(word: str) -> str:
    """Return the page of a key; "" where the word is not one."""
    return "\n".join(f"{word}: in {use.where}{_required(use.key)}\n{_body(use.key)}" for use in _uses(word))


def key_json(word: str) -> str:
    """Return the page of a key as a JSON object."""
    places = [
        {"in": use.where, "required": use.key.required, "about": use.key.about, "holds": _holds(use.key.shape)}
        for use in _uses(word)
    ]
    return json.dumps({"key": word, "places": places}, ensure_ascii=True) + "\n"


def _required(key: f.Key) -> str:
    return " (required)" if key.required else ""


def _body(key: f.Key) -> str:
    lines = (key.about, f"Holds {_holds(key.shape)}.")
    return "".join(f"    {line}\n" for line in lines if line)


def _uses(word: str) -> list[Use]:
    return [use for use in _all() if use.key.name == word]


def _all() -> Iterator[Use]:
    """Yield each key with its place, in the order of the files; what every note has once, and not for each kind."""
    seen: list[Use] = []
    for shape in FILES.values():
        for record in _records(shape):
            for key in record.keys:
                use = Use("every note" if key in f.COMMON else _named(record), key)
                if use not in seen:
                    seen.append(use)
                    yield use


def _named(record: f.Record) -> str:
    return record.what if record.what.endswith(".yaml") else a_or_an(record.what)


def _records(shape: f.Shape) -> Iterator[f.Record]:
    """Yield the records of a shape, the outer before the inner."""
    if isinstance(shape, f.Record):
        yield shape
        for key in shape.keys:
            yield from _records(key.shape)
    elif isinstance(shape, f.OneOf):
        for record in shape.records:
            yield from _records(record)
    elif isinstance(shape, f.Many | f.Keyed):
        yield from _records(shape.item)


def _holds(shape: f.Shape) -> str:
    """Return what stands after a key, to follow "Holds"."""
    match shape:
        case f.Prose() | f.Flag() | f.Numbers() | f.Points():
            return shape.what
        case f.Word():
            return f"{a_or_an(shape.what)}: {shape.form}"
        case f.Choice():
            return f"one of {', '.join(shape.options)}"
        case f.Many():
            return f"a list of {shape.what}"
        case f.Cited():
            return shape.what
        case f.Keyed():
            return f"{shape.what} by key"
        case f.Record():
            return f"the keys {', '.join(key.name for key in shape.keys)}"
        case f.OneOf():
            return shape.what
        case _:
            assert_never(shape)
