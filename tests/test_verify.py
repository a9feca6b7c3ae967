"""`verify` sees what Anki would do to a student: a good release passes, a bad one does not."""

import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from generator.collection import verify
from generator.collection.verify import NoteVerdict, Verdict
from generator.show.report import verdict_text
from tests.author import Author, copied
from tests.command import environment

Change = Callable[[sqlite3.Connection], object]


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author with two releases: one answer is corrected, a note added, another withdrawn."""
    made = Author(tmp_path / "author")
    made.build()
    copied(made.package, "old.apkg")
    made.replace(
        ("questions.yaml", "Deep purple", "Deep blue"),
        (
            "clozes.yaml",
            "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n",
            "  - {id: a-new, question: Which stain is black?, answer: von Kossa}\n",
        ),
    )
    made.build(1, retire=True)
    copied(made.package, "new.apkg")
    return made


def tampered(package: Path, change: Change) -> Path:
    """Return a copy of a package whose collection was changed behind our back."""
    bad = package.with_name("bad.apkg")
    connection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(bad, "w") as new:
        connection.deserialize(old.read("collection.anki2"))
        change(connection)
        connection.commit()
        new.writestr("collection.anki2", connection.serialize())
        for name in set(old.namelist()) - {"collection.anki2"}:
            new.writestr(name, old.read(name))
    connection.close()
    return bad


def sql(*statements: str) -> Change:
    """Return a change made of SQL."""
    return lambda connection: [connection.execute(statement) for statement in statements]


def with_a_field_more(connection: sqlite3.Connection) -> None:
    """Add a field to every note type."""
    ((text,),) = connection.execute("SELECT models FROM col")
    kinds = json.loads(text)
    for kind in kinds.values():
        kind["flds"].append({**kind["flds"][-1], "name": "Added", "id": 1, "ord": len(kind["flds"])})
        kind["mod"] += 1000
    connection.execute("UPDATE col SET models = ?", (json.dumps(kinds),))
    connection.execute("UPDATE notes SET flds = flds || char(31), mod = mod + 1000")


SWAP = "replace(replace(replace(flds, '{{c2::', '{{c9::'), '{{c3::', '{{c2::'), '{{c9::', '{{c3::')"
BAD: dict[str, tuple[Change, str]] = {
    "every guid is another": (sql("UPDATE notes SET guid = 'x' || guid"), "(?m)^[1-9][0-9]* problems?$"),
    "the guid of one note is another": (
        sql("UPDATE notes SET guid = 'x' WHERE flds LIKE '%knife-shatter%'"),
        "(?m)^[1-9][0-9]* problems?$",
    ),
    "two clozes swapped numbers": (sql(f"UPDATE notes SET flds = {SWAP}, mod = mod + 1000"), "now belongs to"),
    "every note is newer without a change": (sql("UPDATE notes SET mod = mod + 100000"), "though nothing was changed"),
    "an edit is not newer": (
        sql("UPDATE notes SET flds = replace(flds, 'A forearm', 'An arm')"),
        "the edit did not arrive",
    ),
    "note types have a field more": (with_a_field_more, "conflict"),
    "a note has no card": (
        sql("DELETE FROM cards WHERE nid = (SELECT id FROM notes WHERE flds LIKE '%von Kossa%')"),
        "no card",
    ),
    "a fact became another one": (
        sql(
            "UPDATE notes SET flds = replace(replace(flds, 'A forearm', 'Zinc'), 'What is this', 'Name ores')",
            "UPDATE notes SET mod = mod + 9 WHERE flds LIKE '%Zinc%'",
        ),
        "now belongs to",
    ),
}


ODD_ROWS: dict[str, tuple[Change, str]] = {
    "two notes have one guid": (
        sql("UPDATE notes SET guid = (SELECT min(guid) FROM notes) WHERE id = (SELECT max(id) FROM notes)"),
        "bad.apkg has 9 notes, but only 8 guids",
    ),
    "there is no note": (sql("DELETE FROM notes", "DELETE FROM cards"), "bad.apkg has no notes"),
    "a note has the row id 0": (
        sql(
            "UPDATE cards SET nid = 0 WHERE nid = (SELECT min(id) FROM notes)",
            "UPDATE notes SET id = 0 WHERE id = (SELECT min(id) FROM notes)",
        ),
        "bad.apkg has a note with the row id 0",
    ),
}


@pytest.mark.parametrize(("change", "said"), ODD_ROWS.values(), ids=list(ODD_ROWS))
def test_a_package_is_bad_in_which(change: Change, said: str, author: Author) -> None:
    tampered(author.root / "new.apkg", change)
    ran = author.run("verify", "bad.apkg")
    assert (ran.status, said in " ".join((ran.out + ran.err).split())) == (1, True)


def test_long_texts_are_compared_by_their_words() -> None:
    long = " ".join(f"word{at}" for at in range(200_000))
    assert verify._likeness(long, f"{long} more") > 0.99
    assert verify._likeness(long, long.replace("word", "fact")) == 0


def test_a_good_pair_ends_with_0(author: Author) -> None:
    assert author.run("verify", "new.apkg", "--from", "old.apkg").status == 0


def test_a_first_release_ends_with_0(author: Author) -> None:
    assert author.run("verify", "old.apkg").status == 0


def test_a_table_says_what_became_of_each_note(author: Author) -> None:
    assert author.run("verify", "new.apkg", "--from", "old.apkg").out == (
        "note      status     cards  kept\n"
        "a-new     new            1     0\n"
        "plain     updated        1     1\n"
        "warfarin  withdrawn      1     1\n"
        "10 notes: 7 kept, 1 new, 1 updated, 1 withdrawn\n"
        "histories kept: 17 of 17\n"
        "Anki's import: 1 new, 1 updated, 7 duplicate, 0 conflicting\n"
        "fine: nothing lost, doubled or on another fact\n"
    )


@pytest.mark.parametrize(("change", "said"), BAD.values(), ids=list(BAD))
def test_a_bad_release_ends_with_1(change: Change, said: str, author: Author) -> None:
    tampered(author.root / "new.apkg", change)
    assert author.run("verify", "bad.apkg", "--from", "old.apkg").status == 1


@pytest.mark.parametrize(("change", "said"), BAD.values(), ids=list(BAD))
def test_a_bad_release_is_said_to_be_bad_in_words(change: Change, said: str, author: Author) -> None:
    tampered(author.root / "new.apkg", change)
    out = author.run("verify", "bad.apkg", "--from", "old.apkg").out
    assert re.search(said, out.replace("\n  ", " "))


def test_what_is_wrong_is_said_once_with_its_notes(author: Author) -> None:
    tampered(author.root / "new.apkg", BAD["every note is newer without a change"][0])
    out = author.run("verify", "bad.apkg", "--from", "old.apkg").out
    assert out.startswith(
        "note      status     cards  kept\n"
        "a-new     new            1     0\n"
        "plain     updated        1     1\n"
        "warfarin  withdrawn      1     1\n"
        "problem in 2 notes: it was rewritten, and the student's tags and edits with it,\n"
        "  though nothing was changed\n"
        "    both-ways, drugs/colchicine\n"
    )


def verdict(problem: str, ids: list[str], whole: str = "") -> Verdict:
    """Return a rehearsal in which one thing is wrong with some notes, and one with the whole collection."""
    notes = tuple(NoteVerdict(id, "kept", 1, 0, 1, problem) for id in ids)
    return Verdict({"new": 0}, notes, (whole,) if whole else ())


def test_ten_notes_of_one_problem_are_named() -> None:
    text = verdict_text(verdict("card 1 lost its history", [f"n{at:02}" for at in range(2012)]))
    assert text.startswith(
        "problem in 2,012 notes: card 1 lost its history\n"
        "    n00, n01, n02, n03, n04, n05, n06, n07, n08, n09 and 2,002 more\n"
    )


def test_ten_notes_leave_none_to_be_counted() -> None:
    text = verdict_text(verdict("card 1 lost its history", [f"n{at}" for at in range(10)]))
    assert text.split("\n")[1] == "    n0, n1, n2, n3, n4, n5, n6, n7, n8, n9"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_what_is_wrong_fits_the_terminal(width: int) -> None:
    problem = "the history of 'a wound that does not heal' (card 1) now belongs to 'another'; " * 3
    found = verdict(problem, [f"a-note-of-some-length-{at}" for at in range(30)], "Check Database finds faults: " * 9)
    lines = verdict_text(found, width=width).split("\n")
    assert [line for line in lines if len(line) > width] == []
    assert len(lines) > 12


def test_help_says_where_the_old_package_comes_from(author: Author) -> None:
    assert "\n  deckwright verify decks/calcinosis-cutis.apkg --from v1.0\n" in author.run("verify", "-h").out


def test_a_bad_release_is_not_said_to_be_fine(author: Author) -> None:
    tampered(author.root / "new.apkg", BAD["two clozes swapped numbers"][0])
    assert json.loads(author.run("verify", "--format", "json", "bad.apkg", "--from", "old.apkg").out)["fine"] is False


def test_json_has_these_keys(author: Author) -> None:
    found = json.loads(author.run("verify", "--format", "json", "new.apkg", "--from", "old.apkg").out)
    assert (list(found), list(found["notes"][0])) == (
        ["fine", "import", "notes", "problems"],
        ["id", "status", "cards", "kept", "problem"],
    )


def test_json_says_what_the_table_says(author: Author) -> None:
    found = json.loads(author.run("verify", "--format", "json", "new.apkg", "--from", "old.apkg").out)
    assert {it["id"]: it["status"] for it in found["notes"] if it["status"] != "kept"} == {
        "a-new": "new",
        "plain": "updated",
        "warfarin": "withdrawn",
    }


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "empty zip"])
def test_a_file_that_anki_refuses_ends_with_1(data: bytes, author: Author) -> None:
    (author.root / "bad.apkg").write_bytes(data)
    ran = author.run("verify", "bad.apkg")
    assert (ran.status, ran.out, ran.err.startswith("deckwright: Anki refuses bad.apkg")) == (1, "", True)


def test_an_old_package_that_anki_refuses_ends_with_1(author: Author) -> None:
    (author.root / "bad.apkg").write_bytes(b"not a zip")
    assert author.run("verify", "new.apkg", "--from", "bad.apkg").status == 1


def test_a_package_that_is_not_there_is_a_wrong_command_line(author: Author) -> None:
    assert author.run("verify", "nowhere.apkg").status == 2


def test_verify_leaves_the_packages_as_they_are(author: Author) -> None:
    before = {path.name: path.read_bytes() for path in author.root.glob("*.apkg")}
    author.run("verify", "new.apkg", "--from", "old.apkg")
    assert {path.name: path.read_bytes() for path in author.root.iterdir() if path.is_file()} == before


def test_without_anki_one_line_says_how_to_install_it(author: Author) -> None:
    code = "import sys; sys.modules['anki'] = None; from generator.cli import main as cli; cli.main()"
    command = [sys.executable, "-c", code, "verify", "new.apkg"]
    ran = subprocess.run(command, cwd=author.root, capture_output=True, text=True, check=False, timeout=60)
    lines = [line for line in ran.stderr.splitlines() if "anki" in line.lower()]
    assert (ran.returncode, ran.stdout, len(lines), "deckwright[anki]" in lines[0]) == (2, "", 1, True)


def test_the_withdrawn_package_is_verified_like_any_other(author: Author) -> None:
    copied(author.withdrawn, "gone.apkg")
    assert author.run("verify", "gone.apkg", "--from", "old.apkg").status == 0


OLD = "import anki.collection as it; del it.ImportAnkiPackageOptions"


@pytest.mark.parametrize(
    ("setting", "status", "said"),
    [
        (OLD, 2, f"verify asks the real Anki, and anki {version('anki')} is too old: pip install --upgrade"),
        ("sys.modules['difflib'] = None", 3, ""),
    ],
    ids=["before 23.12", "a fault of ours"],
)
def test_an_anki_that_cannot_be_asked_is_said_so(setting: str, status: int, said: str, author: Author) -> None:
    code = f"import sys\n{setting}\nsys.argv[0] = 'deckwright'\nfrom generator.cli import main as cli\ncli.main()"
    command = [sys.executable, "-c", code, "verify", str(author.package)]
    ran = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (status, "")
    assert ran.stderr.startswith(f"deckwright: {said}")
