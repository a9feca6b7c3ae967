"""What `--from` names (a revision of git, a ledger, a package) -> what students have who got their deck there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.base.diagnostics import Diagnostic
from generator.base.files import Unusable, read_plain
from generator.base.place import Span
from generator.base.revision import last_commit, read_at, shown
from generator.ledger import ledger as ledgers
from generator.ledger.ledger import Ledger
from generator.ledger.released import Released
from generator.release import shelf
from generator.release._packaged import ledger_of

_MOST = 500_000_000  # bytes


def since(named: str, out: Path, now: Ledger, time: int) -> tuple[Released, list[Diagnostic]]:
    """Return what `named` gave out of the deck whose ledger of today is `now`. `time` is in s since 1970."""
    try:
        if os.path.lexists(named):
            return _of_file(Path(named), now, time)
        return _of_revision(named, out, now, time)
    except Unusable as problem:
        help = "name a release: a tag or commit of git, a ledger or a package"
        return Released(), [Diagnostic(Span(named), "H030", str(problem), help)]


def _of_file(path: Path, now: Ledger, time: int) -> tuple[Released, list[Diagnostic]]:
    data = read_plain(path, _MOST)
    if data.startswith(b"PK"):
        return Released(ledger_of(data, now)), []
    return _of_ledger(data, path.as_posix(), now, time)


def _of_revision(named: str, out: Path, now: Ledger, time: int) -> tuple[Released, list[Diagnostic]]:
    """Prefer what was released until then to what was built; a deck that was not there yet is new as a whole."""
    problem = None
    for path in (shelf.released_path(out, now.deck), shelf.ledger_path(out, now.deck)):
        try:
            return _of_ledger(read_at(path, named), f"{named}:{path.as_posix()}", now, time)
        except Unusable as found:
            problem = found
    assert problem is not None
    raise problem


def _of_ledger(data: bytes, path: str, now: Ledger, time: int) -> tuple[Released, list[Diagnostic]]:
    ledger, found = ledgers.read(data, path, now.deck, time)
    if ledger is None:
        return Released(), list(found)
    if now.knows_all(ledger):
        return Released(ledger), []
    message, help = "the newer ledger does not know every note of this one", "name the older ledger first"
    return Released(), [Diagnostic(Span(path), "H002", message, help)]


Pairs = list[tuple[Released, Ledger]]  # what students have, and what was built since


def pairs(out: Path, named: str, time: int) -> tuple[Pairs, list[Diagnostic]]:
    """Return of every deck of a folder what was released last, or what `named` gave out, and what was built since."""
    found: list[Diagnostic] = []
    made: Pairs = []
    for path in sorted(out.glob("*.ledger.jsonl")):
        past, _, problems = shelf.earlier(out, path.name.removesuffix(".ledger.jsonl"), time)
        found += problems
        if past.before is not None:
            base, more = since(named, out, past.before, time) if named else (past.released, [])
            found += more
            made.append((base, past.before))
    return made, found


def two_ledgers(old: Path, new: Path | None, out: Path, time: int) -> tuple[Pairs, list[Diagnostic]]:
    """Return an older ledger and a newer one: by default the one of the same deck in `out`."""
    before, found = shelf.ledger_at(old, "", time)
    if before is None:
        return [], found
    path = new or shelf.ledger_path(out, before.deck)
    after, found = shelf.ledger_at(path, before.deck, time)
    if after is None:
        return [], found
    if not after.knows_all(before):
        message, help = "this ledger does not know every note of the older one", "name the older ledger first"
        return [], [Diagnostic(Span(path.as_posix()), "H002", message, help)]
    return [(Released(before), after)], []


@contextmanager
def package_of(named: str, new: Path) -> Iterator[Path | None]:
    """Give the package that students have: the one `named`, or that of the last release, where git has it.

    None where there is none to compare `new` with. Raises Unusable.
    """
    if os.path.lexists(named):
        yield Path(named)
        return
    data = read_at(new, named) if named else _released_package(new)
    if data is None:
        yield None
        return
    with TemporaryDirectory(prefix="deckwright-", ignore_cleanup_errors=True) as folder:
        old = Path(folder) / new.name
        old.write_bytes(data)
        yield old


def _released_package(package: Path) -> bytes | None:
    """Return the package of the commit in which the last release was kept, unless `package` is of it."""
    released = shelf.released_path(package.parent, package.name.removesuffix(".apkg"))
    if not released.is_file():
        return None
    commit = last_commit(released)
    data = shown(package, commit) if shown(released, commit) == read_plain(released, _MOST) else None
    return None if data == read_plain(package, _MOST) else data
