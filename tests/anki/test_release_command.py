"""`release`: what it writes, and when; what is said before and after; what `--from` compares with."""

import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.anki_backend import Counts, opened
from tests.author import Author, in_git
from tests.pushed import rewrite
from tests.student import study
from tests.support import NOW

ANSWER = ("questions.yaml", "Deep purple", "Deep blue")
WARFARIN = "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n"


@pytest.fixture
def draft(tmp_path: Path) -> Author:
    """An author who has built, and released nothing."""
    made = Author(tmp_path / "author")
    made.draft()
    return made


def plan(author: Author, *options: str, day: float = 2) -> dict[str, Any]:
    """Return what `plan` says as JSON."""
    result: dict[str, Any] = json.loads(author.run("plan", "--format", "json", *options, day=day).out)
    return result


def head(path: Path) -> dict[str, object]:
    """Return line one of a ledger."""
    line: dict[str, object] = json.loads(path.read_text(encoding="utf-8").split("\n")[0])
    return line


# ---------------------------------------------------------------------------------------- what is written


def test_a_build_says_that_a_release_comes_before_sharing(tmp_path: Path) -> None:
    ran = Author(tmp_path / "author").run("build")
    assert ran.err == "9 drafts: no release holds them yet; before you share: deckwright release\n"


def test_a_build_after_a_release_says_nothing_of_it(author: Author) -> None:
    author.replace(ANSWER)
    assert author.run("build", day=1).err == ""


def test_a_build_is_no_release(draft: Author) -> None:
    assert set(draft.files()) == {"test-deck.apkg", "test-deck.ledger.jsonl"}


def test_a_release_writes_what_goes_out_with_it(draft: Author) -> None:
    draft.run("release", day=1)
    assert set(draft.files()) == {
        "test-deck.apkg",
        "test-deck.changes.md",
        "test-deck.corrections.txt",
        "test-deck.ledger.jsonl",
        "test-deck.released.jsonl",
    }


def test_what_was_released_is_the_ledger_with_a_name_and_a_time(draft: Author) -> None:
    before = draft.files()
    draft.run("release", "--name", "v1.0", day=1)
    released = head(draft.released)
    assert released.pop("release") == {"name": "v1.0", "time": NOW + 86_400}
    assert released == head(draft.ledger)
    assert draft.released.read_bytes().split(b"\n")[1:] == draft.ledger.read_bytes().split(b"\n")[1:]
    assert draft.ledger.read_bytes() == before["test-deck.ledger.jsonl"]


def test_a_release_is_named_for_its_day(draft: Author) -> None:
    draft.run("release", day=1)
    assert head(draft.released)["release"] == {"name": "2025-10-10", "time": NOW + 86_400}


def test_a_second_release_of_a_day_has_a_number(author: Author) -> None:
    author.replace(ANSWER)
    author.run("release", day=0.1)
    assert head(author.released)["release"] == {"name": "2025-10-09-2", "time": NOW + 8_640}


def test_a_name_is_given_once(author: Author) -> None:
    author.replace(ANSWER)
    before = author.files()
    ran = author.run("release", "--name", "2025-10-09", day=3)
    assert (ran.status, " H031 a release '2025-10-09' was made before" in ran.out) == (1, True)
    assert author.files() == before


@pytest.mark.parametrize("options", [[], ["--name", "v2"]])
def test_releasing_twice_without_an_edit_changes_nothing(options: list[str], author: Author) -> None:
    before = author.files()
    ran = author.run("release", *options, day=5)
    assert (ran.status, ran.err) == (0, "nothing to release: students have all of it since the last one\n")
    assert author.files() == before


def test_a_build_after_a_release_changes_nothing(author: Author) -> None:
    before = author.files()
    assert author.run("build", "--check", day=5).status == 0
    author.run("build", day=5)
    assert author.files() == before


def test_the_notes_of_releases_stand_newest_first(author: Author) -> None:
    author.replace(ANSWER)
    author.build(1, name="v2")
    author.replace(("questions.yaml", "Deep blue", "Blue"))
    author.build(2, name="v3")
    author.build(3, name="v4")
    headings = re.findall(r"^# .*$", author.notes.read_text(), re.MULTILINE)
    assert headings == [f"# Test Deck: release {name}" for name in ("v3", "v2", "2025-10-09")]


def test_what_an_author_wrote_into_older_notes_stays(author: Author) -> None:
    author.notes.write_text(author.notes.read_text() + "\nThank you, Ada.\n")
    author.replace(ANSWER)
    author.build(1)
    assert author.notes.read_text().endswith("\n\nThank you, Ada.\n")


def test_a_release_that_stops_writes_nothing(author: Author) -> None:
    author.replace(("clozes.yaml", WARFARIN, ""))
    before = author.files()
    assert author.run("release", day=1).status == 1
    assert author.files() == before


# ---------------------------------------------------------------------------------------- --check


def test_check_is_content_where_everything_is_released(author: Author) -> None:
    assert author.run("release", "--check", day=1).status == 0


def test_check_tells_of_an_edit(author: Author) -> None:
    author.replace(ANSWER)
    assert author.run("release", "--check", day=1).status == 1


def test_check_tells_of_a_build_that_was_not_released(author: Author) -> None:
    author.replace(ANSWER)
    author.draft(1)
    before = author.files()
    ran = author.run("release", "--check", day=2)
    assert (ran.status, "decks/test-deck.released.jsonl would change" in ran.err) == (1, True)
    assert author.files() == before


def test_check_tells_of_a_deck_never_released(draft: Author) -> None:
    assert draft.run("release", "--check", day=1).status == 1


# ---------------------------------------------------------------------------------------- plan is about students


def test_without_a_release_everything_is_new(draft: Author) -> None:
    draft.replace(ANSWER)
    draft.draft(1)
    said = plan(draft)
    assert (len(said["new"]), said["changed"], len(said["drafts"])) == (9, [], 9)


@pytest.mark.parametrize("command", ["plan", "build", "release"])
def test_a_build_in_between_is_not_what_students_have(command: str, author: Author) -> None:
    author.replace(ANSWER)
    author.draft(1)
    author.replace(("questions.yaml", "Deep blue", "Violet"))
    out = author.run(command, day=2).out
    assert "\n  changed: plain (answer: 'Deep purple' -> 'Violet')\n" in out


def test_a_student_who_has_the_last_release_gets_what_the_plan_said(author: Author, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(author.package)
        study(anki)
        author.replace(ANSWER)
        author.draft(1)
        author.write({"new.yaml": "notes:\n  - {id: a-new, question: Which?, answer: This}\n"})
        said = plan(author)
        author.build(2)
        assert anki.take(author.package) == Counts(
            new=len(said["new"]), updated=len(said["changed"]), duplicate=len(said["unchanged"])
        )
    assert (said["new"], said["changed"]) == (["a-new"], ["plain"])


# ---------------------------------------------------------------------------------------- why

WHY = {
    "an answer": (ANSWER, "plain", ["answer"], "answer: 'Deep purple' -> 'Deep blue'"),
    "a question": (("questions.yaml", "What colour are", "Which colour have"), "plain", ["question"], "question: '"),
    "an extra": (("questions.yaml", "Look for", "Watch for"), "plain", ["extra"], "extra"),
    "tags": (("questions.yaml", "[core]", "[core, he]"), "plain", ["tags"], "tags"),
    "sources": (("questions.yaml", "[dermnet]", "[reiter-2011]"), "plain", ["sources"], "sources"),
    "a dispute": (("questions.yaml", "    dispute: most-common-type\n", ""), "both-ways", ["dispute"], "dispute"),
    "an item": (("subtypes.yaml", "Metastatic", "Spread"), "subtypes", ["text"], "text: 'Metastatic' -> 'Spread'"),
    "a cell": (("drugs.yaml", "use: ulcers", "use: sores"), "drugs/colchicine", ["text", "extra"], "text: 'ulcers'"),
    "a mask": (("layers.yaml", "[60, 40,", "[61, 40,"), "layers", ["picture"], "picture"),
    "a heading": (("layers.yaml", "header: Layers", "header: Strata"), "layers", ["question"], "question: 'Layers"),
    "a picture": (None, "pictured", ["picture"], "picture"),
}


@pytest.mark.parametrize(("change", "id", "parts", "said"), WHY.values(), ids=list(WHY))
def test_a_changed_note_says_why(
    change: tuple[str, str, str] | None, id: str, parts: list[str], said: str, author: Author
) -> None:
    if change:
        author.replace(change)
    else:
        scan = (author.source / "media" / "scan.svg").read_bytes()
        author.write({"media/scan.svg": scan.replace(b"#eeeeee", b"#dddddd")})
    ran = author.run("plan", "--format", "json", day=1)
    assert json.loads(ran.out)["why"][id] == parts
    assert f"  changed: {id} ({said}" in author.run("plan", day=1).out


def test_a_moved_note_says_so(author: Author) -> None:
    author.replace(("subtypes.yaml", "subdeck: Lists", "subdeck: Kinds"))
    assert plan(author)["why"] == {"subtypes": ["subdeck"]}


def test_tags_alone_cost_a_student_his_own(author: Author) -> None:
    author.replace(("questions.yaml", "[core]", "[core, he]"))
    said = "  only tags: 1 note; students who tagged or edited these notes lose those changes\n"
    assert said in author.run("plan", day=1).out


# ---------------------------------------------------------------------------------------- --from

REVISIONS = ["v1", "HEAD~1", "first.ledger.jsonl", "first.apkg"]


@pytest.fixture
def thrice(author: Author) -> Author:
    """An author who released twice, each time with a commit, and edited once more."""
    (author.root / "first.apkg").write_bytes(author.package.read_bytes())
    (author.root / "first.ledger.jsonl").write_bytes(author.ledger.read_bytes())
    in_git(author.root)
    subprocess.run(["git", "tag", "v1"], cwd=author.root, check=True)
    author.replace(ANSWER)
    author.build(1)
    in_git(author.root)
    author.replace(("questions.yaml", "Look for", "Watch for"), ("subtypes.yaml", "Metastatic", "Spread"))
    return author


@pytest.mark.parametrize("named", REVISIONS)
def test_from_names_what_students_have(named: str, thrice: Author) -> None:
    said = plan(thrice, "--from", named)
    assert (sorted(said["changed"]), said["new"]) == (["plain", "subtypes"], [])
    assert (said["why"]["plain"], said["why"]["subtypes"]) == (["answer", "extra"], ["text"])


def test_without_it_students_have_the_last_release(thrice: Author) -> None:
    assert plan(thrice)["why"] == {"plain": ["extra"], "subtypes": ["text"]}


def test_changes_are_since_the_last_release_or_what_from_names(thrice: Author) -> None:
    thrice.draft(2)
    assert "- `plain` What colour are deposits on H&E?: extra\n" in thrice.run("changes", day=2).out
    assert "*Deep purple* is now *Deep blue*" in thrice.run("changes", "--from", "v1", day=2).out


@pytest.mark.parametrize("named", ["--upload-pack=touch x", "-v", "nowhere", "v1:decks", "v1 --", ""])
def test_what_is_no_revision_never_reaches_git_as_an_option(named: str, thrice: Author) -> None:
    ran = thrice.run("plan", f"--from={named}", day=2)
    assert (ran.status, " H030 " in ran.out) == ((1, True) if named else (0, False))
    assert not (thrice.root / "x").exists()


def test_a_package_whose_bytes_are_broken_is_no_past(thrice: Author) -> None:
    package, member = thrice.root / "first.apkg", "collection.anki2"
    data = bytearray(package.read_bytes())
    with zipfile.ZipFile(package) as read:
        at = read.getinfo(member).header_offset + 30 + len(member) + 2_000  # in the midst of the compressed bytes
    data[at : at + 40] = bytes(it ^ 0xA5 for it in data[at : at + 40])
    package.write_bytes(data)
    ran = thrice.run("plan", "--from", "first.apkg", day=2)
    assert (ran.status, " H030 " in ran.out) == (1, True)


@pytest.mark.parametrize("files", [b"[]", b"5", b"{"])
def test_a_package_without_a_list_of_files_is_no_past(files: bytes, thrice: Author) -> None:
    rewrite(thrice.root / "first.apkg", "media", lambda _: files)
    ran = thrice.run("plan", "--from", "first.apkg", day=2)
    assert (ran.status, " H030 " in ran.out) == (1, True)


@pytest.mark.parametrize("named", ["v1", "first.apkg"])
def test_verify_rehearses_from_a_revision_or_a_package(named: str, thrice: Author) -> None:
    thrice.draft(2)
    ran = thrice.run("verify", "decks/test-deck.apkg", "--from", named, day=2)
    assert (ran.status, "2 updated" in ran.out) == (0, True)


def test_verify_rehearses_from_the_last_release_where_git_has_it(thrice: Author) -> None:
    thrice.draft(2)
    ran = thrice.run("verify", "decks/test-deck.apkg", day=2)
    assert (ran.status, "7 kept, 2 updated" in ran.out) == (0, True)


# ---------------------------------------------------------------------------------------- git


def test_in_git_the_lines_are_printed_that_keep_a_release(author: Author) -> None:
    in_git(author.root)
    author.replace(ANSWER)
    lines = [it.strip() for it in author.run("release", "--name", "v1.1 final", day=1).err.splitlines()[1:]]
    for line in lines:
        named = line.replace("git ", "git -c user.name=A -c user.email=a@example.org ", 1)
        subprocess.run(named, shell=True, cwd=author.root, check=True, capture_output=True)
    tags = subprocess.run(["git", "tag"], cwd=author.root, check=True, capture_output=True, text=True).stdout
    left = subprocess.run(["git", "status", "-s"], cwd=author.root, check=True, capture_output=True, text=True).stdout
    assert (tags, left) == ("v1.1-final\n", "")


def test_outside_git_nothing_is_said_of_it(author: Author) -> None:
    author.replace(ANSWER)
    assert "git" not in author.run("release", day=1).err


@pytest.mark.parametrize("committed", [True, False])
def test_the_advice_for_a_lost_ledger_works(committed: bool, author: Author) -> None:
    before = author.files()
    if committed:
        in_git(author.root)
    author.ledger.unlink()
    out = author.run("build", day=1).out
    lines = re.findall(r"git checkout .*$", out, re.MULTILINE)
    assert len(lines) == committed
    for line in lines:
        subprocess.run(line, shell=True, cwd=author.root, check=True, capture_output=True)
    assert (author.files() == before) is committed
    assert "--new-ledger" not in out


def test_release_notes_without_the_release_are_refused(author: Author) -> None:
    author.replace(ANSWER)
    author.build(1)
    author.released.unlink()
    assert author.refusal(2) == ["H005"]


# ---------------------------------------------------------------------------------------- format 1


@pytest.fixture
def old(author: Author) -> Author:
    """An author whose ledger is from before there were releases."""
    for path in (author.released, author.notes, author.corrections):
        path.unlink()
    lines = [json.loads(line) for line in author.ledger.read_text().splitlines()]
    for line in lines:
        line.pop("parts", None)
        line.pop("media", None)
    lines[0]["ledger"] = 1
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    author.ledger.write_text(text, encoding="utf-8")
    rewrite(author.package, "deckwright.json", lambda _: None)
    return author


def test_a_ledger_of_format_1_stays_as_it_is_where_nothing_changed(old: Author) -> None:
    before = old.files()
    assert old.run("build", "--check", day=1).status == 0
    old.draft(1)
    assert old.files() == before


def test_a_ledger_of_format_1_counts_as_released(old: Author) -> None:
    old.replace(ANSWER)
    before = old.ledger.read_bytes()
    old.draft(1)
    assert (head(old.ledger)["ledger"], old.released.read_bytes()) == (2, before)
    assert plan(old)["why"] == {"plain": ["answer"]}


def test_a_note_of_format_1_is_not_forgotten(old: Author) -> None:
    old.replace(("clozes.yaml", WARFARIN, ""))
    assert "--forget" not in old.run("build", "--forget", day=1).out
    assert old.refusal(1, forget=True) == ["H015"]


# ---------------------------------------------------------------------------------------- warnings

DULL = "notes:\n  - {id: dull, question: Is it blue?, answer: 'Yes'}\n"


def test_a_warning_is_shown_once_and_then_counted(author: Author) -> None:
    author.write({"dull.yaml": DULL})
    first, then = author.run("build", day=1), author.run("build", day=2)
    assert ("dull.yaml:2" in first.out, "dull.yaml:2" in then.out) == (True, False)
    assert then.err == "1 warning: deckwright check shows it\n"


def test_a_warning_about_a_changed_note_is_shown(author: Author) -> None:
    author.write({"dull.yaml": DULL})
    author.draft(1)
    author.replace(("dull.yaml", "blue", "deep blue"))
    assert "dull.yaml:2" in author.run("build", day=2).out
