"""Withdrawn notes: a student who has them is told, keeps the history, and nobody else ever sees them."""

import re
import subprocess

import pytest

from generator.compiled.identity import guid_for
from generator.compiled.notes import NoteId
from tests.anki_backend import Anki, Counts
from tests.author import EVERY_KIND, Author
from tests.student import seen, shipped

ANSWER = ("questions.yaml", "Deep purple", "Deep blue")
WARFARIN = "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n"


WITHDRAWN = ("plain", "both-ways", "phosphate", "subtypes", "drugs/diltiazem", "layers")


@pytest.fixture
def gone(author: Author, anki: Anki) -> Author:
    """An author who withdrew the whole deck but for a new note, when a student had it."""
    author.write({**dict.fromkeys(EVERY_KIND), "new.yaml": "notes:\n  - {id: a-new, question: Which?, answer: This}\n"})
    author.build(3, retire=True, reason="It was <wrong> & old.")
    return author


@pytest.fixture
def told(gone: Author, anki: Anki) -> Anki:
    """A student who imported the release, and then what was withdrawn."""
    anki.take(gone.package)
    anki.take(gone.withdrawn)
    return anki


def test_withdrawn_notes_are_no_part_of_the_package(gone: Author) -> None:
    assert set(shipped(gone.package)) == {guid_for("test-deck", NoteId("a-new"))}


def test_a_student_who_imports_what_was_withdrawn_gets_every_note_marked(gone: Author, anki: Anki) -> None:
    anki.take(gone.package)
    assert anki.take(gone.withdrawn) == Counts(updated=9)


def test_a_withdrawn_note_keeps_its_history(gone: Author, anki: Anki) -> None:
    before = seen(anki).cards
    anki.take(gone.package)
    anki.take(gone.withdrawn)
    after = seen(anki).cards
    assert {card: after[card] for card in before} == before


@pytest.mark.parametrize("id", WITHDRAWN)
def test_the_front_of_a_withdrawn_note_says_so(id: str, told: Anki) -> None:
    shown = told.shown(guid_for("test-deck", NoteId(id)))
    assert {it.asks[0].startswith("[WITHDRAWN] ") for it in shown} == {True}


@pytest.mark.parametrize("id", WITHDRAWN)
def test_the_back_of_a_withdrawn_note_says_when_and_why(id: str, told: Anki) -> None:
    shown = told.shown(guid_for("test-deck", NoteId(id)))
    assert {"Withdrawn on 2025-10-12. It was <wrong> & old." in it.answers for it in shown} == {True}


@pytest.mark.parametrize("id", WITHDRAWN)
def test_a_withdrawn_note_has_a_tag(id: str, told: Anki) -> None:
    assert told.note(guid_for("test-deck", NoteId(id))).tags == ["#Test::withdrawn"]


def test_anki_finds_nothing_wrong_with_withdrawn_notes(told: Anki) -> None:
    assert [it for it in told.problems() if not it.startswith("no note uses s")] == []


def test_what_was_withdrawn_stays_so_in_later_releases(gone: Author) -> None:
    before = gone.files()
    gone.build(9)
    assert gone.files() == before


def test_a_lost_package_of_withdrawn_notes_is_the_same_to_the_byte(gone: Author) -> None:
    before = gone.files()
    gone.withdrawn.unlink()
    gone.build(9)
    assert gone.files() == before


def test_the_line_of_a_withdrawn_note_never_changes_again(author: Author) -> None:
    author.replace(("clozes.yaml", WARFARIN, ""))
    author.build(1, retire=True, reason="Wrong.")
    before = author.lines()["warfarin"]
    author.replace(ANSWER, ("drugs.yaml", "      colchicine:\n        name: Colchicine\n        use: ulcers\n", ""))
    author.build(2, retire=True, reason="Old.")
    assert author.lines()["warfarin"] == before


def test_a_deck_without_withdrawn_notes_has_no_package_of_them(author: Author) -> None:
    assert not author.withdrawn.exists()


# ---------------------------------------------------------------------------------------- what the author is told

NO_REASON = "no reason given: students will ask; --reason TEXT says why"
NOTHING = "nothing to withdraw"
UNDO = (
    "undo before you release: mv -f decks/.test-deck.ledger.before decks/test-deck.ledger.jsonl"
    " && rm -f decks/test-deck.apkg"
)
TALK = {  # whether a note is gone, options, what is said of it
    "without a reason": (True, ["--retire"], [NO_REASON, UNDO]),
    "with a reason": (True, ["--retire", "--reason", "Wrong."], [UNDO]),
    "without a reason, in a rehearsal": (True, ["--retire", "--check"], [NO_REASON]),
    "when nothing is gone": (False, ["--retire"], [NOTHING]),
    "when nothing is gone, with a reason": (False, ["--retire", "--reason", "Wrong."], [NOTHING]),
    "not asked for": (False, [], []),
    "quietly": (True, ["--retire", "-q"], []),
}


@pytest.mark.parametrize(("gone", "options", "said"), TALK.values(), ids=list(TALK))
def test_who_withdraws_is_told(gone: bool, options: list[str], said: list[str], author: Author) -> None:
    author.replace(*[("clozes.yaml", WARFARIN, "")] * gone)
    told = author.run("build", *options, day=1).err.splitlines()
    assert [line for line in told if not line.endswith("would change")] == said


def test_a_build_that_stops_speaks_of_no_withdrawing(author: Author) -> None:
    author.replace(("clozes.yaml", WARFARIN, ""), ("questions.yaml", "answer: Deep purple", "anser: Deep purple"))
    assert author.run("build", "--retire", day=1).err == "nothing was written: 1 error\n"


def test_what_is_said_to_undo_it_undoes_it(author: Author) -> None:
    before = author.files()
    author.replace(("clozes.yaml", WARFARIN, ""))
    author.write({"new.yaml": "notes:\n  - {id: a-new, question: Which?, answer: This}\n"})
    (line,) = re.findall(r"undo before you release: (.*)", author.run("build", "--retire", day=1).err)
    subprocess.run(line, shell=True, cwd=author.root, check=True)
    author.write({"new.yaml": None})
    author.replace(("clozes.yaml", 'in the others."\n', f'in the others."\n{WARFARIN}'))
    author.run("build", day=2)
    assert author.files() == before


def test_a_reason_without_withdrawing_is_a_wrong_command_line(author: Author) -> None:
    ran = author.run("build", "--reason", "Wrong.", day=1)
    assert (ran.status, ran.out, ran.err.splitlines()[-1]) == (
        2,
        "",
        "Error: --reason says why notes are withdrawn: give --retire, too",
    )
