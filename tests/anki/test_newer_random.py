"""The same for random changes of both sides over several rounds: exactly what the author edited is updated."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.base.diagnostics import errors
from generator.base.progress import silent
from generator.collection import foreign
from generator.ledger.adopted import said_by
from generator.pipeline import build
from generator.pipeline.newer._home import Home, home_of
from generator.pipeline.newer.merging import merge
from tests.anki_backend import Anki, opened
from tests.foreign_decks import author_of_x
from tests.people import HOME, HOUR, People, gathered, reviews

ROUNDS = 4
WORDS = "alpha <b>beta</b> gamma&nbsp;x 10<sup>9</sup> \\(x^2\\) :: # - {{ <br> 'q' \"d\" ☃".split()
TAGS = ("a", "b::c", "B::d", "stain", "core", "v1")
DECKS = ("Skin", "Skin::Stains", "Skin::New::Deep", "Other")
LIKELY = ("basic", "reversed", "typed")  # which the author edits as well
FIXED = ("Occlusion", "Image", "Add Reverse", "Hint", "Text")  # what makes a note's cards


class Chance:
    """Random changes, always the same for a seed; `now` goes on with each."""

    def __init__(self, seed: int, people: People) -> None:
        self.random, self.people, self.made = random.Random(seed), people, 0
        self.now = int(time.time()) - HOUR + 100

    def tick(self) -> int:
        self.now += 10
        return self.now

    def words(self) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, 5)))

    def theirs(self) -> None:
        """Let the people of X change something."""
        what = self.random.choice((self._field, self._tags, self._new))
        names = LIKELY if self.random.random() < 0.5 else tuple(self.people.guids)
        what(self.random.choice(names))

    def _field(self, name: str) -> None:
        names = [it for it, _ in self.people.theirs.note(self.people.guids[name]).items() if it not in FIXED]
        self.people.write(name, self.random.choice(names), self.words())
        self._date(self.people.guids[name])

    def _tags(self, name: str) -> None:
        self.people.write(name, "", "", " ".join(self.random.sample(TAGS, self.random.randint(0, 3))))
        self._date(self.people.guids[name])

    def _new(self, _: str) -> None:
        self.made += 1
        texts = self.random.choice(
            (
                ("Basic", {"Front": f"{self.words()} {self.made}", "Back": self.words()}),
                ("Drug", {"Name": f"{self.words()} {self.made}", "Class": self.words()}),
                ("Cloze", {"Text": f"x {{{{c1::y{self.made}}}}} {{{{c2::z}}}}"}),
            )
        )
        guid = self.people.add(texts[0], self.random.choice(DECKS), **texts[1])
        self.people.guids[f"new {self.made}"] = guid
        self._date(guid)

    def _date(self, guid: str) -> None:
        self.people.theirs.col.db.execute("UPDATE notes SET mod = ? WHERE guid = ?", self.tick(), guid)

    def ours(self) -> None:
        """Edit an answer of one line."""
        files = [it for it in sorted((self.people.project / HOME).glob("*.yaml")) if it.name != "deck.yaml"]
        path = self.random.choice(files)
        lines = path.read_text(encoding="utf-8").split("\n")
        plain = [at for at, it in enumerate(lines) if it.startswith("    answer: ") and not set(it) & set("|>'")]
        for at in plain[:1]:
            lines[at] += " ours"
        path.write_text("\n".join(lines), encoding="utf-8")

    def build(self) -> Path:
        source, out = self.people.project / "cards_src", self.people.project / "decks"
        planned = build.plan(source, out, build.Wish(self.tick()))
        assert not errors(planned.diagnostics)
        ((made,), _) = build.build(planned, out)
        return made.package


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with author_of_x(tmp_path) as (theirs, guids), gathered(tmp_path, theirs, guids) as made:
        yield made


def edited(home: Home) -> set[str]:
    """Return the guids of the notes whose texts are the author's."""
    return {guid for guid, id in home.ids.items() if said_by(home.authored[id]) != home.originals[guid].said}


def fields(anki: Anki) -> dict[str, str]:
    rows: list[tuple[str, str]] = [(guid, html) for guid, html in anki.rows("SELECT guid, flds FROM notes")]
    return dict(rows)


@pytest.mark.parametrize("seed", [1, 3, 8, 12, 17])
def test_exactly_what_the_author_edited_is_updated(seed: int, people: People) -> None:
    chance = Chance(seed, people)
    for round in range(ROUNDS):
        for _ in range(chance.random.randint(0, 4)):
            chance.theirs()
        for _ in range(chance.random.randint(0, 2)):
            chance.ours()
        if chance.random.random() < 0.6:
            chance.build()
        x = people.x2()
        merge(x, people.project, (), chance.tick(), silent)
        assert merge(x, people.project, (), chance.tick(), silent).files == {}
        package = chance.build()
        with foreign.opened(x) as deck:
            home = home_of(people.project, deck, chance.now, silent)
        with opened(people.root / f"of theirs {round}") as new:
            new.take(x)
            before, counts = fields(new), new.take(package)
            after = fields(new)
        assert (counts.new, counts.conflicting, counts.other) == (0, 0, 0)
        assert counts.updated == len(edited(home))
        assert {guid for guid in before if before[guid] != after[guid]} <= edited(home)
        assert all(after[it] == "\x1f".join(home.compiled[home.ids[it]].fields) for it in edited(home))
    learnt = reviews(people.student)
    assert people.student.take(package).conflicting == 0
    assert reviews(people.student) == learnt
