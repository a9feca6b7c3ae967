"""Do heavy pictures lie beside the page, are they shown from there, and is nothing else ever asked for?"""

from generator.pipeline import build
from generator.show import preview, watch
from tests.author import Author
from tests.browser import Browser, Screen
from tests.support import NOW

COMPLETE = """() => [...document.querySelectorAll("iframe")].every(
    it => [...it.contentDocument.images].every(it => it.complete))"""
SHOWN = "it => [it.complete, it.naturalWidth, it.naturalHeight]"


def heavy(author: Author, live: bool = False) -> preview.Page:
    """Return the page of an author's deck, as if its pictures were heavy."""
    return preview.page(build.preview(author.source, author.out, NOW), live, folder="p-media", heavy=0)


def shows(browser: Browser, address: str) -> list[str]:
    """Open a picture's card, see that the picture is drawn, and return what was asked for."""
    page = browser.new_page()
    try:
        screen = Screen(page)
        screen.open(f"{address}#card=pictured:1")
        picture = screen.face("front").locator("img")
        picture.wait_for()
        page.wait_for_function(COMPLETE)
        assert picture.evaluate(SHOWN) == [True, 600, 400]
        assert screen.told == []
        return [it.rsplit("/", 1)[1] for it in screen.asked if "about:" not in it and "#" not in it]
    finally:
        page.close()


def test_heavy_pictures_lie_beside_the_page_and_are_shown(author: Author, browser: Browser) -> None:
    page = heavy(author)
    target = author.root / "p.html"
    assert preview.write(page, target) == ()
    assert b";base64," not in page.html
    assert sorted(it.name for it in (author.root / "p-media").iterdir()) == sorted(it.name for it in page.beside)
    assert {*shows(browser, target.as_uri())} - {"p.html"} == {it.name for it in page.beside if "scan" in it.name}


def test_a_picture_that_is_there_is_not_written_again(author: Author) -> None:
    target = author.root / "p.html"
    preview.write(heavy(author), target)
    before = {it: it.stat().st_mtime_ns for it in (author.root / "p-media").iterdir()}
    preview.write(heavy(author), target)
    assert before
    assert {it: it.stat().st_mtime_ns for it in (author.root / "p-media").iterdir()} == before


def test_heavy_pictures_are_served_and_nothing_else_is(author: Author, browser: Browser) -> None:
    page, site = heavy(author, live=True), watch.Site()
    site.publish(page.html, page.version, preview.files_of(page))
    with watch.served(site, 0) as address:
        asked = shows(browser, address)
        tab = browser.new_page()
        found = [tab.request.get(f"{address}{it}").status for it in ("p-media/other.svg", "p-media/../deck.yaml")]
        tab.close()
    assert {*asked} - {"events", ""} == {it.name for it in page.beside if "scan" in it.name}
    assert found == [404, 404]


def test_light_pictures_are_in_the_page(author: Author) -> None:
    page = preview.page(build.preview(author.source, author.out, NOW))
    assert (page.beside, page.html.count(b";base64,")) == ((), 2)
