"""The bytes of a media file -> what kind of file it is, and how many pixels a PNG or JPEG has.

Sources: PNG specification, 11.2.2 IHDR; ITU-T T.81 (JPEG), B.2.2 frame header; Exif 2.32, 4.6.4 (orientation).
"""

import re
import struct
from typing import Literal

_PROLOGUE = ((b"<?", b"?>"), (b"<!--", b"-->"), (b"<!DOCTYPE", b">"))


def kind_of(data: bytes) -> str:
    """Return png, jpg, gif, webp, svg, mp3 or ogg; "" where the bytes are none of them."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith(b"OggS"):
        return "ogg"
    if data.startswith(b"ID3") or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return "mp3"
    return "svg" if _is_svg(data[:100_000].removeprefix(b"\xef\xbb\xbf")) else ""


def _is_svg(data: bytes) -> bool:
    """Say whether the first element is `svg`, after declarations and comments."""
    at = 0
    while True:
        at += len(data[at:]) - len(data[at:].lstrip())
        for begin, end in _PROLOGUE:
            if data.startswith(begin, at):
                inner = data.find(b"[", at, data.find(b">", at)) if begin == b"<!DOCTYPE" else -1
                found = data.find(end, data.find(b"]", inner) if inner >= 0 else at + len(begin))
                if found < 0:
                    return False
                at = found + len(end)
                break
        else:
            return re.match(rb"<(?:svg:)?svg[\s>/]", data[at : at + 10]) is not None


def size_of(data: bytes, kind: str) -> tuple[float, float] | None:
    """Return width and height in pixels as a viewer shows the picture, or None where they cannot be told."""
    if kind == "png" and len(data) >= 24 and data[12:16] == b"IHDR":
        width, height = struct.unpack(">II", data[16:24])
        return (float(width), float(height)) if width and height else None
    if kind == "jpg":
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[float, float] | None:
    at, turned = 2, False
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker in (0x01, *range(0xD0, 0xD9)):  # markers without a body
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xE1:
            turned = turned or _turned(data[at + 4 : at + 2 + length])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            if not width or not height:
                return None
            return (float(height), float(width)) if turned else (float(width), float(height))
        if length < 2:
            return None
        at += 2 + length
    return None


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
