"""Anki's "Basic (optional reversed card)", in any of its languages, becomes a question, reversed or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anki.lang
import pytest

from generator.compiled import foreign
from generator.compiled.foreign_shapes import shape_of
from tests.adopted import Adopted, adopted
from tests.anki_backend import Anki, Counts, opened
from tests.foreign_decks import add, backdate, histories

KIND = "Basic (optional reversed card)"
LANGUAGES = "ar cs da de el es fr he hu it ja nl pl pt_BR ru sv tr uk vi zh_CN zh_TW".split()
STOCK = 6  # note types that a new collection has


@contextmanager
def author(folder: Path) -> Iterator[tuple[Anki, dict[str, str]]]:
    """Give the collection of a deck of which each note says if it asks both ways, and the guids of its notes."""
    with opened(folder / "author of x") as anki:
        both = {"Front": "Gottron papules", "Back": "<b>Dermatomyositis</b>", "Add Reverse": "<i>y</i>"}
        one = {"Front": "Colour of calcium?", "Back": "Purple", "Add Reverse": "<br>"}
        guids = {name: add(anki, KIND, it, "Skin") for name, it in (("both", both), ("one", one))}
        backdate(anki, 90 * 86_400)
        yield anki, guids


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Adopted]:
    """Adopt that deck, which a student has studied."""
    with adopted(author(tmp_path), tmp_path) as made:
        yield made


def test_each_note_says_if_it_asks_both_ways(project: Adopted) -> None:
    text = (project.folder / "cards_src" / "project" / "notes.yaml").read_text(encoding="utf-8")
    both, one = text.partition("notes:\n")[2].split("\n\n")
    assert both.splitlines()[1:] == [
        "    question: Gottron papules",
        "    answer: '**Dermatomyositis**'",
        "    reverse: true",
    ]
    assert one.splitlines()[1:] == ["    question: Colour of calcium?", "    answer: Purple"]
    before = histories(project.anki)
    assert project.anki.take(project.built()) == Counts(duplicate=2)
    assert histories(project.anki) == before


def test_an_edit_leaves_the_field_that_asks_both_ways(project: Adopted) -> None:
    project.edit("notes.yaml", "Gottron papules", "Gottron sign")
    project.edit("notes.yaml", "Purple", "Deep purple")
    assert project.anki.take(project.built()) == Counts(updated=2)
    fields = [project.anki.note(project.guids[it]).fields for it in ("both", "one")]
    assert fields == [
        ["Gottron sign", "<strong>Dermatomyositis</strong>", "<i>y</i>"],
        ["Colour of calcium?", "Deep purple", "<br>"],
    ]


def test_a_note_can_begin_to_ask_both_ways_and_cannot_stop(project: Adopted) -> None:
    project.edit("notes.yaml", "    answer: Purple\n", "    answer: Purple\n    reverse: true\n")
    assert project.anki.take(project.built()) == Counts(updated=1, duplicate=1)
    assert [it.ord for it in project.anki.cards(project.guids["one"])] == [0, 1]
    assert project.anki.problems() == []
    project.edit("notes.yaml", "'**Dermatomyositis**'\n    reverse: true\n", "'**Dermatomyositis**'\n")
    (problem,) = project.refused()
    assert problem == "H023 'gottron-papules' no longer makes the card 'Card 2', which students have"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stock_type_is_known_in_the_languages_of_anki(
    language: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    before = anki.lang.current_lang
    request.addfinalizer(lambda: anki.lang.set_lang(before))
    anki.lang.set_lang(language)
    with opened(tmp_path / "author") as author:
        kinds = {it["originalStockKind"]: it for it in author.col.models.all()}
    assert len(kinds) == STOCK
    shapes = {number: shape_of(foreign.described_by(it)) for number, it in kinds.items()}
    assert [number for number, shape in shapes.items() if shape is None] == []
    assert kinds[3]["name"] != KIND
    assert [number for number, shape in shapes.items() if shape and shape.may_reverse] == [3]
