"""A finished .apkg -> what in it Anki would refuse or a browser would run. Anything found is a bug of ours.

Inspects everything as written, by an allow-list: elements, attributes and addresses in fields,
descriptions and names; rows that Anki needs and the media they refer to.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from generator.base.clock import EARLIEST
from generator.base.diagnostics import errors
from generator.base.files import Unusable, read_plain
from generator.base.limits import MAX_CARDS, MAX_PACKAGE
from generator.base.media_kinds import KINDS, ending_of
from generator.compiled.languages import LANG
from generator.compiled.note_types import note_types
from generator.compiled.notes import NoteType
from generator.media import svg
from generator.media.lookthrough import container_of, look_through
from generator.package import _tex_inspection as tex_inspection
from generator.package.reading import MEMORY, Unreadable, opened

# Each tag exactly as the markup writes it. What is left of a field without them may hold neither < nor >.
_ALLOWED = re.compile(
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
_ANKI_TAG = re.compile(
    r"\[(?:anki:|/?latex\]|/?\$\$?\]|sound:(?![a-z0-9-]+\.(?:mp3|ogg|opus|m4a|wav|flac|mp4|webm)\]))", re.IGNORECASE
)
_LANG = re.compile(r'(?:lang="[A-Za-z0-9-]+" dir="(?:ltr|rtl)")?')  # stands inside a tag of the templates
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z0-9]{3,4}")
_LIVE_HINT = re.compile(r"::(?:(?:sound|anki|\[type):|/?(?:latex|anki\b|\$))", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c([\d,]+)::")
_REFERENCE = re.compile(r'<img src="([^"]*)"|\[sound:([^\]]*)\]')


class BadPackage(Exception):
    """The package we made is not one that we would hand to a student."""


def check(package: Path | BinaryIO) -> None:
    """Raise BadPackage with the first thing that is wrong."""
    for problem in problems(package):
        raise BadPackage(problem)


def problems(package: Path | BinaryIO) -> Iterator[str]:
    """Yield what is wrong with a package, in words for the compiler's maintainers."""
    with opened(package) as read:
        if not read.is_whole:
            yield "the media list and the files in the package differ"
            return
        files = read.files
        for number, name in files.items():
            yield from _media_problems(name, read.data(number))  # raises Unreadable where it is damaged
            if not _NAME.fullmatch(name):
                yield f"the media file '{name}' has a name that Anki would change"
        collection = read.collection()
        yield from _collection_problems(collection, set(files.values()))
        if MEMORY in read.names:
            yield from _memory_problems(read.data(MEMORY), collection)


def _media_problems(name: str, data: bytes) -> Iterator[str]:
    container = container_of(data)
    if KINDS[ending_of(name)].container != container or look_through(data, container).fault:
        yield f"the media file '{name}' is not what its ending says, or not whole"
    if container == "svg" and ((drawing := svg.check(data, name)).data != data or errors(drawing.found)):
        yield f"the drawing {name} holds what is not allowed"


def guids_in(package: Path) -> frozenset[str]:
    """Return the guids of a package's notes; none where no package of ours can be read."""
    try:
        with opened(BytesIO(read_plain(package, MAX_PACKAGE))) as read:
            return frozenset(guid for (guid,) in read.collection().execute("SELECT guid FROM notes"))
    except (Unusable, Unreadable, sqlite3.Error):
        return frozenset()


def _collection_problems(connection: sqlite3.Connection, media: set[str]) -> Iterator[str]:
    ((decks, kinds),) = connection.execute("SELECT decks, models FROM col")
    for deck in json.loads(decks).values():
        if re.search(r"[<>]", deck["name"]) or not _clean(deck["desc"]):
            yield f"deck '{deck['name']}' holds HTML that is not allowed"
        yield from (f"deck '{deck['name']}' holds {it}" for it in tex_inspection.problems(deck["desc"], clozes=False))
    shipped = {str(it.id): it for it in (note_types().basic, note_types().cloze, note_types().image)}
    for id, kind in json.loads(kinds).items():
        templates = [(it["qfmt"], it["afmt"]) for it in kind["tmpls"]]
        if kind["css"] != shipped[id].css or templates != [(it.front, it.back) for it in shipped[id].templates]:
            yield f"note type '{kind['name']}' is not the one that ships"
    yield from _note_problems(connection, {int(id): it for id, it in shipped.items()}, media)
    for query, what in _ROW_CHECKS:
        for (row,) in connection.execute(query):
            yield f"{what}: {row}"


def _memory_problems(data: bytes, connection: sqlite3.Connection) -> Iterator[str]:
    memory = json.loads(data)
    if [it for it in memory if it != "mark"] != ["format", "deck", "root", "roots", "release", "notes", "withdrawn"]:
        yield f"{MEMORY} has other keys than a merge reads"
        return
    guids = {guid for (guid,) in connection.execute("SELECT guid FROM notes")}
    yield from (f"{MEMORY} tells of {it}, which is not in the package" for it in memory["notes"] if it not in guids)
    yield from (f"{MEMORY} withdraws {it}, which is in the package" for it in memory["withdrawn"] if it in guids)


def _note_problems(connection: sqlite3.Connection, kinds: dict[int, NoteType], media: set[str]) -> Iterator[str]:
    for guid, kind, fields, numbers in connection.execute(_NOTES):
        if fields.count("\x1f") + 1 != len(kinds[kind].fields):
            yield f"note {guid} has not as many fields as its note type"
        if kinds[kind].is_cloze:
            yield from _cloze_problems(guid, fields, _labels_at(kinds[kind]), numbers or "")
        yield from _field_problems(guid, fields, media)
        if not _LANG.fullmatch(fields.split("\x1f")[kinds[kind].places[LANG]]):
            yield f"note {guid} puts more into its card's element than language and direction"
        yield from _formula_problems(guid, fields, kinds[kind])


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


_NOTES = (  # with the numbers of their cards
    "SELECT guid, mid, flds,"
    " (SELECT group_concat(ord) FROM (SELECT ord FROM cards WHERE nid = notes.id ORDER BY ord)) FROM notes"
)
_ROW_CHECKS = (
    ("SELECT guid FROM notes GROUP BY guid HAVING count(*) > 1", "two notes have one guid"),
    ("SELECT guid FROM notes WHERE id NOT IN (SELECT nid FROM cards)", "a note without a card"),
    ("SELECT id FROM cards WHERE nid NOT IN (SELECT id FROM notes)", "a card without a note"),
    (f"SELECT id FROM cards WHERE ord < 0 OR ord >= {MAX_CARDS}", "a card number that Anki does not know"),  # noqa: S608  (a number of ours)
    (f"SELECT id FROM notes WHERE id < 1 OR mod < {EARLIEST}", "a note from before 2010"),  # noqa: S608  (a number of ours)
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
            yield from (f"note {guid} holds {it}" for it in tex_inspection.problems(field, at in with_clozes))


def _numbers_in(text: str) -> str:
    """Return the card numbers that Anki finds in a cloze note's text, as SQLite joins them."""
    found = _CLOZE.findall(text)
    return ",".join(map(str, sorted({int(number) - 1 for it in found for number in it.split(",")})))


def _clean(html: str) -> bool:
    rest = _ALLOWED.sub("", html)
    return "<" not in rest and ">" not in rest
