"""Is the page of `preview --watch`, after whatever was saved, the one that `preview` would make anew?"""

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.deck.schema import Files, Resident
from generator.pipeline.build import preview
from generator.show.preview import Drawn, Page, page
from tests.author import Author
from tests.cached import Edits, Rewordings
from tests.support import NOW

STEPS = 60


def shown(author: Author, now: int, files: Files | None = None, drawn: Drawn | None = None) -> Page:
    """Return the page of an author's deck."""
    return page(preview(author.source, author.out, now, files), live=True, drawn=drawn, token="t")


class Outputs:
    """Draws what happens to what was built of a deck: it is built again, lost, damaged, or comes back."""

    def __init__(self, author: Author, seed: int) -> None:
        self.dice, self._author, self._kept = random.Random(seed), author, [dict[str, bytes]()]

    def step(self, day: float) -> str:
        """Let something happen, or nothing; return what."""
        step: Callable[[float], None] = self.dice.choice(
            [self._nothing] * 8 + [self._build] * 4 + [self._release, self._come_back, self._cut, self._lose]
        )
        step(day)
        return step.__name__

    def _nothing(self, day: float) -> None:
        pass

    def _build(self, day: float) -> None:
        self._author.run("build", "--retire", day=day)
        self._kept.append({path.name: path.read_bytes() for path in self._author.out.glob("*")})

    def _release(self, day: float) -> None:
        self._author.run("release", day=day)
        self._kept.append({path.name: path.read_bytes() for path in self._author.out.glob("*")})

    def _come_back(self, day: float) -> None:
        """Lay there what was there at another time, as git does."""
        shutil.rmtree(self._author.out, ignore_errors=True)
        self._author.out.mkdir()
        for name, data in self.dice.choice(self._kept).items():
            (self._author.out / name).write_bytes(data)

    def _one(self) -> Path | None:
        files = sorted(path for path in self._author.out.glob("test-deck.*") if path.is_file())
        return self.dice.choice(files) if files else None

    def _cut(self, day: float) -> None:
        """Leave out a line of a file."""
        if path := self._one():
            lines = path.read_bytes().splitlines(keepends=True)
            del lines[self.dice.randrange(len(lines))]
            path.write_bytes(b"".join(lines))

    def _lose(self, day: float) -> None:
        if path := self._one():
            path.unlink()


def steps(folder: Path, seed: int) -> Iterator[tuple[str, Page, Page]]:
    """Yield what happened, the page of somebody who stays, and the page made anew."""
    edits, author = (Rewordings if seed % 2 else Edits)(seed), Author(folder, {})
    outputs, files, drawn = Outputs(author, seed), Resident(), Drawn()
    for step in range(STEPS):
        edits.edit()
        shutil.rmtree(author.source)
        author.write(edits.texts())
        did, now = outputs.step(step / 10), NOW + 8_640 * step
        yield did, shown(author, now, files, drawn), shown(author, now)


@pytest.mark.parametrize("seed", range(4))
def test_after_random_edits_the_page_is_the_one_made_anew(tmp_path: Path, seed: int) -> None:
    did = Counter[str]()
    for it, resident, anew in steps(tmp_path, seed):
        did[it] += 1
        assert resident.html == anew.html, (seed, did)
    assert len(did) == 6


ASKS = """\
notes:
  - id: asks
    question: Which gland makes the hormone of calcium?
    answer: The parathyroid gland
"""
MARKS = """\
  - id: marks
    question: How is calcium stained, and by what?
    answer: Black, by ==von Kossa==
"""
TELLS = """\
notes:
  - id: tells
    question: What lies behind the thyroid in the neck?
    answer: Oesophagus
    extra: There lies {}, too.
"""


class Stays:
    """Somebody who looks at an author's deck after every save, and is shown what somebody new is shown."""

    def __init__(self, author: Author) -> None:
        self._author, self._files, self._drawn = author, Resident(), Drawn()

    def sees(self, words: str) -> bool:
        """Say whether the page has some words."""
        resident = shown(self._author, NOW, self._files, self._drawn)
        assert resident.html == shown(self._author, NOW).html
        return words.encode() in resident.html


def test_what_a_file_before_gives_away_is_seen_in_the_next(tmp_path: Path) -> None:
    author = Author(tmp_path, {"1.yaml": TELLS.format("nothing"), "2.yaml": ASKS})
    stays = Stays(author)
    assert not stays.sees("L74")
    author.write({"1.yaml": TELLS.format("the parathyroid gland")})
    assert stays.sees("L74")
    author.write({"1.yaml": TELLS.format("nothing")})
    assert not stays.sees("L74")


def test_a_warning_moves_with_what_it_points_at(tmp_path: Path) -> None:
    author = Author(tmp_path, {"1.yaml": ASKS, "2.yaml": ASKS})
    stays = Stays(author)
    assert stays.sees(f"first used at {author.source}/1.yaml:2:9")
    author.write({"1.yaml": f"# a line\n{ASKS}"})
    assert stays.sees(f"first used at {author.source}/1.yaml:3:9")


def test_a_warning_stays_when_another_note_of_the_file_is_reworded(tmp_path: Path) -> None:
    author = Author(tmp_path, {"1.yaml": ASKS + MARKS})
    stays = Stays(author)
    assert stays.sees(": C1")
    author.replace(("1.yaml", "makes the", "forms the"))
    assert stays.sees(": C1")


def test_a_package_of_another_branch_is_seen(author: Author, tmp_path: Path) -> None:
    other = Author(tmp_path / "other")
    other.write({"more.yaml": ASKS})
    for it in (author, other):
        it.build()
    stays = Stays(author)
    assert not stays.sees("H005")
    author.package.write_bytes(other.package.read_bytes())
    assert stays.sees("H005")
