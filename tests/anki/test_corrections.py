"""The corrections file: by Anki's own text import it reaches notes that a student touched, and nothing else changes."""

import re
from pathlib import Path
from typing import Any

import pytest
from anki.import_export_pb2 import ImportCsvRequest

from tests.anki_backend import Anki, opened
from tests.author import Author
from tests.student import OWN_TAGS, seen
from tests.support import guid

HEAD = ["#separator:tab", "#html:true", "#guid column:1", "#notetype column:2"]
EDITS = (
    ("questions.yaml", "Deep purple", 'Deep "blue"'),
    ("questions.yaml", "answer: Calcium in damaged tissue", "answer: |\n      Calcium\n\n      # in damaged tissue"),
    ("clozes.yaml", "warfarin}}.", "warfarin}}, often."),
    ("subtypes.yaml", "Metastatic", "Metastatic (high phosphate)"),
    ("layers.yaml", "header: Layers", "header: Strata"),
    ("drugs.yaml", "use: ulcers", "use: ulcers and pain"),
)
CORRECTED = {"plain", "both-ways", "warfarin", "subtypes", "layers", "drugs/colchicine", "drugs/diltiazem"}
NEW = {"new.yaml": "notes:\n  - {id: a-new, question: Which?, answer: This}\n"}


def guids(author: Author) -> set[str]:
    """Return the guids in the corrections file."""
    return set(re.findall(r'^"([^"]+)"\t"Deckwright ', author.corrections.read_text(encoding="utf-8"), re.MULTILINE))


def take(anki: Anki, file: Path) -> Any:
    """Import a text file as the dialog does, with what it proposes."""
    metadata = anki.col.get_csv_metadata(path=str(file), delimiter=None)
    return anki.col.import_csv(ImportCsvRequest(path=str(file), metadata=metadata)).log


@pytest.fixture
def touched(author: Author, anki: Anki) -> Anki:
    """A student who tagged and edited every note after the next release was made."""
    author.replace(*EDITS)
    author.write(NEW)
    author.build(1)
    for row in anki.column("SELECT id FROM notes"):
        note = anki.col.get_note(row)
        note.tags += ["again"]
        anki.col.update_note(note)
    return anki


def test_the_file_begins_with_what_anki_asks(author: Author) -> None:
    assert author.corrections.read_text().splitlines() == HEAD


def test_it_holds_what_changed_and_nothing_new(author: Author, touched: Anki) -> None:
    assert guids(author) == {guid(id) for id in CORRECTED}


def test_it_reaches_every_note_that_the_package_does_not(author: Author, touched: Anki) -> None:
    assert touched.take(author.package).updated == 0
    log = take(touched, author.corrections)
    alike = {"drugs/diltiazem"}  # what changed of it is no part of question and answer: the table below them
    assert (len(log.updated), len(log.new)) == (len(CORRECTED - alike), 0)
    assert touched.shown(guid("plain"))[0].answers[1] == 'Deep "blue"'
    assert "# in damaged tissue" in touched.shown(guid("both-ways"))[0].answers
    assert touched.shown(guid("subtypes"))[1].answers.count("Metastatic (high phosphate)") == 1
    assert touched.shown(guid("layers"))[0].asks[0] == "Strata of the skin"
    assert touched.occlusion(guid("layers")).occlusions


def test_it_leaves_tags_fields_and_histories_alone(author: Author, touched: Anki) -> None:
    before = seen(touched)
    take(touched, author.corrections)
    after = seen(touched)
    assert (after.cards, after.reviews, after.kinds) == (before.cards, before.reviews, before.kinds)
    note = touched.note(guid("plain"))
    assert ({*OWN_TAGS} <= {*note.tags}, note.fields[-1]) == (True, "my own mnemonic")
    assert take(touched, author.corrections).updated == []


def test_what_it_brings_is_what_the_package_brings(author: Author, anki: Anki, tmp_path: Path) -> None:
    author.replace(*EDITS)
    author.build(1)
    take(anki, author.corrections)
    with opened(tmp_path / "new") as new:
        new.take(author.package)
        for id in CORRECTED:
            count = {"Deckwright Basic": 2, "Deckwright Cloze": 1}.get(new.note(guid(id)).note_type()["name"], 3)
            assert anki.note(guid(id)).fields[:count] == new.note(guid(id)).fields[:count]


def test_first_the_corrections_and_then_the_package_keeps_the_tags(author: Author, anki: Anki) -> None:
    author.replace(*EDITS)
    author.build(1)
    take(anki, author.corrections)
    anki.take(author.package)
    assert {*OWN_TAGS} <= {*anki.note(guid("plain")).tags}


def test_a_note_stays_in_it(author: Author) -> None:
    author.replace(EDITS[0])
    author.build(1)
    author.replace(EDITS[2])
    author.build(2)
    author.build(3)
    assert guids(author) == {guid("plain"), guid("warfarin")}


def test_a_draft_that_changes_is_not_in_it(author: Author) -> None:
    author.write(NEW)
    author.draft(1)
    author.write({"new.yaml": "notes:\n  - {id: a-new, question: Which?, answer: That}\n"})
    author.build(2)
    assert guids(author) == set()


def test_a_withdrawn_note_is_not_in_it(author: Author) -> None:
    author.replace(EDITS[2])
    author.build(1)
    author.replace(("clozes.yaml", "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}, often.\n", ""))
    author.build(2, retire=True)
    assert guids(author) == set()


def test_a_note_with_a_new_picture_is_never_in_it(author: Author) -> None:
    scan = (author.source / "media" / "scan.svg").read_bytes()
    author.write({"media/scan.svg": scan.replace(b"#eeeeee", b"#dddddd")})
    author.replace(("questions.yaml", "answer: A forearm", "answer: An arm"))
    author.build(1)
    author.build(2)
    assert guids(author) == set()


def test_a_note_with_the_picture_it_always_had_is_in_it(author: Author) -> None:
    author.replace(("questions.yaml", "answer: A forearm", "answer: An arm"))
    author.build(1)
    assert guids(author) == {guid("pictured")}


def test_the_same_release_gives_the_same_bytes(author: Author, tmp_path: Path) -> None:
    other = Author(tmp_path / "other")
    other.build()
    for it in (author, other):
        it.replace(*EDITS)
        it.build(1)
    assert author.files() == other.files()


def test_a_student_who_skipped_a_release_takes_the_package_first(author: Author, anki: Anki) -> None:
    author.replace(EDITS[0])
    author.write(NEW)
    author.build(1)
    author.replace(EDITS[2])
    author.replace(("new.yaml", "answer: This", "answer: That"))
    author.build(2)
    counts = anki.take(author.package)
    assert (counts.new, counts.updated) == (1, 2)
    log = take(anki, author.corrections)
    assert (len(log.new), len(log.updated)) == (0, 0)
    assert guids(author) == {guid("plain"), guid("warfarin"), guid("a-new")}


def test_a_student_of_the_last_release_gets_no_note_from_the_corrections(author: Author, anki: Anki) -> None:
    author.write(NEW)
    author.replace(EDITS[0])
    author.build(1)
    assert len(take(anki, author.corrections).new) == 0
