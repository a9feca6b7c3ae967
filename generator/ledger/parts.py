"""A note's fields and tags -> a short hash of each, by which a later release can say which of them changed."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from generator.compiled.notes import CompiledNote
from generator.ledger.extras import Extras, Hashes

TAGS = "tags"  # field names begin with a capital
_UNSAID = ("ID", "Updated")  # fields that an author does not write
_BYTES = re.compile(r"-[0-9a-f]{16}(?=\.[a-z0-9]{2,4}\b)")  # of a media file's name: a new picture is not a new text


def parts_of(note: CompiledNote) -> Mapping[str, str]:
    """Return name of each filled field, and "tags" -> 8 hexadecimal digits. A picture's bytes do not count."""
    if note.known_parts is None:
        note.known_parts = Hashes(hashed(list(note.note_type.places), note.fields, note.tags))
    return note.known_parts


def hashed(names: Sequence[str], fields: Sequence[str], tags: Iterable[str]) -> dict[str, str]:
    """Return the same for fields and tags as a package has them."""
    texts = zip(names, fields, strict=True)
    parts = {
        name: _short(_BYTES.sub("", text) if "-" in text else text)
        for name, text in texts
        if text and name not in _UNSAID
    }
    return {**parts, TAGS: _short(" ".join(tags))}


def past_of(was: Extras, parts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the hashes of what releases had in each field before: those that the last one knew, and its own text.

    `was` is of the last release, `parts` of now. A field that was empty has the hash of no text.
    """
    past = dict(was.past)
    for name in [*was.parts, *parts] if was.parts else ():
        before = was.parts.get(name, _EMPTY)
        if name != TAGS and before != parts.get(name, _EMPTY) and before not in past.get(name, ()):
            past[name] = (*past.get(name, ()), before)
    return {name: past[name] for name in sorted(past)}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


_EMPTY = _short("")
