"""A folder -> the deck folders in it and the files of each. A folder with a deck.yaml is a deck."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import Diagnostic, warning
from generator.place import Span

DECK, SOURCES, DISPUTES, MEDIA = "deck.yaml", "sources.yaml", "disputes.yaml", "media"


@dataclass(frozen=True, slots=True)
class DeckFolder:
    """A deck's *.yaml files by name, sorted. `shown` is the folder as the author sees it."""

    path: Path
    shown: str
    files: tuple[str, ...]
    missing: frozenset[str] = frozenset()  # names that files would have which are there under another

    def shows(self, name: str) -> str:
        """Return a file's path for messages, with forward slashes on every system."""
        return f"{self.shown}/{name}"


@dataclass(frozen=True, slots=True)
class Project:
    """What a source folder holds. `ignored` are the paths that are no part of a deck."""

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
        ignored = [_shown(it) for it in inside if it not in folders]
    decks = tuple(_folder(folder, found, ignored) for folder in folders)
    if not decks and not found:
        found.append(
            Diagnostic(Span(_shown(source)), "S212", "no deck is here", "a deck is a folder with a deck.yaml in it")
        )
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
        if name == MEDIA or name.startswith(".") or not name.lower().endswith((".yaml", ".yml")):
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
                    Span(f"{shown}/{name}"), "S213", "a file of this name is not read", f"rename it to '{renamed}'"
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
    return DeckFolder(folder, shown, tuple(files), frozenset(missing))


def _passed_over(path: Path, shown: str) -> Iterator[Diagnostic]:
    """Warn of notes in a folder below a deck: nobody would miss them before a student does."""
    if path.name.startswith(".") or path.is_symlink() or not path.is_dir():
        return
    try:
        names = sorted(os.listdir(path))
    except OSError:
        return
    if files := [name for name in names if name.lower().endswith((".yaml", ".yml"))]:
        help = "move its files up, beside deck.yaml; or begin its name with '.' if they are not meant to be read"
        message = f"folders in a deck are not read, and this one holds '{_clean(files[0])}'"
        yield warning(Span(f"{shown}/{_clean(path.name)}"), "S214", message, help)


def _entries(folder: Path, found: list[Diagnostic]) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as problem:
        found.append(
            Diagnostic(
                Span(_shown(folder)),
                "Y002",
                f"this folder cannot be read ({(problem.strerror or '').lower()})",
                "check its permissions",
            )
        )
        return []


def _shown(path: Path) -> str:
    """Return a path for messages: with forward slashes, and without what a terminal or a log would act on."""
    return _clean(path.as_posix())


def _clean(name: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "\ufffd", name)
