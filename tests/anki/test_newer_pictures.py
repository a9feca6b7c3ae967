"""A newer deck whose pictures changed: masks stay where they lie, and a file that no card can show stays out, alone."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.base.progress import silent
from generator.pipeline import build
from generator.pipeline.newer.merging import merge
from tests.anki.test_newer_killed import KILLED
from tests.anki_backend import Counts
from tests.foreign_decks import add, author_of_x, backdate
from tests.people import HOME, HOUR, People, gathered, reviews
from tests.support import png

SECOND = "{{c1::image-occlusion:rect:left=.5:top=.5:width=.1:height=.1}}"
REDRAWN = "{{c1::image-occlusion:rect:left=.2:top=.2:width=.1:height=.1}}"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">{}<rect width="9" height="9"/></svg>'


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """Let an author adopt a deck with two notes of masks on one picture, and a drawing; a student studied it."""
    with author_of_x(tmp_path) as (theirs, guids):
        picture = {"Occlusion": SECOND, "Image": '<img src="skin map.png">', "Header": "Second"}
        guids["second"] = add(theirs, "Image Occlusion", picture, "Skin")
        drawn = {"Front": "What is this?", "Back": 'purple <img src="d.svg">'}
        guids["drawn"] = add(theirs, "Basic", drawn, "Skin")
        (Path(theirs.col.media.dir()) / "d.svg").write_text(DRAWING.format(""), encoding="utf-8")
        backdate(theirs, 86_400)
        with gathered(tmp_path, theirs, guids) as made:
            yield made


def put(people: People, name: str, data: bytes) -> None:
    """Let the people of X replace a picture."""
    (Path(people.theirs.col.media.dir()) / name).write_bytes(data)


def masks(people: People, name: str) -> str:
    return str(people.student.note(people.guids[name])["Occlusion"])


def test_masks_stay_in_their_places_on_a_picture_of_another_size(people: People) -> None:
    put(people, "skin map.png", png(900, 300))
    merged = people.merge(people.x2())
    assert (merged.taken, merged.media.changed) == (("skin", "second"), ("skin map.png",))
    assert "c1: {rect: [90, 60, 270, 30]}" in people.read("notes.yaml")
    before, drawn = reviews(people.student), masks(people, "occlusion")
    assert people.student.take(people.built()) == Counts(duplicate=9)
    people.edit("notes.yaml", "header: Skin", "header: The skin")
    people.student.take(people.built(later=60))
    assert people.student.note(people.guids["occlusion"])["Header"] == "The skin"
    assert masks(people, "occlusion") == drawn
    assert reviews(people.student) == before
    assert people.merge(people.root / "x2.apkg").changes_nothing


def test_masks_drawn_anew_on_a_picture_of_another_size_are_taken_with_those_that_stay(people: People) -> None:
    put(people, "skin map.png", png(900, 300))
    people.write("second", "Occlusion", REDRAWN)
    assert people.merge(people.x2()).taken == ("second", "skin")
    drawn = masks(people, "occlusion")
    assert people.student.take(people.built()) == Counts(updated=1, duplicate=8)
    assert (masks(people, "second"), masks(people, "occlusion")) == (REDRAWN, drawn)


def test_a_merge_killed_at_any_file_moves_no_mask_and_the_same_import_once_more_ends_it(people: People) -> None:
    put(people, "skin map.png", png(900, 300))
    x2, now, before = people.x2(), int(time.time()), people.held()
    merge(x2, people.project, (), now, silent)
    after, drawn = people.held(), masks(people, "occlusion")
    changed = [name for name, data in after.items() if before.get(name) != data]
    for at in range(1, len(changed) + 2):
        for name in after.keys() - before.keys():
            (people.project / name).unlink(missing_ok=True)
        for name, data in before.items():
            (people.project / name).write_bytes(data)
        words = [str(at), str(x2), str(people.project), str(now)]
        assert subprocess.run([sys.executable, "-c", KILLED, *words], check=False).returncode == 9
        source, out = people.project / "cards_src", people.project / "decks"
        (release,) = build.plan(source, out, build.Wish(now)).releases
        note = next(it for it in release.deck.notes if it.guid == people.guids["occlusion"])
        assert note.fields[0] == drawn, at
        merge(x2, people.project, (), now, silent)
        assert {name: data for name, data in people.held().items() if not name.endswith(".tmp")} == after, at


def test_a_picture_of_another_size_stays_out_where_masks_of_the_author_lie_on_it(people: People) -> None:
    people.edit("notes.yaml", "header: Skin", "header: My skin")
    people.student.take(people.built(later=-HOUR + 1))
    put(people, "skin map.png", png(900, 300))
    people.write("second", "Occlusion", REDRAWN)
    people.write("typed", "Back", "von Kossa 1901")
    drawn = masks(people, "second")
    merged = people.merge(people.x2())
    assert (merged.taken, merged.media.changed) == (("stain-for-calcium",), ())
    assert {it.name for it in merged.stay} == {"second", "skin map.png"}
    people.student.take(people.built())
    assert masks(people, "second") == drawn


def test_masks_on_a_picture_that_both_sides_replaced_are_not_taken(people: People) -> None:
    (people.project / HOME / "media" / "skin map.png").write_bytes(png(600, 401))
    put(people, "skin map.png", png(900, 300))
    people.write("second", "Occlusion", REDRAWN)
    merged = people.merge(people.x2())
    assert merged.media.kept == ("skin map.png",)
    assert [(it.name, it.why) for it in merged.stay] == [
        ("second", "its masks lie on a picture that has another size than yours")
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("skin map.png", png(600, 400) + b"more"),
        ("skin map.png", png(3, 2)),
        ("d.svg", DRAWING.format("<script>alert(1)</script>").encode()),
    ],
    ids=["bytes after its end", "too small for its masks", "a drawing that runs"],
)
def test_a_file_that_no_card_can_show_stays_out_and_the_rest_is_taken(name: str, data: bytes, people: People) -> None:
    put(people, name, data)
    people.write("typed", "Back", "von Kossa 1901")
    merged = people.merge(people.x2())
    assert (merged.taken, merged.media.changed) == (("stain-for-calcium",), ())
    assert name in {it.name for it in merged.stay}
    assert people.student.take(people.built()) == Counts(updated=1, duplicate=8)
    assert people.merge(people.root / "x2.apkg").changes_nothing


def test_a_new_file_whose_name_some_systems_take_for_another_stays_out(people: People) -> None:
    put(people, "Skin Map.png", png(900, 300))
    people.write("own", "Class", '<img src="Skin Map.png">')
    merged = people.merge(people.x2())
    assert (merged.taken, merged.media.added) == (("diltiazem",), ())
    assert [it.name for it in merged.stay] == ["Skin Map.png"]
