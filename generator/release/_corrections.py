"""A CompiledDeck and its Ledger -> the corrections file: questions and answers, for Anki's import of text.

It reaches notes that a student tagged, marked or edited after the release was made, and leaves everything else of them
alone: a text import does not ask which side is newer, and touches only the fields that it names.
"""

from collections.abc import Iterator

from generator.compiled.note_types import note_types
from generator.compiled.notes import CompiledDeck, CompiledNote
from generator.ledger.ledger import Ledger

_HEAD = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n"


def corrections(deck: CompiledDeck, ledger: Ledger) -> bytes:
    """Return the file: question and answer of every live note that changed after it was first released.

    Not of a note with a picture that its first release did not bring: a student may not have it. Sorted by id.
    """
    return (_HEAD + "".join(sorted(_rows(deck, ledger)))).encode()


def count(file: bytes) -> int:
    """Return how many notes a corrections file corrects."""
    return sum(line.startswith('"') for line in _unquoted_lines(file.decode()))


def _unquoted_lines(text: str) -> Iterator[str]:
    """Yield the lines that begin a row: a quoted cell may hold others."""
    quotes = 0
    for line in text.splitlines():
        if quotes % 2 == 0:
            yield line
        quotes += line.count('"')


def _rows(deck: CompiledDeck, ledger: Ledger) -> Iterator[str]:
    for note in deck.notes:
        had = ledger.entries[note.id].extras.corrected
        if note.note_type.foreign:
            continue  # the student may know its note type by another name
        fields = _asked(note)
        shown = {it for it in note.media if any(it in text for text in fields)}
        if had is not None and shown <= set(had):
            yield "\t".join(_cell(text) for text in (note.guid, note.note_type.name, *fields)) + "\n"


def _asked(note: CompiledNote) -> tuple[str, ...]:
    """Return the fields that hold question and answer: the first ones of every note type."""
    kinds = note_types()
    numbers = {kinds.basic.id: 2, kinds.cloze.id: 1, kinds.image.id: 3}
    return note.fields[: numbers[note.note_type.id]]


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
