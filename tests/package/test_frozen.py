"""What is frozen from the first release: guids, row ids, and the shape of note types."""

from pathlib import Path

import pytest

from generator.compiled.identity import guid_for, rows_for
from generator.compiled.note_types import note_types
from generator.compiled.notes import CompiledDeck, NoteId, NoteType
from tests.package.test_apkg import read
from tests.support import compiled, note, package, write_deck

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
