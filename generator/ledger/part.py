"""The bytes of a ledger -> a ledger of some of its notes alone; and its bytes with what became of these in their place.

Only the lines of these notes are read: the bytes must be those of a ledger that was read whole, or written, before.
"""

from collections.abc import Iterable
from io import BytesIO
from itertools import islice

from generator.compiled.notes import NoteId
from generator.ledger import ledger as ledgers
from generator.ledger.ledger import Ledger


class Lines:
    """The lines of a ledger, found by the ids of notes, by which they are sorted."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._first = data.find(b"\n") + 1  # where the line of the first note begins

    def are_of(self, ids: Iterable[NoteId]) -> bool:
        """Say whether each of these notes has one line, and they stand as we write them: people merge ledgers."""
        begins = [_begin(id) for id in sorted(ids)]
        lines = islice(BytesIO(self._data), 1, None)
        return self._data.count(b"\n") == len(begins) + 1 and all(map(bytes.startswith, lines, begins))

    def has(self, id: NoteId) -> bool:
        """Say whether a note has a line."""
        return not _is_gap(self._place(id))

    def mentions(self, *texts: str) -> bool:
        """Say whether one of these texts stands anywhere."""
        return any(it.encode() in self._data for it in texts)

    def part(self, ids: Iterable[NoteId], path: str, deck: str, now: int) -> Ledger | None:
        """Return the ledger as if it had these notes alone; None where one has no line, or something is wrong."""
        places = [self._place(id) for id in sorted(ids)]
        if any(map(_is_gap, places)):
            return None
        data = b"".join([self._data[: self._first], *(self._data[it] for it in places)])
        return ledgers.read(data, path, deck, now)[0]

    def with_part(self, part: Ledger) -> bytes | None:
        """Return the bytes with the lines of a part in their places; None where the first line changes."""
        head, *lines = ledgers.write(part).splitlines(keepends=True)
        if head != self._data[: self._first]:
            return None
        pieces, end = [], 0
        for id, line in zip(sorted(part.entries), lines, strict=True):
            place = self._place(id)
            pieces += [self._data[end : place.start], line]
            end = place.stop
        return b"".join([*pieces, self._data[end:]])

    def _place(self, id: NoteId) -> slice:
        """Return where a note's line stands, or a gap where it would. Ids hold no sign that is before a quote."""
        begin = _begin(id)
        low, high = self._first, len(self._data)
        while low < high:
            line = self._data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._data.find(b"\n", line) + 1
            low, high = (end, high) if self._data[line : line + len(begin)] < begin else (low, line)
        return slice(low, self._data.find(b"\n", low) + 1 if self._data.startswith(begin, low) else low)


def _begin(id: NoteId) -> bytes:
    return b'{"id":"' + id.encode() + b'",'


def _is_gap(place: slice) -> bool:
    return bool(place.start == place.stop)
