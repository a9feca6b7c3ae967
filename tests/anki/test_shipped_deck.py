"""The shipped deck in the real Anki: what arrives is what was compiled, and a second import changes nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.anki.conftest import Release
from tests.anki_backend import Anki, Counts, in_order_of_due, opened
from tests.support import NOW, in_order_of_source

DAY = "2025-10-09"  # NOW, as cards show it
EARLIEST = 1_262_304_000  # 2010-01-01
NAMED_FIRST = {"calcinosis-definition", "four-types", "micc-name"}  # what every later note takes for known


@pytest.fixture(scope="module")
def shipped(built: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Anki]:
    """A collection with the shipped deck in it; to be read only."""
    with opened(tmp_path_factory.mktemp("anki") / "shipped") as anki:
        anki.take(built.package)
        yield anki


def test_every_note_of_the_shipped_deck_is_new(built: Release, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        assert anki.take(built.package) == Counts(new=len(built.deck.notes))


def test_the_shipped_deck_is_not_empty(built: Release) -> None:
    assert len(built.deck.notes) > 80


def test_anki_finds_nothing_wrong_with_the_shipped_deck(built: Release, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(built.package)
        assert anki.problems() == []


def test_the_cards_of_the_shipped_deck_are_those_compiled(built: Release, shipped: Anki) -> None:
    arrived = shipped.rows("SELECT n.guid, c.ord FROM cards c JOIN notes n ON n.id = c.nid ORDER BY 1, 2")
    assert arrived == sorted((it.guid, card.number) for it in built.deck.notes for card in it.cards)


def test_the_fields_of_the_shipped_deck_are_those_compiled(built: Release, shipped: Anki) -> None:
    arrived = dict(shipped.rows("SELECT guid, flds FROM notes"))
    assert arrived == {
        it.guid: "\x1f".join(with_day(it.fields, it.note_type.places["Updated"])) for it in built.deck.notes
    }


def with_day(fields: tuple[str, ...], at: int) -> list[str]:
    """Return fields with the day that the package writer fills in."""
    return [*fields[:at], DAY, *fields[at + 1 :]]


def test_every_source_is_shown_by_a_short_label(built: Release) -> None:
    shown = [it.fields[it.note_type.places["Sources"]] for it in built.deck.notes]
    labels = {label for html in shown for label in re.sub("<[^>]+>", "\n", html).split("\n")}
    assert len(labels) > 80
    assert [it for it in sorted(labels) if len(it) > 40] == []


def test_the_subdecks_of_the_shipped_deck_arrive(built: Release, shipped: Anki) -> None:
    expected = {"Default", built.deck.name} | {it.deck for it in built.deck.notes}
    assert {it.name for it in shipped.col.decks.all_names_and_ids()} == expected


def test_every_card_of_the_shipped_deck_lies_in_its_subdeck(built: Release, shipped: Anki) -> None:
    query = "SELECT DISTINCT n.guid, c.did FROM cards c JOIN notes n ON n.id = c.nid"
    arrived = {(guid, shipped.col.decks.name(deck)) for guid, deck in shipped.rows(query)}
    assert arrived == {(it.guid, it.deck) for it in built.deck.notes}


def test_the_tags_of_the_shipped_deck_arrive(built: Release, shipped: Anki) -> None:
    arrived = {guid: tuple(sorted(tags.split())) for guid, tags in shipped.rows("SELECT guid, tags FROM notes")}
    assert arrived == {it.guid: it.tags for it in built.deck.notes}


def test_the_media_of_the_shipped_deck_arrive_whole(built: Release, shipped: Anki) -> None:
    folder = Path(shipped.col.media.dir())
    arrived = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert arrived == {file.name: file.path.read_bytes() for file in built.deck.media}


def test_the_shipped_deck_says_what_it_is(built: Release, shipped: Anki) -> None:
    assert shipped.col.decks.by_name(built.deck.name)["desc"] == built.deck.description


def test_new_cards_of_the_shipped_deck_come_in_the_order_of_the_source(built: Release, shipped: Anki) -> None:
    assert in_order_of_due(shipped) == in_order_of_source(built.deck)


def test_notes_have_different_places_in_the_queue(built: Release, shipped: Anki) -> None:
    assert shipped.column("SELECT count(DISTINCT due) FROM cards") == [len(built.deck.notes)]


def test_a_second_import_finds_only_what_is_there(built: Release, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(built.package)
        assert anki.take(built.package) == Counts(duplicate=len(built.deck.notes))


def test_a_second_import_changes_nothing(built: Release, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(built.package)
        before = anki.state()
        anki.take(built.package)
        assert anki.state() == before


def test_the_default_deck_is_untouched(built: Release, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        before = anki.col.decks.get(1)
        anki.take(built.package)
        assert anki.col.decks.get(1) == before


def test_no_card_lands_in_the_default_deck(shipped: Anki) -> None:
    assert shipped.column("SELECT id FROM cards WHERE did = 1") == []


def test_no_deck_preset_is_shipped(built: Release, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        before = anki.col.decks.all_config()
        anki.take(built.package)
        assert anki.col.decks.all_config() == before


@pytest.mark.parametrize("table", ["notes", "cards"])
def test_row_ids_are_times_that_have_been(table: str, shipped: Anki) -> None:
    ((first, last),) = shipped.rows(f"SELECT min(id), max(id) FROM {table}")
    assert EARLIEST * 1000 <= first < last <= NOW * 1000


def test_notes_are_of_the_time_of_the_build(shipped: Anki) -> None:
    assert shipped.column("SELECT DISTINCT mod FROM notes") == [NOW]


def test_the_first_day_of_a_student_brings_what_later_notes_take_for_known(built: Release, tmp_path: Path) -> None:
    with opened(tmp_path / "anki") as anki:
        anki.take(built.package)
        shown = first_day(anki, built.deck.name)
    assert len(shown) == 20  # what a new profile allows
    assert shown[0] == "calcinosis-definition"
    assert set(shown) >= NAMED_FIRST


def first_day(anki: Anki, deck: str) -> list[str]:
    """Return the ids of the notes that the real scheduler shows on a new student's first day, in its order."""
    row = anki.col.decks.id_for_name(deck)
    assert row is not None
    anki.col.decks.set_current(row)
    queued = anki.col.sched.get_queued_cards(fetch_limit=100).cards
    return [anki.col.get_card(it.card.id).note()["ID"] for it in queued]
