"""The bytes of a sound or film -> whether the file is whole: looked through to its last byte.

Sources: ISO/IEC 11172-3, 2.4.2.3 (MPEG audio header); ID3v2.4, 3.1; RFC 3533, 6 (Ogg page); RIFF WAVE; RFC 9639, 8
and 9 (FLAC); ISO/IEC 14496-12, 4.2 (boxes of MP4 and M4A); RFC 8794, 4 to 6 (EBML, WebM).
"""

import re
import struct
from functools import cache

from generator.media._pictures import CUT, DAMAGED, MORE

_NOTHING = "it holds no sound"
_KBITS = {  # by version (1, 2) and layer (1, 2, 3), for index 1 to 14
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # by the two bits of the version
_LARGEST_FRAME = 1_000_000  # bytes in which the start of the last FLAC frame is looked for
_IN_SEGMENT = frozenset(  # the elements of a segment, and of a cluster in it
    map(
        bytes.fromhex,
        "114d9b74 1549a966 1654ae6b 1f43b675 1c53bb6b 1254c367 1043a770 1941a469 ec bf e7 a7 ab a3 a0 5854".split(),
    )
)
_UNKNOWN = (1 << 56) - 1  # an EBML element that goes on to the end, as a live recording has it


def mp3(data: bytes) -> str:
    """Return what is wrong with an MP3, frame by frame; "" where nothing is."""
    at, frames = _after_id3(data), 0
    while at < len(data):
        length = _frame(data[at : at + 4])
        if not length:
            at = _after_tags(data, at)
            if at == len(data):
                break
            return CUT if at > len(data) else MORE if frames else DAMAGED
        if at + length > len(data):
            return CUT
        at, frames = at + length, frames + 1
    return "" if frames else _NOTHING


def _after_id3(data: bytes) -> int:
    if not data.startswith(b"ID3") or len(data) < 10:
        return 0
    at = _id3_length(data[6:10])
    return at + len(data[at : at + 4096]) - len(data[at : at + 4096].lstrip(b"\x00"))  # padding behind the tag


def _id3_length(four: bytes) -> int:
    a, b, c, d = four
    return 10 + (a << 21 | b << 14 | c << 7 | d)


def _after_tags(data: bytes, at: int) -> int:
    """Return where the tags end that may follow the sound: ID3v1 and v2, APE, Lyrics3; and zeros."""
    before = -1
    while before < at < len(data):
        before = at
        if data.startswith(b"TAG", at):
            at += 227 if data.startswith(b"TAG+", at) else 128
        elif data.startswith(b"APETAGEX", at):
            at += 32 + int.from_bytes(data[at + 12 : at + 16], "little")
        elif data.startswith(b"LYRICSBEGIN", at):
            ends = re.compile(b"LYRICS(?:200|END)").search(data, at)
            at = ends.end() if ends else at
        elif data.startswith(b"ID3", at):
            at += _id3_length(data[at + 6 : at + 10].ljust(4, b"\x7f"))
        else:
            at = len(data) if not data[at:].strip(b"\x00") else at
    return at


def _frame(head: bytes) -> int:
    """Return the length of an MPEG audio frame in bytes, 0 where none begins."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate, hertz, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 4 or rate in (0, 15) or hertz == 3:
        return 0
    bits = 1000 * _KBITS[1 if version == 3 else 2, layer][rate - 1]
    if layer == 1:
        return (12 * bits // _HERTZ[version][hertz] + padding) * 4
    return (72 if layer == 3 and version != 3 else 144) * bits // _HERTZ[version][hertz] + padding


def ogg(data: bytes) -> str:
    """Return what is wrong with an Ogg file, page by page; "" where nothing is."""
    at, sound = 0, False
    while at < len(data):
        if data[at : at + 4] != b"OggS":
            return MORE if at else DAMAGED
        if at + 27 > len(data):
            return CUT
        segments = data[at + 26]
        table = data[at + 27 : at + 27 + segments]
        begin = at + 27 + segments
        sound = sound or at > 0  # the first page only tells what follows
        at = begin + sum(table)
        if len(table) < segments or at > len(data):
            return CUT
    return "" if sound else CUT


def wav(data: bytes) -> str:
    """Return what is wrong with a WAV, chunk by chunk; "" where nothing is."""
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        return CUT
    at, names = 12, set()
    while at + 8 <= end:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            return CUT
        names.add(data[at : at + 4])
        at += 8 + length + length % 2
    if data[end:].strip(b"\x00"):
        return MORE
    return "" if {b"fmt ", b"data"} <= names else _NOTHING


def flac(data: bytes) -> str:
    """Return what is wrong with a FLAC file, "" where nothing is: its last frame must have the sum that it states."""
    at, last = 4, False
    while not last:
        if at + 4 > len(data):
            return CUT
        last, at = bool(data[at] & 0x80), at + 4 + int.from_bytes(data[at + 1 : at + 4], "big")
    if data[at : at + 2] not in (b"\xff\xf8", b"\xff\xf9"):
        return CUT if at >= len(data) else DAMAGED
    sync, start, found = data[at : at + 2], max(at, len(data) - _LARGEST_FRAME), len(data)
    while (found := data.rfind(sync, start, found)) >= 0:
        if _crc8(data[found : found + 16]) and _crc16(data[found:-2]) == int.from_bytes(data[-2:], "big"):
            return ""
    return "it is cut, or carries more behind its end"


def _crc8(head: bytes) -> bool:
    """Say whether these bytes may begin a FLAC frame: the sum of its head stands at one of ten places."""
    crc = 0
    for at, byte in enumerate(head):
        if at >= 5 and crc == byte:
            return True
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return False


def _crc16(data: bytes) -> int:
    table, crc = _table16(), 0
    for byte in data:
        crc = (crc << 8 & 0xFFFF) ^ table[crc >> 8 ^ byte]
    return crc


@cache
def _table16() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x8005) & 0xFFFF if crc & 0x8000 else crc << 1
        table.append(crc)
    return tuple(table)


def mp4(data: bytes) -> str:
    """Return what is wrong with an MP4 or M4A, box by box; "" where nothing is."""
    at = 0
    names: set[bytes] = set()
    while at < len(data):
        if at + 8 > len(data):
            return CUT
        length, name = struct.unpack(">I4s", data[at : at + 8])
        if length == 1 and at + 16 <= len(data):
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        elif length == 0:  # to the end of the file
            length = len(data) - at
        if length < 8 or not all(32 <= byte < 127 or byte == 0xA9 for byte in name):
            return MORE if {b"moov", b"mdat"} <= names else DAMAGED
        names.add(name)
        at += length
    if at > len(data):
        return CUT
    return "" if {b"ftyp", b"moov"} <= names else CUT


def webm(data: bytes) -> str:
    """Return what is wrong with a WebM file, "" where nothing is: its head, then one segment to the end."""
    at = 0
    for id in (b"\x1aE\xdf\xa3", b"\x18S\x80g"):
        if data[at : at + 4] != id:
            return CUT if at >= len(data) - 4 else DAMAGED
        length, at = _ebml_length(data, at + 4)
        if id == b"\x1aE\xdf\xa3" and b"webm" not in data[at : at + length]:
            return DAMAGED
        if length == _UNKNOWN:
            return _recorded_live(data, at)
        at += length
    if at > len(data):
        return CUT
    return MORE if at < len(data) else ""


def _recorded_live(data: bytes, at: int) -> str:
    """Return what is wrong with a segment whose length nobody knew: one element after another, to the end."""
    while at < len(data):
        width = 9 - data[at].bit_length()
        id = data[at : at + width]
        length, at = _ebml_length(data, at + width)
        if id not in _IN_SEGMENT:
            return MORE
        at += 0 if length == _UNKNOWN else length  # what is in a cluster of unknown length follows
    return CUT if at > len(data) else ""


def _ebml_length(data: bytes, at: int) -> tuple[int, int]:
    """Return the length that stands at a place, and the place behind it."""
    first = data[at] if at < len(data) else 0
    width = 9 - first.bit_length()
    value = int.from_bytes(data[at : at + width], "big") & (1 << 7 * width) - 1
    return (_UNKNOWN if value == (1 << 7 * width) - 1 else value), at + width
