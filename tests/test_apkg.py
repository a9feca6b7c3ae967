"""The package row for row: what genanki would write, under ids that are frozen, in the same bytes everywhere."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import genanki
import pytest

import generator
from generator.compiled.identity import guid_for, rows_for
from generator.compiled.note_types import note_types
from generator.compiled.notes import CompiledDeck, NoteId, NoteType
from tests.support import NOW, SVG, compiled, note, package, png, write_deck

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


@dataclass(frozen=True, slots=True)
class Package:
    """What is in an .apkg."""

    tables: dict[str, list[dict[str, Any]]]
    schema: list[tuple[str, str, str]]
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
        schema = [tuple(row) for row in connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")]
        tables = {
            name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]
            for kind, name, _ in schema
            if kind == "table"
        }
        entries = {entry.filename: entry for entry in archive.infolist()}
        data = {name: archive.read(name) for name in entries}
        return Package(tables, schema, json.loads(archive.read("media")), entries, data)


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


def test_the_schema_is_genankis(ours: Package, theirs: Package) -> None:
    assert ours.schema == theirs.schema


def test_there_are_notes_and_cards_to_compare(theirs: Package) -> None:
    assert (len(theirs.tables["notes"]), len(theirs.tables["cards"])) == (4, 10)


@pytest.mark.parametrize("name", "guid mid mod usn tags flds sfld csum flags data".split())
def test_a_column_of_notes_is_what_genanki_writes(name: str, ours: Package, theirs: Package) -> None:
    assert column(ours.by_guid(), name) == column(theirs.by_guid(), name)


@pytest.mark.parametrize("name", "did ord mod usn type queue ivl factor reps lapses left odue odid flags data".split())
def test_a_column_of_cards_is_what_genanki_writes(name: str, ours: Package, theirs: Package) -> None:
    assert column(ours.cards_by_guid(), name) == column(theirs.cards_by_guid(), name)


@pytest.mark.parametrize("name", "id crt mod scm ver dty usn ls conf dconf tags".split())
def test_a_column_of_the_collection_is_what_genanki_writes(name: str, ours: Package, theirs: Package) -> None:
    assert ours.col[name] == theirs.col[name]


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


# ---------------------------------------------------------------------------------------- the same bytes


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where and how a build runs. `source` and `out` are as they are typed, in the folder `cwd`."""

    environment: dict[str, str]
    umask: int
    cwd: str
    source: str
    out: str


HERE = Elsewhere({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}, 0o022, ".", "cards_src", "decks")
ELSEWHERE = {
    "hash seed": Elsewhere({"PYTHONHASHSEED": "4242"}, 0o022, ".", "cards_src", "decks"),
    "time zone": Elsewhere({"TZ": "Pacific/Kiritimati"}, 0o022, ".", "cards_src", "decks"),
    "time zone west": Elsewhere({"TZ": "Pacific/Pago_Pago"}, 0o022, ".", "cards_src", "decks"),
    "locale": Elsewhere({"LC_ALL": "C", "LANG": "tr_TR.UTF-8"}, 0o022, ".", "cards_src", "decks"),
    "encoding": Elsewhere(
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, 0o022, ".", "cards_src", "decks"
    ),
    "current folder": Elsewhere({}, 0o022, "cards_src/calcinosis_cutis", ".", "../../decks"),
    "name of the folder": Elsewhere({}, 0o022, ".", "größer, und mit Lücken", "Päckchen 1"),
    "umask": Elsewhere({}, 0o077, ".", "cards_src", "decks"),
    "optimised": Elsewhere({"PYTHONOPTIMIZE": "2"}, 0o022, ".", "cards_src", "decks"),
}
SHIPPED = Path(__file__).parents[1] / "cards_src"


def built(where: Elsewhere, folder: Path) -> Path:
    """Build the shipped deck in a process of its own; return the package."""
    for name in ("cards_src", "größer, und mit Lücken"):
        copy(SHIPPED / "calcinosis_cutis", folder / name / "calcinosis_cutis")
    (folder / "tmp").mkdir()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON", "TZ"))}
    fixed = {
        "SOURCE_DATE_EPOCH": str(NOW),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(Path(generator.__file__).parents[1]),
    }
    subprocess.run(
        [sys.executable, "-m", "generator", "build", where.source, "-o", where.out],
        cwd=folder / where.cwd,
        env={**inherited, **fixed, **where.environment},
        umask=where.umask,
        check=True,
        capture_output=True,
        timeout=60,
    )
    return folder / where.cwd / where.out / "calcinosis-cutis.apkg"


def copy(source: Path, target: Path) -> None:
    """Copy a deck folder; later files first, so that the folder lists them in another order."""
    for path in sorted((it for it in source.rglob("*") if it.is_file()), reverse=True):
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(path.read_bytes())


def sha256(path: Path) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped deck, built in an ordinary place."""
    return built(HERE, tmp_path_factory.mktemp("here"))


@pytest.mark.parametrize("where", ELSEWHERE.values(), ids=list(ELSEWHERE))
def test_the_same_sources_give_the_same_bytes_with_another(where: Elsewhere, here: Path, tmp_path: Path) -> None:
    assert sha256(built(where, tmp_path)) == sha256(here)


def test_another_time_gives_other_bytes(here: Path, tmp_path: Path) -> None:
    later = Elsewhere({"SOURCE_DATE_EPOCH": str(NOW + 1)}, 0o022, ".", "cards_src", "decks")
    assert sha256(built(later, tmp_path)) != sha256(here)


def test_packing_twice_in_one_process_gives_the_same_bytes(deck: CompiledDeck, tmp_path: Path) -> None:
    assert sha256(package(deck, tmp_path / "one.apkg")) == sha256(package(deck, tmp_path / "two.apkg"))


def test_a_build_leaves_nothing_in_the_folder_for_temporary_files(here: Path) -> None:
    assert list((here.parents[1] / "tmp").iterdir()) == []


def test_a_build_leaves_only_package_and_ledger_in_the_output_folder(here: Path) -> None:
    assert {it.suffix for it in here.parent.iterdir()} <= {".apkg", ".jsonl"}


def test_a_package_can_be_read_as_the_umask_says(tmp_path: Path) -> None:
    assert built(ELSEWHERE["umask"], tmp_path).stat().st_mode & 0o777 == 0o600


# ---------------------------------------------------------------------------------------- frozen from the first release


GUIDS = {
    ("calcinosis-cutis", "he-colour"): "2157e93b-f431-59ea-8e7f-415123e47942",
    ("calcinosis-cutis", "drug-evidence/diltiazem"): "537fc8ba-34ed-564d-b045-5cc7b6876a17",
    ("test-deck", "first"): "bdc6a29b-f9d7-5eb6-b49b-e9ee62375f49",
}


@pytest.mark.parametrize(("ids", "guid"), GUIDS.items(), ids=[note for _, note in GUIDS])
def test_a_guid_never_changes(ids: tuple[str, str], guid: str) -> None:
    assert guid_for(ids[0], NoteId(ids[1])) == guid


def test_a_row_id_never_changes() -> None:
    guid = guid_for("test-deck", NoteId("first"))
    assert rows_for([guid]) == {guid: 1508753828352}


def test_a_row_id_that_is_taken_is_not_given_again() -> None:
    guid = guid_for("test-deck", NoteId("first"))
    (row,) = rows_for([guid]).values()
    assert rows_for([guid], taken=[row]) == {guid: row + 512}


@pytest.mark.parametrize("other", [("test-deck", "second"), ("other-deck", "first"), ("test", "deck-first")])
def test_another_deck_or_note_has_another_guid(other: tuple[str, str]) -> None:
    assert guid_for(other[0], NoteId(other[1])) != guid_for("test-deck", NoteId("first"))


def rows_by_id(deck: CompiledDeck, path: Path) -> dict[str, tuple[int, list[int]]]:
    """Return the row ids of every note and its cards by the note's own id."""
    packed = read(package(deck, path))
    at = note_types().basic.places["ID"]
    return {
        row["flds"].split("\x1f")[at]: (
            row["id"],
            [it["id"] for it in packed.tables["cards"] if it["nid"] == row["id"]],
        )
        for row in packed.tables["notes"]
    }


def test_notes_added_before_the_others_leave_their_row_ids_alone(tmp_path: Path) -> None:
    notes = "".join(f"  - {{id: n-{it}, question: Which {it}?, answer: This, reverse: true}}\n" for it in range(40))
    before = compiled(write_deck(tmp_path / "before", notes=f"notes:\n{notes}"))
    added = "  - {id: a-new, question: Which?, answer: That}\n"
    after = compiled(write_deck(tmp_path / "after", notes=f"notes:\n{added}{notes}"))
    old, new = rows_by_id(before, tmp_path / "before.apkg"), rows_by_id(after, tmp_path / "after.apkg")
    assert {id: new[id] for id in old} == old


def test_a_note_added_before_the_others_comes_first_in_the_queue(tmp_path: Path) -> None:
    added = "notes:\n  - {id: a-new, question: Which?, answer: That}\n"
    notes = "notes:\n  - {id: old, question: What?, answer: This}\n"
    deck = compiled(write_deck(tmp_path / "deck", {"a.yaml": added}, notes))
    packed = read(package(deck, tmp_path / "deck.apkg"))
    assert packed.cards_by_guid()[(note(deck, "a-new").guid, 0)]["due"] == 0


BASIC_FIELDS = [
    ("Question", 5368483667711060, None),
    ("Answer", 3582052475624683, None),
    ("Extra", 6574531315991836, None),
    ("Dispute", 6507735637855702, None),
    ("Sources", 3860489278067357, None),
    ("Reverse", 8420387195314283, None),
    ("ID", 3922542195367793, None),
    ("Updated", 7848117282213232, None),
    ("Spare 1", 2881666176329003, None),
    ("Spare 2", 8157320926872327, None),
]
CLOZE_FIELDS = [
    ("Text", 3409265717453174, None),
    ("Extra", 3078168343281667, None),
    ("Dispute", 5350486523373301, None),
    ("Sources", 5027249434634233, None),
    ("ID", 895283198037819, None),
    ("Updated", 582008284192675, None),
    ("Spare 1", 6542975429144103, None),
    ("Spare 2", 5293390040742862, None),
]
IMAGE_FIELDS = [
    ("Occlusion", 7149187690858338, 0),
    ("Image", 3419302774154471, 1),
    ("Header", 3510192500244544, 2),
    ("Back Extra", 3406092693629903, 3),
    ("Comments", 239678214537590, 4),
    ("Dispute", 5034542798963411, None),
    ("Sources", 2269592375119861, None),
    ("ID", 2175046246225015, None),
    ("Updated", 4559728396164910, None),
    ("Spare 1", 6666635862071227, None),
    ("Spare 2", 3408127355770098, None),
]
BASIC, CLOZE, IMAGE = note_types().basic, note_types().cloze, note_types().image


@pytest.mark.parametrize(
    ("kind", "id"),
    [(BASIC, 1763596800101), (CLOZE, 1763596800102), (IMAGE, 1763596800103)],
    ids=["basic", "cloze", "image"],
)
def test_the_id_of_a_note_type_never_changes(kind: NoteType, id: int) -> None:
    assert kind.id == id


@pytest.mark.parametrize(
    ("kind", "fields"),
    [(BASIC, BASIC_FIELDS), (CLOZE, CLOZE_FIELDS), (IMAGE, IMAGE_FIELDS)],
    ids=["basic", "cloze", "image"],
)
def test_the_fields_of_a_note_type_never_change(kind: NoteType, fields: list[tuple[str, int, int | None]]) -> None:
    assert [(it.name, it.id, it.tag) for it in kind.fields] == fields


@pytest.mark.parametrize(
    ("kind", "templates"),
    [
        (BASIC, [("Question", 5620188510765778), ("Reverse", 4783360620722300), ("Spare", 2943339320357851)]),
        (CLOZE, [("Cloze", 4419589608985937)]),
        (IMAGE, [("Image Occlusion", 4411955863122591)]),
    ],
    ids=["basic", "cloze", "image"],
)
def test_the_templates_of_a_note_type_never_change(kind: NoteType, templates: list[tuple[str, int]]) -> None:
    assert [(it.name, it.id) for it in kind.templates] == templates


@pytest.mark.parametrize(
    ("kind", "described"),
    [
        (BASIC, ("Deckwright Basic", False, 0, 0)),
        (CLOZE, ("Deckwright Cloze", True, 0, 0)),
        (IMAGE, ("Deckwright Image Occlusion", True, 7, 6)),
    ],
    ids=["basic", "cloze", "image"],
)
def test_what_a_note_type_is_never_changes(kind: NoteType, described: tuple[str, bool, int, int]) -> None:
    assert (kind.name, kind.is_cloze, kind.sort_field, kind.stock_kind) == described
