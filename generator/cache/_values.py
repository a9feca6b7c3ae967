"""What a file of notes holds, or what became of it <-> JSON, where each record is a list that ends with its class.

Only the classes named here are made again, so nothing that is kept can run code. A record that several refer to is
written once, and is one again: it is referred to by its place, which is written 7.0, as no record holds such numbers.
"""

import json
from collections.abc import Callable
from dataclasses import fields
from sys import intern
from typing import Any

from generator.base.diagnostics import Diagnostic, Fix, Severity
from generator.base.place import Source, Span, text_of
from generator.compiled.notes import Card, CompiledNote, NoteType
from generator.deck.facts import FactSummary, NoteSummary
from generator.deck.render import Asked
from generator.kinds.kind import Gist
from generator.kinds.registry import KINDS
from generator.source.authored import Common
from generator.source.values import Text

_TUPLE = 0  # what a list ends with that is not a record
_PLAIN = (str, int, bool, type(None))
_DATA = (Text, CompiledNote)
_TUPLES = (Span, Fix, Diagnostic, Common, Card, Asked, FactSummary, NoteSummary, Gist)
_PARTS: dict[type, tuple[str, ...]] = {  # of each class the names of what it is made of
    Source: (),
    NoteType: ("name",),
    Severity: ("value",),
    **{it: tuple(part.name for part in fields(it) if part.init) for it in _DATA},
    **{it: it._fields for it in _TUPLES},
}
_PARTS[CompiledNote] += ("hash",)
_NUMBERS = {it: number for number, it in enumerate(_PARTS, _TUPLE + 1)}


def written(thing: object, path: str) -> bytes | None:
    """Return the JSON of what a file's bytes gave; None where a text in it is not as they have it."""
    places: dict[int, int] = {}

    def of(it: Any) -> Any:
        kind = type(it)
        if kind in _PLAIN:
            return it
        if kind is tuple:
            return [*map(of, it), _TUPLE] if it else {}
        if id(it) in places:
            return float(places[id(it)])
        if isinstance(it, Source) and (kind is not Source or it.path != path):
            raise ValueError  # slips of it were mended, or it is another file's
        made = [*[of(getattr(it, name)) for name in _PARTS[kind]], _NUMBERS[kind]]
        places[id(it)] = len(places)
        return made

    try:
        return json.dumps(of(thing), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    except ValueError:
        return None
    finally:
        places.clear()  # `of` knows itself and these, and nobody looks for cycles while a command works


def read(kept: bytes | None, path: str, data: bytes = b"") -> Any:
    """Return what was written of a file's bytes; None where it is nothing that this program wrote.

    Without `data` it is what became of the file: that has no places in it.
    """
    if kept is None:
        return None
    types = {it.name: it for it in (kind.note_type() for kind in KINDS)}
    make: list[Callable[..., Any]] = [*_NUMBERS]
    make[:2] = lambda: Source(path, text_of(data)), types.__getitem__
    make[_NUMBERS[CompiledNote] - 1] = _compiled
    known: list[Any] = []

    def of(it: list[Any]) -> Any:
        number = it.pop()
        for at, part in enumerate(it):
            kind = type(part)
            if kind is list:
                it[at] = of(part)
            elif kind is float:
                it[at] = known[int(part)]
            elif kind is dict:
                it[at] = ()
        if number == _TUPLE:
            return tuple(it)
        made = make[number - 1](*it)
        known.append(made)
        return made

    try:
        return of(json.loads(kept))
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError):
        return None
    finally:
        known.clear()  # as above
        make.clear()


def _compiled(*parts: Any) -> CompiledNote:
    made = CompiledNote(*parts[:-1])
    made.kind, made.deck, made.tags = intern(made.kind), intern(made.deck), tuple(map(intern, made.tags))
    made.known_hash = parts[-1]
    return made
