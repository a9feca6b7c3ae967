"""A finished package is looked at once more: what no author can write, but a fault of ours could, is found."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.package import inspection
from tests.support import SVG, compiled, package, write_deck

NOTES = """\
notes:
  - id: a
    question: What is this? ![skin](skin.svg)
    answer: Skin, see [DermNet](https://dermnetnz.org)
    reverse: true
    sources: [dermnet]
    dispute: most-common-type
    extra: |
      Two lines.

      - one
      - two
  - id: b
    cloze: 'Calcium is {{c1::**purple**}}, \\(x < 3\\)'
  - id: c
    table: White papules
    columns: {x: Contents, y: Site}
    rows: {r: {name: Milium, x: keratin, y: face}}
  - id: d
    list: Two
    items: {one: One, two: Two}
  - id: e
    image: skin.svg
    masks: {one: {rect: [1, 1, 9, 9], label: Corneum}}
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Give a package with something of everything."""
    deck = compiled(write_deck(tmp_path / "deck", {"media/skin.svg": SVG}, NOTES))
    return package(deck, tmp_path / "good.apkg")


def changed(good: Path, sql: str) -> Path:
    """Return the package with its collection changed."""
    connection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(good) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    connection.deserialize(files["collection.anki2"])
    connection.executescript(sql)
    files["collection.anki2"] = connection.serialize()
    return rewritten(good, files)


def rewritten(good: Path, files: dict[str, bytes]) -> Path:
    """Return a package of other entries."""
    bad = good.with_name("bad.apkg")
    with zipfile.ZipFile(bad, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return bad


def test_a_good_package_is_good(good: Path) -> None:
    assert list(inspection.problems(good)) == []


def test_where_no_cloze_can_be_its_marks_are_words(good: Path) -> None:
    shown = r"Why is {{c2::\(\frac{a}{\sqrt{b_{c}}}\)::\(\frac{x}{y}\)}} right?"
    package = changed(good, f"UPDATE notes SET flds = replace(flds, 'Two lines.', '{shown}')")
    assert list(inspection.problems(package)) == []


FIELD = "UPDATE notes SET flds = {} || substr(flds, instr(flds, char(31))) WHERE mid = 1763596800101"
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://x.org/a.png">',
    '<img src="skin.svg" onload="x">',
    "<iframe srcdoc=x></iframe>",
    '<a href="javascript:x">x</a>',
    "<style>a{}</style>",
    "<b>bold</b>",
    '<div style="x">',
    "a < b",
    "[sound:x.mp3]",
    "[latex]x[/latex]",
    "[$]x[/$]",
    "[anki:tts lang=en]x[/anki:tts]",
    "\\(\\href{https://x.org}{x}\\)",
    "\\({\\) \\href{https://x.org}{x} }\\)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_field_is_found(text: str, good: Path) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    assert list(inspection.problems(changed(good, FIELD.format(quoted))))


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM cards WHERE nid = (SELECT min(id) FROM notes)",
        "DELETE FROM notes WHERE id = (SELECT min(id) FROM notes)",
        "UPDATE notes SET guid = 'x'",
        "UPDATE notes SET flds = flds || char(31)",
        "UPDATE notes SET mod = 0",
        "UPDATE cards SET ord = 500 WHERE id = (SELECT min(id) FROM cards)",
        "UPDATE cards SET ord = ord + 7 WHERE nid IN (SELECT id FROM notes WHERE mid = 1763596800102)",
        "UPDATE notes SET flds = replace(flds, '{{c1::Corneum', '{{c2::Corneum')",
        "UPDATE notes SET flds = replace(flds, 'Corneum', 'Corneum::[sound:x.mp3]')",
        "UPDATE notes SET flds = replace(flds, '{{c1::Corneum', '') || '{{c1::Corneum'",
        "UPDATE col SET decks = replace(decks, 'Test Deck', '<b>Test</b>')",
        "UPDATE col SET decks = replace(decks, 'A deck for tests.', '<script>x</script>')",
        "UPDATE col SET decks = replace(decks, 'A deck for tests.', '\\\\(\\\\href{x}{y}\\\\)')",
        "UPDATE notes SET flds = replace(flds, 'x &lt; 3', '{{c1::x::\\href{x}{y}}}')",
        "UPDATE col SET models = replace(models, '.card {', '.card { background: url(https://x.org);')",
        "UPDATE col SET models = replace(models, '{{Question}}', '{{Question}}<script>x</script>')",
    ],
)
def test_a_faulty_collection_is_found(sql: str, good: Path) -> None:
    assert list(inspection.problems(changed(good, sql)))


def test_the_names_in_those_statements_are_those_of_the_package(good: Path) -> None:
    connection = sqlite3.connect(":memory:")
    with zipfile.ZipFile(good) as archive:
        connection.deserialize(archive.read("collection.anki2"))
    ((models, decks),) = connection.execute("SELECT models, decks FROM col")
    assert connection.execute("SELECT count() FROM notes WHERE flds LIKE '%{{c1::Corneum}}%'").fetchall() == [(1,)]
    assert ".card {" in models
    assert "{{Question}}" in models
    assert "1763596800101" in models
    assert "A deck for tests." in decks


def entries(good: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(good) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_script(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"0": SVG.replace(b"</svg>", b"<script>x</script></svg>")}


def without_picture(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name != "0"}


def unlisted(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"1": b"more"}


def renamed(files: dict[str, bytes]) -> dict[str, bytes]:
    return files | {"media": json.dumps({"0": "../skin.svg"}).encode()}


@pytest.mark.parametrize("change", [with_script, without_picture, unlisted, renamed])
def test_a_faulty_media_file_is_found(change: Callable[[dict[str, bytes]], dict[str, bytes]], good: Path) -> None:
    assert list(inspection.problems(rewritten(good, change(entries(good)))))


def test_what_is_found_stops_the_build(good: Path) -> None:
    with pytest.raises(inspection.BadPackage, match="from before 2010"):
        inspection.check(changed(good, "UPDATE notes SET mod = 0"))
