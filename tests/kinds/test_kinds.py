"""A kind of note is one module and its name in a tuple, and mypy names every answer that it leaves out."""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.base.diagnostics import errors
from generator.deck import guide
from generator.kinds.kind import Kind
from generator.kinds.registry import BY_WORD
from generator.pipeline.check import check
from tests.command import ROOT, digest, run
from tests.support import SVG, write_deck

MADE_UP = ROOT / "tests" / "made_up.py"
QUESTIONS = Kind._fields
NOTES = """\
notes:
  - {id: other, question: Which organ?, answer: The skin}
  - id: biopsy
    procedure: Punch biopsy of the skin
    steps: {numb: Numb the skin, punch: Turn the punch, close: Close the wound}
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


# A kind that is added.


@pytest.fixture
def deckwright(tmp_path: Path) -> Run:
    """The command of a copy of this code that knows one more kind, in a folder with a deck that uses it."""
    copy = tmp_path / "code" / "generator"
    shutil.copytree(ROOT / "generator", copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(MADE_UP, copy / "kinds")
    registry = copy / "kinds" / "registry.py"
    text = registry.read_text(encoding="utf-8")
    named = text.replace(" question, table\n", " question, table, made_up\n").replace(
        "    foreign_note.KIND,\n", "    foreign_note.KIND,\n    made_up.KIND,\n"
    )
    assert named.count("made_up") == 2
    registry.write_text(named, encoding="utf-8")
    write(tmp_path, NOTES)

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run(*arguments, folder=tmp_path, PYTHONPATH=str(copy.parent))

    return command


def write(folder: Path, notes: str) -> None:
    write_deck(folder / "cards_src" / "deck", notes=notes)


def ledger_line(folder: Path) -> dict[str, Any]:
    """Return what the ledger says of the procedure."""
    lines = (folder / "decks" / "test-deck.ledger.jsonl").read_text(encoding="utf-8").splitlines()
    (found,) = [it for line in lines if (it := json.loads(line)).get("id") == "biopsy"]
    return dict(found)


def test_it_takes_no_more_than_a_hundred_lines() -> None:
    assert len(MADE_UP.read_text(encoding="utf-8").splitlines()) <= 100


def test_it_is_checked(deckwright: Run, tmp_path: Path) -> None:
    assert deckwright("check").returncode == 0
    write(tmp_path, NOTES.replace("steps:", "stps:"))
    checked = deckwright("check")
    assert "S101 unknown key 'stps' in a procedure note" in checked.stdout + checked.stderr
    assert "did you mean 'steps'?" in checked.stdout + checked.stderr


def test_it_is_built_and_changes_nothing_when_built_again(deckwright: Run, tmp_path: Path) -> None:
    assert deckwright("build").returncode == 0
    first = digest(tmp_path / "decks")
    assert ledger_line(tmp_path)["kind"] == "procedure"
    assert deckwright("build").returncode == 0
    assert digest(tmp_path / "decks") == first


def test_real_anki_imports_it(deckwright: Run) -> None:
    deckwright("build")
    verified = deckwright("verify", "decks/test-deck.apkg", "--format", "json")
    assert verified.returncode == 0, verified.stderr
    assert "biopsy" in verified.stdout


def test_an_edit_of_it_is_planned(deckwright: Run, tmp_path: Path) -> None:
    deckwright("release")
    write(tmp_path, NOTES.replace("Turn the punch", "Turn the punch slowly"))
    planned = json.loads(deckwright("plan", "--format", "json").stdout)
    assert planned["changed"] == ["biopsy"]


def test_a_number_that_is_gone_never_comes_back(deckwright: Run, tmp_path: Path) -> None:
    deckwright("build")
    write(tmp_path, NOTES.replace("numb: Numb the skin, punch", "mark: Mark the place, punch"))
    assert deckwright("build").returncode == 0
    line = ledger_line(tmp_path)
    assert line["numbers"] == {"2": "punch: Turn the punch", "3": "close: Close the wound", "4": "mark: Mark the place"}
    assert line["retired_numbers"] == {"1": "numb: Numb the skin"}


def test_it_is_retired(deckwright: Run, tmp_path: Path) -> None:
    deckwright("build")
    write(tmp_path, NOTES.partition("  - id: biopsy")[0])
    refused = deckwright("build")
    assert refused.returncode == 1
    assert "H015" in refused.stdout + refused.stderr
    assert deckwright("build", "--retire").returncode == 0
    assert (tmp_path / "decks" / "test-deck.withdrawn.apkg").exists()
    assert ledger_line(tmp_path)["status"] == "retired"
    assert deckwright("build").returncode == 0


def test_it_is_counted(deckwright: Run) -> None:
    counted = json.loads(deckwright("stats", "--format", "json").stdout)
    assert {"name": "procedure", "notes": 1, "cards": 3} in counted["kinds"]
    assert counted["answers"]["count"] == 4


def test_it_is_explained(deckwright: Run) -> None:
    explained = deckwright("explain", "procedure").stdout
    assert explained.startswith("A procedure: one card for every step")
    assert "    procedure  Required. What is done.\n" in explained


def test_it_is_in_the_schema(deckwright: Run) -> None:
    known = json.loads(deckwright("schema").stdout)["properties"]["notes"]["items"]["oneOf"]
    assert "steps" in known[-1]["properties"]


# An answer that is left out.


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What mypy says of the made-up kind, and of it with each answer left out in turn."""
    folder = tmp_path_factory.mktemp("without")
    shutil.copy(MADE_UP, folder / "complete.py")
    for name in QUESTIONS:
        (folder / f"without_{name}.py").write_text(without(name), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "cache", *sorted(map(str, folder.glob("*.py")))]
    env = os.environ | {"MYPYPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False).stdout


def without(name: str) -> str:
    """Return the made-up kind without an answer."""
    tree = ast.parse(MADE_UP.read_text(encoding="utf-8"))
    (kind,) = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Kind"]
    kept = [it for it in kind.keywords if it.arg != name]
    assert len(kept) == len(kind.keywords) - 1
    kind.keywords = kept
    return ast.unparse(tree)


@pytest.mark.parametrize("name", QUESTIONS)
def test_mypy_names_an_answer_that_is_left_out(name: str, complaints: str) -> None:
    of_it = [line for line in complaints.splitlines() if f"without_{name}.py" in line]
    assert len(of_it) == 1
    assert f'Missing named argument "{name}"' in of_it[0] or f'Missing positional argument "{name}"' in of_it[0]


def test_mypy_has_nothing_to_say_of_the_whole_kind(complaints: str) -> None:
    assert "complete.py" not in complaints


# The kinds there are.


@pytest.mark.parametrize("word", BY_WORD)
def test_what_explain_shows_of_a_kind_is_true(word: str, tmp_path: Path) -> None:
    example = "".join(f"  {line}\n" for line in BY_WORD[word].example.splitlines())
    note_type = ROOT / "tests" / "errors" / "adopted_notes_with_mistakes" / "note_types" / "anatomy.json"
    files = {"media/skin.svg": SVG, "note_types/anatomy.json": note_type.read_bytes()}
    folder = write_deck(tmp_path, files, notes=f"notes:\n{example}")
    checked = check(folder)
    assert not errors(checked.diagnostics)
    assert {note.kind for deck in checked.decks for note in deck.notes} == {word}
    assert "\n" + "".join(f"    {line}\n" for line in BY_WORD[word].example.splitlines()) in guide.kind_page(word)


def outside() -> list[tuple[str, ast.AST]]:
    """Return every node of the code outside `kinds/`, with its file."""
    paths = [path for path in (ROOT / "generator").rglob("*.py") if path.parent.name != "kinds"]
    return [(path.name, node) for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def test_no_stage_imports_a_kind() -> None:
    faces = {
        "generator.kinds",
        *(f"generator.kinds.{face}" for face in ("kind", "registry", "masks")),
    }
    imported = {node.module or "" for _, node in outside() if isinstance(node, ast.ImportFrom)}
    assert "generator.kinds.registry" in imported
    assert {name for name in imported if name.startswith("generator.kinds")} <= faces


def test_no_stage_compares_a_kind_with_a_word() -> None:
    compared = [(name, node) for name, node in outside() if isinstance(node, ast.Compare | ast.MatchValue)]
    of_kinds = [(name, node) for name, node in compared if "kind" in ast.unparse(node)]
    words = {ast.unparse(ast.Constant(word)) for word in BY_WORD}
    assert of_kinds
    assert [it for it in of_kinds if words & {ast.unparse(inner) for inner in ast.walk(it[1])}] == []
