"""A project and a newer deck -> what becomes of pictures under masks that have another size there.

Masks are written in a picture's own pixels: on a picture of another size each of them would lie elsewhere.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from generator.collection.foreign import ForeignDeck
from generator.compiled.notes import MediaFile
from generator.kinds.registry import masked
from generator.ledger.adopted import said_by
from generator.media.folder import Media
from generator.pipeline.newer._beside import ours
from generator.pipeline.newer._home import Home
from generator.pipeline.newer._sides import Change, Sorted

_WHY = "its size is another, and masks of yours lie on it"


class Resized(NamedTuple):
    """Pictures by their own names. `redrawn` are notes, by guid, whose masks are written anew -> their picture."""

    redrawn: Mapping[str, str]
    held: Mapping[str, str]  # pictures that stay as they are -> why
    sizes: frozenset[str]  # all pictures that have another size there
    replaced: frozenset[str]  # those of them that the author replaced, too


def resized(home: Home, deck: ForeignDeck, kinds: Sorted) -> Resized:
    """Return what a merge has to mind of masks."""
    theirs = Media(deck.media, deck.media.name)
    redrawn: dict[str, str] = {}
    held: dict[str, str] = {}
    sizes: set[str] = set()
    replaced: set[str] = set()
    for name, ids in _under_masks(home).items():
        file = theirs.look_up(name)
        if not isinstance(file, MediaFile) or file.pixels in (None, home.pictures[name].pixels):
            continue
        sizes.add(name)
        guids = dict(_as_they_were(home, ids, kinds))
        if ours(home, name) != home.adopted.media.get(name):
            replaced.add(name)
        elif len(guids) < len(ids):
            held[name] = _WHY
        else:
            redrawn |= dict.fromkeys(guids, name)
    return Resized(redrawn, held, frozenset(sizes), frozenset(replaced))


def _under_masks(home: Home) -> dict[str, list[str]]:
    """Return the pictures that notes of the project mask, with the ids of those notes."""
    found: dict[str, list[str]] = {}
    for id, note in home.authored.items():
        if its := masked(note, home.pictures):
            found.setdefault(its[0].path.name, []).append(id)
    return found


def _as_they_were(home: Home, ids: list[str], kinds: Sorted) -> Iterator[tuple[str, str]]:
    """Yield the guids and ids of the notes that say what was adopted, and of which theirs can be taken."""
    there = {*kinds.alike, *(it.guid for it in kinds.changed)}
    guids = {id: guid for guid, id in home.ids.items() if guid in there}
    for id in ids:
        guid = guids.get(id, "")
        if guid and said_by(home.authored[id]) == home.originals[guid].said:
            yield guid, id


def is_drawn_elsewhere(change: Change, pictures: frozenset[str]) -> bool:
    """Say whether a note of theirs has masks on one of these pictures, which have another size in the project."""
    keys = dict(change.note.keys)
    return "masks" in keys and keys.get("image") in pictures
