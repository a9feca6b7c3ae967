"""Paths -> bytes, and bytes -> files that are there whole or not at all."""

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


class Unusable(Exception):
    """A file or folder cannot be used; the text says why, in the author's words."""


def read_plain(path: Path, limit: int) -> bytes:
    """Return a plain file's bytes. Links, devices and pipes are not followed, opened or waited for.

    Raises Unusable. `limit` is in bytes; one byte more is returned of a file that is longer.
    """
    try:
        handle = os.open(
            path,
            os.O_RDONLY
            | getattr(os, "O_NOFOLLOW", 0)
            | getattr(os, "O_NONBLOCK", 0)
            | getattr(os, "O_CLOEXEC", 0)
            | getattr(os, "O_BINARY", 0),
        )
    except OSError as problem:
        raise Unusable(_why(path, problem)) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Unusable("it is not a plain file")
    with os.fdopen(handle, "rb") as file:
        try:
            return file.read(limit + 1)
        except OSError as problem:
            raise Unusable(_why(path, problem)) from None


def _why(path: Path, problem: OSError) -> str:
    if path.is_symlink():
        return "it is a link; put the file itself there"
    return f"it cannot be read ({reason(problem)})"


@contextmanager
def folder_for_output(folder: Path) -> Iterator[None]:
    """Make the folder, keep a second build out of it, and sweep what a killed build left. Raises Unusable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as problem:
        raise Unusable(f"cannot use {folder} for output: {reason(problem)}") from None
    try:
        _lock(handle)
        _sweep(folder)
        yield
    finally:
        _sweep(folder)
        os.close(handle)


def _sweep(folder: Path) -> None:
    for stale in folder.glob(".deckwright-*.tmp"):
        with suppress(OSError):
            stale.unlink()


def _lock(handle: int) -> None:
    try:
        from fcntl import LOCK_EX, flock
    except ImportError:  # Windows: two builds at once still leave one whole package
        return
    with suppress(OSError):  # a file system without locks
        flock(handle, LOCK_EX)


@dataclass(frozen=True, slots=True)
class Output:
    """A file to be written. `check` sees it finished, before it takes the old one's place, and may raise."""

    target: Path
    data: bytes
    check: Callable[[Path | BinaryIO], None] = lambda written: None


def replace_all(outputs: Sequence[Output]) -> None:
    """Put files in their places, in their order, once all of them are on the disk and were looked at.

    A reader, or a kill at any instant, finds each old or new, whole. Raises Unusable.
    """
    target = Path()
    try:
        with ExitStack() as stack:
            beside = {}
            for output in outputs:
                target = output.target
                beside[target] = stack.enter_context(_whole(_beside(target), output.data))
                output.check(beside[target])
            _take_their_places(beside)
    except OSError as problem:
        raise Unusable(f"cannot write {target}: {reason(problem)}") from None


def _take_their_places(beside: Mapping[Path, Path]) -> None:
    """Replace target after target; where one cannot be, those before it get their old file back."""
    kept: dict[Path, Path] = {}
    try:
        for target in list(beside)[:-1]:
            if target.is_file():
                kept[target] = _beside(target).with_suffix(".old.tmp")
                os.link(target, kept[target])
        done: list[Path] = []
        try:
            for target, path in beside.items():
                os.replace(path, target)
                done.append(target)
                _sync_folder(target.parent)
        except OSError:
            for target in done:
                with suppress(OSError):
                    os.replace(kept[target], target) if target in kept else target.unlink()
            raise
    finally:
        for path in kept.values():
            path.unlink(missing_ok=True)


def write_new(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder that is not there yet, or empty but for `.git`. Paths have forward slashes.

    Where one cannot be written, nothing is left of the others. Raises Unusable.
    """
    made: list[Path] = []
    try:
        _make(folder, made)
        if set(os.listdir(folder)) - {".git"}:
            raise Unusable(f"{folder} is not empty: name a folder that is not there yet")
        for name, data in files.items():
            path = folder / name
            _make(path.parent, made)
            with open(path, "xb") as file:
                made.append(path)
                file.write(data)
    except BaseException as problem:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        if isinstance(problem, OSError):
            raise Unusable(f"cannot write {problem.filename or folder}: {reason(problem)}") from None
        raise


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and those it is in; keep what was made."""
    if not folder.is_dir():
        _make(folder.parent, made)
        folder.mkdir()
        made.append(folder)


def reason(problem: OSError) -> str:
    """Return why the system refused, in small letters."""
    return (problem.strerror or str(problem)).lower()


def _beside(target: Path) -> Path:
    return target.parent / f".deckwright-{os.getpid()}-{target.name}.tmp"


@contextmanager
def _whole(path: Path, data: bytes) -> Iterator[Path]:
    """Write a file to the disk itself; it is gone afterwards if it is still under this name."""
    try:
        with open(path, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield path
    finally:
        path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every system can open a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
