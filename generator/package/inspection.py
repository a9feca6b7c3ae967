"""A finished .apkg -> what in it Anki would refuse or a browser would run. Anything found is a bug of ours.

Inspects everything as written, by an allow-list: elements, attributes and addresses in fields, descriptions and names;
rows that Anki needs and the media they refer to. One row at a time: a note's cards are found by their ids, which follow
its own, since no index leads to them.
"""

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from generator.base.clock import EARLIEST
from generator.base.diagnostics import errors
from generator.base.files import Unusable, open_plain
from generator.base.limits import MAX_CARDS
from generator.base.media_kinds import KINDS, ending_of
from generator.base.patterns import regex
from generator.compiled import live
from generator.compiled.foreign_cards import FILE_NAME
from generator.compiled.languages import LANG
from generator.compiled.note_types import note_types
from generator.compiled.notes import NoteType
from generator.package import _database as database
from generator.package.reading import COLLECTION, MEMORY, Package, Unreadable, opened

_TAG = re.compile(r"<[^<>]*>|[<>]")
_USUAL = frozenset("<br> <p> </p> <strong> </strong> <em> </em> <ul> </ul> <ol> </ol> <li> </li>".split())
# Each tag exactly as the markup writes it; nothing else may hold < or >.
_ALLOWED = regex(
    r"</?(?:p|ul|ol|li|strong|em|code|pre|sub|sup|ruby|rt|blockquote|table|thead|tbody|tr|th|td|details|summary|div)>"
    r'|<br>|<hr>|<summary class="tappable">|<th scope="(?:row|col)">'
    r'|<ol start="\d{1,9}">|<t[hd] style="text-align:(?:left|center|right)">'
    r'|<div class="(?:context|heading|count|row-name|wide|list (?:others|before|none))">'
    r'|<div class="(?:stem|asks(?: earlier)?|ask|reply|more|options|option(?: right| wrong)?|why)">'
    r'|<table class="(?:record|whole)">|<tr class="this">'
    r'|<a href="(?:https?://|mailto:)[^"<>\s]*"(?: title="[^"<>]*")?>|</a>|<span></span>'
    r'|<img src="[a-z0-9-]+\.[a-z0-9]+"(?: alt="[^"<>]*")?(?: title="[^"<>]*")?>',
    re.IGNORECASE,
)
_ANKI_TAG = regex(
    r"\[(?:anki:|/?latex\]|/?\$\$?\]|sound:(?![a-z0-9-]+\.(?:mp3|ogg|opus|m4a|wav|flac|mp4|webm)\]))", re.IGNORECASE
)
_LANG = re.compile(r'(?:lang="[A-Za-z0-9-]+" dir="(?:ltr|rtl)")?')  # stands inside a tag of the templates
_NAME = regex(r"[a-z0-9][a-z0-9-]*\.[a-z0-9]{3,4}")
_OURS = regex(r"-[0-9a-f]{16}\.[a-z0-9]{2,4}$")  # how we name a file that was looked into
_LIVE_HINT = re.compile(r"::(?:(?:sound|anki|\[type):|/?(?:latex|anki\b|\$))", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c([\d,]+)::")
_REFERENCE = regex(r'<img src="([^"]*)"|\[sound:([^\]]*)\]')


_Note = tuple[int, str, int, int, str, str | None]


class BadPackage(Exception):
    """The package we made is not one that we would hand to a student."""


def check(
    package: Path | BinaryIO,
    collection: Path | None = None,
    only: Collection[int] | None = None,
    adopted: Iterable[NoteType] = (),
) -> None:
    """Raise BadPackage with the first thing that is wrong.

    `collection` is the SQLite file in the package, where it is at hand. With `only`, what comes from the last package
    is not looked at again: the texts of notes with other row ids, nor whether the package has that file, of which each
    new piece was inflated when it was made. `adopted` are another author's note types.
    """
    for problem in problems(package, collection, only, adopted):
        raise BadPackage(problem)


def problems(
    package: Path | BinaryIO,
    collection: Path | None = None,
    only: Collection[int] | None = None,
    adopted: Iterable[NoteType] = (),
) -> Iterator[str]:
    """Yield what is wrong with a package, in words for the compiler's maintainers."""
    known = {it.id: it for it in (note_types().basic, note_types().cloze, note_types().image, *adopted)}
    has_adopted = len(known) > 3
    with opened(package) as read:
        if not read.is_whole:
            yield "the media list and the files in the package differ"
            return
        for number, name in read.files.items():
            data = read.data(number)  # raises Unreadable where it is damaged
            if has_adopted and not _OURS.search(name) and FILE_NAME.fullmatch(name):
                continue  # another author's, under the name that his notes know it by
            yield from _media_problems(name, data)
            if not _NAME.fullmatch(name):
                yield f"the media file '{name}' has a name that Anki would change"
        if collection is None:
            yield from _collection_problems(read, read.collection(), only, known)
            return
        is_known = only is not None and read.pieces(COLLECTION)
        if not is_known and not read.holds(COLLECTION, collection):
            yield "the collection in the package is not the one that was written"
        with database.reading(collection) as connection:
            yield from _collection_problems(read, connection, only, known)


def _media_problems(name: str, data: bytes) -> Iterator[str]:
    from generator.media import svg  # most decks have no files
    from generator.media.lookthrough import container_of, look_through

    container = container_of(data)
    if KINDS[ending_of(name)].container != container or look_through(data, container).fault:
        yield f"the media file '{name}' is not what its ending says, or not whole"
    if container == "svg" and ((drawing := svg.check(data, name)).data != data or errors(drawing.found)):
        yield f"the drawing {name} holds what is not allowed"


def guids_in(package: Path) -> frozenset[str]:
    """Return the guids of a package's notes; none where no package of ours can be read."""
    try:
        with open_plain(package) as file, opened(file) as read:
            return frozenset(guid for (guid,) in read.collection().execute("SELECT guid FROM notes"))
    except (Unusable, Unreadable, sqlite3.Error):
        return frozenset()


def _collection_problems(
    read: Package, connection: sqlite3.Connection, only: Collection[int] | None, known: Mapping[int, NoteType]
) -> Iterator[str]:
    ((decks, kinds),) = connection.execute("SELECT decks, models FROM col")
    for deck in json.loads(decks).values():
        if re.search(r"[<>]", deck["name"]) or not _clean(deck["desc"]):
            yield f"deck '{deck['name']}' holds HTML that is not allowed"
        yield from (f"deck '{deck['name']}' holds {it}" for it in _in_formulas(deck["desc"], clozes=False))
    for id, kind in json.loads(kinds).items():
        templates, shipped = [(it["qfmt"], it["afmt"]) for it in kind["tmpls"]], known[int(id)]
        if kind["css"] != shipped.css or templates != [(it.front, it.back) for it in shipped.templates]:
            yield f"note type '{kind['name']}' is not the one that ships"
    yield from _note_problems(connection, known, set(read.files.values()), only)
    for (row,) in connection.execute(_BAD_CARDS, (MAX_CARDS - 1,)):
        yield f"a card without its note, or whose number Anki does not know: {row}"
    if MEMORY in read.names:
        yield from _memory_problems(read.data(MEMORY), connection)


def _memory_problems(data: bytes, connection: sqlite3.Connection) -> Iterator[str]:
    memory = json.loads(data)
    if [it for it in memory if it != "mark"] != ["format", "deck", "root", "roots", "release", "notes", "withdrawn"]:
        yield f"{MEMORY} has other keys than a merge reads"
        return
    if not memory["notes"] and not memory["withdrawn"]:
        return
    guids = {guid for (guid,) in connection.execute("SELECT guid FROM notes")}
    yield from (f"{MEMORY} tells of {it}, which is not in the package" for it in memory["notes"] if it not in guids)
    yield from (f"{MEMORY} withdraws {it}, which is in the package" for it in memory["withdrawn"] if it in guids)


def _note_problems(
    connection: sqlite3.Connection, kinds: Mapping[int, NoteType], media: set[str], only: Collection[int] | None
) -> Iterator[str]:
    guids: set[str] = set()
    for row, guid, kind, mod, fields, numbers in _notes(connection, only):
        if guid in guids:
            yield f"two notes have the guid {guid}"
        guids.add(guid)
        if row < 1 or mod < EARLIEST:
            yield f"note {guid} is from before 2010"
        if numbers is None:
            yield f"note {guid} has no card"
        if fields.count("\x1f") + 1 != len(kinds[kind].fields):
            yield f"note {guid} has not as many fields as its note type"
        if kinds[kind].foreign:
            if not kinds[kind].may_run and (run := live.runs(fields)):
                yield f"note {guid} runs a script: {run}"
            continue
        if kinds[kind].is_cloze:
            yield from _cloze_problems(guid, fields, _labels_at(kinds[kind]), numbers or "")
        yield from _field_problems(guid, fields, media)
        if not _LANG.fullmatch(fields.split("\x1f")[kinds[kind].places[LANG]]):
            yield f"note {guid} puts more into its card's element than language and direction"
        yield from _formula_problems(guid, fields, kinds[kind])


def _notes(connection: sqlite3.Connection, only: Collection[int] | None) -> Iterator[_Note]:
    """Yield row id, guid, note type, time, fields, and the numbers of the cards."""
    if only is None:
        yield from connection.execute(_NOTES)
    else:
        for row in only:
            yield from connection.execute(f"{_NOTES} WHERE id = ?", (row,))


def _labels_at(kind: NoteType) -> int | None:
    """Return where the labels of masks stand: clozes of the same numbers, that make no cards of their own."""
    return kind.places["Comments"] if kind.stock_kind else None


def _cloze_problems(guid: str, fields: str, labels_at: int | None, numbers: str) -> Iterator[str]:
    text, *others = fields.split("\x1f")
    labels = others.pop(labels_at - 1) if labels_at else ""
    if numbers != _numbers_in(text) or not set(_numbers_in(labels).split(",")) <= {"", *numbers.split(",")}:
        yield f"note {guid} has cards for other clozes than its text"
    if _CLOZE.search("\x1f".join(others)):
        yield f"note {guid} has a cloze where it makes no card"
    if _LIVE_HINT.search(_CLOZE.sub("", text + labels)):
        yield f"note {guid} has a hint that Anki runs"


_NOTES = (
    "SELECT id, guid, mid, mod, flds, (SELECT group_concat(ord) FROM"
    " (SELECT ord FROM cards WHERE id BETWEEN notes.id AND notes.id + 511 ORDER BY id)) FROM notes"
)
_BAD_CARDS = (
    "SELECT id FROM cards WHERE nid NOT IN (SELECT id FROM notes) OR id != nid + ord OR ord NOT BETWEEN 0 AND ?"
)


def _field_problems(guid: str, fields: str, media: set[str]) -> Iterator[str]:
    if ("<" in fields or ">" in fields) and not _clean(fields):
        yield f"note {guid} holds HTML that is not allowed"
    if "<img" in fields or "[" in fields:
        for picture, sound in _REFERENCE.findall(fields):
            if (picture or sound) not in media:
                yield f"note {guid} refers to '{picture or sound}', which is not in the package"
    if "[" in fields and _ANKI_TAG.search(fields):
        yield f"note {guid} holds a tag that Anki runs"


def _formula_problems(guid: str, fields: str, kind: NoteType) -> Iterator[str]:
    if "\\" in fields:
        with_clozes = (0, _labels_at(kind)) if kind.is_cloze else ()  # elsewhere Anki shows the marks as they are
        for at, field in enumerate(fields.split("\x1f")):
            yield from (f"note {guid} holds {it}" for it in _in_formulas(field, at in with_clozes))


def _in_formulas(field: str, clozes: bool) -> Iterator[str]:
    """Yield what is wrong with the formulas of a field."""
    if "\\" in field:
        from generator.package import _tex_inspection as tex_inspection  # few decks have formulas

        yield from tex_inspection.problems(field, clozes)


def _numbers_in(text: str) -> str:
    """Return the card numbers that Anki finds in a cloze note's text, as SQLite joins them."""
    found = _CLOZE.findall(text)
    return ",".join(map(str, sorted({int(number) - 1 for it in found for number in it.split(",")})))


def _clean(html: str) -> bool:
    return all(it in _USUAL or _ALLOWED.fullmatch(it) for it in _TAG.findall(html))
