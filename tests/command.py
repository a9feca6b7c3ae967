"""The command in a process of its own: what it is run with, and small decks for it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.support import NOW

ROOT = Path(__file__).parent.parent
NOTES = """\
subdeck: Histology
notes:
  - id: he-colour
    question: On H&E, what colour are dermal calcium deposits?
    answer: Deep purple (basophilic)
    sources: [dermnet]
"""
FAULTY = NOTES.replace("    answer", "    anser")


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process that is to find this code, and nothing of what changes what is printed."""
    odd = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "DECKWRIGHT_DEBUG")
    return {key: value for key, value in os.environ.items() if key not in odd} | {"PYTHONPATH": str(ROOT)} | more


def run(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, at a fixed time."""
    env = environment(**{"SOURCE_DATE_EPOCH": str(NOW)} | more)
    command = [sys.executable, "-m", "generator", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60)


def digest(folder: Path) -> dict[str, str]:
    """Return the hash of every file of a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
