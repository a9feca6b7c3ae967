"""A finished package, and notes that changed or are new -> a package beside it that has them as they are now.

The bytes are those that all of the notes would have given.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from generator.base.files import Unusable, beside, delete, reason
from generator.compiled.identity import deck_row
from generator.compiled.notes import CompiledNote, Guid, MediaFile, Stamp
from generator.package import _database as database
from generator.package import apkg, inspection
from generator.package.apkg import Contents
from generator.package.reading import COLLECTION, MEMORY, Package, Unreadable, opened


class Patch(NamedTuple):
    """A note that changed, its time, and its place among all notes."""

    note: CompiledNote
    stamp: Stamp
    place: int


def patched(
    package: Path, data: bytes, patches: Sequence[Patch], memory: Mapping[Guid, Any], places: Sequence[int] = ()
) -> Path:
    """Return where the new package is; the old one's bytes are `data`. `memory` is what the new one is to say of notes.

    `places` are those that the notes of the old one have now, in their order; nothing where they are the same.

    Raises Unusable, and Unreadable where the package is damaged or has no note type or deck for one of the notes;
    BadPackage is a fault of ours.
    """
    made, rows, last = beside(package), beside(package.with_suffix(".anki2")), beside(package.with_suffix(".last"))
    try:
        with opened(BytesIO(data)) as old:
            last.write_bytes(old.data(COLLECTION))
            contents = _contents(old, last, patches, memory)
            due = places.__getitem__ if places else None
            kept = apkg.Kept(last, frozenset(it.stamp.row for it in patches), due, old.pieces(COLLECTION))
        apkg.write(contents, made, rows, kept)
        inspection.check(made, rows, only=kept.gone)
    except OSError as problem:
        raise Unusable(f"cannot write {package}: {reason(problem)}") from None
    finally:
        delete(rows)
        delete(last)
    return made


def _contents(old: Package, last: Path, patches: Sequence[Patch], memory: Mapping[Guid, Any]) -> Contents:
    """Return what the package had, but of its rows only those that are new."""
    sorted_rows = sorted(patches, key=lambda it: it.stamp.row)
    notes = [apkg.note_row(it.note, it.stamp) for it in sorted_rows]
    cards = [row for it in sorted_rows for row in apkg.card_rows(it.note, it.stamp, deck_row(it.note.deck), it.place)]
    with database.reading(last) as connection:
        (col,) = connection.execute("SELECT * FROM col")
        ((kinds, decks),) = connection.execute("SELECT models, decks FROM col")
    _hold(kinds, (it.note.note_type.id for it in patches))
    _hold(decks, (deck_row(it.note.deck) for it in patches))
    media = tuple(_as_it_was(name, old.data(number)) for number, name in old.files.items())
    return Contents(col, lambda: notes, lambda: cards, media, _remembered(old.data(MEMORY), memory))


def _hold(known: str, ids: Iterable[int]) -> None:
    """Raise Unreadable where one of the ids is not known: the last note of a kind may have been withdrawn."""
    if not {str(it) for it in ids} <= json.loads(known).keys():
        raise Unreadable("it has no note of this kind, or in this deck")


def _as_it_was(name: str, data: bytes) -> MediaFile:
    return MediaFile(name, Path(name), len(data), "", data)


def _remembered(data: bytes, memory: Mapping[Guid, Any]) -> bytes:
    """Return `deckwright.json` for a build that is not a release."""
    whole = json.loads(data)
    notes = {guid: it for guid, it in (whole["notes"] | memory).items() if it}
    whole |= {"release": None, "notes": {guid: notes[guid] for guid in sorted(notes)}}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
