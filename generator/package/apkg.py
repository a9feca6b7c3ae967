"""A CompiledDeck and the times of its notes -> the file of an .apkg.

Every note has a time, a stable row id, and the cards our own parser found; new cards come in the order of the source;
nothing in the bytes depends on when or where. Rows and media pass through one by one, so memory does not grow with
their number.
"""

import hashlib
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, NamedTuple

from generator.base.files import Unusable, in_pieces, open_plain, read_plain
from generator.compiled.identity import deck_row
from generator.compiled.notes import CompiledDeck, CompiledNote, MediaFile, NoteType, Stamp, Stamps, dated, joined
from generator.package import _database
from generator.package._database import SORT_FIELD
from generator.package._database import CardRow as CardRow  # this and the next two are for all
from generator.package._database import Kept as Kept
from generator.package._database import NoteRow as NoteRow
from generator.package._described import as_json, col_row
from generator.package._pieces import LEVEL, SIZE, put_in_pieces
from generator.package.reading import COLLECTION, MEDIA, MEMORY, Unreadable, opened

_STORED = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp3", ".ogg")  # compressed already
_LARGE = 1 << 30  # bytes, from which on a member may need a zip's extensions


class Contents(NamedTuple):
    """What a package is to hold. Rows are in order of their ids, and can be asked for more than once.

    `memory` is what a merge needs to know of earlier releases; Anki's own import takes no notice of it.
    """

    col: tuple[object, ...]  # the row of decks and note types
    notes: Callable[[], Iterable[NoteRow]]
    cards: Callable[[], Iterable[CardRow]]
    media: tuple[MediaFile, ...]
    memory: bytes = b""
    adopted: tuple[NoteType, ...] = ()  # the note types of other authors


def contents(deck: CompiledDeck, stamps: Stamps, memory: bytes = b"") -> Contents:
    """Return what the package of a deck is to hold."""
    places = sorted(range(len(deck.notes)), key=lambda it: stamps.notes[deck.notes[it].id].row)
    decks = {name: deck_row(name) for name in _deck_names(deck)}

    def notes() -> Iterator[NoteRow]:
        return (note_row(note, stamps.notes[note.id]) for it in places for note in [deck.notes[it]])

    def cards() -> Iterator[CardRow]:
        for place in places:
            note = deck.notes[place]
            yield from card_rows(note, stamps.notes[note.id], decks[note.deck], place)

    used = {note.note_type.id: note.note_type for note in deck.notes}
    kinds = [used[id] for id in sorted(used)]
    col = col_row(decks, deck.name, deck.description, kinds, stamps.note_types)
    return Contents(col, notes, cards, deck.media, memory, tuple(it for it in kinds if it.foreign))


def _deck_names(deck: CompiledDeck) -> list[str]:
    """Return the deck, its subdecks, and the levels above it."""
    names = {deck.name} | {note.deck for note in deck.notes}
    levels = [name.split("::") for name in names]
    return sorted({"::".join(parts[: length + 1]) for parts in levels for length in range(len(parts))})


def note_row(note: CompiledNote, stamp: Stamp) -> NoteRow:
    """Return the row of a note."""
    fields = dated(note, stamp.mod)
    tags, texts, first = f" {' '.join(note.tags)} ", joined(fields), fields[note.note_type.sort_field]
    return stamp.row, note.guid, note.note_type.id, stamp.mod, -1, tags, texts, first, 0, 0, ""


def card_rows(note: CompiledNote, stamp: Stamp, deck: int, due: int) -> Iterator[CardRow]:
    """Yield the rows of a note's cards: they are in the deck of an id, and `due` is the note's place in the source."""
    for it in note.cards:
        yield stamp.row + it.number, stamp.row, deck, it.number, stamp.mod, -1, 0, 0, due, 0, 0, 0, 0, 0, 0, 0, 0, ""


def write(contents: Contents, package: Path, collection: Path, kept: Kept | None = None) -> None:
    """Write a package, and beside it the SQLite file that it holds. Raises OSError; Unusable if a picture changed.

    The same contents give the same bytes. The next build can keep the SQLite file, and give as notes and cards only
    those that are new or changed: what `kept` says of the file is taken over, and the bytes are the same as well.
    """
    _database.write(collection, contents.col, contents.notes(), contents.cards(), kept)
    with open(package, "xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        with open(collection, "rb") as rows:
            if SIZE < collection.stat().st_size < _LARGE:
                put_in_pieces(archive, file, rows, kept)
            else:
                _put(archive, COLLECTION, in_pieces(rows), collection.stat().st_size)
        _put(archive, MEDIA, [as_json(_names(contents)).encode()])
        for number, it in enumerate(contents.media):
            _put(archive, str(number), [_bytes(it)], it.size, it.name.endswith(_STORED))
        if contents.memory:
            _put(archive, MEMORY, [contents.memory])


def _names(contents: Contents) -> dict[str, str]:
    return {str(number): it.name for number, it in enumerate(contents.media)}


def _put(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], size: int = 0, stored: bool = False) -> None:
    entry: str | zipfile.ZipInfo = zipfile.ZipInfo(name) if stored else name  # of 1980 both; the first is not deflated
    with archive.open(entry, "w", force_zip64=size > _LARGE) as member:
        for piece in pieces:
            member.write(piece)
    written = archive.getinfo(name)
    written.create_system = 3  # the same on every system
    written.external_attr = 0o644 << 16


def _bytes(file: MediaFile) -> bytes:
    if file.cleaned is not None:
        return file.cleaned
    data = read_plain(file.path, file.size)
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise Unusable(f"{file.path} changed while the deck was built; build again")
    return data


def same_content(package: Path, contents: Contents) -> bool:
    """Say whether a package on disk holds what one would: other versions of SQLite and zlib write other bytes."""
    try:
        with open_plain(package) as file:
            return _is_same(file, contents)
    except (Unusable, Unreadable, sqlite3.Error):
        return False  # whatever lies there, it is not that package


def _is_same(file: BinaryIO, contents: Contents) -> bool:
    with opened(file) as old:
        names = _names(contents)
        if old.names != [COLLECTION, MEDIA, *names, *([MEMORY] if contents.memory else [])] or old.files != names:
            return False
        if contents.memory and old.data(MEMORY) != contents.memory:
            return False
        return _same_rows(old.collection(), contents) and all(
            old.sum(number) == zlib.crc32(_bytes(it)) for number, it in zip(names, contents.media, strict=True)
        )


def _same_rows(old: sqlite3.Connection, contents: Contents) -> bool:
    for table, rows in (("col", [contents.col]), ("notes", contents.notes()), ("cards", contents.cards())):
        for there, here in zip_longest(old.execute(f"SELECT * FROM {table} ORDER BY id"), rows):  # noqa: S608
            if there is None or here is None or _sure(table, there) != _sure(table, here):
                return False
    return not any(kind == "index" for (kind,) in old.execute("SELECT type FROM sqlite_master"))


def _sure(table: str, row: tuple[object, ...]) -> tuple[object, ...]:
    """Return a row without what SQLite may have made a number of, and which the fields tell as well."""
    return row[:SORT_FIELD] + row[SORT_FIELD + 1 :] if table == "notes" else row
