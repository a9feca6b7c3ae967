"""A source folder -> its files with the mechanical corrections in them, and what check says of the folder then."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from generator.base.diagnostics import Diagnostic, Fix
from generator.base.files import Output, Unusable, read_plain, replace_all
from generator.base.limits import MAX_BYTES
from generator.base.progress import Tell, silent
from generator.deck.facts import Written
from generator.deck.schema import File, Resident
from generator.pipeline import check

_ROUNDS = 20  # one correction may let a note be read in which another is due
_Slip = tuple[str, int, str, str]  # path, line, code and message
_BOM = b"\xef\xbb\xbf"


class Edit(NamedTuple):
    """A file that changes. `path` is as messages show it; the bytes are the whole file's."""

    path: str
    before: bytes
    after: bytes
    corrections: int


class Fixed(NamedTuple):
    """The files that change, sorted by path, and what is found in the folder once they have."""

    edits: tuple[Edit, ...]
    checked: check.Checked

    @property
    def corrections(self) -> int:
        """How many places are corrected."""
        return sum(it.corrections for it in self.edits)


class _Overlay(Resident):
    """Gives each file as it would be with the corrections, and remembers what is on the disk."""

    def __init__(self) -> None:
        super().__init__()
        self.disk: dict[str, bytes] = {}
        self.edited: dict[str, bytes] = {}

    def read(self, shown: str, name: str, data: bytes) -> File:
        """Return what a file with a name of its own holds."""
        self.disk[shown] = data
        return super().read(shown, name, self.edited.get(shown, data))

    def written(self, shown: str, name: str, data: bytes) -> Written:
        """Return what a file of notes holds."""
        self.disk[shown] = data
        return super().written(shown, name, self.edited.get(shown, data))


def fixed(source: Path, tell: Tell = silent) -> Fixed:
    """Correct in memory what leaves no doubt. Writes nothing."""
    overlay = _Overlay()
    done: set[_Slip] = set()
    counts: dict[str, int] = {}
    checked = check.check(source, tell, overlay)
    for _ in range(_ROUNDS):
        due = _due(checked.diagnostics, done, overlay.disk)
        if not due:
            break
        for path, fixes in due.items():
            overlay.edited[path], made = corrected(
                overlay.edited.get(path, overlay.disk[path]), [fix for _, fix in fixes]
            )
            counts[path] = counts.get(path, 0) + len(made)
            done |= {slip for slip, fix in fixes if fix in made}
        checked = check.check(source, tell, overlay)
    edits = (Edit(path, overlay.disk[path], data, counts[path]) for path, data in sorted(overlay.edited.items()))
    return Fixed(tuple(edits), checked)


def _due(found: Iterable[Diagnostic], done: set[_Slip], files: dict[str, bytes]) -> dict[str, list[tuple[_Slip, Fix]]]:
    """Return the corrections of each file, and of what. What one did not cure is not tried again."""
    due: dict[str, list[tuple[_Slip, Fix]]] = {}
    for it in found:
        slip = (it.span.path, it.span.line, it.code, it.message)
        if it.fix and slip not in done and it.fix.span.path in files:
            due.setdefault(it.fix.span.path, []).append((slip, it.fix))
    return due


def corrected(data: bytes, fixes: Iterable[Fix]) -> tuple[bytes, set[Fix]]:
    """Return a file's bytes with the corrections, and those that were made. Of two that overlap the first is made.

    BOM and line ends stay as they are; a line break in a correction is written as the file's first one is.
    """
    mark = _BOM if data.startswith(_BOM) else b""
    text = data[len(mark) :].decode("utf-8")
    starts = _line_starts(text)
    places = {(starts[it.span.line - 1] + it.span.column - 1, _end(starts, it)): it for it in fixes}
    chosen: list[tuple[int, int]] = []
    for place in sorted(places):
        if not chosen or place[0] >= chosen[-1][1]:
            chosen.append(place)
    newline = next((end for end in ("\r\n", "\n", "\r") if end in text), "\n")
    pieces, at = [], 0
    for start, end in chosen:
        pieces += [text[at:start], places[start, end].text.replace("\n", newline)]
        at = end
    return mark + "".join([*pieces, text[at:]]).encode("utf-8"), {places[it] for it in chosen}


def _end(starts: list[int], fix: Fix) -> int:
    return starts[fix.span.end_line - 1] + fix.span.end_column - 1


def _line_starts(text: str) -> list[int]:
    """Return where each line begins, by the reader's idea of a line: CR LF, LF or CR ends it."""
    starts = [0]
    for at, character in enumerate(text):
        if character == "\n" or (character == "\r" and text[at + 1 : at + 2] != "\n"):
            starts.append(at + 1)
    return starts


def write(source: Path, edits: Iterable[Edit]) -> None:
    """Write the corrected files, all or none. Raises Unusable if one changed, or is not a plain file in `source`.

    A file keeps its permissions.
    """
    outputs = []
    for edit in edits:
        path = Path(edit.path)
        _keep_inside(source, path)
        if read_plain(path, MAX_BYTES) != edit.before:
            raise Unusable(f"{edit.path} changed while it was read: run the command again")
        outputs.append(Output(path, edit.after, with_mode_of(path)))
    replace_all(outputs)


def _keep_inside(source: Path, path: Path) -> None:
    """Refuse a file that is reached through a link below `source`, or is not below it."""
    between = [path, *path.parents]
    inside = between[: between.index(source)] if source in between else []
    if not inside or any(it.is_symlink() for it in inside) or not path.is_file():
        raise Unusable(f"{path.as_posix()} is reached through a link, or lies outside {source}: correct it by hand")


def with_mode_of(path: Path) -> Callable[[Path | BinaryIO], None]:
    """Return what gives a new file the permissions of the one whose place it takes, if there is one."""

    def copy(written: Path | BinaryIO) -> None:
        if isinstance(written, Path) and path.exists():
            shutil.copymode(path, written)

    return copy


def as_diff(edits: Iterable[Edit]) -> str:
    """Return the corrections as a unified diff. Line ends are left out of what is shown."""
    from difflib import unified_diff

    lines: list[str] = []
    for edit in edits:
        before, after = (_shown(data) for data in (edit.before, edit.after))
        lines += unified_diff(before, after, f"a/{edit.path}", f"b/{edit.path}", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _shown(data: bytes) -> list[str]:
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
