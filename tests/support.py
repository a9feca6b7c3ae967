"""Small decks for tests: files in, a folder, a compiled deck or a package out."""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic
from generator.compiled.identity import guid_for, rows_for
from generator.compiled.notes import CompiledDeck, CompiledNote, NoteId, Stamps, dated, joined
from generator.package import apkg
from generator.pipeline import check
from generator.show._card_html import Side, sides

NOW = 1_760_000_000  # 2025-10-09, the time of every build in a test

DECK = """\
id: test-deck
name: Test Deck
tag_root: "#Test"
description: A deck for tests.
"""
SOURCES = """\
dermnet:
  title: Calcinosis cutis
  link: https://dermnetnz.org/topics/calcinosis-cutis
reiter-2011:
  title: "Calcinosis cutis: part I"
  authors: Reiter N, et al.
  year: 2011
"""
DISPUTES = """\
most-common-type: Most reviews call dystrophic the most common; one page says idiopathic.
"""
SVG = b"""\
<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400" viewBox="0 0 600 400">
<title>Skin</title><rect x="0" y="0" width="600" height="400" fill="#eeeeee"/></svg>
"""


def png(width: int, height: int) -> bytes:
    """Return a grey picture of that size."""
    rows = b"".join(b"\x00" + b"\x80" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_deck(folder: Path, files: Mapping[str, str | bytes] | None = None, notes: str = "") -> Path:
    """Write a deck folder: deck.yaml, sources.yaml, disputes.yaml and media/ stand ready, `files` replace or add."""
    ready: dict[str, str | bytes] = {
        "deck.yaml": DECK,
        "sources.yaml": SOURCES,
        "disputes.yaml": DISPUTES,
    }
    if notes:
        ready["notes.yaml"] = notes
    for name, text in {**ready, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def checked(folder: Path) -> check.Checked:
    """Check a folder."""
    return check.check(folder)


def problems(folder: Path) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a folder."""
    return check.check(folder).diagnostics


def compiled(folder: Path) -> CompiledDeck:
    """Compile a folder that holds one deck without mistakes."""
    result = check.check(folder)
    found = [it for it in result.diagnostics if it.code[0] != "L"]  # a test's notes need not be learnt
    assert found == []
    (deck,) = result.decks
    return deck


def guid(id: str) -> str:
    """Return the guid of a note of the small deck."""
    return guid_for("test-deck", NoteId(id))


def note(deck: CompiledDeck, id: str) -> CompiledNote:
    """Return the note of an id."""
    (found,) = [it for it in deck.notes if it.id == id]
    return found


def field(note: CompiledNote, name: str) -> str:
    """Return a field's HTML."""
    return note.fields[note.note_type.places[name]]


def cards_of(note: CompiledNote, mod: int) -> list[tuple[str, str]]:
    """Return front and back of each card of a note that was last changed at `mod`, in s since 1970."""
    pairs = sides(replace(note, texts=joined(dated(note, mod))))
    each = pairs * len(note.cards) if note.note_type.is_cloze else pairs
    return [
        (_of_card(front, card.number + 1), _of_card(back, card.number + 1))
        for card, (front, back) in zip(note.cards, each, strict=True)
    ]


def _of_card(side: Side, number: int) -> str:
    """Return the HTML that the card of a number shows."""
    chosen = (it if isinstance(it, str) else it.asked if number in it.numbers else it.other for it in side)
    return "".join(it if isinstance(it, str) else _of_card(it, number) for it in chosen)


class Stamped(NamedTuple):
    """The times of a note."""

    row: int
    mod: int


def stamped(deck: CompiledDeck, now: int) -> Stamps:
    """Return the stamps of a deck that was never released: everything is of `now`, in s since 1970."""
    rows = rows_for(note.guid for note in deck.notes)
    notes = {note.id: Stamped(rows[note.guid], now) for note in deck.notes}
    return Stamps(notes, {note.note_type.id: now for note in deck.notes})


def package(deck: CompiledDeck, path: Path, now: int = NOW) -> Path:
    """Write a deck's package; nothing looks at it."""
    path.unlink(missing_ok=True)
    rows = path.with_suffix(".anki2")
    apkg.write(apkg.contents(deck, stamped(deck, now)), path, rows)
    rows.unlink()
    return path


def in_order_of_source(deck: CompiledDeck) -> list[tuple[str, int]]:
    """Return guid and number of every card as the author ordered them."""
    return [(it.guid, card.number) for it in deck.notes for card in it.cards]


def jpeg(width: int, height: int) -> bytes:
    """Return a grey picture whose sides are multiples of 8: every block is one bit for its DC and one for its end."""
    tables = b"\xff\xdb\x00\x43\x00" + b"\x01" * 64
    frame = b"\xff\xc0\x00\x0b\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x01\x01\x11\x00"
    codes = b"".join(b"\xff\xc4\x00\x14" + kind + b"\x01" + bytes(16) for kind in (b"\x00", b"\x10"))
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + bytes(width * height // 64 // 4)
    return b"\xff\xd8" + tables + frame + codes + scan + b"\xff\xd9"
