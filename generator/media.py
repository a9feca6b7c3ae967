"""A deck's media folder and the name of a file in it -> the file as it goes into the package, or why it cannot.

Only plain files that lie in `media/` itself are opened, and only those that a note refers to.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from generator import pictures, svg
from generator.characters import nfc
from generator.compiled import MediaFile
from generator.diagnostics import Diagnostic, did_you_mean, warning
from generator.files import Unusable, read_plain
from generator.place import Span
from generator.project import PICTURES, SOUNDS

LARGE, TOO_LARGE = 5_000_000, 100_000_000  # bytes: a warning, a refusal
_REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|(?:data|javascript|file|blob):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file cannot be used; where it is referred to is the caller's to say."""

    code: str
    message: str
    help: str


@dataclass(frozen=True, slots=True)
class Found:
    """A usable file. `size` is that of a picture in its own pixels, where it is a kind that can carry masks."""

    file: MediaFile
    size: tuple[float, float] | None


class Media:
    """The files of one deck's `media/`, looked at when a note first refers to them."""

    def __init__(self, folder: Path, shown: str) -> None:
        self.found: list[Diagnostic] = []
        self._folder, self._shown = folder, shown
        self._names = _names_in(folder)
        self._usable = os.path.isdir(folder) and not os.path.islink(folder)
        self._files: dict[str, Found | Problem] = {}

    def look_up(self, name: str) -> Found | Problem:
        """Return the file of that name and its size, or why it cannot be used."""
        if name not in self._names and (decoded := unquote(name)) in self._names:
            name = decoded  # "my%20picture.png", as other programs write it
        if name not in self._files:
            self._files[name] = self._place_problem(name) or self._read(name)
        return self._files[name]

    @property
    def used(self) -> tuple[MediaFile, ...]:
        """The files referred to so far, each once, sorted by their names in the package."""
        files = {found.file.name: found.file for found in self._files.values() if isinstance(found, Found)}
        return tuple(files[name] for name in sorted(files))

    def unused(self) -> list[Diagnostic]:
        """Warn of files that no note refers to."""
        used = {nfc(name) for name in self._files}
        left = [name for name in self._names if nfc(name) not in used and not name.startswith(".")]
        return [self._not_used(name) for name in left]

    def _not_used(self, name: str) -> Diagnostic:
        span = Span(f"{self._shown}/{name}")
        if os.path.isdir(self._folder / name):
            return warning(span, "M110", "a folder in media/ is not read", "put its files into media/ itself")
        usable = not self._name_problem(name)
        help = "delete it, or refer to it: ![what it shows](name)" if usable else "delete it"
        return warning(span, "M110", "no note uses this file", help)

    def _place_problem(self, name: str) -> Problem | None:
        """Say what is wrong with a name, before anything is opened."""
        if _REMOTE.match(name):
            help = "put the file into media/ and write its name: nothing is fetched while somebody studies"
            return Problem("M111", "a picture or sound cannot come from the net", help)
        if "/" in name or "\\" in name or name in (".", "..", ""):
            help = "put the file into media/ itself and write its name alone"
            return Problem("M102", f"'{name}' is not the name of a file in media/", help)
        return self._name_problem(name) or self._missing(name)

    def _name_problem(self, name: str) -> Problem | None:
        ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
        if ending not in (*PICTURES, *SOUNDS):
            message = f"'{name}' is no picture or sound that may be used"
            return Problem("M105", message, f"use {', '.join((*PICTURES, *SOUNDS))}")
        if name.startswith("_") or name.lower().startswith("latex-"):
            message = f"Anki treats files named '{name}' in a way of its own"
            return Problem("M112", message, "rename it: not '_...' and not 'latex-...'")
        return None

    def _missing(self, name: str) -> Problem | None:
        if not self._usable and os.path.lexists(self._folder):
            return Problem("M103", "media is no folder", "make it a folder with the files themselves in it")
        alike = [it for it in self._names if nfc(it).casefold() == nfc(name).casefold()]
        if len(alike) > 1:
            message = f"media/ holds {' and '.join(alike)}, which some systems take for one file"
            return Problem("M113", message, "rename one of them")
        if alike and nfc(alike[0]) != nfc(name):
            return Problem("M104", f"the file is called '{alike[0]}'", f"write '{alike[0]}'")
        if not alike:
            help = did_you_mean(name, self._names, "put the file there")
            return Problem("M101", f"there is no file '{name}' in media/", help)
        return None

    def _read(self, name: str) -> Found | Problem:
        path = self._folder / next(it for it in self._names if nfc(it) == nfc(name))  # texts are NFC, names may not be
        try:
            if path.lstat().st_size > TOO_LARGE:
                return Problem("M108", f"'{name}' is larger than {TOO_LARGE // 1_000_000} MB", "make it smaller")
            data = read_plain(path, TOO_LARGE)
        except (Unusable, OSError) as problem:
            return Problem("M103", f"'{name}' cannot be used: {problem}", "put a plain file there")
        return self._looked_into(name, path, data)

    def _looked_into(self, name: str, path: Path, data: bytes) -> Found | Problem:
        stem, ending = name.rsplit(".", 1)
        ending = ending.lower()
        kind = pictures.kind_of(data)
        size = pictures.size_of(data, kind)
        if kind != {"jpeg": "jpg"}.get(ending, ending):
            what = f"holds {_a(kind)}" if kind else "holds something else"
            help = f"save it again as {ending}" + (f", or rename it to end in .{kind}" if kind else "")
            return Problem("M106", f"'{name}' {what}, not {_a(ending)}" if data else f"'{name}' is empty", help)
        if kind in ("png", "jpg") and size is None:
            return Problem(
                "M106", f"'{name}' is damaged: it does not say how large it is", f"save it again as {ending}"
            )
        shown = f"{self._shown}/{name}"
        if kind == "svg":
            drawing, problems = svg.check(data, shown)
            self.found += problems
            size = drawing
        if len(data) > LARGE:
            self.found.append(
                warning(
                    Span(shown),
                    "M107",
                    f"{len(data) / 1_000_000:.0f} MB is much to carry on a phone",
                    f"make it smaller than {LARGE // 1_000_000} MB",
                )
            )
        sha = hashlib.sha256(data).hexdigest()
        slug = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60].strip("-") or "file"
        return Found(MediaFile(f"{slug}-{sha[:16]}.{ending}", path, len(data), sha), size)


def _names_in(folder: Path) -> list[str]:
    """Return the names in a folder; none where it is a link, or cannot be read."""
    try:
        return [] if folder.is_symlink() else sorted(os.listdir(folder))
    except OSError:
        return []


def _a(kind: str) -> str:
    return f"{'an' if kind in ('svg', 'mp3', 'ogg') else 'a'} {kind}"


def is_sound(name: str) -> bool:
    """Say whether a file name is that of a sound."""
    return name.rsplit(".", 1)[-1].lower() in SOUNDS
