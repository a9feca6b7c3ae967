"""The bytes of a ledger -> a ledger of some of its notes alone; and its bytes with what became of these in their place.

Only the lines of these notes are read: the bytes must be those of a ledger that was read whole, or written, before.
"""

from collections.abc import Iterable

from generator.compiled.notes import NoteId
from generator.ledger import ledger as ledgers
from generator.ledger.ledger import Ledger


class Lines:
    """The lines of a ledger, found by the ids of notes, by which they are sorted."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._first = data.find(b"\n") + 1  # where the line of the first note begins

    def has(self, id: NoteId) -> bool:
        """Say whether a note has a line."""
        return self._line(id) is not None

    def part(self, ids: Iterable[NoteId], path: str, deck: str, now: int) -> Ledger | None:
        """Return the ledger as if it had these notes alone; None where one has no line, or something is wrong."""
        lines = [self._line(id) for id in sorted(ids)]
        found = [self._data[it] for it in lines if it]
        if len(found) < len(lines):
            return None
        return ledgers.read(b"".join([self._data[: self._first], *found]), path, deck, now)[0]

    def with_part(self, part: Ledger) -> bytes | None:
        """Return the bytes with a part in its place; None where the first line changes or a note has no line yet."""
        head, *lines = ledgers.write(part).splitlines(keepends=True)
        if head != self._data[: self._first]:
            return None
        pieces, end = [], 0
        for id, line in zip(sorted(part.entries), lines, strict=True):
            place = self._line(id)
            if place is None:
                return None
            pieces += [self._data[end : place.start], line]
            end = place.stop
        return b"".join([*pieces, self._data[end:]])

    def _line(self, id: NoteId) -> slice | None:
        """Return where a note's line stands; None where it has none. Ids hold no sign that is before a quote."""
        begin = b'{"id":"' + id.encode() + b'",'
        low, high = self._first, len(self._data)
        while low < high:
            line = self._data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._data.find(b"\n", line) + 1
            low, high = (end, high) if self._data[line : line + len(begin)] < begin else (low, line)
        return slice(low, self._data.find(b"\n", low) + 1) if self._data.startswith(begin, low) else None
