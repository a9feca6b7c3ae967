"""What is printed where, with which exit status."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from generator.base import codes
from tests.command import FAULTY, NOTES, digest, environment, run
from tests.support import NOW, write_deck

KEYS = """
deck package notes cards new changed unchanged moved withdrawn why drafts forgotten restored diagnostics
""".split()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    write_deck(tmp_path / "cards_src" / "deck", notes=NOTES)
    return tmp_path


def test_build_writes_package_and_ledger(good: Path) -> None:
    assert run("build", folder=good).returncode == 0
    assert sorted(digest(good / "decks")) == ["test-deck.apkg", "test-deck.ledger.jsonl"]


def test_build_says_what_it_did(good: Path) -> None:
    assert (
        run("build", folder=good).stdout
        == "decks/test-deck.apkg: 1 note, 1 card, 9 kB\n  1 new, 0 changed, 0 unchanged\n"
    )


def test_build_says_how_large_the_package_on_disk_is(good: Path) -> None:
    """Another version of zlib may have written it, in other bytes: then it stays as it is."""
    run("build", folder=good)
    package = good / "decks" / "test-deck.apkg"
    with zipfile.ZipFile(package, "a") as packed:
        packed.comment = b"x" * 5_000
    again = run("build", folder=good).stdout
    assert again.startswith(f"decks/test-deck.apkg: 1 note, 1 card, {round(package.stat().st_size / 1000)} kB\n")
    assert "nothing changed on disk" in again


def test_a_second_build_changes_nothing_on_disk(good: Path) -> None:
    run("build", folder=good)
    before = {path.name: path.stat().st_mtime_ns for path in (good / "decks").iterdir()}
    again = run("build", folder=good, SOURCE_DATE_EPOCH=str(NOW + 86_400))
    assert {path.name: path.stat().st_mtime_ns for path in (good / "decks").iterdir()} == before
    assert "nothing changed on disk" in again.stdout


def test_a_lost_package_is_built_again_to_the_byte(good: Path) -> None:
    run("build", folder=good)
    before = digest(good / "decks")
    (good / "decks" / "test-deck.apkg").unlink()
    run("build", folder=good, SOURCE_DATE_EPOCH=str(NOW + 86_400))
    assert digest(good / "decks") == before


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "3", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8"},
    ],
)
def test_the_bytes_are_the_same_in_any_environment(environment: dict[str, str], good: Path) -> None:
    run("build", "-o", "one", folder=good, PYTHONHASHSEED="0", TZ="UTC")
    run("build", "-o", "two", folder=good, **environment)
    assert digest(good / "one") == digest(good / "two")


def test_the_bytes_are_the_same_in_a_folder_of_another_name(good: Path) -> None:
    odd = write_deck(good / "örtlich mit Leerzeichen" / "deck", notes=NOTES)
    run("build", folder=good)
    assert run("build", str(odd.parent), "-o", "other", folder=good).returncode == 0
    assert digest(good / "decks") == digest(good / "other")


def test_a_deck_folder_may_be_named_itself(good: Path) -> None:
    assert run("build", "cards_src/deck", folder=good).returncode == 0


def test_a_mistake_stops_the_build(bad: Path) -> None:
    ran = run("build", folder=bad)
    assert ran.returncode == 1
    assert "notes.yaml:5:5: S101 unknown key 'anser' in a question note" in ran.stdout
    assert not (bad / "decks").exists()


def test_a_mistake_leaves_the_old_package(good: Path) -> None:
    run("build", folder=good)
    before = digest(good / "decks")
    write_deck(good / "cards_src" / "deck", notes=FAULTY)
    assert run("build", folder=good).returncode == 1
    assert digest(good / "decks") == before


def test_check_of_a_good_deck(good: Path) -> None:
    ran = run("check", folder=good)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "no mistakes in 1 note with 1 card\n")


def test_check_of_a_bad_deck(bad: Path) -> None:
    ran = run("check", folder=bad)
    assert (ran.returncode, ran.stderr) == (1, "1 error; check --fix corrects it\n")


def test_check_writes_nothing(good: Path) -> None:
    run("check", folder=good)
    assert [it.name for it in good.iterdir()] == ["cards_src"]


def test_quiet_prints_results_only(bad: Path) -> None:
    assert run("check", "-q", folder=bad).stderr == ""


def test_strict_makes_a_warning_fail(good: Path) -> None:
    write_deck(good / "cards_src" / "deck", {"media/unused.png": b"x"}, NOTES)
    assert run("check", folder=good).returncode == 0
    assert run("check", "--strict", folder=good).returncode == 1
    assert run("build", "--strict", folder=good).returncode == 1


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a.png"], "1 warning in 1 note with 1 card; --strict, as in CI, fails on it\n"),
        (["a.png", "b.png"], "2 warnings in 1 note with 1 card; --strict, as in CI, fails on them\n"),
    ],
)
def test_a_check_that_only_warns_says_that_strict_fails(names: list[str], said: str, good: Path) -> None:
    write_deck(good / "cards_src" / "deck", {f"media/{name}": b"x" for name in names}, NOTES)
    assert run("check", folder=good).stderr == said


@pytest.mark.parametrize("arguments", [["--strict"], ["--format", "json"], ["--format", "github"], ["-q"]])
def test_nobody_is_told_of_strict_in_vain(arguments: list[str], good: Path) -> None:
    write_deck(good / "cards_src" / "deck", {"media/unused.png": b"x"}, NOTES)
    ran = run("check", *arguments, folder=good)
    assert "M110" in ran.stdout
    assert "strict" not in ran.stderr


@pytest.mark.parametrize(("language", "told"), [("sv", 1), ("de-AT", 0), ("en", 0)])
def test_rules_that_do_not_read_the_language_are_named_once(language: str, told: int, good: Path) -> None:
    deck = good / "cards_src" / "deck" / "deck.yaml"
    deck.write_text(f"{deck.read_text(encoding='utf-8')}language: {language}\n", encoding="utf-8")
    line = f"L01, L02, L05, L06, L07 and L20 find nothing in '{language}', of which they have no words\n"
    assert run("check", folder=good).stderr.count(line) == told


def test_check_as_json(bad: Path) -> None:
    (found,) = json.loads(run("check", "--format", "json", folder=bad).stdout)
    assert found == {
        "path": "cards_src/deck/notes.yaml",
        "line": 5,
        "column": 5,
        "end_line": 5,
        "end_column": 10,
        "severity": "error",
        "code": "S101",
        "message": "unknown key 'anser' in a question note",
        "help": "did you mean 'answer'?",
        "note": None,
        "fix": {"line": 5, "column": 5, "end_line": 5, "end_column": 10, "text": "answer"},
    }


def test_check_for_github(bad: Path) -> None:
    assert run("check", "--format", "github", folder=bad).stdout == (
        "::error file=cards_src/deck/notes.yaml,line=5,col=5,endLine=5,endColumn=10,title=S101::"
        "unknown key 'anser' in a question note; did you mean 'answer'?\n"
    )


@pytest.mark.parametrize("command", ["build", "plan"])
def test_build_and_plan_as_json(command: str, good: Path) -> None:
    result = json.loads(run(command, "--format", "json", folder=good).stdout)
    assert list(result) == KEYS
    assert (result["deck"], result["package"], result["new"]) == ("test-deck", "decks/test-deck.apkg", ["he-colour"])


def test_a_refused_build_as_json(bad: Path) -> None:
    ran = run("build", "--format", "json", folder=bad)
    result = json.loads(ran.stdout)
    assert ran.returncode == 1
    assert list(result) == KEYS
    assert [it["code"] for it in result["diagnostics"]] == ["S101"]


def test_plan_writes_nothing(good: Path) -> None:
    assert run("plan", folder=good).returncode == 0
    assert [it.name for it in good.iterdir()] == ["cards_src"]


def test_build_check_says_what_would_change(good: Path) -> None:
    ran = run("build", "--check", folder=good)
    assert (ran.returncode, (good / "decks").exists()) == (1, False)
    assert "decks/test-deck.apkg would change" in ran.stderr


def test_build_check_is_content_with_what_was_built(good: Path) -> None:
    run("build", folder=good)
    assert run("build", "--check", folder=good).returncode == 0


def test_verbose_names_what_is_no_part_of_a_deck(good: Path) -> None:
    (good / "cards_src" / "deck" / "notes.yaml~").write_text("")
    (good / "cards_src" / "notes").mkdir()
    assert run("check", "-v", folder=good).stderr.splitlines()[:2] == [
        "cards_src/deck/notes.yaml~: not part of a deck",
        "cards_src/notes: not part of a deck",
    ]


def test_verbose_does_not_name_the_schemas_of_the_editor(good: Path) -> None:
    (good / "cards_src" / "notes.schema.json").write_text("{}")
    assert run("check", "-v", folder=good).stderr == "no mistakes in 1 note with 1 card\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["biuld"], "did you mean 'build'?"),
        (["build", "--strickt"], "--strict"),
        (["build", "nowhere"], "nowhere"),
        (["check", "--format", "xml"], "xml"),
        (["explain", "S999"], "there is no code 'S999'"),
    ],
)
def test_a_wrong_command_line_ends_with_2(arguments: list[str], said: str, good: Path) -> None:
    ran = run(*arguments, folder=good)
    assert ran.returncode == 2
    assert said in ran.stderr


def test_a_file_as_source_is_told_its_folder(good: Path) -> None:
    ran = run("check", "cards_src/deck/notes.yaml", folder=good)
    assert ran.returncode == 2
    assert "'cards_src/deck/notes.yaml' is a file; name the deck's folder: cards_src/deck\n" in ran.stderr


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("cards_src", "it is one folder up: cd ..\n"),
        ("cards_src/deck", "it is two folders up: cd ../..\n"),
        ("cards_src/deck/media/more", "begin one: deckwright new\n"),
    ],
)
def test_a_source_that_is_further_up_is_told_where(inside: str, said: str, good: Path) -> None:
    (good / inside).mkdir(parents=True, exist_ok=True)
    ran = run("check", folder=good / inside)
    assert ran.returncode == 2
    assert "there is no folder 'cards_src' here; " in ran.stderr
    assert ran.stderr.endswith(said)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["--version"], ["build", "-h"], ["explain", "S101"], ["schema"]]
)
def test_what_needs_no_deck_ends_with_0(arguments: list[str], tmp_path: Path) -> None:
    ran = run(*arguments, folder=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout


def test_explain_shows_a_wrong_and_a_right_example(tmp_path: Path) -> None:
    printed = run("explain", "s101", folder=tmp_path).stdout
    assert printed.startswith("S101: ")
    assert "Wrong, in notes.yaml:" in printed
    assert "Right:" in printed


def test_explain_without_a_code_lists_all_in_their_order(tmp_path: Path) -> None:
    lines = run("explain", folder=tmp_path).stdout.splitlines()
    assert lines == [f"{it.code}: {it.title} ({it.severity})" for it in codes.table().values()]


def test_explain_without_a_code_as_json(tmp_path: Path) -> None:
    listed = json.loads(run("explain", "--format", "json", folder=tmp_path).stdout)
    assert listed == [{"code": it.code, "title": it.title, "severity": it.severity} for it in codes.table().values()]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("preview", "[default: preview.html]"),
        ("preview", "[default: decks]"),
        ("build", "[default: decks]"),
        ("check", "`github` prints annotations for GitHub Actions."),
    ],
)
def test_help_says_what_is_used_where_nothing_is_named(command: str, said: str, tmp_path: Path) -> None:
    assert said in " ".join(run(command, "-h", folder=tmp_path).stdout.split())


def test_our_own_fault_ends_with_3_and_says_where_to_report(good: Path) -> None:
    code = (
        "import sys; from generator.cli import main as cli; from generator.pipeline import check;"
        " check.check = None; sys.argv[1:] = ['check']; cli.main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=good, env=environment(), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 3
    assert "internal error" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "epoch",
    ["0", "1000000000", "4102444800", "soon", "-1", "1e9", "9" * 30],
    ids=["1970", "2001", "2100", "word", "-1", "1e9", "long"],
)
def test_an_absurd_time_is_refused(epoch: str, good: Path) -> None:
    ran = run("build", folder=good, SOURCE_DATE_EPOCH=epoch)
    assert ran.returncode == 1
    assert "SOURCE_DATE_EPOCH" in ran.stderr
    assert not (good / "decks").exists()


@pytest.mark.parametrize("name", ["decks", "decks/test-deck.apkg"])
def test_an_output_that_is_in_the_way_is_refused(name: str, good: Path) -> None:
    path = good / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("") if name == "decks" else path.mkdir()
    ran = run("build", "--new-ledger", folder=good)
    assert ran.returncode == 1
    assert " P001 " in ran.stdout
    assert "Traceback" not in ran.stderr


def test_a_closed_stdout_is_an_error_and_no_traceback(bad: Path) -> None:
    script = f'"{sys.executable}" -m generator check >&-'
    ran = subprocess.run(["sh", "-c", script], cwd=bad, env=environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr


def test_a_full_stdout_is_an_error_and_no_traceback(good: Path) -> None:
    script = f'"{sys.executable}" -m generator schema > /dev/full'
    ran = subprocess.run(["sh", "-c", script], cwd=good, env=environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr


def test_no_colour_in_a_pipe(bad: Path) -> None:
    assert "\x1b" not in run("check", folder=bad).stdout


def test_an_ascii_locale_can_print_every_message(good: Path) -> None:
    write_deck(good / "cards_src" / "deck", notes=NOTES.replace("answer:", "änswer:"))
    ran = run("check", folder=good, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
