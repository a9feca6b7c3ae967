"""Does a project that `new` begins build at once, whatever its folder is called, and is a full folder left alone?"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
import yaml

from generator import __version__
from generator.base.files import Unusable, write_new
from generator.cli import console, main
from generator.deck import editor_schema
from generator.kinds.registry import BY_WORD
from generator.pipeline.new import TEMPLATES, Begun, begin, installable
from tests.command import run

FILES = begin("Skin").files
WORKFLOW = FILES[".github/workflows/deck.yml"].decode()
GIT = {"url": "https://example.org/d", "vcs_info": {"vcs": "git", "commit_id": "a" * 40}}


def new(*arguments: str, folder: Path) -> Begun:
    """Begin a project by the command, and return what it made."""
    ran = run("new", "--format", "json", *arguments, folder=folder)
    assert ran.returncode == 0, ran.stderr
    made = json.loads(ran.stdout)
    files = {path: (folder / made["folder"] / path).read_bytes() for path in made["files"]}
    return Begun(made["deck"], made["name"], files)


def test_new_check_build_verify_plan(tmp_path: Path) -> None:
    made = new("Skin", folder=tmp_path)
    project = tmp_path / "Skin"
    checked = run("check", "--strict", folder=project)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "no mistakes in 8 notes with 20 cards\n")
    assert run("release", folder=project).returncode == 0
    verified = run("verify", f"decks/{made.id}.apkg", folder=project)
    assert (verified.returncode, verified.stdout.splitlines()[-1]) == (
        0,
        "fine: nothing lost, doubled or on another fact",
    )
    planned = json.loads(run("plan", "--format", "json", folder=project).stdout)
    assert [len(planned[key]) for key in ("new", "changed", "unchanged", "moved", "withdrawn")] == [0, 0, 8, 0, 0]
    assert run("build", "--check", folder=project).returncode == 0


def test_there_is_a_note_of_each_kind(tmp_path: Path) -> None:
    new("Skin", folder=tmp_path)
    stats = json.loads(run("stats", "--format", "json", folder=tmp_path / "Skin").stdout)
    assert [kind["name"] for kind in stats["kinds"]] == sorted(
        word for word, kind in BY_WORD.items() if kind.record.offered
    )
    assert (stats["unsourced"], stats["untagged"]) == (0, 0)
    assert [use["key"] for use in (*stats["sources"], *stats["disputes"]) if not use["notes"]] == []


@pytest.mark.parametrize(
    ("folder", "id", "name"),
    [
        ("skin", "skin", "Skin"),
        ("my_skin-deck", "my-skin-deck", "My skin deck"),
        ("two  words", "two-words", "Two words"),
        ("Hämatologie", "hamatologie", "Hämatologie"),
        ("o'clock", "o-clock", "O'clock"),
        ("皮膚 skin", "skin", "皮膚 skin"),
        ("blood 🩸", "blood", "Blood 🩸"),
        ("default", "default", "Default deck"),
        ('say "x" <now>', "say-x-now", "Say x now deck"),
        ("a::b", "a-b", "A b"),
        ("left\u202eright", "left-right", "Left right deck"),
        ("far/away/skin/", "skin", "Skin"),
        ("-x", "x", "X"),
        ("2nd year" * 15, "2nd-year2nd-year2nd-year2nd-year2nd-year2nd-year2nd-year2nd-year2nd-year2nd-year", ""),
    ],
)
def test_id_and_name_are_made_of_the_folders_name(folder: str, id: str, name: str, tmp_path: Path) -> None:
    made = new("--", folder, folder=tmp_path)
    assert made.id == id
    assert made.name == name or not name
    assert run("check", "--strict", folder=tmp_path / folder).returncode == 0


def test_an_absolute_path_is_taken(tmp_path: Path) -> None:
    assert new(str(tmp_path / "skin"), folder=tmp_path).id == "skin"


def test_the_folder_one_is_in_is_taken_while_it_is_empty(tmp_path: Path) -> None:
    (tmp_path / "skin" / ".git").mkdir(parents=True)
    (tmp_path / "skin" / "sub").mkdir()
    ran = run("new", "..", folder=tmp_path / "skin" / "sub")
    assert (ran.returncode, sorted(os.listdir(tmp_path / "skin"))) == (1, [".git", "sub"])
    (tmp_path / "skin" / "sub").rmdir()
    ran = run("new", ".", folder=tmp_path / "skin")
    assert (ran.returncode, ran.stderr) == (0, "next:\n  deckwright check\n  deckwright preview\n  deckwright build\n")
    assert "id: skin" in (tmp_path / "skin" / "cards_src" / "skin" / "deck.yaml").read_text()


@pytest.mark.parametrize("folder", ["🩸", "皮膚", "---", "/"])
def test_where_no_id_can_be_made_one_is_asked_for(folder: str, tmp_path: Path) -> None:
    ran = run("new", "--", folder, folder=tmp_path)
    assert (ran.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "say one with --id" in ran.stderr


def test_id_and_name_can_be_said(tmp_path: Path) -> None:
    made = new("🩸", "--id", "blood", "--name", "Haematology::It's blood", folder=tmp_path)
    assert (made.id, made.name) == ("blood", "Haematology::It's blood")
    assert run("check", "--strict", folder=tmp_path / "🩸").returncode == 0


@pytest.mark.parametrize(
    "option", [["--id", "My Deck"], ["--id", "-x"], ["--name", "Default"], ["--name", "a::"], ["--name", "a\tb"]]
)
def test_an_unfit_id_or_name_is_refused(option: list[str], tmp_path: Path) -> None:
    ran = run("new", "skin", *option, folder=tmp_path)
    assert (ran.returncode, list(tmp_path.iterdir())) == (2, [])
    assert f"'{option[1]}' cannot be a deck" in ran.stderr


def test_a_full_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "skin").mkdir()
    (tmp_path / "skin" / "mine.txt").write_text("mine")
    ran = run("new", "skin", folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "skin is not empty: name a folder that is not there yet" in ran.stderr
    assert os.listdir(tmp_path / "skin") == ["mine.txt"]


@pytest.mark.parametrize("folder", ["file", "file/below", "nowhere"])
def test_what_is_in_the_way_is_left_alone(folder: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "nowhere").symlink_to("gone")
    ran = run("new", folder, folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("deckwright: cannot write ")
    assert sorted(os.listdir(tmp_path)) == ["file", "nowhere"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "there", tmp_path / "not" / "yet"):
        with pytest.raises(Unusable, match="cannot write"):
            write_new(folder, {"a/b/c": b"x", "d": b"x", "e" * 300: b"x"})
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


def test_it_says_what_it_made_and_what_to_do_next(tmp_path: Path) -> None:
    ran = run("new", "my skin", folder=tmp_path)
    assert ran.stderr == "next:\n  cd 'my skin'\n  deckwright check\n  deckwright preview\n  deckwright build\n"
    assert sorted(ran.stdout.splitlines()) == sorted(
        path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()
    )
    assert run("new", "other", "-q", folder=tmp_path).stderr == ""


@pytest.mark.parametrize(
    ("path", "word"),
    [("skin", "skin"), ("my skin", '"my skin"'), ("C:\\decks\\my-skin", "C:\\decks\\my-skin"), ("a&b", '"a&b"')],
)
def test_on_windows_double_quotes_make_one_word(path: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = PureWindowsPath(path)
    monkeypatch.setattr("generator.cli.console.os.name", "nt")
    assert console.quoted(folder) == word


def test_nothing_of_the_templates_is_left_out_or_to_be_filled_in() -> None:
    assert len(FILES) == sum(path.is_file() for path in TEMPLATES.rglob("*")) + len(editor_schema.FILES)
    assert [path for path, text in FILES.items() if re.search(rb"@[a-z]+@", text)] == []
    assert [path for path in FILES if "dot_" in path or b"\r" in FILES[path]] == []


def test_every_command_that_is_named_exists() -> None:
    named = {it.decode() for text in FILES.values() for it in re.findall(rb"deckwright ([a-z]+)\b", text)}
    assert {"check", "preview", "build", "plan", "verify", "changes"} <= named <= set(main.cli.commands)


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith((".yaml", ".yml"))])
def test_every_yaml_file_can_be_read_by_others(path: str) -> None:
    assert yaml.safe_load(FILES[path])


def test_every_source_file_names_its_schema() -> None:
    source = {path: text.decode() for path, text in FILES.items() if re.fullmatch("cards_src/skin/.*yaml", path)}
    first = {
        path: re.findall(r"\A# yaml-language-server: \$schema=\.\./(\S+)\n", text) for path, text in source.items()
    }
    assert len(first) == 4
    for path, schemas in first.items():
        kind = Path(path).stem if Path(path).stem in editor_schema.FILES else "notes"
        assert schemas == [f"{kind}.schema.json"]
        assert json.loads(FILES[f"cards_src/{kind}.schema.json"]) == editor_schema.schema(kind)


def test_the_editors_settings_name_schemas_that_are_there() -> None:
    schemas = json.loads(FILES[".vscode/settings.json"])["yaml.schemas"]
    assert {path.removeprefix("./") for path in schemas} == {path for path in FILES if path.endswith(".schema.json")}


def test_the_workflow_may_write_in_the_jobs_of_a_release_only() -> None:
    workflow = yaml.safe_load(WORKFLOW)
    assert workflow["permissions"] == {"contents": "read"}
    rights = {name: job.get("permissions") for name, job in workflow["jobs"].items()}
    site = {"pages": "write", "id-token": "write"}
    assert rights == {"deck": None, "pages": site, "release": {"contents": "write"}}
    assert all("refs/tags/v" in job["if"] for name, job in workflow["jobs"].items() if rights[name])


def test_actions_are_pinned_to_a_commit() -> None:
    used = re.findall(r"uses: (.+)", WORKFLOW)
    assert used
    assert [it for it in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", it)] == []


def test_the_workflow_works_in_a_fork() -> None:
    """A pull request from a fork sees neither variables nor secrets, and runs with the rights of a reader."""
    assert "vars." not in WORKFLOW
    assert "secrets." not in WORKFLOW
    assert {"push", "pull_request"} == set(yaml.load(WORKFLOW, yaml.BaseLoader)["on"])


def test_the_token_stays_out_of_the_checkout() -> None:
    assert WORKFLOW.count("persist-credentials: false") == WORKFLOW.count("actions/checkout@") == 1


@pytest.mark.skipif(not shutil.which("zizmor"), reason="zizmor is not installed")
def test_an_audit_of_the_workflow_finds_nothing(tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / "deck.yml"
    path.parent.mkdir(parents=True)
    path.write_text(WORKFLOW, encoding="utf-8")
    ran = subprocess.run(["zizmor", "--offline", str(path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    assert "No findings to report" in ran.stdout


@pytest.mark.parametrize(
    ("noted", "installed"),
    [
        (None, f"deckwright[anki]=={__version__}"),
        ({"url": "file:///home/me/deckwright", "dir_info": {}}, ""),
        ({"url": "https://example.org/d.whl", "archive_info": {}}, "deckwright[anki] @ https://example.org/d.whl"),
        (GIT, f"deckwright[anki] @ git+https://example.org/d@{'a' * 40}"),
        (GIT | {"url": "https://me:secret@example.org/d"}, ""),
        (GIT | {"url": "https://secret@example.org/d"}, ""),
        (GIT | {"url": "ssh://git@example.org/d"}, f"deckwright[anki] @ git+ssh://git@example.org/d@{'a' * 40}"),
        (GIT | {"url": "https://example.org/o'd"}, f"deckwright[anki] @ git+https://example.org/o%27d@{'a' * 40}"),
    ],
)
def test_the_workflow_installs_the_deckwright_that_made_it(noted: dict[str, Any] | None, installed: str) -> None:
    assert installable(json.dumps(noted) if noted else None) == installed
    assert "DECKWRIGHT: ''" in WORKFLOW or "DECKWRIGHT: 'deckwright[anki]" in WORKFLOW
