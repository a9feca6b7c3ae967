"""The add-on holds the merge as it is here, letter for letter; what it does in an open collection is one undo step."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from generator.collection import _merge_apply, _merge_package, addon
from generator.collection.merge_plan import plan
from tests.anki_backend import opened
from tests.pushed import CORRECTED, WARFARIN, Student, found

HERE = Path(addon.__file__).parent


@pytest.fixture
def packed(student: Student) -> zipfile.ZipFile:
    assert student.author.run("addon", "-o", "out").out == "out/deckwright-update.ankiaddon\n"
    return zipfile.ZipFile(student.author.root / "out" / "deckwright-update.ankiaddon")


@pytest.mark.parametrize("name", addon.CORE)
def test_a_file_of_the_core_is_the_same_byte_for_byte(name: str, packed: zipfile.ZipFile) -> None:
    assert packed.read(name) == (HERE / name).read_bytes()


def test_it_holds_nothing_else(packed: zipfile.ZipFile) -> None:
    assert sorted(packed.namelist()) == sorted([*addon.CORE, "__init__.py", "manifest.json"])


def test_it_is_the_same_twice() -> None:
    assert addon.archive() == addon.archive()


def test_its_core_loads_without_deckwright(packed: zipfile.ZipFile, tmp_path: Path) -> None:
    folder = tmp_path / "addons" / "deckwright_update"
    packed.extractall(folder)
    (folder / "__init__.py").write_text("")  # the menu needs Anki's window
    code = (
        "import sys; sys.modules['generator'] = None\n"
        "from deckwright_update import _addon_menu, _merge_apply, _merge_package, merge_plan\n"
        "print(_merge_package.arrival(__import__('pathlib').Path(sys.argv[1])).deck)"
    )
    package = tmp_path / "decks" / "test-deck.apkg"
    command = [sys.executable, "-c", code, str(package)]
    ran = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("test-deck\n", "")


def test_everything_is_one_undo_step_and_no_one_way_sync(student: Student) -> None:
    author = student.author
    author.replace(CORRECTED, WARFARIN, ("subtypes.yaml", "subdeck: Lists", "subdeck: Kinds"))
    author.write({"more.yaml": "notes:\n  - {id: a-new, question: Which stain is black?, answer: von Kossa}\n"})
    author.build(1, retire=True)
    with opened(student.path.parent) as anki:
        tables = ("notes", "cards", "revlog")
        before = {it: anki.rows(f"SELECT id FROM {it} ORDER BY id") for it in tables}
        texts, decks = anki.rows("SELECT id, flds, tags FROM notes"), anki.rows("SELECT id, did, queue FROM cards")
        schema = anki.col.db.scalar("SELECT scm FROM col")
        media = Path(anki.col.media.dir())
        arrival = _merge_package.arrival(author.package)
        made = plan(arrival, _merge_apply.view(anki.col, arrival, media))
        _merge_apply.apply(anki.col, author.package, arrival, made, media)
        assert {it.step for it in made.steps} == {"add", "update", "move", "suspend", "tag"}
        assert "Deep blue" in found(anki, "plain")["Answer"]
        assert anki.col.undo_status().undo == _merge_apply.UNDO
        assert anki.col.db.scalar("SELECT scm FROM col") == schema
        anki.col.undo()
        assert {it: anki.rows(f"SELECT id FROM {it} ORDER BY id") for it in tables} == before
        assert anki.rows("SELECT id, flds, tags FROM notes") == texts
        assert anki.rows("SELECT id, did, queue FROM cards") == decks
        assert anki.col.undo_status().undo != _merge_apply.UNDO
