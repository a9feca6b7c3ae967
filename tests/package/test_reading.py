"""A package that is opened: its collection in memory, or where that is large in a file that is gone afterwards."""

import tempfile
from pathlib import Path

import pytest

from generator.package import reading
from tests.support import compiled, package, write_deck

NOTES = "notes:\n  - {id: a, question: Which mineral?, answer: Apatite}\n"


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    return package(compiled(write_deck(tmp_path / "deck", notes=NOTES)), tmp_path / "deck.apkg")


def texts(path: Path) -> list[str]:
    with reading.opened(path) as read:
        rows = [read.collection().execute("SELECT flds FROM notes").fetchall() for _ in range(2)]
    assert rows[0] == rows[1]
    return [text for (text,) in rows[0]]


def test_a_large_collection_is_read_like_a_small_one(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = texts(packed)
    monkeypatch.setattr(reading, "_LARGE", 0)
    assert texts(packed) == small
    assert small


def test_what_was_unpacked_of_a_large_one_is_deleted(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setattr(reading, "_LARGE", 0)
    with reading.opened(packed) as read:
        read.collection()
        assert [*scratch.rglob("collection.anki2")]
    assert [*scratch.iterdir()] == []


def test_a_large_one_is_read_where_no_file_can_be_written(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = texts(packed)
    monkeypatch.setattr(tempfile, "tempdir", str(packed.parent / "nowhere"))
    monkeypatch.setattr(reading, "_LARGE", 0)
    assert texts(packed) == small
