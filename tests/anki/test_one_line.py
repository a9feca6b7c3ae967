"""Where Anki shows a note or a card as one line, in browser and import log: are words apart, siblings told apart?"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.compiled.identity import guid_for
from generator.compiled.notes import NoteId
from tests.anki_backend import Anki, opened
from tests.author import EVERY_KIND, Author
from tests.support import compiled, write_deck

WORDS = """
notes:
  - id: many
    list: Heading
    items: {a: one, b: two, c: three}
  - id: rows
    table: Of what
    columns: {x: First, y: Second}
    rows: {r: {name: Row, x: alpha, y: beta}, s: {name: Other, x: gamma, y: delta}}
  - id: blocks
    question: "Para\\n\\n- item\\n- next\\n\\n| a | b |\\n| --- | --- |\\n| c | d |"
    answer: x
"""
LABELS = ("Horny layer", "Deposit of calcium", "Epidermal rim")


@pytest.fixture(scope="module")
def anki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anki]:
    """Import every kind of note."""
    root = tmp_path_factory.mktemp("line")
    layers = str(EVERY_KIND["layers.yaml"])
    for shape, label in zip(("40]}", "80]}", "360]]}"), LABELS, strict=True):
        layers = layers.replace(shape, f"{shape[:-1]}, label: {label}}}")
    author = Author(root, {**EVERY_KIND, "layers.yaml": layers})
    author.build()
    with opened(root / "anki") as anki:
        anki.take(author.package)
        yield anki


def column(anki: Anki, id: str, name: str) -> list[str]:
    """Return what the browser shows in a column for every card of a note."""
    anki.col._backend.set_active_browser_columns([name])
    cards = anki.cards(guid_for("test-deck", NoteId(id)))
    return [" ".join(anki.col._backend.browser_row_for_id(card.id).cells[0].text.split()) for card in cards]


def test_no_words_run_together_where_anki_drops_the_tags(tmp_path: Path) -> None:
    deck = compiled(write_deck(tmp_path / "deck", notes=WORDS))
    fields = [field.replace("<br>", " ") for note in deck.notes for field in note.fields]
    bare = [re.sub(r"<[^<>]*>", "", it).replace("}}{{", "}}|{{").split() for it in fields]
    assert bare == [re.sub(r"<[^<>]*>", " ", it).replace("}}{{", "}}|{{").split() for it in fields]
    assert not [it for it in fields if "}}{{" in it]


def test_the_rows_of_a_table_begin_with_their_names(anki: Anki) -> None:
    (diltiazem, *_), (colchicine, *_) = (
        column(anki, f"drugs/{row}", "question") for row in ("diltiazem", "colchicine")
    )
    assert diltiazem.startswith("Diltiazem ")
    assert colchicine.startswith("Colchicine ")


def test_the_items_of_a_list_are_apart(anki: Anki) -> None:
    assert column(anki, "subtypes", "question")[0].endswith("] Metastatic Idiopathic")


def test_the_question_of_a_mask_tells_no_label_and_its_answer_does(anki: Anki) -> None:
    questions, answers = (column(anki, "layers", name) for name in ("question", "answer"))
    assert [label in it for label, it in zip(LABELS, answers, strict=True)] == [True] * 3
    assert [label for label in LABELS for it in questions if label in it] == []
