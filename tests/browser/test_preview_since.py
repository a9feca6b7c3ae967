"""Does `preview --from` show what a changed card was, and what it is?"""

from pathlib import Path

import pytest

from tests.author import Author
from tests.browser import Browser, opened


@pytest.fixture
def edited(author: Author) -> Author:
    """An author who kept the package that students have, and changed a cloze, a picture and a note."""
    (author.root / "old.apkg").write_bytes(author.package.read_bytes())
    scan = (author.source / "media" / "scan.svg").read_text(encoding="utf-8")
    author.replace(
        ("clozes.yaml", "Calciphylaxis follows", "Calciphylaxis may follow"),
        ("questions.yaml", "notes:\n", "notes:\n  - id: fresh\n    question: What is new?\n    answer: This\n"),
    )
    author.write({"media/scan.svg": scan.replace("Scan", "Later scan")})
    return author


def test_a_changed_card_is_shown_as_it_was_and_as_it_is(edited: Author, browser: Browser) -> None:
    assert edited.run("preview", "--from", "old.apkg").status == 0
    with opened(browser, (edited.root / "preview.html").as_uri()) as screen:
        assert screen.choose("state", "new") == ["fresh"]
        assert not screen.page.locator("#before").is_visible()
        assert screen.choose("state", "changed") == ["warfarin", "pictured"]
        seen = []
        for _ in range(3):
            seen.append("may follow" in screen.html("back"))
            screen.press("b")
        assert seen == [True, False, True]


def test_a_site_shows_it_too(edited: Author, browser: Browser) -> None:
    assert edited.run("preview", "--from", "old.apkg", "-o", "site/").status == 0
    page = edited.root / "site" / "test-deck" / "cards.html"
    with opened(browser, f"{page.as_uri()}#card=warfarin:1") as screen:
        assert "may follow" in screen.html("back")
        screen.press("b")
        assert "Calciphylaxis follows" in screen.html("back")


def test_the_picture_that_was_is_shown(edited: Author, browser: Browser) -> None:
    edited.run("preview", "--from", "old.apkg")
    with opened(browser, f"{(edited.root / 'preview.html').as_uri()}#card=pictured:1") as screen:
        now = screen.face("front").locator("img").get_attribute("src")
        screen.press("b")
        before = screen.face("front").locator("img").get_attribute("src")
        assert str(now) != str(before)
        assert str(before).startswith("data:image/svg+xml;base64,")


def test_what_cannot_be_compared_with_is_an_error(author: Author) -> None:
    ran = author.run("preview", "--from", "v9")
    assert (ran.status, "H030" in ran.out + ran.err) == (1, True)
    assert not Path(author.root / "preview.html").exists()


def test_without_it_no_card_has_a_before(author: Author) -> None:
    author.run("preview")
    page = (author.root / "preview.html").read_text(encoding="utf-8")
    assert '"before":[]' in page
    assert '"before":[[' not in page
