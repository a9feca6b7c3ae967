"""Does `--strict` pass what the baseline holds, and fail on what is new, wherever the lines have gone?"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from generator.pipeline import baseline, check
from tests.command import run
from tests.support import write_deck

YES = "  - id: {}\n    question: Is this the stain that shows calcium best?\n    answer: 'yes'\n"
NOTES = "notes:\n" + YES.format("a") + YES.replace("this the stain", "bone where muscles ossify").format("b")
LONG = "    answer: " + " ".join(f"w{at}" for at in range(60)) + "\n"
FILE = Path("cards_src/lint-baseline.json")


def deck(here: Path, notes: str = NOTES, more: Mapping[str, str | bytes] = MappingProxyType({})) -> Path:
    """Write a deck with two warnings, and begin its baseline."""
    folder = write_deck(here / "cards_src" / "deck", {"notes.yaml": notes, **more})
    baseline.write(check.check(Path("cards_src")).baseline)
    return folder / "notes.yaml"


def codes(source: str = "cards_src") -> list[str]:
    """Return the codes of what is not in the baseline."""
    return [it.code for it in check.check(Path(source)).diagnostics]


def test_what_the_baseline_holds_is_silent(here: Path) -> None:
    deck(here)
    checked = check.check(Path("cards_src"))
    assert checked.diagnostics == ()
    assert [it.code for it in checked.everything] == ["L02", "L02"]
    assert run("check", "--strict", folder=here).returncode == 0
    assert run("build", "--strict", folder=here).returncode == 0


def test_a_warning_of_a_new_note_is_new(here: Path) -> None:
    file = deck(here)
    file.write_text(NOTES + YES.replace("this the stain", "iron among dyes").format("c"))
    (found,) = check.check(Path("cards_src")).diagnostics
    assert (found.code, found.span.line) == ("L02", 10)
    for command in ("check", "build"):
        ran = run(command, "--strict", folder=here)
        assert (ran.returncode, "notes.yaml:10:13: L02" in ran.stdout) == (1, True)


def test_another_warning_of_a_known_note_is_new(here: Path) -> None:
    file = deck(here)
    file.write_text(NOTES.replace("    answer: 'yes'\n", LONG, 1).replace("Is this the", "Which is the"))
    assert codes() == ["L03"]


def test_a_second_warning_of_the_same_words_is_new(here: Path) -> None:
    notes = "notes:\n  - id: a\n    question: Which stain?\n    answer: a&nbsp;b\n"
    file = deck(here, notes)
    file.write_text(notes.replace("b\n", "b&nbsp;c\n"))
    assert codes() == ["C121"]


FIRST, SECOND = YES.format("a"), NOTES.removeprefix("notes:\n" + YES.format("a"))
MOVED = {
    "lines above": "# a remark\n\n" + NOTES,
    "other quotes": NOTES.replace("'yes'", '"yes"'),
    "another order": "notes:\n" + SECOND + FIRST,
    "the id last": NOTES.replace("  - id: a\n    q", "  - q").replace("'yes'", "'yes'\n    id: a", 1),
    "braces": NOTES.replace(SECOND, "  - {question: Is bone where muscles ossify?,\n     id: b, answer: 'yes'}\n"),
}


@pytest.mark.parametrize("moved", MOVED.values(), ids=MOVED)
def test_lines_may_move(moved: str, here: Path) -> None:
    file = deck(here)
    assert moved != NOTES
    file.write_text(moved)
    assert codes() == []


def test_notes_may_move_to_another_file_and_folders_may_be_renamed(here: Path) -> None:
    file = deck(here)
    file.rename(file.with_name("others.yaml"))
    file.parent.rename(here / "cards_src" / "renamed")
    assert codes() == []


def test_a_number_in_the_words_may_change(here: Path) -> None:
    notes = "notes:\n  - id: a\n    question: Which?\n" + LONG
    file = deck(here, notes)
    file.write_text(notes.replace("w59", "w59 more"))
    assert codes() == []


def test_what_is_in_no_note_is_known_by_its_file(here: Path) -> None:
    file = deck(here, more={"media/unused.svg": b"<svg/>", "empty.yaml": "# later\n"})
    assert codes() == []
    (file.parent / "media" / "other.svg").write_bytes(b"<svg/>")
    assert codes() == ["M110"]


def test_mended_warnings_leave_the_baseline_and_new_ones_come_in(here: Path) -> None:
    file = deck(here)
    mended = NOTES.replace("answer: 'yes'", "answer: Von Kossa", 1).replace("Is this the", "Which is the")
    file.write_text(mended)
    assert check.check(Path("cards_src")).baseline.mended == 1
    assert "1 of the baseline is mended" in run("check", folder=here).stderr
    assert "lets 1 warning pass (0 new, 1 mended)" in run("check", "--baseline", folder=here).stderr
    file.write_text(NOTES)
    assert run("check", "--strict", folder=here).returncode == 1


def test_the_file_has_the_same_bytes_for_the_same_warnings(here: Path) -> None:
    file = deck(here)
    before = FILE.read_bytes()
    file.write_text("# moved\n" + NOTES)
    assert run("check", "--baseline", folder=here).returncode == 0
    assert FILE.read_bytes() == before
    lines = json.loads(before)["warnings"]
    assert lines[0] == {"deck": "test-deck", "note": "a", "code": "L02", "message": "the answer is yes or no"}
    assert len(before.splitlines()) == len(lines) + 5


def test_a_project_has_one_baseline_whichever_of_its_decks_is_checked(here: Path) -> None:
    deck(here)
    second = {"deck.yaml": "id: second\nname: Second\ntag_root: '#Second'\n", "notes.yaml": NOTES}
    write_deck(here / "cards_src" / "second", second)
    assert codes("cards_src/deck") == []
    assert codes("cards_src/second") == ["L02", "L02"]
    assert run("check", "cards_src/second", "--baseline", folder=here).returncode == 0
    assert codes() == []
    assert not (here / "cards_src" / "second" / "lint-baseline.json").exists()
    assert run("check", "--strict", folder=here / "cards_src" / "second").returncode == 2
    assert run("check", ".", "--strict", folder=here / "cards_src" / "second").returncode == 0


def test_a_deck_elsewhere_has_its_own(here: Path) -> None:
    write_deck(here / "deck", notes=NOTES)
    assert run("check", "deck", "--baseline", folder=here).returncode == 0
    assert (here / "deck" / "lint-baseline.json").exists()
    assert "lint-baseline" not in run("check", "deck", "--strict", "-v", folder=here).stdout
    assert codes("deck") == []


def test_no_baseline_is_written_beside_errors(here: Path) -> None:
    write_deck(here / "cards_src" / "deck", notes=NOTES + "  - id: c\n    qestion: x\n    answer: y\n")
    ran = run("check", "--baseline", folder=here)
    assert (ran.returncode, "mend the errors first" in ran.stderr, FILE.exists()) == (1, True, False)
    assert "S101" in ran.stdout


def test_every_form_is_silent_and_all_shows_each(here: Path) -> None:
    deck(here)
    assert json.loads(run("check", "--format", "json", folder=here).stdout) == []
    assert run("check", "--format", "github", folder=here).stdout == ""
    shown = json.loads(run("check", "--all", "--format", "json", folder=here).stdout)
    assert [it["code"] for it in shown] == ["L02", "L02"]
    assert "2 known warnings in cards_src/lint-baseline.json: --all shows them" in run("check", folder=here).stderr


DAMAGED = [
    b"",
    b"[]",
    b"null",
    b'{"format": 1}',
    b'{"format": 1, "warnings": {}}',
    b'{"format": 1, "warnings": [1]}',
    b'{"format": 1, "warnings": [{"deck": "d", "note": 1, "code": "L02", "message": "m"}]}',
    b'{"format": 1, "warnings": [{"deck": "d"}]}',
    b'{"format": 9, "warnings": []}',
    b'{"format": ' + b"9" * 100_000 + b"}",
    b"[" * 1_000_000,
    b"\xff\xfe",
    b"\x00",
    b'{"format": 1,\n"warnings": [\n<<<<<<< ours\n',
    b"::error::\x1b[31m",
]


@pytest.mark.parametrize("data", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_an_error_until_it_is_written_anew(data: bytes, here: Path) -> None:
    deck(here)
    FILE.write_bytes(data)
    found = check.check(Path("cards_src")).diagnostics
    assert [it.code for it in found] == ["L02", "L02", "Y026"]
    ran = run("check", folder=here)
    assert (ran.returncode, "Y026" in ran.stdout, "\x1b" in ran.stdout) == (1, True, False)
    assert run("check", "--baseline", "--strict", folder=here).returncode == 0
    assert codes() == []


def test_a_link_is_not_followed(here: Path) -> None:
    deck(here)
    FILE.rename(here / "elsewhere.json")
    FILE.symlink_to(here / "elsewhere.json")
    assert codes() == ["L02", "L02", "Y026"]
