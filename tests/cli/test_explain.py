"""Has every word of the format and of the command line a page, and do README and `explain` know the same keys?"""

import json
from pathlib import Path

import pytest

from generator.cli import main
from generator.deck import guide
from generator.kinds.registry import BY_WORD
from generator.pipeline.check import check
from tests.command import NOTES, ROOT, run
from tests.support import DECK

KINDS_AND_KEYS = sorted({*guide.key_words(), *BY_WORD})


def test_a_key_is_explained_in_each_place_where_it_may_stand() -> None:
    printed = run("explain", "tags", folder=ROOT).stdout
    assert printed == (
        "tags: in a note file\n    For every note of this file.\n    Holds a list of tags.\n\n"
        "tags: in every note\n    Written below the deck's tag root.\n    Holds a list of tags.\n"
    )


def test_a_key_is_explained_as_json() -> None:
    described = json.loads(run("explain", "order", "--format", "json", folder=ROOT).stdout)
    about = "Files of notes in the order of teaching, without .yaml."
    place = {"in": "deck.yaml", "required": False, "about": about, "holds": "a list of files of notes"}
    assert described == {"key": "order", "places": [place]}


@pytest.mark.parametrize("word", sorted(main.cli.commands))
def test_a_command_is_explained_by_its_help(word: str) -> None:
    assert run("explain", word, folder=ROOT).stdout == run(word, "--help", folder=ROOT).stdout


def test_a_command_is_explained_as_json() -> None:
    described = json.loads(run("explain", "build", "--format", "json", folder=ROOT).stdout)
    assert described == {"command": "build", "help": run("build", "--help", folder=ROOT).stdout}


@pytest.mark.parametrize("word", ["deck.yaml", "sources.yaml", "disputes.yaml"])
def test_the_example_of_a_file_is_one_that_check_takes(word: str, tmp_path: Path) -> None:
    files = {"deck.yaml": DECK, "notes.yaml": NOTES, word: guide.PAGES[word].example}
    folder = tmp_path / "cards_src" / "deck"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    found = check(tmp_path / "cards_src").diagnostics
    assert [it for it in found if it.span.path.endswith(word)] == []


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("deck.yaml", "    tag_root     Required. Every tag is written below it.\n"),
        ("sources.yaml", "Keys of each source:\n    title    Required. Of the work, as it is cited.\n"),
        ("disputes.yaml", "Keys of each dispute:\n    beware  Required. A common error"),
        ("baseline", "'deckwright check --baseline' writes it"),
        ("lint-baseline.json", "'deckwright check --baseline' writes it"),
        ("adopted", "both changed it        yours stays"),
    ],
)
def test_a_file_has_its_page(word: str, says: str) -> None:
    assert says in run("explain", word, folder=ROOT).stdout


@pytest.mark.parametrize(("word", "keys"), [("baseline", []), ("sources.yaml", ["title", "authors", "year", "link"])])
def test_a_file_is_explained_as_json(word: str, keys: list[str]) -> None:
    described = json.loads(run("explain", word, "--format", "json", folder=ROOT).stdout)
    page = guide.PAGES[word]
    assert [it["key"] for it in described.pop("keys")] == keys
    assert described == {"file": word, "about": page.about, "example": page.example}


@pytest.mark.parametrize("word", guide.key_words())
def test_a_key_says_what_it_holds(word: str) -> None:
    assert "    Holds " in guide.key_page(word)


@pytest.mark.parametrize("word", KINDS_AND_KEYS)
def test_the_readme_shows_every_word_of_the_format(word: str) -> None:
    readme = (ROOT / "cards_src" / "README.md").read_text(encoding="utf-8")
    assert f"{word}:" in readme or f"`{word}`" in readme


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("tabel", "there is no page about 'tabel'; did you mean 'table'?"),
        ("bild", "there is no page about 'bild'; did you mean 'build'?"),
        ("wsa", "there is no page about 'wsa'; did you mean 'was'?"),
        ("zzz", "there is no page about 'zzz'; name a code, a kind of note, a key, a file or a command"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest(word: str, said: str) -> None:
    ran = run("explain", word, folder=ROOT)
    assert (ran.returncode, ran.stderr.splitlines()[-1]) == (2, f"Error: {said}")
