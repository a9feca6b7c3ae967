"""A folder -> the deck folders in it and the files of each. A folder with a deck.yaml is a deck."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from generator.base.diagnostics import Diagnostic, warning
from generator.base.files import reason
from generator.base.media_kinds import KINDS, is_played
from generator.base.place import Span

DECK, SOURCES, DISPUTES, MEDIA = "deck.yaml", "sources.yaml", "disputes.yaml", "media"
BASELINE = "lint-baseline.json"  # the warnings that --strict lets pass
_OF_MEDIA = tuple(f".{ending}" for ending in KINDS)
_OF_NOTES = (".yaml", ".yml")


class DeckFolder(NamedTuple):
    """A deck's *.yaml files by name, in natural order. `shown` is the folder as the author sees it."""

    path: Path
    shown: str
    files: tuple[str, ...]
    missing: frozenset[str] = frozenset()  # names that files would have which are there under another

    def shows(self, name: str) -> str:
        """Return a file's path for messages, with forward slashes on every system."""
        return f"{self.shown}/{name}"


class Project(NamedTuple):
    """What a source folder holds. `ignored` are the paths that are not part of a deck."""

    decks: tuple[DeckFolder, ...]
    ignored: tuple[str, ...]


def find(source: Path) -> tuple[Project, tuple[Diagnostic, ...]]:
    """Return the decks of a folder: itself, or the folders in it."""
    found: list[Diagnostic] = []
    ignored: list[str] = []
    if _is_deck(source):
        folders = [source]
    else:
        inside = _entries(source, found)
        folders = [it for it in inside if os.path.isdir(it) and _is_deck(it)]
        others = [it for it in inside if it not in folders]
        ignored = [_shown(it) for it in others]
        found += [it for path in others if folders for it in _of_no_deck(path)]
    decks = tuple(_folder(folder, found, ignored) for folder in folders)
    if not decks and not found:
        found.append(
            Diagnostic(
                Span(_shown(source)), "S212", "there is no deck here", "a deck is a folder with a deck.yaml in it"
            )
        )
    own = (".schema.json", f"/{BASELINE}")  # an editor reads the one, a check the other
    ignored = [it for it in ignored if not it.endswith(own)]
    return Project(decks, tuple(sorted(ignored))), tuple(found)


def _is_deck(folder: Path) -> bool:
    """A deck.yaml under another spelling is a deck, too: its faulty name is then reported."""
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    return any(name.lower() in (DECK, "deck.yml") for name in names)


def _folder(folder: Path, found: list[Diagnostic], ignored: list[str]) -> DeckFolder:
    shown = _shown(folder)
    files = []
    names = []
    missing = set()
    for path in _entries(folder, found):
        name = path.name
        if name == MEDIA or name.startswith(".") or not name.lower().endswith(_OF_NOTES):
            if name != MEDIA:
                ignored.append(f"{shown}/{name}")
                found += _passed_over(path, shown)
            continue
        right = name.lower().removesuffix(".yml").removesuffix(".yaml") + ".yaml"
        if not name.endswith(".yaml") or (right in (DECK, SOURCES, DISPUTES) and name != right):
            renamed = right if right in (DECK, SOURCES, DISPUTES) else name.rsplit(".", 1)[0] + ".yaml"
            names.append(right)
            missing.add(right)
            found.append(
                Diagnostic(
                    Span(f"{shown}/{name}"), "S213", "files with this name are not read", f"rename it to '{renamed}'"
                )
            )
            continue
        names.append(name)
        files.append(name)
    if DECK not in names:
        found.append(
            Diagnostic(
                Span(shown), "S212", "this deck has no deck.yaml", "write one with 'id:', 'name:' and 'tag_root:'"
            )
        )
    return DeckFolder(folder, shown, tuple(sorted(files, key=natural)), frozenset(missing))


def natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return what sorts names as people count: 2 before 10."""
    parts = re.split(r"([0-9]+)", name)
    numbers = [(int(it[:18]) if it.isdigit() else -1, it) for it in parts]
    return [(number, "" if number >= 0 else text) for number, text in numbers], name


def _of_no_deck(path: Path) -> Iterator[Diagnostic]:
    """Warn of notes beside the decks of a folder, or in a folder that is not a deck."""
    span, hide = Span(_shown(path)), "or begin its name with '.' if it is not meant to be read"
    if inside := _notes_in(path):
        help = f"write a deck.yaml in it, move its files beside one, {hide}"
        yield warning(span, "S215", f"this folder has no deck.yaml: '{inside}' in it is not read", help)
    elif not path.name.startswith(".") and path.name.lower().endswith(_OF_NOTES) and not path.is_dir():
        yield warning(
            span, "S215", "there is no deck here, so this file is not read", f"move it beside a deck.yaml, {hide}"
        )


def _passed_over(path: Path, shown: str) -> Iterator[Diagnostic]:
    """Warn of notes in a folder below a deck, and of a picture beside its notes: nobody would miss them in time."""
    span = Span(f"{shown}/{_clean(path.name)}")
    if inside := _notes_in(path):
        help = "move its files up, beside deck.yaml; or begin its name with '.' if they are not meant to be read"
        yield warning(span, "S214", f"folders in a deck are not read, and this one holds '{inside}'", help)
    elif not path.name.startswith(".") and path.name.lower().endswith(_OF_MEDIA) and not path.is_dir():
        what = "sounds and films" if is_played(path.name) else "pictures"
        yield warning(span, "M117", f"{what} are read from {MEDIA}/ only", f"move it into {MEDIA}/")


def _notes_in(folder: Path) -> str:
    """Return the first *.yaml file of a folder, "" where there is none or the folder is hidden."""
    if folder.name.startswith(".") or folder.is_symlink() or not folder.is_dir():
        return ""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return ""
    return next((_clean(name) for name in names if name.lower().endswith(_OF_NOTES)), "")


def _entries(folder: Path, found: list[Diagnostic]) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as problem:
        found.append(
            Diagnostic(
                Span(_shown(folder)),
                "Y002",
                f"this folder cannot be read ({reason(problem)})",
                "check its permissions",
            )
        )
        return []


def _shown(path: Path) -> str:
    """Return a path for messages: with forward slashes, and without what a terminal or a log would act on."""
    return _clean(path.as_posix())


def _clean(name: str) -> str:
    return name if name.isprintable() else re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "\ufffd", name)
