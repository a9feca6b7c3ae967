"""A citation in words, and a subdeck of a note's own: do they reach the card, and is a misspelt key still found?"""

from pathlib import Path

from generator.pipeline import check
from tests.anki_backend import opened
from tests.support import compiled, guid, note, package, write_deck

NOTES = """\
subdeck: Files
notes:
  - id: cited
    question: Which stain?
    answer: Von Kossa
    sources: [reiter-2011, "First Aid *2024*, p. 112: a <b> & c"]
  - id: moved
    question: Which other stain?
    answer: Alizarin red
    subdeck: Own::Deck
"""
SILENT = NOTES.replace("<b>", "<x>")  # which is no HTML


def fields(id: str, folder: Path) -> dict[str, str]:
    """Return the fields of a note by name."""
    made = note(compiled(write_deck(folder / "deck", notes=SILENT)), id)
    return {field.name: html for field, html in zip(made.note_type.fields, made.fields, strict=True)}


def test_a_citation_stands_beside_a_work_as_it_was_written(tmp_path: Path) -> None:
    shown = fields("cited", tmp_path)["Sources"]
    assert shown == "Reiter N, et al. 2011; First Aid <em>2024</em>, p. 112: a &lt;x&gt; &amp; c"


def test_a_note_may_have_a_subdeck_of_its_own(tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(package(compiled(write_deck(tmp_path / "deck", notes=SILENT)), tmp_path / "d.apkg"))
        decks = [anki.shown(guid(id))[0].deck for id in ("cited", "moved")]
    assert decks == ["Test Deck::Files", "Test Deck::Own::Deck"]


def test_a_key_without_a_space_is_a_key(tmp_path: Path) -> None:
    notes = NOTES.replace("reiter-2011", "reiter-2012")
    found = check.check(write_deck(tmp_path / "deck", notes=notes)).diagnostics
    assert [(it.code, it.help) for it in found if it.code[0] == "S"] == [("S202", "did you mean 'reiter-2011'?")]


def test_a_mark_in_a_citation_is_named_at_its_place(tmp_path: Path) -> None:
    found = check.check(write_deck(tmp_path / "deck", notes=NOTES)).diagnostics
    assert [(it.code, it.span.line, it.span.column) for it in found if it.code[0] == "C"] == [("C120", 6, 57)]
