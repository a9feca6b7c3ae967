"""A deck's files -> a Deck whose every part is of the right form. Whether the parts fit each other is for rules."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.base.diagnostics import Diagnostic, Fix, did_you_mean, errors, warning
from generator.base.files import Unusable, read_plain
from generator.base.limits import MAX_BYTES
from generator.base.place import Span
from generator.compiled.languages import Words, known
from generator.kinds.registry import BY_WORD, NOTES_FILE
from generator.source import authored as d
from generator.source import shapes as f
from generator.source.project import DECK, DISPUTES, SOURCES, DeckFolder
from generator.source.reader import read
from generator.source.validator import Fields, Validator, Value, pairs
from generator.source.values import Text


@dataclass(frozen=True, slots=True)
class File:
    """What a file holds: of a file of notes its notes, else its value as far as it fits; and what is wrong with it."""

    notes: tuple[d.Note, ...]
    value: Value | None
    problems: tuple[Diagnostic, ...]


class Earlier:
    """What files held when they were last read, for a program that reads them again and again."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], tuple[bytes, File]] = {}

    def file(self, shown: str, name: str, data: bytes) -> File:
        """Return what a file holds."""
        before = self._files.get((shown, name))
        file = before[1] if before and before[0] == data else _checked(shown, name, data)
        self._files[shown, name] = (data, file)
        return file


def load(folder: DeckFolder, earlier: Earlier | None = None) -> tuple[d.Deck | None, tuple[Diagnostic, ...]]:
    """Return the deck of a folder; None where its deck.yaml does not say which deck it is."""
    found: list[Diagnostic] = []
    faulty = set(folder.missing)
    files: dict[str, Value | None] = {}  # of those with a name of their own
    notes: dict[str, tuple[d.Note, ...]] = {}  # by file
    for name in folder.files:  # one at a time: what was read of a file is several times as large
        file = _file(folder, name, earlier)
        notes |= {} if name in _SHAPES else {name: file.notes}
        files |= {name: file.value} if name in _SHAPES else {}
        found += file.problems
        faulty |= {name} if errors(file.problems) else set()
    head = files.get(DECK)
    if not isinstance(head, Fields):
        return None, tuple(found)
    names, problems = _in_order(head.texts("order"), tuple(notes), folder.missing)
    own = head.values.get("words")
    words = {name: own.text(name) for name in own.values} if isinstance(own, Fields) else {}
    deck = d.Deck(
        head.text("id"),
        head.text("name"),
        head.text("tag_root"),
        head.maybe("description"),
        {key.value: _work(key, value) for key, value in pairs(files.get(SOURCES))},
        {key.value: _dispute(key, value) for key, value in pairs(files.get(DISPUTES))},
        tuple(note for name in names for note in notes[name]),
        frozenset(faulty),
        bool(head.texts("order")) or all(_NUMBERED.match(name) for name in notes),
        head.maybe("language"),
        words,
    )
    return deck, (*found, *problems, *_foreign(deck))


def _foreign(deck: d.Deck) -> Iterator[Diagnostic]:
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


def _file(folder: DeckFolder, name: str, earlier: Earlier | None) -> File:
    shown = folder.shows(name)
    try:
        data = read_plain(folder.path / name, MAX_BYTES)
    except Unusable as problem:
        message = f"this file cannot be used: {problem}"
        return File((), None, (Diagnostic(Span(shown), "Y002", message, "put a plain text file there"),))
    return earlier.file(shown, name, data) if earlier else _checked(shown, name, data)


def _checked(shown: str, name: str, data: bytes) -> File:
    """Return what a file holds, as far as it fits."""
    node, problems = read(data, shown)
    if node is None:
        return File((), None, problems or (_empty(shown, name),))
    validator = Validator(node if errors(problems) else None)
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
