"""What does somebody see at a terminal: colour, progress, help, completion, odd encodings?"""

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from generator.cli import main
from generator.pipeline import build
from tests.author import Author
from tests.command import FAULTY, NOTES, environment, run
from tests.support import NOW, write_deck

COMMANDS = "new check preview plan build release changes verify push addon stats explain schema".split()
ANSI = re.compile(r"\x1b\[[0-9;]*m")
WORK = """\
import sys, time
from generator.cli import console
console._PATIENCE, seconds = float(sys.argv[1]), float(sys.argv[2])
with console.progress(sys.argv[3] == "quiet", sys.argv[4]) as tell:
    tell("reading a deck of many notes")
    time.sleep(seconds)
print("done")
"""


def seen(*command: str, folder: Path, columns: int = 80, **more: str) -> str:
    """Run a command at a terminal of so many columns, and return everything that was sent to it."""
    env = environment(**{"SOURCE_DATE_EPOCH": str(NOW), "TERM": "xterm"} | more)
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(command, cwd=folder, env=env, stdin=its, stdout=its, stderr=its):
        os.close(its)
        sent = b""
        while piece := _read(ours):
            sent += piece
    os.close(ours)
    return sent.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 10_000)
    except OSError:  # the other end was closed
        return b""


def at_terminal(*arguments: str, folder: Path, columns: int = 80, **more: str) -> str:
    return seen(sys.executable, "-m", "generator", *arguments, folder=folder, columns=columns, **more)


def left_standing(sent: str) -> list[str]:
    """Return the lines as they stand at the end: what follows a carriage return is written over what was there."""
    lines = []
    for line in sent.split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part) :]
        lines.append(shown.rstrip())
    return lines


def test_a_terminal_shows_colour(bad: Path) -> None:
    assert "\x1b[31m\x1b[1mS101\x1b[0m" in at_terminal("check", folder=bad)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_can_be_declined(name: str, value: str, bad: Path) -> None:
    command = [sys.executable, "-m", "generator", "check"]
    assert "\x1b" not in seen(*command, folder=bad, columns=80, **{name: value})


@pytest.mark.parametrize("command", ["check", "build", "plan"])
def test_colour_adds_nothing_to_the_text(command: str, bad: Path) -> None:
    piped = run(command, folder=bad)
    assert ANSI.sub("", at_terminal(command, folder=bad, columns=200)) == piped.stdout + piped.stderr


def test_a_plan_marks_what_is_lost_and_what_there_is(author: Author) -> None:
    author.replace(("subtypes.yaml", "subdeck: Lists", "subdeck: Moved"), ("questions.yaml", "Deep purple", "Blue"))
    author.replace(("clozes.yaml", " {{c2::metastatic}} disease", " metastatic disease"))
    author.write({"drugs.yaml": None})
    sent = at_terminal("plan", "cards_src", folder=author.root)
    yellow = re.findall(r"\x1b\[33m(.*?)\x1b\[0m", sent)
    assert [line.split(":")[0] for line in yellow] == [
        "1 moved",
        "2 withdrawn",
        "card gone",
        "moved",
        *["withdrawn"] * 2,
    ]
    assert re.findall(r"\x1b\[1m(\d.*?)\x1b\[0m", sent) == ["2 changed", "5 unchanged"]
    piped = run("plan", folder=author.root)
    assert ANSI.sub("", sent) == piped.stdout + piped.stderr


def test_a_verdict_shows_whether_all_is_well(author: Author) -> None:
    sent = at_terminal("verify", "decks/test-deck.apkg", folder=author.root)
    assert "\x1b[32mfine: nothing lost, doubled or on another fact\x1b[0m\n" in sent


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_carets_stand_under_the_words_in_a_narrow_terminal(columns: int, tmp_path: Path) -> None:
    line = f"    question: {'What is it, in many words, ' * 5}{{{{c1:x}}}} and more of them?"
    write_deck(tmp_path / "cards_src" / "deck", notes=f"notes:\n  - id: one\n{line}\n    answer: This\n")
    lines = ANSI.sub("", at_terminal("check", folder=tmp_path, columns=columns)).splitlines()
    (at,) = [at for at, it in enumerate(lines) if it.startswith("    3 | ")]
    (carets,) = re.finditer(r"\^+", lines[at + 1])
    assert lines[at][carets.start() : carets.end()] == "{{"
    assert max(len(lines[at]), len(lines[at + 1])) <= columns


def test_long_work_is_shown_and_wiped(tmp_path: Path) -> None:
    sent = seen(sys.executable, "-c", WORK, "1", "1.7", "", "text", folder=tmp_path)
    assert "\rreading a deck of many notes (1 s)" in sent
    assert left_standing(sent) == ["done", ""]


def test_the_line_fits_the_terminal(tmp_path: Path) -> None:
    sent = seen(sys.executable, "-c", WORK, "0", "0.5", "", "text", folder=tmp_path, columns=20)
    assert "\rreading a deck of m\r" in sent


def test_short_work_is_not_shown(bad: Path) -> None:
    assert "\r" not in at_terminal("check", folder=bad)
    assert "\r" not in at_terminal("build", folder=bad)


@pytest.mark.parametrize(
    ("quiet", "form", "terminal"), [("quiet", "text", "xterm"), ("", "json", "xterm"), ("", "text", "dumb")]
)
def test_long_work_is_not_shown_where_it_is_not_wanted(quiet: str, form: str, terminal: str, tmp_path: Path) -> None:
    sent = seen(sys.executable, "-c", WORK, "0", "0.3", quiet, form, folder=tmp_path, TERM=terminal)
    assert sent == "done\n"


def test_long_work_is_not_shown_in_a_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORK, "0", "0.3", "", "text"]
    ran = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("done\n", "")


def test_a_build_says_what_it_is_doing(tmp_path: Path) -> None:
    author, doing = Author(tmp_path), list[str]()
    planned = build.plan(author.source, author.out, build.Wish(NOW), doing.append)
    build.build(planned, author.out, tell=doing.append)
    assert doing == [
        f"reading {author.source.as_posix()}",
        "reading what was released of test-deck",
        "rendering test-deck",
        "comparing test-deck with its last release",
        "packing 9 notes of test-deck",
        "checking and writing the packages",
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_two_examples_and_fits_eighty_columns(command: str, tmp_path: Path) -> None:
    lines = run(command, "-h", folder=tmp_path).stdout.splitlines()
    assert sum(line.startswith(f"  deckwright {command}") for line in lines) >= 2
    assert max(map(len, lines)) <= 80


def test_the_commands_are_listed_in_the_order_of_use_with_whole_sentences(tmp_path: Path) -> None:
    printed = run("--help", folder=tmp_path).stdout.partition("Commands:\n")[2].partition("\n\n")[0]
    lines = [line.split(maxsplit=1) for line in printed.splitlines()]
    assert [name for name, _ in lines if name in COMMANDS] == COMMANDS
    assert sorted(name for name, _ in lines) == sorted(main.cli.commands)
    assert [text for _, text in lines if not text.endswith(".") or text.endswith("...")] == []
    assert [text for _, text in lines if "," in text] == []  # click's script for fish shows what stands before a comma


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_quiet(command: str) -> None:
    assert any("-q" in option.opts for option in main.cli.commands[command].params)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bulid"], "did you mean 'build'?"),
        (["check", "--fromat", "json"], "Did you mean '--format'?"),
        (["check", "--format", "jsn"], "Did you mean 'json'?"),
        (["schema", "nots"], "Did you mean 'notes'?"),
        (["explain", "S1O1"], "did you mean 'S101'?"),
        (["explain", "clo2"], "did you mean 'C102'?"),
        (["check", "card_src"], "did you mean 'cards_src'?"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(arguments: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "cards_src").mkdir()
    ran = run(*arguments, folder=tmp_path)
    assert (ran.returncode, ran.stderr.rstrip().endswith(said)) == (2, True)


@pytest.mark.parametrize("command", ["check", "preview", "plan", "build", "stats"])
def test_where_the_source_is_missing_it_says_what_to_do(command: str, tmp_path: Path) -> None:
    ran = run(command, folder=tmp_path)
    assert ran.returncode == 2
    assert "there is no folder 'cards_src' here; go to where it is, name another folder, or begin one" in ran.stderr


def test_a_refused_build_can_annotate_on_github(bad: Path) -> None:
    printed = run("build", "--format", "github", folder=bad).stdout
    assert printed == run("check", "--format", "github", folder=bad).stdout
    assert printed.startswith("::error file=")


ENCODINGS = [
    {"PYTHONIOENCODING": name} for name in ("ascii", "latin-1", "cp1252", "cp437", "cp932", "utf-8", "utf-16")
] + [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]


@pytest.mark.parametrize("encoding", ENCODINGS, ids=lambda it: str(next(iter(it.values()))))
@pytest.mark.parametrize("command", ["check", "preview", "build", "plan", "stats", "explain", "schema", "new"])
def test_any_encoding_can_be_printed_in(command: str, encoding: dict[str, str], tmp_path: Path) -> None:
    odd = NOTES.replace("he-colour", "he").replace("dermal", "皮膚 α … 🩸 ä")
    faulty = {"faulty.yaml": odd.replace("  answer", "  änswer")} if command == "check" else {}
    write_deck(tmp_path / "cards_src" / "deck", {"deck.yaml": "id: x\nname: Ä α 皮膚\ntag_root: '#T'\n"} | faulty, odd)
    arguments = {"explain": ["C102"], "new": ["Ä α 皮膚 x 🩸"]}.get(command, [])
    command_line = [sys.executable, "-m", "generator", command, *arguments]
    env = environment(**{"SOURCE_DATE_EPOCH": str(NOW)} | encoding)
    ran = subprocess.run(command_line, cwd=tmp_path, env=env, capture_output=True, check=False)
    assert ran.returncode == (1 if command == "check" else 0), ran.stderr
    assert b"Error" not in ran.stderr


@pytest.mark.parametrize("encoding", ["latin-1", "cp437", "ascii"])
def test_json_is_the_same_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    write_deck(tmp_path / "cards_src" / "deck", notes=FAULTY.replace("anser", "änswer… 皮膚"))
    arguments = ["check", "--format", "json"]
    odd = run(*arguments, folder=tmp_path, PYTHONIOENCODING=encoding).stdout
    assert json.loads(odd) == json.loads(run(*arguments, folder=tmp_path, PYTHONIOENCODING="utf-8").stdout)
    assert json.loads(odd)[0]["message"].startswith("unknown key 'änswer… 皮膚'")


@pytest.fixture
def shell(tmp_path: Path) -> Path:
    """A folder with the command `deckwright` in it, as pip installs it."""
    command = tmp_path / "bin" / "deckwright"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m generator "$@"\n')
    command.chmod(0o755)
    return tmp_path


def in_bash(script: str, folder: Path) -> str:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=folder,
        env=environment(PATH=path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr == ""
    return ran.stdout


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_a_completion_script_is_printed(name: str, shell: Path) -> None:
    printed = in_bash(f"_DECKWRIGHT_COMPLETE={name}_source deckwright", shell)
    assert f"_DECKWRIGHT_COMPLETE={name}_complete" in printed


@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_a_completion_script_is_one_to_its_shell(name: str, shell: Path) -> None:
    if not (path := shutil.which(name)):
        pytest.skip(f"{name} is not installed")
    in_bash(f'_DECKWRIGHT_COMPLETE={name}_source deckwright > script && "{path}" -n script', shell)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["bui"], ["build"]),
        (["check", "--st"], ["--strict"]),
        (["check", "--format", "j"], ["json"]),
        (["explain", "s10"], ["S101", "S109"]),
        (["explain", "tab"], ["table"]),
        (["schema", "s"], ["sources"]),
    ],
)
def test_bash_completes(words: list[str], offered: list[str], shell: Path) -> None:
    """The words go through the very function that bash calls at the tab key."""
    script = f"""
        eval "$(_DECKWRIGHT_COMPLETE=bash_source deckwright)"
        COMP_WORDS=(deckwright {" ".join(words)})
        COMP_CWORD={len(words)}
        _deckwright_completion deckwright
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    found = in_bash(script, shell).split()
    assert found
    assert set(found) >= set(offered) if len(offered) > 1 else found == offered


def test_zsh_completes_where_its_completion_was_never_begun(shell: Path) -> None:
    if not (zsh := shutil.which("zsh")):
        pytest.skip("zsh is not installed")
    script = 'eval "$(_DECKWRIGHT_COMPLETE=zsh_source deckwright)"; print $_comps[deckwright]'
    assert in_bash(f"HOME=$PWD '{zsh}' -f -c '{script}' 2>&1", shell) == "_deckwright_completion\n"


def test_completion_loads_no_heavy_library() -> None:
    code = (
        "import sys; from generator.cli import main as cli\n"
        "try: cli.main()\n"
        "finally: print(sorted({'genanki', 'yaml', 'markdown_it', 'sqlite3', 'difflib', 'anki'} & set(sys.modules)))"
    )
    asked = {"COMP_WORDS": "deckwright explain S1", "COMP_CWORD": "2"}
    env = environment(_DECKWRIGHT_COMPLETE="bash_complete", **asked)
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
    assert "plain,S101" in ran.stdout
