"""The word of a kind -> the page that `explain` prints of it: what it is for, its keys, and a note of it."""

import json
from typing import Any

from generator.kinds.kind import Kind
from generator.kinds.registry import BY_WORD
from generator.source.shapes import Key, Keyed, Record


def page(word: str) -> str:
    """Return the page of a kind; "" where the word is not one."""
    kind = BY_WORD.get(word)
    if kind is None:
        return ""
    keys = "".join(_line(key, width=_width(kind.record)) for key in kind.record.keys)
    return f"{kind.about}\n\nKeys:\n{keys}\nFor example:\n{_indented(kind.example)}"


def as_json(word: str) -> str:
    """Return the page of a kind as a JSON object."""
    kind: Kind[Any] = BY_WORD[word]
    keys = [{"key": it.name, "required": it.required, "about": it.about} for it in kind.record.keys]
    described = {"kind": kind.word, "about": kind.about, "keys": keys, "example": kind.example}
    return json.dumps(described, ensure_ascii=True) + "\n"


def _line(key: Key, width: int) -> str:
    inner = key.shape.item if isinstance(key.shape, Keyed) else None
    of_each = f" Of each: {', '.join(it.name for it in inner.keys)}." if isinstance(inner, Record) else ""
    about = f"{'Required. ' if key.required else ''}{key.about}{of_each}"
    return f"    {key.name:{width}}  {about}".rstrip() + "\n"


def _width(record: Record) -> int:
    return max(len(key.name) for key in record.keys)


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())
