"""Does the page show every card as it will be, find it, and stay quiet, in a real browser?"""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.pipeline import build
from generator.show import preview
from tests import recordings
from tests.author import EVERY_KIND, QUESTIONS, Author
from tests.browser import Browser, Screen, opened
from tests.previewed import Open, made, released
from tests.support import NOW, cards_of, write_deck

SOUND = recordings.mp3()
AS_PARSED = """all => all.map(html => {
    const parsed = Object.assign(document.createElement("template"), {innerHTML: html});
    parsed.content.querySelectorAll("script").forEach(it => it.remove());
    return parsed.innerHTML;
})"""
SHAPES = """all => all.map(it => {
    const {x, y, width, height} = it.getBBox();
    return [it.tagName, [x, y, width, height], getComputedStyle(it).fill];
})"""
NAMED = """all => all.map(
    it => it.getAttribute("aria-label") || it.textContent || it.title || it.labels?.[0]?.textContent)"""


def sided(author: Author) -> list[tuple[str, str, str]]:
    """Return id, front and back of every card."""
    (shown,) = build.preview(author.source, author.out, NOW).decks
    stamps = shown.release.stamps.notes
    return [(note.id, *card) for note in shown.release.deck.notes for card in cards_of(note, stamps[note.id].mod)]


def test_every_card_is_shown_as_anki_has_it_without_its_script(tmp_path: Path, show: Open) -> None:
    words = {name: text for name, text in EVERY_KIND.items() if name in ("clozes.yaml", "subtypes.yaml", "drugs.yaml")}
    words["questions.yaml"] = QUESTIONS.replace("![scan](scan.svg)", "")
    expected = sided(released(tmp_path / "author", words))
    with show(Author(tmp_path / "author", words)) as screen:
        for id, front, back in expected:
            assert (screen.text("label"), screen.html("front"), screen.html("back")) == (
                id,
                *screen.page.evaluate(AS_PARSED, [front, back]),
            )
            screen.press("ArrowRight")
    assert len(expected) == 14


def test_a_picture_is_shown_from_the_page_itself(author: Author, show: Open) -> None:
    with show(author, "card=pictured:1") as screen:
        picture = screen.face("front").locator("img")
        assert picture.evaluate("it => [it.naturalWidth, it.naturalHeight]") == [600, 400]
    assert made(author).html.count(b";base64,") == 2  # each once


def test_masks_lie_where_anki_draws_them(author: Author, show: Open) -> None:
    with show(author, "card=layers:2") as screen:
        shapes = {side: shapes_of(screen, side) for side in ("front", "back")}
        assert shapes["front"] == [("ellipse", [0.1, 0.5, 0.2, 0.2], "rgb(11, 87, 183)")]
        assert shapes["back"] == [("ellipse", [0.1, 0.5, 0.2, 0.2], "rgba(11, 87, 183, 0)")]
        assert not screen.face("back").locator("#toggle").is_visible()  # there is nothing it could show


def test_masks_that_hide_all_are_all_drawn_and_can_be_lifted(author: Author, show: Open) -> None:
    author.replace(("layers.yaml", "    header:", "    mode: hide-all\n    header:"))
    with show(author, "card=layers:3") as screen:
        pale = "rgb(223, 227, 234)"
        others = [("rect", [0.1, 0.1, 0.2, 0.1], pale), ("ellipse", [0.1, 0.5, 0.2, 0.2], pale)]
        assert shapes_of(screen, "front") == [("polygon", [0.1, 0.75, 0.1, 0.15], "rgb(11, 87, 183)"), *others]
        drawing = screen.face("back").locator("svg")
        assert drawing.is_visible()
        screen.face("back").locator("#toggle").click()
        assert not drawing.is_visible()
        screen.press("Shift+M")
        assert drawing.is_visible()


def shapes_of(screen: Screen, side: Any) -> list[tuple[str, list[float], str]]:
    """Return of every mask its shape, left, top, width and height in parts of the picture, and its colour."""
    found: list[list[Any]] = screen.face(side).locator("svg > *").evaluate_all(SHAPES)
    return [(name, [round(it, 3) for it in box], colour) for name, box, colour in found]


def test_sound_can_be_played(tmp_path: Path, show: Open) -> None:
    notes = "notes:\n  - id: heard\n    question: Listen ![heart](heart.mp3) well\n    answer: A murmur\n"
    with show(released(tmp_path / "author", {"notes.yaml": notes, "media/heart.mp3": SOUND})) as screen:
        sound = screen.face("front").locator("audio")
        assert sound.get_attribute("src").startswith("data:audio/mpeg;base64,SUQz")  # type: ignore[union-attr]
        assert screen.face("front").locator("body").inner_text().split() == ["Listen", "well"]


def test_new_and_changed_are_what_the_next_build_would_say(author: Author, show: Open) -> None:
    author.replace(
        ("clozes.yaml", "Calciphylaxis follows", "Calciphylaxis may follow"),
        ("questions.yaml", "notes:\n", "notes:\n  - id: fresh\n    question: What is new?\n    answer: This\n"),
    )
    with show(author) as screen:
        assert screen.choose("state", "new") == ["fresh"]
        assert screen.text("label") == "fresh new"
        assert screen.choose("state", "changed") == ["warfarin"]
        assert screen.choose("state", "either") == ["warfarin", "fresh"]


def test_the_date_is_that_of_the_last_change(author: Author, browser: Browser, tmp_path: Path) -> None:
    author.replace(("clozes.yaml", "Calciphylaxis follows", "Calciphylaxis may follow"))
    path = tmp_path / "preview.html"
    path.write_bytes(made(author, day=3).html)
    with opened(browser, f"{path.as_uri()}#card=warfarin:1") as screen:
        assert "2025-10-12" in screen.html("back")
        screen.press("ArrowLeft")
        assert "2025-10-09" in screen.html("back")


def test_arrow_keys_go_through_the_cards(author: Author, show: Open) -> None:
    with show(author) as screen:
        seen = [screen.card]
        for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "End", "ArrowRight", "Home", "ArrowUp"):
            screen.press(key)
            seen.append(screen.card)
        hides = [line.split(" · ")[1] for line in seen]
        assert hides == [
            "Phosphate",
            "metastatic",
            "normal",
            "metastatic",
            *["idi: Idiopathic"] * 2,
            *["Phosphate"] * 2,
        ]


def test_keys_work_after_a_click_into_the_card(author: Author, show: Open) -> None:
    with show(author) as screen:
        screen.face("front").locator("body").click()
        screen.press("ArrowRight")
        assert screen.card.endswith("phosphate · metastatic")


def test_keys_alone_search_and_leave_the_search(author: Author, show: Open) -> None:
    with show(author) as screen:
        screen.press("/", *"drugs", "ArrowDown")
        assert screen.card.endswith("drugs/diltiazem · use: most used")
        screen.press("Escape", "ArrowRight")
        assert screen.card.endswith("drugs/colchicine · use: ulcers")


def test_a_letter_typed_into_the_search_is_no_command(author: Author, show: Open) -> None:
    with show(author, "theme=light") as screen:
        screen.press("/", "t", " ", "p")
        assert (screen.page.locator("#q").input_value(), screen.text("theme")) == ("t p", "Theme: light")


def test_both_sides_are_in_sight_at_full_width(author: Author, show: Open) -> None:
    with show(author) as screen:
        assert screen.visible() == ["front", "back"]
        assert not screen.page.locator("#flip").is_visible()


@pytest.mark.parametrize(("width", "at"), [(390, ""), (1280, "phone=1")], ids=["a phone", "the width of a phone"])
def test_space_flips_a_phones_card_and_the_next_begins_in_front(
    width: int, at: str, author: Author, show: Open
) -> None:
    with show(author, at, width=width) as screen:
        seen = [screen.visible()]
        for key in (" ", " ", " ", "ArrowRight"):
            screen.press(key)
            seen.append(screen.visible())
        assert seen == [["front"], ["back"], ["front"], ["back"], ["front"]]


def test_a_button_does_what_space_and_arrows_do(author: Author, show: Open) -> None:
    with show(author, width=390) as screen:
        screen.page.get_by_role("button", name="Next card").click()
        screen.page.get_by_role("button", name="Flip").click()
        assert (screen.visible(), screen.card.endswith("phosphate · metastatic")) == (["back"], True)
        screen.page.get_by_role("button", name="Previous card").click()
        assert (screen.visible(), "[anion]" in screen.html("front")) == (["front"], True)


def test_space_on_a_button_presses_the_button_and_does_not_flip(author: Author, show: Open) -> None:
    with show(author, width=390) as screen:
        screen.page.get_by_role("button", name="Next card").focus()
        screen.press(" ", " ")
        assert (screen.visible(), screen.card.endswith("phosphate · normal")) == (["front"], True)


def test_a_phone_lists_the_cards_behind_a_button(author: Author, show: Open) -> None:
    with show(author, width=390, height=780) as screen:
        assert not screen.page.locator("#list").is_visible()
        screen.page.get_by_role("button", name="Cards").click()
        screen.page.locator(".row", has_text="both-ways").first.click()
        assert (screen.text("label"), screen.page.locator("#list").is_visible()) == ("both-ways", False)


def test_phone_width_is_390_pixels_and_ankis_class_for_phones(author: Author, show: Open) -> None:
    with show(author) as screen:
        assert screen.face("front").locator("html").get_attribute("class") == ""
        screen.press("p")
        assert screen.face("front").locator("html").evaluate("it => [it.className, it.clientWidth]") == ["mobile", 390]
        screen.press("p")
        assert screen.visible() == ["front", "back"]


def test_the_theme_is_the_systems_or_the_chosen_one(author: Author, show: Open) -> None:
    with show(author, dark=True) as screen:
        seen = [looks_of(screen)]
        for _ in range(3):
            screen.press("t")
            seen.append(looks_of(screen))
        assert seen == [
            ("Theme: system", "dark", "card card1 nightMode night_mode"),
            ("Theme: light", "light", "card card1"),
            ("Theme: dark", "dark", "card card1 nightMode night_mode"),
            ("Theme: system", "dark", "card card1 nightMode night_mode"),
        ]


def looks_of(screen: Screen) -> tuple[str, str | None, str | None]:
    """Return what the theme's button says, and what page and card were told."""
    page = screen.page.locator("html").get_attribute("data-theme")
    return screen.text("theme"), page, screen.face("back").locator("body").get_attribute("class")


def test_the_cards_style_stays_in_the_card(author: Author, show: Open) -> None:
    with show(author) as screen:
        inside = screen.face("front").locator("body").evaluate("it => getComputedStyle(it).fontSize")
        outside = screen.page.locator("body").evaluate("it => getComputedStyle(it).fontSize")
        assert (inside, outside) == ("20px", "14px")


def test_a_reload_keeps_card_side_search_filters_theme_and_width(author: Author, show: Open) -> None:
    with show(author) as screen:
        screen.choose("deck", "Test Deck::Drugs")
        screen.page.locator("#q").fill("diltiazem")
        screen.press("Escape", "t", "t", "p", "ArrowRight", " ")
        before = state_of(screen)
        screen.page.reload()
        screen.wait()
        assert state_of(screen) == before
        assert before[:2] == (["back"], "diltiazem")


def state_of(screen: Screen) -> tuple[Any, ...]:
    """Return everything that a reload must keep."""
    search, deck = (screen.page.locator(it).input_value() for it in ("#q", "#deck"))
    return screen.visible(), search, deck, screen.text("theme"), screen.card, screen.text("count")


def test_a_card_shows_where_it_stands_and_what_it_has(author: Author, show: Open) -> None:
    with show(author, "card=drugs/colchicine:2") as screen:
        assert screen.place == f"{author.source.as_posix()}/drugs.yaml:13"
        assert screen.text("facts").endswith(" · table")
        assert screen.text("chips") == "in Test Deck::Drugs"
    with show(author, "card=both-ways:2") as screen:
        assert screen.text("facts").endswith("questions.yaml:9 · question · card 2 of 2, number 2")
        assert screen.text("chips") == "in Test Deck tags kind::question sources reiter-2011"


def test_a_chip_filters(author: Author, show: Open) -> None:
    with show(author, "card=both-ways:1") as screen:
        screen.page.locator("#chips button", has_text="reiter-2011").click()
        assert screen.text("count") == "2 of 17 cards"


def test_a_message_stands_at_its_card_and_on_top(author: Author, show: Open) -> None:
    author.replace(("questions.yaml", "Deep purple", "Deep purple {{c1::dye}}"))
    with show(author) as screen:
        assert screen.text("problems") == "1 warning"
        assert screen.choose("state", "messages") == ["plain"]
        assert "C110 warning: '{{' hides nothing here" in screen.text("found")
        screen.press("Home")
        screen.page.locator("#clear").click()
        screen.page.locator("#problems summary").click()
        screen.press("Home")
        screen.page.get_by_role("button", name="Show the card").click()
        assert screen.text("label") == "plain changed warning"


def test_a_message_of_no_card_is_open_on_top_and_the_other_cards_are_there(author: Author, show: Open) -> None:
    author.write({"more.yaml": "notes:\n  - id: broken\n    qestion: What?\n    answer: That\n"})
    with show(author) as screen:
        assert "unknown key 'qestion'" in screen.text("problems")
        assert screen.text("size") == "9 notes · 17 cards"


def test_a_note_that_cannot_be_read_is_not_called_gone(author: Author) -> None:
    author.write({"clozes.yaml": "notes: ["})
    found = build.preview(author.source, author.out, NOW).diagnostics
    assert [it.code for it in found if it.code.startswith("H")] == []
    author.write({"clozes.yaml": None})
    found = build.preview(author.source, author.out, NOW).diagnostics
    assert [it.code for it in found] == ["H015", "H015"]


def test_hostile_text_is_shown_as_text(tmp_path: Path, show: Open) -> None:
    hostile = "</script><script>alert(1)</script><!-- <script> ]]> <img src=x onerror=alert(2)>"
    notes = {"id": "bad", "question": hostile, "answer": hostile, "tags": ["core"]}
    author = released(tmp_path / "author", {"notes.yaml": json.dumps({"notes": [notes]})})
    with show(author) as screen:
        assert screen.text("label").startswith("bad")
        assert screen.face("front").locator("body").inner_text().strip() == hostile


def test_hostile_names_of_folders_are_shown_as_text(tmp_path: Path, browser: Browser) -> None:
    folder = write_deck(tmp_path / "a\u2028b <!-- <script>", notes="notes:\n  - {id: a, question: b, answer: c}\n")
    path = tmp_path / "preview.html"
    path.write_bytes(preview.page(build.preview(folder, tmp_path / "decks", NOW)).html)
    with opened(browser, path.as_uri()) as screen:
        assert screen.page.locator("#facts code").text_content() == f"{folder.as_posix()}/notes.yaml:2"
    assert "\u2028" not in path.read_text(encoding="utf-8")


def test_nothing_but_the_pages_own_script_runs(author: Author, show: Open) -> None:
    with show(author, said=True) as screen:
        screen.page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
        )
        screen.page.evaluate("fetch('https://example.org/').catch(() => 0)")
        screen.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://example.org/a.png'}))")
        assert screen.page.evaluate("window.ran") is None
        assert len([it for it in screen.told if "Content Security Policy" in it]) >= 3
        assert [it for it in screen.asked if "example.org" in it] == []


def test_a_frame_runs_no_script(author: Author, show: Open) -> None:
    with show(author) as screen:
        sandboxes = screen.page.locator("iframe").evaluate_all("all => all.map(it => it.getAttribute('sandbox'))")
        assert len(sandboxes) == 2
        assert not any("allow-scripts" in it for it in sandboxes)


def test_of_5000_cards_only_the_rows_in_sight_exist(tmp_path: Path, show: Open) -> None:
    notes = "".join(f"  - {{id: n-{it}, question: Fact {it}?, answer: It is {it}}}\n" for it in range(5000))
    with show(Author(tmp_path / "author", {"notes.yaml": f"notes:\n{notes}"})) as screen:
        assert screen.text("count") == "5,000 cards"
        screen.press("End")
        assert screen.card == "Fact 4999? | new n-4999 · It is 4999"
        assert screen.page.locator(".row").count() < 40
        screen.page.locator("#q").fill("Fact 4321?")
        assert screen.card == "Fact 4321? | new n-4321 · It is 4321"


def test_the_list_can_be_read_out(author: Author, show: Open) -> None:
    with show(author) as screen:
        screen.press("ArrowRight")
        active = screen.page.locator("#list").get_attribute("aria-activedescendant")
        chosen = screen.page.locator(f"#{active}")
        assert [chosen.get_attribute(f"aria-{it}") for it in ("selected", "setsize", "posinset")] == ["true", "17", "2"]
        names = screen.page.locator("input, select, button, iframe").evaluate_all(NAMED)
        assert names
        assert all(names)


def test_the_same_deck_makes_the_same_page(author: Author) -> None:
    assert made(author) == made(author)


def test_two_decks_are_in_one_page(author: Author, browser: Browser, tmp_path: Path) -> None:
    other = {"deck.yaml": 'id: other\nname: Other\ntag_root: "#Other"\n'}
    write_deck(author.source.parent / "second", other, notes="notes:\n  - {id: a, question: b, answer: c}\n")
    path = tmp_path / "preview.html"
    path.write_bytes(preview.page(build.preview(author.source.parent, author.out, NOW)).html)
    with opened(browser, path.as_uri()) as screen:
        assert (screen.text("title"), screen.choose("deck", "Other")) == ("Test Deck · Other", ["a"])


@pytest.mark.parametrize("empty", ["", "deck.yaml"], ids=["no deck", "an empty deck.yaml"])
def test_where_there_is_no_card_the_page_says_so(empty: str, tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / (empty or "README")).touch()
    path = tmp_path / "preview.html"
    path.write_bytes(preview.page(build.preview(tmp_path / "src", tmp_path / "decks", NOW)).html)
    with opened(browser, path.as_uri()) as screen:
        assert (screen.text("label"), screen.text("size")) == ("There is no card.", "0 notes · 0 cards")
        screen.press("ArrowRight", " ", "t")
