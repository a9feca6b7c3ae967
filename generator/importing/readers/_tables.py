"""Tables, and Anki's Notes in Plain Text -> rows: each column under its name, or under its number where it has none.

Source: Anki manual, Importing > Text Files > File Headers.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from generator.importing._writings import writing_of
from generator.importing.arrived import Row, Rows, Unreadable, Wishes, Writing
from generator.importing.names import is_known
from generator.importing.readers._files import File, tag_words

_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":", "space": " "}
_TRIED = "\t,;|"
_HEADER = re.compile(r"#([a-z ]+):(.*)")
_SAMPLE = 50  # rows that show which separator it is
_BARE = "pictures are gone, and 10<sup>9</sup> is 109; in Anki's export tick 'Include HTML and media references'"
_ANEW = "to Anki these are new notes: to keep the reviews you have, import the package of the deck (.apkg)"
_WRITTEN_OUT = re.compile(r"```\w*\\n|\\n\\n|\\n- ")  # line breaks of a table that can hold none
_BOTH_WAYS = re.compile(r"revers|umgekehrt|invers|inverti|両|反转", re.IGNORECASE)


@dataclass(slots=True)
class _Head:
    """What the lines at the top of a file say; columns are counted from 1."""

    separator: str = ""
    html: bool | None = None
    columns: tuple[str, ...] = ()
    special: dict[str, int] = field(default_factory=dict)  # guid, notetype, deck, tags -> its column
    all_rows: dict[str, str] = field(default_factory=dict)  # notetype, deck, tags -> that of every row
    lines: int = 0


def read(files: Sequence[File], wishes: Wishes) -> Rows:
    """Return the rows of tables."""
    rows: list[Row] = []
    columns: dict[str, None] = {}
    for file in files:
        names, of_file = _table(file, wishes)
        rows += of_file
        columns |= dict.fromkeys(names)
    heads = {it.shown: _head(it) for it in files}
    told = [
        f"{it} was exported without HTML: {_BARE}" for it, head in heads.items() if head.html is False and head.special
    ]
    if any(head.special for head in heads.values()):
        told.append(_ANEW)
    return Rows(tuple(rows), tuple(columns), told=tuple(told))


def _table(file: File, wishes: Wishes) -> tuple[tuple[str, ...], list[Row]]:
    head = _head(file)
    lines = file.text.split("\n")[head.lines :]
    separator = head.separator or _separator(file.path, lines)
    records = [(line + head.lines, cells) for line, cells in _records(file, lines, separator) if any(cells)]
    if not records:
        raise Unreadable(f"{file.shown} holds no rows")
    names = head.columns
    if not names and _names_columns(records[0][1], wishes):
        names = tuple(cell.strip() for cell in records.pop(0)[1])
    if not records:
        raise Unreadable(f"{file.shown} holds no rows below the names of its columns")
    width = max((len(cells) for _, cells in records), default=0)
    names = tuple(names[at] if at < len(names) and names[at] else str(at + 1) for at in range(width))
    special = {name: at - 1 for name, at in head.special.items()}
    shown = tuple(name for at, name in enumerate(names) if at not in special.values())
    if len(shown) < 2 and not any("{{c" in cell for _, cells in records for cell in cells):
        raise Unreadable(f"{file.shown} has one column only: a question and its answer are separated by a tab or comma")
    texts = (cell for _, cells in records for at, cell in enumerate(cells) if at not in special.values())
    writing = writing_of(texts) if head.html is None else Writing.HTML if head.html else Writing.PLAIN
    return shown, [_row(file, head, special, names, writing, *it) for it in records]


def _row(
    file: File,
    head: _Head,
    special: dict[str, int],
    names: tuple[str, ...],
    writing: Writing,
    line: int,
    cells: list[str],
) -> Row:
    def of(name: str) -> str:
        at = special.get(name, -1)
        return cells[at] if 0 <= at < len(cells) else head.all_rows.get(name, "")

    if writing is Writing.MARKDOWN:
        cells = [it.replace("\\n", "\n") if _WRITTEN_OUT.search(it) else it for it in cells]
    fields = tuple((name, cells[at]) for at, name in enumerate(names[: len(cells)]) if at not in special.values())
    tags = tag_words(f"{head.all_rows.get('tags', '')} {of('tags') if 'tags' in special else ''}")
    both_ways = _BOTH_WAYS.search(of("notetype")) is not None
    return Row(
        f"{file.shown}:{line}", fields, file.path.parent, tags, of("deck"), file.folders, file.path.stem, (), both_ways,
        writing, of("notetype"),
    )  # fmt: skip


def _head(file: File) -> _Head:
    """Return what the lines at the top say that begin with `#` and a word that Anki knows."""
    head = _Head()
    columns = ""
    for line in file.text.split("\n"):
        match = _HEADER.fullmatch(line.rstrip())
        if not match or not _take(head, match[1].strip(), match[2]):
            break
        columns = match[2] if match[1] == "columns" else columns
        head.lines += 1
    if columns:
        separator = head.separator or next((it for it in _TRIED if it in columns), "\t")
        head.columns = tuple(cell.strip() for cell in next(csv.reader([columns], delimiter=separator)))
        for at, name in enumerate(head.columns, 1):
            if name.casefold() in ("tags", "deck", "guid", "notetype", "note type"):
                head.special.setdefault(name.casefold().replace(" ", ""), at)
    return head


def _take(head: _Head, key: str, value: str) -> bool:
    """Note what a header says; return whether it is one."""
    word = value.strip()
    if key == "separator":
        head.separator = _SEPARATORS.get(word.lower(), value if len(value) == 1 else "\t")
    elif key == "html":
        head.html = word.lower() == "true"
    elif key.endswith(" column") and word.isdigit():
        head.special[key.removesuffix(" column")] = int(word)
    elif key in ("deck", "notetype", "tags"):
        head.all_rows[key] = word
    else:
        return key in ("columns", "if matches")
    return True


def _separator(path: Path, lines: list[str]) -> str:
    """Return what separates cells: what gives the same number of them, and two at least, in the most rows."""
    if path.suffix.lower() in (".tsv", ".tab"):
        return "\t"
    sample = [line for line in islice(lines, 4 * _SAMPLE) if line.strip()][:_SAMPLE]

    def fits(separator: str) -> tuple[int, int]:
        widths = [len(cells) for cells in csv.reader(sample, delimiter=separator)]
        usual = max(set(widths), key=widths.count, default=0)
        return (widths.count(usual) if usual > 1 else 0, -_TRIED.index(separator))

    return max(_TRIED, key=fits)


def _records(file: File, lines: list[str], separator: str) -> list[tuple[int, list[str]]]:
    """Return each row with the line it begins in. Where quotes do not pair, they are letters like others."""
    try:
        return list(_parsed(lines, separator, csv.QUOTE_MINIMAL))
    except csv.Error:
        pass
    try:
        found = list(_parsed(lines, separator, csv.QUOTE_NONE))
    except csv.Error as problem:
        raise Unreadable(f"{file.shown} cannot be read as a table: {problem}") from None
    widths = {len(cells) for _, cells in found if any(cells)}
    if len(widths) > 1 and separator != "\t":
        raise Unreadable(f'{file.shown}: quotation marks do not pair: a mark inside a quoted cell is written ""')
    return found


def _parsed(lines: list[str], separator: str, quoting: int) -> Iterator[tuple[int, list[str]]]:
    # The limit of a cell is that of the module as a whole, 131,072 characters: more is no card.
    reader = csv.reader(_ended(lines), delimiter=separator, quoting=quoting, strict=True)  # type: ignore[arg-type,unused-ignore]
    begun = 1
    for cells in reader:
        yield begun, cells
        begun = reader.line_num + 1


def _ended(lines: Iterable[str]) -> Iterator[str]:
    return (f"{line}\n" for line in lines)


def _names_columns(cells: list[str], wishes: Wishes) -> bool:
    """Say whether a first row names the columns."""
    wished = {*wishes.question, *wishes.answer, *wishes.extra, wishes.tags, wishes.id, wishes.reverse} - {""}
    words = [cell.strip() for cell in cells]
    named = {it.casefold() for it in wished} & {it.casefold() for it in words if not it.isdigit()}
    return bool(named) or sum(is_known(it) for it in words) >= min(2, len(words))
