"""The bytes of a file of notes -> what it holds and what becomes of it, as an earlier run kept that, or made anew."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from generator.base.place import Source, text_of
from generator.cache import _values as values
from generator.cache.program import program
from generator.cache.store import Store, key
from generator.deck.facts import Written
from generator.deck.render import Asked, FileResult, Head, answers_to
from generator.deck.schema import Files
from generator.kinds.kind import Numbers
from generator.media.folder import Media
from generator.source.authored import Note

T = TypeVar("T")


class Kept(Files):
    """What files hold and what becomes of them, from a store where that has it. Of a file it knows what it asked."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._asked: dict[str, Asked] = {}  # by the path of a file that was found in the store

    def written(self, shown: str, name: str, data: bytes) -> Written:
        """Return what a file of notes holds."""
        self._asked.pop(shown, None)
        value = self._store.get(_key(shown, data))
        kept = _read(value, lambda it: values.written_from(it, Source(shown, text_of(data))))
        if kept is None:
            return super().written(shown, name, data)
        self._asked[shown] = kept.asked

        def authored() -> tuple[Note, ...]:
            return super(Kept, self).written(shown, name, data).authored()

        return Written(shown, data, kept.notes, kept.problems, kept.learning, authored)

    def compiled(self, file: Written, head: Head, media: Media, numbers: Numbers) -> FileResult:
        """Return what Anki will store of a file."""
        if head.note_types:  # of an adopted deck, whose notes refer to much that is not kept
            return super().compiled(file, head, media, numbers)
        its, asked = _key(file.path, file.data), self._asked.get(file.path)
        if asked is not None:
            under = key(its, repr(answers_to(asked, file, head, media, numbers)))
            if kept := _read(self._store.get(under), lambda it: values.result_from(it, asked)):
                return kept
        result = super().compiled(file, head, media, numbers)
        if asked is None and (value := values.written_as(file, result.asked)):
            self._store.put(its, _json(value))
        under = key(its, repr(answers_to(result.asked, file, head, media, numbers)))
        self._store.put(under, _json(values.result_as(result)))
        return result


def _key(shown: str, data: bytes) -> bytes:
    return key(program(), "file", shown, data)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _read(data: bytes | None, make: Callable[[Any], T]) -> T | None:
    """Return what was kept; None where it is nothing that this program wrote."""
    try:
        return make(json.loads(data)) if data else None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
