"""Is every message at the card of the lines it is about, and at no other?"""

from pathlib import Path

import pytest

from generator.base.diagnostics import Diagnostic
from generator.base.place import Span
from generator.deck.facts import Deck
from generator.deck.origin import origins
from generator.deck.schema import load
from generator.pipeline import build
from generator.source.project import find
from tests.support import SVG, write_deck

SHIPPED = sorted(path.parent for path in Path(__file__).parents[2].glob("cards_src/*/deck.yaml"))
NOTES = """\
tags: [file]
notes:
  # about the first

  - question: What?
    id: first
    answer: |
      A text
      of three

      lines
    tags: [a, b]

  - id: rows
    table: Drugs
    columns:
      how: How
      use: Use
    sources: [dermnet]
    rows:
      one:
        name: One
        how: so
      two:
        how: thus
        name: Two
        sources: [reiter-2011, dermnet]
    tags: [late]
  - {id: last, cloze: "{{c1::x}}", extra: y}
"""
LINES = {
    **dict.fromkeys((0, 1, 2, 3, 4), ""),
    **dict.fromkeys((5, 6, 7, 8, 9, 10, 11, 12), "first"),
    **dict.fromkeys((14, 15, 16, 17, 18, 19, 21, 22, 23), "one"),
    **dict.fromkeys((24, 25, 26, 27, 28), "two"),
    29: "last",
    40: "",
}


@pytest.fixture
def deck(tmp_path: Path) -> Deck:
    """The deck of those notes, and of another file with a note on every one of its lines."""
    other = "notes:\n" + "".join(f"  - {{id: n-{it}, question: q{it}, answer: a}}\n" for it in range(40))
    project, _ = find(write_deck(tmp_path / "deck", {"another.yaml": other, "media/skin.svg": SVG}, NOTES))
    loaded, found = load(project.decks[0])
    assert loaded
    assert found == ()
    return loaded


def owners(deck: Deck, line: int) -> list[str]:
    """Return the key or id of the notes at which a message about a line stands."""
    path = deck.notes[-1].common.id.source.path
    places = origins(deck.files, [Diagnostic(Span(path, line, 1, line, 2), "S101", "wrong")])
    names = {6: "first", 21: "one", 24: "two", 29: "last"}
    return [names[it.line] for it in places if it.found]


@pytest.mark.parametrize(("line", "owner"), LINES.items())
def test_a_line_belongs_to(line: int, owner: str, deck: Deck) -> None:
    assert owners(deck, line) == ([owner] if owner else [])


def test_a_row_cites_what_its_table_does_and_each_work_once(deck: Deck) -> None:
    cited = {it.line: it.sources for it in origins(deck.files, ()) if it.path.endswith("notes.yaml")}
    assert cited == {6: (), 21: ("dermnet",), 24: ("dermnet", "reiter-2011"), 29: ()}


@pytest.mark.parametrize("source", SHIPPED, ids=lambda path: path.name)
def test_there_is_an_origin_for_every_compiled_note(source: Path) -> None:
    (shown,) = build.preview(source, Path("nowhere"), 1_760_000_000).decks
    ids = [(note.id.split("/")[-1], len(note.fields)) for note in shown.release.deck.notes]
    lines = [Path(it.path).read_text(encoding="utf-8").splitlines()[it.line - 1] for it in shown.origins]
    assert [line for line, (id, _) in zip(lines, ids, strict=True) if id not in line] == []
    assert len(lines) > 50
