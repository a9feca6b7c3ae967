"""Drafts: what no release holds may go or change its meaning, but never in silence, and nothing that was released."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from generator.compiled.identity import guid_for
from generator.compiled.notes import NoteId
from tests.anki_backend import Counts, opened
from tests.author import Author
from tests.student import shipped

CLOZE = "    cloze: Calciphylaxis follows {{c1::warfarin}}."
WARFARIN = f"  - id: warfarin\n{CLOZE}\n"
NEW = "notes:\n  - {id: a-new, question: Which stain is black?, answer: von Kossa}\n"
FORGET = "or, if nobody has it, forget it: deckwright build --forget"
BOTH = f"deckwright build --retire; {FORGET}"


@pytest.fixture
def draft(author: Author) -> Author:
    """An author who has released, and then built a note, an item and a cloze more."""
    author.write({"new.yaml": NEW})
    author.replace(
        ("subtypes.yaml", "      idi: {", "      iat: Iatrogenic\n      idi: {"),
        ("clozes.yaml", "in the others", "in the {{c4::others}}"),
    )
    author.draft(1)
    return author


@pytest.fixture
def unreleased(tmp_path: Path) -> Author:
    """An author who has built, and released nothing."""
    made = Author(tmp_path / "author")
    made.draft()
    return made


GOES = {
    "goes": ({"new.yaml": None}, (), "H015", "put it back, say 'was:' in the note it became, or withdraw it: " + BOTH),
    "changes its kind": (
        {"new.yaml": "notes:\n  - {id: a-new, list: Stains, items: {kossa: von Kossa}}\n"},
        (),
        "H012",
        "give it a new id, and retire the old one: " + BOTH,
    ),
    "gives its number to another text": (
        {},
        (("clozes.yaml", "{{c4::others}}", "{{c5::others}}"),),
        "H013",
        f"number it 4 again: a new cloze gets a number never used before; {FORGET}",
    ),
}


@pytest.mark.parametrize(("files", "changes", "code", "help"), GOES.values(), ids=list(GOES))
def test_a_build_stops_where_a_draft(
    files: dict[str, str | None], changes: tuple[tuple[str, str, str], ...], code: str, help: str, draft: Author
) -> None:
    draft.write(files)
    draft.replace(*changes)
    (found,) = draft.plan(2).diagnostics
    assert (found.code, found.help) == (code, help)


@pytest.mark.parametrize(("files", "changes", "code", "help"), GOES.values(), ids=list(GOES))
@pytest.mark.parametrize("command", ["build", "release"])
def test_forget_lets_it_go_on_where_a_draft(
    command: str,
    files: dict[str, str | None],
    changes: tuple[tuple[str, str, str], ...],
    code: str,
    help: str,
    draft: Author,
) -> None:
    draft.write(files)
    draft.replace(*changes)
    assert draft.run(command, day=2).status == 1
    ran = draft.run(command, "--forget", day=2)
    assert (ran.status, "never released)" in ran.out) == (0, True)
    assert draft.plan(3).diagnostics == ()


def test_a_forgotten_note_is_named(draft: Author) -> None:
    draft.write({"new.yaml": None})
    assert "\n  forgotten: a-new (never released)\n" in draft.run("build", "--forget", day=2).out
    draft.write({"new.yaml": NEW})
    draft.draft(3)
    draft.write({"new.yaml": None})
    assert json.loads(draft.run("build", "--forget", "--format", "json", day=4).out)["forgotten"] == ["a-new"]


def test_a_forgotten_number_is_free(draft: Author) -> None:
    draft.replace(("subtypes.yaml", "      iat: Iatrogenic\n", "      tum: Tumoral\n"))
    out = draft.run("build", "--forget", day=2).out
    assert "forgotten: subtypes c4 (iat: Iatrogenic; never released)" in out
    assert json.loads(draft.lines()["subtypes"])["numbers"]["4"] == "tum: Tumoral"


def test_without_forgetting_a_number_stays_taken(draft: Author) -> None:
    draft.replace(("subtypes.yaml", "      iat: Iatrogenic\n", "      tum: Tumoral\n"))
    draft.draft(2)
    assert json.loads(draft.lines()["subtypes"])["numbers"]["5"] == "tum: Tumoral"


def test_a_forgotten_note_keeps_its_guid_if_it_returns(draft: Author) -> None:
    draft.write({"new.yaml": None})
    draft.draft(2, forget=True)
    draft.write({"new.yaml": NEW})
    draft.draft(3)
    assert guid_for("test-deck", NoteId("a-new")) in shipped(draft.package)


def test_forgetting_leaves_the_others_as_they_are(draft: Author) -> None:
    before = draft.lines()
    draft.write({"new.yaml": None})
    draft.draft(2, forget=True)
    before.pop("a-new")
    assert draft.lines() == before


GONE_AND_RELEASED = {
    "a note": ("clozes.yaml", WARFARIN, ""),
    "a note of another kind": ("clozes.yaml", CLOZE, "    list: X\n    items: {a: b}"),
    "a number": ("clozes.yaml", "{{c1::warfarin}}", "{{c2::warfarin}}"),
}


@pytest.mark.parametrize("change", GONE_AND_RELEASED.values(), ids=list(GONE_AND_RELEASED))
def test_what_a_release_holds_is_not_forgotten(change: tuple[str, str, str], draft: Author) -> None:
    draft.replace(change)
    before = draft.files()
    ran = draft.run("build", "--forget", day=2)
    assert ran.status == 1
    assert [word for word in ("--forget", "--new-ledger") if word in ran.out] == []
    assert draft.files() == before


def test_drafts_and_released_notes_go_together(draft: Author) -> None:
    draft.replace(("clozes.yaml", WARFARIN, ""))
    draft.write({"new.yaml": None})
    out = draft.run("build", "--forget", "--retire", day=2).out
    assert ("forgotten: a-new" in out, "withdrawn: warfarin" in out, "a-new" in draft.lines()) == (True, True, False)


def test_before_the_first_release_all_of_it_can_be_forgotten(unreleased: Author) -> None:
    unreleased.replace(("clozes.yaml", WARFARIN, ""))
    (found,) = unreleased.plan(1).diagnostics
    assert found.help.endswith("deckwright build --forget; --new-ledger forgets the whole deck")
    unreleased.draft(1, forget=True)
    assert "warfarin" not in unreleased.lines()


def test_forgetting_nothing_says_so(draft: Author) -> None:
    assert draft.run("build", "--forget", day=2).err == "nothing to forget: every draft is still there\n"


def test_what_is_said_to_undo_it_undoes_it(draft: Author) -> None:
    before = draft.files()
    draft.write({"new.yaml": None})
    (line,) = re.findall(r"undo before you release: (.*)", draft.run("build", "--forget", day=2).err)
    subprocess.run(line, shell=True, cwd=draft.root, check=True)
    draft.write({"new.yaml": NEW})
    draft.draft(3)
    assert draft.files() == before


def test_the_way_back_is_kept_until_a_release(draft: Author) -> None:
    before = draft.ledger.read_bytes()
    draft.write({"new.yaml": None})
    draft.draft(2, forget=True)
    draft.draft(3)
    assert draft.files()[".test-deck.ledger.before"] == before
    draft.build(4)
    assert ".test-deck.ledger.before" not in draft.files()


# ---------------------------------------------------------------------------------------- retired drafts


def test_a_retired_draft_reaches_no_student(draft: Author, tmp_path: Path) -> None:
    draft.write({"new.yaml": None})
    draft.replace(("clozes.yaml", WARFARIN, ""))
    draft.build(2, retire=True)
    assert set(shipped(draft.withdrawn)) == {guid_for("test-deck", NoteId("warfarin"))}
    with opened(tmp_path / "anki") as anki:
        anki.take(draft.package)
        assert anki.take(draft.withdrawn) == Counts(new=1)  # whom it is not for; the draft is not in it


def test_before_the_first_release_every_retired_note_is_in_it(unreleased: Author) -> None:
    unreleased.replace(("clozes.yaml", WARFARIN, ""))
    out = unreleased.run("build", "--retire", day=1).out
    assert "  test-deck.withdrawn.apkg: 1 note; for students who have an earlier release, not for new ones\n" in out
    assert set(shipped(unreleased.withdrawn)) == {guid_for("test-deck", NoteId("warfarin"))}


def test_the_first_release_takes_them_out(unreleased: Author) -> None:
    unreleased.replace(("clozes.yaml", WARFARIN, ""))
    unreleased.draft(1, retire=True)
    unreleased.build(2)
    assert not unreleased.withdrawn.exists()


def test_the_id_of_a_retired_draft_can_be_freed(draft: Author) -> None:
    draft.write({"new.yaml": None})
    draft.draft(2, retire=True)
    draft.write({"new.yaml": "notes:\n  - {id: a-new, question: How deep lies fat?, answer: below the dermis}\n"})
    (found,) = draft.plan(3).diagnostics
    assert (found.code, "--forget" in found.help) == ("H011", True)
    draft.draft(3, forget=True)
    assert json.loads(draft.lines()["a-new"])["status"] == "live"


# ---------------------------------------------------------------------------------------- restored


def withdrawn_then_back(author: Author, changed: str = WARFARIN) -> None:
    author.replace(("clozes.yaml", WARFARIN, ""))
    author.build(1, retire=True, reason="It was wrong.")
    author.replace(("clozes.yaml", 'in the others."\n', f'in the others."\n{changed}'))


@pytest.mark.parametrize("changed", [WARFARIN, WARFARIN.replace("follows", "may follow")])
def test_a_withdrawn_note_that_comes_back_is_restored(changed: str, author: Author) -> None:
    withdrawn_then_back(author, changed)
    assert json.loads(author.run("plan", "--format", "json", day=2).out)["restored"] == ["warfarin"]
    assert "\n  restored: warfarin (it goes on with its history)\n" in author.run("build", day=2).out
    line = json.loads(author.lines()["warfarin"])
    assert (line["status"], line["guid"], "reason" in line) == (
        "live",
        guid_for("test-deck", NoteId("warfarin")),
        False,
    )


def test_a_restored_note_has_its_history_and_no_sign_of_it(author: Author, tmp_path: Path) -> None:
    guid = guid_for("test-deck", NoteId("warfarin"))
    with opened(tmp_path / "anki") as anki:
        anki.take(author.package)
        anki.studied(20)
        before = [(it.id, it.ivl, it.reps) for it in anki.cards(guid)]
        withdrawn_then_back(author)
        anki.take(author.withdrawn)
        assert anki.shown(guid)[0].asks[0].startswith("[WITHDRAWN] ")
        author.build(2)
        assert anki.take(author.package).updated == 1
        assert [(it.id, it.ivl, it.reps) for it in anki.cards(guid)] == before
        assert (anki.note(guid).tags, anki.shown(guid)[0].asks) == ([], ("Calciphylaxis follows [...].",))


def test_the_release_notes_name_what_is_back(author: Author) -> None:
    withdrawn_then_back(author)
    author.build(2)
    assert "## Back again (1)\n\n- `warfarin` Calciphylaxis" in author.notes.read_text()


def test_another_meaning_is_refused_as_before(author: Author) -> None:
    withdrawn_then_back(author, "  - id: warfarin\n    cloze: Von Kossa stains {{c1::phosphate}} black.\n")
    assert author.refusal(2) == ["H011"]


def test_nothing_of_a_restored_note_is_in_the_withdrawn_package(author: Author) -> None:
    withdrawn_then_back(author)
    author.build(2)
    assert not author.withdrawn.exists()


def test_two_authors_merge_a_release_and_a_draft(author: Author, tmp_path: Path) -> None:
    shutil.copytree(author.root, tmp_path / "other")
    other = Author(tmp_path / "other")
    author.replace(("questions.yaml", "Deep purple", "Deep blue"))
    author.build(1, name="v2")
    other.write({"new.yaml": NEW})
    other.draft(2)
    ours, theirs = author.ledger.read_text().splitlines(), other.ledger.read_text().splitlines()
    author.ledger.write_text("\n".join([ours[0], *sorted({*ours[1:], *theirs[1:]})]) + "\n")
    author.write({"new.yaml": NEW})
    plan = author.draft(3).plan
    assert (plan.new, plan.drafts, plan.changed) == (("a-new",), ("a-new",), ())
