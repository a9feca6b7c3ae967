"""A project and a newer deck -> note types and media to be written, and those that stay because both changed them."""

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

from generator.base.files import Unusable, read_plain
from generator.base.limits import MAX_PACKAGE
from generator.collection.foreign import ForeignDeck
from generator.compiled import foreign, live
from generator.compiled.foreign_cards import FILE_NAME, files_of
from generator.compiled.foreign_shapes import shape_of
from generator.compiled.notes import NoteType
from generator.importing.arrived import Unreadable
from generator.importing.making import slug, unused
from generator.ledger.adopted import Look, hash_of, look_of
from generator.pipeline.newer._home import Home
from generator.pipeline.newer.results import Outcome
from generator.source.note_types import NOTE_TYPES, what_runs
from generator.source.project import MEDIA


@dataclass(frozen=True, slots=True)
class Looks:
    """Note types: files by their paths in the deck's folder, and how each looks in the newer deck."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    known: Mapping[int, Look] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)


@dataclass(frozen=True, slots=True)
class Pictures:
    """The same of media, with a hash of each file in the newer deck."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)


def looks(home: Home, deck: ForeignDeck, theirs: Mapping[int, NoteType], allowed: tuple[str, ...]) -> Looks:
    """Return what becomes of how cards look. `theirs` are their note types whose shape is ours. Raises Unreadable."""
    paths = _paths(home)
    let_in = {it.id for it in _let_in(home, deck, allowed)}
    files = {paths[id]: foreign.written(json.loads(home.types[id].foreign), may_run=True) for id in let_in}
    known = dict(home.adopted.looks)
    changed, kept = [], []
    for id, its in sorted(theirs.items()):
        ours = home.types.get(id)
        if ours is None:
            continue  # it comes with its notes
        now, base = look_of(its), home.adopted.looks.get(id, Look(look_of(ours), ours.mod))
        if now == base.hash or its.mod < base.mod:
            continue
        is_taken = look_of(ours) in (base.hash, now) and shape_of(its) == shape_of(ours)
        known[id] = Look(now, its.mod)
        if not is_taken:
            kept.append(ours.name)
        elif look_of(ours) != now:
            _see_that_it_may_run(its, allowed)
            described = {**deck.note_types[id], "name": ours.name}
            files[paths[id]] = foreign.written(described, bool(what_runs(its)) or ours.may_run or id in let_in)
            changed.append(ours.name)
    return Looks(files, known, Outcome((), tuple(changed), tuple(kept)))


def _let_in(home: Home, deck: ForeignDeck, allowed: tuple[str, ...]) -> Iterator[NoteType]:
    """Yield the note types of the project of which a note begins to run a script, which was let in by name."""
    running = {it.note_type for it in deck.notes if live.runs("\x1f".join(it.fields))}
    for kind in home.types.values():
        if kind.id in running and kind.name in allowed and not kind.may_run:
            yield kind


def _see_that_it_may_run(kind: NoteType, allowed: tuple[str, ...]) -> None:
    if (run := what_runs(kind)) and kind.name not in allowed:
        help = f"if you know what it does: --allow-scripts '{kind.name}'"
        raise Unreadable(f"cards of '{kind.name}' would run another script than before ({run}); {help}")


def _paths(home: Home) -> dict[int, str]:
    """Return the file of each note type, by its id."""
    found = {}
    for path in (home.folder.path / NOTE_TYPES).glob("*.json"):
        try:
            found[foreign.read(read_plain(path, MAX_PACKAGE)).id] = f"{NOTE_TYPES}/{path.name}"
        except (Unusable, foreign.Unfit):
            continue  # told by every build
    return found


def of_new_types(home: Home, written: Mapping[str, bytes]) -> Looks:
    """Return the files of note types that no note had before; `written` are those of an import."""
    taken = {Path(it).stem for it in _paths(home).values()}
    files: dict[str, bytes] = {}
    known: dict[int, Look] = {}
    names = []
    for data in written.values():
        kind = foreign.read(data)
        if kind.id not in home.types:
            files[f"{NOTE_TYPES}/{unused(slug(kind.name) or 'note-type', taken)}.json"] = data
            known[kind.id] = Look(look_of(kind), kind.mod)
            names.append(kind.name)
    return Looks(files, known, Outcome(tuple(names)))


def pictures(home: Home, deck: ForeignDeck, fields: Iterator[tuple[str, ...]], held: Set[str]) -> Pictures:
    """Return what becomes of media. `fields` are those of every note that is as they gave it out.

    The files of `held` stay as they are.
    """
    named = files_of(html for its in fields for html in its)
    files: dict[str, bytes] = {}
    known = dict(home.adopted.media)
    added, changed, kept = [], [], []
    for path in sorted(deck.media.iterdir()):
        name = path.name
        if name in held or not _is_looked_at(path, named | set(known)):
            continue
        data, mine, base = path.read_bytes(), ours(home, name), known.get(name, "")
        theirs = hash_of(data)
        if mine is None and base and name not in named:
            continue  # the author deleted it
        known[name] = theirs
        if mine is None:
            added.append(name)
        elif theirs in (base, mine):
            continue
        elif mine == base:
            changed.append(name)
        else:
            kept.append(name)
            continue
        files[f"{MEDIA}/{name}"] = data
    return Pictures(files, known, Outcome(tuple(added), tuple(changed), tuple(kept)))


def _is_looked_at(path: Path, names: Set[str]) -> bool:
    is_named = path.name in names or path.name.startswith("_")
    return is_named and path.is_file() and not path.is_symlink() and FILE_NAME.fullmatch(path.name) is not None


def ours(home: Home, name: str) -> str | None:
    """Return a hash of a file of the project; None where there is none."""
    try:
        return hash_of(read_plain(home.folder.path / MEDIA / name, MAX_PACKAGE))
    except Unusable:
        return None
