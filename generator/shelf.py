"""A folder of packages and ledgers -> what was released of a deck, or why that cannot be told."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from generator import ledger as ledgers
from generator.diagnostics import Diagnostic, warning
from generator.files import Unusable, read_plain
from generator.ledger import Ledger
from generator.limits import MAX_LEDGER
from generator.located import Text
from generator.place import Span


def package_path(out: Path, deck: str) -> Path:
    """Return where a deck's package is."""
    return out / f"{deck}.apkg"


def ledger_path(out: Path, deck: str) -> Path:
    """Return where a deck's ledger is."""
    return out / f"{deck}.ledger.jsonl"


def withdrawn_path(out: Path, deck: str) -> Path:
    """Return where the package of a deck's withdrawn notes is, if there are any."""
    return out / f"{deck}.withdrawn.apkg"


def released(out: Path, deck: str, now: int, begin_anew: bool = False) -> tuple[Ledger | None, str, list[Diagnostic]]:
    """Return what was released of a deck, None for one that never was, or is begun anew; and the ledger's digest."""
    path, package = ledger_path(out, deck), package_path(out, deck)
    if begin_anew:
        return None, digest(path), []
    if not os.path.lexists(path):
        if not os.path.lexists(package):
            return None, "", []
        help = f"restore it: git checkout -- {path.as_posix()}; or, if no student has the package: --new-ledger"
        message = f"{package.as_posix()} is there, and its ledger {path.name} is not"
        return None, "", [Diagnostic(Span(path.as_posix()), "H005", message, help)]
    ledger, hash, found = _read(path, deck, now)
    if ledger is not None:
        ledger, found = _whole(ledger, path, package)
    return ledger, hash, found


def _whole(ledger: Ledger, path: Path, package: Path) -> tuple[Ledger | None, list[Diagnostic]]:
    """Refuse a ledger that was cut between two lines: it does not know notes that the package has."""
    from generator.selfcheck import guids_in

    unknown = guids_in(package) - {entry.guid for entry in ledger.entries.values()}
    if not unknown:
        return ledger, []
    message = f"{package.name} has notes that its ledger does not know ({len(unknown)}): lines are missing"
    help = f"restore the ledger: git checkout -- {path.as_posix()}; or delete the package, if it is of another branch"
    return None, [Diagnostic(Span(path.as_posix()), "H005", message, help)]


def under_another_id(out: Path, decks: Sequence[tuple[Text, Text]], now: int) -> Iterator[Diagnostic]:
    """Warn of decks (id, name) that were never released, whose names were, under ids that no deck has any more."""
    new = [(deck, name) for deck, name in decks if not os.path.lexists(ledger_path(out, deck.value))]
    ids = {deck.value for deck, _ in decks}
    for path in sorted(out.glob("*.ledger.jsonl")) if new else ():
        id = path.name.removesuffix(".ledger.jsonl")
        before = None if id in ids else _read(path, id, now)[0]
        for deck, _ in ((deck, name) for deck, name in new if before and before.name == name.value):
            message = f"a deck of this name was released as '{id}'"
            help = f"write 'id: {id}' again: under a new id every note is new, and every review stays behind"
            yield warning(deck.span, "H017", message, help, f"its ledger is {path.as_posix()}")


def two_ledgers(
    old: Path, new: Path | None, out: Path, now: int
) -> tuple[tuple[Ledger, Ledger] | None, list[Diagnostic]]:
    """Return an older ledger and a newer one: by default the one of the same deck in `out`."""
    before, _, found = _read(old, "", now)
    if before is None:
        return None, found
    path = new or ledger_path(out, before.deck)
    after, _, found = _read(path, before.deck, now)
    if after is None:
        return None, found
    known = {entry.guid for entry in after.entries.values()}
    if not all(entry.guid in known for entry in before.entries.values()):
        message, help = "this ledger does not know every note of the older one", "name the older ledger first"
        return None, [Diagnostic(Span(path.as_posix()), "H002", message, help)]
    return (before, after), []


def _read(path: Path, deck: str, now: int) -> tuple[Ledger | None, str, list[Diagnostic]]:
    """Return a ledger, the hash of its bytes as `digest` has it, and what is wrong with it."""
    try:
        data = read_plain(path, MAX_LEDGER)
    except Unusable as problem:
        help = f"restore it: git checkout -- {path.as_posix()}, or name another"
        return None, "", [Diagnostic(Span(path.as_posix()), "H001", f"the ledger cannot be used: {problem}", help)]
    if path.suffix == ".apkg" and data.startswith(b"PK"):
        beside = path.with_name(path.name.removesuffix(".apkg").removesuffix(".withdrawn") + ".ledger.jsonl")
        help = f"name {beside.as_posix()}"
        return None, _hash(data), [Diagnostic(Span(path.as_posix()), "H001", "this is a package, not a ledger", help)]
    ledger, problems = ledgers.read(data, path.as_posix(), deck, now)
    return ledger, _hash(data), list(problems)


def digest(path: Path) -> str:
    """Return a hash of the bytes of a ledger; "" where none can be read."""
    try:
        return _hash(read_plain(path, MAX_LEDGER))
    except Unusable:
        return ""


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
