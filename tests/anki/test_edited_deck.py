"""An edited deck in the real Anki: a student who studied the first release imports the second."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.anki_backend import Anki, Counts, opened
from tests.support import NOW, compiled, guid, package, write_deck

EDITED = """
notes:
  - id: one
    question: What colour?
    answer: %s
  - id: two
    cloze: Calcium is {{c1::%s::colour}} on H&E, {{c2::black}} on von Kossa.
  - id: three
    list: Layers
    items: {epi: %s, der: Dermis}
"""
BEFORE, AFTER = ("Blue", "blue", "Epidermus"), ("Deep purple", "purple", "Epidermis")


@dataclass(frozen=True, slots=True)
class Studied:
    """A collection that had the first release, gave its cards a history, and then imported the second."""

    anki: Anki
    before: list[tuple[int, ...]]
    counts: Counts


SCHEDULE = "SELECT id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses FROM cards ORDER BY id"


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studied]:
    """The second release of an edited deck, at somebody who has studied the first."""
    folder = tmp_path_factory.mktemp("edited")
    first = package(compiled(write_deck(folder / "deck", notes=EDITED % BEFORE)), folder / "first.apkg", NOW)
    second = package(compiled(write_deck(folder / "deck", notes=EDITED % AFTER)), folder / "second.apkg", NOW + 3600)
    with opened(folder / "anki") as anki:
        anki.take(first)
        anki.studied(interval=30)
        before = anki.rows(SCHEDULE)
        yield Studied(anki, before, anki.take(second))


def test_the_cards_have_a_history_before_the_second_release(studied: Studied) -> None:
    assert {row[7] for row in studied.before} == {30}


def test_an_edited_note_is_updated_and_none_is_new(studied: Studied) -> None:
    assert studied.counts == Counts(updated=3)


def test_no_edited_note_is_doubled(studied: Studied) -> None:
    assert sorted(studied.anki.column("SELECT guid FROM notes")) == sorted(map(guid, ("one", "two", "three")))


ARRIVED = {"one": "Deep purple", "two": "Calcium is purple on H&E, black on von Kossa.", "three": "Epidermis"}


@pytest.mark.parametrize(("id", "line"), ARRIVED.items(), ids=list(ARRIVED))
def test_the_edited_text_arrives(id: str, line: str, studied: Studied) -> None:
    (shown, *_) = studied.anki.shown(guid(id))
    assert line in shown.answers


def test_every_card_keeps_its_id_and_its_history(studied: Studied) -> None:
    assert studied.anki.rows(SCHEDULE) == studied.before


def test_editing_the_text_keeps_the_guid(tmp_path: Path) -> None:
    guids = [
        [it.guid for it in compiled(write_deck(tmp_path / "deck", notes=EDITED % words)).notes]
        for words in (BEFORE, AFTER)
    ]
    assert guids[0] == guids[1]
