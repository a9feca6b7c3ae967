"""A deck from elsewhere is a stranger's: what is damaged, hostile or runs scripts is one line, and no project."""

import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.compiled import live
from tests.anki_backend import opened
from tests.command import run
from tests.foreign_decks import author_of_x, exported

GOOD = "x.apkg"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export a deck in the new form."""
    folder = tmp_path_factory.mktemp("good")
    with author_of_x(folder) as (author, _):
        return exported(author, folder / GOOD)


def rewritten(good: Path, path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Write the members of a package once more, with a change."""
    with zipfile.ZipFile(good) as archive:
        members = {it: archive.read(it) for it in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def refused(folder: Path, *more: str) -> str:
    """Import x.apkg of a folder, see that it is refused and leaves nothing, and return what is said."""
    before = sorted(os.listdir(folder))
    ran = run("import", GOOD, "project", *more, folder=folder)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert sorted(os.listdir(folder)) == before
    assert ran.stderr.count("\n") == 1
    return ran.stderr.removeprefix("deckwright: ").strip()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_package_that_is_cut_short(share: float, good: Path, here: Path) -> None:
    data = good.read_bytes()
    (here / GOOD).write_bytes(data[: int(len(data) * share)])
    assert refused(here).startswith("x.apkg: it is not a package, or it is damaged: ")


def test_a_package_with_other_bytes_in_a_member(good: Path, here: Path) -> None:
    data = bytearray(good.read_bytes())
    with zipfile.ZipFile(good) as archive:
        start = archive.getinfo("collection.anki21b").header_offset
    data[start + 200] ^= 0xFF
    (here / GOOD).write_bytes(data)
    assert "x.apkg: it is" in refused(here)


@pytest.mark.parametrize("name", ["../up", "/etc/x", "a/b", "..\\up", ".hidden"])
def test_a_member_whose_name_leads_elsewhere(name: str, good: Path, here: Path) -> None:
    rewritten(good, here / GOOD, lambda members: members.update({name: b"x"}))
    assert refused(here).startswith("x.apkg: it holds a file whose name leads elsewhere")


def test_a_zip_without_a_collection(here: Path) -> None:
    with zipfile.ZipFile(here / GOOD, "w") as archive:
        archive.writestr("notes.txt", "x")
    assert refused(here) == "x.apkg: there is no collection in it: Anki did not export it"


def test_a_collection_that_is_none(good: Path, here: Path) -> None:
    rewritten(good, here / GOOD, lambda members: members.update({"collection.anki21b": b"not zstd"}))
    assert refused(here).startswith("x.apkg: Anki cannot read it: ")


def test_a_zip_that_would_fill_the_disk(here: Path) -> None:
    with zipfile.ZipFile(here / GOOD, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", b"x")
    data = (here / GOOD).read_bytes()
    at = data.index(b"PK\x01\x02") + 24  # the size that the directory says
    (here / GOOD).write_bytes(data[:at] + (4_100_000_000).to_bytes(4, "little") + data[at + 4 :])
    assert refused(here) == "x.apkg: it would become too large when it is unpacked"


def test_the_placeholder_beside_the_real_collection_is_not_taken_for_it(good: Path, here: Path) -> None:
    with zipfile.ZipFile(good) as archive:
        assert "collection.anki2" in archive.namelist()
    (here / GOOD).write_bytes(good.read_bytes())
    assert json.loads(run("import", GOOD, "project", "--format", "json", folder=here).stdout)["notes"] == 7


def test_a_collection_that_would_grow_without_end(good: Path, here: Path) -> None:
    """Zeros that zstd packs into blocks of a few bytes each, which say how large they become."""
    block = (1 | 1 << 1 | (128 << 10) << 3).to_bytes(3, "little") + b"\0"  # the last, repeated
    more = (1 << 1 | (128 << 10) << 3).to_bytes(3, "little") + b"\0"
    frame = b"\x28\xb5\x2f\xfd\x00\x58" + more * 2_000 + block  # 262 MB
    rewritten(good, here / GOOD, lambda members: members.update({"collection.anki21b": frame}))
    assert (here / GOOD).stat().st_size < 100_000
    assert "File too large" in refused(here)


def test_a_guid_that_no_ledger_holds(here: Path) -> None:
    with author_of_x(here / "a") as (author, _):
        for guid, note in zip(("", "x" * 300, "a\x01b"), author.col.find_notes(""), strict=False):
            author.col.db.execute("UPDATE notes SET guid = ? WHERE id = ?", guid, note)
        exported(author, here / GOOD)
    made = json.loads(run("import", GOOD, "project", "--format", "json", folder=here).stdout)
    assert [it["why"] for it in made["left_out"]] == ["its guid is empty, too long, or has a control character"] * 3
    assert run("build", folder=here / "project").returncode == 0


def test_media_whose_name_leads_elsewhere(here: Path) -> None:
    with author_of_x(here / "a") as (author, _):
        old = exported(author, here / "old.apkg", "legacy")
    (here / GOOD).touch()
    rewritten(old, here / GOOD, lambda members: members.update({"media": b'{"0": "../../up.png"}'}))
    assert refused(here).startswith("x.apkg: Anki cannot read it: ")
    assert not list(here.rglob("up.png"))


def scripted(folder: Path, front: str, template: str) -> None:
    """Export a deck with a note, and a template, of that text."""
    with opened(folder / "author") as anki:
        kind = anki.col.models.by_name("Basic")
        kind["tmpls"][0]["qfmt"] = template
        anki.col.models.update_dict(kind)
        note = anki.col.new_note(anki.col.models.by_name("Basic"))
        note["Front"], note["Back"] = front, "answer"
        anki.col.add_note(note, anki.col.decks.id("Deck"))
        exported(anki, folder / GOOD)


@pytest.mark.parametrize(
    ("front", "template"),
    [
        ("<script>alert(1)</script>", "{{Front}}"),
        ("<img src=x onerror=alert(1)>", "{{Front}}"),
        ('<a href="JaVa&#x09;script:alert(1)">x</a>', "{{Front}}"),
        ("plain", "{{Front}}<script>alert(1)</script>"),
    ],
)
def test_a_script_is_refused_until_its_note_type_is_named(front: str, template: str, here: Path) -> None:
    scripted(here, front, template)
    said = refused(here)
    assert said.startswith("cards of x.apkg would run scripts (Basic: ")
    assert said.endswith("if you know what they do: --allow-scripts 'Basic'")


def test_a_script_that_was_let_in_stays_as_it_was(here: Path) -> None:
    scripted(here, "<b onclick='x()'>x</b>", "{{Front}}<script>y()</script>")
    assert "--allow-scripts 'Basic'" in refused(here, "--allow-scripts", "Other")
    assert run("import", GOOD, "project", "--allow-scripts", "Basic", folder=here).returncode == 0
    ran = run("build", folder=here / "project")
    assert (ran.returncode, ran.stderr) == (0, "")
    connection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(here / "project" / "decks" / "project.apkg") as archive:
        connection.deserialize(archive.read("collection.anki2"))
    ((fields, models),) = connection.execute("SELECT flds, models FROM notes, col")
    assert fields == "<b onclick='x()'>x</b>\x1fanswer"
    assert [it["tmpls"][0]["qfmt"] for it in json.loads(models).values()] == ["{{Front}}<script>y()</script>"]
    assert "scripts" not in models


@pytest.mark.parametrize(
    "html",
    [
        "<SCRIPT src=//x.example></SCRIPT>",
        "<img src='>' onerror='alert(1)'>",
        "<img/onerror=alert(1) src=x>",
        "<svg onload=alert(1)>",
        "<b onmouseover = alert(1)>x</b>",
        "<iframe srcdoc='&lt;script&gt;'></iframe>",
        "<form action=x>",
        "<a href='java\nscript:alert(1)'>x</a>",
        "<img src=x onerror=alert(1)",
        "<object data=x></object>",
        "<meta http-equiv=refresh>",
    ],
)
def test_what_runs_is_found(html: str) -> None:
    assert live.runs(html)


@pytest.mark.parametrize(
    "html",
    [
        "It depends on x = 5, and once = 1.",
        "JavaScript: The Good Parts",
        '<font color="red"><b>bold</b></font> &lt;script&gt; is shown',
        '<img src="a.png" alt="onerror=x"> on = off',
        '<div style="text-align:left">a < b, on it = c</div>',
        "<a href='https://example.org/?onload=1'>link</a>",
    ],
)
def test_what_does_not_run_is_let_through(html: str) -> None:
    assert live.runs(html) == ""
