"""Does the list find every card, and say which is which, in a real browser?"""

import re
from pathlib import Path

import pytest

from tests.author import Author
from tests.previewed import Open, released

SEARCHES = {
    "KNIFE-shatter": ["plain"],
    "warfarin": ["warfarin"],
    "phosphate metastatic": ["phosphate"],
    "core deep": ["plain"],
    "drugs.yaml:9": ["drugs/diltiazem"],
    "colchicine ulcers": ["drugs/diltiazem", "drugs/colchicine"],
    "h&e": ["plain"],
    "nowhere": [],
}
DRUGS = ["drugs/diltiazem", "drugs/colchicine"]
FILTERS = [
    ("deck", "Test Deck::Drugs", DRUGS),
    ("tag", "kind", ["plain", "both-ways", "pictured"]),
    ("tag", "core", ["plain"]),
    ("kind", "cloze", ["phosphate", "warfarin"]),
    ("kind", "image", ["layers"]),
    ("kind", "list", ["subtypes"]),
    ("kind", "question", ["plain", "both-ways", "pictured"]),
    ("kind", "table", DRUGS),
    ("source", "reiter-2011", ["both-ways"]),
]


def test_search_finds_words_ids_tags_and_places(author: Author, show: Open) -> None:
    with show(author) as screen:
        for words, ids in SEARCHES.items():
            screen.page.locator("#q").fill(words)
            assert (words, screen.ids()) == (words, ids)
        assert screen.text("count") == "0 of 17 cards"
        screen.page.locator("#clear").click()
        assert screen.text("count") == "17 cards"


@pytest.mark.parametrize(("filter", "value", "ids"), FILTERS)
def test_a_filter_leaves(filter: str, value: str, ids: list[str], author: Author, show: Open) -> None:
    with show(author) as screen:
        assert screen.choose(filter, value) == ids
        assert screen.card.split(" | ")[1].startswith(f"{ids[0]} · ")
        assert screen.choose(filter, "") == screen.ids()
        assert screen.text("count") == "17 cards"


def test_what_is_written_small_or_wide_is_found_as_it_is_typed(tmp_path: Path, show: Open) -> None:
    notes = (
        "notes:\n  - {id: a, question: What is H₂O?, answer: Ｗet}\n  - {id: b, question: Which ion?, answer: Ca²⁺}\n"
    )
    with show(released(tmp_path / "author", {"notes.yaml": notes})) as screen:
        for words, ids in {"h2o": ["a"], "wet": ["a"], "ca2+": ["b"]}.items():
            screen.page.locator("#q").fill(words)
            assert (words, screen.ids()) == (words, ids)


def test_where_no_card_fits_the_list_says_so(author: Author, show: Open) -> None:
    with show(author) as screen:
        assert not screen.page.locator("#none").is_visible()
        screen.page.locator("#q").fill("nowhere")
        assert screen.text("none").startswith("No card fits.")
        screen.page.locator("#clear").click()
        assert not screen.page.locator("#none").is_visible()


def test_siblings_say_which_of_how_many_they_are(author: Author, show: Open) -> None:
    with show(author) as screen:
        screen.page.locator("#q").fill("subtypes")
        turns = screen.page.locator(".row > div:first-child").all_inner_texts()
        assert [it.split()[0] for it in turns] == ["1/3", "2/3", "3/3"]


def test_a_phone_shows_tags_and_sources_when_they_are_asked_for(author: Author, show: Open) -> None:
    with show(author, "card=both-ways:1", width=390) as screen:
        assert not screen.page.locator("#chips").is_visible()
        screen.page.locator("#more summary").click()
        assert "reiter-2011" in screen.text("chips")


def test_a_side_longer_than_its_window_is_measured(tmp_path: Path, show: Open) -> None:
    notes = f"notes:\n  - {{id: a, question: Which?, answer: '{'Calcium salts. ' * 200}'}}\n"
    with show(released(tmp_path / "author", {"notes.yaml": notes}), "phone=1") as screen:
        screen.press(" ")
        screen.page.locator("#back .long:not(:empty)").wait_for()
        assert re.fullmatch(r"BACK · [2-9]\.\d windows long", screen.text("back"))
        assert screen.page.locator("#front .long").text_content() == ""
