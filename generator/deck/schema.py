"""A deck's files -> a Deck whose every part is of the right form. Whether the parts fit each other is for rules."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, Fix, did_you_mean, warning
from generator.base.files import Unusable, read_plain
from generator.base.limits import MAX_BYTES
from generator.base.place import Span
from generator.compiled.languages import Words, known
from generator.deck._same_notes import SameNotes
from generator.deck.facts import Deck, Written
from generator.deck.learning import summaries
from generator.deck.memory import NONE, Lasting, Memory
from generator.deck.render import FileResult, Head, answers_to, compiled_file
from generator.kinds.kind import Numbers
from generator.kinds.registry import BY_WORD, NOTES_FILE
from generator.media.folder import Media
from generator.source import authored as d
from generator.source import shapes as f
from generator.source.project import DECK, DISPUTES, SOURCES, DeckFolder
from generator.source.reader import hides_others, read
from generator.source.validator import Fields, Validator, Value, pairs
from generator.source.values import Text
from generator.text.words import Vocabulary


class File(NamedTuple):
    """What a file holds: of a file of notes its notes, else its value as far as it fits; and what is wrong with it."""

    notes: tuple[d.Note, ...]
    value: Value | None
    problems: tuple[Diagnostic, ...]


class Files:
    """What the bytes of a file hold, and what becomes of it. A subclass can remember that.

    `memory` is for what follows from them and from other things.
    """

    def __init__(self, memory: Memory = NONE) -> None:
        self._words = Vocabulary()
        self.memory = memory

    def read(self, shown: str, name: str, data: bytes) -> File:
        """Return what a file with a name of its own holds."""
        return _checked(shown, name, data)

    def written(self, shown: str, name: str, data: bytes) -> Written:
        """Return what a file of notes holds."""
        return _written(shown, _checked(shown, name, data), self._words)

    def all_read(self, folder: DeckFolder, deck: Deck, found: Iterable[Diagnostic]) -> None:
        """Take a deck of which every file was read, and what is wrong with it but for its form."""

    def compiled(self, file: Written, head: Head, media: Media, numbers: Numbers) -> FileResult:
        """Return what Anki will store of a file."""
        return compiled_file(file.authored(), head, media, numbers)

    def let_go(self, file: Written) -> None:
        """Drop the texts of a file: nothing in this run asks for them again."""
        file.let_go()
        self._words = Vocabulary()


class _Compiled(NamedTuple):
    """What became of a file, and what that follows from."""

    file: Written
    head: Head
    answers: tuple[object, ...]
    result: FileResult
    same: SameNotes


class Resident(Files):
    """Remembers the last version of every file, for what is made again at each save."""

    def __init__(self) -> None:
        super().__init__(Lasting())
        self._read: dict[str, tuple[bytes, File]] = {}
        self._written: dict[str, tuple[bytes, Written]] = {}
        self._compiled: dict[str, _Compiled] = {}

    def read(self, shown: str, name: str, data: bytes) -> File:
        """Return what a file with a name of its own holds."""
        before = self._read.get(shown)
        if before is None or before[0] != data:
            self._read[shown] = before = (data, super().read(shown, name, data))
        return before[1]

    def written(self, shown: str, name: str, data: bytes) -> Written:
        """Return what a file of notes holds."""
        before = self._written.get(shown)
        if before is None or before[0] != data:
            self._written[shown] = before = (data, super().written(shown, name, data))
        return before[1]

    def compiled(self, file: Written, head: Head, media: Media, numbers: Numbers) -> FileResult:
        """Return what Anki will store of a file."""
        if head.note_types:
            return super().compiled(file, head, media, numbers)
        before = self._compiled.get(file.path)
        if before and before.file is file:
            is_asked = before.result.asked.numbers or before.result.asked.media
            if before.head == head and not is_asked:
                return before.result
            if before.answers == answers_to(before.result.asked, file, head, media, numbers):
                return before.result
        same = SameNotes(head, before.same if before else None)
        result = compiled_file(file.authored(), head, media, numbers, same)
        same.end()
        answers = answers_to(result.asked, file, head, media, numbers)
        self._compiled[file.path] = _Compiled(file, head, answers, result, same)
        return result

    def let_go(self, file: Written) -> None:
        """Keep the texts for the next run."""


def load(folder: DeckFolder, files: Files | None = None) -> tuple[Deck | None, tuple[Diagnostic, ...]]:
    """Return the deck of a folder; None where its deck.yaml does not say which deck it is."""
    files = files or Files()
    found: list[Diagnostic] = []
    faulty = set(folder.missing)
    heads: dict[str, Value | None] = {}
    written: dict[str, Written] = {}
    for name in folder.files:
        file = _file(folder, name, files)
        written |= {name: file} if isinstance(file, Written) else {}
        heads |= {name: file.value} if isinstance(file, File) else {}
        found += file.problems
        faulty |= {name} if hides_others(file.problems) else set()
    head = heads.get(DECK)
    if not isinstance(head, Fields):
        return None, tuple(found)
    names, problems = _in_order(head.texts("order"), tuple(written), folder.missing)
    own = head.values.get("words")
    words = {name: own.text(name) for name in own.values} if isinstance(own, Fields) else {}
    deck = Deck(
        head.text("id"),
        head.text("name"),
        head.text("tag_root"),
        head.maybe("description"),
        {key.value: _work(key, value) for key, value in pairs(heads.get(SOURCES))},
        {key.value: _dispute(key, value) for key, value in pairs(heads.get(DISPUTES))},
        frozenset(faulty),
        bool(head.texts("order")) or all(_NUMBERED.match(name) for name in written),
        head.maybe("language"),
        words,
        tuple(written[name] for name in names),
        head.maybe("look"),
    )
    return deck, (*found, *problems, *_foreign(deck))


def _foreign(deck: Deck) -> Iterator[Diagnostic]:
    """Warn of a language in which we have no words."""
    lacking = [name for name in Words._fields if name not in deck.words]
    if deck.language and lacking and not known(deck.language.value):
        message = f"our own words on the cards stay English: we have none in '{deck.language.value}'"
        help = f"translate them under 'words:': {', '.join(lacking)}"
        yield warning(deck.language.span, "S217", message, help)


def _in_order(
    order: tuple[Text, ...], files: tuple[str, ...], missing: frozenset[str]
) -> tuple[list[str], list[Diagnostic]]:
    """Return files of notes as `order` names them, the others after them as they came; and the names that are wrong."""
    found: list[Diagnostic] = []
    first: dict[str, Text] = {}
    for text in order:
        name = f"{text.value}.yaml"
        if name in first:
            message, note = f"'{text.value}' is listed twice", f"first at {first[name].span.where}"
            found.append(Diagnostic(text.span, "S216", message, "keep one of the two", note))
        elif name in files:
            first[name] = text
        elif name not in missing:
            found.append(_no_file(text, files))
    return [*first, *(name for name in files if name not in first)], found


def _no_file(text: Text, files: tuple[str, ...]) -> Diagnostic:
    stems = [it.removesuffix(".yaml") for it in files]
    bare = text.value.removesuffix(".yaml").removesuffix(".yml")
    if bare in stems:
        message, fix = f"'{text.value}' has an ending, which is left out here", Fix(text.span, bare)
        return Diagnostic(text.span, "S216", message, f"write '{bare}'", fix=None if text.style else fix)
    help = did_you_mean(bare, stems, f"files of notes: {', '.join(stems[:20])}" if stems else "delete it")
    return Diagnostic(text.span, "S216", f"there is no file of notes '{text.value}'", help)


_NUMBERED = re.compile(r"[0-9]")
_SHAPES: dict[str, f.Shape] = {DECK: f.DECK_FILE, SOURCES: f.SOURCES_FILE, DISPUTES: f.DISPUTES_FILE}


def _file(folder: DeckFolder, name: str, files: Files) -> File | Written:
    shown = folder.shows(name)
    try:
        data = read_plain(folder.path / name, MAX_BYTES)
    except Unusable as problem:
        message = f"this file cannot be used: {problem}"
        file = File((), None, (Diagnostic(Span(shown), "Y002", message, "put a plain text file there"),))
        return file if name in _SHAPES else _written(shown, file, Vocabulary())
    return files.read(shown, name, data) if name in _SHAPES else files.written(shown, name, data)


def _written(shown: str, file: File, words: Vocabulary) -> Written:
    made = summaries(file.notes, words)
    for note in file.notes[:1]:
        note.common.id.source.put_away()
    return Written(shown, made.notes, file.problems, made.found, made.said, lambda: file.notes)


def _checked(shown: str, name: str, data: bytes) -> File:
    """Return what a file holds, as far as it fits."""
    node, problems = read(data, shown)
    if node is None:
        return File((), None, problems or (_empty(shown, name),))
    validator = Validator(node if hides_others(problems) else None)
    value = validator.value(node, _SHAPES.get(name, NOTES_FILE))
    found = (*problems, *validator.found)
    if name in _SHAPES or not isinstance(value, Fields):
        return File((), value, found)
    notes, unfit = _notes(value)
    return File(tuple(notes), None, (*found, *unfit))


def _empty(path: str, name: str) -> Diagnostic:
    span = Span(path)
    if name == DECK:
        return Diagnostic(span, "S102", "deck.yaml is empty", "write 'id:', 'name:' and 'tag_root:' in it")
    return warning(span, "Y023", "this file is empty, or holds only comments", "delete it, or write its notes")


def _dispute(key: Text, value: Value) -> d.Dispute:
    assert isinstance(value, Fields)
    beware = value.maybe("beware")
    return d.Dispute(key, beware or value.text(""), beware is not None)


def _work(key: Text, value: Value) -> d.Work:
    assert isinstance(value, Fields)
    return d.Work(key, value.text("title"), value.maybe("authors"), value.maybe("year"), value.maybe("link"))


def _notes(file: Fields) -> tuple[list[d.Note], list[Diagnostic]]:
    """Build the notes of a file; each gets the file's subdeck and tags."""
    found: list[Diagnostic] = []
    notes: list[d.Note] = []
    for fields in file.fields("notes"):
        common = _common(fields, file)
        note, unfit = BY_WORD[fields.record.keys[0].name].build(common, fields)
        notes.append(note)
        found += unfit
    return notes, found


def _common(fields: Fields, file: Fields) -> d.Common:
    return d.Common(
        fields.text("id"),
        fields.maybe("subdeck") or file.maybe("subdeck"),
        fields.maybe("extra"),
        (*file.texts("tags"), *fields.texts("tags")),
        fields.texts("sources"),
        fields.maybe("dispute"),
        fields.maybe("was"),
        fields.text_entries("allow"),
        fields.maybe("erratum"),
        fields.maybe("context") or file.maybe("context"),
    )
