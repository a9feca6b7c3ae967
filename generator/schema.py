"""A deck's files -> a Deck whose every part is of the right form. Whether the parts fit each other is for rules."""

from dataclasses import dataclass

from generator import deck as d
from generator import format as f
from generator.diagnostics import Diagnostic, did_you_mean, errors, warning
from generator.files import Unusable, read_plain
from generator.located import Text
from generator.place import Span
from generator.project import DECK, DISPUTES, SOURCES, DeckFolder
from generator.reader import MAX_BYTES, read
from generator.validate import Fields, Validator, Value, pairs


@dataclass(frozen=True, slots=True)
class _File:
    """What a file holds: of a file of notes its notes, else its value as far as it fits; and what is wrong with it."""

    notes: tuple[d.Note, ...]
    value: Value | None
    problems: tuple[Diagnostic, ...]


class Earlier:
    """What files held when they were last read, for who reads again and again: the same bytes hold the same."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], tuple[bytes, _File]] = {}

    def file(self, shown: str, name: str, data: bytes) -> _File:
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
    notes: list[d.Note] = []
    for name in folder.files:  # one at a time: what was read of a file is several times as large
        file = _file(folder, name, earlier)
        notes += file.notes
        files |= {name: file.value} if name in _SHAPES else {}
        found += file.problems
        faulty |= {name} if errors(file.problems) else set()
    head = files.get(DECK)
    if not isinstance(head, Fields):
        return None, tuple(found)
    deck = d.Deck(
        head.text("id"),
        head.text("name"),
        head.text("tag_root"),
        head.maybe("description"),
        {key.value: _work(key, value) for key, value in pairs(files.get(SOURCES))},
        {key.value: _dispute(key, value) for key, value in pairs(files.get(DISPUTES))},
        tuple(notes),
        frozenset(faulty),
    )
    return deck, tuple(found)


_SHAPES: dict[str, f.Shape] = {DECK: f.DECK_FILE, SOURCES: f.SOURCES_FILE, DISPUTES: f.DISPUTES_FILE}


def _file(folder: DeckFolder, name: str, earlier: Earlier | None) -> _File:
    shown = folder.shows(name)
    try:
        data = read_plain(folder.path / name, MAX_BYTES)
    except Unusable as problem:
        message = f"this file cannot be used: {problem}"
        return _File((), None, (Diagnostic(Span(shown), "Y002", message, "put a plain text file there"),))
    return earlier.file(shown, name, data) if earlier else _checked(shown, name, data)


def _checked(shown: str, name: str, data: bytes) -> _File:
    """Return what a file holds, as far as it fits."""
    node, problems = read(data, shown)
    if node is None:
        return _File((), None, problems or (_empty(shown, name),))
    validator = Validator(node if errors(problems) else None)
    value = validator.value(node, _SHAPES.get(name, f.NOTES_FILE))
    found = (*problems, *validator.found)
    if name in _SHAPES or not isinstance(value, Fields):
        return _File((), value, found)
    notes, unfit = _notes(value)
    return _File(tuple(notes), None, (*found, *unfit))


def _empty(path: str, name: str) -> Diagnostic:
    span = Span(path)
    if name == DECK:
        return Diagnostic(span, "S102", "deck.yaml is empty", "write 'id:', 'name:' and 'tag_root:' in it")
    return warning(span, "Y023", "this file holds nothing, or nothing but comments", "delete it, or write its notes")


def _work(key: Text, value: Value) -> d.Work:
    assert isinstance(value, Fields)
    return d.Work(key, value.text("title"), value.maybe("authors"), value.maybe("year"), value.maybe("link"))


def _dispute(key: Text, value: Value) -> d.Dispute:
    assert isinstance(value, Fields)
    beware = value.maybe("beware")
    return d.Dispute(key, beware or value.text(""), beware is not None)


def _notes(file: Fields) -> tuple[list[d.Note], list[Diagnostic]]:
    """Build the notes of a file; each gets the file's subdeck and tags."""
    found: list[Diagnostic] = []
    notes: list[d.Note] = []
    subdeck, tags = file.maybe("subdeck"), file.texts("tags")
    for fields in file.fields("notes"):
        common = _common(fields, subdeck, tags)
        match fields.record.what:
            case f.QUESTION.what:
                notes.append(
                    d.QuestionNote(common, fields.text("question"), fields.text("answer"), fields.flag("reverse"))
                )
            case f.CLOZE.what:
                notes.append(d.ClozeNote(common, fields.text("cloze")))
            case f.LIST.what:
                notes.append(_list(common, fields))
            case f.TABLE.what:
                table = _table(common, fields, found)
                too_large = _too_large(table)
                found += too_large
                notes += [] if too_large else [table]
            case f.IMAGE.what:
                notes.append(_image(common, fields, found))
            case what:
                raise AssertionError(f"no note is made of a {what}")
    return notes, found


def _common(fields: Fields, subdeck: Text | None, tags: tuple[Text, ...]) -> d.Common:
    allow = tuple((code, reason) for code, reason in fields.entries("allow") if isinstance(reason, Text))
    return d.Common(
        fields.text("id"),
        subdeck,
        fields.maybe("extra"),
        (*tags, *fields.texts("tags")),
        fields.texts("sources"),
        fields.maybe("dispute"),
        fields.maybe("was"),
        allow,
    )


def _list(common: d.Common, fields: Fields) -> d.ListNote:
    items = tuple(
        d.Item(key, value.text("text"), value.maybe("cue"))
        for key, value in fields.entries("items")
        if isinstance(value, Fields)
    )
    show = fields.maybe("show")
    return d.ListNote(common, fields.text("list"), items, d.Show(show.value) if show else d.Show.OTHERS)


def _table(common: d.Common, fields: Fields, found: list[Diagnostic]) -> d.TableNote:
    columns = tuple((key, heading) for key, heading in fields.entries("columns") if isinstance(heading, Text))
    own = list(f.ROW.by_name)
    for key, _ in columns:
        if key.value in own:
            found.append(
                Diagnostic(
                    key.span,
                    "S208",
                    f"a column cannot have the key '{key.value}'",
                    f"choose another: {', '.join(own)} mean something in a row",
                )
            )
    rows = tuple(
        _row(common, key, value, columns, found) for key, value in fields.entries("rows") if isinstance(value, Fields)
    )
    return d.TableNote(common, fields.text("table"), columns, rows)


def _too_large(table: d.TableNote) -> list[Diagnostic]:
    """Report a table that would fill the package: the note of each row holds every cell."""
    rows, cells = len(table.rows), [text for row in table.rows for _, text in row.cells]
    characters = sum(len(text.value) for text in cells)
    for number, what, most in ((len(cells), "cells", f.MAX_TABLE), (characters, "characters", f.MAX_TABLE_TEXT)):
        if number * rows > most:
            message = f"{number:,} {what} times {rows:,} rows are {number * rows:,}: more than {most:,}"
            help = "make several tables of it: every row shows the whole"
            return [Diagnostic(table.heading.span, "S109", message, help)]
    return []


def _row(
    table: d.Common, key: Text, fields: Fields, columns: tuple[tuple[Text, Text], ...], found: list[Diagnostic]
) -> d.Row:
    """A row adds its tags and sources to the table's; its extra and dispute take the place of the table's."""
    names = [column.value for column, _ in columns]
    unknown = [place for name, place in fields.keys.items() if name not in names and name not in f.ROW.by_name]
    for name in unknown:
        help = did_you_mean(name.value, [*names, *f.ROW.by_name], f"columns: {', '.join(names)}")
        found.append(Diagnostic(name.span, "S101", f"no column has the key '{name.value}'", help))
    cells = tuple((name, fields.text(name)) for name in names if name in fields.values and name not in f.ROW.by_name)
    if not cells and not unknown and not (fields.keys.keys() & set(names)):
        found.append(
            Diagnostic(key.span, "S208", f"row '{key.value}' has no cells", f"write at least one of {', '.join(names)}")
        )
    own = tuple((code, reason) for code, reason in fields.entries("allow") if isinstance(reason, Text))
    common = d.Common(
        table.id,
        table.subdeck,
        fields.maybe("extra") or table.extra,
        (*table.tags, *fields.texts("tags")),
        (*table.sources, *fields.texts("sources")),
        fields.maybe("dispute") or table.dispute,
        table.was,
        (*table.allow, *own),
    )
    return d.Row(common, key, fields.text("name"), cells)


def _image(common: d.Common, fields: Fields, found: list[Diagnostic]) -> d.ImageNote:
    masks = []
    for key, value in fields.entries("masks"):
        assert isinstance(value, Fields)
        given = [shape for shape in d.MaskShape if shape.value in value.keys]
        if len(given) != 1 and value.misspelt:
            continue
        if len(given) != 1:
            found.append(
                Diagnostic(
                    key.span,
                    "S114",
                    f"mask '{key.value}' needs one outline",
                    "write one of 'rect:', 'ellipse:' and 'polygon:' in it",
                )
            )
        elif given[0].value in value.values:
            masks.append(
                d.Mask(
                    key,
                    given[0],
                    _numbers(value.values[given[0].value]),
                    value.keys[given[0].value].span,
                    value.maybe("label"),
                )
            )
    mode = fields.maybe("mode")
    return d.ImageNote(
        common,
        fields.text("image"),
        tuple(masks),
        fields.maybe("header"),
        d.Mode(mode.value) if mode else d.Mode.HIDE_ONE,
    )


def _numbers(value: Value) -> tuple[float, ...]:
    """Flatten numbers, or points, in their order."""
    if isinstance(value, Text):
        return (float(value.value),)
    assert isinstance(value, tuple)
    return tuple(number for it in value for number in _numbers(it))
