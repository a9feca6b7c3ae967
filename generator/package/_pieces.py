"""The SQLite file of a collection -> a member of a zip, deflated piece by piece, so that a piece can be used again.

Where a note changed, so did a page or two of 4,096 bytes; the other pieces stand in the last package as they would be
deflated now. Each begins where the one before ends, so to every reader it is an ordinary member; how long each is says
the member's comment. It takes a hundredth more room than in one piece.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from typing import BinaryIO, NamedTuple

from generator.package._database import Kept
from generator.package.reading import COLLECTION

LEVEL = 4  # of zlib
SIZE = 1 << 19  # bytes of a piece


class _Piece(NamedTuple):
    raw: bytes
    deflated: bytes


def put_in_pieces(archive: zipfile.ZipFile, file: BinaryIO, rows: BinaryIO, kept: Kept | None) -> None:
    """Write the collection as the next member of an archive, which is in `file`."""
    entry, sum, length, sizes = zipfile.ZipInfo(COLLECTION), 0, 0, []
    with archive.open(entry, "w") as member:  # as it is: it is deflated already
        for raw, deflated in _pieces(rows, kept):
            member.write(deflated)
            sum, length = zlib.crc32(raw, sum), length + len(raw)
            sizes.append(len(deflated))
    entry.compress_type, entry.CRC, entry.file_size = zipfile.ZIP_DEFLATED, sum, length
    entry.create_system, entry.external_attr = 3, 0o644 << 16  # the same on every system
    file.seek(entry.header_offset)
    file.write(entry.FileHeader())
    entry.comment = " ".join(map(str, sizes)).encode()


def _pieces(rows: BinaryIO, kept: Kept | None) -> Iterator[_Piece]:
    """Yield each piece, the last one shorter; one that is in the last collection at this place is not made again."""
    before = kept.pieces if kept else ()
    with open(kept.last, "rb") if kept and before else nullcontext() as last:
        raw, number = rows.read(SIZE), 0
        is_ours: bool | None = None  # whether this zlib deflates as those pieces were: the first says it of all
        while raw:
            following = rows.read(SIZE)
            same = last is not None and last.read(SIZE) == raw and bool(following) == (number < len(before) - 1)
            if same and is_ours is None:  # another system, or another zlib, may have built the last package
                is_ours = before[number] == _deflated(raw, not following)
            same = same and bool(is_ours)
            piece = _Piece(raw, before[number] if same else _deflated(raw, not following))
            if kept and not same:  # the others were inflated as they were read from the last package
                assert zlib.decompressobj(-zlib.MAX_WBITS).decompress(piece.deflated) == raw
            yield piece
            raw, number = following, number + 1


def _deflated(raw: bytes, is_last: bool) -> bytes:
    """Return a piece from which another one can go on."""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(raw) + compressor.flush(zlib.Z_FINISH if is_last else zlib.Z_FULL_FLUSH)
