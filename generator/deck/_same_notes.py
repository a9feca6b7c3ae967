"""The notes of a file as they were, and what they became -> the same for those whose texts have not changed."""

from generator.compiled.notes import CompiledNote
from generator.source.authored import Note
from generator.source.values import Text

Made = tuple[CompiledNote, ...]


class SameNotes:
    """What the notes of a file became, as far as that follows from their texts and the head of the deck alone.

    A note with a picture, with numbers by the ledger, or with a mistake in it is compiled anew.
    """

    def __init__(self, head: object, before: "SameNotes | None" = None) -> None:
        self._head = head
        self._before = before._made if before and before._head == head else {}
        self._made: dict[str, tuple[Note, Made]] = {}

    def made_of(self, note: Note) -> Made | None:
        """Return what a note became before, None where it has to be compiled."""
        before, made = self._before.get(note.common.id.value, (None, ()))
        if before is None or not _same(before, note):
            return None
        self.keep(note, made)
        return made

    def keep(self, note: Note, made: Made) -> None:
        """Keep for the next version of the file what a note became."""
        self._made[note.common.id.value] = (note, made)

    def end(self) -> None:
        """Forget the version before."""
        self._before = {}


def _same(it: object, other: object) -> bool:
    """Say whether two values are the same, wherever they stand. Texts are, if they were typed in the same way."""
    if it is other:
        return True
    if type(it) is not type(other):
        return False
    if isinstance(it, Text) and isinstance(other, Text):
        return (it.value, it.style, _typed(it)) == (other.value, other.style, _typed(other))
    if isinstance(it, tuple) and isinstance(other, tuple):
        return len(it) == len(other) and all(map(_same, it, other))
    return it == other


def _typed(it: Text) -> str:
    return it.source.text[it.start : it.end]
