"""Inputs that once took minutes or gigabytes: each is answered with a bounded number of messages."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from generator.pipeline import build
from generator.show import problem_report
from tests.command import environment
from tests.support import NOW, problems, write_deck

BUILD = """
import runpy, sys
sys.argv = ["deckwright", "build"]
try:
    runpy.run_module("generator", run_name="__main__")
finally:
    print(open("/proc/self/status").read())
"""
SPACES = " " * 200_000
LONG = {
    "a text of spaces": (f'notes:\n  - {{id: a, question: Q, answer: "<{SPACES}x"}}\n', "S110", 1),
    "invisible characters": ("notes:\n  - {id: a, question: Q, answer: '" + "\u200b" * 200_000 + "'}\n", "Y002", 2),
    "faulty notes on one line": ("notes: [" + ",".join(["{id: a, x: y}"] * 20_000) + "]\n", "S107", 20_000),
    "unknown keys": ("notes:\n  - question: Q\n" + "".join(f"    k{at}: v\n" for at in range(50_000)), "S101", 22),
    "a slip beside spaces": (f"notes:\n  - {{{{x\na{SPACES}b\n", "Y016", 2),
    "spaces in a cloze": ("notes:\n  - {id: a, cloze: '{{c" + " " * 19_000 + "'}\n", "C101", 2),
    "links to nowhere": ("notes:\n  - {id: a, question: Q, answer: '" + "[a](b)" * 3_300 + "'}\n", "C220", 5),
    "levels of a deck": ("subdeck: " + "::".join(["a"] * 20_000) + "\nnotes: []\n", "S110", 1),
    "unclosed clozes": ("notes:\n  - {id: a, cloze: '" + "{{c1::" * 3_300 + "'}\n", "C107", 5),
    "pictures never closed": ("notes:\n  - {id: a, question: Q, answer: '" + "![" * 9_900 + "'}\n", "", 0),
    "formulas": ("notes:\n  - {id: a, question: Q, answer: '" + "\\(x\\) " * 3_000 + "'}\n", "L03", 1),
    "colons in code": ("notes:\n  - {id: a, cloze: '{{c1::x `" + "::" * 9_900 + "`}} of it'}\n", "", 0),
    "gaps given away": ("notes:\n  - {id: a, cloze: '" + "{{c1::wordd}} wordd " * 950 + "'}\n", "L12", 5),
    "brackets": ("notes:\n  - {id: a, question: Q, answer: '" + "[" * 19_000 + "'}\n", "", 0),
}


@pytest.mark.parametrize(("text", "code", "count"), LONG.values(), ids=LONG)
def test_a_hostile_file_is_answered_with_few_messages(text: str, code: str, count: int, tmp_path: Path) -> None:
    found = problems(write_deck(tmp_path, notes=text))
    assert len(problem_report.as_text(found)) < 10_000_000
    assert len(found) == count
    assert code in {it.code for it in found} | {""}


def test_many_unknown_sources_are_all_named(tmp_path: Path) -> None:
    cited = ", ".join(f"unknown-{at}" for at in range(3_000))
    known = "".join(f"key-{at}: {{title: T}}\n" for at in range(3_000))
    notes = f"notes:\n  - {{id: a, question: Q, answer: A, sources: [{cited}]}}\n"
    assert len(problems(write_deck(tmp_path, {"sources.yaml": known}, notes))) == 3_000


def test_a_table_is_bounded_because_each_row_shows_the_whole(tmp_path: Path) -> None:
    rows = "".join(f"      r{at}: {{name: N, x: '1'}}\n" for at in range(201))
    notes = f"notes:\n  - id: a\n    table: T\n    columns: {{x: X}}\n    rows:\n{rows}"
    assert [it.code for it in problems(write_deck(tmp_path, notes=notes))] == ["S109"]


def test_a_table_is_bounded_by_its_cells_times_its_rows(tmp_path: Path) -> None:
    keys = [f"c{at}" for at in range(11)]
    cells = ", ".join(f"{key}: '1'" for key in keys)
    rows = "".join(f"      r{at}: {{name: N, {cells}}}\n" for at in range(200))
    columns = ", ".join(f"{key}: X" for key in keys)
    notes = f"notes:\n  - id: a\n    table: T\n    columns: {{{columns}}}\n    rows:\n{rows}"
    (found,) = problems(write_deck(tmp_path, notes=notes))
    assert (found.code, found.message) == ("S109", "2,200 cells times 200 rows are 440,000: more than 400,000")


def test_a_table_is_bounded_by_its_text_times_its_rows(tmp_path: Path) -> None:
    rows = "".join(f"      r{at}: {{name: N, x: {'x' * 19_000}}}\n" for at in range(50))
    notes = f"notes:\n  - id: a\n    table: T\n    columns: {{x: X}}\n    rows:\n{rows}"
    (found,) = problems(write_deck(tmp_path, notes=notes))
    assert found.message == "950,000 characters times 50 rows are 47,500,000: more than 40,000,000"


def test_many_former_ids_that_never_were_are_all_named(tmp_path: Path) -> None:
    notes = "notes:\n" + "".join(f"  - {{id: n{at}, question: 'Which {at}?', answer: This}}\n" for at in range(2_000))
    source, out = write_deck(tmp_path / "deck", notes=notes), tmp_path / "decks"
    build.build(build.plan(source, out, build.Wish(NOW)), out)
    more = "".join(f"  - {{id: m{at}, was: o{at}, question: 'Who {at}?', answer: Me}}\n" for at in range(2_000))
    write_deck(source, notes=notes + more)
    found = build.plan(source, out, build.Wish(NOW)).diagnostics
    assert [it.code for it in found if it.code != "L02"] == ["H010"] * 2_000


def test_ten_thousand_notes_are_built_in_little_memory(tmp_path: Path) -> None:
    notes = "notes:\n" + "".join(f"  - {{id: n{at}, question: 'Which {at}?', answer: This}}\n" for at in range(10_000))
    write_deck(tmp_path / "cards_src" / "deck", notes=notes)
    ran = subprocess.run(
        [sys.executable, "-c", BUILD], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
    )
    kilobytes = re.search(r"VmHWM:\s+(\d+) kB", ran.stdout)
    assert "10,000 notes" in ran.stdout
    assert kilobytes
    assert int(kilobytes[1]) // 1024 < 1_000
