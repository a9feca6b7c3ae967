"""A project with a mistake, to see how the command says so."""

from pathlib import Path

import pytest

from tests.command import FAULTY
from tests.support import write_deck


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """Return a project whose only note has a misspelt key."""
    write_deck(tmp_path / "cards_src" / "deck", notes=FAULTY)
    return tmp_path
