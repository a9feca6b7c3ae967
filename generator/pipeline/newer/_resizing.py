"""A project and a newer deck -> what becomes of pictures under masks that have another size there.

Masks are written in a picture's own pixels: on a picture of another size each of them would lie elsewhere.
"""

from collections.abc import Mapping
from typing import NamedTuple

from generator.collection.foreign import ForeignDeck
from generator.compiled.notes import MediaFile
from generator.kinds.registry import masked
from generator.ledger.adopted import hash_of, said_by
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
    theirs, bases = Media(deck.media, deck.media.name), home.adopted.media
    redrawn: dict[str, str] = {}
    held: dict[str, str] = {}
    sizes: set[str] = set()
    replaced: set[str] = set()
    for name, ids in _under_masks(home).items():
        file, mine, base = theirs.look_up(name), ours(home, name), bases.get(name)
        if not isinstance(file, MediaFile) or file.pixels is None:
            continue
        if mine == hash_of(file.path.read_bytes()) != base:  # what wrote it was killed before it wrote the masks
            redrawn |= dict.fromkeys(_taken(home, ids, kinds), name)
            continue
        if file.pixels == home.pictures[name].pixels:
            continue
        sizes.add(name)
        guids = [it for it in _taken(home, ids, kinds) if _is_as_it_was(home, it)]
        if mine != base:
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


def _taken(home: Home, ids: list[str], kinds: Sorted) -> list[str]:
    """Return the guids of adopted notes that their package holds, and of which theirs can be taken."""
    without = {it.name for it in (*kinds.gone, *kinds.stay)}
    return [guid for guid, id in home.ids.items() if id in set(ids) - without]


def _is_as_it_was(home: Home, guid: str) -> bool:
    return said_by(home.authored[home.ids[guid]]) == home.originals[guid].said


def is_drawn_elsewhere(change: Change, pictures: frozenset[str]) -> bool:
    """Say whether a note of theirs has masks on one of these pictures, which have another size in the project."""
    keys = dict(change.note.keys)
    return "masks" in keys and keys.get("image") in pictures
