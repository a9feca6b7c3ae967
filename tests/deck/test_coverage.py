"""Is what no note uses missed, can every work be found, and does every drawing say what it shows?"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.lint.test_learning import found_in
from tests.lint.written import PURPLE, q

THREE = {f"source-{at}": {"title": "T", "year": "2011"} for at in range(3)}


@pytest.mark.parametrize(("used", "told"), [(0, []), (1, []), (2, ["L60"]), (3, [])])
def test_a_source_is_missed_where_most_are_used(used: int, told: list[str], tmp_path: Path) -> None:
    note = q("Which?", "This", sources=list(THREE)[:used])
    assert found_in(tmp_path, [note], **{"sources.yaml": json.dumps(THREE)}) == told


@pytest.mark.parametrize(("used", "told"), [(0, []), (1, []), (2, ["L61"]), (3, [])])
def test_a_dispute_is_missed_where_most_are_used(used: int, told: list[str], tmp_path: Path) -> None:
    disputes = {f"dispute-{at}": "Some say so." for at in range(3)}
    notes = [q(f"Which {key}?", "This one", dispute=key) for key in list(disputes)[:used]]
    assert found_in(tmp_path, notes or [PURPLE], **{"disputes.yaml": json.dumps(disputes)}) == told


@pytest.mark.parametrize(
    ("work", "told"),
    [
        ({"title": "T"}, ["L31"]),
        ({"title": "T", "authors": "A"}, ["L31"]),
        ({"title": "T", "year": "n.d."}, []),
        ({"title": "T", "link": "https://example.org"}, []),
    ],
)
def test_a_work_can_be_found(work: Mapping[str, str], told: list[str], tmp_path: Path) -> None:
    assert found_in(tmp_path, [q("Which?", "This", sources=["w"])], **{"sources.yaml": json.dumps({"w": work})}) == told


def test_a_work_that_no_note_names_need_not_be_found(tmp_path: Path) -> None:
    assert found_in(tmp_path, [PURPLE], **{"sources.yaml": "{w: {title: T}}"}) == []


def test_what_seems_missing_may_be_in_a_file_with_a_mistake(tmp_path: Path) -> None:
    two = [q(f"Which {at}?", f"This {at}", sources=[f"source-{at}"]) for at in range(2)]
    assert found_in(tmp_path, two, **{"sources.yaml": json.dumps(THREE), "broken.yaml": "notes: ["}) == ["Y016"]


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}<path d="M0 0"/></svg>'


@pytest.mark.parametrize(
    ("says", "told"), [("", ["L42"]), ("<title>Skin</title>", []), ("<desc>Skin</desc>", []), ("<g id='a'/>", ["L42"])]
)
def test_a_drawing_says_what_it_shows(says: str, told: list[str], tmp_path: Path) -> None:
    files = {"media/skin.svg": DRAWING.format(says)}
    assert found_in(tmp_path, [q("Which? ![skin](skin.svg)", "Dermis")], **files) == told
