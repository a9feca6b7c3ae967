"""Does `preview -o site/` make pages that lead to each deck, its cards and its package, and ask nobody for anything?"""

from pathlib import Path

import pytest

from tests.author import Author
from tests.browser import Browser, Screen
from tests.support import write_deck

OTHER = {"deck.yaml": 'id: other\nname: Other & more\ntag_root: "#Other"\ndescription: "Two *lines* & <i>"\n'}


@pytest.fixture
def site(author: Author) -> Path:
    """A site of two decks, of which the first was built."""
    write_deck(author.source.parent / "second", OTHER, notes="notes:\n  - {id: a, question: b, answer: c}\n")
    ran = author.run("preview", "cards_src", "-o", "site/")
    assert (ran.status, ran.out) == (0, "site/index.html: 2 decks\n")
    return author.root / "site"


def test_a_site_holds_a_page_for_each_deck(site: Path) -> None:
    files = sorted(it.relative_to(site).as_posix() for it in site.rglob("*") if it.is_file())
    decks = [f"{deck}/{name}" for deck in ("other", "test-deck") for name in ("cards.html", "index.html")]
    assert files == sorted(["index.html", *decks, "test-deck/test-deck.apkg"])


def test_links_lead_from_the_start_to_the_cards_and_the_package(site: Path, author: Author, browser: Browser) -> None:
    page = browser.new_page()
    screen = Screen(page)
    page.goto((site / "index.html").as_uri())
    page.get_by_role("link", name="Test Deck").click()
    assert page.locator("li").all_inner_texts()[:1] == ["Test Deck: 11 cards"]
    href = page.get_by_role("link", name="Download for Anki").get_attribute("href")
    assert (site / "test-deck" / str(href)).read_bytes() == author.package.read_bytes()
    page.get_by_role("link", name="See every card").click()
    screen.wait()
    assert screen.text("count") == "17 cards"
    assert screen.told == []
    assert [it for it in screen.asked if not it.startswith(("file:", "data:", "about:"))] == []
    page.close()


def test_a_deck_that_was_not_built_has_no_download_and_its_text_is_text(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((site / "other" / "index.html").as_uri())
    words = page.locator("body").inner_text().split("\n")
    assert [it for it in words if it][:3] == ["Other & more", "Two lines & <i>", "1 card in 1 note"]
    assert page.get_by_role("link").all_inner_texts() == ["See every card", "All decks"]
    page.close()


def test_a_site_tells_readers_no_messages(author: Author) -> None:
    author.replace(("questions.yaml", "Deep purple", "Deep purple {{c1::dye}}"))
    assert author.run("preview", "-o", "site/").status == 0
    page = (author.root / "site" / "test-deck" / "cards.html").read_text(encoding="utf-8")
    assert "C110" not in page


def test_the_same_deck_makes_the_same_site(author: Author) -> None:
    author.run("preview", "-o", "site/")
    before = {it: it.read_bytes() for it in (author.root / "site").rglob("*") if it.is_file()}
    author.run("preview", "-o", "site/")
    assert before
    assert {it: it.read_bytes() for it in (author.root / "site").rglob("*") if it.is_file()} == before


def test_a_file_does_not_become_a_site(author: Author) -> None:
    (author.root / "site").write_text("mine", encoding="utf-8")
    assert author.run("preview", "-o", "site/").status == 2
    assert (author.root / "site").read_text(encoding="utf-8") == "mine"
