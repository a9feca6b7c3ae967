"""A Ledger -> `deckwright.json`, the member of a package by which a merge knows our texts from a student's own.

It holds what the package itself cannot say: hashes of the texts that releases had before, the decks they put cards in,
ids that a note had, and what was withdrawn. A note about which there is nothing to say is left out. A deck in another
language than English also says how the front of a withdrawn note begins.
"""

import json
from collections.abc import Mapping
from typing import Any

from generator.compiled.languages import PLAIN
from generator.compiled.notes import NoteId
from generator.ledger.extras import Mark
from generator.ledger.ledger import Entry, Ledger
from generator.ledger.parts import TAGS

FORMAT = 1


def memory_of(
    ledger: Ledger, errata: Mapping[NoteId, str], mark: Mark | None, withdrawn_mark: str = PLAIN.withdrawn_mark
) -> bytes:
    """Return the member; nothing for a ledger of format 1, whose packages stay as they are.

    `mark` is that of the release; None for a build that is not one.
    """
    if ledger.version < 2:
        return b""
    entries = sorted(ledger.entries.values(), key=lambda it: it.guid)
    notes = {it.guid: record for it in entries if not it.retired and (record := record_of(it, errata))}
    gone = {it.guid: _gone(it) for it in entries if it.retired and not it.extras.draft}
    memory: dict[str, Any] = {
        "format": FORMAT,
        "deck": ledger.deck,
        "root": ledger.tag_root,
        "roots": sorted({root for _, root in ledger.extras.former} - {ledger.tag_root}),
        "release": {"name": mark.name, "time": mark.time} if mark else None,
        "notes": notes,
        "withdrawn": gone,
    }
    if withdrawn_mark != PLAIN.withdrawn_mark:
        memory["mark"] = withdrawn_mark
    return json.dumps(memory, ensure_ascii=False, separators=(",", ":")).encode()


def record_of(entry: Entry, errata: Mapping[NoteId, str]) -> dict[str, Any]:
    """Return what the member says of a note; nothing where there is nothing to say."""
    extras = entry.extras
    record: dict[str, Any] = {}
    if entry.was:
        record["was"] = list(entry.was)
    if extras.past:
        record["past"] = {name: list(hashes) for name, hashes in extras.past.items()}
    if extras.homes:
        record["decks"] = list(extras.homes)
    if reason := errata.get(entry.id):
        record["erratum"] = reason
    return record


def _gone(entry: Entry) -> dict[str, Any]:
    """Return the ids of a withdrawn note, and the hashes of every text that it had."""
    last = {name: it for name, it in entry.extras.parts.items() if name != TAGS}
    names = sorted({*last, *entry.extras.past})
    past = {name: [*entry.extras.past.get(name, ()), *([last[name]] if name in last else [])] for name in names}
    return {"was": [*entry.was, entry.id], "past": past}
