"""A file that a deck came in -> its text, with how messages call it, and words of tags."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from generator.base.files import Unusable, read_plain
from generator.importing.arrived import Unreadable

LARGEST = 100_000_000  # bytes
_TAG_WORDS = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class File:
    """A file's text, without BOM and CR."""

    path: Path
    shown: str
    text: str
    folders: tuple[str, ...] = ()  # those it is in, below the one that was named

    def place(self, offset: int) -> str:
        """Return `path:line` of an offset."""
        return f"{self.shown}:{bisect_left(self._breaks, offset) + 1}"

    @cached_property
    def _breaks(self) -> list[int]:
        return [it.start() for it in re.finditer("\n", self.text)]


def text_of(path: Path, shown: str) -> str:
    """Return a file's text. Raises Unreadable."""
    try:
        data = read_plain(path, LARGEST)
    except Unusable as problem:
        raise Unreadable(f"{shown}: {problem}") from None
    if len(data) > LARGEST:
        raise Unreadable(f"{shown} is larger than {LARGEST // 1_000_000} MB: split it")
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # what Excel calls Unicode text
    try:
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        help = "save it again as UTF-8 (in Excel: 'CSV UTF-8')"
        raise Unreadable(f"{shown}:{line}: byte 0x{data[problem.start]:02X} is not UTF-8: {help}") from None
    if "\0" in text:
        raise Unreadable(f"{shown} is not a text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def tag_words(text: str) -> tuple[str, ...]:
    """Return the tags of a text, as Anki and others separate them."""
    return tuple(it for it in _TAG_WORDS.split(text) if it)
