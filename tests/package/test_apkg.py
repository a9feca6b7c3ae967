"""The package row for row: what genanki would write, and where it differs on purpose."""

import hashlib
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import genanki
import pytest

from generator.compiled.notes import CompiledDeck
from tests.support import NOW, SVG, compiled, package, png, write_deck

BOTH = r"""
tags: [all]
notes:
  - id: first
    question: a<b & c?
    answer: "*yes*: **Ca**"
    extra: "![skin](skin.png)"
  - id: both-ways
    question: Dystrophic calcinosis
    answer: Calcium in damaged tissue
    reverse: true
    sources: [dermnet]
    tags: [core]
  - id: hidden
    cloze: "{{c2::Calcium}} and {{c1::phosphate::anion}}, then {{c2::again}}"
    extra: "![drawn](skin.svg)"
  - id: many
    cloze: "{{c1::a}} {{c2::b}} {{c3::c}} {{c4::d}} {{c12::e}}"
    allow: {L16: it is their numbers that matter}
"""


MASTER = "SELECT name FROM sqlite_master WHERE type = ?"


@dataclass(frozen=True, slots=True)
class Package:
    """What is in an .apkg."""

    tables: dict[str, list[dict[str, Any]]]
    columns: dict[str, list[tuple[Any, ...]]]  # of each table: place, name, type, whether it may be empty, default, key
    indexes: set[str]
    media: dict[str, str]
    entries: dict[str, zipfile.ZipInfo]
    data: dict[str, bytes]

    @property
    def col(self) -> dict[str, Any]:
        """The only row of the table `col`."""
        (row,) = self.tables["col"]
        return row

    def json(self, column: str) -> dict[str, Any]:
        """Return a column of `col`, parsed."""
        parsed: dict[str, Any] = json.loads(self.col[column])
        return parsed

    def by_guid(self) -> dict[str, dict[str, Any]]:
        """Return the rows of notes by guid."""
        return {row["guid"]: row for row in self.tables["notes"]}

    def cards_by_guid(self) -> dict[tuple[str, int], dict[str, Any]]:
        """Return the rows of cards by guid and number."""
        guids = {row["id"]: row["guid"] for row in self.tables["notes"]}
        return {(guids[row["nid"]], row["ord"]): row for row in self.tables["cards"]}


def read(path: Path) -> Package:
    """Read a package, whoever wrote it."""
    with zipfile.ZipFile(path) as archive, closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(archive.read("collection.anki2"))
        connection.row_factory = sqlite3.Row
        names = {kind: {row["name"] for row in connection.execute(MASTER, (kind,))} for kind in ("table", "index")}
        columns = {it: [tuple(row) for row in connection.execute(f"PRAGMA table_info({it})")] for it in names["table"]}
        tables = {it: [dict(row) for row in connection.execute(f"SELECT * FROM {it}")] for it in names["table"]}
        entries = {entry.filename: entry for entry in archive.infolist()}
        data = {name: archive.read(name) for name in entries}
        return Package(tables, columns, names["index"], json.loads(archive.read("media")), entries, data)


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> CompiledDeck:
    """A deck that genanki can write, too: no subdeck, one time for all notes, clozes that its expression finds."""
    files: dict[str, str | bytes] = {"media/skin.png": png(30, 20), "media/skin.svg": SVG}
    return compiled(write_deck(tmp_path_factory.mktemp("deck"), files, BOTH))


@pytest.fixture(scope="module")
def ours(deck: CompiledDeck, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package we make of it."""
    return read(package(deck, tmp_path_factory.mktemp("ours") / "test-deck.apkg"))


@pytest.fixture(scope="module")
def theirs(deck: CompiledDeck, ours: Package, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package genanki makes of the same notes, decks and note types."""
    folder = tmp_path_factory.mktemp("theirs")
    models = {int(id): model_from(it) for id, it in ours.json("models").items()}
    (described,) = [it for it in ours.json("decks").values() if it["name"] == deck.name]
    by_hand = genanki.Deck(described["id"], described["name"], described["desc"])
    for row in ours.tables["notes"]:
        fields, tags = row["flds"].split("\x1f"), row["tags"].split()
        by_hand.add_note(genanki.Note(models[row["mid"]], fields, tags=tags, guid=row["guid"]))
    for number, name in ours.media.items():
        (folder / name).write_bytes(ours.data[number])
    media = [folder / name for name in ours.media.values()]
    genanki.Package(by_hand, media).write_to_file(folder / "theirs.apkg", timestamp=NOW)
    return read(folder / "theirs.apkg")


def model_from(described: dict[str, Any]) -> genanki.Model:
    """Return genanki's note type of the same names, texts and look, without the ids that it knows nothing of."""
    return genanki.Model(
        int(described["id"]),
        described["name"],
        fields=[{"name": it["name"]} for it in described["flds"]],
        templates=[{"name": it["name"], "qfmt": it["qfmt"], "afmt": it["afmt"]} for it in described["tmpls"]],
        css=described["css"],
        model_type=described["type"],
        sort_field_index=described["sortf"],
    )


def column(rows: dict[Any, dict[str, Any]], name: str) -> dict[Any, Any]:
    """Return one column of rows."""
    return {key: row[name] for key, row in rows.items()}


# ---------------------------------------------------------------------------------------- what genanki writes


def test_the_tables_and_their_columns_are_genankis(ours: Package, theirs: Package) -> None:
    assert ours.columns == theirs.columns


def test_there_are_notes_and_cards_to_compare(theirs: Package) -> None:
    assert (len(theirs.tables["notes"]), len(theirs.tables["cards"])) == (4, 10)


@pytest.mark.parametrize("name", "guid mid mod usn tags flds sfld csum flags data".split())
def test_a_column_of_notes_is_what_genanki_writes(name: str, ours: Package, theirs: Package) -> None:
    assert column(ours.by_guid(), name) == column(theirs.by_guid(), name)


@pytest.mark.parametrize("name", "did ord mod usn type queue ivl factor reps lapses left odue odid flags data".split())
def test_a_column_of_cards_is_what_genanki_writes(name: str, ours: Package, theirs: Package) -> None:
    assert column(ours.cards_by_guid(), name) == column(theirs.cards_by_guid(), name)


@pytest.mark.parametrize("name", "id crt mod scm ver dty usn ls".split())
def test_a_column_of_the_collection_is_what_genanki_writes(name: str, ours: Package, theirs: Package) -> None:
    assert ours.col[name] == theirs.col[name]


@pytest.mark.parametrize("name", "conf dconf tags".split())
def test_settings_are_what_genanki_writes(name: str, ours: Package, theirs: Package) -> None:
    assert ours.json(name) == theirs.json(name)


@pytest.mark.parametrize("name", ["revlog", "graves"])
def test_a_table_without_use_is_empty_as_genanki_leaves_it(name: str, ours: Package, theirs: Package) -> None:
    assert ours.tables[name] == theirs.tables[name] == []


def test_the_decks_are_what_genanki_writes(ours: Package, theirs: Package) -> None:
    assert ours.json("decks") == theirs.json("decks")


def test_the_note_types_are_what_genanki_writes(ours: Package, theirs: Package) -> None:
    apart = {"flds", "tmpls"}
    assert without(ours.json("models"), apart) == without(theirs.json("models"), apart)


def without(described: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    """Return descriptions by id without some of their keys."""
    return {id: {key: value for key, value in it.items() if key not in keys} for id, it in described.items()}


@pytest.mark.parametrize("part", ["flds", "tmpls"])
def test_the_parts_of_note_types_are_what_genanki_writes(part: str, ours: Package, theirs: Package) -> None:
    mine, reference = parts_of(ours, part), parts_of(theirs, part)
    shared = [{key: it.get(key) for key in known} for it, known in zip(mine, reference, strict=True)]
    assert shared == reference


@pytest.mark.parametrize("part", ["flds", "tmpls"])
def test_the_parts_of_note_types_have_ids_that_genanki_leaves_out(part: str, ours: Package, theirs: Package) -> None:
    extra = [it.keys() - known.keys() for it, known in zip(parts_of(ours, part), parts_of(theirs, part), strict=True)]
    assert set(map(frozenset, extra)) == {frozenset({"id"})}


def parts_of(packed: Package, part: str) -> list[dict[str, Any]]:
    """Return the fields, or the templates, of every note type in turn."""
    return [it for _, described in sorted(packed.json("models").items()) for it in described[part]]


def test_the_media_list_is_what_genanki_writes(ours: Package, theirs: Package) -> None:
    assert ours.media == theirs.media


def test_the_media_are_what_genanki_packs(ours: Package, theirs: Package) -> None:
    assert [ours.data[it] for it in ours.media] == [theirs.data[it] for it in theirs.media]


def test_the_entries_are_those_of_genanki(ours: Package, theirs: Package) -> None:
    assert list(ours.entries) == list(theirs.entries)


# ---------------------------------------------------------------------------------------- what genanki does not


def test_new_cards_have_the_place_of_their_note_in_the_source(deck: CompiledDeck, ours: Package) -> None:
    expected = {(it.guid, card.number): place for place, it in enumerate(deck.notes) for card in it.cards}
    assert column(ours.cards_by_guid(), "due") == expected


def test_genanki_gives_new_cards_no_place(theirs: Package) -> None:
    assert {row["due"] for row in theirs.tables["cards"]} == {0}


def test_there_are_no_indexes(ours: Package) -> None:
    assert ours.indexes == set()


@pytest.mark.parametrize("table", ["notes", "cards"])
def test_rows_lie_in_order_of_their_ids(table: str, ours: Package) -> None:
    ids = [row["id"] for row in ours.tables[table]]
    assert ids == sorted(ids)


def test_row_ids_do_not_come_from_the_time_of_the_build_as_genankis_do(ours: Package, theirs: Package) -> None:
    assert not {row["id"] for row in ours.tables["notes"]} & {row["id"] for row in theirs.tables["notes"]}


def test_the_row_id_of_a_card_follows_that_of_its_note(ours: Package) -> None:
    assert {row["id"] - row["nid"] - row["ord"] for row in ours.tables["cards"]} == {0}


@pytest.mark.parametrize("table", ["notes", "cards"])
def test_row_ids_are_unique(table: str, ours: Package) -> None:
    ids = [row["id"] for row in ours.tables[table]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("table", ["notes", "cards"])
def test_row_ids_are_times_between_2010_and_2020(table: str, ours: Package) -> None:
    ids = [row["id"] for row in ours.tables[table]]
    assert 1_262_304_000_000 <= min(ids) <= max(ids) < 1_577_836_800_000


def test_a_card_shows_the_day_of_its_notes_last_change(ours: Package) -> None:
    assert {"2025-10-09" in row["flds"].split("\x1f") for row in ours.tables["notes"]} == {True}


# ---------------------------------------------------------------------------------------- the zip


def test_entries_are_of_a_fixed_date(ours: Package) -> None:
    assert {it.date_time for it in ours.entries.values()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", ["collection.anki2", "media"])
def test_what_is_ours_is_deflated(name: str, ours: Package) -> None:
    assert ours.entries[name].compress_type == zipfile.ZIP_DEFLATED


@pytest.mark.parametrize(("ending", "method"), [(".svg", zipfile.ZIP_DEFLATED), (".png", zipfile.ZIP_STORED)])
def test_a_picture_is_deflated_where_that_makes_it_smaller(ending: str, method: int, ours: Package) -> None:
    assert [ours.entries[number].compress_type for number, name in ours.media.items() if name.endswith(ending)] == [
        method
    ]


def test_a_package_is_much_smaller_than_genankis(ours: Package, theirs: Package) -> None:
    assert sum(it.compress_size for it in ours.entries.values()) * 4 < sum(
        it.compress_size for it in theirs.entries.values()
    )


def test_every_entry_has_the_same_permissions_everywhere(ours: Package) -> None:
    assert {(it.create_system, it.external_attr >> 16) for it in ours.entries.values()} == {(3, 0o644)}


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_a_media_file_is_named_for_its_bytes(ending: str, ours: Package) -> None:
    ((number, name),) = [it for it in ours.media.items() if it[1].endswith(ending)]
    assert name == f"skin-{hashlib.sha256(ours.data[number]).hexdigest()[:16]}{ending}"


def test_packing_twice_in_one_process_gives_the_same_bytes(deck: CompiledDeck, tmp_path: Path) -> None:
    one, two = (package(deck, tmp_path / f"{name}.apkg").read_bytes() for name in ("one", "two"))
    assert one == two
