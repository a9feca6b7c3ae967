"""The project of an adopted deck goes through every command: what it lost is told, and what students have counts."""

import time
from pathlib import Path

import pytest

from generator.base.progress import silent
from generator.pipeline.adopt import adopt
from generator.pipeline.newer.merging import merge
from tests.command import run
from tests.foreign_decks import author_of_x, exported


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Adopt a deck; return the folder of its package and its project."""
    with author_of_x(tmp_path) as (author, _):
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
    (root / "project/cards_src/project/media/skin map.png").unlink()
    assert "M132 warning: 'skin map.png' is not in media/" in said(root, command)
    merged = merge(root / "x.apkg", root / "project", (), int(time.time()), silent)
    assert merged.media.added == ("skin map.png",)
    assert "M132" not in said(root, command)
