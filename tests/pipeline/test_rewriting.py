"""Texts and tags of notes are written into a file of notes, and all else in it stays as its author typed it."""

import pytest

from generator.importing.arrived import Note
from generator.pipeline.newer._rewriting import Unwritable, Wanted, rewritten

TYPED = """\
# of a course
subdeck: Dyes
tags: [week1, core]
notes:
  - id: one  # ask Anna
    question: Which?
    answer: |
      This

      one

    # an answer of two lines
    extra: >
      More
      of it
    allow: {L03: short enough}

  # the second
  - question: 'Which two?'
    id: two
    answer: "Both
      of them"
    tags: [core,
      late]
# the end
"""
COMMENTS = [line.strip() for line in TYPED.split("\n") if line.strip().startswith("#")]
NEW = (("question", "Who?"), ("answer", "First\nSecond"))
THIRD = Note("", "three", (("cloze", "{{c1::x}}: y"),), ("core", "new"), "Dyes")


def changed(typed: str, wanted: Wanted) -> str:
    return rewritten(typed.encode(), "notes.yaml", wanted).decode()


def test_nothing_wanted_is_nothing_changed() -> None:
    assert changed(TYPED, Wanted()) == TYPED


def test_other_texts_stand_where_the_first_stood() -> None:
    after = changed(TYPED, Wanted({"one": NEW}))
    one = (
        "    question: Who?\n    answer: |\n      First\n      Second\n\n    # an answer of two lines\n    allow: {L03"
    )
    assert one in after
    assert after.partition("\n  # the second\n")[2] == TYPED.partition("\n  # the second\n")[2]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted({"one": NEW, "two": NEW}),
        Wanted({"two": NEW}, {"one": (), "two": ("z",)}, (THIRD,)),
        Wanted({}, {"one": ("week1", "q"), "two": ("core", "week1")}),
    ],
)
def test_comments_of_a_line_of_their_own_stay_in_their_order(wanted: Wanted) -> None:
    after = changed(TYPED, wanted)
    assert [line.strip() for line in after.split("\n") if line.strip().startswith("#")] == COMMENTS
    assert "- id: one  # ask Anna\n" in after


def test_a_tag_of_the_file_that_one_note_loses_goes_to_the_others() -> None:
    after = changed(TYPED, Wanted({}, {"one": ("core",)}))
    assert "\ntags: [core]\n" in after
    assert "    tags: [week1, late]\n" in after


def test_tags_that_begin_a_file_go_without_a_trace() -> None:
    after = changed("tags: a\nnotes:\n- id: one\n  question: Q\n  answer: A\n", Wanted({}, {"one": ()}))
    assert after == "notes:\n- id: one\n  question: Q\n  answer: A\n"


def test_a_new_note_stands_behind_the_last_with_what_its_file_does_not_say() -> None:
    after = changed(TYPED, Wanted({}, {}, (THIRD,)))
    assert "\ntags: [core]\n" in after
    assert after.endswith("\n\n  - id: three\n    cloze: '{{c1::x}}: y'\n    tags: [new]\n# the end\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_mark_and_line_ends_stay(mark: str, end: str) -> None:
    typed = mark + TYPED.replace("\n", end)
    after = changed(typed, Wanted({"one": NEW}, {}, (THIRD,)))
    assert after.startswith(f"{mark}# of a course{end}")
    assert after.count("\n") == after.count(end)


@pytest.mark.parametrize(
    "typed",
    [
        "notes:\n  - {id: one, question: Q, answer: A}\n",
        "notes: [{id: one, question: Q, answer: A}]\n",
        "notes:\n  - question: Q\n    answer: A\n",
        "notes:\n  - id: one\n    question: [Q\n",
        "notes:\n",
        "{notes: [",
    ],
)
def test_what_is_not_a_list_of_notes_a_key_a_line_is_left_alone(typed: str) -> None:
    with pytest.raises(Unwritable):
        changed(typed, Wanted({"one": NEW}, {}, (THIRD,)))
