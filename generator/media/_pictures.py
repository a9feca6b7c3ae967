"""The bytes of a picture -> its size in pixels, and whether the file is whole: looked through to its last byte.

Sources: PNG specification, 5.3 and 11.2; ITU-T T.81 (JPEG), B.1 and B.2.2; Exif 2.32, 4.6.4 (orientation); CIPA DC-007
(MPF, several JPEG in one file); GIF89a, 18 to 27; WebP container specification, and RFC 6386, 9.1 (VP8), WebP lossless
bitstream, 3 (VP8L).
"""

import re
import struct
import zlib
from typing import Literal, NamedTuple

from generator.base.patterns import regex

CUT = "it ends too early"
MORE = "it carries more behind its end"
DAMAGED = "it is damaged"
_PADDING = b"\x00\r\n \t"  # some programs fill up with it; nothing can hide in it
_MARKER = regex(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL)  # the next segment after coded data


_FURTHER = regex(rb"[\x00\r\n \t]*(?=\xff\xd8\xff)")
_MOST_FURTHER = 20


class Looked(NamedTuple):
    """What a look through a file found: why it cannot be used, "" where it can, and a picture's width and height."""

    fault: str = ""
    size: tuple[float, float] | None = None


def png(data: bytes) -> Looked:
    """Look through a PNG, chunk by chunk."""
    at, size, drawn = 8, None, False
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            return Looked(CUT)
        if zlib.crc32(memoryview(data)[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            return Looked(DAMAGED)
        if name == b"IHDR" and length >= 8:
            size = _pixels(*struct.unpack(">II", data[at + 8 : at + 16]))
        drawn = drawn or name == b"IDAT"
        at = end
        if name == b"IEND":
            return _whole(size if drawn else None, data[at:])
    return Looked(CUT)


def jpeg(data: bytes) -> Looked:
    """Look through a JPEG, and through the further ones that it announces, as photographs of telephones do."""
    looked, end, announces = _jpeg(data, 0)
    for _ in range(_MOST_FURTHER if announces else 0):
        further = _FURTHER.match(data, end)
        if looked.fault or not further:
            break
        inner, end, _ = _jpeg(data, further.end())
        looked = inner if inner.fault else looked
    return looked if looked.fault else _whole(looked.size, data[end:])


def _jpeg(data: bytes, start: int) -> tuple[Looked, int, bool]:
    """Look through one JPEG, segment by segment; return also where it ends, and whether it announces further ones.

    Width and height are swapped where a viewer turns the picture by a quarter.
    """
    at, turned, announces = start + 2, False, False
    size: tuple[float, float] | None = None
    while found := _MARKER.search(data, at):
        marker, at = found[0][-1], found.end()
        if marker == 0xD9:
            return Looked("", (size[1], size[0]) if size and turned else size), at, announces
        if marker in (0x01, 0xD8):  # markers without a body
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2:
            return Looked(CUT if at + 2 > len(data) else DAMAGED), at, announces
        if marker == 0xE1:
            turned = turned or _turned(data[at + 2 : at + length])
        announces = announces or (marker == 0xE2 and data.startswith(b"MPF\x00", at + 2))
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and at + 7 <= len(data):
            height, width = struct.unpack(">HH", data[at + 3 : at + 7])
            size = _pixels(width, height)
        at += length
    return Looked(CUT), at, announces


def gif(data: bytes) -> Looked:
    """Look through a GIF, block by block."""
    if len(data) < 13:
        return Looked(CUT)
    size, at, drawn = _pixels(*struct.unpack("<HH", data[6:10])), 13 + _colours(data[10]), False
    while at < len(data):
        block = data[at]
        if block == 0x3B:
            return _whole(size if drawn else None, data[at + 1 :])
        if block == 0x2C and at + 10 < len(data):
            at, drawn = at + 11 + _colours(data[at + 9]), True
        elif block == 0x21:
            at += 2
        else:
            return Looked(DAMAGED if block != 0x2C else CUT)
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return Looked(CUT)


def _colours(flags: int) -> int:
    """Return the bytes of the table of colours that these flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def webp(data: bytes) -> Looked:
    """Look through a WebP, chunk by chunk: VP8, VP8L, or VP8X with either of them in it."""
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        return Looked(CUT)
    at, size, drawn = 12, None, False
    while at + 8 <= end:
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            return Looked(CUT)
        size = size or _webp_size(name, data[at + 8 : at + 18])
        drawn = drawn or name in (b"VP8 ", b"VP8L", b"ANMF")
        at += 8 + length + length % 2
    return _whole(size if drawn else None, data[end:])


def _webp_size(name: bytes, head: bytes) -> tuple[float, float] | None:
    if name == b"VP8X" and len(head) == 10:
        return _pixels(1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little"))
    if name == b"VP8 " and len(head) == 10 and head[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", head[6:10])
        return _pixels(width & 0x3FFF, height & 0x3FFF)
    if name == b"VP8L" and len(head) >= 5 and head[0] == 0x2F:
        bits = int.from_bytes(head[1:5], "little")
        return _pixels(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    return None


def _pixels(width: int, height: int) -> tuple[float, float] | None:
    return (float(width), float(height)) if width and height else None


def _whole(size: tuple[float, float] | None, rest: bytes) -> Looked:
    """Judge a file that was read to its end: it must have a picture, and nothing behind it."""
    if rest.strip(_PADDING):
        return Looked(MORE)
    return Looked("", size) if size else Looked("it holds no picture")


def _turned(exif: bytes) -> bool:
    """Say whether a viewer shows the picture turned by a quarter: orientation 5 to 8."""
    if not exif.startswith(b"Exif\x00\x00") or exif[6:8] not in (b"II", b"MM"):
        return False
    order: Literal["little", "big"] = "little" if exif[6:8] == b"II" else "big"
    tiff = exif[6:]
    start = int.from_bytes(tiff[4:8], order)
    for entry in range(start + 2, min(len(tiff) - 11, start + 2 + 12 * 100), 12):
        if int.from_bytes(tiff[entry : entry + 2], order) == 0x0112:
            return 5 <= int.from_bytes(tiff[entry + 8 : entry + 10], order) <= 8
    return False
