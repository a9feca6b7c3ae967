"""Is every line that is printed one of visible characters, and none a command, whatever a branch holds?"""

import json
import re

import pytest

from generator.base.characters import visible
from generator.base.diagnostics import Diagnostic
from generator.base.place import Span
from generator.show import report
from tests.author import Author
from tests.support import write_deck
from tests.test_verify import sql, tampered

HOSTILE = {
    "an escape": "a\x1b[31mb",
    "an escape of one character": "a\x9b31mb",
    "a title": "a\x1b]0;b\x07",
    "a line feed": "a\n::error::b",
    "a carriage return": "a\r::error::b",
    "a tab": "a\tb",
    "a line separator": "a\u2028::error::b",
    "a delete": "a\x7fb",
    "a right-to-left override": "a\u202eb",
    "a zero-width space": "a\u200bb",
    "half a surrogate": "a\ud800b",
    "a tag nobody sees": "a\U000e0041b",
    "a command": "::error::a",
    "a command behind spaces": " \u3000 ::error::a",
    "a command of old runners": "a ##[error]b",
}
every_hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\ud800-\udfff\U000e0000-\U000e007f]")


def harmless(lines: list[str]) -> bool:
    """Say whether lines hold visible characters only, and no command for a runner."""
    return not any(_UNSEEN.search(it) or it.strip().startswith("::") or "##[" in it for it in lines)


@every_hostile
def test_what_is_made_visible_is_harmless(text: str) -> None:
    assert not harmless([text])
    assert harmless([visible(text)])


@pytest.mark.parametrize("text", ["Kalziumablagerungen ≥ 5 µm", "می‌خواهم", "👩‍⚕️", "Skin::Drugs", "A #[b] ##", ""])
def test_ordinary_text_stays(text: str) -> None:
    assert visible(text) == text


@every_hostile
def test_a_diagnostic_is_harmless_wherever_it_says_so(text: str) -> None:
    found = Diagnostic(Span(text, 1, 1, 1, 2, text.split("\n")[0].replace("\t", " ")), "S101", text, text, text)
    lines = report.as_text([found]).split("\n")
    assert (len(lines), harmless(lines)) == (5, True)


@every_hostile
def test_an_annotation_is_one_command(text: str) -> None:
    printed = report.as_github([Diagnostic(Span(text), "S101", text, text, text)])
    assert (printed.count("\n"), printed.startswith("::error file=")) == (1, True)
    assert harmless([printed.strip().removeprefix("::")])


@every_hostile
def test_json_is_ascii_and_says_the_same(text: str) -> None:
    printed = report.dumped(text)
    assert (printed.isascii(), json.loads(printed)) == (True, text)
    assert harmless([printed.strip()])


@every_hostile
def test_an_id_of_a_strangers_package_is_harmless(text: str, author: Author) -> None:
    author.build()
    escaped = text.replace("\ud800", "").replace("'", "''")
    tampered(
        author.package, sql(f"UPDATE notes SET flds = replace(flds, 'plain', '{escaped}'), guid = '{escaped}' || id")
    )
    ran = author.run("verify", "decks/test-deck.apkg", "--from", "decks/bad.apkg")
    assert harmless((ran.out + ran.err).split("\n"))


@pytest.mark.parametrize("form", ["text", "github"])
@pytest.mark.parametrize("name", ["::error::x", "a\x1b[31mb", "a\n::error::b", "##[error]x"])
def test_a_folders_name_is_harmless(name: str, form: str, author: Author) -> None:
    write_deck(author.source.parent / name, {"deck.yaml": "id: x\n", "odd.txt": "", "b.yml": ""})
    ran = author.run("check", "cards_src", "-v", "--format", form)
    lines = [it.removeprefix("::") if form == "github" else it for it in (ran.out + ran.err).splitlines()]
    assert lines
    assert harmless(lines)


def test_a_folders_name_begins_no_command(author: Author) -> None:
    write_deck(author.source.parent / "::error::x", {"deck.yaml": "id: x\n", "odd.txt": ""})
    author.root = author.source.parent
    ran = author.run("check", ".", "-v")
    assert "error::x" in ran.out
    assert harmless((ran.out + ran.err).splitlines())


def test_notes_of_a_release_are_harmless(author: Author) -> None:
    author.build()
    lines = author.ledger.read_text(encoding="utf-8").splitlines(keepends=True)
    old, new = author.root / "old.jsonl", author.root / "new.jsonl"
    old.write_text(lines[0], encoding="utf-8")
    entry = json.loads(lines[1]) | {"label": "a\U000e0041b ##[error]c"}
    new.write_text(lines[0] + json.dumps(entry) + "\n", encoding="utf-8")
    ran = author.run("changes", "old.jsonl", "new.jsonl")
    assert f"`{entry['id']}`" in ran.out
    assert harmless((ran.out + ran.err).splitlines())
