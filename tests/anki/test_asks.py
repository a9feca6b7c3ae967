"""Does a context stand above what is asked, and is an answer typed where the author says so, in real Anki?"""

import re
from pathlib import Path

import pytest

from tests.anki_backend import Anki, opened
from tests.support import NOW, compiled, note, package, png, problems, write_deck

NOTES = """\
context: Skin & bone
notes:
  - id: plain
    question: Which layer calcifies?
    answer: The dermis
  - id: typed
    context: Histology
    question: Which stain shows calcium black?
    answer: von Kossa & <co>
    type: true
  - id: reversed
    question: Hypercalcaemia
    answer: Short QT
    reverse: true
  - id: typed-both-ways
    question: Phosphate
    answer: Anion
    reverse: true
    type: true
  - id: gaps
    cloze: "{{c1::Phosphate}} is high in the {{c2::metastatic}} kind."
  - id: items
    list: Subtypes
    items: {dys: Dystrophic}
  - id: rows
    table: Laboratory values
    columns: {calcium: Calcium}
    rows:
      dys: {name: Dystrophic, calcium: normal}
  - id: masks
    image: skin.png
    masks: {dermis: {rect: [1, 1, 50, 50], label: Dermis}}
"""
SEEN = '<div class="context">Skin &amp; bone</div>'


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, ...]]:
    """Front and back of every card, in turn, by the note's id, as Anki renders them."""
    here = tmp_path_factory.mktemp("asks")
    deck = compiled(write_deck(here / "deck", {"media/skin.png": png(60, 60)}, notes=NOTES))
    with opened(here / "anki") as anki:
        anki.take(package(deck, here / "deck.apkg"))
        return {it.id: anki.html(it.guid) for it in deck.notes}


@pytest.mark.parametrize("id", ["plain", "reversed", "gaps", "items", "rows/dys", "masks"])
def test_a_context_of_the_file_stands_on_every_side(id: str, cards: dict[str, tuple[str, ...]]) -> None:
    assert cards[id]
    assert all(SEEN in side for side in cards[id])


def test_a_context_of_the_note_stands_in_place_of_the_files(cards: dict[str, tuple[str, ...]]) -> None:
    assert '<div class="context">Histology</div>' in cards["typed"][0]
    assert "bone" not in "".join(cards["typed"])


def test_a_context_stands_above_what_a_reversed_card_asks(cards: dict[str, tuple[str, ...]]) -> None:
    assert re.search(rf'<div class="asked">{SEEN}\nShort QT</div>', cards["reversed"][2])


def test_only_what_is_typed_has_a_line_to_type_into(cards: dict[str, tuple[str, ...]]) -> None:
    asking = {id for id, sides in cards.items() if any("[[type:" in side for side in sides)}
    assert asking == {"typed", "typed-both-ways"}
    assert ["[[type:Answer]]" in side for side in cards["typed"]] == [True, True]
    assert ["[[type:Answer]]" in side for side in cards["typed-both-ways"]] == [True, True, False, False]


def answer_of(anki: Anki, guid: str) -> str:
    return str(anki.note(guid)["Answer"])


@pytest.mark.parametrize(("id", "typed"), [("typed", "von Kossa & <co>"), ("typed-both-ways", "Anion")])
def test_anki_takes_the_answer_as_the_author_typed_it_for_right(id: str, typed: str, tmp_path: Path) -> None:
    deck = compiled(write_deck(tmp_path / "deck", {"media/skin.png": png(60, 60)}, notes=NOTES))
    with opened(tmp_path / "anki") as anki:
        anki.take(package(deck, tmp_path / "deck.apkg", NOW))
        compared = anki.col.compare_answer(answer_of(anki, note(deck, id).guid), typed)
    assert "typeGood" in compared
    assert "typeBad" not in compared
    assert "typeMissed" not in compared


ASKED = "question: What does a short QT suggest?"
SAME = [
    f"  - {{id: a, {ASKED}, answer: High calcium}}\n",
    f"  - {{id: b, {ASKED}, answer: High calcium, context: ECG}}\n",
]


def codes(tmp_path: Path, *notes: str) -> list[str]:
    return [it.code for it in problems(write_deck(tmp_path, notes="notes:\n" + "".join(notes)))]


def test_one_question_in_two_contexts_is_two_questions(tmp_path: Path) -> None:
    assert codes(tmp_path / "two", *SAME) == []
    assert codes(tmp_path / "none", *(it.replace(", context: ECG", "") for it in SAME)) == ["S210"]
    assert codes(
        tmp_path / "one", *(it.replace(", context: ECG", "").replace("}", ", context: ECG}") for it in SAME)
    ) == ["S210"]
