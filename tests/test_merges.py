"""Two branches that both build are merged line by line by git, and built: nobody loses anything."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.compiled.identity import guid_for
from tests.anki_backend import Counts, opened
from tests.author import Author, copied
from tests.student import seen, shipped, study

NOTES = ("alpha", "delta", "golf", "kilo", "november", "quebec", "tango", "xray")


def note(id: str, answer: str = "") -> str:
    """Return a file of one note."""
    return f"notes:\n  - {{id: {id}, question: What does {id} mean?, answer: {answer or id[::-1]}}}\n"


@dataclass(frozen=True, slots=True)
class Repository:
    """An author whose folder is under version control; packages are not, for they are built again."""

    author: Author

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git, with nothing of the machine's own configuration."""
        env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=self.author.root, env=env, capture_output=True, text=True, check=False)

    def released(self, files: Mapping[str, str | None], day: int, branch: str = "") -> None:
        """Edit, build and commit, on a branch from the first one."""
        if branch:
            assert self.git("checkout", "-q", "-b", branch, "first").returncode == 0
            self.author.package.unlink()  # it is of the other branch: a build says so
        self.author.write(files)
        self.author.draft(day)
        self.git("add", "-A")
        assert self.git("commit", "-q", "-m", f"day {day}").returncode == 0


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A first release that is committed and tagged."""
    made = Repository(Author(tmp_path / "repository", {f"{id}.yaml": note(id) for id in NOTES}))
    made.git("init", "-q")
    (made.author.root / ".gitignore").write_text("*.apkg\n")
    made.released({}, 0)
    made.git("tag", "first")
    return made


ATTRIBUTES = Path(__file__).parent.parent / ".gitattributes"
ONE: dict[str, str | None] = {"bravo.yaml": note("bravo"), "golf.yaml": note("golf", "a game")}
OTHER: dict[str, str | None] = {"papa.yaml": note("papa"), "tango.yaml": note("tango", "a dance")}


@pytest.fixture
def merged(repository: Repository) -> Author:
    """An author who merged two branches that both added a note and corrected another."""
    copied(repository.author.package, "first.apkg")
    repository.released(ONE, 1, "one")
    copied(repository.author.package, "one.apkg")
    repository.released(OTHER, 2, "other")
    copied(repository.author.package, "other.apkg")
    assert repository.git("merge", "-q", "--no-edit", "one").returncode == 0
    return repository.author


def test_the_merged_ledger_needs_nothing_but_the_package(merged: Author) -> None:
    before = merged.ledger.read_bytes()
    merged.draft(3)
    assert merged.ledger.read_bytes() == before


def test_the_merged_release_has_the_notes_of_both(merged: Author) -> None:
    merged.draft(3)
    expected = {guid_for("test-deck", id) for id in merged.plan(3).releases[0].ledger.entries}
    assert (set(shipped(merged.package)), len(expected)) == (expected, len(NOTES) + 2)


@pytest.mark.parametrize(
    ("had", "counts"),
    [
        ("first.apkg", Counts(new=2, updated=2, duplicate=6)),
        ("one.apkg", Counts(new=1, updated=1, duplicate=8)),
        ("other.apkg", Counts(new=1, updated=1, duplicate=8)),
    ],
)
def test_a_student_gets_what_was_missing(had: str, counts: Counts, merged: Author, tmp_path: Path) -> None:
    merged.draft(3)
    with opened(tmp_path / "anki") as anki:
        anki.take(merged.root / had)
        assert anki.take(merged.package) == counts


@pytest.mark.parametrize("had", ["first.apkg", "one.apkg", "other.apkg"])
def test_a_student_of_either_branch_keeps_every_history(had: str, merged: Author, tmp_path: Path) -> None:
    merged.draft(3)
    with opened(tmp_path / "anki") as anki:
        anki.take(merged.root / had)
        study(anki)
        before = seen(anki).cards
        anki.take(merged.package)
        after = seen(anki).cards
    assert {card: after[card] for card in before} == before


def test_a_student_who_had_both_branches_has_no_note_twice(merged: Author, tmp_path: Path) -> None:
    merged.draft(3)
    with opened(tmp_path / "anki") as anki:
        for name in ("one.apkg", "other.apkg"):
            anki.take(merged.root / name)
        anki.take(merged.package)
        assert anki.column("SELECT count() FROM notes") == [len(NOTES) + 2]


def test_anki_finds_nothing_wrong_with_the_merged_release(merged: Author, tmp_path: Path) -> None:
    merged.draft(3)
    with opened(tmp_path / "anki") as anki:
        anki.take(merged.package)
        assert anki.problems() == []


def test_notes_that_two_branches_add_side_by_side_merge_as_the_help_says(repository: Repository) -> None:
    """Git leaves marks where two lines were added at one place: keep the lines of both sides, delete the marks."""
    author = repository.author
    repository.released({"bravo.yaml": note("bravo")}, 1, "one")
    repository.released({"charlie.yaml": note("charlie")}, 2, "other")
    assert repository.git("merge", "-q", "--no-edit", "one").returncode == 1
    lines = author.ledger.read_text().splitlines(keepends=True)
    author.ledger.write_text("".join(it for it in lines if it.startswith("{")))
    author.draft(3)
    assert list(author.lines())[1:] == sorted([*NOTES, "bravo", "charlie"])


def test_a_merge_that_git_left_to_the_author_is_refused(repository: Repository) -> None:
    repository.released({"bravo.yaml": note("bravo")}, 1, "one")
    repository.released({"charlie.yaml": note("charlie")}, 2, "other")
    repository.git("merge", "-q", "--no-edit", "one")
    assert set(repository.author.refusal(3)) == {"H001"}


def test_a_note_that_both_branches_corrected_goes_on_from_the_later_line(repository: Repository) -> None:
    author = repository.author
    repository.released({"golf.yaml": note("golf", "a game")}, 1, "one")
    repository.released({"golf.yaml": note("golf", "a sport")}, 2, "other")
    repository.git("merge", "-q", "--no-edit", "one")
    repository.git("checkout", "--ours", "cards_src")
    lines = author.ledger.read_text().splitlines(keepends=True)
    author.ledger.write_text("".join(it for it in lines if it.startswith("{")))
    assert len([it for it in lines if '"id":"golf"' in it]) == 2
    author.draft(3)
    assert len([it for it in author.lines() if it == "golf"]) == 1


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_a_note_that_both_branches_corrected_arrives_with_either_line(side: str, repository: Repository) -> None:
    author = repository.author
    repository.released({"golf.yaml": note("golf", "a game")}, 1, "one")
    repository.released({"golf.yaml": note("golf", "a sport")}, 2, "other")
    repository.git("merge", "-q", "--no-edit", "one")
    repository.git("checkout", side, "decks")
    author.write({"golf.yaml": note("golf", "a game and a car")})
    with opened(author.root / "anki") as anki:
        anki.take(author.package)
        author.draft(3)
        assert anki.take(author.package) == Counts(updated=1, duplicate=7)


# ---------------------------------------------------------------------------------------- both branches release


@pytest.fixture
def both(repository: Repository) -> Author:
    """An author who merged two branches that both released."""
    author = repository.author
    (author.root / ".gitattributes").write_bytes(ATTRIBUTES.read_bytes())
    author.build(0, name="v1")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "v1")
    repository.git("tag", "-f", "first")
    for branch, files, day in (("one", ONE, 1), ("other", OTHER, 2)):
        repository.released(files, day, branch)
        author.build(day, name=branch)
        repository.git("add", "-A")
        assert repository.git("commit", "-q", "-m", branch).returncode == 0
    assert repository.git("merge", "-q", "--no-edit", "one").returncode == 0
    author.package.unlink()
    return author


def test_what_either_branch_released_counts_as_released(both: Author) -> None:
    plan = both.plan(3).releases[0].plan
    assert (plan.new, plan.changed, plan.drafts, plan.withdrawn) == ((), (), (), ())


def test_a_release_of_both_branches_tells_of_all_three(both: Author) -> None:
    both.write({"xray.yaml": note("xray", "a picture")})
    both.build(3, name="v2")
    names = re.findall(r"^# .*: release (.*)$", both.notes.read_text(), re.MULTILINE)
    assert (names[0], set(names)) == ("v2", {"v2", "one", "other", "v1"})
    assert len(both.corrections.read_text().splitlines()) == 4 + len({"golf", "tango", "xray"})
