"""In which order do notes come: by `order:` in deck.yaml, else as people count, and does Anki ask them so?"""

from pathlib import Path

import pytest

from generator.pipeline import check
from tests.support import DECK, write_deck


def note(id: str, subdeck: str = "") -> str:
    """Return a file of one note."""
    head = f"subdeck: {subdeck}\n" if subdeck else ""
    return f"{head}notes:\n  - id: {id}\n    question: Which {id}?\n    answer: This {id}\n    sources: [dermnet]\n"


def ids(folder: Path) -> list[str]:
    """Return the ids of a deck's notes in the order in which new cards come."""
    (deck,) = check.check(folder).decks
    return [it.id for it in deck.notes]


FILES = {"1-a.yaml": note("one"), "2-a.yaml": note("two"), "10-a.yaml": note("ten"), "a.yaml": note("a")}


def test_two_comes_before_ten(tmp_path: Path) -> None:
    assert ids(write_deck(tmp_path / "deck", FILES)) == ["one", "two", "ten", "a"]


def test_numbers_inside_names_count_too(tmp_path: Path) -> None:
    files = {f"part{at}b.yaml": note(f"n{at}") for at in (10, 9, 100, 1)}
    assert ids(write_deck(tmp_path / "deck", files)) == ["n1", "n9", "n10", "n100"]


def test_order_comes_first_and_the_others_follow(tmp_path: Path) -> None:
    files = FILES | {"deck.yaml": DECK + "order: [a, 10-a]\n"}
    assert ids(write_deck(tmp_path / "deck", files)) == ["a", "ten", "one", "two"]


@pytest.mark.parametrize(
    ("subdecks", "warned"),
    [
        (["A", "B"], False),
        (["B", "A"], True),
        (["10 X", "2 Y"], False),
        (["2 Y", "10 X"], True),
        (["a", "B"], False),
        (["A", "", "B"], False),
        (["A::Z", "A::B"], True),
        (["A", "A::B"], False),
    ],
)
def test_names_against_the_order_are_warned_of_once(subdecks: list[str], warned: bool, tmp_path: Path) -> None:
    files = {f"{at}.yaml": note(f"n{at}", subdeck) for at, subdeck in enumerate(subdecks)}
    found = [it.code for it in check.check(write_deck(tmp_path / "deck", files)).diagnostics]
    assert found.count("L64") == warned
