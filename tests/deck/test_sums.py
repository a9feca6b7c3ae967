"""Do the numbers that are kept of notes name every note that a rule would compare one with?"""

import random
import re
from pathlib import Path

import pytest

from generator.deck import learning
from generator.deck.across.sums import Search, Sums, empty, places_of, sums_of
from generator.deck.schema import load
from generator.source.project import find
from tests.cached import WORDS
from tests.support import write_deck

COUNT = 100


def some(dice: random.Random, count: int) -> str:
    return " ".join(dice.choices(WORDS[:10], k=count))


def note(dice: random.Random, id: str) -> str:
    """Return a note that is like many others."""
    asked, told = some(dice, dice.randint(2, 6)), some(dice, dice.randint(1, 4))
    forms = [
        f"question: What is {asked}?\n    answer: {told}",
        f"question: What is {asked}?\n    answer: {told}\n    reverse: true",
        f'cloze: "Of {asked} {{{{c1::{told}}}}} is {some(dice, 2)}"',
        f"list: Parts of {asked}\n    items: {{a: {told}, b: {some(dice, 1)}}}",
    ]
    return f"notes:\n  - id: {id}\n    {dice.choice(forms)}\n"


@pytest.mark.parametrize("seed", range(12))
def test_every_note_that_a_rule_compares_is_named(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    names = [f"n{at:02}" for at in range(COUNT)]
    write_deck(tmp_path / "deck", {f"{it}.yaml": note(dice, it) for it in names})
    deck, _ = load(find(tmp_path)[0].decks[0])
    assert deck
    known, its = empty(), [sums_of(it, frozenset()) for it in deck.files]
    for at, one in enumerate(its):
        known = known.spliced(at, at, one)
    found = learning.alike(deck)
    assert len(found) > 3
    for it in found:
        at, other = (int(re.findall(r"/n(\d\d)\.yaml", text)[0]) for text in (it.span.path, it.note))
        named = Search(known).same_answer if it.code == "L55" else Search(known).alike
        assert other in named(its[at], 0)
        assert at in named(its[other], 0)


def test_what_is_spliced_is_as_if_it_had_been_there(tmp_path: Path) -> None:
    dice = random.Random(0)
    write_deck(tmp_path / "deck", {f"n{at}.yaml": note(dice, f"n{at}") for at in range(9)})
    deck, _ = load(find(tmp_path)[0].decks[0])
    assert deck
    its = [sums_of(it, frozenset()) for it in deck.files]

    def joined(some: list[Sums]) -> Sums:
        known = empty()
        for at, one in enumerate(some):
            known = known.spliced(at, at, one)
        return known

    assert joined(its).spliced(3, 4, its[8]) == joined([*its[:3], its[8], *its[4:]])
    assert joined(its).spliced(3, 6, its[0]) == joined([*its[:3], its[0], *its[6:]])


WORDED = "tags: [a]\nnotes:\n  - {id: x, question: Who is he?, answer: Nobody}\n"
EDITS = {  # -> whether what is common to all notes differs, and whether places do
    "words": (WORDED.replace("Nobody", "A man"), False, False),
    "a line": (WORDED.replace("notes:", "\nnotes:"), False, True),
    "a tag": (WORDED.replace("[a]", "[b]"), True, False),
    "a number without a source": (WORDED.replace("Nobody", "72 men"), True, False),
    "an id": (WORDED.replace("id: x", "id: y"), True, False),
    "an allowance": (WORDED.replace("Nobody", "Nobody, allow: {L01: so}"), True, True),
}


@pytest.mark.parametrize(("text", "common", "places"), EDITS.values(), ids=EDITS)
def test_what_notes_have_in_common_is_told_from_their_words(
    tmp_path: Path, text: str, common: bool, places: bool
) -> None:
    write_deck(tmp_path / "deck", {"a.yaml": WORDED, "b.yaml": text})
    deck, _ = load(find(tmp_path)[0].decks[0])
    assert deck
    before, after = deck.files
    assert (sums_of(before, frozenset()).common != sums_of(after, frozenset()).common) == common
    assert (places_of(before) != places_of(after)) == places
