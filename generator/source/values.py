"""The values a YAML file holds, each knowing its place: what the reader gives and the schema takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.base.place import Source, Span

# None of these values is ever changed. They are not `frozen`, as that takes five times as long to make, and a deck of
# 10,000 notes has 60,000 texts.
_BITS = 32
_LENGTH = (1 << _BITS) - 1
UNREAD = "?"  # the style of a text that is there, and could not be read: its mistake is already reported


@dataclass(slots=True, unsafe_hash=True)
class Text:
    """A scalar, exactly as typed: `no`, `1.10` and `0123` stay so. Normalised to NFC."""

    value: str
    source: Source
    place: int  # of `placed`: one number takes less room than two
    style: str = ""  # "" for plain, or ' " | >

    @property
    def start(self) -> int:
        """Offset of its first character in the file: the quote, or the `|`."""
        return self.place >> _BITS

    @property
    def end(self) -> int:
        """Offset of the first character after it."""
        return (self.place >> _BITS) + (self.place & _LENGTH)

    @property
    def span(self) -> Span:
        """The whole scalar; of a block its `|` or `>` only."""
        end = self.end if self.style not in ("|", ">") else self.start + 1
        return self.source.span(self.start, end)

    @property
    def is_null(self) -> bool:
        """Whether the author typed nothing, or `~`."""
        return self.style == "" and self.value in ("", "~")

    def at(self, start: int, end: int) -> Span:
        """Return the place of `value[start:end]`, or of the whole scalar where it is unknown."""
        offsets = list(_line_up(self))
        if not offsets or start >= len(offsets):
            return self.span
        last = offsets[min(max(end, start + 1), len(offsets)) - 1] + 1
        return self.source.span(offsets[start], last)


@dataclass(slots=True, unsafe_hash=True)
class Sequence:
    """A YAML list."""

    items: tuple["Node", ...]
    source: Source
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Its first line: a list of a thousand lines is not worth underlining."""
        return _first_line(self.source, self.start, self.end)


@dataclass(slots=True, unsafe_hash=True)
class Mapping:
    """A YAML mapping: its keys, each once, in the order of the file."""

    entries: tuple[tuple[Text, "Node"], ...]
    source: Source
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Its first line."""
        return _first_line(self.source, self.start, self.end)


Node = Text | Sequence | Mapping


def placed(start: int, end: int) -> int:
    """Return where a text begins and ends in its file, in one number."""
    return start << _BITS | end - start


def without_places(node: Node) -> Any:
    """Return a value as texts, lists and mappings alone, which may be changed."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Sequence):
        return [without_places(it) for it in node.items]
    return {key.value: without_places(value) for key, value in node.entries}


def _first_line(source: Source, start: int, end: int) -> Span:
    line, _ = source.position(start)
    return source.span(start, min(end, source.line_start(line) + len(source.line(line))))


def _line_up(text: Text) -> Iterator[int]:
    """Yield for each character of `value` its offset in the file, as far as the two can be lined up.

    Quotes, escapes, folding and indentation are what they may differ by.
    """
    raw, style = text.source.text, text.style
    at = text.start + (1 if style in ("'", '"') else 0)
    if style in ("|", ">"):
        at = raw.find("\n", at) + 1
    for character in text.value:
        if at >= text.end:
            return
        if raw[at] == character and not (style == '"' and character == "\\"):
            yield at
            at += 2 if style == "'" and character == "'" else 1
        elif style == '"' and raw[at] == "\\":
            yield at
            at += {"x": 4, "u": 6, "U": 10}.get(raw[at + 1], 2)
        elif character in " \n" and raw[at] in " \t\n":
            yield at
            while at < text.end and raw[at] in " \t\n":
                at += 1
        else:
            while at < text.end and raw[at] in " \t\n":
                at += 1
            if at >= text.end or raw[at] != character:
                return
            yield at
            at += 1
