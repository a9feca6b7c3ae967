"""A package that takes the rows that did not change from the last one has the bytes of one written from nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from generator.compiled.notes import CompiledDeck, CompiledNote, joined
from generator.package import apkg, inspection
from generator.package.apkg import CardRow, Contents, Kept
from tests.support import NOW, compiled, stamped, write_deck

FIRST = ["007", "1.50", "1e400", "12", "1.0"]  # SQLite stores some of them as numbers
NOTES = "notes:\n" + "".join(
    f"  - {{id: n{at}, question: '{FIRST[at] if at < len(FIRST) else f'Which {at}'}', answer: '{at * 'long '}x'}}\n"
    f"  - {{id: c{at}, cloze: 'The {{{{c2::first {at}}}}} and {{{{c1::second {at}}}}}'}}\n"
    for at in range(120)
)
Edit = Callable[[tuple[CompiledNote, ...]], tuple[CompiledNote, ...]]


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> CompiledDeck:
    return compiled(write_deck(tmp_path_factory.mktemp("kept") / "deck", notes=NOTES))


def edited(note: CompiledNote, text: str) -> CompiledNote:
    return replace(note, texts=joined([text, *note.fields[1:]]))


EDITS: dict[str, Edit] = {
    "nothing": lambda notes: notes,
    "a longer text": lambda notes: (*notes[:50], edited(notes[50], "longer " * 900), *notes[51:]),
    "a number": lambda notes: (*notes[:4], edited(notes[4], "0042"), *notes[5:]),
    "fewer cards": lambda notes: (*notes[:61], replace(notes[61], cards=notes[61].cards[:1]), *notes[62:]),
    "half of the notes": lambda notes: tuple(edited(it, f"{it.id} anew") for it in notes[:120]) + notes[120:],
    "every note": lambda notes: tuple(edited(it, f"{it.id} anew") for it in notes),
    "a note gone": lambda notes: notes[:30] + notes[31:],
    "a note added": lambda notes: (*notes[:30], renamed(notes[30]), *notes[30:]),
    "the order": lambda notes: notes[::-1],
}


def renamed(note: CompiledNote) -> CompiledNote:
    return replace(note, id=type(note.id)("added"), guid=type(note.guid)("9d2c1f6e-58aa-5f1b-9e52-0c9d7a3b1e11"))


def merged(old: Contents, new: Contents, last: Path) -> tuple[Contents, Kept]:
    """Return of a package's contents those that the last one has not, and what is taken over from that."""
    before, notes = {row[0]: row for row in old.notes()}, {row[0]: row for row in new.notes()}
    other = {id for id in before.keys() | notes.keys() if before.get(id) != notes.get(id)}
    cards = {without_due(it): it[1] for it in (*old.cards(), *new.cards())}
    kept = {without_due(it) for it in old.cards()} & {without_due(it) for it in new.cards()}
    other |= {note for card, note in cards.items() if card not in kept}
    due = {it[0]: it[8] for it in new.cards()}
    moves = {it[8]: due[it[0]] for it in old.cards() if it[1] not in other}
    few = new._replace(
        notes=lambda: [row for id, row in notes.items() if id in other],
        cards=lambda: [it for it in new.cards() if it[1] in other],
    )
    return few, Kept(last, frozenset(other), moves.__getitem__)


def without_due(card: CardRow) -> tuple[int | str, ...]:
    return card[:8] + card[9:]


@pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
def test_rows_taken_over_give_the_same_bytes(edit: Edit, deck: CompiledDeck, tmp_path: Path) -> None:
    changed = deck._replace(notes=edit(deck.notes))
    old, new = (apkg.contents(it, stamped(it, NOW)) for it in (deck, changed))
    apkg.write(old, tmp_path / "old.apkg", tmp_path / "old.anki2")
    apkg.write(new, tmp_path / "cold.apkg", tmp_path / "cold.anki2")
    few, kept = merged(old, new, tmp_path / "old.anki2")
    apkg.write(few, tmp_path / "warm.apkg", tmp_path / "warm.anki2", kept)
    assert (tmp_path / "warm.apkg").read_bytes() == (tmp_path / "cold.apkg").read_bytes()


def test_the_last_file_stays_as_it_is(deck: CompiledDeck, tmp_path: Path) -> None:
    contents = apkg.contents(deck, stamped(deck, NOW))
    apkg.write(contents, tmp_path / "old.apkg", tmp_path / "old.anki2")
    before = (tmp_path / "old.anki2").read_bytes()
    few, kept = merged(contents, contents, tmp_path / "old.anki2")
    apkg.write(few, tmp_path / "new.apkg", tmp_path / "new.anki2", kept)
    assert (tmp_path / "old.anki2").read_bytes() == before


@pytest.mark.parametrize(("looked_at", "found"), [(True, True), (False, False)])
def test_only_the_texts_that_are_new_are_looked_at_once_more(
    looked_at: bool, found: bool, deck: CompiledDeck, tmp_path: Path
) -> None:
    bad = deck._replace(notes=(edited(deck.notes[0], "<script>x</script>"), *deck.notes[1:]))
    contents = apkg.contents(bad, stamped(bad, NOW))
    apkg.write(contents, tmp_path / "bad.apkg", tmp_path / "bad.anki2")
    row = stamped(bad, NOW).notes[bad.notes[0].id].row
    only = [it[0] for it in contents.notes() if (it[0] == row) == looked_at]
    assert bool(list(inspection.problems(tmp_path / "bad.apkg", tmp_path / "bad.anki2", only))) == found


def test_a_package_that_holds_another_collection_than_was_looked_through_is_found(
    deck: CompiledDeck, tmp_path: Path
) -> None:
    for name, it in (("one", deck), ("other", deck._replace(notes=deck.notes[:40]))):
        apkg.write(apkg.contents(it, stamped(it, NOW)), tmp_path / f"{name}.apkg", tmp_path / f"{name}.anki2")
    assert list(inspection.problems(tmp_path / "one.apkg", tmp_path / "other.anki2"))
