"""What a newer package of an adopted deck brought, or would bring: what people read, and the files to be written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from generator.importing.arrived import LeftOut


class Side(NamedTuple):
    """A text that both sides changed: the name of its key or field, and what each says."""

    field: str
    theirs: str
    ours: str


class Both(NamedTuple):
    """A note that both sides changed; the author's stays."""

    id: str
    file: str  # with its folder, below the project
    sides: tuple[Side, ...]


class Named(NamedTuple):
    """A note, and why it is named; "" where the list that names it says so."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of media, or of note types. `kept` are those that the author changed, too: his stay."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of every note of both sides; ids are those of the project."""

    package: str
    deck: str
    taken: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    alike: int = 0  # notes that nobody changed
    kept: int = 0  # that only the author changed
    both: tuple[Both, ...] = ()
    stay: tuple[Named, ...] = ()  # that they changed in a way that cannot be taken
    gone: tuple[Named, ...] = ()  # that their package no longer has
    deleted: tuple[Named, ...] = ()  # that the author deleted, and their package has
    looks: Outcome = field(default_factory=Outcome)
    media: Outcome = field(default_factory=Outcome)
    told: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    files: Mapping[Path, bytes] = field(default_factory=dict)  # that change, by their paths below the project

    @property
    def changes_nothing(self) -> bool:
        """Whether the project holds all of it."""
        return not self.files
