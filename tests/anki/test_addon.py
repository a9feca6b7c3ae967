"""The add-on holds the merge as it is here, letter for letter; what it does in an open collection is one undo step."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
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


def test_the_one_beside_the_decks_is_this_one() -> None:
    """If not: deckwright addon -o decks."""
    kept, now = (zipfile.ZipFile(it) for it in (HERE.parents[1] / "decks" / addon.NAME, io.BytesIO(addon.archive())))
    assert {it: kept.read(it) for it in kept.namelist()} == {it: now.read(it) for it in now.namelist()}


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


@pytest.mark.skipif(find_spec("aqt") is None, reason="Anki's desktop is not installed: pip install 'aqt[qt6]'")
def test_in_the_real_desktop_a_click_and_a_yes_merge_and_undo_takes_it_back(student: Student) -> None:
    base = student.author.root / "base"
    shutil.copytree(student.path.parent, base / "collection")
    student.author.replace(CORRECTED)
    student.author.build(1)
    addon.write(base)
    offscreen = {
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox --disable-gpu",
        "ANKI_SOFTWAREOPENGL": "1",
        "ANKI_SINGLE_INSTANCE_KEY": base.parent.name,
        "LC_ALL": "C.UTF-8",
        "TMPDIR": str(base),
    }
    command = [sys.executable, "-m", "tests.anki_desktop", str(base), str(student.author.package)]
    ran = subprocess.run(command, env=os.environ | offscreen, capture_output=True, text=True, check=False, timeout=120)
    told = json.loads(ran.stdout[ran.stdout.rindex("{") :])
    assert "updated plain Answer" in " ".join(told["shown"].split())
    assert (told["merged"], told["undone"], told["backups"]) == ("Deep blue", "Deep purple", 1)
