"""A deck's files -> a Deck whose every part is of the right form. Whether the parts fit each other is for rules."""

from collections.abc import Sequence

from generator import deck as d
from generator import format as f
from generator.diagnostics import Diagnostic, did_you_mean, errors, warning
from generator.located import Node, Text
from generator.place import Span
from generator.project import DECK, DISPUTES, SOURCES, DeckFolder
from generator.reader import read
from generator.validate import Fields, Validator, Value, pairs


def load(folder: DeckFolder) -> tuple[d.Deck | None, tuple[Diagnostic, ...]]:
    """Return the deck of a folder; None where its deck.yaml does not say which deck it is."""
    files = _Files()
    files.faulty |= folder.missing
    for name, data in folder.files:
        files.read(name, folder.shows(name), data)
    head = files.checked(DECK, f.DECK_FILE)
    works = {key.value: _work(key, value) for key, value in pairs(files.checked(SOURCES, f.SOURCES_FILE))}
    disputes = {
        key.value: d.Dispute(key, text)
        for key, text in pairs(files.checked(DISPUTES, f.DISPUTES_FILE))
        if isinstance(text, Text)
    }
    notes: list[d.Note] = []
    for name in files.nodes:
        if name not in (DECK, SOURCES, DISPUTES) and isinstance(file := files.checked(name, f.NOTES_FILE), Fields):
            made, unfit = _notes(file)
            notes += made
            files.report(name, unfit)
    if not isinstance(head, Fields):
        return None, tuple(files.found)
    deck = d.Deck(
        head.text("id"),
        head.text("name"),
        head.text("tag_root"),
        head.maybe("description"),
        works,
        disputes,
        tuple(notes),
        frozenset(files.faulty),
    )
    return deck, tuple(files.found)


class _Files:
    """The values of a deck's files, by name, and what is wrong with them."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.found: list[Diagnostic] = []
        self.faulty: set[str] = set()  # names of files with mistakes
        self.cut: set[str] = set()  # those that could not be read whole

    def read(self, name: str, shown: str, data: bytes) -> None:
        """Take a file's bytes."""
        node, problems = read(data, shown)
        if node is not None:
            self.nodes[name] = node
        elif not problems:
            problems = (_empty(shown, name),)
        self.report(name, problems)
        self.cut |= self.faulty & {name}

    def checked(self, name: str, shape: f.Shape) -> Value | None:
        """Return what a file holds, as far as it fits; None where there is no such file."""
        if name not in self.nodes:
            return None
        validator = Validator(self.nodes[name] if name in self.cut else None)
        value = validator.value(self.nodes[name], shape)
        self.report(name, validator.found)
        return value

    def report(self, name: str, problems: Sequence[Diagnostic]) -> None:
        """Keep what was found in a file."""
        self.found += problems
        if errors(problems):
            self.faulty.add(name)


def _empty(path: str, name: str) -> Diagnostic:
    span = Span(path)
    if name == DECK:
        return Diagnostic(span, "S102", "deck.yaml is empty", "write 'id:', 'name:' and 'tag_root:' in it")
    return warning(span, "Y023", "this file holds nothing, or nothing but comments", "delete it, or write its notes")


def _work(key: Text, value: Value) -> d.Work:
    assert isinstance(value, Fields)
    return d.Work(key, value.text("title"), value.maybe("authors"), value.maybe("year"), value.maybe("link"))


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
                notes.append(_table(common, fields, found))
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


def _row(
    table: d.Common, key: Text, fields: Fields, columns: tuple[tuple[Text, Text], ...], found: list[Diagnostic]
) -> d.Row:
    """A row adds its tags and sources to the table's; its extra and dispute take the place of the table's."""
    names = [column.value for column, _ in columns]
    for name, place in fields.keys.items():
        if name not in names and name not in f.ROW.by_name:
            help = did_you_mean(name, [*names, *f.ROW.by_name], f"columns: {', '.join(names)}")
            found.append(Diagnostic(place.span, "S101", f"no column has the key '{name}'", help))
    cells = tuple((name, fields.text(name)) for name in names if name in fields.values and name not in f.ROW.by_name)
    if not cells and not (fields.keys.keys() & set(names)):
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
