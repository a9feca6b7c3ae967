"""Is a file read to its end, whatever slips stand in it that `check --fix` mends, and does that mend all of them?"""

from collections import Counter
from pathlib import Path

import pytest

from generator.pipeline import check, fixes
from tests.support import SVG, write_deck

NOTE = "  - id: {0}\n    question: What colour has stain {0} under lens {0}?\n    answer: {1}\n    sources: [dermnet]\n"
AFTER = (
    NOTE.format("after", "x").replace("question", "qestion")
    + NOTE.format("mark", "deep&nbsp;red")
    + NOTE.format("source", "deep black").replace("dermnet", "nobody")
)
FOUND_AFTER = {"S101": 1, "C121": 1, "S202": 1}
SLIPS = {  # what is typed in place of what, 30 times, and its code
    "zero width space": ("deep", "de\u200bep", "Y003"),
    "byte order mark": ("deep", "deep\ufeff", "Y003"),
    "in a key": ("answer", "an\u2060swer", "Y003"),
    "in the indentation": ("    answer", "  \u200b  answer", "Y003"),
    "before the dash": ("  - id", "\u200e  - id", "Y003"),
    "after the dash": ("  - id", "  -\u200e id", "Y003"),
    "tab": ("    answer", "\tanswer", "Y019"),
    "tabs before each key": ("    question", "\tquestion", "Y019"),
    "hard spaces": ("    answer", "\u00a0\u00a0\u00a0\u00a0answer", "Y025"),
}
SYNTAX = [  # what is not YAML, 60 times, and its code
    ("answer: deep", "answer: so: deep", "Y017"),
    ("answer: deep", "answer: @deep", "Y016"),
    ("    answer", "    reverse: @true\n    answer", "Y016"),
    ("answer: deep", 'answer: "deep" is', "Y018"),
    ("    answer: ", "    answer:", "Y021"),
]
UNSURE = {
    "control character": ("deep", "de\x07ep"),
    "override": ("deep", "\u202edeep\u202c"),
    "break": ("deep", "d\u2028p"),
}


def right(number: int = 30) -> str:
    return "notes:\n" + "".join(NOTE.format(f"n{at}", f"deep blue {at}") for at in range(number))


def deck(here: Path, notes: str) -> Path:
    """Write a deck of these notes and a picture that nobody uses; return the file of notes."""
    files: dict[str, str | bytes] = {"notes.yaml": notes.encode(), "media/unused.svg": SVG}
    return write_deck(here / "cards_src" / "deck", files) / "notes.yaml"


def codes() -> Counter[str]:
    return Counter(it.code for it in check.check(Path("cards_src")).diagnostics)


@pytest.mark.parametrize(("good", "typed", "code"), SLIPS.values(), ids=SLIPS)
def test_thirty_slips_hide_nothing(good: str, typed: str, code: str, here: Path) -> None:
    deck(here, right().replace(good, typed) + AFTER)
    assert codes() - Counter({code: 30}) == Counter(FOUND_AFTER)
    assert codes()[code] == 30


@pytest.mark.parametrize(("good", "typed", "code"), SYNTAX)
def test_sixty_notes_that_are_not_yaml_hide_no_other(good: str, typed: str, code: str, here: Path) -> None:
    deck(here, right(60).replace(good, typed) + AFTER)
    assert codes() == Counter({code: 60}) + Counter(FOUND_AFTER)


def test_thirty_texts_without_quotes_get_them_in_one_run(here: Path) -> None:
    file = deck(here, right().replace("answer: deep", "answer: so: deep"))
    fixes.write(Path("cards_src"), fixes.fixed(Path("cards_src")).edits)
    assert file.read_text() == "".join(
        line.replace("answer: ", "answer: 'so: ").replace("\n", "'\n") if "answer" in line else line
        for line in right().splitlines(keepends=True)
    )


def test_slips_of_a_note_hide_no_slips_of_another(here: Path) -> None:
    many = "".join(f"    k{at}: @x\n" for at in range(30))
    deck(here, right(2).replace("    sources", many + "    sources", 1) + NOTE.format("b", "@c") + AFTER)
    assert codes()["Y016"] == 31


def test_a_large_file_is_read_on_after_a_slip(here: Path) -> None:
    notes = right(3).replace("blue 0\n", "blue: 0\n").replace("blue 2\n", "blue: 2\n")
    deck(here, notes + "# a long remark\n" * 70_000 + AFTER)
    assert codes() == Counter({"Y017": 2}) + Counter(FOUND_AFTER)


def test_a_file_of_nothing_but_slips_is_read_note_by_note(here: Path) -> None:
    deck(here, right(3_000).replace("answer: deep", "answer: so: deep"))
    assert codes() == {"Y017": 3_000}


def test_what_is_said_of_a_whole_deck_is_not_hidden(here: Path) -> None:
    lacking = NOTE.format("b", "deep").replace("    sources: [dermnet]\n", "")
    deck(here, right(3).replace("deep", "de\u200bep", 1) + lacking)
    assert codes() == {"Y003": 1, "M110": 1, "L30": 1}


def test_a_file_that_others_name_is_known_whole(here: Path) -> None:
    deck(here, right(1) + NOTE.format("b", "deep").replace("dermnet", "nobody"))
    (here / "cards_src" / "deck" / "sources.yaml").write_text("dermnet: {title: Calci\u200bnosis, year: 2020}\n")
    assert codes() == {"Y003": 1, "S202": 1}


@pytest.mark.parametrize(("good", "typed", "code"), SLIPS.values(), ids=SLIPS)
def test_thirty_slips_are_mended_in_one_run(good: str, typed: str, code: str, here: Path) -> None:
    file = deck(here, right().replace(good, typed) + "# the end   \n")
    fixed = fixes.fixed(Path("cards_src"))
    fixes.write(Path("cards_src"), fixed.edits)
    assert file.read_text(encoding="utf-8") == right() + "# the end   \n"
    assert fixed.corrections == 30


@pytest.mark.parametrize(("good", "typed"), UNSURE.values(), ids=UNSURE)
def test_what_may_stand_for_something_is_named_and_left(good: str, typed: str, here: Path) -> None:
    deck(here, right(1).replace(good, typed) + AFTER)
    assert codes() - Counter({"Y003": 2}) == Counter(FOUND_AFTER)
    (edit,) = fixes.fixed(Path("cards_src")).edits
    assert typed.encode() in edit.after


def test_a_place_behind_an_invisible_character_is_that_of_the_file(here: Path) -> None:
    line = "    answer: 'a\u200bb&nbsp;c\ufeffd&nbsp;e'\n"
    deck(here, "notes:\n  - id: a\n    question: Which?\n" + line)
    found = [it for it in check.check(Path("cards_src")).diagnostics if it.code == "C121"]
    assert [it.span.column for it in found] == [line.index("&") + 1, line.rindex("&") + 1]
    assert {it.span.excerpt for it in found} == {line.rstrip()}
    assert [line[it.span.column - 1 : it.span.end_column - 1] for it in found] == ["&nbsp;"] * 2


def test_a_place_behind_a_tab_is_that_of_the_file(here: Path) -> None:
    deck(here, "notes:\n  - id: a\n    question: Which?\n\tanswer: b&nbsp;c\n\tqextra: d\n")
    found = {it.code: it.span for it in check.check(Path("cards_src")).diagnostics}
    assert (found["S101"].line, found["S101"].column, found["S101"].end_column) == (5, 2, 8)


def test_very_many_in_one_line_are_few_messages_and_one_correction(here: Path) -> None:
    file = deck(here, right(1).replace("deep", "d\u200be\u200be\u200bp" * 1_000))
    assert codes()["Y003"] == 20
    fixes.write(Path("cards_src"), fixes.fixed(Path("cards_src")).edits)
    assert file.read_text() == right(1).replace("deep", "deep" * 1_000)


def test_a_correction_that_another_hinders_is_made_in_the_next_round(here: Path) -> None:
    file = deck(here, "notes:\n  - id: a\n\tqestion: 'a\u200bb ==c== d'\n\tanswer: e\u200b: f\n")
    fixes.write(Path("cards_src"), fixes.fixed(Path("cards_src")).edits)
    assert file.read_text() == "notes:\n  - id: a\n    question: 'ab **c** d'\n    answer: 'e: f'\n"
