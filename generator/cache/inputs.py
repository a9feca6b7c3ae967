"""A source folder, or one of packages and ledgers -> a digest of all that a run reads there, and how to tell a change.

Where a link, a device or something unreadable lies there, there is no digest, and the run is cold.
"""

import os
import stat
from collections.abc import Mapping
from hashlib import blake2b, sha256
from pathlib import Path
from typing import NamedTuple

from generator.base.files import Unusable, in_pieces, open_plain

# As source/project.py has them, whose imports take a third of a run.
_MEDIA = "media"
_BASELINE = "lint-baseline.json"  # beside the decks, or in the folder above the only one
_READ = (".yaml", ".yml", ".json", ".apkg", ".jsonl", ".md", ".txt", ".before")  # elsewhere than in media/
_SIZE = 16  # bytes of a digest
_LEVELS = 2  # of folders in a source folder that a run looks into: a deck, and its media/
_LEFT_OVER = ".deckwright-"  # what a killed build left: the next one sweeps it away


class Seen(NamedTuple):
    """What lies in a folder. `stamps` change whenever anything of it is written, even with the same bytes."""

    names: bytes  # a digest of every name, of those that are not read as well
    files: Mapping[str, bytes]  # path -> a digest of its bytes
    stamps: tuple[tuple[int, ...], ...]


class Inputs(NamedTuple):
    """What a run reads of its source, and of the folder with packages and ledgers where it reads that."""

    source: Seen
    shelf: Seen

    @property
    def digest(self) -> bytes:
        """All of it but the stamps, in a few bytes."""
        digest = blake2b(digest_size=16)
        for seen in self:
            digest.update(seen.names)
            for path, its in seen.files.items():
                digest.update(ascii(path).encode() + its)
        return digest.digest()


def of(source: Path, shelf: Path | None) -> Inputs | None:
    """Return what a run reads of a source folder, and of a folder with packages and ledgers; None where it is odd."""
    look, beside = _Look(), _Look()
    above = _above(source)
    try:
        look.name(above)  # which says whose the baseline is
        look.folder(source, _LEVELS)
        if look.finds(above / _BASELINE):
            look.file(above / _BASELINE)
        if shelf and beside.finds(shelf):
            beside.folder(shelf, 0)
    except (OSError, Unusable, _OddError):
        return None
    return Inputs(look.seen(), beside.seen())


def digest_of(data: bytes) -> bytes:
    """Return the digest of a file's bytes: of the hashes that are safe the one for which processors have a command."""
    return sha256(data).digest()[:_SIZE]


class _OddError(Exception):
    """What lies there is neither a plain file nor a folder, or is there only for a moment."""


class _Look:
    """Looks at files and folders, each in the order of the names."""

    def __init__(self) -> None:
        self._names = blake2b(digest_size=16)
        self._files: dict[str, bytes] = {}
        self._stamps: list[tuple[int, ...]] = []

    def seen(self) -> Seen:
        """Return what was looked at."""
        return Seen(self._names.digest(), self._files, tuple(self._stamps))

    def folder(self, folder: Path, levels: int) -> None:
        """Look into the files of a folder that a run may read, and as many levels down; of others at the names."""
        names = sorted(os.listdir(folder))
        self._say(len(names))
        for name in names:
            path = folder / name
            mode = os.lstat(path).st_mode
            if name.startswith(_LEFT_OVER) or not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
                raise _OddError
            self._say((name, stat.S_ISDIR(mode)))
            if stat.S_ISDIR(mode) and levels:
                self.folder(path, levels - 1)
            elif stat.S_ISREG(mode) and (name.lower().endswith(_READ) or folder.name == _MEDIA):
                self.file(path)

    def name(self, folder: Path) -> None:
        """Look at what a folder is called."""
        self._say(os.path.basename(os.path.realpath(folder)))

    def finds(self, path: Path) -> bool:
        """Look whether a path is there."""
        self._say(there := os.path.lexists(path))
        return there

    def file(self, path: Path) -> None:
        """Look into a file."""
        status = os.lstat(path)
        digest = sha256()
        with open_plain(path) as file:
            for piece in in_pieces(file):
                digest.update(piece)
        self._files[str(path)] = digest.digest()[:_SIZE]
        self._stamps.append((status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))

    def _say(self, what: object) -> None:
        self._names.update(ascii(what).encode())


def _above(folder: Path) -> Path:
    """Return the folder above one, as pipeline/baseline.py does: of a link the one that the link lies in."""
    return folder / os.pardir if folder.name in ("", os.pardir) else folder.parent
