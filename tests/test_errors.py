"""Every mistake has its message: pairs of a faulty file, or deck folder, and the exact output."""

import shutil
from pathlib import Path

import pytest

from generator.base import codes
from generator.pipeline import build, check
from generator.show import report
from tests.support import NOW, SVG, png, write_deck

CASES = sorted(path for path in (Path(__file__).parent / "errors").iterdir() if path.suffix != ".out")
SILENT = sorted((Path(__file__).parent / "ok").iterdir())
# Codes that no folder in git can show: other tests do (test_cli, test_learning, test_media_codes, test_second_build).
NO_FILE = {"L14", "P001", "P002", "P003", "M107", "M108", "M113", "S209"}


def output_of(case: Path, here: Path) -> str:
    """Return what `check` prints of a case: a notes file in an ordinary deck, a whole deck folder, or one of decks."""
    folder = here / "cards_src" / "deck"
    if (case / "cards_src").is_dir():
        shutil.copytree(case / "cards_src", here / "cards_src")
    elif case.is_dir():
        shutil.copytree(case, folder, symlinks=True)
    else:
        write_deck(folder, {case.name: case.read_bytes(), "media/skin.svg": SVG, "media/skin.png": png(600, 400)})
    found = [it for it in check.check(Path("cards_src")).diagnostics if it.code != "M110" or case.is_dir()]
    return report.as_text(found)


def test_there_are_cases() -> None:
    assert len(CASES) > 50
    assert len(SILENT) > 3


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_message_is_exactly(case: Path, here: Path, update_golden: bool) -> None:
    expected = case.with_name(case.stem + ".out")
    printed = output_of(case, here)
    if update_golden:
        expected.write_text(printed, encoding="utf-8")
    assert printed == expected.read_text(encoding="utf-8")
    assert printed


@pytest.mark.parametrize("case", SILENT, ids=lambda path: path.stem)
def test_an_ordinary_file_is_silent(case: Path, here: Path) -> None:
    assert output_of(case, here) == ""


@pytest.mark.parametrize("case", SILENT, ids=lambda path: path.stem)
def test_an_ordinary_file_becomes_a_package(case: Path, here: Path) -> None:
    output_of(case, here)
    planned = build.plan(Path("cards_src"), Path("decks"), build.Wish(NOW))
    built, found = build.build(planned, Path("decks"))
    assert found == ()
    assert [it.package.name for it in built] == ["test-deck.apkg"]


def test_every_code_has_a_case() -> None:
    shown = "\n".join(path.with_name(path.stem + ".out").read_text(encoding="utf-8") for path in CASES)
    cases = [code for code in codes.table() if code not in NO_FILE and not code.startswith("H")]
    missing = [code for code in cases if f": {code} " not in shown]
    assert missing == []


def test_every_code_that_is_reported_is_in_the_table() -> None:
    shown = [path.with_name(path.stem + ".out").read_text(encoding="utf-8").split() for path in CASES]
    reported = {
        word for words in shown for word in words if len(word) == 4 and word[0] in "YSCMHLP" and word[1:].isdigit()
    }
    assert reported <= codes.table().keys()


def explained_examples() -> list[tuple[str, str, str, bool]]:
    """Return code, file, text and whether the text is the wrong example."""
    table = codes.table().values()
    return [(it.code, it.file, it.wrong, True) for it in table if it.wrong] + [
        (it.code, it.file, it.right, False) for it in table if it.right
    ]


@pytest.mark.parametrize(("code", "file", "text", "is_wrong"), explained_examples())
def test_what_explain_shows_is_true(code: str, file: str, text: str, is_wrong: bool, here: Path) -> None:
    notes = "notes:\n  - {id: other, question: Which?, answer: This}\n"
    files: dict[str, str | bytes] = {
        "other.yaml": notes,
        "media/skin.svg": SVG,
        "media/skin.png": png(600, 400),
        file: text,
    }
    folder = write_deck(here / "deck", files)
    found = {it.code for it in check.check(folder).diagnostics} - {"M110"}
    assert (code in found) if is_wrong else not found
