"""What the READMEs show is true."""

import os
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import main
from generator.pipeline import check
from generator.show import report
from tests.support import SOURCES, write_deck

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
YAML = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def test_the_first_note_builds(tmp_path: Path) -> None:
    sources = SOURCES.replace("dermnet:", "dermnet-path:")
    folder = write_deck(tmp_path, {"histology.yaml": YAML.findall(README)[0], "sources.yaml": sources})
    assert check.check(folder).diagnostics == ()


def test_the_mistakes_look_as_in_the_picture(here: Path) -> None:
    text = YAML.findall(README)[0].replace("    question:", "    qestion:").replace("anion}}", "anion}")
    files = {
        "histology.yaml": "paht]".join(text.rsplit("path]", 1)),
        "sources.yaml": "dermnet-path: {title: A, year: 2016}\n",
    }
    write_deck(here / "cards_src" / "my_deck", files)
    picture = (ROOT / ".images" / "error.svg").read_text(encoding="utf-8")
    shown = [unescape(re.sub("<[^>]*>", "", line)) for line in re.findall(r"<text.*?>(.*)</text>", picture)]
    assert report.as_text(check.check(Path("cards_src")).diagnostics).splitlines() == shown


def test_its_commands_lead_from_nothing_to_a_deck(here: Path) -> None:
    commands = [line.split() for line in re.findall(r"^    ((?:deckwright|cd) .*)$", README, re.MULTILINE)]
    assert commands
    for name, *arguments in commands:
        if name == "cd":
            os.chdir(arguments[0])
        else:
            assert CliRunner().invoke(main.cli, arguments, standalone_mode=False).return_value == 0
    assert (here / "my-deck" / "decks" / "my-deck.apkg").exists()


@pytest.mark.parametrize("command", re.findall(r"^\| `deckwright (\w+)", README, re.MULTILINE))
def test_a_command_of_the_table_exists(command: str) -> None:
    assert CliRunner().invoke(main.cli, [command, "--help"]).exit_code == 0


def test_the_table_names_every_command() -> None:
    assert sorted(re.findall(r"^\| `deckwright (\w+)", README, re.MULTILINE)) == sorted(main.cli.commands)


def test_the_example_of_every_kind_builds(tmp_path: Path) -> None:
    deck, sources, disputes, example = YAML.findall((ROOT / "cards_src" / "README.md").read_text(encoding="utf-8"))
    files: dict[str, str | bytes] = {"deck.yaml": deck, "sources.yaml": sources, "disputes.yaml": disputes}
    folder = write_deck(tmp_path, files | {"examples.yaml": example})
    shutil.copytree(ROOT / "cards_src" / "calcinosis_cutis" / "media", folder / "media")
    found = check.check(folder)
    assert [it for it in found.diagnostics if it.code != "M110"] == []
    assert sum(deck.cards for deck in found.decks) == 2 + 2 + 3 + 3 + 3


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *sorted(ROOT.glob("[a-z]*/README.md"))], ids=lambda path: path.parent.name
)
def test_a_link_within_the_project_leads_somewhere(path: Path) -> None:
    prose = re.sub(r"`[^`]*`", "", path.read_text(encoding="utf-8"))
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", prose)
    assert [link for link in links if not (path.parent / link).exists()] == []
