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
    keys = "".join(_line(key, width=_width(kind.record)) for key in kind.record.keys)
    return f"{kind.about}\n\nKeys:\n{keys}\nFor example:\n{_indented(kind.example)}"


def kind_json(word: str) -> str:
    """Return the page of a kind as a JSON object."""
    kind: Kind[Any] = BY_WORD[word]
    keys = [{"key": it.name, "required": it.required, "about": it.about} for it in kind.record.keys]
    described = {"kind": kind.word, "about": kind.about, "keys": keys, "example": kind.example}
    return json.dumps(described, ensure_ascii=True) + "\n"


def _line(key: f.Key, width: int) -> str:
    inner = key.shape.item if isinstance(key.shape, f.Keyed) else None
    of_each = f" Of each: {', '.join(it.name for it in inner.keys)}." if isinstance(inner, f.Record) else ""
    about = f"{'Required. ' if key.required else ''}{key.about}{of_each}"
    return f"    {key.name:{width}}  {about}".rstrip() + "\n"


def _width(record: f.Record) -> int:
    return max(len(key.name) for key in record.keys)


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


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
