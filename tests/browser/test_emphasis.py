"""Is what an author emphasises dotted where a script has no slanted letters, and slanted elsewhere?"""

from pathlib import Path

import pytest

from tests.author import Author
from tests.browser import Screen
from tests.previewed import Open

DOTS = """it => {
    const style = getComputedStyle(it), place = style.textEmphasisPosition.split(" ")[0];
    return style.textEmphasisStyle === "none" ? "" : place;
}"""


def written(folder: Path, language: str, text: str) -> Author:
    """Return an author who asks this in a deck of this language."""
    deck = f'id: test-deck\nname: Test Deck\ntag_root: "#Test"\nlanguage: {language}\n'
    return Author(folder, {"deck.yaml": deck, "notes.yaml": f"notes: [{{id: a, question: '{text}', answer: B}}]\n"})


def is_slanted(screen: Screen) -> bool:
    """Whether the emphasised words look unlike the same words upright, both without dots."""
    words = screen.face("front").locator("em")
    words.evaluate("it => { it.style.textEmphasis = it.style.webkitTextEmphasis = 'none'; }")
    emphasised = words.screenshot()
    words.evaluate("it => { it.style.fontStyle = 'normal'; }")
    return emphasised != words.screenshot()


@pytest.mark.parametrize(
    ("language", "text", "dots"),
    [
        ("zh", "这是*重点*吗？", "under"),
        ("zh-Hant", "這是*重點*嗎？", "under"),
        ("ja", "これは*大切*ですか。", "over"),
        ("ko", "이것은 *강조*인가요?", "over"),
    ],
)
def test_han_and_hangul_are_dotted_and_not_slanted(
    language: str, text: str, dots: str, tmp_path: Path, show: Open
) -> None:
    with show(written(tmp_path / "author", language, text)) as screen:
        assert screen.face("front").locator("em").evaluate(DOTS) == dots
        assert not is_slanted(screen)


@pytest.mark.parametrize(("language", "dots"), [("en", ""), ("de", ""), ("zh", "under")])
def test_latin_words_are_slanted_in_every_language(language: str, dots: str, tmp_path: Path, show: Open) -> None:
    with show(written(tmp_path / "author", language, "*Candida albicans*?")) as screen:
        assert screen.face("front").locator("em").evaluate(DOTS) == dots
        assert is_slanted(screen)
