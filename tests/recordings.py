"""Small whole files of each kind of sound and film, and of WebP and GIF, made by hand."""

import struct

from generator.media import _recordings as recordings

_ID3 = b"ID3\x04\x00\x00\x00\x00\x00\x00"
_MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG 1, layer 3, 128 kbit/s, 44.1 kHz: 417 bytes


def mp3() -> bytes:
    return _ID3 + 3 * _MP3_FRAME


def ogg() -> bytes:
    return _page(2, b"\x01vorbis") + _page(0, b"\x03vorbis" + bytes(300)) + _page(4, bytes(40))


def _page(flags: int, body: bytes) -> bytes:
    table = bytes([255] * (len(body) // 255) + [len(body) % 255])
    return b"OggS\x00" + bytes([flags]) + bytes(20) + bytes([len(table)]) + table + body


def wav() -> bytes:
    return _riff(b"WAVE", (b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)), (b"data", bytes(range(9))))


def webp(kind: bytes = b"VP8 ", width: int = 30, height: int = 20) -> bytes:
    """Return a WebP whose size stands in the chunk of that kind: VP8, VP8L or VP8X."""
    lossy = (b"VP8 ", bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", width & 0x3FFF, height & 0x3FFF) + bytes(9))
    if kind == b"VP8L":
        return _riff(b"WEBP", (kind, b"\x2f" + struct.pack("<I", width - 1 | height - 1 << 14) + bytes(5)))
    if kind == b"VP8X":
        sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        return _riff(b"WEBP", (kind, bytes(4) + sides), lossy)
    return _riff(b"WEBP", lossy)


def _riff(form: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    body = form + b"".join(name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def flac() -> bytes:
    head = b"\xff\xf8\x69\x08\x00"
    crc = next(sum for sum in range(256) if recordings._crc8(head + bytes([sum])))
    frame = head + bytes([crc]) + bytes(20)
    return b"fLaC\x80\x00\x00\x22" + bytes(34) + frame + struct.pack(">H", recordings._crc16(frame))


def mp4() -> bytes:
    boxes = ((b"ftyp", b"M4A \x00\x00\x00\x00"), (b"moov", bytes(20)), (b"mdat", bytes(50)))
    return b"".join(struct.pack(">I", 8 + len(data)) + name + data for name, data in boxes)


def webm() -> bytes:
    return b"\x1aE\xdf\xa3\x87\x42\x82\x84webm\x18S\x80g\x90" + bytes(16)


def gif(width: int = 30, height: int = 20) -> bytes:
    frame = b"\x2c" + bytes(4) + struct.pack("<HH", width, height) + b"\x00\x02\x03\x01\x02\x03\x00"
    return (
        b"GIF89a"
        + struct.pack("<HH", width, height)
        + b"\x80\x00\x00"
        + bytes(6)
        + b"\x21\xf9\x01\x00\x00"
        + frame
        + b"\x3b"
    )


def jpeg(width: int = 60, height: int = 40, exif: bytes = b"") -> bytes:
    """Return a JPEG without a picture in its coded data, whole by its segments."""
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return b"\xff\xd8" + exif + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00\x34\xff\xd9"
