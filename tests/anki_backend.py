"""A throw-away collection of the real Anki: import a package as a student does, and ask what Anki makes of it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.errors import BackendError

_BLOCKS = "details div hr li ol p summary table td th tr ul".split()
_VOID = ("br", "hr", "img")
_UNREAD = ("script", "style", "button")
_TEMPLATE_ERRORS = "docs.ankiweb.net/templates"  # Anki links to its manual in the place of a card it cannot render


@dataclass(frozen=True, slots=True)
class Counts:
    """What the import dialog shows. `other` are notes left out, or matched in a way that none of ours may be."""

    new: int = 0
    updated: int = 0
    duplicate: int = 0
    conflicting: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A card: where it is, and the lines of text on its two sides."""

    number: int  # Anki's: of a cloze the number less one, else that of the template
    deck: str
    asks: tuple[str, ...]
    answers: tuple[str, ...]


class Anki:
    """An open collection with the settings of a new profile."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.col = Collection(str(folder / "collection.anki2"))

    def take(self, package: Path) -> Counts:
        """Import a package with the default options."""
        request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
        log = self.col.import_anki_package(request).log
        lists = {field.name: len(getattr(log, field.name)) for field in log.DESCRIPTOR.fields if field.is_repeated}
        known = {name: lists.pop(name) for name in ("new", "updated", "duplicate", "conflicting")}
        return Counts(**known, other=sum(lists.values()))

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the collection's own database."""
        return [tuple(row) for row in self.col.db.all(query, *values)]

    def column(self, query: str, *values: Any) -> list[Any]:
        """Return the first column of a query's rows."""
        return [row[0] for row in self.rows(query, *values)]

    def note(self, guid: str) -> Any:
        """Return Anki's note of a guid."""
        (row,) = self.column("SELECT id FROM notes WHERE guid = ?", guid)
        return self.col.get_note(row)

    def cards(self, guid: str) -> list[Any]:
        """Return Anki's cards of a note, by number."""
        return sorted(self.note(guid).cards(), key=lambda card: int(card.ord))

    def shown(self, guid: str) -> tuple[Shown, ...]:
        """Return the cards of a note as a student sees them."""
        return tuple(
            Shown(card.ord, self.col.decks.name(card.did), lines(rendered.question_text), lines(rendered.answer_text))
            for card in self.cards(guid)
            for rendered in [card.render_output()]
        )

    def html(self, guid: str) -> tuple[str, ...]:
        """Return the HTML of both sides of every card of a note."""
        rendered = [card.render_output() for card in self.cards(guid)]
        return tuple(side for it in rendered for side in (it.question_text, it.answer_text))

    def occlusion(self, guid: str) -> Any:
        """Return what Anki reads of an image occlusion note: its picture, shapes and texts."""
        answer = self.col.get_image_occlusion_note(self.note(guid).id)
        assert answer.HasField("note"), answer.error
        return answer.note

    def state(self) -> dict[str, Any]:
        """Return everything an import might touch, as it is stored."""
        return {
            "notes": self.rows("SELECT * FROM notes ORDER BY id"),
            "cards": self.rows("SELECT * FROM cards ORDER BY id"),
            "reviews": self.rows("SELECT * FROM revlog ORDER BY id"),
            "tags": sorted(self.col.tags.all()),
            "decks": {deck["name"]: deck for deck in self.col.decks.all()},
            "note types": {kind["name"]: kind for kind in self.col.models.all()},
            "media": {path.name: path.read_bytes() for path in Path(self.col.media.dir()).iterdir()},
        }

    def studied(self, interval: int) -> None:
        """Give every card a history: reviewed three times, due again after `interval` days."""
        cards = [self.col.get_card(row) for row in self.column("SELECT id FROM cards")]
        for card in cards:
            card.type = card.queue = 2
            card.ivl, card.due, card.reps, card.factor = interval, interval, 3, 2500
        self.col.update_cards(cards)

    def problems(self) -> list[str]:
        """Ask Anki everything that says whether a package was good. Writes to the collection: ask last."""
        return [
            *self._without_cards(),
            *self._empty_cards(),
            *self._note_type_faults(),
            *self._note_faults(),
            *self._card_faults(),
            *self._media_faults(),
            *self._database_faults(),
        ]

    def _without_cards(self) -> Iterator[str]:
        for guid in self.column("SELECT guid FROM notes WHERE id NOT IN (SELECT nid FROM cards)"):
            yield f"note {guid} has no card"

    def _empty_cards(self) -> Iterator[str]:
        for note in self.col.get_empty_cards().notes:
            yield f"Empty Cards would delete {len(note.card_ids)} cards of note {note.note_id}"

    def _note_type_faults(self) -> Iterator[str]:
        for kind in self.col.models.all():
            try:
                self.col.models.update_dict(kind)
            except BackendError as problem:
                yield f"note type {kind['name']}: {problem}"

    def _note_faults(self) -> Iterator[str]:
        for note in self._notes():
            if state := note.fields_check():
                yield f"note {note.guid}: the fields are in state {state}"
            numbers = sorted(self.col._backend.cloze_numbers_in_note(note._to_backend_note()))
            cards = sorted(card.ord + 1 for card in note.cards())
            if note.note_type()["type"] == 1 and numbers != cards:
                yield f"note {note.guid} has the clozes {numbers} and the cards {cards}"

    def _card_faults(self) -> Iterator[str]:
        for note in self._notes():
            for html in self.html(note.guid):
                if "{{" in html or _TEMPLATE_ERRORS in html:
                    yield f"note {note.guid} shows {html}"

    def _media_faults(self) -> Iterator[str]:
        found = self.col.media.check()
        yield from (f"{name} is missing" for name in found.missing)
        yield from (f"no note uses {name}" for name in found.unused)

    def _database_faults(self) -> Iterator[str]:
        before = self.col.card_count()
        report, fine = self.col.fix_integrity()
        if not fine or self.col.card_count() != before:
            yield f"Check Database: {report}; {before} cards before, {self.col.card_count()} after"

    def _notes(self) -> Iterable[Any]:
        return [self.col.get_note(row) for row in self.column("SELECT id FROM notes ORDER BY id")]


@contextmanager
def opened(folder: Path) -> Iterator[Anki]:
    """Open the collection of a folder, a new one where there is none; close it at the end."""
    anki = Anki(folder)
    try:
        yield anki
    finally:
        anki.col.close()


def lines(html: str) -> tuple[str, ...]:
    """Return the lines of text that HTML shows: blocks, cells and the items of a list are lines of their own."""
    reader = _Lines()
    reader.feed(html)
    reader.close()
    stripped = (line.strip() for line in "".join(reader.parts).split("\n"))
    return tuple(line for line in stripped if line)


class _Lines(HTMLParser):
    """Collects text as a browser decodes it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0  # how many elements are open since one that nobody sees
        self.open: list[tuple[str, bool, bool]] = []  # tag, whether it is a block, whether its children are

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        block = tag in _BLOCKS or tag == "br" or bool(self.open and self.open[-1][2])
        self.parts += "\n" * block
        if tag not in _VOID:
            self.hidden += bool(self.hidden or "hidden" in dict(attrs))
            self.open.append((tag, block, str(dict(attrs).get("class", "")).startswith("list ")))

    def handle_endtag(self, tag: str) -> None:
        begun, block, _ = self.open.pop()
        assert begun == tag, f"<{begun}> ends as </{tag}>"
        self.parts += "\n" * block
        self.hidden -= bool(self.hidden)

    def handle_data(self, data: str) -> None:
        if not self.hidden and (not self.open or self.open[-1][0] not in _UNREAD):
            self.parts.append(data)


def in_order_of_due(anki: Anki) -> list[tuple[str, int]]:
    """Return guid and number of every card in the order in which Anki would show new cards."""
    return [
        (guid, number)
        for guid, number in anki.rows(
            "SELECT n.guid, c.ord FROM cards c JOIN notes n ON n.id = c.nid ORDER BY c.due, c.ord"
        )
    ]
