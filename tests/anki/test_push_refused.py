"""What cannot be merged is refused in one line, and the collection stays as it is, to the byte."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.collection import _merge_apply, push
from generator.collection.profiles import Unknown, base, collection_of
from tests.anki_backend import opened
from tests.command import environment
from tests.pushed import CORRECTED, WARFARIN, Student, found, rewrite

Memory = dict[str, Any]
MEMBER = "deckwright.json"


def state(student: Student) -> dict[str, bytes]:
    """Return the collection's files, and what stands beside them."""
    return {it.name: it.read_bytes() for it in sorted(student.path.parent.iterdir()) if it.is_file()}


def refused(student: Student, *options: str) -> str:
    """Return the one line of a push that changes nothing."""
    before = state(student)
    ran = student.push(*(options or ("--apply",)))
    assert (ran.status, ran.out, len(ran.err.strip().splitlines()), state(student) == before) == (1, "", 1, True)
    return ran.err


def edited(change: Callable[[Memory], object]) -> Callable[[bytes], bytes]:
    """Return a change of the member."""

    def edit(data: bytes) -> bytes:
        memory = json.loads(data)
        change(memory)
        return json.dumps(memory).encode()

    return edit


def put(**values: Any) -> Callable[[bytes], bytes]:
    """Return a change that sets keys of the member."""
    return edited(lambda memory: memory.update(values))


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "not JSON": lambda _: b"{",
    "deep": lambda _: b"[" * 100_000,
    "a list": lambda _: b"[]",
    "another format": put(format=0),
    "no root": put(root=""),
    "a root of Anki's own": put(root="Marked"),
    "a former root of Anki's own": put(roots=["leech"]),
    "a root with a space": put(root="#Test x"),
    "a root that its tags are not below": put(root="own"),
    "a root that moves the cursor": put(root="#Test\x1b[2J"),
    "a release that is a list": put(release=["x"]),
    "notes that are a list": put(notes=[]),
    "a mark that every text has": put(mark=""),
    "a mark without brackets": put(mark="e"),
    "a record that is a text": put(notes={"guid": "x"}),
    "hashes that are numbers": put(withdrawn={"guid": {"was": ["plain"], "past": {"Answer": [1]}}}),
    "hashes that are long": put(withdrawn={"guid": {"was": ["plain"], "past": {"Answer": ["a" * 9]}}}),
    "an id that is none": put(withdrawn={"guid": {"was": ["A b\n"]}}),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_member_is_refused(change: Callable[[bytes], bytes], student: Student) -> None:
    rewrite(student.author.package, MEMBER, change)
    assert MEMBER in refused(student)


def test_a_newer_member_asks_for_a_newer_deckwright(student: Student) -> None:
    rewrite(student.author.package, MEMBER, put(format=2))
    assert "newer deckwright" in refused(student)


def test_a_media_name_that_leads_elsewhere_is_refused(student: Student) -> None:
    rewrite(student.author.package, "media", lambda data: data.replace(b"scan-", b"../scan-"))
    assert "lead elsewhere" in refused(student)


def test_an_older_package_says_what_to_do(student: Student) -> None:
    rewrite(student.author.package, MEMBER, lambda _: None)
    assert "import it in Anki instead" in refused(student)


def test_a_package_of_withdrawn_notes_says_what_to_do(student: Student) -> None:
    student.author.replace(WARFARIN)
    student.author.build(1, retire=True)
    shutil.copy(student.author.withdrawn, student.author.package)
    assert "import it in Anki instead" in refused(student)


def test_a_package_of_anki_itself_is_refused(student: Student) -> None:
    rewrite(student.author.package, "collection.anki21b", lambda _: b"x")
    assert "Anki itself exported it" in refused(student)


@pytest.mark.parametrize("data", [b"", b"text", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "an empty zip"])
def test_what_is_not_a_package_is_refused(data: bytes, student: Student) -> None:
    student.author.package.write_bytes(data)
    refused(student)


def test_a_package_with_other_note_types_is_refused(student: Student) -> None:
    def renumbered(data: bytes) -> bytes:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(data)
        connection.execute("UPDATE col SET models = replace(models, '1763596800101', '1763596800999')")
        connection.commit()
        return connection.serialize()

    rewrite(student.author.package, "collection.anki2", renumbered)
    assert "not Deckwright's" in refused(student)


def test_a_claim_on_a_note_of_the_students_own_touches_nothing(student: Student) -> None:
    with opened(student.path.parent) as anki:
        own = anki.col.new_note(anki.col.models.by_name("Basic"))
        own.fields = ["mine", "mine"]
        anki.col.add_note(own, anki.col.decks.id("Mine"))
        plain, guid = found(anki, "plain").guid, own.guid
    before = state(student)["collection.anki2"]
    claims = {guid: {"was": ["plain"]}, plain: {"was": ["plain"]}}
    rewrite(student.author.package, MEMBER, edited(lambda memory: memory.update(withdrawn=claims)))
    assert (student.steps("--apply", "--delete"), state(student)["collection.anki2"] == before) == ([], True)


def test_a_claim_on_a_note_of_another_id_touches_nothing(student: Student) -> None:
    with opened(student.path.parent) as anki:
        note = found(anki, "plain")
        note["ID"] = "another"
        anki.col.update_note(note)
    student.author.replace(CORRECTED)
    student.author.build(1)
    assert student.steps("--apply") == [("keep", "plain", "", "")]


@pytest.mark.parametrize("options", [[], ["--apply"]], ids=["dry", "apply"])
def test_an_open_collection_is_refused(options: list[str], student: Student) -> None:
    before = student.path.read_bytes()  # while it is open a look would take away the locks of this process
    with opened(student.path.parent):
        code = "from generator.cli import main; main.main()"  # locks are between processes
        command = [sys.executable, "-c", code, "push", str(student.author.package), str(student.path), *options]
        ran = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (1, "", 1)
        assert "close Anki first" in ran.stderr
    assert student.path.read_bytes() == before


def test_a_damaged_collection_is_refused(student: Student) -> None:
    student.path.write_bytes(student.path.read_bytes()[:5000])
    refused(student)


def test_a_file_that_is_not_a_collection_is_refused(student: Student) -> None:
    student.path.write_bytes(b"not a collection of Anki" * 100)
    refused(student)


def test_a_collection_of_a_newer_anki_is_refused(student: Student) -> None:
    with sqlite3.connect(student.path) as connection:
        connection.execute("UPDATE col SET ver = 99")
    connection.close()
    refused(student)


def test_a_backup_that_cannot_be_made_stops_the_merge(student: Student) -> None:
    student.author.replace(CORRECTED)
    student.author.build(1)
    (student.path.parent / "backups").write_bytes(b"")
    refused(student)


def test_a_backup_that_does_not_restore_stops_the_merge(student: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    student.author.replace(CORRECTED)
    student.author.build(1)
    monkeypatch.setattr(push, "_restored", lambda *_: (0, 0, 0))
    assert "cannot be restored" in refused(student)


def test_the_backup_holds_the_collection_as_it_was(student: Student) -> None:
    student.author.replace(CORRECTED)
    student.author.build(1)
    ran = student.push("--apply")
    (backup,) = (student.path.parent / "backups").iterdir()
    assert str(backup.name) in ran.err
    folder = student.author.root / "restored"
    folder.mkdir()
    assert push._restored(backup, folder) == (9, 17, 0)
    with opened_at(folder / "restored.anki2") as anki:
        assert "Deep purple" in found(anki, "plain")["Answer"]


def opened_at(path: Path) -> Any:
    path.rename(path.with_name("collection.anki2"))
    return opened(path.parent)


def test_a_fault_in_the_middle_changes_nothing(student: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    student.author.replace(CORRECTED)
    student.author.build(1)

    def fault(*_: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(_merge_apply, "_rewritten", fault)
    before = state(student)
    ran = student.push("--apply")
    assert (ran.status, "in the middle" in ran.err, state(student) == before) == (1, True, True)


KILLED = """
import os, sys
from generator.collection import push
real = os.replace
push.os.replace = lambda *_: os._exit(9)
from generator.cli import main
sys.argv[0] = "deckwright"
main.main()
"""


def test_a_kill_before_the_last_step_changes_nothing(student: Student) -> None:
    student.author.replace(CORRECTED)
    student.author.build(1)
    before = state(student)
    command = [sys.executable, "-c", KILLED, "push", str(student.author.package), str(student.path), "--apply"]
    ran = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert (ran.returncode, state(student)) == (9, before)


@pytest.mark.skipif(os.name == "nt", reason="read-only folders are another matter there")
def test_a_collection_that_changes_meanwhile_is_left_alone(student: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    student.author.replace(CORRECTED)
    student.author.build(1)
    real = _merge_apply.apply

    def meanwhile(*arguments: Any) -> None:
        real(*arguments)
        os.utime(student.path, (1, 1))

    monkeypatch.setattr(_merge_apply, "apply", meanwhile)
    before = state(student)
    assert ("meanwhile" in student.push("--apply").err, state(student) == before) == (True, True)


def test_a_collection_or_a_profile_is_named_and_not_both(student: Student) -> None:
    assert student.author.run("push", "decks/test-deck.apkg").status == 2
    assert student.push("--profile", "User 1").status == 2


@pytest.mark.parametrize(
    ("system", "environment", "folder"),
    [
        ("linux", {}, "/h/.local/share/Anki2"),
        ("linux", {"XDG_DATA_HOME": "/x"}, "/x/Anki2"),
        ("darwin", {}, "/h/Library/Application Support/Anki2"),
        ("win32", {"APPDATA": "/a"}, "/a/Anki2"),
        ("win32", {"ANKI_BASE": "/b"}, "/b"),
    ],
)
def test_anki_keeps_its_profiles_at(system: str, environment: dict[str, str], folder: str) -> None:
    assert base(system, Path("/h"), environment) == Path(folder)


def test_a_profile_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "User 1").mkdir()
    (tmp_path / "User 1" / "collection.anki2").touch()
    assert collection_of("User 1", tmp_path) == tmp_path / "User 1" / "collection.anki2"
    with pytest.raises(Unknown, match="there are: User 1"):
        collection_of("../User 1", tmp_path)


def test_a_profile_is_pushed_to(student: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(student.path.parent, student.author.root / "base" / "User 1")
    monkeypatch.setenv("ANKI_BASE", str(student.author.root / "base"))
    ran = student.author.run("push", "decks/test-deck.apkg", "--profile", "User 1")
    assert (ran.status, ran.out) == (0, "nothing to do\n")
