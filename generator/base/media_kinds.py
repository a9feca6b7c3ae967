"""The table of files that a note may show or play: each kind's endings, and what messages call it.

Anki plays sounds and films alike from `[sound:...]`, by mpv. Its editor takes them by a list of endings; here
is that part of the list whose bytes we look through.
"""

from typing import NamedTuple


class MediaKind(NamedTuple):
    """A kind of file. `container` is what its bytes are: a voice note may be an Ogg file called .opus."""

    ending: str
    container: str
    form: str  # of a data: address
    article: str = "a"


_PICTURES = (
    MediaKind("png", "png", "image/png"),
    MediaKind("jpg", "jpg", "image/jpeg"),
    MediaKind("jpeg", "jpg", "image/jpeg"),
    MediaKind("gif", "gif", "image/gif"),
    MediaKind("webp", "webp", "image/webp"),
    MediaKind("svg", "svg", "image/svg+xml", "an"),
)
_PLAYED = (
    MediaKind("mp3", "mp3", "audio/mpeg", "an"),
    MediaKind("ogg", "ogg", "audio/ogg", "an"),
    MediaKind("opus", "ogg", "audio/ogg", "an"),
    MediaKind("m4a", "mp4", "audio/mp4", "an"),
    MediaKind("wav", "wav", "audio/wav"),
    MediaKind("flac", "flac", "audio/flac"),
    MediaKind("mp4", "mp4", "video/mp4", "an"),
    MediaKind("webm", "webm", "video/webm"),
)
KINDS = {kind.ending: kind for kind in (*_PICTURES, *_PLAYED)}
PLAYED = tuple(kind.ending for kind in _PLAYED)
# What people have that Anki on some device cannot show or play, or that we cannot look through: what to make of it.
CONVERT = {
    "bmp": "png",
    "tif": "png",
    "tiff": "png",
    "heic": "jpg",
    "heif": "jpg",
    "avif": "png",
    "pdf": "png or svg",
    "aac": "m4a",
    "wma": "mp3",
    "aiff": "wav",
    "amr": "m4a",
    "oga": "ogg",
    "mov": "mp4",
    "avi": "mp4",
    "mkv": "mp4",
    "mpg": "mp4",
    "mpeg": "mp4",
    "ogv": "webm",
}


def ending_of(name: str) -> str:
    """Return a file name's ending in lower case, without the dot; "" where it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def is_played(name: str) -> bool:
    """Say whether a file name is that of a sound or a film."""
    return ending_of(name) in PLAYED


def with_article(ending: str) -> str:
    """Return "a png", "an svg"."""
    return f"{KINDS[ending].article if ending in KINDS else 'a'} {ending}"
