"""A project made of a deck that people study, edited and built; and a student who studied the original."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.pipeline import build


@dataclass
class Adopted:
    """A deck that was adopted, and a student who studied the original."""

    folder: Path
    anki: Any
    guids: dict[str, str]

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text of a file of the source, which must be there."""
        path = self.folder / "cards_src" / "project" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def built(self, retire: bool = False) -> Path:
        """Build the project, without a word of complaint; return the package."""
        planned = build.plan(self.folder / "cards_src", self.folder / "decks", build.Wish(int(time.time()), retire))
        assert planned.diagnostics == ()
        ((made,), found) = build.build(planned, self.folder / "decks")
        assert found == ()
        return made.package

    def refused(self) -> list[str]:
        """Return what stops the next build."""
        planned = build.plan(self.folder / "cards_src", self.folder / "decks", build.Wish(int(time.time())))
        return [f"{it.code} {it.message}" for it in planned.diagnostics]
