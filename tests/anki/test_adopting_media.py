"""Notes of a studied deck that show pictures and play sounds become kinds of ours, and show the same as before."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.base.progress import silent
from generator.pipeline.adopt import adopt
from tests.adopted import Adopted, adopted
from tests.anki_backend import Anki, Counts, opened
from tests.foreign_decks import add, backdate, exported, histories
from tests.recordings import mp3
from tests.support import SVG, png

MAP = '<img src="skin map.png">'
WIDE = '<img src="a&amp;b.png" width="300" style="float: right">'
NOTES = {
    "question": ("Basic", {"Front": f"Which layer?{MAP}", "Back": "Dermis<br>[sound:said.mp3]"}),
    "picture": ("Basic", {"Front": "What do you see?", "Back": WIDE}),
    "both": ("Basic (and reversed card)", {"Front": '<div><img src="skin%20map.png"></div>', "Back": "Skin"}),
    "cloze": ("Cloze", {"Text": f"{{{{c1::Black}}}} on this: {{{{c2::{MAP}}}}}", "Back Extra": WIDE}),
    "drawn": ("Basic", {"Front": "Which stain?", "Back": '<img alt="von Kossa" src="drawing.svg">'}),
}
VERBATIM = {
    "gone": {"Front": "Where?", "Back": '<img src="gone.png">'},
    "elsewhere": {"Front": "Where?", "Back": '<img src="https://example.org/x.png">'},
    "bitmap": {"Front": "Which?", "Back": '<img src="old.bmp">'},
    "damaged": {"Front": "Which?", "Back": '<img src="damaged.png">'},
    "linked": {"Front": "Which?", "Back": f'<a href="https://example.org/">{MAP}</a>'},
    "endless": {"Front": "Which?", "Back": "<a x>" * 20_000 + WIDE},
    "film": {"Front": "Which?", "Back": '<video src="said.mp3"></video> one'},
    "heard": {"Front": "Which?", "Back": '<audio title="noise.mp3" src="noise.mp3"></audio> one'},
}


@contextmanager
def author(folder: Path) -> Iterator[tuple[Anki, dict[str, str]]]:
    """Give the collection of a deck with pictures and sounds, and the guids of its notes."""
    with opened(folder / "author of x") as anki:
        media = Path(anki.col.media.dir())
        files = {"skin map.png": png(600, 400), "a&b.png": png(300, 200), "said.mp3": mp3(), "damaged.png": b"png"}
        for name, data in {**files, "drawing.svg": SVG, "old.bmp": b"BM", "noise.mp3": mp3()}.items():
            (media / name).write_bytes(data)
        guids = {name: add(anki, kind, fields, "Skin") for name, (kind, fields) in NOTES.items()}
        guids |= {name: add(anki, "Basic", fields, "Skin") for name, fields in VERBATIM.items()}
        backdate(anki, 90 * 86_400)
        yield anki, guids


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Adopted]:
    """Adopt a deck with media that a student has studied."""
    with adopted(author(tmp_path), tmp_path) as made:
        yield made


def test_what_shows_files_that_are_there_becomes_a_kind_and_else_stays_verbatim(tmp_path: Path) -> None:
    with author(tmp_path) as (anki, _):
        x = exported(anki, tmp_path / "x.apkg")
    project, _ = adopt(x, tmp_path / "project", (), int(time.time()), silent)
    kinds = [it.keys[0][0] for it in project.arrived.notes]
    assert kinds == ["question", "question", "question", "cloze", "question", *(["note"] * len(VERBATIM))]
    keys = [dict(it.keys) for it in project.arrived.notes[:5]]
    assert keys[0] == {"question": "Which layer?![](<skin map.png>)", "answer": "Dermis\n![](said.mp3)"}
    assert keys[4]["answer"] == "![von Kossa](drawing.svg)"


def test_nothing_changes_for_those_who_studied_the_original(project: Adopted) -> None:
    before = histories(project.anki)
    media = sorted(it.name for it in Path(project.anki.col.media.dir()).iterdir())
    assert project.anki.take(project.built()) == Counts(duplicate=len(project.guids))
    assert histories(project.anki) == before
    assert sorted(it.name for it in Path(project.anki.col.media.dir()).iterdir()) == media


def test_who_is_new_sees_what_the_original_shows(project: Adopted, tmp_path: Path) -> None:
    shown = []
    for name, file in (("of x", tmp_path / "x.apkg"), ("of ours", project.built())):
        with opened(tmp_path / name) as anki:
            anki.take(file)
            media = {it.name: it.read_bytes() for it in Path(anki.col.media.dir()).iterdir()}
            shown.append(({guid: anki.html(guid) for guid in project.guids.values()}, media))
    assert shown[0] == shown[1]


def test_an_edit_keeps_names_and_sizes_of_the_pictures(project: Adopted) -> None:
    project.edit("notes.yaml", "What do you see?", "What is this?")
    project.edit("notes.yaml", "Which layer?", "Which layer now?")
    assert project.anki.take(project.built()) == Counts(updated=2, duplicate=len(project.guids) - 2)
    assert project.anki.note(project.guids["picture"])["Back"] == WIDE
    note = project.anki.note(project.guids["question"])
    assert [note["Front"], note["Back"]] == [f"Which layer now?{MAP}", "Dermis<br>\n[sound:said.mp3]"]
    names = {it.name for it in Path(project.anki.col.media.dir()).iterdir()}
    assert names == {"skin map.png", "a&b.png", "said.mp3", "damaged.png", "drawing.svg", "old.bmp", "noise.mp3"}


def test_what_a_picture_is_said_to_show_can_be_edited(project: Adopted) -> None:
    project.edit("notes.yaml", "![von Kossa]", "![Silver on calcium]")
    project.anki.take(project.built())
    assert project.anki.note(project.guids["drawn"])["Back"] == '<img src="drawing.svg" alt="Silver on calcium">'


def test_a_picture_that_changed_reaches_those_who_have_the_old_one(project: Adopted) -> None:
    path = project.folder / "cards_src" / "project" / "media" / "skin map.png"
    path.write_bytes(png(601, 401))
    assert project.anki.take(project.built()) == Counts(updated=4, duplicate=len(project.guids) - 4)
    media = Path(project.anki.col.media.dir())
    for name, field in (("both", "Front"), ("linked", "Back")):
        note = project.anki.note(project.guids[name])
        (shown,) = project.anki.col.media.files_in_str(note.mid, note[field])
        assert (media / shown).read_bytes() == png(601, 401)
    assert (media / "skin map.png").read_bytes() == png(600, 400)


@pytest.mark.parametrize(("name", "id"), [("old.bmp", "bitmap"), ("damaged.png", "damaged"), ("noise.mp3", "heard")])
def test_the_same_holds_for_a_note_in_its_own_html(name: str, id: str, project: Adopted) -> None:
    (project.folder / "cards_src" / "project" / "media" / name).write_bytes(b"new")
    assert project.anki.take(project.built()) == Counts(updated=1, duplicate=len(project.guids) - 1)
    note = project.anki.note(project.guids[id])
    (shown,) = project.anki.col.media.files_in_str(note.mid, note["Back"])
    assert (Path(project.anki.col.media.dir()) / shown).read_bytes() == b"new"


def test_a_new_picture_has_a_name_of_ours(project: Adopted) -> None:
    (project.folder / "cards_src" / "project" / "media" / "new.png").write_bytes(png(60, 40))
    project.edit("notes.yaml", "What do you see?", "What do you see? ![](new.png)")
    assert project.anki.take(project.built()) == Counts(updated=1, duplicate=len(project.guids) - 1)
    assert '<img src="new-' in project.anki.note(project.guids["picture"])["Front"]


def test_a_file_of_a_name_that_differs_in_case_alone_is_named(tmp_path: Path) -> None:
    with opened(tmp_path / "author") as anki:
        (Path(anki.col.media.dir()) / "Map.PNG").write_bytes(png(60, 40))
        add(anki, "Basic", {"Front": 'Where? <img src="map.png">', "Back": '<img src="gone.png">'}, "Skin")
        x = exported(anki, tmp_path / "x.apkg", "colpkg")
    made, _ = adopt(x, tmp_path / "project", (), int(time.time()), silent)
    assert made.arrived.missing == (
        "map.png: the deck holds 'Map.PNG', which not every system takes for it",
        "gone.png: the deck does not hold this file",
    )
