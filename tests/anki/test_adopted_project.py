"""Every command knows an adopted deck: what it lost is named, and what its students have is no draft."""

import time
from pathlib import Path

import pytest

from generator.base.progress import silent
from generator.pipeline.adopt import adopt
from generator.pipeline.newer.merging import merge
from tests.anki_backend import opened
from tests.command import run
from tests.foreign_decks import author_of_x, exported
from tests.support import png


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Adopt a deck; return the folder of its package and its project."""
    with author_of_x(tmp_path) as (author, guids):
        (Path(author.col.media.dir()) / "pill.png").write_bytes(png(60, 40))
        note = author.note(guids["own"])
        note["Class"] += '<img src="pill.png">'
        author.col.update_note(note)
        exported(author, tmp_path / "x.apkg")
    adopt(tmp_path / "x.apkg", tmp_path / "project", (), int(time.time()), silent)
    return tmp_path


def said(root: Path, *words: str) -> str:
    """Run a command in the project; return what it prints."""
    ran = run(*words, folder=root / "project", SOURCE_DATE_EPOCH=str(int(time.time())))
    return ran.stdout + ran.stderr


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_picture_that_is_lost_is_told_until_the_package_brings_it_back(command: str, root: Path) -> None:
    assert "M132" not in said(root, command)
    (root / "project/cards_src/project/media/pill.png").unlink()
    assert "M132 warning: 'pill.png' is not in media/" in said(root, command)
    merged = merge(root / "x.apkg", root / "project", (), int(time.time()), silent)
    assert merged.media.added == ("pill.png",)
    assert "M132" not in said(root, command)


def test_what_students_of_the_original_have_is_no_draft_without_the_list_of_releases(root: Path) -> None:
    (root / "project/decks/project.released.jsonl").unlink()
    drugs = root / "project/cards_src/project/drugs.yaml"
    whole = drugs.read_text(encoding="utf-8")
    drugs.write_text("notes:\n  - {id: new-one, question: Who?, answer: Selye}\n", encoding="utf-8")
    printed = said(root, "build", "--forget")
    assert "H015 the note 'diltiazem' is gone" in printed
    assert "--forget" not in printed
    drugs.write_text(whole + "\n  - {id: new-one, question: Who?, answer: Selye}\n", encoding="utf-8")
    assert "1 new, 0 changed, 7 unchanged" in said(root, "build")
    drugs.write_text(whole, encoding="utf-8")
    assert "forgotten" in said(root, "build", "--forget")


@pytest.mark.parametrize("form", ["new", "new-scheduled", "legacy", "legacy-scheduled"])
def test_a_rehearsal_begins_with_the_original(form: str, tmp_path: Path) -> None:
    with author_of_x(tmp_path) as (author, _):
        author.studied(interval=9)
        x = exported(author, tmp_path / "x.apkg", form)
    adopt(x, tmp_path / "project", (), int(time.time()), silent)
    stains = tmp_path / "project/cards_src/project/stains.yaml"
    stains.write_text(stains.read_text(encoding="utf-8").replace("purple", "violet"), encoding="utf-8")
    said(tmp_path, "build")
    printed = said(tmp_path, "verify", "decks/project.apkg", "--from", "../x.apkg")
    assert "7 notes: 6 kept, 1 updated\nhistories kept: 11 of 11\n" in printed
    assert "Anki's import: 0 new, 1 updated, 6 duplicate, 0 conflicting\nfine: nothing lost" in printed


def test_a_whole_collection_is_no_package_to_begin_with(root: Path) -> None:
    said(root, "build")
    (root / "x.colpkg").write_bytes((root / "x.apkg").read_bytes())
    printed = said(root, "verify", "decks/project.apkg", "--from", "../x.colpkg")
    assert "x.colpkg is a whole collection: give the .apkg of the deck" in printed


@pytest.mark.parametrize("command", ["push", "verify"])
def test_a_merge_of_an_adopted_deck_is_refused_with_its_reason(command: str, root: Path) -> None:
    said(root, "build")
    with opened(root / "student") as student:
        student.take(root / "x.apkg")
    words = {
        "push": ("push", "decks/project.apkg", "../student/collection.anki2"),
        "verify": ("verify", "decks/project.apkg", "--from", "../x.apkg", "--merge"),
    }
    reason = "it holds note types that are not Deckwright's, as an adopted deck does; import it in Anki instead"
    assert reason in said(root, *words[command])
