"""A file is there whole or not at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator.base import files
from generator.base.files import Output, Unusable, folder_for_output, read_plain, replace_all


def test_a_new_file_takes_the_old_ones_place(tmp_path: Path) -> None:
    target = tmp_path / "deck.apkg"
    target.write_bytes(b"old")
    replace_all([Output(target, b"new")])
    assert target.read_bytes() == b"new"


def test_nothing_is_left_beside_it(tmp_path: Path) -> None:
    replace_all([Output(tmp_path / "a", b"1"), Output(tmp_path / "b", b"2")])
    assert sorted(it.name for it in tmp_path.iterdir()) == ["a", "b"]


def test_a_refused_file_leaves_every_old_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def refuse(written: object) -> None:
        raise ValueError(str(written))

    with pytest.raises(ValueError, match="tmp"):
        replace_all([Output(tmp_path / "a", b"new"), Output(tmp_path / "b", b"new", refuse)])
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [it.name for it in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_file(call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(Unusable, match="no space left"):
        replace_all([Output(tmp_path / "a", b"new")])
    monkeypatch.undo()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [it.name for it in tmp_path.iterdir()] == ["a"]


def test_what_a_killed_build_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".deckwright-123-deck.apkg.tmp").write_bytes(b"half")
    with folder_for_output(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_output_folder_is_made(tmp_path: Path) -> None:
    with folder_for_output(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b").is_dir()


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "decks").write_text("")
    with pytest.raises(Unusable, match="cannot use"), folder_for_output(tmp_path / "decks"):
        pass


def test_a_second_build_waits_for_the_first(tmp_path: Path) -> None:
    code = (
        "import fcntl, os, sys; handle = os.open(sys.argv[1], os.O_RDONLY)\n"
        "try: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)\nexcept BlockingIOError: print('waits')"
    )
    with folder_for_output(tmp_path):
        ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert ran.stdout == "waits\n"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(Unusable, match="link"):
        read_plain(tmp_path / "link", 100)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unusable, match="plain file"):
        read_plain(tmp_path / "pipe", 100)


def test_a_device_is_not_read() -> None:
    with pytest.raises(Unusable, match="plain file"):
        files.read_plain(Path("/dev/zero"), 100)


def test_no_more_than_the_limit_and_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * 100)
    assert len(read_plain(tmp_path / "long", 10)) == 11
