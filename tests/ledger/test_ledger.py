"""The ledger: nothing in it changes when nothing changed, and a line that is not ours stops the build at its place."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.base import codes
from generator.compiled.notes import NoteId
from generator.ledger import ledger
from generator.pipeline import build
from tests.author import DAY, Author, in_git
from tests.release.test_refused_edits import REFUSED
from tests.support import DECK, NOW, checked, write_deck

Damage = Callable[[list[str]], list[str]]


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author whose deck of every kind is released."""
    made = Author(tmp_path)
    made.build()
    return made


# ---------------------------------------------------------------------------------------- what is in it


def test_the_first_line_describes_the_ledger(author: Author) -> None:
    head = json.loads(author.lines()[""])
    assert (head["ledger"], head["deck"], head["created"], len(head["note_types"])) == (2, "test-deck", NOW, 3)


def test_there_is_a_line_for_every_note(author: Author) -> None:
    (deck,) = checked(author.source).decks
    assert {*author.lines()} == {"", *(note.id for note in deck.notes)}


def test_the_lines_are_sorted_by_id(author: Author) -> None:
    ids = [json.loads(line)["id"] for line in author.ledger.read_text().splitlines()[1:]]
    assert ids == sorted(ids)


def test_every_line_is_one_of_json(author: Author) -> None:
    assert {type(json.loads(line)) for line in author.ledger.read_text().splitlines()} == {dict}


def test_a_line_says(author: Author) -> None:
    assert tuple(json.loads(author.lines()["plain"])) == KEYS + MORE


def test_it_is_read_as_it_was_written(author: Author) -> None:
    data = author.ledger.read_bytes()
    read, problems = ledger.read(data, "ledger", "test-deck", NOW)
    assert read
    assert (ledger.write(read), problems) == (data, ())


def test_a_new_note_is_one_new_line(author: Author) -> None:
    before = author.lines()
    author.write({"new.yaml": "notes:\n  - {id: a-new, question: Which?, answer: This}\n"})
    author.build(1)
    after = author.lines()
    after.pop("a-new")
    assert after == before


def test_the_order_of_the_notes_is_no_part_of_it(author: Author) -> None:
    before = author.ledger.read_bytes()
    author.write({"z.yaml": (author.source / "questions.yaml").read_bytes(), "questions.yaml": None})
    author.build(1)
    assert author.ledger.read_bytes() == before


def test_the_day_of_the_last_change_is_no_part_of_the_hash(author: Author, tmp_path: Path) -> None:
    later = Author(tmp_path / "later")
    later.build(300)
    hashes = [{id: json.loads(line).get("hash") for id, line in it.lines().items()} for it in (author, later)]
    assert hashes[0] == hashes[1]


def test_a_ledger_of_windows_line_ends_is_read(author: Author) -> None:
    author.ledger.write_bytes(author.ledger.read_bytes().replace(b"\n", b"\r\n"))
    plan = author.plan(1).releases[0].plan
    assert (len(plan.unchanged), plan.new, plan.changed) == (9, (), ())


def test_a_ledger_of_windows_line_ends_is_written_as_ever(author: Author) -> None:
    before = author.files()
    author.ledger.write_bytes(before[author.ledger.name].replace(b"\n", b"\r\n"))
    author.build(1)
    assert author.files() == before


def test_lines_in_another_order_are_read(author: Author) -> None:
    before = author.files()
    head, *lines = before[author.ledger.name].splitlines(keepends=True)
    author.ledger.write_bytes(head + b"".join(reversed(lines)))
    author.build(1)
    assert author.files() == before


# ---------------------------------------------------------------------------------------- damage


def line(number: int, **values: Any) -> Damage:
    """Return a damage: a line has other values, or lacks those that are None."""

    def change(lines: list[str]) -> list[str]:
        new = json.loads(lines[number - 1]) | values
        lines[number - 1] = json.dumps({key: it for key, it in new.items() if it is not None}) + "\n"
        return lines

    return change


def text(number: int, new: str) -> Damage:
    """Return a damage: a line is another text."""
    return lambda lines: [*lines[: number - 1], new, *lines[number:]]


def same(key: str) -> Damage:
    """Return a damage: line 3 has a value of line 2."""
    return lambda lines: line(3, **{key: json.loads(lines[1])[key]})(lines)


def conflict(lines: list[str]) -> list[str]:
    """Leave the marks of a merge around two lines."""
    marks = ("<<<<<<< HEAD\n", "=======\n", ">>>>>>> other\n")
    return [*lines[:2], marks[0], lines[2], marks[1], lines[3], marks[2], *lines[4:]]


YEAR_2100 = 4_102_444_800
HEAD_KINDS = {"Deckwright Basic": {"id": 1, "shape": [["Question"]], "look": "x", "mod": NOW}}
DAMAGES: dict[str, tuple[str, int, str, Damage]] = {
    # code, line, words of the message, damage
    "it is empty": ("H001", 1, "the ledger is empty", lambda lines: []),
    "it is blank": ("H001", 1, "deckwright did not write this line", lambda lines: ["\n"]),
    "it is cut short in a line": ("H001", 5, "in the middle of a line", lambda lines: [*lines[:4], lines[4][:50]]),
    "its last line has no end": (
        "H001",
        10,
        "in the middle of a line",
        lambda lines: [*lines[:9], lines[9].rstrip()],
    ),
    "its first line is gone": ("H001", 1, "beginning of a ledger", lambda lines: lines[1:]),
    "its first line stands twice": ("H003", 2, "", lambda lines: [lines[0], *lines]),
    "a line stands twice": ("H003", 4, "is on two lines", lambda lines: [*lines[:3], lines[2], *lines[3:]]),
    "a merge is not resolved": ("H001", 3, "a merge conflict is left here", conflict),
    "a line is blank": ("H001", 4, "deckwright did not write this line", lambda lines: [*lines[:3], "\n", *lines[3:]]),
    "a line is not JSON": ("H001", 3, "deckwright did not write this line", text(3, "id: plain\n")),
    "a line is a list": ("H001", 3, "deckwright did not write this line", text(3, "[]\n")),
    "a line is a number": ("H001", 3, "deckwright did not write this line", text(3, "1\n")),
    "a line is deep": ("H001", 3, "deckwright did not write this line", text(3, "[" * 100_000 + "\n")),
    "a line is half": ("H001", 3, "deckwright did not write this line", text(3, '{"id":"plain",\n')),
    "it is of another deck": ("H002", 1, "another deck: 'other-deck'", line(1, deck="other-deck")),
    "it is of a newer format": ("H002", 1, "format 3", line(1, ledger=3)),
    "it is of no format": ("H001", 1, "beginning of a ledger", line(1, ledger=0)),
    "its format is a text": ("H001", 1, "beginning of a ledger", line(1, ledger="1")),
    "it has no deck": ("H001", 1, "'deck'", line(1, deck=None)),
    "it was never created": ("H001", 1, "'created'", line(1, created=None)),
    "it was created before 2010": ("H004", 1, "before 2010", line(1, created=0)),
    "it has no note types": ("H001", 1, "'note_types'", line(1, note_types=None)),
    "a note type is a text": ("H001", 1, "note type", line(1, note_types={"Deckwright Basic": "x"})),
    "a note type has half a shape": ("H001", 1, "note type", line(1, note_types=HEAD_KINDS)),
    "two lines have one id": ("H003", 4, "the id 'drugs/colchicine' is on", line(4, id="drugs/colchicine")),
    "two lines have one row": ("H003", 3, "is on two lines", same("row")),
    "two notes have one guid": ("H003", 3, "is on two lines", same("guid")),
    "two notes were one before": (
        "H003",
        4,
        "is on two lines",
        lambda it: line(3, was=["x"])(line(4, was=["x"])(it)),
    ),
    "a guid is empty": ("H001", 3, "not a guid", line(3, guid="")),
    "a guid has a space": ("H001", 3, "not a guid", line(3, guid="a b")),
    "a guid is long": ("H001", 3, "not a guid", line(3, guid="a" * 101)),
    "a guid is a number": ("H001", 3, "'guid'", line(3, guid=1)),
    "a row is 0": ("H001", 3, "row id 0", line(3, row=0)),
    "a row is in seconds": ("H001", 3, "row", line(3, row=NOW)),
    "a row is far ahead": ("H001", 3, "row", line(3, row=YEAR_2100 * 1000)),
    "a row is a fraction": ("H001", 3, "'row'", line(3, row=1.5)),
    "a row is true": ("H001", 3, "'row'", line(3, row=True)),
    "a time is more than a year ahead": ("H004", 3, "a year ahead", line(3, mod=NOW + 368 * DAY)),
    "a time is in milliseconds": ("H004", 3, "a year ahead", line(3, mod=NOW * 1000)),
    "a time is beyond all calendars": ("H004", 3, "a year ahead", line(3, mod=10**30)),
    "a time is before 2010": ("H004", 3, "before 2010", line(3, mod=1_000_000_000)),
    "a time is negative": ("H004", 3, "before 2010", line(3, last=-1)),
    "a time is a text": ("H001", 3, "'first'", line(3, first="2025")),
    "a number is 0": ("H001", 3, "'numbers'", line(3, numbers={"0": "x"})),
    "a number is a word": ("H001", 3, "'numbers'", line(3, numbers={"one": "x"})),
    "a number hides a number": ("H001", 3, "'numbers'", line(3, numbers={"1": 1})),
    "numbers are a list": ("H001", 3, "'numbers'", line(3, numbers=["x"])),
    "a given-up number is a word": ("H001", 3, "'retired_numbers'", line(3, retired_numbers={"two": "x"})),
    "a note is neither live nor retired": ("H001", 3, "'status'", line(3, status="gone")),
    "a retired note has no day": ("H001", 3, "'retired'", line(3, status="retired", reason="")),
    "a retired note has no reason": ("H001", 3, "'reason'", line(3, status="retired", retired=NOW)),
    "a former id is a number": ("H001", 3, "'was'", line(3, was=[1])),
    "former ids are a text": ("H001", 3, "'was'", line(3, was="simple")),
    "a kind is none of ours": ("H001", 3, "'Basic' is not a note kind", line(3, kind="Basic")),
}
ODD = {
    "an escape": "\x1b[31m",
    "a line break": "a\n::error::b",
    "a tab": "a\tb",
    "half a surrogate": "\ud800",
    "a bidi mark": "\u202e",
}
DAMAGES |= {
    f"{where} holds {what}": ("H001", at, "holds a line break", line(at, **{key: value(odd)}))
    for what, odd in ODD.items()
    for where, at, key, value in (
        ("the name", 1, "name", str),
        ("a label", 3, "label", str),
        ("what a card hides", 3, "numbers", lambda it: {"1": it}),
        ("what a card hid", 3, "retired_numbers", lambda it: {"7": it}),
        ("a former id", 3, "was", lambda it: [it]),
        ("what nobody reads", 3, "more", lambda it: [{"a": it}]),
        ("a key", 3, "more", lambda it: {it: "a"}),
    )
}
DAMAGES |= {
    "a number is infinite": ("H001", 3, "'Infinity'", text(3, '{"id":Infinity}\n')),
    "a number is no number": ("H001", 3, "'NaN'", text(3, '{"id":NaN}\n')),
    "a number is too large for a float": ("H001", 3, "'1e999'", text(3, '{"id":1e999}\n')),
    "a number has thousands of digits": ("H001", 3, "40 digits", text(3, '{"id":' + "9" * 3_000 + "}\n")),
    "a key stands twice": ("H001", 3, "duplicate key 'id'", text(3, '{"id":"a","id":"b"}\n')),
    "a key stands twice below": ("H001", 3, "duplicate key '1'", text(3, '{"numbers":{"1":"a","1":"b"}}\n')),
    "a deck's id is a path": ("H001", 1, "'deck' is not a deck's id", line(1, deck="../../other")),
    "a deck's name is none": ("H001", 1, "'name' is not a deck's name", line(1, name="A:: ::B")),
    "a root is no tag": ("H001", 1, "'tag_root' is not a tag", line(1, tag_root="a b")),
    "a subdeck is none": ("H001", 3, "'deck' is not a deck's name", line(3, deck="")),
    "a hash is none": ("H001", 3, "'hash' is not a hash", line(3, hash="x")),
    "a name goes on for ever": ("H001", 3, "'deck' is not a deck's name", line(3, deck="x" * 10_000)),
    "a label goes on for ever": ("H001", 3, "'label' has more than", line(3, label="x" * 20_001)),
    "a hidden text goes on for ever": ("H001", 3, "'numbers' has a text", line(3, numbers={"1": "x" * 20_001})),
    "its format is true": ("H001", 1, "beginning of a ledger", line(1, ledger=True)),
    "a field's id is infinite": (
        "H001",
        1,
        "not a number",
        lambda lines: [lines[0].replace('"shape":[["Question",', '"shape":[["Question",1e999],["x",'), *lines[1:]],
    ),
}
KEYS = ("id", "guid", "row", "kind", "deck", "hash", "mod", "numbers", "first", "last", "status", "label")
MORE = ("parts",)  # of format 2
DAMAGES |= {f"a line has no {key}": ("H001", 3, f"'{key}'", line(3, **{key: None})) for key in KEYS}
every_damage = pytest.mark.parametrize(("code", "at", "words", "damage"), DAMAGES.values(), ids=list(DAMAGES))


@every_damage
def test_it_is_refused_by_line(code: str, at: int, words: str, damage: Damage, author: Author) -> None:
    lines = author.ledger.read_text().splitlines(keepends=True)
    author.ledger.write_text("".join(damage(lines)))
    ran = author.run("build", day=1)
    place, _, message = ran.out.split("\n")[0].partition(f": {code} ")
    assert (ran.status, place, words in message) == (1, f"decks/test-deck.ledger.jsonl:{at}:1", True)


@every_damage
def test_damage_is_reported_once(code: str, at: int, words: str, damage: Damage, author: Author) -> None:
    lines = author.ledger.read_text().splitlines(keepends=True)
    author.ledger.write_text("".join(damage(lines)))
    assert set(author.refusal(1)) == {code}


@every_damage
def test_nothing_is_written_beside_damage(code: str, at: int, words: str, damage: Damage, author: Author) -> None:
    lines = author.ledger.read_text().splitlines(keepends=True)
    author.ledger.write_text("".join(damage(lines)))
    before = author.files()
    author.run("build", "--retire", day=1)
    assert author.files() == before


BYTES = {
    "is UTF-16": lambda data: data.decode().encode("utf-16"),
    "is Latin-1": lambda data: data.replace(b"plain", b"pl\xe4in"),
    "has a NUL": lambda data: data.replace(b"plain", b"pl\x00in"),
    "is a package": lambda data: b"PK\x03\x04" + bytes(100),
    "has a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
}


@pytest.mark.parametrize("damage", BYTES.values(), ids=list(BYTES))
def test_a_ledger_is_refused_that(damage: Callable[[bytes], bytes], author: Author) -> None:
    author.ledger.write_bytes(damage(author.ledger.read_bytes()))
    ran = author.run("build", day=1)
    assert (ran.status, " H001 " in ran.out) == (1, True)


def test_the_help_says_how_to_bring_it_back(author: Author) -> None:
    author.ledger.write_text("")
    assert "restore the file from a backup" in author.run("build", day=1).out


@pytest.mark.parametrize("days", [0, 364])
def test_a_time_less_than_a_year_ahead_is_believed(days: int, author: Author) -> None:
    lines = author.ledger.read_text().splitlines(keepends=True)
    author.ledger.write_text("".join(line(3, mod=NOW + days * DAY)(lines)))
    assert author.plan().diagnostics == ()


PLACES: dict[str, Callable[[Path, Path], None]] = {
    "folder": lambda ledger, moved: ledger.mkdir(),
    "link": lambda ledger, moved: ledger.symlink_to(moved),
    "broken link": lambda ledger, moved: ledger.symlink_to("nowhere"),
    "pipe": lambda ledger, moved: os.mkfifo(ledger),
}


@pytest.mark.parametrize("put", PLACES.values(), ids=list(PLACES))
def test_a_ledger_that_is_no_plain_file_is_refused(put: Callable[[Path, Path], None], author: Author) -> None:
    author.ledger.rename(author.root / "moved")
    put(author.ledger, author.root / "moved")
    assert author.refusal(1) == ["H001"]


def test_a_package_without_its_ledger_is_refused(author: Author) -> None:
    author.ledger.unlink()
    ran = author.run("build", day=1)
    said = "H005 decks/test-deck.apkg exists, but its ledger test-deck.ledger.jsonl does not"
    assert (ran.status, ran.out.split("\n")[0]) == (1, f"decks/test-deck.ledger.jsonl: {said}")


def test_a_missing_ledger_is_brought_back_by_git(author: Author) -> None:
    in_git(author.root)
    author.ledger.unlink()
    assert "git checkout -- decks/test-deck.ledger.jsonl" in author.run("build", day=1).out


def test_a_package_without_its_ledger_stays_as_it_is(author: Author) -> None:
    author.ledger.unlink()
    before = author.files()
    author.run("build", day=1)
    assert author.files() == before


def test_a_new_ledger_can_be_begun(author: Author) -> None:
    author.ledger.unlink()
    ran = author.run("build", "--new-ledger", day=1)
    assert (ran.status, "9 new, 0 changed, 0 unchanged" in ran.out) == (0, True)


def test_a_new_ledger_can_take_a_damaged_ones_place(author: Author) -> None:
    author.ledger.write_text("damage")
    author.run("build", "--new-ledger", day=1)
    assert json.loads(author.lines()[""])["created"] == NOW + DAY


def test_a_new_ledger_gives_every_note_the_guid_it_had(author: Author) -> None:
    before = {id: it.guid for id, it in author.plan().releases[0].ledger.entries.items()}
    author.ledger.unlink()
    after = author.build(1, new_ledger=True).ledger.entries
    assert {id: it.guid for id, it in after.items()} == before


def test_a_ledger_without_a_package_is_enough(author: Author) -> None:
    before = author.files()
    author.package.unlink()
    author.build(1)
    assert author.files() == before


def test_a_deck_of_another_id_has_a_ledger_of_its_own(author: Author) -> None:
    before = author.files()
    author.write({"deck.yaml": DECK.replace("test-deck", "other-deck")})
    author.build(1)
    assert {name: author.files()[name] for name in before} == before


def test_a_changed_deck_id_is_warned_of(author: Author) -> None:
    author.write({"deck.yaml": DECK.replace("test-deck", "other-deck")})
    (found,) = author.plan(1).diagnostics
    assert (found.code, found.span.where) == ("H017", f"{author.source.as_posix()}/deck.yaml:1:5")
    assert "released as 'test-deck'" in found.message
    author.build(1)
    assert author.plan(2).diagnostics == ()  # now it is a deck of its own


def test_a_new_deck_beside_others_is_not_warned_of(author: Author) -> None:
    author.build(1)
    other = DECK.replace("test-deck", "other").replace("Test Deck", "Other").replace("#Test", "#Other")
    notes = "notes:\n  - {id: one, question: Which?, answer: This}\n"
    write_deck(author.source.parent / "other", {"deck.yaml": other}, notes)
    assert build.plan(author.source.parent, author.out, build.Wish(NOW)).diagnostics == ()
    renamed = DECK.replace("Test Deck", "Other")  # and the new one takes the name of one that is still there
    author.write({"deck.yaml": renamed})
    write_deck(author.source.parent / "other", {"deck.yaml": other.replace("name: Other", "name: Test Deck")}, notes)
    assert build.plan(author.source.parent, author.out, build.Wish(NOW)).diagnostics == ()


def test_a_new_deck_of_another_name_is_not_warned_of(author: Author) -> None:
    author.write({"deck.yaml": DECK.replace("test-deck", "other-deck").replace("Test Deck", "Other")})
    assert author.plan(1).diagnostics == ()


def test_a_new_ledger_for_a_deck_of_a_new_id_is_meant(author: Author) -> None:
    author.write({"deck.yaml": DECK.replace("test-deck", "other-deck")})
    assert author.plan(1, new_ledger=True).diagnostics == ()


def test_a_guid_is_what_the_ledger_says(author: Author) -> None:
    lines = author.ledger.read_text().splitlines(keepends=True)
    author.ledger.write_text("".join(line(2, guid="old-guid")(lines)))
    author.package.unlink()
    author.released.unlink()
    release = author.build(1)
    id = NoteId(json.loads(lines[1])["id"])
    assert {it.guid for it in release.deck.notes if it.id == id} == {"old-guid"}


def test_every_code_of_the_history_has_a_case() -> None:
    shown = {code for code, *_ in DAMAGES.values()} | {case.code for case in REFUSED.values()}
    elsewhere = {"H005", "H014", "H016", "H017", "H018"}  # above; in edits, test_releases; above; in test_renamed
    elsewhere |= {"H030", "H031"}  # in test_release_command
    elsewhere |= {"H020", "H021", "H022", "H023"}  # in test_adopting
    assert shown | elsewhere == {code for code in codes.table() if code.startswith("H")}
