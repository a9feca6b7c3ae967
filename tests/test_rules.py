"""An author's reason silences a warning on its note, and nothing else."""

from pathlib import Path

import pytest

from tests.support import problems, write_deck

TWICE = """\
notes:
  - {id: a, question: Which?, answer: This}
  - {id: b, question: which?, answer: That, allow: {S210: why}}
"""
BRACES = """\
notes:
  - id: a
    question: 'What is {{c1::this}}?'
    answer: No cloze
    allow: {C110: it is what is asked}
"""
ROW = """\
notes:
  - id: a
    table: T
    columns: {x: X}
    rows: {r: {name: R, x: '[sound:x]', allow: {C111: 'as typed'}}}
"""


@pytest.mark.parametrize("notes", [TWICE, BRACES, ROW], ids=["rules", "markup", "row"])
def test_an_allowed_warning_is_silent(notes: str, tmp_path: Path) -> None:
    assert problems(write_deck(tmp_path, notes=notes)) == ()


@pytest.mark.parametrize("notes", [TWICE, BRACES, ROW], ids=["rules", "markup", "row"])
def test_without_the_reason_it_warns(notes: str, tmp_path: Path) -> None:
    found = problems(
        write_deck(
            tmp_path, notes=notes.replace("S210", "C110").replace("C111", "S210").replace("{C110: it", "{S210: it")
        )
    )
    assert [it.severity for it in found] == ["warning"]


def test_a_reason_does_not_silence_an_error(tmp_path: Path) -> None:
    notes = "notes:\n  - {id: a, cloze: none, allow: {C101: why}}\n"
    assert [it.code for it in problems(write_deck(tmp_path, notes=notes))] == ["C101", "S205"]


def test_an_allowance_does_not_reach_the_next_note(tmp_path: Path) -> None:
    notes = BRACES + "  - {id: b, question: 'What is {{that}}?', answer: Braces}\n"
    assert [it.code for it in problems(write_deck(tmp_path, notes=notes))] == ["C110"]


@pytest.mark.parametrize(("second", "codes"), [("C110: as written", []), ("C111: as written", ["C110"])])
def test_a_dispute_is_silent_where_every_note_that_shows_it_allows_it(
    second: str, codes: list[str], tmp_path: Path
) -> None:
    notes = """\
notes:
  - {id: a, question: Which organ?, answer: The skin, dispute: marks, allow: {C110: as written}}
  - {id: b, question: What colour?, answer: White, dispute: marks, allow: {%s}}
"""
    files: dict[str, str | bytes] = {"disputes.yaml": "marks: 'Some write {{this}}.'\n"}
    found = problems(write_deck(tmp_path, files, notes % second))
    assert [it.code for it in found if it.code[0] == "C"] == codes
