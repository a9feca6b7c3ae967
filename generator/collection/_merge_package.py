"""The file of an .apkg -> an Arrival: what it holds, and what `deckwright.json` in it says of earlier releases.

A stranger can write both: whatever is not of the form that we write is refused here, before anything acts on it. This
file needs the standard library alone: the add-on holds a copy of it.
"""

import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .merge_plan import Arrival, Gone, Kind, Ours, is_below

MEMBER = "deckwright.json"
OURS = (1763596800101, 1763596800102, 1763596800103)  # the ids of Deckwright's note types
_FORMAT = 1
_MOST = 4_000_000_000  # bytes of a member
_MOST_JSON = 200_000_000
_DAMAGED = (OSError, LookupError, TypeError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile)
_DAMAGED_DATA = (*_DAMAGED, AttributeError, OverflowError, MemoryError, zlib.error, sqlite3.Error)
_ID = re.compile(r"[a-z0-9-]+(?:/[a-z0-9_-]+)?")
_HASH = re.compile(r"[0-9a-f]{8}")
_FILE = re.compile(r"(?!_)[A-Za-z0-9._-]{1,120}")
_RESERVED = ("marked", "leech")  # tags of Anki's own


class Foreign(Exception):
    """The package is not one that can be merged; the text says why, in one line."""


def arrival(package: Path) -> Arrival:
    """Read a package. Raises Foreign."""
    connection = sqlite3.connect(":memory:")
    try:
        with zipfile.ZipFile(package) as archive:
            names = archive.namelist()
            if "collection.anki21" in names or "collection.anki21b" in names:
                raise Foreign("Anki itself exported it; give a package that deckwright built")
            memory = _memory(_member(archive, MEMBER, _MOST_JSON)) if MEMBER in names else None
            connection.deserialize(_member(archive, "collection.anki2", _MOST))
            media = json.loads(_member(archive, "media", _MOST_JSON))
        if memory is None:
            raise Foreign(_without_memory(connection))
        return _arrival(connection, media, memory)
    except Foreign:
        raise
    except _DAMAGED_DATA:
        raise Foreign("it is not a package that deckwright built, or it is damaged") from None
    finally:
        connection.close()


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    if archive.namelist().count(name) != 1 or archive.getinfo(name).file_size > most:
        raise Foreign(f"it has no '{name}', or one that nobody could use")
    return archive.read(name)


def _without_memory(connection: sqlite3.Connection) -> str:
    ((models,),) = connection.execute("SELECT models FROM col")
    if not {int(id) for id in json.loads(models)} & set(OURS):
        return "deckwright did not build it; import it in Anki instead"
    return f"it has no {MEMBER}: an older deckwright built it, or it holds withdrawn notes; import it in Anki instead"


def _memory(data: bytes) -> dict[str, Any]:
    """Return what the member says. Raises Foreign where it is not what we write."""
    try:
        memory = json.loads(data)
    except (ValueError, RecursionError):
        raise Foreign(f"its {MEMBER} is damaged") from None
    if not isinstance(memory, dict):
        raise Foreign(f"its {MEMBER} is damaged")
    version = memory.get("format")
    if type(version) is int and version > _FORMAT:
        raise Foreign(f"its {MEMBER} is of a newer deckwright: update this one")
    roots = [memory.get("root"), *_list(memory, "roots")]
    release = memory.get("release")
    fit = (
        version == _FORMAT
        and _is_line(memory.get("deck"))
        and all(_is_root(it) for it in roots)
        and ("mark" not in memory or _is_mark(memory["mark"]))
        and (release is None or (isinstance(release, dict) and _is_line(release.get("name"))))
    )
    if not fit:
        raise Foreign(f"its {MEMBER} is not what deckwright writes")
    return memory


def _is_line(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 1000 and value.isprintable()


def _is_mark(value: object) -> bool:
    return _is_line(value) and isinstance(value, str) and len(value) > 2 and value[0] + value[-1] == "[]"


def _is_root(value: object) -> bool:
    if not _is_line(value) or not isinstance(value, str):
        return False
    return not any(it.isspace() for it in value) and value.strip(":") == value and value.casefold() not in _RESERVED


def _list(record: Mapping[str, Any], name: str, fits: Callable[[Any], bool] = _is_line) -> list[str]:
    value = record.get(name, [])
    if not isinstance(value, list) or not all(isinstance(it, str) and fits(it) for it in value):
        raise Foreign(f"its {MEMBER} is not what deckwright writes: '{name}'")
    return value


def _records(memory: Mapping[str, Any], name: str) -> Mapping[str, Mapping[str, Any]]:
    value = memory.get(name)
    if not isinstance(value, dict) or not all(isinstance(it, dict) for it in value.values()):
        raise Foreign(f"its {MEMBER} is not what deckwright writes: '{name}'")
    return value


def _past(record: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    past = record.get("past", {})
    if not isinstance(past, dict):
        raise Foreign(f"its {MEMBER} is not what deckwright writes: 'past'")
    return {name: frozenset(_list(past, name, lambda it: bool(_HASH.fullmatch(it)))) for name in past}


def _ids(record: Mapping[str, Any]) -> list[str]:
    return _list(record, "was", lambda it: bool(_ID.fullmatch(it)))


def _media(named: Any) -> dict[str, str]:
    if not isinstance(named, dict) or not all(isinstance(it, str) and _FILE.fullmatch(it) for it in named.values()):
        raise Foreign("it holds a media file whose name could lead elsewhere")
    return {name: str(member) for member, name in named.items()}


def _arrival(connection: sqlite3.Connection, media: Any, memory: dict[str, Any]) -> Arrival:
    ((models, decks),) = connection.execute("SELECT models, decks FROM col")
    kinds = {int(id): kind_of(it) for id, it in json.loads(models).items()}
    if not kinds or not set(kinds) <= set(OURS):
        raise Foreign(
            "it holds note types that are not Deckwright's, as an adopted deck does; import it in Anki instead"
        )
    files = _media(media)  # those of an adopted deck may have other names
    homes = {int(it["id"]): str(it["name"]) for it in json.loads(decks).values()}
    notes = {it.guid: it for it in _notes(connection, kinds, homes, _records(memory, "notes"))}
    gone = {guid: Gone(tuple(_ids(it)), _past(it)) for guid, it in _records(memory, "withdrawn").items()}
    gone = {guid: it for guid, it in gone.items() if it.ids and guid not in notes}
    root = memory["root"]
    if not all(is_below(tag, root) for note in notes.values() for tag in note.tags):
        raise Foreign(f"its {MEMBER} names a root that its tags are not below")
    release = memory["release"]["name"] if memory["release"] else ""
    mark = memory.get("mark", Arrival.mark)
    return Arrival(memory["deck"], root, tuple(memory["roots"]), release, kinds, notes, gone, files, mark)


def kind_of(kind: Mapping[str, Any]) -> Kind:
    """Return a note type from Anki's own description of it."""
    fields = tuple((str(it["name"]), int(it.get("id") or 0)) for it in kind["flds"])
    templates = tuple((str(it["name"]), int(it.get("id") or 0)) for it in kind["tmpls"])
    look = (str(kind["css"]), *(side for it in kind["tmpls"] for side in (str(it["qfmt"]), str(it["afmt"]))))
    return Kind(int(kind["id"]), str(kind["name"]), fields, templates, look, int(kind["mod"]))


def _notes(
    connection: sqlite3.Connection,
    kinds: Mapping[int, Kind],
    homes: Mapping[int, str],
    records: Mapping[str, Mapping[str, Any]],
) -> Iterator[Ours]:
    cards: dict[int, dict[int, str]] = {}
    for row, number, deck in connection.execute("SELECT nid, ord, did FROM cards"):
        cards.setdefault(row, {})[number] = homes[deck]
    for row, guid, kind, mod, tags, texts in connection.execute("SELECT id, guid, mid, mod, tags, flds FROM notes"):
        names = [name for name, _ in kinds[kind].fields]
        fields = dict(zip(names, texts.split("\x1f"), strict=True))
        record = records.get(guid, {})
        id, reason = fields["ID"], record.get("erratum", "")
        if not _ID.fullmatch(id) or not (reason == "" or _is_line(reason)):
            raise Foreign("a note of it has an id or an erratum that deckwright does not write")
        decks = frozenset(_list(record, "decks"))
        yield Ours(
            guid,
            (id, *_ids(record)),
            kind,
            mod,
            fields,
            tuple(tags.split()),
            cards.get(row, {}),
            _past(record),
            decks,
            reason,
        )
