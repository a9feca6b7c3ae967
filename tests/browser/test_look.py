"""What people see: every kind of card, and hard cases, rendered by real Anki and measured in a real Chromium."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from generator.compiled.note_types import note_types
from tests.anki_backend import Anki, opened
from tests.author import EVERY_KIND, Author
from tests.browser import Browser, Shown, measured
from tests.support import guid, png

WORD = "Pneumonoultramicroscopicsilicovolcanoconiosispneumonoultramicro"
LONG = "Calcium salts precipitate in skin because their metabolism is abnormal. " * 12
TWELVE = range(1, 13)
ITEMS = "".join(f"      i{at}: {WORD if at == 2 else LONG if at == 3 else f'Item {at}'}\n" for at in range(1, 21))
HEADINGS = "".join(f"      c{at}: Column {at} of twelve\n" for at in TWELVE)
CELLS = "".join(f"        c{at}: {WORD if at % 5 == 0 else f'cell {at} and two words'}\n" for at in TWELVE)
LENGTH = "{L03: hard to fit, L08: hard to fit, L11: hard to fit}"
HARD = f"""\
notes:
  - {{id: long, question: What is long?, answer: "{LONG}", extra: "{LONG}", dispute: hard, allow: {LENGTH},
     sources: [hard]}}
  - {{id: long-question, question: "{LONG}", answer: Short}}
  - {{id: word, question: "{WORD}", answer: "{WORD}", extra: "{WORD}", reverse: true, allow: {LENGTH}}}
  - {{id: right-to-left, question: "ما هو تكلس الجلد؟", answer: "ترسب أملاح الكالسيوم في الجلد", reverse: true}}
  - {{id: pictures, question: "What? ![wide](wide.png)", answer: "![tall](tall.png)"}}
  - {{id: in-text, cloze: "A {{{{c1::{WORD}::a cue}}}} and {{{{c2::{LONG}}}}}.", allow: {LENGTH}, extra: "[{WORD}](https://a.org)"}}
  - id: blocks
    question: Which?
    answer: |
      One, **two**, `{WORD}`.

      - one
        - two {WORD}
          - three
            1. four

      | {" | ".join(f"Heading {at}" for at in range(8))} |
      | {" | ".join("---" for _ in range(8))} |
      | {" | ".join(f"number {at}" for at in range(8))} |
    allow: {LENGTH}
  - id: others
    list: Twenty items
    allow: {LENGTH}
    items:
{ITEMS}  - id: none
    list: Twenty items
    show: none
    allow: {LENGTH}
    items:
{ITEMS}  - id: before
    list: Four items {WORD}
    show: before
    allow: {LENGTH}
    items: {{one: "{LONG}", two: Two, three: Three, four: "{LONG}"}}
  - id: twelve
    table: A table of twelve columns {WORD}
    allow: {LENGTH}
    columns:
{HEADINGS}    rows:
      first:
        name: First row
{CELLS}      second:
        name: The second row {WORD}
{CELLS}  - id: tall
    image: tall.png
    header: A tall picture {WORD}
    masks:
      one: {{rect: [10, 10, 40, 20], label: "{WORD}"}}
      two: {{rect: [10, 50, 40, 20], label: "The *second*"}}
      three: {{rect: [10, 90, 40, 20]}}
"""
FILES = {
    **EVERY_KIND,
    "hard.yaml": HARD,
    "sources.yaml": f"dermnet: {{title: A, link: https://a.org}}\nreiter-2011: {{title: A}}\nhard: {{title: {WORD}}}\n",
    "disputes.yaml": f"most-common-type: Some say so.\nhard: Some say `{WORD}`.\n",
    "media/wide.png": png(4000, 300),
    "media/tall.png": png(300, 4000),
}
# What Anki's own page says before the style sheet of a card does.
ANKI = """
body { margin: 20px; overflow-wrap: break-word } body.nightMode { background-color: #2c2c2c; color: #fcfcfc }
hr { background-color: #737373; margin: 1em 0; border: none; height: 1px } img { max-width: 100%; max-height: 95vh }
#image-occlusion-container { position: relative; margin: 0 auto; max-height: calc(95vh - 40px) }
#image-occlusion-container img { position: absolute; top: 0; left: 0; width: 100%; height: 100%; max-width: unset;
    max-height: unset } #image-occlusion-canvas { position: absolute; top: 0; left: 0; width: 100%; height: 100% }
"""
QUESTION = ".way, .asked, .text, .heading, .count, .row-name, .record .cloze, .others > .cloze, .before > .cloze"
MEASURE = """window => {
    const page = window.document, every = what => [...page.querySelectorAll(what)];
    const style = (element, part) => window.getComputedStyle(element, part);
    const clear = colour => colour === "rgba(0, 0, 0, 0)" || colour === "transparent";
    const behind = element => clear(style(element).backgroundColor)
        ? behind(element.parentElement) : style(element).backgroundColor;
    const box = element => element.getBoundingClientRect();
    const texts = [], walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    const add = (text, own, back) => texts.push([text, parseFloat(own.fontSize), own.color, back]);
    while (walk.nextNode()) {
        const range = page.createRange(), own = style(walk.currentNode.parentElement);
        const text = walk.currentNode.data.trim().slice(0, 40);
        range.selectNodeContents(walk.currentNode);
        if (text && box(range).width && own.visibility === "visible")
            add(text, own, behind(walk.currentNode.parentElement));
    }
    for (const element of every(".face *"))
        for (const part of ["::before", "::after"]) {
            const own = style(element, part);
            if (own.content !== "none" && own.content !== "normal" && own.visibility === "visible")
                add(own.content, own, clear(own.backgroundColor) ? behind(element) : own.backgroundColor);
        }
    const found = {
        wider: page.documentElement.scrollWidth - page.documentElement.clientWidth, texts,
        question: every(QUESTION).map(it => [it.className, box(it).x, box(it).y, box(it).width]),
        hidden: every(".front .none > .cloze-inactive, .front .record .cloze-inactive").map(it => box(it).height),
        sizes: every(".asked, .answer").map(element => parseFloat(style(element).fontSize)),
        weights: every(".cloze").map(element => parseInt(style(element).fontWeight)),
        plates: every("img").map(behind), ground: style(page.body).backgroundColor,
    };
    (page.getElementById("answer") || page.body).scrollIntoView();
    return { ...found, longer: page.documentElement.scrollHeight - window.innerHeight, scrolled: window.scrollY };
}""".replace("QUESTION", repr(QUESTION))
SIZES = ((320, 568), (700, 800))
MOST = 4  # cards of a note: the others look alike


@dataclass(frozen=True, slots=True)
class Look:
    """One side of a card in a window of some width, and what was measured there."""

    card: str
    side: str
    width: int
    dark: bool
    found: Any


def as_page(html: str, ordinal: int, dark: bool, phone: bool, opened: bool = True) -> str:
    """Return what Anki shows in its window, with folded parts `opened` or not."""
    classes = f"card card{ordinal + 1}{' nightMode night_mode' * dark}"
    device = ' class="mobile android"' * phone
    head = f'<!doctype html><html{device}><meta charset="utf-8"><style>{ANKI}</style>'
    style = f"<style>{note_types().basic.css}</style>"
    shown = html.replace("<details", "<details open") if opened else html
    return f'{head}<body class="{classes}"><div id="qa">{style}{shown}</div>'


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Anki, Anki]]:
    """A student who has every kind of note and the hard cases, and one who is told that all were withdrawn."""
    root = tmp_path_factory.mktemp("look")
    author = Author(root, FILES)
    author.build()
    with opened(root / "studies") as student, opened(root / "told") as told:
        student.take(author.package)
        author.write({**dict.fromkeys(EVERY_KIND), "hard.yaml": "notes: [{id: new, question: Which?, answer: This}]\n"})
        author.build(3, retire=True, reason="It was wrong.")
        told.take(author.withdrawn)
        yield student, told


@pytest.fixture(scope="module")
def looks(decks: tuple[Anki, Anki], browser: Browser) -> list[Look]:
    """Look at every kind of card: both sides, light and dark, as wide as a phone and as a window."""
    states = zip(decks, ("", "withdrawn "), strict=True)
    return [look for anki, state in states for look in looked_at(anki, state, browser)]


def looked_at(anki: Anki, state: str, browser: Browser) -> Iterator[Look]:
    """Yield the looks of the first cards of every note of a collection."""
    asked, pages = [], []
    for row in anki.column(f"SELECT id FROM cards WHERE ord < {MOST} ORDER BY id"):
        card = anki.col.get_card(row)
        rendered = card.render_output()
        for side, html in (("front", rendered.question_text), ("back", rendered.answer_text)):
            for width, height in SIZES:
                for dark in (False, True):
                    asked.append((f"{state}{card.note()['ID']} {card.ord + 1}", side, width, dark))
                    pages.append(Shown(as_page(html, card.ord, dark, width < 500), width, height))
    found = measured(browser, Path(anki.col.media.dir()), pages, MEASURE)
    assert len(found) == len(asked)
    yield from (Look(*about, found=it) for about, it in zip(asked, found, strict=True))


def pairs(looks: list[Look]) -> list[tuple[Look, Look]]:
    """Return front and back of every card, at the same width and in the same light."""
    fronts = {(it.card, it.width, it.dark): it for it in looks if it.side == "front"}
    made = [(fronts[it.card, it.width, it.dark], it) for it in looks if it.side == "back"]
    assert len(made) == len(fronts)
    return made


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, #rrggbb or rgb(r, g, b), from 1 to 21, as WCAG 2.2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return how bright a colour is, from 0 to 1."""
    numbers = [int(it, 16) for it in re.findall("[0-9a-f]{2}", colour)] if colour[0] == "#" else rgb(colour)
    parts = [it / 255 for it in numbers]
    linear = [it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts]
    return sum(weight * it for weight, it in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def rgb(colour: str) -> list[int]:
    """Return the three numbers of rgb(r, g, b)."""
    found = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour)
    assert found, colour
    return [int(it) for it in found.groups()]


# ---------------------------------------------------------------------------------------- without a browser


def themes() -> dict[str, dict[str, str]]:
    """Return the named colours of the style sheet by theme."""
    blocks = re.findall(r"([^{}]*)\{([^{}]*--paper:[^{}]*)\}", note_types().basic.css)
    found = [dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", block)) for _, block in blocks]
    return dict(zip(("light", "dark"), found, strict=True))


TEXTS, GROUNDS = ("ink", "soft", "quiet", "accent", "warn"), ("paper", "panel", "tint")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_colour_of_text_is_legible_on_every_ground(text: str, ground: str, theme: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_both_themes_name_the_same_colours() -> None:
    light, dark = themes().values()
    assert light.keys() == dark.keys() >= {*TEXTS, *GROUNDS}


def test_the_asked_mask_differs_from_the_others_in_brightness_not_in_hue_alone() -> None:
    shapes = dict(re.findall(r"--([a-z]+)-shape-color: (#[0-9a-f]{6});", note_types().image.css))
    assert contrast(shapes["active"], shapes["inactive"]) >= 4.5


def test_the_back_of_an_image_card_says_in_words_what_its_mask_hid(decks: tuple[Anki, Anki]) -> None:
    backs = decks[0].html(guid("tall"))[1::2]
    assert [re.findall('<div class="answer">(.*?)</div>', it) for it in backs] == [
        [WORD],
        ["The <em>second</em>"],
        [""],
    ]


@pytest.mark.parametrize(("id", "begins"), [("long", "<p>Calcium"), ("long-question", "Short"), ("plain", "Deep")])
def test_an_answer_too_long_for_a_glance_is_a_paragraph(id: str, begins: str, decks: tuple[Anki, Anki]) -> None:
    (_, back) = decks[0].html(guid(id))
    assert f'<div class="answer">{begins}' in back


# ---------------------------------------------------------------------------------------- in a browser


def test_no_card_is_wider_than_its_window(looks: list[Look]) -> None:
    assert [(it.card, it.side, it.width) for it in looks if it.found["wider"] > 0] == []


def test_every_text_is_legible(looks: list[Look]) -> None:
    pale = {(text, *rest) for it in looks for text, _, *rest in it.found["texts"] if contrast(*rest) < 4.5}
    assert pale == set()


def test_no_text_is_smaller_than_thirteen_pixels(looks: list[Look]) -> None:
    assert {(it.card, text) for it in looks for text, size, *_ in it.found["texts"] if size < 13} == set()


def test_the_question_stays_where_it_was_when_the_answer_appears(looks: list[Look]) -> None:
    moved = [(a.card, a.width) for a, b in pairs(looks) if a.found["question"] != b.found["question"]]
    assert moved == []


def test_a_card_that_asks_the_other_way_round_says_so_first(looks: list[Look]) -> None:
    reverse = [it.found["question"] for it in looks if it.card in ("both-ways 2", "word 2", "right-to-left 2")]
    assert len(reverse) == 3 * 2 * 4
    assert [(way, asked) for asked, way in reverse if way[2] >= asked[2]] == []


def test_a_long_answer_does_not_scroll_a_short_question_away(looks: list[Look]) -> None:
    scrolled = [it.found["scrolled"] for it in looks if it.card == "long 1" and it.side == "back"]
    assert [it.found["longer"] > 0 for it in looks if it.card == "long 1" and it.side == "back"] == [True] * 4
    assert scrolled == [0] * 4


def test_an_answer_is_larger_than_its_question(looks: list[Look]) -> None:
    sizes = [it.found["sizes"] for it in looks if it.side == "back" and len(it.found["sizes"]) == 2]
    assert sizes
    assert [(asked, answer) for asked, answer in sizes if answer <= asked] == []


def test_what_is_asked_is_bold_not_only_coloured(looks: list[Look]) -> None:
    weights = [weight for it in looks for weight in it.found["weights"]]
    assert weights
    assert min(weights) >= 700


def test_what_a_front_hides_is_as_high_whatever_it_is(looks: list[Look]) -> None:
    hidden = [it.found["hidden"] for it in looks if it.card in ("none 1", "twelve/first 1") and it.side == "front"]
    assert [len(it) for it in hidden] == [19] * 4 + [11] * 4
    assert [it for it in hidden if max(it) - min(it) > 0.5] == []


def test_the_front_of_an_image_card_shows_no_label(looks: list[Look]) -> None:
    fronts = [it for it in looks if it.card.startswith("tall ") and it.side == "front"]
    assert len(fronts) == 3 * 4
    assert {text for it in fronts for text, *_ in it.found["texts"]} & {"The", "second", WORD[:40], "[...]"} == set()


@pytest.mark.parametrize(("dark", "theme"), [(False, "light"), (True, "dark")])
def test_a_card_has_the_ground_of_its_theme(dark: bool, theme: str, looks: list[Look]) -> None:
    grounds = {it.found["ground"] for it in looks if it.dark is dark}
    assert [contrast(it, themes()[theme]["paper"]) for it in grounds] == [1]


def test_pictures_stand_on_a_light_ground_also_in_the_dark(looks: list[Look]) -> None:
    plates = {plate for it in looks if it.dark for plate in it.found["plates"]}
    assert plates
    assert [it for it in plates if contrast(it, "#000000") < 15] == []
