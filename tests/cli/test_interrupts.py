"""Is Ctrl-C answered by one line, whenever it comes?"""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.author import Author
from tests.command import environment

# Begins as `deckwright` does, but says when Python itself has begun: what comes before that is not ours to answer.
BEGIN = "import os, sys; from generator.base import interrupts; interrupts.end_at_once(); os.write(1, b'.')\n"
COMMAND = BEGIN + "from generator.__main__ import main; sys.argv[0] = 'deckwright'; main()"
MOMENTS = [0, 2, 5, 10, 15, 20, 30, 40, 50, 80, 120, 200, 300]  # ms


def hears() -> None:
    """Let a process hear Ctrl-C, also where these tests run in a shell's background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_is_one_line_whenever_it_comes(moment: int, author: Author) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "build", "-q"],
        cwd=author.root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hears,
    )
    assert process.stdout
    os.read(process.stdout.fileno(), 1)
    time.sleep(moment / 1000)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) in [(130, b"deckwright: interrupted\n"), (0, b"")]


def test_an_import_that_is_interrupted_is_one_line() -> None:
    code = (
        "import os, signal, sys; from importlib import abc\n"
        "class Finder(abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        if name == 'click': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from generator.__main__ import main; main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, check=False, timeout=60, preexec_fn=hears
    )
    assert (ran.returncode, ran.stderr) == (130, b"deckwright: interrupted\n")


def test_a_command_that_is_interrupted_is_one_line(author: Author) -> None:
    code = (
        "import os, signal; from generator.pipeline import check\n"
        "check.find = lambda source: os.kill(os.getpid(), signal.SIGINT)\n"
        "from generator.__main__ import main; main()"
    )
    command = [sys.executable, "-c", code, "check"]
    ran = subprocess.run(
        command, cwd=author.root, env=environment(), capture_output=True, check=False, timeout=60, preexec_fn=hears
    )
    assert (ran.returncode, ran.stderr) == (130, b"deckwright: interrupted\n")
