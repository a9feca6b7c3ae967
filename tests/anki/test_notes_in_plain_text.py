"""Are the Notes in Plain Text that the real Anki exports imported as Anki shows them, note by note?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from anki.collection import DeckIdLimit

from generator.base.progress import silent
from generator.importing import forms
from generator.importing._shown import rendered, shown
from generator.importing.arrived import Arrived, Wishes
from generator.pipeline import check, import_project
from tests.anki_backend import Anki, opened
from tests.support import png

FIELDS = [
    ("How many?", "10<sup>9</sup>/L &amp; <b>more</b>"),
    ("Which?<br>Say two", "<ul><li>one</li><li>two</li></ul>"),
    ('"quoted", #hash; tab', "a<div>b</div><div><br></div><div>c</div>"),
    (r"\(x &lt; y\)", r"[latex]$\frac{a}{b}$[/latex]"),
    ('<img src="a b.png">', '<span style="color: red;">red</span>'),
    ("漢字[かんじ]", "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"),
]
DECK = "Medicine::Heart"


def filled(anki: Anki) -> None:
    """Put notes of three stock types into two decks, with tags."""
    for number, (front, back) in enumerate(FIELDS):
        add(anki, "Basic", [front, back], DECK if number else "Medicine", ["one", "two::three", "leech"])
    add(anki, "Basic (and reversed card)", ["Ca", "Calcium"], DECK, [])
    add(anki, "Cloze", ["The {{c1::<b>heart</b>::organ}} {{c2::beats}}", "<i>often</i>"], DECK, ["x"])


def add(anki: Anki, kind: str, fields: list[str], deck: str, tags: list[str]) -> None:
    note: Any = anki.col.new_note(anki.col.models.by_name(kind))
    note.fields, note.tags = fields, tags
    anki.col.add_note(note, anki.col.decks.id(deck))


def imported(anki: Anki, folder: Path, html: bool) -> Arrived:
    out = folder / "notes.txt"
    anki.col.export_note_csv(
        out_path=str(out),
        limit=DeckIdLimit(anki.col.decks.id("Medicine")),
        with_html=html,
        with_tags=True,
        with_deck=True,
        with_notetype=True,
        with_guid=True,
    )
    (folder / "a b.png").write_bytes(png(3, 3))
    return forms.read([out], "", Wishes(), silent)


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Anki]:
    with opened(tmp_path / "anki") as anki:
        filled(anki)
        yield anki


def test_every_field_shows_what_it_showed(anki: Anki, tmp_path: Path) -> None:
    deck = imported(anki, tmp_path, html=True)
    keys = [dict(it.keys) for it in deck.notes]
    ours = {shown(rendered(str(it["question"]), clozes=False)[0]): it for it in keys if "question" in it}
    assert len(ours) == len(FIELDS) + 1
    for front, back in FIELDS:
        note = ours[shown(front)]
        if "latex" not in back:
            assert shown(rendered(str(note["answer"]), clozes=False)[0]) == shown(back)
    assert ours[shown(r"\(x &lt; y\)")]["answer"] == r"\(\frac{a}{b}\)"
    assert ours["Ca"] == {"question": "Ca", "answer": "Calcium", "reverse": True}
    (cloze,) = [it for it in keys if "cloze" in it]
    assert cloze == {"cloze": "The {{c1::**heart**::organ}} {{c2::beats}}", "extra": "*often*"}


def test_decks_and_tags_come_along(anki: Anki, tmp_path: Path) -> None:
    deck = imported(anki, tmp_path, html=True)
    assert (deck.name, {it.subdeck for it in deck.notes}) == ("Medicine", {"", "Heart"})
    assert {it.tags for it in deck.notes} == {("one", "two::three"), (), ("x",)}
    assert list(deck.media) == ["a b.png"]


def test_without_html_the_words_come_along_and_the_loss_is_named(anki: Anki, tmp_path: Path) -> None:
    deck = imported(anki, tmp_path, html=False)
    keys = [dict(it.keys) for it in deck.notes]
    assert {"question": "How many?", "answer": "109/L & more"} in keys
    (picture,) = deck.left_out
    assert picture.why == "its question is empty"
    assert "tick 'Include HTML and media references'" in deck.told[0]


def test_the_project_goes_back_into_anki(anki: Anki, tmp_path: Path) -> None:
    deck = imported(anki, tmp_path, html=True)
    brought = import_project.write(import_project.planned(deck, tmp_path / "deck"), tmp_path / "deck")
    assert brought.project.arrived.left_out == ()
    (compiled,) = check.check(tmp_path / "deck" / "cards_src").decks
    assert (compiled.name, len(compiled.notes), compiled.cards) == ("Medicine", len(FIELDS) + 2, len(FIELDS) + 4)
