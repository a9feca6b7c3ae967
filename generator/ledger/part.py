"""The bytes of a ledger -> a ledger of some of its notes alone; and its bytes with what became of these in their place.

Only the lines of these notes are read: the bytes must be those of a ledger that was read whole, or written, before.
"""

from bisect import bisect_left
from collections.abc import Iterable

from generator.compiled.notes import NoteId
from generator.ledger import ledger as ledgers
from generator.ledger.ledger import Ledger


class Lines:
    """The lines of a ledger, found by the ids of notes."""

    def __init__(self, data: bytes) -> None:
        self._lines = data.split(b"\n")

    def has(self, id: NoteId) -> bool:
        """Say whether a note has a line."""
        return bool(self._at(id))

    def part(self, ids: Iterable[NoteId], path: str, deck: str, now: int) -> Ledger | None:
        """Return the ledger as if it had these notes alone; None where one has no line, or something is wrong."""
        at = [self._at(id) for id in ids]
        if 0 in at:
            return None
        data = b"".join(self._lines[it] + b"\n" for it in (0, *sorted(at)))
        return ledgers.read(data, path, deck, now)[0]

    def with_part(self, part: Ledger) -> bytes | None:
        """Return the bytes with a part in its place; None where the first line changes or a note has no line yet."""
        head, *lines = ledgers.write(part).split(b"\n")[:-1]
        made = dict(zip(map(self._at, sorted(part.entries)), lines, strict=True))
        if head != self._lines[0] or 0 in made:
            return None
        return b"\n".join([made.get(at, line) for at, line in enumerate(self._lines)])

    def _at(self, id: NoteId) -> int:
        """Return the number of a note's line from 1, 0 where it has none. Ids hold no sign that is before a quote."""
        begin = b'{"id":"' + id.encode() + b'",'
        at = bisect_left(self._lines, begin, lo=1, hi=len(self._lines) - 1)
        return at if self._lines[at].startswith(begin) else 0
