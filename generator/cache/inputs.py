"""A source folder, or one of packages and ledgers -> a digest of all that a run reads there, and how to tell a change.

Links, devices and what cannot be read are not for this: then there is no digest, and the run is a cold one.
"""

import os
import stat
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from generator.base.files import Unusable, read_plain
from generator.base.limits import MAX_PACKAGE

# As source/project.py and source/note_types.py have them; their imports take a third of a run.
_DECK, _MEDIA, _NOTE_TYPES = ("deck.yaml", "deck.yml"), "media", "note_types"
_BASELINE = "lint-baseline.json"  # beside the decks, or in the folder above the only one
_OF_NOTES = (".yaml", ".yml")
_OF_SHELF = (".apkg", ".jsonl", ".md", ".txt", ".before")
_LEFT_OVER = ".deckwright-"  # what a killed build left: the next one sweeps it away


class Inputs(NamedTuple):
    """What a run reads. `stamps` change whenever anything of it is written, even with the same bytes."""

    digest: bytes
    stamps: tuple[tuple[int, ...], ...]


def of(source: Path, shelf: Path | None) -> Inputs | None:
    """Return what a run reads of a source folder, and of a folder with packages and ledgers; None where it is odd."""
    look = _Look()
    try:
        look.source(os.fspath(source))
        if shelf is not None:
            look.shelf(os.fspath(shelf))
    except (OSError, Unusable, _OddError):
        return None
    return Inputs(look.digest.digest(), tuple(look.stamps))


class _OddError(Exception):
    """What lies there is neither a plain file nor a folder, or is there only for a moment."""


class _Look:
    """Looks at files and folders, each in the order of the names."""

    def __init__(self) -> None:
        self.digest = blake2b(digest_size=16)
        self.stamps: list[tuple[int, ...]] = []

    def source(self, folder: str) -> None:
        """Look at a deck, or at a folder of decks; of other folders at the names in them."""
        names = os.listdir(folder)
        above = _above(folder)
        self._say(os.path.basename(os.path.realpath(above)))  # which says whose the baseline is
        for path in (os.path.join(folder, _BASELINE), os.path.join(above, _BASELINE)):
            self._say(os.path.lexists(path))
            if os.path.lexists(path):
                self._file(path, _BASELINE)
        if _is_deck(names):
            self._deck(folder, names)
            return
        for path in self._listed(folder, names):
            inside = os.listdir(path)
            if _is_deck(inside):
                self._deck(path, inside)
            else:
                self._say(sorted(inside))

    def shelf(self, folder: str) -> None:
        """Look at packages, ledgers and what goes out with a release."""
        names = sorted(os.listdir(folder)) if os.path.lexists(folder) else []
        if any(name.startswith(_LEFT_OVER) for name in names):
            raise _OddError
        self._say(os.path.lexists(folder))
        for name in names:
            if name.endswith(_OF_SHELF):
                self._file(os.path.join(folder, name), name)

    def _deck(self, folder: str, names: list[str]) -> None:
        for path in self._listed(folder, names, _OF_NOTES):
            if os.path.basename(path) == _NOTE_TYPES:
                self._listed(path, os.listdir(path), (".json",))
            elif os.path.basename(path) == _MEDIA:
                self._listed(path, os.listdir(path), ("",))
            else:
                self._say(sorted(os.listdir(path)))

    def _listed(self, folder: str, names: list[str], read: tuple[str, ...] = ()) -> list[str]:
        """Look at the entries of a folder, and into files whose names end so; return the folders in it."""
        folders = []
        self._say(len(names))
        for name in sorted(names):
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISDIR(mode):
                self._say(f"{name}/")
                folders.append(path)
            elif not stat.S_ISREG(mode):
                raise _OddError
            elif read and name.lower().endswith(read):
                self._file(path, name)
            else:
                self._say(name)
        return folders

    def _file(self, path: str, name: str) -> None:
        status = os.lstat(path)
        data = read_plain(Path(path), MAX_PACKAGE)
        self._say((name, len(data)))
        self.digest.update(data)
        self.stamps.append((status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))

    def _say(self, what: object) -> None:
        self.digest.update(ascii(what).encode())


def _above(folder: str) -> str:
    """Return the folder above one, as pipeline/baseline.py does: of a link the one that the link lies in."""
    above, name = os.path.split(folder)
    return os.path.join(folder, os.pardir) if name in ("", os.curdir, os.pardir) else above


def _is_deck(names: list[str]) -> bool:
    return any(name.lower() in _DECK for name in names)
