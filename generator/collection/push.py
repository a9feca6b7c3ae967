"""A package and the file of a closed collection -> a plan, and, where it is to be applied, the collection merged.

Everything is done in a copy, which takes the place of the collection in one step at the end: a kill, a full disk or a
fault leaves it as it was. Before that a backup is there that was restored once, to see that it can be.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anki._backend import RustBackend
from anki.collection import Collection

from generator.base.files import reason
from generator.base.progress import Tell, silent
from generator.collection import _merge_apply as executor
from generator.collection import _merge_package as packages
from generator.collection.merge_plan import Arrival, Plan, plan

_HOUR = 3600  # s: no push takes so long
_COUNTS = "SELECT (SELECT count(*) FROM notes), (SELECT count(*) FROM cards), (SELECT count(*) FROM revlog)"


class Refused(Exception):
    """Nothing was written; the text says why, in one line."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push does, or did. `backup` is None where nothing was written."""

    deck: str
    release: str  # "" where the package is not of a release
    plan: Plan
    applied: bool = False
    backup: Path | None = None


def push(package: Path, collection: Path, write: bool, delete: bool = False, tell: Tell = silent) -> Pushed:
    """Plan a merge; with `write`, carry it out. Raises Refused."""
    try:
        arrival = packages.arrival(package)
    except packages.Foreign as problem:
        raise Refused(f"{package.name}: {problem}") from None
    try:
        before = _stamp(collection)
        with _copied(collection, write) as copy, redirect_stdout(StringIO()):  # Anki 25.2 prints how long things took
            return _pushed(package, arrival, collection, copy, before, write, delete, tell)
    except OSError as problem:
        raise Refused(f"{collection}: {reason(problem)}; nothing was changed") from None


def _pushed(
    package: Path,
    arrival: Arrival,
    collection: Path,
    copy: Path,
    before: tuple[int, ...],
    write: bool,
    delete: bool,
    tell: Tell,
) -> Pushed:
    media = collection.with_suffix(".media")
    tell("reading the collection")
    col = _opened(copy, collection)
    try:
        made = plan(arrival, executor.view(col, arrival, media), delete)
        if not write or made.does_nothing:
            return Pushed(arrival.deck, arrival.release, made, applied=write)
        tell("making a backup")
        backup = _backup(col, collection)
        tell("merging")
        try:
            executor.apply(col, package, arrival, made, media)
        except OSError:
            raise
        except Exception as problem:  # the backend raises many kinds of exceptions; the collection itself is as it was
            raise Refused(f"Anki refuses the merge: {_line(problem)}; nothing was changed") from None
    finally:
        col.close()
    _replace(copy, collection, before)
    return Pushed(arrival.deck, arrival.release, made, True, backup)


def _line(problem: Exception) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__


def _opened(copy: Path, collection: Path) -> Any:
    try:
        return Collection(str(copy))
    except Exception as problem:  # damaged, or of a newer Anki: it says so in its own words
        raise Refused(f"Anki cannot open {collection}: {_line(problem)}") from None


@contextmanager
def _copied(collection: Path, write: bool) -> Iterator[Path]:
    """Give a copy of a collection, with what a crash of Anki left in its journal. Nobody else may have it open."""
    if not collection.is_file():
        raise Refused(f"there is no collection {collection}")
    if write and not (os.access(collection, os.W_OK) and os.access(collection.parent, os.W_OK)):
        raise Refused(f"{collection} cannot be written to")
    beside = collection.parent if write else None  # so that it can take the place of the collection
    if write:
        _sweep(collection.parent)
    with TemporaryDirectory(prefix=".deckwright-", dir=beside, ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "collection.anki2"
        try:
            with closing(sqlite3.connect(collection, timeout=0.5)) as held, closing(sqlite3.connect(copy)) as target:
                held.execute("SELECT count(*) FROM sqlite_master")
                held.execute("BEGIN EXCLUSIVE" if write else "BEGIN")
                held.rollback()
                held.backup(target)
                target.execute("PRAGMA journal_mode = delete")
        except sqlite3.OperationalError as problem:
            if "locked" in str(problem):
                raise Refused("Anki has this collection open: close Anki first") from None
            why = f"{collection} cannot be read, or not copied beside itself: {problem}; nothing was changed"
            raise Refused(why) from None
        except sqlite3.Error as problem:
            raise Refused(f"{collection} is damaged, or not a collection of Anki: {problem}") from None
        yield copy


def _sweep(folder: Path) -> None:
    """Delete what a push left that was killed."""
    for left in folder.glob(".deckwright-*"):
        if left.stat().st_mtime < time.time() - _HOUR:
            shutil.rmtree(left, ignore_errors=True)


def _backup(col: Any, collection: Path) -> Path:
    """Write a backup as Anki does, restore it elsewhere, and return it. Raises Refused where it is not whole."""
    folder = collection.parent / "backups"
    folder.mkdir(exist_ok=True)
    before = set(folder.glob("*.colpkg"))
    with TemporaryDirectory(prefix=".deckwright-", dir=collection.parent, ignore_cleanup_errors=True) as aside:
        try:
            col.create_backup(backup_folder=aside, force=True, wait_for_completion=True)
            (made,) = Path(aside).glob("*.colpkg")
            whole = _restored(made, Path(aside)) == tuple(col.db.first(_COUNTS))
        except Exception as problem:
            raise Refused(f"no backup could be made ({_line(problem)}); nothing was changed") from None
        if not whole:
            raise Refused("the backup cannot be restored; nothing was changed")
        target = folder / f"before-deckwright-{time.strftime('%Y-%m-%d-%H.%M.%S')}.colpkg"
        for number in range(2, 100):
            if target in before:
                target = target.with_name(f"{target.stem.split('_')[0]}_{number}.colpkg")
        shutil.move(made, target)
    return target


def _restored(backup: Path, folder: Path) -> tuple[int, ...]:
    """Restore a backup in a folder of its own, and count what is in it."""
    target = folder / "restored.anki2"
    backend = RustBackend(langs=["en"])
    backend.import_collection_package(
        col_path=str(target),
        backup_path=str(backup),
        media_folder=str(folder / "restored.media"),
        media_db=str(folder / "restored.media.db2"),
    )
    restored = Collection(str(target))
    try:
        return tuple(restored.db.first(_COUNTS))
    finally:
        restored.close()


def _journal(collection: Path) -> Path:
    return collection.with_name(f"{collection.name}-wal")


def _stamp(collection: Path) -> tuple[int, ...]:
    """Return what tells whether a collection was written to since; nothing where there is none."""
    paths = (collection, _journal(collection))
    return tuple(number for it in paths if it.is_file() for number in (it.stat().st_mtime_ns, it.stat().st_size))


def _replace(copy: Path, collection: Path, before: tuple[int, ...]) -> None:
    """Put the copy in the place of the collection, whole or not at all."""
    if _stamp(collection) != before:
        raise Refused("Anki was opened meanwhile: close it first; nothing was changed")
    try:
        with closing(sqlite3.connect(collection, timeout=0.5)) as held:
            if _journal(collection).exists():  # left by a crash: the copy has it, and it must not meet the copy's file
                held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                held.execute("PRAGMA journal_mode = delete")
            held.execute("BEGIN EXCLUSIVE")
            held.rollback()
    except sqlite3.Error:
        raise Refused("Anki was opened meanwhile: close it first; nothing was changed") from None
    _put(copy, collection)


def _put(copy: Path, collection: Path) -> None:
    with copy.open("rb+") as file:
        os.fsync(file.fileno())
    shutil.copymode(collection, copy)
    os.replace(copy, collection)
    with suppress(OSError):  # no folder can be synced on Windows
        folder = os.open(collection.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
