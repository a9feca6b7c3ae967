"""Is what we take for a card's HTML what the real Anki makes of it?"""

from pathlib import Path

import pytest

from generator.compiled.notes import CompiledDeck
from generator.pipeline import check
from generator.show import _card_html as card_html
from tests.anki_backend import opened
from tests.support import NOW, SVG, cards_of, compiled, note, package, png, write_deck

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests" / "ok").iterdir())
SHIPPED = sorted(path.parent for path in ROOT.glob("cards_src/*/deck.yaml"))
ODD_CLOZES = r"""
notes:
  - id: nested
    cloze: "{{c1::a {{c2::b {{c1::c}} d}} e}} {{c1,3::both \"é × ° – “”\" <x> & &}} {{c3::hint::the *hint*}}"
  - id: tex
    cloze: '\(x {{c1::y {{c2::z}} }} < {{c3::u::v}} \) then {{c4::\(\frac{a}{b}\) and {{c5::c}}}} \[ {{c6::d}} \]'
  - id: not-a-mask
    cloze: '{{c1::image-occlusion:rect:left=.1}} and {{c2::`a::b` {c} }}'
  - id: in-extra
    question: 'a {{c1::b}}'
    answer: '> 5 and }}'
    extra: '{{c1::not one}} \(a_1\)'
    reverse: true
    allow: {C110: shown as typed}
  - id: drawn
    image: skin.svg
    masks:
      a: {rect: [0, 0, 600, 400]}
      b: {ellipse: [60, 200, 120, 80]}
      c: {polygon: [[60, 300], [120, 300], [60, 360]]}
"""


def ours(deck: CompiledDeck) -> dict[str, tuple[str, ...]]:
    """Return front and back of every card, by the note's guid."""
    return {it.guid: tuple(side for card in cards_of(it, NOW) for side in card) for it in deck.notes}


def ankis(deck: CompiledDeck, here: Path) -> dict[str, tuple[str, ...]]:
    """Return the same, as Anki has it after an import."""
    with opened(here / "anki") as anki:
        anki.take(package(deck, here / "deck.apkg"))
        return {it.guid: anki.html(it.guid) for it in deck.notes}


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_the_cards_of_an_ordinary_file_are_ankis(file: Path, tmp_path: Path) -> None:
    files = {file.name: file.read_bytes(), "media/skin.svg": SVG, "media/skin.png": png(600, 400)}
    (deck,) = check.check(write_deck(tmp_path / "deck", files)).decks
    assert deck.notes
    assert ours(deck) == ankis(deck, tmp_path)


@pytest.mark.parametrize("source", SHIPPED, ids=lambda path: path.name)
def test_the_cards_of_a_shipped_deck_are_ankis(source: Path, tmp_path: Path) -> None:
    (deck,) = check.check(source).decks
    assert deck.cards > 100
    assert ours(deck) == ankis(deck, tmp_path)


def test_odd_clozes_are_ankis(tmp_path: Path) -> None:
    deck = compiled(write_deck(tmp_path / "deck", {"media/skin.svg": SVG}, notes=ODD_CLOZES))
    assert ours(deck) == ankis(deck, tmp_path)


def test_a_side_grows_with_its_items_and_not_with_their_square(tmp_path: Path) -> None:
    items = "".join(f"      k{number}: item {number}\n" for number in range(400))
    notes = f"notes:\n  - id: many\n    list: Many\n    items:\n{items}"
    (pair,) = card_html.sides(note(compiled(write_deck(tmp_path / "deck", notes=notes)), "many"))
    assert sum(len(str(side)) for side in pair) < 1000 * 400
