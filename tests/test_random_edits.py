"""Random sequences of edits: after each release real Anki agrees with what the plan promised, and keeps every history.

A deck is drawn as data, so that what must come of each edit is known without asking the program under test.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.ledger.ledger import key_of
from tests.anki_backend import Anki, Counts, opened
from tests.author import Author
from tests.student import CardKey, as_shipped, seen, shipped, study

WORDS = ("bone", "calcium", "dermis", "elbow", "finger", "gout", "heel", "iron", "joint", "knee", "lung", "marrow")
KEYS = ("a", "b", "c", "d")


@dataclass(frozen=True, slots=True)
class Question:
    """A question note."""

    answer: str
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A list note: key -> text."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class State:
    """A deck as it is drawn: id -> note, in the order of the file; ids and items that were given up never return."""

    notes: Mapping[str, Question | Listed] = field(default_factory=dict)
    subdeck: str = ""
    given: int = 0  # notes so far

    def source(self) -> str:
        """Return the notes file."""
        head = f"subdeck: {self.subdeck}\n" if self.subdeck else ""
        return f"{head}notes:\n" + "".join(_source(id, note) for id, note in self.notes.items())

    def facts(self) -> dict[tuple[str, str], str]:
        """Return what every card answers, by note and item, or side."""
        found: dict[tuple[str, str], str] = {}
        for id, note in self.notes.items():
            found |= {(id, key): text for key, text in _facts(id, note).items()}
        return found


def _source(id: str, note: Question | Listed) -> str:
    if isinstance(note, Question):
        reverse = "    reverse: true\n    allow: {L55: words are drawn}\n" if note.reverse else ""
        return f"  - id: {id}\n    question: What belongs to {id}?\n    answer: {note.answer}\n{reverse}"
    items = "".join(f"      {key}: {text}\n" for key, text in note.items)
    return f"  - id: {id}\n    list: Parts of {id}\n    items:\n{items}"


def _facts(id: str, note: Question | Listed) -> dict[str, str]:
    if isinstance(note, Listed):
        return dict(note.items)
    return {"1": note.answer} | ({"2": f"What belongs to {id}?"} if note.reverse else {})


words = st.sampled_from(WORDS)
questions = st.builds(Question, words, st.booleans())
lists = st.builds(lambda texts: Listed(tuple(zip(KEYS, texts, strict=False))), st.lists(words, min_size=1, max_size=3))


@st.composite
def edited(draw: st.DrawFn, state: State) -> State:
    """Draw an edit: of one note's text or shape, of the order, of what is there, or of the subdeck."""
    notes = dict(state.notes)
    what = draw(st.sampled_from(["text", "text", "add", "remove", "reorder", "subdeck", "nothing"]))
    id = draw(st.sampled_from(sorted(notes)))
    if what == "text":
        notes[id] = draw(_reworked(notes[id]))
    elif what == "add":
        notes[f"note-{state.given}"] = draw(questions | lists)
        return replace(state, notes=notes, given=state.given + 1)
    elif what == "remove" and len(notes) > 1:
        del notes[id]
    elif what == "reorder":
        notes = dict(draw(st.permutations(list(notes.items()))))
    elif what == "subdeck":
        return replace(state, subdeck=draw(st.sampled_from(["", "One", "Two"])))
    return replace(state, notes=notes)


def _reworked(note: Question | Listed) -> st.SearchStrategy[Question | Listed]:
    if isinstance(note, Question):
        return st.builds(Question, words, st.booleans())
    keys = st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True)
    return st.builds(lambda chosen, text: _with_items(note, chosen, text), keys, words)


def _with_items(note: Listed, keys: list[str], text: str) -> Listed:
    """Return a list of these items; one that is new has this text."""
    texts = dict(note.items)
    return Listed(tuple((key, texts.get(key, text)) for key in keys))


@st.composite
def histories(draw: st.DrawFn) -> list[State]:
    """Draw a deck and up to five releases of it."""
    first = draw(st.lists(questions | lists, min_size=2, max_size=4))
    states = [State({f"note-{at}": note for at, note in enumerate(first)}, "", len(first))]
    for _ in range(draw(st.integers(2, 5))):
        state = states[-1]
        for _ in range(draw(st.integers(1, 3))):
            state = draw(edited(state))
        states.append(state)
    return states


@given(histories())
@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_anki_does_what_the_plan_promised(states: list[State]) -> None:
    with TemporaryDirectory() as folder, opened(Path(folder) / "anki") as anki:
        author = Author(Path(folder) / "author", {"notes.yaml": states[0].source()})
        author.build()
        anki.take(author.package)
        broken = [
            f"release {day}: {promise}"
            for day, (old, new) in enumerate(pairwise(states), 1)
            for promise in broken_promises(author, anki, day, old, new)
        ]
    assert broken == []


def broken_promises(author: Author, anki: Anki, day: int, old: State, new: State) -> Iterator[str]:
    """Study, release and import; yield what is not as promised."""
    study(anki)
    before, numbers = seen(anki), _numbers(author)
    author.write({"notes.yaml": new.source()})
    plan = author.plan(day, retire=True).releases[0].plan
    author.build(day, retire=True)
    counts, after, now = anki.take(author.package), seen(anki), _numbers(author)
    package, answers = shipped(author.package), {key: fact.answers for key, fact in after.fact_of().items()}
    stayed = old.notes.keys() & new.notes.keys()
    rewritten = {before.ids[guid] for guid, row in before.notes.items() if after.notes[guid] != row}
    promises = {
        "Anki counts what the plan says": counts == Counts(len(plan.new), len(plan.changed), len(plan.unchanged)),
        "the plan names the new notes": set(plan.new) == new.notes.keys() - old.notes.keys(),
        "the plan names the changed notes": set(plan.changed)
        == {it for it in stayed if old.notes[it] != new.notes[it]},
        "the plan names the withdrawn notes": set(plan.withdrawn) == old.notes.keys() - new.notes.keys(),
        "Anki rewrites the changed notes only": rewritten == set(plan.changed),
        "edits arrive": all(
            as_shipped(after.notes[guid]) == row
            for guid, row in package.items()
            if after.ids[guid] not in plan.unchanged
        ),
        "every history stays": {row: after.cards[row] for row in before.cards} == before.cards,
        "every review stays": after.reviews == before.reviews,
        "every number stays": all(now[key] == number for key, number in numbers.items() if key in now),
        "every card answers its own fact": {key: answers[now[key]] for key in new.facts()} == new.facts(),
        "no note is doubled": len(set(after.ids.values())) == len(after.ids),
        "Check Database finds nothing": anki.col.fix_integrity()[1],
    }
    yield from (promise for promise, kept in promises.items() if not kept)


def _numbers(author: Author) -> dict[tuple[str, str], CardKey]:
    """Return note and item, or side -> note and card number, as the ledger has it."""
    lines = [json.loads(line) for id, line in author.lines().items() if id]
    return {
        (line["id"], key_of(text) if key_of(text) in KEYS else number): (line["id"], int(number))
        for line in lines
        for number, text in line["numbers"].items()
    }
