"""Pictures of a newer deck come along where the author has not changed his, and no student is updated for nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.anki_backend import Counts, opened
from tests.foreign_decks import add, backdate
from tests.people import HOME, HOUR, People, gathered, reviews
from tests.support import png

MAP = '<img src="skin map.png">'
NOTES = {
    "question": {"Front": f"Which layer?{MAP}", "Back": "Dermis"},
    "also": {"Front": "Which stain?", "Back": f"Alizarin{MAP}"},
    "verbatim": {"Front": "Which?", "Back": f'<a href="https://example.org/">{MAP}</a>'},
    "plain": {"Front": "Who?", "Back": "Selye"},
}


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """Let an author adopt a deck with a picture that a student has studied."""
    with opened(tmp_path / "author of x") as theirs:
        (Path(theirs.col.media.dir()) / "skin map.png").write_bytes(png(600, 400))
        guids = {name: add(theirs, "Basic", fields, "Skin") for name, fields in NOTES.items()}
        backdate(theirs, 90 * 86_400)
        with gathered(tmp_path, theirs, guids) as made:
            yield made


def their_picture(people: People, width: int, name: str = "skin map.png") -> None:
    (Path(people.theirs.col.media.dir()) / name).write_bytes(png(width, 400))


def our_picture(people: People) -> Path:
    return people.project / HOME / "media" / "skin map.png"


def test_their_new_picture_is_no_edit(people: People) -> None:
    people.built()
    their_picture(people, 601)
    people.write("plain", "Back", "Hans Selye")
    x2 = people.x2()
    assert people.merge(x2).media.changed == ("skin map.png",)
    assert our_picture(people).read_bytes() == png(601, 400)
    before = reviews(people.student)
    assert people.student.take(people.built()) == Counts(updated=1, duplicate=3)
    people.student.take(x2)
    assert people.student.take(people.built()) == Counts(duplicate=4)
    assert reviews(people.student) == before


def test_the_authors_picture_stays_and_reaches_who_has_theirs(people: People) -> None:
    our_picture(people).write_bytes(png(500, 400))
    people.built(later=-HOUR + 1)
    their_picture(people, 601)
    x2 = people.x2()
    assert people.merge(x2).media.kept == ("skin map.png",)
    assert our_picture(people).read_bytes() == png(500, 400)
    assert people.merge(x2).files == {}
    people.student.take(x2)
    assert people.student.take(people.built()) == Counts(updated=3, duplicate=1)


def test_a_picture_comes_with_the_note_that_shows_it_and_only_then(people: People) -> None:
    their_picture(people, 90, "new.png")
    their_picture(people, 91, "theirs.png")
    people.edit("notes.yaml", "answer: Selye", "answer: Hans Selye")
    people.write("question", "Back", 'Dermis <img src="new.png">')
    people.write("plain", "Back", 'Selye <img src="theirs.png">')
    people.add("Basic", "Skin", Front="Which fold?", Back='<img src="new.png">')
    merged = people.merge(people.x2())
    assert (merged.taken, [it.id for it in merged.both]) == (("which-layer",), ["who"])
    assert merged.media.added == ("new.png",)
    assert "![](new.png)" in people.read("notes.yaml")
    assert people.student.take(people.built()) == Counts(new=1, updated=2, duplicate=2)
