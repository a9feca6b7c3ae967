"""Files of notes and what is wrong -> of each compiled note where it stands, what it cites, what is wrong there."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic
from generator.deck.facts import Deck, Written, facts
from generator.deck.memory import NONE, Memory
from generator.kinds.kind import Fact
from generator.kinds.registry import kind_of
from generator.source.values import Text

_OF_THE_FILE = ("subdeck", "tags", "sources", "context")  # what a note may have from its file, or a row from its table


class Origin(NamedTuple):
    """What is known of a compiled note above the waist. `line` is that of its id, or of a row's key."""

    path: str
    line: int
    sources: tuple[str, ...]  # keys, each once
    found: tuple[Diagnostic, ...]


def origins(files: Iterable[Written], found: Iterable[Diagnostic], memory: Memory = NONE) -> tuple[Origin, ...]:
    """Return the origin of every note of these files, in the order in which the notes are compiled."""
    by_path: dict[str, list[Diagnostic]] = {}
    for it in found:
        by_path.setdefault(it.span.path, []).append(it)
    its: list[Origin] = []
    for file in files:
        problems = tuple(by_path.get(file.path, ()))
        its += memory.last(("origins", file.path), (file, problems), partial(_of_file, file, problems))
    return tuple(its)


def _of_file(file: Written, found: Sequence[Diagnostic]) -> tuple[Origin, ...]:
    pieces = tuple(fact for note in file.authored() for fact in kind_of(note).facts(note))
    beside: dict[int, list[Diagnostic]] = {}
    stretches = _stretches(pieces) if found else []
    for problem in found:
        if (at := _at(problem.span.line, stretches)) is not None:
            beside.setdefault(at, []).append(problem)
    return tuple(_origin(piece, beside.get(at, ())) for at, piece in enumerate(pieces))


def beginnings(deck: Deck, paths: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """Return of each file the lines at which its notes, or the rows of its tables, begin, and their ids; sorted."""
    found: dict[str, list[tuple[int, str]]] = {path: [] for path in paths}
    before: Text | None = None
    for piece in facts(deck) if found else ():
        if piece.place.source.path in found:
            own = piece.common.id  # of a table's row that of the table, which its first row begins with
            line = _first_line(piece.place if own is before else own)
            found[piece.place.source.path].append((line, piece.id))
            before = own
    return {path: sorted(its) for path, its in found.items()}


def note_at(line: int, begun: Sequence[tuple[int, str]]) -> str:
    """Return the id of the note at a line of a file, "" where none has begun."""
    at = bisect_right(begun, line, key=lambda it: it[0]) - 1
    return begun[at][1] if at >= 0 else ""


def _first_line(place: Text) -> int:
    """Return the line of the note with this id, which need not be its first key, or of the row with this key."""
    source = place.source
    line, column = source.position(place.start)
    before = source.line(line)[: column - 1]
    indent = len(before) - len(before.lstrip())
    while line > 1 and before.strip() and not re.match(r"\s*-(?:\s|$)|.*[{,]", before):
        line -= 1
        above = source.line(line)
        if above.strip() and len(above) - len(above.lstrip()) < indent:
            before = above
    return line


def _origin(piece: Fact, found: Sequence[Diagnostic]) -> Origin:
    source = piece.place.source
    cited = tuple(dict.fromkeys(key.value for key in piece.common.sources))
    return Origin(source.path, source.position(piece.place.start)[0], cited, tuple(found))


def _stretches(pieces: Sequence[Fact]) -> list[tuple[int, int, int]]:
    """Return of every piece of a file the first line, the last line, and its number; sorted."""
    found = []
    for number, piece in enumerate(pieces):
        source = piece.place.source
        first = min(text.start for text in _texts(piece.own, _OF_THE_FILE))
        last = max(text.end for text in (*_texts(piece.own), *_texts(piece.common)))
        found.append((source.position(first)[0], source.position(last)[0], number))
    return sorted(found)


def _at(line: int, stretches: Sequence[tuple[int, int, int]]) -> int | None:
    at = bisect_right(stretches, line, key=lambda it: it[0]) - 1
    return stretches[at][2] if at >= 0 and line <= stretches[at][1] else None


def _texts(value: object, without: tuple[str, ...] = ()) -> Iterator[Text]:
    """Yield every text in a value; not those in fields of a name in `without`."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        names = getattr(value, "_fields", ("",) * len(value))
        for name, it in zip(names, value, strict=True):
            if name not in without:
                yield from _texts(it, without)
