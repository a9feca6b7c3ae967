"""The digest of this program: another one wherever a file of ours is, and found again without reading them."""

import os
from pathlib import Path

import pytest

from generator.cache import program

_LONG_AGO = 1_500_000_000


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that stands for the program's."""
    folder = tmp_path / "program"
    (folder / "inside").mkdir(parents=True)
    for name in ("a.py", "inside/b.py"):
        (folder / name).write_text("1\n", encoding="utf-8")
    monkeypatch.setattr(program, "_OURS", folder)
    monkeypatch.setattr(program, "_MOMENT", 0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CI", raising=False)
    return folder


def test_a_file_of_the_same_length_and_time_that_was_written_anew_is_another_program(ours: Path) -> None:
    path = ours / "inside/b.py"
    os.utime(path, (_LONG_AGO, _LONG_AGO))
    before = program._ours()
    assert program._ours() == before
    new = ours.parent / "new"
    new.write_text("2\n", encoding="utf-8")
    os.utime(new, (_LONG_AGO, _LONG_AGO))
    new.replace(path)  # as pip writes a file
    assert program._ours() != before


def test_the_same_files_elsewhere_are_the_same_program(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = program._ours()
    again = ours.rename(ours.parent / "moved")
    monkeypatch.setattr(program, "_OURS", again)
    (again / "a.py").write_text("1\n", encoding="utf-8")
    assert program._ours() == before


def test_a_file_that_has_another_name_is_another_program(ours: Path) -> None:
    before = program._ours()
    (ours / "a.py").rename(ours / "c.py")
    assert program._ours() != before


def test_what_is_kept_is_not_read_again(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = program._ours()
    monkeypatch.setattr("builtins.open", _refused)
    assert program._ours() == before


def test_a_program_that_changed_a_moment_ago_is_not_kept(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_MOMENT", 10**15)
    program._ours()
    monkeypatch.setattr("builtins.open", _refused)
    with pytest.raises(AssertionError):
        program._ours()


def _refused(path: object, *rest: object) -> None:
    raise AssertionError(f"{path} is read")
