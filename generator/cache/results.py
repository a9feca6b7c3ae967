"""The bytes of a file of notes -> what it holds and what becomes of it, kept by an earlier run or made anew."""

from generator.cache import _values as values
from generator.cache.program import program
from generator.cache.store import Store, key
from generator.deck.facts import Written
from generator.deck.render import Asked, FileResult, Head, answers_to
from generator.deck.schema import Files
from generator.kinds.kind import Numbers
from generator.media.folder import Media
from generator.source.authored import Note


class Kept(Files):
    """What files hold and what becomes of them, from a store where that has it."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._keys: dict[str, bytes] = {}  # of each file by its path
        self._asked: dict[str, Asked] = {}  # by the path of a file that was found in the store

    def written(self, shown: str, name: str, data: bytes) -> Written:
        """Return what a file of notes holds."""
        self._keys[shown] = its = key(program(), "file", shown, data)
        self._asked.pop(shown, None)
        kept = values.read(self._store.get(its), shown, data)
        if kept is None:
            return super().written(shown, name, data)
        notes, problems, learning, said, self._asked[shown] = kept
        sources = [note.common.id.source for note in notes[:1]]
        for source in sources:
            source.put_away()

        def authored() -> tuple[Note, ...]:
            read = super(Kept, self).written
            return tuple([note for it in sources for note in read(shown, name, it.text.encode()).authored()])

        return Written(shown, notes, problems, learning, said, authored)

    def compiled(self, file: Written, head: Head, media: Media, numbers: Numbers) -> FileResult:
        """Return what Anki will store of a file."""
        its, asked = self._keys.get(file.path), self._asked.get(file.path)
        # Notes of an adopted deck refer to much that is not kept; a file that cannot be read has none.
        if head.note_types or its is None:
            return super().compiled(file, head, media, numbers)
        if asked is not None:
            under = key(its, repr(answers_to(asked, file, head, media, numbers)))
            if kept := values.read(self._store.get(under), file.path):
                return FileResult(kept[0], kept[1], asked)
        result = super().compiled(file, head, media, numbers)
        if asked is None:
            self._keep(its, (file.notes, file.problems, file.learning, file.said, result.asked), file)
        under = key(its, repr(answers_to(result.asked, file, head, media, numbers)))
        self._keep(under, (result.notes, result.found), file)
        return result

    def _keep(self, under: bytes, thing: object, file: Written) -> None:
        if value := values.written(thing, file.path):
            self._store.put(under, value)
