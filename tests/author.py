"""An author: a folder of notes that is edited and released again and again, at times a test chooses."""

import io
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from generator.cli import main
from generator.compiled import note_types
from generator.pipeline import build, check
from generator.pipeline.build import Planned, Wish
from generator.release.next_build import Release
from tests.support import NOW, SVG, write_deck

DAY = 86_400  # s
Files = Mapping[str, str | bytes | None]  # None: there is no such file any more

QUESTIONS = """\
tags: [kind::question]
notes:
  - id: plain
    question: What colour are deposits on H&E?
    answer: Deep purple
    extra: Look for knife-shatter lines.
    tags: [core]
    sources: [dermnet]
  - id: both-ways
    question: Dystrophic calcinosis
    answer: Calcium in damaged tissue
    reverse: true
    dispute: most-common-type
    sources: [reiter-2011]
  - id: pictured
    question: What is this? ![scan](scan.svg)
    answer: A forearm
"""
CLOZES = """\
notes:
  - id: phosphate
    cloze: "{{c1::Phosphate::anion}} is high in {{c2::metastatic}} disease, {{c3::normal}} in the others."
  - id: warfarin
    cloze: Calciphylaxis follows {{c1::warfarin}}.
"""
SUBTYPES = """\
subdeck: Lists
notes:
  - id: subtypes
    list: Subtypes
    items:
      dys: Dystrophic
      met: Metastatic
      idi: {text: Idiopathic, cue: no cause}
"""
DRUGS = """\
subdeck: Drugs
notes:
  - id: drugs
    table: Drugs tried
    columns:
      how: Mechanism
      use: Use
    rows:
      diltiazem:
        name: Diltiazem
        how: less influx
        use: most used
      colchicine:
        name: Colchicine
        use: ulcers
"""
LAYERS = """\
notes:
  - id: layers
    image: skin.svg
    header: Layers of the skin
    masks:
      corneum: {rect: [60, 40, 120, 40]}
      deposit: {ellipse: [60, 200, 120, 80]}
      rim: {polygon: [[60, 300], [120, 300], [60, 360]]}
"""
EVERY_KIND: Files = {
    "questions.yaml": QUESTIONS,
    "clozes.yaml": CLOZES,
    "subtypes.yaml": SUBTYPES,
    "drugs.yaml": DRUGS,
    "layers.yaml": LAYERS,
    "media/skin.svg": SVG,
    "media/scan.svg": SVG.replace(b"Skin", b"Scan"),
}


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and its exit status."""

    status: Any
    out: str
    err: str


class Author:
    """A project in a folder. Times are in days after NOW."""

    def __init__(self, root: Path, files: Files | None = None) -> None:
        self.root, self.source, self.out = root, root / "cards_src" / "deck", root / "decks"
        ready = EVERY_KIND if files is None else files
        write_deck(self.source, {name: text for name, text in ready.items() if text is not None})

    @property
    def package(self) -> Path:
        """Where the package is."""
        return self.out / "test-deck.apkg"

    @property
    def withdrawn(self) -> Path:
        """Where the package of withdrawn notes is."""
        return self.out / "test-deck.withdrawn.apkg"

    @property
    def released(self) -> Path:
        """Where the ledger of the last release is."""
        return self.out / "test-deck.released.jsonl"

    @property
    def corrections(self) -> Path:
        """Where the corrections file is."""
        return self.out / "test-deck.corrections.txt"

    @property
    def notes(self) -> Path:
        """Where the release notes are."""
        return self.out / "test-deck.changes.md"

    @property
    def ledger(self) -> Path:
        """Where the ledger is."""
        return self.out / "test-deck.ledger.jsonl"

    def write(self, files: Files) -> None:
        """Write files, or take them away."""
        for name in files:
            (self.source / name).unlink(missing_ok=True)
        write_deck(self.source, {name: text for name, text in (self._written() | dict(files)).items() if text})

    def _written(self) -> dict[str, str | bytes | None]:
        paths = [it for it in self.source.rglob("*") if it.is_file()]
        return {it.relative_to(self.source).as_posix(): it.read_bytes() for it in paths}

    def replace(self, *changes: tuple[str, str, str]) -> None:
        """Replace in each file a text that stands there once."""
        for name, old, new in changes:
            path = self.source / name
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            path.write_text(text.replace(old, new), encoding="utf-8")

    def plan(self, day: float = 0, **wish: Any) -> Planned:
        """Plan a build."""
        return build.plan(self.source, self.out, Wish(NOW + round(day * DAY), **wish))

    def build(self, day: float = 0, **wish: Any) -> Release:
        """Build what students get, and nothing is wrong with; warnings are as they may be."""
        return self.draft(day, release=True, **wish)

    def draft(self, day: float = 0, **wish: Any) -> Release:
        """Build what no student gets."""
        planned = self.plan(day, **wish)
        built, problems = build.build(planned, self.out)
        assert check.passes((*planned.diagnostics, *problems), strict=False), planned.diagnostics
        (made,) = built
        return made.release

    def refusal(self, day: float = 0, **wish: Any) -> list[str]:
        """Return the codes of the errors that keep a build from being made."""
        found = self.plan(day, **wish).diagnostics
        assert not check.passes(found, strict=False)
        return [it.code for it in found]

    def files(self) -> dict[str, bytes]:
        """Return what is in the folder of packages."""
        return {it.name: it.read_bytes() for it in sorted(self.out.iterdir())} if self.out.exists() else {}

    def lines(self) -> dict[str, str]:
        """Return the ledger's lines by the id they are of; the first is of ""."""
        head, *lines = self.ledger.read_text(encoding="utf-8").splitlines()
        return {"": head} | {line.split('"')[3]: line for line in lines}

    def run(self, *arguments: str, day: float = 0) -> Ran:
        """Run the command in the project's folder."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, chdir(self.root), redirect_stdout(out), redirect_stderr(err):
            patch.setenv("SOURCE_DATE_EPOCH", str(NOW + round(day * DAY)))
            patch.setattr(sys, "argv", ["deckwright", *arguments])
            with pytest.raises(SystemExit) as ended:
                main.main()
        return Ran(ended.value.code, out.getvalue(), err.getvalue())


@contextmanager
def restyled(folder: Path, look: Mapping[str, str]) -> Iterator[None]:
    """Use note types whose templates or style sheet have some text more."""
    copytree(note_types.TEMPLATES, folder)
    for name, more in look.items():
        (folder / name).write_text((folder / name).read_text(encoding="utf-8") + more, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(note_types, "TEMPLATES", folder)
        note_types.note_types.cache_clear()
        try:
            yield
        finally:
            note_types.note_types.cache_clear()


def in_git(root: Path) -> None:
    """Put a folder under version control, and commit what is in it."""
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "A commit"]):
        named = ["-c", "user.name=Author", "-c", "user.email=author@example.org"]
        subprocess.run(["git", *named, *arguments], cwd=root, check=True, capture_output=True)


def copied(path: Path, name: str) -> Path:
    """Copy a package away, as a student downloads it."""
    target = path.parent.parent / name
    target.write_bytes(path.read_bytes())
    return target
