"""`look: ours` gives the note types of a studied deck our templates and CSS, and costs nobody a review or a card."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.compiled.languages import language
from generator.compiled.note_types import note_types
from generator.pipeline import build
from generator.show._card_html import sides
from tests.adopted import Adopted, adopted
from tests.anki_backend import Anki, Counts
from tests.foreign_decks import author_of_x

OURS = ("basic", "reversed", "optional", "typed", "cloze", "occlusion")
CSS = note_types().basic.css


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Adopted]:
    """Adopt a deck that a student has studied, and ask for our look."""
    with adopted(author_of_x(tmp_path), tmp_path) as made:
        made.edit("deck.yaml", "language: en\n", "language: en\nlook: ours\n")
        made.later = 60  # Anki dates a note type that it renames 'Basic+' now
        yield made


def notes_and_cards(anki: Anki) -> list[tuple[Any, ...]]:
    """Return all of a student's collection but the looks and, of cards, nothing left out."""
    kinds = "SELECT ntid, ord, name FROM {} ORDER BY ntid, ord"
    asked = ("SELECT * FROM notes", "SELECT * FROM cards", "SELECT * FROM revlog", "SELECT id, name FROM notetypes")
    return [row for query in (*asked, kinds.format("fields"), kinds.format("templates")) for row in anki.rows(query)]


def kind_of(project: Adopted, name: str) -> Any:
    """Return the note type of a note, as Anki has it now."""
    project.anki.col.models._clear_cache()
    return project.anki.note(project.guids[name]).note_type()


def test_the_look_is_ours_and_everything_else_stays(project: Adopted) -> None:
    before = notes_and_cards(project.anki)
    assert project.anki.take(project.built()) == Counts(duplicate=len(project.guids))
    assert notes_and_cards(project.anki) == before
    for name in OURS:
        assert kind_of(project, name)["css"] == CSS
        assert all('<div class="face ' in side for side in project.anki.html(project.guids[name]))
    assert kind_of(project, "own")["css"] != CSS
    assert project.anki.problems() == []


def test_cards_show_what_they_showed(project: Adopted) -> None:
    before = {name: project.anki.shown(project.guids[name]) for name in OURS if name != "occlusion"}
    drawn = project.anki.occlusion(project.guids["occlusion"])
    project.anki.take(project.built())
    assert project.anki.occlusion(project.guids["occlusion"]) == drawn
    after = {name: project.anki.shown(project.guids[name]) for name in before}
    pair, (front, back) = "One of a pair: give the other", project.anki.note(project.guids["reversed"]).fields
    assert after["reversed"][1].asks == (back, pair)
    assert after["reversed"][1].answers == (back, pair, front)
    assert [after[name] for name in ("basic", "cloze")] == [before[name] for name in ("basic", "cloze")]


def test_an_edit_updates_that_note_alone(project: Adopted) -> None:
    project.anki.take(project.built())
    project.edit("stains.yaml", "</sup> purple", "</sup> violet")
    project.edit("notes.yaml", "answer: von Kossa", "answer: Kossa")
    assert project.anki.take(project.built()) == Counts(updated=2, duplicate=len(project.guids) - 2)


def test_who_takes_it_back_has_the_old_look_again(project: Adopted) -> None:
    kind = kind_of(project, "basic")
    project.anki.take(project.built())
    assert kind_of(project, "basic")["css"] == CSS
    project.edit("deck.yaml", "look: ours\n", "look: theirs\n")
    assert project.anki.take(project.built()) == Counts(duplicate=len(project.guids))
    again = kind_of(project, "basic")
    assert [again[it] for it in ("css", "flds")] == [kind[it] for it in ("css", "flds")]
    assert [it["qfmt"] for it in again["tmpls"]] == [it["qfmt"] for it in kind["tmpls"]]


def test_our_words_are_those_of_the_deck(project: Adopted) -> None:
    project.edit("deck.yaml", "language: en", "language: ar")
    project.anki.take(project.built())
    back = project.anki.html(project.guids["reversed"])[3]
    assert '<div class="face back" lang="ar" dir="rtl">' in back
    assert f'<div class="way">{language("ar", {}).words.pair}</div>' in back


def test_the_preview_has_the_look_too(project: Adopted) -> None:
    planned = build.plan(project.folder / "cards_src", project.folder / "decks", build.Wish(int(time.time())))
    (note,) = [it for it in planned.releases[0].deck.notes if it.guid == project.guids["basic"]]
    ((_, back),) = sides(note)
    assert '<div class="answer">10<sup>9</sup> purple' in "".join(str(it) for it in back)
