"""Are cases and choices asked as exams ask them: what does each card show, rendered by real Anki, in a real browser?"""

import json
import re
from pathlib import Path

import pytest

from generator.compiled.note_types import note_types
from tests.anki_backend import opened
from tests.author import Author
from tests.browser import Browser
from tests.support import compiled, note, package, write_deck

NOTES = """\
notes:
  - id: lumps
    case: A woman of 52 has stiff fingers and sore lumps.
    asks:
      disease: {ask: Which disease is likely?, answer: Limited sclerosis, extra: Once called CREST.}
      kind: {ask: Which kind follows?, answer: Dystrophic}
      drug: {ask: Which drug helps?, answer: Diltiazem}
  - id: elbow
    case: A boy of 9 has a stony lump.
    show: before
    asks:
      test: {ask: What is measured?, answer: Phosphate}
      name: {ask: What is it called?, answer: Tumoral calcinosis}
      drug: {ask: Which drug binds?, answer: Sevelamer}
  - id: black
    choose: Which stain is black?
    right: Von Kossa
    wrong: {red: Alizarin red, pas: {text: PAS, why: It stains sugars.}, iron: Prussian blue}
"""
QUESTIONS = ["Which disease is likely?", "Which kind follows?", "Which drug helps?"]
ANSWERS = ["Limited sclerosis", "Dystrophic", "Diltiazem"]
OPTIONS = {"Von Kossa", "Alizarin red", "PAS", "Prussian blue"}


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, ...]]:
    """Front and back of every card, in turn, by the note's id, as Anki renders them."""
    here = tmp_path_factory.mktemp("exams")
    deck = compiled(write_deck(here / "deck", notes=NOTES))
    with opened(here / "anki") as anki:
        anki.take(package(deck, here / "deck.apkg"))
        return {it.id: anki.html(it.guid) for it in deck.notes}


def seen(browser: Browser, *sides: str, scripts: bool = True) -> list[str]:
    """Return the words that a browser shows of sides that follow one another on one page, as in Anki's reviewer."""
    page = browser.new_page()
    page.set_content(f'<style>{note_types().basic.css}</style><div id="qa" class="card"></div>')
    found = []
    for side in sides:
        page.evaluate("html => document.getElementById('qa').innerHTML = html", side)
        script = re.search(r"<script>(.*?)</script>", side, re.DOTALL)
        if scripts and script:
            page.evaluate(f"() => {{ {script[1]} }}")
        found.append(str(page.evaluate("document.getElementById('qa').innerText")))
    page.close()
    return found


@pytest.mark.parametrize("at", range(3))
def test_a_front_shows_the_stem_and_its_own_question_only(
    at: int, cards: dict[str, tuple[str, ...]], browser: Browser
) -> None:
    (front,) = seen(browser, cards["lumps"][2 * at])
    assert "A woman of 52" in front
    assert [it for it in QUESTIONS if it in front] == [QUESTIONS[at]]
    assert [it for it in ANSWERS if it in front] == []


@pytest.mark.parametrize("at", range(3))
def test_a_back_shows_its_own_answer_only(at: int, cards: dict[str, tuple[str, ...]], browser: Browser) -> None:
    (back,) = seen(browser, cards["lumps"][2 * at + 1])
    assert [it for it in QUESTIONS if it in back] == [QUESTIONS[at]]
    assert [it for it in ANSWERS if it in back] == [ANSWERS[at]]
    assert ("CREST" in back) == (at == 0)


def test_with_show_before_the_earlier_questions_are_shown_answered(
    cards: dict[str, tuple[str, ...]], browser: Browser
) -> None:
    (front,) = seen(browser, cards["elbow"][2])
    answers = ["Phosphate", "Tumoral calcinosis", "Sevelamer", "Which drug binds?"]
    assert [it for it in answers if it in front] == ["Phosphate"]


def test_a_choice_shows_every_option_and_marks_none(cards: dict[str, tuple[str, ...]], browser: Browser) -> None:
    (front,) = seen(browser, cards["black"][0], scripts=False)
    assert set(front.split("\n")) - {""} == OPTIONS | {"Which stain is black?"}


def test_its_back_marks_each_option_once_and_says_why(cards: dict[str, tuple[str, ...]], browser: Browser) -> None:
    (back,) = seen(browser, cards["black"][1], scripts=False)
    assert re.findall(r"✓ (.+)", back) == ["Von Kossa"]
    assert {*re.findall(r"✗ (.+)", back)} == OPTIONS - {"Von Kossa"}
    assert "It stains sugars." in back


def order_of(side: str) -> list[str]:
    return [it for it in re.findall(r"(?:[✓✗] )?(.+)", side) if it in OPTIONS]


def test_where_scripts_run_the_options_are_shuffled_and_the_back_keeps_their_order(
    cards: dict[str, tuple[str, ...]], browser: Browser
) -> None:
    shown = [seen(browser, *cards["black"]) for _ in range(12)]
    assert len({tuple(order_of(front)) for front, _ in shown}) > 1
    assert all(order_of(front) == order_of(back) and len(order_of(front)) == len(OPTIONS) for front, back in shown)


def test_the_back_of_another_choice_is_not_shuffled_with_it(
    cards: dict[str, tuple[str, ...]], browser: Browser
) -> None:
    front, back = cards["black"]
    other = back.replace("Which stain is black?", "Which stain is red?")
    assert order_of(seen(browser, front, other)[1]) == order_of(seen(browser, back, scripts=False)[0])


def test_the_order_of_options_follows_from_the_id_and_their_keys(tmp_path: Path) -> None:
    """The right option stands first about as often as the others, and no edit of a text moves one."""
    firsts = []
    for at in range(40):
        notes = NOTES[NOTES.index("  - id: black") :].replace("id: black", f"id: n{at}")
        question = note(compiled(write_deck(tmp_path / str(at), notes=f"notes:\n{notes}")), f"n{at}").fields[0]
        firsts.append(re.findall(r'"option">(.*?)<', question))
    rights = [options.index("Von Kossa") for options in firsts]
    assert all(rights.count(at) >= 3 for at in range(4))
    shuffled = NOTES.replace("red: Alizarin red, pas: {text: PAS, why: It stains sugars.}", "red: Sirius red, pas: PAS")
    (before,) = [it.fields[0] for it in compiled(write_deck(tmp_path / "a", notes=NOTES)).notes if it.id == "black"]
    (after,) = [it.fields[0] for it in compiled(write_deck(tmp_path / "b", notes=shuffled)).notes if it.id == "black"]
    assert after == before.replace("Alizarin", "Sirius")


def test_a_question_of_a_case_keeps_its_number_by_its_key(tmp_path: Path) -> None:
    author = Author(tmp_path / "author", {"exams.yaml": NOTES})
    author.build()
    first = json.loads(author.lines()["lumps"])["numbers"]
    lines = NOTES.split("\n")
    at = next(at for at, line in enumerate(lines) if "disease:" in line)
    turned = [*lines[:at], *lines[at + 1 : at + 3], lines[at], *lines[at + 3 :]]
    author.write({"exams.yaml": "\n".join(turned)})
    author.build()
    assert json.loads(author.lines()["lumps"])["numbers"] == first
    assert first == {"1": "disease: Limited sclerosis", "2": "kind: Dystrophic", "3": "drug: Diltiazem"}
