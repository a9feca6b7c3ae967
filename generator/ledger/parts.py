"""A note's fields and tags -> a short hash of each, by which a later release can say which of them changed."""

import hashlib
import re
from collections.abc import Iterable, Sequence

from generator.compiled.notes import CompiledNote

TAGS = "tags"  # field names begin with a capital
_UNSAID = ("ID", "Updated")  # fields that an author does not write
_BYTES = re.compile(r"-[0-9a-f]{16}(?=\.[a-z0-9]{2,4}\b)")  # of a media file's name: a new picture is not a new text


def parts_of(note: CompiledNote) -> dict[str, str]:
    """Return name of each filled field, and "tags" -> 8 hexadecimal digits. A picture's bytes do not count."""
    return hashed([it.name for it in note.note_type.fields], note.fields, note.tags)


def hashed(names: Sequence[str], fields: Sequence[str], tags: Iterable[str]) -> dict[str, str]:
    """Return the same for fields and tags as a package has them."""
    texts = zip(names, fields, strict=True)
    parts = {name: _short(_BYTES.sub("", text)) for name, text in texts if text and name not in _UNSAID}
    return {**parts, TAGS: _short(" ".join(tags))}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
