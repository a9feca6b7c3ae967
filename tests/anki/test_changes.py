"""Release notes for students: everything a release can do, in words, with searches that work."""

import json
import re
from pathlib import Path

import pytest

from generator.compiled.identity import guid_for
from generator.compiled.notes import NoteId
from tests.anki_backend import opened
from tests.author import SUBTYPES, Author, copied, restyled
from tests.support import NOW

GOLDEN = Path(__file__).parent / "changes.md"
WARFARIN = "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n"
COLCHICINE = "      colchicine:\n        name: Colchicine\n        use: ulcers\n"


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author whose second release does everything that one can; the first lies beside it."""
    made = Author(tmp_path / "author")
    made.build()
    copied(made.package, "first.apkg")
    copied(made.ledger, "first.ledger.jsonl")
    made.replace(
        ("questions.yaml", "Deep purple", "Deep blue"),
        ("questions.yaml", "    reverse: true\n", ""),
        ("questions.yaml", "id: pictured", "id: forearm\n    was: pictured"),
        ("clozes.yaml", WARFARIN, ""),
        ("clozes.yaml", "in the others", "in the {{c4::others}}"),
        ("drugs.yaml", COLCHICINE, "      minocycline: {name: Minocycline, use: flares}\n"),
    )
    made.write({"subtypes.yaml": SUBTYPES.replace("Lists", "Subtypes")})
    made.write({"new.yaml": "notes:\n  - {id: a-new, question: Which stain is black?, answer: von Kossa}\n"})
    made.build(1, retire=True, reason="It was wrong.")
    return made


def release_notes(author: Author) -> str:
    """Return what `changes` prints of the two releases."""
    return author.run("changes", "first.ledger.jsonl", "decks/test-deck.ledger.jsonl", day=2).out


def searches(author: Author, title: str) -> str:
    """Return the Browser searches below a heading."""
    (section,) = re.findall(rf"## {title} .*?(?=\n## |\Z)", release_notes(author), re.DOTALL)
    return " OR ".join(re.findall(r"^    (.+)$", section, re.MULTILINE))


def test_the_release_notes_are_exactly(author: Author, update_golden: bool) -> None:
    printed = release_notes(author)
    if update_golden:
        GOLDEN.write_text(printed, encoding="utf-8")
    assert printed == GOLDEN.read_text(encoding="utf-8")


def test_the_newer_ledger_is_that_in_decks_where_none_is_named(author: Author) -> None:
    copied(author.ledger, "test-deck.ledger.jsonl")
    (author.root / "first.ledger.jsonl").rename(author.root / "test-deck.ledger.jsonl")
    assert author.run("changes", "test-deck.ledger.jsonl", day=2).out == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(("title", "ids"), [("Moved", {"subtypes"}), ("Withdrawn", {"warfarin", "drugs/colchicine"})])
def test_a_search_finds_exactly_its_notes_in_anki(title: str, ids: set[str], author: Author, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(author.root / "first.apkg")
        anki.take(author.package)
        found = anki.col.find_notes(searches(author, title))
        assert {anki.col.get_note(row)["ID"] for row in found} == ids


def test_the_search_that_plan_prints_finds_what_moved(author: Author, tmp_path: Path) -> None:
    author.write({"subtypes.yaml": SUBTYPES.replace("Lists", "Kinds")})
    (search,) = re.findall(r'"ID:[^"]+"', author.run("plan", day=2).out)
    with opened(tmp_path / "anki") as anki:
        anki.take(author.package)
        assert [anki.col.get_note(row)["ID"] for row in anki.col.find_notes(search)] == ["subtypes"]


@pytest.mark.parametrize("said", ["Update notes: Always", "If newer"])
def test_they_name_the_setting_that_repairs_a_skipped_note(said: str, author: Author) -> None:
    assert said in release_notes(author)


def test_a_release_that_changes_nothing_says_so(author: Author) -> None:
    copied(author.ledger, "same.ledger.jsonl")
    printed = author.run("changes", "same.ledger.jsonl", "decks/test-deck.ledger.jsonl", day=2).out
    assert ("**0 notes added**, **0 notes updated**, and 9 notes" in printed, "##" in printed) == (True, False)


JSON = {
    "new": ["a-new", "drugs/minocycline"],
    "changed": ["both-ways", "drugs/diltiazem", "forearm", "phosphate", "plain"],
    "moved": ["subtypes"],
    "withdrawn": ["drugs/colchicine", "warfarin"],
}


@pytest.mark.parametrize("name", JSON)
def test_json_says_what_is(name: str, author: Author) -> None:
    ran = author.run("changes", "--format", "json", "first.ledger.jsonl", "decks/test-deck.ledger.jsonl", day=2)
    assert json.loads(ran.out)[name] == JSON[name]


def test_ledgers_of_two_decks_are_refused(author: Author) -> None:
    other = author.root / "other.ledger.jsonl"
    other.write_text(author.ledger.read_text().replace('"deck":"test-deck"', '"deck":"other-deck"', 1))
    ran = author.run("changes", "other.ledger.jsonl", "decks/test-deck.ledger.jsonl", day=2)
    assert (ran.status, " H002 this is the ledger of another deck" in ran.out) == (1, True)


def test_a_damaged_ledger_is_refused(author: Author) -> None:
    (author.root / "first.ledger.jsonl").write_text("{}\n")
    ran = author.run("changes", "first.ledger.jsonl", "decks/test-deck.ledger.jsonl", day=2)
    assert (ran.status, ran.out.startswith("first.ledger.jsonl:1:1: H001 ")) == (1, True)


@pytest.mark.parametrize("names", [["P"], ["decks/test-deck.ledger.jsonl", "P"]], ids=["older", "newer"])
@pytest.mark.parametrize("package", ["decks/test-deck.apkg", "decks/test-deck.withdrawn.apkg"])
def test_a_package_in_a_ledgers_place_is_told_as_one(package: str, names: list[str], author: Author) -> None:
    ran = author.run("changes", *(package if name == "P" else name for name in names), day=2)
    said = f"{package}: H001 this is a package, not a ledger\n      = name decks/test-deck.ledger.jsonl\n"
    assert (ran.status, ran.out) == (1, said)


def test_a_ledger_that_is_not_there_is_a_wrong_command_line(author: Author) -> None:
    assert author.run("changes", "nowhere.jsonl", day=2).status == 2


# ---------------------------------------------------------------------------------------- plan and build say the same


def edited(folder: Path) -> Author:
    """Return an author who made the edits of the second release, and has not built it."""
    made = Author(folder)
    made.build()
    made.replace(("questions.yaml", "Deep purple", "Deep blue"), ("clozes.yaml", "{{c2::metastatic}}", "metastatic"))
    made.write({"subtypes.yaml": SUBTYPES.replace("Lists", "Subtypes")})
    return made


PLAN = """\
  0 new, 2 changed, 7 unchanged, 1 moved
  changed: phosphate (text)
  changed: plain (answer: 'Deep purple' -> 'Deep blue')
  card gone: phosphate c2 (metastatic); students see it blank until they choose Tools > Empty Cards
  moved: subtypes to Test Deck::Subtypes; Anki leaves the cards a student has in Test Deck::Lists
    unless they rename Test Deck::Lists to Test Deck::Subtypes in Anki before they import
    to find them: ("deck:Test Deck" OR nid:1554274252288) ("ID:subtypes")
"""


def test_a_plan_says_card_by_card_what_a_build_would_do(tmp_path: Path) -> None:
    assert edited(tmp_path).run("plan", day=1).out == f"test-deck:\n{PLAN}"


def test_a_build_says_that_it_did_what_the_plan_said(tmp_path: Path) -> None:
    assert edited(tmp_path).run("build", day=1).out.partition("\n")[2] == PLAN


@pytest.mark.parametrize("command", ["plan", "build"])
def test_a_new_look_is_said_to_touch_no_history(command: str, author: Author, tmp_path: Path) -> None:
    with restyled(tmp_path / "look", {"question.front.html": "<!-- more -->"}):
        out = author.run(command, day=2).out
    assert "\n  new look: Deckwright Basic (templates or style; no history is touched)\n" in out


def test_plan_writes_nothing(tmp_path: Path) -> None:
    author = edited(tmp_path)
    before = author.files()
    author.run("plan", day=1)
    assert author.files() == before


LISTS = {
    "new": [],
    "changed": ["phosphate", "plain"],
    "moved": ["subtypes"],
    "withdrawn": [],
    "unchanged": ["warfarin", "drugs/diltiazem", "drugs/colchicine", "layers", "both-ways", "pictured", "subtypes"],
}


@pytest.mark.parametrize("command", ["plan", "build"])
@pytest.mark.parametrize("name", LISTS)
def test_json_of_plan_and_build_lists(name: str, command: str, tmp_path: Path) -> None:
    result = json.loads(edited(tmp_path).run(command, "--format", "json", day=1).out)
    assert result[name] == LISTS[name]


def test_build_check_says_that_an_edit_was_not_built(tmp_path: Path) -> None:
    ran = edited(tmp_path).run("build", "--check", day=1)
    assert (ran.status, "decks/test-deck.ledger.jsonl would change" in ran.err) == (1, True)


def test_build_check_writes_nothing(tmp_path: Path) -> None:
    author = edited(tmp_path)
    before = author.files()
    author.run("build", "--check", day=1)
    assert author.files() == before


def test_build_check_is_content_after_the_build(tmp_path: Path) -> None:
    author = edited(tmp_path)
    author.run("build", day=1)
    assert author.run("build", "--check", day=2).status == 0


def test_a_clock_before_the_ledger_by_more_than_a_year_is_refused(author: Author) -> None:
    assert author.run("build", day=-400).status == 1


def test_the_guid_in_the_release_notes_is_the_one_of_the_old_id(author: Author) -> None:
    entry = author.plan(2).releases[0].ledger.entries[NoteId("forearm")]
    assert (entry.guid, entry.first) == (guid_for("test-deck", NoteId("pictured")), NOW)
