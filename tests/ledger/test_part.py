"""Is a part of a ledger found by its lines, and put in their place?"""

import random

import pytest

from generator.compiled.notes import Guid, NoteId
from generator.ledger import ledger as ledgers
from generator.ledger.ledger import Entry, Ledger
from generator.ledger.part import Lines
from tests.support import NOW


def ledger_of(ids: list[str]) -> Ledger:
    """Return a ledger with notes of these ids, whose lines differ in length."""
    entries = {
        NoteId(id): Entry(
            NoteId(id),
            Guid(f"g{at}"),
            1_262_304_000_000 + at * 512,
            "cloze",
            "Test",
            "0" * 32,
            NOW,
            {1: "x"},
            {},
            NOW,
            NOW,
            "ä" * (at % 7),
        )
        for at, id in enumerate(ids)
    }
    return Ledger("test-deck", "Test", "#Test", NOW, {}, entries)


@pytest.mark.parametrize("seed", range(20))
def test_every_line_is_found_and_no_other(seed: int) -> None:
    dice = random.Random(seed)
    some = {"".join(dice.choices("ab-1", k=dice.randint(1, 4))) + dice.choice(["", "", "/a", "/_b"]) for _ in range(60)}
    ids, others = sorted(some)[::2], sorted(some)[1::2]
    data = ledgers.write(ledger_of(ids))
    lines = Lines(data)
    assert [lines.has(NoteId(it)) for it in ids] == [True] * len(ids)
    assert [lines.has(NoteId(it)) for it in others] == [False] * len(others)
    chosen = [NoteId(it) for it in dice.sample(ids, min(5, len(ids)))]
    part = lines.part(chosen, "ledger", "test-deck", NOW)
    assert part
    assert set(part.entries) == set(chosen)
    assert lines.with_part(part) == data
    new = part._replace(entries={id: it._replace(label="anew, and longer") for id, it in part.entries.items()})
    whole, _ = ledgers.read(data, "ledger", "test-deck", NOW)
    assert whole
    assert lines.with_part(ledger_of(sorted([*ids, *others[::7]]))) == ledgers.write(
        ledger_of(sorted([*ids, *others[::7]]))
    )
    assert lines.with_part(new) == ledgers.write(whole._replace(entries={**whole.entries, **new.entries}))


def test_what_does_not_fit_is_none() -> None:
    whole = ledger_of(["a", "b"])
    lines = Lines(ledgers.write(whole))
    assert lines.part([NoteId("a"), NoteId("c")], "ledger", "test-deck", NOW) is None
    assert lines.part([NoteId("a")], "ledger", "another", NOW) is None
    assert (lines.mentions("x", '"a"'), lines.mentions('"c"', "nobody")) == (True, False)
    assert lines.with_part(whole._replace(name="Other")) is None
