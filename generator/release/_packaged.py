"""A package -> the Ledger of what it holds, as far as a package can tell: enough to say what changed since."""

import json
import sqlite3
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from generator.base.files import Unusable
from generator.compiled.notes import Guid, NoteId
from generator.ledger.extras import Extras
from generator.ledger.ledger import Entry, Ledger
from generator.ledger.parts import hashed
from generator.package.reading import OF_ANKI, Unreadable, opened

_SEPARATOR = "\x1f"  # between fields


def ledger_of(data: bytes, now: Ledger) -> Ledger:
    """Return what a package of the deck holds; `now` gives the words, which it has only as HTML. Raises Unusable."""
    try:
        with opened(BytesIO(data)) as read:
            if read.is_of_anki:
                raise Unusable(OF_ANKI)
            entries = {entry.id: entry for entry in _entries(read.collection(), sorted(read.files.values()), now)}
    except (Unreadable, KeyError, ValueError, AttributeError, sqlite3.Error):
        raise Unusable("it is not a package that deckwright built") from None
    return Ledger(now.deck, now.name, now.tag_root, now.created, {}, entries, now.extras)


def _entries(connection: sqlite3.Connection, media: list[str], now: Ledger) -> Iterator[Entry]:
    (models, decks), *_ = connection.execute("SELECT models, decks FROM col")
    fields = {int(it["id"]): [str(field["name"]) for field in it["flds"]] for it in json.loads(models).values()}
    homes = {int(it["id"]): str(it["name"]) for it in json.loads(decks).values()}
    cards: dict[int, list[tuple[int, int]]] = {}
    for row, number, deck in connection.execute("SELECT nid, ord, did FROM cards ORDER BY nid, ord"):
        cards.setdefault(row, []).append((number + 1, deck))
    known = {entry.guid: entry for entry in now.entries.values()}
    for row, guid, kind, mod, tags, texts in connection.execute("SELECT id, guid, mid, mod, tags, flds FROM notes"):
        named = dict(zip(fields[kind], texts.split(_SEPARATOR), strict=True))
        parts = hashed(list(named), list(named.values()), sorted(tags.split()))
        extras = Extras(parts, tuple(it for it in media if it in texts))
        yield _entry(row, guid, mod, named, [(number, homes[deck]) for number, deck in cards[row]], extras, known)


def _entry(
    row: int,
    guid: str,
    mod: int,
    fields: dict[str, str],
    cards: list[tuple[int, str]],
    extras: Extras,
    known: dict[Guid, Any],
) -> Entry:
    entry = known.get(Guid(guid))
    words = entry.retired_numbers | entry.numbers if entry else {}
    numbers = {number: words.get(number, "") for number, _ in cards}
    kind, label, id = (entry.kind, entry.label, entry.id) if entry else ("cloze", fields["ID"], NoteId(fields["ID"]))
    return Entry(id, Guid(guid), row, kind, cards[0][1], "", mod, numbers, {}, mod, mod, label, extras=extras)
