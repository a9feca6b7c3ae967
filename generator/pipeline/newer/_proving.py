"""Files of a project as they are to be -> what each note says then, and what a build would refuse."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from generator.base.diagnostics import Diagnostic, Severity
from generator.base.files import folder_for_rehearsal
from generator.base.progress import Tell
from generator.deck.schema import Resident, load
from generator.importing.arrived import Note
from generator.importing.yaml_text import file_text
from generator.ledger.adopted import said_by
from generator.pipeline import baseline, build
from generator.pipeline.baseline import Warned
from generator.pipeline.check import check
from generator.pipeline.newer._home import OUT, SOURCE, Home
from generator.pipeline.newer._rewriting import ids_by_line
from generator.release import shelf
from generator.source.project import find

_HEAD = b"id: scratch\nname: Scratch\ntag_root: Scratch\n"


class Stage:
    """A copy of a project in which files are tried out."""

    def __init__(self, root: Path, home: Home) -> None:
        self.root = root
        self._home = home
        self._fresh: set[Path] = set()
        self._files = Resident()  # what stays as it is is read once

    def put(self, files: Mapping[Path, bytes]) -> None:
        """Write files, by their paths below the project; those of the last call are gone."""
        for path in self._fresh - set(files):
            (self.root / path).unlink()
            if (self._home.root / path).exists():
                _link(self._home.root / path, self.root / path)
        for path, data in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)  # it may be the project's own file under a second name
            target.write_bytes(data)
        self._fresh = set(files)

    def said(self) -> dict[str, str]:
        """Return what each note of the deck says, as a hash, by its id."""
        folders = find(self.root / SOURCE)[0].decks
        folder = next(it for it in folders if it.path.name == self._home.folder.path.name)
        deck, _ = load(folder, self._files)
        return {it.common.id.value: said_by(it) for it in deck.authored} if deck else {}

    def refused(self, now: int, tell: Tell) -> list[tuple[str, Diagnostic]]:
        """Return every mistake that a build finds, with the id of the note at which it stands, or ""."""
        planned = build.plan(self.root / SOURCE, self.root / OUT, build.Wish(now), tell, self._files)
        wrong = [it for it in planned.diagnostics if it.severity is Severity.ERROR]
        return [(self._note_at(it), it) for it in wrong]

    def _note_at(self, it: Diagnostic) -> str:
        path = Path(it.span.path)
        if path.suffix != ".yaml" or path.parent.name != self._home.folder.path.name:
            return ""
        begun = [id for line, id in ids_by_line(path.read_bytes(), it.span.path) if line <= it.span.line]
        return begun[-1] if begun else ""

    def warnings(self) -> tuple[Warned, ...]:
        """Return every warning of a check."""
        return check(self.root / SOURCE, files=self._files).baseline.every

    def let_pass(self) -> tuple[Warned, ...]:
        """Return the warnings that the project lets pass."""
        source = self.root / SOURCE
        return baseline.load(source, find(source)[0]).lines


@contextmanager
def stage_of(home: Home) -> Iterator[Stage]:
    """Give a copy of a project; it is gone afterwards. Raises Unusable."""
    with folder_for_rehearsal() as root:
        shutil.copytree(home.root / SOURCE, root / SOURCE, copy_function=_link, symlinks=True)
        (root / OUT).mkdir()
        for path in (home.root / OUT).glob("*.jsonl"):
            _link(path, root / OUT / path.name)
        yield Stage(root, home)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except (OSError, AttributeError, NotImplementedError):  # another disk, or a system without hard links
        shutil.copyfile(source, target)


def said_of(notes: Mapping[str, Note]) -> dict[str, str]:
    """Return what notes would say, as a hash, by the same names; those that check refuses are left out."""
    with folder_for_rehearsal() as root:
        folder = root / "scratch"
        folder.mkdir()
        (folder / "deck.yaml").write_bytes(_HEAD)
        (folder / "notes.yaml").write_bytes(file_text(list(notes.values())).encode())
        deck, _ = load(find(folder)[0].decks[0])
    said = {it.common.id.value: said_by(it) for it in deck.authored} if deck else {}
    return {name: said[it.id] for name, it in notes.items() if it.id in said}


def adopted_path(home: Home) -> Path:
    """Return the list of adopted notes, below the project."""
    return Path(OUT) / shelf.adopted_path(home.root / OUT, home.adopted.deck).name
