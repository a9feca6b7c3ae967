"""A student: imports a release into real Anki, studies it for months, and imports the next one."""

import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.anki_backend import Anki, opened

OWN_TAGS = ("leech", "marked", "own")
OWN_DECK = "My own"
_ASKS = re.compile(
    r'<div class="(?:asked|row-name)">(.*?)</div>|<th[^>]*>([^<]*)</th>\s*<td><span class="cloze" ', re.DOTALL
)
_ANSWERS = re.compile(
    r'<div class="answer">(.*?)</div>|<span class="cloze" [^>]*>(.*?)</span>'
    r'|<div class="cloze-highlight" data-ordinal="\d+" (data-shape[^>]*?) ?>',
    re.DOTALL,
)
CardKey = tuple[str, int]  # the note's own id, the card's number from 1


@dataclass(frozen=True, slots=True)
class Fact:
    """What a card asks and answers, in its own words; of a mask, its place. Both are "" on a blank card."""

    asks: str
    answers: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything of a student's collection that an import may touch or spoil."""

    notes: dict[str, tuple[Any, ...]]  # by guid: the whole row
    ids: dict[str, str]  # guid -> the note's own id
    cards: dict[int, tuple[Any, ...]]  # by row id: the whole row
    keys: dict[int, CardKey]
    facts: dict[int, Fact]
    reviews: list[tuple[Any, ...]]
    kinds: list[str]

    def fact_of(self) -> dict[CardKey, Fact]:
        """Return the facts by note and number."""
        return {key: self.facts[row] for row, key in self.keys.items()}


def study(anki: Anki) -> None:
    """Do what a student does: every card has a history of its own; tags, an edit, flags, suspensions, a deck.

    All of it lies before the next release: a note's time is that of the package again.
    """
    own_deck = anki.col.decks.add_normal_deck_with_name(OWN_DECK).id
    for at, row in enumerate(anki.column("SELECT id FROM cards WHERE ivl = 0 ORDER BY id"), 1):
        card = anki.col.get_card(row)
        card.type, card.queue = 2, (-1 if at % 5 == 0 else 2)
        card.ivl, card.due, card.reps, card.lapses, card.factor = 20 + at, 120 + at, 3 + at, at % 4, 2000 + at
        card.flags = at % 8
        card.did = own_deck if at % 6 == 0 else card.did
        anki.col.update_card(card)
        review = (1_500_000_000_000 + row % 10_000_000_000, row, -1, 3, card.ivl, 1, 2500, 4000, 1)
        anki.col.db.execute("INSERT INTO revlog VALUES (?,?,?,?,?,?,?,?,?)", *review)
    anki.col.fix_integrity()  # notes when each card was last reviewed
    for row, mod in anki.rows("SELECT id, mod FROM notes ORDER BY id"):
        touch(anki, row)
        anki.col.db.execute("UPDATE notes SET mod = ? WHERE id = ?", mod, row)


def touch(anki: Anki, row: int) -> None:
    """Tag, mark and edit a note; Anki gives it the time of now."""
    note = anki.col.get_note(row)
    note.tags = sorted({*note.tags, *OWN_TAGS})
    note.fields[-1] = "my own mnemonic"
    anki.col.update_note(note)


def seen(anki: Anki) -> Seen:
    """Look at everything."""
    ids = {guid: anki.note(guid)["ID"] for guid in anki.column("SELECT guid FROM notes")}
    cards = [(guid, card) for guid in ids for card in anki.cards(guid)]
    return Seen(
        {row[1]: row for row in anki.rows("SELECT * FROM notes")},
        ids,
        {row[0]: row for row in anki.rows("SELECT * FROM cards")},
        {card.id: (ids[guid], card.ord + 1) for guid, card in cards},
        {card.id: fact(card) for _, card in cards},
        anki.rows("SELECT * FROM revlog ORDER BY id"),
        sorted(kind["name"] for kind in anki.col.models.all() if kind["name"].startswith("Deckwright")),
    )


def fact(card: Any) -> Fact:
    """Read a card as a student does."""
    rendered = card.render_output()
    return Fact(_found(_ASKS, rendered.question_text), _found(_ANSWERS, rendered.answer_text))


def _found(pattern: re.Pattern[str], html: str) -> str:
    words = " | ".join("".join(groups) for groups in pattern.findall(html))
    return re.sub(r"-[0-9a-f]{16}\.", ".", words)  # a picture's bytes are no part of the question


def shipped(package: Path) -> dict[str, tuple[Any, ...]]:
    """Return a package's notes by guid: time, tags, fields."""
    connection = sqlite3.connect(":memory:")
    try:
        with zipfile.ZipFile(package) as archive:
            connection.deserialize(archive.read("collection.anki2"))
        rows = connection.execute("SELECT guid, mod, tags, flds FROM notes").fetchall()
        return {guid: (mod, tuple(tags.split()), fields) for guid, mod, tags, fields in rows}
    finally:
        connection.close()


def as_shipped(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return of a note's row what a package ships: time, tags, fields."""
    return row[3], tuple(row[5].split()), row[6]


@contextmanager
def reopened(profile: Path, folder: Path) -> Iterator[Anki]:
    """Open a copy of a collection, so that many tests can go on from one student's months of work."""
    shutil.copytree(profile, folder)
    with opened(folder) as anki:
        yield anki
