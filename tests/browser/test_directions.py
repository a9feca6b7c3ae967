"""Does a card stay within its lines where a text runs from right to left, in a deck of either direction?"""

from typing import Literal

import pytest

from tests.author import Author
from tests.previewed import Open

CHOICE = """\
notes:
  - id: stain
    choose: أي صبغة تظهر الكالسيوم؟
    right: أحمر الأليزارين
    wrong: {kossa: فون كوسا, pas: PAS}
"""
# Of each option how far its text reaches beyond its box, in px: to the left, and to the right.
OUTSIDE = """all => all.map(it => {
    const box = it.getBoundingClientRect(), range = document.createRange();
    range.selectNodeContents(it);
    const text = range.getBoundingClientRect();
    return Math.max(box.left - text.left, text.right - box.right);
})"""


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("side", ["front", "back"])
def test_the_options_and_their_marks_stay_in_their_boxes(
    language: str, side: Literal["front", "back"], tmp_path_factory: pytest.TempPathFactory, show: Open
) -> None:
    deck = f'id: test-deck\nname: Test Deck\ntag_root: "#Test"\nlanguage: {language}\n'
    author = Author(tmp_path_factory.mktemp("author"), {"deck.yaml": deck, "notes.yaml": CHOICE})
    with show(author, width=390, height=780) as screen:
        screen.press(*([" "] if side == "back" else []))
        place = ".answer .option" if side == "back" else ".asked .option"
        beyond = screen.face(side).locator(place).evaluate_all(OUTSIDE)
        assert len(beyond) == 3
        assert max(beyond) <= 0.5
