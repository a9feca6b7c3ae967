"""A CompiledDeck and the times of its notes -> the bytes of an .apkg. The only owner of genanki.

Note type and deck JSON and the schema are genanki's; the rows are ours: every note has a time, stable row ids, and the
cards its own parser found; new cards come in the order of the source; nothing in the bytes depends on when or where.
"""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from generator.base.files import Unusable, read_plain
from generator.compiled.identity import deck_row
from generator.compiled.notes import CompiledDeck, MediaFile, NoteType, Stamps, dated
from generator.package.reading import MEMORY, Unreadable, opened

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold
_STORED = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp3", ".ogg")  # compressed already


def pack(deck: CompiledDeck, stamps: Stamps, memory: bytes = b"") -> bytes:
    """Return the package: the same bytes for the same arguments. Raises Unusable if a picture changed meanwhile.

    `memory` is what a merge needs to know of earlier releases; Anki's own import takes no notice of it.
    """
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        _put(package, "collection.anki2", _collection(deck, stamps))
        names = {str(number): file.name for number, file in enumerate(deck.media)}
        _put(package, "media", _json(names).encode())
        for number, file in enumerate(deck.media):
            _put(package, str(number), _bytes(file), file.name.endswith(_STORED))
        if memory:
            _put(package, MEMORY, memory)
    return buffer.getvalue()


def same_content(package: Path, data: bytes) -> bool:
    """Say whether a package on disk holds what `data` does: other versions of SQLite and zlib write other bytes."""
    try:
        there = read_plain(package, 2 * len(data))
        with opened(BytesIO(there)) as old, opened(BytesIO(data)) as new:
            if old.names != new.names or old.files != new.files:
                return False
            if any(old.sum(it) != new.sum(it) for it in [*new.files, *({MEMORY} & set(new.names))]):
                return False
            return _rows(old.collection()) == _rows(new.collection())
    except (Unusable, Unreadable, sqlite3.Error):
        return False  # whatever lies there, it is not that package


def _rows(collection: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return [row for table in ("col", "notes", "cards") for row in collection.execute(f"SELECT * FROM {table}")]  # noqa: S608


def _put(package: zipfile.ZipFile, name: str, data: bytes, stored: bool = False) -> None:
    entry = zipfile.ZipInfo(name, _ZIP_TIME)
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.create_system = 3  # the same on every system
    entry.external_attr = 0o644 << 16
    package.writestr(entry, data, compresslevel=1)


def _bytes(file: MediaFile) -> bytes:
    if file.cleaned is not None:
        return file.cleaned
    data = read_plain(file.path, file.size)
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise Unusable(f"{file.path} changed while the deck was built; build again")
    return data


def _collection(deck: CompiledDeck, stamps: Stamps) -> bytes:
    """Return the SQLite file: built in memory, so that no temporary file is ever left."""
    tables, indexes = APKG_SCHEMA.split("CREATE INDEX", 1)
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(tables)
        connection.executescript(APKG_COL)
        decks = {name: deck_row(name) for name in _deck_names(deck)}
        _describe(connection, deck, stamps, decks)
        connection.executemany("INSERT INTO notes VALUES(?,?,?,?,-1,?,?,?,0,0,'')", _note_rows(deck, stamps))
        connection.executemany(
            "INSERT INTO cards VALUES(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')", _card_rows(deck, stamps, decks)
        )
        connection.executescript("CREATE INDEX" + indexes)
        connection.commit()
        return connection.serialize()
    finally:
        connection.close()


def _deck_names(deck: CompiledDeck) -> list[str]:
    """Return the deck, its subdecks, and the levels above it."""
    names = {deck.name} | {note.deck for note in deck.notes}
    levels = [name.split("::") for name in names]
    return sorted({"::".join(parts[: length + 1]) for parts in levels for length in range(len(parts))})


def _describe(connection: sqlite3.Connection, deck: CompiledDeck, stamps: Stamps, decks: Mapping[str, int]) -> None:
    """Write the deck and note type JSON of the collection's one row."""
    ((known,),) = connection.execute("SELECT decks FROM col")
    all_decks = json.loads(known)
    for name, row in decks.items():
        all_decks[str(row)] = genanki.Deck(row, name, deck.description if name == deck.name else "").to_json()
    used = {note.note_type.id: note.note_type for note in deck.notes}
    kinds = {str(id): _note_type_json(used[id], stamps.note_types[id], decks[deck.name]) for id in sorted(used)}
    connection.execute("UPDATE col SET decks = ?, models = ?", (_json(all_decks), _json(kinds)))


def _note_type_json(kind: NoteType, mod: int, deck: int) -> dict[str, Any]:
    if kind.foreign:  # as it was read: whatever we added or left out could freeze what students have
        return {**json.loads(kind.foreign), "mod": mod, "did": None}
    fields = [
        {"name": field.name, "id": field.id}
        | ({} if field.tag is None else {"tag": field.tag, "preventDeletion": field.tag < 4})
        for field in kind.fields
    ]
    templates = [{"name": it.name, "id": it.id, "qfmt": it.front, "afmt": it.back} for it in kind.templates]
    model = genanki.Model(
        kind.id,
        kind.name,
        fields=fields,
        templates=templates,
        css=kind.css,
        model_type=genanki.Model.CLOZE if kind.is_cloze else genanki.Model.FRONT_BACK,
        sort_field_index=kind.sort_field,
    )
    described: dict[str, Any] = model.to_json(mod, deck)
    return described | ({"originalStockKind": kind.stock_kind} if kind.stock_kind else {})


def _note_rows(deck: CompiledDeck, stamps: Stamps) -> Iterator[tuple[Any, ...]]:
    for note in deck.notes:
        stamp = stamps.notes[note.id]
        fields = dated(note, stamp.mod)
        tags = f" {' '.join(note.tags)} "
        yield (
            stamp.row,
            note.guid,
            note.note_type.id,
            stamp.mod,
            tags,
            "\x1f".join(fields),
            fields[note.note_type.sort_field],
        )


def _card_rows(deck: CompiledDeck, stamps: Stamps, decks: Mapping[str, int]) -> Iterator[tuple[int, ...]]:
    for due, note in enumerate(deck.notes):
        stamp = stamps.notes[note.id]
        for card in note.cards:
            yield stamp.row + card.number, stamp.row, decks[note.deck], card.number, stamp.mod, due


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
