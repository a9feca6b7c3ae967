"""A file's text -> places in it: lines and columns, both counted from 1, columns in characters."""

import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a file. `end_column` is the first column after it; line 0 means the file as a whole."""

    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    excerpt: str = ""  # the whole text of `line`, for showing

    @property
    def where(self) -> str:
        """Return `path:line:column`, or the bare path for a file as a whole."""
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


class Source:
    """A file's decoded text. Offsets count characters of `text`, which has neither BOM nor CR."""

    __slots__ = ("_last", "_packed", "_starts", "_text", "path")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._text: str | None = text
        self._packed = b""  # the text compressed, once it was put away
        self._starts = array("Q")  # where each line begins; found when first asked for
        self._last = (0, "")  # the line asked for last: a thousand mistakes of one line share it

    @property
    def text(self) -> str:
        """The whole text."""
        if self._text is None:
            self._text = zlib.decompress(self._packed).decode("utf-8", "surrogatepass")
        return self._text

    def put_away(self) -> None:
        """Take a quarter of the room until a place is asked for: most files have nothing wrong."""
        self._packed = self._packed or zlib.compress(self.text.encode("utf-8", "surrogatepass"), 1)
        self._text, self._last = None, (0, "")

    def span(self, start: int, end: int) -> Span:
        """Return the place of `text[start:end]`."""
        line, column = self.position(start)
        end_line, end_column = self.position(max(start, end))
        return Span(self.path, line, column, end_line, end_column, self.line(line))

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return the text of a line (from 1) without its line break."""
        if self._last[0] != number:
            starts = self._line_starts()
            end = starts[number] - 1 if number < len(starts) else len(self.text)
            self._last = (number, self.text[starts[number - 1] : end])
        return self._last[1]

    def line_start(self, number: int) -> int:
        """Return the offset at which a line (from 1) begins; one past the last line: the length of the text."""
        starts = self._line_starts()
        return starts[number - 1] if number <= len(starts) else len(self.text)

    @property
    def lines(self) -> int:
        """How many lines the file has, the empty one after a last line break included."""
        return len(self._line_starts())

    def _line_starts(self) -> "array[int]":
        if not self._starts:
            starts, at = array("Q", [0]), self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self._starts = starts
        return self._starts


class Edit(NamedTuple):
    """A stretch of a text and what takes its place; neither has a line break."""

    start: int
    end: int
    text: str


class Mended(Source):
    """A file's text with slips mended that leave no doubt. Offsets are those of the mended text, places those typed."""

    __slots__ = ("_begins", "_edits", "_ends", "_typed")

    def __init__(self, typed: Source, edits: Sequence[Edit]) -> None:
        """Take the edits sorted; no two overlap."""
        pieces, at = [], 0
        self._begins, self._ends = array("Q"), array("Q")  # of each edit, in the mended text
        length = 0
        for edit in edits:
            pieces += [typed.text[at : edit.start], edit.text]
            length += edit.start - at
            self._begins.append(length)
            length += len(edit.text)
            self._ends.append(length)
            at = edit.end
        super().__init__(typed.path, "".join(pieces) + typed.text[at:])
        self._typed, self._edits = typed, edits

    def put_away(self) -> None:
        """Take a quarter of the room, of the text as it was typed as well."""
        super().put_away()
        self._typed.put_away()

    def span(self, start: int, end: int) -> Span:
        """Return the place of `text[start:end]` in the file as it was typed."""
        begin = self._as_typed(start, bisect_right(self._begins, start) - 1)
        return self._typed.span(begin, max(begin, self._as_typed(end, bisect_left(self._begins, end) - 1)))

    def _as_typed(self, offset: int, number: int) -> int:
        """Return an offset in the typed text; `number` is that of the last edit before it, -1 for none."""
        if number < 0:
            return offset
        edit, begin, end = self._edits[number], self._begins[number], self._ends[number]
        return min(edit.start + offset - begin, edit.end) if offset < end else edit.end + offset - end


def text_of(data: bytes) -> str:
    """Return the text of a file's bytes, without BOM and CR. Raises UnicodeDecodeError."""
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
