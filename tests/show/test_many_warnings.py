"""Are many warnings said once for each code, file and cause, with no error hidden, and few as they always were?"""

import json
import re
from pathlib import Path

import pytest

from generator.base.diagnostics import Diagnostic, Share, warning
from generator.base.place import Span
from generator.show import problem_report
from tests.command import run
from tests.support import SVG, write_deck

NOTE = "  - id: n{0}\n    question: What is number {0} of the {0} stains, seen through lens {0}?\n    answer: {1}\n"


def notes(*answers: str) -> str:
    """Return a file with a note for each answer."""
    return "notes:\n" + "".join(NOTE.format(at, answer) for at, answer in enumerate(answers))


def found(*numbers: int) -> tuple[Diagnostic, ...]:
    """Return so many warnings of L02, L03, .. and so on."""
    places = [(code, line) for code, number in enumerate(numbers, 2) for line in range(1, number + 1)]
    return tuple(warning(Span("a.yaml", line, 1, line, 2, "x"), f"L0{code}", "m", "h") for code, line in places)


def brief(its: tuple[Diagnostic, ...], often: dict[tuple[str, str], Share] | None = None) -> str:
    return problem_report.in_brief(its, often or {}, "deckwright check --all")


def heads(text: str) -> list[str]:
    """Return the first lines of what was shown."""
    return [line.split(" warning")[0] for line in text.splitlines() if re.match(r"\S+: [A-Z]\d\d", line)]


@pytest.mark.parametrize("numbers", [(1,), (5,), (5, 5, 5, 5)])
def test_few_are_shown_as_ever(numbers: tuple[int, ...]) -> None:
    its = found(*numbers)
    in_order = sorted(its, key=lambda it: (it.span, it.code))
    assert brief(its) == problem_report.as_text(in_order)


def test_of_many_of_a_code_the_first_three_are_shown() -> None:
    text = brief(found(2_914, 1))
    assert heads(text) == ["a.yaml:1:1: L02", "a.yaml:2:1: L02", "a.yaml:3:1: L02", "a.yaml:1:1: L03"]
    assert "      and 2,911 more L02\n" in text
    assert text.count(" h\n") == 2  # the same help is said once for a code
    assert text.endswith("deckwright check --all shows each place, deckwright explain L02 says why\n")


def test_more_than_twenty_have_a_table_by_code() -> None:
    table = "\n21 warnings by code:\n  6  L02  a yes-or-no answer\n"
    assert "by code" not in brief(found(6, 5, 5, 4))
    assert table in brief(found(6, 5, 5, 5))
    assert "by code" in brief(found(5, 5, 5, 5, 5))


def test_a_file_where_a_rule_hits_most_notes_is_one_line() -> None:
    others = tuple(warning(Span("b.yaml", line, 1, line, 2, "x"), "L02", "m", "h") for line in (1, 2))
    text = brief((*found(40), *others), {("a.yaml", "L02"): Share(40, 100)})
    assert text.startswith("a.yaml:1:1: L02 warning: in 40 of 100 notes: a yes-or-no answer\nb.yaml:1:1: L02")
    assert heads(text) == ["a.yaml:1:1: L02", "b.yaml:1:1: L02", "b.yaml:2:1: L02"]


def test_errors_are_all_shown_and_come_last() -> None:
    errors = tuple(Diagnostic(Span("a.yaml", line, 1, line, 2, "x"), "S101", "m", "h") for line in range(1, 301))
    text = brief((*errors, *found(30)))
    assert text.endswith(problem_report.as_text(errors))


def test_what_a_history_says_is_all_shown() -> None:
    its = tuple(warning(Span("a.yaml", line, 1, line, 2, "x"), "H014", "m", "h") for line in range(1, 31))
    assert brief(its) == problem_report.as_text(its)


@pytest.fixture
def many(here: Path) -> Path:
    """A deck of which 30 of 80 notes have a warning in one file, and 10 of 40 in another."""
    first = notes(*[f"Stain&nbsp;{at}" for at in range(30)], *[f"Stain {at}" for at in range(50)])
    other = notes(*[f"Dye&nbsp;{at}" for at in range(10)], *[f"Dye {at}" for at in range(30)])
    other = other.replace("id: n", "id: m").replace("stains", "dyes")
    write_deck(here / "cards_src" / "deck", {"a.yaml": first, "b.yaml": other})
    return here


def test_the_share_of_a_file_is_that_of_its_notes(many: Path) -> None:
    lines = run("check", folder=many).stdout.splitlines()
    assert (
        lines[0] == "cards_src/deck/a.yaml:4:18: C121 warning: in 30 of 80 notes: an entity of HTML that shows as typed"
    )
    assert lines[1] == "cards_src/deck/b.yaml:4:16: C121 warning: '&nbsp;' shows as typed"
    assert "      and 8 more C121" in lines


@pytest.mark.parametrize("command", ["plan", "build"])
def test_plan_and_build_say_it_alike(command: str, many: Path) -> None:
    assert run(command, folder=many).stdout.startswith(run("check", folder=many).stdout)


def test_all_and_json_are_one_by_one(many: Path) -> None:
    assert len(heads(run("check", "--all", folder=many).stdout)) == 40
    assert len(json.loads(run("check", "--format", "json", folder=many).stdout)) == 40


def test_github_gets_as_many_as_it_shows(many: Path) -> None:
    faulty = "notes:\n" + "".join(f"  - id: x{at}\n    qestion: x\n    answer: y\n" for at in range(12))
    (many / "cards_src" / "deck" / "c.yaml").write_text(faulty)
    lines = run("check", "--format", "github", folder=many).stdout.splitlines()
    kinds = [re.split(r"[ :]", line.removeprefix("::"))[0] for line in lines]
    assert (kinds.count("error"), kinds.count("warning")) == (10, 10)
    assert sum("S101" in line for line in lines) == 12  # two of them as lines of the log
    last = "not shown: 2 errors and 30 warnings, as GitHub shows 10 of each; deckwright check shows all"
    assert lines[-1] == f"::notice title=deckwright::{last}"
    assert len(run("check", "--all", "--format", "github", folder=many).stdout.splitlines()) == 52


def test_github_gets_one_of_each_code_first() -> None:
    text = problem_report.as_github(found(30, 1, 1))
    assert re.findall(r"title=(L\d\d)", text) == ["L02"] * 8 + ["L03", "L04"]


def test_one_tag_is_one_message_with_its_places(here: Path) -> None:
    tagged = [f"x\n    tags: [{tag}]" for tag in ("stain", *["Stain"] * 9)]
    write_deck(here / "cards_src" / "deck", notes=notes(*tagged))
    text = run("check", folder=here).stdout
    assert text.count("S206") == 1
    assert "; also at cards_src/deck/notes.yaml:13:12, " in text
    assert text.rstrip().endswith(" and 5 more places")
    assert run("check", "--all", folder=here).stdout.count("S206") == 9


def test_one_folder_is_one_message(here: Path) -> None:
    files: dict[str, str | bytes] = {f"media/p{at}.svg": SVG for at in range(9)}
    write_deck(here / "cards_src" / "deck", files, notes("x"))
    first = run("check", folder=here).stdout.splitlines()[0]
    unused = "no note uses this file: 'p0.svg', 'p1.svg', 'p2.svg' and 6 more"
    assert first == f"cards_src/deck/media: M110 warning: {unused}"


def test_one_text_is_one_message(here: Path) -> None:
    write_deck(here / "cards_src" / "deck", notes=notes("'[$]a[/$] and [$]b[/$] and [sound:c.mp3]'"))
    (only,) = json.loads(run("check", "--format", "json", folder=here).stdout)
    assert (only["code"], only["message"]) == ("C111", "'[$]' shows as typed, and 2 more here")


def test_no_line_of_the_table_is_wider_than_a_terminal(many: Path) -> None:
    text = problem_report.in_brief(found(3_000, 10, 10), {}, "deckwright check --all", width=40)
    assert max(len(line) for line in text.split("by code:\n")[1].splitlines()[:3]) <= 40
