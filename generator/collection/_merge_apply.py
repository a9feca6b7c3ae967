"""An open collection of Anki -> the View that a plan is made from; and a Plan -> what it says, done in one undo step.

This file needs the standard library and anki alone: the add-on holds a copy of it.
"""

import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition as Update

from ._merge_package import kind_of
from .merge_plan import Arrival, Held, HeldCard, Plan, View

UNDO = "Deckwright update"
_SUSPENDED = -1


def view(col: Any, arrival: Arrival, media: Path) -> View:
    """Return what a collection has of what a package is about. `media` is its folder of media."""
    rows = col.db.all("SELECT id, guid FROM notes")
    wanted = {guid: row for row, guid in rows if guid in arrival.notes or guid in arrival.withdrawn}
    names = {it.id: it.name for it in col.decks.all_names_and_ids(include_filtered=True)}
    notes = {guid: _held(col, row, names) for guid, row in wanted.items()}
    kinds = {id: kind_of(kind) for id in arrival.kinds if (kind := col.models.get(id))}
    return View(notes, kinds, frozenset(name for name in arrival.media if (media / name).exists()))


def _held(col: Any, row: int, decks: dict[int, str]) -> Held:
    note = col.get_note(row)
    cards = tuple(_card(it, decks) for it in note.cards())
    return Held(row, int(note.mid), int(note.mod), dict(note.items()), tuple(note.tags), cards)


def _card(card: Any, decks: dict[int, str]) -> HeldCard:
    studied = bool(card.reps or card.type or card.flags)
    home = decks.get(card.odid or card.did, "")
    return HeldCard(card.id, card.ord, home, bool(card.odid), card.queue == _SUSPENDED, studied)


def apply(col: Any, package: Path, arrival: Arrival, plan: Plan, media: Path) -> None:
    """Carry out a plan that was made from the view of this very collection. One undo step; no one-way sync."""
    _bring(package, {name: arrival.media[name] for name in plan.media}, media)
    step = col.add_custom_undo_entry(UNDO)
    for _ in _done(col, package, plan):  # each is an undo step of its own until it is merged
        col.merge_undo_entries(step)


def _done(col: Any, package: Path, plan: Plan) -> Iterator[None]:
    if plan.add or plan.looks:
        with TemporaryDirectory(prefix="deckwright-", ignore_cleanup_errors=True) as folder:
            _import(col, _trimmed(package, set(plan.add), set(plan.looks), Path(folder)))
        yield
    if plan.notes:
        col.update_notes([_rewritten(col, it.row, it.fields, it.tags) for it in plan.notes])
        yield
    for name in dict.fromkeys(deck for _, deck in plan.moves):
        deck = col.decks.id(name)
        yield
        yield from _moved(col, [card for card, to in plan.moves if to == name], deck)
    if plan.suspend:
        col.sched.suspend_cards(list(plan.suspend))
        yield
    if plan.delete:
        col.remove_notes(list(plan.delete))
        yield


def _import(col: Any, package: Path) -> None:
    options = ImportAnkiPackageOptions(update_notes=Update.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_NEVER)
    col.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options))


def _rewritten(col: Any, row: int, fields: Any, tags: Iterable[str]) -> Any:
    note = col.get_note(row)
    for name, text in fields.items():
        note[name] = text
    note.tags = list(tags)
    return note


def _moved(col: Any, cards: list[HeldCard], deck: int) -> Iterator[None]:
    """Move cards; one that a filtered deck holds stays there, and goes to its new home afterwards."""
    if rows := [card.row for card in cards if not card.filtered]:
        col.set_deck(rows, deck)
        yield
    if away := [col.get_card(card.row) for card in cards if card.filtered]:
        for card in away:
            card.odid = deck
        col.update_cards(away)
        yield


def _trimmed(package: Path, guids: set[str], looks: set[int], folder: Path) -> Path:
    """Write a package of the notes that are new, and of the note types whose look is.

    Anki brings a note type with a note of it: where none is new, one that the student has stands for it, without cards.
    """
    target = folder / "new.apkg"
    with zipfile.ZipFile(package) as read, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        connection = sqlite3.connect(":memory:")
        try:
            connection.deserialize(read.read("collection.anki2"))
            _trim(connection, guids, looks)
            written.writestr("collection.anki2", connection.serialize())
        finally:
            connection.close()
        for name in ["media", *json.loads(read.read("media"))]:
            written.writestr(name, read.read(name))
    return target


def _trim(connection: sqlite3.Connection, guids: set[str], looks: set[int]) -> None:
    rows = list(connection.execute("SELECT id, guid, mid FROM notes"))
    new = {row for row, guid, _ in rows if guid in guids}
    kinds = {kind for row, _, kind in rows if row in new}
    standing = {kind: row for row, _, kind in rows if kind in looks - kinds}
    for row in [row for row, _, _ in rows if row not in new]:
        connection.execute("DELETE FROM cards WHERE nid = ?", (row,))
        if row not in standing.values():
            connection.execute("DELETE FROM notes WHERE id = ?", (row,))
    ((text,),) = connection.execute("SELECT models FROM col")
    models = {id: it for id, it in json.loads(text).items() if int(id) in kinds | looks}
    connection.execute("UPDATE col SET models = ?", (json.dumps(models),))
    connection.commit()


def _bring(package: Path, members: dict[str, str], media: Path) -> None:
    """Write files that the student lacks, each whole or not at all."""
    if not members:
        return
    media.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(package) as archive:
        for name, member in members.items():
            part = media / f"{name}.part"
            try:
                part.write_bytes(archive.read(member))
                part.replace(media / name)
            finally:
                part.unlink(missing_ok=True)  # on a full disk half of it is there
