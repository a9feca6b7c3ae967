"""What was drawn on a picture -> the file of notes with just that in it, or why it cannot be written there.

The lines come from a page, so they are looked through: they must read as masks, or as an image note, and the file with
them must hold all that it held, as it was. Numbers of masks that are there change one by one, so that comments, quotes
and the layout around them stay.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.base.diagnostics import Fix, errors
from generator.base.files import Unusable, read_plain
from generator.base.limits import MAX_BYTES
from generator.base.place import Source, Span
from generator.pipeline import fixes
from generator.pipeline.canvases import digest_of
from generator.source import reader
from generator.source.project import find
from generator.source.values import Mapping as Keyed
from generator.source.values import Node, Sequence, Text, without_places

_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,4})?")
_BREAK = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")  # a line is one line, and of Unicode
_SHAPES = ("rect", "ellipse", "polygon")
_OF_A_NOTE = ("id", "image", "header", "masks")
_BY_HAND = "copy the lines and put them in yourself"


class _Refused(Exception):
    """Why nothing is written, in the author's words; never leaves this module."""


@dataclass(frozen=True, slots=True)
class _Move:
    """Other numbers for a mask that is there: the place of its `rect`, `ellipse` or `polygon`, and all its numbers."""

    line: int
    column: int
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What was drawn: lines of new masks of the note `note`, or where that is "" the lines of a new note."""

    path: str
    digest: str  # of the text that the page was made from
    note: str
    lines: tuple[str, ...]
    moves: tuple[_Move, ...]


def written(source: Path, body: bytes) -> tuple[bool, str]:
    """Write what a page sends into its file of notes; return whether that was done, and what to say of it."""
    try:
        drawn = _drawn_from(body)
        _write(source, drawn)
    except (_Refused, Unusable) as problem:
        return False, str(problem)
    return True, f"written to {drawn.path}"


def _drawn_from(body: bytes) -> _Drawn:
    """Return what a page sends, as JSON."""
    try:
        it = json.loads(body)
        moves = tuple(
            _Move(int(one["line"]), int(one["column"]), tuple(map(str, one["numbers"]))) for one in it["moves"]
        )
        words = [it["path"], it["digest"], it["note"], *it["lines"]]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise _Refused("this is not what the page sends") from None
    if not all(isinstance(word, str) and not _BREAK.search(word) for word in words):
        raise _Refused("this is not what the page sends")
    return _Drawn(words[0], words[1], words[2], tuple(words[3:]), moves)


def _write(source: Path, drawn: _Drawn) -> None:
    folders = find(source)[0].decks
    if drawn.path not in {folder.shows(name) for folder in folders for name in folder.files}:
        raise _Refused(f"{drawn.path} is not a file of notes")
    before = read_plain(Path(drawn.path), MAX_BYTES)
    fixes.write(source, [fixes.Edit(drawn.path, before, _edited(before, drawn), 1)])


def _edited(before: bytes, drawn: _Drawn) -> bytes:
    """Return the bytes of a file with what was drawn."""
    old = _read(before, drawn.path)
    if digest_of(old.source) != drawn.digest:
        raise _Refused(f"{drawn.path} has changed since: copy the lines, or reload and draw again")
    wanted = without_places(old)
    changes = [*_moved(old, wanted, drawn.moves)]
    if drawn.lines:
        changes.append(_more_masks(old, wanted, drawn) if drawn.note else _new_note(old, wanted, drawn))
    after, _ = fixes.corrected(before, changes)
    if without_places(_read(after, drawn.path)) != wanted:
        raise _Refused(f"{drawn.path} would not say the same then: {_BY_HAND}")
    return after


def _read(data: bytes, path: str) -> Keyed:
    node, found = reader.read(data, path)
    if not isinstance(node, Keyed) or errors(found):
        raise _Refused(f"{path} cannot be read as it is: correct it first")
    return node


# Masks that are there.


def _moved(root: Keyed, wanted: Any, moves: Iterable[_Move]) -> Iterator[Fix]:
    """Yield the numbers that change, and put them into what is wanted."""
    by_place = {(it.line, it.column): it for it in moves}
    for move in by_place.values():
        if not all(_NUMBER.fullmatch(it) for it in move.numbers):
            raise _Refused("a mask has numbers from 0 up")
    done = set()
    for key, value, its in _entries(root, wanted):
        place = root.source.position(key.start)
        if place in by_place and key.value in _SHAPES:
            done.add(place)
            yield from _renumbered(list(_numbers(value)), its[key.value], by_place[place].numbers)
    if done != set(by_place):
        raise _Refused("a mask is not where it was: reload and draw again")


def _entries(node: Node, wanted: Any) -> Iterator[tuple[Text, Node, Any]]:
    """Yield every key with its value, and the mapping of the plain tree that holds it."""
    if isinstance(node, Keyed):
        for key, value in node.entries:
            yield key, value, wanted
            yield from _entries(value, wanted[key.value])
    elif isinstance(node, Sequence):
        for item, plain in zip(node.items, wanted, strict=True):
            yield from _entries(item, plain)


def _numbers(node: Node) -> Iterator[Text]:
    if isinstance(node, Text):
        yield node
    elif isinstance(node, Sequence):
        for it in node.items:
            yield from _numbers(it)


def _renumbered(there: list[Text], plain: Any, numbers: tuple[str, ...]) -> Iterator[Fix]:
    if len(there) != len(numbers) or not all(_NUMBER.fullmatch(it.value) for it in there):
        raise _Refused(f"a mask has another number of corners than in the file: {_BY_HAND}")
    flat = [(plain, at) if isinstance(it, str) else (it, two) for at, it in enumerate(plain) for two in _places(it)]
    for text, (holder, at), number in zip(there, flat, numbers, strict=True):
        if float(text.value) != float(number):
            holder[at] = number
            yield Fix(text.span, number)


def _places(item: Any) -> range:
    return range(1 if isinstance(item, str) else len(item))


# Masks and notes that are new.


def _more_masks(root: Keyed, wanted: Any, drawn: _Drawn) -> Fix:
    """Return the change that puts lines at the end of a note's masks."""
    masks, plain = _masks_of(root, wanted, drawn.note)
    for line in drawn.lines:
        plain.update(_as_masks(line, drawn.path, set(plain)))
    (first, _), (_, last) = masks.entries[0], masks.entries[-1]
    source = root.source
    if source.text[masks.start] == "{":
        return _put(source, _last_of(last), "".join(f", {line}" for line in drawn.lines))
    return _put_lines(source, _last_of(last), source.position(first.start)[1] - 1, drawn.lines)


def _masks_of(root: Keyed, wanted: Any, note: str) -> tuple[Keyed, dict[str, Any]]:
    for key, value, its in _entries(root, wanted):
        if key.value == "masks" and isinstance(value, Keyed) and value.entries and its.get("id") == note:
            return value, its["masks"]
    raise _Refused(f"the note {note} has no masks in {root.source.path}: {_BY_HAND}")


def _new_note(root: Keyed, wanted: Any, drawn: _Drawn) -> Fix:
    """Return the change that puts a note at the end of a file."""
    notes = next((value for key, value in root.entries if key.value == "notes"), None)
    if not isinstance(notes, Sequence) or not notes.items or root.source.text[notes.start] != "-":
        raise _Refused(f"{drawn.path} has no list of notes under 'notes:': {_BY_HAND}")
    wanted["notes"].append(_as_note(drawn.lines, drawn.path))
    indent = root.source.position(notes.start)[1] - 1
    return _put_lines(root.source, _last_of(notes), indent, drawn.lines, blank=True)


def _as_masks(line: str, path: str, known: set[str]) -> dict[str, Any]:
    """Return what a line says, if that is new masks and no more."""
    masks = without_places(_read(line.encode(), path))
    for key, mask in masks.items():
        _look_at_mask(mask)
        if key in known:
            raise _Refused(f"there is a mask '{key}' by now: reload and draw again")
    return dict(masks)


def _look_at_mask(mask: Any) -> None:
    keys = set(mask) if isinstance(mask, Mapping) else set()
    if len(keys & set(_SHAPES)) != 1 or keys - {*_SHAPES, "label"}:
        raise _Refused("this is not a mask")


def _as_note(lines: Iterable[str], path: str) -> dict[str, Any]:
    """Return what lines say, if that is one image note and no more."""
    note = without_places(_read("\n".join(("notes:", *lines)).encode(), path)).get("notes", [])
    it = note[0] if isinstance(note, list) and len(note) == 1 else None
    if not isinstance(it, dict) or set(it) - set(_OF_A_NOTE) or not isinstance(it.get("masks"), dict):
        raise _Refused("this is not an image note")
    for mask in it["masks"].values():
        _look_at_mask(mask)
    return it


def _last_of(node: Node) -> Node:
    """Return the last value that is written out: of what has braces itself, for those close it."""
    if isinstance(node, Text) or node.source.text[node.start] in "{[":
        return node
    inner = node.items[-1] if isinstance(node, Sequence) else node.entries[-1][1]
    return _last_of(inner)


def _end_of(node: Node) -> int:
    """Return where what is written of a value ends: a block counts the lines behind it as its own."""
    return node.start + len(node.source.text[node.start : node.end].rstrip())


def _put(source: Source, after: Node, text: str) -> Fix:
    return Fix(_point(source, _end_of(after)), text)


def _put_lines(source: Source, after: Node, indent: int, lines: Iterable[str], blank: bool = False) -> Fix:
    """Return the change that puts lines behind that of a value, each with so many spaces before it."""
    end = source.text.find("\n", _end_of(after))
    end = len(source.text) if end < 0 else end
    break_ = "\n" + "\n" * blank
    return Fix(_point(source, end), break_ + "\n".join(" " * indent + line for line in lines))


def _point(source: Source, offset: int) -> Span:
    return source.span(offset, offset)
