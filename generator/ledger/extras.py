"""What format 2 of the ledger adds to its lines <-> JSON: names of releases, and hashes that say what changed."""

import re
from collections.abc import ItemsView, Iterator, Mapping
from sys import intern
from typing import Any, NamedTuple

from generator.base.characters import ALWAYS_FORBIDDEN
from generator.ledger._lines import Unfit

_NONE: dict[str, tuple[str, ...]] = {}
_HASHES = re.compile(r"(?:[0-9a-f]{8} )*")


class Mark(NamedTuple):
    """The name of a release, and when it was made, in s since 1970."""

    name: str
    time: int


class HeadExtras(NamedTuple):
    """What line one says beside the rest: of a release its mark; names and tag roots that releases had before."""

    release: Mark | None = None
    former: tuple[tuple[str, str], ...] = ()  # (name of the deck, tag root), oldest first


class Hashes(Mapping[str, str]):
    """Names -> short hashes of 8 hexadecimal digits each, in a third of the room that a dict takes.

    The same few names stand on every line.
    """

    __slots__ = ("_hashes", "_names")

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self._names = intern("\n".join(hashes))
        self._hashes = bytes.fromhex("".join(hashes.values()))

    def items(self) -> ItemsView[str, str]:
        """Return names and hashes, in their order."""
        digits, names = self._hashes.hex(), self._names.split("\n") if self._names else []
        return {name: digits[8 * at : 8 * at + 8] for at, name in enumerate(names)}.items()

    def __getitem__(self, name: str) -> str:
        """Return the hash of a name."""
        return dict(self.items())[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return (name for name, _ in self.items())

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._hashes) // 4


class Extras(NamedTuple):
    """What a note's line says beside the rest; all of it is empty in a ledger of format 1."""

    parts: Mapping[str, str] = {}  # name of each filled field, and "tags" -> short hash
    media: tuple[str, ...] = ()  # names in the package, where there are `parts`
    corrected: tuple[str, ...] | None = None  # changed after it was released, with the media it was first released with
    draft: bool = False  # retired before any release held it
    past: Mapping[str, tuple[str, ...]] = {}  # field -> hashes of what releases had before
    homes: tuple[str, ...] = ()  # decks that releases put its cards in before
    carrier: int = 0  # of an adopted note the id of its note type; 0 for a note of ours
    found_as: int = 0  # of an adopted note the row id under which students of the original have it


def write_head(extras: HeadExtras) -> dict[str, Any]:
    """Return the keys of line one."""
    written: dict[str, Any] = {}
    if extras.release:
        written["release"] = {"name": extras.release.name, "time": extras.release.time}
    if extras.former:
        written["former"] = [list(it) for it in extras.former]
    return written


def read_head(line: Mapping[str, Any]) -> HeadExtras:
    """Return what line one says. Raises Unfit."""
    mark, former = line.get("release"), line.get("former", [])
    if mark is not None and not (
        isinstance(mark, dict) and _texts([mark.get("name")]) and isinstance(mark.get("time"), int)
    ):
        raise Unfit("'release' is not a name and a time")
    if not isinstance(former, list) or not all(isinstance(it, list) and len(it) == 2 and _texts(it) for it in former):
        raise Unfit("'former' is not a list of names and tag roots")
    return HeadExtras(Mark(mark["name"], mark["time"]) if mark else None, tuple((it[0], it[1]) for it in former))


def write(extras: Extras) -> dict[str, Any]:
    """Return the keys of a note's line."""
    written: dict[str, Any] = {}
    if extras.parts:
        written["parts"] = dict(extras.parts.items())
    if extras.media:
        written["media"] = list(extras.media)
    if extras.corrected is not None:
        written["corrected"] = list(extras.corrected)
    if extras.draft:
        written["draft"] = True
    if extras.past:
        written["past"] = {name: list(hashes) for name, hashes in extras.past.items()}
    if extras.homes:
        written["homes"] = list(extras.homes)
    if extras.carrier:
        written |= {"carrier": extras.carrier, "found_as": extras.found_as}
    return written


def read(line: Mapping[str, Any]) -> Extras:
    """Return what a note's line says. Raises Unfit."""
    parts, media, corrected = line.get("parts", {}), line.get("media", []), line.get("corrected")
    if not isinstance(parts, dict) or not _hashes(list(parts.values())):
        raise Unfit("'parts' does not give a hash for each field")
    if not _texts(media) or not (corrected is None or _texts(corrected)):
        raise Unfit("'media' or 'corrected' is not a list of names")
    past, homes = line.get("past", _NONE), line.get("homes", [])
    if not isinstance(past, dict) or not all(_hashes(it) for it in past.values()):
        raise Unfit("'past' does not give hashes for each field")
    if not _texts(homes):
        raise Unfit("'homes' is not a list of decks")
    shown = None if corrected is None else tuple(corrected)
    before = {name: tuple(hashes) for name, hashes in past.items()} if past else _NONE
    carrier, found_as = line.get("carrier", 0), line.get("found_as", 0)
    if not all(type(it) is int and it >= 0 for it in (carrier, found_as)):
        raise Unfit("'carrier' or 'found_as' is not an id of Anki's")
    return Extras(
        Hashes(parts), tuple(media), shown, line.get("draft") is True, before, tuple(homes), carrier, found_as
    )


def _hashes(value: Any) -> bool:
    if not isinstance(value, list) or not {*map(type, value)} <= {str}:
        return False
    joined = " ".join([*value, ""])
    return len(joined) == 9 * len(value) and _HASHES.fullmatch(joined) is not None


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(it, str) and not ALWAYS_FORBIDDEN.search(it) for it in value)
