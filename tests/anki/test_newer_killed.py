"""A merge of a newer deck that is killed, or whose disk fails, at any file: the same import once more ends it."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.base.files import Unusable
from generator.base.progress import silent
from generator.pipeline import build
from generator.pipeline.adopt import adopt
from generator.pipeline.newer.merging import merge
from tests.anki_backend import opened
from tests.foreign_decks import author_of_x, exported

Held = dict[str, bytes]
HOUR = 3_600
KILLED = """
import os, sys
from pathlib import Path
from generator.pipeline.newer.merging import merge
left, replace = [int(sys.argv[1])], os.replace
def at_last(*paths):
    left[0] -= 1
    replace(*paths) if left[0] else os._exit(9)
os.replace = at_last
merge(Path(sys.argv[2]), Path(sys.argv[3]), (), int(sys.argv[4]), lambda said: None)
"""


@dataclass(frozen=True, slots=True)
class Merge:
    """A project, and a newer deck that brings something of everything; what the project holds before and after."""

    root: Path
    x2: Path
    now: int
    before: Held
    after: Held

    @property
    def project(self) -> Path:
        return self.root / "project"

    def held(self) -> Held:
        """Return every file of the project but for those that are swept."""
        paths = (it for it in self.project.rglob("*") if it.is_file() and not it.name.endswith(".tmp"))
        return {it.relative_to(self.project).as_posix(): it.read_bytes() for it in paths}

    def reset(self) -> None:
        for path in [it for it in self.project.rglob("*") if it.is_file()]:
            path.unlink()
        for name, data in self.before.items():
            (self.project / name).write_bytes(data)

    def merge(self) -> None:
        merge(self.x2, self.project, (), self.now, silent)


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Merge:
    root, now = tmp_path_factory.mktemp("killed"), int(time.time())
    with author_of_x(root) as (theirs, guids):
        theirs.col.db.execute("UPDATE notetypes SET mtime_secs = mtime_secs - ?", 90 * 86_400)
        adopt(exported(theirs, root / "x.apkg"), root / "project", (), now - HOUR, silent)
        drugs = root / "project/cards_src/project/drugs.yaml"
        drugs.write_text(drugs.read_text(encoding="utf-8").replace("CCB", "blocker"), encoding="utf-8")
        edits = {"basic": ("Back", "violet"), "reversed": ("Back", "DM"), "own": ("Class", '<img src="new.png">')}
        media = Path(theirs.col.media.dir())
        (media / "new.png").write_bytes((media / "skin map.png").read_bytes())
        for name, (field, html) in edits.items():
            note = theirs.note(guids[name])
            note[field] = html
            theirs.col.update_note(note)
        kind = theirs.col.models.by_name("Drug")
        kind["css"] += ".card { color: navy; }"
        theirs.col.models.update_dict(kind)
        for kind_name, texts in (
            ("Basic", {"Front": "Iron?", "Back": "blue"}),
            ("Drug", {"Name": "Nifedipine", "Class": "CCB"}),
        ):
            note = theirs.col.new_note(theirs.col.models.by_name(kind_name))
            for key, html in texts.items():
                note[key] = html
            theirs.col.add_note(note, theirs.col.decks.id("Skin::Stains" if kind_name == "Basic" else "Skin::New"))
        x2 = exported(theirs, root / "x2.apkg")
    begun = Merge(root, x2, now + 1, {}, {})
    before = begun.held()
    begun.merge()
    return Merge(root, x2, now + 1, before, begun.held())


def replaced(merged: Merge) -> int:
    """Return how many files a merge puts into their places: the list of adopted notes twice."""
    changed = [name for name, data in merged.after.items() if merged.before.get(name) != data]
    assert len(changed) > 5
    return len(changed) + 1


def killed(merged: Merge) -> Iterator[int]:
    """Kill a merge at one file after the other, each time from the same beginning."""
    for at in range(1, replaced(merged) + 1):
        merged.reset()
        words = [str(at), str(merged.x2), str(merged.project), str(merged.now)]
        assert subprocess.run([sys.executable, "-c", KILLED, *words], check=False).returncode == 9
        yield at


def test_the_same_import_once_more_ends_a_merge_that_was_killed(merged: Merge) -> None:
    for at in killed(merged):
        left = merged.held()
        torn = [it for it, data in left.items() if data not in (merged.before.get(it), merged.after.get(it))]
        assert torn in ([], ["decks/project.adopted.jsonl"]), at
        merged.merge()
        assert merged.held() == merged.after, at


def test_a_build_of_half_a_merge_gives_no_student_a_second_note(merged: Merge) -> None:
    for at in killed(merged):
        source, out = merged.project / "cards_src", merged.project / "decks"
        planned = build.plan(source, out, build.Wish(merged.now + 1))
        ((made,), _) = build.build(planned, out)
        with opened(merged.root / f"student {at}") as student:
            student.take(merged.x2)
            counts = student.take(made.package)
        assert (counts.new, counts.conflicting, counts.other) == (0, 0, 0), at


def test_a_disk_that_fails_leaves_all_as_it_was(merged: Merge, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, left = os.replace, [0]

    def failing(*paths: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(*paths)

    monkeypatch.setattr(os, "replace", failing)
    for at in range(1, replaced(merged) + 1):
        left[0] = 0
        merged.reset()
        left[0] = at
        with pytest.raises(Unusable):
            merged.merge()
        assert merged.held() == merged.before, at
