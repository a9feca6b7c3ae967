"""Paths -> bytes, and bytes -> files that are there whole or not at all."""

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple

_DISK_FAILS = (errno.ENOSPC, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC))
_LOCK = ".deckwright-lock.tmp"  # for systems that cannot lock the folder itself
_PIECE = 1_000_000  # bytes that are asked for at once


class Unusable(Exception):
    """A file or folder cannot be used; the text says why, in the author's words."""


class Torn(Unusable):
    """Some files were replaced, others could not be, and the old ones could not be put back; the next build can."""


def read_plain(path: Path, limit: int) -> bytes:
    """Return a plain file's bytes. Links, devices and pipes are not followed, opened or waited for.

    Raises Unusable. `limit` is in bytes; one byte more is returned of a file that is longer.
    """
    with open_plain(path) as file:
        try:
            return _held(file, limit + 1)
        except OSError as problem:
            raise Unusable(_why(path, problem)) from None


def in_pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what a file holds, a megabyte at a time, so that it need not be in memory."""
    return iter(lambda: file.read(_PIECE), b"")


def holds(file: IO[bytes], its: Iterable[bytes]) -> bool:
    """Say whether a file holds these pieces, one after another, and nothing else."""
    return all(file.read(len(piece)) == piece for piece in its) and not file.read(1)


def already_holds(path: Path, its: Iterable[bytes]) -> bool:
    """Say whether a plain file is there that holds these pieces, and can be read."""
    try:
        with open_plain(path) as file:
            return holds(file, its)
    except (Unusable, OSError):
        return False


@contextmanager
def open_plain(path: Path) -> Iterator[BinaryIO]:
    """Open a plain file to read it; links, devices and pipes are not followed or waited for. Raises Unusable."""
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
        yield file


def _held(file: BinaryIO, most: int) -> bytes:
    """Return what a file holds, `most` bytes of it at most. Room is taken for its size, and not for the limit."""
    pieces, ask = [], os.fstat(file.fileno()).st_size + 1
    while most and (piece := file.read(min(ask, most))):
        pieces.append(piece)
        most, ask = most - len(piece), _PIECE
    return b"".join(pieces)


def _why(path: Path, problem: OSError) -> str:
    if path.is_symlink():
        return "it is a link; put the file itself there"
    return f"it cannot be read ({reason(problem)})"


@contextmanager
def folder_for_output(folder: Path) -> Iterator[None]:
    """Make the folder, keep a second build out of it, and sweep what a killed build left. Raises Unusable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Unusable(f"cannot use {folder} for output: {reason(problem)}") from None
    with _locked(folder):
        try:
            _sweep(folder)
            yield
        finally:
            _sweep(folder)


@contextmanager
def folder_for_rehearsal() -> Iterator[Path]:
    """Make a folder for what is written only to be looked at. Raises Unusable."""
    from tempfile import TemporaryDirectory  # which takes longer to load than most that a command does

    try:
        folder = TemporaryDirectory(prefix="deckwright-")
    except OSError as problem:
        raise Unusable(f"no folder for temporary files can be used: {reason(problem)}") from None
    with folder:
        yield Path(folder.name)


def _sweep(folder: Path) -> None:
    with suppress(OSError):
        for stale in folder.glob(".deckwright-*.tmp"):
            if stale.name != _LOCK:
                delete(stale)


def delete(path: Path) -> None:
    """Delete what nobody needs any more. If the system refuses, the next build tries again."""
    with suppress(OSError):
        path.unlink()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other builds waiting. Where a system has no locks, two builds at once still leave one whole package."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        with _locked_by_file(folder / _LOCK):
            yield
        return
    try:
        _wait_for(handle)
        yield
    finally:
        os.close(handle)


@contextmanager
def _locked_by_file(path: Path) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        _wait_for(handle)
        while not os.fstat(handle).st_nlink:  # the build that was waited for has deleted it
            os.close(handle)
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            _wait_for(handle)
    except OSError:  # nothing can be written there; the write reports it
        yield
        return
    try:
        yield
    finally:
        delete(path)  # before others can lock it; Windows deletes it only once it is closed
        os.close(handle)
        if os.name == "nt":
            delete(path)


def _wait_for(handle: int) -> None:
    """Lock a file or folder that is open, once nobody else has it locked."""
    with suppress(OSError, ImportError):  # a file system, or a Python, without locks
        if sys.platform != "win32":
            from fcntl import LOCK_EX, flock

            flock(handle, LOCK_EX)
        else:
            _wait_on_windows(handle)


def _wait_on_windows(handle: int) -> None:
    from msvcrt import LK_LOCK, locking  # type: ignore[attr-defined,unused-ignore]

    while True:
        try:
            return locking(handle, LK_LOCK, 1)  # type: ignore[no-any-return,unused-ignore]
        except OSError as problem:
            if problem.errno != errno.EDEADLK:  # what it says after ten seconds
                raise


class Output(NamedTuple):
    """A file to be written: its bytes, pieces of them, or where they are already: a file `beside` it that may be moved.

    `check` sees it finished, before it takes the old one's place, and may raise.
    """

    target: Path
    data: bytes | Iterable[bytes] | Path
    check: Callable[[Path | BinaryIO], None] = lambda written: None


def replace_all(outputs: Sequence[Output]) -> None:
    """Put files in their places, in their order, once all of them are on the disk and were looked at.

    A reader, or a kill at any instant, finds each old or new, whole. Raises Unusable.
    """
    target = Path()
    try:
        with ExitStack() as stack:
            written = {}
            for output in outputs:
                target = output.target
                written[target] = stack.enter_context(_whole(target, output.data))
                output.check(written[target])
            _take_their_places(written)
    except OSError as problem:
        raise Unusable(f"cannot write {target}: {reason(problem)}") from None


def _take_their_places(written: Mapping[Path, Path]) -> None:
    """Replace target after target; where one cannot be, those before it get their old file back."""
    kept: dict[Path, Path] = {}
    done: list[Path] = []
    target = Path()
    try:
        for target in list(written)[:-1]:
            if target.is_file():
                kept[target] = beside(target).with_suffix(".old.tmp")
                _keep(target, kept[target])
        for target, path in written.items():
            os.replace(path, target)
            done.append(target)
            _sync_folder(target.parent)
    except OSError as problem:
        message = f"cannot write {target}: {reason(problem)}"
        new = [it.name for it in done if not _put_back(it, kept.get(it))]
        raise Torn(f"{message}; already new: {', '.join(new)}") if new else Unusable(message) from None
    finally:
        for path in kept.values():
            delete(path)


def _keep(target: Path, path: Path) -> None:
    """Give a file a second name; where the system has no hard links, copy it."""
    try:
        os.link(target, path)
    except (OSError, AttributeError, NotImplementedError):
        path.write_bytes(target.read_bytes())


def _put_back(target: Path, old: Path | None) -> bool:
    """Restore a target from `old`, or delete it where there was none; return whether that worked."""
    try:
        os.replace(old, target) if old else target.unlink()
    except OSError:
        return False
    return True


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


def beside(target: Path) -> Path:
    """Return a name that no build has used, and that the next one sweeps where this one is killed."""
    return target.parent / f".deckwright-{os.getpid()}-{os.urandom(4).hex()}-{target.name}.tmp"


@contextmanager
def _whole(target: Path, data: bytes | Iterable[bytes] | Path) -> Iterator[Path]:
    """Have a file on the disk itself, beside its target; it is gone afterwards if it is still under this name."""
    path = data if isinstance(data, Path) else beside(target)
    try:
        with open(path, "r+b" if isinstance(data, Path) else "xb") as file:
            if not isinstance(data, Path):
                file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            _sync(file.fileno())
        yield path
    finally:
        delete(path)


def _sync(handle: int) -> None:
    """Have a file written to the disk itself. A file system without it is trusted; a failing disk is an error."""
    try:
        os.fsync(handle)
    except OSError as problem:
        if problem.errno in _DISK_FAILS:
            raise


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every system can open a folder
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
