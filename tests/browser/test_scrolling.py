"""Does what is wider than a phone scroll by itself, and is the edge shaded behind which there is more?"""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import mathjax
from tests.author import Author
from tests.browser import Browser, Page
from tests.browser.test_look import as_page
from tests.previewed import Open
from tests.support import NOW, cards_of, compiled, note, png, write_deck

SUM = " + ".join("abcdefghijklmnopqrstuvw")
ROWS = "".join(f"      | {'one cell | ' * 9}\n" for _ in range(4))
COLUMNS = "".join(f"      c{at}: Column {at}\n" for at in range(6))
CELLS = "".join(f"        c{at}: what stands in cell {at}\n" for at in range(6))
NOTES = f"""\
notes:
  - id: code
    question: What is run?
    answer: |
      ```
      import sys


      print("a line of code that is much longer than a phone is wide", file=sys.stderr)
      ```
  - {{id: short, question: What?, answer: "```\\nx\\n```"}}
  - id: table
    question: Which?
    answer: |
      | {"head | " * 9}
      | {"--- | " * 9}
{ROWS}
  - id: whole
    table: All
    columns:
{COLUMNS}    rows:
      one:
        name: One
{CELLS}      two:
        name: Two
{CELLS}  - {{id: item, list: All of it, items: {{one: 'a \\[ {SUM} \\]', two: b}}}}
  - {{id: display, question: What is one?, answer: '\\[ {SUM} \\]'}}
  - {{id: line, question: What is two?, answer: 'It is \\( {SUM} \\).'}}
  - {{id: drawn, image: a.png, header: 'Where is \\( {SUM} \\)?', masks: {{a: {{rect: [0, 0, 20, 20], label: A}}}}}}
  - {{id: cloze, cloze: 'The sum is {{{{c1::this}}}}: \\( {SUM} \\).'}}
"""
SCROLLS = {
    "code": "pre",
    "table": ".answer > table",
    "whole/one": ".wide",
    "item": ".list mjx-container",
    "display": "mjx-container",
    "line": ".answer",
    "cloze": ".text",
    "drawn": ".heading",
}
# Whether a picture is shaded at its left edge, and at its right: whether most of a column near it has another colour
# than most of one a little farther in. Letters are no more than a small part of either.
SHADED = """async address => {
    const picture = await createImageBitmap(await (await fetch(address)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    const most = x => {
        const column = canvas.getImageData(x, 0, 1, picture.height).data, times = {};
        for (let at = 0; at < column.length; at += 4) {
            const colour = column.slice(at, at + 3);
            times[colour] = (times[colour] || 0) + 1;
        }
        return Object.entries(times).sort((a, b) => b[1] - a[1])[0][0].split(",").map(Number);
    };
    const apart = (one, other) => Math.max(...most(one).map((it, at) => Math.abs(it - most(other)[at]))) > 20;
    return [apart(6, 26), apart(picture.width - 3, picture.width - 26)];
}"""
TO = "(it, part) => { it.scrollLeft = part * (it.scrollWidth - it.clientWidth); }"


@pytest.fixture(scope="module")
def backs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the HTML of the back of each note's first card, with its folds opened."""
    deck = compiled(write_deck(tmp_path_factory.mktemp("scrolling"), {"media/a.png": png(200, 200)}, NOTES))
    return {id: cards_of(note(deck, id), NOW)[0][1] for id in [*SCROLLS, "short"]}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone."""
    made = browser.new_page(viewport={"width": 390, "height": 780})
    yield made
    made.close()


def put(page: Page, folder: Path, html: str, dark: bool = False) -> None:
    """Show a card's back as Anki does on a phone."""
    path = folder / "card.html"
    path.write_text(as_page(html, 0, dark, phone=True), encoding="utf-8")
    page.goto(path.as_uri())


def typeset(page: Page, request: pytest.FixtureRequest) -> None:
    """Set a card's formulas with Anki's own MathJax, where it can be had."""
    assert request.config.cache, "pytest's cache is switched off"
    folder = mathjax.scripts(Path(request.config.cache.mkdir("aqt")))
    for script in (mathjax.SETTINGS, mathjax.SCRIPT):
        page.add_script_tag(url=(folder / script).as_uri())
    page.evaluate("async () => { await MathJax.startup.promise; await MathJax.typesetPromise(); }")


def browser_of(page: Page) -> Browser:
    """Return the browser of a page."""
    assert page.context.browser
    return page.context.browser


def shades(page: Page, place: Any, part: float) -> list[bool]:
    """Scroll to a part of the way, and return whether the left edge is shaded, and the right."""
    place.evaluate(TO, part)
    picture = base64.b64encode(place.screenshot()).decode()
    other = browser_of(page).new_page()  # the page itself may not be allowed to look at a picture
    found: list[bool] = other.evaluate(SHADED, f"data:image/png;base64,{picture}")
    other.close()
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("id", list(SCROLLS))
def test_the_edge_behind_which_there_is_more_is_shaded(
    id: str, dark: bool, page: Page, backs: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    put(page, tmp_path, backs[id], dark)
    if "\\(" in backs[id] or "\\[" in backs[id]:
        typeset(page, request)
    place = page.locator(SCROLLS[id]).first
    sides = [shades(page, place, part) for part in (0, 0.5, 1)]
    assert [right for _, right in sides] == [True, True, False]
    if id != "whole/one":  # there the names of the rows stay at the left, in front of the shade
        assert [left for left, _ in sides] == [False, True, True]
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_what_fits_has_no_shade(page: Page, backs: dict[str, str], tmp_path: Path) -> None:
    put(page, tmp_path, backs["short"])
    assert shades(page, page.locator("pre"), 0) == [False, False]


@pytest.mark.parametrize("formula", [f"\\[{SUM}\\]", f"It is \\({SUM}\\)."], ids=["display", "line"])
def test_a_formula_in_the_preview_is_shaded_alike(formula: str, tmp_path: Path, show: Open) -> None:
    author = Author(tmp_path / "author", {"notes.yaml": f"notes: [{{id: a, question: What?, answer: '{formula}'}}]\n"})
    with show(author, width=390, height=780) as screen:
        screen.press(" ")
        place = screen.face("back").locator("math")
        assert [shades(screen.page, place, part) for part in (0, 0.5, 1)] == [
            [False, True],
            [True, True],
            [True, False],
        ]
