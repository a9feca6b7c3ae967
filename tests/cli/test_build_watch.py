"""Is every save built by `build --watch`, as a cold build would have it, until Ctrl-C?"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.author import Author
from tests.command import environment, run
from tests.support import NOW

SHORTLY = 30  # s; what it takes on a machine that has much else to do
LATER = str(NOW + 86_400)


class Watched:
    """A `build --watch` of an author's deck, and what it said so far."""

    def __init__(self, author: Author, process: "subprocess.Popen[str]", said: Path) -> None:
        self.author, self.process, self._said = author, process, said

    @property
    def said(self) -> str:
        return self._said.read_text(encoding="utf-8")

    def wait_for(self, came: Callable[[], bool]) -> None:
        """Wait until something came true."""
        until = time.monotonic() + SHORTLY
        while not came():
            assert time.monotonic() < until, self.said
            time.sleep(0.05)


@pytest.fixture
def watched(author: Author, tmp_path: Path) -> Iterator[Watched]:
    said = tmp_path / "said.txt"
    command = [sys.executable, "-m", "generator", "build", "--watch"]
    with (
        said.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            command,
            cwd=author.root,
            env=environment(PYTHONUNBUFFERED="1", SOURCE_DATE_EPOCH=LATER),
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell ignores it in the background
        ) as process,
    ):
        try:
            watched = Watched(author, process, said)
            watched.wait_for(lambda: "unchanged" in watched.said)
            yield watched
        finally:
            process.kill()


def test_every_save_is_built_as_a_cold_build_has_it(watched: Watched) -> None:
    author, before = watched.author, watched.author.package.read_bytes()
    author.replace(("clozes.yaml", "Calciphylaxis follows", "Calciphylaxis may follow"))
    watched.wait_for(lambda: "1 changed" in watched.said)
    built = author.package.read_bytes()
    author.package.write_bytes(before)  # so that a cold build writes it anew
    assert run("build", "-q", "--no-cache", folder=author.root, SOURCE_DATE_EPOCH=LATER).returncode == 0
    assert author.package.read_bytes() == built != before


def test_a_mistake_is_told_and_its_correction_built(watched: Watched) -> None:
    author, before = watched.author, watched.author.package.read_bytes()
    author.replace(("clozes.yaml", "Calciphylaxis follows", "Calciphylaxis {{c1::follows"))
    watched.wait_for(lambda: "nothing was written: 1 error" in watched.said)
    assert author.package.read_bytes() == before
    author.replace(("clozes.yaml", "Calciphylaxis {{c1::follows", "Calciphylaxis can follow"))
    watched.wait_for(lambda: "1 changed" in watched.said)
    assert author.package.read_bytes() != before


def test_ctrl_c_ends_it_and_is_no_mistake(watched: Watched) -> None:
    watched.process.send_signal(signal.SIGINT)
    assert watched.process.wait(SHORTLY) == 0
    assert "interrupted" not in watched.said


@pytest.mark.parametrize("option", ["--check", "--retire", "--forget", "--new-ledger", "--format=json"])
def test_a_save_neither_withdraws_nor_forgets_anything(option: str, author: Author) -> None:
    ended = run("build", "--watch", option, folder=author.root)
    assert (ended.returncode, "--watch goes with" in ended.stderr) == (2, True)
