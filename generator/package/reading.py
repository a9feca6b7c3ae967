"""The file of an .apkg -> its collection, opened to be read, and its other members. The one way to open a package."""

import json
import os
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

from generator.base.files import holds, in_pieces

MEMORY = "deckwright.json"  # what releases had before; a merge reads it
COLLECTION, MEDIA = "collection.anki2", "media"
OF_ANKI = "Anki itself exported it; give a package that deckwright built"
_NEWER = ("collection.anki21", "collection.anki21b")  # of Anki's own exports
_LENGTHS_AT = 26  # bytes from the beginning of a member: how long its name and what follows are; then it begins
_LARGE = 1 << 24  # bytes of a collection, from which on it is unpacked on the disk
_DAMAGED = (OSError, LookupError, ValueError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile, sqlite3.Error)


class Unreadable(Exception):
    """This is not a package, or a damaged one; the text says why."""


class Package:
    """A package that is open. Whatever is asked of it raises Unreadable where it is damaged."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive, self._connection = archive, sqlite3.connect(":memory:")
        self._folder: TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close the collection, and delete what was unpacked of it."""
        self._connection.close()
        if self._folder:
            self._folder.cleanup()

    @property
    def names(self) -> list[str]:
        """The members, in their order."""
        return self._archive.namelist()

    @property
    def is_of_anki(self) -> bool:
        """Whether Anki exported it: then its collection stands where ours does not."""
        return not set(_NEWER).isdisjoint(self.names)

    @property
    def files(self) -> dict[str, str]:
        """Member -> the name that Anki knows the file by."""
        try:
            files = json.loads(self.data(MEDIA))
        except ValueError as problem:
            raise Unreadable(str(problem)) from problem
        if not isinstance(files, dict):
            raise Unreadable("its list of files is none")
        return files

    @property
    def is_whole(self) -> bool:
        """Whether it has what its list of files says, and nothing else."""
        names = sorted(it for it in self.names if it != MEMORY)
        return names == sorted([COLLECTION, MEDIA, *self.files]) and self.names.count(MEMORY) <= 1

    def sum(self, name: str) -> int:
        """Return the check sum of a member."""
        return self._archive.getinfo(name).CRC

    def data(self, name: str) -> bytes:
        """Return the bytes of a member; their check sum is looked at."""
        try:
            return self._archive.read(name)
        except _DAMAGED as problem:
            raise Unreadable(str(problem)) from problem

    def pieces(self, name: str) -> list[bytes]:
        """Return the pieces that a member was deflated in, as they stand there; none where that is not known."""
        info, file = self._archive.getinfo(name), self._archive.fp
        sizes = info.comment.split()
        if file is None or not all(it.isdigit() for it in sizes):
            return []
        file.seek(info.header_offset + _LENGTHS_AT)
        file.seek(sum(struct.unpack("<HH", file.read(4))), os.SEEK_CUR)
        pieces = [file.read(int(it)) for it in sizes]
        return pieces if sum(map(len, pieces)) == info.compress_size else []

    def holds(self, name: str, path: Path) -> bool:
        """Say whether a member is what a file is, without having either in memory."""
        try:
            with self._archive.open(name) as member, path.open("rb") as file:
                return holds(member, in_pieces(file))
        except _DAMAGED as problem:
            raise Unreadable(str(problem)) from problem

    def collection(self) -> sqlite3.Connection:
        """Return its collection; it is closed with the package."""
        try:
            is_large = self._archive.getinfo(COLLECTION).file_size > _LARGE
            if not (is_large and self._unpacked()):
                with self._archive.open(COLLECTION) as member:  # in pieces, which takes half the memory
                    self._connection.deserialize(b"".join(in_pieces(member)))
            self._connection.execute("SELECT count(*) FROM col")  # what is not a database is found out at its first use
        except _DAMAGED as problem:
            raise Unreadable(str(problem)) from problem
        return self._connection

    def _unpacked(self) -> bool:
        """Read the collection from a temporary file; False if there is no room for one."""
        if self._folder:
            return True
        from tempfile import TemporaryDirectory  # which takes longer to load than most that a command does

        try:
            self._folder = TemporaryDirectory(prefix="deckwright-")
            path = Path(self._folder.name) / COLLECTION
            with self._archive.open(COLLECTION) as member, open(path, "xb") as file:
                file.writelines(in_pieces(member))
        except OSError:
            return False
        self._connection.close()
        self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        return True


@contextmanager
def opened(package: Path | BinaryIO) -> Iterator[Package]:
    """Open a package, and close it again."""
    try:
        archive = zipfile.ZipFile(package)
    except _DAMAGED as problem:
        raise Unreadable(str(problem)) from problem
    with archive, closing(Package(archive)) as opened:
        yield opened
