"""Does `import` write a project that `check` takes, whole or not at all, and over nothing; does it say what it left?"""

import json
import os
from pathlib import Path

import pytest

from generator.base.files import Unusable
from generator.importing.arrived import Arrived, LeftOut, Note
from generator.pipeline import import_project
from generator.pipeline.new import Unfit
from tests.command import digest, run
from tests.support import SVG

TABLE = "Front,Back,Tags\nWhat is Ca?,Calcium <b>ion</b>,chem\nWhich is P?,,chem\nWho is <img src=x.svg>?,Her,\n"


def table(folder: Path, text: str = TABLE, name: str = "cards.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_table_becomes_a_project_that_builds(tmp_path: Path) -> None:
    table(tmp_path)
    (tmp_path / "x.svg").write_bytes(SVG)
    ran = run("import", "cards.csv", "my deck", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == (
        "my deck: 2 notes in 1 file\n  question: 2\n  media: 1\n  left out: 1\n    cards.csv:3: its answer is empty\n"
        "  all that was left out: cards_src/my_deck/.left_out.txt\n"
    )
    assert ran.stderr == "next:\n  cd 'my deck'\n  deckwright check\n  deckwright preview\n  deckwright build\n"
    project = tmp_path / "my deck"
    checked = run("check", "--strict", folder=project)
    assert (checked.returncode, checked.stderr) == (0, "no mistakes in 2 notes with 2 cards\n")
    assert run("build", folder=project).returncode == 0
    assert (project / "cards_src/my_deck/notes.yaml").read_text(encoding="utf-8") == (
        "# yaml-language-server: $schema=../notes.schema.json\n\nnotes:\n"
        "  - id: what-is-ca\n    question: What is Ca?\n    answer: Calcium **ion**\n    tags: [chem]\n\n"
        "  - id: who-is\n    question: Who is ![](x.svg)?\n    answer: Her\n"
    )
    assert "which is p?" in (project / "cards_src/my_deck/.left_out.txt").read_text(encoding="utf-8").casefold()


def test_a_table_is_merged_into_no_project_and_what_to_do_instead_is_said(tmp_path: Path) -> None:
    table(tmp_path)
    assert run("import", "cards.csv", folder=tmp_path).returncode == 0
    before = everything(tmp_path / "cards")
    ran = run("import", "cards.csv", "cards", folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("deckwright: cards is a project already, and only a newer .apkg of a deck that was ")
    assert ran.stderr.endswith(
        "import into a new folder, and move its files of notes into that of a deck in cards/cards_src\n"
    )
    assert everything(tmp_path / "cards") == before


def test_the_project_has_what_a_new_one_has(tmp_path: Path) -> None:
    table(tmp_path)
    assert run("import", "cards.csv", folder=tmp_path).returncode == 0
    assert run("new", "other", folder=tmp_path).returncode == 0
    ours, others = everything(tmp_path / "cards"), everything(tmp_path / "other")
    same = {path for path in others if not path.startswith(("cards_src/other/", "README.md"))}
    assert {path: ours[path] for path in same} == {path: others[path] for path in same}
    assert b"first_notes" not in ours["README.md"]


def test_warnings_of_the_first_day_pass(tmp_path: Path) -> None:
    table(tmp_path, "Front,Back\nIs it so?,Yes\n")
    ran = run("import", "cards.csv", folder=tmp_path)
    known = "1 warning, which cards_src/lint-baseline.json lets pass: deckwright check --all shows it"
    assert known in ran.stdout
    assert run("check", "--strict", folder=tmp_path / "cards").returncode == 0


def test_a_dry_run_shows_three_notes_and_writes_nothing(tmp_path: Path) -> None:
    table(tmp_path, "Front,Back\n" + "".join(f"Question {it},Answer {it}\n" for it in range(5)))
    ran = run("import", "cards.csv", "--dry-run", folder=tmp_path)
    assert ran.returncode == 0
    assert [line for line in ran.stdout.split("\n") if "- id:" in line] == [
        f"  - id: question-{number}" for number in range(3)
    ]
    assert ran.stdout.endswith("cards: 5 notes in 1 file\n  question: 5\n")
    assert (ran.stderr, os.listdir(tmp_path)) == ("nothing was written\n", ["cards.csv"])


def test_the_result_as_json(tmp_path: Path) -> None:
    table(tmp_path)
    made = json.loads(run("import", "cards.csv", "--format", "json", folder=tmp_path).stdout)
    assert (made["deck"], made["notes"], made["kinds"], made["written"]) == ("cards", 2, {"question": 2}, True)
    assert made["left_out"] == [{"place": "cards.csv:3", "why": "its answer is empty"}]
    assert made["missing"] == ["cards.csv:4: x.svg: there is no such file"]
    assert "cards_src/cards/notes.yaml" in made["files"]


@pytest.mark.parametrize("name", ["cards", "."])
def test_nothing_is_ever_written_over(tmp_path: Path, name: str) -> None:
    table(tmp_path)
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "mine.txt").write_text("mine")
    ran = run("import", "cards.csv", name, folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"deckwright: {name} is not empty: name a folder that is not there yet\n"
    assert sorted(os.listdir(tmp_path)) == ["cards", "cards.csv"]
    assert digest(tmp_path / "cards").keys() == {"mine.txt"}


def test_a_repository_just_begun_is_filled(tmp_path: Path) -> None:
    table(tmp_path)
    (tmp_path / "cards" / ".git").mkdir(parents=True)
    assert run("import", "cards.csv", folder=tmp_path).returncode == 0
    assert {".git", "cards_src", "README.md"} < set(os.listdir(tmp_path / "cards"))


def test_what_fails_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    gone = tmp_path / "gone.png"
    arrived = Arrived((Note("a:1", "a", (("question", "q"), ("answer", "![](x.png)"))),), media={"x.png": gone})
    with pytest.raises(Unusable, match="cannot write"):
        import_project.write(import_project.planned(arrived, tmp_path / "out"), tmp_path / "out")
    assert os.listdir(tmp_path) == []


def test_a_note_that_check_refuses_is_left_out_with_the_reason(tmp_path: Path) -> None:
    good = Note("a:1", "good", (("question", "What?"), ("answer", "That")))
    bad = Note("a:2", "bad", (("cloze", "{{c1::never closed"),))
    left = LeftOut("a:3", "its answer is empty")
    brought = import_project.write(
        import_project.planned(Arrived((good, bad), left_out=(left,)), tmp_path / "out"), tmp_path / "out"
    )
    assert [it.id for it in brought.project.arrived.notes] == ["good"]
    assert [(it.place, it.why[:4]) for it in brought.project.arrived.left_out] == [("a:3", "its "), ("a:2", "C102")]
    assert "never closed" in (tmp_path / "out/cards_src/out/.left_out.txt").read_text()
    assert run("check", folder=tmp_path / "out").returncode == 0


def test_a_note_of_several_fields_is_left_out_like_any_other(tmp_path: Path) -> None:
    good = Note("a:1", "good", (("question", "What?"), ("answer", "That")))
    bad = Note("a:2", "bad", (("list", "Parts"), ("items", {"a": "One", "b": "x" * 20_001})))
    brought = import_project.write(import_project.planned(Arrived((good, bad)), tmp_path / "out"), tmp_path / "out")
    assert [it.place for it in brought.project.arrived.left_out] == ["a:2"]


def test_a_subdeck_has_a_file_of_its_own(tmp_path: Path) -> None:
    notes = tuple(Note("a", id, (("question", id), ("answer", "x")), ("t",), deck) for id, deck in NAMED)
    project = import_project.planned(Arrived(notes, "Medicine"), tmp_path / "out")
    assert list(project.notes) == ["heart_valves", "heart_valves_2", "deck_2", "notes"]
    text = project.begun.files["cards_src/out/heart_valves.yaml"].decode()
    assert "subdeck: Heart::Valves\ntags: [t]\nnotes:" in text
    assert project.begun.name == "Medicine"


NAMED = (("a", "Heart::Valves"), ("b", "Heart::Valves"), ("c", "Heart valves"), ("d", "Deck"), ("e", ""))


def test_a_folder_that_no_deck_can_be_called_after_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="no deck id can be made of"):
        import_project.planned(Arrived(()), tmp_path / "皮膚")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gone.csv",), "there is no file 'gone.csv'"),
        (("cards.csv", "--from", "cvs"), "Did you mean 'csv'?"),
        (("cards.csv", "--question", "Fornt"), "--question 'Fornt': there is none of that name; did you mean 'Front'?"),
    ],
)
def test_a_wrong_command_line_is_named(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    table(tmp_path)
    ran = run("import", *arguments, folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_a_file_that_cannot_be_read_is_something_to_fix(tmp_path: Path) -> None:
    table(tmp_path, "one\ntwo\n")
    ran = run("import", "cards.csv", folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("deckwright: cards.csv has one column only")
