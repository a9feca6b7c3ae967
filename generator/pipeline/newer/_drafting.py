"""What both sides changed -> the files of notes as they are to be, and the notes of which a person has to decide."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from generator.base.files import read_plain
from generator.base.limits import MAX_BYTES
from generator.importing.yaml_text import whole_file
from generator.ledger.adopted import Original, said_by
from generator.pipeline.newer import _rewriting
from generator.pipeline.newer._home import Home
from generator.pipeline.newer._rewriting import Unwritable, Wanted, texts_of
from generator.pipeline.newer._sides import Change, file_for, holds_ours, sides_of
from generator.pipeline.newer.results import Both
from generator.source.project import DECK, DISPUTES, SOURCES

_BY_HAND = "its file is not written as a list of notes, a key a line: change it by hand"


@dataclass(frozen=True, slots=True)
class Draft:
    """Files of notes by their names, and what became of each change, by guid."""

    before: Mapping[str, bytes]
    files: Mapping[str, bytes] = field(default_factory=dict)
    both: Mapping[str, Both] = field(default_factory=dict)
    alike: frozenset[str] = frozenset()  # both sides changed them to the same
    stuck: Mapping[str, str] = field(default_factory=dict)  # guid -> why it cannot be written


def drafted(home: Home, changes: Mapping[str, Change], said: Mapping[str, str], undecided: Set[str]) -> Draft:
    """Return the files with all changes. `said` is what theirs say, by guid; nothing is done for the `undecided`."""
    before = dict(_files(home))
    texts = {name: texts_of(data, name) for name, data in before.items()}
    home_file = {id: name for name, notes in texts.items() for id in notes}
    both: dict[str, Both] = {}
    alike: set[str] = set()
    by_file: dict[str, list[tuple[str, Change]]] = {}
    for guid, change in changes.items():
        id = change.note.id
        name = home_file[id] if change.base else file_for(change.note.subdeck, texts, home)
        if change.is_edited and change.has_texts:
            sides = sides_of(change, texts[name][id], home)
            if said[guid] == said_by(home.authored[id]) or not sides:  # a line may end a text, or not
                alike.add(guid)
            elif not holds_ours(change, texts[name][id]):
                both[guid] = Both(id, (home.below / name).as_posix(), sides)
        if guid not in undecided:
            by_file.setdefault(name, []).append((guid, change))
    left = {*both, *alike}
    files: dict[str, bytes] = {}
    stuck: dict[str, str] = {}
    for name, its in by_file.items():
        data, failed = _file(before.get(name), name, its, left)
        stuck |= dict.fromkeys(failed, _BY_HAND)
        if data != before.get(name):
            files[name] = data
    return Draft(before, files, both, frozenset(alike), stuck)


def _files(home: Home) -> Iterator[tuple[str, bytes]]:
    for name in home.folder.files:
        if name not in (DECK, SOURCES, DISPUTES):
            yield name, read_plain(home.folder.path / name, MAX_BYTES)


def _file(
    before: bytes | None, name: str, changes: list[tuple[str, Change]], left: Set[str]
) -> tuple[bytes, list[str]]:
    """Return a file with its changes, and the guids of those that cannot be written."""
    if before is None:
        return whole_file([it.note for _, it in changes]).encode(), []
    try:
        return _rewriting.rewritten(before, name, _wanted(changes, left)), []
    except Unwritable:  # one of them: the others are written one after the other
        data, failed = before, []
        for guid, change in changes:
            try:
                data = _rewriting.rewritten(data, name, _wanted([(guid, change)], left))
            except Unwritable:
                failed.append(guid)
        return data, failed


def _wanted(changes: Iterable[tuple[str, Change]], left: Set[str]) -> Wanted:
    """Return what is to be written; the texts of the notes in `left` stay."""
    known = [(guid, it) for guid, it in changes if it.base]
    texts = {it.note.id: it.note.keys for guid, it in known if it.has_texts and guid not in left}
    return Wanted(texts, {it.note.id: it.note.tags for _, it in known}, [it.note for _, it in changes if not it.base])


def originals(
    home: Home, changes: Mapping[str, Change], draft: Draft, theirs: Mapping[str, str], ours: Mapping[str, str]
) -> dict[Any, Original]:
    """Return every adopted note, those that changed as they gave them out last.

    `theirs` and `ours` are what notes say: theirs by guid, those of the files as they are to be by id.
    """
    found = dict(home.adopted.notes)
    for guid, change in changes.items():
        if change.base and not change.has_texts:
            said = change.base.said
        else:
            said = theirs[guid] if guid in draft.both else ours[change.note.id]
        original = change.original(said)
        found[original.id] = original
    return found


def both_text(both: Iterable[Both], package: str) -> bytes:
    """Return both sides of every note that both changed, for a person to decide."""
    lines = [f"Both sides changed these notes: {package} says one thing, your files another, and yours stayed."]
    lines += ["Nothing reads this file."]
    for it in both:
        lines += ["", f"{it.id} ({it.file})"]
        for side in it.sides:
            lines += [f"  {side.field}", "    theirs:", *_indented(side.theirs), "    yours:", *_indented(side.ours)]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _indented(text: str) -> list[str]:
    return [f"      {line}" for line in text.rstrip("\n").split("\n")]
