"""Does `check --fix` write what its author meant, and touch no other byte?"""

import json
from pathlib import Path

import pytest

from generator.base.diagnostics import Fix
from generator.base.files import Unusable
from generator.base.place import Span
from generator.pipeline import check, fixes
from tests.command import run
from tests.support import write_deck

HEAD = "tags: [topic::x]\nnotes:\n"
NOTE = "  - id: a\n    question: Which stain?\n    answer: Von Kossa\n    sources: [dermnet]\n"
SLIPS = [  # what was typed, and what is written
    ("question: Which stain?", "qestion: Which stain?", "question: Which stain?"),
    ("answer: Von Kossa", "anwser: Von Kossa", "answer: Von Kossa"),
    ("answer: Von Kossa", "answer: Black: Von Kossa", "answer: 'Black: Von Kossa'"),
    ("answer: Von Kossa", "answer: It's black: Von Kossa", 'answer: "It\'s black: Von Kossa"'),
    ("answer: Von Kossa", "answer: > 60 %", "answer: '> 60 %'"),
    ("answer: Von Kossa", "answer: @home", "answer: '@home'"),
    ("answer: Von Kossa", "answer: `code`", "answer: '`code`'"),
    ("answer: Von Kossa", "answer: *Von* Kossa", "answer: '*Von* Kossa'"),
    ("answer: Von Kossa", 'answer: "Von" Kossa', "answer: '\"Von\" Kossa'"),
    ("sources: [dermnet]", "sources: dermnet, reiter-2011", "sources: [dermnet, reiter-2011]"),
    ("    answer: Von Kossa", "\tanswer: Von Kossa", "    answer: Von Kossa"),
    ("    answer: Von Kossa", "\u00a0\u00a0\u00a0\u00a0answer: Von Kossa", "    answer: Von Kossa"),
    ("    answer: Von Kossa", " \u00a0 \u00a0answer: Von Kossa", "    answer: Von Kossa"),
    ("answer: Von Kossa", "answer: It is $x_1$ now", "answer: It is \\(x_1\\) now"),
    ("answer: Von Kossa", "answer: '$$\\frac{a}{b}$$'", "answer: '\\[\\frac{a}{b}\\]'"),
    ("answer: Von Kossa", "answer: \\ce{H2O}", "answer: \\(\\ce{H2O}\\)"),
    ("answer: Von Kossa", "answer: Ca^2+^ and H~2~O", "answer: Ca<sup>2+</sup> and H<sub>2</sub>O"),
    ("answer: Von Kossa", "answer: A ==b== <b>c</b> <i>d</i>", "answer: A **b** **c** *d*"),
    ("answer: Von Kossa", "answer: 5&nbsp;&mu;g", "answer: 5 μg"),
    ("answer: Von Kossa", "answer: 'It is [[Calcium|the ion]]'", "answer: 'It is the ion'"),
    ("answer: Von Kossa", "answer: A <b>see https://x.org/a</b>", "answer: A **see https://x.org/a**"),
    ("answer: Von Kossa", "answer: A [[a `code` \\* b]]", "answer: A a `code` \\* b"),
]
UNSURE = [  # slips of which the correction could change what is meant
    "answer: | Von Kossa",
    "answer: &name Von Kossa: x # y",
    "answer: *name",
    "answer: a: b # c",
    "answer: a: b\n      that goes on: here",
    "allow: L02: why",
    "answer: [Ca",
    "answer: 'never closed",
    "answer: <b>bold</b>",
    "answer: ==bold==",
    'answer: "$x_1$"',
    "answer: a &lt;b&gt; and &amp;lt;",
    "answer: a ==*b*== and <b>it *is*</b>",
    "answer: one<br>two",
    "answer: $$a = b$$",
    "answer: A <b>see `code`</b> and ==`code`==",
    "answer: A <i>\\\\x</i> <b>x \\(y\\)</b> H~`2`~O x^\\(y\\)^",
    "answer: A $\\frac{1}{2} \\\\ \\* b$ $a_{`c`}$ \\alpha{`b`}",
]


def deck(here: Path, notes: str | bytes) -> Path:
    """Write a deck whose notes.yaml is this; return the file."""
    write_deck(here / "cards_src" / "deck", {"notes.yaml": notes})
    return here / "cards_src" / "deck" / "notes.yaml"


def fix() -> fixes.Fixed:
    """Correct the folder, on the disk."""
    fixed = fixes.fixed(Path("cards_src"))
    fixes.write(Path("cards_src"), fixed.edits)
    return fixed


@pytest.mark.parametrize(("right", "typed", "written"), SLIPS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_slip_is_mended_and_no_other_byte(
    right: str, typed: str, written: str, newline: str, mark: str, here: Path
) -> None:
    assert right in NOTE
    whole = (mark + HEAD + "# µ\n" + NOTE.replace(right, typed) + "  # the end   ").replace("\n", newline)
    file = deck(here, whole.encode())
    fix()
    assert file.read_bytes().decode() == whole.replace(typed, written)
    assert not [it for it in check.check(Path("cards_src")).diagnostics if it.fix or it.severity == "error"]


@pytest.mark.parametrize("typed", UNSURE)
def test_where_the_meaning_could_change_nothing_is_written(typed: str, here: Path) -> None:
    whole = HEAD + NOTE.replace("answer: Von Kossa", typed)
    file = deck(here, whole)
    assert fix().edits == ()
    assert file.read_text() == whole
    assert check.check(Path("cards_src")).diagnostics


def test_every_slip_of_a_file_is_mended_in_one_run(here: Path) -> None:
    typed = HEAD + "  - id: a\n\tqestion: Why: x?\n\tanswer: @b\n  - id: b\n    qestion: Which?\n    answer: 'x'\n"
    file = deck(here, typed)
    fixed = fix()
    assert file.read_text() == HEAD + (
        "  - id: a\n    question: 'Why: x?'\n    answer: '@b'\n  - id: b\n    question: Which?\n    answer: 'x'\n"
    )
    assert not [it for it in fixed.checked.diagnostics if it.severity == "error"]
    assert fixed.corrections == 5


def test_tabs_one_deeper_are_two_spaces_deeper(here: Path) -> None:
    file = deck(here, HEAD + "  - id: a\n\tlist: Which?\n\titems:\n\t\tca: Calcium\n\t\tmg: Magnesium\n")
    fix()
    assert (
        file.read_text() == HEAD + "  - id: a\n    list: Which?\n    items:\n      ca: Calcium\n      mg: Magnesium\n"
    )


def test_of_two_that_overlap_one_is_made() -> None:
    span = Span("x", 1, 1, 1, 4)
    other = Span("x", 1, 3, 1, 6)
    assert fixes.corrected(b"abcdef", [Fix(other, "-"), Fix(span, "+")]) == (b"+def", {Fix(span, "+")})


def test_a_file_behind_a_link_is_not_written(here: Path) -> None:
    typed = HEAD + NOTE.replace("question", "qestion")
    write_deck(here / "elsewhere", {"notes.yaml": typed})
    (here / "cards_src").mkdir()
    (here / "cards_src" / "deck").symlink_to(here / "elsewhere")
    with pytest.raises(Unusable, match="link"):
        fix()
    assert (here / "elsewhere" / "notes.yaml").read_text() == typed


def test_a_file_that_changed_meanwhile_is_not_written(here: Path) -> None:
    file = deck(here, HEAD + NOTE.replace("question", "qestion"))
    fixed = fixes.fixed(Path("cards_src"))
    file.write_text("notes: []\n")
    with pytest.raises(Unusable, match="changed"):
        fixes.write(Path("cards_src"), fixed.edits)
    assert file.read_text() == "notes: []\n"


def test_permissions_stay(here: Path) -> None:
    file = deck(here, HEAD + NOTE.replace("question", "qestion"))
    file.chmod(0o640)
    fix()
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(it.name for it in file.parent.iterdir() if it.name.startswith(".")) == []


def test_diff_shows_and_writes_nothing(here: Path) -> None:
    file = deck(here, HEAD + NOTE.replace("question", "qestion"))
    before = file.read_bytes()
    ran = run("check", "--fix", "--diff", folder=here)
    assert "-    qestion: Which stain?\n+    question: Which stain?\n" in ran.stdout
    assert "would correct 1 place in cards_src/deck/notes.yaml" in ran.stderr
    assert ran.returncode == 1
    assert file.read_bytes() == before


def test_json_says_what_would_be_written(here: Path) -> None:
    deck(here, HEAD + NOTE.replace("question", "qestion"))
    found = json.loads(run("check", "--format", "json", folder=here).stdout)
    place = {"line": 4, "column": 5, "end_line": 4, "end_column": 12}
    assert [it["fix"] for it in found if it["code"] == "S101"] == [{**place, "text": "question"}]
    assert [it["fix"] for it in found if it["code"] != "S101"] == [None] * (len(found) - 1)


def test_the_command_writes_and_shows_what_is_left(here: Path) -> None:
    deck(here, HEAD + NOTE.replace("question", "qestion") + "    tgas: x\n    dispute: unknown\n")
    ran = run("check", "--fix", folder=here)
    assert "corrected 2 places in cards_src/deck/notes.yaml" in ran.stderr
    assert "'unknown'" in ran.stdout
    assert "qestion" not in ran.stdout
    assert ran.returncode == 1
    assert "nothing to correct mechanically" in run("check", "--fix", folder=here).stderr


def test_diff_alone_is_a_wrong_command_line(here: Path) -> None:
    deck(here, HEAD + NOTE)
    assert run("check", "--diff", folder=here).returncode == 2
