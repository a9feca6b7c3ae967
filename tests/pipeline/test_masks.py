"""Is what was drawn on a picture written where it belongs, and no other byte of the file, or refused?"""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.base.place import Source
from generator.pipeline.canvases import digest_of
from generator.pipeline.masks import written
from generator.source.reader import decode
from tests.support import png as picture
from tests.support import problems, write_deck

NOTES = """\
# Pictures, by hand.
notes:
  - id: first   # the first
    image: a.png
    masks:   # by key
      rim: {rect: [1, 2,   30, 4.0], label: 'The rim'}  # keep me
      edge:
        polygon:
          - [1, 1]   # corner
          - [50, "1"]
          - [1, 50]
        label: |
          The edge
      # nothing is below

  - {id: second, image: b.png, masks: {hub: {ellipse: [5, 5, 20, 20], label: Hub}}}

# The end.
"""
RIM, EDGE, HUB = (6, 13), (8, 9), (16, 46)
NEW = ["- id: third", "  image: c d.png", "  masks:", "    core: {rect: [1, 1, 9, 9], label: 'A: core'}"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A deck with two pictures that have masks, and one that has none."""
    pictures = {f"media/{name}.png": picture(100, 80) for name in ("a", "b", "c d")}
    return write_deck(tmp_path / "deck", pictures, notes=NOTES)


def send(source: Path, **more: Any) -> tuple[bool, str]:
    """Send what a page would, with `more` in place of what it says by itself."""
    path = source / "notes.yaml"
    read, _ = decode(path.read_bytes(), "")
    assert isinstance(read, Source)
    sent = {"path": path.as_posix(), "digest": digest_of(read), "note": "", "lines": [], "moves": [], **more}
    return written(source, json.dumps(sent).encode())


def move(place: tuple[int, int], *numbers: object) -> dict[str, Any]:
    """Return other numbers for the outline at a place."""
    return {"line": place[0], "column": place[1], "numbers": [str(it) for it in numbers]}


@pytest.mark.parametrize(
    ("sent", "before", "after"),
    [
        ({"moves": [move(RIM, 7, 2, 30, 4)]}, "[1, 2,   30, 4.0]", "[7, 2,   30, 4.0]"),
        ({"moves": [move(EDGE, 1, 1, 60, 1, 1, 50)]}, '[50, "1"]', '[60, "1"]'),
        ({"moves": [move(HUB, 5.5, 5, 20, 21)]}, "[5, 5, 20, 20]", "[5.5, 5, 20, 21]"),
        (
            {"note": "first", "lines": ["a: {rect: [1, 1, 9, 9]}", "b: {ellipse: [2, 2, 9, 9]}"]},
            "          The edge\n",
            "          The edge\n      a: {rect: [1, 1, 9, 9]}\n      b: {ellipse: [2, 2, 9, 9]}\n",
        ),
        (
            {"note": "second", "lines": ["a: {polygon: [[1, 1], [9, 1], [1, 9]], label: ', #'}"]},
            "label: Hub}",
            "label: Hub}, a: {polygon: [[1, 1], [9, 1], [1, 9]], label: ', #'}",
        ),
        ({"lines": NEW}, "label: Hub}}}\n", "label: Hub}}}\n\n" + "".join(f"  {it}\n" for it in NEW)),
    ],
    ids=["a number", "a number in a block", "numbers in braces", "masks below", "masks in braces", "a note"],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_no_other_byte_changes(sent: dict[str, Any], before: str, after: str, ends: str, source: Path) -> None:
    path = source / "notes.yaml"
    bom = b"\xef\xbb\xbf" if ends == "\r\n" else b""
    path.write_bytes(bom + NOTES.replace("\n", ends).encode())
    path.chmod(0o640)
    assert send(source, **sent) == (True, f"written to {path.as_posix()}")
    assert path.read_bytes() == bom + NOTES.replace(before, after, 1).replace("\n", ends).encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [it for it in problems(source) if it.severity == "error"] == []


def test_a_new_note_comes_last_where_the_list_is_not_indented_and_no_line_break_ends_it(source: Path) -> None:
    path = source / "notes.yaml"
    path.write_text("notes:\n- id: one\n  question: What?\n  answer: That", encoding="utf-8")
    assert send(source, lines=NEW)[0]
    assert path.read_text(encoding="utf-8") == "\n".join(
        ["notes:", "- id: one", "  question: What?", "  answer: That", "", *NEW]
    )


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"digest": "0"}, "has changed since"),
        ({"path": "/etc/passwd"}, "is not a file of notes"),
        ({"path": "deck.yaml"}, "is not a file of notes"),
        ({"moves": [move((1, 1), 1, 1, 1, 1)]}, "is not where it was"),
        ({"moves": [move((5, 5), 1, 1, 1, 1)]}, "is not where it was"),
        ({"moves": [move(RIM, 1, 1, 1)]}, "another number of corners"),
        ({"moves": [move(RIM, 1, 1, 1, "1], x: [1")]}, "numbers from 0 up"),
        ({"moves": [move(RIM, -1, 1, 1, 1)]}, "numbers from 0 up"),
        ({"moves": 1}, "not what the page sends"),
        ({"lines": ["- id: x\n"]}, "not what the page sends"),
        ({"lines": ["- id: \ud800"]}, "not what the page sends"),
        ({"path": "\ud800"}, "not what the page sends"),
        ({"moves": [{"line": float("inf"), "column": 1, "numbers": []}]}, "not what the page sends"),
        ({"moves": [move(RIM, "\u0661", 1, 1, 1)]}, "numbers from 0 up"),
        ({"lines": [1]}, "not what the page sends"),
        ({"note": "third", "lines": ["a: {rect: [1, 1, 9, 9]}"]}, "has no masks"),
        ({"note": "first", "lines": ["rim: {rect: [1, 1, 9, 9]}"]}, "a mask 'rim' by now"),
        ({"note": "first", "lines": ["a: {rect: [1, 1, 9, 9], answer: no}"]}, "not a mask"),
        ({"note": "first", "lines": ["a: {rect: [1, 1, 9, 9]"]}, "cannot be read"),
        ({"note": "first", "lines": ["a: b"]}, "not a mask"),
        ({"lines": ["- id: x", "  question: a", "  answer: b"]}, "not an image note"),
        ({"lines": [*NEW, *NEW]}, "not an image note"),
        ({"lines": ["- id: x", "  masks: {a: {rect: [1, 1, 1, 1], label: *x}}"]}, "cannot be read"),
    ],
)
def test_what_is_not_masks_is_refused(sent: dict[str, Any], words: str, source: Path) -> None:
    before = (source / "notes.yaml").read_bytes()
    done, said = send(source, **sent)
    assert (done, words in said, said.isprintable()) == (False, True, True)
    assert (source / "notes.yaml").read_bytes() == before


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"moves": [{"line": "x"}]}', b"[" * 100_000])
def test_what_is_not_json_of_the_page_is_refused(body: bytes, source: Path) -> None:
    assert written(source, body) == (False, "this is not what the page sends")


def test_a_file_behind_a_link_is_refused(source: Path, tmp_path: Path) -> None:
    path = source / "notes.yaml"
    path.rename(tmp_path / "elsewhere.yaml")
    path.symlink_to(tmp_path / "elsewhere.yaml")
    assert not send(source, lines=NEW)[0]
    assert (tmp_path / "elsewhere.yaml").read_text(encoding="utf-8") == NOTES


def test_a_file_whose_notes_stand_in_brackets_is_left_to_the_author(source: Path) -> None:
    (source / "notes.yaml").write_text("notes: [{id: a, question: b, answer: c}]\n", encoding="utf-8")
    assert "has no list of notes" in send(source, lines=NEW)[1]


def test_a_line_is_refused_where_a_text_would_lose_its_empty_lines(source: Path) -> None:
    path = source / "notes.yaml"
    path.write_text(
        NOTES.replace("label: |\n", "label: |+\n").replace("      # nothing is below\n", ""), encoding="utf-8"
    )
    assert "would not say the same" in send(source, note="first", lines=["a: {rect: [1, 1, 9, 9]}"])[1]


def test_a_file_that_cannot_be_read_is_left_alone(source: Path) -> None:
    (source / "notes.yaml").write_text("notes: [\n", encoding="utf-8")
    assert "correct it first" in send(source, lines=NEW)[1]
