"""A deck that Anki exported (.apkg, .colpkg) -> its notes and note types as they are, read by the real Anki.

The file is a stranger's: it is looked over before Anki opens it, and Anki works in a folder that is thrown away.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anki._backend import RustBackend
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from generator.base.limits import ANKI_TAGS
from generator.base.progress import Tell, silent

_MOST = 4_000_000_000  # bytes of one file, once it is unpacked
_GROWTH, _ALWAYS = 100, 100_000_000  # how often its packed size a file may become, and bytes that each may have
_MOST_IN_ALL = 20_000_000_000
_MOST_MEMBERS = 200_000
_DAMAGED = (
    OSError,
    LookupError,
    ValueError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    zipfile.BadZipFile,
)
_UNICODE_MARKS = re.compile("[\u2068\u2069]")


class Unreadable(Exception):
    """Anki cannot read the file, or it is one that nobody should open; the text says why."""


@dataclass(frozen=True, slots=True)
class ForeignNote:
    """A note as Anki stores it. `mod` is in s since 1970, `numbers` are those of its cards, from 0."""

    guid: str
    row: int
    mod: int
    note_type: int
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str  # of its first card, levels joined by ::
    numbers: tuple[int, ...]
    decks: int  # in how many its cards lie


@dataclass(frozen=True, slots=True)
class ForeignDeck:
    """What a file holds: notes in the order in which they are new, note types by id, and the folder of its media."""

    notes: tuple[ForeignNote, ...]
    note_types: Mapping[int, Mapping[str, Any]]  # as Anki describes them
    media: Path


@contextmanager
def opened(path: Path, tell: Tell = silent) -> Iterator[ForeignDeck]:
    """Read a file; what was unpacked is there until the end. Raises Unreadable."""
    _look_over(path)
    tell(f"reading {path.name}")
    with TemporaryDirectory(prefix="deckwright-import-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        try:
            with _bounded(path.stat().st_size):
                collection = _collection(path, folder) if path.suffix == ".colpkg" else _imported(path, folder)
        except Exception as problem:  # whatever Anki's backend finds wrong: its errors have no common class
            raise Unreadable(f"Anki cannot read it: {_said(problem)}") from None
        try:
            yield _deck(collection)
        finally:
            collection.close()


def _said(problem: Exception) -> str:
    return " ".join(_UNICODE_MARKS.sub("", str(problem)).split())[:300] or type(problem).__name__


def _look_over(path: Path) -> None:
    """Refuse what is not an archive, is cut short, leads elsewhere, or grows beyond all measure."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if archive.namelist().count("media") > 1 or len({it.filename for it in members}) != len(members):
                raise Unreadable("it holds two files of one name")
            if len(members) > _MOST_MEMBERS:
                raise Unreadable(f"it holds more than {_MOST_MEMBERS:,} files")
            if odd := next((it.filename for it in members if not _is_plain(it.filename)), ""):
                raise Unreadable(f"it holds a file whose name leads elsewhere: {odd[:60]!r}")
            sizes = [it.file_size for it in members]
            if max(sizes, default=0) > _MOST or sum(sizes) > _MOST_IN_ALL:
                raise Unreadable("it would become too large when it is unpacked")
            if not any(it.filename.startswith("collection.anki2") for it in members):
                raise Unreadable("there is no collection in it: Anki did not export it")
            if damaged := archive.testzip():
                raise Unreadable(f"it is damaged: the check sum of {damaged!r} is wrong")
    except _DAMAGED as problem:
        raise Unreadable(f"it is not a package, or it is damaged: {problem}") from None


def _is_plain(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_.-]{1,80}", name) is not None and not name.startswith(".")


@contextmanager
def _bounded(packed: int) -> Iterator[None]:
    """Let no file grow without end: what is packed by zstd, in `packed` bytes, does not say how large it becomes."""
    try:
        import resource
    except ImportError:  # Windows has no such bound
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    most = min(_MOST, max(_ALWAYS, _GROWTH * packed))
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _imported(path: Path, folder: Path) -> Any:
    """Import a deck into an empty collection, without what its author learnt."""
    collection = Collection(str(folder / "collection.anki2"))
    try:
        for kind in collection.models.all():  # else an imported 'Basic' would get another name, and the time of now
            kind["name"] = f"deckwright {kind['id']}"
            collection.models.update_dict(kind)
        options = ImportAnkiPackageOptions(with_scheduling=False)
        collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))
    except BaseException:
        collection.close()
        raise
    return collection


def _collection(path: Path, folder: Path) -> Any:
    """Unpack a whole collection."""
    media = folder / "collection.media"
    media.mkdir()
    RustBackend().import_collection_package(
        col_path=str(folder / "collection.anki2"),
        backup_path=str(path),
        media_folder=str(media),
        media_db=str(folder / "collection.media.db2"),
    )
    return Collection(str(folder / "collection.anki2"))


def _deck(collection: Any) -> ForeignDeck:
    decks = {it.id: it.name for it in collection.decks.all_names_and_ids()}
    cards: dict[int, list[tuple[int, int]]] = {}
    # A card in a filtered deck has another home; `due` gives the order of those that are new.
    query = "SELECT nid, ord, CASE WHEN odid THEN odid ELSE did END FROM cards ORDER BY nid, ord"
    for note, number, deck in collection.db.all(query):
        cards.setdefault(note, []).append((number, deck))
    order = dict(collection.db.all("SELECT nid, min(due) FROM cards WHERE type = 0 GROUP BY nid"))
    rows = collection.db.all("SELECT id, guid, mid, mod, tags, flds FROM notes")
    rows.sort(key=lambda row: (order.get(row[0], 0), row[0]))
    notes = []
    used = set()
    for row, guid, kind, mod, tags, texts in rows:
        if not (its := cards.get(row)):
            continue  # a note without a card is one that nobody can study
        kept = tuple(it for it in tags.split() if it.lower() not in ANKI_TAGS)
        home = decks.get(its[0][1], "Default")
        numbers, fields = tuple(sorted({number for number, _ in its})), tuple(texts.split("\x1f"))
        homes = len({it for _, it in its})
        notes.append(ForeignNote(guid, row, mod, kind, fields, kept, home, numbers, homes))
        used.add(kind)
    described = {int(it["id"]): _as_read(it) for it in collection.models.all() if it["id"] in used}
    return ForeignDeck(tuple(notes), described, Path(collection.media.dir()))


def _as_read(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return a note type without what this very import wrote into it."""
    kept = {**described, "usn": 0}
    if kept.get("originalId") == kept["id"]:
        del kept["originalId"]
    return kept
