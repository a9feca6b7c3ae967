"""Codes that no committed file should show: too large, or names that cannot lie beside each other everywhere."""

from pathlib import Path

import pytest

from generator.media import folder as media
from tests.support import DECK, SVG, problems, write_deck

SHOWN = "notes:\n  - id: first\n    question: 'What is this? ![drawing](skin.svg)'\n    answer: Skin\n"


def codes(folder: Path) -> list[str]:
    return [it.code for it in problems(folder)]


def test_a_large_file_is_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "LARGE", 100)
    assert codes(write_deck(tmp_path, {"media/skin.svg": SVG}, SHOWN)) == ["M107"]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "TOO_LARGE", 100)
    assert codes(write_deck(tmp_path, {"media/skin.svg": SVG}, SHOWN)) == ["M108"]


@pytest.mark.parametrize("twins", [("skin.svg", "Skin.svg"), ("\u00e9.svg", "e\u0301.svg")])
def test_names_that_are_one_on_other_systems_are_refused(tmp_path: Path, twins: tuple[str, str]) -> None:
    files: dict[str, str | bytes] = {f"media/{name}": SVG for name in twins}
    folder = write_deck(tmp_path, files, SHOWN.replace("skin.svg", twins[0]))
    if len(list((folder / "media").iterdir())) < 2:
        pytest.skip("this system takes them for one file")
    assert codes(folder) == ["M113"]


def test_two_decks_of_one_id_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_deck(
            tmp_path / name,
            {"deck.yaml": DECK.replace("Test Deck", name)},
            "notes:\n  - {id: first, question: Which?, answer: This}\n",
        )
    assert codes(tmp_path) == ["S209"]
