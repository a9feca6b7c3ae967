"""A deck's notes and media folder -> the pictures on which an author can draw masks, and the files of notes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from generator.base.characters import nfc
from generator.base.place import Source
from generator.compiled.notes import MediaFile
from generator.kinds.kind import DrawnMask
from generator.kinds.registry import masked
from generator.media.folder import Media
from generator.source.authored import Note
from generator.source.project import MEDIA, DeckFolder

_MOST = 100  # pictures that no note uses: a page carries all of their bytes


class Canvas(NamedTuple):
    """A picture, and what one note hides on it. Of a picture that no note uses, `note` and `path` are empty."""

    picture: MediaFile
    note: str = ""
    path: str = ""
    masks: tuple[DrawnMask, ...] = ()


class Easel(NamedTuple):
    """Where the author of a deck draws. `files` are those that hold notes, with the digest of each, by their paths."""

    canvases: tuple[Canvas, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


def easel(folder: DeckFolder, notes: Sequence[Note], used: Iterable[MediaFile]) -> Easel:
    """Return the pictures of the image notes, then those that no note uses, in the order of their names."""
    known = {nfc(it.path.name): it for it in used}
    drawn = tuple(_with_masks(notes, known))
    return Easel((*drawn, *islice(_unused(folder, known), _MOST)), _files(notes, drawn))


def digest_of(source: Source) -> str:
    """Return what tells a file's text from any other."""
    return hashlib.sha256(source.text.encode()).hexdigest()


def _with_masks(notes: Iterable[Note], known: Mapping[str, MediaFile]) -> Iterator[Canvas]:
    for note in notes:
        if found := masked(note, known):
            yield Canvas(found[0], note.common.id.value, note.common.id.source.path, found[1])


def _unused(folder: DeckFolder, known: Mapping[str, MediaFile]) -> Iterator[Canvas]:
    media = Media(folder.path / MEDIA, folder.shows(MEDIA))
    for name in media.pictures:
        found = media.look_up(name) if nfc(name) not in known else None
        if isinstance(found, MediaFile) and found.pixels:
            yield Canvas(found)


def _files(notes: Iterable[Note], drawn: Iterable[Canvas]) -> tuple[tuple[str, str], ...]:
    """Return the files that hold notes; those with pictures come first, for the next picture most likely joins them."""
    sources = {note.common.id.source.path: note.common.id.source for note in notes}
    paths = dict.fromkeys((*(it.path for it in drawn), *sources))
    return tuple((path, digest_of(sources[path])) for path in paths)
