"""Those who make a deck, an author who adopted it, and a student who studied it: and a newer deck."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.base.progress import silent
from generator.pipeline import build
from generator.pipeline.adopt import adopt
from generator.pipeline.newer.merging import merge
from generator.pipeline.newer.results import Merged
from tests.anki_backend import Anki, opened
from tests.foreign_decks import exported
from tests.student import study

HOUR = 3_600
HOME = "cards_src/project"


@dataclass
class People:
    """Those who make X, an author who adopted it, and a student who studied it."""

    root: Path
    theirs: Anki
    student: Anki
    guids: dict[str, str]
    releases: int = field(default=0)
    clock: int = field(default=0)

    @property
    def project(self) -> Path:
        return self.root / "project"

    def write(self, name: str, field: str, html: str, tags: str = "") -> None:
        """Let the people of X write a field of a note anew."""
        note = self.theirs.note(self.guids[name])
        if field:
            note[field] = html
        note.tags = tags.split() or note.tags
        self.theirs.col.update_note(note)
        self.clock += 60  # two changes never have the same second
        mod = int(time.time()) - HOUR // 2 + self.clock
        self.theirs.col.db.execute("UPDATE notes SET mod = ? WHERE id = ?", mod, note.id)

    def restyle_front(self, front: str) -> None:
        """Let them write another front for the first card of their own note type."""
        kind = self.theirs.col.models.by_name("Drug")
        kind["tmpls"][0]["qfmt"] = front
        self.theirs.col.models.update_dict(kind)

    def restyle(self, css: str, later: int = 0) -> None:
        """Let them write another look for their own note type."""
        kind = self.theirs.col.models.by_name("Drug")
        kind["css"] += css
        self.theirs.col.models.update_dict(kind)
        mod = int(time.time()) + later
        self.theirs.col.db.execute("UPDATE notetypes SET mtime_secs = ? WHERE id = ?", mod, kind["id"])

    def add(self, kind: str, deck: str, **texts: str) -> str:
        """Let them add a note; return its guid."""
        col = self.theirs.col
        note = col.new_note(col.models.by_name(kind))
        for key, html in texts.items():
            note[key.replace("_", " ")] = html
        col.add_note(note, col.decks.id(deck))
        return str(note.guid)

    def x2(self) -> Path:
        """Return the deck as they give it out now."""
        self.releases += 1
        return exported(self.theirs, self.root / f"x{self.releases + 1}.apkg")

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text of a file of the author's deck, which must be there."""
        path = self.project / HOME / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def read(self, file: str) -> str:
        return (self.project / HOME / file).read_text(encoding="utf-8")

    def merge(self, package: Path, dry_run: bool = False) -> Merged:
        return merge(package, self.project, (), int(time.time()), silent, dry_run)

    def built(self, later: int = 0) -> Path:
        """Build the project, without a word of complaint; return the package."""
        source, out = self.project / "cards_src", self.project / "decks"
        planned = build.plan(source, out, build.Wish(int(time.time()) + later))
        assert planned.diagnostics == ()
        ((made,), found) = build.build(planned, out)
        assert found == ()
        return made.package

    def seen_css(self) -> str:
        """Return how the student's cards of their own note type look."""
        return str(self.student.cards(self.guids["own"])[0].render_output().css)

    def held(self) -> dict[str, bytes]:
        """Return every file of the project."""
        return {str(it.relative_to(self.project)): it.read_bytes() for it in self.project.rglob("*") if it.is_file()}


@contextmanager
def gathered(folder: Path, theirs: Anki, guids: dict[str, str]) -> Iterator[People]:
    """Let an author adopt a deck that its people made, and a student study it."""
    theirs.col.db.execute("UPDATE notetypes SET mtime_secs = mtime_secs - ?", 90 * 86_400)
    x = exported(theirs, folder / "x.apkg")
    adopt(x, folder / "project", (), int(time.time()) - HOUR, silent)
    with opened(folder / "student") as student:
        student.take(x)
        study(student)
        yield People(folder, theirs, student, guids)


def reviews(anki: Anki) -> list[Any]:
    """Return what a student learnt."""
    cards = (
        "SELECT n.guid, c.ord, c.ivl, c.due, c.reps, c.flags, c.did, c.queue FROM cards c JOIN notes n ON n.id = c.nid"
    )
    return anki.rows(f"{cards} WHERE c.reps > 0 ORDER BY n.guid, c.ord")
