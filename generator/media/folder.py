"""A deck's media folder and the name of a file in it -> the file as it goes into the package, or why it cannot.

Only plain files that lie in `media/` itself are opened, and only those that a note refers to.
"""

import hashlib
import os
import re
from collections.abc import Iterable
from math import ceil
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from generator.base.characters import folded, nfc
from generator.base.diagnostics import Diagnostic, did_you_mean, errors, warning
from generator.base.files import Unusable, read_plain
from generator.base.media_kinds import CONVERT, KINDS, ending_of, is_played, with_article
from generator.base.patterns import regex
from generator.base.place import Span
from generator.compiled.foreign_cards import FILE_NAME, spellings
from generator.compiled.notes import MediaFile

LARGE, TOO_LARGE = 5_000_000, 100_000_000  # bytes: a warning, a refusal
_LEGIBLE = 11.95  # px: 12, and what rounding takes
MANY_PIXELS = 50_000_000  # of which a phone needs 200 MB to show them
REMOTE = regex(r"(?:[a-z][a-z0-9+.-]*:)?//|(?:data|javascript|file|blob):", re.IGNORECASE)  # no file's name


class Problem(NamedTuple):
    """Why a file cannot be used; where it is referred to is the caller's to say."""

    code: str
    message: str
    help: str


class Media:
    """The files of one deck's `media/`, looked at when a note first refers to them."""

    def __init__(self, folder: Path, shown: str) -> None:
        self.found: list[Diagnostic] = []
        self._folder, self._shown = folder, shown
        self._names = _names_in(folder)
        self._alike: dict[str, list[str]] = {}  # names that some systems take for one
        self._exact = {nfc(name): name for name in reversed(self._names)}  # texts are NFC, names may not be
        for name in self._names:
            self._alike.setdefault(folded(name), []).append(name)
        self._usable = os.path.isdir(folder) and not os.path.islink(folder)
        self._files: dict[str, MediaFile | Problem] = {}
        self._found_as: dict[str, MediaFile] = {}  # of an adopted deck, by their own names

    def view(self) -> "View":
        """Return the same files to somebody who is to say later which names were looked up."""
        return View(self)

    def look_up(self, name: str) -> MediaFile | Problem:
        """Return the file of that name, or why it cannot be used."""
        if "%" in name and nfc(name) not in self._exact and nfc(decoded := unquote(name)) in self._exact:
            name = decoded  # "my%20picture.png", as other programs write it
        if name not in self._files:
            self._files[name] = self._place_problem(name) or self._read(name)
        return self._files[name]

    @property
    def pictures(self) -> tuple[str, ...]:
        """The names of all pictures there, used or not, sorted."""
        return tuple(it for it in self._names if ending_of(it) in KINDS and not is_played(it))

    @property
    def used(self) -> tuple[MediaFile, ...]:
        """The files referred to so far, each once, sorted by their names in the package."""
        files = {it.name: it for it in self._files.values() if isinstance(it, MediaFile)}
        files |= self._found_as
        return tuple(files[name] for name in sorted(files))

    def as_found(self, names: Iterable[str]) -> tuple[str, ...]:
        """Take files of an adopted deck under their own names, unlooked at; those that are there are returned."""
        return tuple(name for it in names if (name := self._take(it)))

    def special(self) -> None:
        """Take the files that Anki brings along unasked, which templates of an adopted deck use: `_font.ttf`."""
        self.as_found(name for name in self._names if name.startswith("_"))

    def _take(self, written: str) -> str:
        """Return the name of a file as it is there, "" where it is not; HTML may write it in other ways."""
        for name in spellings(written):
            if (name := nfc(name)) in self._found_as:
                return name
            if name in self._exact and self._usable and FILE_NAME.fullmatch(name):
                try:
                    data = read_plain(self._folder / self._exact[name], TOO_LARGE)
                except Unusable:
                    continue
                path, sha = self._folder / self._exact[name], hashlib.sha256(data).hexdigest()
                self._found_as[name] = MediaFile(name, path, len(data), sha)
                return name
        return ""

    def unused(self) -> list[Diagnostic]:
        """Warn of files that no note refers to."""
        used = {nfc(name) for name in (*self._files, *self._found_as)}
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
        if (":" in name or "/" in name) and REMOTE.match(name):
            help = "put the file into media/ and write its name: cards load nothing from the internet"
            return Problem("M111", "pictures and sounds cannot come from the internet", help)
        if "/" in name or "\\" in name or name in (".", "..", ""):
            help = "put the file into media/ itself and write its name alone"
            return Problem("M102", f"'{name}' is not the name of a file in media/", help)
        return self._name_problem(name) or self._missing(name)

    def _name_problem(self, name: str) -> Problem | None:
        ending = ending_of(name)
        if ending not in KINDS:
            message = f"'{name}' is not a picture, sound or film that a card can show"
            help = f"convert it to {CONVERT[ending]}" if ending in CONVERT else f"use {', '.join(KINDS)}"
            return Problem("M105", message, help)
        if name.startswith("_") or name.lower().startswith("latex-"):
            message = f"Anki treats the file name '{name}' as special"
            return Problem("M112", message, "rename it: not '_...' and not 'latex-...'")
        return None

    def _missing(self, name: str) -> Problem | None:
        if not self._usable and os.path.lexists(self._folder):
            return Problem("M103", "media is not a folder", "make it a folder with the files themselves in it")
        alike = self._alike.get(folded(name), [])
        if len(alike) > 1:
            message = f"media/ holds {' and '.join(alike)}, which some systems take for one file"
            return Problem("M113", message, "rename one of them")
        if alike and nfc(alike[0]) != nfc(name):
            return Problem("M104", f"the file's name is '{alike[0]}'", f"write '{alike[0]}'")
        if not alike:
            help = did_you_mean(name, self._names, "put the file there")
            return Problem("M101", f"there is no file '{name}' in media/", help)
        return None

    def _read(self, name: str) -> MediaFile | Problem:
        path = self._folder / self._exact[nfc(name)]
        try:
            if path.lstat().st_size > TOO_LARGE:
                return Problem("M108", f"'{name}' is larger than {TOO_LARGE // 1_000_000} MB", "make it smaller")
            data = read_plain(path, TOO_LARGE)
        except (Unusable, OSError) as problem:
            return Problem("M103", f"'{name}' cannot be used: {problem}", "put a plain file there")
        return self._looked_into(name, path, data)

    def _looked_into(self, name: str, path: Path, data: bytes) -> MediaFile | Problem:
        from generator.media import lookthrough, svg  # most decks have no files

        ending, shown = ending_of(name), f"{self._shown}/{name}"
        container = lookthrough.container_of(data)
        if problem := _other_kind(name, container, data):
            return problem
        looked = lookthrough.look_through(data, container)
        if looked.fault:
            return Problem("M106", f"'{name}' cannot be used: {looked.fault}", f"save it again as {ending}")
        size, packed = looked.size, None
        if container == "svg":
            drawing = svg.check(data, shown)
            self.found += drawing.found
            size, packed = drawing.size, drawing.data if drawing.data != data else None
            if size and not errors(drawing.found):
                self.found += _of_small_text(data, size, shown)
        self._warn_of_size(shown, size, len(data))
        sha = hashlib.sha256(data if packed is None else packed).hexdigest()
        slug = re.sub(r"[^a-z0-9]+", "-", name[: -len(ending) - 1].lower()).strip("-")[:60].strip("-") or "file"
        length = len(data if packed is None else packed)
        return MediaFile(f"{slug}-{sha[:16]}.{ending}", path, length, sha, packed, size)

    def _warn_of_size(self, shown: str, size: tuple[float, float] | None, length: int) -> None:
        if length > LARGE:
            message = f"{length / 1_000_000:.0f} MB is much to carry on a phone"
            self.found.append(warning(Span(shown), "M107", message, f"make it smaller than {LARGE // 1_000_000} MB"))
        if size and not shown.endswith(".svg") and size[0] * size[1] > MANY_PIXELS:
            message = f"{size[0] * size[1] / 1_000_000:.0f} megapixels are more than a phone can show"
            help = (
                f"make it smaller than {MANY_PIXELS // 1_000_000} megapixels; 2,000 pixels of width show every detail"
            )
            self.found.append(warning(Span(shown), "M118", message, help))


class View(Media):
    """The files of somebody else's Media, looked up through it. `asked` are the names, each once, in their order."""

    def __init__(self, media: Media) -> None:
        self._whose = media
        self._asked: dict[str, None] = {}

    @property
    def asked(self) -> tuple[str, ...]:
        """The names looked up so far."""
        return tuple(self._asked)

    def as_found(self, names: Iterable[str]) -> tuple[str, ...]:
        """Take files under their own names, as an adopted deck has them."""
        return self._whose.as_found(names)

    def look_up(self, name: str) -> MediaFile | Problem:
        """Return the file of that name, or why it cannot be used."""
        self._asked[name] = None
        return self._whose.look_up(name)


def _of_small_text(data: bytes, size: tuple[float, float], shown: str) -> list[Diagnostic]:
    from generator.media import _svg_text

    small = _svg_text.smallest(data, size)
    if small is None or small.pixels >= _LEGIBLE:
        return []
    message = f"on a phone '{small.words[:40]}' is {small.pixels:.1f} px high"
    help = f"give text a font-size of at least {ceil(small.units)}, or make the drawing less wide"
    line = data.decode("utf-8", "replace").splitlines()[small.line - 1]
    column = line.find(small.words) + 1 or 1
    return [
        warning(Span(shown, small.line, column, small.line, column + len(small.words), line), "M131", message, help)
    ]


def _other_kind(name: str, container: str, data: bytes) -> Problem | None:
    """Say that a file's bytes are not what its ending promises."""
    ending = ending_of(name)
    if container == KINDS[ending].container:
        return None
    if not data:
        return Problem("M106", f"'{name}' is empty", f"save it again as {ending}")
    what = f"holds {with_article(container)}" if container else "holds something else"
    help = f"save it again as {ending}" + (f", or rename it to end in .{container}" if container in KINDS else "")
    return Problem("M106", f"'{name}' {what}, not {with_article(ending)}", help)


def _names_in(folder: Path) -> list[str]:
    """Return the names in a folder; none where it is a link, or cannot be read."""
    try:
        return [] if folder.is_symlink() else sorted(os.listdir(folder))
    except OSError:
        return []
