"""What stands folded under the answer: is each part one line until it is opened, without any script?"""

from typing import Any

import pytest

from tests.browser import Browser, Shown, measured
from tests.browser.test_look import as_page
from tests.support import NOW, cards_of, compiled, note, write_deck

DISPUTES = "differ: Some say *one*, some say two.\nsun: {beware: 'Some pages blame sunlight.\n\n\n  No study does.'}\n"
NOTES = """
notes:
  - {id: differs, question: Which?, answer: This, extra: More words., dispute: differ, sources: [dermnet]}
  - {id: careful, question: What?, answer: That, dispute: sun}
  - {id: plain, question: Who?, answer: They}
"""
MEASURE = """window => {
    const page = window.document, every = what => [...page.querySelectorAll(what)];
    const text = () => page.querySelector(".face").innerText.split("\\n").map(it => it.trim()).filter(Boolean);
    const closed = text(), heights = every("details").map(it => it.getBoundingClientRect().height);
    const tappable = every("summary").every(it => it.matches(".tappable"));
    every("summary").filter(it => it.getBoundingClientRect().height).forEach(it => it.click());
    return { closed, heights, tappable, opened: text() };
}"""
CLOSED = {
    "differs": ["Which?", "This", "More words.", "Sources differ", "Sources", "differs"],
    "careful": ["What?", "That", "Beware", "Updated 2025-10-09 · careful"],
    "plain": ["Who?", "They", "Updated 2025-10-09 · plain"],
}
OPENED = {
    "differs": ["Some say one, some say two.", "Calcinosis cutis", "Updated 2025-10-09"],
    "careful": ["Some pages blame sunlight.", "No study does."],
    "plain": [],
}


@pytest.fixture(scope="module")
def backs(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Measure the back of every note on a phone, first as it is and then with its folds opened by clicks."""
    folder = tmp_path_factory.mktemp("folds")
    deck = compiled(write_deck(folder / "deck", {"disputes.yaml": DISPUTES}, NOTES))
    htmls = {id: cards_of(note(deck, id), NOW)[0][1] for id in CLOSED}
    pages = [Shown(as_page(html, 0, dark=False, phone=True, opened=False), 390) for html in htmls.values()]
    return dict(zip(htmls, measured(browser, folder, pages, MEASURE), strict=True))


@pytest.mark.parametrize("id", list(CLOSED))
def test_the_extra_is_first_and_what_is_looked_up_is_folded(id: str, backs: dict[str, Any]) -> None:
    assert backs[id]["closed"] == CLOSED[id]


@pytest.mark.parametrize("id", list(OPENED))
def test_a_click_opens_a_fold(id: str, backs: dict[str, Any]) -> None:
    assert [it for it in backs[id]["opened"] if it not in CLOSED[id]] == OPENED[id]


def test_a_fold_is_one_line_and_a_tap_on_it_does_not_grade_the_card(backs: dict[str, Any]) -> None:
    heights = [height for it in backs.values() for height in it["heights"]]
    assert len(heights) == 3
    assert max(heights) < 45
    assert all(it["tappable"] for it in backs.values())
