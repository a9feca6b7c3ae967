"""Every Browser search that is printed finds in the real Anki exactly the cards it promises."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.compiled.notes import Guid, NoteId
from generator.ledger.ledger import Entry
from generator.release.searches import renamed
from tests.anki_backend import Anki, opened
from tests.author import SUBTYPES, Author
from tests.support import DECK

WARFARIN = "  - id: warfarin\n    cloze: Calciphylaxis follows {{c1::warfarin}}.\n"
NOTES = (
    "notes:\n  - {id: warfarin, question: Which?, answer: This}\n  - {id: subtypes, question: What?, answer: That}\n"
)
TWINS = ("Test Deck 2", "Test DeckXLists", "Test*Deck", "Another::Test Deck", "Test_Deck", "Te\u00dft Deck")
MOVED, GONE = ("subtypes",) * 3, ("warfarin",)


def moves(author: Author) -> None:
    """Give a list another subdeck."""
    author.write({"subtypes.yaml": SUBTYPES.replace("Lists", "1 Kinds_of *")})


def withdraws(author: Author) -> None:
    """Take a note out."""
    author.replace(("clozes.yaml", WARFARIN, ""))


def renames(name: str) -> Callable[[Author], None]:
    """Give the deck another name, and its tags another root."""
    text = DECK.replace("name: Test Deck", f"name: '{name}'").replace("#Test", "#Other")

    def rename(author: Author) -> None:
        author.write({"deck.yaml": text})

    return rename


def untag(anki: Anki) -> None:
    for row in anki.column("SELECT id FROM notes"):
        note = anki.col.get_note(row)
        note.tags = []
        anki.col.update_note(note)


def move(anki: Anki) -> None:
    home = anki.col.decks.add_normal_deck_with_name("My own").id
    anki.col.set_deck(anki.column("SELECT id FROM cards"), home)


def untag_and_move(anki: Anki) -> None:
    untag(anki)
    move(anki)


STUDENTS: dict[str, Callable[[Anki], None]] = {
    "leaves all as it is": lambda anki: None,
    "takes off the tags": untag,
    "moves all cards away": move,
    "takes off the tags and moves all cards away": untag_and_move,
}
NAMES = ["Test Deck", "Test_Deck 3*", "A \\ name::below", "Test::Deck", "colon: Deck"]


@pytest.mark.parametrize("does", STUDENTS.values(), ids=list(STUDENTS))
@pytest.mark.parametrize("name", ["Test Deck", "Test_Deck 3*"])
def test_printed_searches_find_what_moved_and_what_was_withdrawn(
    name: str, does: Callable[[Anki], None], author: Author, tmp_path: Path
) -> None:
    with opened(tmp_path / "anki") as anki:
        twins(tmp_path, anki)
        anki.take(author.package)
        does(anki)
        renames(name)(author)
        author.build(1)
        moves(author)
        withdraws(author)
        printed = author.run("build", "--retire", day=2).out
        author.build(3)
        anki.take(author.package)
        assert cards(anki, re.findall(r"to find them: (.*)", printed)) == [MOVED]
        newest = re.split("^# ", author.notes.read_text(), flags=re.MULTILINE)[1]
        assert cards(anki, re.findall(r"^    (\(.*)$", newest, re.MULTILINE)) == [MOVED, GONE]


def test_a_student_who_renames_what_the_notes_say_finds_every_card_where_it_belongs(
    author: Author, tmp_path: Path
) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(author.package)
        moves(author)
        author.build(1)
        (advice,) = re.findall(r"^- \*(.*)\* to \*(.*)\*$", author.notes.read_text(), re.MULTILINE)
        assert advice == ("Test Deck::Lists", "Test Deck::1 Kinds_of *")
        anki.col.decks.rename(anki.col.decks.id_for_name(advice[0]), advice[1])
        anki.take(author.package)
        cards_there = anki.col.find_cards("ID:subtypes")
        assert len(cards_there) == len(MOVED)
        assert {anki.col.decks.name(anki.col.get_card(it).did) for it in cards_there} == {advice[1]}


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ({"a": "D::2", "b": "D::2", "c": "D::Two"}, {"D::One": "D::2"}),  # where most of it went
        ({"a": "D::One", "b": "D::2", "c": "D::Two"}, {}),  # a note stays
        ({"a": "D::Two", "b": "D::Two", "c": "D::Two"}, {}),  # the name is taken
        ({"a": "D::2", "b": "D::2", "c": "D::2"}, {"D::One": "D::2"}),  # only one can have it
        ({"a": "D::2", "b": "D::3", "c": "D::Two"}, {}),  # half of it went elsewhere
        ({"a": "D::One::x", "b": "D::One::x", "c": "D::Two"}, {}),  # it would lie in itself
    ],
)
def test_only_a_deck_left_for_a_free_name_is_to_be_renamed(after: dict[str, str], found: dict[str, str]) -> None:
    before = {"a": "D::One", "b": "D::One", "c": "D::Two"}
    assert renamed(map(entry, before.items()), map(entry, after.items())) == found


def entry(it: tuple[str, str]) -> Entry:
    """Return a note of a guid and a deck."""
    return Entry(NoteId(it[0]), Guid(it[0]), 0, "question", it[1], "", 0, {}, {}, 0, 0, "")


@pytest.mark.parametrize("name", NAMES)
def test_a_search_works_for_a_deck_called(name: str, tmp_path: Path) -> None:
    author = Author(tmp_path / "author")
    renames(name)(author)
    author.build()
    with opened(tmp_path / "anki") as anki:
        twins(tmp_path, anki)
        anki.take(author.package)
        moves(author)
        author.build(1)
        (found,) = re.findall(r"^    (\(.*)$", author.notes.read_text(), re.MULTILINE)
        without_rows = re.sub(r" OR nid:[\d,]+", "", found)
        assert cards(anki, [found, without_rows]) == [MOVED, MOVED]


def test_a_note_renamed_and_never_updated_is_found_by_its_former_id(author: Author, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(author.package)
        author.replace(("clozes.yaml", "id: warfarin\n", "id: causes\n    was: warfarin\n"))
        author.build(1)
        author.replace(("clozes.yaml", WARFARIN.replace("id: warfarin\n", "id: causes\n    was: warfarin\n"), ""))
        author.build(2, retire=True)
        (found, *_) = re.findall(r"^    (\(.*)$", author.notes.read_text(), re.MULTILINE)
        assert cards(anki, [found]) == [GONE]


def twins(root: Path, anki: Anki) -> None:
    """Import decks with notes of the same ids: of names that look alike, some with the same tag root."""
    for number, name in enumerate(TWINS):
        deck = DECK.replace("test-deck", f"twin-{number}").replace("name: Test Deck", f"name: '{name}'")
        twin = Author(root / f"twin{number}", {"deck.yaml": deck, "notes.yaml": NOTES})
        twin.build()
        anki.take(twin.out / f"twin-{number}.apkg")


def cards(anki: Anki, searches: list[str]) -> list[tuple[str, ...]]:
    """Return for each search the ids of the notes whose cards Anki finds."""
    found = [[anki.col.get_card(row).note() for row in anki.col.find_cards(search)] for search in searches]
    ours = [[(note["ID"], note.note_type()["name"]) for note in notes] for notes in found]
    assert all(kind == "Deckwright Cloze" for notes in ours for _, kind in notes)  # the twins have questions
    return [tuple(id for id, _ in notes) for notes in ours]


def test_a_draft_that_moved_is_found_where_an_imported_build_left_it(tmp_path: Path) -> None:
    author = Author(tmp_path / "author")
    author.draft()
    with opened(tmp_path / "anki") as anki:
        anki.take(author.out / "test-deck.apkg")
        renames("Another Deck")(author)
        searches = re.findall("find them: (.*)", author.run("build", "-o", str(author.out)).out)
        assert {card for it in searches for card in anki.col.find_cards(it)} == set(anki.col.find_cards(""))
