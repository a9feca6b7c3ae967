"""What the READMEs show is true."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator import build, cli, report
from tests.support import SOURCES, write_deck

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
YAML = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def test_the_first_note_builds(tmp_path: Path) -> None:
    sources = SOURCES.replace("dermnet:", "dermnet-path:")
    folder = write_deck(tmp_path, {"histology.yaml": YAML.findall(README)[0], "sources.yaml": sources})
    assert build.check(folder).diagnostics == ()


def test_the_mistake_looks_as_shown(here: Path) -> None:
    (shown,) = re.findall(r"```\n(cards_src/.*?)```", README, re.DOTALL)
    text = YAML.findall(README)[0].replace("    question:", "    qestion:")
    files = {"histology.yaml": text, "sources.yaml": SOURCES.replace("dermnet:", "dermnet-path:")}
    write_deck(here / "cards_src" / "my_deck", files)
    assert report.as_text(build.check(Path("cards_src")).diagnostics) == shown


@pytest.mark.parametrize("command", re.findall(r"^\| `deckwright (\w+)", README, re.MULTILINE))
def test_a_command_of_the_table_exists(command: str) -> None:
    assert CliRunner().invoke(cli.cli, [command, "--help"]).exit_code == 0


def test_the_table_names_every_command() -> None:
    assert sorted(re.findall(r"^\| `deckwright (\w+)", README, re.MULTILINE)) == sorted(cli.cli.commands)


def test_the_example_of_every_kind_builds(tmp_path: Path) -> None:
    deck, sources, disputes, example = YAML.findall((ROOT / "cards_src" / "README.md").read_text(encoding="utf-8"))
    files: dict[str, str | bytes] = {"deck.yaml": deck, "sources.yaml": sources, "disputes.yaml": disputes}
    folder = write_deck(tmp_path, files | {"examples.yaml": example})
    shutil.copytree(ROOT / "cards_src" / "calcinosis_cutis" / "media", folder / "media")
    found = build.check(folder)
    assert [it for it in found.diagnostics if it.code != "M110"] == []
    assert sum(deck.cards for deck in found.decks) == 2 + 2 + 3 + 3 + 3


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *sorted(ROOT.glob("[a-z]*/README.md"))], ids=lambda path: path.parent.name
)
def test_a_link_within_the_project_leads_somewhere(path: Path) -> None:
    prose = re.sub(r"`[^`]*`", "", path.read_text(encoding="utf-8"))
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", prose)
    assert [link for link in links if not (path.parent / link).exists()] == []
