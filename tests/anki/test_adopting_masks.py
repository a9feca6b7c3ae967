"""Anki's own image occlusion notes become image notes with masks in pixels, where those mean just the same."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from generator.base.progress import silent
from generator.pipeline.adopt import adopt
from generator.pipeline.newer.merging import merge
from generator.pipeline.newer.results import Side
from tests.adopted import Adopted, adopted
from tests.anki_backend import Anki, Counts, opened
from tests.foreign_decks import add, backdate, exported, histories
from tests.support import png

PICTURE = '<img src="skin map.png">'


def mask(number: int, shape: str, end: str = "") -> str:
    return f"{{{{c{number}::image-occlusion:{shape}{end}}}}}<br>"


RECT, ELLIPSE = "rect:left=.1:top=.2:width=.3:height=.1", "ellipse:left=.5004:top=.2503:rx=.05:ry=.1017"
POLYGON = "polygon:left=.7:top=.1:points=.7,.1 .9,.1 .8507,.4033"
ALL = ":oi=1"
KINDS = {
    "one": {"Occlusion": mask(1, RECT) + mask(2, ELLIPSE) + mask(3, POLYGON), "Header": "The <b>skin</b>"},
    "all": {
        "Occlusion": mask(2, RECT, ALL) + mask(1, ELLIPSE, ALL),
        "Back Extra": "From above",
        "Comments": "mine",
    },
    "parts": {"Occlusion": mask(1, RECT) + mask(2, "rect:left=0:top=.5:width=1:height=.5") + mask(1, ELLIPSE)},
}
VERBATIM = {
    "turned": {"Occlusion": mask(1, RECT, ":angle=30")},
    "mixed": {"Occlusion": mask(1, RECT, ALL) + mask(2, ELLIPSE)},
    "gap": {"Occlusion": mask(1, RECT) + mask(3, ELLIPSE)},
    "words": {"Occlusion": mask(1, RECT) + mask(2, "text:left=.1:top=.1:text=epidermis:scale=.5")},
    "beyond": {"Occlusion": mask(1, "rect:left=.9:top=.2:width=.3:height=.1")},
    "thin": {"Occlusion": mask(1, "rect:left=.1:top=.2:width=.0001:height=.1")},
    "elsewhere": {"Occlusion": mask(1, "polygon:left=.1:top=.1:points=.7,.1 .9,.1 .85,.4")},
    "said": {"Occlusion": mask(1, RECT) + "Where is it?"},
    "shown": {"Occlusion": mask(1, RECT), "Header": PICTURE},
    "many": {"Occlusion": "".join(mask(number, RECT) for number in range(1, 502))},
    "endless": {"Occlusion": mask(1, RECT), "Image": "<img" + ' src="skin map.png"' * 20_000},
    "gone": {"Occlusion": mask(1, RECT), "Image": '<img src="gone.png">'},
}


@contextmanager
def author(folder: Path) -> Iterator[tuple[Anki, dict[str, str]]]:
    """Give the collection of a deck of pictures with masks, and the guids of its notes."""
    with opened(folder / "author of x") as anki:
        (Path(anki.col.media.dir()) / "skin map.png").write_bytes(png(613, 407))
        notes = {name: {"Image": PICTURE, **fields} for name, fields in (KINDS | VERBATIM).items()}
        guids = {name: add(anki, "Image Occlusion", fields, "Skin") for name, fields in notes.items()}
        backdate(anki, 90 * 86_400)
        yield anki, guids


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Adopted]:
    """Adopt a deck of masks that a student has studied."""
    with adopted(author(tmp_path), tmp_path) as made:
        yield made


def masks(anki: Anki, guid: str) -> list[tuple[int, str, dict[str, str]]]:
    """Return what Anki draws on a note's picture, by number."""
    drawn: Any = anki.occlusion(guid)
    found = [
        (it.ordinal, shape.shape, {pair.name: pair.value for pair in shape.properties})
        for it in drawn.occlusions
        for shape in it.shapes
    ]
    return sorted(found, key=str)


def test_masks_that_ours_can_say_become_an_image_note_and_others_stay_verbatim(tmp_path: Path) -> None:
    with author(tmp_path) as (anki, _):
        x = exported(anki, tmp_path / "x.apkg")
    project, _ = adopt(x, tmp_path / "project", (), int(time.time()), silent)
    notes: list[dict[str, Any]] = [dict(it.keys) for it in project.arrived.notes]
    assert [next(iter(it)) for it in notes] == ["image"] * len(KINDS) + ["note"] * len(VERBATIM)
    assert notes[0] == {
        "image": "skin map.png",
        "masks": {
            "c1": {"rect": (61.3, 81.4, 183.9, 40.7)},
            "c2": {"ellipse": (306.75, 101.87, 61.3, 82.78)},
            "c3": {"polygon": ((429.1, 40.7), (551.7, 40.7), (521.48, 164.14))},
        },
        "header": "The **skin**",
    }
    assert [notes[1][it] for it in ("mode", "extra")] == ["hide-all", "From above"]
    assert list(notes[2]["masks"]) == ["c1", "c2"]
    assert [next(iter(it)) for it in notes[2]["masks"]["c1"]["outlines"]] == ["rect", "ellipse"]


def test_nothing_changes_for_those_who_studied_the_original(project: Adopted) -> None:
    before = histories(project.anki)
    assert project.anki.take(project.built()) == Counts(duplicate=len(project.guids))
    assert histories(project.anki) == before


@pytest.mark.parametrize("name", KINDS)
def test_an_edit_leaves_every_mask_where_it_was(name: str, project: Adopted) -> None:
    guid = project.guids[name]
    before, was = masks(project.anki, guid), project.anki.note(guid)
    path = project.folder / "cards_src" / "project" / "notes.yaml"
    notes = path.read_text(encoding="utf-8").replace("\n    extra: From above", "").split("\n\n")
    if name != "all":
        notes[2] += "\n    extra: From above"
    notes[1 + list(KINDS).index(name)] += "\n    extra: New"
    path.write_text("\n\n".join(notes), encoding="utf-8")
    assert project.anki.take(project.built()) == Counts(updated=1, duplicate=len(project.guids) - 1)
    note = project.anki.note(guid)
    assert masks(project.anki, guid) == before
    assert [note[it] for it in ("Image", "Comments", "Back Extra")] == [PICTURE, KINDS[name].get("Comments", ""), "New"]
    assert note["Header"] == was["Header"].replace("b>", "strong>")


def test_a_new_mask_is_a_new_card_and_one_that_is_gone_is_refused(project: Adopted) -> None:
    project.edit("notes.yaml", "      c2: {rect: [0,", "      new: {rect: [20, 20, 30, 30]}\n      c2: {rect: [0,")
    counts = project.anki.take(project.built())
    assert counts == Counts(updated=1, duplicate=len(project.guids) - 1)
    assert [it.ord for it in project.anki.cards(project.guids["parts"])] == [0, 1, 2]
    project.edit("notes.yaml", "      c2: {rect: [0, 203.5, 613, 203.5]}\n", "")
    assert "no longer makes the card of c2" in "".join(project.refused())


def test_a_label_has_no_place(project: Adopted) -> None:
    project.edit("notes.yaml", "203.5]}", "203.5], label: Dermis}")
    (problem,) = project.refused()
    assert problem.startswith("H021")
    assert problem.endswith("no place for 'label'")


def test_a_newer_deck_brings_its_masks_and_both_sides_are_named(project: Adopted, tmp_path: Path) -> None:
    with opened(tmp_path / "author of x") as theirs:
        for name, old, new in (("parts", "top=.5:", "top=.4:"), ("all", "top=.2:", "top=.3:")):
            note = theirs.note(project.guids[name])
            note["Occlusion"] = note["Occlusion"].replace(old, new)
            theirs.col.update_note(note)
        x2 = exported(theirs, tmp_path / "x2.apkg")
    project.edit("notes.yaml", "From above", "From the side")
    merged = merge(x2, project.folder, (), int(time.time()) + 60, silent, dry_run=False)
    ellipse = "c1: {ellipse: [306.75, 101.87, 61.3, 82.78]}"
    assert merged.taken == ("note",)
    assert [it.sides for it in merged.both] == [
        (Side("masks", *(f"{{{ellipse}, c2: {{rect: [61.3, {top}, 183.9, 40.7]}}}}" for top in (122.1, 81.4))),)
    ]
    text = (project.folder / "cards_src" / "project" / "notes.yaml").read_text(encoding="utf-8")
    assert "c2: {rect: [0, 162.8, 613, 203.5]}" in text
    project.later = 120
    assert project.anki.take(project.built()) == Counts(updated=2, duplicate=len(project.guids) - 2)
