"""Is each rule for good notes heard where a note is hard to learn, once, and silent on ordinary notes?"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from generator.base import codes
from tests.lint.alarms import ALARMS
from tests.lint.silences import SILENT
from tests.lint.written import Note, c, q, row, words
from tests.support import SVG, png, problems, write_deck


def found_in(folder: Path, notes: list[Note], **files: str | bytes) -> list[str]:
    """Return the codes said of these notes, whose ids are n0, n1 and so on. JSON is YAML."""
    named = [{"id": f"n{at}", **note} for at, note in enumerate(notes)]
    media = {"media/skin.png": png(600, 400), "media/skin.svg": SVG}
    return [
        it.code
        for it in problems(write_deck(folder, media | files, json.dumps({"notes": named})))
        if it.code != "M110"  # pictures of the frame
    ]


def help_of(folder: Path, notes: list[Note]) -> str:
    """Return what the one message about these notes says is to be typed."""
    named = [{"id": f"n{at}", **note} for at, note in enumerate(notes)]
    (found,) = problems(write_deck(folder, notes=json.dumps({"notes": named})))
    return found.help


def cases(table: Mapping[str, list[list[Note]]]) -> list[tuple[str, list[Note]]]:
    return [(code, notes) for code, decks in table.items() for notes in decks]


@pytest.mark.parametrize(("code", "notes"), cases(ALARMS))
def test_a_slip_is_told_once(code: str, notes: list[Note], tmp_path: Path) -> None:
    assert found_in(tmp_path, notes) == [code]


@pytest.mark.parametrize(("code", "notes"), cases(SILENT))
def test_an_ordinary_note_is_left_alone(code: str, notes: list[Note], tmp_path: Path) -> None:
    assert found_in(tmp_path, notes) == []


@pytest.mark.parametrize(("code", "notes"), cases(ALARMS))
def test_a_reason_silences_every_rule_about_a_note(code: str, notes: list[Note], tmp_path: Path) -> None:
    assert found_in(tmp_path, [{**note, "allow": {code: "it is meant so"}} for note in notes]) == []


def test_the_same_words_are_told_behind_others_that_only_look_alike(tmp_path: Path) -> None:
    asked = [q(f"What is 6{sign}3?", f"{sign}") for sign in ("*", "/", "/")]
    assert found_in(tmp_path, asked) == ["S210"]


def test_what_asks_back_is_to_be_one_note_that_asks_both_ways(tmp_path: Path) -> None:
    both, one = ALARMS["L50"][1], ALARMS["L50"][2]
    helps = [help_of(tmp_path / name, notes) for name, notes in (("both", both), ("one", one))]
    assert helps[0] == "ask both ways: write 'reverse: true' on one of the two, and delete the other"
    assert helps[1] == "delete one of the two, ask both ways by 'reverse: true', or ask for what differs"


def test_a_reason_on_a_row_holds_for_that_row(tmp_path: Path) -> None:
    rows = f"""\
      first: {{name: A, x: {words(31)}, allow: {{L03: a definition}}}}
      second: {{name: B, x: {words(32)}}}
"""
    notes = f"notes:\n  - id: n\n    table: T\n    columns: {{x: Course}}\n    rows:\n{rows}"
    found = problems(write_deck(tmp_path, notes=notes))
    assert [(it.code, it.message) for it in found] == [("L03", "the answer has 32 words")]


def test_a_reason_on_a_table_holds_for_its_rows(tmp_path: Path) -> None:
    assert found_in(tmp_path, [{**row("T", "Course", "R", words(41)), "allow": {"L03": "a definition"}}]) == []


def test_what_is_said_of_learning_is_a_judgement_and_warns() -> None:
    assert {it.severity for code, it in codes.table().items() if code[0] == "L"} == {"warning"}


def test_every_rule_is_asked_three_times_each_way() -> None:
    elsewhere = {"L14", "L31", "L42", "L60", "L61", "L64"}
    rules = {code for code in codes.table() if code[0] == "L"} - elsewhere
    assert {code for code, decks in ALARMS.items() if len(decks) >= 3} == rules
    assert {code for code, decks in SILENT.items() if len(decks) >= 3} == rules


def test_ten_thousand_notes_of_the_same_words_are_answered_once_each(tmp_path: Path) -> None:
    notes = [
        c(f"calcium salts of the {{{{c{at % 3 + 1}::skin}}}} in dermis and fat " + "x" * (at % 7))
        for at in range(10_000)
    ]
    assert len(found_in(tmp_path, notes)) < 10_000


def test_allowable_are_warnings_about_a_note_and_what_is_said_of_learning() -> None:
    of_no_note = {"H017", "L31", "L42", "L60", "L61", "P003", "S144", "S214", "S215", "S217"}
    warnings = {code for code, it in codes.table().items() if it.severity == "warning" and code[0] not in "YM"}
    assert warnings - of_no_note == codes.ALLOWABLE
