"""Is a gap in cloze numbers named where nothing in the ledger explains it?"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.author import Author
from tests.lint.test_learning import found_in
from tests.lint.written import c

TWO = "Von Kossa makes calcium {{c1::black}} and alizarin {{c2::red}}."
GAPS: Mapping[str, tuple[str, str, list[str]]] = {
    "a new note": ("", TWO.replace("c2", "c3"), ["L14"]),
    "a new note that begins with c2": ("", TWO.replace("c1", "c3"), ["L14"]),
    "a released note whose new number jumps": (TWO, TWO.replace("calcium", "{{c4::calcium}}"), ["L14"]),
    "a released note whose new number follows": (TWO, TWO.replace("calcium", "{{c3::calcium}}"), []),
    "a number was withdrawn": (TWO.replace("calcium", "{{c3::calcium}}"), TWO.replace("{{c2::red}}", "red"), []),
    "a gap was released": (TWO.replace("c2", "c3"), TWO.replace("c2", "c3").replace("makes", "stains"), []),
}


@pytest.mark.parametrize(("before", "now", "told"), GAPS.values(), ids=GAPS)
def test_a_gap_in_cloze_numbers(before: str, now: str, told: list[str], author: Author) -> None:
    for day, text in enumerate(text for text in (before, now) if text):
        author.write({"gap.yaml": f"notes:\n  - {{id: gap, cloze: '{text}'}}\n"})
        codes_found = [it.code for it in author.plan(day).diagnostics]
        if text != now:
            author.build(day)
    assert codes_found == told


def test_a_number_withdrawn_long_ago_explains_a_gap(author: Author) -> None:
    three = TWO.replace("calcium", "{{c3::calcium}}")
    without = three.replace("{{c2::red}}", "red")
    for day, text in enumerate((three, without, without.replace("makes", "{{c4::makes}}"))):
        author.write({"gap.yaml": f"notes:\n  - {{id: gap, cloze: '{text}'}}\n"})
        assert author.plan(day).diagnostics == ()
        author.build(day)


def test_check_knows_no_ledger_and_so_says_nothing_of_gaps(tmp_path: Path) -> None:
    assert found_in(tmp_path, [c(TWO.replace("c2", "c3"))]) == []


def test_a_reason_silences_a_gap_in_cloze_numbers(author: Author) -> None:
    author.write({"gap.yaml": f"notes:\n  - {{id: gap, cloze: '{TWO.replace('c2', 'c3')}', allow: {{L14: old}}}}\n"})
    assert author.plan().diagnostics == ()
