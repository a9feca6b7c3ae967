"""Are many warnings said by code on top of the preview, each at its own card, and every error shown?"""

from pathlib import Path

import pytest

from tests.author import Author
from tests.browser import Screen
from tests.previewed import Open

PLAIN = "  - {{id: p{0}, question: Which stain has number {0}?, answer: stain {0}}}\n"
NOTE = "  - id: n{0}\n    question: Is number {0} a stain, seen through lens {0}?\n    answer: yes\n"


def warned(folder: Path, number: int, more: str = "") -> Author:
    """Return an author of so many notes that are all answered by yes, in files of two so that no rule hits a file."""
    files = {}
    for at in range(0, number, 2):
        files[f"f{at // 2}.yaml"] = "notes:\n" + "".join(NOTE.format(it) for it in range(at, min(at + 2, number)))
    plain = "notes:\n" + "".join(map(PLAIN.format, range(9)))
    return Author(folder, {**files, "plain.yaml": plain + more})


def problems(screen: Screen) -> list[str]:
    """Return the first line of everything that stands on top, as it stands."""
    screen.page.locator("#problems").evaluate("it => { it.open = true; }")
    return [it.split("\n")[0] for it in screen.page.locator("#problems li").all_inner_texts()]


def test_few_stand_there_one_by_one(tmp_path: Path, show: Open) -> None:
    with show(warned(tmp_path / "author", 4)) as screen:
        assert [it.partition(": ")[2] for it in problems(screen)] == ["L02 warning: the answer is yes or no"] * 4


def test_of_many_of_a_code_the_first_three_stand_there(tmp_path: Path, show: Open) -> None:
    with show(warned(tmp_path / "author", 9)) as screen:
        title, *first, more = problems(screen)
        assert title == "L02: a yes-or-no answer, 9 times"
        assert len(first) == 3
        assert more == "and 6 more"


def test_each_of_many_stands_at_its_card(tmp_path: Path, show: Open) -> None:
    with show(warned(tmp_path / "author", 9)) as screen:
        assert screen.choose("state", "messages") == [f"n{at}" for at in range(9)]
        screen.page.locator("#q").fill("n8")
        assert "f4.yaml:4:13: L02 warning" in screen.text("found")


def test_an_error_stands_before_many_warnings(tmp_path: Path, show: Open) -> None:
    wrong = "  - {id: wrong, qestion: What?, answer: This}\n"
    with show(warned(tmp_path / "author", 9, wrong)) as screen:
        assert "unknown key 'qestion'" in problems(screen)[0]


@pytest.mark.parametrize("number", [4, 9])
def test_what_stands_on_top_leads_to_its_card(number: int, tmp_path: Path, show: Open) -> None:
    with show(warned(tmp_path / "author", number)) as screen:
        problems(screen)
        screen.page.get_by_role("button", name="Show the card").nth(2).click()
        assert screen.text("label").startswith("n2 ")
