"""Fixtures of the tests in the real Anki."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.compiled.notes import CompiledDeck
from generator.pipeline import build, check
from tests.command import ROOT
from tests.support import NOW


@dataclass(frozen=True, slots=True)
class Release:
    """A deck and the package made of it."""

    deck: CompiledDeck
    package: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The first release of the shipped deck, built as the command does."""
    folder = tmp_path_factory.mktemp("decks")
    planned = build.plan(ROOT / "cards_src" / "calcinosis_cutis", folder, build.Wish(NOW))
    assert check.passes(planned.diagnostics, strict=True), planned.diagnostics
    (written,), _ = build.build(planned, folder)
    return Release(written.release.deck, written.package)
