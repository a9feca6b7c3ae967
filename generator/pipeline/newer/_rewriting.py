"""A file of notes -> its bytes with other texts in some notes, other tags, and new notes at its end.

All else stays as it was typed: comments, order, what a note says beside its texts. The result is read again; where it
would not say just what is wanted, nothing is written of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from generator.base.diagnostics import Fix, errors
from generator.base.place import Source, Span
from generator.importing.arrived import Note, Value
from generator.importing.yaml_text import file_text, note_text
from generator.ledger.adopted import APART
from generator.pipeline import fixes
from generator.source import reader
from generator.source.values import Mapping as Keyed
from generator.source.values import Node, Text, without_places
from generator.source.values import Sequence as Listed


class Unwritable(Exception):
    """A file is not written in a way that can be changed without its author."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What becomes of a file: texts and tags of notes by their ids, and notes that are new."""

    texts: Mapping[str, tuple[tuple[str, Value], ...]] = field(default_factory=dict)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # those of the file among them
    new: Sequence[Note] = ()


def rewritten(data: bytes, path: str, wanted: Wanted) -> bytes:
    """Return a file's bytes with what is wanted. Raises Unwritable."""
    root, items = _parts(data, path)
    plain = without_places(root)
    by_file = _listed_tags(plain)
    tags = _all_tags(plain, wanted)
    shared = [it for it in by_file if all(it in its for its in tags.values())]
    changes = list(_of_the_head(root, by_file, shared))
    for item, its in zip(items, plain["notes"], strict=True):
        id = its["id"]
        own = tuple(it for it in tags[id] if it not in shared)
        as_it_is = {*_listed_tags(its), *shared} == set(tags[id])
        changes += _of_a_note(item, wanted.texts.get(id), None if as_it_is else own)
    if wanted.new:
        changes.append(_new(root, items, plain, wanted.new, shared))
    after = fixes.corrected(data, changes)[0] if changes else data
    _see_that_it_says(after, path, _as_wanted(plain, wanted, tags))
    return after


def ids_by_line(data: bytes, path: str) -> list[tuple[int, str]]:
    """Return the lines at which the notes of a file begin, and their ids; none of a file without notes."""
    with suppress(Unwritable):
        root, items = _parts(data, path)
        return [(root.source.position(item.start)[0], without_places(item)["id"]) for item in items]
    return []


def texts_of(data: bytes, path: str) -> dict[str, dict[str, Any]]:
    """Return what each note of a file says, by its id, without places; nothing of a file without notes."""
    with suppress(Unwritable):
        root, _ = _parts(data, path)
        return {it["id"]: it for it in without_places(root)["notes"]}
    return {}


def _parts(data: bytes, path: str) -> tuple[Keyed, list[Keyed]]:
    """Return a file, and its notes, each of which has an id."""
    root, found = reader.read(data, path)
    if not isinstance(root, Keyed) or errors(found):
        raise Unwritable
    notes = next((value for key, value in root.entries if key.value == "notes"), None)
    items = [it for it in notes.items if isinstance(it, Keyed)] if isinstance(notes, Listed) else []
    if not isinstance(notes, Listed) or len(items) != len(notes.items):
        raise Unwritable
    if not all(isinstance(without_places(it).get("id"), str) for it in items):
        raise Unwritable
    return root, items


def _listed_tags(plain: Mapping[str, Any]) -> list[str]:
    tags = plain.get("tags", [])
    return tags if isinstance(tags, list) else [tags] if tags else []


def _all_tags(plain: Mapping[str, Any], wanted: Wanted) -> dict[str, tuple[str, ...]]:
    """Return all tags of each note as they are to be."""
    of_file = _listed_tags(plain)
    tags = {it["id"]: tuple(dict.fromkeys((*of_file, *_listed_tags(it)))) for it in plain["notes"]}
    return {**tags, **wanted.tags, **{it.id: it.tags for it in wanted.new}}


def _as_wanted(plain: Mapping[str, Any], wanted: Wanted, tags: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return what each note is to say: all of its keys, with all of its tags."""
    of_file = plain.get("subdeck")
    said = {}
    for it in plain["notes"]:
        texts = wanted.texts.get(it["id"])
        kept = {key: value for key, value in it.items() if texts is None or key in APART}
        said[it["id"]] = kept | (_said(it["id"], texts) if texts else {})
    said |= {
        it.id: _said(it.id, it.keys) | ({} if it.subdeck in ("", of_file) else {"subdeck": it.subdeck})
        for it in wanted.new
    }
    return {id: {**it, "tags": set(tags[id])} for id, it in said.items()}


def _said(id: str, keys: tuple[tuple[str, Value], ...]) -> dict[str, Any]:
    """Return what keys say once they are written and read. Raises Unwritable where no file may hold them."""
    said: dict[str, Any] | None = texts_of(file_text([Note("", id, keys)]).encode(), "").get(id)
    if said is None:
        raise Unwritable
    return said


def _see_that_it_says(data: bytes, path: str, wanted: Mapping[str, Any]) -> None:
    root, _ = _parts(data, path)
    plain = without_places(root)
    tags = _all_tags(plain, Wanted())
    if {it["id"]: {**it, "tags": set(tags[it["id"]])} for it in plain["notes"]} != wanted:
        raise Unwritable


# The changes, each at its place.


def _of_the_head(root: Keyed, before: Sequence[str], shared: Sequence[str]) -> Iterator[Fix]:
    """Yield the change of the tags that all notes of the file have."""
    if list(before) != list(shared):
        key, value = next((key, value) for key, value in root.entries if key.value == "tags")
        yield _replaced(key, value, _lines((("tags", tuple(shared)),))) if shared else _removed(key, value)


def _of_a_note(item: Keyed, texts: tuple[tuple[str, Value], ...] | None, own: tuple[str, ...] | None) -> Iterator[Fix]:
    """Yield the changes of a note: other texts in the place of the first, other tags of its own; None leaves them."""
    is_block = item.source.text[item.start] != "{"
    by_key = {key.value: (key, value) for key, value in item.entries}
    if not is_block and (texts is not None or own is not None):
        raise Unwritable
    if texts is not None:
        said = [it for key, it in by_key.items() if key not in APART]
        yield _replaced(*said[0], _lines(texts))
        yield from (_removed(*it) for it in said[1:])
    if own is None:
        return
    if "tags" in by_key:
        yield _replaced(*by_key["tags"], _lines((("tags", own),))) if own else _removed(*by_key["tags"])
    else:
        key, value = by_key["id"]
        end, column = _end_of_line(value), _column(key)
        yield Fix(_point(item.source, end), "\n" + " " * column + _lines((("tags", own),))[0])


def _new(
    root: Keyed, items: Sequence[Keyed], plain: Mapping[str, Any], new: Sequence[Note], shared: Sequence[str]
) -> Fix:
    """Return the change that puts notes behind the last one of a file."""
    if not items or root.source.text[items[-1].start] == "{":
        raise Unwritable
    dash = root.source.text.rfind("-", 0, items[-1].start)
    indent = dash - root.source.line_start(root.source.position(dash)[0])
    text = "\n".join(note_text(it, plain.get("subdeck", ""), shared) for it in new)
    lines = [" " * indent + line[2:] if line else "" for line in text.rstrip("\n").split("\n")]
    return Fix(_point(root.source, _end_of_line(items[-1])), "\n\n" + "\n".join(lines))


def _lines(keys: tuple[tuple[str, Value], ...]) -> list[str]:
    """Return the lines of keys, indented from the key on."""
    lines = note_text(Note("", "x", keys)).rstrip("\n").split("\n")[1:]
    return [line[4:] for line in lines]


def _replaced(key: Text, value: Node, lines: Sequence[str]) -> Fix:
    """Return the change that puts lines in the place of an entry."""
    column = " " * _column(key)
    text = "\n".join([lines[0], *(column + line if line else "" for line in lines[1:])])
    return Fix(key.source.span(key.start, _end_of_line(value)), text)


def _removed(key: Text, value: Node) -> Fix:
    """Return the change that takes the lines of an entry out."""
    source = key.source
    begin = source.line_start(source.position(key.start)[0])
    if source.text[begin : key.start].strip():  # it stands behind the dash of its note
        raise Unwritable
    end = _end_of_line(value)
    return Fix(source.span(begin - 1, end) if begin else source.span(0, min(end + 1, len(source.text))), "")


def _column(key: Text) -> int:
    return key.source.position(key.start)[1] - 1


def _end_of_line(node: Node) -> int:
    """Return where the last line that is written of a value ends: a block counts the lines behind it as its own."""
    text, last = node.source.text, _last_of(node)
    end = text.find("\n", last.start + len(text[last.start : last.end].rstrip()))
    return len(text) if end < 0 else end


def _last_of(node: Node) -> Node:
    if isinstance(node, Text) or node.source.text[node.start] in "{[":
        return node
    return _last_of(node.items[-1] if isinstance(node, Listed) else node.entries[-1][1])


def _point(source: Source, offset: int) -> Span:
    return source.span(offset, offset)
