"""`deckwright.json` knows every text that releases had; it is small, and Anki takes no notice of it."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from generator.package import inspection
from tests.anki_backend import Counts, opened
from tests.author import Author
from tests.pushed import CORRECTED, WARFARIN, rewrite

MEMBER = "deckwright.json"
ANOTHER = ("clozes.yaml", "Calciphylaxis follows", "Calciphylaxis comes after")


def memory(package: Path) -> dict[str, Any]:
    with zipfile.ZipFile(package) as read:
        found: dict[str, Any] = json.loads(read.read(MEMBER))
    return found


def of(author: Author, id: str) -> dict[str, Any]:
    """Return what the member says of a note."""
    guid = json.loads(author.lines()[id])["guid"]
    found: dict[str, Any] = memory(author.package)["notes"].get(guid, {})
    return found


def test_a_first_release_has_nothing_to_say_of_its_notes(author: Author) -> None:
    found = memory(author.package)
    assert found == {
        "format": 1,
        "deck": "test-deck",
        "root": "#Test",
        "roots": [],
        "release": {"name": "2025-10-09", "time": 1_760_000_000},
        "notes": {},
        "withdrawn": {},
    }


def test_a_text_that_a_release_had_is_remembered(author: Author) -> None:
    author.replace(CORRECTED)
    author.build(1)
    author.replace(("questions.yaml", "Deep blue", "Deep green"))
    author.build(2)
    assert [len(it) for it in of(author, "plain")["past"].values()] == [2]


def test_a_text_of_a_build_that_nobody_got_is_not_remembered(author: Author) -> None:
    author.replace(CORRECTED)
    author.draft(1)
    author.replace(("questions.yaml", "Deep blue", "Deep green"))
    author.build(2)
    assert [len(it) for it in of(author, "plain")["past"].values()] == [1]


def test_a_text_put_back_leaves_the_ledger_as_it_was(author: Author) -> None:
    before = json.loads(author.lines()["plain"])
    author.replace(CORRECTED)
    author.draft(1)
    author.replace(("questions.yaml", "Deep blue", "Deep purple"))
    author.draft(2)
    assert set(json.loads(author.lines()["plain"])) == set(before) | {"corrected"}


def test_a_deck_of_before_is_remembered(author: Author) -> None:
    author.replace(("subtypes.yaml", "subdeck: Lists", "subdeck: Kinds"))
    author.build(1)
    assert of(author, "subtypes") == {"decks": ["Test Deck::Lists"]}


def test_a_withdrawn_note_is_named(author: Author) -> None:
    guid = json.loads(author.lines()["warfarin"])["guid"]
    author.replace(WARFARIN)
    author.build(1, retire=True)
    assert memory(author.package)["withdrawn"][guid]["was"] == ["warfarin"]


def test_a_build_after_a_release_changes_nothing(author: Author) -> None:
    before = author.files()
    author.draft(3)
    assert author.files() == before


def test_a_build_of_what_is_not_released_names_no_release(author: Author) -> None:
    author.replace(CORRECTED)
    author.draft(1)
    assert memory(author.package)["release"] is None


def of_format_1(author: Author) -> None:
    """Leave of a release what it was before there were releases: a package, and a ledger of format 1."""
    for path in (author.released, author.notes, author.corrections):
        path.unlink()
    lines = [json.loads(line) for line in author.ledger.read_text(encoding="utf-8").splitlines()]
    lines[0]["ledger"] = 1
    kept = [{key: it for key, it in line.items() if key not in ("parts", "media", "release")} for line in lines]
    text = "".join(json.dumps(it, ensure_ascii=False, separators=(",", ":")) + "\n" for it in kept)
    author.ledger.write_text(text, encoding="utf-8")


def test_the_texts_of_a_ledger_of_format_1_come_from_its_package(author: Author) -> None:
    of_format_1(author)
    author.replace(CORRECTED)
    author.build(1)
    assert list(of(author, "plain")["past"]) == ["Answer"]


@pytest.mark.parametrize("first", [CORRECTED, ANOTHER], ids=["the same note", "another note"])
def test_the_texts_of_a_ledger_of_format_1_outlast_its_package(first: tuple[str, str, str], author: Author) -> None:
    of_format_1(author)
    author.replace(first)
    author.draft(1)
    author.replace(("questions.yaml", "Deep blue" if first is CORRECTED else "Deep purple", "Deep green"))
    author.draft(2)
    author.replace(("questions.yaml", "question: What colour", "question: Of what colour"))
    author.draft(3)
    author.build(4)
    assert {name: len(it) for name, it in of(author, "plain")["past"].items()} == {"Answer": 1, "Question": 1}


def test_it_is_at_most_a_twentieth_of_the_package(tmp_path: Path) -> None:
    def notes(answer: str) -> dict[str, str]:
        lines = [
            f"  - {{id: n{it}, question: 'What is {it * 7919}?', answer: {answer} {it * 104729}}}" for it in range(300)
        ]
        return {"notes.yaml": "\n".join(["notes:", *lines, ""])}

    author = Author(tmp_path, notes("It is"))
    author.build()
    author.replace(("notes.yaml", "answer: It is 104729}", "answer: It was 104729}"))
    author.build(1)
    with zipfile.ZipFile(author.package) as read:
        size = read.getinfo(MEMBER).compress_size
    assert size * 20 <= author.package.stat().st_size


def test_anki_takes_no_notice_of_it(author: Author, tmp_path: Path) -> None:
    with opened(tmp_path / "with") as anki:
        assert anki.take(author.package) == Counts(new=9)
        rewrite(author.package, MEMBER, lambda _: None)
        assert anki.take(author.package) == Counts(duplicate=9)
        assert anki.problems() == []


OF_OTHERS = b'{"format":1,"deck":"x","root":"#T","roots":[],"release":null,"notes":{"x":{}},"withdrawn":{}}'


@pytest.mark.parametrize("data", [b'{"format":1}', OF_OTHERS], ids=["other keys", "other notes"])
def test_one_that_tells_of_other_notes_is_found_before_it_ships(data: bytes, author: Author) -> None:
    rewrite(author.package, MEMBER, lambda _: data)
    assert [it for it in inspection.problems(author.package) if MEMBER in it]
