"""A newer deck with odd names and new scripts is merged, or refused in a line; nothing ends in a traceback."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.base.progress import silent
from generator.importing.arrived import Unreadable
from generator.pipeline.adopt import adopt
from generator.pipeline.newer.merging import merge
from tests.anki_backend import Counts, opened
from tests.foreign_decks import author_of_x, exported
from tests.people import HOUR, People

RUNS = "<script>one()</script>"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """Let an author adopt a deck whose own note type runs a script, which he lets in."""
    with author_of_x(tmp_path) as (theirs, guids):
        student = opened(tmp_path / "student")
        with student as its:
            made = People(tmp_path, theirs, its, guids)
            made.restyle_front(RUNS + "{{Name}}")
            theirs.col.db.execute("UPDATE notetypes SET mtime_secs = mtime_secs - ?", 90 * 86_400)
            x = exported(theirs, tmp_path / "x.apkg")
            adopt(x, tmp_path / "project", ("Drug",), int(time.time()) - HOUR, silent)
            its.take(x)
            yield made


@pytest.mark.parametrize("name", ["Sources", "Disputes", "Deck", "con", "???", "../.."])
def test_a_new_subdeck_gets_a_file_that_holds_notes_whatever_its_name_is(name: str, people: People) -> None:
    people.add("Basic", f"Skin::{name}", Front="Colour of iron?", Back="blue")
    assert people.merge(people.x2()).new == ("colour-of-iron",)
    assert people.student.take(people.built()) == Counts(new=1, duplicate=7)


def test_a_new_script_in_a_note_is_let_in_by_name_alone(people: People) -> None:
    people.write("own", "Class", "<script>two()</script>")
    x2, before = people.x2(), people.held()
    with pytest.raises(Unreadable, match="--allow-scripts 'Drug'"):
        people.merge(x2)
    assert people.held() == before
    assert merge(x2, people.project, ("Drug",), int(time.time()), silent).taken == ("diltiazem",)
    people.write("own", "Name", "Diltiazem XR")
    assert people.merge(people.x2()).taken == ("diltiazem",)


def test_a_note_that_its_kind_can_no_longer_say_stays_and_that_is_why(people: People) -> None:
    people.write("basic", "Back", "<span style='color: red'>violet</span>")
    (note,) = people.merge(people.x2()).stay
    assert note.name == "colour-of-calcium"
    assert "cannot be written as a note of its kind" in note.why


ODD = ["\ufeff", "\u2028", "\u202e", "&#x202e;", "&#x7f;"]


@pytest.mark.parametrize("character", ODD, ids=[ascii(it) for it in ODD])
def test_a_character_that_no_text_may_hold_leaves_the_ledger_readable(character: str, people: People) -> None:
    """Labels of notes and cards stand in the ledger: what a build wrote there, the next one has to read."""
    text = f"Von Kossa {character} stains {{{{c1::phos{character}phate::salt}}}} {{{{c3::black}}}}."
    people.write("cloze", "Text", text)
    people.write("own", "Name", f"Dil{character}tiazem")
    assert "diltiazem" in people.merge(people.x2()).taken
    people.student.take(people.built())
    people.edit("notes.yaml", "answer: right", "answer: left")
    people.built(later=60)
