"""A project made of a deck that people study, edited and built; and a student who studied the original."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.base.progress import silent
from generator.pipeline import build
from generator.pipeline.adopt import adopt
from tests.anki_backend import Anki, opened
from tests.foreign_decks import exported
from tests.student import study


@dataclass
class Adopted:
    """A deck that was adopted, and a student who studied the original."""

    folder: Path
    anki: Any
    guids: dict[str, str]
    later: int = 0  # s between now and the time of a build

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text of a file of the source, which must be there."""
        path = self.folder / "cards_src" / "project" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def built(self, retire: bool = False) -> Path:
        """Build the project, without a word of complaint; return the package."""
        planned = build.plan(self.folder / "cards_src", self.folder / "decks", self._wish(retire))
        assert planned.diagnostics == ()
        ((made,), found) = build.build(planned, self.folder / "decks")
        assert found == ()
        return made.package

    def refused(self) -> list[str]:
        """Return what stops the next build."""
        planned = build.plan(self.folder / "cards_src", self.folder / "decks", self._wish())
        return [f"{it.code} {it.message}" for it in planned.diagnostics]

    def _wish(self, retire: bool = False) -> build.Wish:
        return build.Wish(int(time.time()) + self.later, retire)


@contextmanager
def adopted(author: AbstractContextManager[tuple[Anki, dict[str, str]]], root: Path) -> Iterator[Adopted]:
    """Adopt the deck of a collection, with the guids of its notes, and let a student take and study it.

    The package and the project stand in `root`.
    """
    with author as (anki, guids):
        package = exported(anki, root / "x.apkg")
    adopt(package, root / "project", (), int(time.time()), silent)
    with opened(root / "student") as student:
        student.take(package)
        study(student)
        yield Adopted(root / "project", student, guids)
