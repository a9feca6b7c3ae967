"""Does a back show its picture where no script runs, and an answer that was to be typed once?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.anki_backend import Anki, opened
from tests.author import EVERY_KIND, Author
from tests.browser import Browser, Page
from tests.browser.test_look import as_page
from tests.support import guid

TYPED = "notes: [{id: typed, question: Which drug?, answer: warfarin, type: true}]\n"


@pytest.fixture(scope="module")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anki]:
    """A student who has a picture with masks, and an answer to type."""
    root = tmp_path_factory.mktemp("backs")
    author = Author(root, {**EVERY_KIND, "typed.yaml": TYPED})
    author.build()
    with opened(root / "student") as student:
        student.take(author.package)
        yield student


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone on which no script runs."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 640})
    yield context.new_page()
    context.close()


def put(page: Page, anki: Anki, html: str) -> None:
    """Show a side of a card, beside the student's pictures."""
    path = Path(anki.col.media.dir()) / "card.html"
    path.write_text(as_page(html, 0, dark=False, phone=True, opened=False), encoding="utf-8")
    page.goto(path.as_uri())


def test_a_back_has_its_picture_and_no_button_that_does_nothing(anki: Anki, page: Page) -> None:
    put(page, anki, anki.html(guid("layers"))[1])
    box = page.locator("img").bounding_box()
    assert box
    assert box["width"] > 300
    assert box["height"] == pytest.approx(box["width"] / 1.5)  # the drawing is 600 by 400
    assert not page.locator("#toggle").is_visible()


def test_a_front_without_masks_has_no_picture_that_tells_what_they_hide(anki: Anki, page: Page) -> None:
    put(page, anki, anki.html(guid("layers"))[0])
    assert not page.locator("img").is_visible()


@pytest.mark.parametrize("typed", ["", "warfarin", "wafarin"])
def test_what_was_typed_is_compared_where_there_is_something(typed: str, anki: Anki, page: Page) -> None:
    back = anki.html(guid("typed"))[1]
    assert back.count("[[type:Answer]]") == 1
    put(page, anki, back.replace("[[type:Answer]]", anki.col.compare_answer("warfarin", typed)))
    assert page.locator("#typeans").is_visible() == bool(typed)
