"""The name of a file in a text -> its name in `media/`, where the file is there and a card can show it."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from generator.base.characters import folded, nfc
from generator.base.media_kinds import KINDS, ending_of
from generator.media.folder import REMOTE, Media, Problem

_MOST_FILES = 200_000


class Album:
    """The files that texts name, each looked at once. Only what lies in a folder that was named is opened."""

    def __init__(self, paths: Sequence[Path], folder: Path | None) -> None:
        self._folders = [Path(os.path.abspath(it)) for it in ((folder,) if folder else ()) if it]
        self._roots = [Path(os.path.abspath(it if it.is_dir() else it.parent)) for it in paths]
        self._whole = [*self._folders, *(root for root, it in zip(self._roots, paths, strict=True) if it.is_dir())]
        self._real = {Path(os.path.realpath(it)) for it in (*self._folders, *self._roots)}
        self._by_name: dict[str, Path] | None = None
        self._looked: dict[Path, Media] = {}
        self._names: dict[str, str] = {}  # the path of a file -> its name in media/
        self._taken: dict[str, Path] = {}  # case folded name -> its file
        self._missing: dict[str, None] = {}

    @property
    def used(self) -> dict[str, Path]:
        """The files that were found, by their names in `media/`."""
        return {name: Path(path) for path, name in sorted(self._names.items(), key=lambda it: it[1])}

    @property
    def missing(self) -> tuple[str, ...]:
        """What was not found or cannot be shown, with where it is named."""
        return tuple(self._missing)

    def name_of(self, written: str, folder: Path, place: str) -> str:
        """Return the name in `media/` of a file that a text names; "" where there is none that a card can show."""
        if REMOTE.match(written):
            return self._lacks(written, place, "it is on the internet, and cards load nothing from there")
        path = self._find(nfc(unquote(written)), folder) or self._find(nfc(written), folder)
        if path is None:
            return self._lacks(written, place, "there is no such file")
        key = path.as_posix()
        if key not in self._names:
            if why := self._unfit(path):
                return self._lacks(written, place, why)
            self._names[key] = self._new_name(path)
        return self._names[key]

    def found(self, written: str, folder: Path) -> str:
        """Return the name in `media/` of what may be a file's name, "" where there is no such file."""
        return self.name_of(written, folder, "") if self._find(nfc(written), folder) else ""

    def _lacks(self, written: str, place: str, why: str) -> str:
        self._missing[f"{place}: {written}: {why}"] = None
        return ""

    def _find(self, name: str, folder: Path) -> Path | None:
        """Return the file of a name: beside the text, in a folder that was named, or anywhere in one."""
        name = name.strip().replace("\\", "/").split("#")[0].split("|")[0]
        for base in (Path(os.path.abspath(folder)), *self._folders, *self._roots):
            path = Path(os.path.normpath(base / name))
            if name and self._is_inside(path):
                return path
        return self._anywhere(name)

    def _anywhere(self, name: str) -> Path | None:
        if self._by_name is None:
            self._by_name = {}
            for root in self._whole:
                for number, path in enumerate(root.rglob("*")):
                    if number > _MOST_FILES:
                        break
                    if ending_of(path.name) in KINDS:
                        self._by_name.setdefault(nfc(path.name).casefold(), path)
        found = self._by_name.get(name.rpartition("/")[2].casefold())
        return found if found and self._is_inside(found) else None

    def _is_inside(self, path: Path) -> bool:
        """Say whether a plain file is there, in a folder that was named also where a link leads on the way to it."""
        try:
            plain = path.is_file() and not path.is_symlink()
            return plain and any(path.resolve().is_relative_to(it) for it in self._real)
        except (OSError, RuntimeError):  # a name that no file can have, or links in a circle
            return False

    def _unfit(self, path: Path) -> str:
        """Return why a card cannot show a file, "" where it can."""
        if path.parent not in self._looked:
            self._looked[path.parent] = Media(path.parent, path.parent.as_posix())
        found = self._looked[path.parent].look_up(nfc(path.name))
        special = isinstance(found, Problem) and found.code == "M112"  # for its name, and that is changed
        return f"{found.message}: {found.help}" if isinstance(found, Problem) and not special else ""

    def _new_name(self, path: Path) -> str:
        stem, ending = nfc(path.name).rpartition(".")[::2]
        stem = re.sub(r"[\x00-\x1f\x7f<>()\[\]\"'|?*:^\\/%#]+", "-", stem).lstrip("_. ") or "file"
        stem = f"x-{stem}" if stem.lower().startswith("latex-") else stem
        name, number = f"{stem}.{ending.lower()}", 1
        while folded(name) in self._taken:
            number += 1
            name = f"{stem}-{number}.{ending.lower()}"
        self._taken[folded(name)] = path
        return name
