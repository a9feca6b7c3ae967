"""Rows in order of their ids -> the SQLite file of a package, in Anki's schema 11; and that file, open to read.

There are no indexes: Anki makes its own on import. Rows are only ever appended to a new file, so that the same rows
give the same bytes, whether all come from a deck or most of them from the last file. No row is kept in memory.
"""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from generator.compiled.identity import ROOM

NoteRow = tuple[int, str, int, int, int, str, str, str, int, int, str]
CardRow = tuple[int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, str]
_END = 1 << 62  # above every id
SORT_FIELD = 7  # of a note's row: here SQLite makes a number of a text that looks like one

_TABLES = {  # whole numbers, where nothing else is said
    "col": "id crt mod scm ver dty usn ls conf:text models:text decks:text dconf:text tags:text",
    "notes": "id guid:text mid mod usn tags:text flds:text sfld csum flags data:text",
    "cards": "id nid did ord mod usn type queue due ivl factor reps lapses left odue odid flags data:text",
    "revlog": "id cid usn ease ivl lastIvl factor time type",
    "graves": "usn oid type",
}
_SETTINGS = "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY"


class Kept(NamedTuple):
    """What a new file takes over from the `last` one: each note whose row id is not in `gone`, and its cards.

    `due` turns the place that such a card had among the new ones into the place that it has now. `pieces` are those in
    which the last file was deflated, where that is known.
    """

    last: Path
    gone: frozenset[int]
    due: Callable[[int], int] | None = None
    pieces: Sequence[bytes] = ()


def write(
    path: Path, col: tuple[object, ...], notes: Iterable[NoteRow], cards: Iterable[CardRow], kept: Kept | None = None
) -> None:
    """Write a new file. Raises OSError.

    Notes and cards are in order of their ids. With `kept` they are only those that are new or changed; the row ids of
    changed notes are in `kept.gone`. The bytes are those that all rows would have given.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))  # the system says why not, SQLite does not
    try:
        with closing(_connected(path, "nolock=1")) as connection:
            connection.executescript(_SETTINGS)
            connection.execute("BEGIN")
            for name in _TABLES:
                connection.execute(_table(name))
            connection.execute(_insert("col"), col)
            if kept:
                _take_over(connection, notes, cards, kept)
            else:
                connection.executemany(_insert("notes"), notes)
                connection.executemany(_insert("cards"), cards)
            connection.execute("COMMIT")
    except sqlite3.OperationalError as problem:
        number = errno.ENOSPC if problem.sqlite_errorcode == sqlite3.SQLITE_FULL else errno.EIO
        raise OSError(number, os.strerror(number)) from problem


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a finished file."""
    with closing(_connected(path, "mode=ro&immutable=1")) as connection:
        yield connection


def _connected(path: Path, options: str) -> sqlite3.Connection:
    """Open a file that nobody else writes: not every file system has the locks that SQLite would take."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?{options}", uri=True, isolation_level=None)


def _table(name: str) -> str:
    described = []
    for column in _TABLES[name].split():
        word, _, type = column.partition(":")
        described.append(f"{word} {type or 'integer'} {'primary key' if word == 'id' else 'not null'}")
    return f"CREATE TABLE {name} ({', '.join(described)})"


def _insert(name: str) -> str:
    return f"INSERT INTO main.{name} VALUES ({', '.join('?' * len(_TABLES[name].split()))})"  # noqa: S608


def _take_over(connection: sqlite3.Connection, notes: Iterable[NoteRow], cards: Iterable[CardRow], kept: Kept) -> None:
    """Insert all rows in their order: those of the last file, stretch by stretch, and between them those given."""
    connection.execute("ATTACH ? AS last", (f"{kept.last.absolute().as_uri()}?mode=ro&immutable=1",))
    if kept.due:
        connection.create_function("due", 1, kept.due)
    own: dict[str, dict[int, list[NoteRow | CardRow]]] = {"notes": {}, "cards": {}}  # of each note
    for note in notes:
        own["notes"].setdefault(note[0], []).append(note)
    for card in cards:
        own["cards"].setdefault(card[1], []).append(card)
    cuts = sorted(kept.gone.union(own["notes"]))
    for name, rows in own.items():
        columns = [column.partition(":")[0] for column in _TABLES[name].split()]
        old = ", ".join("due(due)" if it == "due" and kept.due else it for it in columns)
        stretch = f"INSERT INTO main.{name} SELECT {old} FROM last.{name} WHERE id >= ? AND id < ?"  # noqa: S608
        begin = 0
        for row in cuts:
            connection.execute(stretch, (begin, row))
            connection.executemany(_insert(name), rows.get(row, ()))
            begin = row + ROOM  # its cards have the ids up to there
        connection.execute(stretch, (begin, _END))
