"""`<deck>.ledger.jsonl` <-> a Ledger: what every release so far has given out, so that no later one takes it back.

Line one describes the ledger and the note types; then one line a note, sorted by id, so that git merges two branches
line by line. Nothing in it changes when nothing changed.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from io import BytesIO
from sys import intern
from typing import Any, NamedTuple, TypeVar

from generator.base.clock import EARLIEST, day
from generator.base.diagnostics import Diagnostic
from generator.base.limits import MAX_TEXT
from generator.base.patterns import regex
from generator.base.place import Source, Span
from generator.base.revision import restoring
from generator.compiled.identity import is_row
from generator.compiled.notes import Guid, Hidden, NoteId, NoteType
from generator.kinds.registry import BY_WORD
from generator.ledger import _lines as ledger_line
from generator.ledger.extras import Extras, HeadExtras, read_head, write_head
from generator.ledger.extras import read as read_extras
from generator.ledger.extras import write as write_extras
from generator.source.shapes import DECK_ID, DECK_NAME, TAG

VERSION = 2  # format 1 had no extras, and every build counted as a release
_YEAR = 366 * 86_400
_TWINS = "keep the line with the later 'mod'; if two branches gave out one number, build one of them anew"
_ID = re.compile(r"[a-z0-9-]+(?:/[a-z0-9_-]+)?")
_HASH = re.compile(r"[0-9a-f]{8,64}")
_GUID = re.compile(r"[\x21-\x7e]{1,100}")
FOREIGN_GUID = regex(r"[^\x00-\x1f\x7f]{1,200}")  # of an adopted note, whose own author chose it


class Entry(NamedTuple):
    """A note that was released. Times are in s since 1970, `row` in ms."""

    id: NoteId
    guid: Guid
    row: int
    kind: str  # the word of its kind
    deck: str  # full name
    hash: str  # of everything a student can see
    mod: int
    numbers: dict[int, str] | Hidden  # card number from 1 -> what it hides: a key, or words
    retired_numbers: dict[int, str]
    first: int
    last: int
    label: str  # its front in a few words
    was: tuple[NoteId, ...] = ()  # ids it had before
    retired: int = 0  # when it was withdrawn; 0 for a note that is in the package
    reason: str = ""
    extras: Extras = Extras()


class KnownType(NamedTuple):
    """A note type that was released."""

    id: int
    shape: tuple[tuple[str, int | None], ...]  # name and id of each field, then of each template
    look: str  # hash of templates and CSS
    mod: int


class Ledger(NamedTuple):
    """What was released of a deck."""

    deck: str  # its id
    name: str
    tag_root: str
    created: int
    note_types: Mapping[str, KnownType]  # by name
    entries: Mapping[NoteId, Entry]  # sorted by id
    extras: HeadExtras = HeadExtras()
    version: int = VERSION

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the deck had in a release, first that of now."""
        return tuple(dict.fromkeys([self.name, *(name for name, _ in self.extras.former)]))

    def knows_all(self, older: "Ledger") -> bool:
        """Say whether it has every note of an older one."""
        return {it.guid for it in older.entries.values()} <= {it.guid for it in self.entries.values()}

    @property
    def former_ids(self) -> dict[NoteId, NoteId]:
        """Every id that a note had before -> the id it has now."""
        return {old: entry.id for entry in self.entries.values() for old in entry.was}


def key_of(hides: str) -> str:
    """Return the key of an item, cell or mask from what its card hides: "key: words"."""
    return hides.partition(": ")[0]


def words_of(hides: str) -> str:
    """Return the words of an item, cell or mask, or its key where it has none."""
    key, _, words = hides.partition(": ")
    return words or key


def only_in(numbers: Mapping[int, str], others: Mapping[int, str]) -> dict[int, str]:
    """Return the card numbers, sorted, that only the first have, with what they hide."""
    return {it: numbers[it] for it in sorted(numbers) if it not in others}


def shape_of(kind: NoteType) -> tuple[tuple[str, int | None], ...]:
    """Return what Anki compares of a note type: fields and templates in their order."""
    return tuple((field.name, field.id) for field in kind.fields) + tuple((it.name, it.id) for it in kind.templates)


def write(ledger: Ledger) -> bytes:
    """Return the file: UTF-8, a JSON object a line."""
    data = BytesIO()
    data.writelines(lines(ledger))
    return data.getvalue()  # which copies nothing


def lines(ledger: Ledger) -> Iterator[bytes]:
    """Yield the lines of the file."""
    head = {
        "ledger": ledger.version,
        "deck": ledger.deck,
        "name": ledger.name,
        "tag_root": ledger.tag_root,
        "created": ledger.created,
        **write_head(ledger.extras),
        "note_types": {
            name: {"id": it.id, "shape": [list(part) for part in it.shape], "look": it.look, "mod": it.mod}
            for name, it in sorted(ledger.note_types.items())
        },
    }
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    yield encode(head).encode() + b"\n"
    for id in sorted(ledger.entries):
        entry = ledger.entries[id]
        more = write_extras(entry.extras) if ledger.version > 1 else {}
        yield encode(_described(entry) | more).encode() + b"\n"


def _described(entry: Entry) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": entry.id,
        "guid": entry.guid,
        "row": entry.row,
        "kind": entry.kind,
        "deck": entry.deck,
        "hash": entry.hash,
        "mod": entry.mod,
        "numbers": {str(number): entry.numbers[number] for number in sorted(entry.numbers)},
        "first": entry.first,
        "last": entry.last,
        "status": "retired" if entry.retired else "live",
        "label": entry.label,
    }
    if entry.retired_numbers:
        line["retired_numbers"] = {str(it): entry.retired_numbers[it] for it in sorted(entry.retired_numbers)}
    if entry.was:
        line["was"] = list(entry.was)
    if entry.retired:
        line |= {"retired": entry.retired, "reason": entry.reason}
    return line


def read(data: bytes, path: str, deck: str, now: int) -> tuple[Ledger | None, tuple[Diagnostic, ...]]:
    """Return the ledger; None, and why by line, where it is not whole or not this deck's. "" stands for any deck."""
    reader = _Reader(data.replace(b"\r\n", b"\n"), path, deck, now)
    try:
        ledger = reader.ledger()
    except UnicodeDecodeError:
        return None, (Diagnostic(Span(path), "H001", "the ledger is not UTF-8", restoring("the file", path)),)
    return (None if reader.found else ledger), tuple(reader.found)


class _Damaged(Exception):
    """A line is not one that we wrote; code and text say why."""

    def __init__(self, text: str, code: str = "H001", help: str = "") -> None:
        super().__init__(text)
        self.code, self.help = code, help


_Made = TypeVar("_Made")


class _Reader:
    """Reads line by line; what a line holds is checked as if a stranger had written it."""

    def __init__(self, data: bytes, path: str, deck: str, now: int) -> None:
        self.found: list[Diagnostic] = []
        self._data, self._path, self._deck, self._now = data, path, deck, now
        self._times: dict[int, int] = {}  # each once: most notes have those of a few builds

    @cached_property
    def _source(self) -> Source:
        """The whole text, which only messages need."""
        return Source(self._path, self._data.decode())

    def ledger(self) -> Ledger | None:
        """Return the ledger of the file, as far as its lines can be read. Raises UnicodeDecodeError."""
        if not self._data.endswith(b"\n"):
            what = "the ledger ends in the middle of a line" if self._data else "the ledger is empty"
            self._report(self._source.lines, "H001", what)
            return None
        lines = (line[:-1].decode() for line in BytesIO(self._data))  # one at a time: together they are as large again
        head = self._made(1, next(lines), self._head)
        made = ((number, self._made(number, line, self._entry)) for number, line in enumerate(lines, 2))
        entries = [(number, entry) for number, entry in made if entry is not None]
        if _twins(entries):
            entries = _without_stale(entries)
            self._tell_twins(entries)
        if head is None:
            return None
        return head._replace(entries={entry.id: entry for _, entry in entries})

    def _made(self, number: int, line: str, make: Callable[[dict[str, Any]], _Made]) -> _Made | None:
        try:
            return make(_object(line))
        except ledger_line.Unfit as problem:
            self._report(number, "H001", str(problem))
            return None
        except _Damaged as problem:
            self._report(number, problem.code, str(problem), help=problem.help)
            return None

    def _head(self, line: dict[str, Any]) -> Ledger:
        version = line.get("ledger")
        if type(version) is int and version > VERSION:
            raise _Damaged(f"the ledger has format {version}, and this deckwright knows {VERSION}", "H002")
        if type(version) is not int or not 1 <= version <= VERSION:
            raise _Damaged("line 1 is not the beginning of a ledger")
        deck = ledger_line.word(line, "deck", DECK_ID.pattern, "a deck's id")
        if self._deck and deck != self._deck:
            raise _Damaged(f"this is the ledger of another deck: '{deck}'", "H002")
        kinds = {name: self._known_type(it) for name, it in ledger_line.mapping(line, "note_types").items()}
        name = ledger_line.word(line, "name", DECK_NAME.pattern, "a deck's name")
        tag_root = ledger_line.word(line, "tag_root", TAG.pattern, "a tag")
        created, extras = self._time(line, "created"), read_head(line)
        if extras.release:
            self._time(line["release"], "time")
        return Ledger(deck, name, tag_root, created, kinds, {}, extras, version)

    def _known_type(self, line: Any) -> KnownType:
        parts = line.get("shape") if isinstance(line, dict) else None
        if not isinstance(parts, list) or not all(_is_part(part) for part in parts):
            raise _Damaged("a note type in line 1 is not one that deckwright wrote")
        shape = tuple((name, id) for name, id in parts)
        return KnownType(
            ledger_line.number(line, "id"),
            shape,
            ledger_line.word(line, "look", _HASH, "a hash"),
            self._time(line, "mod") if line.get("mod") != 0 else 0,  # Anki's own note types begin with 0
        )

    def _entry(self, line: dict[str, Any]) -> Entry:
        if "ledger" in line:
            help = "two branches changed line 1: keep the one whose note types have the later 'mod'"
            raise _Damaged("a second ledger begins here", "H003", help)
        guid = ledger_line.text(line, "guid")
        if not (FOREIGN_GUID if line.get("carrier") else _GUID).fullmatch(guid):
            raise _Damaged(f"'{guid[:60]}' is not a guid")
        retired = self._time(line, "retired") if line.get("status") == "retired" else 0
        if line.get("status") not in ("live", "retired"):
            raise _Damaged("'status' is neither live nor retired")
        was = line.get("was", [])
        if not isinstance(was, list) or not all(isinstance(it, str) and _ID.fullmatch(it) for it in was):
            raise _Damaged("'was' is not a list of ids")
        if not _ID.fullmatch(ledger_line.text(line, "id")):
            raise _Damaged("'id' is not a note's id")
        return Entry(
            NoteId(ledger_line.text(line, "id")),
            Guid(guid),
            self._row(line),
            _kind(line),
            intern(ledger_line.word(line, "deck", DECK_NAME.pattern, "a deck's name")),
            ledger_line.word(line, "hash", _HASH, "a hash"),
            self._time(line, "mod"),
            _numbers(line, "numbers"),
            _numbers(line, "retired_numbers") if "retired_numbers" in line else _NONE,
            self._time(line, "first"),
            self._time(line, "last"),
            ledger_line.text(line, "label"),
            tuple(NoteId(it) for it in was),
            retired,
            ledger_line.text(line, "reason") if retired else "",
            read_extras(line),
        )

    def _row(self, line: dict[str, Any]) -> int:
        row = ledger_line.number(line, "row")
        if not is_row(row):
            raise _Damaged(f"deckwright never gave out the row id {row}")
        return row

    def _time(self, line: dict[str, Any], name: str) -> int:
        time = ledger_line.number(line, name)
        if time > self._now + _YEAR:
            text = f"'{name}' is {day(time)}, more than a year ahead of now ({day(self._now)}): one of the two is wrong"
            raise _Damaged(text, "H004")
        if time < EARLIEST:
            raise _Damaged(f"'{name}' is {time}, which is before 2010", "H004")
        return self._times.setdefault(time, time)

    def _tell_twins(self, entries: list[tuple[int, Entry]]) -> None:
        """No two lines share an id, a guid or a row: that would be a bad merge, or a copied line."""
        places: dict[str, int] = {}
        for number, entry in entries:
            names = (
                f"id '{entry.id}'",
                f"guid {entry.guid}",
                f"row {entry.row}",
                *(f"id '{old}'" for old in entry.was),
            )
            for name in names:
                first = places.setdefault(name, number)
                if first != number:
                    note = f"first at line {first}"
                    self._report(number, "H003", f"the {name} is on two lines", note, _TWINS)
                    break

    def _report(self, number: int, code: str, message: str, note: str = "", help: str = "") -> None:
        source = self._source
        start = source.line_start(number)
        span = source.span(start, start + max(1, min(len(source.line(number)), 60)))
        self.found.append(Diagnostic(span, code, message, help or restoring("the file", source.path), note))


def _twins(entries: list[tuple[int, Entry]]) -> bool:
    """Say whether two lines share an id, a guid or a row."""
    ids = [id for _, entry in entries for id in (entry.id, *entry.was)]
    each = (len({getattr(entry, name) for _, entry in entries}) for name in ("guid", "row"))  # one after the other
    return len({*ids}) < len(ids) or any(many < len(entries) for many in each)


def _without_stale(entries: list[tuple[int, Entry]]) -> list[tuple[int, Entry]]:
    """Leave out what a merge of two branches keeps beside its successor: the same note as it was before one of them.

    The later line must know every number of the earlier; else both branches gave out numbers, and nobody can tell.
    """
    best: dict[NoteId, tuple[int, Entry]] = {}
    doubtful = []
    for number, entry in entries:
        first = best.setdefault(entry.id, (number, entry))
        if first[0] == number:
            continue
        old, new = sorted((first, (number, entry)), key=lambda it: it[1].mod)
        if _follows(old[1], new[1]):
            best[entry.id] = new
        else:
            doubtful.append((number, entry))
    return sorted([*best.values(), *doubtful], key=lambda it: it[0])


def _follows(old: Entry, new: Entry) -> bool:
    known = new.numbers | new.retired_numbers
    same = (old.guid, old.row, old.kind) == (new.guid, new.row, new.kind) and old.mod < new.mod
    return same and all(number in known for number in old.numbers | old.retired_numbers)


def _object(line: str) -> dict[str, Any]:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
        help = "keep the lines of both sides, sorted by id, and delete the marks"
        raise _Damaged("a merge conflict is left here", help=help)
    return ledger_line.parsed(line)


def _is_part(part: Any) -> bool:
    """Say whether this is a field or template of a note type: its name and id."""
    if not isinstance(part, list) or len(part) != 2:
        return False
    name, id = part
    return isinstance(name, str) and (id is None or type(id) is int)


def _kind(line: dict[str, Any]) -> str:
    kind = ledger_line.text(line, "kind")
    if kind not in BY_WORD:
        raise _Damaged(f"'{kind[:40]}' is not a note kind")
    return intern(kind)


_NONE: dict[int, str] = {}
_NUMBERS = {str(number): number for number in range(1, 1_000)}


def _numbers(line: dict[str, Any], name: str) -> dict[int, str]:
    found = ledger_line.mapping(line, name)
    if not found.keys() <= _NUMBERS.keys() or not {*map(type, found.values())} <= {str}:
        raise _Damaged(f"'{name}' does not say what each card asks for")
    numbers = {_NUMBERS[it]: text for it, text in found.items()}
    if max(numbers, default=0) > BY_WORD[_kind(line)].most_cards:
        raise _Damaged(f"'{name}' has a card number that cannot exist")
    if max(map(len, numbers.values()), default=0) > MAX_TEXT:
        raise _Damaged(f"'{name}' has a text of more than {MAX_TEXT:,} characters")
    return numbers
