"""The validator and the editor's schema are made from one table, and agree."""

import copy
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from generator.deck import editor_schema
from generator.deck.schema import load
from generator.kinds.registry import KINDS
from generator.source.project import find
from tests.support import png, write_deck

CARDS = Path(__file__).parents[2] / "cards_src"
NOTES: list[dict[str, Any]] = [
    {
        "id": "a",
        "question": "Which?",
        "answer": "This",
        "reverse": True,
        "tags": ["x"],
        "sources": ["x", "First Aid, p. 112", "张学军《皮肤性病学》第9版"],
    },
    {"id": "b", "cloze": "It is {{c1::this}}", "extra": "More.", "dispute": "most-common-type", "was": "old"},
    {"id": "c", "list": "Two", "items": {"one": "One", "two": {"text": "Two", "cue": "second"}}, "show": "none"},
    {"id": "d", "table": "T", "columns": {"x": "X"}, "rows": {"r": {"name": "R", "x": "1", "tags": ["t"]}}},
    {"id": "e", "image": "skin.png", "header": "H", "mode": "hide-all", "masks": {"m": {"rect": [0, 0, 10, 10]}}},
    {"id": "f", "question": "What?", "answer": "That", "type": True, "context": "Here"},
    {"id": "g", "case": "A lump", "asks": {"a": {"ask": "What?", "answer": "A cyst"}}, "show": "before"},
    {"id": "h", "choose": "Which colour?", "right": "Blue", "wrong": {"a": "Red", "b": {"text": "Green", "why": "No"}}},
    {"id": "i", "choose": "Which salt?", "right": {"a": "Lime", "b": {"text": "Chalk"}}, "wrong": {"c": "Sugar"}},
    {"id": "j", "image": "skin.png", "masks": {"m": {"outlines": [{"rect": [0, 0, 9, 9]}, {"ellipse": [9, 9, 9, 9]}]}}},
]
# Where in a note, and what is put there (None: the key is taken away).
FAULTS: list[tuple[int, tuple[Any, ...], Any]] = [
    (0, ("id",), None),
    (0, ("answer",), None),
    (0, ("qestion",), "x"),
    (0, ("id",), "Not An Id"),
    (0, ("tags",), "x"),
    (0, ("tags", 0), "a b"),
    (0, ("reverse",), "maybe"),
    (0, ("answer",), ["a"]),
    (0, ("answer",), {"a": "b"}),
    (0, ("sources", 0), "NoKey"),
    (1, ("cloze",), None),
    (1, ("question",), "both"),
    (1, ("extra",), ["x"]),
    (2, ("items",), None),
    (2, ("items",), {}),
    (2, ("items",), ["a", "b"]),
    (2, ("items", "two"), {"cue": "no text"}),
    (2, ("items", "two", "txt"), "x"),
    (2, ("show",), "some"),
    (3, ("rows",), None),
    (3, ("columns",), ["X"]),
    (3, ("rows", "r", "name"), None),
    (3, ("rows", "r", "tags"), "x"),
    (4, ("masks",), None),
    (4, ("masks", "m", "rect"), [1, 2, 3]),
    (4, ("masks", "m", "rect", 0), "left"),
    (4, ("masks", "m", "polygon"), [[1, 2]]),
    (4, ("mode",), "hide-some"),
    (5, ("type",), "typed"),
    (5, ("context",), ["x"]),
    (6, ("asks", "a", "answer"), None),
    (6, ("show",), "others"),
    (7, ("wrong",), None),
    (7, ("wrong", "b", "text"), None),
    (8, ("right",), ["a"]),
    (9, ("masks", "m", "outlines", 0, "rect"), [1]),
]


def both(notes: list[dict[str, Any]], folder: Path) -> tuple[bool, bool]:
    """Say whether the validator and the editor's schema accept notes."""
    text = json.dumps({"subdeck": "S", "tags": ["t"], "notes": notes})
    write_deck(folder, {"notes.yaml": text, "media/skin.png": png(20, 20)})
    project, _ = find(folder)
    _, found = load(project.decks[0])
    try:
        jsonschema.validate(json.loads(text), editor_schema.schema())
    except jsonschema.ValidationError:
        return found == (), False
    return found == (), True


@pytest.mark.parametrize("note", NOTES, ids=lambda note: list(note)[1])
def test_both_accept_a_note_of_each_kind(note: dict[str, Any], tmp_path: Path) -> None:
    assert both([note], tmp_path) == (True, True)


@pytest.mark.parametrize(("index", "path", "value"), FAULTS, ids=[f"{path[-1]}-{value}" for _, path, value in FAULTS])
def test_both_refuse_a_faulty_note(index: int, path: tuple[Any, ...], value: Any, tmp_path: Path) -> None:
    note = copy.deepcopy(NOTES[index])
    at: Any = note
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    kept = {key: it for key, it in note.items() if it is not None}
    for inner in kept.get("rows", {}).values():
        inner.update({key: it for key, it in inner.items() if it is not None})
    cleaned = json.loads(
        json.dumps(kept), object_hook=lambda it: {key: inner for key, inner in it.items() if inner is not None}
    )
    assert both([cleaned], tmp_path) == (False, False)


@pytest.mark.parametrize("record", [kind.record for kind in KINDS], ids=lambda record: record.what)
def test_the_schema_knows_the_keys_of_every_kind(record: Any) -> None:
    known = [set(it["properties"]) for it in editor_schema.schema()["properties"]["notes"]["items"]["oneOf"]]
    assert {key.name for key in record.keys} in known


@pytest.mark.parametrize("kind", editor_schema.FILES)
def test_the_schema_is_a_schema(kind: str) -> None:
    jsonschema.Draft7Validator.check_schema(editor_schema.schema(kind))


@pytest.mark.skipif(not shutil.which("check-jsonschema"), reason="check-jsonschema is not installed")
@pytest.mark.parametrize("kind", editor_schema.FILES)
def test_its_patterns_are_those_of_ecmascript(kind: str, tmp_path: Path) -> None:
    """Editors are stricter than Python: in a class they allow no backslash before a quotation mark."""
    path = tmp_path / f"{kind}.schema.json"
    path.write_text(editor_schema.as_json(kind), encoding="ascii")
    command = ["check-jsonschema", "--check-metaschema", str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout


@pytest.mark.parametrize("kind", editor_schema.FILES)
def test_the_schema_beside_the_notes_is_the_one_that_is_printed(kind: str) -> None:
    committed = (CARDS / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert json.loads(committed) == editor_schema.schema(kind)


@pytest.mark.parametrize("path", sorted(CARDS.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_shipped_files_fit_their_schema(path: Path) -> None:
    kind = path.stem if path.stem in editor_schema.FILES else "notes"
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema=../{kind}.schema.json\n")
    jsonschema.validate(yaml.safe_load(text), editor_schema.schema(kind))


@pytest.mark.parametrize("record", [kind.record for kind in KINDS], ids=lambda record: record.what)
def test_the_first_key_tells_the_kind(record: Any) -> None:
    assert record.keys[0].required
