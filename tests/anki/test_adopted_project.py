"""The project of an adopted deck goes through every command: what it lost is told, and what students have counts."""

import time
from pathlib import Path

import pytest

from generator.base.progress import silent
from generator.pipeline.adopt import adopt
from generator.pipeline.newer.merging import merge
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
