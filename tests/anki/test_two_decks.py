"""Two decks whose notes have the same ids live side by side in one collection of the real Anki."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.compiled.identity import guid_for
from generator.compiled.notes import NoteId
from tests.anki_backend import Anki, opened
from tests.support import DECK, compiled, package, write_deck

TWINS = "notes:\n  - {id: first, question: Which one?, answer: Of the %s deck}\n"


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Anki]:
    """A collection with two decks whose notes have the same ids."""
    with opened(tmp_path / "anki") as anki:
        for name in ("one", "other"):
            deck_yaml = DECK.replace("test-deck", f"{name}-deck").replace("Test Deck", f"Deck {name}")
            folder = write_deck(tmp_path / name, {"deck.yaml": deck_yaml}, TWINS % name)
            anki.take(package(compiled(folder), tmp_path / f"{name}.apkg"))
        yield anki


@pytest.mark.parametrize("name", ["one", "other"])
def test_decks_with_the_same_note_ids_live_side_by_side(name: str, twins: Anki) -> None:
    (shown,) = twins.shown(guid_for(f"{name}-deck", NoteId("first")))
    assert (shown.deck, shown.answers[1]) == (f"Deck {name}", f"Of the {name} deck")
