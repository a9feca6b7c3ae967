"""Is a save taken soon, and not before the file is whole?"""

import gc
import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer
from time import sleep

import pytest

from generator.show import watch

BEFORE, AFTER = b"notes: before\n" * 20, b"notes: after\n" * 30
CALM, PAUSE = 400, 0.05  # ms without a change that are waited for, s between two pieces of a file


def at_once(path: Path) -> None:
    path.write_bytes(AFTER)


def renamed(path: Path) -> None:
    beside = path.with_name(".notes.yaml.tmp")
    beside.write_bytes(AFTER)
    beside.replace(path)


def emptied_first(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        sleep(PAUSE)
        file.write(AFTER)


def in_two_pieces(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        file.write(AFTER[:100])
        sleep(PAUSE)
        file.write(AFTER[100:])


def a_block_at_a_time(path: Path) -> None:
    long = b"#" * 4095 + b"\n"
    with path.open("wb", buffering=0) as file:
        for piece in (long, long, AFTER):
            file.write(piece)
            sleep(PAUSE)


def deleted_first(path: Path) -> None:
    path.unlink()
    sleep(PAUSE)
    path.write_bytes(AFTER)


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is watched, with time enough for a machine that has much else to do."""
    monkeypatch.setattr(watch, "_CALM", CALM)
    monkeypatch.setattr(watch, "_PATIENCE", 5 * CALM)
    path = tmp_path / "notes.yaml"
    path.write_bytes(BEFORE)
    return path


def read_after(path: Path, write: Callable[[Path], None]) -> bytes:
    """Return what the file holds when its next save is taken."""
    saves = watch.saves([path.parent], soon=True)
    next(saves)  # the one at once
    writing = Timer(PAUSE, write, [path])
    writing.start()
    next(saves)
    found = path.read_bytes() if path.exists() else b""
    writing.join()
    return found


@pytest.mark.parametrize("write", [at_once, renamed, emptied_first, in_two_pieces, a_block_at_a_time, deleted_first])
def test_a_file_that_is_being_written_is_not_read_by_half(write: Callable[[Path], None], saved: Path) -> None:
    assert read_after(saved, write).endswith(AFTER)


def test_a_pipe_among_the_notes_is_not_waited_for(saved: Path) -> None:
    read_after(saved, lambda path: os.mkfifo(path.with_name("pipe.yaml")))


def test_memory_is_tidied_up_when_nothing_is_saved_or_a_lot_is(monkeypatch: pytest.MonkeyPatch) -> None:
    tidied: list[tuple[int, bool]] = []
    at = -1

    def changes(*_: object) -> Iterator[frozenset[str]]:
        nonlocal at
        for at in range(100):
            yield frozenset({"a"} if at < 25 or at % 10 == 0 else ())

    monkeypatch.setattr(watch, "_changes", changes)
    monkeypatch.setattr(watch, "_tidy_up", lambda thoroughly: tidied.append((at, thoroughly)))
    assert len([*watch._saves([Path("none")], False, False)]) == 32
    quiet = [(at, False) for at in range(31, 100, 10)]
    assert tidied == [(19, True), (25, False), *quiet]


def test_all_of_memory_is_tidied_up_at_times() -> None:
    class Circle:
        def __init__(self) -> None:
            self.itself = self

    circle = Circle()
    gone = weakref.ref(circle)
    watch._tidy_up(thoroughly=False)
    del circle
    watch._tidy_up(thoroughly=False)
    assert gone()
    watch._tidy_up(thoroughly=True)
    assert not gone()
    gc.unfreeze()
