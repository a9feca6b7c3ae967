"""Can masks be drawn on a picture with mouse, finger and keys, and is what is copied or saved what was drawn?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.author import EVERY_KIND, Author
from tests.browser import Browser, Page, Screen, opened
from tests.browser.test_watch import SHORTLY, ask, watching
from tests.previewed import Open
from tests.support import png

PHOTO = {"media/my photo.png": png(800, 600)}
NOTE = """
  - id: my-photo
    image: my photo.png
    masks:
      epidermis: {rect: [80, 60, 240, 120], label: Epidermis}
      the-lower-dermis: {ellipse: [400, 300, 240, 120], label: 'The lower: dermis'}
"""
Served = tuple[Author, Screen]


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author with a photograph that no note uses."""
    author = Author(tmp_path / "author", {**EVERY_KIND, **PHOTO})
    author.build()
    return author


@pytest.fixture
def served(author: Author, browser: Browser) -> Iterator[Served]:
    """That author with a preview that watches, at the note with masks."""
    with watching(author) as (_, address), opened(browser, f"{address}#card=layers:1", said=True) as screen:
        yield author, screen


def point(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a point lies in the window, which is given in parts of the picture."""
    box = page.locator("#drawing").bounding_box()
    assert box
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one point of the picture to another."""
    page.mouse.move(*point(page, *start))
    page.mouse.down()
    page.mouse.move(*point(page, *end), steps=3)
    page.mouse.up()


def tap(page: Page, x: float, y: float) -> None:
    """Click a point of the picture."""
    page.mouse.click(*point(page, x, y))


def tool(screen: Screen, name: str) -> None:
    """Choose a tool."""
    screen.page.get_by_role("button", name=name, exact=True).click()


def lines(screen: Screen) -> list[str]:
    """Return the YAML that is shown."""
    return screen.page.locator("#lines").input_value().split("\n")


def says(screen: Screen, words: str) -> None:
    """Wait until the answer to Save or Copy is there."""
    screen.page.locator("#saved", has_text=words).wait_for(timeout=SHORTLY)


def test_a_newcomer_makes_a_note_of_a_photograph_without_a_number(served: Served) -> None:
    author, screen = served
    path = author.source / "layers.yaml"
    before = path.read_text(encoding="utf-8")
    screen.page.get_by_role("button", name="New: 1 picture").click()
    drag(screen.page, (0.1, 0.1), (0.4, 0.3))
    screen.page.keyboard.type("Epidermis")
    tool(screen, "Ellipse")
    drag(screen.page, (0.8, 0.7), (0.5, 0.5))
    screen.page.keyboard.type("The lower: dermis")
    tool(screen, "Save")
    screen.page.locator("#label", has_text="my-photo").wait_for(timeout=SHORTLY)
    assert path.read_text(encoding="utf-8") == before + NOTE
    assert screen.text("facts").endswith("image · card 1 of 2, number 1")
    assert screen.face("front").locator("#image-occlusion-canvas rect").count() == 1
    assert not screen.page.get_by_role("button", name="New:").is_visible()


def test_a_polygon_is_tapped_corner_by_corner(author: Author, show: Open) -> None:
    with show(author) as screen:
        screen.page.locator("#pictures").click()
        tool(screen, "Polygon")
        for corner in ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.1)):
            tap(screen.page, *corner)
        assert lines(screen)[-1] == "      mask-1: {polygon: [[80, 60], [400, 60], [400, 300]]}"


def test_a_page_that_nobody_serves_copies_and_does_not_save(author: Author, show: Open) -> None:
    with show(author, "card=layers:1") as screen:
        screen.press("e")
        assert not screen.page.locator("#save").is_visible()
        assert lines(screen) == [""]
        drag(screen.page, (0.5, 0.25), (0.75, 0.5))
        screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        tool(screen, "Copy")
        says(screen, "Copied")
        assert screen.page.evaluate("navigator.clipboard.readText()") == "      mask-1: {rect: [300, 100, 150, 100]}"


def test_masks_that_are_there_lie_where_the_file_says(author: Author, show: Open) -> None:
    with show(author, "card=layers:1") as screen:
        screen.press("e")
        names = screen.page.locator(".mask").evaluate_all("all => all.map(it => it.getAttribute('aria-label'))")
        assert names == ["Mask 1: corneum", "Mask 2: deposit", "Mask 3: rim"]
        boxes = screen.page.locator(".mask").evaluate_all(
            "all => all.map(it => it.getBBox()).map(it => [it.x, it.y, it.width, it.height])"
        )
        assert boxes == [[60, 40, 120, 40], [60, 200, 120, 80], [60, 300, 60, 60]]


def test_a_mask_that_is_there_is_moved_and_drawn_out_and_nothing_else_changes(served: Served) -> None:
    author, screen = served
    path = author.source / "layers.yaml"
    before = path.read_text(encoding="utf-8")
    screen.page.get_by_role("button", name="Masks", exact=True).click()
    tap(screen.page, 0.2, 0.15)
    drag(screen.page, (0.2, 0.15), (0.3, 0.15))  # moved by 60
    drag(screen.page, (0.4, 0.2), (0.5, 0.25))  # its lower right corner
    tap(screen.page, 0.12, 0.78)
    drag(screen.page, (0.1, 0.9), (0.1, 1.0))  # a corner of the polygon
    assert lines(screen) == [
        "      corneum: {rect: [120, 40, 180, 60]}",
        "      rim: {polygon: [[60, 300], [120, 300], [60, 400]]}",
    ]
    tool(screen, "Save")
    says(screen, "written to")
    after = before.replace("[60, 40, 120, 40]", "[120, 40, 180, 60]").replace("[60, 360]", "[60, 400]")
    assert path.read_text(encoding="utf-8") == after


def test_keys_alone_draw_name_and_save(served: Served) -> None:
    author, screen = served
    screen.press("e")
    screen.page.locator("#drawing").focus()
    screen.press("Enter", "ArrowRight", "ArrowDown", "Shift+ArrowRight")
    assert lines(screen) == ["      mask-1: {rect: [243, 163, 123, 80]}"]
    screen.press("Tab")  # over the masks and the corners of this one to the words
    while screen.page.evaluate("document.activeElement.tagName") != "INPUT":
        screen.press("Tab")
    screen.page.keyboard.type("Elastin")
    screen.press("Tab", "Tab", "Tab", "Tab", "Enter")
    says(screen, "written to")
    assert "elastin: {rect: [243, 163, 123, 80], label: Elastin}" in (author.source / "layers.yaml").read_text()


def test_a_finger_draws(author: Author, browser: Browser, show: Open) -> None:
    with show(author, "card=layers:1", width=390, height=780) as screen:
        screen.page.locator("#edit").click()
        hand = screen.page.context.new_cdp_session(screen.page)
        for kind, at in (("Start", (0.5, 0.25)), ("Move", (0.6, 0.4)), ("Move", (0.75, 0.5)), ("End", None)):
            x, y = point(screen.page, *at) if at else (0, 0)
            points = [{"x": x, "y": y}] if at else []
            hand.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        left, top, width, height = eval_numbers(lines(screen)[0])
        assert (abs(left - 300), abs(top - 100), abs(width - 150), abs(height - 100)) < (3, 3, 3, 3)
        assert screen.page.evaluate("document.activeElement.tagName") != "INPUT"  # no keyboard over the picture


def eval_numbers(line: str) -> list[float]:
    """Return the numbers of a box."""
    return [float(it) for it in line.partition("[")[2].partition("]")[0].split(", ")]


def test_an_element_of_the_drawing_is_shown_and_stays(tmp_path: Path, show: Open) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><title>A</title>'
    drawing += b'<rect id="skin" x="60" y="40" width="120" height="40"/></svg>'
    note = "notes:\n  - id: layers\n    image: a.svg\n    masks: {skin: {shape: skin, label: Skin}}\n"
    with show(Author(tmp_path / "other", {"notes.yaml": note, "media/a.svg": drawing})) as screen:
        screen.press("e")
        tap(screen.page, 0.2, 0.15)
        drag(screen.page, (0.2, 0.15), (0.3, 0.3))
        assert lines(screen) == ["      mask-1: {rect: [120, 60, 60, 60]}"]
        assert screen.page.locator(".mask.fixed").evaluate("it => it.getBBox().x") == 60


def test_what_is_new_is_undone_deleted_and_dropped_when_asked_twice(author: Author, show: Open) -> None:
    with show(author, "card=layers:1") as screen:
        screen.press("e")
        drag(screen.page, (0.5, 0.25), (0.75, 0.5))
        drag(screen.page, (0.5, 0.6), (0.75, 0.8))
        tool(screen, "Undo")
        assert len(lines(screen)) == 1
        tap(screen.page, 0.6, 0.4)
        tool(screen, "Delete")
        assert lines(screen) == [""]
        tap(screen.page, 0.2, 0.15)
        assert screen.page.locator("#drop").is_disabled()  # it is in the file
        tool(screen, "Close")
        says(screen, "not saved")
        tool(screen, "Close")
        assert not screen.page.locator("#easel").is_visible()


def test_a_file_that_changed_meanwhile_is_not_written_and_the_drawing_stays(served: Served) -> None:
    author, screen = served
    screen.press("e")
    drag(screen.page, (0.5, 0.25), (0.75, 0.5))
    author.replace(("layers.yaml", "Layers of the skin", "The skin"))
    says(screen, "Files have changed meanwhile")
    before = (author.source / "layers.yaml").read_bytes()
    tool(screen, "Save")
    says(screen, "has changed since")
    assert (author.source / "layers.yaml").read_bytes() == before
    assert lines(screen) == ["      mask-1: {rect: [300, 100, 150, 100]}"]


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits(width: int, dark: bool, author: Author, show: Open) -> None:
    with show(author, width=width, height=640, dark=dark) as screen:
        screen.page.locator("#pictures").click()
        drag(screen.page, (0.1, 0.1), (0.4, 0.3))
        sizes = screen.page.evaluate(
            "[document.documentElement, document.getElementById('easel')].map(it => it.scrollWidth - it.clientWidth)"
        )
        assert sizes == [0, 0]
        colours = screen.page.locator("#easel, #lines, #note-id").evaluate_all(
            "all => all.map(it => [getComputedStyle(it).color, getComputedStyle(it).backgroundColor])"
        )
        assert all(text != ground for text, ground in colours)
        assert len({text for text, _ in colours}) == 1


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a preview that watches a deck nobody changes."""
    with watching(Author(tmp_path_factory.mktemp("served"))) as (_, address):
        yield address


HEADERS = {"Origin": "http://{}", "Content_Type": "application/json", "X_Token": "?", "Content_Length": "0"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 409),
        ({"Origin": None}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"X_Token": None}, 403),
        ({"X_Token": "guess"}, 403),
        ({"Content_Length": "-1"}, 413),
        ({"Content_Length": "99999999"}, 413),
        ({"Host": "evil.example"}, 403),
    ],
    ids=str,
)
def test_only_the_page_of_this_run_may_write(headers: dict[str, str | None], status: int, address: str) -> None:
    token = ask(address).read().decode().partition('data-token="')[2].partition('"')[0]
    assert len(token) > 30
    given = {name: it for name, it in {**HEADERS, **headers}.items() if it is not None and name != "Host"}
    given["X_Token"] = token if given.get("X_Token") == "?" else given.get("X_Token", "")
    assert ask(address, "POST", "/masks", headers.get("Host") or "", **given).status == status


def test_a_page_that_nobody_serves_holds_no_token_and_a_site_no_easel(author: Author, show: Open) -> None:
    author.run("preview", "-o", "site/")
    site = (author.root / "site" / "test-deck" / "cards.html").read_text(encoding="utf-8")
    assert ('"canvases":[]' in site, 'data-token=""' in site) == (True, True)
    with show(author) as screen:
        assert screen.page.locator("html").get_attribute("data-token") == ""
