"""Are scripts that need joiners and direction marks at home, and are these refused wherever they only hide?"""

from pathlib import Path

import pytest

from generator.base.characters import forbidden
from generator.pipeline import build, check
from tests.support import NOW, write_deck

NEEDED = {
    "Persian half space": "مولکول\u200cها",
    "after a Latin word": "DNA\u200cها",
    "after a digit": "3\u200cبار",
    "after bold": "**DNA**\u200cها",
    "between two clozes": "{{c1::می}}\u200c{{c2::خواهم}}",
    "after a subscript": "H<sub>2</sub>\u200cها",
    "Malayalam": "അവന്\u200d വന്നു",
    "Hindi": "क्\u200dष",
    "Thai word break": "ยา\u200bเม็ด",
    "Thai without a break": "ก\u2060ข",
    "mark before Latin in Hebrew": "\u200fDNA הוא חומר תורשתי.",
    "mark in Arabic": "الجرعة 5 mg\u200f.",
    "mark for Latin in Persian": "آنزیم CK\u200e (کراتین)",
    "Arabic letter mark": "القيمة \u061c5-10",
    "emoji": "👩\u200d⚕️ asks",
}
HIDING = {
    "joiner in Latin": "Ko\u200dssa",
    "non-joiner in Latin": "Von\u200cKossa",
    "space of no width": "Von\u200bKossa",
    "word joiner": "Von\u2060Kossa",
    "mark in Latin": "Von\u200fKossa",
    "mark in a line beside": "\u200fVon Kossa\nשלום",
    "space of no width in Persian": "مولکول\u200bها",
    "override in Hebrew": "שלום\u202eabc",
    "isolate in Hebrew": "שלום\u2067abc\u2069",
    "joiner between digits in Latin": "Ca 3\u200c4 Mg",
}


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED.keys())
def test_what_a_script_needs_is_accepted(text: str) -> None:
    assert [it[0] for it in forbidden(text)] == []


@pytest.mark.parametrize("text", HIDING.values(), ids=HIDING.keys())
def test_what_only_hides_is_refused(text: str) -> None:
    assert [it[0] for it in forbidden(text)] != []


def test_such_a_deck_is_built_twice_and_its_texts_are_whole(here: Path) -> None:
    notes = "notes:\n" + "".join(
        f"  - id: n{at}\n    question: 'Question {at}: {text}?'\n    answer: '{text}'\n"
        for at, text in enumerate(it for it in NEEDED.values() if "{{" not in it and "<" not in it)
    )
    write_deck(here / "cards_src" / "deck", {"notes.yaml": notes})
    wish = build.Wish(NOW)
    for _ in range(2):  # the second reads the ledger of the first
        planned = build.plan(Path("cards_src"), Path("decks"), wish)
        built, found = build.build(planned, Path("decks"))
        assert found == ()
        assert len(built) == 1
    (deck,) = check.check(Path("cards_src")).decks
    assert "DNA\u200cها" in "".join(field for note in deck.notes for field in note.fields)
