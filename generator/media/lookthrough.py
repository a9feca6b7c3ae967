"""The bytes of a media file -> what kind of file they are, whether it is whole, and how large a picture is."""

import re

from generator.media import _pictures as pictures
from generator.media import _recordings as recordings
from generator.media._pictures import Looked

_PROLOGUE = ((b"<?", b"?>"), (b"<!--", b"-->"), (b"<!DOCTYPE", b">"))
_PICTURES = {"png": pictures.png, "jpg": pictures.jpeg, "gif": pictures.gif, "webp": pictures.webp}
_RECORDINGS = {
    "mp3": recordings.mp3,
    "ogg": recordings.ogg,
    "wav": recordings.wav,
    "flac": recordings.flac,
    "mp4": recordings.mp4,
    "webm": recordings.webm,
}


def container_of(data: bytes) -> str:
    """Return png, jpg, gif, webp, svg, mp3, ogg, wav, flac, mp4 or webm; "" where the bytes begin none of them."""
    for begin, kind in (
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff", "jpg"),
        (b"GIF87a", "gif"),
        (b"GIF89a", "gif"),
        (b"OggS", "ogg"),
        (b"fLaC", "flac"),
        (b"\x1aE\xdf\xa3", "webm"),
        (b"ID3", "mp3"),
    ):
        if data.startswith(begin):
            return kind
    if data[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        return "mp4"
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2:
        return "mp3"
    return "svg" if _is_svg(data[:100_000].removeprefix(b"\xef\xbb\xbf")) else ""


def look_through(data: bytes, container: str) -> Looked:
    """Say whether a file is whole, and how large the picture is. Drawings are looked at in `svg`."""
    if container in _PICTURES:
        return _PICTURES[container](data)
    return Looked(_RECORDINGS[container](data) if container in _RECORDINGS else "")


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
