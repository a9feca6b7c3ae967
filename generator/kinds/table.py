"""A table: one note for every row, one card for every cell."""

from collections.abc import Iterator
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, did_you_mean
from generator.base.limits import MAX_CARDS, MAX_ROWS, MAX_TABLE, MAX_TABLE_TEXT
from generator.compiled.languages import summary
from generator.compiled.note_types import cloze
from generator.compiled.notes import Html, NoteId
from generator.kinds import layout
from generator.kinds.kind import (
    Bench,
    Built,
    Draft,
    Fact,
    Found,
    Kind,
    Linted,
    Made,
    Numbering,
    found_by,
    withdrawn_as_clozes,
)
from generator.lint import wording
from generator.source.authored import Common
from generator.source.shapes import ALLOW, COMMON, EXTRA, KEY, SOURCES, TAGS, Key, Keyed, Prose, Record
from generator.source.validator import Fields
from generator.source.values import Text
from generator.text.markup import Rendered
from generator.text.words import Vocabulary

Column = tuple[Text, Text]  # key, heading


class Row(NamedTuple):
    """One row of a table: a note of its own. `common` has the table's fields where the row has none."""

    common: Common
    key: Text
    name: Text
    cells: tuple[tuple[str, Text], ...]  # column key, text; in the order of the columns, left-out cells left out

    @property
    def id(self) -> str:
        """Its id as a note of its own: "table-id/row-key"."""
        return f"{self.common.id.value}/{self.key.value}"


class TableNote(NamedTuple):
    """One note for every row, one card for every cell."""

    common: Common
    heading: Text
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


_ROW = Record(
    "table row",
    (
        Key("name", Prose(True, "name"), required=True, about="What the row is about; always visible."),
        EXTRA,
        TAGS,
        SOURCES,
        Key("dispute", KEY),
        ALLOW,
    ),
    others=Prose(True),
)
RECORD = Record(
    "table note",
    (
        Key("table", Prose(True, "heading"), required=True, about="The heading."),
        Key("columns", Keyed(KEY, Prose(True, "heading"), "columns", MAX_CARDS), required=True),
        Key(
            "rows",
            Keyed(KEY, _ROW, "rows", MAX_ROWS),
            required=True,
            about="One note per row, one card per cell; a left-out cell makes none.",
        ),
        *COMMON,
    ),
)


def _built(common: Common, fields: Fields) -> Built[TableNote]:
    columns = tuple((key, heading) for key, heading in fields.entries("columns") if isinstance(heading, Text))
    found = [_reserved(key) for key, _ in columns if key.value in _ROW.by_name]
    rows = []
    for key, value in fields.entries("rows"):
        if isinstance(value, Fields):
            found += _misfits(key, value, columns)
            rows.append(_row(common, key, value, columns))
    table = TableNote(common, fields.text("table"), columns, tuple(rows))
    too_large = tuple(_too_large(table))
    return Built(table._replace(rows=()) if too_large else table, (*found, *too_large))


def _too_large(table: TableNote) -> Iterator[Diagnostic]:
    """Report a table that would fill the package: the note of each row holds every cell."""
    rows, cells = len(table.rows), [text for row in table.rows for _, text in row.cells]
    characters = sum(len(text.value) for text in cells)
    for number, what, most in ((len(cells), "cells", MAX_TABLE), (characters, "characters", MAX_TABLE_TEXT)):
        if number * rows > most:
            message = f"{number:,} {what} times {rows:,} rows are {number * rows:,}: more than {most:,}"
            help = "make several tables of it: every row shows the whole"
            yield Diagnostic(table.heading.span, "S109", message, help)
            return


def _reserved(key: Text) -> Diagnostic:
    help = f"choose another: {', '.join(_ROW.by_name)} mean something in a row"
    return Diagnostic(key.span, "S208", f"a column cannot have the key '{key.value}'", help)


def _misfits(row: Text, fields: Fields, columns: tuple[Column, ...]) -> Iterator[Diagnostic]:
    """Yield the cells of a row that no column has; where it has none at all, that."""
    names = [column.value for column, _ in columns]
    unknown = [place for name, place in fields.keys.items() if name not in names and name not in _ROW.by_name]
    for name in unknown:
        help = did_you_mean(name.value, [*names, *_ROW.by_name], f"columns: {', '.join(names)}")
        yield Diagnostic(name.span, "S101", f"no column has the key '{name.value}'", help)
    if not unknown and not (fields.keys.keys() & set(names)):
        help = f"write at least one of {', '.join(names)}"
        yield Diagnostic(row.span, "S208", f"row '{row.value}' has no cells", help)


def _row(table: Common, key: Text, fields: Fields, columns: tuple[Column, ...]) -> Row:
    """A row adds its tags and sources to the table's; its extra and dispute take the place of the table's."""
    names = (column.value for column, _ in columns if column.value not in _ROW.by_name)
    common = table._replace(
        extra=fields.maybe("extra") or table.extra,
        tags=(*table.tags, *fields.texts("tags")),
        sources=(*table.sources, *fields.texts("sources")),
        dispute=fields.maybe("dispute") or table.dispute,
        allow=(*table.allow, *fields.text_entries("allow")),
    )
    return Row(common, key, fields.text("name"), tuple((it, fields.text(it)) for it in names if it in fields.values))


def _facts(note: TableNote) -> tuple[Fact, ...]:
    """Return a fact for each row; the first has what is the table's own as well."""
    first: tuple[object, ...] = (note.common, note.heading, note.columns)
    return tuple(
        Fact(row.id, row.key, row.common, texts, (*(first if at == 0 else ()), row.key, row.name, texts))
        for at, row in enumerate(note.rows)
        for texts in [tuple(text for _, text in row.cells)]
    )


def _answers(note: TableNote) -> Iterator[tuple[str, str]]:
    return ((row.id, cell.value) for row in note.rows for _, cell in row.cells)


def _linted(note: TableNote, words: Vocabulary) -> Linted:
    """Tables are not compared with other notes: their cells are short, and alike by design."""
    return Linted(tuple(_found_in_cells(note, words)), None)


def _found_in_cells(note: TableNote, words: Vocabulary) -> Iterator[Found]:
    heading = words.said(note.heading)
    columns = {key.value: words.said(text) for key, text in note.columns}
    for row in note.rows:
        for key, text in row.cells:
            cell = words.said(text)
            seen, plain = heading.words | columns[key].words, f"{heading.plain} {columns[key].plain}"
            found = [wording.kept_answer(cell, seen, plain, words), *found_by(wording.PARTS, cell)]
            yield from ((row.common, it) for it in found if it)


class _Table(NamedTuple):
    """The texts of a table, rendered once for all of its rows. Columns and cells by column key."""

    heading: Rendered
    columns: dict[str, Rendered]
    names: tuple[Rendered, ...]  # of the rows, as `cells`
    cells: tuple[dict[str, Rendered], ...]

    @property
    def parts(self) -> tuple[Rendered, ...]:
        """Every text of it: a row shows the whole table."""
        cells = (cell for line in self.cells for cell in line.values())
        return (self.heading, *self.columns.values(), *self.names, *cells)


def _compiled(note: TableNote, bench: Bench) -> Made:
    hideable = bench.markup.hideable
    table = _Table(
        hideable(note.heading),
        {key.value: hideable(text) for key, text in note.columns},
        tuple([hideable(row.name) for row in note.rows]),
        tuple([{key: hideable(text) for key, text in row.cells} for row in note.rows]),
    )
    lines = [(name.html, _plain(cells)) for name, cells in zip(table.names, table.cells, strict=True)]
    columns, parts = _plain(table.columns), table.parts
    drafts = []
    for at, row in enumerate(note.rows):
        # Each row counts all columns: so a column has one number in every new row.
        turn = bench.numbers(NoteId(row.id), tuple(columns))
        text, words = _text(table.heading.html, *lines[at], columns, turn), lines[at][1]
        cards = layout.cards({key: turn[key] for key in words}, words)
        whole = _whole(columns, lines, at, bench.words.table)
        drafts.append(Draft(row.common, text, {"Text": text}, cards, parts, row.id, whole))
    return Made(tuple(drafts))


def _plain(texts: dict[str, Rendered]) -> dict[str, Html]:
    return {key: text.html for key, text in texts.items()}


def _text(heading: Html, name: Html, cells: dict[str, Html], columns: dict[str, Html], turn: dict[str, int]) -> Html:
    """Return the Text of a row: a line for each cell, its column's heading beside it.

    The row's name is first: where Anki shows a note as one line, the rows of a table can be told apart.
    """
    lines = layout.lines(
        f'<tr><th scope="row">{columns[key]}</th>\n<td>{layout.cloze(turn[key], cell)}</td></tr>'
        for key, cell in cells.items()
    )
    return Html(
        f'<div class="row-name">{name}</div>\n<div class="heading">{heading}</div>\n'
        f'<table class="record">{lines}</table>'
    )


def _whole(columns: dict[str, Html], rows: list[tuple[Html, dict[str, Html]]], this: int, title: str) -> Html:
    """Return the whole table, folded, with one of its rows marked. Works with JavaScript off."""
    head = layout.lines(f'<th scope="col">{heading}</th>' for heading in columns.values())
    lines = []
    for at, (name, cells) in enumerate(rows):
        body = layout.lines(f"<td>{cells.get(column, '')}</td>" for column in columns)
        mark = ' class="this"' if at == this else ""
        lines.append(f'<tr{mark}><th scope="row">{name}</th>\n{body}</tr>')
    table = f'<table class="whole"><tr><td></td>\n{head}</tr>\n{layout.lines(lines)}</table>'
    return Html(f'<details>{summary(title)}\n<div class="wide">{table}</div></details>')


KIND = Kind(
    record=RECORD,
    about="A table: one note for every row, one card for every cell. A left-out cell makes no card.",
    example="""\
- id: labs
  table: Calcium and phosphate by subtype
  columns: {calcium: Calcium, phosphate: Phosphate}
  rows:
    dystrophic: {name: Dystrophic, calcium: Normal, phosphate: Normal}
    metastatic: {name: Metastatic, calcium: High or normal, phosphate: High}
""",
    note=TableNote,
    note_type=cloze,
    numbering=Numbering.KEY,
    most_cards=MAX_CARDS,
    build=_built,
    facts=_facts,
    answers=_answers,
    lint=_linted,
    compile=_compiled,
    withdrawn=withdrawn_as_clozes,
)
