"""A folder of packages and ledgers -> what was built and released of a deck, or why that is unknown."""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from generator.base.diagnostics import Diagnostic, warning
from generator.base.files import Unusable, in_pieces, open_plain, read_plain
from generator.base.limits import MAX_LEDGER, MAX_PACKAGE
from generator.base.patterns import regex
from generator.base.place import Span
from generator.base.revision import restoring
from generator.deck.memory import NONE, Memory
from generator.ledger import adopted as adopted_notes
from generator.ledger import ledger as ledgers
from generator.ledger.adopted import Adopted
from generator.ledger.ledger import Ledger
from generator.ledger.released import Released
from generator.release.next_build import Past
from generator.source.values import Text

_SECTION = regex(r"^# .*: release (.+)$", re.MULTILINE)
_TIME = regex(rb'"release":\{"name":"(?:[^"\\]|\\.)*","time":(\d{1,12})\}')


def package_path(out: Path, deck: str) -> Path:
    """Return where a deck's package is."""
    return out / f"{deck}.apkg"


def ledger_path(out: Path, deck: str) -> Path:
    """Return where a deck's ledger is."""
    return out / f"{deck}.ledger.jsonl"


def withdrawn_path(out: Path, deck: str) -> Path:
    """Return where the package of a deck's withdrawn notes is, if there are any."""
    return out / f"{deck}.withdrawn.apkg"


def released_path(out: Path, deck: str) -> Path:
    """Return where the ledger of a deck's last release is."""
    return out / f"{deck}.released.jsonl"


def notes_path(out: Path, deck: str) -> Path:
    """Return where a deck's release notes are."""
    return out / f"{deck}.changes.md"


def corrections_path(out: Path, deck: str) -> Path:
    """Return where the text file is that corrects what students have."""
    return out / f"{deck}.corrections.txt"


def adopted_path(out: Path, deck: str) -> Path:
    """Return where the notes of an adopted deck are, as its own author left them."""
    return out / f"{deck}.adopted.jsonl"


def adopted(out: Path, deck: str, expected: bool) -> tuple[Adopted | None, list[Diagnostic]]:
    """Return what was adopted; None where nothing was, or it cannot be read."""
    path = adopted_path(out, deck)
    help = restoring("it", path.as_posix())
    if not os.path.lexists(path):
        message = "the list of adopted notes is missing: without it every note is new to students"
        return None, [Diagnostic(Span(path.as_posix()), "H020", message, help)] if expected else []
    try:
        read, found = adopted_notes.read(read_plain(path, MAX_LEDGER), path.as_posix(), deck)
    except Unusable as problem:
        return None, [Diagnostic(Span(path.as_posix()), "H020", f"what was adopted cannot be read: {problem}", help)]
    return read, list(found)


def undo_path(out: Path, deck: str) -> Path:
    """Return where the ledger is kept as it was before something was retired or forgotten."""
    return out / f".{deck}.ledger.before"


def earlier(
    out: Path, deck: str, now: int, begin_anew: bool = False, memory: Memory = NONE
) -> tuple[Past, str, list[Diagnostic]]:
    """Return what was built and released of a deck, nothing where it is begun anew; and a digest of both files."""
    if memory is NONE:
        return _earlier(out, deck, now, begin_anew)
    seen = _seen(out, deck)

    def made() -> tuple[int, bool, tuple[Past, str, list[Diagnostic]]]:
        its = _earlier(out, deck, now, begin_anew)
        # What is wrong may be so at this time only; and the files may have changed while they were read.
        return now, not its[2] and _seen(out, deck) == seen, its

    then, lasts, (past, digest, _) = memory.last(("earlier", out, deck, begin_anew), seen, made)
    return (past, digest, []) if lasts and now >= then else _earlier(out, deck, now, begin_anew)


def _seen(out: Path, deck: str) -> tuple[object, ...]:
    """Return all that tells what is known of a deck from what was known of it before."""
    there = [os.path.lexists(path) for path in (ledger_path(out, deck), released_path(out, deck))]
    return _status(package_path(out, deck)), _status(notes_path(out, deck)), *there, digest(out, deck)


def _status(path: Path) -> tuple[int, ...]:
    """Return what tells a file from what it was before, without reading it; nothing where there is none."""
    try:
        it = os.lstat(path)
    except OSError:
        return ()
    return it.st_dev, it.st_ino, it.st_size, it.st_mtime_ns, it.st_ctime_ns


def _earlier(out: Path, deck: str, now: int, begin_anew: bool) -> tuple[Past, str, list[Diagnostic]]:
    path, package, given = ledger_path(out, deck), package_path(out, deck), released_path(out, deck)
    if begin_anew:
        return Past(), digest(out, deck), []
    if not os.path.lexists(path):
        beside = next((it for it in (package, given) if os.path.lexists(it)), None)
        if beside is None:
            return Past(), "", []
        help = restoring("it", path.as_posix())
        if not os.path.lexists(given):  # no release was made
            help += "; or, if no student has the package: --new-ledger"
        message = f"{beside.as_posix()} exists, but its ledger {path.name} does not"
        return Past(), "", [Diagnostic(Span(path.as_posix()), "H005", message, help)]
    ledger, data, found = _read(path, deck, now)
    data = data if os.path.lexists(given) else b""  # what was released is compared with it
    if ledger is not None:
        ledger, found = _whole(ledger, path, package)
    if ledger is None:
        return Past(), digest(out, deck), found
    last, found = _last_release(out, ledger, data, now)
    return Past(ledger, last), digest(out, deck), found


def _last_release(out: Path, before: Ledger, data: bytes, now: int) -> tuple[Released, list[Diagnostic]]:
    """Return what the last release gave out. A ledger from before there were releases is one."""
    path = released_path(out, before.deck)
    if not os.path.lexists(path):
        return (Released(_with_texts(before, out)), []) if before.version == 1 else _never_released(out, before.deck)
    last, _, found = _read(path, before.deck, now, like=(before, data))
    if last is None:
        return Released(), found
    if before.knows_all(last):
        return Released(last), []
    ledger = ledger_path(out, before.deck).as_posix()
    message = f"{path.name} has notes that the ledger does not know: lines are missing"
    return Released(), [Diagnostic(Span(ledger), "H005", message, restoring("the ledger", ledger))]


def _with_texts(before: Ledger, out: Path) -> Ledger:
    """Return a ledger of format 1, which has no hashes of its texts, with those of the package beside it."""
    from generator.release._packaged import ledger_of

    try:
        packed = ledger_of(read_plain(package_path(out, before.deck), MAX_PACKAGE), before).entries
    except Unusable:
        return before
    known = {id: it for id, it in before.entries.items() if id in packed and it.mod == packed[id].mod}
    return before._replace(
        entries=dict(before.entries) | {id: it._replace(extras=packed[id].extras) for id, it in known.items()}
    )


def _never_released(out: Path, deck: str) -> tuple[Released, list[Diagnostic]]:
    """Refuse to take for drafts what the release notes tell of; one section may be of a release that was cut short."""
    path, notes = released_path(out, deck), notes_path(out, deck)
    try:
        if len(sections(notes)) < 2:
            return Released(), []
    except Unusable as problem:
        return Released(), [Diagnostic(Span(notes.as_posix()), "H005", str(problem), restoring("it", notes.as_posix()))]
    message = f"{notes.as_posix()} lists releases, but {path.name} is missing"
    return Released(), [Diagnostic(Span(path.as_posix()), "H005", message, restoring("it", path.as_posix()))]


def sections(notes: Path) -> list[tuple[str, str]]:
    """Return name and text of each release in the release notes, newest first. Raises Unusable."""
    if not os.path.lexists(notes):
        return []
    try:
        text = read_plain(notes, MAX_LEDGER).decode("utf-8")
    except (Unusable, UnicodeDecodeError) as problem:
        why = problem if isinstance(problem, Unusable) else "it is not UTF-8"
        raise Unusable(f"cannot read {notes.as_posix()}: {why}") from None
    begins = [*_SECTION.finditer(text)]
    ends = [*(it.start() for it in begins[1:]), len(text)]
    return [(it[1], text[it.start() : end]) for it, end in zip(begins, ends, strict=True)]


def _whole(ledger: Ledger, path: Path, package: Path) -> tuple[Ledger | None, list[Diagnostic]]:
    """Refuse a ledger that was cut between two lines: it does not know notes that the package has."""
    from generator.package.inspection import guids_in

    unknown = guids_in(package) - {entry.guid for entry in ledger.entries.values()}
    if not unknown:
        return ledger, []
    message = f"{package.name} has notes that its ledger does not know ({len(unknown)}): lines are missing"
    help = f"{restoring('the ledger', path.as_posix())}; or delete the package, if it is of another branch"
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


def ledger_at(path: Path, deck: str, now: int) -> tuple[Ledger | None, list[Diagnostic]]:
    """Return the ledger of a file; "" stands for any deck."""
    ledger, _, found = _read(path, deck, now)
    return ledger, found


def _read(
    path: Path, deck: str, now: int, like: tuple[Ledger, bytes] | None = None
) -> tuple[Ledger | None, bytes, list[Diagnostic]]:
    """Return a ledger, its bytes, and what is wrong with it. `like` is one that may have the same lines."""
    try:
        data = read_plain(path, MAX_LEDGER)
    except Unusable as problem:
        help = restoring("it", path.as_posix()) + ", or name another"
        return None, b"", [Diagnostic(Span(path.as_posix()), "H001", f"the ledger cannot be used: {problem}", help)]
    if path.suffix == ".apkg" and data.startswith(b"PK"):
        beside = path.with_name(path.name.removesuffix(".apkg").removesuffix(".withdrawn") + ".ledger.jsonl")
        help = f"name {beside.as_posix()}"
        return None, data, [Diagnostic(Span(path.as_posix()), "H001", "this is a package, not a ledger", help)]
    if like:
        data = _with_one_head(data)
        head, _, lines = data.partition(b"\n")
        if like[1].partition(b"\n")[2] == lines:
            ledger, problems = ledgers.read(head + b"\n", path.as_posix(), deck, now)
            return ledger._replace(entries=like[0].entries) if ledger else None, data, list(problems)
        del head, lines  # which are as large again
    ledger, problems = ledgers.read(data, path.as_posix(), deck, now)
    return ledger, data, list(problems)


def _with_one_head(data: bytes) -> bytes:
    """Return the ledger of a release; where two branches released and git kept both first lines, with the later one."""
    lines = data.splitlines(keepends=True)
    heads = [line for line in lines if line.startswith(b'{"ledger":')]
    if len(heads) < 2:
        return data
    latest = max(heads, key=lambda line: int((_TIME.search(line) or [b"", b"0"])[1]))
    return b"".join([latest, *(line for line in lines if line not in heads)])


def digest(out: Path, deck: str) -> str:
    """Return a hash of the bytes of a deck's ledgers; "" where there are none."""
    made, held = hashlib.sha256(), 0
    for path in (ledger_path(out, deck), released_path(out, deck)):
        try:
            with open_plain(path) as file:
                for piece in in_pieces(file):
                    made.update(piece)
        except (Unusable, OSError):
            continue
        held += 1
        made.update(b"\x00")
    return made.hexdigest() if held else ""
