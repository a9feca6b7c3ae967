"""A key and what was made of its inputs -> a file in the user's cache folder; and back, if that is still whole.

Where anything is wrong with the folder or a file in it, nothing is found, and the run is a cold one.
"""

import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from generator.base.files import Unusable, read_plain

MOST = 256_000_000  # bytes in the folder; past it, what was used longest ago is deleted
LARGEST = 64_000_000  # bytes of one result
_FORMAT = "results-1"
_SUM = 16  # bytes before each result: a hash of its key and itself
_ROOM_LEFT = 0.8  # how full the folder is once it was tidied


class Store:
    """Results by their keys. Two runs may share it: each file is there whole or not at all."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self.folder, self._most, self._wrote = folder, most, False

    def get(self, key: bytes) -> bytes | None:
        """Return what was kept under a key, None where there is nothing, or nothing whole."""
        path = self.folder / key.hex()
        try:
            data = read_plain(path, LARGEST)
        except Unusable:
            return None
        value = data[_SUM:]
        if data[:_SUM] != _sum(key, value):
            return None
        with suppress(OSError):
            os.utime(path)  # it is of use: `tidy` goes by these times
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a result; where it cannot be written, or is too large, nothing is kept."""
        if len(value) > LARGEST - _SUM:
            return
        path = self.folder / f".{os.getpid()}-{os.urandom(4).hex()}.tmp"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(_sum(key, value) + value)
            os.replace(path, self.folder / key.hex())
            self._wrote = True
        except OSError:
            with suppress(OSError):
                path.unlink()

    def tidy(self) -> None:
        """Delete what was used longest ago where the folder has grown too large. Asked for at the end of a run."""
        if not self._wrote:
            return
        with suppress(OSError), os.scandir(self.folder) as entries:
            files = [(it.stat(follow_symlinks=False), it.path) for it in entries if it.is_file(follow_symlinks=False)]
            size = sum(status.st_size for status, _ in files)
            goal = self._most * _ROOM_LEFT if size > self._most else size
            for status, path in sorted(files, key=lambda it: it[0].st_mtime):
                if size <= goal:
                    break
                os.unlink(path)
                size -= status.st_size


def key(*parts: bytes | str) -> bytes:
    """Return the key of what depends on these alone."""
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "backslashreplace")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def _sum(key: bytes, value: bytes) -> bytes:
    return blake2b(value, digest_size=_SUM, key=key).digest()


def opened(environment: Mapping[str, str]) -> Store | None:
    """Return the user's store; None where there can be none, and in CI, where every run is to prove itself.

    Sources: https://specifications.freedesktop.org/basedir-spec/, and the guidelines of Windows and macOS.
    """
    home = None if environment.get("CI") else _caches(environment)
    folder = home / "deckwright" / _FORMAT if home else None
    return Store(folder) if folder and _is_ours(folder) else None


def _caches(environment: Mapping[str, str]) -> Path | None:
    """Return the folder in which programs keep what they can make again."""
    given, local = environment.get("XDG_CACHE_HOME", ""), environment.get("LOCALAPPDATA", "")
    if os.path.isabs(given):
        return Path(given)
    if sys.platform == "win32":
        return Path(local) if os.path.isabs(local) else None
    home = environment.get("HOME", "")
    if not os.path.isabs(home):
        return None
    return Path(home) / ("Library/Caches" if sys.platform == "darwin" else ".cache")


def _is_ours(folder: Path) -> bool:
    """Say whether nobody else can write into the folder: what it holds ends on cards. One that is not there is fine."""
    try:
        status = folder.lstat()
    except OSError:
        return True
    if not stat.S_ISDIR(status.st_mode):
        return False
    return os.name == "nt" or (status.st_uid == os.getuid() and not status.st_mode & 0o022)
